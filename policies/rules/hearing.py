"""Which triggers a text calls, by the team's own rules and nothing else. Deterministic and pure.

Every pattern is checked when the policy is loaded, and compiled once, when the first text comes: a command that reads none does
not wait for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from policies.listening import ENOUGH, Ears, Listening, Rule
from policies.parts import Trigger
from policies.patterns import BUILT_IN, BadPattern, Compiler, Found
from policies.rules import wording
from policies.rules.wording import Said, Sentence, Spelling
from policies.source import Path

LONG = (
    8,
    24,
)  # sentences; in so long a text it takes a point more, since with each sentence chance words come together
NEAR = 3  # sentences in a row whose points count together: in a long mail weak words always add up
Fault = tuple[str, Path, str]
_Own = tuple[str, tuple[str, ...], int | None]  # what escalation.yml itself says: name, phrases, over_cents
_TAKEN_OUT = "_ "


@dataclass(frozen=True, slots=True)
class _Rule:
    found: Found
    unless: Found | None
    points: int

    def holds(self, sentence: Sentence) -> bool:
        if not self.found.stands_in(sentence.text, sentence.words):
            return False
        return self.unless is None or not self.unless.stands_in(sentence.text, sentence.words)


@dataclass(frozen=True, slots=True)
class _Ear:
    """One trigger's rules, compiled."""

    rules: tuple[_Rule, ...]
    leave_out: Found | None = None
    unless: Found | None = None
    unless_anywhere: Found | None = None
    capitals: int = 0
    exclamations: int = 0
    over_cents: int | None = None
    by_amount: bool = False  # an amount above the threshold is enough

    def hears(self, said: Said) -> bool:
        whole = self.unless_anywhere
        if whole and any(whole.stands_in(each.text, each.words) for each in said.sentences):
            return False
        left = [None if self._does_not_count(each) else self._left(each) for each in said.sentences]
        extra = self.capitals * said.capitals + self.exclamations * said.exclamations
        wanted = ENOUGH + sum(len(left) > length for length in LONG) - extra
        held = [self._held(each, against=False) for each in left]
        if not self._is_enough(held, wanted):  # most texts: what speaks against it need not be looked for
            return False
        against = (self._held(each, against=True) for each in left)
        return self._is_enough([one | other for one, other in zip(held, against, strict=True)], wanted)

    def _is_enough(self, held: list[frozenset[int]], wanted: int) -> bool:
        for first in range(max(1, len(held) - NEAR + 1)):
            points = sum(self.rules[at].points for at in frozenset().union(*held[first : first + NEAR]))
            if points > 0 and points >= wanted:  # how it is written says something of words only
                return True
        return False

    def _held(self, sentence: Sentence | None, *, against: bool) -> frozenset[int]:
        """Which of the rules that speak for it, or against it, hold in this sentence."""
        if sentence is None:
            return frozenset()
        return frozenset(
            at for at, rule in enumerate(self.rules) if (rule.points < 0) is against and rule.holds(sentence)
        )

    def _does_not_count(self, sentence: Sentence) -> bool:
        return self.unless is not None and self.unless.stands_in(sentence.text, sentence.words)

    def _left(self, sentence: Sentence) -> Sentence:
        if self.leave_out is None or not self.leave_out.stands_in(sentence.text, sentence.words):
            return sentence
        text = self.leave_out.without(sentence.text, _TAKEN_OUT)
        return Sentence(text, frozenset(text.split()))


@dataclass(frozen=True, slots=True, eq=False)
class Hearing:
    """All triggers' rules of one policy."""

    ears: Mapping[str, _Ear]
    spelling: Spelling

    def triggers_in(self, text: str) -> tuple[str, ...]:
        """The names of the triggers that the text calls, as in the file."""
        said = wording.read(text, self.spelling, None)
        return tuple(name for name, ear in self.ears.items() if self._is_heard(ear, text, said))

    def _is_heard(self, ear: _Ear, text: str, said: Said) -> bool:
        if ear.over_cents is not None:
            if ear.by_amount and wording.largest_amount(text) > ear.over_cents:
                return True
            said = wording.read(text, self.spelling, ear.over_cents)
        return ear.hears(said)


def hearing(triggers: Mapping[str, Trigger], ears: Ears) -> Hearing:
    """The rules of a policy that `faults` finds nothing wrong with, ready to listen. The same rules are compiled once."""
    return _of_policy(_Same(triggers, ears))


def faults(ears: Ears) -> tuple[Fault, ...]:
    """What is wrong with the patterns: (the trigger's name, or nothing for words.yml; the place in its file; in words)."""
    return _faults(ears.model_dump_json())


@lru_cache(maxsize=8)
def _faults(ears: str) -> tuple[Fault, ...]:
    return tuple(_all_faults(Ears.model_validate_json(ears)))


