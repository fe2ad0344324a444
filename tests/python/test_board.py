"""The Session Board in a browser: its numbers, its odd cases, and whom it is for."""

from __future__ import annotations

import gzip
import importlib
import os
import re
import shutil
from base64 import b64decode
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import cycle, product
from pathlib import Path
from types import ModuleType
from zoneinfo import ZoneInfo

import duckdb
import pytest
import yaml
from axe_playwright_python.sync_playwright import Axe
from board_page import (
    ALL,
    KEY_EVENTS,
    Opened,
    Truth,
    assert_board_is_true,
    build_page,
    concluded_sessions,
    duration,
    open_page,
    page_path,
)
from conftest import REFRESH, ROOT, Project
from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
WIDTHS = (375, 820, 1440)
SCRIPT = "</script><script>alert(1)</script>"
Open = Callable[..., Opened]

# 62 days until 2026-03-04 20:00 in India, with sessions of 1 to 9 events and up to 3 hours
WORLD = f"""
    copy (
        select
            'u' || visit % 97 as user_id,
            if(kind = 12, '{SCRIPT}', 'Event ' || kind) as event_name,
            timestamp '2026-01-02 00:00:00'
                + to_seconds(visit * 1783 + step * (hash(visit) % 1199)::bigint) as event_at,
            [null, 'shop', 'music', '{SCRIPT}'][1 + visit % 4] as app_id,
            [null, 'iOS', 'Android'][1 + visit // 4 % 3] as platform
        from range(3000) as visits (visit)
        inner join range(10) as steps (step)
            on step <= if(visit % 3 = 0, 0, (hash(visit, 1) % 9)::bigint)
        cross join (select hash(visit, step) % 13 as kind)
        where event_at <= timestamp '2026-03-04 14:30:00'
            and (visit % 4 = 2 or visit % 12 != 8)
    ) to '{{path}}'
"""


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None and "BROWSER_REQUIRED" not in os.environ:
        pytest.skip("no browser is on this machine: neither chromium nor google-chrome")
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield browser
        browser.close()


@pytest.fixture
def open_board(browser: Browser) -> Iterator[Open]:
    """Open a page, or build that of a project and open it."""

    def build_and_open(
        of: Project | Path, width: int = 1200, scheme: str = "light", address: str = ""
    ) -> Opened:
        path = of if isinstance(of, Path) else built_page(of)
        return open_page(browser, path, width, scheme, address)

    yield build_and_open
    for context in browser.contexts:
        context.close()


def built_page(project: Project) -> Path:
    built = build_page(project)
    assert built.returncode == 0, built.stderr
    return page_path(project)


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Project:
    project = Project(tmp_path_factory.mktemp("world"))
    path = project.folder / "events.parquet"
    duckdb.sql(WORLD.format(path=path))
    project.build(
        path,
        event_source="flat",
        timezone="Asia/Kolkata",
        product_name="Songs & <b>Sons</b>",
        key_events=[*KEY_EVENTS],
    )
    return project


@pytest.fixture(scope="session")
def world_page(world: Project) -> Path:
    return built_page(world)


@pytest.fixture(scope="session")
def truth(world: Project) -> Truth:
    ((as_of,),) = world.query("""
        select as_of at time zone 'UTC' at time zone 'Asia/Kolkata' from session_clock
    """)
    assert as_of > datetime(2026, 3, 4, 19, 30)
    return Truth(concluded_sessions(world, "Asia/Kolkata"), as_of)


APPS = {"All apps": ALL, "shop": "shop", SCRIPT: SCRIPT, "No app": None}
PLATFORMS = {"All platforms": ALL, "iOS": "iOS", "No platform": None}
THIRTY = "period_days = 30"
WINDOW = "day >= (select min(day) from sessions_per_day)"
COUNT, LENGTHS = "session_count", "total_session_length_seconds"
DAY, BUCKET = "day, is_complete_day", "bucket, bucket_order"
SPLITS = {"No split": None, "By app": "app", "By platform": "platform"}


