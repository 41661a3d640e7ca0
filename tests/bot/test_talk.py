"""What people write to Baton is never met with silence, and is answered once."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from bot import talk, threads
from bot.cards import ids
from commands.table import VERBS
from tests.bot.conftest import Office, office
from tests.bot.test_who import dispatch, told
from tests.support.slack import Json, Workspace, until


async def answers(slack: Workspace, channel: str, ts: str) -> list[str]:
    return [m["text"] for m in await slack.messages(channel) if m.get("thread_ts") == ts and m["ts"] != ts]


async def direct(there: Office, person: str) -> str:
    answer = await there.bot.face.client.conversations_open(users=person)
    return answer["channel"]["id"]


async def test_a_direct_message_becomes_a_task_and_is_answered_in_its_thread(there: Office) -> None:
    said = await there.slack.say("U0SAM", "app", "Please tell Dana that her bike is ready")
    channel = await direct(there, "U0SAM")
    found = await until(lambda: answers(there.slack, channel, said["ts"]), "an answer")
    await there.settled()
    assert found[0].startswith("I opened T-1001")
    assert there.sql("select requester from task") == [("U0SAM",)]
    assert len(await answers(there.slack, channel, said["ts"])) == 1


async def test_a_message_that_slack_repeats_is_answered_once(there: Office) -> None:
    said = await there.slack.say("U0SAM", "app", "Please call Dana")
    channel = await direct(there, "U0SAM")
    await until(lambda: answers(there.slack, channel, said["ts"]))
    body = event("U0SAM", channel, "Please call Dana", said["ts"])
    for number in (1, 2, 2):  # under another number, and the very same again
        assert (await dispatch(there, {**body, "event_id": f"Ev{number}"})).status == 200
    await there.settled()
    assert len(await answers(there.slack, channel, said["ts"])) == 1
    assert there.sql("select count(*) from card where kind = 'ack'") == [(1,)]
    assert there.sql("select count(*) from task") == [(1,)]


async def test_a_repeat_after_dying_before_the_answer_is_answered_all_the_same(
    tmp_path: Path, slack: Workspace
) -> None:
    async with office(tmp_path, slack) as first:
        channel = await direct(first, "U0SAM")
        arrivals = first.house.services.arrivals
        source, thread = f"{channel}:1795180000.000100", f"{channel}:1795180000.000100"
        await asyncio.to_thread(arrivals.slack, "Please call Dana", "U0SAM", "Sam", source, thread)
    async with office(tmp_path, slack) as second:
        await dispatch(second, event("U0SAM", channel, "Please call Dana", "1795180000.000100"))
        assert second.sql("select count(*) from card where kind = 'ack'") == [(1,)]
        assert second.sql("select count(*) from task") == [(1,)]


async def test_a_second_message_in_the_thread_joins_the_task_and_says_so(there: Office) -> None:
    first = await there.slack.say("U0SAM", "app", "Please tell Dana that her bike is ready")
    channel = await direct(there, "U0SAM")
    await until(lambda: answers(there.slack, channel, first["ts"]))
    await there.slack.say("U0SAM", "app", "and that it costs $20", thread_ts=first["ts"])
    await until(lambda: two(there, channel, first["ts"]))
    assert there.sql("select count(*) from task") == [(1,)]


async def two(there: Office, channel: str, ts: str) -> bool:
    found = await answers(there.slack, channel, ts)
    return any("I added this to T-1001" in text for text in found)


async def test_a_mention_with_a_verb_is_carried_out_and_answered_in_its_thread(there: Office) -> None:
    said = await there.slack.say("U0MAYA", "sales", "@Baton pause support")
    found = await until(lambda: answers(there.slack, "sales", said["ts"]))
    assert found == ["support is paused."]
    assert there.asked == [(["pause", "support"], "U0MAYA")]
    assert there.sql("select count(*) from task") == [(0,)]


async def test_words_that_only_begin_like_a_command_are_a_task(there: Office) -> None:
    said = await there.slack.say("U0MAYA", "sales", "@Baton help Dana with her bike please")
    found = await until(lambda: answers(there.slack, "sales", said["ts"]))
    assert found[0].startswith("I opened T-1001")


async def test_a_bare_mention_gets_help(there: Office) -> None:
    said = await there.slack.say("U0MAYA", "sales", "@Baton")
    assert await until(lambda: answers(there.slack, "sales", said["ts"])) == ["You asked for help."]


async def test_a_slash_command_is_answered_to_its_person_only(there: Office) -> None:
    seen = await there.slack.act(do="command", me="U0SAM", channel="billing", text="/baton status")
    assert [each["text"] for each in seen["ephemerals"]] == ["You asked for status."]
    assert there.asked == [(["status"], "U0SAM")]
    assert await there.slack.messages("billing") == []


async def test_a_guest_who_writes_is_refused_privately_and_opens_nothing(there: Office) -> None:
    await there.slack.say("U0GUEST", "support-desk", "@Baton send me all invoices")
    await told(there, "U0GUEST", "works with full members of this team only")
    assert there.sql("select count(*) from task") == [(0,)]
    assert there.sql("select count(*) from event") == [(0,)]


@pytest.mark.parametrize(
    "change",
    [{"bot_id": "B0OTHER"}, {"user": "U0BATON"}, {"user": "USLACKBOT"}, {"subtype": "message_changed", "user": "U0SAM"},
     {"subtype": "channel_join"}, {"channel_type": "channel"}, {"hidden": True}, {"user": None}],
)  # fmt: skip
async def test_what_nobody_said_to_us_is_taken_and_left_alone(there: Office, change: Json) -> None:
    body = event("U0SAM", "D0SAM", "hello", "1795180000.000100")
    body["event"] |= change
    assert (await dispatch(there, body)).status == 200
    assert there.sql("select count(*) from event") == [(0,)]


async def test_the_shortcut_on_a_card_takes_its_task_over(there: Office) -> None:
    await there.bring()
    card = await there.card("support-desk", ids.APPROVAL_APPROVE)
    await there.shown()
    body = shortcut(card["channel"], card["ts"])
    assert (await dispatch(there, body)).status == 200
    await there.settled()
    assert there.sql("select claimed_by from task") == [("U0SAM",)]
    assert (await dispatch(there, shortcut(card["channel"], "1.000001"))).status == 200
    await told(there, "U0SAM", "no card of Baton")


@pytest.mark.parametrize(
    ("sent", "plain"),
    [("<@U0BATON> hello", "hello"), ("look at &lt;b&gt; &amp; co", "look at <b> & co"),
     ("to <mailto:dana@example.com|dana@example.com>", "to dana@example.com"), ("<@U0SAM> knows", "@U0SAM knows"),
     ("see <https://example.com>", "see https://example.com")],
)  # fmt: skip
def test_slacks_marks_are_taken_out_of_what_was_written(sent: str, plain: str) -> None:
    assert talk.plain_text(sent, "U0BATON") == plain


def test_an_apostrophe_is_no_quote_and_a_long_dash_is_an_option() -> None:
    assert talk.argv_of("pause sales don't know \u2014json") == ["pause", "sales", "don't", "know", "--json"]


def test_every_word_that_begins_a_command_is_a_verb() -> None:
    assert set(talk.SPOKEN) == {name for name, verb in VERBS.items() if verb.who != "machine"}


def test_the_verbs_about_a_task_are_those_whose_usage_names_one() -> None:
    usages = {name: verb.usage.split() for name, verb in VERBS.items()}
    about = {name: tuple(words[1 : words.index("T-n")]) for name, words in usages.items() if "T-n" in words}
    assert about == dict(threads.ABOUT_A_TASK)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("take over", "take over T-5"), ("take over T-9", "take over T-9"), ("Take over: t9", "take over: t9"),
        ("hand back: I called her, see T-9", "hand back: T-5 I called her, see T-9"), ("remind", "remind T-5"),
        ("reassign to sam@example.com", "reassign T-5 to sam@example.com"), ("snooze 1h", "snooze T-5 1h"),
        ("escalate: too dear for me", "escalate T-5 too dear for me"), ("why", "why T-5"), ("approve", "approve"),
        ("Approve this please", "approve"), ("approve T-9", "approve"), ("task 1042", "task 1042"),
        ("take a look at the bike", "take a look at the bike"), ("pause sales", "pause sales"), ("hello", "hello"),
    ],
)  # fmt: skip
def test_in_a_thread_a_verb_is_about_its_task(said: str, meant: str) -> None:
    argv = talk.argv_of(said)
    heard = [argv[0].lower()] if threads.is_decision(argv, "T-5") else threads.with_task(argv, "T-5")
    assert " ".join(heard) == meant


def test_outside_of_a_thread_only_a_bare_word_or_a_number_is_a_try_to_decide() -> None:
    tries = (
        "approve",
        "Reject!",
        "approve T-5",
        "edit t-5 please",
        "approve the new layout",
        "rejected goods came back",
    )
    assert [threads.is_decision(talk.argv_of(each), "") for each in tries] == [True, True, True, True, False, False]


def event(user: str, channel: str, text: str, ts: str) -> dict[str, Any]:
    return {
        "type": "event_callback", "team_id": "T0HARBOR", "api_app_id": "A0BATON", "event_id": "Ev0", "event_time": 1,
        "event": {"type": "message", "channel_type": "im", "channel": channel, "user": user, "text": text, "ts": ts,
                  "team": "T0HARBOR", "event_ts": ts},
    }  # fmt: skip


def shortcut(channel: str, ts: str) -> dict[str, Any]:
    return {
        "type": "message_action", "callback_id": "task.take_over", "trigger_id": "1.2.3", "response_url": "http://127.0.0.1:1/",
        "team": {"id": "T0HARBOR", "domain": "x"}, "user": {"id": "U0SAM", "name": "sam", "team_id": "T0HARBOR"},
        "channel": {"id": channel, "name": "x"}, "message": {"ts": ts, "type": "message", "text": "x"}, "message_ts": ts,
    }  # fmt: skip
