"""Everything that can be rendered, by name: with ordinary words, or with hostile ones in every place from outside."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bot.cards import (
    approval,
    batch,
    digest,
    edit,
    effect,
    escalation,
    handoff,
    later,
    outage,
    paused,
    reassign,
    reject,
    replies,
    task,
    timeline,
    why,
)
from bot.cards.approval import ApprovalState, Signature
from bot.cards.batch import BatchCard, BatchRow
from bot.cards.blocks import Json, Ref
from bot.cards.difference import difference
from bot.cards.digest import Todo
from bot.cards.edit import EditField
from bot.cards.escalation import EscalationState
from bot.cards.ladder import RungLine, RungState
from bot.cards.outage import OutageCard
from bot.cards.replies import HelpGroup, Status
from bot.cards.timeline import Step
from core.contract.authority import Refused
from core.contract.authority import Step as Need
from core.contract.base import Handle
from core.contract.effect import EffectState
from core.contract.work import Completed, Customer, Evidence, Party, Resolved
from tests.bot.cards import asking_samples, door_samples, home_samples
from tests.bot.cards import samples as s

Gallery = dict[str, Json]


def ordinary() -> Gallery:
    """Each card in each of its states."""
    found: Gallery = {f"approval {state}": approval.render(s.ended(state)) for state in ApprovalState}
    two = (Need(role="support_lead"), Need(role="finance"))
    signed = (Signature("support_lead", "U0THEO", s.NOW),)
    found |= {
        "approval pending": approval.render(s.approval()),
        "approval 1 of 2": approval.render(s.approval(steps=two, signatures=signed, rule_words="Refunds need two.")),
        "approval lead": approval.render(s.approval(resolved=s.lead())),
        "approval handed on": approval.render(s.approval(**HANDED_ON)),
        "approval handed on, 1 of 2": approval.render(s.approval(steps=two, signatures=signed, **HANDED_ON)),
        "approval lead for two": approval.render(s.approval(resolved=s.lead(), also_for=("T-1043",))),
        "approval lead for many": approval.render(
            s.approval(resolved=s.lead(), also_for=tuple(f"T-{n}" for n in range(1043, 1052)))
        ),
        "approval rejected for two": approval.render(replace(s.ended(ApprovalState.REJECTED), also_for=("T-1043",))),
        "approval money": approval.render(s.approval(resolved=money())),
        "approval unknown operation": approval.render(
            s.approval(resolved=Resolved(operation="shop.merge_orders", lines=()))
        ),
        "approval too long": approval.render(s.approval(resolved=s.mail("word " * 1000))),
        "approval far too long": approval.render(s.approval(resolved=s.mail("word " * 100_000))),
        "approval expired": approval.render(
            s.approval(ApprovalState.EXPIRED, next_words="The support queue has it.", can_ask_again=True)
        ),
        "approval for two": approval.render(s.approval(instead_words="Sam Whitlock for Theo Okafor, who is away")),
    }
    found |= {f"effect {state}": effect.render(s.effect(state)) for state in EffectState}
    found |= {
        "effect edited": effect.render(s.edited()),
        "effect allowed": effect.render(
            s.effect(approval_ref=None, decided_by=(), rule_words="Small notes go by themselves")
        ),
        "effect waits": effect.render(
            s.effect(EffectState.READY, waits_words="50 mails an hour are used up", waits_until=s.DUE)
        ),
        "effect unknown early": effect.render(s.effect(EffectState.UNKNOWN, answers_from=s.DUE, reason="timeout")),
        "effect unknown asked": effect.render(s.effect(EffectState.UNKNOWN, asks_at=s.DUE, reason="timeout")),
        "effect unknown call": effect.render(
            s.effect(
                EffectState.UNKNOWN, is_call=True, approval_ref=None, clear_by=s.DUE, if_nobody_words="It stays so."
            )
        ),
        "effect unknown held": effect.render(s.effect(EffectState.UNKNOWN, is_call=True, held_by="U0SAM")),
        "effect waits for an outage": effect.render(
            s.effect(EffectState.READY, waits_words="the shop's mailbox does not answer as it should")
        ),
        "effect failed by a person": effect.render(
            s.effect(EffectState.FAILED, settled_by="U0SAM", reason="no such box")
        ),
    }
    found |= undos() | lists(s.in_list())
    found |= {f"escalation {state}": escalation.render(s.escalation(state)) for state in EscalationState}
    found |= {
        "escalation asked": escalation.render(
            s.escalation(EscalationState.SEEN, seen_by="Sam Whitlock", is_asked=True, rungs=asked_rungs())
        ),
        "escalation night": escalation.render(
            s.escalation(urgent=False, called_names=(), has_next=False, rungs=s.rungs(EscalationState.OPEN)[1:])
        ),
        "escalation climbed": escalation.render(
            s.escalation(rungs=climbed_rungs(), has_next=False, again_at=s.DUE, called_names=("Maya Lindqvist",))
        ),
    }
    found |= {f"timeline {step}": timeline.told(s.happening(step)) for step in Step}
    found |= {"timeline until": timeline.told(replace(s.happening(Step.SNOOZED, "", "U0SAM"), until=s.DUE))}
    found |= {f"refused {code}": replies.refused(Refused(code=code, reason="Sam has it.")) for code in codes()}
    found |= forms() | rest() | home_samples.ordinary() | door_samples.ordinary() | asking_samples.ordinary()
    page = approval.read_modal(s.approval(resolved=s.mail("word " * 1000)))
    assert page is not None
    return found | {"approval read": page}


HANDED_ON: dict[str, Any] = {
    "deciders": ("U0SAM",), "others": ("Theo Okafor", "Maya Lindqvist"), "handed_by": "U0THEO",
    "handed_note": "You fitted the pads, so you know what they cost.",
}  # fmt: skip


def lists(card: BatchCard) -> Gallery:
    """A list, what is left of it, its end, and its forms."""
    first, *others = card.waiting
    gone = (replace(first, words="Rejected by Sam Whitlock, not sent."),)
    ended = tuple(replace(each, words="Sent.") for each in others)
    return {
        "list": batch.render(card),
        "list, some left": batch.render(replace(card, waiting=tuple(others), ended=gone)),
        "list over": batch.render(replace(card, waiting=(), ended=(*gone, *ended), due_at=None)),
        "list choose": batch.choose_modal(card),
        "list reject": batch.reject_modal(card),
        "list why": batch.why_modal(card, "The rules gather requests of one kind."),
    }


def hostile_list(x: str) -> BatchCard:
    """Ten rows of words that try to break out, each as long as a row may be."""
    row = s.in_list().waiting[0]
    odd = Resolved(operation="mail.reply", lines=(("To", x[:180]), (x[:40], x[:160])), body=x[:1_000])
    rows = tuple(BatchRow(Ref(f"ap_6Jt0Qm4xR{n}", 1), x[:20], odd, x) for n in range(10))
    return s.in_list(agent=x, waiting=rows, wording_text=x[:1_500], deciders=(x, "U0SAM"), on_expiry_words=x, undo_words=x,
                     ended=(replace(row, resolved=odd, words=x[:100]),))  # fmt: skip


def undos(
    x: str = "Ines is a supplier, not a customer.", why: str = "The lead is no longer open: it is won."
) -> Gallery:
    """A lead that can be taken back, and all that can come of that; `x`: words from outside."""
    after = {"note": x, "settled_at": s.NOW}
    late: dict[str, dict[str, Any]] = {
        "on its way": {"state": EffectState.SENDING, "note": x},
        "waits": {
            "state": EffectState.READY,
            "note": x,
            "waits_words": "the CRM does not answer",
            "waits_until": s.DUE,
        },
        "undone": {"state": EffectState.SENT, **after},
        "undone, by a person's word": {"state": EffectState.SENT, "settled_by": "U0PRIYA", **after},
        "not undone": {"state": EffectState.FAILED, "reason": why, **after},
        "not undone, again": {"state": EffectState.CANCELLED, "reason": why, "until": s.DUE, **after},
        "not known": {"state": EffectState.UNKNOWN, "reason": why, **after},
        "not known, asked": {"state": EffectState.UNKNOWN, "asks_at": s.DUE, **after},
        "not known, early": {"state": EffectState.UNKNOWN, "answers_from": s.DUE, **after},
    }
    cards = {"open": s.lead_effect(until=s.DUE)} | {name: s.lead_effect(**part) for name, part in late.items()}
    return {
        f"undo {name}": approval.render(s.approval(ApprovalState.APPROVED, s.lead(), effect=card))
        for name, card in cards.items()
    }


def asked_rungs() -> tuple[RungLine, ...]:
    called, *rest = s.rungs(EscalationState.OPEN)
    return RungLine(called.role, ("Sam Whitlock",), RungState.ASKED, s.NOW), *rest


def climbed_rungs() -> tuple[RungLine, ...]:
    return (
        RungLine("front_desk", ("Sam Whitlock",), RungState.BEFORE, s.NOW, said_not_now=True),
        RungLine("workshop", (), RungState.NOBODY),
        RungLine("support_lead", ("Theo Okafor",), RungState.BEFORE, s.NOW),
        RungLine("owner", ("Maya Lindqvist",), RungState.CALLED, s.NOW, quiet=(("Maya Lindqvist", s.DUE),)),
    )


def money() -> Resolved:
    lines = (("Refund", "$84.00 of $112.00"), ("To", "Lionel Park"))
    return Resolved(operation="pay.refund", lines=lines, counterparty="Lionel Park", amount_cents=8400, currency="USD")


def unclear_outage() -> OutageCard:
    three = (
        s.unclear(1),
        s.unclear(2, answers_from=s.DUE, noun="new lead Ines Abara", participle="added"),
        s.unclear(3),
    )
    asked = s.unclear(4, asks_at=s.DUE, noun="note on Rosa Fuentes")
    return s.outage(unclear=(*three, asked), unclear_count=7)


def codes() -> tuple[str, ...]:
    return tuple(Refused.model_fields["code"].annotation.__args__)


def forms() -> Gallery:
    return {
        "edit": edit.edit_modal(s.edit_form()),
        "edit difference": edit.difference_modal(s.difference_form()),
        "reject": reject.reject_modal(s.AP, "reply to Dana Whitfield, T-1042"),
        "reassign": reassign.reassign_modal(s.REASSIGN),
        "later": later.later_modal(s.LATER),
        "later, nothing to put off": later.later_modal(
            replace(s.LATER, mine=(), opens_at=None, all_of_us=(), last_at=None, only_remind_words="That is too soon.")
        ),
        "later, too soon": later.too_soon(s.AP, "U0THEO", s.NOW, s.DUE, s.ZONE),
        "why": why.why_modal(s.why_page()),
        "why empty": why.why_modal(why.WhyPage(s.AP, s.ZONE)),
        "hand back": task.hand_back_modal(s.BACK),
        "handoff details": handoff.details_modal(s.handoff_card()),
        "loading": replies.loading_modal("Why?", str(s.AP)),
        "page refused": replies.page_refused("Edit", "This is too long.", str(s.AP)),
    }


def rest() -> Gallery:
    return {
        "handoff": handoff.render(s.handoff_card()),
        "handoff sent back": handoff.render(
            replace(s.handoff_card(message_type="clarification"), missing=("address",))
        ),
        "taken over": task.taken_over(s.taken()),
        "handed back": task.handed_back(s.handed_back()),
        "closed": task.handed_back(s.handed_back(agent="")),
        "holder left": task.left(s.taken()),
        "paused": paused.render(s.paused()),
        "paused all": paused.render(s.paused(scope="All agents", until=s.DUE, held=tuple("abcdefghijklmnop"))),
        "outage": outage.render(s.outage()),
        "outage begins": outage.render(s.outage(waiting=(), waiting_count=0, next_try=None)),
        "outage unknown": outage.render(unclear_outage()),
        "outage over": outage.render(s.outage(until=s.DUE, came_of=(("went out", 38), ("still waiting", 2)))),
        "outage over, unknown": outage.render(replace(unclear_outage(), until=s.DUE, came_of=(("went out", 40),))),
        "resumed": paused.render(s.paused(lifted_by="U0MAYA", lifted_at=s.DUE)),
        "digest": digest.render(s.digest()),
        "digest empty": digest.render(digest.DigestCard("Sunday", 0, 0)),
        "help": replies.help_reply(s.HELP),
        "status": replies.status_reply(s.STATUS),
        "opened": replies.opened("T-1051", "is my bike ready?", owner_words="The Support agent looks at it."),
        "joined": replies.joined("T-1051"),
        "told": replies.told("Sam approved it."),
        "not allowed": replies.not_allowed("approve this reply", "You asked for it.", ("U0THEO",), s.DUE, s.ZONE),
        "already": replies.already("U0THEO", s.NOW, s.ZONE, "sent it"),
    }


def hostile(x: str) -> Gallery:
    """`x` wherever text from outside, from a model or from a policy can stand."""
    evidence = (Evidence(what=x, source=x, quote=x, at=s.NOW),)
    outcome = {"decided_by": x, "decided_at": s.NOW, "reason_words": x, "note": x, "next_words": x}
    every = {
        "why_text": x,
        "on_expiry_words": x,
        "undo_words": x,
        "rule_words": x,
        "deciders": (x, "U0SAM"),
        "agent": x,
        "handed_by": x,
        "handed_note": x,
        "others": (x,) * 9,
    }
    odd = Resolved(operation="x." + x, lines=((x, x), (x, x)), body=x, counterparty=x)
    late = {
        "waits_words": x,
        "known": (x,) * 20,
        "reason": x,
        "receipt": x,
        "note": x,
        "if_nobody_words": x,
        "rule_words": x,
    }
    found: Gallery = {f"home: {name}": view for name, view in home_samples.hostile(x).items()} | door_samples.hostile(x)
    found |= {f"asking: {name}": payload for name, payload in asking_samples.hostile(x).items()}
    for name, resolved in (("mail", s.mail(x, x, x)), ("lead", s.lead(x)), ("odd", odd)):
        found |= {f"{name} approval {state}": approval.render(s.approval(state, resolved, **(every | outcome)))
                  for state in ApprovalState}  # fmt: skip
        found |= {f"{name} effect {state}": effect.render(s.effect(state, resolved, **late, changes=difference("old.", x)))
                  for state in EffectState}  # fmt: skip
    found |= {f"hostile {name}": card for name, card in (undos(x, x) | lists(hostile_list(x))).items()}
    party = Party(kind="agent", name=x, role=x)
    card = s.handoff_card(
        objective=x, context_summary=x, facts={x: x}, customer=Customer(name=x, account_id=x), evidence=evidence,
        completed_actions=(Completed(what=x, by=party, outcome="done", note=x),), open_questions=(x, x), next_action=x,
        escalation_rule=x, sla=x, source=party, receiver=party, owner=party, conversation=Handle("con_1"),
    )  # fmt: skip
    field = EditField("body", x[:20], x[:3000], True)
    page = s.why_page(
        why_text=x, evidence=evidence * 30, rule_words=x, trust_words=x, trail=((s.NOW, x),) * 40, cost_words=x
    )
    found |= {f"escalation {state}": escalation.render(s.escalation(
        state, trigger=x, why_text=x, rungs=(RungLine(x, (x,) * 9, RungState.CALLED, s.NOW, quiet=((x, s.NOW),)),) * 14,
        called_names=(x,) * 9, seen_by=x, customer=x, words=x, story=(x,) * 20, told=x,
        taken_by=x, closed_words=x)) for state in EscalationState}  # fmt: skip
    return found | {
        "handoff": handoff.render(card),
        "handoff details": handoff.details_modal(replace(card, missing=(x,) * 30)),
        "edit": edit.edit_modal(s.edit_form(agent=x, fixed=((x, x),), fields=(field,))),
        "difference": edit.difference_modal(
            s.difference_form(resolved=s.mail(x), changes=difference(s.DRAFT, x), note=x)
        ),
        "reject": reject.reject_modal(s.AP, x),
        "reassign": reassign.reassign_modal(
            replace(s.REASSIGN, noun=x, people=(("U0SAM", x),) * 150, teams=(("front_desk", x),) * 150)
        ),
        "why": why.why_modal(page),
        "taken": task.taken_over(s.taken(agent=x, person=x, about=x, held=x, held_words=x, check_words=x)),
        "handed back": task.handed_back(s.handed_back(agent=x, person=x, did=x, about=x, next_words=x, held_words=x)),
        "paused": paused.render(s.paused(scope=x, by=x, reason=x, held=(x,) * 30, in_flight=(x,), unaffected_words=x)),
        "outage": outage.render(hostile_outage(x)),
        "outage over": outage.render(replace(hostile_outage(x), until=s.DUE, came_of=(("went out", 1),))),
        "digest": digest.render(
            s.digest(
                day_words=x,
                summary_words=x,
                todos=(Todo(x, x, x, x),) * 30,
                table=((x, x), (x, x)),
                facts=((x, x),),
                notes=(x,) * 9,
            )
        ),
        "status": replies.status_reply(Status(x, True, ((x[:900], x[:900]),), (x,) * 20, ((x[:900], x[:900]),))),
        "help": replies.help_reply((HelpGroup("See", (("/baton", "help"),)),)),
        "opened": replies.opened(x, x, owner_words=x),
        "told": replies.told(x),
        "refused": replies.refused(Refused(code="expired", reason=x)),
        "not allowed": replies.not_allowed(x, x, (x,)),
        "already": replies.already(x, s.NOW, s.ZONE, x),
        "timeline": timeline.told(s.happening(detail=x, actor=x)),
    }


def hostile_outage(x: str) -> OutageCard:
    many = tuple(s.unclear(n, noun=x, detail=x, asks_at=s.DUE if n % 3 == 0 else None) for n in range(40))
    return s.outage(
        name=x, why_words=x, waiting=(x,) * 40, waiting_count=4_000, unclear=many, unclear_count=400, clears=(x,)
    )
