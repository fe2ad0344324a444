# `make run` and `make test` do all their set-up. They need python3 (3.10 or newer) and PyPI.
SHELL := bash
PYTHON ?= python3
BIN := .venv/bin
# the sample has a warehouse of its own, which events of the user's never meet
ifeq ($(EVENTS_PATH)$(WAREHOUSE_PATH)$(shell grep -E '^  (events_path|events_relation|event_source):' \
	dbt_project.yml | grep -v ': null$$'),)
run refresh compact load board docs: export WAREHOUSE_PATH := $(CURDIR)/sample.duckdb
endif
# of dbt's lines those that tell what happens: what is built is one line, and views are none;
# logs/dbt.log has all of it. Ctrl-C stops dbt, which then still has someone to tell
STEPS = (trap '' INT; sed -u -E \
	-e '/^[0-9:]{8} *$$|Registered adapter|Concurrency:|Completed successfully|Done\. PASS/d' \
	-e '/ START (sql view|hook)| OK (created|loaded|hook)/d' -e 's/ \.* \[RUN\]$$//')
# of pip's lines those that take more than a moment
PIP_STEPS = $(BIN)/python -I -m pip install --disable-pip-version-check --progress-bar off -r $(1) | sed -n \
	-e 's/^ *Downloading \([^-]*\)-.* (\(.* MB\))$$/  Downloading \1, \2/p' \
	-e 's/^Installing collected packages:.*/  Installing what was downloaded/p'

.PHONY: run refresh compact load board docs picture test test-buckets soak install install-dev check check-models \
	check-macros bench lock clean spark spark-cluster spark-compare spark-story spark-test

## run: install, run the project on the sample or on EVENTS_PATH, publish, write and print the board
run: install
	@set -o pipefail; $(BIN)/python operations/refresh.py --build --show-dbt --no-page | $(STEPS)
	@$(BIN)/python board/build.py

## refresh: load what is new, publish it, write the board; a scheduler calls operations/refresh.py
refresh: install
	@$(BIN)/python operations/refresh.py

## compact: refresh, and write the warehouse into a new file without the bytes of deleted rows
compact: install
	@$(BIN)/python operations/refresh.py --compact

## load: run again and again until all is loaded, slices_per_run at a time
load: install
	@set -o pipefail; $(BIN)/dbt --no-use-colors seed | $(STEPS)
	@set -eo pipefail; left=1; until [ "$$left" = 0 ]; do \
		$(BIN)/dbt --no-use-colors run | $(STEPS); \
		left=$$($(BIN)/dbt --quiet run-operation print_slices_to_load); \
		echo "$$left slices left to load"; \
	done

## board: the Session Board from the published file, into site/index.html
board: install
	@$(BIN)/python board/build.py

## docs: dbt's documentation in one file beside the board, which links to it
docs: board
	$(BIN)/dbt --quiet docs generate --static --target-path site/target
	mv site/target/static_index.html site/docs.html
	rm -r site/target
	@$(BIN)/python board/build.py

## picture: the board as the README shows it (needs Chromium)
picture: install-dev
	$(BIN)/python board/build.py --output target/picture/index.html
	$(BIN)/python board/picture.py target/picture/index.html docs/board.png

## test: every check and every test that this machine can run
test: install-dev check
	$(BIN)/pytest --numprocesses auto --maxprocesses 4 --dist worksteal

## test-buckets: the tests of buckets, with DuckDB 1.5 and its extension, and a server on loopback
test-buckets: install-dev .buckets/installed
	PYTHONPATH=$(CURDIR)/.buckets $(BIN)/pytest tests/python/test_buckets.py

## soak: more random worlds, deliveries and kills than the tests play, for about an hour
soak: install-dev
	WORLD_BUILDS=100 SEQUENCES=100 CRASH_POINTS=5 OPERATIONS=10 $(BIN)/pytest --numprocesses 2 \
		tests/python/test_worlds.py tests/python/test_increments.py tests/python/test_crashes.py \
		tests/python/test_faults.py

install: .venv/installed

install-dev: .venv/installed-dev

# -I: neither the user's packages nor PYTHONPATH reach into the environment
.venv/installed: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10) and "This needs Python 3.10 or newer: PYTHON=python3.12 make run")'
	@echo "Installing dbt, DuckDB and what the board needs into .venv (about a minute)"
	@$(PYTHON) -m venv .venv
	@set -o pipefail; $(call PIP_STEPS,requirements.txt)
	@mkdir -p logs  # a scheduler's line writes there
	@touch $@

