"""A person has a task: agents stand still, what was ready is held, and handing back is explicit."""

from __future__ import annotations

from core.contract.authority import Refused
from core.ledger import Phase
from tests.support.house import Home, mail
from workflows.takeover import HandedBack, Taken


def _asked(home: Home) -> tuple[str, str]:
    home.house.services.arrivals.mail(mail("When do you open?\n\nDana"))
    home.work()
    return home.pending()[0]


def _person(home: Home, user: str):  # type: ignore[no-untyped-def]
    return home.directory.people[user]


def test_a_reply_that_was_ready_is_held_and_not_sent(home: Home) -> None:
    request_id, task_id = _asked(home)
    home.decide(request_id, "U0THEO")  # ready to leave, and not yet gone
    assert isinstance(home.house.services.takeover.take(task_id, _person(home, "U0SAM"), "card"), Taken)
    home.work()
    assert home.calls("mail.reply") == []
    assert home.sql("select state from effect") == [("held",)]


def test_an_open_approval_is_withdrawn_when_somebody_takes_over(home: Home) -> None:
    request_id, task_id = _asked(home)
    home.house.services.takeover.take(task_id, _person(home, "U0SAM"), "card")
    late = home.decide(request_id, "U0THEO")
    assert isinstance(late, Refused) and late.code == "already_decided"


def test_of_two_who_take_over_one_has_it_and_the_other_is_told_who(home: Home) -> None:
    _, task_id = _asked(home)
    takeover = home.house.services.takeover
    assert isinstance(takeover.take(task_id, _person(home, "U0SAM"), "card"), Taken)
    second = takeover.take(task_id, _person(home, "U0THEO"), "card")
    assert isinstance(second, Refused) and "U0SAM" in second.reason


def test_guests_and_people_without_a_role_cannot_take_over(home: Home) -> None:
    _, task_id = _asked(home)
    assert isinstance(home.house.services.takeover.take(task_id, _person(home, "U0GUEST"), "card"), Refused)
    assert home.sql("select claimed_by from task") == [(None,)]


def test_handing_back_gives_the_agent_a_fresh_turn_that_knows_what_the_person_did(home: Home) -> None:
    _, task_id = _asked(home)
    takeover, sam = home.house.services.takeover, _person(home, "U0SAM")
    takeover.take(task_id, sam, "card")
    assert takeover.hand_back(task_id, sam, "I called Dana.", "support", "redraft") == HandedBack(task_id, "support")
    turns = home.sql("select count(*) from turn")[0][0]
    home.work()
    assert home.sql("select count(*) from turn")[0][0] > turns
    handoffs = home.house.services.ledger.rows("handoff.receivers", task=task_id)
    assert handoffs[-1][2] == "hand_back"


def test_only_who_has_it_hands_it_back(home: Home) -> None:
    _, task_id = _asked(home)
    takeover = home.house.services.takeover
    takeover.take(task_id, _person(home, "U0SAM"), "card")
    said = takeover.hand_back(task_id, _person(home, "U0THEO"), "", "support", "discard")
    assert isinstance(said, Refused)
    assert home.sql("select claimed_by from task") == [("U0SAM",)]


def test_who_left_the_team_hands_nothing_back(home: Home) -> None:
    _, task_id = _asked(home)
    takeover = home.house.services.takeover
    takeover.take(task_id, _person(home, "U0SAM"), "card")
    home.directory.remove("U0SAM")
    assert isinstance(takeover.hand_back(task_id, _person(home, "U0SAM"), "", "support", "discard"), Refused)
    assert home.sql("select claimed_by from task") == [("U0SAM",)]


def test_handed_back_to_close_nothing_more_happens(home: Home) -> None:
    request_id, task_id = _asked(home)
    home.decide(request_id, "U0THEO")
    takeover, sam = home.house.services.takeover, _person(home, "U0SAM")
    takeover.take(task_id, sam, "card")
    takeover.hand_back(task_id, sam, "Settled on the phone.", "close", "discard")
    home.work()
    assert home.sql("select state from task") == [("done",)]
    assert home.calls("mail.reply") == []
    assert home.sql("select state from effect") == [("cancelled",)]


def test_a_turn_in_flight_when_somebody_takes_over_ends_as_stale(home: Home) -> None:
    home.house.services.arrivals.mail(mail("When do you open?\n\nDana"))
    life, ledger = home.house.services.life, home.house.services.ledger
    life.plan(ledger.jobs()[0])
    job = next(job for job in ledger.jobs() if job.phase is Phase.TURN)
    home.house.services.takeover.take(job.task_id, _person(home, "U0SAM"), "card")
    home.work()
    assert home.pending() == []
    assert home.sql("select agent from turn") == [("planner",)]
