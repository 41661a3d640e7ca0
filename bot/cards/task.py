"""A task that a person has: taken over, handed back, and the form between the two."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, cast
from zoneinfo import ZoneInfo

from bot.cards import escalate, ids
from bot.cards.blocks import (
    Json,
    Ref,
    Run,
    actions,
    ask,
    btn,
    field,
    line,
    lines,
    message,
    modal,
    option,
    quote,
    radios,
    rich,
    row,
    sec,
    t,
    terms,
    text_in,
    why,
)
from bot.cards.blocks import b as bold
from bot.cards.forms import chosen, ref_of, typed
from bot.cards.words import clip, is_user, label, mention, one_line, when
from core.errors import BadInput

Held = Literal["discard", "redraft"]
CLOSE: Final = "close"  # in place of an agent: nobody goes on
_HELD: Final[dict[Held, str]] = {"discard": "Throw it away", "redraft": "Ask me again with a fresh draft"}
_DID_BLOCK = "task.hand_back.did"
_NEXT_BLOCK = "task.hand_back.next"
_HELD_BLOCK = "task.hand_back.held"
_AGENT = "agent."


@dataclass(frozen=True, slots=True)
class TakenOver:
    """A person has the task and the agents stand still. `held` is the text that an agent had ready."""

    ref: Ref
    task_id: str
    agent: str
    person: str  # user id or name
    at: datetime
    zone: ZoneInfo
    about: str = ""  # the customer, or what the task is about
    held: str = ""
    held_words: str = ""  # "One reply that the Support agent had ready."
    check_words: str = ""  # when the person is asked again
    if_silent_words: str = "The agents stay stopped."
    words: str = ""  # what the customer wrote


@dataclass(frozen=True, slots=True)
class HandedBack:
    """An agent has the task again, or nobody has: `agent` empty means closed."""

    ref: Ref
    task_id: str
    agent: str
    person: str
    at: datetime
    zone: ZoneInfo
    did: str
    about: str = ""
    next_words: str = ""
    held_words: str = ""


@dataclass(frozen=True, slots=True)
class HandBackForm:
    """`agents` are names and words for those who may go on; the first is proposed."""

    ref: Ref
    agents: tuple[tuple[str, str], ...]  # ("billing", "Billing agent")
    about: str = ""
    has_held: bool = False


@dataclass(frozen=True, slots=True)
class HandBackAnswer:
    """`agent` is None when the task is to be closed. `held` is what becomes of a held text."""

    ref: Ref
    did: str
    agent: str | None
    held: Held


def _about(text: str) -> str:
    return clip(one_line(text), 70) or "this task"


def taken_over(card: TakenOver) -> Json:
    """The card while a person has the task."""
    about = _about(card.about)
    blocks = [
        line(card.agent, card.task_id, "person", f"{mention(card.person)} has it, agents stopped"),
        ask(f"A person is looking after {about}"),
        sec(f"{mention(card.person)} took over, {when(card.at, card.zone)}. Agents read along but send nothing."),
    ]
    if card.words.strip():
        blocks.append(rich(row(bold(f"What {about} wrote")), quote(clip(card.words.strip(), 1500))))
    if card.held:
        blocks.append(
            rich(
                row(bold("Held back, not sent")),
                quote(clip(card.held, 1500)),
                row(
                    t(
                        f"{clip(card.held_words, 200) or 'An agent had this ready.'} It stays a draft until someone decides.",
                        italic=True,
                    )
                ),
            )
        )
    pairs = [("Next check", label(card.check_words, 200))] if card.check_words else []
    blocks += [
        terms(*pairs, ("If nothing happens", label(card.if_silent_words, 200))),
        actions(
            "task.held",
            card.ref,
            btn("Hand back…", ids.TASK_HAND_BACK, card.ref, primary=True),
            escalate.button(card.task_id),
            why(ids.TASK_WHY, card.ref),
        ),
    ]
    who = "A person" if is_user(card.person) else one_line(card.person)
    return message(f"{who} has taken over {card.task_id}, {about}. The agents are stopped on it.", blocks)


def left(card: TakenOver) -> Json:
    """The card after the person who had the task has left the team: it is nobody's, and somebody else is called."""
    about = _about(card.about)
    blocks = [
        line(card.agent, card.task_id, "ended", "Nobody has it, agents stopped"),
        ask(f"{about} needs somebody else"),
        sec(f"{mention(card.person)} took over, {when(card.at, card.zone)}, and is no longer in the team. "
            "What the agents had ready was thrown away. A new card calls for somebody else."),
    ]  # fmt: skip
    if card.words.strip():
        blocks.append(rich(row(bold(f"What {about} wrote")), quote(clip(card.words.strip(), 1500))))
    blocks.append(actions("task.left", card.ref, why(ids.TASK_WHY, card.ref)))
    return message(f"{card.task_id}, {about}: whoever had it has left the team.", blocks)


