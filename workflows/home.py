"""What one person's home tab tells: what waits for them and for their team, how the agents do, what happened today.

Rows as of the last commit, without a lock. What a person may decide is asked of the same rule that judges their click; nothing
here grows with the tasks that were ever done.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal

from core.contract.authority import Decision, NeedsApproval, Refused
from core.contract.base import RequestId
from core.ledger import Ledger
from core.moment import from_us, to_us
from core.ports import Member
from policies.rules import authority, escalation, rollout
from policies.schema import Policy
from workflows import calling, rungs, standing_in
from workflows.away import Absence, Absences

Row = dict[str, Any]
Whose = Literal["mine", "team"]

LATELY = timedelta(hours=24)  # over which an agent's errors are counted
_COLUMNS = (
    *(
        "id",
        "kind",
        "task_id",
        "version",
        "queue",
        "asked",
        "requester",
        "agent",
        "trigger",
        "escalation_class",
        "rung",
    ),
    *("due_at", "created_at", "assignee", "acknowledged_by", "proposal_id", "author_kind", "author"),
)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A request that waits. `row` has columns of `request`; `roles`: who is asked now, or called; `people`: who of them, where it
    was handed on. `later`: until when this person has put it off."""

    row: Row
    roles: tuple[str, ...]
    later: datetime | None = None
    people: tuple[str, ...] = ()

    @property
    def due_at(self) -> datetime:
        """Until when."""
        return from_us(self.row["due_at"])

    def is_near(self, now: datetime) -> bool:
        """Less than a quarter of its time is left: from then on people are reminded, too. Not of what they put off."""
        if self.later is not None:
            return False
        due, since = int(self.row["due_at"]), int(self.row["created_at"])
        return (due - to_us(now)) * 4 < due - since


@dataclass(frozen=True, slots=True)
class AgentNow:
    """How an agent does. `working`: tasks with a turn to be taken; `waiting`: its requests that wait for people; `held`: tasks
    that stand still because it is paused. `settled` and `wrong`: its effects of the last day that ended, and those of them that
    failed or are unknown. `pause`: the columns of `control`, None while it may work."""

    name: str
    stage: str
    working: int
    waiting: int
    held: int
    settled: int
    wrong: int
    pause: Row | None


@dataclass(frozen=True, slots=True)
class Today:
    """Since midnight in the company's zone. Cents and microcents are whole; `decided` counts a yes or a no, no other verb."""

    received: int
    finished: int
    decided: int
    called: int
    expired: int
    sent: int
    wrong: int
    spent_cents: int
    models_microcents: int


@dataclass(frozen=True, slots=True)
class HomeView:
    """All of it. `mine`: what this person may decide now or is called to, what they put off at the end; `team`: the rest of what
    waits for their roles; both the most urgent first. `held`: tasks that they have taken, with since when."""

    mine: tuple[Waiting, ...]
    team: tuple[Waiting, ...]
    held: tuple[tuple[str, datetime], ...]
    agents: tuple[AgentNow, ...]
    paused_all: Row | None
    today: Today
    now: datetime
    away: tuple[Absence, ...] = ()


def home_view(ledger: Ledger, policy: Policy, member: Member) -> HomeView | None:
    """What this person sees; None for whoever has no role here or is no full member. Raises `Retry`."""
    roles = authority.roles_of(policy, member.mail) if member.is_member else frozenset()
    if not roles:
        return None
    now = ledger.clock.now()
    pending = [dict(zip(_COLUMNS, row, strict=True)) for row in ledger.rows("home.pending")]
    sorted_out = [_sort_out(ledger, policy, row, member, roles, now) for row in pending]
    pauses = {str(row[2]): str(row[0]) for row in ledger.rows("control.active", now=to_us(now))}
    everything = pauses.get("everything")
    held = ledger.rows("home.held_tasks", person=member.user_id)
    put_off = {str(of): from_us(at) for of, at in ledger.rows("home.snoozed", person=member.user_id, now=to_us(now))}
    mine = [
        replace(each, later=put_off.get(str(each.row["id"])))
        for whose, each in filter(None, sorted_out)
        if whose == "mine"
    ]
    return HomeView(
        mine=tuple(sorted(mine, key=lambda each: each.later is not None)),
        team=tuple(found for whose, found in filter(None, sorted_out) if whose == "team"),
        held=tuple((str(task_id), from_us(at)) for task_id, at in held), agents=_agents(ledger, policy, pending, pauses, now),
        paused_all=ledger.row("control", "control.get", id=everything) if everything else None,
        today=_today(ledger, policy, now), now=now, away=Absences(ledger, lambda: policy).now(),
    )  # fmt: skip


# Whose it is ---------------------------------------------------------------------------------------------------------


