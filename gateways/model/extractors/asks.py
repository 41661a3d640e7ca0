"""What is wanted: the sentence that says so, how many, and which order it is about."""

from __future__ import annotations

import re
from collections.abc import Iterator

from core.ports import Found
from gateways.model.extractors.mail import Mail

_ASKS: tuple[tuple[int, re.Pattern[str]], ...] = (
    (
        3,
        re.compile(
            r"\b(?:i|we)(?:['’]d| would)? (?:(?:really|also|just|urgently) )?(?:like|love|need|want|wish|require|"
            r"have to (?:get|buy|find|know))\b|\b(?:i|we)(?:['’]m| am|['’]re| are) "
            r"(?:looking|interested|searching|hoping|planning|thinking)\b|\blooking for\b|\binterested in\b",
            re.IGNORECASE,
        ),
    ),
    (
        2,
        re.compile(
            r"\b(?:can|could|would|will) (?:you|i|we|someone|somebody)\b|\bplease\b|\bdo you (?:have|offer|rent|"
            r"sell|do|take|deliver|repair)\b|\bhow (?:much|many|do|can|long)\b|\bpls\b",
            re.IGNORECASE,
        ),
    ),
    (
        1,
        re.compile(
            r"\?\s*[\"')]*$|\b(?:quote|refund|cancel|book|change|help|send|update|when|where|why|what|which)\b",
            re.IGNORECASE,
        ),
    ),
)
_GREETING = re.compile(
    r"^(?:hi|hello|hey|dear|good (?:morning|afternoon|evening))\b[^,!.\n]{0,40}[,!.]?$", re.IGNORECASE
)
_WORDS = {
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "eleven": 11,
    "twelve": 12,
    "fifteen": 15,
    "twenty": 20,
    "thirty": 30,
    "forty": 40,
    "fifty": 50,
    "hundred": 100,
    "a dozen": 12,
    "a couple of": 2,
    "a pair of": 2,
    "a hundred": 100,
    "two dozen": 24,
}
_HOW_MANY = "|".join(sorted(_WORDS, key=len, reverse=True))
_NO_COUNT = (
    r"(?:days?|weeks?|months?|years?|hours?|hrs?|minutes?|mins?|seconds?|dollars?|bucks|usd|euros?|cents|"
    r"inch(?:es)?|mm|cm|km|miles?|mph|lbs?|pounds?|kg|percent|am|pm|o|times|st|nd|rd|th|is|was|has|does|this|us|"
    r"as|stars?|yards|feet|speeds?)\b"
)
_COUNTED = re.compile(
    rf"(?<![\w$€£.,/:#-])(?P<n>\d{{1,3}}(?:,\d{{3}})+|\d{{1,5}}|{_HOW_MANY})\s+(?!{_NO_COUNT})(?:(?!and\b|or\b|"
    rf"to\b|for\b|at\b|on\b|{_NO_COUNT})[a-z-]+\s+){{0,2}}?"
    rf"(?!{_NO_COUNT})(?P<what>people|children|men|women|[a-z-]*[a-z]{{2,}}s)\b",
    re.IGNORECASE,
)
_GROUP = re.compile(
    rf"\b(?:team|group|party|family|fleet|staff|company|crew|class|about|around|roughly|total) of\s+(?:about |"
    rf"around |up to )?(?P<n>\d{{1,5}}|{_HOW_MANY})\b(?!\s?[$%])",
    re.IGNORECASE,
)
_MARKED = re.compile(r"\b(?P<mark>WO|R|INV|ORD|SO|PO|RO|CH|Q|BK|T|RMA)[ ]?-[ ]?(?P<n>\d{3,10})\b", re.IGNORECASE)
_BARE_MARK = re.compile(r"\b(?P<mark>WO|INV|ORD|RMA)[ #]?(?P<n>\d{3,10})\b", re.IGNORECASE)
_NAMED = re.compile(
    r"\b(?:(?:work )?order|purchase|booking|reservation|invoice|ticket|case|repair|confirmation|tracking|parcel|"
    r"bill)(?:\s*(?:number|no\.?|nr\.?|id|code|is|ref(?:erence)?))?\s*[:#]?\s*#?"
    r"(?P<n>[A-Z]{0,3}-?\d{3,12}(?:-\d{1,6})?)\b",
    re.IGNORECASE,
)
_HASH = re.compile(r"(?<![\w&/])#(?P<n>\d{3,10})\b")


def need(mail: Mail) -> Iterator[Found]:
    """The sentences that say what is wanted, the clearest first."""
    told = [
        (_clearness(sentence), -at, sentence)
        for at, sentence in enumerate(mail.sentences)
        if not _GREETING.match(sentence)
    ]
    for clearness, _, sentence in sorted(told, reverse=True):
        if clearness:
            yield Found(value=" ".join(sentence.split()), quote=sentence)


def _clearness(sentence: str) -> int:
    return sum(weight for weight, pattern in _ASKS if pattern.search(sentence))


def quantity(mail: Mail) -> Iterator[Found]:
    """How many, as digits: `24 bikes`, `a team of 12`, `two dozen helmets`. Times, sums and sizes do not count."""
    found = [*_GROUP.finditer(mail.told), *_COUNTED.finditer(mail.told)]
    for match in found:
        number = match["n"].lower()
        yield Found(value=str(_WORDS.get(number) or int(number.replace(",", ""))), quote=match.group())


def order_number(mail: Mail) -> Iterator[Found]:
    """Numbers of orders, work orders, bookings and invoices: `WO-2291`, `R-5518`, `order 4471`, `#7781`."""
    taken: list[tuple[int, int]] = []
    for pattern in (_MARKED, _BARE_MARK, _NAMED, _HASH):
        for match in pattern.finditer(mail.told):
            at = match.span("n")
            if any(start < at[1] and at[0] < end for start, end in taken):
                continue
            taken.append(match.span())
            mark = match.groupdict().get("mark")
            value = f"{mark}-{match['n']}" if mark else match["n"]
            yield Found(value=value.upper(), quote=match.group() if mark else match["n"])
