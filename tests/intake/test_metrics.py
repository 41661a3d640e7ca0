"""`/metrics`: names that monitors have in their rules, numbers that are those of the rows, and nothing of a customer."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from core.workers import Seen, bury, cut_off_silent
from intake.metrics import KNOWN, text_of
from tests.intake.conftest import Door, Serving
from tests.support.house import mail
from workflows.gauges import Gauges

SAMPLE = re.compile(r'^(baton_[a-z_]+)(?:\{[a-z]+="[^"\\]*"(?:,[a-z]+="[^"\\]*")*\})? (-?[0-9.]+)$')


def numbers(text: str) -> dict[str, float]:
    """Each sample by its name and labels; each is announced with kind and meaning before."""
    found, announced = {}, set()
    for line in text.splitlines():
        if line.startswith("#"):
            announced.add(line.split()[2])
            continue
        sample = SAMPLE.match(line)
        assert sample and sample[1] in announced, line
        found[line.rpartition(" ")[0]] = float(sample[2])
    return found


def test_the_names_of_the_metrics_are_frozen() -> None:
    assert {name: kind for name, (kind, _) in KNOWN.items()} == {
        "baton_database_up": "gauge", "baton_lanes_held": "gauge", "baton_jobs_due": "gauge",
        "baton_oldest_job_seconds": "gauge", "baton_jobs_running": "gauge", "baton_takeovers_total": "counter",
        "baton_effects_unknown": "gauge", "baton_breakers_open": "gauge", "baton_cards_behind": "gauge",
        "baton_processes": "gauge", "baton_last_beat_seconds": "gauge",
    }  # fmt: skip


def test_the_numbers_are_those_of_the_rows(serving: Serving) -> None:
    door = serving(lanes_held=lambda: 3)
    door.send("mail", mail("When do you open, and is my name Dana?"))
    door.home.clock.pass_(seconds=90)
    answer = door.http.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert "Dana" not in answer.text
    found = numbers(answer.text)
    assert (found["baton_database_up"], found["baton_lanes_held"]) == (1, 3)
    assert (found["baton_jobs_due"], found["baton_oldest_job_seconds"]) == (1, 90)
    door.home.work()
    found = numbers(door.http.get("/metrics").text)
    assert (found["baton_jobs_due"], found["baton_oldest_job_seconds"], found["baton_jobs_running"]) == (0, 0, 0)
    assert found["baton_cards_behind"] == len(door.home.sql("select 1 from card where behind")) > 0


def test_a_process_is_counted_from_its_first_beat_to_its_goodbye(door: Door) -> None:
    presence = door.home.house.presence("face")
    presence.come(lambda: ["lane:sales"])
    found = numbers(door.http.get("/metrics").text)
    assert found['baton_processes{role="face"}'] == 1
    assert found[f'baton_last_beat_seconds{{process="{presence.id}",role="face"}}'] < 60
    assert found["baton_jobs_running"] == 0, "a channel is no job"
    presence.leave()
    found = numbers(door.http.get("/metrics").text)
    assert found['baton_processes{role="face"}'] == 0
    assert not [name for name in found if presence.id in name]


def test_takeovers_are_counted_for_good(door: Door) -> None:
    door.home.house.services.ledger.count_taken_over(2)
    door.home.house.services.ledger.count_taken_over(1)
    ledger = door.home.house.services.ledger
    bury(ledger, cut_off_silent(ledger))
    assert numbers(door.http.get("/metrics").text)["baton_takeovers_total"] == 3


def test_without_a_database_only_what_is_known_is_told() -> None:
    assert numbers(text_of(None, 2)) == {"baton_database_up": 0, "baton_lanes_held": 2}


@pytest.mark.parametrize(("state", "counts", "beats"), [("alive", 1, True), ("silent", 0, True), ("dead", 0, False)])
def test_who_is_silent_is_not_counted_and_still_seen(door: Door, state: str, counts: int, beats: bool) -> None:
    at = door.home.clock.now() - timedelta(hours=1)
    seen = Seen("run_1", "work", "one.example.com", 7, "0.1.0", state, ("task.turn.v1:T-1:1:",), at, 9.0)
    found = numbers(text_of(Gauges(0, 0.0, 0, 0, 0, 0, 0, (seen,)), 0))
    assert found['baton_processes{role="work"}'] == counts
    assert ('baton_last_beat_seconds{process="run_1",role="work"}' in found) is beats
