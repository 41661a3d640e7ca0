"""What a workspace remembers: one SQLite file of its own, so that a killed process loses nothing it has confirmed."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from localslack.clock import Clock
from localslack.wire import Json

FIRST = """
CREATE TABLE IF NOT EXISTS last_ts (one INTEGER PRIMARY KEY CHECK (one = 1), micros INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS channels (
  id TEXT PRIMARY KEY, kind TEXT NOT NULL, name TEXT NOT NULL, topic TEXT NOT NULL, created INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS members (channel TEXT NOT NULL, user TEXT NOT NULL, PRIMARY KEY (channel, user));
CREATE TABLE IF NOT EXISTS messages (
  channel TEXT NOT NULL, ts TEXT NOT NULL, thread_ts TEXT, user TEXT NOT NULL, broadcast INTEGER NOT NULL DEFAULT 0,
  body TEXT NOT NULL, metadata TEXT, PRIMARY KEY (channel, ts));
CREATE INDEX IF NOT EXISTS messages_thread ON messages (channel, thread_ts);
CREATE TABLE IF NOT EXISTS ephemerals (
  channel TEXT NOT NULL, ts TEXT NOT NULL, user TEXT NOT NULL, thread_ts TEXT, body TEXT NOT NULL,
  PRIMARY KEY (channel, ts));
CREATE TABLE IF NOT EXISTS reactions (
  channel TEXT NOT NULL, ts TEXT NOT NULL, name TEXT NOT NULL, user TEXT NOT NULL, PRIMARY KEY (channel, ts, name, user));
CREATE TABLE IF NOT EXISTS reads (user TEXT NOT NULL, channel TEXT NOT NULL, ts TEXT NOT NULL, PRIMARY KEY (user, channel));
CREATE TABLE IF NOT EXISTS views (
  id TEXT PRIMARY KEY, user TEXT NOT NULL, kind TEXT NOT NULL, root_id TEXT NOT NULL, previous_id TEXT,
  external_id TEXT, open INTEGER NOT NULL, place INTEGER NOT NULL, body TEXT NOT NULL, inputs TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS triggers (
  id TEXT PRIMARY KEY, user TEXT NOT NULL, made_at REAL NOT NULL, used INTEGER NOT NULL DEFAULT 0, view_id TEXT);
CREATE TABLE IF NOT EXISTS hooks (
  id TEXT PRIMARY KEY, channel TEXT NOT NULL, user TEXT NOT NULL, ts TEXT, ephemeral INTEGER NOT NULL, thread_ts TEXT,
  made_at REAL NOT NULL, uses INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS deliveries (
  event_id TEXT PRIMARY KEY, payload TEXT NOT NULL, attempt INTEGER NOT NULL, reason TEXT NOT NULL,
  due_at REAL NOT NULL, made_at REAL NOT NULL);
CREATE TABLE IF NOT EXISTS calls (
  id INTEGER PRIMARY KEY AUTOINCREMENT, at REAL NOT NULL, method TEXT NOT NULL, ok INTEGER NOT NULL, error TEXT,
  detail TEXT NOT NULL);
"""
SECOND = """
ALTER TABLE channels ADD COLUMN private INTEGER NOT NULL DEFAULT 0;
ALTER TABLE channels ADD COLUMN archived INTEGER NOT NULL DEFAULT 0;
ALTER TABLE channels ADD COLUMN shared TEXT NOT NULL DEFAULT 'no';
ALTER TABLE channels ADD COLUMN purpose TEXT NOT NULL DEFAULT '';
ALTER TABLE channels ADD COLUMN creator TEXT NOT NULL DEFAULT '';
ALTER TABLE triggers ADD COLUMN channel TEXT;
ALTER TABLE views ADD COLUMN channel TEXT;
CREATE TABLE people (id TEXT PRIMARY KEY, body TEXT NOT NULL);
CREATE TABLE pins (channel TEXT NOT NULL, ts TEXT NOT NULL, user TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (channel, ts));
CREATE TABLE bookmarks (id TEXT PRIMARY KEY, channel TEXT NOT NULL, body TEXT NOT NULL);
CREATE TABLE scheduled (
  id TEXT PRIMARY KEY, channel TEXT NOT NULL, post_at INTEGER NOT NULL, made_at INTEGER NOT NULL, body TEXT NOT NULL);
CREATE TABLE streams (
  channel TEXT NOT NULL, ts TEXT NOT NULL, mode TEXT NOT NULL, display TEXT NOT NULL, started_at REAL NOT NULL,
  halted INTEGER NOT NULL DEFAULT 0, body TEXT NOT NULL, PRIMARY KEY (channel, ts));
CREATE TABLE files (
  id TEXT PRIMARY KEY, user TEXT NOT NULL, state TEXT NOT NULL, ticket TEXT UNIQUE, made_at INTEGER NOT NULL,
  handed INTEGER NOT NULL DEFAULT 0, body TEXT NOT NULL, content BLOB);
CREATE TABLE file_shares (
  file TEXT NOT NULL, channel TEXT NOT NULL, ts TEXT NOT NULL, PRIMARY KEY (file, channel, ts));
CREATE TABLE sessions (
  channel TEXT NOT NULL, thread_ts TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (channel, thread_ts));
CREATE TABLE kept (kind TEXT NOT NULL, id TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (kind, id));
"""
STEPS = (FIRST, SECOND)
"""How the file came to its form; `PRAGMA user_version` counts the steps taken. A step that was released never changes."""


class State:
    """The connection, and the few things every part needs: transactions and timestamps."""

    def __init__(self, path: Path | None, clock: Clock) -> None:
        self.db = sqlite3.connect(path or ":memory:", isolation_level=None)
        self.db.row_factory = sqlite3.Row
        self.db.execute("PRAGMA journal_mode = WAL")
        self.db.execute("PRAGMA synchronous = NORMAL")
        self._step()
        self._clock = clock

    def close(self) -> None:
        """Close the file."""
        self.db.close()

    def empty(self) -> None:
        """Forget everything but the last timestamp, so that what comes is later than what was."""
        with self.transaction():
            for row in self.all("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"):
                if row["name"] != "last_ts":
                    self.run(f"DELETE FROM {row['name']}")  # noqa: S608 - our own tables

    def _step(self) -> None:
        """Bring the file to the present form; refuses one that a newer version wrote with `ValueError`."""
        taken = int(self.db.execute("PRAGMA user_version").fetchone()[0])
        if taken > len(STEPS):
            raise ValueError("the workspace file was written by a newer version; use that, or another --state file")
        for number, step in enumerate(STEPS[taken:], taken + 1):
            self.db.executescript(f"BEGIN IMMEDIATE; {step} PRAGMA user_version = {number}; COMMIT;")

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Run a block in one transaction: all of it is kept, or none."""
        self.db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self.db.execute("ROLLBACK")
            raise
        self.db.execute("COMMIT")

    def next_ts(self) -> str:
        """Return a message timestamp (`seconds.micros`) later than every one handed out before, also across restarts."""
        now = int(self._clock.now().timestamp() * 1_000_000)
        row = self.db.execute(
            "INSERT INTO last_ts (one, micros) VALUES (1, ?)"
            " ON CONFLICT (one) DO UPDATE SET micros = max(excluded.micros, last_ts.micros + 1) RETURNING micros",
            (now,),
        ).fetchone()
        return f"{row['micros'] // 1_000_000}.{row['micros'] % 1_000_000:06d}"

    def one(self, sql: str, *values: object) -> sqlite3.Row | None:
        """Return the first row of a query, or None."""
        row: sqlite3.Row | None = self.db.execute(sql, values).fetchone()
        return row

    def all(self, sql: str, *values: object) -> list[sqlite3.Row]:
        """Return all rows of a query."""
        return self.db.execute(sql, values).fetchall()

    def run(self, sql: str, *values: object) -> int:
        """Run a statement; returns how many rows it touched."""
        return self.db.execute(sql, values).rowcount


def packed(value: object) -> str:
    """Return a value as compact JSON for a column."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def opened(text: str) -> Json:
    """Return the mapping a column holds."""
    value: Json = json.loads(text)
    return value
