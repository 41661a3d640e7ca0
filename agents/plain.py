"""Text as it is compared: without case, spacing, look-alike forms and characters that nobody sees. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

_INVISIBLE = frozenset("\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u3164\uffa0")
WORD = re.compile(r"(?<!\d)(?<!\d-)[^\W\d_]+(?:['’-][^\W\d_]+)*(?!-?\d)")


_REMEMBERED = 1_024  # a task's texts and the team's pages are looked at many times in one turn
_ODD_ASCII = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


@lru_cache(maxsize=_REMEMBERED)
def plain(text: str) -> str:
    """The text as it is compared: one form for each character, all digits ASCII, no invisible characters."""
    if text.isascii() and not _ODD_ASCII.search(text):
        return text
    folded = unicodedata.normalize("NFKC", text)
    return "".join(_digit(char) for char in folded if not hidden(char))


@lru_cache(maxsize=_REMEMBERED)
def squeezed(text: str) -> str:
    """`plain`, without case, with one blank for each run of white space and straight quotes and dashes."""
    folded = (
        plain(text).casefold().translate({0x2019: "'", 0x2018: "'", 0x201C: '"', 0x201D: '"', 0x2013: "-", 0x2014: "-"})
    )
    return " ".join(folded.split())


@lru_cache(maxsize=_REMEMBERED)
def without_hidden(text: str) -> str:
    """The text without characters that nobody sees."""
    if text.isascii() and not _ODD_ASCII.search(text):
        return text
    return "".join(char for char in text if not hidden(char))


def hidden(char: str) -> bool:
    """Whether nobody sees this character: control, format, bidi, private or tag; line ends and tabs are fine."""
    if char in "\n\r\t":
        return False
    return unicodedata.category(char) in {"Cc", "Cf", "Co", "Cs", "Cn"} or char in _INVISIBLE or _is_variation(char)


def mixed_script(text: str) -> str:
    """The first word that mixes Latin letters with lookalikes of another alphabet; empty when there is none."""
    if text.isascii():
        return ""
    for match in WORD.finditer(text):
        scripts = {unicodedata.name(char, "?").split()[0] for char in match.group() if char.isalpha()}
        if "LATIN" in scripts and scripts & {"CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE"}:
            return match.group()
    return ""


def words(text: str) -> Iterator[str]:
    """The words of a text without case; of `bike-shop` the parts too, of `Dana's` only the name."""
    for match in WORD.finditer(plain(text)):
        word = match.group().casefold().replace("’", "'").removesuffix("'s")
        yield word
        yield from word.split("-") if "-" in word else ()


def _digit(char: str) -> str:
    return str(unicodedata.digit(char)) if char.isdigit() and not char.isascii() else char


def _is_variation(char: str) -> bool:
    return "\ufe00" <= char <= "\ufe0f" or "\U000e0000" <= char <= "\U000e01ef"
