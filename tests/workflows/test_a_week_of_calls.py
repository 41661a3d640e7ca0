"""A week with a holiday and a change of clocks, and people who sleep or do not answer: every call reaches its rungs, each once
and on time, and nothing ends unseen. The minutes are the tick's; the clock is the test's own."""

from __future__ import annotations

import random
import shutil
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import orjson
import pytest

from core.moment import from_us
from policies.parts import EscalationClass
from policies.rules import escalation, quiet, sla
from policies.schema import Policy
from tests.support.house import POLICIES, Home, open_home
from tests.support.ladders import call, meet, not_now, request, seen, sweep

# Where each week begins: Thanksgiving; clocks go back on a Sunday; clocks go forward on a Sunday.
WEEKS = {
    "thanksgiving": datetime(2026, 11, 23, 5, 0, tzinfo=UTC),
    "clocks go back": datetime(2026, 10, 27, 4, 0, tzinfo=UTC),
    "clocks go forward": datetime(2027, 3, 9, 5, 0, tzinfo=UTC),
}
TRIGGERS = (
    "asks_for_person",
    "anger",
    "complaint",
    "technical_beyond",
    "custom_pricing",
    "feedback",
    "research",
    "emergency",
)
CALLS = 40
LATE = timedelta(minutes=2)  # a tick, and the one before it
DAYS = 10  # the week, and time for what began at its end


def _rules(folder: Path) -> Path:
    """The company's rules, with a day off of our own in each week."""
    where = folder / "policies"
    shutil.copytree(POLICIES, where)
    text = (where / "sla.yml").read_text(encoding="utf-8").replace("holidays: []", "holidays: [2026-10-30, 2027-03-12]")
    (where / "sla.yml").write_text(text, encoding="utf-8")
    return where


@pytest.mark.parametrize("week", WEEKS)
def test_every_call_of_a_week_reaches_its_rungs_once_and_on_time(tmp_path: Path, week: str) -> None:
    home, start = open_home(tmp_path, policies=_rules(tmp_path)), WEEKS[week]
    meet(home, U0THEO="America/Los_Angeles", U0JO="Europe/Berlin")
    chance = random.Random(week)
    coming = sorted((start + timedelta(minutes=chance.randrange(7 * 24 * 60)), n) for n in range(CALLS))
    home.clock.at = start
    made: dict[str, datetime] = {}
    end = start + timedelta(days=DAYS)
    while home.clock.at < end:
        while coming and coming[0][0] <= home.clock.at:
            _, n = coming.pop(0)
            made[call(home, TRIGGERS[n % len(TRIGGERS)], n)] = home.clock.at
        sweep(home)
        _people(home, chance)
        home.clock.at = _next_minute(home, [at for at, _ in coming], end)
    assert len(made) == CALLS
    policy = home.house.services.policy()
    for request_id, at in made.items():
        _was_called(home, policy, request_id, at)
    _everybody_rang_awake(home, policy)


def _next_minute(home: Home, coming: list[datetime], end: datetime) -> datetime:
    """The next full minute at which a tick has something to do; the ticks between find nothing."""
    ((due,),) = home.sql("select min(due_at) from request where state = 'pending'")
    moments = [*coming[:1], *([from_us(due)] if due is not None else []), end]
    at = max(min(moments), home.clock.at + timedelta(seconds=1))
    whole = at.replace(second=0, microsecond=0)
    return whole if whole == at else whole + timedelta(minutes=1)


def _people(home: Home, chance: random.Random) -> None:
    """Now and then somebody who is called says that they have seen it, cannot now, or takes it; mostly they sleep."""
    for (request_id,) in home.sql("select id from request where state = 'pending' order by id"):
        if chance.random() > 0.06:
            continue
        called = home.sql(
            f"select people from rung where request_id = '{request_id}' and state = 'called' order by number"
        )
        if not called:
            continue
        who = chance.choice(str(called[-1][0]).split(","))
        match chance.randrange(3):
            case 0:
                answer: object = seen(home, str(request_id), who)
            case 1:
                answer = not_now(home, str(request_id), who)
            case _:
                task_id = request(home, str(request_id))["task_id"]
                answer = home.house.services.takeover.take(task_id, home.directory.people[who], "card")
        assert answer is not None


def _was_called(home: Home, policy: Policy, request_id: str, began: datetime) -> None:
    """Each rung once and in order, none earlier than its time unless somebody passed it on, none later, none left out."""
    row = request(home, request_id)
    assert row["state"] in ("pending", "taken"), f"{request_id} ended unseen"
    of: EscalationClass = row["escalation_class"]
    rows = home.sql(
        f"select role, at, next_at from rung where request_id = '{request_id}' and state = 'called' order by number"
    )
    answers = home.sql(
        f"select verb, at from decision where target_id = '{request_id}' and refusal = '' order by at, id"
    )
    asked_still = [at for kind, facts, at in home.sql("select kind, facts, at from audit where kind = 'escalation.silent'")
                   if orjson.loads(facts)["request"] == request_id]  # fmt: skip
    ladder = [rung.role for rung in escalation.rungs(policy, row["trigger"], row["queue"])]
    roles = [str(role) for role, _, _ in rows]
    assert roles == ladder[: len(roles)] and roles, f"{request_id}: {roles}"
    first = escalation.begins(policy, of, began)
    assert first <= from_us(rows[0][1]) <= first + LATE
    if of != "immediate":
        assert all(_is_open(policy, from_us(at)) or _was_passed_on(answers, at) for _, at, _ in rows)
    for (_, _, next_at), (_, at, _) in pairwise(rows):
        if at == rows[0][1] or _was_passed_on(answers, at) or at in asked_still:
            continue
        assert from_us(next_at) <= from_us(at) <= from_us(next_at) + LATE, request_id
    if row["state"] == "pending" and not any(verb == "acknowledge" for verb, _ in answers):
        assert roles == ladder, f"{request_id} never got to its last rung"


def _was_passed_on(answers: list[tuple[str, int]], at: int) -> bool:
    return ("not_now", at) in answers


def _is_open(policy: Policy, at: datetime) -> bool:
    return sla.opening(policy, at) == at


def _everybody_rang_awake(home: Home, policy: Policy) -> None:
    """What can wait rang nobody in their quiet hours, and no line was written twice."""
    zones = dict(home.sql("select user_id, zone from person"))
    mails = {user: member.mail for user, member in home.directory.people.items()}
    subjects: Counter[str] = Counter()
    for subject, detail in home.sql("select subject_id, detail from card where kind = 'timeline'"):
        subjects[str(subject)] += 1
        told = orjson.loads(detail)
        if told["what"] != "called":
            continue
        if request(home, str(subject).partition(":")[0])["escalation_class"] == "immediate":
            continue
        for who in told["people"]:
            zone = quiet.zone_of(policy, str(zones[who]))
            assert quiet.until(policy, mails[who], zone, from_us(told["at"])) is None, (
                f"{who} was rung at night: {subject}"
            )
    assert subjects and max(subjects.values()) == 1
