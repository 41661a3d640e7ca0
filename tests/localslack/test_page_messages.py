"""What a message is and what one does with it, in a real browser."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from localslack.config import Features
from localslack.team import changes
from tests.localslack.browser import NEEDED, PHONE, chromium, shoot, windows
from tests.localslack.support import Local, running

pytestmark = [*NEEDED, pytest.mark.slow, pytest.mark.asyncio(loop_scope="module")]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as opened:
        yield opened


async def post(local: Local, text: str, **more: Any) -> str:
    local.clock.move(1)
    answer = await local.call("chat.postMessage", **{"channel": "C0SUPPORT", "text": text, **more})
    assert answer["ok"], answer
    return str(answer["ts"])


async def test_reactions_are_added_counted_and_taken_back(browser: Browser) -> None:
    async with running() as local, windows(browser, local) as opened:
        ts = await post(local, "react to me")
        page = await opened.open("me=U0THEO&c=support-desk")
        message = page.locator(f'#pane article[data-ts="{ts}"]')
        await message.hover()
        await message.locator("[data-quick=eyes]").click()
        chip = message.locator('[data-reaction="eyes"]')
        await expect(chip).to_have_attribute("aria-pressed", "true")
        await local.act(do="react", me="U0SAM", channel="C0SUPPORT", ts=ts, name="eyes")
        await expect(chip).to_contain_text("2")
        await expect(chip).to_have_attribute("title", "You and Sam Whitlock reacted with :eyes:")
        await chip.focus()
        await page.keyboard.press("Enter")
        await expect(chip).to_have_attribute("aria-pressed", "false")
        await expect(chip).to_be_focused()
        await message.hover()
        await message.locator("[data-pick]").click()
        await page.fill(".emojibox input", "bicyc")
        await expect(page.locator(".emojibox [data-emoji]").first).to_be_visible()
        await page.fill(".emojibox input", "rocket")
        await page.keyboard.press("Enter")
        await expect(message.locator('[data-reaction="rocket"]')).to_have_attribute("aria-pressed", "true")
        await expect(page.locator(".emojibox")).to_have_count(0)


async def test_each_kind_of_message_looks_like_what_it_is(browser: Browser) -> None:
    async with running() as local, windows(browser, local) as opened:
        first = await post(local, "one")
        same = await post(local, "two, soon after")
        robot = await post(local, "stock report", username="Stock robot", icon_emoji=":package:")
        fields = [{"title": "Branch", "value": "main", "short": True}]
        attached = {"color": "#36a64f", "pretext": "Build", "title": "Build 42", "text": "*green*", "fields": fields}
        block = {"type": "section", "text": {"type": "mrkdwn", "text": "a *block* in an attachment"}}
        header = {"type": "header", "text": {"type": "plain_text", "text": "Refund $84.00?"}}
        cards = [await post(local, "a card", blocks=[header]) for _ in range(2)]
        build = await post(local, "", attachments=[attached, {"color": "danger", "blocks": [block], "fallback": "x"}])
        gone = await post(local, "will be deleted")
        await local.act(do="say", me="U0SAM", channel="C0SUPPORT", text="a reply", thread_ts=gone)
        await local.call("chat.delete", channel="C0SUPPORT", ts=gone)
        await local.act(do="invite", me="U0MAYA", channel="C0FEED", users=["U0GUEST"])
        local.clock.move(86_400)
        next_day = await post(local, "tomorrow")
        page = await opened.open("me=U0THEO&c=support-desk")

        def at(ts: str) -> Any:
            return page.locator(f'#pane article[data-ts="{ts}"]')

        await expect(at(first).locator(".by")).to_contain_text("Baton")
        await expect(at(first).locator(".by .app")).to_have_text("APP")
        await expect(at(same)).to_have_class("msg compact")
        assert await at(same).locator(".by").count() == 0
        await expect(at(cards[1]).locator(".by")).to_contain_text("Baton")  # two cards never read as one
        await expect(at(robot).locator(".by")).to_contain_text("Stock robot")
        await expect(at(robot).locator(".ava")).to_have_text("📦")
        bars = at(build).locator(".attach")
        assert await bars.first.evaluate("n => getComputedStyle(n).borderLeftColor") == "rgb(54, 166, 79)"
        await expect(bars.first).to_contain_text("Branch")
        await expect(bars.last.locator("strong")).to_have_text("block")
        await expect(at(gone)).to_contain_text("This message was deleted.")
        await expect(at(gone).locator(".replies")).to_contain_text("1 reply")
        await at(gone).hover()
        assert await at(gone).locator(".toolbar").count() == 0
        assert await page.locator("#pane .day").count() == 2
        await expect(at(next_day)).to_have_class("msg")
        await page.click("[data-channel=C0FEED]")
        system = page.locator("#pane article.system")
        await expect(system).to_contain_text("@Robin Vale")
        await shoot(page, "system-message")


async def test_pins_links_and_names_lead_somewhere(browser: Browser) -> None:
    async with running() as local, windows(browser, local) as opened:
        ts = await post(local, "keep this in mind")
        for number in range(40):
            await local.act(do="say", me="U0SAM", channel="C0SUPPORT", text=f"line {number}")
        link = (await local.call("chat.getPermalink", channel="C0SUPPORT", message_ts=ts))["permalink"]
        await post(local, f"see <{link}|there>", channel="C0SALES")
        page = await opened.open("me=U0THEO&c=support-desk", permissions=["clipboard-read", "clipboard-write"])
        message = page.locator(f'#pane article[data-ts="{ts}"]')
        await message.scroll_into_view_if_needed()
        await message.hover()
        await message.locator("[data-more]").click()
        await page.click(".menu [data-value=pin]")
        await expect(message).to_contain_text("Pinned")
        await message.hover()
        await message.locator("[data-more]").click()
        await page.click(".menu [data-value=link]")
        await expect(page.locator(".toast")).to_have_text("The link was copied.")
        assert await page.evaluate("navigator.clipboard.readText()") == link
        await page.click("[data-channel=C0SALES]")
        await page.click("#pane a[href*='/archives/']")
        await expect(page.locator("#title")).to_have_text("# support-desk")
        await expect(page.locator("#pane article.found")).to_contain_text("keep this in mind")
        await page.click("#count")
        await page.click(f'dialog[open] [data-pinned="{ts}"]')
        await expect(page.locator("dialog[open]")).to_have_count(0)
        await expect(message).to_be_focused()
        await local.call(
            "bookmarks.add", channel_id="C0SUPPORT", title="Rules", type="link", link="https://example.com/rules"
        )
        await expect(page.locator("#bookmarks a")).to_have_text("Rules")


async def test_a_streamed_answer_grows_with_a_cursor_and_the_app_says_what_it_does(browser: Browser) -> None:
    features = Features(agent=True)
    async with running(features=features) as local, windows(browser, local) as opened:
        page = await opened.open("me=U0THEO&c=app&tab=messages")
        await page.fill("#composer textarea", "what is new?")
        await page.keyboard.press("Enter")
        await expect(page.locator("#pane article")).to_have_count(1)
        room = str(await page.evaluate("document.querySelector('.ch[aria-current=true]').dataset.channel"))
        root = str(await page.locator("#pane article").get_attribute("data-ts"))
        where = {"channel_id": room, "thread_ts": root}
        await local.call("assistant.threads.setStatus", **where, status="is thinking...")
        await expect(page.locator("#status")).to_contain_text("Baton is thinking...")
        await page.hover("#pane article")
        await page.click("#pane [data-reply]")
        await expect(page.locator("#tstatus")).to_contain_text("Baton is thinking...")
        await shoot(page, "thinking")
        begun = await local.call(
            "chat.startStream",
            channel=room,
            thread_ts=root,
            markdown_text="Two **things**",
            recipient_user_id="U0THEO",
            recipient_team_id="T0HARBOR",
        )
        assert begun["ok"], begun
        answer = page.locator(f'#tpane article[data-ts="{begun["ts"]}"]')
        await expect(answer.locator(".cursor")).to_be_visible()
        await local.call("chat.appendStream", channel=room, ts=begun["ts"], markdown_text=" and more")
        await expect(answer).to_contain_text("Two things and more")
        await local.call("chat.stopStream", channel=room, ts=begun["ts"])
        await expect(answer.locator(".cursor")).to_have_count(0)
        await expect(answer).not_to_contain_text("(edited)")
        await expect(page.locator("#tstatus")).not_to_contain_text("is thinking")
        await local.call("agents.sessions.setStatus", **where, status="suspended")
        await expect(page.locator("#tstatus")).to_contain_text("Baton waits for somebody")
        await expect(page.locator("#pane .replies")).to_contain_text("Waiting for somebody")
        prompts = [{"title": "Show me", "message": "show me everything"}]
        await local.call("assistant.threads.setSuggestedPrompts", channel_id=room, prompts=prompts, title="Next")
        await expect(page.locator("#status [data-prompt]")).to_have_text("Show me")
        await page.click("#tstatus [data-prompt]")
        await expect(page.locator("#tpane article").last).to_contain_text("show me everything")
        await local.call("assistant.threads.setTitle", **where, title="News of the shop")
        await expect(page.locator("#ttitle")).to_have_text("News of the shop")


async def test_what_only_i_see_is_mine_alone_and_can_be_put_away(browser: Browser) -> None:
    async with running() as local, windows(browser, local) as opened:
        theo = await opened.open("me=U0THEO&c=support-desk")
        sam = await opened.open("me=U0SAM&c=support-desk", PHONE)
        await local.call("chat.postEphemeral", channel="C0SUPPORT", user="U0THEO", text="just for you")
        await post(local, "for everybody")
        await expect(theo.locator("#pane article.eph")).to_contain_text("Only visible to you")
        await expect(sam.locator("#pane article")).to_have_count(1)
        await theo.click("#pane [data-dismiss]")
        await expect(theo.locator("#pane article.eph")).to_have_count(0)
        await theo.reload()
        await expect(theo.locator("#pane article")).to_have_count(1)
        await expect(theo.locator("#pane article.eph")).to_have_count(0)


async def test_what_one_looks_at_is_read_and_a_thread_ends_with_its_root(browser: Browser) -> None:
    async with running() as local, windows(browser, local) as opened:
        page = await opened.open("me=U0THEO&c=support-desk")
        root = await post(local, "a short channel, <@U0THEO>")
        await expect(page.locator("#pane article")).to_have_count(1)
        await expect(page.locator('[data-channel="C0SUPPORT"] .n')).to_have_count(0)
        room = next(each for each in (await local.get("/_page/boot?me=U0THEO"))["rooms"] if each["id"] == "C0SUPPORT")
        assert (room["unread"], room["read"]) == (0, root)
        await page.hover("#pane article")
        await page.click("#pane [data-reply]")
        await expect(page.locator("#tcomposer textarea")).to_be_focused()
        await local.call("chat.delete", channel="C0SUPPORT", ts=root)
        await expect(page.locator("aside.thread")).to_be_hidden()
        await expect(page.locator("#pane article")).to_have_count(0)


async def test_a_files_own_address_opens_it_for_who_one_is(browser: Browser) -> None:
    async with running() as local, windows(browser, local) as opened:
        form = aiohttp.FormData()
        form.add_field("file", b"a,b", filename="parts.csv", content_type="text/csv")
        async with local.http.post(f"{local.base}/_page/upload?me=U0SAM&channel=C0SUPPORT", data=form) as answer:
            file = (await answer.json())["files"][0]["id"]
        page = await opened.open(f"me=U0THEO&file={file}")
        links = page.locator("dialog[open] a")
        await expect(links.first).to_have_attribute("href", f"/files/{file}/file?me=U0THEO")
        async with local.http.get(local.base + str(await links.first.get_attribute("href"))) as answer:
            assert await answer.read() == b"a,b"


async def test_names_change_wherever_they_stand(browser: Browser) -> None:
    async with running() as local, windows(browser, local) as opened:
        await post(local, "ask <@U0SAM> in <#C0SALES>")
        page = await opened.open("me=U0THEO&c=support-desk")
        await expect(page.locator("#pane .mention").first).to_have_text("@Sam Whitlock")
        changes.change_person(local.workspace, "U0SAM", {"name": "Samuel Whitlock"})
        changes.rename(local.workspace, local.workspace.rooms.named("sales"), "selling", "U0MAYA")
        await expect(page.locator("#pane .mention")).to_have_text(["@Samuel Whitlock", "#selling"])
        await expect(page.locator("[data-channel=C0SALES] .label")).to_have_text("selling")
