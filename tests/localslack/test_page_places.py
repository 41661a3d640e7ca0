"""Going about the workspace in a real browser: columns, people, channels, on a desktop and on a phone."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from localslack.config import Person
from localslack.team import changes
from tests.localslack.browser import NEEDED, PHONE, chromium, shoot, windows
from tests.localslack.support import Local, running

pytestmark = [*NEEDED, pytest.mark.slow, pytest.mark.asyncio(loop_scope="module")]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as opened:
        yield opened


def entry(page: Page, name: str) -> Any:
    return page.locator(".ch", has=page.get_by_text(name, exact=True))


async def test_the_left_column_says_what_is_where_and_what_is_new(browser: Browser) -> None:
    async with running() as local, windows(browser, local) as opened:
        rooms = local.workspace.rooms
        await local.act(do="create", me="U0THEO", name="hiring", private=True)
        changes.share(local.workspace, rooms.named("orders"), "T0OTHER")
        changes.archive(local.workspace, rooms.named("agent-lab"), "U0MAYA")
        group = (await local.act(do="open", me="U0SAM", users=["U0THEO", "U0PRIYA"]))["channel"]
        page = await opened.open("me=U0THEO&c=general")
        await local.act(do="say", me="U0SAM", channel="C0SALES", text="news")
        await local.act(do="say", me="U0SAM", channel="C0BILLING", text="for <@U0THEO>")
        await local.act(do="say", me="U0SAM", channel=group, text="all of us")
        await local.act(do="say", me="U0PRIYA", channel="U0THEO", text="just you")
        await expect(entry(page, "sales").locator(".n.quiet")).to_have_text("1")
        await expect(entry(page, "billing").locator(".n:not(.quiet)")).to_have_text("1")
        await expect(entry(page, "Priya Nair, Sam Whitlock").locator(".n:not(.quiet)")).to_have_text("1")
        await expect(page.locator('.ch[data-key^="D0"]', has_text="Priya Nair").locator(".n")).to_have_text("1")
        await expect(entry(page, "Sam Whitlock").locator(".note")).to_have_text("Front desk, on call")
        await expect(page).to_have_title("(3) Harbor & Pine, local workspace")
        for name, words in [
            ("hiring", "private"),
            ("orders", "shared with another company"),
            ("agent-lab", "archived"),
        ]:
            await expect(entry(page, name)).to_contain_text(words)
        await shoot(page, "columns")
        await entry(page, "agent-lab").click()
        await expect(page.locator("#composer")).to_contain_text("This channel is archived")
        assert await page.locator("#composer textarea").count() == 0
        await entry(page, "orders").click()
        await expect(page.locator("#marks")).to_have_text("Shared with another company")
        changes.unarchive(local.workspace, rooms.named("agent-lab"), "U0MAYA")
        await expect(page.locator(".ch.archived")).to_have_count(0)


async def test_channels_are_found_looked_into_joined_made_and_left(browser: Browser) -> None:
    async with running() as local, windows(browser, local) as opened:
        await local.act(do="create", me="U0MAYA", name="lunch")
        await local.act(do="say", me="U0MAYA", channel="lunch", text="soup today")
        page = await opened.open("me=U0THEO&c=general")
        await page.click('[aria-label="Add channels"]')
        await page.click("[data-value=browse]")
        await page.fill("dialog[open] input", "lun")
        await page.click("dialog[open] [data-open]")
        await expect(page.locator("#pane article", has_text="soup today")).to_be_visible()
        await expect(page.locator("#composer")).to_contain_text("You are looking at #lunch")
        await page.click("#composer [data-join]")
        await page.fill("#composer textarea", "any bread?")
        await page.keyboard.press("Enter")
        await expect(page.locator("#pane article", has_text="any bread?")).to_be_visible()
        await expect(entry(page, "lunch")).to_have_attribute("aria-current", "true")
        await page.click("#count")
        await page.click("dialog[open] [data-leave]")
        await expect(page.locator(".ch", has_text="lunch")).to_have_count(0)

        await page.click('[aria-label="Add channels"]')
        await page.click("[data-value=create]")
        await page.fill("dialog[open] [data-name]", "New Bikes!")
        await page.check("dialog[open] [data-private]")
        await page.click("dialog[open] [data-create]")
        await expect(page.locator("#title")).to_contain_text("new-bikes")
        await page.click("#count")
        await page.fill("dialog[open] [role=combobox]", "Jo")
        await page.keyboard.press("Enter")
        await page.keyboard.press("Escape")
        await page.click("dialog[open] [data-invite]")
        await expect(page.locator("#pane article", has_text="Jo Beckett")).to_be_visible()
        made = local.workspace.rooms.named("new-bikes")
        assert made is not None and made.private and local.workspace.rooms.has(made.id, "U0JO")

        await page.click('[aria-label="New message"]')
        for name in ("Sam", "Priya"):
            await page.fill("dialog[open] [role=combobox]", name)
            await page.keyboard.press("Enter")
        await page.keyboard.press("Escape")
        await page.click("dialog[open] [data-start]")
        await expect(page.locator("#title")).to_have_text("Priya Nair, Sam Whitlock")


async def test_two_windows_are_two_people_and_each_person_has_a_place(browser: Browser) -> None:
    async with running() as local, windows(browser, local) as opened:
        theo = await opened.open("me=U0THEO&c=support-desk")
        maya = await opened.open("me=U0MAYA&c=support-desk")
        await theo.fill("#composer textarea", "hello Maya")
        await theo.keyboard.press("Enter")
        await expect(maya.locator("#pane article", has_text="hello Maya")).to_be_visible()
        await maya.fill("#composer textarea", "hello Theo")
        await maya.keyboard.press("Enter")
        await expect(theo.locator("#pane article", has_text="hello Theo")).to_be_visible()
        for page, me in ((theo, "U0THEO"), (maya, "U0MAYA")):
            await expect(page.locator("#mebtn")).to_have_attribute("data-me", me)

        await become(theo, "U0SAM")
        await expect(theo.locator("#title")).to_have_text("# support-desk")
        await theo.click("[data-channel=C0SALES]")
        await become(theo, "U0THEO")
        await expect(theo.locator("#title")).to_have_text("# support-desk")
        await become(theo, "U0SAM")
        await expect(theo.locator("#title")).to_have_text("# sales")
        await become(theo, "U0GUEST")
        await expect(theo.locator(".ch", has_text="sales")).to_have_count(0)
        await theo.reload()
        await expect(theo.locator("#mebtn")).to_have_attribute("data-me", "U0GUEST")
        await expect(maya.locator("#mebtn")).to_have_attribute("data-me", "U0MAYA")


async def become(page: Page, person: str) -> None:
    await page.click("#mebtn")
    await page.click(f"[data-person={person}]")
    await expect(page.locator("#mebtn")).to_have_attribute("data-me", person)


async def test_a_phone_shows_one_column_and_goes_back_the_way_one_came(browser: Browser) -> None:
    async with running() as local, windows(browser, local) as opened:
        root = (await local.act(do="say", me="U0SAM", channel="C0BILLING", text="root"))["ts"]
        await local.act(do="say", me="U0JO", channel="C0BILLING", text="an answer", thread_ts=root)
        page = await opened.open("me=U0THEO&c=support-desk&pane=list", PHONE, has_touch=True)
        columns = {name: page.locator(name) for name in (".side", "main", "aside.thread")}

        async def only(name: str) -> None:
            for each, column in columns.items():
                await expect(column).to_be_visible(visible=each == name)
            assert await page.evaluate("document.documentElement.scrollWidth") == PHONE[0]

        await only(".side")
        await page.tap("[data-channel=C0BILLING]")
        await only("main")
        await page.tap(f'[data-thread="{root}"]')
        await only("aside.thread")
        await shoot(page, "phone-thread")
        await page.tap("#tback")
        await only("main")
        await page.tap("#back")
        await only(".side")
        await page.tap("[data-channel=C0BILLING]")
        await page.tap(f'[data-thread="{root}"]')
        await only("aside.thread")
        await page.go_back()
        await only("main")
        await page.go_back()
        await only(".side")
        await page.go_forward()
        await only("main")
        await page.tap("#pane article", position={"x": 200, "y": 8})
        await expect(page.locator("#pane .toolbar [data-reply]")).to_be_visible()


async def test_strangers_and_guests_are_shown_as_such_and_see_what_is_theirs(browser: Browser) -> None:
    async with running() as local, windows(browser, local) as opened:
        changes.share(local.workspace, local.workspace.rooms.named("orders"), "T0OTHER")
        given = {"name": "Ana Ruiz", "email": "ana@example.com", "team": "T0OTHER", "title": "Supplier"}
        stranger: Person = changes.add_person(local.workspace, "U0ANA", given)
        changes.enter(local.workspace, local.workspace.rooms.named("orders"), stranger.id)
        page = await opened.open("me=U0ANA&c=orders")
        await expect(page.locator(".ch[data-channel]")).to_have_count(1)
        await page.fill("#composer textarea", "good morning")
        await page.keyboard.press("Enter")
        await expect(page.locator("#pane article", has_text="good morning")).to_be_visible()
        await page.click("#count")
        row = page.locator("dialog[open] li", has_text="Ana Ruiz")
        await expect(row).to_contain_text("Supplier · From another company")


async def test_somebody_in_no_conversation_sees_the_workspace_and_can_become_another(browser: Browser) -> None:
    async with running() as local, windows(browser, local) as opened:
        changes.add_person(local.workspace, "U0NEW", {"name": "Nia New", "email": "nia@example.com", "team": "T0OTHER"})
        page = await opened.open("me=U0THEO&c=general")
        await become(page, "U0NEW")
        await expect(page.locator(".toast")).to_have_text("This person is in no conversation.")
        await become(page, "U0SAM")
        await expect(page.locator("#title")).to_contain_text("#")


async def test_the_page_begins_again_when_the_workspace_is_reset(browser: Browser) -> None:
    async with running() as local, windows(browser, local) as opened:
        await say_many(local, 3)
        page = await opened.open("me=U0THEO&c=support-desk")
        await expect(page.locator("#pane article")).to_have_count(3)
        local.workspace.reset()
        await expect(page.locator("#pane article")).to_have_count(0)
        await expect(page.locator("#pane")).to_contain_text("This is the beginning of #support-desk")


async def say_many(local: Local, count: int) -> None:
    for number in range(count):
        await local.act(do="say", me="U0SAM", channel="C0SUPPORT", text=f"line {number}")
