"""Everything that comes in becomes one event of one task: mails, forms, chat lines, words of the team in Slack.

The outside system is told first (the mail is filed in its thread), then the task is opened. Dying between the two is harmless:
the same mail again finds its thread and opens its task.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from core.contract.work import Event
from core.errors import BadInput
from core.ports import Clock
from gateways.mail.inbox import MailInbox
from workflows.opening import Opened
from workflows.task import TaskLife

TEXT_MAX = 100_000
_TEXT_KEYS = ("message", "text", "body", "comment", "question")


@dataclass(frozen=True, slots=True)
class Arrivals:
    """The one way in for every source."""

    life: TaskLife
    inbox: MailInbox
    clock: Clock

    def mail(self, raw: bytes) -> Opened:
        """The task of a mail as it came over the wire. Raises `BadInput` for what is no mail; a mail that nobody can
        answer still becomes a task, so that a person sees it."""
        if not raw.strip():
            raise BadInput("The mail is empty.")
        if b"\0" in raw[:4096]:
            raise BadInput("This is not a mail but a binary file. Send the mail as .eml, or its text as .txt.")
        try:
            received = self.inbox.receive(raw)
        except BadInput as error:
            return self._unanswerable(raw, str(error))
        if received.asks_to_stop:
            self.inbox.suppress(received.address, "asked not to be written to")
        event = Event(
            source="mail", source_id=received.source_id, text=received.text, subject=received.subject, sender=received.name,
            address=received.address, thread=received.references, at=self.clock.now(),
        )  # fmt: skip
        if received.asks_to_stop:
            return self.life.open(event, received.thread_key, closed_because="asked_to_stop")
        if received.automatic:
            return self.life.open(event, received.thread_key, closed_because="automatic")
        return self.life.open(event, received.thread_key)

    def form(self, fields: Mapping[str, str], source_id: str = "") -> Opened:
        """The task of a submitted form: any fields, all text. One of message, text, body, comment or question is what was
        asked; `email` is where an answer goes. Raises `BadInput` when there is nothing to read."""
        clean = {_whole(str(k)[:80]): _whole(str(v)[:TEXT_MAX]) for k, v in fields.items() if str(v).strip()}
        text = next((clean[key] for key in _TEXT_KEYS if key in clean), "")
        if not text:
            raise BadInput(f"The form has no message. One of these fields must say something: {', '.join(_TEXT_KEYS)}.")
        return self._written("form", text, clean.get("email", ""), clean.get("name", ""), source_id, clean)

    def chat(self, text: str, address: str = "", name: str = "", source_id: str = "") -> Opened:
        """The task of a chat line. Raises `BadInput` when it is empty."""
        if not text.strip():
            raise BadInput("The message is empty.")
        return self._written("chat", _whole(text[:TEXT_MAX]), _whole(address), _whole(name), source_id, {})

    def slack(
        self,
        text: str,
        user_id: str,
        name: str,
        source_id: str,
        thread: str,
        *,
        link: str = "",
        head_start: timedelta = timedelta(),
    ) -> Opened:
        """The task of what a team member wrote to Baton, or handed to it. `thread` is `channel:ts` of the thread; an answer there
        joins it. `user_id` asks for it, `name` wrote it, `link` is where. `head_start`: as `TaskLife.open`."""
        if not text.strip():
            raise BadInput("The message is empty.")
        event = Event(source="slack", source_id=source_id, text=_whole(text[:TEXT_MAX]), sender=_whole(name), address=thread,
                      team_member=user_id, at=self.clock.now(), link=link)  # fmt: skip
        return self.life.open(event, f"slack:{thread}", answerable=False, head_start=head_start)

    def _written(
        self, source: str, text: str, address: str, name: str, source_id: str, form: Mapping[str, str]
    ) -> Opened:
        key = _whole(source_id) or hashlib.sha256("\0".join((source, address, name, text)).encode()).hexdigest()
        thread_key = None
        if address and not self.life.knows(source, key):
            try:
                thread_key = self.inbox.open_thread(address, name, "Your message")
            except BadInput:
                address = ""  # a person gets it, with the address as it was typed
        event = Event.model_validate({
            "source": source, "source_id": key, "text": text, "sender": name, "address": address, "form": dict(form),
            "at": self.clock.now(),
        })  # fmt: skip
        return self.life.open(event, thread_key)

    def _unanswerable(self, raw: bytes, why: str) -> Opened:
        text = raw.decode("utf-8", errors="replace")
        if text.count("\ufffd") > len(text) // 20 or len(raw) > 20_000_000:
            raise BadInput(f"{why} Send it again in parts under 20 MB, or its text as .txt.")
        event = Event(source="mail", source_id=hashlib.sha256(raw).hexdigest(), text=text[:TEXT_MAX], at=self.clock.now(),
                      subject="A mail that cannot be answered")  # fmt: skip
        return self.life.open(event, None)


def _whole(text: str) -> str:
    """The text with `?` for half letters, which JSON can carry and nothing else can hold."""
    return text.encode("utf-8", errors="replace").decode()
