"""Does a refresh load, publish and report, and do readers see a whole state at any moment?

OPERATIONS multiplies the refreshes beside readers and the kills: 1 by default.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

import duckdb
import publish
import pytest
import refresh
import run
from conftest import ROOT, Project, environment
from errors import RefreshError
from freshness import age_in_words
from lock import Wait, locked
from settings import read_settings

OPERATIONS = int(os.environ.get("OPERATIONS", "1"))
FORKS = multiprocessing.get_context("fork")  # to start dbt anew costs three times what a run does
FLAT = {"event_source": "flat"}
VARIABLES = ("--vars", "{event_source: flat}")
HEADER = "event_id,user_id,event_name,event_at\n"
# what a reader sees; the first three are equal in each whole state
WHOLE = """
    select
        (select count(*) from events where is_session_event),
        (select sum(event_count) from sessions),
        (select sum(row_count) from event_accounting where disposition = 'session'),
        (select as_of from session_clock),
        (select max(batch) from loaded_slices)
"""
REFRESHES = """
    select slice_count, row_count, rejected_row_count, new_session_count, changed_session_count,
        withdrawn_session_count
    from refreshes order by started_at
"""


@dataclass(frozen=True)
class Refreshed(Project):
    """A project that refreshes run in, in this process."""

    @property
    def events(self) -> Path:
        return self.folder / "events"

    def deliver(self, name: str, *rows: str) -> None:
        """Write a file of events, each `id,user,hh:mm`, that was last changed long ago."""
        lines = [
            "{},{},Play,2026-01-01 {}:00\n".format(*row.split(",")) for row in rows
        ]  # fmt: skip
        self.events.mkdir(exist_ok=True)
        (self.events / name).write_text(HEADER + "".join(lines))
        seconds = 1_767_300_000 + len(lines)
        os.utime(self.events / name, (seconds, seconds))

    def refresh(self, *options: str, events: Path | None = None) -> int:
        """The exit code of one refresh, without the page."""
        with environment(self.settings(events or self.events)):
            chosen = refresh.arguments([*VARIABLES, "--no-page", *options])
            dbt = run.Dbt(ROOT, chosen.vars, is_shown=False)
            dbt.manifest, dbt.parsed_files = self.parsed(FLAT), run.project_files(ROOT)
            return refresh.attempt(read_settings(), dbt, chosen)

    def read(self, sql: str) -> list[tuple]:
        """What a query of the published file gives."""
        with duckdb.connect(str(self.published), read_only=True) as connection:
            return connection.execute(sql).fetchall()

    def state(self) -> tuple:
        return self.read(WHOLE)[0]


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Refreshed:
    """A project whose first refresh has loaded three events: two sessions."""
    project = Refreshed(tmp_path_factory.mktemp("first"))
    project.deliver("a.csv", "1,ann,10:00", "2,ann,10:10", "3,bob,10:00")
    assert project.refresh() == 0
    return project


@pytest.fixture
def project(first: Refreshed) -> Refreshed:
    """The same, in its first state: dbt would parse anew for another folder."""
    snapshot = first.folder.with_name("snapshot")
    if not snapshot.exists():
        shutil.copytree(first.folder, snapshot, ignore=shutil.ignore_patterns("logs", "target"))
    for path in first.folder.iterdir():
        if path.name not in ("logs", "target"):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    shutil.copytree(snapshot, first.folder, dirs_exist_ok=True)
    return first


def test_the_first_refresh_creates_publishes_and_records(project: Refreshed) -> None:
    assert project.state() == (3, 3, 3, datetime(2026, 1, 1, 10, 10), 1)
    assert project.read(REFRESHES) == [(1, 3, 0, 2, 0, 0)]
    assert [path.name for path in project.published.parent.iterdir()] == ["warehouse.duckdb"]


def test_a_refresh_counts_new_changed_and_withdrawn_sessions(
    project: Refreshed, capsys: pytest.CaptureFixture[str]
) -> None:
    """ann's session grows, and bob's is withdrawn. Then joe's two become one, and the file of ann's
    is loaded again: her session stays as it is."""
    project.deliver("a.csv", "1,ann,10:00", "2,ann,10:10")
    project.deliver("b.csv", "4,ann,10:15", "5,joe,11:00", "6,joe,11:30", "7,,11:00")
    assert project.refresh() == 0
    assert (
        "UTC: 2 slices with 6 rows, 1 rejected (1 missing_user); sessions: 2 new, 1 changed,"
        " 1 withdrawn; the clock is 2026-01-01 11:30:00 UTC; published; "
    ) in capsys.readouterr().out
    project.deliver("b.csv", "4,ann,10:15", "5,joe,11:00", "6,joe,11:30", "7,,11:00", "9,,11:00")
    project.deliver("c.csv", "8,joe,11:15")
    assert project.refresh() == 0
    assert project.read(REFRESHES)[1:] == [(2, 6, 1, 2, 1, 1), (2, 6, 2, 0, 1, 1)]
    assert project.read("select rejected_rows_by_reason from refreshes limit 2") == [
        ("{}",),
        (json.dumps({"missing_user": 1}),),
    ]


def test_a_refresh_on_nothing_publishes_nothing(
    project: Refreshed, capsys: pytest.CaptureFixture[str]
) -> None:
    before = project.published.stat().st_ino
    assert project.refresh() == 0
    assert "0 slices with 0 rows, 0 rejected; sessions: 0 new, 0 changed, 0 withdrawn" in (
        capsys.readouterr().out
    )
    assert project.published.stat().st_ino == before
    assert project.query("select count(*), max(exit_code) from refreshes") == [(2, 0)]


def test_marts_alone_are_published_as_tables_and_compared_with_the_next_state(
    project: Refreshed,
) -> None:
    with duckdb.connect(str(project.warehouse)) as connection:
        connection.execute("comment on view sessions is 'It''s a session'")
        connection.execute("comment on column sessions.day is 'Its day'")
    assert project.refresh("--publish", "marts") == 0
    assert project.read("select count(*) from duckdb_views() where not internal") == [(0,)]
    marts = {path.stem for path in (ROOT / "models/marts").rglob("*.sql")}
    tables = project.read("select table_name from duckdb_tables() where schema_name = 'main'")
    assert {name for (name,) in tables} >= marts
    assert project.read("select comment from duckdb_tables() where table_name = 'sessions'") == [
        ("It's a session",)
    ]
    assert project.read(
        "select column_name, comment from duckdb_columns() where table_name = 'sessions'"
        " and comment is not null"
    ) == [("day", "Its day")]
    project.deliver("b.csv", "4,ann,10:15", "5,joe,11:00")
    assert project.refresh("--publish", "marts") == 0
    assert project.read(REFRESHES)[1:] == [(0, 0, 0, 0, 0, 0), (1, 2, 0, 1, 1, 0)]
    assert project.state()[:3] == (5, 5, 5)


def test_a_failed_refresh_publishes_nothing_and_is_recorded(
    project: Refreshed, capsys: pytest.CaptureFixture[str]
) -> None:
    """In the next refresh the folder is missing: it shows the failure and loses nothing."""
    before = project.published.read_bytes()
    project.deliver("b.csv", "4,ann,10:15")
    assert project.refresh("--vars", "{event_source: flat, board_days: 0}") == 1
    assert project.published.read_bytes() == before
    sentence = "board_days is 0: expected a whole number of days, from 1 to 3660."
    assert capsys.readouterr().err == f"{sentence}\n"
    assert project.query("select exit_code, message, row_count from refreshes")[1:] == [
        (1, sentence, None)
    ]
    away = project.events.rename(project.folder / "away")
    assert project.refresh() == 0
    assert project.state()[:3] == (3, 3, 3)
    away.rename(project.events)
    assert project.refresh() == 0
    assert project.read("select exit_code from refreshes order by started_at") == [
        (0,), (1,), (0,), (0,)
    ]  # fmt: skip
    assert project.state()[:3] == (4, 4, 4)


def test_of_five_refreshes_at_once_each_waits_for_the_others(project: Refreshed) -> None:
    project.deliver("b.csv", "4,ann,10:15")
    codes = FORKS.Queue()
    refreshes = [
        FORKS.Process(target=lambda: codes.put(project.refresh("--wait", "300"))) for _ in range(5)
    ]
    for process in refreshes:
        process.start()
    for process in refreshes:
        process.join()
    assert [codes.get() for _ in refreshes] == [0] * 5
    assert project.query("select sum(row_count), count(*) from refreshes") == [(4, 6)]


def test_a_refresh_that_finds_the_lock_taken_says_by_whom(
    project: Refreshed, capsys: pytest.CaptureFixture[str]
) -> None:
    lock = project.folder / "warehouse.duckdb.lock"
    lock.unlink()
    holder = FORKS.Process(target=hold_lock, args=(project.warehouse,))
    holder.start()
    while not lock.exists() or "UTC" not in lock.read_text(encoding="utf-8"):
        time.sleep(0.01)
    assert project.refresh("--wait", "0.5") == 75
    assert f" is running, process {holder.pid} since 20" in capsys.readouterr().err
    holder.kill()
    holder.join()
    with locked(project.warehouse, Wait(0)):  # the kernel has freed it
        pass


def hold_lock(warehouse: Path) -> None:
    with locked(warehouse, Wait(0)):
        time.sleep(60)


READER = """
import duckdb, sys
connection = duckdb.connect(sys.argv[1], read_only=True)
print("open", flush=True)
sys.stdin.read()
"""


@contextmanager
def reader_of(path: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that stays connected to a file."""
    reader = subprocess.Popen(
        [sys.executable, "-c", READER, path],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert reader.stdout.readline() == "open\n"
    yield reader
    reader.communicate()


def test_a_reader_of_the_warehouse_is_waited_for_and_named(
    project: Refreshed, capsys: pytest.CaptureFixture[str]
) -> None:
    with reader_of(project.warehouse) as reader:
        assert project.refresh("--wait", "0.2") == 75
    assert f"(PID {reader.pid}) has it open: close it there" in capsys.readouterr().err


# one process stays connected, the others connect for each query
LOOP = """
import duckdb, os, sys, time
path, sql, stays = sys.argv[1], sys.argv[2], sys.argv[3] == "stays"
connection = duckdb.connect(path, read_only=True)
seen = {}
while os.getppid() == int(sys.argv[4]) and not os.path.exists(path + ".end"):
    if not stays:
        connection.close()
        connection = duckdb.connect(path, read_only=True)
    seen[repr(connection.execute(sql).fetchone())] = None
    time.sleep(0.2)
print("\\n".join(seen))
"""


def test_four_readers_in_a_loop_see_nothing_but_whole_states(project: Refreshed) -> None:
    states = [project.state()]
    readers = [
        subprocess.Popen(
            [sys.executable, "-c", LOOP, project.published, WHOLE, stays, str(os.getpid())],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for stays in ("stays", "", "", "")
    ]  # fmt: skip
    for number in range(3 * OPERATIONS):
        rows = [f"{number}-{user},u{user},{11 + number // 60}:{number % 60}" for user in range(50)]
        project.deliver(f"b{number}.csv", *rows)
        assert project.refresh() == 0
        states.append(project.state())
    project.published.with_name("warehouse.duckdb.end").touch()
    said = [reader.communicate() for reader in readers]
    assert [reader.returncode for reader in readers] == [0] * 4, said
    seen = [out.split("\n")[:-1] for out, _ in said]
    assert seen[0] == [repr(states[0])]
    assert {state for out in seen for state in out} <= {repr(state) for state in states}
    assert len({state for out in seen for state in out}) > 1
    assert all(state[0] == state[1] == state[2] for state in states)


def killed(target: Callable[[], object]) -> None:
    """Run something in a process that kills itself."""
    process = FORKS.Process(target=target)
    process.start()
    process.join()
    assert process.exitcode == -signal.SIGKILL


def kill_oneself(*_: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.parametrize("moment", ["remove_unfinished", "copy", "synchronize", "check", "rename"])
def test_a_kill_while_publishing_leaves_the_old_file(
    project: Refreshed, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    """The new state is in the warehouse and not published yet."""
    old = project.published.read_bytes()
    with duckdb.connect(str(project.warehouse)) as connection:
        connection.execute("update main_internal.int_session_clock set as_of = '2026-01-01 12:00'")

    def half_a_copy(source: BinaryIO, target: Path) -> None:
        target.write_bytes(source.read(1_000_000))
        kill_oneself()

    if moment == "rename":
        monkeypatch.setattr(Path, "replace", kill_oneself)
    else:
        monkeypatch.setattr(publish, moment, half_a_copy if moment == "copy" else kill_oneself)
    killed(lambda: publish_now(project))
    monkeypatch.undo()
    assert project.published.read_bytes() == old
    publish_now(project)
    assert project.state()[3] == datetime(2026, 1, 1, 12)
    assert [path.name for path in project.published.parent.iterdir()] == ["warehouse.duckdb"]


def publish_now(project: Refreshed) -> None:
    with environment(project.settings()):
        refresh.publish_news(read_settings(), "main", "copy", datetime(2026, 1, 2))


def test_a_backup_older_than_what_was_published_is_counted_from_there(project: Refreshed) -> None:
    """ann's two sessions had become one; the file that joined them is gone with the warehouse."""
    project.deliver("b.csv", "4,ann,11:00")
    assert project.refresh() == 0
    backup = shutil.copy(project.warehouse, project.folder / "backup")
    project.deliver("c.csv", "5,ann,10:25", "6,ann,10:40", "7,ann,10:50")
    assert project.refresh() == 0
    assert project.read("select count(*) from sessions") == [(2,)]
    (project.events / "c.csv").unlink()
    shutil.copy(backup, project.warehouse)
    assert project.refresh() == 0
    assert project.read("select count(*) from sessions") == [(3,)]
    # of the refresh that joined them nothing is known any more
    assert project.read(REFRESHES)[-1] == (2, 4, 0, 1, 1, 0)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (duckdb.OutOfMemoryException("no memory\nfor this"), 2),
        (OSError("No space left on device"), 2),
        (duckdb.IOException("Could not set lock on file"), 75),
    ],
)
def test_an_error_after_the_run_is_one_sentence_and_is_recorded(
    project: Refreshed,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    error: Exception,
    code: int,
) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(refresh, "find_changes", fail)
    started_at = datetime(2026, 1, 2)
    monkeypatch.setattr(refresh, "utc_now", lambda: started_at)
    monkeypatch.setattr(run.Dbt, "refresh", lambda *_: None)
    assert project.refresh() == code
    sentence = " ".join(f"The refresh failed: {error}".split())
    assert capsys.readouterr().err == sentence + "\n"
    assert recorded_last(project) == (code, sentence)


def recorded_last(project: Refreshed) -> tuple:
    with duckdb.connect(str(project.warehouse), read_only=True) as connection:
        query = "select exit_code, message from refreshes where started_at = '2026-01-02'"
        return connection.execute(query).fetchone()


def test_a_process_that_writes_the_published_file_is_named(
    project: Refreshed, capsys: pytest.CaptureFixture[str]
) -> None:
    hold = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print(flush=True); input()"
    command = [sys.executable, "-c", hold, project.published]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, **pipes) as writer:
        assert writer.stdout.readline() == b"\n"
        assert project.refresh() == 75
        writer.communicate(b"\n")
    assert "a process has it open for writing: let it connect read only" in capsys.readouterr().err


def test_a_warehouse_that_was_built_anew_counts_all_its_slices(project: Refreshed) -> None:
    """Its batches are counted from 1 again. The sessions are the ones that were there."""
    with duckdb.connect(str(project.warehouse)) as connection:
        connection.execute("update loaded_slices set loaded_at = loaded_at + interval '1 hour'")
    publish_now(project)
    assert project.read(REFRESHES) == [(1, 3, 0, 0, 0, 0), (1, 3, 0, 2, 0, 0)]


def test_a_rebuild_from_the_log_is_published(project: Refreshed) -> None:
    """Its slices keep their times and their fingerprints: the batch and the settings tell."""
    rebuild = {"rebuild_from": "log", "session_timeout_minutes": 5, **FLAT}
    result = project.dbt("run", "--full-refresh", events=project.events, **rebuild)
    assert result.success, result.output
    assert project.refresh("--vars", "{event_source: flat, session_timeout_minutes: 5}") == 0
    assert project.read("select event_count from sessions") == [(1,), (1,), (1,)]
    assert project.read(REFRESHES)[1:] == [(1, 3, 0, 1, 1, 0)]


def test_the_published_file_is_a_backup_of_a_damaged_warehouse(
    project: Refreshed, capsys: pytest.CaptureFixture[str]
) -> None:
    """As docs/operations.md has it."""
    project.warehouse.write_bytes(b"no database " * 10_000)
    project.deliver("b.csv", "4,ann,10:15")
    assert project.refresh() == 2
    assert "it is not a valid DuckDB database file" in capsys.readouterr().err
    project.warehouse.unlink()
    assert project.refresh() == 1
    assert "it does not exist, and what was published from it does: copy" in capsys.readouterr().err
    assert not project.warehouse.exists() and project.state()[0] == 3
    shutil.copy(project.published, project.warehouse)
    assert project.refresh() == 0
    assert project.state() == (4, 4, 4, datetime(2026, 1, 1, 10, 15), 2)
    project.published.write_bytes(b"no database " * 10_000)
    assert project.refresh() == 0
    assert project.state()[0] == 4


def test_no_process_opens_the_warehouse_while_it_is_copied(
    project: Refreshed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DuckDB loses its lock if the copy opens and closes the file by itself."""
    said: list[str] = []

    def connect_elsewhere(*_: object) -> None:
        command = [sys.executable, "-c", READER, project.warehouse]
        said.append(subprocess.run(command, capture_output=True, text=True, input="").stderr)

    monkeypatch.setattr(publish, "check", connect_elsewhere)
    with duckdb.connect(str(project.warehouse)) as connection:
        connection.execute("update main_internal.int_session_clock set as_of = '2026-01-01 12:00'")
    publish_now(project)
    assert "Could not set lock on file" in said[0]


def test_a_refresh_that_is_killed_at_any_moment_is_made_good_by_the_next(
    project: Refreshed,
) -> None:
    moments = 3 * OPERATIONS
    project.deliver("b.csv", "4,ann,10:15")
    start = time.monotonic()
    assert project.refresh() == 0
    seconds = time.monotonic() - start
    for number in range(moments):
        before = project.state()
        project.deliver(f"c{number}.csv", f"c{number},joe,{11 + number % 12}:00")
        process = FORKS.Process(target=project.refresh)
        process.start()
        process.join(seconds * (number + 0.5) / moments)
        process.kill()
        process.join()
        state = project.state()
        assert state == before or state[:3] == (5 + number,) * 3
    assert project.refresh() == 0
    assert project.state()[:3] == (4 + moments,) * 3


def test_what_cannot_be_published_leaves_the_old_file_and_says_so(
    project: Refreshed, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    project.deliver("b.csv", "4,ann,10:15")
    old = project.published.read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(publish, "copy", full)
    assert project.refresh() == 2
    assert "PUBLISHED_PATH is " in (said := capsys.readouterr().err)
    assert said.endswith("was not published there: [Errno 28] No space left on device\n")
    assert project.published.read_bytes() == old
    monkeypatch.undo()
    assert project.refresh() == 0
    assert project.read(REFRESHES) == [(1, 3, 0, 2, 0, 0), (None,) * 6, (1, 1, 0, 0, 1, 0)]


@pytest.mark.parametrize(
    ("names", "sentence"),
    [
        ({"PUBLISHED_PATH": "other.duckdb"}, "expected a file called warehouse, as in"),
        ({"PUBLISHED_PATH": "warehouse.duckdb"}, "and so is WAREHOUSE_PATH: expected two files"),
        ({"WAREHOUSE_PATH": "nowhere/warehouse.duckdb"}, "there is no folder "),
    ],
)
def test_a_path_that_cannot_be_stops_the_refresh(
    tmp_path: Path, names: dict[str, str], sentence: str
) -> None:
    with (
        environment({"WAREHOUSE_PATH": str(tmp_path / "warehouse.duckdb")}),
        pytest.raises(RefreshError, match=sentence) as raised,
    ):
        os.environ.update({name: str(tmp_path / path) for name, path in names.items()})
        read_settings()
    assert raised.value.exit_code == 1


def test_a_changed_file_of_the_project_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "models").mkdir()
    (tmp_path / "models/a.sql").write_text("select 1 as one")
    before = run.project_files(tmp_path)
    assert run.project_files(tmp_path) == before
    (tmp_path / "dbt_project.yml").touch()
    assert run.project_files(tmp_path) != before


def test_the_page_is_written_from_the_published_file_when_that_is_newer(
    project: Refreshed,
) -> None:
    page = project.folder / "site/index.html"
    with environment(project.settings()):
        settings = read_settings()
    project.warehouse.unlink()  # it is not read
    refresh.write_page(settings, "main", page)
    assert "<title>Session Board</title>" in page.read_text(encoding="utf-8")
    page.write_text("the page before")
    refresh.write_page(settings, "main", page)
    assert page.read_text() == "the page before"
    project.published.write_text("no database")
    with pytest.raises(RefreshError, match="The page was not written: PUBLISHED_PATH is "):
        refresh.write_page(settings, "main", page)
    assert page.read_text() == "the page before"


def test_a_stalled_feed_is_published_and_said(
    project: Refreshed, capsys: pytest.CaptureFixture[str]
) -> None:
    """By the refresh and by `dbt source freshness`, in the same words."""
    stale = {"stale_after_minutes": 60}
    project.deliver("b.csv", "4,ann,10:15")
    assert project.refresh("--vars", "{event_source: flat, stale_after_minutes: 60}") == 1
    said = capsys.readouterr().err.strip()
    assert re.fullmatch(
        r"Nothing has arrived for \d+ days: the newest event is of 2026-01-01 10:15:00 UTC, and"
        r" stale_after_minutes is 60: look at what delivers the events.",
        said,
    )
    assert project.state()[:3] == (4, 4, 4)
    assert project.read("select exit_code, message from refreshes order by started_at") == [
        (0, None),
        (1, said),
    ]
    freshness = ("source", "freshness")
    assert said in project.dbt(*freshness, events=project.events, **FLAT, **stale).error
    fresh = project.dbt(*freshness, events=project.events, **FLAT)
    assert fresh.success and " days old: it is of 2026-01-01 10:15:00 UTC." in fresh.output


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(0, "a minute"), (119, "119 minutes"), (120, "2 hours"), (1560, "26 hours"), (2880, "2 days")],
)
def test_an_age_is_told_in_the_largest_unit_of_which_there_are_two(
    minutes: float, words: str
) -> None:
    assert age_in_words(minutes) == words


def test_every_keeps_refreshing_after_a_failure_and_ends_on_sigterm(project: Refreshed) -> None:
    """The only test that starts the program as a scheduler does."""
    command = [sys.executable, ROOT / "operations/refresh.py", "--every", "1", *VARIABLES]
    process = subprocess.Popen(
        command,
        env=os.environ | project.settings(project.folder / "nowhere"),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert "nowhere and was " in process.stderr.readline()
    assert "nowhere and was " in process.stderr.readline()
    process.terminate()
    assert process.wait() == 0


@pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="systemd is not on this machine"
)
def test_systemd_understands_the_service_and_the_timer(tmp_path: Path) -> None:
    """With a program and a user that this machine has."""
    for unit in (ROOT / "operations/systemd").iterdir():
        text = unit.read_text(encoding="utf-8").replace("User=session-analytics", "User=root")
        text = text.replace("/srv/session-analytics/.venv/bin/python", sys.executable)
        (tmp_path / unit.name).write_text(text, encoding="utf-8")
    verified = subprocess.run(
        ["systemd-analyze", "verify", *tmp_path.iterdir()], capture_output=True, text=True
    )
    assert verified.returncode == 0
    assert "session-analytics" not in verified.stderr
