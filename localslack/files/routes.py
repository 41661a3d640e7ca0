"""Files over HTTP: the addresses they are uploaded to, downloaded from, and shown under on the workspace's own page."""

from collections.abc import AsyncIterator
from urllib.parse import quote

from aiohttp import BodyPartReader, web
from aiohttp.http_exceptions import HttpProcessingError
from yarl import URL

from localslack.acts.compose import as_sent
from localslack.acts.reach import write_into
from localslack.acts.seen import NotPossibleError
from localslack.files import shares as file_shares
from localslack.files import store as files
from localslack.files.kinds import INLINE
from localslack.files.shares import Sharing
from localslack.files.store import LARGEST_FILE, File
from localslack.guard import HEADERS
from localslack.talk.compose import as_rich_text
from localslack.talk.messages import LONGEST_TEXT, Draft
from localslack.team.changes import installed
from localslack.wire import Json, SlackError
from localslack.workspace import Workspace

PIECE = 256 * 1024
MOST_FILES = 10
"""Files of one message, as in Slack's own composer."""
OWN_PAGE = frozenset({"same-origin", "none"})
SANDBOX = {
    **HEADERS,
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cache-Control": "private, no-cache",
}


class _TooLargeError(Exception):
    """More bytes came than a file may have."""


def routes(workspace: Workspace) -> list[web.RouteDef]:
    """Return the routes of files."""

    async def take(request: web.Request) -> web.StreamResponse:
        return await _take(request, workspace)

    async def private(request: web.Request) -> web.StreamResponse:
        return await _to_app(request, workspace, saved=False)

    async def download(request: web.Request) -> web.StreamResponse:
        return await _to_app(request, workspace, saved=True)

    async def shown(request: web.Request) -> web.StreamResponse:
        return await _to_page(request, workspace)

    async def permalink(request: web.Request) -> web.StreamResponse:
        raise web.HTTPFound(URL("/").with_query(file=request.match_info["file"]))

    async def upload(request: web.Request) -> web.StreamResponse:
        return await _from_page(request, workspace)

    return [
        web.post("/upload/v1/{ticket}", take),
        web.get("/files-pri/{team_and_file}/{name}", private),
        web.get("/files-pri/{team_and_file}/download/{name}", download),
        web.get("/files/{file}", shown),
        web.get("/files/{file}/{name}", shown),
        web.get("/files/{user}/{file}/{name}", permalink),
        web.post("/_page/upload", upload),
    ]


async def _take(request: web.Request, workspace: Workspace) -> web.StreamResponse:
    """Take one file, raw or as the first part of a form; Slack answers `OK - <bytes>`.

    Its answers to a wrong length and to a used address are not documented; anything but 200 is a failure to its SDKs.
    """
    file = files.awaited(workspace, request.match_info["ticket"])
    if file is None:
        return _refused(404, "upload_url_not_found_or_used")
    length: int = file.body["size"]
    try:
        content = await _first(request, length)
    except _TooLargeError:
        return _refused(413, f"length_mismatch: {length} bytes were announced, more came")
    except (ValueError, HttpProcessingError):
        return _refused(400, "malformed_multipart_body")
    if len(content) != length:
        return _refused(400, f"length_mismatch: {length} bytes were announced, {len(content)} came")
    if not files.receive(workspace, file, content):
        return _refused(404, "upload_url_not_found_or_used")
    return web.Response(text=f"OK - {length}")


def _refused(status: int, words: str) -> web.Response:
    response = web.Response(status=status, text=words)
    response.force_close()
    return response


async def _first(request: web.Request, most: int) -> bytes:
    if not request.content_type.startswith("multipart/"):
        return await _all(request.content.iter_chunked(PIECE), most)
    async for part in _parts(request):
        return await _all(_pieces(part), most)
    return b""


async def _parts(request: web.Request) -> AsyncIterator[BodyPartReader]:
    """Yield the parts of a form that hold bytes; a form within a form is passed over."""
    async for part in await request.multipart():
        if isinstance(part, BodyPartReader):
            yield part


async def _pieces(part: BodyPartReader) -> AsyncIterator[bytes]:
    while piece := await part.read_chunk(PIECE):
        yield piece


async def _all(pieces: AsyncIterator[bytes], most: int) -> bytes:
    whole = bytearray()
    async for piece in pieces:
        whole += piece
        if len(whole) > most:
            raise _TooLargeError
    return bytes(whole)


async def _to_app(request: web.Request, workspace: Workspace, saved: bool) -> web.StreamResponse:
    """Give a file to the app. Without a token that may read files Slack sends to the sign-in page; here that is the page."""
    granted = workspace.app.scopes
    known = request.headers.get("Authorization", "").startswith("Bearer xoxb-") and installed(workspace)
    if not known or not (granted is None or "files:read" in granted):
        raise web.HTTPFound(URL("/").with_query(redir=request.path))
    file = files.get(workspace, request.match_info["team_and_file"].removeprefix(f"{workspace.team.id}-"))
    if file is None or not file_shares.sees(workspace, workspace.team.bot_user, file):
        raise web.HTTPNotFound
    return await _send(request, workspace, file, saved)


