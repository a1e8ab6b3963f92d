"""TikTok's export: ``user_data_tiktok.json`` (until 2023 ``user_data.json``), or a tree of texts.

Sections have moved from ``Activity`` to ``Your Activity`` (2025) to ``Profile And Settings`` and
``Likes and Favorites`` (2026), so that a list is found by its own key wherever it lies; the case of
keys differs within one file, and an empty list is null. The tree of ``.txt`` files is untried on
real files, and its chats are left alone.

It holds both follow lists with dates, blocks, own likes, favourites, comments and watched videos
(none of which names whose video it was), chats both ways, own videos with their likes. Gifts are
counted and left out. Times say no zone: UTC is assumed. It cannot show requests, unfollows, display
names, and who liked, commented or watched.
"""

from __future__ import annotations

import re
from typing import Final

import pandas as pd

from follownet.errors import DamagedExportError, UnknownFormatError
from follownet.readers import meta
from follownet.readers.archive import Archive, Member
from follownet.readers.ledger import Ledger
from follownet.readers.tiktok.documents import TEXTS, plain
from follownet.readers.tiktok.reading import FOLLOWS, NAMES, PLATFORM, Reading, shown_name
from follownet.tables import Export

__all__ = ["LOOKED_FOR", "PLATFORM", "matches", "read"]

LOOKED_FOR = "TikTok (user_data_tiktok.json, user_data.json)"

_ARCHIVE = re.compile(r"TikTok_Data_(\d{10})(?:\D|$)", re.I)
_JSON = re.compile(r".*\.json", re.I)
#: Keys that only TikTok's export has, among the first of the file.
_SECTIONS: Final = re.compile(
    rb'"(Your Activity|Tiktok Live|TikTok Shop|Profile And Settings|Likes and Favorites'
    rb"|Ads and data|Ads and rich data|FansList|ItemFavoriteList|ProfileMap|Video Browsing History"
    rb'|Like List|Follower List)"\s*:',
    re.I,
)
#: Those with which it may begin besides, if it is called so as well.
_HINTS: Final = re.compile(
    rb'"(Favorite (Videos|Effects|HashTags|Sounds)|FavoriteVideoList|CommentsList|ChatHistory'
    rb'|Chat History with .*)"\s*:',
    re.I,
)
_MANY: Final = 20
_TELLING: Final = frozenset({*FOLLOWS, "profilemap"})
_LABELLED = re.compile(rb"^\s*(date|user ?name|link)\s*:", re.I | re.M)


def matches(archive: Archive) -> bool:
    """Return whether a file has TikTok's sections, or the texts of its tree."""
    return bool(_documents(archive) or _text_members(archive))


def _documents(archive: Archive) -> list[Member]:
    found = [member for member in archive.members if _JSON.fullmatch(member.name)]
    if len(found) > _MANY:
        # TikTok has one such file; others have thousands, which it would take long to look into.
        found = [member for member in found if member.name.lower() in NAMES]
    return [member for member in found if _is_document(member, archive.head(member))]


def _is_document(member: Member, head: bytes) -> bool:
    named = member.name.lower() in NAMES and _HINTS.search(head)
    return bool(named or _SECTIONS.search(head))


def _text_members(archive: Archive) -> list[Member]:
    """Return the texts of the tree: they are TikTok's if one has a follow list or the profile."""
    texts = [
        member
        for member in archive.members
        if member.name.lower().endswith(".txt") and plain(member.name[:-4]) in TEXTS
    ]
    named = [member for member in texts if TEXTS[plain(member.name[:-4])] in _TELLING]
    return texts if any(_LABELLED.search(archive.head(member)) for member in named) else []


def read(
    archive: Archive,
    *,
    owner: str | None = None,
    zone: str = "UTC",
    exported_at: pd.Timestamp | None = None,
    progress: bool = False,
) -> Export:
    """Return TikTok's export in `archive` as tables; `zone` is that of its times."""
    documents = _documents(archive)
    members = documents or _text_members(archive)
    if not members:
        raise UnknownFormatError(
            f"{archive.typed}: holds none of the files that are read of TikTok's export; found "
            f"{archive.found()}"
        )
    if len(documents) > 1:
        raise UnknownFormatError(
            f"{archive.typed}: holds {len(documents)} exports of TikTok; read them one by one"
        )
    ledger = Ledger()
    reading = Reading(ledger, zone)
    for member in archive.in_order(members, progress=progress):
        try:
            reading.add(member, archive.read(member))
        except DamagedExportError as error:
            reading.damaged(member, str(error))
            if documents:
                raise DamagedExportError(f"{archive.typed}: {shown_name(member)} {error}") from None
    if not reading.files:
        raise DamagedExportError(f"{archive.typed}: none of TikTok's texts in it can be read")
    ledger.skip("other files", "not among the files that are read", _others(archive, members))
    made = _made(archive)
    return reading.export(owner, exported_at, made)


def _others(archive: Archive, members: list[Member]) -> int:
    return len(archive.members) - len(members)


def _made(archive: Archive) -> pd.Timestamp | None:
    """Return when the export was made, as the name of its zip says."""
    found = [match for name in archive.names if (match := _ARCHIVE.search(name))]
    return meta.times([found[0][1]]).iloc[0] if found else None
