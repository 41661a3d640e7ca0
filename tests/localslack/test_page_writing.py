"""Writing in a real browser: several lines, drafts, completion, formatting, files, commands, shortcuts."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from localslack.config import Command, Shortcut
from tests.localslack.browser import NEEDED, PHONE, chromium, shoot, windows
from tests.localslack.support import Heard, Local, bot, running

pytestmark = [*NEEDED, pytest.mark.slow, pytest.mark.asyncio(loop_scope="module")]
COMMANDS = (Command("/baton", "Ask Baton", "[queue | pause <agent>]", False), Command("/bikes", "Bikes", "", False))
SHORTCUTS = (
    Shortcut("New task", "global", "new_task", "Begin something"),
    Shortcut("Make a task of it", "message", "from_message", ""),
)
PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c49444154789c63606060000000040001f61738550000000049454e44ae426082"
)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as opened:
        yield opened


async def last(local: Local, channel: str = "C0SUPPORT") -> dict[str, Any]:
    found: dict[str, Any] = (await local.get(f"/_page/channel?me=U0THEO&channel={channel}"))["messages"][-1]
    return found


async def test_enter_sends_lines_are_kept_and_drafts_wait_where_they_were_begun(browser: Browser) -> None:
    async with running() as local, windows(browser, local) as opened:
        page = await opened.open("me=U0THEO&c=support-desk")
        area = page.locator("#composer textarea")
        await area.press_sequentially("first")
        await area.press("Shift+Enter")
        await area.press_sequentially("second")
        assert (await area.bounding_box() or {})["height"] > 45
        await area.press("Enter")
        await expect(page.locator("#pane article")).to_contain_text("first")
        assert (await last(local))["text"] == "first\nsecond"
        await expect(area).to_have_value("")
        await area.fill("half a thought")
        await page.click("[data-channel=C0SALES]")
        await expect(page.locator("#composer textarea")).to_have_value("")
        await expect(page.locator("[data-channel=C0SUPPORT] .draft")).to_be_attached()
        await page.click("[data-channel=C0SUPPORT]")
        await expect(page.locator("#composer textarea")).to_have_value("half a thought")


async def test_names_channels_and_emoji_are_completed_and_arrive_as_slack_writes_them(browser: Browser) -> None:
    async with running() as local, windows(browser, local) as opened:
        page = await opened.open("me=U0THEO&c=support-desk")
        area, offers = page.locator("#composer textarea"), page.locator("#composer .slash")
        await area.press_sequentially("ask @pri")
        await expect(offers.locator("[aria-selected=true]")).to_contain_text("Priya Nair")
        active = await area.get_attribute("aria-activedescendant")
        assert await offers.locator("[aria-selected=true]").get_attribute("id") == active
        await area.press("Enter")
        await area.press_sequentially("or @supp")
        await area.press("Tab")
        await area.press_sequentially("in #bill")
        await area.press("Enter")
        await area.press_sequentially(":tad")
        await area.press("ArrowDown")
        await area.press("ArrowUp")
        await area.press("Enter")
        await expect(area).to_have_value("ask @Priya Nair or @support in #billing :tada: ")
        await area.press_sequentially("@her")
        await expect(offers).to_contain_text("@here")
        await area.press("Escape")
        await expect(offers).to_be_hidden()
        await area.press("Backspace")
        await area.press("Escape")
        await area.fill("ask @Priya Nair or @support in #billing :tada: @here")
        await area.press("Escape")
        await area.press("Enter")
        await expect(page.locator("#pane article .mention")).to_have_count(4)
        assert (await last(local))["text"] == "ask <@U0PRIYA> or <!subteam^S0SUPPORT> in <#C0BILLING> :tada: <!here>"
        await page.click('#pane [data-room="C0BILLING"]')
        await expect(page.locator("#title")).to_have_text("# billing")


async def test_formatting_puts_slacks_marks_around_what_is_selected(browser: Browser) -> None:
    async with running() as local, windows(browser, local) as opened:
        page = await opened.open("me=U0THEO&c=support-desk")
        area = page.locator("#composer textarea")
        await page.click("[data-formats]")
        for name, wanted in [
            ("bold", "*word*"),
            ("italic", "_word_"),
            ("strikethrough", "~word~"),
            ("code", "`word`"),
            ("list", "• word"),
            ("quote", "> word"),
        ]:
            await area.fill("word")
            await area.select_text()
            await page.click(f'#composer [data-format="{name}"]')
            assert await area.input_value() == wanted
        await area.fill("word")
        await area.select_text()
        await area.press("Control+b")
        assert await area.input_value() == "*word*"
        await area.press("Control+b")
        assert await area.input_value() == "word"
        await area.press("Control+z")
        assert await area.input_value() == "*word*"
        await area.press("Enter")
        await expect(page.locator("#pane article strong")).to_have_text("word")


async def test_my_last_message_is_edited_with_the_arrow_and_others_cannot_be(browser: Browser) -> None:
    async with running() as local, windows(browser, local) as opened:
        await local.act(do="say", me="U0THEO", channel="C0SUPPORT", text="for @Priya Nair & <all>")
        await local.act(do="say", me="U0SAM", channel="C0SUPPORT", text="not mine")
        page = await opened.open("me=U0THEO&c=support-desk")
        await page.locator("#composer textarea").press("ArrowUp")
        editor = page.locator("#pane .rewrite textarea")
        await expect(editor).to_be_focused()
        await expect(editor).to_have_value("for @Priya Nair & <all>")
        await editor.press("Escape")
        await expect(editor).to_have_count(0)
        await expect(page.locator("#pane article:focus")).to_contain_text("for @Priya Nair")
        await page.keyboard.press("e")
        await page.locator("#pane .rewrite textarea").fill("for @Jo Beckett")
        await page.keyboard.press("Enter")
        mine = page.locator("#pane article", has_text="for @Jo Beckett")
        await expect(mine).to_contain_text("(edited)")
        await mine.hover()
        await mine.locator("[data-more]").click()
        await page.click(".menu [data-value=delete]")
        await page.click("dialog[open] [data-confirm=yes]")
        await expect(page.locator("#pane article")).to_have_count(1)
        other = page.locator("#pane article", has_text="not mine")
        await other.hover()
        await other.locator("[data-more]").click()
        await expect(page.locator(".menu [data-value=pin]")).to_be_visible()
        assert await page.locator(".menu [data-value=edit]").count() == 0


async def test_files_are_chosen_pasted_and_dropped_and_shown_as_what_they_are(browser: Browser) -> None:
    async with running() as local, windows(browser, local) as opened:
        page = await opened.open("me=U0THEO&c=support-desk")
        await page.set_input_files(
            "#composer input[type=file]",
            [
                {"name": "bike.png", "mimeType": "image/png", "buffer": PICTURE},
                {"name": "parts.csv", "mimeType": "text/csv", "buffer": b"a,b\n"},
            ],
        )
        await expect(page.locator("#composer .tray li")).to_have_count(2)
        await page.click('#composer [aria-label="Remove parts.csv"]')
        drop = """(name) => { const data = new DataTransfer(); data.items.add(new File(['x'], name, { type: 'text/plain' }));
            const target = document.querySelector('main'); for (const type of ['dragover', 'drop'])
            target.dispatchEvent(new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true })); }"""
        await page.evaluate(drop, "dropped.txt")
        paste = """() => { const data = new DataTransfer(); data.items.add(new File(['y'], 'pasted.txt', { type: 'text/plain' }));
            document.querySelector('#composer textarea').dispatchEvent(
            new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true })); }"""
        await page.evaluate(paste)
        await expect(page.locator("#composer .tray li")).to_have_count(3)
        await shoot(page, "files-to-send")
        await page.fill("#composer textarea", "have a look")
        await page.keyboard.press("Enter")
        message = page.locator("#pane article", has_text="have a look")
        await expect(message.locator("img")).to_have_js_property("complete", True)
        assert await message.locator("img").evaluate("n => n.naturalWidth") == 1
        await expect(message.locator(".filechip")).to_have_count(2)
        await expect(page.locator("#composer .tray li")).to_have_count(0)
        async with page.expect_download() as download:
            await message.locator(".filechip").first.click()
        assert (await download.value).suggested_filename == "dropped.txt"
        async with local.http.get(f"{local.base}/files/{(await last(local))['files'][0]['id']}?me=U0NOBODY") as answer:
            assert answer.status == 404


async def test_a_reply_can_go_to_the_channel_too_and_commands_do_not_work_in_threads(browser: Browser) -> None:
    async with running(commands=COMMANDS) as local, windows(browser, local) as opened:
        root = (await local.act(do="say", me="U0SAM", channel="C0SUPPORT", text="root"))["ts"]
        page = await opened.open(f"me=U0THEO&c=support-desk&thread={root}")
        area = page.locator("#tcomposer textarea")
        await area.fill("quietly")
        await area.press("Enter")
        await expect(page.locator("#tpane")).to_contain_text("1 reply")
        await page.check("#tcomposer .also input")
        await area.fill("for everybody")
        await area.press("Enter")
        shown = page.locator("#pane article", has_text="for everybody")
        await expect(shown).to_contain_text("Replied to a thread")
        await expect(page.locator("#tpane article", has_text="for everybody")).to_contain_text(
            "Also sent to the channel"
        )
        assert await page.locator("#pane article", has_text="quietly").count() == 0
        await expect(page.locator("#pane .replies")).to_contain_text("2 replies")
        await expect(page.locator("#tcomposer .also input")).not_to_be_checked()
        await area.fill("/baton queue")
        await expect(page.locator("#tcomposer .slash")).to_contain_text("Slash commands do not work in threads")
        await area.press("Enter")
        await expect(page.locator("#tcomposer .failed")).to_have_text("/baton is not supported in threads. Sorry!")


def answers(app: Any, heard: Heard) -> None:
    @app.command("/baton")
    async def command(ack: Any, command: Any) -> None:
        heard.items.append(command["text"])
        await ack(f"You asked: {command['text']}")

    @app.shortcut("new_task")
    async def anywhere(ack: Any, shortcut: Any) -> None:
        heard.items.append(shortcut["type"])
        await ack()

    @app.shortcut("from_message")
    async def on_message(ack: Any, shortcut: Any) -> None:
        heard.items.append(shortcut["message"]["text"])
        await ack()


async def test_what_the_app_offers_is_in_the_plus_menu_the_message_menu_and_behind_a_slash(browser: Browser) -> None:
    async with running(commands=COMMANDS, shortcuts=SHORTCUTS) as local, windows(browser, local) as opened:
        async with bot(local.base, answers) as heard:
            page = await opened.open("me=U0THEO&c=support-desk")
            area, offers = page.locator("#composer textarea"), page.locator("#composer .slash")
            await area.press_sequentially("/b")
            await expect(offers.locator("b")).to_have_text(["/baton", "/baton queue", "/baton pause", "/bikes"])
            await area.press("ArrowDown")
            await area.press("Enter")
            await expect(area).to_have_value("/baton queue ")
            await area.press("Enter")
            whisper = page.locator("#pane article.eph")
            await expect(whisper).to_contain_text("You asked: queue")
            await expect(whisper).to_contain_text("Only visible to you")
            await whisper.locator("[data-dismiss]").click()
            await expect(whisper).to_have_count(0)

            await page.click("#composer [data-plus]")
            await shoot(page, "shortcuts")
            await page.click(".menu [data-value=new_task]")
            await local.act(do="say", me="U0SAM", channel="C0SUPPORT", text="take this")
            message = page.locator("#pane article", has_text="take this")
            await message.hover()
            await message.locator("[data-more]").click()
            await page.click(".menu [data-value=from_message]")
            await page.click("#composer [data-plus]")
            await page.click('.menu [data-value="/bikes"]')
            await expect(area).to_have_value("/bikes ")
            await expect(area).to_be_focused()
        assert heard.items == ["queue", "shortcut", "take this"]
        await page.click("#composer [data-plus]")
        await page.click(".menu [data-value=new_task]")
        await expect(page.locator(".toast")).to_have_text("Sorry, this didn't work. Try again?")


async def test_a_phone_writes_too(browser: Browser) -> None:
    async with running() as local, windows(browser, local) as opened:
        page: Page = await opened.open("me=U0THEO&c=support-desk", PHONE, has_touch=True, color_scheme="dark")
        assert await page.evaluate("document.activeElement === document.body")
        await page.tap("#composer textarea")
        await page.keyboard.type("from my phone @ma")
        await page.tap("#composer .slash button")
        await page.tap("#composer [data-smile]")
        await page.tap(".emojibox [data-emoji=rocket]")
        await page.tap("#composer .send")
        await expect(page.locator("#pane article")).to_contain_text("from my phone @Maya Lindqvist 🚀")
        await shoot(page, "phone-dark")
