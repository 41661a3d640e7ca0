"""What can be done to the CRM and asked of it. Names are frozen wire formats."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from core.contract.base import Contract
from core.contract.work import Origin
from gateways.adapter import Operation, ReadOperation
from gateways.arguments import Key, Line, Paragraphs

Band = Literal["hot", "warm", "cold", "unqualified"]
Score = Annotated[int, Field(ge=0, le=100)]
Words = Annotated[Paragraphs, Field(max_length=2_000)]
NeededWords = Annotated[Words, Field(min_length=1)]
NeededLine = Annotated[Line, Field(min_length=1)]
NeededKey = Annotated[Key, Field(min_length=1)]


def _iso_date(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError as error:
        raise ValueError("it is no date such as 2026-11-23") from error


class CreateLead(Contract):
    """A new lead. Contact and company are found by address, number and name, or made."""

    name: NeededLine
    email: Line = ""
    phone: Line = ""
    company: Line = ""
    need: NeededWords
    urgency: Line = ""
    score: Score
    band: Band
    source: NeededLine

    @model_validator(mode="after")
    def _reachable(self) -> CreateLead:
        if not self.email and not self.phone:
            raise ValueError("a lead needs a mail address or a phone number")
        return self


class UpdateLead(Contract):
    """What has changed about an open lead; empty or absent means that it stays. Score and band come together."""

    lead: NeededKey
    need: Words = ""
    urgency: Line = ""
    score: Score | None = None
    band: Band | None = None

    @model_validator(mode="after")
    def _something(self) -> UpdateLead:
        if (self.score is None) != (self.band is None):
            raise ValueError("score and band come together")
        if not self.need and not self.urgency and self.score is None:
            raise ValueError("nothing would change")
        return self


class LogActivity(Contract):
    """A line in the history, of a contact or of nobody in particular."""

    contact: Key = ""
    summary: NeededWords


class CreateTask(Contract):
    """Something for a person of the team to do, by a day."""

    title: NeededLine
    due: Annotated[str, AfterValidator(_iso_date)]
    role: NeededLine


class WithdrawLead(Contract):
    """Takes an open lead back. Exactly one of a handle (`lead`) or, for an undo, the receipt's own `reference`."""

    lead: Key = ""
    reference: Key = ""

    @model_validator(mode="after")
    def _one(self) -> WithdrawLead:
        if bool(self.lead) == bool(self.reference):
            raise ValueError("name the lead once")
        return self


READ: frozenset[Origin] = frozenset({"text", "record", "person", "model"})
CERTAIN: frozenset[Origin] = frozenset({"config", "record", "person"})
# Code computes score, band and due date from quoted evidence, so at worst they carry the text's origin. One that a
# model made up does not travel.
COMPUTED: frozenset[Origin] = CERTAIN | {"text"}
SCORED: frozenset[Origin] = COMPUTED - {"person"}  # a person changes the facts, not the sum
RECORD: frozenset[Origin] = frozenset({"record"})
LIMITS = ("crm_requests", "data_modifications")

CREATE_LEAD = Operation(
    name="crm.create_lead",
    summary="Put a new lead into the CRM",
    arguments=CreateLead,
    accepts={
        "name": READ, "phone": READ, "company": READ, "need": READ, "urgency": READ,
        "email": frozenset({"text", "record", "person"}), "score": SCORED, "band": SCORED, "source": SCORED,
    },
    effect_class="record",
    after_crash="by_key",
    undo="crm.withdraw_lead",
    limits=LIMITS,
    same_but=frozenset({"Came from"}),  # the same person with the same wish, by whatever door
)  # fmt: skip
UPDATE_LEAD = Operation(
    name="crm.update_lead",
    summary="Change what the CRM says about a lead",
    arguments=UpdateLead,
    accepts={"lead": RECORD, "need": READ, "urgency": READ, "score": SCORED, "band": SCORED},
    effect_class="record",
    after_crash="by_key",
    handles=frozenset({"lead"}),
    limits=LIMITS,
)
LOG_ACTIVITY = Operation(
    name="crm.log_activity",
    summary="Write a line into a contact's history",
    arguments=LogActivity,
    accepts={"contact": RECORD, "summary": READ},
    effect_class="record",
    after_crash="by_key",
    handles=frozenset({"contact"}),
    limits=LIMITS,
)
CREATE_TASK = Operation(
    name="crm.create_task",
    summary="Give a person of the team something to do",
    arguments=CreateTask,
    accepts={"title": READ | {"config"}, "due": COMPUTED, "role": frozenset({"config", "person"})},
    effect_class="record",
    after_crash="by_key",
    limits=LIMITS,
)
WITHDRAW_LEAD = Operation(
    name="crm.withdraw_lead",
    summary="Take a lead back",
    arguments=WithdrawLead,
    accepts={"lead": RECORD, "reference": frozenset({"person"})},
    effect_class="record",
    after_crash="by_key",
    handles=frozenset({"lead"}),
    limits=LIMITS,
)
OPERATIONS = (CREATE_LEAD, UPDATE_LEAD, LOG_ACTIVITY, CREATE_TASK, WITHDRAW_LEAD)

FIND_CONTACT = ReadOperation(
    name="crm.find_contact",
    summary="Whom this conversation is with: contact, open leads and open deals",
    limits=("crm_requests",),
)
READS = (FIND_CONTACT,)
