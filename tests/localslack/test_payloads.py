"""What the app is sent has only fields that Slack's own samples have."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from tests.localslack.support import Local
from tests.localslack.test_sockets import plugged

SAMPLES = Path(__file__).parents[3] / "shared" / "data" / "slack" / "json-logs" / "samples"
INTERACTIVE = SAMPLES / "app-backend" / "interactive-components" / "BlockActionPayload.json"
SUBMISSION = SAMPLES / "app-backend" / "views" / "ViewSubmissionPayload.json"
SHORTCUT = SAMPLES / "app-backend" / "interactive-components" / "MessageShortcutPayload.json"
CLOSED = SAMPLES / "app-backend" / "views" / "ViewClosedPayload.json"
COMMAND = SAMPLES / "app-backend" / "slash-commands" / "SlashCommandPayload.json"
EVENTS = SAMPLES / "events"
MISSING = pytest.mark.skipif(
    not SAMPLES.is_dir(), reason="Slack's samples (../shared/data/slack) are not on this machine"
)
KNOWN_TOO = {
    "username",
    "response_urls",
    "context_team_id",
    "context_enterprise_id",
    "channel_type",
    "event_ts",
    "subtype",
    "hidden",
    "blocks",
}
"""Documented by Slack, absent in the samples."""
COMMON = {"type", "team", "user", "api_app_id", "token", "enterprise", "is_enterprise_install"}
PLACED = COMMON | {"container", "channel", "message"}
VIEW = {
    *("id", "team_id", "type", "title", "submit", "close", "blocks", "private_metadata", "callback_id", "external_id"),
    *("state", "hash", "clear_on_close", "notify_on_close", "root_view_id", "previous_view_id", "app_id", "bot_id"),
    "app_installed_team_id",
}
NEEDED = {
    "pressed": PLACED | {"trigger_id", "response_url", "actions", "state"},
    "command": {
        *("token", "team_id", "team_domain", "channel_id", "channel_name", "user_id", "user_name", "command", "text"),
        *("api_app_id", "is_enterprise_install", "response_url", "trigger_id"),
    },
    "submitted": COMMON | {"trigger_id", "view", "response_urls"},
    "closed": COMMON | {"view", "is_cleared"},
    "on_message": (COMMON - {"api_app_id"})
    | {"callback_id", "trigger_id", "message_ts", "response_url", "message", "channel", "action_ts"},
    "asked": PLACED | {"action_id", "block_id", "value"},
}
"""What Slack always sends: the payloads of slack_bolt's own scenario tests."""
OPEN = {"state", "blocks", "metadata", "elements", "event_payload"}
"""Mappings whose keys are the app's own, and lists of many shapes: judged by the validator, not by a sample."""

BLOCKS = [
    {
        "type": "actions",
        "block_id": "b",
        "elements": [
            {"type": "button", "action_id": "go", "text": {"type": "plain_text", "text": "Go"}, "value": "1"},
            {"type": "external_select", "action_id": "find"},
        ],
    }
]
MODAL = {
    "type": "modal",
    "callback_id": "form",
    "notify_on_close": True,
    "title": {"type": "plain_text", "text": "T"},
    "submit": {"type": "plain_text", "text": "Send"},
    "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "x"}}],
}


def unknown(payload: Any, sample: Any, at: str = "") -> list[str]:
    """Return the paths of fields that the sample does not have."""
    if isinstance(payload, list) and isinstance(sample, list) and sample:
        return [each for item in payload for each in unknown(item, sample[0], at + "[]")]
    if not isinstance(payload, dict) or not isinstance(sample, dict) or not sample:
        return []
    found = [f"{at}.{key}" for key in payload if key not in sample and key not in KNOWN_TOO]
    shared = [key for key in payload if key in sample and key not in OPEN]
    return found + [each for key in shared for each in unknown(payload[key], sample[key], f"{at}.{key}")]


def _sample(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


async def _take(socket: Any) -> Any:
    frame = await socket.receive_json(timeout=5)
    await socket.send_json({"envelope_id": frame["envelope_id"]})
    return frame


async def _during(local: Local, socket: Any, ok: bool = True, **act: Any) -> Any:
    """Do something as a person and return the payload the app was sent for it."""
    frame, seen = await asyncio.gather(_take(socket), local.act(**act))
    assert seen["ok"] == ok, seen
    return frame["payload"]


async def _interactions(local: Local) -> dict[str, Any]:
    """Do one of each kind, and return what the app was sent."""
    ts = (await local.call("chat.postMessage", channel="C0SUPPORT", text="x", blocks=BLOCKS))["ts"]
    local.workspace.state.run("DELETE FROM deliveries")
    there = {"me": "U0THEO", "channel": "C0SUPPORT", "ts": ts}
    sent: dict[str, Any] = {}
    async with plugged(local) as socket:
        sent["pressed"] = await _during(local, socket, do="click", action_id="go", **there)
        sent["asked"] = await _during(local, socket, ok=False, do="suggest", action_id="find", value="abc", **there)
        sent["on_message"] = await _during(local, socket, do="message_shortcut", callback_id="take", **there)
        sent["command"] = await _during(local, socket, do="command", me="U0THEO", channel="C0SUPPORT", text="/baton x")
        view = (await local.call("views.open", trigger_id=sent["pressed"]["trigger_id"], view=MODAL))["view"]
        sent["submitted"] = await _during(local, socket, do="submit", me="U0THEO", view_id=view["id"], values={})
        trigger = local.workspace.slips.trigger("U0THEO")
        view = (await local.call("views.open", trigger_id=trigger, view=MODAL))["view"]
        sent["closed"] = await _during(local, socket, do="close", me="U0THEO", view_id=view["id"])
    return sent


@MISSING
async def test_interactions_have_the_fields_of_slacks_samples(local: Local) -> None:
    sent = await _interactions(local)
    assert unknown(sent["pressed"], _sample(INTERACTIVE)) == []
    assert unknown(sent["command"], _sample(COMMAND)) == []
    assert unknown(sent["submitted"], _sample(SUBMISSION)) == []
    assert unknown(sent["closed"], _sample(CLOSED)) == []
    assert unknown(sent["on_message"], _sample(SHORTCUT)) == []


async def test_interactions_have_every_field_that_slack_always_sends(local: Local) -> None:
    for kind, payload in (await _interactions(local)).items():
        assert NEEDED[kind] <= payload.keys(), kind
        assert payload.get("view", dict.fromkeys(VIEW)).keys() >= VIEW, kind


@MISSING
@pytest.mark.parametrize(
    ("act", "sample"),
    [
        ({"do": "say", "channel": "app", "text": "hello"}, "MessagePayload"),
        ({"do": "home", "tab": "home"}, "AppHomeOpenedPayload"),
    ],
)
async def test_events_have_the_fields_of_slacks_samples(local: Local, act: dict[str, Any], sample: str) -> None:
    async with plugged(local) as socket:
        payload = await _during(local, socket, me="U0THEO", **act)
    assert unknown(payload, _sample(EVENTS / f"{sample}.json")) == []
    assert payload["type"] == "event_callback"
    assert payload["event"]["user"] == "U0THEO"


def test_the_judge_finds_a_field_that_is_not_slacks() -> None:
    assert unknown({"user": {"id": "U", "naem": "x"}}, {"user": {"id": "", "name": ""}}) == [".user.naem"]
