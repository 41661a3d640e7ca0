"""What a text says, made plain: sentences of small words, with amounts marked and slips of the pen put right. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from policies.patterns import BARE, OVER

_UNSEEN_ASCII = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_APOSTROPHE = "['’‘`´ʼ＇]"
_ENDINGS = tuple(
    (re.compile(pattern.replace("'", _APOSTROPHE)), plain)
    for pattern, plain in (
        (r"\bwon't\b", "will not"), (r"\bcan't\b", "can not"), (r"\bshan't\b", "shall not"), (r"(?<=[a-z])n't\b", " not"),
        (r"(?<=[a-z])'ll\b", " will"), (r"(?<=[a-z])'re\b", " are"), (r"(?<=[a-z])'ve\b", " have"), (r"(?<=\bi)'m\b", " am"),
        (r"(?<=[a-z])'d\b", " would"), (r"(?<=\w)'(?=\w)", ""),
    )
)  # fmt: skip
_SENTENCE_END = re.compile(r"(?<=[.!?;…])[\"'”’)\]]*\s+|\n\s*\n|\n(?=\s*(?:[-*•]|\d[.)])\s)")
_TOKEN = re.compile(r"[^\W_]+|\?(?=[?!.\s\"”')]*$)|[\U0001f300-\U0001faff\u2639]")
_SHOUTED = re.compile(r"\b[A-Z]{3,}\b")
_WORD = re.compile(r"\b[A-Za-z]{3,}\b")
_NUMBER_WORDS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11,
    "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18,
    "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80,
    "ninety": 90,
}  # fmt: skip
_WORDED = "|".join(_NUMBER_WORDS)
_DIGITS = r"\d[\d,]{0,14}(?:\.\d{1,9})?"
_SCALES = r"k|grand|thousand|m|mil|million"
_MONEY = re.compile(
    rf"(?:[$€£]|usd\s?|eur\s?)\s?(?P<a>{_DIGITS})(?:\s?(?P<ka>{_SCALES})\b)?"
    rf"|(?<![\d.,])(?P<b>{_DIGITS})\s?(?P<kb>{_SCALES})?[\s-]?(?:usd|dollars?|bucks|euros?|pounds|eur)\b"
    rf"|(?<![\d.,])(?P<c>{_DIGITS})\s?(?P<kc>grand)\b"
    rf"|\b(?P<w>(?:(?:{_WORDED}|\d{{1,3}}|a|half|quarter|of|hundred|and|to)[\s-]){{1,6}})(?P<kw>thousand|grand|million)\b"
    r"(?P<rest>(?:[\s-](?:usd|dollars?|bucks))?)"
)
_BARE = re.compile(rf"(?<![\w$.,#-])(?P<n>\d{{2,3}}(?:,\d{{3}})+|\d{{5,7}}|{_DIGITS}\s?(?P<k>k))(?![\w-])(?!,\d)")
_SCALE = {"k": 1_000, "grand": 1_000, "thousand": 1_000, "m": 1_000_000, "mil": 1_000_000, "million": 1_000_000}
_SHORTEST_SLIP, _LONG_WORD, _LONGEST_SLIP = 6, 8, 18


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence: its words with a space after each, and the same as a set."""

    text: str
    words: frozenset[str]


@dataclass(frozen=True, slots=True)
class Said:
    """A text as the rules read it. `capitals`: whole words shouted; `exclamations`: marks in a row or many of them."""

    sentences: tuple[Sentence, ...]
    capitals: bool
    exclamations: bool


def seen(text: str) -> str:
    """The text without what nobody sees, and without accents and widths."""
    wide = text if text.isascii() else unicodedata.normalize("NFKD", text)
    if wide.isascii():
        return _UNSEEN_ASCII.sub("", wide)
    return "".join(char for char in wide if unicodedata.category(char) not in ("Cf", "Mn", "Cc") or char in "\n\t\r")


def plain_words(text: str) -> tuple[str, ...]:
    """The words of a piece of text, with short forms written out."""
    low = text.casefold()
    if low.isascii() and low.isalnum():
        return (low,)
    for pattern, instead in _ENDINGS:
        low = pattern.sub(instead, low)
    return tuple(_TOKEN.findall(low))


