MAKEFLAGS += -rR
.SUFFIXES:
.DEFAULT_GOAL := help
.PHONY: help dictionary setup pipeline check report notebook test lint format bench fuzz lock clean

PYTHON ?= $(shell command -v python3.11 || command -v python3)
RAW ?= data/raw
OUT ?= data/out
WORKERS ?= 0
SECONDS ?= 600
# What the tables must hold: EXPECT=FILE, or EXPECT= for nothing. Left out, the samples have expectations of their own.
pipeline: EXPECT ?= $(if $(filter data/raw,$(RAW)),models/checks.yml)
check: EXPECT ?= $(if $(filter data/raw:data/out,$(RAW):$(OUT)),models/checks.yml)
EXPECTATIONS = $(if $(EXPECT),--expect "$(EXPECT)")
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check -qq

help: ## List the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: .venv/runtime.stamp ## Make .venv with the pinned packages and build the spaCy pipeline
	@$(BIN)/python -m compileall -q pipeline
	@$(BIN)/pipeline build

pipeline: setup ## Articles to tables, with checks: make pipeline RAW=folder OUT=folder EXPECT=file
	@$(BIN)/pipeline run --raw "$(RAW)" --out "$(OUT)" --workers $(WORKERS) $(EXPECTATIONS)

check: setup ## Check the tables of a run: make check OUT=folder EXPECT=file
	@$(BIN)/pipeline check --out "$(OUT)" $(EXPECTATIONS)

report: setup ## Write the HTML report of a run: make report OUT=folder
	@$(BIN)/pipeline report --out "$(OUT)"

notebook: setup ## Open the notebook in Jupyter; installs it the first time
	@$(PIP) install --no-build-isolation -e '.[notebook]'
	@POLICY_NEWS_TABLES="$(abspath $(OUT))" $(BIN)/jupyter lab $(LAB) notebooks/explore.ipynb

lint: .venv/dev.stamp ## Style, types
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

test: .venv/dev.stamp setup lint ## Lint, type-check, test, and run the pipeline on the samples
	@$(BIN)/python -m pytest
	@$(BIN)/pipeline run --raw data/raw --out build/samples --expect models/checks.yml

format: .venv/dev.stamp ## Put the code into form
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

bench: .venv/dev.stamp setup ## Measure the speed of each part
	@for script in $(sort $(wildcard benchmarks/*.py)); do echo "== $$script"; PYTHONPATH=. $(BIN)/python $$script || exit 1; done

fuzz: .venv/fuzz.stamp setup ## Fuzz readers and mask stage: make fuzz SECONDS=600 (each)
	@for target in masks readers; do echo "== $$target"; PYTHONPATH=. $(BIN)/python -m fuzz $$target build/fuzz -max_total_time=$(SECONDS) || exit 1; done

lock: .venv/dev.stamp ## Pin the newest allowed versions of all packages, with hashes
	@$(BIN)/pip-compile -q --generate-hashes --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --strip-extras --allow-unsafe --no-header --no-annotate \
	  -o requirements.txt pyproject.toml requirements-build.in
	@$(BIN)/pip-compile -q --generate-hashes --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --strip-extras --allow-unsafe --no-header --no-annotate \
	  --extra dev -c requirements.txt -o requirements-dev.txt pyproject.toml requirements-build.in
	@$(BIN)/pip-compile -q --generate-hashes --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --strip-extras --allow-unsafe --no-header --no-annotate \
	  -o requirements-fuzz.txt requirements-fuzz.in
	@$(BIN)/pip-compile -q --generate-hashes --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --strip-extras --allow-unsafe --no-header --no-annotate \
	  -c requirements-dev.txt -o requirements-audit.txt requirements-audit.in

dictionary: .venv/dev.stamp ## Write docs/tables.md from the schema
	@$(BIN)/python -m pipeline.tables.dictionary docs/tables.md

clean: ## Remove what can be made again, but not data/out
	rm -rf .venv build models/en_policy_news .mypy_cache .ruff_cache .pytest_cache .hypothesis

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(f"Python 3.11 or newer is needed, {sys.executable} is {sys.version.split()[0]}. Name one with PYTHON=...") if sys.version_info < (3, 11) else None'
	@$(PYTHON) -m venv .venv

.venv/runtime.stamp: requirements.txt pyproject.toml | .venv/bin/python
	@echo "installing the pinned packages into .venv (once)"
	@$(PIP) install --require-hashes -r requirements.txt
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

.venv/dev.stamp: requirements-dev.txt | .venv/runtime.stamp
	@$(PIP) install --require-hashes -r requirements-dev.txt
	@touch $@

.venv/fuzz.stamp: requirements-fuzz.txt | .venv/runtime.stamp
	@$(PIP) install --require-hashes -r requirements-fuzz.txt
	@touch $@
