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
CLOSED = SAMPLES / "app-backend" / "views" / "ViewClosedPayload.json"
COMMAND = SAMPLES / "app-backend" / "slash-commands" / "SlashCommandPayload.json"
EVENTS = SAMPLES / "events"
MISSING = pytest.mark.skipif(
    not SAMPLES.is_dir(), reason="Slack's samples (../shared/data/slack) are not on this machine"
)
KNOWN_TOO = {
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
OPEN = {"state", "blocks", "metadata", "elements", "event_payload"}
"""Mappings whose keys are the app's own, and lists of many shapes: judged by the validator, not by a sample."""

BLOCKS = [
    {
        "type": "actions",
        "block_id": "b",
        "elements": [{"type": "button", "action_id": "go", "text": {"type": "plain_text", "text": "Go"}, "value": "1"}],
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


async def _during(local: Local, socket: Any, **act: Any) -> Any:
    """Do something as a person and return the payload the app was sent for it."""
    frame, seen = await asyncio.gather(_take(socket), local.act(**act))
    assert seen["ok"], seen
    return frame["payload"]


@MISSING
async def test_interactions_have_the_fields_of_slacks_samples(local: Local) -> None:
    ts = (await local.call("chat.postMessage", channel="C0SUPPORT", text="x", blocks=BLOCKS))["ts"]
    local.workspace.state.run("DELETE FROM deliveries")
    async with plugged(local) as socket:
        click = {"do": "click", "me": "U0THEO", "channel": "C0SUPPORT", "ts": ts, "action_id": "go"}
        pressed = await _during(local, socket, **click)
        command = await _during(local, socket, do="command", me="U0THEO", channel="C0SUPPORT", text="/baton x")
        view = (await local.call("views.open", trigger_id=pressed["trigger_id"], view=MODAL))["view"]
        submitted = await _during(local, socket, do="submit", me="U0THEO", view_id=view["id"], values={})
        trigger = local.workspace.slips.trigger("U0THEO")
        view = (await local.call("views.open", trigger_id=trigger, view=MODAL))["view"]
        closed = await _during(local, socket, do="close", me="U0THEO", view_id=view["id"])
    assert unknown(pressed, _sample(INTERACTIVE)) == []
    assert unknown(command, _sample(COMMAND)) == []
    assert unknown(submitted, _sample(SUBMISSION)) == []
    assert unknown(closed, _sample(CLOSED)) == []


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
