"""The bundled samples: synthetic exports and networks whose truth is known."""

from __future__ import annotations

from pathlib import Path

from follownet.errors import SchemaError

_PACKAGE = Path(__file__).parents[1]

_SAMPLES = {
    "instagram": "instagram-*-2026-05-11-*.zip",
    "instagram-later": "instagram-*-2026-08-11-*.zip",
    "x": "twitter-*.zip",
    "tiktok": "TikTok_Data_*.zip",
    "linkedin": "Complete_LinkedInDataExport_*.zip",
    "facebook": "facebook-*.zip",
    "threads": "threads-*.zip",
    "mastodon": "archive-*.tar.gz",
    "bluesky": "bluesky-*.zip",
    "youtube": "takeout-*.zip",
    "medium": "medium-export-*.zip",
    "posts": "posts-meta.csv",
    "world": "world.json",
    "network": "network.csv.zip",
    "messages": "messages.tar.bz2",
}


def sample(name: str) -> Path:
    """Return the path of a bundled sample.

    ``instagram``: one account's export of 2026-05-11 (JSON). ``instagram-later``: the same
    account three months later. ``x``, ``tiktok``, ``linkedin``, ``facebook``, ``threads``,
    ``mastodon``, ``bluesky`` (which needs the extra of that name), ``youtube``, ``medium``: the
    same account and day as these platforms would show it. ``posts``: a year of posts as Meta
    Business Suite counts them (for `follownet.read_posts`), in which what changed is known.
    ``world``: the truth of the small world that the exports show.
    ``network``: every follow of another small world, in Netzschleuder's form, with the accounts'
    communities and three accounts that follow themselves. ``messages``: who wrote to whom or
    mentioned whom in that world, one row an event with its time, in KONECT's form; account i
    there (from 1) is account i - 1 of ``network``.
    All are synthetic, made by ``python -m follownet.simulation``; ``data/README.md`` has the
    true numbers.

    Raises
    ------
    SchemaError
        For a name that is not listed here.

    Examples
    --------
    >>> sample("instagram").suffix
    '.zip'
    >>> sample("messages").name
    'messages.tar.bz2'
    """
    if name not in _SAMPLES:
        raise SchemaError(f"name: accepts {', '.join(_SAMPLES)}")
    return next(bundled("data").glob(_SAMPLES[name]))


def bundled(folder: str) -> Path:
    """Return a folder that comes with the package: ``data`` or ``notebooks``."""
    installed = _PACKAGE / folder
    # In a checkout the folders lie beside the package; the wheel carries them inside it.
    return installed if installed.is_dir() else _PACKAGE.parent / folder
