"""What a text looks like to the classifiers: four kinds of features, the same for training and for use.

Words, pieces of words (typos and endings), families of words (`concepts`), and how the text begins. Unigrams on
purpose: on thousands of examples pairs of words cost many times the memory and win little.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator

from gateways.model.concepts import FAMILIES, families_in

_FORMAT = 2
_LONGEST = 6_000  # characters of a text that are looked at
_PIECES = (3, 4, 5)
KINDS = ("w", "c", "f", "b")  # each kind is weighed on its own, so that the many pieces do not drown the few words

_REPLACED: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"https?://\S+|www\.\S+"), " zzurl "),
    (re.compile(r"[^\s@]{1,80}@\S+"), " zzmail "),
    (re.compile(r"[$€£]\s?\d[\d,.]*|\b\d[\d,.]*\s?(?:dollars|usd|euros?|bucks)\b"), " zzmoney "),
    (re.compile(r"\b(?:wo|r|inv|ch|t)-\d+\b"), " zzorder "),
    (re.compile(r"\d+"), " zznum "),
    (re.compile(r"!{2,}"), " zzbang "),
)
_WORD = re.compile(r"[^\W_]+(?:'[a-z]+)?")


def version() -> str:
    """Changes when the same text would give other features: arrays learned before are then of no use."""
    families = "\n".join(f"{name} {pattern.pattern}" for name, pattern in FAMILIES.items())
    return hashlib.sha256(f"{_FORMAT}\n{families}".encode()).hexdigest()[:8]


def plain(text: str) -> str:
    text = text[:_LONGEST].lower().replace("’", "'")
    for pattern, name in _REPLACED:
        text = pattern.sub(name, text)
    return text


def words(text: str) -> list[str]:
    """The words of a text, lower case; numbers, amounts, addresses and the like are replaced by what they are."""
    return _WORD.findall(plain(text))


def features(text: str) -> Iterator[str]:
    """Every feature of a text, as often as it stands there, named `<kind>:<feature>`."""
    bare = plain(text)
    found = _WORD.findall(bare)
    for word in found:
        yield f"w:{word}"
    for word in found:
        yield from _pieces(word)
    for family in families_in(bare):
        yield f"f:{family}"
    for count in (1, 2, 3):
        yield "b:" + " ".join(found[:count])
    if "?" in text:
        yield "b:?"
    yield f"b:length {min(4, len(found) // 8)}"


def _pieces(word: str) -> Iterator[str]:
    if word.startswith("zz"):
        return
    padded = f" {word} "
    for size in _PIECES:
        for at in range(len(padded) - size + 1):
            yield f"c:{padded[at : at + size]}"
