"""Log lines: no token, no mail address, no phone number, wherever in the line it stands."""

from __future__ import annotations

import io
import logging

import pytest

from core.logs import Redaction, redact

SECRETS = ("xoxb-1234-abcd", "xapp-1-A-2", "xoxe.xoxp-1-Mi0", "sk-proj-abcdefgh1234", "Bearer abc.def-ghi",
           "eyJhbGciOi.eyJzdWIi.c2ln", "dana.whitfield@example.com", "d+tag@mail.example.co.uk",
           "+1 (207) 555-0162", "207-555-0162 0")  # fmt: skip


@pytest.mark.parametrize("secret", SECRETS)
def test_what_looks_like_a_secret_or_an_address_is_blotted_out(secret: str) -> None:
    found = redact(f"before {secret} after")
    assert "[…]" in found and secret not in found
    assert found.startswith("before ") and found.endswith(" after")


def test_arguments_and_tracebacks_are_blotted_out_too() -> None:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.addFilter(Redaction())
    log = logging.getLogger("test of redaction")
    log.propagate = False
    log.addHandler(handler)
    log.warning("mail to %s", "dana@example.com")
    try:
        raise ValueError("dana@example.com")
    except ValueError:
        log.exception("it failed")
    assert "dana" not in stream.getvalue()
    assert "ValueError" in stream.getvalue()


def test_our_own_ids_stay_readable() -> None:
    line = "effect.send.v1:T-1042:0:ef_0VbWLgg1kd3Xnnix"
    assert redact(line) == line
