"""The Session Board as a browser shows it, and what it must show: SQL over `sessions` alone."""

from __future__ import annotations

import csv
import math
import os
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from conftest import ROOT, Project
from playwright.sync_api import Browser, Page

BUCKETS = {"0 s": 0, "1-9 s": 1, "10-29 s": 10, "30-59 s": 30, "1-3 min": 60, "3-10 min": 180}
BUCKETS |= {"10-30 min": 600, "30-60 min": 1800, "1-2 h": 3600, "2 h and more": 7200}
WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
NBSP = "\u00a0"  # a number and its unit stay on one line
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

    def choose(self, column: str, label: str) -> None:
        self.page.select_option(f"select[name={column}]", label=label)
        chosen = "['app_id', 'platform'].map((name) => document.forms.filters[name]?.value ?? '')"
        self.page.wait_for_function(f"document.body.dataset.drawn === {chosen}.join()")


def open_page(browser: Browser, path: Path, width: int = 1200, scheme: str = "light") -> Opened:
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
    opened.page.goto(path.as_uri())
    if opened.page.query_selector("#charts"):
        opened.page.wait_for_selector("body[data-drawn]", state="attached")
    return opened


# Texts, as the page is to show values ---------------------------------------------------------


def decimal(value: float) -> str:
    rounded = Decimal(repr(value)).quantize(Decimal("0.1"), ROUND_HALF_UP)
    return f"{rounded:,}"


def duration(seconds: int | None) -> str:
    if seconds is None:
        return "\u2013"
    if seconds >= 360_000:
        return f"{seconds // 3600:,}{NBSP}h"
    if seconds >= 3600:
        return f"{seconds // 3600}{NBSP}h {seconds // 60 % 60}{NBSP}min"
    minutes = f"{seconds // 60}{NBSP}min " if seconds >= 60 else ""
    return f"{minutes}{seconds % 60}{NBSP}s"


def sessions(count: int) -> str:
    return f"{count:,} {'session' if count == 1 else 'sessions'}"


def day_text(day: date) -> str:
    return f"{day:%a} {day.day} {day:%b} {day.year}"


def change(now: int | None, before: int | None, text: Any) -> str:
    if not before or now is None:
        return f"{text(before)} before"
    percent = math.floor(1000 * (now / before - 1) + 0.5) / 10
    sign = "\u2212" if percent < 0 else "+" if percent > 0 else ""
    return f"{sign}{decimal(abs(percent))}{NBSP}%, from {text(before)}"


# What the sessions say -------------------------------------------------------------------------


@dataclass(frozen=True)
class Truth:
    """What the page must show of the concluded sessions of an app and a platform."""

    project: Project
    zone: str
    as_of: datetime  # the clock, in the zone; the last day isn't over
    app: Any = ALL
    platform: Any = ALL
    days: int = 30

    @property
    def last_day(self) -> date:
        return self.as_of.date()

    def rows(self, select: str, first: int, last: int) -> list[tuple]:
        """Of the sessions that ended `first` to `last` days before the last day."""
        chosen = [
            f"{column} is not distinct from {sql_text(value)}"
            for column, value in (("app_id", self.app), ("platform", self.platform))
            if value is not ALL
        ]
        end = f"session_ended_at at time zone 'UTC' at time zone '{self.zone}'"
        return self.project.query(f"""
            with shown as (
                select *, {end} as ended_at, session_length_seconds as seconds from sessions
                where is_concluded and {" and ".join(chosen) or "true"}
                    and ({end})::date between date '{self.last_day}' - {first}
                    and date '{self.last_day}' - {last}
            )
            {select}
        """)

    def figures(self) -> dict[str, tuple]:
        """Per figure its value, in this window and the one before."""
        select = """
            select count(*), coalesce(sum(seconds), 0)::bigint,
                quantile_disc(seconds, 0.5), quantile_disc(seconds, 0.95)
            from shown
        """
        (now,) = self.rows(select, self.days - 1, 0)
        (before,) = self.rows(select, 2 * self.days - 1, self.days)
        names = ["session_count", "total_session_length_seconds"]
        names += ["median_session_length_seconds", "p95_session_length_seconds"]
        return dict(zip(names, zip(now, before, strict=True), strict=True))

    def per_day(self) -> list[tuple[date, int, int]]:
        """Each day, its sessions, and the sum of their lengths."""
        return self.rows(
            f"""
            select days.day::date, count(seconds), coalesce(sum(seconds), 0)::bigint
            from generate_series(
                date '{self.last_day}' - {self.days - 1}, date '{self.last_day}', interval 1 day
            ) as days (day)
            left join shown on ended_at::date = days.day::date group by 1 order by 1
            """,
            self.days - 1,
            0,
        )

    def lengths(self) -> list[int]:
        """How many sessions are in each bucket."""
        found = [seconds for (seconds,) in self.rows("select seconds from shown", self.days - 1, 0)]
        bounds = [*BUCKETS.values(), math.inf]
        return [sum(low <= seconds < high for seconds in found) for low, high in pairwise(bounds)]

    def hours(self) -> dict[tuple[int, int], int]:
        """How many sessions ended in each weekday and hour."""
        select = "select isodow(ended_at), hour(ended_at), count(*) from shown group by 1, 2"
        return {(day, hour): n for day, hour, n in self.rows(select, self.days - 1, 0)}


def sql_text(value: str | None) -> str:
    return "null" if value is None else "'" + value.replace("'", "''") + "'"


# What the page shows -----------------------------------------------------------------------


