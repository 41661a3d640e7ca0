"""How fast one channel may be written to: one message a second, with the short burst that Slack lets through.

docs.slack.dev, rate limits: "chat.postMessage generally allows posting one message per second per channel, short bursts over the
limit allowed"; `Retry-After` is obeyed whatever the gate says.
"""

from __future__ import annotations

from collections.abc import Callable

BURST = 4
EACH_S = 1.0


class Pace:
    """A gate with `burst` tokens that come back one each `each_s` seconds. `now` counts seconds and never goes back."""

    def __init__(self, now: Callable[[], float], burst: int = BURST, each_s: float = EACH_S) -> None:
        self._now = now
        self._burst = burst
        self._each = each_s
        self._left = float(burst)
        self._at = now()
        self._held_until = 0.0

    def wait_s(self) -> float:
        """The seconds until the next message may go; 0 when it may go now."""
        self._refill()
        held = max(0.0, self._held_until - self._now())
        return max(held, 0.0 if self._left >= 1 else (1 - self._left) * self._each)

    def spend(self) -> None:
        """One message has gone."""
        self._refill()
        self._left -= 1

    def hold(self, seconds: float) -> None:
        """Slack asked us to wait."""
        self._held_until = max(self._held_until, self._now() + seconds)

    def _refill(self) -> None:
        now = self._now()
        if self._each > 0:
            self._left = min(float(self._burst), self._left + (now - self._at) / self._each)
        else:
            self._left = float(self._burst)
        self._at = now
