"""Whether events still arrive. macros/run/newest_event.sql says the same for dbt."""

from __future__ import annotations

from datetime import datetime

from duckdb import DuckDBPyConnection

NEWEST_EVENT = """
    select newest_event_at, stale_after_minutes from "{schema}".session_board_settings
"""


def why_stale(connection: DuckDBPyConnection, schema: str, now: datetime) -> str | None:
    """A sentence if the newest event is older than the variable stale_after_minutes."""
    row = connection.execute(NEWEST_EVENT.format(schema=schema)).fetchone()
    newest, limit = row or (None, None)
    if newest is None or limit is None:
        return None
    minutes = (now - newest).total_seconds() / 60
    if minutes <= limit:
        return None
    return (
        f"Nothing has arrived for {age_in_words(minutes)}: the newest event is of"
        f" {newest:%Y-%m-%d %H:%M:%S} UTC, and stale_after_minutes is {limit:g}: look at what"
        " delivers the events."
    )


def age_in_words(minutes: float) -> str:
    """Minutes in the largest unit of which there are two or more."""
    for unit, size in (("days", 1440), ("hours", 60), ("minutes", 1)):
        if minutes >= 2 * size:
            return f"{int(minutes // size)} {unit}"
    return "a minute"
