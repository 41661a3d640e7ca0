"""Every element that people press or fill in: what the app hears of it, wherever the element stands."""

import asyncio
from typing import Any

import pytest

from localslack.config import Features
from localslack.files import store as files
from tests.localslack.acting import INES, block_with, opened, option, plain, posted, press
from tests.localslack.support import Heard, Local, bot, running
from tests.localslack.test_sockets import plugged

RICH = {
    "type": "rich_text",
    "elements": [
        {"type": "rich_text_section", "elements": [{"type": "text", "text": "hello", "style": {"bold": True}}]}
    ],
}
ONE_TWO = {"options": [option("one"), option("two")]}
CHOSEN = {"text": plain("Far"), "value": "far"}
IN_ACTIONS: dict[str, tuple[dict[str, Any], Any, dict[str, Any]]] = {
    "button": ({"text": plain("Go"), "value": "v1"}, None, {"value": "v1", "text": plain("Go")}),
    "overflow": (ONE_TWO, "two", {"selected_option": option("two")}),
    "static_select": (ONE_TWO, "one", {"selected_option": option("one")}),
    "multi_static_select": (ONE_TWO, ["two", "one"], {"selected_options": [option("two"), option("one")]}),
    "external_select": ({"min_query_length": 1}, CHOSEN, {"selected_option": CHOSEN, "min_query_length": 1}),
    "multi_external_select": ({}, [CHOSEN], {"selected_options": [CHOSEN]}),
    "users_select": ({}, "U0JO", {"selected_user": "U0JO"}),
    "multi_users_select": ({}, ["U0JO", "U0BATON"], {"selected_users": ["U0JO", "U0BATON"]}),
    "channels_select": ({}, "C0SALES", {"selected_channel": "C0SALES"}),
    "multi_channels_select": ({}, ["C0SALES"], {"selected_channels": ["C0SALES"]}),
    "conversations_select": ({}, "C0BILLING", {"selected_conversation": "C0BILLING"}),
    "multi_conversations_select": ({}, ["U0SAM"], {"selected_conversations": ["U0SAM"]}),
    "checkboxes": (ONE_TWO, ["one"], {"selected_options": [option("one")]}),
    "radio_buttons": (ONE_TWO, "two", {"selected_option": option("two")}),
    "datepicker": ({"initial_date": "2026-11-01"}, "2026-12-24", {"selected_date": "2026-12-24"}),
    "timepicker": ({"timezone": "Europe/Berlin"}, "14:05", {"selected_time": "14:05", "timezone": "Europe/Berlin"}),
    "datetimepicker": ({}, 1795000000, {"selected_date_time": 1795000000}),
    "workflow_button": (
        {"text": plain("Run"), "workflow": {"trigger": {"url": "https://slack.com/shortcuts/Ft01/abc"}}},
        None,
        {"text": plain("Run")},
    ),
}
IN_CONTEXT: dict[str, tuple[dict[str, Any], Any, dict[str, Any]]] = {
    "feedback_buttons": (
        {
            "positive_button": {"text": plain("Good"), "value": "up"},
            "negative_button": {"text": plain("Bad"), "value": "down"},
        },
        "down",
        {"value": "down", "text": plain("Bad")},
    ),
    "icon_button": (
        {"icon": "trash", "text": plain("Delete"), "value": "x"},
        None,
        {"value": "x", "text": plain("Delete")},
    ),
}
IN_INPUT: dict[str, tuple[dict[str, Any], Any, dict[str, Any]]] = {
    "plain_text_input": ({}, "some words", {"value": "some words"}),
    "email_text_input": ({}, "dana@example.com", {"value": "dana@example.com"}),
    "url_text_input": ({}, "https://example.com/a", {"value": "https://example.com/a"}),
    "number_input": ({"is_decimal_allowed": True}, "1.5", {"value": "1.5"}),
    "rich_text_input": ({}, RICH, {"rich_text_value": RICH}),
}
KINDS = [
    *(("section" if kind.startswith("multi_") else "actions", kind, *rest) for kind, rest in IN_ACTIONS.items()),
    *(("context_actions", kind, *rest) for kind, rest in IN_CONTEXT.items()),
    *(("input", kind, *rest) for kind, rest in IN_INPUT.items()),
]


def all_heard(app: Any, heard: Heard) -> None:
    @app.action({"action_id": "a"})
    async def pressed(ack: Any, body: Any) -> None:
        heard.items.append(body)
        await ack()


