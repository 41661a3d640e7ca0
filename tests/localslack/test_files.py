"""Files go up and are listed, shared and deleted as at Slack, by unchanged SDK clients."""

import asyncio
import json
import os
import signal
import sqlite3
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from slack_sdk import WebClient
from slack_sdk.web.async_client import AsyncWebClient

from localslack.files import store as files
from tests.localslack.filing import BOT, ROOM, client, fetch, form, history, made, png, promised, send, sent, told
from tests.localslack.support import Local, until
from tests.localslack.test_payloads import EVENTS, MISSING, unknown
from tests.localslack.test_survives import _ask, _begin


async def test_the_sdk_uploads_a_file_into_a_thread_with_a_comment(local: Local) -> None:
    root = (await local.act(do="say", me="U0SAM", channel=ROOM, text="the numbers?"))["ts"]
    done = await client(local).files_upload_v2(
        filename="numbers.csv",
        content="a,b\n1,2\n",
        title="Numbers",
        channel=ROOM,
        thread_ts=root,
        initial_comment="Here:",
    )
    written = (await history(local))[-1]
    assert (written["text"], written["thread_ts"], written["subtype"]) == ("Here:", root, "file_share")
    assert written["bot_id"] == "B0BATON"
    [shown] = written["files"]
    assert (shown["id"], shown["name"], shown["title"]) == (done["file"]["id"], "numbers.csv", "Numbers")
    assert (shown["mimetype"], shown["filetype"], shown["pretty_type"], shown["size"]) == ("text/csv", "csv", "CSV", 8)
    status, headers, content = await fetch(local, shown["url_private_download"], headers=BOT)
    assert (status, content) == (200, b"a,b\n1,2\n")
    assert headers["Content-Type"].startswith("text/csv")


async def test_the_answer_to_a_finished_upload_does_not_know_yet_what_is_inside(local: Local) -> None:
    """Slack looks inside and shares after it has answered; an app that needs more asks `files.info`."""
    done = await client(local).files_upload_v2(filename="a.png", content=png(), channel=ROOM)
    assert (done["file"]["mimetype"], done["file"]["shares"], done["file"]["channels"]) == ("", {}, [])
    info = (await local.call("files.info", file=done["file"]["id"]))["file"]
    assert (info["mimetype"], info["original_w"], info["original_h"]) == ("image/png", 3, 2)
    [share] = info["shares"]["public"][ROOM]
    assert (share["ts"], share["channel_name"]) == ((await history(local))[-1]["ts"], "support-desk")
    assert (info["channels"], info["groups"], info["ims"], info["is_public"]) == ([ROOM], [], [], True)


async def test_the_sdk_uploads_several_files_as_one_message(local: Local) -> None:
    uploads = [{"filename": f"{n}.txt", "content": str(n) * 9, "title": f"No. {n}"} for n in (1, 2)]
    done = await client(local).files_upload_v2(file_uploads=uploads, channel=ROOM)
    written = (await history(local))[-1]
    assert (
        [each["title"] for each in written["files"]] == [each["title"] for each in done["files"]] == ["No. 1", "No. 2"]
    )
    assert written["text"] == ""


