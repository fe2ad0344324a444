"""Puts what the warehouse holds into the published file, by one rename."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import duckdb
from duckdb import DuckDBPyConnection
from errors import LOCKED, RefreshError
from lock import is_lock
from warehouse import PUBLISHED, literal, quoted, schemas

FICLONE = 0x40049409  # Linux: the new file shares the blocks of the old one until one is written
COPY_AT_ONCE = 1 << 30

# What tells whether readers would see anything new. A run on nothing writes tables anew, so the
# file itself does not tell. `changes`: a feed that was dropped starts over. `failures`: a failed
# refresh is shown once, by the next good one. Clocks may be set back, so no time tells alone.
STATE = """
    select struct_pack(
        what := $what,
        slices := (
            select struct_pack(batch := max(batch), loaded_at := max(loaded_at), number := count(*))
            from {marts}.loaded_slices
        ),
        as_of := (select max(as_of) from {marts}.session_clock),
        changes := (
            select struct_pack(number := max(change_number), first_batch := min(batch))
            from {marts}.session_concluded_changes
        ),
        settings := (
            select list((name, value) order by name) from {internal}.int_build_settings
        ),
        views := (select any_value(created_views) from {raw}.created_views),
        forgotten_at := (select max(forgotten_at) from {raw}.forgotten_users),
        seeds := (select bit_xor(hash(buckets)) from {marts}.session_length_buckets as buckets),
        failures := (
            select struct_pack(started_at := max(started_at), number := count(*))
            from {raw}.refreshes where exit_code != 0 and as_of is null
        )
    )::varchar
"""
MARTS = """
    select table_name, comment from duckdb_tables()
    where database_name = $1 and schema_name = $2
    union all
    select view_name, comment from duckdb_views()
    where database_name = $1 and schema_name = $2
    order by table_name
"""
COLUMNS = """
    select column_name, comment from duckdb_columns()
    where database_name = $1 and schema_name = $2 and table_name = $3 and comment is not null