@pytest.mark.parametrize(("holder", "kind", "fields", "raw", "wanted"), KINDS, ids=[each[1] for each in KINDS])
async def test_the_app_hears_what_was_chosen_in_every_kind_of_element(
    local: Local, holder: str, kind: str, fields: Any, raw: Any, wanted: Any
) -> None:
    element = {"type": kind, "action_id": "a", **fields}
    async with bot(local.base, all_heard) as heard:
        if holder == "input":
            view = await opened(local, block_with(holder, element))
            seen = await local.act(do="click", me="U0THEO", view_id=view["id"], action_id="a", value=raw)
        else:
            seen = await local.act(**press(await posted(local, block_with(holder, element)), value=raw))
    assert seen["ok"], seen
    entry = heard.items[0]["actions"][0]
    assert {key: entry[key] for key in wanted} == wanted
    assert (entry["type"], entry["action_id"], entry["block_id"]) == (kind, "a", "b")
    assert entry["action_ts"]
    state = heard.items[0]["view"]["state"] if holder == "input" else heard.items[0]["state"]
    kept = {key: value for key, value in wanted.items() if key.startswith(("selected", "value", "rich", "timezone"))}
    pressed_only = kind in {"button", "overflow", "workflow_button"} or holder == "context_actions"
    assert state["values"] == ({} if pressed_only else {"b": {"a": {"type": kind, **kept}}})


async def test_files_of_a_form_arrive_as_file_objects_the_app_may_read(local: Local) -> None:
    kept = files.keep(local.workspace, "U0THEO", "receipt.pdf", b"%PDF")
    element = {"type": "file_input", "action_id": "a", "filetypes": ["pdf"], "max_files": 1}
    view = await opened(local, block_with("input", element), callback_id="form")

    def form(app: Any, heard: Heard) -> None:
        @app.view("form")
        async def sent(ack: Any, view: Any, client: Any) -> None:
            given = view["state"]["values"]["b"]["a"]["files"][0]
            heard.items.append((given["name"], (await client.files_info(file=given["id"]))["file"]["name"]))
            await ack()

    async with bot(local.base, form) as heard:
        seen = await local.act(do="submit", me="U0THEO", view_id=view["id"], values={"a": [kept.id]})
    assert seen["ok"], seen
    assert heard.items == [("receipt.pdf", "receipt.pdf")]


async def test_a_form_takes_only_the_persons_own_files_of_the_wanted_kind(local: Local) -> None:
    def form(app: Any, heard: Heard) -> None:
        @app.view("form")
        async def sent(ack: Any, body: Any) -> None:
            heard.items.append(body)
            await ack()

    other = files.keep(local.workspace, "U0SAM", "receipt.pdf", b"%PDF")
    picture = files.keep(local.workspace, "U0THEO", "cat.png", b"png")
    element = {"type": "file_input", "action_id": "a", "filetypes": ["pdf"]}
    view = await opened(local, block_with("input", element), callback_id="form")
    async with bot(local.base, form) as heard:
        for file in (other, picture):
            seen = await local.act(do="submit", me="U0THEO", view_id=view["id"], values={"a": [file.id]})
            assert not seen["ok"], file
    assert heard.items == []


