# Baton. `make` alone says what there is. Written so that the old make of macOS (3.81) understands it too.
SHELL := /bin/bash
.DEFAULT_GOAL := help

VENV := .venv
PY := $(VENV)/bin/python
BIN := $(VENV)/bin
PIP := $(PY) -m pip --disable-pip-version-check --no-input install -qq --root-user-action=ignore -c constraints.txt
MODEL := var/models/.trained
EXAMPLES := $(wildcard policies/company/examples/*.yml)
# What the database matters to, and of it what every test run looks at on PostgreSQL too.
GROUND := tests/core/test_engine.py tests/core/test_twice.py tests/core/test_ledger.py tests/guarantees/test_i13_at_most_once.py
SPINE := tests/core tests/workflows tests/guarantees tests/flows tests/contracts tests/commands tests/intake \
	tests/bot/test_two_faces.py tests/bot/test_database_away.py
# Three processes for the tests, since many of them wait; which come first, tests/conftest.py says.
BESIDE := -n 3 --dist loadfile --no-loadscope-reorder
# What a first start on an empty database lets in, so that there is something to see. `make run FIRST=` lets nothing in.
FIRST ?= samples

# The dependency lists of pyproject.toml, one name a line: the project itself is run from here and never installed.
LIST = $(PY) -c 'import sys, tomllib; p = tomllib.load(open("pyproject.toml", "rb"))["project"]; \
	print("\n".join(p["dependencies"] + [d for x in sys.argv[1:] for d in p["optional-dependencies"][x]]))'

.PHONY: help run test spine pages faults check fix train bench clean

help: ## Says what there is
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-7s %s\n", $$1, $$2 }' Makefile

run: $(VENV)/.installed $(MODEL) ## Sets up what is missing and starts Baton; without Slack tokens with a workspace of its own
	@exec $(PY) app.py run $(if $(FIRST),--first $(FIRST))

test: $(VENV)/.tested $(MODEL) ## Sets up what is missing and runs the tests; those of the ground on PostgreSQL too
	@$(PY) -m pytest $(BESIDE)
	@if $(PY) -c 'import sys; from tests.support.postgres import binaries; sys.exit(binaries() is None)'; then \
	  echo "The ground on PostgreSQL:" && $(PY) -m pytest $(BESIDE) --database postgresql $(GROUND); \
	else \
	  echo "PostgreSQL is not installed, so nothing was tested on it. Debian, Ubuntu: apt install postgresql"; \
	fi

spine: $(VENV)/.tested $(MODEL) ## Runs the whole spine on SQLite and on PostgreSQL, the slow tests too; about half an hour
	@$(PY) -m pytest $(BESIDE) -m "not bench" $(SPINE)
	@$(PY) -m pytest $(BESIDE) -m "not bench" --database postgresql $(SPINE)

pages: $(VENV)/.tested $(MODEL) ## Runs every test of the local workspace's page in Chromium, and how well the local model learns; five minutes
	@$(PY) -m pytest $(BESIDE) -m "not bench" tests/localslack tests/gateways/model

faults: $(VENV)/.tested $(MODEL) ## Kills processes and databases on purpose, for most of an hour, and prints what was lost or doubled
	@$(PY) -m tests.faults --database both --kills 200 --tasks 2000 --matrix

check: $(VENV)/.tested ## Style, types, floors and house rules
	@echo "ruff: style" && $(BIN)/ruff check .
	@echo "ruff: format" && $(BIN)/ruff format --check .
	@echo "mypy: types" && $(BIN)/mypy
	@echo "import-linter: floors" && $(BIN)/lint-imports --no-cache
	@echo "house rules" && $(PY) -m pytest -q tests/test_house_rules.py tests/test_floors.py

fix: $(VENV)/.tested ## Formats the code and mends what can be mended without thinking
	@$(BIN)/ruff check --fix-only .
	@$(BIN)/ruff format .

train: $(VENV)/.installed ## Trains the local model on the examples
	@rm -f $(MODEL)
	@$(MAKE) --no-print-directory $(MODEL)

bench: $(VENV)/.tested $(MODEL) ## Measures; checks nothing
	@$(PY) -m pytest -m bench -q -s tests/bench

clean: ## Removes the virtual environment and what tools left behind; your data in var/ stays
	@rm -rf $(VENV) .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

# What these make -------------------------------------------------------------------------------------------------------

$(PY):
	@for name in $(PYTHON) python3.13 python3.12 python3.11 python3; do \
	  if "$$name" -c 'import ensurepip, sys, venv; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; then \
	    echo "Making $(VENV) with $$("$$name" --version)."; \
	    rm -rf $(VENV) && exec "$$name" -m venv $(VENV); \
	  fi; \
	done; \
	echo "Baton needs Python 3.11, 3.12 or 3.13 with its venv module, and none was found." >&2; \
	echo "Debian, Ubuntu: apt install python3 python3-venv. macOS: brew install python@3.13." >&2; \
	echo "Or name one: make run PYTHON=/path/to/python" >&2; \
	exit 1

$(VENV)/.installed: $(PY) pyproject.toml constraints.txt
	@echo "Installing what Baton needs into $(VENV). The first time takes a minute or two."
	@$(LIST) > $(VENV)/needed.txt && $(PIP) -r $(VENV)/needed.txt
	@touch $@

$(VENV)/.tested: $(VENV)/.installed
	@echo "Installing what tests and checks need."
	@$(LIST) dev > $(VENV)/needed.txt && $(PIP) -r $(VENV)/needed.txt
	@touch $@

$(MODEL): $(EXAMPLES) $(wildcard gateways/model/*.py) | $(VENV)/.installed
	@echo "Training the local model on the examples. It takes a few seconds."
	@$(PY) app.py train
	@mkdir -p $(@D) && touch $@
