"""Does a refresh do what a whole run does, and is each relation where it belongs?"""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from conftest import REFRESH, ROOT, Project
from few_events import HEADER, write

FLAT = {"event_source": "flat"}
RELATIONS = """
    select schema_name || '.' || table_name, 'table' from duckdb_tables()
    union all
    select schema_name || '.' || view_name, 'view' from duckdb_views() where not internal
"""
STATE = """
    select view_name, sql from duckdb_views() where not internal
    union all
    select schema_name || '.' || table_name, estimated_size::varchar from duckdb_tables()
"""
BUILD = "`.venv/bin/dbt build --selector run`"
OLDER = f"The views in the warehouse are older than the code: run {BUILD}"


def deliver(project: Project, name: str, at: str) -> Path:
    path = project.folder / "events" / name
    write(path, HEADER + f"u1,Play,2026-01-01 {at}\n")
    return path.parent


def models(folder: str) -> set[str]:
    return {path.stem for path in (ROOT / "models" / folder).rglob("*.sql")}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Project:
    project = Project(tmp_path_factory.mktemp("refresh"))
    project.build(deliver(project, "a.csv", "10:00"), **FLAT)
    return project


def test_the_warehouse_has_three_rooms(built: Project) -> None:
    relations = dict(built.query(RELATIONS))
    rooms: dict[str, set[str]] = {}
    for relation in relations:
        schema, name = relation.split(".")
        rooms.setdefault(schema, set()).add(name)
    seeds = {path.stem for path in (ROOT / "seeds").glob("*.csv")}
    assert rooms["main"] == models("marts") | seeds
    assert rooms["main_internal"] == models("staging") | models("intermediate")
    assert rooms.keys() == {"main", "main_internal", "main_raw"}


def test_a_refresh_loads_and_commits_what_has_arrived(built: Project) -> None:
    folder = deliver(built, "b.csv", "10:10")
    result = built.dbt(*REFRESH, events=folder, **FLAT)
    assert result.success and OLDER not in result.output
    assert "Loaded 1 slice with 1 rows. Rejected 0 rows.\n" in result.output + "\n"
    assert ("flat/b.csv", 1) in built.query("select slice, row_count from loaded_slices")
    assert built.query("select sum(event_count) = (select count(*) from events) from sessions") == [
        (True,)
    ]


def test_a_refresh_says_that_the_views_are_older_than_the_code(built: Project) -> None:
    folder = deliver(built, "c.csv", "10:15")
    with duckdb.connect(str(built.warehouse)) as connection:
        connection.execute("update main_raw.created_views set code = 'older'")
    result = built.dbt(*REFRESH, events=folder, **FLAT)
    assert result.success and OLDER in result.output
    assert ("flat/c.csv", 1) in built.query("select slice, row_count from loaded_slices")
    result = built.dbt("run", events=folder, **FLAT)
    assert result.success and OLDER not in result.output
    assert OLDER not in built.dbt(*REFRESH, events=folder, **FLAT).output


def test_dbt_test_writes_nothing(built: Project) -> None:
    """It reads what the last run has left, not the input, which may be gone."""
    before = built.query(STATE)
    result = built.dbt("test", "--selector", "audit", events=built.folder / "nowhere", **FLAT)
    assert result.success, result.output
    assert built.query(STATE) == before


def test_a_refresh_without_the_views_stops_and_writes_nothing(project: Project) -> None:
    folder = deliver(project, "a.csv", "10:00")
    assert project.dbt("seed", events=folder, **FLAT).success
    result = project.dbt(*REFRESH, events=folder, **FLAT)
    assert not result.success
    assert (
        f" is not in the warehouse: run {BUILD} once before a run that leaves it out."
        in result.error
    )
    assert {name.split(".")[0] for name, _ in project.query(RELATIONS)} == {"main"}


def test_a_view_takes_the_place_of_a_table_and_a_table_that_of_a_view(built: Project) -> None:
    """As an upgrade does where a version changed its mind."""
    with duckdb.connect(str(built.warehouse)) as connection:
        connection.execute("drop view sessions_per_day")
        connection.execute("create table sessions_per_day as select 1 as one")
        connection.execute("drop table sessions_per_weekday_and_hour")
        connection.execute("create view sessions_per_weekday_and_hour as select 1 as one")
    before = built.query(RELATIONS)
    models = ("--select", "sessions_per_day", "sessions_per_weekday_and_hour")
    result = built.dbt("run", *models, events=built.folder / "events", **FLAT)
    assert result.success, result.output
    assert set(built.query(RELATIONS)) - set(before) == {
        ("main.sessions_per_day", "view"),
        ("main.sessions_per_weekday_and_hour", "table"),
    }
    assert built.query("select count(*) from sessions_per_day") == [(30,)]
