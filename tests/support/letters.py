"""Mails of made-up customers, each one new."""

from __future__ import annotations

from email.message import EmailMessage
from itertools import count

_NUMBERS = count(1)
SATURDAY = "Are you open on Saturday, and when do you close?"


def letter(name: str, text: str = SATURDAY, *, subject: str = "Saturday?", answers: str = "") -> tuple[bytes, str]:
    """A mail as it comes over the wire, and its Message-ID. `answers`: the Message-ID that it is a reply to."""
    number = next(_NUMBERS)
    first, last = name.lower().split()
    mail, message_id = EmailMessage(), f"<letter-{number}@{last}.example.com>"
    mail["From"] = f"{name} <{first}.{last}@example.com>"
    mail["To"] = "Harbor & Pine <workshop@example.com>"
    mail["Subject"] = subject
    mail["Date"] = "Mon, 16 Nov 2026 10:02:00 -0500"
    mail["Message-ID"] = message_id
    if answers:
        mail["In-Reply-To"] = mail["References"] = answers
    mail.set_content(f"{text}\n\n{name.split()[0]}\n")
    return mail.as_bytes(), message_id
