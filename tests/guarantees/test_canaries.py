"""I20 at rest: of fifty names, addresses, numbers and tokens that people typed, none lies readable in any file or log line."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.contract.base import RequestId
from core.crypto import Cipher
from tests.support.databases import database_of, dump, on_postgres
from tests.support.house import Home, mail, open_home


def canaries(way: str) -> list[str]:
    """A name, a mail address, a phone number, a token and plain words, each found nowhere else."""
    tag = "".join(str(ord(letter) % 10) for letter in way)[:6].ljust(6, "7")
    return [f"Zaphira{tag}Quill", f"zq{tag}@canary.example.com", f"+1 207 555 {tag[:4]}{tag[-2:]}", f"xoxb-{tag}-zqcanary",
            f"violet lighthouse {tag}"]  # fmt: skip


WAYS = ("mail", "subject", "sender", "form", "chat", "slack", "note", "edit", "handback", "pause")
ALL = [value for way in WAYS for value in canaries(way)]


@pytest.fixture
def raw_log() -> Iterator[io.StringIO]:
    """Every log line of every logger at DEBUG, before anything is blotted out."""
    logging.disable(logging.NOTSET)
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield stream
    root.removeHandler(handler)
    root.setLevel(level)


def _words(way: str) -> str:
    return " / ".join(canaries(way))


def _arrive(home: Home) -> None:
    arrivals, name = home.house.services.arrivals, canaries("sender")
    for number in range(4):
        text = f"{_words('mail')}\n\nWhen do you open?"
        sender = f"{name[0]} <{name[1]}>" if number else f"{canaries('mail')[0]} <{canaries('mail')[1]}>"
        arrivals.mail(mail(text, subject=_words("subject"), sender=sender, message_id=f"zq{number}"))
    form = canaries("form")
    question = f"{form[4]}\nWhen do you open?"
    arrivals.form({"name": form[0], "email": form[1], "phone": form[2], "token": form[3], "message": question})
    arrivals.form({"name": form[0], "email": "no address at all " + form[3], "message": _words("form")})
    chat = canaries("chat")
    arrivals.chat(_words("chat") + "\nWhen do you open?", chat[1], chat[0], chat[3])
    arrivals.slack(_words("slack"), "U0SAM", canaries("slack")[0], canaries("slack")[3], "C0DESK:1.0")
    home.work()


def _decide(home: Home) -> None:
    people, services = home.house.services.people, home.house.services
    pending = home.pending()
    assert len(pending) >= 5
    home.decide(pending[0][0], "U0THEO", "reject", reason="wrong_facts", note=_words("note"))
    row = services.ledger.row("request", "request.get", id=pending[1][0]) or {}
    drafted = people.draft(RequestId(pending[1][0]), row["version"], home.directory.people["U0THEO"],
                           {"body": _words("edit")}, _words("edit"))  # fmt: skip
    people.confirm_edit(drafted.draft_id, home.directory.people["U0THEO"])  # type: ignore[union-attr]
    services.takeover.take(pending[2][1], home.directory.people["U0SAM"], "card")
    services.takeover.hand_back(pending[2][1], home.directory.people["U0SAM"], _words("handback"), "support", "discard")
    home.decide(pending[3][0], "U0THEO")
    services.controls.pause("support", home.directory.people["U0MAYA"], _words("pause"), None)
    home.work()
    services.controls.resume("support", home.directory.people["U0MAYA"])


def _refused_at_the_last_moment(home: Home) -> None:
    """Whoever was just to be answered asks not to be written to: mail says so, with the name."""
    services, name = home.house.services, canaries("sender")
    services.arrivals.mail(
        mail(_words("mail") + "\n\nWhen do you open?", sender=f"{name[0]} <{name[1]}>", message_id="late1")
    )
    home.work()
    for request_id, _ in home.pending():
        home.decide(request_id, "U0THEO")
    services.arrivals.inbox.suppress(name[1], "asked")
    home.work()


def _story(home: Home) -> None:
    _arrive(home)
    _decide(home)
    _refused_at_the_last_moment(home)
    assert home.house.services.verify().faults == ()


def _found(folder: Path) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    places = {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    if on_postgres():
        places |= dump(database_of(folder))
    for place, data in places.items():
        forms = {value: (value.encode(), value.lower().encode(), value.encode("utf-16-le")) for value in ALL}
        found += [(value, place) for value in ALL if any(form in data for form in forms[value])]
    return found


def test_nothing_that_people_typed_lies_readable_in_a_file_or_a_log_line(tmp_path: Path, raw_log: io.StringIO) -> None:
    home = open_home(tmp_path)
    _story(home)
    assert len(ALL) == 50
    assert _found(tmp_path) == []  # while it runs: the log of the last writes lies beside the database
    home.house.close()
    assert _found(tmp_path) == []
    assert [value for value in ALL if value in raw_log.getvalue()] == []


def test_what_was_typed_is_really_there_for_those_who_have_the_key(tmp_path: Path) -> None:
    home = open_home(tmp_path)
    _story(home)
    ledger = home.house.services.ledger
    rows = home.sql("select id, body from event")
    bodies = " ".join(ledger.cipher.unpack("event", "body", event_id, body) for event_id, body in rows)
    assert all(value in bodies for value in canaries("mail"))


def test_without_the_seal_it_would_be_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Cipher, "pack", lambda self, _t, _c, _r, text: b"\x01" + self._short_id + text.encode())
    monkeypatch.setattr(Cipher, "unpack", lambda _self, _t, _c, _r, packed: packed[5:].decode())
    home = open_home(tmp_path)
    _arrive(home)
    assert _found(tmp_path) != []
