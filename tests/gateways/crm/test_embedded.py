"""The embedded CRM beyond the contract: firms' names, its log, its file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.contract.effect import NotSent, Sent
from core.errors import BadInput
from gateways.adapter import Pointer
from gateways.crm.book import CrmBook, company_index_text
from gateways.crm.embedded import EmbeddedCrm
from gateways.systems import Outcome, Systems
from tests.contracts.outside import FixedClock, claimed, open_systems

LEAD = {
    "name": "Canarywoman", "email": "canary.ines@example.com", "phone": "+1 415 555 0134", "company": "Canaryworks Ltd",
    "need": "canary-need", "urgency": "canary-soon", "score": 72, "band": "warm", "source": "canary-fair",
}  # fmt: skip


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
def systems(tmp_path: Path, clock: FixedClock) -> Iterator[Systems]:
    systems = open_systems(tmp_path, clock)
    yield systems
    systems.close()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ACME Corp.", "Acme Corporation, Inc"), ("Abel & Co. KG", "ABEL"), ("Nordlicht GmbH & Co. KG", "Nordlicht"),
        ("Baker S.A.", "baker sa"), ("Ｃｏｖｅ Street Ltd", "Cove Street"), ("Cove-Street", "cove street"),
    ],
)  # fmt: skip
def test_a_firm_is_one_firm_however_it_is_written(one: str, other: str) -> None:
    assert company_index_text(one) == company_index_text(other)


@pytest.mark.parametrize(
    ("one", "other"), [("Co", "Inc"), ("Harbor Bikes", "Harbor Boats"), ("Company of Sails", "Sails")]
)
def test_different_firms_stay_different(one: str, other: str) -> None:
    assert company_index_text(one) != company_index_text(other)


def test_no_personal_word_can_be_read_in_the_file(tmp_path: Path, systems: Systems, clock: FixedClock) -> None:
    crm, book = EmbeddedCrm(systems, address_of=lambda _key: "canary.ines@example.com"), CrmBook(systems)
    crm.call(claimed(crm, clock, "eff_1", "crm.create_lead", LEAD, {}))
    (contact, *_rest) = crm.read("crm.find_contact", {"conversation": "c"}, {"c": Pointer("conversation", "M-1")})
    book.add_deal(contact.pointer.key, "canary-deal", 120_000)
    handles = {"cus_1": contact.pointer}
    note, task = (
        {"contact": "cus_1", "summary": "canary-note"},
        {"title": "canary-task", "due": "2026-11-23", "role": "sales"},
    )
    assert isinstance(crm.call(claimed(crm, clock, "eff_2", "crm.log_activity", note, handles)), Sent)
    assert isinstance(crm.call(claimed(crm, clock, "eff_3", "crm.create_task", task, {})), Sent)
    systems.close()
    content = b"".join(file.read_bytes() for file in tmp_path.glob("harbor-systems.db*")).lower()
    assert b"eff_3" in content
    canaries = [b"canary", b"5550134", b"office@"]
    assert [canary for canary in canaries if canary in content] == []


def test_a_call_cut_off_before_the_work_made_nothing_and_the_same_key_goes_through(
    systems: Systems, clock: FixedClock
) -> None:
    class CutOffError(Exception):
        pass

    def reach(point: str) -> None:
        if point == "crm.call.logged":
            raise CutOffError

    broken = EmbeddedCrm(systems, address_of=lambda _key: None, reach=reach)
    call = claimed(broken, clock, "eff_1", "crm.create_lead", LEAD, {})
    with pytest.raises(CutOffError):
        broken.call(call)
    whole = EmbeddedCrm(systems, address_of=lambda _key: None)
    truth = whole.look_up("crm.create_lead", "eff_1")
    assert isinstance(truth, NotSent)
    assert truth.again
    assert isinstance(whole.call(call), Sent)
    assert [row.outcome for row in systems.calls("eff_1")] == [Outcome.CUT_OFF, Outcome.DONE]


def test_a_refused_call_leaves_no_half_of_its_work(systems: Systems, clock: FixedClock) -> None:
    crm = EmbeddedCrm(systems, address_of=lambda _key: None)
    calls = [claimed(crm, clock, f"eff_{n}", "crm.create_lead", LEAD | {"company": f"Firm {n}"}, {}) for n in (1, 2)]
    assert [crm.call(call).kind for call in calls] == ["sent", "not_sent"]
    with systems.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM companies").scalar() == 1
    assert [row.outcome for row in systems.calls()] == [Outcome.DONE, Outcome.REFUSED]


def test_who_goes_where_is_the_teams_own_setting(systems: Systems) -> None:
    goes_to = {"hot": "Ana", "warm": "Ana", "cold": "Ben", "unqualified": "Nobody"}
    crm = EmbeddedCrm(systems, address_of=lambda _key: None, goes_to=goes_to)
    exact = crm.resolve("crm.create_lead", LEAD | {"score": 45, "band": "cold"}, {})
    assert ("Goes to", "Ben") in exact.lines


def test_a_contact_that_cannot_be_reached_is_not_added(systems: Systems) -> None:
    with pytest.raises(BadInput):
        CrmBook(systems).add_contact("Ines Abara", "nobody")
