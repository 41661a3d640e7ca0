"""What Slack makes of the text and the blocks an app writes: escaped, linked, with a block of its own, spelled out."""

from typing import Any

import pytest

from localslack.talk.compose import NO_TEXT, as_kept, as_rich_text
from tests.localslack.support import Heard, Local, bot, until
from tests.localslack.test_events import told

ROOM = {"channel": "C0SUPPORT"}
DIVIDER = {"type": "divider", "block_id": "line"}
METADATA = {"event_type": "card", "event_payload": {"key": "c_1"}}
KEPT = [
    ("Tom & Jerry <3", "Tom &amp; Jerry &lt;3"),
    ("x > 1 && y", "x &gt; 1 &amp;&amp; y"),
    ("a &lt;b&gt; &amp; c", "a &lt;b&gt; &amp; c"),
    ("&nbsp;", "&amp;nbsp;"),
    ("<@U0SAM> <#C0SALES|sales> <!subteam^S0SUPPORT|@support> <!here>",) * 2,
    ("<!date^1392734382^Posted {date_num}^https://example.com/|then>",) * 2,
    ("<https://example.com/a|the page>, <mailto:dana@example.com|Dana>",) * 2,
    ("<https://example.com/?a=1&b=2|a & b>", "<https://example.com/?a=1&amp;b=2|a &amp; b>"),
    ("<div> <@sam> <!nobody>", "&lt;div&gt; &lt;@sam&gt; &lt;!nobody&gt;"),
    ("see https://example.com/a?b=1.", "see <https://example.com/a?b=1>."),
    ("https://example.com/dana@example.com", "<https://example.com/dana@example.com>"),
    ("ask dana@example.com", "ask <mailto:dana@example.com|dana@example.com>"),
    ("`https://example.com <b>`", "`https://example.com &lt;b&gt;`"),
]


async def newest(local: Local) -> dict[str, Any]:
    return dict((await local.call("conversations.history", **ROOM, limit=1))["messages"][0])


def read(message: dict[str, Any]) -> list[Any]:
    """Return what stands in the one rich_text block of a message."""
    [block] = message["blocks"]
    assert (block["type"], bool(block["block_id"])) == ("rich_text", True)
    return list(block["elements"])


def section(*elements: dict[str, Any]) -> dict[str, Any]:
    return {"type": "rich_text_section", "elements": list(elements)}


def words(text: str, **style: bool) -> dict[str, Any]:
    return {"type": "text", "text": text, **({"style": style} if style else {})}


@pytest.mark.parametrize(("written", "kept"), KEPT, ids=[each[0][:20] for each in KEPT])
async def test_what_an_app_writes_is_kept_escaped_and_linked(local: Local, written: str, kept: str) -> None:
    answer = await local.call("chat.postMessage", **ROOM, text=written)
    assert answer["message"]["text"] == (await newest(local))["text"] == kept
    assert as_kept(kept) == kept


@pytest.mark.parametrize("text", ["a." * 20_000, "<" * 40_000, "`" * 40_000, "<!date^1^" * 4_000, "\n>>>" * 10_000])
def test_hostile_text_is_read_in_no_time(text: str) -> None:
    assert as_rich_text(as_kept(text))["elements"]


async def test_a_text_alone_gets_a_block_and_its_marks_are_read(local: Local) -> None:
    text = "*Hi* <@U0SAM>, <https://example.com|a page> & `<#C0SALES>`\n>>> all\nof it"
    message = (await local.call("chat.postMessage", **ROOM, text=text))["message"]
    first, quote = read(message)
    assert first["elements"] == [
        words("Hi", bold=True),
        words(" "),
        {"type": "user", "user_id": "U0SAM"},
        words(", "),
        {"type": "link", "url": "https://example.com", "text": "a page"},
        words(" & "),
        {"type": "channel", "channel_id": "C0SALES", "style": {"code": True}},
    ]
    assert quote == {"type": "rich_text_quote", "elements": [words("all\nof it")]}


async def test_a_date_in_a_text_is_a_date_in_its_block(local: Local) -> None:
    text = "<!date^1392734382^on {date_num}^https://example.com/|then>"
    message = (await local.call("chat.postMessage", **ROOM, text=text))["message"]
    date = {"type": "date", "timestamp": 1392734382, "format": "on {date_num}", "fallback": "then"}
    assert read(message) == [section({**date, "url": "https://example.com/"})]


async def test_without_mrkdwn_nothing_is_read(local: Local) -> None:
    message = (await local.call("chat.postMessage", **ROOM, text="*no* <3", mrkdwn=False))["message"]
    assert (message["text"], read(message)) == ("*no* &lt;3", [section(words("*no* <3"))])


async def test_every_way_of_writing_gives_a_text_its_block(local: Local) -> None:
    ts = (await local.call("chat.postMessage", **ROOM, text="x", blocks=[DIVIDER]))["ts"]
    updated = (await local.call("chat.update", **ROOM, ts=ts, text="one"))["message"]
    at = int(local.clock.now().timestamp()) + 60
    promised = (await local.call("chat.scheduleMessage", **ROOM, text="two", post_at=at))["message"]
    local.clock.move(61)
    await until(lambda: local.workspace.state.one("SELECT 1 FROM messages WHERE json_extract(body, '$.text') = 'two'"))
    later = await newest(local)
    hook = local.workspace.slips.hook("C0SUPPORT", "U0THEO", None, False, None)
    async with local.http.post(f"{local.base}/_hooks/{hook}", json={"text": "three", "response_type": "in_channel"}):
        answered = await newest(local)
    shown = [read(each) for each in (updated, promised, later, answered)]
    assert shown == [[section(words(text))] for text in ("one", "two", "two", "three")]


