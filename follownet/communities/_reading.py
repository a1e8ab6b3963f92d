"""What a community is like: reciprocity inside, who is central, who bridges, how it grew."""

from __future__ import annotations

import math
from typing import Any

import networkx as nx
import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from follownet.communities._compare import Partition, labels_of
from follownet.errors import NotObservedError, SchemaError
from follownet.graph import FollowGraph, Graph, whole

Places = npt.NDArray[np.int64]


def profile(
    G: Graph | FollowGraph, partition: Partition, *, layer: Graph | FollowGraph | None = None
) -> pd.DataFrame:
    """Return what each community is like: its ties, and how many are mutual, inside and across.

    Parameters
    ----------
    G
        A whole network, or merged exports: then the block of those whose lists are in hand.
    partition
        What `detect` returns; or labels or sets of accounts, as for `compare`.
    layer
        A weighted layer over the same accounts, such as an engagement graph.

    Returns
    -------
    pandas.DataFrame
        A row for each community. ``accounts``; ``follows`` inside it, ``out`` to others, ``into``
        it from others. Of connected pairs of accounts ``pairs`` inside and ``mutual`` among them;
        ``q``, the mutual share inside, ``q_across``, that of pairs with one end in it; nan of
        none. ``expected``, ``z`` and two-sided ``p`` of ``mutual``, if which of all connected pairs
        are mutual had nothing to do with communities: so many drawn without replacement. With a
        `layer` ``weight``, its sum inside, and ``weight_per_follow``, ``weight_per_follow_across``:
        per follow inside, and per follow out of it or into it. ``attrs`` hold ``left_out``:
        accounts of the graph without a community, whose ties are in no row.

    Raises
    ------
    NotObservedError
        For one person's export, which shows nothing between the others.
    SchemaError
        For what is no partition, or none of these accounts.

    Notes
    -----
    A small p says that being in one community and returning follows go together, not why: both
    follow from knowing each other. Pairs are taken as independent, and accounts differ in how much
    they return, so that p is too small where a few of them have most ties.

    Examples
    --------
    >>> G = nx.DiGraph([("a", "b"), ("b", "a"), ("b", "c"), ("c", "d")])
    >>> profile(G, [{"a", "b"}, {"c", "d"}])[["follows", "out", "mutual", "q", "q_across"]]
               follows  out  mutual    q  q_across
    community
    0                2    1       1  1.0       0.0
    1                1    0       0  0.0       0.0
    """
    F, member, names = _grouped(G, partition)
    count = len(names)
    one, other = member[F.sources], member[F.targets]
    known = (one >= 0) & (other >= 0)
    same, apart = known & (one == other), known & (one != other)
    # Each connected pair once: its lower end, or the only tie of it.
    first = ~F.returned | (F.sources < F.targets)
    pairs = np.bincount(one[same & first], minlength=count)
    mutual = np.bincount(one[same & first & F.returned], minlength=count)
    across, returned = (_both(one, other, chosen, count) for chosen in (
        apart & first, apart & first & F.returned,
    ))  # fmt: skip
    table = pd.DataFrame(
        {
            "accounts": np.bincount(member[member >= 0], minlength=count),
            "follows": np.bincount(one[same], minlength=count),
            "out": np.bincount(one[apart], minlength=count),
            "into": np.bincount(other[apart], minlength=count),
            "pairs": pairs,
            "mutual": mutual,
            "q": _share(mutual, pairs),
            "q_across": _share(returned, across),
        },
        index=pd.Index(names, name="community"),
    )
    connected, returned_pairs = (known & first).sum(), (known & first & F.returned).sum()
    table["expected"], table["z"], table["p"] = _by_chance(
        mutual, pairs, int(connected), int(returned_pairs)
    )
    if layer is not None:
        inside, around = _weights(layer, F, member, count)
        table["weight"] = inside
        table["weight_per_follow"] = _share(inside, table["follows"].to_numpy())
        table["weight_per_follow_across"] = _share(
            around, (table["out"] + table["into"]).to_numpy()
        )
    table.attrs = {"left_out": int((member < 0).sum())}
    return table


