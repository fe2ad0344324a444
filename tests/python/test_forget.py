"""Is nothing left of a user who is forgotten, and all else as if the user had never been?"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import duckdb
import killed_run
import pytest
import yaml
from comparison import assert_equal_to_oracle, variables
from conftest import REFRESH, Project
from crash_deliveries import DELIVERIES, deliver, raw_rows
from feed import Change, assert_feed_adds_up, changes
from forgetting import assert_nothing_is_left_of, forget
from oracle import Settings
from refreshed import REFRESHES, Refreshed

REBUILD = ("run", "--full-refresh")
SETTINGS = Settings(session_key=("app_id", "user_id"))
VARIABLES = variables(SETTINGS)
FORGOTTEN = {"bridged", "copied"}
# Before which statement each kill comes: the new log, what follows it and the new sessions, the
# commit, the feed, and each of the statements that erase what is left.
KILLS = (
    r"insert into .*int_event_log",
    r"insert into .*int_sessions",
    r"insert into .*loaded_slices",
    r"insert into .*int_session_concluded_changes",
    r"delete from .*int_event_log.* where disposition = 'withdrawn'",
    r"update .*int_session_concluded_changes.* as changes\s+set\s+event_at",
    r"truncate ",
    r"update .*forgotten_users",
)
# rows that only tell that an event is no more, and whether the batch of all others is committed
LEFT_IN_LOG = """
    select count(*) filter (disposition = 'withdrawn'),
        max(batch) = (select max(batch) from loaded_slices)
    from int_event_log
"""


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project in which two users were asked to be forgotten, and no run was."""
    project = Project(tmp_path_factory.mktemp("forget") / "project")
    project.folder.mkdir()
    deliver(DELIVERIES["first"], project.folder / "events")
    project.build(project.folder / "events", **VARIABLES)
    for user in FORGOTTEN:
        forget(project, user)
    return project


@pytest.fixture
def asked(first: Project) -> Project:
    return first.restored()


def run(project: Project, *command: str, **variables: object) -> str:
    result = project.dbt(*command, events=project.folder / "events", **VARIABLES | variables)
    assert result.success, result.output + result.error
    return result.output


def assert_forgotten(project: Project, delivery: str, before: list[Change]) -> list[Change]:
    """The feed, which was `before`, goes on. The feed."""
    assert_equal_to_oracle(project, raw_rows(DELIVERIES[delivery]), SETTINGS, FORGOTTEN)
    assert_nothing_is_left_of(FORGOTTEN, project)
    return assert_feed_adds_up(project, before)


def test_the_next_run_forgets_and_later_rows_are_not_kept(asked: Project) -> None:
    before = changes(asked)
    assert "Forgot 2 users." in run(asked, *REFRESH)
    feed = assert_forgotten(asked, "first", before)
    assert asked.query(LEFT_IN_LOG) == [(0, True)]
    deliver(DELIVERIES["second"], asked.folder / "events")
    assert "Forgot" not in run(asked, *REFRESH)
    feed = assert_forgotten(asked, "second", feed)
    run(asked, *REFRESH, "--full-refresh")
    assert assert_forgotten(asked, "second", feed) == feed
    shutil.rmtree(asked.folder / "events")
    run(asked, *REBUILD, rebuild_from="log")
    assert assert_forgotten(asked, "second", feed) == feed


@pytest.mark.parametrize("command", [(*REFRESH, "--full-refresh"), REBUILD], ids=" ".join)
def test_a_run_that_builds_everything_anew_forgets(asked: Project, command: tuple) -> None:
    before = changes(asked)
    is_from_log = command == REBUILD
    assert "Forgot 2 users." in run(asked, *command, rebuild_from="log" if is_from_log else "input")
    assert_forgotten(asked, "first", before)


def test_a_run_that_changes_the_rows_of_a_forgotten_user(asked: Project) -> None:
    before = changes(asked)
    deliver(DELIVERIES["second"], asked.folder / "events")
    run(asked, *REFRESH)
    assert_forgotten(asked, "second", before)


@pytest.mark.parametrize(
    "models",
    [
        ("--exclude", "int_sessions"),
        ("--exclude", "int_event_log"),
        ("--select", "int_event_log", "loaded_slices"),
    ],
    ids=" ".join,
)
def test_a_run_of_only_some_models_commits_nothing(asked: Project, models: tuple) -> None:
    """So the next run forgets the users in all tables."""
    committed = asked.query("select slice, batch from loaded_slices order by all")
    assert "Nothing is committed" in run(asked, "run", *models)
    assert asked.query("select slice, batch from loaded_slices order by all") == committed
    before = changes(asked)
    assert "Forgot 2 users." in run(asked, *REFRESH)
    assert_forgotten(asked, "first", before)


def test_a_killed_run_is_made_good_by_the_next(asked: Project) -> None:
    for statement in KILLS if "CRASH_POINTS" in os.environ else KILLS[::2]:
        killed_run.kill(asked, asked.folder / "events", REFRESH, statement, **VARIABLES)
    before = changes(asked)
    deliver(DELIVERIES["second"], asked.folder / "events")
    run(asked, *REFRESH)
    assert_forgotten(asked, "second", before)


def test_a_run_of_some_models_forgets_nobody(asked: Project) -> None:
    log, feed = asked.query("from int_event_log order by all"), changes(asked)
    assert "Forgot" not in run(asked, "run", "--select", "int_session_concluded_changes")
    assert asked.query("from int_event_log order by all") == log
    run(asked, *REFRESH)
    assert_forgotten(asked, "first", feed)


