"""Which file of one of Meta's exports is which, wherever it lies.

Folders have moved and names have changed since 2018, so a file is found by its own name
anywhere in the tree; where the name is a common one, its folder has to fit too. When the
same file lies in two folders, the one with both follow lists is used, then the shallower,
then the first by name; the other is left out whole. Of a file in JSON and in HTML the JSON
is read, whose times are exact.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import pandas as pd

from follownet.errors import DamagedExportError, UnknownFormatError
from follownet.readers.archive import Archive, Member
from follownet.readers.ledger import Ledger
from follownet.tables import LISTS

#: How archives are called; of Threads alone no real one was seen, so that its name is a guess.
_EXPORT_NAME = re.compile(
    r"(?:instagram|threads)-(?P<owner>[a-z0-9._]{1,30})-(?P<date>\d{4}-\d{2}-\d{2})-[a-z0-9]{8}",
    re.IGNORECASE,
)
_THREAD = re.compile(r"(?:.*_)?(\d+)")
#: Until 2021 an export came as folders of this name.
_PART_FOLDER = re.compile(r"part_([0-9]{1,4})", re.IGNORECASE)
#: Of the files that are read.
ENDINGS = ("json", "html", "htm")
#: The end of a pattern of names of files that come in numbered parts.
PART = r"(?:_(?P<part>[0-9]{1,4}))?"
FOLLOWS = "followers_and_following"
PROFILES = frozenset({"personal_information", "account_information"})
STORIES = frozenset({"story_interactions", "story_sticker_interactions"})


@dataclass(frozen=True)
class Content:
    """A kind of file: how it is called, where it lies, what its records mean.

    Attributes
    ----------
    name
        What it holds, in the terms of the tables.
    stem
        Pattern of its name without the ending.
    folders
        Where it lies.
    meaning
        How its records are read.
    only_there
        True where the name alone would also fit files of other platforms.
    lists
        The follow lists in it.
    """

    name: str
    stem: re.Pattern[str]
    folders: frozenset[str]
    meaning: str
    only_there: bool = True
    lists: tuple[str, ...] = ()


@dataclass(frozen=True)
class Found:
    """A member with its content, the name under which it may be shown, part and thread."""

    member: Member
    content: Content
    shown: str
    part: int
    thread: str = ""


#: Folders by which the inside of an export is recognised.
_ANCHORS = (
    frozenset(
        f"{FOLLOWS} connections your_instagram_activity likes comments messages content media "
        "saved threads ads_information logged_information past_instagram_insights".split()
    )
    | PROFILES
    | STORIES
)
_BOXES = frozenset({"inbox", "message_requests"})


def says_no_data(archive: Archive) -> bool:
    """Return whether the export says that there are no connections at all."""
    return any(
        member.name.lower() == "no-data.txt" and lowered(member)[-1:] == [FOLLOWS]
        for member in archive.members
    )


def named_request(name: str) -> tuple[str, str] | None:
    """Return owner and date of the request that a file or folder is named after."""
    found = _EXPORT_NAME.search(name)
    return (found["owner"].lower(), found["date"]) if found else None


def request_of(archive: Archive) -> tuple[str | None, pd.Timestamp | None]:
    """Return owner and date as the name of the archive, or of a folder in it, gives them.

    Raises
    ------
    UnknownFormatError
        When the names are those of several requests: their files must not be mixed.
    """
    named = {*archive.names, *(folder for member in archive.members for folder in member.folders)}
    requests = {request for name in named if (request := named_request(name))}
    if len(requests) > 1:
        dates = ", ".join(sorted(date for _, date in requests))
        raise UnknownFormatError(
            f"{archive.typed}: holds {len(requests)} different exports (of {dates}); "
            "read them one by one, or the folder they lie in with read_all"
        )
    if not requests:
        return None, None
    owner, date = requests.pop()
    day = pd.to_datetime(date, utc=True, errors="coerce")
    return owner, None if pd.isna(day) else day


def choose(
    archive: Archive, members: Iterable[Member], contents: Iterable[Content], ledger: Ledger
) -> list[Found]:
    """Return which of `members` to read, one of each content, and enter what is left out."""
    members, contents = tuple(members), tuple(contents)
    by_root: dict[tuple[str, ...], dict[_Key, Found]] = defaultdict(dict)
    known = doubles = 0
    for member in members:
        if (found := classify(member, contents)) is None:
            continue
        known += 1
        here, key = by_root[_root(found)], _key(found)
        if key in here:
            one, other = here[key], found
            if _is_html(one) != _is_html(other):
                here[key] = other if _is_html(one) else one
                ledger.skip("HTML files", "the same file in JSON was read")
                continue
            doubles += 1
            _require_same(archive, one, other)
        # Of two files of one name the later counts, as unpacking would have it.
        here[key] = found
    if doubles:
        ledger.note(f"{doubles} files stand twice in one folder: the last of each was read")
        ledger.skip("files that stand twice", "the last of each was read", doubles)
    others = len(members) - known - archive.packed
    ledger.skip("other files", "not among the files that are read", others)
    ledger.skip("archives inside", "not opened: the export lies outside of them", archive.packed)
    ledger.skip("links", "links in an archive are not followed", archive.links)
    return list(_without_copies(by_root, ledger))


def _require_same(archive: Archive, one: Found, other: Found) -> None:
    """Raise if two parts hold one file with different content: they are of different exports."""
    if one.member.place[0] == other.member.place[0]:
        return
    if _bytes(archive, one) != _bytes(archive, other):
        raise UnknownFormatError(
            f"{archive.typed}: {other.shown} stands in two of the parts with different content, so "
            "they are of different exports; read them one by one"
        )


def _bytes(archive: Archive, found: Found) -> bytes | None:
    try:
        return archive.read(found.member)
    except DamagedExportError:
        return None


def _without_copies(
    by_root: dict[tuple[str, ...], dict[_Key, Found]], ledger: Ledger
) -> Iterator[Found]:
    """Yield the files of every folder that repeats no file of a folder before it."""
    taken: set[_Key] = set()
    for root in sorted(by_root, key=lambda root: (_strays(by_root[root]), len(root), root)):
        files = by_root[root]
        if taken.isdisjoint(files):
            taken |= files.keys()
            yield from files.values()
        else:
            ledger.warn(
                "files of the same names lie in two folders: the one with both follow lists (then "
                f"the shallower, then the first by name) was used, {len(files)} files of the other "
                "were left out; if that is another export, read it by itself"
            )
            ledger.skip("another folder", "files of these names were read elsewhere", len(files))


def _strays(files: dict[_Key, Found]) -> bool:
    """Return whether files lie without both follow lists: they must not hide an export."""
    return not set(LISTS) <= {name for found in files.values() for name in found.content.lists}


def is_inside(name: str) -> bool:
    """Return whether a folder of this name is part of an export."""
    return name.lower() in _ANCHORS


def lowered(member: Member) -> list[str]:
    """Return the folders of a member in lower case."""
    return [folder.lower() for folder in member.folders]


def classify(member: Member, contents: Iterable[Content]) -> Found | None:
    """Return a member as what it is by its name and folder, None where it is none of these."""
    stem, _, ending = member.name.lower().rpartition(".")
    if ending not in ENDINGS:
        return None
    # Re-packers turn the apostrophe of "you've" into other characters.
    stem = re.sub("['’]", "_", stem)
    for content in contents:
        flat = content.meaning == "flat"
        if flat and ending != "json":
            continue
        if (match := content.stem.fullmatch(stem)) and (
            not content.only_there or content.folders.intersection(lowered(member))
        ):
            part = _part_folder(member) if flat else int(match.groupdict().get("part") or 0)
            thread = thread_of(member) if content.meaning == "message" else ""
            return Found(member, content, _shown(member), part, thread)
    return None


def _part_folder(member: Member) -> int:
    """Return the number of the part of an export of before 2021 that a file lies in.

    It is negative: any part may lack a list, so a number that is not there is no gap.
    """
    found = [match for folder in member.folders if (match := _PART_FOLDER.fullmatch(folder))]
    return -int(found[-1][1]) if found else 0


def _is_html(found: Found) -> bool:
    return not found.member.name.lower().endswith(".json")


#: Content, what tells files of one content apart (thread, name), and part.
_Key = tuple[str, str, int]


def _key(found: Found) -> _Key:
    comments = found.content.meaning == "comment"
    stem = found.member.name.lower().rpartition(".")[0] if comments else ""
    return found.content.name, found.thread or stem, found.part


def _root(found: Found) -> tuple[str, ...]:
    """Return the folders above the export; one named after the request is no folder."""
    above = []
    for folder in found.member.folders:
        if folder.lower() in _ANCHORS or folder.lower() in _BOXES:
            break
        named = _EXPORT_NAME.fullmatch(folder) or folder.lower().startswith("meta-")
        if not named and not (found.content.meaning == "flat" and _PART_FOLDER.fullmatch(folder)):
            above.append(folder)
    return tuple(above)


def thread_of(member: Member) -> str:
    """Return the number of the thread whose folder holds a message file."""
    folder = member.folders[-1] if member.folders else ""
    found = _THREAD.fullmatch(folder)
    return found[1] if found else folder


def _shown(member: Member) -> str:
    """Return the path as it may be shown: known folders, and of a thread its last digits."""
    parts = []
    for folder in member.folders:
        if folder.lower() in _ANCHORS or folder.lower() in _BOXES:
            parts.append(folder)
        elif parts and parts[-1] in _BOXES:
            parts.append(f"*_{thread_of(member)[-4:]}" if _THREAD.fullmatch(folder) else "*")
    return "/".join([*parts, member.name])
