"""`task T-n`: one task with all that happened on it."""

from __future__ import annotations

import argparse
from typing import Any

from commands.context import CommandContext
from commands.verb import FAILED, Answer
from commands.words import harmless, one_line, task_id, utc
from core.moment import from_us
from core.ports import Member
from workflows import views
from workflows.views import TaskView

_INDENT = "    "


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("task", metavar="T-n")


def run(context: CommandContext, options: argparse.Namespace, by: Member | None) -> Answer:
    """Who wrote what, who had it, what was proposed, decided and done, in the order in which it happened."""
    number = task_id(options.task)
    ledger = context.services().ledger
    view = views.task_view(ledger, number)
    if view is None:
        text = f"There is no task {number}. The newest are shown by: tasks"
        return Answer(text, {"error": text}, exit_code=FAILED)
    trail = views.trail(ledger, number)
    calls, tokens, microcents = views.cost(ledger, number)
    data = _data(view) | {
        "trail": [
            {"at": at.isoformat(), "kind": kind, "actor": actor, "facts": facts} for at, kind, actor, facts in trail
        ],
        "model": {"calls": calls, "tokens": tokens, "microcents": microcents},
    }
    lines = [*_head(view), *_work(view), "what happened"]
    lines += [f"{_INDENT}{utc(at)}  {kind}  {actor}" for at, kind, actor, _ in trail]
    return Answer("\n".join(lines), data)


def _head(view: TaskView) -> list[str]:
    task, event = view.task, view.event
    state = f"waits for {task.waiting_for.removeprefix('agent:')}" if task.waiting_for else task.state
    written = " ".join(part for part in (event.sender, f"<{event.address}>" if event.address else "") if part)
    sender = one_line(written, 120) or "somebody without a name"
    lines = [
        f"{task.id}  {state}, with {task.claimed_by or task.owner}",
        f"{task.workflow}, {task.priority} priority, since {utc(from_us(task.created_at))}",
        f"{event.source} from {sender}" + (f": {one_line(event.subject, 120)}" if event.subject else ""),
    ]
    lines += [f"written here: {event.link}"] if event.link else []
    return [*lines, *(_INDENT + line for line in harmless(event.text).strip().splitlines())]


def _work(view: TaskView) -> list[str]:
    lines = [
        f"{one['agent']} read it as {one['intent']} ({one['confidence']:.0%}): {one['outcome']}"
        for one in view.readings
    ]
    for request in view.requests:
        about = request["operation"] or request["trigger"]
        why = f", {request['closed_reason']}" if request["closed_reason"] else ""
        same = f", asked for together with {request['with']}" if request["with"] else ""
        same += f", also asked for by {', '.join(request['also'])}" if request["also"] else ""
        lines.append(f"{request['kind']} {about}: {request['state']}{why}{same}")
    for effect in view.effects:
        why = f", {one_line(effect['reason'], 120)}" if effect["reason"] else ""
        lines.append(f"{effect['operation']}: {effect['state']}{why}")
    lines += [f"{act.verb} by {act.person}, {utc(act.at)}" for act in view.acts]
    return lines


def _data(view: TaskView) -> dict[str, Any]:
    task = view.task
    return {
        "id": task.id, "workflow": task.workflow, "state": task.state, "waiting_for": task.waiting_for, "owner": task.owner,
        "claimed_by": task.claimed_by, "priority": task.priority, "created_at": from_us(task.created_at).isoformat(),
        "event": view.event.model_dump(mode="json"), "agents": list(view.agents), "readings": list(view.readings),
        "requests": list(view.requests), "effects": list(view.effects),
        "acts": [{"person": act.person, "verb": act.verb, "at": act.at.isoformat()} for act in view.acts],
    }  # fmt: skip