def test_every_number_is_what_the_sessions_say_for_each_choice(
    world_page: Path, truth: Truth, open_board: Open
) -> None:
    """Each pair of filters, and without filters each period with each split."""
    opened = open_board(world_page)
    assert_board_is_true(opened, truth)
    choices = [
        *product((7, 30, 90), SPLITS, ["All apps"], ["All platforms"]),
        *(
            (days, split, app, platform)
            for days, split, (app, platform) in zip(
                cycle((30, 7, 90, 7)),
                cycle(("No split", "By app", "By platform", "By app", "By platform")),
                product(APPS, PLATFORMS),
                strict=False,
            )
        ),
    ]
    for days, split, app, platform in choices:
        opened.choose("days", f"{days} days")
        opened.choose("split", split)
        opened.choose("app_id", app)
        opened.choose("platform", platform)
        chosen = replace(
            truth, days=days, split=SPLITS[split], app=APPS[app], platform=PLATFORMS[platform]
        )
        assert_board_is_true(opened, chosen)


@pytest.mark.parametrize(
    ("mart", "of_the_page", "period", "number", "point"),
    [
        ("sessions_per_day", "engagement_per_day", WINDOW, COUNT, DAY),
        ("session_lengths_per_day", "engagement_per_day", WINDOW, LENGTHS, DAY),
        ("session_length_distribution", "session_lengths_per_period", THIRTY, COUNT, BUCKET),
    ],
)
def test_a_metric_of_thirty_days_is_that_of_its_mart(
    world: Project, mart: str, of_the_page: str, period: str, number: str, point: str
) -> None:
    """The page reads marts of every period; those of the window say the same."""
    columns = f"{point}, app_id, platform, {number}"
    one = f"(from {mart} select {columns} where {number} > 0)"
    other = f"(from {of_the_page} select {columns} where {number} > 0 and {period})"
    assert world.query(f"{one} except all {other}") == []
    assert world.query(f"{other} except all {one}") == []
    assert len(world.query(one)) > 50


def test_the_world_has_every_kind_of_segment(world: Project) -> None:
    """An app without one of the platforms, null apps and platforms, sessions of every length."""
    assert world.query("select count(*) from (from sessions select distinct app_id, platform)") == [
        (11,)
    ]
    ((buckets,),) = world.query(
        "select count(*) filter (where session_count > 0) from session_length_distribution"
    )
    assert buckets > 50


LAST_DAY = "day = (select max(day) from sessions_per_day)"
TOTALS = "is_all_apps and is_all_platforms"
CURRENT = f"{THIRTY} and board_window = 'current' and {TOTALS}"
PREVIOUS = f"{THIRTY} and board_window = 'previous' and {TOTALS}"
CELLS = [
    ("engagement_per_day", "session_count", LAST_DAY),
    ("engagement_per_day", "session_count", LAST_DAY.replace(" from", " - 30 from")),
    ("engagement_per_day", "total_session_length_seconds", LAST_DAY),
    ("active_users_per_day", "active_user_count", f"{LAST_DAY} and {TOTALS}"),
    ("new_and_returning_users_per_day", "new_user_count", f"{LAST_DAY} and {TOTALS}"),
    ("new_and_returning_users_per_day", "returning_user_count", f"{LAST_DAY} and {TOTALS}"),
    ("session_lengths_per_period", "session_count", THIRTY),
    ("sessions_per_period_and_hour", "session_count", THIRTY),
    ("entry_and_exit_events", "entry_count", THIRTY),
    ("entry_and_exit_events", "exit_count", THIRTY),
    ("entry_and_exit_events", "bounce_count", THIRTY),
    ("retention_by_cohort", "user_count", "weeks_after = 3"),
    ("sessions_per_user", "user_count", f"{THIRTY} and {TOTALS}"),
    ("session_conversion", "session_count", LAST_DAY),
    ("session_conversion", "converted_session_count", LAST_DAY),
    ("engagement_summary", "user_count", CURRENT),
    ("engagement_summary", "new_user_count", CURRENT),
    ("engagement_summary", "session_count", CURRENT),
    ("engagement_summary", "session_count", PREVIOUS),
    ("engagement_summary", "total_session_length_seconds", CURRENT),
    ("engagement_summary", "median_session_length_seconds", CURRENT),
    ("engagement_summary", "bounce_count", CURRENT),
]


def module(monkeypatch: pytest.MonkeyPatch, name: str) -> ModuleType:
    monkeypatch.syspath_prepend(ROOT / "board")
    return importlib.import_module(name)


