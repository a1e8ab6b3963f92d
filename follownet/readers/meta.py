"""What the exports of Meta's platforms share: records in many shapes, labels, text, times.

Within one export several shapes stand side by side, so every record is read by its own
shape, never by the file's version. The letters are those of the four shapes found between
2020 and 2026:

A. ``string_list_data`` with ``value``: the handle is the value;
B. ``title`` with ``string_list_data`` that has no ``value``: the handle is the title;
C. ``label_values``: localised labels in the order URL, Name, Username;
D. ``string_map_data``: localised keys.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from follownet.errors import DamagedExportError
from follownet.tables import TEXT, TIME

#: Handles of Instagram and Threads; those of deleted accounts may be longer.
HANDLE = re.compile(r"[a-z0-9._]{1,30}|__deleted__[a-z0-9._]*")
DELETED = "__deleted__"

_OWNER_LABELS = frozenset({"media owner", "media-eigenaar", "medya sahibi"})
_RECORD_KEYS = {"label_values", "string_list_data", "string_map_data"}
_BYTES = re.compile("[\x80-\xff]")
_PROFILE_LINK = re.compile(
    r"(?:https?://)?(?:[a-z]+\.)?(?:instagram\.com|threads\.(?:net|com))/(?:_u/)?+([^/?#]+)/?(?:[?#].*)?",
    re.IGNORECASE | re.DOTALL,
)
_WEB = re.compile(r"https?://\S+")
#: Pages of the platforms themselves, whose names no account can have.
_RESERVED = frozenset(
    "about accounts api blog developer direct directory emails explore help legal login p privacy "
    "reel reels sessions stories support terms topics tv web".split()
)

#: From the founding of Facebook to a year no export can be from, in seconds since 1970.
_FIRST, _LAST = 1_075_852_800, 4_102_444_800


def text(value: Any) -> str | None:
    """Return a text with Meta's mojibake repaired, or None for anything else.

    Meta escapes every byte of UTF-8 as one character. It is undone only where it
    round-trips: text that is right already stays as it is. Half characters, which no table
    can hold, become U+FFFD.
    """
    if not isinstance(value, str):
        return None
    if value.isascii():
        return value
    if _BYTES.search(value):
        try:
            return value.encode("latin-1").decode("utf-8")
        except UnicodeError:
            pass
    return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def handle(value: Any) -> str | None:
    """Return a handle in lower case, as the platform compares them, or None."""
    if not isinstance(value, str):
        return None
    lowered = value.strip().removeprefix("@").lower()
    return lowered if HANDLE.fullmatch(lowered) else None


def handle_of_link(value: Any) -> str | None:
    """Return the handle that a profile link names after any ``_u/`` or ``@``, or None.

    Only links to the platforms themselves name one: others are people's own web sites.
    """
    found = _PROFILE_LINK.fullmatch(value.strip()) if isinstance(value, str) else None
    person = handle(found[1]) if found else None
    return None if person in _RESERVED else person


def records(content: Any) -> list[Any]:
    """Return the list of records: bare, under one root key, or a single bare record.

    Raises
    ------
    DamagedExportError
        With the reason alone, where there is no such list.
    """
    if isinstance(content, list):
        return content
    if isinstance(content, dict):
        if not _RECORD_KEYS.isdisjoint(content):
            return [content]
        lists = [value for value in content.values() if isinstance(value, list)]
        if len(lists) == 1:
            return lists[0]
        only = next(iter(content.values())) if len(content) == 1 else None
        if isinstance(only, dict) and not _RECORD_KEYS.isdisjoint(only):
            return [only]
    raise DamagedExportError("is JSON, but holds no list of records")


def root_key(content: Any) -> str:
    """Return the one key that the records lie under, or the empty string."""
    return next(iter(content)) if isinstance(content, dict) and len(content) == 1 else ""


class People(NamedTuple):
    """Relationship records as columns; ``attributes`` are ``name`` and ``fbid`` by handle."""

    handles: list[str | None]
    stamps: Any
    attributes: dict[str, dict[str, str]]


class Actions(NamedTuple):
    """Records of what the owner did as columns; ``names`` are those of the targets."""

    targets: list[str | None]
    stamps: Any
    items: list[str | None]
    names: list[str | None]


#: Owner of the post, time, text.
Comment = tuple[str | None, Any, str]


def people(content: Any, *, titles_are_names: bool = False) -> People:
    """Return the accounts of relationship records.

    Shape A is most of every export, so it is tried first, without a call for each record.
    `titles_are_names`: a title is the display name, as Threads has it.
    """
    if isinstance(content, People):
        return content if titles_are_names else content._replace(attributes={})
    handles: list[str | None] = []
    stamps: list[Any] = []
    attributes: dict[str, dict[str, str]] = {}
    plain = HANDLE.fullmatch
    for record in records(content):
        try:
            entry = record["string_list_data"][0]
            person, at = entry["value"].lower(), entry["timestamp"]
            known = plain(person) is not None
        except (KeyError, IndexError, TypeError, AttributeError):
            known = False
        if not known:
            person, at, more = alter(record)
            if person and more:
                attributes[person] = more
        if titles_are_names and person and (name := _title(record)) not in ("", person):
            attributes.setdefault(person, {})["name"] = name
        handles.append(person)
        stamps.append(at)
    return People(handles, stamps, attributes)


def alter(record: Any) -> tuple[str | None, Any, dict[str, str]]:
    """Return handle, time and attributes (``name``, ``fbid``) of one relationship record."""
    if not isinstance(record, dict):
        return None, None, {}
    if "label_values" in record:
        person, name = person_of(record["label_values"])
        more = {"name": name, "fbid": _digits(record.get("fbid"))}
        return person, record.get("timestamp"), {key: v for key, v in more.items() if v}
    entry = first_entry(record)
    # A title is a display name on Threads, so the link goes before it.
    person = (
        handle(entry.get("value"))
        or handle_of_link(entry.get("href"))
        or handle(record.get("title"))
    )
    return person, entry.get("timestamp"), {}


def _title(record: Any) -> str:
    return (text(record.get("title")) if isinstance(record, dict) else None) or ""


def actions(content: Any) -> tuple[Actions, int]:
    """Return what the owner did, and how many records there are, the empty ones included."""
    if isinstance(content, Actions):
        return content, len(content.targets)
    found = records(content)
    kept = [parts for parts in map(action, found) if any(part is not None for part in parts)]
    columns = zip(*kept, strict=True) if kept else ((), (), (), ())
    return Actions(*map(list, columns)), len(found)


def action(record: Any) -> tuple[str | None, Any, str | None, str | None]:
    """Return target, time, item (a link) and the target's name of something the owner did.

    The target is whoever owns the post or story; it is missing where the export names no one.
    """
    if not isinstance(record, dict):
        return None, None, None, None
    if "label_values" in record:
        labels = record["label_values"]
        target, name = owner_of(labels)
        return target, record.get("timestamp"), link_of(labels), name
    entry = first_entry(record)
    target = handle(record.get("title"))
    for other in fields(record).values() if not entry else ():
        if other.get("timestamp"):
            entry = other
        # Shape D names the author among its fields.
        target = target or handle(other.get("value"))
    link = text(entry.get("href"))
    return target, entry.get("timestamp"), link or None, None


def comments(content: Any) -> tuple[list[Comment], int]:
    """Return the comments, and how many records there are, the empty ones included."""
    found = content if isinstance(content, list) else records(content)
    read = [row if isinstance(row, tuple) else comment(row) for row in found]
    return [row for row in read if row is not None], len(found)


def comment(record: Any) -> Comment | None:
    """Return the owner of the post, time and text of a comment; None for an empty record.

    Labels are localised, their order is not: text, owner, time. A comment on a post that is
    gone has no owner.
    """
    owner, at, lines = None, None, []
    for label, entry in fields(record).items():
        if entry.get("timestamp"):
            at = entry["timestamp"]
        elif label.lower() in _OWNER_LABELS:
            owner = handle(entry.get("value"))
        elif (line := text(entry.get("value"))) is not None:
            lines.append(line)
    if owner is None and len(lines) > 1:
        owner = handle(lines.pop())
    if at is None and owner is None and not lines:
        return None
    return owner, at, lines[0] if lines else ""


def first_entry(record: dict[str, Any]) -> dict[str, Any]:
    """Return the first item of ``string_list_data``; there has never been a second."""
    entries = record.get("string_list_data")
    if isinstance(entries, list) and entries and isinstance(entries[0], dict):
        return entries[0]
    return {}


def person_of(labels: Any) -> tuple[str | None, str | None]:
    """Return handle and display name from labels in the order URL, Name, Username.

    The order held in every language seen. The URL is the person's own web site, so a
    handle is never taken from it.
    """
    if not isinstance(labels, list):
        return None, None
    named = [item for item in labels if isinstance(item, dict) and "label" in item]
    # "URL" stands in the label in every language seen.
    values = [item.get("value") for item in named if "URL" not in (text(item["label"]) or "")]
    if not values:
        return None, None
    name = text(values[-2]) if len(values) > 1 else None
    return handle(values[-1]), name or None


def owner_of(labels: Any) -> tuple[str | None, str | None]:
    """Return handle and display name of the nested owner of a post among its labels.

    The owner is the nested entry that itself holds URL, Name and Username; hashtags hold
    names alone.
    """
    for item in labels if isinstance(labels, list) else ():
        for nested in nested_labels(item):
            if len({text(label.get("label")) for label in nested if isinstance(label, dict)}) > 1:
                return person_of(nested)
    return None, None


def nested_labels(item: Any) -> Iterator[list[Any]]:
    """Yield the label lists nested in an entry of ``label_values``."""
    inner = item.get("dict") if isinstance(item, dict) else None
    for entry in inner if isinstance(inner, list) else ():
        labels = entry.get("dict") if isinstance(entry, dict) else None
        if isinstance(labels, list):
            yield labels


def link_of(labels: Any) -> str | None:
    """Return the first web link among labels: that of the post itself."""
    for item in labels if isinstance(labels, list) else ():
        value = item.get("href") or item.get("value") if isinstance(item, dict) else None
        if isinstance(value, str) and _WEB.fullmatch(value):
            return text(value)
    return None


def fields(record: Any) -> dict[str, Any]:
    """Return shape D's ``string_map_data``, its keys repaired, as ``{key: entry}``."""
    entries = record.get("string_map_data") if isinstance(record, dict) else None
    if not isinstance(entries, dict):
        return {}
    return {text(key) or "": entry for key, entry in entries.items() if isinstance(entry, dict)}


