"""Handoffs, pauses, thread lines, answers to a message, and the digest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson

from bot.cards import digest, handoff, paused, replies, timeline
from bot.cards.blocks import Json, Ref
from bot.cards.digest import DigestCard, Todo
from bot.cards.handoff import HandoffCard
from bot.cards.operations import done_words
from bot.cards.paused import PausedCard
from bot.cards.timeline import Happening, Step
from bot.render import ladder
from bot.render.instead import for_both
from bot.render.scene import Drawn, Row, Scene, agent_name, person_of, queue_name
from bot.render.task import who
from core.errors import Bug
from core.ledger import moment
from core.moment import from_us
from workflows import asking, calling, outages, views

EVERYTHING = "everything"
_STEPS = {
    "signed": Step.SIGNED, "approved": Step.APPROVED, "edited": Step.EDITED, "rejected": Step.REJECTED, "sent": Step.SENT,
    "changed": Step.CHANGED, "expired": Step.EXPIRED, "reminded": Step.REMINDED, "called": Step.CALLED, "held": Step.HELD,
    "added": Step.ADDED, "joined": Step.JOINED, "reassigned": Step.REASSIGNED, "nudged": Step.NUDGED,
    "snoozed": Step.SNOOZED, "held_back": Step.HELD_BACK, "again": Step.AGAIN, "seen": Step.SEEN, "not_now": Step.NOT_NOW,
    "still": Step.STILL, "passed_over": Step.PASSED_OVER, "escalated": Step.ESCALATED, "question": Step.QUESTION,
    "answered": Step.ANSWERED, "not_answered": Step.NOT_ANSWERED, "undone": Step.UNDONE, "not_undone": Step.NOT_UNDONE,
    "told": Step.TOLD, "asked_again": Step.ASKED_AGAIN,
}  # fmt: skip
_DECIDED = {
    "approve": "approved", "edit": "changed", "reject": "rejected", "take_over": "taken over", "hand_back": "handed back",
    "reassign": "handed on", "remind": "reminded of", "snooze": "put off", "close": "closed", "acknowledge": "seen",
    "not_now": "passed on", "escalate": "called for help", "ask": "asked about", "answer": "answered",
    "undo": "undone", "tell": "remarked on", "ask_again": "asked again",
    "went_out": "found to have gone through", "did_not_go_out": "found not to have gone through",
}  # fmt: skip


def draw_handoff(scene: Scene, card: Row) -> Drawn:
    """Who handed what to whom."""
    return Drawn(handoff.render(handoff_card(scene, card["subject_id"])))


def handoff_card(scene: Scene, handoff_id: str) -> HandoffCard:
    """The card of a handoff. Raises `Bug` for an unknown one."""
    found = views.handoff_view(scene.ledger, handoff_id)
    if found is None:
        raise Bug(f"there is no handoff {handoff_id}")
    missing = found.open_questions if found.message_type == "clarification" else ()
    return HandoffCard(Ref(handoff_id, found.schema_version), found, scene.zone, missing)


def draw_paused(scene: Scene, card: Row) -> Drawn:
    """What is paused, and that it runs again."""
    row = views.control_view(scene.ledger, card["subject_id"])
    if row is None:
        raise Bug(f"card {card['id']} shows no pause")
    name = str(row["name"])
    scope = "All agents" if name == EVERYTHING else agent_name(name)
    return Drawn(paused.render(PausedCard(
        ref=Ref(row["id"], int(row["epoch"])), scope=scope, by=by_whom(str(row["by"])), at=from_us(row["at"]), zone=scene.zone,
        reason=row["reason"], held=_held(scene, name), in_flight=_in_flight(scene), until=moment(row["until"]),
        unaffected_words="" if name == EVERYTHING else "All other agents.", lifted_by=by_whom(str(row["lifted_by"])),
        lifted_at=moment(row["lifted_at"]),
    )))  # fmt: skip


def by_whom(actor: str) -> str:
    """Who paused or resumed: a Slack user id, or our own words."""
    words = {"time": "The end of its time", "command line": "The command line", "system": "Baton"}
    return words.get(actor, person_of(actor))


def _held(scene: Scene, name: str) -> tuple[str, ...]:
    rows = (
        scene.ledger.rows("effect.all_held")
        if name == EVERYTHING
        else scene.ledger.rows("effect.held_of_agent", agent=name)
    )
    return tuple(f"One effect of {task_id}" for _, task_id in rows)


def _in_flight(scene: Scene) -> tuple[str, ...]:
    return tuple(f"{operation} of {task_id}" for _, operation, task_id in scene.ledger.rows("effect.in_flight"))


def draw_line(scene: Scene, card: Row) -> Drawn:
    """One line in a thread."""
    detail = orjson.loads(card["detail"])
    step = _STEPS.get(detail["what"])
    if step is None:
        raise Bug(f"a thread line tells of {detail['what']}")
    request = scene.ledger.row("request", "request.get", id=str(card["subject_id"]).partition(":")[0]) or {}
    asked = scene.ledger.row("question", "question.get", id=str(detail.get("question", "")))
    by_customer = asked is not None and step is Step.ANSWERED and asked["answered_by"] == asking.CUSTOMER
    actor = (
        "The customer"
        if by_customer
        else for_both(scene, str(detail["person"]), str(detail["on_behalf_of"]))
        if "on_behalf_of" in detail
        else str(detail.get("person") or agent_name(str(request.get("agent", ""))) or "Baton")
    )
    about = str(card["task_id"] or "") or outages.named(scene.policy, str(detail.get("gateway", "")))
    return Drawn(timeline.told(Happening(
        task_id=about, step=step, actor=actor, at=from_us(detail["at"]), zone=scene.zone,
        detail=_detail(scene, detail) or _of_question(asked, step), called=_called(scene, step, detail, request),
        until=moment(detail.get("until")),
    )))  # fmt: skip


def _of_question(asked: Row | None, step: Step) -> str:
    """The words themselves stand in the question's row, sealed; a line's own row holds none."""
    if asked is None:
        return ""
    return str(asked["text"] if step in (Step.QUESTION, Step.TOLD) else asked["answer"])


def _detail(scene: Scene, detail: dict[str, Any]) -> str:
    """What was done, or why a person is called, without the names that stand on the card."""
    trigger = scene.policy.escalation.triggers.get(str(detail.get("trigger", "")))
    if trigger:
        return f"the customer {trigger.words}"
    if instead := detail.get("instead"):
        return ladder.instead_words(scene, instead)
    if detail["what"] == "passed_over":
        why = "nobody holds this role" if detail["why"] == "nobody" else "whoever holds this role has left the team"
        return f"{str(detail['role']).replace('_', ' ')}, {why}. The next is called"
    if detail["what"] == "escalated":
        return f"from {str(detail['role']).replace('_', ' ')}, who get a card of their own"
    if quiet := detail.get("quiet"):
        return f"{', '.join(ladder.name_of(scene, who) for who in quiet)} is rung when the quiet hours are over"
    return done_words(str(detail["operation"])) if "operation" in detail else ""


def _called(scene: Scene, step: Step, detail: dict[str, Any], request: Row) -> tuple[str, ...]:
    """Who must act now; a new line is the only thing of a card that rings."""
    if step is Step.CALLED:
        people = tuple(detail.get("people") or ())
        return people if people or detail.get("quiet") else scene.people_of(str(detail.get("role", "")))
    if step is Step.STILL:
        return (str(detail["whom"]),)
    if step in (Step.ADDED, Step.JOINED) and "called" not in detail:
        holder = str(detail.get("holder", ""))
        if holder:
            return (holder,)
        now = ladder.people_now(scene, request)
        return scene.people_of_queue(str(request.get("queue", ""))) if now is None else now
    if step is Step.REMINDED and request:
        view = views.request_view(scene.ledger, request["id"])
        return calling.to_ring(scene.ledger, scene.policy, view, scene.now) if view else ()
    return tuple(str(each) for each in detail.get("called", ()))


def draw_answer(scene: Scene, card: Row) -> Drawn:
    """The answer to somebody's message: which task it became, or joined."""
    task_id = str(card["task_id"])
    if orjson.loads(card["detail"]).get("joined"):
        return Drawn(replies.joined(task_id))
    view = views.task_view(scene.ledger, task_id)
    return Drawn(replies.opened(task_id, view.event.text if view else ""))


