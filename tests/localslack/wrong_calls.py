"""Wrong calls and what Slack says to each: `python -m tests.localslack.wrong_calls` makes them all and prints the table.

What they refer to in braces (`{own}`) is made first, see `arranged`. Error codes: the tables at the end of the methods' pages,
https://docs.slack.dev/reference/methods
"""

import asyncio
import json
from typing import Any, NamedTuple
from urllib.parse import urlencode

from localslack.methods import METHODS
from localslack.talk import scheduled
from localslack.talk.messages import Draft
from localslack.team import changes
from tests.localslack.support import Local, running

JSON = "application/json; charset=utf-8"
FORM = "application/x-www-form-urlencoded"

SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "hello"}}
BUTTON = {"type": "button", "action_id": "a", "text": {"type": "plain_text", "text": "A"}}
HOME = {"type": "home", "blocks": [SECTION]}
MODAL = {"type": "modal", "title": {"type": "plain_text", "text": "T"}, "blocks": [SECTION]}
LONG_TITLE = {**MODAL, "title": {"type": "plain_text", "text": "x" * 25}}
FULL = [{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 2800}}] * 5
HERE = {"channel": "C0SUPPORT"}
POST: dict[str, Any] = {**HERE, "text": "hello"}
OWN = {**HERE, "timestamp": "{own}"}
NEVER = "1.000001"
LINK = {"channel_id": "C0SUPPORT", "title": "t", "type": "link", "link": "https://example.com"}
TALK = {"channel_id": "C0SUPPORT", "thread_ts": "{own}"}


class Wrong(NamedTuple):
    """A call, what is wrong with it, and Slack's word for that."""

    method: str
    what: str
    args: dict[str, Any]
    error: str


class Garbled(NamedTuple):
    """A body that cannot be read, sent to `chat.postMessage` as this kind."""

    what: str
    kind: str | None
    body: bytes
    error: str


