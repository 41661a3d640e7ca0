"""The whole schema at one sitting. Times are UTC microseconds, JSON is text, money is integer cents.

Hot statements over these tables are in `core/sql.py` and run by `core/ledger.py`; the rest reads through SQLModel.
A column of type `Encrypted` holds text sealed to its table, column and row (`core/crypto.py`).
"""

from __future__ import annotations

from typing import ClassVar

from sqlalchemy import BigInteger, Index, Integer, LargeBinary, Text, TextClause, text
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, SQLModel


class Encrypted(TypeDecorator[bytes]):
    """Marks a column whose text the ledger seals on the way in (`Cipher.pack`); it is stored as it comes."""

    impl = LargeBinary
    cache_ok = True


MOVES_MONEY = text("amount_cents > 0")
COSTS = text("(cost_cents > 0 OR amount_cents > 0)")
MODEL_COSTS = text("cost_microcents > 0")
CLAIMED = text("claimed_at IS NOT NULL")
NOT_QUEUED = text("entry = ''")
SAYS_MORE_LATER = text("again_at IS NOT NULL")
STANDS_STILL = text("(effect.state = 'held' OR effect.state = 'unknown')")
FOR_AN_AGENT = text("substr(waiting_for, 1, 6) = 'agent:'")
IS_LIKE_OTHERS = text("alike <> ''")
ASKS_TO_DECIDE = text("kind = 'approval'")
IN_TROUBLE = text("error <> ''")
IN_SLACK = text("ts <> ''")
CLUSTERED = {
    "sqlite_with_rowid": False
}  # rows lie in the order of their ids, which is the order of time: fewer pages a commit


ROW_NUMBER = BigInteger().with_variant(Integer, "sqlite")  # SQLite's own row number: no second index to be written


def _key() -> str:
    return Field(primary_key=True, sa_type=Text)  # type: ignore[no-any-return]


def _sealed() -> bytes:
    return Field(default=b"", sa_type=Encrypted)  # type: ignore[no-any-return]


def _us(default: int | None = ...) -> int:  # type: ignore[assignment]
    return Field(default=default, sa_type=BigInteger)  # type: ignore[no-any-return]


def _where(name: str, *columns: str, where: TextClause) -> Index:
    """An index over the rows that a statement asks for in just these words: small, and untouched by all other rows."""
    return Index(name, *columns, sqlite_where=where, postgresql_where=where)


class Task(SQLModel, table=True):
    """One piece of work. `step` counts the turns asked for; a turn that read an older step ends as stale."""

    __table_args__: ClassVar = (
        _where("task_claimed", "claimed_at", where=CLAIMED),
        _where("task_for_agent", "waiting_for", where=FOR_AN_AGENT),
        CLUSTERED,
    )
    id: str = _key()  # T-1042
    workflow: str
    state: str
    waiting_for: str = ""  # customer, approval, person, agent:<name>, time
    step: int
    owner: str  # an agent, or a queue
    requester: str = ""  # Slack user id of the team member who asked; nobody approves what they asked for
    priority: str = "medium"
    stage: str = ""
    policy_version: str = ""
    deadline: int = _us(0)
    parent_id: str | None = None
    children_open: int = 0
    conversation_id: str | None = Field(default=None, index=True)  # blind index of the thread with the customer
    contact: str | None = None  # handle of that conversation
    customer_id: str | None = None
    handoff_id: str | None = None
    hop: int = 0
    claimed_by: str | None = None  # the person who has it; agents stand still
    claimed_at: int | None = _us(None)
    forked_from: str | None = None
    promised_at: int | None = _us(None)
    first_reply_at: int | None = _us(None)
    created_at: int = _us()
    updated_at: int = _us()
    closed_at: int | None = _us(None)
    satisfaction: int | None = None


class Event(SQLModel, table=True):
    """Something that came in. The source's own id is kept as a blind index: it may carry a name or an address."""

    __table_args__: ClassVar = CLUSTERED
    id: str
    source: str = _key()
    source_key: str = _key()
    task_id: str | None = Field(default=None, foreign_key="task.id", index=True)
    body: bytes = _sealed()  # core.contract.work.Event
    at: int = _us()


