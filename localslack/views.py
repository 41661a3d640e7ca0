"""Views: the modals somebody has open, one upon the other, and each person's home tab of the app."""

import secrets
from dataclasses import dataclass

from localslack.messages import with_block_ids
from localslack.state import opened, packed
from localslack.wire import Json, SlackError
from localslack.workspace import Workspace

DEEPEST = 3
"""Views in one stack: https://docs.slack.dev/surfaces/modals"""


@dataclass(frozen=True)
class View:
    """A view and whose it is; `body` is Slack's view object without state, `inputs` are typed values by block and action."""

    id: str
    user: str
    kind: str
    body: Json
    inputs: Json
    previous_id: str | None


def find(workspace: Workspace, view_id: str) -> View | None:
    """Return an open view, or None."""
    row = workspace.state.one("SELECT * FROM views WHERE id = ? AND open = 1", view_id)
    return _view(row) if row else None


def by_external_id(workspace: Workspace, external_id: str) -> View | None:
    """Return the open view with the app's own id for it, or None."""
    row = workspace.state.one("SELECT * FROM views WHERE external_id = ? AND open = 1", external_id)
    return _view(row) if row else None


def stack(workspace: Workspace, user: str) -> list[View]:
    """Return the modals a person has open, the one on top last."""
    rows = workspace.state.all(
        "SELECT * FROM views WHERE user = ? AND kind = 'modal' AND open = 1 ORDER BY place", user
    )
    return [_view(row) for row in rows]


def home(workspace: Workspace, user: str) -> View | None:
    """Return what a person's home tab shows, or None when the app never published one."""
    row = workspace.state.one("SELECT * FROM views WHERE user = ? AND kind = 'home' AND open = 1", user)
    return _view(row) if row else None


def push(workspace: Workspace, user: str, content: Json) -> View:
    """Open a modal upon those that are open; refuses a fourth and an external id that is in use."""
    below = stack(workspace, user)
    if len(below) >= DEEPEST:
        raise SlackError("push_limit_reached")
    if content.get("external_id") and by_external_id(workspace, content["external_id"]):
        raise SlackError("duplicate_external_id")
    view_id = "V0" + secrets.token_hex(5).upper()
    top = below[-1] if below else None
    body = _body(workspace, view_id, content)
    body |= {"root_view_id": below[0].id if below else view_id, "previous_view_id": top.id if top else None}
    _write(workspace, body, user, "modal", len(below), {})
    show(workspace, user)
    return View(view_id, user, "modal", body, {}, body["previous_view_id"])


def replace(workspace: Workspace, view: View, content: Json, expected_hash: str | None = None) -> View:
    """Put new content into an open view; inputs that are still there keep what was entered. Refuses an old hash."""
    if expected_hash and expected_hash != view.body["hash"]:
        raise SlackError("hash_conflict")
    if content["type"] != view.kind:
        raise SlackError("invalid_arguments")
    body = _body(workspace, view.id, content)
    body |= {"root_view_id": view.body["root_view_id"], "previous_view_id": view.previous_id}
    row = workspace.state.one("SELECT place FROM views WHERE id = ?", view.id)
    _write(workspace, body, view.user, view.kind, row["place"] if row else 0, view.inputs)
    show(workspace, view.user)
    return View(view.id, view.user, view.kind, body, view.inputs, view.previous_id)


def publish(workspace: Workspace, user: str, content: Json, expected_hash: str | None) -> View:
    """Set a person's home tab."""
    current = home(workspace, user)
    if current:
        return replace(workspace, current, content, expected_hash)
    view_id = "V0" + secrets.token_hex(5).upper()
    body = _body(workspace, view_id, content) | {"root_view_id": view_id, "previous_view_id": None}
    _write(workspace, body, user, "home", 0, {})
    show(workspace, user)
    return View(view_id, user, "home", body, {}, None)


def keep_inputs(workspace: Workspace, view: View, inputs: Json) -> None:
    """Remember what was entered so far."""
    workspace.state.run("UPDATE views SET inputs = ? WHERE id = ?", packed(inputs), view.id)


def close(workspace: Workspace, view: View) -> None:
    """Close one modal."""
    workspace.state.run("UPDATE views SET open = 0 WHERE id = ?", view.id)
    show(workspace, view.user)


def close_all(workspace: Workspace, user: str) -> None:
    """Close every modal of a person."""
    workspace.state.run("UPDATE views SET open = 0 WHERE user = ? AND kind = 'modal'", user)
    show(workspace, user)


def show(workspace: Workspace, user: str) -> None:
    """Tell a person's pages what is open now."""
    workspace.feed.tell("views", shown(workspace, user), frozenset({user}))


def shown(workspace: Workspace, user: str) -> Json:
    """Return the open modals, top last, and the home tab, as the page draws them."""
    at_home = home(workspace, user)
    return {
        "stack": [{**view.body, "inputs": view.inputs} for view in stack(workspace, user)],
        "home": {**at_home.body, "inputs": at_home.inputs} if at_home else None,
    }


def with_state(view: View, values: Json) -> Json:
    """Return the view object as payloads carry it."""
    return {**view.body, "state": {"values": values}}


def _view(row: object) -> View:
    entry = dict(row)  # type: ignore[call-overload]
    return View(
        entry["id"], entry["user"], entry["kind"], opened(entry["body"]), opened(entry["inputs"]), entry["previous_id"]
    )


def _body(workspace: Workspace, view_id: str, content: Json) -> Json:
    team = workspace.team
    return {
        "id": view_id,
        "team_id": team.id,
        "type": content["type"],
        "title": content.get("title"),
        "submit": content.get("submit"),
        "close": content.get("close"),
        "blocks": with_block_ids(content["blocks"]),
        "private_metadata": content.get("private_metadata", ""),
        "callback_id": content.get("callback_id", ""),
        "external_id": content.get("external_id", ""),
        "state": {"values": {}},
        "hash": f"{workspace.state.next_ts()}.{secrets.token_hex(4)}",
        "clear_on_close": bool(content.get("clear_on_close", False)),
        "notify_on_close": bool(content.get("notify_on_close", False)),
        "submit_disabled": bool(content.get("submit_disabled", False)),
        "app_id": team.app_id,
        "app_installed_team_id": team.id,
        "bot_id": team.bot_id,
    }


def _write(workspace: Workspace, body: Json, user: str, kind: str, place: int, inputs: Json) -> None:
    workspace.state.run(
        "INSERT OR REPLACE INTO views (id, user, kind, root_id, previous_id, external_id, open, place, body, inputs)"
        " VALUES (?, ?, ?, ?, ?, ?, 1, ?, ?, ?)",
        *(body["id"], user, kind, body["root_view_id"], body["previous_view_id"], body["external_id"] or None, place),
        *(packed(body), packed(inputs)),
    )
