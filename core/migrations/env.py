"""Alembic's environment: runs over the connection that `core.schema` hands it."""

from alembic import context
from sqlmodel import SQLModel

import core.tables  # noqa: F401  registers the tables

OURS = frozenset(SQLModel.metadata.tables)


def ours(thing: object, name: str | None, kind: str, _reflected: bool, _compared: object) -> bool:
    """Only our own tables: an engine may keep its own beside them."""
    return kind != "table" or name in OURS


connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=SQLModel.metadata, include_object=ours, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
