"""Who writes: their name and their company."""

from __future__ import annotations

import re
from collections.abc import Iterator

from core.mailtext import is_sign_off
from core.ports import Found
from gateways.model.extractors.mail import Mail

_PARTICLES = frozenset({
    "de", "da", "do", "dos", "das", "del", "della", "di", "du", "la", "le", "van", "von", "der", "den", "ter",
    "ten", "zu", "zur", "al", "el", "bin", "ibn", "ben", "y", "e", "i", "af", "av",
})
_NO_NAME = frozenset({
    "hi", "hello", "dear", "thanks", "thank", "regards", "best", "cheers", "sincerely", "sent", "from", "the",
    "a", "an", "we", "our", "my", "your", "please", "team", "manager", "director", "owner", "office", "sales",
    "support", "service", "street", "st", "ave", "avenue", "road", "rd", "suite", "floor", "tel", "phone",
    "mobile", "cell", "fax", "mail", "email", "www", "president", "founder", "ceo", "cto", "coo", "cfo", "vp",
    "head", "assistant", "coordinator", "department", "dept", "company", "shop", "inc", "llc", "ltd", "gmbh",
    "group", "kind", "warm", "yours", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday",
    "sunday", "january", "february", "march", "april", "june", "july", "august", "september", "october",
    "november", "december", "looking", "writing", "interested", "trying", "not", "sure", "very", "so", "just",
    "also", "still", "happy", "sorry", "glad", "on", "in", "at", "with", "for", "and", "or", "but", "new", "no",
    "yes", "ok", "okay",
})
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
    r"[\u3040-\u30ff\u4e00-\u9fff]{2,6}\s?[\u3040-\u30ff\u4e00-\u9fff]{0,6}")


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
        candidate = closing["rest"] if closing else re.split(
            r"\s[|·•/–-]\s|,\s(?=[a-zA-Z]+ ?(?:manager|director|of|at)\b)|\t|\s{3,}", whole)[0]
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


# Companies -----------------------------------------------------------------------------------------------------------

_LEGAL = (
    r"(?:inc|llc|l\.l\.c|ltd|limited|corp|corporation|co|company|gmbh|ag|kg|ohg|ug|e\.v|s\.?a|s\.?r\.?l|"
    r"s\.?p\.?a|sarl|sas|b\.?v|n\.?v|oy|ab|a/s|aps|plc|llp|pty ltd|k\.k)"
)
_KIND = (
    r"(?:hotel|hostel|inn|school|academy|university|college|bank|café|cafe|bakery|brewery|restaurant|studio|"
    r"studios|bikes|cycles|cycling|logistics|"
    r"traders|trading|consulting|partners|group|properties|property|realty|software|systems|labs|tours|travel|"
    r"foods|farms|media|press|courier|magazine|"
    r"insurance|association|club|library|hospital|clinic|services|solutions|industries|architects|design|"
    r"designs|works|outfitters|agency|foundation|"
    r"enterprises|holdings|ventures|couriers|rentals|realtors)"
)
_PROPER = r"(?!I\b)[A-Z0-9À-ÖØ-Þ][\w&'’.-]*"
_NAMED = rf"{_PROPER}(?:[ ]+(?:(?:&|and|of|the|de)[ ]+){{0,2}}{_PROPER}){{0,4}}"
_WITH_LEGAL = re.compile(rf"\b({_PROPER}(?:[ ]+(?:&|and|of|{_PROPER})){{0,4}},?[ ]+(?i:{_LEGAL})\b\.?)(?=[\s,.;)]|$)")
_WORKS = re.compile(
    rf"(?:\b(?i:i|we|he|she) work (?:at|for|with)|\b(?i:on behalf of|i represent|employed at|we at|all of us at|here at|"
    rf"(?:manager|director|owner|founder|head|buyer|coordinator|assistant|engineer|president|ceo|partner) (?:at|"
    rf"of|for|with))|\b(?i:company|firma|organi[sz]ation)\s?:)\s+(?:the\s+)?({_NAMED})"
)
_FROM = re.compile(
    rf"(?:(?i:this is|i am|i['’]m|my name is|it['’]s)\s+(?:{_PROPER}\s){{1,3}}(?i:from|with|at|of)|\b(?i:we are|"
    rf"we['’]re))\s+(?:the\s+)?({_NAMED})")
_PLACE = re.compile(
    r"(?:new|san|los|las|saint|st|santa|fort|port|north|south|east|west|upper|lower|cape|"
    r"mount)\b\.?(?:\s+\S+){1,2}$", re.IGNORECASE)
_MAILBOXES = frozenset({
    "gmail", "googlemail", "yahoo", "hotmail", "outlook", "live", "icloud", "aol", "gmx", "web", "proton",
    "protonmail", "mail", "me", "msn", "comcast", "example", "company",
})


def company(mail: Mail) -> Iterator[Found]:
    """The writer's company: by legal form, by "I work at", by "Dana from Northwind Traders", by the signature, and by
    the sender's domain when the text names it too."""
    for match in _WITH_LEGAL.finditer(mail.own):
        yield _tidied(match.group(1))
    for match in _WORKS.finditer(mail.own):
        yield _tidied(match.group(1))
    for match in _FROM.finditer(mail.reply):
        named = match.group(1)
        if re.search(rf"\b{_KIND}\b", named, re.IGNORECASE) or (" " in named.strip() and not _PLACE.match(named)):
            yield _tidied(named)
    yield from _signed_company(mail)
    yield from _by_domain(mail)


def _tidied(text: str) -> Found:
    bare = text.strip(" ,;.")
    return Found(value=bare, quote=bare)


def _signed_company(mail: Mail) -> Iterator[Found]:
    for line in mail.signature.split("\n")[1:8]:
        for piece in re.split(r"\s[|·•–-]\s|,\s|\t", line.strip()):
            if re.search(rf"\b{_KIND}$", piece, re.IGNORECASE) and re.fullmatch(_NAMED, piece):
                yield _tidied(piece)


def _by_domain(mail: Mail) -> Iterator[Found]:
    for address in re.findall(r"[\w.+-]{1,64}@([\w-]{1,63}(?:\.[\w-]{1,63}){1,4})", f"{mail.address}\n{mail.own}"):
        label = address.split(".")[0].casefold()
        if label in _MAILBOXES or len(label) < 4:
            continue
        for match in re.finditer(_NAMED, mail.own):
            squashed = re.sub(r"\W|_", "", match.group()).casefold()
            if squashed.startswith(label.replace("-", "")) and "@" not in mail.own[match.start() - 1 : match.end() + 1]:
                yield _tidied(match.group())
