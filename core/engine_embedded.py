"""The embedded engine: one process, threads, the job table. The default, on SQLite."""

from __future__ import annotations

import heapq
import logging
import queue
import threading
import time
from dataclasses import replace
from datetime import timedelta

from core.engine import Runner, where_it_failed
from core.errors import Away, BadSettings
from core.ledger import Job, Ledger
from core.moment import to_us
from core.ports import Clock
from core.runner_lock import RunnerLock
from core.seats import PATIENCE_S, Seats
from core.workers import Presence, bury, cut_off_silent

log = logging.getLogger("baton.engine")

LOOK_EVERY_S = 0.25  # how often commits of other processes are looked for
ALL_EVERY_S = 60.0
AGAIN_AFTER_S = 1.0
DRAIN_S = 25.0


class EmbeddedEngine:
    """Threads over an in-memory queue. The job table is read at start, and again when another process has committed."""

    def __init__(
        self,
        ledger: Ledger,
        runner: Runner,
        lock: RunnerLock,
        clock: Clock,
        workers: int = 4,
        presence: Presence | None = None,
    ) -> None:
        self._ledger = ledger
        self._runner = runner
        self._lock = lock
        self._clock = clock
        self._presence = presence
        self._seats = Seats(workers)
        self._state = threading.RLock()
        # Two conditions, so that nobody is woken for nothing.
        self._sooner = threading.Condition(self._state)  # the watcher has something to do before it thought it would
        self._rested = threading.Condition(self._state)
        # Jobs, by where they are.
        self._timers: list[tuple[int, int, Job]] = []  # not due yet: a heap by time and order of coming
        self._serial = 0
        self._queue: queue.SimpleQueue[Job | None] = queue.SimpleQueue()  # due
        self._known: set[str] = set()  # the ids of those that are due or run
        self._at: dict[int, str] = {}  # what each worker runs
        self._repeat: dict[str, Job] = {}  # asked for again while they ran
        self._inline = threading.local()  # the one that follows from a worker's own, which it takes at once
        # What the threads are at.
        self._busy = 0
        self._dozing = False  # nothing ran when the watcher looked last
        self._all_at = 0.0  # when the whole table of jobs is looked through again
        self._away = False  # the database could not be used when a job last tried
        self._stopping = False
        self._threads = [
            threading.Thread(target=self._work, args=(n,), name=f"worker-{n}", daemon=True) for n in range(workers)
        ]
        self._watcher = threading.Thread(target=self._watch, name="timers", daemon=True)

    def start(self) -> None:
        """Starts the threads. Raises `BadSettings` when another process is the runner of this database."""
        if not self.try_start():
            raise BadSettings("Baton runs already on this database; stop it first, or use the commands beside it")

    def try_start(self) -> bool:
        """Starts the threads, unless another process is the runner of this database: then False."""
        if not self._lock.take():
            return False
        self._look_back()
        if self._presence is not None:
            bury(
                self._ledger, cut_off_silent(self._ledger, 0.0), 0.0
            )  # the lock is ours: whoever else is on the list has died
            self._presence.come(self.doing)
        self._ledger.offer = self.offer
        self._seen = self._ledger.database.changed_by_others()
        self.offer(self._owed())
        for thread in (*self._threads, self._watcher):
            thread.start()
        return True

    def _look_back(self) -> None:
        """Jobs that were running when the last process died: one that kills process after process ends with a person."""
        for run, job_id in self._lock.left_behind():
            if (job := self._ledger.job(job_id)) is not None and not self._runner.died(job, run):
                self._ledger.count_taken_over(1)

    def doing(self) -> list[str]:
        """The jobs that run now."""
        return list(self._at.values())

    def offer(self, jobs: list[Job]) -> None:
        """Queues jobs; a worker that has just ended a job takes the first of them at once."""
        now = to_us(self._clock.now())
        with self._state:
            for job in jobs:
                self._take_in(job, now)

    def _take_in(self, job: Job, now: int) -> None:
        if job.due_at > now:
            self._serial += 1
            heapq.heappush(self._timers, (job.due_at, self._serial, job))
            if self._timers[0][2] is job:
                self._sooner.notify()
        elif job.id in self._known:
            self._repeat[job.id] = job
        else:
            self._known.add(job.id)
            if getattr(self._inline, "free", False):
                self._inline.free, self._inline.job = False, job
            else:
                self._queue.put(job)
                if self._busy and self._dozing:
                    self._sooner.notify()

    def _work(self, worker: int) -> None:
        self._seats.sit()
        while (job := self._queue.get()) is not None and not self._stopping:
            with self._state:
                self._busy += 1
            self._work_off(worker, job)
            with self._state:
                self._busy -= 1
                if self._is_at_rest():
                    self._rested.notify_all()
                leaves = self._seats.leave()
            if leaves:
                self._seats.sit()

    def _work_off(self, worker: int, job: Job) -> None:
        """The job, and the one that follows from it, and so on."""
        current: Job | None = job
        while current is not None and not self._stopping:
            self._inline.free, self._inline.job = True, None
            self._seats.begin()
            self._at[worker] = current.id
            self._lock.note(worker, self._ledger.run, current.id)
            again = self._run(current)
            self._inline.free = False
            following: Job | None = self._inline.job
            with self._state:
                self._known.discard(current.id)
                repeat = self._repeat.pop(current.id, None)
            self.offer([job for job in (again, repeat) if job is not None])
            current = following
        self._at.pop(worker, None)
        self._lock.note(worker)

    def _run(self, job: Job) -> Job | None:
        """A worker outlives its job, also when the database is away just as a failure is to be written down."""
        try:
            again = self._runner.run(job)
        except Away as error:
            if not self._away:
                log.error("jobs wait: %s", error.reason)  # noqa: TRY400  said once, no trace needed
            self._away = True
        # The thread must live on, whatever it was; the job's row is still there.
        except Exception as error:  # noqa: BLE001
            log.error("%s could not be ended: %s\n%s", job.id, type(error).__name__, where_it_failed(error))  # noqa: TRY400  see where_it_failed
        else:
            self._away = False
            return again
        return replace(job, due_at=to_us(self._clock.now() + timedelta(seconds=AGAIN_AFTER_S)))

    def _watch(self) -> None:
        look_at = 0.0
        while True:
            with self._state:
                if self._stopping:
                    return
                self._fire(to_us(self._clock.now()))
                if not self._queue.empty():
                    self._seats.add_when_late()
                self._dozing = not self._busy
                self._sooner.wait(self._until_next())
            if time.monotonic() >= look_at:
                self._look_once()
                look_at = time.monotonic() + LOOK_EVERY_S

    def _until_next(self) -> float:
        """Seconds until there may be something to do for the watcher."""
        wait_s = LOOK_EVERY_S if self._dozing else PATIENCE_S
        if self._timers:
            wait_s = min(wait_s, max(0.001, (self._timers[0][0] - to_us(self._clock.now())) / 1e6))
        return wait_s

    def _fire(self, now: int) -> None:
        while self._timers and self._timers[0][0] <= now:
            self._take_in(heapq.heappop(self._timers)[2], now)

    def _look_once(self) -> None:
        try:
            self._look()
        # Without the watcher no timer goes off: it must live on, whatever it was.
        except Exception as error:  # noqa: BLE001
            log.error("the table of jobs could not be read: %s\n%s", type(error).__name__, where_it_failed(error))  # noqa: TRY400

    def _look(self) -> None:
        """Takes in what another process has written; once in a while everything, in case a job was not offered."""
        seen = self._ledger.database.changed_by_others()
        if seen != self._seen or time.monotonic() > self._all_at:
            with self._state:
                known = self._known | {job.id for _, _, job in self._timers}
            self.offer([job for job in self._owed() if job.id not in known])
            self._seen, self._all_at = seen, time.monotonic() + ALL_EVERY_S
            self._ledger.poke()

    def _owed(self) -> list[Job]:
        self._ledger.due_again()
        return self._ledger.jobs()

    @property
    def is_running(self) -> bool:
        """Whether its threads are alive."""
        return all(thread.is_alive() for thread in (*self._threads, self._watcher))

    def at_rest(self, timeout_s: float) -> bool:
        """Waits until nothing runs and nothing is due; False when `timeout_s` have passed first."""
        with self._state:
            return self._rested.wait_for(self._is_at_rest, timeout_s)

    def _is_at_rest(self) -> bool:
        return not self._busy and not self._known and self._queue.empty()

    def stop(self) -> None:
        """Lets running jobs finish; what is still queued stays on disk. The lock is given up once nothing runs any more: where a
        job takes too long, that is when the process ends."""
        with self._state:
            self._stopping = True
            self._sooner.notify()
        for _ in self._threads:
            self._queue.put(None)
        self._seats.open_all()
        until = time.monotonic() + DRAIN_S
        for thread in (*self._threads, self._watcher):
            if thread.is_alive():
                thread.join(timeout=max(0.1, until - time.monotonic()))
        if any(thread.is_alive() for thread in self._threads):
            log.warning("jobs still run after %.0f seconds; they are begun anew at the next start", DRAIN_S)
            return
        if self._presence is not None:
            self._presence.leave()
        self._lock.release()
