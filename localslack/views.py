"""Views: the modals somebody has open, one upon the other, and each person's home tab of the app."""

import secrets
from dataclasses import dataclass

from localslack.state import opened, packed
from localslack.talk.interactive import elements_of, spelled_out, with_ids
from localslack.team import choices
from localslack.wire import Json, SlackError
from localslack.workspace import Workspace

DEEPEST = 3
"""Views in one stack: https://docs.slack.dev/surfaces/modals"""


@dataclass(frozen=True)
class View:
    """A view and whose it is; `body` is Slack's view object without state, `inputs` are typed values by block and action.

    `channel` is the conversation in which a modal was opened, if it was opened in one.
    """

    id: str
    user: str
    kind: str
    body: Json
    inputs: Json
    previous_id: str | None
    channel: str | None = None


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


def push(workspace: Workspace, user: str, content: Json, channel: str | None = None) -> View:
    """Open a modal upon those that are open; refuses a fourth and an external id that is in use."""
    below = stack(workspace, user)
    if len(below) >= DEEPEST:
        raise SlackError("push_limit_reached")
    view_id = _new_id()
    _check_external_id(workspace, content, view_id)
    top = below[-1] if below else None
    body = _body(workspace, user, view_id, content)
    body |= {"root_view_id": below[0].id if below else view_id, "previous_view_id": top.id if top else None}
    inputs = choices.starts(workspace, user, body["blocks"], channel)
    view = View(view_id, user, "modal", body, inputs, body["previous_view_id"], channel)
    _write(workspace, view, len(below))
    return view


def replace(workspace: Workspace, view: View, content: Json, expected_hash: str | None = None) -> View:
    """Put new content into an open view. Refuses an old hash.

    What was entered stays for elements that are there under the same block id and action id; the rest is forgotten.
    """
    if expected_hash and expected_hash != view.body["hash"]:
        raise SlackError("hash_conflict")
    if content["type"] != view.kind:
        raise SlackError("invalid_arguments")
    _check_external_id(workspace, content, view.id)
    body = _body(workspace, view.user, view.id, content)
    body |= {"root_view_id": view.body["root_view_id"], "previous_view_id": view.previous_id}
    row = workspace.state.one("SELECT place, inputs FROM views WHERE id = ?", view.id)
    before = opened(row["inputs"]) if row else {}
    starts = choices.starts(workspace, view.user, body["blocks"], view.channel)
    inputs = _merged(starts, _kept(body["blocks"], before))
    changed = View(view.id, view.user, view.kind, body, inputs, view.previous_id, view.channel)
    _write(workspace, changed, row["place"] if row else 0)
    return changed


def publish(workspace: Workspace, user: str, content: Json, expected_hash: str | None) -> View:
    """Set a person's home tab, also of somebody who never opened it. Refuses an old hash."""
    current = home(workspace, user)
    if current:
        return replace(workspace, current, content, expected_hash)
    if expected_hash:
        raise SlackError("hash_conflict")
    view_id = _new_id()
    _check_external_id(workspace, content, view_id)
    body = _body(workspace, user, view_id, content) | {"root_view_id": view_id, "previous_view_id": None}
    view = View(view_id, user, "home", body, {}, None)
    _write(workspace, view, 0)
    return view


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
        entry["id"],
        entry["user"],
        entry["kind"],
        opened(entry["body"]),
        opened(entry["inputs"]),
        entry["previous_id"],
        entry["channel"],
    )


def _body(workspace: Workspace, user: str, view_id: str, content: Json) -> Json:
    team = workspace.team
    return {
        "id": view_id,
        "team_id": workspace.person(user).team,
        "type": content["type"],
        "title": spelled_out(content.get("title")),
        "submit": spelled_out(content.get("submit")),
        "close": spelled_out(content.get("close")),
        "blocks": with_ids(content["blocks"]),
        "private_metadata": content.get("private_metadata", ""),
        "callback_id": content.get("callback_id", ""),
        "external_id": content.get("external_id", ""),
        "state": {"values": {}},
        "hash": f"{workspace.state.next_ts()}.{secrets.token_hex(4)}",
        "clear_on_close": bool(content.get("clear_on_close", False)),
        "notify_on_close": bool(content.get("notify_on_close", False)),
        "submit_disabled": False,
        "app_id": team.app_id,
        "app_installed_team_id": team.id,
        "bot_id": team.bot_id,
    }


def _kept(blocks: list[Json], before: Json) -> Json:
    kept: Json = {}
    for block, element in elements_of(blocks):
        value = (before.get(block["block_id"]) or {}).get(element["action_id"])
        if value and value["type"] == element["type"]:
            kept.setdefault(block["block_id"], {})[element["action_id"]] = value
    return kept


def _merged(under: Json, over: Json) -> Json:
    return {block_id: {**under.get(block_id, {}), **over.get(block_id, {})} for block_id in {**under, **over}}


def _check_external_id(workspace: Workspace, content: Json, view_id: str) -> None:
    taken = by_external_id(workspace, content["external_id"]) if content.get("external_id") else None
    if taken is not None and taken.id != view_id:
        raise SlackError("duplicate_external_id")


def _new_id() -> str:
    return "V0" + secrets.token_hex(5).upper()


def _write(workspace: Workspace, view: View, place: int) -> None:
    columns = "id, user, kind, root_id, previous_id, external_id, open, place, body, inputs, channel"
    workspace.state.run(
        f"INSERT OR REPLACE INTO views ({columns}) VALUES (?, ?, ?, ?, ?, ?, 1, ?, ?, ?, ?)",  # noqa: S608 - our columns
        *(view.id, view.user, view.kind, view.body["root_view_id"], view.body["previous_view_id"]),
        *(view.body["external_id"] or None, place, packed(view.body), packed(view.inputs), view.channel),
    )
    show(workspace, view.user)
