"""What a text claims that can be true or false: amounts, dates, times, numbers, links, mail addresses, phones, codes, names.

Two texts that mean the same make the same claims, however they write it: `$1,242` and `1242.00 USD`, `Nov 25` and
`25 November`. A draft may claim nothing that its sources do not; `unsupported` says what it does. Pure; when in doubt a
claim counts as unsupported, and a person looks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Literal

from agents.names import names
from agents.plain import plain, words

Kind = Literal["amount", "percent", "date", "weekday", "time", "number", "link", "address", "phone", "code", "name"]

MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
          "december")  # fmt: skip
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
RELATIVE = frozenset({"today", "tomorrow", "tonight", "yesterday"})
_CURRENCIES = {"$": "USD", "€": "EUR", "£": "GBP", "usd": "USD", "eur": "EUR", "gbp": "GBP", "dollar": "USD",
               "dollars": "USD", "euro": "EUR", "euros": "EUR", "pound": "GBP", "pounds": "GBP", "buck": "USD",
               "bucks": "USD"}  # fmt: skip
_SMALL = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
          "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen")  # fmt: skip
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_NUMBER_WORDS = dict(zip((*_SMALL, *_TENS), (*range(20), *range(20, 100, 10)), strict=True))
_SCALES = {"hundred": 100, "thousand": 1_000, "million": 1_000_000, "grand": 1_000, "k": 1_000, "m": 1_000_000}

_MONTH = "|".join(f"{name[:3]}(?:{name[3:]})?" if name != "september" else "sept?(?:ember)?" for name in MONTHS)
_DAY, _YEAR = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?", r"(?:,?\s+(?P<year>\d{4})\b)?"
_WEEKDAY = r"mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:r(?:s(?:day)?)?)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?"
_DIGITS = r"\d{1,15}(?:[.,'’ ]\d{3}){0,5}(?:[.,]\d{1,9})?"  # every run is bounded: a text may be made to be slow
_SPELLED = "(?:" + "|".join([*_NUMBER_WORDS, *list(_SCALES)[:4], "a hundred", "a thousand"]) + ")"
_SPELLED_RUN = rf"{_SPELLED}(?:[\s-]{{1,3}}(?:and\s)?{_SPELLED}){{0,8}}"
_SIGN, _UNIT = r"[$€£]|\b(?:usd|eur|gbp)", r"[$€£]|(?:usd|eur|gbp|dollars?|euros?|pounds?|bucks?)\b"

_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern, re.IGNORECASE))
    for name, pattern in (
        ("address", r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}"),
        ("link", r"(?:\b[a-z][a-z0-9+.-]{0,20}://|www\.)[^\s<>()\"']+|\b(?:mailto|tel|javascript|data):[^\s<>()\"']+"
                 r"|(?<![a-z0-9.-])(?:[a-z0-9-]{1,63}\.){1,8}(?:com|org|net|io|co|app|dev|info|biz|me|ly|us|uk|de|fr|shop|site|xyz|link|ru|cn)"
                 r"\b(?:/[^\s<>()\"']*)?"),
        ("iso_date", r"\b\d{4}-\d{2}-\d{2}(?=\b|t)"),
        ("month_day", rf"\b(?P<month>{_MONTH})\b\.?\s+{_DAY}\b{_YEAR}"),
        ("day_month", rf"\b{_DAY}\.?\s+(?:of\s+)?(?P<month>{_MONTH})\b\.?{_YEAR}"),
        ("numeric_date", r"\b\d{1,2}[/.]\d{1,2}[/.]\d{2}(?:\d{2})?\b|\b\d{1,2}/\d{1,2}\b"),
        ("time", r"\b(?P<h>\d{1,2})(?::(?P<m>\d{2}))?(?::\d{2})?\s*(?P<half>[ap])\.?m\b\.?"
                 r"|(?:\b|(?<=t))(?P<h24>[01]?\d|2[0-3]):(?P<m24>[0-5]\d)(?::\d{2})?(?:z|[+-]\d\d:\d\d)?\b|\b(?P<word>noon|midnight)\b"),
        ("percent", rf"(?P<n>{_DIGITS})\s*(?:%|percent\b|per cent\b)"),
        ("spelled_percent", rf"\b(?P<n>{_SPELLED_RUN})\s*(?:%|percent\b|per cent\b)"),
        ("amount", rf"(?P<sign>{_SIGN})\s*(?P<n>{_DIGITS})(?:\s*(?P<scale>k|m|thousand|million|grand)\b)?"),
        ("amount_after", rf"(?P<n>{_DIGITS})(?:\s*(?P<scale>k|m|thousand|million|grand))?\s*(?P<sign>{_UNIT})"),
        ("spelled_amount", rf"\b(?P<n>{_SPELLED_RUN})\s*(?P<sign>{_UNIT})"),
        ("decimal", r"(?<![\w.,-])(?:\d{1,3}(?:[.,]\d{3}){1,4}(?:[.,]\d{2})?|\d{1,12}[.,]\d{1,2})(?![\w-]|[.,]\d)"),
        ("phone", r"(?<![\w-])\+?\(?\d[\d ().-]{5,20}\d(?![\w-])"),
        ("code", r"#\s?\w{0,40}\d[\w-]{0,40}|\b(?=[\w-]{0,40}\d)(?=[\w-]{0,40}[a-z])[a-z0-9]+(?:[-_][a-z0-9]+)*\b"),
        ("day_only", r"\b(?P<day>\d{1,2})(?:st|nd|rd|th)\b"),
        ("weekday", rf"\b(?:{_WEEKDAY})\b|\b(?:today|tomorrow|tonight|yesterday)\b"),
        ("number", _DIGITS),
    )
)  # fmt: skip

_ADDRESS, _LINK = _PATTERNS[0][1], _PATTERNS[1][1]


@dataclass(frozen=True, slots=True)
class Claim:
    """One thing that a text says. `value` is the same for all ways of writing it; `quote` is how it stands there."""

    kind: Kind
    value: str
    quote: str = field(compare=False, default="")


@lru_cache(maxsize=512)
def claims(text: str) -> frozenset[Claim]:
    """All that `text` claims, names included."""
    rest = plain(text)
    bare = _LINK.sub(" ", _ADDRESS.sub(" ", rest))
    found = {Claim("name", word.casefold(), word) for word in names(bare) if not _is_dated(word)}
    for name, pattern in _PATTERNS:
        matches = tuple(pattern.finditer(rest))
        for match in matches:
            found.update(_READERS[name](match))
        if matches:
            rest = pattern.sub(lambda match: " " * len(match.group()), rest)
    return frozenset(found)


def unsupported(draft: str, sources: tuple[str, ...], year: int) -> tuple[Claim, ...]:
    """What `draft` claims and no source does, in a fixed order. `year` is meant where a date names none.

    Sources are read in their order, and only until nothing is missing: put the well-known ones first."""
    missing, known, spoken = list(claims(draft)), frozenset[Claim](), frozenset[str]()
    for source in sources:
        if not missing:
            break
        known, spoken = known | claims(source), spoken | _spoken(source)
        missing = [claim for claim in missing if not _stands(claim, known, spoken, year)]
    return tuple(sorted(missing, key=lambda claim: (claim.kind, claim.value)))


@lru_cache(maxsize=512)
def _spoken(text: str) -> frozenset[str]:
    return frozenset(words(text))


# Does it stand there? ------------------------------------------------------------------------------------------------


def _stands(claim: Claim, known: frozenset[Claim], spoken: frozenset[str], year: int) -> bool:
    match claim.kind:
        case "name":
            return all(word in spoken for word in words(claim.value))
        case "amount":
            return any(_same_amount(claim.value, other.value) for other in known if other.kind == "amount")
        case "date":
            return any(_same_date(claim.value, other.value) for other in known if other.kind == "date")
        case "weekday":
            return claim in known or any(
                claim.value == _weekday_of(other.value, year) for other in known if other.kind == "date"
            )
        case "phone":
            return any(_same_phone(claim.value, other.value) for other in known if other.kind in ("phone", "number"))
        case "code":
            return claim in known or Claim("number", claim.value.lstrip("0")) in known
        case "number":
            return claim in known or any(_number_in(claim.value, other) for other in known)
        case _:
            return claim in known


def _number_in(value: str, other: Claim) -> bool:
    """A bare number is the same as `1242.00` without a currency, or a code or phone with just these digits."""
    match other.kind:
        case "amount":
            return other.value == f"{value} ???"
        case "code" | "phone":
            return other.value.lstrip("#+") == value
        case _:
            return False


def _same_amount(one: str, other: str) -> bool:
    (value, currency), (other_value, other_currency) = one.split(), other.split()
    return value == other_value and (currency == other_currency or "???" in (currency, other_currency))


def _same_date(one: str, other: str) -> bool:
    """`????-11-25` is any year's; `????-??-25` any month's. Two readings of 3/4 are a claim of their own."""
    if "|" in one or "|" in other:
        return one == other
    return all(a == b or "?" in a or (i == 0 and "?" in b) for i, (a, b) in enumerate(
        zip(one.split("-"), other.split("-"), strict=True)
    ))  # fmt: skip


def _weekday_of(value: str, year: int) -> str:
    parts = value.replace("????", str(year)).split("-")
    if "|" in value or not all(part.isdigit() for part in parts):
        return ""
    try:
        return WEEKDAYS[date(*(int(part) for part in parts)).weekday()]
    except ValueError:
        return ""


def _same_phone(one: str, other: str) -> bool:
    short, long = sorted((one.lstrip("+0"), other.lstrip("+0")), key=len)
    return len(short) >= 7 and long.endswith(short) and len(long) - len(short) <= 3


# How each kind is read -----------------------------------------------------------------------------------------------


def _number(text: str) -> str:
    """`1,242`, `1.242,00` and `1242.0` are 1242: three digits after a separator are thousands, else a fraction."""
    tidy = re.sub(r"['’ ]", "", text)
    cut = max(tidy.rfind("."), tidy.rfind(","))
    whole, tail = (tidy[:cut], tidy[cut + 1 :]) if cut >= 0 else (tidy, "")
    if len(tail) == 3 and whole.strip("0"):
        whole, tail = whole + tail, ""
    whole, tail = re.sub(r"[.,]", "", whole).lstrip("0") or "0", tail.rstrip("0")
    return f"{whole}.{tail}" if tail else whole


def _spelled(text: str) -> str:
    """`one hundred and twenty` is 120."""
    total, part = 0, 0
    for word in re.split(r"[\s-]+", text.lower()):
        if word in _NUMBER_WORDS:
            part += _NUMBER_WORDS[word]
        elif word == "hundred":
            part = (part or 1) * 100
        elif word in _SCALES:
            total, part = total + (part or 1) * _SCALES[word], 0
    return str(total + part)


def _money(value: str, sign: str, scale: str | None) -> Claim:
    whole, _, tail = value.partition(".")
    zeros = len(str(_SCALES[scale.lower()])) - 1 if scale else 0
    digits = whole + tail.ljust(zeros, "0")[:zeros]
    rest = tail[zeros:]
    value = (digits.lstrip("0") or "0") + (f".{rest}" if rest else "")
    return Claim("amount", f"{value} {_CURRENCIES[sign.lower()]}")


def _read_amount(match: re.Match[str]) -> Iterator[Claim]:
    claim = _money(_number(match["n"]), match["sign"], match["scale"])
    yield Claim(claim.kind, claim.value, match.group())


def _read_spelled_amount(match: re.Match[str]) -> Iterator[Claim]:
    yield Claim("amount", f"{_spelled(match['n'])} {_CURRENCIES[match['sign'].lower()]}", match.group())


def _read_percent(match: re.Match[str]) -> Iterator[Claim]:
    yield Claim("percent", _number(match["n"]), match.group())


def _read_spelled_percent(match: re.Match[str]) -> Iterator[Claim]:
    yield Claim("percent", _spelled(match["n"]), match.group())


def _read_iso(match: re.Match[str]) -> Iterator[Claim]:
    yield Claim("date", match.group(), match.group())


def _read_named_date(match: re.Match[str]) -> Iterator[Claim]:
    month = next(i for i, name in enumerate(MONTHS, 1) if name.startswith(match["month"].lower()[:3]))
    yield Claim("date", f"{match['year'] or '????'}-{month:02d}-{int(match['day']):02d}", match.group())


def _read_numeric_date(match: re.Match[str]) -> Iterator[Claim]:
    """Month first or day first: where both can be meant, both readings together are the claim."""
    first, second, *rest = (int(part) for part in re.split(r"[/.]", match.group()))
    year = "????" if not rest else str(rest[0] + 2000 if rest[0] < 100 else rest[0])
    pairs = {(first, second), (second, first)} if "/" in match.group() else {(second, first)}
    readings = sorted(f"{year}-{m:02d}-{d:02d}" for m, d in pairs if 1 <= m <= 12 and 1 <= d <= 31)
    yield Claim("date", "|".join(readings) or match.group(), match.group())


def _read_day_only(match: re.Match[str]) -> Iterator[Claim]:
    yield Claim("date", f"????-??-{int(match['day']):02d}", match.group())


def _read_time(match: re.Match[str]) -> Iterator[Claim]:
    if match["word"]:
        hours, minutes = (12 if match["word"].lower() == "noon" else 0), 0
    elif match["half"]:
        hours, minutes = int(match["h"]) % 12 + (12 if match["half"].lower() == "p" else 0), int(match["m"] or 0)
    else:
        hours, minutes = int(match["h24"]), int(match["m24"])
    yield Claim("time", f"{hours:02d}:{minutes:02d}", match.group())


def _read_weekday(match: re.Match[str]) -> Iterator[Claim]:
    word = match.group().lower()
    full = word if word in RELATIVE else next(day for day in WEEKDAYS if day.startswith(word[:3]))
    yield Claim("weekday", full, match.group())


def _read_link(match: re.Match[str]) -> Iterator[Claim]:
    yield Claim("link", link_of(match.group()), match.group())


def _read_address(match: re.Match[str]) -> Iterator[Claim]:
    yield Claim("address", match.group().casefold().rstrip("."), match.group())


def _read_phone(match: re.Match[str]) -> Iterator[Claim]:
    digits = re.sub(r"\D", "", match.group())
    if len(digits) >= 7:
        yield Claim("phone", ("+" if match.group().startswith("+") else "") + digits, match.group().strip())
    else:
        yield from (Claim("number", _number(part), part) for part in re.findall(_DIGITS, match.group()))


def _read_code(match: re.Match[str]) -> Iterator[Claim]:
    yield Claim("code", re.sub(r"[\s#_-]", "", match.group()).upper(), match.group())


def _read_number(match: re.Match[str]) -> Iterator[Claim]:
    """Two decimals or a thousands separator make a bare number an amount of any currency."""
    if re.search(r"[.,]\d{2,3}$", match.group()):
        yield Claim("amount", _number(match.group()) + " ???", match.group())
    else:
        yield Claim("number", _number(match.group()), match.group())


def link_of(text: str) -> str:
    """A link without scheme, `www.`, case of its host and closing marks, so that two spellings of one are the same."""
    scheme, _, rest = text.partition("://") if "://" in text else ("", "", text)
    if not scheme and re.match(r"(?:mailto|tel|javascript|data):", text, re.IGNORECASE):
        return text.casefold()
    host, slash, path = rest.rstrip(".,;:!?)").partition("/")
    bare = host.casefold().removeprefix("www.") + (slash + path).rstrip("/")
    return bare if scheme.casefold() in ("", "http", "https") else f"{scheme.casefold()}://{bare}"


_READERS = {
    "address": _read_address,
    "link": _read_link,
    "iso_date": _read_iso,
    "month_day": _read_named_date,
    "day_month": _read_named_date,
    "numeric_date": _read_numeric_date,
    "time": _read_time,
    "percent": _read_percent,
    "spelled_percent": _read_spelled_percent,
    "amount": _read_amount,
    "amount_after": _read_amount,
    "spelled_amount": _read_spelled_amount,
    "decimal": _read_number,
    "phone": _read_phone,
    "code": _read_code,
    "day_only": _read_day_only,
    "weekday": _read_weekday,
    "number": _read_number,
}


def _is_dated(word: str) -> bool:
    """Months, days and currencies stand large too; they have claims of their own."""
    lower = word.casefold()
    dated = any(lower in (name, name[:3]) for name in (*MONTHS, *WEEKDAYS))
    return dated or lower in RELATIVE or lower in _CURRENCIES