async def test_the_sync_sdk_uploads_from_a_path(local: Local, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("line one\nline two\n", encoding="utf-8")

    def work() -> Any:
        client = WebClient(token="xoxb-local", base_url=f"{local.base}/api/")
        path, channels = str(tmp_path / "notes.txt"), [ROOM, "C0BILLING"]
        return client.files_upload_v2(file=path, channels=channels, alt_txt="two lines", snippet_type="text")

    done = await asyncio.to_thread(work)
    info = (await local.call("files.info", file=done["file"]["id"]))["file"]
    assert info["channels"] == [ROOM, "C0BILLING"]
    assert (info["mode"], info["preview"], info["lines"], info["alt_txt"]) == (
        "snippet",
        "line one\nline two",
        2,
        "two lines",
    )


async def test_an_upload_without_a_channel_stays_with_the_app(local: Local) -> None:
    file = await made(local, channel=None)
    assert (await history(local)) == []
    assert file["shares"] == {}
    assert (await fetch(local, f"/files/{file['id']}/a.txt?me=U0SAM"))[0] == 404


async def test_a_file_can_be_shared_with_a_person(local: Local) -> None:
    file_id, url = await promised(local)
    await sent(local, url, data=b"abc")
    done = await local.call("files.completeUploadExternal", files=[{"id": file_id}], channels="U0SAM")
    assert done["ok"]
    [room] = (await local.call("files.info", file=file_id))["file"]["ims"]
    assert [each["files"][0]["id"] for each in await history(local, room)] == [file_id]


async def test_blocks_introduce_a_file_unless_there_is_a_comment(local: Local) -> None:
    section = {"type": "section", "text": {"type": "mrkdwn", "text": "as blocks"}}
    for comment in (None, "as a comment"):
        file_id, url = await promised(local)
        await sent(local, url, data=b"abc")
        args = {"files": [{"id": file_id}], "channel_id": ROOM, "blocks": json.dumps([section])}
        assert (await local.call("files.completeUploadExternal", initial_comment=comment, **args))["ok"]
    first, second = await history(local)
    assert first["blocks"][0]["text"]["text"] == "as blocks"
    assert (second["text"], [block["type"] for block in second["blocks"]]) == ("as a comment", ["rich_text"])


async def test_an_upload_address_takes_raw_bytes_or_a_form_once(local: Local) -> None:
    for body in (b"abc", form("a.txt", b"abc")):
        _, url = await promised(local)
        assert await sent(local, url, data=body) == (200, "OK - 3")
        assert (await sent(local, url, data=b"abc"))[0] == 404
    assert (await sent(local, f"{local.base}/upload/v1/nonsense", data=b"abc"))[0] == 404


async def test_of_two_uploads_to_one_address_at_once_one_is_taken(local: Local) -> None:
    file_id, url = await promised(local)
    awaited = files.awaited(local.workspace, url.rsplit("/", 1)[1])
    assert awaited is not None
    assert [files.receive(local.workspace, awaited, content) for content in (b"one", b"two")] == [True, False]
    assert files.content(local.workspace, file_id) == b"one"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"data": b"ab"}, 400),
        ({"data": b"abcd"}, 413),
        ({"data": b"x" * 900_000}, 413),
        ({"data": b"abc", "headers": {"Content-Type": "multipart/form-data"}}, 400),
        ({"data": b"abc", "headers": {"Content-Type": "multipart/form-data; boundary=x"}}, 400),
        (
            {
                "data": b"--x\r\nbad\r\n\r\nabc\r\n--x--\r\n",
                "headers": {"Content-Type": "multipart/form-data; boundary=x"},
            },
            400,
        ),
    ],
)
async def test_a_broken_upload_is_refused_and_may_be_tried_again(local: Local, body: Any, status: int) -> None:
    file_id, url = await promised(local)
    assert (await sent(local, url, **body))[0] == status
    assert (await sent(local, url, data=form("a.txt", b"abcd")))[0] == 413
    assert (await local.call("files.completeUploadExternal", files=[{"id": file_id}]))["error"] == "file_not_found"
    assert await sent(local, url, data=b"abc") == (200, "OK - 3")


async def test_the_app_lists_what_it_can_see(local: Local) -> None:
    await made(local, "a.png", png())
    local.clock.move(60)
    await made(local, "b.zip", b"zip", channel="C0BILLING")
    _, hidden = await send(local, "U0SAM", ("hidden.txt", b"x"), **{"for": "input"})
    _, seen = await send(local, "U0SAM", ("seen.txt", b"x"), channel=ROOM)
    assert hidden["ok"] and seen["ok"]

    async def names(**args: Any) -> list[str]:
        return [each["name"] for each in (await local.call("files.list", **args))["files"]]

    whole = await local.call("files.list")
    assert [each["name"] for each in whole["files"]] == ["seen.txt", "b.zip", "a.png"]
    assert whole["paging"] == {"count": 100, "total": 3, "page": 1, "pages": 1}
    assert await names(channel=ROOM) == ["seen.txt", "a.png"]
    assert await names(user="U0SAM") == ["seen.txt"]
    assert await names(types="images,zips") == ["b.zip", "a.png"]
    assert await names(count=1, page=2) == ["b.zip"]
    assert await names(ts_to=str(whole["files"][2]["created"])) == ["a.png"]


async def test_a_deleted_file_leaves_a_tombstone_and_its_bytes_are_gone(local: Local) -> None:
    file = await made(local)
    async with told(local) as events:
        assert (await local.call("files.delete", file=file["id"]))["ok"]
        await until(lambda: len(events) >= 2)
    [written] = await history(local)
    assert written["files"] == [{"id": file["id"], "mode": "tombstone"}]
    assert "edited" not in written
    assert {"type": "file_deleted", "file_id": file["id"], "channel_ids": [ROOM]}.items() <= _of(
        events, "file_deleted"
    ).items()
    for url, headers in ((file["url_private"], BOT), (f"/files/{file['id']}/a.txt?me=U0SAM", {})):
        assert (await fetch(local, url, headers=headers))[0] == 404
    assert local.workspace.state.one("SELECT content FROM files WHERE id = ?", file["id"])["content"] is None  # type: ignore[index]


