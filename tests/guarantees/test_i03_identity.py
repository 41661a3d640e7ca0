"""I3 Identity: task, agent and requester on the row are those of the run, whatever the turn said."""

from __future__ import annotations

from pathlib import Path

import pytest

from agents import validator
from agents.base import Brief, Tools
from core.contract.work import Turn
from tests.support.adversary import Adversary, Case, World
from tests.support.fort import loose_policies, mails, raise_fort
from tests.support.invariants import calls_under_false_names
from tests.support.siege import Siege
from workflows import task


class Impostor(Adversary):
    """Support's turns, signed by qualification: that agent may do what support may not."""

    def turn(self, brief: Brief, tools: Tools) -> Turn:
        said = super().turn(brief, tools)
        return said.model_copy(update={"agent": "qualification"})


def _as_qualification(one, _brief, _world):  # type: ignore[no-untyped-def]
    return one.model_copy(update={"author": one.author.model_copy(update={"name": "qualification"})})


def _impostors(folder: Path) -> Siege:
    impostor = Impostor(1, {})
    fort = raise_fort(folder, loose_policies(folder), agents=impostor)
    impostor.world = World(fort.ledger)
    script = {}
    for _, raw in mails(3, "We need 2 bikes by 2026-12-04.\r\n"):
        opened = fort.house.services.arrivals.mail(raw)
        script[str(opened.task_id)] = Case("support", "crm.create_task", "impostor", _as_qualification)
    impostor.script = script
    fort.run()
    return Siege(fort, impostor)


def test_no_row_counts_for_somebody_else(siege) -> None:
    assert list(calls_under_false_names(siege)) == []


def test_a_turn_in_another_agents_name_gains_nothing(tmp_path: Path) -> None:
    siege = _impostors(tmp_path)
    assert siege.provider_calls() == []
    assert siege.sql("select distinct agent from turn where agent = 'qualification'") == []
    assert [row[0] for row in siege.sql("select trigger from request")] == ["failed"] * 3  # people see it


def test_without_the_guard_it_would_be_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(task, "taken_back", lambda turn, _agent: turn)
    monkeypatch.setattr(validator, "findings", lambda *_: ())
    assert any("whose turn it never was" in one for one in calls_under_false_names(_impostors(tmp_path)))
