"""Failures that sessionizers are known for, each a story of a few deliveries, told by hand.

The stories of one warehouse are played side by side: each has a user and files of its own.
"""

from __future__ import annotations

import os
from collections import defaultdict
from datetime import datetime, timedelta, timezone
from hashlib import md5
from pathlib import Path

import pytest
from conftest import REFRESH, Project

DAY = "2024-03-01"
# Deliveries, each with the sessions after the run that finds it. A delivery is files with the
# times of a user's events (on DAY; with an event's id before them, if it has one), or None where
# the file goes; `...` cuts the last row short. A file named `old` was changed before all others.
Story = list[tuple[dict[str, str | None], list[str]]]
FUTURE = "2031-05-05T10:00"
STORIES: dict[str, Story] = {
    "a bridge event joins two stored sessions": [
        ({"a": "10:00 10:30"}, ["10:00-10:00 (1)", "10:30-10:30 (1)"]),
        ({"b": "10:15"}, ["10:00-10:30 (3)"]),
    ],
    "a first event arrives after its session was processed": [
        ({"a": "10:10 10:20"}, ["10:10-10:20 (2)"]),
        ({"b": "10:05"}, ["10:05-10:20 (3)"]),
    ],
    "an event years in the future does not block later ones": [
        ({"a": f"10:00 {FUTURE}"}, ["10:00-10:00 (1)", f"{FUTURE}-{FUTURE} (1) open"]),
        ({"b": "10:10 12:00"},
         ["10:00-10:10 (2)", "12:00-12:00 (1)", f"{FUTURE}-{FUTURE} (1) open"]),
    ],
    "a session that straddles two runs is not rebuilt from its tail": [
        ({"a": "10:00 10:15 10:30 10:45"}, ["10:00-10:45 (4)"]),
        ({"b": "11:00"}, ["10:00-11:00 (5)"]),
        ({"c": "11:19 11:39"}, ["10:00-11:19 (6)", "11:39-11:39 (1)"]),
    ],
    "a session over midnight is one and grows on either side": [
        ({"a": "23:50 2024-03-02T00:05"}, ["23:50-2024-03-02T00:05 (2)"]),
        ({"b": "23:35", "c": "2024-03-02T00:20"}, ["23:35-2024-03-02T00:20 (4)"]),
    ],
    "the same file under another name changes nothing": [
        ({"a": "10:00 10:10"}, ["10:00-10:10 (2)"]),
        ({"b": "10:00 10:10"}, ["10:00-10:10 (2)"]),
        ({"old": "10:00 10:10"}, ["10:00-10:10 (2)"]),
    ],
    "a file that was changed hours ago turns up now": [
        ({"a": "10:00 10:30"}, ["10:00-10:00 (1)", "10:30-10:30 (1)"]),
        ({"old": "10:15 08:00"}, ["08:00-08:00 (1)", "10:00-10:30 (3)"]),
    ],
    "an earlier copy replaces the stored one elsewhere in time": [
        ({"a": "10:00 x@10:15 10:30"}, ["10:00-10:30 (3)"]),
        ({"old": "x@14:00"}, ["10:00-10:00 (1)", "10:30-10:30 (1)", "14:00-14:00 (1)"]),
        ({"old": ""}, ["10:00-10:30 (3)"]),
    ],
    "sessions before and after are not numbered anew": [
        ({"a": "10:00 12:00"}, ["10:00-10:00 (1)", "12:00-12:00 (1)"]),
        ({"b": "09:00 11:00 14:00"}, [f"{h}:00-{h}:00 (1)" for h in ("09", 10, 11, 12, 14)]),
    ],
    "a session splits when its bridge is withdrawn": [
        ({"a": "10:00 10:30", "b": "10:15"}, ["10:00-10:30 (3)"]),
        ({"b": "16:00"}, ["10:00-10:00 (1)", "10:30-10:30 (1)", "16:00-16:00 (1)"]),
        ({"b": "10:15"}, ["10:00-10:30 (3)"]),
    ],
    "a session vanishes with its file's new content": [
        ({"a": "10:00 10:10", "b": "15:00"}, ["10:00-10:10 (2)", "15:00-15:00 (1)"]),
        ({"a": "12:00"}, ["12:00-12:00 (1)", "15:00-15:00 (1)"]),
        ({"a": ""}, ["15:00-15:00 (1)"]),
    ],
    "a withdrawn copy gives way to the other one": [
        ({"a": "x@10:00", "b": "x@11:00"}, ["10:00-10:00 (1)"]),
        ({"a": "12:00"}, ["11:00-11:00 (1)", "12:00-12:00 (1)"]),
    ],
    "a file that has gone keeps its rows": [
        ({"a": "10:00 10:10"}, ["10:00-10:10 (2)"]),
        ({"a": None, "b": "10:20"}, ["10:00-10:20 (3)"]),
        ({"a": "10:30"}, ["10:20-10:30 (2)"]),
    ],
    "a half-written file is replaced whole": [
        ({"a": "10:00 10:10 10:20..."}, ["10:00-10:10 (2)"]),
        ({"a": "10:00 10:10 10:20 10:30"}, ["10:00-10:30 (4)"]),
    ],
}  # fmt: skip
CLOCK_STORIES: dict[str, Story] = {
    "the clock": [
        ({"a": "10:30"}, ["10:30-10:30 (1) open"]),
        ({}, ["10:30-10:30 (1) open"]),
        ({"b": "10:50"}, ["10:30-10:30 (1)", "10:50-10:50 (1) open"]),
    ],
    "a concluded session reopens by a late event": [
        ({"a": "10:00 10:10"}, ["10:00-10:10 (2)"]),
        ({"b": "10:25"}, ["10:00-10:25 (3) open"]),
        ({}, ["10:00-10:25 (3)"]),
    ],
    "a concluded session that a late event does not prolong stays concluded": [
        ({"a": "10:00 10:10"}, ["10:00-10:10 (2)"]),
        ({"b": "10:05 09:50"}, ["09:50-10:10 (4)"]),
    ],
    "a session that no file touches concludes with the clock": [
        ({"a": "10:20"}, ["10:20-10:20 (1) open"]),
        ({}, ["10:20-10:20 (1) open"]),
        ({}, ["10:20-10:20 (1)"]),
    ],
}
QUERIES = {
    "sessions": """
        select
            user_id, ct_session_id, session_started_at, session_ended_at, event_count, is_concluded
        from sessions order by session_started_at
    """,
    "session_concluded": "select user_id, session_id, session_length from session_concluded",
    "user_profiles": "select user_id, ct_session_id, is_session_open from user_profiles",
    "event_ids": "select user_id, ct_session_id from events",
    "rejected_events": "select user_id, rejection_reason from rejected_events",
}
Told = list[dict[str, dict[str, list[tuple]]]]  # of each run, table and user: the rows


