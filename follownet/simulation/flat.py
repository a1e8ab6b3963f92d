"""An export's tables in Instagram's layout of 2020: seven files, no folders."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

import pandas as pd

from follownet.simulation import archive, conversations, events
from follownet.simulation.records import Record, seconds, text
from follownet.tables import Export

#: Key of the connections -> relation.
RELATIONS = {
    "blocked_users": "blocked",
    "close_friends": "close_friend",
    "follow_requests_sent": "requested",
    "permanent_follow_requests": "recently_requested",
    "dismissed_suggested_users": "suggestion_removed",
}
#: Format -> list of the media, which is its folder as well, and ending of the file.
MEDIA = {
    "image": ("photos", "jpg"),
    "carousel": ("photos", "jpg"),
    "video": ("videos", "mp4"),
    "story": ("stories", "jpg"),
}


def files(export: Export) -> Iterator[tuple[str, str]]:
    """Yield name and content of every file."""
    contents: dict[str, Any] = {
        "connections": _connections(export),
        "likes": {
            "media_likes": _likes(export, "like"),
            "comment_likes": _likes(export, "comment_like"),
        },
        "comments": {"media_comments": _comments(export)},
        "messages": conversations.flat(export),
        "media": _media(export),
        "profile": _profile(export),
        "searches": [],
    }
    yield from ((f"{name}.json", archive.line(content)) for name, content in contents.items())


def _connections(export: Export) -> Record:
    """Return the ties, handle by time; of two with one account the earlier."""
    found: Record = {}
    if (rows := events.following(export)) is not None:
        found["following"] = {row.target: _iso(row.since) for row in rows}
    if (rows := events.followers(export)) is not None:
        found["followers"] = {row.source: _iso(row.since) for row in rows}
    for key, relation in RELATIONS.items():
        rows = events.newest(export.relations[export.relations["relation"] == relation])
        found[key] = {row.target: _iso(row.at) for row in rows}
    return found | {"following_hashtags": {}}


def _likes(export: Export, kind: str) -> list[list[str]]:
    return [[_iso(row.at), text(row.target)] for row in events.done(export, kind)]


def _comments(export: Export) -> list[list[str]]:
    return [[_iso(row.at), line, text(row.target)] for row, line in events.comments(export)]


def _media(export: Export) -> Record:
    found: dict[str, list[Record]] = {"photos": [], "videos": [], "stories": []}
    for row, caption in events.posts(export):
        if text(row.format) in MEDIA:
            name, ending = MEDIA[text(row.format)]
            month = text(row.at)[:7].replace("-", "")
            path = PurePosixPath(name, month, f"{row.post}.{ending}").as_posix()
            found[name].append({"caption": caption, "taken_at": _iso(row.at), "path": path})
    return found


def _profile(export: Export) -> Record:
    owner = export.owners[0]
    name = text(export.accounts["name"].get(owner))
    return {
        "biography": "",
        "gender": "unspecified",
        "private_account": False,
        "name": name,
        "username": owner,
    }


def _iso(at: Any) -> str:
    """Return a time to the second; the beginning of 1970, as later layouts have it, for none."""
    return pd.Timestamp(seconds(at), unit="s", tz="UTC").isoformat()
