"""People's attention is spent with care, and it is said when it runs out."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

import orjson
import pytest

from bot.render.scene import Scene
from bot.render.table import draw
from core.contract.authority import Approved, Decision
from core.contract.base import RequestId
from core.rows import NAMES
from tests.support.hands import as_text
from tests.support.house import POLICIES, Home, mail, open_home


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = open_home(tmp_path)
    made.meet()
    return made


def ask(home: Home, number: int, name: str = "Dana") -> str:
    home.house.services.arrivals.mail(mail(f"When do you open?\n\n{name}", message_id=f"m{number}",
                                           sender=f"{name} <{name.lower()}{number}@example.com>"))  # fmt: skip
    home.work()
    return home.pending()[-1][0]


def approve(home: Home, request: str, person: str, seconds: int | None, *, opened: bool = False) -> None:
    yes = Decision(request_id=RequestId(request), version=1, person=person, verb="approve", seconds=seconds,
                   details_opened=opened)  # fmt: skip
    assert home.house.services.people.decide(yes, home.directory.people[person]) == Approved()


def digest(home: Home) -> list[tuple[str, str]]:
    home.house.schedule.digest(home.clock.now() + timedelta(seconds=1))
    rows = home.sql("select viewer, detail from card where kind = 'told' and viewer <> ''")
    return [(str(viewer), orjson.loads(detail)["text"]) for viewer, detail in rows]


def test_who_approves_without_a_look_is_told_to_the_owner_by_name_and_number(home: Home) -> None:
    for number, (person, seconds, opened) in enumerate(
        [("U0THEO", 1, False), ("U0THEO", 0, False), ("U0THEO", 40, False), ("U0SAM", 1, True), ("U0SAM", None, False)]
    ):
        approve(home, ask(home, number), person, seconds, opened=opened)
        home.work()
    ((viewer, text),) = digest(home)
    assert viewer == "U0MAYA"
    assert "Theo Okafor: 2 of 3." in text and "within 2 seconds" in text
    assert "Sam" not in text
    assert len(digest(home)) == 1, "the same day is told twice"


def test_where_everybody_takes_their_time_nobody_is_told(home: Home) -> None:
    approve(home, ask(home, 1), "U0THEO", 2)
    assert digest(home) == []


def test_beyond_the_cap_of_an_hour_what_is_small_stands_in_a_list_at_once(tmp_path: Path) -> None:
    rules = tmp_path / "rules"
    shutil.copytree(POLICIES, rules)
    text = (rules / "limits.yml").read_text(encoding="utf-8").replace("cards_per_hour: 20", "cards_per_hour: 2")
    (rules / "limits.yml").write_text(text, encoding="utf-8")
    home = open_home(tmp_path, policies=rules)
    home.meet()
    for number in range(2):
        approve(home, ask(home, number), "U0THEO", 30)
    assert home.sql("select count(*) from batch") == [(0,)]
    over = ask(home, 3)
    assert home.sql("select request_id from batch_item") == [(over,)], "the third of the hour has a call of its own"
    assert home.sql("select count(*) from card where kind = 'batch'") == [(1,)]
    approve(home, over, "U0THEO", 30)
    home.clock.pass_(minutes=61)
    ask(home, 4)
    assert home.sql("select count(*) from batch_item") == [(1,)], "an hour later it is asked on a card again"


def test_the_digest_counts_all_that_waits_and_says_what_nobody_decided_in_time(home: Home) -> None:
    for number in range(25):
        home.house.services.arrivals.mail(mail("Let me talk to a real person", message_id=f"p{number}",
                                               sender=f"Ann <a{number}@example.com>"))  # fmt: skip
    ask(home, 99)
    home.clock.pass_(hours=3)
    home.house.schedule.follow_up(home.clock.now())
    home.house.schedule.digest(home.clock.now() + timedelta(seconds=1))
    ledger, policy = home.house.services.ledger, home.house.services.policy
    row = dict(
        zip(
            NAMES["card"],
            home.sql(f"select {', '.join(NAMES['card'])} from card where kind = 'digest'")[0],
            strict=True,
        )
    )
    words = as_text(draw(Scene(ledger, policy), row).payload)
    assert "26 things need someone" in words and "14 more" in words
    assert "1 was not decided in time" in words
