"""Whatever JSON comes, the judge answers: it never fails itself, and each finding points into the payload."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from localslack.blocks.judge import Surface, attachment_problems, block_problems, plain_view_problems, view_problems
from tests.localslack.blocks_samples import SAMPLES

PLAIN_VALUES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9)
NAMES = st.sampled_from(["type", "text", "elements", "blocks", "action_id", "url"]) | st.text(max_size=9)
ANYTHING = st.recursive(
    PLAIN_VALUES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4), max_leaves=9
)
SURFACES = st.sampled_from(list(Surface))


def _places(value: Any) -> list[tuple[Any, Any]]:
    """Every list or object in a value, with each of its keys."""
    keys = list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else []
    return [(value, key) for key in keys] + [place for key in keys for place in _places(value[key])]


def _there(payload: Any, pointer: str) -> bool:
    """Whether what a pointer names, or what should hold it, is in the payload."""
    inner = payload
    for step in pointer.split("/")[1:-1]:
        if isinstance(inner, list):
            inner = inner[int(step)]
        elif isinstance(inner, dict) and step in inner:
            inner = inner[step]
        else:
            return False
    return True


@st.composite
def spoilt_blocks(draw: st.DrawFn) -> list[Any]:
    """One or two samples, some of their values replaced by anything."""
    names = draw(st.lists(st.sampled_from(sorted(SAMPLES)), min_size=1, max_size=2))
    blocks = json.loads(json.dumps([SAMPLES[name][0] for name in names]))
    for _ in range(draw(st.integers(1, 3))):
        holder, key = draw(st.sampled_from(_places(blocks)))
        holder[key] = draw(ANYTHING)
    return blocks


@given(spoilt_blocks() | ANYTHING, SURFACES)
def test_every_payload_is_judged_and_every_finding_points_into_it(blocks: Any, surface: Surface) -> None:
    for problem in block_problems(blocks, surface):
        assert problem.message
        assert _there({"blocks": blocks}, problem.pointer)


@given(spoilt_blocks() | ANYTHING)
def test_every_view_and_attachment_is_judged(blocks: Any) -> None:
    assert view_problems({"type": "home", "blocks": blocks}, ("modal",))
    assert isinstance(plain_view_problems({"type": "home", "blocks": blocks}), list)
    assert isinstance(attachment_problems([{"blocks": blocks}]), list)


@given(ANYTHING.filter(lambda value: not isinstance(value, dict) or value.get("type") not in ("modal", "home")))
def test_what_is_no_view_is_refused(view: Any) -> None:
    assert view_problems(view, ("modal", "home"))
    assert plain_view_problems(view)
