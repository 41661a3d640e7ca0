"""Personal data at rest opens in its own place and with its own key only."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from core.crypto import Cipher, load_or_make_key
from core.errors import BadSettings, Bug
from tests.support.house import mail, open_home


def test_what_was_sealed_opens_in_its_place() -> None:
    cipher = Cipher(bytes(32))
    place = ("threads", "address", "M-1")
    assert cipher.open(*place, cipher.seal(*place, "dana@example.com")) == "dana@example.com"
    for text in ("Dana", "ä" * 5_000, "x"):
        assert cipher.unpack("event", "body", "ev_1", cipher.pack("event", "body", "ev_1", text)) == text


@pytest.mark.parametrize(
    "place", [("threads", "name", "M-1"), ("people", "address", "M-1"), ("threads", "address", "M-2")]
)
def test_a_ciphertext_that_was_moved_does_not_open(place: tuple[str, str, str]) -> None:
    cipher = Cipher(bytes(32))
    with pytest.raises(Bug, match="does not belong there"):
        cipher.open(*place, cipher.seal("threads", "address", "M-1", "dana@example.com"))
    with pytest.raises(Bug, match="does not belong there"):
        cipher.unpack(*place, cipher.pack("threads", "address", "M-1", "dana@example.com"))


def test_a_changed_ciphertext_does_not_open() -> None:
    cipher = Cipher(bytes(32))
    packed = bytearray(cipher.pack("event", "body", "ev_1", "ten dollars"))
    packed[-1] ^= 1
    with pytest.raises(Bug):
        cipher.unpack("event", "body", "ev_1", bytes(packed))


def test_another_key_opens_nothing_and_says_which_setting_it_is() -> None:
    one, two = Cipher(bytes(32)), Cipher(bytes([1] * 32))
    with pytest.raises(Bug, match="BATON_KEY_FILE"):
        two.open("t", "c", "r", one.seal("t", "c", "r", "x"))
    with pytest.raises(Bug, match="BATON_KEY_FILE"):
        two.unpack("t", "c", "r", one.pack("t", "c", "r", "x"))
    assert one.blind("mail", "dana@example.com") != two.blind("mail", "dana@example.com")


def test_the_same_text_is_never_the_same_ciphertext_and_always_the_same_index() -> None:
    cipher = Cipher(bytes(32))
    assert cipher.pack("t", "c", "r", "x") != cipher.pack("t", "c", "r", "x")
    assert cipher.blind("mail", " Dana@Example.com ") == cipher.blind("mail", "dana@example.com")
    assert cipher.blind("mail", "x") != cipher.blind("conversation", "x")


@pytest.mark.sqlite  # compares the file's bytes
def test_an_installation_with_another_key_is_refused_at_start_and_nothing_is_written(tmp_path: Path) -> None:
    home = open_home(tmp_path)
    home.house.services.arrivals.mail(mail("When do you open?"))
    home.house.close()
    (tmp_path / "baton.key").unlink()
    before = (tmp_path / "baton.db").read_bytes()
    with pytest.raises(BadSettings, match="BATON_KEY_FILE"):
        open_home(tmp_path)
    assert (tmp_path / "baton.db").read_bytes() == before


def test_the_key_file_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "baton.key"
    first = load_or_make_key(file)
    assert load_or_make_key(file) == first and len(first) == 32
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    file.chmod(0o644)
    with pytest.raises(BadSettings, match="chmod 600"):
        load_or_make_key(file)


@pytest.mark.parametrize("content", ["", "not base64!", "c2hvcnQ="])
def test_a_broken_key_file_is_one_clear_line(tmp_path: Path, content: str) -> None:
    file = tmp_path / "baton.key"
    file.write_text(content)
    file.chmod(0o600)
    with pytest.raises(BadSettings):
        Cipher(load_or_make_key(file))
