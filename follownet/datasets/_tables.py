"""The registry of study graphs, and what was published of them and of others, as tables."""

from __future__ import annotations

import os
import warnings
from pathlib import Path
from typing import Any

import pandas as pd
from tqdm import TqdmWarning

#: Where fetched files are kept instead of the system's cache folder, if it is set.
VARIABLE = "FOLLOWNET_DATA"

_FOLDER = Path(__file__).parent


def studies() -> pd.DataFrame:
    """Return the public study graphs that `fetch` knows.

    Returns
    -------
    pandas.DataFrame
        Index ``name``. ``title``; ``accounts`` and ``rows``, as published (a row is a follow, a
        vote, a message: the title says which); ``loops``, how those who publish a reciprocity
        of the file treat self-loops, in the words of `follownet.reciprocity.summary`
        (``count``: KONECT counts a loop as a returned tie; ``drop``: SuiteSparse, which measures
        SNAP's files, leaves the diagonal out); ``licence``, as the publisher states it;
        ``citation`` and ``doi``, what to cite; ``url``; ``file``, its name in the cache folder;
        ``bytes`` and ``sha256``, missing where they are not known for certain; ``here``, whether
        the file is in the cache folder.

    Notes
    -----
    A hash is in the registry where independent projects publish the same one. Publishers may
    replace a file; their own page, not this table, says what is current.

    Examples
    --------
    >>> table = studies()
    >>> table.loc[["wiki_vote", "advogato"], ["accounts", "rows", "loops"]]
               accounts    rows  loops
    name
    wiki_vote      7115  103689   drop
    advogato       6541   51127  count
    """
    table = registry()
    folder = cache()
    return table.assign(here=[(folder / file).is_file() for file in table["file"]])


def published() -> pd.DataFrame:
    """Return published figures, to stand beside computed ones.

    Returns
    -------
    pandas.DataFrame
        One row a figure: ``dataset`` (a name of `studies`, missing where the figure belongs to
        none), ``network`` (as its publisher calls it), ``study``, ``year``, ``measure``,
        ``definition``, ``value``, ``unit``, ``source``, ``certainty`` and ``doi``.

    Notes
    -----
    Two figures compare only under one definition. With M mutual and A one-way pairs and L ties,
    ``r`` = 2M/L is the share of follows that are returned, ``q`` = M/(M + A) the share of
    connected pairs, so that r = 2q/(1 + q): 22.1 % and 36.2 % are the same Twitter.
    ``r, loops counted`` takes every self-loop for a returned follow, above and below the line.
    ``rho`` = (r - a)/(1 - a) with a = L/(N(N - 1)). ``received`` and ``given`` are the columns
    of `follownet.reciprocity.accounts`. ``not stated`` is said of figures quoted without.

    ``certainty`` is ``verified`` where the figure was seen at its source or in an abstract,
    ``often quoted`` where it was not: such figures are for the eye, never for a test.

    Examples
    --------
    >>> table = published()
    >>> here = (table["dataset"] == "advogato") & (table["measure"] == "reciprocity")
    >>> table.loc[here, ["definition", "value"]].values.tolist()
    [['r, loops counted', 0.385]]
    """
    return pd.read_csv(_FOLDER / "published.csv", encoding="utf-8")


def registry() -> pd.DataFrame:
    """Return the registry as it is written."""
    return pd.read_csv(_FOLDER / "studies.csv", encoding="utf-8", index_col="name").astype(
        {"bytes": "Int64", "sha256": "str"}
    )


def cache() -> Path:
    """Return the folder of fetched files; it need not exist."""
    if chosen := os.environ.get(VARIABLE):
        return Path(chosen).expanduser()
    return Path(downloader().os_cache("follownet"))


def downloader() -> Any:
    """Return the module pooch, which is imported for study graphs alone."""
    with warnings.catch_warnings():
        # In a notebook its import advises, with a path of this machine, to install ipywidgets.
        warnings.simplefilter("ignore", TqdmWarning)
        import pooch
    return pooch
