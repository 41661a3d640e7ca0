"""An agent asks the team: people are called until somebody answers, the answer is a fact in their name, one next turn begins."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from agents.base import Brief, Tools
from bot.render.question import draw
from bot.render.scene import Scene
from core.contract.authority import Decision, Refused
from core.contract.base import RequestId
from core.contract.work import Ask, Escalate, Finished, Outcome, Turn
from tests.support.adversary import Adversary, turn
from tests.support.fort import Fort, loose_policies, raise_fort
from tests.support.house import mail
from workflows import asking
from workflows.answering import Answering, Seen
from workflows.people import NotPossible
from workflows.questions import Drafted, Told

BIKES = ("The blue Tern", "The dark Kona")
WHICH = "Which bike does the customer mean?"


@dataclass
class Asker:
    """Asks once which bike is meant, and is done when it has been told."""

    outcome: Outcome = field(default_factory=lambda: Ask(question=WHICH, options=BIKES))
    briefs: list[Brief] = field(default_factory=list)

    def plan(self, brief: Brief, tools: Tools) -> Turn:
        return turn("planner", Adversary(1)._hand_over(brief, tools, "support"))

    def turn(self, brief: Brief, tools: Tools) -> Turn:
        self.briefs.append(brief)
        return turn("support", Finished(summary="Done.") if brief.answers else self.outcome)


@pytest.fixture
def agent() -> Asker:
    return Asker()


@pytest.fixture
def fort(tmp_path: Path, agent: Asker) -> Iterator[Fort]:
    made = raise_fort(tmp_path, loose_policies(tmp_path), agents=agent)
    made.meet()
    yield made
    made.house.close()


def asks(fort: Fort) -> str:
    fort.house.services.arrivals.mail(mail("A blue Tern or a dark Kona, as last time."))
    fort.run()
    return fort.pending("escalation")[0][0]


def decision(fort: Fort, request_id: str, by: str, version: int | None = None, verb: str = "answer") -> Decision:
    row = fort.ledger.row("request", "request.get", id=request_id) or {}
    return Decision(request_id=RequestId(request_id), version=version or row["version"], person=by, verb=verb)  # type: ignore[arg-type]


def answer(fort: Fort, request_id: str, text: str = "", by: str = "U0JO", *, option: int | None = None,
           version: int | None = None) -> Any:  # fmt: skip
    given = decision(fort, request_id, by, version)
    return fort.house.services.questions.answer(given, text, fort.directory.people[by], option)


def shown(fort: Fort) -> str:
    row = dict(zip(("subject_id", "kind", "id"), fort.sql("select subject_id, kind, id from card where kind = 'question'")[0],
                   strict=True))  # fmt: skip
    return str(draw(Scene(fort.ledger, fort.house.services.policy), row).payload)


def test_people_are_called_by_a_card_that_takes_the_answer(fort: Fort) -> None:
    request_id = asks(fort)
    assert fort.sql("select kind, trigger, state from request") == [("escalation", "needs_answer", "pending")]
    assert fort.sql("select kind from card where kind in ('question', 'escalation')") == [("question",)]
    assert fort.sql("select role, state from rung") == [("front_desk", "called")]
    card = shown(fort)
    assert WHICH in card and BIKES[0] in card and "question.answer_2" in card and "<@U0JO>" in card
    assert request_id in card


def test_the_ladder_goes_on_until_somebody_answers(fort: Fort) -> None:
    request_id = asks(fort)
    for _ in range(3):
        fort.clock.pass_(minutes=61)
        fort.schedule.follow_up(fort.clock.now())
    assert [row[0] for row in fort.sql("select role from rung order by number")] == ["front_desk", "support_lead"]
    assert "called" in shown(fort)
    assert isinstance(answer(fort, request_id, "The dark one"), Told)
    fort.clock.pass_(minutes=61)
    before = fort.sql("select count(*) from card")
    fort.schedule.follow_up(fort.clock.now())
    assert fort.sql("select count(*) from card") == before


def test_a_button_answers_in_that_persons_name_and_one_turn_begins(fort: Fort, agent: Asker) -> None:
    request_id = asks(fort)
    assert answer(fort, request_id, option=0) == Told(BIKES[0])
    assert fort.sql("select owner from task") == [("support",)]
    fort.run()
    assert len(agent.briefs) == 2
    (given,) = agent.briefs[-1].answers
    assert (given.text, given.person, given.question) == (BIKES[0], "U0JO", WHICH)
    assert fort.sql("select state, closed_reason from request") == [("answered", "")]
    assert fort.sql("select person, verb, target_kind, refusal from decision") == [("U0JO", "answer", "escalation", "")]
    assert ("question.answered", "person:U0JO") in fort.sql("select kind, actor from audit")
    assert fort.sql("select state from task") == [("done",)]
    card = shown(fort)
    assert "<@U0JO> answered" in card and BIKES[0] in card and "question.answer_1" not in card


def test_words_answer_too_and_lie_sealed(fort: Fort, agent: Asker) -> None:
    request_id = asks(fort)
    answer(fort, request_id, "  The green one, number 31. ")
    fort.run()
    assert agent.briefs[-1].answers[0].text == "The green one, number 31."
    assert "number 31" not in str(fort.sql("select answer from question")) + str(fort.sql("select facts from audit"))
    assert "number 31" not in str(fort.sql("select note from decision"))


def test_the_second_answer_does_not_count_and_says_so(fort: Fort, agent: Asker) -> None:
    request_id = asks(fort)
    answer(fort, request_id, option=0)
    second = answer(fort, request_id, option=1, by="U0SAM")
    assert isinstance(second, Refused) and second.code == "already_decided"
    fort.run()
    assert len(agent.briefs) == 2


def test_of_two_answers_at_once_one_counts(fort: Fort, agent: Asker) -> None:
    request_id = asks(fort)
    with ThreadPoolExecutor(2) as both:
        found = list(both.map(lambda n: answer(fort, request_id, option=n, by=("U0JO", "U0SAM")[n], version=1), (0, 1)))
    assert sorted(type(each).__name__ for each in found) == ["Refused", "Told"]
    fort.run()
    assert len(agent.briefs) == 2


def test_who_has_no_role_answers_nothing_and_an_old_card_neither(fort: Fort) -> None:
    request_id = asks(fort)
    guest = answer(fort, request_id, option=0, by="U0GUEST")
    assert isinstance(guest, Refused) and guest.code == "not_a_member"
    assert fort.sql("select verb, refusal from decision") == [("answer", "not_a_member")]
    stale = answer(fort, request_id, option=0, version=7)
    assert isinstance(stale, Refused) and stale.code == "stale_card"
    assert fort.sql("select state from request") == [("pending",)]


def test_having_seen_it_holds_the_ladder_and_the_question_stays(fort: Fort) -> None:
    request_id = asks(fort)
    answering = Answering(fort.ledger, fort.house.services.policy)
    assert isinstance(answering.acknowledge(request_id, 1, fort.directory.people["U0JO"]), Seen)
    card = shown(fort)
    assert "seen by Jo Marsh" in card and "question.answer_1" in card
    assert ":seen'" not in card, "it is offered once more to say that it was seen"


def test_whoever_takes_the_task_over_has_it_and_nobody_answers_any_more(fort: Fort, agent: Asker) -> None:
    request_id = asks(fort)
    task_id = fort.sql("select id from task")[0][0]
    fort.house.services.takeover.take(task_id, fort.directory.people["U0SAM"], "card")
    refused = answer(fort, request_id, option=0)
    assert isinstance(refused, Refused) and refused.code == "already_decided"
    assert "<@U0SAM>" in shown(fort)
    fort.run()
    assert len(agent.briefs) == 1


def test_something_worse_on_the_same_task_calls_as_what_it_is(fort: Fort) -> None:
    request_id = asks(fort)
    fort.house.services.arrivals.mail(mail("I want to talk to a person.", message_id="two", references="one"))
    row = fort.ledger.row("request", "request.get", id=request_id) or {}
    assert row["state"] == "pending", "the question went away with the customer's words"


def test_the_customer_is_asked_once_and_the_agent_goes_on_with_the_answer(fort: Fort, agent: Asker) -> None:
    request_id = asks(fort)
    questions, theo = fort.house.services.questions, fort.directory.people["U0THEO"]
    drafted = questions.draft(RequestId(request_id), 1, theo, "Which bike was it?")
    assert isinstance(drafted, Drafted)
    questions.send(drafted.draft_id, theo)
    fort.run()
    assert fort.calls("mail.reply") == ["mail.reply"]
    assert len(agent.briefs) == 1, "the agent went on before the customer answered"
    assert fort.sql("select state, waiting_for, owner from task") == [("waiting", "customer", "support")]
    assert "The customer is asked" in shown(fort)
    agent.outcome = Finished(summary="The Tern.")
    fort.house.services.arrivals.mail(mail("The Tern, number 22.", message_id="two", references="one"))
    fort.run()
    assert len(agent.briefs) == 2 and agent.briefs[-1].event.text == "The Tern, number 22."
    (row,) = [each for each in asking.of_request(fort.ledger, request_id) if each["whom"] == asking.CUSTOMER]
    assert (row["state"], row["answer"]) == ("answered", "The Tern, number 22.")
    assert "The Tern, number 22." in shown(fort)
    fort.clock.pass_(days=3)
    fort.run()
    assert len(agent.briefs) == 2, "the turn that waited for the answer came too"


def test_without_an_answer_of_the_customer_people_are_asked_again_and_the_customer_is_not(
    fort: Fort, agent: Asker
) -> None:
    request_id = asks(fort)
    questions, theo = fort.house.services.questions, fort.directory.people["U0THEO"]
    questions.send(questions.draft(RequestId(request_id), 1, theo, "Which bike was it?").draft_id, theo)
    fort.run()
    fort.clock.pass_(days=1, hours=1)
    fort.run()
    assert len(agent.briefs) == 2
    ((again, _),) = fort.pending("escalation")
    assert again != request_id
    drafted = questions.draft(RequestId(again), 1, theo, "Which bike was it, please?")
    found = questions.send(drafted.draft_id, theo)
    assert isinstance(found, NotPossible) and "asked once" in found.reason
    fort.run()
    assert fort.calls("mail.reply") == ["mail.reply"]


def test_where_people_are_called_already_the_question_stands_on_that_call(fort: Fort, agent: Asker) -> None:
    agent.outcome = Escalate(trigger="complaint", why="Unhappy.")
    request_id = asks(fort)
    with fort.ledger.unit(fort.sql("select id from task")[0][0]) as unit:
        from workflows import requests  # noqa: PLC0415

        requests.ask_team(unit, fort.house.services.policy(), Ask(question=WHICH), agent="support")
    row = fort.ledger.row("request", "request.get", id=request_id) or {}
    assert WHICH in row["why"]
    assert fort.pending("escalation") == [(request_id, row["task_id"])]
