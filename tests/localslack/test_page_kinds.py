"""Every kind of block and input at once: for everybody, in both themes, on a desk and on a phone."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page

from tests.localslack.browser import DESKTOP, NEEDED, PHONE, chromium, windows
from tests.localslack.kinds import form
from tests.localslack.kinds_blocks import MESSAGES
from tests.localslack.kinds_form import ALERTS, INPUTS
from tests.localslack.support import Local, running

pytestmark = [*NEEDED, pytest.mark.slow, pytest.mark.asyncio(loop_scope="module")]
RULES = {
    "resultTypes": ["violations"],
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as opened:
        yield opened


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def local() -> AsyncIterator[Local]:
    async with running() as workspace:
        for name, blocks in MESSAGES.items():
            posted = await workspace.call("chat.postMessage", channel="C0SUPPORT", text=name, blocks=blocks)
            assert posted["ok"], (name, posted)
        trigger = workspace.workspace.slips.trigger("U0THEO")
        opened = await workspace.call("views.open", trigger_id=trigger, view=form(*ALERTS, *INPUTS))
        assert opened["ok"], opened
        yield workspace


async def faults(page: Page) -> list[str]:
    """Whatever axe finds, however small."""
    await page.evaluate(
        "Promise.all(document.getAnimations().filter(each => each.effect.getTiming().iterations < 9).map(each => each.finished))"
    )
    found = (await Axe().run(page, options=RULES)).response["violations"]
    return [f"{fault['id']}: {node['target']} {node['html'][:160]}" for fault in found for node in fault["nodes"]]


@pytest.mark.parametrize(("theme", "size"), [("light", DESKTOP), ("dark", PHONE)])
async def test_nobody_is_kept_out_of_any_block_or_input(
    local: Local, browser: Browser, theme: str, size: tuple[int, int]
) -> None:
    async with windows(browser, local) as opened:
        how = {"color_scheme": theme, "bypass_csp": True}  # axe measures with styles of its own
        page = await opened.open(f"me=U0SAM&c=support-desk&theme={theme}", size, **how)
        await page.wait_for_selector(f"#pane article >> nth={len(MESSAGES) - 1}")
        assert await page.evaluate("document.documentElement.scrollWidth") == size[0]
        await page.locator("#pane [data-action=more]").first.click()
        assert await faults(page) == []
        page = await opened.open(f"me=U0THEO&c=support-desk&theme={theme}", size, **how)
        await page.click("dialog[open] [data-submit]")
        await page.wait_for_selector("dialog[open] .err:not(:empty)")
        await page.click("dialog[open] [data-block=many]")
        assert await faults(page) == []
