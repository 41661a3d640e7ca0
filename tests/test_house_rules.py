"""The house rules hold in every file, and each of them catches what it is there for."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from tests.support import rules
from tests.support.rules import RULES, File, Rule

ROOT = Path(__file__).parents[1]
PACKAGES = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["root_packages"]
FILES = rules.read(ROOT, PACKAGES)

LONG_FILE = "x = 1\n" * 301
LONG_FUNCTION = "def f():\n" + "    x = 1\n" * 50


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_a_rule_holds_in_every_file(rule: Rule) -> None:
    faults = [f"{file.path}:{line}: {fault}" for file in FILES for line, fault in rule(file)]
    assert not faults, "\n".join([str(rule.__doc__), *faults])


def test_every_file_is_looked_at() -> None:
    assert {"app.py", "core/ledger.py", "policies/rules/authority.py", "gateways/mail/store.py"} <= {
        file.path for file in FILES
    }


BAD: list[tuple[Rule, str, str]] = [
    (rules.statements_are_run_by_the_ledger, "workflows/x.py", "connection.execute('delete from task')"),
    (rules.statements_are_run_by_the_ledger, "bot/x.py", "session.commit()"),
    (rules.statements_are_run_by_the_ledger, "commands/x.py", "with ledger.database.transaction() as c:\n    pass"),
    (rules.statements_are_run_by_the_ledger, "agents/x.py", "session.exec(select(Task))"),
    (rules.gateways_keep_off_the_ledgers_tables, "gateways/x.py", "from core.tables import Task"),
    (rules.gateways_keep_off_the_ledgers_tables, "gateways/x.py", "from core import sql"),
    (rules.providers_are_behind_the_doors, "agents/x.py", "import openai"),
    (rules.providers_are_behind_the_doors, "workflows/x.py", "def f():\n    from smtplib import SMTP"),
    (rules.the_clock_is_injected, "core/x.py", "now = datetime.now(UTC)"),
    (rules.the_clock_is_injected, "bot/x.py", "at = time.time()"),
    (rules.the_clock_is_injected, "bot/x.py", "default_factory = datetime.datetime.utcnow"),
    (rules.files_are_short, "core/x.py", LONG_FILE),
    (rules.functions_fit_on_a_screen, "core/x.py", LONG_FUNCTION),
    (rules.functions_fit_on_a_screen, "core/x.py", "async " + LONG_FUNCTION),
    (rules.money_is_never_a_float, "core/x.py", "amount: float"),
    (rules.money_is_never_a_float, "core/x.py", "def f(price_cents: float | None) -> None: ..."),
    (rules.money_is_never_a_float, "core/x.py", "limit_cents = 12.5"),
    (rules.money_is_never_a_float, "core/x.py", "f(cost=float(text))"),
    (rules.money_is_never_a_float, "core/x.py", "def spend_of(task: str) -> float: ..."),
    (rules.broad_excepts_say_why, "core/x.py", "try:\n    f()\nexcept Exception:\n    pass"),
    (rules.broad_excepts_say_why, "core/x.py", "try:\n    f()\nexcept:\n    pass"),
    (rules.broad_excepts_say_why, "core/x.py", "try:\n    f()\nexcept (ValueError, BaseException) as e:\n    log(e)"),
]
GOOD: list[tuple[Rule, str, str]] = [
    (rules.statements_are_run_by_the_ledger, "core/ledger.py", "connection.execute('begin')"),
    (rules.statements_are_run_by_the_ledger, "workflows/x.py", "self.door_out.execute(job, self)"),
    (rules.statements_are_run_by_the_ledger, "workflows/x.py", "ledger.rows('task.list', limit=5)"),
    (rules.gateways_keep_off_the_ledgers_tables, "gateways/x.py", "from gateways.crm.tables import LEADS"),
    (rules.gateways_keep_off_the_ledgers_tables, "workflows/x.py", "from core.tables import Task"),
    (rules.providers_are_behind_the_doors, "gateways/model/x.py", "import openai"),
    (rules.providers_are_behind_the_doors, "bot/x.py", "import slack_bolt"),
    (rules.the_clock_is_injected, "core/moment.py", "time.time_ns()"),
    (rules.the_clock_is_injected, "bot/x.py", "at = clock.now()\nstarted = time.monotonic()"),
    (rules.files_are_short, "core/tables.py", LONG_FILE),
    (rules.files_are_short, "core/x.py", "x = 1\n\n" * 300),
    (rules.functions_fit_on_a_screen, "core/x.py", LONG_FUNCTION.removesuffix("    x = 1\n")),
    (rules.money_is_never_a_float, "core/x.py", "amount_cents: int\nconfidence: float = 0.9\naccosted = 1.5"),
    (rules.broad_excepts_say_why, "core/x.py", "try:\n    f()\n# The outermost door.\nexcept Exception:\n    pass"),
    (rules.broad_excepts_say_why, "core/x.py", "try:\n    f()\nexcept BaseException:\n    undo()\n    raise"),
    (rules.broad_excepts_say_why, "core/x.py", "try:\n    f()\nexcept ValueError:\n    pass"),
]


def test_every_rule_has_samples_of_both_kinds() -> None:
    assert {rule for rule, _, _ in BAD} == {rule for rule, _, _ in GOOD} == set(RULES)


@pytest.mark.parametrize(("rule", "path", "text"), BAD)
def test_a_bad_sample_is_caught(rule: Rule, path: str, text: str) -> None:
    assert list(rule(File(path, text)))


@pytest.mark.parametrize(("rule", "path", "text"), GOOD)
def test_a_good_sample_passes(rule: Rule, path: str, text: str) -> None:
    assert not list(rule(File(path, text)))
