"""The hot statements, by name. Written in SQLAlchemy Core, valid on SQLite and PostgreSQL, compiled once for each dialect.

Only `core/sqlite.py` and `core/postgres.py` run them. `FOR UPDATE` is written where PostgreSQL needs it; SQLite's `BEGIN
IMMEDIATE` makes it moot.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import (
    BigInteger,
    Table,
    Text,
    and_,
    bindparam,
    case,
    cast,
    delete,
    exists,
    false,
    func,
    insert,
    literal,
    literal_column,
    null,
    or_,
    select,
    text,
    union_all,
    update,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql import Executable
from sqlalchemy.sql.expression import ColumnElement
from sqlmodel import SQLModel

from core import tables

LEAVES_PENDING = ("reassign", "remind", "snooze", "ask", "tell", "escalate")  # verbs that decide nothing
PAUSE_LOCK = 0x7061757365  # a lock of PostgreSQL by this number
MONEY_COUNTS = ("sending", "sent", "unknown")  # in flight and unknown count as spent


def table_of(model: type[SQLModel]) -> Table:
    """The Core table of a SQLModel class."""
    table: Table = SQLModel.metadata.tables[str(model.__tablename__)]
    return table


TABLES: Mapping[str, Table] = {
    table.name: table
    for table in SQLModel.metadata.sorted_tables
    if table.name in {str(m.__tablename__) for m in vars(tables).values() if isinstance(m, type)
                      and issubclass(m, SQLModel) and m is not SQLModel}
}  # fmt: skip
TASK_COLUMNS = tuple(c.name for c in TABLES["task"].columns)
INSERTS: Mapping[str, Executable] = {name: insert(table) for name, table in TABLES.items()}


class now_us(ColumnElement[int]):  # noqa: N801  reads as a function of SQL, which it is
    """The database's own clock in microseconds: who is alive must not hang on the clocks of several machines."""

    type = BigInteger()
    inherit_cache = True


@compiles(now_us, "sqlite")
def _now_on_sqlite(*_: Any, **__: Any) -> str:
    return "CAST((julianday('now') - 2440587.5) * 86400000000 AS INTEGER)"


@compiles(now_us, "postgresql")
def _now_on_postgresql(*_: Any, **__: Any) -> str:
    return "CAST(extract(epoch from clock_timestamp()) * 1000000 AS BIGINT)"


class pause_lock(ColumnElement[int]):  # noqa: N801
    """A lock for this transaction, granted in the order of asking: for all claims together, or for one pause alone."""

    type = BigInteger()
    inherit_cache = False

    def __init__(self, *, shared: bool) -> None:
        self.shared = shared


@compiles(pause_lock, "sqlite")
def _no_lock_on_sqlite(*_: Any, **__: Any) -> str:
    return "1"  # one transaction writes at a time


@compiles(pause_lock, "postgresql")
def _pause_lock_on_postgresql(element: pause_lock, *_: Any, **__: Any) -> str:
    return f"pg_advisory_xact_lock{'_shared' if element.shared else ''}({PAUSE_LOCK})"


_t: Any = {name: table.c for name, table in TABLES.items()}
_p = bindparam


def _one_of(column: Any, *values: str) -> Any:
    """`IN`, written out: the driver's statement must not change with its parameters."""
    return or_(*(column == value for value in values))


def _statements() -> dict[str, Executable]:
    return {
        **_task(), **_request(), **_ladder(), **_later(), **_effect(), **_undo(), **_batch(), **_card(), **_job(), **_rest(),
        **_workers(), **_breaker(), **_restored(), **_views(), **_days(), **_home(), **_doors(), **_question(), **_away(),
        **_twin(), **_usual(),
    }  # fmt: skip


def _task() -> dict[str, Executable]:
    task, event, handoff, turn = TABLES["task"], _t["event"], _t["handoff"], _t["turn"]
    changing = [c for c in TASK_COLUMNS if c not in {"id", "created_at", "parent_id", "forked_from"}]
    return {
        "task.lock": select(task).where(task.c.id == _p("id")).with_for_update(),
        "task.get": select(task).where(task.c.id == _p("id")),
        "task.put": update(task).where(task.c.id == _p("key")).values({c: _p(c) for c in changing}),
        "task.by_conversation": select(task.c.id).where(task.c.conversation_id == _p("conversation"))
        .order_by(task.c.created_at.desc()).limit(1),
        "task.waiting_for_agents": select(task.c.id, task.c.waiting_for).where(
            tables.FOR_AN_AGENT, task.c.state == "waiting"),
        "task.claimed": select(task.c.id, task.c.claimed_by, task.c.claimed_at).where(
            tables.CLAIMED, task.c.claimed_at < _p("before")),
        "event.any": select(event.body).limit(1),
        "event.known": select(event.task_id, event.id).where(
            event.source == _p("source"), event.source_key == _p("key")),
        "event.of_task": select(event.id, event.body).where(event.task_id == _p("task")).order_by(event.at, event.id),
        "event.newest": select(func.coalesce(func.max(event.at), 0)).where(event.task_id == _p("task")),
        "event.tick": select(TABLES["event"]).where(event.source == "clock", event.source_key == _p("key")),
        "event.last_tick": select(func.max(event.at)).where(
            event.source == "clock", event.source_key.startswith(_p("like"))).having(func.count() > 0),
        "event.forget_ticks": delete(TABLES["event"]).where(event.source == "clock", event.at < _p("before")),
        "handoff.get": select(handoff.id, handoff.body).where(handoff.id == _p("id")),
        "handoff.receivers": select(handoff.source, handoff.receiver, handoff.message_type)
        .where(handoff.task_id == _p("task")).order_by(handoff.at, handoff.hop),
        "turn.last": select(turn.id, turn.agent, turn.reading).where(turn.task_id == _p("task"))
        .order_by(turn.step.desc(), turn.at.desc()).limit(1),
    }  # fmt: skip


