"""Can a row that says 2038 move the session clock, and with it the board?"""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from pathlib import Path

from comparison import columns_of, normal, rows_of
from conftest import Project
from oracle import RawRow, Settings, build
from worlds import write_csv

FAR = "2038-01-19 03:14:07"
FILE_TIME = datetime(2026, 3, 3)


def row(user: str, event_at: str, loaded_at: str | None, slice_: str) -> RawRow:
    return RawRow(
        slice=slice_, user_id=user, event_name="Play", event_at=event_at, loaded_at=loaded_at,
        file_loaded_at=FILE_TIME,
    )  # fmt: skip


DELIVERIES = [
    [row("u1", "2026-03-01 10:00:00", "2026-03-01 10:01:00", "a")],
    [row("u2", FAR, FAR, "b"), row("u1", "2026-03-01 10:10:00", None, "b")],
    [row("u1", "2026-03-01 10:40:00", "2026-03-01 10:41:00", "c")],
]


def test_the_clock_is_no_later_than_the_run_and_the_tolerance(project: Project) -> None:
    """In every run from the one on that brings the row: the session of 2038 stays open, the
    others are concluded, and the board's window ends on the day of the run."""
    chosen = Settings(clock_skew_tolerance_minutes=90)
    folder = project.folder / "events"
    folder.mkdir()
    delivered: list[RawRow] = []
    for number, rows in enumerate(DELIVERIES):
        path: Path = folder / f"{rows[0].slice}.csv"
        write_csv(rows, path)
        seconds = (FILE_TIME - datetime(1970, 1, 1)).total_seconds()
        os.utime(path, (seconds, seconds))
        delivered += rows
        project.build(folder, event_source="flat", clock_skew_tolerance_minutes=90)
        ((started_at,),) = project.query("select max(loaded_at) from loaded_slices")
        wanted = build(delivered, chosen, run_started_at=started_at)
        assert ((started_at + timedelta(minutes=90)) in wanted["session_clock"][0].values()) is (
            number > 0
        )
        for mart in ("session_clock", "sessions", "session_concluded", "sessions_per_day"):
            names = columns_of(wanted[mart], mart)
            found = rows_of(project, {mart: f"select {', '.join(names)} from {mart}"})[mart]
            assert set(found) == {
                tuple(normal(row[name]) for name in names) for row in wanted[mart]
            }, mart
    assert project.query("select user_id, is_concluded from sessions order by all") == [
        ("u1", True),
        ("u1", True),
        ("u2", False),
    ]
    # a run on nothing moves the clock on
    before = project.query("select as_of from session_clock")
    project.build(folder, event_source="flat", clock_skew_tolerance_minutes=90)
    assert project.query("select as_of from session_clock") > before
    # what is set is meant
    project.build(folder, event_source="flat", clock_skew_tolerance_minutes=90,
                  as_of="2038-01-20 00:00:00")  # fmt: skip
    assert project.query("select is_concluded from sessions where user_id = 'u2'") == [(True,)]
