"""What becomes of a task when something breaks, as the team's failures.yml says: another go, or people, and who else is told."""

from __future__ import annotations

from core.contract.effect import NotSent
from core.contract.work import Escalate
from core.errors import Retry
from core.ledger import Job, Phase, Unit
from policies.rules import failing
from policies.schema import Policy
from workflows import feed, requests


def unfounded(policy: Policy, job: Job, why: str) -> Escalate:
    """A turn does not stand on anything: people get it, or the agent another go. Raises `Retry` for that."""
    if job.attempts + 1 < failing.attempts(policy, "bad_data"):
        raise Retry(why, cause="bad_data")
    return Escalate(trigger="unsure", why=why, queue=failing.of(policy, "bad_data").queue)


def forbidden(unit: Unit, policy: Policy, agent: str, why: str) -> None:
    """The rules say no to what an agent wants; `why` names them, of two that disagree the stricter first."""
    words = f"The rules forbid it: {why}"
    requests.escalate(unit, policy, "unsure", words, agent=agent, queue=failing.of(policy, "rule_conflict").queue)
    feed.tell_of_failure(unit, policy, "rule_conflict", unit.task.id)


def not_sent(unit: Unit, policy: Policy, agent: str, receipt: NotSent) -> None:
    """An effect did not happen, and is not tried again."""
    queue = failing.of(policy, "dead_api").queue if receipt.again else ""
    requests.escalate(unit, policy, "failed_effect", receipt.reason, agent=agent, queue=queue)
    if receipt.again:
        feed.tell_of_failure(unit, policy, "dead_api", unit.task.id)


def given_up(unit: Unit, policy: Policy, job: Job, reason: str) -> None:
    """A job failed too often. Where the task has moved on, nobody waits for it."""
    feed.tell_of_failure(unit, policy, job.cause, job.task_id)
    if job.phase is Phase.EFFECT or unit.task.step == job.step:
        requests.escalate(
            unit, policy, "failed", reason, agent=unit.task.owner, queue=failing.of(policy, job.cause).queue
        )
