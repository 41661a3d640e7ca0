"""House rules that no linter knows, each a function from a file to its faults. `tests/test_house_rules.py` runs them."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

LINES_MAX, FUNCTION_MAX = 300, 50
LONG_FILES = frozenset({"core/tables.py", "core/sql.py"})  # one table of contents each
WRITTEN_ONCE = "core/migrations/versions/"

# The ledger's statements are run in two places. Setting the database up, and the embedded systems' own one, are apart from it.
RUNS_STATEMENTS = (
    "core/sqlite.py",
    "core/postgres.py",
    "core/workers.py",
    "core/marks.py",
    "core/engine_shared.py",
    "core/ledger.py",
    "core/schema.py",
    "core/places.py",
    "core/copying.py",
    "core/archive.py",
    "core/migrations/",
    "gateways/",
    "localslack/",
)
STATEMENT_CALLS = frozenset(
    {"commit", "execute", "executemany", "exec", "executescript", "exec_driver_sql", "transaction"}
)
LEDGERS_OWN = frozenset({"core.sql", "core.tables", "core.database", "core.databases", "core.sqlite", "core.postgres"})

PROVIDERS = frozenset({
    "openai", "httpx", "requests", "smtplib", "imaplib", "poplib", "stripe", "hubspot", "twilio", "googleapiclient", "boto3",
})  # fmt: skip
CLOCKS = frozenset({
    ("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today"), ("time", "time"), ("time", "time_ns"),
})  # fmt: skip
MONEY = re.compile(r"(^|_)(cents|microcents|amount|price|cost|money|dollars|usd|refund|spend|spent)(_|$)")


@dataclass(frozen=True)
class File:
    """A file of ours by its path from the root, or a sample that pretends to be one."""

    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @cached_property
    def lines(self) -> list[str]:
        return self.text.splitlines()

    def nodes(self, *kinds: type[ast.AST]) -> Iterator[ast.AST]:
        return (node for node in ast.walk(self.tree) if isinstance(node, kinds))

    def imports(self) -> Iterator[tuple[int, str]]:
        """Line and module of every import."""
        for node in self.nodes(ast.Import, ast.ImportFrom):
            if isinstance(node, ast.Import):
                yield from ((node.lineno, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                yield node.lineno, node.module
                yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


Rule = Callable[[File], Iterator[tuple[int, str]]]  # line and fault


def read(root: Path, packages: list[str]) -> list[File]:
    """Every Python file of the packages, and those beside them."""
    paths = [*root.glob("*.py"), *(path for package in packages for path in (root / package).rglob("*.py"))]
    return [File(path.relative_to(root).as_posix(), path.read_text(encoding="utf-8")) for path in sorted(paths)]


def statements_are_run_by_the_ledger(file: File) -> Iterator[tuple[int, str]]:
    """Only the ledger runs statements: what is written anywhere else is in no unit, and in no audit."""
    if file.path.startswith(RUNS_STATEMENTS):
        return
    for call in file.nodes(ast.Call):
        function = call.func if isinstance(call, ast.Call) else None
        if (
            isinstance(function, ast.Attribute)
            and function.attr in STATEMENT_CALLS
            and _last(function.value) != "door_out"
        ):
            yield function.lineno, f"calls {function.attr}; write through core.ledger, read through its statements"


def gateways_keep_off_the_ledgers_tables(file: File) -> Iterator[tuple[int, str]]:
    """An embedded system has a database of its own, as a vendor has."""
    if not file.path.startswith("gateways/"):
        return
    for line, module in file.imports():
        if any(module == one or module.startswith(f"{one}.") for one in LEDGERS_OWN):
            yield line, f"imports {module}; a system keeps its own tables"


def providers_are_behind_the_doors(file: File) -> Iterator[tuple[int, str]]:
    """Whoever imports a provider's client can act past the door out."""
    if file.path.startswith(("gateways/", "localslack/")):
        return
    for line, module in file.imports():
        if module.partition(".")[0] in PROVIDERS:
            yield line, f"imports {module}; only gateways know providers"


