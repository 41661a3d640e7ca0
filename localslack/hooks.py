"""Response URLs: the app answers an interaction later, up to five times within half an hour.

https://docs.slack.dev/interactivity/handling-user-interaction#message_responses
"""

from aiohttp import web

from localslack.api import read_arguments
from localslack.methods.chat import draft_of
from localslack.slips import Hook
from localslack.talk import messages, whispers
from localslack.talk.interactive import attached
from localslack.talk.messages import Draft
from localslack.team.rooms import Room
from localslack.wire import Args, SlackError
from localslack.workspace import Workspace

ANSWERS = ("ephemeral", "in_channel")


async def serve(request: web.Request, workspace: Workspace) -> web.StreamResponse:
    """Answer a POST to a response URL.

    Slack's refusals here name an error and no more; what is wrong with blocks stands in the log. A URL that is used up, too
    old or never made is HTTP 404, anything else 400 (not verified on a real workspace). What belongs to a message is answered
    with JSON, what comes of a command or a shortcut with `ok`.
    """
    args = Args({})
    try:
        args = Args(await read_arguments(request))
        hook = workspace.slips.use_hook(request.match_info["hook"])
        answer(workspace, hook, args)
    except SlackError as refusal:
        workspace.log_call("response_url", refusal.code, refusal.answer())
        status = 404 if refusal.code.endswith("_url") else 400
        return web.json_response({"ok": False, "error": refusal.code}, status=status)
    workspace.log_call("response_url", None, {})
    return web.json_response({"ok": True}) if hook.ts else web.Response(text="ok")


def answer(workspace: Workspace, hook: Hook, args: Args) -> None:
    """Do what the app answers: take the message away, put another in its place, or say something new.

    Where there is a message, its place is taken unless `replace_original` is false: Slack's page on threads warns of that
    ("or you'll overwrite the message"), and howdyai/botkit#444 and getsentry/sentry#73590 met it. Something new is seen by
    the person only, unless it is `in_channel`; it goes into a thread when `thread_ts` names one.
    """
    room = workspace.rooms.get(hook.channel)
    if room is None:
        raise SlackError("channel_not_found")
    if args.flag("delete_original") and hook.ts:
        _delete(workspace, room, hook, hook.ts)
        return
    draft = draft_of(args)
    if hook.ts and args.flag("replace_original", default=True):
        _replace(workspace, room, hook, hook.ts, draft)
        return
    wanted = args.text("response_type") or "ephemeral"
    if wanted not in ANSWERS:
        raise SlackError("invalid_arguments")
    if wanted == "in_channel":
        messages.post(workspace, room, workspace.team.bot_user, draft)
    else:
        whispers.whisper(workspace, room, hook.user, draft)


def _delete(workspace: Workspace, room: Room, hook: Hook, ts: str) -> None:
    if hook.ephemeral:
        whispers.drop(workspace, room, hook.user, ts)
    else:
        messages.delete(workspace, room, ts)


def _replace(workspace: Workspace, room: Room, hook: Hook, ts: str, draft: Draft) -> None:
    """The new content stays where the old one was, in its thread too."""
    if hook.ephemeral:
        kept = Draft(draft.text, draft.blocks, draft.attachments, thread_ts=hook.thread_ts)
        whispers.change(workspace, room, hook.user, ts, kept)
        return
    change = messages.content_of(draft.text, draft.blocks, draft.more.get("mrkdwn") is not False)
    change["attachments"] = attached(draft.attachments) if draft.attachments else None
    messages.update(workspace, room, ts, change, draft.metadata)
