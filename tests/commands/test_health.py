"""`doctor`, `policy check` and `train`: what is wrong is found, named, and comes with a remedy."""

from __future__ import annotations

import shutil
import socket
from dataclasses import replace
from pathlib import Path

import pytest

from commands.context import Finding
from commands.table import answer
from tests.commands.conftest import Bench
from tests.support.house import POLICIES


@pytest.fixture
def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


def findings(bench: Bench, **settings: object) -> dict[str, str]:
    """What doctor says, by the word before the colon: the worst level of each."""
    context = bench.context()
    context = replace(context, settings=replace(context.settings, **settings))
    found: dict[str, str] = {}
    for one in answer(context, ["doctor"], None).data["findings"]:
        name = one["what"].partition(":")[0]
        assert one["level"] == "ok" or one["remedy"], one
        if found.get(name) != "bad":
            found[name] = one["level"]
    return found


def test_a_house_in_order_has_nothing_bad(bench: Bench, free_port: int) -> None:
    bench.findings = [Finding("ok", "model: trained")]
    found = findings(bench, port=free_port, intake_token="t")
    assert found.pop("runner") == "warn"
    assert set(found.values()) == {"ok"}
    assert "model" in found


def test_a_key_that_others_can_read_is_bad(bench: Bench, free_port: int) -> None:
    (bench.folder / "baton.key").chmod(0o644)
    assert findings(bench, port=free_port)["key"] == "bad"


def test_a_door_without_a_token_is_said(bench: Bench, free_port: int) -> None:
    assert findings(bench, port=free_port)["intake"] == "warn"


@pytest.mark.sqlite
def test_somebody_elses_port_is_bad(bench: Bench) -> None:
    with socket.create_server(("127.0.0.1", 0)) as s:
        assert findings(bench, port=s.getsockname()[1])["port"] == "bad"


@pytest.mark.postgresql
def test_parts_of_baton_that_nobody_does_are_said(bench: Bench, free_port: int) -> None:
    worker = bench.home.house.presence("work")
    worker.come()
    try:
        found = findings(bench, port=free_port)
        assert (found["face"], found["clock"]) == ("warn", "warn")
        both = [bench.home.house.presence(role) for role in ("face", "clock")]
        for each in both:
            each.come()
        assert not {"face", "clock"} & findings(bench, port=free_port).keys()
        for each in both:
            each.leave()
    finally:
        worker.leave()


def test_a_finding_of_the_composition_root_makes_the_exit_code(bench: Bench) -> None:
    bench.findings = [Finding("bad", "slack: the token is not valid", "Copy it again.")]
    found = bench.ask("doctor")
    assert found.exit_code == 1
    assert "Copy it again." in found.text


def test_no_database_yet_is_no_fault_and_none_is_made(bench: Bench, free_port: int) -> None:
    url = f"sqlite:///{bench.folder}/other.db"
    assert findings(bench, port=free_port, database_url=url)["database"] == "warn"
    assert not (bench.folder / "other.db").exists()


def edited(folder: Path, name: str, old: str, new: str) -> Path:
    """The sample company with one change."""
    copy = folder / "policies"
    shutil.copytree(POLICIES, copy)
    text = (copy / name).read_text(encoding="utf-8")
    assert old in text
    (copy / name).write_text(text.replace(old, new), encoding="utf-8")
    return copy


def test_a_role_that_nobody_holds_is_bad_where_work_waits_for_it(bench: Bench, free_port: int) -> None:
    policies = edited(bench.folder, "people.yml", "roles: [finance]", "roles: [support]")
    assert findings(bench, port=free_port, policies=policies)["roles"] == "bad"


def test_broken_rules_are_bad_and_doctor_still_answers(bench: Bench, free_port: int) -> None:
    policies = edited(bench.folder, "people.yml", "roles: [finance]", "roles: [nobody_knows]")
    found = findings(bench, port=free_port, policies=policies)
    assert found["policies"] == "bad"
    assert "database" in found


def test_a_mistake_in_the_rules_is_named_with_file_and_line(bench: Bench) -> None:
    policies = edited(bench.folder, "people.yml", "roles: [finance]", "roles: [nobody_knows]")
    context = bench.context()
    context = replace(context, settings=replace(context.settings, policies=policies))
    found = answer(context, ["policy", "check"], None)
    assert found.exit_code == 1
    assert any(fault.startswith("people.yml:") for fault in found.data["faults"])


def test_examples_that_are_read_otherwise_are_listed(bench: Bench) -> None:
    found = bench.ask("policy check")
    assert found.exit_code == 1
    examples = sum(len(agent.examples) for agent in bench.home.house.services.policy().agents.values())
    assert (len(found.data["faults"]), found.data["examples"]) == (examples, examples)
    assert "agents/planner.yml, example 1" in found.text


def test_examples_that_are_read_as_expected_pass(bench: Bench) -> None:
    policies = bench.folder / "policies"
    shutil.copytree(POLICIES, policies)
    for path in (policies / "agents").glob("*.yml"):
        text = path.read_text(encoding="utf-8")
        path.write_text(text[: text.index("\nexamples:")] + "\n", encoding="utf-8")
    with (policies / "agents" / "planner.yml").open("a", encoding="utf-8") as file:
        file.write("examples:\n  - text: We need 24 bikes\n    expect: {intent: lead}\n")
    bench.tried = {"intent": "lead", "sentiment": "neutral"}
    context = bench.context()
    context = replace(context, settings=replace(context.settings, policies=policies))
    found = answer(context, ["policy", "check"], None)
    assert (found.exit_code, found.data["ok"], found.data["examples"]) == (0, True, 1)


def test_train_says_what_was_learned(bench: Bench) -> None:
    assert bench.ask("train").text == "Learned from 12 examples."
    assert bench.trained == 1
