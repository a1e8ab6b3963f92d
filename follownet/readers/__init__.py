"""From files to tables: the registry of readers, detection, `read` and `read_posts`."""

from __future__ import annotations

import os
import re
import warnings
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Literal, Protocol

import pandas as pd

from follownet.errors import (
    DamagedExportError,
    FollownetError,
    FollownetWarning,
    SchemaError,
    UnknownFormatError,
)
from follownet.readers import (
    analytics,
    bluesky,
    facebook,
    instagram,
    linkedin,
    mastodon,
    medium,
    meta_files,
    parts,
    threads,
    tiktok,
    x,
    youtube,
)
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


_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
#: What lies in the folder of one export, unpacked, besides what Meta's have.
_INSIDE = frozenset(
    "data|your archive.html|takeout|users-following|profile.csv|invitations.csv|connections.csv|"
    "actor.json|outbox.json|following_accounts.csv|repo.car".split("|")
)

#: In the order in which they are asked: files of others may be called as those of Instagram, which
#: are known by their names.
READERS: tuple[Reader, ...] = (
    bluesky,
    x,
    tiktok,
    linkedin,
    mastodon,
    youtube,
    medium,
    facebook,
    instagram,
    threads,
    analytics,
)


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
        list of all parts of one request; or analytics of posts, see `read_posts`.
    platform
        Its name in lower case, where detection by content should not decide.
    owner
        Whose export it is, where the export does not say it, or not rightly.
    zone
        The time zone of exports that write local times, such as ``"Europe/Berlin"``.
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
        Nothing in it is known; the message lists what was looked for and what was found. Or the
        parts are of several platforms, requests or people.
    DamagedExportError
        It is cut, encrypted, empty, or none of its files can be read.

    Warns
    -----
    FollownetWarning
        A follow list looks cut, a file could not be read, or is the copy of another.

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
    _require_zone(zone)
    paths = parts.given(path)
    kept = parts.distinct(paths)
    if copies := len(paths) - len(kept):
        _warn(f"{copies} of the {len(paths)} paths are copies of others, and were left out")
    with Archive(kept, limit=limit) as archive:
        reader = _reader(archive, platform)
        return reader.read(archive, owner=owner, zone=zone, exported_at=date, progress=progress)


def read_posts(
    path: Source,
    *,
    columns: Mapping[str, str] | None = None,
    zone: str = "UTC",
    dates: Literal["day first", "month first"] | None = None,
    numbers: Literal["1,250.5", "1.250,5"] | None = None,
    owner: str | None = None,
    limit: int = MEMBER_LIMIT,
) -> Export:
    r"""Return the posts of an analytics file with what others did with them.

    Of a platform (Meta Business Suite, X, TikTok Studio, YouTube Studio, LinkedIn) or of a tool
    whose columns its user chose (Buffer, Hootsuite, Later and others): any table with a row for
    each post, a time and one count, in English, German or Spanish.

    Parameters
    ----------
    path
        CSV in any encoding and with any delimiter, an Excel workbook (.xlsx; it needs the extra
        ``analytics``), or the zip as it was downloaded.
    columns
        Headers of the file for columns of posts, where follownet does not know them or takes
        another: ``{"likes": "Gefällt mir", "at": "Wann"}``. ``text_length`` is counted from the
        text.
    zone
        The time zone of times that do not say theirs, such as ``"Europe/Berlin"``.
    dates, numbers
        How the file writes them, where it leaves that open: what comes first in 03/04/2026, and
        which of the two is how it writes a thousand and a fraction. By default all cells tell it.
    owner
        Whose posts they are, where the file does not say.
    limit
        The most bytes that are read of one file.

    Returns
    -------
    Export
        Its ``posts`` have, beside the columns of every export, ``followers`` (at that time) and
        ``engagements`` (the source's own sum) where the file has them, and all other columns
        under their own headers: as numbers where each cell is one (12 % is 0.12), otherwise as
        text. Of the text of a post its length alone is kept. ``new_follows`` may be negative
        where the source takes away who left. A table without rows gives no posts.
        Its ``report`` says which columns were taken for what, which are not known, and which
        rows were left out and why: sums, repeated rows, lines before the header.

    Raises
    ------
    SchemaError
        It leaves open how to read its dates or numbers (the message has the question), or
        more than one value in ten of a column is none.
    UnknownFormatError
        It is no table of posts.
    DamagedExportError
        It is empty, cut off, or cannot be read.
    MissingExtraError
        It is a workbook, and openpyxl is not installed.

    Warns
    -----
    FollownetWarning
        Values or rows were left out, or a spreadsheet has damaged the posts' ids.

    Notes
    -----
    ``1.250`` is a thousand or a fraction, and one cell cannot tell; but counts are whole. Both
    readings are tried on all counts of the file, and the one under which all are whole is right.
    If both are (``2.000``) and differ, commas between the cells mean that no comma begins a
    fraction, and semicolons that no point does; if that does not help, it is asked.
    Views and impressions are different columns: since 2025 Meta has views alone.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> file = pathlib.Path(tempfile.mkdtemp(), "posts.csv")
    >>> _ = file.write_text("Datum;Likes;Reichweite\n01.10.2026;12;1.250\nGesamt;12;1.250\n")
    >>> read_posts(file).posts[["at", "likes", "reach"]]
                             at  likes  reach
    0 2026-10-01 00:00:00+00:00     12   1250
    """
    _require_zone(zone)
    asked = analytics.asked(columns=columns, zone=zone, dates=dates, numbers=numbers, owner=owner)
    with Archive(path, limit=limit) as archive:
        return analytics.read_as(archive, asked)


