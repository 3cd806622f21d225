# Two commands are enough: `make sim` starts the body, `make test` checks everything.
# Each installs what it needs into .venv once; later calls start right away.

PYTHON ?= python3
VENV ?= .venv
ARGS ?=

PIP := $(VENV)/bin/python -m pip --disable-pip-version-check install
DESCRIPTION := setup.py setup.cfg pyproject.toml

.DEFAULT_GOAL := help
.PHONY: help sim test lint type format docs benchmarks clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-10s %s\n", $$1, $$2}' Makefile

sim: $(VENV)/installed-ros ## Start the ROS graph and its web page, the body walks (ARGS="--headless ...")
	$(VENV)/bin/kinesis sim --goal "walk forward" $(ARGS)

test: $(VENV)/installed-test ## Run the tests (ARGS="-k muscles")
	$(VENV)/bin/python -m pytest $(ARGS)

lint: $(VENV)/installed-test ## Check style and format
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .

type: $(VENV)/installed-test ## Check types
	$(VENV)/bin/pyright --pythonpath $(VENV)/bin/python

format: $(VENV)/installed-test ## Format and mend what can be mended
	$(VENV)/bin/ruff check --fix .
	$(VENV)/bin/ruff format .

docs: $(VENV)/installed-docs ## Build the documentation into build/docs
	$(VENV)/bin/python -m sphinx --fail-on-warning --keep-going --quiet docs build/docs

benchmarks: $(VENV)/installed-test ## Measure everything, compare with what is recorded (ARGS="clips --quick")
	$(VENV)/bin/kinesis benchmark all $(ARGS)

clean: ## Remove .venv and everything built
	rm -rf $(VENV) build *.egg-info
	find . -name __pycache__ -prune -exec rm -rf {} +

$(VENV)/installed-ros: $(DESCRIPTION) | $(VENV)/bin/pip
	$(PIP) --editable '.[ros,viewer,recording,language]'
	@touch $@

$(VENV)/installed-test: $(DESCRIPTION) | $(VENV)/bin/pip
	$(PIP) --editable '.[ros,viewer,recording,language,pictures,markers,gym,training,docs,test]'
	@touch $@ $(VENV)/installed-ros $(VENV)/installed-docs

$(VENV)/installed-docs: $(DESCRIPTION) | $(VENV)/bin/pip
	$(PIP) --editable '.[docs]'
	@touch $@

$(VENV)/bin/pip:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "kinesis_ros needs Python 3.11 or newer and found '$$($(PYTHON) --version 2>&1)';" \
	       "name another one: make PYTHON=python3.12 ..." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "'$(PYTHON)' cannot make virtual environments;" \
	       "on Debian and Ubuntu: sudo apt install python3-venv" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
