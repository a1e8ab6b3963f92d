"""Which file of X's archive is which, and what its manifest says of them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import pandas as pd

from follownet.errors import DamagedExportError, UnknownFormatError
from follownet.readers.archive import Archive, Member
from follownet.readers.ledger import Ledger
from follownet.readers.values import objects, text, times

#: What stands before the JSON of a file.
ASSIGNMENT: Final = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:window\.(?:YTD\.\w+\.part\d+|__THAR_CONFIG)"
    rb"|Grailbird\.data\.\w+)\s*="
)
#: How files begin from which a tool has stripped the assignment.
_STRIPPED: Final = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*\[\s*\{\s*"
    rb'"(?:follower|following|blocking|muting|tweet|dmConversation)"\s*:\s*\{'
)
_NAME: Final = re.compile(r"([a-z-]+?)(?:-part(\d{1,4}))?\.(?:js|json)", re.I)
_MONTH: Final = re.compile(r"\d{4}_\d{2}\.js")
_ARCHIVE: Final = re.compile(r"twitter-(\d{4}-\d{2}-\d{2})-[0-9a-f]+", re.I)
#: No number of an account or a post has more digits.
_LONGEST: Final = 20
#: File -> what it holds, and the key that its records are wrapped in.
CONTENTS: Final = {
    "account": ("profile", "account"),
    "follower": ("followers", "follower"),
    "following": ("following", "following"),
    "block": ("blocked", "blocking"),
    "mute": ("muted", "muting"),
    "tweets": ("posts", "tweet"),
    "tweet": ("posts", "tweet"),
    "deleted-tweets": ("posts", "tweet"),
    "community-tweet": ("posts", "tweet"),
    "twitter-circle-tweet": ("posts", "tweet"),
    "like": ("likes", "like"),
    "direct-messages": ("messages", "dmConversation"),
    "direct-message": ("messages", "dmConversation"),
    "direct-messages-group": ("messages", "dmConversation"),
    "direct-message-group": ("messages", "dmConversation"),
    "screen-name-change": ("handle changes", "screenNameChange"),
}


@dataclass(frozen=True)
class File:
    """A member with its name as it may be shown, content, key of its records, and part."""

    member: Member
    shown: str
    content: str
    key: str
    part: int
    #: Whether the manifest lists it.
    listed: bool


@dataclass
class Manifest:
    """What an archive says of itself; files by name with the number of their records."""

    owner: str | None = None
    handle: str | None = None
    name: str | None = None
    made: pd.Timestamp | None = None
    partial: bool = False
    counts: dict[str, int | None] = field(default_factory=dict)


@dataclass(frozen=True)
class Files:
    """The files to read, and the manifest."""

    files: tuple[File, ...]
    manifest: Manifest

    def in_order(self, archive: Archive, *, progress: bool) -> Iterator[File]:
        """Yield the files as they lie, those of tweets that the manifest lists before others."""
        by_member = {file.member: file for file in self.files}
        later = []
        for member in archive.in_order(by_member, progress=progress):
            file = by_member[member]
            if file.content == "posts" and not file.listed and self.manifest.counts:
                later.append(file)
            else:
                yield file
        yield from later


def is_named(member: Member) -> bool:
    """Return whether a member is called as files of X's archive are."""
    found = _NAME.fullmatch(member.name)
    known = found is not None and found[1].lower() in (*CONTENTS, "manifest")
    return known or _MONTH.fullmatch(member.name) is not None


def is_file(archive: Archive, member: Member) -> bool:
    """Return whether a member begins as files of X's archive do."""
    head = archive.head(member)
    return bool(ASSIGNMENT.match(head) or _STRIPPED.match(head))


