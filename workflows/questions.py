"""What people ask and answer: a question to the agent or to the customer, on a card that stays pending; an answer to an agent.

A question to the customer is a mail: a proposal by that person, judged by policy, and approved with it only where that person
alone may. An answer to an agent is a fact with that person's name, and exactly one next turn begins.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import orjson

from agents import drafts
from core.contract.authority import Allow, Decision, Deny, Escalate, NeedsApproval, Refused
from core.contract.base import Handle, RequestId
from core.contract.work import Argument, Party, Proposal, Resolved
from core.errors import Bug
from core.ledger import Ledger, Phase, TaskRow, Unit
from core.ports import Member
from gateways.adapter import NotResolved
from gateways.checks import Checks
from gateways.handles import of_task
from policies.rules import authority
from policies.schema import Policy
from workflows import also_called, answers, asking, history, requests, stuck
from workflows.people import NotPossible, People

TEMPLATE = "ask_customer"  # the team's wording around the question; without it the question stands alone
REPLY = "mail.reply"
LONGEST = 600  # characters of a question or an answer
ASKED_CUSTOMER = "asked_customer"
PASSED_ON = "passed_on"
NO_CUSTOMER = (
    "There is no conversation with the customer on this task, so nobody can be asked. Take the task over instead."
)
OVER = Refused(code="already_decided", reason="This question is no longer open. The card says why.")
ONCE = "The customer was asked once on this task already. Answer it yourself, or take the task over."

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """The question is on its way. `waits`: its mail waits for somebody else's approval."""

    question_id: str
    waits: bool = False


@dataclass(frozen=True, slots=True)
class Drafted:
    """A question to the customer that waits for its author to confirm it, and the mail that would go out."""

    draft_id: str
    mail: Resolved


@dataclass(frozen=True, slots=True)
class Told:
    """The agent has the answer."""

    text: str