def _request() -> dict[str, Executable]:
    request, proposal, decision = TABLES["request"], TABLES["proposal"], _t["decision"]
    return {
        "request.task": select(request.c.task_id).where(request.c.id == _p("id")),
        "request.get": select(request).where(request.c.id == _p("id")),
        "request.of_task": select(request.c.id, request.c.kind, request.c.proposal_id, request.c.state)
        .where(request.c.task_id == _p("task"), request.c.state == _p("state")),
        "request.taken_of_task": select(request.c.id).where(
            request.c.task_id == _p("task"), _one_of(request.c.state, "taken", "closed"))
        .order_by(request.c.closed_at.desc(), request.c.id.desc()),
        "request.close": update(request).where(request.c.id == _p("key"), request.c.state == "pending").values(
            state=_p("state"), version=request.c.version + 1, closed_reason=_p("reason"), closed_at=_p("at"),
            superseded_by=_p("by"), effect_id=_p("effect")),
        "request.touch": update(request).where(request.c.id == _p("key")).values(version=request.c.version + 1),
        "request.due": select(request.c.id, request.c.task_id, request.c.kind).where(
            request.c.state == "pending", request.c.due_at <= _p("now")).order_by(request.c.due_at),
        "request.remind": select(request.c.id, request.c.task_id).where(
            request.c.state == "pending", request.c.kind == "approval", request.c.reminders == 0,
            or_(request.c.snoozed_until.is_(None), request.c.snoozed_until <= _p("now")),
            (request.c.due_at - _p("now")) * 4 < request.c.due_at - request.c.created_at),
        "request.climb": update(request).where(request.c.id == _p("key"), request.c.state == "pending").values(
            rung=_p("rung"), due_at=_p("due"), version=request.c.version + 1, acknowledged_by=null(), acknowledged_at=null(),
            reminded_at=null()),
        "request.reminded": update(request).where(
            request.c.id == _p("key"), request.c.state == "pending", request.c.reminders == 0,
            or_(request.c.snoozed_until.is_(None), request.c.snoozed_until <= _p("at"))).values(
            reminded_at=_p("at"), reminders=request.c.reminders + 1),
        "request.of_effect": select(request.c.id).where(
            request.c.task_id == _p("task"), request.c.effect_id == _p("effect"), request.c.kind == "escalation"),
        "request.calls": select(request.c.id).where(
            request.c.task_id == _p("task"), request.c.state == "pending", request.c.kind == "escalation")
        .order_by(request.c.created_at, request.c.id),
        "request.add": update(request).where(request.c.id == _p("key"), request.c.state == "pending").values(
            why=_p("why"), version=request.c.version + 1),
        "request.open_of_task": select(func.count()).select_from(request).where(
            request.c.task_id == _p("task"), request.c.kind == "approval", _one_of(request.c.state, "pending", "joined")),
        "proposal.get": select(proposal).where(proposal.c.id == _p("id")),
        "decision.signed": select(decision.person, decision.role).where(
            decision.target_id == _p("id"), decision.verb == "approve", decision.refusal == ""),
        "proposal.history": _history(),
        "handoff.bounces": select(func.count()).select_from(TABLES["handoff"]).where(
            _t["handoff"].task_id == _p("task"), _t["handoff"].message_type == "clarification"),
    }  # fmt: skip


def _history() -> Executable:
    """What was proposed on a task, by whom, and what came of it; of what was asked again only what came of that."""
    proposal, request, effect = _t["proposal"], _t["request"], _t["effect"]
    found = TABLES["proposal"].outerjoin(TABLES["request"], _of_proposal(request))
    later = TABLES["proposal"].alias("later")
    anew = exists().where(later.c.task_id == proposal.task_id, later.c.supersedes_id == proposal.id)
    asked_again = or_(
        and_(request.state == "expired", request.superseded_by.is_not(None)), and_(effect.state == "cancelled", anew)
    )
    return (
        select(
            proposal.id, proposal.operation, request.state, request.id, effect.state, effect.id, effect.reason,
            proposal.author_kind, proposal.author)
        .select_from(found.outerjoin(TABLES["effect"], _of_proposal(effect)))
        .where(proposal.task_id == _p("task"), ~func.coalesce(asked_again, false())).order_by(proposal.at, proposal.id)
    )  # fmt: skip


def _later() -> dict[str, Executable]:
    """Requests that are handed on, reminded of, or put off; edits that wait for their author."""
    request, decision, snooze = TABLES["request"], _t["decision"], TABLES["snooze"]
    pending = and_(request.c.id == _p("key"), request.c.state == "pending")
    return {
        "request.reassign": update(request).where(pending).values(assignee=_p("to"), version=request.c.version + 1),
        "request.nudged": update(request).where(pending).values(reminded_at=_p("at")),
        "request.hold": update(request).where(pending).values(snoozed_until=_p("until")),
        "decision.reminded": select(decision.person, decision.at).where(
            decision.target_id == _p("id"), decision.verb == "remind", decision.refusal == "")
        .order_by(decision.at.desc()).limit(1),
        "decision.last": select(decision.id, decision.person, decision.verb, decision.reason, decision.note, decision.at)
        .where(decision.target_id == _p("id"), decision.refusal == "",
               ~_one_of(decision.verb, *LEAVES_PENDING))
        .order_by(decision.at.desc()).limit(1),
        "snooze.of_request": select(snooze.c.person, snooze.c.until).where(snooze.c.request_id == _p("request")),
        "snooze.due": select(snooze.c.request_id, snooze.c.task_id, snooze.c.person).where(snooze.c.until <= _p("now"))
        .order_by(snooze.c.until),
        "snooze.drop": delete(snooze).where(snooze.c.request_id == _p("key"), snooze.c.person == _p("who")),
        "draft.get": select(TABLES["draft"]).where(_t["draft"].id == _p("id")),
        "draft.drop": delete(TABLES["draft"]).where(_t["draft"].id == _p("key")),
        "draft.forget": delete(TABLES["draft"]).where(_t["draft"].at < _p("before")),
    }  # fmt: skip


def _ladder() -> dict[str, Executable]:
    """Calls for a person: who was called, who has seen it, when somebody is called next."""
    request, rung, person = TABLES["request"], TABLES["rung"], TABLES["person"]
    is_open = and_(request.c.id == _p("key"), request.c.state == "pending")
    return {
        "request.next_at": update(request).where(is_open).values(rung=_p("rung"), due_at=_p("due")),
        "request.seen": update(request).where(is_open).values(
            acknowledged_by=_p("who"), acknowledged_at=_p("at"), reminded_at=null(), due_at=_p("due"),
            version=request.c.version + 1),
        "request.still": update(request).where(is_open).values(
            reminded_at=_p("at"), due_at=_p("due"), version=request.c.version + 1),
        "request.raise": update(request).where(is_open).values(
            trigger=_p("new"), escalation_class=_p("of"), version=request.c.version + 1),
        "rung.of_request": select(rung).where(rung.c.request_id == _p("request")).order_by(rung.c.number),
        "rung.again": update(rung).where(rung.c.id == _p("key")).values(next_at=_p("due"), quiet=_p("still_quiet")),
        "rung.rang": update(rung).where(rung.c.id == _p("key")).values(quiet=_p("still_quiet")),
        "person.of_mail": select(person.c.user_id, person.c.is_member, person.c.zone)
        .where(person.c.mail_index == _p("index")).order_by(person.c.is_member.desc(), person.c.seen_at.desc()).limit(1),
    }  # fmt: skip


