"""People send files and see those they may; no file can do anything to whoever opens it."""

import json
from urllib.parse import quote

import aiohttp
import pytest

from localslack.files import shares as file_shares
from localslack.files import store as files
from tests.localslack.filing import BOT, ROOM, fetch, history, made, png, send
from tests.localslack.support import Local, running


async def test_people_send_several_files_with_words(local: Local) -> None:
    root = (await local.act(do="say", me="U0THEO", channel=ROOM, text="show me"))["ts"]
    status, seen = await send(
        local, "U0SAM", ("a.png", png()), ("b.txt", b"x"), channel=ROOM, thread_ts=root, text="two <b>files</b>"
    )
    assert status == 200
    written = (await history(local))[-1]
    assert (written["ts"], written["user"], written["thread_ts"]) == (seen["ts"], "U0SAM", root)
    assert written["text"] == "two &lt;b&gt;files&lt;/b&gt;"
    assert [each["name"] for each in written["files"]] == ["a.png", "b.txt"]


@pytest.mark.parametrize(
    ("query", "error"),
    [
        ({"me": "U0NOBODY", "channel": ROOM}, "user_not_found"),
        ({"me": "U0SAM", "channel": "C0NOWHERE"}, "U0SAM is not in C0NOWHERE"),
        ({"me": "U0SAM", "channel": "C0BILLING"}, "C0BILLING is archived"),
        ({"me": "U0SAM", "channel": ROOM, "thread_ts": "1.000001"}, "cannot_reply_to_message"),
    ],
)
async def test_people_cannot_send_files_where_they_cannot_write(
    local: Local, query: dict[str, str], error: str
) -> None:
    local.workspace.rooms.join("C0BILLING", "U0SAM")
    local.workspace.rooms.change("C0BILLING", archived=True)
    status, answer = await send(local, query.pop("me"), ("a.txt", b"x"), **query)
    assert (status, answer["error"]) == (400, error)
    assert local.workspace.state.one("SELECT count(*) AS n FROM files")["n"] == 0  # type: ignore[index]


async def test_a_form_without_a_file_or_with_too_many_is_refused(local: Local) -> None:
    for chosen, error in (([], "malformed_multipart_body"), ([("a.txt", b"x")] * 11, "too_many_files")):
        status, answer = await send(local, "U0SAM", *chosen, channel=ROOM)
        assert (status, answer["error"]) == (400, error)
    form = aiohttp.FormData({"words": "only"}, default_to_multipart=True)
    async with local.http.post(f"{local.base}/_page/upload?me=U0SAM&channel={ROOM}", data=form) as answered:
        assert (answered.status, (await answered.json())["error"]) == (400, "no_file_data")


