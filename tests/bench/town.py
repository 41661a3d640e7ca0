"""A company for the load: the sample company with many channels, more people who must sign, and roomy limits.

Baton brings a kind of card to one channel; a trigger in the load's own database spreads the cards over all channels, those of
a task together. Nothing else of the product is different.
"""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from pathlib import Path

import psycopg
import yaml

from tests.bench.scene import roomy

ROOT = Path(__file__).parents[2]
BASE = ROOT / "localslack" / "workspaces" / "harbor-and-pine.yml"
WINDOW_S = 10  # of the limits: what a claim counts is about what a company with real limits has in its windows
SPREAD = """
create function spread_cards() returns trigger as $$
begin
  if new.task_id is not null and new.parent_id is null then
    new.purpose := 'load-' || (substring(new.task_id from 3)::int % {channels});
  end if;
  return new;
end $$ language plpgsql;
create trigger spread_cards before insert on card for each row execute function spread_cards();
"""


@dataclass(frozen=True)
class Town:
    """Where everything of the load lies. `signers`: so many people must sign each card before its answer goes out."""

    folder: Path
    channels: int
    signers: int

    def signer(self, n: int) -> str:
        """The n-th person who signs."""
        return f"U0LOAD{n:04}"

    def channel(self, number: int) -> str:
        return f"C0LOAD{number:04}"

    @property
    def workspace(self) -> Path:
        return self.folder / "workspace.yml"

    @property
    def key_file(self) -> Path:
        return self.folder / "baton.key"

    @property
    def policies(self) -> Path:
        return self.folder / "policies"

    def build(self) -> None:
        """Writes the workspace's file and the policies, and brings the trained model."""
        self._write_workspace()
        roomy(self.folder)
        people = self.policies / "people.yml"
        more = "".join(
            f"  load{n}@example.com:\n    name: Signer {n}\n    roles: [support]\n" for n in range(self.signers)
        )
        people.write_text(people.read_text(encoding="utf-8").rstrip() + "\n" + more, encoding="utf-8")
        limits = self.policies / "limits.yml"
        text = re.sub(r"(limit: \d+), window_s: \d+", rf"\1, window_s: {WINDOW_S}", limits.read_text(encoding="utf-8"))
        limits.write_text(text, encoding="utf-8")
        mail = self.policies / "gateways" / "mail.yml"
        mail.write_text(
            mail.read_text(encoding="utf-8").replace("count: 1", f"count: {self.signers}"), encoding="utf-8"
        )
        shutil.copytree(ROOT / "var" / "models", self.folder / "models")

    def _write_workspace(self) -> None:
        town = yaml.safe_load(BASE.read_text(encoding="utf-8"))
        town["people"] += [
            {"id": f"U0LOAD{n:04}", "name": f"Signer {n}", "handle": f"signer{n}", "email": f"load{n}@example.com"}
            for n in range(self.signers)
        ]
        town["channels"] += [
            {"id": self.channel(n), "name": f"load-{n}", "members": [self.signer(one) for one in range(self.signers)]}
            for n in range(self.channels)
        ]
        self.workspace.write_text(yaml.safe_dump(town), encoding="utf-8")

    def spread(self, url: str) -> None:
        """Lets the database spread the cards; to be called once its tables are there."""
        with psycopg.connect(url) as db:
            db.execute(SPREAD.format(channels=self.channels).encode())
