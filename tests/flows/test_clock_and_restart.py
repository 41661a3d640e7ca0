"""Time passes, processes die: nothing is decided by silence, nothing is shown twice, and nothing is lost."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
from collections import Counter
from pathlib import Path

import pytest

from app import build
from core.settings import Settings
from tests.support.hands import INTAKE, Hands, as_text
from tests.support.house import Home, mail, open_home
from tests.support.letters import letter
from tests.support.running import RunningBaton, trained
from tests.support.slack import Json


@pytest.fixture
def baton(tmp_path: Path) -> RunningBaton:
    """Not started."""
    trained(tmp_path)
    return RunningBaton(tmp_path, INTAKE)


def cards(hands: Hands) -> list[Json]:
    """What Baton has posted anywhere, but for thread lines and digests, which the clock makes."""
    found = [one for channel in ("support-desk", "sales", "ops-feed", "orders") for one in hands.messages(channel)]
    return [one for one in found if one.get("thread_ts") in (None, one["ts"]) and "Daily digest" not in one["text"]]


@pytest.mark.slow
def test_killed_in_the_middle_it_goes_on_where_it_stopped_and_shows_nothing_twice(baton: RunningBaton) -> None:
    hands = Hands(baton.start())
    try:
        first = hands.mail(letter("Lou Vance")[0])
        reply = hands.card("support-desk", "approval.approve", first)
        second = hands.mail(letter("Mia Thorne")[0])  # somewhere between its first job and its card when the power goes
        os.kill(baton.process.pid, signal.SIGKILL)  # type: ignore[union-attr]
        baton.process.wait(timeout=10)  # type: ignore[union-attr]

        baton.start()
        hands.card("support-desk", "approval.approve", second)
        hands.shown()
        keys = Counter(one["metadata"]["event_payload"]["key"] for one in cards(hands) if one.get("metadata"))
        assert keys and set(keys.values()) == {1}, "a card stands there twice"
        assert hands.now(reply)["text"] == reply["text"]
        for task in (first, second):
            hands.click("U0THEO", hands.card("support-desk", "approval.approve", task), "approval.approve")
            hands.card("support-desk", "Reply sent to", task)
        assert hands.outside().count("mail.reply") == 2
        beside(hands)
        digest(hands)
    finally:
        baton.stop()
    assert baton.command("audit", "verify").returncode == 0
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", baton.slack_port)) != 0, "a local workspace was left behind"


def beside(hands: Hands) -> None:
    """What a second process does beside the running one."""
    second = hands.baton.command("run")
    assert (second.returncode, "Baton runs already on this database" in second.stderr) == (2, True), second.stderr
    (task,) = hands.submit_file("samples/4-a-person-please.eml")
    hands.card("support-desk", "escalation.take_over", task)
    checked = hands.baton.command("doctor", "--json")
    levels = {one["level"] for one in json.loads(checked.stdout)["findings"]}
    assert checked.returncode == 0 and levels <= {"ok", "warn"}, checked.stdout


def digest(hands: Hands) -> None:
    """Its time has come, twice for two replicas; the running Baton makes it once."""
    folder = hands.baton.folder
    house = build(Settings(database_url=f"sqlite:///{folder}/baton.db", key_file=folder / "baton.key"))
    at = house.services.clock.now()
    for _ in range(2):
        house.schedule.tick("digest", at)
    house.close()
    said = as_text(hands.card("ops-feed", "Daily digest"))
    assert len(hands.seen("ops-feed", "Daily digest")) == 1
    assert "3 came in" in said, said
    assert "2 were taken care of" in said, said
    assert "Needs a person" in said and "Grant Mercer" in said
    assert re.search(r"Seal of the record: line \d+, [0-9a-f]{64}", said)
    assert "Went wrong" not in said


# By a clock that the test moves ----------------------------------------------------------------------------------------


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return open_home(tmp_path)


def tick(home: Home) -> None:
    home.house.schedule.tick("follow_up", home.clock.now())
    home.work()


def test_nobody_decides_so_it_is_reminded_expires_and_climbs_and_nothing_is_sent(home: Home) -> None:
    home.house.services.arrivals.mail(mail("When do you open on Saturday?"))
    home.work()
    (request, task), *_ = home.pending()
    home.clock.pass_(minutes=100)
    tick(home)
    home.clock.pass_(minutes=5)
    tick(home)
    lines = home.sql(f"select 1 from card where kind = 'timeline' and subject_id like '{request}:reminded:%'")
    assert len(lines) == 1, "reminded twice, or never"

    home.clock.pass_(minutes=30)
    tick(home)
    assert home.sql(f"select state from request where id = '{request}'") == [("expired",)]
    ((called, of),) = home.pending("escalation")
    assert of == task
    home.clock.pass_(hours=3)
    tick(home)
    rung = home.sql(f"select detail from card where kind = 'timeline' and subject_id like '{called}:%:again:%'")
    assert [json.loads(detail)["role"] for (detail,) in rung][:1] == ["support_lead"], (
        "the wrong people are called again"
    )
    home.clock.pass_(days=3)
    tick(home)
    assert home.pending("escalation") == [(called, task)], "a call for a person ended by itself"
    assert home.calls("mail.reply") == []
