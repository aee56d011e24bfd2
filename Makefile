# Rebuilds the report from a fresh checkout. `make` alone lists what there is.
#
# Every target prepares what it needs: an environment in .venv with the exact
# versions of requirements.txt, refreshed only when that file changes. Written
# for the oldest make still about (3.81, macOS).

SHELL := /bin/bash

# The Python that makes .venv; any from 3.11 will do.
PYTHON ?= python3

# A folder of raw data beside the checkout is used where there is one.
ifeq ($(origin REPORT_DATA),undefined)
ifneq ($(wildcard ../shared/data),)
export REPORT_DATA := $(abspath ../shared/data)
endif
endif

export PIP_DISABLE_PIP_VERSION_CHECK := 1

VENV := .venv
PY := $(VENV)/bin/python
READY := $(VENV)/ready

.PHONY: help report brief replicate edit test test-all scorecard serve bench clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/make \1|\2/' \
	  | awk -F'|' '{ printf "%-12s  %s\n", $$1, $$2 }'
	@echo 'Variables: PYTHON (3.11 or later), REPORT_DATA (folders of raw data), REPORT_SAMPLE (tract, list or county), REPORT_ACCEPT (raw files to use although they differ from the published ones), QUARTO, CHROME, ARGS.'

report: $(READY) ## build the site and the PDF into _book/
	@$(PY) -m analysis build $(ARGS)

brief: $(READY) ## make the four pages for stakeholders alone, _book/brief.pdf
	@$(PY) -m analysis brief $(ARGS)

replicate: $(READY) ## run the original study's own search in full (about 6 minutes); the next report shows it
	@$(PY) -m analysis replicate $(ARGS)

# Files of tests go to processes whole: those of built pages share a book.
test: $(READY) ## run every test but the slow ones, those of built pages in Chromium too
	@$(PY) -m pytest -n logical --dist loadfile -m 'not slow' $(ARGS)

test-all: test ## run every test, the slow ones too: the whole book in both builds, kills, coverage
	@$(PY) -m pytest -n logical --dist loadfile -m slow $(ARGS)

scorecard: $(READY) ## build a poverty scorecard (SURVEY="a .yml file" or the name of a shipped one)
	@$(PY) -m analysis scorecard build $(if $(SURVEY),"$(SURVEY)") $(ARGS)

edit: $(READY) ## show the book and reload pages as their sources change (PORT=8000)
	@$(PY) -m analysis edit $(if $(PORT),--port $(PORT)) $(ARGS)

serve: $(READY) ## show _book/ on this machine alone (PORT=8000)
	@$(PY) -m analysis serve $(if $(PORT),--port $(PORT)) $(ARGS)

bench: $(READY) ## time builds and edits, and the solvers of both studies (ARGS=--tests: the tests too)
	@$(PY) -m analysis bench $(ARGS)
	@$(PY) -m tests.benchmarks.mobility
	@$(PY) -m tests.benchmarks.scorecard

clean: ## remove what was built and cached; raw data and .venv stay
	rm -rf _book ._book-* _freeze .quarto results data/processed report/generated index_files report/*_files *.quarto_ipynb report/*.quarto_ipynb data/raw/.*-[0-9]* .pytest_cache .hypothesis .ruff_cache
	find . -name __pycache__ -not -path './$(VENV)/*' -prune -exec rm -rf {} +

# The mark is a copy of the requirements that are installed, so that a checkout
# which merely touches requirements.txt installs nothing.
$(READY): requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo 'error: "$(PYTHON)" is not Python 3.11 or later; install one and name it, for example: make PYTHON=python3.12' >&2; exit 2; }
	@$(PY) -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear $(VENV) >/dev/null 2>&1 || { \
	  [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && echo 'Installing python3-venv' \
	  && apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq python3-venv >/dev/null \
	  && $(PYTHON) -m venv --clear $(VENV); } || { \
	  rm -rf $(VENV); echo 'error: $(PYTHON) can not make a virtual environment; install its venv module (Debian and Ubuntu: apt-get install python3-venv)' >&2; exit 2; }
	@cmp -s requirements.txt $(READY) || { echo 'Installing requirements.txt into $(VENV)'; \
	  $(PY) -m pip install -qq --require-hashes --only-binary :all: -r requirements.txt; }
	@cp requirements.txt $(READY)
