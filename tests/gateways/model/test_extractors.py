"""Each extractor finds its pieces in the shapes that people write, says nothing it did not read, and is never slow."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import Bug
from gateways.model.extractors import EXTRACTORS, extract


def values(name: str, text: str) -> list[str]:
    return [found.value for found in extract(name, text)]


def first(name: str, text: str) -> str | None:
    return next(iter(values(name, text)), None)


def test_the_names_of_the_extractors_are_frozen():
    assert list(EXTRACTORS) == [
        "person_name",
        "email",
        "phone",
        "company",
        "need",
        "urgency",
        "amounts",
        "budget",
        "authority",
        "timeline",
        "quantity",
        "order_number",
        "dates",
        "links",
    ]


def test_an_unknown_extractor_is_our_own_mistake():
    with pytest.raises(Bug, match="shoe_size"):
        extract("shoe_size", "42")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Hello, my name is Dana Whitfield and my bike squeaks.", "Dana Whitfield"),
        ("Hi, this is Rosa from unit 4, is my bike ready?", "Rosa"),
        ("Hi I'm Lionel Park, I rented two bikes.", "Lionel Park"),
        ("Please book me in for Friday.\n\nBest regards,\nSam Whitlock\nHead of Fleet", "Sam Whitlock"),
        ("Please book me in for Friday.\n\nThanks\nSam", "Sam"),
        ("Is it ready? Thanks, Dana", "Dana"),
        ("Hallo, wann ist mein Rad fertig?\n\nMit freundlichen Grüßen\nAnke Schäfer", "Anke Schäfer"),
        ("Ist es fertig?\n\nViele Grüße\nDr. Anke Müller-Lüdenscheidt", "Anke Müller-Lüdenscheidt"),
        ("Could I rent a bike?\n\nCordialement,\nJean-Luc d'Arcy", "Jean-Luc d'Arcy"),
        ("Quisiera alquilar dos.\n\nSaludos,\nMaría José García López", "María José García López"),
        ("Is it ready?\n\nRegards,\nJan van der Berg", "Jan van der Berg"),
        ("Is it ready?\n\nRegards,\nNguyễn Thị Hương", "Nguyễn Thị Hương"),
        ("Is it ready?\n\nBest,\nFatima al-Zahra", "Fatima al-Zahra"),
        ("Is it ready?\n\nBest,\nSeán O'Brien", "Seán O'Brien"),
        ("Is it ready?\n\nBest regards\n李小龙", "李小龙"),
        ("Is it ready?\n\nMed vänliga hälsningar\nBjørn Ødegård", "Bjørn Ødegård"),
        ("Is it ready?\n\nVänliga hälsningar\nÅsa Öberg", "Åsa Öberg"),
        ("From: Dana Whitfield <dana@example.com>\n\nIs it ready?", "Dana Whitfield"),
        ('From: "Whitfield, Dana" <dana@example.com>\n\nIs it ready?', "Dana Whitfield"),
        ("From: Dana Whitfield <dana@example.com>\n\nIs it ready?\n\nThanks\nDana", "Dana Whitfield"),
        ("From: workshop-list-7 <list@example.com>\n\nIs it ready?", None),
        ("I am looking for a bike. I'm not sure which.", None),
        ("I am happy with it. This is great.", None),
        ("Is it ready?", None),
    ],
)
def test_a_name_is_said_signed_or_sent(text, name):
    assert first("person_name", text) == name


@pytest.mark.parametrize(
    ("text", "mail"),
    [
        ("write to dana.whitfield+bikes@mail.example.com.", "dana.whitfield+bikes@mail.example.com"),
        ("(lionel@Example.COM)", "lionel@example.com"),
        ("From: Dana <dana@example.com>\n\nhello", "dana@example.com"),
        ("From: Dana <dana@example.com>\n\nmy real one is d.w@home.example.com", "d.w@home.example.com"),
        ("meet me @ the shop, 5@ 7", None),
    ],
)
def test_a_mail_address_is_found(text, mail):
    assert first("email", text) == mail


@pytest.mark.parametrize(
    ("text", "phone"),
    [
        ("call (207) 555-0143", "+12075550143"),
        ("207.555.0143 works too", "+12075550143"),
        ("+1 207 555 0188", "+12075550188"),
        ("207-555-0143 ext. 12", "+12075550143;ext=12"),
        ("+49 30 901820", "+4930901820"),
        ("0044 20 7946 0018 or +44 20 7946 0018", "+442079460018"),
        ("WO-2291, invoice 2024-118, 2026-05-14, $15,000", None),
        ("my card ends in 4417", None),
    ],
)
def test_a_phone_number_is_found_and_other_numbers_are_not(text, phone):
    assert first("phone", text) == phone


@pytest.mark.parametrize(
    ("text", "company"),
    [
        ("I work at Northwind Traders and we need bikes.", "Northwind Traders"),
        ("We need bikes.\n\nBest,\nLionel Park\nNorthwind Traders LLC", "Northwind Traders LLC"),
        ("We need bikes.\n\nBest,\nAnke Schäfer\nSchäfer Fahrzeugbau GmbH\nBerlin", "Schäfer Fahrzeugbau GmbH"),
        ("Hi, this is Lionel Park from Bluewater Logistics.", "Bluewater Logistics"),
        ("Company: Seaside Inn\nWe need 8 bikes.", "Seaside Inn"),
        ("I'm the office manager at Tern & Co. and need bikes.", "Tern & Co"),
        ("On behalf of Lighthouse School I ask for an offer.", "Lighthouse School"),
        ("From: Lionel <lionel@northwind.example.com>\n\nWe at Northwind need bikes.", "Northwind"),
        ("From: Lionel <lionel@northwind.example.com>\n\nWe need bikes.", None),
        ("Hi, this is Lionel Park from New York.", None),
        ("I'm at home and my bike is broken.", None),
        ("From: Dana <dana@gmail.com>\n\nGmail is down. Is my bike ready?", None),
    ],
)
def test_a_company_is_found_and_a_mail_domain_alone_is_none(text, company):
    assert first("company", text) == company


@pytest.mark.parametrize(
    ("text", "need"),
    [
        (
            "Hi Sam,\nlovely shop! We need 24 city bikes for our staff. Greetings from Boston.",
            "We need 24 city bikes for our staff.",
        ),
        (
            "I was in on Monday. Could you tell me when my bike is ready? Bye",
            "Could you tell me when my bike is ready?",
        ),
        ("Nice weather today. It was a long winter.", None),
    ],
)
def test_the_sentence_that_says_what_is_wanted_is_found(text, need):
    assert first("need", text) == need


@pytest.mark.parametrize(
    ("text", "urgency"),
    [
        ("Please answer soon, it's an emergency", "emergency"),
        ("I need it ASAP", "asap"),
        ("it would be nice to have it this week", "this week"),
        ("No rush, but today would be fine as well", "no rush"),
        ("The red one, please.", None),
    ],
)
def test_how_much_it_presses_is_told_by_the_words_that_say_so(text, urgency):
    assert first("urgency", text) == urgency


@pytest.mark.parametrize(
    ("text", "sums"),
    [
        ("$64.00 and $7.50", ["64.00 USD", "7.50 USD"]),
        ("about $15k", ["15000.00 USD"]),
        ("15 thousand dollars", ["15000.00 USD"]),
        ("1.200,50 €", ["1200.50 EUR"]),
        ("€1,200.50", ["1200.50 EUR"]),
        ("USD 2,500", ["2500.00 USD"]),
        ("£40", ["40.00 GBP"]),
        ("500 bucks", ["500.00 USD"]),
        ("$1,234,567.89", ["1234567.89 USD"]),
        ("50 cents", ["0.50 USD"]),
        ("$0", []),
        ("24 bikes on May 14 at 10:30, WO-2291", []),
    ],
)
def test_sums_are_read_with_their_currency(text, sums):
    assert values("amounts", text) == sums


@pytest.mark.parametrize(
    ("text", "budget"),
    [
        ("Our budget is around $15k.", "15000.00 USD"),
        ("I can spend up to 900 dollars", "900.00 USD"),
        ("My budget is 1200 for both", "1200.00 USD"),
        ("between $1,000 and $1,500", "1500.00 USD"),
        ("The budget has been approved.", "budget has been approved"),
        ("We have no budget yet.", "no budget"),
        ("You charged me $64.00 twice.", None),
    ],
)
def test_a_budget_is_what_the_writer_can_spend(text, budget):
    assert first("budget", text) == budget


@pytest.mark.parametrize(
    ("text", "authority"),
    [
        ("I'm the owner of a small hotel.", "i'm the owner"),
        ("My boss decides, I only collect offers.", "my boss decides"),
        ("It's my call.", "it's my call"),
        ("I have to check with my wife first.", "have to check with my wife"),
        ("We need bikes.\n\nBest,\nAnna Lind\nManaging Director", "managing director"),
        ("Is it ready?", None),
    ],
)
def test_who_decides_is_told_by_the_words_that_say_so(text, authority):
    assert first("authority", text) == authority


@pytest.mark.parametrize(
    ("text", "timeline"),
    [
        ("We need them by May 14.", "by may 14"),
        ("this week would be good", "this week"),
        ("in two weeks at the latest", "in two weeks"),
        ("before summer", "before summer"),
        ("first week of August", "first week of august"),
        ("asap please", "asap"),
        ("there is no rush", "no rush"),
        ("sometime this year maybe", "sometime this year"),
        ("which tires fit?", None),
    ],
)
def test_by_when_it_is_wanted_is_found(text, timeline):
    assert first("timeline", text) == timeline


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("24 bikes", "24"),
        ("12 city bikes for our staff", "12"),
        ("a team of 12", "12"),
        ("a group of about fifteen", "15"),
        ("two dozen helmets", "24"),
        ("1,200 employees", "1200"),
        ("for twenty people", "20"),
        ("3 days, 2 hours, 10 minutes, 26 inch, 50 dollars", None),
        ("at 10:30 on May 14", None),
    ],
)
def test_how_many_is_found_and_times_and_sizes_are_not(text, count):
    assert first("quantity", text) == count


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("my repair WO-2291", ["WO-2291"]),
        ("rental r-5518 on Saturday", ["R-5518"]),
        ("wo 2291", ["WO-2291"]),
        ("order number 4471", ["4471"]),
        ("Order #7781 and order #7782", ["7781", "7782"]),
        ("invoice 2024-118", ["2024-118"]),
        ("booking R-5531", ["R-5531"]),
        ("24 bikes by 2026-05-14 for $1500", []),
    ],
)
def test_numbers_of_orders_are_found(text, numbers):
    assert values("order_number", text) == numbers


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("on 2026-05-14", ["2026-05-14"]),
        ("May 14, 2026", ["2026-05-14"]),
        ("by May 14th", ["--05-14"]),
        ("14 May 2026", ["2026-05-14"]),
        ("the 14th of May", ["--05-14"]),
        ("5/14/2026", ["2026-05-14"]),
        ("5/14/26", ["2026-05-14"]),
        ("14.05.2026", ["2026-05-14"]),
        ("next Tuesday or tomorrow", ["next tuesday", "tomorrow"]),
        ("February 31", []),
        ("13/45/2026", []),
        ("you may come at 10:30", []),
        ("the 26 inch wheel", []),
    ],
)
def test_days_are_read_as_dates_where_they_are_and_as_words_where_not(text, days):
    assert values("dates", text) == days


def test_links_are_found_without_the_marks_around_them():
    assert values("links", "See (https://example.com/a?b=1), www.shop.example.com.") == [
        "https://example.com/a?b=1",
        "https://www.shop.example.com",
    ]


def test_what_is_quoted_from_an_older_mail_is_not_the_writers():
    text = "Yes please.\n\nOn Mon, Nov 2, 2026 at 6:26 PM Shop <shop@example.com> wrote:\n\n> WO-2291 costs $64.00, by May 14"
    assert values("amounts", text) + values("dates", text) + values("order_number", text) == []


_PIECES = st.sampled_from(
    [
        "my name is",
        "Dana Whitfield",
        "\n\nThanks,\nDana",
        "From: Dana <d@example.com>\n",
        "$15k",
        "1.200,50 €",
        "budget",
        "by May 14",
        "the 31st",
        "WO-2291",
        "order #4471",
        "24 bikes",
        "I'm the owner",
        "at Northwind LLC",
        "+1 207 555 0143",
        "www.example.com",
        "\r\n",
        "> ",
        "no rush",
        ".",
        ",",
        "\t",
        "é",
        "0" * 12,
        "Subject: hello\n",
        "2026-13-45",
        "\x00",
        "李小龙",
        "-- \n",
        "On Monday Sam wrote:\n",
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(_PIECES | st.text(max_size=30), max_size=14).map(" ".join))
def test_every_quote_is_in_the_text_word_for_word_and_no_text_breaks_an_extractor(text):
    for name in EXTRACTORS:
        for found in extract(name, text):
            assert found.quote in text
            assert found.value.strip()


@pytest.mark.parametrize(
    "piece",
    [
        "a",
        "1",
        "1,",
        " ",
        "\n",
        "$1 ",
        "On ",
        "A. ",
        "@",
        "a@a.",
        "my name is A ",
        "www.",
        "(",
        "+1 ",
        "1/1/",
        "Von: a\n",
        "budget 1 ",
        "From A ",
        "24 a ",
        "-",
        "I'm ",
        "A & ",
    ],
)
def test_a_hostile_text_is_read_to_its_end(piece):
    """Every extractor on the longest text it looks at: a pattern that runs away would meet the suite's time limit."""
    text = piece * (40_000 // len(piece))
    for name in EXTRACTORS:
        assert all(found.quote in text for found in extract(name, text))
