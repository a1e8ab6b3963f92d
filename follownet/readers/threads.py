"""Threads, whose export comes inside Instagram's or alone.

Its files have the names of Instagram's; a folder ``threads`` or their root keys tell them
apart. The title of a record is the display name. Threads does not name the owner: that is the
owner of the Instagram account, by Instagram's profile or the name of the archive.
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
LOOKED_FOR = "Threads (a folder threads, or files with root keys text_post_app_...)"

_SHARED = ("list", "relation")
_POSTS = ("thread", "archived_thread")
#: Any folder will do: only files of Threads are looked at.
CONTENTS = (
    *(content for content in instagram.CONTENTS if content.meaning in _SHARED),
    *(
        Content(
            name=kind,
            stem=re.compile(stem),
            folders=frozenset(),
            meaning="post" if kind in _POSTS else "action",
            only_there=False,
        )
        for kind, stem in instagram.THREADS_FILES.items()
    ),
    replace(instagram.PROFILE, only_there=False),
)


def matches(archive: Archive) -> bool:
    """Return whether there are files of Threads."""
    return any(instagram.is_threads(archive, member) for member in archive.members)


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
    mine = [member for member in archive.members if instagram.is_threads(archive, member)]
    places = {member.place for member in mine}
    others = [member for member in archive.members if member.place not in places]
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
