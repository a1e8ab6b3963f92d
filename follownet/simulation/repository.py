"""A repository of Bluesky as a CAR file: records, the tree that names them, and the commit.

All but the signature of the commit, which is zeros, is as the protocol says: a tree of these
records has one form, and so has the file.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any, Final

from follownet.errors import MissingExtraError

#: What begins a content address of DAG-CBOR by sha256.
_CBOR: Final = b"\x01\x71\x12\x20"
_SIGNATURE: Final = bytes(64)
_VERSION: Final = 3
_DIGITS: Final = "234567abcdefghijklmnopqrstuvwxyz"
#: Digits of a clock reading, and its last bits, which tell clocks apart.
_LENGTH: Final = 13
_CLOCK: Final = 10

#: Name (collection and key), content address, and layer of the tree.
_Entry = tuple[bytes, bytes, int]


def car(owner: str, revision: str, records: dict[str, Any]) -> bytes:
    """Return the file of a repository.

    Parameters
    ----------
    owner
        The DID of the account.
    revision
        The clock reading of its last change, as `reading` gives it.
    records
        The records by their names: collection and key.

    Raises
    ------
    MissingExtraError
        If libipld is not installed.
    """
    blocks = Blocks(_encoder())
    named = [(name.encode(), blocks.add(records[name])) for name in sorted(records)]
    root = tree(named, blocks)
    commit = {"did": owner, "version": _VERSION, "data": root, "rev": revision}
    head = blocks.add(commit | {"prev": None, "sig": _SIGNATURE})
    return blocks.file(head)


class Blocks:
    """Blocks in the order in which they are added, by their content address."""

    def __init__(self, encode: Callable[[Any], bytes]) -> None:
        self._encode = encode
        self._blocks: dict[bytes, bytes] = {}

    def add(self, content: Any) -> bytes:
        """Add a block; return its content address."""
        block = self._encode(content)
        cid = _CBOR + hashlib.sha256(block).digest()
        self._blocks[cid] = block
        return cid

    def file(self, root: bytes) -> bytes:
        """Return the file with its root named and lying first."""
        order = dict.fromkeys([root, *self._blocks])
        header = self._encode({"roots": [root], "version": 1})
        return b"".join(map(_section, [header, *(cid + self._blocks[cid] for cid in order)]))


def tree(named: Iterable[tuple[bytes, bytes]], blocks: Blocks) -> bytes:
    """Add the nodes of the tree of records, sorted by name; return the root's content address."""
    entries = [(name, cid, _layer(name)) for name, cid in named]
    top = max((layer for _, _, layer in entries), default=0)
    return _node(entries, top, blocks)


def reading(micros: int) -> str:
    """Return a clock reading (TID) of a time in microseconds since 1970."""
    ticks = micros << _CLOCK
    return "".join(_DIGITS[ticks >> 5 * place & 31] for place in reversed(range(_LENGTH)))


def _node(entries: list[_Entry], layer: int, blocks: Blocks) -> bytes:
    """Add a node: the names of its layer, and between them the nodes of the layer below."""
    below: list[_Entry] = []
    parts: list[Any] = [below]
    for entry in entries:
        if entry[2] == layer:
            below = []
            parts += [entry, below]
        else:
            below.append(entry)
    lower = [_node(part, layer - 1, blocks) if part else None for part in parts[::2]]
    written, last = [], b""
    for (name, cid, _), after in zip(parts[1::2], lower[1:], strict=True):
        shared = _shared(last, name)
        written.append({"p": shared, "k": name[shared:], "v": cid, "t": after})
        last = name
    return blocks.add({"l": lower[0], "e": written})


def _layer(name: bytes) -> int:
    """Return the layer of a name: half of the zero bits that its sha256 begins with."""
    digest = int.from_bytes(hashlib.sha256(name).digest(), "big")
    return (256 - digest.bit_length()) // 2


def _shared(one: bytes, other: bytes) -> int:
    pairs = zip(one, other, strict=False)
    return next((n for n, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))


def _section(content: bytes) -> bytes:
    """Return what is put before with its length, seven bits a byte, the lowest first."""
    length, head = len(content), bytearray()
    while length > 0x7F:
        head.append(length & 0x7F | 0x80)
        length >>= 7
    return bytes([*head, length]) + content


def _encoder() -> Callable[[Any], bytes]:
    with suppress(ImportError):
        from libipld import encode_dag_cbor

        return encode_dag_cbor
    raise MissingExtraError(
        "a repository of Bluesky is written with libipld, which is not installed; say pip install "
        "'follownet[bluesky]'"
    )
