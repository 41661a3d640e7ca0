"""Forms: what is entered, what Slack finds wrong with it, what the app answers."""

import asyncio
from typing import Any

import pytest

from tests.localslack.acting import (
    TROUBLE,
    block_with,
    field,
    modal,
    opened,
    plain,
    posted,
    sent,
    stack,
    submit,
)
from tests.localslack.support import Heard, Local, bot
from tests.localslack.test_sockets import plugged


async def test_every_state_arrives_with_a_submission(local: Local) -> None:
    options = [{"text": plain(each), "value": each} for each in ("one", "two")]
    blocks = [
        field("text"),
        field("some", type="checkboxes", options=options) | {"optional": True},
        field("date", type="datepicker", initial_date="2026-12-01"),
        {
            "type": "section",
            "block_id": "sec",
            "text": plain("x"),
            "accessory": {"type": "users_select", "action_id": "u"},
        },
    ]
    view = await opened(local, *blocks, callback_id="form", private_metadata="secret")
    payload, seen = await sent(local, view, None, text={"a": "words"}, some={"a": ["two"]})
    assert seen["ok"] and await stack(local) == []
    assert (payload["type"], payload["response_urls"]) == ("view_submission", [])
    assert (payload["view"]["callback_id"], payload["view"]["private_metadata"]) == ("form", "secret")
    assert payload["view"]["state"]["values"] == {
        "text": {"a": {"type": "plain_text_input", "value": "words"}},
        "some": {"a": {"type": "checkboxes", "selected_options": [options[1]]}},
        "date": {"a": {"type": "datepicker", "selected_date": "2026-12-01"}},
        "sec": {"u": {"type": "users_select", "selected_user": None}},
    }


