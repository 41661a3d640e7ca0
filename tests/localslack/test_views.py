"""Modals and home tabs: stacks, triggers, hashes, what is entered, what the app answers, what it hears when they close."""

import asyncio
from typing import Any

import pytest

from localslack.config import Features
from tests.localslack.acting import (
    answered,
    block_with,
    field,
    modal,
    opened,
    plain,
    pushed,
    sent,
    stack,
    submit,
)
from tests.localslack.support import Heard, Local, bot, running
from tests.localslack.test_sockets import plugged

HOME = {"type": "home", "blocks": [{"type": "header", "text": plain("Waiting")}]}


async def test_three_views_fit_on_each_other_and_go_away_one_by_one(local: Local) -> None:
    first = await opened(local, field("f"))
    second = (await pushed(local, first))["view"]
    third = (await pushed(local, second))["view"]
    fourth = await pushed(local, third)
    assert fourth["error"] == "push_limit_reached"
    assert (second["root_view_id"], second["previous_view_id"]) == (first["id"], first["id"])
    assert (third["root_view_id"], third["previous_view_id"]) == (first["id"], second["id"])
    await local.act(do="close", me="U0THEO", view_id=third["id"])
    assert [view["id"] for view in await stack(local)] == [first["id"], second["id"]]


async def test_only_the_view_on_top_can_be_sent_also_from_a_second_window(local: Local) -> None:
    first = await opened(local, field("f"))
    second = (await pushed(local, first))["view"]
    assert not (await local.act(**submit(first, a="x")))["ok"]
    assert not (await local.act(do="close", me="U0SAM", view_id=second["id"]))["ok"]
    await sent(local, second, None, a="x")
    assert not (await local.act(**submit(second, a="again")))["ok"]
    assert [view["id"] for view in await stack(local)] == [first["id"]]


async def test_a_trigger_works_once_and_for_three_seconds_and_the_log_says_why_not(local: Local) -> None:
    view = modal(field("f"))
    once, late = local.workspace.slips.trigger("U0THEO"), local.workspace.slips.trigger("U0THEO")
    assert (await local.call("views.open", trigger_id=once, view=view))["ok"]
    again = await local.call("views.open", trigger_id=once, view=view)
    local.clock.move(3.1)
    expired = await local.call("views.open", trigger_id=late, view=view)
    logged = (await local.get("/_control/calls?method=views.open"))["calls"]
    assert [again["error"], expired["error"]] == ["exchanged_trigger_id", "expired_trigger_id"]
    assert [each["error"] for each in logged] == [None, "exchanged_trigger_id", "expired_trigger_id"]


async def test_a_bad_view_does_not_use_the_trigger_up(local: Local) -> None:
    trigger = local.workspace.slips.trigger("U0THEO")
    bad = await local.call("views.open", trigger_id=trigger, view=modal(title=plain("x" * 25)))
    good = await local.call("views.open", trigger_id=trigger, view=modal(field("f")))
    assert not bad["ok"] and good["ok"]


async def test_a_view_is_pushed_only_by_a_trigger_of_the_modal(local: Local) -> None:
    await opened(local, field("f"))
    outside = local.workspace.slips.trigger("U0THEO")
    answer = await local.call("views.push", trigger_id=outside, view=modal(field("f")))
    assert answer["error"] == "invalid_trigger_id"


async def test_a_modal_opened_from_a_message_takes_the_place_of_what_was_open(local: Local) -> None:
    await opened(local, field("f"))
    second = await opened(local, field("f"))
    assert [view["id"] for view in await stack(local)] == [second["id"]]
    assert await stack(local, "U0SAM") == []


async def test_an_old_hash_is_refused(local: Local) -> None:
    view = await opened(local, field("f"))
    first = await local.call("views.update", view_id=view["id"], hash=view["hash"], view=modal(field("g")))
    second = await local.call("views.update", view_id=view["id"], hash=view["hash"], view=modal(field("h")))
    assert first["ok"] and first["view"]["hash"] != view["hash"]
    assert second["error"] == "hash_conflict"
    published = (await local.call("views.publish", user_id="U0JO", view=HOME))["view"]
    again = await local.call("views.publish", user_id="U0JO", view=HOME, hash=published["hash"])
    third = await local.call("views.publish", user_id="U0JO", view=HOME, hash=published["hash"])
    assert again["ok"] and third["error"] == "hash_conflict"


async def test_an_apps_own_id_is_of_one_view_at_a_time(local: Local) -> None:
    first = await opened(local, field("f"), external_id="one")
    taken = await pushed(local, first, external_id="one")
    other = (await pushed(local, first, external_id="two"))["view"]
    renamed = await local.call("views.update", view_id=other["id"], view=modal(field("f"), external_id="one"))
    same = await local.call("views.update", external_id="two", view=modal(field("f"), external_id="two"))
    await local.act(do="close", me="U0THEO", view_id=other["id"], everything=True)
    free = await opened(local, field("f"), external_id="one")
    assert taken["error"] == renamed["error"] == "duplicate_external_id"
    assert same["ok"] and free["external_id"] == "one"


