"""When it is time: APScheduler owns the calendar of `schedule.yml` and hands each due time to `Schedule.tick`.

A time that nobody struck is made up for: when Baton begins, and every minute while it runs, since the database may have been away
in that very moment. Any number of processes may do all of this at once.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from apscheduler.events import EVENT_JOB_EXECUTED, JobExecutionEvent
from apscheduler.executors.base import BaseExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger

from core.errors import BadPolicy, Retry
from core.moment import from_us
from workflows.schedule import Schedule

log = logging.getLogger("baton.clock")

FRESH = timedelta(seconds=90)  # so young a time may be about to be struck
# How far back the last due time is looked for: the nearest first, since a long time has very many minutes.
LOOKS = (timedelta(hours=1), timedelta(days=1), timedelta(days=8), timedelta(days=32), timedelta(days=367))


class TickExecutor(BaseExecutor):  # type: ignore[misc]
    """Hands each due time of a job to `tick`; APScheduler's own extension point for executors."""

    def __init__(self, tick: Callable[[str, datetime], None]) -> None:
        super().__init__()
        self._tick = tick

    def _do_submit_job(self, job: Any, run_times: list[datetime]) -> None:
        for at in run_times:
            self._tick(job.id, at.astimezone(UTC))
        done = [JobExecutionEvent(EVENT_JOB_EXECUTED, job.id, job._jobstore_alias, at, retval=None) for at in run_times]
        self._run_job_success(job.id, done)


@dataclass(slots=True)
class Clockwork:
    """Strikes, and looks back for what was not struck. Raises `BadPolicy` for a job that nobody knows.

    `began`: of a job that never ran, only what came later is missed."""

    schedule: Schedule
    triggers: dict[str, CronTrigger] = field(default_factory=dict)
    began: datetime = field(init=False)

    def __post_init__(self) -> None:
        self.began = self.schedule.ledger.clock.now()
        policy = self.schedule.policy()
        for name, job in policy.schedule.jobs.items():
            if name not in self.schedule.works():
                raise BadPolicy(f"schedule.yml: {name} is no job; known: {', '.join(self.schedule.works())}")
            self.triggers[name] = CronTrigger.from_crontab(job.cron, timezone=policy.company.time_zone)

    def strike(self, name: str, at: datetime) -> None:
        """It is time for `name`. What cannot be written now is made up for at a later strike of any job."""
        try:
            self.schedule.tick(name, at)
        except Retry as error:
            log.warning("%s could not be struck and is made up for: %s", name, error.reason)
        self.make_up(self.schedule.ledger.clock.now() - FRESH)

    def make_up(self, until: datetime) -> None:
        """Runs or skips what was due until then and is not on record, once for each job; later, when the database is away."""
        jobs = self.schedule.policy().schedule.jobs
        try:
            for name, trigger in self.triggers.items():
                missed = self._missed(name, trigger, until)
                if missed is not None and jobs[name].missed == "run_once":
                    self.schedule.tick(name, missed)
                elif missed is not None:
                    self.schedule.skipped(name, missed)
        except Retry as error:
            log.warning("what was missed is looked for later: %s", error.reason)

    def _missed(self, name: str, trigger: CronTrigger, until: datetime) -> datetime | None:
        ran = self.schedule.ledger.rows("event.last_tick", like=f"{name}:")
        return last_due(trigger, from_us(ran[0][0]) if ran else self.began, until)


def last_due(trigger: CronTrigger, after: datetime, until: datetime) -> datetime | None:
    """The last time at which it was due after `after` and not later than `until`, UTC; None when it was not."""
    for look in LOOKS:
        begin = max(after + timedelta(seconds=1), until - look)
        latest: datetime | None = None
        while (due := trigger.get_next_fire_time(None, begin)) is not None and due <= until:
            latest, begin = due, due + timedelta(seconds=1)
        if latest is not None:
            return latest.astimezone(UTC)
        if begin <= after + timedelta(seconds=1):
            return None
    return None


def calendar(schedule: Schedule) -> BackgroundScheduler:
    """APScheduler with the team's calendar, not started; what fell into a time when Baton was down is made up for.

    Raises `BadPolicy` for a job that nobody knows."""
    clockwork = Clockwork(schedule)
    zone = schedule.policy().company.time_zone
    scheduler = BackgroundScheduler(timezone=zone, executors={"default": TickExecutor(clockwork.strike)})
    for name, trigger in clockwork.triggers.items():
        scheduler.add_job(_nothing, trigger, id=name, misfire_grace_time=None, coalesce=True, max_instances=1)
    clockwork.make_up(clockwork.began)
    return scheduler


def _nothing() -> None:
    """APScheduler wants a function; the executor does what there is to do."""
