"""Personal data at rest: sealed to its place, and findable without being readable."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import tempfile
import zlib
from contextlib import suppress
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from core.errors import BadSettings, Bug

KEY_BYTES = 32
NONCE_BYTES = 12
VERSION = "v1"
PACKED, PACKED_LONG = b"\x01", b"\x02"
DEFLATE_FROM = 300  # bytes; shorter texts do not shrink


class Cipher:
    """Seals text with AES-256-GCM, bound to table, column and row: a value copied to another place does not open."""

    def __init__(self, key: bytes) -> None:
        if len(key) != KEY_BYTES:
            raise BadSettings(f"BATON_KEY_FILE must hold {KEY_BYTES} bytes as base64; it holds {len(key)}")
        self.key_id = hashlib.sha256(b"key id" + key).hexdigest()[:8]
        self._short_id = bytes.fromhex(self.key_id)
        self._prefix = f"{VERSION}:{self.key_id}:"
        self._aead = AESGCM(hmac.digest(key, b"seal", "sha256"))
        self._index_key = hmac.digest(key, b"blind index", "sha256")
        self._anchor_key = hmac.digest(key, b"anchor", "sha256")

    def seal(self, table: str, column: str, row: str, text: str) -> str:
        """The text as `v1:<key id>:<base64>`, to be stored in exactly this place."""
        return self._prefix + base64.b64encode(self._encrypt(table, column, row, text.encode())).decode()

    def open(self, table: str, column: str, row: str, sealed: str) -> str:
        """The text again. Raises `Bug` when it was sealed for another place or with another key."""
        if not sealed.startswith(self._prefix):
            raise Bug(f"{table}.{column} of {row} was sealed with another key than BATON_KEY_FILE")
        return self._decrypt(table, column, row, base64.b64decode(sealed[len(self._prefix) :])).decode()

    def pack(self, table: str, column: str, row: str, text: str) -> bytes:
        """As `seal`, small: version and key id in five bytes, long texts deflated before they are sealed."""
        plain = text.encode()
        long = len(plain) > DEFLATE_FROM
        body = self._encrypt(table, column, row, _deflate(plain) if long else plain)
        return (PACKED_LONG if long else PACKED) + self._short_id + body

    def unpack(self, table: str, column: str, row: str, packed: bytes) -> str:
        """What `pack` packed. Raises `Bug` as `open` does."""
        if not self.packed_it(packed):
            raise Bug(f"{table}.{column} of {row} was sealed with another key than BATON_KEY_FILE")
        plain = self._decrypt(table, column, row, packed[5:])
        return (zlib.decompress(plain) if packed[:1] == PACKED_LONG else plain).decode()

    def packed_it(self, packed: bytes) -> bool:
        """Whether this was packed with this key."""
        return packed[1:5] == self._short_id

    def _encrypt(self, table: str, column: str, row: str, plain: bytes) -> bytes:
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._aead.encrypt(nonce, plain, f"{table}.{column}.{row}".encode())

    def _decrypt(self, table: str, column: str, row: str, raw: bytes) -> bytes:
        try:
            return self._aead.decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], f"{table}.{column}.{row}".encode())
        except InvalidTag as error:
            raise Bug(f"{table}.{column} of {row} does not belong there: it was copied or changed") from error

    def blind(self, purpose: str, value: str) -> str:
        """A keyed index of a value, to look it up without storing it. The same value always gives the same index."""
        return hmac.digest(self._index_key, f"{purpose}\0{value.strip().lower()}".encode(), "sha256").hex()[:32]

    def sign(self, text: str) -> str:
        """A keyed signature for anchors that lie outside the database."""
        return hmac.digest(self._anchor_key, text.encode(), "sha256").hex()


def _deflate(plain: bytes) -> bytes:
    """Deflated with a window of 4 KiB: for texts of this size as small as with zlib's own 32 KiB, at a fifth of the time."""
    deflating = zlib.compressobj(level=1, wbits=12, memLevel=5)
    return deflating.compress(plain) + deflating.flush()


def _make_key(path: Path) -> None:
    """Puts a whole key there at once, unless another process was first."""
    descriptor, fresh = tempfile.mkstemp(dir=path.parent, prefix=f"{path.name}.")
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(base64.b64encode(os.urandom(KEY_BYTES)).decode() + "\n")
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(fresh, path)
    finally:
        os.unlink(fresh)


def load_or_make_key(path: Path) -> bytes:
    """The key in `path`; at the very first start a new one is written there, readable by its owner only."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        _make_key(path)
    if path.stat().st_mode & 0o077:
        raise BadSettings(f"{path} can be read by others; run: chmod 600 {path}")
    try:
        return base64.b64decode(path.read_text(encoding="ascii").strip(), validate=True)
    except ValueError as error:
        raise BadSettings(f"{path} is not a key; restore it from your backup") from error
