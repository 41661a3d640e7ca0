"""What comes in by mail, for intake: each mail is filed in its thread, and whoever asks not to be written to is heard."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import orjson
from sqlalchemy import Connection

from core.errors import BadInput
from gateways.addresses import usable_address
from gateways.mail.incoming import MailFields, checked, clean, one_line, read_mail
from gateways.mail.stop import BARE, asks_to_stop
from gateways.mail.store import MailStore, Scope
from gateways.systems import Systems


@dataclass(frozen=True, slots=True)
class Received:
    """An incoming mail, filed. `source_id` makes it one event: a repeat has the same.

    `is_new`: it opened its thread. `repeat`: it was filed before; write its event all the same, the process may have
    died between the two. `asks_to_stop`: suppress the address before any model reads the text."""

    thread_key: str
    message_id: str
    references: tuple[str, ...]
    is_new: bool
    repeat: bool
    source_id: str
    address: str
    name: str
    subject: str
    text: str
    automatic: bool
    asks_to_stop: bool


class MailInbox:
    """The incoming side of the embedded mail system. `from_address` is the team's own, as in `EmbeddedMail`."""

    def __init__(self, systems: Systems, *, from_address: str) -> None:
        self._systems = systems
        self._store = MailStore(systems)
        self._own = from_address.lower()

    def receive(self, mail: bytes | MailFields) -> Received:
        """Files a mail, as bytes from the wire or as fields. Safe to repeat.

        It joins the thread that it answers only when it comes from that thread's own counterparty; anybody else's
        opens a thread of its own, so that nobody gets into another's conversation by quoting it. Raises `BadInput` when
        there is nobody to answer to."""
        fields = read_mail(mail) if isinstance(mail, bytes) else checked(mail)
        raw = mail if isinstance(mail, bytes) else orjson.dumps(asdict(mail))
        if self._token(fields.address) is not None or fields.address.lower() == self._own:
            raise BadInput("The mail comes from our own address.")
        with self._systems.writing() as connection:
            known = self._store.received_before(connection, fields)
            thread = known or self._thread_for(connection, fields)
            key = thread or self._store.open_thread(connection, fields.address, fields.name, fields.subject)
            if known is None:
                self._store.keep_received(connection, key, fields, raw)
        return Received(
            thread_key=key, message_id=fields.message_id, references=fields.references, is_new=thread is None,
            repeat=known is not None, source_id=self._store.source_id(fields), address=fields.address, name=fields.name,
            subject=fields.subject, text=fields.text, automatic=fields.automatic,
            asks_to_stop=asks_to_stop(fields.text) or fields.subject.strip().casefold() in BARE,
        )  # fmt: skip

    def thread_of(self, references: tuple[str, ...]) -> str | None:
        """The key of the thread that holds one of these mails, whoever refers to them."""
        with self._systems.reading() as connection:
            return self._store.thread_by_references(connection, references)

    def open_thread(self, address: str, name: str, subject: str) -> str:
        """The key of a new thread for somebody who wrote by form or chat and left an address. Raises `BadInput`."""
        usable = usable_address(address)
        if usable is None:
            raise BadInput("An answer cannot go to this mail address.")
        with self._systems.writing() as connection:
            return self._store.open_thread(connection, usable, one_line(name), one_line(subject))

    def address_of(self, thread_key: str) -> str | None:
        """The mail address of the thread's counterparty."""
        with self._systems.reading() as connection:
            thread = self._store.thread(connection, thread_key)
        return None if thread is None else thread.address

    def suppress(self, address: str, reason: str, scope: Scope = "all") -> None:
        """From now on this person gets nothing (`all`), or no marketing. Raises `BadInput` for what is no address."""
        usable = usable_address(address)
        if usable is None:
            raise BadInput("This is not a mail address.")
        with self._systems.writing() as connection:
            self._store.suppress(connection, usable, clean(reason), scope)

    def lift(self, address: str) -> None:
        """The person wants to be written to again. A person of the team decides that, never an agent."""
        with self._systems.writing() as connection:
            self._store.lift(connection, address)

    def _thread_for(self, connection: Connection, fields: MailFields) -> str | None:
        tokens = [token for one in fields.to if (token := self._token(one))]
        named = [self._store.thread_by_token(connection, token) for token in tokens]
        for key in (*named, self._store.thread_by_references(connection, fields.references)):
            thread = self._store.thread(connection, key) if key else None
            if thread and self._store.address_index(thread.address) == self._store.address_index(fields.address):
                return key
        return None

    def _token(self, address: str) -> str | None:
        """The plus token of one of our own addresses."""
        local, _, domain = address.lower().rpartition("@")
        name, plus, token = local.partition("+")
        return token if plus and f"{name}@{domain}" == self._own else None
