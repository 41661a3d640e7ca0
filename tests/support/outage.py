"""Refunds that wait for a till that is away, and hands to let time pass."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from core.ledger import Phase
from tests.support.cards import drawn
from tests.support.fort import Fort
from tests.support.invariants import calls_without_effect, lost, twice
from tests.support.moods import MoodyTill, moody
from tests.support.siege import Siege, refunds

CENTS = 100


def waiting(folder: Path, count: int, **settings: object) -> tuple[Siege, MoodyTill]:
    """As many refunds, each of another task, allowed and ready to leave."""
    siege = refunds(folder, count, CENTS, moody(), **settings)
    siege.fort.run(Phase.PLAN, Phase.TURN)
    assert isinstance(siege.fort.till, MoodyTill)
    return siege, siege.fort.till


def go_on(fort: Fort, seconds: int, step: int = 5) -> list[int]:
    """Lets so much time pass, and all jobs with it; at which second how many calls were tried."""
    assert isinstance(fort.till, MoodyTill)
    tried = []
    for _ in range(seconds // step):
        before = len(fort.till.knocks)
        fort.run()
        tried.append(len(fort.till.knocks) - before)
        fort.clock.pass_(seconds=step)
    return tried


def at(tried: list[int], step: int = 5) -> dict[int, int]:
    return {place * step: count for place, count in enumerate(tried) if count}


def cards(siege: Siege, kind: str) -> list[str]:
    return [row[0] for row in siege.sql(f"select subject_id from card where kind = '{kind}' order by 1")]


def states(siege: Siege) -> dict[str, int]:
    return dict(siege.sql("select state, count(*) from effect group by 1"))


def paid(till: MoodyTill) -> Counter[str]:
    return Counter(call.key for call in till.calls() if call.paid_cents)


def kept(siege: Siege) -> None:
    """The other promises, in every story here."""
    assert list(twice(siege)) == [] and list(lost(siege)) == [] and list(calls_without_effect(siege)) == []
    assert siege.fort.house.services.verify().faults == ()


def words(siege: Siege) -> str:
    found = [
        card for card in drawn(siege.fort.ledger, siege.fort.house.services.policy()) if "The till" in card["text"]
    ]
    assert len(found) == 1
    return f"{found[0]['text']} {found[0]['blocks']}"
