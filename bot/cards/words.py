"""Words on cards: text from outside made harmless, times that name their zone, money from integer cents."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

LABEL = 80  # characters of an outside word beside our own
_PLAIN = re.compile(r"[\n\t -~]*")
_USER = re.compile(r"[UW][A-Z0-9]{2,}")
_MENTION = re.compile(r"&lt;@([UW][A-Z0-9]{2,})&gt;")
_EMOJI = re.compile(r":([a-z0-9_+'-]+):")
_FORMATTING = re.compile(r"[*_~`]")
_EMPTY_LETTERS = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0"
)  # drawn as nothing, yet not format characters
_HIDDEN_KINDS = frozenset({"Cc", "Cf", "Cs"})
_SIGNS = {"USD": "$", "EUR": "€", "GBP": "£"}


def _shown(char: str) -> bool:
    if char in "\n\t":
        return True
    selector = "\ufe00" <= char <= "\ufe0e" or "\U000e0100" <= char <= "\U000e01ef"
    return not (selector or char in _EMPTY_LETTERS or unicodedata.category(char) in _HIDDEN_KINDS)


def safe(text: str) -> str:
    """`text` without control, bidi and invisible characters; line breaks are `\\n`. Nothing visible is lost."""
    if _PLAIN.fullmatch(text):
        return text
    breaks = re.sub(r"\r\n?|[\u2028\u2029\u0085\u000b\u000c]", "\n", text)
    return "".join(filter(_shown, breaks))


def hidden(*texts: str) -> int:
    """How many characters of `texts` a reader could not have seen. A card says so, since they may still be sent."""
    return sum(len(text.replace("\r\n", "\n")) - len(safe(text)) for text in texts)


def one_line(text: str) -> str:
    """`text`, safe, on one line: each line break becomes ` ↵ `, so that a value cannot draw a line of its own."""
    return re.sub(r"\s*\n\s*", " ↵ ", safe(text).strip()).replace("\t", " ")


def clip(text: str, most: int) -> str:
    """At most `most` characters, with `…` where something is missing. Never for the bar of an approval."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def escape(text: str) -> str:
    """The three characters that Slack's markup reads."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def label(text: str, most: int = LABEL) -> str:
    """An outside word that may stand in mrkdwn: one line, without formatting or emoji codes, escaped, cut to `most`."""
    plain = _EMOJI.sub(r"\1", _FORMATTING.sub("", one_line(text)))
    return escape(clip(plain, most))


def mention(person: str) -> str:
    """A Slack user id as a mention; any other name as plain words."""
    return f"<@{person}>" if _USER.fullmatch(person) else label(person)


def is_user(person: str) -> bool:
    """Whether `person` is a Slack user id."""
    return _USER.fullmatch(person) is not None


def either(people: Iterable[str], most: int = 10) -> str:
    """`<@U…> or Finance`; at most `most` of them, the rest as a number."""
    names = [mention(person) for person in people]
    shown = names[:most] + ([f"{len(names) - most} more"] if len(names) > most else [])
    return " or ".join(shown) if shown else "Nobody yet"


def sentence(text: str) -> str:
    """The fallback of a message: what a phone shows first. Escaped, since Slack reads markup there; at most 400."""
    return label(text, 390)


def full_stop(text: str) -> str:
    """`text` ending as a sentence does, so that another may follow."""
    return text if not text or text[-1] in '.!?…:”"' else f"{text}."


def with_mentions(text: str, most: int = 300) -> str:
    """Our own words as `label`, but for Slack user ids written as `<@U…>`: those stay mentions."""
    return _MENTION.sub(r"<@\1>", label(text, most))


def money(cents: int, currency: str = "USD") -> str:
    """`$1,242.00` from integer cents. A currency without a known sign is written out: `12.00 CHF`."""
    minus, whole = ("-" if cents < 0 else ""), abs(cents)
    amount = f"{whole // 100:,}.{whole % 100:02d}"
    sign = _SIGNS.get(currency)
    return f"{minus}{sign}{amount}" if sign else f"{minus}{amount} {currency}".rstrip()


def percent(part: float) -> str:
    """`92%`. Never 100 unless it is, so that nothing looks surer than it is."""
    return f"{int(part * 100 + 1e-9)}%"


def plural(count: int, one: str, many: str = "") -> str:
    """`1 source`, `3 sources`."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


# Times. Slack draws a date token in each reader's own zone; the fallback, for clients that cannot, names ours. ---------


def span(seconds: int) -> str:
    """`24 hours`, `30 minutes`: in the largest unit that is whole."""
    for unit, length in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds % length == 0 and (seconds > length or unit != "day"):
            return plural(seconds // length, unit)
    return plural(seconds, "second")


def _zone(local: datetime) -> str:
    name = local.tzname() or "UTC"
    return f"UTC{name}" if name[:1] in "+-" else name


def plain_hour(at: datetime, zone: ZoneInfo) -> str:
    """`4:30 PM EST`."""
    local = at.astimezone(zone)
    return f"{local:%I:%M %p} {_zone(local)}".lstrip("0")


def plain_when(at: datetime, zone: ZoneInfo) -> str:
    """`Tue Nov 24, 4:30 PM EST`."""
    local = at.astimezone(zone)
    return f"{local:%a %b} {local.day}, {plain_hour(at, zone)}"


def when(at: datetime, zone: ZoneInfo) -> str:
    """A date token for mrkdwn, day and time. docs.slack.dev, formatting message text, date formatting."""
    return f"<!date^{int(at.timestamp())}^{{date_short_pretty}} at {{time}}|{plain_when(at, zone)}>"


def hour(at: datetime, zone: ZoneInfo) -> str:
    """A date token for mrkdwn, time only."""
    return f"<!date^{int(at.timestamp())}^{{time}}|{plain_hour(at, zone)}>"
