"""How far an agent is trusted: its stage, and whether a customer or an hour is within it. Pure."""

from __future__ import annotations

import hashlib
from datetime import datetime

from policies.parts import DAYS, Stage
from policies.rules import sla
from policies.schema import Policy

SHADOW = "shadow"


def stage_name(policy: Policy, agent: str) -> str:
    """The name of the agent's stage; one that the files do not mention is at the default."""
    return policy.rollout.agents.get(agent, policy.rollout.default)


def stage_of(policy: Policy, agent: str) -> Stage:
    """The agent's stage."""
    return policy.rollout.stages[stage_name(policy, agent)]


def in_share(stage: Stage, customer_key: str) -> bool:
    """Whether this customer is among the stage's share. The same key always gets the same answer, and whoever is in at
    25 % stays in at 50 %. A customer without a key is in only where everybody is."""
    if stage.share >= 100:
        return True
    if not customer_key:
        return False
    digest = hashlib.sha256(customer_key.encode()).digest()
    return int.from_bytes(digest[:8], "big") % 100 < stage.share


def in_hours(policy: Policy, stage: Stage, now: datetime) -> bool:
    """Whether the stage is on at this time, in the company's zone. Holidays are out; the closing minute is out."""
    if stage.hours is None:
        return True
    local = now.astimezone(policy.company.zone)
    on_this_day = DAYS[local.weekday()] in stage.hours.days and not sla.is_holiday(policy, local.date())
    return on_this_day and stage.hours.start <= local.time() < stage.hours.end
