"""Forms in the page, in a real browser: every input by hand, errors, stacks, what stays when the app changes them, keys alone."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from tests.localslack.browser import NEEDED, chromium
from tests.localslack.filing import png
from tests.localslack.kinds import BIKES, button, field, form, mrkdwn, option, options, plain
from tests.localslack.kinds_form import INPUTS
from tests.localslack.looking import looking
from tests.localslack.support import Heard, Local, bot, running, until

pytestmark = [*NEEDED, pytest.mark.slow, pytest.mark.asyncio(loop_scope="module")]
Json = dict[str, Any]
SMALL = (390, 800)
TYPED = {"type": "plain_text_input", "action_id": "it"}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="module")
async def local() -> AsyncIterator[Local]:
    async with running() as workspace:
        yield workspace


def hear(app: Any, heard: Heard) -> None:
    """Open a form from a button, answer what a name says, keep what is sent."""

    @app.action("open")
    async def _(ack: Any, body: Any, client: Any) -> None:
        await ack()
        await client.views_open(
            trigger_id=body["trigger_id"], view=form(field("name", "Name", TYPED), callback_id="name")
        )

    @app.action(re.compile("^(it|next)$"))
    async def _(ack: Any, body: Any, client: Any) -> None:
        await ack()
        heard.items.append(body["actions"][0])
        if body["actions"][0]["action_id"] == "next":
            await client.views_push(trigger_id=body["trigger_id"], view=step(body["actions"][0]["value"]))

    @app.options("it")
    async def _(ack: Any, payload: Any) -> None:
        await ack(options=[option(f"Order {payload['value']}", f"o{n}") for n in (1, 2)])

    @app.view("name")
    async def _(ack: Any, view: Any) -> None:
        name = view["state"]["values"]["name"]["it"]["value"]
        if name == "wrong":
            await ack(response_action="errors", errors={"name": "Not that one"})
        elif name == "silent":
            heard.items.append(name)
        else:
            heard.items.append(name)
            await ack()

    @app.view("form")
    async def _(ack: Any, view: Any) -> None:
        heard.items.append(view["state"]["values"])
        await ack()


def plainly(state: Json) -> Any:
    """What one input says; of options their values."""
    value = next(value for key, value in state["it"].items() if key not in {"type", "timezone"})
    if isinstance(value, dict):
        return value.get("value", value)
    if isinstance(value, list):
        return [one.get("name") or one["value"] if isinstance(one, dict) else one for one in value]
    return value


def step(number: str) -> Json:
    more = {"type": "actions", "elements": [button("Deeper", "next", value=str(int(number) + 1))]}
    return form(field("name", f"Step {number}", TYPED, optional=True), more, title=plain(f"Step {number}"))


async def opened(local: Local, view: Json, user: str = "U0THEO") -> str:
    answer = await local.call("views.open", trigger_id=local.workspace.slips.trigger(user), view=view)
    assert answer["ok"], answer
    return str(answer["view"]["id"])


async def test_every_input_can_be_filled_in_and_arrives_as_slack_types_it(
    local: Local, browser: Browser, tmp_path: Path
) -> None:
    photo = tmp_path / "brake.png"
    photo.write_bytes(png())
    await opened(local, form(*INPUTS))
    async with bot(local.base, hear) as heard, looking(browser, local) as page:

        def at(block: str, inside: str = "") -> str:
            return f'dialog[open] [data-block="{block}"]{inside}'

        assert await page.evaluate("document.activeElement.dataset.block") == "line"
        await page.keyboard.type("Your bike :bike: is ready, and more")
        await expect(page.locator("dialog[open] .count").first).to_have_text("5 too many")
        await page.fill(at("line"), "Your bike")
        await page.fill(at("mail"), "dana@example.com")
        await page.fill(at("url"), "https://shop.example.com")
        await page.fill(at("sum"), "84.50")
        await page.select_option(at("few"), "bay-3")
        await page.fill(at("long"), "whim")
        await page.keyboard.press("Enter")
        for name in ("Lights", "Lock"):
            await page.fill(at("many"), name)
            await page.keyboard.press("Enter")
        await expect(page.locator(".combonote:visible")).to_have_text("No more than 2 can be chosen")
        await page.click("[aria-label='Remove Lights']")
        await page.locator(at("order")).press_sequentially("55", delay=5)
        await page.click(".choice:visible >> nth=1")
        await page.click(at("orders"))
        await page.click(".choice:visible >> nth=0")
        await page.keyboard.press("Escape")
        for block, typed in {"user": "priya", "users": "jo", "room": "bill", "talks": "sam"}.items():
            await page.fill(at(block), typed)
            await page.keyboard.press("Enter")
            await page.keyboard.press("Tab")
        await page.fill(at("day"), "2026-12-24")
        await page.fill(at("time"), "17:45")
        await page.fill(at("when"), "2026-12-24T17:45")
        await page.check(at("ticks", " input[value=pads]"))
        await page.check(at("radio", " input[value=badly]"))
        await page.set_input_files(at("file"), photo)
        await expect(page.locator("dialog[open] .files li")).to_contain_text("brake.png")
        await page.click("dialog[open] [data-submit]")
        await expect(page.locator("dialog[open]")).to_have_count(0)
    (sent,) = heard.items
    assert {block: plainly(state) for block, state in sent.items()} == {
        "line": "Your bike",
        "text": "Hi Dana,\n\nyour bike is ready.",
        "mail": "dana@example.com",
        "url": "https://shop.example.com",
        "sum": "84.50",
        "few": "bay-3",
        "long": "whimbrel",
        "many": ["lock"],
        "order": "o2",
        "orders": ["o1"],
        "user": "U0PRIYA",
        "users": ["U0JO"],
        "room": "C0BILLING",
        "talks": ["U0SAM"],
        "day": "2026-12-24",
        "time": "17:45",
        "when": 1798152300,
        "ticks": ["pads"],
        "radio": "badly",
        "rich": None,
        "file": ["brake.png"],
    }
    assert sent["order"]["it"]["selected_option"] == option("Order 55", "o2")
    assert sent["time"]["it"]["timezone"] == "America/New_York"


async def test_rich_text_is_written_as_one_sees_it_and_pasted_as_text(local: Local, browser: Browser) -> None:
    start = {
        "type": "rich_text",
        "elements": [
            {
                "type": "rich_text_section",
                "elements": [{"type": "user", "user_id": "U0JO"}, {"type": "text", "text": " said:"}],
            }
        ],
    }
    await opened(local, form(field("rich", "Note", {"type": "rich_text_input", "initial_value": start})))
    async with bot(local.base, hear) as heard, looking(browser, local) as page:
        area = page.locator("dialog[open] .editor")
        await area.focus()
        await page.keyboard.press("Control+End")
        await page.keyboard.press("Enter")
        await page.keyboard.type("see https://shop.example.com, ")
        await page.keyboard.press("Control+b")
        await page.keyboard.type("now")
        await expect(page.locator("[data-tool=bold]")).to_have_attribute("aria-pressed", "true")
        await page.keyboard.press("Control+b")
        await page.keyboard.press("Enter")
        await page.click("[data-tool=bullets]")
        await page.keyboard.type("pads")
        await page.keyboard.press("Enter")
        await page.keyboard.press("Control+Shift+KeyX")
        await page.keyboard.type("wheel")
        await page.evaluate(
            """() => {
              const data = new DataTransfer();
              data.setData('text/html', '<img src=x onerror=window.hacked=1><b>bold</b>');
              data.setData('text/plain', ' <b>pasted</b>');
              const paste = { clipboardData: data, bubbles: true, cancelable: true };
              document.activeElement.dispatchEvent(new ClipboardEvent('paste', paste));
            }"""
        )
        assert await area.locator("img").count() == 0
        await page.click("dialog[open] [data-submit]")
        await expect(page.locator("dialog[open]")).to_have_count(0)
    section, bullets = heard.items[0]["rich"]["it"]["rich_text_value"]["elements"]
    assert section["elements"] == [
        {"type": "user", "user_id": "U0JO"},
        {"type": "text", "text": " said:\nsee "},
        {"type": "link", "url": "https://shop.example.com"},
        {"type": "text", "text": ", "},
        {"type": "text", "text": "now", "style": {"bold": True}},
    ]
    assert bullets["style"] == "bullet"
    struck = {"type": "text", "text": "wheel <b>pasted</b>", "style": {"strike": True}}
    assert [item["elements"] for item in bullets["elements"]] == [[{"type": "text", "text": "pads"}], [struck]]


async def test_a_form_is_opened_filled_mended_and_sent_by_keys_alone(local: Local, browser: Browser) -> None:
    ts = (
        await local.call(
            "chat.postMessage",
            channel="C0SUPPORT",
            text="x",
            blocks=[{"type": "actions", "elements": [button("New", "open")]}],
        )
    )["ts"]
    async with bot(local.base, hear) as heard, looking(browser, local) as page:
        focused = "document.activeElement.dataset.action || document.activeElement.textContent"
        dialog = page.locator("dialog[open].modal")
        await page.focus(f'#pane [data-ts="{ts}"] [data-action=open]')
        await page.keyboard.press("Enter")
        await dialog.wait_for()
        assert await page.evaluate(focused) == "it"
        assert await dialog.get_attribute("aria-labelledby") == await dialog.locator("h2").get_attribute("id")
        for _ in range(8):
            await page.keyboard.press("Tab")
            assert await page.evaluate(
                "document.activeElement === document.body || !!document.activeElement.closest('dialog')"
            )
        await page.focus("dialog[open] [data-action=it]")
        await page.keyboard.type("wrong")
        await page.keyboard.press("Enter")
        box = dialog.get_by_label("Name")
        await expect(box).to_have_attribute("aria-invalid", "true")
        await expect(box).to_have_accessible_description(re.compile("Not that one"))
        assert await page.evaluate(focused) == "it"
        await page.keyboard.press("Escape")
        asked = page.locator("dialog[open].confirm")
        await expect(asked).to_contain_text("Are you sure you want to leave?")
        await page.keyboard.press("Escape")
        await expect(asked).to_have_count(0)
        await box.fill("silent")
        await page.keyboard.press("Enter")
        await expect(dialog.locator("[data-submit]")).to_have_attribute("aria-busy", "true")
        await until(lambda: heard.items == ["silent"])
        local.clock.move(4)
        await expect(dialog.locator(".foot .failed")).to_have_text("We had some trouble connecting. Try again?")
        await box.fill("right")
        await page.keyboard.press("Enter")
        await expect(dialog).to_have_count(0)
        assert await page.evaluate(focused) == "open"
    assert heard.items == ["silent", "right"]


async def test_three_forms_stack_and_go_back_one_by_one_with_what_was_entered(local: Local, browser: Browser) -> None:
    await opened(local, step("1"))
    async with bot(local.base, hear), looking(browser, local) as page:
        title = page.locator("dialog[open] h2")
        for number in "12":
            await page.fill("dialog[open] [data-action=it]", f"of {number}")
            await page.click("dialog[open] [data-action=next]")
            await expect(title).to_have_text(f"Step {int(number) + 1}")
        await page.click("dialog[open] [data-close]")
        await expect(title).to_have_text("Step 2")
        assert await page.input_value("dialog[open] [data-action=it]") == "of 2"
        await page.click("dialog[open] [aria-label=Back]")
        await page.click("dialog[open].confirm [data-confirm=yes]")
        await expect(title).to_have_text("Step 1")
        assert await page.input_value("dialog[open] [data-action=it]") == "of 1"
        await page.click("dialog[open] [aria-label=Close]")
        await page.click("dialog[open].confirm [data-confirm=yes]")
        await expect(page.locator("dialog[open]")).to_have_count(0)


async def test_the_app_may_change_a_form_while_somebody_writes_in_it(local: Local, browser: Browser) -> None:
    def view(*more: Json, bike: str = "Saltire") -> Json:
        long = {"type": "static_select", "options": options(*BIKES), "initial_option": option(bike, bike.lower())}
        note = field("note", "Note", {**TYPED, "initial_value": bike, "focus_on_load": True})
        text = {"type": "section", "text": mrkdwn("Long\n" * 30)}
        return form(field("bike", "Bike", long), text, note, *more)

    view_id = await opened(local, view())
    async with looking(browser, local, SMALL) as page:
        note = page.locator('dialog[open] [data-block="note"]')
        assert await note.evaluate("node => node === document.activeElement")
        await page.evaluate("Promise.all(document.getAnimations().map(each => each.finished))")
        box = await page.locator("dialog[open]").bounding_box()
        assert box == {"x": 0, "y": 0, "width": 390, "height": 800}
        await page.keyboard.press("End")
        await page.keyboard.type(" with pads")
        await page.keyboard.press("ArrowLeft")
        top = await page.locator("dialog[open] .in").evaluate("node => node.scrollTop")
        await local.call(
            "views.update", view_id=view_id, view=view(field("why", "Why", TYPED, optional=True), bike="Marram")
        )
        await expect(page.locator("dialog[open]")).to_contain_text("Why")
        await page.keyboard.type("!")
        assert await note.input_value() == "Saltire with pad!s"
        assert await page.input_value('dialog[open] [data-block="bike"]') == "Saltire"
        assert await page.locator("dialog[open] .in").evaluate("node => node.scrollTop") == top > 0


async def test_an_input_that_dispatches_tells_the_app_at_once(local: Local, browser: Browser) -> None:
    enter = field("enter", "On Enter", TYPED, dispatch_action=True)
    letters = {**TYPED, "dispatch_action_config": {"trigger_actions_on": ["on_character_entered"]}}
    pick = {"type": "static_select", "options": options("One", "Two")}
    await opened(
        local,
        form(
            enter,
            field("typed", "Typed", letters, dispatch_action=True),
            field("pick", "Pick", pick, dispatch_action=True),
        ),
    )
    async with bot(local.base, hear) as heard, looking(browser, local) as page:
        await page.keyboard.type("first")
        await page.keyboard.press("Enter")
        await until(lambda: len(heard.items) == 1)
        await page.fill('dialog[open] [data-block="typed"]', "second")
        await until(lambda: len(heard.items) == 2)
        await page.select_option('dialog[open] [data-block="pick"]', "two")
        await until(lambda: len(heard.items) == 3)
        assert await page.locator("dialog[open]").count() == 1
    assert [item.get("value") or item["selected_option"]["value"] for item in heard.items] == ["first", "second", "two"]
