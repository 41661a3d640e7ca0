"""Reminding those who may decide, and putting a request off. Both leave it pending, and neither moves its deadline."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from core.contract.authority import Decision, Refused
from core.ledger import Ledger, Unit
from core.moment import from_us, to_us
from core.ports import Member
from policies.rules.assignment import Holder
from policies.schema import Policy
from workflows import answers, calling, requests
from workflows.people import NotPossible

ITSELF = ""  # who sent a reminder, when the clock did


@dataclass(frozen=True, slots=True)
class Reminded:
    """A line in the thread calls these, by user id."""

    request_id: str
    called: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TooSoon:
    """They were reminded a short while ago. `by` is a user id, or empty for the clock; the next one may go out `again_at`."""

    by: str
    at: datetime
    again_at: datetime


@dataclass(frozen=True, slots=True)
class Snoozed:
    """Put off until then, for one person or for all."""

    request_id: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Later:
    """The two verbs, and the end of a time that somebody asked for."""

    ledger: Ledger
    policy: Callable[[], Policy]

    def remind(self, decision: Decision, member: Member | None) -> Reminded | TooSoon | NotPossible | Refused:
        """Calls those who are asked now, at most once in `remind_every_min`. `member` is None for the command line."""
        with_task = self.ledger.rows("request.task", id=decision.request_id)
        if not with_task:
            return answers.UNKNOWN
        with self.ledger.unit(str(with_task[0][0])) as unit:
            request = unit.row("request", "request.get", id=decision.request_id) or {}
            if refused := answers.refusal(unit, self.policy(), request, decision, member):
                return refused
            if soon := self._too_soon(unit, request):
                return soon
            if (request["snoozed_until"] or 0) > unit.at:
                return NotPossible(
                    f"Reminders are held back until {self._when(request['snoozed_until'])}. Nobody was reminded."
                )
            row = unit.row("proposal", "proposal.get", id=request["proposal_id"]) or {}
            others = [each for each in calling.in_unit(unit, self.policy(), request, row).called()
                      if each.person != decision.person]  # fmt: skip
            later = calling.put_off(unit.all("snooze.of_request", request=request["id"]), unit.now)
            ring = [each for each in others if each.user and each.person not in later]
            if not ring:
                return NotPossible(self._nobody(unit, request, others))
            unit.change("request.nudged", key=request["id"], at=unit.at)
            answers.record(unit, decision, member)
            requests.timeline(
                unit, request["id"], "nudged", person=decision.person, called=[each.user for each in ring]
            )
            return Reminded(request["id"], tuple(each.person for each in ring))

    def snooze(
        self, decision: Decision, member: Member, until: datetime, *, everyone: bool
    ) -> Snoozed | NotPossible | Refused:
        """Calls this person again at `until` and not before; with `everyone` no reminder goes out until then. Never past the
        time to decide."""
        with_task = self.ledger.rows("request.task", id=decision.request_id)
        if not with_task:
            return answers.UNKNOWN
        with self.ledger.unit(str(with_task[0][0])) as unit:
            request = unit.row("request", "request.get", id=decision.request_id) or {}
            if refused := answers.refusal(unit, self.policy(), request, decision, member):
                return refused
            at = to_us(until)
            if not unit.at < at < request["due_at"]:
                due = self._when(request["due_at"])
                return NotPossible(f"It has to be decided by {due}; it can be put off to a time before that only.")
            if everyone:
                unit.change("request.hold", key=request["id"], until=at)
            else:
                row = unit.row("proposal", "proposal.get", id=request["proposal_id"]) or {}
                called = calling.in_unit(unit, self.policy(), request, row).called()
                if member.user_id not in {each.user for each in called}:
                    return NotPossible("You are not asked for this now, so nobody calls you for it anyway.")
                self._put_off(unit, request["id"], member.user_id, at)
            answers.record(unit, decision, member, reason=f"{'all' if everyone else 'me'} until {at}")
            what = "held_back" if everyone else "snoozed"
            requests.timeline(unit, request["id"], what, person=member.user_id, until=at)
            return Snoozed(request["id"], until)

    def ring(self, request_id: str, task_id: str, person: str) -> bool:
        """The time that this person named has come: they are called again if it still waits for them. Run by the sweep."""
        with self.ledger.unit(task_id) as unit:
            due = [until for who, until in unit.all("snooze.of_request", request=request_id) if who == person]
            if not due or due[0] > unit.at:
                return False
            unit.change("snooze.drop", key=request_id, who=person)
            request = unit.row("request", "request.get", id=request_id) or {}
            if request["state"] != requests.PENDING:
                return True
            row = unit.row("proposal", "proposal.get", id=request["proposal_id"]) or {}
            case = calling.in_unit(unit, self.policy(), request, row)
            whom = case.stand_in_of(person)
            if whom in {each.user for each in case.called()}:
                unit.audit("request.shown_again", "system", request=request_id, person=whom)
                requests.timeline(unit, request_id, "again", called=[whom])
            return True

    def last(self, request_id: str) -> tuple[str, datetime] | None:
        """Who had this request reminded last, and when; the person is empty for the clock. None when nobody was reminded."""
        request = self.ledger.row("request", "request.get", id=request_id) or {}
        return _last(request, self.ledger.rows("decision.reminded", id=request_id))

    def _too_soon(self, unit: Unit, request: dict[str, Any]) -> TooSoon | None:
        last = _last(request, unit.all("decision.reminded", id=request["id"]))
        if last is None:
            return None
        again_at = last[1] + timedelta(minutes=self.policy().limits.remind_every_min)
        return TooSoon(*last, again_at) if unit.now < again_at else None

    def _nobody(self, unit: Unit, request: dict[str, Any], others: list[Holder]) -> str:
        """Why a reminder would call nobody."""
        if not others:
            return "Nobody else is asked for this now, so nobody was reminded."
        until = {str(person): int(at) for person, at in unit.all("snooze.of_request", request=request["id"])}
        words = [
            f"{each.name} put it off until {self._when(until[each.person])}."
            if each.person in until
            else f"{each.name} was not seen in Slack yet."
            for each in others
        ]
        return " ".join([*words, "Nobody was reminded."])

    def _put_off(self, unit: Unit, request_id: str, person: str, until: int) -> None:
        unit.change("snooze.drop", key=request_id, who=person)
        unit.insert("snooze", request_id=request_id, person=person, task_id=unit.task.id, until=until)

    def _when(self, at: int) -> str:
        local = from_us(at).astimezone(self.policy().company.zone)
        return f"{local:%a %b} {local.day}, {local:%I:%M %p %Z}".replace(", 0", ", ")


def _last(request: dict[str, Any], reminded: list[Any]) -> tuple[str, datetime] | None:
    at = request.get("reminded_at")
    if at is None:
        return None
    by_hand = next((str(person) for person, when in reminded if when == at), ITSELF)
    return by_hand, from_us(at)
