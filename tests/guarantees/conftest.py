"""One attack that all promises are held against, and small ones with a guard switched off: the checks can fail."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from agents import validator
from tests.support.adversary import Case, table
from tests.support.siege import Siege, besiege

SEEDS = (20261124,)
STRANGERS = 40  # tasks with random turns beside the table
Mutant = Callable[..., Siege]


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """An adversary makes jobs fail by the hundred; each would be a line."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture(scope="session")
def siege(tmp_path_factory: pytest.TempPathFactory) -> Siege:
    """The whole table and random turns. The validator is half asleep, so that the walls behind it must hold alone: it only
    still says when a value does not come from where the agent says it does, which nothing behind it could know."""
    logging.disable(logging.CRITICAL)
    watchful = validator.findings

    def half_asleep(*seen: object) -> tuple[validator.Finding, ...]:
        return tuple(one for one in watchful(*seen) if one.code == "origin_not_true")  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(validator, "findings", half_asleep)
        return besiege(tmp_path_factory.mktemp("siege"), seed=SEEDS[0], cases=table(), strangers=STRANGERS)


@pytest.fixture
def small_siege(tmp_path: Path) -> Mutant:
    """An attack by the named cases only, for a fort whose guard the test has taken away."""

    def attack(wanted: Callable[[Case], bool], strangers: int = 0, limit: int = 12) -> Siege:
        cases = [case for case in table() if wanted(case)][:limit]
        return besiege(tmp_path / "small", seed=SEEDS[0], cases=cases, strangers=strangers)

    return attack


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """An agent that lies about its types makes pydantic warn; the spine must hold all the same."""
    for item in items:
        if "guarantees" in str(item.fspath):
            item.add_marker(pytest.mark.filterwarnings("ignore::UserWarning"))
