"""Each format of the input gives the same events, alone and mixed."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from conftest import Project

EVENTS = """
    select * from (
        values
        ('e1', 'u1', 'Play', timestamp '2026-01-01 11:00:00', null, 'iOS', '{"a": "b, \\"c\\""}'),
        ('e2', 'u1', 'Play', timestamp '2026-01-01 11:10:00.000001', 'Mobile', 'iOS', null),
        ('e3', 'u1', 'Charged', timestamp '2026-01-01 11:15:00', ' api', null, '{"n": [1, 2]}'),
        ('e4', 'ü 2', 'Play "it"', timestamp '2026-01-01 23:59:59.999999', 'Web', 'Web', '{}')
    ) as events (event_id, user_id, event_name, event_at, source, platform, properties)
"""
EXPECTED = [
    ("e1", "u1", "1767265200-e4774cdda0793f86", "session", '{"a": "b, \\"c\\""}'),
    ("e2", "u1", "1767265200-e4774cdda0793f86", "session", None),
    ("e3", "u1", None, "api", '{"n": [1, 2]}'),
    ("e4", "ü 2", "1767311999-3ea0a35ab959ad0a", "session", "{}"),
]
FORMATS = {
    "events.parquet": "format parquet",
    "events.csv": "format csv",
    "events.csv.gz": "format csv, compression gzip",
    "events.json": "format json",
    "events.jsonl.gz": "format json, compression gzip",
    "events.ndjson.zst": "format json, compression zstd",
    "EVENTS.Parquet": "format parquet",
}
ROWS = """
    select event_id, user_id, ct_session_id, disposition, properties
    from events order by event_id
