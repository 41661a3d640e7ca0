"""What a team reads when a policy file is wrong: the file, the line, what is wrong, what is allowed."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from core.errors import BadPolicy
from policies.load import load

Plant = Callable[[str, str, str], int]

FAULTS = [
    # file, what stands there, what is planted, lines further down, what the complaint must say
    ("agents/support.yml", "mail.reply, crm", "mail.rply, crm", 0, 'may: "mail.rply" is no operation; did you mean mail.reply?'),
    ("agents/support.yml", "summary: Answers", "sumary: Answers", 0, '"sumary" is no key here; did you mean summary?'),
    ("agents/planner.yml", "capture, support]", "captur, support]", 0, '"captur" is no agent; did you mean capture?'),
    ("agents/capture.yml", "[crm.find_contact,", "[crm.find_contakt,", 0, '"crm.find_contakt" is no reading operation'),
    ("agents/support.yml", "billing_dispute, acc", "biling_dispute, acc", 0, '"biling_dispute" is no trigger'),
    ("agents/support.yml", "cites: [hours", "cites: [ours", 0, '"ours" is no knowledge page; did you mean hours?'),
    ("agents/support.yml", "must_not: [crm.w", "must_not: [mail.*, crm.w", -1, '"mail.reply" also stands under must_not'),
    ("people.yml", "roles: [finance]", "roles: [finanse]", 0, '"finanse" is no role; did you mean finance?'),
    ("people.yml", "America/New_York", "America/New_Yrok", 0, "is no time zone"),
    ("people.yml", "start: 09:00", "start: 9", 0, "a time of day is written like 09:00"),
    ("people.yml", "  jo@example.com:\n", "  sam@example.com:\n", 0, "stands twice; the first is in line"),
    ("channels.yml", "role: sales", "role: seller", 0, '"seller" is no role'),
    ("channels.yml", "channel: billing", "channel: bills", 0, '"bills" is no channel; did you mean billing?'),
    ("escalation.yml", "class: immediate", "class: at_once", 0, '"at_once" is not allowed; allowed: follow_up, immediate'),
    ("escalation.yml", "queue: support", "queue: suport", 0, '"suport" is no queue; did you mean support?'),
    ("words.yml", "  settled: [sorted out,", "  settled: [<sorted>,", 0, 'there is no group "sorted"'),
    ("words.yml", "  us: [you,", "  over: [you,", 0, 'groups: "over" is a name of our own'),
    ("words.yml", "  us: [you,", "  us: [<us>,", 0, 'the group "us" contains itself'),
    ("triggers/anger.yml", '"last straw"', '".. last straw"', 0, "a gap stands between words, not at an end"),
    ("triggers/anger.yml", '"last straw"', '"last! straw"', 0, 'cannot read "last!"'),
    ("triggers/anger.yml", "signals:", "signal:", 0, '"signal" is no key here; did you mean signals?'),
    ("triggers/legal.yml", '"lawyer up', '"<lawyr> up', 0, 'there is no group "lawyr"'),
    ("limits.yml", "daily_spend_cents: 50000", "daily_spend_cents: -1", 0, "greater than or equal to 0"),
    ("limits.yml", "daily_spend_cents: 50000", "daily_spend_cents: .nan", 0, "valid integer"),
    ("limits.yml", "daily_spend_cents: 50000", "daily_spend_cents: 500.5", 0, "valid integer"),
    ("limits.yml", "daily_spend_cents: 50000", "daily_spend_cents: 1_000", 0, "valid integer"),
    ("rollout.yml", "support: supervised", "support: supervized", 0, '"supervized" is no stage; did you mean supervised?'),
    ("rollout.yml", "oversight: exceptions", "oversight: none", 0, '"none" is not allowed'),
    ("schedule.yml", "missed: run_once", "missed: later", 0, "allowed: run_once, skip"),
    ("sla.yml", "  lead:\n", "  leads:\n", 0, '"leads" is no workflow; did you mean lead?'),
    ("failures.yml", "  default:\n", "  defaults:\n", -1, '"default" is missing'),
    ("failures.yml", "  timeout:\n", "  timeouts:\n", 0, '"timeouts" is no failure that code asks for; did you mean timeout?'),
    ("failures.yml", "tell: feed", "tell: feeds", 0, '"feeds" is no channel; did you mean feed?'),
    ("failures.yml", "action: try_again", "action: again", 0, '"again" is not allowed'),
    ("gateways/mail.yml", "  mail.reply:\n", "  post.reply:\n", 0, "belongs into gateways/post.yml"),
    ("gateways/crm.yml", "on_expiry: sales", "on_expiry: nobody", 0, '"nobody" is no queue'),
    ("gateways/crm.yml", "limits: [crm_requests", "limits: [crm_request", 0, '"crm_request" is no window'),
    ("gateways/crm.yml", "allowed: true", "allowed: yes", 0, "valid boolean"),
    ("gateways/crm.yml", "count: 1", "count: 0", 0, "greater than or equal to 1"),
    ("workflows/lead.yml", "first: capture", "first: capturer", 0, '"capturer" is no agent of this workflow'),
    ("workflows/lead.yml", "[capture, qualification]\nmax", "[qualification, capture]\nmax", 0, "is not among hands_to"),
    ("workflows/support.yml", "[support]\nfirst", "[support, lead]\nfirst", 0, '"lead" already starts workflow lead'),
    ("workflows/inbox.yml", "  other: triage\n", "", -8, '"other" goes nowhere'),
    ("workflows/inbox.yml", "  agent: support", "  agent: suport", 0, '"suport" is no agent; did you mean support?'),
    ("workflows/inbox.yml", "  agent: support", "  agent: planner", 0, '"planner" may not write to customers'),
    ("workflows/inbox.yml", "  agent: support", "  agent: qualification", 0, "is not among hands_to in agents/planner.yml"),
    ("workflows/inbox.yml", "  template: clarify", "  template: technical", 0, 'has no slot "choices"'),
    ("workflows/inbox.yml", "  template: clarify", "  template: clarifi", 0, '"clarifi" is no template; did you mean clarify?'),
    ("workflows/inbox.yml", "    lead: renting", "    leed: renting", 0, '"leed" is no intent of a workflow'),
    ("workflows/inbox.yml", "up_to_words: 12", "up_to_words: 0", 0, "greater than or equal to 1"),
    ("workflows/inbox.yml", "ask_customer: true", "ask_customer: maybe", 0, "valid boolean"),
    ("workflows/support.yml", "priority: medium", "priority: medium\nclarify: {ask_customer: true, agent: support, "
     "template: clarify, up_to_words: 5, choices: {lead: renting, support: a repair}}", 1,
     'belongs into the workflow of the intent "other"'),
    ("templates/membership.yml", "{{ company_name }}", "{{ company }}", 0, '"company" is no slot of this template'),
    ("templates/membership.yml", "{{ company_name }}", "{{ company_name }", 0, "is no Jinja template"),
    ("triggers/legal.yml", "  - {say: <story>, points: -3}", "  - {say: <story>, points: -10}", 0, "greater than or equal to -9"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("file", "old", "new", "further", "said"), FAULTS, ids=[f"{f[0]}: {f[2][:24]!r}" for f in FAULTS]
)
def test_a_mistake_is_named_with_file_line_and_what_is_allowed(
    company: Path, replace: Plant, file: str, old: str, new: str, further: int, said: str
) -> None:
    line = replace(file, old, new) + further
    with pytest.raises(BadPolicy) as caught:
        load(company)
    of_file = [one for one in str(caught.value).splitlines() if one.startswith(f"{file}:{line}: ")]
    assert any(said in one for one in of_file), f"wanted {file}:{line}: … {said}\n{caught.value}"


def test_all_mistakes_of_all_files_come_at_once_one_line_each(company: Path, replace: Plant) -> None:
    replace("people.yml", "roles: [finance]", "roles: [finanse]")
    replace("limits.yml", "bulk_records: 100", "bulk_records: many")
    replace("agents/support.yml", "mail.reply, crm", "mail.rply, crm")
    replace("gateways/crm.yml", "on_expiry: sales", "on_expiry: nobody")
    with pytest.raises(BadPolicy) as caught:
        load(company)
    files = [one.split(":")[0] for one in str(caught.value).splitlines()]
    assert files == ["agents/support.yml", "gateways/crm.yml", "limits.yml", "people.yml"]


def test_a_broken_file_does_not_make_the_others_look_wrong(company: Path, replace: Plant) -> None:
    replace("people.yml", "currency: USD", "currency: dollars")
    with pytest.raises(BadPolicy) as caught:
        load(company)
    assert [one.split(":")[0] for one in str(caught.value).splitlines()] == ["people.yml"]


def test_a_file_that_is_not_yaml_is_named_once(company: Path) -> None:
    (company / "channels.yml").write_text("channels:\n  feed: [ops\nqueues: {\n")
    with pytest.raises(BadPolicy, match=r"^channels\.yml:\d+: is not YAML: [^\n]+$"):
        load(company)


def test_a_missing_file_and_a_file_nobody_reads_are_named(company: Path) -> None:
    (company / "limits.yml").rename(company / "limit.yml")
    with pytest.raises(BadPolicy) as caught:
        load(company)
    assert "limits.yml:1: this file is missing" in str(caught.value)
    assert "limit.yml:1: nobody reads this file; did you mean limits.yml?" in str(caught.value)


def test_tags_and_endless_nesting_are_refused(company: Path) -> None:
    (company / "schedule.yml").write_text("jobs: !!python/object:os.system {}\n")
    (company / "failures.yml").write_text("failures: " + "[" * 60 + "]" * 60 + "\n")
    with pytest.raises(BadPolicy) as caught:
        load(company)
    assert "schedule.yml:1: tags such as" in str(caught.value)
    assert "failures.yml:1: is nested deeper than" in str(caught.value)


def test_policy_may_only_speak_of_operations_that_the_gateways_have(company: Path) -> None:
    with pytest.raises(BadPolicy, match=r'gateways/crm\.yml:\d+: crm\.create_task: "crm\.create_task" is no operation'):
        load(company, operations=frozenset({"mail.reply", "crm.create_lead"}), reads=frozenset({"mail.thread"}))


def test_the_version_changes_with_any_byte_of_any_file(company: Path, replace: Plant) -> None:
    before = load(company).version
    assert load(company).version == before
    replace("knowledge/hours.md", "9 AM", "8 AM")
    assert load(company).version != before


def test_a_missing_folder_says_which_setting_names_it(tmp_path: Path) -> None:
    with pytest.raises(BadPolicy, match="BATON_POLICIES"):
        load(tmp_path / "nowhere")


def test_labels_are_read_as_words_and_must_be_lists(company: Path) -> None:
    folder = company / "examples"
    folder.mkdir()
    (folder / "sentiment.yml").write_text("neutral:\n  - yes\n  - 17:30\n  - 12\n")
    assert load(company).examples == {"sentiment": {"neutral": ("yes", "17:30", "12")}}
    (folder / "sentiment.yml").write_text("neutral: fine\n")
    with pytest.raises(BadPolicy, match=r"^examples/sentiment\.yml:1: neutral: must be a list"):
        load(company)


@pytest.mark.bench
def test_loading_is_quick(company: Path) -> None:
    load(company)
    start = time.perf_counter()
    load(company)
    assert time.perf_counter() - start < 0.15
