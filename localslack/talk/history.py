"""What was written: one message, a page of a conversation or of a thread, what was searched for, what is unread.

Messages come out as Slack shows them: replies counted, reactions and pins added, metadata included; whoever answers an app
that did not ask for metadata takes it off.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from localslack.state import opened
from localslack.wire import Json
from localslack.workspace import Workspace

FIRST_TS = "0000000000.000000"
LAST_TS = "9999999999.999999"
TOP = "(thread_ts IS NULL OR broadcast = 1)"


@dataclass(frozen=True)
class Span:
    """A stretch of time between two timestamps, as text (ten digits, a point, six); the ends count with `inclusive`."""

    oldest: str = FIRST_TS
    latest: str = LAST_TS
    inclusive: bool = False

    @property
    def clause(self) -> str:
        """The stretch as SQL with two places for values."""
        return "ts >= ? AND ts <= ?" if self.inclusive else "ts > ? AND ts < ?"


ALWAYS = Span()


@dataclass(frozen=True)
class Page:
    """Some messages in the order asked for, and whether there are more beyond the last of them."""

    messages: list[Json]
    more: bool


def find(workspace: Workspace, channel: str, ts: str) -> Json | None:
    """Return one message, or None."""
    rows = workspace.state.all("SELECT * FROM messages WHERE channel = ? AND ts = ?", channel, ts)
    return _complete(workspace, channel, rows)[0] if rows else None


def latest(workspace: Workspace, channel: str, span: Span, limit: int) -> Page:
    """Return the newest top-level messages of a span, newest first."""
    return _page(workspace, channel, TOP, (), span, "DESC", limit)


def earliest(workspace: Workspace, channel: str, span: Span, limit: int) -> Page:
    """Return the oldest top-level messages of a span, oldest first."""
    return _page(workspace, channel, TOP, (), span, "ASC", limit)


def replies(workspace: Workspace, channel: str, root: str, span: Span, limit: int) -> Page:
    """Return replies of a thread, without its root, oldest first."""
    return _page(workspace, channel, "thread_ts = ?", (root,), span, "ASC", limit)


def everything(workspace: Workspace, channel: str) -> list[Json]:
    """Return all of a conversation, threads included, oldest first; for tests and exports."""
    return _page(workspace, channel, "1", (), ALWAYS, "ASC", -2).messages


def search(workspace: Workspace, channels: Sequence[str], words: Sequence[str], limit: int) -> list[tuple[str, Json]]:
    """Return the newest messages of these channels that hold every word, each with its channel, newest first."""
    places = ",".join("?" * len(channels))
    holds = " AND ".join("instr(lower(body), lower(?)) > 0" for _ in words)
    if not channels or not words:
        return []
    rows = workspace.state.all(
        f"SELECT * FROM messages WHERE channel IN ({places}) AND {holds} ORDER BY ts DESC LIMIT ?",  # noqa: S608 - places only
        *(*channels, *words, limit),
    )
    return [(row["channel"], _complete(workspace, row["channel"], [row])[0]) for row in rows]


def unread(workspace: Workspace, channel: str, reader: str, since: str) -> tuple[int, int]:
    """Return how many top-level messages of others came after `since`, and how many of them mention the reader.

    Who came and went, and what a channel is called and about, is nothing to be read.
    """
    row = workspace.state.one(
        "SELECT count(*) AS n, total(instr(body, ?) > 0) AS named FROM messages"  # noqa: S608 - our own clause
        f" WHERE channel = ? AND user != ? AND ts > ? AND {TOP}"
        " AND coalesce(json_extract(body, '$.subtype'), '') NOT LIKE 'channel\\_%' ESCAPE '\\'",
        *(f"<@{reader}>", channel, reader, since),
    )
    return (int(row["n"]), int(row["named"])) if row else (0, 0)


def _page(
    workspace: Workspace, channel: str, where: str, values: tuple[str, ...], span: Span, order: str, limit: int
) -> Page:
    rows = workspace.state.all(
        f"SELECT * FROM messages WHERE channel = ? AND {where} AND {span.clause} ORDER BY ts {order} LIMIT ?",  # noqa: S608
        *(channel, *values, span.oldest, span.latest, limit + 1),
    )
    kept = rows if limit < 0 else rows[:limit]
    return Page(_complete(workspace, channel, kept), len(kept) < len(rows))


def _complete(workspace: Workspace, channel: str, rows: Sequence[sqlite3.Row]) -> list[Json]:
    """Add what stands in other tables, with one question each however many messages there are."""
    roots = [row["ts"] for row in rows if row["thread_ts"] is None]
    threads, reactions = (
        _threads(workspace, channel, roots),
        _reactions(workspace, channel, [row["ts"] for row in rows]),
    )
    pinned = {row["ts"] for row in _among(workspace, "SELECT ts FROM pins", channel, "ts", [row["ts"] for row in rows])}
    complete = []
    for row in rows:
        message = opened(row["body"])
        message |= threads.get(row["ts"], {})
        if row["ts"] in reactions:
            message["reactions"] = reactions[row["ts"]]
        if row["ts"] in pinned:
            message["pinned_to"] = [channel]
        metadata = opened(row["metadata"]) if row["metadata"] else {}
        if metadata:
            message["metadata"] = metadata
        complete.append(message)
    return complete


def _threads(workspace: Workspace, channel: str, roots: list[str]) -> dict[str, Json]:
    select = "SELECT thread_ts, user, count(*) AS n, min(ts) AS first, max(ts) AS last FROM messages"
    found: dict[str, Json] = {}
    for row in _among(workspace, select, channel, "thread_ts", roots, "GROUP BY thread_ts, user ORDER BY first"):
        entry = found.setdefault(row["thread_ts"], {"reply_count": 0, "reply_users": [], "latest_reply": FIRST_TS})
        entry["reply_count"] += row["n"]
        entry["reply_users"].append(row["user"])
        entry["latest_reply"] = max(entry["latest_reply"], row["last"])
    for ts, entry in found.items():
        writers = entry["reply_users"]
        entry |= {"thread_ts": ts, "reply_users_count": len(writers), "reply_users": writers[:5]}
        entry |= {"is_locked": False, "subscribed": False}
    return found


def _reactions(workspace: Workspace, channel: str, wanted: list[str]) -> dict[str, list[Json]]:
    found: dict[str, dict[str, list[str]]] = {}
    for row in _among(workspace, "SELECT ts, name, user FROM reactions", channel, "ts", wanted, "ORDER BY rowid"):
        found.setdefault(row["ts"], {}).setdefault(row["name"], []).append(row["user"])
    return {
        ts: [{"name": name, "users": users, "count": len(users)} for name, users in names.items()]
        for ts, names in found.items()
    }


def _among(
    workspace: Workspace, select: str, channel: str, column: str, wanted: Iterable[str], rest: str = ""
) -> list[sqlite3.Row]:
    keys = list(wanted)
    if not keys:
        return []
    places = ",".join("?" * len(keys))
    return workspace.state.all(f"{select} WHERE channel = ? AND {column} IN ({places}) {rest}", channel, *keys)