class Turn(SQLModel, table=True):
    """What an agent read and how its turn ended, with the validator's findings."""

    __table_args__: ClassVar = CLUSTERED
    task_id: str = Field(primary_key=True, foreign_key="task.id", sa_type=Text)
    id: str = _key()
    step: int
    agent: str
    reading: bytes = _sealed()
    outcome: bytes = _sealed()
    outcome_kind: str
    findings: bytes = _sealed()
    confidence_bp: int = 0  # basis points, 0 to 10,000
    model: str = ""
    at: int = _us()


class Handoff(SQLModel, table=True):
    __table_args__: ClassVar = CLUSTERED
    id: str = _key()
    task_id: str = Field(foreign_key="task.id", index=True)
    message_type: str
    source: str
    receiver: str
    body: bytes = _sealed()  # core.contract.work.Handoff
    completeness_bp: int
    hop: int
    at: int = _us()


class Proposal(SQLModel, table=True):
    """One operation that an agent or a person wants, what it would do exactly, and what policy said."""

    __table_args__: ClassVar = CLUSTERED
    id: str = _key()
    task_id: str = Field(foreign_key="task.id", index=True)
    turn_id: str | None = None
    group_id: str = ""
    supersedes_id: str | None = None
    gateway: str
    operation: str
    author_kind: str
    author: str
    body: bytes = _sealed()  # core.contract.work.Proposal
    resolved: bytes = _sealed()  # core.contract.work.Resolved
    digest: str
    verdict: str  # core.contract.authority.Verdict
    verdict_kind: str
    message_class: str = ""
    risk: str
    confidence_bp: int
    policy_version: str
    at: int = _us()


class Request(SQLModel, table=True):
    """Anything that waits for people: an approval, an escalation, a question."""

    __table_args__: ClassVar = (
        Index("request_due", "state", "due_at"),
        _where("request_alike", "alike", where=IS_LIKE_OTHERS),
        _where("request_asked", "queue", "created_at", where=ASKS_TO_DECIDE),
        CLUSTERED,
    )
    id: str = _key()
    kind: str
    task_id: str = Field(foreign_key="task.id", index=True)
    proposal_id: str | None = Field(default=None, foreign_key="proposal.id")
    effect_id: str | None = None
    state: str
    version: int = 1
    digest: str = ""
    queue: str = ""
    asked: str = ""  # core.contract.authority.NeedsApproval
    requester: str = ""
    agent: str = ""
    trigger: str = ""
    escalation_class: str = ""
    rung: int = 0
    why: bytes = _sealed()
    due_at: int = _us()
    on_expiry: str = ""
    assignee: str | None = None
    acknowledged_by: str | None = None
    acknowledged_at: int | None = _us(None)
    snoozed_until: int | None = _us(None)
    reminded_at: int | None = _us(None)
    reminders: int = 0
    about_id: str | None = None  # the approval for which somebody called; decided, the call ends
    closed_reason: str = ""
    superseded_by: str | None = None
    alike: str = ""  # the same for all that may be decided in one list; empty: never in a list
    created_at: int = _us()
    closed_at: int | None = _us(None)


class Batch(SQLModel, table=True):
    """Requests of one kind that are decided in one list; each stays a decision of its own."""

    __table_args__: ClassVar = CLUSTERED
    id: str = _key()
    alike: str = Field(index=True)
    created_at: int = _us()


class BatchItem(SQLModel, table=True):
    """A request's place in a list. How it stands is said by the request itself."""

    __tablename__ = "batch_item"
    __table_args__: ClassVar = CLUSTERED
    request_id: str = Field(primary_key=True, foreign_key="request.id", sa_type=Text)
    batch_id: str = Field(foreign_key="batch.id", index=True)
    task_id: str
    at: int = _us()


class Twin(SQLModel, table=True):
    """A request of which a repeat surely means the same. One that came while such a one waited has joined it."""

    __table_args__: ClassVar = CLUSTERED
    request_id: str = Field(primary_key=True, foreign_key="request.id", sa_type=Text)
    mark: str = Field(index=True)  # blind; the same for all that mean the same
    first_id: str | None = Field(default=None, foreign_key="request.id", index=True)  # the one that it joined
    at: int = _us()


