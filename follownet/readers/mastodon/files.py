"""Which file of a Mastodon export is which, and the accounts in its tables."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from typing import Final

from follownet.errors import DamagedExportError
from follownet.readers import text_tables
from follownet.readers.archive import Archive, Member
from follownet.readers.ledger import Ledger
from follownet.readers.mastodon.addresses import is_full

HEADER: Final = "account address"
#: Headers of the column of accounts; the second and third are of tools.
_COLUMNS: Final = (HEADER, "account", "address")
#: A further column that only one of the tables has.
_TELLING: Final = {"show boosts": "following", "hide notifications": "muted"}
#: What browsers put behind the name of a file that they have already.
_AGAIN: Final = r"(?:[ _-]?\(?\d{1,3}\)?)?"


@dataclass(frozen=True)
class Content:
    """A kind of file: what it holds, its name as it is shown, and as it may be.

    `table` tells whether it is CSV; `reason` says why its records are not kept, if so.
    """

    name: str
    shown: str
    stem: str
    table: bool = True
    reason: str = ""

    def fits(self, member: Member) -> bool:
        """Return whether a file is called so."""
        ending = r"\.(?:csv|txt)" if self.table else r"\.json"
        return re.fullmatch(self.stem + _AGAIN + ending, member.name.lower()) is not None


_LISTS: Final = (
    Content("following", "following_accounts.csv", "following(?:_accounts)?"),
    Content("followers", "followers.csv", "followers(?:_accounts)?"),
    Content("muted", "muted_accounts.csv", "mut(?:ed_accounts|es)"),
    Content("blocked", "blocked_accounts.csv", "block(?:ed_accounts|s)"),
)
_COUNTED: Final = (
    Content("lists", "lists.csv", "lists", reason="a list that the owner made; no table holds it"),
    Content("bookmarks", "bookmarks.csv", "bookmarks", reason="the archive's bookmarks are read"),
    Content(
        "blocked domains",
        "blocked_domains.csv",
        "(?:blocked_domains|domain_blocks)",
        reason="a server, not an account",
    ),
)
ACTOR: Final = Content("profile", "actor.json", "actor", table=False)
_DOCUMENTS: Final = (
    ACTOR,
    Content("posts", "outbox.json", "outbox", table=False),
    Content("like", "likes.json", "likes", table=False),
    Content("save", "bookmarks.json", "bookmarks", table=False),
)
CONTENTS: Final = (*_DOCUMENTS, *_LISTS, *_COUNTED)


def is_mastodon(archive: Archive, member: Member) -> bool:
    """Return whether a file is one of Mastodon's, by what is in it."""
    found = _named(member)
    alone = len(archive.members) == 1
    if (found is None and not alone) or (found in _COUNTED):
        return False
    head = archive.head(member)
    if found == ACTOR:
        return b'"preferredUsername"' in head
    if found is not None and not found.table:
        return b"OrderedCollection" in head
    try:
        if found is None:
            return _listed(_text(head)) is not None
        text = _text(head)
        first = text.partition("\n")[0]
        return HEADER in _header(text)[0] or (
            is_full(first) and _are_addresses(_text(archive.read(member)))
        )
    except DamagedExportError:
        return False


def choose(archive: Archive, ledger: Ledger) -> dict[Member, Content]:
    """Return the files to read; of several of one kind the one that lies highest."""
    named = [(member, _named(member)) for member in archive.members]
    if len(named) == 1 and named[0][1] is None:
        named = [(named[0][0], _of_header(archive, named[0][0]))]
    named.sort(key=lambda one: (len(one[0].folders), one[0].path))
    chosen: dict[Content, Member] = {}
    for member, content in named:
        if content is None:
            ledger.skip("other files", "not among the files that are read")
        elif content in chosen:
            ledger.skip(content.shown, "another file of this name is read")
        else:
            chosen[content] = member
    return {member: content for content, member in chosen.items()}


def cells(content: bytes) -> list[str]:
    """Return the cells of the column of accounts.

    Raises
    ------
    DamagedExportError
        With the reason alone, where it is empty or no table.
    """
    text = _text(content)
    header, delimiter = _header(text)
    rows = _rows(text, delimiter)
    if text_tables.is_cut(text, header, rows):
        # Half an address is another.
        rows = [*rows[:-1], [""]]
    place = next((n for n, cell in enumerate(header) if cell in _COLUMNS), 0)
    return [row[place].strip() if place < len(row) else "" for row in rows[bool(header) :]]


def _named(member: Member) -> Content | None:
    return next((content for content in CONTENTS if content.fits(member)), None)


def _of_header(archive: Archive, member: Member) -> Content | None:
    try:
        name = _listed(_text(archive.head(member)))
    except DamagedExportError:
        return None
    return next((content for content in _LISTS if content.name == name), None)


def _listed(text: str) -> str | None:
    """Return which list a table is by its header."""
    header, _ = _header(text)
    if HEADER not in header:
        return None
    return next((name for column, name in _TELLING.items() if column in header), None)


def _header(text: str) -> tuple[list[str], str]:
    """Return the header, empty where the first line is none, and the delimiter."""
    first = text.partition("\n")[0]
    for delimiter in text_tables.DELIMITERS:
        header = [text_tables.plain(cell) for row in _rows(first, delimiter) for cell in row]
        if not set(header).isdisjoint(_COLUMNS):
            return header, delimiter
    return [], ","


def _are_addresses(text: str) -> bool:
    """Return whether every line is an address and nothing else, as in files of 2017."""
    rows = _rows(text, ",")
    return bool(rows) and all(len(row) == 1 and is_full(row[0]) for row in rows)


def _text(content: bytes) -> str:
    return text_tables.text_of(content)[0].lstrip("\ufeff")


def _rows(text: str, delimiter: str) -> list[list[str]]:
    try:
        return [
            row for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter) if row
        ]
    except csv.Error:
        pass
    raise DamagedExportError("is no table: a cell in it is longer than any is")