MISTAKES: list[tuple[dict[str, Any], Any, str]] = [
    ({}, "", "Please complete this required field."),
    ({"type": "email_text_input"}, "nobody", "Please enter a valid email."),
    ({"type": "url_text_input"}, "example", "Please enter a valid URL."),
    ({"type": "number_input", "is_decimal_allowed": False}, "1.5", "Please enter a whole number."),
    ({"type": "number_input", "is_decimal_allowed": True}, "nan", "Please enter a number."),
    (
        {"type": "number_input", "is_decimal_allowed": True, "min_value": "3"},
        "2",
        "Please enter a number of at least 3.",
    ),
    ({"min_length": 3}, "no", "Please enter at least 3 characters."),
    ({"max_length": 3}, "long", "Please enter at most 3 characters."),
    (
        {"type": "rich_text_input"},
        {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": []}]},
        "Pl",
    ),
    ({"type": "file_input"}, [], "Please complete this required field."),
    ({"type": "multi_users_select"}, [], "Please complete this required field."),
]


@pytest.mark.parametrize(("element", "raw", "words"), MISTAKES)
async def test_what_slack_itself_finds_wrong_never_reaches_the_app(
    local: Local, element: Any, raw: Any, words: str
) -> None:
    def sendings(app: Any, heard: Heard) -> None:
        @app.view("form")
        async def sent(ack: Any, body: Any) -> None:
            heard.items.append(body)
            await ack()

    view = await opened(local, field("f", **element), callback_id="form")
    async with bot(local.base, sendings) as heard:
        seen = await local.act(**submit(view, a=raw))
    assert seen["errors"]["f"].startswith(words)
    assert heard.items == []


SAID: list[tuple[Any, str]] = [
    ({"response_action": "errors", "errors": {"nowhere": "no"}}, "/errors/nowhere"),
    ({"response_action": "errors", "errors": {}}, "/errors"),
    ({"response_action": "errors", "errors": {"f": 3}}, "/errors/f"),
    ({"response_action": "update", "view": {"type": "home", "blocks": []}}, "/view"),
    ({"response_action": "update"}, "/view"),
    ({"response_action": "push", "view": modal(title=plain("x" * 25))}, "/view/title"),
    ({"response_action": "explode"}, "/response_action"),
]


@pytest.mark.parametrize(("said", "pointer"), SAID)
async def test_a_bad_answer_is_trouble_for_the_person_and_a_reason_for_the_developer(
    local: Local, said: Any, pointer: str
) -> None:
    view = await opened(local, field("f"))
    _, seen = await sent(local, view, said, a="x")
    assert seen["error"] == TROUBLE
    assert [each["id"] for each in await stack(local)] == [view["id"]]
    logged = (await local.get("/_control/calls?method=view_submission"))["calls"]
    assert any(pointer in line for line in logged[0]["detail"]["errors"])


async def test_an_answer_can_change_the_view_put_another_on_top_or_clear_them_all(local: Local) -> None:
    view = await opened(local, field("f"))
    await sent(local, view, {"response_action": "update", "view": modal(field("f"), title=plain("Two"))}, a="x")
    assert [each["title"]["text"] for each in await stack(local)] == ["Two"]
    await sent(local, view, {"response_action": "push", "view": modal(field("g"), title=plain("Three"))}, a="x")
    top = (await stack(local))[-1]
    assert (top["title"]["text"], top["previous_view_id"]) == ("Three", view["id"])
    await sent(local, top, {"response_action": "clear"}, a="x")
    assert await stack(local) == []


async def test_a_submission_nobody_takes_in_time_is_trouble_connecting(local: Local) -> None:
    view = await opened(local, field("f"))
    async with plugged(local) as socket:
        sending = asyncio.create_task(local.act(**submit(view, a="x")))
        await socket.receive_json(timeout=5)
        local.clock.move(3.1)
        assert (await sending)["error"] == TROUBLE
    assert (await stack(local))[0]["inputs"]["f"]["a"]["value"] == "x"


async def test_a_form_that_went_away_while_the_app_thought_does_not_come_back(local: Local) -> None:
    view = await opened(local, field("f"))
    async with plugged(local) as socket:
        sending = asyncio.create_task(local.act(**submit(view, a="x")))
        frame = await socket.receive_json(timeout=5)
        await local.act(do="close", me="U0THEO", view_id=view["id"])
        answer = {"response_action": "update", "view": modal(field("f"))}
        await socket.send_json({"envelope_id": frame["envelope_id"], "payload": answer})
        await sending
    assert await stack(local) == []


async def test_a_chosen_conversation_brings_an_address_to_answer_into_it(local: Local) -> None:
    menu = {"type": "conversations_select", "response_url_enabled": True, "default_to_current_conversation": True}
    button = block_with("actions", {"type": "button", "action_id": "a", "text": plain("Go")})

    def listeners(app: Any, heard: Heard) -> None:
        @app.action("a")
        async def go(ack: Any, body: Any, client: Any) -> None:
            await ack()
            await client.views_open(
                trigger_id=body["trigger_id"], view=modal(field("where", **menu), callback_id="form")
            )

        @app.view("form")
        async def form(ack: Any, body: Any, respond: Any) -> None:
            await ack()
            heard.items.append(body["response_urls"])
            await respond("Shared here", response_type="in_channel")

    async with bot(local.base, listeners) as heard:
        ts = await posted(local, button)
        press = {"do": "click", "me": "U0THEO", "channel": "C0SUPPORT", "ts": ts, "action_id": "a"}
        view = (await local.act(**press, wait_for="view"))["view"]
        assert view["inputs"]["where"]["a"]["selected_conversation"] == "C0SUPPORT"
        await local.act(**submit(view), wait_for="message")
        messages = (await local.get("/_control/messages?channel=support-desk"))["messages"]
    place = {key: heard.items[0][0][key] for key in ("block_id", "action_id", "channel_id")}
    assert place == {"block_id": "where", "action_id": "a", "channel_id": "C0SUPPORT"}
    assert messages[-1]["text"] == "Shared here"


async def test_a_menu_starts_with_the_present_conversation_only_if_its_filter_offers_it(local: Local) -> None:
    menu = {"type": "conversations_select", "action_id": "a", "default_to_current_conversation": True}
    trigger = local.workspace.slips.trigger("U0THEO", channel="C0SUPPORT")
    only_private = field("f", **menu, filter={"include": ["private"]})
    view = (await local.call("views.open", trigger_id=trigger, view=modal(only_private)))["view"]
    assert view["state"]["values"] == {}


async def test_a_view_without_submit_has_no_button(local: Local) -> None:
    trigger = local.workspace.slips.trigger("U0THEO")
    bare = {"type": "modal", "title": plain("T"), "blocks": [{"type": "divider"}]}
    view = (await local.call("views.open", trigger_id=trigger, view=bare))["view"]
    assert not (await local.act(**submit(view)))["ok"]
