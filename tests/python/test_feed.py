"""Does the feed tell of each change once, and does a consumer of it end at session_concluded?"""

from __future__ import annotations

import os
import re
import sqlite3
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import pytest
from conftest import REFRESH, ROOT, Project
from feed import Change, assert_feed_adds_up

DAY = "2026-01-01"
FILE_TIME = 1_767_400_000  # a day after
WITHOUT_FEED = ("run", "--exclude", "int_session_concluded_changes")  # a selector excludes nothing


@dataclass
class Feed:
    """A warehouse, the folder that it reads, and what its feed has told until now."""

    project: Project
    told: list[Change] = field(default_factory=list)

    @property
    def folder(self) -> Path:
        return self.project.folder / "events"

    def deliver(self, name: str, *events: str) -> None:
        """A file of events, each with its user, time and perhaps its id."""
        rows = [f"{DAY} {time},{user},{event_id}" for user, time, event_id in map(parts, events)]
        path = self.folder / f"{name}.csv"
        size = path.stat().st_size if path.exists() else -1
        path.write_text("\n".join(["event_at,user_id,event_id,event_name", *map(named, rows)]))
        assert path.stat().st_size != size, "by its size a run sees that the file has changed"
        os.utime(path, (FILE_TIME, FILE_TIME))

    def run(self, *command: str, **variables: object) -> list[str]:
        """What a run tells, in words."""
        command = command or REFRESH
        result = self.project.dbt(*command, events=self.folder, event_source="flat", **variables)
        assert result.success, result.output + result.error
        if command == WITHOUT_FEED:
            return []
        before = len(self.told)
        self.told = assert_feed_adds_up(self.project, self.told)
        return [in_words(change) for change in self.told[before:]]


def parts(event: str) -> list[str]:
    return [*event.split(), ""][:3]


def named(row: str) -> str:
    return f"{row},Play"


def in_words(change: Change) -> str:
    _, what, _, event_at, _, length, _, _, user, *_ = change
    return f"{what} {user} {event_at:%H:%M} {length // 60} min"


@pytest.fixture
def feed(tmp_path: Path) -> Feed:
    feed = Feed(Project(tmp_path))
    feed.folder.mkdir()
    feed.deliver("clock", "zoe 18:00")  # her session stays open
    feed.deliver("ann", "ann 10:00", "ann 10:10")
    feed.project.build(feed.folder, event_source="flat")
    feed.told = assert_feed_adds_up(feed.project, [])
    return feed


def test_a_session_is_told_when_it_is_concluded_and_only_then(feed: Feed) -> None:
    assert [in_words(change) for change in feed.told] == ["concluded ann 10:10 10 min"]
    assert feed.run() == []


def test_a_session_that_a_late_event_changes_is_withdrawn_and_concluded_again(feed: Feed) -> None:
    feed.deliver("late", "ann 10:20", "bob 09:00")
    assert feed.run() == [
        "withdrawn ann 10:10 10 min",
        "concluded bob 09:00 0 min",
        "concluded ann 10:20 20 min",
    ]


def test_a_session_whose_event_is_as_it_was_is_not_told_again(feed: Feed) -> None:
    feed.deliver("between", "ann 10:05")
    assert feed.run() == []


def test_a_session_is_withdrawn_although_its_first_event_was_replaced_untold(feed: Feed) -> None:
    """The event that replaces it has its time, so that there was nothing to tell."""
    feed.deliver("first", "tim 08:00 late")
    assert feed.run() == ["concluded tim 08:00 0 min"]
    feed.deliver("first")
    feed.deliver("second", "tim 08:00 early")
    feed.deliver("another", "kim 08:00")
    assert feed.run() == ["concluded kim 08:00 0 min"]
    feed.deliver("second")
    assert feed.run() == ["withdrawn tim 08:00 0 min"]


def test_the_feed_catches_up_with_runs_that_left_it_out(feed: Feed) -> None:
    feed.deliver("sue", "sue 11:00 1", "sue 11:10")
    assert feed.run() == ["concluded sue 11:10 10 min"]
    feed.deliver("earlier", "sue 10:55")
    feed.run(*WITHOUT_FEED)
    feed.deliver("sue", "sue 11:10")
    feed.run(*WITHOUT_FEED)
    assert feed.project.query("from session_concluded where user_id = 'sue'")
    assert feed.run() == ["withdrawn sue 11:10 10 min", "concluded sue 11:10 15 min"]


def test_a_clock_that_moves_back_withdraws(feed: Feed) -> None:
    feed.deliver("sue", "sue 11:00", "sue 11:10")
    feed.run()
    late = ["ann 10:10 10 min", "sue 11:10 10 min"]
    assert feed.run(as_of=f"{DAY} 10:29:59") == [f"withdrawn {event}" for event in late]
    assert feed.run(as_of=f"{DAY} 10:30:00") == [f"concluded {late[0]}"]
    assert feed.run() == [f"concluded {late[1]}"]


def test_a_full_refresh_appends_the_difference(feed: Feed) -> None:
    feed.deliver("kim", "kim 08:00")
    feed.run()
    batch = feed.told[-1][-1]
    feed.deliver("kim")
    feed.deliver("cem", "cem 16:00")
    assert feed.run(*REFRESH, "--full-refresh") == [
        "withdrawn kim 08:00 0 min",
        "concluded cem 16:00 0 min",
    ]
    batches = feed.project.query("select distinct batch from loaded_slices")
    assert batches == [(batch + 1,)], "the numbers of the batches go on"


def test_another_time_zone_tells_of_the_sessions_on_another_day(feed: Feed) -> None:
    feed.deliver("cem", "cem 16:00")
    feed.run()
    assert feed.run("run", timezone="Asia/Tokyo") == [
        "withdrawn cem 16:00 0 min",
        "concluded cem 16:00 0 min",
    ]


def test_a_warehouse_without_a_feed_tells_everything_once(feed: Feed) -> None:
    """As after an upgrade from a version that had no feed."""
    feed.deliver("late", "ann 10:20")
    feed.run()
    with duckdb.connect(str(feed.project.warehouse)) as connection:
        connection.execute("drop table main_internal.int_session_concluded_changes")
    feed.told = []
    assert feed.run() == ["concluded ann 10:20 20 min"]


def test_a_consumer_reads_on_as_the_document_shows(feed: Feed, tmp_path: Path) -> None:
    document = (ROOT / "docs/feed.md").read_text()
    names: dict[str, Any] = {"duckdb": duckdb}
    exec(re.search(r"```python\n(.*?)```", document, re.DOTALL)[1], names)
    own = sqlite3.connect(tmp_path / "own.sqlite")
    own.executescript(re.search(r"```sql\n(.*?)```", document, re.DOTALL)[1])
    for late in ("10:20", "10:15"):
        feed.deliver(late, f"ann {late}", f"bob {late}")
        feed.run()
        names["read_on"](str(feed.project.warehouse), own)
        found = own.execute("select * from concluded order by session_id").fetchall()
        assert found == feed.project.query(
            "select session_id, session_length from session_concluded order by session_id"
        )
    assert own.execute("select change_number from seen").fetchall() == [(len(feed.told),)]
