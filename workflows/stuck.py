"""An approval that nobody may give: nobody holds the role, or only who asked for it or wrote it does. It waits as any other, and
a person is called at once who can change that: by the rules, by handing the role to somebody, or by taking the task over.
"""

from __future__ import annotations

from typing import Any

from core.ledger import TaskState, Unit
from policies.schema import Policy
from workflows import calling, requests

NOBODY_MAY = "nobody_may"  # the trigger
BEGINS = "A decision waits for "


def call(unit: Unit, policy: Policy, request_id: str) -> None:
    """Calls for a person where not enough people are there who may decide this new request."""
    unit.write()
    request = unit.row("request", "request.get", id=request_id) or {}
    if request["state"] != requests.PENDING:
        return  # it has joined another, which calls
    proposal = unit.row("proposal", "proposal.get", id=request["proposal_id"]) or {}
    if lacking := calling.in_unit(unit, policy, request, proposal).lacking():
        requests.escalate(unit, policy, NOBODY_MAY, _why(lacking), agent=request["agent"])
        unit.wait("approval")  # it can be given as soon as somebody may


def over(unit: Unit, request: dict[str, Any]) -> None:
    """It was decided after all: the call for a person ends, if it had no other reason and no other decision waits for nobody."""
    for each in requests.open_calls(unit):
        if each["trigger"] == NOBODY_MAY and _no_other_reason(unit, each, request):
            unit.audit("escalation.closed", "policy", request=each["id"], why="decided")
            unit.change("request.close", key=each["id"], state="closed", reason="It was decided after all", at=unit.at,
                        by=None, effect=None)  # fmt: skip
            unit.want(each["id"])
            if not requests.waits_for_person(unit):  # an unknown effect may call too
                unit.task.owner, unit.task.state, unit.task.waiting_for = (
                    str(request["agent"]),
                    TaskState.OPEN.value,
                    "",
                )


def _no_other_reason(unit: Unit, call: dict[str, Any], decided: dict[str, Any]) -> bool:
    """Whether nothing but the want of somebody who may decide called for a person. In doubt the call stays."""
    if any(not line.startswith(BEGINS) for line in str(call["why"]).splitlines()):
        return False
    waiting = unit.all("request.of_task", task=unit.task.id, state=requests.PENDING)
    return not any(kind == requests.APPROVAL and request_id != decided["id"] for request_id, kind, _, _ in waiting)


def _why(lacking: tuple[str, ...]) -> str:
    roles = " and ".join(role.replace("_", " ") for role in lacking)
    return (
        f"{BEGINS}{roles}, and too few people can give it: nobody holds the role, or only who asked "
        "for it or wrote it does. Give somebody the role in people.yml, or take the task over."
    )
