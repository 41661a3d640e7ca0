"""The embedded mail system's tables. Addresses, names and words are sealed; `*_index` columns find them again."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, MetaData, String, Table, Text

KEY = String(64)
INDEX = String(32)
DIGEST = String(64)
METADATA = MetaData()

THREADS = Table(
    "threads", METADATA,
    Column("id", KEY, primary_key=True),
    Column("address", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("address_index", INDEX, nullable=False, index=True),
    Column("reply_token", INDEX, nullable=False, unique=True),
    Column("opened_at_us", BigInteger, nullable=False),
)  # fmt: skip
INBOX = Table(
    "inbox", METADATA,
    Column("id", KEY, primary_key=True),
    Column("thread_id", KEY, ForeignKey(THREADS.c.id), nullable=False, index=True),
    Column("source_index", INDEX, nullable=False, unique=True),
    Column("message_index", INDEX, nullable=False, index=True),
    Column("message_id", Text, nullable=False),
    Column("sender", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("raw", Text, nullable=False),
    Column("raw_sha256", DIGEST, nullable=False),
    Column("at_us", BigInteger, nullable=False),
)  # fmt: skip
OUTBOX = Table(
    "outbox", METADATA,
    Column("id", KEY, primary_key=True),  # the effect's id: one mail for each, whatever happens
    Column("thread_id", KEY, ForeignKey(THREADS.c.id), nullable=False, index=True),
    Column("message_index", INDEX, nullable=False, unique=True),
    Column("message_id", Text, nullable=False),
    Column("message_class", String(16), nullable=False),
    Column("template", KEY, nullable=False),
    Column("subject", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("raw", Text, nullable=False),
    Column("raw_sha256", DIGEST, nullable=False),
    Column("at_us", BigInteger, nullable=False),
)  # fmt: skip
SUPPRESSIONS = Table(
    "suppressions", METADATA,
    Column("id", KEY, primary_key=True),
    Column("person_index", INDEX, nullable=False, index=True),
    Column("address", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("scope", String(16), nullable=False),  # all, marketing
    Column("at_us", BigInteger, nullable=False),
    Column("lifted_at_us", BigInteger),
)  # fmt: skip
