"""A person takes back what was done, in the local workspace's own protocol. One Baton for all; each story its lead."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.support.hands import INTAKE, Hands, as_text, until
from tests.support.running import RunningBaton, trained
from tests.support.slack import Json, buttons


@pytest.fixture(scope="module")
def hands(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hands]:
    folder = tmp_path_factory.mktemp("undone")
    trained(folder)
    baton = RunningBaton(folder, INTAKE).start()
    yield Hands(baton)
    baton.stop()


def added(hands: Hands) -> tuple[str, Json]:
    """A lead that was approved and added; its task, and its card."""
    (task,) = hands.submit_file("samples/1-school-trip.eml")
    card = hands.card("sales", "approval.approve", task)
    assert "Possible for 24 hours once added." in as_text(card)
    hands.click("U0SAM", card, "approval.approve")
    return task, hands.card("sales", "was added as a lead", "approval.undo", task)


def test_a_lead_is_taken_back_by_button_once_and_by_whoever_may(hands: Hands) -> None:
    task, card = added(hands)
    hands.click("U0THEO", card, "approval.undo")
    hands.whispered("U0THEO", "It needs a role that you do not hold")
    hands.shown()
    hands.trouble(method="chat.update", kind="429", times=1, retry_after_s=1)  # both still see the button
    with ThreadPoolExecutor(2) as both:
        list(both.map(lambda me: hands.click(me, card, "approval.undo"), ("U0SAM", "U0MAYA")))
    undone = hands.card("sales", "Undone: new lead", task)
    assert undone["ts"] == card["ts"]
    assert "approval.undo" not in buttons(undone)
    assert hands.outside().count("crm.withdraw_lead") == 1
    rows = hands.sql("select person, refusal from decision where verb = 'undo' and person <> 'U0THEO' order by refusal")
    assert [row[1] for row in rows] == ["", "already_decided"]
    hands.whispered(rows[1][0], "Undo was pressed before")
    hands.thread(undone, "undid it")

    hands.act(do="command", me="U0SAM", channel="sales", text=f"/baton undo {task}")
    until(lambda: any("can be undone now" in each for each in hands.whispers("U0SAM")), "Sam is told that it is over")
    assert hands.outside().count("crm.withdraw_lead") == 1
