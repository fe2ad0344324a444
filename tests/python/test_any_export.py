"""Files of any tool in one folder: whose they are, what their columns are called, what is kept."""

from __future__ import annotations

import json

import duckdb
import pytest
from conftest import REFRESH, Project
from few_events import HEADER, deliver, exported, row


def test_a_folder_may_mix_sources_and_a_file_may_change_its_own(project: Project) -> None:
    folder = project.folder / "events"
    deliver(folder, a_json=exported("u1", 0), b_csv=HEADER + row("u1", 10), c_json="")
    project.build(folder)
    slices = "select event_source, slice, row_count from event_accounting order by all"
    assert project.query("select event_count from sessions") == [(2,)]
    assert project.query(slices) == [
        ("clevertap", "clevertap/a.json", 1),
        ("flat", "flat/b.csv", 1),
    ]
    # what was CleverTap's is flat now, and the empty file is full
    record = {"user_id": "u1", "event_name": "Play", "event_at": "2026-01-01 10:20:00"}
    deliver(folder, a_json=json.dumps(record) + "\n\n", c_json=exported("u1", 39))
    result = project.dbt(*REFRESH, events=folder)
    assert result.success, result.output
    assert project.query("select event_count from sessions") == [(3,)]
    slices = "select slice, row_count from loaded_slices where row_count > 0 order by all"
    assert project.query(slices) == [
        ("clevertap/c.json", 1), ("flat/a.json", 1), ("flat/b.csv", 1),
    ]  # fmt: skip
    # and back again
    deliver(folder, a_json=exported("u2", 0))
    assert project.dbt(*REFRESH, events=folder).success
    assert project.query("select user_id, event_count from sessions order by all") == [
        ("u1", 1), ("u1", 1), ("u2", 1),
    ]  # fmt: skip
    batches = project.query("select max(batch) from loaded_slices")
    assert project.dbt(*REFRESH, events=folder).success
    assert project.query("select max(batch) from loaded_slices") == batches
    anew = Project(project.folder / "anew")
    anew.folder.mkdir()
    anew.build(folder)
    for mart in ("from events order by all", "from sessions order by all"):
        assert project.query(mart) == anew.query(mart)


def test_a_file_that_fits_no_source_is_reported_with_the_nearest(project: Project) -> None:
    folder = project.folder / "events"
    deliver(folder, users_csv="name,event,city\nAda,x,Turin\n")
    result = project.dbt("build", events=folder)
    sentence = (
        f"{folder}/users.csv has no column user_id (or userId) and no event_at (or timestamp,"
        " eventTime, event_time), which events of the source flat have (the nearest of "
    )
    assert sentence in result.error and "): found name, event, city; rename the" in result.error
    assert not project.warehouse.exists() or project.query("from duckdb_tables()") == []
    deliver(folder, b_csv=HEADER + row("u1", 10))
    project.build(folder)
    select = "select name, 1 as event, now() as city from (values ('Ada'), ('Bob')) as t (name)"
    duckdb.execute(f"copy ({select}) to '{folder}/users.parquet' (format parquet)")
    result = project.dbt(*REFRESH, events=folder)
    assert result.success, result.output
    assert f"{folder}/users.parquet has no column user_id (or userId)" in result.output
    assert project.query("select slice, rejection_reason from rejected_events order by all") == [
        ("flat/users.csv", "unreadable_row"), ("flat/users.csv", "unreadable_row"),
        ("flat/users.parquet", "unreadable_row"), ("flat/users.parquet", "unreadable_row"),
    ]  # fmt: skip


MAPPED = {
    "user_id": ["customer.id", "userId", "anonymousId"],
    "event_name": "What",
    "event_at": [{"name": "ms", "unit": "milliseconds"}, {"name": "s", "unit": "seconds"}],
    "platform": "context.device.type",
}
EVENTS = [
    {"userId": "u1", "anonymousId": "a1", "What": "Play", "ms": 1767261600123, "n": 1},
    {"anonymousId": "u1", "What": "Play", "s": 1767261660.5, "context": {"device": {"type": "TV"}}},
    {"customer": {"id": "u2"}, "What": "Play", "s": 1767261600, "n": 1},
    {"userId": "u3", "What": "Play", "ms": "soon"},
]
READ = [
    ("u1", "2026-01-01 10:00:00.123", None, {"anonymousId": "a1", "n": "1"}),
    ("u1", "2026-01-01 10:01:00.5", "TV", {"context": {"device": {"type": "TV"}}}),
    ("u2", "2026-01-01 10:00:00", None, {"customer": {"id": "u2"}, "n": "1"}),
]


