"""What is stored is built on with the settings it was built with, or not at all."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml
from conftest import REFRESH, ROOT, Project, Result

HEADER = "event_id,user_id,event_name,event_at\n"
WHAT_TO_DO = (
    " when the warehouse was built: set it back, build anew"
    " (.venv/bin/dbt build --selector run --full-refresh), or take another warehouse"
    " (WAREHOUSE_PATH)."
)
FLAT = {"event_source": "flat"}


def write(path: Path, *rows: str, seconds: int = 1_700_000_000) -> None:
    path.write_text(HEADER + "".join(f"{row}\n" for row in rows))
    os.utime(path, (seconds, seconds))


def stored(project: Project) -> dict[str, list[tuple]]:
    tables = project.query(
        "select schema_name || '.' || table_name from duckdb_tables() order by all"
    )
    return {name: project.query(f"from {name} order by all") for (name,) in tables}


def load_two_files(project: Project) -> Path:
    """A folder of two files, each with an event of one session, that a first build has loaded."""
    events = project.folder / "events"
    events.mkdir()
    write(events / "a.csv", "1,u,Play,2023-01-01 10:00:00")
    write(events / "b.csv", "2,u,Play,2023-01-01 10:05:00")
    project.build(events, **FLAT)
    return events


def assert_stopped(project: Project, before: dict[str, list[tuple]], result: Result) -> str:
    """Nothing is written, and dbt says one sentence, which is given."""
    assert not result.success
    headline, *said = result.error.splitlines()
    assert headline.startswith("Runtime Error in ")
    assert stored(project) == before
    return "\n".join(said).strip()


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Two events of one user in two files, 25 minutes apart."""
    project = Project(tmp_path_factory.mktemp("settings"))
    events = project.folder / "events"
    events.mkdir()
    write(events / "a.csv", "1,u,Play,2023-01-01 10:00:00")
    write(events / "b.csv", "2,u,Play,2023-01-01 10:25:00")
    project.build(events, **FLAT)
    return project


# variable, its new value, what the sentence says of both
CHANGED: list[tuple[str, Any, str]] = [
    ("session_timeout_minutes", 30, "is 30.0 and was 20.0"),
    ("exclusion_rule_set", "documented_2025", "is documented_2025 and was documented_2021"),
    ("session_key", ["app_id", "user_id"], "is app_id, user_id and was user_id"),
    ("session_tracking", False, "is false and was true"),
    ("session_tracking_since", "2023-01-01 10:10", "is 2023-01-01 10:10:00 and was unset"),
    ("clock_skew_tolerance_minutes", 0, "is 0.0 and was 60.0"),
    ("source_timezone", "Asia/Kolkata", "is Asia/Kolkata and was UTC"),
    ("events_path", "/nowhere", "is /nowhere and was {events}"),
    ("event_source", "clevertap", "is clevertap and was flat"),
]


@pytest.mark.parametrize(("name", "value", "sentence"), CHANGED, ids=[c[0] for c in CHANGED])
def test_a_run_with_another_setting_stops(
    built: Project, name: str, value: object, sentence: str
) -> None:
    """On nothing new, too."""
    events, before = built.folder / "events", stored(built)
    result = built.dbt(*REFRESH, events=events, **FLAT | {name: value})
    said = assert_stopped(built, before, result)
    assert f"{name} {sentence.format(events=events)}" in said
    assert said.endswith(WHAT_TO_DO)


def test_a_setting_of_the_clock_or_the_board_may_change(built: Project) -> None:
    variables = FLAT | {"as_of": "2023-02-01", "timezone": "Asia/Kolkata", "board_days": 7}
    events = built.folder / "events"
    assert built.dbt("run", events=events, **variables).success
    assert built.query("select local_as_of::varchar from session_board_settings") == [
        ("2023-02-01 05:30:00",)
    ]
    assert built.dbt("run", events=events, **FLAT).success


@pytest.mark.parametrize(
    ("name", "value", "before"),
    [
        ("timezone", "Asia/Kolkata", "UTC"),
        ("board_days", 7, 30),
        ("stale_after_minutes", 60, "unset"),
    ],
)
def test_a_refresh_stops_where_the_views_have_another_setting(
    built: Project, name: str, value: object, before: object
) -> None:
    """The views would show another day than the tables."""
    state = stored(built)
    result = built.dbt(*REFRESH, events=built.folder / "events", **FLAT | {name: value})
    assert assert_stopped(built, state, result) == (
        f"{name} is {value} and was {before} when the views were created: run"
        " `.venv/bin/dbt build --selector run` once, or set it back."
    )


