"""Each format of the input gives the same events, alone and mixed."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import duckdb
import pytest
from conftest import SEEDS_AND_MODELS, Project

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
needs_duckdb_2 = pytest.mark.skipif(
    duckdb.__version__ < "2",
    reason="DuckDB 1.5, of Python 3.10, neither escapes patterns nor has timestamptz_ns",
)
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
    assert project.query("select count(*), count(distinct slice) from int_event_log") == [(28, 7)]


def test_a_glob_takes_what_it_matches(project: Project) -> None:
    write(project.folder / "a/1.parquet", "format parquet")
    write(project.folder / "b/2.parquet", "format parquet")
    project.build(project.folder / "*" / "1.parquet", event_source="flat")
    assert project.query("select distinct slice from int_event_log") == [("flat/a/1.parquet",)]


def test_a_table_gives_the_same_events_with_its_hours_as_slices(project: Project) -> None:
    with duckdb.connect(str(project.warehouse)) as connection:
        connection.execute(
            f"create table clicks as select *, timestamptz '2026-01-02 02:30:00+02' as loaded_at"
            f" from ({EVENTS})"
        )
    project.build(event_source="flat", events_relation="clicks")
    assert project.query(ROWS) == EXPECTED
    assert project.query("select distinct slice, loaded_at::varchar from int_event_log") == [
        ("flat/2026-01-02T00", "2026-01-02 00:30:00")
    ]


def test_columns_need_not_be_there_nor_in_the_contract_s_order(project: Project) -> None:
    (project.folder / "events.csv").write_text(
        'event_at,"user_id",event_name\n2026-01-01T13:00:00+02:00,u1,Play\n'
    )
    project.build(project.folder / "events.csv", event_source="flat")
    assert project.query("select user_id, event_at::varchar, platform, properties from events") == [
        ("u1", "2026-01-01 11:00:00", None, None)
    ]


def test_columns_that_the_contract_does_not_know_become_properties(project: Project) -> None:
    """Alone, or beside properties of the row's own."""
    folder = project.folder / "input"
    for number, (name, options) in enumerate(FORMATS.items()):
        events = EVENTS.replace("'e", f"'{number}e").replace(
            "select *", 'select * exclude (platform), platform as colour, 1 as "a, ""b"""'
        )
        write(folder / f"{number}" / name, options, events)
    project.build(folder)
    found = project.query("select event_id[2:], properties from events")
    expected = {"e1": {"a": 'b, "c"'}, "e2": {}, "e3": {"n": [1, 2]}, "e4": {}}
    assert len(found) == 4 * len(FORMATS)
    for event, properties in found:
        values = json.loads(properties)
        assert values.pop('a, "b"') in (1, "1")  # a cell of CSV is text
        colour = {"e3": {}, "e4": {"colour": "Web"}}.get(event, {"colour": "iOS"})
        assert values == expected[event] | colour


