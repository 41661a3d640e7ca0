"""A task that a person has or had, and an escalation: one message that goes through both."""

from __future__ import annotations

from typing import Any

from bot.cards import effect, escalation, given_up, task
from bot.cards.blocks import Json, Ref
from bot.cards.escalation import EscalationCard, EscalationState
from bot.cards.words import full_stop
from bot.render import ladder
from bot.render.effect import last_of, task_ref, unclear_card
from bot.render.scene import Drawn, Row, Scene, agent_name
from core.contract.effect import EffectState
from core.contract.work import Completed, Event, Resolved
from core.errors import Bug
from core.ledger import TaskRow, TaskState
from core.moment import from_us
from workflows import history, views
from workflows.takeover import CLOSE
from workflows.views import RequestView, Signed, TaskView

_OUTCOME = {
    "sent": "done", "rejected": "rejected by a person", "edited": "replaced", "failed": "failed",
    "expired": "not decided in time", "unknown": "not known if it went through", "done": "done",
}  # fmt: skip


def draw_task(scene: Scene, card: Row) -> Drawn:
    """The card of a task that somebody took over."""
    view = views.task_view(scene.ledger, card["subject_id"])
    if view is None:
        raise Bug(f"card {card['id']} shows no task")
    return Drawn(held_or_back(scene, view))


def draw_escalation(scene: Scene, card: Row) -> Drawn:
    """The call for a person; once taken it is the card of the task."""
    view = views.request_view(scene.ledger, card["subject_id"])
    if view is None:
        raise Bug(f"card {card['id']} shows no request")
    unclear = unclear_card(scene, view)
    if unclear is not None and (view.request["state"] != "taken" or unclear.state is EffectState.UNKNOWN):
        return Drawn(effect.render(unclear), unclear.answers_from)
    if view.request["state"] == "taken":
        whole = views.task_view(scene.ledger, view.task.id)
        if whole is not None and whole.acts:
            return Drawn(held_or_back(scene, whole))
    return Drawn(escalation.render(_escalation_card(scene, view)))


def held_or_back(scene: Scene, view: TaskView) -> Json:
    """Held by a person, or handed back; or nobody's, when whoever had it has left the team."""
    taken, last = last_of(view.acts, "take_over"), last_of(view.acts, "take_over", "hand_back", "close")
    if view.task.claimed_by and taken:
        return task.taken_over(_taken(scene, view, taken))
    if taken and taken is last:
        gave = last_of(view.acts, "escalate")
        if gave and gave.person == taken.person and gave.at >= taken.at:
            return given_up.given_up(_taken(scene, view, taken), gave.note, gave.at)
        return task.left(_taken(scene, view, taken))
    ended = last_of(view.acts, "hand_back", "close")
    if ended is None:
        raise Bug(f"{view.task.id} was never taken over")
    return task.handed_back(_back(scene, view, ended))


def _taken(scene: Scene, view: TaskView, taken: Signed) -> task.TakenOver:
    held = held_texts(scene, view)
    return task.TakenOver(
        ref=task_ref(view.task), task_id=view.task.id, agent=_agent(view), person=taken.person, at=taken.at, zone=scene.zone,
        about=who(view.event), words=history.words(history.events(scene.ledger, view.task.id)), held="\n\n".join(held),
        held_words=f"{len(held)} that an agent had ready." if len(held) > 1 else "An agent had this ready.",
    )  # fmt: skip


def _back(scene: Scene, view: TaskView, ended: Signed) -> task.HandedBack:
    closed = ended.reason == CLOSE or ended.verb == "close" or view.task.state in (TaskState.DONE, TaskState.CANCELLED)
    agent = "" if closed else agent_name(ended.reason or view.task.owner)
    return task.HandedBack(
        ref=task_ref(view.task), task_id=view.task.id, agent=agent, person=ended.person, at=ended.at, zone=scene.zone,
        did=ended.note or "Nothing was written down.", about=who(view.event),
        next_words=f"The {agent} goes on." if agent else "",
    )  # fmt: skip


