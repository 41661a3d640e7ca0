"""What a person wrote is told apart from their signature and from what they quote."""

from __future__ import annotations

import email
from email import policy
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.mailtext import MailText, split, visible_text

DATA = Path("../shared/data")
WORDS = "Yes, please fit the pads."


@pytest.mark.parametrize(
    "below",
    [
        "On Mon, Nov 2, 2026 at 6:26 PM Shop <shop@example.com> wrote:\n\n> Shall we fit new pads?",
        "On Mon, Nov 2, 2026 at 6:26 PM Harbor & Pine Workshop\n<workshop@example.com> wrote:\n\n> Shall we fit new pads?",
        "Am 02.11.2026 um 18:26 schrieb Werkstatt <shop@example.com>:\n\n> Sollen wir neue Beläge einbauen?",
        "Le lun. 2 nov. 2026 à 18:26, Atelier <shop@example.com> a écrit :\n\n> Faut-il changer les patins ?",
        "El lun, 2 nov 2026 a las 18:26, Taller (<shop@example.com>) escribió:\n\n> ¿Cambiamos las pastillas?",
        "-----Original Message-----\nFrom: Shop\nSent: Monday\nTo: Dana\nSubject: pads\n\nShall we fit new pads?",
        "-----Ursprüngliche Nachricht-----\nVon: Werkstatt\nGesendet: Montag\nAn: Dana\nBetreff: Beläge\n\nSollen wir?",
        "________________________________\nFrom: Shop <shop@example.com>\nSent: Monday, November 2, 2026 6:26 "
        "PM\nTo: Dana\nSubject: pads\n\nShall we?",
        "From: Shop <shop@example.com>\nSent: Monday, November 2, 2026 6:26 PM\nTo: Dana\nSubject: pads\n\nShall we?",
        "Von: Werkstatt\nGesendet: Montag, 2. November 2026 18:26\nAn: Dana\nBetreff: Beläge\n\nSollen wir?",
        "Begin forwarded message:\n\nFrom: Shop\nDate: November 2\n\nShall we?",
        "---------- Forwarded message ---------\nFrom: Shop\nDate: Mon\n\nShall we?",
        "> Shall we fit new pads?\n> Shop",
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_the_quoted_mail_below_is_cut_whatever_program_wrote_it(below, newline):
    parts = split(f"{WORDS}\n\n{below}".replace("\n", newline))
    assert parts.reply == WORDS
    assert parts.quoted == below
    assert parts.signature == ""


@pytest.mark.parametrize(
    "signature",
    [
        "Best regards,\nDana Whitfield\n(207) 555-0143",
        "Thanks!\nDana",
        "Mit freundlichen Grüßen\nAnke Schäfer\nSchäfer Fahrzeugbau GmbH",
        "-- \nDana Whitfield\nHarbor Street 4",
        "Sent from my iPhone",
        "Dana\n\nSent from my iPhone",
        "Von meinem iPhone gesendet",
        "Get Outlook for iOS",
        "Dana Whitfield\nFleet Manager\ndana@example.com",
        "- Dana",
    ],
)
def test_a_signature_is_kept_apart(signature):
    parts = split(f"{WORDS}\n\n{signature}")
    assert parts.reply == WORDS
    assert parts.signature == signature.replace("-- \n", "--\n")


def test_reply_signature_and_quote_come_apart_together():
    text = (
        f"{WORDS}\n\nThanks,\nDana\n\nSent from my iPhone\n\nOn Nov 2, 2026, at 6:26 PM, Shop "
        f"<shop@example.com> wrote:\n\n> Shall we?"
    )
    assert split(text) == MailText(
        reply=WORDS,
        signature="Thanks,\nDana\n\nSent from my iPhone",
        quoted="On Nov 2, 2026, at 6:26 PM, Shop <shop@example.com> wrote:\n\n> Shall we?",
    )


def test_answers_between_the_quoted_lines_are_all_the_persons_own():
    text = "Hi,\nOn Monday, Nov 2, Shop wrote:\n> New pads?\nYes please.\n> And a new chain?\nNo, thank you."
    assert split(text).reply == "Hi,\nYes please.\nNo, thank you."


def test_an_answer_below_the_quote_is_found():
    assert split("On Monday, Nov 2, Shop wrote:\n> New pads?\n> Shop\n\nYes please.").reply == "Yes please."


@pytest.mark.parametrize(
    "text",
    [
        "On Saturday I came by and nobody wrote down my name.",
        "From: where do you take the parts?",
        "I like three things:\n- the shop\n- the people\n- the coffee",
        "Sent from my desk, this is much easier to write.",
        "Thanks for the quick answer, I will come by on Friday and bring the bike with me then.",
        "Hello",
    ],
)
def test_a_persons_own_words_are_not_cut(text):
    assert split(text) == MailText(reply=text, signature="", quoted="")


def test_a_mail_that_is_nothing_but_a_quote_still_has_words():
    assert visible_text("> is my bike ready?") == "> is my bike ready?"
    assert visible_text("") == ""


@given(
    st.text(max_size=400)
    | st.lists(
        st.sampled_from(
            ["> a", "On x wrote:", "--", "Thanks,", "Dana", "From: a", "To: b", "____________", "hello there", ""]
        )
    ).map("\n".join)
)
@example("> a")
@example("\n> a\n\nOn x wrote:\n> b")
def test_no_word_is_ever_lost(text):
    parts = split(text)
    kept = sorted(f"{parts.reply}\n{parts.signature}\n{parts.quoted}".split())
    assert kept == sorted(text.split())


# Measured on mails that nobody on this project wrote -----------------------------------------------------------------


def here(name: str) -> Path:
    folder = DATA / name
    if not folder.exists():
        pytest.skip(f"../shared/data/{name} is not here")
    return folder


def test_replies_of_a_dozen_mail_programs_are_found():
    found = []
    for path in sorted(here("talon").glob("tests/fixtures/standard_replies/*.eml")):
        with path.open("rb") as file:
            body = email.message_from_binary_file(file, policy=policy.default).get_body(("plain",))
        found.append(split(body.get_content()).reply.strip(" \n!") in {"Hello", "Allo"})
    print(f"talon: {sum(found)} of {len(found)} replies found exactly")
    assert sum(found) >= 11


def _marked(path: Path) -> tuple[str, list[str]]:
    """A body without its marks, and the lines that are marked as signature."""
    lines = path.read_text(encoding="utf-8", errors="replace").split("\n")
    signed = [line[5:].strip() for line in lines if line.startswith("#sig#") and line[5:].strip()]
    return "\n".join(line.removeprefix("#sig#").removeprefix("#reply#") for line in lines), signed


def test_signatures_of_office_mails_are_found_to_the_line():
    exact, lines, hit, wrong, signed = 0, 0, 0, 0, 0
    for path in sorted(here("forge").glob("dataset/P/*_body")):
        text, truth = _marked(path)
        if not truth:
            continue
        got = [line.strip() for line in split(text).signature.split("\n") if line.strip()]
        signed, exact, lines = signed + 1, exact + (got == truth), lines + len(truth)
        hit, wrong = hit + len(set(got) & set(truth)), wrong + len(set(got) - set(truth))
    print(f"forge: {exact} of {signed} signatures exact; {hit} of {lines} lines found, {wrong} lines wrong")
    assert exact / signed >= 0.88
    assert hit / lines >= 0.92
    assert wrong <= 2


def test_mails_without_a_signature_are_seldom_given_one():
    paths = sorted(here("forge").glob("dataset/N/*_body"))
    wrong = [path.name for path in paths if split(_marked(path)[0]).signature]
    print(f"forge: {len(wrong)} of {len(paths)} mails without a signature are given one")
    assert len(wrong) / len(paths) <= 0.1


def test_replies_in_threads_keep_their_words_and_lose_the_quotes():
    for path in sorted(here("gherp").glob("test/emails/*.txt")):
        parts = split(path.read_text(encoding="utf-8"))
        assert parts.reply.strip(), path.name
        assert not any(line.startswith(">") for line in parts.reply.split("\n")), path.name
        assert "wrote:" not in parts.reply, path.name
