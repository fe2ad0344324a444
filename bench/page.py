"""When the Session Board is complete in Chromium, on a processor that is four times as slow.

    python bench/page.py <page> [<page> ...]     9 openings of each, in turn

The time counts from the start of the opening: to the first text or drawing on the screen, and to
the first picture with all charts. Writes its part of bench/RESULTS.md.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright
from results import write_part

sys.path.insert(0, str(Path(__file__).parents[1] / "board"))
from picture import CHROMIUM

TITLE = "When the page is complete"
REPORT = """`python bench/page.py` wrote this on {day}: {repeats} openings of each page in turn,
Chromium slowed down {slowdown} times, a window of 1440 x 900 pixels. Milliseconds.

| page | kB | first paint | complete: fastest | median | slowest |
|---|---|---|---|---|---|
{lines}
"""
# notes when the picture that follows body[data-drawn] is on the screen
WATCH = """
    document.addEventListener("DOMContentLoaded", () => {
        new MutationObserver(() => requestAnimationFrame(() => setTimeout(() => {
            window.complete ??= performance.now();
        }))).observe(document.body, { attributeFilter: ["data-drawn"] });
    });
"""
TIMES = """[
    performance.getEntriesByName("first-contentful-paint")[0].startTime, window.complete ?? null,
]"""


def opened(browser: Browser, page: Path, slowdown: float) -> tuple[float, float]:
    """Milliseconds to the first paint and to the complete page."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    view = context.new_page()
    context.new_cdp_session(view).send("Emulation.setCPUThrottlingRate", {"rate": slowdown})
    view.add_init_script(WATCH)
    view.goto(page.resolve().as_uri())
    view.wait_for_selector("body[data-drawn]")
    while (times := view.evaluate(TIMES))[1] is None:
        view.wait_for_timeout(50)
    context.close()
    return tuple(times)


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure when a page is complete.")
    parser.add_argument("pages", nargs="+", type=Path)
    parser.add_argument("--repeats", type=int, default=9)
    parser.add_argument("--slowdown", type=float, default=4)
    chosen = parser.parse_args()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        rounds = [
            [opened(browser, page, chosen.slowdown) for page in chosen.pages]
            for _ in range(chosen.repeats)
        ]
    lines = []
    for page, times in zip(chosen.pages, zip(*rounds, strict=True), strict=True):
        paints, completes = zip(*times, strict=True)
        shown = [statistics.median(paints), min(completes), statistics.median(completes)]
        cells = [page.stat().st_size / 1000, *shown, max(completes)]
        lines.append(f"| {page.stem} | " + " | ".join(f"{cell:,.0f}" for cell in cells) + " |")
    write_part(
        TITLE,
        REPORT.format(
            day=time.strftime("%Y-%m-%d"),
            repeats=chosen.repeats,
            slowdown=f"{chosen.slowdown:g}",
            lines="\n".join(lines),
        ),
    )


if __name__ == "__main__":
    main()
