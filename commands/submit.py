"""`submit PATH …`: lets mails, forms and chat messages in from files.

Beside a running Baton it only writes what came in, and the runner takes it up. With none running it does the work and leaves.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from commands.context import CommandContext, Input
from commands.verb import FAILED, Answer
from core.errors import BadInput
from core.ports import Member
from workflows.opening import Opened

SOURCES = {".eml": "mail", ".json": "form", ".txt": "chat"}
BYTES_MAX = 25 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Let:
    """What came of one input: a task and how it got there, or what is wrong and what to do."""

    path: str
    number: int  # in its file, from 1; 0: the file as a whole
    task: str = ""
    status: str = ""  # new, joined, known
    error: str = ""

    @property
    def line(self) -> str:
        where = f"{self.path}, {self.number}" if self.number > 1 else self.path
        return f"{where}: {self.error}" if self.error else f"{where}: {self.task} {self.status}"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", nargs="+", metavar="PATH")
    parser.add_argument("--source", choices=sorted(set(SOURCES.values())), default="")
    parser.add_argument("--lines", action="store_true", help="one chat message a line")


def run(context: CommandContext, options: argparse.Namespace, by: Member | None) -> Answer:
    """A line for each input. One that cannot be used does not hold up the others."""
    found = [let for path in options.paths for let in _submit(context, Path(path), options)]
    came_in = any(let.task for let in found)
    ran = context.run_until_rest() if came_in else False
    lines = [let.line for let in found]
    if came_in:
        lines.append(
            "All is at rest: what is left waits for people." if ran else "Baton is running, and takes them up now."
        )
    failed = any(let.error for let in found)
    data = {"inputs": [asdict(let) for let in found], "ran": ran}
    return Answer("\n".join(lines), data, exit_code=FAILED if failed else 0)


def _submit(context: CommandContext, path: Path, options: argparse.Namespace) -> Iterator[Let]:
    try:
        files = _files(path)
    except BadInput as error:
        yield Let(str(path), 0, error=str(error))
        return
    for file in files:
        try:
            inputs = context.inputs(_source(file, options.source), _read(file), options.lines)
        except BadInput as error:
            yield Let(str(file), 0, error=str(error))
            continue
        yield from (_let_in(file, number, one) for number, one in enumerate(inputs, start=1))


def _let_in(file: Path, number: int, one: Input) -> Let:
    try:
        opened = one()
    except BadInput as error:
        return Let(str(file), number, error=str(error))
    return Let(str(file), number, str(opened.task_id), _status(opened))


def _status(opened: Opened) -> str:
    if not opened.is_new:
        return "known"
    return "joined" if opened.joined else "new"


def _files(path: Path) -> list[Path]:
    """The file, or all files of the folder. Hidden ones are no inputs."""
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise BadInput("There is no such file or folder.")
    files = sorted(file for file in path.rglob("*") if file.is_file() and not _hidden(file.relative_to(path)))
    if not files:
        raise BadInput("The folder is empty.")
    return files


def _hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)


def _source(file: Path, said: str) -> str:
    source = said or SOURCES.get(file.suffix.lower(), "")
    if not source:
        raise BadInput("What kind of file is this? Say --source mail, form or chat; .eml, .json and .txt are known.")
    return source


def _read(file: Path) -> bytes:
    try:
        if file.stat().st_size > BYTES_MAX:
            raise BadInput(f"The file is over {BYTES_MAX // 1024 // 1024} MB. Send it in parts.")
        return file.read_bytes()
    except OSError as error:
        raise BadInput(f"The file cannot be read: {error.strerror}.") from error
