"""A whole house for a test: real ledger, policies, agents and embedded systems in a temporary folder; clock, ids, people and
model are the test's own. Nothing of ours is replaced."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from agents.planner import READS_INTENT, Intent
from agents.specialists.support import READS_TICKET, WRITES_REPLY, Ticket
from app import House, build
from core.contract.authority import Decision, Standing, Verb
from core.contract.base import RequestId
from core.errors import Retry
from core.ports import Label, Member
from core.settings import Settings
from tests.support.databases import database_of
from tests.support.models import ScriptedModel

START = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)  # a Tuesday, 10 AM in the shop
POLICIES = Path(__file__).parents[2] / "policies" / "company"


@dataclass
class FakeClock:
    """Stands still until the test moves it."""

    at: datetime = START

    def now(self) -> datetime:
        return self.at

    def pass_(self, **delta: float) -> None:
        self.at += timedelta(**delta)


@dataclass
class FakeDirectory:
    """The team as the platform would know it; people can be removed, and the platform can be away."""

    people: dict[str, Member] = field(default_factory=lambda: dict(TEAM))
    is_away: bool = False

    def cached(self, user_id: str) -> Member | None:
        return self.people.get(user_id)

    def fresh(self, user_id: str) -> Member | None:
        if self.is_away:
            raise Retry("Slack is away", after_s=1)
        return self.people.get(user_id)

    def remove(self, user_id: str) -> None:
        self.people[user_id] = replace(self.people[user_id], is_member=False)


def _member(user_id: str, mail: str, name: str, *, is_member: bool = True) -> Member:
    return Member(user_id, "T0HARBOR", mail, name, "America/New_York", is_member)


TEAM: Mapping[str, Member] = {
    m.user_id: m for m in (
        _member("U0MAYA", "maya@example.com", "Maya Lindqvist"), _member("U0THEO", "theo@example.com", "Theo Okafor"),
        _member("U0SAM", "sam@example.com", "Sam Whitlock"), _member("U0PRIYA", "priya@example.com", "Priya Nair"),
        _member("U0JO", "jo@example.com", "Jo Beckett"),
        _member("U0GUEST", "robin@example.com", "Robin Vale", is_member=False),
    )
}  # fmt: skip


def mail(text: str, *, sender: str = "Dana Whitfield <dana.whitfield@example.com>", subject: str = "A question",
         message_id: str = "one", references: str = "") -> bytes:  # fmt: skip
    """A mail as it comes over the wire."""
    lines = [f"From: {sender}", "To: workshop@example.com", f"Subject: {subject}", f"Message-ID: <{message_id}@example.com>",
             "Date: Tue, 24 Nov 2026 10:00:00 -0500", "Content-Type: text/plain; charset=utf-8"]  # fmt: skip
    if references:
        lines.append(f"In-Reply-To: <{references}@example.com>")
    return ("\r\n".join(lines) + "\r\n\r\n" + text).encode()


@dataclass
class Home:
    """What a test holds in its hands."""

    house: House
    clock: FakeClock
    directory: FakeDirectory

    def __getattr__(self, name: str) -> object:
        return getattr(self.house.services, name)

    def work(self) -> None:
        """Runs all that is due until nothing is."""
        engine = self.house.engine()
        engine.start()
        assert engine.at_rest(60), "the engine did not come to rest"
        engine.stop()

    def meet(self) -> None:
        """Slack has shown everybody: the rows of people by which cards name them."""
        with self.house.services.ledger.unit() as unit:
            for each in self.directory.people.values():
                unit.insert("person", id=f"{each.team_id}:{each.user_id}", team_id=each.team_id, user_id=each.user_id,
                            mail=each.mail, mail_index=unit.blind("mail", each.mail), name=each.name, zone=each.zone,
                            is_member=each.is_member, seen_at=unit.at)  # fmt: skip

    def pending(self, kind: str = "approval") -> list[tuple[str, str]]:
        """Open requests of a kind: id and task."""
        rows = self.house.services.ledger.rows("request.pending")
        return [(row[0], row[2]) for row in rows if row[1] == kind]

    def decide(self, request_id: str, person: str, verb: Verb = "approve", *, version: int | None = None, reason: str = "",
               note: str = "") -> Standing:  # fmt: skip
        """One click by a person, on the card's newest version unless another is named."""
        row = self.house.services.ledger.row("request", "request.get", id=request_id) or {}
        shown = version if version is not None else row["version"]
        decision = Decision(
            request_id=RequestId(request_id), version=shown, person=person, verb=verb, reason=reason, note=note
        )
        return self.house.services.people.decide(decision, self.directory.people[person])

    def sql(self, query: str) -> list[tuple]:  # type: ignore[type-arg]
        """Rows as they lie in the database."""
        return self.house.services.ledger.database.reader().query(query)  # type: ignore[attr-defined]

    def tamper(self, *statements: str) -> None:
        """Changes rows behind the ledger's back, as somebody at the database would."""
        with self.house.services.ledger.database.transaction() as connection:
            for statement in statements:
                connection.raw.execute(statement)  # type: ignore[attr-defined]

    def calls(self, operation: str = "") -> list[str]:
        """The embedded systems' own call log: the oracle of what reached the outside."""
        return [c.operation for c in self.house.systems.calls() if c.operation.startswith(operation)]


def open_home(folder: Path, model: ScriptedModel | None = None, **settings: object) -> Home:
    """A house in `folder`; the same folder again is the same installation after a restart."""
    clock, directory = FakeClock(), FakeDirectory()
    given = {"policies": POLICIES, **settings}
    chosen = Settings(database_url=database_of(folder), key_file=folder / "baton.key", **given)  # type: ignore[arg-type]
    house = build(chosen, clock=clock, model=model or sure_model(), people=lambda _: directory)
    return Home(house, clock, directory)


def sure_model() -> ScriptedModel:
    """Reads every text as a question about opening hours from somebody calm: the shortest way to an approval."""

    def label(name: str):  # type: ignore[no-untyped-def]
        return lambda text: Label(name=name, confidence=0.97, quote=text.strip().splitlines()[-1])

    def intent(text: str) -> Intent:
        return Intent(intent=label("support")(text), sentiment=label("neutral")(text))

    def ticket(text: str) -> Ticket:
        return Ticket(category=label("opening_hours")(text), sentiment=label("neutral")(text), order_number=None,
                      dates=(), amounts=())  # fmt: skip

    return ScriptedModel({READS_INTENT: intent, READS_TICKET: ticket}, {WRITES_REPLY: None})
