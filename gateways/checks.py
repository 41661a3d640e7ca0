"""What is looked at in the claiming transaction, in this order: a person's claim, pauses, the approved digest, today's rules and
the signers' roles, limits, spend, the gateway's breaker. The first that objects decides; no order of two could let something
through that one stops.

All locks are taken before anything is counted, always in the same order: the task (the unit holds it), the pauses
(shared: a pause waits for claims that were first, and later ones see it), the gateway's, the agent's and the spend's rows.
After them, where they are needed: the gateway's breaker (`gateways.breaker`), rows of cards, of jobs, the audit's head.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from core import pauses
from core.contract.authority import Allow, Deny, Escalate, NeedsApproval, Wait
from core.contract.work import Proposal, Resolved
from core.ledger import Ledger, Unit, moment
from core.moment import from_us, to_us
from core.ports import Directory, Member
from gateways import breaker
from gateways.adapter import NotResolved, Operation
from policies.rules import authority, limits, usual
from policies.schema import Policy

THIRTY_DAYS = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Clear:
    """Nothing objects; the effect may leave."""

    resolved: Resolved


@dataclass(frozen=True, slots=True)
class Later:
    """Allowed, but there is no room now."""

    wait: Wait


@dataclass(frozen=True, slots=True)
class Hold:
    """It stands still until a person moves it: a pause, or a person has the task."""

    reason: str


@dataclass(frozen=True, slots=True)
class AskAgain:
    """What was approved is not what would happen now, or today's rules are stricter: people are asked anew."""

    verdict: NeedsApproval
    why: str
    resolved: Resolved


@dataclass(frozen=True, slots=True)
class Refuse:
    """It will not happen; a person gets the task. `words`: whose they are; a gateway's may name a customer."""

    why: str
    words: Literal["ours", "gateway's"] = "ours"


Clearance = Clear | Later | Hold | AskAgain | Refuse


@dataclass(frozen=True, slots=True)
class Signer:
    """Who approved, under which role, and what the platform says of them now. `lender`: who was away and lent them the role, by
    the platform's word of now; None for an own role, or where the platform does not know them any more."""

    user_id: str
    role: str
    member: Member | None
    on_behalf_of: str = ""
    lender: Member | None = None

    def roles(self, policy: Policy) -> frozenset[str]:
        """In which roles their yes counts today. It stays valid when the absence has ended since; not when the lent role was
        taken from whoever lent it, or that person has left the team."""
        own = authority.roles_of(policy, self.member.mail) if self.member else frozenset()
        if self.lender is None or not self.lender.is_member:
            return own
        return own | ({self.role} & authority.roles_of(policy, self.lender.mail))


