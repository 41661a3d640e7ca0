"""One message in Slack, exactly once: its key travels in the message's metadata, and before a second try it is looked up there.

`chat.postMessage` has no idempotency key. Metadata comes back from `conversations.history` and `conversations.replies` with
`include_all_metadata` (docs.slack.dev, message metadata). It carries our opaque id and nothing else: other apps may read it.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.cards.blocks import Json
from bot.web import NO_ANSWER, error_of, maybe_done, retry_after

log = logging.getLogger("baton.slack")

EVENT_TYPE = "baton_card"
PAGE = 200
LISTED_AGAIN_S = 60
CLOCKS_APART_S = 300  # our clock and Slack's may differ; looking a little further back costs nothing
NO_CHANNEL = frozenset({"channel_not_found", "not_in_channel", "is_archived", "channel_is_archived"})
GONE = frozenset({"message_not_found", "cant_update_message", "edit_window_closed", "thread_not_found"})
NOT_DRAWABLE = frozenset({
    "invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "msg_too_long", "invalid_arguments", "no_text",
    "invalid_metadata_format",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Posted:
    """It stands in Slack."""

    channel: str
    ts: str


@dataclass(frozen=True, slots=True)
class TooFast:
    """Nothing was posted; Slack wants a pause."""

    seconds: float


@dataclass(frozen=True, slots=True)
class NotKnown:
    """The answer was lost: it may stand in Slack or not."""

    error: str


@dataclass(frozen=True, slots=True)
class NotDrawable:
    """Slack does not take these blocks: a bug of ours."""

    error: str


@dataclass(frozen=True, slots=True)
class NoChannel:
    """There is no such channel, or the bot is not in it."""

    error: str


@dataclass(frozen=True, slots=True)
class Gone:
    """Somebody deleted the message."""

    error: str


@dataclass(frozen=True, slots=True)
class Refused:
    """Slack said no for another reason."""

    error: str


@dataclass(frozen=True, slots=True)
class NotOurs:
    """Nothing was asked of Slack: another process posts to this channel by now."""


Outcome = Posted | TooFast | NotKnown | NotDrawable | NoChannel | Gone | Refused | NotOurs


@dataclass(frozen=True, slots=True)
class Address:
    """Where a message goes or stands: a channel id, and a thread's ts within it."""

    channel: str
    thread_ts: str = ""


