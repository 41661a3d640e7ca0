"""`backup FILE`: everything that Baton keeps, in one file, also while it runs."""

from __future__ import annotations

import argparse
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from commands.context import CommandContext, Installation
from commands.verb import Answer
from commands.words import count, utc
from core import archive, copying
from core.archive import Manifest, path_of
from core.audit import Verified
from core.errors import BadInput
from core.moment import from_us, to_us
from core.places import counts, rows_at
from core.ports import Member
from core.schema import HEAD
from core.settings import VERSION, Settings

FOLDER = ".baton-"  # what a backup or a restore is put together in, beside its file


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE")


def run(context: CommandContext, options: argparse.Namespace, by: Member | None) -> Answer:
    """What is in the file, and what is not: the key."""
    file, settings = Path(options.file), context.settings
    if file.exists():
        raise BadInput(f"{file} is there already. Name a new file; a backup overwrites nothing.")
    if not rows_at(settings.database_url):
        raise BadInput("There is nothing to back up yet.")
    with workbench(file.parent) as folder, context.installations.open(settings) as here:
        manifest, found = _written(context, here, folder, folder / file.name)
        if file.exists():
            raise BadInput(f"{file} came into being meanwhile, and is left as it is.")
        (folder / file.name).rename(file)
    return _said(file, settings, manifest, found)


@contextmanager
def workbench(parent: Path) -> Iterator[Path]:
    """A folder for our eyes only, gone at the end. Raises `BadInput` when there is no room or no right."""
    try:
        with TemporaryDirectory(dir=parent, prefix=FOLDER) as folder:
            yield Path(folder)
    except OSError as error:
        raise BadInput(f"{parent} cannot be written to: {error.strerror}. Nothing was changed.") from error
    except sqlite3.Error as error:
        raise BadInput(f"{parent} cannot be written to: {error}. Nothing was changed.") from error


def _written(context: CommandContext, here: Installation, folder: Path, file: Path) -> tuple[Manifest, Verified]:
    """The ledger first: what the embedded systems have later is not lost, and what they lacked would be."""
    old, copy = context.settings, archive.staged(context.settings, folder)
    points, taken_at = here.services.ledger.anchor.points(), context.clock.now()
    if old.on_sqlite:
        archive.copy_file(path_of(old.database_url), path_of(copy.database_url))
        archive.copy_file(path_of(old.systems_url), path_of(copy.systems_url))
    with context.installations.open(copy) as there:
        if not old.on_sqlite:
            copying.copy(here.place, there.place, lambda _lines, _head: None, still=False)
        there.services.ledger.anchor.take_over(points)
        found = there.services.verify()
        manifest = _manifest(here, there, taken_at, found)
    archive.pack(folder, file, manifest, here.services.ledger.cipher)
    return manifest, found


def _manifest(here: Installation, there: Installation, taken_at: datetime, found: Verified) -> Manifest:
    services = here.services
    return Manifest(
        format=archive.FORMAT, baton=VERSION, revision=HEAD, database="sqlite" if services.settings.on_sqlite else "postgresql",
        key_id=services.ledger.cipher.key_id, policy=services.policy().version, taken_at=to_us(taken_at), audit_seq=found.rows,
        audit_hash=found.head, rows=counts(there.place), files={},
    )  # fmt: skip


def _said(file: Path, settings: Settings, manifest: Manifest, found: Verified) -> Answer:
    size = file.stat().st_size
    data = {"file": str(file), "bytes": size, "taken_at": from_us(manifest.taken_at).isoformat(), "rows": manifest.rows,
            "audit_lines": found.rows, "faults": list(found.faults)}  # fmt: skip
    lines = [
        f"{file}: {count(sum(manifest.rows.values()), 'row')} as of {utc(from_us(manifest.taken_at))}, {size / 1e6:.1f} MB.",
        f"The record: {count(found.rows, 'line')}, {'NOT as it was written' if found.faults else 'unbroken'}.",
        *(f"  {fault}" for fault in found.faults[:5]),
        f"The key is not in it. Keep {settings.key_file} apart from it: without it nobody can read this backup, you neither.",
    ]
    return Answer("\n".join(lines), data)
