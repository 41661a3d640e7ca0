"""The shared engine: any number of processes over PostgreSQL, with DBOS as the queue.

A job is our row; its place in DBOS's queue is an entry that carries the job's id and nothing else, written in the transaction
that asks for the job. An entry that comes twice, or late, finds the row gone or not due, and does nothing. So DBOS brings
durable queueing and tooling, and our tables stay the truth:

    asked for, due now   ─► row and entry in one transaction        (in a process without an engine: the row, and an announcement)
    due later, or again  ─► row alone; `_queue_due` gives it its entry when its time has come, by Baton's clock
    a process died       ─► `_take_over` counts the death and gives its entries to the others
    an entry got lost    ─► `_find_lost` compares rows with entries, and queues anew

DBOS 3.4's own recovery needs a process with the same executor id to come back; nobody promises that, so taking over is ours.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import cast

from dbos import DBOS, DBOSClient, DBOSPortableJSONSerializer, WorkflowStatus
from dbos._error import DBOSException
from sqlalchemy.exc import SQLAlchemyError

from core.database import Connection
from core.engine import Runner, where_it_failed
from core.errors import Away, BatonError, Retry
from core.ledger import Job, Ledger
from core.moment import to_us
from core.postgres import IDLE_MS, PostgresConnection, PostgresDatabase
from core.workers import Leases, Presence, bury, cut_off_silent

log = logging.getLogger("baton.engine")

# Names in DBOS's tables: frozen.
APPLICATION, QUEUE, WORKFLOW, VERSION = "baton", "jobs", "baton.job.v1", "1"
# DBOS's own door for a transaction that is not its own: one statement on our connection, which joins the pipeline.
ENQUEUE = (
    b"select dbos.enqueue_workflow(workflow_name => %s, queue_name => %s, positional_args => array[to_json(%s::text)],"
    b" workflow_id => %s, app_version => %s, application_name => %s)"
)
POLL_S = 0.1  # DBOS asks its queue so often: a job waits half of that
TIMERS_S = 0.25
CARE_S = 1.0
LOST_AFTER = timedelta(seconds=15)
KEEP_ENTRIES = timedelta(days=1)
BATCH = 200
DRAIN_S = 25
AGAIN_AFTER_S = 1.0
STRANDED_AFTER = 4  # looks, `CARE_S` apart, at which nobody was at an entry that somebody has got
ACTIVE = ["ENQUEUED", "PENDING", "DELAYED"]


class SharedEngine:
    """`core.engine.Engine` over DBOS. One in a process: DBOS itself is one."""

    def __init__(self, ledger: Ledger, runner: Runner, presence: Presence, workers: int = 16) -> None:
        self._ledger = ledger
        self._runner = runner
        self._presence = presence
        self._workers = workers
        self._leases = Leases(ledger, presence.id)
        self._database = cast("PostgresDatabase", ledger.database)
        self._client: DBOSClient | None = None
        self._state = threading.Lock()
        self._doing: dict[int, str] = {}
        self._stopping = threading.Event()
        self._sooner = threading.Event()
        self._threads: list[threading.Thread] = []
        self._failing: set[str] = set()  # said once, not four times a second
        self._idle: Counter[str] = Counter()  # how often each entry was seen that nobody was at
        self._deaf: Callable[[], None] = lambda: None

    def start(self) -> None:
        """Joins the processes that run jobs. Raises `Retry` when the database is away."""
        self._presence.come(self.doing)
        self._ledger.fence = self._presence.fence
        try:
            self._client = self._launch()
        except (SQLAlchemyError, DBOSException) as error:
            raise Retry(f"the engine cannot start: {type(error).__name__}") from error
        self._ledger.enlist = self._enlist
        self._deaf = self._database.listen(self._told)
        for name, loop in (("timers", self._timers), ("care", self._care)):
            self._threads.append(threading.Thread(target=loop, name=name, daemon=True))
        for thread in self._threads:
            thread.start()

    def _launch(self) -> DBOSClient:
        serializer = DBOSPortableJSONSerializer()  # its default would be pickle
        engine = DBOS(config={
            "name": APPLICATION, "system_database_url": self._ledger.database.url, "application_version": VERSION,
            "executor_id": self._presence.id, "serializer": serializer, "log_level": "CRITICAL",
            "sys_db_pool_size": max(4, self._workers), "sys_db_idle_transaction_timeout_sec": IDLE_MS / 1000,
        })  # fmt: skip

        @DBOS.workflow(name=WORKFLOW)
        def run_entry(job_id: str) -> None:  # DBOS takes plain functions only
            self._run_entry(job_id, str(DBOS.workflow_id))

        DBOS.launch()
        # Else its threads sleep for up to a minute and a half when the database is back, and outlive a stop while it is away.
        engine._sys_db._retry_connection_errors = False
        DBOS.register_queue(
            QUEUE, worker_concurrency=self._workers, polling_interval_sec=POLL_S, on_conflict="always_update"
        )
        return DBOSClient(
            system_database_url=self._ledger.database.url, serializer=serializer, application_name=APPLICATION,
            retry_connection_errors=False,
        )  # fmt: skip

    def try_start(self) -> bool:
        """As `start`: any number of processes may run jobs."""
        self.start()
        return True

    @property
    def is_running(self) -> bool:
        """Whether its threads are alive."""
        return self._presence.is_beating and bool(self._threads) and all(thread.is_alive() for thread in self._threads)

    def doing(self) -> list[str]:
        """The jobs that run now."""
        with self._state:
            return list(self._doing.values())

    def at_rest(self, timeout_s: float) -> bool:
        """Waits until no job is due, in any process."""
        waiting = threading.Event()
        for _ in range(max(1, int(timeout_s / 0.02))):
            now = to_us(self._ledger.clock.now())
            if not self.doing() and not self._ledger.rows("job.depth", now=now)[0][0]:
                return True
            waiting.wait(0.02)
        return False

    def stop(self) -> None:
        """Takes no more jobs, lets the running ones finish, and says that we go. What takes longer than `DRAIN_S` is not
        committed any more; another process begins it anew."""
        self._stopping.set()
        self._sooner.set()
        self._deaf()
        waiting, until = threading.Event(), time.monotonic() + DRAIN_S
        while self.doing() and time.monotonic() < until:
            waiting.wait(0.02)
        DBOS.destroy(destroy_registry=True)
        for thread in self._threads:
            thread.join(timeout=5)
        self._ledger.enlist = lambda _c, _j: ""
        self._presence.leave()
        if not self.doing():
            self._ledger.fence = lambda _: None
        if self._client is not None:
            self._client.destroy()

    # A job -----------------------------------------------------------------------------------------------------------

    def _enlist(self, connection: Connection, job: Job) -> str:
        """The job's entry, written in the open transaction."""
        entry = self._ledger.ids.new("job")
        raw = cast("PostgresConnection", connection).raw
        raw.execute(ENQUEUE, (WORKFLOW, QUEUE, job.id, entry, VERSION, APPLICATION))
        return entry

    def _run_entry(self, job_id: str, entry: str) -> None:
        """What DBOS calls for an entry, in a thread of its own. An entry that is not its job's any more does nothing."""
        self._presence.begin()
        me = threading.get_ident()
        with self._state:
            self._doing[me] = job_id
        try:
            while not self._run_once(job_id, entry):
                if self._stopping.wait(AGAIN_AFTER_S):
                    return
        # The outermost door of one entry. The job's row is still there, and `_find_lost` finds it.
        except Exception as error:  # noqa: BLE001
            log.error("%s could not be ended: %s\n%s", job_id, type(error).__name__, where_it_failed(error))  # noqa: TRY400
        finally:
            self._presence.end()
            with self._state:
                self._doing.pop(me, None)

    def _run_once(self, job_id: str, entry: str) -> bool:
        """False when the database is away: the job's row stands as it was, and whoever has the entry waits."""
        try:
            rows = self._ledger.rows("job.at_entry", id=job_id, at=entry)
            if rows and self._stopping.is_set():
                self._give_back(job_id, entry)
            elif rows:
                self._runner.run(Job.of(rows[0]))
        except Away:
            return False
        return True

    def _give_back(self, job_id: str, entry: str) -> None:
        """The job has no entry any more: whoever looks first gives it another one."""
        with self._database.transaction() as connection:
            if connection.run("job.not_queued", {"key": job_id, "was": entry}):
                connection.announce("jobs")

    def _called(self) -> DBOSClient:
        if self._client is None:
            raise Retry("the engine does not run")
        return self._client

    # Timers ----------------------------------------------------------------------------------------------------------

    def _told(self, what: str) -> None:
        if what == "jobs":
            self._sooner.set()

    def _timers(self) -> None:
        while not self._stopping.is_set():
            again = self._tried("the due jobs could not be queued", self._queue_due)
            if not again:
                self._sooner.wait(TIMERS_S)
            self._sooner.clear()

    def _queue_due(self) -> bool:
        """Gives due jobs without an entry theirs; True when there may be more."""
        at = to_us(self._ledger.clock.now())
        if not self._ledger.rows("job.any_not_queued", now=at):
            return False
        with self._database.transaction() as connection:
            rows = connection.all("job.due_not_queued", {"now": at, "limit": BATCH})
            for job in map(Job.of, rows):
                connection.run("job.queued", {"key": job.id, "entry": self._enlist(connection, job), "at": at})
        return len(rows) == BATCH

    # Care ------------------------------------------------------------------------------------------------------------

    def _care(self) -> None:
        while not self._stopping.wait(CARE_S):
            self._tried("dead processes could not be looked for", self._care_once)

    def _care_once(self) -> bool:
        dead_after_s = self._presence.dead_after_s
        is_steady = self._presence.is_steady
        silent = cut_off_silent(self._ledger, dead_after_s) if is_steady else []  # one may hold the lease of care
        if self._leases.take("care", dead_after_s):
            if is_steady:
                self._take_over(bury(self._ledger, silent, dead_after_s))
            self._find_lost()
            self._forget_old()
        return False

    def _take_over(self, alive: Mapping[str, Sequence[str]]) -> None:
        """Entries that a gone process was at go to the others; a job that processes die of ends with a person. So do those that a
        live process has got and is not at: the answer was lost with which it would have begun them."""
        pending = self._called().list_workflows(status="PENDING", queue_name=QUEUE, load_input=True, load_output=False)
        idle = [entry for entry in pending if _job_of(entry) not in alive.get(str(entry.executor_id), ())]
        before, self._idle = self._idle, Counter(entry.workflow_id for entry in idle)
        stopped, taken = {row[0] for row in self._ledger.rows("worker.stopped")} if idle else set(), 0
        for entry in idle:
            by, job_id, key = str(entry.executor_id), _job_of(entry), entry.workflow_id
            self._idle[key] += before[key]
            if by in alive and self._idle[key] < STRANDED_AFTER:
                continue  # it may be about to begin, or has just ended
            rows = self._ledger.rows("job.at_entry", id=job_id, at=key)
            if not rows or (by not in alive and by not in stopped and self._runner.died(Job.of(rows[0]), by)):
                self._called().cancel_workflow(key)
            else:
                log.warning("%s is taken over from %s", job_id, by)
                self._called().resume_workflow(key, queue_name=QUEUE)
                taken += 1
        self._ledger.count_taken_over(taken)

    def _find_lost(self) -> None:
        """A job whose entry has ended without it is queued anew."""
        now = self._ledger.clock.now()
        self._ledger.due_again()
        by_clock = {"before": to_us(now - LOST_AFTER), "after": to_us(now + LOST_AFTER)}  # which may have been set back
        rows = self._ledger.rows("job.queued_before", **by_clock, limit=BATCH)
        if not rows:
            return
        entries = self._called().list_workflows(
            workflow_ids=[entry for _, entry in rows], status=ACTIVE, load_input=False, load_output=False
        )
        active = {entry.workflow_id for entry in entries}
        for job_id, entry in rows:
            with self._database.transaction() as connection:
                if entry in active:
                    connection.run("job.queued", {"key": job_id, "entry": entry, "at": to_us(now)})
                elif connection.run("job.not_queued", {"key": job_id, "was": entry}):
                    connection.announce("jobs")
                    log.warning("%s had lost its place in the queue", job_id)

    def _forget_old(self) -> None:
        """Ended entries say nothing that the audit does not say better."""
        before = (self._ledger.clock.now() - KEEP_ENTRIES).isoformat()
        old = self._called().list_workflows(
            completed_before=before,
            status=["SUCCESS", "ERROR", "CANCELLED"],
            load_input=False,
            load_output=False,
            limit=BATCH,
        )
        if old:
            self._called().delete_workflows([entry.workflow_id for entry in old])

    def _tried(self, what: str, step: Callable[[], bool]) -> bool:
        """A step of a loop that must outlive whatever goes wrong in it."""
        try:
            again = step()
        except (BatonError, SQLAlchemyError) as error:
            if what not in self._failing:
                log.warning("%s: %s", what, type(error).__name__)
            self._failing.add(what)
        # The loop is what brings lost jobs back: it ends for nothing.
        except Exception as error:  # noqa: BLE001
            log.error("%s: %s\n%s", what, type(error).__name__, where_it_failed(error))  # noqa: TRY400
        else:
            self._failing.discard(what)
            return again
        return False


def _job_of(entry: WorkflowStatus) -> str:
    """The id of the job that the entry stands for."""
    return str((entry.input or {"args": [""]})["args"][0])
