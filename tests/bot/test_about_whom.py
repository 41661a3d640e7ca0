"""Whom a card is about, in words that read as a name."""

from __future__ import annotations

import pytest

from bot.render.task import who
from core.contract.work import Event
from tests.bot.cards.samples import NOW


@pytest.mark.parametrize(
    ("event", "name"),
    [
        ({"source": "mail", "sender": "Dana Whitfield", "address": "dana@example.com"}, "Dana Whitfield"),
        ({"source": "mail", "address": "dana@example.com", "subject": "Saturday"}, "dana@example.com"),
        ({"source": "mail", "subject": "A mail that cannot be answered"}, ""),
        ({"source": "clock"}, "Baton's schedule"),
        ({"source": "slack", "team_member": "U0SAM", "address": "C0SHOP:1790000000.000100"}, "A member of the team"),
        (
            {"source": "slack", "team_member": "U0SAM", "sender": "Sam Whitlock", "address": "C0SHOP:1.0"},
            "Sam Whitlock",
        ),
    ],
)
def test_a_task_is_about_somebody_never_about_a_thread_or_a_subject_line(event: dict[str, str], name: str) -> None:
    assert who(Event.model_validate({"source_id": "1", "text": "hello", "at": NOW, **event})) == name
