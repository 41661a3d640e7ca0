"""The keys of the policy files. Teams have them on disk: to rename one is to break them all, so it needs a migration."""

from __future__ import annotations

from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from policies.load import EXAMPLES, FOLDERS, KNOWLEDGE, SINGLE
from policies.parts import EscalationClass

FROZEN: dict[str, list[str]] = {
    "people.yml": [
        "company", "company.name", "company.time_zone", "company.mail_from", "company.currency", "roles", "people",
        "people.*.name", "people.*.roles", "people.*.hours", "people.*.hours.days", "people.*.hours.start",
        "people.*.hours.end", "people.*.delegate", "people.*.quiet_hours", "people.*.quiet_hours.start",
        "people.*.quiet_hours.end",
    ],
    "channels.yml": [
        "channels", "queues", "queues.*.role", "queues.*.channel", "queues.*.description",
        "queues.*.respond_within_min",
    ],
    "escalation.yml": [
        "triggers", "triggers.*.class", "triggers.*.queue", "triggers.*.words", "triggers.*.ladder",
        "triggers.*.ladder[].role", "triggers.*.ladder[].after_min",
        "triggers.*.begins_with_queue", "triggers.*.phrases", "triggers.*.over_cents",
        "seen", "seen.*.hold_min", "seen.*.answer_min", "ask_again_min",
        "always_human", "always_human.*.description", "always_human.*.triggers", "always_human.*.operations",
        "always_human.*.over_cents", "agent_handled", "agent_handled.*.description", "agent_handled.*.agents",
        "agent_handled.*.operations",
    ],
    "failures.yml": [
        "failures", "failures.*.description", "failures.*.action", "failures.*.attempts", "failures.*.wait_s",
        "failures.*.queue", "failures.*.tell",
    ],
    "limits.yml": [
        "windows", "windows.*.limit", "windows.*.window_s", "windows.*.scope", "windows.*.counts",
        "daily_spend_cents", "bulk_records", "concurrent_conversations", "session_min", "errors", "errors.percent",
        "errors.window_s", "errors.min_calls", "gather", "gather.from", "gather.most", "gather.cards_per_hour",
        "unusual", "unusual.days", "unusual.from_days", "unusual.at_least", "unusual.errors_at_least", "hasty_s",
        "unknowns_to_pause", "unknowns_window_s",
        "not_reached_to_pause", "remind_every_min", "snooze_min",
    ],
    "rollout.yml": [
        "default", "stages", "stages.*.description", "stages.*.operations", "stages.*.share", "stages.*.hours",
        "stages.*.hours.days", "stages.*.hours.start", "stages.*.hours.end", "stages.*.oversight", "agents",
    ],
    "schedule.yml": [
        "jobs", "jobs.*.description", "jobs.*.every", "jobs.*.at", "jobs.*.missed",
    ],
    "sla.yml": [
        "business_hours", "business_hours.days", "business_hours.start", "business_hours.end", "holidays", "public_holidays",
        "public_holidays.country", "public_holidays.subdivision", "public_holidays.open_on", "quiet_hours",
        "quiet_hours.start", "quiet_hours.end", "default",
        "default.*.first_answer_min", "default.*.approval_min", "default.*.business_hours", "workflows",
        "workflows.*.*.first_answer_min", "workflows.*.*.approval_min", "workflows.*.*.business_hours",
    ],
    "agents": [
        "summary", "reads", "may", "must_not", "needs", "hands_to", "escalates_when", "cites", "measure", "model",
        "model.min_confidence", "model.allow_from", "bands", "bands[].name", "bands[].from_score", "bands[].goes_to", "examples",
        "examples[].text", "examples[].expect",
    ],
    "gateways": [
        "description", "reads", "operations", "operations.*.approval", "operations.*.approval[].role",
        "operations.*.approval[].count", "operations.*.allowed", "operations.*.on_expiry", "operations.*.due_min",
        "operations.*.self_approval", "operations.*.undo_window_s", "operations.*.limits", "operations.*.money",
        "operations.*.money.window_days", "operations.*.money.bands", "operations.*.money.bands[].up_to_cents",
        "operations.*.money.bands[].approval", "operations.*.money.bands[].approval[].role",
        "operations.*.money.bands[].approval[].count", "operations.*.money.bands[].allowed",
        "operations.*.money.above", "operations.*.money.above[].role", "operations.*.money.above[].count",
    ],
    "workflows": [
        "description", "intents", "first", "queues", "agents", "handoffs", "max_hops", "time_limits",
        "time_limits.*.minutes", "time_limits.*.then", "time_limits.*.queue", "on_failure", "priority",
        "clarify", "clarify.ask_customer", "clarify.agent", "clarify.template", "clarify.up_to_words", "clarify.choices",
    ],
    "templates": [
        "description", "message_class", "slots", "text",
    ],
    "words.yml": ["groups", "same_as", "spelt_right"],
    "triggers": [
        "description", "groups", "leave_out", "unless", "unless_anywhere", "rules", "rules[].say", "rules[].together",
        "rules[].within", "rules[].unless", "rules[].points", "signals",
    ],
}  # fmt: skip


def keys(model: type[BaseModel], at: str = "") -> list[str]:
    """Every key, with a dot between levels, `*` for a name of the team's own and `[]` for a list's entry."""
    found = []
    for name, field in model.model_fields.items():
        path = f"{at}{field.alias or name}"
        found += [path, *_below(field.annotation, path)]
    return found


def _below(kind: Any, at: str) -> list[str]:
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return keys(kind, f"{at}.")
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        return [path for one in arguments for path in _below(one, at)]
    if origin is Annotated:
        return _below(arguments[0], at)
    if origin is tuple:
        return _below(arguments[0], f"{at}[]")
    if origin is not None and origin is not Literal and len(arguments) == 2:
        return _below(arguments[1], f"{at}.*")
    return []


def test_the_keys_of_every_policy_file_are_frozen() -> None:
    assert {file: keys(model) for file, model in {**SINGLE, **FOLDERS}.items()} == FROZEN


def test_the_folders_without_keys_keep_their_names() -> None:
    assert (KNOWLEDGE, EXAMPLES) == ("knowledge", "examples")


def test_the_classes_of_escalations_are_frozen() -> None:
    assert get_args(EscalationClass) == ("immediate", "scheduled", "follow_up")
