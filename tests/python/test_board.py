"""The Session Board in a browser: its numbers, its odd cases, and whom it is for."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import duckdb
import pytest
import yaml
from axe_playwright_python.sync_playwright import Axe
from board_page import (
    ALL,
    Opened,
    Truth,
    assert_board_is_true,
    build_page,
    open_page,
    page_path,
)
from conftest import ROOT, Project
from playwright.sync_api import Browser, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
WIDTHS = (375, 820, 1440)
SCRIPT = "</script><script>alert(1)</script>"
Open = Callable[..., Opened]

# 62 days until 2026-03-04 20:00 in India, with sessions of 1 to 9 events and up to 3 hours
WORLD = f"""
    copy (
        select
            'u' || visit % 97 as user_id,
            'Song Played' as event_name,
            timestamp '2026-01-02 00:00:00'
                + to_seconds(visit * 1783 + step * (hash(visit) % 1199)::bigint) as event_at,
            [null, 'shop', 'music', '{SCRIPT}'][1 + visit % 4] as app_id,
            [null, 'iOS', 'Android'][1 + visit // 4 % 3] as platform
        from range(3000) as visits (visit)
        inner join range(10) as steps (step)
            on step <= if(visit % 3 = 0, 0, (hash(visit, 1) % 9)::bigint)
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
    """Build the page of a project and open it."""

    def build_and_open(project: Project, width: int = 1200, scheme: str = "light") -> Opened:
        built = build_page(project)
        assert built.returncode == 0, built.stderr
        return open_page(browser, page_path(project), width, scheme)

    yield build_and_open
    for context in browser.contexts:
        context.close()


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Project:
    project = Project(tmp_path_factory.mktemp("world"))
    path = project.folder / "events.parquet"
    duckdb.sql(WORLD.format(path=path))
    project.build(path, event_source="flat", timezone="Asia/Kolkata")
    return project


@pytest.fixture(scope="session")
def truth(world: Project) -> Truth:
    ((as_of,),) = world.query("""
        select as_of at time zone 'UTC' at time zone 'Asia/Kolkata' from session_clock
    """)
    assert as_of > datetime(2026, 3, 4, 19, 30)
    return Truth(world, "Asia/Kolkata", as_of)


def test_every_number_is_what_the_sessions_say_for_each_filter(
    world: Project, truth: Truth, open_board: Open
) -> None:
    opened = open_board(world)
    assert_board_is_true(opened, truth)
    apps = {"All apps": ALL, "shop": "shop", SCRIPT: SCRIPT, "No app": None}
    platforms = {"All platforms": ALL, "iOS": "iOS", "No platform": None}
    for app_label, app in apps.items():
        opened.choose("app_id", app_label)
        for platform_label, platform in platforms.items():
            opened.choose("platform", platform_label)
            chosen = replace(truth, app=app, platform=platform)
            assert_board_is_true(opened, chosen)


def test_the_world_has_every_kind_of_segment(world: Project) -> None:
    """An app without one of the platforms, null apps and platforms, sessions of every length."""
    assert world.query("select count(*) from (from sessions select distinct app_id, platform)") == [
        (11,)
    ]
    ((buckets,),) = world.query(
        "select count(*) filter (where session_count > 0) from session_length_distribution"
    )
    assert buckets > 50


@pytest.mark.parametrize(
    ("mart", "cell"),
    [
        ("sessions_per_day", "session_count"),
        ("session_lengths_per_day", "total_session_length_seconds"),
        ("session_length_distribution", "session_count"),
        ("sessions_per_weekday_and_hour", "session_count"),
        ("sessions_per_weekday_and_hour", "day_count"),
        ("session_board_summary", "session_count"),
        ("session_board_summary", "total_session_length_seconds"),
        ("session_board_summary", "median_session_length_seconds"),
        ("session_board_summary", "p95_session_length_seconds"),
    ],
)
def test_one_cell_of_a_mart_more_by_one_is_noticed(
    world: Project, truth: Truth, open_board: Open, tmp_path: Path, mart: str, cell: str
) -> None:
    """The test above can fail: by any of the marts that the page reads."""
    changed = Project(tmp_path)
    shutil.copy(world.warehouse, changed.warehouse)
    totals = "and is_all_apps and is_all_platforms" if mart == "session_board_summary" else ""
    if cell == "day_count":
        totals = "and weekday = 3"  # the same for each app and platform
    else:
        totals += f" and rowid = (select max(rowid) from {mart} where true {totals})"
    kind = "table" if mart == "sessions_per_weekday_and_hour" else "view"
    with duckdb.connect(str(changed.warehouse)) as connection:
        connection.execute(f"create table changed as from {mart}; drop {kind} {mart}")
        connection.execute(f"alter table changed rename to {mart}")
        connection.execute(f"update {mart} set {cell} = {cell} + 1 where true {totals}")
    opened = open_board(changed)
    with pytest.raises(AssertionError):
        assert_board_is_true(opened, truth)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_the_page_fits_is_accessible_and_asks_for_nothing(
    world: Project, open_board: Open, width: int, scheme: str
) -> None:
    opened = open_board(world, width, scheme)
    for details in opened.page.locator("details").all():
        details.evaluate("one => { one.open = true; }")
    assert_fits(opened)
    assert_accessible(opened)
    assert opened.requests == [page_path(world).as_uri()]
    assert not opened.said
    assert page_path(world).stat().st_size < 1_500_000


def assert_fits(opened: Opened) -> None:
    width, shown = opened.page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert width <= shown
    for drawing in opened.page.locator(".drawing").all():
        inner, outer = drawing.locator("svg").bounding_box(), drawing.bounding_box()
        assert inner["x"] + inner["width"] <= outer["x"] + outer["width"] + 1


def assert_accessible(opened: Opened) -> None:
    found = Axe().run(opened.page).response["violations"]
    assert [(rule["id"], rule["impact"], rule["nodes"][0]["html"][:90]) for rule in found] == []


def test_the_charts_follow_the_width_of_the_window(world: Project, open_board: Open) -> None:
    opened = open_board(world, 1440)
    opened.page.set_viewport_size({"width": 375, "height": 800})
    opened.page.wait_for_timeout(200)
    assert_fits(opened)


def test_tables_and_filters_are_reached_by_the_keyboard(world: Project, open_board: Open) -> None:
    opened = open_board(world)
    page = opened.page
    reached = []
    for _ in range(16):
        page.keyboard.press("Tab")
        reached.append(
            page.evaluate("document.activeElement.ariaLabel ?? document.activeElement.name")
        )
        if len(reached) == 3:
            page.keyboard.press("Enter")
    assert reached[:3] == ["app_id", "platform", "Sessions per day, table"]
    assert "Sessions per day, download as CSV" in reached
    assert page.locator("#sessions_per_day tbody tr").first.is_visible()


def test_a_mark_tells_its_number_under_the_pointer(world: Project, open_board: Open) -> None:
    page = open_board(world).page
    mark = page.locator("#sessions_per_day svg .mark-rect.role-mark path").nth(20)
    mark.hover()
    assert page.locator("#tooltip").inner_text() == mark.get_attribute("aria-label")


def test_the_download_is_a_file_of_the_mart(world: Project, open_board: Open) -> None:
    page = open_board(world).page
    with page.expect_download() as waiting:
        page.click("#session_length_distribution .download")
    assert waiting.value.suggested_filename == "session_length_distribution.csv"
    lines = Path(waiting.value.path()).read_text().splitlines()
    assert lines[0] == "app_id,platform,bucket,session_count,session_share"
    assert lines[1].startswith("All apps,All platforms,0 s,") and len(lines) == 11


def test_paper_has_no_controls_and_says_what_was_chosen(world: Project, open_board: Open) -> None:
    opened = open_board(world, scheme="dark")
    opened.choose("platform", "iOS")
    opened.page.emulate_media(media="print")
    assert not opened.page.locator("select").first.is_visible()
    assert "All apps \u00b7 iOS" in opened.page.locator(".window").inner_text()
    background = "getComputedStyle(document.querySelector('figure')).backgroundColor"
    assert opened.page.evaluate(background) == "rgb(255, 255, 255)"


def test_the_page_says_when_the_data_is_from_and_how_it_was_counted(
    world: Project, open_board: Open
) -> None:
    page = open_board(world).page
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


# Odd cases ----------------------------------------------------------------------------------

EVENT = "user_id,event_name,event_at,source,app_id,platform,loaded_at\n"
ONE = "u1,Song Played,2026-03-01 10:00:00,,shop,iOS,2026-03-01 10:00:01\n"
ODD = {
    "empty": (EVENT + ",Song Played,2026-03-01 10:00:00,,,,\n", {}),
    "one session": (EVENT + ONE, {"as_of": "2026-03-02 12:00:00"}),
    "zeros": (EVENT + ONE.replace("00,,shop", "00,API,shop"), {}),
    "tracking off": (EVENT + ONE, {"session_tracking": False}),
    "one day": (EVENT + ONE, {"as_of": "2026-03-01 12:00:00", "board_days": 1}),
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
    assert page.locator(".figure .note").count() == 0
    assert page.locator("select").count() == 0  # one app, one platform: nothing to choose
    assert (
        "The clock of the board is set to 2 Mar 2026, 12:00 (UTC)"
        in page.locator("main").inner_text()
    )


@pytest.mark.parametrize("case", ["zeros", "tracking off"])
def test_thirty_days_of_zeros(odd: Callable[[str], Opened], case: str) -> None:
    page = odd(case).page
    assert page.locator("#session_count .value").inner_text() == "0"
    assert page.locator("#median_session_length_seconds .value").inner_text() == "\u2013"
    bars = page.locator("#sessions_per_day svg .mark-rect.role-mark path")
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


def test_a_window_of_one_day(odd: Callable[[str], Opened]) -> None:
    page = odd("one day").page
    assert page.locator("#sessions_per_day svg .mark-rect.role-mark path").count() == 1
    labels = page.locator("#sessions_per_weekday_and_hour svg .mark-rect.role-mark path")
    assert labels.nth(0).get_attribute("aria-label") == (
        "Monday 0:00: \u2013 sessions on average, 0 on 0 days"
    )


def test_two_hundred_apps(project: Project, open_board: Open) -> None:
    path = project.folder / "events.parquet"
    duckdb.sql(f"""
        copy (
            select
                'u' || range % 4000 as user_id,
                'Song Played' as event_name,
                timestamp '2026-02-01 00:00:00' + to_seconds(range * 13) as event_at,
                'app of a customer, number ' || range % 200 as app_id,
                ['iOS', 'Android', 'Web'][1 + (range // 200) % 3] as platform
            from range(190_000)
        ) to '{path}'
    """)
    project.build(path, event_source="flat")
    opened = open_board(project, 375)
    assert page_path(project).stat().st_size < 1_500_000
    assert opened.page.locator("select[name=app_id] option").count() == 201
    opened.choose("app_id", "app of a customer, number 77")
    ((count,),) = project.query("""
        select sum(session_count) from sessions_per_day where app_id like '%number 77'
    """)
    assert opened.page.locator("#session_count .value").inner_text() == f"{count:,}"
    assert_fits(opened)
    assert not opened.said


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


def test_a_chart_that_is_no_vega_lite_fails_the_build(
    world: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(ROOT / "board", tmp_path / "board")
    chart = tmp_path / "board/charts/sessions_per_day.vl.json"
    chart.write_text(chart.read_text().replace('"type": "bar"', '"type": "bra"'))
    monkeypatch.setattr("board_page.ROOT", tmp_path)
    built = build_page(world)
    assert built.returncode == 1
    assert "sessions_per_day.vl.json is no chart of Vega-Lite 6.4" in built.stderr
    chart.write_text(chart.read_text().replace('"bra"', '"bar"').replace('"rows"', '"lines"'))
    assert 'sessions_per_day.vl.json draws no data set "rows"' in build_page(world).stderr


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


def test_a_browser_that_cannot_draw_the_board_says_so(world: Project, browser: Browser) -> None:
    build_page(world)
    context = browser.new_context()
    context.add_init_script("delete window.DecompressionStream")
    page = context.new_page()
    page.goto(page_path(world).as_uri())
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


def test_the_same_warehouse_gives_the_same_page(world: Project) -> None:
    build_page(world)
    first = page_path(world).read_bytes()
    build_page(world)
    assert page_path(world).read_bytes() == first


def test_the_board_is_an_exposure_of_the_marts_that_it_reads() -> None:
    board = yaml.safe_load((ROOT / "board/board.yml").read_text())
    marts = {chart["mart"] for chart in board["charts"]} | {board["settings"]}
    marts |= {board["figures"]["mart"], board["accounting"]["mart"]}
    models = yaml.safe_load(
        (ROOT / "models/marts/session_board/_session_board__models.yml").read_text()
    )
    (exposure,) = models["exposures"]
    assert {re.search(r"ref\('(\w+)'\)", ref)[1] for ref in exposure["depends_on"]} == marts