def assert_board_is_true(opened: Opened, truth: Truth) -> None:
    """Each number that is drawn, in the tables and in the downloads, is what the sessions say."""
    page = opened.page
    assert_figures(page, truth.figures())
    per_day = truth.per_day()
    complete = [day < truth.last_day for day, _, _ in per_day]
    endings = ["" if is_complete else ", not over yet" for is_complete in complete]
    yes_or_no = ["yes" if is_complete else "no" for is_complete in complete]
    true_or_false = [str(is_complete).lower() for is_complete in complete]
    days = [day for day, _, _ in per_day]

    counts = [n for _, n, _ in per_day]
    assert_chart(
        page,
        "sessions_per_day",
        [f"{day_text(d)}: {sessions(n)}{e}" for d, n, e in zip(days, counts, endings)],  # noqa: B905
        [[day_text(d), f"{n:,}", y] for d, n, y in zip(days, counts, yes_or_no)],  # noqa: B905
        [[str(d), str(n), t] for d, n, t in zip(days, counts, true_or_false)],  # noqa: B905
    )
    assert_proportional(page, "sessions_per_day", "height", counts)
    axis = page.locator("#sessions_per_day svg .role-axis-label").first.locator("text")
    assert axis.all_text_contents() == [f"{day.day} {day:%b}" for day in days]

    sums = [seconds for _, _, seconds in per_day]
    assert_chart(
        page,
        "session_lengths_per_day",
        [f"{day_text(d)}: {duration(s)}{e}" for d, s, e in zip(days, sums, endings)],  # noqa: B905
        [[day_text(d), duration(s), y] for d, s, y in zip(days, sums, yes_or_no)],  # noqa: B905
        [[str(d), str(s), t] for d, s, t in zip(days, sums, true_or_false)],  # noqa: B905
    )
    assert_proportional(page, "session_lengths_per_day", "height", sums)

    lengths = truth.lengths()
    shares = [n / sum(lengths) if sum(lengths) else 0 for n in lengths]
    texts = [f"{decimal(100 * share)}{NBSP}%" for share in shares]
    rows = list(zip(BUCKETS, lengths, texts, strict=True))
    found = assert_chart(
        page,
        "session_length_distribution",
        [f"{bucket}: {sessions(n)}, {text}" for bucket, n, text in rows],
        [[bucket, f"{n:,}", text] for bucket, n, text in rows],
    )
    assert [row[:2] for row in found] == [[bucket, str(n)] for bucket, n, _ in rows]
    assert [float(row[2]) for row in found] == shares
    drawn = page.locator("#session_length_distribution svg .mark-text.role-mark text")
    assert drawn.all_text_contents() == [f"{n:,} ({text})" for _, n, text in rows]
    assert_proportional(page, "session_length_distribution", "width", lengths)

    hours = truth.hours()
    midnights = [datetime.combine(day, datetime.min.time()) for day in days]
    reached = Counter(
        (midnight.isoweekday(), hour)
        for midnight in midnights
        for hour in range(24)
        if midnight + timedelta(hours=hour) <= truth.as_of
    )
    cells = [
        (
            WEEKDAYS[weekday - 1],
            f"{hour}:00",
            hours.get((weekday, hour), 0),
            reached[weekday, hour],
        )
        for weekday in range(1, 8)
        for hour in range(24)
    ]
    averages = [decimal(n / in_all) if in_all else "\u2013" for _, _, n, in_all in cells]
    found = assert_chart(
        page,
        "sessions_per_weekday_and_hour",
        [
            f"{weekday} {hour}: {average} sessions on average, {n:,} on {in_all}"
            f" {'day' if in_all == 1 else 'days'}"
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
    assert not opened.said
    assert len(opened.requests) == 1


def assert_figures(page: Page, figures: dict[str, tuple]) -> None:
    for column, (now, before) in figures.items():
        text = (lambda n: f"{n:,}") if column == "session_count" else duration
        card = page.locator(f"#{column}")
        assert card.locator(".value").inner_text() == text(now)
        assert card.locator(".note").inner_text() == change(now, before, text)
        values = [value.get_attribute("value") for value in card.locator("data").all()]
        assert values == ["" if number is None else str(number) for number in (now, before)]


def assert_chart(
    page: Page,
    chart: str,
    labels: list[str],
    table: list[list[str]],
    download: list[list[str]] | None = None,
) -> list[list[str]]:
    """The labels of the marks, the rows of the table and those of the download, which it gives."""
    figure = page.locator(f"figure#{chart}")
    marks = figure.locator("svg .mark-rect.role-mark [aria-label]")
    assert marks.evaluate_all("all => all.map((one) => one.ariaLabel)") == labels
    cells = "rows => rows.map((row) => [...row.cells].map((cell) => cell.textContent))"
    assert figure.locator("tbody tr").evaluate_all(cells) == table
    link = unquote(figure.locator(".download").get_attribute("href"))
    header, *lines = csv.reader(link.removeprefix("data:text/csv;charset=utf-8,").splitlines())
    chosen = page.locator("select").evaluate_all(
        "all => all.map((one) => [one.name, one.selectedOptions[0].text])"
    )
    assert header[: len(chosen)] == [column for column, _ in chosen]
    assert all(line[: len(chosen)] == [label for _, label in chosen] for line in lines)
    rows = [line[len(chosen) :] for line in lines]
    assert download is None or rows == download
    return rows


def assert_proportional(page: Page, chart: str, side: str, numbers: list[int]) -> None:
    """The bars are as long as their numbers are large, to a pixel."""
    bars = page.locator(f"#{chart} svg .mark-rect.role-mark path").evaluate_all(
        f"all => all.map((one) => one.getBBox().{side})"
    )
    longest = max(bars)
    for bar, number in zip(bars, numbers, strict=True):
        assert abs(bar - longest * number / max(1, *numbers)) < 1, (chart, bar, number)
