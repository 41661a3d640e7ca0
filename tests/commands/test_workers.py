"""`workers`: who runs Baton, what each is at, and who has gone."""

from __future__ import annotations

import os
import socket

import pytest

from commands.workers import words_of
from core.workers import bury
from tests.commands.conftest import Bench
from tests.support.house import TEAM


def test_nobody_is_said_in_words(bench: Bench) -> None:
    found = bench.ask("workers")
    assert (found.text, found.data) == ("No process of Baton runs.", {"workers": [], "gone": []})


def test_who_runs_is_shown_with_what_it_is_at(bench: Bench) -> None:
    worker = bench.home.house.presence("work")
    worker.come(lambda: ["task.turn.v1:T-1001:3:", "effect.send.v1:T-1002:0:eff_1"])
    try:
        found = bench.ask("workers", TEAM["U0MAYA"])
        (one,) = found.data["workers"]
        assert (one["role"], one["host"], one["pid"], one["state"]) == (
            "work",
            socket.gethostname(),
            os.getpid(),
            "alive",
        )
        assert "T-1001 task.turn, T-1002 effect.send" in found.text
    finally:
        worker.leave()


def test_who_left_and_who_died_are_told_apart(bench: Bench) -> None:
    left, died = bench.home.house.presence("clock"), bench.home.house.presence("face")
    left.come()
    died.come()
    left.leave()
    died._stopping.set()
    died._thread.join()
    bury(bench.home.house.services.ledger, [died.id], 0.0)
    found = bench.ask("workers")
    assert found.data["workers"] == []
    assert {(one["role"], one["state"]) for one in found.data["gone"]} == {("clock", "stopped"), ("face", "dead")}
    assert "has left" in found.text and "died" in found.text


def test_who_does_not_beat_is_said_not_to_answer(bench: Bench) -> None:
    worker = bench.home.house.presence("work")
    worker.come()
    worker._stopping.set()
    worker._thread.join()
    bench.home.tamper("update worker set beat_at = beat_at - 100000000")
    found = bench.ask("workers")
    assert found.data["workers"][0]["state"] == "silent"
    assert "does not answer" in found.text


def test_of_many_jobs_the_first_are_named(bench: Bench) -> None:
    worker = bench.home.house.presence("face")
    worker.come(lambda: [f"lane:room-{n}" for n in range(100)])
    try:
        text = bench.ask("workers").text
        assert "posts to room-4, and 95 others" in text
        assert "room-5" not in text
    finally:
        worker.leave()


@pytest.mark.parametrize(("doing", "words"), [
    ("task.plan.v1:T-1042:1:", "T-1042 task.plan"),
    ("clock.tick.v1::0:digest:2026-11-24T22:30Z", "digest:2026-11-24T22:30Z clock.tick"),
    ("lane:sales", "posts to sales"), ("something else", "something else"),
])  # fmt: skip
def test_what_it_is_at_is_said_in_words(doing: str, words: str) -> None:
    assert words_of(doing) == words
