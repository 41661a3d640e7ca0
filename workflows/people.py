"""What people do: approve, reject, edit, take over, hand back. Every click ends in a value that the face shows to the one
who clicked. Who may is decided here, under the task's lock, from policy and from who the platform says they are.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, assert_never

import orjson

from core.contract.authority import (
    Approved,
    Decision,
    Deny,
    Escalate,
    NeedsApproval,
    Pending,
    Refused,
    Rejected,
    Standing,
)
from core.contract.base import EffectId, RequestId
from core.contract.work import Argument, Party, Proposal, Resolved
from core.errors import Bug
from core.ledger import Ledger, Phase, TaskState, Unit
from core.moment import from_us
from core.ports import Member
from gateways.adapter import NotResolved
from gateways.base import DoorOut
from gateways.checks import Checks
from gateways.handles import of_task
from policies.rules import authority
from policies.schema import Policy
from workflows import history, joined, outages, requests, standing_in, stuck
from workflows.task import TaskLife


@dataclass(frozen=True, slots=True)
class Drafted:
    """An edit that waits for its author to confirm it, with what would happen then."""

    draft_id: str
    before: Resolved
    after: Resolved


@dataclass(frozen=True, slots=True)
class NotPossible:
    """The edit cannot be carried out; `reason` is shown in the form."""

    reason: str


@dataclass(frozen=True, slots=True)
class Judged:
    """An answer and what it comes to, before anything is written. `by`: who answers, in which role, for whom."""

    request: dict[str, Any]
    proposal: dict[str, Any]
    standing: Standing
    by: standing_in.Answering


@dataclass(frozen=True, slots=True)
class People:
    """The verbs of people. `life` goes on with the task afterwards."""

    ledger: Ledger
    life: TaskLife
    door_out: DoorOut
    policy: Callable[[], Policy]

    # Approve and reject ----------------------------------------------------------------------------------------------

    def decide(self, decision: Decision, member: Member) -> Standing:
        """Where the request stands after this person's yes or no; `Refused` says why the answer does not count."""
        if decision.verb not in ("approve", "reject"):
            raise Bug(f"{decision.verb} decides nothing")  # it would pass for a signature
        task_id = self._task_of(decision.request_id)
        if task_id is None:
            return Refused(code="not_found", reason="This card belongs to nothing that Baton knows.")
        with self.ledger.unit(task_id) as unit:
            return self.answered(unit, decision, self.judged(unit, decision, member))

    def judged(self, unit: Unit, decision: Decision, member: Member) -> Judged:
        """Where the request of this unit's task would stand after the answer; nothing is written."""
        request = unit.row("request", "request.get", id=decision.request_id) or {}
        row = unit.row("proposal", "proposal.get", id=request["proposal_id"]) or {}
        return Judged(request, row, *self._standing(unit, request, row, decision, member))

    def answered(self, unit: Unit, decision: Decision, judged: Judged) -> Standing:
        """Writes the answer down with all that follows from it."""
        request, row, standing, by = judged.request, judged.proposal, judged.standing, judged.by
        self._record(unit, decision, by, standing)
        match standing:
            case Refused():
                return standing
            case Pending():
                unit.change("request.touch", key=request["id"])
                requests.timeline(unit, request["id"], "signed", person=decision.person, **by.told())
            case Approved():
                self._approve(unit, request, row)
                requests.timeline(unit, request["id"], "approved", person=decision.person, **by.told())
            case Rejected():
                self._reject(unit, request, row, decision)
                requests.timeline(unit, request["id"], "rejected", person=decision.person, **by.told())
            case _:
                assert_never(standing)
        unit.want(request["id"])
        return standing

    def _standing(
        self, unit: Unit, request: dict[str, Any], row: dict[str, Any], decision: Decision, member: Member
    ) -> tuple[Standing, standing_in.Answering]:
        policy = self.policy()
        if not request["asked"]:
            return Refused(code="not_found", reason="This card does not ask for an approval."), standing_in.NOBODY
        found = standing_in.answers(unit, policy, request, row, decision, member)
        standing = authority.standing(
            policy, asked=found.asked, decision=decision, roles=found.acting.roles, is_member=member.is_member,
            state=request["state"], version=request["version"], requester=request["requester"],
            author=row["author"] if row["author_kind"] == "person" else "", signed=found.signed,
            due_at=from_us(request["due_at"]), now=unit.now,
        )  # fmt: skip
        return found.once_each(standing, decision), found

    def _record(self, unit: Unit, decision: Decision, by: standing_in.Answering, standing: Standing) -> None:
        refusal = standing.code if isinstance(standing, Refused) else ""
        unit.insert(
            "decision", id=unit.ids.new("de"), target_kind=requests.APPROVAL, target_id=decision.request_id,
            target_version=decision.version, task_id=unit.task.id, person=decision.person, verb=decision.verb, role=by.role,
            reason=decision.reason, note=decision.note, surface=decision.surface, details_opened=decision.details_opened,
            seconds=decision.seconds, refusal=refusal, at=unit.at, on_behalf_of=by.acting.on_behalf_of,
        )  # fmt: skip
        kind = "decision.refused" if refusal else "decision.made"
        unit.audit(kind, f"person:{decision.person}", request=decision.request_id, verb=decision.verb, refusal=refusal,
                   version=decision.version, audit_class="security" if refusal else "action", **by.told())  # fmt: skip

    def _approve(self, unit: Unit, request: dict[str, Any], row: dict[str, Any]) -> None:
        stuck.over(unit, request)
        proposal = Proposal.model_validate_json(row["body"])
        found = self.door_out.registry.operation(proposal.operation)
        if found is None:
            raise Bug(f"{proposal.operation} was approved, but no gateway declares it")
        exact = Resolved.model_validate_json(row["resolved"])
        effect_id = requests.make_effect(unit, row["id"], proposal, exact, found[0], request["agent"], request["id"])
        unit.change(
            "request.close", key=request["id"], state="approved", reason="", at=unit.at, by=None, effect=effect_id
        )
        requests.decided(unit, request["id"])
        if unit.count("request.open_of_task", task=unit.task.id) == 0 and not requests.waits_for_person(unit):
            unit.task.state, unit.task.waiting_for = TaskState.OPEN.value, ""

    def _reject(self, unit: Unit, request: dict[str, Any], row: dict[str, Any], decision: Decision) -> None:
        stuck.over(unit, request)
        unit.change("request.close", key=request["id"], state="rejected", reason=decision.reason, at=unit.at, by=None,
                    effect=None)  # fmt: skip
        self._correct(unit, request, "reject", decision.person, decision.reason, row["resolved"], decision.note)
        joined.wake(unit, request["id"])
        requests.decided(unit, request["id"])
        self.life.go_on(unit)

    def _correct(
        self, unit: Unit, request: dict[str, Any], kind: str, person: str, reason: str, before: str, after: str
    ) -> None:
        """What a person changed is kept as an example for the agent to learn from; not where a person had asked the customer."""
        if (request["proposal_id"],) in unit.all("question.proposals", task=unit.task.id):
            return
        unit.insert("correction", id=unit.ids.new("co"), task_id=unit.task.id, request_id=request["id"], kind=kind,
                    agent=request["agent"], person=person, reason=reason, before=before, after=after, at=unit.at)  # fmt: skip

    # Edit ------------------------------------------------------------------------------------------------------------

    def draft(
        self, request_id: RequestId, version: int, member: Member, changes: dict[str, str], note: str
    ) -> Drafted | NotPossible | Refused:
        """Keeps what a person typed and says what would happen; nothing is decided yet."""
        task_id = self._task_of(request_id)
        request = self.ledger.row("request", "request.get", id=request_id)
        if task_id is None or request is None:
            return Refused(code="not_found", reason="This card belongs to nothing that Baton knows.")
        row = self.ledger.row("proposal", "proposal.get", id=request["proposal_id"]) or {}
        changed = self._changed(Proposal.model_validate_json(row["body"]), member, changes)
        after = self.door_out.resolve(changed, of_task(self.ledger, task_id))
        if isinstance(after, NotResolved):
            return NotPossible(after.reason)
        with self.ledger.unit(task_id) as unit:
            typed = orjson.dumps({"changes": changes, "shown": after.digest()}).decode()
            draft_id = unit.insert("draft", id=unit.ids.new("dr"), request_id=request_id, version=version,
                                   person=member.user_id, changes=typed, note=note, at=unit.at)  # fmt: skip
        return Drafted(draft_id, Resolved.model_validate_json(row["resolved"]), after)

    def confirm_edit(self, draft_id: str, member: Member) -> Standing:
        """The edit as a new proposal by that person, judged by policy again. It is approved at once only where that person
        alone may approve it; the old card becomes the new one's."""
        draft = self.ledger.row("draft", "draft.get", id=draft_id)
        if draft is None or draft["person"] != member.user_id:
            return Refused(
                code="not_found", reason="This edit was confirmed before, or is no longer open. Look at the card."
            )
        request_id = RequestId(draft["request_id"])
        task_id = self._task_of(request_id) or ""
        old = self.ledger.row("request", "request.get", id=request_id) or {}
        row = self.ledger.row("proposal", "proposal.get", id=old["proposal_id"]) or {}
        typed = orjson.loads(draft["changes"])
        changed = self._changed(Proposal.model_validate_json(row["body"]), member, typed["changes"])
        exact = self.door_out.resolve(changed, of_task(self.ledger, task_id))
        if isinstance(exact, Resolved) and exact.digest() != typed["shown"]:
            exact = NotResolved("a record has changed since you saw it. Edit it again")
        decision = Decision(request_id=request_id, version=draft["version"], person=member.user_id, verb="edit",
                            note=draft["note"], surface="modal")  # fmt: skip
        with self.ledger.unit(task_id) as unit:
            request = unit.row("request", "request.get", id=request_id) or {}
            standing, by = self._standing(unit, request, row, decision, member)
            if isinstance(standing, Refused):
                self._record(unit, decision, by, standing)
                return standing
            standing = self._replace(unit, request, row, changed, exact, decision, member, by)
            if not isinstance(standing, Refused):
                unit.change("draft.drop", key=draft_id)  # its words stand in the new proposal
            return standing

    def _replace(
        self, unit: Unit, request: dict[str, Any], row: dict[str, Any], changed: Proposal, exact: Resolved | NotResolved,
        decision: Decision, member: Member, by: standing_in.Answering,
    ) -> Standing:  # fmt: skip
        policy = self.policy()
        found = self.door_out.registry.operation(changed.operation)
        if isinstance(exact, NotResolved) or found is None:
            reason = exact.reason if isinstance(exact, NotResolved) else "this operation is gone"
            return Refused(code="stale_card", reason=f"It cannot be carried out any more: {reason}")
        verdict = Checks(policy, self.door_out.directory).verdict(unit, request["agent"], changed, exact, found[0])
        if isinstance(verdict, Deny | Escalate):
            reason = verdict.reason if isinstance(verdict, Deny) else verdict.why
            return Refused(code="not_the_role", reason=f"The rules do not allow this change: {reason}")
        asked = verdict if isinstance(verdict, NeedsApproval) else NeedsApproval.model_validate_json(request["asked"])
        new_id = history.record_proposal(
            unit, changed, exact, verdict, policy.version, row["turn_id"], supersedes=row["id"]
        )
        unit.audit("verdict.given", "policy", proposal=new_id, operation=changed.operation, verdict=verdict.kind,
                   digest=exact.digest())  # fmt: skip
        self._record(unit, decision, by.changed(), Approved())
        self._correct(unit, request, "edit", member.user_id, "", row["resolved"], exact.model_dump_json())
        new_request = requests.ask_approval(
            unit, policy, new_id, changed, exact, asked, request["agent"], in_place_of=request["id"],
            requester=request["requester"],
        )  # fmt: skip
        requests.decided(unit, request["id"], moved_to=new_request)
        roles = authority.roles_of(policy, member.mail) if member.is_member else frozenset()
        alone = authority.alone_may_approve(policy, asked, roles, person=member.user_id, requester=request["requester"])
        if not alone:
            stuck.call(unit, policy, new_request)
            unit.write()  # the card is rebound first, so that the line finds its thread
            requests.timeline(unit, new_request, "changed", person=member.user_id, **by.told())
            return Pending(missing=asked.steps)
        self.sign_own(unit, new_request, new_id, asked, member)
        requests.timeline(unit, new_request, "edited", person=member.user_id)
        return Approved()

    def sign_own(self, unit: Unit, request_id: str, proposal_id: str, asked: NeedsApproval, member: Member) -> None:
        """Approves what this person has just written and seen whole. Only for whoever alone may approve it."""
        roles = authority.roles_of(self.policy(), member.mail)
        unit.insert("decision", id=unit.ids.new("de"), target_kind=requests.APPROVAL, target_id=request_id, target_version=1,
                    task_id=unit.task.id, person=member.user_id, verb="approve", surface="modal", at=unit.at,
                    role=authority.signing_role(asked, (), roles))  # fmt: skip
        unit.audit("decision.made", f"person:{member.user_id}", request=request_id, verb="approve", edited=True)
        unit.write()  # writes the collected rows, so that the new request can be read
        row = unit.row("proposal", "proposal.get", id=proposal_id) or {}
        self._approve(unit, unit.row("request", "request.get", id=request_id) or {}, row)

    def _changed(self, proposal: Proposal, member: Member, changes: dict[str, str]) -> Proposal:
        """The proposal with a person's words in it. Only what stands there already can be changed, never who gets it."""
        found = self.door_out.registry.operation(proposal.operation)
        fixed = found[0].handles if found else frozenset()
        arguments = dict(proposal.arguments)
        for name, text in changes.items():
            if name in arguments and name not in fixed:
                value = int(text) if isinstance(arguments[name].value, int) and text.isdecimal() else text
                if value != arguments[name].value:
                    arguments[name] = Argument(value=value, origin="person")
        author = Party(kind="person", name=member.user_id)
        return proposal.model_copy(update={"arguments": arguments, "author": author})

    # Shared ----------------------------------------------------------------------------------------------------------

    def _task_of(self, request_id: str) -> str | None:
        rows = self.ledger.rows("request.task", id=request_id)
        return str(rows[0][0]) if rows else None

    def clear_up(self, effect_id: EffectId, attempt: int, went_out: bool, member: Member) -> bool:
        """A person with any role says what became of an unknown effect, after its call number `attempt`; False when that is not
        open to them now."""
        if not member.is_member or not authority.roles_of(self.policy(), member.mail):
            return False
        return self.door_out.cleared_up(effect_id, attempt, went_out, member.user_id, self.life)

    def try_gateway(self, gateway: str, member: Member) -> bool:
        """A person with any role lets one effect try a gateway that is away; False when there is nothing to wait for."""
        if not member.is_member or not authority.roles_of(self.policy(), member.mail):
            return False
        return outages.try_now(self.ledger, gateway, member)

    def release(self, unit: Unit, effect_id: str) -> None:
        """A held effect may try again; its claim is judged anew."""
        if unit.move_effect(effect_id, "held", "ready"):
            unit.audit("effect.released", "system", effect=effect_id)
            unit.next(Phase.EFFECT, effect_id)
