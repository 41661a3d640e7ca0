"""What policy says of a proposal. Everything that is not plainly allowed is refused or asked."""

from __future__ import annotations

import math
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from core.contract.authority import Allow, Deny, NeedsApproval
from core.contract.work import Argument, Evidence, Party, Resolved
from policies.load import load
from policies.rules.authority import stricter
from policies.schema import Policy
from tests.policies.conftest import COMPANY
from tests.policies.support import NOW, asked, changed, judge, proposal, refund, trusted, with_refunds

STAGES = ("read_only", "shadow", "supervised", "limited", "full")


def test_out_of_the_box_a_person_approves_every_action(policy: Policy) -> None:
    verdict = judge(policy)
    assert isinstance(verdict, NeedsApproval)
    assert verdict.rule == "rollout.supervised over gateways.mail.reply"
    assert [step.role for step in verdict.steps] == ["support"]
    assert verdict.on_expiry == "support"
    assert verdict.due_at == NOW + timedelta(minutes=120)


def test_a_trusted_agent_does_alone_what_is_marked_allowed(policy: Policy) -> None:
    assert judge(trusted(policy, "support")) == Allow(rule="gateways.mail.reply")


def test_a_stage_set_by_a_person_counts_instead_of_the_one_in_the_files(policy: Policy) -> None:
    assert isinstance(judge(policy, stage="full"), Allow)
    assert isinstance(judge(trusted(policy, "support"), stage="shadow"), Deny)


@pytest.mark.parametrize(
    ("what", "rule"),
    [
        ({"agent": "nobody", "made": proposal(author=Party(kind="agent", name="nobody"))}, "authority.unknown_agent"),
        ({"made": proposal("mail.forward")}, "authority.unknown_operation"),
        ({"made": proposal(gateway="crm")}, "authority.unknown_operation"),
        ({"made": proposal("crm.update_lead", arguments={})}, "agents.support.may"),
        ({"made": proposal("crm.create_lead", arguments={})}, "agents.support.must_not"),
        ({"made": proposal(author=Party(kind="agent", name="capture"))}, "authority.author"),
        ({"made": proposal(author=Party(kind="customer", name="Dana"))}, "authority.author"),
        ({"made": proposal(arguments={"body": Argument(value="x", origin="text")})}, "authority.origin"),
        ({"made": proposal(arguments={"to": Argument(value="x@example.com", origin="model")})}, "authority.origin"),
        ({"resolved": {"operation": "crm.create_lead"}}, "authority.resolved"),
        ({"resolved": {"record_count": -1}}, "authority.amount"),
        ({"resolved": {"amount_cents": -100, "currency": "USD"}}, "authority.amount"),
        ({"resolved": {"amount_cents": 100, "currency": "EUR"}}, "authority.currency"),
        ({"effect_class": "money"}, "authority.amount"),
        ({"stage": "shadow"}, "rollout.shadow"),
        ({"stage": "read_only"}, "rollout.read_only"),
        ({"stage": "godlike"}, "rollout.unknown_stage"),
    ],
)
def test_what_policy_does_not_plainly_know_is_refused(policy: Policy, what: dict[str, object], rule: str) -> None:
    verdict = judge(trusted(policy, "support"), **what)  # type: ignore[arg-type]
    assert isinstance(verdict, Deny)
    assert verdict.rule == rule
    assert verdict.reason


def test_must_not_beats_may_and_both_are_named(policy: Policy) -> None:
    torn = changed(trusted(policy, "support"), agents={"support": {"must_not": ["mail.*"]}})
    verdict = judge(torn)
    assert isinstance(verdict, Deny)
    assert verdict.rule == "agents.support.must_not over agents.support.may"


