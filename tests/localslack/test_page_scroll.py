"""Long conversations and busy ones in a real browser: nothing jumps, nothing is drawn that need not be."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, Route, expect

from localslack.config import load_app, load_team
from localslack.server import start
from localslack.state import State
from localslack.talk import messages
from localslack.talk.messages import Draft
from localslack.workspace import Workspace
from tests.localslack.browser import DESKTOP, NEEDED, PHONE, chromium, shoot, windows
from tests.localslack.support import TEAM, Local, MovedClock, running
from tests.localslack.test_page_api import seed

pytestmark = [*NEEDED, pytest.mark.slow, pytest.mark.asyncio(loop_scope="module")]
MOST = 300
TO_GO = "(n => n.scrollHeight - n.scrollTop - n.clientHeight)(document.querySelector('#pane'))"
VISIBILITY = (
    "state => { Object.defineProperty(document, 'visibilityState', { value: state, configurable: true });"
    " document.dispatchEvent(new Event('visibilitychange')) }"
)
WATCH = """() => {
  for (const node of document.querySelectorAll('#pane article, #pane article .b')) node.mark = true;
  window.drawn = 0;
  new MutationObserver(all => { window.drawn += all.length })
    .observe(document.querySelector('#pane'), { childList: true, subtree: true });
}"""
MARKED = """() => [...document.querySelectorAll('#pane article')].map(node =>
  [node.mark === true, [...node.querySelectorAll('.b')].every(block => block.mark === true)])"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as opened:
        yield opened


def card(number: int, state: str) -> list[dict[str, Any]]:
    field = {"type": "plain_text_input", "action_id": "note"}
    button = {"type": "button", "action_id": "go", "text": {"type": "plain_text", "text": "Go"}}
    options = [{"text": {"type": "plain_text", "text": name}, "value": name} for name in ("One", "Two")]
    more = {"type": "overflow", "action_id": "more", "options": options}
    return [
        {"type": "section", "text": {"type": "mrkdwn", "text": f"Card {number}: {state}"}},
        {"type": "actions", "block_id": "row", "elements": [button, more]},
        {"type": "input", "block_id": "in", "label": {"type": "plain_text", "text": "Note"}, "element": field},
    ]


async def post(local: Local, text: str, **more: Any) -> str:
    local.clock.move(1)
    return str((await local.call("chat.postMessage", **{"channel": "C0SUPPORT", "text": text, **more}))["ts"])


async def lowest(page: Page) -> int:
    """The number of the first message on the page."""
    return int((await page.locator("#pane article").first.inner_text()).split("message ")[1].split()[0])


async def test_ten_thousand_messages_scroll_and_any_of_them_is_gone_to(browser: Browser) -> None:
    async with running() as local, windows(browser, local) as opened:
        seed(local, 10_000)
        page = await opened.open("me=U0THEO&c=support-desk")
        articles = page.locator("#pane article")
        await expect(articles.last).to_contain_text("message 9999")
        while (now := await lowest(page)) > 9000:
            await page.evaluate("document.querySelector('#pane').scrollTop = 300")
            await expect(articles.first).not_to_contain_text(f"message {now}")
            assert await articles.count() <= MOST
        await page.click("main .jumpbtn.down")
        await expect(articles.last).to_contain_text("message 9999")
        assert await page.evaluate(TO_GO) < 3

        await page.goto(f"{local.base}/archives/C0SUPPORT/p1790000003000000")
        hit = page.locator("#pane article.found")
        await expect(hit).to_contain_text("message 3")
        await expect(hit).to_be_in_viewport()
        await expect(page.locator("#pane .empty")).to_contain_text("This is the beginning of #support-desk")
        for _ in range(6):
            last = await articles.last.get_attribute("data-ts")
            await page.evaluate("(n => { n.scrollTop = n.scrollHeight })(document.querySelector('#pane'))")
            await expect(articles.last).not_to_have_attribute("data-ts", str(last))
            assert await articles.count() <= MOST
        assert await lowest(page) > 3
        assert await page.locator("main .jumpbtn.down").inner_text() == "Jump to latest ↓"


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
async def test_the_eye_keeps_its_line_while_more_is_loaded_and_news_come(
    browser: Browser, size: tuple[int, int]
) -> None:
    async with running() as local, windows(browser, local) as opened:
        seed(local, 200)
        page = await opened.open("me=U0THEO&c=support-desk", size)
        await expect(page.locator("#pane article").last).to_contain_text("message 199")
        await page.evaluate("document.querySelector('#pane').scrollTop = 500")
        await expect(page.locator("#pane article", has_text="message 90")).to_be_attached()
        seen = await page.evaluate(
            "[...document.querySelectorAll('#pane article')].find(n => n.getBoundingClientRect().top > 150).dataset.ts"
        )
        where = f"document.querySelector('#pane article[data-ts=\"{seen}\"]').getBoundingClientRect().top"
        before = await page.evaluate(where)
        ts = await post(local, "something new")
        await expect(page.locator(f'#pane article[data-ts="{ts}"]')).to_be_attached()
        assert abs(await page.evaluate(where) - before) < 2
        await expect(page.locator('[data-channel="C0SUPPORT"] .n')).to_have_text("1")
        await page.click("main .jumpbtn.down")
        await expect(page.locator(f'#pane article[data-ts="{ts}"]')).to_be_in_viewport()
        await expect(page.locator('[data-channel="C0SUPPORT"] .n')).to_have_count(0)


