"""What people have on disk (zip, tar, folder, single file, several parts) as one safe thing.

Nothing is ever extracted. A member is read only when a reader asks for it, in memory and up
to a bound; media are never opened, since real archives hold gigabytes of them. Names inside
an archive are only matched, never used as paths.
"""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import os
import re
import tarfile
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from copy import copy
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO, Any, NoReturn, Protocol, TypeVar

from tqdm import tqdm

from follownet.errors import DamagedExportError, FollownetError, UnknownFormatError
from follownet.readers.budget import HARMLESS, Budget, Metered

GIB = 2**30

#: The most bytes of one member that are read.
MEMBER_LIMIT = 2 * GIB
#: The most names in a directory.
NAMES_LIMIT = 2_000_000

#: Lists and objects that are closer together than this many bytes are no export's, which has
#: one in sixty, and in memory each is twenty times as large.
_SPARSEST = 12

_JUNK = re.compile(r"(^|/)(__MACOSX/|\._|\.DS_Store$|Thumbs\.db$|desktop\.ini$)|\.pyc$", re.I)
_NESTED = re.compile(r"\.(zip|tar|tgz|tbz2?|txz|tar\.(gz|bz2|xz))$", re.I)
_LEAVES = re.compile(r"^/|^[A-Za-z]:|(^|/)\.\.(/|$)")
_COMPRESSED: dict[bytes, Callable[..., Any]] = {
    b"\x1f\x8b": gzip.open,
    b"BZh": bz2.open,
    b"\xfd7zXZ": lzma.open,
}
_HEAD = 264
#: So much of a file is enough to recognise it.
_SIGN = 2**16
#: Heads that are kept: each platform's reader asks for them in turn.
_KEPT = 256
_BLOCK = 512
_CUT = "is damaged or cut off; download it again"
#: Endings that may be shown; any other could be part of a name.
_ENDINGS = frozenset(
    ".avif .csv .gif .heic .htm .html .jpeg .jpg .js .json .m4a .md .mov .mp3 .mp4 .pdf .png .tar "
    ".tgz .gz .tsv .txt .webm .webp .xls .xlsx .xml .zip".split()
)
_FOREIGN = {b"7z\xbc\xaf\x27\x1c": "7z", b"Rar!\x1a\x07": "RAR"}

Source = str | os.PathLike[str]
_T = TypeVar("_T")


@dataclass(frozen=True)
class Member:
    """A file in an archive; `place` is its position, so that streams are read forwards."""

    path: str
    size: int
    place: tuple[int, int]
    key: Any

    @property
    def name(self) -> str:
        """The last part of the path."""
        return self.path.rpartition("/")[2]

    @property
    def folders(self) -> tuple[str, ...]:
        """The parts of the path before the name."""
        return tuple(self.path.split("/")[:-1])


class _Container(Protocol):
    links: int

    @property
    def budget(self) -> Budget | None: ...

    def entries(self) -> Iterator[tuple[str, int, Any]]: ...

    def open(self, key: Any, most: int | None = None) -> IO[bytes]: ...

    def close(self) -> None: ...


class _Zip:
    def __init__(self, file: Source | IO[bytes], budget: Budget | None = None) -> None:
        self.links = 0
        self._zip = zipfile.ZipFile(file)
        assert self._zip.fp is not None  # it is open
        self.budget = budget or Budget(self._zip.fp.seek(0, os.SEEK_END))

    def entries(self) -> Iterator[tuple[str, int, Any]]:
        for info in self._zip.infolist():
            if (info.external_attr >> 16) & 0o170000 == 0o120000:
                self.links += 1
            elif not info.is_dir():
                yield info.filename, info.file_size, info

    def open(self, key: zipfile.ZipInfo, most: int | None = None) -> IO[bytes]:
        if key.flag_bits & 1:
            raise DamagedExportError("is encrypted; unpack it with its password first")
        Budget(key.compress_size).require(key.file_size)
        # Members may share their bytes, and what they say of their size may be wrong.
        self.budget.take(key.file_size if most is None else min(most, key.file_size))
        return self._zip.open(key)

    def close(self) -> None:
        self._zip.close()