"""


def write(path: Path, options: str, events: str = EVENTS) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    target = str(path).replace("'", "''")
    duckdb.execute(f"copy ({events}) to '{target}' ({options})")


@pytest.mark.parametrize("name", FORMATS)
def test_each_format_gives_the_same_events(name: str, project: Project) -> None:
    write(project.folder / name, FORMATS[name])
    project.build(project.folder / name, event_source="flat")
    assert project.query(ROWS) == EXPECTED


def test_formats_may_be_mixed_in_a_folder_and_the_folders_below_it(project: Project) -> None:
    folder = project.folder / "it's a folder"
    for number, (name, options) in enumerate(FORMATS.items()):
        write(folder / f"day={number}" / name, options, EVENTS.replace("'e", f"'{number}e"))
    (folder / "_SUCCESS").touch()
    project.build(f"{folder}/", event_source="flat")
    assert project.query("select count(*), count(ct_session_id) from events") == [(28, 21)]
    assert project.query("select count(*), count(distinct slice) from int_events_sessionized") == [
        (28, 7)
    ]


def test_a_glob_takes_what_it_matches(project: Project) -> None:
    write(project.folder / "a/1.parquet", "format parquet")
    write(project.folder / "b/2.parquet", "format parquet")
    project.build(project.folder / "*" / "1.parquet", event_source="flat")
    assert project.query("select distinct slice from int_events_sessionized") == [
        ("flat/a/1.parquet",)
    ]


def test_a_table_gives_the_same_events_with_its_hours_as_slices(project: Project) -> None:
    with duckdb.connect(str(project.warehouse)) as connection:
        connection.execute(
            f"create table clicks as select *, timestamptz '2026-01-02 02:30+02' as loaded_at"
            f" from ({EVENTS})"
        )
    project.build(event_source="flat", events_relation="clicks")
    assert project.query(ROWS) == EXPECTED
    assert project.query(
        "select distinct slice, loaded_at::varchar from int_events_sessionized"
    ) == [("flat/2026-01-02T00", "2026-01-02 00:30:00")]


def test_columns_need_not_be_there_nor_in_the_contract_s_order(project: Project) -> None:
    (project.folder / "events.csv").write_text(
        'event_at,"user_id",event_name\n2026-01-01T13:00:00+02:00,u1,Play\n'
    )
    project.build(project.folder / "events.csv", event_source="flat")
    assert project.query("select user_id, event_at::varchar, platform, properties from events") == [
        ("u1", "2026-01-01 11:00:00", None, None)
    ]


def test_a_column_that_the_contract_does_not_know_is_named(project: Project) -> None:
    for name, options in FORMATS.items():
        path = project.folder / "input" / name
        write(path, options, EVENTS.replace("platform, properties)", "platform, colour)"))
        result = project.dbt(
            "build",
            "--exclude-resource-type",
            "unit_test",
            "test",
            events=path,
            event_source="flat",
        )
        assert "colour" in result.output, name
        path.unlink()


def test_types_do_not_depend_on_the_files_that_are_read_together(project: Project) -> None:
    folder = project.folder / "events"
    for name, columns in {
        "number": "7 as user_id, timestamp '2026-01-01 10:00' as event_at",
        "text": "'07' as user_id, '2026-01-01T10:00Z' as event_at",
        "zone": "'7' as user_id, timestamptz '2026-01-01 12:10+02' as event_at",
    }.items():
        write(
            folder / f"{name}.parquet", "format parquet", f"select 'Play' as event_name, {columns}"
        )
    project.build(folder, event_source="flat")
    assert project.query("select user_id, event_count from sessions order by user_id") == [
        ("07", 1),
        ("7", 2),
    ]


def test_one_bad_row_is_rejected_and_the_others_are_read(project: Project) -> None:
    folder = project.folder / "events"
    folder.mkdir()
    (folder / "a.json").write_bytes(
        b'{"user_id": "u1", "event_name": "Play", "event_at": "2026-01-01 10:00:00"}\n'
        b'{"user_id": "u1", "event_na\n[1, 2]\n\xff\xfe\n{"user_id": "u1"}'
    )
    (folder / "b.csv").write_text(
        "user_id,event_name,event_at\nu1,Play,2026-01-01 10:05:00\n"
        "u1,Play,2026-01-01 10:06:00,x,y\nu1,Play\n"
    )
    project.build(folder, event_source="flat")
    assert project.query("select user_id, event_count from sessions") == [("u1", 2)]
    assert project.query(
        "select slice, rejection_reason, count(*) from rejected_events group by all order by all"
    ) == [
        ("flat/a.json", "missing_event_name", 1),
        ("flat/a.json", "unreadable_row", 3),
        ("flat/b.csv", "missing_time", 1),
        ("flat/b.csv", "unreadable_row", 1),
    ]


def test_hive_partitioned_parquet_under_a_run_time_filter_gives_right_rows(
    project: Project,
) -> None:
    """DuckDB 1.5.0 to 2.0.0 brings duplicates back; the profile turns the optimizer off."""
    folder = project.folder / "events"
    duckdb.execute(
        f"""
        copy (
            select
                'e' || number % 50 as event_id, 'u' || number % 7 as user_id, 'Play' as event_name,
                timestamp '2026-01-01' + number * interval 1 minute as event_at,
                number % 3 as part
            from range(3000) as numbers (number)
        ) to '{folder}' (format parquet, partition_by (part))
        """
    )
    project.build(folder, event_source="flat")
    assert project.query("select count(*), count(distinct (user_id, event_id)) from events") == [
        (350, 350)
    ]


def test_the_vendor_s_name_of_a_file_says_when_it_was_loaded(project: Project) -> None:
    path = project.folder / "1714112417-1770000000-Song-Played-20260201-0-tunebox.json"
    path.write_text(
        '{"ts": 20260202010203, "eventName": "Song Played", "profile": {"identity": "u1"}}\n'
    )
    project.build(path)
    assert project.query("select event_at::varchar, loaded_at::varchar from events") == [
        ("2026-02-02 01:02:03", "2026-02-02 02:40:00")
    ]