def _doors() -> dict[str, Executable]:
    """What people ask for by other ways than a card's first buttons."""
    request, person = TABLES["request"], TABLES["person"]
    return {
        "person.notify": update(person).where(person.c.user_id == _p("key")).values(notify=_p("how")),
        "person.choice": select(person.c.notify).where(person.c.user_id == _p("user"), person.c.is_member.is_(True)),
        "person.wants_all": select(person.c.user_id).where(person.c.notify == "all", person.c.is_member.is_(True)),
        "request.about": update(request).where(request.c.id == _p("key"), request.c.state == "pending").values(
            about_id=_p("about")),
    }  # fmt: skip


def _away() -> dict[str, Executable]:
    """Who is away, and in whose stead somebody has signed."""
    person, decision, request = TABLES["person"], _t["decision"], _t["request"]
    return {
        "person.leave": update(person).where(person.c.user_id == _p("key"), person.c.is_member.is_(True)).values(
            away_until=_p("until"), away_by=_p("by")),
        "person.return": update(person).where(person.c.user_id == _p("key"), person.c.away_until.is_not(None)).values(
            away_until=null(), away_by=""),
        "person.away": select(person.c.mail_index, person.c.user_id, person.c.away_until, person.c.away_by).where(
            person.c.is_member.is_(True), person.c.away_until > _p("now")).order_by(person.c.away_until, person.c.user_id),
        "person.away_over": select(person.c.user_id).where(person.c.away_until <= _p("now")),
        "decision.signers": select(decision.person, decision.role, decision.on_behalf_of).where(
            decision.target_id == _p("id"), decision.verb == "approve", decision.refusal == ""),
        "rung.instead": update(TABLES["rung"]).where(_t["rung"].id == _p("key")).values(
            people=_p("who"), instead=_p("now_instead")),
        "request.asked_again": update(TABLES["request"]).where(
            request.id == _p("key"), request.state == "expired", request.superseded_by.is_(None)).values(
            superseded_by=_p("by"), version=request.version + 1),
        "request.waiting": select(request.id).where(request.state == "pending").order_by(request.id),
    }  # fmt: skip


def _question() -> dict[str, Executable]:
    """Questions on a task, and words that wait to be confirmed. A mail to the customer has a request of its own, `mail_id`."""
    question, request, effect = TABLES["question"], _t["request"], _t["effect"]
    mails = TABLES["question"].join(TABLES["request"], request.id == question.c.mail_id)
    alone = TABLES["question"].join(TABLES["effect"], effect.id == question.c.mail_id)
    of_task = question.c.task_id == _p("task")
    return {
        "draft.get": select(TABLES["draft"]).where(_t["draft"].id == _p("id")),
        "draft.drop": delete(TABLES["draft"]).where(_t["draft"].id == _p("key")),
        "draft.forget": delete(TABLES["draft"]).where(_t["draft"].at < _p("before")),
        "question.get": select(question).where(question.c.id == _p("id")),
        "question.of_request": select(question).where(question.c.request_id == _p("request"))
        .order_by(question.c.at, question.c.id),
        "question.of_task": select(question).where(of_task).order_by(question.c.at, question.c.id),
        "question.end": update(question).where(question.c.id == _p("key"), question.c.state == "open").values(
            state=_p("new"), answer=_p("said"), answered_by=_p("by"), answered_at=_p("now")),
        "question.rebind": update(question).where(question.c.request_id == _p("old")).values(request_id=_p("new")),
        "question.rebind_mail": update(question).where(question.c.mail_id == _p("old")).values(mail_id=_p("new")),
        "question.proposals": union_all(  # of a mail that needed no approval the effect is known
            select(request.proposal_id).select_from(mails).where(of_task),
            select(effect.proposal_id).select_from(alone).where(of_task)),
        "question.mail_alone": select(literal("approved"), effect.state).where(effect.id == _p("mail")),
        "question.mail": select(request.state, effect.state)
        .select_from(TABLES["request"].outerjoin(TABLES["effect"], effect.id == request.effect_id))
        .where(request.id == _p("mail")),
    }  # fmt: skip


def _of_proposal(column: Any) -> Any:
    """The rows of a proposal; of its task too, since that is what the tables are indexed by."""
    return and_(column.task_id == _t["proposal"].task_id, column.proposal_id == _t["proposal"].id)


def _window(column: str) -> Executable:
    """How much one gateway or agent has used of a window, effects and lookups, and when the oldest of it was."""
    effect, lookup = _t["effect"], _t["lookup"]
    used, oldest = (
        func.sum(effect.attempts).label("used"),
        func.min(effect.claimed_at).label("oldest"),
    )  # each try was a call
    tries = select(used, oldest).where(
        effect[column] == _p("name"), effect.claimed_at > _p("since"), effect.limits.contains(_p("window"))
    )
    reads = select(func.count(), func.min(lookup.at)).where(
        lookup[column] == _p("name"), lookup.at > _p("since"), lookup.limits.contains(_p("window"))
    )
    both = union_all(tries, reads).subquery()
    return select(func.coalesce(func.sum(both.c.used), 0), func.min(both.c.oldest))  # fmt: skip


