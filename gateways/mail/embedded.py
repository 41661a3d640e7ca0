"""The embedded mail system: the adapter of a team that has connected no mail server.

A mail that is sent lies in the outbox as the exact bytes that would have left."""

from __future__ import annotations

from collections.abc import Mapping

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import Connection

from core.contract.effect import Call, NotSent, Receipt, Sent
from core.contract.work import Resolved
from core.errors import BadInput, BadSettings, Bug
from gateways.adapter import FoundRecord, NotResolved, Operation, Pointer, ReadOperation, Value
from gateways.arguments import keyed, parsed
from gateways.mail.incoming import REFERENCES_MAX
from gateways.mail.operations import OPERATIONS, READS, REPLY, THREAD, MessageClass, Reply
from gateways.mail.outgoing import Sender, compose, footer
from gateways.mail.store import Letter, MailStore, StoredMail
from gateways.systems import Reach, Systems, no_point

TEXT_SHOWN = 1_000
FREE_WORDS: MessageClass = "relationship"  # an answer without a template, within a conversation


class EmbeddedMail:
    """Implements `gateways.adapter.Adapter`.

    `message_classes` maps the name of each template to its class; a template that is not there is refused. `reach` names
    the points of a call, for tests. Raises `BadSettings` when `from_address` is no mail address.
    """

    def __init__(
        self,
        systems: Systems,
        *,
        from_address: str,
        company_name: str,
        postal_address: str = "",
        message_classes: Mapping[str, MessageClass] | None = None,
        reach: Reach = no_point,
    ) -> None:
        try:
            validate_email(from_address, check_deliverability=False, allow_smtputf8=False)
        except EmailNotValidError as error:
            raise BadSettings(f"{from_address!r} is not a mail address to send from") from error
        self._systems = systems
        self._store = MailStore(systems)
        self._sender = Sender(from_address, company_name, postal_address)
        self._classes = dict(message_classes or {})
        self._reach = reach

    @property
    def operations(self) -> tuple[Operation, ...]:
        return OPERATIONS

    @property
    def reads(self) -> tuple[ReadOperation, ...]:
        return READS

    def resolve(
        self, operation: str, arguments: Mapping[str, Value], handles: Mapping[str, Pointer]
    ) -> Resolved | NotResolved:
        """See `Adapter.resolve`. The recipient is the counterparty on the thread's own record, and nobody else."""
        if operation != REPLY.name:
            return NotResolved(f"Mail cannot do {operation}.")
        keys = keyed(REPLY, arguments, handles)
        if isinstance(keys, NotResolved):
            return keys
        with self._systems.reading() as connection:
            letter = self._letter(connection, keys)
        return letter if isinstance(letter, NotResolved) else self._resolved(letter)

    def call(self, call: Call) -> Receipt:
        """See `Adapter.call`. Who may be written to is looked at again in the transaction that sends."""
        return self._systems.once(call, lambda connection: self._send(connection, call), self._reach)

    def look_up(self, operation: str, effect_id: str) -> Receipt:
        """See `Adapter.look_up`. A mail and its answer are filed in one transaction: one never lies there without the other."""
        return self._systems.answer_of(operation, effect_id)

    def read(self, operation: str, query: Mapping[str, str], handles: Mapping[str, Pointer]) -> tuple[FoundRecord, ...]:
        """See `Adapter.read`."""
        if operation != THREAD.name or set(query) != {"conversation"}:
            raise BadInput("Mail can be asked for mail.thread by conversation, and for nothing else.")
        pointer = handles.get(query["conversation"])
        if pointer is None or pointer.kind != "conversation":
            raise BadInput("This task knows no conversation by that name.")
        with self._systems.reading() as connection:
            mails = self._store.mails(connection, pointer.key)
        return tuple(self._found(mail) for mail in mails)

    def outbox(self) -> tuple[StoredMail, ...]:
        """Every mail that went out, oldest first, as the exact bytes. For people and tests; no agent has it."""
        with self._systems.reading() as connection:
            return self._store.sent(connection)

    # -----------------------------------------------------------------------------------------------------------------

    def _letter(self, connection: Connection, arguments: Mapping[str, Value]) -> Letter | NotResolved:
        wanted = parsed(REPLY, arguments)
        if isinstance(wanted, NotResolved):
            return wanted
        if not isinstance(wanted, Reply):
            raise Bug(f"{type(wanted).__name__} is declared and not built")
        thread = self._store.thread(connection, wanted.conversation)
        if thread is None:
            return NotResolved("There is no such conversation.")
        message_class = self._classes.get(wanted.template) if wanted.template else FREE_WORDS
        if message_class is None:
            return NotResolved(f"There is no template {wanted.template}.")
        body = wanted.body
        if message_class == "marketing":
            if not self._sender.postal_address:
                return NotResolved("A marketing mail needs the company's postal address, and none is configured.")
            body += footer(self._sender)
        asked = self._store.suppressed(connection, thread.address)
        if "all" in asked or (message_class == "marketing" and asked):
            return NotResolved(f"{thread.name or thread.address} asked not to be written to.")
        return Letter(thread, wanted.subject, body, message_class, wanted.template)

    def _resolved(self, letter: Letter) -> Resolved:
        to = ", ".join(part for part in (letter.thread.name, letter.thread.address) if part)
        return Resolved(
            operation=REPLY.name,
            lines=(
                ("To", to),
                ("From", f"{self._sender.name}, {self._sender.address}"),
                ("Subject", letter.subject),
                ("Attached", "Nothing"),
            ),
            body=letter.body,
            counterparty=self._store.address_index(letter.thread.address),
        )

    def _send(self, connection: Connection, call: Call) -> Sent | NotSent:
        if call.operation != REPLY.name:
            return NotSent(reason=f"Mail cannot do {call.operation}.", again=False)
        letter = self._letter(connection, call.arguments)
        if isinstance(letter, NotResolved):
            return NotSent(reason=letter.reason, again=False)
        if self._resolved(letter) != call.resolved:
            return NotSent(reason="What would be sent is not what was decided.", again=False)
        message_id = self._sender.message_id(call.effect_id)
        raw = compose(letter, self._sender, message_id, self._references(connection, letter), self._systems.clock.now())
        self._store.keep_sent(connection, call.effect_id, letter, message_id, raw)
        return Sent(reference=message_id)

    def _references(self, connection: Connection, letter: Letter) -> tuple[str, ...]:
        return tuple(mail.message_id for mail in self._store.mails(connection, letter.thread.key))[-REFERENCES_MAX:]

    def _found(self, mail: StoredMail) -> FoundRecord:
        text = mail.text if len(mail.text) <= TEXT_SHOWN else mail.text[: TEXT_SHOWN - 1] + "…"
        facts = {
            "who": mail.who or self._sender.name,
            "when": mail.at.isoformat(),
            "subject": mail.subject,
            "text": text,
        }
        return FoundRecord(Pointer("message", mail.key), facts)
