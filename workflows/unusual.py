"""An agent does far more than usual, or far more of it goes wrong: a person is called once a day for each, with the numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.contract.work import Event
from core.ledger import Ledger
from core.moment import to_us
from policies.parts import Unusual
from policies.rules import usual
from policies.schema import Policy
from workflows import opening, requests

UNUSUAL = "unusual"  # the trigger
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Watch:
    """Run by the clock once an hour; safe to run at any time and in several processes."""

    ledger: Ledger
    policy: Callable[[], Policy]

    def run(self, at: datetime) -> None:
        """Looks at the hour before `at`, aware UTC. Raises `Retry`."""
        policy = self.policy()
        rule = policy.limits.unusual
        for agent in policy.agents if rule else ():
            for what, words in self._found(agent, at, rule) if rule else ():
                self._call(policy, f"{UNUSUAL}:{agent}:{what}:{at:%Y-%m-%d}", agent, words)

    def _found(self, agent: str, at: datetime, rule: Unusual) -> Iterator[tuple[str, str]]:
        since, hour = to_us(at - timedelta(days=rule.days)), to_us(at - HOUR)
        first = self.ledger.rows("usual.first", name=agent)[0][0]
        if first is None or first > to_us(at - timedelta(days=rule.from_days)):
            return  # too new to have a usual
        before = self.ledger.rows("usual.hours", name=agent, since=since, until=hour)
        hours, wrong_before = [int(each[1]) for each in before], sum(int(each[2]) for each in before)
        done, wrong = map(int, self.ledger.rows("usual.hour", name=agent, since=hour, until=to_us(at))[0])
        if usual.too_many(rule, done, hours):
            busiest = f"In the {rule.days} days before, its busiest hour had {max(hours, default=0)}."
            yield "volume", f"The {agent} agent carried out {done} things in the last hour. {busiest}"
        if usual.too_wrong(rule, (wrong, done), (wrong_before, sum(hours))):
            usually = f"In the {rule.days} days before it was {wrong_before} of {sum(hours)}."
            yield (
                "errors",
                f"{wrong} of the {done} things of the {agent} agent in the last hour failed or are not known. {usually}",
            )

    def _call(self, policy: Policy, key: str, agent: str, words: str) -> None:
        with self.ledger.unit() as unit:
            unit.one("counter.lock", key="task")  # of two processes the second finds it told
            if unit.one("event.known", source="clock", key=key):
                return
            event = Event(source="clock", source_id=key, text=words, sender="Baton", at=unit.now)
            opening.for_people(unit, event, key, policy.version)
            requests.escalate(unit, policy, UNUSUAL, words, agent=agent)
