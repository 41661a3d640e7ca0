"""One installation in five processes on PostgreSQL: they come up before the database, work together, die, lose the database, and
leave. Nothing is lost, nothing is done or shown twice."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from tests.support.hands import INTAKE, Hands, until
from tests.support.letters import letter
from tests.support.postgres import Server, new_server
from tests.support.running import RunningBaton, shared_workspace, trained
from tests.support.slack import Json

pytestmark = pytest.mark.slow

DESK = "support-desk"
PATIENCE_S = 100.0  # five processes start at once, on whatever machine this is
NAMES = ("Ada Falk", "Bo Lund", "Cy Marsh", "Di Novak", "Ed Orton", "Fay Petrov")


@dataclass
class Company:
    """The processes by name, and the database under them."""

    its: Server
    folder: Path
    url: str
    slack: str
    processes: dict[str, RunningBaton]

    def begin(self, name: str) -> RunningBaton:
        """One more process; its role is its name without the number."""
        role = name.rstrip("0123456789")
        made = RunningBaton(
            self.folder, dict(INTAKE), database=self.url, role=role, slack=self.slack, name=name
        ).begin()
        self.processes[name] = made
        return made

    def hands(self, face: str) -> Hands:
        """A person's hands, and whoever brings mails, at one of the faces."""
        return Hands(self.processes[face])

    def workers(self) -> Json:
        """What the command line says of them."""
        return dict(json.loads(self.processes["face2"].command("workers", "--json").stdout))

    def metric(self, name: str) -> float:
        """A number of the clock's, which counts from the same rows as all others."""
        found = re.search(rf"^{name} (\S+)$", self.processes["clock1"].asked("metrics")[1], re.MULTILINE)
        assert found, name
        return float(found[1])


@contextmanager
def company(folder: Path) -> Iterator[Company]:
    its = new_server()
    made = None
    try:
        with shared_workspace(folder) as slack:
            made = Company(its, folder, its.create(), slack, {})
            yield made
            for process in made.processes.values():
                process.stop()
    finally:
        for process in made.processes.values() if made else ():
            if process.process is not None and process.process.poll() is None:
                process.kill()
        its.remove()


@pytest.mark.postgresql
@pytest.mark.timeout(300)
def test_several_processes_are_one_baton(tmp_path: Path) -> None:
    trained(tmp_path)
    with company(tmp_path) as there:
        comes_up_before_its_database(there)
        tasks = dies_in_the_middle(there)
        loses_its_database(there)
        all_is_told_once(there.hands("face2"), [*tasks, "the mail of Gil Quist"])
        leaves(there)


def comes_up_before_its_database(there: Company) -> None:
    """Whoever is started first waits, and says for what."""
    there.its.stop()
    for name in ("face1", "face2", "work1", "work2", "clock1"):
        there.begin(name)
    until(lambda: "waiting for the database" in there.processes["work1"].log(), "it says that it waits", PATIENCE_S)
    there.its.start()
    for process in there.processes.values():
        process.ready()
    assert sorted(json.loads(there.processes["work1"].asked("readyz")[1])["checks"]) == ["database", "model", "runner"]
    assert sorted(json.loads(there.processes["clock1"].asked("readyz")[1])["checks"]) == ["clock", "database"]
    closed = httpx.post(f"http://127.0.0.1:{there.processes['work1'].http_port}/intake/mail", trust_env=False)
    assert closed.status_code == 404, "mails come in at a face"


def dies_in_the_middle(there: Company) -> list[str]:
    """Mails come in at both faces; a face and a worker are killed while they are read; people go on to click."""
    tasks = [there.hands(f"face{1 + n % 2}").mail(letter(name)[0]) for n, name in enumerate(NAMES)]
    there.processes["face1"].kill()
    there.processes["work1"].kill()
    hands = there.hands("face2")
    for task in tasks:
        card = until(
            lambda task=task: (hands.seen(DESK, "approval.approve", task) or [None])[-1], f"{task} asks", PATIENCE_S
        )
        assert hands.click("U0THEO", card, "approval.approve")["ok"]
    for task in tasks:
        until(lambda task=task: hands.seen(DESK, "Reply sent to", task), f"{task} is answered", PATIENCE_S)
    gone = there.workers()["gone"]
    assert sorted((one["role"], one["state"]) for one in gone) == [("face", "dead"), ("work", "dead")]
    assert there.metric("baton_effects_unknown") == there.metric("baton_jobs_running") == 0
    return tasks


def loses_its_database(there: Company) -> None:
    """No process goes down; each says that it is not ready; who brings a mail is told when to come again."""
    face, hands = there.processes["face2"], there.hands("face2")
    there.its.stop()
    assert json.loads(face.asked("readyz")[1])["checks"]["database"] is False
    alive = ("face2", "work2", "clock1")
    assert [there.processes[name].asked("healthz")[0] for name in alive] == [200, 200, 200]
    assert "baton_database_up 0" in there.processes["work2"].asked("metrics")[1]
    mail = letter("Gil Quist")[0]
    head = {"Authorization": f"Bearer {INTAKE['BATON_INTAKE_TOKEN']}", "Content-Type": "message/rfc822"}
    answer = httpx.post(f"http://127.0.0.1:{face.http_port}/intake/mail", content=mail, headers=head, trust_env=False)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10"), answer.text
    there.its.start()
    for name in alive:
        until(lambda name=name: there.processes[name].asked("readyz")[0] == 200, f"{name} is ready again", PATIENCE_S)
    task = hands.mail(mail)
    card = until(lambda: (hands.seen(DESK, "approval.approve", task) or [None])[-1], "all goes on", PATIENCE_S)
    hands.click("U0THEO", card, "approval.approve")
    until(lambda: hands.seen(DESK, "Reply sent to", task), "the late mail is answered", PATIENCE_S)


def all_is_told_once(hands: Hands, mails: list[str]) -> None:
    """By the outside systems' own log, by the decisions, and by what stands in Slack."""
    hands.shown()
    assert hands.outside().count("mail.reply") == len(mails)
    assert hands.sql("select verb, count(*) from decision where refusal = '' group by 1") == [("approve", len(mails))]
    metadata = [one.get("metadata") for channel in (DESK, "ops-feed", "sales") for one in hands.messages(channel)]
    keys = Counter(one["event_payload"]["key"] for one in metadata if one)
    posted = hands.sql("select count(*) from card where ts <> ''")[0][0]
    assert (len(keys), set(keys.values())) == (posted, {1}), "a card stands there twice, or is missing"
    assert hands.sql("select count(*) from card where ts = ''") == [(0,)]


def leaves(there: Company) -> None:
    """Told to stop, each ends what it does, says so, and leaves nothing for others to wait for."""
    assert [there.processes[name].stop() for name in ("face2", "work2", "clock1")] == [0, 0, 0]
    hands = there.hands("face2")
    assert hands.sql("select count(*) from worker where state = 'alive'") == [(0,)]
    assert hands.sql("select count(*) from lease where name like 'lane:%' and holder <> '' and until > 0") == [(0,)]
    assert there.processes["face2"].command("audit", "verify").returncode == 0