async def test_blocks_alone_have_slacks_words_for_a_text_everywhere(local: Local) -> None:
    answer = await local.call("chat.postMessage", **ROOM, blocks=[DIVIDER])
    [event] = told(local)
    assert [answer["message"]["text"], (await newest(local))["text"], event["text"]] == [NO_TEXT] * 3


async def test_markdown_is_worded_in_slacks_marks_in_the_text(local: Local) -> None:
    message = (await local.call("chat.postMessage", **ROOM, markdown_text="**a** [b](https://example.com)"))["message"]
    assert message["text"] == "*a* <https://example.com|b>"


async def test_texts_in_blocks_say_whether_they_have_emoji_or_are_verbatim(local: Local) -> None:
    given = {"text": {"type": "plain_text", "text": "Go"}, "value": "go"}
    own = {"text": {"type": "plain_text", "text": "No", "emoji": False}, "value": "no"}
    menu = {"type": "overflow", "action_id": "a", "options": [given, own]}
    blocks = [
        {"type": "section", "text": {"type": "mrkdwn", "text": "*a*"}, "accessory": menu},
        {"type": "context", "elements": [{"type": "mrkdwn", "text": "b", "verbatim": True}]},
        {"type": "rich_text", "elements": [section(words("c"))]},
    ]
    first, second, third = (await local.call("chat.postMessage", **ROOM, text="x", blocks=blocks))["message"]["blocks"]
    assert first["text"] == {"type": "mrkdwn", "text": "*a*", "verbatim": False}
    assert [each["text"]["emoji"] for each in first["accessory"]["options"]] == [True, False]
    assert second["elements"][0]["verbatim"] is True
    assert third["elements"] == [section(words("c"))]
    view = {"type": "modal", "title": {"type": "plain_text", "text": "T"}, "blocks": blocks}
    trigger = local.workspace.slips.trigger("U0THEO")
    opened = (await local.call("views.open", trigger_id=trigger, view=view))["view"]
    assert (opened["title"]["emoji"], opened["blocks"][0]["text"]["verbatim"]) == (True, False)


async def test_events_carry_the_metadata_and_history_only_when_asked(local: Local) -> None:
    ts = (await local.call("chat.postMessage", **ROOM, text="x", metadata=METADATA))["ts"]
    await local.call("chat.update", **ROOM, ts=ts, text="y")
    assert "metadata" not in await newest(local)
    await local.call("chat.delete", **ROOM, ts=ts)
    posted, changed, gone = told(local)
    assert posted["metadata"] == changed["message"]["metadata"] == METADATA
    assert changed["previous_message"]["metadata"] == gone["previous_message"]["metadata"] == METADATA


async def test_answers_to_updates_and_to_messages_for_later_carry_the_metadata(local: Local) -> None:
    ts = (await local.call("chat.postMessage", **ROOM, text="x"))["ts"]
    updated = await local.call("chat.update", **ROOM, ts=ts, text="y", metadata=METADATA)
    at = int(local.clock.now().timestamp()) + 60
    later = await local.call("chat.scheduleMessage", **ROOM, text="z", post_at=at, metadata=METADATA)
    assert updated["message"]["metadata"] == later["message"]["metadata"] == METADATA


@pytest.mark.parametrize("as_form", [True, False])
async def test_half_a_surrogate_pair_is_replaced(local: Local, as_form: bool) -> None:
    headers = {"Authorization": "Bearer xoxb-local", "Content-Type": "application/json; charset=utf-8"}
    blocks = r'[{"type": "section", "text": {"type": "plain_text", "text": "a\ud800b \ud83c\udf89"}}]'
    if as_form:
        sent: dict[str, Any] = {"data": {**ROOM, "text": "x", "blocks": blocks}}
        del headers["Content-Type"]
    else:
        sent = {"data": '{"channel": "C0SUPPORT", "text": "x", "blocks": ' + blocks + "}"}
    async with local.http.post(f"{local.base}/api/chat.postMessage", headers=headers, **sent) as answer:
        assert answer.status == 200
    assert (await newest(local))["blocks"][0]["text"]["text"] == "a\ufffdb 🎉"


async def test_half_a_surrogate_pair_that_somebody_types_or_an_app_answers_is_replaced(local: Local) -> None:
    def listeners(app: Any, heard: Heard) -> None:
        @app.command("/say")
        async def say(ack: Any) -> None:
            await ack({"text": "b\udc00", "response_type": "in_channel"})

    assert (await local.act(do="say", me="U0SAM", channel="support-desk", text="a\ud800"))["ok"]
    async with bot(local.base, listeners):
        assert (await local.act(do="say", me="U0SAM", channel="support-desk", text="/say"))["ok"]
    stored = (await local.get("/_control/messages?channel=support-desk"))["messages"]
    assert [each["text"] for each in stored] == ["a\ufffd", "b\ufffd"]
