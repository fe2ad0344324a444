"""Every mart of real builds against the oracle, column by column, over generated worlds."""

from __future__ import annotations

import itertools
import os
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import asdict
from datetime import datetime, timezone
from pathlib import Path
from random import Random
from typing import Any

import duckdb
import pytest
from conftest import Project
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from oracle import RawRow, Settings, build, read_time
from worlds import (
    FILE_TIMES,
    any_settings,
    as_written,
    before_2100,
    only_typed,
    prefixed,
    random_world,
    write_csv,
    write_jsonl,
    write_parquet,
)

WORLDS_PER_BUILD = 25
# Dozens of builds a minute are what a build costs; to shrink one is to build it again and again.
BUILDS = settings(
    max_examples=int(os.environ.get("WORLD_BUILDS", "16")),
    derandomize="WORLD_BUILDS" not in os.environ,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
UNCOMPARED = {
    # what was rejected is compared as text: a time may have been read, or be none
    "rejected_events": {"event_at", "loaded_at"},
}


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


def write_slices(rows: list[RawRow], folder: Path, file_format: str) -> list[RawRow]:
    """Write each slice as a file of its time; give the rows as the format carries them."""
    extension, writer, _, has_text_times = FORMATS[file_format]
    written = as_written(rows if has_text_times else only_typed(rows), extension)
    for name, time in FILE_TIMES.items():
        path = folder / f"{name}.{extension}"
        writer([row for row in written if row.slice == name], path)
        seconds = time.replace(tzinfo=timezone.utc).timestamp()
        os.utime(path, (seconds, seconds))
    return written


def variables(chosen: Settings) -> dict[str, Any]:
    """The oracle's settings as dbt variables."""
    values = asdict(chosen) | {"session_key": list(chosen.session_key), "event_source": "flat"}
    return {
        name: str(value) if isinstance(value, datetime) else value for name, value in values.items()
    }


def normal(value: Any) -> Any:
    """DuckDB's infinite times come as Python's first and last one."""
    return value if value not in (datetime.min, datetime.max) else None


def rows_of(project: Project, mart: str, columns: Iterable[str]) -> Counter:
    return Counter(project.query(f"select {', '.join(columns)} from {mart}"))


def assert_equal_to_oracle(project: Project, rows: list[RawRow], chosen: Settings) -> None:
    """Each mart has the oracle's rows, each as often, in the oracle's columns."""
    wanted = build(rows, chosen)
    for mart, wanted_rows in wanted.items():
        if mart == "dispositions":
            continue
        empty = project.query(f"select count(*) = 0 from {mart}")[0][0]
        assert empty == (not wanted_rows), f"{mart}: {len(wanted_rows)} rows expected"
        if empty:
            continue
        columns = [name for name in wanted_rows[0] if name not in UNCOMPARED.get(mart, set())]
        found = rows_of(project, mart, columns)
        expected = Counter(tuple(normal(row[name]) for name in columns) for row in wanted_rows)
        if mart == "rejected_events":
            expected, found = comparable_rejections(expected, found, columns)
        assert found == expected, (
            f"{mart} {columns}\nnot expected: {list((found - expected).items())[:5]}"
            f"\nmissing: {list((expected - found).items())[:5]}\n{chosen}"
        )
    found = dict(
        project.query("select disposition, count(*) from int_events_sessionized group by all")
    )
    assert found == wanted["dispositions"]


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


@BUILDS
@given(
    seed=st.integers(0, 2**32),
    chosen=any_settings(),
    file_format=st.sampled_from(list(FORMATS)),
)
def test_worlds_side_by_side(
    tmp_path_factory: pytest.TempPathFactory, seed: int, chosen: Settings, file_format: str
) -> None:
    project = Project(tmp_path_factory.mktemp("worlds"))
    folder = project.folder / "events"
    folder.mkdir()
    rng = Random(seed)
    rows = [
        row
        for number in range(WORLDS_PER_BUILD)
        for row in prefixed(random_world(rng, chosen, unreadable=FORMATS[file_format][2]), number)
    ]
    written = write_slices(rows, folder, file_format)
    project.build(folder, **variables(chosen))
    assert_equal_to_oracle(project, written, chosen)


@pytest.mark.parametrize("seed", range(12))
def test_a_world_alone_with_the_default_clock(project: Project, seed: int) -> None:
    chosen = Settings()
    folder = project.folder / "events"
    folder.mkdir()
    rows = random_world(Random(seed), chosen, max_events=4)
    written = write_slices(rows, folder, "parquet of timestamps")
    project.build(folder, **variables(chosen))
    assert_equal_to_oracle(project, written, chosen)


@pytest.mark.parametrize("seed", range(3))
def test_worlds_in_a_table(project: Project, seed: int) -> None:
    """Without a file there is no time that stands in for a missing `loaded_at`."""
    chosen = Settings(session_key=("app_id", "user_id"), timezone="Europe/Berlin")
    rng = Random(seed)
    no_times = dict.fromkeys(FILE_TIMES)
    rows = [
        row
        for number in range(WORLDS_PER_BUILD)
        for row in prefixed(random_world(rng, chosen, file_times=no_times), number)
    ]
    rows = before_2100(only_typed(rows))
    write_typed_parquet(rows, project.folder / "table.parquet")
    with duckdb.connect(str(project.warehouse)) as connection:
        connection.execute(f"create table clicks as from '{project.folder}/table.parquet'")
    project.build(**variables(chosen), events_relation="clicks")
    wanted = build(rows, chosen)
    for mart in ("sessions", "user_profiles", "sessions_per_day", "session_length_distribution"):
        columns = list(wanted[mart][0])
        expected = Counter(tuple(row[name] for name in columns) for row in wanted[mart])
        assert rows_of(project, mart, columns) == expected, mart


def test_the_worlds_hold_what_breaks_such_systems() -> None:
    """A check of the check: ties, edges of the timeout, copies and every disposition occur."""
    chosen = Settings()
    rows = [
        row
        for number in range(200)
        for row in prefixed(random_world(Random(number), chosen, unreadable=True), number)
    ]
    built = build(rows, chosen)
    assert set(built["dispositions"]) == {"rejected", "duplicate", "api", "excluded", "session"}
    assert len({row["rejection_reason"] for row in built["rejected_events"]}) == 6
    times = sorted(
        (row.user_id, time)
        for row in rows
        if row.user_id is not None and (time := read_time(row.event_at)[0]) is not None
    )
    gaps = Counter(
        (later - time) - chosen.timeout
        for (user, time), (other, later) in itertools.pairwise(times)
        if user == other
    )
    microseconds = {gap.total_seconds() * 1e6 for gap in gaps}
    assert {0.0, 1.0, -1.0, -chosen.timeout.total_seconds() * 1e6} <= microseconds
