"""The agents with the model that a team has without any key: trained on the sample company's examples, nothing scripted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import assert_never

import pytest

from agents.planner import plan
from agents.roster import load
from agents.validator import findings
from core.contract.work import Ask, Clarify, Escalate, Finished, FollowUp, HandOver, Outcome, Propose, Turn
from gateways.model.local import LocalModel
from tests.agents.scene import CountingIds, brief, company, mail, tools
from tests.support.running import trained


@pytest.fixture(scope="module")
def model(tmp_path_factory) -> LocalModel:
    folder = tmp_path_factory.mktemp("company")
    trained(folder)
    return LocalModel(folder / "models", CountingIds())


def story(text: str, model: LocalModel, **more: str) -> list[Turn]:
    """All turns of a task from its mail to the first that people or the world must answer."""
    event = mail(text, **more)
    scene = brief(event)
    done = [plan(scene, tools(model))]
    while isinstance(outcome := done[-1].outcome, HandOver):
        assert findings(done[-1], scene, ()) == ()
        scene = brief(event, workflow=outcome.handoff.workflow, handoff=outcome.handoff)
        done.append(load(company()).turn(scene, tools(model)))
    assert findings(done[-1], scene, ()) == ()
    return done


def said(outcome: Outcome) -> Mapping[str, object]:
    match outcome:
        case Propose(proposals=proposals):
            return {name: value for one in proposals for name, value in one.values().items()}
        case Escalate(trigger=trigger):
            return {"escalates": trigger}
        case HandOver() | Clarify() | Ask() | FollowUp() | Finished():
            return {}
        case _:
            assert_never(outcome)


EXAMPLES = [
    pytest.param(name, one, id=f"{name}-{number}")
    for name, agent in company().agents.items()
    for number, one in enumerate(agent.examples)
]


@pytest.mark.parametrize(("name", "example"), EXAMPLES)
def test_the_policys_own_examples_come_out_as_it_says_or_go_to_a_person(name, example, model):
    turns = story(example.text, model, subject="", sender="", address="")
    last = said(turns[-1].outcome)
    if "escalates" in example.expect:
        assert last["escalates"] == example.expect["escalates"]
        return
    for turn in turns:
        known = {"intent": turn.reading.intent, **turn.reading.fields, **said(turn.outcome)}
        if turn.agent == name and not {"escalates", "clarify"} & {*known, known.get("template")}:  # asking is no guess
            assert {key: known.get(key) for key in example.expect} == example.expect
    assert isinstance(turns[-1].outcome, Propose | Ask | Escalate)


def test_everyday_mail_reaches_an_answer_without_any_person_before_the_approval(model):
    reached = [said(story(text, model)[-1].outcome).get("template") for text in (
        "When do you open on Saturday?", "How much is it to rent an e-bike for a day?", "What does the Tide membership include?",
        "Is my bike ready to be picked up?",
    )]  # fmt: skip
    assert sum(template not in (None, "clarify") for template in reached) >= 2, reached