async def test_an_update_keeps_what_was_entered_under_the_same_ids_and_forgets_the_rest(local: Local) -> None:
    button = block_with("actions", {"type": "button", "action_id": "go", "text": plain("Go")})
    view = await opened(local, field("kept"), field("dropped"), button)
    async with plugged(local) as socket:
        values = {"kept": {"a": "stays"}, "dropped": {"a": "goes"}}
        press = {"do": "click", "me": "U0THEO", "view_id": view["id"], "action_id": "go", "values": values}
        payload, _ = await asyncio.gather(answered(socket, None), local.act(**press))
    assert payload["view"]["state"]["values"]["kept"]["a"]["value"] == "stays"
    await local.call("views.update", view_id=view["id"], view=modal(field("kept"), title=plain("Two")))
    again = await local.call("views.update", view_id=view["id"], view=modal(field("kept"), field("dropped")))
    values = again["view"]["state"]["values"]
    assert values == {"kept": {"a": {"type": "plain_text_input", "value": "stays"}}}
    assert (await stack(local))[0]["title"]["text"] == "T"


async def test_a_view_that_changed_its_kind_of_element_begins_anew(local: Local) -> None:
    view = await opened(local, field("f"))
    await sent(local, view, {"response_action": "errors", "errors": {"f": "no"}}, a="words")
    number = field("f", type="number_input", is_decimal_allowed=False)
    answer = await local.call("views.update", view_id=view["id"], view=modal(number))
    assert answer["view"]["state"]["values"] == {}


def _closings(app: Any, heard: Heard) -> None:
    @app.view_closed("form")
    async def closed(ack: Any, body: Any) -> None:
        heard.items.append((body["view"]["id"], body["is_cleared"]))
        await ack()


@pytest.mark.parametrize("everything", [False, True])
async def test_closing_tells_of_the_view_or_of_the_whole_stack_once(local: Local, everything: bool) -> None:
    first = await opened(local, field("f"), callback_id="form", notify_on_close=True)
    second = (await pushed(local, first, callback_id="form", notify_on_close=True))["view"]
    async with bot(local.base, _closings) as heard:
        await local.act(do="close", me="U0THEO", view_id=second["id"], everything=everything)
    wanted = (first["id"], True) if everything else (second["id"], False)
    assert heard.items == [wanted]
    assert len(await stack(local)) == (0 if everything else 1)


async def test_a_view_with_clear_on_close_takes_the_stack_along(local: Local) -> None:
    first = await opened(local, field("f"), callback_id="form", notify_on_close=True)
    second = (await pushed(local, first, clear_on_close=True))["view"]
    async with bot(local.base, _closings) as heard:
        await local.act(do="close", me="U0THEO", view_id=second["id"])
    assert heard.items == [(first["id"], True)]
    assert await stack(local) == []


async def test_the_app_is_told_of_no_close_it_did_not_ask_for(local: Local) -> None:
    view = await opened(local, field("f"), callback_id="form")
    async with bot(local.base, _closings) as heard:
        await local.act(do="close", me="U0THEO", view_id=view["id"])
        await local.act(do="close", me="U0THEO", view_id=view["id"])
    assert heard.items == []


async def test_a_home_tab_is_there_before_somebody_comes_and_its_elements_work(local: Local) -> None:
    blocks = [block_with("actions", {"type": "button", "action_id": "a", "text": plain("Go")})]

    def listeners(app: Any, heard: Heard) -> None:
        @app.action("a")
        async def go(ack: Any, body: Any) -> None:
            heard.items.append((body["container"], "response_url" in body, body["view"]["type"]))
            await ack()

        @app.event("app_home_opened")
        async def came(event: Any) -> None:
            heard.items.append(event)

    async with bot(local.base, listeners) as heard:
        view = (await local.call("views.publish", user_id="U0JO", view={"type": "home", "blocks": blocks}))["view"]
        await local.act(do="click", me="U0JO", view_id=view["id"], action_id="a")
        assert not (await local.act(do="click", me="U0SAM", view_id=view["id"], action_id="a"))["ok"]
    assert heard.items == [({"type": "view", "view_id": view["id"]}, False, "home")]


async def test_there_is_no_home_tab_where_the_manifest_has_none() -> None:
    async with running(features=Features(home_tab=False)) as local:
        assert (await local.call("views.publish", user_id="U0JO", view=HOME))["error"] == "not_enabled"
        assert not (await local.act(do="home", me="U0JO", tab="home"))["ok"]
        assert (await local.act(do="home", me="U0JO", tab="messages"))["ok"]


async def test_a_view_may_be_large_but_not_larger_than_slack_takes(local: Local) -> None:
    section = {"type": "section", "text": {"type": "mrkdwn", "text": "x" * 2900}}
    trigger = local.workspace.slips.trigger("U0THEO")
    answer = await local.call("views.open", trigger_id=trigger, view=modal(*[section] * 100))
    assert answer["error"] == "view_too_large"
