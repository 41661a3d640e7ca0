"""Text from outside is made harmless, times name their zone, money is exact."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.cards import words
from bot.cards.blocks import Ref, parse_option, parse_ref
from core.errors import BadInput

AT = datetime(2026, 11, 24, 21, 30, tzinfo=UTC)


def test_invisible_bidi_and_control_characters_are_gone_and_the_rest_stays():
    assert words.safe("a\u200b\u202eb\u2066\ufeff\x00\x07\u00ad\u3164\U000e0041c") == "abc"
    assert words.safe("Grüße, 日本 — ❤️ 5 €\tx") == "Grüße, 日本 — ❤️ 5 €\tx"


def test_every_kind_of_line_break_is_one_line_break():
    assert words.safe("a\r\nb\rc\u2028d\u0085e") == "a\nb\nc\nd\ne"


@settings(max_examples=200, deadline=None)
@given(st.text())
def test_making_text_safe_twice_changes_nothing_more(text):
    assert words.safe(words.safe(text)) == words.safe(text)


@settings(max_examples=200, deadline=None)
@given(st.text())
def test_a_label_has_no_markup_whatever_comes_in(text):
    found = words.label(text, 5000)
    assert not set(found) & set("<>*_~`\n")


def test_a_hidden_character_is_counted_so_that_a_card_can_say_so():
    assert words.hidden("pay\u200b me", "fine\r\n") == 1


def test_a_user_id_is_a_mention_and_a_name_is_not():
    assert words.mention("U0THEO") == "<@U0THEO>"
    assert words.mention("U0THEO> <!channel>") == "U0THEO&gt; &lt;!channel&gt;"
    assert words.mention("Theo") == "Theo"


@pytest.mark.parametrize(
    ("cents", "currency", "shown"),
    [
        (124200, "USD", "$1,242.00"),
        (5, "USD", "$0.05"),
        (-8400, "USD", "-$84.00"),
        (1200, "CHF", "12.00 CHF"),
        (1, "EUR", "€0.01"),
    ],
)
def test_money_is_written_from_integer_cents(cents, currency, shown):
    assert words.money(cents, currency) == shown


def test_a_time_is_each_readers_own_and_its_fallback_names_our_zone():
    token = words.when(AT, ZoneInfo("America/New_York"))
    assert token == "<!date^1795555800^{date_short_pretty} at {time}|Tue Nov 24, 4:30 PM EST>"
    assert words.plain_when(AT, ZoneInfo("Asia/Dubai")) == "Wed Nov 25, 1:30 AM UTC+04"


def test_nearly_sure_is_never_shown_as_certain():
    assert words.percent(0.999) == "99%"
    assert words.percent(0.29) == "29%"
    assert words.percent(1.0) == "100%"


def test_a_reference_survives_the_way_through_slack():
    ref = Ref("ap_6Jt0Qm4xRk", 3)
    assert parse_ref(str(ref)) == ref
    assert parse_ref("T-1042:7") == Ref("T-1042", 7)
    assert parse_option(f"{ref}:take_over") == (ref, "take_over")


@pytest.mark.parametrize(
    "value", ["", "ap_1", "ap_1:", ":3", "ap_1:x", "ap_1:3:4", "ap 1:3", "ap_1:-1", "ap_1:3\n", "a" * 200 + ":1"]
)
def test_a_forged_reference_is_refused(value):
    with pytest.raises(BadInput):
        parse_ref(value)
    with pytest.raises(BadInput):
        parse_option(value)
