"""Logging for the whole process. What looks like a secret or like somebody's address never reaches a log line."""

from __future__ import annotations

import logging
import re

_SECRETS = re.compile(
    r"xox[a-z]-[\w-]+|xapp-[\w-]+|sk-[\w-]{8,}|[Bb]earer\s+[\w.~+/=-]+|eyJ[\w-]+\.[\w-]+\.[\w-]+"
    r"|[\w.+%-]+@[\w-]+(?:\.[\w-]+)+|\+?\d[\d ().-]{8,}\d"
)
_NOISY = (
    "alembic",
    "slack_bolt",
    "slack_sdk",
    "apscheduler",
    "httpx",
    "httpcore",
    "openai",
    "aiohttp.access",
    "uvicorn.access",
)


class Redaction(logging.Filter):
    """Blots out tokens, mail addresses and phone numbers, in the message, its arguments and a traceback's text."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = redact(record.getMessage()), None
        if record.exc_info:
            kind = record.exc_info[0]
            record.msg = f"{record.msg} ({kind.__name__ if kind else 'error'})"
            record.exc_info = record.exc_text = None
        return True


def redact(text: str) -> str:
    """The text with every secret and address replaced by `[…]`."""
    return _SECRETS.sub("[…]", text)


def set_up(level: str) -> None:
    """One handler on standard error for everything. Libraries speak up from warnings on: they log what they were sent."""
    handler = logging.StreamHandler()
    handler.addFilter(Redaction())
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)-7s %(name)s: %(message)s", "%H:%M:%S"))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in _NOISY:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.getLogger("psycopg").setLevel(logging.ERROR)  # that a line broke we say ourselves, once
