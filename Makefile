# Everything runs in .venv, made from the lock files with the Python at hand.
# Fixed, so that a machine's own habits do not slow the programs down:
unexport PYTHONDONTWRITEBYTECODE
export PIP_DISABLE_PIP_VERSION_CHECK = 1

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
FOLDER ?= congedo-demo
TESTS ?= tests

.PHONY: help demo test browser check bench interop serve soak docs lock clean all-pythons

help: ## show this list
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16

$(VENV)/.runtime: requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --require-hashes --no-deps -r requirements.lock
	$(BIN)/pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.runtime requirements-dev.lock
	$(BIN)/pip install --quiet --require-hashes --no-deps -r requirements-dev.lock
	@touch $@

demo: $(VENV)/.runtime ## two universities exchange a student (KEEP=1 leaves their pages open, PAGES=1 at once)
	@$(BIN)/congedo demo --folder $(FOLDER) $(if $(KEEP),--keep) $(if $(PAGES),--pages)

serve: $(VENV)/.runtime ## serve the installation of CONGEDO_HOME (default ./congedo-home)
	@$(BIN)/congedo init
	@$(BIN)/congedo serve

test: $(VENV)/.dev ## run the tests (TESTS=path, ARGS=...)
	@$(BIN)/python -m pytest -q -n $(or $(JOBS),2) -m "not soak" $(TESTS) $(ARGS)

browser: $(VENV)/.dev ## pages of every kind for every role, and every way through a transfer, in Chromium
	@BROWSER=all REQUIRE_CHROMIUM=1 $(BIN)/python -m pytest -q -n $(or $(JOBS),2) -m browser tests/browser $(ARGS)

check: $(VENV)/.dev ## format, lint, imports, types, generated documents, coverage of the rules
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/mypy
	@$(BIN)/python -m tests.documents --check
	@$(BIN)/python -m pytest -q -n $(or $(JOBS),2) tests/unit tests/properties tests/architecture \
		--cov=gateway.domain --cov=gateway.usecases --cov-branch \
		--cov-report=term-missing:skip-covered --cov-fail-under=100

bench: $(VENV)/.dev ## measure, and write docs/benchmarks.md
	@$(BIN)/python -m tests.bench

interop: $(VENV)/.dev ## foreign SOAP stacks call us and are called (STACKS=cxf,metro,node,php,gsoap)
	@INTEROP=$(or $(STACKS),all) $(BIN)/python -m pytest -q -n $(or $(JOBS),2) -m interop --timeout 900 tests/interop $(ARGS)

soak: $(VENV)/.dev ## hours of random failures (MINUTES=60)
	@SOAK_MINUTES=$(or $(MINUTES),60) $(BIN)/python -m pytest -q -m soak --timeout 0 tests

docs: $(VENV)/.dev ## write the generated documents
	@$(BIN)/python -m tests.documents

all-pythons: ## the tests without servers on every Python this machine has
	@.ci/all-pythons

lock: ## compile the lock files anew (needs uv)
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-emit-find-links --no-header --no-annotate \
		--overrides .ci/without-django.txt \
		pyproject.toml --group build -o requirements.lock
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-emit-find-links --no-header --no-annotate \
		--overrides .ci/without-django.txt \
		-c requirements.lock pyproject.toml --group dev -o requirements-dev.lock

clean: ## remove what was made
	rm -rf $(VENV) $(FOLDER) build dist .coverage .pytest_cache .mypy_cache .ruff_cache