@pytest.mark.parametrize("form", ["json", "parquet", "csv", "table"])
def test_columns_are_found_under_their_own_names(project: Project, form: str) -> None:
    lines = project.folder / "lines.jsonl"
    lines.write_text("".join(json.dumps(event) + "\n" for event in EVENTS))
    types = dict.fromkeys(("userId", "anonymousId", "What", "ms"), "VARCHAR") | {
        "s": "DOUBLE", "n": "INTEGER", "customer": "STRUCT(id VARCHAR)",
        "context": "STRUCT(device STRUCT(type VARCHAR))",
    }  # fmt: skip
    rows = f"select * from read_json('{lines}', columns = {types})"
    variables = {"columns": MAPPED, "event_source": "flat"}
    if form == "table":
        with duckdb.connect(str(project.warehouse)) as connection:
            connection.execute(f"create table clicks as {rows}")
        project.build(events_relation="clicks", **variables)
    else:
        if form == "csv":
            as_json = "to_json(customer) as customer, to_json(context) as context"
            rows = rows.replace("select *", f"select * replace ({as_json})")
        if form != "json":
            duckdb.execute(f"copy ({rows}) to '{project.folder}/events.{form}' (format {form})")
            lines.unlink()
        project.build(lines if form == "json" else project.folder / f"events.{form}", **variables)
    found = project.query(
        "select user_id, event_at::varchar, platform, properties from events order by all"
    )
    assert [(*values, without_nulls(text)) for *values, text in found] == READ
    assert project.query("select rejection_reason from rejected_events") == [("unreadable_time",)]


def without_nulls(properties: str) -> dict[str, object]:
    """Parquet has nulls in its structs, and numbers; CSV has texts of JSON."""
    values = json.loads(properties)
    for name, value in list(values.items()):
        value = json.loads(value) if isinstance(value, str) and value.startswith("{") else value
        values[name] = value if isinstance(value, dict) else str(value)
    return {
        name: value
        for name, value in values.items()
        if value != {"id": None} and value != {"device": None}
    }


def test_a_name_that_is_nowhere_is_told(project: Project) -> None:
    path = project.folder / "events.csv"
    path.write_text(HEADER + row("u1", 0))
    result = project.dbt("build", events=path, columns={"platform": ["device", "os"]})
    assert result.error.endswith(
        "columns gives device, os for platform, and the input has no column of that name: found"
        " user_id, event_name, event_at."
    )
    result = project.dbt("build", events=path, columns={"user_id": "visitor"})
    assert "columns gives visitor for user_id, and the input has no column of that" in result.error


def test_renamed_columns_of_the_vendor_s_export_are_read(project: Project) -> None:
    """In any case, and as Unix times, too."""
    path = project.folder / "events.csv"
    path.write_text(
        "When,What,Who,eventProps.CT Source,Where\n20260101100000,Play,u1,API,x\n"
        "20260101101000,Play,u1,Web,\n"
    )
    columns = {"event_at": "When", "event_name": "What", "user_id": "Who", "platform": "Where"}
    project.build(path, event_source="clevertap", columns=columns, source_timezone="Asia/Kolkata")
    assert project.query("select user_id, event_at::varchar, source, platform from events") == [
        ("u1", "2026-01-01 04:30:00", "API", "x"), ("u1", "2026-01-01 04:40:00", "Web", None),
    ]  # fmt: skip


