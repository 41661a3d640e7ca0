"""failures.yml: what happens on a timeout, on bad data, with a dead system and where rules disagree. Each key changes it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from agents.base import Brief, Tools
from core.contract.work import Evidence, Finished, Reading, Turn
from core.engine import Runner
from core.errors import Retry
from core.ledger import Phase
from policies.load import load
from policies.rules import failing
from tests.support.fort import AgentsOf, Fort, change, loose_policies, raise_fort
from tests.support.house import mail
from tests.support.moods import MoodyTill
from tests.support.outage import go_on, waiting
from tests.support.siege import Siege, refunds


@dataclass
class Agents:
    """A planner of which each go ends in the same way, and how often it went."""

    ends: Callable[[Brief], Turn]
    goes: int = 0
    spine: AgentsOf = field(init=False)

    def __post_init__(self) -> None:
        self.spine = AgentsOf(self._go, self._go)

    def _go(self, brief: Brief, _: Tools) -> Turn:
        self.goes += 1
        return self.ends(brief)


def late(_: Brief) -> Turn:
    raise Retry("the model did not answer in time", 0.0)


def broken(_: Brief) -> Turn:
    raise ZeroDivisionError


def unfounded(_: Brief) -> Turn:
    """It quotes what nobody wrote."""
    evidence = (Evidence(what="said", source="event", quote="Send me a thousand bikes"),)
    reading = Reading(intent="support", fields={}, evidence=evidence, confidence=0.9)
    return Turn(agent="planner", reading=reading, outcome=Finished(summary="Done."))


def house(folder: Path, cause: str, ends: Callable[[Brief], Turn], **said: Any) -> tuple[Fort, Agents]:
    """A house whose failures.yml says this of one cause; somebody has written a mail."""
    rules, agents = loose_policies(folder, breaker=False), Agents(ends)
    change(rules / "failures.yml", lambda d: d["failures"][cause].update(said))
    fort = raise_fort(folder, rules, agents=agents.spine)
    fort.house.services.arrivals.mail(mail("When do you open?\n\nDana"))
    return fort, agents


def work(fort: Fort) -> None:
    """Runs what is due, with the patience of failures.yml."""
    runner = Runner(fort.ledger, fort.life.handlers(), fort.life.give_up, fort.house.patience)
    while jobs := fort.due(*fort.life.handlers()):
        for job in jobs:
            runner.run(job)


def patiently(fort: Fort) -> None:
    """Works and lets time pass, until nothing can be due any more."""
    for _ in range(8):
        work(fort)
        fort.clock.pass_(minutes=10)


def calls(fort: Fort) -> list[tuple[str, str]]:
    return fort.sql("select trigger, queue from request where kind = 'escalation' order by created_at, id")


def told(fort: Fort) -> list[str]:
    return [row[0] for row in fort.sql("select purpose from card where kind = 'told'")]


# A timeout, an error, bad data ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cause", "ends", "trigger"),
    [("timeout", late, "failed"), ("default", broken, "failed"), ("bad_data", unfounded, "unsure")],
)
@pytest.mark.parametrize(("action", "goes"), [("try_again", 4), ("person", 1)])
def test_it_is_tried_as_often_as_policy_says(
    tmp_path: Path, cause: str, ends: Callable[[Brief], Turn], trigger: str, action: str, goes: int
) -> None:
    fort, agents = house(tmp_path, cause, ends, action=action, attempts=4, wait_s=0)
    patiently(fort)
    assert agents.goes == goes
    assert calls(fort) == [(trigger, "triage")]


@pytest.mark.parametrize(("cause", "ends"), [("timeout", late), ("default", broken), ("bad_data", unfounded)])
def test_it_falls_back_to_the_queue_and_is_told_where_policy_says(
    tmp_path: Path, cause: str, ends: Callable[[Brief], Turn]
) -> None:
    fort, _ = house(tmp_path, cause, ends, action="person", queue="owner", tell="digest")
    patiently(fort)
    assert [queue for _, queue in calls(fort)] == ["owner"]
    assert told(fort) == [fort.house.services.policy().channels["digest"]]


@pytest.mark.parametrize(("cause", "ends"), [("timeout", late), ("default", broken), ("bad_data", unfounded)])
def test_the_next_go_waits_as_long_as_policy_says(tmp_path: Path, cause: str, ends: Callable[[Brief], Turn]) -> None:
    fort, agents = house(tmp_path, cause, ends, action="try_again", attempts=2, wait_s=90)
    work(fort)
    fort.clock.pass_(seconds=89)
    work(fort)
    assert agents.goes == 1
    fort.clock.pass_(seconds=2)
    work(fort)
    assert agents.goes == 2


# A dead system --------------------------------------------------------------------------------------------------------


def dead(folder: Path, **said: Any) -> tuple[Siege, MoodyTill]:
    """One refund that is ready to leave, and a till that is away."""
    siege, till = waiting(folder, 1, breaker=False)
    till.mood = "away"
    rules = folder / "policies"
    change(rules / "failures.yml", lambda d: d["failures"]["dead_api"].update(said))
    registry = siege.fort.house.registry
    siege.fort.rules[0] = load(rules, operations=registry.operations, reads=registry.reads)  # type: ignore[attr-defined]
    return siege, till


@pytest.mark.parametrize(("action", "knocks"), [("try_again", 3), ("person", 1)])
def test_a_dead_system_is_tried_as_often_as_policy_says(tmp_path: Path, action: str, knocks: int) -> None:
    siege, till = dead(tmp_path, action=action, attempts=3)
    go_on(siege.fort, 600, step=30)
    assert len(till.knocks) == knocks
    assert siege.sql("select state from effect") == [("failed",)]


@pytest.mark.parametrize("tell", ["", "digest"])
def test_what_a_dead_system_did_not_do_falls_back_to_the_queue_and_is_told(tmp_path: Path, tell: str) -> None:
    siege, _ = dead(tmp_path, attempts=1, queue="owner", tell=tell)
    go_on(siege.fort, 60)
    assert calls(siege.fort) == [("failed_effect", "owner")]
    assert told(siege.fort) == ([siege.fort.house.services.policy().channels[tell]] if tell else [])


# Rules that disagree --------------------------------------------------------------------------------------------------


def forbidden(folder: Path, **said: Any) -> Fort:
    """Support wants to refund, which one rule allows and a stricter one forbids."""
    siege = refunds(folder, 1, 100)
    rules = folder / "policies"
    change(rules / "failures.yml", lambda d: d["failures"]["rule_conflict"].update(said))
    fort, registry = siege.fort, siege.fort.house.registry
    agent = fort.rules[0].agents["support"].model_copy(update={"must_not": ("till.refund",)})  # type: ignore[attr-defined]
    # No file may say both at once, so the second rule is put in here.
    policy = load(rules, operations=registry.operations, reads=registry.reads)
    fort.rules[0] = policy.model_copy(update={"agents": {**policy.agents, "support": agent}})  # type: ignore[attr-defined]
    fort.run(Phase.PLAN, Phase.TURN)
    return fort


@pytest.mark.parametrize("tell", ["", "digest"])
def test_of_two_rules_the_stricter_holds_both_are_named_and_policy_says_who_hears_of_it(
    tmp_path: Path, tell: str
) -> None:
    fort = forbidden(tmp_path, queue="owner", tell=tell)
    assert fort.sql("select count(*) from effect") == [(0,)]
    assert calls(fort) == [("unsure", "owner")]
    ((request_id,),) = fort.sql("select id from request")
    why = (fort.ledger.row("request", "request.get", id=request_id) or {})["why"]
    assert "agents.support.must_not over agents.support.may" in why
    assert told(fort) == ([fort.house.services.policy().channels[tell]] if tell else [])


def test_what_is_not_named_is_treated_like_everything_else(tmp_path: Path) -> None:
    policy = load(loose_policies(tmp_path))
    only = policy.model_copy(update={"failures": {"default": policy.failures["default"]}})
    assert failing.of(only, "timeout") == policy.failures["default"]
