# Everything that a contributor runs. `make` alone prints this list.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DEMO := demo
AS_OF := 2026-11-24

.DEFAULT_GOAL := help
unexport PYTHONDONTWRITEBYTECODE  # without cached bytecode, each test run and each started command compiles everything
.PHONY: help demo test check style types fast-tests fuzz fix docs lock dist bench clean

help: ## print this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

$(BIN)/sopkit: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --editable . --group dev
	@touch $@

demo: $(BIN)/sopkit ## set up, make the example company with its history, and show the main job done
	@bash scripts/demo.sh $(BIN)/sopkit $(DEMO) $(AS_OF)

test: $(BIN)/sopkit ## set up everything that the tests need, then run them all
	@bash scripts/test_setup.sh
	@$(MAKE) --no-print-directory style types
	$(BIN)/python -m pytest -n 2 --dist worksteal

check: $(BIN)/sopkit ## the inner loop: format, lint, types, fast tests, at the same time
	@$(MAKE) --no-print-directory --jobs=3 style types fast-tests

style:
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types:
	$(BIN)/mypy

fast-tests:
	$(BIN)/python -m pytest -n 2 --dist worksteal -m "not slow"

fuzz: $(BIN)/sopkit ## run the property tests with many new random examples
	$(BIN)/python -m pytest -n 2 -m hypothesis --hypothesis-profile=fuzz

fix: $(BIN)/sopkit ## format the code and apply ruff's safe fixes
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

docs: $(BIN)/sopkit ## write the generated pages below docs/
	$(BIN)/python -m sopkit.cli.reference docs

lock: $(BIN)/sopkit ## resolve requirements.txt anew: the runtime dependencies with hashes, as the action installs them
	$(BIN)/uv pip compile --quiet --no-header --upgrade --universal --python-version 3.11 --generate-hashes -o requirements.txt pyproject.toml

dist: $(BIN)/sopkit ## build sdist, wheel and SBOM into dist/
	@bash scripts/dist.sh $(BIN)/python dist

bench: $(BIN)/sopkit ## measure speed as ratios against baselines run at the same moment
	$(BIN)/python -m bench

clean: ## remove what the other targets made
	rm -rf $(VENV) .venv-trestle .lighthouse $(DEMO) $(DEMO)-own dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis bench/.cache