OF_CLEVERTAP = {"ts": 20260101100000, "eventName": "Play", "profile": {"identity": "u1"}}
OF_FLAT = {"user_id": "u2", "event_name": "Play", "event_at": "2026-01-01 10:00:00"}
ODD_RECORDS = [
    OF_CLEVERTAP | {"eventProps": {"p": 1}, "$id": 5, "$[": 1, "/x": 2, "$.a": 3, "": 6},
    OF_CLEVERTAP | {"eventProps": "text", "other": 1},
    OF_CLEVERTAP | {"eventProps": {"new": "kept"}, "new": None},
    OF_FLAT
    | {"properties": {"plan": "pro", "x": {"b": 1}}, "plan": None, "x": {"b": None, "c": 2}},
    {"event": "Play", "properties": {"time": -62135596800000, "mp_processing_time_ms": 1}},
    # usual names count in a record without the contract's
    {"userId": "u7", "event": "Play", "timestamp": "2026-01-01 10:00:00", "user_id": None},
    OF_FLAT | {"user_id": "u8", "userId": "other", "timestamp": 7},
]
ODD_CSV = """user_id, "event_name",event_at,utm,utm.source,utm.source
u3,Play,2026-01-01 10:00:00,whole,part,other
u4,Play,2026-01-01 10:00:00,,,
"""
UPPER_CSV = "TYPE,MESSAGEID,USERID,TIMESTAMP,EVENT\ntrack,m,u5,2026-01-01 10:00:00,Play\n"
ODD_PARQUET = """
    select
        'u6' as user_id, 'Play' as event_name, timestamp '2026-01-01 10:00' as event_at,
        'x' as "other values", 1.50::decimal(9, 2) as price, 7 as "timestamp", {'k': 1} as event
"""


def test_no_odd_name_or_value_is_lost_or_stops_a_run(project: Project) -> None:
    folder = project.folder / "events"
    folder.mkdir()
    for number, record in enumerate(ODD_RECORDS):
        (folder / f"{number}.json").write_text(json.dumps(record) + "\n")
    twice = json.dumps(OF_CLEVERTAP)[:-1] + ', "x": 1, "x": 2}\n'
    (folder / "twice.json").write_text(twice)
    (folder / "odd.csv").write_text(ODD_CSV)
    (folder / "upper.csv").write_text(UPPER_CSV)
    duckdb.execute(f"copy ({ODD_PARQUET}) to '{folder}/odd.parquet' (format parquet)")
    project.build(folder)
    assert project.query("select user_id, properties from events order by all") == [
        ("u1", '{"eventProps":"text","other":1}'),
        ("u1", '{"new":"kept"}'),
        ("u1", '{"p":1,"$id":5,"$[":1,"/x":2,"$.a":3,"":6}'),
        ("u1", '{"x":1,"x":2}'),
        ("u2", '{"plan":"pro","x":{"b":1,"c":2}}'),
        ("u3", '{"utm":{"":"whole","source":"part","source 3":"other"}}'),
        ("u4", None),
        ("u5", '{"MESSAGEID":"m","TYPE":"track"}'),
        ("u6", '{"event":{"k":1},"other values":"x","price":1.50,"timestamp":7}'),
        ("u7", None),
        ("u8", '{"userId":"other","timestamp":7}'),
    ]
    assert project.query("select slice, rejection_reason from rejected_events") == [
        ("mixpanel/4.json", "missing_user")
    ]


def test_mapped_names_may_be_paths_keys_or_in_another_case(project: Project) -> None:
    """In each form that a file may have; a time beyond all times is none."""
    folder = project.folder / "events"
    folder.mkdir()
    rest = {"Event": "Play", "ts": 1767261600000000}
    users = ({"context.id": "u1"}, {"context": '{"id": "u2"}'}, {"context": {"id": "u3"}})
    lines = [json.dumps(user | rest) for user in users]
    lines.append(json.dumps({"context.id": "u1", "Event": "Play", "ts": 9223372036854775807}))
    (folder / "a.json").write_text("\n".join(lines) + "\n")
    (folder / "b.csv").write_text('context,Event,ts\n"{""id"": ""u4""}",Play,1767261600000000\n')
    select = "select {'id': 'u5'} as context, 'Play' as Event, 1767261600000000 as ts"
    duckdb.execute(f"copy ({select}) to '{folder}/c.parquet' (format parquet)")
    columns = {
        "user_id": "context.id", "event_name": "Event",
        "event_at": {"name": "ts", "unit": "microseconds"},
    }  # fmt: skip
    project.build(folder, columns=columns)
    assert project.query("select user_id, event_at::varchar from events order by all") == [
        (f"u{number}", "2026-01-01 10:00:00") for number in range(1, 6)
    ]
    assert project.query("select rejection_reason from rejected_events") == [("unreadable_time",)]
