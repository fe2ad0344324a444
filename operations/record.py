"""What a refresh did: the numbers of its closing line and of the mart `refreshes`."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime, timezone
from importlib.metadata import version

import duckdb
import yaml
from duckdb import DuckDBPyConnection
from settings import ROOT
from warehouse import PUBLISHED, quoted, schemas

LAST_PUBLISHED = f"""
    select coalesce(max(batch), 0), max(loaded_at) from {PUBLISHED}.{{marts}}.loaded_slices
"""
# a build from the input counts its batches on from the feed's, so they may fall, and so they do
# when a backup is restored
IS_BUILT_ANEW = """
    select count(*) filter (batch <= $1 and loaded_at > $2) > 0 or coalesce(max(batch), 0) < $1
    from {marts}.loaded_slices
"""
# a rebuild from the log judges all rows again
IS_PARTLY_WRITTEN = "select min(batch) <= $1 from {internal}.int_event_log"
# a run that forgets a user writes rows of slices that it does not load, and keeps their loaded_at
LOADED_SLICES = """
    (
        select slice, row_count from {marts}.loaded_slices
        where batch > $1 and (slice, loaded_at) not in (from {published_slices})
    )
"""
SLICES = f"select count(*), coalesce(sum(row_count), 0)::bigint from {LOADED_SLICES}"
REJECTED_ROWS = f"""
    select rejection_reason, count(*) from {{internal}}.int_event_log
    where batch > $1 and disposition = 'rejected'
        and slice in (select slice from {LOADED_SLICES})
    group by rejection_reason order by count(*) desc, rejection_reason
"""
# A run writes all rows of a session that it changes to the log again. So only the sessions need
# to be compared whose first row was written since.
NEW_AND_CHANGED_SESSIONS = """
    with written_events as materialized (
        select event_key, event_slot from {internal}.int_event_log
        where batch > $1 and disposition = 'session'
    ),
    written_sessions as (
        select sessions.*
        from {internal}.int_sessions as sessions
        semi join written_events
            on sessions.first_event_key = written_events.event_key
            and sessions.first_event_slot = written_events.event_slot
        where sessions.first_event_slot between
            (select min(event_slot) from written_events)
            and (select max(event_slot) from written_events)
    )
    select
        count(*) filter (published.ct_session_id is null),
        count(*) filter (
            published.ct_session_id is not null
            and (published.session_started_at, published.session_ended_at, published.event_count,
                published.first_event_name, published.last_event_name, published.platform,
                published.app_id)
            is distinct from (written_sessions.session_started_at,
                written_sessions.session_ended_at, written_sessions.event_count,
                written_sessions.first_event_name, written_sessions.last_event_name,
                written_sessions.platform, written_sessions.app_id)
        )
    from written_sessions
    left join {published_sessions} as published
        on written_sessions.ct_session_id = published.ct_session_id
