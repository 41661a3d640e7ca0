"""Who asks not to be written to is heard, in every spelling; who does not is not silenced."""

from __future__ import annotations

import pytest

from gateways.mail.stop import asks_to_stop


@pytest.mark.parametrize(
    "text",
    [
        "stop", "STOP!", "  Stop. ", "Unsubscribe", "ＳＴＯＰ", "Arrêt", "opt-out", "Please remove me", "Stop\n\nDana Whitfield",
        "unsubscribe\n\n> On Monday we wrote:\n> Your bike is ready", "Stop\n\nOn Fri, Nov 20, 2026 Harbor wrote:\n> hello",
        "Please stop emailing me.", "Do not contact me again", "don't write to me anymore", "Don’t e-mail us any more",
        "Take me off your list please", "remove me from your mailing list", "I would like to unsubscribe",
        "Hi,\nplease unsubscribe my address.\nDana", "stop sending me your newsletters", "Never contact me again!",
    ],
)  # fmt: skip
def test_a_request_to_stop_is_heard(text: str) -> None:
    assert asks_to_stop(text)


@pytest.mark.parametrize(
    "text",
    [
        "", "   ", "Can you stop by on Monday?", "My bike does not stop well", "Cancel", "Please cancel my order",
        "The brakes stop working\nin the rain", "Please don't call me before nine", "Don't contact me by phone, mail is fine",
        "Thank you\n\n> Reply STOP or unsubscribe to end these mails", "Thanks!\n\nOn Fri, Harbor wrote:\nunsubscribe",
        "I could not find how to remove the rack",
    ],
)  # fmt: skip
def test_other_words_are_not_taken_for_it(text: str) -> None:
    assert not asks_to_stop(text)
