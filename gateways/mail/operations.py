"""What can be done by mail and asked of it. Names are frozen wire formats."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from core.contract.base import Contract
from gateways.adapter import Operation, ReadOperation
from gateways.arguments import Key, Line, Paragraphs

MessageClass = Literal["transactional", "relationship", "marketing"]
SUBJECT_MAX = 200
BODY_MAX = 20_000


def _not_blank(text: str) -> str:
    if not text.strip():
        raise ValueError("it is empty")
    return text


class Reply(Contract):
    """An answer in a conversation. There is no recipient among the arguments: it is the conversation's counterparty.

    `template` names the wording that the body was made from, or is empty for free words; it settles the class."""

    conversation: Annotated[Key, AfterValidator(_not_blank)]
    subject: Annotated[Line, AfterValidator(_not_blank)]
    body: Annotated[Paragraphs, AfterValidator(_not_blank), Field(max_length=BODY_MAX)]
    template: Key = ""


REPLY = Operation(
    name="mail.reply",
    summary="Answer the customer by mail",
    arguments=Reply,
    # The subject may come from the customer's own text ("Re: …"): it goes back to nobody but them.
    accepts={
        "conversation": frozenset({"record"}),
        "subject": frozenset({"config", "record", "person", "text"}),
        "body": frozenset({"config", "person", "model"}),
        "template": frozenset({"config"}),
    },
    effect_class="message",
    after_crash="look_up",
    closes=True,
    handles=frozenset({"conversation"}),
    limits=("email", "external_calls"),
)
OPERATIONS = (REPLY,)

THREAD = ReadOperation(
    name="mail.thread", summary="The mails of this conversation, oldest first", limits=("external_calls",)
)
READS = (THREAD,)
