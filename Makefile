# The only commands. Each one first makes sure that .venv holds exactly the locked packages.
SHELL := /bin/sh
PY := .venv/bin/python
export PORT RESET
STAMP := .venv/.installed
PYTEST := $(PY) -m pytest

.DEFAULT_GOAL := help
.PHONY: help setup lock run test check template build deploy bench quality e2e

help: ## show this list
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z0-9-]+):.*## /  make \1\t/' | expand -t 18

$(STAMP): requirements/bench.txt requirements/chalice.txt requirements/uv.txt infra/setup.sh
	@sh infra/setup.sh

setup: $(STAMP) ## create .venv with the locked packages

lock: $(STAMP) ## resolve requirements/*.in again (UPGRADE=1 takes newer versions)
	@sh infra/lock.sh

run: $(STAMP) ## start the whole CRM on this machine (PORT=8080, RESET=1 starts afresh)
	@exec $(PY) -m infra.local

test: $(STAMP) ## run the test suite (ARGS="-k leads" passes arguments on)
	@$(PYTEST) -n 2 --dist loadfile -m "not e2e and not bench" $(ARGS)

check: $(STAMP) ## lint, types, import rules, generated files, template
	@$(PY) -m infra.check

template: $(STAMP) ## write template.yaml and the generated contracts from the code
	@$(PY) -m infra.synth && $(PY) -m infra.contracts

build: $(STAMP) ## build the Lambda packages into .build/
	@$(PY) -m infra.build

deploy: $(STAMP) ## build, then deploy into an AWS account with the SAM command line
	@$(PY) -m infra.deploy

bench: $(STAMP) ## measure speed and cost, write docs/benchmarks.md
	@$(PY) -m tests.bench

quality: $(STAMP) ## measure decisions on real data, write docs/quality.md
	@$(PY) -m tests.quality

e2e: $(STAMP) ## deploy the built stack into the emulator and walk through it; call every route in unforeseen ways
	@$(PY) -m infra.e2e
