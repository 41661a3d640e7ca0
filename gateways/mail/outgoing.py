"""An outgoing mail as the exact bytes that leave."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from gateways.mail.store import Letter

# The library would encode a long Message-ID instead of leaving it on its line; RFC 5322 §2.1.1 allows 998 characters.
POLICY = SMTP.clone(max_line_length=998)


@dataclass(frozen=True, slots=True)
class Sender:
    """The team's own side of every mail, from configuration. Commercial mail needs `postal_address` (CAN-SPAM)."""

    address: str
    name: str
    postal_address: str = ""

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]

    def reply_address(self, token: str) -> str:
        """Where the answer comes to: the plus token names the thread when a mail program drops the references."""
        local, _, domain = self.address.rpartition("@")
        return f"{local}+{token}@{domain}"

    def message_id(self, effect_id: str) -> str:
        """The same for every try of one effect, so that a look-up can find it."""
        return f"<{effect_id}@{self.domain}>"


def footer(sender: Sender) -> str:
    """What every marketing mail ends in: how to stop it, and where the sender is."""
    return (
        "\n\n--\nYou can stop these mails at any time: answer with the word unsubscribe.\n"
        f"{sender.name}, {sender.postal_address}"
    )


def compose(letter: Letter, sender: Sender, message_id: str, references: tuple[str, ...], at: datetime) -> bytes:
    """The bytes, ASCII only. Raises `ValueError` when a header holds a line break; `Reply` refuses those before."""
    mail = EmailMessage(policy=POLICY)
    mail["From"] = Address(display_name=sender.name, addr_spec=sender.address)
    mail["To"] = Address(display_name=letter.thread.name, addr_spec=letter.thread.address)
    mail["Reply-To"] = Address(display_name=sender.name, addr_spec=sender.reply_address(letter.thread.reply_token))
    mail["Subject"] = letter.subject
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = message_id
    if references:
        mail["In-Reply-To"] = references[-1]
        mail["References"] = " ".join(references)
    if letter.message_class == "marketing":
        stop = sender.reply_address(letter.thread.reply_token)
        mail["List-Unsubscribe"] = f"<mailto:{stop}?subject=unsubscribe>"
    mail.set_content(letter.body + "\n", charset="utf-8", cte="quoted-printable")
    return mail.as_bytes()
