# `make run` and `make test` do all their set-up. They need python3 (3.10 or newer) and PyPI.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: run load board docs picture test soak install install-dev check bench lock clean

## run: install, run the project on the sample or on EVENTS_PATH, print and write the board
run: install
	$(BIN)/dbt --log-level warn build --resource-type seed model
	@$(BIN)/dbt --quiet run-operation print_board
	@$(BIN)/python board/build.py

## load: run again and again until all is loaded, slices_per_run at a time
load: install
	@$(BIN)/dbt --log-level warn seed
	@set -e; left=1; until [ "$$left" = 0 ]; do \
		$(BIN)/dbt --log-level warn run; \
		left=$$($(BIN)/dbt --quiet run-operation print_slices_to_load); \
		echo "$$left slices left to load"; \
	done

## board: the Session Board from what is in the warehouse, into site/index.html
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
	$(BIN)/pytest --numprocesses auto --maxprocesses 4

## soak: more random worlds, deliveries and kills than the tests play, for about an hour
soak: install-dev
	WORLD_BUILDS=100 SEQUENCES=100 CRASH_POINTS=5 $(BIN)/pytest --numprocesses 2 \
		tests/python/test_worlds.py tests/python/test_increments.py tests/python/test_crashes.py

install: .venv/installed

install-dev: .venv/installed-dev

# -I: neither the user's packages nor PYTHONPATH reach into the environment
.venv/installed: requirements.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10) and "This needs Python 3.10 or newer: PYTHON=python3.12 make run")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -I -m pip install --quiet --disable-pip-version-check -r requirements.txt
	touch $@

.venv/installed-dev: .venv/installed requirements-dev.txt
	$(BIN)/python -I -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	touch $@

## check: style and conventions, of SQL, YAML, Python and the project's structure
check: install-dev
	$(BIN)/dbt --quiet --warn-error parse
	WAREHOUSE_PATH=target/check.duckdb $(BIN)/sqlfluff lint models tests/data
	$(BIN)/yamllint --strict .
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BOUNCER)

BOUNCER = if [ -x $(BIN)/dbt-bouncer ]; then $(BIN)/dbt-bouncer; \
	else echo "dbt-bouncer skipped: it needs Python 3.11 or newer"; fi

## bench: what builds and increments cost, into bench/RESULTS.md (40 GB of disk, two hours)
bench: install
	$(BIN)/python bench/builds.py
	$(BIN)/python bench/increments.py
	$(BIN)/python bench/exports.py

## lock: the exact versions, with hashes and without addresses
lock:
	uv pip compile pyproject.toml --universal --python-version 3.10 --generate-hashes --no-header --quiet \
		--no-emit-index-url --no-strip-extras --output-file requirements.txt
	uv pip compile pyproject.toml --universal --python-version 3.10 --generate-hashes --no-header --quiet \
		--no-emit-index-url --no-strip-extras --group dev --output-file requirements-dev.txt

clean:
	rm -rf .venv site target logs warehouse.duckdb sample/export/*.json.gz
