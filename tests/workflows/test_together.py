"""What one verb does to what another has begun: lists, repeats, undo, questions, calls for help and asking again together."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from bot.listeners.channels import move
from bot.render.batch import batch_card
from bot.render.scene import Scene
from core.contract.authority import Approved, Decision, Refused, Rejected
from core.contract.base import RequestId
from core.ledger import Phase
from tests.support.fort import Fort, loose_policies, raise_fort
from tests.support.house import Home, open_home
from tests.support.regrets import press, regretful
from tests.workflows import test_agent_asks as asker
from tests.workflows import test_clarifying as clarify
from tests.workflows import test_lists as lists
from tests.workflows import test_stuck as stuck
from tests.workflows import test_twins as twins
from workflows import asking, gather, history
from workflows.ask_again import AskAgain, AskedAgain
from workflows.away import Absence, Absences
from workflows.batches import Decided, OfList
from workflows.escalating import CalledFor, Escalating, Plea
from workflows.questions import Asked, Drafted, Told
from workflows.remarks import Remarks
from workflows.undo import Undoing


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = open_home(tmp_path)
    made.meet()
    return made


@pytest.fixture
def fort(tmp_path: Path) -> Fort:
    return regretful(tmp_path)


@pytest.fixture
def asks(tmp_path: Path) -> Iterator[Fort]:
    made = raise_fort(tmp_path, loose_policies(tmp_path), agents=asker.Asker())
    made.meet()
    yield made
    made.house.close()


def help_for(home: Home, task: str, who: str = "U0SAM", **more: Any) -> Any:
    plea = Plea(**{"queue": "finance", "why": "Two invoices disagree.", **more})
    verb = Escalating(home.house.services.ledger, home.house.services.policy)
    return verb.call(task, plea, home.directory.people[who])


def again(home: Home, request_id: str, who: str = "U0SAM") -> Any:
    services = home.house.services
    version = home.sql(f"select version from request where id = '{request_id}'")[0][0]
    verb = AskAgain(services.ledger, services.people.door_out, services.policy)
    return verb.press(request_id, version, home.directory.people[who])


def runs_out(home: Home) -> None:
    home.clock.pass_(days=1)
    home.house.schedule.follow_up(home.clock.now())
    home.work()


def calls(home: Home) -> list[tuple[str, str]]:
    return home.sql("select trigger, state from request where kind = 'escalation' order by created_at, id")


# A list ---------------------------------------------------------------------------------------------------------------


def something_said(home: Home, how: str, request_id: str) -> None:
    services, sam = home.house.services, home.directory.people["U0SAM"]
    task, version = home.sql(f"select task_id, version from request where id = '{request_id}'")[0]
    given = Decision(request_id=RequestId(request_id), version=version, person="U0SAM", verb="ask")
    match how:
        case "help":
            assert isinstance(help_for(home, str(task), request_id=request_id, version=version), CalledFor)
        case "question":
            assert isinstance(services.questions.ask_agent(given, "Why this price?", sam), Asked)
        case "remark":
            remarks = Remarks(services.ledger, services.policy)
            kept = remarks.keep(request_id, version, sam, "She has called twice.")
            assert not isinstance(remarks.tell(kept, sam), Refused)


@pytest.mark.parametrize("how", ["help", "question", "remark"])
def test_what_somebody_spoke_about_is_decided_where_that_stands_and_not_in_a_list(home: Home, how: str) -> None:
    lists.arrive(home, *lists.NAMED[:3])
    spoken = home.pending()[0][0]
    before = lists.ref(home)
    something_said(home, how, spoken)
    assert isinstance(lists.answer(home, seen=before), Refused), "what was said since the list was drawn is passed over"
    assert "Send 2 replies?" in lists.shown(home) and "Spoken about: it waits on its own card" in lists.shown(home)
    assert lists.answer(home) == Decided(2)
    assert [request for request, _ in home.pending()] == [spoken]
    home.work()
    spoken_version = home.sql(f"select version from request where id = '{spoken}'")[0][0]
    assert isinstance(home.decide(spoken, "U0THEO", version=spoken_version), Approved)
    home.work()
    assert len(home.calls("mail.reply")) == 3
    assert "Over: 3 replies" in lists.shown(home)


def test_what_somebody_spoke_about_begins_no_list(home: Home) -> None:
    lists.arrive(home, *lists.NAMED[:2])
    something_said(home, "question", home.pending()[0][0])
    lists.arrive(home, lists.NAMED[2])
    assert home.sql("select count(*) from batch") == [(0,)]


def test_a_list_that_was_drawn_too_early_is_drawn_anew_when_somebody_is_refused(home: Home) -> None:
    lists.arrive(home, *lists.NAMED[:3])
    seen = lists.ref(home)
    lists.arrive(home, lists.NAMED[3])
    home.tamper("update card set shown = wanted, behind = (1 = 0) where kind = 'batch'")
    assert isinstance(lists.answer(home, seen=seen), Refused)
    assert home.sql("select behind from card where kind = 'batch'") == [(1,)], "they look at the same old card again"


def test_a_list_says_what_was_taken_back(fort: Fort) -> None:
    people = [f"{name} <{name.lower()}@example.com>" for name in ("Dana", "Ines", "Omar")]
    for sender in people:
        twins.wants(fort, sender=sender)
    batch_id = str(fort.sql("select id from batch")[0][0])
    scene = Scene(fort.ledger, fort.house.services.policy)
    card = batch_card(scene, batch_id)
    assert card is not None
    given = OfList(batch_id, card.ref.version, "approve")
    assert fort.house.services.batches.decide(given, fort.directory.people["U0SAM"]) == Decided(3)
    fort.run()
    effect = str(fort.sql("select id from effect where state = 'sent' order by created_at, id")[0][0])
    assert isinstance(press(fort, effect), Undoing)
    fort.run()
    card = batch_card(scene, batch_id)
    assert card is not None
    assert sorted(each.words for each in card.ended) == ["Added, and taken back.", "Added.", "Added."]


# A repeat -------------------------------------------------------------------------------------------------------------


def test_a_repeat_learns_that_what_was_done_for_both_was_taken_back(fort: Fort) -> None:
    first, second = twins.wants(fort), twins.wants(fort)
    fort.decide(fort.pending()[0][0], "U0SAM")
    fort.run()
    assert [state for _, state in twins.requests(fort)] == ["approved", "done"]
    effect = str(fort.sql("select id from effect where state = 'sent'")[0][0])
    assert isinstance(press(fort, effect), Undoing)
    fort.run()
    (done,) = history.completed(fort.ledger, second)
    assert first in done.note and "taken it back" in done.note, "its agent tells the customer that it stands"


def test_the_no_of_a_delegate_is_on_both_records_in_both_names(fort: Fort) -> None:
    twins.wants(fort), twins.wants(fort)
    for name in ("sam", "maya"):  # Sam's delegate is Jo, who may not sign a lead by herself
        until = fort.clock.now() + timedelta(days=1)
        verb = Absences(fort.ledger, fort.house.services.policy)
        assert isinstance(verb.leave(f"{name}@example.com", until, None), Absence)
    assert isinstance(fort.decide(fort.pending()[0][0], "U0JO", "reject", reason="facts"), Rejected)
    fort.run()
    rows = fort.sql("select person, on_behalf_of from decision where verb = 'reject' order by at, id")
    assert rows == [("U0JO", "U0SAM"), ("U0JO", "U0SAM")]


def test_a_repeat_that_asks_alone_and_one_that_joins_do_not_wait_for_each_other(fort: Fort) -> None:
    first, second = twins.wants(fort), twins.wants(fort)
    pending = fort.pending()[0][0]
    assert not isinstance(fort.house.services.takeover.take(first, fort.directory.people["U0THEO"], "card"), Refused)
    (job,) = fort.due(Phase.TWIN)
    begun, go = threading.Event(), threading.Event()

    def follow() -> None:
        begun.set()
        fort.life.twin(job)

    with ThreadPoolExecutor(1) as pool:
        with fort.ledger.unit() as unit:  # as whoever makes a list or joins: the lock, then cards
            gather.lock(unit)
            following = pool.submit(follow)
            begun.wait(10)
            go.wait(0.5)  # it stands before the lock now; the later it comes, the less it can be in the way
            unit.want(pending)
        following.result(30)
    assert (second, "pending") in twins.requests(fort)


# A question -----------------------------------------------------------------------------------------------------------


def test_help_that_was_called_for_beside_an_agents_question_outlives_its_answer(asks: Fort) -> None:
    request_id = asker.asks(asks)
    task = str(asks.sql("select id from task")[0][0])
    assert isinstance(help_for(asks, task, is_urgent=False), CalledFor)
    assert isinstance(asker.answer(asks, request_id, "The dark one."), Told)
    assert calls(asks) == [("asked_by_team_later", "pending")], "whom a colleague called for is not called any more"
    row = asks.ledger.row("request", "request.get", id=request_id) or {}
    assert "Two invoices disagree." in row["why"] and asker.WHICH not in row["why"]
    (question,) = asking.of_task(asks.ledger, task)
    assert (question["state"], question["answer"]) == ("answered", "The dark one.")
    assert "Two invoices disagree." in asker.shown(asks) and "question.answer" not in asker.shown(asks)
    assert isinstance(asker.answer(asks, request_id, "The blue one."), Refused), "it was answered twice"
    assert asks.sql("select waiting_for from task") == [("person",)]
    priya = asks.directory.people["U0PRIYA"]
    assert not isinstance(asks.house.services.takeover.take(task, priya, "card"), Refused)


def test_help_that_was_called_for_outlives_the_question_that_is_passed_on_to_the_customer(asks: Fort) -> None:
    request_id = asker.asks(asks)
    task = str(asks.sql("select id from task")[0][0])
    assert isinstance(help_for(asks, task, is_urgent=False), CalledFor)
    version = asks.sql(f"select version from request where id = '{request_id}'")[0][0]
    questions, theo = asks.house.services.questions, asks.directory.people["U0THEO"]
    drafted = questions.draft(RequestId(request_id), version, theo, "Which bike was it?")
    assert isinstance(drafted, Drafted) and isinstance(questions.send(drafted.draft_id, theo), Asked)
    assert ("asked_by_team_later", "pending") in calls(asks)


def test_a_question_to_the_customer_that_nobody_may_approve_calls_somebody(asks: Fort) -> None:
    request_id = asker.asks(asks)
    services, jo = asks.house.services, asks.directory.people["U0JO"]
    policy = services.policy()
    bare = {mail: who.model_copy(update={"roles": tuple(r for r in who.roles if r != "support") or ("workshop",)})
            for mail, who in policy.people.items()}  # fmt: skip
    now = policy.model_copy(update={"people": bare})
    for each in (services.questions, services.people, services.people.door_out):
        object.__setattr__(each, "policy", lambda: now)
    drafted = services.questions.draft(RequestId(request_id), 1, jo, "Which bike was it?")
    assert isinstance(drafted, Drafted)
    found = services.questions.send(drafted.draft_id, jo)
    assert isinstance(found, Asked) and found.waits
    assert calls(asks) == [("needs_answer", "closed"), ("nobody_may", "pending")]
    assert asks.sql("select waiting_for from task") == [("approval",)]


# Asking again ---------------------------------------------------------------------------------------------------------


def test_an_agents_question_that_ran_out_can_be_asked_again_and_its_answer_is_heard(tmp_path: Path) -> None:
    home = open_home(tmp_path, clarify.model())
    home.meet()
    task = clarify.comes(home)
    old = home.pending()[0][0]
    runs_out(home)
    found = again(home, old)
    assert isinstance(found, AskedAgain), found
    row = clarify.question(home, task)
    assert (row["mail_id"], row["request_id"], row["state"]) == (found.request_id, found.request_id, "open")
    assert isinstance(home.decide(found.request_id, "U0THEO"), Approved)
    home.work()
    assert home.sql("select waiting_for from task") == [("customer",)]
    clarify.comes(home, clarify.ANSWER, 1)
    assert clarify.question(home, task)["state"] == "answered"


def test_what_nobody_could_decide_in_time_calls_nobody_once_it_was_decided(tmp_path: Path) -> None:
    home = open_home(tmp_path, policies=stuck.without(tmp_path, "support"))
    home.meet()
    home.house.services.arrivals.mail(stuck.mail(stuck.QUESTION))
    home.work()
    old = home.pending()[0][0]
    runs_out(home)
    home = stuck.with_everybody(home, tmp_path)
    found = again(home, old)
    assert isinstance(found, AskedAgain)
    assert {state for _, state in calls(home)} == {"closed"}, "somebody is called for what can be decided"
    assert isinstance(home.decide(found.request_id, "U0THEO"), Approved)
    home.work()
    assert home.sql("select state from task") == [("done",)]


def test_what_stricter_rules_made_ask_anew_and_was_sent_calls_nobody(home: Home) -> None:
    home.house.services.arrivals.mail(stuck.mail(stuck.QUESTION))
    home.work()
    request_id = home.pending()[0][0]
    assert isinstance(home.decide(request_id, "U0THEO"), Approved)
    home.directory.remove("U0THEO")  # who approved it has left before it went out
    home.work()
    ((new, _),) = home.pending()
    assert new != request_id
    assert isinstance(home.decide(new, "U0SAM"), Approved)
    home.work()
    assert len(home.calls("mail.reply")) == 1
    assert calls(home) == [], "what was sent is said to have failed"
    assert home.sql("select state from task") == [("done",)]


def test_the_cards_of_a_list_move_with_it_when_their_channel_is_gone(home: Home) -> None:
    lists.arrive(home, *lists.NAMED[:4])
    home.tamper("update card set channel = 'C1', ts = id, shown = wanted, behind = (1 = 0)")
    move(SimpleNamespace(services=home.house.services), "C1", "channel_archive")  # type: ignore[arg-type]
    moved = home.sql("select kind, count(*) from card where ts = '' and kind <> 'handoff' group by 1 order by 1")
    assert moved == [("approval", 4), ("batch", 1)], "who wants to edit one of the list finds no card for it"
