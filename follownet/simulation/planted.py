"""A follow network with planted communities: sizes and activity are unequal, the truth is known."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from follownet.errors import SchemaError
from follownet.graph import FollowGraph
from follownet.seeds import generator, whole_number

#: Drawn in excess of what is asked for, since some ties come twice.
_EXCESS: Final = 1.3
#: No account is expected to have more than so many times the least ties.
_MOST: Final = 50.0


class Planted(NamedTuple):
    """The network, and the community of each account."""

    graph: FollowGraph
    membership: pd.Series[int]


def planted(
    *,
    accounts: int = 20_000,
    ties: int = 200_000,
    mixing: float = 0.5,
    smallest: int = 50,
    largest: int = 1_000,
    seed: int = 0,
) -> Planted:
    """Return a directed, degree-corrected network with communities.

    Parameters
    ----------
    accounts, ties
        How many; fewer ties where chance repeats many, as in dense networks.
    mixing
        The share of ties whose target is drawn from all accounts, from 0 (communities apart) to 1
        (none).
    smallest, largest
        Sizes of communities: a power law of exponent 2 between these; the last is what is left.
    seed
        The same seed gives the same network in every process.

    Returns
    -------
    Planted
        ``graph``, a whole `FollowGraph` of accounts 0, 1, ...; ``membership``.

    Raises
    ------
    SchemaError
        For numbers that no such network has.

    Notes
    -----
    Each account has an activity and a popularity, drawn apart from Pareto's law of exponent 2 and
    at most 50 times the least (the degree-corrected block model of Karrer & Newman 2011,
    doi:10.1103/PhysRevE.83.016107, directed). A tie's source is drawn by activity; its target by
    popularity, from the source's community or from all.

    Examples
    --------
    >>> small = planted(accounts=500, ties=4_000, smallest=50, largest=100, seed=1)
    >>> small.graph.follows, len(small.membership)
    (4000, 500)
    """
    whole_number(accounts, "accounts", least=2)
    whole_number(ties, "ties", least=1)
    if not 0 <= mixing <= 1:
        raise SchemaError("mixing: accepts a share from 0 to 1")
    if not 2 <= smallest <= largest <= accounts:
        raise SchemaError("smallest, largest: accept 2 <= smallest <= largest <= accounts")
    if ties > accounts * (accounts - 1) // 2:
        raise SchemaError(f"ties: accepts up to {accounts * (accounts - 1) // 2:,}, half of all")
    rng = generator(seed)
    labels = _labels(rng, accounts, smallest, largest)
    active, popular = np.minimum(rng.pareto(2.0, (2, accounts)) + 1, _MOST)
    keys = np.empty(0, dtype=np.int64)
    for _ in range(3):
        drawn = _drawn(rng, labels, active, popular, int(_EXCESS * (ties - len(keys))) + 1, mixing)
        keys = np.unique(np.append(keys, drawn))
        if len(keys) >= ties:
            break
    chosen = np.sort(rng.permutation(keys)[:ties])
    graph = FollowGraph.from_edges(*np.divmod(chosen, accounts), accounts=range(accounts))
    return Planted(
        graph, pd.Series(labels, pd.RangeIndex(accounts, name="account"), name="community")
    )


def _labels(
    rng: np.random.Generator, accounts: int, smallest: int, largest: int
) -> npt.NDArray[np.int64]:
    """Return a community for each account, in no order."""
    sizes: list[int] = []
    while sum(sizes) < accounts:
        share = rng.random()
        sizes.append(int(1 / (1 / smallest + share * (1 / largest - 1 / smallest))))
    sizes[-1] -= sum(sizes) - accounts
    return rng.permutation(np.repeat(np.arange(len(sizes)), sizes))


def _drawn(
    rng: np.random.Generator,
    labels: npt.NDArray[np.int64],
    active: npt.NDArray[np.float64],
    popular: npt.NDArray[np.float64],
    count: int,
    mixing: float,
) -> npt.NDArray[np.int64]:
    """Return ties as ``source * accounts + target``, without self-loops; some may come twice."""
    accounts = len(labels)
    sources = rng.choice(accounts, count, p=active / active.sum())
    targets = rng.choice(accounts, count, p=popular / popular.sum())
    inside = rng.random(count) >= mixing
    # Accounts by community, so that those of one are a stretch of the cumulated popularity.
    order = np.argsort(labels, kind="stable")
    first = np.searchsorted(labels[order], np.arange(labels.max() + 2))
    reach = np.append(0.0, np.cumsum(popular[order]))
    own = labels[sources[inside]]
    low, high = reach[first[own]], reach[first[own + 1]]
    places = np.searchsorted(reach, low + rng.random(len(own)) * (high - low), side="right") - 1
    targets[inside] = order[np.clip(places, first[own], first[own + 1] - 1)]
    straight = sources != targets
    return np.asarray(sources[straight] * accounts + targets[straight], dtype=np.int64)
