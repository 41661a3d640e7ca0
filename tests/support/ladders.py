"""Calls for a person, for tests: people whom Slack has shown, rules with changes, and what the rows say."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import orjson

from core.contract.authority import Refused
from tests.support.house import POLICIES, TEAM, Home, mail
from workflows import requests
from workflows.answering import Answering, PassedOn, Seen
from workflows.requests import Added, Called


def meet(home: Home, **zones: str) -> None:
    """Slack has shown the whole team; `U0SAM="Europe/Berlin"` puts one of them elsewhere."""
    with home.house.services.ledger.unit() as unit:
        for user, member in TEAM.items():
            unit.insert("person", id=f"{member.team_id}:{user}", team_id=member.team_id, user_id=user, mail=member.mail,
                        mail_index=unit.blind("mail", member.mail), name=member.name, is_member=member.is_member,
                        zone=zones.get(user, member.zone), seen_at=unit.at)  # fmt: skip


def theo_is_now(folder: Path, roles: str) -> Path:
    """The company's rules, in which Theo holds these roles, and nobody leads support but he."""
    where = folder / "policies"
    shutil.copytree(POLICIES, where)
    text = (where / "people.yml").read_text(encoding="utf-8")
    assert "[support, support_lead]" in text
    (where / "people.yml").write_text(text.replace("[support, support_lead]", roles), encoding="utf-8")
    return where


def task(home: Home, number: int = 1) -> str:
    """A customer writes; the number of the task."""
    raw = mail("When do you open?", message_id=f"m{number}", sender=f"Dana <dana{number}@example.com>")
    return str(home.house.services.arrivals.mail(raw).task_id)


def call(home: Home, trigger: str = "asks_for_person", number: int = 1, why: str = "They ask.") -> str:
    """A call for a person on a task of its own; the request's id."""
    with home.house.services.ledger.unit(task(home, number)) as unit:
        made: Called | Added = requests.escalate(unit, home.house.services.policy(), trigger, why, agent="support")
    return made.request_id


def sweep(home: Home) -> None:
    """What the minute's tick does."""
    home.house.schedule.sweep.run()


def request(home: Home, request_id: str) -> dict[str, Any]:
    return home.house.services.ledger.row("request", "request.get", id=request_id) or {}


def seen(home: Home, request_id: str, who: str, version: int = 0) -> Seen | Refused:
    """This person presses "seen", on the newest card unless another is named."""
    shown = version or request(home, request_id)["version"]
    return _answering(home).acknowledge(request_id, shown, home.directory.people[who])


def not_now(home: Home, request_id: str, who: str, version: int = 0) -> PassedOn | Refused:
    shown = version or request(home, request_id)["version"]
    return _answering(home).not_now(request_id, shown, home.directory.people[who])


def _answering(home: Home) -> Answering:
    return Answering(home.house.services.ledger, home.house.services.policy)


def rungs(home: Home, request_id: str) -> list[tuple[str, str]]:
    """Roles and what became of their rung, in order."""
    found = home.sql(f"select role, state from rung where request_id = '{request_id}' order by number")
    return [(str(role), str(state)) for role, state in found]


def lines(home: Home, *what: str) -> list[dict[str, Any]]:
    """What lines in threads tell, oldest first; of some kinds only if named."""
    rows = home.sql("select detail from card where kind = 'timeline' order by created_at, id")
    told = [orjson.loads(row[0]) for row in rows]
    return [each for each in told if not what or each["what"] in what]


def trail(home: Home, *kinds: str) -> list[str]:
    """The kinds of audit lines, in order; of these only if named."""
    found = [str(row[0]) for row in home.sql("select kind from audit order by seq")]
    return [each for each in found if not kinds or each in kinds]
