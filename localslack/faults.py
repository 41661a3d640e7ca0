"""Troubles a test can order: the workspace then misbehaves as Slack sometimes does."""

import enum
from dataclasses import dataclass

from localslack.wire import Json, invalid


class FaultKind(enum.Enum):
    """What goes wrong: too many requests, a broken server, or an answer that never arrives though the work was done."""

    RATE_LIMITED = "429"
    BROKEN = "500"
    LOSE_REPLY = "lose_reply"


@dataclass
class Fault:
    """One order: the Web API method (`*` for any), what happens, how often it still does."""

    method: str
    kind: FaultKind
    times: int
    retry_after_s: int


class Faults:
    """The orders that are not used up yet."""

    def __init__(self) -> None:
        self._orders: list[Fault] = []

    def order(self, body: Json) -> Fault:
        """Take an order `{"method", "kind", "times", "retry_after_s"}`; refuses an unknown kind."""
        try:
            kind = FaultKind(str(body.get("kind", "")))
        except ValueError:
            raise invalid("kind is one of " + ", ".join(each.value for each in FaultKind), "/kind") from None
        fault = Fault(str(body.get("method", "*")), kind, int(body.get("times", 1)), int(body.get("retry_after_s", 1)))
        self._orders.append(fault)
        return fault

    def clear(self) -> None:
        """Forget all orders."""
        self._orders.clear()

    def take(self, method: str) -> Fault | None:
        """Return the fault that hits this call, and count it; or None."""
        for fault in self._orders:
            if fault.method in {method, "*"}:
                fault.times -= 1
                if fault.times <= 0:
                    self._orders.remove(fault)
                return fault
        return None
