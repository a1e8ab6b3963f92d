"""Post metrics in the files that people have: CSV and Excel of platforms and management tools.

Meta Business Suite, X, TikTok Studio, YouTube Studio and LinkedIn have columns of their own, in
the language of the account; in Buffer, Hootsuite and Later users choose them. One reader serves
all with a table of headers (``columns.csv``): a table with a time and a count is one of posts.

The forms of Meta, X, TikTok, YouTube and LinkedIn pages are those seen in other people's parsers
and tests until 2026; headers that ``columns.csv`` calls untried are translations and guesses,
those of Buffer, Hootsuite, Later and of LinkedIn's creators among them. None of these files holds
follow lists, or who it was that liked.
"""

from __future__ import annotations

import pandas as pd

from follownet.readers.analytics.grids import has_posts
from follownet.readers.analytics.posts import Asked, asked
from follownet.readers.analytics.posts import read as read_as
from follownet.readers.archive import Archive
from follownet.tables import Export

__all__ = ["LOOKED_FOR", "PLATFORM", "Asked", "asked", "matches", "read", "read_as"]

PLATFORM = "analytics"
LOOKED_FOR = "analytics of posts (CSV or .xlsx whose header names a time and a count)"


def matches(archive: Archive) -> bool:
    """Return whether some table in an archive has a time and a count of posts."""
    return has_posts(archive)


def read(
    archive: Archive,
    *,
    owner: str | None,
    zone: str,
    exported_at: pd.Timestamp | None,
    progress: bool,
) -> Export:
    """Return the posts in an archive, understood without more being said of it."""
    return read_as(archive, Asked(zone=zone, owner=owner, exported_at=exported_at))
