"""What people write to Baton: a known verb is carried out, anything else becomes a task, and both are answered."""

from __future__ import annotations

import asyncio
import html
import re

import orjson

from bot import threads
from bot.cards import replies
from bot.cards.blocks import Json
from bot.cards.understood import understood
from bot.face import ACK_WITHIN_S, MISTYPED, Ack, Answer, Face, Place, words_of
from bot.understood import private_line
from core.errors import Away, BadInput, Retry
from core.ledger import Ledger
from core.ports import Member
from workflows.opening import Opened

HELP = "help"
SPOKEN = (
    "help",
    "status",
    "tasks",
    "task",
    "pause",
    "resume",
    "reassign",
    "remind",
    "why",
    "take",
    "hand",
    "escalate",
    "seen",
    "snooze",
    "undo",
    "notify",
    "away",
    "back",
    "audit",
    "policy",
    "doctor",
    "workers",
)
ACK_CARD = "ack"
LONGEST = 2900  # characters of one block
SAYS_WITHIN_S, SAID_FOR_S = 60.0, 3600.0  # Slack sends an event again at once, after a minute and after five
NO_DATABASE = (
    "Baton cannot reach its database right now. Your message is not lost: Slack brings it again within a few minutes, and Baton "
    "answers then. If it does not, please write it once more."
)
_MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")
_LINK = re.compile(r"<(?:mailto:)?([^<>|]+)(?:\|([^<>]*))?>")


def argv_of(line: str) -> list[str]:
    """The words of a line. No quoting: an apostrophe is just one. Phones turn `--` into one long dash."""
    return [f"--{word[1:]}" if word[:1] in "\u2014\u2013" and len(word) > 1 else word for word in line.split()]


def plain_text(text: str, bot_user: str) -> str:
    """What was written, without the mention of Baton and without Slack's marks for links and the three escaped signs."""
    without = _MENTION.sub(lambda found: "" if found[1] == bot_user else f"@{found[1]}", text)
    return html.unescape(_LINK.sub(lambda found: found[2] or found[1], without)).strip()


# Commands -----------------------------------------------------------------------------------------------------------


async def command(face: Face, ack: Ack, argv: list[str], member: Member, place: Place) -> None:
    """One verb; its answer goes with the ack where it is quick, else it follows privately."""
    work = asyncio.ensure_future(face.ask(lambda: run(face, argv, member)))
    done, _ = await asyncio.wait({work}, timeout=ACK_WITHIN_S)
    if done:
        await ack(**_as_reply(await words_of(work) or replies.told("Done.")))
        return
    await ack()
    face.later(_whisper(face, place, work))


async def _whisper(face: Face, place: Place, work: asyncio.Future[Json]) -> None:
    await face.whisper(place, await words_of(work) or replies.told("Done."))


def _as_reply(payload: Json) -> Json:
    return {"response_type": "ephemeral", "text": payload["text"], "blocks": payload["blocks"]}


def run(face: Face, argv: list[str], member: Member) -> Json:
    """A command's answer as a payload."""
    return shown(face.commands(argv, member))


def shown(answer: Answer) -> Json:
    """An answer for one person or one thread."""
    return replies.refused(answer.refused) if answer.refused else replies.told(answer.text[:LONGEST] or "Done.")


# Mentions and direct messages ---------------------------------------------------------------------------------------


async def heard(face: Face, text: str, member: Member, place: Place) -> None:
    """A verb is answered in its thread; other words become a task, or join the one whose thread it is. They are on disk before
    Slack is told that we have them; repeated by Slack, they change nothing."""
    line = plain_text(text, face.me.user_id)
    argv = argv_of(line) or [HELP]
    try:
        if await _understood(face, line, member, place):
            return
        argv = await asyncio.to_thread(in_its_thread, face, argv, place)
        if (argv[0].lower() in face.spoken or (argv[0] in threads.DECIDES and len(argv) == 1)) and await _answered(
            face, argv, member, place
        ):
            return
        await asyncio.to_thread(take_in, face, line, member, place)
    except BadInput as error:
        face.later(face.whisper(place, replies.told(str(error))))
    except Away:  # not acknowledged
        if face.is_first(f"{place.channel}:{place.ts}"):
            face.later(face.whisper(place, replies.told(NO_DATABASE)))
        raise


