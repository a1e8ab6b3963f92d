"""The bytes of a network: from a file, packed or not, or from the one member that is meant."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import re
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from follownet.errors import DamagedExportError, FollownetError, UnknownFormatError
from follownet.readers.archive import GIB, Archive, Member, Source
from follownet.readers.budget import Budget, Metered

_PACKED: dict[bytes, Callable[..., Any]] = {
    b"\x1f\x8b": gzip.open,
    b"BZh": bz2.open,
    b"\xfd7zXZ": lzma.open,
}
_MAGIC = max(map(len, _PACKED))
_HEAD = 512
_CHUNK = 2**24
_PLAIN = re.compile(r"[\w.-]{1,80}")
#: What lies beside a network and says what it is.
_BESIDE = (".md", ".pdf", ".html", ".json", ".bib")
_NOTES = ("readme", "licen", "meta.", "ent.", "rel.", "gprops", "citation")
#: What may be a member of a personal export.
_EXPORT = (".json", ".html", ".js", ".htm")


@dataclass(frozen=True)
class Contents:
    """The bytes of the ties, and of a table of accounts where there is one."""

    shown: str
    ties: bytes
    accounts: bytes | None = None
    notes: tuple[str, ...] = ()


def contents(path: Source, limit: int) -> Contents:
    """Return the bytes of a network.

    Raises
    ------
    UnknownFormatError
        There is no such file, or it is a folder, or an archive without one table of ties.
    DamagedExportError
        It is empty, cut off, or made to do harm.
    """
    shown = os.fspath(path)
    head = begin(path)
    if is_archive(path, head):
        return _in_archive(path, limit, shown)
    with ExitStack() as closing:
        stream = closing.enter_context(Path(path).open("rb"))
        found = _unpacked(stream, Path(path).stat().st_size, limit, shown)
    if not found:
        raise DamagedExportError(f"{shown}: holds an empty file (0 bytes); download it again")
    return Contents(shown, found)


def begin(path: Source) -> bytes:
    """Return the first bytes of a file.

    Raises
    ------
    UnknownFormatError
        There is no such file, or it is no file.
    DamagedExportError
        It is empty, or cannot be opened.
    """
    shown = os.fspath(path)
    try:
        if Path(path).is_dir():
            raise UnknownFormatError(f"{shown}: is a folder; give the file in it that has the ties")
        if not Path(path).exists():
            raise UnknownFormatError(f"{shown}: there is no such file")
        if not Path(path).is_file():
            raise UnknownFormatError(f"{shown}: is no file")
        with Path(path).open("rb") as stream:
            head = stream.read(_HEAD)
    except OSError:
        head = None
    if head is None:
        raise DamagedExportError(f"{shown}: cannot be opened; check its name and permissions")
    if not head:
        raise DamagedExportError(f"{shown}: is an empty file (0 bytes); download it again")
    return head


def is_archive(path: Source, head: bytes) -> bool:
    """Return whether a file is a zip or a tar, packed or not, by its first bytes."""
    if head.startswith(b"PK"):
        return True
    unpack = _packer(head)
    if unpack is not None:
        try:
            with Path(path).open("rb") as stream, unpack(stream) as inner:
                head = inner.read(_HEAD)
        except Exception:  # noqa: BLE001  damaged streams raise many kinds; reading will say so
            return False
    return head[257:262] == b"ustar"


def is_network(archive: Archive) -> bool:
    """Return whether an archive is surely one of a network, and no personal export."""
    found = _alone(archive.members, _SURE)
    return found is not None and not found.name.lower().endswith(_EXPORT)


def _in_archive(path: Source, limit: int, shown: str) -> Contents:
    try:
        with Archive(path, limit=limit) as archive:
            return _from_archive(archive, shown)
    except DamagedExportError as error:
        reason = str(error).removeprefix(f"{shown}: ")
    raise DamagedExportError(f"{shown}: {_of_networks(reason)}")


def _of_networks(reason: str) -> str:
    """Return what is said of archives of exports as it is true of those of networks."""
    reason = reason.replace("no export", "no network")
    return reason.replace("ask the platform for a new one", "download it again from its page")


def _from_archive(archive: Archive, shown: str) -> Contents:
    member = _alone(archive.members, (*_SURE, lambda one: not _is_beside(one)))
    if member is None:
        raise UnknownFormatError(
            f"{shown}: holds {archive.found()}, and which of them has the ties is not clear; "
            "unpack it and give that one; a personal export is read by follownet.read"
        )
    beside = [one for one in archive.members if one is not member]
    nodes = next((one for one in beside if _is_nodes(one, member)), None)
    ignored = len(beside) - (nodes is not None)
    return Contents(
        shown,
        _member(archive, member, shown),
        None if nodes is None else _member(archive, nodes, shown),
        (f"other files in the archive, not read: {ignored}",) if ignored else (),
    )


#: What makes a member the ties: KONECT's name, Netzschleuder's, or that it is the only one.
_SURE: tuple[Callable[[Member], bool], ...] = (
    lambda member: member.name.startswith("out."),
    lambda member: member.name == "edges.csv",
    lambda _: True,
)


def _alone(members: tuple[Member, ...], tests: Iterable[Callable[[Member], bool]]) -> Member | None:
    """Return the one member that passes the first test which one alone passes."""
    for passes in tests:
        found = [member for member in members if passes(member)]
        if len(found) == 1:
            return found[0]
    return None


def _is_beside(member: Member) -> bool:
    name = member.name.lower()
    return name.endswith(_BESIDE) or name.startswith(_NOTES)


def _is_nodes(member: Member, ties: Member) -> bool:
    return ties.name == "edges.csv" and (member.folders, member.name) == (ties.folders, "nodes.csv")


def _member(archive: Archive, member: Member, shown: str) -> bytes:
    try:
        found = archive.read(member)
        return _unpacked(io.BytesIO(found), len(found), archive.limit, shown)
    except DamagedExportError as error:
        reason = str(error).removeprefix(f"{shown}: ")
    raise DamagedExportError(f"{shown}: {_called(member)} {reason}")


def _called(member: Member) -> str:
    """Return the name of a member, unless it is one that could do harm where it is shown."""
    return member.name if _PLAIN.fullmatch(member.name) else "the file of its ties or accounts"


def _unpacked(stream: IO[bytes], size: int, limit: int, shown: str) -> bytes:
    """Return all bytes of a stream that may be packed, within `limit`."""
    try:
        unpack = _packer(stream.read(_MAGIC))
        stream.seek(0)
        if unpack is not None:
            found = _bounded(Metered(unpack(stream), Budget(size)), limit)
        else:
            found = stream.read() if size <= limit else None
    except FollownetError as error:
        reason = str(error)
    except MemoryError:
        reason = "needs more memory than there is"
    except Exception:  # noqa: BLE001  decompressors raise a dozen kinds, which may quote bytes
        reason = "is damaged or cut off; download it again"
    else:
        if found is not None:
            return found
        reason = f"has more than the limit of {limit / GIB:.1f} GiB; raise it with limit="
    raise DamagedExportError(f"{shown}: {reason}")


def _bounded(stream: Metered, limit: int) -> bytes | None:
    parts, size = [], 0
    while part := stream.read(_CHUNK):
        parts.append(part)
        size += len(part)
        if size > limit:
            return None
    return b"".join(parts)


def _packer(head: bytes) -> Callable[..., Any] | None:
    return next((unpack for magic, unpack in _PACKED.items() if head.startswith(magic)), None)
