"""A backup: one file that holds both databases of an installation, the anchor of its record, and what they are.

It is a tar of SQLite files, whatever the database was, so that it can be restored to either kind. Personal data stays sealed,
as it lies in the database; the key is not in it. Its manifest is signed with that key, and names every file's digest.
"""

from __future__ import annotations

import hashlib
import io
import os
import sqlite3
import tarfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import IO, Any

import orjson

from core.crypto import Cipher
from core.errors import BadInput, Bug
from core.settings import Settings

FORMAT = 1
MANIFEST = "manifest.json"
LEDGER, SYSTEMS, ANCHOR, HISTORY = "ledger.db", "ledger-systems.db", "ledger.anchor", "ledger.history"
FILES = (LEDGER, SYSTEMS, ANCHOR, HISTORY)
MANIFEST_MOST = 1 << 20  # bytes
_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds. Its names are a frozen wire format."""

    format: int
    baton: str  # the version of Baton that wrote it
    revision: str  # of the schema
    database: str  # the kind it was made from: sqlite, postgresql
    key_id: str
    policy: str  # the version of the rules that held
    taken_at: int  # UTC microseconds; nothing later is in it
    audit_seq: int
    audit_hash: str
    rows: dict[str, int]
    files: dict[str, str]  # name and SHA-256


def staged(settings: Settings, folder: Path) -> Settings:
    """The settings of the installation that is put together, or laid out, in `folder`."""
    return replace(settings, database_url=f"sqlite:///{folder / LEDGER}")


def copy_file(source: Path, target: Path) -> None:
    """One moment of a SQLite database, also of one that is written to meanwhile. What was deleted is not in the copy."""
    connection = sqlite3.connect(f"{source.absolute().as_uri()}?mode=rw", uri=True, timeout=10.0)
    try:
        connection.execute("VACUUM INTO ?", (str(target),))
    finally:
        connection.close()


def pack(folder: Path, file: Path, manifest: Manifest, cipher: Cipher) -> None:
    """Writes the backup of what lies in `folder` to `file`, which only its owner can read. All of it is on the disk then."""
    there = [name for name in FILES if (folder / name).exists()]
    if any((folder / f"{name}-wal").exists() and (folder / f"{name}-wal").stat().st_size for name in there):
        raise Bug("a database that goes into a backup was not closed: its last commits lie beside it")
    manifest = replace(manifest, files={name: _digest(folder / name) for name in there})
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as raw:
        with tarfile.open(fileobj=raw, mode="w", format=tarfile.PAX_FORMAT) as tar:
            said = orjson.dumps(asdict(manifest), option=orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2)
            text = orjson.dumps({"manifest": said.decode(), "signature": _signature(cipher, said)})
            tar.addfile(_member(MANIFEST, len(text)), io.BytesIO(text))
            for name in there:
                with (folder / name).open("rb") as content:
                    tar.addfile(_member(name, (folder / name).stat().st_size), content)
        raw.flush()
        os.fsync(raw.fileno())


def unpack(file: Path, folder: Path, cipher: Cipher) -> Manifest:
    """Lays a backup out in `folder`. Raises `BadInput` when it is none, has another key, or is not as it was written."""
    try:
        with tarfile.open(file, "r:") as tar:
            members = {member.name: member for member in tar if member.isfile()}
            manifest = _manifest(tar, members, cipher)
            for name, digest in manifest.files.items():
                if name not in FILES or name not in members or _extract(tar, members[name], folder / name) != digest:
                    raise BadInput(f"{file} is damaged: {name} is not what was written. Take another backup.")
    except (tarfile.TarError, EOFError) as error:
        raise BadInput(f"{file} is no backup of Baton, or was cut off.") from error
    except OSError as error:
        raise BadInput(f"{file} cannot be read: {error.strerror}.") from error
    return manifest


def put_in_place(folder: Path, settings: Settings, systems: bool) -> None:
    """Puts the installation that lies in `folder` where `settings` say; nothing lies there any more. The ledger comes last.

    `systems`: the embedded systems' database too."""
    places = {
        SYSTEMS: path_of(settings.systems_url), ANCHOR: settings.anchor, HISTORY: settings.anchor.with_suffix(".history"),
        LEDGER: path_of(settings.database_url),
    }  # fmt: skip
    for name, target in places.items():
        if (folder / name).exists() and (systems or name != SYSTEMS):
            (folder / name).rename(target)
    descriptor = os.open(settings.anchor.parent, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def set_aside(paths: Iterable[Path], at: datetime) -> Iterator[tuple[Path, ...]]:
    """Gives what lies there a name with the time, such as `baton.before-20261124-150000.db`; those names come back. When the
    block fails it is all put back.

    A database of SQLite takes along what belongs to it."""
    moved: list[tuple[Path, Path]] = []
    try:
        for path in paths:
            for end in ("", "-wal", "-shm"):
                old = path.with_name(path.name + end)
                if old.exists():
                    new = path.with_name(f"{path.stem}.before-{at:%Y%m%d-%H%M%S}{path.suffix}{end}")
                    if new.exists():
                        raise BadInput(f"{new} is there already. Wait a second, and try again.")
                    old.rename(new)
                    moved.append((old, new))
        yield tuple(new for old, new in moved if not old.name.endswith(("-wal", "-shm")))
    except BaseException:  # also at Ctrl-C: half a set of files is no installation
        for old, new in reversed(moved):
            new.replace(old)
        raise


def path_of(url: str) -> Path:
    """The file of a SQLite database."""
    return Path(url.removeprefix("sqlite:///"))


def _manifest(tar: tarfile.TarFile, members: dict[str, tarfile.TarInfo], cipher: Cipher) -> Manifest:
    member = members.get(MANIFEST)
    content = tar.extractfile(member) if member and member.size <= MANIFEST_MOST else None
    if content is None:
        raise BadInput("This file is no backup of Baton.")
    try:
        outer = orjson.loads(content.read())
        said = str(outer["manifest"])
        found: dict[str, Any] = orjson.loads(said)
        key_id, version = str(found["key_id"]), int(found["format"])
    except (ValueError, KeyError, TypeError) as error:
        raise BadInput("This file is no backup of Baton.") from error
    if key_id != cipher.key_id:
        raise BadInput(
            f"This backup was written with another key than the one in BATON_KEY_FILE: with key {key_id}, and that is "
            f"{cipher.key_id}. Put its own key there; without it nobody can read what is in it."
        )
    if _signature(cipher, said.encode()) != outer["signature"]:
        raise BadInput("This backup's list of contents was changed. Take another backup.")
    if version > FORMAT:
        raise BadInput(f"This backup was written by a newer Baton ({found.get('baton')}). Restore it with that one.")
    return Manifest(**found)


def _signature(cipher: Cipher, said: bytes) -> str:
    return cipher.sign(f"backup\n{said.decode()}")


def _member(name: str, size: int) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.size, member.mode = size, 0o600
    return member


def _extract(tar: tarfile.TarFile, member: tarfile.TarInfo, target: Path) -> str:
    """The digest of what was written to `target`; the archive's own idea of where it belongs does not count."""
    content = tar.extractfile(member)
    if content is None:
        return ""
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        return _pour(content, file)


def _digest(path: Path) -> str:
    with path.open("rb") as content:
        return _pour(content, None)


def _pour(content: IO[bytes], into: IO[bytes] | None) -> str:
    """Reads all of it, piece by piece; its SHA-256."""
    digest = hashlib.sha256()
    while piece := content.read(_PIECE):
        digest.update(piece)
        if into is not None:
            into.write(piece)
    return digest.hexdigest()
