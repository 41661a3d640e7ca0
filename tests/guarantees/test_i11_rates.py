"""I11 Rates: no sliding window holds more calls than its limit, by the providers' own log; what does not fit waits its turn."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from core.contract.effect import Call, NotSent, Receipt
from core.moment import to_us
from gateways import checks
from policies.load import load
from tests.support.adversary import Adversary, Case, World
from tests.support.fort import change, loose_policies, mails, raise_fort
from tests.support.siege import Siege, refunds

HOUR_S, EMAILS = 3_600, 50


def fullest(times: Iterable[int], window_s: int) -> int:
    """How many of these moments (microseconds) lie in the fullest span of so many seconds."""
    found = sorted(times)
    return max((sum(start <= at < start + window_s * 1_000_000 for at in found) for start in found), default=0)


def writers(folder: Path, count: int, operation: str = "mail.reply") -> Siege:
    """As many customers, each answered once, under the company's own limits."""
    adversary = Adversary(1)
    fort = raise_fort(folder, loose_policies(folder, windows=True), agents=adversary)
    adversary.world = World(fort.ledger)
    script, siege = {}, Siege(fort, adversary)
    for number, (address, _) in enumerate(mails(count, "")):
        if number and number % 30 == 0:
            fort.run()
            fort.clock.pass_(minutes=29)  # so that a fixed hour would hold fifty on each side of its edge
        fields = {"email": address, "name": "A customer", "message": "When do you open?"}
        opened = fort.house.services.arrivals.form(fields, f"f{number}")
        script[str(opened.task_id)] = Case("support", operation, "honest", lambda one, _b, _w: one)
        siege.wrote[str(opened.task_id)] = address
        adversary.script = script
    return siege


def _times(siege: Siege, operation: str) -> list[int]:
    return [to_us(call.at) for call in siege.fort.house.systems.calls() if call.operation == operation]


def _let_time_pass(siege: Siege, hours: int) -> None:
    for _ in range(hours * 3):
        siege.fort.run()
        siege.fort.clock.pass_(minutes=20)
    siege.fort.run()


def test_no_hour_holds_more_than_fifty_mails_and_none_is_lost(tmp_path: Path) -> None:
    siege = writers(tmp_path, 70)
    _let_time_pass(siege, 3)
    assert fullest(_times(siege, "mail.reply"), HOUR_S) == EMAILS
    assert len(siege.sent_mails()) == 70


def test_no_hour_holds_more_than_fifty_changes_by_one_agent(tmp_path: Path) -> None:
    siege = writers(tmp_path, 60, "crm.log_activity")
    _let_time_pass(siege, 3)
    assert fullest(_times(siege, "crm.log_activity"), HOUR_S) == 50
    assert len(_times(siege, "crm.log_activity")) == 60


def test_a_call_that_is_tried_again_counts_each_time(tmp_path: Path) -> None:
    siege = refunds(tmp_path, 8)
    folder = siege.fort.house.services.settings.policies
    change(folder / "limits.yml", lambda d: d["windows"]["external_calls"].update(limit=5))
    siege.fort.rules[0] = _loaded(siege)  # type: ignore[attr-defined]
    tries: dict[str, int] = {}

    def busy_twice(call: Call) -> Receipt | None:
        tries[call.effect_id] = tries.get(call.effect_id, 0) + 1
        return NotSent(reason="busy", again=True) if tries[call.effect_id] < 3 else None

    siege.fort.till.during = busy_twice
    _let_time_pass(siege, 12)
    assert fullest([call.at for call in siege.fort.till.calls()], HOUR_S) <= 5
    assert sum(call.paid_cents > 0 for call in siege.fort.till.calls()) == 8


def _loaded(siege: Siege):  # type: ignore[no-untyped-def]
    return load(siege.fort.house.services.settings.policies)


def test_without_the_guard_it_would_be_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "room", lambda *_, **__: None)
    siege = writers(tmp_path, 60)
    _let_time_pass(siege, 1)
    assert fullest(_times(siege, "mail.reply"), HOUR_S) > EMAILS