@dataclass(frozen=True, slots=True)
class Checks:
    """One claim's look at everything. Built for each claim with the policy of that moment."""

    policy: Policy
    directory: Directory

    def fresh_signers(self, ledger: Ledger, effect: dict[str, Any]) -> tuple[Signer, ...]:
        """Who signed, asked of the platform anew; of an undo, who pressed it. Raises `Retry` when it cannot be asked: then
        nothing is sent."""
        if effect["compensates_id"]:
            signed = [(*row, "") for row in ledger.rows("undo.signed", effect=effect["compensates_id"])]
        elif effect["request_id"]:
            signed = [tuple(row) for row in ledger.rows("decision.signers", id=effect["request_id"])]
        else:
            return ()
        return tuple(
            Signer(person, role, self.directory.fresh(person), lender, self.directory.fresh(lender) if lender else None)
            for person, role, lender in signed
        )

    def clearance(
        self, unit: Unit, effect: dict[str, Any], proposal: Proposal, resolved: Resolved | NotResolved,
        operation: Operation, signers: tuple[Signer, ...],
    ) -> Clearance:  # fmt: skip
        """Whether the effect may leave now."""
        if isinstance(resolved, NotResolved):
            return Refuse(resolved.reason, "gateway's")
        lock_claim(unit, gateway=operation.gateway, agent=str(effect["agent"]), spends=_spends(effect))
        if unit.task.claimed_by and not effect["compensates_id"]:  # an undo is a person's act, not an agent's
            return Hold("a person has the task")
        if paused := self.paused(unit, effect):
            return Hold(paused)
        objection = self._authority(unit, effect, proposal, resolved, operation, signers)
        if objection is not None:
            return objection
        wait = self._limits(unit, effect, operation) or self._spend(unit, effect) or self._away(unit, effect, operation)
        return Later(wait) if wait else Clear(resolved)

    def _away(self, unit: Unit, effect: dict[str, Any], operation: Operation) -> Wait | None:
        until = breaker.claimed(unit, operation.gateway, str(effect["id"]), to_us(unit.now + breaker.TURN))
        return away(self.policy, operation.gateway, from_us(until)) if until else None

    def paused(self, unit: Unit, effect: dict[str, Any]) -> str:
        """What pause stops this effect, in words; empty when none does."""
        mine = {("all", ""), ("operation", effect["operation"]), ("gateway", effect["gateway"])}
        if not effect["compensates_id"]:  # what a paused agent did wrong can be undone
            mine.add(("agent", effect["agent"]))
        for _, scope, name, _, _ in unit.all("control.active", now=unit.at):
            if (scope, name if scope != "all" else "") in mine:
                return f"the {name} agent is paused" if scope == "agent" else f"{name or 'everything'} is paused"
        return ""

    def _authority(
        self, unit: Unit, effect: dict[str, Any], proposal: Proposal, resolved: Resolved, operation: Operation,
        signers: tuple[Signer, ...],
    ) -> AskAgain | Refuse | None:  # fmt: skip
        verdict = self.verdict(unit, str(effect["agent"]), proposal, resolved, operation)
        match verdict:
            case Deny(reason=reason):
                return Refuse(reason)
            case Escalate(why=why):
                return Refuse(why)
            case Allow():
                if effect["digest"] != resolved.digest():
                    return Refuse("a record changed after it was judged")
                return None
            case NeedsApproval():
                if not effect["approved"]:
                    return AskAgain(verdict, "the rules ask for an approval now", resolved)
                if effect["digest"] != resolved.digest():
                    return AskAgain(verdict, "what would happen has changed since it was approved", resolved)
                missing = self._signatures(verdict, signers)
                return AskAgain(verdict, missing, resolved) if missing else None
        raise AssertionError(verdict)

    def _signatures(self, asked: NeedsApproval, signers: tuple[Signer, ...]) -> str:
        """Why the people who signed may not any more, by today's rules and the platform's word of this moment; else empty."""
        left = [step.role for step in asked.steps for _ in range(step.count)]
        for signer in signers:
            if signer.member is None or not signer.member.is_member:
                return "somebody who approved it is no longer an active member of the team"
            roles = signer.roles(self.policy)
            role = (
                signer.role
                if signer.role in left and signer.role in roles
                else next((r for r in left if r in roles), "")
            )
            if role:
                left.remove(role)
        return "the people who approved it do not have the roles that are needed now" if left else ""

    def verdict(
        self, unit: Unit, agent: str, proposal: Proposal, resolved: Resolved, operation: Operation
    ) -> Allow | NeedsApproval | Deny | Escalate:
        """Today's policy on this proposal, with the sums that it needs counted under the lock."""
        who = unit.blind("counterparty", resolved.counterparty)
        since = to_us(unit.now - days_of_sum(self.policy, proposal.operation))
        verdict = authority.verdict(
            self.policy, agent=agent, proposal=proposal, resolved=resolved, accepts=operation.accepts,
            effect_class=operation.effect_class, stage=None, now=unit.now, priority=unit.task.priority,
            workflow=unit.task.workflow,
            # Money without a named other side counts as one customer's: no way around the sum.
            spent_unapproved_cents=unit.count("spend.counterparty", who=who, since=since) if who or resolved.amount_cents else 0,
            bulk_so_far=unit.count("records.of_task", task=unit.task.id),
        )  # fmt: skip
        return self._unusual(unit, agent, resolved) or verdict if isinstance(verdict, Allow) else verdict

    def _unusual(self, unit: Unit, agent: str, resolved: Resolved) -> Escalate | None:
        """An amount that is far above this agent's own goes to a person, though the rules would allow it."""
        rule = self.policy.limits.unusual
        if rule is None or not resolved.amount_cents:
            return None
        since = to_us(unit.now - timedelta(days=rule.days))
        rows = unit.all("usual.amounts", name=agent, operation=resolved.operation, since=since)
        before = [int(row[0]) for row in rows]
        if not usual.too_much(resolved.amount_cents, before):
            return None
        now, most = (
            f"{cents // 100:,}.{cents % 100:02} {resolved.currency}" for cents in (resolved.amount_cents, max(before))
        )
        return Escalate(
            trigger="unusual", why=f"{now} is far above what this agent moved in {rule.days} days: {most} at most."
        )

    def _limits(self, unit: Unit, effect: dict[str, Any], operation: Operation) -> Wait | None:
        return room(self.policy, unit, gateway=operation.gateway, agent=str(effect["agent"]), names=operation.limits)

    def _spend(self, unit: Unit, effect: dict[str, Any]) -> Wait | None:
        since = to_us(limits.day_of(self.policy, unit.now)[0])
        cents, microcents = unit.one("spend.since", since=since) or (0, 0)
        spent = cents - (-microcents // 1_000_000)  # a started cent counts
        asked = int(effect["cost_cents"]) + (0 if effect["approved"] else int(effect["amount_cents"]))
        return limits.spend_room(self.policy, spent, asked, unit.now)


def away(policy: Policy, gateway: str, until: datetime) -> Wait:
    """What an effect waits for while its gateway does not answer."""
    return Wait(rule=f"breaker.{gateway}", reason=waits_words(policy, gateway), until=until)


def waits_words(policy: Policy, gateway: str) -> str:
    """`the shop's mailbox does not answer as it should`."""
    name = named(policy, gateway)
    return f"{name[:1].lower()}{name[1:]} does not answer as it should"


def named(policy: Policy, gateway: str) -> str:
    """What the team calls a gateway."""
    found = policy.gateways.get(gateway)
    return found.description if found else gateway


def _spends(effect: dict[str, Any]) -> bool:
    return bool(effect["cost_cents"] or effect["amount_cents"])


def lock_claim(unit: Unit, *, gateway: str, agent: str, spends: bool) -> None:
    """Takes the locks of everything that is about to be counted: of two claims at once the second sees the first."""
    pauses.lock(unit)
    unit.one("counter.lock", key=f"limits:gateway:{gateway}")
    unit.one("counter.lock", key=f"limits:agent:{agent}")
    if spends:
        unit.one("counter.lock", key="limits:spend")


def days_of_sum(policy: Policy, operation: str) -> timedelta:
    """Over how long the money that one customer got is summed: what the operation's rule says, else thirty days."""
    rule = policy.operation(operation)
    return timedelta(days=rule.money.window_days) if rule and rule.money else THIRTY_DAYS


def room(policy: Policy, unit: Unit, *, gateway: str, agent: str, names: tuple[str, ...]) -> Wait | None:
    """Whether every window that this counts against has room; sliding, counted from the rows themselves."""
    for window in limits.windows(policy, gateway=gateway, agent=agent, names=names):
        since = to_us(unit.now - timedelta(seconds=window.window_s))
        scope, _, name = window.scope.partition(":")
        used, oldest = unit.one(f"window.{scope}", name=name, since=since, window=f",{window.name},") or (0, None)
        if wait := limits.room(window, used, moment(oldest), unit.now):
            return wait
    return None
