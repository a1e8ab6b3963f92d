"""A list of accounts in a file of its own: ``followers.csv`` or ``following.csv``.

The exports of some platforms hold one of the two follow lists only. The other may be had from
elsewhere (another service of the same network, a page copied by hand): as a table with a column of
accounts, or as a file with one account a line. Given in the same call, it completes the export.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Final

import pandas as pd

from follownet.errors import DamagedExportError
from follownet.readers import meta, text_tables
from follownet.readers.archive import Archive, Member
from follownet.readers.gathering import Gathering
from follownet.readers.values import NAMELESS, undated

_NAMES: Final = re.compile(r"(?P<list>followers|following)(?: ?\(\d+\))?\.(csv|tsv|txt)", re.I)
#: Headers of the column of accounts, as they are compared.
COLUMNS: Final = ("account", "account address", "handle", "username", "channel id", "id")


def account_lists(archive: Archive) -> dict[str, Member]:
    """Return the file of each follow list, where there is one of that name."""
    found = {}
    for member in archive.members:
        if named := _NAMES.fullmatch(member.name):
            found[named["list"].lower()] = member
    return found


def complete(
    gathered: Gathering, archive: Archive, account: Callable[[str], str | None]
) -> set[Member]:
    """Add follow lists that lie beside an export, where it has none itself.

    Parameters
    ----------
    gathered
        What is known of the export; its files have to be read before.
    archive
        All that was given.
    account
        Returns the account that a cell names, as the platform identifies it, or None.

    Returns
    -------
    set
        The members that were read.
    """
    read = set()
    for name, member in account_lists(archive).items():
        shown = f"{name}.csv"
        if gathered.lists[name].parts:
            gathered.ledger.skip(shown, "the export has this list itself")
            continue
        read.add(member)
        try:
            cells = _cells(archive.read(member))
        except DamagedExportError as error:
            gathered.ledger.skip(shown, f"unreadable: {error}")
            gathered.ledger.warn(f"{shown} {error}")
            gathered.lists[name].add_unreadable(0)
            continue
        accounts = meta.texts(map(account, cells))
        known = accounts.dropna().reset_index(drop=True)
        unusable = len(accounts) - len(known)
        gathered.ledger.skip(shown, NAMELESS, unusable)
        gathered.ledger.read(shown, name, len(accounts), len(known))
        gathered.ledger.note(f"the {name} list is from a file of its own, {shown}")
        rows = pd.DataFrame({"alter": known, "since": undated(len(known))})
        gathered.lists[name].add(0, rows, unusable)
    return read


def _cells(content: bytes) -> Iterable[str]:
    """Return the cells of the column of accounts, or all lines of a file without header."""
    try:
        table = text_tables.table(content, lambda cells: not set(cells).isdisjoint(COLUMNS))
    except DamagedExportError:
        text, _ = text_tables.text_of(content)
        lines = [line.strip() for line in text.lstrip("\ufeff").splitlines()]
        return [line for line in lines if line]
    place = next(place for place, cell in enumerate(table.header) if cell in COLUMNS)
    return [row[place].strip() if place < len(row) else "" for row in table.named()]
