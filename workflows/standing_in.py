"""In whose authority somebody answers a request: their own, or a role that somebody who is away lends them for it.

The rule stands in `policies.rules.delegation`; here it is asked under the task's lock, from rows of this moment."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from core.contract.authority import Decision, NeedsApproval, Refused, Standing, Step
from core.ledger import Ledger, Unit
from core.ports import Member
from policies.rules import authority, delegation
from policies.rules.delegation import Acting
from policies.rules.signatures import Signed
from policies.schema import Policy
from workflows import away, calling

Row = dict[str, Any]
FOR_YOU = "Your delegate has approved this for you while you were away; the other signature is somebody else's."


@dataclass(frozen=True, slots=True)
class Answering:
    """One person before one request. `principals`: for whom delegates have signed it."""

    asked: NeedsApproval
    signed: Signed
    acting: Acting
    role: str = ""  # in which they would sign
    principals: frozenset[str] = frozenset()

    def once_each(self, standing: Standing, decision: Decision) -> Standing:
        """The same, but for somebody in whose name it was signed already: they count once."""
        if decision.verb == "approve" and decision.person in self.principals and not isinstance(standing, Refused):
            return Refused(code="already_signed", reason=FOR_YOU)
        return standing

    def changed(self) -> Answering:
        """As the author of another text: no role signs by that."""
        return replace(self, role="")

    def told(self) -> dict[str, str]:
        """What the record and a line in the thread say beside the name."""
        return {"on_behalf_of": self.acting.on_behalf_of} if self.acting.on_behalf_of else {}


# For what asks for no approval: nobody answers it in any role.
NOBODY = Answering(
    NeedsApproval(rule="none", steps=(Step(role="nobody"),), due_at=datetime.max.replace(tzinfo=UTC), on_expiry=""),
    (), Acting(frozenset()),
)  # fmt: skip


def answers(
    source: Unit | Ledger, policy: Policy, request: Row, proposal: Row, decision: Decision, member: Member
) -> Answering:
    """In which roles this person answers this approval now."""
    asked = NeedsApproval.model_validate_json(request["asked"])
    signed, principals = calling.signatures(source, request["id"])
    if not member.is_member:
        return Answering(asked, signed, Acting(frozenset()), "", principals)
    out = calling.out_of(asked, request["requester"], proposal["author"] if proposal["author_kind"] == "person" else "")
    acting = delegation.acting(
        policy, away.team(source, policy), asked=asked, signed=signed, out=out, principals=principals, mail=member.mail,
        to_sign=decision.verb == "approve",
    )  # fmt: skip
    return Answering(asked, signed, acting, authority.signing_role(asked, signed, acting.roles), principals)
