"""Text objects and the other small fields many blocks share.

Limits: https://docs.slack.dev/reference/block-kit/composition-objects/text-object
"""

from collections.abc import Mapping

from localslack.blocks.checks import Check, all_of, by_type, choice, flag, shape, string

ID = string(255)
URL = string(3000, 1)
LONGEST_TEXT = 3000
PLAIN = {"type": choice("plain_text")}
MRKDWN = {"type": choice("mrkdwn")}


def either_kind(longest: int | None) -> dict[str, Check]:
    """Return the fields of a plain and of a mrkdwn text, by `type`."""
    words = {"text": string(longest, 1)}
    return {"plain_text": shape(words, {"emoji": flag}), "mrkdwn": shape(words, {"verbatim": flag})}


def plain(longest: int) -> Check:
    """Check a plain text object."""
    return shape({**PLAIN, "text": string(longest, 1)}, {"emoji": flag})


def text(longest: int) -> Check:
    """Check a text object of either kind; Slack checks its form and its length apart and tells both."""
    return _limited(by_type(either_kind(None)), longest)


def plain_limited(longest: int) -> Check:
    """Check a plain text object whose form and length Slack checks apart."""
    return _limited(shape({**PLAIN, "text": string(None, 1)}, {"emoji": flag}), longest)


def mrkdwn_limited(longest: int) -> Check:
    """Check a mrkdwn text object whose form and length Slack checks apart."""
    return _limited(shape({**MRKDWN, "text": string(None, 1)}, {"verbatim": flag}), longest)


def block(needed: Mapping[str, Check], allowed: Mapping[str, Check] | None = None) -> Check:
    """Check a block's fields: those given, and the `block_id` every block may have."""
    return shape(needed, {**(allowed or {}), "block_id": ID})


def _limited(form: Check, longest: int) -> Check:
    return all_of(form, shape({}, {"text": string(longest)}, further=True))
