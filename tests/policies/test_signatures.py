"""What people may decide, and where a request stands after their answer."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.contract.authority import Approved, Pending, Refused, Rejected, Step
from policies.rules.authority import alone_may_approve, roles_of, signing_role, who_may
from policies.schema import Policy
from tests.policies.support import NOW, asked, decide

ONE = asked(("support", 1))
TWO = asked(("support_lead", 1), ("finance", 1))


def code(standing: object) -> str:
    assert isinstance(standing, Refused), standing
    assert standing.reason
    return standing.code


def test_roles_come_from_the_mail_address_and_a_stranger_has_none(policy: Policy) -> None:
    assert roles_of(policy, "theo@example.com") == {"support", "support_lead"}
    assert roles_of(policy, " Theo@Example.com ") == {"support", "support_lead"}
    assert roles_of(policy, "theo@example.com.example.net") == frozenset()
    assert roles_of(policy, "") == frozenset()


def test_the_right_role_approves_and_the_wrong_one_does_not(policy: Policy) -> None:
    assert decide(policy, ONE, "U0SAM", {"support"}) == Approved()
    assert code(decide(policy, ONE, "U0JO", {"front_desk", "workshop"})) == "not_the_role"


def test_no_role_means_nobody(policy: Policy) -> None:
    for verb in ("approve", "reject", "take_over", "ask", "snooze"):
        assert code(decide(policy, ONE, "U0X", set(), verb)) == "not_the_role"
    assert not alone_may_approve(policy, ONE, frozenset())


def test_guests_and_strangers_decide_nothing_whatever_roles_they_would_have(policy: Policy) -> None:
    assert code(decide(policy, ONE, "U0SAM", {"support"}, is_member=False)) == "not_a_member"


@pytest.mark.parametrize("who", ["requester", "author"])
def test_nobody_approves_what_they_asked_for_or_wrote(policy: Policy, who: str) -> None:
    assert code(decide(policy, ONE, "U0SAM", {"support"}, **{who: "U0SAM"})) == "own_request"
    assert decide(policy, ONE, "U0SAM", {"support"}, "reject", **{who: "U0SAM"}) == Rejected(reason="wrong")


def test_self_approval_only_where_policy_says_so(policy: Policy) -> None:
    lax = asked(("sales", 1), self_approval=True)
    assert decide(policy, lax, "U0SAM", {"sales"}, requester="U0SAM") == Approved()


def test_two_signatures_need_two_people(policy: Policy) -> None:
    both = {"support_lead", "finance"}
    assert decide(policy, TWO, "U0THEO", {"support_lead"}) == Pending(missing=(Step(role="finance"),))
    first = (("U0THEO", "support_lead"),)
    assert code(decide(policy, TWO, "U0THEO", both, signed=first)) == "already_signed"
    assert code(decide(policy, TWO, "U0LEA", {"support_lead"}, signed=first)) == "not_the_role"
    assert decide(policy, TWO, "U0PRIYA", {"finance"}, signed=first) == Approved()


def test_two_of_one_role_are_two_people(policy: Policy) -> None:
    pair = asked(("sales", 2))
    assert decide(policy, pair, "U0SAM", {"sales"}) == Pending(missing=(Step(role="sales"),))
    assert code(decide(policy, pair, "U0SAM", {"sales"}, signed=(("U0SAM", "sales"),))) == "already_signed"
    assert decide(policy, pair, "U0MAYA", {"sales"}, signed=(("U0SAM", "sales"),)) == Approved()


def test_a_signature_twice_in_the_record_still_counts_once(policy: Policy) -> None:
    twice = (("U0SAM", "support_lead"), ("U0SAM", "finance"))
    assert decide(policy, TWO, "U0PRIYA", {"finance"}, signed=twice) == Approved()
    assert decide(policy, asked(("sales", 3)), "U0MAYA", {"sales"}, signed=(("U0SAM", "sales"),) * 2) == Pending(
        missing=(Step(role="sales"),)
    )


@pytest.mark.parametrize("verb", ["approve", "reject", "edit"])
def test_a_decided_expired_or_changed_request_takes_no_answer(policy: Policy, verb: str) -> None:
    for state in ("approved", "rejected", "closed", "answered", "taken"):
        assert code(decide(policy, ONE, "U0SAM", {"support"}, verb, state=state)) == "already_decided"
    assert code(decide(policy, ONE, "U0SAM", {"support"}, verb, state="expired")) == "expired"
    assert code(decide(policy, ONE, "U0SAM", {"support"}, verb, now=NOW + timedelta(hours=2))) == "expired"
    assert code(decide(policy, ONE, "U0SAM", {"support"}, verb, clicked=2)) == "stale_card"


def test_one_who_may_decide_can_reject_alone_also_where_two_must_approve(policy: Policy) -> None:
    assert decide(policy, TWO, "U0PRIYA", {"finance"}, "reject") == Rejected(reason="wrong")
    assert code(decide(policy, TWO, "U0JO", {"workshop"}, "reject")) == "not_the_role"


def test_other_verbs_sign_nothing(policy: Policy) -> None:
    for verb in ("edit", "ask", "snooze", "reassign", "take_over"):
        assert decide(policy, ONE, "U0SAM", {"support"}, verb) == Pending(missing=(Step(role="support"),))


def test_anyone_on_the_team_may_take_over_but_not_edit(policy: Policy) -> None:
    assert isinstance(decide(policy, ONE, "U0JO", {"workshop"}, "take_over"), Pending)
    assert code(decide(policy, ONE, "U0JO", {"workshop"}, "edit")) == "not_the_role"


def test_an_edit_counts_as_approval_only_where_one_signature_is_asked_and_the_role_fits(policy: Policy) -> None:
    assert alone_may_approve(policy, ONE, frozenset({"support"}))
    assert not alone_may_approve(policy, ONE, frozenset({"finance"}))
    assert not alone_may_approve(policy, TWO, frozenset({"support_lead", "finance"}))
    assert not alone_may_approve(policy, asked(("support", 2)), frozenset({"support"}))
    assert not alone_may_approve(policy, ONE, frozenset({"support"}), person="U0SAM", requester="U0SAM")


def test_who_may_names_each_role_once_in_order(policy: Policy) -> None:
    assert who_may(policy, asked(("finance", 1), ("sales", 1), ("finance", 1))) == ("finance", "sales")
    assert signing_role(TWO, (("U0THEO", "support_lead"),), frozenset({"finance", "support_lead"})) == "finance"
    assert signing_role(ONE, (), frozenset({"workshop"})) == ""
