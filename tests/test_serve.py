"""Stopping comes to an end."""

from __future__ import annotations

import threading

import pytest

from serve import LONGEST_STOP_S, end_within


def test_a_stop_that_hangs_ends_all_the_same_and_says_so(caplog: pytest.LogCaptureFixture) -> None:
    codes, ended = [], threading.Event()

    def leave(code: int) -> None:
        codes.append(code)
        ended.set()

    end_within(0.0, leave)
    assert ended.wait(10)
    assert codes == [1]
    assert "without waiting" in caplog.text


def test_a_stop_in_time_is_left_alone() -> None:
    timer = end_within(LONGEST_STOP_S, lambda _: None)
    assert timer.daemon, "a process that has nothing left to do would wait for it"
    timer.cancel()
