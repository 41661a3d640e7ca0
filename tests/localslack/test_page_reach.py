"""The page for everybody: without a mouse, with a screen reader, enlarged, without motion; search; the app's log."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from axe_playwright_python.base import AXE_SCRIPT
from playwright.async_api import Browser, Page, expect

from tests.localslack.browser import DESKTOP, NEEDED, PHONE, chromium, shoot, windows
from tests.localslack.support import Heard, Local, bot, running
from tests.localslack.test_page import CARD, FORM
from tests.localslack.test_page_api import seed

pytestmark = [*NEEDED, pytest.mark.slow, pytest.mark.asyncio(loop_scope="module")]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as opened:
        yield opened


async def faults(page: Page, rules: list[str]) -> list[str]:
    """What axe finds that is serious or critical: each with the place where it is."""
    await page.evaluate("Promise.all(document.getAnimations().map(each => each.finished.catch(() => null)))")
    found = await page.evaluate(
        "rules => axe.run({ resultTypes: ['violations'], runOnly: rules }).then(found => found.violations)", rules
    )
    bad = [fault for fault in found if fault["impact"] in {"serious", "critical"}]
    return [f"{fault['id']}: {node['target']} {node['html'][:160]}" for fault in bad for node in fault["nodes"]]


def listeners(app: Any, heard: Heard) -> None:
    @app.action("card.yes")
    async def yes(ack: Any, body: Any, client: Any) -> None:
        await ack()
        heard.items.append(body["user"]["id"])
        await client.chat_update(channel=body["channel"]["id"], ts=body["message"]["ts"], text="Refunded", blocks=[])


async def furnished(local: Local) -> str:
    """A bit of everything; returns the card's timestamp."""
    await local.act(do="say", me="U0SAM", channel="C0SUPPORT", text="hello @Theo Okafor, see https://example.com `x`")
    ts = str((await local.call("chat.postMessage", channel="C0SUPPORT", text="Refund?", blocks=CARD))["ts"])
    await local.act(do="react", me="U0SAM", channel="C0SUPPORT", ts=ts, name="eyes")
    await local.act(do="say", me="U0SAM", channel="C0SUPPORT", text="a reply", thread_ts=ts)
    await local.call("chat.postEphemeral", channel="C0SUPPORT", user="U0THEO", text="psst")
    attached = [{"color": "good", "title": "Build", "text": "green", "fallback": "Build"}]
    await local.call("chat.postMessage", channel="C0SUPPORT", text="", attachments=attached)
    await local.act(do="say", me="U0SAM", channel="C0BILLING", text="<@U0THEO>")
    home = {"type": "home", "blocks": [{"type": "header", "text": {"type": "plain_text", "text": "Home"}}, *CARD[1:]]}
    await local.call("views.publish", user_id="U0THEO", view=home)
    await local.call("chat.postMessage", channel="C0NOWHERE", text="lost")
    return ts


ALL_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.mark.parametrize(("scheme", "rules"), [("light", ALL_RULES), ("dark", ["color-contrast"])])
async def test_no_serious_barrier_on_any_screen(browser: Browser, scheme: Any, rules: list[str]) -> None:
    async with running() as local, windows(browser, local) as opened:
        ts = await furnished(local)
        how = {"color_scheme": scheme, "bypass_csp": True}  # axe measures with styles of its own
        found: dict[str, list[str]] = {}
        page = await opened.open(f"me=U0THEO&c=support-desk&thread={ts}", DESKTOP, **how)
        await page.evaluate(AXE_SCRIPT)
        await page.hover(f'#pane article[data-ts="{ts}"]')
        found["channel and thread"] = await faults(page, rules)
        await page.click("#pane [data-pick]")
        found["emoji"] = await faults(page, rules)
        await page.keyboard.press("Escape")
        await page.click("#composer [data-plus]")
        found["menu"] = await faults(page, rules)
        await page.keyboard.press("Escape")
        await page.locator("#composer textarea").press_sequentially("@")
        found["completion"] = await faults(page, rules)
        await page.fill("#composer textarea", "")
        await page.keyboard.press("Control+k")
        await page.keyboard.type("refund")
        await expect(page.locator(".search [data-hit]")).to_have_count(1)
        found["search"] = await faults(page, rules)
        await page.keyboard.press("Escape")
        await page.click("#count")
        await expect(page.locator("dialog[open]")).to_be_visible()
        found["details"] = await faults(page, rules)
        await page.keyboard.press("Escape")
        await page.click("#mebtn")
        found["people"] = await faults(page, rules)
        await page.keyboard.press("Escape")
        await page.click("#logbtn")
        await expect(page.locator("#loglist .bad")).to_have_count(1)
        found["log"] = await faults(page, rules)
        await page.click("#logbtn")
        await page.locator("#title").click()
        await page.keyboard.press("?")
        found["keys"] = await faults(page, rules)
        await page.keyboard.press("Escape")
        await local.call("views.open", trigger_id=local.workspace.slips.trigger("U0THEO"), view=FORM)
        await expect(page.locator("dialog[open].modal")).to_be_visible()
        found["modal"] = await faults(page, rules)
        await page.click("dialog[open] [data-close]")
        await page.click(".ch:has-text('Baton')")
        await expect(page.locator(".homev")).to_be_visible()
        found["home"] = await faults(page, rules)
        phone = await opened.open("me=U0THEO&c=support-desk&pane=list", PHONE, **how)
        await phone.evaluate(AXE_SCRIPT)
        found["phone list"] = await faults(phone, rules)
        await shoot(phone, f"phone-list-{scheme}")
        await phone.click("[data-channel=C0SUPPORT]")
        found["phone channel"] = await faults(phone, rules)
    assert {screen: wrong for screen, wrong in found.items() if wrong} == {}


