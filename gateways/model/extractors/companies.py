"""The writer's company, as it is said or signed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from core.ports import Found
from gateways.model.extractors.mail import Mail

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
    rf"we['’]re))\s+(?:the\s+)?({_NAMED})"
)
_PLACE = re.compile(
    r"(?:new|san|los|las|saint|st|santa|fort|port|north|south|east|west|upper|lower|cape|"
    r"mount)\b\.?(?:\s+\S+){1,2}$",
    re.IGNORECASE,
)
_MAILBOXES = frozenset({
    "gmail", "googlemail", "yahoo", "hotmail", "outlook", "live", "icloud", "aol", "gmx", "web", "proton",
    "protonmail", "mail", "me", "msn", "comcast", "example", "company",
})  # fmt: skip


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