class _Tar:
    def __init__(self, file: Source | IO[bytes], budget: Budget | None = None) -> None:
        self.links = 0
        with ExitStack() as closing:
            stream: Any = file
            if isinstance(file, str | os.PathLike):
                stream = closing.enter_context(Path(file).open("rb"))
            self.budget = budget or Budget(stream.seek(0, os.SEEK_END))
            stream.seek(0)
            head = stream.read(max(map(len, _COMPRESSED)))
            stream.seek(0)
            for magic, unpack in _COMPRESSED.items():
                if head.startswith(magic):
                    stream = Metered(closing.enter_context(unpack(stream)), self.budget)
            self._tar = closing.enter_context(tarfile.open(fileobj=stream, mode="r:"))
            self._closing = closing.pop_all()

    def entries(self) -> Iterator[tuple[str, int, Any]]:
        for info in self._tar:
            if info.isreg():
                yield info.name, info.size, info
            elif not info.isdir():
                self.links += 1
        self._check_end()

    def _check_end(self) -> None:
        """Raise if the tar ends in anything but zeros: tarfile takes that for its end, too.

        What follows is read, because only the end of a compressed stream checks its sum.
        """
        stream = self._tar.fileobj
        assert stream is not None  # it is open
        stream.seek(self._tar.offset)
        if stream.read(_BLOCK) != bytes(_BLOCK):
            raise tarfile.ReadError
        while stream.read(2**20):
            pass
        if isinstance(stream, Metered):
            self.budget.take(stream.tell())

    def open(self, key: tarfile.TarInfo, most: int | None = None) -> IO[bytes]:
        if key.issparse():
            # It says that it has holes, which take no bytes.
            self.budget.take(key.size)
        stream = self._tar.extractfile(key)
        assert stream is not None  # only regular files become members
        return stream

    def close(self) -> None:
        self._closing.close()


class _Folder:
    #: What lies in folders is not packed.
    budget: Budget | None = None

    def __init__(self, folder: Path) -> None:
        self.links = 0
        self._folder = folder

    def entries(self) -> Iterator[tuple[str, int, Any]]:
        for where, folders, names in os.walk(self._folder, onerror=_refuse):
            folders.sort()
            self.links += sum(Path(where, folder).is_symlink() for folder in folders)
            for name in sorted(names):
                path = Path(where, name)
                if path.is_symlink() or not path.is_file():
                    self.links += 1
                else:
                    yield path.relative_to(self._folder).as_posix(), path.stat().st_size, path

    def open(self, key: Path, most: int | None = None) -> IO[bytes]:
        return key.open("rb")

    def close(self) -> None:
        """Do nothing: a folder keeps no file open."""


class _File(_Folder):
    def entries(self) -> Iterator[tuple[str, int, Any]]:
        yield self._folder.name, self._folder.stat().st_size, self._folder


