"""A process that is cut off while it sends a mail: `dies.py <folder> <conversation> <point>`."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from gateways.adapter import Pointer
from gateways.mail.embedded import EmbeddedMail
from tests.contracts.outside import FixedClock, claimed, open_systems


def main(folder: str, conversation: str, point: str) -> None:
    def reach(name: str) -> None:
        if name == point:
            os._exit(9)

    clock = FixedClock()
    adapter = EmbeddedMail(
        open_systems(Path(folder), clock),
        from_address="workshop@example.com",
        company_name="Harbor & Pine",
        reach=reach,
    )
    arguments = {"conversation": "con_1", "subject": "Re: Is my bike ready?", "body": "Yes, on Wednesday."}
    handles = {"con_1": Pointer("conversation", conversation)}
    adapter.call(claimed(adapter, clock, "eff_1", "mail.reply", arguments, handles))


if __name__ == "__main__":
    main(*sys.argv[1:])
