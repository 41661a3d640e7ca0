"""A gateway that does not answer, as its card."""

from __future__ import annotations

from bot.cards import outage
from bot.cards.blocks import Ref
from bot.cards.operations import speech
from bot.cards.outage import LISTED, OutageCard, Unclear
from bot.cards.words import money
from bot.render.effect import answers_from, asks_at, clearers, effect_ref
from bot.render.scene import WHO, Drawn, Row, Scene, subject_of
from core.contract.effect import EffectState
from core.contract.work import Resolved
from core.ledger import moment
from workflows import outages
from workflows.outages import OutageView

_WHY = {
    "unknown": "Of several calls in a short time no clear answer came back.",
    "not_reached": "Several calls in a row did not reach it.",
    "errors": "Too many of the last calls failed.",
}
_TROUBLE = {"unknown": "gives no clear answer", "not_reached": "does not answer", "errors": "fails too often"}
_CAME_OF = {
    "sent": "went out", "failed": "failed, and a person has the task", "cancelled": "cancelled", "held": "held back",
    "sending": "going out now", "unknown": "not known if it went through",
}  # fmt: skip


def draw(scene: Scene, card: Row) -> Drawn:
    """The card as it stands now. What it says changes by itself when an answer opens."""
    view = outages.view(scene.ledger, scene.policy, card["subject_id"], card["detail"])
    unclear = tuple(_unclear(scene, each) for each in view.unknown)
    first = [each for each in unclear if each.asks_at is None][:LISTED]
    opens = [each.answers_from for each in first if each.answers_from]
    made = OutageCard(
        ref=Ref(view.gateway, view.number), name=outages.named(scene.policy, view.gateway), zone=scene.zone,
        trouble_words=_TROUBLE.get(view.why, "does not answer"), why_words=_WHY.get(view.why, ""), since=view.opened_at,
        until=view.closed_at, next_try=view.try_at,
        waiting=tuple(_words(scene, each) for each in view.waiting[:LISTED]), waiting_count=len(view.waiting),
        unclear=(*first, *(each for each in unclear if each.asks_at is not None)), unclear_count=len(unclear),
        came_of=_came_of(view), clears=clearers(scene),
    )  # fmt: skip
    return Drawn(outage.render(made), min(opens, default=None))


def _came_of(view: OutageView) -> tuple[tuple[str, int], ...]:
    found = [(words, view.came_of[state]) for state, words in _CAME_OF.items() if view.came_of[state]]
    return (*found, *([("still waiting", len(view.waiting))] if view.waiting else []))


def _effect(scene: Scene, effect_id: str) -> tuple[Row, Resolved]:
    effect = scene.ledger.row("effect", "effect.get", id=effect_id) or {}
    proposal = scene.ledger.row("proposal", "proposal.get", id=effect["proposal_id"]) or {}
    return effect, Resolved.model_validate_json(proposal["resolved"])


def _words(scene: Scene, effect_id: str) -> str:
    effect, resolved = _effect(scene, effect_id)
    noun = speech(resolved, subject_of(resolved)).noun
    return f"{noun[:1].upper()}{noun[1:]}, {effect['task_id']}"


def _unclear(scene: Scene, effect_id: str) -> Unclear:
    effect, resolved = _effect(scene, effect_id)
    said = speech(resolved, subject_of(resolved))
    return Unclear(
        ref=effect_ref(effect), task_id=str(effect["task_id"]), noun=said.noun, participle=said.participle,
        detail=_detail(resolved), begun_at=moment(effect["claimed_at"]),
        answers_from=answers_from(scene, effect, EffectState(effect["state"])),
        asks_at=asks_at(effect, EffectState(effect["state"])),
    )  # fmt: skip


def _detail(resolved: Resolved) -> str:
    """What exactly, as far as a line holds it."""
    amount = [money(resolved.amount_cents, resolved.currency or "USD")] if resolved.amount_cents else []
    lines = [f"{name}: {value}" for name, value in resolved.lines if name not in WHO]
    return ", ".join([*amount, *lines, *([resolved.body] if resolved.body else [])])
