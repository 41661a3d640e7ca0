"""What a person wrote in a mail, apart from their signature and from what they quote.

Pure text rules over plain text bodies; HTML is turned into text before. The shapes are those that mail programs write:
Gmail and Apple ("On … wrote:"), Outlook (a ruler and a block of headers), phones ("Sent from my …"), in the languages
that the rules name. A stranger chooses the text, so no pattern may run long: lines over `_LONG` are never looked at.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_LONG = 300
_WRAP = 3  # an "On … wrote:" line may be broken over as many lines
_SIGNATURE_LINES = 12

_WROTE = re.compile(
    r"(?:>\s*)?(?:"
    r"on\b.{4,240}\bwrote|am\b.{4,240}\bschrieb\b.{0,120}|le\b.{4,240}\ba écrit|el\b.{4,240}\bescribió|il\b.{4,240}\bha scritto"
    r"|op\b.{4,240}\bschreef\b.{0,120}|em\b.{4,240}\bescreveu|den\b.{4,240}\bskrev\b.{0,120}|w "
    r"dniu\b.{4,240}\bnapisał(?:\(a\)|a)?"
    r"|.{0,120}\d{1,2}[:.]\d{2}.{0,80}(?:wrote|пишет|пользователь.{1,120}написал)"
    r"|\d{4}[-/.]\d{1,2}[-/.]\d{1,2}\b.{1,120}<\S+@\S+>"
    r")\s?:?",
    re.IGNORECASE,
)
_WROTE_START = re.compile(r"(?:>\s*)?(?:on|am|le|el|il|op|em|den|w dniu|\d)", re.IGNORECASE)
_RULER = re.compile(
    r"[>\s]*[-_=]{2,}\s*(?:original (?:message|appointment)|forwarded (?:message|by .*)|reply (?:message|separator)|"
    r"(?:ursprüngliche|original)\s?nachricht|weitergeleitete nachricht|message (?:d['’]origine|transféré)|"
    r"mensaje (?:original|reenviado)|"
    r"messaggio (?:originale|inoltrato)|oorspronkelijk bericht|mensagem original)\b.*|begin forwarded "
    r"message:\s*|[>\s]*_{12,}\s*",
    re.IGNORECASE,
)
_HEADER = re.compile(
    r"[>\s]*\*?(?:from|von|de|da|van|fra|från|od|от|sent|gesendet|date|datum|to|an|cc|subject|betreff|envoyé|objet|à|para|"
    r"enviado|asunto|inviato|oggetto|verzonden|onderwerp|aan)\s?:\*?\s?\S.*",
    re.IGNORECASE,
)
_FROM = re.compile(r"[>\s]*\*?(?:from|von|de|da|van|fra|från|od|от)\s?:", re.IGNORECASE)
_DEVICE = re.compile(
    r"(?:sent (?:from|with|via|using)\b[^,]{2,60}|get outlook for .{2,60}|von meinem .{2,40} gesendet|gesendet "
    r"(?:von|mit)\b.{2,60}|"
    r"envoyé (?:de|depuis)\b.{2,60}|enviado desde\b.{2,60}|inviato da\b.{2,60}|verstuurd vanaf\b.{2,60}|skickat från\b.{2,60}|"
    r"diese nachricht wurde von meinem\b.{2,80}|via mobile|sent on the go.*)",
    re.IGNORECASE,
)
_SIGN_OFF = re.compile(
    r"(?:(?:many |with )?(?:thanks|thank you|thx|tks)(?: (?:again|so much|a lot|very much|in advance|and "
    r"regards))?|cheers|(?:all the |my )?best(?: (?:wishes|regards))?|"
    r"(?:(?:with )?(?:kind|warm|best|warmest|kindest)(?:est)? )?regards|rgds|sincerely(?: yours)?|yours(?: "
    r"(?:truly|sincerely|faithfully))?|take care|"
    r"cordially|respectfully|see you|talk soon|love|xoxo|mit (?:freundlichen|besten|herzlichen) grüßen|mit freundlichem gruß|"
    r"(?:viele|liebe|beste|herzliche|freundliche|schöne) grüße|(?:lieber |schönen |besten )?gruß|mfg|lg|vg|"
    r"cordialement|bien à vous|"
    r"saludos(?: cordiales)?|un saludo|atentamente|gracias|cordiali saluti|saluti|met vriendelijke groet(?:en)?|groeten|"
    r"atenciosamente|obrigad[oa]|pozdrawiam|(?:med )?vänliga hälsningar|hälsningar|med venlig hilsen)[\s,.!:)-]*",
    re.IGNORECASE,
)
_CONTACT = re.compile(
    r"\S+@\S+\.\w|https?://|\bwww\.|(?:\+?\d[\s().-]{0,2}){7,}|\b(?:x|ext\.?)[\s-]*\d{3,}|\b(?:tel|phone|mobile|"
    r"cell|fax)\b",
    re.IGNORECASE,
)
_NAME = re.compile(
    r"[-–—~*\s]*(?:(?:[A-ZÀ-ÖØ-ÞŁŚŻČŠ][\w'’.-]*|de|van|von|der|bin|al|la|da|dos|del|y|"
    r"Mc\w+),?\s?){1,5}(?:\s?\([^)]{1,30}\))?[.\s]*"
)
_DASHED_NAME = re.compile(r"\s*[-–—]{1,2}\s?(?:[A-ZÀ-ÖØ-Þ][\w'’.-]*\s?){1,3}\s*")


@dataclass(frozen=True, slots=True)
class MailText:
    """The three parts of a body, each with its own line breaks kept. Empty where there is none."""

    reply: str
    signature: str
    quoted: str


def visible_text(body: str) -> str:
    """What the person wrote: no quoted mail, no signature. The whole body when nothing else would be left."""
    parts = split(body)
    return parts.reply or parts.quoted or parts.signature


def split(body: str) -> MailText:
    """The reply, the signature and the quoted rest of a plain text body. Never raises; every line lands in one part."""
    lines = [line.rstrip() for line in body.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    end = _quote_start(lines)
    head, tail = lines[:end], lines[end:]
    if not any(_unquoted(line) for line in head):  # answered below the quote
        head, tail = _below(lines)
    theirs = _quoted_lines(head)
    own = [line for at, line in enumerate(head) if at not in theirs]
    quoted = [line for at, line in enumerate(head) if at in theirs] + tail
    at = _signature_start(own)
    return MailText(_joined(own[:at]), _joined(own[at:]), _joined(quoted))


def _quoted_lines(head: Sequence[str]) -> frozenset[int]:
    """The quoted lines between a person's own, with the "On … wrote:" above them."""
    found = set()
    for at, line in enumerate(head):
        if line.startswith(">"):
            found.add(at)
        else:
            found.update(range(at, at + _attribution(head, at)))
    return frozenset(found)


