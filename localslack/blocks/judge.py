"""Judges blocks, views and attachments before they are accepted, with Slack's own words for what is wrong."""

from collections.abc import Iterable, Sequence
from typing import Any

from localslack.blocks.attachments import MOST_ATTACHMENTS, attachment_problems
from localslack.blocks.checks import Finding, all_of, by_type, list_of
from localslack.blocks.shapes import BLOCKS, MOST_BLOCKS, Surface
from localslack.blocks.together import ONE_TABLE, TABLES, broken_together, texts
from localslack.blocks.views import VIEWS, without_submit
from localslack.wire import Json, SlackError

LONGEST_TEXT_OF_ALL_BLOCKS = 13_000
"""Not documented; measured by others (slackapi/bolt-js issue 2509)."""
NOT_COUNTED = {*TABLES, "call"}
"""Tables have their own limits; what a call has is not judged."""

__all__ = [
    "Surface",
    "attachment_problems",
    "block_problems",
    "checked_attachments",
    "checked_blocks",
    "checked_view",
    "plain_view_problems",
    "view_problems",
]


def block_problems(blocks: Any, surface: Surface, at: str = "/blocks") -> list[Finding]:
    """Return everything Slack would find wrong with these blocks on this surface; an empty list is good.

    As at Slack, how blocks go together is judged only when each is right in itself.
    """
    form = list_of(BLOCKS[surface], MOST_BLOCKS[surface], 0)
    return list(form(blocks, at)) or list(broken_together(blocks, surface, at))


def checked_blocks(blocks: Any, surface: Surface = Surface.MESSAGE) -> list[Json]:
    """Return the blocks.

    Refuses as Slack does: with `invalid_blocks_format` when they are no list, with `invalid_attachments` when the only
    thing wrong is a second table, with `msg_blocks_too_long`, and otherwise with `invalid_blocks`.
    """
    if not isinstance(blocks, list):
        raise SlackError("invalid_blocks_format")
    problems = block_problems(blocks, surface)
    if problems:
        only_tables = all(problem.message == ONE_TABLE for problem in problems)
        raise SlackError("invalid_attachments" if only_tables else "invalid_blocks", tuple(problems))
    if surface is Surface.MESSAGE and _length(blocks) > LONGEST_TEXT_OF_ALL_BLOCKS:
        raise SlackError("msg_blocks_too_long")
    good: list[Json] = blocks
    return good


def checked_attachments(attachments: Any, blocks: Sequence[Json] = ()) -> list[Json]:
    """Return a message's attachments; `blocks` are those of the message itself, with which they share limits.

    Refuses as Slack does, with `too_many_attachments` or `invalid_attachments`.
    """
    if isinstance(attachments, list) and len(attachments) > MOST_ATTACHMENTS:
        raise SlackError("too_many_attachments")
    problems = attachment_problems(attachments, blocks)
    if problems:
        raise SlackError("invalid_attachments", tuple(problems))
    good: list[Json] = attachments
    return good


def view_problems(view: Any, kinds: tuple[str, ...]) -> list[Finding]:
    """Return everything Slack would find wrong with a view of one of these kinds, given as the argument `view`.

    Slack says first that the argument is wrong, and then in what way.
    """
    form = all_of(by_type({kind: VIEWS[kind] for kind in kinds}))
    return list(form(view, "/view")) or _wrong_together(view, "/view")


def plain_view_problems(view: Any) -> list[Finding]:
    """Return everything Slack would find wrong with a view of any kind, given by itself."""
    return list(by_type(VIEWS)(view, "")) or _wrong_together(view, "")


def checked_view(view: Any, *kinds: str) -> Json:
    """Return the view; refuses with `invalid_arguments` when Slack would."""
    problems = view_problems(view, kinds)
    if problems:
        raise SlackError("invalid_arguments", tuple(problems))
    good: Json = view
    return good


def _wrong_together(view: Json, at: str) -> list[Finding]:
    together = broken_together(view["blocks"], Surface(view["type"]), f"{at}/blocks")
    return [*without_submit(view, at), *together]


def _length(blocks: Iterable[Json]) -> int:
    counted = (block for block in blocks if block["type"] not in NOT_COUNTED)
    return sum(len(text) for block in counted for text in texts(block))
