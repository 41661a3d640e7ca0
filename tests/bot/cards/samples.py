"""Cards of a made-up shop, and texts that try to break out of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.cards.approval import ApprovalCard, ApprovalState
from bot.cards.batch import BatchCard, BatchRow
from bot.cards.blocks import Ref
from bot.cards.difference import difference
from bot.cards.digest import DigestCard, Todo
from bot.cards.edit import DifferenceForm, EditField, EditForm
from bot.cards.effect import EffectCard, UndoPart
from bot.cards.escalation import EscalationCard, EscalationState
from bot.cards.handoff import HandoffCard
from bot.cards.ladder import RungLine, RungState
from bot.cards.later import LaterForm
from bot.cards.outage import OutageCard, Unclear
from bot.cards.paused import PausedCard
from bot.cards.reassign import ReassignForm
from bot.cards.replies import HelpGroup, Status
from bot.cards.task import HandBackForm, HandedBack, TakenOver
from bot.cards.timeline import Happening, Step
from bot.cards.why import WhyPage
from core.contract.authority import Step as Need
from core.contract.base import TaskId
from core.contract.effect import EffectState
from core.contract.work import Completed, Customer, Evidence, Handoff, Party, Resolved

ZONE = ZoneInfo("America/New_York")
NOW = datetime(2026, 11, 24, 19, 21, tzinfo=UTC)
DUE = NOW + timedelta(hours=2)
AP, EF, TK = Ref("ap_6Jt0Qm4xRk", 3), Ref("ef_84R5518kQz", 4), Ref("T-1042", 9)
DRAFT = (
    "Hi Dana,\n\nyour bike will be ready on Wednesday at 3 PM. New pads, fitted, are $38.00 for the pair.\n\n"
    "See you Wednesday,\nHarbor & Pine"
)
EDITED = DRAFT.replace("New pads, fitted, are $38.00", "New pads, fitted, are $30.40 with your plan")
HOSTILE = (
    "<!channel> <!here> <@U0SAM> <https://evil.example.com|Approve via portal> </quote> `code` ```block``` *bold* _it_ ~no~ "
    ":white_check_mark: ✅ \u202egnp.exe\u202c zero\u200bwidth \ufeff\x00\x07 a\nTo: boss@example.com\r\nBcc: x & y > z "
    "{who} <!date^1^{date}|x> https://evil.example.com"
)


def mail(body: str = DRAFT, who: str = "Dana Whitfield", subject: str = "Re: is my bike ready?") -> Resolved:
    lines = (
        ("To", f"{who}, dana@example.com"),
        ("From", "workshop@example.com"),
        ("Subject", subject),
        ("Attached", "Nothing"),
    )
    return Resolved(operation="mail.reply", lines=lines, body=body, counterparty=who)


def lead(who: str = "Ines Abara") -> Resolved:
    lines = (("Name", who), ("Company", "Cove Street School"), ("Need", "24 bikes on May 14"))
    return Resolved(operation="crm.create_lead", lines=lines, counterparty=who)


def approval(
    state: ApprovalState = ApprovalState.PENDING, resolved: Resolved | None = None, **changes: Any
) -> ApprovalCard:
    card = ApprovalCard(
        task_id="T-1042", agent="Support agent", ref=AP, state=state, resolved=resolved or mail(),
        why_text="Dana asked when the bike is ready and what new brake pads cost.", confidence=0.92, sources=3,
        steps=(Need(role="support_lead"),), deciders=("U0THEO", "U0SAM"), due_at=DUE,
        on_expiry_words="It is not sent. The task goes to the support queue.", zone=ZONE,
        undo_words="Cannot be undone once sent.", task_ref=TK,
    )  # fmt: skip
    return replace(card, **changes)


def ended(state: ApprovalState) -> ApprovalCard:
    return approval(state, decided_by="U0SAM", decided_at=NOW, reason_words="The facts are wrong",
                    note="The wheel is still on order.", next_words="The agent writes a new draft with this reason.")  # fmt: skip


def effect(state: EffectState = EffectState.SENT, resolved: Resolved | None = None, **changes: Any) -> EffectCard:
    card = EffectCard(
        task_id="T-1042", agent="Support agent", ref=EF, state=state, resolved=resolved or mail(), zone=ZONE, task_ref=TK,
        approval_ref=AP, decided_by=("U0THEO",), decided_at=NOW, settled_at=NOW, clears=("U0PRIYA",),
    )  # fmt: skip
    return replace(card, **changes)


def lead_effect(**part: Any) -> EffectCard:
    """A lead that was added and can be taken back; `part` changes how that stands."""
    withdrawn = Resolved(
        operation="crm.withdraw_lead", lines=(("Lead", "L-7, Ines Abara"), ("Stays", "Ines Abara as a contact"))
    )
    base = (
        {"resolved": withdrawn, "own_ref": Ref("ef_undo4Qm4xR", 1), "by": "U0SAM", "at": NOW} if "state" in part else {}
    )
    undo = UndoPart(EF, **(base | part))
    return effect(resolved=lead(), receipt="L-7", undo=undo, decided_by=("U0SAM",))


def in_list(**changes: Any) -> BatchCard:
    """Three replies with one wording."""
    people = ("Rosa Lindgren", "Kofi Mensah", "Ayla Demir")
    rows = tuple(
        BatchRow(Ref(f"ap_6Jt0Qm4xR{n}", 1), f"T-10{n}", mail("Hi {name}, ...", who), f"{who} asks when we open.")
        for n, who in enumerate(people, 10)
    )
    card = BatchCard(
        Ref("bt_F2mX6pRq9L", 501_220_334), "Support agent", ZONE, rows, (), "Hi {name},\n\nwe are open from 9 to 6.",
        ("U0THEO", "U0SAM"), DUE, "None is sent, and the support queue gets the tasks.", "Cannot be undone once sent.",
    )  # fmt: skip
    return replace(card, **changes)


def edited(**changes: Any) -> EffectCard:
    return effect(
        resolved=mail(EDITED), changes=difference(DRAFT, EDITED), note="Members get 20% off parts.", **changes
    )


def handoff(**changes: Any) -> Handoff:
    sales, billing = Party(kind="agent", name="sales"), Party(kind="agent", name="billing", role="invoices")
    whole = Handoff(
        handoff_id="ho_3Vx8Rt2KqM", task_id=TaskId("T-1049"), workflow="lead", message_type="handoff", source=sales,
        receiver=billing, objective="Write the invoice for 24 rental bikes", context_summary="Quote accepted on Monday.",
        facts={"quote": "Q-310", "amount": "$1,416.00"}, conversation=None, customer=Customer(name="Ines Abara"),
        sentiment="satisfied", evidence=(Evidence(what="Her mail", source="event", quote="we take it", at=NOW),),
        completed_actions=(Completed(what="Quote", by=sales, outcome="sent", note="by mail"),),
        open_questions=("Which purchase order number?",), risk="low", confidence=0.95, next_action="Draft the invoice.",
        escalation_rule="a contract is asked for", status="open", owner=billing, priority="medium", sla="one business day",
        deadline=DUE, hop=1, previous=None, created_at=NOW,
    )  # fmt: skip
    return whole.model_copy(update=changes)


def handoff_card(**changes: Any) -> HandoffCard:
    return HandoffCard(Ref("ho_3Vx8Rt2KqM", 1), handoff(**changes), ZONE)


def escalation(state: EscalationState = EscalationState.OPEN, **changes: Any) -> EscalationCard:
    card = EscalationCard(
        ref=Ref("es_V4hY81mKtD", 1), task_id="T-1063", agent="Support agent", state=state, zone=ZONE,
        trigger="asks_for_person", why_text="Charged twice for one repair, third message.", customer="Rosa Fuentes",
        words="I want to talk to a real person today.", words_at=NOW, now=NOW,
        rungs=rungs(state), called_names=("Sam Whitlock",), has_next=True,
        story=("Nov 20: told the price.", "Nov 23: asked again."),
        told="A person will write to you today.", taken_by="U0SAM", ended_at=NOW,
    )  # fmt: skip
    if state is EscalationState.SEEN:
        card = replace(card, seen_by="Sam Whitlock", seen_until=NOW + timedelta(minutes=15))
    return replace(card, **changes)


def rungs(state: EscalationState) -> tuple[RungLine, ...]:
    """A ladder of three, at its first rung."""
    called = RungLine("front_desk", ("U0SAM",), RungState.CALLED, NOW)
    if state is EscalationState.SEEN:
        called = RungLine("front_desk", ("Sam Whitlock",), RungState.SEEN, NOW, NOW + timedelta(minutes=15))
    return (
        called,
        RungLine("support_lead", ("Theo Okafor",), RungState.LATER, NOW + timedelta(minutes=20)),
        RungLine("owner", ("Maya Lindqvist",), RungState.LATER, NOW + timedelta(minutes=30)),
    )


def taken(**changes: Any) -> TakenOver:
    card = TakenOver(
        TK, "T-1063", "Support agent", "U0SAM", NOW, ZONE, "Rosa Fuentes", "Hi Rosa, I am sorry about the trouble.",
        "One reply that the Support agent had ready.", "Sam is asked in an hour",
    )  # fmt: skip
    return replace(card, **changes)


def handed_back(**changes: Any) -> HandedBack:
    card = HandedBack(TK, "T-1063", "Billing agent", "U0SAM", NOW, ZONE, "Called Rosa, said sorry.", "Rosa Fuentes",
                      "Billing proposes the refund.", "Thrown away by Sam, never sent")  # fmt: skip
    return replace(card, **changes)


def paused(**changes: Any) -> PausedCard:
    card = PausedCard(
        Ref("pz_S5aL2e9sNk", 1), "Sales", "U0MAYA", NOW, ZONE, "the spring prices are wrong",
        ("Quote to Cove Street School, T-1049",), ("Mail to Nina Roth, T-1070",), "Support and Billing go on.",
    )  # fmt: skip
    return replace(card, **changes)


def digest(**changes: Any) -> DigestCard:
    card = DigestCard(
        "Tuesday, November 24", 93, 91, "First answers came after 18 seconds, goal 30.",
        (Todo("Expired unseen", "reply to Owen Hale", "T-1029", "U0THEO"),),
        (("Agent", "As written", "Edited", "Rejected"), ("Support", "29", "3", "1"), ("Sales", "6", "0", "1")),
        (("People decided", "38 cards"), ("Models", "$1.12")), ("The record of the day was checked.",),
    )  # fmt: skip
    return replace(card, **changes)


def outage(**changes: Any) -> OutageCard:
    card = OutageCard(
        Ref("mail", 3), "The shop's mailbox", ZONE, "does not answer", "Several calls in a row did not reach it.", NOW,
        next_try=DUE,
        waiting=tuple(f"Reply to {name}, T-{1042 + n}" for n, name in enumerate(
            ("Dana Whitfield", "Ben Ashby", "Nina Roth", "Owen Hale", "Ines Abara", "Rosa Fuentes", "Lionel Park", "Ada Moss"))),
        waiting_count=40, clears=("U0PRIYA", "Maya Lindqvist"),
    )  # fmt: skip
    return replace(card, **changes)


def unclear(number: int = 1, **changes: Any) -> Unclear:
    one = Unclear(
        Ref(f"ef_84R5518kQ{number}", 1),
        f"T-10{50 + number}",
        "reply to Lionel Park",
        "sent",
        "Subject: Re: your bike",
        NOW,
    )
    return replace(one, **changes)


def why_page(**changes: Any) -> WhyPage:
    page = WhyPage(
        AP, ZONE, "reply", 0.92, "Dana asks two things.",
        (Evidence(what="Dana's mail", source="event", quote="Is it ready this week?", at=NOW),),
        "Mail that names a price is approved by a support lead. Rules of November 20.", "supervised",
        ((NOW, "Mail from Dana came in"), (NOW, "This card")), "$0.004, two model calls", "7c1e92ab04d6" + "0" * 52,
    )  # fmt: skip
    return replace(page, **changes)


def edit_form(**changes: Any) -> EditForm:
    fields = (
        EditField("subject", "Subject", "Re: is my bike ready?", max_length=150),
        EditField("body", "Text", DRAFT, True),
    )
    form = EditForm(AP, "T-1042", "Support agent", "reply", (("To", "Dana Whitfield, dana@example.com"),), fields)
    return replace(form, **changes)


def difference_form(**changes: Any) -> DifferenceForm:
    form = DifferenceForm(AP, "dr_0aB1cD2eF3", mail(EDITED), difference(DRAFT, EDITED), note="Members pay less.")
    return replace(form, **changes)


def happening(step: Step = Step.OPENED, detail: str = "Is my bike ready?", actor: str = "Planner") -> Happening:
    return Happening("T-1042", step, actor, NOW, ZONE, detail)


HELP = (HelpGroup("See", (("/baton queue", "what waits for you"), ("/baton status", "how the agents are doing"))),)
STATUS = Status(
    "All running except Sales", True, (("Sales", "is paused by Maya"),), ("1 close to its time",), (("Mail", "ok"),)
)
BACK = HandBackForm(TK, (("billing", "Billing agent"), ("support", "Support agent")), "Rosa", has_held=True)
REASSIGN = ReassignForm(
    AP, "reply to Dana Whitfield, T-1042", DUE, ZONE,
    (("U0SAM", "Sam Whitlock, front desk, sales, support"), ("U0MAYA", "Maya Lindqvist, owner")),
    (("front_desk", "Front desk (2 people)"),),
)  # fmt: skip
LATER = LaterForm(AP, ZONE, DUE, 60, NOW - timedelta(minutes=51), (15, 60), DUE - timedelta(minutes=10), (15, 60))
