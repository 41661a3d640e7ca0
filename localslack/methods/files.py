"""files.*: https://docs.slack.dev/reference/methods"""

import math
from dataclasses import dataclass, field
from typing import Any

from localslack.files import shares as file_shares
from localslack.files import store as files
from localslack.files.kinds import snippet_kind
from localslack.files.shares import Sharing
from localslack.files.store import File, Order
from localslack.methods.call import Call
from localslack.methods.chat import blocks_of, dressed
from localslack.talk.messages import LONGEST_TEXT, Draft
from localslack.team.rooms import Room
from localslack.wire import Json, SlackError, invalid

LONGEST_ALT_TEXT = 1000
MOST_CHANNELS = 100
MOST_LISTED = 1000
TYPES = frozenset({"all", "spaces", "snippets", "images", "gdocs", "zips", "pdfs"})
NOT_READ_YET: Json = {
    **dict.fromkeys(("mimetype", "filetype", "pretty_type"), ""),
    "comments_count": 0,
    "shares": {},
    "channels": [],
    "groups": [],
    "ims": [],
    "has_more_shares": False,
}
"""What Slack does not know of a file when it answers `files.completeUploadExternal`; it looks inside a little later."""


@dataclass(frozen=True)
class _Wanted:
    """What `files.list` is asked for; times in seconds since 1970."""

    user: str | None
    channel: str | None
    since: float
    until: float
    types: frozenset[str] = field(default_factory=frozenset)


def upload_url(call: Call) -> Json:
    """Hand out the address one file is uploaded to."""
    name = call.args.needed("filename")
    length = _length(call)
    alt_txt, snippet = call.args.text("alt_txt"), call.args.text("snippet_type") or None
    if alt_txt and len(alt_txt) > LONGEST_ALT_TEXT:
        raise SlackError("alt_txt_too_large")
    if snippet and snippet_kind(snippet) is None:
        raise SlackError("unknown_snippet_type")
    if snippet and length > files.LARGEST_SNIPPET:
        raise SlackError("snippet_too_large")
    if length > files.LARGEST_FILE:
        raise SlackError("file_upload_size_restricted")
    order = Order(files.cleaned_name(name), length, files.cleaned(alt_txt) if alt_txt else None, snippet)
    file_id, ticket = files.promise(call.workspace, call.bot, order)
    return {"upload_url": f"{call.workspace.base_url}/upload/v1/{ticket}", "file_id": file_id}


def complete_upload(call: Call) -> Json:
    """Finish uploads, and share them where the call says; without that they are the app's alone."""
    uploaded = _uploaded(call)
    rooms, draft = _rooms(call), _draft(call)
    if draft.thread_ts and len(rooms) != 1:
        raise invalid("thread_ts needs exactly one channel", "/thread_ts")
    with call.workspace.state.transaction():
        done = [files.complete(call.workspace, file, title) for file, title in uploaded]
        file_shares.share(call.workspace, Sharing(call.bot, done, rooms, draft))
    for file in done:
        file_shares.tell_created(call.workspace, file)
    return {"files": [{**files.shown(call.workspace, file), **NOT_READ_YET} for file in done]}


def info(call: Call) -> Json:
    """Describe a file."""
    file = _file(call)
    described = file_shares.described(call.workspace, file)
    return {"file": described, "comments": [], "response_metadata": {"next_cursor": ""}}


def listed(call: Call) -> Json:
    """List the files the app may see, newest first, in numbered pages."""
    wanted = _wanted(call)
    count, page = call.args.whole("count", 100, MOST_LISTED), call.args.whole("page", 1, 100_000)
    seen = [file for file in files.all_done(call.workspace) if file_shares.sees(call.workspace, call.bot, file)]
    found = [each for each in (file_shares.described(call.workspace, file) for file in seen) if _fits(each, wanted)]
    paging = {"count": count, "total": len(found), "page": page, "pages": max(math.ceil(len(found) / count), 1)}
    return {"files": found[(page - 1) * count : page * count], "paging": paging}


def delete(call: Call) -> Json:
    """Delete a file of the app's own."""
    file = _file(call)
    if file.user != call.bot:
        raise SlackError("cant_delete_file")
    file_shares.delete(call.workspace, file)
    return {}


def upload(call: Call) -> Json:
    """Refuse: Slack switched this way of uploading off (caronc/apprise issue 1126, wee-slack issue 959)."""
    raise SlackError("method_deprecated")


def make_public(call: Call) -> Json:
    """Refuse: public addresses of files are switched off in this workspace."""
    _file(call)
    raise SlackError("not_allowed")


