"""What tokens cost. Whole numbers: a microcent is a millionth of a cent, and sums must not drift.

The list prices (US dollars for a million tokens) are OpenAI's public ones as known when this was written; a team that
pays other prices, or runs its own server, hands its own table to the model.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

_TOKENS = 1_000


@dataclass(frozen=True, slots=True)
class Price:
    """Microcents for a thousand tokens. One dollar for a million tokens is 100,000 of them."""

    tokens_in: int
    tokens_out: int
    cached_in: int | None = None  # None: cached tokens cost the same


FREE = Price(0, 0)  # a server of the team's own

LIST_PRICES: Mapping[str, Price] = MappingProxyType(
    {
        "gpt-4o": Price(250_000, 1_000_000, 125_000),
        "gpt-4o-mini": Price(15_000, 60_000, 7_500),
        "gpt-4.1": Price(200_000, 800_000, 50_000),
        "gpt-4.1-mini": Price(40_000, 160_000, 10_000),
        "gpt-4.1-nano": Price(10_000, 40_000, 2_500),
        "gpt-5": Price(125_000, 1_000_000, 12_500),
        "gpt-5-mini": Price(25_000, 200_000, 2_500),
        "gpt-5-nano": Price(5_000, 40_000, 500),
    }
)


def price_of(model: str, prices: Mapping[str, Price]) -> Price:
    """The price of a model, by its name or the longest listed beginning of it (`gpt-4o-mini-2024-07-18`).

    An unlisted model costs as much as the dearest listed one: the spend cap must rather hold too early."""
    known = [name for name in prices if model == name or model.startswith(f"{name}-")]
    if known:
        return prices[max(known, key=len)]
    return max(
        prices.values(), key=lambda price: (price.tokens_out, price.tokens_in), default=Price(1_000_000, 4_000_000)
    )


def cost(price: Price, *, tokens_in: int, tokens_out: int, cached_in: int = 0) -> int:
    """Microcents, rounded up. `cached_in` is the part of `tokens_in` that the server had already."""
    cached = min(cached_in, tokens_in)
    rate = price.tokens_in if price.cached_in is None else price.cached_in
    total = (tokens_in - cached) * price.tokens_in + cached * rate + tokens_out * price.tokens_out
    return -(-total // _TOKENS)
