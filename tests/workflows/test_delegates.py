"""While somebody is away their delegate is called, and may answer with their role: for that request, once, in both names."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest

from bot.cards.approval import render
from core.contract.authority import Approved, Pending, Refused, Rejected
from tests.support.house import POLICIES, Home, mail, open_home
from tests.support.ladders import call, lines, rungs, sweep
from tests.workflows.test_reassign import card, hand_on
from workflows import calling, views
from workflows.away import Absence, Absences, Unchanged
from workflows.home import home_view
from workflows.rungs import present

ONE = "      - {role: support, count: 1}\n"
MAIL = "gateways/mail.yml"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = open_home(tmp_path)
    made.meet()
    return made


def with_signatures(folder: Path, steps: str) -> Home:
    """The company's rules, but for who signs a mail."""
    rules = folder / "policies"
    shutil.copytree(POLICIES, rules)
    text = (rules / MAIL).read_text(encoding="utf-8")
    assert ONE in text
    (rules / MAIL).write_text(text.replace(ONE, steps, 1), encoding="utf-8")
    made = open_home(folder, policies=rules)
    made.meet()
    return made


def absences(home: Home) -> Absences:
    return Absences(home.house.services.ledger, home.house.services.policy)


def away(home: Home, *names: str, days: float = 2) -> None:
    for name in names:
        found = absences(home).leave(f"{name}@example.com", home.clock.now() + timedelta(days=days), None)
        assert isinstance(found, Absence)


def back(home: Home, name: str) -> None:
    assert absences(home).come_back(f"{name}@example.com", None) is None


def asked(home: Home) -> str:
    home.house.services.arrivals.mail(mail("When do you open?\n\nDana"))
    home.work()
    return home.pending()[0][0]


def taken_away(home: Home, name: str) -> None:
    """Somebody loses all their roles, as after an edit of people.yml."""
    policy = home.house.services.policy()
    people = {**policy.people, name: policy.people[name].model_copy(update={"roles": ("workshop",)})}
    now = policy.model_copy(update={"people": people})
    object.__setattr__(home.house.services.people, "policy", lambda: now)
    object.__setattr__(home.house.services.people.door_out, "policy", lambda: now)


def code(answer: object) -> str:
    return answer.code if isinstance(answer, Refused) else ""


def signed(home: Home) -> list[tuple[Any, ...]]:
    return home.sql("select person, verb, role, on_behalf_of, refusal from decision order by at, id")


# Who is called -------------------------------------------------------------------------------------------------------


def test_a_delegate_is_called_in_place_of_whoever_is_away_and_the_card_names_both(home: Home) -> None:
    request_id = asked(home)
    away(home, "theo")
    shown = card(home, request_id)
    assert (shown.deciders, shown.others) == (("U0SAM",), ())
    assert "<@U0SAM>. Sam Whitlock for Theo Okafor, who is away" in str(render(shown))
    assert home.sql("select behind from card where kind = 'approval'") == [(1,)], "the card is not drawn again"


def test_a_delegate_who_is_away_goes_on_to_theirs(home: Home) -> None:
    away(home, "theo", "sam")
    request_id = asked(home)
    shown = card(home, request_id)
    assert shown.deciders == ("U0JO",)
    assert shown.instead_words == "Jo Marsh for Theo Okafor and Sam Whitlock, who are away"


def test_a_chain_that_comes_round_ends_and_they_are_called_themselves(home: Home) -> None:
    away(home, "theo", "sam", "jo")  # Theo to Sam, Sam to Jo, Jo to Sam
    request_id = asked(home)
    assert set(card(home, request_id).deciders) == {"U0THEO", "U0SAM"}
    assert [each.instead for each in absences(home).now()] == ["", "", ""]


def test_a_delegate_who_has_left_the_team_is_passed_over(home: Home) -> None:
    home.tamper("update person set is_member = 0 where user_id = 'U0SAM'")
    away(home, "theo")
    assert "U0JO" in card(home, asked(home)).deciders
    assert [each.instead for each in absences(home).now()] == ["Jo Marsh"]


def test_it_ends_by_itself(home: Home) -> None:
    request_id = asked(home)
    away(home, "theo", days=0.01)
    home.clock.pass_(hours=1)
    assert set(card(home, request_id).deciders) == {"U0THEO", "U0SAM"}, "it lasts longer than was said"
    home.house.schedule.follow_up(home.clock.now())
    home.house.schedule.follow_up(home.clock.now())
    assert home.sql("select away_until from person where user_id = 'U0THEO'") == [(None,)]
    assert home.sql("select actor from audit where kind = 'person.back'") == [("time",)]


def test_a_reminder_calls_the_delegate(home: Home) -> None:
    request_id = asked(home)
    away(home, "theo", "sam")
    due = home.sql("select due_at, created_at from request")[0]
    home.clock.pass_(seconds=(due[0] - due[1]) / 1_000_000 * 0.8)
    home.house.schedule.follow_up(home.clock.now())
    ledger, policy = home.house.services.ledger, home.house.services.policy()
    view = views.request_view(ledger, request_id)
    assert view is not None and view.request["reminders"] == 1
    assert calling.to_ring(ledger, policy, view, home.clock.now()) == ("U0JO",)


