"""YouTube's part of Google Takeout: which channels the owner has subscribed to.

Read are ``subscriptions.csv`` (since 2021; header, folder and file names are in the language of the
account, and some reorder the columns, so that the column of channel ids is found by its cells),
``subscriptions.json`` of before, with dates, ``channel.csv`` for the owner, ``comments.csv`` and
``live chats.csv`` for what the owner wrote under which video, ``videos.csv`` for own videos, which
has no counts. The table of comments is untried on real files, as are languages other than English
and German where there is no subscription at all.

It cannot show who has subscribed to the owner, when a subscription of today began, whose videos
were commented on or liked. Watch and search histories are left alone.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, Final

import pandas as pd

from follownet.errors import DamagedExportError, UnknownFormatError
from follownet.readers import account_lists, text_tables
from follownet.readers.archive import Archive, Member, parse_json
from follownet.readers.gathering import Gathering
from follownet.readers.ledger import Ledger
from follownet.readers.values import NAMELESS, column, objects, text, times, undated
from follownet.tables import Export

PLATFORM = "youtube"
LOOKED_FOR = "YouTube (Takeout with subscriptions.csv)"

CHANNEL: Final = re.compile(r"UC[A-Za-z0-9_-]{22}")
_LINK: Final = re.compile(r"https?://(?:www\.)?youtube\.com/channel/(UC[A-Za-z0-9_-]{22})/?")
_NO_CHANNEL: Final = (
    "no channel; accepts its id, which begins with UC and has 24 signs, or the address of its page"
)
_TAKEOUT: Final = re.compile(r"takeout-(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z", re.I)
#: Headers of the column of channel ids, as they are compared.
_IDS: Final = frozenset({"channel id", "kanal-id"})
#: Id, link and title.
_COLUMNS: Final = 3
_FOLDERS: Final = frozenset({"subscriptions", "abos"})
#: Tables of what the owner wrote: the columns of time and video.
_WRITTEN: Final = {
    "comments": ("comment create timestamp", "video id"),
    "live chats": ("live chat create timestamp", "video id"),
}
#: Columns of own videos: number, title, time.
_VIDEOS: Final = ("video id", "video title (original)", "video create timestamp")
_JSON_SIGN: Final = re.compile(rb'\s*\[\s*(\]|\{.*"(?:snippet|kind)"\s*:)', re.S)
ABSENT: Final = (
    "YouTube exports no list of subscribers; a followers.csv with one channel id a line, given in "
    "the same call, would make it known"
)


def matches(archive: Archive) -> bool:
    """Return whether there are subscriptions, or other tables in a folder of YouTube's."""
    contents = ((member, _content(archive, member)) for member in archive.members)
    return any(
        content in ("following", "list")
        or (content is not None and any("youtube" in one.lower() for one in member.folders))
        for member, content in contents
    )


def read(
    archive: Archive,
    *,
    owner: str | None = None,
    zone: str = "UTC",
    exported_at: pd.Timestamp | None = None,
    progress: bool = False,
) -> Export:
    """Return YouTube's export in `archive` as tables; all its times are UTC, whatever `zone` is."""
    contents = {
        member: content
        for member in archive.members
        if (content := _content(archive, member)) is not None
    }
    if not contents:
        raise UnknownFormatError(
            f"{archive.typed}: holds none of the files that are read of YouTube's export; found "
            f"{archive.found()}"
        )
    reading = Reading(Ledger())
    for member in archive.in_order(contents, progress=progress):
        reading.add(contents[member], archive, member)
    if reading.damage and not reading.files:
        raise DamagedExportError(
            f"{archive.typed}: none of its {len(reading.damage)} files that matter can be read; "
            f"{reading.damage[0]}"
        )
    return reading.export(archive, len(archive.members) - len(contents), owner, exported_at)


def _content(archive: Archive, member: Member) -> str | None:
    """Return what a member holds: by its first lines, and where these leave it open by its name."""
    name, _, ending = member.name.lower().rpartition(".")
    folders = {folder.lower() for folder in member.folders[-1:]}
    if ending == "json" and name == "subscriptions":
        return "list" if _JSON_SIGN.match(archive.head(member)) else None
    if ending != "csv" or member in account_lists.account_lists(archive).values():
        return None
    if name in _WRITTEN:
        return name if _is_table(archive, member, _WRITTEN[name]) else None
    if name == "videos":
        return name if _is_table(archive, member, _VIDEOS) else None
    if name in ("channel", "kanal") or folders & {"channels", "kanäle"}:
        return "profile" if any(_is_table(archive, member, [one]) for one in _IDS) else None
    head = archive.head(member)
    found = text_tables.decoded(head[: head.rfind(b"\n") + 1] or head)
    header, *rows = (found[0].lstrip("\ufeff").splitlines()[:20] if found else []) or [""]
    cells = [text_tables.plain(cell) for cell in header.split(",")]
    if len(cells) == _COLUMNS and not _IDS.isdisjoint(cells) and any("url" in one for one in cells):
        return "following"
    ids = sum(_channel_of(row) is not None for row in rows)
    if name in ("subscriptions", "abos") or folders & _FOLDERS:
        # In a language that is not known a header alone is an empty list.
        return "following" if ids or (len(cells) == _COLUMNS and not rows) else None
    # A table of another name needs the links, which others with ids of channels have not.
    linked = bool(rows) and all(_LINK.search(row) for row in rows)
    return "following" if linked and ids == len(rows) else None


