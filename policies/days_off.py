"""Public holidays of a country, by the `holidays` library. Pure: which days are free does not hang on today."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

import holidays

from policies.faults import allowed_words

_OBSERVED = " (observed)"
_YEARS = range(2020, 2041)  # in which a name must turn up to be known


def fault(country: str, subdivision: str, open_on: tuple[str, ...]) -> str:
    """What is wrong with these words of `sla.yml`, and what is allowed; empty when nothing is."""
    known = holidays.list_supported_countries()
    if country not in known:
        return f'"{country}" is no country that has public holidays here; {allowed_words(country, known)}'
    if subdivision and subdivision not in known[country]:
        return f'"{subdivision}" is no subdivision of {country}; {allowed_words(subdivision, known[country])}'
    names = {name for year in _YEARS for found in _of(country, subdivision, year).values() for name in found}
    wrong = next((name for name in open_on if name not in names), "")
    return f'"{wrong}" is no public holiday there; {allowed_words(wrong, names)}' if wrong else ""


def is_free(country: str, subdivision: str, open_on: tuple[str, ...], day: date) -> bool:
    """Whether `day` is a public holiday, or the day on which one is kept, that is not named under `open_on`."""
    return bool(_of(country, subdivision, day.year).get(day, frozenset()) - set(open_on))


@lru_cache(maxsize=256)
def _of(country: str, subdivision: str, year: int) -> dict[date, frozenset[str]]:
    found = holidays.country_holidays(country, subdiv=subdivision or None, years=year)
    return {day: frozenset(name.removesuffix(_OBSERVED) for name in found.get_list(day)) for day in found}
