"""Files: promised with an upload address, received, kept, and shown as Slack's file object.

https://docs.slack.dev/reference/objects/file-object. A file is `awaited` (an address was handed out), `received` (its
bytes are here), `done` (completed: it exists for people and the app) or `deleted`.
"""

import re
import secrets
import sqlite3
import unicodedata
from dataclasses import dataclass

from localslack.clock import seconds
from localslack.files.kinds import Kind, kind_of, picture_size, snippet_kind
from localslack.state import opened, packed
from localslack.team.rooms import Room
from localslack.wire import Json
from localslack.workspace import Workspace

LARGEST_FILE = 64 * 1024 * 1024
"""Bytes of one file. Slack takes a gigabyte; here a file lives in the workspace's SQLite file."""
LARGEST_SNIPPET = 1024 * 1024
LONGEST_NAME = 255
PREVIEW_LINES, PREVIEW_CHARACTERS = 5, 400
COLUMNS = "id, user, state, made_at, handed, body"
TURNS = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Characters that turn the direction of writing: `exe.txt` could be made of `txt.exe` with one."""


@dataclass(frozen=True)
class Order:
    """A file before it is here; `length` in bytes, `snippet` is Slack's name of a kind of text."""

    name: str
    length: int
    alt_txt: str | None = None
    snippet: str | None = None


@dataclass(frozen=True)
class File:
    """A file without its bytes. `handed` says that a person gave it to the app in a form, `body` holds what is shown."""

    id: str
    user: str
    state: str
    made_at: int
    handed: bool
    body: Json


@dataclass(frozen=True)
class Share:
    """A message that shows a file."""

    room: Room
    message: Json


def promise(workspace: Workspace, user: str, order: Order) -> tuple[str, str]:
    """Make room for a file to come; returns its id and the ticket that its upload address ends with."""
    kind = (snippet_kind(order.snippet) if order.snippet else None) or kind_of(order.name)
    file_id, ticket = _new_id(), secrets.token_urlsafe(48)
    body = _body(order, kind) | {"title": order.name}
    workspace.state.run(
        "INSERT INTO files (id, user, state, ticket, made_at, body) VALUES (?, ?, 'awaited', ?, ?, ?)",
        *(file_id, user, ticket, int(seconds(workspace.clock)), packed(body)),
    )
    return file_id, ticket


def awaited(workspace: Workspace, ticket: str) -> File | None:
    """Return the file that an upload address waits for, or None when there is no such address or it was used."""
    row = workspace.state.one(
        f"SELECT {COLUMNS} FROM files WHERE ticket = ? AND state = 'awaited'",  # noqa: S608 - our columns
        ticket,
    )
    return _file(row) if row else None


def receive(workspace: Workspace, file: File, content: bytes) -> bool:
    """Take the bytes of an awaited file; returns whether they were still awaited."""
    taken = workspace.state.run(
        "UPDATE files SET state = 'received', body = ?, content = ? WHERE id = ? AND state = 'awaited'",
        *(packed(file.body | _inside(file.body, content)), content, file.id),
    )
    return bool(taken)


def keep(workspace: Workspace, user: str, name: str, content: bytes) -> File:
    """Keep what a person chose on their machine; nobody else sees it until it is shared or handed over."""
    order = Order(cleaned_name(name), len(content))
    body = _body(order, kind_of(order.name)) | {"title": order.name}
    made = File(_new_id(), user, "done", int(seconds(workspace.clock)), False, body | _inside(body, content))
    workspace.state.run(
        "INSERT INTO files (id, user, state, made_at, body, content) VALUES (?, ?, 'done', ?, ?, ?)",
        *(made.id, user, made.made_at, packed(made.body), content),
    )
    return made


def complete(workspace: Workspace, file: File, title: str | None) -> File:
    """Finish an upload: from now on the file exists. Returns it under its title."""
    body = file.body | ({"title": title} if title else {})
    workspace.state.run("UPDATE files SET state = 'done', body = ? WHERE id = ?", packed(body), file.id)
    return File(file.id, file.user, "done", file.made_at, file.handed, body)


def get(workspace: Workspace, file_id: str) -> File | None:
    """Return a file in whatever state, or None."""
    row = workspace.state.one(f"SELECT {COLUMNS} FROM files WHERE id = ?", file_id)  # noqa: S608 - our columns
    return _file(row) if row else None


def all_done(workspace: Workspace) -> list[File]:
    """Return every file that exists, newest first."""
    rows = workspace.state.all(
        f"SELECT {COLUMNS} FROM files WHERE state = 'done' ORDER BY made_at DESC, rowid DESC"  # noqa: S608 - our columns
    )
    return [_file(row) for row in rows]


