"""Do the queries of docs/bi.md answer their questions?"""

from __future__ import annotations

import os
import re
from datetime import date, datetime, timezone
from hashlib import md5

import pytest
from conftest import ROOT, Project

# three concluded sessions of ann, two of bob and one of cat; dan's is open
FIRST_DELIVERY = """user_id,event_name,event_at,platform,app_version,utm_campaign
ann,Open,2026-01-05 08:00:00,iOS,1.0,
ann,Play,2026-01-05 08:05:00,iOS,1.0,
ann,Purchase,2026-01-05 08:10:00,iOS,1.0,
ann,Open,2026-01-06 09:00:00,iOS,1.0,
ann,Open,2026-01-13 08:30:00,iOS,2.0,
bob,Open,2026-01-05 20:00:00,Android,1.0,
bob,UTM Visited,2026-01-07 19:50:00,Android,1.0,winter
bob,Open,2026-01-07 20:00:00,Android,1.0,
bob,Play,2026-01-07 20:02:00,Android,1.0,
cat,Open,2026-01-12 08:00:00,iOS,2.0,
cat,Play,2026-01-12 08:00:30,iOS,2.0,
dan,Open,2026-01-13 12:00:00,Android,2.0,
"""
# it makes ann's last session longer
LATE_DELIVERY = """user_id,event_name,event_at,platform,app_version
ann,Play,2026-01-13 08:31:00,iOS,2.0
"""
JANUARY = [date(2026, 1, day) for day in range(32)[1:]]


def id_of(user: str, hour: int, on: date) -> str:
    """The id of a session that starts at this hour."""
    start = datetime(on.year, on.month, on.day, hour, tzinfo=timezone.utc)
    return f"{int(start.timestamp())}-{md5(user.encode()).hexdigest()[:16]}"


LONGEST = [
    (id_of("ann", 8, JANUARY[4]), "ann", 600, 3),
    (id_of("bob", 20, JANUARY[6]), "bob", 120, 2),
    ("1768293000-7e0d7f8a5d96c24f", "ann", 60, 2),
    (id_of("cat", 8, JANUARY[11]), "cat", 30, 2),
    (id_of("bob", 20, JANUARY[4]), "bob", 0, 1),
    (id_of("ann", 9, JANUARY[5]), "ann", 0, 1),
]
ANSWERS: dict[str, list[tuple]] = {
    "How many sessions are bounces?": [(6, 2, 2 / 6)],
    "What is the median length per platform and week?": [
        (JANUARY[4], "Android", 2, 0),
        (JANUARY[4], "iOS", 2, 0),
        (JANUARY[11], "iOS", 2, 30),
    ],
    "How many users were active on the last day, in the last 7 days and in the last 30?": [
        (2, 4, 4)
    ],
    "How many users are new, and how many return, per day?": [
        (JANUARY[4], 2, 0),
        (JANUARY[5], 0, 1),
        (JANUARY[6], 0, 1),
        (JANUARY[11], 1, 0),
        (JANUARY[12], 0, 1),
    ],
    "How many sessions does a user have?": [(1, 2), (2, 1), (3, 1)],
    "At which hour of the day do sessions start?": [(8, 3), (9, 1), (20, 2)],
    "Which version of the app do sessions start with?": [("1.0", 4), ("2.0", 2)],
    "Which campaign brings sessions?": [("winter", 1, 1)],
    "With which events do sessions begin and end?": [
        ("Open", "Play", 3),
        ("Open", "Open", 2),
        ("Open", "Purchase", 1),
    ],
    "What share of the sessions has a purchase?": [(6, 1, 1 / 6)],
    "How many users come back in the weeks after their first session?": [
        (JANUARY[4], 0, 2),
        (JANUARY[4], 1, 1),
        (JANUARY[11], 0, 1),
    ],
    # ann after 24:50:00, bob after two days
    "How long does it take a user to come back for the second session?": [(2, 89400)],
    "Which sessions were the longest, and what happened in them?": LONGEST,
    "What did late events change?": [(JANUARY[12], 1)],
}
TREND = "What is the trend over 90 days?"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Both deliveries, one after the other; their files were written after their events."""
    folder = tmp_path_factory.mktemp("questions")
    project = Project(folder)
    events = folder / "events"
    events.mkdir()
    for name, text in {"first.csv": FIRST_DELIVERY, "late.csv": LATE_DELIVERY}.items():
        (events / name).write_text(text)
        os.utime(events / name, (1768400000, 1768400000))
        project.build(events)
    return project


def questions() -> dict[str, list[str]]:
    """The queries of each question."""
    text = (ROOT / "docs/bi.md").read_text().split("## Fifteen questions")[1]
    sections = re.findall(r"### (.*?)\n(.*?)(?=\n##)", text, re.DOTALL)
    return {
        title: re.findall(r"```sql\n(.*?)```", section, re.DOTALL) for title, section in sections
    }


def test_fifteen_questions_are_asked() -> None:
    assert questions().keys() == {*ANSWERS, TREND}
    assert len(questions()) == 15


@pytest.mark.parametrize("question", ANSWERS)
def test_a_question_has_the_right_answer(project: Project, question: str) -> None:
    assert project.query(questions()[question][0]) == ANSWERS[question]


def test_the_longest_session_has_its_events_in_order(project: Project) -> None:
    _, query = questions()["Which sessions were the longest, and what happened in them?"]
    assert [name for _, name, _ in project.query(query)] == ["Open", "Play", "Purchase"]


def test_the_trend_has_ninety_days_with_zeros(project: Project) -> None:
    days = project.query(questions()[TREND][0])
    assert len(days) == 90 and days[-1][0] == JANUARY[12] and sum(day[1] for day in days) == 6
    assert days[-9:] == [
        (JANUARY[4], 2, 2 / 7), (JANUARY[5], 1, 3 / 7), (JANUARY[6], 1, 4 / 7),
        (JANUARY[7], 0, 4 / 7), (JANUARY[8], 0, 4 / 7), (JANUARY[9], 0, 4 / 7),
        (JANUARY[10], 0, 4 / 7), (JANUARY[11], 1, 3 / 7), (JANUARY[12], 1, 3 / 7),
    ]  # fmt: skip
