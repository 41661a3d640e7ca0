"""An unchanged slack_bolt app works against the local workspace."""

from typing import Any

from tests.localslack.support import Heard, Local, bot, until

CARD: list[dict[str, Any]] = [
    {"type": "section", "text": {"type": "mrkdwn", "text": "Send it?"}},
    {
        "type": "actions",
        "block_id": "decide",
        "elements": [
            {
                "type": "button",
                "action_id": "card.yes",
                "text": {"type": "plain_text", "text": "Yes"},
                "value": "c_1:1",
            },
            {
                "type": "overflow",
                "action_id": "card.more",
                "options": [{"text": {"type": "plain_text", "text": "Later"}, "value": "c_1:1:later"}],
            },
        ],
    },
]
MODAL: dict[str, Any] = {
    "type": "modal",
    "callback_id": "form",
    "notify_on_close": True,
    "title": {"type": "plain_text", "text": "Reject"},
    "submit": {"type": "plain_text", "text": "Send"},
    "blocks": [
        {
            "type": "input",
            "block_id": "why",
            "label": {"type": "plain_text", "text": "Why"},
            "element": {"type": "plain_text_input", "action_id": "reason"},
        }
    ],
}


async def test_a_click_reaches_the_app_and_its_update_is_seen(local: Local) -> None:
    def listeners(app: Any, heard: Heard) -> None:
        @app.action("card.yes")
        async def yes(ack: Any, body: Any, client: Any) -> None:
            await ack()
            heard.items.append(body)
            await client.chat_update(channel=body["channel"]["id"], ts=body["message"]["ts"], text="Sent", blocks=[])

    async with bot(local.base, listeners) as heard:
        metadata = {"event_type": "card", "event_payload": {"key": "c_1"}}
        posted = await local.call(
            "chat.postMessage", channel="C0SUPPORT", text="Send it?", blocks=CARD, metadata=metadata
        )
        act = {"do": "click", "me": "U0THEO", "channel": "support-desk", "ts": posted["ts"], "action_id": "card.yes"}
        seen = await local.act(**act, wait_for="message")

    body = heard.items[0]
    assert seen["ok"]
    assert seen["messages"][-1]["text"] == "Sent"
    assert [block["type"] for block in seen["messages"][-1]["blocks"]] == ["rich_text"]
    assert body["user"] == {"id": "U0THEO", "username": "theo", "name": "theo", "team_id": "T0HARBOR"}
    assert body["container"] == {
        "type": "message",
        "message_ts": posted["ts"],
        "channel_id": "C0SUPPORT",
        "is_ephemeral": False,
    }
    assert body["actions"][0]["value"] == "c_1:1"
    assert body["actions"][0]["block_id"] == "decide"
    assert body["message"]["metadata"] == metadata
    assert body["message"]["blocks"][1]["block_id"] == "decide"
    stored = await local.get("/_control/messages?channel=support-desk")
    assert stored["messages"][0]["metadata"] == metadata


async def test_a_menu_sends_the_option_that_was_chosen(local: Local) -> None:
    def listeners(app: Any, heard: Heard) -> None:
        @app.action("card.more")
        async def more(ack: Any, action: Any) -> None:
            heard.items.append(action)
            await ack()

    async with bot(local.base, listeners) as heard:
        posted = await local.call("chat.postMessage", channel="C0SUPPORT", text="Send it?", blocks=CARD)
        act = {"do": "click", "me": "U0THEO", "channel": "C0SUPPORT", "ts": posted["ts"], "action_id": "card.more"}
        assert (await local.act(**act, value="c_1:1:later"))["ok"]
    assert heard.items[0]["selected_option"]["value"] == "c_1:1:later"


def _modal_listeners(app: Any, heard: Heard) -> None:
    @app.action("card.yes")
    async def yes(ack: Any, body: Any, client: Any) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=MODAL)

    @app.view("form")
    async def form(ack: Any, view: Any) -> None:
        reason = view["state"]["values"]["why"]["reason"]["value"]
        heard.items.append(reason)
        if len(reason) < 5:
            await ack(response_action="errors", errors={"why": "Say a little more"})
        else:
            await ack()

    @app.view_closed("form")
    async def closed(ack: Any, body: Any) -> None:
        heard.items.append(("closed", body["is_cleared"]))
        await ack()


async def _open_modal(local: Local) -> str:
    posted = await local.call("chat.postMessage", channel="C0SUPPORT", text="Send it?", blocks=CARD)
    act = {"do": "click", "me": "U0THEO", "channel": "C0SUPPORT", "ts": posted["ts"], "action_id": "card.yes"}
    seen = await local.act(**act, wait_for="view")
    return str(seen["view"]["id"])


