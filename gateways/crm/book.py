"""The embedded CRM's records: found, made and changed within the transaction that the caller holds."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Row, Table, insert, select, update

from core.errors import BadInput
from core.moment import from_us
from gateways.addresses import usable_address, usable_phone
from gateways.crm.operations import Band, CreateLead, UpdateLead
from gateways.crm.tables import COMPANIES, CONTACTS, DEALS, LEADS, METADATA
from gateways.systems import Systems

# Endings of firms' names that say what kind of firm it is, not which; and the words that join them.
LEGAL = frozenset({
    "inc", "incorporated", "corp", "corporation", "co", "company", "llc", "llp", "lp", "ltd", "limited", "plc", "pty",
    "pte", "gmbh", "mbh", "ag", "kg", "ug", "ohg", "gbr", "ek", "eg", "ev", "sa", "sas", "sarl", "srl", "spa", "bv", "nv",
    "oy", "oyj", "ab", "as", "asa", "aps", "kk", "and", "und", "et",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Contact:
    """A person in the CRM."""

    key: str
    name: str
    email: str
    phone: str
    company: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Lead:
    """A lead in the CRM. `state` is open, withdrawn or closed."""

    key: str
    contact: Contact
    need: str
    urgency: str
    score: int
    band: Band
    source: str
    state: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Deal:
    """A deal in the CRM."""

    key: str
    title: str
    amount_cents: int
    currency: str
    since: datetime


def company_index_text(name: str) -> str:
    """A firm's name without case, marks and legal ending: `ACME Corp.` and `Acme Corporation, Inc` are one firm."""
    plain = unicodedata.normalize("NFKC", name).casefold().replace(".", "")
    words = re.sub(r"[^\w]+", " ", plain).split()
    kept = list(words)
    while len(kept) > 1 and kept[-1] in LEGAL:
        kept.pop()
    return " ".join(kept)


