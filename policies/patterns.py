"""The small language in which a team says what a trigger listens for, and its way into regular expressions.

A pattern is words with one space between. It is looked for inside one sentence, in words that `policies.rules.wording` has made
plain (small letters, "don't" as "do not"):

    word        this word                          word*       this word with any ending
    <group>     any entry of this group            a/b         one of these, words or groups
    word?       may be missing                     ..  ..5     up to three words between, or up to five
    two_words   two words as if they were one
    one / two   the pattern on one side or the other
    ?           the question mark at a sentence's end       ^  $     the sentence's beginning, its end

A group's entries are patterns themselves. `*` in a word's place means the same as `..`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import permutations

GAP = 3
MOST_GAP = 12
OVER = "overamount"  # what stands in a text for an amount above the trigger's `over_cents`: <over>
BARE = "overnumber"  # and for a number above it of which nothing says that it is money: <over_number>
BUILT_IN: Mapping[str, str] = {"over": OVER, "over_number": BARE}
_GAP = re.compile(r"\*|\.\.(\d{1,2})?")
_PART = r"(?:<[a-z][a-z0-9_]*>|[\w'’-]+\*?|[\U0001f300-\U0001faff\u2639])"
_ATOM = re.compile(rf"{_PART}(?:/{_PART})*\??")
_DEEPEST = 8

Groups = Mapping[str, tuple[str, ...]]
Plain = Callable[[str], tuple[str, ...]]


class BadPattern(ValueError):  # noqa: N818 - named by what it is, as core.errors does
    """A pattern that means nothing; the text says why, for whoever wrote it."""


@dataclass(frozen=True, slots=True)
class Found:
    """A compiled pattern. `anchors`: words of which one must stand in the sentence; None when that cannot be said."""

    source: str
    anchors: frozenset[str] | None

    def stands_in(self, sentence: str, words: frozenset[str]) -> bool:
        """Whether the pattern is in this sentence, whose words are `words`."""
        if self.anchors is not None and self.anchors.isdisjoint(words):
            return False
        return _regex(self.source).search(sentence) is not None

    def without(self, sentence: str, instead: str) -> str:
        """The sentence with `instead` in the place of all that the pattern finds."""
        return _regex(self.source).sub(instead, sentence)


@lru_cache(maxsize=8192)
def _regex(source: str) -> re.Pattern[str]:
    """Compiled when a word of it first stands in a text: a policy has many patterns, and most are never needed."""
    return re.compile(source)


@dataclass(frozen=True, slots=True)
class _Piece:
    """A part of a pattern as a regular expression in which every word ends with a space."""

    regex: str
    anchors: frozenset[str] | None


_MARKS = {"?": _Piece(r"\? ", frozenset("?")), "^": _Piece(r"\A", None), "$": _Piece(r"(?:\? )?\Z", None)}


@dataclass(frozen=True, slots=True)
class Compiler:
    """Compiles patterns over a team's groups. `plain` turns a literal into the words that a text would have for it."""

    groups: Groups
    plain: Plain
    _known: dict[str, _Piece] = field(default_factory=dict, repr=False, compare=False)

    def one(self, pattern: str) -> Found:
        """Raises `BadPattern`."""
        return _whole(self._sequence(pattern, ()))

    def together(self, patterns: tuple[str, ...], within: int) -> Found:
        """All of them in one sentence, in any order, with at most `within` words between. Raises `BadPattern`."""
        pieces = [self._sequence(pattern, ()) for pattern in patterns]
        gap = rf"(?:\S+ ){{0,{within}}}?"
        ways = "|".join(gap.join(piece.regex for piece in order) for order in permutations(pieces))
        return _whole(_Piece(f"(?:{ways})", _fewest(pieces)))

    def any_of(self, patterns: tuple[str, ...]) -> Found | None:
        """One of them; None when there is none. Raises `BadPattern`."""
        return _whole(_either([self._sequence(pattern, ()) for pattern in patterns])) if patterns else None

    def words(self, pattern: str) -> Iterator[str]:
        """The plain words of a pattern, without those of its groups: what a misspelt word may have meant."""
        for element in pattern.split():
            for part in element.removesuffix("?").split("/"):
                if part and part[0] not in "<.*?^$" and not part.endswith("*"):
                    yield from self.plain(part)

    def _sequence(self, pattern: str, inside: tuple[str, ...]) -> _Piece:
        sides = pattern.split(" / ")
        return _either([self._words(side, inside) for side in sides])

    def _words(self, pattern: str, inside: tuple[str, ...]) -> _Piece:
        elements = pattern.split()
        if not elements:
            raise BadPattern("an empty pattern finds nothing")
        if _GAP.fullmatch(elements[0]) or _GAP.fullmatch(elements[-1]):
            raise BadPattern(f'"{pattern}": a gap stands between words, not at an end')
        regex, needed = "", []
        for element in elements:
            if gap := _GAP.fullmatch(element):
                most = int(gap[1] or GAP)
                if not 0 < most <= MOST_GAP:
                    raise BadPattern(f'"{pattern}": a gap is 1 to {MOST_GAP} words')
                regex += rf"(?:\S+ ){{0,{most}}}?"
                continue
            piece = self._element(element, pattern, inside)
            optional = len(element) > 1 and element.endswith("?")
            regex += f"(?:{piece.regex})?" if optional else piece.regex
            if not optional:
                needed.append(piece)
        if not needed:
            raise BadPattern(f'"{pattern}": not every word can be missing')
        return _Piece(regex, _fewest(needed))

    def _element(self, element: str, pattern: str, inside: tuple[str, ...]) -> _Piece:
        if element in _MARKS:
            return _MARKS[element]
        if not _ATOM.fullmatch(element):
            raise BadPattern(f'"{pattern}": cannot read "{element}"')
        return _either([self._part(part, pattern, inside) for part in element.removesuffix("?").split("/")])

    def _part(self, part: str, pattern: str, inside: tuple[str, ...]) -> _Piece:
        if part.startswith("<"):
            return self._group(part[1:-1], pattern, inside)
        words = self.plain(part.removesuffix("*"))
        if not words:
            raise BadPattern(f'"{pattern}": "{part}" has no letter in it')
        if part.endswith("*"):
            return _Piece("".join(f"{re.escape(word)} " for word in words)[:-1] + r"\S* ", None)
        return _Piece("".join(f"{re.escape(word)} " for word in words), frozenset({max(words, key=len)}))

    def _group(self, name: str, pattern: str, inside: tuple[str, ...]) -> _Piece:
        if name in BUILT_IN:
            return _Piece(f"{BUILT_IN[name]} ", frozenset({BUILT_IN[name]}))
        if name not in self.groups:
            raise BadPattern(f'"{pattern}": there is no group "{name}"')
        if name in inside or len(inside) >= _DEEPEST:
            raise BadPattern(f'"{pattern}": the group "{name}" contains itself')
        if not self.groups[name]:
            raise BadPattern(f'"{pattern}": the group "{name}" is empty')
        if name not in self._known:
            self._known[name] = _either([self._sequence(entry, (*inside, name)) for entry in self.groups[name]])
        return self._known[name]


def _either(pieces: list[_Piece]) -> _Piece:
    regexes = list(dict.fromkeys(piece.regex for piece in pieces))
    anchors: frozenset[str] | None = frozenset()
    for piece in pieces:
        anchors = None if anchors is None or piece.anchors is None else anchors | piece.anchors
    return _Piece(regexes[0] if len(regexes) == 1 else f"(?:{'|'.join(regexes)})", anchors)


def _fewest(pieces: list[_Piece]) -> frozenset[str] | None:
    """All of the pieces must be there, so the one with the fewest words tells soonest that they are not."""
    return min((piece.anchors for piece in pieces if piece.anchors is not None), key=len, default=None)


def _whole(piece: _Piece) -> Found:
    return Found(rf"(?<!\S){piece.regex}", piece.anchors)
