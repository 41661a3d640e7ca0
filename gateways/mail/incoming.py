"""An incoming mail read into fields. Everything in it is outside text: nothing here is believed or followed."""

from __future__ import annotations

import hashlib
import html
import re
import unicodedata
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage

import nh3

from core.errors import BadInput
from gateways.addresses import usable_address
from gateways.arguments import hidden

RAW_MAX_BYTES = 20_000_000
TEXT_MAX = 100_000
LINE_MAX = 200
SUBJECT_KEPT = LINE_MAX - 10  # so that "Re: " before it still fits into an answer
REFERENCES_MAX = 20
MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,250}>")
_TO_HEADERS = ("Delivered-To", "X-Original-To", "To", "Cc")


@dataclass(frozen=True, slots=True)
class MailFields:
    """A mail as read. `address` is the sender's and `to` every address it was sent to; ids keep their angle brackets.

    `automatic` marks what a machine wrote (RFC 3834): never answer it without a person."""

    message_id: str
    address: str
    name: str
    subject: str
    text: str
    references: tuple[str, ...] = ()  # oldest first; the mail that is answered comes last
    to: tuple[str, ...] = ()
    automatic: bool = False


def read_mail(raw: bytes) -> MailFields:
    """The fields of a mail as it came over the wire. Raises `BadInput` when it is none, or has no usable sender."""
    if len(raw) > RAW_MAX_BYTES:
        raise BadInput(f"The mail is larger than {RAW_MAX_BYTES // 1_000_000} MB.")
    try:
        return _fields(raw)
    # What the standard library raises on headers and parts that are malformed in ways that it does not foresee.
    except (MessageError, ValueError, LookupError, AttributeError, TypeError, RecursionError) as error:
        raise BadInput(f"The mail cannot be read ({type(error).__name__}).") from error


def checked(fields: MailFields) -> MailFields:
    """The fields cleaned, whoever filled them in. Raises `BadInput` without a usable sender or Message-ID."""
    address = usable_address(fields.address)
    if address is None:
        raise BadInput("The mail has no sender to whom an answer could go.")
    if not MESSAGE_ID.fullmatch(fields.message_id):
        raise BadInput("The mail has no usable Message-ID.")
    return MailFields(
        message_id=fields.message_id,
        address=address,
        name=one_line(fields.name),
        subject=one_line(fields.subject)[:SUBJECT_KEPT],
        text=clean(fields.text)[:TEXT_MAX],
        references=tuple(one for one in fields.references if MESSAGE_ID.fullmatch(one))[-REFERENCES_MAX:],
        to=tuple(found for one in fields.to if (found := usable_address(one))),
        automatic=fields.automatic,
    )


def clean(text: str) -> str:
    """The text without invisible and control characters, with plain line ends."""
    lines = re.sub(r"\r\n?|[\u2028\u2029]", "\n", text)
    return "".join(
        letter
        for letter in lines
        if letter in "\n\t" or (not hidden(letter) and unicodedata.category(letter) not in ("Cc", "Cs"))
    )


def one_line(text: str) -> str:
    """The text on one line, cut to 200 characters."""
    return " ".join(clean(text).split())[:LINE_MAX]


def _fields(raw: bytes) -> MailFields:
    mail = message_from_bytes(raw, _class=EmailMessage, policy=policy.default)
    senders: tuple[Address, ...] = getattr(mail["From"], "addresses", ())
    if len(senders) != 1:
        raise ValueError("no single sender")
    ids = MESSAGE_ID.findall(str(mail.get("Message-ID", "")))
    answered = MESSAGE_ID.findall(str(mail.get("In-Reply-To", "")))
    known = MESSAGE_ID.findall(str(mail.get("References", "")))
    return checked(
        MailFields(
            message_id=ids[0] if ids else f"<{hashlib.sha256(raw).hexdigest()[:32]}@no-message-id.invalid>",
            address=senders[0].addr_spec,
            name=senders[0].display_name,
            subject=str(mail.get("Subject", "")),
            text=_text(mail),
            references=(*(one for one in known if one not in answered), *answered),
            to=tuple(one for header in _TO_HEADERS for one in _addresses(mail, header)),
            automatic=_automatic(mail),
        )
    )


def _addresses(mail: EmailMessage, header: str) -> tuple[str, ...]:
    found: list[str] = []
    for value in mail.get_all(header, []):
        # The library knows To and Cc; the headers that a server adds it reads as plain text, which is the address.
        listed = getattr(value, "addresses", None)
        found += [str(value).strip().strip("<>")] if listed is None else [one.addr_spec for one in listed]
    return tuple(found)


def _text(mail: EmailMessage) -> str:
    part = mail.get_body(preferencelist=("plain", "html"))
    if part is None:
        return ""
    content = str(part.get_content())
    return _without_tags(content) if part.get_content_subtype() == "html" else content


def _without_tags(content: str) -> str:
    broken = re.sub(r"(?i)<br\s*/?>|</(?:p|div|tr|li|h[1-6])\s*>", "\n", content)
    return html.unescape(nh3.clean(broken, tags=set())).strip()


def _automatic(mail: EmailMessage) -> bool:
    said = str(mail.get("Auto-Submitted", "no")).strip().lower()
    bulk = str(mail.get("Precedence", "")).strip().lower() in ("bulk", "list", "junk", "auto_reply")
    return not said.startswith("no") or bulk or mail.get_content_type() == "multipart/report"
