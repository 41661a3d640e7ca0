"""Writing: what a person types becomes a message as Slack's own composer would send it."""

import re

from localslack import messages
from localslack.acts.seen import NotPossibleError, Seen
from localslack.messages import Draft
from localslack.rooms import Room
from localslack.wire import Json
from localslack.workspace import Workspace

TOKEN = re.compile(r"&lt;([@#][A-Z0-9]+)&gt;")
MAIL = re.compile(r"(?<![\w<|:])[\w.+-]+@[\w-]+\.[\w.-]*\w")
LINK = re.compile(r"(?<![<|\w])https?://[^\s<>]+[^\s<>.,;:!?)]")
MENTION = re.compile(r"<@([A-Z0-9]+)>")


def reach(workspace: Workspace, user: str, channel: str) -> Room:
    """Return a conversation the person is in; they cannot act anywhere else."""
    workspace.person(user)
    room = workspace.rooms.get(channel)
    if room is None or not workspace.rooms.has(channel, user):
        raise NotPossibleError(f"{user} is not in {channel}")
    return room


def say(workspace: Workspace, user: str, channel: str, text: str, thread_ts: str | None = None) -> Seen:
    """Write a message in a channel, a direct conversation or a thread."""
    room = reach(workspace, user, channel)
    if not text.strip():
        raise NotPossibleError("nothing was written")
    sent = as_sent(workspace, text.strip())
    draft = Draft(text=sent, blocks=[as_rich_text(sent)], thread_ts=thread_ts)
    return Seen(ts=messages.post(workspace, room, user, draft)["ts"])


def as_sent(workspace: Workspace, typed: str) -> str:
    """Return typed text in Slack's escaping, with mentions (`@Name` or `<@ID>`), mail addresses and links marked."""
    text = typed.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    text = TOKEN.sub(r"<\1>", text)
    names = {person.name: person.id for person in workspace.people.here()}
    names |= {person.handle: person.id for person in workspace.people.here()}
    names[workspace.app.name] = workspace.team.bot_user
    for name in sorted(names, key=len, reverse=True):
        text = re.sub(rf"(?<![\w<])@{re.escape(name)}\b", f"<@{names[name]}>", text, flags=re.IGNORECASE)
    text = LINK.sub(lambda found: f"<{found[0]}>", text)
    return MAIL.sub(lambda found: f"<mailto:{found[0]}|{found[0]}>", text)


def as_rich_text(sent: str) -> Json:
    """Return the block Slack adds to what people write: mentions as elements, the rest as text."""
    parts: list[Json] = []
    for place, piece in enumerate(MENTION.split(sent)):
        if place % 2:
            parts.append({"type": "user", "user_id": piece})
        elif piece:
            parts.append({"type": "text", "text": _plain(piece)})
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": parts}]}


def _plain(piece: str) -> str:
    shown = re.sub(r"<[^|>]*\|([^>]*)>", r"\1", piece)
    shown = re.sub(r"<([^>]*)>", r"\1", shown)
    return shown.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