def _effect() -> dict[str, Executable]:
    effect, call = TABLES["effect"], _t["model_call"]
    counted = _one_of(effect.c.state, *MONEY_COUNTS)
    is_undo = effect.c.compensates_id.is_not(None)  # a person's, and no agent's
    unapproved = case((effect.c.approved.is_(False), effect.c.amount_cents), else_=0)
    spent = select(func.coalesce(func.sum(effect.c.cost_cents + unapproved), 0)).where(
        effect.c.claimed_at >= _p("since"), tables.COSTS, counted
    )
    models = select(func.coalesce(func.sum(call.cost_microcents), 0)).where(call.at >= _p("since"), tables.MODEL_COSTS)
    return {
        "effect.get": select(effect).where(effect.c.id == _p("id")),
        "effect.claim": update(effect).where(effect.c.id == _p("key"), effect.c.state == "ready").values(
            state="sending", claimed_at=_p("at"), call_by=_p("call_by"), kill_epoch=_p("epoch"), policy_version=_p("policy"),
            stage=_p("stage"), attempts=effect.c.attempts + 1, run=_p("run"), reason=b""),
        "effect.settle": update(effect).where(effect.c.id == _p("key"), effect.c.state == _p("old")).values(
            state=_p("state"), reference=_p("reference"), reason=_p("reason"), undo=_p("undo"), undo_until=_p("undo_until"),
            settled_at=_p("at"), not_before=_p("not_before")),
        "effect.move": update(effect).where(effect.c.id == _p("key"), effect.c.state == _p("old")).values(
            state=_p("state"), reason=_p("reason"), not_before=_p("not_before")),
        "effect.open_of_task": select(func.count()).select_from(effect).where(
            effect.c.task_id == _p("task"), _one_of(effect.c.state, "held", "ready", "sending", "unknown"),
            effect.c.compensates_id.is_(None)),  # agents wait for no undo
        "effect.of_task_in": select(effect.c.id, effect.c.state, effect.c.request_id).where(
            effect.c.task_id == _p("task"), effect.c.state == _p("state")),
        "effect.of_agents_in": select(effect.c.id, effect.c.state, effect.c.request_id).where(
            effect.c.task_id == _p("task"), effect.c.state == _p("state"), effect.c.compensates_id.is_(None)),
        "effect.held_of_agent": select(effect.c.id, effect.c.task_id).where(
            tables.STANDS_STILL, effect.c.agent == _p("agent"), effect.c.state == "held"),
        "effect.all_held": select(effect.c.id, effect.c.task_id).where(tables.STANDS_STILL, effect.c.state == "held"),
        "effect.held_by_none": select(
            effect.c.id, effect.c.task_id, case((is_undo, ""), else_=effect.c.agent), effect.c.operation, effect.c.gateway)
        .join(TABLES["task"], _t["task"].id == effect.c.task_id)
        .where(tables.STANDS_STILL, effect.c.state == "held", or_(_t["task"].claimed_by.is_(None), is_undo))
        .order_by(effect.c.created_at, effect.c.id),
        "effect.in_flight": select(effect.c.id, effect.c.operation, effect.c.task_id)
        .select_from(TABLES["job"].join(effect, effect.c.id == _t["job"].subject_id))  # each has its job, and jobs are few
        .where(_t["job"].phase == "effect.send.v1", effect.c.state == "sending"),
        "window.gateway": _window("gateway"),
        "window.agent": _window("agent"),
        "spend.since": select(spent.scalar_subquery(), models.scalar_subquery()),
        "spend.counterparty": select(func.coalesce(func.sum(effect.c.amount_cents), 0)).where(
            effect.c.counterparty == _p("who"), tables.MOVES_MONEY, effect.c.claimed_at >= _p("since"), counted,
            effect.c.approved.is_(False)),
        "records.of_task": select(func.coalesce(func.sum(effect.c.record_count), 0)).where(
            effect.c.task_id == _p("task"), counted),
    }  # fmt: skip


def _undo() -> dict[str, Executable]:
    """What was undone, by whom, and what still can be."""
    effect, decision = TABLES["effect"], _t["decision"]
    return {
        "undo.of_effect": select(effect).where(effect.c.task_id == _p("task"), effect.c.compensates_id == _p("effect"))
        .order_by(effect.c.created_at.desc(), effect.c.id.desc()).limit(1),
        "undo.signed": select(decision.person, decision.role).where(
            decision.target_id == _p("effect"), decision.verb == "undo", decision.refusal == "")
        .order_by(decision.at.desc(), decision.id.desc()).limit(1),
        "undo.open_of_task": select(effect.c.id).where(
            effect.c.task_id == _p("task"), effect.c.state == "sent", effect.c.undo_until > _p("now"),
            effect.c.compensates_id.is_(None)).order_by(effect.c.created_at, effect.c.id),
    }  # fmt: skip


def _batch() -> dict[str, Executable]:
    """Requests that are decided in one list."""
    request, item, batch = TABLES["request"], TABLES["batch_item"], _t["batch"]
    question, call = TABLES["question"], request.alias("call")
    spoken_about = or_(  # its own card says what was said; an agent's own question is what the mail is
        exists().where(question.c.request_id == request.c.id, func.coalesce(question.c.mail_id, "") != request.c.id),
        exists().where(call.c.task_id == request.c.task_id, call.c.about_id == request.c.id, call.c.state == "pending"),
    )
    alone = and_(request.c.assignee.is_(None), ~spoken_about)
    pending = and_(tables.IS_LIKE_OTHERS, request.c.alike == _p("of"), request.c.state == "pending")
    return {
        "batch.newest": select(batch.id).where(batch.alike == _p("of"))
        .order_by(batch.created_at.desc(), batch.id.desc()).limit(1),
        "batch.items": select(item.c.request_id, item.c.task_id).where(item.c.batch_id == _p("batch"))
        .order_by(item.c.at, item.c.request_id),
        "batch.pending": select(request.c.id, request.c.version, request.c.task_id)
        .select_from(item.join(request, request.c.id == item.c.request_id))
        .where(item.c.batch_id == _p("batch"), request.c.state == "pending", alone)
        .order_by(item.c.at, item.c.request_id),
        "batch.of_request": select(item.c.batch_id).where(item.c.request_id == _p("request")),
        "batch.lately": select(func.count()).select_from(request).where(
            tables.ASKS_TO_DECIDE, request.c.queue == _p("of"), request.c.created_at > _p("since")),
        "batch.loose": select(request.c.id, request.c.task_id)
        .select_from(request.outerjoin(item, item.c.request_id == request.c.id))
        .where(pending, item.c.request_id.is_(None), alone)
        .order_by(request.c.created_at, request.c.id),
    }  # fmt: skip


