"""Wrong calls are answered as Slack answers them: HTTP 200, `ok: false`, Slack's own error, and nothing has happened."""

import aiohttp
import pytest

from tests.localslack.support import Local
from tests.localslack.wrong_calls import (
    FORM,
    GARBLED,
    JSON,
    POST,
    SECTION,
    WRONG,
    Garbled,
    Wrong,
    arranged,
    garbled,
    kinds,
    sent,
)

CALLS = [(wrong, kind) for wrong in WRONG for kind in kinds(wrong.method)]


def test_there_are_more_than_eighty_of_them() -> None:
    assert len({(wrong.method, wrong.what) for wrong in WRONG}) == len(WRONG)
    assert len(WRONG) >= 80


@pytest.mark.parametrize(
    ("wrong", "kind"),
    CALLS,
    ids=lambda value: f"{value.method}: {value.what}" if isinstance(value, Wrong) else value[12:16],
)
async def test_a_wrong_call_gets_slacks_own_error(local: Local, wrong: Wrong, kind: str) -> None:
    known = await arranged(local)
    logged = (await local.get("/_control/calls"))["calls"][-1]["id"]
    before = _everything(local)
    status, answer = await sent(local, wrong.method, wrong.args, kind, known)
    assert (status, answer["ok"], answer["error"]) == (200, False, wrong.error)
    log = (await local.get(f"/_control/calls?after={logged}"))["calls"]
    assert [(line["method"], line["ok"], line["error"]) for line in log] == [(wrong.method, False, wrong.error)]
    assert _everything(local) == before


@pytest.mark.parametrize("call", GARBLED, ids=lambda call: call.what)
async def test_a_body_that_cannot_be_read_is_refused_by_name(local: Local, call: Garbled) -> None:
    status, answer = await garbled(local, call)
    assert (status, answer["ok"], answer["error"]) == (200, False, call.error)


async def test_a_missing_argument_is_named(local: Local) -> None:
    _, answer = await sent(local, "conversations.setTopic", {"channel": "C0SUPPORT"}, JSON, {})
    assert answer["response_metadata"]["messages"] == ["[ERROR] missing required field: topic"]


async def test_a_problem_in_a_block_is_named_with_its_place(local: Local) -> None:
    blocks = [SECTION, {"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3001}}]
    answer = await local.call("chat.postMessage", **POST, blocks=blocks)
    where = "must be less than 3001 characters [json-pointer:/blocks/1/text/text]"
    assert where in answer["errors"]
    assert f"[ERROR] {where}" in answer["response_metadata"]["messages"]


@pytest.mark.parametrize(
    ("method", "token", "error"),
    [
        ("auth.test", "", "not_authed"),
        ("auth.test", "abc", "invalid_auth"),
        ("auth.test", "xapp-local", "not_allowed_token_type"),
        ("auth.test", "xoxp-local", "not_allowed_token_type"),
        ("apps.connections.open", "xoxb-local", "not_allowed_token_type"),
    ],
)
async def test_a_call_needs_the_right_kind_of_token(local: Local, method: str, token: str, error: str) -> None:
    assert (await local.call(method, token))["error"] == error


async def test_an_unknown_method_is_told_so_before_anybody_asks_for_a_token(local: Local) -> None:
    answer = await local.call("chat.noSuchThing", token="")
    assert answer == {"ok": False, "error": "unknown_method", "req_method": "chat.noSuchThing"}


async def test_the_log_tells_a_method_that_slack_has_from_one_it_has_not(
    local: Local, caplog: pytest.LogCaptureFixture
) -> None:
    await local.call("admin.users.list")
    await local.call("chat.noSuchThing")
    lines = [record.getMessage() for record in caplog.records if "unknown method" in record.getMessage()]
    assert ["Slack has it" in line for line in lines] == [True, False]


async def test_a_revoked_token_is_worth_nothing_until_the_app_is_put_back(local: Local) -> None:
    assert (await local.call("auth.revoke", test=True))["revoked"] is False
    assert (await local.call("auth.revoke"))["revoked"] is True
    assert (await local.call("auth.test"))["error"] == "account_inactive"
    assert (await local.call("auth.test", token="xoxp-local"))["error"] == "token_revoked"


@pytest.mark.parametrize(
    ("kind", "warning"),
    [
        ("application/json", "missing_charset"),
        (JSON, None),
        (f"{FORM}; charset=utf-8", "superfluous_charset"),
        (FORM, None),
    ],
)
async def test_a_charset_too_little_or_too_much_is_worth_a_warning(
    local: Local, kind: str, warning: str | None
) -> None:
    body = b'{"channel": "C0NOWHERE", "text": "x"}' if "json" in kind else b"channel=C0NOWHERE&text=x"
    headers = {"Content-Type": kind, "Authorization": "Bearer xoxb-local"}
    async with local.http.post(f"{local.base}/api/chat.postMessage", data=body, headers=headers) as answered:
        answer = await answered.json()
    assert answer["error"] == "channel_not_found"
    assert answer.get("warning") == warning
    assert answer.get("response_metadata", {}).get("warnings") == ([warning] if warning else None)


async def test_a_method_that_takes_no_json_never_sees_it(local: Local, caplog: pytest.LogCaptureFixture) -> None:
    headers = {"Content-Type": JSON, "Authorization": "Bearer xoxb-local"}
    address = f"{local.base}/api/users.info"
    async with local.http.post(address, data=b'{"user": "U0SAM"}', headers=headers) as answer:
        assert (await answer.json())["error"] == "user_not_found"
    assert "users.info takes no JSON" in caplog.text
    async with local.http.post(
        address, data={"user": "U0SAM"}, headers={"Authorization": headers["Authorization"]}
    ) as answer:
        assert (await answer.json())["user"]["id"] == "U0SAM"


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
        (b"channel=C0SUPPORT&text=a%26b", FORM),
        (b'{"channel": "C0SUPPORT", "text": "a&b"}', JSON),
        ('{"channel": "C0SUPPORT", "text": "a&b"}'.encode("latin-1"), "application/json; charset=iso-8859-1"),
        (
            b'--x\r\nContent-Disposition: form-data; name="text"\r\n\r\na&b\r\n--x--\r\n',
            "multipart/form-data; boundary=x",
        ),
    ],
)
async def test_arguments_are_read_however_they_come(local: Local, body: bytes, kind: str) -> None:
    address = f"{local.base}/api/chat.postMessage?channel=C0SUPPORT&text=a%26b"
    headers = {"Content-Type": kind, "Authorization": "Bearer xoxb-local"}
    async with local.http.post(address, data=body, headers=headers) as answer:
        assert (await answer.json())["message"]["text"] == "a&amp;b"