async def test_what_is_new_begins_with_a_line_and_is_one_press_away(browser: Browser) -> None:
    async with running() as local, windows(browser, local) as opened:
        for number in range(3):
            await post(local, f"old {number}")
        read = await post(local, "the last that was read")
        await local.post("/_page/read", {"me": "U0THEO", "channel": "C0SUPPORT", "ts": read})
        for number in range(70):
            await post(local, f"new {number}", blocks=card(number, "waits"))
        page = await opened.open("me=U0THEO&c=support-desk")
        await expect(page.locator("#pane article").last).to_contain_text("Card 69")
        await page.click("main .jumpbtn.up")
        line = page.locator("#pane .newline")
        await expect(line).to_be_in_viewport()
        order = await line.evaluate("n => [n.previousElementSibling.textContent, n.nextElementSibling.textContent]")
        assert "the last that was read" in order[0] and "Card 0:" in order[1]
        await expect(page.locator("main .jumpbtn.up")).to_be_hidden()
        days = await page.locator("#pane .day").all_inner_texts()
        assert days == ["Tuesday, November 24"]


async def test_a_hundred_cards_change_at_once_and_no_other_node_is_touched(browser: Browser) -> None:
    async with running() as local, windows(browser, local) as opened:
        stamps = [await post(local, f"card {number}", blocks=card(number, "waits")) for number in range(140)]
        page = await opened.open("me=U0THEO&c=support-desk")
        await page.evaluate("document.querySelector('#pane').scrollTop = 200")
        await expect(page.locator("#pane article")).to_have_count(120)
        await page.evaluate("document.querySelector('#pane').scrollTop = 200")
        await expect(page.locator("#pane article")).to_have_count(140)
        mine = page.locator(f'#pane article[data-ts="{stamps[130]}"]')
        await mine.scroll_into_view_if_needed()
        await mine.locator('[data-action="note"]').fill("half a sentence")
        menu = page.locator(f'#pane article[data-ts="{stamps[131]}"]')
        await menu.locator('[data-action="more"]').click()
        await page.evaluate(WATCH)
        room = local.workspace.rooms.get("C0SUPPORT")
        assert room is not None
        for number, ts in enumerate(stamps[:100]):
            messages.update(local.workspace, room, ts, {"blocks": messages.with_block_ids(card(number, "done"))})
        await expect(page.locator(f'#pane article[data-ts="{stamps[99]}"]')).to_contain_text("Card 99: done")
        await expect(page.locator(f'#pane article[data-ts="{stamps[0]}"]')).to_contain_text("Card 0: done")
        kept = await page.evaluate(MARKED)
        assert all(article for article, _ in kept)
        assert [blocks for _, blocks in kept[100:]] == [True] * 40
        assert await mine.locator('[data-action="note"]').input_value() == "half a sentence"
        await expect(page.locator(".menu [data-value=One]")).to_be_visible()
        assert await page.evaluate("window.drawn") <= 300


async def test_a_reaction_leaves_a_half_made_choice_in_the_same_card_alone(browser: Browser) -> None:
    async with running() as local, windows(browser, local) as opened:
        ts = await post(local, "card", blocks=card(1, "waits"))
        page = await opened.open("me=U0THEO&c=support-desk")
        field = page.locator(f'#pane article[data-ts="{ts}"] [data-action="note"]')
        await field.fill("half a")
        await field.evaluate("n => { n.mark = true }")
        await local.act(do="react", me="U0SAM", channel="C0SUPPORT", ts=ts, name="eyes")
        await expect(page.locator(f'#pane article[data-ts="{ts}"] .react')).to_have_count(2)
        await page.keyboard.type(" sentence")
        assert await field.input_value() == "half a sentence" and await field.evaluate("n => n.mark")
        changed = messages.with_block_ids(card(1, "changed"))
        room = local.workspace.rooms.get("C0SUPPORT")
        assert room is not None
        messages.update(local.workspace, room, ts, {"blocks": changed})
        await expect(page.locator("#pane article")).to_contain_text("Card 1: changed")
        await page.keyboard.type("!")
        assert await field.input_value() == "half a sentence!"


