"""The call itself, and the question what became of one: whatever an adapter does, a receipt comes back."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from core.contract.effect import Call, NotSent, Receipt, Unknown
from core.errors import BatonError, Retry
from core.ports import Clock
from gateways.adapter import Adapter, Operation

log = logging.getLogger("baton.gateways")

CALL_WITHIN = timedelta(seconds=10)  # from the claim to the moment the bytes leave
LATE = NotSent(
    reason="too late: the claim had run out before the call", again=True
)  # ours; the gateway was never asked


@dataclass(frozen=True, slots=True)
class Deadline:
    """Until when a claimed call may leave, by two clocks: the machine's may be set back while the process stands still."""

    call: Call
    clock: Clock
    steady: Callable[[], float]  # seconds, never set
    until_s: float

    def has_passed(self) -> bool:
        return self.clock.now() >= self.call.call_by or self.steady() >= self.until_s


def once(adapter: Adapter, deadline: Deadline) -> Receipt:
    """Carries the call out, unless its time is over. The look at the clocks is the last thing before the adapter has it."""
    if deadline.has_passed():
        return LATE
    try:
        return adapter.call(deadline.call)
    except Retry as error:
        return NotSent(reason=error.reason, again=True)
    except BatonError as error:
        return NotSent(reason=str(error), again=False)
    # An adapter that breaks its word must not be called again: whether the provider has it, nobody knows.
    except Exception as error:  # noqa: BLE001
        return _broken(error)


def asked(adapter: Adapter, operation: Operation, call: Call) -> Receipt:
    """What became of a call of which nobody knows, by the way that its operation declares.

    Whatever keeps the question from being answered says nothing about the call: it stays unknown."""
    kind: Literal["by_key", "look_up", "ask"] = operation.after_crash
    if kind == "ask":
        return Unknown(reason="the provider cannot be asked")
    try:
        receipt = adapter.call(call) if kind == "by_key" else adapter.look_up(operation.name, call.effect_id)
    except BatonError as error:
        return Unknown(reason=str(error))
    # As above.
    except Exception as error:  # noqa: BLE001
        return _broken(error)
    if kind == "by_key" and isinstance(receipt, NotSent) and receipt.again:
        return Unknown(
            reason=receipt.reason
        )  # this time it was not reached; what the first time did is as unknown as before
    return receipt


def _broken(error: Exception) -> Unknown:
    log.error("an adapter failed with %s", type(error).__name__)  # the message may quote a customer
    return Unknown(reason=f"the connection broke ({type(error).__name__})")
