"""Writing: what a person types becomes a message as Slack's own composer would send it; and what they do to it later."""

from localslack.acts.click import message_seen
from localslack.acts.compose import as_sent
from localslack.acts.home import start_thread
from localslack.acts.reach import reach, write_into
from localslack.acts.seen import NotPossibleError, Seen
from localslack.talk import messages, whispers
from localslack.talk.compose import as_rich_text
from localslack.talk.messages import LONGEST_TEXT, Draft
from localslack.team.rooms import Room
from localslack.wire import Json
from localslack.workspace import Workspace


def say(
    workspace: Workspace, user: str, channel: str, text: str, thread_ts: str | None = None, broadcast: bool = False
) -> Seen:
    """Write a message in a channel, a direct conversation or a thread; `broadcast` sends a reply to the channel too.

    What is said to an app with `assistant_view` is said in a thread; without one a new thread begins.
    """
    room = write_into(workspace, user, channel)
    sent, block = _composed(workspace, text)
    if thread_ts is None and workspace.app.features.assistant and _is_the_apps(workspace, room):
        thread_ts = start_thread(workspace, user, room)
    draft = Draft(text=sent, blocks=[block], thread_ts=thread_ts, broadcast=broadcast)
    return Seen(ts=messages.post(workspace, room, user, draft)["ts"])


def edit(workspace: Workspace, user: str, channel: str, ts: str, text: str) -> Seen:
    """Change one's own message."""
    room = write_into(workspace, user, channel)
    message = _found(workspace, user, channel, ts)
    if message["user"] != user or message.get("bot_id") or message.get("is_ephemeral"):
        raise NotPossibleError(f"{ts} was not written by {user}")
    sent, block = _composed(workspace, text)
    if sent != message["text"]:
        messages.update(workspace, room, ts, {"text": sent, "blocks": messages.with_block_ids([block])})
    return Seen(ts=ts)


def delete(workspace: Workspace, user: str, channel: str, ts: str) -> Seen:
    """Delete one's own message; admins delete anybody's. What only oneself sees is put away ("Dismiss message")."""
    room = reach(workspace, user, channel)
    message = _found(workspace, user, channel, ts)
    if message.get("is_ephemeral"):
        whispers.drop(workspace, room, user, ts)
        return Seen()
    person, stranger = workspace.person(user), workspace.people.is_stranger(user)
    if message["user"] != user and (stranger or not (person.admin or person.owner)):
        raise NotPossibleError(f"{ts} was not written by {user}")
    messages.delete(workspace, room, ts)
    return Seen()


def _is_the_apps(workspace: Workspace, room: Room) -> bool:
    return room.kind == "im" and workspace.rooms.has(room.id, workspace.team.bot_user)


def _composed(workspace: Workspace, typed: str) -> tuple[str, Json]:
    if not typed.strip():
        raise NotPossibleError("nothing was written")
    sent = as_sent(workspace, typed.strip())
    if len(sent) > LONGEST_TEXT:
        raise NotPossibleError(f"a message has at most {LONGEST_TEXT} characters")
    return sent, as_rich_text(sent)


def _found(workspace: Workspace, user: str, channel: str, ts: str) -> Json:
    message = message_seen(workspace, user, channel, ts)
    if message is None or message.get("subtype") == "tombstone":
        raise NotPossibleError(f"{user} sees no message {ts} in {channel}")
    return message
