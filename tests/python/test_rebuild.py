"""A rebuild from the log gives what a full refresh from the files gives, without the files.

REBUILDS is the number of drawn rebuilds, 1 by default. With CRASH_POINTS a rebuild is killed at
every moment of KILLS, else at every second one.
"""

from __future__ import annotations

import os
import shutil
from collections import Counter
from random import Random

import duckdb
import killed_run
import pytest
from comparison import FORMATS, assert_equal_to_oracle, variables
from conftest import REFRESH, Project, Result
from crash_deliveries import DELIVERIES, deliver, raw_rows
from oracle import Settings
from test_worlds import WORLDS_PER_BUILD, write_slices
from worlds import BASES, prefixed, random_world

REBUILD = ("run", "--full-refresh")
COMMAND = ".venv/bin/dbt build --selector run --full-refresh --vars 'rebuild_from: log'"
UNFINISHED = (
    "A rebuild from the log has not finished: repeat it, with the new settings or the old ones"
    f" ({COMMAND})."
)
VIEWS_ARE_MIXED = "The views in the warehouse were created by a run that did not finish"
BEFORE = Settings()
AFTER = Settings(
    session_timeout_minutes=7.5,
    exclusion_rule_set="documented_2025",
    session_key=("app_id", "user_id"),
    clock_skew_tolerance_minutes=0,
)
OLD, NEW = variables(BEFORE), variables(AFTER)
LOG = NEW | {"rebuild_from": "log"}
MAY_CHANGE = {
    "session_timeout_minutes": [1 / 60, 0.5, 7.5, 20, 30],
    "exclusion_rule_set": ["documented_2021", "documented_2025", "observed_2022"],
    "session_key": [("user_id",), ("app_id", "user_id"), ("user_id", "platform", "app_id")],
    "session_tracking": [True, True, True, True, False],
    "session_tracking_since": [None, None, BASES[1]],
    "clock_skew_tolerance_minutes": [60, 0, 1.5],
}
# Before which statement each kill comes: the mark, the first model, the new log, what follows the
# new log and the new sessions, the new settings, the end of the mark, and what follows the commit.
KILLS = (
    r"insert into .*int_build_settings",
    r'create or replace (view|table) "warehouse"\.',
    r'create or replace table .*"int_event_log"',
    r"drop table .*int_event_log__rows",
    r"drop table .*int_sessions__rows",
    r'create or replace table .*"int_build_settings"',
    r"delete from .*int_build_settings",
    r"drop table .*loaded_slices__rows",
)


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project in which a file changed, another went, and rows were withdrawn."""
    project = Project(tmp_path_factory.mktemp("rebuild") / "project")
    project.folder.mkdir()
    events = project.folder / "events"
    deliver(DELIVERIES["first"], events)
    project.build(events, **OLD)
    deliver(DELIVERIES["second"], events)
    run(project, *REFRESH, **OLD)
    deliver(DELIVERIES["second, one lost"], events)
    run(project, *REFRESH, **OLD)
    return project


@pytest.fixture
def loaded(first: Project) -> Project:
    """The project again, and no file any more."""
    project = first.restored()
    shutil.rmtree(project.folder / "events")
    return project


def dbt(project: Project, *command: str, **variables: object) -> Result:
    return project.dbt(*command, events=project.folder / "events", **variables)


def run(project: Project, *command: str, **variables: object) -> None:
    result = dbt(project, *command, **variables)
    assert result.success, result.output + result.error


def kill(project: Project, command: tuple[str, ...], statement: str, **variables: object) -> None:
    """Run the command up to this statement."""
    killed_run.kill(project, project.folder / "events", command, statement, **variables)


def test_a_killed_rebuild_is_repeated_without_a_file(loaded: Project) -> None:
    """Until then a run stops, unless nothing has been done or all has been committed."""
    record = recorded(loaded)
    for statement in KILLS if "CRASH_POINTS" in os.environ else KILLS[1::2]:
        kill(loaded, REBUILD, statement, **LOG)
        assert recorded(loaded) == record
        if statement == KILLS[0]:
            run(loaded, *REFRESH, **OLD)
            assert_equal_to_oracle(loaded, raw_rows(DELIVERIES["second"]), BEFORE)
        else:
            is_committed = statement == KILLS[-1]
            result = dbt(loaded, *REFRESH, **(NEW if is_committed else OLD))
            assert not result.success
            assert (VIEWS_ARE_MIXED if is_committed else UNFINISHED) in result.error
    run(loaded, *REBUILD, **LOG)
    assert recorded(loaded) == record
    assert_equal_to_oracle(loaded, raw_rows(DELIVERIES["second"]), AFTER)
    # the files are there again, and one has changed
    deliver(DELIVERIES["second, one changed"], loaded.folder / "events")
    run(loaded, *REFRESH, **NEW)
    assert_equal_to_oracle(loaded, raw_rows(DELIVERIES["second, one changed"]), AFTER)


def recorded(project: Project) -> Counter:
    """What loaded_slices says, but for the batch: read from a copy, which is mended instead."""
    copy = project.folder / "copy"
    copy.mkdir()
    for path in project.folder.glob("warehouse.duckdb*"):
        shutil.copy2(path, copy)
    with duckdb.connect(str(copy / "warehouse.duckdb")) as connection:
        rows = connection.execute("select * exclude (batch) from loaded_slices").fetchall()
    shutil.rmtree(copy)
    return Counter(rows)


def test_rows_of_a_killed_run_are_kept_and_loaded_again(loaded: Project) -> None:
    """The killed run had written the log; then the files went, and came back changed."""
    events = loaded.folder / "events"
    deliver(DELIVERIES["second, one changed"], events)
    kill(loaded, REFRESH, "insert into .*int_sessions", **OLD)
    shutil.rmtree(events)
    kill(loaded, REBUILD, r"drop table .*int_event_log__rows", **LOG)
    run(loaded, *REBUILD, **LOG)
    assert_equal_to_oracle(loaded, raw_rows(DELIVERIES["second, one changed"]), AFTER)
    assert loaded.query(
        "select slice from loaded_slices where fingerprint = 'to be loaded again'"
    ) == [("flat/s3.csv",)]
    deliver(DELIVERIES["second"], events)
    run(loaded, *REFRESH, **NEW)
    assert_equal_to_oracle(loaded, raw_rows(DELIVERIES["second"]), AFTER)


@pytest.mark.parametrize("seed", range(int(os.environ.get("REBUILDS", "1"))))
def test_worlds_rebuilt_under_other_settings(project: Project, seed: int) -> None:
    rng = Random(seed)
    before = BEFORE if seed == 0 else drawn_settings(rng)
    after = drawn_settings(rng)
    file_format = rng.choice(list(FORMATS))
    folder = project.folder / "events"
    folder.mkdir()
    worlds = [
        random_world(rng, before, unreadable=FORMATS[file_format][2])
        for _ in range(WORLDS_PER_BUILD)
    ]
    rows = [row for number, rows in enumerate(worlds) for row in prefixed(rows, number)]
    written = write_slices(rows, folder, file_format)
    project.build(folder, **variables(before))
    shutil.rmtree(folder)
    run(project, *REBUILD, **variables(after), rebuild_from="log")
    assert_equal_to_oracle(project, written, after)


def drawn_settings(rng: Random) -> Settings:
    """Any of the settings that a rebuild may change."""
    return Settings(**{name: rng.choice(values) for name, values in MAY_CHANGE.items()})


# what stops a rebuild -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"source_timezone": "Asia/Kolkata"}, "source_timezone is Asia/Kolkata and was UTC when"),
        ({"app_ids": {"flat": "a"}}, "app_ids is [('flat', 'a')] and was unset when"),
        ({"rebuild_from": "files"}, 'rebuild_from is "files": expected input or log.'),
    ],
)
def test_a_setting_that_a_rebuild_cannot_change_stops_it(
    loaded: Project, changed: dict, sentence: str
) -> None:
    result = dbt(loaded, *REBUILD, **LOG | changed)
    assert not result.success and sentence in result.error


def test_a_rebuild_without_the_views_stops(loaded: Project) -> None:
    """They hold the settings of the run that created them."""
    result = dbt(loaded, *REFRESH, "--full-refresh", **LOG)
    assert not result.success
    assert "rebuild_from is log, and the command leaves out active_users_per_day" in result.error
    assert f"expected all models and views ({COMMAND})." in result.error


def test_a_rebuild_of_nothing_stops(loaded: Project) -> None:
    with duckdb.connect(str(loaded.warehouse)) as connection:
        connection.execute("drop table loaded_slices")
    result = dbt(loaded, *REBUILD, **LOG)
    assert not result.success
    assert result.error.endswith(
        "rebuild_from is log, and the warehouse has no log that a run of version 0.2.0 or newer"
        " has committed: build from the input (rebuild_from: input)."
    )


def test_without_a_full_refresh_nothing_is_rebuilt(loaded: Project) -> None:
    run(loaded, *REFRESH, **OLD, rebuild_from="log")
    assert_equal_to_oracle(loaded, raw_rows(DELIVERIES["second"]), BEFORE)


# other sources and an older log -------------------------------------------------------------


def test_a_log_of_version_0_2_0_of_a_table_that_is_gone(project: Project) -> None:
    """The log had no column for generated ids: event_id held them."""
    clicks = """
        create table clicks as select * from (values
            ('u', 'Play', timestamp '2026-01-01 10:00:00', timestamp '2026-01-01 10:00:00'),
            ('u', 'Play', timestamp '2026-01-01 10:25:00', timestamp '2026-01-01 10:30:00')
        ) as clicks (user_id, event_name, event_at, loaded_at)
    """
    settings = {"event_source": "flat", "events_relation": "clicks"}
    with duckdb.connect(str(project.warehouse)) as connection:
        connection.execute(clicks)
    project.build(**settings)
    events = project.query("from events order by event_at")
    with duckdb.connect(str(project.warehouse)) as connection:
        connection.execute("set search_path = 'main,main_internal'; drop table clicks")
        connection.execute("update int_event_log set event_id = generated_event_id")
        connection.execute("alter table int_event_log drop generated_event_id")
        connection.execute("alter table int_event_log drop is_fallback_identity")
        connection.execute(
            "update int_build_settings set value = '5' where name = 'version of the log'"
        )
    result = project.dbt(*REFRESH, **settings)
    assert result.error.endswith(
        "An older version of Session Analytics built the warehouse: build anew"
        " (.venv/bin/dbt build --selector run --full-refresh; from the log, without the files:"
        f" {COMMAND}), or take another warehouse (WAREHOUSE_PATH)."
    )
    log = {"rebuild_from": "log"}
    result = project.dbt(*REBUILD, **settings, **log, user_identity="device")
    assert "user_identity is device and was identity when" in result.error
    wider = {"session_timeout_minutes": 30}
    result = project.dbt(*REBUILD, **settings, **log, **wider)
    assert result.success, result.output + result.error
    assert "Judged again 1 slice with 2 rows. Rejected 0 rows." in result.output
    assert project.query("select event_count from sessions") == [(2,)]
    assert [row[:2] for row in project.query("from events order by event_at")] == [
        row[:2] for row in events
    ]
    with duckdb.connect(str(project.warehouse)) as connection:
        connection.execute(clicks)
        connection.execute("insert into clicks values ('u', 'Play', '2026-01-01 11:00:00', null)")
    assert project.dbt(*REFRESH, **settings, **wider).success
    assert project.query("select event_count from sessions order by 1") == [(1,), (2,)]


def test_the_user_of_an_export_is_chosen_again(project: Project) -> None:
    """An email names the user only if there is no device; users of another source stay."""
    events = project.folder / "events"
    for source in ("clevertap", "flat"):
        (events / source).mkdir(parents=True)
    profiles = [
        '{"identity": "i", "objectId": "d"}',
        '{"identity": "j", "objectId": "d"}',
        '{"email": "e", "objectId": "d"}',
        '{"email": "e"}',
    ]
    lines = [
        f'{{"eventName": "Play", "ts": 20260101100{number}00, "profile": {profile}}}\n'
        for number, profile in enumerate(profiles)
    ]
    (events / "clevertap/a.json").write_text("".join(lines))
    (events / "flat/a.csv").write_text("user_id,event_name,event_at\ni,Play,2026-01-01 10:05\n")
    settings = {
        "event_source": ["clevertap", "flat"],
        "events_path": {name: str(events / name) for name in ("clevertap", "flat")},
    }
    project.build(**settings, user_identity="device")
    users = "select user_id, sum(event_count) from sessions group by all order by all"
    assert project.query(users) == [("d", 3), ("e", 1), ("i", 1)]
    shutil.move(events, project.folder / "away")
    assert project.dbt(*REBUILD, **settings, rebuild_from="log").success
    assert project.query(users) == [("d", 1), ("e", 1), ("i", 2), ("j", 1)]
    from_log = marts(project)
    shutil.move(project.folder / "away", events)
    assert project.dbt(*REFRESH, "--full-refresh", **settings).success
    assert marts(project) == from_log


def marts(project: Project) -> dict[str, list[tuple]]:
    """The events, the sessions and the counts of rows."""
    return {
        mart: project.query(f"from {mart} order by all")
        for mart in ("events", "sessions", "event_accounting", "user_profiles")
    }
