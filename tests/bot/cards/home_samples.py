"""Home tabs and their forms, with ordinary words or with hostile ones wherever text from outside can stand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bot.cards import home, home_forms
from bot.cards.blocks import Json, Ref
from bot.cards.home import AgentRow, HomePage, HomeRow
from tests.bot.cards import samples as s

LINK = "https://harbor.slack.com/archives/C0DESK/p1795547160000100"
NEAR = HomeRow(
    Ref("ap_P9w2LcZ7dE", 1), "Refund $84.00 to Lionel Park?", "near",
    home.due_words(s.DUE, s.NOW, s.ZONE, near=True), "Billing agent, T-1057", LINK,
)  # fmt: skip
CALL = HomeRow(
    Ref("es_V4hY81mKtD", 2), "Rosa Fuentes asks to talk to a person", "now",
    f"<@U0SAM> or Jo Marsh, {home.due_words(s.DUE, s.NOW, s.ZONE, near=False)}", "Support agent, T-1063", LINK,
)  # fmt: skip
MAIL = replace(NEAR, title="Send this reply to Dana Whitfield?", mark="wait", state_words="by 4:30 PM", link="")
HELD = replace(NEAR, title="Ines Abara", mark="person", state_words="you have it, agents stopped", ref=Ref("T-1042", 0))
SUPPORT = AgentRow(
    "Support agent", Ref("support", 0), "working on 4  ·  2 with people  ·  trust: supervised",
    "31 things carried out in 24 hours, no errors",
)  # fmt: skip
PAUSED = AgentRow(
    "Qualification agent", Ref("qualification", 0), "paused by <@U0MAYA> since 1:40 PM, 3 tasks held  ·  trust: limited",
    "Nothing carried out in 24 hours", "paused", is_paused=True,
)  # fmt: skip
SHADOW = replace(
    SUPPORT, name="Outreach agent", ref=Ref("outreach", 0), state_words="practising, acts on nothing", mark="shadow"
)
ALL = replace(PAUSED, name="All agents", ref=Ref("everything", 0), has_details=False)
FACTS = (
    ("Came in", "74 messages"), ("Finished", "71 tasks"), ("Decided by people", "31, 1 not decided in time"),
    ("Carried out", "61, nothing went wrong"), ("Spent", "$0.83 of $500.00 a day"),
)  # fmt: skip


def page(**changes: Any) -> HomePage:
    made = HomePage(
        greeting="Good afternoon, Theo", now=s.NOW, zone=s.ZONE, mine=(NEAR, MAIL, HELD), team=(CALL,), mine_count=2,
        near_count=1, agents=(SUPPORT, PAUSED, SHADOW), facts=FACTS, policy_version="9c1f20ab77de", may_pause=True,
    )  # fmt: skip
    return replace(made, **changes)


def full(row: HomeRow = NEAR, agent: AgentRow = SUPPORT, **changes: Any) -> HomePage:
    """As much as can stand there."""
    rest = (175, "Each has its card: 170 in #support-desk, 5 in #sales. They move up here as others are done.")
    return page(
        mine=(row,) * home.MINE, team=(row,) * home.TEAM, agents=(agent,) * home.AGENTS, mine_count=205, near_count=3,
        mine_more=rest, team_more=(4, rest[1]), agents_more=2, **changes,
    )  # fmt: skip


def ordinary() -> dict[str, Json]:
    found = HomeRow(Ref("T-1042", 3), "Dana Whitfield: is my bike ready?", "", "", "T-1042. Done, Support agent.", LINK)
    return {
        "home": home.render(page()),
        "home empty": home.render(page(mine=(), team=(), mine_count=0, near_count=0, may_pause=False)),
        "home full": home.render(full()),
        "home all paused": home.render(page(agents=(ALL, SUPPORT))),
        "home sentence": home.only("Baton cannot reach its database right now."),
        "find": home_forms.find_modal(),
        "found": home_forms.found_modal("dana", (found, replace(found, link="")), rest=3, among=1000),
        "found nothing": home_forms.found_modal("dana", (), rest=0, among=1000),
        "new task": home_forms.new_task_modal(),
        "pause": home_forms.pause_modal((("support", "Support agent"), ("everything", "All agents")), "support"),
        "resume": home_forms.resume_modal(
            Ref("support", 0), "Support agent", "<@U0MAYA>", s.NOW, "too many wrong answers", s.ZONE
        ),
        "agent": home_forms.details_modal(
            Ref("support", 0), "Support agent", "Answers questions.", (("Must not", ""),)
        ),
        "said": home_forms.said_modal("Pause agents", "Support agent is paused."),
    }


def hostile(x: str) -> dict[str, Json]:
    row = replace(NEAR, title=x)
    found = HomeRow(Ref("T-1042", 3), x, "", "", x[:200], LINK)
    return {
        "home": home.render(page(greeting=x, mine=(row,), team=(row,), agents=(replace(SUPPORT, name=x),),
                                 facts=((x, x),), policy_version=x)),
        "home full": home.render(full(row, greeting=x)),
        "sentence": home.only(x),
        "found": home_forms.found_modal(x, (found,) * 10, rest=3, among=1000),
        "found nothing": home_forms.found_modal(x, (), rest=0, among=1),
        "resume": home_forms.resume_modal(Ref("support", 0), x, "<@U0MAYA>", s.NOW, x, s.ZONE),
        "agent": home_forms.details_modal(Ref("support", 0), x, x, ((x, x),)),
        "said": home_forms.said_modal("Pause agents", x),
    }  # fmt: skip
