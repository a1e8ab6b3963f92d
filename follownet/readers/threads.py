"""Threads, whose export comes inside Instagram's.

Its files have the names of Instagram's and lie in a folder ``threads``. The title of a
record is the display name, the owner is that of the Instagram account.
"""

from __future__ import annotations

import re
from dataclasses import replace

import pandas as pd

from follownet.errors import UnknownFormatError
from follownet.readers import instagram
from follownet.readers.archive import Archive
from follownet.readers.ledger import Ledger
from follownet.readers.meta_files import Content, choose, request_of
from follownet.readers.meta_reading import Reading
from follownet.tables import Export

PLATFORM = "threads"
LOOKED_FOR = "Threads (a folder threads with followers.json, following.json)"

_FOLDER = frozenset({"threads"})
_SHARED = ("list", "relation")
_OWN = (
    ("like", "liked_threads", "action"),
    ("view", "threads_viewed", "action"),
    ("save", "saved_threads", "action"),
    ("thread", "threads_and_replies", "post"),
)
CONTENTS = (
    *(
        replace(content, folders=_FOLDER, only_there=True)
        for content in instagram.CONTENTS
        if content.meaning in _SHARED
    ),
    *(Content(name, re.compile(stem), _FOLDER, meaning) for name, stem, meaning in _OWN),
)


def matches(archive: Archive) -> bool:
    """Return whether there are files of Threads."""
    return any(instagram.is_threads(member) for member in archive.members)


def read(
    archive: Archive,
    *,
    owner: str | None = None,
    zone: str = "UTC",
    exported_at: pd.Timestamp | None = None,
    progress: bool = False,
) -> Export:
    """Return the Threads part of an export in `archive` as tables."""
    ledger = Ledger()
    named_owner, named_date = request_of(archive)
    mine = [member for member in archive.members if instagram.is_threads(member)]
    others = [member for member in archive.members if not instagram.is_threads(member)]
    chosen = choose(archive, mine, CONTENTS, ledger)
    if not chosen:
        raise UnknownFormatError(
            f"{archive.typed}: holds none of the files that are read of Threads; found "
            f"{archive.found()}"
        )
    profiles = choose(archive, others, [instagram.PROFILE], Ledger())
    ledger.skip(
        "files of Instagram", 'platform="instagram" reads them', len(others) - len(profiles)
    )
    reading = Reading(PLATFORM, ledger, zone, titles_are_names=True)
    reading.add_all([*chosen, *profiles], archive, progress=progress)
    return reading.export(owner, named_owner, exported_at, named_date)
