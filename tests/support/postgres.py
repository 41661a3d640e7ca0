"""A PostgreSQL for tests: a server of its own in a temporary folder, with a fresh database for whoever asks.

It is the real server; only its durability is off unless asked for, because a test that ends takes its disk along.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from tests.support.running import free_port

WITHIN_S = 60.0
WHY_NOT = "no PostgreSQL server is installed (Debian: apt install postgresql)"
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def binaries() -> Path | None:
    """The folder with `postgres` and `initdb`; None when no server is installed."""
    found = shutil.which("postgres")
    if found and Path(found).resolve().with_name("initdb").exists():
        return Path(found).resolve().parent
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[-3]))
    return installed[-1].parent if installed else None


@dataclass
class Server:
    """One cluster. `stop`, `kill` and `start` are what happens to it in a test; its data stays until `remove`."""

    folder: Path
    port: int
    settings: dict[str, str]
    _process: subprocess.Popen[bytes] | None = None
    _named: int = field(default=0)

    @property
    def owner(self) -> str | None:
        """Whom it runs as: PostgreSQL refuses to run as root."""
        return None if os.geteuid() else next(u.pw_name for u in pwd.getpwall() if u.pw_name in ("postgres", "nobody"))

    def url(self, database: str) -> str:
        """Where a database of this server is, as `BATON_DATABASE_URL` takes it."""
        return f"postgresql://postgres@127.0.0.1:{self.port}/{database}"

    def create(self, name: str = "", template: str = "template0") -> str:
        """A new database, empty or a copy; its address."""
        self._named += 1
        name = name or f"baton_{os.getpid()}_{self._named}"
        with psycopg.connect(self.url("postgres"), autocommit=True) as db:
            db.execute(f'create database "{name}" template "{template}"'.encode())
        return self.url(name)

    def drop(self, url: str) -> None:
        """Removes a database, whoever is connected to it."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as db:
            db.execute(f'drop database if exists "{url.rsplit("/", 1)[1]}" with (force)'.encode())

    def start(self) -> None:
        """Starts it and waits until it takes connections."""
        command = [str(_bin("postgres")), "-D", str(self.folder / "data"), "-p", str(self.port), "-k", str(self.folder)]
        for name, value in self.settings.items():
            command += ["-c", f"{name}={value}"]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log, user=self.owner, start_new_session=True)
        until = time.monotonic() + WITHIN_S
        while time.monotonic() < until:
            try:
                psycopg.connect(self.url("postgres"), connect_timeout=2).close()
            except psycopg.OperationalError:
                time.sleep(0.05)
            else:
                return
        raise RuntimeError(f"PostgreSQL did not start: {(self.folder / 'log').read_text()[-2000:]}")

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """SIGINT ends all sessions and stops (`fast`); SIGQUIT stops without writing anything more (`immediate`)."""
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(timeout=WITHIN_S)
            self._process = None

    def remove(self) -> None:
        """Stops it and removes its data."""
        self.stop(signal.SIGQUIT)
        shutil.rmtree(self.folder, ignore_errors=True)


def _bin(name: str) -> Path:
    folder = binaries()
    if folder is None:
        raise RuntimeError(WHY_NOT)
    return folder / name


def new_server(*, durable: bool = False, **settings: str) -> Server:
    """A new cluster that runs. `durable`: every commit is on the disk before it is answered, as in production."""
    folder = Path(tempfile.mkdtemp(prefix="baton-pg-"))
    server = Server(folder, free_port(), {
        "listen_addresses": "127.0.0.1", "max_connections": "300", "shared_buffers": "64MB",
        "logging_collector": "off", **({} if durable else FAST), **settings,
    })  # fmt: skip
    if server.owner:
        folder.chmod(0o755)
        shutil.chown(folder, server.owner)
    command = [
        str(_bin("initdb")),
        "-D",
        str(folder / "data"),
        "-U",
        "postgres",
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--no-sync",
    ]
    subprocess.run([*command, "--locale=C"], check=True, stdout=subprocess.DEVNULL, user=server.owner, cwd=folder)
    server.start()
    return server


@contextmanager
def postgres(*, durable: bool = False, **settings: str) -> Iterator[Server]:
    """A server for as long as the block lasts."""
    server = new_server(durable=durable, **settings)
    try:
        yield server
    finally:
        server.remove()
