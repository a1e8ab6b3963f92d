"""A whole network of which it is known why each mutual tie is there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from follownet.graph import FollowGraph
from follownet.seeds import generator, whole_number
from follownet.tables import TEXT

CIRCLE: Final = 6
COMMUNITY: Final = 36
#: Of two members of a community in which everyone follows back, how many follow each other.
DENSITY: Final = 0.3
#: Whom an ordinary account follows without return, and is tied to by courtesy.
UNRETURNED: Final = 12
COURTESIES: Final = 4
#: One account in so many trades, with so many others.
TRADERS: Final = 25
OFFERS: Final = 40
_START: Final = np.datetime64("2023-01-01", "s")
_DAYS: Final = 1_000
_DAY: Final = 86_400

Pairs = npt.NDArray[np.int64]


class Bonds(NamedTuple):
    """Follows with their times, engagement weighted by events, and the kind of each mutual tie."""

    graph: FollowGraph
    layer: FollowGraph
    kinds: pd.Series[str]


def bonds(*, accounts: int = 720, seed: int = 0) -> Bonds:
    """Return a network of friends' circles, courtesies, communities that follow back, and traders.

    Parameters
    ----------
    accounts
        How many, from 72 on: communities of 36, in every second of which members follow each
        other back by norm.
    seed
        The same seed gives the same network in every process.

    Returns
    -------
    Bonds
        ``graph``: accounts 0, 1, ... and when each follow was made; ``layer``: events between
        them; ``kinds``: ``friendship``, ``courtesy``, ``community norm`` or ``trade``, by the
        ``one`` and ``other`` account of each mutual tie.

    Raises
    ------
    SchemaError
        For fewer than 72 accounts.

    Notes
    -----
    Friends are the circles of six of ordinary communities: they engage often, both ways.
    Courtesies are between an ordinary account and any other, with hardly an event. Members of a
    community with the norm are tied at random within it, and engage now and then. Traders follow
    forty in one hour and keep those who return it within two days, six in ten. Ordinary accounts
    follow about twelve others without return, and all accounts one more on average.

    Examples
    --------
    >>> found = bonds(accounts=72, seed=1)
    >>> sorted(found.kinds.unique())
    ['community norm', 'courtesy', 'friendship', 'trade']
    """
    whole_number(accounts, "accounts", least=2 * COMMUNITY)
    rng = generator(seed)
    everyone = np.arange(accounts)
    normal = everyone[everyone // COMMUNITY % 2 == 0]
    kinds: dict[tuple[int, int], str] = {}
    rows: list[tuple[int, int, float]] = []
    for kind, one, other, times in _mutual(rng, everyone, normal):
        pair = (min(one, other), max(one, other))
        if one != other and pair not in kinds:
            kinds[pair] = kind
            rows += [(one, other, times[0]), (other, one, times[1])]
    lonely = _unreturned(rng, everyone, normal)
    free = np.array([(min(u, v), max(u, v)) not in kinds for u, v in lonely.tolist()], bool)
    again = rng.uniform(0, _DAYS, int(free.sum()))
    source, target, days = np.array(rows).T
    graph = FollowGraph.from_edges(
        np.concatenate([source, lonely[free, 0]]).astype("int64"),
        np.concatenate([target, lonely[free, 1]]).astype("int64"),
        accounts=everyone,
        since=_START + (np.concatenate([days, again]) * _DAY).astype("timedelta64[s]"),
    )
    index = pd.MultiIndex.from_tuples(sorted(kinds), names=["one", "other"])
    named = pd.Series([kinds[pair] for pair in index], index=index, dtype=TEXT, name="kind")
    return Bonds(graph, _layer(rng, named, accounts), named)


def _mutual(
    rng: np.random.Generator, everyone: Pairs, normal: Pairs
) -> Iterator[tuple[str, int, int, tuple[float, float]]]:
    """Yield kind, first, second and the days on which either followed, the strongest kind first."""
    size = len(everyone)
    circles = normal[: len(normal) // CIRCLE * CIRCLE].reshape(-1, CIRCLE)
    for circle in circles.tolist():
        for place, one in enumerate(circle):
            for other in circle[place + 1 :]:
                yield "friendship", one, other, _days(rng, 20)
    for start in range(COMMUNITY, size, 2 * COMMUNITY):
        members = everyone[start : start + COMMUNITY]
        tied = np.nonzero(np.triu(rng.random((len(members),) * 2) < DENSITY, 1))
        for a, b in zip(*(members[ends].tolist() for ends in tied), strict=True):
            yield "community norm", a, b, _days(rng, 3)
    for trader in rng.choice(size, size // TRADERS, replace=False).tolist():
        day = rng.uniform(0, _DAYS)
        for other in rng.choice(size, OFFERS, replace=False)[rng.random(OFFERS) < 0.6].tolist():
            begun = day + rng.uniform(0, 0.04)
            yield "trade", trader, other, (begun, begun + rng.uniform(0.01, 2))
    for one in np.repeat(normal, COURTESIES // 2).tolist():
        yield "courtesy", one, int(rng.integers(size)), _days(rng, 10)


def _days(rng: np.random.Generator, median: float) -> tuple[float, float]:
    begun = rng.uniform(0, _DAYS)
    return begun, begun + rng.lognormal(np.log(median), 1.5)


def _unreturned(rng: np.random.Generator, everyone: Pairs, normal: Pairs) -> Pairs:
    """Return follows of ordinary accounts to each other that are not returned, once a pair."""
    source = np.repeat(normal, UNRETURNED)
    target = rng.choice(normal, len(source))
    few = rng.choice(everyone, (len(everyone), 2))
    drawn = np.concatenate([np.column_stack([source, target]), few])
    drawn = drawn[drawn[:, 0] != drawn[:, 1]]
    _, once = np.unique(np.sort(drawn, axis=1), axis=0, return_index=True)
    found: Pairs = drawn[np.sort(once)]
    return found


def _layer(rng: np.random.Generator, kinds: pd.Series[str], accounts: int) -> FollowGraph:
    """Return the events along mutual ties, negative binomial with a mean for each kind."""
    means = {"friendship": 14.0, "community norm": 1.5, "courtesy": 0.5, "trade": 0.1}
    pairs = np.array(kinds.index.tolist())
    ends = np.concatenate([pairs, pairs[:, ::-1]])
    mean = np.tile(kinds.map(means).to_numpy("float64"), 2)
    events: Any = rng.poisson(mean * rng.gamma(3, 1 / 3, len(mean)))
    there = events > 0
    return FollowGraph.from_edges(
        ends[there, 0], ends[there, 1], accounts=range(accounts), weight=events[there].astype(float)
    )
