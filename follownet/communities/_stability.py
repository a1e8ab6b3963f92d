"""How much of a community is found again in other runs, and how much chance gives."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

Labels = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

#: Communities of fewer accounts say nothing: chance makes stable pairs.
LEAST: Final = 3
_ALPHA: Final = 0.01

#: Modularity, the partition that is kept and all partitions of a random graph.
Drawn = tuple[float, Labels, Sequence[Labels]]


class Judged(NamedTuple):
    """Stability of each account, the table of communities, that of random graphs, and p."""

    accounts: Floats
    communities: pd.DataFrame
    chance: pd.DataFrame
    p: float


def judged(
    labels: Labels, partitions: Sequence[Labels], modularity: float, drawn: Sequence[Drawn]
) -> Judged:
    """Return how stable the communities of a partition are, and which more than by chance.

    Parameters
    ----------
    labels
        The partition that is kept, numbered by size.
    partitions
        Of all runs, the one that is kept among them.
    modularity
        The highest of as many runs as were made of a random graph.
    drawn
        The same of random graphs of the same degrees.
    """
    accounts = stability(labels, partitions)
    sizes, means = _communities(labels, accounts)
    qualities = np.array([quality for quality, _, _ in drawn])
    by_chance = [_communities(best, stability(best, some)) for _, best, some in drawn]
    p = _beyond(modularity, qualities)
    stable = pd.Series(pd.NA, index=range(len(sizes)), dtype="boolean")
    if drawn and len(partitions) > 1:
        limits = _limits(sizes, by_chance)
        stable[:] = (p < _ALPHA) & (sizes >= LEAST) & (means > limits)
    table = pd.DataFrame({"accounts": sizes, "stability": means, "stable": stable})
    chance = pd.DataFrame(
        {
            "modularity": qualities,
            "stability": [one[1][one[0] >= LEAST].max(initial=0.0) for one in by_chance],
        }
    )
    return Judged(accounts, table.rename_axis("community"), chance.rename_axis("draw"), p)


def stability(labels: Labels, partitions: Sequence[Labels]) -> Floats:
    """Return for each account how similar its community is to its communities of other runs.

    The mean Jaccard index over all runs but one, which is the partition itself; nan of one run.
    """
    if len(partitions) < 2:
        return np.full(len(labels), math.nan)
    total = sum((_jaccard(labels, one) for one in partitions), np.zeros(len(labels)))
    return (total - 1) / (len(partitions) - 1)


def _jaccard(one: Labels, other: Labels) -> Floats:
    """Return for each account the Jaccard index of its two communities."""
    pairs = one * (int(other.max(initial=0)) + 1) + other
    _, inverse, shared = np.unique(pairs, return_inverse=True, return_counts=True)
    both = shared[inverse]
    found: Floats = both / (np.bincount(one)[one] + np.bincount(other)[other] - both)
    return found


def agreement(one: Labels, other: Labels) -> float:
    """Return the adjusted Rand index of two partitions; 1 for equal ones."""
    from sklearn.metrics import adjusted_rand_score

    return float(adjusted_rand_score(one, other)) if len(one) else math.nan


def _communities(labels: Labels, accounts: Floats) -> tuple[Labels, Floats]:
    """Return size and mean stability of each community."""
    sizes = np.bincount(labels)
    return sizes, np.bincount(labels, accounts) / np.maximum(sizes, 1)


def _beyond(modularity: float, qualities: Floats) -> float:
    """Return how likely so high a modularity is in one further draw; nan without two draws."""
    if len(qualities) < 2 or math.isnan(modularity):
        return math.nan
    spread = float(qualities.std(ddof=1)) * math.sqrt(1 + 1 / len(qualities))
    apart = modularity - float(qualities.mean())
    if spread == 0:
        return 0.0 if apart > 0 else 1.0
    return float(stats.t.sf(apart / spread, len(qualities) - 1))


def _limits(sizes: Labels, by_chance: Sequence[tuple[Labels, Floats]]) -> Floats:
    """Return the highest stability that chance gave communities of half a size and more.

    Those of more than half of all accounts are found again by being large: they are compared with
    their like alone.
    """
    some = np.concatenate([one for one, _ in by_chance])
    means = np.concatenate([one for _, one in by_chance])
    half = sizes.sum() / 2
    whole, parts = (
        _reached(sizes, some[chosen], means[chosen]) for chosen in (some > 0, some <= half)
    )
    return np.where(sizes > half, whole, parts)


def _reached(sizes: Labels, some: Labels, means: Floats) -> Floats:
    """Return the highest mean among communities of at least half of each size; 0 of none."""
    if not len(some):
        return np.zeros(len(sizes))
    order = np.argsort(-some, kind="stable")
    highest = np.maximum.accumulate(means[order])
    # Of communities larger than any by chance, the largest of those by chance.
    reach = np.minimum(sizes / 2, some.max())
    place = np.searchsorted(-some[order], -reach, side="right") - 1
    return np.asarray(highest[place], dtype=np.float64)