def roles(G: Graph | FollowGraph, partition: Partition) -> pd.DataFrame:
    """Return who is central in a community, and who bridges to others.

    Parameters
    ----------
    G, partition
        As for `profile`.

    Returns
    -------
    pandas.DataFrame
        A row for each account, communities in order, the most central first. ``community``;
        ``inside`` and ``outside``, to how many accounts of its own and of other communities it is
        tied, in either direction; ``communities``, how many those are, its own among them;
        ``participation`` (Guimerà & Amaral 2005, doi:10.1038/nature03288), 0 if all of these are in
        one community, towards 1 the more evenly they are spread; nan without ties. ``pagerank``
        among the follows inside, whose sum is 1 in each community: who is followed by those who are
        followed (Brin & Page 1998, damping .85). ``core``, the largest k for which it is in a group
        whose accounts each have mutual ties to k others of it (Seidman 1983,
        doi:10.1016/0378-8733(83)90028-X), within the community.

    Raises
    ------
    NotObservedError, SchemaError
        As for `profile`.

    Examples
    --------
    >>> G = nx.DiGraph([("a", "b"), ("b", "a"), ("c", "a"), ("c", "d")])
    >>> roles(G, [{"a", "b", "c"}, {"d"}])[["inside", "outside", "core"]].loc["c"].tolist()
    [1, 1, 0]
    """
    F, member, names = _grouped(G, partition)
    one, other = member[F.sources], member[F.targets]
    first = (~F.returned | (F.sources < F.targets)) & (one >= 0) & (other >= 0)
    ends = np.append(F.sources[first], F.targets[first])
    to = np.append(other[first], one[first])
    cells, counts = np.unique(ends * max(len(names), 1) + to, return_counts=True)
    who, where = np.divmod(cells, max(len(names), 1))
    degree = np.bincount(who, counts, len(F))
    inside = np.bincount(who, counts * (where == member[who]), len(F))
    squares = np.bincount(who, (counts / degree[who]) ** 2, len(F))
    table = pd.DataFrame(
        {
            "community": pd.array(names[np.maximum(member, 0)]),
            "inside": inside.astype(np.int64),
            "outside": (degree - inside).astype(np.int64),
            "communities": np.bincount(who, minlength=len(F)),
            "participation": np.where(degree > 0, 1 - squares, math.nan),
        },
        index=pd.Index(F.accounts, name="account"),
    )
    kept = F.keep((one >= 0) & (one == other))
    table["pagerank"] = _pagerank(kept, member, len(names))
    table["core"] = _cores(kept)
    table = table[member >= 0].assign(order=member[member >= 0])
    table = table.sort_values(["order", "pagerank"], ascending=[True, False], kind="stable")
    table.attrs = {"left_out": int((member < 0).sum())}
    return table.drop(columns="order")


def growth(G: Graph | FollowGraph, partition: Partition, *, every: str = "QS") -> pd.DataFrame:
    """Return how many follows inside each community had begun when each period began.

    Parameters
    ----------
    G, partition
        As for `profile`; ties need the attribute ``since``.
    every
        The period, as pandas writes it: ``"QS"``, ``"MS"``, ``"YS"``, ``"W"``.

    Returns
    -------
    pandas.DataFrame
        A row for each period, from the first follow on, and one for the last follow; a column for
        each community. Follows that still exist alone: those that ended are not known. ``attrs``
        hold ``undated``, follows inside without a date, and ``left_out``.

    Raises
    ------
    NotObservedError
        As for `profile`, and where no tie inside a community has a date.
    SchemaError
        As for `profile`, and for what is no period.
    """
    F, member, names = _grouped(G, partition)
    one, other = member[F.sources], member[F.targets]
    same = (one >= 0) & (one == other)
    since = np.full(F.follows, np.datetime64("NaT", "us")) if F.since is None else F.since
    begun = since[same]
    if np.isnat(begun).all():
        raise NotObservedError("growth cannot be known: no follow inside a community has a date")
    first, last = (pd.Timestamp(bound) for bound in (np.nanmin(begun), np.nanmax(begun)))
    try:
        periods = pd.date_range(first.floor("D"), last, freq=every)
    except ValueError:
        raise SchemaError('every: is no period; accepts such as "QS", "MS" or "W"') from None
    periods = periods.union(pd.DatetimeIndex([last]))
    columns = {}
    for number, name in enumerate(names):
        dates = np.sort(begun[(one[same] == number) & ~np.isnat(begun)])
        columns[name] = np.searchsorted(dates, periods.to_numpy(), side="right")
    index = periods.tz_localize("UTC").rename("at")
    table = pd.DataFrame(columns, index=index).rename_axis(columns="community")
    table.attrs = {"undated": int(np.isnat(begun).sum()), "left_out": int((member < 0).sum())}
    return table


