"""Response URLs: the app answers an interaction later, up to five times within half an hour.

https://docs.slack.dev/interactivity/handling-user-interaction#message_responses
"""

from aiohttp import web

from localslack import messages, whispers
from localslack.api import read_arguments
from localslack.methods.chat import draft_of
from localslack.rooms import Room
from localslack.slips import Hook
from localslack.wire import Args, Json, SlackError
from localslack.workspace import Workspace


async def serve(request: web.Request, workspace: Workspace) -> web.StreamResponse:
    """Answer a POST to a response URL."""
    try:
        args = Args(await read_arguments(request))
        answer(workspace, workspace.slips.use_hook(request.match_info["hook"]), args)
    except SlackError as refusal:
        workspace.log_call("response_url", refusal.code, refusal.answer())
        return web.json_response(refusal.answer(), status=404 if refusal.code.endswith("_url") else 400)
    workspace.log_call("response_url", None, {})
    return web.json_response({"ok": True})


def answer(workspace: Workspace, hook: Hook, args: Args) -> None:
    """Do what the app answers: take away, replace, or say something new; only to the person unless told otherwise."""
    room = workspace.rooms.get(hook.channel)
    if room is None:
        raise SlackError("channel_not_found")
    if args.flag("delete_original") and hook.ts:
        _delete(workspace, room, hook, hook.ts)
        return
    draft = draft_of(args)
    if args.flag("replace_original") and hook.ts:
        _replace(workspace, room, hook, hook.ts, args)
        return
    if (args.text("response_type") or "ephemeral") == "in_channel":
        messages.post(workspace, room, workspace.team.bot_user, draft)
    else:
        whispers.whisper(workspace, room, hook.user, draft)


def _delete(workspace: Workspace, room: Room, hook: Hook, ts: str) -> None:
    if hook.ephemeral:
        whispers.drop(workspace, room, hook.user, ts)
    else:
        messages.delete(workspace, room, ts)


def _replace(workspace: Workspace, room: Room, hook: Hook, ts: str, args: Args) -> None:
    draft = draft_of(args)
    if hook.ephemeral:
        whispers.change(workspace, room, hook.user, ts, draft)
        return
    change: Json = {"text": draft.text, "blocks": messages.with_block_ids(draft.blocks)}
    messages.update(workspace, room, ts, change, draft.metadata)
