"""When it is time: APScheduler owns the calendar of `schedule.yml` and hands each due time to `Schedule.tick`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from apscheduler.events import EVENT_JOB_EXECUTED, JobExecutionEvent
from apscheduler.executors.base import BaseExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger

from core.errors import BadPolicy
from core.moment import from_us
from workflows.schedule import Schedule

LONGEST_GAP = timedelta(days=2)  # of what was missed in a longer one only the beginning is looked at


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


def calendar(schedule: Schedule) -> BackgroundScheduler:
    """APScheduler with the team's calendar, not started; what fell into a time when Baton was down is made up for.

    Raises `BadPolicy` for a job that nobody knows."""
    policy = schedule.policy()
    zone = policy.company.time_zone
    scheduler = BackgroundScheduler(timezone=zone, executors={"default": TickExecutor(schedule.tick)})
    for name, job in policy.schedule.jobs.items():
        if name not in schedule.works():
            raise BadPolicy(f"schedule.yml: {name} is no job; known: {', '.join(schedule.works())}")
        trigger = CronTrigger.from_crontab(job.cron, timezone=zone)
        scheduler.add_job(_nothing, trigger, id=name, misfire_grace_time=None, coalesce=True, max_instances=1)
        missed = _missed(schedule, name, trigger)
        if missed is not None and job.missed == "run_once":
            schedule.tick(name, missed)
        elif missed is not None:
            schedule.skipped(name)
    return scheduler


def _missed(schedule: Schedule, name: str, trigger: CronTrigger) -> datetime | None:
    """The last time at which the job was due since it last ran; None when it missed none, or never ran."""
    ran = schedule.ledger.rows("event.last_tick", like=f"{name}:")
    if not ran:
        return None
    due = trigger.get_next_fire_time(None, from_us(ran[0][0]) + timedelta(seconds=1))
    now, latest = schedule.ledger.clock.now(), None
    while due is not None and due <= now and (latest is None or due - latest < LONGEST_GAP):
        latest = due
        due = trigger.get_next_fire_time(None, due + timedelta(seconds=60))
    return latest.astimezone(UTC) if latest else None


def _nothing() -> None:
    """APScheduler wants a function; the executor does what there is to do."""
