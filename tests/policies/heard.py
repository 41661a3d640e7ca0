"""How well the rules hear a trigger: sentences that are one, and sentences with the same words that are none."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import yaml

from policies.rules.escalation import triggers_in
from policies.schema import Policy

HERE = Path(__file__).parent
MEASURED, OURS = HERE / "triggers", HERE / "sentences"


@dataclass(frozen=True, slots=True)
class Heard:
    """What came of one trigger's sentences."""

    trigger: str
    asks: int
    missed: tuple[str, ...]
    false: tuple[str, ...]

    @property
    def recall(self) -> float:
        return (self.asks - len(self.missed)) / self.asks

    @property
    def precision(self) -> float:
        hits = self.asks - len(self.missed)
        return hits / (hits + len(self.false)) if hits else 0.0

    def __str__(self) -> str:
        return f"{self.trigger:24}{self.recall:7.1%}{self.precision:11.1%}{len(self.missed):8}{len(self.false):7}"


HEADING = f"{'trigger':24}{'recall':>7}{'precision':>11}{'missed':>8}{'false':>7}"


def names(folder: Path) -> list[str]:
    """The triggers that have sentences in this folder."""
    return sorted(path.stem for path in folder.glob("*.yml"))


def sentences(folder: Path, trigger: str) -> dict[str, list[str]]:
    """`asks`: sentences that are this trigger; `near`: sentences that only sound so."""
    found: dict[str, list[str]] = yaml.safe_load((folder / f"{trigger}.yml").read_text(encoding="utf-8"))
    return found


def heard(policy: Policy, folder: Path, trigger: str) -> Heard:
    """The rules' answers to one trigger's sentences. No model is asked."""
    said = sentences(folder, trigger)
    return Heard(
        trigger, len(said["asks"]),
        missed=tuple(one for one in said["asks"] if trigger not in triggers_in(policy, one)),
        false=tuple(one for one in said["near"] if trigger in triggers_in(policy, one)),
    )  # fmt: skip
