"""Work on many rows, each for itself: one that fails stops no other."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable

from core.database import Row
from core.engine import where_it_failed
from core.errors import Away, Fenced, Retry

log = logging.getLogger("baton.sweep")

Failed = Callable[[Row, str], None]


def each(rows: Iterable[Row], do: Callable[..., bool], failed: Failed | None = None) -> int:
    """Does it for every row, whose columns are its arguments; for how many there was something to do.

    `failed` hears of a row that cannot be done, and why. What is only busy is left for the next time. Raises `Away`."""
    done = 0
    for row in rows:
        try:
            done += do(*row)
        except (Away, Fenced):  # nothing can be done now, or not by this process
            raise
        except Retry as error:
            log.warning("%s waits for the next time: %s", row[0], error.reason)
        # The outermost door of one row: whatever is wrong with it, the others are somebody's work too.
        except Exception as error:  # noqa: BLE001
            log.error("%s failed: %s\n%s", row[0], type(error).__name__, where_it_failed(error))  # noqa: TRY400  see where_it_failed
            if failed:
                each([(row, type(error).__name__)], _as_said(failed))
    return done


def _as_said(failed: Failed) -> Callable[[Row, str], bool]:
    def say(row: Row, why: str) -> bool:
        failed(row, why)
        return True

    return say