async def test_a_form_of_parts_is_read_with_its_token_as_curl_sends_it(local: Local) -> None:
    form = aiohttp.FormData({"token": "xoxb-local", "channel": "C0SUPPORT", "text": "x"}, default_to_multipart=True)
    async with local.http.post(f"{local.base}/api/chat.postMessage", data=form) as answer:
        assert (await answer.json())["message"]["text"] == "x"
    form = aiohttp.FormData({"token": "xoxb-local", "user": "U0SAM"}, default_to_multipart=True)
    async with local.http.post(f"{local.base}/api/users.info", data=form) as answer:
        assert (await answer.json())["user"]["id"] == "U0SAM"


async def test_json_that_nests_without_end_is_no_json(local: Local) -> None:
    headers = {"Authorization": "Bearer xoxb-local", "Content-Type": JSON}
    body = '{"channel": ' + "[" * 100_000 + "]" * 100_000 + "}"
    async with local.http.post(f"{local.base}/api/chat.postMessage", data=body, headers=headers) as answer:
        assert (answer.status, (await answer.json())["error"]) == (200, "invalid_json")


async def test_a_token_may_be_a_field_of_a_form_but_not_of_json(local: Local) -> None:
    form = {"token": "xoxb-local", "channel": "C0SUPPORT", "blocks": '[{"type": "divider"}]', "text": "x"}
    async with local.http.post(f"{local.base}/api/chat.postMessage", data=form) as answer:
        assert (await answer.json())["message"]["blocks"][0]["type"] == "divider"
    async with local.http.post(f"{local.base}/api/auth.test", json={"token": "xoxb-local"}) as answer:
        assert (await answer.json())["error"] == "not_authed"


def _everything(local: Local) -> dict[str, list[tuple[object, ...]]]:
    """Return all rows of all tables but the log of calls, which timestamps were handed out, and what waits for the app."""
    state = local.workspace.state
    tables = [row["name"] for row in state.all("SELECT name FROM sqlite_master WHERE type = 'table'")]
    left_out = {"calls", "last_ts", "deliveries", "sqlite_sequence"}
    return {name: [tuple(row) for row in state.all(f"SELECT * FROM {name}")] for name in tables if name not in left_out}