def _unquoted(line: str) -> bool:
    return bool(line.strip()) and not line.startswith(">")


def _joined(lines: Sequence[str]) -> str:
    return "\n".join(lines).strip("\n")


def _quote_start(lines: Sequence[str]) -> int:
    """The line where the quoted rest begins; as many as there are lines when nothing is quoted, or only between."""
    for at, line in enumerate(lines):
        if not _opens_quote(lines, at):
            continue
        after = lines[at + 1 :]
        if line.startswith(">") or not _answers_between(after) or _opens_rest(line):
            return at
    return len(lines)


def _opens_rest(line: str) -> bool:
    """Below a ruler nobody answers between the lines."""
    return len(line) <= _LONG and bool(_RULER.fullmatch(line))


def _opens_quote(lines: Sequence[str], at: int) -> bool:
    line = lines[at]
    if len(line) > _LONG:
        return False
    if _opens_rest(line):
        return not set(line.strip()) <= {"_"} or _header_block(lines, at + 1)
    if _FROM.match(line) and at > 0:
        return _header_block(lines, at)
    return _attribution(lines, at) > 0


def _attribution(lines: Sequence[str], at: int) -> int:
    """How many lines an "On … wrote:" takes here; 0 when there is none."""
    if not _WROTE_START.match(lines[at]) or len(lines[at]) > _LONG:
        return 0
    for count in range(1, _WRAP + 1):
        piece = lines[at : at + count]
        if len(piece) < count or not 0 < len(piece[-1].strip()) <= _LONG:
            return 0
        joined = " ".join(part.lstrip("> ").strip() for part in piece)
        if _WROTE.fullmatch(joined) and (
            joined.endswith(":") or (at + count < len(lines) and lines[at + count].startswith(">"))
        ):
            return count
    return 0


