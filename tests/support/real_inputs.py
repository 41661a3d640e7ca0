"""Sixty real inputs that nobody here wrote, drawn by the order of their hashes so that nobody chose them.

Twenty mails made from `forge` pairs (sender and body), ten mails of `mikel`, twenty `banking77` lines and ten lines of `clinc150`
that are out of scope, as chat. An input's id is the hash of its content; the labels in `real_labels.yml` were given by hand,
by reading, before anything was run. The inputs themselves stay where they lie.
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

DATA = Path(__file__).parents[3] / "shared" / "data"


@dataclass(frozen=True, slots=True)
class RealInput:
    """One input. `source` is mail or chat; `raw` is what comes in."""

    id: str
    origin: str
    source: str
    raw: bytes


def all_inputs() -> list[RealInput]:
    """The sixty, in a fixed order; empty where the data does not lie."""
    if not (DATA / "forge").is_dir():
        return []
    return [
        *_drawn("forge", "mail", _forge(), 20), *_drawn("mikel", "mail", _mikel(), 10),
        *_drawn("banking77", "chat", _banking(), 20), *_drawn("clinc150", "chat", _clinc(), 10),
    ]  # fmt: skip


def _drawn(origin: str, source: str, contents: list[bytes], count: int) -> list[RealInput]:
    by_hash: Callable[[bytes], str] = lambda content: hashlib.sha256(content).hexdigest()  # noqa: E731
    chosen = sorted(set(contents), key=by_hash)[:count]
    return [RealInput(by_hash(content)[:12], origin, source, content) for content in chosen]


def _forge() -> list[bytes]:
    mails = []
    for body in sorted((DATA / "forge" / "dataset" / "P").glob("*_body")):
        sender = (
            body.with_name(body.name.replace("_body", "_sender")).read_text(encoding="utf-8", errors="replace").strip()
        )
        text = body.read_text(encoding="utf-8", errors="replace").replace("#sig#", "").replace("#reply#", "> ")
        key = hashlib.sha256(text.encode()).hexdigest()[:16]
        head = f"From: {sender}\r\nTo: workshop@example.com\r\nSubject: {text.strip().splitlines()[0][:60]}\r\n"
        head += f"Message-ID: <{key}@forge.example.com>\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
        mails.append((head + text).encode())
    return mails


def _mikel() -> list[bytes]:
    return [path.read_bytes() for path in sorted((DATA / "mikel").rglob("*.eml"))]


def _banking() -> list[bytes]:
    with (DATA / "banking77" / "banking_data" / "train.csv").open(encoding="utf-8", newline="") as file:
        return [row["text"].strip().encode() for row in csv.DictReader(file)]


def _clinc() -> list[bytes]:
    found = json.loads((DATA / "clinc150" / "data.json").read_text(encoding="utf-8"))
    return [text.encode() for text, _ in found["oos_val"]]
