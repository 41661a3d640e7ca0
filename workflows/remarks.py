"""What somebody said about a pending decision without deciding it: kept while they choose what becomes of it, or told to the
agent.

Words never sign anything. A remark leaves the request as it is; the agent has it in its next turn, in that person's name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import orjson

from core.contract.authority import Decision, Refused
from core.contract.base import RequestId
from core.ledger import Ledger
from core.ports import Member
from policies.schema import Policy
from workflows import answers, asking, requests

LONGEST = 600  # characters of a remark
GONE = Refused(code="not_found", reason="These words are no longer kept. Please say them again, or use the card.")


@dataclass(frozen=True, slots=True)
class Remark:
    """Kept words, and the request that they are about."""

    request_id: str
    text: str


@dataclass(frozen=True, slots=True)
class Remarks:
    """The verb "tell the agent"."""

    ledger: Ledger
    policy: Callable[[], Policy]

    def keep(self, request_id: str, version: int, member: Member, text: str) -> str:
        """Keeps the words for as long as an edit that waits to be confirmed; their id."""
        with self.ledger.unit() as unit:
            typed = orjson.dumps({"changes": {}, "remark": text[:LONGEST], "shown": ""}).decode()
            return unit.insert("draft", id=unit.ids.new("dr"), request_id=request_id, version=version,
                               person=member.user_id, changes=typed, note="", at=unit.at)  # fmt: skip

    def kept(self, draft_id: str, member: Member) -> Remark | None:
        """The words that this person said; nobody else's."""
        draft = self.ledger.row("draft", "draft.get", id=draft_id)
        if draft is None or draft["person"] != member.user_id:
            return None
        text = orjson.loads(draft["changes"]).get("remark", "")
        return Remark(str(draft["request_id"]), text) if text else None

    def tell(self, draft_id: str, member: Member) -> Remark | Refused:
        """The agent has the words in its next turn, and the card shows them. Told once."""
        kept = self.kept(draft_id, member)
        rows = self.ledger.rows("request.task", id=kept.request_id) if kept else []
        if kept is None or not rows:
            return GONE
        with self.ledger.unit(str(rows[0][0])) as unit:
            request = unit.row("request", "request.get", id=kept.request_id) or {}
            # What is said stays true of a newer version of the card: it decides nothing.
            decision = Decision(request_id=RequestId(kept.request_id), version=request["version"], person=member.user_id,
                                verb="tell", surface="thread")  # fmt: skip
            if refused := answers.refusal(unit, self.policy(), request, decision, member):
                return refused
            if not unit.change("draft.drop", key=draft_id):
                return GONE
            answers.record(unit, decision, member)
            question_id = asking.ask(unit, kept.request_id, asking.AGENT, member.user_id, kept.text, state=asking.TOLD)
            unit.change("request.touch", key=kept.request_id)
            requests.timeline(unit, kept.request_id, "told", subject=f"{kept.request_id}:told:{question_id}",
                              question=question_id, person=member.user_id)  # fmt: skip
            unit.want(kept.request_id)
            return kept
