"""What is set or delivered wrongly stops the run before it writes, with one plain sentence.

A table of cases: what is wrong, and the sentence. `{input}` stands for the path of the input.
"""

from __future__ import annotations

import gzip
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
import yaml
from conftest import ROOT, Project, Result

HEADER = "user_id,event_name,event_at\n"
ROW = "u1,Play,2026-01-01 10:00:00\n"
PATH_IS = 'events_path (EVENTS_PATH; or set events_relation) is "{input}"'
NUMBER_OF_MINUTES = "expected a number of minutes, from one second (0.0167) to ten years (5256000)."
TIME = "expected a timestamp such as 2026-01-31 18:00:00"
VARIABLES = yaml.safe_load((ROOT / "dbt_project.yml").read_text())["vars"]
ZONE = "expected a time zone of the IANA database such as Europe/Berlin."
NAMES = (
    "expected names for columns of the contract (event_id, user_id, event_name, event_at, source,"
    " platform, app_id, campaign_type, loaded_at, properties), such as {user_id: [userId,"
    " anonymousId], event_at: {name: ts, unit: milliseconds}}; units are seconds, milliseconds and"
    " microseconds."
)
NO_TIME = (
    "expected a timestamp, or text that holds one; the unit of a Unix time is set in the variable"
    " columns."
)
RENAME = "rename the columns, or map yours with the variable columns."
OF_FLAT = "which events of the source flat have: found"
NO_USER = f": {{input}} has no column user_id (or userId), {OF_FLAT}"
TEXT_COLUMNS = (
    "expected a list that holds user_id, of the columns event_id, user_id, event_name, source,"
    " platform, app_id, campaign_type, properties."
)

