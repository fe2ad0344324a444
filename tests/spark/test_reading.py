"""What does a run on Spark read of a table to find its changed slices, and what can it hash?"""

from pathlib import Path

import pytest
from dbt.cli.main import dbtRunner
from engines import Engines

LIST_SLICES = "{{ list_slices_of_input(none) }}"
EVENTS = """
    create or replace table lake.input.events using iceberg
    tblproperties ('format-version' = '3') as
    select 'ann' as user_id, 'Play' as event_name, timestamp_ntz '2026-01-31 10:00' as event_at,
        {loaded_at} as loaded_at, {properties} as properties
"""
LOADED = "timestamp_ntz '2026-01-31 10:05'"


@pytest.fixture
def engines(tmp_path: Path) -> Engines:
    engines = Engines(tmp_path, is_small=True)
    engines.tell_spark("create schema if not exists lake.input")
    return engines


def write_events(engines: Engines, loaded_at: str, properties: str = "'no'") -> None:
    engines.tell_spark(EVENTS.format(loaded_at=loaded_at, properties=properties))


def show(engines: Engines, query: str) -> list[dict]:
    """The rows of a query with the project's macros, on Spark."""
    command = ("show", "--limit", "-1", "--inline", query)
    told = dbtRunner().invoke(engines.arguments("spark_local", *command))
    assert told.success
    rows = told.result.results[0].agate_table.rows
    return [dict(zip(row.keys(), row.values(), strict=True)) for row in rows]


def scans(engines: Engines) -> list[str]:
    """What Spark plans to read."""
    compiled = dbtRunner().invoke(
        engines.arguments("spark_local", "compile", "--inline", LIST_SLICES)
    )
    query = compiled.result.results[0].node.compiled_code
    plan = engines.start_spark().sql(f"explain {query}").collect()[0][0]
    return [line for line in plan.splitlines() if "BatchScan" in line]


def test_of_rows_with_a_loaded_at_only_it_is_read(engines: Engines) -> None:
    write_events(engines, LOADED)
    with_loaded_at, without = scans(engines)
    assert "events[loaded_at#" in with_loaded_at and "user_id" not in with_loaded_at
    assert "filters=loaded_at IS NULL" in without


@pytest.mark.parametrize(
    "properties",
    ["map('a', {})", "struct({} as a)", "array({})", "parse_json(concat('[', {}, ']'))"],
)
def test_nested_properties_tell_rows_without_a_loaded_at_apart(
    engines: Engines, properties: str
) -> None:
    found = []
    for value in (1, 2, 1):
        write_events(engines, "null::timestamp_ntz", properties.format(value))
        found += show(engines, LIST_SLICES)
    assert [row["slice"] for row in found] == ["flat"] * 3
    assert found[0]["fingerprint"] == found[2]["fingerprint"] != found[1]["fingerprint"]
