"""Several sources at once, each with its own path or table."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest
import yaml
from conftest import REFRESH, ROOT, Project
from few_events import HEADER, exported, row, write

SOURCES = ", ".join(yaml.safe_load((ROOT / "dbt_project.yml").read_text())["vars"]["file_sources"])


@pytest.fixture
def paths(project: Project) -> dict[str, str]:
    """One event of u1 in each of two sources, ten minutes apart."""
    write(project.folder / "export/a.json", exported("u1", 0))
    write(project.folder / "flat/a.csv", HEADER + row("u1", 10))
    return {source: str(project.folder / folder) for source, folder in
            (("clevertap", "export"), ("flat", "flat"))}  # fmt: skip


def test_sessions_go_over_sources(project: Project, paths: dict[str, str]) -> None:
    variables = {"event_source": ["clevertap", "flat"], "events_path": paths}
    project.build(**variables)
    assert project.query("select user_id, event_count from sessions") == [("u1", 2)]
    accounting = "select event_source, slice, row_count from event_accounting order by all"
    assert project.query(accounting) == [
        ("clevertap", "clevertap/a.json", 1),
        ("flat", "flat/a.csv", 1),
    ]
    write(Path(paths["flat"]) / "b.csv", HEADER + "u1,Play,2026-01-01 10:29:59\n")
    write(Path(paths["clevertap"]) / "b.json", exported("u1", 49))
    assert project.dbt(*REFRESH, **variables).success
    assert project.query("select event_count from sessions") == [(4,)]
    result = project.dbt("test", "--selector", "audit", **variables)
    assert result.success, result.output


def test_a_line_that_is_no_text_is_rejected_once(project: Project, paths: dict[str, str]) -> None:
    for source, name in (("clevertap", "a.json"), ("flat", "a.csv")):
        path = Path(paths[source]) / name
        path.write_bytes(path.read_bytes() + b"\ncaf\xe9\n")
    variables = {"event_source": ["clevertap", "flat"], "events_path": paths}
    project.build(**variables)
    assert project.query("select slice, rejection_reason from rejected_events order by all") == [
        ("clevertap/a.json", "unreadable_row"),
        ("flat/a.csv", "unreadable_row"),
    ]


def test_an_app_tells_sources_apart(project: Project, paths: dict[str, str]) -> None:
    project.build(
        event_source=["clevertap", "flat"],
        events_path=paths,
        app_ids={"clevertap": "it's an app", "flat": "web"},
        session_key=["app_id", "user_id"],
    )
    assert project.query("select app_id, event_count from sessions order by all") == [
        ("it's an app", 1),
        ("web", 1),
    ]


def test_files_and_a_table(project: Project, paths: dict[str, str]) -> None:
    """A file that goes keeps its rows, an hour of the table that goes is emptied."""
    with duckdb.connect(str(project.warehouse)) as connection:
        connection.execute("""
            create table clicks as
            select
                'u1' as user_id,
                'Play' as event_name,
                timestamp '2026-01-01 10:10' + number * interval 10 minute as event_at,
                event_at as loaded_at
            from range(6) as numbers (number)
        """)
    variables = {
        "event_source": ["clevertap", "flat"],
        "events_path": {"clevertap": paths["clevertap"]},
        "events_relation": "clicks",
    }
    project.build(**variables)
    assert project.query("select event_count from sessions") == [(7,)]
    with duckdb.connect(str(project.warehouse)) as connection:
        connection.execute("delete from clicks where event_at >= '2026-01-01 11:00'")
    (Path(paths["clevertap"]) / "a.json").rename(project.folder / "gone.json")
    write(Path(paths["clevertap"]) / "b.json", exported("u1", 55))
    assert project.dbt(*REFRESH, **variables).success
    assert project.query("select event_count from sessions") == [(7,)]
    assert project.query("select slice, row_count from loaded_slices order by all") == [
        ("clevertap/a.json", 1),
        ("clevertap/b.json", 1),
        ("flat/2026-01-01T10", 5),
        ("flat/2026-01-01T11", 0),
    ]


def test_a_run_loads_at_most_so_many_slices_of_all(project: Project, paths: dict[str, str]) -> None:
    variables = {
        "event_source": ["clevertap", "flat"], "events_path": paths, "slices_per_run": 1,
    }  # fmt: skip
    project.build(**variables)
    assert project.query("select count(*) from int_event_log") == [(1,)]
    assert project.dbt(*REFRESH, **variables).success
    assert project.query("select event_count from sessions") == [(2,)]


WRONG = [
    ({"events_path": ["export"]}, "['export']: expected a file, a folder or a glob."),
    ({"events_path": {"flat": "flat"}}, "{'flat': 'flat'}: expected a path for all sources, or one for each of clevertap, flat, such as {clevertap: ..., flat: ...}."),
    ({"events_path": {"clevertap": ".", "flat": "."}}, "in the paths of two sources; expected for each source files of its own."),
    ({"event_source": ["clevertap", "clevertap"]}, "event_source is ['clevertap', 'clevertap']: expected one of {sources} (variables file_sources and staging_sources), a list of them, or nothing: then each file shows its source."),
    ({"event_source": []}, "event_source is []: expected one of {sources} (variables file_sources and staging_sources), a list of them, or nothing: then each file shows its source."),
    ({"app_ids": {"shop": "a"}, "events_path": {"clevertap": "export", "flat": "flat"}}, "app_ids is {'shop': 'a'}: expected an app for sources of event_source (clevertap, flat), such as {clevertap: my-app}."),
    ({"user_identity": "both", "events_path": {"clevertap": "export", "flat": "flat"}}, 'user_identity is "both": expected identity or device.'),
]  # fmt: skip


@pytest.mark.parametrize(("variables", "sentence"), WRONG, ids=[text[:40] for _, text in WRONG])
def test_wrong_settings_of_sources_stop_the_run(
    project: Project,
    paths: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    variables: dict[str, object],
    sentence: str,
) -> None:
    monkeypatch.chdir(project.folder)
    result = project.dbt("build", **{"event_source": ["clevertap", "flat"]} | variables)
    assert not result.success
    assert result.error.endswith(sentence.replace("{sources}", SOURCES))
    assert not project.warehouse.exists() or project.query("from duckdb_tables()") == []


def test_whose_session_it_is(project: Project) -> None:
    """Two devices of one user, and a device that nobody has signed in on."""
    lines = [
        {"profile": {"identity": "u", "objectId": "d1"}, "ts": 20260101100000},
        {"profile": {"identity": "u", "objectId": "d2"}, "ts": 20260101101000},
        {"profile": {"objectId": "d3"}, "ts": 20260101100000},
        {"profile": {"identity": "v"}, "ts": 20260101100000},
    ]
    write(
        project.folder / "export/a.json",
        "".join(json.dumps(line | {"eventName": "Play"}) + "\n" for line in lines),
    )
    sessions = "select user_id, event_count from sessions order by all"
    kept = "select identity, device_id from int_event_log order by all"
    keys = [("u", "d1"), ("u", "d2"), ("v", None), (None, "d3")]
    project.build(project.folder / "export")
    assert project.query(sessions) == [("d3", 1), ("u", 2), ("v", 1)]
    assert project.query(kept) == keys
    result = project.dbt(*REFRESH, events=project.folder / "export", user_identity="device")
    assert "user_identity is device and was identity" in result.error
    arguments = ("run", "--full-refresh")
    assert project.dbt(*arguments, events=project.folder / "export", user_identity="device").success
    assert project.query(sessions) == [("d1", 1), ("d2", 1), ("d3", 1), ("v", 1)]
    assert project.query(kept) == keys
