"""Everybody's home tab tells the truth to its person, and nothing to anybody else."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from bot import home as homes
from bot.cards import ids
from bot.cards.limits import faults
from core.errors import Away
from tests.bot.conftest import Office
from tests.bot.test_who import dispatch
from tests.support.slack import Json, until

DESK = "support-desk"
ANGRY = "I am fed up. I want to talk to a real person today."


async def seen(there: Office, me: str) -> Json:
    """What stands on this person's home tab."""
    async with there.slack.http.get(f"{there.slack.base}/_control/person", params={"me": me}) as answer:
        return (await answer.json())["home"] or {}


async def home(there: Office, me: str, fits: Callable[[Json], bool] = bool) -> Json:
    """Waits until this person's tab is so."""

    async def look() -> Json | None:
        view = await seen(there, me)
        return view if view and fits(view) else None

    return await until(look, f"the home of {me}")


async def open_home(there: Office, me: str) -> Json:
    """This person opens it; what is drawn for that."""
    before = (await seen(there, me)).get("hash")
    assert (await there.slack.act(do="home", me=me, tab="home"))["ok"]
    return await home(there, me, lambda view: view["hash"] != before)


def says(words: str) -> Callable[[Json], bool]:
    return lambda view: words in text_of(view)


def text_of(view: Json) -> str:
    parts = [block.get("text", {}).get("text", "") for block in view["blocks"]]
    parts += [each["text"] for block in view["blocks"] if block["type"] == "context" for each in block["elements"]]
    return "\n".join(parts)


def part(view: Json, title: str) -> str:
    """The words under one heading."""
    after = text_of(view).split(f"{title}\n", 1)[1]
    for other in ("Waiting for your team\n", "Agents\n", "Today so far\n"):
        after = after.split(other)[0]
    return after


def elements(view: Json) -> list[Json]:
    found = [each for block in view["blocks"] for each in [*block.get("elements", ()), block.get("accessory") or {}]]
    return [each for each in found if "action_id" in each]


async def press(there: Office, me: str, view: Json, action_id: str, **more: Any) -> None:
    assert (await there.slack.act(do="click", me=me, view_id=view["id"], action_id=action_id, **more))["ok"]


async def form(there: Office, me: str, callback: str) -> Json:
    async def look() -> Json | None:
        view = await there.slack.view(me)
        return view if view and view["callback_id"] == callback else None

    return await until(look, f"the form {callback}")


async def said(there: Office, me: str, words: str) -> Json:
    async def look() -> Json | None:
        view = await there.slack.view(me)
        return view if view and words in str(view["blocks"]) else None

    return await until(look, f"{words!r} in a form")


# Mine, and gone ------------------------------------------------------------------------------------------------------


async def test_a_card_is_on_the_home_of_who_may_decide_until_it_is_decided(there: Office) -> None:
    task = await there.bring()
    card = await there.card(DESK, ids.APPROVAL_APPROVE)
    await there.settled()
    view = await open_home(there, "U0THEO")
    assert view["callback_id"] == ids.HOME
    assert "1 thing waits for you." in text_of(view)
    assert "Send this reply to Dana Whitfield?" in part(view, "Waiting for you")
    assert task in part(view, "Waiting for you")
    button = next(each for each in elements(view) if each["action_id"] == ids.HOME_OPEN)
    assert button["url"] == f"{there.slack.base}/archives/{card['channel']}/p{card['ts'].replace('.', '')}"
    assert button["value"] == f"{there.sql('select id from request')[0][0]}:1"
    assert faults({"type": "home", "blocks": view["blocks"]}) == ()

    await there.slack.click("U0THEO", card, ids.APPROVAL_APPROVE)
    await there.settled()
    view = await open_home(there, "U0THEO")
    assert "Nothing waits for you." in text_of(view)
    assert "Dana Whitfield" not in text_of(view)
    assert "1 thing carried out in 24 hours, no errors" in part(view, "Agents")
    today = part(view, "Today so far")
    assert "*Came in:* 1 message" in today
    assert "*Decided by people:* 1" in today
    assert "*Carried out:* 1, nothing went wrong" in today


