"""What all contract types share: frozen, strict, nothing extra; integer cents; aware UTC."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal, NewType

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

TaskId = NewType("TaskId", str)  # T-1042
RequestId = NewType("RequestId", str)  # ap_, es_, qu_: an approval, an escalation, a question
ProposalId = NewType("ProposalId", str)
EffectId = NewType("EffectId", str)
Handle = NewType("Handle", str)  # con_, cus_, led_: a record that this task may name

Confidence = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Cents = Annotated[int, Field(gt=0, le=100_000_000)]
Risk = Literal["low", "medium", "high"]
Priority = Literal["low", "medium", "high", "critical"]
Sentiment = Literal["satisfied", "neutral", "frustrated", "urgent"]
Source = Literal["slack", "mail", "form", "chat", "webhook", "clock"]


def _aware(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError("a time must say its zone; use aware UTC")
    return value


Moment = Annotated[datetime, AfterValidator(_aware)]


class Contract(BaseModel):
    """A value that travels. It never changes, and an unknown or loosely typed field stops it."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")