def times(values: Iterable[Any], unit: int = 1) -> pd.Series[pd.Timestamp]:
    """Return Unix times as UTC; what is none, or outside 2004 to 2100, is missing.

    Parameters
    ----------
    values
        Whole numbers of ``1 / unit`` seconds, as an array of int64 or each in any form; texts
        of digits are accepted.
    unit
        Ticks per second: 1, or 1000 for messages.
    """
    if isinstance(values, np.ndarray):
        ticks = values
    else:
        ticks = np.array([_whole(value) for value in values], dtype="int64")
    micros = ticks * (1_000_000 // unit)
    outside = (ticks < _FIRST * unit) | (ticks > _LAST * unit)
    stamps = micros.astype("datetime64[us]")
    stamps[outside] = np.datetime64("NaT", "us")
    return pd.Series(pd.DatetimeIndex(stamps, tz="UTC"), dtype=TIME)


def _whole(value: Any) -> int:
    """Return a number that fits 64 bits, 0 (which means no time) for anything else."""
    if type(value) is int:
        return value if -(2**53) < value < 2**53 else 0
    if isinstance(value, float) and value.is_integer():
        return _whole(int(value))
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 16:
        return int(value)
    return 0


def _digits(value: Any) -> str | None:
    return str(value) if isinstance(value, str | int) and str(value).isdigit() else None


def texts(values: Iterable[str | None]) -> pd.Series[str]:
    """Return a column of text with None as missing."""
    return pd.Series(list(values), dtype=TEXT)