WRONG = [
    Wrong("chat.noSuchThing", "no such method", {}, "unknown_method"),
    Wrong("admin.users.list", "a method that is not built here", {}, "unknown_method"),
    Wrong("api.test", "asks for an error", {"error": "my_error"}, "my_error"),
    # Writing
    Wrong("chat.postMessage", "no channel", {"text": "hello"}, "invalid_arguments"),
    Wrong("chat.postMessage", "an empty channel", {"channel": "", "text": "hello"}, "channel_not_found"),
    Wrong("chat.postMessage", "an unknown channel", {**POST, "channel": "C0NOWHERE"}, "channel_not_found"),
    Wrong(
        "chat.postMessage", "a private channel the bot is not in", {**POST, "channel": "C0SECRET"}, "channel_not_found"
    ),
    Wrong("chat.postMessage", "somebody who left", {**POST, "channel": "U0GONE"}, "channel_not_found"),
    Wrong(
        "chat.postMessage",
        "somebody of a company one shares nothing with",
        {**POST, "channel": "U0FAR"},
        "channel_not_found",
    ),
    Wrong("chat.postMessage", "a channel the bot is not in", {**POST, "channel": "C0SALES"}, "not_in_channel"),
    Wrong("chat.postMessage", "the same by name", {**POST, "channel": "#sales"}, "not_in_channel"),
    Wrong("chat.postMessage", "an archived channel", {**POST, "channel": "{archived}"}, "is_archived"),
    Wrong("chat.postMessage", "nothing said", HERE, "no_text"),
    Wrong("chat.postMessage", "nothing said to somebody new", {"channel": "U0JO"}, "no_text"),
    Wrong("chat.postMessage", "only spaces", {**HERE, "text": "  "}, "no_text"),
    Wrong("chat.postMessage", "a reply to nothing", {**POST, "thread_ts": NEVER}, "cannot_reply_to_message"),
    Wrong("chat.postMessage", "a reply to a reply", {**POST, "thread_ts": "{reply}"}, "cannot_reply_to_message"),
    Wrong("chat.postMessage", "a thread that is no timestamp", {**POST, "thread_ts": "0"}, "invalid_thread_ts"),
    Wrong("chat.postMessage", "text and markdown_text", {**POST, "markdown_text": "**x**"}, "markdown_text_conflict"),
    Wrong("chat.postMessage", "markdown that is too long", {**HERE, "markdown_text": "x" * 12_001}, "msg_too_long"),
    Wrong("chat.postMessage", "blocks that are no JSON", {**POST, "blocks": "{not json"}, "invalid_blocks_format"),
    Wrong("chat.postMessage", "blocks that are no list", {**POST, "blocks": SECTION}, "invalid_blocks_format"),
    Wrong("chat.postMessage", "a misspelt block", {**POST, "blocks": [{"type": "sectoin"}]}, "invalid_blocks"),
    Wrong("chat.postMessage", "51 blocks", {**POST, "blocks": [SECTION] * 51}, "invalid_blocks"),
    Wrong("chat.postMessage", "an empty section", {**POST, "blocks": [{"type": "section"}]}, "invalid_blocks"),
    Wrong(
        "chat.postMessage",
        "one action id twice",
        {**POST, "blocks": [{"type": "actions", "elements": [BUTTON, BUTTON]}]},
        "invalid_blocks",
    ),
    Wrong(
        "chat.postMessage",
        "one block id twice",
        {**POST, "blocks": [{**SECTION, "block_id": "b"}] * 2},
        "invalid_blocks",
    ),
    Wrong("chat.postMessage", "14,000 characters in blocks", {**POST, "blocks": FULL}, "msg_blocks_too_long"),
    Wrong(
        "chat.postMessage", "101 attachments", {**POST, "attachments": [{"text": "x"}] * 101}, "too_many_attachments"
    ),
    Wrong(
        "chat.postMessage",
        "metadata without a payload",
        {**POST, "metadata": {"event_type": "x"}},
        "invalid_metadata_schema",
    ),
    Wrong("chat.postMessage", "metadata that is no JSON", {**POST, "metadata": "nonsense"}, "invalid_metadata_format"),
    Wrong("chat.postEphemeral", "no user", POST, "invalid_arguments"),
    Wrong("chat.postEphemeral", "an unknown user", {**POST, "user": "U0NOBODY"}, "user_not_in_channel"),
    Wrong(
        "chat.postEphemeral",
        "a user who is not there",
        {**POST, "channel": "C0BILLING", "user": "U0GUEST"},
        "user_not_in_channel",
    ),
    Wrong(
        "chat.postEphemeral", "a text that is too long", {**POST, "user": "U0SAM", "text": "x" * 40_001}, "msg_too_long"
    ),
    Wrong("chat.meMessage", "nothing said", {**HERE, "text": ""}, "no_text"),
    Wrong("chat.update", "no timestamp", POST, "invalid_arguments"),
    Wrong("chat.update", "no such message", {**POST, "ts": NEVER}, "message_not_found"),
    Wrong("chat.update", "a message of somebody else", {**POST, "ts": "{theirs}"}, "cant_update_message"),
    Wrong("chat.update", "nothing to change", {**HERE, "ts": "{own}"}, "no_text"),
    Wrong("chat.update", "more than 4,000 characters", {**POST, "ts": "{own}", "text": "x" * 4001}, "msg_too_long"),
    Wrong("chat.update", "in an archived channel", {**POST, "channel": "{archived}", "ts": "{old}"}, "is_inactive"),
    Wrong("chat.delete", "no such message", {**HERE, "ts": NEVER}, "message_not_found"),
    Wrong("chat.delete", "a message of somebody else", {**HERE, "ts": "{theirs}"}, "cant_delete_message"),
    Wrong("chat.getPermalink", "no such message", {**HERE, "message_ts": NEVER}, "message_not_found"),
    Wrong("chat.scheduleMessage", "no time", POST, "invalid_arguments"),
    Wrong("chat.scheduleMessage", "no number", {**POST, "post_at": "tomorrow"}, "invalid_time"),
    Wrong("chat.scheduleMessage", "yesterday", {**POST, "post_at": 1_764_000_000}, "time_in_past"),
    Wrong("chat.scheduleMessage", "in a year", {**POST, "post_at": 1_827_000_000}, "time_too_far"),
    Wrong(
        "chat.deleteScheduledMessage",
        "no such message",
        {**HERE, "scheduled_message_id": "Q1"},
        "invalid_scheduled_message_id",
    ),
    Wrong(
        "chat.deleteScheduledMessage",
        "due at once",
        {**HERE, "scheduled_message_id": "{soon}"},
        "invalid_scheduled_message_id",
    ),
    Wrong("chat.scheduledMessages.list", "an unknown channel", {"channel": "C0NOWHERE"}, "invalid_channel"),
    # Conversations
    Wrong("conversations.history", "no channel", {}, "invalid_arguments"),
    Wrong("conversations.history", "an unknown channel", {"channel": "C0NOWHERE"}, "channel_not_found"),
    Wrong("conversations.history", "a channel the bot is not in", {"channel": "C0SALES"}, "not_in_channel"),
    Wrong("conversations.history", "a made-up cursor", {**HERE, "cursor": "nonsense"}, "invalid_cursor"),
    Wrong("conversations.history", "a limit that is no number", {**HERE, "limit": "many"}, "invalid_limit"),
    Wrong("conversations.history", "a time that is none", {**HERE, "oldest": "yesterday"}, "invalid_ts_oldest"),
    Wrong("conversations.replies", "no timestamp", HERE, "invalid_arguments"),
    Wrong("conversations.replies", "no such thread", {**HERE, "ts": NEVER}, "thread_not_found"),
    Wrong("conversations.list", "an unknown type", {"types": "secret"}, "invalid_types"),
    Wrong("conversations.info", "a private channel the bot is not in", {"channel": "C0SECRET"}, "channel_not_found"),
    Wrong("conversations.members", "an empty channel", {"channel": ""}, "channel_not_found"),
    Wrong("conversations.open", "nobody", {}, "users_list_not_supplied"),
    Wrong("conversations.open", "an unknown user", {"users": "U0NOBODY"}, "user_not_found"),
    Wrong("conversations.open", "somebody who left", {"users": "U0GONE"}, "user_disabled"),
    Wrong("conversations.open", "too many", {"users": ",".join(f"U{n}" for n in range(9))}, "too_many_users"),
    Wrong("conversations.open", "not to be made", {"users": "U0JO", "prevent_creation": True}, "channel_not_found"),
    Wrong("conversations.open", "a channel", HERE, "method_not_supported_for_channel_type"),
    Wrong("conversations.close", "a channel", HERE, "method_not_supported_for_channel_type"),
    Wrong("conversations.mark", "no timestamp of a message", {**HERE, "ts": "now"}, "invalid_timestamp"),
    Wrong("conversations.join", "an archived channel", {"channel": "{archived}"}, "is_archived"),
    Wrong("conversations.join", "a direct conversation", {"channel": "{dm}"}, "method_not_supported_for_channel_type"),
    Wrong("conversations.leave", "#general", {"channel": "C0GENERAL"}, "cant_leave_general"),
    Wrong("conversations.create", "an empty name", {"name": ""}, "invalid_name_required"),
    Wrong("conversations.create", "81 characters", {"name": "x" * 81}, "invalid_name_maxlength"),
    Wrong("conversations.create", "capital letters", {"name": "Sales"}, "invalid_name_specials"),
    Wrong("conversations.create", "a space", {"name": "big sales"}, "invalid_name_specials"),
    Wrong("conversations.create", "only hyphens", {"name": "--"}, "invalid_name_punctuation"),
    Wrong("conversations.create", "a name that is taken", {"name": "sales"}, "name_taken"),
    Wrong("conversations.rename", "a channel of somebody else", {**HERE, "name": "desk"}, "not_authorized"),
    Wrong("conversations.rename", "an archived channel", {"channel": "{archived}", "name": "x"}, "is_archived"),
    Wrong("conversations.archive", "#general", {"channel": "C0GENERAL"}, "cant_archive_general"),
    Wrong("conversations.archive", "a second time", {"channel": "{archived}"}, "already_archived"),
    Wrong("conversations.archive", "a channel the bot is not in", {"channel": "C0SALES"}, "not_in_channel"),
    Wrong("conversations.unarchive", "a living channel", HERE, "not_archived"),
    Wrong("conversations.unarchive", "any, with a bot token", {"channel": "{archived}"}, "not_in_channel"),
    Wrong("conversations.setTopic", "251 characters", {**HERE, "topic": "x" * 251}, "too_long"),
    Wrong("conversations.setTopic", "no topic", HERE, "invalid_arguments"),
    Wrong(
        "conversations.setPurpose",
        "a channel the bot is not in",
        {"channel": "C0SALES", "purpose": "x"},
        "not_in_channel",
    ),
    Wrong("conversations.invite", "nobody", {**HERE, "users": ""}, "no_user"),
    Wrong("conversations.invite", "itself", {**HERE, "users": "U0BATON"}, "cant_invite_self"),
    Wrong("conversations.invite", "who is there already", {**HERE, "users": "U0SAM"}, "already_in_channel"),
    Wrong("conversations.invite", "somebody who left", {**HERE, "users": "U0GONE"}, "cant_invite"),
    Wrong("conversations.invite", "a guest", {"channel": "C0BILLING", "users": "U0GUEST"}, "user_is_restricted"),
    Wrong(
        "conversations.invite",
        "a guest of one channel",
        {"channel": "C0BILLING", "users": "U0SOLO"},
        "ura_max_channels",
    ),
    Wrong("conversations.kick", "itself", {**HERE, "user": "U0BATON"}, "cant_kick_self"),
    Wrong("conversations.kick", "from #general", {"channel": "C0GENERAL", "user": "U0SAM"}, "cant_kick_from_general"),
    Wrong("conversations.kick", "who is not there", {"channel": "C0BILLING", "user": "U0GUEST"}, "not_in_channel"),
    # People
    Wrong("users.info", "nobody", {}, "user_not_found"),
    Wrong("users.info", "an unknown user", {"user": "U0NOBODY"}, "user_not_found"),
    Wrong("users.info", "somebody of a company one shares nothing with", {"user": "U0FAR"}, "user_not_visible"),
    Wrong("users.lookupByEmail", "an unknown address", {"email": "nobody@example.com"}, "users_not_found"),
    Wrong("users.lookupByEmail", "of somebody who left", {"email": "gone@example.com"}, "users_not_found"),
    Wrong("users.conversations", "of an unknown user", {"user": "U0NOBODY"}, "user_not_found"),
    Wrong("users.setPresence", "something else", {"presence": "asleep"}, "invalid_presence"),
    Wrong("usergroups.users.list", "an unknown group", {"usergroup": "S0NONE"}, "no_such_subteam"),
    Wrong("usergroups.create", "a name that is taken", {"name": "Support"}, "name_already_exists"),
    Wrong("usergroups.create", "a handle that is taken", {"name": "New", "handle": "money"}, "handle_already_exists"),
    Wrong("usergroups.create", "a handle of everybody", {"name": "New", "handle": "here"}, "forbidden_handle"),
    Wrong("usergroups.users.update", "nobody", {"usergroup": "S0MONEY", "users": ""}, "no_users_provided"),
    Wrong("usergroups.users.update", "an unknown user", {"usergroup": "S0MONEY", "users": "U0NOBODY"}, "invalid_users"),
    Wrong("bots.info", "another bot", {"bot": "B0OTHER"}, "bot_not_found"),
    Wrong("team.info", "another team", {"team": "T0OTHER"}, "team_not_found"),
    Wrong("dnd.teamInfo", "nobody", {"users": ""}, "no_users_provided"),
    # Reactions, pins, bookmarks
    Wrong("reactions.add", "no such message", {**HERE, "timestamp": NEVER, "name": "eyes"}, "message_not_found"),
    Wrong("reactions.add", "no timestamp of a message", {**HERE, "timestamp": "now", "name": "eyes"}, "bad_timestamp"),
    Wrong("reactions.add", "a name that is none", {**OWN, "name": "two eyes"}, "invalid_name"),
    Wrong("reactions.add", "a second time", {**OWN, "name": "tada"}, "already_reacted"),
    Wrong(
        "reactions.add",
        "in an archived channel",
        {"channel": "{archived}", "timestamp": "{old}", "name": "eyes"},
        "is_archived",
    ),
    Wrong("reactions.remove", "what is not there", {**OWN, "name": "eyes"}, "no_reaction"),
    Wrong("reactions.remove", "from nothing", {"name": "eyes"}, "no_item_specified"),
    Wrong("reactions.get", "of nothing", HERE, "no_item_specified"),
    Wrong("pins.add", "a second time", OWN, "already_pinned"),
    Wrong("pins.add", "nothing", HERE, "no_item_specified"),
    Wrong("pins.add", "no such message", {**HERE, "timestamp": NEVER}, "message_not_found"),
    Wrong("pins.remove", "what is not pinned", {**HERE, "timestamp": "{theirs}"}, "no_pin"),
    Wrong("bookmarks.add", "no link", {**LINK, "link": "example"}, "invalid_link"),
    Wrong("bookmarks.add", "a folder", {**LINK, "type": "folder"}, "invalid_bookmark_type"),
    Wrong("bookmarks.edit", "an unknown one", {"channel_id": "C0SUPPORT", "bookmark_id": "Bk0"}, "not_found"),
    # Sessions
    Wrong(
        "assistant.threads.setStatus",
        "no such thread",
        {**TALK, "thread_ts": NEVER, "status": "x"},
        "invalid_thread_ts",
    ),
    Wrong(
        "assistant.threads.setStatus",
        "an unknown channel",
        {**TALK, "channel_id": "C0", "status": "x"},
        "channel_not_found",
    ),
    Wrong(
        "assistant.threads.setSuggestedPrompts",
        "half a prompt",
        {**TALK, "prompts": [{"title": "x"}]},
        "invalid_arguments",
    ),
    Wrong("agents.sessions.setStatus", "an unknown status", {**TALK, "status": "asleep"}, "invalid_status"),
    Wrong(
        "agents.sessions.setStatus", "no thread", {"channel_id": "C0SUPPORT", "status": "active"}, "thread_ts_required"
    ),
    Wrong("agents.sessions.rename", "where there is no session", {**TALK, "title": "x"}, "session_not_found"),
    # Views
    Wrong("views.open", "a made-up trigger", {"trigger_id": "1.2.3", "view": MODAL}, "invalid_trigger_id"),
    Wrong("views.open", "no trigger", {"view": MODAL}, "invalid_arguments"),
    Wrong("views.open", "no view", {"trigger_id": "1.2.3"}, "invalid_arguments"),
    Wrong("views.open", "a home tab", {"trigger_id": "1.2.3", "view": HOME}, "invalid_arguments"),
    Wrong("views.open", "a title of 25 characters", {"trigger_id": "1.2.3", "view": LONG_TITLE}, "invalid_arguments"),
    Wrong("views.update", "neither id", {"view": MODAL}, "invalid_arguments"),
    Wrong("views.update", "an unknown view", {"view_id": "V0NONE", "view": MODAL}, "not_found"),
    Wrong("views.publish", "for nobody", {"user_id": "U0NOBODY", "view": HOME}, "invalid_arguments"),
]

