"""What the renderers see: the rows, today's rules and the time; and the words for names of agents, queues and people."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.cards.blocks import Json
from bot.directory import users_of_mails
from core.contract.work import Resolved
from core.ledger import Ledger
from policies.schema import Policy

Row = dict[str, Any]
WHO = ("To", "Contact", "Lead")  # labels of lines that name the other side


@dataclass(frozen=True, slots=True)
class Drawn:
    """A card as it should stand now. `again_at`: when the same row says something else although nothing changed."""

    payload: Json
    again_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Scene:
    """Handed to every renderer. Read-only; safe in any thread."""

    ledger: Ledger
    rules: Callable[[], Policy]

    @property
    def policy(self) -> Policy:
        """Today's rules."""
        return self.rules()

    @property
    def now(self) -> datetime:
        """The time, aware UTC."""
        return self.ledger.clock.now()

    @property
    def zone(self) -> ZoneInfo:
        """The company's zone, for clients that cannot draw each reader's own."""
        return self.policy.company.zone

    def people_of(self, *roles: str) -> tuple[str, ...]:
        """Who holds one of the roles: Slack user ids where they were seen, else names."""
        held = {mail: each.name for mail, each in self.policy.people.items() if set(roles) & set(each.roles)}
        users = users_of_mails(self.ledger, held)
        return tuple(users.get(mail, name) for mail, name in held.items())

    def people_of_queue(self, queue: str) -> tuple[str, ...]:
        """Who works off a queue."""
        found = self.policy.queues.get(queue)
        return self.people_of(found.role) if found else ()


def agent_name(name: str) -> str:
    """`Support agent`, `Planner`; a queue or anything else as words."""
    words = name.replace("_", " ")
    named = f"{words[:1].upper()}{words[1:]}"
    return named if name in ("planner", "") else f"{named} agent"


def subject_of(resolved: Resolved) -> str:
    """Whom an operation is about, by the name that its system of record has; the bar names the address as well."""
    found = next((value for name, value in resolved.lines if name in WHO), "")
    return found.partition(", ")[0]


def queue_name(name: str) -> str:
    """`the support queue`."""
    return f"the {name.replace('_', ' ')} queue"


def person_of(actor: str) -> str:
    """The Slack user id out of an audit's actor; anything else as it is."""
    return actor.removeprefix("person:")