async def _to_page(request: web.Request, workspace: Workspace) -> web.StreamResponse:
    """Show a file to somebody who sees it, on the workspace's own page."""
    file = files.get(workspace, request.match_info["file"])
    me = request.query.get("me", "")
    if request.headers.get("Sec-Fetch-Site", "none") not in OWN_PAGE or workspace.people.get(me) is None:
        raise web.HTTPNotFound
    if file is None or not file_shares.sees(workspace, me, file):
        raise web.HTTPNotFound
    return await _send(request, workspace, file, saved="save" in request.query)


async def _send(request: web.Request, workspace: Workspace, file: File, saved: bool) -> web.StreamResponse:
    """Send the bytes so that no browser runs them: its type comes from the name, a sandbox holds it."""
    if request.headers.get("If-None-Match") == f'"{file.id}"':
        raise web.HTTPNotModified
    content = files.content(workspace, file.id)
    kind = file.body["mimetype"]
    inline = kind in INLINE and not saved
    response = web.StreamResponse(headers={**SANDBOX, "ETag": f'"{file.id}"'})
    response.headers["Content-Type"] = f"{kind}; charset=utf-8" if kind.startswith("text/") else kind
    response.headers["Content-Disposition"] = _disposition("inline" if inline else "attachment", file.body["name"])
    response.content_length = len(content)
    await response.prepare(request)
    if request.method != "HEAD":
        for start in range(0, len(content), PIECE):
            await response.write(content[start : start + PIECE])
    await response.write_eof()
    return response


def _disposition(way: str, name: str) -> str:
    plain = "".join(sign if sign.isascii() and sign not in '"\\%;' else "_" for sign in name)
    return f"{way}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


async def _from_page(request: web.Request, workspace: Workspace) -> web.StreamResponse:
    """Take what a person chose on their machine: `me`, and `channel`, `thread_ts`, `text`; or `for=input` for a form."""
    try:
        return web.json_response(await _uploaded(request, workspace))
    except _TooLargeError:
        error = {"ok": False, "error": "file_upload_size_restricted", "most_bytes": LARGEST_FILE}
        response = web.json_response(error, status=413)
    except (NotPossibleError, SlackError) as refusal:
        response = web.json_response({"ok": False, "error": str(refusal)}, status=400)
    except (ValueError, HttpProcessingError):
        response = web.json_response({"ok": False, "error": "malformed_multipart_body"}, status=400)
    response.force_close()
    return response


async def _uploaded(request: web.Request, workspace: Workspace) -> Json:
    me, query = request.query.get("me", ""), request.query
    workspace.person(me)
    room = None if query.get("for") == "input" else write_into(workspace, me, query.get("channel", ""))
    text = query.get("text", "").strip()
    if len(text) > LONGEST_TEXT:
        raise SlackError("msg_too_long")
    chosen = await _chosen(request)
    if not chosen:
        raise SlackError("no_file_data")
    if room is None:
        kept = [files.keep(workspace, me, name, content) for name, content in chosen]
        return {"ok": True, "files": [_brief(file) for file in kept]}
    sent = as_sent(workspace, text)
    draft = Draft(sent, [as_rich_text(sent)] if sent else None, thread_ts=query.get("thread_ts") or None)
    with workspace.state.transaction():
        kept = [files.keep(workspace, me, name, content) for name, content in chosen]
        [message] = file_shares.share(workspace, Sharing(me, kept, [room], draft))
    for file in kept:
        file_shares.tell_created(workspace, file)
    return {"ok": True, "ts": message["ts"], "files": [_brief(file) for file in kept]}


async def _chosen(request: web.Request) -> list[tuple[str, bytes]]:
    """Return names and bytes of the form's files; all of them together may be as large as one."""
    if request.content_type != "multipart/form-data":
        raise ValueError("a form with files was expected")
    chosen: list[tuple[str, bytes]] = []
    left = LARGEST_FILE
    async for part in _parts(request):
        content = await _all(_pieces(part), left)
        left -= len(content)
        if part.filename is not None:
            chosen.append((_unescaped(part.filename), content))
        if len(chosen) > MOST_FILES:
            raise SlackError("too_many_files")
    return chosen


def _unescaped(name: str) -> str:
    """Return a form's file name with the three signs back that browsers escape in it."""
    return name.replace("%22", '"').replace("%0D", "\r").replace("%0A", "\n")


def _brief(file: File) -> Json:
    return {"id": file.id, **{name: file.body[name] for name in ("name", "mimetype", "size")}}
