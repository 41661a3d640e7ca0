"""The app's manifest says what the bot registers and asks for, no more and no less."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator

from bot.listeners import commands, events, shortcuts
from bot.middleware import CHANNEL_GONE, HOME_OPENED

ROOT = Path(__file__).parents[1]
SCHEMAS = ROOT.parent / "shared" / "data" / "slack_manifest"

# Which scopes a method of the Web API needs, where the bot calls it (docs.slack.dev, reference, methods).
SCOPES: dict[str, frozenset[str]] = {
    "auth_test": frozenset(),
    "users_info": frozenset({"users:read", "users:read.email"}),
    "users_lookupByEmail": frozenset({"users:read.email"}),
    "conversations_list": frozenset({"channels:read", "groups:read"}),
    "conversations_history": frozenset({"channels:history", "groups:history", "im:history"}),
    "conversations_replies": frozenset({"channels:history", "groups:history", "im:history"}),
    "conversations_open": frozenset({"im:write"}),
    "chat_postMessage": frozenset({"chat:write"}),
    "chat_postEphemeral": frozenset({"chat:write"}),
    "chat_update": frozenset({"chat:write"}),
    "chat_delete": frozenset({"chat:write"}),
    "views_open": frozenset(),
    "views_publish": frozenset(),
    "views_update": frozenset(),
}
EVENT_SCOPES = {"app_mention": "app_mentions:read", "message.im": "im:history"}  # app_home_opened needs none
EVENT_SCOPES |= {f"channel_{what}": "channels:read" for what in ("archive", "deleted", "left")}
EVENT_SCOPES |= {f"group_{what}": "groups:read" for what in ("archive", "deleted", "left")}
EVENT_NAMES = {"app_mention": "app_mention", "message": "message.im"}
FAMILIES = (
    "auth_", "users_", "conversations_", "chat_", "views_", "files_", "reactions_", "bots_", "team_", "usergroups_", "apps_",
)  # fmt: skip


@pytest.fixture(scope="module")
def manifest() -> dict[str, Any]:
    return yaml.safe_load((ROOT / "manifest.yml").read_text())


def called() -> Iterator[str]:
    """The Web API methods that the bot's code calls, by their names in the SDK."""
    for path in sorted((ROOT / "bot").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr.startswith(FAMILIES)
            ):
                owner = node.func.value
                name = (
                    owner.attr if isinstance(owner, ast.Attribute) else owner.id if isinstance(owner, ast.Name) else ""
                )
                if "client" in name:
                    yield node.func.attr


def test_every_method_that_is_called_is_known_with_its_scopes() -> None:
    assert set(called()) == set(SCOPES)


def test_the_scopes_are_those_that_the_calls_commands_and_events_need(manifest: dict[str, Any]) -> None:
    needed = {scope for method in called() for scope in SCOPES[method]}
    needed |= {
        EVENT_SCOPES[each] for each in manifest["settings"]["event_subscriptions"]["bot_events"] if each != HOME_OPENED
    }
    needed.add("commands")
    scopes = manifest["oauth_config"]["scopes"]["bot"]
    assert set(scopes) == needed
    assert scopes == sorted(scopes)


def test_the_commands_events_and_shortcuts_are_those_that_the_bot_registers(manifest: dict[str, Any]) -> None:
    features = manifest["features"]
    assert [each["command"] for each in features["slash_commands"]] == [commands.COMMAND]
    assert {(each["type"], each["callback_id"]) for each in features["shortcuts"]} == {
        *(("message", each) for each in shortcuts.MESSAGE_SHORTCUTS),
        *(("global", each) for each in shortcuts.GLOBAL_SHORTCUTS),
    }
    assert set(manifest["settings"]["event_subscriptions"]["bot_events"]) == {
        *(EVENT_NAMES[name] for name in events.EVENTS),
        HOME_OPENED,
        *CHANNEL_GONE,
    }
    assert features["app_home"]["home_tab_enabled"]
    assert manifest["settings"]["interactivity"]["is_enabled"]
    assert manifest["settings"]["socket_mode_enabled"]


@pytest.mark.skipif(not SCHEMAS.exists(), reason="Slack's manifest schema is not here (../shared/data/slack_manifest)")
@pytest.mark.parametrize("version", ["1.0.0", "2.0.0"])
def test_slack_would_take_it(manifest: dict[str, Any], version: str) -> None:
    schema = json.loads((SCHEMAS / f"manifest.schema.{version}.json").read_text())
    if version.startswith("2"):
        manifest = {**manifest, "_metadata": {"major_version": 2, "minor_version": 0}}
    faults = [
        f"{'/'.join(map(str, each.path))}: {each.message}" for each in Draft7Validator(schema).iter_errors(manifest)
    ]
    assert faults == []