def _twin() -> dict[str, Executable]:
    """Requests that have joined another because they say the same."""
    request, twin, decision, effect, task = (
        TABLES["request"],
        TABLES["twin"],
        TABLES["decision"],
        _t["effect"],
        _t["task"],
    )
    first = request.alias("first")
    with_first = request.join(twin, twin.c.request_id == request.c.id).join(first, first.c.id == twin.c.first_id)
    came_of_it = with_first.join(TABLES["task"], task.id == first.c.task_id).outerjoin(
        TABLES["effect"], effect.id == first.c.effect_id)  # fmt: skip
    undo = TABLES["effect"].alias("undo")
    done_or_not = or_(_one_of(effect.state, "sent", "failed", "cancelled"),
                      and_(effect.state == "held", task.claimed_by.is_not(None)))  # fmt: skip
    return {
        "twin.first": select(request.c.id, request.c.task_id, request.c.asked)
        .select_from(twin.join(request, request.c.id == twin.c.request_id))
        .where(twin.c.mark == _p("mark"), request.c.state == "pending", request.c.requester == _p("requester"))
        .order_by(request.c.created_at, request.c.id),
        "twin.hold": select(request.c.id).where(request.c.id == _p("first"), request.c.state == "pending").with_for_update(),
        "twin.with": select(request.c.task_id, request.c.id).select_from(
            twin.join(request, request.c.id == twin.c.request_id))
        .where(twin.c.first_id == _p("first"), _one_of(request.c.state, "joined", "done", "rejected"))
        .order_by(twin.c.at, request.c.id),
        "twin.get": select(twin.c.first_id, twin.c.mark).where(twin.c.request_id == _p("request")),
        "twin.of_task": select(request.c.id, first.c.task_id, first.c.id, request.c.state).select_from(with_first)
        .where(request.c.task_id == _p("task")),
        "twin.taken_back": select(first.c.id).select_from(with_first.join(undo, and_(
            undo.c.task_id == first.c.task_id, undo.c.compensates_id == first.c.effect_id, undo.c.state == "sent")))
        .where(request.c.task_id == _p("task")),
        "twin.proposals": select(request.c.id, request.c.proposal_id).where(
            request.c.task_id == _p("task"), request.c.state == "done"),
        "twin.fate": select(
            first.c.id, first.c.task_id, first.c.state, first.c.closed_reason, effect.state, task.claimed_by)
        .select_from(came_of_it).where(request.c.id == _p("request")),
        "twin.over": select(request.c.id, request.c.task_id).select_from(came_of_it).where(
            request.c.state == "joined", or_(~_one_of(first.c.state, "pending", "approved"), done_or_not)),
        "twin.leave": update(request).where(request.c.id == _p("key"), request.c.state == "joined").values(
            state=_p("new"), closed_reason=_p("why"), closed_at=_p("at"), superseded_by=_p("by"), version=request.c.version + 1),
        "twin.decision": select(decision).where(decision.c.target_id == _p("target"), decision.c.id == _p("id")),
    }  # fmt: skip


def _card() -> dict[str, Executable]:
    card, item, its_task, question = TABLES["card"], _t["batch_item"], TABLES["task"], _t["question"]
    shown_with = union_all(
        select(cast(_p("subject"), Text)),
        select(item.batch_id).where(item.request_id == _p("subject")),  # the list in which it stands
        select(question.request_id).where(question.mail_id == _p("subject")),
    )  # where the question stands that this mail asks
    return {
        "card.get": select(card).where(card.c.id == _p("id")),
        "card.want": update(card).where(card.c.subject_id.in_(shown_with)).values(wanted=card.c.wanted + 1, behind=True),
        "card.want_task": update(card).where(
            card.c.subject_id.in_(union_all(
                select(_t["request"].id).where(_t["request"].task_id == _p("task")), select(cast(_p("task"), Text)))),
            _one_of(card.c.kind, "approval", "escalation", "task", "question")).values(
            wanted=card.c.wanted + 1, behind=True),
        "card.rebind": update(card).where(card.c.subject_id == _p("subject"), card.c.kind == _p("kind")).values(
            subject_id=_p("new"), wanted=card.c.wanted + 1, behind=True),
        "card.behind": select(card).where(text("behind")).order_by(card.c.urgent.desc(), card.c.created_at),
        "card.of_subject": select(card.c.id, card.c.channel, card.c.ts, card.c.parent_id).where(
            card.c.subject_id == _p("subject"), card.c.kind == _p("kind")),
        "card.placed": update(card).where(card.c.id == _p("key"), or_(card.c.ts == "", card.c.ts == _p("ts"))).values(
            channel=_p("channel"), ts=_p("ts"), posted_at=_p("at"), shown=_p("shown"), behind=card.c.wanted > _p("shown"),
            error="", again_at=_p("again_at")),
        "card.shown": update(card).where(card.c.id == _p("key")).values(
            shown=_p("shown"), behind=card.c.wanted > _p("shown"), again_at=_p("again_at")),
        "card.ring": update(card).where(card.c.again_at <= _p("now")).values(
            wanted=card.c.wanted + 1, behind=True, again_at=null()),
        "card.next_ring": select(func.min(card.c.again_at)).where(tables.SAYS_MORE_LATER),
        "card.describe": update(card).where(card.c.subject_id == _p("subject"), card.c.kind == _p("of")).values(
            detail=_p("detail"), wanted=card.c.wanted + 1, behind=True),
        "card.failed": update(card).where(card.c.id == _p("key")).values(error=_p("error"), behind=_p("behind")),
        "card.noted": update(card).where(card.c.id == _p("key")).values(error=_p("error")),
        "card.again": update(card).where(card.c.id == _p("key")).values(wanted=card.c.wanted + 1, behind=True),
        "card.lost": update(card).where(card.c.id == _p("key")).values(
            ts="", posted_at=null(), wanted=card.c.wanted + 1, behind=True),
        "card.homeless": update(card).where(card.c.id == _p("key")).values(
            channel="", ts="", posted_at=null(), error=_p("why"), wanted=card.c.wanted + 1, behind=True),
        "card.open_in": select(card.c.id).select_from(card.outerjoin(its_task, its_task.c.id == card.c.task_id)).where(
            tables.IN_SLACK, card.c.channel == _p("channel"), card.c.viewer == "",
            or_(card.c.parent_id.is_(None), card.c.kind == "approval"),  # those of a list stand in its thread
            or_(card.c.kind == "batch", ~_one_of(its_task.c.state, "done", "cancelled"))),
        "card.at": select(card.c.id, card.c.kind, card.c.subject_id, card.c.task_id).where(
            tables.IN_SLACK, card.c.channel == _p("channel"), card.c.ts == _p("ts")),
    }  # fmt: skip


