"""Takes the picture of the Session Board that the README shows: docs/board.png.

It needs playwright and the machine's own Chromium.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parents[1]
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")


def main() -> None:
    if CHROMIUM is None:
        sys.exit("The picture needs a browser: neither chromium nor google-chrome is installed.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-background-networking"]
        )
        page = browser.new_page(viewport={"width": 1120, "height": 900})
        page.goto((ROOT / "site/index.html").as_uri())
        page.wait_for_selector("body[data-drawn]")
        page.screenshot(path=ROOT / "docs/board.png", full_page=True)


if __name__ == "__main__":
    main()
