"""One refresh: load what is new, publish it, write the page. docs/operations.md explains it.

    python operations/refresh.py [--every 60] [--wait 60] [--publish copy|marts] [--vars ...]

The environment is dbt's: EVENTS_PATH, WAREHOUSE_PATH. PUBLISHED_PATH names the file that readers
open.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import hashlib
import os
import re
import signal
import subprocess
import sys
import threading
import time
import traceback
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb
from compact import compact, remove_unfinished
from duckdb import DuckDBPyConnection
from errors import INPUT_OR_SETTING, RefreshError, in_one_line
from freshness import why_stale
from lock import Wait, code_of, connect_when_free, locked
from publish import attached, has_news, publish
from record import (
    Changes,
    amend,
    find_changes,
    forget,
    is_published_readable,
    record,
    seconds_since,
    utc_now,
)
from run import Dbt
from settings import ROOT, Settings, read_settings
from status import write_status
from warehouse import connect, schemas


def arguments(given: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Load what is new, publish it, write the page.")
    parser.add_argument("--every", type=seconds, metavar="SECONDS", help="keep refreshing")
    parser.add_argument(
        "--wait", type=seconds, default=60, metavar="SECONDS",
        help="how long to wait for another refresh or a reader (60)",
    )  # fmt: skip
    parser.add_argument(
        "--publish", choices=["copy", "marts"], default="copy",
        help="publish a copy of the warehouse (the default), or only the marts, as tables",
    )  # fmt: skip
    parser.add_argument("--build", action="store_true", help="load the seeds and create the views")
    parser.add_argument("--test", action="store_true", help="test the last batch before publishing")
    parser.add_argument(
        "--compact", action="store_true",
        help="write the warehouse into a new file, without the bytes of deleted rows",
    )  # fmt: skip
    parser.add_argument("--page", type=Path, default=ROOT / "site/index.html", metavar="PATH")
    parser.add_argument("--no-page", action="store_true", help="write no page")
    parser.add_argument("--vars", metavar="YAML", help="dbt variables")
    parser.add_argument("--show-dbt", action="store_true", help="print dbt's lines, too")
    return parser.parse_args(given)


def seconds(text: str) -> float:
    """A number of seconds, up to a year."""
    number = float(text)
    if not 0 <= number <= 366 * 86_400:
        raise argparse.ArgumentTypeError(f"{text}: expected seconds, up to a year")
    return number


@dataclass(frozen=True)
class Outcome:
    """What a refresh has changed, whether it published that, and why the feed seems stalled."""

    changes: Changes
    is_published: bool
    why_stale: str | None


def refresh(settings: Settings, dbt: Dbt, chosen: argparse.Namespace) -> None:
    """One refresh. It also fails if it has published, but no event has arrived for too long."""
    wait = Wait(chosen.wait)
    with locked(settings.warehouse, wait):
        warehouse = connect_when_free(settings.warehouse, settings.published, wait)
        check_backup_is_not_replaced(settings, was_built(warehouse))
        remove_unfinished(settings.warehouse.resolve())
        started_at = utc_now()
        try:
            dbt.refresh(chosen.build, chosen.test)
            check_input_is_there(settings.warehouse, dbt.schema)
            if chosen.compact:
                compact(settings.warehouse)
            outcome = publish_news(settings, dbt.schema, chosen, started_at)
            if not chosen.no_page:
                write_page(settings, dbt.schema, chosen.page)
        except (RefreshError, duckdb.Error, OSError) as error:
            failure = in_one_sentence(error)
            record_failure(settings, dbt.schema, started_at, failure)
            raise failure from None
    print(
        f"{started_at:%Y-%m-%d %H:%M:%S} UTC: {outcome.changes.in_words()};"
        f" {'published' if outcome.is_published else 'nothing to publish'};"
        f" {seconds_since(started_at):.1f} seconds",
        flush=True,
    )
    if outcome.why_stale:
        raise RefreshError(outcome.why_stale, INPUT_OR_SETTING)


def check_backup_is_not_replaced(settings: Settings, is_built: bool) -> None:
    """Stop if the warehouse is lost: what the published file holds would be replaced by what can
    be loaded again."""
    if settings.published.exists() and not is_built:
        raise RefreshError(
            f"WAREHOUSE_PATH is {settings.warehouse}: it does not exist or is empty, and what was"
            f" published from it does: copy {settings.published} there to go on from it, or delete"
            " that file to begin anew.",
            INPUT_OR_SETTING,
        )


def was_built(warehouse: DuckDBPyConnection | None) -> bool:
    """Whether a run has ever written there. Other commands of dbt leave an empty file. Closes the
    connection."""
    if warehouse is None:
        return False
    with warehouse:
        return warehouse.execute(
            "select count(*) > 0 from duckdb_tables() where table_name = 'int_build_settings'"
        ).fetchone() == (True,)


def check_input_is_there(warehouse: Path, schema: str) -> None:
    """Stop if the input that dbt has read is away. dbt goes on without it, because files may be
    deleted once they are loaded."""
    events = os.environ.get("EVENTS_PATH")
    if not events or re.search(r"[*?[]|://", events) or Path(events).exists():
        return
    with connect(warehouse) as connection:
        (is_read,) = connection.execute(
            "select count(*) > 0 from {internal}.int_build_settings"
            " where name = 'events_path' and contains(value, $1)".format(**schemas(schema)),
            [str(Path(events).absolute())],
        ).fetchone()
    if is_read:
        raise RefreshError(
            f"EVENTS_PATH is {events}: there is no such file or folder: mount or create it. What"
            " was loaded from there stays.",
            INPUT_OR_SETTING,
        )


def in_one_sentence(error: Exception) -> RefreshError:
    """A RefreshError as it is; else what DuckDB or the system said, with exit code 75 if another
    process has a file open."""
    if isinstance(error, RefreshError):
        return error
    text = in_one_line(str(error))
    return RefreshError(f"The refresh failed: {text}", code_of(text))


def publish_news(
    settings: Settings, schema: str, chosen: argparse.Namespace, started_at: datetime
) -> Outcome:
    """Record the refresh, and publish the warehouse if it holds anything new or is a new file."""
    # DuckDB loses its lock when this process closes any descriptor of the file, so that the
    # connection is closed first
    with settings.warehouse.open("rb") as file, connect(settings.warehouse) as connection:
        with attached(connection, settings.published, schema) as is_published:
            try:
                changes = find_changes(connection, schema, is_published)
            except duckdb.Error:
                if not is_published or is_published_readable(connection, schema):
                    raise  # what cannot be read is the warehouse
                is_published = False  # so that it is replaced
                changes = find_changes(connection, schema, is_published)
            is_new = has_news(connection, schema, chosen.publish, is_published) or chosen.compact
        stale = why_stale(connection, schema, utc_now())
        code = INPUT_OR_SETTING if stale else 0
        record(connection, schema, started_at, changes, stale, code)
        connection.execute("checkpoint")
        if is_new:
            try:
                publish(connection, file, settings.published, schema, chosen.publish)
            except RefreshError:
                forget(connection, schema, started_at)
                raise
    return Outcome(changes, is_new, stale)


def record_failure(
    settings: Settings, schema: str, started_at: datetime, error: RefreshError
) -> None:
    """Record a refresh that failed, unless the warehouse cannot be opened, or no run has created
    the table yet."""
    with contextlib.suppress(duckdb.Error), connect(settings.warehouse) as connection:
        if not amend(connection, schema, started_at, str(error), error.exit_code):
            record(connection, schema, started_at, None, str(error), error.exit_code)


def write_page(settings: Settings, schema: str, page: Path) -> None:
    """Write the page from the published file, unless it was written from this one: then it has
    the time of the file, whatever the clock says. The program that writes it is another process:
    what it needs in memory is free afterwards."""
    published_at = settings.published.stat().st_mtime_ns
    if page.exists() and page.stat().st_mtime_ns == published_at:
        return
    built = subprocess.run(
        [sys.executable, ROOT / "board/build.py", "--schema", schema, "--output", page],
        env=os.environ | {"PUBLISHED_PATH": str(settings.published)},
        capture_output=True, text=True,
    )  # fmt: skip
    if built.returncode:
        lines = built.stderr.strip().splitlines() or [f"exit code {built.returncode}"]
        raise RefreshError(f"The page was not written: {lines[-1]}")
    os.utime(page, ns=(published_at, published_at))


def attempt(settings: Settings, dbt: Dbt, chosen: argparse.Namespace) -> int:
    """One refresh; its exit code. What is wrong is printed, and the status tells it."""
    started_at = utc_now()
    code, message = 0, None
    try:
        refresh(settings, dbt, chosen)
    except Exception as error:
        if not isinstance(error, (RefreshError, OSError)):
            traceback.print_exc()
        failure = in_one_sentence(error)
        code, message = failure.exit_code, str(failure)
        print(message, file=sys.stderr, flush=True)
    write_status(settings.published, started_at, code, message)
    return code


def keep_refreshing(settings: Settings, dbt: Dbt, chosen: argparse.Namespace) -> int:
    """Refresh again and again, until SIGTERM or SIGINT: then the current refresh still ends."""
    is_over = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: is_over.set())
    while not is_over.is_set():
        start = time.monotonic()
        attempt(settings, dbt, chosen)
        gc.collect()
        is_over.wait(max(0, start + chosen.every - time.monotonic()))
    return 0


def target_folder(warehouse: Path) -> str:
    """Where dbt keeps what it has parsed, for each warehouse: dbt parses again when the environment
    is another one."""
    path = hashlib.md5(str(warehouse.resolve()).encode()).hexdigest()
    return f"target/{warehouse.stem}-{path[:8]}"


def main() -> int:
    chosen = arguments()
    chosen.page = chosen.page.absolute()
    try:
        settings = read_settings()
        os.chdir(settings.project)
    except RefreshError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    except (OSError, RuntimeError) as error:  # no such folder, or links that lead nowhere
        print(f"A path in the environment cannot be: {error}: correct it.", file=sys.stderr)
        return INPUT_OR_SETTING
    os.environ["DBT_PROJECT_DIR"] = str(settings.project)
    os.environ.setdefault("DBT_TARGET_PATH", target_folder(settings.warehouse))
    dbt = Dbt(settings.project, chosen.vars, chosen.show_dbt)
    if chosen.every is not None:
        return keep_refreshing(settings, dbt, chosen)
    try:
        return attempt(settings, dbt, chosen)
    except KeyboardInterrupt:
        print("The refresh was interrupted.", file=sys.stderr)
        return 128 + signal.SIGINT


if __name__ == "__main__":
    sys.exit(main())
