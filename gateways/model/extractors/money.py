"""Sums of money that a text names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from core.ports import Found
from gateways.model.extractors.mail import Mail

CURRENCY = "USD"  # where a text names none
_SIGNS = {
    "$": "USD",
    "€": "EUR",
    "£": "GBP",
    "usd": "USD",
    "eur": "EUR",
    "gbp": "GBP",
    "cad": "CAD",
    "chf": "CHF",
    "us$": "USD",
    "c$": "CAD",
}
_NAMES = {
    "dollar": "USD",
    "dollars": "USD",
    "bucks": "USD",
    "euro": "EUR",
    "euros": "EUR",
    "pounds": "GBP",
    "quid": "GBP",
    "cents": "USD",
}
_NUMBER = r"\d{1,3}(?:[,.' ]\d{3})+(?:[.,]\d{1,2})?|\d{1,9}(?:[.,]\d{1,2})?"
_TIMES = r"k|thousand|grand|m|million"
_MONEY = re.compile(
    rf"(?<![\w.,])(?:(?P<sign>us\$|c\$|[$€£]|(?:usd|eur|gbp|cad|chf)\b)\s?(?P<first>{_NUMBER})(?:\s?(?P<times>{_TIMES})\b)?"
    rf"|(?P<second>{_NUMBER})\s?(?:(?P<times2>{_TIMES})\b)?\s?(?P<name>dollars?|usd|us\$|bucks|euros?|eur|€|"
    rf"pounds|gbp|quid|cents|cad|chf|\$)(?!\w))",
    re.IGNORECASE,
)
_BARE = re.compile(
    rf"(?<![\w.,$€£#-])(?P<first>{_NUMBER})\s?(?P<times>{_TIMES})?\b(?!\s?(?:%|people|bikes?|pm|am|persons|"
    rf"employees|days?|weeks?|months?|years?|hours?|miles|th\b|nd\b|st\b|rd\b))",
    re.IGNORECASE,
)
_FACTORS = {"k": 1_000, "thousand": 1_000, "grand": 1_000, "m": 1_000_000, "million": 1_000_000}
_BUDGET = re.compile(
    r"\b(?:budget\w*|afford|spend\w*|max(?:imum)?|up to|at most|no more than|not more than|under|below|less "
    r"than|around|about|price range|between|approved|funding|grant|"
    r"(?:is|was) set aside|willing to pay|can pay)\b",
    re.IGNORECASE,
)
_NAMES_BUDGET = re.compile(r"\b(?:budget\w*|afford|spend|price range|willing to pay)\b", re.IGNORECASE)
_APPROVED = re.compile(
    r"\bbudget\b[^.!?\n]{0,30}\b(?:approved|secured|in place|signed off|available|confirmed)\b|\bapproved "
    r"budget\b",
    re.IGNORECASE,
)
_NONE = re.compile(
    r"\b(?:no|don['’]t have a|without a?|haven['’]t got a) budget\b|\bbudget\b[^.!?\n]{0,20}\bnot (?:yet "
    r")?(?:approved|clear|decided|set)\b",
    re.IGNORECASE,
)


def amounts(mail: Mail) -> Iterator[Found]:
    """Sums with their currency, as `1234.50 USD`."""
    for match in _MONEY.finditer(mail.told):
        if value := _value(match):
            yield Found(value=value, quote=match.group().strip())


def budget(mail: Mail) -> Iterator[Found]:
    """What the writer can spend: a sum (the upper one of a range), or "budget is approved" or "no budget" in words."""
    for sentence in mail.sentences:
        if not (word := _BUDGET.search(sentence)):
            continue
        sums = [(match, _value(match)) for match in _MONEY.finditer(sentence)]
        if not sums and _NAMES_BUDGET.search(sentence):
            sums = [(match, _value(match)) for match in _BARE.finditer(sentence) if _plausible(match)]
        if known := [(match, value) for match, value in sums if value]:
            start = min(word.start(), known[0][0].start())
            yield Found(value=known[-1][1], quote=sentence[start : known[-1][0].end()].strip())
        elif match := _NONE.search(sentence) or _APPROVED.search(sentence):
            yield Found(value=" ".join(match.group().lower().split()), quote=match.group())


def _plausible(match: re.Match[str]) -> bool:
    return bool(match["times"]) or len(re.sub(r"\D", "", match["first"])) >= 3


def _value(match: re.Match[str]) -> str:
    """A match as `1234.50 USD`; empty when it is no sum."""
    groups = match.groupdict()
    number = groups.get("first") or groups.get("second") or ""
    times = (groups.get("times") or groups.get("times2") or "").lower()
    name = (groups.get("sign") or groups.get("name") or "").lower()
    amount = _decimal(number) * _FACTORS.get(times, 1)
    if name == "cents":
        amount /= 100
    currency = _SIGNS.get(name) or _NAMES.get(name) or CURRENCY
    return f"{amount.quantize(Decimal('0.01'))} {currency}" if 0 < amount < Decimal(10) ** 10 else ""


def _decimal(number: str) -> Decimal:
    """`1,234.50`, `1.234,50`, `1 234` and `12,5`: the last mark before one or two digits is the decimal one."""
    bare = number.replace(" ", "").replace("'", "")
    whole, mark, part = bare.rpartition("." if bare.rfind(".") > bare.rfind(",") else ",")
    if mark and len(part) <= 2:
        return Decimal(f"{re.sub(r'[.,]', '', whole) or '0'}.{part}")
    return Decimal(re.sub(r"[.,]", "", bare))
