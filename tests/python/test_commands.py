"""The commands: the two of the README, and what dbt users type."""

import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import ROOT, Project, clone


def make(target: str, folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    settings = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("DBT_", "WAREHOUSE_", "EVENTS_", "MAKE", "MFLAGS"))
    }
    return subprocess.run(
        ["make", target], cwd=folder, env=settings | variables, capture_output=True, text=True
    )


def test_make_run_prints_the_board_and_where_warehouse_and_page_lie(tmp_path: Path) -> None:
    folder = clone(tmp_path)
    started = time.monotonic()
    first = make("run", folder)
    seconds_of_first = time.monotonic() - started
    assert first.returncode == 0, first.stdout + first.stderr
    assert "Session Board, as of 2026-03-03 20:58:50 UTC" in first.stdout
    assert re.search(r"\| 3-10 min +\| +2814 \| 19.1 %", first.stdout)
    assert re.search(r"\| 2026-03-03 \| 53.5 +\| +481 \| not complete yet", first.stdout)
    assert first.stdout.endswith(
        f"The warehouse: {folder / 'warehouse.duckdb'}\nThe board: {folder / 'site/index.html'}\n"
    )
    started = time.monotonic()
    second = make("run", folder)
    assert time.monotonic() - started < seconds_of_first  # the sample is there
    assert second.stdout == first.stdout
    assert "docs.html" not in (folder / "site/index.html").read_text()
    assert make("docs", folder).returncode == 0
    assert 'href="docs.html#!/exposure/' in (folder / "site/index.html").read_text()
    assert "sessions_per_weekday_and_hour" in (folder / "site/docs.html").read_text()
    assert sorted(path.name for path in (folder / "site").iterdir()) == ["docs.html", "index.html"]


def test_the_two_commands_are_those_of_the_readme_and_of_ci() -> None:
    assert "make run\n" in (ROOT / "README.md").read_text()
    assert "make test\n" in (ROOT / "README.md").read_text()
    assert re.search(r"^make test$", (ROOT / ".ci/run").read_text(), re.MULTILINE)


def test_what_dbt_users_type_works(project: Project) -> None:
    for command in (
        ["seed"],
        ["run"],
        ["test", "--select", "sessions"],
        ["source", "freshness"],
        ["build", "--selector", "run"],
        ["test", "--selector", "audit"],
        ["docs", "generate"],
        ["run-operation", "print_slices_to_load"],
        ["run-operation", "print_board"],
    ):
        result = project.dbt(*command)
        assert result.success, f"dbt {' '.join(command)}: {result.output}"


def test_dbt_build_on_the_sample_passes_every_test(sample_project: Project) -> None:
    assert sample_project.query("select count(*) > 0 from sessions") == [(True,)]


def test_dbt_build_passes_every_test_with_every_setting_changed(project: Project) -> None:
    result = project.dbt(
        "build",
        session_timeout_minutes=31,
        session_key=["platform", "user_id"],
        clock_skew_tolerance_minutes=0,
        session_tracking_since="2026-01-20 08:00:00",
        exclusion_rule_set="documented_2025",
        as_of="2026-02-10 12:00:00",
        timezone="America/New_York",
        source_timezone="Asia/Kolkata",
        board_days=7,
    )
    assert result.success, result.output


def test_dbt_build_passes_every_test_with_tracking_off(project: Project) -> None:
    result = project.dbt("build", session_tracking=False)
    assert result.success, result.output
    assert project.query("select count(*), sum(session_count) from sessions_per_day") == [(30, 0)]


def test_a_run_before_the_seeds_says_so_and_writes_nothing(project: Project) -> None:
    result = project.dbt("run")
    assert not result.success
    assert "run `dbt seed` once before `dbt run`" in result.output
    assert project.query("select count(*) from duckdb_tables() where not temporary") == [(0,)]


def test_a_run_waits_for_whoever_has_the_warehouse_open(project: Project) -> None:
    path = project.folder / "events.csv"
    path.write_text("user_id,event_name,event_at\nu1,Play,2026-01-01 10:00:00\n")
    project.build(path, event_source="flat")
    hold = (
        "import duckdb, sys, time\n"
        "connection = duckdb.connect(sys.argv[1], read_only=True)\n"
        "print('open', flush=True)\n"
        "time.sleep(10)\n"
    )
    reader = subprocess.Popen(
        [sys.executable, "-c", hold, project.warehouse], stdout=subprocess.PIPE
    )
    assert reader.stdout is not None and reader.stdout.readline() == b"open\n"
    started = time.monotonic()
    result = project.dbt("run", events=path, event_source="flat")
    assert result.success, result.output
    assert time.monotonic() - started > 9
    assert reader.wait() == 0


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_the_locks_have_hashes_and_no_address(name: str) -> None:
    lock = (ROOT / name).read_text()
    assert "--hash=sha256:" in lock
    assert "://" not in lock
    assert "index" not in lock


def test_the_audit_names_a_user_with_a_large_share_of_all_events(project: Project) -> None:
    path = project.folder / "events.csv"
    users = [f"u{number}" for number in range(1000)]
    for bots, others in ((60, 999), (50, 1000), (60, 1000)):
        lines = [f"{user},Play,2026-01-01 10:00:00" for user in users[:others]]
        lines += [f"undefined,Play,2026-01-01 10:{number:02}:00" for number in range(bots)]
        path.write_text("user_id,event_name,event_at\n" + "\n".join(lines) + "\n")
        project.build(path, event_source="flat")
        result = project.dbt("test", "--select", "no_user_has_a_twentieth_of_the_events",
                             events=path, event_source="flat")  # fmt: skip
        assert result.success
        sentence = (
            'Of all events more than 5 % are of the user "undefined" (60 events, 6 %): is that a'
            " placeholder, or a bot?"
        )
        assert (sentence in result.output) is (bots == 60 and others == 1000)