class Archive:
    """The members of one export, wherever they lie.

    Parameters
    ----------
    sources
        A path, or the paths of all parts of one request.
    limit
        The most bytes of one member that are read.
    shown
        What errors call it; as the path was typed, if left out.

    Raises
    ------
    DamagedExportError
        Cut, empty or unreadable archives, and those whose names try to leave them.
    UnknownFormatError
        A path that does not exist, or an archive of another kind (7z, RAR).
    """

    def __init__(
        self,
        sources: Source | Iterable[Source],
        *,
        limit: int = MEMBER_LIMIT,
        shown: str | None = None,
    ) -> None:
        parts = [sources] if isinstance(sources, str | os.PathLike) else list(sources)
        if not parts:
            raise UnknownFormatError("no path was given")
        self.typed = shown or ", ".join(os.fspath(part) for part in parts)
        self.limit = limit
        self.names: tuple[str, ...] = ()
        self.members: tuple[Member, ...] = ()
        self.links = 0
        self._containers: list[_Container] = []
        self._heads: dict[tuple[int, int], bytes] = {}
        self._open = 0
        self._closing = ExitStack()
        try:
            for part in parts:
                called = shown or os.fspath(part)
                # Beside others, a file of no bytes may be a list of nobody, which its reader knows.
                container = _container(Path(part), called, empty=len(parts) > 1)
                self._add(called, container)
                self.names += (Path(part).resolve().name,)
            if len(parts) > 1 and self._is_empty():
                raise DamagedExportError(
                    f"{self.typed}: are empty files (0 bytes); download them again"
                )
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Archive:
        """Return the archive; leaving closes its files."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the files."""
        self.close()

    def close(self) -> None:
        """Close the files that are open."""
        self._closing.close()

    def _add(self, shown: str, container: _Container) -> None:
        self._closing.callback(container.close)
        try:
            entries = _guarded(lambda: list(islice(container.entries(), NAMES_LIMIT + 1)))
        except DamagedExportError as error:
            raise DamagedExportError(f"{shown}: {error}") from None
        if entries is None:
            raise DamagedExportError(f"{shown}: {_CUT}")
        if len(entries) > NAMES_LIMIT:
            raise DamagedExportError(f"{shown}: holds more than {NAMES_LIMIT:,} names")
        # No table can hold what file systems put in the place of bytes that are no text.
        paths = [
            name.replace("\\", "/").encode("utf-8", "replace").decode() for name, _, _ in entries
        ]
        if any(_LEAVES.search(path) for path in paths):
            raise DamagedExportError(
                f"{shown}: holds a name that leads out of the archive, as no export does; "
                "ask the platform for a new one"
            )
        number = len(self._containers)
        found = [
            Member(path.removeprefix("./"), size, (number, place), key)
            for place, (path, (_, size, key)) in enumerate(zip(paths, entries, strict=True))
            if not _JUNK.search(path) and not path.endswith("/")
        ]
        if not found:
            raise DamagedExportError(f"{shown}: is empty: there is no file in it")
        self._containers.append(container)
        self.links += container.links
        self.members += tuple(found)

    def parts(self) -> list[Archive]:
        """Return each archive, folder or file in it by itself, all as long open as the whole."""
        found = []
        for number, name in enumerate(self.names):
            part = copy(self)
            part.names = (name,)
            part.members = tuple(
                member
                for member in self.members
                if member.place[0] == number and not _NESTED.search(member.name)
            )
            found += [part] if part.members else []
        return found

    def _is_empty(self) -> bool:
        return not any(member.size for member in self.members)

    @property
    def packed(self) -> int:
        """The number of archives inside this one that were not opened."""
        return sum(_NESTED.search(member.name) is not None for member in self.members) - self._open

    def open_nested(self) -> bool:
        """Add the members of the archives inside this one; return whether there were any.

        People re-pack what they downloaded, so one archive inside another is read. Deeper
        nesting is refused: no export looks like that, and bombs do. What is inside shares the
        budget of the whole, or a bomb could be built of bombs.
        """
        nested = [member for member in self.members if _NESTED.search(member.name)]
        if sum(member.size for member in nested) > self.limit:
            raise DamagedExportError(
                f"{self.typed}: the archives inside it have more than the limit of "
                f"{self.limit / GIB:.1f} GiB; unpack it and give the archives themselves"
            )
        opened = [(member, inner) for member in nested if (inner := self._inner(member))]
        for member, inner in opened:
            before = len(self.members)
            self._add(f"{self.typed} (an archive inside it)", inner)
            self.names += (member.name,)
            if any(_NESTED.search(deeper.name) for deeper in self.members[before:]):
                raise DamagedExportError(
                    f"{self.typed}: holds archives in an archive in an archive; "
                    "unpack the outer ones first"
                )
        self._open = len(opened)
        return bool(opened)

    def _inner(self, member: Member) -> _Container | None:
        """Return the archive that a member is, None where it is only called so."""
        try:
            content = self.read(member)
            if (kind := _kind(content[:_HEAD])) is None:
                return None
            budget = self._containers[member.place[0]].budget
            inner = _guarded(lambda: kind(io.BytesIO(content), budget))
        except DamagedExportError as error:
            reason = str(error)
        else:
            if inner is not None:
                return inner
            reason = _CUT
        raise DamagedExportError(f"{self.typed}: an archive inside it {reason}")

    def in_order(self, members: Iterable[Member], *, progress: bool = False) -> Iterator[Member]:
        """Yield members in the order in which they lie, which a compressed stream needs."""
        ordered = sorted(members, key=lambda member: member.place)
        # None: no bar where standard error is no terminal.
        disable = None if progress else True
        yield from tqdm(ordered, desc="reading", unit=" files", delay=2, disable=disable)

    def read(self, member: Member) -> bytes:
        """Return the bytes of a member.

        Raises
        ------
        DamagedExportError
            With the reason alone: the caller knows how to name a member without naming people.
        """
        if member.size > self.limit:
            raise DamagedExportError(
                f"has {member.size / GIB:.1f} GiB, more than the limit of "
                f"{self.limit / GIB:.1f} GiB; raise it with limit="
            )
        container = self._containers[member.place[0]]
        content = _guarded(lambda: _bounded(container.open(member.key), member.size))
        if content is None:
            raise DamagedExportError(_CUT)
        if len(content) > member.size:
            raise DamagedExportError("is larger than it says; no export is")
        return content

    def head(self, member: Member) -> bytes:
        """Return the first 64 KiB of a member, by which it is recognised; none of a damaged one."""
        if member.place not in self._heads:
            container = self._containers[member.place[0]]
            try:
                content = _guarded(
                    lambda: _bounded(container.open(member.key, most=_SIGN), _SIGN - 1)
                )
            except DamagedExportError:
                content = None
            if len(self._heads) == _KEPT:
                self._heads.clear()
            self._heads[member.place] = content or b""
        return self._heads[member.place]

    def found(self) -> str:
        """Say what is in the archive without naming anything in it."""
        endings = (Path(member.name).suffix.lower() for member in self.members)
        kinds = Counter(ending if ending in _ENDINGS else "other" for ending in endings)
        listed = ", ".join(f"{kind} {count}" for kind, count in kinds.most_common(6))
        return f"{len(self.members)} files (by ending: {listed})"


