"""Every agent is one file, one policy and one test; boot refuses one that wants more than its policy grants."""

from __future__ import annotations

import importlib
import pkgutil

import pytest

from agents import roster, specialists
from agents.base import Specialist
from agents.drafts import slots
from agents.roster import complaints, load
from agents.specialists.qualification import NO_ANSWER, TEMPLATES
from agents.specialists.support import ALWAYS_A_PERSON, BEYOND
from agents.turns import TRIAGE, UNSURE
from core.errors import BadPolicy, Bug
from policies.rules.escalation import trigger
from tests.agents.scene import ROOT, brief, company, handoff, mail, tools
from tests.support.models import ScriptedModel

NAMES = tuple(module.name for module in pkgutil.iter_modules(specialists.__path__))


def test_the_roster_is_this_one():
    """Frozen: names, rights and ways are what policy files and stored rows speak of."""
    assert {name: (one.reads, one.proposes, one.hands_to) for name, one in load(company()).specialists.items()} == {
        "capture": (("crm.find_contact",), (), ("qualification",)),
        "qualification": (("crm.find_contact",), ("crm.create_lead", "mail.reply"), ()),
        "support": ((), ("mail.reply",), ()),
    }


@pytest.mark.parametrize("name", NAMES)
def test_every_specialist_has_its_policy_and_its_test(name):
    assert (ROOT / "policies" / "company" / "agents" / f"{name}.yml").is_file()
    assert (ROOT / "tests" / "agents" / f"test_{name}.py").is_file()


def test_the_purposes_of_model_calls_are_frozen():
    modules = [
        importlib.import_module(f"agents.{name}") for name in ("planner", *(f"specialists.{one}" for one in NAMES))
    ]
    found = {value for one in modules for key, value in vars(one).items() if key.startswith(("READS_", "WRITES_"))}
    assert found == {
        "planner.intent", "capture.contact", "qualification.bant", "qualification.reply", "support.ticket", "support.reply",
    }  # fmt: skip


def test_what_the_code_names_stands_in_the_policy():
    policy = company()
    for name in (UNSURE, NO_ANSWER, BEYOND, *ALWAYS_A_PERSON):
        assert trigger(policy, name) is not None
    assert TRIAGE in policy.queues
    assert TEMPLATES[-1] in policy.templates
    known = slots(brief(mail("x")))
    for name, template in policy.templates.items():
        by_people = {"question"} if name == "ask_customer" else set()  # agents do not write this one
        assert set(template.slots) - by_people <= known.keys()


@pytest.mark.parametrize(("change", "says"), [
    ({"reads": ()}, "reads"), ({"may": ()}, "may"), ({"hands_to": ()}, "hands_to"),
])  # fmt: skip
def test_boot_refuses_an_agent_that_wants_more_than_its_policy_grants(change, says):
    agents = {name: one.model_copy(update=change) for name, one in company().agents.items()}
    with pytest.raises(BadPolicy, match=rf"agents/\w+\.yml: {says}: "):
        load(company().model_copy(update={"agents": agents}))


@pytest.mark.parametrize("missing", ["planner", *NAMES])
def test_boot_refuses_an_agent_without_its_policy(missing):
    agents = {name: one for name, one in company().agents.items() if name != missing}
    with pytest.raises(BadPolicy, match=f"agents/{missing}.yml: is missing"):
        load(company().model_copy(update={"agents": agents}))


def test_boot_refuses_a_workflow_whose_agent_has_no_code():
    found = {name: one for name, one in load(company()).specialists.items() if name != "support"}
    assert [line for line in complaints(company(), found) if "has no code" in line] == [
        'workflows/support.yml: "support" has no code; agents here are capture, qualification'
    ]


@pytest.mark.parametrize(("source", "says"), [
    ("", "exactly one"), ("AGENT = make('odd')", "exactly one"),
    ("OTHER = SPECIALIST = make('odd')\nTHIRD = make('x')", "exactly one"),
    ("SPECIALIST = make('other')", "another name"),
])  # fmt: skip
def test_a_file_that_is_no_specialist_stops_the_boot(tmp_path, monkeypatch, source, says):
    head = "from agents.base import Specialist\ndef make(name):\n    return Specialist(name, '', (), (), (), None)\n"
    (tmp_path / "odd.py").write_text(head + source)
    monkeypatch.setattr(specialists, "__path__", [str(tmp_path)])
    monkeypatch.delitem(__import__("sys").modules, "agents.specialists.odd", raising=False)
    with pytest.raises(Bug, match=says):
        load(company())
    monkeypatch.delitem(__import__("sys").modules, "agents.specialists.odd", raising=False)


def test_a_turn_goes_to_the_agent_that_the_handoff_names():
    asked = []
    one = Specialist("capture", "", (), (), (), lambda brief, tools: asked.append(brief.task_id))
    scene = brief(mail("Hi"), workflow="lead", handoff=handoff("capture", {}))
    roster.Roster({"capture": one}).turn(scene, tools(ScriptedModel()))
    assert asked == ["T-1042"]
    with pytest.raises(Bug):
        roster.Roster({}).turn(scene, tools(ScriptedModel()))
    with pytest.raises(Bug):
        roster.Roster({}).turn(brief(mail("Hi")), tools(ScriptedModel()))