def _header_block(lines: Sequence[str], at: int) -> bool:
    block = [line for line in lines[at : at + 8] if line.strip()][:5]
    return sum(bool(_HEADER.fullmatch(line[:_LONG])) for line in block) >= 2


def _answers_between(after: Sequence[str]) -> bool:
    """Whether the person wrote on below the quoted lines."""
    seen_quote = False
    for line in after:
        if line.startswith(">"):
            seen_quote = True
        elif seen_quote and line.strip() and len(line.strip()) > 2 and not re.fullmatch(r"[_\-=*\s]+", line):
            return True
    return False


def _below(tail: Sequence[str]) -> tuple[list[str], list[str]]:
    """The reply and the quote of a mail that was answered below: own lines after the last quoted one."""
    last = max((at for at, line in enumerate(tail) if line.startswith(">")), default=-1)
    own = list(tail[last + 1 :]) if last >= 0 else []
    return (own, list(tail[: last + 1])) if any(_unquoted(line) for line in own) else ([], list(tail))


def is_sign_off(line: str) -> bool:
    """Whether a line is nothing but a closing such as "Best regards,"."""
    return len(line) <= _LONG and bool(_SIGN_OFF.fullmatch(line.strip()))


# Signatures ----------------------------------------------------------------------------------------------------------


def _signature_start(lines: Sequence[str]) -> int:
    """The line where the signature begins; as many as there are lines when there is none."""
    end = len(lines)
    while end and not lines[end - 1].strip():
        end -= 1
    for at, line in enumerate(lines[:end]):
        if line.strip() in {"--", "—", "__"} and any(part.strip() for part in lines[:at]):
            return at
    first = next((at for at, line in enumerate(lines) if line.strip()), 0)
    start = max(first + 1, end - _SIGNATURE_LINES)  # a mail is never all signature
    found = [_by_sign_off(lines, start, end), _by_device(lines, start, end), _by_block(lines, start, end)]
    return min((at for at in found if at is not None), default=len(lines))


def _by_sign_off(lines: Sequence[str], start: int, end: int) -> int | None:
    for at in range(start, end):
        rest = [line for line in lines[at + 1 : end] if line.strip()]
        if rest and is_sign_off(lines[at]) and _short(rest):
            return at
    return None


def _by_device(lines: Sequence[str], start: int, end: int) -> int | None:
    for at in range(start, end):
        if _DEVICE.fullmatch(lines[at].strip()[:_LONG]) and _short(lines[at + 1 : end]):
            above = at
            while above and not lines[above - 1].strip():
                above -= 1
            name_above = above > 1 and _is_name(lines[above - 1]) and not lines[above - 2].strip()
            return above - 1 if name_above else at
    return None


def _by_block(lines: Sequence[str], start: int, end: int) -> int | None:
    """The last block: a name alone, or a name with a way to reach it."""
    top = end
    while top > start and lines[top - 1].strip():
        top -= 1
    block = lines[top:end]
    if block and not lines[top - 1].strip() and _is_name(block[0]) and _short(block):
        return top
    reach = [at for at in range(start, end) if _is_name(lines[at]) and _short(lines[at:end])]
    for at in reach:
        if any(_CONTACT.search(line) for line in lines[at:end]) and not lines[at - 1].rstrip().endswith((",", ":")):
            return at
    if end > start and _DASHED_NAME.fullmatch(lines[end - 1][:_LONG]):
        return end - 1
    return None


def _is_name(line: str) -> bool:
    line = line.strip()
    return 1 < len(line) <= 48 and not line.endswith(("!", "?", ":")) and bool(_NAME.fullmatch(line))


def _short(lines: Sequence[str]) -> bool:
    return all(len(line) <= 90 and not (len(line) > 60 and line.rstrip().endswith((".", "?", "!"))) for line in lines)
