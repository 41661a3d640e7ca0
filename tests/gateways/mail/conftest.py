"""The embedded mail system on a database of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from gateways.mail.embedded import EmbeddedMail
from gateways.mail.inbox import MailInbox
from gateways.systems import Systems
from tests.contracts.outside import FixedClock, open_systems

OWN = "workshop@example.com"


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
def systems(tmp_path: Path, clock: FixedClock) -> Iterator[Systems]:
    systems = open_systems(tmp_path, clock)
    yield systems
    systems.close()


@pytest.fixture
def inbox(systems: Systems) -> MailInbox:
    return MailInbox(systems, from_address=OWN)


@pytest.fixture
def adapter(systems: Systems) -> EmbeddedMail:
    return EmbeddedMail(systems, from_address=OWN, company_name="Harbor & Pine")
