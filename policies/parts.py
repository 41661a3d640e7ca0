"""The files that a company has one of: people, channels, escalation, failures, limits, rollout, schedule, sla.

Every field name is a YAML key that a team has in its files: a frozen wire format with a test.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, time
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

from core.contract.authority import Step
from core.contract.base import Priority
from policies import days_off

Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
DAYS: tuple[Day, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
EscalationClass = Literal["immediate", "scheduled", "follow_up"]
Scope = Literal["gateway", "agent"]

Words = Annotated[str, Field(min_length=1)]
Count = Annotated[int, Field(ge=1, strict=True)]
Whole = Annotated[int, Field(ge=0, strict=True)]
Cents = Annotated[int, Field(ge=0, le=100_000_000, strict=True)]
Percent = Annotated[int, Field(ge=0, le=100, strict=True)]
Switch = Annotated[bool, Field(strict=True)]
Mail = Annotated[str, Field(pattern=r"^[^@\s,;<>A-Z]+@[^@\s,;<>A-Z]+\.[^@\s,;<>A-Z]+$")]  # lower case: it is a key
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
ChannelName = Annotated[str, Field(pattern=r"^[a-z0-9_-]{1,80}$")]
Steps = Annotated[tuple[Step, ...], Field(min_length=1)]


def _clock_time(value: object) -> object:
    """Only HH:MM. A bare number would be read as seconds after midnight, which nobody means."""
    if isinstance(value, time):
        return value
    if not isinstance(value, str) or not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", value):
        raise ValueError("a time of day is written like 09:00 or 17:30")
    return time.fromisoformat(value)


TimeOfDay = Annotated[time, BeforeValidator(_clock_time)]


class Part(BaseModel):
    """A piece of policy. It never changes, and a key that nobody knows stops it."""

    model_config = ConfigDict(frozen=True, extra="forbid")


# people.yml ----------------------------------------------------------------------------------------------------------


class Company(Part):
    """Who we are to the outside."""

    name: Words
    time_zone: Words  # an IANA name such as America/New_York
    mail_from: Mail  # what customers see as the sender
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (OSError, ValueError, KeyError) as error:
            raise ValueError(f'"{value}" is no time zone; allowed are names such as Europe/Berlin') from error
        return value

    @property
    def zone(self) -> ZoneInfo:
        """The time zone in which the company's days begin and end."""
        return ZoneInfo(self.time_zone)


class Hours(Part):
    """Working hours: the same on each of the days, in the company's zone. `end` itself is outside."""

    days: Annotated[tuple[Day, ...], Field(min_length=1)]
    start: TimeOfDay
    end: TimeOfDay

    @model_validator(mode="after")
    def _starts_before_it_ends(self) -> Self:
        if self.start >= self.end:
            raise ValueError("start must be before end, on the same day")
        return self


class QuietHours(Part):
    """When a person is not rung for what can wait, in the person's own zone. They may go over midnight."""

    start: TimeOfDay
    end: TimeOfDay

    @model_validator(mode="after")
    def _some_time_is_left(self) -> Self:
        if self.start == self.end:
            raise ValueError("start and end must differ, else nobody could ever be rung")
        return self


class Person(Part):
    """One member of the team."""

    name: Words
    roles: tuple[str, ...]
    hours: Hours | None = None  # None: the company's business hours
    delegate: Mail | None = None  # who is called while this person is away
    quiet_hours: QuietHours | None = None  # None: those of sla.yml


class PeopleFile(Part):
    company: Company
    roles: Mapping[Name, Words]
    people: Mapping[Mail, Person]


# channels.yml --------------------------------------------------------------------------------------------------------


class Queue(Part):
    """Work that waits for people."""

    role: str
    channel: str  # a purpose from `channels`
    description: Words
    respond_within_min: Count


class ChannelsFile(Part):
    channels: Mapping[Name, ChannelName]  # purpose -> Slack channel; feed, digest and anchor must be there
    queues: Mapping[Name, Queue]


# escalation.yml ------------------------------------------------------------------------------------------------------


class Rung(Part):
    """One step of a ladder: who is called, and how many minutes after the escalation began."""

    role: str
    after_min: Whole


class Trigger(Part):
    """A reason to call a person."""

    escalation_class: EscalationClass = Field(alias="class")
    queue: str
    words: Words  # for the card: "Dana Whitfield <words>"
    ladder: Annotated[tuple[Rung, ...], Field(min_length=1)]
    begins_with_queue: bool = False  # before the ladder the people of the queue are called, whichever was chosen
    phrases: tuple[Words, ...] = ()  # `*` in a word's place: up to three words; at a word's end: any ending
    over_cents: Cents | None = None  # an amount in the text above this one


class AlwaysHuman(Part):
    """A matter that stays with people at every stage. What it names is approved by a person, always."""

    description: Words
    triggers: tuple[str, ...] = ()
    operations: tuple[str, ...] = ()
    over_cents: Cents | None = None  # any operation above this amount


class AgentHandled(Part):
    """A matter that agents may do by themselves once their stage allows it."""

    description: Words
    agents: tuple[str, ...] = ()
    operations: tuple[str, ...] = ()


class Seen(Part):
    """How long "I have seen it" stops a ladder, and how long "still on it?" then waits for an answer."""

    hold_min: Count
    answer_min: Count


class Escalation(Part):
    triggers: Mapping[Name, Trigger]
    seen: Mapping[EscalationClass, Seen] = Field(default_factory=dict, validate_default=True)
    ask_again_min: Count = 60  # after the last rung

    @field_validator("seen")
    @classmethod
    def _every_class(cls, value: Mapping[EscalationClass, Seen]) -> Mapping[EscalationClass, Seen]:
        return {name: value.get(name, usual) for name, usual in _SEEN.items()}


