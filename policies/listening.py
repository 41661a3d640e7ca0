"""words.yml and triggers/<name>.yml: what the triggers listen for in the words of a text, without any model.

Every field name is a YAML key that a team has in its files: a frozen wire format with a test.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from policies.parts import Count, Name, Part, Words

ENOUGH = 2  # points
Signal = Literal["capitals", "exclamations"]


def _number_as_word(value: object) -> object:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


Patterns = tuple[Annotated[Words, BeforeValidator(_number_as_word)], ...]
Points = Annotated[
    int, Field(ge=-9, le=4, strict=True)
]  # what speaks against it may outweigh several that speak for it


class Rule(Part):
    """A pattern that must stand in one sentence, or several `together` with at most `within` words between them."""

    say: str = ""
    together: Patterns = ()
    within: Annotated[int, Field(ge=0, le=12, strict=True)] = 4
    unless: Patterns = ()  # a sentence in which one of these stands does not count
    points: Points = ENOUGH  # below nought: it speaks against

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if bool(self.say) == bool(self.together):
            raise ValueError("a rule has either `say` or `together`")
        if self.together and not 1 < len(self.together) < 4:
            raise ValueError("together: two or three patterns")
        return self


def _written_short(value: object) -> object:
    return {"say": value} if isinstance(value, str) else value


class Listening(Part):
    """What one trigger listens for. It is heard when its rules find `ENOUGH` points in three sentences in a row; a rule
    counts once in them."""

    description: Words
    groups: Mapping[Name, Patterns] = Field(default_factory=dict)  # beside those of words.yml
    leave_out: Patterns = ()  # words that mean something else here: they are taken out before anything is looked for
    unless: Patterns = ()  # a sentence in which one of these stands does not count
    unless_anywhere: Patterns = ()  # a text in which one of these stands does not count
    rules: Annotated[tuple[Annotated[Rule, BeforeValidator(_written_short)], ...], Field(min_length=1)]
    signals: Mapping[Signal, Count] = Field(default_factory=dict)  # points for how it is written


class WordsFile(Part):
    """Words that several triggers share."""

    groups: Mapping[Name, Patterns]
    same_as: Mapping[str, str] = Field(default_factory=dict)  # how people write, and what it stands for
    spelt_right: tuple[str, ...] = ()  # words that look like a slip for one of ours and are none


class Ears(Part):
    """All that the triggers listen for."""

    words: WordsFile = WordsFile(groups={})
    triggers: Mapping[Name, Listening] = Field(default_factory=dict)