def _job() -> dict[str, Executable]:
    job = TABLES["job"]
    wanted = (
        job.c.id,
        job.c.phase,
        job.c.task_id,
        job.c.step,
        job.c.subject_id,
        job.c.due_at,
        job.c.attempts,
        job.c.deaths,
    )
    return {
        "job.done": delete(job).where(job.c.id == _p("key")),
        "job.again": update(job).where(job.c.id == _p("key")).values(
            due_at=_p("due"), attempts=0, deaths=0, entry=_p("entry"), queued_at=_p("at")),
        "job.later": update(job).where(job.c.id == _p("key")).values(
            due_at=_p("due"), attempts=job.c.attempts + 1, error=_p("error"), entry=""),
        "job.died": update(job).where(
            job.c.id == _p("key"), job.c.died_with != _p("run"), or_(job.c.deaths == 0, job.c.began == _p("run")))
        .values(deaths=job.c.deaths + 1, died_with=_p("run")).returning(job.c.deaths),
        "job.begun": update(job).where(job.c.id == _p("key")).values(began=_p("run")),
        "job.at_entry": select(*wanted).where(job.c.id == _p("id"), job.c.entry == _p("at")),
        "job.get": select(*wanted).where(job.c.id == _p("id")),
        "job.all": select(*wanted).order_by(job.c.due_at),
        "job.any_not_queued": select(job.c.id).where(tables.NOT_QUEUED, job.c.due_at <= _p("now")).limit(1),
        "job.due_not_queued": select(*wanted).where(tables.NOT_QUEUED, job.c.due_at <= _p("now")).order_by(job.c.due_at)
        .limit(_p("limit")).with_for_update(skip_locked=True),
        "job.queued": update(job).where(job.c.id == _p("key")).values(entry=_p("entry"), queued_at=_p("at")),
        "job.queued_before": select(job.c.id, job.c.entry).where(
            job.c.entry != "", or_(job.c.queued_at < _p("before"), job.c.queued_at > _p("after"))).order_by(job.c.queued_at)
        .limit(_p("limit")),
        "job.not_queued": update(job).where(job.c.id == _p("key"), job.c.entry == _p("was")).values(entry=""),
        "job.due_again": update(job).where(tables.NOT_QUEUED, job.c.due_at > _p("now"), job.c.queued_at >= job.c.due_at)
        .values(due_at=_p("now")),
        "job.depth": select(func.count(), func.min(job.c.due_at)).where(job.c.due_at <= _p("now")),
    }  # fmt: skip


def _workers() -> dict[str, Executable]:
    """Processes and what one of them at a time may do. All of it by the database's clock."""
    worker, lease = TABLES["worker"], TABLES["lease"]
    mine = and_(worker.c.id == _p("key"), worker.c.epoch == _p("epoch"), worker.c.state == "alive")
    return {
        "worker.came": update(worker).where(worker.c.id == _p("key")).values(
            state="alive", epoch=worker.c.epoch + 1, beat_at=now_us(), doing=_p("doing")).returning(worker.c.epoch),
        "worker.beat": update(worker).where(mine).values(beat_at=now_us(), doing=_p("doing")),
        "worker.left": update(worker).where(mine).values(beat_at=now_us(), doing="[]", state="stopped"),
        "worker.holds": select(worker.c.id).where(mine, worker.c.beat_at > now_us() - _p("age")),
        "worker.silent": select(worker.c.id).where(worker.c.state == "alive", worker.c.beat_at <= now_us() - _p("age")),
        "worker.bury": update(worker).where(
            worker.c.id == _p("key"), worker.c.state == "alive", worker.c.beat_at <= now_us() - _p("age"))
        .values(state="dead"),
        "worker.alive": select(worker.c.id, worker.c.epoch, worker.c.doing).where(worker.c.state == "alive"),
        "worker.stopped": select(worker.c.id).where(worker.c.state == "stopped"),
        "worker.all": select(worker, now_us().label("now")).order_by(worker.c.started_at),
        "worker.forget": delete(worker).where(worker.c.state != "alive", worker.c.beat_at < now_us() - _p("age")),
        "lease.take": update(lease).where(
            lease.c.name == _p("key"), or_(lease.c.holder == _p("by"), lease.c.until <= now_us()))
        .values(holder=_p("by"), until=now_us() + _p("for_us")),
        "lease.known": select(lease.c.name, lease.c.holder, lease.c.until, now_us()).where(lease.c.name == _p("name")),
        "lease.lock": select(lease.c.name, lease.c.holder, lease.c.until <= now_us()).where(lease.c.name == func.any(_p("names")))
        .order_by(lease.c.name).with_for_update(),
        "lease.seize": update(lease).where(lease.c.name == func.any(_p("keys"))).values(
            holder=_p("by"), until=now_us() + _p("for_us")),
        "lease.keep": update(lease).where(
            lease.c.holder == _p("by"), lease.c.until > now_us(), lease.c.name.startswith(_p("like")))
        .values(until=now_us() + _p("for_us")).returning(lease.c.name),
        "lease.give_back": update(lease).where(lease.c.holder == _p("by"), lease.c.name == _p("key")).values(holder="", until=0),
        "lease.leave": update(lease).where(lease.c.holder == _p("by")).values(until=0),
        "mark.look": select(lease.c.holder, lease.c.until <= now_us()).where(lease.c.name == _p("name")).with_for_update(),
        "mark.put": insert(lease).values(name=_p("name"), holder=_p("holder"), until=now_us() + _p("for_us")),
        "mark.set": update(lease).where(lease.c.name == _p("key")).values(holder=_p("holder"), until=now_us() + _p("for_us")),
        "mark.drop": delete(lease).where(lease.c.name == _p("key")),
        "mark.stands": select(lease.c.name).where(lease.c.name == _p("name"), lease.c.until > now_us()),
        "mark.forget": delete(lease).where(lease.c.until <= now_us(), lease.c.name.startswith(_p("like"))),
    }  # fmt: skip


