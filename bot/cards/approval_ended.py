"""The card of an approval that is over: no, nobody, somebody else, replaced. It keeps what was asked; says what was not done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.cards import also, effect, ids
from bot.cards import asked as questions
from bot.cards import blocks as kit
from bot.cards.blocks import Json, Mark
from bot.cards.operations import bar, speech
from bot.cards.words import clip, either, is_user, label, mention, one_line, when
from core.contract.effect import EffectState

if TYPE_CHECKING:
    from bot.cards.approval import ApprovalCard


def on_its_way(card: ApprovalCard) -> effect.EffectCard:
    """Approved a moment ago: its effect is not written down yet."""
    return effect.EffectCard(
        card.task_id,
        card.agent,
        card.ref,
        EffectState.READY,
        card.resolved,
        card.zone,
        approval_ref=card.ref,
        subject=card.subject,
        decided_by=tuple(each.person for each in card.signatures) or (card.decided_by,),
        decided_at=card.decided_at,
    )


def _by(card: ApprovalCard) -> str:
    """For the fallback, where an id would not be drawn as a name."""
    return "" if not card.decided_by or is_user(card.decided_by) else f" by {one_line(card.decided_by)}"


def _after(card: ApprovalCard, *elements: Json) -> Json:
    return kit.actions("approval.after", card.ref, *elements, kit.why(ids.APPROVAL_WHY, card.ref))


def rejected(card: ApprovalCard) -> Json:
    """Somebody said no."""
    said = speech(card.resolved, card.subject)
    at = f", {when(card.decided_at, card.zone)}" if card.decided_at else ""
    reason = [kit.row(kit.b("Reason: "), kit.t(clip(card.reason_words, 200) or "Not said"))] + (
        [kit.quote(card.note[:1000])] if card.note else []
    )
    blocks = [
        kit.line(card.agent, card.task_id, "ended", f"Rejected, not {said.participle}"),
        kit.ask(f"Rejected: {said.noun}"),
        kit.sec(f"{mention(card.decided_by)} rejected it{at}. {said.nothing}"),
        kit.rich(*reason),
    ]
    blocks.append(kit.terms(("What happens now", label(card.next_words or "The task stays open.", 300))))
    same = also.after(card.also_for, "The same answer counts there, with its reason.")
    blocks += [*bar(card.resolved, "proposed"), *same, _after(card)]
    return kit.message(f"Rejected{_by(card)}, not {said.participle}: {said.noun}. {card.task_id}", blocks)


def expired(card: ApprovalCard) -> Json:
    """Nobody decided."""
    said = speech(card.resolved, card.subject)
    take = [kit.btn("Ask again", ids.APPROVAL_ASK_AGAIN, card.ref)] if card.can_ask_again else []
    take += [kit.btn("Take over", ids.TASK_TAKE_OVER, card.task_ref)] if card.task_ref else []
    blocks = [
        kit.line(card.agent, card.task_id, "ended", f"Expired, not {said.participle}"),
        kit.ask(f"Nobody decided in time: {said.noun}"),
        kit.sec(
            f"The time ran out, {when(card.due_at, card.zone)}. {said.nothing} {label(card.next_words, 300)}".strip()
        ),
        kit.terms(("Asked", either(card.deciders).replace(" or ", ", "))),
        *bar(card.resolved, "proposed"),
        _after(card, *take),
    ]
    return kit.message(
        f"Nobody decided in time, not {said.participle}: {said.noun}. {card.next_words} {card.task_id}", blocks
    )


def ended(card: ApprovalCard, mark: Mark, word: str, headline: str, did: str) -> Json:
    """Taken over, replaced or withdrawn: it can no longer be approved."""
    said = speech(card.resolved, card.subject)
    at = f", {when(card.decided_at, card.zone)}" if card.decided_at else ""
    who = mention(card.decided_by) if card.decided_by else label(card.agent)
    nothing = f"It was not {said.participle}." if card.asked else said.nothing  # a question may have gone out
    words = [f"{who} {did}{at}. {nothing} This card cannot be approved any more.", label(card.next_words, 300)]
    blocks = [
        kit.line(card.agent, card.task_id, mark, f"{word}, not {said.participle}"),
        kit.ask(headline.replace("{noun}", said.noun)),
        kit.sec(" ".join(filter(None, words))),
    ]
    if card.note:
        blocks.append(kit.rich(kit.row(kit.b("Reason: "), kit.t(card.note[:600]))))
    blocks += [*questions.block(card.asked), *bar(card.resolved, "proposed"), _after(card)]
    return kit.message(f"{word}{_by(card)}, not {said.participle}: {said.noun}. {card.task_id}", blocks)