async def test_a_lost_workspace_is_said_and_what_was_missed_is_fetched(browser: Browser) -> None:
    clock = MovedClock()
    state = State(None, clock)
    workspace = Workspace(load_team(TEAM), load_app(None, "Baton"), state, clock)
    room = workspace.rooms.get("C0SUPPORT")
    assert room is not None
    gone, changed = (
        messages.post(workspace, room, "U0SAM", Draft(text=text))["ts"] for text in ("will go", "as it was")
    )
    runner = await start(workspace, "127.0.0.1", 0)
    async with windows(browser, Local(workspace, clock, aiohttp.ClientSession(), workspace.base_url)) as opened:
        page = await opened.open("me=U0THEO&c=support-desk")
        await expect(page.locator("#pane article")).to_have_count(2)
        await runner.cleanup()
        await expect(page.locator("#plugtext")).to_contain_text("The local workspace does not answer")
        await shoot(page, "lost")
        await page.fill("#composer textarea", "are you there?")
        await page.keyboard.press("Enter")
        await expect(page.locator("#composer .failed")).to_have_text("The local workspace is not running.")
        messages.delete(workspace, room, gone)
        messages.update(workspace, room, changed, {"text": "has changed"})
        messages.post(workspace, room, "U0SAM", Draft(text="came meanwhile"))
        runner = await start(workspace, "127.0.0.1", int(workspace.base_url.rsplit(":", 1)[1]))
        await expect(page.locator("#pane article", has_text="came meanwhile")).to_be_visible(timeout=10_000)
        await expect(page.locator("#pane article", has_text="has changed")).to_be_visible()
        await expect(page.locator("#pane article", has_text="will go")).to_have_count(0)
        await expect(page.locator("#plugtext")).to_contain_text("is not connected")
        assert await page.input_value("#composer textarea") == "are you there?"
        opened.wrong.clear()  # the browser itself complains about a server that is not there
        await opened.local.http.close()
    await runner.cleanup()
    state.close()


@asynccontextmanager
async def held(page: Page, path: str) -> AsyncIterator[asyncio.Event]:
    """Hold the answers to a question until the block ends; the event says that one was given and is on its way."""
    given, go = asyncio.Event(), asyncio.Event()

    async def late(route: Route) -> None:
        response = await route.fetch()
        given.set()
        await go.wait()
        await route.fulfill(response=response)

    await page.route(f"**/_page/{path}?*", late)
    yield given
    async with page.expect_response(f"**/_page/{path}?*"):
        go.set()
    await page.unroute(f"**/_page/{path}?*", late)
    await page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")


async def test_an_answer_that_was_on_its_way_does_not_undo_what_came_meanwhile(browser: Browser) -> None:
    async with running() as local, windows(browser, local) as opened:
        ts = await post(local, "as it was", channel="C0SALES")
        page = await opened.open("me=U0THEO&c=support-desk")
        badge, modal = page.locator('[data-channel="C0BILLING"] .n'), page.locator("dialog[open].modal")
        async with held(page, "boot") as given:
            local.workspace.feed.tell("people", {})
            await given.wait()
            await post(local, "for <@U0THEO>", channel="C0BILLING")
            view = {"type": "modal", "title": {"type": "plain_text", "text": "Open"}, "blocks": card(1, "x")[:1]}
            await local.call("views.open", trigger_id=local.workspace.slips.trigger("U0THEO"), view=view)
            await expect(modal).to_be_visible()
            await expect(badge).to_have_text("1")
        assert await modal.is_visible() and await badge.inner_text() == "1"
        await page.click("dialog[open] [data-close]")
        async with held(page, "channel") as given:
            await page.click("[data-channel=C0SALES]")
            await given.wait()
            await local.call("chat.update", channel="C0SALES", ts=ts, text="as it is")
            await post(local, "and more", channel="C0SALES")
            await expect(page.locator("#title")).to_have_text("# sales")
            await expect(page.locator('[data-channel="C0SALES"] .n')).to_have_text("2")
        await expect(page.locator("#pane article")).to_contain_text(["as it is", "and more"])


async def test_a_window_nobody_looks_at_gets_a_line_above_what_is_new(browser: Browser) -> None:
    async with running() as local, windows(browser, local) as opened:
        await post(local, "before")
        page = await opened.open("me=U0THEO&c=support-desk")
        await expect(page.locator("#pane article")).to_have_count(1)
        await page.evaluate(VISIBILITY, "hidden")
        await post(local, "while away")
        await expect(page.locator('[data-channel="C0SUPPORT"] .n')).to_have_text("1")
        await expect(page.locator("#pane .newline + article")).to_contain_text("while away")
        await page.evaluate(VISIBILITY, "visible")
        await expect(page.locator('[data-channel="C0SUPPORT"] .n')).to_have_count(0)
