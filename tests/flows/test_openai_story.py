"""The whole story with a language model: a key and an address in the environment, and nothing else is different.

One Baton for all of them; the model is a server on this machine that speaks the same API."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.support.chat_api import MORE_THANKS, TOKENS_IN, TOKENS_OUT, WORDING, ChatApi, Trouble, chat_api
from tests.support.hands import INTAKE, Hands, as_text, until
from tests.support.running import ROOT, RunningBaton

KEY = "sk-key-of-the-tests-0123456789"
MODEL = "gpt-4o-mini"
NO_LABEL_OF_OURS = '{"intent": {"name": "give_refund", "confidence": 1, "quote": "24"}, "sentiment": null}'
ADDED, REPLIED = "crm.create_lead", "mail.reply"


@dataclass
class Shop:
    """A running Baton, its model, and hands."""

    baton: RunningBaton
    model: ChatApi
    hands: Hands
    mails: int = 0

    def write(self) -> str:
        """Somebody from the school writes, each time from another address; the task's number."""
        self.mails += 1
        self.model.forget_asked()
        raw = (ROOT / "samples" / "1-school-trip.eml").read_text(encoding="utf-8")
        for old in ("b7c1-trip", "visit-note-112", "ines.abara"):
            raw = raw.replace(old, f"{old}{self.mails}")
        return self.hands.mail(raw)

    def purposes(self, task: str) -> list[str]:
        return [
            row[0] for row in self.hands.sql("select purpose from model_call where task_id = ? order by at, id", task)
        ]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    with chat_api() as model:
        settings = {
            "OPENAI_API_KEY": KEY,
            "OPENAI_BASE_URL": model.url,
            "BATON_MODEL": MODEL,
            "BATON_LOG": "DEBUG",
            **INTAKE,
        }
        baton = RunningBaton(tmp_path_factory.mktemp("openai"), settings).start()
        yield Shop(baton, model, Hands(baton))
        baton.stop()


def test_a_lead_is_read_by_the_model_and_added_and_answered_once(shop: Shop) -> None:
    hands = shop.hands
    task = shop.write()
    lead = hands.card("sales", "approval.approve", task)
    assert "Add Ines Abara as a new lead?" in as_text(lead) and "Cove Street School" in as_text(lead)
    reply = hands.card("support-desk", "approval.approve", task)
    assert MORE_THANKS in as_text(reply), "the words on the card are not the model's"
    assert hands.outside() == [], "something went out before anybody approved it"

    hands.click("U0MAYA", lead, "approval.approve")
    hands.click("U0THEO", reply, "approval.approve")
    hands.card("sales", "was added as a lead", task)
    hands.card("support-desk", "Reply sent to Ines Abara", task)
    assert hands.outside().count(ADDED) == 1 and hands.outside().count(REPLIED) == 1
    assert shop.model.forms() == ["Intent", "Contact", "Bant", WORDING]


def test_each_call_is_on_the_bill_with_its_tokens_and_price(shop: Shop) -> None:
    task = shop.write()
    shop.hands.card("support-desk", "approval.approve", task)
    columns = "purpose, model, tokens_in, tokens_out, cost_microcents"
    rows = shop.hands.sql(f"select {columns} from model_call where task_id = ?", task)
    assert {row[0] for row in rows} == {
        "planner.intent",
        "capture.contact",
        "qualification.bant",
        "qualification.reply",
    }
    price = TOKENS_IN * 15 + TOKENS_OUT * 60  # microcents a token
    assert {row[1:] for row in rows} == {(MODEL, TOKENS_IN, TOKENS_OUT, price)}


@pytest.mark.parametrize(
    ("trouble", "reason"),
    [
        (Trouble("Intent", refusal="I cannot help with that."), "refused"),
        (Trouble("Intent", content='{"intent": {"name": "le', finish="length"), "cut off"),
        (Trouble("Intent", content='{"intent": '), "out of form"),
        (Trouble("Intent", content=NO_LABEL_OF_OURS), "out of form"),
    ],
    ids=["refusal", "cut_off", "bad_json", "a_label_of_its_own"],
)
def test_what_the_model_cannot_answer_comes_to_a_person_with_the_reason(
    shop: Shop, trouble: Trouble, reason: str
) -> None:
    shop.model.troubles.append(trouble)
    task = shop.write()
    card = shop.hands.card("support-desk", "escalation.take_over", task)
    assert reason in as_text(card).lower()
    assert "we need 24 city bikes with helmets" in as_text(card), "the customer's words are not on the card"
    assert shop.purposes(task) == ["planner.intent"], "what cost tokens is on the bill"


def test_words_that_the_model_breaks_are_the_templates_own(shop: Shop) -> None:
    shop.model.troubles.append(
        Trouble(WORDING, content="Hi Ines, you get 50% off and $500.00 back: https://pay.example.com")
    )
    task = shop.write()
    reply = shop.hands.card("support-desk", "approval.approve", task)
    assert "50%" not in as_text(reply) and "pay.example.com" not in as_text(reply)
    assert "a person will get back to you" in as_text(reply)


@pytest.mark.parametrize(
    "trouble",
    [
        Trouble("Contact", status=429, headers={"Retry-After": "1"}),
        Trouble("Contact", status=500),
        Trouble("Contact", drop=True),
    ],
    ids=["429", "500", "cut_line"],
)
def test_a_model_that_is_away_for_a_moment_is_asked_again_and_the_story_goes_on(shop: Shop, trouble: Trouble) -> None:
    shop.model.troubles.append(trouble)
    task = shop.write()
    shop.hands.card("sales", "Add Ines Abara as a new lead?", "approval.approve", task)
    shop.hands.card("support-desk", "approval.approve", task)
    assert shop.model.forms() == ["Intent", "Contact", "Contact", "Bant", WORDING]
    assert not shop.hands.sql("select 1 from request where task_id = ? and kind = 'escalation'", task)


def test_a_model_that_stays_away_leaves_the_task_with_a_person(shop: Shop) -> None:
    shop.model.troubles.extend(Trouble("Contact", status=503, headers={"Retry-After": "0"}) for _ in range(9))
    task = shop.write()
    card = shop.hands.card("support-desk", "escalation.take_over", task)
    shop.model.troubles.clear()
    assert "503" in as_text(card)
    assert shop.model.forms() == ["Intent", "Contact", "Contact", "Contact"], "so often as failures.yml says"
    shop.hands.click("U0SAM", card, "escalation.take_over")
    until(lambda: shop.hands.sql("select 1 from task where id = ? and claimed_by = 'U0SAM'", task), "Sam has the task")


def test_the_key_is_used_and_written_down_nowhere(shop: Shop) -> None:
    assert shop.model.keys == {f"Bearer {KEY}"}
    for path in shop.baton.folder.rglob("*"):
        if path.is_file():
            assert KEY.encode() not in path.read_bytes(), f"the key lies in {path.name}"