async def test_more_than_a_file_may_have_is_refused_with_the_limit(
    local: Local, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("localslack.files.routes.LARGEST_FILE", 1_000_000)
    status, answer = await send(local, "U0SAM", ("a.bin", b"x" * 600_000), ("b.bin", b"x" * 600_000), channel=ROOM)
    assert (status, answer["error"], answer["most_bytes"]) == (413, "file_upload_size_restricted", 1_000_000)
    assert await history(local) == []


async def test_another_sites_page_can_neither_send_nor_show_files(local: Local) -> None:
    file = await made(local, "a.png", png())
    form = aiohttp.FormData()
    form.add_field("file", b"x", filename="a.txt")
    address = f"{local.base}/_page/upload?me=U0SAM&channel={ROOM}"
    async with local.http.post(address, data=form, headers={"Origin": "http://elsewhere.example.com"}) as answer:
        assert answer.status == 403
    for site, mode in (("cross-site", "no-cors"), ("cross-site", "navigate"), ("same-site", "no-cors")):
        sent = {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": mode}
        assert (await fetch(local, f"/files/{file['id']}/a.png?me=U0SAM", headers=sent))[0] in {403, 404}
    own = {"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "no-cors"}
    assert (await fetch(local, f"/files/{file['id']}/a.png?me=U0SAM", headers=own))[0] == 200


async def test_what_a_person_puts_into_a_form_is_theirs_until_they_send_it(local: Local) -> None:
    status, answer = await send(local, "U0SAM", ("cv.pdf", b"%PDF"), **{"for": "input"})
    [kept] = answer["files"]
    assert (status, kept["name"], kept["mimetype"], kept["size"]) == (200, "cv.pdf", "application/pdf", 4)
    assert await history(local) == []
    assert (await fetch(local, f"/files/{kept['id']}/cv.pdf?me=U0SAM"))[0] == 200
    assert (await fetch(local, f"/files/{kept['id']}/cv.pdf?me=U0THEO"))[0] == 404
    assert (await local.call("files.info", file=kept["id"]))["error"] == "file_not_found"
    assert file_shares.hand_over(local.workspace, "U0THEO", [kept["id"], "F0NONE"]) == []
    [handed] = file_shares.hand_over(local.workspace, "U0SAM", [kept["id"]])
    assert handed == (await local.call("files.info", file=kept["id"]))["file"]
    assert (await fetch(local, handed["url_private"], headers=BOT))[2] == b"%PDF"


async def test_only_people_where_a_file_is_shared_see_it(local: Local) -> None:
    file = await made(local)
    address = f"/files/{file['id']}/a.txt"
    assert (await fetch(local, f"{address}?me=U0SAM"))[0] == 200
    assert (await fetch(local, f"/files/{file['id']}?me=U0SAM"))[0] == 200
    for query in ("", "?me=", "?me=U0NOBODY", "?me=U0BATON"):
        assert (await fetch(local, address + query))[0] == 404
    local.workspace.rooms.leave(ROOM, "U0SAM")
    assert (await fetch(local, f"{address}?me=U0SAM"))[0] == 404
    local.workspace.rooms.join(ROOM, "U0SAM")
    local.workspace.people.change("U0SAM", {"deleted": True})
    assert (await fetch(local, f"{address}?me=U0SAM"))[0] == 404


async def test_a_file_goes_with_the_only_message_that_showed_it(local: Local) -> None:
    file = await made(local)
    await local.call("chat.delete", channel=ROOM, ts=(await history(local))[0]["ts"])
    assert (await fetch(local, f"/files/{file['id']}/a.txt?me=U0SAM"))[0] == 404
    assert (await local.call("files.info", file=file["id"]))["file"]["shares"] == {}


@pytest.mark.parametrize("by", ["id", "url"])
async def test_a_picture_in_a_block_is_seen_by_those_who_see_the_block(local: Local, by: str) -> None:
    file = await made(local, "a.png", png(), channel=None)
    address = f"/files/{file['id']}/a.png?me="
    picture = {"id": file["id"]} if by == "id" else {"url": file["url_private"]}
    block = {"type": "image", "alt_text": "a", "slack_file": picture}
    await local.act(do="say", me="U0SAM", channel=ROOM, text=json.dumps(block))
    assert (await fetch(local, address + "U0SAM"))[0] == 404
    await local.call("chat.postMessage", channel=ROOM, text="x", blocks=[block])
    assert (await fetch(local, address + "U0SAM"))[0] == 200
    local.workspace.rooms.leave(ROOM, "U0SAM")
    assert (await fetch(local, address + "U0SAM"))[0] == 404
    view = {"type": "home", "blocks": [block]}
    assert (await local.call("views.publish", user_id="U0SAM", view=view))["ok"]
    assert (await fetch(local, address + "U0SAM"))[0] == 200
    local.workspace.people.change("U0SAM", {"deleted": True})
    assert (await fetch(local, address + "U0SAM"))[0] == 404


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer abc"}, {"Authorization": "Basic xoxb-local"}])
async def test_without_a_token_a_download_leads_to_a_page_and_not_to_the_file(
    local: Local, headers: dict[str, str]
) -> None:
    file = await made(local)
    status, answer, _ = await fetch(local, file["url_private"], headers=headers)
    assert (status, answer["Location"].split("?")[0]) == (302, "/")
    async with local.http.get(file["url_private_download"], headers=headers) as followed:
        assert (followed.status, followed.content_type) == (200, "text/html")


async def test_an_app_without_the_scope_to_read_files_gets_a_page_too() -> None:
    async with running(scopes=frozenset({"files:write"})) as local:
        _, seen = await send(local, "U0SAM", ("a.txt", b"x"), channel=ROOM)
        assert (await fetch(local, f"/files-pri/T0HARBOR-{seen['files'][0]['id']}/a.txt", headers=BOT))[0] == 302


async def test_the_app_reads_files_of_public_channels_it_is_not_in_but_no_private_ones(local: Local) -> None:
    _, seen = await send(local, "U0SAM", ("a.txt", b"x"), channel=ROOM)
    local.workspace.rooms.leave(ROOM, "U0BATON")
    url = f"/files-pri/T0HARBOR-{seen['files'][0]['id']}/a.txt"
    assert (await fetch(local, url, headers=BOT))[0] == 200
    local.workspace.rooms.change(ROOM, private=True)
    assert (await fetch(local, url, headers=BOT))[0] == 404


@pytest.mark.parametrize(
    ("name", "kind", "way"),
    [
        ("a.png", "image/png", "inline"),
        ("a.JPEG", "image/jpeg", "inline"),
        ("a.gif", "image/gif", "inline"),
        ("a.webp", "image/webp", "inline"),
        ("a.txt", "text/plain; charset=utf-8", "inline"),
        ("a.py", "text/plain; charset=utf-8", "inline"),
        ("a.svg", "image/svg+xml", "attachment"),
        ("a.html", "text/html; charset=utf-8", "attachment"),
        ("a.xml", "application/xml", "attachment"),
        ("a.pdf", "application/pdf", "attachment"),
        ("a.mp4", "video/mp4", "attachment"),
        ("a", "application/octet-stream", "attachment"),
        ("a.png.exe", "application/octet-stream", "attachment"),
    ],
)
async def test_no_file_can_run_in_a_browser(local: Local, name: str, kind: str, way: str) -> None:
    status, seen = await send(local, "U0SAM", (name, b"<script>alert(1)</script>"), channel=ROOM)
    assert status == 200
    file_id = seen["files"][0]["id"]
    for url, headers in ((f"/files/{file_id}/x?me=U0SAM", {}), (f"/files-pri/T0HARBOR-{file_id}/x", BOT)):
        _, answer, content = await fetch(local, url, headers=headers)
        assert content == b"<script>alert(1)</script>"
        assert answer["Content-Type"] == kind
        assert answer["Content-Disposition"].split(";")[0] == way
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer["Content-Security-Policy"] and "script-src" not in answer["Content-Security-Policy"]
        assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    _, answer, _ = await fetch(local, f"/files/{file_id}/x?me=U0SAM&save=1")
    assert answer["Content-Disposition"].startswith("attachment")


HOSTILE = [
    ("../../etc/passwd", "passwd"),
    ("..\\..\\boot.ini", "boot.ini"),
    ("/absolute/a.txt", "a.txt"),
    ("..", "Untitled"),
    ("folder/", "Untitled"),
    ('a"; filename="b.exe', 'a"; filename="b.exe'),
    ("a\r\nSet-Cookie: x=1.txt", "a Set-Cookie: x=1.txt"),
    ("\u202etxt.exe", "txt.exe"),
    ("a\0b.txt", "a b.txt"),
    ("\U0001f600 <b>&.png", "\U0001f600 <b>&.png"),
    ("n" * 300 + ".txt", "n" * 251 + ".txt"),
    ("x." + "n" * 300, "." + "n" * 254),
]


@pytest.mark.parametrize(("given", "kept"), HOSTILE)
async def test_a_hostile_name_is_only_a_name(local: Local, given: str, kept: str) -> None:
    file = await made(local, given)
    assert (file["name"], file["title"]) == (kept, kept)
    status, answer, content = await fetch(local, file["url_private_download"], headers=BOT)
    assert (status, content) == (200, b"abc")
    assert "Set-Cookie" not in answer
    assert answer["Content-Disposition"].endswith(f"; filename*=UTF-8''{quote(kept, safe='')}")
    assert answer["Content-Disposition"].count('"') == 2
    assert (await fetch(local, f"/files/{file['id']}/{quote(kept, safe='')}?me=U0SAM"))[0] == 200
    assert file["permalink"].rsplit("/", 1)[1].isascii()


async def test_a_persons_hostile_name_is_only_a_name_too(local: Local) -> None:
    _, seen = await send(local, "U0SAM", ("../%22x%22\u202e.html", b"x"), ("a%0D%0Ab.txt", b"y"), channel=ROOM)
    assert [each["name"] for each in seen["files"]] == ['"x".html', "a b.txt"]


async def test_a_link_to_a_file_leads_to_the_workspaces_page(local: Local) -> None:
    file = await made(local)
    status, answer, _ = await fetch(local, file["permalink"])
    assert (status, answer["Location"]) == (302, f"/?file={file['id']}")


async def test_a_picture_that_is_there_already_is_not_sent_again(local: Local) -> None:
    file = await made(local, "a.png", png())
    _, answer, _ = await fetch(local, f"/files/{file['id']}/a.png?me=U0SAM")
    again = {"If-None-Match": answer["Etag"]}
    assert (await fetch(local, f"/files/{file['id']}/a.png?me=U0SAM", headers=again))[0] == 304
    assert (await fetch(local, f"/files/{file['id']}/a.png?me=U0GUEST2", headers=again))[0] == 404


def test_the_size_of_a_picture_is_read_from_every_usual_kind() -> None:
    jpeg = b"\xff\xd8\xff\xe0\x00\x04xx\xff\xc0\x00\x11\x08\x00\x02\x00\x03" + b"\0" * 9
    lossless = b"RIFF\0\0\0\0WEBPVP8L\0\0\0\0/" + (2 | 1 << 14).to_bytes(4, "little") + b"\0" * 9
    extended = b"RIFF\0\0\0\0WEBPVP8X\0\0\0\0\0\0\0\0" + b"\x02\0\0\x01\0\0"
    simple = b"RIFF\0\0\0\0WEBPVP8 \0\0\0\0\0\0\0\x9d\x01\x2a" + b"\x03\0\x02\0"
    for content in (png(), b"GIF89a\x03\0\x02\0", jpeg, lossless, extended, simple):
        assert files.picture_size(content) == (3, 2)
    for content in (b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0\0\0", b"GIF89a", b"RIFF\0\0\0\0WEBP", b"<svg/>"):
        assert files.picture_size(content) is None
