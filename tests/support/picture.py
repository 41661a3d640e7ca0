"""Renews docs/card.png, the card on the first page of the documentation: `python -m tests.support.picture`.

The real product with a real mail, photographed in the local workspace's page."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.support.running import ROOT, RunningBaton, trained

CARD = ROOT / "docs" / "card.png"
MAIL = "samples/3-open-on-saturday.eml"
QUESTION = "Send this reply to Ben Ashby?"
WIDTH, SCALE = 900, 2  # of the window in CSS pixels; device pixels for each


def take(baton: RunningBaton, path: Path) -> None:
    """The approval card of `MAIL`, cropped to the card, light, at `path`."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(
            viewport={"width": WIDTH, "height": 1200}, device_scale_factor=SCALE, color_scheme="light"
        )
        page.goto(f"{baton.page}/?me=U0THEO&c=support-desk")
        card = page.locator("article", has_text=QUESTION).first
        card.wait_for(state="visible", timeout=20_000)
        page.mouse.move(0, 0)  # nothing is hovered
        card.screenshot(path=str(path))
        browser.close()


def main() -> None:
    """Starts Baton in a folder of its own, takes the picture, and leaves nothing behind."""
    with tempfile.TemporaryDirectory() as folder:
        trained(Path(folder))
        baton = RunningBaton(Path(folder)).start(MAIL)
        try:
            take(baton, CARD)
        finally:
            baton.stop()


if __name__ == "__main__":
    main()
