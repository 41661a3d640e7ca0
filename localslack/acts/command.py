"""Slash commands."""

from typing import assert_never

from localslack.acts import payloads
from localslack.acts.ask import ask
from localslack.acts.compose import as_escaped
from localslack.acts.reach import write_into
from localslack.acts.seen import FAILED_COMMAND, NOT_A_COMMAND, NOT_IN_THREADS, Seen, command_failure
from localslack.config import Command
from localslack.line.port import Acked, Unanswered
from localslack.methods.chat import draft_of
from localslack.slips import Hook
from localslack.talk import messages, whispers
from localslack.talk.messages import Draft
from localslack.team.changes import installed
from localslack.team.rooms import Room
from localslack.wire import Args, Json, SlackError
from localslack.workspace import Workspace


async def command(workspace: Workspace, user: str, channel: str, line: str, thread_ts: str | None = None) -> Seen:
    """Run a line that begins with a slash. What goes wrong is shown to the person only.

    Slack's own commands (/remind, /who and the like) do not exist here. Those of the app do not exist for other companies.
    """
    room = write_into(workspace, user, channel)
    name, _, rest = line.strip().partition(" ")
    if thread_ts:
        return Seen(error=NOT_IN_THREADS.said(command=name))
    known = next((each for each in workspace.app.commands if each.name == name), None)
    unknown = (known is None and workspace.app.events is not None) or not installed(workspace)
    if unknown or workspace.people.is_stranger(user):
        return Seen(error=NOT_A_COMMAND.said(command=name))
    text = as_escaped(workspace, rest.strip()) if known and known.should_escape else rest.strip()
    payload, hook = _payload(workspace, room, user, known or Command(name, "", "", False), text)
    match await ask(workspace, "slash_commands", payload, accepts=True):
        case Acked(None):
            return Seen()
        case Acked(said):
            return _answered(workspace, room, hook, name, said or {})
        case Unanswered() as outcome:
            return _failed(workspace, room, user, command_failure(name, outcome))
        case other:
            assert_never(other)


def _payload(workspace: Workspace, room: Room, user: str, known: Command, text: str) -> tuple[Json, Hook]:
    team = workspace.team
    hook_id = workspace.slips.hook(room.id, user, None, True, None)
    payload = {
        "token": "local",
        "team_id": team.id,
        "team_domain": team.domain,
        "channel_id": room.id,
        "channel_name": payloads.named(room)["name"],
        "user_id": user,
        "user_name": workspace.person(user).handle,
        "command": known.name,
        "text": text,
        "api_app_id": team.app_id,
        "is_enterprise_install": "false",
        "response_url": payloads.response_url(workspace, hook_id),
        "trigger_id": workspace.slips.trigger(user, channel=room.id),
    }
    return payload, Hook(hook_id, room.id, user, None, True, None)


def _answered(workspace: Workspace, room: Room, hook: Hook, name: str, said: Json) -> Seen:
    try:
        draft = draft_of(Args(said))
    except SlackError as refusal:
        workspace.log_call("slash_commands", refusal.code, refusal.answer())
        return _failed(workspace, room, hook.user, FAILED_COMMAND.said(command=name, error=refusal.code))
    if said.get("response_type") == "in_channel":
        messages.post(workspace, room, workspace.team.bot_user, draft)
    else:
        whispers.whisper(workspace, room, hook.user, draft)
    return Seen()


def _failed(workspace: Workspace, room: Room, user: str, words: str) -> Seen:
    whispers.whisper(workspace, room, user, Draft(text=words), by="USLACKBOT")
    return Seen(error=words)
