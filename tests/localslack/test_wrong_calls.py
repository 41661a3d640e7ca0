"""Wrong calls are answered as Slack answers them: HTTP 200, `ok: false`, Slack's own error."""

from typing import Any

import pytest

from tests.localslack.support import Local

LONG = "x" * 3001
SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "hello"}}
BUTTON = {"type": "button", "action_id": "a", "text": {"type": "plain_text", "text": "A"}}
HOME = {"type": "home", "blocks": [SECTION]}
MODAL = {"type": "modal", "title": {"type": "plain_text", "text": "T"}, "blocks": [SECTION]}
LONG_TITLE = {"type": "plain_text", "text": "x" * 25}
POST: dict[str, Any] = {"channel": "C0SUPPORT", "text": "hello"}

WRONG: list[tuple[str, dict[str, Any], str]] = [
    ("chat.noSuchThing", {}, "unknown_method"),
    ("api.test", {"error": "my_error"}, "my_error"),
    ("chat.postMessage", {"text": "hello"}, "invalid_arguments"),
    ("chat.postMessage", {"channel": "C0NOWHERE", "text": "hello"}, "channel_not_found"),
    ("chat.postMessage", {"channel": "C0SUPPORT"}, "no_text"),
    ("chat.postMessage", {"channel": "C0SUPPORT", "text": "  "}, "no_text"),
    ("chat.postMessage", {**POST, "text": "x" * 40_001}, "msg_too_long"),
    ("chat.postMessage", {**POST, "thread_ts": "1.000001"}, "cannot_reply_to_message"),
    ("chat.postMessage", {**POST, "blocks": "{not json"}, "invalid_blocks_format"),
    ("chat.postMessage", {**POST, "blocks": {"type": "section"}}, "invalid_blocks_format"),
    ("chat.postMessage", {**POST, "blocks": [{"type": "sectoin"}]}, "invalid_blocks"),
    ("chat.postMessage", {**POST, "blocks": [SECTION] * 51}, "invalid_blocks"),
    ("chat.postMessage", {**POST, "blocks": [{"type": "section"}]}, "invalid_blocks"),
    ("chat.postMessage", {**POST, "blocks": [{"type": "actions", "elements": [BUTTON, BUTTON]}]}, "invalid_blocks"),
    ("chat.postMessage", {**POST, "blocks": [{**SECTION, "block_id": "b"}] * 2}, "invalid_blocks"),
    ("chat.postMessage", {**POST, "blocks": [{"type": "alert", "text": {}}]}, "invalid_blocks"),
    (
        "chat.postMessage",
        {**POST, "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 2800}}] * 5},
        "msg_blocks_too_long",
    ),
    ("chat.postMessage", {**POST, "metadata": {"event_type": "x"}}, "invalid_metadata_schema"),
    ("chat.postMessage", {**POST, "metadata": "nonsense"}, "invalid_metadata_format"),
    ("chat.update", {**POST, "ts": "1.000001"}, "message_not_found"),
    ("chat.update", POST, "invalid_arguments"),
    ("chat.delete", {"channel": "C0SUPPORT", "ts": "1.000001"}, "message_not_found"),
    ("chat.getPermalink", {"channel": "C0SUPPORT", "message_ts": "1.000001"}, "message_not_found"),
    ("chat.postEphemeral", {**POST, "user": "U0NOBODY"}, "user_not_in_channel"),
    ("chat.postEphemeral", {**POST, "channel": "C0BILLING", "user": "U0GUEST"}, "user_not_in_channel"),
    ("chat.postEphemeral", POST, "invalid_arguments"),
    ("conversations.history", {"channel": "C0NOWHERE"}, "channel_not_found"),
    ("conversations.history", {"channel": "C0SUPPORT", "cursor": "nonsense"}, "invalid_cursor"),
    ("conversations.history", {"channel": "C0SUPPORT", "limit": 5000}, "invalid_limit"),
    ("conversations.history", {"channel": "C0SUPPORT", "oldest": "yesterday"}, "invalid_ts_oldest"),
    ("conversations.replies", {"channel": "C0SUPPORT", "ts": "1.000001"}, "thread_not_found"),
    ("conversations.list", {"types": "secret"}, "invalid_types"),
    ("conversations.open", {}, "users_list_not_supplied"),
    ("conversations.open", {"users": "U0NOBODY"}, "user_not_found"),
    ("users.info", {"user": "U0NOBODY"}, "user_not_found"),
    ("users.lookupByEmail", {"email": "nobody@example.com"}, "users_not_found"),
    ("usergroups.users.list", {"usergroup": "S0NONE"}, "no_such_subteam"),
    ("bots.info", {"bot": "B0OTHER"}, "bot_not_found"),
    ("views.open", {"trigger_id": "1.2.3", "view": MODAL}, "invalid_trigger_id"),
    ("views.open", {"view": MODAL}, "invalid_arguments"),
    ("views.open", {"trigger_id": "1.2.3"}, "invalid_arguments"),
    ("views.open", {"trigger_id": "1.2.3", "view": HOME}, "invalid_arguments"),
    (
        "views.open",
        {"trigger_id": "1.2.3", "view": {**MODAL, "title": LONG_TITLE}},
        "invalid_arguments",
    ),
    ("views.update", {"view": MODAL}, "invalid_arguments"),
    ("views.update", {"view_id": "V0NONE", "view": MODAL}, "not_found"),
    ("views.publish", {"user_id": "U0NOBODY", "view": HOME}, "invalid_arguments"),
    ("reactions.add", {"channel": "C0SUPPORT", "timestamp": "1.000001", "name": "eye"}, "message_not_found"),
]


@pytest.mark.parametrize(("method", "args", "error"), WRONG)
async def test_a_wrong_call_gets_slacks_own_error(local: Local, method: str, args: dict[str, Any], error: str) -> None:
    answer = await local.call(method, **args)
    assert (answer["ok"], answer["error"]) == (False, error)
    log = (await local.get("/_control/calls"))["calls"]
    assert [(line["method"], line["ok"], line["error"]) for line in log] == [(method, False, error)]


async def test_a_problem_in_a_block_is_named_with_its_place(local: Local) -> None:
    blocks = [SECTION, {"type": "section", "text": {"type": "mrkdwn", "text": LONG}}]
    answer = await local.call("chat.postMessage", **POST, blocks=blocks)
    where = "must be less than 3001 characters [json-pointer:/blocks/1/text/text]"
    assert answer["errors"] == [where]
    assert answer["response_metadata"]["messages"] == [f"[ERROR] {where}"]


@pytest.mark.parametrize(
    ("method", "token", "error"),
    [
        ("auth.test", "", "not_authed"),
        ("chat.noSuchThing", "", "not_authed"),
        ("auth.test", "abc", "invalid_auth"),
        ("auth.test", "xapp-local", "not_allowed_token_type"),
        ("apps.connections.open", "xoxb-local", "not_allowed_token_type"),
    ],
)
async def test_a_call_needs_the_right_kind_of_token(local: Local, method: str, token: str, error: str) -> None:
    assert (await local.call(method, token))["error"] == error


async def test_the_bot_cannot_change_what_a_person_wrote(local: Local) -> None:
    said = await local.act(do="say", me="U0SAM", channel="C0SUPPORT", text="mine")
    assert (await local.call("chat.update", channel="C0SUPPORT", ts=said["ts"], text="x"))[
        "error"
    ] == "cant_update_message"
    assert (await local.call("chat.delete", channel="C0SUPPORT", ts=said["ts"]))["error"] == "cant_delete_message"


async def test_the_bot_must_be_in_a_channel_to_write_there(local: Local) -> None:
    local.workspace.state.run("DELETE FROM members WHERE channel = 'C0SALES' AND user = 'U0BATON'")
    assert (await local.call("chat.postMessage", channel="C0SALES", text="x"))["error"] == "not_in_channel"
    assert (await local.call("conversations.history", channel="C0SALES"))["error"] == "not_in_channel"
    assert (await local.call("conversations.join", channel="C0SALES"))["ok"]
    assert (await local.call("chat.postMessage", channel="C0SALES", text="x"))["ok"]


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", "application/json"),
        (b"channel=C0SUPPORT&text=a%26b", "application/x-www-form-urlencoded"),
        (b'{"channel": "C0SUPPORT", "text": "a&b"}', "application/json; charset=utf-8"),
    ],
)
async def test_arguments_are_read_however_they_come(local: Local, body: bytes, kind: str) -> None:
    address = f"{local.base}/api/chat.postMessage?channel=C0SUPPORT&text=a%26b"
    headers = {"Content-Type": kind, "Authorization": "Bearer xoxb-local"}
    async with local.http.post(address, data=body, headers=headers) as answer:
        assert (await answer.json())["message"]["text"] == "a&b"


async def test_blocks_in_a_form_are_json_in_a_field_and_the_token_may_be_one_too(local: Local) -> None:
    form = {"token": "xoxb-local", "channel": "C0SUPPORT", "blocks": '[{"type": "divider"}]', "text": "x"}
    async with local.http.post(f"{local.base}/api/chat.postMessage", data=form) as answer:
        assert (await answer.json())["message"]["blocks"][0]["type"] == "divider"
    async with local.http.post(
        f"{local.base}/api/auth.test", data=b"[1]", headers={"Content-Type": "application/json"}
    ) as answer:
        assert (await answer.json())["error"] == "json_not_object"
