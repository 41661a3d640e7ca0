"""A decision that nobody may make waits in sight of people, and can be made as soon as somebody may."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from core.contract.authority import Approved, NeedsApproval, Refused, Rejected, Step
from policies.rules.assignment import Holder, lacking
from tests.support.house import POLICIES, Home, mail, open_home, sure_model

QUESTION = "When do you open on Saturday?"


def without(folder: Path, role: str, keep: str = "") -> Path:
    """The company's rules, with a role that nobody holds but `keep`."""
    where = folder / "without"
    if not where.exists():
        shutil.copytree(POLICIES, where)
        lines, who = [], ""
        for line in (where / "people.yml").read_text(encoding="utf-8").splitlines():
            who = line.strip().rstrip(":") if line.endswith("@example.com:") else who
            if line.strip().startswith("roles: [") and who != keep:
                line = line.replace(f"{role},", "").replace(f", {role}]", "]").replace(f"[{role}]", "[workshop]")
            lines.append(line)
        (where / "people.yml").write_text("\n".join(lines), encoding="utf-8")
    return where


def with_everybody(home: Home, folder: Path) -> Home:
    """The same installation, with the company's own rules again."""
    asked = home.sql("select count(*) from model_call")[0][0]
    home.house.close()
    model = sure_model()
    model.asked.extend([("", "")] * asked)  # its calls are numbered
    return open_home(folder, model)


def calls(home: Home) -> list[tuple[str, str]]:
    return home.sql("select trigger, state from request where kind = 'escalation' order by id")


def test_an_empty_role_is_nobody_and_the_owner_is_called(tmp_path: Path) -> None:
    home = open_home(tmp_path, policies=without(tmp_path, "support"))
    home.meet()
    home.house.services.arrivals.mail(mail(QUESTION))
    home.work()
    ((request, _),) = home.pending()
    assert calls(home) == [("nobody_may", "pending")]
    assert home.sql("select role, state from rung") == [("owner", "called")]
    assert home.sql("select waiting_for from task") == [("approval",)]
    for who in ("U0THEO", "U0SAM", "U0MAYA"):
        assert isinstance(home.decide(request, who), Refused)
    assert home.calls("mail.reply") == []

    home = with_everybody(home, tmp_path)
    assert home.decide(request, "U0THEO") == Approved()
    home.work()
    assert home.calls("mail.reply") == ["mail.reply"]
    assert calls(home) == [("nobody_may", "closed")]
    assert home.sql("select state, owner from task") == [("done", "support")]


def test_whoever_asked_and_is_the_only_one_who_may_waits_and_the_owner_is_called(tmp_path: Path) -> None:
    home = open_home(tmp_path, policies=without(tmp_path, "support", keep="theo@example.com"))
    home.meet()
    home.house.services.arrivals.mail(mail(QUESTION))
    with home.house.services.ledger.unit() as unit:  # as if Theo had handed the mail in
        task = unit.all("task.by_conversation", conversation=_conversation(home))[0][0]
    with home.house.services.ledger.unit(task) as unit:
        unit.task.requester = "U0THEO"
    home.work()
    ((request, _),) = home.pending()
    assert calls(home) == [("nobody_may", "pending")]
    refused = home.decide(request, "U0THEO")
    assert isinstance(refused, Refused) and refused.code == "own_request"
    assert home.calls("mail.reply") == []


def _conversation(home: Home) -> str:
    return str(home.sql("select conversation_id from task")[0][0])


def test_a_no_ends_the_call_too_and_the_agent_goes_on(tmp_path: Path) -> None:
    home = open_home(tmp_path, policies=without(tmp_path, "support"))
    home.meet()
    home.house.services.arrivals.mail(mail(QUESTION))
    home.work()
    ((request, _),) = home.pending()
    home = with_everybody(home, tmp_path)
    assert home.decide(request, "U0SAM", "reject", reason="facts") == Rejected(reason="facts")
    assert calls(home) == [("nobody_may", "closed")]
    assert home.sql("select state, waiting_for from task") == [("open", "")]


def test_where_enough_people_may_nobody_is_called(tmp_path: Path) -> None:
    home = open_home(tmp_path)
    home.meet()
    home.house.services.arrivals.mail(mail(QUESTION))
    home.work()
    assert len(home.pending()) == 1 and calls(home) == []


def holder(name: str, *roles: str) -> Holder:
    return Holder(name, f"U{name}", frozenset(roles))


@pytest.mark.parametrize(
    ("steps", "there", "left"),
    [
        ((("finance", 1),), (holder("A", "finance"),), ()),
        ((("finance", 2),), (holder("A", "finance"),), ("finance",)),
        ((("finance", 1), ("owner", 1)), (holder("A", "finance", "owner"),), ("owner",)),
        ((("finance", 1), ("owner", 1)), (holder("A", "finance", "owner"), holder("B", "finance")), ()),
        ((("owner", 1), ("finance", 1)), (holder("A", "finance", "owner"), holder("B", "owner")), ()),
        ((("finance", 1),), (), ("finance",)),
    ],
)
def test_one_person_does_not_stand_for_two(
    home: Home, steps: tuple[tuple[str, int], ...], there: tuple[Holder, ...], left: tuple[str, ...]
) -> None:
    asked = NeedsApproval(rule="r", steps=tuple(Step(role=role, count=count) for role, count in steps),
                          due_at=home.clock.now(), on_expiry="finance")  # fmt: skip
    assert lacking(asked, (), there) == left
