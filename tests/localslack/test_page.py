"""The page in a real browser: switch person, press, fill in, see what arrives."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tests.localslack.browser import CHROMIUM, NEEDED, chromium, windows
from tests.localslack.support import Heard, Local, bot, running

__all__ = ["CHROMIUM", "browsing"]
pytestmark = [*NEEDED, pytest.mark.asyncio(loop_scope="module")]

HOSTILE = "<img src=x onerror=window.hacked=1><script>window.hacked=1</script> <javascript:alert(1)|press> *bold*"
CARD: list[dict[str, Any]] = [
    {"type": "header", "text": {"type": "plain_text", "text": "Refund $84.00?"}},
    {
        "type": "section",
        "text": {"type": "mrkdwn", "text": "By <!date^1795549500^{time}|2:45 PM EST>, <@U0THEO> decides"},
    },
    {
        "type": "actions",
        "block_id": "row",
        "elements": [
            {
                "type": "button",
                "action_id": "card.yes",
                "style": "primary",
                "text": {"type": "plain_text", "text": "Approve"},
                "confirm": {
                    "title": {"type": "plain_text", "text": "Sure?"},
                    "text": {"type": "plain_text", "text": "Money moves."},
                    "confirm": {"type": "plain_text", "text": "Refund"},
                    "deny": {"type": "plain_text", "text": "Back"},
                },
            },
            {"type": "button", "action_id": "card.no", "text": {"type": "plain_text", "text": "Reject…"}},
        ],
    },
]
FORM: dict[str, Any] = {
    "type": "modal",
    "callback_id": "form",
    "title": {"type": "plain_text", "text": "Reject"},
    "submit": {"type": "plain_text", "text": "Send"},
    "blocks": [
        {
            "type": "input",
            "block_id": "why",
            "label": {"type": "plain_text", "text": "Why"},
            "element": {"type": "plain_text_input", "action_id": "form.reason"},
        }
    ],
}


def listeners(app: Any, heard: Heard) -> None:
    @app.action("card.yes")
    async def yes(ack: Any, body: Any, client: Any) -> None:
        await ack()
        words = f"Refunded by <@{body['user']['id']}>"
        await client.chat_update(channel=body["channel"]["id"], ts=body["message"]["ts"], text=words, blocks=[])

    @app.action("card.no")
    async def no(ack: Any, body: Any, client: Any) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=FORM)

    @app.view("form")
    async def form(ack: Any, view: Any) -> None:
        reason = view["state"]["values"]["why"]["form.reason"]["value"]
        if len(reason) < 5:
            await ack(response_action="errors", errors={"why": "Say a little more"})
        else:
            heard.items.append(reason)
            await ack()

    @app.command("/baton")
    async def command(ack: Any, command: Any) -> None:
        await ack(f"You asked: {command['text']}")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="module")
async def local() -> AsyncIterator[Local]:
    async with running() as workspace:
        yield workspace


@asynccontextmanager
async def looking(browser: Browser, local: Local, query: str, width: int = 1280) -> AsyncIterator[Page]:
    """Open the page; fails the test when the console has an error."""
    async with windows(browser, local) as opened:
        yield await opened.open(query, (width, 800))


@asynccontextmanager
async def browsing(local: Local, query: str, width: int = 1280) -> AsyncIterator[Any]:
    """Open the page in a browser of its own; fails the test when the console has an error."""
    async with chromium() as browser, windows(browser, local) as opened:
        yield await opened.open(query, (width, 800))


async def _post(local: Local, **message: Any) -> str:
    return str((await local.call("chat.postMessage", channel="C0SUPPORT", **message))["ts"])


async def test_a_person_decides_on_a_card_and_everybody_sees_it(browser: Browser, local: Local) -> None:
    ts = await _post(local, text="Refund?", blocks=CARD)
    async with bot(local.base, listeners), looking(browser, local, "me=U0SAM&c=support-desk") as page:
        card = page.locator(f'#pane article[data-ts="{ts}"]')
        assert "By 2:45 PM, @Theo Okafor decides" in await card.inner_text()
        await page.click("#mebtn")
        await page.click("[data-person=U0THEO]")
        await page.wait_for_selector("#mebtn[data-me=U0THEO]")
        await card.locator('[data-action="card.yes"]').click()
        await page.click("dialog[open] [data-confirm=yes]")
        await expect(card).to_contain_text("Refunded by @Theo Okafor")
        assert await card.locator("[data-action]").count() == 0


async def test_a_form_shows_errors_where_they_belong_and_closes_when_sent(browser: Browser, local: Local) -> None:
    await _post(local, text="Refund?", blocks=CARD)
    async with bot(local.base, listeners) as heard, looking(browser, local, "me=U0THEO&c=support-desk") as page:
        await page.click('[data-action="card.no"]')
        error = page.locator('dialog[open] [data-err="why"]')
        await page.click("dialog[open] [data-submit]")
        await expect(error).to_have_text("Please complete this required field.")
        await page.fill('dialog[open] [data-action="form.reason"]', "no")
        await page.click("dialog[open] [data-submit]")
        await expect(error).to_have_text("Say a little more")
        await page.fill('dialog[open] [data-action="form.reason"]', "wrong price")
        await page.click("dialog[open] [data-submit]")
        await expect(page.locator("dialog[open]")).to_have_count(0)
    assert heard.items == ["wrong price"]


async def test_messages_arrive_while_one_looks_and_are_counted_where_one_does_not(
    browser: Browser, local: Local
) -> None:
    async with looking(browser, local, "me=U0THEO&c=support-desk") as page:
        ts = await _post(local, text="first")
        await page.wait_for_selector(f'#pane article[data-ts="{ts}"]')
        await page.evaluate("window.kept = document.querySelector('#pane article')")
        await _post(local, text="second")
        await expect(page.locator("#pane article")).to_have_count(2)
        assert await page.evaluate("window.kept.isConnected")
        await local.call("chat.postMessage", channel="C0BILLING", text="for <@U0THEO>")
        await expect(page.locator('[data-channel="C0BILLING"] .n')).to_have_text("1")
        await page.click('[data-channel="C0BILLING"]')
        await expect(page.locator('[data-channel="C0BILLING"] .n')).to_have_count(0)


async def test_hostile_text_stays_text(browser: Browser, local: Local) -> None:
    link = {"type": "link", "url": "https://x.example.com", "text": HOSTILE}
    rich = {"type": "rich_text_section", "elements": [{"type": "text", "text": HOSTILE}, link]}
    blocks = [
        {"type": "section", "text": {"type": "mrkdwn", "text": HOSTILE}},
        {"type": "section", "text": {"type": "plain_text", "text": HOSTILE}},
        {"type": "markdown", "text": HOSTILE + " [press](javascript:alert(1))"},
        {"type": "image", "image_url": "https://pictures.example.com/a.png", "alt_text": HOSTILE},
        {"type": "rich_text", "elements": [rich]},
    ]
    ts = await _post(local, text=HOSTILE, blocks=blocks)
    async with looking(browser, local, "me=U0THEO&c=support-desk") as page:
        await page.wait_for_selector(f'#pane article[data-ts="{ts}"] .rich')
        inside = "document.querySelectorAll('#pane img, #pane script, #pane a[href^=\"javascript\"]').length"
        assert await page.evaluate(inside) == 0
        assert await page.evaluate("window.hacked") is None


async def test_a_command_is_answered_to_its_person_and_refused_in_threads(browser: Browser, local: Local) -> None:
    ts = await _post(local, text="root")
    async with bot(local.base, listeners), looking(browser, local, f"me=U0THEO&c=support-desk&thread={ts}") as page:
        await page.fill("#composer textarea", "/baton queue")
        await page.keyboard.press("Enter")
        whisper = page.locator("#pane article.eph")
        await expect(whisper).to_contain_text("You asked: queue")
        await expect(whisper).to_contain_text("Only visible to you")
        await page.fill("#tcomposer textarea", "/baton queue")
        await expect(page.locator("#tcomposer .slash")).to_contain_text("do not work in threads")


async def test_a_press_nobody_answers_says_so(browser: Browser, local: Local) -> None:
    await _post(local, text="Refund?", blocks=CARD)
    async with looking(browser, local, "me=U0THEO&c=support-desk") as page:
        await page.click('[data-action="card.no"]')
        await expect(page.locator("#pane .failed")).to_contain_text("The app did not respond.")


async def test_a_phone_shows_one_column_at_a_time_without_sideways_scrolling(browser: Browser, local: Local) -> None:
    ts = await _post(local, text="Refund?", blocks=CARD)
    async with looking(browser, local, "me=U0THEO&c=support-desk", width=390) as page:
        await page.wait_for_selector(f'#pane article[data-ts="{ts}"]')
        assert await page.evaluate("document.documentElement.scrollWidth") == 390
        await page.click("#back")
        await page.click('[data-channel="C0BILLING"]')
        await expect(page.locator("#title")).to_have_text("# billing")


async def test_what_was_entered_stays_when_the_app_redraws_the_form(browser: Browser, local: Local) -> None:
    view = (await local.call("views.open", trigger_id=local.workspace.slips.trigger("U0THEO"), view=FORM))["view"]
    async with looking(browser, local, "me=U0THEO&c=support-desk") as page:
        await page.fill('dialog[open] [data-action="form.reason"]', "half a sentence")
        added = {"type": "section", "text": {"type": "mrkdwn", "text": "One more thing"}}
        await local.call("views.update", view_id=view["id"], view={**FORM, "blocks": [*FORM["blocks"], added]})
        await expect(page.locator("dialog[open]")).to_contain_text("One more thing")
        assert await page.input_value('dialog[open] [data-action="form.reason"]') == "half a sentence"


async def test_the_page_says_when_the_app_is_not_there(browser: Browser, local: Local) -> None:
    async with looking(browser, local, "me=U0THEO&c=support-desk") as page:
        await expect(page.locator("#plugtext")).to_contain_text("Baton is not connected.")
        async with bot(local.base, listeners):
            await expect(page.locator("#plugtext")).to_contain_text("Baton is connected.")
        await page.click("#real")
        await expect(page.locator("dialog[open]")).to_contain_text("SLACK_BOT_TOKEN")
