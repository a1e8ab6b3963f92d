"""The parts of one request: what was given more than once, and what belongs to another export.

Readers put the files of all parts together, so that a part given twice, or one of another export,
would be added up without a word.
"""

from __future__ import annotations

import filecmp
import os
import re
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Final, Protocol, TypeVar

from follownet.errors import DamagedExportError, SchemaError, UnknownFormatError
from follownet.readers import account_lists, meta_files
from follownet.readers.archive import Archive, Source

#: How large exports of other platforms than Instagram are called, of which each part is a file.
_REQUESTS: Final = (
    re.compile(r"(?P<owner>(?:facebook|threads)-.+)-(?P<date>\d{4}-\d{2}-\d{2})-[a-z0-9]+.*", re.I),
    re.compile(r"(?P<owner>takeout)-(?P<date>\d{8}T\d{6}Z)(-\d+)?-\d{3}\..*", re.I),
)
#: Files that say whose an export is, of which a request has one.
_PROFILES: Final = re.compile(
    r"profile_information\.json|profile\.(csv|html)|(channel|kanal)\.csv|actor\.json", re.I
)
#: Threads' files lie in Instagram's export, of which they may be a part.
_WITHIN: Final = {"instagram": "threads"}


_Path = TypeVar("_Path", str | os.PathLike[str], Path)


class Reader(Protocol):
    """What is asked of a reader here."""

    PLATFORM: str

    def matches(self, archive: Archive) -> bool:
        """Return whether the archive is this platform's export."""


def request_of(name: str) -> tuple[str, str] | None:
    """Return whose request of which day a file is a part of by its name."""
    found = next((match for one in _REQUESTS if (match := one.fullmatch(name))), None)
    return (found["owner"].lower(), found["date"]) if found else meta_files.named_request(name)


def given(path: object) -> list[Source]:
    """Return the paths that were given, one or many.

    Raises
    ------
    SchemaError
        For what is neither a path nor paths.
    """
    paths = [path] if isinstance(path, str | os.PathLike) else path
    if not isinstance(paths, Iterable) or isinstance(paths, bytes):
        raise SchemaError(f"path: is a {type(path).__name__}; accepts a path or a list of paths")
    found: list[Source] = []
    for one in paths:
        if not isinstance(one, str | os.PathLike):
            raise SchemaError(f"path: holds a {type(one).__name__}; accepts a list of paths")
        found.append(one)
    return found


def distinct(paths: Iterable[_Path]) -> list[_Path]:
    """Return the paths without those of copies of a file before, as browsers make them."""
    seen: dict[int | None, list[Path]] = defaultdict(list)
    kept = []
    for source in paths:
        path = Path(source)
        try:
            size = path.stat().st_size if path.is_file() else None
            copied = any(_same(path, one, size) for one in seen[size])
        except (OSError, ValueError):
            # Whoever opens it says what is wrong.
            size, copied = None, False
        if not copied:
            kept.append(source)
            seen[size].append(path)
    return kept


def _same(one: Path, other: Path, size: int | None) -> bool:
    if one.samefile(other):
        return True
    # Two empty files may be two lists of nobody; names of two requests say that they are two.
    requests = {request_of(one.name), request_of(other.name)} - {None}
    return bool(size) and len(requests) < 2 and filecmp.cmp(one, other, shallow=False)


def require_one_export(archive: Archive, chosen: Reader, readers: Iterable[Reader]) -> None:
    """Raise where the parts are of several platforms, requests or people.

    Raises
    ------
    UnknownFormatError
        Says which platforms, or of what there are two.
    """
    parts = archive.parts()
    if len(parts) < 2:
        return
    others = {one.PLATFORM for part in parts for one in _strangers(part, chosen, readers)}
    if others:
        _refuse(archive, f"exports of {', '.join(sorted({chosen.PLATFORM, *others}))}")
    requests = {request for name in archive.names if (request := request_of(name))}
    if len(requests) > 1:
        dates = ", ".join(sorted(date for _, date in requests))
        _refuse(archive, f"{len(requests)} different exports (of {dates})")
    profiles = [_profile(part) for part in parts]
    if len({profile for profile in profiles if profile is not None}) > 1:
        _refuse(archive, "exports of several people, by their profiles")


def _refuse(archive: Archive, what: str) -> None:
    raise UnknownFormatError(
        f"{archive.typed}: holds {what}; read them one by one, or the folder they lie in with "
        "read_all"
    )


def _strangers(part: Archive, chosen: Reader, readers: Iterable[Reader]) -> list[Reader]:
    """Return who else would read a part, where the one chosen would not."""
    lists = set(account_lists.account_lists(part).values())
    if lists.issuperset(part.members) or chosen.matches(part):
        return []
    allowed = {"analytics", _WITHIN.get(chosen.PLATFORM)}
    if len(part.members) == 1:
        # Instagram's files are known by their names, which others have, too.
        allowed.add("instagram")
    return [one for one in readers if one.PLATFORM not in allowed and one.matches(part)]


def _profile(part: Archive) -> bytes | None:
    """Return the file that says whose a part is, None where none is there or can be read."""
    found = [member for member in part.members if _PROFILES.fullmatch(member.name)]
    try:
        return part.read(found[0]).strip() if found else None
    except DamagedExportError:
        return None