def the_clock_is_injected(file: File) -> Iterator[tuple[int, str]]:
    """What asks the machine for the time cannot be tested, nor replayed."""
    if file.path == "core/moment.py" or file.path.startswith("localslack/"):
        return
    for node in file.nodes(ast.Attribute):
        if isinstance(node, ast.Attribute) and (_last(node.value), node.attr) in CLOCKS:
            yield node.lineno, f"asks {_last(node.value)}.{node.attr}; ask the injected Clock"


def files_are_short(file: File) -> Iterator[tuple[int, str]]:
    """A file that grew past this has two subjects. Blank lines are free."""
    count = sum(bool(line.strip()) for line in file.lines)
    if count > LINES_MAX and file.path not in LONG_FILES and not file.path.startswith(WRITTEN_ONCE):
        yield 1, f"has {count} lines that are not blank; {LINES_MAX} are allowed"


def functions_fit_on_a_screen(file: File) -> Iterator[tuple[int, str]]:
    """A function is read in one look, or not understood. What its docstring says is free."""
    if file.path.startswith(WRITTEN_ONCE):
        return
    for node in file.nodes(ast.FunctionDef, ast.AsyncFunctionDef):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            docstring = (ast.get_docstring(node, clean=False) or "").count("\n")
            length = (node.end_lineno or node.lineno) - node.lineno + 1 - docstring
            if length > FUNCTION_MAX:
                yield node.lineno, f"{node.name} has {length} lines; {FUNCTION_MAX} are allowed"


def money_is_never_a_float(file: File) -> Iterator[tuple[int, str]]:
    """Cents are counted. What is a float cannot be added up."""
    if file.path.startswith("localslack/"):
        return  # it knows the numbers of forms, and no money
    for node in ast.walk(file.tree):
        name, given = _named(node)
        if name and given is not None and MONEY.search(name.lower()) and _is_float(given):
            yield given.lineno, f"{name} is a float; money is whole cents"


def broad_excepts_say_why(file: File) -> Iterator[tuple[int, str]]:
    """Catching everything hides everything, so the line above says why it is right here. Raising it again needs no reason."""
    for node in file.nodes(ast.ExceptHandler):
        if not isinstance(node, ast.ExceptHandler) or not _is_broad(node):
            continue
        last = node.body[-1]
        if isinstance(last, ast.Raise) and last.exc is None:
            continue
        if not file.lines[node.lineno - 2].lstrip().startswith("#"):
            yield node.lineno, "catches everything; the line above must say why"


RULES: tuple[Rule, ...] = (
    statements_are_run_by_the_ledger, gateways_keep_off_the_ledgers_tables, providers_are_behind_the_doors, the_clock_is_injected,
    files_are_short, functions_fit_on_a_screen, money_is_never_a_float, broad_excepts_say_why,
)  # fmt: skip


def _last(node: ast.expr) -> str:
    """The last name of a dotted expression."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _named(node: ast.AST) -> tuple[str, ast.expr | None]:
    """The name that gets a type or a value, and that type or value."""
    match node:
        case ast.AnnAssign(target=target, annotation=annotation):
            return _last(target), annotation
        case ast.arg(arg=name, annotation=annotation):
            return name, annotation
        case ast.keyword(arg=name, value=value):
            return name or "", value
        case ast.Assign(targets=[target], value=value):
            return _last(target), value
        case ast.FunctionDef(name=name, returns=returns):
            return name, returns
        case _:
            return "", None


def _is_float(node: ast.expr) -> bool:
    match node:
        case ast.Name(id="float"):
            return True
        case ast.Constant(value=float()):
            return True
        case ast.Call(func=ast.Name(id="float")):
            return True
        case ast.BinOp(left=left, right=right):  # float | None, or a sum with one
            return _is_float(left) or _is_float(right)
        case _:
            return False


def _is_broad(node: ast.ExceptHandler) -> bool:
    caught = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
    return any(one is None or _last(one) in ("Exception", "BaseException") for one in caught)