def _sort_out(
    ledger: Ledger, policy: Policy, row: Row, member: Member, roles: frozenset[str], now: datetime
) -> tuple[Whose, Waiting] | None:  # fmt: skip
    """Whether it is this person's, their team's, or none of theirs."""
    queue = policy.queues.get(str(row["queue"]))
    of_queue = (queue.role,) if queue else ()
    if row["asked"]:
        asked = NeedsApproval.model_validate_json(row["asked"])
        called = all_called = authority.who_may(policy, asked)
        able = _may_sign(ledger, policy, row, member, now)
        people = _handed_to(ledger, policy, row) if row["assignee"] else ()
        able = able and (not people or member.user_id in people)
    else:
        people, seen_by = (), str(row["acknowledged_by"] or "")
        all_called = tuple(rung.role for rung in escalation.rungs(policy, str(row["trigger"]), str(row["queue"])))
        climbed = rungs.called(rungs.rows(ledger, str(row["id"])))
        called = tuple(dict.fromkeys(each["role"] for each in climbed))
        is_called = any(member.user_id in each["people"].split(",") for each in climbed)  # also in somebody's place
        able = seen_by == member.user_id if seen_by else is_called or bool(roles & frozenset(called))
        called = called or all_called[:1]
    if able:
        return "mine", Waiting(row, called, people=people)
    if roles & {*called, *all_called, *of_queue}:
        return "team", Waiting(row, called, people=people)
    return None


def _handed_to(ledger: Ledger, policy: Policy, row: Row) -> tuple[str, ...]:
    """Who is asked now of an approval that was handed on: user ids, or names of those whom Slack has not shown."""
    return tuple(each.person for each in calling.of_rows(ledger, policy, row, row).called())


def _may_sign(ledger: Ledger, policy: Policy, row: Row, member: Member, now: datetime) -> bool:
    """Whether a yes of this person would count at this moment."""
    yes = Decision(request_id=RequestId(row["id"]), version=row["version"], person=member.user_id, verb="approve")
    by = standing_in.answers(ledger, policy, row, row, yes, member)
    standing = authority.standing(
        policy, asked=by.asked, decision=yes, roles=by.acting.roles, is_member=member.is_member, state="pending",
        version=row["version"], requester=row["requester"],
        author=row["author"] if row["author_kind"] == "person" else "", signed=by.signed, due_at=from_us(row["due_at"]), now=now,
    )  # fmt: skip
    return not isinstance(by.once_each(standing, yes), Refused)


# How the agents do, and the day --------------------------------------------------------------------------------------


def agent_now(ledger: Ledger, policy: Policy, name: str) -> AgentNow | None:
    """How one agent does; None for a name that policy does not know."""
    now = ledger.clock.now()
    pauses = {str(row[2]): str(row[0]) for row in ledger.rows("control.active", now=to_us(now))}
    pending = [dict(zip(_COLUMNS, row, strict=True)) for row in ledger.rows("home.pending")]
    return next((each for each in _agents(ledger, policy, pending, pauses, now) if each.name == name), None)


def paused_now(ledger: Ledger) -> dict[str, Row]:
    """The pauses that hold, by what they stop: `everything` or an agent."""
    active = ledger.rows("control.active", now=to_us(ledger.clock.now()))
    found = {str(row[2]): ledger.row("control", "control.get", id=row[0]) for row in active}
    return {name: row for name, row in found.items() if row is not None}


def _agents(
    ledger: Ledger, policy: Policy, pending: Iterable[Row], pauses: dict[str, str], now: datetime
) -> tuple[AgentNow, ...]:
    working = {str(owner): int(count) for owner, count in ledger.rows("home.at_work")}
    waiting = Counter(str(row["agent"]) for row in pending)
    held = Counter(str(waits).removeprefix("agent:") for _, waits in ledger.rows("task.waiting_for_agents"))
    made = []
    for name in policy.agents:
        effects = _effects(ledger, name, now - LATELY)
        wrong = effects["failed"] + effects["unknown"]
        pause = ledger.row("control", "control.get", id=pauses[name]) if name in pauses else None
        made.append(AgentNow(
            name, rollout.stage_name(policy, name), working.get(name, 0), waiting[name], held[name],
            effects["sent"] + wrong, wrong, pause,
        ))  # fmt: skip
    return tuple(made)


def _effects(ledger: Ledger, agent: str, since: datetime) -> Counter[str]:
    rows = ledger.rows("home.effects_of", name=agent, since=to_us(since))
    return Counter({str(state): int(count) for state, count in rows})


def _today(ledger: Ledger, policy: Policy, now: datetime) -> Today:
    midnight = now.astimezone(policy.company.zone).replace(hour=0, minute=0, second=0, microsecond=0)
    first = _first_line(ledger, to_us(midnight))
    kinds = Counter({str(kind): int(count) for kind, count in ledger.rows("home.kinds_from", from_seq=first)})
    decided = ledger.rows("home.decided_from", from_seq=first)[0][0]
    effects = sum((_effects(ledger, name, midnight) for name in policy.agents), Counter[str]())
    cents, microcents = ledger.rows("spend.since", since=to_us(midnight))[0]
    return Today(
        received=kinds["event.received"], finished=kinds["task.finished"] + kinds["task.closed"], decided=int(decided),
        called=kinds["task.escalated"], expired=kinds["approval.expired"], sent=effects["sent"],
        wrong=effects["failed"] + effects["unknown"], spent_cents=int(cents), models_microcents=int(microcents),
    )  # fmt: skip


def _first_line(ledger: Ledger, since: int) -> int:
    """The first line of the record at or after this time, found by halving: the record has no index by time."""
    low, high = 1, int(ledger.rows("audit.last")[0][0]) + 1
    while low < high:
        middle = (low + high) // 2
        found = ledger.rows("home.audit_from", from_seq=middle)
        if found and found[0][1] < since:
            low = int(found[0][0]) + 1
        else:
            high = middle
    return low
