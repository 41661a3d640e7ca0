"""Troubles a test can order: the workspace then misbehaves as Slack sometimes does."""

import enum
import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from localslack.wire import Json, SlackError, invalid

ENVELOPES = ("events_api", "interactive", "slash_commands")
GOODBYES = ("refresh_requested", "warning", "link_disabled", "too_many_websockets")
OPENING = "apps.connections.open"


class FaultKind(enum.Enum):
    """What goes wrong. The first are the Web API's, the next the line's to the app, the last happen at once."""

    RATE_LIMITED = "429"
    BROKEN = "500"
    UNAVAILABLE = "503"
    HANG = "hang"
    LOSE_REPLY = "lose_reply"
    ERROR = "error"
    REFUSE = "refuse"
    DUPLICATE = "duplicate"
    REORDER = "reorder"
    SLOW_ACK = "slow_ack"
    DROP = "drop"
    DISCONNECT = "disconnect"
    CUT = "cut"
    CLEAR = "clear"


MEANS: dict[FaultKind, str] = {
    FaultKind.RATE_LIMITED: "calls are answered with HTTP 429 and Retry-After; nothing is done",
    FaultKind.BROKEN: "calls are answered with HTTP 500; nothing is done",
    FaultKind.UNAVAILABLE: "calls are answered with HTTP 503; nothing is done",
    FaultKind.HANG: "calls are not answered for for_s seconds, then the connection closes; nothing is done",
    FaultKind.LOSE_REPLY: "calls are carried out, and the connection breaks before the answer",
    FaultKind.ERROR: "calls are refused with this Slack error; nothing is done",
    FaultKind.REFUSE: "no socket can be opened: apps.connections.open answers internal_error",
    FaultKind.DUPLICATE: "what goes to the app goes there twice",
    FaultKind.REORDER: "this many new events wait for each other, then go to the app last first",
    FaultKind.SLOW_ACK: "the app's acknowledgement counts by_s seconds later",
    FaultKind.DROP: "what goes to the app is lost on the way, as if it had not answered",
    FaultKind.DISCONNECT: "every socket is told to go away and closed, warn_s seconds after a warning if that is given",
    FaultKind.CUT: "every socket breaks without a word",
    FaultKind.CLEAR: "all orders end",
}
CALLS = ("method", "channel", "times")
TAKES: dict[FaultKind, tuple[str, ...]] = {
    FaultKind.RATE_LIMITED: (*CALLS, "retry_after_s"),
    FaultKind.BROKEN: CALLS,
    FaultKind.UNAVAILABLE: CALLS,
    FaultKind.HANG: (*CALLS, "for_s"),
    FaultKind.LOSE_REPLY: CALLS,
    FaultKind.ERROR: (*CALLS, "error"),
    FaultKind.REFUSE: ("times",),
    FaultKind.DUPLICATE: ("type", "times"),
    FaultKind.REORDER: ("times",),
    FaultKind.SLOW_ACK: ("type", "times", "by_s"),
    FaultKind.DROP: ("type", "times"),
    FaultKind.DISCONNECT: ("reason", "warn_s"),
    FaultKind.CUT: (),
    FaultKind.CLEAR: (),
}
AT_ONCE = frozenset({FaultKind.DISCONNECT, FaultKind.CUT, FaultKind.CLEAR})


@dataclass
class Fault:
    """One order: what happens, to which calls (`*` for any) or things, and how often it still does."""

    kind: FaultKind
    method: str = "*"
    channel: str = "*"
    type: str = "*"
    times: int = 1
    retry_after_s: int = 1
    for_s: float = 60
    by_s: float = 4
    error: str = "internal_error"
    reason: str = "refresh_requested"
    warn_s: float = 0

    def shown(self) -> Json:
        """Return the order with the fields its kind has."""
        return {"kind": self.kind.value, **{name: getattr(self, name) for name in TAKES[self.kind]}}


class Faults:
    """The orders that are not used up yet."""

    def __init__(self) -> None:
        self._orders: list[Fault] = []

    def order(self, body: Json) -> Fault:
        """Take an order, `{"kind", ...}` with the fields `TAKES` names; refuses what is unknown or of the wrong form.

        What happens at once (`disconnect`, `cut`, `clear`) is checked and returned, not kept.
        """
        fault = _read(body)
        if fault.kind not in AT_ONCE:
            self._orders.append(fault)
        return fault

    def clear(self) -> None:
        """Forget all orders."""
        self._orders.clear()

    def all(self) -> list[Fault]:
        """Return the orders that still have something to do, oldest first."""
        return list(self._orders)

    def of_call(self, method: str, channel: str) -> Fault | None:
        """Return the fault that hits this call of the Web API, and count it; or None."""
        for fault in self._orders:
            if fault.kind is FaultKind.REFUSE and method == OPENING:
                return self._counted(fault)
            named = "method" in TAKES[fault.kind] and fault.method in {method, "*"}
            if named and fault.channel in {channel, "*"}:
                return self._counted(fault)
        return None

    def of_line(self, kind: FaultKind, envelope: str) -> Fault | None:
        """Return the fault of a kind that hits this thing on its way to the app, and count it; or None."""
        for fault in self._orders:
            if fault.kind is kind and fault.type in {envelope, "*"}:
                return self._counted(fault)
        return None

    def reordered(self) -> int:
        """Return how many events are to wait for each other, 0 when that is not ordered."""
        return next((fault.times for fault in self._orders if fault.kind is FaultKind.REORDER), 0)

    def end_reordering(self) -> None:
        """Count the oldest `reorder` as used up."""
        self._orders.remove(next(fault for fault in self._orders if fault.kind is FaultKind.REORDER))

    def _counted(self, fault: Fault) -> Fault:
        fault.times -= 1
        if fault.times <= 0:
            self._orders.remove(fault)
        return fault


def _read(body: Json) -> Fault:
    try:
        kind = FaultKind(str(body.get("kind", "")))
    except ValueError:
        raise invalid("kind is one of " + ", ".join(each.value for each in FaultKind), "/kind") from None
    given = {name: value for name, value in body.items() if name != "kind"}
    for name in given:
        if name not in TAKES[kind]:
            takes = ", ".join(TAKES[kind]) or "nothing else"
            raise invalid(f"the fault {kind.value} takes {takes}", f"/{name}")
    return Fault(kind, **{name: FIELDS[name](name, value) for name, value in given.items()})


def _whole(name: str, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 1_000_000:
        raise _wrong(name, "a whole number from 1")
    return value


def _time(name: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or value < 0:
        raise _wrong(name, "a number of seconds, 0 or more")
    return float(value)


def _word(name: str, value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise _wrong(name, "a text")
    return value


def _code(name: str, value: Any) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", value):
        raise _wrong(name, "an error code such as fatal_error")
    return value


def _one_of(*allowed: str) -> Callable[[str, Any], str]:
    def check(name: str, value: Any) -> str:
        if value not in allowed:
            raise _wrong(name, "one of " + ", ".join(allowed))
        return str(value)

    return check


def _wrong(name: str, right: str) -> SlackError:
    return invalid(f"{name} is {right}", f"/{name}")


FIELDS: dict[str, Callable[[str, Any], Any]] = {
    "method": _word,
    "channel": _word,
    "type": _one_of(*ENVELOPES, "*"),
    "times": _whole,
    "retry_after_s": _whole,
    "for_s": _time,
    "by_s": _time,
    "error": _code,
    "reason": _one_of(*GOODBYES),
    "warn_s": _time,
}
