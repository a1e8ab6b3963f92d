"""What each platform's export shows of a world, and its files, by the platform's name."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from follownet.errors import SchemaError
from follownet.simulation import (
    bluesky,
    facebook,
    instagram,
    linkedin,
    mastodon,
    medium,
    threads,
    tiktok,
    views,
    x,
    youtube,
)
from follownet.simulation.options import require
from follownet.tables import Export

if TYPE_CHECKING:
    from follownet.simulation.world import World

#: What an account's export shows of a world at a time.
VIEWS: dict[str, Callable[[World, str, pd.Timestamp], Export]] = {
    "instagram": views.export,
    "x": x.view,
    "tiktok": tiktok.view,
    "mastodon": mastodon.view,
    "bluesky": bluesky.view,
    "facebook": facebook.view,
    "threads": threads.view,
    "youtube": youtube.view,
    "medium": medium.view,
    "linkedin": linkedin.view,
}
#: Write an export's tables as the platform would.
WRITERS: dict[str, Callable[..., Path]] = {
    "instagram": instagram.write,
    "x": x.write,
    "tiktok": tiktok.write,
    "mastodon": mastodon.write,
    "bluesky": bluesky.write,
    "facebook": facebook.write,
    "threads": threads.write,
    "youtube": youtube.write,
    "medium": medium.write,
    "linkedin": linkedin.write,
}


def view(world: World, owner: str, at: pd.Timestamp, platform: str) -> Export:
    """Return what an account's export shows of a world; see `World.view`."""
    require("platform", platform, VIEWS)
    views.require_owner(world.accounts, owner, at)
    return VIEWS[platform](world, owner, at)


def write(export: Export, path: str | os.PathLike[str], **options: Any) -> Path:
    """Write an export's tables as its platform would, and return where.

    Parameters
    ----------
    export
        The export of one owner, as `World.view` or `follownet.read` gives it.
    path
        A zip if it ends in ``.zip``, else a new folder.
    options
        What the platform leaves open, such as ``layout`` (the year of the format): see the
        ``write`` of ``follownet.simulation.<platform>``.

    Returns
    -------
    Path
        The `path`. Equal tables give equal bytes.

    Raises
    ------
    SchemaError
        If there is not exactly one owner, the platform is not among those that can be written, or
        an option is none of its.
    """
    require("platform", export.platform, WRITERS)
    if len(export.owners) != 1:
        raise SchemaError(f"owners: an export has one, this has {len(export.owners)}")
    return WRITERS[export.platform](export, path, **options)
