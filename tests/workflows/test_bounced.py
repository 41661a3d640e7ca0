"""An incomplete handoff goes back with its fields named, where people see it; the second time a person gets the task."""

from __future__ import annotations

from pathlib import Path

from agents.base import Brief, Tools
from bot.render.lines import draw_handoff
from bot.render.scene import Scene
from core.contract.work import Clarify, Turn
from tests.support.adversary import Adversary, turn
from tests.support.fort import AgentsOf, Fort, loose_policies, raise_fort
from tests.support.house import mail

FIELDS = ("order_number", "deadline")


def bounced(folder: Path) -> Fort:
    def plan(brief: Brief, tools: Tools) -> Turn:
        return turn("planner", Adversary(1)._hand_over(brief, tools, "support"))

    def back(_: Brief, __: Tools) -> Turn:
        return turn("support", Clarify(missing=FIELDS))

    fort = raise_fort(folder, loose_policies(folder), agents=AgentsOf(plan, back))
    fort.house.services.arrivals.mail(mail("When is it ready?"))
    fort.run()
    return fort


def test_the_card_in_the_feed_names_each_missing_field(tmp_path: Path) -> None:
    fort = bounced(tmp_path)
    ((handoff_id,),) = fort.sql("select id from handoff where message_type = 'clarification'")
    ((purpose,),) = fort.sql(f"select purpose from card where kind = 'handoff' and subject_id = '{handoff_id}'")
    assert purpose == fort.house.services.policy().channels["feed"]
    card = str(draw_handoff(Scene(fort.ledger, fort.house.services.policy), {"subject_id": handoff_id}).payload)
    assert "Sent back to" in card and all(name in card for name in FIELDS)


def test_the_second_time_a_person_gets_it_with_the_fields_and_no_agent_goes_on(tmp_path: Path) -> None:
    fort = bounced(tmp_path)
    ((request_id, _),) = fort.pending("escalation")
    row = fort.ledger.row("request", "request.get", id=request_id) or {}
    assert (row["trigger"], row["why"]) == ("unsure", "Missing twice: order_number, deadline")
    assert fort.sql("select count(*) from handoff where message_type = 'clarification'") == [(1,)]
    assert fort.sql("select state, waiting_for from task") == [("waiting", "person")]
    assert fort.due() == []