SETTINGS = [
    ({"event_source": "flap"}, 'event_source is "flap": expected one of {sources} (variables file_sources and staging_sources), a list of them, or nothing: then each file shows its source.'),
    ({"file_sources": ["flat", "clevertap"]}, "file_sources is ['flat', 'clevertap']: expected amplitude, ga4, mixpanel, posthog, segment in it, too. The variable event_source chooses among the sources."),
    ({"exclusion_rule_set": "documented_2012"}, 'exclusion_rule_set is "documented_2012": expected one of the seed excluded_events: documented_2021, documented_2025, mixpanel, observed_2022. After a change of the seed\'s file, run `.venv/bin/dbt seed`.'),
    ({"timezone": "Mars/Olympus"}, f'timezone is "Mars/Olympus": {ZONE}'),
    ({"source_timezone": "CEST"}, f'source_timezone is "CEST": {ZONE}'),
    ({"session_timeout_minutes": 0}, f"session_timeout_minutes is 0: {NUMBER_OF_MINUTES}"),
    ({"session_timeout_minutes": -5}, f"session_timeout_minutes is -5: {NUMBER_OF_MINUTES}"),
    ({"session_timeout_minutes": 0.01}, f"session_timeout_minutes is 0.01: {NUMBER_OF_MINUTES}"),
    ({"session_timeout_minutes": "20 min"}, f'session_timeout_minutes is "20 min": {NUMBER_OF_MINUTES}'),
    ({"session_timeout_minutes": True}, f"session_timeout_minutes is True: {NUMBER_OF_MINUTES}"),
    ({"session_timeout_minutes": float("nan")}, f"session_timeout_minutes is nan: {NUMBER_OF_MINUTES}"),
    ({"session_timeout_minutes": None}, f"session_timeout_minutes is None: {NUMBER_OF_MINUTES}"),
    ({"clock_skew_tolerance_minutes": -1}, "clock_skew_tolerance_minutes is -1: expected a number of minutes, from 0 to ten years (5256000)."),
    ({"as_of": "yesterday"}, f'as_of is "yesterday": {TIME}, or now.'),
    ({"as_of": "infinity"}, f'as_of is "infinity": {TIME}, or now.'),
    ({"as_of": 20260131}, f"as_of is 20260131: {TIME}, or now."),
    ({"session_tracking_since": "launch"}, f'session_tracking_since is "launch": {TIME}.'),
    ({"session_tracking": "off we go"}, 'session_tracking is "off we go": expected true or false.'),
    ({"session_key": ["user_id", "team"]}, f"session_key is ['user_id', 'team']: {TEXT_COLUMNS}"),
    ({"session_key": ["app_id"]}, f"session_key is ['app_id']: {TEXT_COLUMNS}"),
    ({"session_key": []}, f"session_key is []: {TEXT_COLUMNS}"),
    ({"session_key": 7}, f"session_key is 7: {TEXT_COLUMNS}"),
    ({"stale_after_minutes": 0}, "stale_after_minutes is 0: expected nothing, or a number of minutes, from 1 to ten years (5256000)."),
    ({"stale_after_minutes": "often"}, 'stale_after_minutes is "often": expected nothing, or a number of minutes, from 1 to ten years (5256000).'),
    ({"board_days": -30}, "board_days is -30: expected a whole number of days, from 1 to 3660."),
    ({"board_days": 0}, "board_days is 0: expected a whole number of days, from 1 to 3660."),
    ({"board_days": 1.5}, "board_days is 1.5: expected a whole number of days, from 1 to 3660."),
    ({"board_periods": [7, 400]}, "board_periods is [7, 400]: expected a list of different whole numbers of days, each from 1 to 183."),
    ({"product_name": 7}, "product_name is 7: expected nothing, or a text."),
    ({"board_sessions": "all"}, 'board_sessions is "all": expected true or false.'),
    ({"board_periods": 30}, "board_periods is 30: expected a list of different whole numbers of days, each from 1 to 183."),
    ({"key_events": "Charged"}, 'key_events is "Charged": expected a list of names of events, such as [Charged].'),
    ({"bounce_max_events": "one"}, 'bounce_max_events is "one": expected a whole number of events, from 0 to 1000000.'),
    ({"engaged_min_seconds": -1}, "engaged_min_seconds is -1: expected a whole number of seconds, from 0 to 86400."),
    ({"session_timout_minutes": 30}, "There is no variable session_timout_minutes: expected session_timeout_minutes."),
    ({"time_zone": "UTC"}, "There is no variable time_zone: expected timezone."),
    ({"as_of": "290000-01-01"}, f'as_of is "290000-01-01": {TIME}, or now.'),
    ({"columns": "user"}, f'columns is "user", of which columns is wrong: {NAMES}'),
    ({"columns": {"user": "u"}}, f"columns is {{'user': 'u'}}, of which user is wrong: {NAMES}"),
    ({"columns": {"event_at": {"name": "ts", "unit": "ms"}}}, f"columns is {{'event_at': {{'name': 'ts', 'unit': 'ms'}}}}, of which event_at is wrong: {NAMES}"),
    ({"columns": {"user_id": []}}, f"columns is {{'user_id': []}}, of which user_id is wrong: {NAMES}"),
    ({"events_relation": "clicks"}, 'events_relation (instead of events_path, EVENTS_PATH) is "clicks": found no table or view clicks in the schema main; expected [database.][schema.]name.'),
    ({"events_relation": "clicks", "event_source": "clevertap"}, 'events_relation (instead of events_path, EVENTS_PATH) is "clicks", but event_source is clevertap, which does not read it: expected flat.'),
]  # fmt: skip


def nothing(path: Path) -> None:
    """No file at the path."""


def folder(path: Path) -> None:
    path.mkdir()


def file_of(text: str) -> Callable[[Path], None]:
    return lambda path: path.write_text(text) and None


def parquet_of(select: str) -> Callable[[Path], None]:
    return lambda path: duckdb.execute(f"copy ({select}) to '{path}' (format parquet)") and None


def half_a_parquet_file(path: Path) -> None:
    parquet_of("select 'u1' as user_id, 'Play' as event_name, now() as event_at")(path)
    path.write_bytes(path.read_bytes()[:-20])


