"""Mail addresses and phone numbers in the one form in which they are stored, compared and looked up."""

from __future__ import annotations

import phonenumbers
from email_validator import EmailNotValidError, validate_email

# Providers that deliver `d.ana@` and `dana@` to the same person.
DOTLESS = frozenset({"gmail.com", "googlemail.com"})


def usable_address(text: str) -> str | None:
    """The mail address as it is written to (lower-case host, ASCII), or None when no mail can go there.

    Only the form is checked, no name server is asked. Rules: RFC 5321 as `email-validator` has them."""
    try:
        found = validate_email(text.strip(), check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError:
        return None
    return found.ascii_email


def same_person(address: str) -> str:
    """The address without what people vary: letter case, a `+tag`, dots where the provider ignores them.

    One request not to be written to covers all of these; for anything else compare the address itself."""
    local, _, host = address.strip().lower().rpartition("@")
    local = local.split("+", 1)[0]
    if host in DOTLESS:
        local, host = local.replace(".", ""), "gmail.com"
    return f"{local}@{host}"


def usable_phone(text: str, region: str) -> str | None:
    """The number as `+14155550134`, or None when it cannot be one. `region` (two letters) reads national numbers."""
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
