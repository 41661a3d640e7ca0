"""The chain of the audit, and its anchor outside the database."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from core.audit import GENESIS, Anchor, Link, link, verify
from core.contract.audit import Entry
from core.crypto import Cipher


def _chain(count: int) -> list[Link]:
    links, previous = [], GENESIS
    for seq in range(1, count + 1):
        links.append(link(Entry("effect.claimed", "T-1001", "support", {"n": seq}), seq, previous, seq * 1_000))
        previous = links[-1].hash
    return links


def _head(links: list[Link]) -> tuple[int, str]:
    return (links[-1].seq, links[-1].hash)


def test_a_chain_as_it_was_written_has_no_faults() -> None:
    links = _chain(5)
    assert verify(links, _head(links), [_head(links)]).faults == ()


@pytest.mark.parametrize("field", ["kind", "audit_class", "subject", "actor", "facts", "at"])
def test_any_edited_field_is_found(field: str) -> None:
    links = _chain(5)
    values = {name: getattr(links[2], name) for name in Link.__slots__}
    values[field] = values[field] + 1 if isinstance(values[field], int) else values[field] + "x"
    changed = [*links[:2], Link(**values), *links[3:]]
    assert verify(changed, _head(links), [_head(links)]).faults != ()


def test_two_lines_that_changed_places_are_found() -> None:
    links = _chain(5)
    assert verify([links[0], links[2], links[1], *links[3:]], _head(links), [_head(links)]).faults != ()


def test_a_tail_that_was_cut_is_found_by_the_anchor_alone() -> None:
    links = _chain(5)
    assert any("missing" in fault for fault in verify(links[:3], _head(links[:3]), [_head(links)]).faults)


def test_the_anchor_only_moves_forward(tmp_path: Path) -> None:
    anchor = Anchor(tmp_path / "a.anchor", Cipher(bytes(32)))
    anchor.write(7, "b" * 64)
    anchor.write(6, "a" * 64)
    assert anchor.read() == (7, "b" * 64)
    assert Anchor(tmp_path / "a.anchor", Cipher(bytes(32))).read() == (7, "b" * 64)


def test_the_anchor_only_moves_forward_when_two_threads_write_at_once(tmp_path: Path) -> None:
    """Both have read line 5; whoever writes line 6 must not overwrite the other's line 7."""
    seven_is_written = threading.Event()

    class SlowAtSix(Cipher):
        def sign(self, text: str) -> str:
            if text.startswith("6 "):
                seven_is_written.wait(0.5)
            return super().sign(text)

    anchor = Anchor(tmp_path / "a.anchor", SlowAtSix(bytes(32)))
    anchor.write(5, "5" * 64)

    def write_seven() -> None:
        anchor.write(7, "7" * 64)
        seven_is_written.set()

    six = threading.Thread(target=anchor.write, args=(6, "6" * 64))
    six.start()
    seven = threading.Thread(target=write_seven)
    seven.start()
    six.join()
    seven.join()
    assert anchor.read() == (7, "7" * 64)


def test_an_anchor_with_another_signature_vouches_for_nothing(tmp_path: Path) -> None:
    Anchor(tmp_path / "a.anchor", Cipher(bytes([1] * 32))).write(5, "5" * 64)
    assert Anchor(tmp_path / "a.anchor", Cipher(bytes(32))).read()[0] == -1


def test_every_thousandth_head_is_kept_so_that_the_middle_is_vouched_for_too(tmp_path: Path) -> None:
    anchor = Anchor(tmp_path / "a.anchor", Cipher(bytes(32)))
    for seq in (999, 1_000, 2_500):
        anchor.write(seq, str(seq) * 10)
    assert [seq for seq, _ in anchor.points()] == [1_000, 2_500, 2_500]