INPUT = [
    ("nothing.csv", nothing, PATH_IS + ": found no file there that may be read; expected a file, a folder or a glob of .parquet, .csv, JSON lines (.json, .jsonl, .ndjson) files."),
    ("nothing/*.csv", nothing, PATH_IS + ": found no file there that may be read; expected a file, a folder or a glob of .parquet, .csv, JSON lines (.json, .jsonl, .ndjson) files."),
    ("empty_folder", folder, PATH_IS + ": found no file there that may be read; expected a file, a folder or a glob of .parquet, .csv, JSON lines (.json, .jsonl, .ndjson) files."),
    ("events.xml", file_of("<events/>"), PATH_IS + ": found {input}; expected .parquet, .csv, JSON lines (.json, .jsonl, .ndjson) files. XML is not read: export JSON, CSV or Parquet."),
    ("empty.csv", file_of(""), PATH_IS + ": found nothing in {input} (0 bytes); expected events."),
    ("empty.json", file_of(""), PATH_IS + ": found nothing in {input} (0 bytes); expected events."),
    ("empty.parquet", file_of(""), PATH_IS + ": found nothing in {input} (0 bytes); expected events."),
    ("no_user.csv", file_of("event_name,event_at\nPlay,2026-01-01 10:00:00\n"), PATH_IS + NO_USER + f" event_name, event_at; {RENAME}"),
    ("no_user.json", file_of('{"name": "Play", "event_at": "2026-01-01 10:00:00"}'), PATH_IS + f": {{input}} has no column user_id (or userId) and no event_name (or event, eventName), {OF_FLAT} event_at, name; {RENAME}"),
    ("no_time.parquet", parquet_of("select 'u' as user_id, 'Play' as event_name"), PATH_IS + f": {{input}} has no column event_at (or timestamp, eventTime, event_time), {OF_FLAT} user_id, event_name; {RENAME}"),
    ("number.parquet", parquet_of("select 'u' as user_id, 'Play' as event_name, 1767261600 as event_at"), PATH_IS + ": the column event_at of {input} is INTEGER: " + NO_TIME),
    ("list.parquet", parquet_of("select 'u' as user_id, 'Play' as event_name, [now()::timestamp] as event_at"), PATH_IS + ": the column event_at of {input} is TIMESTAMP[]: " + NO_TIME),
    ("upper.json", file_of('{"USER_ID": "u", "event_name": "Play", "event_at": "2026-01-01"}'), PATH_IS + NO_USER + f" USER_ID, event_at, event_name; {RENAME}"),
    ("really_gzip.csv", lambda path: path.write_bytes(gzip.compress((HEADER + ROW * 9).encode() + os.urandom(99))) and None, PATH_IS + ": the first line of {input} is no text; expected names of columns in UTF-8."),
    ("really_gzip.json", lambda path: path.write_bytes(gzip.compress(os.urandom(99))) and None, PATH_IS + ": found no line in {input} that is text; expected JSON lines in UTF-8."),
    ("events.parquet.gz", file_of("PAR1"), PATH_IS + ": found {input}; expected .parquet, .csv, JSON lines (.json, .jsonl, .ndjson) files."),
    ("float.parquet", parquet_of("select 1.5::double as user_id, 'Play' as event_name, now() as event_at"), PATH_IS + ": the column user_id of {input} is DOUBLE: expected text."),
    ("struct.parquet", parquet_of("select 'u' as user_id, {'name': 'Play'} as event_name, now() as event_at"), PATH_IS + ": the column event_name of {input} is STRUCT(\"name\" VARCHAR): expected text."),
    ("broken.parquet", half_a_parquet_file, PATH_IS + ": found {input}, which is damaged or half-written; expected whole Parquet files, whose last bytes are PAR1."),
    ("text.parquet", file_of(HEADER + ROW), PATH_IS + ": found {input}, which is damaged or half-written; expected whole Parquet files, whose last bytes are PAR1."),
]  # fmt: skip


def assert_stopped(project: Project, result: Result, sentence: str) -> None:
    """dbt says the sentence and nothing of how it came to it, and the warehouse is empty."""
    assert not result.success
    headline, *said = result.error.splitlines()
    assert headline.startswith("Runtime Error in ")
    assert "\n".join(said).strip() == sentence
    assert "Traceback" not in result.output
    if project.warehouse.exists():
        assert (
            project.query(
                "select table_name from duckdb_tables() union all"
                " select view_name from duckdb_views() where not internal"
            )
            == []
        )