def _is_table(archive: Archive, member: Member, columns: Sequence[str]) -> bool:
    head = archive.head(member)
    line = head.partition(b"\n")[0].decode("utf-8-sig", "replace")
    return set(columns) <= {text_tables.plain(cell) for cell in line.split(",")}


def _channel_of(line: str) -> str | None:
    return next((cell for cell in line.split(",") if CHANNEL.fullmatch(cell.strip(' "'))), None)


class Reading:
    """The rows of an export while its files are read."""

    def __init__(self, ledger: Ledger) -> None:
        self.files = 0
        self.damage: list[str] = []
        self._ledger = ledger
        self._gathered = Gathering(PLATFORM, ledger)
        self._gathered.lists["followers"].absent = ABSENT
        self._owner: str | None = None
        self._name: str | None = None

    def add(self, content: str, archive: Archive, member: Member) -> None:
        """Add the rows of one file, or enter it as unreadable."""
        shown = _SHOWN[content]
        try:
            self._add(content, archive.read(member), shown)
        except DamagedExportError as error:
            self.damage.append(f"{shown} {error}")
            self._ledger.skip(shown, f"unreadable: {error}")
            self._ledger.warn(f"{shown} {error}")
            if content in ("following", "list"):
                self._gathered.lists["following"].add_unreadable(0)
            return
        self.files += 1

    def _add(self, content: str, file: bytes, shown: str) -> None:
        if content == "list":
            self._add_list(file, shown)
        elif content == "following":
            self._add_subscriptions(text_tables.table(file, lambda cells: len(cells) > 1), shown)
        elif content == "profile":
            self._add_profile(
                text_tables.table(file, lambda cells: not _IDS.isdisjoint(cells)), shown
            )
        elif content == "videos":
            self._add_videos(
                text_tables.table(file, lambda cells: set(_VIDEOS) <= set(cells)), shown
            )
        else:
            columns = _WRITTEN[content]
            found = text_tables.table(file, lambda cells: set(columns) <= set(cells))
            self._add_written(found, columns, shown)

    def _add_subscriptions(self, table: text_tables.Table, shown: str) -> None:
        rows = [[cell.strip() for cell in row] for row in table.named()]
        ids = _place(rows, table.header, CHANNEL.fullmatch, "id")
        if rows and ids is None:
            raise DamagedExportError("holds no column of channel ids")
        # A title may be a link, too.
        known = {ids, _place(rows, table.header, _LINK.match, "url")}
        channels, titles = [], []
        for row in rows:
            cell = row[ids] if ids is not None and ids < len(row) else ""
            channels.append(cell if CHANNEL.fullmatch(cell) else None)
            rest = [one for place, one in enumerate(row) if place not in known]
            titles.append(next(filter(None, rest), None))
        self._follow(channels, undated(len(channels)), titles, shown)
        self._ledger.skip(shown, "lines in another encoding: read", table.odd_lines)

    def _add_list(self, file: bytes, shown: str) -> None:
        records = parse_json(file)
        if not isinstance(records, list):
            raise DamagedExportError("is JSON, but holds no list of subscriptions")
        found = [one.get("snippet") if isinstance(one, dict) else None for one in records]
        snippets = [one if isinstance(one, dict) else {} for one in found]
        channels = [_resource(one) for one in snippets]
        stamps = times([one.get("publishedAt") for one in snippets])
        self._gathered.count_undated(shown, stamps[[one is not None for one in channels]])
        self._follow(channels, stamps, [text(one.get("title")) for one in snippets], shown)
        self._ledger.time(shown, zone="UTC", known=True, precision="second")

    def _follow(
        self, channels: list[str | None], stamps: pd.Series[Any], titles: list[Any], shown: str
    ) -> None:
        accounts = column(channels)
        known = accounts.notna()
        unusable = int((~known).sum())
        rows = pd.DataFrame({"alter": accounts[known], "since": stamps[known]})
        following = self._gathered.lists["following"]
        following.add(max(following.parts, default=-1) + 1, rows, unusable)
        for channel, title in zip(channels, titles, strict=True):
            if channel and title:
                self._gathered.attributes[channel]["name"] = title
        self._ledger.skip(shown, NAMELESS, unusable)
        self._ledger.read(shown, "following", len(accounts), len(rows))

    def _add_profile(self, table: text_tables.Table, shown: str) -> None:
        ids = next(n for n, name in enumerate(table.header) if name in _IDS)
        titles = [n for n, name in enumerate(table.header) if "title" in name or "titel" in name]
        for row in table.rows:
            cells = [cell.strip() for cell in row]
            if ids < len(cells) and CHANNEL.fullmatch(cells[ids]) and self._owner is None:
                self._owner = cells[ids]
                self._name = next((cells[n] for n in titles if n < len(cells)), None)
        self._ledger.read(shown, "profile", len(table.rows), int(self._owner is not None))

    def _add_written(self, table: text_tables.Table, columns: tuple[str, str], shown: str) -> None:
        places = [table.header.index(name) for name in columns]
        rows = [row for row in table.rows if len(row) > max(places)]
        stamps = times([row[places[0]].strip().removesuffix(" UTC") for row in rows])
        videos = column([row[places[1]].strip() or None for row in rows])
        self._gathered.happened(pd.DataFrame({"kind": "comment", "at": stamps, "item": videos}))
        self._gathered.count_undated(shown, stamps)
        self._ledger.skip(shown, "row is cut", len(table.rows) - len(rows))
        self._ledger.read(shown, "comments", len(table.rows), len(rows))
        self._ledger.time(shown, zone="UTC", known=True, precision="second")

    def _add_videos(self, table: text_tables.Table, shown: str) -> None:
        places = [table.header.index(name) for name in _VIDEOS]
        rows = [row for row in table.rows if len(row) > max(places) and row[places[0]].strip()]
        number, title, made = ([row[place].strip() for row in rows] for place in places)
        posts = pd.DataFrame(
            {
                "post": column(number),
                "at": times(made),
                "format": "video",
                "text_length": pd.array(list(map(len, title)), dtype="Int64"),
            }
        )
        self._gathered.posted(posts)
        self._gathered.count_undated(shown, posts["at"])
        self._ledger.skip(shown, "row is cut", len(table.rows) - len(rows))
        self._ledger.read(shown, "posts", len(table.rows), len(rows))

    def export(
        self, archive: Archive, others: int, given: str | None, exported_at: pd.Timestamp | None
    ) -> Export:
        """Return the export, now that all files are read."""
        owner = self._gathered.whose(given, self._owner, channel, _NO_CHANNEL)
        if owner and self._name:
            self._gathered.attributes[owner]["name"] = self._name
        taken = account_lists.complete(self._gathered, archive, channel)
        self._ledger.skip("other files", "not among the files that are read", others - len(taken))
        return self._gathered.export(owner, given=exported_at, known=_made(archive))


