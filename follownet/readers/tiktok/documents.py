"""The lists of a file of TikTok's export, wherever they lie in it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from operator import itemgetter
from typing import Any, Final, NamedTuple

from follownet.errors import DamagedExportError
from follownet.readers import json_pieces, text_tables
from follownet.readers.archive import Member
from follownet.readers.values import text

_LEAVES: Final = re.compile(
    rb'"(FansList|Following|ItemFavoriteList|FavoriteVideoList|CommentsList|VideoList|BlockList'
    rb'|Chat History with [^"\\]*)"\s*:\s*\[',
    re.I,
)
#: Handles are in these letters; of old ones and those of other platforms more is accepted.
_HANDLE: Final = re.compile(r"[\w.]+", re.ASCII)
_NONE: Final = frozenset({"", "n/a", "none", "null"})
_PARTS: Final = re.compile(r"\W|_")
#: What the key of a chat begins with, as keys are compared.
CHAT: Final = "chathistorywith"
#: The list that a file of the tree of texts holds, by its name.
TEXTS: Final = {
    "follower": "fanslist", "followerlist": "fanslist", "fanslist": "fanslist",
    "following": "following", "followinglist": "following",
    "likelist": "itemfavoritelist", "favoritevideos": "favoritevideolist",
    "comments": "commentslist", "comment": "commentslist",
    "blocklist": "blocklist", "block": "blocklist",
    "watchhistory": "videolist", "videobrowsinghistory": "videolist",
    "posts": "videolist", "videos": "videolist",
    "profileinfo": "profilemap", "profileinformation": "profilemap",
}  # fmt: skip
#: One of these labels is in every record.
_BEGINS: Final = frozenset({"date", "username", "link"})
_LINE = re.compile(r"([^:\n]{1,40}):[ \t]*(.*)")

Records = Iterable[list[Any]]


class Leaf(NamedTuple):
    """A list as it was found: by which key, under which section, its records piece by piece."""

    key: str
    above: str
    pieces: Records


def plain(key: Any) -> str:
    """Return a key as it is compared: without case, blanks and dashes."""
    return _PARTS.sub("", key).casefold() if isinstance(key, str) else ""


def handle(value: Any) -> str | None:
    """Return a handle as the platform compares it, None of what names no one."""
    if type(value) is str and _HANDLE.fullmatch(value):
        name = value.lower()
        return None if name in _NONE else name
    name = (text(value) or "").strip().removeprefix("@").casefold()
    return None if name in _NONE or any(map(str.isspace, name)) else name


def handles(values: list[Any]) -> list[str | None]:
    """Return `handle` of each; of those that recur once."""
    try:
        known = {value: handle(value) for value in set(values)}
    except TypeError:
        return list(map(handle, values))
    return [known[value] for value in values]


def skeleton(content: bytes, add: Callable[[Leaf], None]) -> tuple[Any, int]:
    """Return a document without its lists of records, and how many of them were added.

    In the place of each there is a list of its number alone.
    """
    parts, end, count = [], 0, 0
    while found := _LEAVES.search(content, end):
        above = _above(content, found.start())
        after = [found.end()]
        key = found[1].decode("utf-8", "replace")
        add(Leaf(key, above, _followed(content, after)))
        parts += [content[end : found.end()], str(count).encode(), b"]"]
        end, count = after[0], count + 1
    try:
        document = json.loads(b"".join([*parts, content[end:]]))
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict):
        raise DamagedExportError("is not whole JSON; the file is cut off or was edited")
    return document, count


def _followed(content: bytes, after: list[int]) -> Iterator[list[Any]]:
    """Yield the records of a list, and keep the place after it."""
    for piece, end in json_pieces.records(content, after[0]):
        after[0] = end
        yield piece


_OPENS = re.compile(rb'"([^"\\\n]{1,60})"\s*:\s*\{[^{}]*\Z')


def _above(content: bytes, place: int) -> str:
    """Return the section that a list lies in; sections begin with short values at most."""
    found = _OPENS.search(content, max(0, place - 300), place)
    return plain(found[1].decode("utf-8", "replace")) if found else ""


def is_done(value: Any, done: int) -> bool:
    """Return whether a list was added already and its number alone is left."""
    return isinstance(value, list) and len(value) == 1 and type(value[0]) is int and value[0] < done


def as_list(value: Any) -> list[Any]:
    """Return a list; null is an empty one, and a single record one of it."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def objects(records: list[Any]) -> list[dict[str, Any]]:
    """Return the objects of a list."""
    # Lists hold nothing else, as a rule.
    if set(map(type, records)) <= {dict}:
        return records
    return [one for one in records if isinstance(one, dict)]


def column(records: list[dict[str, Any]], *names: str) -> list[Any]:
    """Return what records hold under the first key of such a name, whatever its case."""
    key = next((key for key in records[0] if plain(key) in names), "") if records else ""
    try:
        # Most lists have one spelling throughout.
        return list(map(itemgetter(key), records))
    except KeyError:
        return [
            next((value for key, value in record.items() if plain(key) in names), None)
            for record in records
        ]


def text_leaf(member: Member, content: bytes) -> Leaf:
    """Return the records of a text: lines of label and value, with empty lines between records."""
    name = plain(member.name[:-4])
    if content and not content.strip():
        return Leaf(TEXTS[name], name, [[]])
    said, _ = text_tables.text_of(content)
    records: list[dict[str, str]] = []
    for block in re.split(r"\n\s*\n", said.replace("\r\n", "\n").lstrip("\ufeff")):
        record = {label.strip(): value.strip() for label, value in _LINE.findall(block)}
        # What else stands there goes on with a text of more than one paragraph.
        if TEXTS[name] == "profilemap" or _BEGINS.intersection(map(plain, record)):
            records.append(record)
    if not records:
        raise DamagedExportError("has no record in the form that is known")
    return Leaf(TEXTS[name], name, [records])
