"""`submit`: every input gets its task or a clear line, and the work is done by whoever is the runner."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.commands.conftest import Bench
from tests.support.house import mail


def write(folder: Path, name: str, body: bytes | str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(body.encode() if isinstance(body, str) else body)
    return path


@pytest.fixture
def inbox(bench: Bench) -> Path:
    """Two mails, one that joins them, two forms in a file, a chat line, and something hidden."""
    folder = bench.folder / "inbox"
    write(folder, "1.eml", mail("When do you open?", message_id="one"))
    write(folder, "2.eml", mail("Is my bike ready?", message_id="two", sender="Ben Ashby <ben.ashby@example.com>"))
    write(folder, "more/3.eml", mail("On Saturday, I mean.", message_id="three", references="one"))
    forms = [
        {"name": "Ines Abara", "email": "ines@example.com", "message": "We need 24 bikes."},
        {"message": "And helmets?"},
    ]
    write(folder, "4.json", json.dumps(forms))
    write(folder, "5.txt", "Do you have child seats?")
    write(folder, ".hidden.txt", "not for you")
    return folder


def test_a_folder_is_all_its_files_in_order(bench: Bench, inbox: Path) -> None:
    found = bench.ask(f"submit {inbox}")
    assert found.exit_code == 0, found.text
    assert [(Path(one["path"]).name, one["number"], one["status"]) for one in found.data["inputs"]] == [
        ("1.eml", 1, "new"), ("2.eml", 1, "new"), ("4.json", 1, "new"), ("4.json", 2, "new"), ("5.txt", 1, "new"),
        ("3.eml", 1, "joined"),
    ]  # fmt: skip
    assert bench.home.sql("select count(*) from task") == [(5,)]


def test_submitting_again_opens_nothing_twice(bench: Bench, inbox: Path) -> None:
    first = bench.ask(f"submit {inbox}").data["inputs"]
    second = bench.ask(f"submit {inbox}").data["inputs"]
    assert {one["status"] for one in second} == {"known"}
    assert [one["task"] for one in second] == [one["task"] for one in first]
    assert bench.home.sql("select count(*) from task, (select count(*) as n from event) e where e.n = 6") == [(5,)]


def test_with_no_runner_the_work_is_done_before_it_comes_back(bench: Bench, inbox: Path) -> None:
    found = bench.ask(f"submit {inbox / '1.eml'}")
    assert found.data["ran"] is True
    assert bench.home.sql("select count(*) from job") == [(0,)]
    assert bench.home.sql("select waiting_for from task") == [("approval",)]


@pytest.mark.sqlite
def test_beside_a_runner_it_writes_rows_and_does_nothing_else(bench: Bench, inbox: Path) -> None:
    lock = bench.lock
    assert lock.take()
    found = bench.ask(f"submit {inbox / '1.eml'}")
    assert found.data["ran"] is False
    assert bench.home.sql("select phase from job") == [("task.plan.v1",)]
    assert bench.home.sql("select count(*) from turn") == [(0,)]
    lock.release()


@pytest.mark.parametrize(("name", "body", "says"), [
    ("a.pdf", "%PDF", "--source"),
    ("a.eml", "", "empty"),
    ("a.eml", b"\xd0\xcf\x11\xe0mail", "save it as .eml"),
    ("a.json", "{broken", "line 1"),
    ("a.json", "[]", "empty"),
    ("a.json", '{"name": "Ines"}', "message"),
    ("a.json", '["text"]', "fields"),
    ("a.json", '{"message": {"a": 1}}', "'message'"),
    ("a.txt", "  \n", "empty"),
    ("a.txt", b"caf\xe9", "UTF-8"),
    ("a.txt", b"a\0b", "binary"),
])  # fmt: skip
def test_what_cannot_be_used_is_named_and_does_not_hold_up_the_others(
    bench: Bench, name: str, body: str | bytes, says: str
) -> None:
    bad, good = write(bench.folder / "in", name, body), write(bench.folder / "in", "good.txt", "Do you have helmets?")
    found = bench.ask(f"submit {bad} {good}")
    assert found.exit_code == 1
    assert says in found.data["inputs"][0]["error"]
    assert found.data["inputs"][1]["status"] == "new"
    assert bench.home.sql("select count(*) from task") == [(1,)]


def test_a_file_that_is_not_there_is_said_and_the_others_go(bench: Bench, inbox: Path) -> None:
    found = bench.ask(f"submit {inbox / 'none.eml'} {inbox / '5.txt'}")
    assert found.exit_code == 1
    assert [bool(one["error"]) for one in found.data["inputs"]] == [True, False]


def test_a_file_over_the_cap_is_not_even_read(bench: Bench) -> None:
    path = bench.folder / "large.eml"
    with path.open("wb") as file:
        file.truncate(26 * 1024 * 1024)
    assert "25 MB" in bench.ask(f"submit {path}").data["inputs"][0]["error"]


def test_another_ending_goes_with_its_source_said(bench: Bench) -> None:
    path = write(bench.folder, "mail.msg.1", mail("When do you open?"))
    assert bench.ask(f"submit {path} --source mail").data["inputs"][0]["status"] == "new"


def test_one_chat_message_a_line(bench: Bench) -> None:
    path = write(bench.folder, "chat.txt", "Do you have helmets?\n\nIs the shop open?\n")
    assert len(bench.ask(f"submit {path} --lines").data["inputs"]) == 2
