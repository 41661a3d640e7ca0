"""What every CRM adapter promises."""

from __future__ import annotations

import threading

import pytest

from core.contract.effect import NotSent, Receipt, Sent
from core.errors import BadInput
from gateways.adapter import NotResolved, Pointer
from tests.contracts.conftest import LEAD, CrmBench, changed
from tests.contracts.outside import resolved

INES = "office@covestreet.example.com"


def test_every_argument_says_where_it_may_come_from(crm: CrmBench) -> None:
    names = {operation.name for operation in crm.adapter.operations}
    for operation in crm.adapter.operations:
        assert set(operation.accepts) == set(operation.arguments.model_fields)
        assert operation.handles <= set(operation.accepts)
        assert operation.undo is None or operation.undo in names


def test_a_model_cannot_make_up_an_address_a_score_or_a_record(crm: CrmBench) -> None:
    accepts = {operation.name: operation.accepts for operation in crm.adapter.operations}
    made_up = {
        (name, argument) for name, each in accepts.items() for argument, origins in each.items() if "model" in origins
    }
    assert made_up == {
        ("crm.create_lead", "name"), ("crm.create_lead", "phone"), ("crm.create_lead", "company"),
        ("crm.create_lead", "need"), ("crm.create_lead", "urgency"), ("crm.update_lead", "need"),
        ("crm.update_lead", "urgency"), ("crm.log_activity", "summary"), ("crm.create_task", "title"),
    }  # fmt: skip


def test_the_card_of_a_new_lead_says_what_happens(crm: CrmBench) -> None:
    assert resolved(crm.adapter, "crm.create_lead", LEAD, {}).lines == (
        ("Contact", "Ines Abara, office@covestreet.example.com, +14155550134"),
        ("Company", "Cove Street Dental"),
        ("Need", "Twelve bikes for staff"),
        ("Urgency", "Before January"),
        ("Score", "72 of 100, warm"),
        ("Goes to", "Sales"),
        ("Came from", "mail"),
    )


def test_a_new_lead_makes_contact_and_company_and_can_be_read_back(crm: CrmBench) -> None:
    receipt = crm.adapter.call(crm.lead("eff_1"))
    found = crm.found("Office@CoveStreet.example.com")
    assert [record.facts["name"] for record in found["contact"]] == ["Ines Abara"]
    assert found["contact"][0].facts["company"] == "Cove Street Dental"
    (lead,) = found["lead"]
    assert (lead.facts["score"], lead.facts["band"]) == ("72", "warm")
    assert receipt == Sent(reference=lead.pointer.key, undo={"reference": lead.pointer.key})


def test_a_known_person_gets_a_lead_and_no_second_contact(crm: CrmBench) -> None:
    known = crm.book.add_contact("Ines Abara", INES, company="COVE STREET DENTAL, Inc.")
    exact = resolved(crm.adapter, "crm.create_lead", LEAD, {})
    assert ("Already known", "Ines Abara, COVE STREET DENTAL, Inc.") in exact.lines
    assert ("Company", "COVE STREET DENTAL, Inc.") in exact.lines
    crm.adapter.call(crm.lead("eff_1"))
    (contact,) = crm.found(INES)["contact"]
    assert contact.pointer.key == known
    assert contact.facts["phone"] == "+14155550134"


def test_a_shared_office_number_does_not_make_two_people_one(crm: CrmBench) -> None:
    crm.adapter.call(crm.lead("eff_1"))
    crm.adapter.call(crm.lead("eff_2", name="Joel Abara", email="joel@covestreet.example.com"))
    first, second = crm.found(INES), crm.found("joel@covestreet.example.com")
    assert first["contact"][0].pointer.key != second["contact"][0].pointer.key


def test_a_number_alone_finds_its_contact(crm: CrmBench) -> None:
    crm.book.add_contact("Ines Abara", INES, phone="+1 415 555 0134")
    exact = resolved(crm.adapter, "crm.create_lead", LEAD | {"email": "", "phone": "415-555-0134"}, {})
    assert dict(exact.lines)["Already known"].startswith("Ines Abara")


def test_a_second_lead_while_one_is_open_is_refused_and_names_the_first(crm: CrmBench) -> None:
    late = crm.lead("eff_2")
    first = crm.adapter.call(crm.lead("eff_1"))
    assert isinstance(first, Sent)
    refusal = crm.adapter.resolve("crm.create_lead", LEAD, {})
    assert refusal == NotResolved("Ines Abara is in the CRM as an open lead already.")
    receipt = crm.adapter.call(late)
    assert isinstance(receipt, NotSent)
    assert not receipt.again
    assert len(crm.found(INES)["lead"]) == 1