def change(world: Project, changed: Project, mart: str, update: str) -> None:
    """Copy a warehouse, and change a mart of the copy."""
    shutil.copy(world.warehouse, changed.warehouse)
    with duckdb.connect(str(changed.warehouse)) as connection:
        connection.execute(f"create table changed as from {mart}; drop view {mart}")
        connection.execute(f"alter table changed rename to {mart}")
        connection.execute(update)


def test_one_cell_of_a_mart_more_by_one_is_noticed(
    world: Project, truth: Truth, browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The test above can fail: by any of the marts that the page reads."""
    build = module(monkeypatch, "build")
    board = yaml.safe_load((ROOT / "board/board.yml").read_text())
    changed = Project(tmp_path)
    for at, (mart, cell, condition) in enumerate(CELLS):
        update = f"""
            update {mart} set {cell} = {cell} + 1
            where rowid = (select min(rowid) from {mart} where {condition})
        """
        change(world, changed, mart, update)
        path = tmp_path / f"{at}.html"
        found = build.read(board, build.Marts(changed.warehouse, "main"))
        path.write_text(build.page(board, found, None))
        opened = open_page(browser, path)
        with pytest.raises(AssertionError):
            assert_board_is_true(opened, truth)
        opened.page.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_fits_is_accessible_and_asks_for_nothing(
    world_page: Path, open_board: Open, scheme: str
) -> None:
    """At each width; the charts follow that of the window."""
    opened = open_board(world_page, WIDTHS[0], scheme)
    for details in opened.page.locator("details").all():
        details.evaluate("one => { one.open = true; }")
    for width in WIDTHS:
        opened.page.set_viewport_size({"width": width, "height": 800})
        opened.page.wait_for_timeout(100)
        assert_fits(opened)
        assert_accessible(opened)
    assert opened.requests == [world_page.as_uri()]
    assert not opened.said
    assert world_page.stat().st_size < 200_000


def assert_fits(opened: Opened) -> None:
    width, shown = opened.page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert width <= shown
    for drawing in opened.page.locator(".drawing").all():
        inner, outer = drawing.locator("svg").bounding_box(), drawing.bounding_box()
        assert abs(inner["width"] - outer["width"]) < 1


def assert_accessible(opened: Opened) -> None:
    found = Axe().run(opened.page).response["violations"]
    assert [(rule["id"], rule["impact"], rule["nodes"][0]["html"][:90]) for rule in found] == []


def test_tables_and_filters_are_reached_by_the_keyboard(world_page: Path, open_board: Open) -> None:
    opened = open_board(world_page)
    page = opened.page
    reached = []
    for _ in range(16):
        page.keyboard.press("Tab")
        reached.append(
            page.evaluate("document.activeElement.ariaLabel ?? document.activeElement.name")
        )
        if len(reached) == 5:
            page.keyboard.press("Enter")
    assert reached[:5] == ["days", "app_id", "platform", "split", "Sessions per day, table"]
    assert "Sessions per day, download as CSV" in reached
    assert page.locator("#sessions_per_day tbody tr").first.is_visible()


def test_a_mark_tells_its_number_under_the_pointer(world_page: Path, open_board: Open) -> None:
    page = open_board(world_page).page
    mark = page.locator("#sessions_per_day svg .mark").nth(20)
    mark.hover()
    assert page.locator("#tooltip").inner_text() == mark.get_attribute("aria-label")


def test_the_download_is_a_file_of_the_mart(world_page: Path, open_board: Open) -> None:
    page = open_board(world_page).page
    with page.expect_download() as waiting:
        page.click("#session_length_distribution .download")
    assert waiting.value.suggested_filename == "session_length_distribution.csv"
    lines = Path(waiting.value.path()).read_text().splitlines()
    assert lines[0] == "days,app_id,platform,bucket,session_count,session_share"
    assert lines[1].startswith("30,All apps,All platforms,0 s,") and len(lines) == 11


def test_the_address_tells_what_is_chosen_and_is_followed(
    world_page: Path, truth: Truth, open_board: Open, browser: Browser
) -> None:
    opened = open_board(world_page)
    opened.choose("days", "7 days")
    opened.choose("app_id", "No app")
    opened.choose("split", "By platform")
    address = opened.page.evaluate("location.hash")
    assert address == "#days=7&app_id=No+app&split=platform"
    mailed = open_page(browser, world_page, address=address)
    chosen = replace(truth, days=7, app=None, split="platform")
    assert_board_is_true(mailed, chosen)
    opened.page.go_back()
    opened.wait()
    assert opened.page.locator("select[name=split]").input_value() == ""
    mailed.page.evaluate("location.hash = '#days=8&app_id=gone&platform=iOS&split=x'")
    mailed.wait("days=30&platform=iOS")
    assert not mailed.said


def test_paper_has_no_controls_and_says_what_was_chosen(world_page: Path, open_board: Open) -> None:
    opened = open_board(world_page, scheme="dark")
    opened.choose("platform", "iOS")
    opened.page.emulate_media(media="print")
    assert not opened.page.locator("select").first.is_visible()
    assert "All apps \u00b7 iOS" in opened.page.locator(".window").inner_text()
    background = "getComputedStyle(document.querySelector('figure')).backgroundColor"
    assert opened.page.evaluate(background) == "rgb(255, 255, 255)"
    text = opened.page.locator("#sessions_per_day svg text").first
    on_paper = "one => one.getScreenCTM().a * parseFloat(getComputedStyle(one).fontSize)"
    opened.page.set_viewport_size({"width": 703, "height": 1000})  # A4 between its margins
    opened.page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert text.evaluate(on_paper) >= 11


def test_the_page_says_when_the_data_is_from_and_how_it_was_counted(
    world: Project, world_page: Path, open_board: Open
) -> None:
    page = open_board(world_page).page
    assert page.title() == "Songs & <b>Sons</b> \u00b7 Session Board"
    assert page.locator("h1").inner_text() == "Session Board Songs & <b>Sons</b>"
    written = f"{datetime.now(ZoneInfo('Asia/Kolkata')):%d %b %Y, }".lstrip("0")
    assert f"Written on {written}" in page.locator("header").inner_text()
    page.click(".about summary")
    about = page.locator(".about").inner_text()
    assert re.search(r"up to 4 Mar 2026, (19|20):\d\d \(Asia/Kolkata\)", about)
    assert "in quiet hours sessions are counted late" in about
    assert "A session ends after 20 minutes without an event of its user" in about
    assert "Left out are App Installed, App Uninstalled, Identity Error" in about
    ((rows,),) = world.query("select count(*) from int_event_log")
    page.click("#accounting summary")
    assert page.locator("#accounting summary").inner_text() == f"What became of {rows:,} raw rows"
    assert (
        f"session\t{rows:,}\tbelong to a session" in page.locator("#accounting tbody").inner_text()
    )


# Single sessions ----------------------------------------------------------------------------


@pytest.fixture
def with_sessions(world: Project, tmp_path: Path) -> Project:
    changed = Project(tmp_path)
    update = "update session_board_settings set has_board_sessions = true"
    change(world, changed, "session_board_settings", update)
    return changed


def test_a_day_or_bucket_opens_its_longest_sessions_and_their_events(
    with_sessions: Project, open_board: Open
) -> None:
    opened = open_board(with_sessions)
    page = opened.page
    day = "day = (select max(day) from sessions) - 9"
    page.locator("#sessions_per_day .mark").nth(20).click()
    assert_sessions(page, with_sessions, day, "All 4")
    ((user, session_id),) = with_sessions.query(f"""
        select user_id, ct_session_id from sessions where is_concluded and {day}
        order by session_length_seconds desc, ct_session_id limit 1
    """)
    page.locator("#sessions tbody button").first.click()
    events = with_sessions.query(f"""
        select datesub('second', session_started_at, event_at), event_name from events
        where user_id = '{user}' and ct_session_id = '{session_id}' and is_session_event
        order by event_at, event_id
    """)
    assert page.locator("#sessions li").all_inner_texts() == [
        f"{duration(seconds)} {name}" for seconds, name in events
    ]
    assert_accessible(opened)
    page.keyboard.press("Escape")
    page.evaluate("document.querySelector('#session_length_distribution details').open = true")
    page.locator("#session_length_distribution tbody button").first.click()
    within = "day > (select max(day) from sessions) - "
    assert_sessions(page, with_sessions, f"{within} 30 and session_length_seconds = 0", "The 100")
    page.keyboard.press("Escape")
    opened.choose("days", "90 days")
    opened.choose("app_id", "shop")
    opened.choose("split", "By platform")
    page.locator("#session_length_distribution .mark[aria-label^='3-10 min, iOS']").click()
    chosen = "session_length_seconds >= 180 and session_length_seconds < 600 and platform = 'iOS'"
    assert_sessions(page, with_sessions, f"{within} 90 and {chosen} and app_id = 'shop'", "All ")
    assert len(opened.requests) == 1 and not opened.said


def assert_sessions(page: Page, project: Project, where: str, which: str) -> None:
    page.wait_for_selector("#sessions[open]")
    rows = project.query(f"""
        select user_id, local_started_at, session_length_seconds, event_count
        from sessions where is_concluded and {where}
        order by session_length_seconds desc, ct_session_id limit 100
    """)
    cells = "rows => rows.map((row) => [...row.cells].map((cell) => cell.textContent))"
    assert rows and page.locator("#sessions tbody tr").evaluate_all(cells) == [
        [user, str(started), duration(seconds), f"{events:,}"]
        for user, started, seconds, events in rows
    ]
    assert page.locator("#sessions p").inner_text().startswith(which)


def test_sessions_and_events_that_do_not_fit_are_left_out(
    with_sessions: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    build, sessions = module(monkeypatch, "build"), module(monkeypatch, "single_sessions")
    board = yaml.safe_load((ROOT / "board/board.yml").read_text())
    held = []
    for room in (1_000_000, 30_000, 20_000):
        monkeypatch.setattr(sessions, "ROOM", room)
        found = build.read(board, build.Marts(with_sessions.warehouse, "main"))["single_sessions"]
        assert len(build.packed(found)) <= room
        assert all(len(row[-1]) == 2 * row[-2] for row in found["rows"] if row[-1])
        held.append((found["longest"], sum(row[-1] is not None for row in found["rows"])))
    (all_, all_events), (some, some_events), (few, _) = held
    assert all_ == 100 and 0 < few < 100
    assert some_events < all_events and some >= few
    ((last_day,),) = with_sessions.query("select max(day) from sessions")
    for first, last, shortest, longest in ((9, 9, 0, 10**9), (29, 0, 180, 599)):
        days = [last_day - timedelta(first), last_day - timedelta(last)]
        users = with_sessions.query(f"""
            select user_id from sessions
            where is_concluded and day between '{days[0]}' and '{days[1]}'
                and session_length_seconds between {shortest} and {longest}
            order by session_length_seconds desc, ct_session_id limit {few}
        """)
        assert [user for (user,) in users] == [
            user
            for day, _, _, user, _, seconds, *_ in found["rows"]
            if days[0] <= day <= days[1] and shortest <= seconds <= longest
        ][:few]


def test_the_page_names_no_user_unless_it_is_told_to(world: Project, world_page: Path) -> None:
    html = world_page.read_text()
    (data,) = re.findall(r'<script type="application/gzip" id="[\w-]+">(.*?)</script>', html)
    users = {user for (user,) in world.query("select distinct user_id from sessions")}
    text = gzip.decompress(b64decode(data)).decode() + html.replace(data, "")
    words = set(re.findall(r"\w+", text))
    assert len(users) == 97 and not users & words


# Odd cases ----------------------------------------------------------------------------------

EVENT = "user_id,event_name,event_at,source,app_id,platform,loaded_at\n"
ONE = "u1,Song Played,2026-03-01 10:00:00,,shop,iOS,2026-03-01 10:00:01\n"
ODD = {
    "empty": (EVENT + ",Song Played,2026-03-01 10:00:00,,,,\n", {}),
    "one session": (EVENT + ONE, {"as_of": "2026-03-02 12:00:00"}),
    "zeros": (EVENT + ONE.replace("00,,shop", "00,API,shop"), {}),
    "tracking off": (EVENT + ONE, {"session_tracking": False}),
    "one day": (EVENT + ONE, {"as_of": "2026-03-01 12:00:00", "board_periods": [1]}),
    "stale": (EVENT + ONE, {"stale_after_minutes": 90}),
}


@pytest.fixture
def odd(project: Project, open_board: Open) -> Callable[[str], Opened]:
    def build_and_open(case: str) -> Opened:
        text, variables = ODD[case]
        path = project.folder / "events.csv"
        path.write_text(text)
        project.build(path, event_source="flat", **variables)
        opened = open_board(project)
        assert not opened.said
        assert_accessible(opened)
        for width in WIDTHS:
            opened.page.set_viewport_size({"width": width, "height": 800})
            opened.page.wait_for_timeout(100)
            assert_fits(opened)
        return opened

    return build_and_open


def test_an_empty_warehouse_says_so_and_draws_nothing(odd: Callable[[str], Opened]) -> None:
    page = odd("empty").page
    assert "There is no event yet" in page.locator("main").inner_text()
    assert page.locator("svg, .figure, select").count() == 0
    assert page.locator("#accounting summary").inner_text() == "What became of 1 raw row"


def test_one_session(odd: Callable[[str], Opened]) -> None:
    page = odd("one session").page
    assert page.locator("#session_count .value").inner_text() == "1"
    assert page.locator("#median_session_length_seconds .value").inner_text() == "0\u00a0s"
    assert (
        "There is no comparison with the 30 days before" in page.locator("#compared").inner_text()
    )
    assert page.locator(".figure .change").count() == 0
    zero = page.locator("#median_session_length_seconds .note")
    assert zero.inner_text() == "0\u00a0s: a session of one event"
    assert page.locator("select").count() == 0  # one app, one platform: only the period
    assert page.locator("fieldset label").all_inner_texts() == ["7 days", "30 days", "90 days"]
    assert page.locator("#converted_sessions_per_day").count() == 0  # no key event is set
    weeks = page.locator("#retention_by_cohort .mark").evaluate_all(ENDINGS)
    assert weeks == ["1 of 1 user", "not over yet"]  # the clock's day is a Monday
    page.click(".about summary")
    assert (
        "The clock of the board is set to 2 Mar 2026, 12:00 (UTC)"
        in page.locator("main").inner_text()
    )


@pytest.mark.parametrize("case", ["zeros", "tracking off"])
def test_thirty_days_of_zeros(odd: Callable[[str], Opened], case: str) -> None:
    page = odd(case).page
    assert page.locator("#session_count .value").inner_text() == "0"
    assert page.locator("#median_session_length_seconds .value").inner_text() == "\u2013"
    bars = page.locator("#sessions_per_day svg .mark")
    assert bars.count() == 30
    assert bars.first.get_attribute("aria-label").endswith(": 0 sessions")
    assert "NaN" not in page.locator("main").inner_html()
    off = "Session tracking is switched off" in page.locator("main").inner_text()
    assert off == (case == "tracking off")


def test_the_page_says_that_its_data_is_old_at_the_time_of_reading(
    odd: Callable[[str], Opened],
) -> None:
    """90 minutes after the newest event it says nothing, and a second later it does."""
    page = odd("stale").page
    assert "No event has arrived for " in page.locator("main > .notice").first.inner_text()
    for time, words in (("11:30:00", None), ("11:30:01", "90 minutes"), ("12:00:00", "2 hours")):
        page.clock.set_fixed_time(f"2026-03-01T{time}Z")
        page.reload()
        notice = page.locator("#stale")
        assert notice.is_visible() == (words is not None)
        sentence = f"No event has arrived for {words}. The figures below end there."
        assert notice.text_content() == (sentence if words else "")


ENDINGS = "marks => marks.map((mark) => mark.ariaLabel.split(', ').pop())"


def test_a_window_of_one_day(odd: Callable[[str], Opened]) -> None:
    page = odd("one day").page
    assert page.locator("#sessions_per_day svg .mark").count() == 1
    assert page.locator("input, select").count() == 0
    weeks = page.locator("#retention_by_cohort .mark").evaluate_all(ENDINGS)
    assert weeks == ["not over yet"]  # a Sunday
    labels = page.locator("#sessions_per_weekday_and_hour svg .mark")
    assert labels.nth(0).get_attribute("aria-label") == (
        "Monday 0:00: \u2013 sessions on average, 0 on 0 days"
    )


def test_two_hundred_apps_and_a_year(project: Project, open_board: Open) -> None:
    path = project.folder / "events.parquet"
    duckdb.sql(f"""
        copy (
            select
                'u' || range % 4000 as user_id,
                'Song Played' as event_name,
                timestamp '2025-03-01 00:00:00' + to_seconds(range * 160) as event_at,
                'app of a customer, number ' || range % 200 as app_id,
                ['iOS', 'Android', 'Web'][1 + (range // 200) % 3] as platform
            from range(190_000)
        ) to '{path}'
    """)
    project.build(path, event_source="flat")
    opened = open_board(project, 375)
    assert page_path(project).stat().st_size < 500_000
    assert opened.page.locator("select[name=app_id] option").count() == 201
    opened.choose("split", "By app")
    legend = opened.page.locator("#sessions_per_day .legend li").all_inner_texts()
    assert legend[6:] == ["Others (194)", "Period before", "Weekend", "Not over yet"]
    assert "Others (194)" not in opened.page.locator("#users_per_day .legend").inner_text()
    opened.choose("app_id", "app of a customer, number 77")
    ((count,),) = project.query("""
        select sum(session_count) from sessions_per_day where app_id like '%number 77'
    """)
    assert opened.page.locator("#session_count .value").inner_text() == f"{count:,}"
    assert_fits(opened)
    assert not opened.said


def test_past_days_that_late_events_changed_are_listed(project: Project, open_board: Open) -> None:
    """Since yesterday: the first load told of all days, and is two days old."""
    events = project.folder / "events"
    events.mkdir()
    first = [
        "u1,Song Played,2026-03-01 10:00:00,,shop,iOS,2026-03-01 10:00:01",
        "u2,Song Played,2026-03-03 10:00:00,,shop,iOS,2026-03-03 10:00:01",
        "u3,Song Played,2026-03-04 12:00:00,,shop,iOS,2026-03-04 12:00:01",
    ]
    (events / "first.csv").write_text(EVENT + "\n".join(first))
    project.build(events, event_source="flat")
    assert open_board(project).page.locator("#revised").count() == 0
    late = [
        "u1,Song Played,2026-03-01 10:05:00,,shop,iOS,2026-03-04 12:00:00",
        "u4,Song Played,2026-03-02 09:00:00,,shop,iOS,2026-03-04 12:00:00",
        "u5,Song Played,2026-03-04 13:00:00,,shop,iOS,2026-03-04 13:00:00",
    ]
    (events / "late.csv").write_text(EVENT + "\n".join(late))
    assert project.dbt(*REFRESH, events=events, event_source="flat").success
    with duckdb.connect(str(project.warehouse)) as connection:
        connection.execute("""
            update loaded_slices set loaded_at = loaded_at - interval 2 days where batch = 1
        """)
    page = open_board(project).page
    assert page.locator("#revised summary").inner_text() == "Revised since yesterday: 2 past days"
    page.click("#revised summary")
    assert page.locator("#revised li").all_inner_texts() == [
        "2 Mar 2026: 1 session added, 0 withdrawn",
        "1 Mar 2026: 1 session added, 1 withdrawn",
    ]


# The build ----------------------------------------------------------------------------------


def test_a_wrong_path_or_warehouse_is_one_sentence_and_keeps_the_page(project: Project) -> None:
    page_path(project).parent.mkdir()
    page_path(project).write_text("the page before")
    built = build_page(project)
    assert built.returncode == 1
    assert built.stderr == (
        f"PUBLISHED_PATH is {project.warehouse}: no file is there; `make run` writes one.\n"
    )
    duckdb.connect(str(project.warehouse)).close()
    built = build_page(project)
    assert built.returncode == 1
    assert re.match(
        r"PUBLISHED_PATH is \S+: its schema main has no mart session_board_settings with the"
        r" columns that board.yml names; `make run` writes the marts\.",
        built.stderr,
    )
    project.warehouse.write_text("no warehouse")
    assert re.match(r"PUBLISHED_PATH is \S+: .*not a valid DuckDB", build_page(project).stderr)
    assert page_path(project).read_text() == "the page before"


def test_a_place_where_no_page_can_be_is_one_sentence(world: Project, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for output in (tmp_path, tmp_path / "file/page.html"):
        built = build_page(world, "--output", str(output))
        assert built.returncode == 1
        assert built.stderr.startswith(f"--output is {output}: the page can't be written there: ")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


@pytest.mark.parametrize(
    ("entry", "wrong", "said"),
    [
        (
            "{column: bucket,",
            "{column: bukcet,",
            "the column bukcet is neither in `by` nor in `sum`",
        ),
        ("by: [bucket_order, bucket]", "of: [bucket]", "lacks what the page needs: 'by'"),
        ("by: [day, is_complete_day]", "by: [day, is_over]", "neither in `by` nor in `sum`"),
        ("draw: cells", "draw: pie", "`draw` is pie: expected one of bars, cells, days."),
        ("{bounce_count} of", "{bounces} of", "names bounces, which is not in `columns`"),
        ("column: board_window", "column: window_of", "with the columns that board.yml names"),
    ],
)
def test_a_wrong_entry_of_board_yml_is_one_sentence(
    world: Project,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    entry: str,
    wrong: str,
    said: str,
) -> None:
    shutil.copytree(ROOT / "board", tmp_path / "board")
    board = tmp_path / "board/board.yml"
    board.write_text(board.read_text().replace(entry, wrong))
    monkeypatch.setattr("board_page.ROOT", tmp_path)
    built = build_page(world)
    assert built.returncode == 1
    assert said in built.stderr
    assert "Traceback" not in built.stderr


def test_a_browser_that_cannot_draw_the_board_says_so(world_page: Path, browser: Browser) -> None:
    context = browser.new_context()
    context.add_init_script("delete window.DecompressionStream")
    page = context.new_page()
    page.goto(world_page.as_uri())
    page.wait_for_selector("text=A browser of 2023 or later draws the board.")
    context.close()


def test_the_queries_for_bi_tools_run_and_add_up(sample_project: Project) -> None:
    """Those of docs/bi.md, against the sessions."""
    text = (ROOT / "docs/bi.md").read_text().split("## Fifteen questions")[0]
    text = text.replace("where platform = 'iOS'", "")
    queries = re.findall(r"```sql\n(.*?)```", text, re.DOTALL)
    answers = [sample_project.query(query) for query in queries]
    per_day, lengths, distribution, hours, figures, accounting = answers
    ((count, seconds),) = sample_project.query(f"""
        select count(*), sum(session_length_seconds) from sessions
        where is_concluded and session_ended_at >= date '{per_day[0][0]}'
    """)
    assert sum(n for _, n, _ in per_day) == count == figures[0][3]
    assert round(3600 * sum(hours for _, hours, _ in lengths)) == seconds
    assert sum(n for _, n, _ in distribution) == count
    assert round(sum(share for _, _, share in distribution), 9) == 1
    assert len(per_day) == 30 and len(hours) == 168 and len(figures) == 2
    ((rows,),) = sample_project.query("select count(*) from int_event_log")
    assert sum(n for _, _, n in accounting) == rows
    metrics = {path.stem: superset_metrics(sample_project, path) for path in SUPERSET}
    assert metrics["sessions_per_day"] == metrics["session_length_distribution"] == count
    assert metrics["session_lengths_per_day"] == pytest.approx(seconds / 3600)


SUPERSET = sorted((ROOT / "docs/superset/datasets").glob("*/*.yaml"))


def superset_metrics(project: Project, path: Path) -> float:
    """The metric of a data set of docs/superset, whose columns the mart has."""
    dataset = yaml.safe_load(path.read_text())
    columns = [one.get("expression", one["column_name"]) for one in dataset["columns"]]
    assert project.query(f"select {', '.join(columns)} from {dataset['table_name']} limit 1")
    (metric,) = dataset["metrics"]
    ((value,),) = project.query(f"select {metric['expression']} from {dataset['table_name']}")
    return value


def test_the_same_warehouse_gives_the_same_page(world: Project) -> None:
    """But for the time at which it was written."""
    pages = []
    for _ in range(2):
        build_page(world)
        pages.append(re.sub("Written on [^(]*", "", page_path(world).read_text()))
    assert pages[0] == pages[1]


def test_the_board_is_an_exposure_of_the_marts_that_it_reads() -> None:
    board = yaml.safe_load((ROOT / "board/board.yml").read_text())
    marts = {
        chart[name]
        for chart in board["charts"]
        for name in ("mart", "points")
        if isinstance(chart.get(name), str)
    }
    marts |= {board["periods"]["mart"], board["text"]["mart"], board["accounting"]["mart"]}
    marts |= {board["settings"], "session_concluded_changes", "loaded_slices"}
    models = yaml.safe_load(
        (ROOT / "models/marts/session_board/_session_board__models.yml").read_text()
    )
    (exposure,) = models["exposures"]
    assert {re.search(r"ref\('(\w+)'\)", ref)[1] for ref in exposure["depends_on"]} == marts
