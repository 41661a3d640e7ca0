"""Pictures for eyes: every kind of block and a form with every input, in both themes, on a desk and on a phone.

`python -m tests.localslack.gallery [name ...]` writes them to `var/shots/`; names are those of `MESSAGES`, or `form`.
"""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Page, async_playwright

from tests.localslack.browser import CHROMIUM, SHOTS
from tests.localslack.kinds import form
from tests.localslack.kinds_blocks import MESSAGES
from tests.localslack.kinds_form import ALERTS, INPUTS
from tests.localslack.support import Local, running

SIZES = {"desk": (1280, 900), "phone": (390, 844)}
TALL = 1600
"""CSS pixels: high enough for a whole message."""
STEP = 560
"""CSS pixels of a long form from one picture to the next."""


async def main(wanted: set[str]) -> None:
    """Take the pictures; an empty set wants all."""
    SHOTS.mkdir(parents=True, exist_ok=True)
    async with running() as local, async_playwright() as tools:
        browser = await tools.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        placed = {name: await _posted(local, name, blocks) for name, blocks in MESSAGES.items()}
        trigger = local.workspace.slips.trigger("U0THEO")
        opened = await local.call("views.open", trigger_id=trigger, view=form(*ALERTS, *INPUTS))
        if not opened["ok"]:
            print("form", opened)
        for size in SIZES:
            for theme in ("light", "dark"):
                await _messages(
                    browser, local, size, theme, {k: v for k, v in placed.items() if not wanted or k in wanted}
                )
                if not wanted or "form" in wanted:
                    await _form(browser, local, size, theme)
        await browser.close()


async def _posted(local: Local, name: str, blocks: list[Any]) -> str:
    answer = await local.call("chat.postMessage", channel="C0SUPPORT", text=name, blocks=blocks)
    if not answer["ok"]:
        print(name, answer)
    return str(answer.get("ts"))


async def _messages(browser: Browser, local: Local, size: str, theme: str, placed: dict[str, str]) -> None:
    async with _page(browser, local, size, theme, "U0SAM", TALL) as page:
        for name, ts in placed.items():
            message = page.locator(f'#pane article[data-ts="{ts}"]')
            await message.scroll_into_view_if_needed()
            await message.screenshot(path=_path(name, size, theme), animations="disabled")


async def _form(browser: Browser, local: Local, size: str, theme: str) -> None:
    async with _page(browser, local, size, theme, "U0THEO") as page:
        inside = page.locator("dialog[open] .in")
        await inside.wait_for()
        height = await inside.evaluate("node => node.scrollHeight - node.clientHeight + 1")
        for number, top in enumerate(range(0, height + STEP, STEP)):
            await inside.evaluate("(node, top) => { node.scrollTop = top; }", top)
            await page.locator("dialog[open]").screenshot(path=_path(f"form {number}", size, theme))


@asynccontextmanager
async def _page(
    browser: Browser, local: Local, size: str, theme: str, person: str, tall: int = 0
) -> AsyncIterator[Page]:
    width, height = SIZES[size]
    context = await browser.new_context(viewport={"width": width, "height": tall or height}, device_scale_factor=2)
    page = await context.new_page()
    page.on("console", lambda line: print(line.type, line.text) if line.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: print(error))
    await page.goto(f"{local.base}/?me={person}&c=support-desk&theme={theme}")
    await page.wait_for_selector("#pane article >> nth=5")
    yield page
    await context.close()


def _path(name: str, size: str, theme: str) -> Path:
    return SHOTS / f"{name.replace(' ', '_')}.{size}.{theme}.png"


if __name__ == "__main__":
    asyncio.run(main(set(sys.argv[1:])))