def test_no_operations_at_all_is_as_good_as_shadow(policy: Policy) -> None:
    off = changed(policy, rollout={"stages": {"off": {
        "description": "Off", "operations": "none", "share": 100, "hours": None, "oversight": "exceptions"}}})  # fmt: skip
    assert judge(off, stage="off").rule == "rollout.off"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("what", "rule"),
    [
        ({"made": proposal(confidence=0.7)}, "agents.support.model.allow_from"),
        ({"made": proposal(risk="high")}, "authority.risk"),
        ({"bulk_so_far": 100}, "limits.bulk_records"),
        ({"resolved": {"record_count": 101}}, "limits.bulk_records"),
        ({"resolved": {"body": "We shall see you in court."}}, "always_human.legal"),
        ({"resolved": {"body": "That would be a special price, only for you."}}, "always_human.custom_deals"),
        (
            {
                "made": proposal(
                    evidence=(Evidence(what="said", source="event", quote="I want to talk to a real person"),)
                )
            },
            "always_human.emotions",
        ),
        (
            {"resolved": {"amount_cents": 1_000_001, "currency": "USD"}},
            "always_human.custom_deals and gateways.mail.reply",
        ),
    ],
)
def test_exceptions_go_to_people_also_at_full_trust(policy: Policy, what: dict[str, object], rule: str) -> None:
    verdict = judge(trusted(policy, "support"), **what)  # type: ignore[arg-type]
    assert isinstance(verdict, NeedsApproval)
    assert verdict.rule.startswith(rule)


@pytest.mark.parametrize("stage", STAGES)
def test_no_stage_lifts_what_is_always_human(policy: Policy, stage: str) -> None:
    verdict = judge(policy, stage=stage, resolved={"body": "Our lawyer says that you are liable."})
    assert not isinstance(verdict, Allow)


def test_an_operation_can_be_always_human(policy: Policy) -> None:
    strict = changed(trusted(policy, "support"), always_human={"relationships": {"operations": ["mail.reply"]}})
    verdict = judge(strict)
    assert isinstance(verdict, NeedsApproval)
    assert verdict.rule == "always_human.relationships over gateways.mail.reply"


def test_what_is_on_neither_list_is_asked(policy: Policy) -> None:
    bare = changed(trusted(policy, "support"), agent_handled={
        name: {"agents": []} for name in ("routine_inquiries", "basic_troubleshooting")})  # fmt: skip
    verdict = judge(bare)
    assert isinstance(verdict, NeedsApproval)
    assert verdict.rule == "agent_handled over gateways.mail.reply"


def test_outside_the_stages_hours_a_person_is_asked(policy: Policy) -> None:
    day = changed(policy, rollout={"stages": {"full": {"hours": {"days": ["tue"], "start": "09:00", "end": "17:00"}}}})
    assert isinstance(judge(day, stage="full", now=NOW), Allow)
    assert isinstance(judge(day, stage="full", now=NOW + timedelta(hours=3)), NeedsApproval)


def test_a_person_is_judged_too_and_never_allowed_by_writing_alone(policy: Policy) -> None:
    by_theo = proposal(author=Party(kind="person", name="U0THEO"), confidence=0.0)
    verdict = judge(trusted(policy, "support"), by_theo)
    assert isinstance(verdict, NeedsApproval)
    assert verdict.rule == "authority.person over gateways.mail.reply"
    forged = proposal(
        author=Party(kind="person", name="U0THEO"), arguments={"to": Argument(value="x", origin="person")}
    )
    assert isinstance(judge(policy, forged), Deny)


# Money ---------------------------------------------------------------------------------------------------------------


def test_splitting_a_refund_is_useless(policy: Policy) -> None:
    money = with_refunds(policy)
    assert isinstance(refund(money, 2000), Allow)
    whole, second_half = refund(money, 3000), refund(money, 1500, spent=1500)
    assert isinstance(whole, NeedsApproval)
    assert isinstance(second_half, NeedsApproval)
    assert whole.steps == second_half.steps
    assert whole.rule == "gateways.billing.refund.money"


@settings(max_examples=200, deadline=None)
@given(parts=st.lists(st.integers(1, 3000), min_size=1, max_size=12))
def test_whatever_the_parts_no_more_than_the_threshold_goes_out_unapproved(parts: list[int]) -> None:
    spent = 0
    for cents in parts:
        if isinstance(refund(_money(), cents, spent=spent), Allow):
            spent += cents
    assert spent <= 2000


_LOADED: list[Policy] = []


def _money() -> Policy:
    if not _LOADED:
        _LOADED.append(with_refunds(load(COMPANY)))
    return _LOADED[0]


