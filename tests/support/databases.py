"""Which database a test's house gets: a file in its folder, or with `pytest --database postgresql` one of a server of its own."""

from __future__ import annotations

import atexit
import shutil
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg

from core.schema import bring_up_to_date
from core.settings import Settings
from tests.support.postgres import Server, new_server

CHOSEN = ["sqlite"]  # set by tests/conftest.py from the command line, before anything runs
TEMPLATE = "baton_template"
POLICIES = Path(__file__).parents[2] / "policies" / "company"


def on_postgres() -> bool:
    """Whether this run of the tests is one on PostgreSQL."""
    return CHOSEN[0] == "postgresql"


def database_of(folder: Path) -> str:
    """The database of the installation in `folder`; the same folder has the same one again, in another process too."""
    known = folder / "database.url"
    if known.exists():
        return known.read_text(encoding="utf-8")
    if not on_postgres():
        file = folder / "baton.db"
        if folder.exists() and not file.exists():
            shutil.copyfile(_empty(), file)
        return f"sqlite:///{file}"
    url = server().create(template=TEMPLATE)
    known.write_text(url, encoding="utf-8")
    return url


def dump(url: str) -> dict[str, bytes]:
    """Everything that lies in a database on PostgreSQL, table by table, as its bytes."""
    found = {}
    with psycopg.connect(url) as db:
        tables = db.execute(
            "select format('%I.%I', schemaname, tablename) from pg_tables"
            " where schemaname not in ('pg_catalog', 'information_schema')"
        ).fetchall()
        for (name,) in tables:
            with db.cursor().copy(f"copy {name} to stdout (format binary)".encode()) as rows:
                found[str(name)] = b"".join(bytes(part) for part in rows)
    return found


@lru_cache(maxsize=1)
def _empty() -> Path:
    """A file with all tables and nothing in them, made once for all tests of this process."""
    folder = TemporaryDirectory()
    atexit.register(folder.cleanup)
    bring_up_to_date(f"sqlite:///{folder.name}/baton.db")
    return Path(folder.name) / "baton.db"


@lru_cache(maxsize=1)
def server() -> Server:
    """The server of this process's tests; it ends with the process."""
    started = new_server()
    atexit.register(started.remove)
    _set_up(started.create(TEMPLATE))
    return started


def _set_up(url: str) -> None:
    """All that a first start makes, once for all tests."""
    from app import build  # noqa: PLC0415  this one needs the whole product, and most runs do not need this

    with TemporaryDirectory() as folder:
        house = build(Settings(database_url=url, key_file=Path(folder) / "key", policies=POLICIES))
        engine = house.engine("work")
        engine.start()
        engine.stop()
        with house.services.ledger.database.transaction() as connection:
            connection.run("worker.forget", {"age": -60_000_000})
        house.close()
