"""Only this machine's programs and the workspace's own page are answered."""

import pytest

from tests.localslack.support import Local

ACT = {"do": "say", "me": "U0SAM", "channel": "general", "text": "x"}


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "workspace.example.com"},
        {"Host": "127.0.0.1.example.com:8484"},
        {"Origin": "https://example.com"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Sec-Fetch-Site": "cross-site"},
    ],
)
async def test_another_site_cannot_act(local: Local, headers: dict[str, str]) -> None:
    for path in ("/_page/act", "/_control/act", "/api/chat.postMessage"):
        assert (await local.post(path, ACT, headers=headers))[0] == 403
    assert local.workspace.state.all("SELECT 1 FROM messages") == []


async def test_the_page_itself_can_act(local: Local) -> None:
    headers = {"Origin": local.base, "Sec-Fetch-Site": "same-origin"}
    assert (await local.post("/_page/act", ACT, headers=headers))[0] == 200


async def test_the_page_loads_nothing_from_elsewhere(local: Local) -> None:
    async with local.http.get(local.base + "/") as answer:
        policy = answer.headers["Content-Security-Policy"]
        text = await answer.text()
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';")
    assert "unsafe" not in policy
    assert "http" not in text


async def test_a_file_outside_the_page_is_not_served(local: Local) -> None:
    for path in ("/page/../server.py", "/page/%2e%2e/server.py", "/page/server.py"):
        async with local.http.get(local.base + path) as answer:
            assert answer.status == 404


async def test_what_is_not_there_is_answered_as_guarded_as_what_is(local: Local) -> None:
    async with local.http.get(local.base + "/page/server.py") as answer:
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
