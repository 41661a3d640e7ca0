"""A house, and a fort with the company's own rules, in a temporary folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.house import Home, open_home


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return open_home(tmp_path)
