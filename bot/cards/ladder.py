"""Who is called, in order, on the card that calls: who was, who has seen it, who is next and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import assert_never
from zoneinfo import ZoneInfo

from bot.cards.blocks import MARKS, Json, Mark, sec
from bot.cards.words import hour, is_user, label, mention, when

_ROOM = 2_500  # characters for all rungs
_NAME = 40


class RungState(StrEnum):
    """Frozen: what a line can say."""

    CALLED = "called"
    BEFORE = "before"  # called, and somebody else is called since
    SEEN = "seen"
    ASKED = "asked"  # "still on it?"
    LATER = "later"
    NOBODY = "nobody"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class RungLine:
    """`people` are user ids of those whom the card itself calls, else plain names. `quiet` are names, and until when."""

    role: str
    people: tuple[str, ...]
    state: RungState
    at: datetime | None = None  # called or seen; of LATER: when it is called
    until: datetime | None = None  # SEEN
    quiet: tuple[tuple[str, datetime], ...] = ()
    said_not_now: bool = False
    was_quiet: bool = False  # BEFORE: quiet hours kept all of them from being rung
    is_first: bool = False  # LATER: nobody is called before
    instead: tuple[tuple[str, str], ...] = ()  # one of the people, and the names of those who are away


def block(lines: tuple[RungLine, ...], zone: ZoneInfo, now: datetime, again_at: datetime | None) -> Json:
    """The ladder. `again_at`: when the last rung is asked again; None while others are still to be called."""
    said, room = ["*Who is called, in this order*"], _ROOM
    for number, each in enumerate(lines, 1):
        words = _line(number, each, zone, now)
        room -= len(words)
        if room < 0:
            said.append(f"and {len(lines) - number + 1} more")
            break
        said.append(words)
    if again_at:
        said.append(f"Asked again {_at(again_at, zone, now)} if nobody answers.")
    return sec("\n".join(said))


def minutes_words(minutes: int) -> str:
    """`15 minutes`, `1 hour`."""
    number, unit = (minutes // 60, "hour") if minutes % 60 == 0 else (minutes, "minute")
    return f"{number} {unit}{'' if number == 1 else 's'}"


def _line(number: int, each: RungLine, zone: ZoneInfo, now: datetime) -> str:
    sign, words = _words(each, zone, now)
    role = label(each.role.replace("_", " ").capitalize(), _NAME)
    who = ", ".join(
        (mention(one) if is_user(one) else label(one, _NAME)) + _instead(each, one) for one in each.people[:5]
    )
    more = f" and {len(each.people) - 5} more" if len(each.people) > 5 else ""
    quiet = "".join(
        f"; {label(name, _NAME)} is rung {_at(at, zone, now)}, after quiet hours" for name, at in each.quiet[:3]
    )
    return f"{MARKS[sign]} *{number}. {role}*{' ' if who else ''}{who}{more}, {words}{quiet}"


def _instead(each: RungLine, person: str) -> str:
    names = dict(each.instead).get(person, "")
    return f" for {label(names, 2 * _NAME)}" if names else ""


def _words(each: RungLine, zone: ZoneInfo, now: datetime) -> tuple[Mark, str]:
    at = _at(each.at, zone, now) if each.at else ""
    match each.state:
        case RungState.CALLED:
            return "now", f"called {at}"
        case RungState.BEFORE:
            answer = "not now" if each.said_not_now else "not rung, quiet hours" if each.was_quiet else "no answer"
            return "ended", f"called {at}, {answer}"
        case RungState.SEEN:
            return "done", f"seen {at}" + (f", holds until {_at(each.until, zone, now)}" if each.until else "")
        case RungState.ASKED:
            return "question", f"seen {at}, asked whether still on it"
        case RungState.LATER:
            return "wait", at if each.is_first else f"{at} if nobody answers"
        case RungState.NOBODY:
            return "ended", "passed over: nobody holds this role"
        case RungState.LEFT:
            return "ended", "passed over: whoever holds this role has left the team"
        case _:
            assert_never(each.state)


def _at(at: datetime, zone: ZoneInfo, now: datetime) -> str:
    """Only the time where it is soon or was just now; else the day too."""
    return hour(at, zone) if abs((at - now).total_seconds()) < 12 * 3600 else when(at, zone)