class Rung(SQLModel, table=True):
    """One rung of an escalation's ladder that was called, or passed over because nobody is there. Never called twice."""

    __table_args__: ClassVar = CLUSTERED
    id: str = _key()  # request:number
    request_id: str = Field(foreign_key="request.id", index=True)
    number: int  # of the calls of this request
    trigger: str  # whose ladder it is
    position: int  # on that ladder
    role: str
    state: str  # called, nobody (holds the role), left (the team)
    people: str = ""  # Slack user ids with a comma between; who was never seen is named by the role
    quiet: str = "{}"  # user id: until when this person is not rung
    instead: str = "{}"  # user id of a delegate: those for whom they were called
    at: int = _us()
    next_at: int | None = _us(None)  # when the next rung is called


class Decision(SQLModel, table=True):
    """One person's answer, also one that did not count (`refusal` says why)."""

    __table_args__: ClassVar = CLUSTERED
    target_id: str = _key()
    id: str = _key()
    target_kind: str
    target_version: int
    task_id: str
    person: str
    verb: str
    role: str = ""
    reason: str = ""
    note: bytes = _sealed()
    surface: str
    details_opened: bool = False
    seconds: int | None = None
    on_behalf_of: str = ""  # the user id of somebody who is away, whose role it was
    refusal: str = ""
    at: int = _us()


class Effect(SQLModel, table=True):
    """One operation carried out, or to be. Limits and spend are counted from these rows."""

    __table_args__: ClassVar = (
        _where("effect_gateway_window", "gateway", "claimed_at", "limits", "attempts", where=CLAIMED),
        _where("effect_agent_window", "agent", "claimed_at", "limits", "attempts", where=CLAIMED),
        _where("effect_spend", "claimed_at", where=COSTS),
        _where("effect_counterparty", "counterparty", where=MOVES_MONEY),
        _where("effect_stands", "state", where=text("(state = 'held' OR state = 'unknown')")),
        CLUSTERED,
    )
    id: str = _key()  # also the idempotency key at the provider
    task_id: str = Field(foreign_key="task.id", index=True)
    proposal_id: str = Field(foreign_key="proposal.id")
    request_id: str | None = None
    gateway: str
    operation: str
    effect_class: str
    limits: str = ""  # names of the windows it counts against
    agent: str
    counterparty: str = ""  # blind index
    digest: str
    state: str
    approved: bool = False
    amount_cents: int = 0
    currency: str = ""
    cost_cents: int = 0
    record_count: int = 1
    reference: bytes = _sealed()
    reason: bytes = _sealed()
    undo: bytes = _sealed()
    undo_until: int | None = _us(None)
    compensates_id: str | None = None
    stage: str = ""
    policy_version: str = ""
    kill_epoch: int = 0
    attempts: int = 0
    run: str = ""  # the run of a process that claimed it last
    not_before: int | None = _us(None)
    created_at: int = _us()
    claimed_at: int | None = _us(None)
    call_by: int | None = _us(None)
    settled_at: int | None = _us(None)


class Card(SQLModel, table=True):
    """A Slack message that shows a row and stays true: `wanted` counts its changes, `shown` is what stands in Slack."""

    __table_args__: ClassVar = (
        _where("card_behind", "behind", where=text("behind")),
        _where("card_again", "again_at", where=SAYS_MORE_LATER),
        _where("card_in_trouble", "created_at", where=IN_TROUBLE),
        _where("card_at", "ts", "channel", where=IN_SLACK),
        CLUSTERED,
    )
    id: str = _key()  # also the key in the message's metadata
    kind: str
    subject_id: str = Field(index=True)
    task_id: str | None = None
    purpose: str  # a name of channels.yml, or a Slack channel id
    viewer: str = ""
    parent_id: str | None = None  # the card in whose thread this one stands
    channel: str = ""  # Slack's ids, once posted
    ts: str = ""
    thread_ts: str = ""
    detail: str = "{}"  # our own words and ids only
    wanted: int = 1
    shown: int = 0
    behind: bool = True
    urgent: bool = False
    error: str = ""
    created_at: int = _us()
    posted_at: int | None = _us(None)
    again_at: int | None = _us(None)  # when the same row says something else although nothing changed


