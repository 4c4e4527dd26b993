# Two commands matter:  make run   and   make test
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

BIN := .venv/bin
PO := $(wildcard web/translations/*/LC_MESSAGES/messages.po)
MO := $(PO:.po=.mo)
# The tests of rules take seconds and come first; those that race officers and measure fairness have the machine for
# themselves; everything else follows, so that no folder is forgotten.
FIRST := $(wildcard tests/unit tests/storage/test_race*.py)
# A test that hangs says where after a quarter of an hour, and ends the run.
PYTEST := $(BIN)/python -m pytest -q -o faulthandler_timeout=900 -o faulthandler_exit_on_timeout=true
# Most tests wait for servers and browsers: three files at a time take half as long as one, also on two cores. In their
# order: the longest (browser, faults) come first.
BESIDE := -n 3 --dist loadfile --no-loadscope-reorder
ARGS ?=

.PHONY: help
help: ## this list
	@echo "make <target>:"
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  \1|\2/' | column -t -s '|'

.PHONY: run
run: .env-run catalogues ## the example hall on this machine: server, virtual printer, addresses and sign-ins
	@exec $(BIN)/ptsp run $(ARGS)

.PHONY: test
test: ## set up what the tests need, then lint and run all of them
	@tests/setup-system.sh
	@$(MAKE) lint
	@$(MAKE) tests

.PHONY: tests
tests: .env-dev catalogues ## the tests alone; some of them: make tests ARGS="tests/unit -k states"
ifeq ($(strip $(ARGS)),)
	$(PYTEST) $(FIRST)
	$(PYTEST) $(BESIDE) --durations=25 tests $(FIRST:%=--ignore=%)
else
	$(PYTEST) $(ARGS)
endif

.PHONY: lint
lint: .env-dev ## style, the one-way stairs between the rooms, types of the ground floor
	$(BIN)/ruff check --quiet .
	$(BIN)/lint-imports --no-cache > .import-lint.log || { cat .import-lint.log; rm -f .import-lint.log; exit 1; }; rm -f .import-lint.log
	$(BIN)/mypy --no-error-summary --ignore-missing-imports ptsp

.PHONY: bench
bench: .env-dev catalogues ## issuing, calling, memory and start-up time, beside bare floors
	@exec $(BIN)/python -m benchmarks $(ARGS)

.PHONY: lock
lock: ## pin the packages anew from requirements*.in, with hashes (newest releases: make lock ARGS=--upgrade)
	@command -v uv >/dev/null || { echo "This needs uv:  pipx install uv"; exit 1; }
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
	  --no-header --no-annotate $(ARGS) -o requirements.txt requirements.in
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
	  --no-header --no-annotate $(ARGS) -c requirements.txt -o requirements-dev.txt requirements-dev.in

.PHONY: translations
translations: .env-dev ## collect the sentences of pages and code into the catalogues, to be translated there
	mkdir -p var
	$(BIN)/pybabel -q extract -F web/babel.cfg -k lazy_gettext -k _l --no-location --sort-output --omit-header -o var/messages.pot .
	for language in id en; do $(BIN)/pybabel -q update --no-fuzzy-matching --ignore-obsolete \
	  --ignore-pot-creation-date -i var/messages.pot \
	  -d web/translations -l $$language; done

.PHONY: clean
clean: ## remove what was made from the sources; data in var/ stays
	rm -rf .venv *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache $(MO)
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# What the targets above stand on.
.PHONY: .env-run .env-dev catalogues
.env-run:
	@deploy/venv.sh run
.env-dev:
	@deploy/venv.sh dev
catalogues: $(MO)
%.mo: %.po
	@$(BIN)/pybabel -q compile -i $< -o $@
