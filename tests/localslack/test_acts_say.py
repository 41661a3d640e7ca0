"""What a person types arrives as Slack's composer would send it: the text, and the rich_text block."""

from typing import Any

import pytest

from localslack.config import Command, Features
from localslack.talk.compose import as_rich_text
from tests.localslack.support import Heard, Local, bot, running, until


def text(words: str, **style: bool) -> dict[str, Any]:
    return {"type": "text", "text": words, **({"style": style} if style else {})}


def section(*elements: dict[str, Any]) -> dict[str, Any]:
    return {"type": "rich_text_section", "elements": list(elements)}


def bullets(indent: int, *items: str, style: str = "bullet") -> dict[str, Any]:
    sections = [section(text(item)) for item in items]
    return {"type": "rich_text_list", "elements": sections, "style": style, "indent": indent, "border": 0}


def link(url: str, **more: str) -> dict[str, Any]:
    return {"type": "link", "url": url, **more}


TYPED: list[tuple[str, str, list[dict[str, Any]]]] = [
    ("plain", "plain", [section(text("plain"))]),
    ("a < b & c", "a &lt; b &amp; c", [section(text("a < b & c"))]),
    ("@Theo Okafor, hi", "<@U0THEO>, hi", [section({"type": "user", "user_id": "U0THEO"}, text(", hi"))]),
    ("ask @theo", "ask <@U0THEO>", [section(text("ask "), {"type": "user", "user_id": "U0THEO"})]),
    ("<@U0SAM>", "<@U0SAM>", [section({"type": "user", "user_id": "U0SAM"})]),
    ("@theoretical", "@theoretical", [section(text("@theoretical"))]),
    ("@support!", "<!subteam^S0SUPPORT>!", [section({"type": "usergroup", "usergroup_id": "S0SUPPORT"}, text("!"))]),
    ("in #sales", "in <#C0SALES>", [section(text("in "), {"type": "channel", "channel_id": "C0SALES"})]),
    ("@here go", "<!here> go", [section({"type": "broadcast", "range": "here"}, text(" go"))]),
    ("@channel", "<!channel>", [section({"type": "broadcast", "range": "channel"})]),
    ("well done :tada:", "well done :tada:", [section(text("well done "), {"type": "emoji", "name": "tada"})]),
    ("at 10:30:45", "at 10:30:45", [section(text("at 10:30:45"))]),
    (
        "see https://example.com/a?b=1&c=2.",
        "see <https://example.com/a?b=1&amp;c=2>.",
        [section(text("see "), link("https://example.com/a?b=1&c=2"), text("."))],
    ),
    (
        "dana@example.com",
        "<mailto:dana@example.com|dana@example.com>",
        [section(link("mailto:dana@example.com", text="dana@example.com"))],
    ),
    ("*bold*", "*bold*", [section(text("bold", bold=True))]),
    ("_it_ and ~no~", "_it_ and ~no~", [section(text("it", italic=True), text(" and "), text("no", strike=True))]),
    ("*_both_*", "*_both_*", [section(text("both", bold=True, italic=True))]),
    ("`a *b*`", "`a *b*`", [section(text("a *b*", code=True))]),
    ("`@theo`", "`@theo`", [section(text("@theo", code=True))]),
    ("2*3*4 and snake_case_name", "2*3*4 and snake_case_name", [section(text("2*3*4 and snake_case_name"))]),
    ("* not bold *", "• not bold *", [bullets(0, "not bold *")]),
    (
        "*@theo*",
        "*<@U0THEO>*",
        [section({"type": "user", "user_id": "U0THEO", "style": {"bold": True}})],
    ),
    (
        "> said\n> so\nend",
        "&gt; said\n&gt; so\nend",
        [{"type": "rich_text_quote", "elements": [text("said\nso")]}, section(text("end"))],
    ),
    (
        "- one\n  - two\n- three",
        "• one\n    ◦ two\n• three",
        [bullets(0, "one"), bullets(1, "two"), bullets(0, "three")],
    ),
    ("2. two\n3. three", "2. two\n3. three", [{**bullets(0, "two", "three", style="ordered"), "offset": 1}]),
    (
        "look:\n```\nif a < b:\n    @theo\n```",
        "look:\n```\nif a &lt; b:\n    @theo\n```",
        [
            section(text("look:")),
            {"type": "rich_text_preformatted", "elements": [text("if a < b:\n    @theo")], "border": 0},
        ],
    ),
]


@pytest.mark.parametrize(("typed", "sent", "elements"), TYPED, ids=[each[0][:20] for each in TYPED])
async def test_typed_text_becomes_slacks_text_and_block(local: Local, typed: str, sent: str, elements: Any) -> None:
    ts = (await local.act(do="say", me="U0SAM", channel="sales", text=typed))["ts"]
    [message] = (await local.get("/_control/messages?channel=sales"))["messages"]
    assert (message["ts"], message["text"]) == (ts, sent)
    assert message["blocks"][0]["type"] == "rich_text" and message["blocks"][0]["block_id"]
    assert message["blocks"][0]["elements"] == elements


