"""What a file or a request body holds, one by one, each with the way in."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from core.errors import BadInput
from intake.form import Chat, Form, forms_from_json, text_of
from intake.mail import raw_mail
from workflows.arrivals import Arrivals
from workflows.opening import Opened

SOURCES = ("mail", "form", "chat")  # names in addresses and on the command line: frozen
Input = Callable[[], Opened]


def inputs(arrivals: Arrivals, source: str, body: bytes, *, lines: bool = False) -> list[Input]:
    """Each thing that `body` holds, to be let in by a call, which raises `BadInput` for what cannot be used.

    `mail`: one mail. `form`: a JSON object or a list of them. `chat`: one message, or one a line with `lines`. Raises `BadInput`
    when there is nothing, or the source is unknown."""
    match source:
        case "mail":
            return [partial(arrivals.mail, raw_mail(body))]
        case "form":
            return [partial(let_form_in, arrivals, form) for form in forms_from_json(body)]
        case "chat":
            text = text_of(body)
            texts = [line for line in text.splitlines() if line.strip()] if lines else [text]
            if not any(one.strip() for one in texts):
                raise BadInput("The message is empty.")
            return [partial(let_chat_in, arrivals, Chat(one.strip())) for one in texts]
        case _:
            raise BadInput(f"There is no source {source[:40]!r}. There are: {', '.join(SOURCES)}.")


def let_form_in(arrivals: Arrivals, form: Form) -> Opened:
    """The task of a form. Raises `BadInput`."""
    return arrivals.form(form.fields, form.source_id)


def let_chat_in(arrivals: Arrivals, chat: Chat) -> Opened:
    """The task of a chat message. Raises `BadInput`."""
    return arrivals.chat(chat.text, chat.address, chat.name, chat.source_id)
