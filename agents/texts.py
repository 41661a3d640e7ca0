"""What was said to us, in parts: the new words, the signature below them, the fields of a form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from core import mailtext
from core.contract.work import Event

LONGEST_TEXT = 20_000  # characters that an agent reads of one message; nobody's question is longer


@dataclass(frozen=True, slots=True)
class Heard:
    """The newest message. Quoted older mail is left out: it is not what the customer says now."""

    subject: str
    visible: str
    signature: str
    form: Mapping[str, str]
    sender: str
    address: str

    @property
    def said(self) -> str:
        """The customer's own new words: subject, message and form."""
        return "\n\n".join(part for part in (self.subject, self.visible, *self.form.values()) if part)

    @property
    def signed(self) -> str:
        """The same with the signature, for names and numbers."""
        return "\n\n".join(part for part in (self.said, self.signature) if part)

    @property
    def parts(self) -> tuple[str, ...]:
        """All that a quote may stand in; a quote that runs from one part into the next is nobody's words."""
        return (self.subject, self.visible, self.signature, *self.form.values(), self.sender, self.address)


def all_said(event: Event, words: str) -> str:
    """All that the customer wrote on the task, newest first, without what they quote."""
    older = "\n".join(line for line in words[:LONGEST_TEXT].splitlines() if not line.lstrip().startswith(">"))
    return heard(event).signed + "\n\n" + older


def heard(event: Event) -> Heard:
    """The parts of an event. Only mail has signatures and quoted replies."""
    text = event.text[:LONGEST_TEXT]
    visible, signature = text, ""
    if event.source == "mail":
        parts = mailtext.split(text)
        visible, signature = parts.reply or parts.quoted, parts.signature
    return Heard(
        subject=event.subject[:LONGEST_TEXT], visible=visible, signature=signature,
        form={name: value[:LONGEST_TEXT] for name, value in event.form.items()},
        sender=event.sender, address=event.address,
    )  # fmt: skip
