"""Named points at which a test lets a process die, break, stand still or dawdle. Off unless `BATON_FAILPOINT` asks for one.

name              dies when it is reached for the first time
name:3            … for the third time
name:3=raise      raises an error that nobody foresaw, once
name:3=stop       stands still (SIGSTOP) until somebody lets it go on
name:3=delay12.5  goes on after so many seconds
"""

from __future__ import annotations

import re
import signal
import threading
import time
from collections.abc import Callable, Mapping

from core.errors import BadSettings

# All of them, and what has happened by then. Frozen names.
POINTS: Mapping[str, str] = {
    "effect.before_claim": "rules, records and signers were looked at; nothing is claimed",
    "effect.claimed": "the claim is committed; the provider knows nothing",
    "effect.called": "the provider has answered a call, or what became of an unclear one; nothing is written about it",
    "effect.before_receipt": "as `effect.called`, at the door of the transaction that writes the receipt",
    "effect.settled": "the receipt is committed, with all that follows from it",
    "ledger.before_commit": "all rows of a transaction are written; it is not committed",
    "ledger.after_commit": "a transaction is committed; neither the anchor, the engine nor the desk knows",
    "desk.before_post": "a card is about to be posted",
    "desk.after_post": "Slack has answered; nothing is written about it",
    "desk.placed": "the card's place is committed",
    "click.before_ack": "what a click asked for is committed; Slack waits for the acknowledgement",
    "click.after_ack": "the acknowledgement has left",
}
# Every embedded gateway has these two, with its own name in front: `mail.call.done`.
CALL_POINTS: Mapping[str, str] = {
    "call.logged": "the provider's log has the call; nothing is done",
    "call.done": "it is done; the answer is on its way",
}
_SETTING = re.compile(r"([a-z_.]+)(?::([1-9]\d*))?(?:=(kill|raise|stop|delay(\d+(?:\.\d+)?)))?")


def armed(setting: str) -> Callable[[str], None]:
    """A function to be called at every named point; it does what `setting` says at the one that it names.

    Raises `BadSettings` for a name that is none, so that no test tries nothing."""
    if not setting:
        return lambda _: None
    parsed = _SETTING.fullmatch(setting)
    if parsed is None or not is_point(parsed[1]):
        raise BadSettings(f"BATON_FAILPOINT is {setting!r}; it must be NAME[:COUNT][=kill|raise|stop|delaySECONDS]")
    name, mode, delay_s = parsed[1], parsed[3] or "kill", float(parsed[4] or 0)
    left, lock = [int(parsed[2] or 1)], threading.Lock()

    def reach(point: str) -> None:
        if point == name:
            with lock:
                left[0] -= 1
                reached = left[0] == 0
            if reached:
                _strike(point, mode, delay_s)

    return reach


def is_point(name: str) -> bool:
    """Whether product code has a point of this name."""
    gateway, _, rest = name.partition(".")
    return name in POINTS or (gateway.isidentifier() and rest in CALL_POINTS)


def _strike(point: str, mode: str, delay_s: float) -> None:
    if mode == "raise":
        raise RuntimeError(f"failed at {point}, as asked for")
    if mode.startswith("delay"):
        time.sleep(delay_s)
        return
    # To this very thread: it must not get a step further before the whole process stands.
    signal.pthread_kill(threading.get_ident(), signal.SIGSTOP if mode == "stop" else signal.SIGKILL)
