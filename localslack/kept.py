"""Small things that outlive a restart and need no table of their own: a mapping each, by kind and id."""

from localslack.state import opened, packed
from localslack.wire import Json
from localslack.workspace import Workspace


def keep(workspace: Workspace, kind: str, key: str, body: Json) -> None:
    """Remember a mapping; what was kept there before is gone."""
    workspace.state.run("INSERT OR REPLACE INTO kept (kind, id, body) VALUES (?, ?, ?)", kind, key, packed(body))


def kept(workspace: Workspace, kind: str, key: str) -> Json | None:
    """Return what is kept there, or None."""
    row = workspace.state.one("SELECT body FROM kept WHERE kind = ? AND id = ?", kind, key)
    return opened(row["body"]) if row else None


def all_kept(workspace: Workspace, kind: str) -> dict[str, Json]:
    """Return everything of a kind by id, in the order in which it was first kept."""
    rows = workspace.state.all("SELECT id, body FROM kept WHERE kind = ? ORDER BY rowid", kind)
    return {row["id"]: opened(row["body"]) for row in rows}


def drop(workspace: Workspace, kind: str, key: str) -> bool:
    """Forget what is kept there; returns whether there was anything."""
    return bool(workspace.state.run("DELETE FROM kept WHERE kind = ? AND id = ?", kind, key))
