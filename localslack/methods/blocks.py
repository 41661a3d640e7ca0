"""blocks.validate: https://docs.slack.dev/reference/methods/blocks.validate"""

from typing import Any

from localslack.blocks.checks import Finding, wrong_type
from localslack.blocks.judge import Surface, attachment_problems, block_problems, plain_view_problems
from localslack.methods.call import Call
from localslack.wire import Json, SlackError

KINDS = ("blocks", "view", "message")
EXACTLY_ONE = "must provide exactly one of `blocks`, `view`, or `message`"


def validate(call: Call) -> Json:
    """Judge blocks, a view or a message without showing them to anybody; pointers begin at what was given.

    Refuses with `invalid_blocks`, `invalid_view` or `invalid_message` and everything found in `errors`. Blocks given by
    themselves are judged as those of a message.
    """
    given = [kind for kind in KINDS if call.args.has(kind)]
    if len(given) != 1:
        raise SlackError("invalid_arguments", extra={"response_metadata": {"messages": [EXACTLY_ONE]}})
    kind = given[0]
    found = _found(kind, call.args.structure(kind, "invalid_arguments"))
    if found:
        raise SlackError(f"invalid_{kind}", extra={"errors": [finding.entry() for finding in found]})
    return {}


def _found(kind: str, value: Any) -> list[Finding]:
    if kind == "blocks":
        return block_problems(value, Surface.MESSAGE, "")
    if kind == "view":
        return plain_view_problems(value)
    if not isinstance(value, dict):
        return [wrong_type("", "must provide an object")]
    blocks, attachments = value.get("blocks"), value.get("attachments")
    found = block_problems(blocks, Surface.MESSAGE) if blocks is not None else []
    if attachments is not None:
        found += attachment_problems(attachments, () if found else blocks or ())
    return found
