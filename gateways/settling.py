"""What a receipt does to its effect, in one transaction with all that follows from it.

    sending → sent | failed | unknown, or ready again when it certainly did not go out
    unknown → sent | failed | ready   when the provider was asked, the late caller came back, or a person says so

While the gateway's breaker is not closed nothing ends as failed because it was not reached: it waits.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from core.contract.authority import NeedsApproval
from core.contract.base import EffectId
from core.contract.effect import EffectState, NotSent, Receipt, Sent, Unknown
from core.contract.work import Resolved
from core.ledger import Job, Ledger, Phase, Unit
from core.moment import from_us, to_us
from gateways import breaker
from gateways.adapter import Operation
from gateways.breaker import Breaker, Said
from gateways.calling import CALL_WITHIN, LATE
from policies.rules import failing, trouble
from policies.schema import Policy

RETRY_FIRST_S = 5
ASK_FIRST = timedelta(seconds=5)  # after an unclear answer, until the provider is asked
ASK_MOST = timedelta(minutes=5)
PATIENCE = timedelta(minutes=1)  # so long the provider is asked before a person is
BY_A_PERSON = Sent(reference="seen by a person")


class Consequences(Protocol):
    """What follows from an effect, said by the workflows and committed with its receipt."""

    def settled(self, unit: Unit, effect: dict[str, Any], receipt: Sent | NotSent) -> None:
        """It is over: it went out, or it did not and will not."""
        ...

    def unclear(self, unit: Unit, effect: dict[str, Any], why: str, outage: str) -> None:
        """Only a person can say what became of it. `outage`: the subject of the card that stands for all of them; else empty."""
        ...

    def found_out(self, unit: Unit, effect: dict[str, Any], by: str, went_out: bool) -> None:
        """What became of an unknown effect is known: nobody has to say it any more. `by`: `person:U…` or `system`."""
        ...

    def asked_again(self, unit: Unit, effect: dict[str, Any], asked: NeedsApproval, why: str, exact: Resolved) -> None:
        """The approval no longer holds; `exact` is what would happen now."""
        ...

    def refused(self, unit: Unit, effect: dict[str, Any], why: str) -> None: ...

    def outage(self, unit: Unit, of: Breaker) -> None:
        """A gateway is away, or answers again: its card tells."""
        ...


def safe_from(effect: dict[str, Any]) -> datetime:
    """When a call that was cut off can no longer be on its way: its `call_by` and the same time again."""
    return from_us(int(effect["call_by"] or 0)) + CALL_WITHIN


@dataclass(frozen=True, slots=True)
class Settling:
    """Writes receipts down."""

    ledger: Ledger
    policy: Callable[[], Policy]

    # A call has ended ------------------------------------------------------------------------------------------------

    def settle(self, job: Job, operation: Operation, receipt: Receipt, attempt: int, then: Consequences) -> None:
        """The receipt of this claim's call."""
        self.ledger.reach("effect.before_receipt")
        with self.ledger.unit(job.task_id) as unit:
            effect = unit.row("effect", "effect.get", id=job.subject_id) or {}
            if int(effect["attempts"]) != attempt:
                return  # claimed anew by others while this process stood still; the job is theirs
            if effect["state"] != EffectState.SENDING:
                self._late(unit, effect, receipt, then)
                return
            unit.done_job = job
            unit.audit("effect.settled", str(effect["agent"]), effect=effect["id"], receipt=receipt.kind)
            now = self._heard(unit, effect, receipt, then)
            match receipt:
                case Sent():
                    self.put(unit, effect, EffectState.SENT, receipt)
                    then.settled(unit, effect, receipt)
                case NotSent(again=True) if self._may_try_again(unit, effect, now):
                    self._again(unit, effect, receipt.reason, now)
                case NotSent():
                    self.put(unit, effect, EffectState.FAILED, receipt)
                    then.settled(unit, effect, receipt)
                case Unknown():
                    self.unknown(unit, effect, operation, receipt.reason, now, then)
            self.want(unit, effect, now)

    def _heard(self, unit: Unit, effect: dict[str, Any], receipt: Receipt, then: Consequences) -> Breaker:
        gateway, effect_id = str(effect["gateway"]), str(effect["id"])
        if receipt is LATE:  # it says nothing of the gateway
            breaker.given_back(unit, gateway, effect_id)
            return breaker.seen(unit, gateway)
        return self.hear(unit, gateway, effect_id, said_of(receipt), then)

    def hear(self, unit: Unit, gateway: str, effect_id: str, said: Said, then: Consequences) -> Breaker:
        """Tells the breaker how a call went; its card when that changed something."""
        news = breaker.heard(unit, self.policy(), gateway, effect_id, said)
        if news.changed:
            then.outage(unit, news.breaker)
        return news.breaker

    def _may_try_again(self, unit: Unit, effect: dict[str, Any], now: Breaker) -> bool:
        """Not endlessly; but what an outage cost does not count."""
        policy = self.policy()
        few = int(effect["attempts"]) < failing.attempts(policy, "dead_api")
        return few or now.is_away or now.ended_lately(policy, unit.at)

    def _again(self, unit: Unit, effect: dict[str, Any], reason: str, now: Breaker) -> None:
        tries = min(int(effect["attempts"]), trouble.provider(self.policy()).attempts)
        until = unit.now + timedelta(seconds=RETRY_FIRST_S * 2 ** (tries - 1))
        if now.is_away:
            until = breaker.after(now.try_at, effect)
        unit.move_effect(str(effect["id"]), "sending", "ready", reason, to_us(until))
        unit.next(Phase.EFFECT, str(effect["id"]), until)

    def unknown(
        self, unit: Unit, effect: dict[str, Any], operation: Operation, reason: str, now: Breaker, then: Consequences,
        ask_at: datetime | None = None,
    ) -> None:  # fmt: skip
        """Nobody knows whether it went out. The provider is asked where it can be, else a person, when that is safe."""
        if operation.after_crash == "ask":
            self.put(unit, effect, EffectState.UNKNOWN, Unknown(reason=reason))
            unit.next(Phase.EFFECT, str(effect["id"]), safe_from(effect) + timedelta(seconds=1))  # then the card opens
            then.unclear(unit, effect, reason, now.subject if now.is_away else "")
            return
        ask_at = ask_at or unit.now + ASK_FIRST
        if now.is_away:
            ask_at = max(ask_at, from_us(now.try_at))
        if operation.after_crash == "look_up" and not operation.closes:  # what is still on its way would be overlooked
            ask_at = max(ask_at, safe_from(effect) + timedelta(seconds=1))
        self.put(unit, effect, EffectState.UNKNOWN, Unknown(reason=reason), not_before=to_us(ask_at))
        unit.next(Phase.EFFECT, str(effect["id"]), ask_at)

    def _late(self, unit: Unit, effect: dict[str, Any], receipt: Receipt, then: Consequences) -> None:
        """The caller comes back when it was given up. What it knows counts for more than what others thought meanwhile."""
        state = effect["state"]
        if state == EffectState.UNKNOWN and not isinstance(receipt, Unknown):
            self._known(unit, effect, receipt, then, "system")
        elif state in (EffectState.READY, EffectState.HELD) and isinstance(receipt, Sent):
            unit.audit("effect.settled", str(effect["agent"]), effect=effect["id"], receipt=receipt.kind, late=True)
            self.put(unit, effect, EffectState.SENT, receipt, old=EffectState(state))
            then.settled(unit, effect, receipt)
        self.want(unit, effect, breaker.seen(unit, str(effect["gateway"])))

    # An unknown effect is cleared up ---------------------------------------------------------------------------------

    def answered(self, job: Job, receipt: Receipt, attempt: int, then: Consequences) -> None:
        """What the provider said when it was asked about an unknown effect."""
        with self.ledger.unit(job.task_id) as unit:
            effect = unit.row("effect", "effect.get", id=job.subject_id) or {}
            if effect["state"] != EffectState.UNKNOWN or int(effect["attempts"]) != attempt:
                return  # somebody was faster, and the job may be theirs
            unit.done_job = job
            said: Said = "unknown" if isinstance(receipt, Unknown) else "sent"
            now = self.hear(unit, str(effect["gateway"]), str(effect["id"]), said, then)
            if isinstance(receipt, Unknown):
                self._ask_later(unit, effect, receipt.reason, now, then)
            else:
                self._known(unit, effect, receipt, then, "system")
            self.want(unit, effect, now)

    def _ask_later(self, unit: Unit, effect: dict[str, Any], reason: str, now: Breaker, then: Consequences) -> None:
        since = unit.now - from_us(int(effect["settled_at"] or 0))
        until = unit.now + min(max(since, ASK_FIRST), ASK_MOST)
        if now.is_away:
            until = max(breaker.after(now.try_at, effect), unit.now + ASK_FIRST)
        elif since >= PATIENCE:
            then.unclear(unit, effect, reason, "")
        unit.move_effect(str(effect["id"]), "unknown", "unknown", reason, to_us(until))
        unit.next(Phase.EFFECT, str(effect["id"]), until)

    def _known(self, unit: Unit, effect: dict[str, Any], receipt: Sent | NotSent, then: Consequences, by: str) -> None:
        went_out = isinstance(receipt, Sent)
        unit.audit("effect.cleared_up", by, effect=effect["id"], went_out=went_out)
        if isinstance(receipt, NotSent) and receipt.again:
            unit.move_effect(str(effect["id"]), "unknown", "ready")
            unit.next(Phase.EFFECT, str(effect["id"]))
            then.found_out(unit, effect, by, went_out)
            return
        state = EffectState.SENT if went_out else EffectState.FAILED
        self.put(unit, effect, state, receipt, old=EffectState.UNKNOWN)
        then.found_out(unit, effect, by, went_out)
        then.settled(unit, effect, receipt)

    def cleared_up(self, effect_id: EffectId, attempt: int, went_out: bool, person: str, then: Consequences) -> bool:
        """A person says what became of an unknown effect. `went_out=False` sends it again under the same key.

        `attempt`: the call that the person was asked about. False when it is another one by now, somebody was faster, or it is
        not safe yet to say that it did not go out (it may still be on its way)."""
        row = self.ledger.row("effect", "effect.get", id=effect_id)
        if row is None or row["state"] != EffectState.UNKNOWN:
            return False
        with self.ledger.unit(str(row["task_id"])) as unit:
            effect = unit.row("effect", "effect.get", id=effect_id) or {}
            if effect["state"] != EffectState.UNKNOWN or int(effect["attempts"]) != attempt:
                return False
            if not went_out and unit.now <= safe_from(effect):
                return False
            said = BY_A_PERSON if went_out else NotSent(reason="", again=True)
            self._known(unit, effect, said, then, f"person:{person}")
            self.want(unit, effect, breaker.seen(unit, str(effect["gateway"])))
        return True

    def given_up(self, unit: Unit, effect_id: str, reason: str, then: Consequences) -> bool:
        """The effect's job has failed too often: what has not left does not, and of what may have left a person must say. False
        when it was over before."""
        effect = unit.row("effect", "effect.get", id=effect_id) or {}
        breaker.given_back(unit, str(effect["gateway"]), effect_id)
        match EffectState(effect["state"]):
            case EffectState.READY:
                receipt = NotSent(reason=reason, again=False)
                unit.audit("effect.settled", str(effect["agent"]), effect=effect_id, receipt=receipt.kind)
                self.put(unit, effect, EffectState.FAILED, receipt, old=EffectState.READY)
                then.settled(unit, effect, receipt)
            case EffectState.SENDING | EffectState.UNKNOWN as old:
                if old is EffectState.SENDING:
                    unit.audit("effect.settled", str(effect["agent"]), effect=effect_id, receipt="unknown")
                    unit.next(Phase.EFFECT, effect_id, safe_from(effect) + timedelta(seconds=1))  # then the card opens
                self.put(unit, effect, EffectState.UNKNOWN, Unknown(reason=reason), old=old)
                then.unclear(unit, effect, reason, "")
            case _:
                return False
        self.want(unit, effect, breaker.seen(unit, str(effect["gateway"])))
        return True

    # Rows ------------------------------------------------------------------------------------------------------------

    def want(self, unit: Unit, effect: dict[str, Any], now: Breaker) -> None:
        """All cards on which this effect stands have something new to tell."""
        if now.shows(effect):
            unit.want(now.subject)  # first, as where an outage begins or ends: two that share a list too must not cross
        unit.want(card_of(unit, effect))
        if int(effect["attempts"]) > 1 or effect["state"] == EffectState.UNKNOWN:  # a person may have been called
            for (request_id,) in unit.all("request.of_effect", task=effect["task_id"], effect=effect["id"]):
                unit.want(request_id)

    def put(
        self, unit: Unit, effect: dict[str, Any], state: EffectState, receipt: Receipt,
        old: EffectState = EffectState.SENDING, not_before: int | None = None,
    ) -> None:  # fmt: skip
        """Moves the effect out of `old` and writes down what is known of it."""
        sent = receipt if isinstance(receipt, Sent) else Sent(reference="")
        reason = "" if isinstance(receipt, Sent) else receipt.reason
        rule = self.policy().operation(str(effect["operation"]))
        undo_until = unit.at + rule.undo_window_s * 1_000_000 if rule and rule.undo_window_s and sent.undo else None
        undo = unit.seal("effect", "undo", str(effect["id"]), "\n".join(f"{k}={v}" for k, v in sent.undo.items()))
        unit.change("effect.settle", key=effect["id"], old=old.value, state=state.value, at=unit.at, undo=undo,
                    reason=unit.seal("effect", "reason", str(effect["id"]), reason),
                    reference=unit.seal("effect", "reference", str(effect["id"]), sent.reference),
                    undo_until=undo_until, not_before=not_before)  # fmt: skip


def card_of(unit: Unit, effect: dict[str, Any]) -> str:
    """The subject of the card on which this effect stands; an undo stands on the card of what it undoes."""
    shown = unit.row("effect", "effect.get", id=effect["compensates_id"]) if effect["compensates_id"] else None
    return str((shown or effect)["request_id"] or (shown or effect)["id"])


def said_of(receipt: Receipt) -> Said:
    """What a call's receipt says of its gateway."""
    match receipt:
        case Sent():
            return "sent"
        case NotSent(again=again):
            return "not_reached" if again else "refused"
        case Unknown():
            return "unknown"
