"""Which of the two databases an address means."""

from __future__ import annotations

from core.database import Database
from core.errors import BadSettings
from core.sqlite import PREFIX, SqliteDatabase


def open_database(url: str) -> Database:
    """The database at `sqlite:///FILE` or `postgresql://…`. Raises `BadSettings` for any other address."""
    if url.startswith(PREFIX):
        return SqliteDatabase(url)
    if url.startswith(("postgresql://", "postgres://")):
        from core.postgres import PostgresDatabase  # noqa: PLC0415  its driver is loaded only where it is used

        return PostgresDatabase(url)
    raise BadSettings(f"BATON_DATABASE_URL is {url.split('@')[-1]!r}; it must be sqlite:///FILE or postgresql://…")
