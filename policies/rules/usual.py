"""What an agent usually does, and what is outside of that: plain statistics over its own last days. Pure.

Nothing is said where there is little to compare with: a new agent, a quiet hour, the first amounts."""

from __future__ import annotations

from collections.abc import Sequence
from math import comb, sqrt
from statistics import median

from policies.parts import Unusual

DEVIATIONS = (
    6  # so many standard deviations above the mean, and above every hour before: chance does not bring it in years
)
BY_CHANCE = 0.001  # so unlikely must as many errors be
FEW_AMOUNTS = 20  # below these nobody knows what is usual
RARE = 20  # calls that count as having gone well before anything is known: one early error makes no rule


def too_many(rule: Unusual, last_hour: int, hours: Sequence[int]) -> bool:
    """Whether an hour held far more than any before. `hours`: what each hour with anything in it held, over the rule's days."""
    if last_hour < rule.at_least or last_hour <= max(hours, default=0):
        return False
    mean = sum(hours) / (rule.days * 24)
    return last_hour > mean + DEVIATIONS * sqrt(max(mean, 1.0))


def too_wrong(rule: Unusual, last_hour: tuple[int, int], before: tuple[int, int]) -> bool:
    """Whether more of an hour went wrong than chance explains. Both: how many went wrong, of how many."""
    wrong, of = last_hour
    if wrong < rule.errors_at_least:
        return False
    share = (before[0] + 1) / (before[1] + RARE)
    return _at_least(wrong, of, min(share, 1.0)) < BY_CHANCE


def too_much(cents: int, before: Sequence[int]) -> bool:
    """Whether an amount is above every one before and far from the middle of them. Cents."""
    if len(before) < FEW_AMOUNTS or cents <= max(before):
        return False
    middle = median(before)
    spread = median(abs(each - middle) for each in before)
    return cents > middle + DEVIATIONS * max(spread, middle / 10)


def _at_least(wrong: int, of: int, share: float) -> float:
    """How likely so many or more of so many go wrong by chance."""
    return 1.0 - sum(comb(of, k) * share**k * (1.0 - share) ** (of - k) for k in range(wrong))
