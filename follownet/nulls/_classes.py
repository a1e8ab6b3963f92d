"""Accounts of equal degrees: what a model says of one, it says of all of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.intp]

#: Cells of a block of class pairs: small enough to stay in the processor's cache.
_CELLS = 2**17


@dataclass(frozen=True)
class Classes:
    """The distinct rows of some constraints on accounts.

    Attributes
    ----------
    degrees
        One array a constraint, one entry a class.
    size
        How many accounts are in each class.
    members
        The accounts in order of their class.
    first
        Where in `members` each class begins.
    """

    degrees: tuple[Integers, ...]
    size: Integers
    members: Integers
    first: Integers

    def __len__(self) -> int:
        return len(self.size)


def classes(*constraints: Any) -> Classes:
    """Return the classes of accounts with equal constraints, in order of these."""
    columns = [np.asarray(column, dtype=np.intp) for column in constraints]
    members = np.lexsort(columns[::-1])
    rows = np.stack([column[members] for column in columns])
    new = np.ones(len(members), dtype=bool)
    new[1:] = (rows[:, 1:] != rows[:, :-1]).any(axis=0)
    first = np.flatnonzero(new)
    size = np.diff(np.append(first, len(members)))
    return Classes(tuple(row[first] for row in rows), size, members, first)


def blocks(count: int) -> Iterator[slice]:
    """Yield slices of rows whose pairs with all columns stay in the cache."""
    step = max(1, _CELLS // max(count, 1))
    for start in range(0, count, step):
        yield slice(start, min(start + step, count))
