VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= python3
STAMP := $(VENV)/.installed
SPARK_STAMP := $(VENV)/.installed-spark
PIP_COMPILE := $(BIN)/pip-compile --quiet --generate-hashes --strip-extras --no-emit-index-url --no-emit-find-links --no-header --no-annotate

.PHONY: demo test test-spark fuzz lint bench reference pins help

help:
	@echo "make demo   set up, run the cold-spell case, say where the report is"
	@echo "make test   set up, run every check"
	@echo "make test-spark   install PySpark too, and compare Spark with this process; needs Java 17"
	@echo "make fuzz   10,000 damaged files for each kind of source"
	@echo "make lint   style, types and the order of the rooms"
	@echo "make bench  run every benchmark; make bench-NAME one of them"
	@echo "make reference  write docs/reference.md and docs/lint.md from the code"
	@echo "make pins   compile the requirements anew from pyproject.toml"

$(STAMP): requirements.txt pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "holdfire needs Python 3.11 or newer")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

demo: $(STAMP)
	$(BIN)/holdfire run cases/cold-spell-2026

lint: $(STAMP)
	$(BIN)/ruff check src tests tools benchmarks
	$(BIN)/ruff format --check src tests tools benchmarks
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

test: lint
	$(BIN)/python -m pytest

$(SPARK_STAMP): $(STAMP) requirements-spark.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-spark.txt
	@touch $@

test-spark: $(SPARK_STAMP)
	$(BIN)/python -m pytest tests/test_spark.py

fuzz: $(STAMP)
	HOLDFIRE_FUZZ=10000 $(BIN)/python -m pytest -q tests/test_fuzz.py

reference: $(STAMP)
	$(BIN)/python tools/reference.py
	$(BIN)/python tools/lint_page.py

bench-%: $(STAMP)
	PYTHONPATH=benchmarks $(BIN)/python benchmarks/$*/run.py

bench: $(patsubst benchmarks/%/run.py,bench-%,$(wildcard benchmarks/*/run.py))

pins:
	$(BIN)/python -m pip install --quiet pip-tools
	$(PIP_COMPILE) --extra dev --output-file requirements.txt pyproject.toml
	$(PIP_COMPILE) --extra spark --constraint requirements.txt --output-file requirements-spark.txt pyproject.toml
