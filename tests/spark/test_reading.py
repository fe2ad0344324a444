"""What does a run on Spark read and move of large tables, and what can it hash?"""

from pathlib import Path

import pytest
from dbt.cli.main import dbtRunner
from engines import Engines

EVENTS_TABLE = "lake.input.events"
LIST_SLICES = "{{ list_slices_of_input(none) }}"
IN_RANGE = "{{ and_in_range_of_slices(columns_of_spark_table()) if execute }}"
BROADCAST = "broadcast('few', api.Relation.create(identifier='few', type='cte'))"
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


def load_slices(engines: Engines, hours: list[str]) -> None:
    """These are the slices that a run loads."""
    slices = " union all ".join(f"select 'flat/{hour}' as slice" for hour in hours)
    engines.tell_spark("create schema if not exists session_analytics_raw")
    engines.tell_spark(
        f"create or replace table session_analytics_raw.slices_to_load using iceberg as {slices}"
    )


def show(engines: Engines, query: str) -> list[dict]:
    """The rows of a query with the project's macros, on Spark."""
    command = ("show", "--limit", "-1", "--inline", query)
    told = dbtRunner().invoke(engines.arguments("spark_local", *command))
    assert told.success
    rows = told.result.results[0].agate_table.rows
    return [dict(zip(row.keys(), row.values(), strict=True)) for row in rows]


def plan(engines: Engines, query: str) -> list[str]:
    """The lines of Spark's plan for a query with the project's macros."""
    command = ("compile", "--inline", query)
    compiled = dbtRunner().invoke(engines.arguments("spark_local", *command))
    code = compiled.result.results[0].node.compiled_code
    return engines.start_spark().sql(f"explain {code}").collect()[0][0].splitlines()


def test_of_rows_with_a_loaded_at_only_it_is_read(engines: Engines) -> None:
    write_events(engines, LOADED)
    with_loaded_at, without = [line for line in plan(engines, LIST_SLICES) if "BatchScan" in line]
    assert "events[loaded_at#" in with_loaded_at and "user_id" not in with_loaded_at
    assert "filters=loaded_at IS NULL" in without


def test_the_partitions_of_the_input_are_no_columns(engines: Engines) -> None:
    write_events(engines, LOADED)
    engines.tell_spark(f"alter table {EVENTS_TABLE} add partition field days(loaded_at)")
    assert [row["slice"] for row in show(engines, LIST_SLICES)] == ["flat/2026-01-31T10"]


@pytest.mark.parametrize(
    ("view", "event_at"),
    [("flat_typed_events", "event_at"), ("flat_text_events", "event_at::string")],
)
def test_files_outside_the_hours_of_the_slices_are_not_read(
    engines: Engines, view: str, event_at: str
) -> None:
    write_events(engines, LOADED)
    engines.tell_spark(f"""
        create or replace table {EVENTS_TABLE} using iceberg as
        select * except (event_at), {event_at} as event_at from {EVENTS_TABLE}
    """)
    load_slices(engines, ["2026-01-31T10"])
    rows = f"{{{{ spark_flat_views(columns_of_spark_table()).{view} if execute }}}}"
    (scan,) = [line for line in plan(engines, rows) if "BatchScan" in line and EVENTS_TABLE in line]
    assert "loaded_at >= " in scan and "loaded_at < " in scan
    assert len(show(engines, rows)) == 1


def test_an_hour_after_the_year_9999_hides_no_other_hour(engines: Engines) -> None:
    hours = ["2026-01-31T10", "+12000-01-01T00"]
    load_slices(engines, hours)
    write_events(engines, LOADED)
    engines.tell_spark(f"""
        insert into {EVENTS_TABLE} by name
        select * except (loaded_at), timestamp_ntz '+12000-01-01 00:00' as loaded_at
        from {EVENTS_TABLE}
    """)
    query = f"select user_id from {EVENTS_TABLE} where true {IN_RANGE}"
    assert len(show(engines, query)) == len(hours)


def test_a_few_rows_are_found_by_their_ids_without_moving_the_others(engines: Engines) -> None:
    write_events(engines, LOADED)
    engines.start_spark().conf.set("spark.sql.autoBroadcastJoinThreshold", "-1")
    query = f"""
        with few as (select user_id as row_id from {EVENTS_TABLE})
        select * from {EVENTS_TABLE}
        where user_id in (select {{{{ {BROADCAST} }}}} row_id from few)
    """
    found = "\n".join(plan(engines, query))
    assert "BroadcastHashJoin" in found and "hashpartitioning" not in found


@pytest.mark.parametrize(("clause", "hint"), [("", ""), ("where id < 9", "/*+ broadcast(few) */")])
def test_more_than_five_million_rows_are_not_sent(engines: Engines, clause: str, hint: str) -> None:
    engines.tell_spark(
        "create or replace table lake.input.many using iceberg as select id from range(5000001)"
    )
    many = "api.Relation.create(schema='input', identifier='many')"
    query = f"select '{{{{ broadcast('few', {many}, '{clause}') }}}}' as hint"
    assert [row["hint"] or "" for row in show(engines, query)] == [hint]


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
