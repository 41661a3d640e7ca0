"""How the arguments of a call come: in the address, as a form, as JSON; and what Slack says of what it cannot read.

Errors and warnings: the tables at the end of every method's page, e.g. https://docs.slack.dev/reference/methods/auth.test
"""

import re
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from aiohttp import web

from localslack.wire import Json, SlackError, read_json

MULTIPART = "multipart/form-data"
CHARSETS = frozenset({"utf-8", "utf8", "iso-8859-1"})
NAME = re.compile(r"[A-Za-z0-9_-]{1,100}")


@dataclass(frozen=True)
class Given:
    """What a call brought: what stood in its `address`, what in its `body`, and whether that was JSON."""

    address: Json
    body: Json = field(default_factory=dict)
    as_json: bool = False
    warnings: tuple[str, ...] = ()

    @property
    def everything(self) -> Json:
        """All of it; the body wins."""
        return {**self.address, **self.body}

    def read_by(self, form_only: bool) -> Json:
        """Return what a method reads: one that takes forms only never sees a JSON body."""
        return dict(self.address) if form_only and self.as_json else self.everything


async def read(request: web.Request) -> Given:
    """Return what a call brought; refuses a body that cannot be read, as Slack does. An empty body is none."""
    address = dict(request.query)
    body = await request.read() if request.content_type != MULTIPART else b"-"
    if not body.strip():
        return Given(_named(address))
    if "Content-Type" not in request.headers:
        raise SlackError("missing_post_type")
    charset = (request.charset or "").lower()
    if charset and charset not in CHARSETS:
        raise SlackError("invalid_charset")
    match request.content_type:
        case "application/json":
            warnings = () if charset else ("missing_charset",)
            return Given(_named(address), _named(_of_json(body, charset)), True, warnings)
        case "application/x-www-form-urlencoded":
            warnings = ("superfluous_charset",) if charset else ()
            return Given(_named(address), _named(_of_form(body, charset)), False, warnings)
        case "multipart/form-data":
            return Given(_named(address), _named(await _of_parts(request)))
        case "text/plain":
            return Given(_named(address))
    raise SlackError("invalid_post_type")


def with_warnings(answer: Json, warnings: list[str]) -> Json:
    """Return an answer that carries warnings, in both of the places Slack puts them."""
    if not warnings:
        return answer
    named = list(dict.fromkeys(warnings))
    metadata = {**answer.get("response_metadata", {}), "warnings": named}
    return {**answer, "warning": ",".join(named), "response_metadata": metadata}


def _of_json(body: bytes, charset: str) -> Json:
    try:
        given = read_json(body.decode(charset or "utf-8"))
    except ValueError:
        raise SlackError("invalid_json") from None
    if not isinstance(given, dict):
        raise SlackError("json_not_object")
    given.pop("token", None)  # with JSON a token counts in the header only
    return given


def _of_form(body: bytes, charset: str) -> Json:
    try:
        text = body.decode(charset or "utf-8")
        return dict(parse_qsl(text, keep_blank_values=True, errors="strict"))
    except ValueError:
        raise SlackError("invalid_form_data") from None


async def _of_parts(request: web.Request) -> Json:
    try:
        fields = await request.post()
    except ValueError:
        raise SlackError("invalid_form_data") from None
    return {name: value for name, value in fields.items() if isinstance(value, str)}


def _named(values: Json) -> Json:
    for name in values:
        if "[" in name:
            raise SlackError("invalid_array_arg")
        if not NAME.fullmatch(name):
            raise SlackError("invalid_arg_name")
    return values
