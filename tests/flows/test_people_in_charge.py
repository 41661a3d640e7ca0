"""People decide: yes, no, otherwise, mine, yours again. One Baton for all; each story has a customer of its own."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.support.hands import INTAKE, Hands, as_text, until
from tests.support.letters import letter
from tests.support.running import ROOT, RunningBaton, trained
from tests.support.slack import Json, buttons

ANGRY = "This is the third time I write about the same bike and I am fed up. I want to talk to a real person today."
TWO_FOR_A_LEAD = "  crm.create_lead:\n    approval:\n      - {role: sales, count: 1}\n"


@pytest.fixture(scope="module")
def hands(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hands]:
    """The sample company, but for one rule: a lead needs sales and finance."""
    folder: Path = tmp_path_factory.mktemp("people")
    policies = folder / "policies"
    shutil.copytree(ROOT / "policies" / "company", policies)
    rules = (policies / "gateways" / "crm.yml").read_text(encoding="utf-8")
    assert TWO_FOR_A_LEAD in rules
    both = TWO_FOR_A_LEAD + "      - {role: finance, count: 1}\n"
    (policies / "gateways" / "crm.yml").write_text(rules.replace(TWO_FOR_A_LEAD, both), encoding="utf-8")
    trained(folder)
    baton = RunningBaton(folder, {"BATON_POLICIES": str(policies), **INTAKE}).start()
    yield Hands(baton)
    baton.stop()


def question(hands: Hands, name: str) -> tuple[str, Json]:
    """Somebody asks when the shop is open; the task, and the card with the reply that waits for a yes."""
    task = hands.mail(letter(name)[0])
    return task, hands.card("support-desk", "approval.approve", task)


def rejected(hands: Hands, card: Json, then: str) -> None:
    view = hands.form("U0THEO", card, "approval.reject", "approval.reject")
    given = {"approval.reason": "tone", "approval.note": "Say that we are closed this Saturday.", "approval.next": then}
    assert hands.submit("U0THEO", view, given)["ok"]


def corrections(hands: Hands, task: str) -> list[tuple[str, ...]]:
    return hands.sql("select kind, agent, person, reason from correction where task_id = ?", task)


def state(hands: Hands, task: str) -> tuple[str, str]:
    return hands.sql("select state, waiting_for from task where id = ?", task)[0]


# No ------------------------------------------------------------------------------------------------------------------


def test_a_no_with_its_reason_is_kept_and_the_agent_goes_on(hands: Hands) -> None:
    task, card = question(hands, "Ada Norling")
    rejected(hands, card, "retry")
    card = hands.card("support-desk", "Rejected: reply to Ada Norling")
    assert "approval.approve" not in buttons(card)
    assert corrections(hands, task) == [("reject", "support", "U0THEO", "tone")]
    again = hands.card("support-desk", "escalation.take_over", task)
    assert "Say that we are closed this Saturday." in as_text(again), "who goes on does not know what was wrong"
    assert "mail.reply" not in as_text(again), "the card speaks of operations"
    assert hands.outside() == []


def test_a_no_that_closes_the_task_ends_it(hands: Hands) -> None:
    task, card = question(hands, "Bea Holm")
    rejected(hands, card, "close")
    until(lambda: state(hands, task) == ("done", ""), "the task is closed")
    hands.shown()
    assert not hands.seen("support-desk", "escalation.take_over", task)
    assert corrections(hands, task) == [("reject", "support", "U0THEO", "tone")]


def test_a_no_that_takes_the_task_gives_it_to_that_person(hands: Hands) -> None:
    task, card = question(hands, "Cal Dunmore")
    rejected(hands, card, "take_over")
    hands.card("support-desk", "task.hand_back", task, "<@U0THEO>")
    assert state(hands, task) == ("waiting", "person")


# Mine, and yours again -----------------------------------------------------------------------------------------------


def test_taking_over_stops_the_agents_and_handing_back_lets_them_go_on(hands: Hands) -> None:
    task, card = question(hands, "Dov Perlin")
    menu = next(
        one for block in card["blocks"] for one in block.get("elements", ()) if one.get("action_id") == "approval.more"
    )
    take = next(each["value"] for each in menu["options"] if each["value"].endswith(":take_over"))
    hands.click("U0SAM", card, "approval.more", value=take)
    held = hands.card("support-desk", "task.hand_back", task)
    assert "<@U0SAM> has it, agents stopped" in as_text(held)
    until(lambda: "approval.approve" not in buttons(hands.now(card)), "the reply cannot be approved any more")
    assert hands.sql("select state, closed_reason from request where task_id = ?", task) == [("closed", "taken_over")]

    hands.click("U0THEO", held, "task.hand_back")
    until(lambda: "Only the person who has the task" in str(hands.page("U0THEO")), "Theo is told that it is not his")
    view = hands.form("U0SAM", held, "task.hand_back", "task.hand_back")
    note = "I told them on the phone that we close at 5."
    assert hands.submit("U0SAM", view, {"task.did": note})["ok"]
    fresh = hands.card("support-desk", "approval.approve", task)
    back = hands.card("support-desk", "is back with the agents", task)
    assert note in as_text(back)
    hands.click("U0THEO", fresh, "approval.approve")
    hands.card("support-desk", "Reply sent to Dov Perlin", task)
    assert hands.outside().count("mail.reply") == 1


def test_i_take_it_on_a_call_for_a_person(hands: Hands) -> None:
    task = hands.mail(letter("Eve Sandoz", ANGRY, subject="THIRD time I write")[0])
    card = hands.card("support-desk", "escalation.take_over", task)
    assert ANGRY in as_text(card)
    hands.shown()
    hands.trouble(method="chat.update", kind="429", times=1, retry_after_s=1)  # both still see the open card
    with ThreadPoolExecutor(2) as both:
        list(both.map(lambda me: hands.click(me, card, "escalation.take_over"), ("U0SAM", "U0THEO")))
    taken = hands.card("support-desk", "has it, agents stopped", task)
    assert taken["ts"] == card["ts"], "the call and the task are one card"
    assert ANGRY in as_text(taken), "who has it does not see what it is about"
    rows = hands.sql("select person from decision where task_id = ? and verb = 'take_over'", task)
    assert len(rows) == 1
    loser = {"U0SAM": "U0THEO", "U0THEO": "U0SAM"}[rows[0][0]]
    hands.whispered(loser, "Someone else has this task.")


# Yes -----------------------------------------------------------------------------------------------------------------


def test_of_two_clicks_at_once_one_counts_and_the_other_is_told(hands: Hands) -> None:
    task, card = question(hands, "Fay Ostrom")
    before = hands.outside().count("mail.reply")
    hands.shown()
    hands.trouble(method="chat.update", kind="429", times=1, retry_after_s=1)  # both still see the open card
    with ThreadPoolExecutor(2) as both:
        list(both.map(lambda me: hands.click(me, card, "approval.approve"), ("U0SAM", "U0THEO")))
    hands.card("support-desk", "Reply sent to Fay Ostrom", task)
    rows = hands.sql("select person, refusal from decision where task_id = ? order by refusal", task)
    assert [row[1] for row in rows] == ["", "already_decided"]
    hands.whispered(rows[1][0], "already decided")
    assert hands.outside().count("mail.reply") == before + 1


def test_a_guest_is_told_that_it_does_not_count(hands: Hands) -> None:
    task, card = question(hands, "Gil Marten")
    hands.click("U0GUEST", card, "approval.approve")
    hands.whispered("U0GUEST", "guests cannot")
    hands.shown()
    assert state(hands, task) == ("waiting", "approval")
    assert not hands.sql("select 1 from decision where task_id = ?", task), "a guest's click is no decision"


def test_a_change_by_somebody_who_may_not_decide_alone_is_asked_again(hands: Hands) -> None:
    hands.baton.command("submit", "samples/1-school-trip.eml")
    card = hands.card("sales", "Add Ines Abara as a new lead?", "approval.edit")
    hands.click("U0PRIYA", card, "approval.approve")
    card = hands.card("sales", "1 of 2 approvals")
    view = hands.form("U0MAYA", card, "approval.edit", "approval.edit")
    company = {"approval.edit.company": {"approval.field": "Cove Street Primary School"}}
    hands.submit("U0MAYA", view, company)
    difference = hands.opened("U0MAYA", "approval.edit_confirm")
    assert "starts the approvals again" in as_text(difference)
    assert hands.submit("U0MAYA", difference, {})["ok"]
    asked = hands.card("sales", "Cove Street Primary School", "0 of 2 approvals")
    assert asked["ts"] == card["ts"]
    assert "crm.create_lead" not in hands.outside(), "Maya's change went out with Priya's yes to something else"
    assert "<@U0MAYA>" not in as_text(asked), "the card asks Maya, who wrote it"
    hands.thread(asked, "changed the draft, so it is asked again")
    hands.click("U0MAYA", asked, "approval.approve")
    hands.whispered("U0MAYA", "nobody approves their own")
    hands.click("U0PRIYA", asked, "approval.approve")
    hands.click("U0SAM", hands.card("sales", "Cove Street Primary School", "1 of 2 approvals"), "approval.approve")
    hands.card("sales", "was added as a lead")
    assert hands.outside().count("crm.create_lead") == 1
