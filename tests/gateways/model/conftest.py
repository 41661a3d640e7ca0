"""The team's own examples, learned once for all tests of this folder."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from gateways.model.local import LocalModel
from gateways.model.training import Report, train

EXAMPLES = Path("policies/company/examples")


class Counter:
    """Ids in order, so that a test can name them."""

    def __init__(self):
        self.given = 0

    def new(self, prefix: str) -> str:
        self.given += 1
        return f"{prefix}_{self.given:010d}"


@pytest.fixture
def ids() -> Counter:
    return Counter()


@pytest.fixture(scope="session")
def examples() -> dict[str, dict[str, list[str]]]:
    names = ("intent", "category", "sentiment")
    return {name: yaml.safe_load((EXAMPLES / f"{name}.yml").read_text(encoding="utf-8")) for name in names}


@pytest.fixture(scope="session")
def trained(examples, tmp_path_factory) -> Report:
    return train(examples, tmp_path_factory.mktemp("models"))


@pytest.fixture
def local(trained, ids) -> LocalModel:
    return LocalModel(trained.folder.parent, ids)
