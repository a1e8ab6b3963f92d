"""Instagram's flat export of 2018 to 2021, as the records that its JSON holds today.

A handful of files at the root: ``connections.json`` has every list as ``{handle: time}``,
``likes.json`` and ``comments.json`` rows of time and handle, ``messages.json`` all threads.
Times are ISO 8601, later ones without their zone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pandas as pd

from follownet.errors import DamagedExportError
from follownet.readers import dates, meta
from follownet.readers.meta_files import Content, Found

FILES = ("connections", "likes", "comments", "messages", "media", "profile")

#: Key -> name and meaning of what is in it.
_TIES = {
    "followers": ("followers", "list"),
    "following": ("following", "list"),
    "follow_requests_sent": ("requested", "relation"),
    "permanent_follow_requests": ("recently_requested", "relation"),
    "follow_requests_received": ("request_received", "relation"),
    "blocked_users": ("blocked", "relation"),
    "restricted_users": ("restricted", "relation"),
    "close_friends": ("close_friend", "relation"),
    "dismissed_suggested_users": ("suggestion_removed", "relation"),
    "unfollowed_users": ("unfollowed", "relation"),
}
_LIKES = {"media_likes": "like", "comment_likes": "comment_like"}
_MEDIA = {"photos": "image", "videos": "video", "stories": "story"}
_ANYTHING = re.compile("")

_Record = dict[str, Any]
#: What a part holds, how it is read, its records, and for messages the thread.
_Part = tuple[str, str, Any, str]


def parts(found: Found, document: Any, zone: str) -> Iterator[tuple[Found, Any]]:
    """Yield what is in a flat file, each as the file that would hold it today.

    Parameters
    ----------
    zone
        Of the times that state none.

    Raises
    ------
    DamagedExportError
        With the reason alone, where it is no such file.
    """
    if not isinstance(document, dict | list):
        raise DamagedExportError("is JSON, but no file of Instagram's export")
    # Every part of an export numbers its threads anew.
    above = f"{-found.part}." if found.part else ""
    for name, meaning, records, thread in _READ[found.content.name](document, zone):
        content = Content(name, _ANYTHING, frozenset(), meaning)
        yield replace(found, content=content, thread=thread and above + thread), records


def _connections(document: Any, zone: str) -> Iterator[_Part]:
    """Yield every list; hashtags are no accounts."""
    known = [key for key in _TIES if key in document] if isinstance(document, dict) else []
    if not known:
        raise DamagedExportError("is JSON, but holds no list of connections")
    # An empty dictionary may have been written as an empty list.
    lists = {key: {} if document[key] == [] else document[key] for key in known}
    if not all(isinstance(people, dict) for people in lists.values()):
        raise DamagedExportError("is JSON, but its lists are not of handles with times")
    for key, people in lists.items():
        stamps = _seconds(list(people.values()), zone)
        yield (*_TIES[key], [_tie(*pair) for pair in zip(people, stamps, strict=True)], "")


def _likes(document: Any, zone: str) -> Iterator[_Part]:
    for key, kind in _LIKES.items():
        yield kind, "action", _dated(_rows(document, key), 2, zone, _liked), ""


def _liked(row: list[Any], at: int) -> _Record:
    return {"title": row[1], "string_list_data": [{"timestamp": at}]}


def _comments(document: Any, zone: str) -> Iterator[_Part]:
    rows = _rows(document, "media_comments")
    yield "comment", "comment", _dated(rows, 3, zone, _commented), ""


def _commented(row: list[Any], at: int) -> _Record:
    said = {"Comment": {"value": row[1]}, "Media Owner": {"value": row[2]}}
    return {"string_map_data": said | {"Time": {"timestamp": at}}}


def _messages(document: Any, zone: str) -> Iterator[_Part]:
    threads = [_thread(thread) for thread in meta.records(document)]
    for number, (people, said) in enumerate(threads, 1):
        content = {
            "participants": [{"name": name} for name in people],
            "messages": _stamped(said, "created_at", zone, _message),
        }
        yield "message", "message", content, str(number)


def _thread(thread: Any) -> tuple[list[Any], list[Any]]:
    """Return the participants of a thread and what they said."""
    said = thread.get("conversation") if isinstance(thread, dict) else None
    people = thread.get("participants") if isinstance(thread, dict) else None
    if isinstance(said, list) and isinstance(people, list):
        return people, said
    raise DamagedExportError("is JSON, but holds no messages")


def _message(entry: _Record, at: int) -> _Record:
    said = {"sender_name": entry.get("sender"), "content": entry.get("text")}
    return said | {"timestamp_ms": at * 1000}


def _media(document: Any, zone: str) -> Iterator[_Part]:
    for key, form in _MEDIA.items():
        yield form, "post", _stamped(_rows(document, key), "taken_at", zone, _medium), ""


def _medium(item: _Record, at: int) -> _Record:
    media = [{"uri": item.get("path"), "title": item.get("caption")}]
    return {"media": media, "creation_timestamp": at}


def _profile(document: Any, _: str) -> Iterator[_Part]:
    known = document if isinstance(document, dict) else {}
    labels = {"Username": known.get("username"), "Name": known.get("name")}
    fields = {label: {"value": value} for label, value in labels.items()}
    yield "profile", "profile", [{"string_map_data": fields}], ""


_READ: dict[str, Callable[[Any, str], Iterator[_Part]]] = {
    "connections": _connections,
    "likes": _likes,
    "comments": _comments,
    "messages": _messages,
    "media": _media,
    "profile": _profile,
}


def _tie(handle: str, at: int) -> _Record:
    return {"string_list_data": [{"value": handle, "timestamp": at}]}


def _rows(document: Any, key: str) -> list[Any]:
    """Return the rows under a key; there are none where it is missing."""
    rows = document.get(key, []) if isinstance(document, dict) else None
    if not isinstance(rows, list):
        raise DamagedExportError("is JSON, but no file of Instagram's export")
    return rows


def _dated(
    rows: list[Any], length: int, zone: str, record: Callable[[list[Any], int], _Record]
) -> list[_Record | None]:
    """Return the records of rows that begin with a time; None of what is no such row."""
    usable = [isinstance(row, list) and len(row) >= length for row in rows]
    stamps = _seconds([row[0] if ok else None for row, ok in zip(rows, usable, strict=True)], zone)
    found = zip(rows, stamps, usable, strict=True)
    return [record(row, at) if ok else None for row, at, ok in found]


def _stamped(
    items: list[Any], time: str, zone: str, record: Callable[[_Record, int], _Record]
) -> list[_Record | None]:
    """Return the records of items with a time under a key; None of what is no such item."""
    known = [item if isinstance(item, dict) else {} for item in items]
    stamps = _seconds([item.get(time) for item in known], zone)
    return [record(item, at) if item else None for item, at in zip(known, stamps, strict=True)]


def _seconds(values: list[Any], zone: str) -> list[int]:
    """Return Unix seconds of ISO times, `dates.NONE` of anything else."""
    texts = meta.texts(map(meta.text, values))
    there = pd.to_datetime(texts, utc=True, format="ISO8601", errors="coerce")
    zoned = texts.str.contains(r"(?:Z|[+-]\d\d:?\d\d)\s*$", na=False)
    ticks = there.dt.tz_localize(None).astype("datetime64[s]").astype("int64")
    local = there.notna() & ~zoned
    ticks[local] = dates.to_utc(ticks[local].to_numpy(), zone)
    return [int(tick) for tick in ticks.where(there.notna(), dates.NONE)]
