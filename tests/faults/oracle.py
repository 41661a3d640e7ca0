"""What a kill loop is held against: the journal of what was promised to people, and the providers' own logs. Our rows come
last."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from pathlib import Path
from typing import Any

from core.contract.base import EffectId
from core.ledger import Phase
from core.moment import to_us
from gateways.calling import CALL_WITHIN
from tests.faults.process import lines_of
from tests.support.fort import Fort

OVERDUE_US = 15_000_000  # a job that has been due for so long, with processes there that have nothing else to do
LEEWAY_US = 50_000  # between the last look at the clock and the till's own look at it
ESCALATED = (
    "select 1 from request r where r.task_id = {task} and r.kind = 'escalation' and r.state in ('pending', 'taken')"
)


@dataclass
class Found:
    """What was found in the end. Everything but `unknown`, `repeated` and `given_up` must be empty."""

    tasks: int = 0
    effects: int = 0
    clicks: int = 0
    lost: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    late: list[str] = field(default_factory=list)
    stuck: list[str] = field(default_factory=list)
    unknown: int = 0
    not_shown: list[str] = field(default_factory=list)
    cleared_up: int = 0
    repeated: int = 0  # calls that came again with a known key, and changed nothing
    given_up: int = 0
    outages: int = 0  # cards that say that a gateway is away
    people: Counter[str] = field(default_factory=Counter)  # why tasks ended with people
    audit_rows: int = 0
    audit_faults: tuple[str, ...] = ()

    @property
    def violations(self) -> list[str]:
        """Every broken promise, in words."""
        return [*self.lost, *self.twice, *self.late, *self.stuck, *self.not_shown, *self.audit_faults]


def journals(folder: Path) -> list[dict[str, Any]]:
    """All lines of all processes, in the order of time."""
    lines = [line for path in sorted(folder.glob("journal-*.jsonl")) for line in lines_of(path)]
    return sorted(lines, key=lambda line: line["t"])


def look(fort: Fort, folder: Path, tasks: int) -> Found:
    """Everything, once all is at rest."""
    lines = journals(folder)
    found = Found(tasks=fort.sql("select count(*) from task")[0][0])
    found.effects = fort.sql("select count(*) from effect")[0][0]
    found.clicks = sum(line["what"] == "clicked" for line in lines)
    found.lost = [*lost_tasks(fort, lines, tasks), *lost_clicks(fort, lines)]
    found.twice = [*called_twice(fort), *came_twice(fort)]
    found.late = list(called_late(fort))
    found.stuck = list(stuck(fort))
    found.unknown = len(unknown(fort))
    found.not_shown = list(not_shown(fort))
    log = Counter(call.outcome.value for call in fort.house.systems.calls())
    found.repeated = log["replayed"] + log["cut_off"]
    found.given_up = fort.sql("select count(*) from audit where kind = 'job.given_up'")[0][0]
    found.outages = fort.sql("select count(*) from card where kind = 'outage'")[0][0]
    found.people = Counter(dict(fort.sql("select trigger, count(*) from request where kind = 'escalation' group by 1")))
    verified = fort.house.services.verify()
    found.audit_rows, found.audit_faults = verified.rows, verified.faults
    return found


def lost_tasks(fort: Fort, lines: list[dict[str, Any]], tasks: int) -> Iterator[str]:
    """Customers who were told that it came in, and are gone or came in twice; and customers who never could."""
    known = {row[0] for row in fort.sql("select id from task")}
    accepted: dict[int, set[str]] = {}
    for line in lines:
        if line["what"] == "accepted":
            accepted.setdefault(line["number"], set()).add(line["task"])
    for number, ids in accepted.items():
        if len(ids) > 1:
            yield f"customer {number} has several tasks: {', '.join(sorted(ids))}"
        yield from (f"{task} of customer {number} is gone" for task in ids - known)
    yield from (f"customer {n} was never let in" for n in range(tasks) if n not in accepted)
    if len(known) != len(accepted):
        yield f"{len(accepted)} customers have {len(known)} tasks"


def lost_clicks(fort: Fort, lines: list[dict[str, Any]]) -> Iterator[str]:
    """Clicks that were answered and count for nothing, or count twice."""
    counted = Counter((target, person, verb) for target, person, verb in
                      fort.sql("select target_id, person, verb from decision where refusal = ''"))  # fmt: skip
    for line in lines:
        if line["what"] == "clicked" and not counted[line["request"], line["person"], line["verb"]]:
            yield f"the click of {line['person']} on {line['request']} is gone"
    yield from (f"{' '.join(click)} counts {count} times" for click, count in counted.items() if count > 1)


def called_twice(fort: Fort) -> Iterator[str]:
    """Effects that a provider carried out twice."""
    done = Counter(call.key for call in fort.house.systems.calls() if call.outcome.value == "done")
    done.update(call.key for call in fort.till.calls() if call.paid_cents)
    yield from (f"{key} was carried out {count} times" for key, count in done.items() if count > 1)


def came_twice(fort: Fort) -> Iterator[str]:
    """Customers who got the same thing twice, under whatever keys."""
    paid = Counter(call.payment for call in fort.till.calls() if call.paid_cents)
    yield from (f"{payment} was paid back {count} times" for payment, count in paid.items() if count > 1)
    mails = Counter(str(message_from_bytes(mail.raw)["To"]) for mail in fort.mailbox.outbox())
    yield from (f"{to} got {count} mails" for to, count in mails.items() if count > 1)
    for task, operation, count in fort.sql(
        "select task_id, operation, count(*) from effect where state in ('sent', 'sending', 'unknown') group by 1, 2"
    ):
        if count > 1:
            yield f"{task} has {operation} {count} times"


def called_late(fort: Fort) -> Iterator[str]:
    """Calls that reached the till when no claim allowed it: before one, or later than it allows."""
    claims: dict[str, list[int]] = {}
    for facts, at in fort.sql("select facts, at from audit where kind = 'effect.claimed'"):
        claims.setdefault(facts.split('"effect":"')[1].split('"')[0], []).append(at)
    most = int(CALL_WITHIN.total_seconds() * 1_000_000) + LEEWAY_US
    for call in fort.till.calls():
        if not any(0 <= call.at - at <= most for at in claims.get(call.key, [])):
            yield f"{call.key} came to the till without a claim that allowed it"


def unknown(fort: Fort) -> list[tuple[str, int]]:
    """Effects of which nobody knows whether they went out, and the number of the call in question."""
    return [(row[0], row[1]) for row in fort.sql("select id, attempts from effect where state = 'unknown' order by id")]


def not_shown(fort: Fort) -> Iterator[str]:
    """Unknown effects that no person is told about, on a card of their own or on the one of their gateway's outage."""
    card = ("select 1 from card c where c.subject_id = r.id"
            " or (c.kind = 'outage' and c.subject_id like e.gateway || ':%')")  # fmt: skip
    query = (f"select e.id from effect e where e.state = 'unknown' and not exists ("
             f"{ESCALATED.format(task='e.task_id')} and exists ({card}))")  # fmt: skip
    yield from (f"{row[0]} is unknown, and nobody is told" for row in fort.sql(query))


