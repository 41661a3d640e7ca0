"""`away`: says until when somebody is away, so that their delegate is called; by itself it says who is."""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import assert_never

from commands import about_task, durations
from commands.context import CommandContext
from commands.verb import FAILED, Answer
from commands.words import local, one_line
from core.contract.authority import Refused
from core.errors import BadInput, Permanent
from core.ports import Member
from policies.parts import DAYS
from policies.schema import Policy
from workflows.away import Absence, Absences, Unchanged

HOW = "Like: away for 3d, away until Monday, away until 2026-12-01."
NOBODY_AWAY = "Nobody is away."
_MAIL = re.compile(r"<?(?:mailto:)?([^\s<>|]+@[^\s<>|]+)(?:\|[^>]*)?>?")
_WEEK = 7


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("words", nargs="*", metavar="[MAIL] [until DATE|for 3d]")


def run(context: CommandContext, options: argparse.Namespace, by: Member | None) -> Answer:
    """Until when, and who is called meanwhile."""
    services = context.services()
    absences, zone = Absences(services.ledger, services.policy), services.policy().company.zone
    if not options.words:
        found = absences.now()
        lines = [_line(each, local(each.until, zone)) for each in found] or [NOBODY_AWAY]
        return Answer("\n".join(lines), {"away": [_data(each) for each in found]})
    mail, words = whose(services.policy(), options.words, by)
    until = _until(context, words)
    match absences.leave(mail, until, by):
        case Absence() as absence:
            return Answer(_said(absence, local(absence.until, zone)), _data(absence))
        case Unchanged(reason=reason):
            return Answer(reason, {"unchanged": reason}, exit_code=FAILED)
        case Refused() as refused:
            return about_task.refused(refused)
        case never:
            assert_never(never)


def whose(policy: Policy, words: Sequence[str], by: Member | None) -> tuple[str, list[str]]:
    """The mail address that is meant, and the rest of the words. Raises `Permanent`."""
    named = _MAIL.fullmatch(words[0]) if words else None
    if named is None and by is None:
        raise Permanent("Say who, by the mail address that people.yml has. Like: away theo@example.com for 3d")
    mail = named[1].lower() if named else by.mail if by else ""
    if mail not in policy.people:
        raise Permanent(f"The rules know nobody with the address {one_line(mail, 60)}.")
    return mail, list(words[1:] if named else words)


def _until(context: CommandContext, words: list[str]) -> datetime:
    """When they are back, aware. Raises `BadInput`."""
    now = context.clock.now()
    kind = words[0].lower() if words else ""
    if kind == "for":
        length, rest = durations.split(words)
        about_task.nothing_more(rest)
        return now + (length or timedelta())
    if kind == "until" and len(words) > 1:
        return _date(context, " ".join(words[1:]).lower(), now)
    raise BadInput(f"Say until when. {HOW}")


def _date(context: CommandContext, typed: str, now: datetime) -> datetime:
    """The morning of a day, when the company opens: that day they are back."""
    policy = context.services().policy()
    today = now.astimezone(policy.company.zone).date()
    if typed == "tomorrow":
        day = today + timedelta(days=1)
    elif typed[:3] in DAYS and typed.isalpha():
        ahead = (DAYS.index(typed[:3]) - today.weekday()) % _WEEK
        day = today + timedelta(days=ahead or _WEEK)
    else:
        try:
            day = datetime.strptime(typed, "%Y-%m-%d").replace(tzinfo=policy.company.zone).date()
        except ValueError as error:
            raise BadInput(f"{one_line(typed, 40)!r} is no day. {HOW}") from error
    until = datetime.combine(day, policy.sla.business_hours.start, policy.company.zone)
    if until <= now:
        raise BadInput(f"{one_line(typed, 40)!r} is over already. {HOW}")
    if until - now > durations.LONGEST:
        raise BadInput(f"{one_line(typed, 40)!r} is more than {durations.LONGEST.days} days away. {HOW}")
    return until


def _said(absence: Absence, until: str) -> str:
    away = f"{absence.name} is away until {until}."
    if absence.instead:
        return f"{away} Until then {absence.instead} is called in their place. It ends by itself, or with: back"
    return (
        f"{away} people.yml names no delegate who is here, so they are still called. It ends by itself, or with: back"
    )


def _line(absence: Absence, until: str) -> str:
    instead = f"{absence.instead} is called" if absence.instead else "called all the same, nobody can stand in"
    return f"{absence.name} is away until {until}: {instead}."


def _data(absence: Absence) -> dict[str, object]:
    return {"person": absence.name, "until": absence.until.isoformat(), "instead": absence.instead}
