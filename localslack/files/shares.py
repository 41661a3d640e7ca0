"""Who sees a file: shared in conversations, shown in blocks, handed to the app in a form, taken away again."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from localslack import events
from localslack.files import store as files
from localslack.files.store import File, Share
from localslack.talk import history, messages
from localslack.talk.messages import Draft
from localslack.team.rooms import Room
from localslack.wire import Json
from localslack.workspace import Workspace


@dataclass(frozen=True)
class Sharing:
    """What is shared in which conversations; `draft` is the message that shows the files there."""

    user: str
    files: Sequence[File]
    rooms: Sequence[Room]
    draft: Draft


def share(workspace: Workspace, sharing: Sharing) -> list[Json]:
    """Show files in conversations, one message in each, and tell the app; returns the messages.

    Whoever calls has checked that the user may write there, and holds the transaction. Refuses a thread that is none.
    """
    written = []
    for room in sharing.rooms:
        message = messages.post(workspace, room, sharing.user, _draft(workspace, sharing, room))
        written.append(message)
        for file in sharing.files:
            workspace.state.run(
                "INSERT INTO file_shares (file, channel, ts) VALUES (?, ?, ?)", file.id, room.id, message["ts"]
            )
    return written


def tell_created(workspace: Workspace, file: File) -> None:
    """Tell the app of a new file and where it is shared, as far as the app can see it.

    Slack promises no order of these events and the message's; here the message comes first.
    """
    bot = workspace.team.bot_user
    if file.user != bot and not sees(workspace, bot, file):
        return
    shared = shares(workspace, file)
    made: Json = {"user_id": file.user, "file": {"id": file.id}}
    _tell(workspace, "file_created", file, made)
    for each in shared:
        event = _event(workspace, "file_shared", file, {**made, "channel_id": each.room.id})
        events.tell_in_room(workspace, each.room, "file_shared", event)
    if shared:
        _tell(workspace, "file_change", file, {"file": {"id": file.id}})


def shares(workspace: Workspace, file: File) -> list[Share]:
    """Return the messages that show a file now, oldest first."""
    rows = workspace.state.all("SELECT channel, ts FROM file_shares WHERE file = ? ORDER BY ts", file.id)
    found = [(workspace.rooms.get(row["channel"]), history.find(workspace, row["channel"], row["ts"])) for row in rows]
    return [Share(room, message) for room, message in found if room and message and _carries(message, file.id)]


def sees(workspace: Workspace, user: str, file: File) -> bool:
    """Return whether a person, or the bot, may open a file that exists: it is theirs, or shown where they are.

    A public channel's files are open to the app also where it is no member, as at Slack.
    """
    if file.state != "done":
        return False
    bot = user == workspace.team.bot_user
    if file.user == user or (bot and file.handed):
        return True
    for each in shares(workspace, file):
        if workspace.rooms.has(each.room.id, user) or (bot and not each.room.closed):
            return True
    return _in_blocks(workspace, user, file)


def described(workspace: Workspace, file: File) -> Json:
    """Return a file as `files.info` gives it."""
    return files.shown_whole(workspace, file, shares(workspace, file))


def hand_over(workspace: Workspace, user: str, ids: Sequence[str]) -> list[Json]:
    """Let the app see files that a person put into a form; returns them as the submission carries them.

    Leaves out what is not the person's own.
    """
    given = [file for file in (files.get(workspace, each) for each in ids) if file]
    own = [file for file in given if file.user == user and file.state == "done"]
    for file in own:
        workspace.state.run("UPDATE files SET handed = 1 WHERE id = ?", file.id)
    return [described(workspace, file) for file in own]


def delete(workspace: Workspace, file: File) -> None:
    """Take a file of the app's away: messages that showed it keep a tombstone, its bytes are gone."""
    shared = shares(workspace, file)
    workspace.state.run("UPDATE files SET state = 'deleted', content = NULL WHERE id = ?", file.id)
    for each in shared:
        left = [_without(shown, file.id) for shown in each.message["files"]]
        messages.update(workspace, each.room, each.message["ts"], {"files": left}, edited=False)
    _tell(workspace, "file_deleted", file, {"channel_ids": [each.room.id for each in shared]})


def _draft(workspace: Workspace, sharing: Sharing, room: Room) -> Draft:
    shown = [files.shown(workspace, file, not room.closed) for file in sharing.files]
    more = {"subtype": "file_share", "files": shown, "upload": False, "display_as_bot": False}
    return replace(sharing.draft, more={**sharing.draft.more, **more})


def _tell(workspace: Workspace, kind: str, file: File, more: Json) -> None:
    events.tell(workspace, kind, _event(workspace, kind, file, more))


def _event(workspace: Workspace, kind: str, file: File, more: Json) -> Json:
    return {"type": kind, "file_id": file.id, **more, "event_ts": workspace.state.next_ts()}


def _carries(message: Json, file_id: str) -> bool:
    return any(each["id"] == file_id for each in message.get("files", []))


def _without(shown: Json, file_id: str) -> Json:
    return {"id": file_id, "mode": "tombstone"} if shown["id"] == file_id else shown


def _in_blocks(workspace: Workspace, user: str, file: File) -> bool:
    """Whether an image block that this user is shown names the file. Typed text cannot: its quotes are escaped."""
    needles = [f'"slack_file":{{"id":"{file.id}"']
    needles += [f'"slack_file":{{"url":"{url}"' for url in _addresses(workspace, file)]
    holds = " OR ".join("instr(body, ?) > 0" for _ in needles)
    asked = (
        f"SELECT 1 FROM messages WHERE ({holds}) AND channel IN (SELECT channel FROM members WHERE user = ?) LIMIT 1",  # noqa: S608
        f"SELECT 1 FROM ephemerals WHERE ({holds}) AND user = ? LIMIT 1",  # noqa: S608 - places only
        f"SELECT 1 FROM views WHERE ({holds}) AND open = 1 AND user = ? LIMIT 1",  # noqa: S608 - places only
    )
    person = workspace.people.get(user)
    if person is None or person.deleted:
        return False
    return any(workspace.state.one(sql, *needles, user) for sql in asked)


def _addresses(workspace: Workspace, file: File) -> tuple[str, str, str]:
    shown = files.shown(workspace, file)
    return shown["url_private"], shown["url_private_download"], shown["permalink"]