async def tab_to(page: Page, selector: str, most: int = 25) -> None:
    """Press Tab until the focus is on something; fails when it never comes there."""
    for _ in range(most):
        if await page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
        await page.keyboard.press("Tab")
    raise AssertionError(f"Tab never came to {selector}: {await page.evaluate('document.activeElement.outerHTML')}")


async def test_a_card_is_approved_and_a_message_sent_without_a_mouse(browser: Browser) -> None:
    async with running() as local, windows(browser, local) as opened:
        ts = str((await local.call("chat.postMessage", channel="C0BILLING", text="Refund?", blocks=CARD))["ts"])
        async with bot(local.base, listeners) as heard:
            page = await opened.open("me=U0SAM&c=support-desk")
            await page.evaluate("document.activeElement.blur()")
            await tab_to(page, "#skip")
            await tab_to(page, "#mebtn")
            await page.keyboard.press("Enter")
            await page.keyboard.press("Home")
            await page.keyboard.press("ArrowDown")
            await page.keyboard.press("Enter")
            await expect(page.locator("#mebtn")).to_have_attribute("data-me", "U0THEO")

            await page.keyboard.press("Control+k")
            await page.keyboard.type("billing")
            await page.keyboard.press("Enter")
            await expect(page.locator("#title")).to_have_text("# billing")
            await expect(page.locator("#pane article")).to_have_count(1)
            await tab_to(page, "#skip", 60)
            await page.keyboard.press("Enter")
            await expect(page.locator(f'#pane article[data-ts="{ts}"]')).to_be_focused()
            await tab_to(page, '[data-action="card.yes"]')
            await page.keyboard.press("Enter")
            await tab_to(page, "dialog[open] [data-confirm=yes]")
            await page.keyboard.press("Enter")
            await expect(page.locator("#pane article")).to_contain_text("Refunded")
            await expect(page.locator("#pane article")).to_be_focused()

            await page.keyboard.press("F6")
            await expect(page.locator("#composer textarea")).to_be_focused()
            await page.keyboard.type("done")
            await page.keyboard.press("Enter")
            await expect(page.locator("#pane article", has_text="done")).to_be_visible()
            await page.keyboard.press("Shift+F6")
            await page.keyboard.press("ArrowUp")
            await page.keyboard.press("Enter")
            await expect(page.locator("#tcomposer textarea")).to_be_focused()
            await page.keyboard.type("in the thread")
            await page.keyboard.press("Enter")
            await expect(page.locator("#tpane article")).to_have_count(2)
            await page.keyboard.press("Escape")
            await expect(page.locator("aside.thread")).to_be_hidden()
            await expect(page.locator(f'#pane article[data-ts="{ts}"]')).to_be_focused()
            await page.keyboard.press("r")
            await page.keyboard.type("rocket")
            await page.keyboard.press("Enter")
            await expect(page.locator(f'#pane article[data-ts="{ts}"] [data-reaction=rocket]')).to_be_visible()
            await page.keyboard.press("Alt+ArrowDown")
            await expect(page.locator("#title")).to_have_text("# general")
        assert heard.items == ["U0THEO"]


async def test_what_arrives_is_said_once_politely_and_many_as_a_number(browser: Browser) -> None:
    async with running() as local, windows(browser, local) as opened:
        await local.act(do="say", me="U0SAM", channel="C0SUPPORT", text="there before")
        page = await opened.open("me=U0THEO&c=support-desk")
        said = page.locator("#announce")
        assert await said.get_attribute("aria-live") == "polite"
        assert await page.locator("#pane[aria-live], #pane [aria-live]").count() == 0
        await local.act(do="say", me="U0SAM", channel="C0SUPPORT", text="is *anybody* here, <@U0THEO>?")
        await expect(said).to_have_text("Sam Whitlock: is anybody here, @Theo Okafor?")
        for number in range(5):
            await local.act(do="say", me="U0SAM", channel="C0SUPPORT", text=f"line {number}")
        await expect(said).to_have_text("5 new messages")
        await local.act(do="say", me="U0SAM", channel="C0SALES", text="not for you")
        await local.act(do="say", me="U0SAM", channel="C0BILLING", text="<@U0THEO>!")
        await expect(said).to_have_text("Sam Whitlock mentioned you in #billing")