def nested(element: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    card = {"type": "card", "title": {"type": "mrkdwn", "text": "T"}, "actions": [element]}
    actions = {"type": "actions", "elements": [element]}
    return {
        "section": [{"type": "section", "text": plain("x"), "accessory": element}],
        "card": [card],
        "carousel": [{"type": "carousel", "elements": [card]}],
        "container": [{"type": "container", "title": plain("T"), "child_blocks": [actions]}],
    }


@pytest.mark.parametrize("place", ["section", "card", "carousel", "container"])
async def test_an_element_is_pressed_wherever_it_stands_also_without_ids_of_its_own(local: Local, place: str) -> None:
    blocks = nested({"type": "button", "text": plain("Go"), "value": "deep"})[place]
    async with plugged(local) as socket:
        ts = await posted(local, *blocks)
        local.workspace.state.run("DELETE FROM deliveries")
        message = (await local.get("/_control/messages?channel=support-desk"))["messages"][-1]
        found = _button(message["blocks"])
        frame, seen = await asyncio.gather(_take(socket), local.act(**press(ts, action_id=found["action_id"])))
    assert seen["ok"], seen
    entry = frame["payload"]["actions"][0]
    assert entry["value"] == "deep" and entry["block_id"] and entry["action_id"] == found["action_id"]


def _button(value: Any) -> Any:
    if isinstance(value, list):
        return next((found for each in value if (found := _button(each))), None)
    if not isinstance(value, dict):
        return None
    return value if value.get("type") == "button" else _button(list(value.values()))


async def _take(socket: Any) -> Any:
    frame = await socket.receive_json(timeout=5)
    await socket.send_json({"envelope_id": frame["envelope_id"]})
    return frame


async def test_a_press_in_an_attachment_names_the_attachment(local: Local) -> None:
    attachment = {"color": "#ff0000", "blocks": [block_with("actions", {"type": "button", "text": plain("Go")})]}
    attachment["blocks"][0]["elements"][0]["action_id"] = "a"
    async with bot(local.base, all_heard) as heard:
        ts = await posted(local, attachments=[{"text": "first"}, attachment])
        seen = await local.act(**press(ts))
    assert seen["ok"], seen
    where = heard.items[0]["container"]
    assert (where["type"], where["attachment_id"], where["is_app_unfurl"]) == ("message_attachment", 2, False)
    assert heard.items[0]["message"]["attachments"][1]["fallback"] == "[no preview available]"


async def test_what_was_chosen_before_stands_in_the_state_of_a_later_press(local: Local) -> None:
    row = block_with("actions", {"type": "static_select", "action_id": "s", **ONE_TWO})
    row["elements"].append({"type": "button", "action_id": "a", "text": plain("Go")})
    async with bot(local.base, all_heard) as heard:
        await local.act(**press(await posted(local, row), values={"b": {"s": "two"}}))
    state = heard.items[0]["state"]["values"]
    assert state == {"b": {"s": {"type": "static_select", "selected_option": option("two")}}}


async def test_a_press_on_what_only_one_person_sees_carries_no_message(local: Local) -> None:
    button = block_with("actions", {"type": "button", "action_id": "a", "text": plain("Go")})
    whisper = {"channel": "C0SUPPORT", "user": "U0THEO", "text": "x", "blocks": [button]}
    async with bot(local.base, all_heard) as heard:
        ts = (await local.call("chat.postEphemeral", **whisper))["message_ts"]
        assert (await local.act(**press(ts)))["ok"]
        other = await local.act(**press(ts, me="U0SAM"))
    assert "message" not in heard.items[0] and heard.items[0]["container"]["is_ephemeral"]
    assert heard.items[0]["response_url"]
    assert not other["ok"] and len(heard.items) == 1


async def test_a_press_on_a_message_that_is_gone_or_has_changed_is_not_told_to_the_app(local: Local) -> None:
    button = block_with("actions", {"type": "button", "action_id": "a", "text": plain("Go")})
    async with bot(local.base, all_heard) as heard:
        changed, deleted = await posted(local, button), await posted(local, button)
        await local.call("chat.update", channel="C0SUPPORT", ts=changed, text="decided", blocks=[])
        await local.call("chat.delete", channel="C0SUPPORT", ts=deleted)
        for ts in (changed, deleted):
            seen = await local.act(**press(ts))
            assert "not there any more" in seen["error"]
    assert heard.items == []


async def test_an_input_is_sent_with_its_form_unless_it_dispatches(local: Local) -> None:
    quiet = block_with("input", {"type": "plain_text_input", "action_id": "a"}) | {"dispatch_action": False}
    view = await opened(local, quiet)
    async with bot(local.base, all_heard) as heard:
        seen = await local.act(do="click", me="U0THEO", view_id=view["id"], action_id="a", value="x")
    assert not seen["ok"] and heard.items == []


async def test_a_button_for_some_people_cannot_be_pressed_by_others(local: Local) -> None:
    button = {"type": "button", "action_id": "a", "text": plain("Go"), "visible_to_user_ids": ["U0SAM"]}
    async with bot(local.base, all_heard) as heard:
        ts = await posted(local, block_with("actions", button))
        assert not (await local.act(**press(ts)))["ok"]
        assert (await local.act(**press(ts, me="U0SAM")))["ok"]
    assert [body["user"]["id"] for body in heard.items] == ["U0SAM"]


FILTERS: list[tuple[dict[str, Any], str, bool]] = [
    ({}, "U0SAM", True),
    ({}, "C0SHARED", True),
    ({"exclude_external_shared_channels": True}, "C0SHARED", False),
    ({"exclude_bot_users": True}, "U0BATON", False),
    ({"include": ["private"]}, "C0SALES", False),
    ({"include": ["private"]}, "C0SECRET", True),
    ({"include": ["im"]}, "U0SAM", True),
    ({"include": ["im", "mpim"]}, "C0SALES", False),
    ({}, "C0CLOSED", False),
    ({}, "C0ARCHIVED", False),
]


@pytest.mark.parametrize(("wanted", "chosen", "offered"), FILTERS)
async def test_a_menu_of_conversations_offers_what_its_filter_lets_through(
    local: Local, wanted: Any, chosen: str, offered: bool
) -> None:
    rooms = local.workspace.rooms
    for name, members, changes in (
        ("shared", ("U0THEO",), {"shared": "ext"}),
        ("secret", ("U0THEO",), {"private": True}),
        ("closed", ("U0SAM",), {"private": True}),
        ("archived", ("U0THEO",), {"archived": True}),
    ):
        local.workspace.state.run(
            "INSERT INTO channels (id, kind, name, topic, created) VALUES (?, 'channel', ?, '', 0)",
            *(f"C0{name.upper()}", name),
        )
        for user in members:
            rooms.join(f"C0{name.upper()}", user)
        rooms.change(f"C0{name.upper()}", **changes)
    element = {"type": "conversations_select", "action_id": "a", **({"filter": wanted} if wanted else {})}
    async with bot(local.base, all_heard):
        seen = await local.act(**press(await posted(local, block_with("actions", element)), value=chosen))
    assert seen["ok"] == offered, seen


@pytest.mark.parametrize(
    ("kind", "fields", "raw"),
    [
        ("static_select", ONE_TWO, "three"),
        ("multi_static_select", {**ONE_TWO, "max_selected_items": 1}, ["one", "two"]),
        ("external_select", {}, "far"),
        ("users_select", {}, "U0NOBODY"),
        ("channels_select", {}, "C0NOWHERE"),
        ("datepicker", {}, "tomorrow"),
        ("timepicker", {}, "noon"),
        ("datetimepicker", {}, "soon"),
    ],
)
async def test_nobody_can_choose_what_an_element_does_not_offer(local: Local, kind: str, fields: Any, raw: Any) -> None:
    element = {"type": kind, "action_id": "a", **fields}
    holder = "actions" if kind == "datetimepicker" else "section"
    async with bot(local.base, all_heard) as heard:
        seen = await local.act(**press(await posted(local, block_with(holder, element)), value=raw))
    assert not seen["ok"] and heard.items == []


async def test_what_a_menu_starts_with_may_stay_though_its_person_could_not_choose_it(local: Local) -> None:
    local.workspace.rooms.change("C0BILLING", private=True)
    local.workspace.rooms.leave("C0BILLING", "U0THEO")
    start = {"type": "conversations_select", "action_id": "s", "initial_conversation": "C0BILLING"}
    row = block_with("actions", start)
    row["elements"].append({"type": "button", "action_id": "a", "text": plain("Go")})
    async with bot(local.base, all_heard) as heard:
        ts = await posted(local, row)
        assert (await local.act(**press(ts, values={"b": {"s": "C0BILLING"}})))["ok"]
        assert not (await local.act(**press(ts, values={"b": {"s": "C0NOWHERE"}})))["ok"]
    assert heard.items[0]["state"]["values"]["b"]["s"]["selected_conversation"] == "C0BILLING"


async def test_a_stranger_presses_with_the_team_of_their_own(local: Local) -> None:
    local.workspace.people.add("U0FAR", INES)
    local.workspace.rooms.join("C0SUPPORT", "U0FAR")
    button = block_with("actions", {"type": "button", "action_id": "a", "text": plain("Go")})
    async with bot(local.base, all_heard) as heard:
        ts = await posted(local, button)
        assert not (await local.act(**press(ts, me="U0FAR")))["ok"]
        local.workspace.rooms.change("C0SUPPORT", shared="ext")
        assert (await local.act(**press(ts, me="U0FAR")))["ok"]
    assert heard.items[0]["user"]["team_id"] == "T0ELSE"
    assert heard.items[0]["team"]["id"] == "T0HARBOR"


async def test_an_app_without_interactivity_is_told_nothing_and_the_person_reads_why() -> None:
    button = block_with("actions", {"type": "button", "action_id": "a", "text": plain("Go")})
    async with running(features=Features(interactive=False)) as local, bot(local.base, all_heard) as heard:
        seen = await local.act(**press(await posted(local, button)))
    assert seen["error"] == "This app is not configured to handle interactive responses."
    assert heard.items == []
