"""How each account follows and is followed back."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from follownet.graph import FollowGraph, Graph, compact, flags
from follownet.reciprocity._intervals import NAN, divided, wilson


def accounts(G: Graph | FollowGraph) -> pd.DataFrame:
    """Return how each account follows and is followed back.

    Returns
    -------
    pandas.DataFrame
        Indexed by account, sorted: every account of a whole network, the owners alone otherwise
        (an alter's one known follower is not its follower count). ``followers``, ``following``,
        ``mutual`` (missing where the list is); ``given`` = share of its followers that it
        follows back, ``received`` = share of those it follows that follow it back, each with
        its 95 % Wilson interval (``_low``, ``_high``; Wilson 1927,
        doi:10.1080/01621459.1927.10502953); ``followers_per_following``. Without followers
        ``given`` is nan, without following ``received`` and the ratio are. Deleted accounts are
        in the counts and in no rate; their own two rates are nan.

    Notes
    -----
    The mean of either rate over accounts is not r of the network: accounts of few ties weigh as
    much as those of many. Weighted by ``followers`` the mean of ``given`` is r, weighted by
    ``following`` that of ``received``, where no account is deleted.

    Examples
    --------
    >>> import networkx as nx
    >>> table = accounts(nx.DiGraph([("a", "b"), ("b", "a"), ("a", "c")]))
    >>> table.loc["a", ["followers", "following", "mutual", "given", "received"]].tolist()
    [1.0, 2.0, 1.0, 1.0, 0.5]
    """
    F = compact(G)
    counts = _counts(F, np.ones(F.follows, dtype=bool))
    living = living_counts(F)
    table = counts.astype("Int64")
    returned = living["mutual"].to_numpy()
    for name, of in (("given", "followers"), ("received", "following")):
        trials = living[of].to_numpy()
        table[name] = divided(returned, trials)
        table[f"{name}_low"], table[f"{name}_high"] = wilson(returned, trials)
    ties = counts["followers"].to_numpy(), counts["following"].to_numpy()
    table["followers_per_following"] = divided(*ties)
    return table


def living_counts(F: FollowGraph) -> pd.DataFrame:
    """Return the counts that rates are made of: deleted accounts cannot answer, nor be asked."""
    living = ~flags(F, "deleted")
    return _counts(F, living[F.sources] & living[F.targets])


def _counts(F: FollowGraph, counted: Any) -> pd.DataFrame:
    """Return followers, following and mutual ties of the owners, of some of the ties.

    nan where the list that would tell is not in hand.
    """
    size = len(F)
    followers = np.bincount(F.targets[counted], minlength=size).astype(float)
    following = np.bincount(F.sources[counted], minlength=size).astype(float)
    mutual = np.bincount(F.sources[F.returned & counted], minlength=size).astype(float)
    rows = np.ones(size, dtype=bool)
    if F.observed != "whole":
        seen = {name: flags(F, f"{name}_observed") for name in ("followers", "following")}
        followers[~seen["followers"]] = NAN
        following[~seen["following"]] = NAN
        mutual[~(seen["followers"] & seen["following"])] = NAN
        rows = flags(F, "owner")
    columns = {"followers": followers, "following": following, "mutual": mutual}
    return pd.DataFrame(columns, index=F.accounts.rename("account"))[rows]
