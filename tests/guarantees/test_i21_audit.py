"""I21 Audit: every attempt has its line before the call; a changed, missing or cut line is found."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.audit import GENESIS, Link, _hash
from core.contract.effect import Call
from core.ledger import Phase, Unit
from tests.support.house import Home, mail, open_home
from tests.support.invariants import calls_before_their_audit
from tests.support.siege import Siege, refunds


def test_every_call_has_its_line_and_the_chain_holds(siege) -> None:
    assert list(calls_before_their_audit(siege)) == []
    assert siege.fort.house.services.verify().faults == ()


def _lines_at_the_call(siege: Siege) -> list[int]:
    """How many lines `effect.claimed` of the effect were committed when its call began."""
    seen: list[int] = []

    def look(call: Call) -> None:
        line = f"select count(*) from audit where kind = 'effect.claimed' and facts like '%{call.effect_id}%'"
        seen.append(siege.sql(line)[0][0])

    siege.fort.till.during = look
    siege.fort.run()
    return seen


def test_the_line_is_there_before_the_call(tmp_path: Path) -> None:
    assert _lines_at_the_call(refunds(tmp_path, 3)) == [1, 1, 1]


def test_what_was_denied_has_its_line_too(siege) -> None:
    kinds = {row[0] for row in siege.sql("select distinct kind from audit")}
    assert {"verdict.given", "decision.refused", "approval.asked", "task.escalated"} <= kinds
    denied = siege.sql("select count(*) from audit where kind = 'verdict.given' and facts like '%deny%'")[0][0]
    assert denied > 10


def test_without_the_line_it_would_be_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    honest = Unit.audit

    def forgetful(self: Unit, kind: str, *more: object, **facts: object) -> None:
        if kind != "effect.claimed":
            honest(self, kind, *more, **facts)  # type: ignore[arg-type]

    monkeypatch.setattr(Unit, "audit", forgetful)
    siege = refunds(tmp_path, 3)
    assert _lines_at_the_call(siege) == [0, 0, 0]
    assert len(list(calls_before_their_audit(siege))) == 3


# A record that somebody changed ---------------------------------------------------------------------------------------


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = open_home(tmp_path)
    for number in range(3):
        home.house.services.arrivals.mail(mail("When do you open?\n\nDana", message_id=f"a{number}"))
    home.work()
    assert home.house.services.verify().faults == ()
    return home


def _written_anew(home: Home, gone: int) -> None:
    """Takes a line out and computes all hashes after it again, as somebody who knows the code would."""
    rows = [Link(*row) for row in home.sql("select * from audit order by seq") if row[0] != gone]
    anew, previous = [], GENESIS
    for seq, row in enumerate(rows, start=1):
        moved = Link(seq, row.kind, row.audit_class, row.subject, row.actor, row.facts, row.at, "")
        previous = _hash(moved, previous)
        values = (row.kind, row.audit_class, row.subject, row.actor, row.facts)
        texts = ", ".join("'" + value.replace("'", "''") + "'" for value in values)
        anew.append(f"insert into audit values ({seq}, {texts}, {row.at}, '{previous}')")
    home.tamper("delete from audit", *anew, f"update audit_head set seq = {len(rows)}, hash = '{previous}'")


def test_an_edited_line_is_found_by_its_number(home: Home) -> None:
    home.tamper("update audit set actor = 'person:U0NOBODY' where seq = 4")
    assert any("line 4" in fault for fault in home.house.services.verify().faults)


def test_a_line_taken_out_is_found_although_the_chain_was_computed_anew(home: Home) -> None:
    _written_anew(home, gone=4)
    assert home.house.services.verify().faults != ()


def test_a_cut_tail_is_found_although_the_head_fits(home: Home) -> None:
    rows = home.sql("select seq, hash from audit order by seq desc limit 2")
    last, before = rows
    home.tamper(
        f"delete from audit where seq = {last[0]}",
        f"update audit_head set seq = {before[0]}, hash = '{before[1]}'",
    )
    assert any("missing" in fault for fault in home.house.services.verify().faults)


def test_an_anchor_written_by_somebody_else_is_found(home: Home) -> None:
    anchor = home.house.services.settings.anchor
    anchor.write_text(anchor.read_text().replace(" ", "  ", 1).replace("1", "2", 1))
    assert any("anchor" in fault for fault in home.house.services.verify().faults)


def test_nothing_runs_between_two_kinds_of_jobs_without_a_line(tmp_path: Path) -> None:
    siege = refunds(tmp_path, 2)
    siege.fort.run(Phase.PLAN)
    before = siege.sql("select count(*) from audit")[0][0]
    siege.fort.run(Phase.TURN)
    assert siege.sql("select count(*) from audit")[0][0] > before
