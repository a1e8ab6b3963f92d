"""From the lists of TikTok's export to its tables."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import compute

from follownet.errors import DamagedExportError
from follownet.readers import dates, meta
from follownet.readers.archive import Member, require_plausible
from follownet.readers.gathering import Gathering
from follownet.readers.ledger import Ledger
from follownet.readers.tiktok.chats import Chats
from follownet.readers.tiktok.documents import (
    CHAT,
    TEXTS,
    Leaf,
    Records,
    as_list,
    column,
    handle,
    handles,
    is_done,
    objects,
    plain,
    skeleton,
    text_leaf,
)
from follownet.readers.values import NAMELESS, text
from follownet.readers.values import column as texts
from follownet.tables import LISTS, TEXT, Export

PLATFORM: Final = "tiktok"
#: What is written for no text.
_NONE: Final = frozenset({"", "n/a", "none", "null"})
_LONGEST_NONE: Final = 4
#: Chats aside; each costs milliseconds, and there are about ten.
_MOST_LISTS: Final = 1000
#: Of a time, written as 2025-01-31 12:00:00.
_LENGTH: Final = 19
#: The list, by its key as it is compared.
FOLLOWS: Final = {"fanslist": "followers", "following": "following"}
_EVENTS: Final = {
    "itemfavoritelist": ("like", "likes"),
    "favoritevideolist": ("save", "favourites"),
    "commentslist": ("comment", "comments"),
}
#: What a list of videos is, by the section above it.
_WATCHED: Final = frozenset({"watchhistory", "videobrowsinghistory"})
_OWN: Final = frozenset({"posts", "videos"})
_OTHERS: Final = frozenset({"blocklist", "videolist"})
#: How the document is called.
NAMES: Final = frozenset({"user_data.json", "user_data_tiktok.json"})
_COUNTS: Final = {"followers": "followercount", "following": "followingcount"}


class Reading:
    """The rows of an export while its files are read."""

    def __init__(self, ledger: Ledger, zone: str) -> None:
        self._gathered = Gathering(PLATFORM, ledger)
        self._ledger = ledger
        self._zone = zone
        self._profile: dict[str, Any] = {}
        self._chats = Chats()
        self._lists = 0
        #: How many files were read.
        self.files = 0

    def add(self, member: Member, content: bytes) -> None:
        """Add all lists of a file."""
        shown = shown_name(member)
        if member.name.lower().endswith(".txt"):
            self._add_leaf(text_leaf(member, content), shown)
        else:
            require_plausible(content)
            document, leaves = skeleton(content, lambda leaf: self._add_leaf(leaf, shown))
            self._walk(document, "", leaves, shown)
        self.files += 1

    def damaged(self, member: Member, reason: str) -> None:
        """Enter a file that cannot be read."""
        self._ledger.skip(shown_name(member), f"unreadable: {reason}")
        self._ledger.warn(f"{shown_name(member)} {reason}")
        name = FOLLOWS.get(TEXTS.get(plain(member.name[:-4]), ""))
        if name is not None:
            self._gathered.lists[name].add_unreadable(0)

    def _walk(self, value: Any, above: str, done: int, shown: str) -> None:
        """Add what of a document is not added yet, wherever it lies."""
        waiting = [(value, above)]
        while waiting:
            value, above = waiting.pop()
            for key, inner in value.items() if isinstance(value, dict) else ():
                name = plain(key)
                if name == "profilemap" and isinstance(inner, dict):
                    self._profile |= {plain(key): inner[key] for key in inner}
                elif isinstance(inner, dict):
                    waiting.append((inner, name))
                elif name == "sendgifts":
                    self._ledger.skip(shown, "gifts are not read", len(as_list(inner)))
                elif _is_leaf(name) and not is_done(inner, done):
                    self._add_leaf(Leaf(key, above, [as_list(inner)]), shown)

    def _add_leaf(self, leaf: Leaf, shown: str) -> None:
        key = plain(leaf.key)
        if key.startswith(CHAT):
            self._chats.add(leaf.key, leaf.pieces)
            return
        self._lists += 1
        if self._lists > _MOST_LISTS:
            raise DamagedExportError(f"holds more than {_MOST_LISTS:,} lists, as no export does")
        if key in FOLLOWS:
            self._add_list(FOLLOWS[key], leaf.pieces, shown)
        elif key in _EVENTS:
            self._add_events(*_EVENTS[key], leaf.pieces, shown)
        elif key == "blocklist":
            self._add_blocks(leaf.pieces, shown)
        elif key == "profilemap":
            self._profile |= {plain(k): v for one in leaf.pieces for r in one for k, v in r.items()}
        elif key == "videolist":
            self._add_videos(leaf, shown)

    def _add_list(self, name: str, pieces: Records, shown: str) -> None:
        people, stamps, count = self._people(pieces)
        known = people.notna()
        unusable = int((~known).sum())
        part = max(self._gathered.lists[name].parts, default=-1) + 1
        rows = pd.DataFrame({"alter": people[known], "since": stamps[known]})
        self._gathered.lists[name].add(part, rows, unusable)
        self._enter(shown, name, count, rows["since"], unusable)

    def _add_blocks(self, pieces: Records, shown: str) -> None:
        people, stamps, count = self._people(pieces)
        known = people.notna()
        rows = pd.DataFrame({"alter": people[known], "at": stamps[known]})
        self._gathered.relate("blocked", rows)
        self._enter(shown, "blocked", count, rows["at"], int((~known).sum()))

    def _people(self, pieces: Records) -> tuple[pd.Series[str], pd.Series[Any], int]:
        """Return accounts, times, and how many records there were."""
        names: list[str | None] = []
        stamps: list[pd.Series[Any]] = []
        count = 0
        for piece in pieces:
            kept = objects(piece)
            count += len(piece)
            names += handles(column(kept, "username"))
            names += [None] * (len(piece) - len(kept))
            stamps.append(self._times(column(kept, "date") + [None] * (len(piece) - len(kept))))
        return texts(names), _joined(stamps), count

    def _add_events(self, kind: str, content: str, pieces: Records, shown: str) -> None:
        count = 0
        links, ticks = [meta.texts([])], [np.zeros(0, dtype="int64")]
        for piece in pieces:
            kept = objects(piece)
            links.append(_links(column(kept, "link", "url")))
            ticks.append(_ticks(column(kept, "date")))
            self._ledger.skip(shown, "record is no object", len(piece) - len(kept))
            count += len(kept)
        stamps = self._times(np.concatenate(ticks))
        items = pd.concat(links, ignore_index=True)
        self._gathered.happened(pd.DataFrame({"kind": kind, "at": stamps, "item": items}))
        self._enter(shown, content, count, stamps, 0)

    def _add_videos(self, leaf: Leaf, shown: str) -> None:
        if leaf.above in _WATCHED:
            self._add_events("view", "watched videos", leaf.pieces, shown)
            return
        if leaf.above not in _OWN:
            self._ledger.skip(shown, "videos of a section that is not read", _length(leaf.pieces))
            return
        self._add_posts(leaf.pieces, shown)

    def _add_posts(self, pieces: Records, shown: str) -> None:
        rows = [row for piece in pieces for row in piece]
        records = objects(rows)
        titles = [text(title) or "" for title in column(records, "title")]
        numbers = pd.Series([f"video {n}" for n in range(1, len(records) + 1)], dtype=TEXT)
        posts = pd.DataFrame(
            {
                "post": _links(column(records, "link")).fillna(numbers),
                "at": self._times(column(records, "date")),
                "format": "video",
                "text_length": [0 if title.casefold() in _NONE else len(title) for title in titles],
                "likes": pd.array(list(map(_count, column(records, "likes"))), dtype="Int64"),
            }
        )
        self._gathered.posted(posts)
        self._ledger.skip(shown, "record is no object", len(rows) - len(records))
        self._enter(shown, "posts", len(posts), posts["at"], 0)

    def _enter(
        self, shown: str, content: str, count: int, stamps: pd.Series[Any], unusable: int
    ) -> None:
        self._gathered.count_undated(shown, stamps)
        self._ledger.skip(shown, NAMELESS, unusable)
        if content:
            self._ledger.read(shown, content, count, count - unusable)

    def _times(self, values: Any) -> pd.Series[Any]:
        """Return local times, as they are written or as `_ticks`, in UTC."""
        ticks = values if isinstance(values, np.ndarray) else _ticks(values)
        return meta.times(np.where(ticks, dates.to_utc(ticks, self._zone), 0))

    def export(
        self, given: str | None, exported_at: pd.Timestamp | None, made: pd.Timestamp | None
    ) -> Export:
        """Return the export, now that its files are read."""
        gathered, ledger = self._gathered, self._ledger
        owner = self._owner(given)
        self._add_chats(owner)
        for name in LISTS:
            count = _count(self._profile.get(_COUNTS[name]))
            if count is not None:
                gathered.declared[name] = count
        called = text(self._profile.get("displayname")) or ""
        if owner and called.strip().casefold() not in _NONE:
            gathered.attributes[owner]["name"] = called
        ledger.note("likes, favourites, comments and watched videos name no account")
        ledger.time("TikTok files", zone=self._zone, known=self._zone != "UTC", precision="second")
        return gathered.export(owner, given=exported_at, known=made, describe=_described)

    def _owner(self, given: str | None) -> str | None:
        """Return whose export it is: as given, as the profile says, or who writes in most chats."""
        named = handle(self._profile.get("username"))
        refusal = "no TikTok handle; handles have no blanks"
        return self._gathered.whose(given, named, handle, refusal) or self._chats.writer()

    def _add_chats(self, owner: str | None) -> None:
        chats = self._chats
        if not chats:
            return
        rows, stamps = chats.rows(owner)
        rows["at"] = self._times(stamps)
        self._gathered.happened(rows)
        self._gathered.count_undated("chats", rows["at"])
        self._ledger.read("chats", "messages", chats.records, chats.kept)
        self._ledger.skip("chats", "record is no object", chats.records - chats.kept)
        if chats.groups:
            self._ledger.note(
                f"in {chats.groups} of {len(chats)} chats more than one other writes (a group, or "
                "someone who was renamed): their messages are to a group"
            )


def shown_name(member: Member) -> str:
    """Return the name of a file if it is one that the platform gives, else its ending."""
    known = plain(member.name[:-4]) in TEXTS or member.name.lower() in NAMES
    return member.name if known else "*.json"


def _described(ids: pd.Index[str]) -> dict[str, pd.Series[Any]]:
    """Return the handles of accounts, which are their ids."""
    account = ids.to_series()
    return {"handle": account.where(~account.str.startswith(("dm:", "(")))}


def _is_leaf(name: str) -> bool:
    return name in FOLLOWS or name in _EVENTS or name in _OTHERS or name.startswith(CHAT)


def _length(pieces: Records) -> int:
    return sum(map(len, pieces))


def _joined(parts: list[pd.Series[Any]]) -> pd.Series[Any]:
    return pd.concat(parts, ignore_index=True) if parts else meta.times([])


def _links(values: list[Any]) -> pd.Series[str]:
    """Return links; what is written for none is missing."""
    links = texts(values)
    short = (links.str.len() <= _LONGEST_NONE).fillna(False)
    if short.any():
        links = links.mask(short & links.str.lower().isin(_NONE))
    return links


def _ticks(values: list[Any]) -> Any:
    """Return the seconds from 1970 to what clock and calendar show, 0 for no time."""
    written = pa.array(texts(values), type=pa.string())
    whole = compute.equal(compute.binary_length(written), _LENGTH)
    try:
        stamps = compute.if_else(whole, written, None).cast(pa.timestamp("s")).cast(pa.int64())
    except pa.ArrowInvalid:
        # A text that is no time, or a day that no month has.
        found = pd.to_datetime(written.to_pandas(), format="%Y-%m-%d %H:%M:%S", errors="coerce")
        ticks = found.to_numpy("datetime64[s]").astype("int64")
        return np.where(found.isna(), 0, ticks)
    return compute.fill_null(stamps, 0).to_numpy(zero_copy_only=False)


def _count(value: Any) -> int | None:
    """Return a count, which may be written as text."""
    digits = value.replace(",", "").strip() if isinstance(value, str) else str(value)
    known = isinstance(value, int | str) and digits.isascii() and digits.isdigit()
    return int(digits) if known and len(digits) < 16 else None
