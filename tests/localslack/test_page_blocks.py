"""Blocks in a real browser: what is drawn, what a press or a choice sends to an unchanged app, what stays when it redraws."""

import json
import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from localslack.blocks.judge import Surface
from tests.localslack.blocks_samples import SAMPLES
from tests.localslack.browser import NEEDED, chromium
from tests.localslack.filing import made, png
from tests.localslack.kinds import BIKES, CONFIRM, button, chart, field, mrkdwn, option, options, plain, series
from tests.localslack.kinds_blocks import MESSAGES
from tests.localslack.looking import looking
from tests.localslack.support import Heard, Local, bot, running, until

pytestmark = [*NEEDED, pytest.mark.slow, pytest.mark.asyncio(loop_scope="module")]
Json = dict[str, Any]
SMALL = (390, 800)
HOSTILE = "<img src=x onerror=window.hacked=1>"
WORDS = {
    "text",
    "alt_text",
    "title",
    "caption",
    "label",
    "name",
    "description",
    "fallback",
    "author_name",
    "provider_name",
    "x_label",
}
KEPT = {"type", "style", "action_id", "block_id", "value", "url"}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="module")
async def local() -> AsyncIterator[Local]:
    async with running() as workspace:
        yield workspace


def hostile(value: Any, key: str = "") -> Any:
    """The same block with markup in every word that is shown."""
    if isinstance(value, dict):
        symbol = {"emoji", "icon", "channel"} & {str(value.get("type"))}
        return {
            name: item if name in KEPT or (symbol and name == "name") else hostile(item, name)
            for name, item in value.items()
        }
    if isinstance(value, list):
        return [hostile(item, key) for item in value]
    return HOSTILE + value if isinstance(value, str) and key in WORDS | {"categories"} else value


def hear(app: Any, heard: Heard) -> None:
    """Keep every action in a form that is easy to compare."""

    @app.action(re.compile(".*"))
    async def _(ack: Any, body: Any) -> None:
        await ack()
        heard.items.append(body)

    @app.options("order")
    async def _(ack: Any, payload: Any) -> None:
        heard.items.append({"typed": payload["value"]})
        typed = payload["value"]
        if typed == "none":
            await ack(options=[])
        elif typed == "group":
            await ack(option_groups=[{"label": plain("Today"), "options": options("R-1", "R-2")}])
        else:
            await ack(options=[option(f"Order {typed}", f"o-{typed}", "Saltire")])


def chosen(body: Json) -> Any:
    """What an action says was chosen, in short."""
    action = body["actions"][0]
    value = next((action[name] for name in action if name.startswith("selected_") or name == "value"), None)
    if isinstance(value, dict):
        value = value["value"]
    if isinstance(value, list):
        value = [one["value"] if isinstance(one, dict) else one for one in value]
    return action["action_id"], value


async def post(local: Local, *blocks: Json, text: str = "blocks") -> str:
    answer = await local.call("chat.postMessage", channel="C0SUPPORT", text=text, blocks=list(blocks))
    assert answer["ok"], answer
    return str(answer["ts"])


async def test_every_block_is_drawn_and_markup_in_any_of_its_words_stays_text(local: Local, browser: Browser) -> None:
    samples = {f"{name} {n}": hostile(block) for n, (name, (block, _)) in enumerate(SAMPLES.items())}
    samples |= {
        f"{name} shown {n}": hostile(block) for name, blocks in MESSAGES.items() for n, block in enumerate(blocks)
    }
    script = """async blocks => {
      const { blocks: draw } = await import('/page/blockkit.js'), found = {};
      const context = { put() {}, start() {}, act() {}, suggest() {}, people: () => [], rooms: () => [] };
      for (const [name, block] of Object.entries(blocks)) {
        const host = document.createElement('div');
        host.append(...draw([block], context));
        document.body.append(host);
        const bad = host.querySelectorAll('img:not([src^="/files"]), script, [onerror], [href^="javascript"]').length;
        found[name] = [bad, !!host.querySelector('.notdrawn'), host.textContent];
        host.remove();
      }
      return found;
    }"""
    async with looking(browser, local) as page:
        found = await page.evaluate(script, samples)
        assert await page.evaluate("window.hacked") is None
        unknown = await page.evaluate(
            script,
            {"new": {"type": "block_of_tomorrow", "text": "x"}, "odd": {"type": "section"}, "none": {"type": None}},
        )
    assert [name for name, (bad, missing, _) in found.items() if bad or missing] == []
    wordless = {"divider", "image", "file", "table", "call", "carousel", "input", "context", "actions"}
    silent = [
        name for name, (_, _, words) in found.items() if HOSTILE not in words and samples[name]["type"] not in wordless
    ]
    assert silent == []
    assert "block_of_tomorrow" in unknown["new"][2]
    assert not unknown["odd"][1]
    assert "null" in unknown["none"][2]


