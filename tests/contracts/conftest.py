"""Every adapter of a gateway passes the same suite. A vendor's adapter joins by one more entry in `params`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from core.contract.effect import Call, Receipt
from gateways.adapter import Adapter, Pointer
from gateways.crm.book import CrmBook
from gateways.crm.embedded import EmbeddedCrm
from gateways.mail.embedded import EmbeddedMail
from gateways.mail.inbox import MailInbox
from tests.contracts.outside import FixedClock, claimed, open_systems

CLASSES = {"support/answer": "transactional", "marketing/winter": "marketing"}


@dataclass(frozen=True)
class SentMail:
    """A mail as its recipient would see it."""

    to: str
    sender: str
    subject: str
    body: str
    message_id: str
    headers: dict[str, str]


@dataclass
class MailBench:
    """A mail adapter and the world around it."""

    adapter: Adapter
    inbox: MailInbox
    clock: FixedClock

    def conversation(self, address: str = "dana.whitfield@example.com", name: str = "Dana Whitfield") -> Pointer:
        return Pointer("conversation", self.inbox.open_thread(address, name, "Is my bike ready?"))

    def reply(self, effect_id: str, conversation: Pointer, **changes: str) -> Call:
        arguments = {
            "conversation": "con_1",
            "subject": "Re: Is my bike ready?",
            "body": "Yes, on Wednesday.",
        } | changes
        return claimed(self.adapter, self.clock, effect_id, "mail.reply", arguments, {"con_1": conversation})

    def sent(self) -> list[SentMail]:
        mails = [message_from_bytes(mail.raw, policy=policy.default) for mail in self.adapter.outbox()]
        return [
            SentMail(
                str(mail["To"]), str(mail["From"]), str(mail["Subject"]),
                mail.get_content().replace("\r\n", "\n"), str(mail["Message-ID"]),
                {name: str(value) for name, value in mail.items()},
            )
            for mail in mails
        ]  # fmt: skip


@dataclass
class CrmBench:
    """A CRM adapter, the records of the team's own hand, and the conversations that it is told of."""

    adapter: Adapter
    book: CrmBook
    clock: FixedClock
    addresses: dict[str, str]

    def conversation(self, address: str) -> Pointer:
        key = f"M-{len(self.addresses) + 1}"
        self.addresses[key] = address
        return Pointer("conversation", key)

    def found(self, address: str) -> dict[str, list]:
        """What a task whose conversation is with this address can read, by kind."""
        records = self.adapter.read(
            "crm.find_contact", {"conversation": "con_1"}, {"con_1": self.conversation(address)}
        )
        kinds: dict[str, list] = {"contact": [], "lead": [], "deal": []}
        for record in records:
            kinds[record.pointer.kind].append(record)
        return kinds

    def lead(self, effect_id: str, **changes: str | int) -> Call:
        return claimed(self.adapter, self.clock, effect_id, "crm.create_lead", LEAD | changes, {})

    def do(self, effect_id: str, operation: str, arguments: dict, handles: dict[str, Pointer] | None = None) -> Receipt:
        return self.adapter.call(claimed(self.adapter, self.clock, effect_id, operation, arguments, handles or {}))


LEAD: dict[str, str | int] = {
    "name": "Ines Abara", "email": "office@covestreet.example.com", "phone": "(415) 555-0134", "company": "Cove Street Dental",
    "need": "Twelve bikes for staff", "urgency": "Before January", "score": 72, "band": "warm", "source": "mail",
}  # fmt: skip


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture(params=["embedded"])
def mail(request: pytest.FixtureRequest, tmp_path: Path, clock: FixedClock) -> Iterator[MailBench]:
    systems = open_systems(tmp_path, clock)
    adapter = EmbeddedMail(
        systems, from_address="workshop@example.com", company_name="Harbor & Pine",
        postal_address="1 Quay Road, Harbor Town", message_classes=CLASSES,
    )  # fmt: skip
    yield MailBench(adapter, MailInbox(systems, from_address="workshop@example.com"), clock)
    systems.close()


@pytest.fixture(params=["embedded"])
def crm(request: pytest.FixtureRequest, tmp_path: Path, clock: FixedClock) -> Iterator[CrmBench]:
    systems = open_systems(tmp_path, clock)
    addresses: dict[str, str] = {}
    yield CrmBench(EmbeddedCrm(systems, address_of=addresses.get), CrmBook(systems), clock, addresses)
    systems.close()


def changed(call: Call, **arguments: str | int) -> Call:
    """The same claim with other arguments, as nobody should ever make it."""
    return replace(call, arguments=call.arguments | arguments)
