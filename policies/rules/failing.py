"""What the team wants done when something breaks. Pure."""

from __future__ import annotations

from core.errors import Cause
from policies.parts import Failure
from policies.schema import Policy


def of(policy: Policy, cause: Cause) -> Failure:
    """What the team says of this cause; what it does not name is treated like everything else."""
    return policy.failures.get(cause, policy.failures["default"])


def attempts(policy: Policy, cause: Cause) -> int:
    """How often something is tried in all, the first time included."""
    rule = of(policy, cause)
    return 1 if rule.action == "person" else rule.attempts
