"""Whatever goes wrong while refreshes run: do readers see a whole state, and is nothing lost?

OPERATIONS multiplies the refreshes beside readers, the kills and the refreshes around a broken
file: 1 by default.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from types import SimpleNamespace
from typing import BinaryIO

import duckdb
import publish
import pytest
import record
import run
from conftest import FORKS, ROOT
from dbt import tracking
from feed import assert_feed_adds_up
from refreshed import HEADER, REFRESHES, VARIABLES, WHOLE, Refreshed, first_refresh

OPERATIONS = int(os.environ.get("OPERATIONS", "1"))


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Refreshed:
    return first_refresh(tmp_path_factory.mktemp("first"))


@pytest.fixture
def project(first: Refreshed) -> Refreshed:
    return first.restored()


# readers and other refreshes ------------------------------------------------------------------


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
    time.sleep(0.5)
print("\\n".join(seen))
"""


def test_four_readers_see_whole_states_beside_refreshes_of_which_some_fail(
    project: Refreshed,
) -> None:
    """A file is broken in one refresh of ten. What arrives with it is loaded by the next one."""
    states = [project.state()]
    readers = [
        subprocess.Popen(
            [sys.executable, "-c", LOOP, project.published, WHOLE, stays, str(os.getpid())],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for stays in ("stays", "", "", "")
    ]  # fmt: skip
    dbt = project.parsed_dbt()
    for number in range(10 * OPERATIONS):
        time_of_day = f"{11 + number // 60}:{number % 60:02d}"
        project.deliver(f"b{number}.csv", *(f"{number}-{u},u{u},{time_of_day}" for u in range(50)))
        broken = project.events / "broken.parquet"
        if number % 10 == 4:
            broken.write_bytes(b"PAR1 and half a file")
        assert project.refresh(dbt=dbt) == (1 if broken.exists() else 0)
        states.append(project.state())
        assert states[-1][:3] == (3 + 50 * (number + 1 - broken.exists()),) * 3
        broken.unlink(missing_ok=True)
    project.published.with_name("warehouse.duckdb.end").touch()
    said = [reader.communicate() for reader in readers]
    assert [reader.returncode for reader in readers] == [0] * 4, said
    seen = [out.split("\n")[:-1] for out, _ in said]
    assert seen[0] == [repr(states[0])]
    assert {state for out in seen for state in out} <= {repr(state) for state in states}
    assert len({state for out in seen for state in out}) > 1
    assert project.query("select count(*) from refreshes where exit_code = 1") == [(OPERATIONS,)]
    assert_feed_adds_up(project, [])


# kills ----------------------------------------------------------------------------------------


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
    killed(lambda: project.publish())
    monkeypatch.undo()
    assert project.published.read_bytes() == old
    project.publish()
    assert project.state()[3] == datetime(2026, 1, 1, 12)
    assert project.published_files() == ["warehouse.duckdb", "warehouse.status.json"]


def test_a_refresh_that_is_killed_at_any_moment_is_made_good_by_the_next(
    project: Refreshed,
) -> None:
    """A refresh that ends before its kill tells how long one takes now."""
    moments = 3 * OPERATIONS
    dbt = project.parsed_dbt()
    project.deliver("b.csv", "4,ann,10:15")
    seconds = seconds_of(project, dbt, most=None)
    for number in range(moments):
        before = project.state()
        project.deliver(f"c{number}.csv", f"c{number},joe,{11 + number % 8}:{number % 60:02d}")
        most = seconds * (number + 1) / moments
        seconds = max(seconds_of(project, dbt, most), seconds)
        state = project.state()
        assert state == before or state[:3] == (5 + number,) * 3
    assert project.refresh() == 0
    assert project.state()[:3] == (4 + moments,) * 3


def seconds_of(project: Refreshed, dbt: run.Dbt, most: float | None) -> float:
    """The seconds of a refresh in a process of its own, which is killed after the most."""
    start = time.monotonic()
    process = FORKS.Process(target=lambda: project.refresh(dbt=dbt))
    process.start()
    process.join(most)
    process.kill()
    process.join()
    return time.monotonic() - start


# the disk -------------------------------------------------------------------------------------


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


@dataclass(frozen=True)
class SmallDisk(Refreshed):
    """A project whose warehouse and published file are on a disk of their own."""

    elsewhere: Path = ROOT  # the folder of the events and of dbt's log

    @property
    def events(self) -> Path:
        return self.elsewhere / "events"

    def settings(self, events: Path | str | None = None) -> dict[str, str]:
        logs = {name: str(self.elsewhere / "logs") for name in ("DBT_LOG_PATH", "DBT_TARGET_PATH")}
        return super().settings(events) | logs

    @contextmanager
    def filled(self, free: int) -> Iterator[None]:
        """Leave so many bytes for a while."""
        disk = os.statvfs(self.folder)
        filler = self.folder / "filler"
        filler.write_bytes(bytes(disk.f_bavail * disk.f_frsize - free))
        try:
            yield
        finally:
            filler.unlink()


@pytest.fixture
def small_disk(project: Refreshed, tmp_path: Path) -> Iterator[SmallDisk]:
    mount = ["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", tmp_path]
    if not shutil.which("mount") or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("this user may not mount a small disk (tmpfs)")
    shutil.copy(project.warehouse, tmp_path)
    shutil.copytree(project.published.parent, tmp_path / "published")
    yield SmallDisk(tmp_path, elsewhere=project.folder)
    subprocess.run(["umount", tmp_path], check=True)


def test_a_disk_that_is_full_for_a_while(
    small_disk: SmallDisk, capsys: pytest.CaptureFixture[str]
) -> None:
    """At the first write, in the middle of the build, and near its end."""
    dbt, told = small_disk.parsed_dbt(), assert_feed_adds_up(small_disk, [])
    failures = []
    for number, free in enumerate((0, 700_000, 4_000_000)):
        rows = [f"{number}-{user},u{user},{12 + number}:00" for user in range(5_000)]
        small_disk.deliver(f"b{number}.csv", *rows)
        old = small_disk.published.read_bytes()
        with small_disk.filled(free):
            assert small_disk.refresh(dbt=dbt) == 2
        failures.append(capsys.readouterr().err)
        assert small_disk.published.read_bytes() == old
        assert small_disk.refresh(dbt=dbt) == 0
        assert small_disk.state()[:3] == (3 + 5_000 * (number + 1),) * 3
        told = assert_feed_adds_up(small_disk, told)
    assert all(said.count("\n") == 1 and "No space left on device" in said for said in failures)
    assert failures[0].startswith("dbt run failed: ")
    assert failures[1].startswith("dbt run failed at int_")


def test_a_disk_that_fills_up_while_publishing(
    small_disk: SmallDisk, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    small_disk.deliver("b.csv", "4,ann,10:15")
    old, copy = small_disk.published.read_bytes(), publish.copy

    def copy_to_a_full_disk(*files: object) -> None:
        with small_disk.filled(100_000):
            copy(*files)

    monkeypatch.setattr(publish, "copy", copy_to_a_full_disk)
    assert small_disk.refresh() == 2
    assert capsys.readouterr().err.startswith(f"PUBLISHED_PATH is {small_disk.published}: ")
    assert small_disk.published.read_bytes() == old
    monkeypatch.undo()
    assert small_disk.refresh() == 0
    assert small_disk.state()[:3] == (4, 4, 4)


# the input and the clock ----------------------------------------------------------------------


def test_a_folder_of_events_that_is_away_for_one_refresh(
    project: Refreshed, capsys: pytest.CaptureFixture[str]
) -> None:
    away = project.events.rename(project.folder / "away")
    old = project.state()
    assert project.refresh() == 1
    said = capsys.readouterr().err
    assert said == (
        f"EVENTS_PATH is {project.events}: there is no such file or folder: mount or create it."
        " What was loaded from there stays.\n"
    )
    assert project.state() == old
    assert json.loads(project.status.read_text())["message"] == said.strip()
    away.rename(project.events)
    project.deliver("b.csv", "4,ann,10:15")
    assert project.refresh() == 0
    assert project.state()[:3] == (4, 4, 4)
    assert project.read("select exit_code from refreshes order by started_at") == [(0,), (1,), (0,)]
    assert json.loads(project.status.read_text())["exit_code"] == 0


def set_clock(monkeypatch: pytest.MonkeyPatch, ahead: timedelta) -> None:
    """Set the clock of dbt and of the refresh."""

    class Clock(datetime):
        @classmethod
        def now(cls, tz: timezone | None = None) -> datetime:
            return datetime.now(tz) + ahead

    for module in (tracking, record):
        monkeypatch.setattr(module, "datetime", Clock)


def test_a_clock_that_is_set_back(project: Refreshed, monkeypatch: pytest.MonkeyPatch) -> None:
    """For one refresh it is three days ahead, with the events and the time of their file. Then the
    session clock goes back with it, but nothing is lost: when the time has come, all is there."""
    path, later = project.events / "later.csv", datetime.now(timezone.utc) + timedelta(days=3)
    times = [f"{later - timedelta(hours=hours):%F %T}" for hours in (3, 2)]
    path.write_text(HEADER + "".join(f"{time},sue,Play,{time}\n" for time in times))
    os.utime(path, (later.timestamp() - 60,) * 2)
    set_clock(monkeypatch, timedelta(days=3))
    assert project.refresh() == 0
    assert (before := project.state())[:3] == (5, 5, 5)
    told = assert_feed_adds_up(project, [])

    monkeypatch.undo()
    project.deliver("b.csv", "4,ann,10:15")
    assert project.refresh() == 0
    assert (back := project.state())[:3] == (6, 6, 6)
    assert back[3] < before[3]
    assert project.read("select count(*), sum(row_count) from refreshes") == [(3, 6)]
    assert record.seconds_since(later.replace(tzinfo=None)) == 0
    told = assert_feed_adds_up(project, told)

    set_clock(monkeypatch, timedelta(days=3))
    assert project.refresh() == 0
    assert project.state()[:4] == (6, 6, 6, before[3])
    assert_feed_adds_up(project, told)


def test_a_failure_is_published_although_the_clock_was_set_back(project: Refreshed) -> None:
    for started_at in ("2100-01-01", "2026-01-03"):
        with duckdb.connect(str(project.warehouse)) as connection:
            connection.execute(
                "insert into main_raw.refreshes (started_at, seconds, exit_code)"
                f" values ('{started_at}', 1, 2)"
            )
        project.publish()
        assert (2,) in project.read(
            f"select exit_code from refreshes where started_at = '{started_at}'"
        )


# what is published ----------------------------------------------------------------------------


def test_a_published_file_with_a_damaged_block_is_replaced(project: Refreshed) -> None:
    """If the same block of the warehouse is damaged, the published file stays: it is the backup."""
    project.deliver("b.csv", *(f"b{user},u{user},11:00" for user in range(20_000)))
    assert project.refresh() == 0
    good, state = project.published.read_bytes(), project.state()
    ((block,),) = project.read(
        "select min(block_id) from pragma_storage_info('main_internal.int_sessions')"
        " where column_name = 'ct_session_id' and segment_type = 'VARCHAR'"
    )
    place = 3 * 4096 + block * 262_144 + 4096  # behind the three headers of the file
    damaged = good[:place] + bytes([good[place] ^ 255]) + good[place + 1 :]
    warehouse = project.warehouse.read_bytes()
    project.warehouse.write_bytes(damaged)
    with duckdb.connect(str(project.warehouse)) as connection:
        connection.execute("update main_internal.int_event_log set batch = 3 where user_id = 'u1'")
    with pytest.raises(duckdb.Error, match="Corrupt database file"):
        project.publish()
    assert project.published.read_bytes() == good
    project.warehouse.write_bytes(warehouse)
    project.published.write_bytes(damaged)
    project.publish()
    assert project.state() == state
    assert project.read("select count(distinct ct_session_id) from sessions") == [(20_002,)]


def test_a_feed_that_starts_over_is_published(project: Refreshed) -> None:
    project.deliver("b.csv", "4,sue,11:00")
    assert project.refresh() == 0
    assert project.read("select count(*) from session_concluded_changes") == [(2,)]
    with duckdb.connect(str(project.warehouse)) as connection:
        connection.execute("delete from main_internal.int_session_concluded_changes")
    project.publish()
    assert project.read("select count(*) from session_concluded_changes") == [(0,)]


def test_what_fails_its_tests_is_not_published(
    project: Refreshed, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    invoke, old = run.Dbt.invoke, project.published.read_bytes()

    def spoil(dbt: run.Dbt, *command: str) -> run.Listener:
        if command == run.TESTS:
            with duckdb.connect(str(project.warehouse)) as connection:
                connection.execute("update main_internal.int_sessions set event_count = 9")
        return invoke(dbt, *command)

    monkeypatch.setattr(run.Dbt, "invoke", spoil)
    project.deliver("b.csv", "4,ann,10:15")
    assert project.refresh("--test") == 2
    assert capsys.readouterr().err.startswith("dbt test failed at sessions_of_the_last_batch_")
    assert project.published.read_bytes() == old


# a process that stays --------------------------------------------------------------------------


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


def test_the_project_is_parsed_again_after_a_file_of_it_has_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parsed = run.Listener(prints_warnings=False)
    parsed.result = SimpleNamespace(
        nodes={"model.session_analytics.sessions": SimpleNamespace(schema="main")}
    )
    commands: list[tuple[str, ...]] = []
    monkeypatch.setattr(run.Dbt, "invoke", lambda _, *command: commands.append(command) or parsed)
    (tmp_path / "dbt_project.yml").touch()
    dbt = run.Dbt(tmp_path, None, is_shown=False)
    for _ in range(2):
        dbt.parse()
    assert commands == [run.PARSE]
    (tmp_path / "dbt_project.yml").write_text("name: another")
    for _ in range(2):
        dbt.parse()
    assert commands == [run.PARSE] * 2
