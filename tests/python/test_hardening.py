"""Does data stay data, and can a reader do no more than read?"""

from __future__ import annotations

import csv
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
import yaml
from conftest import REFRESH, ROOT, Project
from duckdb import DuckDBPyConnection

FLAT = {"event_source": "flat"}
SQL = "'); drop table main.loaded_slices; --"
JINJA = "{{ 1 / 0 }}{% set x = 1 %}{# no #}"
NAMES = [SQL, JINJA, '"', "'", "''", "\\", "%s", "$1", ";", "a\tb", "ü é \u202e", "null"]
FILES = [SQL, JINJA, 'it\'s "so"', "a;b", "%s $1", "ü é", " ", "null"]

FORBIDDEN = [
    "create table main.mine as select 1",
    "delete from loaded_slices",
    "set enable_external_access = true",
    "set TimeZone = 'Asia/Tokyo'",
    "reset lock_configuration",
    "from read_csv('{file}')",
    "from read_text('{file}')",
    "from glob('{folder}/*')",
    "copy sessions to '{folder}/stolen.csv'",
    "export database '{folder}/stolen'",
    "attach '{folder}/other.duckdb'",
    "from 'https://localhost/events.parquet'",
    "install httpfs",
    "load '{folder}/some.duckdb_extension'",
    "from duckdb_secrets()",
]


def write(path: Path, user: str, event: str, column: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["user_id", "event_name", "event_at", column])
        writer.writerow([user, event, "2026-01-01 10:00:00", "x"])
    os.utime(path, (1_767_300_000, 1_767_300_000))


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A warehouse of hostile names: the first half is loaded by a build, the rest by a refresh."""
    project = Project(tmp_path_factory.mktemp("hardening"))
    folder = project.folder / "events"
    for number, name in enumerate(FILES):
        if number == len(FILES) // 2:
            project.build(folder, **FLAT)
        write(folder / f"{name}.csv", f"u{number}", "Play", name)
        write(folder / name / f"{number}.csv", f"v{number}", "Play", name)
    result = project.dbt(*REFRESH, events=folder, **FLAT)
    assert result.success, result.output
    return project


def test_names_of_files_and_columns_stay_data(built: Project) -> None:
    slices = {f"flat/{name}.csv" for name in FILES}
    slices |= {f"flat/{name}/{number}.csv" for number, name in enumerate(FILES)}
    assert {name for (name,) in built.query("select slice from loaded_slices")} == slices
    assert built.query("select count(*) from rejected_events") == [(0,)]
    assert built.query("select count(*) from sessions") == [(2 * len(FILES),)]


def test_names_of_users_and_events_stay_data(project: Project) -> None:
    folder = project.folder / "events"
    for number, name in enumerate(NAMES):
        write(folder / f"{number}.csv", name, name, "properties")
    project.build(folder, **FLAT)
    assert set(project.query("select user_id, event_name from events")) == set(
        zip(NAMES, NAMES, strict=True)
    )
    assert {user for (user,) in project.query("select user_id from user_profiles")} == set(NAMES)


@pytest.fixture
def reader(built: Project) -> Iterator[DuckDBPyConnection]:
    """A connection as the profile `reader` makes it."""
    profile = yaml.safe_load((ROOT / "profiles.yml").read_text())["session_analytics"]
    options = profile["outputs"]["reader"]["config_options"]
    with duckdb.connect(str(built.warehouse), config=options) as connection:
        yield connection


def test_a_reader_reads_the_marts(reader: DuckDBPyConnection) -> None:
    assert reader.execute("select count(*) from sessions").fetchone() == (2 * len(FILES),)


@pytest.mark.parametrize("statement", FORBIDDEN)
def test_a_reader_can_do_nothing_else(
    built: Project, reader: DuckDBPyConnection, statement: str
) -> None:
    names = {"folder": built.folder, "file": built.folder / "events/null.csv"}
    with pytest.raises(duckdb.Error, match=r"read-only|disabled|locked"):
        reader.execute(statement.format(**names)).fetchall()


def test_a_model_can_be_shown_as_a_reader(built: Project) -> None:
    built.published.parent.mkdir()
    shutil.copy(built.warehouse, built.published)
    result = built.dbt("show", "--target", "reader", "--select", "session_clock")
    assert result.success, result.output
    result = built.dbt("run", "--target", "reader", events=built.folder / "events", **FLAT)
    assert not result.success
