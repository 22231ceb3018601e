# Two commands do everything: make run, make test.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
export JAJAK_HOME ?= var

.DEFAULT_GOAL := help
.PHONY: help install run test lint types arrow check-tests demo clean

help: ## Show what can be made
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

run: $(VENV)/installed ## Install, load the demo city, serve its pages (Ctrl-C stops)
	@$(BIN)/jajak demo
	@$(BIN)/jajak run

test: $(VENV)/installed-dev lint types arrow check-tests ## Install and run every check

install: $(VENV)/installed ## Install into .venv

lint: $(VENV)/installed-dev ## Check style and format
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/installed-dev ## Check types
	$(BIN)/mypy

arrow: $(VENV)/installed-dev ## Check who may import whom
	$(BIN)/lint-imports

check-tests: $(VENV)/installed-dev ## Run the tests with branch coverage
	$(BIN)/pytest --cov --cov-report=term

clean: ## Remove what was installed and made, except your data in var/
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage *.egg-info

$(VENV)/bin/pip:
	$(PYTHON) -m venv $(VENV)

$(VENV)/installed: setup.cfg pyproject.toml | $(VENV)/bin/pip
	$(BIN)/pip install --quiet --disable-pip-version-check -e .
	@touch $@

$(VENV)/installed-dev: setup.cfg pyproject.toml | $(VENV)/bin/pip
	$(BIN)/pip install --quiet --disable-pip-version-check -e '.[dev]'
	@touch $@ $(VENV)/installed