def _of(events: list[dict[str, Any]], kind: str) -> dict[str, Any]:
    return next(event for event in events if event["type"] == kind)


async def test_the_app_is_told_of_its_files_and_of_peoples(local: Local) -> None:
    async with told(local) as events:
        await made(local)
        status, seen = await send(local, "U0SAM", ("b.txt", b"x"), channel=ROOM, text="look <@U0BATON>")
        assert status == 200
        await until(lambda: len(events) >= 9)
    theirs = seen["files"][0]["id"]
    kinds = ["message", "file_created", "file_shared", "file_change"]
    assert sorted(event["type"] for event in events) == sorted(kinds * 2 + ["app_mention"])
    shared = [event for event in events if event["type"] == "file_shared"]
    assert {event["user_id"] for event in shared} == {"U0SAM", "U0BATON"}
    assert all(event["channel_id"] == ROOM and event["file"] == {"id": event["file_id"]} for event in shared)
    written = next(event for event in events if event["type"] == "message" and event["user"] == "U0SAM")
    assert (written["subtype"], written["files"][0]["id"], written["upload"]) == ("file_share", theirs, False)


@MISSING
async def test_events_of_files_have_the_fields_of_slacks_samples(local: Local) -> None:
    async with told(local) as events:
        await send(local, "U0SAM", ("b.png", png()), channel=ROOM)
        await local.call("files.delete", file=(await made(local))["id"])
        await until(lambda: any(event["type"] == "file_deleted" for event in events))
    samples = {"file_shared": "FileShared", "file_created": "FileCreated", "file_change": "FileChange"}
    for kind, name in {**samples, "file_deleted": "FileDeleted"}.items():
        sample = json.loads((EVENTS / f"{name}Payload.json").read_text(encoding="utf-8"))
        assert unknown(_of(events, kind), sample["event"]) == []
    sample = json.loads((EVENTS / "MessageFileSharePayload.json").read_text(encoding="utf-8"))
    written = next(event for event in events if event.get("subtype") == "file_share")
    assert unknown(written["files"], sample["event"]["files"]) == []


async def test_nobody_is_told_of_a_file_they_cannot_see(local: Local) -> None:
    room = local.workspace.direct(frozenset({"U0SAM", "U0THEO"})).id
    async with told(local) as events:
        _, seen = await send(local, "U0SAM", ("b.txt", b"x"), channel=room)
        await local.act(do="say", me="U0SAM", channel=ROOM, text="last")
        await until(lambda: any(event.get("text") == "last" for event in events))
    assert len(events) == 1
    assert (await local.call("files.info", file=seen["files"][0]["id"]))["error"] == "file_not_found"


async def test_a_file_larger_than_other_requests_may_be_goes_up_and_down(local: Local) -> None:
    content = os.urandom(1024 * 1024) * 20
    file = await made(local, "big.bin", content)
    assert (await fetch(local, file["url_private"], headers=BOT))[2] == content


async def test_files_are_there_after_a_kill_and_a_begun_upload_can_be_finished(tmp_path: Path) -> None:
    process, base = await _begin(tmp_path / "state.db", 0)
    try:
        client = AsyncWebClient(token="xoxb-local", base_url=f"{base}/api/")
        done = await client.files_upload_v2(filename="kept.bin", content=b"\0\1\2" * 1000, channel=ROOM)
        begun = await client.files_getUploadURLExternal(filename="b.txt", length=3)
        async with aiohttp.ClientSession() as http, http.post(begun["upload_url"], data=b"abc") as answer:
            assert answer.status == 200
        os.kill(process.pid, signal.SIGKILL)
        await process.wait()
        process, again = await _begin(tmp_path / "state.db", int(base.rsplit(":", 1)[1]))
        assert again == base
        args = {"files": [{"id": begun["file_id"], "title": "B"}], "channel_id": ROOM}
        assert (await _ask(base, "/api/files.completeUploadExternal", args))["ok"]
        listed = (await _ask(base, "/api/files.list", {}))["files"]
        async with aiohttp.ClientSession(headers=BOT) as http, http.get(done["file"]["url_private"]) as answer:
            assert await answer.read() == b"\0\1\2" * 1000
        assert [each["name"] for each in listed] == ["b.txt", "kept.bin"]
        assert (await _ask(base, f"/_control/messages?channel={ROOM}"))["messages"][-1]["files"][0]["title"] == "B"
    finally:
        process.kill()
        await process.wait()
    with sqlite3.connect(tmp_path / "state.db") as kept:
        assert kept.execute("SELECT count(*) FROM file_shares").fetchone() == (2,)