def test_a_user_is_found_by_identity_and_by_device(project: Project) -> None:
    """Nothing but the row of another user is left, and what was rejected is forgotten, too."""
    events = project.folder / "events"
    events.mkdir()
    profiles = ['{"identity": "i", "objectId": "d"}', '{"objectId": "d"}', '{"identity": "j"}']
    lines = [
        f'{{"eventName": "Play", "ts": {time}, "profile": {profile}}}\n'
        for profile in profiles
        for time in ("20260101100000", '"no time"')
    ]
    (events / "a.json").write_text("".join(lines))
    project.build(events)
    counts = "select disposition, sum(row_count)::int from event_accounting group by all order by 1"
    for user, left in [("i", 2), ("d", 1)]:
        said = f"In {project.warehouse} 2 rows have this id as user_id, identity or device_id."
        assert said in forget(project, user).output
        assert project.dbt(*REFRESH, events=events).success
        assert project.query(counts) == [
            ("forgotten", 6 - 2 * left), ("rejected", left), ("session", left),
        ]  # fmt: skip
        assert_nothing_is_left_of({user}, project)
    assert project.query("select user_id from user_profiles") == [("j",)]


def test_the_feed_forgets_the_rows_of_a_device_in_the_sessions_of_another_user(
    project: Project,
) -> None:
    """One session of c's is shorter without them, one is no more, and one had none of them."""
    events = project.folder / "events"
    events.mkdir()
    rows = [("c", "d", "1000"), ("c", "e", "1010"), ("c", "d", "1200"), ("c", "e", "1400")]
    lines = [
        f'{{"eventName": "Play", "ts": 20260101{time}00,'
        f' "profile": {{"identity": "{user}", "objectId": "{device}"}}}}\n'
        for user, device, time in [*rows, ("z", "z", "1800")]
    ]
    (events / "a.json").write_text("".join(lines))
    project.build(events)
    before = changes(project)
    assert len(before) == 3
    forget(project, "d")
    assert project.dbt(*REFRESH, events=events).success
    feed = assert_feed_adds_up(project, before)
    assert [(change[1], change[5], change[8]) for change in feed] == [
        ("concluded", None, None),
        ("concluded", None, None),
        ("concluded", 0, "c"),
        ("withdrawn", None, None),
        ("withdrawn", None, None),
        ("concluded", 0, "c"),
    ]
    assert project.query("select told_sessions from main_raw.forgotten_users") == [(None,)]


def test_a_user_may_be_forgotten_before_the_first_run(project: Project) -> None:
    said = forget(project, "it's").output
    assert "0 rows have this id" in said and "look at WAREHOUSE_PATH and at the id." in said
    forget(project, "007")
    events = project.folder / "events.csv"
    lines = ["user_id,event_name,event_at"]
    lines += [f"{user},Play,2026-01-01 10:00" for user in ("it's", "007", "7")]
    events.write_text("\n".join(lines))
    project.build(events, event_source="flat")
    assert project.query("select user_id from events") == [("7",)]
    assert_nothing_is_left_of({"it's", "007"}, project)


@pytest.mark.parametrize(("user_id", "shown"), [(None, "None"), (" ", '" "'), (7, "7")])
def test_what_is_not_the_id_of_a_user_is_refused(
    project: Project, user_id: object, shown: str
) -> None:
    arguments = yaml.safe_dump({"user_id": user_id}, default_flow_style=True)
    result = project.dbt("run-operation", "forget_user", "--args", arguments)
    assert not result.success
    assert f"user_id is {shown}: expected the id of a user, a text in quotes" in result.output
    with duckdb.connect(str(project.warehouse)) as connection:
        assert connection.execute("select count(*) from duckdb_tables()").fetchone() == (0,)


def test_a_compacted_warehouse_holds_no_byte_of_the_user(tmp_path: Path) -> None:
    """The published file neither, and both go on as before."""
    project = Refreshed(tmp_path)
    user, other = "somebody-of-long-ago", "somebody-else"
    project.deliver("a.csv", *(f"{n},{user},10:{n:02}" for n in range(20)), f"1,{other},10:00")
    assert project.refresh("--build") == 0
    assert user.encode() in project.warehouse.read_bytes()
    forget(project, user)
    assert project.refresh("--compact") == 0
    assert project.read(REFRESHES)[-1] == (0, 0, 0, 0, 0, 1), "nothing is loaded, one is withdrawn"
    for path in (project.warehouse, project.published):
        assert user.encode() not in path.read_bytes()
        assert other.encode() in path.read_bytes()
    assert project.read("select user_id, event_count from sessions") == [(other, 1)]
    forget(project, other)
    project.deliver("b.csv", "1,a,10:00")
    assert project.refresh() == 0
    assert project.read("select user_id from user_profiles") == [("a",)]


def test_a_warehouse_that_cannot_be_compacted_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    project = Refreshed(tmp_path)
    project.deliver("a.csv", "1,ann,10:00")
    assert project.refresh("--build") == 0
    before = project.state()

    def fail(path: Path) -> None:
        raise OSError("no space")

    monkeypatch.setattr("publish.synchronize", fail)
    assert project.refresh("--compact") == 2
    assert "it was not written into a new file: no space" in capsys.readouterr().err
    monkeypatch.undo()
    assert project.refresh() == 0
    assert project.state() == before
    assert [path.name for path in tmp_path.glob(".*")] == []