async def test_search_goes_to_people_channels_and_messages_and_only_shows_ones_own(browser: Browser) -> None:
    async with running() as local, windows(browser, local) as opened:
        seed(local, 500)
        await local.act(do="say", me="U0SAM", channel="C0SALES", text="the Saltire sale")
        root = (await local.act(do="say", me="U0SAM", channel="C0SALES", text="root"))["ts"]
        await local.act(do="say", me="U0JO", channel="C0SALES", text="saltire deep in a thread", thread_ts=root)
        await local.act(do="say", me="U0SAM", channel="U0PRIYA", text="saltire in private")
        page = await opened.open("me=U0THEO&c=support-desk")
        await page.click("#find")
        await page.keyboard.type("saltire")
        hits = page.locator(".search [data-hit]")
        await expect(hits).to_have_count(2)
        await expect(hits.locator("mark").first).to_have_text("saltire")
        await page.keyboard.press("Enter")
        await expect(page.locator("#tpane article.found")).to_contain_text("deep in a thread")
        await expect(page.locator("#title")).to_have_text("# sales")
        await page.keyboard.press("Control+k")
        await page.keyboard.type("message 77 in:support-desk")
        await page.locator(".search [data-hit]", has_text="message 77").last.click()
        await expect(page.locator("#pane article.found")).to_be_in_viewport()
        await page.keyboard.press("Control+k")
        await page.keyboard.type("zzz nothing")
        await expect(page.locator(".search .nothing")).to_have_text("Nothing was found.")
        await page.locator(".search input").fill("priya")
        await expect(page.locator(".search [data-go]").first).to_contain_text("Priya Nair")
        await page.keyboard.press("Enter")
        await expect(page.locator("#title")).to_have_text("Priya Nair")


async def test_enlarged_to_twice_its_size_everything_is_there_and_nothing_moves_unasked(browser: Browser) -> None:
    async with running() as local, windows(browser, local) as opened:
        ts = await furnished(local)
        page = await opened.open(
            f"me=U0THEO&c=support-desk&thread={ts}", (640, 400), device_scale_factor=2, reduced_motion="reduce"
        )
        for selector in ("#tcomposer textarea", "#tcomposer .send", "#tback"):
            await expect(page.locator(selector)).to_be_in_viewport()
        assert await page.evaluate("document.documentElement.scrollWidth") == 640
        await page.click("#tback")
        await expect(page.locator("#composer .send")).to_be_in_viewport()
        await page.locator('#pane [data-action="card.no"]').scroll_into_view_if_needed()
        await expect(page.locator('#pane [data-action="card.no"]')).to_be_in_viewport()
        await page.click("#back")
        await page.locator("[data-channel=C0BILLING]").scroll_into_view_if_needed()
        await page.click("[data-channel=C0BILLING]")
        await expect(page.locator("#pane article")).to_have_count(1)
        assert await page.evaluate("document.getAnimations().length") == 0


async def test_the_strip_and_the_log_tell_the_developer_what_is_wrong(browser: Browser) -> None:
    async with running() as local, windows(browser, local) as opened:
        await local.call("chat.postMessage", channel="C0NOWHERE", text="x")
        page = await opened.open("me=U0THEO&c=support-desk")
        await expect(page.locator("#plugtext")).to_contain_text(
            "Baton is not connected. Its last call failed: chat.postMessage channel_not_found."
        )
        async with bot(local.base, listeners):
            await expect(page.locator("#plugtext")).to_contain_text("Baton is connected.")
            await page.click("#logbtn")
            await expect(page.locator("#logstate")).to_contain_text("1 connection, ")
            await local.call("chat.postMessage", channel="C0SUPPORT", text="x", blocks=[{"type": "section"}])
            bad = page.locator("#loglist .bad").first
            await expect(bad).to_contain_text("invalid_blocks")
            await bad.locator("summary").click()
            await expect(bad.locator("pre")).to_contain_text('"section"')
            await shoot(page, "log")
            await page.locator("#log [type=checkbox]").check()
            await expect(page.locator("#loglist .call:not(.bad)")).to_have_count(0)
            await expect(page.locator("#loglist .call.bad")).to_have_count(2)
            await page.click('#log [aria-label="Close the app log"]')
            await expect(page.locator("#logbtn")).to_be_focused()
