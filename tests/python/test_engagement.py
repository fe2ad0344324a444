"""Are the marts of users and engagement those of an oracle, over generated worlds?"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import datetime
from random import Random

import pytest
from comparison import assert_same_rows, rows_of, variables
from conftest import Project
from engagement_oracle import engagement_marts
from oracle import BUCKETS, Settings, build
from test_worlds import write_slices
from worlds import prefixed, random_world

MARTS = {
    "user_days", "active_users_per_day", "new_and_returning_users_per_day", "engagement_per_day",
    "engagement_summary", "sessions_per_user", "retention_by_cohort", "entry_and_exit_events",
    "session_conversion", "session_lengths_per_period", "sessions_per_period_and_hour",
}  # fmt: skip
CHOSEN = {
    "the defaults": Settings(key_events=("Charged",)),
    "a zone with two midnights, short periods": Settings(
        timezone="America/Havana", board_periods=(1, 3), session_timeout_minutes=0.5,
        key_events=("Charged", "Play"), bounce_max_events=2, engaged_min_seconds=1,
    ),
    "a clock that leaves sessions open": Settings(
        as_of=datetime(2024, 3, 2, 3, 20), board_periods=(2, 30), timezone="Asia/Kolkata"
    ),
}  # fmt: skip


@pytest.mark.parametrize("chosen", CHOSEN.values(), ids=CHOSEN)
def test_marts_are_those_of_the_oracle(project: Project, chosen: Settings) -> None:
    """Worlds share users, so that a user has several days, apps and platforms."""
    folder = project.folder / "events"
    folder.mkdir()
    rng = Random(7)
    rows = [
        replace(row, event_id=None if row.event_id is None else f"{number}/{row.event_id}")
        for number in range(40)
        for row in prefixed(random_world(rng, chosen), number % 10)
    ]
    written = write_slices(rows, folder, "parquet of texts")
    project.build(folder, **variables(chosen))
    wanted = engagement_marts(build(written, chosen), chosen, BUCKETS)
    assert {mart for mart, rows in wanted.items() if rows} == MARTS
    columns = {mart: list(rows[0]) for mart, rows in wanted.items()}
    found = rows_of(
        project, {mart: f"select {', '.join(names)} from {mart}" for mart, names in columns.items()}
    )
    for mart, names in columns.items():
        expected = Counter(tuple(row[name] for name in names) for row in wanted[mart])
        assert_same_rows(f"{mart} {names}", found[mart], expected, chosen)


def test_without_an_event_there_are_no_rows(project: Project) -> None:
    events = project.folder / "events.csv"
    events.write_text("user_id,event_name,event_at\n,Play,2026-01-01 10:00:00\n")
    project.build(events)
    found = rows_of(project, {mart: f"select * from {mart}" for mart in MARTS})
    assert {mart: len(rows) for mart, rows in found.items()} == dict.fromkeys(MARTS, 0)
