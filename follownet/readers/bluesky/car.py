"""The records of a repository in a CAR file, as its tree names them.

A CAR (version 1) is a header and blocks, each with its length and its content address (CID), which
holds the sha256 of the block. The header names the commit, the commit the owner and the root of a
tree (a Merkle search tree), and the tree the current records by collection and key. Every block is
DAG-CBOR, which libipld decodes; lengths are checked here before anything is taken.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final

from follownet.errors import DamagedExportError, MissingExtraError

#: What begins a content address of DAG-CBOR and of raw bytes, by sha256.
_CBOR: Final = b"\x01\x71\x12\x20"
_RAW: Final = b"\x01\x55\x12\x20"
_CID: Final = len(_CBOR) + hashlib.sha256().digest_size
#: No server takes a larger block.
_LARGEST: Final = 2**21
#: No record has a longer name: a collection has at most 317 characters, a key 512.
_LONGEST: Final = 1024
#: Seven bits a byte: more bytes would be more than a file can have.
_VARINT: Final = 9
_CUT: Final = "is cut off or damaged; download it again"


@dataclass(kw_only=True)
class Repository:
    """The records of one account, and what of them is lost.

    Attributes
    ----------
    owner
        The DID of the account.
    revision
        A clock reading of the last change, in the form of the protocol (a TID).
    blocks
        All blocks of the file.
    names
        The content address of each record by its name: collection and key.
    lost
        Names of records whose blocks are damaged or not there.
    lost_nodes
        Parts of the tree that are damaged or not there, and the names in them with it.
    unnamed
        Blocks that are neither of the tree nor named by it: not current.
    repeated
        Names whose record is that of another name, where there are too many.
    """

    owner: str
    revision: str
    blocks: Blocks
    names: dict[str, bytes] = field(default_factory=dict)
    lost: list[str] = field(default_factory=list)
    lost_nodes: int = 0
    unnamed: int = 0
    repeated: int = 0

    def records(self) -> Iterator[tuple[str, Any]]:
        """Yield name and record, and enter what cannot be decoded as lost."""
        seen: set[bytes] = set()
        for name, cid in self.names.items():
            if cid in seen:
                # Apps may write one record twice; a file could be made of one that is large.
                self.blocks.room -= self.blocks.size(cid)
                if self.blocks.room < 0:
                    self.repeated += 1
                    continue
            seen.add(cid)
            record = self.blocks.decoded(cid)
            if record is None:
                self.lost.append(name)
            else:
                yield name, record


class Blocks:
    """The blocks of a file by their content address."""

    def __init__(self, content: bytes, decode: Callable[[bytes], Any]) -> None:
        self._content = content
        self._decode = decode
        self._places: dict[bytes, tuple[int, int]] = {}
        #: So much may names and repeated records have together: in a true file they take a part.
        self.room = len(content)
        self.roots: list[bytes] = []
        #: Blocks that are not what their address says, or of a kind that no repository has.
        self.damaged = 0
        self._read()

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._places)

    def _read(self) -> None:
        start, end = self._section(0)
        header = self._block(start, end)
        roots = header.get("roots") if isinstance(header, dict) else None
        if not isinstance(roots, list) or header.get("version") != 1:
            raise DamagedExportError("is no CAR file of version 1")
        self.roots = [root for root in roots if isinstance(root, bytes)]
        while end < len(self._content):
            start, end = self._section(end)
            cid = self._content[start : start + _CID]
            body = start + _CID
            sound = cid.startswith((_CBOR, _RAW)) and body <= end
            if sound and hashlib.sha256(self._content[body:end]).digest() == cid[len(_CBOR) :]:
                self._places[cid] = (body, end)
            else:
                self.damaged += 1

    def _section(self, place: int) -> tuple[int, int]:
        """Return where what begins with its length at `place` starts and ends."""
        length = shift = 0
        for byte in self._content[place : place + _VARINT]:
            place += 1
            length |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                break
        else:
            raise DamagedExportError(_CUT)
        if not 0 < length <= len(self._content) - place:
            raise DamagedExportError(_CUT)
        return place, place + length

    def size(self, cid: bytes) -> int:
        """Return the bytes of a block."""
        start, end = self._places.get(cid, (0, 0))
        return end - start

    def decoded(self, cid: Any) -> Any:
        """Return what a block holds; None where it is not there or cannot be decoded."""
        start, end = self._places.get(cid, (0, 0)) if isinstance(cid, bytes) else (0, 0)
        return self._block(start, end)

    def _block(self, start: int, end: int) -> Any:
        if not 0 < end - start <= _LARGEST:
            return None
        try:
            return self._decode(self._content[start:end])
        except (ValueError, RecursionError, MemoryError, OverflowError):
            return None


def repository(content: bytes, shown: str) -> Repository:
    """Return the repository in a CAR file.

    Raises
    ------
    DamagedExportError
        With the reason alone, where it is cut off or has no commit.
    MissingExtraError
        Where libipld is not installed; `shown` is what it calls the file.
    """
    blocks = Blocks(content, _decoder(shown))
    commit = blocks.decoded(blocks.roots[0]) if blocks.roots else None
    if not isinstance(commit, dict) or not isinstance(commit.get("did"), str):
        raise DamagedExportError("has no commit that says whose it is; download it again")
    owner, revision = commit["did"], commit.get("rev")
    revision = revision if isinstance(revision, str) else ""
    found = Repository(owner=owner, revision=revision, blocks=blocks)
    nodes = _walk(commit.get("data"), found)
    if not nodes:
        raise DamagedExportError("has no tree of records that can be read; download it again")
    found.unnamed = max(len(blocks) - len(set(found.names.values())) - nodes - 1, 0)
    return found


def is_car(content: bytes) -> bool:
    """Return whether bytes begin as a CAR file of version 1 does."""
    head = content[:128]
    return b"eroots\x81\xd8*X" in head and b"gversion\x01" in head


def _walk(root: Any, found: Repository) -> int:
    """Enter every name in the tree below a node; return the number of nodes that were read.

    Each node is read once, wherever it is named: a file could be made to name it anywhere.
    """
    waiting, seen, nodes = [root], {root} if isinstance(root, bytes) else set(), 0
    while waiting:
        node = found.blocks.decoded(waiting.pop())
        entries = node.get("e") if isinstance(node, dict) else None
        if not isinstance(entries, list):
            found.lost_nodes += 1
            continue
        nodes += 1
        below = [node.get("l"), *_enter(entries, found)]
        fresh = [cid for cid in dict.fromkeys(filter(_is_cid, below)) if cid not in seen]
        seen.update(fresh)
        waiting += reversed(fresh)
    return nodes


def _is_cid(value: Any) -> bool:
    return isinstance(value, bytes)


def _enter(entries: list[Any], found: Repository) -> list[Any]:
    """Enter the names in a node; return the nodes below it."""
    below: list[Any] = []
    last = b""
    for entry in entries:
        name = _name(entry, last)
        if name is None:
            # Names after it may share what it has.
            found.lost_nodes += 1
            break
        last = name
        found.blocks.room -= len(name)
        if found.blocks.room < 0:
            raise DamagedExportError("has a tree of records as no repository has")
        found.names[name.decode("utf-8", "replace")] = entry["v"]
        below.append(entry.get("t"))
    return below


def _name(entry: Any, last: bytes) -> bytes | None:
    """Return the name in an entry: the beginning of the one before it, and an end of its own."""
    shared, rest, cid = map(entry.get, "pkv") if isinstance(entry, dict) else (None, None, None)
    if type(shared) is not int or not isinstance(rest, bytes) or not isinstance(cid, bytes):
        return None
    sound = 0 <= shared <= len(last) and shared + len(rest) <= _LONGEST
    return last[:shared] + rest if sound else None


def _decoder(shown: str) -> Callable[[bytes], Any]:
    with suppress(ImportError):
        from libipld import decode_dag_cbor

        return decode_dag_cbor
    raise MissingExtraError(
        f"{shown}: is a Bluesky repository, which libipld reads and which is not installed; say "
        "pip install 'follownet[bluesky]'"
    )
