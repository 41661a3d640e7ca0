"""What the buttons of the home tab open, and what its forms do when they come back. Read and done in a click's thread."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import assert_never

from bot import clicks
from bot.cards import home_forms, ids
from bot.cards.blocks import Json, Ref, parse_option
from bot.cards.home_forms import Until
from bot.cards.words import mention, plural
from bot.face import Click, Face, Sent
from bot.render.home import found_row
from bot.render.lines import EVERYTHING, by_whom
from bot.render.scene import agent_name
from core.contract.authority import Refused
from core.errors import BadInput
from core.moment import from_us
from core.ports import Member
from policies.rules import authority, rollout, sla
from policies.schema import Policy
from workflows.control import Paused, Resumed, Unchanged
from workflows.finding import find
from workflows.home import agent_now, paused_now

NO_AGENT = "There is no such agent any more. Open the home tab again."
NOT_YOURS = "The switches are for people with a role in Baton. Ask the owner to give you one."
ALL_PAUSED = "All agents are paused already."
PAUSE, RESUME, FIND, HAND = "Pause agents", "Resume", "Find a task", "Hand to Baton"


# What opens ----------------------------------------------------------------------------------------------------------


def opened(_face: Face, _click: Click) -> Json | None:
    """The way to a card: the button itself leads there."""
    return None


def find_task(face: Face, click: Click) -> Json:
    """The form to find a task with."""
    _needs_role(face, click.member)
    return home_forms.find_modal()


def new_task(_face: Face, _click: Click) -> Json:
    """The form to hand something in with."""
    return home_forms.new_task_modal()


def pause(face: Face, click: Click) -> Json:
    """The form to pause an agent with."""
    return _pause_form(face, click.member, "")


def agent(face: Face, click: Click) -> Json:
    """What was chosen from an agent's menu."""
    ref, verb = parse_option(click.value)
    _needs_role(face, click.member)
    match verb:
        case ids.AGENT_DETAILS:
            return _details(face, ref)
        case ids.AGENT_PAUSE:
            return _pause_form(face, click.member, ref.id)
        case ids.AGENT_RESUME:
            return _resume_form(face, click.member, ref)
        case _:
            raise BadInput(clicks.OLD_BUTTON)


def _pause_form(face: Face, member: Member, first: str) -> Json:
    if not face.services.controls.may(member):
        raise BadInput(NOT_YOURS)
    paused = paused_now(face.services.ledger)
    if EVERYTHING in paused:
        raise BadInput(ALL_PAUSED)
    names = [name for name in face.services.policy().agents if name not in paused]
    if first and first not in names:
        raise BadInput(f"{agent_name(first)} is paused already." if first in paused else NO_AGENT)
    agents = [*((name, agent_name(name)) for name in names), (EVERYTHING, "All agents")]
    return home_forms.pause_modal(agents[:100], first)


def _resume_form(face: Face, member: Member, ref: Ref) -> Json:
    if not face.services.controls.may(member):
        raise BadInput(NOT_YOURS)
    row = paused_now(face.services.ledger).get(ref.id)
    if row is None:
        raise BadInput(f"{_called(ref.id)} {'are' if ref.id == EVERYTHING else 'is'} not paused any more.")
    by = mention(by_whom(str(row["by"])))
    return home_forms.resume_modal(ref, _called(ref.id), by, from_us(row["at"]), str(row["reason"]), face.scene.zone)


def _details(face: Face, ref: Ref) -> Json:
    policy = face.services.policy()
    known, rules = agent_now(face.services.ledger, policy, ref.id), policy.agents.get(ref.id)
    if known is None or rules is None:
        raise BadInput(NO_AGENT)
    stage = rollout.stage_of(policy, ref.id)
    facts = (
        ("Trust", f"{known.stage.replace('_', ' ')}: {stage.description}"),
        ("May ask for", ", ".join(_operation(each) for each in rules.may)),
        ("Must not", ", ".join(_operation(each) for each in rules.must_not)),
        ("Hands on to", ", ".join(_operation(each) for each in rules.hands_to)),
        ("Is measured by", rules.measure),
        (
            "Now",
            f"{plural(known.working, 'task')} at work, {known.waiting:,} with people, {known.held:,} held by a pause",
        ),
        ("In 24 hours", f"{plural(known.settled, 'thing')} carried out, {plural(known.wrong, 'error')}"),
    )
    return home_forms.details_modal(ref, agent_name(ref.id), rules.summary, facts)


