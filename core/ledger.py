"""The unit of work: the only way to write. All that one transaction says is committed together or not at all.

A `Unit` holds the lock of its task from the first statement. Rows are collected and written in one go at the end, the audit last,
because it takes the one lock that all transactions share. After the commit the new jobs go to the engine and the desk is poked.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from core.audit import Anchor, link
from core.contract.audit import AuditClass, Entry, Fact
from core.crypto import Cipher
from core.database import Connection, Database, Row
from core.errors import BadSettings, Bug, Stale
from core.moment import moment, to_us
from core.ports import Clock, Ids
from core.rows import FIXED, SEALED, Job, Phase, TaskRow, TaskState, blank_task, columns_of, open_row, values_of
from core.sql import TABLES

__all__ = ["Job", "Ledger", "Phase", "TaskRow", "TaskState", "Unit", "moment", "open_row"]

log = logging.getLogger("baton.ledger")


Enlist = Callable[[Connection, Job], str]
"""Puts a job into the engine's queue, in the transaction that asks for it; its entry there, or empty when it has no queue."""


class Unit:
    """One open transaction that holds the lock of its task."""

    def __init__(
        self, connection: Connection, cipher: Cipher, ids: Ids, now: datetime, task: TaskRow | None, enlist: Enlist,
        job: Job | None = None,
    ) -> None:  # fmt: skip
        self._c = connection
        self._enlist = enlist
        self._cipher = cipher
        self._rows: dict[str, list[dict[str, Any]]] = {}
        self._trail: list[Entry] = []
        self._new_task = False
        self._before = values_of(task) if task else None
        self.ids = ids
        self.now = now
        self.at = to_us(now)
        self._task = task
        self.jobs: list[Job] = []
        self.cards_changed = False
        self.unqueued = False  # a job that is due has no place in the engine's queue yet
        self.done_job = job
        self.must_end = job is not None  # whether another run that has ended the job makes this one stale

    # Reading under the lock ------------------------------------------------------------------------------------------

    @property
    def task(self) -> TaskRow:
        """The task whose lock this unit holds."""
        if self._task is None:
            raise Bug("this unit is about no task")
        return self._task

    def one(self, statement: str, **values: Any) -> Row | None:
        return self._c.one(statement, values)

    def all(self, statement: str, **values: Any) -> list[Row]:
        return self._c.all(statement, values)

    def count(self, statement: str, **values: Any) -> int:
        """The one number that the statement gives."""
        row = self._c.one(statement, values)
        return int(row[0]) if row else 0

    def row(self, table: str, statement: str, **values: Any) -> dict[str, Any] | None:
        """A whole row by column names, with its sealed columns opened."""
        found = self._c.one(statement, values)
        return None if found is None else open_row(self._cipher, table, found)

    def open_row(self, table: str, row: Row) -> dict[str, Any]:
        """A row of a whole table by column names, with its sealed columns opened."""
        return open_row(self._cipher, table, row)

    # Writing ---------------------------------------------------------------------------------------------------------

    def open_task(self, workflow: str, owner: str) -> TaskRow:
        """A new task with the next number."""
        number = self.count("counter.next", key="task")
        self._task = blank_task(f"T-{number}", workflow, owner, self.at)
        self._new_task = True
        return self._task

    def insert(self, table: str, **values: Any) -> str:
        """Collects a row; it is written when the unit ends. The row's id comes back."""
        row_id = str(values.get("id", ""))
        for column in SEALED[table]:
            if text := values.get(column):
                values[column] = self._cipher.pack(table, column, row_id, text)
        self._rows.setdefault(table, []).append(values)
        return row_id

    def change(self, statement: str, **values: Any) -> bool:
        """Runs a change at once; whether exactly one row was changed. Rows collected before are written first."""
        self.write()
        return self._c.run(statement, values) == 1

    def seal(self, table: str, column: str, row_id: str, text: str) -> bytes:
        """The text as a sealed column holds it; for changes, since `insert` seals by itself."""
        return self._cipher.pack(table, column, row_id, text) if text else b""

    def blind(self, purpose: str, value: str) -> str:
        return self._cipher.blind(purpose, value) if value else ""

    def audit(
        self, kind: str, actor: str, subject: str = "", audit_class: AuditClass = "action", **facts: Fact
    ) -> None:
        """Adds a line to the chain; `subject` is the task unless something else is named."""
        self._trail.append(
            Entry(kind, subject or (self._task.id if self._task else "system"), actor, facts, audit_class)
        )

    def next(self, phase: Phase, subject_id: str = "", due_at: datetime | None = None) -> None:
        """Asks for the next job. A plan or a turn counts the step up, so that a turn still in flight ends as stale."""
        due = to_us(due_at) if due_at else self.at
        if phase in (Phase.PLAN, Phase.TURN):
            self.task.step += 1
            self.task.state, self.task.waiting_for = TaskState.OPEN.value, ""
        step = self._task.step if self._task and phase is not Phase.EFFECT else 0
        self.jobs.append(Job(phase, self._task.id if self._task else "", step, subject_id, due))

    def wait(self, waiting_for: str) -> None:
        """The task stands still until a customer, an approval, a person, an agent or a time moves it."""
        self.task.state, self.task.waiting_for = TaskState.WAITING.value, waiting_for

    def close(self, state: TaskState = TaskState.DONE) -> None:
        """The task has ended."""
        self.task.state, self.task.waiting_for, self.task.closed_at = state.value, "", self.at

    def move_effect(
        self, effect_id: str, old: str, state: str, reason: str = "", not_before: int | None = None
    ) -> bool:
        """Moves an effect that stands in `old`; whether it did. The reason is sealed: a gateway's words may name a customer."""
        return self.change("effect.move", key=effect_id, old=old, state=state, not_before=not_before,
                           reason=self.seal("effect", "reason", effect_id, reason))  # fmt: skip

    def want(self, subject_id: str) -> None:
        """Every card that shows this row has something new to tell."""
        self.write()
        self._c.write("card.want", {"subject": subject_id})
        self.cards_changed = True

    def card(self, kind: str, subject_id: str, purpose: str, **values: Any) -> str:
        """A new card about a row; the desk posts it after the commit."""
        self.cards_changed = True
        task_id = self._task.id if self._task else None
        return self.insert(
            "card", id=self.ids.new("crd"), kind=kind, subject_id=subject_id, purpose=purpose, created_at=self.at,
            **{"task_id": task_id, **values},
        )  # fmt: skip

    # The end ---------------------------------------------------------------------------------------------------------

    def flush(self) -> None:
        """Writes all that was collected but the audit. Raises `Stale` when another run has ended this unit's job."""
        if self._new_task:
            self._rows = {"task": [columns_of(self.task)], **self._rows}
        elif self._task and values_of(self._task) != self._before:
            self._task.updated_at = self.at
            row = columns_of(self._task)
            self._c.write("task.put", {"key": row["id"], **{k: v for k, v in row.items() if k not in FIXED}})
        self._write_jobs()
        self.write()

    def write(self) -> None:
        """Writes the collected rows now, so that the next statement of this unit finds them."""
        if not self._rows:
            return
        if self._new_task and "task" not in self._rows:
            self._rows = {"task": [columns_of(self.task)], **self._rows}
            self._new_task, self._before = False, values_of(self.task)
        for table in TABLES:  # parents before children
            if rows := self._rows.pop(table, None):
                self._c.insert(table, rows)

    def _write_jobs(self) -> None:
        done = self.done_job
        for job in self.jobs:
            entry = self._enlist(self._c, job) if job.due_at <= self.at else ""
            self.unqueued |= not entry and job.due_at <= self.at
            again = {"key": job.id, "due": job.due_at, "entry": entry, "at": self.at}
            if job.phase in (Phase.EFFECT, Phase.TWIN) and self._c.run("job.again", again):
                done = None if done and done.id == job.id else done
                continue
            row = {"id": job.id, "phase": job.phase.value, "task_id": job.task_id, "step": job.step, "entry": entry}
            at_once = self.at if job.due_at <= self.at else 0
            row |= {"subject_id": job.subject_id, "due_at": job.due_at, "queued_at": at_once}
            self._rows.setdefault("job", []).append(row)
        if done and self.must_end:
            if not self._c.run("job.done", {"key": done.id}):
                raise Stale(done.id)
        elif done:
            self._c.write("job.done", {"key": done.id})

    def write_audit(self) -> tuple[int, str] | None:
        """Writes the audit's lines. The new head of the chain, or None when nothing was audited."""
        if not self._trail:
            return None
        head = self._c.one("audit.head", {})
        if head is None:
            raise Bug("the audit has no head; the database was not set up by its migrations")
        seq, previous = int(head[0]), str(head[1])
        links = []
        for entry in self._trail:
            seq += 1
            links.append(link(entry, seq, previous, self.at))
            previous = links[-1].hash
        self._c.insert("audit", [
            {"seq": x.seq, "kind": x.kind, "audit_class": x.audit_class, "subject": x.subject, "actor": x.actor,
             "facts": x.facts, "at": x.at, "hash": x.hash} for x in links])  # fmt: skip
        self._c.write("audit.put", {"new_seq": seq, "new_hash": previous})
        return seq, previous


