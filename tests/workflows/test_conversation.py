"""More words on a known task: what was drafted before them no longer fits, and a turn that did not read them does not count."""

from __future__ import annotations

from pathlib import Path
from threading import Thread

from agents.base import Brief, Tools
from core.contract.authority import Refused
from core.contract.work import Turn
from core.ledger import Phase
from tests.support.adversary import Adversary, Case, World, handles, honest, proposal, propose, turn
from tests.support.fort import AgentsOf, loose_policies, raise_fort
from tests.support.house import Home, mail


def _asked(home: Home) -> tuple[str, str]:
    home.house.services.arrivals.mail(mail("When do you open?\n\nDana", message_id="first"))
    home.work()
    return home.pending()[0]


def _again(home: Home, text: str = "And on Sunday?\n\nDana", **more: str):  # type: ignore[no-untyped-def]
    return home.house.services.arrivals.mail(mail(text, message_id="second", references="first", **more))


def test_a_second_mail_joins_its_task_and_the_draft_before_it_is_withdrawn(home: Home) -> None:
    request_id, task_id = _asked(home)
    opened = _again(home)
    assert opened.joined and opened.task_id == task_id
    assert home.sql(f"select state from request where id = '{request_id}'") == [("closed",)]
    late = home.decide(request_id, "U0THEO")
    assert isinstance(late, Refused) and late.code == "already_decided"
    home.work()
    assert home.calls("mail.reply") == []
    assert home.sql("select count(*) from task") == [(1,)]


def test_a_reply_that_was_approved_but_not_sent_is_cancelled_too(home: Home) -> None:
    request_id, _ = _asked(home)
    home.decide(request_id, "U0THEO")
    _again(home)
    home.work()
    assert home.calls("mail.reply") == []
    assert home.sql("select state from effect") == [("cancelled",)]


def test_nobody_gets_into_anothers_conversation_by_quoting_it(home: Home) -> None:
    _, task_id = _asked(home)
    opened = _again(home, sender="Mallory <mallory@attacker.example.com>")
    assert opened.task_id != task_id and not opened.joined


def test_words_to_a_task_that_a_person_has_start_no_agent(home: Home) -> None:
    _, task_id = _asked(home)
    home.house.services.takeover.take(task_id, home.directory.people["U0SAM"], "card")
    turns = home.sql("select count(*) from turn")
    _again(home)
    home.work()
    assert home.sql("select count(*) from turn") == turns
    assert home.sql("select count(*) from event where source = 'mail'") == [(2,)]


def test_words_to_a_task_that_was_done_open_it_again(home: Home) -> None:
    request_id, task_id = _asked(home)
    home.decide(request_id, "U0THEO")
    home.work()
    assert home.sql("select state from task") == [("done",)]
    home.clock.pass_(minutes=1)
    assert _again(home).task_id == task_id
    home.work()
    assert home.sql("select state, closed_at from task") == [("waiting", None)]


def test_who_asks_not_to_be_written_to_gets_nothing_that_was_ready(home: Home) -> None:
    request_id, _ = _asked(home)
    home.decide(request_id, "U0THEO")
    _again(home, "unsubscribe")
    home.work()
    assert home.calls("mail.reply") == []
    assert home.sql("select state from task") == [("done",)]


def test_a_turn_in_flight_when_the_customer_asks_to_stop_starts_nothing_new(tmp_path: Path) -> None:
    agents = Adversary(1)
    fort = raise_fort(tmp_path, loose_policies(tmp_path, stage="supervised"), agents=None)
    slow = AgentsOf(agents.plan, lambda brief, tools: _interrupted(fort, agents, brief, tools))
    fort = raise_fort(tmp_path, tmp_path / "policies", agents=slow)
    agents.world = World(fort.ledger)
    opened = fort.house.services.arrivals.mail(mail("When do you open?", message_id="first"))
    agents.script = {str(opened.task_id): Case("support", "mail.reply", "honest", lambda one, _b, _w: one)}
    fort.run()
    assert fort.sql("select state from task") == [("done",)]
    assert fort.pending() == [] and fort.sql("select count(*) from effect") == [(0,)]


def _interrupted(fort, agents: Adversary, brief: Brief, tools: Tools) -> Turn:  # type: ignore[no-untyped-def]
    """While the agent reads, the customer writes "unsubscribe"."""
    fort.house.services.arrivals.mail(mail("unsubscribe", message_id="second", references="first"))
    return agents.turn(brief, tools)


def test_two_proposals_that_settle_one_after_the_other_start_one_next_turn(tmp_path: Path) -> None:
    agents, turns = Adversary(1), []

    def two(brief: Brief, tools: Tools) -> Turn:
        turns.append(brief.task_id)
        if brief.history:
            return agents.turn(brief, tools)
        names = ("mail.reply", "crm.log_activity")
        both = (proposal(name, "support", honest(name, brief, handles(brief, tools, name))) for name in names)
        return turn("support", propose(*both))

    fort = raise_fort(tmp_path, loose_policies(tmp_path), agents=AgentsOf(agents.plan, two))
    agents.world = World(fort.ledger)
    opened = fort.house.services.arrivals.mail(mail("When do you open?"))
    agents.script = {str(opened.task_id): Case("support", "mail.reply", "honest", lambda one, _b, _w: one)}
    fort.run(Phase.PLAN, Phase.TURN)
    assert len(fort.due(Phase.EFFECT)) == 2
    threads = [Thread(target=fort.runner().run, args=(job,)) for job in fort.due(Phase.EFFECT)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert len(fort.due(Phase.TURN)) == 1
    fort.run()
    assert len(turns) == 2
    assert fort.sql("select state from task") == [("done",)]
