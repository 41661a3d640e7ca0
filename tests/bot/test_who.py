"""Who may click, and what everybody else is told."""

from __future__ import annotations

from typing import Any

import pytest
from slack_bolt.request.async_request import AsyncBoltRequest

from bot.cards import ids
from bot.directory import member_of
from tests.bot.conftest import Office
from tests.support.slack import Json, until


async def told(there: Office, person: str, words: str) -> str:
    return await until(lambda: _told(there, person, words), f"{person} is told {words!r}")


async def _told(there: Office, person: str, words: str) -> str:
    return next((text for text in await there.slack.whispers(person) if words in text), "")


async def test_the_second_click_is_told_privately_and_sends_nothing_twice(there: Office) -> None:
    await there.bring()
    card = await there.card("support-desk", ids.APPROVAL_APPROVE)
    assert (await there.slack.click("U0THEO", card, ids.APPROVAL_APPROVE))["ok"]
    answer = await dispatch(there, pressed(card, "U0SAM"))  # Sam still looks at the card as it was
    assert answer.status == 200
    assert "changed nothing" in await told(there, "U0SAM", "already decided")
    await there.settled()
    assert await there.slack.whispers("U0THEO") == []
    assert [call.operation for call in there.house.systems.calls() if call.operation == "mail.reply"] == ["mail.reply"]


async def test_who_is_late_reads_who_decided(there: Office) -> None:
    await there.bring()
    card = await there.card("support-desk", ids.APPROVAL_APPROVE)
    await there.slack.click("U0THEO", card, ids.APPROVAL_APPROVE)
    await there.settled()
    await dispatch(there, pressed(card, "U0SAM"))
    await told(there, "U0SAM", "already decided")
    assert "<@U0THEO> approved it" in str(await whispered(there, "U0SAM"))


async def test_a_person_without_the_role_is_refused_and_nothing_changes(there: Office) -> None:
    await there.bring()
    card = await there.card("support-desk", ids.APPROVAL_APPROVE)
    await there.slack.click("U0PRIYA", card, ids.APPROVAL_APPROVE)
    await told(there, "U0PRIYA", "cannot decide")
    assert there.sql("select state from request") == [("pending",)]
    assert there.sql("select refusal from decision") == [("not_the_role",)]


async def test_a_guest_decides_nothing(there: Office) -> None:
    await there.bring()
    card = await there.card("support-desk", ids.APPROVAL_APPROVE)
    answer = await there.slack.click("U0GUEST", card, ids.APPROVAL_APPROVE)
    assert answer["ok"]  # acknowledged, and told
    await told(there, "U0GUEST", "cannot decide")
    assert there.sql("select state from request") == [("pending",)]
    assert there.sql("select count(*) from decision") == [(0,)]


@pytest.mark.parametrize("team", ["T0OTHER", ""])
async def test_a_person_of_another_team_decides_nothing_whatever_their_id(there: Office, team: str) -> None:
    await there.bring()
    card = await there.card("support-desk", ids.APPROVAL_APPROVE)
    answer = await dispatch(there, pressed(card, "U0THEO", team=team))
    assert answer.status == 200
    await told(there, "U0THEO", "cannot decide")
    assert there.sql("select count(*) from decision") == [(0,)]


async def test_whoever_slack_does_not_know_decides_nothing(there: Office) -> None:
    await there.bring()
    card = await there.card("support-desk", ids.APPROVAL_APPROVE)
    assert (await dispatch(there, pressed(card, "U0NOBODY"))).status == 200
    assert there.sql("select count(*) from decision") == [(0,)]


async def test_nobody_acts_while_slack_does_not_say_who_it_is(there: Office) -> None:
    await there.bring()
    card = await there.card("support-desk", ids.APPROVAL_APPROVE)
    await there.slack.trouble(method="users.info", kind="500", times=1)
    await there.slack.click("U0GUEST", card, ids.APPROVAL_APPROVE)
    await told(there, "U0GUEST", "did not say who you are")
    assert there.sql("select count(*) from decision") == [(0,)]


FULL = {"id": "U1", "team_id": "T0HARBOR", "deleted": False, "is_bot": False, "is_restricted": False,
        "is_ultra_restricted": False, "profile": {"email": "Theo@Example.com", "real_name": "Theo"}}  # fmt: skip


@pytest.mark.parametrize(
    "change",
    [{"deleted": True}, {"is_bot": True}, {"is_restricted": True}, {"is_ultra_restricted": True}, {"is_stranger": True},
     {"team_id": "T0OTHER"}],
)  # fmt: skip
def test_only_full_active_people_of_our_own_team_are_members(change: Json) -> None:
    assert member_of(FULL, "T0HARBOR").is_member
    assert member_of(FULL, "T0HARBOR").mail == "theo@example.com"
    assert not member_of({**FULL, **change}, "T0HARBOR").is_member


@pytest.mark.parametrize("missing", ["deleted", "is_bot", "is_restricted", "is_ultra_restricted", "team_id"])
def test_a_person_of_whom_slack_leaves_something_out_is_no_member(missing: str) -> None:
    assert not member_of({k: v for k, v in FULL.items() if k != missing}, "T0HARBOR").is_member


# What Slack sends ----------------------------------------------------------------------------------------------------


def pressed(card: Json, person: str, *, team: str = "T0HARBOR", action_id: str = ids.APPROVAL_APPROVE) -> Json:
    """A press on the card as it was when `card` was read, by anybody of any team."""
    element = next(
        each for block in card["blocks"] for each in [*block.get("elements", ()), block.get("accessory") or {}]
        if each.get("action_id") == action_id
    )  # fmt: skip
    return {
        "type": "block_actions", "team": {"id": team or "T0HARBOR", "domain": "x"}, "api_app_id": "A0BATON", "token": "x",
        "user": {"id": person, "username": "x", "name": "x", **({"team_id": team} if team else {})}, "trigger_id": "1.2.3",
        "container": {"type": "message", "message_ts": card["ts"], "channel_id": card["channel"], "is_ephemeral": False},
        "channel": {"id": card["channel"], "name": "x"}, "message": {"ts": card["ts"]}, "response_url": "http://127.0.0.1:1/",
        "actions": [{"type": "button", "action_id": action_id, "block_id": "b", "value": element["value"], "action_ts": "1.1"}],
    }  # fmt: skip


async def dispatch(there: Office, body: Json) -> Any:
    """Gives the bot what Slack would send, past the socket."""
    return await there.bot.app.async_dispatch(AsyncBoltRequest(mode="socket_mode", body=body))


async def whispered(there: Office, person: str) -> Any:
    async with there.slack.http.get(f"{there.slack.base}/_control/person", params={"me": person}) as answer:
        return (await answer.json())["ephemerals"]
