"""A text taken apart for the extractors: who sent it, its subject, what was written, the signature."""

from __future__ import annotations

import re
from dataclasses import dataclass

from core.mailtext import split
from gateways.model.quotes import sentences

_HEADING = re.compile(r"(from|to|cc|date|subject|reply-to):[ \t]*(.*)", re.IGNORECASE)
_SENDER = re.compile(r"\s*\"?([^<\"]*?)\"?\s*<([^<>\s]+@[^<>\s]+)>\s*|\s*(\S+@\S+)\s*")
_ANSWER = re.compile(r"^(?:(?:re|aw|fwd?|wg|sv|tr)\s*:\s*)+", re.IGNORECASE)
LONGEST = 20_000  # characters of a text that are read; a person sees the whole


@dataclass(frozen=True, slots=True)
class Mail:
    """`text` is the whole, with plain line breaks. A text without headings has no sender and no subject."""

    text: str
    sender: str
    address: str
    subject: str
    reply: str
    signature: str

    @property
    def own(self) -> str:
        """All that the sender wrote, signature included."""
        return f"{self.reply}\n\n{self.signature}" if self.signature else self.reply

    @property
    def told(self) -> str:
        """What a classifier reads: subject and reply."""
        return "\n\n".join(part for part in (self.subject, self.reply) if part)

    @property
    def sentences(self) -> tuple[str, ...]:
        return sentences(self.told)


def opened(text: str) -> Mail:
    """The parts of a text. Its first lines may be headings such as `From: Dana Whitfield <dana@example.com>`."""
    text = text[:LONGEST].replace("\r\n", "\n").replace("\r", "\n")
    lines = text.split("\n")
    headings: dict[str, str] = {}
    at = 0
    while at < len(lines) and (heading := _HEADING.fullmatch(lines[at].strip())):
        headings.setdefault(heading.group(1).lower(), heading.group(2).strip())
        at += 1
    if "from" not in headings and "subject" not in headings:
        at, headings = 0, {}
    parts = split("\n".join(lines[at:]))
    sender = _SENDER.fullmatch(headings.get("from", ""))
    return Mail(
        text=text,
        sender=(sender.group(1) or "").strip() if sender else "",
        address=(sender.group(2) or sender.group(3) or "") if sender else "",
        subject=_ANSWER.sub("", headings.get("subject", "")),
        reply=parts.reply or parts.quoted,
        signature=parts.signature,
    )