def test_a_closed_lead_does_not_stand_in_the_way(crm: CrmBench) -> None:
    first = crm.adapter.call(crm.lead("eff_1"))
    crm.book.close_lead(first.reference)
    assert isinstance(crm.adapter.call(crm.lead("eff_2")), Sent)


@pytest.mark.parametrize(
    "change",
    [
        {"email": "", "phone": ""}, {"email": "nobody"}, {"email": "ines@example.com\r\nBcc: x@example.com"}, {"phone": "12"},
        {"score": 101}, {"score": -1}, {"score": "72"}, {"score": True}, {"band": "lukewarm"}, {"name": ""}, {"name": " "},
        {"name": "x" * 201}, {"need": ""}, {"need": "x" * 2_001}, {"name": "Ines\nAbara"}, {"owner": "me"},
    ],
)  # fmt: skip
def test_what_a_strict_provider_refuses_is_not_resolved_and_not_done(crm: CrmBench, change: dict) -> None:
    assert isinstance(crm.adapter.resolve("crm.create_lead", LEAD | change, {}), NotResolved)
    receipt = crm.adapter.call(changed(crm.lead("eff_1"), **change))
    assert isinstance(receipt, NotSent)
    assert not receipt.again
    assert crm.found(INES)["contact"] == []


def test_the_same_key_again_makes_no_second_lead(crm: CrmBench) -> None:
    call = crm.lead("eff_1")
    first, second = crm.adapter.call(call), crm.adapter.call(call)
    assert first == second
    assert len(crm.found(INES)["lead"]) == 1


def test_a_key_used_for_something_else_is_refused(crm: CrmBench) -> None:
    call = crm.lead("eff_1")
    crm.adapter.call(call)
    assert crm.adapter.call(changed(call, score=99)) == NotSent(reason="key reused", again=False)
    task = {"title": "Call", "due": "2026-11-23", "role": "sales"}
    assert crm.do("eff_1", "crm.create_task", task) == NotSent(reason="key reused", again=False)


def test_a_call_at_its_time_does_nothing_and_may_be_tried_again(crm: CrmBench) -> None:
    call = crm.lead("eff_1")
    crm.clock.forward(seconds=10)
    receipt = crm.adapter.call(call)
    assert isinstance(receipt, NotSent)
    assert receipt.again
    assert crm.found(INES)["contact"] == []
    assert isinstance(crm.adapter.call(crm.lead("eff_1")), Sent)


def test_look_up_tells_what_is_true(crm: CrmBench) -> None:
    never = crm.adapter.look_up("crm.create_lead", "eff_1")
    assert isinstance(never, NotSent)
    assert never.again
    sent = crm.adapter.call(crm.lead("eff_1"))
    assert crm.adapter.look_up("crm.create_lead", "eff_1") == sent
    other = crm.adapter.look_up("crm.update_lead", "eff_1")
    assert isinstance(other, NotSent)
    assert not other.again


def test_a_lead_is_changed_by_its_handle_and_the_rest_stays(crm: CrmBench) -> None:
    crm.adapter.call(crm.lead("eff_1"))
    (lead,) = crm.found(INES)["lead"]
    change = {"lead": "led_1", "need": "Fourteen bikes", "score": 85, "band": "hot"}
    handles = {"led_1": lead.pointer}
    assert resolved(crm.adapter, "crm.update_lead", change, handles).lines == (
        ("Lead", f"{lead.pointer.key}, Ines Abara, Cove Street Dental"),
        ("Need", "Fourteen bikes"),
        ("Score", "85 of 100, hot"),
        ("Goes to", "Sales"),
    )
    crm.do("eff_2", "crm.update_lead", change, handles)
    (after,) = crm.found(INES)["lead"]
    assert after.facts["need"] == "Fourteen bikes"
    assert after.facts["urgency"] == "Before January"
    assert after.facts["score"] == "85"


@pytest.mark.parametrize("change", [{}, {"score": 85}, {"band": "hot"}, {"need": ""}])
def test_a_change_of_nothing_or_of_half_a_score_is_refused(crm: CrmBench, change: dict) -> None:
    crm.adapter.call(crm.lead("eff_1"))
    handles = {"led_1": crm.found(INES)["lead"][0].pointer}
    assert isinstance(crm.adapter.resolve("crm.update_lead", {"lead": "led_1"} | change, handles), NotResolved)