def test_bands_ask_more_people_for_more_money_to_the_cent(policy: Policy) -> None:
    money = with_refunds(policy)
    roles = {}
    for cents in (2001, 10000, 10001):
        verdict = refund(money, cents)
        assert isinstance(verdict, NeedsApproval)
        roles[cents] = [step.role for step in verdict.steps]
    assert roles == {2001: ["support_lead", "finance"], 10000: ["support_lead", "finance"], 10001: ["owner"]}


def test_money_without_a_threshold_is_never_allowed(policy: Policy) -> None:
    bare = changed(with_refunds(policy), gateways={"billing": {"operations": {"billing.refund": {"money": None}}}})
    assert isinstance(refund(bare, 1), NeedsApproval)


@pytest.mark.parametrize("cents", [0, -1, -2000])
def test_no_refund_of_nothing_or_less(policy: Policy, cents: int) -> None:
    assert isinstance(refund(with_refunds(policy), cents), Deny)


@pytest.mark.parametrize("spent", [-1, -5000])
def test_a_negative_sum_does_not_make_room(policy: Policy, spent: int) -> None:
    assert isinstance(refund(with_refunds(policy), 2001, spent=spent), Deny)


@pytest.mark.parametrize("cents", [math.nan, math.inf, 5.0, "500", True])
def test_an_amount_is_whole_cents_or_nothing(cents: object) -> None:
    with pytest.raises(ValidationError):
        Resolved.model_validate({"operation": "billing.refund", "lines": (), "amount_cents": cents})


def test_a_nan_confidence_does_not_exist() -> None:
    with pytest.raises(ValidationError):
        proposal(confidence=math.nan)


# Stricter ------------------------------------------------------------------------------------------------------------


def test_stricter_is_asked_anew_and_looser_goes() -> None:
    one, two, other = asked(("support", 1)), asked(("support", 1), ("finance", 1)), asked(("finance", 1))
    allow, deny = Allow(rule="x"), Deny(rule="x", reason="no")
    assert stricter(one, allow)
    assert stricter(deny, allow)
    assert stricter(deny, two)
    assert stricter(two, one)
    assert stricter(other, one)
    assert stricter(one, asked(("support", 1), self_approval=True))
    assert not stricter(one, two)
    assert not stricter(one, one)
    assert not stricter(allow, one)


def test_a_role_named_twice_is_as_strict_as_a_count_of_two() -> None:
    assert not stricter(asked(("support", 2)), asked(("support", 1), ("support", 1)))
    assert stricter(asked(("support", 1), ("support", 1)), asked(("support", 1)))


@given(
    confidence=st.floats(0, 1), stage=st.sampled_from([*STAGES, "unheard_of"]), bulk=st.integers(0, 300),
    hour=st.integers(0, 23), risk=st.sampled_from(["low", "medium", "high"]),
    operation=st.sampled_from(["mail.reply", "crm.log_activity", "crm.create_lead", "mail.send_all"]),
)  # fmt: skip
@settings(max_examples=300, deadline=None)
def test_only_the_full_stage_ever_allows(
    confidence: float, stage: str, bulk: int, hour: int, risk: str, operation: str
) -> None:
    made = proposal(operation, confidence=confidence, risk=risk, arguments={})
    now: datetime = NOW.replace(hour=hour)
    verdict = judge(_money(), made, stage=stage, bulk_so_far=bulk, now=now)
    if isinstance(verdict, Allow):
        assert stage == "full"
        assert risk != "high"
        assert operation in ("mail.reply", "crm.log_activity")
        assert confidence >= 0.75
        assert bulk < 100


def test_the_teams_own_letter_is_no_customers_word_but_a_models_is(policy: Policy) -> None:
    trusting = trusted(policy, "support")
    body = "You asked to talk to a real person about a special price."
    for origin, kept in (("config", False), ("model", True)):
        made = proposal(
            arguments={
                "conversation": Argument(value="con_1", origin="record"),
                "body": Argument(value=body, origin=origin),
            }
        )
        verdict = judge(trusting, made, resolved={"body": body})
        rule = verdict.rule if isinstance(verdict, NeedsApproval) else ""
        assert ("always_human" in rule) is kept, f"{origin}: {rule}"
