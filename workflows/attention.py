"""Whether people still read what they approve: who approved within a moment, with nothing opened, is told to the owner, and to
nobody else."""

from __future__ import annotations

from collections.abc import Sequence

import orjson

from core.ledger import Unit
from policies.schema import Policy
from workflows import calling, feed, rungs
from workflows.views import Hasty


def tell_owner(unit: Unit, policy: Policy, subject: str, of: Sequence[Hasty]) -> None:
    """A private line to each owner whom Slack has shown; none where everybody took their time."""
    if not of:
        return
    names = {each.user: each.name for each in calling.holders_in(unit, policy)}
    within = f"{policy.limits.hasty_s} second{'' if policy.limits.hasty_s == 1 else 's'}"
    who = "; ".join(f"{names.get(each.person, each.person)}: {each.at_once} of {each.approved}" for each in of)
    text = (
        f"Approved within {within} of the card, with nothing opened, in the last day. {who}. "
        "If nobody needs to read these, let the rules allow them (rollout.yml); if somebody should, talk about it."
    )
    for owner in calling.holders_in(unit, policy):
        if rungs.OWNER in owner.roles and owner.user:
            unit.card(feed.TOLD, f"{subject}:hasty:{owner.user}", "", viewer=owner.user, task_id=None,
                      detail=orjson.dumps({"text": text}).decode())  # fmt: skip
