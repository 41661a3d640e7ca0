"""The audit's chain: each line's hash covers the one before, and the head is kept outside the database too.

A chain alone finds an edited line. That a line was taken out and the rest recomputed, or that the tail was cut, only the anchor
finds: a small file beside the database, signed with the installation's key, and the same head in Slack once a day.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import orjson

from core.contract.audit import Entry
from core.crypto import Cipher
from core.database import Reader
from core.errors import BadSettings

GENESIS = "0" * 64
PIECE = 10_000  # lines
HISTORY_EVERY = 1_000  # rows between two lines of the anchor's history
TRIES, TRY_EVERY_S = 20, 0.005  # others hold the file for a moment only
_WIDTH = 256


@dataclass(frozen=True, slots=True)
class Link:
    """A line with its place in the chain, as stored."""

    seq: int
    kind: str
    audit_class: str
    subject: str
    actor: str
    facts: str
    at: int
    hash: str


@dataclass(frozen=True, slots=True)
class Verified:
    """What a walk over the whole chain found. `faults` is empty when every line is as it was written."""

    rows: int
    head: str
    anchored: int  # the last line that the anchor vouches for
    faults: tuple[str, ...]


def link(entry: Entry, seq: int, previous: str, at_us: int) -> Link:
    """The entry as line number `seq` after a line whose hash is `previous`."""
    facts = orjson.dumps(entry.facts, option=orjson.OPT_SORT_KEYS).decode()
    draft = Link(seq, entry.kind, entry.audit_class, entry.subject, entry.actor, facts, at_us, "")
    return Link(seq, entry.kind, entry.audit_class, entry.subject, entry.actor, facts, at_us, _hash(draft, previous))


def _hash(row: Link, previous: str) -> str:
    parts = [previous, row.seq, row.at, row.kind, row.audit_class, row.subject, row.actor, row.facts]
    return hashlib.sha256(orjson.dumps(parts)).hexdigest()


class Anchor:
    """The head of the chain in a file of its own; it only ever moves forward. Raises `BadSettings` when it cannot be there."""

    def __init__(self, path: Path, cipher: Cipher) -> None:
        self._path = path
        self._cipher = cipher
        self._mine = threading.Lock()  # the file's own lock holds between processes, not between threads
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise BadSettings(f"the audit's anchor cannot be kept in {path}: {error.strerror}") from error
        self._history_at = self.read()[0] if path.stat().st_size else 0

    def write(self, seq: int, head: str) -> None:
        """Moves the anchor to this head, unless another process has moved it further, or stands still with the file in its hands:
        then the next line will move it."""
        with self._mine:
            if not self._taken():
                return
            try:
                if 0 <= self.read()[0] < seq:  # one that was tampered with stays as it is: evidence
                    line = f"{seq} {head} {self._cipher.sign(f'{seq} {head}')}"
                    os.pwrite(self._file, line.ljust(_WIDTH - 1).encode() + b"\n", 0)
            finally:
                fcntl.flock(self._file, fcntl.LOCK_UN)
            if seq - self._history_at >= HISTORY_EVERY:
                self._history_at = seq
                with self._path.with_suffix(".history").open("a", encoding="ascii") as history:
                    history.write(f"{seq} {head} {self._cipher.sign(f'{seq} {head}')}\n")

    def _taken(self) -> bool:
        for _ in range(TRIES):
            try:
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                time.sleep(TRY_EVERY_S)
            else:
                return True
        return False

    def read(self) -> tuple[int, str]:
        """The anchored line's number and hash; (0, genesis) when there is none; (-1, …) when it was tampered with."""
        text = os.pread(self._file, _WIDTH, 0).decode(errors="replace").split()
        if not text:
            return 0, GENESIS
        return self._checked(text)

    def _checked(self, text: list[str]) -> tuple[int, str]:
        if len(text) != 3 or not text[0].isdecimal() or self._cipher.sign(f"{text[0]} {text[1]}") != text[2]:
            return -1, GENESIS
        return int(text[0]), text[1]

    def points(self) -> list[tuple[int, str]]:
        """All anchored heads, oldest first."""
        history = self._path.with_suffix(".history")
        lines = history.read_text(encoding="ascii").splitlines() if history.exists() else []
        return [*(self._checked(line.split()) for line in lines), self.read()]

    def take_over(self, points: list[tuple[int, str]]) -> None:
        """Vouches for heads that another anchor vouched for, oldest first; the last one becomes this anchor's own."""
        known = {0, *(seq for seq, _ in self.points())}
        new = [f"{seq} {head} {self._cipher.sign(f'{seq} {head}')}\n" for seq, head in points[:-1] if seq not in known]
        if new:
            with self._path.with_suffix(".history").open("a", encoding="ascii") as history:
                history.writelines(new)
        for seq, head in points[-1:]:
            self.write(seq, head)

    def close(self) -> None:
        os.close(self._file)


def chain(connection: Reader) -> Iterator[Link]:
    """The chain from its first line on, read a piece at a time: it may be longer than there is memory."""
    after = -(2**63)
    while rows := connection.all("audit.after", {"after": after, "limit": PIECE}):
        yield from (Link(*row) for row in rows)
        after = int(rows[-1][0])


def verify(rows: Iterable[Link], head: tuple[int, str], anchors: list[tuple[int, str]]) -> Verified:
    """Walks the chain from its first line and holds it against the stored head and the anchors outside."""
    faults: list[str] = []
    wanted = dict(anchors)
    previous, seq = GENESIS, 0
    for row in rows:
        if row.seq != seq + 1:
            faults.append(f"line {seq + 1} is missing")
        if _hash(row, previous) != row.hash:
            faults.append(f"line {row.seq} ({row.kind}) was changed, or one before it was taken out")
        if row.seq in wanted and wanted[row.seq] != row.hash:
            faults.append(f"line {row.seq} is not the one that was anchored: the chain was written anew")
        previous, seq = row.hash, row.seq
    if head != (seq, previous):
        faults.append(f"the last line is {seq}, but the stored head is {head[0]}: the tail was cut or replaced")
    anchored = max((s for s, _ in anchors), default=0)
    if anchored > seq:
        faults.append(
            f"{anchored - seq} lines at the end are missing: the anchor vouches for {anchored}, there are {seq}"
        )
    if anchored == 0 and seq > 0:
        faults.append("the anchor file is gone: nothing outside the database vouches for these lines")
    if any(s < 0 for s, _ in anchors):
        faults.append("the anchor file was changed: its signature is wrong")
    return Verified(rows=seq, head=previous, anchored=max(anchored, 0), faults=tuple(faults))
