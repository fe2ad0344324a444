"""Takes a picture of the Session Board: python board/picture.py <page> <picture>.

It needs playwright and the machine's own Chromium.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")


def main() -> None:
    page, picture = map(Path, sys.argv[1:])
    if CHROMIUM is None:
        sys.exit("The picture needs a browser: neither chromium nor google-chrome is installed.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-background-networking"]
        )
        view = browser.new_page(viewport={"width": 1120, "height": 900})
        view.goto(page.resolve().as_uri())
        view.wait_for_selector("body[data-drawn]")
        view.screenshot(path=picture, full_page=True)


if __name__ == "__main__":
    main()
