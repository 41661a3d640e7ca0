"""One person's rows as their home tab."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.cards.blocks import Mark, Ref
from bot.cards.home import AGENTS, MINE, TEAM, AgentRow, HomePage, HomeRow, due_words, hour_or_day
from bot.cards.operations import speech
from bot.cards.words import clip, either, label, mention, money, one_line, plain_when, plural, when
from bot.render.lines import EVERYTHING, by_whom
from bot.render.scene import Row, Scene, agent_name, subject_of
from bot.render.task import who
from core.contract.work import Resolved
from core.moment import from_us
from core.ports import Member
from policies.rules import rollout
from policies.schema import Policy
from workflows import history, joined
from workflows.away import Absence
from workflows.finding import FoundTask
from workflows.home import AgentNow, HomeView, Today, Waiting

_CARD_KINDS = {"approval": "approval", "escalation": "escalation", "question": "question"}
_NEEDS = "needs a person"
_STATES = {"open": "Agents are at it", "done": "Done", "cancelled": "Cancelled"}
_WAITS = {
    "customer": "Waits for the customer",
    "approval": "Waits for a decision",
    "person": "Waits for a person",
    "time": "Waits",
}
_EVENING, _AFTERNOON, _MORNING = 18, 12, 5  # from this hour on


def home_page(scene: Scene, view: HomeView, member: Member, slack_url: str, *, may_pause: bool) -> HomePage:
    """All that the tab shows. `slack_url`: where the workspace's pages are, as Slack says."""
    drawn = _Drawn(scene, view, member, slack_url)
    room = MINE - min(len(view.held), MINE // 3)
    mine, team = view.mine[:room], view.team[:TEAM]
    held = view.held[: MINE - len(mine)]
    all_paused = (drawn.all_agents(view.paused_all),) if view.paused_all else ()
    agents = view.agents[: AGENTS - len(all_paused)]
    return HomePage(
        greeting=greeting(member, view.now), now=view.now, zone=scene.zone, may_pause=may_pause,
        mine=(*(drawn.waiting(each, mine=True) for each in mine), *(drawn.held(*each) for each in held)),
        team=tuple(drawn.waiting(each, mine=False) for each in team),
        agents=(*all_paused, *(drawn.agent(each) for each in agents)), agents_more=len(view.agents) - len(agents),
        away_words=tuple(_away(each, scene.zone) for each in view.away),
        facts=_facts(scene, view.today), policy_version=scene.policy.version, mine_count=len(view.mine),
        near_count=sum(each.is_near(view.now) for each in view.mine),
        mine_more=_more(scene, view.mine[room:], len(view.held) - len(held)), team_more=_more(scene, view.team[TEAM:], 0),
    )  # fmt: skip


def greeting(member: Member, now: datetime) -> str:
    """`Good afternoon, Theo`, by the clock of the one who looks."""
    try:
        hour = now.astimezone(ZoneInfo(member.zone)).hour
    except (ZoneInfoNotFoundError, ValueError, OSError):
        hour = now.hour
    part = "evening" if hour >= _EVENING or hour < _MORNING else "afternoon" if hour >= _AFTERNOON else "morning"
    first = (one_line(member.name).split() or [""])[0]
    return f"Good {part}, {clip(first, 60)}" if first else f"Good {part}"


def link_of(slack_url: str, channel: str, ts: str) -> str:
    """The address of a message, as Slack's own permalinks are; empty while it does not stand anywhere."""
    return f"{slack_url.rstrip('/')}/archives/{channel}/p{ts.replace('.', '')}" if slack_url and channel and ts else ""


def found_row(scene: Scene, found: FoundTask, slack_url: str) -> HomeRow:
    """A task that was looked for; its details are plain text."""
    task = found.task
    state = _STATES.get(task.state) or _WAITS.get(task.waiting_for, "Waits")
    state = (
        "A person has it" if task.claimed_by else "Held by a pause" if task.waiting_for.startswith("agent:") else state
    )
    queue = task.owner in scene.policy.queues
    with_whom = f"the {task.owner.replace('_', ' ')} queue" if queue else agent_name(task.owner)
    about = clip(one_line(found.event.subject or found.event.text), 60)
    title = ": ".join(part for part in (clip(one_line(who(found.event)), 60), about) if part)
    came = from_us(task.created_at).astimezone(scene.zone)
    detail = f"{task.id}. {state}, {with_whom}. Came in {came:%b} {came.day}."
    return HomeRow(Ref(task.id, task.step), title or task.id, "", "", detail, link_of(slack_url, *found.card))


def _away(each: Absence, zone: ZoneInfo) -> str:
    """`Theo Okafor until Mon, Nov 30, 9:00 AM EST: Sam Whitlock is called`."""
    instead = f"{each.instead} is called" if each.instead else "called all the same, nobody can stand in"
    return f"{each.name} until {plain_when(each.until, zone)}: {instead}"


def _more(scene: Scene, rest: Iterable[Waiting], held: int) -> tuple[int, str]:
    """How many do not fit, and where they are."""
    queues = Counter(str(each.row["queue"]) for each in rest)
    rooms: Counter[str] = Counter()
    for queue, count in queues.items():
        rooms[scene.policy.channel_of(queue) if queue in scene.policy.queues else ""] += count
    where = ", ".join(f"{count:,} in #{label(room)}" for room, count in sorted(rooms.items()) if room)
    words = (
        f"Each has its card: {where}. They move up here as others are done."
        if where
        else "They move up as others are done."
    )
    return sum(queues.values()) + held, words


def _facts(scene: Scene, today: Today) -> tuple[tuple[str, str], ...]:
    cap = money(scene.policy.limits.daily_spend_cents, scene.policy.company.currency)
    spent = money(today.spent_cents + today.models_microcents // 1_000_000, scene.policy.company.currency)
    expired = f", {today.expired:,} not decided in time" if today.expired else ""
    wrong = f"{today.wrong:,} went wrong or are not known" if today.wrong else "nothing went wrong"
    return (
        ("Came in", plural(today.received, "message")),
        ("Finished", plural(today.finished, "task")),
        ("Decided by people", f"{today.decided:,}{expired}"),
        ("Called for a person", plural(today.called, "time")),
        ("Carried out", f"{today.sent:,}, {wrong}"),
        ("Spent", f"{spent} of {cap} a day"),
    )


class _Drawn:
    """Draws rows; what several of them need is read once."""

    def __init__(self, scene: Scene, view: HomeView, member: Member, slack_url: str) -> None:
        self._scene = scene
        self._now = view.now
        self._me = member.user_id
        self._url = slack_url
        self._people: dict[tuple[str, ...], tuple[str, ...]] = {}

    def waiting(self, each: Waiting, *, mine: bool) -> HomeRow:
        """A request that waits."""
        row, near = each.row, each.is_near(self._now)
        due = due_words(each.due_at, self._now, self._scene.zone, near=near)
        if mine and each.later is not None:
            due = f"put off until {hour_or_day(each.later, self._now, self._scene.zone)}, {due}"
        asked = either(each.people, 3) if each.people else self._asked(each.roles)
        if row["acknowledged_by"]:
            asked = f"seen by {mention(str(row['acknowledged_by']))}"
        state = due if mine else f"{asked}, {due}"
        detail = f"{label(agent_name(str(row['agent'])))}, {label(row['task_id'])}"
        also = joined.tasks_of(self._scene.ledger, str(row["id"]), besides=str(row["task_id"])) if row["asked"] else ()
        detail += f", also for {', '.join(label(each) for each in also[:3])}" if also else ""
        return HomeRow(
            Ref(str(row["id"]), int(row["version"])), self._title(row), self._mark(row, near=near), state, detail,
            self._link(str(row["id"]), _CARD_KINDS.get(str(row["kind"]), "")),
        )  # fmt: skip

    def held(self, task_id: str, since: datetime) -> HomeRow:
        """A task that this person has."""
        card = self._scene.ledger.rows("home.card_of_task", task=task_id)
        link = link_of(self._url, str(card[0][0]), str(card[0][1])) if card else ""
        words = f"you have it since {when(since, self._scene.zone)}, agents stopped"
        return HomeRow(
            Ref(task_id, 0), self._about(task_id), "person", words, f"{label(task_id)}, hand it back when done", link
        )

    def agent(self, each: AgentNow) -> AgentRow:
        """How an agent does."""
        words, mark = self._state(each)
        wrong = f"{plural(each.wrong, 'error')}, {_share(each.wrong, each.settled)}" if each.wrong else "no errors"
        done = f"{plural(each.settled, 'thing')} carried out in 24 hours, {wrong}"
        numbers = done if each.settled else "Nothing carried out in 24 hours"
        waits = f"  ·  {each.waiting:,} with people" if each.waiting else ""
        stage = label(each.stage.replace("_", " "))
        return AgentRow(
            agent_name(each.name), Ref(each.name, 0), f"{words}{waits}  ·  trust: {stage}", numbers, mark,
            is_paused=each.pause is not None,
        )  # fmt: skip

    def all_agents(self, pause: Row) -> AgentRow:
        """Everything stands still."""
        return AgentRow(
            "All agents", Ref(EVERYTHING, 0), f"paused by {_pauser(pause)}", f"Since {self._since(pause)}", "paused",
            is_paused=True, has_details=False,
        )  # fmt: skip

    def _state(self, each: AgentNow) -> tuple[str, Mark]:
        if each.pause is not None:
            held = f", {plural(each.held, 'task')} held" if each.held else ""
            return f"paused by {_pauser(each.pause)} since {self._since(each.pause)}{held}", "paused"
        if each.stage == rollout.SHADOW:
            return "practising, acts on nothing", "shadow"
        errors = self._scene.policy.limits.errors
        careful = each.settled >= errors.min_calls and each.wrong * 100 > errors.percent * each.settled
        return f"working on {each.working:,}" if each.working else "nothing to do now", "careful" if careful else ""

    def _since(self, pause: Row) -> str:
        return when(from_us(pause["at"]), self._scene.zone)

    def _mark(self, row: Row, *, near: bool) -> Mark:
        if near:
            return "near"
        if row["kind"] == "escalation":
            return "now" if row["escalation_class"] == "immediate" else "wait"
        return "question" if row["kind"] == "question" else "wait"

    def _asked(self, roles: tuple[str, ...]) -> str:
        if roles not in self._people:
            self._people[roles] = self._scene.people_of(*roles)
        return either(self._people[roles], 3)

    def _title(self, row: Row) -> str:
        """The question of the card."""
        proposal = (
            self._scene.ledger.row("proposal", "proposal.get", id=row["proposal_id"]) if row["proposal_id"] else None
        )
        if proposal is not None:
            resolved = Resolved.model_validate_json(proposal["resolved"])
            return speech(resolved, subject_of(resolved)).question
        trigger = self._scene.policy.escalation.triggers.get(str(row["trigger"]))
        return f"{self._about(str(row['task_id']))} {trigger.words if trigger else _NEEDS}"

    def _about(self, task_id: str) -> str:
        event = history.events(self._scene.ledger, task_id)[0]
        return clip(one_line(who(event)), 40) or "A customer"

    def _link(self, subject: str, kind: str) -> str:
        found: Any = self._scene.ledger.rows("card.of_subject", subject=subject, kind=kind)
        return link_of(self._url, str(found[0][1]), str(found[0][2])) if found else ""


def _pauser(pause: Row) -> str:
    by = by_whom(str(pause["by"]))
    return mention(f"t{by[1:]}" if by.startswith("The ") else by)


def _share(part: int, whole: int) -> str:
    return f"{part * 100 / whole:.1f}%".replace(".0%", "%")


def stranger_words(policy: Policy, *, is_member: bool) -> str:
    """What Baton is and whom to ask, for somebody to whom it shows nothing else."""
    owners = [person.name for person in policy.people.values() if "owner" in person.roles][:3]
    whom = " or ".join(owners) or "whoever runs it"
    what = f"Baton runs a team of AI agents for {policy.company.name}, with people in charge"
    if is_member:
        return f"{what}; it shows its work to those who have a role in it, so ask {whom} for one."
    return f"{what}; it works with full members of this team only, so ask {whom} if you need something from it."