GARBLED = [
    Garbled("JSON that breaks off", JSON, b'{"channel": ', "invalid_json"),
    Garbled("a list", JSON, b"[1]", "json_not_object"),
    Garbled("a form that is no text", FORM, b"channel=%FF\xff", "invalid_form_data"),
    Garbled("parts without a boundary", "multipart/form-data", b"x", "invalid_form_data"),
    Garbled("a kind Slack does not read", "application/xml", b"<x/>", "invalid_post_type"),
    Garbled("no kind at all", None, b"channel=C0SUPPORT", "missing_post_type"),
    Garbled("letters Slack does not read", "application/json; charset=utf-16", b"{}", "invalid_charset"),
    Garbled("an argument with brackets", FORM, b"blocks[0]=x", "invalid_array_arg"),
    Garbled("an argument with a star", FORM, b"a*b=x", "invalid_arg_name"),
]


async def arranged(local: Local) -> dict[str, str]:
    """Make what the calls refer to, and return it by name."""
    workspace, state = local.workspace, local.workspace.state
    state.run("DELETE FROM members WHERE channel = 'C0SALES' AND user = 'U0BATON'")
    for user, more in {
        "U0GONE": {"deleted": True},
        "U0FAR": {"team": "T0FAR"},
        "U0SOLO": {"single_channel": True},
    }.items():
        name = user[2:].capitalize()
        changes.add_person(workspace, user, {"name": name, "email": f"{name.lower()}@example.com", **more})
    workspace.rooms.join("C0SUPPORT", "U0SOLO")
    secret = workspace.rooms.create("secret", True, "U0MAYA")
    for table, column in {"channels": "id", "members": "channel"}.items():
        state.run(f"UPDATE {table} SET {column} = 'C0SECRET' WHERE {column} = ?", secret.id)
    archived = workspace.rooms.create("old-news", False, "U0BATON")
    old = await local.call("chat.postMessage", channel=archived.id, text="old")
    changes.archive(workspace, archived, "U0MAYA")
    own = await local.call("chat.postMessage", channel="C0SUPPORT", text="own")
    reply = await local.call("chat.postMessage", channel="C0SUPPORT", text="reply", thread_ts=own["ts"])
    theirs = await local.act(do="say", me="U0SAM", channel="C0SUPPORT", text="theirs")
    await local.call("reactions.add", channel="C0SUPPORT", timestamp=own["ts"], name="tada")
    await local.call("pins.add", channel="C0SUPPORT", timestamp=own["ts"])
    dm = (await local.call("conversations.open", users="U0THEO"))["channel"]["id"]
    at = int(local.clock.now().timestamp()) + 30
    soon = scheduled.add(workspace, workspace.rooms.get("C0SUPPORT") or archived, Draft("soon"), at)
    made = {"archived": archived.id, "old": old["ts"], "own": own["ts"], "reply": reply["ts"], "theirs": theirs["ts"]}
    return {**made, "dm": dm, "soon": soon.id}


