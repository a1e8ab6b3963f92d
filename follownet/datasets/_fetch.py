"""One file of a study: from the cache folder, or from its publisher, but never a broken one."""

from __future__ import annotations

import gzip
import hashlib
import logging
import re
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import pandas as pd

from follownet.datasets._tables import VARIABLE, cache, downloader, registry
from follownet.errors import DamagedExportError, FollownetError, SchemaError

DIGITS = 12  # of a hash, in messages
CHUNK = 2**20  # bytes
#: How a line begins that is neither empty nor a comment of SNAP or KONECT.
ROW = re.compile(rb"(?m)^[ \t]*[^#%\s]")


def fetch(name: str, *, progress: bool = False) -> Path:
    """Return the path of a public study graph's file, downloaded if it is not here yet.

    This is the only function of follownet that opens a connection, and it does so only if the
    file is not in the cache folder: that of the environment variable ``FOLLOWNET_DATA``, or else
    the system's cache folder of follownet. A file that was put there by hand under the name
    that `studies` gives is used as it is. Read it with `follownet.read_network`.

    Parameters
    ----------
    name
        A name of `studies`: ``wiki_vote``, ``slashdot0902``, ``epinions1``, ``higgs_follow``,
        ``higgs_retweet``, ``higgs_mention``, ``higgs_reply``, ``collegemsg``, ``bitcoin_otc``,
        ``email_eu_core``, ``advogato`` or ``twitter_lists_konect``.
    progress
        Whether to show a bar while downloading. The largest file, ``higgs_follow``, has 14.9
        million rows.

    Returns
    -------
    pathlib.Path
        The file, as its publisher compressed it.

    Raises
    ------
    SchemaError
        If `name` is none of those.
    FollownetError
        If the file is not here and cannot be fetched; the message says where to put it.
    DamagedExportError
        If the file is not the one that the registry describes. A download is then not kept; a
        file that was there already is left to you.

    Notes
    -----
    The file is compared with its SHA-256 where that is known for certain, and otherwise by its
    number of rows, comments and empty lines aside, which a cut file or another version does not
    have. Files belong to their publishers: see ``licence`` and ``citation`` in `studies`.

    Examples
    --------
    >>> file = fetch("wiki_vote")  # doctest: +SKIP
    >>> fn.read_network(file).follows  # doctest: +SKIP
    103689
    """
    known = registry()
    if name not in known.index:
        raise SchemaError(f"name: accepts {', '.join(known.index)}")
    study = {str(key): value for key, value in known.loc[name].items()}
    path = cache() / study["file"]
    if path.is_file():
        check(path, study, "remove it and fetch again")
    else:
        _download(name, study, path, progress=progress)
    return path


def check(path: Path, study: dict[str, Any], remedy: str) -> None:
    """Raise `DamagedExportError`, which says what to do, unless the file is the registry's."""
    advice = f"{remedy}; another version can be read with fn.read_network(path)"
    try:
        found, expected = _marks(path, study)
    except (OSError, EOFError, zlib.error, tarfile.TarError) as error:
        text = f"{study['file']}: cut, or not what its name says ({type(error).__name__})"
        raise DamagedExportError(f"{text}; {advice}") from None
    if found != expected:
        text = f"{study['file']}: not the file of the registry: {found} instead of {expected}"
        raise DamagedExportError(f"{text}; {advice}")


def _marks(path: Path, study: dict[str, Any]) -> tuple[str, str]:
    """Return what tells this file from others, as it is and as the registry has it."""
    if pd.isna(study["sha256"]):
        return f"{_rows(path, study['file']):,} rows", f"{study['rows']:,} rows"
    with path.open("rb") as stream:
        found = hashlib.file_digest(stream, "sha256").hexdigest()
    return f"SHA-256 {found[:DIGITS]}...", f"SHA-256 {study['sha256'][:DIGITS]}..."


def _rows(path: Path, name: str) -> int:
    """Return the number of lines that are neither empty nor comments."""
    if name.endswith(".gz"):
        with gzip.open(path) as lines:
            return _count(lines)
    with tarfile.open(path, "r:bz2") as archive:
        for member in archive:
            content = archive.extractfile(member)
            if content is not None and Path(member.name).name.startswith("out."):
                return _count(content)
    raise tarfile.TarError


def _count(stream: IO[bytes] | gzip.GzipFile) -> int:
    rows = 0
    while chunk := stream.read(CHUNK):
        rows += len(ROW.findall(chunk + stream.readline()))
    return rows


def _download(name: str, study: dict[str, Any], path: Path, *, progress: bool) -> None:
    pooch = downloader()

    def checked(url: str, file: str, pooch_: Any) -> None:
        pooch.HTTPDownloader(progressbar=progress)(url, file, pooch_)
        # Here the file has a temporary name still, with which pooch removes it if this raises.
        check(Path(file), study, "nothing was kept, try again")

    try:
        with _quiet(pooch.get_logger()):
            # No hash for pooch: `check` knows rows, too, and says what to do.
            pooch.retrieve(study["url"], None, path.name, path.parent, downloader=checked)
    except OSError as error:
        raise FollownetError(
            f"{name}: could not be fetched from {study['url']} ({type(error).__name__}). "
            f"Download it by another way and put it into {_shown(path.parent)} "
            f"as {path.name}, or name another folder in {VARIABLE}"
        ) from None


@contextmanager
def _quiet(logger: logging.Logger) -> Iterator[None]:
    """Keep pooch from printing addresses and hashes."""
    level = logger.level
    logger.setLevel(logging.WARNING)
    try:
        yield
    finally:
        logger.setLevel(level)


def _shown(folder: Path) -> str:
    """Return the folder for a message, without the name of the user's home."""
    home = Path.home()
    if not folder.is_relative_to(home):
        return str(folder)
    return f"~/{folder.relative_to(home).as_posix()}"
