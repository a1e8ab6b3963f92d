"""Which files of LinkedIn's export are read, their headers, and their dates."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd

from follownet.errors import DamagedExportError
from follownet.readers import dates, meta, text_tables
from follownet.readers.archive import Archive, Member


class Content(NamedTuple):
    """How a file is shown, what it holds, and what its header has."""

    shown: str
    content: str
    header: frozenset[str]


def _header(text: str) -> frozenset[str]:
    return frozenset(text.split(","))


#: In the order in which they tell who is who: links before names alone.
CONTENT: Final = {
    "profile": Content("Profile.csv", "profile", _header("first name,last name")),
    "connections": Content(
        "Connections.csv", "connection", _header("first name,last name,connected on")
    ),
    "messages": Content("messages.csv", "messages", _header("from,to,date,folder")),
    "invitations": Content("Invitations.csv", "invitations", _header("from,to,sent at,direction")),
    "company": Content("Company Follows.csv", "following", _header("organization,followed on")),
    "member": Content("Member_Follows.csv", "following", _header("date,full name,status")),
    "hashtag": Content("Hashtag_Follows.csv", "hashtags", _header("hashtag,state")),
    "reactions": Content("Reactions.csv", "like", _header("date,type,link")),
    "comments": Content("Comments.csv", "comment", _header("date,link,message")),
    "shares": Content("Shares.csv", "posts", _header("date")),
}
#: Headers that no other platform's files have; one of 2018 has no links.
_TELLING: Final = ("connections", "messages", "invitations", "company", "member")
_NAMES: Final = {re.sub("[ _]", "", one.shown).lower(): kind for kind, one in CONTENT.items()}
_NAMED_DATE: Final = re.compile(r"LinkedInDataExport_(\d\d)-(\d\d)-(\d{4})", re.I)
_BINARY: Final = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_MONTHS: Final = {
    month: number
    for number, month in enumerate(
        "jan feb mar apr may jun jul aug sep oct nov dec".split(), start=1
    )
}
_FORMS: Final = (
    # 2021-06-17 12:00:00 UTC
    re.compile(
        r"(?P<y>\d{4})-(?P<m>\d\d?)-(?P<d>\d\d?)(?:[T ]+(?P<H>\d\d?):(?P<M>\d\d)(?::(?P<S>\d\d))?)?"
        r"(?:\.\d+)?\s*(?P<zone>UTC|Z|GMT)?",
        re.A,
    ),
    # 17 Jun 2021
    re.compile(r"(?P<d>\d\d?)[ -](?P<m>[A-Za-z]{3})[a-z]*\.?[ -](?P<y>\d{4})", re.A),
    # 6/3/18, 9:15 AM; newer Java writes a narrow space before AM.
    re.compile(
        r"(?P<m>\d\d?)/(?P<d>\d\d?)/(?P<y>\d\d(?:\d\d)?)(?:,?\s+(?P<H>\d\d?):(?P<M>\d\d)(?::(?P<S>\d\d))?"
        r"(?:\s*(?P<half>[AP])M)?)?",
        re.I,
    ),
    # Tue Mar 03 12:00:00 UTC 2020
    re.compile(
        r"[A-Za-z]{3} (?P<m>[A-Za-z]{3}) +(?P<d>\d\d?) (?P<H>\d\d):(?P<M>\d\d):(?P<S>\d\d)"
        r" (?P<zone>UTC|GMT) (?P<y>\d{4})",
        re.A,
    ),
)
_LONGEST: Final = 60


class Sheet:
    """A file's rows by the names of its columns."""

    def __init__(self, kind: str, table: text_tables.Table) -> None:
        self.kind = kind
        self.shown, self.content, _ = CONTENT[kind]
        self.header = table.header
        self.rows = table.rows

    def has(self, name: str) -> bool:
        """Return whether there is such a column."""
        return name in self.header

    def column(self, *names: str) -> list[str]:
        """Return the cells of the first of these columns that is there, else empty ones."""
        place = next((self.header.index(name) for name in names if name in self.header), None)
        if place is None:
            return [""] * len(self.rows)
        return [row[place].strip() if place < len(row) else "" for row in self.rows]


def kind_of(name: str) -> str | None:
    """Return what a file of that name holds, None for those that are left alone."""
    return _NAMES.get(re.sub("[ _]", "", name).lower())


def _is_header(kind: str, cells: Iterable[str]) -> bool:
    return CONTENT[kind].header <= set(cells)


def sheet(kind: str, content: bytes) -> Sheet:
    """Return the table of a file, wherever its header is among the first lines."""
    table = text_tables.table(content, lambda cells: _is_header(kind, cells))
    lists = "connections", "company", "member"
    return Sheet(kind, table._replace(rows=table.named()) if kind in lists else table)


def is_file(archive: Archive, member: Member) -> bool:
    """Return whether a file has the name and the header of one of LinkedIn's.

    Workbooks under the name of the connections count, so that their reason is told.
    """
    kind = kind_of(member.name)
    if kind not in _TELLING:
        return False
    head = archive.head(member)
    if head.startswith(_BINARY):
        return kind == "connections"
    if len(head) >= 2**16 and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
        head = head[: head.rfind(b"\n") + 1]
    try:
        sheet(kind, head)
    except DamagedExportError:
        return False
    return True


def made(archive: Archive) -> pd.Timestamp | None:
    """Return the day in the name of the archive or of its folder."""
    folders = {folder for member in archive.members for folder in member.folders}
    for name in (*archive.names, *sorted(folders)):
        if (found := _NAMED_DATE.search(name)) is None:
            continue
        month, day, year = map(int, found.groups())
        try:
            return pd.Timestamp(year=year, month=month, day=day, tz="UTC")
        except ValueError:
            continue
    return None


def times(cells: Iterable[str], zone: str) -> pd.Series[pd.Timestamp]:
    """Return times as UTC: clocks without a zone are of `zone`, days alone are midnight."""
    found = [_seconds(cell) for cell in cells]
    local = np.array([seconds for seconds, _ in found], dtype="int64")
    floating = np.array([floats for _, floats in found], dtype=bool)
    return meta.times(np.where(floating, dates.to_utc(local, zone), local), 1)


def is_time(cell: str) -> bool:
    """Return whether a cell is a time."""
    return _seconds(cell.strip())[0] != 0


@lru_cache(maxsize=20_000)
def _seconds(cell: str) -> tuple[int, bool]:
    """Return seconds since 1970 (0: no time), and whether they are in a zone that is not told."""
    if len(cell) > _LONGEST:
        return 0, False
    for form in _FORMS:
        if found := form.fullmatch(cell.strip()):
            return _moment(found.groupdict())
    return 0, False


def _moment(part: dict[str, Any]) -> tuple[int, bool]:
    year, clock = int(part["y"]), part.get("H") is not None
    hour = int(part.get("H") or 0)
    if half := part.get("half"):
        hour = hour % 12 + 12 * (half in "Pp")
    month = part["m"]
    number = int(month) if month.isdigit() else _MONTHS.get(month.lower(), 0)
    try:
        moment = datetime(
            year + 2000 * (year < 100),
            number,
            int(part["d"]),
            hour,
            int(part.get("M") or 0),
            int(part.get("S") or 0),
            tzinfo=UTC,
        )
    except ValueError:
        return 0, False
    return int(moment.timestamp()), clock and part.get("zone") is None