def write(path: Path, user: str, events: str, changed_at: datetime) -> None:
    """A CSV file of the user's events; those of the future say that they are loaded then."""
    text = "event_id,user_id,event_name,event_at,loaded_at\n"
    for event in events.removesuffix("...").split():
        event_id, _, time = event.rpartition("@")
        time = f"{time}:00" if "T" in time else f"{DAY}T{time}:00"
        text += f"{event_id},{user},Play,{time},{time if time > '2030' else ''}\n"
    path.write_text(text[: text.rindex("ay,")] if events.endswith("...") else text)
    seconds = changed_at.replace(tzinfo=timezone.utc).timestamp()
    os.utime(path, (seconds, seconds))


def deliver(folder: Path, stories: dict[str, Story], number: int) -> None:
    """The files of all stories' deliveries before a run."""
    folder.mkdir(exist_ok=True)
    for at, (user, story) in enumerate(stories.items()):
        files = story[number][0] if number < len(story) else {}
        for name, events in files.items():
            path = folder / f"{at}-{name}.csv"
            if events is None:
                path.unlink()
            else:
                day = datetime(2024, 3, 1, 20) if name == "old" else datetime(2024, 3, 3)
                write(path, user, events, day + timedelta(minutes=number))


def by_user(rows: list[tuple]) -> dict[str, list[tuple]]:
    found = defaultdict(list)
    for user, *values in rows:
        found[user].append(tuple(values))
    return found


def run(project: Project, *command: str) -> None:
    result = project.dbt(*command, events=project.folder / "events", event_source="flat")
    assert result.success, f"{command}: {result.output} {result.error}"


def tell(project: Project, stories: dict[str, Story]) -> Told:
    """Play stories side by side."""
    told = []
    for number in range(max(map(len, stories.values()))):
        deliver(project.folder / "events", stories, number)
        if number:
            run(project, *REFRESH)
        else:
            project.build(project.folder / "events", event_source="flat")
        told.append({name: by_user(project.query(sql)) for name, sql in QUERIES.items()})
    return told


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    return tell(Project(tmp_path_factory.mktemp("stories")), STORIES)


@pytest.fixture(scope="module")
def told_by_the_clock(tmp_path_factory: pytest.TempPathFactory) -> Told:
    return tell(Project(tmp_path_factory.mktemp("clock")), CLOCK_STORIES)


def clock_time(time: datetime) -> str:
    return time.isoformat(timespec="minutes").removeprefix(f"{DAY}T")


def assert_told(told: Told, user: str, story: Story) -> None:
    """The story's sessions after each run, and later runs change nothing; the ids fit all over."""
    expected = [sessions for _, sessions in story]
    expected += expected[-1:] * (len(told) - len(story))
    for tables, wanted in zip(told, expected, strict=True):
        sessions = tables["sessions"][user]
        assert wanted == [
            f"{clock_time(start)}-{clock_time(end)} ({count}){'' if is_concluded else ' open'}"
            for _, start, end, count, is_concluded in sessions
        ]
        ids = [session_id(user, start) for _, start, *_ in sessions]
        assert [session[0] for session in sessions] == ids
        concluded = {name for name, session in zip(ids, sessions, strict=True) if session[-1]}
        assert {name for name, _ in tables["session_concluded"][user]} == concluded
        assert [name for name, _ in tables["user_profiles"][user]] == ids[-1:]
        assert {name for (name,) in tables["event_ids"][user]} == set(ids)


