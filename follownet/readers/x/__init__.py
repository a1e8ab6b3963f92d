"""X's archive (Twitter's until 2023): ``data/*.js``, each an assignment and JSON.

Read are follow lists, blocks, mutes, tweets (also of communities, circles and deleted ones),
likes, conversations of two and of groups, in parts or whole, in the layout since 2019 (files in
``data/``) and the one before (files at the root, tweets that are not wrapped, which is untried on
real files); with the assignment stripped to ``.json``, too. ``manifest.js`` says which parts there
should be and how many records they have. Archives of 2011 to 2018 (``data/js/tweets``) hold tweets
alone.

Accounts are numeric ids, which are texts throughout. The handles of those whom the owner mentioned
or answered are in the tweets; who was named by handle alone is ``@handle`` in lower case.

It cannot show when anyone was followed, the handles of others, requests, unfollows, whose posts
were liked and when, and what others did with the owner's posts beyond their numbers.
"""

from __future__ import annotations

import pandas as pd

from follownet.errors import DamagedExportError, UnknownFormatError
from follownet.readers.archive import Archive
from follownet.readers.ledger import Ledger
from follownet.readers.x.files import choose, is_file, is_named, made
from follownet.readers.x.reading import PLATFORM, Reading
from follownet.tables import Export

__all__ = ["LOOKED_FOR", "PLATFORM", "matches", "read"]

LOOKED_FOR = "X or Twitter (data/follower.js, data/tweets.js, data/manifest.js)"


def matches(archive: Archive) -> bool:
    """Return whether a file is called as those of an archive of X are, and begins as they do."""
    return any(is_named(member) and is_file(archive, member) for member in archive.members)


def read(
    archive: Archive,
    *,
    owner: str | None = None,
    zone: str = "UTC",
    exported_at: pd.Timestamp | None = None,
    progress: bool = False,
) -> Export:
    """Return X's archive in `archive` as tables; all its times are UTC, whatever `zone` is."""
    ledger = Ledger()
    found = choose(archive, ledger)
    if not found.files:
        raise UnknownFormatError(
            f"{archive.typed}: holds none of the files that are read of X's archive; found "
            f"{archive.found()}"
        )
    reading = Reading(ledger, found.manifest)
    for file in found.in_order(archive, progress=progress):
        try:
            reading.add(file, archive.read(file.member))
        except DamagedExportError as error:
            reading.damaged(file, str(error))
    if reading.damage and not reading.files:
        raise DamagedExportError(
            f"{archive.typed}: none of its {len(reading.damage)} files that matter can be read; "
            f"{reading.damage[0]}"
        )
    return reading.export(owner, exported_at, made(archive))
