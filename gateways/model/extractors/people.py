"""Who writes: the name, as it is said, signed or sent."""

from __future__ import annotations

import re
from collections.abc import Iterator

from core.mailtext import is_sign_off
from core.ports import Found
from gateways.model.extractors.mail import Mail

_PARTICLES = frozenset({
    "de", "da", "do", "dos", "das", "del", "della", "di", "du", "la", "le", "van", "von", "der", "den", "ter",
    "ten", "zu", "zur", "al", "el", "bin", "ibn", "ben", "y", "e", "i", "af", "av",
})  # fmt: skip
_NO_NAME = frozenset({
    "hi", "hello", "dear", "thanks", "thank", "regards", "best", "cheers", "sincerely", "sent", "from", "the", "a",
    "an", "we", "our", "my", "your", "please", "team", "manager", "director", "owner", "office", "sales", "support",
    "service", "street", "st", "ave", "avenue", "road", "rd", "suite", "floor", "tel", "phone", "mobile", "cell",
    "fax", "mail", "email", "www", "president", "founder", "ceo", "cto", "coo", "cfo", "vp", "head", "assistant",
    "coordinator", "department", "dept", "company", "shop", "inc", "llc", "ltd", "gmbh", "group", "kind", "warm",
    "yours", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "january", "february",
    "march", "april", "june", "july", "august", "september", "october", "november", "december", "looking",
    "writing", "interested", "trying", "not", "sure", "very", "so", "just", "also", "still", "happy", "sorry",
    "glad", "on", "in", "at", "with", "for", "and", "or", "but", "new", "no", "yes", "ok", "okay",
})  # fmt: skip
_TITLE = re.compile(r"(?:mr|mrs|ms|mx|miss|dr|prof|herr|frau|sir|madam|ing|dipl\.-ing)\.?\s+", re.IGNORECASE)
_AFTER = re.compile(r",?\s*(?:ph\.?d|m\.?d|mba|esq|cpa|jr|sr|iii?)\.?$|\s*\([^)]{1,30}\)$", re.IGNORECASE)
_SAYS = re.compile(
    r"(?:\bmy name(?:'s| is)|\bname\s?:|\bthis is|\bi am|\bi['’]m|\bmy name's|\bname is|\bunder the name(?: "
    r"of)?|\bich heiße|\bmein name ist|\bje m['’]appelle|\bme llamo)"
    r"\s+(?P<rest>[^\n,;:!?<>|]{2,60})",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    r"(?:many thanks|thanks(?: again| so much| a lot| in advance)?|thank you|thx|cheers|best(?: regards| "
    r"wishes)?|kind regards|regards|sincerely|"
    r"yours(?: truly)?|love|greetings|grüße|gruß|lg|saludos|cordialement)\s*[,!.–-]*\s+(?P<rest>[^\n,;:!?<>|]{2,48})",
    re.IGNORECASE,
)
_HAN = re.compile(
    r"[\u4e00-\u9fff]{2,4}|[\uac00-\ud7a3]{2,4}|"
    r"[\u3040-\u30ff\u4e00-\u9fff]{2,6}\s?[\u3040-\u30ff\u4e00-\u9fff]{0,6}"
)


def person_name(mail: Mail) -> Iterator[Found]:
    """The writer's name: said in the text, else signed, else the sender's display name."""
    said = [found for found in _said(mail.reply) if found]
    signed = [found for found in _signed(mail) if found]
    full = name_of(mail.sender)
    for found in said + signed:
        if full and found.value.casefold() in full.casefold().split():  # signed "Dana", sent by "Dana Whitfield"
            yield Found(value=full, quote=mail.sender)
        else:
            yield found
    if full:
        yield Found(value=full, quote=mail.sender)


def _said(text: str) -> Iterator[Found]:
    for match in _SAYS.finditer(text):
        words = _leading_name(match["rest"])
        sure = match.group().casefold().lstrip().startswith(("my name", "name", "under", "ich", "mein", "je", "me "))
        if words and (sure or len(words) > 1 or match.group().casefold().startswith("this is")):
            end = text.index(words[-1], match.start("rest")) + len(words[-1])
            yield Found(value=" ".join(words), quote=text[match.start() : end].strip())


def _leading_name(text: str) -> list[str]:
    """The words at the start of a text that can be a name."""
    words: list[str] = []
    for word in _TITLE.sub("", text).split()[:5]:
        bare = word.rstrip(".,")
        if words and bare.casefold() in _PARTICLES:
            words.append(bare)
        elif _name_word(bare):
            words.append(bare)
            if word.endswith("."):
                break
        else:
            break
    while words and words[-1].casefold() in _PARTICLES:
        words.pop()
    return words


def _signed(mail: Mail) -> Iterator[Found]:
    for line in mail.signature.split("\n")[:6]:
        if is_sign_off(line):
            continue
        whole = line.strip(" \t-–—*~_|,")
        closing = _CLOSING.fullmatch(whole)
        candidate = (
            closing["rest"]
            if closing
            else re.split(r"\s[|·•/–-]\s|,\s(?=[a-zA-Z]+ ?(?:manager|director|of|at)\b)|\t|\s{3,}", whole)[0]
        )
        if name := name_of(candidate):
            yield Found(value=name, quote=candidate.strip())
            return
    last = [line.strip() for line in mail.reply.split("\n") if line.strip()][-1:]
    for line in last:
        closing = re.search(rf"(?:^|[.!?]\s+){_CLOSING.pattern}$", line, re.IGNORECASE)
        if closing and (name := name_of(closing["rest"])):
            yield Found(value=name, quote=closing["rest"].strip())


def name_of(text: str) -> str:
    """A person's name tidied ("Schäfer, Dr. Anke" is Anke Schäfer), or an empty text when it cannot be one."""
    bare = _AFTER.sub("", text.strip(" \t-–—*~_|.\"'"))
    if _HAN.fullmatch(bare):
        return bare
    if bare.count(",") == 1:
        last, first = (part.strip() for part in bare.split(","))
        bare = f"{_TITLE.sub('', first)} {last}"
    words = _TITLE.sub("", bare).split()
    if not 1 <= len(words) <= 5 or any(char.isdigit() or char in "@/\\:;<>" for char in bare):
        return ""
    fits = all(_name_word(word) or (at and word.casefold() in _PARTICLES) for at, word in enumerate(words))
    return " ".join(words) if fits and words[-1].casefold() not in _PARTICLES else ""


def _name_word(word: str) -> bool:
    bare = word.strip(".,'’-")
    if not bare or word.casefold().strip(".") in _NO_NAME:
        return False
    start = bare.split("-")[-1] if bare[0].islower() and "-" in bare else bare  # al-Zahra
    letters = bare.replace("'", "").replace("’", "").replace("-", "").replace(".", "")
    apostrophe = bare[:2] in {"d'", "d’", "o'", "o’", "l'"}
    return letters.isalpha() and (start[0].isupper() or apostrophe)
