"""Follows that were made in one go."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

#: Follows of one go are at most so far apart.
GAP: Final = pd.Timedelta("1h")

Numbers = npt.NDArray[np.int64]


def bursts(since: Any, *, by: Any = None, gap: pd.Timedelta = GAP) -> Numbers:
    """Return the number of the burst that each follow is of, -1 of an undated one.

    A burst is a longest run of follows of which each comes at most `gap` after the one before; a
    single follow is a burst of one. `since` are UTC times as ``datetime64``; with `by`, a number
    for each follow, bursts are apart for each of these. Numbers go up by these, then in time.

    Examples
    --------
    >>> times = np.array(["2026-01-01T12:00", "NaT", "2026-01-01T11:30"], "datetime64[us]")
    >>> bursts(times).tolist()
    [0, -1, 0]
    """
    dated = np.flatnonzero(~np.isnat(since))
    group = np.zeros(len(since), dtype=np.int64) if by is None else np.asarray(by)
    order = dated[np.lexsort((since[dated], group[dated]))]
    apart = np.diff(since[order]) > gap.to_timedelta64()
    apart |= np.diff(group[order]) != 0
    number = np.full(len(since), -1, dtype=np.int64)
    number[order] = np.concatenate([[0], np.cumsum(apart)])[: len(order)]
    return number


def burst_sizes(since: Any, *, by: Any = None) -> Numbers:
    """Return how many follows are of the burst of each, 0 of an undated one."""
    number = bursts(since, by=by)
    sizes = np.append(np.bincount(number[number >= 0]), 0)
    return np.asarray(sizes[number], dtype=np.int64)
