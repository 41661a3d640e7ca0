"""Which database a test's house gets: a file in its folder, or with `pytest --database postgresql` one of a server of its own."""

from __future__ import annotations

import atexit
from functools import lru_cache
from pathlib import Path

from tests.support.postgres import Server, new_server

CHOSEN = ["sqlite"]  # set by tests/conftest.py from the command line, before anything runs
_made: dict[Path, str] = {}


def on_postgres() -> bool:
    """Whether this run of the tests is one on PostgreSQL."""
    return CHOSEN[0] == "postgresql"


def database_of(folder: Path) -> str:
    """The database of the installation in `folder`; the same folder has the same one again."""
    if not on_postgres():
        return f"sqlite:///{folder}/baton.db"
    if folder not in _made:
        _made[folder] = server().create()
    return _made[folder]


@lru_cache(maxsize=1)
def server() -> Server:
    """The server of this process's tests; it ends with the process."""
    started = new_server()
    atexit.register(started.remove)
    return started
