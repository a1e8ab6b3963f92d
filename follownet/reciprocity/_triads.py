"""The triad census: how many triples of accounts are tied in each of the sixteen ways."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from math import comb
from typing import Any, Final

import numpy as np
import pandas as pd

from follownet.graph import FollowGraph, Graph, whole

#: The labels of Holland & Leinhardt: how many pairs are mutual, asymmetric and null, and a
#: letter for their direction (Down, Up, Cyclic, Transitive).
TRIADS: Final = (
    "003", "012", "102", "021D", "021U", "021C", "111D", "111U",
    "030T", "030C", "201", "120D", "120U", "120C", "210", "300",
)  # fmt: skip
#: How many triples of accounts are looked at in one go: bounds the memory, about 0.5 GB.
_BLOCK = 4_000_000
#: A pair as its lower account sees it: it follows, it is followed, both.
_OUT, _IN, _MUTUAL = 1, 2, 3
_TURNED = {_OUT: _IN, _IN: _OUT, _MUTUAL: _MUTUAL}
#: Two pairs that share an account, as that account sees them.
_OPEN = {
    (_OUT, _OUT): "021D",
    (_IN, _IN): "021U",
    (_OUT, _IN): "021C",
    (_IN, _MUTUAL): "111D",
    (_OUT, _MUTUAL): "111U",
    (_MUTUAL, _MUTUAL): "201",
}


def triads(G: Graph | FollowGraph) -> pd.Series[int]:
    """Return the triad census.

    Parameters
    ----------
    G
        Directed; ``source -> target`` means *source follows target*. Self-loops are left out.

    Returns
    -------
    pandas.Series
        Indexed by ``003``, ``012``, ... ``300``: the number of triples of accounts of each
        class, together ``N (N - 1) (N - 2) / 6``. Integers; as Python objects where a number is
        beyond 2**63. The labels are those of networkx and igraph: ``021D`` is one account that
        follows two, ``021U`` one that two follow, ``111D`` a mutual pair of which one is
        followed by the third, ``111U`` of which one follows the third. Of several owners'
        merged lists this is the census of their block.

    Raises
    ------
    NotObservedError
        For one person's ties: what the others do among themselves is unknown.

    Notes
    -----
    Triangles are listed once each from their account of least degree, in time of the order of
    ``sum of min(degrees)`` over connected pairs; open triples and those with one tie follow
    from the degrees.

    References
    ----------
    Holland & Leinhardt 1976, Local structure in social networks, doi:10.2307/270703. Batagelj &
    Mrvar 2001, doi:10.1016/S0378-8733(01)00035-1.

    Examples
    --------
    >>> import networkx as nx
    >>> counts = triads(nx.DiGraph([("a", "b"), ("b", "a"), ("a", "c")]))
    >>> counts[counts > 0].to_dict()
    {'111U': 1}
    """
    F = whole(G, "a triad census")
    counts = dict.fromkeys(TRIADS, 0)
    for name, wedges in _wedges(F).items():
        counts[name] = wedges
    for states, number in _triangles(F).items():
        counts[_closed(*states)] += number
        for one, other in _corners(*states):
            counts[_open(one, other)] -= number
    size = len(F)
    mutual = int(F.returned.sum()) // 2
    asymmetric = F.follows - 2 * mutual
    # Each tied pair has size - 2 third accounts: what larger classes hold of them is known.
    for name, place, pairs in (("012", 1, asymmetric), ("102", 0, mutual)):
        held = sum(int(other[place]) * number for other, number in counts.items())
        counts[name] = pairs * max(size - 2, 0) - held
    counts["003"] = comb(size, 3) - sum(counts.values())
    fits = max(counts.values()) < 2**63
    return pd.Series(counts, name="triads", dtype="int64" if fits else "object")


def _open(one: int, other: int) -> str:
    """Return the class of a triple with two tied pairs, as their common account sees them."""
    return _OPEN[min(one, other), max(one, other)]


def _corners(uv: int, uw: int, vw: int) -> Iterator[tuple[int, int]]:
    """Yield what each account of a triangle u < v < w sees of its two pairs."""
    yield uv, uw
    yield _TURNED[uv], vw
    yield _TURNED[uw], _TURNED[vw]


def _closed(uv: int, uw: int, vw: int) -> str:
    """Return the class of a triangle u < v < w."""
    corners = list(_corners(uv, uw, vw))
    mutual = (uv, uw, vw).count(_MUTUAL)
    if mutual >= 2:
        return "300" if mutual == 3 else "210"
    if mutual == 0:
        return "030C" if all(set(corner) == {_OUT, _IN} for corner in corners) else "030T"
    (apart,) = (corner for corner in corners if _MUTUAL not in corner)
    return {"021D": "120D", "021U": "120U", "021C": "120C"}[_open(*apart)]


def _wedges(F: FollowGraph) -> dict[str, int]:
    """Return how often an account sees two tied pairs of each kind, the third tied or not."""
    mutual = np.bincount(F.sources[F.returned], minlength=len(F))
    seen = {_OUT: F.following - mutual, _IN: F.followers - mutual, _MUTUAL: mutual}
    counts = {}
    for (one, other), name in _OPEN.items():
        equal = seen[one] * (seen[one] - 1) // 2
        counts[name] = int((equal if one == other else seen[one] * seen[other]).sum())
    return counts


def _triangles(F: FollowGraph) -> dict[tuple[int, int, int], int]:
    """Return how many triangles u < v < w there are with each state of (uv, uw, vw).

    Accounts are numbered by degree, so that a popular one stands last and is expanded least.
    """
    low, high, state = _pairs(F)
    size = len(F)
    keys = low * size + high
    ends = np.searchsorted(low, low, side="right")
    thirds = ends - np.arange(len(low)) - 1
    found = np.zeros(64, dtype=np.int64)
    for block in _blocks(thirds):
        first = np.repeat(np.arange(block.start, block.stop), thirds[block])
        begun = np.cumsum(thirds[block]) - thirds[block]
        second = first + 1 + np.arange(len(first)) - np.repeat(begun, thirds[block])
        wanted = high[first] * size + high[second]
        at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
        there = keys[at] == wanted
        code = state[first[there]] << 4 | state[second[there]] << 2 | state[at[there]]
        found += np.bincount(code, minlength=64)
    states = product((_OUT, _IN, _MUTUAL), repeat=3)
    return {(a, b, c): int(found[a << 4 | b << 2 | c]) for a, b, c in states}


def _pairs(F: FollowGraph) -> tuple[Any, Any, Any]:
    """Return the tied pairs once each, numbered by degree, and what the lower account sees."""
    once = ~F.returned | (F.sources < F.targets)
    sources, targets, mutual = F.sources[once], F.targets[once], F.returned[once]
    degree = np.bincount(sources, minlength=len(F)) + np.bincount(targets, minlength=len(F))
    rank = np.empty(len(F), dtype=np.intp)
    rank[np.argsort(degree, kind="stable")] = np.arange(len(F))
    source, target = rank[sources], rank[targets]
    low, high = np.minimum(source, target), np.maximum(source, target)
    state = np.where(mutual, _MUTUAL, np.where(source == low, _OUT, _IN))
    order = np.argsort(low * len(F) + high)
    return low[order], high[order], state[order]


def _blocks(sizes: Any) -> Iterator[slice]:
    """Yield slices whose sizes add up to about the block."""
    ends = np.cumsum(sizes)
    start = 0
    while start < len(sizes):
        done = ends[start - 1] if start else 0
        stop = max(int(np.searchsorted(ends, done + _BLOCK, side="right")), start + 1)
        yield slice(start, stop)
        start = stop
