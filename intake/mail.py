"""A mail as bytes, made ready for `Arrivals.mail`: what mail programs put around it is taken off."""

from __future__ import annotations

from core.errors import BadInput

_MARK = b"\xef\xbb\xbf"
_OUTLOOK = b"\xd0\xcf\x11\xe0"


def raw_mail(body: bytes) -> bytes:
    """The mail as it went over the wire. Raises `BadInput` for a file that only a mail program can read."""
    if body.startswith(_OUTLOOK):
        raise BadInput("This is an Outlook file (.msg). Open it, save it as .eml, and send that.")
    body = body.removeprefix(_MARK)
    if body.startswith(b"From "):  # the line that mailbox files put before each mail
        body = body.partition(b"\n")[2]
    if not body.strip():
        raise BadInput("The mail is empty.")
    return body