def _breaker() -> dict[str, Executable]:
    """Gateways that do not answer, and what waits for them."""
    breaker, effect, job = TABLES["breaker"], _t["effect"], _t["job"]
    of_effect = and_(effect.id == job.subject_id, effect.gateway == _p("name"), job.phase == "effect.send.v1")
    owed = TABLES["job"].join(TABLES["effect"], of_effect)
    since = and_(effect.gateway == _p("name"), effect.claimed_at >= _p("since"))
    went = case((_one_of(effect.state, "sending", "sent"), 1), else_=0)
    return {
        "breaker.get": select(breaker).where(breaker.c.gateway == _p("name")),
        "breaker.lock": select(breaker).where(breaker.c.gateway == _p("name")).with_for_update(),
        "breaker.put": update(breaker).where(breaker.c.gateway == _p("key")).values(
            {c.name: _p(c.name) for c in breaker.c if c.name != "gateway"}),
        "breaker.not_closed": select(breaker).where(breaker.c.state != "closed").order_by(breaker.c.gateway),
        "breaker.jobs": select(
            job.id, job.phase, job.task_id, job.step, job.subject_id, job.due_at, job.attempts, job.deaths)
        .select_from(owed).where(job.due_at > _p("now")).order_by(job.due_at, job.id).limit(_p("limit")),
        "breaker.waiting": select(effect.id).select_from(owed)
        .where(effect.state == "ready", effect.created_at <= _p("until")).order_by(effect.created_at, effect.id),
        "breaker.unknown": select(effect.id).where(since, effect.created_at <= _p("until"), effect.state == "unknown")
        .order_by(effect.claimed_at, effect.id),
        "breaker.came_of": select(effect.state, func.count()).where(since, effect.created_at <= _p("until"))
        .group_by(effect.state),
        "breaker.calls": select(func.count(), func.coalesce(func.sum(went), 0)).where(since),
    }  # fmt: skip


def _rest() -> dict[str, Executable]:
    control, counter, head, handle = TABLES["control"], TABLES["counter"], TABLES["audit_head"], TABLES["handle"]
    person = TABLES["person"]
    return {
        "counter.next": update(counter).where(counter.c.name == _p("key")).values(value=counter.c.value + 1)
        .returning(counter.c.value),
        "counter.get": select(counter.c.value).where(counter.c.name == _p("key")),
        "counter.lock": select(counter.c.value).where(counter.c.name == _p("key")).with_for_update(),
        "audit.head": select(head.c.seq, head.c.hash).where(head.c.id == 1).with_for_update(),
        "audit.put": update(head).where(head.c.id == 1).values(seq=_p("new_seq"), hash=_p("new_hash")),
        "pause.share": select(pause_lock(shared=True)),
        "pause.turn": select(pause_lock(shared=False)),
        "control.active": select(control.c.id, control.c.scope, control.c.name, control.c.mode, control.c.until).where(
            control.c.lifted_at.is_(None), or_(control.c.until.is_(None), control.c.until > _p("now"))),
        "control.over": select(control.c.id, control.c.scope, control.c.name).where(
            control.c.lifted_at.is_(None), control.c.until <= _p("now")),
        "control.lift": update(control).where(control.c.id == _p("key"), control.c.lifted_at.is_(None)).values(
            lifted_at=_p("at"), lifted_by=_p("by")),
        "handle.of_task": select(handle.c.id, handle.c.kind, handle.c.key, handle.c.key_index)
        .where(handle.c.task_id == _p("task")),
        "person.put": update(person).where(person.c.id == _p("key")).values(
            mail=_p("mail"), mail_index=_p("mail_index"), name=_p("name"), zone=_p("zone"), is_member=_p("is_member"),
            seen_at=_p("seen_at")),
        "person.by_user": select(person).where(person.c.user_id == _p("user")),
        "person.members": select(person.c.mail_index, person.c.user_id).where(person.c.is_member.is_(True)),
    }  # fmt: skip


def _restored() -> dict[str, Executable]:
    """What a ledger that comes out of a backup must see and say, before anybody works with it."""
    task, effect, counter = TABLES["task"], TABLES["effect"], TABLES["counter"]
    return {
        "task.unfinished": select(task.c.id).where(_one_of(task.c.state, "open", "waiting"))
        .order_by(task.c.created_at, task.c.id),
        "effect.in_doubt": select(effect.c.id, effect.c.task_id, effect.c.operation).where(
            _one_of(effect.c.state, "held", "ready", "sending", "unknown")).order_by(effect.c.created_at, effect.c.id),
        "effect.doubt": update(effect).where(effect.c.id == _p("key")).values(
            state="unknown", reason=_p("reason"), settled_at=_p("at"), not_before=null(),
            claimed_at=func.coalesce(effect.c.claimed_at, _p("since"))),
        "counter.skip": update(counter).where(counter.c.name == _p("key")).values(value=counter.c.value + _p("by"))
        .returning(counter.c.value),
        "worker.forget_all": delete(TABLES["worker"]),
        "lease.forget_all": delete(TABLES["lease"]),
    }  # fmt: skip


def _views() -> dict[str, Executable]:
    """What cards, commands and digests ask."""
    task, request, effect, turn = _t["task"], _t["request"], _t["effect"], _t["turn"]
    decision, audit, call, proposal = _t["decision"], _t["audit"], _t["model_call"], _t["proposal"]
    return {
        "turn.of_task": select(turn.id, turn.agent, turn.reading, turn.outcome_kind, turn.confidence_bp, turn.model)
        .where(turn.task_id == _p("task")).order_by(turn.step, turn.at),
        "handoff.row": select(TABLES["handoff"]).where(_t["handoff"].id == _p("id")),
        "control.get": select(TABLES["control"]).where(_t["control"].id == _p("id")),
        "request.list_of_task": select(
            request.id, request.kind, request.state, request.queue, request.trigger, request.closed_reason, proposal.operation)
        .select_from(TABLES["request"].outerjoin(TABLES["proposal"], proposal.id == request.proposal_id))
        .where(request.task_id == _p("task")).order_by(request.created_at, request.id),
        "effect.list_of_task": select(effect.id, effect.operation, effect.state, effect.reason)
        .where(effect.task_id == _p("task")).order_by(effect.created_at, effect.id),
        "decision.of_target": select(
            decision.id, decision.person, decision.verb, decision.role, decision.reason, decision.note, decision.at,
            decision.on_behalf_of)
        .where(decision.target_id == _p("id"), decision.refusal == "").order_by(decision.at, decision.id),
        "audit.of_subject": select(audit.kind, audit.actor, audit.facts, audit.at).where(audit.subject == _p("subject"))
        .order_by(audit.seq),
        "audit.last": select(_t["audit_head"].seq, _t["audit_head"].hash),
        "audit.after": select(TABLES["audit"]).where(audit.seq > _p("after")).order_by(audit.seq).limit(_p("limit")),
        "model_call.of_task": select(
            func.count(), func.sum(call.tokens_in + call.tokens_out), func.sum(call.cost_microcents))
        .where(call.task_id == _p("task")),
        "task.list": select(task.id, task.workflow, task.state, task.waiting_for, task.owner, task.priority, task.created_at,
                            task.claimed_by).order_by(task.created_at.desc(), task.id.desc()).limit(_p("limit")),
        "task.count": select(func.count()).select_from(TABLES["task"]),
        "card.count_behind": select(func.count()).select_from(TABLES["card"]).where(text("behind")),
        "effect.count_unknown": select(func.count()).select_from(TABLES["effect"]).where(
            tables.STANDS_STILL, effect.state == "unknown"),
        "request.pending": select(
            request.id, request.kind, request.task_id, request.queue, request.agent, request.trigger, request.due_at,
            request.created_at, request.proposal_id).where(request.state == "pending").order_by(request.due_at),
        "card.in_trouble": select(_t["card"].id, _t["card"].kind, _t["card"].error).where(tables.IN_TROUBLE)
        .order_by(_t["card"].created_at),
        "effect.unknown": select(effect.id, effect.operation, effect.task_id).where(
            tables.STANDS_STILL, effect.state == "unknown")
        .order_by(effect.claimed_at),
    }  # fmt: skip


