"""Asking on a card: the request stays pending, the answer comes back, nothing is invented, and no question ends in silence."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import orjson
import pytest

from agents.asked import ANSWERS
from core.contract.authority import Approved, Decision, Refused
from core.contract.base import RequestId
from core.contract.work import Resolved
from core.errors import Retry
from core.ports import Wording
from tests.support.house import Home, mail, open_home, sure_model
from tests.support.models import ScriptedModel
from workflows import agent_answers, asking, history
from workflows.people import NotPossible
from workflows.questions import Asked, Drafted
from workflows.remarks import GONE, Remarks

WHERE = "When do you open? I come with the ferry from Peaks Island.\n\nDana"


class Breaks(ScriptedModel):
    """Reads as always, and cannot word an answer to a person."""

    how: str = ""

    def write(self, *, purpose: str, **more: Any) -> Wording:
        if purpose == ANSWERS and self.how == "retry":
            raise Retry("too many requests", after_s=0.01)
        if purpose == ANSWERS and self.how == "refuses":
            return Wording(None, "scripted", super().write(purpose=purpose, **more).usage, "It refused.")
        return super().write(purpose=purpose, **more)


def model(how: str = "", answer: str | None = None) -> ScriptedModel:
    sure = sure_model()
    made = Breaks(sure.reads, {**sure.writes, ANSWERS: answer})
    made.how = how
    return made


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = open_home(tmp_path, model())
    made.meet()
    return made


def asked(home: Home) -> str:
    home.house.services.arrivals.mail(mail(WHERE))
    home.work()
    return home.pending()[0][0]


def decision(home: Home, request_id: str, by: str, version: int | None = None) -> Decision:
    row = home.house.services.ledger.row("request", "request.get", id=request_id) or {}
    return Decision(request_id=RequestId(request_id), version=version or row["version"], person=by, verb="ask")


def ask(home: Home, request_id: str, text: str, by: str = "U0THEO", version: int | None = None) -> Any:
    given = decision(home, request_id, by, version)
    return home.house.services.questions.ask_agent(given, text, home.directory.people[by])


def draft(home: Home, request_id: str, text: str, by: str = "U0THEO") -> Any:
    given = decision(home, request_id, by)
    return home.house.services.questions.draft(given.request_id, given.version, home.directory.people[by], text)


def send(home: Home, drafted: Drafted, by: str = "U0THEO") -> Any:
    return home.house.services.questions.send(drafted.draft_id, home.directory.people[by])


def questions(home: Home, request_id: str) -> list[dict[str, Any]]:
    return asking.of_request(home.house.services.ledger, request_id)


def lines(home: Home) -> list[str]:
    rows = home.sql("select detail from card where kind = 'timeline' order by created_at, id")
    return [orjson.loads(row[0])["what"] for row in rows]


# The agent -----------------------------------------------------------------------------------------------------------


def test_the_agent_answers_in_the_words_that_it_read(home: Home) -> None:
    request_id = asked(home)
    due = home.sql("select due_at from request")
    assert isinstance(ask(home, request_id, "Do they come with the ferry?"), Asked)
    assert home.sql("select state from request") == [("pending",)]
    home.work()
    (row,) = questions(home, request_id)
    assert (row["state"], row["asked_by"], row["answered_by"]) == ("answered", "U0THEO", "support")
    assert "“I come with the ferry from Peaks Island.”" in row["answer"]
    assert home.sql("select state, due_at, version from request") == [("pending", due[0][0], 2)]
    assert lines(home) == ["question", "answered"]
    assert home.sql("select person, verb, reason, refusal from decision") == [("U0THEO", "ask", "agent", "")]
    kinds = home.sql("select kind, actor from audit where kind like 'question.%' order by seq")
    assert kinds == [("question.asked", "person:U0THEO"), ("question.answered", "support")]


def test_why_is_answered_with_the_reason_of_the_proposal(home: Home) -> None:
    request_id = asked(home)
    ask(home, request_id, "Why do you think that this is right?")
    home.work()
    assert questions(home, request_id)[0]["answer"].splitlines()[1] == "My reason: “The customer asks: opening hours”"


def test_what_stands_nowhere_is_not_known_and_takes_no_model(home: Home) -> None:
    request_id = asked(home)
    ask(home, request_id, "Does she have a warranty for the derailleur?")
    home.work()
    (row,) = questions(home, request_id)
    assert row["state"] == "answered"
    assert row["answer"].startswith("That is not in what I read: my reason, what the customer wrote, ")
    assert home.sql(f"select count(*) from model_call where purpose = '{ANSWERS}'") == [(0,)]


@pytest.mark.parametrize("how", ["retry", "refuses"])
def test_a_model_that_fails_ends_in_words_and_not_in_silence(tmp_path: Path, how: str) -> None:
    home = open_home(tmp_path, model(how))
    home.meet()
    request_id = asked(home)
    ask(home, request_id, "Do they come with the ferry?")
    for _ in range(8):
        home.work()
        home.clock.pass_(minutes=2)
    (row,) = questions(home, request_id)
    assert (row["state"], row["answer"]) == ("not_answered", agent_answers.CANNOT)
    assert home.pending() != [], "the request went away with the question"
    assert home.pending("escalation") == []
    assert lines(home) == ["question", "not_answered"]
    assert isinstance(ask(home, request_id, "And the ferry?"), Asked), "after a failure nobody may ask again"


def test_a_model_that_drops_what_was_found_is_not_believed(tmp_path: Path) -> None:
    home = open_home(tmp_path, model(answer="Yes, she gets 20% off."))
    home.meet()
    request_id = asked(home)
    ask(home, request_id, "Do they come with the ferry?")
    home.work()
    assert questions(home, request_id)[0]["state"] == "not_answered"


def test_asking_again_while_an_answer_is_to_come_is_refused(home: Home) -> None:
    request_id = asked(home)
    ask(home, request_id, "Do they come with the ferry?")
    again = ask(home, request_id, "And by bus?", "U0SAM")
    assert isinstance(again, NotPossible) and "Somebody has asked something here already" in again.reason
    assert len(questions(home, request_id)) == 1
    home.work()
    assert isinstance(ask(home, request_id, "And by bus?", "U0SAM"), Asked)


def test_of_two_who_ask_at_once_one_counts(home: Home) -> None:
    request_id = asked(home)
    with ThreadPoolExecutor(2) as both:
        found = list(both.map(lambda by: ask(home, request_id, "Ferry?", by, version=1), ("U0THEO", "U0SAM")))
    assert sorted(type(each).__name__ for each in found) == ["Asked", "Refused"]
    assert len(questions(home, request_id)) == 1


@pytest.mark.parametrize(("by", "code"), [("U0GUEST", "not_a_member"), ("U0NOROLE", "not_the_role")])
def test_who_has_no_role_asks_nothing(home: Home, by: str, code: str) -> None:
    request_id = asked(home)
    home.directory.people["U0NOROLE"] = home.directory.people["U0SAM"].__class__(
        "U0NOROLE", "T0HARBOR", "nora@example.com", "Nora", "America/New_York", True
    )
    found = ask(home, request_id, "Ferry?", by)
    assert isinstance(found, Refused) and found.code == code
    assert home.sql("select verb, refusal from decision") == [("ask", code)]


def test_an_old_card_and_one_that_is_over_take_no_question(home: Home) -> None:
    request_id = asked(home)
    ask(home, request_id, "Ferry?")
    stale = ask(home, request_id, "Ferry?", version=1)
    assert isinstance(stale, Refused) and stale.code == "stale_card"
    home.decide(request_id, "U0SAM")
    over = ask(home, request_id, "Ferry?")
    assert isinstance(over, Refused) and over.code == "already_decided"


def test_a_yes_on_the_card_from_before_the_question_does_not_count(home: Home) -> None:
    request_id = asked(home)
    ask(home, request_id, "Ferry?")
    refused = home.decide(request_id, "U0SAM", version=1)
    assert isinstance(refused, Refused) and refused.code == "stale_card"
    assert isinstance(home.decide(request_id, "U0SAM"), Approved), "a question stands in the way of a decision"


def test_a_paused_agent_says_so_instead_of_answering(home: Home) -> None:
    request_id = asked(home)
    home.house.services.controls.pause("support", home.directory.people["U0MAYA"], "Look first", None)
    ask(home, request_id, "Do they come with the ferry?")
    home.work()
    assert questions(home, request_id)[0]["answer"] == agent_answers.PAUSED


def test_the_words_lie_sealed(home: Home) -> None:
    request_id = asked(home)
    ask(home, request_id, "Do they come with the ferry?")
    home.work()
    raw = home.sql("select text, answer from question")[0]
    assert b"ferry" not in bytes(raw[0]) + bytes(raw[1])
    assert "ferry" not in str(home.sql("select facts from audit")) + str(home.sql("select detail from card"))


# The customer --------------------------------------------------------------------------------------------------------


def test_a_question_to_the_customer_is_shown_first_and_goes_out_by_whoever_alone_may(home: Home) -> None:
    request_id = asked(home)
    drafted = draft(home, request_id, "Which day do you mean?")
    assert isinstance(drafted, Drafted)
    assert "Which day do you mean?" in drafted.mail.body and "Hi Dana" in drafted.mail.body
    assert drafted.mail.lines[0][1].endswith("dana.whitfield@example.com")
    home.work()
    assert home.calls("mail.reply") == []
    assert send(home, drafted) == Asked(questions(home, request_id)[0]["id"], waits=False)
    home.work()
    assert home.calls("mail.reply") == ["mail.reply"]
    assert home.sql(f"select state from request where id = '{request_id}'") == [("pending",)]
    assert home.sql("select author_kind, author, verdict_kind from proposal where author_kind = 'person'") == [
        ("person", "U0THEO", "needs_approval")
    ]
    assert home.sql("select count(*) from turn") == [(2,)], "the agent went on although nothing is decided"
    again = send(home, drafted)
    assert isinstance(again, Refused) and again.code == "not_found"
    home.work()
    assert home.calls("mail.reply") == ["mail.reply"]


def test_from_somebody_who_may_not_approve_it_gets_a_card_of_its_own(home: Home) -> None:
    request_id = asked(home)
    drafted = draft(home, request_id, "Which day do you mean?", "U0PRIYA")
    assert send(home, drafted, "U0PRIYA").waits
    home.work()
    assert home.calls("mail.reply") == []
    (mail_id,) = {each for each, _ in home.pending()} - {request_id}
    own = home.decide(mail_id, "U0PRIYA")
    assert isinstance(own, Refused)
    again = draft(home, request_id, "Which day?", "U0THEO")
    found = send(home, again)
    assert isinstance(found, NotPossible), "two questions to one customer"
    assert isinstance(home.decide(mail_id, "U0SAM"), Approved)
    home.work()
    assert home.calls("mail.reply") == ["mail.reply"]


def test_a_question_that_was_not_approved_lets_the_next_one_be_asked(home: Home) -> None:
    request_id = asked(home)
    send(home, draft(home, request_id, "Which day?", "U0PRIYA"), "U0PRIYA")
    (mail_id,) = {each for each, _ in home.pending()} - {request_id}
    home.decide(mail_id, "U0SAM", "reject", reason="tone")
    assert home.sql("select count(*) from correction") == [(0,)], "the agent learns from what it did not write"
    assert isinstance(send(home, draft(home, request_id, "Which day, please?")), Asked)


def test_the_customers_answer_stands_on_the_card_and_a_newer_draft_replaces_it(home: Home) -> None:
    request_id = asked(home)
    send(home, draft(home, request_id, "Which day do you mean?"))
    home.work()
    home.house.services.arrivals.mail(
        mail("On Saturday, when do you open?\n\nDana", message_id="two", references="one")
    )
    home.work()
    (row,) = questions(home, request_id)
    assert (row["state"], row["answered_by"]) == ("answered", "customer")
    assert "On Saturday, when do you open?" in row["answer"]
    ledger = home.house.services.ledger
    old = ledger.row("request", "request.get", id=request_id) or {}
    assert (old["state"], old["closed_reason"]) == (
        "closed",
        "The customer wrote again, so this draft no longer fits.",
    )
    ((newer, _),) = home.pending()
    assert newer != request_id
    task_id = old["task_id"]
    done = [each.what for each in history.completed(ledger, task_id)]
    assert history.QUESTION in done and done.count("mail.reply") == 1, "the question counts as an answer"


def test_a_reply_before_the_mail_went_out_is_no_answer_to_it(home: Home) -> None:
    request_id = asked(home)
    send(home, draft(home, request_id, "Which day?", "U0PRIYA"), "U0PRIYA")
    home.house.services.arrivals.mail(mail("Are you there?\n\nDana", message_id="two", references="one"))
    (row,) = questions(home, request_id)
    assert row["state"] == "open" and not asking.is_open(home.house.services.ledger, row)


def test_where_nobody_can_be_written_to_it_says_so(home: Home) -> None:
    home.house.services.arrivals.slack("When do you open?", "U0SAM", "Sam", source_id="C1:1", thread="C1:1")
    home.work()
    rows = home.sql("select id from request")
    found = home.house.services.questions.draft(RequestId(rows[0][0]), 1, home.directory.people["U0THEO"], "Who?")
    assert isinstance(found, NotPossible) and "nobody can be asked" in found.reason


def test_questions_go_with_the_card_when_somebody_edits_the_draft(home: Home) -> None:
    request_id = asked(home)
    ask(home, request_id, "Do they come with the ferry?")
    home.work()
    people, priya = home.house.services.people, home.directory.people["U0PRIYA"]
    theo = home.directory.people["U0THEO"]
    row = home.house.services.ledger.row("request", "request.get", id=request_id) or {}
    made = people.draft(RequestId(request_id), row["version"], theo, {"body": "We open at nine."}, "")
    assert isinstance(made.after, Resolved) and priya
    assert isinstance(people.confirm_edit(made.draft_id, theo), Approved)
    assert questions(home, request_id) == []
    assert home.sql("select count(*) from question") == [(1,)]


# Remarks -------------------------------------------------------------------------------------------------------------


def test_a_remark_is_told_once_decides_nothing_and_reaches_the_agent_in_its_next_turn(home: Home) -> None:
    request_id = asked(home)
    remarks, theo = Remarks(home.house.services.ledger, home.house.services.policy), home.directory.people["U0THEO"]
    kept = remarks.keep(request_id, 1, theo, "Say that we close at noon.")
    assert remarks.tell(kept, home.directory.people["U0SAM"]) == GONE, "somebody else's words"
    with ThreadPoolExecutor(2) as both:
        found = list(both.map(lambda _: remarks.tell(kept, theo), range(2)))
    assert sorted(type(each).__name__ for each in found) == ["Refused", "Remark"]
    assert home.sql("select state from request") == [("pending",)]
    assert home.sql("select verb, person, refusal from decision") == [("tell", "U0THEO", "")]
    (given,) = asking.answered(home.house.services.ledger, home.sql("select id from task")[0][0])
    assert (given.text, given.person) == ("Say that we close at noon.", "U0THEO")
    assert isinstance(ask(home, request_id, "Ferry?"), Asked), "a remark waits for an answer"


def test_a_remark_on_what_is_decided_or_by_somebody_without_a_role_does_not_count(home: Home) -> None:
    request_id = asked(home)
    remarks, guest = Remarks(home.house.services.ledger, home.house.services.policy), home.directory.people["U0GUEST"]
    refused = remarks.tell(remarks.keep(request_id, 1, guest, "Do it."), guest)
    assert isinstance(refused, Refused) and refused.code == "not_a_member"
    theo = home.directory.people["U0THEO"]
    kept = remarks.keep(request_id, 1, theo, "Do it.")
    home.decide(request_id, "U0SAM")
    late = remarks.tell(kept, theo)
    assert isinstance(late, Refused) and late.code == "already_decided"
