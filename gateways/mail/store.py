"""The embedded mail system's records: threads, mails and who is not to be written to."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, Row, insert, select, update

from core.moment import from_us
from gateways.addresses import same_person
from gateways.mail.incoming import REFERENCES_MAX, MailFields
from gateways.mail.operations import MessageClass
from gateways.mail.tables import INBOX, METADATA, OUTBOX, SUPPRESSIONS, THREADS
from gateways.systems import Systems

Scope = Literal["all", "marketing"]


@dataclass(frozen=True, slots=True)
class Thread:
    """A conversation with one counterparty. Address and name stay as they were when it was opened."""

    key: str
    address: str
    name: str
    subject: str
    reply_token: str


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail that is ready to go, to exactly one recipient: the thread's counterparty."""

    thread: Thread
    subject: str
    body: str
    message_class: MessageClass
    template: str


@dataclass(frozen=True, slots=True)
class StoredMail:
    """One mail of a thread. `who` is the sender's name, or empty for our own."""

    key: str
    who: str
    message_id: str
    subject: str
    text: str
    raw: bytes
    raw_sha256: str
    at: datetime


class MailStore:
    """All reading and writing of the mail tables, within the transaction that the caller holds."""

    def __init__(self, systems: Systems) -> None:
        self._systems = systems
        systems.create(METADATA)

    # Threads ---------------------------------------------------------------------------------------------------------

    def open_thread(self, connection: Connection, address: str, name: str, subject: str) -> str:
        """The key of a new thread. `address` is usable; the rest is clean."""
        key = self._systems.key("M")
        connection.execute(
            insert(THREADS).values(
                id=key, address_index=self.address_index(address),
                reply_token=self._systems.cipher.blind("reply token", key)[:16], opened_at_us=self._systems.now_us(),
                **self._systems.sealed(THREADS, key, address=address, name=name, subject=subject),
            )
        )  # fmt: skip
        return key

    def thread(self, connection: Connection, key: str) -> Thread | None:
        """The thread with this key."""
        row = connection.execute(select(THREADS).where(THREADS.c.id == key)).first()
        if row is None:
            return None
        texts = {name: self._systems.opened(THREADS, key, name, getattr(row, name)) for name in _THREAD}
        return Thread(key=key, reply_token=row.reply_token, **texts)

    def thread_by_token(self, connection: Connection, token: str) -> str | None:
        """The key of the thread whose answers come to this plus address."""
        return connection.execute(select(THREADS.c.id).where(THREADS.c.reply_token == token.lower())).scalar()

    def thread_by_references(self, connection: Connection, references: tuple[str, ...]) -> str | None:
        """The key of the thread that holds one of these mails; the newest reference counts first."""
        for reference in reversed(references[-REFERENCES_MAX:]):
            index = self._message_index(reference)
            for box in (OUTBOX, INBOX):
                found = connection.execute(select(box.c.thread_id).where(box.c.message_index == index)).scalar()
                if found is not None:
                    return str(found)
        return None

    def address_index(self, address: str) -> str:
        """How a mail address is looked up and compared."""
        return self._systems.cipher.blind("mail", address)

    def _message_index(self, message_id: str) -> str:
        return self._systems.cipher.blind("message id", message_id)

    # Mails -----------------------------------------------------------------------------------------------------------

    def source_id(self, fields: MailFields) -> str:
        """What makes a mail the same one: Message-ID and sender, for anybody can write another's Message-ID."""
        return self._systems.cipher.blind("mail source", f"{fields.message_id}\0{fields.address}")

    def received_before(self, connection: Connection, fields: MailFields) -> str | None:
        """The key of its thread when this mail is a repeat."""
        known = select(INBOX.c.thread_id).where(INBOX.c.source_index == self.source_id(fields))
        return connection.execute(known).scalar()

    def keep_received(self, connection: Connection, thread: str, fields: MailFields, raw: bytes) -> None:
        """Files an incoming mail with the bytes as they came."""
        key = self._systems.key("I")
        connection.execute(
            insert(INBOX).values(
                id=key, thread_id=thread, source_index=self.source_id(fields), at_us=self._systems.now_us(),
                message_index=self._message_index(fields.message_id), raw_sha256=hashlib.sha256(raw).hexdigest(),
                **self._systems.sealed(
                    INBOX, key, message_id=fields.message_id, sender=fields.name or fields.address,
                    subject=fields.subject, text=fields.text, raw=raw.decode("latin-1"),
                ),
            )
        )  # fmt: skip

    def keep_sent(self, connection: Connection, effect_id: str, letter: Letter, message_id: str, raw: bytes) -> None:
        """Files an outgoing mail with the bytes as they leave. One effect has one."""
        connection.execute(
            insert(OUTBOX).values(
                id=effect_id, thread_id=letter.thread.key, message_index=self._message_index(message_id),
                message_class=letter.message_class, template=letter.template,
                raw_sha256=hashlib.sha256(raw).hexdigest(), at_us=self._systems.now_us(),
                **self._systems.sealed(
                    OUTBOX, effect_id, message_id=message_id, subject=letter.subject, text=letter.body,
                    raw=raw.decode("latin-1"),
                ),
            )
        )  # fmt: skip

    def mails(self, connection: Connection, thread: str) -> tuple[StoredMail, ...]:
        """All mails of a thread, oldest first."""
        incoming = connection.execute(select(INBOX).where(INBOX.c.thread_id == thread)).all()
        outgoing = connection.execute(select(OUTBOX).where(OUTBOX.c.thread_id == thread)).all()
        mails = [self._received(row) for row in incoming] + [self._sent(row) for row in outgoing]
        return tuple(sorted(mails, key=lambda mail: mail.at))

    def sent(self, connection: Connection) -> tuple[StoredMail, ...]:
        """All mails that went out, oldest first."""
        return tuple(self._sent(row) for row in connection.execute(select(OUTBOX).order_by(OUTBOX.c.at_us)).all())

    def _received(self, row: Row[tuple[object, ...]]) -> StoredMail:
        texts = {name: self._systems.opened(INBOX, row.id, name, getattr(row, name)) for name in (*_MAIL, "sender")}
        who, raw = texts.pop("sender"), texts.pop("raw").encode("latin-1")
        return StoredMail(row.id, who, raw=raw, raw_sha256=row.raw_sha256, at=from_us(row.at_us), **texts)

    def _sent(self, row: Row[tuple[object, ...]]) -> StoredMail:
        texts = {name: self._systems.opened(OUTBOX, row.id, name, getattr(row, name)) for name in _MAIL}
        raw = texts.pop("raw").encode("latin-1")
        return StoredMail(row.id, "", raw=raw, raw_sha256=row.raw_sha256, at=from_us(row.at_us), **texts)

    # Who is not to be written to -------------------------------------------------------------------------------------

    def suppressed(self, connection: Connection, address: str) -> frozenset[Scope]:
        """What this person asked not to get; empty for nothing."""
        asked = select(SUPPRESSIONS.c.scope).where(
            SUPPRESSIONS.c.person_index == self._person_index(address), SUPPRESSIONS.c.lifted_at_us.is_(None)
        )
        return frozenset(connection.execute(asked).scalars())

    def suppress(self, connection: Connection, address: str, reason: str, scope: Scope) -> None:
        """Remembers the request; a second one of the same scope changes nothing."""
        if scope in self.suppressed(connection, address):
            return
        key = self._systems.key("S")
        connection.execute(
            insert(SUPPRESSIONS).values(
                id=key, person_index=self._person_index(address), scope=scope, at_us=self._systems.now_us(),
                **self._systems.sealed(SUPPRESSIONS, key, address=address, reason=reason),
            )
        )  # fmt: skip

    def lift(self, connection: Connection, address: str) -> None:
        """Ends all requests of this person; the rows stay as a record."""
        asked = update(SUPPRESSIONS).where(
            SUPPRESSIONS.c.person_index == self._person_index(address), SUPPRESSIONS.c.lifted_at_us.is_(None)
        )
        connection.execute(asked.values(lifted_at_us=self._systems.now_us()))

    def _person_index(self, address: str) -> str:
        return self._systems.cipher.blind("suppressed", same_person(address))


_THREAD = ("address", "name", "subject")
_MAIL = ("message_id", "subject", "text", "raw")
