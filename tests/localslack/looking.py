"""One window on a workspace, as somebody, in a browser that the tests of a file share."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Browser, Page

from tests.localslack.browser import DESKTOP, windows
from tests.localslack.support import Local

THEO = "me=U0THEO&c=support-desk"
PATIENCE_MS = 10_000


@asynccontextmanager
async def looking(
    browser: Browser, local: Local, size: tuple[int, int] = DESKTOP, who: str = THEO
) -> AsyncIterator[Page]:
    """Open the page while the block lasts; an error in its console, or a request to elsewhere, fails the test."""
    async with windows(browser, local) as opened:
        page = await opened.open(who, size)
        page.set_default_timeout(PATIENCE_MS)
        yield page
