"""What Slack really sends, recorded by others: nothing breaks, nothing is decided, and what we ask for is taken."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

import pytest

from bot.cards import ids
from bot.listeners import shortcuts
from tests.bot.conftest import Office
from tests.bot.test_who import dispatch

SAMPLES = Path(__file__).parents[3] / "shared" / "data" / "slack" / "json-logs" / "samples"
pytestmark = pytest.mark.skipif(not SAMPLES.exists(), reason="recorded payloads are not here (../shared/data/slack)")
OURS = {  # kinds that the manifest asks for; the recorded mentions and messages are blank, so they open no task
    "app_home_opened", "app_mention", "channel_archive", "channel_deleted", "channel_left", "group_archive", "group_deleted",
    "group_left", "message", "block_actions", "message_action", "view_submission", "view_closed", "command",
}  # fmt: skip
ROWS = "select (select count(*) from task), (select count(*) from decision), (select count(*) from effect)"


def as_sent(body: dict[str, Any], person: str) -> dict[str, Any]:
    """The recorded shape with a team, a person and our own names where the recording is blank."""
    text = json.dumps(body)
    callback = shortcuts.TAKE_OVER if body.get("type") == "message_action" else ids.REJECT_FORM
    blank = {"team_id": "T0HARBOR", "user_id": person, "user": person, "trigger_id": "1.2.3", "action_id": ids.APPROVAL_APPROVE,
             "callback_id": callback, "command": "/baton"}  # fmt: skip
    for key, value in blank.items():
        text = text.replace(f'"{key}": ""', f'"{key}": "{value}"')
    made: dict[str, Any] = json.loads(text)
    for name, value in (("user", person), ("team", "T0HARBOR")):
        if isinstance(made.get(name), dict):
            made[name]["id"] = value
    if "event" in made:
        made |= {"type": "event_callback", "event_id": "Ev1"}
    return made


def recorded() -> dict[str, dict[str, Any]]:
    found = {path.stem: json.loads(path.read_text()) for path in sorted(SAMPLES.rglob("*.json"))}
    return {name: body for name, body in found.items() if isinstance(body, dict)}


def kind(body: dict[str, Any]) -> str:
    if "command" in body:
        return "command"
    return str((body.get("event") or {}).get("type") or body.get("type") or "")


async def test_every_recorded_payload_is_taken_and_decides_nothing(
    there: Office, caplog: pytest.LogCaptureFixture
) -> None:
    await there.bring()
    await there.settled()
    before, seen = there.sql(ROWS), set()
    caplog.set_level(logging.ERROR)
    for person in ("U0THEO", "U0GUEST", ""):
        for name, body in recorded().items():
            answer = await dispatch(there, as_sent(body, person))
            of = kind(body)
            seen.add(of)
            assert answer.status == 200 or of not in OURS, (
                f"{name} by {person or 'nobody'}: {answer.status} {answer.body}"
            )
    assert seen >= OURS, OURS - seen
    await there.settled()
    assert there.sql(ROWS) == before
    assert [record.getMessage() for record in caplog.records if record.name.startswith("baton")] == []