class Job(SQLModel, table=True):
    """Work that the engine owes. Its identity is (phase, task, step[, subject]); nobody else reads this table."""

    __table_args__: ClassVar = (_where("job_not_queued", "due_at", where=NOT_QUEUED), CLUSTERED)
    id: str = _key()
    phase: str
    task_id: str
    step: int
    subject_id: str = ""  # an effect, or the event of a tick
    due_at: int = _us()
    attempts: int = 0
    deaths: int = 0  # processes that died while they ran it
    died_with: str = ""  # the last of those runs: each counts once
    began: str = ""  # the run that has begun it; noted only once it is a suspect, see `core.engine`
    entry: str = ""  # its place in the engine's queue, where the engine has one
    queued_at: int = _us(0)  # or asked for at once: such a job is due whatever the clock says later
    error: str = ""


class Audit(SQLModel, table=True):
    """Append-only and hash-chained: each hash covers the one before."""

    seq: int = Field(primary_key=True, sa_type=ROW_NUMBER)
    kind: str
    audit_class: str
    subject: str = Field(index=True)
    actor: str
    facts: str
    at: int = _us()
    hash: str


class AuditHead(SQLModel, table=True):
    """The last link of the chain: one row, locked last."""

    __tablename__ = "audit_head"
    id: int = Field(primary_key=True)
    seq: int = _us()
    hash: str


class Control(SQLModel, table=True):
    """A pause or a stop. It holds while `lifted_at` is empty and `until` has not come."""

    __table_args__: ClassVar = CLUSTERED
    id: str = _key()
    scope: str  # all, agent, operation, gateway
    name: str = Field(index=True)
    mode: str  # finish, stop
    until: int | None = _us(None)
    reason: bytes = _sealed()
    by: str
    epoch: int
    at: int = _us()
    lifted_at: int | None = _us(None)
    lifted_by: str = ""


class Counter(SQLModel, table=True):
    """Task numbers and the kill epoch; also the rows that are locked while limits are counted."""

    __table_args__: ClassVar = CLUSTERED
    name: str = _key()
    value: int = _us()


class Handle(SQLModel, table=True):
    """A record that a task may name. The key in the system of record is sealed."""

    __table_args__: ClassVar = CLUSTERED
    task_id: str = Field(primary_key=True, foreign_key="task.id", sa_type=Text)
    id: str = _key()
    kind: str
    key: bytes = _sealed()
    key_index: str
    at: int = _us()


class Person(SQLModel, table=True):
    """A member of the Slack team, as last seen. Roles are not here: they are policy."""

    __table_args__: ClassVar = CLUSTERED
    id: str = _key()  # team:user
    team_id: str
    user_id: str = Field(index=True)
    mail: bytes = _sealed()
    mail_index: str = ""
    name: bytes = _sealed()
    zone: str = "UTC"
    is_member: bool = False  # active, no guest, no bot, of our own team
    notify: str = ""  # what they want to hear in private; empty: as usual
    away_until: int | None = _us(None)  # their delegate is called until then
    away_by: str = ""  # who said so: Slack user id, or the command line
    seen_at: int = _us()


class Correction(SQLModel, table=True):
    """What a person changed: an example to learn from once it is confirmed."""

    __table_args__: ClassVar = CLUSTERED
    id: str = _key()
    task_id: str
    request_id: str
    kind: str  # edit, reject, relabel, take_over
    agent: str
    person: str
    reason: str = ""
    before: bytes = _sealed()
    after: bytes = _sealed()
    confirmed: bool = False
    at: int = _us()