def kinds(method: str) -> list[str]:
    """Return as what the arguments of a method can be sent."""
    known = METHODS.get(method)
    return [FORM] if known and known.form_only else [JSON, FORM]


async def sent(
    local: Local, method: str, args: dict[str, Any], kind: str, known: dict[str, str]
) -> tuple[int, dict[str, Any]]:
    """Make a call as plain HTTP; returns status and answer."""
    values = {name: _filled(value, known) for name, value in args.items()}
    headers = {"Authorization": "Bearer xoxb-local", "Content-Type": kind}
    body = json.dumps(values) if kind == JSON else _form(values)
    async with local.http.post(f"{local.base}/api/{method}", data=body.encode(), headers=headers) as answer:
        return answer.status, await answer.json()


async def garbled(local: Local, call: Garbled) -> tuple[int, dict[str, Any]]:
    """Send a body that cannot be read, byte by byte as it is; returns status and answer."""
    host, port = local.base.removeprefix("http://").split(":")
    lines = ["POST /api/chat.postMessage HTTP/1.1", f"Host: {host}:{port}", "Authorization: Bearer xoxb-local"]
    lines += [f"Content-Type: {call.kind}"] if call.kind else []
    lines += [f"Content-Length: {len(call.body)}", "Connection: close"]
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write("\r\n".join([*lines, "", ""]).encode() + call.body)
    head, _, body = (await reader.read()).partition(b"\r\n\r\n")
    writer.close()
    return int(head.split()[1]), json.loads(body)


