"""The home tab: what waits for this person and for their team, how the agents do, the day. Plain sections, as a phone shows them.

What does not fit is counted. Words of customers stand in it as short labels only: stripped, escaped, cut.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.cards import ids
from bot.cards.blocks import MARKS, Json, Mark, Ref, actions, ask, btn, more, note, rule, say, sec
from bot.cards.words import clip, hour, label, one_line, plural, when

MINE, TEAM, AGENTS = 30, 20, 15  # rows; with all else under Slack's hundred blocks
TOP = Ref("home", 0)
_AWAY = 10  # people
_LABELLED = 75  # characters of what a screen reader says of a button


@dataclass(frozen=True, slots=True)
class HomeRow:
    """One thing that waits. `title` may hold a customer's name; `state_words` and `detail_words` are our own, in mrkdwn.

    `link`: the address of its card; empty while that does not stand in Slack."""

    ref: Ref
    title: str
    mark: Mark
    state_words: str
    detail_words: str
    link: str = ""


@dataclass(frozen=True, slots=True)
class AgentRow:
    """One agent, or all of them; words are our own. `has_details`: there is a page about it."""

    name: str
    ref: Ref
    state_words: str
    numbers_words: str
    mark: Mark = ""
    is_paused: bool = False
    has_details: bool = True


@dataclass(frozen=True, slots=True)
class HomePage:
    """All of it. `mine_more` and `team_more`: how many more there are than rows, and where they stand."""

    greeting: str
    now: datetime
    zone: ZoneInfo
    mine: tuple[HomeRow, ...]
    team: tuple[HomeRow, ...]
    agents: tuple[AgentRow, ...]
    facts: tuple[tuple[str, str], ...]
    policy_version: str
    mine_count: int = 0  # decisions, without the tasks that the person has
    near_count: int = 0
    mine_more: tuple[int, str] = (0, "")
    team_more: tuple[int, str] = (0, "")
    agents_more: int = 0
    may_pause: bool = False
    away_words: tuple[str, ...] = ()  # who is away, and who is called in their place


def render(page: HomePage) -> Json:
    """The view for `views.publish`."""
    blocks = [ask(page.greeting), sec(_summary(page)), _top(page), rule()]
    blocks += _queue("Waiting for you", page.mine, page.mine_more, "Nothing. What needs you will stand here.")
    if page.away_words:
        blocks += [rule(), ask("Away"), sec("\n".join(label(each, 200) for each in page.away_words[:_AWAY]))]
    blocks += [rule(), *_queue("Waiting for your team", page.team, page.team_more, "Nothing else waits.")]
    blocks += [rule(), ask("Agents"), *(_agent(each, page.may_pause) for each in page.agents)]
    if page.agents_more:
        blocks.append(note(f"And {plural(page.agents_more, 'more agent')}: find them with `/baton status`."))
    blocks += [rule(), ask("Today so far"), _facts(page.facts)]
    blocks.append(note(f"As of {when(page.now, page.zone)}. Rules version {label(page.policy_version, 20)}."))
    return _home(blocks)


def only(text: str) -> Json:
    """A home tab with nothing but a sentence of our own."""
    return _home([say(text)])


def same(one: Json | None, other: Json) -> bool:
    """Whether two of them tell the same but for the time at their end."""
    return one is not None and one["blocks"][:-1] == other["blocks"][:-1] and len(other["blocks"]) > 1


def _home(blocks: Sequence[Json]) -> Json:
    return {"type": "home", "callback_id": ids.HOME, "blocks": list(blocks)}


def _summary(page: HomePage) -> str:
    count = page.mine_count
    if not count:
        return "*Nothing waits for you.*"
    waits = f"*{plural(count, 'thing')} {'waits' if count == 1 else 'wait'} for you.*"
    if not page.near_count:
        return waits
    near = "One" if page.near_count == 1 else f"{page.near_count:,}"
    return f"{waits} {near} {'is' if page.near_count == 1 else 'are'} close to {'its' if page.near_count == 1 else 'their'} time."


def _top(page: HomePage) -> Json:
    buttons = [btn("Hand something to Baton…", ids.HOME_NEW_TASK, TOP), btn("Find a task…", ids.HOME_FIND, TOP)]
    if page.may_pause:
        buttons.append(btn("Pause agents…", ids.HOME_PAUSE, TOP))
    return actions("home.top", TOP, *buttons)


def _queue(title: str, rows: Sequence[HomeRow], rest: tuple[int, str], empty: str) -> list[Json]:
    left, where = rest
    found = [ask(title), *(_row(each) for each in rows)]
    if not rows:
        found.append(sec(empty))
    if left:
        found.append(sec(f"*And {left:,} more.* {where}"))
    return found


def _row(each: HomeRow) -> Json:
    words = f"{MARKS[each.mark]} {each.state_words}" if each.mark else each.state_words
    words = f"{MARKS['near']} *{each.state_words}*" if each.mark == "near" else words
    section = sec(f"*{label(each.title)}*\n{words}\n{each.detail_words}")
    return {**section, "accessory": open_button(each.ref, each.title, each.link)} if each.link else section


def open_button(ref: Ref, title: str, link: str) -> Json:
    """Leads to a card."""
    return {**btn("Open", ids.HOME_OPEN, ref, reader=clip(f"Open: {one_line(title)}", _LABELLED)), "url": link}


def _agent(each: AgentRow, may_pause: bool) -> Json:
    mark = f"{MARKS[each.mark]} " if each.mark else ""
    text = f"*{label(each.name)}*  ·  {mark}{each.state_words}\n{each.numbers_words}"
    options = [("Details", ids.AGENT_DETAILS)] if each.has_details else []
    if may_pause:
        options.append(("Resume…", ids.AGENT_RESUME) if each.is_paused else ("Pause…", ids.AGENT_PAUSE))
    return sec(text, more(ids.AGENT_MORE, each.ref, *options) if options else None)


def _facts(facts: Sequence[tuple[str, str]]) -> Json:
    return sec("\n".join(f"*{label(name)}:* {label(value, 120)}" for name, value in facts))


def due_words(due_at: datetime, now: datetime, zone: ZoneInfo, *, near: bool) -> str:
    """`by 4:30 PM`, with the day where that is another one; our own words."""
    if due_at <= now:
        return f"its time was {when(due_at, zone)}"
    by = f"by {hour_or_day(due_at, now, zone)}"
    return f"{by}, close to its time" if near else by


def hour_or_day(at: datetime, now: datetime, zone: ZoneInfo) -> str:
    """The hour, with the day where that is another one."""
    today = at.astimezone(zone).date() == now.astimezone(zone).date()
    return hour(at, zone) if today else when(at, zone)
