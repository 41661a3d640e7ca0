"""I14 No silent loss: every task is done, waiting, or visible in a named queue, whatever agents and crashes do."""

from __future__ import annotations

import pytest

from core.ledger import Phase
from tests.support.invariants import lost
from workflows.task import TaskLife


def test_every_task_is_done_waiting_or_before_a_person(siege) -> None:
    assert list(lost(siege)) == []


def test_every_event_that_came_in_has_its_task(siege) -> None:
    assert siege.sql("select id from event where source <> 'clock' and task_id is null") == []
    without = "select e.id from event e left join task t on t.id = e.task_id where e.source <> 'clock' and t.id is null"
    assert siege.sql(without) == []


def test_every_open_request_has_a_card_in_a_queue_that_exists(siege) -> None:
    unseen = (
        "select r.id from request r left join card c on c.subject_id = r.id where r.state = 'pending' and c.id is null"
    )
    assert siege.sql(unseen) == []
    queues = {row[0] for row in siege.sql("select distinct queue from request where state = 'pending'")}
    assert queues <= set(siege.fort.house.services.policy().queues)


def test_without_the_guard_it_would_be_seen(small_siege, monkeypatch: pytest.MonkeyPatch) -> None:
    def drop(self: TaskLife, job, _reason) -> None:  # type: ignore[no-untyped-def]
        self.ledger.drop_job(job)

    def broken(*_: object) -> None:
        raise ValueError("an agent that breaks down")

    monkeypatch.setattr(TaskLife, "give_up", drop)
    monkeypatch.setattr(TaskLife, "_resolve", broken)
    siege = small_siege(lambda case: case.operation == "mail.reply" and case.name == "honest")
    assert any("nobody sees it" in one for one in lost(siege))


def test_with_the_guard_the_same_breakdown_is_seen_by_people(small_siege, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ValueError("an agent that breaks down")

    monkeypatch.setattr(TaskLife, "_resolve", broken)
    siege = small_siege(lambda case: case.operation == "mail.reply" and case.name == "honest")
    assert list(lost(siege)) == []
    assert siege.sql(f"select count(*) from job where phase = '{Phase.TURN}'") == [(0,)]
