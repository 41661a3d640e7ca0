"""The sample company, and a place to plant mistakes in a copy of it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from policies.load import load
from policies.schema import Policy

COMPANY = Path(__file__).resolve().parents[2] / "policies" / "company"


@pytest.fixture(scope="session")
def policy() -> Policy:
    return load(COMPANY)


@pytest.fixture
def company(tmp_path: Path) -> Path:
    """A copy that may be broken. Without the examples, which others change."""
    folder = tmp_path / "company"
    shutil.copytree(COMPANY, folder, ignore=shutil.ignore_patterns("examples"))
    return folder


@pytest.fixture
def replace(company: Path) -> Callable[[str, str, str], int]:
    """Replaces the first `old` in a file by `new` and gives back the line in which it stood."""

    def plant(file: str, old: str, new: str) -> int:
        path = company / file
        text = path.read_text()
        assert old in text, f"{file} has no {old!r} any more"
        path.write_text(text.replace(old, new, 1))
        return text[: text.index(old)].count("\n") + 1

    return plant
