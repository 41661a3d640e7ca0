"""What people decide: who may, what an edit does, and that nothing is approved which was not shown."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from core.contract.authority import Approved, Decision, NeedsApproval, Pending, Refused
from core.contract.base import RequestId
from core.contract.work import Proposal, Resolved
from gateways.checks import Checks
from policies.load import load
from tests.support.adversary import Adversary, Case, World
from tests.support.fort import Fort, change, loose_policies, raise_fort
from tests.support.house import Home, mail
from workflows.people import Drafted, NotPossible

BODY = "Hi Dana,\n\nwe are open Monday to Saturday, 9 AM to 5 PM.\n\nSee you soon,\nHarbor & Pine"


def _asked(home: Home) -> str:
    home.house.services.arrivals.mail(mail("When do you open?\n\nDana"))
    home.work()
    return home.pending()[0][0]


def _edit(home: Home, request_id: str, person: str, **changes: str) -> Any:
    row = home.house.services.ledger.row("request", "request.get", id=request_id) or {}
    member = home.directory.people[person]
    drafted = home.house.services.people.draft(RequestId(request_id), row["version"], member, changes, "shorter")
    if not isinstance(drafted, Drafted):
        return drafted
    return home.house.services.people.confirm_edit(drafted.draft_id, member)


def _mails(home: Home) -> list[str]:
    _, mailbox = home.house.registry.operation("mail.reply")  # type: ignore[misc]
    return [one.text for one in mailbox.outbox()]  # type: ignore[attr-defined]


# Edits ----------------------------------------------------------------------------------------------------------------


def test_an_edit_by_someone_who_alone_may_approve_sends_once_and_what_they_wrote(home: Home) -> None:
    request_id = _asked(home)
    assert isinstance(_edit(home, request_id, "U0THEO", body=BODY), Approved)
    home.work()
    assert [text.strip() for text in _mails(home)] == [BODY]
    assert home.sql(f"select state, closed_reason from request where id = '{request_id}'") == [("closed", "replaced")]
    assert home.sql("select author_kind, author from proposal order by at, id") == [
        ("agent", "support"),
        ("person", "U0THEO"),
    ]


def test_an_edit_by_someone_who_may_not_is_refused_and_changes_nothing(home: Home) -> None:
    request_id = _asked(home)
    for person in ("U0PRIYA", "U0GUEST"):
        assert isinstance(_edit(home, request_id, person, body=BODY), Refused)
    home.work()
    assert _mails(home) == []
    assert home.pending() == [(request_id, "T-1001")]


def test_the_old_card_becomes_the_new_ones_and_cannot_be_approved_any_more(home: Home) -> None:
    request_id = _asked(home)
    card = home.sql("select id from card where kind = 'approval'")
    _edit(home, request_id, "U0THEO", body=BODY)
    late = home.decide(request_id, "U0SAM")
    assert isinstance(late, Refused) and late.code == "already_decided"
    assert home.sql("select id from card where kind = 'approval'") == card
    assert home.sql("select count(*) from effect") == [(1,)]


def test_an_edit_is_kept_as_an_example_with_before_and_after(home: Home) -> None:
    request_id = _asked(home)
    _edit(home, request_id, "U0THEO", body=BODY)
    assert home.sql("select kind, agent, person, request_id from correction") == [
        ("edit", "support", "U0THEO", request_id)
    ]


def test_a_confirmed_edit_cannot_be_confirmed_again(home: Home) -> None:
    request_id, people = _asked(home), home.house.services.people
    theo = home.directory.people["U0THEO"]
    drafted = people.draft(RequestId(request_id), 1, theo, {"body": BODY}, "")
    assert isinstance(drafted, Drafted)
    assert isinstance(people.confirm_edit(drafted.draft_id, theo), Approved)
    assert isinstance(people.confirm_edit(drafted.draft_id, theo), Refused)
    assert isinstance(people.confirm_edit(drafted.draft_id, home.directory.people["U0SAM"]), Refused)  # another's draft
    home.work()
    assert len(_mails(home)) == 1


def test_an_edit_cannot_change_who_gets_it(home: Home) -> None:
    request_id = _asked(home)
    _edit(home, request_id, "U0THEO", conversation="con_0000000000", to="evil@attacker.example.com", body=BODY)
    home.work()
    assert len(_mails(home)) == 1
    assert home.sql("select count(*) from effect where counterparty <> ''") == [(1,)]


def test_an_edit_that_cannot_be_carried_out_says_why_before_anybody_confirms(home: Home) -> None:
    said = _edit(home, _asked(home), "U0THEO", subject="")
    assert isinstance(said, NotPossible) and said.reason


# Several signatures ---------------------------------------------------------------------------------------------------


def _two_steps(folder: Path) -> Fort:
    """A reply needs one of support and one of sales; who asked may not sign."""
    rules = loose_policies(folder, stage="supervised")
    steps = [{"role": "support", "count": 1}, {"role": "sales", "count": 1}]
    change(rules / "gateways" / "mail.yml", lambda d: d["operations"]["mail.reply"].update(approval=steps))
    agents = Adversary(1)
    fort = raise_fort(folder, rules, agents=agents)
    agents.world = World(fort.ledger)
    opened = fort.house.services.arrivals.mail(mail("When do you open?"))
    agents.script = {str(opened.task_id): Case("support", "mail.reply", "honest", lambda one, _b, _w: one)}
    fort.run()
    return fort


def test_two_steps_need_two_people_and_one_person_with_both_roles_is_not_two(tmp_path: Path) -> None:
    fort = _two_steps(tmp_path)
    request_id = fort.pending()[0][0]
    assert isinstance(fort.decide(request_id, "U0SAM"), Pending)  # support, and sales too
    twice = fort.decide(request_id, "U0SAM")
    assert isinstance(twice, Refused) and twice.code == "already_signed"
    fort.run()
    assert fort.calls("mail.reply") == []
    assert isinstance(fort.decide(request_id, "U0MAYA"), Approved)
    fort.run()
    assert fort.calls("mail.reply") == ["mail.reply"]


def test_an_edit_by_one_who_may_not_decide_alone_only_asks_anew(tmp_path: Path) -> None:
    fort = _two_steps(tmp_path)
    old = fort.pending()[0][0]
    fort.decide(old, "U0MAYA")  # a signature under what is now edited
    assert isinstance(_edit(fort, old, "U0SAM", body="We open at nine."), Pending)
    fort.run()
    assert fort.calls("mail.reply") == []
    new = fort.pending()[0][0]
    assert new != old
    own = fort.decide(new, "U0SAM")
    assert isinstance(own, Refused) and own.code == "own_request"  # whoever wrote it does not sign it
    assert isinstance(fort.decide(new, "U0THEO"), Pending)
    assert isinstance(fort.decide(new, "U0MAYA"), Approved)  # the old signature did not count for the new words
    fort.run()
    assert len(fort.mailbox.outbox()) == 1


def test_a_card_that_shows_an_older_version_is_refused(tmp_path: Path) -> None:
    fort = _two_steps(tmp_path)
    request_id = fort.pending()[0][0]
    fort.decide(request_id, "U0SAM", version=1)
    late = fort.decide(request_id, "U0MAYA", version=1)
    assert isinstance(late, Refused) and late.code == "stale_card"


def test_nobody_approves_what_they_asked_for(tmp_path: Path) -> None:
    rules = loose_policies(tmp_path, stage="supervised")
    agents = Adversary(1)
    fort = raise_fort(tmp_path, rules, agents=agents)
    agents.world = World(fort.ledger)
    opened = fort.house.services.arrivals.slack("Note that down, please.", "U0SAM", "Sam", "s1", "C0DESK:1.0")
    agents.script = {str(opened.task_id): Case("support", "crm.log_activity", "honest", lambda one, _b, _w: one)}
    fort.run()
    request_id = fort.pending()[0][0]
    own = fort.decide(request_id, "U0SAM")
    assert isinstance(own, Refused) and own.code == "own_request"
    edited = _edit(fort, request_id, "U0SAM", summary="Noted by Sam.")
    assert not isinstance(edited, Approved)  # nor by the way of an edit
    fort.run()
    assert fort.calls("crm.log_activity") == []
    assert isinstance(fort.decide(fort.pending()[0][0], "U0MAYA"), Approved)
    fort.run()
    assert fort.calls("crm.log_activity") == ["crm.log_activity"]


# A decision and what becomes of it ------------------------------------------------------------------------------------


def test_a_rejection_with_its_reason_leads_the_agent_on_and_is_kept(home: Home) -> None:
    request_id = _asked(home)
    home.decide(request_id, "U0THEO", "reject", reason="wrong_facts", note="We open at ten.")
    home.work()
    assert home.calls("mail.reply") == []
    assert home.sql("select kind, reason from correction") == [("reject", "wrong_facts")]
    why = home.house.services.ledger.row("request", "request.get", id=home.pending("escalation")[0][0]) or {}
    assert "We open at ten." in why["why"]  # the agent knew it at its next turn


def test_whoever_left_the_team_before_the_sending_is_no_signer(home: Home) -> None:
    request_id = _asked(home)
    home.decide(request_id, "U0THEO")
    home.directory.remove("U0THEO")
    home.work()
    assert home.calls("mail.reply") == []
    assert len(home.pending()) == 1 and home.pending()[0][0] != request_id  # asked anew, saying why


def test_when_the_platform_cannot_be_asked_nothing_is_sent_and_people_see_it(home: Home) -> None:
    request_id = _asked(home)
    home.decide(request_id, "U0THEO")
    home.directory.is_away = True
    for _ in range(4):
        home.work()
        home.clock.pass_(minutes=1)
    home.work()
    assert home.calls("mail.reply") == []
    assert home.sql("select trigger from request where state = 'pending'") == [("failed_effect",)]
    assert home.sql("select state from effect where settled_at is not null") == [("failed",)]


def test_stricter_rules_after_the_approval_ask_anew(tmp_path: Path) -> None:
    fort = _two_steps(tmp_path)
    request_id = fort.pending()[0][0]
    fort.decide(request_id, "U0SAM")
    fort.decide(request_id, "U0MAYA")
    steps = [{"role": "owner", "count": 1}, {"role": "support", "count": 2}]
    change(
        tmp_path / "policies" / "gateways" / "mail.yml", lambda d: d["operations"]["mail.reply"].update(approval=steps)
    )
    fort.rules[0] = load(tmp_path / "policies")  # type: ignore[attr-defined]
    fort.run()
    assert fort.calls("mail.reply") == []
    assert len(fort.pending()) == 1 and fort.pending()[0][0] != request_id


def test_a_record_that_changed_after_the_approval_asks_anew(tmp_path: Path) -> None:
    fort = _refund(tmp_path, 20_000)
    request_id = fort.pending()[0][0]
    fort.decide(request_id, "U0PRIYA")
    with fort.till._open() as db:
        db.execute("update payment set cents = 30000")
    fort.run()
    assert fort.till.calls() == ()
    assert len(fort.pending()) == 1 and fort.pending()[0][0] != request_id


def test_an_edit_sends_what_was_shown_or_nothing(tmp_path: Path) -> None:
    """Between the two forms a record changes: what the person saw is not what would happen any more."""
    fort = _refund(tmp_path, 20_000)
    request_id, priya = fort.pending()[0][0], fort.directory.people["U0PRIYA"]
    people = fort.house.services.people
    drafted = people.draft(RequestId(request_id), 1, priya, {}, "looks right")
    assert isinstance(drafted, Drafted) and drafted.after.amount_cents == 20_000
    with fort.till._open() as db:
        db.execute("update payment set cents = 30000")
    said = people.confirm_edit(drafted.draft_id, priya)
    assert isinstance(said, Refused) and said.code == "stale_card"
    fort.run()
    assert fort.till.calls() == ()


def _refund(folder: Path, cents: int) -> Fort:
    agents = Adversary(1)
    fort = raise_fort(folder, loose_policies(folder, stage="supervised"), agents=agents)
    agents.world = World(fort.ledger)
    opened = fort.house.services.arrivals.mail(mail("My money back, please."))
    fort.till.add("P-1", "dana.whitfield@example.com", cents)
    agents.script = {str(opened.task_id): Case("support", "till.refund", "honest", lambda one, _b, _w: one)}
    fort.run()
    return fort


@pytest.mark.parametrize("request_id", ["ap_0000000000", "", "T-1001"])
def test_a_card_that_belongs_to_nothing_is_told_so(home: Home, request_id: str) -> None:
    decision = Decision(request_id=RequestId(request_id), version=1, person="U0THEO", verb="approve")
    said = home.house.services.people.decide(decision, home.directory.people["U0THEO"])
    assert isinstance(said, Refused) and said.code == "not_found"


def test_what_is_urgent_must_be_decided_sooner(home: Home) -> None:
    _asked(home)
    minutes = "select (due_at - created_at) / 60000000 from request"
    home.tamper("update task set priority = 'critical'")
    asked = Checks(home.house.services.policy(), home.directory)
    with home.house.services.ledger.unit("T-1001") as unit:
        row = unit.row("proposal", "proposal.get", id=home.sql("select proposal_id from request")[0][0]) or {}
        proposal, exact = Proposal.model_validate_json(row["body"]), Resolved.model_validate_json(row["resolved"])
        found = home.house.registry.operation("mail.reply")
        assert found is not None
        verdict = asked.verdict(unit, "support", proposal, exact, found[0])
        now = unit.now
    assert home.sql(minutes) == [(120,)]
    assert isinstance(verdict, NeedsApproval) and verdict.due_at == now + timedelta(minutes=10)
