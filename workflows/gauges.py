"""How the whole system does, in numbers: what `/metrics` tells. Counted from the rows, so that any process can tell it."""

from __future__ import annotations

from dataclasses import dataclass

from core.ledger import Ledger
from core.moment import to_us
from core.workers import Seen, everyone

LANE = "lane:"  # what a face says of itself where others name their jobs


@dataclass(frozen=True, slots=True)
class Gauges:
    """One moment. `waits_s`: for how long the oldest job has been due; `taken_over`: jobs of processes that were gone, since the
    database was made."""

    jobs_due: int
    waits_s: float
    jobs_running: int
    taken_over: int
    effects_unknown: int
    breakers_open: int
    cards_behind: int
    processes: tuple[Seen, ...]


def jobs_of(process: Seen) -> tuple[str, ...]:
    """The jobs that a process runs."""
    return tuple(each for each in process.doing if not each.startswith(LANE))


def gauges(ledger: Ledger) -> Gauges:
    """How it does now. Raises `Retry`."""
    now = to_us(ledger.clock.now())
    due, since = ledger.rows("job.depth", now=now)[0]
    processes = everyone(ledger)
    counted = ledger.rows("counter.get", key="takeovers")
    return Gauges(
        jobs_due=int(due), waits_s=max(0.0, (now - since) / 1_000_000) if since is not None else 0.0,
        jobs_running=sum(len(jobs_of(each)) for each in processes if each.state == "alive"),
        taken_over=int(counted[0][0]) if counted else 0, effects_unknown=int(ledger.rows("effect.count_unknown")[0][0]),
        breakers_open=len(ledger.rows("breaker.not_closed")), cards_behind=int(ledger.rows("card.count_behind")[0][0]),
        processes=processes,
    )  # fmt: skip
