# Two commands are enough: `make demo` and `make test`. Both install what they need.

PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
RUN    := $(VENV)/.installed
DEV    := $(VENV)/.installed-dev
PIP    := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: help install demo run test check fix bench chaos lock clean

help:  ## this list
	@awk -F':.*## ' '/^[a-z-]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: $(RUN)  ## what is needed to run, into .venv, from the locked hashes

demo: $(RUN)  ## watch a simulated DSO-LV and serve the page (ARGS="--fast")
	$(BIN)/ketenwacht demo $(ARGS)

run: $(RUN)  ## watch the real DSO-LV from the shipped catalogue
	$(BIN)/ketenwacht run $(ARGS)

test: check  ## linters, types, import rules and all tests, those of many seconds first
	$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder $(ARGS)

check: $(DEV)  ## linters, types, import rules, migrations
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m monitor.storage.migrations

fix: $(DEV)  ## what a linter can mend by itself
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(DEV)  ## speed and memory, as ratios within one run
	$(BIN)/python -m benchmarks

chaos: $(DEV)  ## the faults of tests/chaos, longer than in make test
	KETENWACHT_CHAOS_ROUNDS=20 $(BIN)/python -m pytest tests/chaos -o faulthandler_timeout=0 $(ARGS)

lock: $(DEV)  ## renew both lock files; needs uv
	uv pip compile pyproject.toml --extra build --extra otel --universal --python-version 3.11 \
	  --generate-hashes --no-annotate --no-header --quiet --upgrade -o requirements.lock
	uv pip compile pyproject.toml --extra build --extra otel --extra dev --universal --python-version 3.11 \
	  --generate-hashes --no-annotate --no-header --quiet -c requirements.lock -o requirements-dev.lock
	echo "cyclonedx-bom" | uv pip compile - --universal --python-version 3.11 \
	  --generate-hashes --no-annotate --no-header --quiet --upgrade -o requirements-image.lock

clean:  ## away with everything that can be made again
	rm -rf $(VENV) dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis .local

$(BIN)/python:
	$(PYTHON) -c 'import sys; sys.exit("Ketenwacht needs Python 3.11 or newer" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)

$(RUN): requirements.lock pyproject.toml | $(BIN)/python
	$(PIP) install --require-hashes -r requirements.lock
	$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(DEV): requirements-dev.lock $(RUN) | $(BIN)/python
	$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $@
