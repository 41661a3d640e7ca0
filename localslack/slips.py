"""Things handed to the app that are good for a short while: trigger ids and response URLs."""

import secrets
from dataclasses import dataclass

from localslack.clock import Clock, seconds
from localslack.state import State
from localslack.wire import SlackError

TRIGGER_LIFETIME_S = 3
HOOK_LIFETIME_S = 30 * 60
HOOK_USES = 5


@dataclass(frozen=True)
class Hook:
    """A response URL: the message it belongs to and who acted."""

    id: str
    channel: str
    user: str
    ts: str | None
    ephemeral: bool
    thread_ts: str | None


@dataclass(frozen=True)
class Trigger:
    """A spent trigger: whose it was, the view it was clicked in, and the conversation the person was in, if any."""

    user: str
    view_id: str | None
    channel: str | None


class Slips:
    """Makes and takes them. Times come from the injected clock."""

    def __init__(self, state: State, clock: Clock) -> None:
        self._state = state
        self._clock = clock

    def trigger(self, user: str, view_id: str | None = None, channel: str | None = None) -> str:
        """Return a new trigger id for what this person just did."""
        now = seconds(self._clock)
        made = f"{int(now * 1000)}.{secrets.randbelow(10**12)}.{secrets.token_hex(16)}"
        self._state.run(
            "INSERT INTO triggers (id, user, made_at, view_id, channel) VALUES (?, ?, ?, ?, ?)",
            *(made, user, now, view_id, channel),
        )
        return made

    def spend(self, trigger_id: str) -> Trigger:
        """Use a trigger up; refuses one that is unknown, already used, or older than three seconds.

        Slack's names: https://docs.slack.dev/reference/methods/views.open
        """
        row = self._state.one("SELECT user, made_at, used, view_id, channel FROM triggers WHERE id = ?", trigger_id)
        if row is None:
            raise SlackError("invalid_trigger_id")
        if row["used"]:
            raise SlackError("exchanged_trigger_id")
        if seconds(self._clock) - row["made_at"] > TRIGGER_LIFETIME_S:
            raise SlackError("expired_trigger_id")
        self._state.run("UPDATE triggers SET used = 1 WHERE id = ?", trigger_id)
        return Trigger(row["user"], row["view_id"], row["channel"])

    def hook(self, channel: str, user: str, ts: str | None, ephemeral: bool, thread_ts: str | None) -> str:
        """Return the id of a new response URL."""
        made = secrets.token_urlsafe(18)
        self._state.run(
            "INSERT INTO hooks (id, channel, user, ts, ephemeral, thread_ts, made_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
            *(made, channel, user, ts, int(ephemeral), thread_ts, seconds(self._clock)),
        )
        return made

    def use_hook(self, hook_id: str) -> Hook:
        """Count one use of a response URL; refuses the sixth, one older than 30 minutes, and one never made."""
        row = self._state.one("SELECT * FROM hooks WHERE id = ?", hook_id)
        if row is None:
            raise SlackError("invalid_url")
        if seconds(self._clock) - row["made_at"] > HOOK_LIFETIME_S:
            raise SlackError("expired_url")
        if row["uses"] >= HOOK_USES:
            raise SlackError("used_url")
        self._state.run("UPDATE hooks SET uses = uses + 1 WHERE id = ?", hook_id)
        return Hook(row["id"], row["channel"], row["user"], row["ts"], bool(row["ephemeral"]), row["thread_ts"])