def draw_told(_: Scene, card: Row) -> Drawn:
    """A private line to one person."""
    return Drawn(replies.told(str(orjson.loads(card["detail"])["text"])))


def draw_digest(scene: Scene, card: Row) -> Drawn:
    """The day in one message, from the numbers that were counted when it ended."""
    detail = orjson.loads(card["detail"])
    day = from_us(detail["at"]).astimezone(scene.zone)
    effects, decisions = dict(detail.get("effects", {})), dict(detail.get("decisions", {}))
    facts = [("Carried out", str(effects.get("sent", 0))), ("Decided by people", _counted(decisions)),
             ("Models cost", f"${detail.get('spent_microcents', 0) / 100_000_000:,.2f}")]  # fmt: skip
    audit = detail.get("audit")
    notes = [f"Went wrong: {each}" for each in detail.get("errors", ())[:4]]
    if expired := int(detail.get("expired", 0)):
        notes.insert(
            0,
            f"{expired:,} {'was' if expired == 1 else 'were'} not decided in time. Nothing was done; people have the tasks.",
        )
    return Drawn(digest.render(DigestCard(
        day_words=f"{day:%A, %B} {day.day}", came_in=int(detail["came_in"]), done=int(detail["done"]),
        todos=tuple(_todo(scene, each) for each in detail.get("waiting", ())), facts=tuple(facts),
        todo_count=int(detail.get("waiting_count", 0)),
        notes=(*notes, *([f"Seal of the record: line {audit['seq']}, {audit['hash']}"] if audit else [])),
    )))  # fmt: skip


def _counted(decisions: dict[str, int]) -> str:
    words: Sequence[str] = [
        f"{count} {_DECIDED.get(verb, verb.replace('_', ' '))}" for verb, count in sorted(decisions.items())
    ]
    return ", ".join(words) or "nothing"


def _todo(scene: Scene, each: Json) -> Todo:
    people = scene.people_of_queue(str(each["queue"]))
    view = views.task_view(scene.ledger, str(each["task_id"]))
    about = who(view.event) if view else ""
    what = {"approval": "Waits for a decision", "escalation": "Needs a person"}.get(str(each["kind"]), "Waits")
    return Todo(what=what, about=about or queue_name(str(each["queue"])), task_id=str(each["task_id"]),
                person=people[0] if people else "")  # fmt: skip