@pytest.mark.parametrize(
    ("table", "change", "sentence"),
    [
        (
            "excluded_events",
            "insert into excluded_events values ('documented_2021', 'Play', null)",
            "Notification Sent, Play, UTM Visited and was App Installed",
        ),
        (
            "main_internal.int_build_settings",
            "update main_internal.int_build_settings set value = '7'"
            " where name = 'hash() of DuckDB'",
            "hash() of DuckDB is ",
        ),
    ],
    ids=["an edited seed", "an engine that hashes otherwise"],
)
def test_what_else_the_log_depends_on_is_noticed(
    built: Project, table: str, change: str, sentence: str
) -> None:
    with duckdb.connect(str(built.warehouse)) as connection:
        connection.execute(f"create table kept as from {table}")
        connection.execute(change)
    before = stored(built)
    result = built.dbt(*REFRESH, events=built.folder / "events", **FLAT)
    assert sentence in assert_stopped(built, before, result)
    with duckdb.connect(str(built.warehouse)) as connection:
        connection.execute(f"create or replace table {table} as from kept; drop table kept")
    assert built.dbt(*REFRESH, events=built.folder / "events", **FLAT).success


def test_a_full_refresh_takes_another_setting(project: Project) -> None:
    write(project.folder / "a.csv", "1,u,Play,2023-01-01 10:00:00", "2,u,Play,2023-01-01 10:25:00")
    project.build(project.folder / "*.csv", **FLAT)
    assert project.query("select count(*) from sessions") == [(2,)]
    variables = FLAT | {"session_timeout_minutes": 30}
    events = project.folder / "*.csv"
    before = stored(project)
    result = project.dbt(*REFRESH, "--full-refresh", events=events, **variables)
    assert assert_stopped(project, before, result) == (
        "session_timeout_minutes is 30 and was 20 when the views were created: run"
        " `.venv/bin/dbt build --selector run --full-refresh` once, or set it back."
    )
    assert project.dbt("run", "--full-refresh", events=events, **variables).success
    assert project.query("select event_count from sessions") == [(2,)]
    assert project.dbt(*REFRESH, events=events, **variables).success


@pytest.mark.parametrize(
    ("selected", "sentence"),
    [
        ("int_sessions", "int_sessions without int_build_settings, int_event_log,"),
        (
            "int_event_log+",
            "loaded_slices and int_sessions and int_event_log without int_build_settings,"
            " int_loaded_events_this_run,",
        ),
    ],
)
def test_a_full_refresh_of_a_part_of_the_chain_stops(
    built: Project, selected: str, sentence: str
) -> None:
    before = stored(built)
    command = ("run", "--full-refresh", "--select", selected)
    result = built.dbt(*command, events=built.folder / "events", **FLAT)
    said = assert_stopped(built, before, result)
    assert said.startswith(f"--full-refresh of {sentence}")
    assert said.endswith(
        "belongs together: expected all of it (.venv/bin/dbt build --selector run --full-refresh)."
    )


def test_a_warehouse_of_an_older_version_stops_and_loses_nothing(project: Project) -> None:
    """Version 0.1.0 had no schema for its internal tables; what it had loaded is recorded."""
    events = load_two_files(project)
    with duckdb.connect(str(project.warehouse)) as connection:
        connection.execute("drop schema main_internal cascade; create schema main_internal")
    before = stored(project)
    result = project.dbt("run", events=events, **FLAT)
    assert assert_stopped(project, before, result) == (
        "An older version of Session Analytics built the warehouse: build anew"
        " (.venv/bin/dbt build --selector run --full-refresh), or take another warehouse"
        " (WAREHOUSE_PATH)."
    )
    (events / "a.csv").unlink()
    result = project.dbt("run", "--full-refresh", events=events, **FLAT)
    assert "files that were deleted (flat/a.csv)" in assert_stopped(project, before, result)
    write(events / "a.csv", "1,u,Play,2023-01-01 10:00:00")
    assert project.dbt("run", "--full-refresh", events=events, **FLAT).success
    assert project.query("select event_count from sessions") == [(2,)]


def test_an_empty_run_does_not_empty_what_is_stored(built: Project) -> None:
    before = stored(built)
    result = built.dbt(*REFRESH, "--empty", events=built.folder / "events", **FLAT)
    assert assert_stopped(built, before, result).startswith("--empty would empty what is stored")


def test_a_full_refresh_that_would_lose_rows_stops(project: Project) -> None:
    events = load_two_files(project)
    (events / "a.csv").unlink()
    assert project.dbt(*REFRESH, events=events, **FLAT).success
    before = stored(project)
    assert project.query("select event_count from sessions") == [(2,)]
    assert assert_stopped(
        project, before, project.dbt(*REFRESH, "--full-refresh", events=events, **FLAT)
    ) == (
        "Building anew would lose the rows of files that were deleted (flat/a.csv): put them"
        " back, rebuild from the log (.venv/bin/dbt build --selector run"
        " --full-refresh --vars 'rebuild_from: log'), or set forget_gone_files to true."
    )
    variables = FLAT | {"forget_gone_files": True}
    assert project.dbt(*REFRESH, "--full-refresh", events=events, **variables).success
    assert project.query("select event_count from sessions") == [(1,)]


