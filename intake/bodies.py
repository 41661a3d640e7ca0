"""Request bodies: read up to a cap, never to disk, and taken apart by what they say they are."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from urllib.parse import parse_qsl

from fastapi import Request
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from core.errors import BadInput
from intake.form import FIELDS_MAX, Chat, Form, chat_from_json, form_from, form_of_fields, json_of, text_of

BYTES_MAX = 25 * 1024 * 1024
JSON, URLENCODED, MULTIPART, PLAIN = (
    "application/json", "application/x-www-form-urlencoded", "multipart/form-data", "text/plain",
)  # fmt: skip


class TooLargeError(BadInput):
    """More bytes than the cap. What was read is dropped; the rest is never read."""


class _InMemory(MultiPartParser):
    """Customers' words never reach a temporary file."""

    spool_max_size = BYTES_MAX


async def read(request: Request) -> bytes:
    """The body. Raises `TooLargeError` as soon as it is known to be over the cap."""
    said = request.headers.get("content-length", "")
    if said.isdecimal() and int(said) > BYTES_MAX:
        raise TooLargeError
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > BYTES_MAX:
            raise TooLargeError
    return bytes(body)


def kind(request: Request) -> str:
    """The content type without its parameters."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


async def mail(request: Request, body: bytes) -> bytes:
    """The mail: the body itself, or the one file of a multipart form. Raises `BadInput`."""
    if kind(request) != MULTIPART:
        return body
    for _, value in await _parts(request, body):
        if isinstance(value, UploadFile):
            return await value.read()
    raise BadInput("The form carries no file. Send the mail as a file, or as the body itself.")


async def form(request: Request, body: bytes) -> Form:
    """The form out of JSON, or as a browser sends it. Raises `BadInput`."""
    match kind(request):
        case "application/json":
            data = json_of(body)
            if isinstance(data, list):
                raise BadInput("Send one form a request.")
            return form_from(data)
        case "application/x-www-form-urlencoded":
            return form_of_fields(_query(body))
        case "multipart/form-data":
            parts = await _parts(request, body)
            if any(isinstance(value, UploadFile) and value.filename for _, value in parts):
                raise BadInput("A form cannot carry files. Send them by mail.")
            return form_of_fields((name, value) for name, value in parts if isinstance(value, str))
        case other:
            raise BadInput(f"A form comes as {JSON}, {URLENCODED} or {MULTIPART}, not as {other[:80] or 'nothing'}.")


def chat(request: Request, body: bytes) -> Chat:
    """The chat message out of JSON or plain text. Raises `BadInput`."""
    match kind(request):
        case "application/json":
            return chat_from_json(body)
        case "text/plain":
            return Chat(text_of(body))
        case other:
            raise BadInput(f"A chat message comes as {JSON} or {PLAIN}, not as {other[:80] or 'nothing'}.")


def _query(body: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(text_of(body), keep_blank_values=True, max_num_fields=FIELDS_MAX)
    except ValueError:
        raise BadInput(f"The form has more than {FIELDS_MAX} fields.") from None


async def _parts(request: Request, body: bytes) -> list[tuple[str, str | UploadFile]]:
    parser = _InMemory(request.headers, _once(body), max_files=1, max_fields=FIELDS_MAX)
    try:
        return (await parser.parse()).multi_items()
    except MultiPartException as error:
        raise BadInput(f"The multipart body cannot be read: {error.message}") from None


async def _once(body: bytes) -> AsyncGenerator[bytes, None]:
    yield body
