"""A decision goes to somebody else: the rules' list of who may stays as it is, and nothing ever waits for nobody."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest

from bot.render.approval import approval_card
from bot.render.scene import Scene
from core.contract.authority import Approved, Decision, Pending, Refused
from core.contract.base import RequestId
from tests.support.house import POLICIES, Home, mail, open_home
from workflows import views
from workflows.people import NotPossible
from workflows.reassign import Reassigned

ONE_FOR_A_MAIL = "      - {role: support, count: 1}\n"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = open_home(tmp_path)
    made.meet()
    return made


def with_finance_too(folder: Path) -> Path:
    """The company's rules, but a mail needs finance as well."""
    made = folder / "policies"
    shutil.copytree(POLICIES, made)
    rules = (made / "gateways" / "mail.yml").read_text(encoding="utf-8")
    both = rules.replace(ONE_FOR_A_MAIL, ONE_FOR_A_MAIL + ONE_FOR_A_MAIL.replace("support", "finance"), 1)
    (made / "gateways" / "mail.yml").write_text(both, encoding="utf-8")
    return made


def asked(home: Home) -> str:
    home.house.services.arrivals.mail(mail("When do you open?\n\nDana"))
    home.work()
    return home.pending()[0][0]


def hand_on(
    home: Home, request_id: str, to: str, by: str = "U0THEO", *, version: int | None = None, note: str = ""
) -> Any:
    row = home.house.services.ledger.row("request", "request.get", id=request_id) or {}
    decision = Decision(request_id=RequestId(request_id), version=version or row["version"], person=by, verb="reassign",
                        note=note)  # fmt: skip
    return home.house.services.reassign.to(decision, to, home.directory.people[by])


def card(home: Home, request_id: str) -> Any:
    ledger = home.house.services.ledger
    view = views.request_view(ledger, request_id)
    assert view is not None
    return approval_card(Scene(ledger, home.house.services.policy), view)


def lines(home: Home) -> list[dict[str, Any]]:
    rows = home.sql("select detail from card where kind = 'timeline' order by created_at, id")
    return [orjson.loads(row[0]) for row in rows]


def rules(home: Home, **changes: Any) -> None:
    """Other rules from now on, as after an edit of people.yml."""
    made = home.house.services.policy().model_copy(update=changes)
    object.__setattr__(home.house.services.reassign, "policy", lambda: made)
    object.__setattr__(home.house.services.people, "policy", lambda: made)


def without_role(home: Home, mail_address: str, *roles: str) -> None:
    people = dict(home.house.services.policy().people)
    people[mail_address] = people[mail_address].model_copy(update={"roles": roles})
    rules(home, people=people)


# It goes to somebody -------------------------------------------------------------------------------------------------


def test_it_stays_pending_names_them_once_and_keeps_its_time(home: Home) -> None:
    request_id = asked(home)
    before = home.sql("select due_at from request")
    assert set(card(home, request_id).deciders) == {"U0THEO", "U0SAM"}
    assert hand_on(home, request_id, "person:U0SAM", note="You know the bike.") == Reassigned(request_id, ("U0SAM",))
    shown = card(home, request_id)
    assert (shown.deciders, shown.others) == (("U0SAM",), ("Theo Okafor",))
    assert (shown.handed_by, shown.handed_note) == ("U0THEO", "You know the bike.")
    assert home.sql("select state, assignee, version from request") == [("pending", "person:U0SAM", 2)]
    assert home.sql("select due_at from request") == before
    assert [(each["what"], each["person"], each["called"]) for each in lines(home)] == [
        ("reassigned", "U0THEO", ["U0SAM"])
    ]
    assert home.sql("select person, verb, reason, refusal from decision") == [
        ("U0THEO", "reassign", "person:U0SAM", "")
    ]
    assert home.sql("select actor from audit where kind = 'decision.made'") == [("person:U0THEO",)]


