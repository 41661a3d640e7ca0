"""One line of the audit: what was tried, allowed, refused or done, by whom, about what.

No personal data: only ids, names of our own, counts and digests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

AuditClass = Literal["action", "system", "customer", "security"]
Fact = str | int | bool | None


@dataclass(frozen=True, slots=True)
class Entry:
    """A line before it has its place in the chain. `kind` is a frozen name such as `effect.claimed`."""

    kind: str
    subject: str  # a task, or `control:sales`
    actor: str  # an agent, `person:U…`, `policy`, `system`
    facts: dict[str, Fact]
    audit_class: AuditClass = "action"
