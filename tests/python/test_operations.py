"""Does a refresh load, publish and report what it should, and say what is wrong?"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace

import duckdb
import publish
import pytest
import refresh
import run
from conftest import FORKS, ROOT, environment
from errors import RefreshError
from freshness import age_in_words
from lock import Wait, locked
from refreshed import FLAT, REFRESHES, Refreshed, first_refresh
from settings import read_settings


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Refreshed:
    return first_refresh(tmp_path_factory.mktemp("first"))


@pytest.fixture
def project(first: Refreshed) -> Refreshed:
    return first.restored()


def test_the_first_refresh_creates_publishes_and_records(project: Refreshed) -> None:
    assert project.state() == (3, 3, 3, datetime(2026, 1, 1, 10, 10), 1)
    assert project.read(REFRESHES) == [(1, 3, 0, 2, 0, 0)]
    assert project.published_files() == ["warehouse.duckdb", "warehouse.status.json"]


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
    """In the next refresh the folder is empty: it shows the failure and loses nothing."""
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
    project.events.mkdir()
    assert project.refresh() == 0
    assert project.state()[:3] == (3, 3, 3)
    project.events.rmdir()
    away.rename(project.events)
    assert project.refresh() == 0
    assert project.read("select exit_code from refreshes order by started_at") == [
        (0,), (1,), (0,), (0,)
    ]  # fmt: skip
    assert project.state()[:3] == (4, 4, 4)


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
    project.publish()
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
    for leave_an_empty_file in (lambda: None, lambda: duckdb.connect(project.warehouse).close()):
        leave_an_empty_file()  # as dbt's other commands do
        assert project.refresh() == 1
        said = capsys.readouterr().err
        assert "it does not exist or is empty, and what was published from it does: copy" in said
        assert project.state()[0] == 3
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
    project.publish()
    assert "Could not set lock on file" in said[0]


@pytest.mark.parametrize(
    ("names", "sentence"),
    [
        ({"PUBLISHED_PATH": "other.duckdb"}, "expected a file called warehouse, as in"),
        ({"PUBLISHED_PATH": "warehouse.duckdb"}, "and so is WAREHOUSE_PATH: expected two files"),
        ({"WAREHOUSE_PATH": "nowhere/warehouse.duckdb"}, "there is no folder "),
        ({"PUBLISHED_PATH": "folder/warehouse.duckdb"}, "expected a file, and this is a folder"),
        ({"WAREHOUSE_PATH": "memory.duckdb"}, "memory is a name that DuckDB uses itself"),
        ({"WAREHOUSE_THREADS": "abc"}, "expected a number from 1 and an amount such as 4GB: "),
        ({"WAREHOUSE_MEMORY": "lots"}, "expected a number from 1 and an amount such as 4GB: "),
    ],
)
def test_a_path_that_cannot_be_stops_the_refresh(
    tmp_path: Path, names: dict[str, str], sentence: str
) -> None:
    (tmp_path / "folder/warehouse.duckdb").mkdir(parents=True)
    with (
        environment({"WAREHOUSE_PATH": str(tmp_path / "warehouse.duckdb")}),
        pytest.raises(RefreshError, match=sentence) as raised,
    ):
        os.environ.update({name: str(tmp_path / path) for name, path in names.items()})
        read_settings()
    assert raised.value.exit_code == 1


@pytest.mark.parametrize(
    ("names", "arguments", "code", "sentence"),
    [
        (
            {"DBT_PROJECT_DIR": "nowhere", "WAREHOUSE_PATH": "w.duckdb"},
            [],
            1,
            "A path in the environment cannot be: ",
        ),
        ({"WAREHOUSE_PATH": "loop.duckdb"}, [], 1, "A path in the environment cannot be: "),
        ({}, ["--every", "inf"], 2, "inf: expected seconds, up to a year"),
    ],
)
def test_what_stops_a_refresh_before_it_starts_is_one_sentence(
    tmp_path: Path, names: dict[str, str], arguments: list[str], code: int, sentence: str
) -> None:
    (tmp_path / "loop.duckdb").symlink_to(tmp_path / "loop.duckdb")
    settings = {name: str(tmp_path / path) for name, path in names.items()}
    said = subprocess.run(
        [sys.executable, ROOT / "operations/refresh.py", *arguments],
        env=os.environ | settings, capture_output=True, text=True,
    )  # fmt: skip
    assert (said.returncode, "Traceback" in said.stderr) == (code, False)
    assert sentence in said.stderr


def test_a_macro_that_fails_is_named() -> None:
    """The result of a macro has no node. A lock that it meets is a lock."""
    result = SimpleNamespace(
        status="error", message="IO Error: Could not set lock on file", unique_id="macro.a.b"
    )
    outcome = SimpleNamespace(exception=None, result=SimpleNamespace(results=[result]))
    error = run.why("run-operation", outcome)
    assert error.exit_code == 75
    assert str(error).startswith("dbt run-operation failed at b: IO Error: Could not set lock")


def test_a_changed_file_of_the_project_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "models").mkdir()
    (tmp_path / "models/a.sql").write_text("select 1 as one")
    before = run.project_files(tmp_path)
    assert run.project_files(tmp_path) == before
    (tmp_path / "dbt_project.yml").touch()
    assert run.project_files(tmp_path) != before


def test_the_page_is_written_when_the_published_file_is_another_one(project: Refreshed) -> None:
    """Whichever is newer: the clock may have been set back."""
    page = project.folder / "site/index.html"
    with environment(project.settings()):
        settings = read_settings()
    project.warehouse.unlink()  # it is not read
    refresh.write_page(settings, "main", page)
    assert "<title>Session Board</title>" in page.read_text(encoding="utf-8")
    published_at = project.published.stat().st_mtime_ns
    page.write_text("the page before")
    os.utime(page, ns=(published_at, published_at))
    refresh.write_page(settings, "main", page)
    assert page.read_text() == "the page before"
    os.utime(page, ns=(published_at + 10**15, published_at + 10**15))
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


def test_a_refresh_says_that_it_reads_the_sample(capsys: pytest.CaptureFixture) -> None:
    assert run.READS_SAMPLE in (ROOT / "macros/run/start_run.sql").read_text()
    for message in ("something else", run.READS_SAMPLE):
        info = SimpleNamespace(name="JinjaLogInfo", level="info", msg=message)
        run.Listener(prints_warnings=True)(SimpleNamespace(info=info))
    assert capsys.readouterr().out == f"{run.READS_SAMPLE}\n"
