"""Pictures for eyes: every card in every state, every form and the home tab, as the local workspace's page draws them.

`python -m tests.bot.cards.walk [word ...]` writes `var/shots/cards/<size>/<name>.png`, and sheets of a dozen beside them. With
words: only what has one of them in its name.
"""

from __future__ import annotations

import asyncio
import base64
import re
import sys
from pathlib import Path

from playwright.async_api import Browser, Page, async_playwright

from bot.cards.blocks import Json
from localslack import views
from tests.bot.cards import gallery
from tests.localslack.browser import CHROMIUM, SHOTS
from tests.localslack.support import Local, running

SIZES = {"desk": 820, "phone": 390}
TALL, LONG = 1600, 3200
EACH_SHEET = {"desk": 12, "phone": 15}
FOLDER = SHOTS / "cards"


async def main(words: list[str]) -> None:
    """Takes the pictures; no words want all of them."""
    wanted = {
        name: each for name, each in gallery.ordinary().items() if not words or any(word in name for word in words)
    }
    async with running() as local, async_playwright() as tools:
        local.workspace.limits.on = False
        browser = await tools.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for size in SIZES:
            (FOLDER / size).mkdir(parents=True, exist_ok=True)
            made = [await _draw(browser, local, size, name, each) for name, each in wanted.items()]
            await _sheets(browser, size, made)
        await browser.close()


async def _draw(browser: Browser, local: Local, size: str, name: str, payload: Json) -> Path:
    path = FOLDER / size / f"{re.sub(r'[^a-z0-9]+', '-', name.lower()).strip('-')}.png"
    kind = payload.get("type")
    if kind == "home":
        await _ok(local, "views.publish", user_id="U0THEO", view=payload)
        return await _shot(browser, local, size, "&tab=home", "#pane", path, LONG)
    if kind == "modal":
        await _modal(local, payload)
        return await _shot(browser, local, size, "", "dialog[open]", path, TALL)
    said = {key: payload[key] for key in ("text", "blocks")}
    ts = (await _ok(local, "chat.postMessage", channel="C0SUPPORT", **said))["ts"]
    return await _shot(browser, local, size, "", f'#pane article[data-ts="{ts}"]', path, TALL)


async def _modal(local: Local, view: Json) -> None:
    """Opens it, or lets the one that is open become it."""
    open_now = views.stack(local.workspace, "U0THEO")
    if open_now:
        await _ok(local, "views.update", view_id=open_now[-1].id, view=view)
    else:
        await _ok(local, "views.open", trigger_id=local.workspace.slips.trigger("U0THEO"), view=view)


async def _ok(local: Local, method: str, **given: object) -> Json:
    answer: Json = await local.call(method, **given)
    if not answer["ok"]:
        raise AssertionError(f"{method}: {answer}")
    return answer


async def _shot(browser: Browser, local: Local, size: str, where: str, what: str, path: Path, tall: int) -> Path:
    page = await browser.new_page(
        viewport={"width": SIZES[size], "height": tall if what.startswith("dialog") else LONG}
    )
    await page.goto(f"{local.base}/?me=U0THEO&c={'app' if where else 'support-desk'}&theme=light{where}")
    found = page.locator(what).last
    await found.wait_for()
    await found.scroll_into_view_if_needed()
    await found.screenshot(path=path, animations="disabled")
    await page.close()
    return path


async def _sheets(browser: Browser, size: str, paths: list[Path]) -> None:
    """A dozen on one picture, each under its name."""
    count = EACH_SHEET[size]
    for number, start in enumerate(range(0, len(paths), count)):
        page = await browser.new_page(viewport={"width": 1800, "height": 1000})
        await _fill(page, paths[start : start + count])
        await page.screenshot(path=FOLDER / f"sheet-{size}-{number:02}.png", full_page=True)
        await page.close()


async def _fill(page: Page, paths: list[Path]) -> None:
    columns = "".join(
        f'<figure style="break-inside:avoid;margin:0 0 14px"><figcaption>{path.stem}</figcaption>'
        f'<img style="width:100%" src="data:image/png;base64,{base64.b64encode(path.read_bytes()).decode()}"></figure>'
        for path in paths
    )
    await page.set_content(f'<body style="columns:3;font:14px sans-serif">{columns}</body>')


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
