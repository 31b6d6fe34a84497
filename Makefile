MAKEFLAGS += -rR
.SUFFIXES:
.DEFAULT_GOAL := help
.PHONY: help dictionary setup pipeline check report review notebook test test-fast wheel dist site slim lint style format bench fuzz corpus train lock clean

# `make pipeline raw=x` would run the samples: make keeps raw and RAW apart.
LOWER := $(foreach name,raw out workers expect seconds checks python lab,$(if $(findstring command,$(origin $(name))),$(name)))
$(if $(strip $(LOWER)),$(error Write the names of settings in capitals: $(foreach name,$(LOWER),$(shell echo $(name) | tr a-z A-Z)=$($(name)))))

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
# Two processes, whole files each: what the tests of a file share is made once, and those that start a server, Dask or a
# browser never run beside others of their kind. In the order of their names: the longest files have few tests, and would come last.
PYTEST := -m pytest --numprocesses=2 --dist=loadfile --no-loadscope-reorder

# The byte code of the tests is kept, whatever the shell says: else each process makes it again.
test test-fast: export PYTHONDONTWRITEBYTECODE :=

help: ## List the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: .venv/runtime.stamp ## Create .venv with the pinned packages and build the spaCy pipeline
	@$(BIN)/python -m compileall -q policy_news
	@$(BIN)/pipeline build

pipeline: setup ## Articles to tables, with checks: make pipeline RAW=folder OUT=folder EXPECT=file
	@$(BIN)/python -m pipeline --raw "$(RAW)" --out "$(OUT)" --workers $(WORKERS) $(EXPECTATIONS)

check: setup ## Check the tables of a run: make check OUT=folder EXPECT=file
	@$(BIN)/pipeline check --out "$(OUT)" $(EXPECTATIONS)

report: setup ## Write the HTML report of a run: make report OUT=folder
	@$(BIN)/pipeline report --out "$(OUT)"

review: setup ## Open the page on which people correct a run: make review OUT=folder; installs it the first time
	@$(PIP) install --no-build-isolation -e '.[review]'
	@$(BIN)/pipeline review --out "$(OUT)"

notebook: setup ## Open the notebook in Jupyter; installs it the first time
	@$(PIP) install --no-build-isolation -e '.[notebook]'
	@POLICY_NEWS_TABLES="$(abspath $(OUT))" $(BIN)/jupyter lab $(LAB) notebooks/explore.ipynb

lint: .venv/dev.stamp ## Check style, types and complexity
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/complexipy policy_news --quiet

test: .venv/dev.stamp ## Lint, type-check, test with coverage, and run the pipeline on the samples
	@$(MAKE) --no-print-directory --jobs=2 setup lint
	@mkdir -p build
	@$(BIN)/python -m slipcover --json --out build/coverage.json $(PYTEST)
	@$(BIN)/python -m slipcover --merge build/coverage.json --out build/coverage.json --fail-under 91 || { echo "test: fewer than 91 % of the lines are run by a test"; exit 1; }
	@$(BIN)/pipeline run --raw data/raw --out build/samples --expect models/checks.yml

test-fast: .venv/dev.stamp setup ## Run the tests that are not marked slow: under two minutes on two cores
	@$(BIN)/python $(PYTEST) -m "not slow"

wheel: .venv/dev.stamp ## Build the wheel and try it in an empty folder
	@rm -rf build/wheel
	@$(BIN)/python -m build --no-isolation --wheel --outdir build/wheel . > /dev/null
	@$(BIN)/python -m scripts.try_wheel build/wheel