"""


@dataclass(frozen=True)
class Changes:
    """What the warehouse holds that was not published before, and its clock."""

    slice_count: int
    row_count: int
    rejected_rows: dict[str, int]
    new_session_count: int
    changed_session_count: int
    withdrawn_session_count: int
    as_of: datetime | None

    @property
    def rejected_row_count(self) -> int:
        return sum(self.rejected_rows.values())

    def in_words(self) -> str:
        reasons = ", ".join(f"{count:,} {reason}" for reason, count in self.rejected_rows.items())
        clock = f"{self.as_of:%Y-%m-%d %H:%M:%S} UTC" if self.as_of else "not set"
        return (
            f"{self.slice_count:,} slice{'' if self.slice_count == 1 else 's'} with"
            f" {self.row_count:,} row{'' if self.row_count == 1 else 's'},"
            f" {self.rejected_row_count:,} rejected{f' ({reasons})' if reasons else ''};"
            f" sessions: {self.new_session_count:,} new, {self.changed_session_count:,} changed,"
            f" {self.withdrawn_session_count:,} withdrawn; the clock is {clock}"
        )


def find_changes(connection: DuckDBPyConnection, schema: str, is_published: bool) -> Changes:
    """Compare the warehouse with the published file, which is attached if it exists."""
    names = schemas(schema)

    def row(sql: str, *values: object) -> tuple:
        return connection.execute(sql.format(**names), list(values)).fetchone()

    batch, published_count = 0, 0
    names["published_slices"] = "(select (null::varchar, null::timestamp) where false)"
    if is_published:
        names["published_sessions"] = published_sessions(connection, schema)
        (published_count,) = row("select count(*) from {published_sessions}")
        batch, loaded_at = row(LAST_PUBLISHED)
        if row(IS_BUILT_ANEW, batch, loaded_at) == (True,):
            batch = 0
        elif row(IS_PARTLY_WRITTEN, batch) == (True,):
            names["published_slices"] = (
                f"(select (slice, loaded_at) from {PUBLISHED}.{names['marts']}.loaded_slices)"
            )
    slice_count, row_count = row(SLICES, batch)
    rejected_rows = connection.execute(REJECTED_ROWS.format(**names), [batch]).fetchall()
    (session_count,) = row("select count(*) from {internal}.int_sessions")
    new, changed = row(NEW_AND_CHANGED_SESSIONS, batch) if is_published else (session_count, 0)
    (as_of,) = row("select max(as_of) from {marts}.session_clock")
    return Changes(
        slice_count,
        row_count,
        dict(rejected_rows),
        new_session_count=new,
        changed_session_count=changed,
        # what is left of: sessions before + new sessions - withdrawn sessions = sessions now
        withdrawn_session_count=published_count + new - session_count,
        as_of=as_of,
    )


def published_sessions(connection: DuckDBPyConnection, schema: str) -> str:
    """The table of the sessions in the published file: the mart if only marts are published. In
    a copy of the warehouse the mart is a view, and would show the warehouse's own sessions."""
    is_copy = connection.execute(
        "select count(*) > 0 from duckdb_tables() where database_name = $1"
        " and schema_name = $2 and table_name = 'int_sessions'",
        [PUBLISHED.strip('"'), f"{schema}_internal"],
    ).fetchone()
    table = f'"{schema}_internal".int_sessions' if is_copy == (True,) else f'"{schema}".sessions'
    return f"{PUBLISHED}.{table}"


def is_published_readable(connection: DuckDBPyConnection, schema: str) -> bool:
    """Whether everything can be read that is compared of the published file. It cannot if a block
    of it is damaged."""
    slices = f"{PUBLISHED}.{quoted(schema)}.loaded_slices"
    try:
        for table in (slices, published_sessions(connection, schema)):
            connection.execute(f"select count(hash(rows)) from {table} as rows").fetchone()
    except duckdb.Error:
        return False
    return True


def record(
    connection: DuckDBPyConnection,
    schema: str,
    started_at: datetime,
    changes: Changes | None,
    message: str | None,
    exit_code: int,
) -> None:
    """Add a row to the mart `refreshes`; `changes` is None if the refresh failed."""
    project = yaml.safe_load((ROOT / "dbt_project.yml").read_text(encoding="utf-8"))
    row = {
        "started_at": started_at,
        "seconds": seconds_since(started_at),
        "exit_code": exit_code,
        "message": message,
        "session_analytics_version": project["version"],
        "dbt_version": version("dbt-core"),
        "duckdb_version": version("duckdb"),
    }
    if changes is not None:
        row |= asdict(changes) | {"rejected_row_count": changes.rejected_row_count}
        row["rejected_rows_by_reason"] = json.dumps(row.pop("rejected_rows"))
    marks = ", ".join("?" * len(row))
    connection.execute(
        f'insert into "{schema}_raw".refreshes ({", ".join(row)}) values ({marks})',
        list(row.values()),
    )


def amend(
    connection: DuckDBPyConnection, schema: str, started_at: datetime, message: str, exit_code: int
) -> bool:
    """Say in the row of a refresh, if there is one, what went wrong after it was written."""
    changed = connection.execute(
        f'update "{schema}_raw".refreshes set message = $1, exit_code = $2 where started_at = $3',
        [message, exit_code, started_at],
    ).fetchone()
    return changed != (0,)


def forget(connection: DuckDBPyConnection, schema: str, started_at: datetime) -> None:
    """Delete the row of a refresh: its changes were not published, so the next one counts them."""
    connection.execute(f'delete from "{schema}_raw".refreshes where started_at = $1', [started_at])


def seconds_since(started_at: datetime) -> float:
    """0 if the clock has been set back meanwhile."""
    return max(0.0, (utc_now() - started_at).total_seconds())


def utc_now() -> datetime:
    return datetime.now(timezone.utc).replace(tzinfo=None)
