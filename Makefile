# Two commands matter: `make demo` and `make test`. Everything sets itself up.
PYTHON ?= python3
# Two processes; the tests of one file stay together, so that what a file sets up is set up once.
PYTEST_ARGS ?= -n 2 --dist loadfile
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.ready

.DEFAULT_GOAL := help
.PHONY: help setup demo run test check bench lock clean

help: ## show the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

$(STAMP): requirements/dev.txt pyproject.toml
	@echo "Setting up the virtual environment in $(VENV) (once) ..."
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements/dev.txt
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .
	@$(BIN)/python -m tavolo.site.translations compile
	@touch $(STAMP)

setup: $(STAMP) ## create .venv with everything, leaving .venv/bin/tavolo

demo: setup ## set up and open the demonstration territory in the browser
	@$(BIN)/tavolo demo $(DEMO_ARGS)

run: setup ## start the web server and the worker on the current database
	@$(BIN)/tavolo run

test: setup ## set up and run all tests
	@$(BIN)/python -m pytest $(PYTEST_ARGS)

check: setup ## ruff, mypy, import-linter, migrations, translations, docs
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/tavolo manage makemigrations --check --dry-run
	@$(BIN)/python -m tavolo.site.translations check
	@$(BIN)/zensical build --strict --clean

bench: setup ## every performance claim, with its peer beside it
	@$(BIN)/python -m benchmarks $(BENCH_ARGS)

lock: setup ## compile requirements/*.in into hashed lock files
	@for f in base dev bench-reddwarf bench-openfisca bench-network; do \
	  $(BIN)/uv pip compile -q --python-version 3.11 --universal --generate-hashes --no-emit-index-url \
	    requirements/$$f.in -o requirements/$$f.txt; done

clean: ## remove what the build made
	rm -rf $(VENV) .venv-* build site .mypy_cache .ruff_cache
