"""An effect's row as the card of what becomes of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.cards.blocks import Ref
from bot.cards.difference import Change, differences
from bot.cards.effect import EffectCard
from bot.render.instead import signer
from bot.render.scene import Row, Scene, agent_name, person_of, subject_of
from bot.render.undo import closes_at, last_undo, undo_part
from core.contract.effect import EffectState
from core.contract.work import Resolved
from core.ledger import TaskRow, moment
from core.moment import from_us
from workflows import outages, views
from workflows.views import RequestView, Signed

CLEARS = "unknown_effect"  # the trigger whose people clear an unknown effect up
_IF_NOBODY = "It stays so, and is never sent again by itself. The next people are called."
CALL_AGAIN_SAFE = timedelta(seconds=10)  # after `call_by`: the same wait as at the door out


def effect_card(scene: Scene, view: RequestView, effect: Row, resolved: Resolved) -> EffectCard:
    """The card of one approved operation, in every state."""
    yes = [each for each in view.decisions if each.verb == "approve"]
    card = with_undo(scene, view.task, effect, _card(scene, view.task, effect, resolved))
    return replace(
        card, approval_ref=Ref(str(view.request["id"]), int(view.request["version"])),
        decided_by=tuple(signer(scene, each) for each in yes), decided_at=yes[-1].at if yes else None,
        changes=_changes(view, resolved), edited_by=_editor(view),
    )  # fmt: skip


def with_undo(scene: Scene, task: TaskRow, effect: Row, card: EffectCard) -> EffectCard:
    """The card, and what can be or was done to take it back."""
    pressed = last_undo(scene, effect)
    row = scene.ledger.row("proposal", "proposal.get", id=pressed["proposal_id"]) if pressed else None
    own = _card(scene, task, pressed, Resolved.model_validate_json(row["resolved"])) if pressed and row else card
    return replace(card, undo=undo_part(scene, effect, own))


def draws_again_at(scene: Scene, effect: Row) -> datetime | None:
    """When the card says something else although nothing changed; None: never."""
    times = [answers_from(scene, effect, EffectState(effect["state"])), closes_at(scene, effect)]
    if pressed := last_undo(scene, effect):
        times.append(answers_from(scene, pressed, EffectState(pressed["state"])))
    return min((each for each in times if each), default=None)


def unclear_card(scene: Scene, view: RequestView) -> EffectCard | None:
    """The card of an effect about which an escalation asks; None for one that asks about something else."""
    effect = view.effect if view.request["trigger"] == CLEARS else None
    proposal = scene.ledger.row("proposal", "proposal.get", id=effect["proposal_id"]) if effect else None
    if effect is None or proposal is None:
        return None
    resolved = Resolved.model_validate_json(proposal["resolved"])
    approval = views.request_view(scene.ledger, effect["request_id"]) if effect["request_id"] else None
    card = effect_card(scene, approval, effect, resolved) if approval else _card(scene, view.task, effect, resolved)
    due = from_us(view.request["due_at"]) if view.request["state"] == "pending" else None
    return replace(card, is_call=True, clear_by=due)


def _card(scene: Scene, task: TaskRow, effect: Row, resolved: Resolved) -> EffectCard:
    """What the effect's own row says."""
    cleared = _cleared_by(scene, task.id, str(effect["id"]))
    state = EffectState(effect["state"])
    away = state is EffectState.READY and outages.is_away(scene.ledger, str(effect["gateway"]))
    return EffectCard(
        task_id=task.id, agent=agent_name(str(effect["agent"])), ref=effect_ref(effect), state=state,
        resolved=resolved, zone=scene.zone, task_ref=task_ref(task), subject=subject_of(resolved),
        receipt="" if cleared else str(effect["reference"] or ""),
        settled_at=moment(effect["settled_at"]), settled_by=cleared, reason=_reason(effect, state),
        known=_known(scene, effect, state),
        waits_words=outages.waits_words(scene.policy, str(effect["gateway"])) if away else _waits(scene, effect, state),
        waits_until=moment(effect["not_before"]) if state is EffectState.READY and not away else None,
        clears=clearers(scene), answers_from=answers_from(scene, effect, state), asks_at=asks_at(effect, state),
        if_nobody_words=_IF_NOBODY if state is EffectState.UNKNOWN else "", held_by=task.claimed_by or "",
    )  # fmt: skip


def effect_ref(effect: Row) -> Ref:
    """An effect has no version; the number of its calls tells one unknown from the next."""
    return Ref(str(effect["id"]), int(effect["attempts"] or 0))


def task_ref(task: TaskRow) -> Ref:
    """What a button about a task carries."""
    return Ref(task.id, task.step)


def answers_from(scene: Scene, effect: Row, state: EffectState) -> datetime | None:
    """From when a person can safely say what happened; None when that is now."""
    if state is not EffectState.UNKNOWN or not effect["call_by"]:
        return None
    safe = from_us(int(effect["call_by"])) + CALL_AGAIN_SAFE
    return safe if scene.now <= safe else None


def asks_at(effect: Row, state: EffectState) -> datetime | None:
    """When the other system is asked next what became of it; None where only a person can say."""
    return moment(effect["not_before"]) if state is EffectState.UNKNOWN else None


def _editor(view: RequestView) -> str:
    author = view.proposal.author if view.proposal else None
    return author.name if author and author.kind == "person" else ""


def _changes(view: RequestView, resolved: Resolved) -> tuple[Change, ...]:
    if view.before_edit is None:
        return ()
    return changes(view.before_edit, resolved)


def changes(before: Resolved, after: Resolved) -> tuple[Change, ...]:
    """What differs between two versions of one operation, lines and body."""
    old, new = dict(before.lines), dict(after.lines)
    if before.body or after.body:
        old["Text"], new["Text"] = before.body, after.body
    return differences(old, new, {name: name for name in new})


def _reason(effect: Row, state: EffectState) -> str:
    return (
        str(effect["reason"] or "") if state in (EffectState.FAILED, EffectState.UNKNOWN, EffectState.CANCELLED) else ""
    )


def _waits(scene: Scene, effect: Row, state: EffectState) -> str:
    if state is EffectState.HELD:
        return str(effect["reason"] or "a person has the task")
    later = moment(effect["not_before"])
    return str(effect["reason"] or "") if state is EffectState.READY and later and later > scene.now else ""


def _known(scene: Scene, effect: Row, state: EffectState) -> tuple[str, ...]:
    if state is not EffectState.UNKNOWN or not effect["attempts"]:  # out of a backup it may never have been begun
        return ()
    at = from_us(int(effect["claimed_at"])).astimezone(scene.zone)
    return (f"It was begun on {at:%B} {at.day} at {at:%H:%M:%S} ({scene.policy.company.time_zone}).",)


def clearers(scene: Scene) -> tuple[str, ...]:
    """Who says what became of an unknown effect."""
    trigger = scene.policy.escalation.triggers.get(CLEARS)
    return scene.people_of(trigger.ladder[0].role) if trigger else scene.people_of("owner")


def _cleared_by(scene: Scene, task_id: str, effect_id: str) -> str:
    for _, kind, actor, facts in reversed(views.trail(scene.ledger, task_id)):
        if kind == "effect.cleared_up" and facts.get("effect") == effect_id:
            return person_of(actor)
    return ""


def last_of(decisions: tuple[Signed, ...], *verbs: str) -> Signed | None:
    """The newest decision with one of the verbs; with none named, the newest of all."""
    return next((each for each in reversed(decisions) if not verbs or each.verb in verbs), None)
