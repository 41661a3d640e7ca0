"""The same mails, forms and Slack events, many times over, in any order, from many threads and processes at once: each is
one event of one task, and what belongs to one conversation is one task."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import partial
from pathlib import Path
from threading import Barrier, Thread

import pytest

from core.errors import Retry
from tests.support.crew import Office, open_office, processes
from tests.support.house import mail
from workflows import history

CONVERSATIONS, ANSWERS = 4, 3
COPIES, SEATS = 3, 4
AGAIN = 5  # times that whoever delivers tries again, as a mail server or Slack does

Delivery = Callable[[Office], object]


def deliveries() -> list[Delivery]:
    """What comes in, each once: mails, forms, chat lines, and Slack threads whose lines come in any order."""
    found: list[Delivery] = []
    for n in range(CONVERSATIONS):
        raw = mail("When do you open?", message_id=f"mail{n}", sender=f"Customer <customer{n}@example.com>")
        found.append(partial(_mail, raw))
        found.append(partial(_form, n))
        found.append(partial(_chat, n))
        found.extend(partial(_slack, n, line) for line in range(ANSWERS))
    return found


def _mail(raw: bytes, office: Office) -> object:
    return office.fort.house.services.arrivals.mail(raw)


def _form(n: int, office: Office) -> object:
    form = {"name": "Customer", "email": f"form{n}@example.com", "message": "When do you open?"}
    return office.fort.house.services.arrivals.form(form, source_id=f"form{n}")


def _chat(n: int, office: Office) -> object:
    return office.fort.house.services.arrivals.chat("When do you open?", f"chat{n}@example.com", "Customer", f"chat{n}")


def _slack(n: int, line: int, office: Office) -> object:
    arrivals = office.fort.house.services.arrivals
    return arrivals.slack(f"Line {line} about order {n}", "U0THEO", "Theo", f"slack{n}.{line}", f"C0DESK:{n}")


def answers() -> list[Delivery]:
    """Answers to the mails, once these are known: each joins its mail's task."""
    found: list[Delivery] = []
    for n in range(CONVERSATIONS):
        for line in range(ANSWERS):
            raw = mail(f"And on day {line}?", message_id=f"answer{n}.{line}", references=f"mail{n}",
                       sender=f"Customer <customer{n}@example.com>")  # fmt: skip
            found.append(partial(_mail, raw))
    return found


def pour(office: Office, what: list[Delivery], seed: int) -> None:
    """All of it, each `COPIES` times, in an order of its own. Who is told to come again does."""
    rng = random.Random(seed)
    many = what * COPIES
    rng.shuffle(many)
    for deliver in many:
        for attempt in range(AGAIN):
            try:
                deliver(office)
            except Retry:
                assert attempt < AGAIN - 1, "told to come again, again and again"
            else:
                break


def pour_apart(folder: str, seed: int, together: Barrier) -> None:
    """A process of its own that delivers everything."""
    office = open_office(Path(folder))
    for what in (deliveries(), answers()):
        together.wait(60)
        pour(office, what, seed)


def each_is_one(office: Office) -> None:
    """One event for each delivery, one task for each conversation."""
    events = office.sql("select source, count(*), count(distinct task_id) from event group by 1 order by 1")
    assert events == [
        ("chat", CONVERSATIONS, CONVERSATIONS), ("form", CONVERSATIONS, CONVERSATIONS),
        ("mail", CONVERSATIONS * (1 + ANSWERS), CONVERSATIONS), ("slack", CONVERSATIONS * ANSWERS, CONVERSATIONS),
    ]  # fmt: skip
    assert office.sql("select count(*) from task") == [(4 * CONVERSATIONS,)]
    assert office.sql("select count(*), count(distinct source_key) from event where source = 'mail'") == [
        (CONVERSATIONS * (1 + ANSWERS),) * 2]  # fmt: skip
    received = office.sql("select count(*) from audit where kind = 'event.received'")
    assert received == office.sql("select count(*) from event")
    assert office.fort.house.services.verify().faults == ()


def test_from_many_threads_at_once_each_event_is_one(tmp_path: Path) -> None:
    office = open_office(tmp_path)
    for what in (deliveries(), answers()):
        threads = [Thread(target=pour, args=(office, what, seed)) for seed in range(SEATS)]
        [thread.start() for thread in threads]
        [thread.join(60) for thread in threads]
    each_is_one(office)


@pytest.mark.postgresql
def test_from_many_processes_at_once_each_event_is_one(tmp_path: Path) -> None:
    office = open_office(tmp_path)
    together = processes.Barrier(SEATS)
    begun = [processes.Process(target=pour_apart, args=(str(tmp_path), seed, together)) for seed in range(SEATS)]
    [process.start() for process in begun]
    [process.join(90) for process in begun]
    assert [process.exitcode for process in begun] == [0] * SEATS
    each_is_one(office)


def test_a_customers_words_stay_in_the_order_they_came_in_when_the_clock_is_set_back(tmp_path: Path) -> None:
    office = open_office(tmp_path)
    _mail(mail("When do you open?", message_id="first"), office)
    office.clock.move(-3600)
    _mail(mail("And on Sunday?", message_id="second", references="first"), office)
    (task,) = office.sql("select id from task")
    texts = [event.text.strip() for event in history.events(office.fort.ledger, task[0])]
    assert texts == ["When do you open?", "And on Sunday?"]