def _days() -> dict[str, Executable]:
    """What a digest says of a day."""
    task, effect, decision, call = _t["task"], _t["effect"], _t["decision"], _t["model_call"]

    def between(column: Any) -> Any:
        return column.between(_p("since"), _p("until"))

    return {
        "day.came_in": select(func.count()).select_from(TABLES["task"]).where(between(task.created_at)),
        "day.done": select(func.count()).select_from(TABLES["task"]).where(between(task.closed_at)),
        "day.decisions": select(decision.verb, func.count()).where(between(decision.at), decision.refusal == "")
        .group_by(decision.verb),
        "day.effects": select(effect.state, func.count()).where(between(effect.settled_at)).group_by(effect.state),
        "day.hasty": select(
            decision.person, func.count(), func.sum(case(
                (and_(decision.details_opened.is_(False), decision.seconds < _p("within_s")), 1), else_=0)))
        .where(between(decision.at), decision.refusal == "", decision.verb == "approve", decision.target_kind == "approval")
        .group_by(decision.person).order_by(decision.person),
        "day.expired": select(func.count()).select_from(TABLES["request"]).where(
            _t["request"].state == "expired", between(_t["request"].closed_at)),
        "day.errors": select(effect.task_id, effect.operation, effect.state).where(
            between(effect.settled_at), _one_of(effect.state, "failed", "unknown")),
        "day.spent": select(func.sum(call.cost_microcents)).where(between(call.at), tables.MODEL_COSTS),
    }  # fmt: skip


def _usual() -> dict[str, Executable]:
    """What an agent did in an hour, and in each hour of the days before: how many, and how many of them went wrong."""
    effect = _t["effect"]
    of_agent = and_(tables.CLAIMED, effect.agent == _p("name"))
    in_time = and_(of_agent, effect.claimed_at >= _p("since"), effect.claimed_at < _p("until"))
    wrong = func.coalesce(func.sum(case((_one_of(effect.state, "failed", "unknown"), 1), else_=0)), 0)
    hour = (effect.claimed_at.op("/")(literal_column("3600000000"))).label("hour")  # whole numbers: no rounding
    return {
        "usual.hours": select(hour, func.count(), wrong).where(in_time).group_by(hour),
        "usual.hour": select(func.count(), wrong).where(in_time),
        "usual.first": select(func.min(effect.claimed_at)).where(of_agent),
        "usual.amounts": select(effect.amount_cents).where(
            of_agent, effect.operation == _p("operation"), tables.MOVES_MONEY, effect.claimed_at >= _p("since")),
    }  # fmt: skip


def _home() -> dict[str, Executable]:
    """What somebody's home tab shows. It is opened at any time: none of these walks a table that grows."""
    task, request, effect, proposal, event = TABLES["task"], _t["request"], _t["effect"], _t["proposal"], _t["event"]
    card, audit, job, snooze = _t["card"], _t["audit"], _t["job"], _t["snooze"]
    of_task = union_all(select(request.id).where(request.task_id == _p("task")), select(cast(_p("task"), Text)))
    return {
        "home.pending": select(
            request.id, request.kind, request.task_id, request.version, request.queue, request.asked, request.requester,
            request.agent, request.trigger, request.escalation_class, request.rung, request.due_at, request.created_at,
            request.assignee, request.acknowledged_by, request.proposal_id, proposal.author_kind, proposal.author)
        .select_from(TABLES["request"].outerjoin(TABLES["proposal"], proposal.id == request.proposal_id))
        .where(request.state == "pending").order_by(request.due_at, request.id),
        "home.held_tasks": select(task.c.id, task.c.claimed_at).where(
            tables.CLAIMED, task.c.claimed_by == _p("person"), _one_of(task.c.state, "open", "waiting"))
        .order_by(task.c.claimed_at, task.c.id),
        "home.snoozed": select(snooze.request_id, snooze.until).where(
            snooze.person == _p("person"), snooze.until > _p("now")),
        "home.at_work": select(task.c.owner, func.count(task.c.id.distinct()))
        .select_from(TABLES["job"].join(task, task.c.id == job.task_id))  # what is owed now, which is little
        .where(_one_of(job.phase, "task.plan.v1", "task.turn.v1")).group_by(task.c.owner),
        "home.effects_of": select(effect.state, func.count()).where(
            effect.agent == _p("name"), effect.claimed_at >= _p("since"), tables.CLAIMED).group_by(effect.state),
        "home.card_of_task": select(card.channel, card.ts).where(
            card.subject_id.in_(of_task), _one_of(card.kind, "approval", "escalation", "task", "question"), tables.IN_SLACK)
        .order_by(card.created_at.desc(), card.id.desc()).limit(1),
        "home.audit_from": select(audit.seq, audit.at).where(audit.seq >= _p("from_seq")).order_by(audit.seq).limit(1),
        "home.decided_from": select(func.count()).where(
            audit.seq >= _p("from_seq"), audit.kind == "decision.made",
            or_(audit.facts.contains('"verb":"approve"'), audit.facts.contains('"verb":"reject"'))),
        "home.kinds_from": select(audit.kind, func.count()).where(audit.seq >= _p("from_seq")).group_by(audit.kind),
        "home.events_between": select(event.task_id, event.id, event.body).where(
            event.task_id.between(_p("low"), _p("high")), func.length(event.task_id) == _p("letters"))
        .order_by(event.task_id.desc(), event.at),
    }  # fmt: skip


STATEMENTS: Mapping[str, Executable] = _statements()
