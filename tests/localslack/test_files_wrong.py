"""Wrong calls about files are answered as Slack answers them, and change nothing."""

import json
from typing import Any

import pytest

from tests.localslack.filing import ROOM, history, made, promised, send, sent
from tests.localslack.support import Local

NEW: dict[str, Any] = {"filename": "a.txt", "length": 3}
SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "x"}}
WRONG: list[tuple[str, dict[str, Any], str]] = [
    ("files.getUploadURLExternal", {"length": 3}, "invalid_arguments"),
    ("files.getUploadURLExternal", {"filename": "a.txt"}, "invalid_arguments"),
    ("files.getUploadURLExternal", {**NEW, "length": 0}, "missing_argument"),
    ("files.getUploadURLExternal", {**NEW, "length": -1}, "invalid_arguments"),
    ("files.getUploadURLExternal", {**NEW, "length": "many"}, "invalid_arguments"),
    ("files.getUploadURLExternal", {**NEW, "length": 10**12}, "file_upload_size_restricted"),
    ("files.getUploadURLExternal", {**NEW, "alt_txt": "x" * 1001}, "alt_txt_too_large"),
    ("files.getUploadURLExternal", {**NEW, "snippet_type": "poetry"}, "unknown_snippet_type"),
    ("files.getUploadURLExternal", {**NEW, "snippet_type": "python", "length": 2_000_000}, "snippet_too_large"),
    ("files.completeUploadExternal", {}, "invalid_arguments"),
    ("files.completeUploadExternal", {"files": []}, "invalid_arguments"),
    ("files.completeUploadExternal", {"files": "{not json"}, "invalid_arguments"),
    ("files.completeUploadExternal", {"files": ["F0"]}, "invalid_arguments"),
    ("files.completeUploadExternal", {"files": [{"title": "x"}]}, "invalid_arguments"),
    ("files.completeUploadExternal", {"files": [{"id": "HERE", "title": 1}]}, "invalid_arguments"),
    ("files.completeUploadExternal", {"files": [{"id": "F0NONE"}]}, "file_not_found"),
    ("files.completeUploadExternal", {"files": [{"id": "AWAITED"}]}, "file_not_found"),
    ("files.completeUploadExternal", {"files": [{"id": "DONE"}]}, "file_not_found"),
    ("files.completeUploadExternal", {"files": [{"id": "THEIRS"}]}, "file_not_found"),
    ("files.completeUploadExternal", {"files": [{"id": "HERE"}, {"id": "HERE"}]}, "file_not_found"),
    ("files.completeUploadExternal", {"files": [{"id": "HERE"}], "channel_id": "C0NOWHERE"}, "channel_not_found"),
    ("files.completeUploadExternal", {"files": [{"id": "HERE"}], "channel_id": "support"}, "channel_not_found"),
    ("files.completeUploadExternal", {"files": [{"id": "HERE"}], "channel_id": "U0SAM"}, "channel_not_found"),
    ("files.completeUploadExternal", {"files": [{"id": "HERE"}], "channel_id": "C0SALES"}, "not_in_channel"),
    (
        "files.completeUploadExternal",
        {"files": [{"id": "HERE"}], "channel_id": "C0BILLING"},
        "posting_to_channel_denied",
    ),
    (
        "files.completeUploadExternal",
        {"files": [{"id": "HERE"}], "channels": ",".join(f"C{n}" for n in range(101))},
        "channels_limit_exceeded",
    ),
    (
        "files.completeUploadExternal",
        {"files": [{"id": "HERE"}], "channel_id": ROOM, "thread_ts": "1.000001"},
        "cannot_reply_to_message",
    ),
    ("files.completeUploadExternal", {"files": [{"id": "HERE"}], "thread_ts": "1.000001"}, "invalid_arguments"),
    (
        "files.completeUploadExternal",
        {"files": [{"id": "HERE"}], "channel_id": ROOM, "initial_comment": "x" * 40_001},
        "msg_too_long",
    ),
    (
        "files.completeUploadExternal",
        {"files": [{"id": "HERE"}], "channel_id": ROOM, "blocks": [{"type": "sectoin"}]},
        "invalid_blocks",
    ),
    (
        "files.completeUploadExternal",
        {"files": [{"id": "HERE"}], "channel_id": ROOM, "blocks": [{"type": "markdown", "text": "x"}]},
        "internal_error",
    ),
    ("files.info", {}, "invalid_arguments"),
    ("files.info", {"file": "F0NONE"}, "file_not_found"),
    ("files.info", {"file": "HERE"}, "file_not_found"),
    ("files.info", {"file": "THEIRS"}, "file_not_found"),
    ("files.info", {"file": "GONE"}, "file_deleted"),
    ("files.list", {"types": "poems"}, "unknown_type"),
    ("files.list", {"user": "U0NOBODY"}, "user_not_found"),
    ("files.list", {"channel": "C0NOWHERE"}, "channel_not_found"),
    ("files.list", {"ts_from": "yesterday"}, "invalid_arguments"),
    ("files.delete", {"file": "F0NONE"}, "file_not_found"),
    ("files.delete", {"file": "SHOWN"}, "cant_delete_file"),
    ("files.delete", {"file": "GONE"}, "file_deleted"),
    ("files.sharedPublicURL", {"file": "DONE"}, "not_allowed"),
    ("files.sharedPublicURL", {"file": "F0NONE"}, "file_not_found"),
]


@pytest.mark.parametrize(("method", "args", "error"), WRONG)
async def test_a_wrong_call_gets_slacks_own_error_and_changes_nothing(
    local: Local, method: str, args: dict[str, Any], error: str
) -> None:
    here, url = await promised(local)
    await sent(local, url, data=b"abc")
    gone = (await made(local))["id"]
    await local.call("files.delete", file=gone)
    _, theirs = await send(local, "U0SAM", ("their.txt", b"x"), **{"for": "input"})
    _, shown = await send(local, "U0SAM", ("shown.txt", b"x"), channel=ROOM)
    places = {"HERE": here, "GONE": gone, "DONE": (await made(local))["id"], "AWAITED": (await promised(local))[0]}
    places |= {"THEIRS": theirs["files"][0]["id"], "SHOWN": shown["files"][0]["id"]}
    local.workspace.rooms.leave("C0SALES", "U0BATON")
    local.workspace.rooms.change("C0BILLING", archived=True)
    before = await history(local)
    answer = await local.call(method, **_placed(args, places))
    assert (answer["ok"], answer["error"]) == (False, error)
    assert await history(local) == before
    assert (await local.call("files.completeUploadExternal", files=[{"id": here}]))["ok"]


def _placed(args: dict[str, Any], places: dict[str, str]) -> dict[str, Any]:
    words = json.dumps(args)
    for name, value in places.items():
        words = words.replace(f'"{name}"', f'"{value}"')
    placed: dict[str, Any] = json.loads(words)
    return placed


async def test_the_old_way_of_uploading_is_switched_off(local: Local) -> None:
    answer = await local.call("files.upload", channels="C0SUPPORT", content="x")
    assert answer == {"ok": False, "error": "method_deprecated"}
