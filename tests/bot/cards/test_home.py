"""What stands on a home tab, and what it must never hold."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.cards import home, home_forms, ids
from bot.cards.home import HomeRow
from bot.cards.limits import faults
from bot.render.home import greeting, link_of
from core.errors import BadInput
from core.ports import Member
from localslack.blocks.judge import view_problems
from tests.bot.cards import home_samples as h
from tests.bot.cards import samples as s
from tests.bot.cards.test_rendered import HOSTILE, nodes
from tests.support.slack import Json


def texts(view: Json) -> str:
    return "\n".join(node["text"] for node in nodes(view) if isinstance(node.get("text"), str))


@pytest.mark.parametrize("kind", HOSTILE)
def test_slack_takes_it_whatever_customers_are_called(kind: str) -> None:
    for name, view in h.hostile(HOSTILE[kind]).items():
        assert faults(view) == (), name
        assert view_problems(view, ("home", "modal")) == [], name


def test_slack_takes_it_full() -> None:
    for name, view in h.ordinary().items():
        assert view_problems(view, ("home", "modal")) == [], name
    view = home.render(h.full())
    assert len(view["blocks"]) <= 100
    assert "And 175 more.* Each has its card: 170 in #support-desk" in texts(view)
    assert "2 more agents" in texts(view)


def test_there_is_no_table_and_no_chart_on_it() -> None:
    kinds = {block["type"] for block in home.render(h.full())["blocks"]}
    assert kinds == {"header", "section", "actions", "divider", "context"}


def test_whoever_may_not_pause_sees_no_switch() -> None:
    with_switch, without = home.render(h.page()), home.render(h.page(may_pause=False))
    assert ids.HOME_PAUSE in str(with_switch)
    assert "Pause…" in texts(with_switch)
    assert "Resume…" in texts(with_switch)
    assert ids.HOME_PAUSE not in str(without)
    assert "Pause" not in texts(without)
    assert "Resume" not in texts(without)


def test_a_card_that_does_not_stand_in_slack_yet_has_no_button() -> None:
    view = home.render(h.page(mine=(h.MAIL,), team=(), agents=()))
    assert ids.HOME_OPEN not in str(view)
    assert "Send this reply to Dana Whitfield?" in texts(view)


def test_a_customers_name_is_cut_stripped_and_escaped() -> None:
    view = home.render(h.page(mine=(HomeRow(h.NEAR.ref, f"*<!here>* {'x' * 200}", "wait", "by 4", "T-1"),)))
    title = next(text for text in texts(view).splitlines() if "xxx" in text)
    assert title.startswith("*&lt;!here&gt; xxx")
    assert len(title.replace("&lt;", "<").replace("&gt;", ">")) <= 82


def test_it_is_the_same_when_only_the_time_at_its_end_has_changed() -> None:
    one, later = home.render(h.page()), home.render(h.page(now=s.NOW + timedelta(minutes=1)))
    assert one != later
    assert home.same(one, later)
    assert not home.same(one, home.render(h.page(mine=())))
    assert not home.same(None, one)
    assert not home.same(home.only("a"), home.only("b"))


@pytest.mark.parametrize(
    ("zone", "hour", "words"),
    [("America/New_York", 14, "Good morning, Theo"), ("America/New_York", 19, "Good afternoon, Theo"),
     ("America/New_York", 3, "Good evening, Theo"), ("Not/A_Zone", 9, "Good morning, Theo"), ("", 13, "Good afternoon, Theo")],
)  # fmt: skip
def test_it_greets_by_the_persons_own_clock(zone: str, hour: int, words: str) -> None:
    member = Member("U0THEO", "T0", "theo@example.com", "Theo Okafor", zone, is_member=True)
    assert greeting(member, s.NOW.replace(hour=hour)) == words


def test_a_time_that_is_over_says_so() -> None:
    assert "its time was" in home.due_words(s.NOW - timedelta(minutes=1), s.NOW, s.ZONE, near=True)
    assert "{date_short_pretty}" in home.due_words(s.NOW + timedelta(days=2), s.NOW, s.ZONE, near=False)


def test_a_link_is_as_slacks_own() -> None:
    assert link_of("https://harbor.slack.com/", "C1", "1795547160.000100") == (
        "https://harbor.slack.com/archives/C1/p1795547160000100"
    )
    assert link_of("", "C1", "1.2") == link_of("https://harbor.slack.com/", "C1", "") == ""


def test_a_form_with_an_agent_that_is_not_there_is_refused() -> None:
    values = {"agent.pause.which": {ids.AGENT_WHICH: {"selected_option": {"value": "sales"}}}}
    with pytest.raises(BadInput):
        home_forms.parse_pause({"state": {"values": values}}, ("support",))