async def _answered(face: Face, argv: list[str], member: Member, place: Place) -> bool:
    """Carries a verb out and answers it, once over all faces. False for words that only begin like one. Raises `Retry` while
    another process is at it, so that Slack brings it again should that one die."""
    name = f"said:{place.channel}:{place.ts}"
    turn = await asyncio.to_thread(face.marks.begin, name, SAYS_WITHIN_S)
    if turn == "theirs":
        raise Retry("somebody else answers this", SAYS_WITHIN_S)
    if turn == "done":
        return True
    said = await words_of(face.ask(lambda: _answer(face, argv, member)))
    if said is None:
        await asyncio.to_thread(face.marks.undo, name)
        return False
    face.later(face.say(place, said))
    await asyncio.to_thread(face.marks.done, name, SAID_FOR_S)
    return True


def in_its_thread(face: Face, argv: list[str], place: Place) -> list[str]:
    """A verb about a task, with the number of the one that this thread is about. A try to decide is one word, so that it is
    answered and not taken for a task."""
    word = threads.first_word(argv)
    if word not in threads.ABOUT_A_TASK and word.rstrip(":,.!") not in threads.DECIDES:
        return argv
    task_id = threads.task_of_thread(face, place)
    if threads.is_decision(argv, task_id):
        return [word.rstrip(":,.!")]
    return threads.with_task(argv, task_id)


async def _understood(face: Face, line: str, member: Member, place: Place) -> bool:
    """Words that sound like a decision are answered in private, once over all faces, and become no task. False for all others."""
    if understood(line) is None:
        return False
    name = f"understood:{place.channel}:{place.ts}"
    turn = await asyncio.to_thread(face.marks.begin, name, SAYS_WITHIN_S)
    if turn == "theirs":
        raise Retry("somebody else answers this", SAYS_WITHIN_S)
    if turn == "done":
        return True
    said = await words_of(face.ask(lambda: private_line(face, line, member, place)))
    if said is None:
        await asyncio.to_thread(face.marks.undo, name)
        return False
    face.later(face.whisper(place, said))
    await asyncio.to_thread(face.marks.done, name, SAID_FOR_S)
    return True


def _answer(face: Face, argv: list[str], member: Member) -> Json | None:
    """None for words that only begin like a command: "help, a customer is here" is a task like any other."""
    answer = face.commands(argv, member)
    return None if answer.exit_code == MISTYPED and len(argv) > 1 else shown(answer)


def take_in(face: Face, text: str, member: Member, place: Place) -> None:
    """The task of these words, and the row of the answer in their thread."""
    source_id, thread = f"{place.channel}:{place.ts}", f"{place.channel}:{place.thread_ts or place.ts}"
    opened = face.services.arrivals.slack(text, member.user_id, member.name, source_id=source_id, thread=thread)
    acknowledge(face.services.ledger, opened, place)


def acknowledge(ledger: Ledger, opened: Opened, place: Place) -> None:
    """The card that answers this message, once: written under the task's lock, also when the message comes again because the
    process had died in between."""
    with ledger.unit(opened.task_id) as unit:
        first = unit.one("card.of_subject", subject=opened.task_id, kind=ACK_CARD)
        mine = first and ledger.row("card", "card.get", id=first[0])
        if mine and orjson.loads(mine["detail"])["ts"] == place.ts:
            return
        joins = opened.joined or first is not None
        subject = f"{opened.task_id}:{place.ts}" if joins else opened.task_id
        if unit.one("card.of_subject", subject=subject, kind=ACK_CARD):
            return
        detail = orjson.dumps({"ts": place.ts, "joined": joins}).decode()
        unit.card(ACK_CARD, subject, place.channel, thread_ts=place.thread_ts or place.ts, detail=detail)
