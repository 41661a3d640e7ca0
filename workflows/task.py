"""The life of a task, from top to bottom.

    open ─► plan ─► turn ─► judge ─┬─ Allow ─────────────────────► effect ─► next turn … ─► done
                     ▲             ├─ NeedsApproval ─► decide ───►   │
                     └─ hand over ─┴─ Deny, Escalate ─► a person     └─ unknown ─► a person

Each method that opens a unit is one step. It locks the task first, and all that it says is committed together:

    step     rows written                                                             audit
    open     event, task, handle, job(plan); or event on a known task, job(turn)      event.received
    plan     turn, handoff, card, job plan → turn                                     turn.ended
    turn     turn, then one of: handoff + job(turn) · escalation · a date ·           turn.ended,
             proposal + (effect + job(effect) | approval + card | escalation)         verdict.given for each proposal
    effect   `gateways.base.execute`: claim, call, settle                             effect.claimed, effect.settled
    settled  card, then job(turn) once nothing of the task is open any more

What people do is in `workflows/people.py` and `takeover.py`. No transaction is open while a model reads or a provider is called.
A step that is run twice finds the task moved on (`Stale`) and does nothing; a process that dies between two steps leaves the next
job on disk.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, assert_never

from agents import validator
from agents.base import Brief
from agents.roster import Roster
from agents.validator import Finding
from core import pauses
from core.contract.authority import NeedsApproval
from core.contract.base import Handle, TaskId
from core.contract.effect import NotSent, Sent
from core.contract.work import (
    Ask,
    Clarify,
    Escalate,
    Event,
    Finished,
    FollowUp,
    Handoff,
    HandOver,
    Outcome,
    Proposal,
    Propose,
    Resolved,
    Turn,
)  # fmt: skip
from core.engine import Handler
from core.errors import Stale
from core.ledger import Job, Ledger, Phase, TaskRow, TaskState, Unit
from core.ports import Model
from gateways.adapter import NotResolved
from gateways.base import DoorOut
from gateways.breaker import Breaker
from gateways.handles import of_task
from gateways.reader import DoorIn
from workflows import (
    agent_answers,
    asking,
    failures,
    feed,
    history,
    joined,
    judging,
    opening,
    outages,
    passing,
    requests,
    stuck,
    twins,
    undone,
)  # fmt: skip
from workflows.borrowed import Bill, Borrowed, SeenReader, taken_back
from workflows.opening import Opened

LONGEST_FOLLOW_UP = timedelta(days=90)  # a date further away would lose the task without a word


@dataclass(frozen=True, slots=True)
class TaskLife:
    """Everything that happens to a task without a person."""

    ledger: Ledger
    roster: Roster
    model: Model
    door_out: DoorOut
    door_in: DoorIn

    def handlers(self) -> Mapping[Phase, Handler]:
        """Which method does which job."""
        return {Phase.PLAN: self.plan, Phase.TURN: self.turn, Phase.EFFECT: self.effect, Phase.ANSWER: self.answer,
                Phase.TWIN: self.twin}  # fmt: skip

    # Something came in -----------------------------------------------------------------------------------------------

    def open(
        self, event: Event, thread_key: str | None, *, answerable: bool = True, closed_because: str = "",
        head_start: timedelta = timedelta(),
    ) -> Opened:  # fmt: skip
        """The task of this event. A repeat gets the task that it opened the first time; a reply joins its conversation.

        `thread_key` names the conversation in its system of record, None when there is none; `answerable`: agents may write
        there. `closed_because`: it is kept, but no agent reads it. `head_start`: so much later agents begin with a new one."""
        way = opening.Way(thread_key, answerable, closed_because, head_start)
        return opening.open_task(self.ledger, self.door_out.policy(), event, way)

    def knows(self, source: str, source_id: str) -> bool:
        """Whether this event came in before."""
        return opening.knows(self.ledger, source, source_id) is not None

    # Agents read and propose -----------------------------------------------------------------------------------------

    def plan(self, job: Job) -> None:
        """The first turn: which workflow, which agent."""
        task = self._task(job)
        brief = self._brief(task, None)
        if brief.busy & {"*", "planner"}:
            self._hold(job, "planner")
            return
        tools = self._tools(job, "planner")
        self._end_turn(job, self.roster.plan(brief, tools), brief, tools)

    def turn(self, job: Job) -> None:
        """One specialist's go. A paused agent's task stands still until the agent is resumed."""
        task = self._task(job)
        handoff = history.handoff(self.ledger, task)
        brief = self._brief(task, handoff)
        agent = handoff.receiver.name
        if brief.busy & {"*", agent}:
            self._hold(job, agent)
            return
        tools = self._tools(job, agent)
        self._end_turn(job, self.roster.turn(brief, tools), brief, tools)

    def _hold(self, job: Job, agent: str) -> None:
        with self.ledger.unit(job.task_id, job) as unit:
            if not pauses.stops(unit, agent):  # resumed since it was looked at: nobody would wake it
                unit.next(job.phase)
                return
            unit.wait(f"agent:{agent}")
            unit.audit("turn.held", "policy", agent=agent)

    def _task(self, job: Job) -> TaskRow:
        task = self.ledger.task(job.task_id)
        if task is None or task.step != job.step:
            raise Stale(job.id)
        return task

    def _brief(self, task: TaskRow, handoff: Handoff | None) -> Brief:
        events = history.events(self.ledger, task.id)
        contact = Handle(task.contact) if task.contact else None
        return Brief(
            task_id=TaskId(task.id), workflow=task.workflow, event=events[-1], words=history.words(events), handoff=handoff,
            history=history.completed(self.ledger, task.id), contact=contact, busy=history.busy(self.ledger),
            policy=self.door_out.policy(), now=self.ledger.clock.now(), answers=asking.answered(self.ledger, task.id),
        )  # fmt: skip

    def _tools(self, job: Job, agent: str) -> Borrowed:
        reader = SeenReader(self.door_in.reader(TaskId(job.task_id), agent))
        return Borrowed(reader, Bill(self.model, self.ledger, job.task_id, agent), self.ledger.ids)

    def _end_turn(self, job: Job, turn: Turn, brief: Brief, tools: Borrowed) -> None:
        turn = taken_back(turn, tools.model.agent)
        findings = validator.findings(turn, brief, tuple(tools.reader.records))
        outcome = turn.outcome
        policy = self.door_out.policy()
        if findings:
            outcome = failures.unfounded(policy, job, "; ".join(finding.what for finding in findings[:3]))
        exact = self._resolve(turn, job.task_id) if isinstance(outcome, Propose) else {}
        with self.ledger.unit(job.task_id, job) as unit:
            turn_id = self._keep(unit, turn, outcome, findings)
            tools.model.record(unit)
            match outcome:
                case Propose(proposals=proposals):
                    for n, proposal in enumerate(proposals):
                        judging.judge(unit, self.door_out, turn.agent, turn_id, proposal, exact[n])
                case HandOver(handoff=handoff):
                    passing.hand_over(unit, policy, handoff)
                case Clarify(missing=missing):
                    passing.bounce(unit, policy, brief, missing)
                case Ask():
                    requests.ask_team(unit, policy, outcome, agent=turn.agent)
                case FollowUp(at=at):
                    unit.next(Phase.TURN, due_at=min(at, unit.now + LONGEST_FOLLOW_UP))
                    unit.wait("time")
                case Escalate():
                    known = outcome.trigger in policy.escalation.triggers  # an agent may write anything there
                    requests.escalate(unit, policy, outcome.trigger if known else requests.UNKNOWN, outcome.why, agent=turn.agent,
                                      queue=outcome.queue)  # fmt: skip
                case Finished(summary=summary):
                    unit.audit("task.finished", turn.agent, summary_chars=len(summary))
                    unit.close()
                case _:
                    assert_never(outcome)

    def twin(self, job: Job) -> None:
        """What this task asked for together with another was decided there."""
        twins.follow(self, job)

    def answer(self, job: Job) -> None:
        """An agent answers a question that a person asked on a card."""
        agent_answers.answer(self.ledger, self.model, job)

    def _keep(self, unit: Unit, turn: Turn, outcome: Outcome, findings: tuple[Finding, ...]) -> str:
        turn_id = history.record_turn(unit, turn, findings)
        unit.audit("turn.ended", turn.agent, outcome=outcome.kind, findings=len(findings), turn=turn_id)
        if findings:
            feed.tell_of_failure(unit, self.door_out.policy(), "bad_data", unit.task.id)
        return turn_id

    # Code decides ----------------------------------------------------------------------------------------------------

    def _resolve(self, turn: Turn, task_id: str) -> dict[int, Resolved | NotResolved]:
        handles = of_task(self.ledger, task_id)
        proposals = turn.outcome.proposals if isinstance(turn.outcome, Propose) else ()
        return {n: self.door_out.resolve(proposal, handles) for n, proposal in enumerate(proposals)}

    # One door out ----------------------------------------------------------------------------------------------------

    def effect(self, job: Job) -> None:
        """Claim, call, receipt; what follows is below and is committed with the receipt."""
        self.door_out.execute(job, self)

    def settled(self, unit: Unit, effect: dict[str, Any], receipt: Sent | NotSent) -> None:
        """What follows when an effect is over."""
        if undone.is_undo(effect):
            undone.settled(unit, effect, receipt)
            return
        joined.wake(unit, effect["request_id"])
        if isinstance(receipt, Sent):
            requests.timeline(unit, effect["request_id"], "sent", operation=effect["operation"])
            if effect["effect_class"] == "message" and unit.task.first_reply_at is None:
                unit.task.first_reply_at = unit.at
        else:
            failures.not_sent(unit, self.door_out.policy(), str(effect["agent"]), receipt)
        self.go_on(unit)

    def unclear(self, unit: Unit, effect: dict[str, Any], why: str, outage: str) -> None:
        """A person must say what became of it; during an outage one card asks for all of them."""
        if undone.is_undo(effect):
            undone.unclear(unit, self.door_out.policy(), effect, why, outage)
            return
        requests.escalate(unit, self.door_out.policy(), requests.UNKNOWN_EFFECT, why, agent=str(effect["agent"]),
                          effect_id=str(effect["id"]), outage=outage)  # fmt: skip

    def found_out(self, unit: Unit, effect: dict[str, Any], by: str, went_out: bool) -> None:
        """It is known by now, so nobody has to say it any more."""
        if undone.is_undo(effect):
            if undone.found_out(unit, effect, by, went_out):
                self.go_on(unit)
            return
        requests.cleared_up(unit, effect, by, went_out)

    def outage(self, unit: Unit, of: Breaker) -> None:
        """A gateway is away or answers again; its card tells."""
        outages.tell(unit, self.door_out.policy(), of)

    def asked_again(self, unit: Unit, effect: dict[str, Any], asked: NeedsApproval, why: str, exact: Resolved) -> None:
        """An approval that no longer holds is asked for anew, saying why. An undo is pressed again by whoever still wants it."""
        if undone.is_undo(effect):
            undone.not_undone(unit, effect)
            return
        row = unit.row("proposal", "proposal.get", id=effect["proposal_id"]) or {}
        proposal = Proposal.model_validate_json(row["body"])
        policy = self.door_out.policy()
        again = history.record_proposal(
            unit, proposal, exact, asked, policy.version, row["turn_id"], supersedes=row["id"]
        )
        found = self.door_out.registry.operation(proposal.operation)
        request_id = requests.ask_approval(unit, policy, again, proposal, exact, asked, str(effect["agent"]), why_again=why,
                                           in_place_of=effect["request_id"], operation=found[0] if found else None)  # fmt: skip
        asking.rebind(unit, str(effect["id"]), request_id)  # a question whose mail needed no approval until now
        stuck.call(unit, policy, request_id)

    def refused(self, unit: Unit, effect: dict[str, Any], why: str) -> None:
        """Policy said no at the last moment: a person gets the task."""
        if undone.is_undo(effect):
            undone.not_undone(unit, effect)
            return
        joined.wake(unit, effect["request_id"])
        failures.forbidden(unit, self.door_out.policy(), str(effect["agent"]), why)

    def go_on(self, unit: Unit) -> None:
        """The agent's next turn, once nothing that it proposed is open any more. The task's lock makes this exact."""
        if unit.task.claimed_by or requests.waits_for_person(unit):
            return
        open_now = unit.count("request.open_of_task", task=unit.task.id) + unit.count(
            "effect.open_of_task", task=unit.task.id
        )
        if (
            open_now == 0
            and unit.task.state != TaskState.DONE
            and not requests.waits_for_customer(unit, self.door_out.policy())
        ):
            unit.next(Phase.TURN)

    # What an engine gives up -----------------------------------------------------------------------------------------

    def give_up(self, job: Job, reason: str) -> None:
        """A job that failed too often ends with a person, never in a loop."""
        with self.ledger.unit(job.task_id or None) as unit:
            unit.done_job = job
            unit.audit("job.given_up", "system", job=job.phase.value, reason=reason, audit_class="system")
            if not job.task_id:
                feed.tick_given_up(unit, self.door_out.policy(), job.subject_id, reason)
                return
            if job.phase is Phase.ANSWER:
                agent_answers.given_up(unit, job.subject_id)
                return
            if job.phase is Phase.TWIN:
                twins.given_up(unit, self, job.subject_id, reason)
                return
            if job.phase is Phase.EFFECT and self.door_out.settling.given_up(unit, job.subject_id, reason, self):
                return
            failures.given_up(unit, self.door_out.policy(), job, reason)
