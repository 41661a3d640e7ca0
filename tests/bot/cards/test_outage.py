"""What the card of an outage says and offers, as long as it lasts and at its end."""

from __future__ import annotations

from bot.cards import outage
from tests.bot.cards import gallery
from tests.bot.cards import samples as s
from tests.bot.cards.test_decisions import buttons, headline, words


def test_it_says_what_is_away_since_when_how_many_wait_and_when_it_is_tried_again() -> None:
    payload = outage.render(s.outage())
    assert headline(payload) == "The shop's mailbox does not answer: 40 wait"
    text = words(payload)
    assert "Several calls in a row did not reach it." in text
    assert "Reply to Dana Whitfield, T-1042" in text and "32 more" in text
    assert "each goes out once, by itself" in text
    assert "Next try:* One, at" in text and "Nobody has to" in text
    assert buttons(payload) == ["outage.try_now"]


def test_while_one_is_being_tried_no_time_is_named() -> None:
    assert "One is being tried now." in words(outage.render(s.outage(next_try=None)))


def test_each_effect_of_which_nobody_knows_has_its_own_answers() -> None:
    payload = outage.render(gallery.unclear_outage())
    text = words(payload)
    assert "T-1051" in text and "T-1052" in text and "Subject: Re: your bike" in text
    assert buttons(payload) == [
        "effect.mark_sent", "effect.mark_not_sent", "effect.why",  # safe to say now
        "effect.mark_sent", "effect.why",  # it may still be on its way
        "effect.mark_sent", "effect.mark_not_sent", "effect.why",
        "outage.try_now",
    ]  # fmt: skip
    assert "“It did not” opens at" in text
    assert "<@U0PRIYA> or Maya Lindqvist, for each that is not known" in text
    assert "never sent again by itself" in text
    assert "3 more are not known" in text


def test_what_is_asked_by_itself_needs_nobody() -> None:
    payload = outage.render(s.outage(unclear=(s.unclear(1, asks_at=s.DUE),), unclear_count=1))
    assert buttons(payload) == ["outage.try_now"]
    assert "Not known, asked by itself when it answers, 1" in words(payload)
    assert "Nobody has to" in words(payload)


def test_at_the_end_it_says_what_came_of_what_waited() -> None:
    payload = outage.render(s.outage(until=s.DUE, came_of=(("went out", 38), ("failed", 1), ("still waiting", 1))))
    assert headline(payload) == "The shop's mailbox answers again"
    text = words(payload)
    assert "What came of the 40 that waited" in text and "38 went out" in text
    assert ":white_check_mark: Answers again" in text and buttons(payload) == []
    assert (
        payload["text"] == "The shop's mailbox answers again. Of what waited: 38 went out, 1 failed, 1 still waiting."
    )


def test_what_is_still_not_known_at_the_end_can_still_be_cleared_up_there() -> None:
    payload = gallery.ordinary()["outage over, unknown"]
    assert ":warning: Answers again, 7 not known" in words(payload)
    assert buttons(payload).count("effect.mark_sent") == 3