def test_who_may_decide_is_still_what_the_rules_say(home: Home) -> None:
    request_id = asked(home)
    hand_on(home, request_id, "person:U0SAM")
    refused = home.decide(request_id, "U0PRIYA")
    assert isinstance(refused, Refused) and refused.code == "not_the_role"
    assert isinstance(home.decide(request_id, "U0THEO"), Approved), "handing it on took Theo's authority away"


def test_it_goes_to_those_of_a_team_who_may_decide(home: Home) -> None:
    request_id = asked(home)
    assert hand_on(home, request_id, "role:front_desk") == Reassigned(request_id, ("U0SAM",))  # Jo has no say in mails
    assert card(home, request_id).deciders == ("U0SAM",)


def test_a_signature_given_before_stays_and_the_other_one_is_called_too(tmp_path: Path) -> None:
    policies = with_finance_too(tmp_path)
    home = open_home(tmp_path, policies=policies)
    home.meet()
    request_id = asked(home)
    assert isinstance(home.decide(request_id, "U0PRIYA"), Pending)
    assert isinstance(hand_on(home, request_id, "person:U0SAM"), Reassigned)
    shown = card(home, request_id)
    assert [each.person for each in shown.signatures] == ["U0PRIYA"]
    assert shown.deciders == ("U0SAM",)
    assert isinstance(home.decide(request_id, "U0SAM"), Approved)
    home.work()
    assert home.calls("mail.reply") == ["mail.reply"]


def test_whoever_else_has_to_sign_is_still_called(tmp_path: Path) -> None:
    policies = with_finance_too(tmp_path)
    home = open_home(tmp_path, policies=policies)
    home.meet()
    request_id = asked(home)
    assert hand_on(home, request_id, "person:U0SAM") == Reassigned(request_id, ("U0SAM", "U0PRIYA"))


# Nobody may be left with nobody --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("to", "words"),
    [
        ("person:U0PRIYA", "Priya Nair cannot decide this: it needs support"),
        ("role:finance", "Nobody of finance can decide this"),
        ("person:U0NOBODY", "active member"),
        ("role:kings", "The rules know nobody of that name"),
        ("person:U0GUEST", "no active member"),
    ],
)
def test_to_somebody_who_may_not_decide_it_does_not_go(home: Home, to: str, words: str) -> None:
    request_id = asked(home)
    found = hand_on(home, request_id, to)
    assert isinstance(found, NotPossible) and words in found.reason
    assert home.sql("select assignee, version from request") == [(None, 1)]
    assert home.sql("select count(*) from decision") == [(0,)]
    assert lines(home) == []
    assert home.sql("select count(*) from audit where kind = 'reassign.refused'") == [(1,)]


def test_to_whoever_asked_for_it_it_does_not_go(home: Home) -> None:
    request_id = asked(home)
    home.tamper("update request set requester = 'U0SAM'")
    found = hand_on(home, request_id, "person:U0SAM")
    assert isinstance(found, NotPossible) and "Sam Whitlock asked for this or wrote it" in found.reason


def test_to_whoever_has_it_already_nothing_happens_twice(home: Home) -> None:
    request_id = asked(home)
    hand_on(home, request_id, "person:U0SAM")
    again = hand_on(home, request_id, "person:U0SAM")
    assert isinstance(again, NotPossible) and "already" in again.reason
    assert len(lines(home)) == 1


def test_a_role_taken_away_between_the_form_and_its_return_is_refused(home: Home) -> None:
    request_id = asked(home)
    without_role(home, "sam@example.com", "front_desk")
    found = hand_on(home, request_id, "person:U0SAM")
    assert isinstance(found, NotPossible) and "Sam Whitlock cannot decide this" in found.reason
    without_role(home, "theo@example.com", "workshop")
    mine = hand_on(home, request_id, "person:U0SAM")
    assert isinstance(mine, Refused) and mine.code == "not_the_role"


