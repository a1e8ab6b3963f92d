"""From files to tables: the registry of readers, detection, and `read`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

import pandas as pd

from follownet.errors import SchemaError, UnknownFormatError
from follownet.readers import instagram
from follownet.readers.archive import MEMBER_LIMIT, Archive, Source
from follownet.tables import Export


class Reader(Protocol):
    """A module that reads one platform's export."""

    PLATFORM: str
    LOOKED_FOR: str

    def matches(self, archive: Archive) -> bool:
        """Return whether the archive is this platform's export."""

    def read(
        self,
        archive: Archive,
        *,
        owner: str | None,
        zone: str,
        exported_at: pd.Timestamp | None,
        progress: bool,
    ) -> Export:
        """Return the export as tables."""


#: In the order in which they are asked.
READERS: tuple[Reader, ...] = (instagram,)


def read(
    path: Source | Iterable[Source],
    *,
    platform: str | None = None,
    owner: str | None = None,
    zone: str = "UTC",
    exported_at: str | pd.Timestamp | None = None,
    limit: int = MEMBER_LIMIT,
    progress: bool = False,
) -> Export:
    """Return a personal export as tidy tables.

    Nothing is unpacked to disk and nothing leaves the machine.

    Parameters
    ----------
    path
        A zip, tar, folder or single file as the platform sent it, re-packed or not, or the
        list of all parts of one request.
    platform
        Its name in lower case, where detection by content should not decide.
    owner
        Whose export it is, where the export does not say.
    zone
        The time zone of exports that write local times.
    exported_at
        When it was made, where neither its name nor its files say; a time without zone is UTC.
    limit
        The most bytes that are read of one file in it.
    progress
        Show a bar when reading takes more than two seconds.

    Returns
    -------
    Export
        Its ``coverage`` says what the follow lists are worth, its ``report`` what was left out.

    Raises
    ------
    UnknownFormatError
        Nothing in it is known; the message lists what was looked for and what was found.
    DamagedExportError
        It is cut, encrypted, empty, or none of its files can be read.

    Warns
    -----
    FollownetWarning
        A follow list looks cut, or a file could not be read.

    Examples
    --------
    >>> import follownet as fn
    >>> export = fn.read(fn.datasets.sample("instagram"))
    >>> export.coverage[["list", "status", "records"]]
            list    status  records
    0  followers  presumed       66
    1  following  presumed       63
    """
    date = None if exported_at is None else _utc(exported_at)
    with Archive(path, limit=limit) as archive:
        reader = _reader(archive, platform)
        return reader.read(archive, owner=owner, zone=zone, exported_at=date, progress=progress)


def _reader(archive: Archive, platform: str | None) -> Reader:
    """Return the reader that fits; archives inside the archive are opened only if none does."""
    known = {reader.PLATFORM: reader for reader in READERS}
    if platform is not None and platform not in known:
        raise UnknownFormatError(f"platform: accepts {', '.join(known)}")
    asked = [known[platform]] if platform else list(READERS)
    for _ in range(2):
        for reader in asked:
            if reader.matches(archive):
                return reader
        if not archive.open_nested():
            break
    if platform:
        return known[platform]
    looked_for = "; ".join(reader.LOOKED_FOR for reader in asked)
    raise UnknownFormatError(
        f"{archive.typed}: is no export that follownet knows; looked for {looked_for}; found "
        f"{archive.found()}; give the zip as the platform sent it, or the folder it unpacks to"
    )


def _utc(time: str | pd.Timestamp) -> pd.Timestamp:
    stamp = pd.to_datetime(time, errors="coerce")
    if pd.isna(stamp):
        raise SchemaError("exported_at: is no time; accepts such as 2026-05-11")
    return stamp.tz_localize("UTC") if stamp.tzinfo is None else stamp.tz_convert("UTC")
