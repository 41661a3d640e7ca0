"""What comes in over HTTP: one task each, refused by name when it cannot be used, and nothing told to whoever has no token."""

from __future__ import annotations

import json
import logging
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import anyio
import httpx
import pytest

from intake.bodies import BYTES_MAX
from tests.intake.conftest import TOKEN, Door, Serving
from tests.support.house import mail

JSON = "application/json"
HEAD = f"POST /intake/mail HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {TOKEN}\r\n"


@contextmanager
def held_by_another(door: Door) -> Iterator[None]:
    """Another process has the writer's lock, and ours does not wait for long."""
    database = door.home.house.services.ledger.database
    database._writer.raw.execute("PRAGMA busy_timeout=20")
    with sqlite3.connect(database.path, isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")
    other.close()


def test_a_mail_becomes_a_task_and_a_repeat_is_known(door: Door) -> None:
    first = door.send("mail", mail("When do you open?"))
    again = door.send("mail", mail("When do you open?"))
    assert (first.status_code, first.json()) == (202, {"task": "T-1001", "status": "new"})
    assert (again.status_code, again.json()) == (202, {"task": "T-1001", "status": "known"})
    assert door.tasks() == 1


def test_an_answer_joins_its_task(door: Door) -> None:
    door.send("mail", mail("When do you open?", message_id="one"))
    answer = door.send("mail", mail("On Saturday, I mean.", message_id="two", references="one"))
    assert answer.json() == {"task": "T-1001", "status": "joined"}


def test_a_mail_comes_as_a_file_too(door: Door) -> None:
    files = {"mail": ("one.eml", mail("When do you open?"), "message/rfc822")}
    answer = door.http.post("/intake/mail", files=files, headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.json()["status"] == "new"


def test_a_form_comes_as_json_or_as_a_browser_sends_it(door: Door) -> None:
    fields = {"name": "Ines Abara", "email": "ines@example.com", "message": "We need 24 bikes."}
    headers = {"Authorization": f"Bearer {TOKEN}"}
    first = door.send("form", json.dumps(fields), JSON)
    second = door.http.post("/intake/form", data=fields, headers=headers)
    third = door.http.post("/intake/form", files={k: (None, v) for k, v in fields.items()}, headers=headers)
    assert [one.json()["status"] for one in (first, second, third)] == ["new", "known", "known"]
    assert door.tasks() == 1


def test_the_senders_own_id_tells_two_equal_forms_apart(door: Door) -> None:
    answers = [door.send("form", json.dumps({"message": "Call me.", "id": n}), JSON).json() for n in (1, 2, 2)]
    assert [one["status"] for one in answers] == ["new", "new", "known"]


def test_a_chat_message_comes_as_json_or_plain_text(door: Door) -> None:
    first = door.send("chat", json.dumps({"text": "Do you have helmets?", "name": "Ben", "id": "m1"}), JSON)
    second = door.send("chat", "Do you have child seats?", "text/plain; charset=utf-8")
    assert [one.json()["status"] for one in (first, second)] == ["new", "new"]


@pytest.mark.parametrize(("source", "body", "kind", "says"), [
    ("mail", b"", "message/rfc822", "empty"),
    ("mail", b"\0\0\0binary", "message/rfc822", "binary"),
    ("form", b"{", JSON, "JSON"),
    ("form", b"[{}]", JSON, "one form"),
    ("form", b"{}", JSON, "message"),
    ("form", b"\xff\xfe\xfa", JSON, "UTF-8"),
    ("form", b"a=1&" * 200, "application/x-www-form-urlencoded", "100 fields"),
    ("form", b"hello", "text/plain", "application/json"),
    ("form", b"x", "multipart/form-data", "boundary"),
    ("form", b"x", "multipart/form-data; boundary=b", "multipart"),
    ("chat", b'{"words": "hi"}', JSON, "text"),
    ("chat", b'{"text": " "}', JSON, "empty"),
    ("chat", b"<hi/>", "text/xml", "text/plain"),
    ("chat", b"[" * 5000, JSON, "JSON"),
])  # fmt: skip
def test_what_cannot_be_used_is_refused_with_what_to_do(
    door: Door, source: str, body: bytes, kind: str, says: str
) -> None:
    answer = door.send(source, body, kind)
    assert answer.status_code == 422
    assert says in answer.json()["error"]
    assert door.tasks() == 0


def test_a_form_with_a_file_is_refused(door: Door) -> None:
    answer = door.http.post(
        "/intake/form", files={"cv": ("cv.pdf", b"x")}, headers={"Authorization": f"Bearer {TOKEN}"}
    )
    assert (answer.status_code, "by mail" in answer.json()["error"]) == (422, True)


def test_an_unknown_source_is_answered_with_the_known_ones(door: Door) -> None:
    answer = door.send("fax", b"hello")
    assert answer.status_code == 404
    assert "mail, form, chat" in answer.json()["error"]


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer wrong", f"Basic {TOKEN}", f"Bearer {TOKEN}x", "Bearer \u00e9"]
)
def test_without_the_token_nothing_comes_in_and_nothing_is_told(door: Door, header: str) -> None:
    answer = door.http.post("/intake/fax", content=b"x", headers={"Authorization": header.encode()})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert TOKEN not in answer.text
    assert "chat" not in answer.text
    assert door.tasks() == 0


@pytest.mark.parametrize("header", ["", "Bearer", f"Bearer {TOKEN}"])
def test_without_a_configured_token_the_door_is_closed(serving: Serving, header: str) -> None:
    door = serving(token="")
    answer = door.http.post("/intake/mail", content=mail("Hello"), headers={"Authorization": header})
    assert answer.status_code == 503
    assert "BATON_INTAKE_TOKEN" in answer.json()["error"]
    assert door.tasks() == 0


def test_a_body_said_to_be_over_the_cap_is_refused_before_it_is_read(door: Door) -> None:
    with socket.create_connection(("127.0.0.1", door.port), timeout=10) as line:
        line.sendall(f"{HEAD}Content-Length: {BYTES_MAX + 1}\r\n\r\n".encode())
        assert line.recv(200).startswith(b"HTTP/1.1 413")


def test_a_body_that_grows_over_the_cap_is_cut_off(door: Door) -> None:
    sent = 0
    with socket.create_connection(("127.0.0.1", door.port), timeout=10) as line:
        line.sendall(f"{HEAD}Transfer-Encoding: chunked\r\n\r\n".encode())
        piece = b"100000\r\n" + b"x" * 0x100000 + b"\r\n"
        try:
            while sent < 4 * BYTES_MAX:
                line.sendall(piece)
                sent += 0x100000
            raise AssertionError("a body without an end was read")
        except (ConnectionError, TimeoutError):
            pass  # the door hung up
    assert door.tasks() == 0


def test_the_largest_body_that_is_allowed_is_read_and_answered(door: Door) -> None:
    answer = door.send("mail", b"x" * BYTES_MAX)
    assert answer.status_code == 422
    assert "20 MB" in answer.json()["error"]


def test_the_door_does_not_say_what_it_is(door: Door) -> None:
    for path in ("/docs", "/redoc", "/openapi.json", "/"):
        assert door.http.get(path).status_code == 404
    answer = door.http.get("/healthz")
    assert "server" not in answer.headers
    assert "x-powered-by" not in answer.headers


@pytest.mark.sqlite
def test_a_database_that_is_busy_asks_to_send_again(door: Door) -> None:
    with held_by_another(door):
        answer = door.send("mail", mail("Hello"))
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "10")
    assert door.send("mail", mail("Hello")).json()["status"] == "new"


