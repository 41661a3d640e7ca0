"""A till that pays money back: a strict outside system for tests, with a file and a call log of its own.

It promises nothing about keys: a second call with the same key pays a second time. That is what makes it a judge."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from core.contract.base import Contract
from core.contract.effect import Call, NotSent, Receipt, Sent, Unknown
from core.contract.work import Resolved
from core.errors import BadInput
from core.moment import to_us
from core.ports import Clock
from gateways.adapter import FoundRecord, NotResolved, Operation, Pointer, ReadOperation, Value
from gateways.arguments import Key, keyed, parsed

CURRENCY = "USD"
FEE_CENTS = 5


class Refund(Contract):
    """Pays a payment back: all that is left of it, or as many cents as a person typed."""

    payment: Key
    cents: int = 0


REFUND = Operation(
    name="till.refund", summary="Pay money back", arguments=Refund,
    accepts={"payment": frozenset({"record"}), "cents": frozenset({"person"})},
    effect_class="money", after_crash="ask", handles=frozenset({"payment"}), limits=("external_calls",), cost_cents=FEE_CENTS,
)  # fmt: skip
FIND = ReadOperation(name="till.find_payments", summary="What this customer paid")


@dataclass(frozen=True, slots=True)
class TillCall:
    """A call as the till saw it. `paid_cents` left the till."""

    key: str
    payment: str
    paid_cents: int
    at: int


class Till:
    """Implements `gateways.adapter.Adapter`. `during` runs inside each call, after it was logged and before money moves."""

    def __init__(
        self,
        path: Path,
        clock: Clock,
        address_of: Callable[[str], str | None],
        reach: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._path = path
        self._reach = reach
        self._clock = clock
        self._address_of = address_of
        self.during: Callable[[Call], Receipt | None] = lambda _: None
        with self._open() as db:
            db.execute(
                "create table if not exists payment (id text primary key, address text, cents int, refunded int)"
            )
            db.execute(
                "create table if not exists call (seq integer primary key, key text, payment text, paid int, at int)"
            )

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        db = sqlite3.connect(self._path, isolation_level=None, timeout=20)
        try:
            db.execute("begin immediate")
            yield db
            db.execute("commit")
        finally:
            db.close()

    @property
    def operations(self) -> tuple[Operation, ...]:
        return (REFUND,)

    @property
    def reads(self) -> tuple[ReadOperation, ...]:
        return (FIND,)

    def add(self, payment: str, address: str, cents: int) -> None:
        """A payment that a customer made."""
        with self._open() as db:
            db.execute("insert into payment values (?, ?, ?, 0)", (payment, address, cents))

    def calls(self) -> tuple[TillCall, ...]:
        """The till's own log, oldest first."""
        with self._open() as db:
            return tuple(TillCall(*row) for row in db.execute("select key, payment, paid, at from call order by seq"))

    def paid_for(self, payment: str) -> tuple[str, int]:
        """Who paid, and how much."""
        with self._open() as db:
            row = db.execute("select address, cents from payment where id = ?", (payment,)).fetchone()
        return str(row[0]), int(row[1])

    def resolve(
        self, operation: str, arguments: Mapping[str, Value], handles: Mapping[str, Pointer]
    ) -> Resolved | NotResolved:
        if operation != REFUND.name:
            return NotResolved("The till cannot do that.")
        keys = keyed(REFUND, arguments, handles)
        wanted = keys if isinstance(keys, NotResolved) else parsed(REFUND, keys)
        if isinstance(wanted, NotResolved):
            return wanted
        assert isinstance(wanted, Refund)
        with self._open() as db:
            row = db.execute("select address, cents - refunded from payment where id = ?", (wanted.payment,)).fetchone()
        if row is None:
            return NotResolved("The till has no such payment.")
        cents = self.amount(wanted, int(row[1]))
        if not 0 < cents <= int(row[1]):
            return NotResolved("There is not so much left of this payment.")
        lines = (("To", str(row[0])), ("Payment", wanted.payment))
        return Resolved(
            operation=operation, lines=lines, counterparty=str(row[0]), amount_cents=cents, currency=CURRENCY
        )

    def amount(self, wanted: Refund, left_cents: int) -> int:
        """What would be paid back."""
        return wanted.cents or left_cents

    def call(self, call: Call) -> Receipt:
        payment, cents = str(call.arguments["payment"]), call.resolved.amount_cents
        with self._open() as db:
            now = to_us(self._clock.now())
            came = db.execute(
                "insert into call (key, payment, paid, at) values (?, ?, 0, ?)", (call.effect_id, payment, now)
            )
            seq = came.lastrowid
        self._reach("till.call.logged")
        if (said := self.during(call)) is not None and not isinstance(said, Unknown):
            return said
        with self._open() as db:
            left = db.execute("select cents - refunded from payment where id = ?", (payment,)).fetchone()[0]
            if cents > left:
                return NotSent(reason="There is not so much left of this payment.", again=False)
            db.execute("update payment set refunded = refunded + ? where id = ?", (cents, payment))
            db.execute("update call set paid = ? where seq = ?", (cents, seq))
        self._reach("till.call.done")
        return said or Sent(reference=f"R-{seq}")

    def look_up(self, operation: str, effect_id: str) -> Receipt:
        return Unknown(reason=f"the till knows no keys, so nothing of {effect_id}")

    def read(self, operation: str, query: Mapping[str, str], handles: Mapping[str, Pointer]) -> tuple[FoundRecord, ...]:
        pointer = handles.get(query.get("conversation", ""))
        if pointer is None or pointer.kind != "conversation":
            raise BadInput("This task knows no conversation by that name.")
        with self._open() as db:
            rows = db.execute(
                "select id, cents from payment where address = ?", (self._address_of(pointer.key),)
            ).fetchall()
        return tuple(FoundRecord(Pointer("payment", str(p)), {"reference": str(p), "cents": str(c)}) for p, c in rows)
