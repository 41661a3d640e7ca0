"""The app's log: what it called, what it was refused, what it answered late. For whoever writes the app."""

from sqlite3 import Row

from localslack.state import opened
from localslack.wire import Json
from localslack.workspace import Workspace

LONGEST_TEXT = 600
MOST_RETRIES = 20


def calls(workspace: Workspace, after: int, limit: int, failed: bool) -> Json:
    """Return the newest calls after a number, newest first, and what waits for the app."""
    rows = workspace.state.all(
        "SELECT * FROM calls WHERE id > ? AND (ok = 0 OR ?) ORDER BY id DESC LIMIT ?", after, not failed, limit
    )
    return {
        "calls": [_shown(row) for row in rows],
        "connected": workspace.line.connected,
        "waiting": workspace.deliveries.waiting(),
        "retries": _retries(workspace),
    }


def last_failure(workspace: Workspace) -> Json | None:
    """Return the newest call that failed, if nothing went well after it; else None."""
    row = workspace.state.one("SELECT * FROM calls ORDER BY id DESC LIMIT 1")
    return _shown(row) if row and not row["ok"] else None


def _retries(workspace: Workspace) -> list[Json]:
    """Return the events that are tried again: which, how often so far, why, and when next (seconds since 1970).

    While the app is not there nothing is tried, so there are none.
    """
    if not workspace.line.connected:
        return []
    rows = workspace.state.all(
        "SELECT payload, attempt, reason, due_at FROM deliveries WHERE attempt > 0 ORDER BY due_at LIMIT ?",
        MOST_RETRIES,
    )
    return [
        {
            "event": (opened(row["payload"]).get("event") or {}).get("type", ""),
            **{name: row[name] for name in ("attempt", "reason", "due_at")},
        }
        for row in rows
    ]


def _shown(row: Row) -> Json:
    detail = _short(opened(row["detail"]))
    return {"id": row["id"], "at": row["at"], "method": row["method"], "error": row["error"], "detail": detail}


def _short(value: object) -> object:
    if isinstance(value, str) and len(value) > LONGEST_TEXT:
        return value[:LONGEST_TEXT] + "…"
    if isinstance(value, dict):
        return {key: _short(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_short(each) for each in value]
    return value
