"""What a process may be told to be, and how it says that it cannot."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from app import run_words
from core.errors import BadInput, BadSettings
from core.settings import Settings
from local_slack import slack_for
from serve import port_of, serve
from tests.support.running import RunningBaton, free_port

pytestmark = pytest.mark.slow


def test_parts_of_baton_need_postgresql(tmp_path: Path) -> None:
    said = RunningBaton(tmp_path).command("run", "--only", "work")
    assert said.returncode == 2
    (line,) = said.stderr.strip().splitlines()
    assert line.startswith("--only work needs PostgreSQL")
    assert list(tmp_path.iterdir()) == [], "nothing was made"


def test_the_words_behind_run() -> None:
    assert run_words([]) == ("all", ())
    assert run_words(["--only", "clock"]) == ("clock", ())
    assert run_words(["--first", "a", "b"]) == ("all", (Path("a"), Path("b")))


@pytest.mark.parametrize("words", [["--only", "lunch"], ["--only"], ["now"], ["--onl", "work"]])
def test_other_words_are_refused_with_how_it_is_written(words: list[str]) -> None:
    with pytest.raises(BadInput, match=r"run \[--only face\|work\|clock\]"):
        run_words(words)


def test_a_port_that_somebody_has_is_one_clear_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        settings = Settings(database_url=f"sqlite:///{tmp_path}/baton.db", key_file=tmp_path / "key", port=port)
        with pytest.raises(BadSettings, match=f"port {port} cannot be had: .* Set BATON_PORT"):
            serve(settings, "all", ())
    with port_of(settings) as door:
        assert door.getsockname() == ("127.0.0.1", port)


def test_a_workspace_that_runs_already_is_named_with_what_to_set(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        settings = Settings(key_file=tmp_path / "key", localslack_port=taken.getsockname()[1])
        with (
            pytest.raises(BadSettings, match=r"BATON_LOCALSLACK_PORT.*SLACK_BOT_TOKEN=xoxb-local"),
            slack_for(settings, "face"),
        ):
            pytest.fail("another workspace was started")


def test_only_who_shows_itself_there_starts_a_workspace() -> None:
    settings = Settings(localslack_port=free_port())
    for role in ("work", "clock"):
        with slack_for(settings, role) as there:  # type: ignore[arg-type]
            assert there.slack_api_url == f"http://127.0.0.1:{settings.localslack_port}/api/"
            with socket.socket() as probe:
                assert probe.connect_ex(("127.0.0.1", settings.localslack_port)) != 0
    given = Settings(slack_bot_token="xoxb-local", slack_api_url="http://127.0.0.1:9/api/")
    with slack_for(given, "face") as there:
        assert there is given