def _operation(name: str) -> str:
    return name.replace("_", " ").replace(".", ": ")


def _called(name: str) -> str:
    return "All agents" if name == EVERYTHING else agent_name(name)


def _needs_role(face: Face, member: Member) -> None:
    """Raises BadInput for whoever has none, also where they had one when the button was drawn."""
    if not member.is_member or not authority.roles_of(face.services.policy(), member.mail):
        raise BadInput(clicks.NO_ROLE.reason)


# What comes back -----------------------------------------------------------------------------------------------------


def found(face: Face, sent: Sent) -> Json:
    """The tasks that fit, in the same form."""
    _needs_role(face, sent.member)
    query = home_forms.parse_find(sent.view)
    there = find(face.services.ledger, query)
    rows = [found_row(face.scene, each, face.homes.slack_url) for each in there.tasks]
    view = home_forms.found_modal(query, rows, rest=there.more, among=there.among)
    return {"response_action": "update", "view": view}


def handed_in(face: Face, sent: Sent) -> Json:
    """The words become a task, once for each form however often it is sent."""
    text = home_forms.parse_new_task(sent.view)
    if not text:
        return home_forms.under_text("Say in a few words what is to be done.")
    name = f"home:{sent.view['id']}"
    member = sent.member
    task = face.services.arrivals.slack(text, member.user_id, member.name, source_id=name, thread=name)
    return _said(HAND, f"This is {task.task_id} now. What needs a person comes as a card; find it here by its number.")


def paused(face: Face, sent: Sent) -> Json:
    """An agent stands still, or all of them; or why not."""
    policy = face.services.policy()
    answer = home_forms.parse_pause(sent.view, (*policy.agents, EVERYTHING))
    until = _until(policy, answer.until, face.services.clock.now())
    match face.services.controls.pause(answer.agent, sent.member, answer.reason, until):
        case Paused() as done:
            return _said(PAUSE, _paused_words(done))
        case Unchanged(reason=reason):
            return _said(PAUSE, reason)
        case Refused(reason=reason):
            return _said(PAUSE, f"{reason} Nothing was paused.")
        case never:
            assert_never(never)


def resumed(face: Face, sent: Sent) -> Json:
    """The agent goes on, or why not."""
    match face.services.controls.resume(home_forms.parse_resume(sent.view).id, sent.member):
        case Resumed(agent=name, released=released):
            works = "All agents work" if name == EVERYTHING else f"{agent_name(name)} works"
            return _said(
                RESUME, f"{works} again. {plural(released, 'thing')} that waited will go on, each checked again."
            )
        case Unchanged(reason=reason):
            return _said(RESUME, reason)
        case Refused(reason=reason):
            return _said(RESUME, f"{reason} Nothing has changed.")
        case never:
            assert_never(never)


def _until(policy: Policy, until: Until, now: datetime) -> datetime | None:
    match until:
        case "never":
            return None
        case "hour":
            return now + timedelta(hours=1)
        case "four_hours":
            return now + timedelta(hours=4)
        case "opening":
            return sla.next_opening(policy, now)
        case never:
            assert_never(never)


def _paused_words(done: Paused) -> str:
    name = _called(done.agent)
    words = [f"{name} {'are' if done.agent == EVERYTHING else 'is'} paused."]
    if done.held:
        words.append(f"{plural(done.held, 'thing')} that waited to go out {'is' if done.held == 1 else 'are'} held.")
    if done.in_flight:
        words.append(f"Had left before, and cannot be stopped: {', '.join(done.in_flight[:10])}.")
    return " ".join(words)


def _said(title: str, text: str) -> Json:
    return {"response_action": "update", "view": home_forms.said_modal(title, text)}
