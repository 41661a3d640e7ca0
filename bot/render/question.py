"""An agent's question to the team as its card: a call for people that takes an answer."""

from __future__ import annotations

import orjson

from bot.cards import question
from bot.cards.blocks import Ref
from bot.cards.question import QuestionCard, QuestionState
from bot.render import asked, ladder, task
from bot.render.scene import Drawn, Row, Scene, agent_name
from core.errors import Bug
from core.ledger import moment
from workflows import asking, requests, views
from workflows.questions import ASKED_CUSTOMER
from workflows.views import RequestView

_ASKED_WORDS = (
    "When the answer comes, the agent goes on with it; without one by the next business day people are asked again."
)


def draw(scene: Scene, card: Row) -> Drawn:
    """The card as its row stands now. Where people took the task, or are called for something worse, it says that instead."""
    view = views.request_view(scene.ledger, card["subject_id"])
    if view is None:
        raise Bug(f"card {card['id']} shows no request")
    row = row_of(scene, view.request["id"])
    worse = view.request["trigger"] != requests.NEEDS_ANSWER and view.request["state"] == requests.PENDING
    if row is None or worse or view.request["state"] == "taken":
        return task.draw_escalation(scene, card)
    return Drawn(question.render(question_card(scene, view, row)))


def row_of(scene: Scene, request_id: str) -> Row | None:
    """What the agent asked."""
    return next((row for row in asking.of_request(scene.ledger, request_id) if row["whom"] == asking.TEAM), None)


def question_card(scene: Scene, view: RequestView, row: Row) -> QuestionCard:
    """All that the card shows."""
    request, state = view.request, _state(view.request)
    is_open = state is QuestionState.OPEN
    climbed = ladder.climbed(scene, request, view.decisions) if is_open else ladder.Climbed()
    may_ask = is_open and bool(view.task.contact) and not asking.was_asked(scene.ledger, view.task.id)
    return QuestionCard(
        ref=Ref(request["id"], request["version"]), task_id=view.task.id, agent=agent_name(request["agent"]), state=state,
        zone=scene.zone, question=row["text"], options=tuple(orjson.loads(row["options"])) if row["options"] else (),
        also=str(request["why"]).replace(row["text"], "", 1).strip(), customer=task.who(view.event), words=view.words,
        now=scene.now, rungs=climbed.lines, called_names=climbed.names, again_at=climbed.again_at, hold_min=climbed.hold_min,
        seen_by=climbed.seen_by, may_ask_customer=may_ask, person=row["answered_by"], answer=row["answer"],
        ended_at=moment(row["answered_at"] or request["closed_at"]), closed_words=str(request["closed_reason"]).rstrip("."),
        to_customer=asked.lines_of(scene, view), **_next(scene, view, state),
    )  # fmt: skip


def _state(request: Row) -> QuestionState:
    match request["state"]:
        case "pending":
            return QuestionState.OPEN
        case "answered":
            return QuestionState.ANSWERED
        case _:
            passed_on = request["closed_reason"] == ASKED_CUSTOMER
            return QuestionState.PASSED_ON if passed_on else QuestionState.CLOSED


def _next(scene: Scene, view: RequestView, state: QuestionState) -> dict[str, str]:
    if state is QuestionState.PASSED_ON:
        return {"next_words": asked.came_of_it(scene, view) or _ASKED_WORDS}
    return {}