def test_types_do_not_depend_on_the_files_that_are_read_together(project: Project) -> None:
    folder = project.folder / "events"
    for name, columns in {
        "number": "7 as user_id, timestamp '2026-01-01 10:00' as event_at",
        "text": "'07' as user_id, '2026-01-01T10:00:00Z' as event_at",
        "zone": "'7' as user_id, timestamptz '2026-01-01 12:10:00+02' as event_at",
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


def csv(*users: str) -> str:
    rows = [f"{user},Play,2026-01-01 10:00:00\n" for user in users]
    return "user_id,event_name,event_at\n" + "".join(rows)


PATHS = {
    ".": {"events/ab_c.csv", "events/day=1/x.csv", "a[1].csv", "a1.csv", "d[1]/x.csv"},
    "./events": {"ab_c.csv", "day=1/x.csv"},
    "events/.././/events/": {"ab_c.csv", "day=1/x.csv"},
    "events/ab_c.csv": {"ab_c.csv"},
    "a1.csv": {"a1.csv"},
    "a[1].csv": {"a[1].csv"},
    "a[0-9].csv": {"a1.csv"},
    "d[1]": {"x.csv"},
    "events/*": {"ab_c.csv"},
    "events/**": {"ab_c.csv", "day=1/x.csv"},
    "*/**/*.csv": {"events/ab_c.csv", "events/day=1/x.csv", "d[1]/x.csv"},
}


@needs_duckdb_2
@pytest.mark.parametrize("path", PATHS)
def test_each_file_is_read_once_under_its_own_name(
    project: Project, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A slice is named by what lies below the path, however the path is written."""
    folder = project.folder / "input"
    for name in PATHS["."]:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(csv(name))
    monkeypatch.chdir(folder)
    project.build(path, event_source="flat")
    found = project.query("select slice, user_id from int_event_log")
    assert {slice_.removeprefix("flat/") for slice_, _ in found} == PATHS[path]
    assert all(user.endswith(slice_.removeprefix("flat/")) for slice_, user in found)
    assert len(found) == len(PATHS[path])


@pytest.mark.parametrize(
    "line",
    [
        b"caf\xe9,Play,2026-01-01 10:00:00",
        b"u1,Play,2026-01-01 10:00:00,caf\xe9",
        b"u1,Play,2026-01-01 10:00:00,,caf\xe9",
        b"u1," + b"x" * 34_000_000 + b",2026-01-01 10:00:00",
    ],
    ids=["not UTF-8", "surplus cell not UTF-8", "second surplus cell", "34 MB long"],
)
@pytest.mark.parametrize("rows_before", [0, 50_000])
def test_a_csv_line_that_duckdb_leaves_out_is_rejected_and_counted(
    project: Project, line: bytes, rows_before: int
) -> None:
    row = b"u1,Play,2026-01-01 10:00:00\n"
    (project.folder / "events.csv").write_bytes(
        csv().encode() + row * rows_before + line + b"\n" + row * 5
    )
    project.build(project.folder / "events.csv", event_source="flat")
    assert project.query("select rejection_reason, count(*) from rejected_events group by all") == [
        ("unreadable_row", 1)
    ]
    assert project.query("select count(*) from int_event_log") == [(rows_before + 6,)]


def test_an_open_quote_swallows_no_row(project: Project) -> None:
    path = project.folder / "events.csv"
    row = "Play,2026-01-01 10:00:00,"
    path.write_text(
        f'user_id,event_name,event_at,properties\nu1,{row}\n"u2,{row}\nu3,{row}"open\nu4,{row}\n'
    )
    result = project.dbt("build", *SEEDS_AND_MODELS, events=path, event_source="flat")
    assert "a quote is left open or text follows a closing one" in result.output
    assert f"{path} (2, the first is line 3)" in result.output
    assert project.query("select user_id from events order by all") == [("u1",), ("u4",)]
    assert project.query("select rejection_reason from rejected_events") == [
        ("unreadable_row",),
        ("unreadable_row",),
    ]


def test_odd_headers_of_csv_are_read(project: Project) -> None:
    folder = project.folder / "input"
    folder.mkdir()
    (folder / "a.csv").write_text(
        'USER_ID,"Event_Name",event_at,,"a, b",surplus_cell,event_file,user_id,\n'
        "u1,Play,2026-01-01 10:00:00,1,2,3,4,not me,5\n"
    )
    (folder / "b.csv.gz").write_bytes(gzip.compress(b""))
    (folder / "c.csv").touch()
    # line ends in names, in files whose quotes are whole and broken
    lines = 'user_id,"two\nlines",event_name,event_at\nu2,"x\ny",Play,2026-01-01 10:00:00\n'
    (folder / "d.csv").write_text(lines)
    (folder / "e.csv").write_text(lines.replace("\n", "\r\n") + 'u3,"x"y,Play,2026-01-01\r\n')
    project.build(folder, event_source="flat")
    assert project.query("select user_id, properties from events where user_id != 'u1'") == [
        ("u2", '{"two\\nlines":"x\\ny"}')
    ]
    assert project.query("select user_id, event_name from events where user_id = 'u1'") == [
        ("u1", "Play")
    ]
    assert project.query("select slice, rejection_reason from rejected_events") == [
        ("flat/e.csv", "unreadable_row")
    ]


@pytest.mark.parametrize(
    "time",
    [
        "timestamp_ns '2026-01-01 10:00:00'",
        "timestamp_s '2026-01-01 10:00:00'",
        "timestamptz '2026-01-01 12:00:00+02'",
        pytest.param("timestamptz '2026-01-01 12:00:00+02'::timestamptz_ns", marks=needs_duckdb_2),
        "'2026-01-01T12:00:00+02:00'",
    ],
)
@pytest.mark.parametrize("place", ["file", "table"])
def test_every_type_of_a_time_is_read(project: Project, time: str, place: str) -> None:
    select = (
        f"select 7::decimal(18, 0) as USER_ID, 'Play' as event_name, {time} as event_at,"
        f" {time} as loaded_at"
    )
    if place == "file":
        write(project.folder / "a.parquet", "format parquet", select)
        project.build(project.folder / "a.parquet", event_source="flat")
    else:
        with duckdb.connect(str(project.warehouse)) as connection:
            connection.execute(
                f'create schema "my raw"; create table "my raw"."My Clicks" as {select}'
            )
        project.build(event_source="flat", events_relation='"my raw"."My Clicks"')
    assert project.query("select user_id, event_at::varchar, loaded_at::varchar from events") == [
        ("7", "2026-01-01 10:00:00", "2026-01-01 10:00:00")
    ]


def test_a_table_s_unreadable_time_of_loading_counts_as_none(project: Project) -> None:
    with duckdb.connect(str(project.warehouse)) as connection:
        connection.execute(
            "create table clicks as select 'u1' as user_id, 'Play' as event_name,"
            " timestamp '2026-01-01 10:00' as event_at,"
            " unnest(['soon', '2026-01-01 13:30:00+03:00']) as loaded_at"
        )
    project.build(event_source="flat", events_relation="clicks")
    assert project.query("select slice, loaded_at::varchar from int_event_log order by all") == [
        ("flat", None),
        ("flat/2026-01-01T10", "2026-01-01 10:30:00"),
    ]
