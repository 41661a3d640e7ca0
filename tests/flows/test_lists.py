"""Many of a kind are decided in one list, in the local workspace's own protocol."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.support.hands import INTAKE, Hands, as_text, until
from tests.support.letters import letter
from tests.support.running import ROOT, RunningBaton, trained
from tests.support.slack import buttons

NAMES = ("Rosa Lindgren", "Kofi Mensah", "Ayla Demir", "Piotr Zielinski")


@pytest.fixture(scope="module")
def hands(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hands]:
    folder = tmp_path_factory.mktemp("lists")
    trained(folder)
    baton = RunningBaton(folder, INTAKE).start()
    yield Hands(baton)
    baton.stop()


def test_replies_of_one_wording_are_chosen_from_and_then_approved_at_once(hands: Hands) -> None:
    for name in NAMES:
        hands.mail(letter(name)[0])
    seen = hands.card("support-desk", "Send 4 replies?", "batch.approve_all")
    assert all(name in as_text(seen) for name in NAMES)
    until(
        lambda: len(hands.sql("select 1 from card where kind = 'approval' and ts <> ''")) == 4, "each has its own card"
    )
    in_thread = hands.sql("select thread_ts, ts from card where kind = 'approval' and parent_id is not null")
    assert len(in_thread) == 2
    hands.click("U0PRIYA", seen, "batch.approve_all")
    hands.whispered("U0PRIYA", "It needs a role that you do not hold")
    assert "mail.reply" not in hands.outside()

    view = hands.form("U0THEO", seen, "batch.choose", "batch.choose")
    boxes = next(block["element"]["options"] for block in view["blocks"] if block["type"] == "input")
    assert hands.submit("U0THEO", view, {"batch.which": [boxes[0]["value"]]})["ok"]
    left = hands.card("support-desk", "Send 3 replies?", "batch.approve_all")
    assert left["ts"] == seen["ts"]

    hands.click("U0THEO", left, "batch.approve_all")
    over = hands.card("support-desk", "Over: 4 replies")
    assert over["ts"] == seen["ts"] and "batch.approve_all" not in buttons(over)
    until(lambda: hands.outside().count("mail.reply") == 4, "all four were sent")
    rows = hands.sql(
        "select surface, count(*) from decision where verb = 'approve' and refusal = '' group by surface order by 1"
    )
    assert rows == [("list", 3), ("modal", 1)]
    until(lambda: as_text(hands.now(over)).count(". Sent.") == 4, "the list says what came of each", patience_s=40)


def test_a_form_that_was_sent_twice_is_one_card_and_one_lead(hands: Hands) -> None:
    form = json.loads((ROOT / "samples" / "7-website-form.json").read_text(encoding="utf-8"))
    paths = [hands.baton.folder / f"form-{number}.json" for number in (1, 2)]
    for number, path in enumerate(paths):
        path.write_text(json.dumps({**form, "id": f"web-twice-{number}"}), encoding="utf-8")
    (first,), (second,) = (hands.submit_file(str(path)) for path in paths)
    seen = hands.card("sales", "approval.approve", "Also asked for by")
    assert {first, second} == {each for each in (first, second) if each in as_text(seen)}, "a task is not named"
    hands.shown()
    assert len(hands.seen("sales", "Tessa Brandt", "approval.approve")) == 1, "two cards ask for one lead"
    hands.click("U0SAM", seen, "approval.approve")
    added = hands.card("sales", "Tessa Brandt was added as a lead")
    assert added["ts"] == seen["ts"]
    until(
        lambda: not hands.sql("select 1 from request where state = 'joined'"), "the other task goes on", patience_s=40
    )
    assert hands.outside().count("crm.create_lead") == 1
    rows = hands.sql(
        "select state from request r join proposal p on p.id = r.proposal_id where p.operation = 'crm.create_lead'"
    )
    assert sorted(state for (state,) in rows) == ["approved", "done"]