def test_what_fails_inside_is_logged_without_a_word_of_the_customer(
    door: Door, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(_: str) -> None:
        raise ValueError("the customer wrote: my secret")

    door.home.house.services.ledger.reach = fails
    with caplog.at_level(logging.DEBUG):
        answer = door.send("mail", mail("my secret"))
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert "ValueError" in caplog.text
    assert "secret" not in caplog.text


def test_alive_as_long_as_it_answers(door: Door) -> None:
    assert door.http.get("/healthz").json() == {"alive": True}


def test_ready_when_all_is_well(serving: Serving) -> None:
    door = serving(checks={"runner": lambda: True, "slack": lambda: True})
    answer = door.http.get("/readyz")
    assert (answer.status_code, answer.json()["checks"]) == (200, {"database": True, "runner": True, "slack": True})


@pytest.mark.sqlite
def test_not_ready_names_what_is_missing(serving: Serving) -> None:
    door = serving(checks={"runner": lambda: True, "slack": lambda: False})
    with held_by_another(door):
        answer = door.http.get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {"ready": False, "checks": {"database": False, "runner": True, "slack": False}}


def test_a_process_that_lets_nothing_in_still_says_how_it_is(serving: Serving) -> None:
    door = serving(lets_in=False)
    assert door.send("mail", mail("Hello")).status_code == 404
    assert door.http.get("/readyz").json() == {"ready": True, "checks": {"database": True}}
    assert door.http.get("/metrics").status_code == 200


def test_many_at_once_each_get_a_task_of_their_own(door: Door) -> None:
    async def all_of_them() -> list[httpx.Response]:
        answers: list[httpx.Response] = []
        headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "text/plain"}
        async with httpx.AsyncClient(base_url=str(door.http.base_url), headers=headers, timeout=30) as client:

            async def one(n: int) -> None:
                answers.append(await client.post("/intake/chat", content=f"Question {n}"))

            async with anyio.create_task_group() as group:
                for n in range(30):
                    group.start_soon(one, n)
        return answers

    answers = anyio.run(all_of_them)
    assert {one.status_code for one in answers} == {202}
    assert len({one.json()["task"] for one in answers}) == door.tasks() == 30
