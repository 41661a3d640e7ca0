"""Every name that goes to Slack is answered when it comes back, and what Slack really sends can be read."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

import pytest

from bot.cards import ids
from bot.listeners import actions, shortcuts, views
from bot.middleware import asker_of, kind_of
from bot.start import NoBodies
from bot.web import client_of
from core.settings import Settings
from tests.bot.conftest import Office

RECORDED = Path(__file__).parents[3] / "shared" / "data" / "slack" / "json-logs" / "samples"


def test_every_button_does_something() -> None:
    assert set(actions.ACTS) | set(actions.PAGES) == set(ids.BUTTONS)
    assert not set(actions.ACTS) & set(actions.PAGES)


def test_every_form_is_taken_back() -> None:
    assert set(views.FORMS) == set(ids.FORMS)


def test_the_shortcuts_id_is_frozen() -> None:
    assert shortcuts.MESSAGE_SHORTCUTS == ("task.take_over", "task.hand_in", "task.escalate")
    assert shortcuts.GLOBAL_SHORTCUTS == ("task.new",)


@pytest.mark.skipif(not RECORDED.exists(), reason="recorded payloads are not here (../shared/data/slack)")
def test_who_asks_is_read_from_what_slack_sends() -> None:
    found = 0
    for path in (RECORDED / "app-backend").rglob("*.json"):
        body = json.loads(path.read_text())
        if isinstance(body, dict) and ("user" in body or "command" in body):
            asker = asker_of(body)
            assert isinstance(asker.user_id, str)
            assert kind_of(body)
            found += 1
    assert found >= 3


@pytest.mark.parametrize("name", ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"])
def test_the_way_to_this_machine_leads_over_no_proxy(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "http://proxy.example.com:3128")
    assert client_of(Settings(slack_api_url="http://127.0.0.1:8484/api/")).proxy is None
    assert client_of(Settings(slack_bot_token="xoxb-1")).proxy == "http://proxy.example.com:3128"


def test_a_client_never_posts_again_by_itself() -> None:
    assert client_of(Settings()).retry_handlers == []


def test_what_bolt_logs_has_no_bodies() -> None:
    message = "Unhandled request ({'text': 'Dana %s'})\n---\n[Suggestion]"
    record = logging.LogRecord("x", logging.WARNING, "", 0, message, ("x",), None)
    assert NoBodies().filter(record)
    assert "Dana" not in record.getMessage()


async def test_no_word_of_a_customer_or_token_is_logged(there: Office, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    await there.slack.say("U0SAM", "app", "Please tell Dana Whitfield about it")
    await there.slack.act(do="command", me="U0SAM", channel="billing", text="/baton status secretword")
    await there.bring("My name is Dana Whitfield and I ask about Saturday")
    await there.settled()
    said = "\n".join(record.getMessage() for record in caplog.records if record.name.startswith(("baton", "slack")))
    assert "U0SAM" in said
    for word in ("Dana", "secretword", "xoxb", "xapp"):
        assert word not in said, said


def test_nothing_in_the_bot_prints_or_reads_the_environment() -> None:
    for path in (Path(__file__).parents[2] / "bot").rglob("*.py"):
        text: Any = path.read_text()
        assert "environ" not in text or "environment" in text, path
