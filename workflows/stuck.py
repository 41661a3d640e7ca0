"""An approval that nobody may give: nobody holds the role, or only who asked for it or wrote it does. It waits as any other, and
a person is called at once who can change that: by the rules, by handing the role to somebody, or by taking the task over.
"""

from __future__ import annotations

from typing import Any

from core.ledger import TaskState, Unit
from policies.schema import Policy
from workflows import calling, requests

NOBODY_MAY = "nobody_may"  # the trigger


def call(unit: Unit, policy: Policy, request_id: str) -> None:
    """Calls for a person where not enough people are there who may decide this new request."""
    unit.write()
    request = unit.row("request", "request.get", id=request_id) or {}
    proposal = unit.row("proposal", "proposal.get", id=request["proposal_id"]) or {}
    if lacking := calling.in_unit(unit, policy, request, proposal).lacking():
        requests.escalate(unit, policy, NOBODY_MAY, _why(lacking), agent=request["agent"])
        unit.wait("approval")  # it can be given as soon as somebody may


def over(unit: Unit, request: dict[str, Any]) -> None:
    """It was decided after all: the call for a person ends, if it had no other reason."""
    for each in requests.open_calls(unit):
        if each["trigger"] == NOBODY_MAY:
            unit.change("request.close", key=each["id"], state="closed", reason="It was decided after all", at=unit.at,
                        by=None, effect=None)  # fmt: skip
            unit.want(each["id"])
            unit.task.owner, unit.task.state, unit.task.waiting_for = str(request["agent"]), TaskState.OPEN.value, ""


def _why(lacking: tuple[str, ...]) -> str:
    roles = " and ".join(role.replace("_", " ") for role in lacking)
    return (
        f"A decision waits for {roles}, and too few people can give it: nobody holds the role, or only who asked "
        "for it or wrote it does. Give somebody the role in people.yml, or take the task over."
    )
