"""The named points at which tests let a process fail: frozen, all of them reached in product code, and off unless asked for."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest

from core.errors import BadSettings
from core.failpoints import CALL_POINTS, POINTS, armed

ROOT = Path(__file__).parents[2]
REACHED = re.compile(r"""reach\(f?"([^"]+)"\)""")


def test_the_points_are_frozen() -> None:
    assert tuple(POINTS) == (
        "effect.before_claim", "effect.claimed", "effect.called", "effect.before_receipt", "effect.settled",
        "ledger.before_commit", "ledger.after_commit", "desk.before_post", "desk.after_post", "desk.placed",
        "click.before_ack", "click.after_ack",
    )  # fmt: skip
    assert tuple(CALL_POINTS) == ("call.logged", "call.done")


def test_product_code_reaches_all_of_them_and_no_other() -> None:
    product = [path for folder in ("core", "gateways", "workflows", "bot") for path in (ROOT / folder).rglob("*.py")]
    reached = {name for path in product for name in REACHED.findall(path.read_text(encoding="utf-8"))}
    assert reached == {*POINTS, *("{gateway}." + name for name in CALL_POINTS)}


def test_a_point_strikes_once_at_the_time_that_was_asked_for() -> None:
    reach = armed("effect.called:2=raise")
    reach("effect.called")
    reach("effect.claimed")
    with pytest.raises(RuntimeError, match=r"effect\.called"):
        reach("effect.called")
    reach("effect.called")


def test_a_point_can_dawdle() -> None:
    before = time.monotonic()
    armed("mail.call.done=delay0.2")("mail.call.done")
    assert time.monotonic() - before >= 0.2


def test_nothing_is_armed_unless_asked_for() -> None:
    reach = armed("")
    for point in POINTS:
        reach(point)


@pytest.mark.parametrize(
    "setting", ["effect.sent", "effect.called:0", "effect.called=explode", "effect.called=delay", "kill", ":2"]
)
def test_a_name_that_is_none_is_refused(setting: str) -> None:
    with pytest.raises(BadSettings, match="BATON_FAILPOINT"):
        armed(setting)
