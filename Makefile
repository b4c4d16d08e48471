# make demo      register, list and load a model on real data, on a fresh registry
# make lab       JupyterLab on the quickstart
# make test      what CI runs
# make test-all  and the slow tests, the other frameworks, the lowest versions of the dependencies, the wheel alone
# make screenshots   pictures of every view: the read-me's in docs/images, the others in build/screenshots
# make bench     measure against other registries and bare files, and write benchmarks/RESULTS.md
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
# tests start some hundred processes: what the first compiled, the others read
unexport PYTHONDONTWRITEBYTECODE
# the lowest versions have wheels for the lowest Python only
LOWEST_PYTHON := $(shell for p in python3.11 python3 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
LOWEST := .venv-lowest
FRAMEWORKS := .venv-frameworks
PEERS := mlflow wandb bentoml modelstore pins safetensors
# of targets that run at once, each says at its end what it has to say, where make can do so
WHOLE := $(if $(filter output-sync,$(.FEATURES)),--output-sync=target)
CHROMIUM_TOOL := scripts/tool.sh chromium CHROMIUM chromium-browser google-chrome -- fonts-dejavu-core

.PHONY: demo lab test test-all lint types layers tests notebooks slow frameworks lowest wheel screenshots bench format clean

demo: $(VENV)/.demo
	$(BIN)/python scripts/demo.py

lab: $(VENV)/.lab
	scripts/lab.sh $(BIN)/jupyter

test: $(VENV)/.test
	$(MAKE) --no-print-directory -j 2 $(WHOLE) types notebooks lint layers
	$(MAKE) --no-print-directory tests

test-all: test
	$(MAKE) --no-print-directory slow
	$(MAKE) --no-print-directory frameworks
	$(MAKE) --no-print-directory lowest
	$(MAKE) --no-print-directory wheel

lint: $(VENV)/.test
	$(BIN)/validate-pyproject pyproject.toml
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/codespell

types: $(VENV)/.test
	$(BIN)/mypy

layers: $(VENV)/.test
	$(BIN)/lint-imports

tests: $(VENV)/.test
	scripts/tool.sh strace STRACE
	$(CHROMIUM_TOOL)
	$(BIN)/python -m pytest -n 3 --dist worksteal

slow: $(VENV)/.test
	scripts/tool.sh strace STRACE
	$(BIN)/python -m pytest -m slow

notebooks: $(VENV)/.test
	scripts/notebooks.sh $(BIN)/python

# models of libraries that are not in `.venv`; their warnings about each other are not ours to mend
frameworks: $(FRAMEWORKS)/.test
	KERAS_BACKEND=torch HF_HUB_OFFLINE=1 $(FRAMEWORKS)/bin/python -m pytest -n 2 -W default -p no:cacheprovider \
		tests/flavors/test_{keras,native,onnx,others,sentence_transformers,slices,spacy,suite,table,torch_program,transformers}.py \
		tests/capture/model tests/capture/metrics tests/verbs/test_register.py \
		tests/capture/data/test_fingerprints.py tests/capture/data/test_profiles.py

# warnings of old libraries about each other are not ours to mend
lowest: $(LOWEST)/.test
	$(LOWEST)/bin/python -m pytest -n 2 -W default -p no:cacheprovider \
		tests/registry tests/verbs tests/catalog tests/commands tests/magics tests/views tests/capture/data tests/test_*.py

wheel: $(VENV)/.made
	scripts/wheel.sh $(BIN)/python constraints.txt

screenshots: $(VENV)/.test
	$(CHROMIUM_TOOL)
	$(BIN)/python scripts/screenshots.py

bench: $(VENV)/.test $(PEERS:%=.venv-%/.made)
	$(CHROMIUM_TOOL)
	$(BIN)/python benchmarks/run.py --environments .

format: $(VENV)/.test
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:
	rm -rf $(VENV) $(FRAMEWORKS) $(LOWEST) $(PEERS:%=.venv-%) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache

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

# torch first, and by its exact version: what depends on it must not choose another build;
# pip compiles on one core, which takes twice as long (some packages bring files that no Python compiles)
$(VENV)/.test: $(VENV)/.made pyproject.toml constraints.txt
	$(PIP) --no-compile torch==2.13.0
	$(PIP) --no-compile -e '.[demo,lab,test]'
	$(BIN)/python -m compileall -qq -j 0 $(VENV)/lib || true
	touch $@

$(FRAMEWORKS)/.test: pyproject.toml constraints.txt
	@test -n "$(PYTHON)" || { echo "modelreg needs Python 3.11 or newer; none was found on PATH" >&2; exit 1; }
	test -e $(FRAMEWORKS)/bin/python || $(PYTHON) -m venv $(FRAMEWORKS)
	$(FRAMEWORKS)/bin/python -m pip install --quiet --disable-pip-version-check torch==2.13.0
	$(FRAMEWORKS)/bin/python -m pip install --quiet --disable-pip-version-check -e '.[demo,test,frameworks]'
	touch $@

$(LOWEST)/.test: pyproject.toml constraints-lowest.txt
	@test -n "$(LOWEST_PYTHON)" || { echo "make lowest needs Python 3.11; none was found on PATH" >&2; exit 1; }
	test -e $(LOWEST)/bin/python || $(LOWEST_PYTHON) -m venv $(LOWEST)
	PIP_CONSTRAINT=$(abspath constraints-lowest.txt) $(LOWEST)/bin/python -m pip install --quiet --disable-pip-version-check \
		-e '.[demo]' pytest pytest-timeout pytest-xdist hypothesis
	touch $@

# each as its users have it, apart from what it is compared with
$(PEERS:%=.venv-%/.made): .venv-%/.made: constraints-peers-%.txt
	@test -n "$(PYTHON)" || { echo "make bench needs Python 3.11 or newer; none was found on PATH" >&2; exit 1; }
	test -e .venv-$*/bin/python || $(PYTHON) -m venv .venv-$*
	PIP_CONSTRAINT=$(abspath constraints-peers-$*.txt) .venv-$*/bin/python -m pip install --quiet --disable-pip-version-check \
		-r constraints-peers-$*.txt
	touch $@
