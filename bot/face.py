"""What listeners are handed: the way into the core, the way back to the person, and nothing else.

A click waits for one call into the core, in a thread of a pool that serves clicks only, and is acknowledged. Where the core is
slow the acknowledgement does not wait for it: Slack gives three seconds, and the answer follows by itself.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.cards import replies
from bot.cards.blocks import Json
from bot.home import Homes
from bot.render.scene import Scene
from bot.web import NO_ANSWER, error_of, retry_after
from core.contract.authority import Refused
from core.errors import Away, BatonError, Retry
from core.marks import Marks
from core.ports import Member
from workflows.services import Services

log = logging.getLogger("baton.slack")

ACK_WITHIN_S = 2.2  # of the three seconds that Slack gives
CLICK_THREADS = 8
SAY_TRIES = 5
REMEMBERED = 2_000
READ_FOR_S = 14 * 24 * 3600.0  # how long it is known who has opened the details of a request
BUSY = "Baton is busy right now and could not do this. Nothing has changed; please try again in a moment."
BROKEN = "Something went wrong here and was written down. Nothing has changed for you; please look at the card again."
LOST = "Baton lost its database in the middle of this. Look at the card in a minute: press again if it does not say that you did."
NOT_THERE = frozenset({"channel_not_found", "not_in_channel", "user_not_in_channel", "is_archived"})
TOO_LATE = "Slack did not let the form open in time. Please press the button again."

T = TypeVar("T")
Ack = Callable[..., Awaitable[Any]]


class Answer(Protocol):
    """What a command says. `refused`: the person may not; `exit_code` is `MISTYPED` for words that make no command."""

    @property
    def text(self) -> str: ...

    @property
    def refused(self) -> Refused | None: ...

    @property
    def exit_code(self) -> int: ...


MISTYPED = 2
Ask = Callable[[Sequence[str], Member | None], Answer]


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the bot is, by `auth.test`."""

    team_id: str
    user_id: str
    bot_id: str
    url: str = ""  # of the workspace's pages


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody wrote or clicked; `ts` is that message."""

    channel: str
    user_id: str
    ts: str = ""
    thread_ts: str = ""


@dataclass(frozen=True, slots=True)
class Click:
    """One press of a button, or one choice from a menu. `value` was written by us, but comes from outside: it is parsed."""

    member: Member
    place: Place
    action: str
    value: str
    trigger_id: str
    seconds: int | None = None  # since the card appeared


@dataclass(frozen=True, slots=True)
class Sent:
    """A form that came back."""

    member: Member
    view: Json


Act = Callable[["Face", Click], Json | None]  # None: the card says it
Page = Callable[["Face", Click], Json]
Form = Callable[["Face", Sent], Json]  # what `ack` is told: {} closes the form


@dataclass
class Face:
    """One for each bot. `me` is set once Slack has said who we are."""

    services: Services
    commands: Ask
    spoken: frozenset[str]
    client: AsyncWebClient
    scene: Scene
    clicks: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(CLICK_THREADS, "click"))
    me: Identity = field(default_factory=lambda: Identity("", "", ""))
    homes: Homes = field(init=False)
    _later: set[asyncio.Task[None]] = field(default_factory=set)
    _told: OrderedDict[str, None] = field(
        default_factory=OrderedDict
    )  # messages whose people know that they have to wait

    def __post_init__(self) -> None:
        self.homes = Homes(self.services, self.scene, self.client)

    # Clicks ----------------------------------------------------------------------------------------------------------

    async def act(self, ack: Ack, click: Click, call: Act) -> None:
        """One call into the core, then the ack; what the person must be told follows privately."""
        work = self._in_pool(call, click)
        await asyncio.wait({work}, timeout=ACK_WITHIN_S)
        await ack()
        self.later(self._answer(click.place, work))

    async def open(self, ack: Ack, click: Click, title: str, page: Page) -> None:
        """Opens a form at once, since its trigger lives three seconds; what stands in it is read afterwards."""
        try:
            opened = await self.client.views_open(
                trigger_id=click.trigger_id, view=replies.loading_modal(title, click.value)
            )
        except SlackApiError as error:
            log.warning("a form could not be opened: %s", error_of(error))
            await ack()
            self.later(self.whisper(click.place, replies.told(TOO_LATE)))
            return
        await ack()
        self.later(self._fill(str(opened["view"]["id"]), title, click, page))

    async def submit(self, ack: Ack, sent: Sent, title: str, call: Form) -> None:
        """One call into the core; its answer stands in the form, or closes it."""
        work = self._in_pool(call, sent)
        done, _ = await asyncio.wait({work}, timeout=ACK_WITHIN_S)
        if done:
            await ack(**await self._said(work, title))
            return
        await ack(
            response_action="update", view=replies.loading_modal(title, str(sent.view.get("private_metadata", "")))
        )
        self.later(self._say_in_form(str(sent.view["id"]), title, work))

    async def ask(self, call: Callable[[], T]) -> T:
        """A call into the core for a command, in the clicks' threads."""
        return await asyncio.get_running_loop().run_in_executor(self.clicks, call)

    def _in_pool(self, call: Callable[[Face, Any], T], what: Click | Sent) -> asyncio.Future[T]:
        def run() -> T:
            answer = call(self, what)
            self.services.ledger.reach("click.before_ack")
            return answer

        return asyncio.ensure_future(self.ask(run))

    async def _answer(self, place: Place, work: Awaitable[Json | None]) -> None:
        reply = await words_of(work)
        if reply is not None:
            await self.whisper(place, reply)

    async def _fill(self, view_id: str, title: str, click: Click, page: Page) -> None:
        view = await self._page(title, click.value, self.ask(lambda: page(self, click)))
        await self._update_view(view_id, view)

    async def _page(self, title: str, ref: str, work: Awaitable[Json]) -> Json:
        made = await words_of(work)
        return made if made and made.get("type") == "modal" else replies.page_refused(title, _text(made), ref)

    async def _said(self, work: Awaitable[Json], title: str) -> Json:
        made = await words_of(work) or {}
        if not made or "response_action" in made:
            return made
        return {"response_action": "update", "view": replies.page_refused(title, _text(made), "")}

    async def _say_in_form(self, view_id: str, title: str, work: Awaitable[Json]) -> None:
        said = await self._said(work, title)
        errors = " ".join(str(each) for each in said.get("errors", {}).values())
        await self._update_view(view_id, said.get("view") or replies.page_refused(title, errors or "Done.", ""))

    async def _update_view(self, view_id: str, view: Json) -> None:
        try:
            await self.client.views_update(view_id=view_id, view=view)
        except SlackApiError as error:
            if error_of(error) != "not_found":  # closed meanwhile
                log.warning("a form could not be filled: %s", error_of(error))
        except NO_ANSWER as error:
            log.warning("a form could not be filled: %s", type(error).__name__)

    # Words -----------------------------------------------------------------------------------------------------------

    async def whisper(self, place: Place, payload: Json) -> None:
        """A line that only this person sees, where they are; from the home tab and from forms it goes to their own conversation
        with Baton."""
        if not place.channel:
            await self.say(Place(place.user_id, place.user_id), payload)
            return
        thread: Json = {"thread_ts": place.thread_ts} if place.thread_ts else {}
        said = {"text": payload["text"], "blocks": payload["blocks"]}
        try:
            await self.client.chat_postEphemeral(channel=place.channel, user=place.user_id, **said, **thread)
        except SlackApiError as error:
            if error_of(error) in NOT_THERE:  # a shortcut reaches further than the bot itself
                await self.say(Place(place.user_id, place.user_id), payload)
                return
            log.warning("a private answer was not taken: %s", error_of(error))
        except NO_ANSWER as error:
            log.warning("a private answer was lost: %s", type(error).__name__)

    async def say(self, place: Place, payload: Json) -> None:
        """A line in the thread of somebody's message."""
        said = {key: payload[key] for key in ("text", "blocks", "unfurl_links", "unfurl_media") if key in payload}
        root = place.thread_ts or place.ts
        thread: Json = {"thread_ts": root} if root else {}
        for _ in range(SAY_TRIES):  # beside the cards of a busy channel: whoever asked is answered a little later
            try:
                await self.client.chat_postMessage(channel=place.channel, **thread, **said)
            except SlackApiError as error:
                if (pause_s := retry_after(error)) is not None:
                    await asyncio.sleep(pause_s)
                    continue
                log.warning("an answer was not taken: %s", error_of(error))
            except NO_ANSWER as error:
                log.warning("an answer was lost: %s", type(error).__name__)
            return
        log.warning("an answer was not taken: Slack wanted a pause %d times", SAY_TRIES)

    @property
    def marks(self) -> Marks:
        """What all faces must know."""
        return Marks(self.services.ledger)

    def note_read(self, person: str, request_id: str) -> None:
        """This person has opened the details; kept with their decision, whichever face it reaches."""
        self.marks.begin(f"read:{request_id}:{person}", READ_FOR_S)

    def has_read(self, person: str, request_id: str) -> bool:
        """Whether this person has opened the details."""
        return self.marks.stands(f"read:{request_id}:{person}")

    def is_first(self, key: str) -> bool:
        """Whether this was not asked before by this name."""
        is_first = key not in self._told
        self._told[key] = None
        while len(self._told) > REMEMBERED:
            self._told.popitem(last=False)
        return is_first

    def later(self, work: Coroutine[Any, Any, None]) -> None:
        """Goes on after the ack; held here until it has ended."""
        task = asyncio.get_running_loop().create_task(work)
        self._later.add(task)
        task.add_done_callback(self._later.discard)

    async def close(self) -> None:
        """Waits for what still goes on, then lets the threads go."""
        if self._later:
            await asyncio.wait(self._later, timeout=ACK_WITHIN_S)
        self.clicks.shutdown(wait=False)


async def words_of(work: Awaitable[Json | None]) -> Json | None:
    """The answer, or words for what went wrong: every click is answered."""
    try:
        return await work
    except Away:
        return replies.told(LOST)
    except Retry:
        return replies.told(BUSY)
    except BatonError as error:
        log.warning("a click was not carried out: %s", type(error).__name__)
        return replies.told(str(error))
    # The outermost door of a click: whoever pressed is told, and the bot lives on. Messages may quote customers.
    except Exception as error:  # noqa: BLE001
        log.error("a click failed: %s", type(error).__name__)  # noqa: TRY400
        return replies.told(BROKEN)


def _text(payload: Json | None) -> str:
    return str((payload or {}).get("text") or BROKEN)