def test_a_column_that_is_new_in_the_source_is_kept(project: Project) -> None:
    write(project.folder / "a.csv", "1,u,Play,2023-01-01 10:00:00")
    events = project.folder / "*.csv"
    project.build(events, **FLAT)
    (project.folder / "b.csv").write_text(
        HEADER.strip() + ",mood,platform\n2,u,Play,2023-01-01 10:05:00,fine,iOS\n"
    )
    assert project.dbt(*REFRESH, events=events, **FLAT).success
    assert project.query("select platform, properties from events order by event_id") == [
        (None, None),
        ("iOS", '{"mood":"fine"}'),
    ]


def test_a_first_load_in_pieces_is_the_same_in_the_end(project: Project) -> None:
    events = project.folder / "events"
    events.mkdir()
    for number in range(5):
        row = f"{number},u,Play,2023-01-01 10:{number * 10:02}:00"
        write(events / f"{number}.csv", row, seconds=1_700_000_000 + (number * 7) % 5)
    project.build(events, **FLAT, slices_per_run=2)
    assert project.query("select slice from loaded_slices order by slice") == [
        ("flat/0.csv",),
        ("flat/3.csv",),
    ]
    left = project.dbt(
        "run-operation", "print_slices_to_load", events=events, **FLAT, slices_per_run=2
    )
    assert left.output.split()[-1] == "3"
    for _ in range(2):
        assert project.dbt(*REFRESH, events=events, **FLAT, slices_per_run=2).success
    assert project.query("select event_count from sessions") == [(5,)]
    assert project.query("select max(batch), sum(row_count) from loaded_slices") == [(3, 5)]


def test_a_file_that_was_empty_when_it_went_is_no_loss(project: Project) -> None:
    events = load_two_files(project)
    write(events / "a.csv", seconds=1_700_000_001)
    assert project.dbt(*REFRESH, events=events, **FLAT).success
    (events / "a.csv").unlink()
    assert project.dbt(*REFRESH, "--full-refresh", events=events, **FLAT).success
    assert project.query("select event_count from sessions") == [(1,)]


def test_a_json_file_without_any_user_is_rejected_as_in_a_full_build(project: Project) -> None:
    events = project.folder / "events"
    events.mkdir()
    line = '{"event_id": "%s", "event_name": "Play", "event_at": "2023-01-01 10:00:00"%s}\n'
    (events / "a.json").write_text(line % (1, ', "user_id": "u"'))
    project.build(events, **FLAT)
    (events / "b.json").write_text(line % (2, ""))
    assert project.dbt(*REFRESH, events=events, **FLAT).success
    assert project.query("select rejection_reason from rejected_events") == [("missing_user",)]


def test_a_column_of_a_table_that_gets_another_name_loads_it_again(project: Project) -> None:
    with duckdb.connect(str(project.warehouse)) as connection:
        connection.execute("""
            create table clicks as
            select
                'u' as user_id, 'Play' as event_name, now()::timestamp as event_at, 'iOS' as app_id
        """)
    project.build(**FLAT, events_relation="clicks")
    with duckdb.connect(str(project.warehouse)) as connection:
        connection.execute("alter table clicks rename app_id to platform")
    assert project.dbt(*REFRESH, **FLAT, events_relation="clicks").success
    assert project.query("select app_id, platform from sessions") == [(None, "iOS")]


def test_each_variable_of_a_view_is_recorded_with_the_views() -> None:
    """A refresh creates no views, so that it must notice another value."""
    checked_elsewhere = {"as_of", "slices_per_run", "exclusion_rule_set"}
    recorded = (ROOT / "macros/run/created_views.sql").read_text()
    sql = "".join(path.read_text() for path in (ROOT / "models").rglob("*.sql"))
    names = set(re.findall(r"""\bvar\(["'](\w+)""", sql)) - checked_elsewhere
    assert len(names) > 8
    assert {name for name in names if f'"{name}"' not in recorded} == set()


def test_the_name_of_each_variable_is_known() -> None:
    """A typing error in a name is told only for known names."""
    known = (ROOT / "macros/run/check_names_of_variables.sql").read_text()
    variables = yaml.safe_load((ROOT / "dbt_project.yml").read_text())["vars"]
    assert {name for name in variables if f'"{name}"' not in known} == set()