def _guarded(action: Callable[[], _T]) -> _T | None:
    """Return what `action` returns, or None where it fails on damaged bytes.

    zipfile, tarfile and the decompressors raise a dozen kinds of exception on hostile bytes,
    some of which quote them. Answering None lets the caller raise its own error outside the
    ``except`` block, so that no text of the archive hangs on it as context.
    """
    try:
        return action()
    except FollownetError:
        raise
    except Exception:  # noqa: BLE001 (see above)
        return None


def _refuse(_: OSError) -> NoReturn:
    """Raise for a folder that cannot be listed: what is in it is not missing but unreadable."""
    raise DamagedExportError("has a folder that cannot be opened; check its permissions")


def _bounded(stream: IO[bytes], limit: int) -> bytes:
    with stream:
        return stream.read(limit + 1)


def _container(path: Path, shown: str, *, empty: bool) -> _Container:
    """Return the container at `path`, by its first bytes and never by its ending."""
    # False or None: a name may be one that the system cannot even look for.
    if not _guarded(path.exists):
        raise UnknownFormatError(f"{shown}: there is no such file or folder")
    if path.is_dir():
        return _Folder(path)
    if not path.is_file():
        raise UnknownFormatError(f"{shown}: is neither a file nor a folder")
    head = _guarded(lambda: _bounded(path.open("rb"), _HEAD))
    if head is None:
        raise DamagedExportError(f"{shown}: cannot be opened; check its permissions")
    if not head and not empty:
        raise DamagedExportError(f"{shown}: is an empty file (0 bytes); download it again")
    for magic, name in _FOREIGN.items():
        if head.startswith(magic):
            raise UnknownFormatError(f"{shown}: is a {name} archive; unpack it, give the folder")
    kind = _kind(head)
    if kind is None and _NESTED.search(path.name):
        raise DamagedExportError(f"{shown}: is called an archive and is none; download it again")
    try:
        container = _guarded(lambda: kind(path) if kind else _File(path))
    except DamagedExportError as error:
        raise DamagedExportError(f"{shown}: {error}") from None
    if container is None:
        raise DamagedExportError(f"{shown}: {_CUT}{_cut_at(path)}")
    return container


def _kind(head: bytes) -> type[_Zip | _Tar] | None:
    """Return the kind of archive that begins with these bytes, None for any other file."""
    if head.startswith(b"PK"):
        return _Zip
    return _Tar if head.startswith(tuple(_COMPRESSED)) or head[257:262] == b"ustar" else None


def _cut_at(path: Path) -> str:
    size = path.stat().st_size
    if size % GIB == 0:
        # Some file systems and download managers stop at 2 or 4 GiB.
        return f" (it has exactly {size // GIB} GiB, where downloads get cut)"
    return ""


def require_plausible(content: bytes) -> None:
    """Raise for an empty file, and for JSON that would fill the memory."""
    if not content or content.isspace():
        raise DamagedExportError("is an empty file (0 bytes), not even an empty list")
    holders = content.count(b"{") + content.count(b"[")
    if len(content) > HARMLESS // _SPARSEST and holders * _SPARSEST > len(content):
        raise DamagedExportError("is JSON nested or written as no export is")


def parse_json(content: bytes) -> Any:
    """Return the JSON in `content`.

    Raises
    ------
    DamagedExportError
        With the reason alone, as in `Archive.read`.
    """
    require_plausible(content)
    try:
        return json.loads(content)
    except UnicodeDecodeError:
        reason = "is not UTF-8 text"
    except json.JSONDecodeError as error:
        reason = f"is not whole JSON (line {error.lineno}); the file is cut off or was edited"
    except (RecursionError, ValueError):
        reason = "is JSON nested or written as no export is"
    # Outside the handlers: the decoder's exception carries the document.
    raise DamagedExportError(reason)