async def test_it_is_drawn_again_when_something_changes_while_it_is_open(there: Office) -> None:
    assert "Nothing waits for you." in text_of(await open_home(there, "U0THEO"))
    await there.bring()
    view = await home(there, "U0THEO", lambda view: ids.HOME_OPEN in str(view))
    assert "1 thing waits for you." in text_of(view)
    card = await there.card(DESK, ids.APPROVAL_APPROVE)
    await there.slack.click("U0SAM", card, ids.APPROVAL_APPROVE)
    await home(there, "U0THEO", says("Nothing waits for you."))


async def test_who_has_left_the_tab_costs_nothing(there: Office) -> None:
    await open_home(there, "U0THEO")
    await there.slack.act(do="home", me="U0THEO", tab="messages")
    await until(lambda: not there.bot.face.homes._open, "nobody looks")


async def test_what_did_not_change_is_not_sent_again(there: Office) -> None:
    await open_home(there, "U0JO")
    await open_home(there, "U0THEO")
    await there.bring()
    await home(there, "U0THEO", says("1 thing waits for you."))
    there.bot.face.homes.changed()
    await home(there, "U0THEO", lambda view: ids.HOME_OPEN in str(view))
    sent = [call for call in await there.slack.calls("views.publish") if "U0JO" in str(call)]
    assert len(sent) <= 3  # opened; an agent began to work; it has finished


async def test_a_call_for_a_person_is_with_whom_it_calls_and_then_with_who_has_it(there: Office) -> None:
    await there.bring(ANGRY)
    card = await there.card(DESK, ids.ESCALATION_TAKE_OVER)
    await there.settled()
    view = await open_home(there, "U0SAM")
    assert "Dana Whitfield asks to talk to a person" in part(view, "Waiting for you")
    view = await open_home(there, "U0THEO")
    assert "asks to talk to a person" not in part(view, "Waiting for you")
    assert "asks to talk to a person" in part(view, "Waiting for your team")
    assert "<@U0SAM>" in part(view, "Waiting for your team")
    await there.slack.click("U0SAM", card, ids.ESCALATION_TAKE_OVER)
    await there.settled()
    view = await open_home(there, "U0SAM")
    assert "Nothing waits for you." in text_of(view)
    assert "you have it since" in part(view, "Waiting for you")
    assert "asks to talk" not in text_of(await open_home(there, "U0THEO"))


