"""The embedded CRM: the adapter of a team that has connected no vendor."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlalchemy import Connection

from core.contract.base import Contract
from core.contract.effect import Call, NotSent, Receipt, Sent
from core.contract.work import Resolved
from core.errors import BadInput, Bug
from gateways.adapter import FoundRecord, NotResolved, Operation, Pointer, ReadOperation, Value
from gateways.addresses import usable_address
from gateways.arguments import keyed, parsed
from gateways.crm.book import Contact, CrmBook, Deal, Lead
from gateways.crm.operations import (
    CREATE_LEAD,
    CREATE_TASK,
    FIND_CONTACT,
    LOG_ACTIVITY,
    OPERATIONS,
    READS,
    UPDATE_LEAD,
    WITHDRAW_LEAD,
    Band,
    CreateLead,
    CreateTask,
    LogActivity,
    UpdateLead,
    WithdrawLead,
)  # fmt: skip
from gateways.crm.tables import ACTIVITIES, TASKS
from gateways.systems import Reach, Systems, no_point

BY_NAME: Mapping[str, Operation] = {operation.name: operation for operation in OPERATIONS}
# Whose lead it is, by band: sales from 60 points up.
GOES_TO: Mapping[Band, str] = {"hot": "Sales", "warm": "Sales", "cold": "Marketing", "unqualified": "Marketing"}

Lines = tuple[tuple[str, str], ...]


class EmbeddedCrm:
    """Implements `gateways.adapter.Adapter`.

    `address_of` gives the mail address of a conversation's counterparty, or None; the mail gateway knows it. `region`
    (two letters) is where phone numbers without a country are. `reach` names the points of a call, for tests.
    """

    def __init__(
        self,
        systems: Systems,
        *,
        address_of: Callable[[str], str | None],
        region: str = "US",
        goes_to: Mapping[Band, str] = GOES_TO,
        reach: Reach = no_point,
    ) -> None:
        self._systems = systems
        self._book = CrmBook(systems, region)
        self._address_of = address_of
        self._goes_to = goes_to
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
        """See `Adapter.resolve`."""
        declared = BY_NAME.get(operation)
        if declared is None:
            return NotResolved(f"The CRM cannot do {operation}.")
        keys = keyed(declared, arguments, handles)
        if isinstance(keys, NotResolved):
            return keys
        wanted = parsed(declared, keys)
        if isinstance(wanted, NotResolved):
            return wanted
        with self._systems.reading() as connection:
            return self._planned(connection, wanted)

    def call(self, call: Call) -> Receipt:
        """See `Adapter.call`. The records are looked at again: what no longer fits is `NotSent`."""
        return self._systems.once(call, lambda connection: self._carry_out(connection, call), self._reach)

    def look_up(self, operation: str, effect_id: str) -> Receipt:
        """See `Adapter.look_up`."""
        return self._systems.answer_of(operation, effect_id)

    def read(self, operation: str, query: Mapping[str, str], handles: Mapping[str, Pointer]) -> tuple[FoundRecord, ...]:
        """See `Adapter.read`. There is no free search: only whom the task's own conversation is with."""
        if operation != FIND_CONTACT.name or set(query) != {"conversation"}:
            raise BadInput("The CRM can be asked for crm.find_contact by conversation, and for nothing else.")
        pointer = handles.get(query["conversation"])
        if pointer is None or pointer.kind != "conversation":
            raise BadInput("This task knows no conversation by that name.")
        address = self._address_of(pointer.key)
        if address is None:
            return ()
        with self._systems.reading() as connection:
            contact = self._book.find(connection, address, "")
            if contact is None:
                return ()
            leads = self._book.open_leads(connection, contact.key)
            deals = self._book.open_deals(connection, contact.key)
        return (_found_contact(contact), *map(_found_lead, leads), *map(_found_deal, deals))

    # What would happen -----------------------------------------------------------------------------------------------

    def _planned(self, connection: Connection, wanted: Contract) -> Resolved | NotResolved:
        match wanted:
            case CreateLead():
                return self._plan_create(connection, wanted)
            case UpdateLead():
                return self._plan_update(connection, wanted)
            case LogActivity():
                return self._plan_activity(connection, wanted)
            case CreateTask():
                lines = (("Task", wanted.title), ("Due", wanted.due), ("Goes to", wanted.role))
                return Resolved(operation=CREATE_TASK.name, lines=lines)
            case WithdrawLead():
                return self._plan_withdraw(connection, wanted)
            case _:
                raise Bug(f"{type(wanted).__name__} is declared and not built")

    def _plan_create(self, connection: Connection, wanted: CreateLead) -> Resolved | NotResolved:
        email, phone = usable_address(wanted.email) or "", self._book.phone(wanted.phone) or ""
        if wanted.email and not email:
            return NotResolved(f"{wanted.email} is not a mail address.")
        if wanted.phone and not phone:
            return NotResolved(f"{wanted.phone} is not a phone number.")
        known = self._book.find(connection, email, phone)
        open_leads = self._book.open_leads(connection, known.key) if known else ()
        if known and open_leads:
            return NotResolved(f"{known.name} is in the CRM as an open lead already.")
        company = self._book.company_name(connection, wanted.company) if wanted.company else ""
        lines = [("Contact", _comma(wanted.name, email, phone))]
        if known:
            lines.append(("Already known", _comma(known.name, known.company)))
        shown = (
            ("Company", company), ("Need", wanted.need), ("Urgency", wanted.urgency),
            ("Score", f"{wanted.score} of 100, {wanted.band}"), ("Goes to", self._goes_to[wanted.band]),
            ("Came from", wanted.source),
        )  # fmt: skip
        lines += [line for line in shown if line[1]]
        counterparty = self._book.email_index(email) if email else ""
        return Resolved(operation=CREATE_LEAD.name, lines=tuple(lines), counterparty=counterparty)

    def _plan_update(self, connection: Connection, wanted: UpdateLead) -> Resolved | NotResolved:
        lead = self._open_lead(connection, wanted.lead)
        if isinstance(lead, NotResolved):
            return lead
        score = "" if wanted.score is None else f"{wanted.score} of 100, {wanted.band}"
        goes_to = "" if wanted.band is None else self._goes_to[wanted.band]
        shown = (("Need", wanted.need), ("Urgency", wanted.urgency), ("Score", score), ("Goes to", goes_to))
        changes = tuple(line for line in shown if line[1])
        return Resolved(operation=UPDATE_LEAD.name, lines=(("Lead", _lead_line(lead)), *changes))

    def _plan_activity(self, connection: Connection, wanted: LogActivity) -> Resolved | NotResolved:
        who = "None named"
        if wanted.contact:
            contact = self._book.contact(connection, wanted.contact)
            if contact is None:
                return NotResolved("The CRM does not have this contact.")
            who = _comma(contact.name, contact.email, contact.company)
        return Resolved(operation=LOG_ACTIVITY.name, lines=(("Contact", who), ("Note", wanted.summary)))

    def _plan_withdraw(self, connection: Connection, wanted: WithdrawLead) -> Resolved | NotResolved:
        lead = self._open_lead(connection, wanted.lead or wanted.reference)
        if isinstance(lead, NotResolved):
            return lead
        lines = (("Lead", _lead_line(lead)), ("Need", lead.need), ("Stays", f"{lead.contact.name} as a contact"))
        return Resolved(operation=WITHDRAW_LEAD.name, lines=lines)

    def _open_lead(self, connection: Connection, key: str) -> Lead | NotResolved:
        lead = self._book.lead(connection, key)
        if lead is None:
            return NotResolved("The CRM does not have this lead.")
        return lead if lead.state == "open" else NotResolved(f"Lead {lead.key} is no longer open: it is {lead.state}.")

    # What happens ----------------------------------------------------------------------------------------------------

    def _carry_out(self, connection: Connection, call: Call) -> Sent | NotSent:
        declared = BY_NAME.get(call.operation)
        if declared is None:
            return NotSent(reason=f"The CRM cannot do {call.operation}.", again=False)
        wanted = parsed(declared, call.arguments)
        if isinstance(wanted, NotResolved):
            return NotSent(reason=wanted.reason, again=False)
        planned = self._planned(connection, wanted)
        if isinstance(planned, NotResolved):
            return NotSent(reason=planned.reason, again=False)
        match wanted:
            case CreateLead():
                return self._create_lead(connection, wanted)
            case UpdateLead():
                self._book.change_lead(connection, wanted)
                return Sent(reference=wanted.lead)
            case LogActivity():
                return Sent(reference=self._log_activity(connection, wanted))
            case CreateTask():
                return Sent(reference=self._create_task(connection, wanted))
            case WithdrawLead():
                key = wanted.lead or wanted.reference
                self._book.end_lead(connection, key, "withdrawn")
                return Sent(reference=key)
            case _:
                raise Bug(f"{type(wanted).__name__} is declared and not built")

    def _create_lead(self, connection: Connection, wanted: CreateLead) -> Sent:
        email, phone = usable_address(wanted.email) or "", self._book.phone(wanted.phone) or ""
        contact = self._book.contact_for(connection, wanted.name, email, phone, wanted.company)
        lead = self._book.add_lead(connection, contact, wanted)
        return Sent(reference=lead, undo={"reference": lead})

    def _log_activity(self, connection: Connection, wanted: LogActivity) -> str:
        return self._book.add_row(
            connection, ACTIVITIES, "A", {"summary": wanted.summary},
            contact_id=wanted.contact or None, at_us=self._systems.now_us(),
        )  # fmt: skip

    def _create_task(self, connection: Connection, wanted: CreateTask) -> str:
        return self._book.add_row(
            connection, TASKS, "K", {"title": wanted.title},
            due=wanted.due, role=wanted.role, state="open", created_at_us=self._systems.now_us(),
        )  # fmt: skip


def _comma(*parts: str) -> str:
    return ", ".join(part for part in parts if part)


def _lead_line(lead: Lead) -> str:
    return _comma(lead.key, lead.contact.name, lead.contact.company)


def _found_contact(contact: Contact) -> FoundRecord:
    facts = {"name": contact.name, "email": contact.email, "phone": contact.phone, "company": contact.company}
    return FoundRecord(Pointer("contact", contact.key), {**facts, "since": contact.since.isoformat()})


def _found_lead(lead: Lead) -> FoundRecord:
    facts = {
        "reference": lead.key, "need": lead.need, "urgency": lead.urgency, "score": str(lead.score), "band": lead.band,
        "source": lead.source, "since": lead.since.isoformat(),
    }  # fmt: skip
    return FoundRecord(Pointer("lead", lead.key), facts)


def _found_deal(deal: Deal) -> FoundRecord:
    facts = {
        "title": deal.title, "amount_cents": str(deal.amount_cents), "currency": deal.currency,
        "since": deal.since.isoformat(),
    }  # fmt: skip
    return FoundRecord(Pointer("deal", deal.key), facts)
