"""The samples that a first start lets in: all of them usable, all of them plainly made up."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from intake.inputs import inputs
from tests.support.house import open_home

SAMPLES = sorted((Path(__file__).parents[2] / "samples").glob("*.*"))
SOURCE = {".eml": "mail", ".json": "form"}


def test_there_are_enough_to_see_something() -> None:
    assert len(SAMPLES) >= 6


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_a_sample_opens_a_task_that_can_be_answered(path: Path, tmp_path: Path) -> None:
    home = open_home(tmp_path)
    (one,) = inputs(home.house.services.arrivals, SOURCE[path.suffix], path.read_bytes())
    assert one().is_new
    assert home.sql("select state, contact is not null from task") == [("open", 1)]
    home.house.close()


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_a_sample_names_nobody_real(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert all(host == "example.com" or host.endswith(".example.com") for host in re.findall(r"@([\w.-]+\w)", text))
    assert all(number.startswith("555-01") for number in re.findall(r"\b\d{3}-\d{4}\b", text))