async def test_a_clock_is_red_when_little_of_it_is_left(there: Office) -> None:
    await there.bring()
    await there.card(DESK, ids.APPROVAL_APPROVE)
    await there.settled()
    assert ":red_circle:" not in text_of(await open_home(there, "U0THEO"))
    due, made = there.sql("select due_at, created_at from request")[0]
    there.clock.move(microseconds=(due - made) * 4 // 5)
    view = await open_home(there, "U0THEO")
    assert ":red_circle: *by" in part(view, "Waiting for you")
    assert "One is close to its time." in text_of(view)
    there.clock.move(microseconds=due - made)
    view = await open_home(there, "U0THEO")
    assert "Nothing waits for you." in text_of(view)  # nobody can decide it any more
    assert "its time was" in part(view, "Waiting for your team")


# Who sees what -------------------------------------------------------------------------------------------------------


async def test_nobody_sees_the_queues_of_others(there: Office) -> None:
    await there.bring()
    await there.card(DESK, ids.APPROVAL_APPROVE)
    await there.settled()
    view = await open_home(there, "U0PRIYA")
    assert "Nothing waits for you." in text_of(view)
    assert "Nothing else waits." in part(view, "Waiting for your team")
    assert "Dana" not in str(view)


async def test_a_guest_and_a_person_without_a_role_read_one_sentence(there: Office) -> None:
    await there.bring()
    await there.card(DESK, ids.APPROVAL_APPROVE)
    view = await open_home(there, "U0GUEST")
    assert [block["type"] for block in view["blocks"]] == ["section"]
    assert "full members of this team only, so ask Maya Lindqvist" in text_of(view)
    no_role(there, "theo@example.com")
    view = await open_home(there, "U0THEO")
    assert "those who have a role in it, so ask Maya Lindqvist for one." in text_of(view)
    assert elements(view) == []


async def test_a_person_who_lost_their_role_meanwhile_can_do_nothing(there: Office) -> None:
    view = await open_home(there, "U0THEO")
    await press(there, "U0THEO", view, ids.HOME_PAUSE)
    asked = await form(there, "U0THEO", ids.AGENT_PAUSE_FORM)
    no_role(there, "theo@example.com")
    await there.slack.submit("U0THEO", asked, {ids.AGENT_WHICH: "support", ids.AGENT_UNTIL: "hour"})
    await said(there, "U0THEO", "Nothing was paused.")
    assert there.sql("select count(*) from control") == [(0,)]
    view = await home(there, "U0THEO")
    await press(there, "U0THEO", view, ids.HOME_FIND)
    await said(there, "U0THEO", "You have no role in Baton yet.")
    await home(there, "U0THEO", lambda view: not elements(view))  # drawn again after the press


def no_role(there: Office, mail: str) -> None:
    """Somebody took this person out of the rules."""
    there.house.services.policy().people.pop(mail)  # type: ignore[attr-defined]


# The switches, finding, handing in -----------------------------------------------------------------------------------


async def test_an_agent_is_paused_and_resumed_from_the_home_tab(there: Office) -> None:
    view = await open_home(there, "U0MAYA")
    await press(there, "U0MAYA", view, ids.HOME_PAUSE)
    asked = await form(there, "U0MAYA", ids.AGENT_PAUSE_FORM)
    values = {ids.AGENT_WHICH: "support", ids.AGENT_REASON: "wrong *prices* <!here>", ids.AGENT_UNTIL: "hour"}
    await there.slack.submit("U0MAYA", asked, values)
    await said(there, "U0MAYA", "Support agent is paused.")
    assert there.sql("select name, by, mode from control where lifted_at is null") == [
        ("support", "person:U0MAYA", "finish")
    ]
    assert there.sql("select count(*) from audit where kind = 'control.paused' and actor = 'person:U0MAYA'") == [(1,)]
    await there.slack.submit("U0MAYA", asked, values)  # pressed twice
    assert there.sql("select count(*) from control") == [(1,)]

    view = await home(there, "U0MAYA", says("paused by <@U0MAYA>"))
    assert "<!here>" not in text_of(view)
    menu = next(each for each in elements(view) if "support:0:resume" in str(each))
    block = next(block for block in view["blocks"] if block.get("accessory") == menu)
    await press(there, "U0MAYA", view, ids.AGENT_MORE, block_id=block["block_id"], value="support:0:resume")
    asked = await form(there, "U0MAYA", ids.AGENT_RESUME_FORM)
    assert "wrong *prices* <!here>" in str(asked)
    await there.slack.submit("U0MAYA", asked, {})
    await said(there, "U0MAYA", "Support agent works again.")
    assert there.sql("select count(*) from control where lifted_at is null") == [(0,)]


async def test_all_agents_paused_stands_on_every_home(there: Office) -> None:
    await asyncio.to_thread(there.house.services.controls.pause, "everything", None, "a fire", None)
    view = await open_home(there, "U0THEO")
    assert "*All agents*  ·  :double_vertical_bar: paused by the command line" in part(view, "Agents")
    await press(there, "U0THEO", view, ids.HOME_PAUSE)
    await said(there, "U0THEO", "All agents are paused already.")


async def test_a_task_is_found_by_its_number_and_by_words(there: Office) -> None:
    task = await there.bring("Do you repair *unicycles* <!channel>?", sender="Ada <b>Norling <ada@example.com>")
    await there.bring("When do you open?", 2)
    await there.card(DESK, ids.APPROVAL_APPROVE)
    await there.settled()
    view = await open_home(there, "U0PRIYA")
    await press(there, "U0PRIYA", view, ids.HOME_FIND)
    asked = await form(there, "U0PRIYA", ids.FIND_FORM)
    await there.slack.submit("U0PRIYA", asked, {ids.HOME_WORDS: task.removeprefix("T-")})
    found = await said(there, "U0PRIYA", f"{task}. ")
    assert faults({**found, "type": "modal"}) == ()
    await there.slack.submit("U0PRIYA", found, {ids.HOME_WORDS: "UNICYCLES ada"})
    found = await said(there, "U0PRIYA", "newest 2 tasks")
    assert str(found["blocks"]).count("T-100") == 2  # one row, and the way to it
    await there.slack.submit("U0PRIYA", found, {ids.HOME_WORDS: "tandem"})
    await said(there, "U0PRIYA", "No task fits “tandem”")


async def test_words_handed_in_become_one_task(there: Office) -> None:
    view = await open_home(there, "U0SAM")
    await press(there, "U0SAM", view, ids.HOME_NEW_TASK)
    asked = await form(there, "U0SAM", ids.NEW_TASK_FORM)
    for _ in range(2):
        await there.slack.submit("U0SAM", asked, {ids.HOME_TEXT: "Please tell Dana that her bike is ready"})
        await said(there, "U0SAM", "This is T-1001 now.")
    assert there.sql("select requester from task") == [("U0SAM",)]


async def test_the_page_of_an_agent_says_what_it_may(there: Office) -> None:
    view = await open_home(there, "U0JO")
    menu = next(each for each in elements(view) if "support:0:details" in str(each))
    block = next(block for block in view["blocks"] if block.get("accessory") == menu)
    await press(there, "U0JO", view, ids.AGENT_MORE, block_id=block["block_id"], value="support:0:details")
    page = await form(there, "U0JO", ids.AGENT_DETAILS_FORM)
    assert "mail: reply" in str(page)


async def test_a_button_of_an_older_home_is_answered_in_the_persons_own_conversation(there: Office) -> None:
    body = {
        "type": "block_actions", "team": {"id": "T0HARBOR"}, "user": {"id": "U0SAM", "team_id": "T0HARBOR"}, "token": "x",
        "container": {"type": "view", "view_id": "V1"}, "view": {"id": "V1", "type": "home", "hash": "1"},
        "trigger_id": "1.2.3", "api_app_id": "A0BATON",
        "actions": [{"type": "button", "action_id": "home.old", "block_id": "b", "value": "home:0"}],
    }  # fmt: skip
    assert (await dispatch(there, body)).status == 200
    answer = await there.bot.face.client.conversations_open(users="U0SAM")

    async def look() -> bool:
        return any(
            "does nothing any more" in each["text"] for each in await there.slack.messages(answer["channel"]["id"])
        )

    await until(look, "an answer")


# Much, and away ------------------------------------------------------------------------------------------------------


async def test_two_hundred_that_wait_are_counted_and_the_most_urgent_stand_first(there: Office) -> None:
    await there.bring()
    await there.card(DESK, ids.APPROVAL_APPROVE)
    await there.settled()
    await asyncio.to_thread(many, there, 200)
    view = await open_home(there, "U0THEO")
    assert faults({"type": "home", "blocks": view["blocks"]}) == ()
    assert "201 things wait for you." in text_of(view)
    assert "And 171 more.* Each has its card: 171 in #support-desk." in part(view, "Waiting for you")
    shown = [block["text"]["text"] for block in view["blocks"] if "Send this reply" in str(block)]
    assert len(shown) == 30
    assert not any(
        each["action_id"] == ids.HOME_OPEN for each in elements(view)
    )  # only the least urgent one has its card


def many(there: Office, count: int) -> None:
    """More requests like the one that is there, each a second more urgent."""
    row = there.ledger.row("request", "request.get", id=there.sql("select id from request")[0][0])
    with there.ledger.unit() as unit:
        for number in range(count):
            unit.insert(
                "request", **{**row, "id": f"ap_more{number:04d}", "due_at": row["due_at"] - (number + 1) * 1_000_000}
            )


async def test_without_a_database_the_person_reads_a_sentence_and_the_page_comes_back(
    there: Office, monkeypatch: Any
) -> None:
    away = [True]
    draw = there.bot.face.homes._draw

    def drawn(user_id: str) -> Json:
        if away[0]:
            raise Away("the server is gone", 0.1)
        return draw(user_id)

    monkeypatch.setattr(there.bot.face.homes, "_draw", drawn)
    monkeypatch.setattr(homes, "AGAIN_S", 0.1)
    assert homes.NO_DATABASE in text_of(await open_home(there, "U0THEO"))
    away[0] = False
    await home(there, "U0THEO", says("Nothing waits for you."))


async def test_what_slack_did_not_take_is_sent_again(there: Office, monkeypatch: Any) -> None:
    monkeypatch.setattr(homes, "AGAIN_S", 0.1)
    await there.slack.trouble(method="views.publish", kind="500", times=1)
    await there.slack.act(do="home", me="U0THEO", tab="home")
    await home(there, "U0THEO", says("Nothing waits for you."))


async def test_who_slack_does_not_know_of_now_reads_a_sentence(there: Office) -> None:
    await there.slack.trouble(method="users.info", kind="500", times=1)
    assert homes.NO_SLACK in text_of(await open_home(there, "U0GUEST"))
