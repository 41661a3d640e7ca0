"""How often the app may call, as Slack counts it, and how many events it is sent in an hour.

Tiers: https://docs.slack.dev/apis/web-api/rate-limits; which method has which: the methods' pages and slackapi/java-slack-sdk
(`MethodsRateLimits`). Slack promises so many calls a minute and tolerates bursts that it does not name; here a burst is
as many calls as a minute allows. Those of `chat.postMessage` (10 at once in a channel, then one a second; 100 at once
in the workspace, then 300 a minute) and of `apps.connections.open` (30 at once) are our guess, on the strict side.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from localslack.clock import Clock, seconds

EVENTS_PER_HOUR = 30_000
"""https://docs.slack.dev/apis/events-api/#rate-limiting"""


@dataclass(frozen=True)
class Rate:
    """So many calls at once, and so many more with each minute."""

    burst: int
    per_minute: float


def _even(per_minute: int) -> Rate:
    return Rate(per_minute, per_minute)


TIER_1 = Rate(5, 1)
TIER_2 = _even(20)
TIER_3 = _even(50)
TIER_4 = _even(100)
HUNDREDS = _even(600)
OPENING = Rate(30, 10)
IN_A_CHANNEL = Rate(10, 60)
IN_THE_WORKSPACE = Rate(100, 300)

PER_METHOD: dict[str, Rate] = {
    "agents.sessions.rename": TIER_3,
    "api.test": TIER_4,
    "apps.connections.open": OPENING,
    "apps.uninstall": TIER_1,
    "assistant.threads.setSuggestedPrompts": TIER_3,
    "assistant.threads.setTitle": TIER_3,
    "auth.revoke": TIER_3,
    "auth.teams.list": TIER_2,
    "auth.test": HUNDREDS,
    "blocks.validate": HUNDREDS,
    "bookmarks.add": TIER_2,
    "bookmarks.edit": TIER_2,
    "bookmarks.list": TIER_3,
    "bookmarks.remove": TIER_2,
    "bots.info": TIER_3,
    "chat.appendStream": TIER_4,
    "chat.delete": TIER_3,
    "chat.deleteScheduledMessage": TIER_3,
    "chat.getPermalink": HUNDREDS,
    "chat.meMessage": TIER_3,
    "chat.postEphemeral": TIER_4,
    "chat.scheduleMessage": TIER_3,
    "chat.scheduledMessages.list": TIER_3,
    "chat.startStream": TIER_2,
    "chat.stopStream": TIER_2,
    "chat.unfurl": TIER_3,
    "chat.update": TIER_3,
    "conversations.archive": TIER_2,
    "conversations.close": TIER_2,
    "conversations.create": TIER_2,
    "conversations.history": TIER_3,
    "conversations.info": TIER_3,
    "conversations.invite": TIER_3,
    "conversations.join": TIER_3,
    "conversations.kick": TIER_3,
    "conversations.leave": TIER_3,
    "conversations.list": TIER_2,
    "conversations.mark": TIER_3,
    "conversations.members": TIER_4,
    "conversations.open": TIER_3,
    "conversations.rename": TIER_2,
    "conversations.replies": TIER_3,
    "conversations.setPurpose": TIER_2,
    "conversations.setTopic": TIER_2,
    "conversations.unarchive": TIER_2,
    "dnd.info": TIER_3,
    "dnd.teamInfo": TIER_2,
    "emoji.list": TIER_2,
    "files.completeUploadExternal": TIER_4,
    "files.delete": TIER_3,
    "files.getUploadURLExternal": TIER_4,
    "files.info": TIER_4,
    "files.list": TIER_3,
    "files.sharedPublicURL": TIER_3,
    "files.upload": TIER_2,
    "pins.add": TIER_2,
    "pins.list": TIER_2,
    "pins.remove": TIER_2,
    "reactions.add": TIER_3,
    "reactions.get": TIER_3,
    "reactions.list": TIER_2,
    "reactions.remove": TIER_2,
    "team.info": TIER_3,
    "team.profile.get": TIER_3,
    "usergroups.create": TIER_2,
    "usergroups.disable": TIER_2,
    "usergroups.enable": TIER_2,
    "usergroups.list": TIER_2,
    "usergroups.update": TIER_2,
    "usergroups.users.list": TIER_2,
    "usergroups.users.update": TIER_2,
    "users.conversations": TIER_2,
    "users.getPresence": TIER_3,
    "users.info": TIER_4,
    "users.list": TIER_2,
    "users.lookupByEmail": TIER_3,
    "users.profile.get": TIER_4,
    "users.setPresence": TIER_2,
    "views.open": TIER_4,
    "views.publish": TIER_4,
    "views.push": TIER_4,
    "views.update": TIER_4,
}
PER_CHANNEL = frozenset({"agents.sessions.setStatus", "assistant.threads.setStatus", "chat.postMessage"})
"""About one call a second in each conversation; posting has a limit for the whole workspace above that."""
UNNAMED = TIER_2
"""What a method has whose tier is in no table; slackapi/java-slack-sdk takes the same."""


@dataclass
class _Bucket:
    left: float
    at: float


@dataclass(frozen=True)
class EventVerdict:
    """Whether an event may go out; if not, `minute` is set once for each minute in which some were lost."""

    allowed: bool
    minute: int | None = None


class Limits:
    """Counts calls and events while it is `on`. A call that is refused costs nothing."""

    def __init__(self, clock: Clock, on: bool = False) -> None:
        self._clock = clock
        self.on = on
        self.events_per_hour = EVENTS_PER_HOUR
        self._buckets: dict[tuple[str, str], _Bucket] = {}
        self._events: dict[int, int] = {}
        self._told = -1

    def call(self, method: str, channel: str) -> int:
        """Count a call. Returns 0 when it may go on, else after how many whole seconds it may be tried again."""
        if not self.on:
            return 0
        now = seconds(self._clock)
        buckets = [(self._filled(key, rate, now), rate) for key, rate in _rates(method, channel)]
        wait_s = max((1 - bucket.left) * 60 / rate.per_minute for bucket, rate in buckets)
        if wait_s > 0:
            return math.ceil(wait_s)
        for bucket, _ in buckets:
            bucket.left -= 1
        return 0

    def event(self) -> EventVerdict:
        """Count an event of the last sixty minutes."""
        if not self.on:
            return EventVerdict(True)
        minute = int(seconds(self._clock) // 60)
        self._events = {each: count for each, count in self._events.items() if minute - 60 < each <= minute}
        if sum(self._events.values()) < self.events_per_hour:
            self._events[minute] = self._events.get(minute, 0) + 1
            return EventVerdict(True)
        fresh, self._told = minute != self._told, minute
        return EventVerdict(False, minute * 60 if fresh else None)

    def forget(self) -> None:
        """Begin to count anew."""
        self._buckets.clear()
        self._events.clear()

    def _filled(self, key: tuple[str, str], rate: Rate, now: float) -> _Bucket:
        bucket = self._buckets.setdefault(key, _Bucket(rate.burst, now))
        bucket.left = min(rate.burst, bucket.left + max(now - bucket.at, 0) * rate.per_minute / 60)
        bucket.at = now
        return bucket


def _rates(method: str, channel: str) -> Iterator[tuple[tuple[str, str], Rate]]:
    if method in PER_CHANNEL:
        yield (method, channel), IN_A_CHANNEL
        if method == "chat.postMessage":
            yield (method, ""), IN_THE_WORKSPACE
        return
    yield (method, ""), PER_METHOD.get(method, UNNAMED)