def _all_faults(ears: Ears) -> Iterator[Fault]:
    shared = Compiler(ears.words.groups, wording.plain_words)
    yield from _taken(ears.words.groups, "")
    for group in ears.words.groups:
        for number, entry in enumerate(ears.words.groups[group]):
            yield from _tried(shared, (entry,), "", ("groups", group, number))
    for name, listening in ears.triggers.items():
        compiler = Compiler({**ears.words.groups, **listening.groups}, wording.plain_words)
        yield from _taken(listening.groups, name)
        for patterns, path in _places(listening):
            yield from _tried(compiler, patterns, name, path)


def _places(listening: Listening) -> Iterator[tuple[tuple[str, ...], Path]]:
    for group, entries in listening.groups.items():
        for number, entry in enumerate(entries):
            yield (entry,), ("groups", group, number)
    for key in ("leave_out", "unless", "unless_anywhere"):
        for number, entry in enumerate(getattr(listening, key)):
            yield (entry,), (key, number)
    for number, rule in enumerate(listening.rules):
        yield _patterns(rule), ("rules", number)


def _patterns(rule: Rule) -> tuple[str, ...]:
    return tuple(pattern for pattern in (rule.say, *rule.together, *rule.unless) if pattern)


def _taken(groups: Iterable[str], name: str) -> Iterator[Fault]:
    for group in sorted(BUILT_IN.keys() & set(groups)):
        yield name, ("groups", group), f'groups: "{group}" is a name of our own; call it something else'


def _tried(compiler: Compiler, patterns: tuple[str, ...], name: str, path: Path) -> Iterator[Fault]:
    try:
        for pattern in patterns:
            compiler.one(pattern)
    except BadPattern as error:
        yield name, path, str(error)


# Compiling ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class _Same:
    """A key that stands for these two objects and no others; it keeps them, so that no others get their place."""

    triggers: Mapping[str, Trigger]
    ears: Ears

    def __hash__(self) -> int:
        return hash((id(self.triggers), id(self.ears)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.triggers is other.triggers and self.ears is other.ears


@lru_cache(maxsize=64)
def _of_policy(of: _Same) -> Hearing:
    """By the objects themselves, since a text is looked at in every turn; what they hold is compared only once."""
    rules = tuple((name, rule.phrases, rule.over_cents) for name, rule in of.triggers.items())
    return _compiled(rules, of.ears.model_dump_json())


@lru_cache(maxsize=16)
def _compiled(triggers: tuple[_Own, ...], packed: str) -> Hearing:
    ears = Ears.model_validate_json(packed)
    known = {word for listening in (None, *ears.triggers.values()) for word in _known(ears, listening)}
    known |= {word for _, phrases, _ in triggers for phrase in phrases for word in _own(phrase)}
    spelling = Spelling.of(ears.words.same_as, known, ears.words.spelt_right)
    found = {rule[0]: _ear(rule, ears.triggers.get(rule[0]), ears, spelling) for rule in triggers}
    return Hearing({name: ear for name, ear in found.items() if ear.rules or ear.by_amount}, spelling)


def _known(ears: Ears, listening: Listening | None) -> Iterator[str]:
    groups = listening.groups if listening else ears.words.groups
    for entries in groups.values():
        for entry in entries:
            yield from _own(entry)
    if listening is not None:
        also = (*listening.leave_out, *listening.unless, *listening.unless_anywhere)
        for pattern in (*also, *(pattern for rule in listening.rules for pattern in _patterns(rule))):
            yield from _own(pattern)


def _own(pattern: str) -> Iterator[str]:
    return Compiler({}, wording.plain_words).words(pattern)


def _ear(trigger: _Own, listening: Listening | None, ears: Ears, spelling: Spelling) -> _Ear:
    _, phrases, over_cents = trigger
    own = listening or Listening.model_construct(description="", groups={}, leave_out=(), unless=(), unless_anywhere=(),
                                                 rules=(), signals={})  # fmt: skip
    compiler = Compiler({**ears.words.groups, **own.groups}, spelling.words)
    simple = compiler.any_of(phrases)
    rules = [_Rule(simple, None, ENOUGH)] if simple else []
    for rule in own.rules:
        found = compiler.one(rule.say) if rule.say else compiler.together(rule.together, rule.within)
        rules.append(_Rule(found, compiler.any_of(rule.unless), rule.points))
    return _Ear(
        rules=tuple(rules), leave_out=compiler.any_of(own.leave_out),
        unless=compiler.any_of(own.unless), unless_anywhere=compiler.any_of(own.unless_anywhere),
        capitals=own.signals.get("capitals", 0), exclamations=own.signals.get("exclamations", 0),
        over_cents=over_cents, by_amount=over_cents is not None and listening is None,
    )  # fmt: skip
