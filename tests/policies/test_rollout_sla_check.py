"""Stages, deadlines, and every agent's own examples."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from policies.check import check_examples
from policies.parts import Job, QuietHours
from policies.rules import quiet, sla
from policies.rules.rollout import in_hours, in_share, stage_name, stage_of
from policies.schema import Policy
from tests.policies.support import NOW, changed

KEYS = [f"cus_{n}" for n in range(4000)]


def test_an_agent_that_the_files_do_not_name_is_at_the_default(policy: Policy) -> None:
    assert stage_name(policy, "brand_new") == "supervised"
    assert stage_of(policy, "brand_new").oversight == "all"


def test_a_quarter_of_the_customers_is_always_the_same_quarter(policy: Policy) -> None:
    quarter = policy.rollout.stages["limited"]
    chosen = {key for key in KEYS if in_share(quarter, key)}
    assert 0.22 < len(chosen) / len(KEYS) < 0.28
    assert chosen == {key for key in KEYS if in_share(quarter, key)}
    half = quarter.model_copy(update={"share": 50})
    assert chosen < {key for key in KEYS if in_share(half, key)}


def test_the_chosen_customers_do_not_depend_on_the_process(policy: Policy) -> None:
    quarter = policy.rollout.stages["limited"]
    assert [key for key in KEYS[:24] if in_share(quarter, key)] == CHOSEN


CHOSEN = ["cus_2", "cus_6", "cus_8", "cus_12", "cus_14", "cus_19"]


def test_a_customer_without_a_key_is_only_in_where_everybody_is(policy: Policy) -> None:
    assert not in_share(policy.rollout.stages["limited"].model_copy(update={"share": 99}), "")
    assert in_share(policy.rollout.stages["full"], "")
    assert not in_share(policy.rollout.stages["limited"].model_copy(update={"share": 0}), "cus_1")


def test_hours_are_the_companys_and_the_last_minute_is_out(policy: Policy) -> None:
    limited = policy.rollout.stages["limited"]
    assert in_hours(policy, limited, datetime(2026, 11, 24, 14, 0, tzinfo=UTC))  # 9:00
    assert not in_hours(policy, limited, datetime(2026, 11, 24, 13, 59, 59, tzinfo=UTC))
    assert not in_hours(policy, limited, datetime(2026, 11, 24, 22, 0, tzinfo=UTC))  # 17:00
    assert not in_hours(policy, limited, datetime(2026, 11, 28, 16, 0, tzinfo=UTC))  # Saturday
    assert not in_hours(policy, limited, datetime(2026, 11, 26, 16, 0, tzinfo=UTC))  # Thanksgiving
    assert in_hours(policy, policy.rollout.stages["full"], datetime(2026, 11, 26, 3, 0, tzinfo=UTC))


# Deadlines -----------------------------------------------------------------------------------------------------------


def test_minutes_count_while_the_shop_is_open(policy: Policy) -> None:
    assert sla.deadline(policy, "support", "medium", NOW) == NOW + timedelta(minutes=60)
    closing = datetime(2026, 11, 24, 21, 30, tzinfo=UTC)  # 16:30
    assert sla.deadline(policy, "support", "medium", closing) == datetime(2026, 11, 25, 14, 30, tzinfo=UTC)
    saturday_night = datetime(2026, 11, 29, 3, 0, tzinfo=UTC)
    assert sla.deadline(policy, "support", "medium", saturday_night) == datetime(2026, 11, 30, 15, 0, tzinfo=UTC)


def test_what_is_critical_does_not_wait_for_the_morning(policy: Policy) -> None:
    night = datetime(2026, 11, 29, 3, 0, tzinfo=UTC)
    assert sla.deadline(policy, "support", "critical", night) == night + timedelta(minutes=5)


def test_a_deadline_over_the_change_of_clocks_keeps_the_shops_hours(policy: Policy) -> None:
    before = datetime(2026, 10, 31, 20, 30, tzinfo=UTC)  # Saturday 16:30 in summer time; Monday is winter time
    assert sla.deadline(policy, "support", "medium", before) == datetime(2026, 11, 2, 14, 30, tzinfo=UTC)


def test_an_unknown_workflow_has_the_companys_targets(policy: Policy) -> None:
    assert sla.target(policy, "made_up", "high") == policy.sla.default["high"]


def test_an_approval_is_due_by_the_shorter_of_operation_and_priority(policy: Policy) -> None:
    assert sla.approval_due(policy, "crm.log_activity", "medium", NOW) == NOW + timedelta(minutes=120)
    assert sla.approval_due(policy, "mail.reply", "high", NOW) == NOW + timedelta(minutes=30)
    brief = changed(policy, gateways={"mail": {"operations": {"mail.reply": {"due_min": 7}}}})
    assert sla.approval_due(brief, "mail.reply", "high", NOW) == NOW + timedelta(minutes=7)


def test_a_company_that_never_opens_still_gets_a_time(policy: Policy) -> None:
    always_shut = [datetime(2026, 11, 24, tzinfo=UTC).date() + timedelta(days=n) for n in range(4000)]
    shut = changed(policy, sla={"holidays": always_shut})
    assert sla.next_opening(shut, NOW) > NOW
    assert sla.deadline(shut, "support", "medium", NOW) > NOW


def test_the_schedule_says_it_in_cron_too(policy: Policy) -> None:
    assert policy.schedule.jobs["follow_up"].cron == "* * * * *"
    assert policy.schedule.jobs["digest"].cron == "30 17 * * *"
    assert Job(description="x", every="hour", missed="skip").cron == "0 * * * *"


# Examples ------------------------------------------------------------------------------------------------------------


def test_every_agents_examples_are_run_and_each_difference_is_named(policy: Policy) -> None:
    results = check_examples(policy, lambda _agent, _text: {"intent": "lead", "more": 1})
    assert len(results) == sum(len(agent.examples) for agent in policy.agents.values())
    first, second = (one for one in results if one.agent == "planner" and one.number < 3)
    assert first.right
    assert first.line == "agents/planner.yml, example 1: as expected"
    assert second.wrong == {"intent": ("support", "lead")}
    assert second.line == "agents/planner.yml, example 2: intent is 'lead', expected 'support'"


def test_a_missing_answer_is_wrong_and_true_is_not_one(policy: Policy) -> None:
    example = {"text": "x", "expect": {"escalates": True}}
    one = changed(policy, agents={"planner": {"examples": [example]}})
    mine = [r for r in check_examples(one, lambda _agent, _text: {"escalates": 1}) if r.agent == "planner"]
    assert mine[0].wrong == {"escalates": (True, 1)}
    none = [r for r in check_examples(one, lambda _agent, _text: {}) if r.agent == "planner"]
    assert none[0].wrong == {"escalates": (True, None)}


# Deadlines of people who decide ----------------------------------------------------------------------------------------


def test_a_decision_of_finance_counts_the_minutes_in_which_finance_is_at_work(policy: Policy) -> None:
    late = datetime(2026, 11, 24, 19, 30, tzinfo=UTC)  # 14:30 on a Tuesday; Priya, the only one, leaves at 15:00
    assert sla.approval_due(policy, "mail.reply", "medium", late) == late + timedelta(minutes=120)
    due = sla.approval_due(policy, "mail.reply", "medium", late, roles=("finance",))
    assert due == datetime(2026, 11, 25, 15, 30, tzinfo=UTC)  # 90 of the 120 minutes on Wednesday, from 9:00
    both = sla.approval_due(policy, "mail.reply", "medium", late, roles=("finance", "sales"))
    assert both == due


def test_saturday_does_not_count_for_whoever_is_off_on_saturdays(policy: Policy) -> None:
    friday = datetime(2026, 12, 4, 19, 30, tzinfo=UTC)
    due = sla.approval_due(policy, "mail.reply", "medium", friday, roles=("finance",))
    assert due == datetime(2026, 12, 7, 15, 30, tzinfo=UTC)


def test_a_role_of_two_people_is_at_work_while_one_of_them_is(policy: Policy) -> None:
    morning = {"days": ["tue"], "start": "09:00", "end": "11:00"}
    noon = {"days": ["tue"], "start": "12:00", "end": "17:00"}
    two = changed(policy, people={"theo@example.com": {"hours": morning}, "sam@example.com": {"hours": noon}})
    ten = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
    due = sla.approval_due(two, "mail.reply", "medium", ten, roles=("support",))
    assert due == datetime(2026, 11, 24, 18, 0, tzinfo=UTC)  # one hour until 11:00, one from 12:00


def test_what_is_critical_and_a_role_that_nobody_holds_wait_for_nobodys_hours(policy: Policy) -> None:
    night = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)
    assert sla.approval_due(policy, "mail.reply", "critical", night, roles=("finance",)) == night + timedelta(
        minutes=10
    )
    empty = changed(policy, people={"priya@example.com": {"roles": ["workshop"]}})
    assert sla.approval_due(empty, "mail.reply", "medium", NOW, roles=("finance",)) == NOW + timedelta(minutes=120)


def test_before_we_open_the_next_time_is_today_and_after_that_the_next_day(policy: Policy) -> None:
    early, noon = datetime(2026, 11, 24, 11, 0, tzinfo=UTC), datetime(2026, 11, 24, 17, 0, tzinfo=UTC)  # 6 AM and noon
    assert sla.opens(policy, early) == datetime(2026, 11, 24, 14, 0, tzinfo=UTC)
    assert sla.opens(policy, noon) == datetime(2026, 11, 25, 14, 0, tzinfo=UTC)
    assert sla.opens(policy, datetime(2026, 11, 24, 14, 0, tzinfo=UTC)) == datetime(2026, 11, 25, 14, 0, tzinfo=UTC)


def test_quiet_hours_end_after_now_on_the_nights_on_which_clocks_change(policy: Policy) -> None:
    shop = policy.company.zone
    for end, night in (
        (time(1, 30), datetime(2026, 11, 1, 4, 0, tzinfo=UTC)),
        (time(2, 30), datetime(2026, 3, 8, 5, 0, tzinfo=UTC)),
    ):
        hours = policy.sla.model_copy(update={"quiet_hours": QuietHours(start=time(22), end=end)})
        late = policy.model_copy(update={"sla": hours})
        for minute in range(0, 300, 5):
            now = night + timedelta(minutes=minute)
            ends = quiet.until(late, "theo@example.com", shop, now)
            assert ends is None or ends > now
