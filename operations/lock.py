"""One refresh at a time, and none while another process has the warehouse open."""

from __future__ import annotations

import fcntl
import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timezone
from pathlib import Path

import duckdb
from errors import ANYTHING_ELSE, LOCKED, RefreshError
from warehouse import connect

PAUSE = 0.1  # seconds between two attempts


class Wait:
    """The time that a refresh may wait for others, counted from now."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.end = time.monotonic() + seconds

    def is_over(self) -> bool:
        return time.monotonic() >= self.end


@contextmanager
def locked(warehouse: Path, wait: Wait) -> Iterator[None]:
    """Hold the lock of a warehouse: a file beside it, which says who holds it since when. The
    kernel frees the lock when the process ends, however it ends, so the file may stay."""
    path = warehouse.with_name(f"{warehouse.name}.lock")
    with path.open("a+", encoding="utf-8") as file:
        while not is_taken(file.fileno()):
            if wait.is_over():
                file.seek(0)
                holder = file.read().strip() or "a process that has just begun"
                raise RefreshError(
                    f"Another refresh of {warehouse} is running, {holder}, and did not end within"
                    f" {wait.seconds:g} seconds: wait for its end, or wait longer (--wait).",
                    LOCKED,
                )
            time.sleep(PAUSE)
        holder = f"process {os.getpid()} since {datetime.now(timezone.utc):%Y-%m-%d %H:%M:%S} UTC"
        file.truncate(0)
        with suppress(OSError):  # the disk is full: DuckDB says which
            os.write(file.fileno(), holder.encode())
        yield


def is_taken(file: int) -> bool:
    """Take the lock of a file if no other process has it."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def connect_when_free(
    warehouse: Path, published: Path, wait: Wait
) -> duckdb.DuckDBPyConnection | None:
    """A connection to the warehouse, once no other process has it open; none if there is none."""
    while warehouse.exists():
        try:
            return connect(warehouse)
        except duckdb.Error as error:
            if not is_lock(str(error)):
                raise RefreshError(
                    f"WAREHOUSE_PATH is {warehouse}: it cannot be opened: {error}"
                ) from error
            if wait.is_over():
                raise RefreshError(
                    who_has_it_open(warehouse, published, str(error)), LOCKED
                ) from error
        time.sleep(PAUSE)
    return None


def is_lock(error: str) -> bool:
    """Whether an error of DuckDB says that another process has the file open."""
    return "Could not set lock on file" in error


def code_of(error: str, otherwise: int = ANYTHING_ELSE) -> int:
    """The exit code of an error of DuckDB: 75 if another process has the file open."""
    return LOCKED if is_lock(error) else otherwise


def who_has_it_open(warehouse: Path, published: Path, error: str) -> str:
    holder = re.search(r"Conflicting lock is held in (.*?\(PID \d+\))", error)
    return (
        f"WAREHOUSE_PATH is {warehouse}: {holder[1] if holder else 'another process'} has it open:"
        f" close it there, and let readers open {published}."
    )
