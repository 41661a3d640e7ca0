"""Far more than usual, far more wrong than usual, far more money than usual: a person is called, by plain statistics."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from core.contract.authority import Allow
from core.contract.work import Escalate, Resolved
from core.moment import to_us
from gateways.checks import Checks
from policies.parts import Unusual
from policies.rules import usual
from tests.policies.support import proposal
from tests.support.fort import Fort, loose_policies, raise_fort
from tests.support.house import Home, mail, open_home
from workflows.unusual import Watch

RULE = Unusual()


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = open_home(tmp_path)
    made.meet()
    return made


def past(home: Home, hours_ago: float, count: int, *, wrong: int = 0, agent: str = "support") -> None:
    """So many effects of an agent then, so many of them failed; copies of one real row."""
    ledger = home.house.services.ledger
    if not home.sql("select 1 from effect"):
        home.house.services.arrivals.mail(mail("When do you open?"))
        home.work()
        home.decide(home.pending()[0][0], "U0THEO")
        home.work()
        home.tamper(f"update effect set agent = 'nobody', claimed_at = {to_us(home.clock.now())}")
    ((effect_id,),) = home.sql("select id from effect where agent = 'nobody'")
    row = ledger.row("effect", "effect.get", id=effect_id) or {}
    at = to_us(home.clock.now() - timedelta(hours=hours_ago))
    with ledger.unit() as unit:
        for n in range(count):
            unit.insert("effect", **{**row, "id": f"ef{agent}{hours_ago}-{n}", "agent": agent, "claimed_at": at,
                                     "state": "failed" if n < wrong else "sent"})  # fmt: skip


def usual_month(home: Home) -> None:
    for hour in range(2, 24 * 29, 9):
        past(home, hour, 2 + hour % 3, wrong=int(hour % 7 == 0))


def watch(home: Home) -> list[tuple[str, str]]:
    services = home.house.services
    Watch(services.ledger, services.policy).run(home.clock.now())
    found = home.sql("select id, queue from request where trigger = 'unusual' order by created_at, id")
    rows = [(services.ledger.row("request", "request.get", id=found_id) or {}, queue) for found_id, queue in found]
    return [(str(row["why"]), str(queue)) for row, queue in rows]


def test_an_hour_far_above_every_other_calls_the_owner_once_with_the_numbers(home: Home) -> None:
    usual_month(home)
    past(home, 0.5, 40)
    ((why, queue),) = watch(home)
    assert "carried out 40 things in the last hour" in why and "its busiest hour had 4" in why
    assert queue == "owner"
    assert home.sql("select role from rung") == [("owner",)]
    assert len(watch(home)) == 1, "the same day is told twice"
    assert home.sql("select count(*) from card where kind = 'escalation'") == [(1,)], "nobody sees it"


def test_an_hour_in_which_far_more_goes_wrong_calls_the_owner(home: Home) -> None:
    usual_month(home)
    past(home, 0.5, 6, wrong=5)
    ((why, _),) = watch(home)
    assert "5 of the 6 things" in why


def test_a_usual_hour_a_quiet_one_and_a_new_agent_call_nobody(home: Home) -> None:
    usual_month(home)
    past(home, 0.5, 4, wrong=1)
    past(home, 0.5, 60, agent="capture")  # its first day: there is nothing to compare it with
    assert watch(home) == []


@pytest.mark.parametrize(
    ("last", "hours", "calls"),
    [(40, [2] * 80, True), (9, [0] * 80, False), (11, [12], False), (12, [11] * 700, False), (30, [1] * 400, True)],
)
def test_too_many_is_above_every_hour_and_beyond_chance(last: int, hours: list[int], calls: bool) -> None:
    assert usual.too_many(RULE, last, hours) is calls


@pytest.mark.parametrize(
    ("hour", "before", "calls"),
    [((5, 6), (3, 300), True), ((2, 2), (0, 300), False), ((3, 60), (15, 300), False), ((3, 3), (0, 0), True)],
)
def test_too_wrong_is_beyond_chance(hour: tuple[int, int], before: tuple[int, int], calls: bool) -> None:
    assert usual.too_wrong(RULE, hour, before) is calls


@pytest.mark.parametrize(
    ("cents", "before", "calls"),
    [
        (9_000, [1_000] * 30, True),
        (1_500, [1_000] * 30, False),
        (9_000, [1_000] * 5, False),
        (9_000, [8_000, *[900] * 30], True),
    ],
)
def test_too_much_is_above_every_amount_and_far_from_their_middle(cents: int, before: list[int], calls: bool) -> None:
    assert usual.too_much(cents, before) is calls


def test_an_amount_far_above_the_agents_own_goes_to_a_person_though_the_rules_would_allow_it(tmp_path: Path) -> None:
    fort = raise_fort(tmp_path, loose_policies(tmp_path))
    fort.house.services.arrivals.mail(mail("When do you open?"))
    found = fort.house.registry.operation("till.refund")
    assert found is not None
    checks, operation = Checks(fort.house.services.policy(), fort.directory), found[0]

    def verdict(cents: int) -> object:
        exact = Resolved(operation="till.refund", lines=(("To", "dana@example.com"),), amount_cents=cents, currency="USD",
                         counterparty="cus_1")  # fmt: skip
        with fort.ledger.unit("T-1001") as unit:
            return checks.verdict(unit, "support", proposal("till.refund", arguments={}), exact, operation)

    assert isinstance(verdict(9_000), Allow)
    refunds(fort, [500, 600, 700] * 10)
    assert isinstance(verdict(800), Allow)
    called = verdict(9_000)
    assert isinstance(called, Escalate) and called.trigger == "unusual"
    assert "90.00 USD is far above what this agent moved in 30 days: 7.00 USD at most." in called.why


def refunds(fort: Fort, cents: list[int]) -> None:
    """So many refunds of last week, each to another customer."""
    at = to_us(fort.clock.now() - timedelta(days=7))
    with fort.ledger.unit("T-1001") as unit:
        for n, amount in enumerate(cents):
            row = {
                "gateway": "till",
                "operation": "till.refund",
                "effect_class": "money",
                "agent": "support",
                "state": "sent",
            }
            kept = unit.insert("proposal", id=f"pr{n}", task_id="T-1001", turn_id=None, gateway="till", operation="till.refund",
                               body="{}", resolved="{}", digest="d", author_kind="agent", author="support", verdict="{}",
                               verdict_kind="allow", risk="low", confidence_bp=9_000,
                               policy_version="v", at=at)  # fmt: skip
            unit.insert("effect", id=f"ef{n}", task_id="T-1001", proposal_id=kept, counterparty=f"other{n}", digest="d",
                        amount_cents=amount, currency="USD", claimed_at=at, created_at=at, **row)  # fmt: skip
