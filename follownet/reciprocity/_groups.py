"""Return rates of groups of follows: by size of the followed, by status, by community."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from follownet.errors import SchemaError
from follownet.graph import FollowGraph, Graph, compact, flags, observed_ties, whole
from follownet.reciprocity._intervals import divided, widened

COLUMNS = ("follows", "returned", "rate", "low", "high", "accounts")


def by_degree(G: Graph | FollowGraph) -> pd.DataFrame:
    """Return how many follows are returned, by how many followers the followed account has.

    Returns
    -------
    pandas.DataFrame
        A row for each half decade ``floor(2 log10 k_in)`` of the followed account's followers,
        indexed by the least number ``10**(bin / 2)`` as ``followers``. ``follows`` to such
        accounts, those ``returned``, ``rate``; ``low``, ``high``: its 95 % interval when all
        follows of one account share its habit, nan for fewer than five accounts; ``accounts``,
        how many such accounts are followed. Follows from and to deleted accounts are left out.
        No rows for a graph without follows. Of several owners' lists this is their block.

    Raises
    ------
    NotObservedError
        For one person's ties: the sizes of the others are unknown.

    Notes
    -----
    The interval is Wilson's with an effective number of follows: the variance of a ratio over
    accounts (Cochran 1977, Sampling techniques, ch. 6) against the binomial one.

    Examples
    --------
    >>> import networkx as nx
    >>> by_degree(nx.DiGraph([("a", "b"), ("b", "a"), ("a", "c")]))["rate"].round(3).to_dict()
    {1.0: 0.667}
    """
    F = whole(G, "reciprocity by degree")
    return _by_half_decades(F, F.followers[F.targets], "followers")


def by_status(G: Graph | FollowGraph) -> pd.DataFrame:
    """Return how many follows are returned, by how much larger the followed account is.

    Returns
    -------
    pandas.DataFrame
        As `by_degree`, with a row for each half decade of ``(k_in + 1)`` of the followed over
        ``(k_in + 1)`` of the follower, k_in being the number of followers; indexed by the least
        of these as ``ratio``. Beyond 1 the follow looks up, below it down. The return itself is
        taken out of the follower's k_in: what is asked must not be part of the answer.

    Raises
    ------
    NotObservedError
        For one person's ties: the sizes of the others are unknown.

    Examples
    --------
    >>> import networkx as nx
    >>> G = nx.DiGraph([("a", "star"), ("b", "star"), ("c", "star"), ("star", "a")])
    >>> by_status(G)["rate"].round(3).to_dict()
    {0.316: 1.0, 3.162: 0.333}
    """
    F = whole(G, "reciprocity by status")
    mine = F.followers[F.sources] - F.returned + 1
    return _by_half_decades(F, (F.followers[F.targets] + 1) / mine, "ratio")


def by_ratio(G: Graph | FollowGraph) -> pd.DataFrame:
    """Return how many follows are returned, by followers per following of the followed account.

    Returns
    -------
    pandas.DataFrame
        As `by_degree`, with a row for each half decade of ``(k_in + 1) / (k_out + 1)`` of the
        followed, its followers over those it follows; indexed by the least of these as
        ``ratio``. The return itself is taken out of k_out.

    Raises
    ------
    NotObservedError
        For one person's ties: the sizes of the others are unknown.

    Examples
    --------
    >>> import networkx as nx
    >>> G = nx.DiGraph([("a", "star"), ("b", "star"), ("c", "star"), ("star", "a")])
    >>> by_ratio(G)["rate"].round(3).to_dict()
    {1.0: 0.333, 3.162: 1.0}
    """
    F = whole(G, "reciprocity by ratio")
    other = F.following[F.targets] - F.returned + 1
    return _by_half_decades(F, (F.followers[F.targets] + 1) / other, "ratio")


def mixing(G: Graph | FollowGraph, groups: Mapping[Any, Any] | pd.Series[Any]) -> pd.DataFrame:
    """Return how many follows between groups of accounts are returned.

    Parameters
    ----------
    groups
        The group of each account, as a mapping or a Series indexed by account. Accounts that it
        leaves out (or whose group is missing) are left out.

    Returns
    -------
    pandas.DataFrame
        A row for each ordered pair of groups: ``source_group`` (the followers'),
        ``target_group`` (the followed), and the columns of `by_degree`, which see; ``rate`` is
        nan without follows. Observed pairs of accounts only. ``attrs["ungrouped"]`` accounts
        and ``attrs["left_out"]`` follows of theirs are not in it. No rows for a graph without
        accounts.

    Raises
    ------
    SchemaError
        Where no account of the graph has a group, one has two, or `groups` is something else.

    Examples
    --------
    >>> import networkx as nx
    >>> G = nx.DiGraph([("a", "b"), ("b", "a"), ("a", "c")])
    >>> table = mixing(G, {"a": "old", "b": "old", "c": "new"})
    >>> table[["source_group", "target_group", "follows", "rate"]].values.tolist()[-2:]
    [['old', 'new', 1, 0.0], ['old', 'old', 2, 1.0]]
    """
    F = compact(G)
    member, names = _members(F, groups)
    one, other = member[F.sources], member[F.targets]
    grouped = observed_ties(F) & (one >= 0) & (other >= 0)
    cells = one * len(names) + other
    table = _rates(F, cells, np.arange(len(names) ** 2), grouped)
    table.insert(0, "source_group", np.repeat(names, len(names)))
    table.insert(1, "target_group", np.tile(names, len(names)))
    table.attrs = {
        "ungrouped": int((member < 0).sum()),
        "left_out": int((observed_ties(F) & ~grouped).sum()),
    }
    return table


def _members(F: FollowGraph, groups: Mapping[Any, Any] | pd.Series[Any]) -> tuple[Any, Any]:
    """Return the number of each account's group, -1 for none, and the groups' names sorted."""
    if not isinstance(groups, Mapping | pd.Series):
        raise SchemaError(
            f"groups: is of type {type(groups).__name__}; give a mapping, or a Series indexed by "
            "account"
        )
    known = groups if isinstance(groups, pd.Series) else pd.Series(dict(groups), dtype="object")
    if known.index.has_duplicates:
        raise SchemaError(f"groups: {known.index.duplicated().sum()} accounts are in it twice")
    column = known.reindex(F.accounts)
    if len(F) and column.isna().all():
        raise SchemaError(f"groups: of {len(F)} accounts none has a group; its keys are accounts")
    member, names = pd.factorize(column.to_numpy("object"), sort=True)
    return member, names


def _by_half_decades(F: FollowGraph, size: Any, name: str) -> pd.DataFrame:
    """Return rates by half decade of a positive number of each tie."""
    half = np.floor(2 * np.log10(size)).astype(int)
    bins = np.unique(half)
    table = _rates(F, np.searchsorted(bins, half), bins, np.ones(F.follows, dtype=bool))
    least = [float(f"{10 ** (half / 2):.{max(3, 4 + half // 2)}g}") for half in bins.tolist()]
    table.index = pd.Index(least, name=name, dtype="float64")
    return table


def _rates(F: FollowGraph, cells: Any, names: Any, counted: Any) -> pd.DataFrame:
    """Return the rate of the ties in each cell, and its interval by the followed accounts."""
    living = ~flags(F, "deleted")
    counted = counted & living[F.sources] & living[F.targets]
    table = cell_rates(cells[counted], len(names), F.targets[counted], F.returned[counted])
    return table.rename(columns={"groups": "accounts"})


def cell_rates(cells: Any, size: int, groups: Any, returned: Any) -> pd.DataFrame:
    """Return the rate of the follows in each of `size` cells, with its interval.

    Follows of one group share their fate: the variance is that of a ratio over groups. `cells`,
    `groups` (whole numbers from 0) and `returned` are arrays with an entry for each follow.
    """
    pairs = cells * (int(groups.max(initial=0)) + 1) + groups
    ends, where, follows = np.unique(pairs, return_inverse=True, return_counts=True)
    back = np.bincount(where, weights=returned, minlength=len(ends))
    cell = ends // (int(groups.max(initial=0)) + 1)
    made, again = (np.bincount(cell, weights=n, minlength=size) for n in (follows, back))
    count = np.bincount(cell, minlength=size)
    rate = divided(again, made)
    off = np.bincount(cell, weights=(back - rate[cell] * follows) ** 2, minlength=size)
    variance = divided(off * divided(count, count - 1.0), made**2)
    low, high = widened(rate, made, variance, count)
    values = made.astype("int64"), again.astype("int64"), rate, low, high, count
    return pd.DataFrame(dict(zip((*COLUMNS[:-1], "groups"), values, strict=True)))
