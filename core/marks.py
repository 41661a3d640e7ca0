"""Marks: small things that all processes must know for a while. What has been begun, what is done, who has read what.

A mark is a row beside the leases, with a name of its own kind, and ends by itself. What may reach two processes at once is begun
by the one that puts its mark first.
"""

from __future__ import annotations

from typing import Literal

from core.errors import Away, Retry
from core.ledger import Ledger

PREFIX = "mark:"
BEGUN, DONE = "begun", "done"
Turn = Literal["ours", "theirs", "done"]
_SECOND = 1_000_000


class Marks:
    """Puts marks and finds them. All of it raises `Away` when the database cannot be reached, `Retry` when it is busy."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def begin(self, name: str, for_s: float) -> Turn:
        """`ours`: nobody had begun it, and now we have, for `for_s` seconds. `theirs`: somebody is at it. `done`: it is done."""
        try:
            return self._begin(name, for_s)
        except Away:
            raise
        except Retry:  # two at once: by now the other one's mark stands
            return self._begin(name, for_s)

    def _begin(self, name: str, for_s: float) -> Turn:
        values = {"holder": BEGUN, "for_us": int(for_s * _SECOND)}
        with self._ledger.database.transaction() as connection:
            row = connection.one("mark.look", {"name": PREFIX + name})
            if row is None:
                connection.run("mark.put", {"name": PREFIX + name, **values})
            elif row[1]:
                connection.run("mark.set", {"key": PREFIX + name, **values})
            else:
                return "done" if row[0] == DONE else "theirs"
        return "ours"

    def done(self, name: str, for_s: float) -> None:
        """What was begun is done; whoever comes with it in the next `for_s` seconds has nothing to do."""
        with self._ledger.database.transaction() as connection:
            connection.run("mark.set", {"key": PREFIX + name, "holder": DONE, "for_us": int(for_s * _SECOND)})

    def undo(self, name: str) -> None:
        """It was not done after all: whoever comes with it next may begin."""
        with self._ledger.database.transaction() as connection:
            connection.run("mark.drop", {"key": PREFIX + name})

    def stands(self, name: str) -> bool:
        """Whether the mark was put, and has not ended."""
        return bool(self._ledger.rows("mark.stands", name=PREFIX + name))

    def forget_old(self) -> None:
        """Marks that have ended go."""
        with self._ledger.database.transaction() as connection:
            connection.run("mark.forget", {"like": PREFIX})