@pytest.mark.parametrize(("variables", "sentence"), SETTINGS, ids=lambda case: str(case)[:60])
def test_a_wrong_setting_stops_the_run(
    project: Project, variables: dict[str, object], sentence: str
) -> None:
    (project.folder / "events.csv").write_text(HEADER + ROW)
    result = project.dbt(
        "build", events=project.folder / "events.csv", **{"event_source": "flat"} | variables
    )
    sources = ", ".join(VARIABLES["file_sources"])
    assert_stopped(project, result, sentence.replace("{sources}", sources))


@pytest.mark.parametrize(("name", "write", "sentence"), INPUT, ids=[case[0] for case in INPUT])
def test_a_wrong_input_stops_the_run(
    project: Project, name: str, write: Callable[[Path], None], sentence: str
) -> None:
    path = project.folder / name
    write(path)
    result = project.dbt("build", events=path, event_source="flat")
    assert_stopped(project, result, sentence.replace("{input}", str(path)))


@pytest.mark.parametrize("name", ["events", "SESSIONS", 'main."excluded_events"'])
def test_a_table_that_the_project_writes_is_not_read(project: Project, name: str) -> None:
    """Else the first run would replace the user's table with a mart."""
    plain = name.split(".")[-1].strip('"').lower()
    with duckdb.connect(str(project.warehouse)) as connection:
        connection.execute(f"create table {plain} as select 'mine' as user_id")
    result = project.dbt("build", event_source="flat", events_relation=name)
    assert result.error.endswith(
        f'is "{name}", which is the name of a table that this project writes: expected one of'
        " yours, under another name or in another schema."
    )
    assert project.query(f"from {plain}") == [("mine",)]


@pytest.mark.parametrize(
    ("name", "text", "names"),
    [
        ("events.csv", HEADER + ROW, "user_id, event_name, event_at"),
        ("events.json", '{"user_id": "u", "event_at": "2026-01-01"}\n', "event_at, user_id"),
    ],
)
def test_files_of_another_source_than_is_set_stop_the_run(
    project: Project, name: str, text: str, names: str
) -> None:
    path = project.folder / name
    path.write_text(text)
    result = project.dbt("build", events=path, event_source="clevertap")
    sentence = PATH_IS + (
        ": {input} has no column ts (or eventTime) and no profile (or identity), which events of"
        f" the source clevertap have: found {names}; {RENAME}"
    )
    assert_stopped(project, result, sentence.replace("{input}", str(path)))


def test_a_folder_without_read_rights_stops_the_run(project: Project) -> None:
    path = project.folder / "locked"
    path.mkdir()
    (path / "events.csv").write_text(HEADER + ROW)
    path.chmod(0o000)
    command = [sys.executable, "-m", "dbt.cli.main", "build", "--vars", "event_source: flat"]
    if os.geteuid() == 0:  # root may read everything, unless it lays that right down
        if not shutil.which("setpriv"):
            pytest.skip("root can't lay its right to read everything down without setpriv")
        command = ["setpriv", "--bounding-set=-dac_override,-dac_read_search", *command]
    environment = dict(os.environ) | project.settings(path)
    result = subprocess.run(command, env=environment, capture_output=True, text=True)
    path.chmod(0o700)
    assert result.returncode == 2
    assert f'is "{path}": found no file there that may be read' in result.stdout


def test_a_wrong_run_leaves_the_warehouse_as_it_was(project: Project) -> None:
    (project.folder / "events.csv").write_text(HEADER + ROW)
    project.build(project.folder / "events.csv", event_source="flat")
    before = project.query("select table_name from duckdb_tables() order by all")
    sessions = project.query("from sessions")
    for wrong in ({"events_path": "nowhere"}, {"session_timeout_minutes": 0}):
        assert not project.dbt("run", **{"event_source": "flat"} | wrong).success
    assert project.query("from sessions") == sessions
    assert project.query("select table_name from duckdb_tables() order by all") == before
