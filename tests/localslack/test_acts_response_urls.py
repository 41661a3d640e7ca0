"""Response URLs: what the app says later to a press, a shortcut or a command, and when it no longer can."""

from typing import Any

import pytest

from tests.localslack.acting import block_with, plain, posted, press
from tests.localslack.support import Heard, Local, bot, until

GO = block_with("actions", {"type": "button", "action_id": "a", "text": plain("Go")})


async def hook_of(local: Local, ts: str, **more: Any) -> str:
    """Press the button and return the response URL the app was given."""

    def listeners(app: Any, heard: Heard) -> None:
        @app.action("a")
        async def go(ack: Any, body: Any) -> None:
            heard.items.append(body["response_url"])
            await ack()

    async with bot(local.base, listeners) as heard:
        assert (await local.act(**press(ts, **more)))["ok"]
    return str(heard.items[0])


async def say(local: Local, url: str, **body: Any) -> tuple[int, str]:
    async with local.http.post(url, json=body) as answer:
        return answer.status, await answer.text()


async def written(local: Local) -> list[dict[str, Any]]:
    return list((await local.get("/_control/messages?channel=support-desk"))["messages"])


async def whispered(local: Local, me: str = "U0THEO") -> list[dict[str, Any]]:
    found = (await local.get(f"/_control/person?me={me}"))["ephemerals"]
    return list(found.get("C0SUPPORT", []))


@pytest.mark.parametrize("said", [{}, {"replace_original": True}, {"response_type": "in_channel"}])
async def test_the_message_is_replaced_unless_the_app_says_otherwise(local: Local, said: Any) -> None:
    ts = await posted(local, GO)
    assert await say(local, await hook_of(local, ts), text="Done", **said) == (200, '{"ok": true}')
    [message] = await written(local)
    assert (message["ts"], message["text"]) == (ts, "Done")
    assert [block["type"] for block in message["blocks"]] == ["rich_text"] and message["edited"]


async def test_a_replaced_reply_stays_in_its_thread(local: Local) -> None:
    root = await posted(local)
    ts = await posted(local, GO, thread_ts=root)
    await say(local, await hook_of(local, ts), text="Done", replace_original=True)
    replies = await local.call("conversations.replies", channel="C0SUPPORT", ts=root)
    assert [(each["ts"], each["text"]) for each in replies["messages"]] == [(root, "x"), (ts, "Done")]


async def test_something_new_is_for_the_person_or_for_everybody_and_in_a_thread_only_if_named(local: Local) -> None:
    root = await posted(local)
    url = await hook_of(local, await posted(local, GO, thread_ts=root))
    await say(local, url, text="for you", replace_original=False)
    await say(local, url, text="for all", replace_original=False, response_type="in_channel")
    await say(local, url, text="below", replace_original=False, response_type="in_channel", thread_ts=root)
    assert [each["text"] for each in await whispered(local)] == ["for you"]
    assert await whispered(local, "U0SAM") == []
    found = {each["text"]: each.get("thread_ts") for each in await written(local)}
    assert (found["for all"], found["below"]) == (None, root)


async def test_the_message_is_taken_away(local: Local) -> None:
    url = await hook_of(local, await posted(local, GO))
    await say(local, url, delete_original=True)
    assert await written(local) == []


async def test_what_only_one_person_sees_is_replaced_and_taken_away(local: Local) -> None:
    answer = await local.call("chat.postEphemeral", channel="C0SUPPORT", user="U0THEO", text="x", blocks=[GO])
    url = await hook_of(local, answer["message_ts"])
    await say(local, url, text="Done", replace_original=True)
    [left] = await whispered(local)
    assert (left["ts"], left["text"]) == (answer["message_ts"], "Done")
    await say(local, url, delete_original=True)
    assert await whispered(local) == []


async def test_an_address_works_five_times_within_half_an_hour(local: Local) -> None:
    ts = await posted(local, GO)
    often, late = await hook_of(local, ts), await hook_of(local, ts)
    answers = [await say(local, often, text=f"{n}", replace_original=False) for n in range(6)]
    assert [status for status, _ in answers] == [200] * 5 + [404]
    assert answers[5][1] == '{"ok": false, "error": "used_url"}'
    local.clock.move(30 * 60 + 1)
    assert await say(local, late, text="x") == (404, '{"ok": false, "error": "expired_url"}')
    assert len(await whispered(local)) == 5


async def test_bad_blocks_are_named_to_the_app_and_explained_in_the_log(local: Local) -> None:
    url = await hook_of(local, await posted(local, GO))
    bad = [{"type": "section", "text": plain("x" * 3001)}]
    assert await say(local, url, text="x", blocks=bad) == (400, '{"ok": false, "error": "invalid_blocks"}')
    logged = (await local.get("/_control/calls?method=response_url"))["calls"]
    assert (logged[0]["ok"], logged[0]["error"]) == (False, "invalid_blocks")
    assert logged[0]["detail"]["errors"]
    assert (await written(local))[0]["text"] == "x"


async def test_a_command_has_no_message_to_replace(local: Local) -> None:
    def listeners(app: Any, heard: Heard) -> None:
        @app.command("/baton")
        async def baton(ack: Any, respond: Any) -> None:
            await ack()
            heard.items.append((await respond("one", replace_original=True)).body)

    async with bot(local.base, listeners) as heard:
        await local.act(do="say", me="U0THEO", channel="C0SUPPORT", text="/baton x")
        await until(lambda: heard.items)
    assert [each["text"] for each in await whispered(local)] == ["one"]
    assert heard.items == ["ok"]
