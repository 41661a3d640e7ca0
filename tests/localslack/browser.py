"""A real browser on the page of a local workspace; what it complains about fails the test."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, BrowserContext, Page, async_playwright

from tests.localslack.support import Local

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
SHOTS = Path(__file__).parents[2] / "var" / "shots"
NEEDED = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine"),
]
DESKTOP, PHONE = (1280, 800), (390, 844)


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """A browser, for as many windows as needed."""
    async with async_playwright() as tools:
        browser = await tools.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        await browser.close()


@dataclass
class Windows:
    """Windows of one browser, each with a memory of its own, on one workspace."""

    browser: Browser
    local: Local
    wrong: list[str] = field(default_factory=list)
    contexts: list[BrowserContext] = field(default_factory=list)

    async def open(self, query: str, size: tuple[int, int] = DESKTOP, **more: Any) -> Page:
        """Open the page and wait until it is drawn."""
        width, height = size
        context = await self.browser.new_context(viewport={"width": width, "height": height}, **more)
        self.contexts.append(context)
        page = await context.new_page()
        page.on("console", lambda line: self.wrong.append(line.text) if line.type == "error" else None)
        page.on("pageerror", lambda error: self.wrong.append(str(error)))
        page.on("request", lambda request: self._asked(request.url))
        await page.goto(f"{self.local.base}/?{query}")
        await page.wait_for_selector(".ch[data-channel]", state="attached")
        return page

    def _asked(self, url: str) -> None:
        if not url.startswith((self.local.base, "data:")):
            self.wrong.append(f"asked for {url}")


@asynccontextmanager
async def windows(browser: Browser, local: Local) -> AsyncIterator[Windows]:
    """Windows on a workspace; an error in a console, or a request to elsewhere, fails the test."""
    opened = Windows(browser, local)
    yield opened
    for context in opened.contexts:
        await context.close()
    assert not opened.wrong, "\n".join(opened.wrong)


async def shoot(page: Page, name: str) -> None:
    """Keep a picture for whoever wants to look."""
    SHOTS.mkdir(parents=True, exist_ok=True)
    await page.screenshot(path=str(SHOTS / f"page-{name}.png"))
