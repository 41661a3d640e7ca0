"""Searching: words, `from:somebody`, `in:#channel`, over what this person may see."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from localslack.config import Person
from localslack.page_api.door import open_to
from localslack.talk import history, pins
from localslack.team.rooms import Room
from localslack.wire import Json
from localslack.workspace import Workspace

MOST_LOOKED_AT = 1000
MOST_WORDS = 10
BEFORE, AFTER = 60, 140
PART = re.compile(r'(from|in):("[^"]+"|\S+)|"([^"]+)"|(\S+)', re.IGNORECASE)
SHOWN = frozenset({"text", "fallback", "pretext", "title", "alt_text", "label", "name", "filename"})
"""Where people's words stand in blocks, attachments and files."""
TOKEN = re.compile(r"<([@#!]?)([^<>|]*)(?:\|([^<>]*))?>")


@dataclass(frozen=True)
class Query:
    """What is searched for: words that all must be there, by whom, and in which conversation; empty means any."""

    words: tuple[str, ...]
    writer: str = ""
    place: str = ""


def read(line: str) -> Query:
    """Return what a typed line asks for. Quotes hold words together."""
    words: list[str] = []
    named = {"from": "", "in": ""}
    for filter_name, value, phrase, word in PART.findall(line):
        if filter_name:
            named[filter_name.lower()] = value.strip('"').lstrip("@#").lower()
        elif len(words) < MOST_WORDS:
            words.append((phrase or word).lower())
    return Query(tuple(words), named["from"], named["in"])


def search(workspace: Workspace, me: Person, line: str, limit: int) -> Json:
    """Return the newest messages that fit, each with its conversation's id and an excerpt around the first hit."""
    query = read(line)
    rooms = [room for room in _visible(workspace, me) if not query.place or _is_named(workspace, me, room, query.place)]
    writers = _writers(workspace, me, query.writer)
    hits: list[Json] = []
    for channel, message in _candidates(workspace, [room.id for room in rooms], query, writers):
        words = plain(workspace, message)
        if all(word in words.lower() for word in query.words):
            hits.append(_hit(channel, message, words, query))
        if len(hits) == limit:
            break
    return {"hits": hits}


def pinned(workspace: Workspace, room: Room) -> Json:
    """Return what is pinned to a conversation, the newest pin first, in a few words each."""
    found = [item["message"] for item in pins.listed(workspace, room) if "ts" in item["message"]]
    words = [(message, plain(workspace, message)) for message in found]
    return {"pins": [{"ts": each["ts"], "user": each["user"], "excerpt": text[:AFTER]} for each, text in words]}


def plain(workspace: Workspace, message: Json) -> str:
    """Return the words of a message as they are read: without markup, ids and addresses."""
    blocks = message.get("blocks") or []
    typed = all(block.get("type") == "rich_text" for block in blocks)
    parts = [str(message.get("text") or "")] if typed else list(_strings(blocks))
    parts += _strings([message.get("attachments"), message.get("files")])
    read_aloud = TOKEN.sub(lambda found: _named(workspace, found), " ".join(parts))
    return " ".join(read_aloud.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").split())


def _candidates(
    workspace: Workspace, channels: list[str], query: Query, writers: list[str] | None
) -> Iterator[tuple[str, Json]]:
    """Bodies are looked through as they are stored; what only looks like a hit there is sorted out by the caller."""
    words = list(query.words)
    if writers is None:
        yield from history.search(workspace, channels, words, MOST_LOOKED_AT)
        return
    found = [
        hit
        for writer in writers
        for hit in history.search(workspace, channels, [f'"user":"{writer}"', *words], MOST_LOOKED_AT)
        if hit[1]["user"] == writer
    ]
    yield from sorted(found, key=lambda hit: str(hit[1]["ts"]), reverse=True)


def _visible(workspace: Workspace, me: Person) -> list[Room]:
    mine = {room.id for room in workspace.rooms.of(me.id)}
    return [room for room in workspace.rooms.all() if room.id in mine or open_to(workspace, me, room)]


def _is_named(workspace: Workspace, me: Person, room: Room, wanted: str) -> bool:
    if room.kind == "channel":
        return wanted in {room.name.lower(), room.id.lower()}
    others = [user for user in workspace.rooms.members(room.id) if user != me.id]
    return len(others) == 1 and others[0] in (_writers(workspace, me, wanted) or [])


def _writers(workspace: Workspace, me: Person, wanted: str) -> list[str] | None:
    """Return whom a name stands for (`me`, a handle, a name or its beginning, the app); None when none was given."""
    if not wanted:
        return None
    if wanted == "me":
        return [me.id]
    app = [workspace.team.bot_user] if workspace.app.name.lower().startswith(wanted) else []
    return app + [
        person.id
        for person in workspace.people.all()
        if wanted in {person.id.lower(), person.handle.lower()} or person.name.lower().startswith(wanted)
    ]


def _strings(value: object, key: str = "") -> Iterator[str]:
    if isinstance(value, str):
        if key in SHOWN:
            yield value
    elif isinstance(value, dict) and value.get("type") == "user":
        yield f"<@{value.get('user_id')}>"
    elif isinstance(value, dict):
        for name, each in value.items():
            yield from _strings(each, name)
    elif isinstance(value, list):
        for each in value:
            yield from _strings(each, key)


def _named(workspace: Workspace, found: re.Match[str]) -> str:
    sign, inside, label = found.groups()
    if sign == "@":
        person = workspace.people.get(inside)
        return "@" + (person.name if person else workspace.app.name if inside == workspace.team.bot_user else inside)
    if sign == "#":
        room = workspace.rooms.get(inside)
        return "#" + (label or (room.name if room else inside))
    return label or (f"@{inside}" if sign == "!" else inside)


def _hit(channel: str, message: Json, words: str, query: Query) -> Json:
    at = words.lower().find(query.words[0]) if query.words else 0
    start = max(0, at - BEFORE)
    excerpt = ("…" if start else "") + words[start : at + AFTER] + ("…" if len(words) > at + AFTER else "")
    shown = {key: message[key] for key in ("ts", "thread_ts", "user", "username", "bot_id") if key in message}
    return {"channel": channel, "message": shown, "excerpt": excerpt}
