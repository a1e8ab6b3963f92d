"""Bluesky's repository of an account, and follow lists as its API shows them.

Read are ``repo.car`` (Settings, Account, Export my data; or ``com.atproto.sync.getRepo``), which
needs the extra ``bluesky``, and pages of ``app.bsky.graph.getFollowers`` and ``getFollows`` as
JSON, one or many files. Given in the same call they are one export: the repository has follows with
their dates, blocks, likes, reposts, posts, replies, mentions and quotes; the pages have the
followers, and handles and display names of accounts. An account is its DID, since handles change.
No real repository was at hand: all of this follows the specification and other readers.

The tree of a repository names its current records, so that a post has its true address. A list of
the API is cut where its last page points to a further one, or where a page is an error.

A repository cannot show followers, what others did, messages, or follows that were taken back.
Times in it are written by the app that made the record. When it was exported is not in it: the time
of its last change is. The API tells no dates of follows, and it does not show accounts that are
deactivated or have been taken down, so that its lists are shorter than its counts and than the
repository.
"""

from __future__ import annotations

import pandas as pd

from follownet.errors import DamagedExportError, UnknownFormatError
from follownet.readers.archive import Archive, Member
from follownet.readers.bluesky.car import is_car
from follownet.readers.bluesky.reading import (
    CAR,
    PLATFORM,
    Reading,
    is_document,
    is_page,
    may_be_page,
)
from follownet.readers.ledger import Ledger
from follownet.tables import Export

__all__ = ["LOOKED_FOR", "PLATFORM", "matches", "read"]

LOOKED_FOR = "Bluesky (repo.car, pages of getFollowers and getFollows)"

_ENDING = ".car"
#: A page has a hundred entries, and tools put pages together.
_LARGEST_PAGES = 2**27
#: What files of pages are mostly called after, and how many files are looked into.
_NAMED = "follow"
_ASKED = 10


def matches(archive: Archive) -> bool:
    """Return whether there is a repository, or a page of a follow list."""
    documents = [member for member in archive.members if is_document(member)]
    called = [member for member in documents if _NAMED in member.name.lower()]
    # Some may be errors of the server; in other platforms' archives are thousands.
    first = (called or documents)[:_ASKED]
    return any(_is_car(archive, member) for member in archive.members) or any(
        _is_page(archive, member) for member in first
    )


def read(
    archive: Archive,
    *,
    owner: str | None = None,
    zone: str = "UTC",
    exported_at: pd.Timestamp | None = None,
    progress: bool = False,
) -> Export:
    """Return Bluesky's export in `archive` as tables; `zone` means nothing, all times have one."""
    ledger = Ledger()
    files = _files(archive, ledger)
    if not files:
        raise UnknownFormatError(
            f"{archive.typed}: holds neither a repository of Bluesky nor a page of a follow list; "
            f"found {archive.found()}"
        )
    reading = Reading(archive, ledger)
    reading.add_all(files, progress=progress)
    return reading.export(owner, exported_at)


def _files(archive: Archive, ledger: Ledger) -> dict[Member, bool]:
    """Return the files to read, and whether each is a repository."""
    ordered = sorted(archive.members, key=lambda member: (len(member.folders), member.path))
    cars = [member for member in ordered if _is_car(archive, member)]
    cars = cars or [member for member in ordered if member.name.lower().endswith(_ENDING)]
    for _ in cars[1:]:
        ledger.skip(CAR, "another repository is read")
    rest = [member for member in ordered if member not in cars]
    documents = [member for member in rest if is_document(member)]
    ledger.skip("other files", "not among the files that are read", len(rest) - len(documents))
    return dict.fromkeys(cars[:1], True) | dict.fromkeys(documents, False)


def _is_car(archive: Archive, member: Member) -> bool:
    if len(archive.members) > 1 and not member.name.lower().endswith(_ENDING):
        return False
    return is_car(archive.head(member))


def _is_page(archive: Archive, member: Member) -> bool:
    if not may_be_page(archive.head(member)) or member.size > _LARGEST_PAGES:
        return False
    try:
        return is_page(archive.read(member))
    except DamagedExportError:
        return False
