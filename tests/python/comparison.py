"""Every mart of a warehouse against the oracle, column by column; the formats of files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Iterable
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
from oracle import RawRow, Row, Settings, build
from worlds import write_csv, write_jsonl, write_parquet

if TYPE_CHECKING:
    from conftest import Project

# marts are in the schema main, staging and intermediate models beside it
SESSION = "set TimeZone = 'UTC'; set search_path = 'main,main_internal'"

UNCOMPARED = {
    # what was rejected is compared as text: a time may have been read, or be none
    "rejected_events": {"event_at", "loaded_at"},
}

# `withdrawn` is a row that its slice no longer holds
DISPOSITIONS = """
    select disposition, count(*) from int_event_log
    where disposition != 'withdrawn' group by all
"""


def write_nested_jsonl(rows: Iterable[RawRow], path: Path) -> None:
    write_jsonl(rows, path, nested=True)


def write_typed_parquet(rows: Iterable[RawRow], path: Path) -> None:
    write_parquet(rows, path, typed_times=True)


# format: the extension, its writer, whether it can hold unreadable rows and texts for times
FORMATS: dict[str, tuple[str, Callable, bool, bool]] = {
    "csv": ("csv", write_csv, True, True),
    "json lines": ("jsonl", write_jsonl, True, True),
    "json lines, nested properties": ("ndjson", write_nested_jsonl, True, True),
    "parquet of texts": ("parquet", write_parquet, False, True),
    "parquet of timestamps": ("parquet", write_typed_parquet, False, False),
}


def variables(chosen: Settings) -> dict[str, Any]:
    """The oracle's settings as dbt variables."""

    def plain(value: Any) -> Any:
        if isinstance(value, tuple):
            return list(value)
        return str(value) if isinstance(value, datetime) else value

    return {name: plain(value) for name, value in asdict(chosen).items()} | {"event_source": "flat"}


def normal(value: Any) -> Any:
    """DuckDB's infinite times come as Python's first and last one."""
    return value if value not in (datetime.min, datetime.max) else None


def rows_of(project: Project, queries: dict[str, str]) -> dict[str, Counter]:
    """The rows of each query, each with how often it occurs; over one connection."""
    with duckdb.connect(str(project.warehouse), read_only=True) as connection:
        connection.execute(SESSION)
        return {name: Counter(connection.execute(sql).fetchall()) for name, sql in queries.items()}


def columns_of(rows: list[Row], mart: str) -> list[str]:
    """The oracle's columns of a mart that has rows, but for those that can't be compared."""
    return [name for name in rows[0] if name not in UNCOMPARED.get(mart, set())] if rows else ["1"]


def assert_equal_to_oracle(
    project: Project, rows: list[RawRow], chosen: Settings, forgotten: Container[str] = ()
) -> None:
    """Each mart has the oracle's rows, each as often, in the oracle's columns."""
    wanted = build(rows, chosen, forgotten=forgotten)
    dispositions = wanted.pop("dispositions")
    columns = {mart: columns_of(wanted_rows, mart) for mart, wanted_rows in wanted.items()}
    queries = {mart: f"select {', '.join(names)} from {mart}" for mart, names in columns.items()}
    tables = rows_of(project, queries | {"dispositions": DISPOSITIONS})
    counts = Counter(dict(tables.pop("dispositions").keys()))
    assert counts == dispositions, f"dispositions: {counts}, expected {dispositions}\n{chosen}"
    for mart, found in tables.items():
        names = columns[mart]
        expected = Counter(tuple(normal(row[name]) for name in names) for row in wanted[mart])
        if mart == "rejected_events" and expected:
            expected, found = comparable_rejections(expected, found, names)
        assert_same_rows(f"{mart} {names}", found, expected, chosen)


def assert_same_rows(title: str, found: Counter, expected: Counter, chosen: Settings) -> None:
    assert found == expected, (
        f"{title}\nnot expected: {list((found - expected).items())[:5]}"
        f"\nmissing: {list((expected - found).items())[:5]}\n{chosen}"
    )


def comparable_rejections(
    expected: Counter, found: Counter, columns: list[str]
) -> tuple[Counter, Counter]:
    """Slices as the oracle names them; of an unreadable row nothing but its slice is known."""
    slice_at, reason_at = columns.index("slice"), columns.index("rejection_reason")

    def plain(row: tuple) -> tuple:
        name = Path(row[slice_at]).stem
        if row[reason_at] == "unreadable_row":
            return (name, "unreadable_row")
        return (name, *(value for at, value in enumerate(row) if at != slice_at))

    def renamed(rows: Counter) -> Counter:
        result: Counter = Counter()
        for row, count in rows.items():
            result[plain(row)] += count
        return result

    return renamed(expected), renamed(found)
