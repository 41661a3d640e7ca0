"""Delegates in words: who acts for somebody who is away. Both are named wherever one of them is."""

from __future__ import annotations

from collections.abc import Iterable

from bot.render.scene import Scene
from policies.rules.assignment import Holder
from workflows import calling
from workflows.views import Signed


def instead_words(called: Iterable[Holder]) -> str:
    """`Sam Whitlock for Theo Okafor, who is away`; empty where nobody stands in."""
    return "; ".join(f"{each.name} for {_who(each.instead_of)} away" for each in called if each.instead_of)


def signer(scene: Scene, one: Signed) -> str:
    """Who answered: the user id, or `Sam Whitlock for Theo Okafor` where one did for somebody who was away."""
    return for_both(scene, one.person, one.on_behalf_of)


def for_both(scene: Scene, person: str, on_behalf_of: str) -> str:
    """The same, from user ids; `on_behalf_of` may be empty."""
    if not on_behalf_of:
        return person
    names = [calling.name_of(scene.ledger, scene.policy, each) for each in (person, on_behalf_of)]
    return " for ".join(names)


def _who(names: tuple[str, ...]) -> str:
    both = " and ".join(names)
    return f"{both}, who is" if len(names) == 1 else f"{both}, who are"