def _length(call: Call) -> int:
    given = call.args.text("length")
    if given is None:
        raise invalid("missing required field: length")
    if not given.isascii() or not given.isdigit():
        raise invalid("must be a valid number", "/length")
    if int(given) == 0:
        raise SlackError("missing_argument")
    return int(given)


def _uploaded(call: Call) -> list[tuple[File, str | None]]:
    given = call.args.structure("files", "invalid_arguments")
    if given is None:
        raise invalid("missing required field: files")
    if not isinstance(given, list) or not given:
        raise invalid("must provide a non-empty array", "/files")
    uploaded = [_one_uploaded(call, each, place) for place, each in enumerate(given)]
    if len({file.id for file, _ in uploaded}) < len(uploaded):
        raise SlackError("file_not_found")
    return uploaded


def _one_uploaded(call: Call, given: Any, place: int) -> tuple[File, str | None]:
    if not isinstance(given, dict):
        raise invalid("must provide an object", f"/files/{place}")
    file_id, title = given.get("id"), given.get("title")
    if not isinstance(file_id, str) or not (title is None or isinstance(title, str)):
        raise invalid("must provide a string", f"/files/{place}/{'title' if isinstance(file_id, str) else 'id'}")
    file = files.get(call.workspace, file_id)
    if file is None or file.state != "received":
        raise SlackError("file_not_found")
    return file, files.cleaned(title) if title else None


def _rooms(call: Call) -> list[Room]:
    """Return where to share: `channel_id` and `channels`, the latter also by a person's id."""
    one, several = call.args.text("channel_id") or "", (call.args.text("channels") or "").replace(" ", "").split(",")
    wanted = dict.fromkeys(name for name in (one.strip(), *several) if name)
    if len(wanted) > MOST_CHANNELS:
        raise SlackError("channels_limit_exceeded")
    return [_room(call, name, name in several) for name in wanted]


def _room(call: Call, name: str, people_too: bool) -> Room:
    if people_too and call.workspace.people.get(name):
        return call.workspace.direct(frozenset({name, call.bot}))
    found = call.workspace.rooms.get(name)
    inside = call.workspace.rooms.has(name, call.bot)
    if found is None or (found.closed and not inside):
        raise SlackError("channel_not_found")
    if not inside:
        raise SlackError("not_in_channel")
    if found.archived:
        raise SlackError("posting_to_channel_denied")
    return found


def _draft(call: Call) -> Draft:
    """Return the message that shows the files; with a comment the blocks are ignored, as Slack says."""
    comment = call.args.text("initial_comment") or ""
    if len(comment) > LONGEST_TEXT:
        raise SlackError("msg_too_long")
    blocks = None if comment else blocks_of(call.args)
    if blocks and any(block["type"] == "markdown" for block in blocks):
        raise SlackError("internal_error")  # what Slack answers: slackapi/python-slack-sdk issue 1756
    return dressed(call, Draft(comment, blocks, thread_ts=call.args.text("thread_ts") or None))


def _file(call: Call) -> File:
    file = files.get(call.workspace, call.given("file"))
    if file is not None and file.state == "deleted" and file.user == call.bot:
        raise SlackError("file_deleted")
    if file is None or not file_shares.sees(call.workspace, call.bot, file):
        raise SlackError("file_not_found")
    return file


def _wanted(call: Call) -> _Wanted:
    user, channel = call.args.text("user") or None, call.args.text("channel") or None
    types = frozenset((call.args.text("types") or "all").replace(" ", "").split(","))
    if not types <= TYPES:
        raise SlackError("unknown_type")
    if user and not call.workspace.knows(user):
        raise SlackError("user_not_found")
    if channel:
        call.room("channel")
    return _Wanted(user, channel, _time(call, "ts_from", 0.0), _time(call, "ts_to", math.inf), types)


def _time(call: Call, name: str, default: float) -> float:
    given = call.args.text(name)
    try:
        return float(given) if given else default
    except ValueError:
        raise invalid("must be a valid number", f"/{name}") from None


def _fits(shown: Json, wanted: _Wanted) -> bool:
    places = {*shown["channels"], *shown["groups"], *shown["ims"]}
    return (
        wanted.user in {None, shown["user"]}
        and (wanted.channel is None or wanted.channel in places)
        and wanted.since <= shown["created"] <= wanted.until
        and ("all" in wanted.types or bool(_types(shown) & wanted.types))
    )


def _types(shown: Json) -> set[str]:
    return {
        *(["snippets"] if shown["mode"] == "snippet" else []),
        *(["images"] if shown["mimetype"].startswith("image/") else []),
        *(["zips"] if shown["filetype"] == "zip" else []),
        *(["pdfs"] if shown["filetype"] == "pdf" else []),
    }