def test_when_nobody_is_left_of_those_it_was_handed_to_all_who_may_are_asked(home: Home) -> None:
    request_id = asked(home)
    hand_on(home, request_id, "person:U0SAM")
    people = dict(home.house.services.policy().people)
    people["sam@example.com"] = people["sam@example.com"].model_copy(update={"roles": ("front_desk",)})
    later = home.house.services.policy().model_copy(update={"people": people})
    ledger = home.house.services.ledger
    view = views.request_view(ledger, request_id)
    assert view is not None
    assert approval_card(Scene(ledger, lambda: later), view).deciders == ("U0THEO",)


# Who, when, how often ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("by", "code"), [("U0PRIYA", "not_the_role"), ("U0GUEST", "not_a_member")])
def test_whoever_may_not_decide_hands_nothing_on_and_it_is_on_record(home: Home, by: str, code: str) -> None:
    request_id = asked(home)
    found = hand_on(home, request_id, "person:U0SAM", by)
    assert isinstance(found, Refused) and found.code == code
    assert home.sql("select verb, refusal from decision") == [("reassign", code)]
    assert home.sql("select assignee from request") == [(None,)]


def test_an_old_card_hands_nothing_on(home: Home) -> None:
    request_id = asked(home)
    hand_on(home, request_id, "person:U0SAM")
    found = hand_on(home, request_id, "person:U0THEO", version=1)
    assert isinstance(found, Refused) and found.code == "stale_card"
    assert home.sql("select assignee from request") == [("person:U0SAM",)]


def test_what_is_decided_is_handed_to_nobody(home: Home) -> None:
    request_id = asked(home)
    home.decide(request_id, "U0SAM")
    found = hand_on(home, request_id, "person:U0SAM")
    assert isinstance(found, Refused) and found.code == "already_decided"
    assert home.sql("select assignee from request") == [(None,)]


def test_after_its_time_it_is_handed_to_nobody(home: Home) -> None:
    request_id = asked(home)
    home.clock.pass_(days=3)
    found = hand_on(home, request_id, "person:U0SAM")
    assert isinstance(found, Refused) and found.code == "expired"


def test_of_two_at_once_one_counts(home: Home) -> None:
    request_id = asked(home)
    with ThreadPoolExecutor(2) as both:
        found = list(both.map(lambda by: hand_on(home, request_id, f"person:{by}", by, version=1), ("U0THEO", "U0SAM")))
    assert sorted(type(each).__name__ for each in found) == ["Reassigned", "Refused"]
    assert home.sql("select version from request") == [(2,)]
    assert home.sql("select count(*) from decision where refusal = ''") == [(1,)]


def test_what_was_handed_on_and_then_expired_says_when_it_ended(home: Home) -> None:
    request_id = asked(home)
    hand_on(home, request_id, "person:U0SAM")
    home.clock.pass_(days=1)
    home.house.schedule.follow_up(home.clock.now())
    shown = card(home, request_id)
    assert (shown.state, shown.decided_at) == ("expired", home.clock.now())


def test_an_unknown_request_is_answered(home: Home) -> None:
    decision = Decision(request_id=RequestId("ap_none"), version=1, person="U0THEO", verb="reassign")
    found = home.house.services.reassign.to(decision, "person:U0SAM", home.directory.people["U0THEO"])
    assert isinstance(found, Refused) and found.code == "not_found"


def test_somebody_who_has_left_is_known_by_slacks_word_now(home: Home) -> None:
    request_id = asked(home)
    home.directory.remove("U0SAM")
    found = hand_on(home, request_id, "person:U0SAM")
    assert isinstance(found, NotPossible) and "no active member" in found.reason
    home.directory.people["U0SAM"] = replace(home.directory.people["U0SAM"], is_member=True)
    home.directory.is_away = True
    assert isinstance(hand_on(home, request_id, "person:U0SAM"), Reassigned), (
        "the row that was seen counts while Slack is away"
    )