def session_id(user: str, start: datetime) -> str:
    seconds = int(start.replace(tzinfo=timezone.utc).timestamp())
    return f"{seconds}-{md5(user.encode()).hexdigest()[:16]}"


@pytest.mark.parametrize("story", STORIES)
def test_story(told: Told, story: str) -> None:
    assert_told(told, story, STORIES[story])


@pytest.mark.parametrize("story", CLOCK_STORIES)
def test_story_of_the_clock(told_by_the_clock: Told, story: str) -> None:
    assert_told(told_by_the_clock, story, CLOCK_STORIES[story])


def test_an_id_that_changes_is_nowhere_to_be_found_any_more(told: Told) -> None:
    user = "a first event arrives after its session was processed"
    before, after = (session_id(user, datetime(2024, 3, 1, 10, minute)) for minute in (10, 5))
    assert told[0]["session_concluded"][user] == [(before, 600)]
    assert told[0]["user_profiles"][user] == [(before, False)]
    assert told[1]["session_concluded"][user] == [(after, 900)]
    assert told[1]["user_profiles"][user] == [(after, False)]
    assert told[1]["event_ids"][user] == [(after,)] * 3


def test_session_concluded_goes_when_its_session_reopens(told_by_the_clock: Told) -> None:
    user = "a concluded session reopens by a late event"
    name = session_id(user, datetime(2024, 3, 1, 10))
    found = [tables["session_concluded"][user] for tables in told_by_the_clock]
    assert found == [[(name, 600)], [], [(name, 1500)]]
    found = [tables["user_profiles"][user] for tables in told_by_the_clock]
    assert found == [[(name, False)], [(name, True)], [(name, False)]]


def test_ids_of_other_sessions_stay_as_they_are(told: Told) -> None:
    user = "sessions before and after are not numbered anew"
    before, after = ({row[0] for row in tables["sessions"][user]} for tables in told[:2])
    assert before < after


def test_a_half_written_row_is_rejected_only_until_the_file_is_whole(told: Told) -> None:
    found = [tables["rejected_events"]["a half-written file is replaced whole"] for tables in told]
    assert found == [[("missing_time",)], [], []]


def test_when_all_files_have_gone_their_rows_are_kept(project: Project) -> None:
    story = {"u1": STORIES["a first event arrives after its session was processed"]}
    told = tell(project, story)
    for path in (project.folder / "events").iterdir():
        path.unlink()
    run(project, "run")
    assert by_user(project.query(QUERIES["sessions"])) == told[-1]["sessions"]


@pytest.mark.parametrize(
    "part", [("--select", "int_event_log"), ("--exclude", "loaded_slices")], ids=" ".join
)
def test_a_file_put_back_as_it_was_after_a_run_that_recorded_nothing(
    project: Project, part: tuple[str, str]
) -> None:
    """It may have read what is not there any more."""
    events = project.folder / "events"
    told = tell(project, {"u1": [({"a": "10:00", "b": "10:30"}, [])]})
    write(events / "0-a.csv", "u1", "10:15", datetime(2024, 3, 4))
    run(project, "run", *part)
    write(events / "0-a.csv", "u1", "10:00", datetime(2024, 3, 3))
    run(project, *REFRESH)
    assert by_user(project.query(QUERIES["sessions"])) == told[0]["sessions"]


def test_a_file_that_is_written_anew_while_a_run_loads_it_is_replaced_whole(
    project: Project,
) -> None:
    """The run has read what it was, and is committed by another file."""
    events = project.folder / "events"
    tell(project, {"u1": [({"a": "10:00"}, [])]})
    write(events / "0-b.csv", "u1", "12:00", datetime(2024, 3, 5))
    write(events / "0-c.csv", "u1", "10:30 ...", datetime(2024, 3, 5))

    def write_anew() -> None:
        write(events / "0-c.csv", "u1", "10:15", datetime(2024, 3, 6))

    settings = {"events": events, "event_source": "flat"}
    result = project.dbt(*REFRESH, after={"int_event_log": write_anew}, **settings)
    assert result.success, result.output
    run(project, "run")
    assert project.query("select event_count from sessions order by session_started_at") == [
        (2,),
        (1,),
    ]
    assert project.query("from rejected_events") == []
    assert project.query("select slice, row_count from loaded_slices order by slice") == [
        ("flat/0-a.csv", 1),
        ("flat/0-b.csv", 1),
        ("flat/0-c.csv", 1),
    ]
