"""I19 Text: nothing that comes from outside acts in Slack: no markup, no mention of everybody, no preview of a link."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.cards import words
from tests.support.cards import drawn
from tests.support.house import Home, mail, open_home, sure_model

OURS = re.compile(r"<(@U0(MAYA|THEO|SAM|PRIYA|JO)|!date\^\d+\^[^|>]*\|[^>]*|#C[A-Z0-9]+)>")
HOSTILE = (
    "What are your opening hours <!channel> <!here> <@U0EVIL> <https://attacker.example.com|Approve via portal> `code` *bold* "
    "&lt;!everyone&gt; <!date^1^{date}|x>\n<https://attacker.example.com|Robin Attacker>"
)


def nodes(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            yield from nodes(one)


def acting(payloads: list[dict[str, Any]]) -> Iterator[str]:
    """Whatever from outside would do something in Slack."""
    for payload in payloads:
        if payload.get("unfurl_links") is not False or payload.get("unfurl_media") is not False:
            yield "links would be shown with a preview"
        texts = [payload.get("text", "")] + [node["text"] for node in nodes(payload) if node.get("type") == "mrkdwn"]
        for text in texts:
            rest = OURS.sub("", text)
            if "<" in rest or ">" in rest:
                yield f"markup from outside: {rest[:80]}"
        for node in nodes(payload):
            if node.get("type") in ("broadcast", "link", "usergroup") or node.get("user_id") == "U0EVIL":
                yield f"an element from outside: {node}"


def hostile_home(folder: Path) -> Home:
    """A mail full of markup, its approval, a rejection with a hostile note, and an escalation."""
    model = sure_model()
    home = open_home(folder, model)
    sender = '"<!channel> *Dana* <https://attacker.example.com|x>" <dana@example.com>'
    for number in range(3):
        home.house.services.arrivals.mail(
            mail(HOSTILE, sender=sender, subject="<!everyone> <@U0EVIL>", message_id=f"h{number}")
        )
    home.house.services.arrivals.mail(
        mail("I want to talk to a real person " + HOSTILE, sender=sender, message_id="h9")
    )
    home.work()
    pending = home.pending()
    assert len(pending) == 3
    home.decide(pending[0][0], "U0THEO", "reject", reason="wrong_facts", note=HOSTILE)
    home.decide(pending[1][0], "U0THEO")
    home.work()
    return home


def test_no_card_of_the_attack_acts(siege) -> None:
    payloads = drawn(siege.fort.ledger, siege.fort.house.services.policy())
    assert len(payloads) > 500
    assert list(acting(payloads)) == []


def test_hostile_names_subjects_words_and_notes_stay_words(tmp_path: Path) -> None:
    home = hostile_home(tmp_path)
    payloads = drawn(home.house.services.ledger, home.house.services.policy())
    assert {"Approve via portal"} and "attacker.example.com" in str(payloads), (
        "the words must be shown, or it shows nothing"
    )
    assert list(acting(payloads)) == []


def test_without_the_guard_it_would_be_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words, "escape", lambda text: text)
    home = hostile_home(tmp_path)
    assert list(acting(drawn(home.house.services.ledger, home.house.services.policy()))) != []
