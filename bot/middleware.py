"""Who is asking. Nobody passes whom Slack does not call a full, active member of our own team; repeats and our own words do not.

The team of the person is taken from Slack's payload and held against the bot's own: bolt's context names the team of the
installation instead (measured). Nothing here logs what was written.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import orjson
from slack_bolt.context.async_context import AsyncBoltContext

from bot.cards import replies
from bot.cards.blocks import Json
from bot.directory import SlackDirectory
from bot.face import BUSY, Face, Place
from core.contract.authority import Refused
from core.errors import Away, Retry
from core.ports import Member

log = logging.getLogger("baton.slack")

REMEMBERED = 2_000
KNOWN_FOR_S = 600.0  # signed requests can be sent again for five minutes, by clocks that may be five minutes apart
ASK_WITHIN_S = 2.0  # of the three seconds that Slack gives
STRANGER = Refused(code="not_a_member", reason="Baton works with full members of this team only.")
AWAY = "Slack did not say who you are just now, so Baton cannot act for you. Please try again."
NO_DATABASE = "Baton cannot reach its database right now. Nothing was decided; press again in a minute."
NOTHING_DONE = "Baton cannot reach its database right now. Nothing was done; ask again in a minute."
HOME_OPENED = "app_home_opened"
CHANNEL_GONE = (
    "channel_archive", "channel_deleted", "channel_left", "group_archive", "group_deleted", "group_left",
)  # fmt: skip
_PLAIN_SUBTYPES = frozenset({"file_share", "thread_broadcast"})  # a person's own words all the same

Acknowledge = Callable[..., Awaitable[Any]]


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
        self, body: Json, context: AsyncBoltContext, ack: Acknowledge, next: Callable[[], Awaitable[Any]]  # noqa: A002
    ) -> Any:  # fmt: skip
        """Lets the request pass with `context["member"]`, or answers it."""
        if not is_for_us(body, self.face):
            return await ack()
        if _decides_nothing(body):
            log.info("%s", kind_of(body))
            return await next()
        asker = asker_of(body)
        log.info("%s by %s", kind_of(body), asker.user_id)
        try:
            if await self._is_repeat(body):
                return await ack()
            if asker.team_id != self.face.me.team_id:
                return await self._refuse(ack, body, asker)
            member = await self._member(asker.user_id)
        except Away:
            return await self._without_database(ack, body, asker)
        except Retry as error:
            log.warning("%s: %s", kind_of(body), error.reason)
            return await self._say(ack, body, asker, replies.told(AWAY if isinstance(error, NoWord) else BUSY))
        if member is None or not member.is_member:
            return await self._refuse(ack, body, asker)
        context["member"] = member
        context["place"] = asker.place
        await next()
        return None

    async def _member(self, user_id: str) -> Member | None:
        if isinstance(self.directory, SlackDirectory) and (member := self.directory.remembered(user_id)) is not None:
            return member
        try:
            found: Member | None = await asyncio.to_thread(self.directory.cached, user_id)
        except Away:
            raise
        except Retry as error:
            raise NoWord(error.reason) from error
        return found

    async def _refuse(self, ack: Acknowledge, body: Json, asker: Asker) -> Any:
        log.warning("refused: %s is no full member of this team", asker.user_id)
        decides = "command" not in body and "event" not in body
        return await self._say(
            ack, body, asker, replies.refused(STRANGER) if decides else replies.told(STRANGER.reason)
        )

    async def _say(self, ack: Acknowledge, body: Json, asker: Asker, payload: Json) -> Any:
        """A private answer, by the way that this kind of request has."""
        if body.get("type") == "view_submission":
            view = replies.page_refused("Baton", str(payload["text"]), "")
            return await ack(response_action="update", view=view)
        self.face.later(self.face.whisper(asker.place, payload))
        return await ack()

    async def _without_database(self, ack: Acknowledge, body: Json, asker: Asker) -> Any:
        """Says so. What somebody typed into a form stays there; an event is not acknowledged, so that Slack sends it again."""
        if "event" in body:
            raise Away("the database cannot be reached")
        if first := _first_input(body):
            return await ack(response_action="errors", errors={first: NO_DATABASE})
        return await self._say(ack, body, asker, replies.told(NOTHING_DONE if "command" in body else NO_DATABASE))

    async def _is_repeat(self, body: Json) -> bool:
        """Whether this very click, command or form came before, to whichever process: Slack sends it once, but a line that breaks
        may carry it twice, and a signed request can be sent again by whoever saw it. Events are known by their own source ids."""
        key = key_of(body)
        if not key:
            return False
        if key in self._seen:
            return True
        self._seen[key] = None
        while len(self._seen) > REMEMBERED:
            self._seen.popitem(last=False)
        try:
            turn = await asyncio.wait_for(asyncio.to_thread(self.face.marks.begin, key, KNOWN_FOR_S), ASK_WITHIN_S)
        except TimeoutError:
            raise Away("the database does not answer") from None
        return turn != "ours"


class NoWord(Retry):
    """Slack did not say who somebody is."""


def key_of(body: Json) -> str:
    """What tells this click, command or form from every other one; empty for what may come as often as it likes."""
    if not body.get("trigger_id"):
        return ""
    view = body.get("view") or {}
    said = {name: body.get(name) for name in ("trigger_id", "command", "text", "actions", "callback_id", "message_ts")}
    said |= {
        "by": body.get("user_id") or (body.get("user") or {}).get("id"),
        "view": [view.get("id"), view.get("hash")],
    }
    return f"pressed:{hashlib.sha256(orjson.dumps(said, option=orjson.OPT_SORT_KEYS)).hexdigest()[:32]}"


def _first_input(body: Json) -> str:
    """The first field of a form that came back; empty for all else."""
    if body.get("type") != "view_submission":
        return ""
    blocks = (body.get("view") or {}).get("blocks") or ()
    return next((str(block.get("block_id", "")) for block in blocks if block.get("type") == "input"), "")


def _is_home(body: Json) -> bool:
    return isinstance(event := body.get("event"), dict) and event.get("type") == HOME_OPENED


def _decides_nothing(body: Json) -> bool:
    """A home tab shows something to whoever opens it, and asks then who they are; a channel that is gone is nobody's wish."""
    event = body.get("event")
    return isinstance(event, dict) and (_is_home(body) or event.get("type") in CHANNEL_GONE)


def is_for_us(body: Json, face: Face) -> bool:
    """False for what needs no answer: our own words, other bots', edits, joins and other things that nobody said to us."""
    event = body.get("event")
    if not isinstance(event, dict):
        return True
    if _is_home(body):
        return bool(event.get("user"))
    if event.get("type") in CHANNEL_GONE:
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