_SEEN: Mapping[EscalationClass, Seen] = {
    "immediate": Seen(hold_min=15, answer_min=5),
    "scheduled": Seen(hold_min=60, answer_min=30),
    "follow_up": Seen(hold_min=240, answer_min=60),
}


class EscalationFile(Escalation):
    always_human: Mapping[Name, AlwaysHuman]
    agent_handled: Mapping[Name, AgentHandled]


# failures.yml, limits.yml, rollout.yml, schedule.yml, sla.yml --------------------------------------------------------


class Failure(Part):
    """What happens when something breaks: so many attempts, so far apart, then people; or people at once."""

    description: Words
    action: Literal["try_again", "person"] = "try_again"
    attempts: Count
    wait_s: Whole
    queue: str  # what it falls back to
    tell: str = ""  # the purpose of a channel in which one line says so besides


class FailuresFile(Part):
    failures: Mapping[Name, Failure]  # `default` must be there


class WindowLimit(Part):
    """At most `limit` in any `window_s` seconds, for each gateway or for each agent."""

    limit: Count
    window_s: Count
    scope: Scope
    counts: Words  # what counts, in words


class ErrorThreshold(Part):
    """More than `percent` failed calls out of at least `min_calls` in `window_s` seconds stop a gateway or an agent."""

    percent: Percent
    window_s: Count
    min_calls: Count


class Gather(Part):
    """Low-risk requests of one kind are decided in one list, from so many on that wait at once; ten is what a form can offer.
    `cards_per_hour`: of one queue; beyond them such a request stands in a list at once."""

    from_count: Annotated[int, Field(ge=2, le=10, strict=True)] = Field(alias="from")
    most: Annotated[int, Field(ge=2, le=10, strict=True)] = 10
    cards_per_hour: Count = 20

    @model_validator(mode="after")
    def _holds_its_first(self) -> Self:
        if self.most < self.from_count:
            raise ValueError("most must not be less than from")
        return self


class Unusual(Part):
    """An agent does far more than it used to, or far more of it goes wrong. `days`: what it is compared with; `from_days`: an
    agent that is newer has no usual; `at_least` and `errors_at_least` in one hour: fewer say nothing."""

    days: Annotated[int, Field(ge=7, le=90, strict=True)] = 30
    from_days: Count = 7
    at_least: Count = 10
    errors_at_least: Count = 3


class Limits(Part):
    windows: Mapping[Name, WindowLimit]
    daily_spend_cents: Cents
    bulk_records: Count
    concurrent_conversations: Count
    session_min: Count
    errors: ErrorThreshold
    gather: Gather | None = None  # None: everything is asked on a card of its own
    unusual: Unusual | None = None  # None: nobody is called for numbers alone
    hasty_s: Count = 2  # whoever approves sooner after the card came, and opened nothing, is counted for the owner
    unknowns_to_pause: Count  # so many unknown outcomes …
    unknowns_window_s: Count  # … in so many seconds open a gateway's breaker
    not_reached_to_pause: Count = 3  # so many calls in a row that did not reach it, in the same seconds, open it too
    remind_every_min: Count = 60  # people may have others reminded of a request so often
    snooze_min: Annotated[tuple[Count, ...], Field(min_length=1, max_length=3)] = (
        15,
        60,
        180,
    )  # so long it can be put off


class Stage(Part):
    """How far an agent is trusted: four dials."""

    description: Words
    operations: Literal["none", "read", "all"]
    share: Percent  # of customers
    hours: Hours | None = None  # None: around the clock
    oversight: Literal["all", "exceptions"]


class Rollout(Part):
    default: str  # the stage of an agent that is not named below
    stages: Mapping[Name, Stage]
    agents: Mapping[Name, str]


class Job(Part):
    """Something that the clock starts. `at` is in the company's zone; of an hourly job only its minutes count."""

    description: Words
    every: Literal["minute", "hour", "day"]
    at: TimeOfDay | None = None
    missed: Literal["run_once", "skip"]

    @model_validator(mode="after")
    def _a_day_needs_its_hour(self) -> Self:
        if self.every == "day" and self.at is None:
            raise ValueError("a daily job needs `at`, for example at: 17:30")
        return self

    @property
    def cron(self) -> str:
        """The same as five cron fields, in the company's zone."""
        match self.every:
            case "minute":
                return "* * * * *"
            case "hour":
                return f"{self.at.minute if self.at else 0} * * * *"
            case "day":
                return f"{self.at.minute} {self.at.hour} * * *" if self.at else "0 0 * * *"


class Schedule(Part):
    jobs: Mapping[Name, Job]


class Target(Part):
    """How fast. Minutes count within business hours only, where it says so."""

    first_answer_min: Count
    approval_min: Count
    business_hours: Switch


class PublicHolidays(Part):
    """The holidays of a country, or of a part of it, by ISO 3166; but not those on which the company is open."""

    country: Words
    subdivision: str = ""
    open_on: tuple[Words, ...] = ()

    @model_validator(mode="after")
    def _known(self) -> Self:
        if wrong := days_off.fault(self.country, self.subdivision, self.open_on):
            raise ValueError(wrong)
        return self


class Sla(Part):
    business_hours: Hours
    holidays: tuple[date, ...] = ()  # the company's own
    public_holidays: PublicHolidays | None = None
    quiet_hours: QuietHours | None = None
    default: Mapping[Priority, Target]
    workflows: Mapping[Name, Mapping[Priority, Target]]

    @field_validator("default")
    @classmethod
    def _every_priority(cls, value: Mapping[Priority, Target]) -> Mapping[Priority, Target]:
        missing = [name for name in ("low", "medium", "high", "critical") if name not in value]
        if missing:
            raise ValueError(f"priorities are missing: {', '.join(missing)}")
        return value
