"""The rows of cards, as a channel's loop reads and writes them: what is to be shown, where it stands, what went wrong. Methods
are for worker threads; each is one transaction."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta

from bot.cards.blocks import Json, message, say
from bot.posting import Address, Posted
from bot.render.scene import Drawn, Row, Scene
from bot.render.table import draw
from core.errors import BatonError
from core.ledger import Ledger
from core.moment import to_us

log = logging.getLogger("baton.desk")


@dataclass(frozen=True, slots=True)
class Ready:
    """A card that is behind, as it should stand now."""

    row: Row
    drawn: Drawn
    where: Address | None  # None: not known yet, its channel has to be looked up by name


@dataclass(frozen=True, slots=True)
class CardRows:
    """Of all channels."""

    ledger: Ledger
    scene: Scene

    def ready(self, card_id: str) -> Ready | None:
        """The card as it should stand, or None when it stands so already."""
        row = self.ledger.row("card", "card.get", id=card_id)
        if row is None or row["wanted"] <= row["shown"]:
            return None
        where: Address | None = None
        if row["channel"]:
            where = Address(row["channel"], row["thread_ts"])
        elif row["parent_id"]:
            parent = self.ledger.row("card", "card.get", id=row["parent_id"]) or {}
            where = Address(parent["channel"], parent["thread_ts"] or parent["ts"])
        return Ready(row, self._draw(row), where)

    def _draw(self, row: Row) -> Drawn:
        try:
            return draw(self.scene, row)
        except BatonError as error:
            log.error("a %s card cannot be drawn: %s", row["kind"], error)  # noqa: TRY400  our own words, no trace needed
            return Drawn(plain(row))

    def placed(self, ready: Ready, at: Posted, shown: int, note: str) -> bool:
        """Whether it is in its place now; False when it stands elsewhere already."""
        card_id = ready.row["id"]
        with self.ledger.unit() as unit:
            placed = unit.change("card.placed", key=card_id, channel=at.channel, ts=at.ts, at=unit.at, shown=shown,
                                 again_at=again_at(ready.drawn))  # fmt: skip
            if placed and note:
                unit.change("card.noted", key=card_id, error=note)
        return placed

    def shown(self, ready: Ready) -> None:
        """It stands there as it was drawn."""
        with self.ledger.unit() as unit:
            unit.change("card.shown", key=ready.row["id"], shown=ready.row["wanted"], again_at=again_at(ready.drawn))

    def lost(self, row: Row) -> None:
        """Somebody deleted the message; what waits for people must be seen, so it is posted anew."""
        with self.ledger.unit() as unit:
            unit.change("card.lost", key=row["id"])
            unit.cards_changed = True

    def homeless(self, row: Row, channel: str, error: str) -> None:
        """Its channel takes no messages any more: it is posted anew, where people still read. A thread moves with its root."""
        if row["kind"] == "ack" or row["viewer"]:
            self.failed(row, error, behind=True)
            return
        with self.ledger.unit() as unit:
            root = unit.row("card", "card.get", id=row["parent_id"]) if row["parent_id"] else None
            if root is not None and root["channel"] == channel:
                unit.change("card.homeless", key=root["id"], why=error)
            if row["ts"] or root is None:
                unit.change("card.homeless", key=row["id"], why=error)
            else:
                unit.change("card.failed", key=row["id"], error=error, behind=True)
            unit.cards_changed = True

    def failed(self, row: Row, error: str, *, behind: bool) -> None:
        """Kept for `doctor`; `behind`: it is tried again."""
        with self.ledger.unit() as unit:
            unit.change("card.failed", key=row["id"], error=error, behind=behind)


def again_at(drawn: Drawn) -> int | None:
    """When the card is to be drawn anew, as its row keeps it, so that it is also when this process has died by then."""
    return to_us(drawn.again_at + timedelta(seconds=1)) if drawn.again_at else None


def plain(row: Row) -> Json:
    """In place of a card that cannot be drawn: it names the task, so that nothing is lost."""
    what = f"{row['task_id'] or 'Something'} needs a look ({row['kind']}). Its card could not be drawn; ask for it by its number."
    return message(what, [say(what)])
