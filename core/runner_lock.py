"""Who runs the jobs of a SQLite file: one process, which holds this lock, and says in it what it is at."""

from __future__ import annotations

import fcntl
import os
from contextlib import suppress
from pathlib import Path

SLOT = 512  # bytes of the file in which one worker says what it runs


class RunnerLock:
    """One runner for each database. A command beside it writes rows and needs no lock.

    Its file also holds what each worker is at, so that the next process knows what this one died of. It is not forced to the
    disk: what kills a process leaves it there, and what takes the whole machine away is no fault of a job's."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: int | None = None

    def take(self) -> bool:
        """Whether this process is the runner now."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(file)
            return False
        self._file = file
        return True

    def left_behind(self) -> list[tuple[str, str]]:
        """What the last runner's workers were at when it died, run and job; asked once, after `take`."""
        if self._file is None:
            return []
        text = os.pread(self._file, os.fstat(self._file).st_size, 0).decode("ascii", errors="replace")
        os.ftruncate(self._file, 0)
        words = (line.split() for line in text.splitlines())
        return [(found[0], found[1]) for found in words if len(found) == 2]

    def note(self, worker: int, run: str = "", job_id: str = "") -> None:
        """Says what a worker begins; nothing when it has ended. On a full disk it is not said: then a death goes uncounted."""
        if self._file is not None:
            line = f"{run} {job_id}"[: SLOT - 1].ljust(SLOT - 1).encode("ascii", errors="replace") + b"\n"
            with suppress(OSError):
                os.pwrite(self._file, line, worker * SLOT)

    def release(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None
