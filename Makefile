# make demo      register, list and load a model on real data, on a fresh registry
# make lab       JupyterLab on the quickstart
# make test      what CI runs
# make test-all  and the slow tests, and the lowest versions of the dependencies
# Each target does its own set-up in .venv; the second time that takes a moment.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := test

PYTHON := $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
# build dependencies are pinned by the environment variable, not by an option
export PIP_CONSTRAINT := $(abspath constraints.txt)
LOWEST := .venv-lowest

.PHONY: demo lab test test-all lint types layers tests notebooks lowest format clean

demo: $(VENV)/.demo
	$(BIN)/python scripts/demo.py

lab: $(VENV)/.lab
	scripts/lab.sh $(BIN)/jupyter

test: $(VENV)/.test
	scripts/tool.sh strace STRACE
	$(MAKE) --no-print-directory lint types layers
	$(MAKE) --no-print-directory notebooks
	$(MAKE) --no-print-directory tests

test-all: test lowest
	$(BIN)/python -m pytest -m slow

lint: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/codespell

types: $(VENV)/.test
	$(BIN)/mypy

layers: $(VENV)/.test
	$(BIN)/lint-imports

tests: $(VENV)/.test
	$(BIN)/python -m pytest -n 2

notebooks: $(VENV)/.test
	scripts/notebooks.sh $(BIN)/python

lowest: $(LOWEST)/.test
	$(LOWEST)/bin/python -m pytest -n 2 tests/registry tests/verbs tests/catalog tests/commands tests/magics -W default

format: $(VENV)/.test
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:
	rm -rf .venv .venv-lowest .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache

$(VENV)/.made:
	@test -n "$(PYTHON)" || { echo "modelreg needs Python 3.11 or newer; none was found on PATH" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(PIP) --upgrade pip
	touch $@

$(VENV)/.demo: $(VENV)/.made pyproject.toml constraints.txt
	$(PIP) -e '.[demo]'
	touch $@

$(VENV)/.lab: $(VENV)/.made pyproject.toml constraints.txt
	$(PIP) -e '.[demo,lab]'
	touch $@

# torch first, and by its exact version: what depends on it must not choose another build
$(VENV)/.test: $(VENV)/.made pyproject.toml constraints.txt
	$(PIP) torch==2.13.0
	$(PIP) -e '.[demo,lab,test]'
	touch $@

$(LOWEST)/.test: pyproject.toml constraints-lowest.txt
	test -e $(LOWEST)/bin/python || $(PYTHON) -m venv $(LOWEST)
	PIP_CONSTRAINT=$(abspath constraints-lowest.txt) $(LOWEST)/bin/python -m pip install --quiet -e . \
		pytest pytest-timeout pytest-xdist hypothesis ipykernel nbclient scikit-learn
	touch $@
