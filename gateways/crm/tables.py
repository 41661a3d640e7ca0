"""The embedded CRM's tables. Whatever names or describes a person is sealed; `*_index` columns find it again."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, MetaData, String, Table, Text

KEY = String(64)
METADATA = MetaData()

COMPANIES = Table(
    "companies", METADATA,
    Column("id", KEY, primary_key=True),
    Column("name", Text, nullable=False),
    Column("name_index", String(32), nullable=False, unique=True),
    Column("created_at_us", BigInteger, nullable=False),
)  # fmt: skip
CONTACTS = Table(
    "contacts", METADATA,
    Column("id", KEY, primary_key=True),
    Column("name", Text, nullable=False),
    Column("email", Text, nullable=False),
    Column("phone", Text, nullable=False),
    Column("email_index", String(32), unique=True),
    Column("phone_index", String(32), index=True),
    Column("company_id", KEY, ForeignKey(COMPANIES.c.id)),
    Column("created_at_us", BigInteger, nullable=False),
)  # fmt: skip
LEADS = Table(
    "leads", METADATA,
    Column("id", KEY, primary_key=True),
    Column("contact_id", KEY, ForeignKey(CONTACTS.c.id), nullable=False),
    Column("need", Text, nullable=False),
    Column("urgency", Text, nullable=False),
    Column("score", Integer, nullable=False),
    Column("band", String(16), nullable=False),
    Column("source", Text, nullable=False),
    Column("state", String(16), nullable=False),  # open, withdrawn, closed
    Column("created_at_us", BigInteger, nullable=False),
    Column("changed_at_us", BigInteger, nullable=False),
)  # fmt: skip
Index(
    "one_open_lead", LEADS.c.contact_id, unique=True,
    sqlite_where=LEADS.c.state == "open", postgresql_where=LEADS.c.state == "open",
)  # fmt: skip
DEALS = Table(
    "deals", METADATA,
    Column("id", KEY, primary_key=True),
    Column("contact_id", KEY, ForeignKey(CONTACTS.c.id), nullable=False, index=True),
    Column("title", Text, nullable=False),
    Column("amount_cents", BigInteger, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("state", String(16), nullable=False),  # open, won, lost
    Column("created_at_us", BigInteger, nullable=False),
)  # fmt: skip
ACTIVITIES = Table(
    "activities", METADATA,
    Column("id", KEY, primary_key=True),
    Column("contact_id", KEY, ForeignKey(CONTACTS.c.id), index=True),
    Column("summary", Text, nullable=False),
    Column("at_us", BigInteger, nullable=False),
)  # fmt: skip
TASKS = Table(
    "tasks", METADATA,
    Column("id", KEY, primary_key=True),
    Column("title", Text, nullable=False),
    Column("due", String(10), nullable=False),
    Column("role", String(200), nullable=False),
    Column("state", String(16), nullable=False),  # open, done
    Column("created_at_us", BigInteger, nullable=False),
)  # fmt: skip