def _filled(value: Any, known: dict[str, str]) -> Any:
    return known.get(value[1:-1], value) if isinstance(value, str) and value.startswith("{") else value


def _form(values: dict[str, Any]) -> str:
    return urlencode({name: value if isinstance(value, str) else json.dumps(value) for name, value in values.items()})


async def main() -> None:
    """Make every call and print what came of it, and what should have come if that is something else."""
    async with running() as local:
        known = await arranged(local)
        print(f"{'method':42} | {'what is wrong':46} | Slack's error")
        print("-" * 120)
        for wrong in WRONG:
            _, answer = await sent(local, wrong.method, wrong.args, kinds(wrong.method)[0], known)
            print(line(wrong.method, wrong.what, answer, wrong.error))
        for call in GARBLED:
            _, answer = await garbled(local, call)
            print(line("(any)", call.what, answer, call.error))
        ways = sum(len(kinds(each.method)) for each in WRONG)
        print(f"\n{len(WRONG) + len(GARBLED)} wrong calls; the tests make {ways} of them, as JSON and as forms")


def line(method: str, what: str, answer: dict[str, Any], wanted: str) -> str:
    """Return one line of the table."""
    got = str(answer.get("error"))
    return f"{method:42} | {what:46} | {got}" + ("" if got == wanted else f"  <- not as on Slack: {wanted}")


if __name__ == "__main__":
    asyncio.run(main())
