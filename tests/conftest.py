"""The choice of the database: `pytest --database postgresql` runs the same tests on PostgreSQL and the shared engine."""

from __future__ import annotations

import pytest

from tests.support import databases
from tests.support.postgres import WHY_NOT, binaries


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database", choices=("sqlite", "postgresql"), default="sqlite", help="what the houses of tests run on"
    )


def pytest_configure(config: pytest.Config) -> None:
    databases.CHOSEN[0] = config.getoption("--database")


# Several processes run the tests, a file at a time: what takes longest begins first, so that none of it is left for the end.
FIRST = ("tests/flows/", "tests/guarantees/", "tests/gateways/model/", "tests/bot/", "tests/localslack/test_page")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that are about one database run on that one only; the longest begin first."""
    items.sort(key=_place)
    for item in items:
        if item.get_closest_marker("sqlite") and databases.on_postgres():
            item.add_marker(pytest.mark.skip(reason="about SQLite"))
        if item.get_closest_marker("postgresql") and not databases.on_postgres():
            item.add_marker(pytest.mark.skip(reason="about PostgreSQL: pytest --database postgresql"))
        if databases.on_postgres() and binaries() is None:
            item.add_marker(pytest.mark.skip(reason=WHY_NOT))


def _place(item: pytest.Item) -> int:
    """The longest first; else as collected."""
    return next((at for at, folder in enumerate(FIRST) if item.nodeid.startswith(folder)), len(FIRST))
