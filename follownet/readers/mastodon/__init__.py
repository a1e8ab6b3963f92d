"""Mastodon's exports: its tables of accounts, and the archive of a profile with all posts.

Read are ``following_accounts.csv``, ``muted_accounts.csv``, ``blocked_accounts.csv`` (in 2017, and
of blocks until today without header) and a ``followers.csv``, which other software of the fediverse
exports; of the archive, a ``.tar.gz`` or since 4.2 a ``.zip``, ``actor.json`` (whose it is),
``outbox.json`` (posts, replies, mentions, boosts and direct messages that the owner sent),
``likes.json`` and ``bookmarks.json`` (without dates). All of one account may be given in one call.
Other software that speaks ActivityPub writes the same archive. That zips are laid out as the older
archives are, and the numbers of likes and boosts of own posts in newer ones, are untried on real
files.

An account is ``user@host`` in lower case. Where a record gives the address of a post alone, author
and host are those in it; of software whose addresses name no author the target is missing. The host
of pages may differ from that of accounts (``social.example.org`` for ``example.org``): it is put
right for everyone whom a post mentions.

It cannot show followers (Mastodon exports no list of them), dates of follows, likes and bookmarks,
what others did with the posts, and messages received. A list that was read from another server
than the owner's may be a part of the list, which nothing in it tells.
"""

from __future__ import annotations

import pandas as pd

from follownet.errors import UnknownFormatError
from follownet.readers.archive import Archive
from follownet.readers.ledger import Ledger
from follownet.readers.mastodon.files import choose, is_mastodon
from follownet.readers.mastodon.reading import PLATFORM, Reading
from follownet.tables import Export

__all__ = ["LOOKED_FOR", "PLATFORM", "matches", "read"]

LOOKED_FOR = "Mastodon (following_accounts.csv, actor.json, outbox.json)"


def matches(archive: Archive) -> bool:
    """Return whether there is a table or an archive as Mastodon writes them."""
    return any(is_mastodon(archive, member) for member in archive.members)


def read(
    archive: Archive,
    *,
    owner: str | None = None,
    zone: str = "UTC",
    exported_at: pd.Timestamp | None = None,
    progress: bool = False,
) -> Export:
    """Return Mastodon's export in `archive` as tables."""
    ledger = Ledger()
    chosen = choose(archive, ledger)
    if not any(not content.reason for content in chosen.values()):
        raise UnknownFormatError(
            f"{archive.typed}: holds none of the files that are read of Mastodon's export; found "
            f"{archive.found()}"
        )
    reading = Reading(ledger, owner)
    reading.add_all(chosen, archive, progress=progress)
    return reading.export(archive, exported_at)
