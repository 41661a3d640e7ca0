"""Who is who where no Slack is connected: nobody. Commands beside a running Baton decide nothing, so they need nobody."""

from __future__ import annotations

from core.errors import Retry
from core.ports import Member


class NoDirectory:
    """`core.ports.Directory` of a process without Slack. It fails closed."""

    def cached(self, user_id: str) -> Member | None:
        """Nobody is known."""
        return None

    def fresh(self, user_id: str) -> Member | None:
        """Raises `Retry`: a process that is connected to Slack will do it."""
        raise Retry(f"Slack is not connected here, so {user_id} cannot be looked up", after_s=30)
