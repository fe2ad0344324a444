"""The Session Board as a browser shows it, and what it must show: SQL over `sessions` alone."""

from __future__ import annotations

import csv
import math
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote

from conftest import ROOT, Project
from playwright.sync_api import Browser, Page

BUCKETS = {"0 s": 0, "1-9 s": 1, "10-29 s": 10, "30-59 s": 30, "1-3 min": 60, "3-10 min": 180}
BUCKETS |= {"10-30 min": 600, "30-60 min": 1800, "1-2 h": 3600, "2 h and more": 7200}
WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
NBSP = "\u00a0"  # a number and its unit stay on one line
DASH = "\u2013"
KEY_EVENTS = ("Event 3", "Event 5")
ALL = object()  # no choice: all apps, or all platforms


def build_page(project: Project, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Write the board of the project's warehouse beside it."""
    command = [sys.executable, ROOT / "board/build.py", "--output", page_path(project)]
    return subprocess.run(
        [*command, *arguments],
        env=os.environ | {"PUBLISHED_PATH": str(project.warehouse)},
        capture_output=True, text=True,
    )  # fmt: skip


def page_path(project: Project) -> Path:
    return project.folder / "site/index.html"


@dataclass
class Opened:
    """A page in the browser, with all that it asked for and said."""

    page: Page
    requests: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def choose(self, name: str, label: str) -> None:
        if name == "days":
            self.page.locator("fieldset label").filter(has_text=re.compile(f"^{label}$")).click()
        else:
            self.page.select_option(f"select[name={name}]", label=label)
        self.wait()

    def wait(self, address: str | None = None) -> None:
        """Until the page shows what an address tells, by default that of what is chosen."""
        address = address or self.page.evaluate("addressOf()")
        self.page.wait_for_selector(f"body[data-drawn='{address}']", state="attached")


def open_page(
    browser: Browser, path: Path, width: int = 1200, scheme: str = "light", address: str = ""
) -> Opened:
    """Open a file without any network, where neither days nor numbers are as on the board."""
    context = browser.new_context(
        viewport={"width": width, "height": 800},
        color_scheme=scheme,
        timezone_id="Pacific/Kiritimati",
        locale="de-DE",
    )
    context.set_offline(True)
    opened = Opened(context.new_page())
    opened.page.on("request", lambda request: opened.requests.append(request.url))
    opened.page.on("console", lambda message: opened.said.append(message.text))
    opened.page.on("pageerror", lambda error: opened.said.append(str(error)))
    opened.page.on("dialog", lambda dialog: (opened.said.append(dialog.message), dialog.dismiss()))
    opened.page.goto(path.as_uri() + address)
    if opened.page.query_selector("#charts"):
        opened.page.wait_for_selector("body[data-drawn]", state="attached")
    return opened


# Texts, as the page is to show values ---------------------------------------------------------


def decimal(value: float) -> str:
    rounded = Decimal(repr(value)).quantize(Decimal("0.1"), ROUND_HALF_UP)
    return f"{rounded:,}"


def duration(seconds: float | None) -> str:
    if seconds is None:
        return DASH
    seconds = math.floor(seconds)
    if seconds >= 360_000:
        return f"{seconds // 3600:,}{NBSP}h"
    if seconds >= 3600:
        return f"{seconds // 3600}{NBSP}h {seconds // 60 % 60}{NBSP}min"
    minutes = f"{seconds // 60}{NBSP}min " if seconds >= 60 else ""
    return f"{minutes}{seconds % 60}{NBSP}s"


def percent(share: float) -> str:
    return f"{decimal(100 * share)}{NBSP}%"


def counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def day_text(day: date) -> str:
    return f"{day:%a} {day.day} {day:%b} {day.year}"


def yes_or_no(value: bool) -> str:
    return "yes" if value else "no"


def true_or_false(value: bool) -> str:
    return str(value).lower()


def exact_text(value: float | None) -> str:
    """A number as JavaScript writes it."""
    return "" if value is None else re.sub(r"\.0$", "", repr(value))


def unless_none(text: Callable[[Any], str]) -> Callable[[Any], str]:
    return lambda value: DASH if value is None else text(value)


TEXTS = {
    "count": unless_none(lambda value: f"{value:,}"),
    "decimal": unless_none(decimal),
    "duration": duration,
    "percent": unless_none(percent),
}
FIGURES = {
    "user_count": ("count", "more"),
    "session_count": ("count", "more"),
    "sessions_per_user": ("decimal", "more"),
    "total_session_length_seconds": ("duration", "more"),
    "median_session_length_seconds": ("duration", "more"),
    "mean_session_length_seconds": ("duration", "more"),
    "bounce_rate": ("percent", "less"),
    "new_user_share": ("percent", "neither"),
}


def change(now: float | None, before: float | None, kind: str, better: str) -> tuple[str, str]:
    """What a figure says of the period before, and the class of its colour."""
    text = TEXTS[kind]
    if now is None or before is None or (kind != "percent" and not before):
        return f"{text(before)} before", ""
    difference = now - before if kind == "percent" else now / before - 1
    tenths = math.floor(1000 * difference + 0.5)
    way = "more" if tenths > 0 else "less"
    mark = "" if tenths == 0 else f"\u25b2{NBSP}+" if tenths > 0 else f"\u25bc{NBSP}\u2212"
    unit = "points" if kind == "percent" else "%"
    colour = "" if tenths == 0 or better == "neither" else "good" if way == better else "bad"
    return f"{mark}{decimal(abs(tenths / 10))}{NBSP}{unit}\nfrom {text(before)}", colour


# What the sessions say -------------------------------------------------------------------------


class Session(NamedTuple):
    """A concluded session, with its last moment in the board's time zone."""

    user: str
    app: str | None
    platform: str | None
    ended_at: datetime
    seconds: int
    events: int
    first_event: str
    last_event: str
    is_converted: bool

    @property
    def day(self) -> date:
        return self.ended_at.date()

    @property
    def is_bounce(self) -> bool:
        return self.events <= 1 and self.seconds <= 10


def concluded_sessions(project: Project, zone: str) -> list[Session]:
    rows = project.query(f"""
        select user_id, app_id, platform,
            session_ended_at at time zone 'UTC' at time zone '{zone}',
            session_length_seconds, event_count, first_event_name, last_event_name,
            ct_session_id in (
                select ct_session_id from events
                where event_name in {KEY_EVENTS} and is_session_event
            )
        from sessions where is_concluded
    """)
    return [Session(*row) for row in rows]


Numbers = Callable[[list[Session], date], int]  # of the sessions of a day


@dataclass(frozen=True)
class Truth:
    """What the page must show of the concluded sessions of an app and a platform."""

    sessions: list[Session] = field(repr=False)
    as_of: datetime  # the clock, in the board's zone; the last day isn't over
    app: Any = ALL
    platform: Any = ALL
    days: int = 30
    split: str | None = None  # app or platform

    @property
    def last_day(self) -> date:
        return self.as_of.date()

    @property
    def is_comparable(self) -> bool:
        return min(one.day for one in self.sessions) <= self.day(2 * self.days - 1)

    def day(self, back: int) -> date:
        return self.last_day - timedelta(days=back)

    def period(self) -> list[date]:
        return [self.day(back) for back in reversed(range(self.days))]

    def chosen(self) -> list[Session]:
        return [
            one
            for one in self.sessions
            if self.app in (ALL, one.app) and self.platform in (ALL, one.platform)
        ]

    def current(self) -> list[Session]:
        return [one for one in self.chosen() if one.day >= self.day(self.days - 1)]

    def previous(self) -> list[Session]:
        """The sessions of the period before, up to the same hour of its last day."""
        until = self.as_of - timedelta(minutes=20, days=self.days)
        first = self.day(2 * self.days - 1)
        return [one for one in self.chosen() if one.day >= first and one.ended_at <= until]

    def first_days(self) -> dict[str, date]:
        days: dict[str, date] = {}
        for one in self.sessions:
            days[one.user] = min(one.day, days.get(one.user, one.day))
        return days

    def figures(self) -> dict[str, tuple]:
        """Per figure its value, in this period and the one before."""
        first_days = self.first_days()

        def values(found: list[Session], first: date) -> list:
            count, users = len(found), {one.user for one in found}
            if not count:
                return [0, 0, None, 0, None, None, None, None]
            lengths = sorted(one.seconds for one in found)
            new = [user for user in users if first_days[user] >= first]
            return [
                len(users),
                count,
                count / len(users),
                sum(lengths),
                lengths[(count + 1) // 2 - 1],
                sum(lengths) / count,
                sum(one.is_bounce for one in found) / count,
                len(new) / len(users),
            ]

        now = values(self.current(), self.day(self.days - 1))
        before = values(self.previous(), self.day(2 * self.days - 1))
        return dict(zip(FIGURES, zip(now, before, strict=True), strict=True))

    def parts(self) -> list[tuple[str | None, list[Session]]]:
        """The name of each part of the split, and its sessions; those with most come first."""
        if self.split is None:
            return [(None, self.chosen())]
        names = {None: f"No {self.split}"}
        every = {getattr(one, self.split) for one in self.sessions}
        wanted = getattr(self, self.split)
        values = sorted(
            every if wanted is ALL else {wanted}, key=lambda value: (value is None, value)
        )
        current = Counter(getattr(one, self.split) for one in self.current())
        values.sort(key=lambda value: -current[value])
        return [
            (
                names.get(value, value),
                [one for one in self.chosen() if getattr(one, self.split) == value],
            )
            for value in values
        ]

    def retention(self) -> dict[tuple[date, int], tuple[int, int]]:
        """Per week of first sessions and week later, the users of the first week and those who
        came again; all apps and platforms, the last 12 weeks."""
        weeks: dict[str, set[date]] = {}
        for one in self.sessions:
            weeks.setdefault(one.user, set()).add(monday(one.day))
        cohorts = Counter(min(found) for found in weeks.values())
        last = monday(self.last_day)
        return {
            (cohort, later): (
                users,
                sum(
                    min(found) == cohort and cohort + timedelta(weeks=later) in found
                    for found in weeks.values()
                ),
            )
            for cohort, users in sorted(cohorts.items())
            if cohort > last - timedelta(weeks=12)
            for later in range((last - cohort).days // 7 + 1)
        }

    def new_user_count(self) -> int:
        first_days, first = self.first_days(), self.day(self.days - 1)
        return len({one.user for one in self.current() if first_days[one.user] >= first})


def monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


# What the page shows -----------------------------------------------------------------------


def assert_board_is_true(opened: Opened, truth: Truth) -> None:
    """Each number that is drawn, in the tables and in the downloads, is what the sessions say."""
    page = opened.page
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    page.wait_for_selector("figure:last-child tbody tr", state="attached")
    first_days = truth.first_days()

    def users(found: list[Session], day: date) -> int:
        return len({one.user for one in found})

    def new_users(found: list[Session], day: date) -> int:
        return len({one.user for one in found if first_days[one.user] == day})

    assert_figures(page, truth)
    assert_per_day(page, truth, "sessions_per_day", lambda found, _: len(found), "count", "session")
    assert_per_day(
        page, truth, "session_lengths_per_day", lambda found, _: sum(o.seconds for o in found),
        "duration", None,
    )  # fmt: skip
    assert_per_day(page, truth, "users_per_day", users, "count", "user")
    assert_new_and_returning(page, truth, users, new_users)
    assert_per_day(
        page, truth, "converted_sessions_per_day",
        lambda found, _: sum(one.is_converted for one in found),
        "count", "converted session", of_sessions=True,
    )  # fmt: skip
    assert_lengths(page, truth)
    assert_sessions_per_user(page, truth)
    assert_hours(page, truth)
    assert_events(page, truth)
    assert_bounces(page, truth)
    assert_retention(page, truth)
    assert not opened.said
    assert len(opened.requests) == 1


def assert_figures(page: Page, truth: Truth) -> None:
    for column, (now, before) in truth.figures().items():
        kind, better = FIGURES[column]
        card = page.locator(f"#{column}")
        new = counted(truth.new_user_count(), "user") if column == "new_user_share" else ""
        assert card.locator(".value").inner_text() == TEXTS[kind](now) + new
        expected = [now]
        if truth.is_comparable:
            text, colour = change(now, before, kind, better)
            assert card.locator("p.note").first.inner_text() == text
            assert card.locator(f".change.{colour}" if colour else ".good, .bad").count() == bool(
                colour
            )
            expected.append(before)
        values = [value.get_attribute("value") for value in card.locator("data").all()]
        assert [value and float(value) for value in values] == [
            "" if number is None else number for number in expected
        ]


def assert_per_day(
    page: Page, truth: Truth, chart: str, number: Numbers, kind: str, noun: str | None,
    of_sessions: bool = False,
) -> None:  # fmt: skip
    """A chart of days, whole or in parts: its marks, its table, its download and its line. With
    `of_sessions`, it also tells the share of the day's sessions."""
    text = TEXTS[kind]
    labels, table, download = [], [], []
    for day in truth.period():
        for part, sessions in truth.parts():
            today = [one for one in sessions if one.day == day]
            value = number(today, day)
            share = value / len(today) if today else None
            day_before = day - timedelta(days=truth.days)
            before = number([one for one in sessions if one.day == day_before], day_before)
            is_over, is_weekend = day < truth.last_day, day.isoweekday() > 5
            compared = [before] if truth.is_comparable else []
            labels.append(
                f"{day_text(day)}{f', {part}' if part else ''}: "
                f"{counted(value, noun) if noun else text(value)}"
                + (f", {TEXTS['percent'](share)} of {len(today):,}" if of_sessions else "")
                + "".join(f", {text(one)} in the period before" for one in compared)
                + ("" if is_over else ", not over yet")
            )
            named = [part] if part else []
            numbers = [value, *compared]
            kinds = (is_over, is_weekend)
            texts, exact = [*map(text, numbers)], [*map(str, numbers)]
            if of_sessions:
                texts += [f"{len(today):,}", TEXTS["percent"](share)]
                exact += [str(len(today)), exact_text(share)]
            table.append([day_text(day), *named, *texts, *map(yes_or_no, kinds)])
            download.append([str(day), *named, *exact, *map(true_or_false, kinds)])
    assert_chart(page, chart, labels, table, download)
    if truth.split is None:
        values = [int(row[1]) for row in download]
        assert_proportional(page, chart, "height", values)
        if truth.is_comparable:
            assert_line(page, chart, values, [int(row[2]) for row in download])


def assert_new_and_returning(page: Page, truth: Truth, users: Numbers, new_users: Numbers) -> None:
    labels, table, download = [], [], []
    for day in truth.period():
        day_before = day - timedelta(days=truth.days)
        today, then = (
            [one for one in truth.chosen() if one.day == found] for found in (day, day_before)
        )
        new, before = new_users(today, day), new_users(then, day_before)
        returning = users(today, day) - new
        compared = [before] if truth.is_comparable else []
        is_over, is_weekend = day < truth.last_day, day.isoweekday() > 5
        ending = "" if is_over else ", not over yet"
        line = "".join(f", {one:,} in the period before" for one in compared)
        labels += [
            f"{day_text(day)}: {counted(returning, 'returning user')}{ending}",
            f"{day_text(day)}: {counted(new, 'new user')}{line}{ending}",
        ]
        numbers = [new, returning, *compared]
        kinds = (is_over, is_weekend)
        texts = [f"{one:,}" for one in numbers]
        table.append([day_text(day), *texts, *map(yes_or_no, kinds)])
        download.append([str(day), *map(str, numbers), *map(true_or_false, kinds)])
    assert_chart(page, "new_and_returning_users_per_day", labels, table, download)


def assert_lengths(page: Page, truth: Truth) -> None:
    bounds = [*BUCKETS.values(), math.inf]
    current = set(truth.current())
    counts = [
        [
            (part, sum(low <= one.seconds < high for one in sessions if one in current))
            for part, sessions in truth.parts()
        ]
        for low, high in pairwise(bounds)
    ]
    total = sum(n for parts in counts for _, n in parts)
    rows = [
        (bucket, part, n, n / total if total else 0)
        for bucket, parts in zip(BUCKETS, counts, strict=True)
        for part, n in parts
    ]
    found = assert_chart(
        page,
        "session_length_distribution",
        [
            f"{bucket}{f', {part}' if part else ''}: {counted(n, 'session')}, {percent(share)}"
            for bucket, part, n, share in rows
        ],
        [
            [bucket, *([part] if part else []), f"{n:,}", percent(share)]
            for bucket, part, n, share in rows
        ],
    )
    assert [[int(row[-2]), float(row[-1])] for row in found] == [
        [n, share] for _, _, n, share in rows
    ]
    drawn = page.locator("#session_length_distribution svg .amount")
    sums = [sum(n for _, n in parts) for parts in counts]
    assert drawn.all_text_contents() == [
        f"{n:,}" if truth.split else f"{n:,} ({percent(n / total if total else 0)})" for n in sums
    ]
    if truth.split is None:
        assert_proportional(page, "session_length_distribution", "width", sums)


def assert_hours(page: Page, truth: Truth) -> None:
    hours = Counter((one.day.isoweekday(), one.ended_at.hour) for one in truth.current())
    midnights = [datetime.combine(day, datetime.min.time()) for day in truth.period()]
    reached = Counter(
        (midnight.isoweekday(), hour)
        for midnight in midnights
        for hour in range(24)
        if midnight + timedelta(hours=hour) <= truth.as_of
    )
    cells = [
        (WEEKDAYS[weekday - 1], f"{hour}:00", hours[weekday, hour], reached[weekday, hour])
        for weekday in range(1, 8)
        for hour in range(24)
    ]
    averages = [decimal(n / in_all) if in_all else DASH for _, _, n, in_all in cells]
    found = assert_chart(
        page,
        "sessions_per_weekday_and_hour",
        [
            f"{weekday} {hour}: {average} sessions on average, {n:,} on {counted(in_all, 'day')}"
            for (weekday, hour, n, in_all), average in zip(cells, averages, strict=True)
        ],
        [
            [weekday, hour, f"{n:,}", str(in_all), average]
            for (weekday, hour, n, in_all), average in zip(cells, averages, strict=True)
        ],
    )
    assert [row[2:4] for row in found] == [[str(n), str(in_all)] for _, _, n, in_all in cells]
    assert [row[4] and float(row[4]) for row in found] == [
        n / in_all if in_all else "" for _, _, n, in_all in cells
    ]


def assert_events(page: Page, truth: Truth) -> None:
    """The ten most frequent, and all others in a row."""
    current = truth.current()
    entries = Counter(one.first_event for one in current)
    exits = Counter(one.last_event for one in current)
    names = sorted(entries | exits, key=lambda name: (-entries[name] - exits[name], name))
    rows = [(name, [entries[name], exits[name]]) for name in names[:10]]
    if names[10:]:
        rest = [sum(found[name] for name in names[10:]) for found in (entries, exits)]
        rows.append(("All other events", rest))
    labels = []
    for name, (entry, exit_) in rows:
        labels.append(f"{name}: {counted(entry, 'session')} begin{'s' * (entry == 1)} with it")
        labels.append(f"{name}: {counted(exit_, 'session')} end{'s' * (exit_ == 1)} with it")
    assert_chart(
        page,
        "entry_and_exit_events",
        labels,
        [[name, *(f"{n:,}" for n in numbers)] for name, numbers in rows],
        [[name, *map(str, numbers)] for name, numbers in rows],
    )


def assert_bounces(page: Page, truth: Truth) -> None:
    """The ten most frequent first events, and all others in a row."""
    entries = Counter(one.first_event for one in truth.current())
    bounces = Counter(one.first_event for one in truth.current() if one.is_bounce)
    names = sorted(entries, key=lambda name: (-entries[name], name))
    rows = [(name, entries[name], bounces[name]) for name in names[:10]]
    if names[10:]:
        rest = [sum(found[name] for name in names[10:]) for found in (entries, bounces)]
        rows.append(("All other events", *rest))
    assert_chart(
        page,
        "bounce_rate_by_first_event",
        [
            f"{name}: {percent(bounced / n)}, {bounced:,} of {counted(n, 'session')}"
            for name, n, bounced in rows
        ],
        [[name, f"{n:,}", f"{bounced:,}", percent(bounced / n)] for name, n, bounced in rows],
        [[name, str(n), str(bounced), exact_text(bounced / n)] for name, n, bounced in rows],
    )
    assert_proportional(
        page, "bounce_rate_by_first_event", "width", [bounced / n for _, n, bounced in rows]
    )


def assert_sessions_per_user(page: Page, truth: Truth) -> None:
    per_user = Counter(one.user for one in truth.current())
    users = Counter(min(n, 10) for n in per_user.values())
    rows = [(n, users[n], users[n] / len(per_user) if per_user else 0) for n in range(1, 11)]
    found = assert_chart(
        page,
        "sessions_per_user",
        [
            f"{'10 and more' if n == 10 else n} session{'' if n == 1 else 's'}:"
            f" {counted(count, 'user')}, {percent(share)}"
            for n, count, share in rows
        ],
        [
            ["10 and more" if n == 10 else str(n), f"{count:,}", percent(share)]
            for n, count, share in rows
        ],
    )
    assert [row[:2] for row in found] == [[str(n), str(count)] for n, count, _ in rows]
    assert_proportional(page, "sessions_per_user", "width", [count for _, count, _ in rows])


def assert_retention(page: Page, truth: Truth) -> None:
    rows = truth.retention()
    first_open = (truth.as_of - timedelta(minutes=20)).date()  # sessions may end on it yet
    is_over = {
        (cohort, later): cohort + timedelta(weeks=later + 1) <= first_open for cohort, later in rows
    }
    found = assert_chart(
        page,
        "retention_by_cohort",
        [
            f"Week from {day_text(cohort)}, {counted(later, 'week')} later: {percent(n / users)},"
            f" {n:,} of {counted(users, 'user')}"
            f"{'' if is_over[cohort, later] else ', not over yet'}"
            for (cohort, later), (users, n) in rows.items()
        ],
        [
            [
                day_text(cohort),
                str(later),
                f"{users:,}",
                f"{n:,}",
                percent(n / users),
                yes_or_no(is_over[cohort, later]),
            ]
            for (cohort, later), (users, n) in rows.items()
        ],
    )
    assert [row[:4] for row in found] == [
        [str(cohort), str(later), str(users), str(n)]
        for (cohort, later), (users, n) in rows.items()
    ]


def assert_chart(
    page: Page,
    chart: str,
    labels: list[str],
    table: list[list[str]],
    download: list[list[str]] | None = None,
) -> list[list[str]]:
    """The labels of the marks, the rows of the table and those of the download, which it gives."""
    figure = page.locator(f"figure#{chart}")
    marks = figure.locator("svg .mark")
    assert marks.evaluate_all("all => all.map((one) => one.ariaLabel)") == labels
    cells = "rows => rows.map((row) => [...row.cells].map((cell) => cell.textContent))"
    assert figure.locator("tbody tr").evaluate_all(cells) == table
    link = unquote(figure.locator(".download").get_attribute("href"))
    header, *lines = csv.reader(link.removeprefix("data:text/csv;charset=utf-8,").splitlines())
    chosen = page.locator("input:checked, select:not([name=split])").evaluate_all(
        "all => all.map((one) => [one.name, one.selectedOptions?.[0].text ?? one.value])"
    )
    values = [label for _, label in chosen]
    assert header[: len(chosen)] == [name for name, _ in chosen]
    assert all(line[: len(chosen)] == values for line in lines)
    rows = [line[len(chosen) :] for line in lines]
    assert download is None or rows == download
    return rows


def assert_proportional(page: Page, chart: str, side: str, numbers: list[float]) -> None:
    """The bars are as long as their numbers are large, to a pixel."""
    bars = bar_lengths(page, chart, side)
    longest = max(bars)
    for bar, number in zip(bars, numbers, strict=True):
        assert abs(bar - longest * number / (max(0, *numbers) or 1)) < 1, (chart, bar, number)


def assert_line(page: Page, chart: str, numbers: list[int], before: list[int]) -> None:
    """The line of the period before is as high as the bars are for their numbers, to a pixel."""
    unit = max(bar_lengths(page, chart, "height")) / max(1, *numbers)
    path = page.locator(f"#{chart} svg .before").get_attribute("d")
    heights = [220 - float(point.split(",")[1]) for point in re.split("[ML]", path)[1:]]
    for height, number in zip(heights, before, strict=True):
        assert not any(numbers) or abs(height - unit * number) < 1, (chart, height, number)


def bar_lengths(page: Page, chart: str, side: str) -> list[float]:
    return page.locator(f"#{chart} svg rect.mark").evaluate_all(
        f"all => all.map((one) => one.getBBox().{side})"
    )
