"""The card with which an agent asks the team, and what was answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final, assert_never
from zoneinfo import ZoneInfo

from bot.cards import asked, ids, ladder
from bot.cards.asked import AskedLine
from bot.cards.blocks import (
    HEADER,
    Json,
    Ref,
    actions,
    ask,
    btn,
    field,
    items,
    line,
    message,
    modal,
    more,
    parse_option,
    plain_note,
    quote,
    rich,
    row,
    say,
    sec,
    terms,
    text_in,
    why,
)
from bot.cards.blocks import b as bold
from bot.cards.forms import ref_of, typed
from bot.cards.ladder import RungLine
from bot.cards.words import clip, full_stop, label, mention, one_line, when
from core.errors import BadInput

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_WORDS = 1_000  # of what the customer wrote; all of it is under Why?
_OPTION = 40  # letters of a button; the whole answer stands in the list
WORDS_BLOCK: Final = "question.other.words"
WORDS_MOST = 600


class QuestionState(StrEnum):
    """Frozen: what the card can say. Once taken over it is the card of the task."""

    OPEN = "open"
    ANSWERED = "answered"
    PASSED_ON = "passed_on"  # to the customer
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class QuestionCard:
    """Texts ending in `_words` are our own; the rest may come from outside."""

    ref: Ref
    task_id: str
    agent: str
    state: QuestionState
    zone: ZoneInfo
    question: str
    options: tuple[str, ...] = ()
    also: str = ""  # other reasons for which people are called on this task
    customer: str = ""
    words: str = ""
    now: datetime | None = None
    rungs: tuple[RungLine, ...] = ()
    called_names: tuple[str, ...] = ()
    again_at: datetime | None = None
    hold_min: int = 60
    seen_by: str = ""
    may_ask_customer: bool = False
    person: str = ""  # who answered, or asked the customer
    answer: str = ""
    ended_at: datetime | None = None
    closed_words: str = ""
    next_words: str = "The agent goes on; what it proposes comes as a card of its own."
    to_customer: tuple[AskedLine, ...] = ()


def render(card: QuestionCard) -> Json:
    """The card as it stands."""
    match card.state:
        case QuestionState.OPEN:
            return _open(card)
        case QuestionState.ANSWERED:
            return _answered(card)
        case QuestionState.PASSED_ON:
            return _passed_on(card)
        case QuestionState.CLOSED:
            said = f"{label(card.closed_words, 300) or 'It is no longer needed'}. Nobody has to answer any more."
            return _ended(card, line(card.agent, card.task_id, "ended", "No longer asked"), said, "No longer asked")
        case _:
            assert_never(card.state)


def _open(card: QuestionCard) -> Json:
    words = f"Has a question, seen by {label(card.seen_by)}" if card.seen_by else "Has a question"
    also = f" Also: {full_stop(clip(one_line(card.also), 400))}" if card.also else ""
    waits = "The agent waits for the answer and does nothing on this task until then."
    blocks = [
        line(card.agent, card.task_id, "question", words),
        ask(card.question),
        say(f"{_whole(card.question)}{also} {waits}".strip(), why(ids.QUESTION_WHY, card.ref)),
    ]
    if card.words.strip():
        who = clip(one_line(card.customer), 70) or "the customer"
        blocks.append(rich(row(bold(f"What {who} wrote")), quote(clip(card.words, _WORDS))))
    if card.options:
        blocks.append(rich(row(bold("What the agent thinks it may be")), items(*card.options[:2], style="ordered")))
    if card.rungs:
        blocks.append(ladder.block(card.rungs, card.zone, card.now or _EPOCH, card.again_at))
    after = "whoever comes next on this list is called." if card.rungs else "the next people are called."
    blocks += [
        terms(("Who can answer", "Anybody here who has a role"), ("If nobody does", f"Nothing happens on the task, and {after}")),
        actions("question.answer", card.ref, *_buttons(card)),
    ]  # fmt: skip
    called = f" {' or '.join(card.called_names[:4])} is called." if card.called_names else ""
    return message(f"{card.agent} asks: {full_stop(one_line(card.question))}{called} {card.task_id}", blocks)


def _whole(question: str) -> str:
    """The question where the headline could not hold it all."""
    return "" if len(one_line(question)) <= HEADER else full_stop(clip(question.strip(), 1500))


def _buttons(card: QuestionCard) -> list[Json]:
    answers = (ids.QUESTION_ANSWER_1, ids.QUESTION_ANSWER_2)
    buttons = [
        btn(clip(one_line(text), _OPTION), action, card.ref, reader=clip(f"Answer: {one_line(text)}", 75))
        for text, action in zip(card.options, answers, strict=False)
    ]
    choices = [("Take over the task", ids.TAKE_OVER)]
    if not card.seen_by:
        choices.insert(0, (f"Seen, hold {ladder.minutes_words(card.hold_min)}", ids.SEEN))
    if card.may_ask_customer and len(buttons) == 2:
        buttons.append(btn("Ask the customer…", ids.QUESTION_ASK_CUSTOMER, card.ref))
        return [*buttons, more(ids.QUESTION_MORE, card.ref, ("Something else…", ids.OTHER), *choices)]
    buttons.append(btn("Something else…" if buttons else "Answer…", ids.QUESTION_OTHER, card.ref))
    if card.may_ask_customer:
        buttons.append(btn("Ask the customer…", ids.QUESTION_ASK_CUSTOMER, card.ref))
    return [*buttons, more(ids.QUESTION_MORE, card.ref, *choices)]


def _answered(card: QuestionCard) -> Json:
    at = f", {when(card.ended_at, card.zone)}" if card.ended_at else ""
    blocks = [
        line(card.agent, card.task_id, "done", "Answered"),
        ask(card.question),
        sec(f"{mention(card.person)} answered{at}. {label(card.next_words, 300)}"),
        rich(row(bold("The answer, as the agent has it")), quote(clip(card.answer, WORDS_MOST + 200) or "–")),
        *_after(card),
    ]
    return message(f"Answered: {clip(one_line(card.answer), 200)}. {card.task_id}", blocks)


def _passed_on(card: QuestionCard) -> Json:
    at = f", {when(card.ended_at, card.zone)}" if card.ended_at else ""
    said = f"{mention(card.person)} asked the customer{at}. {label(card.next_words, 300)}"
    return _ended(card, line(card.agent, card.task_id, "wait", "The customer is asked"), said, "The customer is asked")


def _ended(card: QuestionCard, head: Json, said: str, word: str) -> Json:
    blocks = [head, ask(card.question), sec(said), *asked.block(card.to_customer), *_after(card)]
    return message(f"{word}: {full_stop(one_line(card.question))} {card.task_id}", blocks)


def _after(card: QuestionCard) -> list[Json]:
    return [actions("question.after", card.ref, why(ids.QUESTION_WHY, card.ref))]


def parse_more(value: str) -> tuple[Ref, str]:
    """What an option of `question.more` is about, and its verb. Raises BadInput for one that is not ours."""
    ref, verb = parse_option(value)
    if verb not in (ids.TAKE_OVER, ids.SEEN):
        raise BadInput("This menu is too old. Open the card again.")
    return ref, verb


# The form --------------------------------------------------------------------------------------------------------------


def other_modal(ref: Ref, agent: str, question: str) -> Json:
    """An answer in words (callback `question.other`)."""
    return modal(
        ids.QUESTION_FORM,
        "Answer the agent",
        [
            say(clip(question.strip(), 1500)),
            field(WORDS_BLOCK, "Your answer", text_in(ids.QUESTION_WORDS, multiline=True, most=WORDS_MOST),
                  hint="The agent takes it as a fact from you. It goes to nobody outside."),
            plain_note(f"{agent} goes on at once. Whatever it proposes then is decided as always."),
        ],
        ref=str(ref),
        submit="Answer",
    )  # fmt: skip


def parse_other(view: Json) -> tuple[Ref, str]:
    """The answer. Raises BadInput."""
    text = typed(view, WORDS_BLOCK, ids.QUESTION_WORDS)[:WORDS_MOST]
    if not text:
        raise BadInput("Please write an answer.")
    return ref_of(view), text
