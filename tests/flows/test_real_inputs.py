"""Sixty real inputs that nobody here wrote, labelled by hand before the run: what each became, and nothing wrong was acted on."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
import yaml

from app import House, build
from core.settings import Settings
from tests.support.house import POLICIES
from tests.support.real_inputs import RealInput, all_inputs
from tests.support.running import trained
from workflows import views
from workflows.opening import Opened

INPUTS = all_inputs()
LABELS: dict[str, list[str]] = yaml.safe_load(
    (Path(__file__).parents[1] / "support" / "real_labels.yml").read_text("utf-8")
)
pytestmark = pytest.mark.skipif(not INPUTS, reason="the real data does not lie beside the project (../shared/data)")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    folder = tmp_path_factory.mktemp("real")
    trained(folder)
    return build(
        Settings(database_url=f"sqlite:///{folder}/baton.db", policies=POLICIES, key_file=folder / "baton.key")
    )


def let_in(house: House, one: RealInput) -> Opened:
    arrivals = house.services.arrivals
    return arrivals.mail(one.raw) if one.source == "mail" else arrivals.chat(one.raw.decode(), source_id=one.id)


def test_every_input_has_a_label_given_by_hand() -> None:
    assert {one.id for one in INPUTS} == set(LABELS)
    assert Counter(one.origin for one in INPUTS) == {"forge": 20, "mikel": 10, "banking77": 20, "clinc150": 10}


def test_sixty_real_inputs_become_tasks_and_nothing_wrong_is_acted_on(house: House) -> None:
    opened = {one.id: let_in(house, one) for one in INPUTS}
    assert house.run_until_rest()
    rows = [judged(house, one, opened[one.id]) for one in INPUTS]
    print("\n" + table(rows))
    verdicts = Counter(row["judgement"] for row in rows)
    print(dict(verdicts))
    assert all(house.services.ledger.task(each.task_id) for each in opened.values()), "nothing is lost"
    assert not house.systems.calls(), "nothing left the house without a person"
    assert not [row for row in rows if row["judgement"] == "wrong" and row["acted"]]
    assert verdicts["wrong"] <= 4
    assert verdicts["agrees"] >= 44, "leaving everything to people would agree with 40 labels"


def test_submitted_again_they_open_no_new_task(house: House) -> None:
    count = house.services.ledger.rows("task.count")[0][0]
    again = [let_in(house, one) for one in INPUTS]
    assert not any(each.is_new for each in again)
    assert house.services.ledger.rows("task.count")[0][0] == count


def judged(house: House, one: RealInput, opened: Opened) -> dict[str, object]:
    """What became of one input, beside its label. Abstained: a person gets it, though the label names an intent."""
    view = views.task_view(house.services.ledger, opened.task_id)
    assert view is not None
    planned = (
        view.readings[0] if view.readings else {"intent": "-", "confidence": 0.0, "outcome": "closed", "model": "-"}
    )
    people = (planned["outcome"] == "escalate" and planned["intent"] in ("other", "-")) or planned[
        "outcome"
    ] == "closed"
    became = "person" if people else str(planned["intent"])
    unsure = (
        planned["outcome"] == "escalate"
        and any(r["trigger"] == "unsure" for r in view.requests)
        and len(view.agents) == 1
    )
    labels = LABELS[one.id]
    if became in labels or (unsure and "person" in labels):
        judgement = "agrees"
    elif became == "person" or unsure:
        judgement = "abstained"
    else:
        judgement = "wrong"
    return {
        "id": one.id, "origin": one.origin, "task": view.task.id, "agents": " > ".join(view.agents), "label": "/".join(labels),
        "became": became, "sure": f"{planned['confidence']:.2f}", "judgement": judgement,
        "verdict": ", ".join(f"{r['kind']} {r['operation'] or r['trigger']}" for r in view.requests) or view.task.state,
        "acted": bool([e for e in view.effects if e["state"] != "cancelled"]),
    }  # fmt: skip


def table(rows: list[dict[str, object]]) -> str:
    names = ("origin", "task", "agents", "label", "became", "sure", "verdict", "judgement")
    widths = {name: max(len(name), *(len(str(row[name])) for row in rows)) for name in names}
    lines = ["  ".join(name.ljust(widths[name]) for name in names)]
    return "\n".join(lines + ["  ".join(str(row[name]).ljust(widths[name]) for name in names) for row in rows])
