"""LinkedIn's export: a folder of CSV files.

Read are ``Connections.csv`` (with or without lines before its header; without links until 2021),
``Invitations.csv`` (names alone until 2024, links since), ``Company Follows.csv``,
``Member_Follows.csv``, ``messages.csv`` (``Messages.csv`` in 2018), ``Reactions.csv``,
``Comments.csv``, ``Shares.csv`` and ``Profile.csv``. Member_Follows, drafts and recipients' links
of messages, and semicolons between cells are untried on real files.

A person is the last part of the profile's link, decoded and in lower case; without a link the
name, with ``#2`` and so on for the others of that name. A name is taken for the one person of that
name that the export knows, and is an account of its own, ``name#?``, if there are several. A
company is ``company:`` and its name.

It cannot show who follows the owner, when on its day a connection began, whose posts were liked or
commented on, and invitations that were withdrawn or declined. A connection is mutual by
construction: a relation and no follow. Address books (``Contacts.csv``) are
not opened.
"""

from __future__ import annotations

import pandas as pd

from follownet.errors import DamagedExportError, SchemaError, UnknownFormatError
from follownet.readers.archive import Archive
from follownet.readers.ledger import Ledger
from follownet.readers.linkedin.files import CONTENT, Sheet, is_file, kind_of, made, sheet
from follownet.readers.linkedin.people import slug
from follownet.readers.linkedin.reading import PLATFORM, Reading
from follownet.tables import Export

__all__ = ["LOOKED_FOR", "PLATFORM", "matches", "read"]

LOOKED_FOR = "LinkedIn (Connections.csv, Invitations.csv, Company Follows.csv, messages.csv)"


def matches(archive: Archive) -> bool:
    """Return whether a file has the name and the header of one of LinkedIn's."""
    return any(is_file(archive, member) for member in archive.members)


def read(
    archive: Archive,
    *,
    owner: str | None = None,
    zone: str = "UTC",
    exported_at: pd.Timestamp | None = None,
    progress: bool = False,
) -> Export:
    """Return LinkedIn's export in `archive` as tables; `zone` is that of times without zone."""
    ledger = Ledger()
    sheets: list[Sheet] = []
    damaged: dict[str, str] = {}
    found = {member: kind for member in archive.members if (kind := kind_of(member.name))}
    if not found:
        raise UnknownFormatError(
            f"{archive.typed}: holds none of the files that are read of LinkedIn's export; found "
            f"{archive.found()}"
        )
    others = len(archive.members) - len(found)
    ledger.skip("other files", "not among the files that are read", others)
    for member in archive.in_order(found, progress=progress):
        kind = found[member]
        try:
            sheets.append(sheet(kind, archive.read(member)))
        except DamagedExportError as error:
            damaged[kind] = f"{CONTENT[kind].shown} {error}"
            ledger.skip(CONTENT[kind].shown, f"unreadable: {error}")
            ledger.warn(damaged[kind])
    if not sheets:
        raise DamagedExportError(
            f"{archive.typed}: none of its {len(damaged)} files that matter can be read; "
            f"{next(iter(damaged.values()))}"
        )
    reading = Reading(ledger, zone, None if owner is None else _owner(owner))
    return reading.export(sheets, set(damaged), exported_at, made(archive))


def _owner(owner: str) -> str:
    """Return the account that the caller names, by the link, its last part or the name."""
    named = slug(owner) or owner.strip()
    if not named or len(named) > 500:
        raise SchemaError(
            f"owner: is a text of {len(owner)} characters; give the profile's link, its last part "
            "or the name"
        )
    return named