class CrmBook:
    """The records themselves. The team's own hand in the CRM (`add_*`, `close_lead`) is here too; no agent has it."""

    def __init__(self, systems: Systems, region: str = "US") -> None:
        self._systems = systems
        self._region = region
        systems.create(METADATA)

    # The team's own hand ---------------------------------------------------------------------------------------------

    def add_contact(self, name: str, email: str, phone: str = "", company: str = "") -> str:
        """The key of the contact with this address or number, new or known. Raises `BadInput` when neither is usable."""
        address, number = usable_address(email), self.phone(phone)
        if (email and not address) or (phone and not number) or not (address or number):
            raise BadInput("A contact needs a mail address or a phone number that can be reached.")
        with self._systems.writing() as connection:
            return self.contact_for(connection, name, address or "", number or "", company)

    def add_deal(self, contact: str, title: str, amount_cents: int, currency: str = "USD") -> str:
        """The key of a new open deal of this contact. `amount_cents` is in the smallest unit of `currency`."""
        key = self._systems.key("D")
        with self._systems.writing() as connection:
            self._insert(
                connection, DEALS, key, {"title": title},
                contact_id=contact, amount_cents=amount_cents, currency=currency, state="open",
                created_at_us=self._systems.now_us(),
            )  # fmt: skip
        return key

    def close_lead(self, lead: str) -> None:
        """The lead is done with: won as a deal, or lost."""
        with self._systems.writing() as connection:
            self.end_lead(connection, lead, "closed")

    # Contacts and companies ------------------------------------------------------------------------------------------

    def phone(self, text: str) -> str | None:
        """The number as `+14155550134`, or None."""
        return usable_phone(text, self._region)

    def find(self, connection: Connection, email: str, phone: str) -> Contact | None:
        """The contact with this address. A number alone finds one too, but never one who has another address: people of
        one office share a number."""
        if email:
            row = self._contact_row(connection, CONTACTS.c.email_index == self.email_index(email))
            if row is not None:
                return self._contact(connection, row)
        if phone:
            sharing = CONTACTS.c.phone_index == self._systems.cipher.blind("phone", phone)
            if email:
                sharing = sharing & CONTACTS.c.email_index.is_(None)
            row = self._contact_row(connection, sharing)
            if row is not None:
                return self._contact(connection, row)
        return None

    def contact(self, connection: Connection, key: str) -> Contact | None:
        """The contact with this key."""
        row = self._contact_row(connection, CONTACTS.c.id == key)
        return None if row is None else self._contact(connection, row)

    def contact_for(self, connection: Connection, name: str, email: str, phone: str, company: str) -> str:
        """The key of the contact with this address or number. A known one keeps what it has; only gaps are filled."""
        known = self.find(connection, email, phone)
        if known is None:
            key = self._systems.key("C")
            self._insert(
                connection, CONTACTS, key, {"name": name, "email": email, "phone": phone},
                email_index=self.email_index(email) if email else None,
                phone_index=self._systems.cipher.blind("phone", phone) if phone else None,
                company_id=self._company_for(connection, company) if company else None,
                created_at_us=self._systems.now_us(),
            )  # fmt: skip
            return key
        gaps: dict[str, str | None] = {}
        if email and not known.email:
            gaps |= self._systems.sealed(CONTACTS, known.key, email=email)
            gaps["email_index"] = self.email_index(email)
        if phone and not known.phone:
            gaps |= self._systems.sealed(CONTACTS, known.key, phone=phone)
            gaps["phone_index"] = self._systems.cipher.blind("phone", phone)
        if company and not known.company:
            gaps["company_id"] = self._company_for(connection, company)
        if gaps:
            connection.execute(update(CONTACTS).where(CONTACTS.c.id == known.key).values(gaps))
        return known.key

    def email_index(self, email: str) -> str:
        """How a mail address is looked up."""
        return self._systems.cipher.blind("mail", email)

    def company_name(self, connection: Connection, name: str) -> str:
        """The firm's name as the CRM already has it, else as given."""
        row = connection.execute(select(COMPANIES).where(COMPANIES.c.name_index == self._company_index(name))).first()
        return name if row is None else self._systems.opened(COMPANIES, row.id, "name", row.name)

    def _company_index(self, name: str) -> str:
        return self._systems.cipher.blind("company", company_index_text(name))

    def _company_for(self, connection: Connection, name: str) -> str:
        index = self._company_index(name)
        known = connection.execute(select(COMPANIES.c.id).where(COMPANIES.c.name_index == index)).scalar()
        if known is not None:
            return str(known)
        key = self._systems.key("F")
        self._insert(
            connection, COMPANIES, key, {"name": name}, name_index=index, created_at_us=self._systems.now_us()
        )  # fmt: skip
        return key

    def _contact_row(self, connection: Connection, where: ColumnElement[bool]) -> Row[tuple[object, ...]] | None:
        chosen = select(CONTACTS, COMPANIES.c.name.label("company_name")).outerjoin(COMPANIES)
        return connection.execute(chosen.where(where).order_by(CONTACTS.c.created_at_us).limit(1)).first()

    def _contact(self, connection: Connection, row: Row[tuple[object, ...]]) -> Contact:
        texts = {name: self._systems.opened(CONTACTS, row.id, name, getattr(row, name)) for name in _PERSON}
        firm = row.company_id and self._systems.opened(COMPANIES, row.company_id, "name", row.company_name)
        return Contact(key=row.id, company=firm or "", since=from_us(row.created_at_us), **texts)

    # Leads and deals -------------------------------------------------------------------------------------------------

    def lead(self, connection: Connection, key: str) -> Lead | None:
        """The lead with this key, whatever its state."""
        row = connection.execute(select(LEADS).where(LEADS.c.id == key)).first()
        return None if row is None else self._lead(connection, row)

    def open_leads(self, connection: Connection, contact: str) -> tuple[Lead, ...]:
        """The contact's open leads: one or none."""
        rows = connection.execute(select(LEADS).where(LEADS.c.contact_id == contact, LEADS.c.state == "open")).all()
        return tuple(self._lead(connection, row) for row in rows)

    def open_deals(self, connection: Connection, contact: str) -> tuple[Deal, ...]:
        """The contact's open deals, oldest first."""
        chosen = select(DEALS).where(DEALS.c.contact_id == contact, DEALS.c.state == "open")
        return tuple(
            Deal(
                row.id, self._systems.opened(DEALS, row.id, "title", row.title), row.amount_cents, row.currency,
                from_us(row.created_at_us),
            )
            for row in connection.execute(chosen.order_by(DEALS.c.created_at_us)).all()
        )  # fmt: skip

    def add_lead(self, connection: Connection, contact: str, lead: CreateLead) -> str:
        """The key of the new open lead."""
        key, now = self._systems.key("L"), self._systems.now_us()
        self._insert(
            connection, LEADS, key, {"need": lead.need, "urgency": lead.urgency, "source": lead.source},
            contact_id=contact, score=lead.score, band=lead.band, state="open", created_at_us=now, changed_at_us=now,
        )  # fmt: skip
        return key

    def change_lead(self, connection: Connection, change: UpdateLead) -> None:
        """Writes what the change names; the rest stays."""
        texts = {name: text for name, text in (("need", change.need), ("urgency", change.urgency)) if text}
        values: dict[str, object] = {**self._systems.sealed(LEADS, change.lead, **texts)}
        if change.score is not None:
            values |= {"score": change.score, "band": change.band}
        values["changed_at_us"] = self._systems.now_us()
        connection.execute(update(LEADS).where(LEADS.c.id == change.lead).values(values))

    def end_lead(self, connection: Connection, key: str, state: str) -> None:
        """Closes an open lead as `withdrawn` or `closed`."""
        ended = update(LEADS).where(LEADS.c.id == key, LEADS.c.state == "open")
        connection.execute(ended.values(state=state, changed_at_us=self._systems.now_us()))

    def _lead(self, connection: Connection, row: Row[tuple[object, ...]]) -> Lead:
        who = self._contact_row(connection, CONTACTS.c.id == row.contact_id)
        if who is None:
            raise BadInput(f"Lead {row.id} has no contact.")
        texts = {name: self._systems.opened(LEADS, row.id, name, getattr(row, name)) for name in _ABOUT}
        return Lead(
            key=row.id, contact=self._contact(connection, who), score=row.score, band=row.band, state=row.state,
            since=from_us(row.created_at_us), **texts,
        )  # fmt: skip

    def _insert(self, connection: Connection, table: Table, key: str, texts: dict[str, str], **values: object) -> None:
        connection.execute(insert(table).values(id=key, **self._systems.sealed(table, key, **texts), **values))

    def add_row(
        self, connection: Connection, table: Table, prefix: str, texts: dict[str, str], **values: object
    ) -> str:
        """The key of a new row of `table`, with `texts` sealed."""
        key = self._systems.key(prefix)
        self._insert(connection, table, key, texts, **values)
        return key


_PERSON = ("name", "email", "phone")
_ABOUT = ("need", "urgency", "source")
