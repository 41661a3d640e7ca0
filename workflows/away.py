"""Who is away, and until when. It ends by itself, or when somebody says so; meanwhile their delegate is called."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import orjson

from core.contract.authority import Refused
from core.ledger import Ledger, Unit
from core.moment import from_us, to_us
from core.ports import Member
from policies.rules import authority, delegation
from policies.rules.delegation import Team
from policies.schema import Policy

OWNER = "owner"  # whose holder may say it of anybody
COMMAND_LINE = "command line"
TOLD = "told"
_NOT_SHOWN = "Slack has not shown {} to Baton yet, so nobody can be called in their place. Nothing has changed."


@dataclass(frozen=True, slots=True)
class Absence:
    """Somebody who is away. `instead`: the name of whoever is called, empty when that is nobody: then they are called all the
    same. `said_by`: a user id, or the command line."""

    name: str
    user: str
    until: datetime
    instead: str
    instead_user: str
    said_by: str


@dataclass(frozen=True, slots=True)
class Unchanged:
    """Nothing was done; `reason` says why."""

    reason: str


def team(source: Unit | Ledger, policy: Policy, gone: frozenset[str] = frozenset()) -> Team:
    """Who is there now; costs one look while nobody is away. `gone`: user ids of those who have left, by Slack."""
    unit = source if isinstance(source, Unit) else None
    now = unit.at if unit else to_us(source.clock.now())  # type: ignore[union-attr]
    read = source.all if isinstance(source, Unit) else source.rows
    away = {str(row[0]) for row in read("person.away", now=now)}
    if not away:
        return Team()
    members = {str(index): str(user) for index, user in read("person.members")}
    blind = source.blind if isinstance(source, Unit) else source.cipher.blind
    indexes = {mail: blind("mail", mail) for mail in policy.people}
    users = {mail: members[index] for mail, index in indexes.items() if index in members and members[index] not in gone}
    return Team(users, frozenset(mail for mail, index in indexes.items() if index in away))


@dataclass(frozen=True, slots=True)
class Absences:
    """The two verbs, and who is away."""

    ledger: Ledger
    policy: Callable[[], Policy]

    def leave(self, mail: str, until: datetime, by: Member | None) -> Absence | Unchanged | Refused:
        """This person is away until then. Oneself, or the owner for anybody; `by` is None for the command line."""
        if refused := self._refused(mail, by):
            return refused
        policy, name = self.policy(), self._name(mail)
        user = self._user(mail)
        if not user:
            return Unchanged(_NOT_SHOWN.format(name))
        if until <= self.ledger.clock.now():
            return Unchanged("That time is over already. Nothing has changed.")
        said_by = by.user_id if by else COMMAND_LINE
        with self.ledger.unit() as unit:
            unit.change("person.leave", key=user, until=to_us(until), by=said_by)
            found = self._absence(policy, team(unit, policy), mail, to_us(until), said_by)
            unit.audit("person.away", _actor(by), person=user, until=to_us(until), instead=found.instead_user)
            _redraw(unit)
            if found.instead_user:
                self._tell(unit, found)
            return found

    def come_back(self, mail: str, by: Member | None) -> Unchanged | Refused | None:
        """This person is here again; None when it is so now."""
        if refused := self._refused(mail, by):
            return refused
        user = self._user(mail)
        with self.ledger.unit() as unit:
            if not user or not unit.change("person.return", key=user):
                return Unchanged(f"{self._name(mail)} is not away.")
            unit.audit("person.back", _actor(by), person=user)
            _redraw(unit)
            return None

    def now(self) -> tuple[Absence, ...]:
        """Everybody who is away, whoever is back first at the front."""
        policy = self.policy()
        there = team(self.ledger, policy)
        mails = {there.users[mail]: mail for mail in there.away if mail in there.users}
        rows = self.ledger.rows("person.away", now=to_us(self.ledger.clock.now()))
        return tuple(
            self._absence(policy, there, mails[user], int(until), str(said_by))
            for _, user, until, said_by in rows
            if user in mails
        )

    def end(self, user: str) -> bool:
        """Their time is over: they are called again. Run by the sweep; False when it was extended or ended meanwhile."""
        with self.ledger.unit() as unit:
            over = {str(row[0]) for row in unit.all("person.away_over", now=unit.at)}
            if user not in over or not unit.change("person.return", key=user):
                return False
            unit.audit("person.back", "time", person=user)
            _redraw(unit)
            return True

    def _refused(self, mail: str, by: Member | None) -> Unchanged | Refused | None:
        """Why this person may not say it; None when they may. What is refused of others is on the record."""
        if by is None:
            return None
        roles = authority.roles_of(self.policy(), by.mail) if by.is_member else frozenset()
        if not by.is_member:
            return Refused(code="not_a_member", reason="Only full members of this team can do this.")
        if not roles:
            return Refused(code="not_the_role", reason="You have no role in Baton yet. Ask the owner to give you one.")
        if mail == by.mail or OWNER in roles:
            return None
        with self.ledger.unit() as unit:
            unit.audit("away.refused", _actor(by), person=self._user(mail), audit_class="security")
        return Unchanged("You can say it of yourself; of others only the owner can. Nothing has changed.")

    def _absence(self, policy: Policy, there: Team, mail: str, until: int, said_by: str) -> Absence:
        stand_in = delegation.stand_in(policy, there, mail)
        person, instead = policy.people[mail], policy.people.get(stand_in)
        return Absence(
            person.name, there.users.get(mail, ""), from_us(until), instead.name if instead else "",
            there.users.get(stand_in, ""), said_by,
        )  # fmt: skip

    def _tell(self, unit: Unit, absence: Absence) -> None:
        """The delegate is told in private, once for each time that it is said."""
        zone = self.policy().company.zone
        local = absence.until.astimezone(zone)
        when = f"{local:%a %b} {local.day}, {local:%I:%M %p %Z}".replace(", 0", ", ")
        text = f"You stand in for {absence.name} until {when}. What would call them calls you."
        unit.card(TOLD, f"away:{absence.user}:{unit.at}", "", viewer=absence.instead_user, task_id=None,
                  detail=orjson.dumps({"text": text}).decode())  # fmt: skip

    def _name(self, mail: str) -> str:
        return self.policy().people[mail].name

    def _user(self, mail: str) -> str:
        members = {str(index): str(user) for index, user in self.ledger.rows("person.members")}
        return members.get(self.ledger.cipher.blind("mail", mail), "")


def _actor(by: Member | None) -> str:
    return f"person:{by.user_id}" if by else COMMAND_LINE


def _redraw(unit: Unit) -> None:
    """Cards that wait say who is called now."""
    for (request_id,) in unit.all("request.waiting"):
        unit.want(str(request_id))