async def test_what_is_pressed_and_chosen_in_a_message_reaches_the_app_by_mouse_and_by_keyboard(
    local: Local, browser: Browser
) -> None:
    menu = {"type": "overflow", "action_id": "more", "options": options("Reassign", "Later", "Close")}
    money = button("Refund", "refund", style="primary", confirm=CONFIRM)
    rate = {"type": "feedback_buttons", "action_id": "rate"} | {
        f"{name}_button": {"text": plain(words), "value": words}
        for name, words in (("positive", "good"), ("negative", "bad"))
    }
    drop = {"type": "icon_button", "action_id": "drop", "icon": "trash", "text": plain("Delete"), "value": "it"}
    others = {**drop, "action_id": "theirs", "visible_to_user_ids": ["U0SAM"]}
    await post(
        local,
        *MESSAGES["choosing"],
        {"type": "actions", "block_id": "row", "elements": [money, menu]},
        {"type": "context_actions", "block_id": "small", "elements": [rate, drop, others]},
    )
    async with bot(local.base, hear) as heard, looking(browser, local) as page:
        at = "#pane [data-action={}]"
        await page.select_option(at.format("bay"), "bay-2")
        await page.click(at.format("who"))
        await page.keyboard.type("pri")
        await page.keyboard.press("Enter")
        assert await page.input_value(at.format("who")) == "Priya Nair"
        await page.focus(at.format("day"))
        await page.keyboard.type("12012026")  # each digit makes another date
        await page.fill(at.format("at"), "09:30")
        await page.focus(at.format("bikes"))
        for key in ("ArrowDown", "ArrowDown", "Enter", "ArrowDown", "Enter"):
            await page.keyboard.press(key)
        assert await page.get_attribute(at.format("bikes"), "aria-expanded") == "true"
        await page.keyboard.press("Escape")
        await page.check("#pane [data-action=done] input[value=wheel]")
        await page.focus("#pane [data-action=went] input")
        await page.keyboard.press("Space")
        await page.click(at.format("refund"))
        await page.click("dialog[open] [data-confirm=no]")
        await page.click(at.format("refund"))
        await page.keyboard.press("Tab")
        await page.click("dialog[open] [data-confirm=yes]")
        await page.focus(at.format("more"))
        for key in ("Enter", "ArrowDown", "Enter"):
            await page.keyboard.press(key)
        assert await page.evaluate("document.activeElement.dataset.action") == "more"
        await page.click("#pane [data-value=bad]")
        await expect(page.locator("#pane [data-value=bad]")).to_have_attribute("aria-pressed", "true")
        await page.click("#pane .iconic")
        assert await page.locator(at.format("theirs")).count() == 0
        await until(lambda: len(heard.items) == 11)
    assert [chosen(body) for body in heard.items] == [
        ("bay", "bay-2"),
        ("who", "U0PRIYA"),
        ("day", "2026-12-01"),
        ("at", "09:30"),
        ("bikes", ["saltire", "marram"]),
        ("done", ["wheel"]),
        ("went", "well"),
        ("refund", "refund"),
        ("more", "later"),
        ("rate", "bad"),
        ("drop", "it"),
    ]
    state = heard.items[-1]["state"]["values"]
    assert state["choose"]["who"]["selected_user"] == "U0PRIYA"
    assert [one["value"] for one in state["tick"]["done"]["selected_options"]] == ["wheel"]


async def test_a_menu_of_the_apps_own_options_is_asked_for_while_somebody_types(local: Local, browser: Browser) -> None:
    select = {
        "type": "external_select",
        "action_id": "order",
        "min_query_length": 2,
        "placeholder": plain("Which order"),
    }
    await post(local, {"type": "actions", "block_id": "ask", "elements": [select]})
    async with bot(local.base, hear) as heard, looking(browser, local) as page:
        box, offered = page.locator("#pane [role=combobox]"), page.locator("#pane [role=option]")
        await box.click()
        await expect(page.locator(".combonote")).to_have_text("Type at least 2 characters")
        await box.press_sequentially("55", delay=5)
        await expect(offered).to_have_text(["Order 55Saltire"])
        await box.fill("none")
        await expect(page.locator(".combonote")).to_have_text("No results")
        await box.fill("group")
        await expect(page.get_by_role("group", name="Today").get_by_role("option")).to_have_text(["R-1", "R-2"])
        assert await box.get_attribute("aria-activedescendant") == await offered.first.get_attribute("id")
        await offered.nth(1).click()
        assert await box.input_value() == "R-2"
        await until(lambda: any("actions" in item for item in heard.items))
    assert [item["typed"] for item in heard.items if "typed" in item] == ["55", "none", "group"]
    assert heard.items[-1]["actions"][0]["selected_option"] == option("R-2", "r-2")


