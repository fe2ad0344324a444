"""Every mart of real builds against the oracle, column by column, over generated worlds."""

from __future__ import annotations

import itertools
import os
from collections import Counter
from datetime import timezone
from pathlib import Path
from random import Random

import duckdb
import pytest
from any_world import any_settings
from comparison import (
    FORMATS,
    assert_equal_to_oracle,
    assert_same_rows,
    rows_of,
    variables,
    write_typed_parquet,
)
from conftest import Project
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from oracle import RawRow, Settings, build, read_time
from worlds import (
    FILE_TIMES,
    as_written,
    before_2100,
    only_typed,
    prefixed,
    random_world,
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
        found = rows_of(project, {mart: f"select {', '.join(columns)} from {mart}"})[mart]
        assert_same_rows(mart, found, expected, chosen)


def test_the_worlds_hold_what_breaks_such_systems() -> None:
    """A check of the check: ties, edges of the timeout, copies and every disposition occur."""
    chosen = Settings()
    rows = [
        row
        for number in range(200)
        for row in prefixed(random_world(Random(number), chosen, unreadable=True), number)
    ]
    built = build(rows, chosen)
    assert set(built["dispositions"]) == {
        "rejected", "duplicate", "vendor_session", "api", "excluded", "session",
    }  # fmt: skip
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
