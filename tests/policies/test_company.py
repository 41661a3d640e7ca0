"""The sample company: what it starts from, and the numbers that the design names."""

from __future__ import annotations

import re

import jinja2
import pytest

from core.contract.authority import NeedsApproval
from policies.schema import Policy
from tests.policies.support import judge, proposal

OPERATIONS = {
    "mail.reply", "crm.create_lead", "crm.update_lead", "crm.log_activity", "crm.create_task", "crm.withdraw_lead",
}  # fmt: skip


@pytest.mark.parametrize(
    ("window", "limit", "seconds", "scope"),
    [
        ("crm_requests", 100, 60, "gateway"), ("email", 50, 3600, "gateway"), ("sms", 20, 3600, "gateway"),
        ("calendar", 200, 3600, "gateway"), ("data_modifications", 50, 3600, "agent"), ("file_uploads", 5, 3600, "agent"),
        ("external_calls", 100, 3600, "agent"),
    ],
)  # fmt: skip
def test_the_designs_windows(policy: Policy, window: str, limit: int, seconds: int, scope: str) -> None:
    rule = policy.limits.windows[window]
    assert (rule.limit, rule.window_s, rule.scope) == (limit, seconds, scope)


def test_the_designs_other_limits(policy: Policy) -> None:
    limits = policy.limits
    assert (limits.daily_spend_cents, limits.bulk_records) == (50_000, 100)
    assert (limits.concurrent_conversations, limits.session_min, limits.errors.percent) == (10, 30, 5)
    assert (limits.unknowns_to_pause, limits.unknowns_window_s) == (3, 300)


def test_the_designs_stages(policy: Policy) -> None:
    dials = {n: (s.operations, s.share, s.hours is not None, s.oversight) for n, s in policy.rollout.stages.items()}
    assert dials == {
        "read_only": ("read", 100, False, "all"), "shadow": ("read", 100, False, "all"),
        "supervised": ("all", 100, False, "all"), "limited": ("all", 25, True, "all"),
        "full": ("all", 100, False, "exceptions"),
    }  # fmt: skip
    assert policy.rollout.default == "supervised"
    assert set(policy.rollout.agents.values()) == {"supervised"}


def test_the_designs_bands_and_time_limits(policy: Policy) -> None:
    bands = policy.agents["qualification"].bands
    assert [(band.name, band.from_score) for band in bands] == [
        ("hot", 80),
        ("warm", 60),
        ("cold", 40),
        ("unqualified", 0),
    ]
    assert {band.goes_to for band in bands if band.from_score >= 60} == {"sales"}
    minutes = {name: limit.minutes for name, limit in policy.workflows["lead"].time_limits.items()}
    assert minutes == {"capture": 2, "enrichment": 10, "qualification": 5, "routing": 3, "follow_up": 1440}


def test_both_lists_of_the_design_are_there(policy: Policy) -> None:
    assert len(policy.always_human) == 7
    assert set(policy.agent_handled) == {
        "routine_inquiries", "data_entry", "reminders", "basic_troubleshooting", "standard_orders", "qualification",
    }  # fmt: skip
    assert all(matter.triggers or matter.operations for matter in policy.always_human.values())
    assert policy.always_human["custom_deals"].over_cents == 1_000_000


def test_the_designs_escalation_classes(policy: Policy) -> None:
    classes = {name: rule.escalation_class for name, rule in policy.escalation.triggers.items()}
    for name in ("asks_for_person", "anger", "distress", "legal", "emergency"):
        assert classes[name] == "immediate"
    for name in ("technical_beyond", "custom_pricing", "account_change", "many_steps", "high_value_deal"):
        assert classes[name] == "scheduled"
    for name in ("research", "strategy", "feedback", "partner"):
        assert classes[name] == "follow_up"


def test_what_the_spine_calls_for_has_a_trigger(policy: Policy) -> None:
    wanted = {
        "unsure",
        "needs_answer",
        "failed",
        "failed_effect",
        "unknown_effect",
        "complaint",
        "billing_dispute",
        "nobody_may",
    }
    assert wanted <= set(policy.escalation.triggers)


def test_every_operation_has_its_rule_and_out_of_the_box_a_person(policy: Policy) -> None:
    assert {name for gateway in policy.gateways.values() for name in gateway.operations} == OPERATIONS
    for agent, rules in policy.agents.items():
        for operation in rules.may:
            made = proposal(operation, arguments={}, author={"kind": "agent", "name": agent})
            assert isinstance(judge(policy, made, agent=agent), NeedsApproval)


def test_every_role_and_queue_has_somebody(policy: Policy) -> None:
    held = {role for person in policy.people.values() for role in person.roles}
    assert held == set(policy.roles)
    assert {queue.role for queue in policy.queues.values()} <= held
    assert {"support-desk", "sales", "billing", "orders", "ops-feed", "general"} == set(policy.channels.values())
    assert policy.channel_of("support") == "support-desk"


@pytest.mark.parametrize(
    ("intent", "workflow", "queue"),
    [
        ("lead", "lead", None), ("support", "support", None), ("billing", "inbox", "finance"),
        ("orders", "inbox", "front_desk"), ("feedback", "inbox", "owner"), ("partner", "inbox", "owner"),
        ("spam", "inbox", "review"), ("other", "inbox", "triage"),
    ],
)  # fmt: skip
def test_every_intent_has_its_way(policy: Policy, intent: str, workflow: str, queue: str | None) -> None:
    assert policy.workflow_for(intent) == workflow
    assert policy.workflows[workflow].queues.get(intent) == queue


def test_an_intent_of_nobody_starts_nothing(policy: Policy) -> None:
    assert policy.workflow_for("astrology") is None


def test_letters_state_only_what_a_knowledge_page_says(policy: Policy) -> None:
    """Every number, price and time of a letter stands in a page, so that nobody changes one and forgets the other."""
    pages = "\n".join(policy.knowledge.values())
    claim = re.compile(r"\$?\d+(?:[.,]\d+)*%?(?: [AP]M)?")
    known = set(claim.findall(pages))
    for name, template in policy.templates.items():
        assert set(claim.findall(template.text)) <= known, name


def test_letters_fill_with_and_without_what_may_be_missing(policy: Policy) -> None:
    make = jinja2.Environment(undefined=jinja2.StrictUndefined, autoescape=False)
    for name, template in policy.templates.items():
        full = make.from_string(template.text).render(
            first_name="Dana",
            subject_line="my bike",
            company_name="Harbor & Pine",
            question="Which day?",
            choices="a bike",
        )
        bare = make.from_string(template.text).render(
            first_name="", subject_line="", company_name="Harbor & Pine", question="Which day?", choices="a bike"
        )
        assert full.startswith("Hi Dana,\n"), name
        assert bare.startswith("Hi,\n"), name
        assert '""' not in bare, name
        assert full.rstrip().endswith("Harbor & Pine"), name


def test_what_belongs_to_people_has_no_letter(policy: Policy) -> None:
    assert not {"complaint", "billing_dispute", "account_change"} & set(policy.templates)
    assert set(policy.templates) == {
        "acknowledge_lead", "generic_ack", "repair_status", "opening_hours", "rental_question", "membership", "technical",
        "ask_customer", "clarify",
    }  # fmt: skip
    assert {template.message_class for template in policy.templates.values()} <= {"transactional", "relationship"}


def test_every_agent_has_examples_of_its_own(policy: Policy) -> None:
    assert all(4 <= len(agent.examples) <= 6 for agent in policy.agents.values())
    assert set(policy.agents) == {"planner", "capture", "qualification", "support"}
