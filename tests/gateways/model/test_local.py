"""The local model reads what it knows, says how sure it is, and abstains from the rest."""

from __future__ import annotations

import subprocess
import sys
from typing import Annotated

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.contract.base import Contract
from core.errors import Bug, Permanent
from core.ports import Extracted, Found, Label, Learned
from gateways.model.local import LocalModel

ASK = {"purpose": "test.read", "instructions": ""}
MAIL = """From: Lionel Park <lpark@northwind.example.com>
Subject: bikes for our staff

Hello Sam,

we are looking for 24 city bikes for our staff, by May 14. Our budget is around $15k.

Best regards,
Lionel Park
Northwind Traders LLC
+1 207 555 0188
"""


class Ticket(Contract):
    intent: Annotated[Label | None, Learned("intent")]
    sentiment: Annotated[Label | None, Learned("sentiment")]
    person: Annotated[Found | None, Extracted("person_name")]
    dates: Annotated[tuple[Found, ...], Extracted("dates")]


class OnlyFound(Contract):
    order: Annotated[Found | None, Extracted("order_number")]


class MustHaveLabel(Contract):
    intent: Annotated[Label, Learned("intent")]


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Is my bike ready? I dropped it off on Monday.", "support"),
        ("You charged me twice for the same repair, I want my money back.", "billing"),
        ("Please cancel my rental for Saturday, order R-5518.", "orders"),
        ("We need a quote for 24 city bikes for our staff, our budget is $15,000.", "lead"),
        ("Thank you, the mechanic did a wonderful job!", "feedback"),
        ("We are a manufacturer of bike lights looking for a partnership with your shop.", "partner"),
        ("Congratulations!!! You have won, click here to claim your free prize now", "spam"),
        ("What is the capital of Peru?", "other"),
    ],
)
def test_a_clear_message_gets_its_label_and_the_words_that_speak_for_it(local, text, label):
    answer = local.read(Ticket, text=text, **ASK)
    assert answer.value is not None
    assert answer.value.intent is not None
    assert answer.value.intent.name == label
    assert answer.value.intent.quote
    assert answer.value.intent.quote in text


def test_the_confidence_of_a_reading_is_that_of_its_least_sure_label(local):
    answer = local.read(Ticket, text=MAIL, **ASK)
    labels = [answer.value.intent, answer.value.sentiment]
    assert answer.confidence == min(label.confidence for label in labels if label is not None)
    assert answer.value.person == Found(value="Lionel Park", quote="Lionel Park")
    assert [found.value for found in answer.value.dates] == ["--05-14"]


@pytest.mark.parametrize(
    "text", ["xyzzy plugh qwop frobnicate", "", "   \n ", ("Ist mein Fahrrad denn schon fertig geworden?"), "????"]
)
def test_it_abstains_from_what_it_cannot_read_and_says_so(local, text):
    answer = local.read(Ticket, text=text, **ASK)
    assert answer.value is None
    assert answer.confidence == 0
    assert "intent" in answer.why


def test_a_label_that_must_be_there_and_is_not_leaves_no_value(local):
    answer = local.read(MustHaveLabel, text="xyzzy plugh qwop", **ASK)
    assert answer.value is None
    assert answer.confidence == 0


def test_pieces_found_are_kept_at_no_confidence_when_no_label_could_be_given(local):
    class Request(Contract):
        intent: Annotated[Label | None, Learned("intent")]
        order: Annotated[Found | None, Extracted("order_number")]

    answer = local.read(Request, text="xyzzy plugh qwop WO-2291 frobnicate", **ASK)
    assert answer.value == Request(intent=None, order=Found(value="WO-2291", quote="WO-2291"))
    assert answer.confidence == 0


def test_a_schema_of_pieces_alone_needs_no_training_and_is_sure_of_what_it_found(tmp_path, ids):
    model = LocalModel(tmp_path / "nothing", ids)
    assert model.read(OnlyFound, text="about WO-2291", **ASK).confidence == 1
    nothing = model.read(OnlyFound, text="about my bike", **ASK)
    assert nothing.value is None
    assert nothing.confidence == 0


def test_without_training_it_says_which_command_trains(tmp_path, ids):
    with pytest.raises(Permanent, match=r"python app\.py train"):
        LocalModel(tmp_path / "nothing", ids).read(Ticket, text="hello", **ASK)


