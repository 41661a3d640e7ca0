"""When a customer is asked what they mean, and with which choices. The rule stands with the workflow of `other`: what nobody
could place."""

from __future__ import annotations

from policies.schema import Clarify, Policy

OTHER = "other"  # the intent of what no agent and no queue is made for


def workflow(policy: Policy) -> str:
    """The workflow of what nobody could place; empty where policy has none."""
    return policy.workflow_for(OTHER) or ""


def rules(policy: Policy) -> Clarify | None:
    """The rule by which customers are asked; None where nobody is."""
    name = workflow(policy)
    found = policy.workflows[name].clarify if name else None
    return found if found is not None and found.ask_customer else None


def choices(policy: Policy) -> str:
    """The choices in one line, as they stand in the question: "a repair, renting a bike". Empty where nobody is asked."""
    found = rules(policy)
    return ", ".join(dict.fromkeys(found.choices.values())) if found else ""


def question(policy: Policy) -> str:
    """The question in one sentence, for people who read what was asked."""
    return f"What is it about: {choices(policy)}, or something else?"
