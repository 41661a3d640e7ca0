"""When: dates, how soon something is wanted, and how much it presses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from core.ports import Found
from gateways.model.extractors.mail import Mail

_MONTH_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTHS = {name: at for at, name in enumerate(_MONTH_NAMES, start=1)}
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|"
    r"oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_DAY = r"(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday|mon|tues?|wed|thurs?|fri|sat|sun)"
_COUNT = r"(?:\d{1,2}|a|an|one|two|three|four|five|six|seven|eight|nine|ten|a few|a couple of|several)"
_DATE = re.compile(
    rf"\b(?:(?P<iso>\d{{4}})-(?P<iso_m>\d{{1,2}})-(?P<iso_d>\d{{1,2}})"
    rf"|(?P<m>{_MONTH})\.?\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?!\d|:)(?:,?\s+(?P<y>\d{{4}}))?"
    rf"|(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?\.?\s+(?:of\s+)?(?P<m2>{_MONTH})\b\.?(?:,?\s+(?P<y2>\d{{4}}))?"
    rf"|(?P<us_m>\d{{1,2}})/(?P<us_d>\d{{1,2}})(?:/(?P<us_y>\d{{4}}|\d{{2}}))?"
    rf"|(?P<eu_d>\d{{1,2}})\.(?P<eu_m>\d{{1,2}})\.(?P<eu_y>\d{{4}}|\d{{2}})?"
    rf"|(?P<word>(?:day after )?tomorrow|today|tonight|yesterday|(?:(?:this|next|last|on|coming)\s+)?{_DAY}\b|"
    rf"the \d{{1,2}}(?:st|nd|rd|th)(?!\s+of\b))(?!\w))",
    re.IGNORECASE,
)
_SPAN = (
    rf"(?:(?:this|next|coming|the end of (?:the|this)|early|late|mid|end of)[ -]+(?:week(?:end)?|month|quarter|"
    rf"year|spring|summer|fall|autumn|winter|season|{_MONTH}|{_DAY})\b"
    rf"|in(?:side)? (?:the next )?{_COUNT} (?:days?|weeks?|months?)\b|within (?:the (?:next )?)?(?:{_COUNT} "
    rf")?(?:hours?|days?|weeks?|months?)\b"
    rf"|(?:(?:in|before|by|for|until|from) (?:the )?)(?:spring|summer|fall|autumn|winter|christmas|thanksgiving|"
    rf"easter|the (?:holidays|season|weekend)|{_MONTH})\b"
    rf"|(?:the )?(?:first|second|third|last) (?:week|half|weekend) (?:of|in) {_MONTH}|q[1-4](?: \d{{4}})?\b)"
)
_SOON = r"(?:asap|as soon as possible|right away|immediately|urgent(?:ly)?|at once)\b"
_NO_RUSH = (
    r"(?:no (?:rush|hurry)|not (?:urgent|in a hurry)|whenever (?:you|it)[^.!?\n]{0,25}|take your time|just "
    r"(?:looking|browsing)|no deadline|some ?time(?: this year)?)\b"
)
_TIMELINE = re.compile(
    rf"\b(?:(?:by|before|until|till|no later than|not later than|starting|from|on|for|around)"
    rf"\s+(?:the\s+)?(?:{_DATE.pattern}|noon|midnight|tonight)"
    rf"|{_SPAN}|{_SOON}|{_NO_RUSH}|today|tonight|tomorrow(?: \w+)?)",
    re.IGNORECASE,
)
_PRESSES: tuple[re.Pattern[str], ...] = (  # the most pressing first
    re.compile(
        rf"\b(?:{_SOON}|emergency|right now|today|tonight|can(?:['’]t|not) wait|within (?:the|an|one) hour|hurry|"
        r"stranded|deadline is (?:today|tomorrow)|time critical|time sensitive|top priority|by tomorrow|"
        r"tomorrow morning|at the latest|accident|stolen|dangerous|unsafe)\b",
        re.IGNORECASE,
    ),
    re.compile(
        r"\b(?:soon|this week|by (?:the end of the week|monday|tuesday|wednesday|thursday|friday)|"
        r"in the next (?:few )?days|quickly|before the weekend|tomorrow)\b",
        re.IGNORECASE,
    ),
    re.compile(rf"\b{_NO_RUSH}", re.IGNORECASE),
)


def dates(mail: Mail) -> Iterator[Found]:
    """Days that a text names: `2026-05-14`, `--05-14` where the year is missing, else the words (`next tuesday`).

    `5/14` is read the American way."""
    for match in _DATE.finditer(mail.told):
        if value := _day(match):
            yield Found(value=value, quote=match.group())


def _day(match: re.Match[str]) -> str:
    part = match.groupdict()
    if part["word"]:
        return " ".join(part["word"].lower().split()).removeprefix("on ")
    year = part["iso"] or part["y"] or part["y2"] or part["us_y"] or part["eu_y"] or ""
    month = part["iso_m"] or part["m"] or part["m2"] or part["us_m"] or part["eu_m"]
    day = int(part["iso_d"] or part["d"] or part["d2"] or part["us_d"] or part["eu_d"])
    number = int(month) if month.isdigit() else _MONTHS[month[:3].lower()]
    full = int(year) + (2000 if len(year) == 2 else 0) if year else 2000  # a leap year: February 29 may be meant
    try:
        found = date(full, number, day)
    except ValueError:
        return ""
    return found.isoformat() if year else f"--{found.month:02d}-{found.day:02d}"


def timeline(mail: Mail) -> Iterator[Found]:
    """By when something is wanted, in the text's own words, lower case."""
    for sentence in mail.sentences:
        for match in _TIMELINE.finditer(sentence):
            yield Found(value=" ".join(match.group().lower().split()), quote=match.group())


def urgency(mail: Mail) -> Iterator[Found]:
    """The words that say how much it presses, the most pressing first. "No rush" counts: then nothing else does."""
    patient = list(_PRESSES[-1].finditer(mail.told))
    for pattern in [_PRESSES[-1]] if patient else _PRESSES:
        for match in pattern.finditer(mail.told):
            yield Found(value=" ".join(match.group().lower().split()), quote=match.group())
