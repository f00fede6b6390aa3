# `make demo` and `make test` need Python 3.11 or newer and a way to the package registries, nothing else.
PYTHON ?= python3
NAME ?= skeleton
ARGS ?=

.PHONY: demo up test test-fast check lock bench

demo:    ## the portal with a demo company, in one command
	@$(PYTHON) scripts/bootstrap.py demo

up:      ## the portal without demo data
	@$(PYTHON) scripts/bootstrap.py up

test:    ## every check and the whole suite, on a throw-away PostgreSQL
	@$(PYTHON) scripts/bootstrap.py test $(ARGS)

test-fast: ## only pytest: make test-fast ARGS="tests/lineage -q"
	@$(PYTHON) scripts/bootstrap.py test-fast $(ARGS)

check:   ## the checks that run no test: ruff, mypy, import-linter
	@$(PYTHON) scripts/bootstrap.py check

lock:    ## lock files anew, from pyproject.toml and package.json
	@$(PYTHON) scripts/bootstrap.py lock

bench:   ## make bench NAME=skeleton ARGS=--quick
	@$(PYTHON) scripts/bootstrap.py bench $(NAME) $(ARGS)
