"""Does Spark make the same marts as DuckDB, and as the oracle, of any worlds and their deliveries?

SPARK_GROUPS says how many groups of 25 worlds are played, 4 by default, and SPARK_DELIVERIES how
many deliveries follow the build of each, 2 by default.
"""

import os
from datetime import datetime
from pathlib import Path
from random import Random

import duckdb
import pytest
from comparison import assert_equal_to_oracle, variables, write_typed_parquet
from deliveries import Table
from engines import Engines
from oracle import Settings
from worlds import write_parquet

WORLDS_PER_GROUP = 25
GROUPS = int(os.environ.get("SPARK_GROUPS", "4"))
DELIVERIES = int(os.environ.get("SPARK_DELIVERIES", "2"))
# whether the table has loaded_at, whether its times are texts, and what is set
KINDS = [
    (
        True,
        False,
        Settings(
            session_key=("app_id", "user_id"),
            timezone="Europe/Berlin",
            exclusion_rule_set="documented_2025",
            key_events=("Charged",),
        ),
    ),
    (
        True,
        True,
        Settings(
            session_timeout_minutes=7.5,
            timezone="America/Havana",
            exclusion_rule_set="observed_2022",
            clock_skew_tolerance_minutes=0,
            bounce_max_events=3,
            board_days=7,
        ),
    ),
    (
        False,
        False,
        Settings(
            session_timeout_minutes=30,
            session_key=("user_id", "platform", "app_id"),
            timezone="Asia/Kolkata",
            engaged_min_events=1000000,
            engaged_min_seconds=86400,
        ),
    ),
    (
        True,
        True,
        Settings(
            session_timeout_minutes=1 / 60,
            session_tracking_since=datetime(2024, 3, 31, 0, 59, 59, 999_999),
            as_of=datetime(2024, 4, 1, 4, 20),
            timezone="America/New_York",
            clock_skew_tolerance_minutes=1.5,
        ),
    ),
]


@pytest.mark.parametrize("seed", range(GROUPS))
def test_both_engines_and_the_oracle_agree_on_random_worlds(seed: int, tmp_path: Path) -> None:
    has_loaded_at, has_text_times, chosen = KINDS[seed % len(KINDS)]
    engines = Engines(tmp_path, {**variables(chosen), "event_source": "flat"}, is_small=True)
    table = Table(Random(seed), chosen, has_loaded_at, WORLDS_PER_GROUP, has_text_times)
    try:
        for delivery in range(DELIVERIES + 1):
            table.change()
            leave_out_what_differs(table)
            engines.load(written(table, tmp_path, has_text_times))
            engines.run("run", "--selector", "refresh") if delivery else engines.build()
        assert [mart for mart in engines.compare() if mart[2] or mart[3]] == []
        assert_equal_to_oracle(engines, table.expected(), chosen)
    finally:
        engines.stop_spark()


def leave_out_what_differs(table: Table) -> None:
    """Spark has no infinite times (docs/spark.md)."""
    table.rows = [
        row for row in table.rows if "infinity" not in f"{row.event_at} {row.loaded_at}".lower()
    ]


def written(table: Table, folder: Path, has_text_times: bool) -> Path:
    """What the table holds now, as Parquet."""
    path = folder / "events.parquet"
    (write_parquet if has_text_times else write_typed_parquet)(table.rows, path)
    if not table.has_loaded_at:
        rows = duckdb.read_parquet(str(path)).select("* exclude (loaded_at)")
        path = folder / "events_without_loaded_at.parquet"
        rows.write_parquet(str(path))
    return path
