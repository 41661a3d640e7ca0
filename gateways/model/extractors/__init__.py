"""Finds pieces of a text that a shop's mail is full of. Each extractor is a name that schemas mark fields with."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

from core.errors import Bug
from core.ports import Found
from gateways.model.extractors import asks, authority, companies, contact, moments, money, people
from gateways.model.extractors.mail import Mail, opened
from gateways.model.quotes import anchored

Extractor = Callable[[Mail], Iterable[Found]]

EXTRACTORS: Mapping[str, Extractor] = MappingProxyType(
    {
        "person_name": people.person_name,
        "email": contact.email,
        "phone": contact.phone,
        "company": companies.company,
        "need": asks.need,
        "urgency": moments.urgency,
        "amounts": money.amounts,
        "budget": money.budget,
        "authority": authority.authority,
        "timeline": moments.timeline,
        "quantity": asks.quantity,
        "order_number": asks.order_number,
        "dates": moments.dates,
        "links": contact.links,
    }
)
_MOST = 20  # of one kind in one text


def extract(name: str, text: str) -> tuple[Found, ...]:
    """What the extractor finds, the likeliest first, each value once; every quote is in `text` word for word.

    Raises `Bug` when there is no extractor of that name."""
    return extract_from(name, opened(text), text)


def extract_from(name: str, mail: Mail, text: str) -> tuple[Found, ...]:
    """The same for a text that was opened already."""
    if name not in EXTRACTORS:
        raise Bug(f"there is no extractor '{name}'; there are: {', '.join(EXTRACTORS)}")
    found: dict[str, Found] = {}
    for one in EXTRACTORS[name](mail):
        quote = anchored(one.quote, text)
        if quote and one.value and one.value not in found:
            found[one.value] = Found(value=one.value, quote=quote)
        if len(found) == _MOST:
            break
    return tuple(found.values())
