"""The card of a handoff, and the page with all of it."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from bot.cards import escalate, ids
from bot.cards.blocks import (
    Json,
    Mark,
    Ref,
    Run,
    actions,
    b,
    btn,
    date,
    items,
    line,
    lines,
    message,
    modal,
    note,
    rich,
    row,
    rule,
)
from bot.cards.words import clip, label, mention, one_line, percent, when
from core.contract.work import Handoff, Party

_PART = 400  # of one part on the card; all of it is on the page
_LONG = 2000
_PLANNER = "planner"  # is called by its name alone


@dataclass(frozen=True, slots=True)
class HandoffCard:
    """`missing` names the fields for which a handoff was sent back."""

    ref: Ref
    handoff: Handoff
    zone: ZoneInfo
    missing: tuple[str, ...] = ()
    conversation_words: str = ""  # in place of the conversation's handle


def party_name(party: Party) -> str:
    """`Sales agent`, `support queue`, a user id as it is, or a customer's name."""
    if party.kind in ("person", "customer"):
        return clip(one_line(party.name), 80)
    words = clip(one_line(party.name), 80).replace("_", " ")
    named = f"{words[:1].upper()}{words[1:]}"
    return named if party.name == _PLANNER else f"{named} {party.kind}"


def render(card: HandoffCard) -> Json:
    """The line in the channel: who handed what to whom, and what is still open."""
    handoff = card.handoff
    source, receiver = party_name(handoff.source), party_name(handoff.receiver)
    mark, words, sentence = _words(handoff, receiver)
    blocks = [
        line(source, handoff.task_id, mark, words),
        _body(card),
        note(_facts(card)),
        actions(
            "handoff.after",
            card.ref,
            btn("Full handoff", ids.HANDOFF_DETAILS, card.ref),
            escalate.button(handoff.task_id),
        ),
    ]
    what = clip(one_line(handoff.objective), 200)
    return message(f"{source} {sentence.format(task=handoff.task_id)} {receiver}: {what}", blocks)


def _words(handoff: Handoff, receiver: str) -> tuple[Mark, str, str]:
    if handoff.message_type == "clarification":
        return "question", f"Sent back to {mention(receiver)}", "sent {task} back to"
    if handoff.message_type == "hand_back":
        return "handoff", f"Handed back to {mention(receiver)}", "handed {task} back to"
    return "handoff", f"Handed to {mention(receiver)}", "handed {task} to"


def _body(card: HandoffCard) -> Json:
    handoff = card.handoff
    if card.missing:
        return rich(
            row(b("Something is missing from the handoff.")), items(*(each[:200] for each in card.missing[:12]))
        )
    pairs: list[tuple[str, Run]] = [
        ("So far", clip(one_line(handoff.context_summary), _PART)),
        ("Next", clip(one_line(handoff.next_action), _PART)),
    ]
    if handoff.open_questions:
        pairs.append(("Still open", clip(one_line(" ".join(handoff.open_questions)), _PART)))
    if handoff.customer.name:
        pairs.append(("Customer", f"{clip(one_line(handoff.customer.name), 100)}, sounds {handoff.sentiment}"))
    return rich(row(b(clip(one_line(handoff.objective), _PART))), lines(*pairs))


def _facts(card: HandoffCard) -> str:
    handoff = card.handoff
    return "  ·  ".join(
        (
            f"Risk {handoff.risk}",
            f"{percent(handoff.confidence)} sure",
            f"priority {handoff.priority}",
            f"due {when(handoff.deadline, card.zone)}",
            f"step {handoff.hop + 1}",
        )
    )


def details_modal(card: HandoffCard) -> Json:
    """The page with every field of the handoff (callback `handoff.details`); there is nothing to send."""
    handoff = card.handoff
    top: list[tuple[str, Run]] = [
        ("From", _party(handoff.source)),
        ("To", _party(handoff.receiver)),
        ("Objective", clip(handoff.objective, _LONG)),
        ("So far", clip(handoff.context_summary, _LONG) or "Nothing yet"),
        ("Next", clip(handoff.next_action, _LONG)),
    ]
    blocks = [rich(lines(*top, most=_LONG)), rule()]
    for title, rows in _lists(card):
        if rows:
            blocks.append(rich(row(b(title)), items(*rows)))
    blocks += [rule(), rich(lines(*_foot(card)))]
    return modal(ids.HANDOFF_FORM, f"Handoff {handoff.task_id}", blocks, ref=str(card.ref), close="Close")


def _party(party: Party) -> str:
    return f"{party_name(party)}, {clip(party.role, 80)}" if party.role else party_name(party)


def _lists(card: HandoffCard) -> list[tuple[str, list[list[Run]]]]:
    handoff = card.handoff
    return [
        ("Missing", [[each[:300]] for each in card.missing[:20]]),
        (
            "Facts",
            [[b(f"{name[:100]}: "), clip(one_line(value), 500)] for name, value in list(handoff.facts.items())[:40]],
        ),
        ("Still open", [[clip(each, 500)] for each in handoff.open_questions[:20]]),
        (
            "Done so far",
            [
                [
                    b(f"{clip(one_line(done.what), 300)}: "),
                    f"{done.outcome}, {party_name(done.by)}",
                    f". {clip(one_line(done.note), 300)}" if done.note else ".",
                ]
                for done in handoff.completed_actions[:20]
            ],
        ),
        (
            "Evidence",
            [
                [
                    b(clip(one_line(each.what), 150)),
                    f": “{clip(one_line(each.quote), 500)}”",
                    f" ({clip(one_line(each.source), 100)})",
                ]
                for each in handoff.evidence[:20]
            ],
        ),
    ]


def _foot(card: HandoffCard) -> list[tuple[str, Run]]:
    handoff = card.handoff
    customer = ", ".join(filter(None, (handoff.customer.name, handoff.customer.account_id))) or "Not known"
    return [
        ("Customer", clip(one_line(customer), 200)),
        ("Sounds", handoff.sentiment),
        ("Conversation", card.conversation_words or ("Open" if handoff.conversation else "None")),
        ("Risk", handoff.risk),
        ("Sure", percent(handoff.confidence)),
        ("Priority", handoff.priority),
        ("Due", date(handoff.deadline, card.zone)),
        ("Time goal", clip(one_line(handoff.sla), 200)),
        ("Calls a person when", clip(one_line(handoff.escalation_rule), 400)),
        ("Owner", party_name(handoff.owner)),
        ("Step", f"{handoff.hop + 1}, tries {handoff.retry_count + 1}"),
        ("Handed over", date(handoff.created_at, card.zone)),
        ("Number", label(handoff.handoff_id)),
    ]
