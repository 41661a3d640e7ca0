"""A fort in which things are done that somebody regrets: a lead in the CRM, and a till that can take a refund back."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from core.contract.base import Contract
from core.contract.effect import Call, NotSent, Receipt, Sent, Unknown
from core.contract.work import Resolved
from core.moment import to_us
from gateways.adapter import NotResolved, Operation, Pointer, Value
from gateways.arguments import Key, parsed
from tests.support.adversary import WORDS, Adversary, Case, World
from tests.support.fort import Fort, change, loose_policies, raise_fort
from tests.support.till import REFUND, Till
from workflows.undo import Press

LEAD, TAKE_BACK = "crm.create_lead", "till.take_back"
WINDOW_S = 1800


class TakeBack(Contract):
    """Takes a refund back that the till has written down."""

    refund: Key


TAKING_BACK = Operation(
    name=TAKE_BACK, summary="Take a refund back", arguments=TakeBack, accepts={"refund": frozenset({"person"})},
    effect_class="record", after_crash="ask", limits=("external_calls",),
)  # fmt: skip
REFUND_WITH_UNDO = Operation(
    name=REFUND.name, summary=REFUND.summary, arguments=REFUND.arguments, accepts=REFUND.accepts, handles=REFUND.handles,
    effect_class="money", after_crash="ask", limits=REFUND.limits, undo=TAKE_BACK,
)  # fmt: skip


class KindTill(Till):
    """A till that takes a refund back, as often as it is asked to: that is what makes it a judge."""

    @property
    def operations(self) -> tuple[Operation, ...]:
        return (REFUND_WITH_UNDO, TAKING_BACK)

    def resolve(
        self, operation: str, arguments: Mapping[str, Value], handles: Mapping[str, Pointer]
    ) -> Resolved | NotResolved:
        if operation != TAKE_BACK:
            return super().resolve(operation, arguments, handles)
        wanted = parsed(TAKING_BACK, arguments)
        if isinstance(wanted, NotResolved):
            return wanted
        with self._open() as db:
            row = db.execute("select key, paid from call where seq = ?", (str(arguments["refund"])[2:],)).fetchone()
        return Resolved(operation=operation, lines=(("Refund", str(arguments["refund"])), ("Cents", str(row[1]))))

    def call(self, call: Call) -> Receipt:
        if call.operation != TAKE_BACK:
            receipt = super().call(call)
            return (
                Sent(reference=receipt.reference, undo={"refund": receipt.reference})
                if isinstance(receipt, Sent)
                else receipt
            )
        with self._open() as db:
            db.execute("insert into call (key, payment, paid, at) values (?, ?, 0, ?)",
                       (call.effect_id, str(call.arguments["refund"]), to_us(self._clock.now())))  # fmt: skip
        return self.during(call) or Sent(reference="taken back")

    def taken_back(self) -> list[str]:
        """What was taken back, by the till's own log."""
        return [each.payment for each in self.calls() if each.payment.startswith("R-")]


def regretful(folder: Path, *, take_back: Mapping[str, Any] | None = None) -> Fort:
    """The fort; a person approves everything. `take_back`: other rules for the till's undo."""
    rules = loose_policies(folder, stage="supervised")
    undo = {"approval": [{"role": "finance"}], "on_expiry": "finance", "due_min": 60, "self_approval": True,
            "limits": ["external_calls"]}  # fmt: skip
    change(rules / "gateways" / "till.yml", lambda d: (
        d["operations"]["till.refund"].update(undo_window_s=WINDOW_S),
        d["operations"].update({TAKE_BACK: undo | dict(take_back or {})})))  # fmt: skip
    agents = Adversary(1)
    fort = raise_fort(folder, rules, agents=agents, till_of=KindTill)
    agents.world = World(fort.ledger)
    fort.agents = agents  # type: ignore[attr-defined]
    fort.meet()
    return fort


def done(fort: Fort, operation: str = LEAD, by: str = "U0SAM", number: int = 1) -> str:
    """A customer writes, the agent proposes, a person approves, it is carried out; the effect's id."""
    address = f"customer{number}@example.com"
    agent = "support" if operation.startswith("till.") else "qualification"
    with fort.till._open() as db:
        db.execute("insert or ignore into payment values (?, ?, ?, 0)", (f"P-{number}", address, 2_500))
    form = {"name": f"Customer Number{number}", "email": address, "message": WORDS}
    task = str(fort.house.services.arrivals.form(form, source_id=f"f{number}").task_id)
    agents: Any = fort.agents  # type: ignore[attr-defined]
    agents.script = {**agents.script, task: Case(agent, operation, "honest", lambda one, _b, _w: one)}
    fort.run()
    request_id = next(request for request, of in fort.pending() if of == task)
    fort.decide(request_id, by)
    fort.run()
    rows = fort.sql(f"select id from effect where task_id = '{task}' and state = 'sent'")
    assert rows, fort.sql("select operation, state, reason from effect")
    return str(rows[0][0])


def press(fort: Fort, effect_id: str, by: str = "U0SAM", note: str = "") -> Any:
    """One press of Undo."""
    return fort.house.services.undo.undo(Press(effect_id, 1, note=note), fort.directory.people[by])


def undo_rows(fort: Fort) -> list[tuple[Any, ...]]:
    """Operation, state, and which effect each undo takes back."""
    return fort.sql(
        "select operation, state, compensates_id from effect where compensates_id is not null order by created_at, id"
    )


def refuse(reason: str) -> NotSent:
    return NotSent(reason=reason, again=False)


def no_answer() -> Unknown:
    return Unknown(reason="no answer came")