dist: .venv/dev.stamp .venv/release.stamp ## Build wheel and source archive, and check them for a release
	@rm -rf build/dist
	@$(BIN)/python -m build --no-isolation --outdir build/dist . > /dev/null
	@$(BIN)/python -m twine check --strict build/dist/*
	@$(BIN)/python -m scripts.release_check build/dist

site: .venv/release.stamp setup ## Build the site to build/site, with the sample report: no network is needed to build or read it
	@$(BIN)/pipeline run --raw data/raw --out build/samples
	@$(BIN)/pipeline report --out build/samples
	@$(BIN)/python -m scripts.site_pages build/pages build/samples/report
	@$(BIN)/mkdocs build --strict --quiet
	@! grep -rnoE '(src|rel="stylesheet" href)="(https?:)?//[^"]*"' build/site --include='*.html' || { echo "site: a page asks another server"; exit 1; }

slim: setup ## Remove from .venv what a run does not read (symbols, tests, headers): about half of it
	@$(BIN)/python -m scripts.slim .venv

style: .venv/dev.stamp ## Print figures about the style of each package
	@$(BIN)/python -m scripts.style_figures

format: .venv/dev.stamp ## Format the code
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

bench: .venv/dev.stamp setup ## Measure the speed of each part
	@for script in $(sort $(wildcard benchmarks/*.py)); do echo "== $$script"; PYTHONPATH=. $(BIN)/python $$script || exit 1; done

fuzz: .venv/dev.stamp .venv/fuzz.stamp setup ## Run the standing checks, then fuzz readers and mask stage: make fuzz SECONDS=600 (each) CHECKS="incremental damage"
	@nice $(BIN)/python -m fuzz.standing $(CHECKS)
	@for target in masks readers; do echo "== $$target"; PYTHONPATH=. $(BIN)/python -m fuzz $$target build/fuzz -max_total_time=$(SECONDS) || exit 1; done

corpus: setup ## Fetch the texts of the corpus to build/corpus
	@$(BIN)/python -m tools.corpus fetch

train: setup ## Train all weights from the corpus, after make corpus; needs pip install -e '.[train]'
	@$(BIN)/python -m tools.training all

COMPILE := $(BIN)/uv pip compile --quiet --generate-hashes --no-header --no-annotate --python-version 3.11
lock: .venv/dev.stamp ## Pin the newest allowed versions of all packages, with hashes
	@$(COMPILE) pyproject.toml --group build -o requirements.txt
	@$(COMPILE) pyproject.toml --group build --extra dev -c requirements.txt -o requirements-dev.txt
	@$(COMPILE) --group fuzz -o requirements-fuzz.txt
	@$(COMPILE) --group audit -c requirements-dev.txt -o requirements-audit.txt
	@$(COMPILE) --group release -c requirements-dev.txt -o requirements-release.txt

dictionary: .venv/dev.stamp ## Write docs/tables.md from the schema
	@$(BIN)/python -m scripts.data_dictionary docs/tables.md

clean: ## Remove everything that can be rebuilt, except data/out
	rm -rf .venv build models/en_policy_news .mypy_cache .ruff_cache .pytest_cache .hypothesis

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(f"Python 3.11 or newer is needed, {sys.executable} is {sys.version.split()[0]}. Name one with PYTHON=...") if sys.version_info < (3, 11) else None'
	@echo "setup: creating .venv with $(PYTHON)"
	@$(PYTHON) -m venv .venv

.venv/runtime.stamp: requirements.txt pyproject.toml | .venv/bin/python
	@echo "setup: installing the pinned packages into .venv (once, about a minute)"
	@$(PIP) install --require-hashes --no-deps -r requirements.txt
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

.venv/dev.stamp: requirements-dev.txt | .venv/runtime.stamp
	@echo "setup: installing the packages for development into .venv (once)"
	@$(PIP) install --require-hashes --no-deps -r requirements-dev.txt
	@touch $@

.venv/release.stamp: requirements-release.txt | .venv/runtime.stamp
	@echo "setup: installing the packages for site and release into .venv (once)"
	@$(PIP) install --require-hashes --no-deps -r requirements-release.txt
	@touch $@

.venv/fuzz.stamp: requirements-fuzz.txt | .venv/runtime.stamp
	@$(PIP) install --require-hashes --no-deps -r requirements-fuzz.txt
	@touch $@