def _agent(view: TaskView) -> str:
    return agent_name(view.agents[-1]) if view.agents else "Baton"


def who(event: Event) -> str:
    """Whom a task is about, as they wrote it: outside text. Empty for a customer of whom nothing is known; never the id of a
    thread, or a subject line in the place of a name."""
    if event.sender:
        return event.sender
    if event.source == "clock":
        return "Baton's schedule"
    return "A member of the team" if event.team_member else event.address


def held_texts(scene: Scene, view: TaskView) -> list[str]:
    """What agents had ready when a person took the task; it waits and is not sent."""
    texts = []
    for row in view.effects:
        if row["state"] == "held":
            found = scene.ledger.row("effect", "effect.get", id=row["id"]) or {}
            proposal = scene.ledger.row("proposal", "proposal.get", id=found["proposal_id"]) or {}
            resolved = Resolved.model_validate_json(proposal["resolved"])
            texts.append(resolved.body or ", ".join(f"{name}: {value}" for name, value in resolved.lines))
    return texts


# Escalations --------------------------------------------------------------------------------------------------------


def _escalation_card(scene: Scene, view: RequestView) -> EscalationCard:
    request, trigger = view.request, scene.policy.escalation.triggers.get(str(view.request["trigger"]))
    is_open = request["state"] == "pending"
    climbed = ladder.climbed(scene, request, view.decisions) if is_open else ladder.Climbed()
    state = EscalationState.SEEN if climbed.seen_by else EscalationState.OPEN
    return EscalationCard(
        ref=Ref(request["id"], request["version"]), task_id=view.task.id, agent=agent_name(request["agent"]),
        state=state if is_open else EscalationState.CLOSED, zone=scene.zone, trigger=request["trigger"],
        why_text=_why(request), trigger_words=trigger.words if trigger else "", customer=who(view.event),
        urgent=request["escalation_class"] == "immediate",
        words=view.words, words_at=view.event.at, now=scene.now, rungs=climbed.lines,
        called_names=climbed.names, has_next=climbed.has_next, again_at=climbed.again_at, hold_min=climbed.hold_min,
        seen_by=climbed.seen_by, seen_until=climbed.seen_until, is_asked=climbed.is_asked,
        story=story(scene, view.task), ended_at=from_us(request["closed_at"]) if request["closed_at"] else None,
        closed_words=str(request["closed_reason"]),
    )  # fmt: skip


def _why(request: Row) -> str:
    """The reasons, and that what they are about can be decided where it stands."""
    still = " What waits for a decision can still be decided on its own card; taking over withdraws it."
    return str(request["why"]) if not request["about_id"] else f"{full_stop(str(request['why']))}{still}"


def story(scene: Scene, of: TaskRow) -> tuple[str, ...]:
    """What was decided and done on this task, oldest first."""
    return tuple(_done(each) for each in history.completed(scene.ledger, of.id))


def _done(each: Completed) -> str:
    what = each.what.rpartition(".")[2].replace("_", " ")
    return f"{what[:1].upper()}{what[1:]}: {_OUTCOME.get(each.outcome, each.outcome)}"


def hand_back_form(scene: Scene, view: TaskView) -> task.HandBackForm:
    """The form with the agents that may go on: those of the task's workflow, the last one first."""
    workflow = scene.policy.workflows.get(view.task.workflow)
    known: list[Any] = [*reversed(view.agents), *(workflow.agents if workflow else ())]
    names = [name for name in dict.fromkeys(known) if name in scene.policy.agents and name != "planner"]
    agents = tuple((name, agent_name(name)) for name in names) if view.task.handoff_id else ()
    return task.HandBackForm(task_ref(view.task), agents, who(view.event), has_held=bool(held_texts(scene, view)))
