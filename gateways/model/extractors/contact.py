"""How to reach the writer, and where their text points to."""

from __future__ import annotations

import re
from collections.abc import Iterator

import phonenumbers

from core.ports import Found
from gateways.model.extractors.mail import Mail

REGION = "US"  # for numbers without a country code
_EMAIL = re.compile(r"(?<![\w.+-])[A-Za-z0-9][\w.+%'-]{0,63}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,6}(?![\w-])")
_LINK = re.compile(r"(?:https?://|www\.)[^\s<>\"'|\]]{3,500}", re.IGNORECASE)
_SCHEME = re.compile(r"https?://", re.IGNORECASE)
_TRAILING = ".,;:!?)*"


def email(mail: Mail) -> Iterator[Found]:
    """Mail addresses: written ones first, then the sender's. The domain is in lower case."""
    for match in _EMAIL.finditer(f"{mail.own}\n{mail.address}"):
        name, _, domain = match.group().rstrip(".").rpartition("@")
        yield Found(value=f"{name}@{domain.lower()}", quote=match.group().rstrip("."))


def phone(mail: Mail) -> Iterator[Found]:
    """Phone numbers as E.164 (`+12075550143`), with `;ext=` where an extension is given."""
    for match in phonenumbers.PhoneNumberMatcher(mail.own, REGION, leniency=phonenumbers.Leniency.VALID, max_tries=200):
        number = phonenumbers.format_number(match.number, phonenumbers.PhoneNumberFormat.E164)
        extension = f";ext={match.number.extension}" if match.number.extension else ""
        yield Found(value=number + extension, quote=match.raw_string)


def links(mail: Mail) -> Iterator[Found]:
    """Web addresses, never followed."""
    for match in _LINK.finditer(mail.told + "\n" + mail.signature):
        quote = match.group().rstrip(_TRAILING)
        yield Found(value=quote if _SCHEME.match(quote) else f"https://{quote}", quote=quote)