_SHOWN: Final = {
    "following": "subscriptions.csv", "list": "subscriptions.json", "profile": "channel.csv",
    "comments": "comments.csv", "live chats": "live chats.csv", "videos": "videos.csv",
}  # fmt: skip


def channel(value: str) -> str | None:
    """Return the id of a channel, written by itself or in the address of its page."""
    found = _LINK.fullmatch(value.strip())
    one = found[1] if found else value.strip()
    return one if CHANNEL.fullmatch(one) else None


def _place(
    rows: list[list[str]], header: Sequence[str], fits: Callable[[str], Any], word: str
) -> int | None:
    """Return the column in which most cells fit, of equals one whose header has the word."""
    counts = Counter(place for row in rows for place, cell in enumerate(row) if fits(cell))
    named = {place for place, name in enumerate(header) if word in name}
    return max(counts, key=lambda place: (counts[place], place in named, -place), default=None)


def _resource(snippet: dict[str, Any]) -> str | None:
    """Return the channel that a record of before 2021 is about."""
    named = [one.get("channelId") for one in objects(snippet.get("resourceId"))]
    return next((channel(one) for one in named if isinstance(one, str)), None)


def _made(archive: Archive) -> pd.Timestamp | None:
    """Return when the export was made, as the name of its zip says."""
    found = [match for name in archive.names if (match := _TAKEOUT.match(name))]
    if not found:
        return None
    year, month, day, *clock = found[0].groups()
    made: Any = times([f"{year}-{month}-{day}T{':'.join(clock)}+00:00"]).iloc[0]
    return None if pd.isna(made) else made
