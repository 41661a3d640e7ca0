"""Where a measurement takes place: a folder on the disk that is measured, and the database in it or beside it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import psutil

from tests.bench.bare import Bare, BarePostgres, BareSqlite
from tests.support.postgres import Server, postgres

Kind = Literal["sqlite", "postgresql"]


@dataclass(frozen=True)
class Stage:
    """One measurement's place. `url` is empty on SQLite: the house puts its file into its own folder."""

    folder: Path
    url: str = ""
    server: Server | None = None

    @property
    def home(self) -> Path:
        """The folder of the house that is measured; it finds the database by what lies in it."""
        place = self.folder / "baton"
        place.mkdir(exist_ok=True)
        if self.url:
            (place / "database.url").write_text(self.url, encoding="utf-8")
        return place

    def bare(self) -> Bare:
        """What is measured beside Baton, in the same database."""
        return BarePostgres(self.url) if self.url else BareSqlite(self.folder)

    def server_cpu_s(self) -> float:
        """Processor seconds that the server and all its sessions have used by now; 0 on SQLite."""
        if self.server is None:
            return 0.0
        main = psutil.Process(int((self.server.folder / "data" / "postmaster.pid").read_text().split()[0]))
        used = 0.0
        for process in (main, *main.children()):
            try:
                times = process.cpu_times()
            except psutil.NoSuchProcess:
                continue
            used += times.user + times.system
        ended = main.cpu_times()
        return used + ended.children_user + ended.children_system


@contextmanager
def stage(kind: Kind, folder: Path) -> Iterator[Stage]:
    """A place in `folder`, which is left as it was found. The server is durable: a commit is on the disk when it is answered; its
    data lies in the system's temporary folder (`TMPDIR`), which should be on a disk."""
    with tempfile.TemporaryDirectory(dir=folder) as place:
        if kind == "sqlite":
            yield Stage(Path(place))
            return
        with postgres(durable=True) as server:
            yield Stage(Path(place), server.create(), server)
