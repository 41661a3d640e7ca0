"""The card of a task after whoever had it has called for somebody else."""

from __future__ import annotations

from datetime import datetime

from bot.cards import ids
from bot.cards.blocks import Json, actions, ask, line, message, quote, rich, row, sec, why
from bot.cards.blocks import b as bold
from bot.cards.task import TakenOver
from bot.cards.words import clip, label, mention, one_line, when

_WHY, _WORDS = 700, 1500


def given_up(card: TakenOver, why_text: str, at: datetime) -> Json:
    """The card of a task after whoever had it has called for somebody else."""
    about = clip(one_line(card.about), 70) or "This task"
    blocks = [
        line(card.agent, card.task_id, "handoff", "Waits for somebody else, agents stopped"),
        ask(f"{about} needs somebody else"),
        sec(
            f"{mention(card.person)} had it and called for help, {when(at, card.zone)}. A new card calls for somebody."
        ),
        rich(row(bold("Why")), quote(clip(why_text, _WHY))),
    ]
    if card.words.strip():
        blocks.append(rich(row(bold(f"What {about} wrote")), quote(clip(card.words.strip(), _WORDS))))
    blocks.append(actions("task.given_up", card.ref, why(ids.TASK_WHY, card.ref)))
    return message(f"{label(card.task_id)}, {about}: whoever had it has called for somebody else.", blocks)