async def test_a_modal_shows_the_errors_of_the_app_and_closes_when_it_is_satisfied(local: Local) -> None:
    async with bot(local.base, _modal_listeners) as heard:
        view_id = await _open_modal(local)
        empty = await local.act(do="submit", me="U0THEO", view_id=view_id, values={})
        short = await local.act(do="submit", me="U0THEO", view_id=view_id, values={"why": {"reason": "no"}})
        good = await local.act(do="submit", me="U0THEO", view_id=view_id, values={"reason": "wrong price"})
    assert empty["errors"] == {"why": "Please complete this required field."}
    assert short["errors"] == {"why": "Say a little more"}
    assert short["view"]["id"] == view_id
    assert good["ok"]
    assert good["view"] is None
    assert heard.items == ["no", "wrong price"]


async def test_closing_a_modal_is_told_when_the_app_asked_for_it(local: Local) -> None:
    async with bot(local.base, _modal_listeners) as heard:
        view_id = await _open_modal(local)
        await local.act(do="close", me="U0THEO", view_id=view_id)
    assert heard.items == [("closed", False)]


async def test_a_slash_command_is_answered_to_its_person_only(local: Local) -> None:
    def listeners(app: Any, heard: Heard) -> None:
        @app.command("/baton")
        async def baton(ack: Any, command: Any, respond: Any) -> None:
            heard.items.append(command)
            await ack("Two things wait for you")
            await respond("And one more")

    async with bot(local.base, listeners) as heard:
        seen = await local.act(do="say", me="U0SAM", channel="billing", text="/baton queue please")
        await until(lambda: len(local.workspace.state.all("SELECT 1 FROM ephemerals")) == 2)
        threaded = await local.act(do="command", me="U0SAM", channel="billing", text="/baton x", thread_ts="1.000000")
    assert "Two things wait for you" in [each["text"] for each in seen["ephemerals"]]
    command = heard.items[0]
    assert (command["command"], command["text"], command["channel_name"]) == ("/baton", "queue please", "billing")
    assert command["user_name"] == "sam"
    assert "not supported in threads" in threaded["error"]
    other = await local.get("/_control/person?me=U0THEO")
    assert other["ephemerals"] == {}
    history = await local.call("conversations.history", channel="C0BILLING")
    assert history["messages"] == []


async def test_mentions_and_direct_messages_reach_the_app(local: Local) -> None:
    def listeners(app: Any, heard: Heard) -> None:
        @app.event("app_mention")
        async def mentioned(event: Any, say: Any) -> None:
            heard.items.append(("mention", event["text"]))
            await say(text="On it", thread_ts=event["ts"])

        @app.event("message")
        async def written(event: Any) -> None:
            heard.items.append((event["channel_type"], event["text"]))

    async with bot(local.base, listeners) as heard:
        said = await local.act(
            do="say", me="U0SAM", channel="support-desk", text="@Baton look at <b> & tell dana@example.com"
        )
        await local.act(do="say", me="U0SAM", channel="app", text="hello")
        await until(lambda: len(heard.items) == 3)
        thread = await until(lambda: _two(local, said["ts"]))
    sent = "<@U0BATON> look at &lt;b&gt; &amp; tell <mailto:dana@example.com|dana@example.com>"
    assert sorted(heard.items) == [("channel", sent), ("im", "hello"), ("mention", sent)]
    assert thread[1]["text"] == "On it"


async def _two(local: Local, ts: str) -> Any:
    found = await local.call("conversations.replies", channel="C0SUPPORT", ts=ts)
    return found["messages"] if len(found["messages"]) == 2 else None


async def test_coming_home_is_told_and_the_published_view_is_shown(local: Local) -> None:
    home = {"type": "home", "blocks": [{"type": "header", "text": {"type": "plain_text", "text": "Waiting for you"}}]}

    def listeners(app: Any, heard: Heard) -> None:
        @app.event("app_home_opened")
        async def opened(event: Any, client: Any) -> None:
            heard.items.append(event["tab"])
            await client.views_publish(user_id=event["user"], view=home)

    async with bot(local.base, listeners) as heard:
        await local.act(do="home", me="U0JO", tab="home")
        await until(lambda: heard.items)
        await until(lambda: local.workspace.state.one("SELECT 1 FROM views WHERE kind = 'home' AND user = 'U0JO'"))
    assert heard.items == ["home"]
    shown = await local.get("/_control/person?me=U0JO")
    assert shown["home"]["blocks"][0]["text"]["text"] == "Waiting for you"