def test_hostile_runs_of_marks_are_read_in_no_time() -> None:
    assert as_rich_text("*a " * 10_000)["elements"]


async def test_a_reply_can_go_to_the_channel_too(local: Local) -> None:
    root = (await local.act(do="say", me="U0SAM", channel="sales", text="root"))["ts"]
    await local.act(do="say", me="U0SAM", channel="sales", text="only here", thread_ts=root)
    await local.act(do="say", me="U0SAM", channel="sales", text="for all", thread_ts=root, broadcast=True)
    top = (await local.call("conversations.history", channel="C0SALES"))["messages"]
    assert [each["text"] for each in top] == ["for all", "root"]
    assert top[0]["subtype"] == "thread_broadcast"


async def test_an_edit_is_told_and_marked_and_only_ones_own(local: Local) -> None:
    def listeners(app: Any, heard: Heard) -> None:
        @app.event({"type": "message", "subtype": "message_changed"})
        async def changed(event: Any) -> None:
            heard.items.append((event["previous_message"]["text"], event["message"]["text"]))

    async with bot(local.base, listeners) as heard:
        ts = (await local.act(do="say", me="U0SAM", channel="sales", text="frist"))["ts"]
        edit = {"do": "edit", "channel": "sales", "ts": ts, "text": "*first*"}
        assert not (await local.act(**edit, me="U0THEO"))["ok"]
        assert (await local.act(**edit, me="U0SAM"))["ok"]
        await until(lambda: heard.items)
    [message] = (await local.get("/_control/messages?channel=sales"))["messages"]
    assert heard.items == [("frist", "*first*")]
    assert message["edited"]["user"] == "U0SAM"
    assert message["blocks"][0]["elements"] == [section(text("first", bold=True))]


async def test_one_deletes_ones_own_and_admins_delete_anybodys(local: Local) -> None:
    ours = [(await local.act(do="say", me="U0SAM", channel="sales", text=each))["ts"] for each in ("one", "two")]
    bots = (await local.call("chat.postMessage", channel="C0SALES", text="three"))["ts"]
    gone = {"do": "delete", "channel": "sales"}
    assert not (await local.act(**gone, me="U0THEO", ts=ours[0]))["ok"]
    assert not (await local.act(do="edit", me="U0MAYA", channel="sales", ts=bots, text="x"))["ok"]
    for me, ts in (("U0SAM", ours[0]), ("U0MAYA", ours[1]), ("U0MAYA", bots)):
        assert (await local.act(**gone, me=me, ts=ts))["ok"]
    assert (await local.get("/_control/messages?channel=sales"))["messages"] == []


async def test_what_only_one_sees_is_put_away_by_that_person(local: Local) -> None:
    ts = (await local.call("chat.postEphemeral", channel="C0SALES", user="U0SAM", text="psst"))["message_ts"]
    assert not (await local.act(do="delete", me="U0MAYA", channel="sales", ts=ts))["ok"]
    assert (await local.act(do="delete", me="U0SAM", channel="sales", ts=ts))["ok"]
    assert (await local.get("/_control/person?me=U0SAM"))["ephemerals"] == {}


async def test_a_command_that_wants_it_gets_names_behind_the_ids() -> None:
    def listeners(app: Any, heard: Heard) -> None:
        @app.command("/ask")
        async def ask(ack: Any, command: Any) -> None:
            heard.items.append(command["text"])
            await ack()

        @app.command("/raw")
        async def raw(ack: Any, command: Any) -> None:
            heard.items.append(command["text"])
            await ack()

    known = (Command("/ask", "", "", True), Command("/raw", "", "", False))
    async with running(commands=known) as local, bot(local.base, listeners) as heard:
        for name in ("/ask", "/raw"):
            await local.act(do="say", me="U0SAM", channel="sales", text=f"{name} @theo in #sales & @support")
    assert heard.items == [
        "<@U0THEO|theo> in <#C0SALES|sales> &amp; <!subteam^S0SUPPORT|@support>",
        "@theo in #sales & @support",
    ]


async def test_an_app_that_reads_nothing_cannot_be_written_to() -> None:
    async with running(features=Features(reads=False)) as local:
        seen = await local.act(do="say", me="U0SAM", channel="app", text="hello")
        assert seen["error"] == "Sending messages to this app has been turned off."


async def test_a_pressed_prompt_is_said_as_it_is(local: Local) -> None:
    ts = (await local.act(do="prompt", me="U0SAM", channel="app", text="/status of T-1042"))["ts"]
    direct = local.workspace.direct(frozenset({"U0SAM", "U0BATON"}))
    [message] = (await local.call("conversations.history", channel=direct.id))["messages"]
    assert (message["ts"], message["text"]) == (ts, "/status of T-1042")