def test_what_is_handed_to_somebody_away_calls_their_delegate(home: Home) -> None:
    request_id = asked(home)
    away(home, "theo")
    hand_on(home, request_id, "person:U0THEO", by="U0SAM")
    assert card(home, request_id).deciders == ("U0SAM",)


def test_a_rung_calls_the_delegate_and_the_record_names_both(home: Home) -> None:
    away(home, "theo", "maya")  # Maya to Theo, Theo to Sam
    request_id = call(home)
    for _ in range(4):
        home.clock.pass_(minutes=5)
        sweep(home)
    rows = home.sql("select role, people, instead from rung order by number")
    assert [(role, orjson.loads(instead)) for role, people, instead in rows if "U0SAM" in people and instead != "{}"] == [
        ("support_lead", {"U0SAM": ["U0THEO"]}), ("owner", {"U0SAM": ["U0MAYA"]}),
    ]  # fmt: skip
    assert [each["people"] for each in lines(home, "called")] == [["U0SAM"], ["U0SAM"]]
    said = home.sql("select facts from audit where kind = 'escalation.called'")
    assert [orjson.loads(orjson.loads(row[0])["instead"]) for row in said] == [
        {"U0SAM": ["U0THEO"]},
        {"U0SAM": ["U0MAYA"]},
    ]
    assert len(rungs(home, request_id)) == 3
    assert present(home.house.services.ledger, home.house.services.policy(), "owner", home.clock.now()).users


# Whose authority it is -----------------------------------------------------------------------------------------------


def test_a_delegate_decides_with_the_lent_role_and_both_names_are_on_record(home: Home) -> None:
    away(home, "theo", "sam")
    request_id = asked(home)
    assert isinstance(home.decide(request_id, "U0JO"), Approved)
    assert signed(home) == [("U0JO", "approve", "support", "U0THEO", "")]
    facts = orjson.loads(home.sql("select facts from audit where kind = 'decision.made'")[0][0])
    assert facts["on_behalf_of"] == "U0THEO"
    assert "Jo Marsh for Theo Okafor approved it" in str(render(card(home, request_id)))
    home.work()
    assert home.calls("mail.reply") == ["mail.reply"]


def test_a_role_of_ones_own_comes_before_a_lent_one(home: Home) -> None:
    away(home, "theo")
    assert isinstance(home.decide(asked(home), "U0SAM"), Approved)
    assert signed(home) == [("U0SAM", "approve", "support", "", "")]


def test_a_delegate_may_reject_as_well(home: Home) -> None:
    away(home, "theo", "sam")
    request_id = asked(home)
    assert isinstance(home.decide(request_id, "U0JO", "reject", reason="tone"), Rejected)
    assert signed(home) == [("U0JO", "reject", "support", "U0THEO", "")]
    assert "Jo Marsh for Theo Okafor rejected it" in str(render(card(home, request_id)))


def test_nothing_is_lent_while_they_are_here_nor_when_they_are_back(home: Home) -> None:
    request_id = asked(home)
    assert code(home.decide(request_id, "U0JO")) == "not_the_role"
    away(home, "theo", "sam")
    back(home, "theo")
    back(home, "sam")
    assert code(home.decide(request_id, "U0JO")) == "not_the_role"


def test_nothing_is_lent_beyond_the_end_of_the_chain(home: Home) -> None:
    away(home, "theo")  # to Sam, who is here; Jo is Sam's delegate
    assert code(home.decide(asked(home), "U0JO")) == "not_the_role"


def test_a_delegate_who_is_away_themselves_is_lent_nothing(home: Home) -> None:
    away(home, "sam", "jo")  # Sam to Jo, who is away and goes on to Sam
    assert code(home.decide(asked(home), "U0JO")) == "not_the_role"


@pytest.mark.parametrize("who", ["U0JO", "U0SAM"])
def test_nothing_is_lent_to_or_from_whoever_asked_for_it(home: Home, who: str) -> None:
    away(home, "sam")
    request_id = asked(home)
    home.tamper(f"update request set requester = '{who}'")
    assert code(home.decide(request_id, "U0JO")) == "not_the_role"
    assert "U0JO" not in card(home, request_id).deciders


@pytest.mark.parametrize("who", ["U0JO", "U0SAM"])
def test_nothing_is_lent_to_or_from_whoever_wrote_it(home: Home, who: str) -> None:
    away(home, "sam")
    request_id = asked(home)
    home.tamper(f"update proposal set author_kind = 'person', author = '{who}'")
    assert code(home.decide(request_id, "U0JO")) == "not_the_role"


def test_a_guest_is_lent_nothing(home: Home) -> None:
    away(home, "theo", "sam")
    request_id = asked(home)
    home.directory.remove("U0JO")
    assert code(home.decide(request_id, "U0JO")) == "not_a_member"


# Nobody counts twice -------------------------------------------------------------------------------------------------