@dataclass
class Ledger:
    """Opens units. `offer` hands new jobs to the engine and `poke` wakes the desk; both run after the commit.

    `enlist` and `fence` are the engine's: the one joins a new job to its queue, the other stops a commit of a job that a process
    ends too late, after it was taken for dead. Both run in the transaction."""

    database: Database
    cipher: Cipher
    anchor: Anchor
    clock: Clock
    ids: Ids
    reach: Callable[[str], None] = lambda _: None  # named fail points; off unless asked for
    offer: Callable[[list[Job]], None] = field(default=lambda _: None)
    poke: Callable[[], None] = field(default=lambda: None)
    enlist: Enlist = field(default=lambda _c, _j: "")
    fence: Callable[[Connection], None] = field(default=lambda _: None)
    run: str = ""  # this run of this process, as the claims of effects name it

    def __post_init__(self) -> None:
        self.run = self.run or self.ids.new("run")
        if any(not self.cipher.packed_it(body) for (body,) in self.rows("event.any")):
            raise BadSettings("BATON_KEY_FILE holds another key than the one that this database was written with")

    @contextmanager
    def unit(self, task_id: str | None = None, job: Job | None = None) -> Iterator[Unit]:
        """A unit that holds the lock of `task_id`, or of no task. With a `job` it ends that job too.

        Raises `Stale` when a plan or turn job comes for a step that the task has left, or when another run has ended the job."""
        with self._begun([task_id], job) as units:
            yield units[0]

    @contextmanager
    def units(self, task_ids: Iterable[str]) -> Iterator[dict[str, Unit]]:
        """A unit for each of the tasks, by its id; all that they say is committed together or not at all."""
        with self._begun(sorted(set(task_ids)), None) as units:
            yield {unit.task.id: unit for unit in units}

    @contextmanager
    def _begun(self, task_ids: Sequence[str | None], job: Job | None) -> Iterator[list[Unit]]:
        with self.database.transaction() as connection:
            units = [self._locked(connection, task_id, job) for task_id in task_ids]
            yield units
            for unit in units:
                unit.flush()
            for news, of in (("cards", "cards_changed"), ("jobs", "unqueued")):
                if any(getattr(unit, of) for unit in units):
                    connection.announce(news)
            # The one lock that all share comes last.
            heads = [head for unit in units if (head := unit.write_audit())]
            self.fence(connection)
            self.reach("ledger.before_commit")
        self.reach("ledger.after_commit")
        if jobs := [job for unit in units for job in unit.jobs]:
            self.offer(jobs)
        if any(unit.cards_changed for unit in units):
            self.poke()
        if heads:
            self._anchor(*heads[-1])

    def _locked(self, connection: Connection, task_id: str | None, job: Job | None) -> Unit:
        row = connection.one("task.lock", {"id": task_id}) if task_id else None
        if task_id and row is None:
            raise Bug(f"there is no task {task_id}")
        task = TaskRow(*row) if row else None
        if job and job.phase in (Phase.PLAN, Phase.TURN) and (task is None or task.step != job.step):
            raise Stale(job.id)
        return Unit(connection, self.cipher, self.ids, self.clock.now(), task, self.enlist, job)

    def _anchor(self, seq: int, head: str) -> None:
        """What is committed stands, also where the file beside it cannot be written: `audit verify` says how far that goes."""
        try:
            self.anchor.write(seq, head)
        except OSError as error:
            log.error("the audit's anchor cannot be written: %s", error.strerror)  # noqa: TRY400  no trace needed

    def task(self, task_id: str) -> TaskRow | None:
        """The task as of the last commit, without a lock."""
        return next((TaskRow(*row) for row in self.rows("task.get", id=task_id)), None)

    def rows(self, statement: str, **values: Any) -> list[Row]:
        """Rows as of the last commit, without a lock; sealed columns stay sealed."""
        return self.database.reader().all(statement, values)

    def row(self, table: str, statement: str, **values: Any) -> dict[str, Any] | None:
        """A whole row as of the last commit, its sealed columns opened."""
        found = self.database.reader().one(statement, values)
        return None if found is None else open_row(self.cipher, table, found)

    # What engines need ----------------------------------------------------------------------------------------------

    def jobs(self) -> list[Job]:
        """All jobs that are owed."""
        return [Job.of(row) for row in self.rows("job.all")]

    def job(self, job_id: str) -> Job | None:
        """One job as it is owed now; None when it is done."""
        return next((Job.of(row) for row in self.rows("job.get", id=job_id)), None)

    def due_again(self) -> None:
        """What was asked for at once is due, also where the clock has been set back since."""
        with self.database.transaction() as connection:
            connection.write("job.due_again", {"now": to_us(self.clock.now())})

    def drop_job(self, job: Job) -> None:
        """The job has nothing left to do."""
        with self.database.transaction() as connection:
            connection.run("job.done", {"key": job.id})
            self.fence(connection)

    def delay_job(self, job: Job, due_at: datetime, error: str) -> Job:
        """The job as it stands after a failed attempt."""
        with self.database.transaction() as connection:
            connection.run("job.later", {"key": job.id, "due": to_us(due_at), "error": error})
            self.fence(connection)
        return replace(job, due_at=to_us(due_at), attempts=job.attempts + 1)

    def count_death(self, job: Job, run: str) -> int:
        """How often a process has died while it ran this job, `run` included; that one counts once, however often it is said."""
        with self.database.transaction() as connection:
            row = connection.one("job.died", {"key": job.id, "run": run.partition(".")[0]})
        return int(row[0]) if row else 0

    def count_taken_over(self, jobs: int) -> None:
        """So many jobs were taken over from a process that is gone."""
        with self.database.transaction() as connection:
            connection.run("counter.skip", {"key": "takeovers", "by": jobs})

    def begin_suspect(self, job: Job) -> None:
        """Notes that this run has begun a job with which a process has died before."""
        with self.database.transaction() as connection:
            connection.run("job.begun", {"key": job.id, "run": self.run.partition(".")[0]})