def read_all(
    folder: Source,
    *,
    platform: str | None = None,
    owner: str | None = None,
    zone: str = "UTC",
    limit: int = MEMBER_LIMIT,
) -> tuple[Export, ...]:
    """Return every export in a folder, oldest first.

    Parameters
    ----------
    folder
        Holds archives or folders as the platform sent them, and nothing else that matters.
        Parts of one request (of one owner and day by their names) become one export. Analytics of
        posts are no exports of an account: `read_posts` reads them.
    platform, owner, zone, limit
        As in `read`, for all of them.

    Returns
    -------
    tuple
        By ``exported_at``; those that nothing dates stand where their newest record does.

    Raises
    ------
    UnknownFormatError
        There is no export in it, or it is an export itself.
    DamagedExportError
        Nothing else is in it, and what is in it cannot be read.

    Warns
    -----
    FollownetWarning
        Some of what is in the folder is no export, or cannot be read, which is told by its
        date or place; and as in `read`.
    """
    _require_zone(zone)
    shown = os.fspath(folder)
    requests = _requests(Path(folder))
    exports: list[Export] = []
    refused: list[FollownetError] = []
    of_posts = 0
    for called, paths in requests:
        try:
            with Archive(paths, limit=limit, shown=f"{shown} ({called})") as archive:
                reader = _reader(archive, platform)
                if reader.PLATFORM == analytics.PLATFORM != platform:
                    of_posts += 1
                    continue
                if platform and not reader.matches(archive):
                    # Where all are asked for one platform, those of others are no damage.
                    raise UnknownFormatError(f"{archive.typed}: is no export of {platform}")
                exports.append(
                    reader.read(archive, owner=owner, zone=zone, exported_at=None, progress=False)
                )
        except (UnknownFormatError, DamagedExportError) as error:
            refused.append(error)
    damaged = [error for error in refused if isinstance(error, DamagedExportError)]
    if not exports and damaged:
        raise damaged[0]
    if not exports:
        raise UnknownFormatError(f"{shown}: there is no export that follownet knows")
    if of_posts:
        _warn(f"{shown}: {of_posts} of {len(requests)} entries are analytics; see read_posts")
    if strangers := len(refused) - len(damaged):
        _warn(f"{shown}: {strangers} of {len(requests)} entries are no exports")
    for reason in damaged:
        _warn(f"left out: {reason}")
    latest = pd.Timestamp.max.tz_localize("UTC")
    return tuple(sorted(exports, key=lambda export: export.exported_at or latest))


def is_export(path: Source) -> bool:
    """Return whether a file is one of a personal export, analytics of posts aside."""
    try:
        with Archive(path) as archive:
            return any(one.matches(archive) for one in READERS if one.PLATFORM != "analytics")
    except FollownetError:
        return False


def _warn(text: str) -> None:
    warnings.warn(text, FollownetWarning, stacklevel=3)


def _requests(folder: Path) -> list[tuple[str, list[Path]]]:
    """Return the paths of each request in a folder, with what they may be called."""
    if not folder.is_dir():
        raise UnknownFormatError(f"{os.fspath(folder)}: is no folder; `read` reads one export")
    found = sorted(path for path in folder.iterdir() if not path.name.startswith("."))
    entries = set(parts.distinct(found))
    if copies := len(found) - len(entries):
        _warn(f"{os.fspath(folder)}: {copies} of {len(found)} entries are copies of others")
    if any(meta_files.is_inside(path.name) or path.name.lower() in _INSIDE for path in entries):
        raise UnknownFormatError(f"{os.fspath(folder)}: is one export; `read` reads it")
    groups: dict[tuple[str, str], list[Path]] = {}
    for place, path in enumerate(found, start=1):
        if path not in entries:
            continue
        # What is not named after a request is one of its own.
        named = parts.request_of(path.name) or ("", f"entry {place} by name")
        groups.setdefault(named, []).append(path)
    return [(f"of {day}" if who else day, paths) for (who, day), paths in groups.items()]


def _reader(archive: Archive, platform: str | None) -> Reader:
    """Return the reader that fits; archives inside the archive are opened only if none does."""
    known = {reader.PLATFORM: reader for reader in READERS}
    if platform is not None and platform not in known:
        raise UnknownFormatError(f"platform: accepts {', '.join(known)}")
    asked = [known[platform]] if platform else list(READERS)
    for _ in range(2):
        for reader in asked:
            if reader.matches(archive):
                parts.require_one_export(archive, reader, () if platform else READERS)
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


def _require_zone(zone: Any) -> None:
    try:
        known = isinstance(zone, str) and pd.Timestamp(0, tz=zone) is not None
    except (LookupError, ValueError, TypeError, OSError):
        known = False
    if not known:
        raise SchemaError('zone: is no time zone; accepts such as "Europe/Berlin" or "UTC"')


def _utc(time: str | pd.Timestamp) -> pd.Timestamp:
    whole = not isinstance(time, str) or _DAY.match(time.strip())
    # Other forms are of one order in one country and of another in the next.
    stamp = pd.to_datetime(time, errors="coerce", format="ISO8601") if whole else pd.NaT
    if pd.isna(stamp):
        raise SchemaError("exported_at: is no time; accepts such as 2026-05-11")
    return stamp.tz_localize("UTC") if stamp.tzinfo is None else stamp.tz_convert("UTC")