"""


@contextmanager
def attached(connection: DuckDBPyConnection, published: Path, schema: str) -> Iterator[bool]:
    """Attach the published file, to compare; false if there is none that can be compared."""
    has_state = False
    try:
        if published.is_file():
            connection.execute(f"attach {literal(published)} as {PUBLISHED} (read_only)")
            connection.execute(f'select state from {PUBLISHED}."{schema}_raw".published_state')
            has_state = True
    except duckdb.Error as error:
        if is_lock(str(error)):
            raise RefreshError(
                f"PUBLISHED_PATH is {published}: a process has it open for writing: let it connect"
                " read only.",
                LOCKED,
            ) from error
    try:
        yield has_state
    finally:
        connection.execute(f"detach database if exists {PUBLISHED}")


def has_news(connection: DuckDBPyConnection, schema: str, what: str, is_published: bool) -> bool:
    """Whether readers of the published file, if it exists, miss anything. Notes in the warehouse,
    and so in its copies, what it holds."""
    names = schemas(schema)
    (state,) = connection.execute(STATE.format(**names), {"what": what}).fetchone()
    if is_published:
        table = f"{PUBLISHED}.{names['raw']}.published_state"
        if connection.execute(f"select state from {table}").fetchone() == (state,):
            return False
    connection.execute(
        f"create or replace table {names['raw']}.published_state as select $1 as state", [state]
    )
    return True


def publish(
    connection: DuckDBPyConnection, warehouse: BinaryIO, published: Path, schema: str, what: str
) -> None:
    """Write `what` (`copy` or `marts`) beside the published file, check it, and rename it.
    `warehouse` is the file that `connection` has open, checkpointed."""
    new = published.with_name(f".{published.name}.{os.getpid()}")
    try:
        published.parent.mkdir(parents=True, exist_ok=True)
        remove_unfinished(published)
        if what == "marts":
            write_marts(connection, new, schema)
        else:
            copy(warehouse, new)
        new.chmod(stat.S_IMODE(os.fstat(warehouse.fileno()).st_mode))  # as private as its source
        check(connection, new, published.stem, schema)
        # a log of changes that someone wrote into the old file does not fit the new one
        published.with_name(f"{published.name}.wal").unlink(missing_ok=True)
        put_in_place(new, published)
    except (OSError, duckdb.Error) as error:
        raise RefreshError(
            f"PUBLISHED_PATH is {published}: the warehouse was not published there: {error}"
        ) from error
    finally:
        remove_unfinished(published)


def remove_unfinished(published: Path) -> None:
    """Remove what killed runs left. No other refresh writes here: this one has the lock."""
    if published.parent.is_dir():
        for path in published.parent.iterdir():
            if re.fullmatch(rf"\.{re.escape(published.name)}\.\d+(\.wal)?", path.name):
                path.unlink(missing_ok=True)


def copy(source: BinaryIO, target: Path) -> None:
    """Copy a file: by a clone of its blocks where the file system can do that."""
    with target.open("wb") as file:
        try:
            fcntl.ioctl(file.fileno(), FICLONE, source.fileno())
        except OSError:
            source.seek(0)
            if sys.platform != "linux":
                shutil.copyfileobj(source, file)
                return
            position, size = 0, os.fstat(source.fileno()).st_size
            while position < size:
                position += os.sendfile(file.fileno(), source.fileno(), position, COPY_AT_ONCE)


def write_marts(connection: DuckDBPyConnection, target: Path, schema: str) -> None:
    """Write the marts, and the seeds beside them, into a new file, as tables with comments."""
    name = quoted(target.name)
    (warehouse,) = connection.execute("select current_database()").fetchone()
    connection.execute(f"attach {literal(target)} as {name}")
    try:
        connection.execute(f"create schema if not exists {name}.{quoted(schema)}")
        connection.execute(f'create schema {name}."{schema}_raw"')
        connection.execute(
            f'create table {name}."{schema}_raw".published_state as'
            f' from "{schema}_raw".published_state'
        )
        for mart, comment in connection.execute(MARTS, [warehouse, schema]).fetchall():
            relation = f"{name}.{quoted(schema)}.{quoted(mart)}"
            connection.execute(f"create table {relation} as from {quoted(schema)}.{quoted(mart)}")
            connection.execute(f"comment on table {relation} is {literal(comment or '')}")
            columns = connection.execute(COLUMNS, [warehouse, schema, mart]).fetchall()
            for column, text in columns:
                connection.execute(
                    f"comment on column {relation}.{quoted(column)} is {literal(text)}"
                )
    finally:
        connection.execute(f"detach {name}")


def check(connection: DuckDBPyConnection, new: Path, stem: str, schema: str) -> None:
    """Open the new file as readers will: it has each mart, and the warehouse's clock."""
    (warehouse,) = connection.execute("select current_database()").fetchone()
    marts = connection.execute(MARTS, [warehouse, schema]).fetchall()
    clock = f"select max(as_of) from {quoted(schema)}.session_clock"
    with duckdb.connect() as reader:
        reader.execute(f"attach {literal(new)} as {quoted(stem)} (read_only)")
        reader.execute(f"use {quoted(stem)}.{quoted(schema)}")
        for mart, _ in marts:
            reader.execute(f"select * from {quoted(schema)}.{quoted(mart)} limit 0")
        found, expected = reader.execute(clock).fetchone(), connection.execute(clock).fetchone()
        if found != expected:
            raise RefreshError(
                f"The copy of the warehouse has the clock {found}: expected {expected}."
            )


def put_in_place(new: Path, old: Path) -> None:
    """Replace a file by one rename, which a power cut neither halves nor takes back."""
    synchronize(new)
    new.replace(old)
    synchronize(old.parent)


def synchronize(path: Path) -> None:
    """Wait until a file or folder is on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
