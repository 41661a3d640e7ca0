"""Low-risk requests of one kind are decided in one list: each whole, each a decision of its own, all at once or none."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest

from bot.cards.blocks import Ref
from bot.render.batch import batch_card
from bot.render.scene import Scene
from bot.render.table import draw
from core.contract.authority import Approved, NeedsApproval, Refused, Step
from core.contract.work import Proposal, Resolved
from core.rows import NAMES
from policies.rules import gather as rules
from tests.support.hands import as_text
from tests.support.house import Home, mail, open_home
from workflows import gather
from workflows.batches import CHANGED, Decided, OfList

NAMED = ("Rosa Lindgren", "Kofi Mensah", "Ayla Demir", "Piotr Zielinski", "June Castellano")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = open_home(tmp_path)
    made.meet()
    return made


def arrive(home: Home, *names: str) -> None:
    for name in names:
        address = f"{name} <{name.split()[0].lower()}@example.com>"
        raw = mail(f"When do you open?\n\n{name}", sender=address, message_id=name.replace(" ", ""))
        home.house.services.arrivals.mail(raw)
        home.work()


def ref(home: Home) -> Ref:
    card = batch_card(Scene(home.house.services.ledger, home.house.services.policy), batch_id(home))
    assert card is not None
    return card.ref


def batch_id(home: Home) -> str:
    return str(home.sql("select id from batch order by created_at desc, id desc")[0][0])


def answer(home: Home, by: str = "U0THEO", seen: Ref | None = None, **more: Any) -> Any:
    of = seen or ref(home)
    given = OfList(of.id, of.version, more.pop("verb", "approve"), **more)
    return home.house.services.batches.decide(given, home.directory.people[by])


def shown(home: Home, kind: str = "batch") -> str:
    rows = home.sql(
        f"select {', '.join(NAMES['card'])} from card where kind = '{kind}' order by created_at desc, id desc"
    )
    row = dict(zip(NAMES["card"], rows[0], strict=True))
    return as_text(draw(Scene(home.house.services.ledger, home.house.services.policy), row).payload)


# They gather ---------------------------------------------------------------------------------------------------------


def test_two_are_asked_alone_and_the_third_makes_a_list_of_them(home: Home) -> None:
    arrive(home, *NAMED[:2])
    assert home.sql("select count(*) from batch") == [(0,)]
    arrive(home, NAMED[2])
    assert home.sql("select count(*) from batch_item") == [(3,)]
    own = home.sql("select parent_id from card where kind = 'approval' order by created_at, id")
    list_card = home.sql("select id from card where kind = 'batch'")[0][0]
    assert own == [(None,), (None,), (list_card,)], "the third has its card in the list's thread"
    words = shown(home)
    assert "Send 3 replies?" in words
    for name in NAMED[:3]:
        assert f"{name}, {name.split()[0].lower()}@example.com" in words, "a row is not whole"
    assert words.count("{name}") == 1, "the wording stands there once"
    assert "<@U0THEO> or <@U0SAM>" in words
    assert "<@U0THEO>" not in shown(home, "approval"), "people are called twice for one thing"


def test_the_wording_and_a_row_together_are_the_whole_text(home: Home) -> None:
    arrive(home, *NAMED[:3])
    ledger, common = home.house.services.ledger, set()
    for (proposal_id,) in home.sql("select proposal_id from request"):
        row = ledger.row("proposal", "proposal.get", id=proposal_id) or {}
        exact = Resolved.model_validate_json(row["resolved"])
        text = rules.wording(exact)
        assert text is not None and text.replace("{name}", rules.name_of(exact)) == exact.body
        common.add(text)
    assert len(common) == 1


def test_more_join_it_and_a_full_list_is_followed_by_another(home: Home) -> None:
    arrive(home, *NAMED[:3])
    before = ref(home)
    arrive(home, NAMED[3])
    assert home.sql("select count(*) from batch_item") == [(4,)]
    assert ref(home) != before, "the old card could approve what it did not show"
    answered = answer(home, seen=before)
    assert isinstance(answered, Refused) and answered.reason == CHANGED
    assert home.sql("select count(*) from effect") == [(0,)]


@pytest.mark.parametrize("change", ["risk", "asked", "money", "own words"])
def test_what_is_not_small_never_stands_in_a_list(home: Home, change: str) -> None:
    arrive(home, NAMED[0])
    request = home.house.services.ledger.row("request", "request.get", id=home.pending()[0][0]) or {}
    row = home.house.services.ledger.row("proposal", "proposal.get", id=request["proposal_id"]) or {}
    proposal, exact = Proposal.model_validate_json(row["body"]), Resolved.model_validate_json(row["resolved"])
    asked = NeedsApproval.model_validate_json(request["asked"])
    policy = home.house.services.policy()
    assert rules.alike(policy, proposal, exact, asked, "support")
    match change:
        case "risk":
            proposal = proposal.model_copy(update={"risk": "high"})
        case "asked":
            asked = asked.model_copy(update={"steps": (Step(role="support"), Step(role="finance"))})
        case "money":
            exact = exact.model_copy(update={"amount_cents": 1})
        case _:
            body = proposal.arguments["body"].model_copy(update={"origin": "model"})
            proposal = proposal.model_copy(update={"arguments": {**proposal.arguments, "body": body}})
    assert rules.alike(policy, proposal, exact, asked, "support") == ""


def test_without_the_rule_there_are_no_lists(home: Home) -> None:
    policy = home.house.services.policy()
    without = policy.model_copy(update={"limits": policy.limits.model_copy(update={"gather": None})})
    object.__setattr__(home.house.services.life.door_out, "policy", lambda: without)
    arrive(home, *NAMED)
    assert home.sql("select count(*) from batch") == [(0,)]


# They are decided ----------------------------------------------------------------------------------------------------


def test_approve_all_is_a_decision_and_an_effect_of_each(home: Home) -> None:
    arrive(home, *NAMED[:3])
    assert answer(home, read=[home.pending()[0][0]], seconds=9) == Decided(3)
    assert "being sent" in shown(home)
    home.work()
    assert len(home.calls("mail.reply")) == 3
    rows = home.sql("select count(distinct target_id), count(*), min(person), min(surface),"
        " sum(case when details_opened then 1 else 0 end), min(seconds)"
                    " from decision where verb = 'approve' and refusal = ''")  # fmt: skip
    assert rows == [(3, 3, "U0THEO", "list", 1, 9)]
    assert home.sql("select count(*) from effect e join request r on r.effect_id = e.id where e.digest = r.digest") == [
        (3,)
    ]
    words = shown(home)
    assert "Over: 3 replies" in words and words.count(". Sent.") == 3 and "batch.approve_all" not in words
    assert "Reply sent to" in shown(home, "approval"), "its own card says something else"


def test_a_second_click_sends_nothing_twice(home: Home) -> None:
    arrive(home, *NAMED[:3])
    seen = ref(home)
    assert answer(home, seen=seen) == Decided(3)
    again = answer(home, "U0SAM", seen=seen)
    assert isinstance(again, Refused) and again.code == "already_decided"
    home.work()
    assert len(home.calls("mail.reply")) == 3


def test_one_that_was_decided_meanwhile_stops_all(home: Home) -> None:
    arrive(home, *NAMED[:3])
    seen, first = ref(home), home.pending()[0][0]
    assert isinstance(home.decide(first, "U0SAM"), Approved)
    found = answer(home, seen=seen)
    assert isinstance(found, Refused) and found.code == "stale_card"
    assert len(home.pending()) == 2
    words = shown(home)
    assert "Send 2 replies?" in words and "Approved by Sam Whitlock, being sent." in words
    assert answer(home) == Decided(2)


def test_whoever_may_not_decide_one_decides_none(home: Home) -> None:
    arrive(home, *NAMED[:3])
    task = home.sql("select task_id from request order by created_at desc")[0][0]
    home.tamper(f"update request set requester = 'U0THEO' where task_id = '{task}'")
    found = answer(home)
    assert isinstance(found, Refused) and found.code == "own_request" and "None of the list was decided" in found.reason
    assert home.sql("select state, count(*) from request group by 1") == [("pending", 3)]
    assert home.sql("select refusal from decision") == [("own_request",)]
    assert answer(home, "U0SAM") == Decided(3)
    nobody = answer(home, "U0PRIYA")
    assert isinstance(nobody, Refused)


@pytest.mark.parametrize(("who", "code"), [("U0PRIYA", "not_the_role"), ("U0GUEST", "not_a_member")])
def test_strangers_to_it_change_nothing(home: Home, who: str, code: str) -> None:
    arrive(home, *NAMED[:3])
    found = answer(home, who)
    assert isinstance(found, Refused) and found.code == code
    assert len(home.pending()) == 3


def test_some_are_chosen_and_the_others_keep_waiting(home: Home) -> None:
    arrive(home, *NAMED[:4])
    chosen = [request for request, _ in home.pending()][:2]
    assert answer(home, which=chosen) == Decided(2)
    home.work()
    assert len(home.calls("mail.reply")) == len(home.pending()) == 2
    assert "Send 2 replies?" in shown(home)
    other = answer(home, which=["ap_unknown"])
    assert isinstance(other, Refused) and other.code == "stale_card"


def test_reject_all_gives_each_agent_the_reason(home: Home) -> None:
    arrive(home, *NAMED[:3])
    assert answer(home, verb="reject", reason="facts", note="We are closed today.") == Decided(3)
    assert home.sql("select kind, reason, count(*) from correction group by 1, 2") == [("reject", "facts", 3)]
    assert "Rejected by Theo Okafor, not sent." in shown(home)
    home.work()
    assert home.calls("mail.reply") == []


def test_a_changed_one_leaves_the_list_and_keeps_its_card(home: Home) -> None:
    arrive(home, *NAMED[:3])
    request_id = home.sql(
        "select r.id from request r join card c on c.subject_id = r.id where c.parent_id is not null"
    )[0][0]
    people = home.house.services.people
    drafted = people.draft(request_id, 1, home.directory.people["U0SAM"], {"body": "We open at nine."}, "")
    people.confirm_edit(drafted.draft_id, home.directory.people["U0SAM"])
    words = shown(home)
    assert "Send 2 replies?" in words and "Replaced or withdrawn" in words
    assert home.sql("select count(*) from card where kind = 'approval'") == [(3,)]
    behind = home.sql("select wanted > 1 from card where kind = 'batch'")
    assert behind == [(1,)], "nobody draws the list anew"


def test_a_list_with_one_that_was_handed_on_asks_for_the_others(home: Home) -> None:
    arrive(home, *NAMED[:3])
    home.tamper(f"update request set assignee = 'person:U0SAM', version = 2 where id = '{home.pending()[0][0]}'")
    assert "Send 2 replies?" in shown(home) and "Handed on" in shown(home)
    assert answer(home) == Decided(2)
    assert len(home.pending()) == 1


def test_the_number_changes_with_every_member_and_version() -> None:
    rows = [("a", 1), ("b", 1)]
    numbers = {gather.number_of(each) for each in (rows, [("a", 2), ("b", 1)], rows[:1], [*rows, ("c", 1)], [])}
    assert len(numbers) == 5
    assert orjson.dumps(max(numbers)) and max(numbers) < 10**9, "it must fit into a button"