def content(workspace: Workspace, file_id: str) -> bytes:
    """Return the bytes of a file; none when it has none."""
    row = workspace.state.one("SELECT content FROM files WHERE id = ?", file_id)
    return bytes(row["content"] or b"") if row else b""


def shown(workspace: Workspace, file: File, public: bool = False) -> Json:
    """Return a file as messages carry it, without where it is shared; `public` says that a public channel has it."""
    person = workspace.people.get(file.user)
    team, slug = workspace.team.id, _slug(file.body["name"])
    private = f"{workspace.base_url}/files-pri/{team}-{file.id}"
    return {
        "id": file.id,
        "created": file.made_at,
        "timestamp": file.made_at,
        "user": file.user,
        "user_team": person.team if person else team,
        "is_external": False,
        "external_type": "",
        "is_public": public,
        "public_url_shared": False,
        "display_as_bot": False,
        "username": "",
        "url_private": f"{private}/{slug}",
        "url_private_download": f"{private}/download/{slug}",
        "permalink": f"{workspace.base_url}/files/{file.user}/{file.id}/{slug}",
        "media_display_type": "unknown",
        "has_rich_preview": False,
        "is_starred": False,
        "file_access": "visible",
        **file.body,
    }


def shown_whole(workspace: Workspace, file: File, shares: list[Share]) -> Json:
    """Return a file as `files.info` gives it, with every place it is shared."""
    places: Json = {}
    rooms = {share.room.id: share.room for share in shares}
    for share in shares:
        group = places.setdefault("private" if share.room.closed else "public", {})
        group.setdefault(share.room.id, []).append(_place(workspace, share))
    return {
        **shown(workspace, file, "public" in places),
        "comments_count": 0,
        "shares": places,
        "channels": [room.id for room in rooms.values() if not room.closed],
        "groups": [room.id for room in rooms.values() if room.closed and room.kind != "im"],
        "ims": [room.id for room in rooms.values() if room.kind == "im"],
        "has_more_shares": False,
    }


def cleaned_name(given: str) -> str:
    """Return a file name that is only a name: no folders, no control characters, not longer than names may be."""
    name = cleaned(re.split(r"[\\/]", given)[-1])
    if not name.strip("."):
        return "Untitled"
    stem, dot, ending = name.rpartition(".")
    return f"{stem[: LONGEST_NAME - len(ending) - 1]}{dot}{ending}"[:LONGEST_NAME] if stem else name[:LONGEST_NAME]


def cleaned(given: str) -> str:
    """Return words without control characters, halves of characters and what turns the direction of writing."""
    words = "".join(" " if unicodedata.category(sign) in {"Cc", "Cs"} else sign for sign in TURNS.sub("", given))
    return " ".join(words.split())


def _body(order: Order, kind: Kind) -> Json:
    body: Json = {
        "name": order.name,
        "mimetype": "text/plain" if order.snippet else kind.mimetype,
        "filetype": kind.filetype,
        "pretty_type": kind.pretty,
        "size": order.length,
        "mode": "snippet" if kind.text and order.length <= LARGEST_SNIPPET else "hosted",
    }
    body["editable"] = body["mode"] == "snippet"
    return body | ({"alt_txt": order.alt_txt} if order.alt_txt else {})


def _inside(body: Json, content: bytes) -> Json:
    """Return what Slack reads out of the bytes: the size of a picture, the beginning of a text."""
    if body["mode"] == "snippet":
        lines = content.decode(errors="replace").splitlines()
        preview = "\n".join(lines[:PREVIEW_LINES])[:PREVIEW_CHARACTERS]
        more = max(len(lines) - PREVIEW_LINES, 0)
        cut = bool(more) or len(preview) < len("\n".join(lines))
        return {"preview": preview, "lines": len(lines), "lines_more": more, "preview_is_truncated": cut}
    size = picture_size(content) if body["mimetype"].startswith("image/") else None
    return {"original_w": size[0], "original_h": size[1]} if size else {}


def _place(workspace: Workspace, share: Share) -> Json:
    message = share.message
    place: Json = {
        "reply_users": message.get("reply_users", []),
        "reply_users_count": message.get("reply_users_count", 0),
        "reply_count": message.get("reply_count", 0),
        "ts": message["ts"],
        "channel_name": share.room.name,
        "team_id": workspace.team.id,
        "share_user_id": message.get("user", workspace.team.bot_user),
        "source": "UNKNOWN",
        "is_silent_share": False,
    }
    return place | {name: message[name] for name in ("thread_ts", "latest_reply") if name in message}


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9._-]", "_", name.lower())


def _new_id() -> str:
    return "F0" + secrets.token_hex(5).upper()


def _file(row: sqlite3.Row) -> File:
    return File(row["id"], row["user"], row["state"], row["made_at"], bool(row["handed"]), opened(row["body"]))
