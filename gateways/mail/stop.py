"""Whether somebody asks not to be written to any more: found by rule, before any model reads the text."""

from __future__ import annotations

import re
import unicodedata

# A reply of nothing but this. `cancel` and `end`, which stop an SMS, are left out: by mail they are about an order.
BARE = frozenset({
    "stop", "stopall", "stop all", "stop it", "please stop", "stop please", "unsubscribe", "unsubscribe me",
    "please unsubscribe", "please unsubscribe me", "unsubscribe please", "opt out", "optout", "remove", "remove me",
    "please remove me", "revoke", "quit", "arret",
})  # fmt: skip
# "Don't call me before nine" is about how and when, not whether.
_NOT_WHEN = (
    r"(?!\s+(?:me\s+|us\s+)?(?:again\s+|any\s?more\s+)?"
    r"(?:by|before|after|on|until|till|at|via|during|between|about\s+(?:the|this))\b)"
)
PHRASES = re.compile(
    r"\b(?:stop|quit|(?:please\s+)?(?:do\s+not|dont|never))\s+(?:ever\s+)?"
    r"(?:e\s?mail(?:ing)?|mail(?:ing)?|messag(?:e|ing)|contact(?:ing)?|writ(?:e|ing)(?:\s+to)?|send(?:ing)?\s+(?:me|us)"
    r"(?:\s+(?:any\s+more|any|more|these|your))?\s+(?:e\s?mails?|mails?|messages?|newsletters?))"
    r"(?:\s+(?:me|us))?(?:\s+(?:again|any\s?more|ever))?\b" + _NOT_WHEN
    + r"|\b(?:take|remove)\s+(?:me|us|my\s+(?:e\s?mail|address))\s+(?:off|from)\s+(?:of\s+)?(?:your|this|the|all)"
    + r"\s+(?:\w+\s+)?lists?\b"
    + r"|\b(?:want|like|wish|need)\s+to\s+(?:unsubscribe|opt\s?out)\b"
    + r"|\b(?:please|kindly)\s+unsubscribe\b|\bunsubscribe\s+(?:me|us|my)\b|\bopt\s+me\s+out\b"
)  # fmt: skip
_QUOTE = re.compile(r"(?m)^\s*(?:>|On .{4,200} wrote:|-{2,}\s*Original Message|_{10,}|From: )")


def asks_to_stop(text: str) -> bool:
    """True for a bare word such as `Stop`, alone or on the first line, or an obvious phrase. Rather once too often.

    The quoted mail below a reply does not count. English words; other languages are a person's matter."""
    own = _QUOTE.split(text, maxsplit=1)[0]
    lines = [line for line in (_plain(line) for line in own.splitlines()) if line]
    if not lines:
        return False
    return lines[0] in BARE or PHRASES.search(" ".join(lines)) is not None


def _plain(text: str) -> str:
    """Small letters without accents, marks or full-width forms."""
    flat = unicodedata.normalize("NFKD", text).casefold().replace("'", "").replace("’", "")
    flat = "".join(letter for letter in flat if not unicodedata.combining(letter))
    return " ".join(re.sub(r"[^\w]+", " ", flat).split())
