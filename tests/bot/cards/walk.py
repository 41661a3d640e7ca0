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
AT_ONCE = 20


async def main(words: list[str]) -> None:
    """Takes the pictures; no words want all of them."""
    wanted = {
        name: each for name, each in gallery.ordinary().items() if not words or any(word in name for word in words)
    }
    cards, homes, forms = (
        {name: each for name, each in wanted.items() if each.get("type") == kind} for kind in (None, "home", "modal")
    )
    async with running() as local, async_playwright() as tools:
        browser = await tools.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for size in SIZES:
            (FOLDER / size).mkdir(parents=True, exist_ok=True)
            made = [*await _cards(browser, local, size, cards), *await _homes(browser, local, size, homes)]
            made += await _forms(browser, local, size, forms)
            await _sheets(browser, size, made)
        await browser.close()


async def _cards(browser: Browser, local: Local, size: str, cards: dict[str, Json]) -> list[Path]:
    """A few at a time on one page, since the page keeps no more than it shows."""
    made, names = [], list(cards)
    for start in range(0, len(names), AT_ONCE):
        placed = {}
        for name in names[start : start + AT_ONCE]:
            said = {key: cards[name][key] for key in ("text", "blocks")}
            placed[name] = (await _ok(local, "chat.postMessage", channel="C0SUPPORT", **said))["ts"]
        page = await _page(browser, local, size, "U0SAM", "c=support-desk", TALL)
        for name, ts in placed.items():
            made.append(await _shot(page, f'#pane article[data-ts="{ts}"]', size, name))
        await page.close()
    return made


async def _homes(browser: Browser, local: Local, size: str, homes: dict[str, Json]) -> list[Path]:
    made = []
    for name, view in homes.items():
        await _ok(local, "views.publish", user_id="U0SAM", view=view)
        page = await _page(browser, local, size, "U0SAM", "c=app&tab=home", LONG)
        made.append(await _shot(page, "#pane", size, name))
        await page.close()
    return made


async def _forms(browser: Browser, local: Local, size: str, forms: dict[str, Json]) -> list[Path]:
    made = []
    for name, view in forms.items():
        await _modal(local, view)
        page = await _page(browser, local, size, "U0THEO", "c=support-desk", TALL)
        made.append(await _shot(page, "dialog[open]", size, name))
        await page.close()
    return made


async def _page(browser: Browser, local: Local, size: str, me: str, where: str, tall: int) -> Page:
    page = await browser.new_page(viewport={"width": SIZES[size], "height": tall})
    await page.goto(f"{local.base}/?me={me}&{where}&theme=light")
    return page


async def _shot(page: Page, what: str, size: str, name: str) -> Path:
    path = FOLDER / size / f"{re.sub(r'[^a-z0-9]+', '-', name.lower()).strip('-')}.png"
    found = page.locator(what).last
    await found.wait_for()
    await found.scroll_into_view_if_needed()
    await found.screenshot(path=path, animations="disabled")
    return path


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
        f'<figure style="display:inline-block;vertical-align:top;width:32%;margin:4px"><figcaption>{path.stem}</figcaption>'
        f'<img style="width:100%" src="data:image/png;base64,{base64.b64encode(path.read_bytes()).decode()}"></figure>'
        for path in paths
    )
    await page.set_content(f'<body style="font:14px sans-serif">{columns}</body>')


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
