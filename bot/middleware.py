"""Who is asking. Nobody passes whom Slack does not call a full, active member of our own team; repeats and our own words do not.

The team of the person is taken from Slack's payload and held against the bot's own: bolt's context names the team of the
installation instead (measured). Nothing here logs what was written.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from slack_bolt.context.async_context import AsyncBoltContext

from bot.cards import replies
from bot.cards.blocks import Json
from bot.directory import SlackDirectory
from bot.face import Face, Place
from core.contract.authority import Refused
from core.errors import Retry
from core.ports import Member

log = logging.getLogger("baton.slack")

REMEMBERED = 2_000
STRANGER = Refused(code="not_a_member", reason="Baton works with full members of this team only.")
AWAY = "Slack did not say who you are just now, so Baton cannot act for you. Please try again."
_PLAIN_SUBTYPES = frozenset({"file_share", "thread_broadcast"})  # a person's own words all the same


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks and where, by Slack's own payload."""

    user_id: str
    team_id: str
    place: Place


@dataclass
class Gate:
    """The one global middleware."""

    face: Face
    directory: Any  # core.ports.Directory; `remembered` where it is ours
    _seen: OrderedDict[str, None] = field(default_factory=OrderedDict)

    async def stand(
        self,
        body: Json,
        context: AsyncBoltContext,
        ack: Callable[..., Awaitable[Any]],
        next: Callable[[], Awaitable[Any]],  # noqa: A002
    ) -> Any:
        """Lets the request pass with `context["member"]`, or answers it."""
        if not is_for_us(body, self.face) or self._is_repeat(body):
            return await ack()
        asker = asker_of(body)
        log.info("%s by %s", kind_of(body), asker.user_id)
        if asker.team_id != self.face.me.team_id:
            return await self._refuse(ack, body, asker)
        try:
            member = await self._member(asker.user_id)
        except Retry:
            return await self._say(ack, body, asker, replies.told(AWAY))
        if member is None or not member.is_member:
            return await self._refuse(ack, body, asker)
        context["member"] = member
        context["place"] = asker.place
        await next()
        return None

    async def _member(self, user_id: str) -> Member | None:
        if isinstance(self.directory, SlackDirectory) and (member := self.directory.remembered(user_id)) is not None:
            return member
        found: Member | None = await asyncio.to_thread(self.directory.cached, user_id)
        return found

    async def _refuse(self, ack: Callable[..., Awaitable[Any]], body: Json, asker: Asker) -> Any:
        log.warning("refused: %s is no full member of this team", asker.user_id)
        decides = "command" not in body and "event" not in body
        return await self._say(
            ack, body, asker, replies.refused(STRANGER) if decides else replies.told(STRANGER.reason)
        )

    async def _say(self, ack: Callable[..., Awaitable[Any]], body: Json, asker: Asker, payload: Json) -> Any:
        """A private answer, by the way that this kind of request has."""
        if body.get("type") == "view_submission":
            view = replies.page_refused("Baton", str(payload["text"]), "")
            return await ack(response_action="update", view=view)
        self.face.later(self.face.whisper(asker.place, payload))
        return await ack()

    def _is_repeat(self, body: Json) -> bool:
        """Slack sends an event again when it saw no answer in time. What the event did is kept by its source id all the same;
        this only spares the work."""
        event_id = str(body.get("event_id") or "")
        if not event_id:
            return False
        known = event_id in self._seen
        self._seen[event_id] = None
        while len(self._seen) > REMEMBERED:
            self._seen.popitem(last=False)
        return known

    def forget(self, body: Json) -> None:
        """The event was not dealt with after all: its repeat counts."""
        self._seen.pop(str(body.get("event_id") or ""), None)


def is_for_us(body: Json, face: Face) -> bool:
    """False for what needs no answer: our own words, other bots', edits, joins and other things that nobody said to us."""
    event = body.get("event")
    if not isinstance(event, dict):
        return True
    spoken = event.get("type") == "app_mention" or (
        event.get("type") == "message" and event.get("channel_type") == "im"
    )
    by_bot = (
        event.get("bot_id") or event.get("bot_profile") or event.get("user") in ("", None, "USLACKBOT", face.me.user_id)
    )
    subtype = event.get("subtype")
    return bool(spoken and not by_bot and (subtype is None or subtype in _PLAIN_SUBTYPES) and not event.get("hidden"))


def kind_of(body: Json) -> str:
    """What came, in words for the log."""
    return str(body.get("command") or (body.get("event") or {}).get("type") or body.get("type") or "something")


def asker_of(body: Json) -> Asker:
    """Who asks, out of an event, a command or an interaction (docs.slack.dev, interaction payloads)."""
    if isinstance(event := body.get("event"), dict):
        team = str(event.get("user_team") or event.get("source_team") or event.get("team") or body.get("team_id") or "")
        ts = str(event.get("ts") or "")
        place = Place(str(event.get("channel") or ""), str(event["user"]), ts, str(event.get("thread_ts") or ts))
        return Asker(str(event["user"]), team, place)
    if "command" in body:
        place = Place(str(body.get("channel_id") or ""), str(body["user_id"]))
        return Asker(str(body["user_id"]), str(body.get("team_id") or ""), place)
    user = body.get("user") or {}
    container, channel = body.get("container") or {}, body.get("channel") or {}
    message = body.get("message") or {}
    ts = str(container.get("message_ts") or message.get("ts") or "")
    thread = str(container.get("thread_ts") or message.get("thread_ts") or "")
    if thread == ts:  # the root of a thread: the person looks at the channel
        thread = ""
    place = Place(str(channel.get("id") or container.get("channel_id") or ""), str(user.get("id") or ""), ts, thread)
    return Asker(place.user_id, str(user.get("team_id") or ""), place)