def choose(archive: Archive, ledger: Ledger) -> Files:
    """Return the files to read, and enter what is left alone.

    Raises
    ------
    UnknownFormatError
        When there are files of several archives.
    """
    named = {member: found for member in archive.members if (found := _named(archive, member))}
    manifest = Manifest()
    for member, (name, _) in named.items():
        if name == "manifest":
            manifest = _manifest(archive, member, ledger)
    files = [
        _file(member, name, part, manifest)
        for member, (name, part) in named.items()
        if name in CONTENTS or name == "month"
    ]
    taken = [(file.shown, file.content) for file in files]
    if len(set(taken)) < len(taken):
        raise UnknownFormatError(
            f"{archive.typed}: holds files of one name in several folders, so that it is several "
            "archives; read them one by one"
        )
    others = (
        len(archive.members) - len(files) - any(name == "manifest" for name, _ in named.values())
    )
    ledger.skip("other files", "not among the files that are read", others)
    return Files(tuple(files), manifest)


def _named(archive: Archive, member: Member) -> tuple[str, int] | None:
    """Return the name of a file without part and ending, and the part."""
    folders = [folder.lower() for folder in member.folders]
    if _MONTH.fullmatch(member.name) and folders[-1:] == ["tweets"]:
        return "month", 0
    found = _NAME.fullmatch(member.name)
    if found is None or not is_named(member):
        return None
    head, name = archive.head(member), found[1].lower()
    _, key = CONTENTS.get(name, ("", ""))
    stripped = re.match(rb'\s*\[\s*\{\s*"' + key.encode() + rb'"\s*:', head)
    if not (is_file(archive, member) or stripped or _is_empty(head)):
        return None
    return name, int(found[2] or 0)


def _is_empty(head: bytes) -> bool:
    """Return whether a file that was stripped is an empty list, or nothing at all."""
    return not head or re.fullmatch(rb"\s*\[\s*\]\s*;?\s*", head) is not None


def _file(member: Member, name: str, part: int, manifest: Manifest) -> File:
    content, key = CONTENTS.get(name, ("posts", "tweet"))
    shown = member.name.lower()
    listed = shown.removesuffix("on") in manifest.counts or shown in manifest.counts
    return File(member, shown, content, key, part, listed)


def _manifest(archive: Archive, member: Member, ledger: Ledger) -> Manifest:
    content, reason = None, "holds no manifest"
    try:
        content = json.loads(payload(archive.read(member)))
    except DamagedExportError as error:
        reason = str(error)
    except (ValueError, RecursionError):
        reason = "is not whole JSON"
    if not isinstance(content, dict):
        ledger.skip("manifest.js", f"unreadable: {reason}")
        ledger.warn(f"manifest.js {reason}")
        return Manifest()
    user, info = (_section(content, name) for name in ("userInfo", "archiveInfo"))
    counts: dict[str, int | None] = {}
    for kind in _section(content, "dataTypes").values():
        for file in objects(kind.get("files") if isinstance(kind, dict) else None):
            path = text(file.get("fileName")) or ""
            counts[path.rpartition("/")[2].lower()] = count(file.get("count"))
    made_at: Any = times([info.get("generationDate")]).iloc[0]
    ledger.read("manifest.js", "manifest", 1, 1)
    return Manifest(
        owner=digits(user.get("accountId")),
        handle=text(user.get("userName")),
        name=text(user.get("displayName")),
        made=None if pd.isna(made_at) else made_at,
        partial=info.get("isPartialArchive") is True,
        counts=counts,
    )


def _section(content: dict[str, Any], name: str) -> dict[str, Any]:
    found = content.get(name)
    return found if isinstance(found, dict) else {}


def payload(content: bytes) -> bytes:
    """Return the JSON of a file, without what stands before and after it."""
    found = ASSIGNMENT.match(content)
    return content[found.end() if found else 0 :].rstrip().removesuffix(b";")


def made(archive: Archive) -> pd.Timestamp | None:
    """Return the day of the archive, as its name says."""
    found = [match for name in archive.names if (match := _ARCHIVE.search(name))]
    day = pd.to_datetime(found[0][1], utc=True, errors="coerce") if found else pd.NaT
    return None if pd.isna(day) else day


def digits(value: Any) -> str | None:
    """Return an id, which is a text of digits or was written as a number."""
    written = str(value) if type(value) is int else value
    known = isinstance(written, str) and written.isascii() and written.isdigit()
    return written if known and len(written) <= _LONGEST else None


def count(value: Any) -> int | None:
    """Return a number, which is written as text."""
    found = digits(value)
    return None if found is None else int(found)
