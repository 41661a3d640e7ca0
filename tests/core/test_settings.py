"""The environment: each thing that is wrong is one line that says what to do."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from core.errors import BadSettings
from core.settings import Settings, from_env

NAMES = (
    "SLACK_BOT_TOKEN",
    "SLACK_APP_TOKEN",
    "SLACK_SIGNING_SECRET",
    "SLACK_API_URL",
    "OPENAI_API_KEY",
    "OPENAI_BASE_URL",
)


@pytest.fixture(autouse=True)
def _empty(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in os.environ:
        if name in NAMES or name.startswith("BATON_"):
            monkeypatch.delenv(name)


def test_nothing_set_is_the_local_workspace(tmp_path: Path) -> None:
    settings = from_env(tmp_path)
    assert settings.local_workspace and settings.port == 8485 and settings.localslack_port == 8484


@pytest.mark.parametrize(("given", "says"), [
    ({"BATON_TYPO": "1"}, "BATON_TYPO is no setting"),
    ({"SLACK_BOT_TOKEN": "xoxb-1"}, "needs SLACK_APP_TOKEN"),
    ({"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1", "SLACK_API_URL": "http://127.0.0.1:8484/api/"}, "a real token"),
    ({"SLACK_BOT_TOKEN": "xoxb-local", "SLACK_APP_TOKEN": "xapp-local"}, "the local workspace's"),
    ({"SLACK_APP_TOKEN": "xapp-1"}, "without SLACK_BOT_TOKEN"),
    ({"BATON_PORT": "eighty"}, "BATON_PORT is 'eighty'"),
    ({"BATON_PORT": "0"}, "BATON_PORT is '0'"),
    ({"BATON_LOCALSLACK_PORT": "65536"}, "BATON_LOCALSLACK_PORT"),
    ({"BATON_LOG": "LOUD"}, "BATON_LOG is 'LOUD'"),
    ({"BATON_DATABASE_URL": "mysql://x"}, "BATON_DATABASE_URL"),
])  # fmt: skip
def test_each_contradiction_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: dict[str, str], says: str
) -> None:
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(BadSettings) as error:
        from_env(tmp_path)
    assert says in str(error.value)
    assert len(str(error.value).splitlines()) == 1


def test_a_local_workspace_that_runs_already_needs_two_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLACK_API_URL", "http://127.0.0.1:8484/api")
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-local")
    settings = from_env(tmp_path)
    assert (settings.local_workspace, settings.brings_workspace) == (True, False)
    assert Settings().brings_workspace


def test_all_that_is_wrong_is_said_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BATON_TYPO", "1")
    monkeypatch.setenv("BATON_PORT", "eighty")
    monkeypatch.setenv("BATON_LOG", "LOUD")
    with pytest.raises(BadSettings) as error:
        from_env(tmp_path)
    assert len(str(error.value).splitlines()) == 3


def test_what_is_set_outside_wins_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("BATON_PORT=9000\nBATON_LOG=DEBUG\n")
    monkeypatch.setenv("BATON_PORT", "9001")
    settings = from_env(tmp_path)
    assert (settings.port, settings.log) == (9001, "DEBUG")


def test_no_line_about_what_is_wrong_quotes_a_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-hushhush")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-hushhush")
    with pytest.raises(BadSettings) as error:
        from_env(tmp_path)
    assert "hush" not in str(error.value)
