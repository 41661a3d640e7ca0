"""How an operation is spoken of on cards, and the bar that shows it whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bot.cards.blocks import Json, exactly, plain_note, quote, rich, row, t
from bot.cards.words import clip, hidden, money, one_line, plural, safe
from core.contract.work import Resolved

BAR = 2400  # characters that may stand in the bar of a message; more is read in a form
PREVIEW = 400  # characters of a text that is too long for its message
_PREVIEW_LINES = 8
CHUNK = 2800  # characters of one block of a form
_CHUNKS = 90  # a form holds a hundred blocks

Moment = Literal["ahead", "beginning", "now", "past", "maybe", "never", "proposed"]


@dataclass(frozen=True, slots=True)
class Wording:
    """The words for one operation; `{who}` is the counterparty."""

    question: str
    done: str
    doing: str
    noun: str  # in the middle of a sentence
    participle: str  # "sent": of `not sent`, `being sent`
    thing: str  # "mail": of `This mail goes out`; empty where the operation is no text that leaves
    yes: str

    def of(self, text: str, who: str) -> str:
        return text.replace("{who}", who)


def _mail(noun: str) -> Wording:
    return Wording(
        f"Send this {noun} to {{who}}?",
        f"{noun.capitalize()} sent to {{who}}",
        f"Sending the {noun} to {{who}}",
        f"{noun} to {{who}}",
        "sent",
        "mail",
        "Approve and send",
    )


WORDINGS: dict[str, Wording] = {
    "mail.reply": _mail("reply"),
    "mail.send": _mail("mail"),
    "mail.question": _mail("question"),  # a reply that only asks the customer something
    "crm.create_lead": Wording(
        "Add {who} as a new lead?",
        "{who} was added as a lead",
        "Adding {who} as a lead",
        "new lead {who}",
        "added",
        "",
        "Approve and add",
    ),
    "crm.update_lead": Wording(
        "Change the lead {who}?",
        "The lead {who} was changed",
        "Changing the lead {who}",
        "change of the lead {who}",
        "changed",
        "",
        "Approve change",
    ),
    "crm.withdraw_lead": Wording(
        "Take the lead {who} back?",
        "The lead {who} was taken back",
        "Taking the lead {who} back",
        "withdrawal of the lead {who}",
        "taken back",
        "",
        "Approve and take back",
    ),
    "crm.log_activity": Wording(
        "Note this contact with {who}?",
        "Contact with {who} noted",
        "Noting the contact with {who}",
        "note on {who}",
        "noted",
        "",
        "Approve note",
    ),
    "crm.create_task": Wording(
        "Set this to-do for {who}?",
        "To-do set for {who}",
        "Setting the to-do for {who}",
        "to-do for {who}",
        "set",
        "",
        "Approve to-do",
    ),
}


def wording(operation: str) -> Wording:
    """The words for `operation`. One that has none of its own is called by its name: `crm.merge_leads` → “merge leads”."""
    known = WORDINGS.get(operation)
    if known is not None:
        return known
    name = clip(one_line(operation).rpartition(".")[2].replace("_", " "), 50) or "this"
    return Wording(
        f"Carry out “{name}” for {{who}}?",
        f"“{name}” was carried out for {{who}}",
        f"Carrying out “{name}” for {{who}}",
        f"“{name}” for {{who}}",
        "carried out",
        "",
        "Approve",
    )


@dataclass(frozen=True, slots=True)
class Speech:
    """The sentences of one resolved operation. Outside words in them: only for plain text, or through `label`."""

    question: str
    done: str
    doing: str
    noun: str
    participle: str
    yes: str
    nothing: str  # "Nothing was sent."


def speech(resolved: Resolved, subject: str = "") -> Speech:
    """The sentences for `resolved`; `subject` stands in for its counterparty where a desk knows better."""
    words = wording(resolved.operation)
    who = clip(one_line(subject or resolved.counterparty), 70)
    if who:
        question, done, doing, noun = (
            words.of(text, who) for text in (words.question, words.done, words.doing, words.noun)
        )
    else:
        question, done, doing, noun = (_nobody(text) for text in (words.question, words.done, words.doing, words.noun))
    yes = f"Approve {money(resolved.amount_cents, resolved.currency or 'USD')}" if resolved.amount_cents else words.yes
    return Speech(question, _upper(done), doing, noun, words.participle, yes, f"Nothing was {words.participle}.")


def done_words(operation: str) -> str:
    """`reply sent`: what was done, for whoever knows to whom."""
    done = _nobody(wording(operation).done)
    return done[:1].lower() + done[1:]


def _nobody(text: str) -> str:
    for link in (" to {who}", " for {who}", " with {who}", " on {who}", " {who}"):
        text = text.replace(link, "")
    return text.replace("{who} was", "It was").replace("{who}", "it")


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def bar_title(resolved: Resolved, moment: Moment) -> str:
    """What is said over the bar: whether this happens, happened, or never did."""
    words = wording(resolved.operation)
    thing, text = words.thing or "this", bool(words.thing)
    titles: dict[Moment, str] = {
        "ahead": f"This {thing} goes out" if text else "This happens",
        "beginning": f"The beginning of this {thing}" if text else "The beginning of what happens",
        "now": f"This {thing} is going out" if text else "This is being done",
        "past": f"This {thing} went out" if text else "This happened",
        "maybe": f"This {thing} may have gone out" if text else "This may have happened",
        "never": f"This {thing} did not go out" if text else "This did not happen",
        "proposed": f"What was proposed, not {words.participle}",
    }
    return titles[moment]


def _pairs(resolved: Resolved) -> list[tuple[str, str]]:
    return [(one_line(name), one_line(value)) for name, value in resolved.lines]


def length(resolved: Resolved) -> int:
    """Characters of the bar, as shown."""
    return sum(len(name) + len(value) + 3 for name, value in _pairs(resolved)) + len(safe(resolved.body))


def fits(resolved: Resolved) -> bool:
    """Whether the whole of it can stand on a card, and so be decided there."""
    return length(resolved) <= BAR


def bar(resolved: Resolved, moment: Moment) -> list[Json]:
    """The bar, whole. Too long for a message: its beginning, and how much is missing."""
    if fits(resolved):
        return [exactly(bar_title(resolved, moment), _pairs(resolved), resolved.body), *_unseen(resolved)]
    return [
        beginning(resolved, moment),
        plain_note(f"Only the beginning: {shown(resolved):,} of {length(resolved):,} characters."),
    ]


def beginning(resolved: Resolved, moment: Moment = "ahead") -> Json:
    """The first lines and words of what is too long for a message. Whoever shows it says that it is not all."""
    pairs = [(clip(name, 150), clip(value, 150)) for name, value in _pairs(resolved)[:_PREVIEW_LINES]]
    title = bar_title(resolved, "beginning" if moment == "ahead" else moment)
    return exactly(title, pairs, clip(safe(resolved.body), PREVIEW))


def shown(resolved: Resolved) -> int:
    """How many characters of a text that is too long stand on its card."""
    pairs = _pairs(resolved)[:_PREVIEW_LINES]
    return sum(min(len(name), 150) + min(len(value), 150) + 3 for name, value in pairs) + min(
        len(safe(resolved.body)), PREVIEW
    )


def _unseen(resolved: Resolved) -> list[Json]:
    count = hidden(resolved.body, *(value for _, value in resolved.lines))
    if not count:
        return []
    return [plain_note(f"Not drawn here: {plural(count, 'character')} that nobody can see.")]


def chunks(resolved: Resolved, moment: Moment = "ahead") -> list[Json] | None:
    """The bar in as many blocks as it takes, for a form. None: longer than a form can hold, so nobody can read it here."""
    text = safe(resolved.body)
    head = [part for name, value in _pairs(resolved) for part in _split(f"{name}: {value}")]
    parts = head + _split(text)
    if len(parts) > _CHUNKS:
        return None
    if len(head) == len(resolved.lines) and sum(map(len, head)) <= CHUNK:
        first = [exactly(bar_title(resolved, moment), _pairs(resolved))]
        rest = parts[len(head) :]
    else:
        first, rest = [rich(row(t(bar_title(resolved, moment), bold=True)))], parts
    return [*first, *(rich(quote(part)) for part in rest), *_unseen(resolved)]


def _split(text: str) -> list[str]:
    """`text` in pieces of at most `CHUNK`, cut at a line break or a blank where there is one; nothing is lost."""
    pieces = []
    while len(text) > CHUNK:
        at = max(text.rfind("\n", CHUNK // 2, CHUNK), text.rfind(" ", CHUNK // 2, CHUNK)) + 1 or CHUNK
        pieces.append(text[:at])
        text = text[at:]
    return [*pieces, text] if text else pieces
