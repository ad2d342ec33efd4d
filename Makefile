# Solpact: every task that people and CI run. `make help` lists them.
SHELL := /bin/bash
MAKEFLAGS += --no-print-directory # the last line that a command prints is its answer
.DEFAULT_GOAL := help
PYTHON ?= python3.11
BIN := .venv/bin
export SOLPACT_ROOT := $(CURDIR)
unexport PYTHONDONTWRITEBYTECODE # else each of the hundred programs of a test run compiles its thousand modules anew

# In question mode a recipe's status 1 or 2 is make's own; otherwise make answers 2 for both. `+` runs the recipe all the same.
ifeq ($(MAKECMDGOALS),verify)
MAKEFLAGS += -q
endif

## demo: the main job on an embedded chain, then a page. ONCE=1 ends after the statements; NETWORK=ganache; INPUT=curve.csv, READ='how to read it' (docs/load-curves.md); LIFE=1: 20 years' timeline
demo: setup
	@$(if $(LIFE),$(BIN)/python -m scripts.life,$(BIN)/ape run demo $(if $(ONCE),--once) $(if $(NETWORK),--chain $(NETWORK)) $(if $(INPUT),--input '$(INPUT)' $(READ)))

## test: all checks, the coverage of the contracts and all tests, in about a quarter of an hour on two cores
test: setup chromium check coverage
	@$(BIN)/pytest -n 3 --dist worksteal -m "not tool"

## verify: check the demo's statements again, without any server of ours. RPC=url EVIDENCE=file INVOICE=file JSON=1 TAMPER=root|register|price|cent
verify:
	+@MAKEFLAGS= $(MAKE) --no-print-directory setup && $(BIN)/ape run verify $(if $(RPC),--rpc $(RPC)) $(if $(EVIDENCE),--evidence $(EVIDENCE)) $(if $(INVOICE),--invoice $(INVOICE)) $(if $(JSON),--json) $(if $(TAMPER),--tamper $(TAMPER))

## check: formatters, linters, types, static analysis (part of test)
check: setup
	@$(BIN)/python -m tools.check

## coverage: the lines and branches of the contracts that their tests come by, and every `require` that refuses (part of test)
coverage: setup
	@$(BIN)/python -m tools.coverage

## crash: kill collector and sender at random moments over a simulated month. KILLS=50 SEED=1
crash: setup
	@$(BIN)/ape run crash --kills $(or $(KILLS),50) --seed $(or $(SEED),1)

## mutate: change the contracts in three thousand small ways; a test must notice each. ONLY=contracts/X.sol SAMPLE=100 SEED=1 FRESH=1
mutate: setup
	@$(BIN)/pytest -m tool tests/scripts/test_mutate.py && $(BIN)/python -m tools.mutation $(if $(ONLY),--only $(ONLY)) $(if $(SAMPLE),--sample $(SAMPLE)) $(if $(SEED),--seed $(SEED)) $(if $(FRESH),--fresh)

## bench: gas of every operation, speed of the property lane and of the verifier, into bench/results.json and the README
bench: setup
	@$(BIN)/ape run bench

## prove: what two checkers prove, then whole lives at random, 1,000,000 transactions beside their model (some minutes)
prove: setup .venv-proofs/.ready
	@$(BIN)/python -m tools.proofs

## screenshot: make the README's pictures from a running demo
screenshot: setup chromium
	@$(BIN)/ape run screenshot

## fresh: clone into an empty folder with empty caches and time `make demo ONCE=1` and `make test`, twice each
fresh:
	@bash tools/install/fresh.sh

## interfaces: compile the contracts and write ABIs and published code into interfaces/
interfaces: setup
	@$(BIN)/ape run interfaces

## lock: resolve the Python packages anew, with hashes
lock: setup
	@bash tools/install/lock.sh

## wheel: build what pip installs, into dist/
wheel: setup
	@$(BIN)/uv build -q -p $(BIN)/python --no-build-isolation -o dist

## setup: what every task needs: a virtual environment, npm packages, browser files (quick when nothing changed)
setup: .venv/.ready node_modules/.ready webapp/static/vendor/.ready

## clean: remove everything that is made
clean:
	rm -rf .venv .venv-proofs node_modules .build build dist webapp/static/vendor .cache .pytest_cache .mypy_cache .ruff_cache .hypothesis *.egg-info

help:
	@sed -n 's/^## //p' $(MAKEFILE_LIST) | awk -F': ' '{printf "  make %-11s %s\n", $$1, substr($$0, length($$1) + 3)}'

.venv/.ready: requirements.lock requirements-data.lock requirements-uv.lock pyproject.toml setup.py tools/install/setup.sh
	@PYTHON=$(PYTHON) bash tools/install/setup.sh python

.venv-proofs/.ready: requirements-proofs.lock .venv/.ready tools/install/setup.sh
	@bash tools/install/setup.sh proofs

node_modules/.ready: package-lock.json .npmrc tools/install/setup.sh
	@bash tools/install/setup.sh node

webapp/static/vendor/.ready: webapp/vendor.py node_modules/.ready .venv/.ready
	@$(BIN)/python -m webapp.vendor && touch $@

chromium:
	@bash tools/install/setup.sh chromium

.PHONY: demo test verify check coverage crash mutate bench prove screenshot fresh interfaces lock wheel setup clean help chromium