async def test_what_is_half_entered_keeps_its_place_when_the_app_redraws_the_message(
    local: Local, browser: Browser
) -> None:
    def blocks(title: str) -> list[Json]:
        head = {"type": "header", "text": plain(title)}
        menu = {"type": "overflow", "action_id": "more", "options": options("One", "Two")}
        typed = field("note", "Note", {"type": "plain_text_input", "action_id": "note"})
        return [head, typed, {"type": "actions", "block_id": "row", "elements": [menu]}]

    ts, other = await post(local, *blocks("First")), await post(local, *blocks("Other"))
    update = {"channel": "C0SUPPORT", "ts": ts, "text": "blocks"}
    async with looking(browser, local) as page:
        first, second = (page.locator(f'#pane article[data-ts="{each}"]') for each in (ts, other))
        await second.locator("input").fill("left alone")
        await first.locator("input").fill("half a sent")
        await page.keyboard.press("ArrowLeft")
        await local.call("chat.update", blocks=blocks("Second"), **update)
        await expect(first).to_contain_text("Second")
        await page.keyboard.type("!")
        assert await first.locator("input").input_value() == "half a sen!t"
        assert await second.locator("input").input_value() == "left alone"
        await first.locator("[data-action=more]").click()
        await page.keyboard.press("ArrowDown")
        await local.call("chat.update", blocks=blocks("Third"), **update)
        await expect(first).to_contain_text("Third")
        await expect(first.get_by_role("menuitem")).to_have_count(2)
        await page.keyboard.press("Escape")
        assert await first.locator("[data-action=more]").evaluate("node => node === document.activeElement")
        await page.click("#mebtn")
        await page.click("[data-person=U0SAM]")
        await page.wait_for_selector("#mebtn[data-me=U0SAM]")
        assert await first.locator("input").input_value() == ""  # what another person wrote is theirs


async def test_long_text_folds_charts_have_their_numbers_and_tables_scroll_by_themselves(
    local: Local, browser: Browser
) -> None:
    long = {"type": "section", "block_id": "long", "text": mrkdwn("word " * 400)}
    bars = chart("Jobs each day", "bar", series("Tune-ups", 12, 9, 14, 8, 17), series("Returns", -2, -1, 0, -3, -1))
    await post(local, long, {**long, "block_id": "whole", "expand": True}, MESSAGES["tables"][0], bars)
    await post(local, *MESSAGES["data table"])
    async with looking(browser, local, SMALL) as page:
        await page.wait_for_selector("#pane .dt")
        assert await page.evaluate("document.documentElement.scrollWidth") == 390
        assert await page.locator("#pane .grid").first.evaluate("node => node.scrollWidth > node.clientWidth")
        more = page.locator("#pane .more")
        await expect(more).to_have_count(1)
        folded = await page.locator("#pane .folded").evaluate("node => node.clientHeight")
        await more.click()
        assert await page.locator("#pane .words").first.evaluate("node => node.clientHeight") > folded
        assert await more.get_attribute("aria-expanded") == "true"
        numbers = await page.locator("#pane .chart table tr").all_inner_texts()
        assert [row.split("\t") for row in numbers][1:3] == [["Mon", "12", "-2"], ["Tue", "9", "-1"]]
        assert await page.locator("#pane .chart rect").count() == 10
        rows = page.locator("#pane .dt tbody tr")
        await page.get_by_role("button", name="Jobs", exact=True).click()
        assert [row.split("\t")[1] for row in await rows.all_inner_texts()] == ["2", "3", "5"]
        await page.get_by_role("button", name="Next").click()
        await expect(page.locator("#pane .dt [role=status]")).to_have_text("4 to 6 of 7")
        await page.get_by_role("searchbox").fill("san")
        await expect(rows).to_have_count(1)
        assert BIKES[3] in await rows.first.inner_text()


async def test_pictures_of_the_workspace_are_shown_and_those_of_elsewhere_only_named(
    local: Local, browser: Browser
) -> None:
    await post(local, *MESSAGES["pictures"], *MESSAGES["cards"])
    link = button("Open", "open", url="https://shop.example.com/r/5518")
    await post(local, {"type": "actions", "block_id": "row", "elements": [link]})
    file = await made(local, "brake.png", png(40, 30), "C0SUPPORT")
    ours = {"type": "image", "alt_text": "The brake"}
    own = await post(
        local, {**ours, "slack_file": {"id": file["id"]}}, {**ours, "slack_file": {"url": file["url_private"]}}
    )
    async with bot(local.base, hear) as heard, looking(browser, local) as page:  # looking refuses requests to elsewhere
        named = page.get_by_role("link", name="Picture: A green Saltire on the quay, from pictures.example.com").first
        assert await named.get_attribute("href") == "https://pictures.example.com/saltire.png"
        pictures = page.locator("#pane .blocks img")
        await expect(pictures).to_have_count(2)
        assert await page.locator(f'#pane article[data-ts="{own}"] .blocks img').count() == 2
        for n in range(2):
            await expect(pictures.nth(n)).to_have_js_property("naturalWidth", 40)
        async with page.context.expect_page() as opened:
            await page.click("#pane [data-action=open]")
        await until(lambda: heard.items)
        await (await opened.value).close()
    assert chosen(heard.items[0]) == ("open", "open")


async def test_samples_of_every_surface_are_looked_at() -> None:
    assert {surface for _, surfaces in SAMPLES.values() for surface in surfaces} == set(Surface)
    assert HOSTILE in json.dumps(hostile(SAMPLES["header"][0]))