@dataclass(frozen=True, slots=True)
class Spelling:
    """How people write what the rules know: short forms, and slips of one letter inside a longer word."""

    same_as: Mapping[str, str] = field(default_factory=dict)
    known: frozenset[str] = frozenset()
    right: frozenset[str] = frozenset()

    @classmethod
    def of(cls, same_as: Mapping[str, str], known: Iterable[str], right: Iterable[str]) -> Spelling:
        """`known`: all words of the rules."""
        short = {key.casefold(): " ".join(plain_words(value)) for key, value in same_as.items()}
        return cls(short, frozenset((*known, OVER, BARE)), frozenset(right))

    def words(self, text: str) -> tuple[str, ...]:
        """The plain words of a text as the rules know them."""
        found: list[str] = []
        for word in plain_words(text):
            if word in self.same_as:
                found.extend(self.same_as[word].split())
            elif word in self.known or word in self.right or not _SHORTEST_SLIP <= len(word) + 1 <= _LONGEST_SLIP:
                found.append(word)
            else:
                found.append(self._meant(word))
        return tuple(found)

    def _meant(self, word: str) -> str:
        """The known word that differs by one slip inside: two letters changed round, one missing, one too many; in long
        words also a wrong one. A first or last letter is never wrong."""
        inside = range(1, len(word) - 1)
        swapped = (word[:at] + word[at + 1] + word[at] + word[at + 2 :] for at in range(1, len(word) - 2))
        fewer = (word[:at] + word[at + 1 :] for at in inside)
        more = (word[:at] + letter + word[at:] for at in range(1, len(word)) for letter in _LETTERS)
        for other in (*swapped, *fewer, *more):
            if len(other) >= _SHORTEST_SLIP and other in self.known:
                return other
        if len(word) >= _LONG_WORD:
            for at in inside:
                for letter in _LETTERS:
                    other = word[:at] + letter + word[at + 1 :]
                    if other in self.known:
                        return other
        return word


_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def read(text: str, spelling: Spelling, over_cents: int | None) -> Said:
    """The text in sentences. With `over_cents` each larger amount is one word, `OVER`."""
    visible = seen(text)
    if over_cents is not None:
        visible = marked(visible, over_cents)
    sentences = []
    for piece in _SENTENCE_END.split(visible):
        words = spelling.words(piece)
        if words:
            sentences.append(Sentence("".join(f"{word} " for word in words), frozenset(words)))
    return Said(tuple(sentences), _shouts(visible), "!!" in visible or visible.count("!") >= 3)


def _shouts(text: str) -> bool:
    shouted, words = len(_SHOUTED.findall(text)), len(_WORD.findall(text))
    return shouted >= 2 and shouted * 3 >= min(words, 12)


def amounts(text: str) -> list[tuple[int, int, int]]:
    """Every amount of money in the text: where it begins and ends, and its cents."""
    low = text.casefold() if len(text.casefold()) == len(text) else text.lower()
    return [(match.start(), match.end(), _cents(match)) for match in _MONEY.finditer(low)]


@lru_cache(maxsize=256)
def largest_amount(text: str) -> int:
    """The largest amount of money in the text, in cents; 0 when there is none."""
    return max((cents for _, _, cents in amounts(unicodedata.normalize("NFKC", text))), default=0)


def marked(text: str, over_cents: int) -> str:
    """The text with one word in the place of each larger amount, and another for each larger number without a unit."""
    text = unicodedata.normalize("NFKC", text)
    for begin, end, cents in reversed(amounts(text)):
        if cents > over_cents:
            text = f"{text[:begin]} {OVER} {text[end:]}"
    for match in reversed(list(_BARE.finditer(text.lower()))):
        whole = match["n"].replace(",", "").rstrip("k ").partition(".")[0]
        if int(whole) * (1_000 if match["k"] else 1) * 100 > over_cents:
            text = f"{text[: match.start()]} {BARE} {text[match.end() :]}"
    return text


def _cents(match: re.Match[str]) -> int:
    if match["w"]:
        return _spoken(match["w"]) * _SCALE[match["kw"]] // 10
    digits = match["a"] or match["b"] or match["c"]
    scale = _SCALE.get(match["ka"] or match["kb"] or match["kc"] or "", 1)
    whole, _, part = digits.replace(",", "").partition(".")
    cents = (int(whole or 0) * 100 + int((part + "00")[:2])) * scale
    return (
        cents + scale if part[2:] else cents
    )  # 1.125 million: what two digits cannot hold only makes the amount larger


def _spoken(words: str) -> int:
    """Twenty five, a hundred and twenty, 15 to 20, a quarter of a: how many thousandths of them, for a half is none whole."""
    total, share = 0, 1_000
    for word in re.findall(r"[a-z]+|\d+", words):
        if word == "hundred":
            total = max(total, 1) * 100
        elif word in ("to", "of", "and", "a"):
            total = 0 if word == "to" else total
        elif word in ("half", "quarter"):
            share = 500 if word == "half" else 250
        else:
            total += int(word) if word.isdigit() else _NUMBER_WORDS[word]
    return max(total, 1) * share