@dataclass(frozen=True, slots=True)
class Questions:
    """The verbs. Asking is safe in anybody's hands who has a role; whether a mail goes out is policy's."""

    ledger: Ledger
    people: People
    policy: Callable[[], Policy]

    # To the agent ----------------------------------------------------------------------------------------------------

    def ask_agent(self, decision: Decision, text: str, member: Member) -> Asked | NotPossible | Refused:
        """Asks the agent about its proposal; the answer comes on the card. `NotPossible` while another question is open."""
        task_id = self._task_of(decision.request_id)
        if task_id is None:
            return answers.UNKNOWN
        with self.ledger.unit(task_id) as unit:
            request = unit.row("request", "request.get", id=decision.request_id) or {}
            if refused := answers.refusal(unit, self.policy(), request, decision, member):
                return refused
            if why := self._open_already(unit, request["id"], member, but_its_own=True):
                return NotPossible(why)
            answers.record(unit, decision, member, reason=asking.AGENT)
            question_id = asking.ask(unit, request["id"], asking.AGENT, member.user_id, text[:LONGEST])
            unit.next(Phase.ANSWER, question_id)
            self._shown(unit, request, question_id, member)
            return Asked(question_id)

    # To the customer -------------------------------------------------------------------------------------------------

    def draft(self, request_id: RequestId, version: int, member: Member, text: str) -> Drafted | NotPossible | Refused:
        """Keeps the question and says what mail would go out; nothing is sent yet."""
        task_id = self._task_of(request_id)
        task = self.ledger.task(task_id) if task_id else None
        if task is None:
            return answers.UNKNOWN
        found = self._mail(task, member, text[:LONGEST])
        if isinstance(found, NotPossible):
            return found
        _, exact = found
        with self.ledger.unit(task.id) as unit:
            typed = orjson.dumps({"changes": {}, "question": text[:LONGEST], "shown": exact.digest()}).decode()
            draft_id = unit.insert("draft", id=unit.ids.new("dr"), request_id=request_id, version=version,
                                   person=member.user_id, changes=typed, note="", at=unit.at)  # fmt: skip
        return Drafted(draft_id, exact)

    def send(self, draft_id: str, member: Member) -> Asked | NotPossible | Refused:
        """The mail as it was shown, as a proposal by that person. It goes out at once only where they alone may approve it, else
        it has an approval card of its own."""
        draft = self.ledger.row("draft", "draft.get", id=draft_id)
        if draft is None or draft["person"] != member.user_id:
            return Refused(code="not_found", reason="This was sent before, or is no longer open. Look at the card.")
        typed = orjson.loads(draft["changes"])
        task_id = self._task_of(draft["request_id"]) or ""
        task = self.ledger.task(task_id)
        found = self._mail(task, member, typed["question"]) if task else NotPossible(NO_CUSTOMER)
        if isinstance(found, NotPossible):
            return found
        proposal, exact = found
        if exact.digest() != typed["shown"]:
            return NotPossible("A record has changed since you saw this mail. Please ask again.")
        decision = Decision(request_id=RequestId(draft["request_id"]), version=draft["version"], person=member.user_id,
                            verb="ask", reason=asking.CUSTOMER, surface="modal")  # fmt: skip
        with self.ledger.unit(task_id) as unit:
            request = unit.row("request", "request.get", id=draft["request_id"]) or {}
            answer = self._send(unit, request, decision, proposal, exact, typed["question"], member)
            if isinstance(answer, Asked):
                unit.change("draft.drop", key=draft_id)
            return answer

    def _send(
        self, unit: Unit, request: Row, decision: Decision, proposal: Proposal, exact: Resolved, text: str, member: Member
    ) -> Asked | NotPossible | Refused:  # fmt: skip
        if stopped := self._stopped(unit, request, decision, member):
            return stopped
        verdict = self._verdict(unit, request, proposal, exact)
        if isinstance(verdict, NotPossible):
            unit.audit("ask.refused", f"person:{member.user_id}", request=request["id"], audit_class="security")
            return verdict
        policy = self.policy()
        proposal_id = history.record_proposal(unit, proposal, exact, verdict, policy.version, None)
        unit.audit("verdict.given", "policy", proposal=proposal_id, operation=proposal.operation, verdict=verdict.kind,
                   digest=exact.digest())  # fmt: skip
        mail_id = requests.ask_approval(unit, policy, proposal_id, proposal, exact, verdict, request["agent"])
        question_id = asking.ask(unit, request["id"], asking.CUSTOMER, member.user_id, text, mail_id=mail_id)
        self._kept(unit, request, decision, member)
        roles = authority.roles_of(policy, member.mail)
        alone = authority.alone_may_approve(
            policy, verdict, roles, person=member.user_id, requester=unit.task.requester
        )
        if alone:
            self.people.sign_own(unit, mail_id, proposal_id, verdict, member)
        else:
            stuck.call(unit, policy, mail_id)
        self._shown(unit, request, question_id, member)
        return Asked(question_id, waits=not alone)

    def _stopped(self, unit: Unit, request: Row, decision: Decision, member: Member) -> NotPossible | Refused | None:
        """Why this person cannot ask the customer now."""
        if request["kind"] == requests.ESCALATION:
            refused = self._refusal(unit, request, decision, member)
            why = ONCE if refused is None and asking.was_asked(unit, unit.task.id) else ""
        else:
            refused = answers.refusal(unit, self.policy(), request, decision, member)
            why = "" if refused else self._open_already(unit, request["id"], member)
        return refused or (NotPossible(why) if why else None)

    def _verdict(self, unit: Unit, request: Row, proposal: Proposal, exact: Resolved) -> NeedsApproval | NotPossible:
        found = self.people.door_out.registry.operation(proposal.operation)
        if found is None:
            raise Bug(f"{proposal.operation} is asked for, but no gateway declares it")
        checks = Checks(self.policy(), self.people.door_out.directory)
        match checks.verdict(unit, request["agent"], proposal, exact, found[0]):
            case NeedsApproval() as asked:
                return asked
            case Deny(reason=why) | Escalate(why=why):
                return NotPossible(f"The rules do not allow this mail: {why}")
            case Allow():
                raise Bug("a person's own proposal was allowed by itself")

    def _kept(self, unit: Unit, request: Row, decision: Decision, member: Member) -> None:
        """The decision's row. A question of an agent is passed on to the customer: nobody of the team is called any more."""
        if request["kind"] != requests.ESCALATION:
            answers.record(unit, decision, member, reason=asking.CUSTOMER)
            return
        self._record(unit, decision, member)
        if not also_called.stays(unit, request):
            unit.change("request.close", key=request["id"], state="closed", reason=ASKED_CUSTOMER, at=unit.at, by=None,
                        effect=None)  # fmt: skip
            unit.task.owner = str(request["agent"])
        for row in asking.of_request(unit, request["id"]):
            if row["whom"] == asking.TEAM:
                unit.change("question.end", key=row["id"], new=PASSED_ON, said=b"", by=member.user_id, now=unit.at)

    def _mail(self, task: TaskRow, member: Member, text: str) -> tuple[Proposal, Resolved] | NotPossible:
        """The mail with this question, as it would go out."""
        policy, event = self.policy(), history.events(self.ledger, task.id)[0]
        if not task.contact:
            return NotPossible(NO_CUSTOMER)
        rules = policy.templates.get(TEMPLATE)
        facts = {"first_name": drafts.first_name(event.sender), "question": text, "company_name": policy.company.name}
        worded = drafts.own_words(rules.text, facts) if rules else None
        proposal = Proposal(
            gateway=REPLY.partition(".")[0], operation=REPLY, evidence=(), confidence=1.0, risk="low",
            arguments={
                "conversation": Argument(value=Handle(task.contact), origin="record"),
                "subject": drafts.titled(event.subject, policy),
                "body": Argument(value=(worded or text).strip(), origin="person"),
                "template": Argument(value=TEMPLATE if worded else "", origin="config"),
            },
            reason=f"{member.name} asks the customer before this is decided.",
            author=Party(kind="person", name=member.user_id), message_class=rules.message_class if rules and worded else "",
        )  # fmt: skip
        exact = self.people.door_out.resolve(proposal, of_task(self.ledger, task.id))
        return NotPossible(exact.reason) if isinstance(exact, NotResolved) else (proposal, exact)

    # An answer to an agent -------------------------------------------------------------------------------------------

    def answer(self, decision: Decision, text: str, member: Member, option: int | None = None) -> Told | Refused:
        """The team's answer to an agent's question: these words, or the agent's own `option` (0 or 1). Whoever comes first."""
        task_id = self._task_of(decision.request_id)
        if task_id is None:
            return answers.UNKNOWN
        with self.ledger.unit(task_id) as unit:
            request = unit.row("request", "request.get", id=decision.request_id) or {}
            if refused := self._refusal(unit, request, decision, member):
                return refused
            row = next((each for each in asking.of_request(unit, request["id"]) if each["whom"] == asking.TEAM), None)
            said = _chosen(row, option) if row and option is not None else text.strip()[:LONGEST]
            if row is None or not said:
                return answers.UNKNOWN
            if row["state"] != asking.OPEN:
                self._record(unit, decision, member, refused=OVER.code)
                return OVER
            self._record(unit, decision, member, note=said)
            if not also_called.stays(unit, request):
                unit.change("request.close", key=request["id"], state=asking.ANSWERED, reason="", at=unit.at, by=None,
                            effect=None)  # fmt: skip
            asking.end(unit, row, asking.ANSWERED, said, member.user_id)
            self._goes_on(unit, str(request["agent"]))
            return Told(said)

    def _goes_on(self, unit: Unit, agent: str) -> None:
        """The one next turn, unless people still have to do something on the task."""
        if unit.task.claimed_by or requests.waits_for_person(unit):
            return
        unit.task.owner = agent
        waiting = unit.count("request.open_of_task", task=unit.task.id) + unit.count(
            "effect.open_of_task", task=unit.task.id
        )
        if waiting:
            unit.wait("approval")  # whatever ends it goes on by itself, with the answer
        else:
            unit.next(Phase.TURN if unit.task.handoff_id else Phase.PLAN)

    # Shared ----------------------------------------------------------------------------------------------------------

    def _shown(self, unit: Unit, request: Row, question_id: str, member: Member) -> None:
        """The card has another version: whoever looks at the old one has not seen what was asked."""
        unit.change("request.touch", key=request["id"])
        requests.timeline(unit, request["id"], "question", subject=f"{request['id']}:question:{question_id}",
                          question=question_id, person=member.user_id)  # fmt: skip
        unit.want(request["id"])

    def _open_already(self, unit: Unit, request_id: str, member: Member, *, but_its_own: bool = False) -> str:
        """Why nothing more is asked now; empty when it may be. `but_its_own`: the question that this card is does not count."""
        rows = asking.of_request(unit, request_id)
        still = (each for each in rows if asking.is_open(unit, each) and not (but_its_own and asking.by_agent(each)))
        row = next(still, None)
        if row is None:
            return ""
        who = "You have" if row["asked_by"] == member.user_id else "Somebody has"
        unit.audit("ask.refused", f"person:{member.user_id}", request=request_id, open=row["id"])
        return f"{who} asked something here already, and the answer is still to come. It will stand on the card."

    def _refusal(self, unit: Unit, request: Row, decision: Decision, member: Member) -> Refused | None:
        """Why somebody's answer to an agent's question does not count, which then is on the record."""
        refused = self._why_not(request, decision, member)
        if refused:
            self._record(unit, decision, member, refused=refused.code)
        return refused

    def _why_not(self, request: Row, decision: Decision, member: Member) -> Refused | None:
        if not member.is_member:
            return Refused(code="not_a_member", reason="Only full members of this team can answer an agent.")
        if not authority.roles_of(self.policy(), member.mail):
            return Refused(code="not_the_role", reason="You have no role in Baton yet. Ask the owner to give you one.")
        if request["kind"] != requests.ESCALATION:
            return answers.UNKNOWN
        if request["state"] != requests.PENDING:
            return OVER
        if request["version"] != decision.version:
            return Refused(code="stale_card", reason="Something has changed since this card was drawn.")
        return None

    def _record(self, unit: Unit, decision: Decision, member: Member, *, note: str = "", refused: str = "") -> None:
        unit.insert("decision", id=unit.ids.new("de"), target_kind=requests.ESCALATION, target_id=decision.request_id,
                    target_version=decision.version, task_id=unit.task.id, person=member.user_id, verb=decision.verb, note=note,
                    reason=decision.reason, surface=decision.surface, refusal=refused, at=unit.at)  # fmt: skip
        unit.audit("decision.refused" if refused else "decision.made", f"person:{member.user_id}", verb=decision.verb,
                   request=decision.request_id, refusal=refused, version=decision.version,
                   audit_class="security" if refused else "action")  # fmt: skip

    def _task_of(self, request_id: str) -> str | None:
        rows = self.ledger.rows("request.task", id=request_id)
        return str(rows[0][0]) if rows else None


def _chosen(row: Row, option: int) -> str:
    options = orjson.loads(row["options"]) if row["options"] else []
    return str(options[option]) if 0 <= option < len(options) else ""
