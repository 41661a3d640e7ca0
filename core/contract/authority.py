"""Who may do what: policy's verdict on a proposal, a person's decision, and where a request stands after it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Literal

from pydantic import Field

from core.contract.base import Contract, Moment, RequestId
from core.contract.work import Escalate

__all__ = [
    "REJECT_REASONS",
    "Allow",
    "Approved",
    "Decision",
    "Deny",
    "Escalate",
    "NeedsApproval",
    "Pending",
    "Refused",
    "Rejected",
    "Standing",
    "Step",
    "Verb",
    "Verdict",
    "Wait",
]


class Allow(Contract):
    kind: Literal["allow"] = "allow"
    rule: str


class Step(Contract):
    """One signature that an approval needs: `count` different people who hold `role`."""

    role: str
    count: Annotated[int, Field(ge=1)] = 1


class NeedsApproval(Contract):
    kind: Literal["needs_approval"] = "needs_approval"
    rule: str
    steps: tuple[Step, ...] = Field(min_length=1)
    due_at: Moment
    on_expiry: str  # the queue that gets the task when nobody decides
    self_approval: bool = False


class Deny(Contract):
    kind: Literal["deny"] = "deny"
    rule: str
    reason: str


Verdict = Annotated[Allow | NeedsApproval | Deny | Escalate, Field(discriminator="kind")]


class Wait(Contract):
    """Allowed, but not now: a limit, the spend cap or a pause. `until` is None when a person must act first."""

    rule: str
    reason: str
    until: Moment | None


Verb = Literal[
    "approve",
    "edit",
    "reject",
    "ask",
    "ask_again",
    "answer",
    "tell",
    "reassign",
    "remind",
    "snooze",
    "take_over",
    "hand_back",
    "acknowledge",
    "not_now",
    "escalate",
    "undo",
]


# Why somebody rejects. The keys are stored with decisions and label the examples that agents learn from: frozen.
REJECT_REASONS: Mapping[str, str] = MappingProxyType({
    "facts": "The facts are wrong",
    "tone": "The tone is wrong",
    "rules": "Our rules do not allow it",
    "target": "Wrong customer or order",
    "done": "Already taken care of",
    "other": "Something else",
})  # fmt: skip


class Decision(Contract):
    """One person's answer to a request. Who it is comes from the platform's own payload, never from the button."""

    request_id: RequestId
    version: int  # of the card that was clicked
    person: str  # Slack user id
    verb: Verb
    reason: str = ""
    note: str = ""
    surface: str = "card"
    details_opened: bool = False
    seconds: int | None = None  # from the card's appearance to the answer


class Pending(Contract):
    missing: tuple[Step, ...]


class Approved(Contract):
    pass


class Rejected(Contract):
    reason: str


class Refused(Contract):
    """The answer does not count. `code` is stable, `reason` is shown to the person who clicked, and to nobody else."""

    code: Literal[
        "already_decided",
        "expired",
        "not_a_member",
        "not_the_role",
        "own_request",
        "stale_card",
        "already_signed",
        "not_found",
        "claimed_by_other",
        "seen_already",
        "nobody_next",
        "undo_over",
    ]
    reason: str


Standing = Pending | Approved | Rejected | Refused
