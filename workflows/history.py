"""What a task has behind it: read for the next turn, and written when a turn ends."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import orjson

from agents import clarifying
from agents.handoffs import completeness
from core.contract.authority import REJECT_REASONS, Verdict
from core.contract.work import Completed, Event, Handoff, HandOver, Party, Proposal, Propose, Reading, Resolved, Turn
from core.errors import Bug
from core.ledger import Ledger, TaskRow, Unit
from core.moment import to_us
from policies.schema import Policy
from workflows import joined

QUESTION = clarifying.QUESTION  # a mail that only asks the customer something: no answer to what they asked
BP = 10_000  # basis points of one


class Finding(Protocol):
    """What the validator found."""

    @property
    def code(self) -> str: ...

    @property
    def what(self) -> str: ...


# Reading -------------------------------------------------------------------------------------------------------------


def events(ledger: Ledger, task_id: str) -> tuple[Event, ...]:
    """All that came in on this task, oldest first."""
    rows = ledger.rows("event.of_task", task=task_id)
    if not rows:
        raise Bug(f"{task_id} has no event")
    return tuple(Event.model_validate_json(ledger.cipher.unpack("event", "body", row[0], row[1])) for row in rows)


def readings(ledger: Ledger, task_id: str) -> tuple[Reading, ...]:
    """What agents read on this task, oldest first."""
    return tuple(
        Reading.model_validate_json(ledger.cipher.unpack("turn", "reading", row[0], row[2]))
        for row in ledger.rows("turn.of_task", task=task_id)
    )


def words(found: Sequence[Event]) -> str:
    """All that the customer wrote, oldest first."""
    return "\n\n".join(event.text for event in found)


def handoff(ledger: Ledger, task: TaskRow) -> Handoff:
    """The handoff that this task's next turn begins with."""
    row = ledger.rows("handoff.get", id=task.handoff_id)
    if not row:
        raise Bug(f"{task.id} asks for a turn without a handoff")
    return Handoff.model_validate_json(ledger.cipher.unpack("handoff", "body", row[0][0], row[0][1]))


def busy(ledger: Ledger) -> frozenset[str]:
    """The agents that are paused now. `*` when everything is."""
    active = ledger.rows("control.active", now=to_us(ledger.clock.now()))
    names = {name for _, scope, name, _, _ in active if scope == "agent"}
    return frozenset(names | ({"*"} if any(row[1] == "all" for row in active) else set()))


def trail(unit: Unit) -> tuple[str, ...]:
    """The agents that had the task so far, oldest first; clarifications and people left out."""
    passed = [(s, r) for s, r, kind in unit.all("handoff.receivers", task=unit.task.id) if kind == "handoff"]
    return (passed[0][0], *(receiver for _, receiver in passed)) if passed else ()


_EFFECT = {"sent": "sent", "failed": "failed", "unknown": "unknown", "cancelled": "failed"}
_REQUEST = {"rejected": "rejected", "expired": "expired", "closed": "edited", "done": "done"}


def completed(ledger: Ledger, task_id: str) -> tuple[Completed, ...]:
    """What was decided and done on this task, oldest first: nobody does or asks it again."""
    done = []
    questions = {row[0] for row in ledger.rows("question.proposals", task=task_id)}
    elsewhere = joined.done_for(ledger, task_id)
    undone = joined.taken_back(ledger, task_id) if elsewhere else frozenset()
    for proposal_id, operation, state, request_id, effect_state, effect_id, sealed_reason, kind, author in ledger.rows(
        "proposal.history", task=task_id
    ):
        outcome = _EFFECT.get(effect_state or "") or _REQUEST.get(state or "")
        if outcome is None:
            continue
        by = Party(kind="person", name=author) if kind == "person" else Party(kind="queue", name="policy")
        note = ledger.cipher.unpack("effect", "reason", effect_id, sealed_reason) if sealed_reason else ""
        first_task, first_id = elsewhere.get(proposal_id, ("", request_id))
        if first_id and (decisions := ledger.rows("decision.last", id=first_id)):
            decision_id, person, _, why, sealed, _ = decisions[0]
            by = Party(kind="person", name=person)
            text = ledger.cipher.unpack("decision", "note", decision_id, sealed) if sealed else ""
            note = ": ".join(part for part in (REJECT_REASONS.get(why, why), text) if part) or note
        if first_task:
            back = " Somebody has taken it back since." if first_id in undone else ""
            note = f"It was done for {first_task}, which asked for the same.{back}"
        what = QUESTION if proposal_id in questions else operation
        done.append(Completed.model_validate({"what": what, "by": by, "outcome": outcome, "note": note}))
    return tuple(done)


# Writing -------------------------------------------------------------------------------------------------------------


def record_turn(unit: Unit, turn: Turn, findings: Sequence[Finding]) -> str:
    """The turn with its reading, its outcome and what the validator found."""
    found = orjson.dumps([{"code": f.code, "what": f.what} for f in findings]).decode()
    return unit.insert(
        "turn", id=unit.ids.new("tn"), task_id=unit.task.id, step=unit.task.step, agent=turn.agent,
        reading=turn.reading.model_dump_json(), outcome=_outcome(turn), outcome_kind=turn.outcome.kind,
        findings=found, confidence_bp=int(turn.reading.confidence * BP), model=turn.reading.model, at=unit.at,
    )  # fmt: skip


def record_handoff(unit: Unit, passed: Handoff, policy: Policy) -> None:
    """The handoff, and how much of what its receiver needs has arrived."""
    needs = policy.agents[passed.receiver.name].needs if passed.receiver.name in policy.agents else ()
    unit.insert(
        "handoff", id=passed.handoff_id, task_id=unit.task.id, message_type=passed.message_type, source=passed.source.name,
        receiver=passed.receiver.name, body=passed.model_dump_json(), hop=passed.hop, at=unit.at,
        completeness_bp=int(completeness(passed, passed.facts, needs) * BP),
    )  # fmt: skip


def record_proposal(
    unit: Unit, proposal: Proposal, exact: Resolved, verdict: Verdict, policy_version: str, turn_id: str | None,
    supersedes: str | None = None,
) -> str:  # fmt: skip
    """The proposal, what it would do exactly, and what policy said of it."""
    return unit.insert(
        "proposal", id=unit.ids.new("pr"), task_id=unit.task.id, turn_id=turn_id, group_id=proposal.group_id,
        supersedes_id=supersedes, gateway=proposal.gateway, operation=proposal.operation, author_kind=proposal.author.kind,
        author=proposal.author.name, body=proposal.model_dump_json(), resolved=exact.model_dump_json(), digest=exact.digest(),
        verdict=verdict.model_dump_json(), verdict_kind=verdict.kind, message_class=proposal.message_class,
        risk=proposal.risk, confidence_bp=int(proposal.confidence * BP), policy_version=policy_version, at=unit.at,
    )  # fmt: skip


def _outcome(turn: Turn) -> str:
    """The outcome as it is kept: handoffs and proposals have rows of their own."""
    match turn.outcome:
        case HandOver(handoff=passed):
            return orjson.dumps({"kind": "hand_over", "handoff_id": passed.handoff_id}).decode()
        case Propose(proposals=proposals):
            return orjson.dumps({"kind": "propose", "operations": [one.operation for one in proposals]}).decode()
        case other:
            return other.model_dump_json()