def test_a_training_that_ends_while_it_runs_is_taken_up(tmp_path, ids, examples):
    from gateways.model.training import train  # noqa: PLC0415

    small = {"sentiment": {label: texts[:8] for label, texts in examples["sentiment"].items()}}
    train(small, tmp_path)
    model = LocalModel(tmp_path, ids)
    before = model.version()
    small["sentiment"]["neutral"].append("The parcel is at the counter.")
    train(small, tmp_path)
    assert model.version() != before


def test_an_unknown_label_set_or_extractor_or_an_unmarked_field_is_our_own_mistake(local):
    class Wrong(Contract):
        one: Annotated[Label | None, Learned("nothing_like_it")]

    class Unknown(Contract):
        one: Annotated[Found | None, Extracted("nothing_like_it")]

    class Unmarked(Contract):
        one: str

    for schema in (Wrong, Unknown, Unmarked):
        with pytest.raises(Bug):
            local.read(schema, text="Is my bike ready?", **ASK)


def test_a_field_with_a_default_and_no_marker_keeps_its_default(local):
    class WithDefault(Contract):
        intent: Annotated[Label | None, Learned("intent")]
        version: int = 3

    assert local.read(WithDefault, text="Is my bike ready? I dropped it off on Monday.", **ASK).value.version == 3


def test_the_reading_names_the_examples_it_was_learned_from(local, trained):
    assert local.read(Ticket, text=MAIL, **ASK).model == f"local-{trained.digest[:8]}"


def test_quoted_mail_below_does_not_change_the_label(local):
    text = (
        "Please cancel my rental for Saturday, order R-5518.\n\nOn Mon, Nov 2, 2026 at 6:26 PM Shop "
        "<shop@example.com> wrote:\n\n> Thank you, great!"
    )
    assert local.read(Ticket, text=text, **ASK).value.intent.name == "orders"


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.text(max_size=300)
    | st.lists(
        st.sampled_from(
            ["is my bike ready", "refund", "\n", "\r\n", "> ", "On Monday", ". ", "R-5518", "é", "Thanks,\nDana"]
        )
    ).map(" ".join)
)
def test_every_quote_is_in_the_text_word_for_word(local, text):
    answer = local.read(Ticket, text=text, **ASK)
    if answer.value is None:
        return
    quotes = [label.quote for label in (answer.value.intent, answer.value.sentiment) if label and label.quote]
    quotes += [found.quote for found in (answer.value.person, *answer.value.dates) if found]
    assert all(quote in text for quote in quotes)
    assert 0 <= answer.confidence <= 1


def test_reading_loads_no_training_library(trained):
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "from typing import Annotated\n"
        "from core.contract.base import Contract\n"
        "from core.ports import Label, Learned\n"
        "from gateways.model.local import LocalModel\n"
        "class Ids:\n"
        "    def new(self, prefix): return prefix + '_1'\n"
        "class T(Contract):\n"
        "    intent: Annotated[Label | None, Learned('intent')]\n"
        f"a = LocalModel(Path({str(trained.folder.parent)!r}), Ids()).read(T, purpose='p', instructions='', "
        f"text='Cancel my rental R-5518 please')\n"
        "assert a.model.startswith('local-')\n"
        "print([name for name in ('sklearn', 'scipy', 'openai', 'joblib') if name in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_template_is_filled_with_facts(local):
    wording = local.write(
        purpose="t", template="Hi {{ name }}, ready on {{ day }}.", facts={"name": "Dana", "day": "Wednesday"}, text=""
    )
    assert wording.text == "Hi Dana, ready on Wednesday."


@pytest.mark.parametrize(
    ("template", "why"),
    [
        ("Hi {{ name }}, your {{ bike }} is ready.", "bike"),
        ("Hi {{ name.__class__.__mro__ }}", "may not have"),
        ("Hi {% if %}", "line 1"),
        ("{{ range(999999999) | list }}", "cannot be filled"),
    ],
)
def test_a_template_that_cannot_be_filled_gives_no_words_and_says_why(local, template, why):
    wording = local.write(purpose="t", template=template, facts={"name": "Dana"}, text="")
    assert wording.text is None
    assert why in wording.why


def test_a_fact_is_a_value_and_never_a_template(local):
    wording = local.write(purpose="t", template="Hi {{ name }}", facts={"name": "{{ 7 * 7 }}"}, text="")
    assert wording.text == "Hi {{ 7 * 7 }}"
