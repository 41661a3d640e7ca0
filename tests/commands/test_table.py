"""The table: every verb at every door, nobody gets more than is theirs, and nothing dear is loaded for nothing."""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from commands.table import VERBS, answer
from core.errors import BadPolicy
from tests.commands.conftest import Bench
from tests.support.house import TEAM

ROOT = Path(__file__).parents[2]
DEAR = {"sklearn", "numpy", "openai", "slack_bolt", "slack_sdk", "fastapi", "uvicorn", "apscheduler", "alembic"}


def test_the_names_of_the_verbs_are_frozen() -> None:
    """People have them in their fingers, and scripts in their lines."""
    assert list(VERBS) == [
        "help", "status", "tasks", "task", "pause", "resume", "reassign", "remind", "why", "take", "hand", "escalate",
        "seen", "snooze", "undo", "notify", "away", "back", "submit", "audit", "policy", "workers",
        "doctor", "backup", "restore", "move", "train",
    ]  # fmt: skip


@pytest.mark.parametrize("name", VERBS)
def test_every_verb_loads_and_takes_json(name: str) -> None:
    parser = argparse.ArgumentParser()
    VERBS[name].add_arguments(parser)
    assert "--json" in parser.format_help()


def test_no_verb_decides_an_approval() -> None:
    """A person decides on the card, where they see what they decide. A text line shows nothing."""
    code = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "commands").glob("*.py"))
    assert not {"approve", "reject", "decide", "edit"} & set(VERBS)
    assert not re.search(r"services(\(\))?\.people", code)
    assert ".decide(" not in code


@pytest.mark.parametrize("words", [["tasks", "--json"], ["help"], ["status"]])
@pytest.mark.slow
def test_a_cheap_verb_loads_nothing_dear(words: list[str], tmp_path: Path) -> None:
    """Run as a user runs it, once to make the database and once to look."""
    code = (
        "import sys, app\n"
        f"code = app.main({words!r})\n"
        f"print(sorted({DEAR!r} & set(sys.modules)), code, file=sys.stderr)\n"
    )
    env = {"BATON_DATABASE_URL": f"sqlite:///{tmp_path}/baton.db", "BATON_KEY_FILE": f"{tmp_path}/baton.key"}
    for _ in range(2):
        ran = subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, env=env, capture_output=True, text=True, check=False
        )
    assert ran.stderr.strip().splitlines()[-1] == "[] 0", ran.stderr


def test_an_unknown_verb_is_answered_with_the_known_ones(bench: Bench) -> None:
    found = bench.ask("puase sales")
    assert found.exit_code == 2
    assert "Did you mean pause?" in found.text
    assert "doctor" in found.text


def test_a_verb_is_known_in_capitals(bench: Bench) -> None:
    assert bench.ask("STATUS").exit_code == 0


def test_a_wrong_option_is_an_answer_and_not_the_end_of_the_process(bench: Bench) -> None:
    found = bench.ask("tasks --frobnicate")
    assert found.exit_code == 2
    assert "--frobnicate" in found.text
    assert VERBS["tasks"].usage in found.text


def test_help_for_one_verb(bench: Bench) -> None:
    assert bench.ask("pause --help").text.startswith(VERBS["pause"].usage)
    assert VERBS["tasks"].usage not in bench.ask("help pause").text


def test_nothing_typed_is_a_call_for_help(bench: Bench) -> None:
    assert VERBS["pause"].usage in answer(bench.context(), [], None).text


def test_over_slack_help_leaves_out_what_slack_cannot_do(bench: Bench) -> None:
    assert "submit" in bench.ask("help").data
    assert "submit" not in bench.ask("help", TEAM["U0MAYA"]).data


@pytest.mark.parametrize("name", ["submit", "backup", "restore", "train"])
def test_what_touches_the_machine_is_refused_over_slack_even_to_the_owner(bench: Bench, name: str) -> None:
    secret = bench.folder / "secret.txt"
    secret.write_text("not yours", encoding="utf-8")
    found = bench.ask(f"{name} {secret}", TEAM["U0MAYA"])
    assert found.refused is not None
    assert bench.trained == 0
    assert bench.home.sql("select count(*) from task") == [(0,)]


@pytest.mark.parametrize(
    "text", ["tasks", "task T-1001", "status", "audit verify", "policy check", "doctor", "pause support"]
)
def test_a_guest_is_told_nothing(bench: Bench, text: str) -> None:
    found = bench.ask(text, TEAM["U0GUEST"])
    assert found.refused is not None
    assert found.refused.code == "not_a_member"
    assert bench.home.sql("select count(*) from control") == [(0,)]


def test_with_json_the_text_is_the_data(bench: Bench) -> None:
    found = bench.ask("status --json")
    assert json.loads(found.text) == found.data


def test_with_json_a_mistake_is_data_too(bench: Bench) -> None:
    found = bench.ask("task nonsense --json")
    assert found.exit_code == 2
    assert "T-1042" in json.loads(found.text)["error"]


def test_broken_rules_are_an_answer_with_their_lines(bench: Bench) -> None:
    def broken() -> object:
        raise BadPolicy("people.yml:3: roles: must be a list")

    context = bench.context()
    object.__setattr__(context, "services", broken)
    found = answer(context, ["tasks"], None)
    assert (found.exit_code, found.text) == (1, "people.yml:3: roles: must be a list")


def test_a_phones_long_dash_is_two_dashes(bench: Bench) -> None:
    assert json.loads(bench.ask("tasks \u2014json").text) == {"tasks": []}


def test_an_apostrophe_and_a_dash_are_just_words_of_a_reason(bench: Bench) -> None:
    assert bench.ask("pause support for 1h - Maya's idea").exit_code == 0
