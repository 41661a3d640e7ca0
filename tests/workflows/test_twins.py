"""Two tasks that ask for the very same: one card asks, people decide once, it is done once, and both tasks go on."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest

from bot.render.home import home_page
from bot.render.scene import Scene
from bot.render.table import draw
from commands import table
from commands.context import CommandContext
from core.contract.authority import Approved, Refused
from core.contract.base import RequestId
from core.contract.effect import EffectState, NotSent
from core.contract.work import Resolved
from core.engine import Runner
from core.errors import Retry
from core.ledger import Phase
from core.rows import NAMES
from gateways.adapter import Operation
from tests.support.adversary import Adversary, Case, propose
from tests.support.fort import Fort
from tests.support.hands import as_text
from tests.support.house import mail
from tests.support.regrets import LEAD, regretful
from workflows import history, home, joined

WORDS = "We need a repair of two bikes by 2026-12-04."
DANA, INES = "Dana Whitfield <dana.whitfield@example.com>", "Ines Abara <ines.abara@example.com>"


@pytest.fixture
def fort(tmp_path: Path) -> Fort:
    return regretful(tmp_path)


def wants(fort: Fort, operation: str = LEAD, *, sender: str = DANA, text: str = WORDS, by: str = "mail", runs: bool = True,
          change: Callable[..., Any] = lambda one, _b, _w: one) -> str:  # fmt: skip
    """Somebody writes, and an agent wants to do this; the task."""
    number = fort.sql("select count(*) from event where source <> 'clock'")[0][0]
    name, _, address = sender.rstrip(">").partition(" <")
    if by == "form":
        form = {"name": name, "email": address, "message": text}
        opened = fort.house.services.arrivals.form(form, source_id=f"f{number}")
    else:
        opened = fort.house.services.arrivals.mail(mail(text, sender=sender, message_id=f"m{number}"))
    agent = "qualification" if operation in (LEAD, "crm.create_task") else "support"
    fort.agents.script = {**fort.agents.script, str(opened.task_id): Case(agent, operation, "honest", change)}  # type: ignore[attr-defined]
    if runs:
        fort.run()
    return str(opened.task_id)


def requests(fort: Fort, *columns: str, kind: str = "approval") -> list[tuple[Any, ...]]:
    return fort.sql(
        f"select {', '.join(('task_id', 'state', *columns))} from request where kind = '{kind}' order by created_at, id"
    )


def task(fort: Fort, number: str) -> tuple[str, str]:
    return fort.sql(f"select state, waiting_for from task where id = '{number}'")[0]  # type: ignore[return-value]


def asking_cards(fort: Fort) -> int:
    query = "select count(*) from card c join request r on r.id = c.subject_id where c.kind = 'approval' and r.state = 'pending'"
    return int(fort.sql(query)[0][0])


def card(fort: Fort, of: str) -> str:
    rows = fort.sql(f"select {', '.join(NAMES['card'])} from card where kind = 'approval' and task_id = '{of}'")
    row = dict(zip(NAMES["card"], rows[0], strict=True))
    return as_text(draw(Scene(fort.ledger, fort.house.services.policy), row).payload)


def trail(fort: Fort, number: str, kind: str) -> list[dict[str, Any]]:
    return [
        orjson.loads(facts)
        for (facts,) in fort.sql(f"select facts from audit where subject = '{number}' and kind = '{kind}' order by seq")
    ]


def sweep(fort: Fort) -> None:
    fort.schedule.follow_up(fort.clock.now())


# They join ------------------------------------------------------------------------------------------------------------


def test_the_second_joins_and_one_card_asks_and_says_for_whom(fort: Fort) -> None:
    first, second = wants(fort), wants(fort)
    assert requests(fort) == [(first, "pending"), (second, "joined")]
    assert asking_cards(fort) == 1 and fort.sql("select count(*) from card where kind = 'approval'") == [(1,)]
    words = card(fort, first)
    assert f"Also asked for by {second}." in words and "One decision counts for both, and it is done once." in words
    assert task(fort, second) == ("waiting", "approval"), "its agent does not wait"
    pending, of = fort.pending()[0]
    (line,) = trail(fort, second, "approval.joined")
    assert (line["first"], line["of"]) == (pending, first) == (pending, of)
    (line,) = trail(fort, first, "approval.joined_by")
    assert line["by"] == second
    assert fort.sql("select wanted > 1 from card where kind = 'approval'") == [(1,)], "nobody draws the card anew"


def test_a_form_and_a_mail_with_the_same_wish_are_one(fort: Fort) -> None:
    first, second = wants(fort), wants(fort, by="form")
    assert requests(fort) == [(first, "pending"), (second, "joined")]


def test_home_has_one_row_that_names_both(fort: Fort) -> None:
    first, second = wants(fort), wants(fort)
    sam, policy = fort.directory.people["U0SAM"], fort.house.services.policy()
    view = home.home_view(fort.ledger, policy, sam)
    assert view is not None and len(view.mine) == 1
    page = home_page(Scene(fort.ledger, fort.house.services.policy), view, sam, "", may_pause=False)
    assert [row.detail_words for row in page.mine] == [f"Qualification agent, {first}, also for {second}"]


@pytest.mark.parametrize("operation", ["crm.log_activity", "crm.create_task", "mail.reply", "till.refund"])
def test_what_may_be_meant_twice_is_asked_twice(fort: Fort, operation: str) -> None:
    if operation == "till.refund":
        fort.till.add("P-1", "dana.whitfield@example.com", 20_000)
    tasks = [wants(fort, operation), wants(fort, operation)]
    assert requests(fort) == [(each, "pending") for each in tasks]


def test_only_records_ever_join_whatever_a_gateway_declares(fort: Fort) -> None:
    found = fort.house.registry.operation(LEAD)
    assert found is not None
    wants(fort)
    row = fort.ledger.row("proposal", "proposal.get", id=fort.sql("select id from proposal")[0][0]) or {}
    exact = Resolved.model_validate_json(row["resolved"])
    fields = {name: getattr(found[0], name) for name in Operation.__dataclass_fields__}
    with fort.ledger.unit() as unit:
        assert joined.mark_of(unit, found[0], exact, "qualification")
        for each in ("money", "message", "schedule"):
            assert joined.mark_of(unit, Operation(**{**fields, "effect_class": each}), exact, "qualification") == ""


def test_another_customer_or_another_wish_is_another_request(fort: Fort) -> None:
    def other(one: Any, _brief: Any, _world: Any) -> Any:
        need = one.arguments["need"].model_copy(update={"value": "two new wheels"})
        return one.model_copy(update={"arguments": {**one.arguments, "need": need}})

    tasks = [wants(fort), wants(fort, sender=INES), wants(fort, text="two new wheels " + WORDS, change=other)]
    assert requests(fort) == [(each, "pending") for each in tasks]


def test_what_was_asked_by_somebody_who_may_not_sign_it_is_no_twin(fort: Fort) -> None:
    wants(fort)
    second = wants(fort, runs=False)
    fort.tamper(f"update task set requester = 'U0SAM' where id = '{second}'")
    fort.run()
    assert [state for _, state in requests(fort)] == ["pending", "pending"], "Sam could approve what he asked for"


def test_what_is_more_urgent_does_not_wait_behind_the_first(fort: Fort) -> None:
    wants(fort)
    (second,) = at_the_last_turn(fort, 1)
    fort.tamper(f"update task set priority = 'critical' where id = '{second}'")
    fort.run()
    assert [state for _, state in requests(fort)] == ["pending", "pending"]


def test_the_same_twice_within_one_task_is_asked_and_done_once(fort: Fort) -> None:
    said = Adversary._said

    def twice(self: Adversary, brief: Any, one: Any) -> Any:
        if one.outcome.kind == "propose":
            same = propose(one.outcome.proposals[0], one.outcome.proposals[0])
            one = one.model_copy(update={"outcome": same})
        return said(self, brief, one)

    fort.agents._said = twice.__get__(fort.agents)  # type: ignore[attr-defined]
    number = wants(fort)
    assert requests(fort) == [(number, "pending"), (number, "joined")]
    assert "Also asked" not in card(fort, number)
    fort.decide(fort.pending()[0][0], "U0SAM")
    fort.run()
    assert fort.calls("crm.") == [LEAD]
    assert sorted(state for _, state in requests(fort)) == ["approved", "done"]
    assert task(fort, number) == ("done", "")


# They are decided -----------------------------------------------------------------------------------------------------


def test_a_yes_counts_for_both_and_it_is_done_once(fort: Fort) -> None:
    first, second, third = wants(fort), wants(fort), wants(fort)
    assert f"Also asked for by {second} and {third}. One decision counts for all" in card(fort, first)
    assert isinstance(fort.decide(fort.pending()[0][0], "U0SAM"), Approved)
    assert task(fort, second) == ("waiting", "approval"), "it goes on before it is done"
    fort.run()
    assert fort.calls("crm.") == [LEAD]
    assert requests(fort, "closed_reason") == [
        (first, "approved", ""), (second, "done", f"It was done for {first}."), (third, "done", f"It was done for {first}."),
    ]  # fmt: skip
    assert fort.sql("select task_id, state from effect") == [(first, "sent")]
    (done,) = history.completed(fort.ledger, second)
    assert (done.what, done.outcome, done.by.name) == (LEAD, "done", "U0SAM")
    assert done.note == f"It was done for {first}, which asked for the same."
    assert {task(fort, each) for each in (first, second, third)} == {("done", "")}, "an agent does not go on"
    assert fort.sql("select count(*) from request where kind = 'escalation'") == [(0,)]


def test_a_no_counts_for_both_with_its_reason_and_its_words(fort: Fort) -> None:
    first, second = wants(fort), wants(fort)
    fort.decide(fort.pending()[0][0], "U0SAM", "reject", reason="done", note="Priya has added her.")
    fort.run()
    assert requests(fort, "closed_reason") == [(first, "rejected", "done"), (second, "rejected", "done")]
    assert fort.sql("select task_id, person, verb, reason from decision where refusal = '' order by at, id") == [
        (first, "U0SAM", "reject", "done"),
        (second, "U0SAM", "reject", "done"),
    ]
    own, same = (history.completed(fort.ledger, each)[0] for each in (first, second))
    assert same.note == own.note and "Priya has added her." in same.note
    assert (same.outcome, same.by.name) == ("rejected", "U0SAM")
    assert len(trail(fort, second, "decision.made")) == 0, "nobody decided there"
    assert len(trail(fort, second, "approval.rejected_with")) == 1
    assert fort.sql("select count(*) from correction") == [(1,)], "the agent learns it twice"
    assert fort.calls("crm.") == []
    assert "The same answer counts there" in card(fort, first)


def test_it_waits_while_nobody_knows_whether_it_was_done(fort: Fort) -> None:
    first, second = wants(fort), wants(fort)
    fort.decide(fort.pending()[0][0], "U0SAM")
    fort.tamper("update effect set state = 'unknown'")
    sweep(fort)
    fort.run(Phase.TWIN)
    assert requests(fort) == [(first, "approved"), (second, "joined")]


# Nobody decides -------------------------------------------------------------------------------------------------------


def expired(fort: Fort, _first: str) -> None:
    fort.clock.pass_(hours=8)
    sweep(fort)


def taken(fort: Fort, first: str) -> None:
    fort.house.services.takeover.take(first, fort.directory.people["U0SAM"], "card")


def closed(fort: Fort, first: str) -> None:
    fort.house.services.takeover.close(first, fort.directory.people["U0SAM"], "spam")


def edited(fort: Fort, _first: str) -> None:
    people, request, maya = fort.house.services.people, fort.pending()[0][0], fort.directory.people["U0MAYA"]
    drafted = people.draft(RequestId(request), 1, maya, {"urgency": "soon"}, "")
    people.confirm_edit(drafted.draft_id, maya)  # type: ignore[union-attr]


def wrote_again(fort: Fort, first: str) -> None:
    number = first.removeprefix("T-100")
    answer = mail("Never mind.", sender=DANA, message_id="again", references=f"m{int(number) - 1}")
    assert str(fort.house.services.arrivals.mail(answer).task_id) == first


def taken_once_approved(fort: Fort, first: str) -> None:
    fort.decide(fort.pending()[0][0], "U0SAM")
    taken(fort, first)


@pytest.mark.parametrize("happens", [expired, taken, closed, edited, wrote_again, taken_once_approved])
def test_undecided_the_second_is_asked_by_itself_with_fresh_time_and_the_third_joins_it(
    fort: Fort, happens: Callable[[Fort, str], None]
) -> None:
    first, second, third = wants(fort), wants(fort), wants(fort)
    happens(fort, first)
    fort.run(Phase.TWIN)
    rows = [row for row in requests(fort, "due_at") if row[0] != first and row[1] != "closed"]
    assert sorted(state for _, state, _ in rows) == ["joined", "pending"]
    (own,) = [row for row in rows if row[1] == "pending"]
    now = fort.sql("select max(created_at) from request")[0][0]
    assert own[2] - now >= timedelta(hours=1) / timedelta(microseconds=1), "its time is used up already"
    other = third if own[0] == second else second
    assert f"Also asked for by {other}." in card(fort, own[0])
    assert {task(fort, each) for each in (second, third)} == {("waiting", "approval")}
    request = next(of for of, number in fort.pending() if number == own[0])
    fort.decide(request, "U0SAM")
    fort.run()
    assert fort.calls(LEAD) == [LEAD]
    ends = (
        ["closed", "done"] if happens is not edited else ["closed", "closed"]
    )  # what Maya wrote was done, and is there
    assert sorted(state for number, state in requests(fort) if number == other)[-2:] == ends
    assert not fort.sql("select 1 from task where waiting_for = 'approval'"), "somebody waits for what is over"


def test_what_could_not_be_done_for_the_first_is_asked_for_the_second(fort: Fort) -> None:
    first, second = wants(fort), wants(fort)
    fort.decide(fort.pending()[0][0], "U0SAM")
    (effect,) = fort.sql("select id from effect")[0]
    with fort.ledger.unit(first) as unit:
        row = unit.row("effect", "effect.get", id=effect) or {}
        unit.move_effect(effect, "ready", "sending")
        receipt = NotSent(reason="no room", again=False)
        fort.life.door_out.settling.put(unit, row, EffectState.FAILED, receipt)
        fort.life.settled(unit, row, receipt)
    fort.run(Phase.TWIN)
    assert [number for _, number in fort.pending()] == [second]
    assert [number for _, number in fort.pending("escalation")] == [first]


# The second goes another way ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("happens", [taken, closed, wrote_again])
def test_a_task_that_goes_another_way_leaves_and_the_first_card_says_no_more_of_it(
    fort: Fort, happens: Callable[[Fort, str], None]
) -> None:
    first, second = wants(fort), wants(fort)
    before = fort.sql(f"select wanted from card where kind = 'approval' and task_id = '{first}'")[0][0]
    happens(fort, second)
    assert (second, "closed") in requests(fort) and (first, "pending") in requests(fort)
    assert "Also asked for" not in card(fort, first)
    assert fort.sql(f"select wanted from card where kind = 'approval' and task_id = '{first}'")[0][0] > before
    fort.decide(next(of for of, number in fort.pending() if number == first), "U0SAM")
    fort.run()
    assert fort.calls("crm.") == [LEAD]
    assert "done" not in [state for _, state in requests(fort)]


# Races and losses -----------------------------------------------------------------------------------------------------


def run_turns(fort: Fort, count: int) -> None:
    """The last turns of so many tasks, all at once, as several processes would."""
    runner = Runner(fort.ledger, fort.life.handlers(), fort.life.give_up, 3)
    gate = threading.Barrier(count)
    jobs = fort.due(Phase.TURN)
    assert len(jobs) == count

    def one(job: Any) -> None:
        gate.wait(10)
        again = runner.run(job)
        while again is not None:
            again = runner.run(again)

    with ThreadPoolExecutor(count) as pool:
        list(pool.map(one, jobs))


def at_the_last_turn(fort: Fort, count: int) -> list[str]:
    tasks = [wants(fort, runs=False) for _ in range(count)]
    fort.run(Phase.PLAN)
    for job in fort.due(Phase.TURN):  # capture hands over to qualification
        fort.life.turn(job)
    return tasks


def test_of_many_that_ask_at_the_same_moment_one_asks(fort: Fort) -> None:
    tasks = at_the_last_turn(fort, 4)
    run_turns(fort, 4)
    assert sorted(state for _, state in requests(fort)) == ["joined", "joined", "joined", "pending"]
    assert asking_cards(fort) == 1
    fort.decide(fort.pending()[0][0], "U0SAM")
    fort.run()
    assert fort.calls("crm.") == [LEAD]
    assert {task(fort, each) for each in tasks} == {("done", "")}


@pytest.mark.parametrize("verb", ["approve", "reject"])
def test_a_decision_and_the_joining_that_cross_lose_nothing(fort: Fort, verb: Any) -> None:
    first = wants(fort)
    pending = fort.pending()[0][0]
    tasks = at_the_last_turn(fort, 3)
    with ThreadPoolExecutor(2) as pool:
        turns = pool.submit(run_turns, fort, 3)
        for _ in range(20):  # a click that the database turned away is clicked again
            try:
                fort.decide(pending, "U0SAM", verb, version=1)
            except Retry:
                continue
            break
        turns.result(60)
    fort.run()
    sweep(fort)
    fort.run()
    assert fort.ledger.rows("twin.over") == [], "somebody waits for what is over"
    for request, _ in fort.pending():
        assert isinstance(fort.decide(request, "U0SAM"), Approved)
    fort.run()
    assert not [state for _, state in requests(fort) if state in ("joined", "pending")]
    assert len(fort.calls(LEAD)) <= 1
    open_tasks = [each for each in (first, *tasks) if task(fort, each) == ("waiting", "approval")]
    assert open_tasks == []


def test_a_lost_job_is_made_up_for_by_the_sweep(fort: Fort) -> None:
    _, second = wants(fort), wants(fort)
    fort.decide(fort.pending()[0][0], "U0SAM", "reject", reason="facts")
    fort.tamper(f"delete from job where phase = '{Phase.TWIN.value}'")
    fort.run()
    assert (second, "joined") in requests(fort)
    sweep(fort)
    sweep(fort)
    fort.run()
    assert (second, "rejected") in requests(fort)
    assert fort.sql(f"select count(*) from decision where task_id = '{second}'") == [(1,)]


def test_a_job_that_comes_twice_or_too_early_does_nothing(fort: Fort) -> None:
    _, second = wants(fort), wants(fort)
    request = fort.sql("select id from request where state = 'joined'")[0][0]
    with fort.ledger.unit(second) as unit:
        joined.wake_one(unit, request, second)
    fort.run(Phase.TWIN)
    assert (second, "joined") in requests(fort) and fort.due(Phase.TWIN) == []
    fort.decide(fort.pending()[0][0], "U0SAM")
    fort.run()
    with fort.ledger.unit(second) as unit:
        joined.wake_one(unit, request, second)
    fort.run()
    assert (second, "done") in requests(fort) and len(trail(fort, second, "approval.left")) == 1


def test_a_job_that_fails_for_good_ends_with_a_person(fort: Fort) -> None:
    _, second = wants(fort), wants(fort)
    fort.decide(fort.pending()[0][0], "U0SAM", "reject", reason="facts")
    (job,) = fort.due(Phase.TWIN)
    fort.life.give_up(job, "KeyError")
    assert (second, "closed") in requests(fort)
    assert [number for _, number in fort.pending("escalation")] == [second]
    assert fort.due(Phase.TWIN) == []


def test_a_click_on_the_first_card_as_it_was_before_the_second_joined_still_counts(fort: Fort) -> None:
    """What is approved is the same; nobody has to look again."""
    wants(fort)
    request = fort.pending()[0][0]
    wants(fort)
    assert isinstance(fort.decide(request, "U0SAM", version=1), Approved)
    late = fort.decide(request, "U0MAYA", version=1)
    assert isinstance(late, Refused) and late.code == "already_decided"


# Where one looks ------------------------------------------------------------------------------------------------------


def test_words_say_with_whom_a_task_waits(fort: Fort) -> None:
    first, second = wants(fort), wants(fort)
    context: Any = CommandContext.__new__(CommandContext)
    object.__setattr__(context, "services", lambda: fort.house.services)
    assert f"asked for together with {first}" in table.answer(context, ["task", second], None).text
    assert f"also asked for by {second}" in table.answer(context, ["task", first], None).text
    assert f"on the card of {first}" in table.answer(context, ["why", second], None).text
