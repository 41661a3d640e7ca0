"""Every contract of import-linter is proven by breaking it: a rule that nothing can break holds nothing.

The packages are copied to a temporary folder, one import is planted in a file of its own, and the contract that forbids it must
be reported as broken, by its name. The clean tree keeps them all.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LINT = Path(sys.executable).with_name("lint-imports")
CONFIG = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
NAMES = {contract["id"]: contract["name"] for contract in CONFIG["contracts"]}

# For each contract: where something is planted, and what.
PLANTED = {
    "floors": [
        ("core", "import policies.schema"),
        ("policies", "import agents.base"),
        ("agents", "import gateways.registry"),
        ("gateways", "import agents.base"),
        ("workflows", "import bot.desk"),
        ("bot", "import intake.http"),
        ("intake", "import commands.table"),
        ("commands", "import bot.desk"),
    ],
    "specialists": [("agents/specialists", "import agents.specialists.support")],
    "outside": [("agents", "import httpx"), ("agents", "import socket"), ("policies", "import sqlmodel")],
    "slack": [("intake", "import slack_sdk"), ("workflows", "import slack_bolt"), ("commands", "import slack_sdk.web")],
    "rows": [("agents", "import core.ledger"), ("policies", "import core.tables"), ("agents", "import core.sql")],
    "faces": [("bot", "import gateways.registry"), ("commands", "import agents.base")],
    "localslack-imports": [("localslack", "import core.errors")],
    "localslack-imported": [("bot", "import localslack"), ("core", "import localslack")],
}


def lint(folder: Path) -> tuple[int, set[str]]:
    """Runs import-linter as `make check` does; its exit code and the names of the contracts that it calls broken."""
    ran = subprocess.run([LINT, "--no-cache"], cwd=folder, capture_output=True, text=True, check=False)
    broken = {name for name in NAMES.values() if re.search(rf"^{re.escape(name)} BROKEN", ran.stdout, re.MULTILINE)}
    assert "Contracts" in ran.stdout, ran.stdout + ran.stderr
    return ran.returncode, broken


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The packages with their configuration, apart from the real tree."""
    folder = tmp_path_factory.mktemp("tree")
    shutil.copy(ROOT / "pyproject.toml", folder)
    for package in CONFIG["root_packages"]:
        shutil.copytree(
            ROOT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__", "company", "page")
        )
    return folder


def test_the_clean_tree_keeps_every_contract(tree: Path) -> None:
    assert lint(tree) == (0, set())


def test_every_contract_has_something_planted_against_it() -> None:
    assert set(PLANTED) == set(NAMES)


@pytest.mark.parametrize(("contract", "package", "line"), [
    (contract, package, line) for contract, plants in PLANTED.items() for package, line in plants
])  # fmt: skip
def test_a_planted_import_breaks_its_contract(tree: Path, contract: str, package: str, line: str) -> None:
    planted = tree / package / "planted.py"
    planted.write_text(f"{line}\n", encoding="utf-8")
    try:
        code, broken = lint(tree)
    finally:
        planted.unlink()
    assert code == 1
    assert NAMES[contract] in broken