.venv/installed-dev: .venv/installed requirements-dev.txt
	@echo "Installing what the tests and checks need into .venv (about a minute)"
	@set -o pipefail; $(call PIP_STEPS,requirements-dev.txt)
	@touch $@

# a folder that comes before .venv: dbt is the same there, DuckDB is another
.buckets/installed: tests/buckets/requirements.txt .venv/installed
	@echo "Installing what the tests of buckets need into .buckets (20 seconds)"
	@rm -rf .buckets
	@$(BIN)/python -I -m pip install --disable-pip-version-check --quiet --no-compile \
		--target .buckets -r tests/buckets/requirements.txt
	@touch $@

## spark: what the targets spark and spark_local need, in an environment of their own (needs Java 17)
spark: .spark/installed

## spark-cluster: a cluster of two workers on this machine for the target spark, until Ctrl-C
spark-cluster: spark
	@.spark/bin/python tests/spark/cluster.py

## spark-compare: build EVENTS_PATH, a Parquet file of flat events, on DuckDB and on Spark
spark-compare: spark
	@.spark/bin/python tests/spark/compare.py '$(EVENTS_PATH)'

## spark-story: the short test of Spark, skipped where Java, its packages or its jars are missing
spark-story:
	@if ! java -version 2>/dev/null; then echo "Spark is not tested: there is no Java."; \
	elif ! $(MAKE) .spark/installed; then echo "Spark is not tested: what it needs could not be fetched."; \
	else .spark/bin/pytest -q tests/spark/test_story.py tests/spark/test_functions.py; fi

## spark-test: all tests of Spark, an hour: a cluster, random worlds (SPARK_GROUPS, SPARK_DELIVERIES),
## time zones, killed drivers, two runs at once
spark-test: spark
	.spark/bin/pytest tests/spark

.spark/installed: tests/spark/requirements.txt
	@java -version 2>/dev/null || { echo "Spark needs Java 17 or 21: there is no java"; exit 1; }
	@echo "Installing dbt, Spark and Iceberg into .spark (two minutes, 600 MB)"
	@$(PYTHON) -m venv .spark
	@.spark/bin/python -I -m pip install --disable-pip-version-check --quiet -r tests/spark/requirements.txt
	@.spark/bin/python tests/spark/jars.py >/dev/null
	@touch $@

## check: style and conventions, of SQL, macros, Python and the project's structure
check: install-dev check-macros check-models
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

check-models: install-dev
	$(BIN)/dbt --quiet --warn-error parse
	WAREHOUSE_PATH=target/check.duckdb $(BIN)/sqlfluff lint --processes 2 models tests/data
	$(BOUNCER)

# sqlfluff sees a macro only where a model calls it, and never its lines
check-macros:
	@! grep -rnE --include='*.sql' '.{101,}|[[:blank:]]$$' macros sample || \
		{ echo "A line of a macro has 100 columns at most, and no white space at its end."; exit 1; }

BOUNCER = if [ -x $(BIN)/dbt-bouncer ]; then $(BIN)/dbt-bouncer; \
	else echo "dbt-bouncer skipped: it needs Python 3.11 or newer"; fi

## bench: what builds and increments cost, into bench/RESULTS.md (40 GB of disk, two hours)
bench: install
	$(BIN)/python bench/builds.py
	$(BIN)/python bench/increments.py
	$(BIN)/python bench/exports.py
	$(BIN)/python bench/publishing.py

## lock: the exact versions, with hashes and without addresses
lock:
	uv pip compile pyproject.toml --universal --python-version 3.10 --generate-hashes --no-header --quiet \
		--no-emit-index-url --no-strip-extras --output-file requirements.txt
	uv pip compile pyproject.toml --universal --python-version 3.10 --generate-hashes --no-header --quiet \
		--no-emit-index-url --no-strip-extras --group dev --output-file requirements-dev.txt
	uv pip compile tests/buckets/requirements.in --universal --python-version 3.10 --generate-hashes \
		--no-header --quiet --no-emit-index-url --no-strip-extras \
		--output-file tests/buckets/requirements.txt
	uv pip compile tests/spark/requirements.in --universal --python-version 3.11 --generate-hashes \
		--no-header --quiet --no-emit-index-url --no-strip-extras \
		--output-file tests/spark/requirements.txt

clean:
	rm -rf .venv .buckets .spark spark-lake site target logs {warehouse,sample}.duckdb{,.lock} published sample/export/*.json.gz
