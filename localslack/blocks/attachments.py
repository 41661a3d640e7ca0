"""Attachments, the older way to add to a message. Those with blocks are judged by their blocks.

Fields: https://docs.slack.dev/legacy/legacy-messaging/legacy-secondary-message-attachments
"""

from collections.abc import Sequence
from typing import Any

from localslack.blocks.checks import Finding, anything, list_of, nullable, shape
from localslack.blocks.shapes import BLOCKS, MOST_BLOCKS, Surface
from localslack.blocks.together import broken_together, more_tables
from localslack.blocks.walk import all_blocks
from localslack.wire import Json

MOST_ATTACHMENTS = 100
MOST_ACTIONS = 5

BLOCKS_OF_ONE = list_of(BLOCKS[Surface.MESSAGE], MOST_BLOCKS[Surface.MESSAGE], 0)
# Slack drops the older fields it does not know, and takes null for those it does.
ATTACHMENT = shape(
    {},
    {
        "blocks": nullable(BLOCKS_OF_ONE),
        "fields": nullable(list_of(shape({}, further=True), None, 0)),
        "actions": nullable(list_of(shape({}, further=True), MOST_ACTIONS, 0)),
        "mrkdwn_in": nullable(list_of(anything, None, 0)),
    },
    further=True,
)
ATTACHMENTS = list_of(ATTACHMENT, None, 0)


def attachment_problems(attachments: Any, blocks: Sequence[Json] = (), at: str = "/attachments") -> list[Finding]:
    """Return everything Slack would find wrong with a message's attachments; `blocks` are those of the message itself.

    Their number is another matter, since Slack has another error for it.
    """
    found = list(ATTACHMENTS(attachments, at))
    if found:
        return found
    placed = list(all_blocks(blocks, "/blocks"))
    for place, attachment in enumerate(attachments):
        where = f"{at}/{place}/blocks"
        inner = attachment.get("blocks") or []
        placed += all_blocks(inner, where)
        found += (each for each in broken_together(inner, Surface.MESSAGE, where))
    return found + [finding for finding in more_tables(placed) if finding not in found]