def test_a_delegate_does_not_sign_for_two(tmp_path: Path) -> None:
    home = with_signatures(tmp_path, ONE.replace("1", "2"))
    away(home, "theo", "sam")
    request_id = asked(home)
    assert isinstance(home.decide(request_id, "U0JO"), Pending)
    assert code(home.decide(request_id, "U0JO")) == "already_signed"
    assert home.calls("mail.reply") == []
    assert card(home, request_id).deciders == ("U0SAM",), "nobody is left who is called"


def test_whoever_was_signed_for_does_not_sign_again(tmp_path: Path) -> None:
    home = with_signatures(tmp_path, ONE.replace("1", "2"))
    away(home, "theo", "sam")
    request_id = asked(home)
    assert isinstance(home.decide(request_id, "U0JO"), Pending)
    back(home, "theo")
    assert code(home.decide(request_id, "U0THEO")) == "already_signed"
    back(home, "sam")
    assert isinstance(home.decide(request_id, "U0SAM"), Approved)
    home.work()
    assert home.calls("mail.reply") == ["mail.reply"]


def test_whoever_has_signed_lends_nothing_afterwards(tmp_path: Path) -> None:
    home = with_signatures(tmp_path, ONE.replace("1", "2"))
    request_id = asked(home)
    assert isinstance(home.decide(request_id, "U0SAM"), Pending)
    away(home, "sam")
    assert code(home.decide(request_id, "U0JO")) == "not_the_role"


# Between the yes and the claim ---------------------------------------------------------------------------------------


def test_what_was_signed_while_they_were_away_stays_when_they_are_back(home: Home) -> None:
    away(home, "theo", "sam")
    home.decide(asked(home), "U0JO")
    back(home, "theo")
    back(home, "sam")
    home.work()
    assert home.calls("mail.reply") == ["mail.reply"]


def test_the_lent_role_taken_from_them_before_the_claim_asks_again(home: Home) -> None:
    away(home, "theo", "sam")
    home.decide(asked(home), "U0JO")
    taken_away(home, "theo@example.com")
    home.work()
    assert home.calls("mail.reply") == []
    assert len(home.pending()) == 1


@pytest.mark.parametrize("who", ["U0JO", "U0THEO"])
def test_the_delegate_or_the_lender_having_left_before_the_claim_asks_again(home: Home, who: str) -> None:
    away(home, "theo", "sam")
    home.decide(asked(home), "U0JO")
    home.directory.remove(who)
    home.work()
    assert home.calls("mail.reply") == []
    assert len(home.pending()) == 1


# Who may say it ------------------------------------------------------------------------------------------------------


def test_oneself_and_the_owner_may_say_it_and_nobody_else(home: Home) -> None:
    until, people = home.clock.now() + timedelta(days=1), home.directory.people
    assert isinstance(absences(home).leave("theo@example.com", until, people["U0THEO"]), Absence)
    assert isinstance(absences(home).leave("sam@example.com", until, people["U0MAYA"]), Absence)
    assert isinstance(absences(home).leave("jo@example.com", until, people["U0SAM"]), Unchanged)
    assert isinstance(absences(home).come_back("theo@example.com", people["U0SAM"]), Unchanged)
    assert home.sql("select count(*) from audit where kind = 'away.refused'") == [(2,)]
    assert code(absences(home).leave("theo@example.com", until, people["U0GUEST"])) == "not_a_member"
    assert home.sql("select actor from audit where kind = 'person.away' order by seq") == [
        ("person:U0THEO",), ("person:U0MAYA",),
    ]  # fmt: skip
    assert isinstance(absences(home).come_back("jo@example.com", None), Unchanged)


def test_the_delegate_is_told_in_private(home: Home) -> None:
    away(home, "theo")
    told = home.sql("select viewer, detail from card where kind = 'told'")
    assert [viewer for viewer, _ in told] == ["U0SAM"]
    assert "You stand in for Theo Okafor until Thu Nov 26, 10:00 AM EST" in told[0][1]


def test_somebody_whom_slack_has_not_shown_cannot_be_away(tmp_path: Path) -> None:
    home = open_home(tmp_path)
    found = absences(home).leave("theo@example.com", home.clock.now() + timedelta(days=1), None)
    assert isinstance(found, Unchanged) and "Slack has not shown Theo Okafor" in found.reason


def test_the_home_tab_shows_the_delegate_what_waits_and_who_is_away(home: Home) -> None:
    request_id = asked(home)
    ledger, policy = home.house.services.ledger, home.house.services.policy()
    before = home_view(ledger, policy, home.directory.people["U0JO"])
    away(home, "theo", "sam")
    view = home_view(ledger, policy, home.directory.people["U0JO"])
    assert before is not None and before.mine == () and before.away == ()
    assert view is not None and [each.row["id"] for each in view.mine] == [request_id]
    assert sorted((each.name, each.instead) for each in view.away) == [
        ("Sam Whitlock", "Jo Marsh"),
        ("Theo Okafor", "Jo Marsh"),
    ]
