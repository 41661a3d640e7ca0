"""A till in every mood that a provider has: away, silent, losing answers, answering late, with a clock of its own.

It is as strict as the till and keeps the till's log, so that what really happened stands there and nowhere else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any, Literal

from core.contract.effect import Call, NotSent, Receipt, Sent, Unknown
from core.contract.work import Resolved
from core.errors import Retry
from gateways.adapter import NotResolved, Operation, Pointer, Value
from tests.support.till import REFUND, Till

Mood = Literal["well", "away", "refuses", "silent", "loses_answers", "answers_late", "broken"]


class MoodyTill(Till):
    """`after_crash` and `closes` are what it promises; `by_key` and `look_up` it keeps, `ask` means that it knows no keys."""

    def __init__(
        self, *args: Any, after_crash: Literal["by_key", "look_up", "ask"] = "ask", closes: bool = False
    ) -> None:
        super().__init__(*args)
        self.promise, self.closes = after_crash, closes
        self.mood: Mood = "well"
        self.mood_of: Callable[[Call], Mood | None] = lambda _: None  # where a call has a mood of its own
        self.answers_questions = True
        self.can_be_read = True
        self.ahead = timedelta()  # its clock, against ours
        self.is_strict_about_time = False
        self.knocks: list[str] = []  # keys of calls that were tried, also those that never arrived
        self.questions: list[str] = []
        self.on_its_way: list[Call] = []  # what it took in and has not done yet
        self.at_the_door: Callable[[Call], None] = lambda _: None

    @property
    def operations(self) -> tuple[Operation, ...]:
        return (replace(REFUND, after_crash=self.promise, closes=self.closes),)

    def resolve(
        self, operation: str, arguments: Mapping[str, Value], handles: Mapping[str, Pointer]
    ) -> Resolved | NotResolved:
        if not self.can_be_read:
            raise Retry("the till does not answer")
        return super().resolve(operation, arguments, handles)

    def call(self, call: Call) -> Receipt:
        self.knocks.append(call.effect_id)
        self.at_the_door(call)
        match self.mood_of(call) or self.mood:
            case "away":
                return NotSent(reason="no connection to the till", again=True)
            case "refuses":
                return NotSent(reason="The till says no.", again=False)
            case "silent":
                return Unknown(reason="no answer within 5 seconds")
            case "broken":
                raise OSError("the line broke")
            case "answers_late":
                self.on_its_way.append(call)
                return Unknown(reason="no answer within 5 seconds")
            case "loses_answers":
                self.do(call)
                return Unknown(reason="no answer within 5 seconds")
            case "well":
                return self.do(call)

    def do(self, call: Call) -> Receipt:
        """What it does with a call that has arrived."""
        if self.is_strict_about_time and self._clock.now() + self.ahead >= call.call_by:
            return NotSent(reason="Its time had run out.", again=True)
        if self.promise != "ask" and (paid := self.paid(call.effect_id)):
            return paid
        return super().call(call)

    def arrive(self) -> None:
        """What was on its way gets there, long after anybody waited for it."""
        for call in self.on_its_way:
            self.do(call)
        self.on_its_way.clear()

    def paid(self, key: str) -> Sent | None:
        """What it paid under this key."""
        with self._open() as db:
            row = db.execute("select seq from call where key = ? and paid > 0", (key,)).fetchone()
        return Sent(reference=f"R-{row[0]}") if row else None

    def look_up(self, operation: str, effect_id: str) -> Receipt:
        self.questions.append(effect_id)
        if not self.answers_questions:
            raise Retry("the till does not answer")
        if self.promise == "ask":
            return super().look_up(operation, effect_id)
        if self.closes:
            self.on_its_way = [call for call in self.on_its_way if call.effect_id != effect_id]
        return self.paid(effect_id) or NotSent(reason="It never came in.", again=True)


def moody(after_crash: Literal["by_key", "look_up", "ask"] = "ask", closes: bool = False) -> Callable[..., Till]:
    """For `raise_fort(till_of=…)`."""
    return partial(MoodyTill, after_crash=after_crash, closes=closes)