def handed_back(card: HandedBack) -> Json:
    """The card after the person handed the task back, or closed it."""
    about = _about(card.about)
    words = f"Back from {mention(card.person)}" if card.agent else f"Closed by {mention(card.person)}"
    head = f"{about} is back with the agents" if card.agent else f"{about} is done"
    pairs: list[tuple[str, Run]] = [("Next", card.next_words)] if card.next_words else []
    if card.held_words:
        pairs.append(("Held text", card.held_words))
    body = [row(bold("What was done")), quote(clip(card.did, 1500))] + ([lines(*pairs)] if pairs else [])
    did = "handed it back" if card.agent else "closed it"
    buttons = [btn("Take over again", ids.TASK_TAKE_OVER, card.ref)] if card.agent else []
    blocks = [
        line(card.agent or "Baton", card.task_id, "handoff" if card.agent else "done", words),
        ask(head),
        sec(f"{mention(card.person)} {did}, {when(card.at, card.zone)}."),
        rich(*body),
        actions("task.after", card.ref, *buttons, escalate.button(card.task_id), why(ids.TASK_WHY, card.ref)),
    ]
    return message(f"{card.task_id}, {head}.", blocks)


def hand_back_modal(form: HandBackForm) -> Json:
    """The form (callback `task.hand_back`)."""
    options = [option(words, _AGENT + name) for name, words in form.agents] + [option("Nobody, close the task", CLOSE)]
    select: Json = {
        "type": "static_select",
        "action_id": ids.TASK_NEXT,
        "options": options,
        "initial_option": options[0],
    }
    blocks = [
        field(
            _DID_BLOCK,
            "What did you do?",
            text_in(ids.TASK_DID, multiline=True, placeholder="Called, promised an answer today…", most=1000),
            hint=f"The next agent reads this, so nobody asks {_about(form.about) if form.about else 'the customer'} twice.",
        ),
        field(_NEXT_BLOCK, "Who goes on?", select),
    ]
    if form.has_held:
        held = [option(words, key) for key, words in _HELD.items()]
        blocks.append(field(_HELD_BLOCK, "The reply that was held back", radios(ids.TASK_HELD, held, 0)))
    return modal(ids.HAND_BACK_FORM, "Hand back to agents", blocks, ref=str(form.ref), submit="Hand back")


def parse_hand_back(view: Json) -> HandBackAnswer:
    """What was answered. The agent's name still has to be checked: it came from a form. Raises BadInput."""
    did = typed(view, _DID_BLOCK, ids.TASK_DID)
    if not did:
        raise BadInput("Please say in a sentence what you did.")
    held = chosen(view, _HELD_BLOCK, ids.TASK_HELD, tuple(_HELD)) or "discard"
    allowed = tuple(
        each["value"]
        for block in view.get("blocks", ())
        if block.get("block_id") == _NEXT_BLOCK
        for each in block["element"]["options"]
    )
    after = chosen(view, _NEXT_BLOCK, ids.TASK_NEXT, allowed)
    if not after:
        raise BadInput("Please say who goes on.")
    agent = None if after == CLOSE else after.removeprefix(_AGENT)
    return HandBackAnswer(ref_of(view), did, agent, cast(Held, held))