def test_a_record_is_reached_by_a_handle_of_this_task_only(crm: CrmBench) -> None:
    lead = crm.adapter.call(crm.lead("eff_1")).reference
    for handles in ({}, {lead: Pointer("contact", lead)}, {"led_1": Pointer("lead", "L-none")}):
        for name in (lead, "led_1"):
            change = {"lead": name, "need": "Other"}
            assert isinstance(crm.adapter.resolve("crm.update_lead", change, handles), NotResolved)
            assert isinstance(crm.adapter.resolve("crm.withdraw_lead", {"lead": name}, handles), NotResolved)
    note = {"contact": "cus_1", "summary": "Called"}
    assert isinstance(crm.adapter.resolve("crm.log_activity", note, {}), NotResolved)


def test_undo_withdraws_the_lead_once_and_keeps_the_contact(crm: CrmBench) -> None:
    receipt = crm.adapter.call(crm.lead("eff_1"))
    exact = resolved(crm.adapter, "crm.withdraw_lead", receipt.undo, {})
    assert ("Stays", "Ines Abara as a contact") in exact.lines
    assert isinstance(crm.do("eff_2", "crm.withdraw_lead", receipt.undo), Sent)
    found = crm.found(INES)
    assert found["lead"] == []
    assert len(found["contact"]) == 1
    assert isinstance(crm.adapter.resolve("crm.withdraw_lead", receipt.undo, {}), NotResolved)


def test_only_a_person_may_name_a_lead_by_its_reference(crm: CrmBench) -> None:
    (withdraw,) = [one for one in crm.adapter.operations if one.name == "crm.withdraw_lead"]
    assert withdraw.accepts["reference"] == {"person"}


def test_notes_and_tasks_are_shown_in_plain_words(crm: CrmBench) -> None:
    contact = Pointer("contact", crm.book.add_contact("Ines Abara", INES))
    note = resolved(
        crm.adapter, "crm.log_activity", {"contact": "cus_1", "summary": "Called twice"}, {"cus_1": contact}
    )
    assert note.lines == (("Contact", f"Ines Abara, {INES}"), ("Note", "Called twice"))
    nobody = resolved(crm.adapter, "crm.log_activity", {"summary": "Fair on Monday"}, {})
    assert nobody.lines == (("Contact", "None named"), ("Note", "Fair on Monday"))
    task = resolved(crm.adapter, "crm.create_task", {"title": "Call Ines", "due": "2026-11-23", "role": "sales"}, {})
    assert task.lines == (("Task", "Call Ines"), ("Due", "2026-11-23"), ("Goes to", "sales"))


@pytest.mark.parametrize("due", ["tomorrow", "2026-02-30", "", "23.11.2026"])
def test_a_task_needs_a_real_day(crm: CrmBench, due: str) -> None:
    arguments = {"title": "Call Ines", "due": due, "role": "sales"}
    assert isinstance(crm.adapter.resolve("crm.create_task", arguments, {}), NotResolved)


def test_a_conversation_finds_its_own_contact_with_open_leads_and_deals(crm: CrmBench) -> None:
    ines, kofi = crm.book.add_contact("Ines Abara", INES), crm.book.add_contact("Kofi Mensah", "kofi@example.com")
    crm.book.add_deal(ines, "Fleet of twelve", 1_240_000)
    crm.book.add_deal(kofi, "Cargo bike", 310_000)
    found = crm.found(INES)
    assert [record.pointer.key for record in found["contact"]] == [ines]
    assert [(record.facts["title"], record.facts["amount_cents"]) for record in found["deal"]] == [
        ("Fleet of twelve", "1240000")
    ]
    assert crm.found("stranger@example.com") == {"contact": [], "lead": [], "deal": []}


@pytest.mark.parametrize(
    ("operation", "query"),
    [
        ("crm.find_contact", {"email": "kofi@example.com"}),
        ("crm.find_contact", {"conversation": "con_1", "email": "kofi@example.com"}),
        ("crm.find_contact", {"conversation": "con_2"}),
        ("crm.find_contact", {"conversation": "led_1"}),
        ("crm.find_contact", {}),
        ("crm.list_contacts", {}),
    ],
)
def test_an_agent_cannot_search_freely(crm: CrmBench, operation: str, query: dict[str, str]) -> None:
    crm.book.add_contact("Kofi Mensah", "kofi@example.com")
    handles = {"con_1": crm.conversation(INES), "led_1": Pointer("lead", "L-1")}
    with pytest.raises(BadInput):
        crm.adapter.read(operation, query, handles)


def test_threads_at_once_for_one_person_make_one_lead(crm: CrmBench) -> None:
    calls = [crm.lead(f"eff_{number}") for number in range(6)]
    receipts: list[Receipt] = []
    threads = [threading.Thread(target=lambda call=call: receipts.append(crm.adapter.call(call))) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(receipt.kind for receipt in receipts) == ["not_sent"] * 5 + ["sent"]
    found = crm.found(INES)
    assert (len(found["contact"]), len(found["lead"])) == (1, 1)
