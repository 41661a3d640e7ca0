"""Asking again for what nobody decided in time: a new approval for the same proposal, looked up and judged anew.

Once for each approval that ran out, by whoever presses first. Nothing is asked again for a task that has moved on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from core.contract.authority import Deny, Escalate, NeedsApproval, Refused, Verb
from core.contract.work import Proposal, Resolved
from core.ledger import Ledger, TaskState, Unit
from core.ports import Member
from gateways.adapter import NotResolved
from gateways.base import DoorOut
from gateways.checks import Checks
from gateways.handles import of_task
from policies.rules import authority, sla
from policies.schema import Policy
from workflows import answers, asking, history, requests, stuck
from workflows.people import NotPossible

Row = dict[str, Any]
VERB: Verb = "ask_again"
EXPIRED = "expired"  # a request's state, and the trigger of the call that this opens
AGAIN = "Nobody decided in time."
CHANGED = "A record has changed since then, so please read it anew."
REPLACED = Refused(code="already_decided", reason="It was asked again already.")


@dataclass(frozen=True, slots=True)
class AskedAgain:
    """A new approval waits. `changed`: it is not to the letter what was asked before."""

    request_id: str
    changed: bool


@dataclass(frozen=True, slots=True)
class AskAgain:
    """The verb."""

    ledger: Ledger
    door_out: DoorOut
    policy: Callable[[], Policy]

    def press(
        self, request_id: str, version: int, member: Member, seconds: int | None = None
    ) -> AskedAgain | NotPossible | Refused:
        """Opens a new approval. `NotPossible` says why the task needs it no more; then nothing has changed. Raises `Retry` when
        the other system cannot be asked what would happen."""
        seen = self.ledger.row("request", "request.get", id=request_id)
        if seen is None or not seen["proposal_id"]:
            return answers.UNKNOWN
        row = self.ledger.row("proposal", "proposal.get", id=seen["proposal_id"]) or {}
        proposal = Proposal.model_validate_json(row["body"])
        exact = self.door_out.resolve(proposal, of_task(self.ledger, seen["task_id"]))
        with self.ledger.unit(seen["task_id"]) as unit:
            request = unit.row("request", "request.get", id=request_id) or {}
            no = self._refusal(request, member) or self._moved_on(unit, request, row)
            found = no or self._judged(unit, request, proposal, exact)
            if not isinstance(found, tuple):
                self._record(unit, request, version, member, seconds, found)
                return found
            return self._ask(unit, request, row, proposal, *found, version, member, seconds)

    # Whether it may be -----------------------------------------------------------------------------------------------

    def _refusal(self, request: Row, member: Member) -> Refused | None:
        if not member.is_member:
            return Refused(code="not_a_member", reason="Only full members of this team can ask again.")
        if not authority.roles_of(self.policy(), member.mail):
            return Refused(code="not_the_role", reason="You have no role in Baton yet. Ask the owner to give you one.")
        if request["superseded_by"]:
            return REPLACED
        if request["state"] != EXPIRED:
            return Refused(code="stale_card", reason="This decision did not run out of time.")
        return None

    def _moved_on(self, unit: Unit, request: Row, row: Row) -> NotPossible | None:
        """Why nothing is asked again: the task is over, a person has it, or more has happened since."""
        if unit.task.state in (TaskState.DONE, TaskState.CANCELLED):
            return NotPossible("The task is closed.")
        if unit.task.claimed_by:
            return NotPossible("A person has the task and looks after it.")
        newest = unit.one("event.newest", task=unit.task.id)
        if newest and int(newest[0]) > request["created_at"]:
            return NotPossible("The customer has written since then, so this would not answer them.")
        last = unit.one("turn.last", task=unit.task.id)
        if last is None or last[0] != row["turn_id"]:
            return NotPossible("The task has moved on since then.")
        if (row["id"],) in unit.all("question.proposals", task=unit.task.id) and not _agents_own(unit, request):
            return NotPossible("This was a question of a person; ask it again on the card where it stands.")
        return None

    def _judged(
        self, unit: Unit, request: Row, proposal: Proposal, exact: Resolved | NotResolved
    ) -> tuple[Resolved, NeedsApproval] | NotPossible:
        """What would happen now and who must approve it, by today's records and rules."""
        found, policy = self.door_out.registry.operation(proposal.operation), self.policy()
        if found is None or isinstance(exact, NotResolved):
            reason = exact.reason if isinstance(exact, NotResolved) else "this operation is gone"
            return NotPossible(f"It cannot be carried out any more: {reason}.")
        verdict = Checks(policy, self.door_out.directory).verdict(unit, request["agent"], proposal, exact, found[0])
        if isinstance(verdict, Deny | Escalate):
            reason = verdict.reason if isinstance(verdict, Deny) else verdict.why
            return NotPossible(f"The rules do not allow it any more: {reason}.")
        if isinstance(verdict, NeedsApproval):
            return exact, verdict
        asked = NeedsApproval.model_validate_json(request["asked"])  # people were asked, so people are asked again
        due_at = sla.approval_due(policy, proposal.operation, unit.task.priority, unit.now, workflow=unit.task.workflow,
                                  roles=[step.role for step in asked.steps])  # fmt: skip
        return exact, asked.model_copy(update={"due_at": due_at})

    # What then happens -----------------------------------------------------------------------------------------------

    def _ask(  # noqa: PLR0913  all that a new approval is made of, said aloud
        self, unit: Unit, request: Row, row: Row, proposal: Proposal, exact: Resolved, asked: NeedsApproval,
        version: int, member: Member, seconds: int | None,
    ) -> AskedAgain:  # fmt: skip
        policy = self.policy()
        changed = exact.digest() != request["digest"]
        self._record(unit, request, version, member, seconds, None)
        before = (
            row["supersedes_id"] if row["author_kind"] == "person" else row["id"]
        )  # an edit still shows what it changed
        again = history.record_proposal(unit, proposal, exact, asked, policy.version, row["turn_id"], supersedes=before)
        new = requests.ask_approval(
            unit, policy, again, proposal, exact, asked, request["agent"], requester=request["requester"],
            why_again=f"{AGAIN} {CHANGED}" if changed else AGAIN,
        )  # fmt: skip
        if _agents_own(unit, request):
            asking.rebind(unit, request["id"], new)  # the answer to the new mail is the answer to the question
        unit.change("request.asked_again", key=request["id"], by=new)
        requests.timeline(unit, request["id"], "asked_again", person=member.user_id)
        unit.want(request["id"])
        self._end_call(unit, new)
        unit.wait("approval")
        stuck.call(unit, policy, new)
        return AskedAgain(new, changed)

    def _end_call(self, unit: Unit, new: str) -> None:
        """The call because nobody decided, or nobody might, ends where it has no other reason. `stuck` calls anew if need be."""
        pending = unit.all("request.of_task", task=unit.task.id, state=requests.PENDING)
        alone = all(kind != requests.APPROVAL or request_id == new for request_id, kind, _, _ in pending)
        for call in requests.open_calls(unit):
            over = (AGAIN, stuck.BEGINS) if alone else (AGAIN,)
            own = all(line.startswith(over) for line in str(call["why"]).splitlines())
            if own and call["trigger"] in (EXPIRED, stuck.NOBODY_MAY):
                unit.change("request.close", key=call["id"], state="closed", reason="It was asked again", at=unit.at, by=new,
                            effect=None)  # fmt: skip
                unit.audit("escalation.ended", "system", request=call["id"], asked_again=new)
                unit.want(call["id"])
                unit.task.owner = str(call["agent"])

    def _record(
        self, unit: Unit, request: Row, version: int, member: Member, seconds: int | None,
        refused: NotPossible | Refused | None,
    ) -> None:  # fmt: skip
        code = refused.code if isinstance(refused, Refused) else "moved_on" if refused else ""
        unit.insert("decision", id=unit.ids.new("de"), target_kind=requests.APPROVAL, target_id=request["id"],
                    target_version=version, task_id=unit.task.id, person=member.user_id, verb=VERB, surface="card",
                    seconds=seconds, refusal=code, at=unit.at)  # fmt: skip
        unit.audit("decision.refused" if code else "decision.made", f"person:{member.user_id}", request=request["id"],
                   verb=VERB, refusal=code, version=version)  # fmt: skip


def _agents_own(unit: Unit, request: Row) -> bool:
    """Whether this mail is an agent's own question to the customer: then this card is where it stands."""
    rows = asking.of_task(unit, unit.task.id)
    return any(row["mail_id"] == request["id"] and asking.by_agent(row) for row in rows)


def is_open(ledger: Ledger, request: Row) -> bool:
    """Whether the button stands on the card: it ran out, was not asked again, and the task still waits with nobody on it."""
    if request["state"] != EXPIRED or request["superseded_by"]:
        return False
    task = ledger.task(request["task_id"])
    return task is not None and task.state not in (TaskState.DONE, TaskState.CANCELLED) and not task.claimed_by