def stuck(fort: Fort) -> Iterator[str]:
    """What neither a job nor a person will ever move: tasks that stand, effects in the middle, due jobs that do not run."""
    asked = "select 1 from request r where r.task_id = t.id and r.state in ('pending', 'taken')"
    owed = "select 1 from job j where j.task_id = t.id"
    query = ("select t.id, t.state, t.waiting_for from task t where t.state not in ('done', 'cancelled')"
             f" and t.claimed_by is null and not exists ({asked}) and not exists ({owed})")  # fmt: skip
    for task, state, waiting in fort.sql(query):
        yield f"{task} is {state}, waiting for {waiting or 'nothing'}"
    query = ("select e.id, e.state from effect e where e.state in ('ready', 'sending')"
             " and not exists (select 1 from job j where j.subject_id = e.id)")  # fmt: skip
    yield from (f"{effect} is {state} without a job" for effect, state in fort.sql(query))
    for (effect,) in fort.sql("select id from effect where state = 'held'"):
        yield f"{effect} is held, and nothing is paused"
    now = to_us(fort.ledger.clock.now())
    overdue = f"select id, due_at from job where due_at < {now - OVERDUE_US} and phase <> '{Phase.TICK.value}' order by due_at"
    for job, due in fort.sql(overdue):
        yield f"{job} has been due for {(now - due) / 1e6:.0f} s"


def clear_up(fort: Fort) -> int:
    """What a person does with the unknown: looks into the till's own log, and says what stands there. How many could be said."""
    paid = {call.key for call in fort.till.calls() if call.paid_cents}
    done = {call.key for call in fort.house.systems.calls() if call.outcome.value == "done"}
    maya = fort.directory.people["U0MAYA"]
    people = fort.house.services.people
    return sum(people.clear_up(EffectId(key), attempt, key in paid | done, maya) for key, attempt in unknown(fort))
