"""The commands: the two of the README, and what dbt users type."""

import os
import re
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest
from conftest import ROOT, Project, clone

# the columns of the marts that no comment describes
COMMENTS = """
    select table_name, column_name from duckdb_columns()
    where schema_name = 'main' and not internal and comment is null
    and table_name not in ('excluded_events', 'session_length_buckets')
"""


def make(target: str, folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    settings = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("DBT_", "WAREHOUSE_", "PUBLISHED_", "EVENTS_", "MAKE", "MFLAGS"))
    }
    return subprocess.run(
        ["make", target], cwd=folder, env=settings | variables, capture_output=True, text=True
    )


def test_make_run_prints_the_board_and_where_its_files_lie(tmp_path: Path) -> None:
    folder = clone(tmp_path)
    first = make("run", folder)
    assert first.returncode == 0, first.stdout + first.stderr
    assert "Session Board, as of 2026-03-03 20:58:50 UTC" in first.stdout
    assert "\n  Sessions: 14,734 (+13.2 %, 13,021 before)\n" in first.stdout
    assert "\n  Sum of session lengths: 2,426.2 hours (" in first.stdout
    assert "\nRaw rows: 136,893 session, 29,029 vendor_session, " in first.stdout
    assert "\nThe vendor's sessions and ours: 95.5 % of 29,524 matched; 752 " in first.stdout
    assert first.stdout.endswith(
        f"The published file: {folder / 'published/sample.duckdb'}\n"
        f"The board: {folder / 'site/index.html'}\n"
    )
    assert not (folder / "warehouse.duckdb").exists()  # so that events of the user's have none
    with duckdb.connect(str(folder / "published/sample.duckdb"), read_only=True) as connection:
        assert connection.execute(COMMENTS).fetchall() == []
    assert "docs.html" not in (folder / "site/index.html").read_text()
    docs = make("docs", folder)
    assert docs.returncode == 0
    assert docs.stdout.endswith(first.stdout[first.stdout.index("\nSession Board") :])
    assert 'href="docs.html#!/exposure/' in (folder / "site/index.html").read_text()
    assert "sessions_per_weekday_and_hour" in (folder / "site/docs.html").read_text()
    assert sorted(path.name for path in (folder / "site").iterdir()) == ["docs.html", "index.html"]


def test_make_run_tells_its_steps_and_what_stops_it(tmp_path: Path) -> None:
    folder = clone(tmp_path)
    events = folder / "export.json"
    events.write_text('{"eventName": "Play", "ts": 20260101100000, "profile": {"identity": "u"}}\n')
    told = make("run", folder, EVENTS_PATH=str(events)).stdout
    assert re.search(r"\d\d:\d\d:\d\d  Found \d+ models, ", told)
    assert re.search(r" of \d+ START sql replaced model main_internal.int_event_log\n", told)
    assert "  Loaded 1 slice with 1 rows. Rejected 0 rows.\n" in told
    assert (folder / "published/warehouse.duckdb").exists()
    assert " OK " not in told and "sql view" not in told
    assert len(told.splitlines()) < 40
    assert "[debug]" in (folder / "logs/dbt.log").read_text()
    again = make("run", folder, EVENTS_PATH=str(events))
    assert again.stdout.endswith(told[told.index("\nSession Board") :])
    stopped = make("run", folder, EVENTS_PATH=str(folder / "nowhere"))
    assert stopped.returncode == 2
    assert "Runtime Error" in stopped.stdout and "nowhere and was " in stopped.stdout
    assert "Traceback" not in stopped.stdout + stopped.stderr
    assert "Session Board" not in stopped.stdout


def test_the_two_commands_are_those_of_the_readme_and_of_ci() -> None:
    assert "make run\n" in (ROOT / "README.md").read_text()
    assert "make test\n" in (ROOT / "README.md").read_text()
    assert re.search(r"^make test$", (ROOT / ".ci/run").read_text(), re.MULTILINE)


def test_what_dbt_users_type_works(project: Project) -> None:
    events = project.folder / "export.json"
    events.write_text('{"eventName": "Play", "ts": 20260101100000, "profile": {"identity": "u"}}\n')
    for command in (
        ["seed"],
        ["run"],
        ["test", "--select", "sessions"],
        ["source", "freshness"],
        ["build", "--selector", "run"],
        ["test", "--selector", "audit"],
        ["docs", "generate"],
        ["run-operation", "print_slices_to_load"],
    ):
        result = project.dbt(*command, events=events)
        assert result.success, f"dbt {' '.join(command)}: {result.output}"


def test_every_test_passes_on_the_sample(sample_project: Project) -> None:
    result = sample_project.dbt("test")
    assert result.success, result.output
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
        stale_after_minutes=60,
    )
    assert result.success, result.output


def test_dbt_build_passes_every_test_with_tracking_off(project: Project) -> None:
    """Of the unit tests only those of the one model that asks whether tracking is on."""
    result = project.dbt("build", "--exclude-resource-type", "unit_test", session_tracking=False)
    assert result.success, result.output
    result = project.dbt("test", "--select", "int_events_judged", session_tracking=False)
    assert result.success, result.output
    assert project.query("select count(*), sum(session_count) from sessions_per_day") == [(30, 0)]


def test_a_run_before_the_seeds_says_so_and_writes_nothing(project: Project) -> None:
    result = project.dbt("run")
    assert not result.success
    assert "run `.venv/bin/dbt seed` once before `.venv/bin/dbt run`" in result.output
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