class Poster:
    """Posts, updates and looks up. Raises nothing: each answer is an `Outcome`."""

    def __init__(self, client: AsyncWebClient, now: Callable[[], float]) -> None:
        self._client = client
        self._now = now
        self._channels: dict[str, str] = {}
        self._closed: dict[str, float] = {}  # channels' ids that took no message, and when
        self._listed_at: float | None = None

    async def post(self, where: Address, payload: Json, key: str) -> Outcome:
        """Posts once."""
        thread: Json = {"thread_ts": where.thread_ts} if where.thread_ts else {}
        metadata = {"event_type": EVENT_TYPE, "event_payload": {"key": key}}
        try:
            answer = await self._client.chat_postMessage(channel=where.channel, metadata=metadata, **payload, **thread)
        except SlackApiError as error:
            return _outcome(error)
        except NO_ANSWER as error:
            return NotKnown(type(error).__name__)
        return Posted(str(answer["channel"]), str(answer["ts"]))

    async def update(self, channel: str, ts: str, payload: Json) -> Outcome:
        """Lets a message say something else. Safe to repeat."""
        said = {name: value for name, value in payload.items() if not name.startswith("unfurl")}
        try:
            await self._client.chat_update(channel=channel, ts=ts, **said)
        except SlackApiError as error:
            return _outcome(error)
        except NO_ANSWER as error:
            return NotKnown(type(error).__name__)
        return Posted(channel, ts)

    async def delete(self, channel: str, ts: str) -> None:
        """Takes a message of ours away. What stands in the way is logged."""
        try:
            await self._client.chat_delete(channel=channel, ts=ts)
        except SlackApiError as error:
            log.warning("a message could not be taken away: %s", error_of(error))
        except NO_ANSWER as error:
            log.warning("a message could not be taken away: %s", type(error).__name__)

    async def find(self, where: Address, since_s: float) -> dict[str, str] | Outcome:
        """Our keys and the ts of their messages since `since_s` (seconds since 1970), in a thread or a channel's top level."""
        found: dict[str, str] = {}
        cursor = ""
        while True:
            try:
                page = await self._page(where, since_s, cursor)
            except SlackApiError as error:
                return {} if error_of(error) == "thread_not_found" else _outcome(error)
            except NO_ANSWER as error:
                return NotKnown(type(error).__name__)
            found |= {key: str(message["ts"]) for message in page["messages"] if (key := key_of(message))}
            cursor = str((page.get("response_metadata") or {}).get("next_cursor") or "")
            if not cursor:
                return found

    async def _page(self, where: Address, since_s: float, cursor: str) -> Any:
        span: dict[str, Any] = {
            "channel": where.channel, "oldest": f"{since_s - CLOCKS_APART_S:.6f}", "inclusive": True,
            "include_all_metadata": True, "limit": PAGE, **({"cursor": cursor} if cursor else {}),
        }  # fmt: skip
        if where.thread_ts:
            return await self._client.conversations_replies(ts=where.thread_ts, **span)
        return await self._client.conversations_history(**span)

    async def channel_id(self, name: str) -> str | Outcome:
        """The id of the channel with this name; `NoChannel` when the bot sees none."""
        if name not in self._channels and (self._listed_at is None or self._now() - self._listed_at > LISTED_AGAIN_S):
            found = await self._all_channels()
            if not isinstance(found, dict):
                return found
            self._channels, self._listed_at = found, self._now()
        channel = self._channels.get(name)
        is_closed = channel and self._now() - self._closed.get(channel, -math.inf) < LISTED_AGAIN_S
        return channel if channel and not is_closed else NoChannel("channel_not_found")

    def closed(self, channel: str) -> None:
        """This channel takes no messages now: it was archived, or the bot was taken out of it. It is looked for again later."""
        self._closed[channel] = self._now()
        self._channels = {name: known for name, known in self._channels.items() if known != channel}

    async def direct(self, user_id: str) -> str | Outcome:
        """The id of the direct conversation with a person."""
        key = f"@{user_id}"
        if key not in self._channels:
            try:
                answer = await self._client.conversations_open(users=user_id)
            except SlackApiError as error:
                return _outcome(error)
            except NO_ANSWER as error:
                return NotKnown(type(error).__name__)
            self._channels[key] = str(answer["channel"]["id"])
        return self._channels[key]

    async def _all_channels(self) -> dict[str, str] | Outcome:
        found: dict[str, str] = {}
        cursor = ""
        kinds = "public_channel,private_channel"
        while True:
            try:
                page = await self._client.conversations_list(
                    types=kinds, exclude_archived=True, limit=PAGE, cursor=cursor
                )
            except SlackApiError as error:
                return _outcome(error)
            except NO_ANSWER as error:
                return NotKnown(type(error).__name__)
            found |= {str(channel["name"]): str(channel["id"]) for channel in page["channels"]}
            cursor = str((page.get("response_metadata") or {}).get("next_cursor") or "")
            if not cursor:
                return {**{k: v for k, v in self._channels.items() if k.startswith("@")}, **found}


def key_of(message: Json) -> str:
    """The card that a message is; empty for any other message."""
    metadata = message.get("metadata") or {}
    payload = metadata.get("event_payload") or {}
    return str(payload.get("key", "")) if metadata.get("event_type") == EVENT_TYPE else ""


def _outcome(error: SlackApiError) -> Outcome:
    name = error_of(error)
    if (seconds := retry_after(error)) is not None:
        return TooFast(seconds)
    if maybe_done(error):
        return NotKnown(name)
    for names, kind in ((NO_CHANNEL, NoChannel), (NOT_DRAWABLE, NotDrawable), (GONE, Gone)):
        if name in names:
            return kind(name)
    return Refused(name)
