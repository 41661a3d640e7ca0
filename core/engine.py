"""The engine's port, and what every engine does with a job.

The port promises little on purpose: every committed job runs at least once, not before it is due, N at a time, again after the
process died. Exclusion, attempts and giving up are in the ledger, one code for all engines.

    core.engine_embedded   one process, threads, the job table: SQLite
    core.engine_shared     any number of processes, DBOS: PostgreSQL
"""

from __future__ import annotations

import logging
import threading
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Protocol

from core.errors import Away, Cause, Fenced, NotAllowed, Permanent, Retry, Stale
from core.ledger import Job, Ledger, Phase

log = logging.getLogger("baton.engine")

Handler = Callable[[Job], None]
Patience = Callable[[Cause], tuple[int, float]]  # how often a job is tried in all, and how many seconds apart at least
LONGEST_BACKOFF_S = 300.0
DEATHS_MOST = 3


class Engine(Protocol):
    def start(self) -> None:
        """Begins to run jobs. Raises `BadSettings` when another process is the only one that may."""
        ...

    def try_start(self) -> bool:
        """As `start`; False when another process is the only one that may."""
        ...

    @property
    def is_running(self) -> bool: ...

    def at_rest(self, timeout_s: float) -> bool:
        """Waits until nothing runs and nothing is due; False when `timeout_s` have passed first."""
        ...

    def stop(self) -> None:
        """Lets running jobs finish; what is still queued stays on disk."""
        ...


class Runner:
    """What every engine does with one job: run it, count attempts, give up to a person."""

    def __init__(
        self,
        ledger: Ledger,
        handlers: Mapping[Phase, Handler],
        give_up: Callable[[Job, str], None],
        attempts: int | Patience,
    ) -> None:
        self._ledger = ledger
        self._handlers = handlers
        self._give_up = give_up
        self._patience: Patience = attempts if callable(attempts) else lambda _: (attempts, 0.0)
        self._one_suspect = threading.Lock()

    def run(self, job: Job) -> Job | None:
        """Runs the job. A job comes back when it must run again, not before its `due_at`. Raises `Away` when the database cannot
        be reached: then nothing was tried, and nothing counts."""
        try:
            return self._run(job)
        except Fenced:
            return None  # another process has the job

    def _run(self, job: Job) -> Job | None:
        try:
            with self._alone(job):
                self._handlers[job.phase](job)
        except Stale:
            self._ledger.drop_job(job)
        except (Away, Fenced):
            raise
        except Retry as error:
            return self._again(job, error.reason, error.after_s, error.cause)
        except (Permanent, NotAllowed) as error:  # trying again changes nothing
            self._give_up(job, str(error))
        # The outermost door of all work: a job that fails in an unforeseen way must end with a person, not with a dead thread.
        except Exception as error:  # noqa: BLE001
            log.error("%s failed: %s\n%s", job.id, type(error).__name__, where_it_failed(error))  # noqa: TRY400  see where_it_failed
            return self._again(job, f"{type(error).__name__}", 1.0, "default")
        return None

    @contextmanager
    def _alone(self, job: Job) -> Iterator[None]:
        """A job with which a process has died is a suspect. Suspects run one at a time, and only the one that has begun is
        counted when the process dies again, so that whoever ran beside the culprit is cleared."""
        if not job.deaths:
            yield
            return
        with self._one_suspect:
            self._ledger.begin_suspect(job)
            yield

    def died(self, job: Job, run: str) -> bool:
        """Counts the run of a process that died while it ran this job; True when that was once too often and a person has it."""
        deaths = self._ledger.count_death(job, run)
        if deaths < DEATHS_MOST:
            return False
        log.error("%s was running %d times when a process died; a person gets it", job.id, deaths)
        self._give_up(job, f"Baton broke down {deaths} times while it worked on this")
        return True

    def _again(self, job: Job, reason: str, after_s: float, cause: Cause) -> Job | None:
        attempts, apart_s = self._patience(cause)
        if job.attempts + 1 >= attempts:
            self._give_up(replace(job, cause=cause), reason)
            return None
        wait = min(max(after_s, apart_s, 0.05) * 2**job.attempts, LONGEST_BACKOFF_S)
        return self._ledger.delay_job(job, self._ledger.clock.now() + timedelta(seconds=wait), reason)


def where_it_failed(error: BaseException) -> str:
    """Where it failed, without the message: it may quote a customer."""
    frames = traceback.extract_tb(error.__traceback__)
    return "\n".join(f"  {Path(f.filename).name}:{f.lineno} {f.name}" for f in frames)
