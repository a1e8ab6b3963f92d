"""The owner's own posts in Meta's exports, and what professional accounts are told of them."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import Any

from follownet.readers import meta

_VIDEO = frozenset({".mp4", ".mov", ".webm"})
#: Labels of insights (English in every file seen) -> column of `posts`.
COUNTS = {
    "likes": "likes",
    "comments": "comments",
    "shares": "shares",
    "saves": "saves",
    "reach": "reach",
    "accounts reached": "reach",
    "impressions": "impressions",
    "views": "views",
    "plays": "views",
    "follows": "new_follows",
}
_NUMBER = re.compile(r"\d{1,3}(?:[,.\u202f\xa0 ]\d{3})+|\d+")
_NOT_DIGITS = re.compile(r"\D")
#: Whatever has more digits counts nothing, and would not fit a column.
_LONGEST = 15


def post(record: Any, content: str) -> dict[str, Any] | None:
    """Return id, time, format and length of the caption of a post; None without a medium."""
    if not isinstance(record, dict):
        return None
    found = record.get("media", [record])
    media = [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []
    path = _path(media[0]) if media else None
    at = record.get("creation_timestamp") or (media[0].get("creation_timestamp") if media else None)
    if path is None and content.endswith("thread") and at:
        # Posts on Threads may be of words alone; their second tells them apart.
        path = PurePosixPath(f"{content}-{at}")
    if path is None:
        return None
    shape = content
    if content == "image" and len(media) > 1:
        shape = "carousel"
    elif content == "image" and path.suffix.lower() in _VIDEO:
        shape = "video"
    elif content == "thread" and _is_reply(media[0]):
        shape = "reply"
    caption = meta.text(record.get("title")) or meta.text(media[0].get("title"))
    return {
        "post": meta.text(path.stem) or "",
        "at": at,
        "format": shape,
        "text_length": None if caption is None else len(caption),
    }


def insight(record: Any) -> dict[str, Any] | None:
    """Return id, time and counts of a post of which the insights tell; None without a medium."""
    fields = meta.fields(record)
    thumbnails = record.get("media_map_data") if fields else None
    media = list(thumbnails.values()) if isinstance(thumbnails, dict) else []
    path = _path(media[0]) if media and isinstance(media[0], dict) else None
    if path is None:
        return None
    stamps = (entry.get("timestamp") for entry in fields.values())
    counted = {COUNTS.get(label.lower()): number(entry) for label, entry in fields.items()}
    return {
        "post": meta.text(path.stem) or "",
        "at": next(filter(None, stamps), None) or media[0].get("creation_timestamp"),
        **{column: count for column, count in counted.items() if column and count is not None},
    }


def number(entry: Any) -> int | None:
    """Return the whole number of a field, whose digits may stand in groups of three."""
    value = entry.get("value") if isinstance(entry, dict) else None
    if not isinstance(value, str) or not _NUMBER.fullmatch(value.strip()):
        return None
    digits = _NOT_DIGITS.sub("", value)
    return int(digits) if len(digits) <= _LONGEST else None


def _is_reply(medium: dict[str, Any]) -> bool:
    """Return whether a post on Threads answers another; which one is not told."""
    told = medium.get("text_app_post")
    return isinstance(told, dict) and told.get("is_reply") is True


def _path(medium: dict[str, Any]) -> PurePosixPath | None:
    uri = medium.get("uri")
    return PurePosixPath(uri) if isinstance(uri, str) and uri else None