class Message(SQLModel, table=True):
    """A message to or from a customer, known by its bytes and its reference."""

    __table_args__: ClassVar = CLUSTERED
    id: str = _key()
    task_id: str = Field(index=True)
    conversation_id: str = ""
    direction: str  # in, out
    event_id: str | None = None
    effect_id: str | None = None
    bytes_hash: str = ""
    delivery: str = ""
    at: int = _us()


class ModelCall(SQLModel, table=True):
    """One model call and what it cost."""

    __tablename__ = "model_call"
    __table_args__: ClassVar = (_where("model_call_spend", "at", "cost_microcents", where=MODEL_COSTS), CLUSTERED)
    task_id: str = _key()
    id: str = _key()
    agent: str
    purpose: str
    model: str
    tokens_in: int = 0
    tokens_out: int = 0
    cost_microcents: int = _us(0)
    why: str = ""
    at: int = _us()


class Lookup(SQLModel, table=True):
    """One reading through the door in; counts against the same limits as effects."""

    __table_args__: ClassVar = (
        Index("lookup_gateway_window", "gateway", "at", "limits"),
        Index("lookup_agent_window", "agent", "at", "limits"),
        CLUSTERED,
    )
    id: str = _key()
    task_id: str
    agent: str
    gateway: str
    operation: str
    limits: str = ""  # names of the windows it counts against
    at: int = _us()


class Draft(SQLModel, table=True):
    """An edit between its two modals: what the person typed, until it is confirmed."""

    __table_args__: ClassVar = CLUSTERED
    id: str = _key()
    request_id: str
    version: int
    person: str
    changes: bytes = _sealed()
    note: bytes = _sealed()
    at: int = _us()


class Question(SQLModel, table=True):
    """A question on a task and its answer: of a person to an agent or to the customer, or of an agent to the team."""

    __table_args__: ClassVar = CLUSTERED
    id: str = _key()
    task_id: str = Field(foreign_key="task.id", index=True)
    request_id: str | None = Field(default=None, foreign_key="request.id", index=True)  # on whose card it stands
    whom: str  # agent, customer, team
    asked_by: str  # Slack user id, or an agent's name
    state: str  # open, answered, not_answered
    text: bytes = _sealed()
    options: bytes = _sealed()  # answers that the agent offers, as JSON
    answer: bytes = _sealed()
    answered_by: str = ""  # Slack user id, an agent's name, or customer
    mail_id: str | None = Field(default=None, index=True)  # the request by which its mail goes out, or its effect
    at: int = _us()
    answered_at: int | None = _us(None)


class Snooze(SQLModel, table=True):
    """Somebody does not want to be called for a request before a time; then they are called again, and the row goes."""

    __table_args__: ClassVar = CLUSTERED
    request_id: str = _key()
    person: str = _key()
    task_id: str
    until: int = _us()


class Worker(SQLModel, table=True):
    """A process that runs Baton, or ran it. Its epoch grows when it was taken for dead and came back."""

    __table_args__: ClassVar = CLUSTERED
    id: str = _key()
    epoch: int = 1
    role: str  # all, face, work, clock
    host: str
    pid: int
    version: str
    state: str  # alive, stopped, dead
    doing: str = "[]"  # the jobs that it runs, as of its last beat
    started_at: int = _us()
    beat_at: int = _us()


class Lease(SQLModel, table=True):
    """What one process at a time may do: post to a channel, take over a dead process's jobs."""

    __table_args__: ClassVar = CLUSTERED
    name: str = _key()
    holder: str = ""
    until: int = _us(0)


class Breaker(SQLModel, table=True):
    """A gateway that does not answer as it should. While it is open its effects stay `ready`; one card stands for all of them."""

    __table_args__: ClassVar = CLUSTERED
    gateway: str = _key()
    state: str = "closed"  # closed, open, trying
    why: str = ""
    opened_at: int = _us(0)
    try_at: int = _us(0)  # when one effect may go out to see whether it answers again
    tries: int = 0
    opened: int = 0  # how often it has opened; with the gateway's name the subject of its card
    closed_at: int = _us(0)  # when it answered again, last
    trial: str = ""  # the effect that may go out while it is trying
    troubles: str = "[]"  # what went wrong lately while it is closed: effect, kind, at