def _grouped(
    G: Graph | FollowGraph, partition: Partition
) -> tuple[FollowGraph, Places, npt.NDArray[Any]]:
    """Return the part that is whole, the place of each account's community, -1 of none, names."""
    F = FollowGraph.from_networkx(G) if isinstance(G, nx.Graph) else G
    F = whole(F, "what a community is like")
    labels = labels_of(partition, "partition").reindex(F.accounts)
    if len(F) and labels.isna().all():
        raise SchemaError(f"partition: of {len(F):,} accounts none has a community")
    try:
        member, names = pd.factorize(labels, sort=True)
    except TypeError:
        raise SchemaError("partition: give names of one kind, text or numbers") from None
    return F, np.asarray(member, dtype=np.int64), np.asarray(names)


def _by_chance(
    mutual: Places, pairs: Places, connected: int, returned: int
) -> tuple[npt.NDArray[np.float64], ...]:
    """Return mean, z and two-sided p where the returned ones are drawn from the connected pairs."""
    if connected == 0:
        return (np.full(len(pairs), math.nan),) * 3
    share = returned / connected
    mean = np.where(pairs > 0, pairs * share, math.nan)
    rest = (connected - pairs) / max(connected - 1, 1)
    sd = np.sqrt(pairs * share * (1 - share) * rest)
    drawn = stats.hypergeom(connected, returned, pairs)
    tail = np.minimum(drawn.cdf(mutual), drawn.sf(mutual - 1))
    p = np.where(pairs > 0, np.minimum(2 * tail, 1), math.nan)
    return mean, _share(mutual - mean, sd), p


def _both(one: Places, other: Places, chosen: Any, count: int) -> Places:
    """Return how many of some ties have an end in each community."""
    return np.bincount(one[chosen], minlength=count) + np.bincount(other[chosen], minlength=count)


def _share(part: Any, of: Any) -> npt.NDArray[np.float64]:
    found: npt.NDArray[np.float64] = np.divide(
        part, of, out=np.full(len(of), math.nan), where=np.asarray(of) > 0
    )
    return found


def _weights(
    layer: Graph | FollowGraph, F: FollowGraph, member: Places, count: int
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return the weight of a layer inside each community, and with one end in it."""
    W = FollowGraph.from_networkx(layer) if isinstance(layer, nx.Graph) else layer
    if W.weight is None:
        raise SchemaError("layer: its ties have no weight")
    group = pd.Series(member, index=F.accounts).reindex(W.accounts, fill_value=-1).to_numpy()
    one, other, weight = group[W.sources], group[W.targets], np.nan_to_num(W.weight)
    known = (one >= 0) & (other >= 0)
    same, apart = known & (one == other), known & (one != other)
    inside, out, into = (
        np.bincount(ends[chosen], weight[chosen], count).astype(np.float64)
        for ends, chosen in ((one, same), (one, apart), (other, apart))
    )
    return inside, out + into


def _pagerank(F: FollowGraph, member: Places, count: int) -> npt.NDArray[np.float64]:
    """Return PageRank within each community, whose ties alone are in the graph."""
    found = np.full(len(F), math.nan)
    for number in range(count):
        mine = np.flatnonzero(member == number)
        part = F.induced(F.accounts[mine]).to_networkx()
        ranks = nx.pagerank(part, weight=None, max_iter=1_000)
        found[mine] = [ranks[one] for one in F.accounts[mine].tolist()]
    return found


def _cores(F: FollowGraph) -> Places:
    """Return the core number of each account among mutual ties."""
    chosen = F.returned & (F.sources < F.targets)
    mutual: nx.Graph[int] = nx.Graph()
    mutual.add_nodes_from(range(len(F)))
    mutual.add_edges_from(zip(F.sources[chosen].tolist(), F.targets[chosen].tolist(), strict=True))
    numbers = nx.core_number(mutual)
    return np.array([numbers[one] for one in range(len(F))], dtype=np.int64)
