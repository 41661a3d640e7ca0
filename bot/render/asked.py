"""Questions on a card, from their rows."""

from __future__ import annotations

from bot.cards.asked import AskedLine, Standing
from bot.render.scene import Row, Scene, agent_name
from bot.render.task import who
from core.contract.work import Resolved
from workflows import asking, history, views
from workflows.views import RequestView

_WAITS = {
    "pending": "The mail waits for somebody's approval first; it has a card of its own.",
    "approved": "The mail is on its way, or went out. The answer comes here.",
}


def lines_of(scene: Scene, view: RequestView) -> tuple[AskedLine, ...]:
    """What was asked on a request's card, oldest first. Where the card's own mail is the question it stands there whole already:
    once that went out, the one line is what came back."""
    rows = [row for row in asking.of_request(scene.ledger, view.request["id"]) if row["whom"] != asking.TEAM]
    is_out = view.request["state"] == "approved"
    return tuple(_line(scene, view, row) for row in rows if asking.by_agent(row) is is_out)


def spoken(scene: Scene, view: RequestView, resolved: Resolved) -> Resolved:
    """What the card speaks of: a mail that only asks the customer something is called a question."""
    rows = asking.of_task(scene.ledger, view.task.id)
    is_question = any(row["mail_id"] == view.request["id"] for row in rows)
    return resolved.model_copy(update={"operation": history.QUESTION}) if is_question else resolved


def came_of_it(scene: Scene, view: RequestView) -> str:
    """What became of the task once the customer had answered; empty where they were not asked or did not answer."""
    rows = asking.of_request(scene.ledger, view.request["id"])
    answers = [row for row in rows if row["whom"] == asking.CUSTOMER and row["state"] == asking.ANSWERED]
    whole = views.task_view(scene.ledger, view.task.id) if answers else None
    if whole is None:
        return ""
    ids = [each["id"] for each in whole.requests]
    mails = {row["mail_id"] for row in asking.of_task(scene.ledger, view.task.id)}
    later = [each for each in whole.requests[ids.index(view.request["id"]) + 1 :] if each["id"] not in mails]
    if any(each["kind"] == "approval" for each in later):
        return "The customer answered, and a newer draft replaced this one: it has a card of its own."
    if view.task.claimed_by or any(each["kind"] == "escalation" for each in later):
        return "The customer answered, and a person was called. There is no newer draft."
    return "The customer answered. The agent reads it; there is no newer draft yet."


def _line(scene: Scene, view: RequestView, row: Row) -> AskedLine:
    if row["whom"] == asking.AGENT:
        name = agent_name(view.request["agent"])
        return AskedLine(row["asked_by"], f"the {name[:1].lower()}{name[1:]}", row["text"], row["state"], row["answer"])
    standing: Standing = (
        row["state"] if asking.is_open(scene.ledger, row) or row["state"] != asking.OPEN else "not_sent"
    )
    waits = _WAITS.get(asking.mail_of(scene.ledger, row)[0], "")
    asker = agent_name(row["asked_by"]) if asking.by_agent(row) else row["asked_by"]
    return AskedLine(asker, who(view.event) or "the customer", row["text"], standing, row["answer"], waits)
