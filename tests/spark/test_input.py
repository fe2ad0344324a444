"""Does Spark read odd columns, times and texts as DuckDB does, and refuse the same?"""

from pathlib import Path

import duckdb
import pytest
from engines import Engines
from plays import RUN

BUILD = ("build", "--resource-type", "seed", "--resource-type", "model")
LOG = "session_analytics_internal.int_event_log"
COLUMNS = {"user_id": "user id", "platform": ["properties.device", "properties.kind"]}
ROWS = [  # user, event, time, app, campaign, loaded_at, properties
    ("ann", "Play", "2026-03-29T10:30Z", None, None, "2026-03-29 11:00", '{"device": "phone"}'),
    ("ann", "Play", "2026-03-29 10:35+00:00", None, None, "2026-03-29 11:00", '{"kind": "tv"}'),
    ("ann", "Play", "2026-03-29 10", None, None, "2026-03-29 11:00", None),
    ("bob", "Notification Clicked", "2026-03-29", None, "EMAİL", "2026-03-29 11:00", None),
    ("bob", "Play", "2026-03-29 10:30", None, None, "2026-03-29 11:00", None),
    ("bob", "Play", "2026-03-29 10:31:49.5", None, None, "2026-03-29 11:00", None),
    (
        *("bob", "Session Concluded", "2026-03-29 10:31:49", None, None, "2026-03-29 11:00"),
        '{"CT Session Id": 1774780200.0, "Session Length": 109.5}',
    ),
    (
        *("cy", "Session Concluded", "2026-03-29 10:31:49", None, None, "2026-03-29 11:00"),
        '{"Session Length": 9999999999}',
    ),
    ("dee", "Play", "2026-03-29 10:30", None, "music", None, None),
]


def write(path: Path, rows: list[tuple]) -> Path:
    events = duckdb.connect()
    events.execute("""
        create table events (
            "user id" varchar, event varchar, event_at varchar, app_id varchar,
            campaign_type varchar, loaded_at timestamp, properties varchar
        )
    """)
    events.executemany("insert into events values (?, ?, ?, ?, ?, ?, ?)", rows)
    events.execute(f"copy events to '{path}' (format parquet)")
    return path


@pytest.fixture
def engines(tmp_path: Path) -> Engines:
    """Both engines with ROWS."""
    variables = {"columns": COLUMNS, "exclusion_rule_set": "documented_2025"}
    engines = Engines(tmp_path, variables, is_small=True)
    engines.load(write(tmp_path / "events.parquet", ROWS))
    return engines


def told_by_stop(engines: Engines, capfd: pytest.CaptureFixture[str], *command: str) -> str:
    with pytest.raises(SystemExit):
        engines.run_on_spark(*command)
    return capfd.readouterr().out


def slices_left(engines: Engines, capfd: pytest.CaptureFixture[str]) -> int:
    capfd.readouterr()
    engines.run_on_spark("run-operation", "print_slices_to_load")
    return int(capfd.readouterr().out.split()[-1])


def logged_events(engines: Engines) -> int:
    return engines.start_spark().sql(f"select count(*) from {LOG}").collect()[0][0]


def test_odd_input_is_read_as_on_duckdb_and_what_is_wrong_stops_a_run(
    engines: Engines, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert slices_left(engines, capfd) == 2  # an hour, and the row without a loaded_at
    engines.build()
    assert [mart for mart in engines.compare() if mart[2] or mart[3]] == []
    assert slices_left(engines, capfd) == 0

    # a value of a row without a loaded_at moves to the next column
    rows = [*ROWS[:-1], ("dee", "Play", "2026-03-29 10:30", "music", None, None, None)]
    engines.load(write(tmp_path / "events.parquet", rows))
    engines.run(*RUN)
    assert [mart for mart in engines.compare() if mart[2] or mart[3]] == []

    logged = logged_events(engines)
    engines.tell_spark("""
        create or replace table lake.input.events as
        select * except (event_at), 1767261600 as event_at from lake.input.events
    """)
    told = told_by_stop(engines, capfd, "run", "--full-refresh")
    assert "the column event_at of lake.input.events is INT: expected a timestamp" in told
    assert logged_events(engines) == logged > 0


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        ({"columns": COLUMNS | {"app_id": "apps"}}, "columns gives apps for app_id"),
        (
            {"columns": COLUMNS | {"app_id": ["app_id", "campaign_type"]}},
            "app_id may be any of its columns app_id, campaign_type",
        ),
        ({"exclusion_rule_set": "documented_2052"}, 'exclusion_rule_set is "documented_2052"'),
        ({"events_relation": "lake.input.my events"}, "expected the name of a table"),
        ({"events_relation": "lake.inputs.events"}, "found no such table or view"),
        ({"events_relation": "lake.session_analytics.`Events`"}, "that this project writes"),
    ],
)
def test_a_wrong_setting_stops_a_first_build(
    engines: Engines, capfd: pytest.CaptureFixture[str], variables: dict, sentence: str
) -> None:
    engines.variables |= variables
    assert sentence in told_by_stop(engines, capfd, *BUILD)


def test_a_name_that_spark_would_replace_is_kept(engines: Engines) -> None:
    engines.variables["product_name"] = "of ${env:HOME}"
    engines.run_on_spark(*BUILD, "--select", "+session_board_settings")
    settings = "session_analytics.session_board_settings"
    rows = engines.start_spark().sql(f"select product_name from {settings}").collect()
    assert rows[0][0] == "of ${env:HOME}"
