"""How much the reciprocity of a network hangs on single accounts."""

from __future__ import annotations

import numpy as np
import pandas as pd

from follownet.graph import FollowGraph, Graph, whole
from follownet.reciprocity._intervals import NAN, Z95, divided, ratio


def jackknife(G: Graph | FollowGraph) -> pd.Series[float]:
    """Return r of a whole network with a standard error that takes its accounts for a sample.

    A whole network is a census of its pairs, so that r has no sampling error of its own. This
    is the error if the accounts were a sample from a larger population of such accounts: r is
    computed without each account in turn.

    Returns
    -------
    pandas.Series
        ``r``; ``se = sqrt((N - 2) / (2 N) * sum (r_without_i - their mean)**2)``; ``low`` and
        ``high``: r -+ 1.96 se, in [0, 1]. nan with fewer than three accounts or no follows left
        without one of them.

    Raises
    ------
    NotObservedError
        For one person's ties: every pair contains that person.

    References
    ----------
    Snijders & Borgatti 1999, Non-parametric standard errors and tests for network statistics,
    Connections 22(2), 161-170.

    Examples
    --------
    >>> import networkx as nx
    >>> G = nx.DiGraph([("a", "b"), ("b", "a"), ("c", "d"), ("d", "c"), ("a", "c")])
    >>> jackknife(G).round(3).to_dict()
    {'r': 0.8, 'se': 0.167, 'low': 0.473, 'high': 1.0}
    """
    F = whole(G, "the jackknife over accounts")
    size = len(F)
    returned = np.bincount(F.sources[F.returned], minlength=size)
    rate = ratio(int(returned.sum()), F.follows)
    without = divided(returned.sum() - 2.0 * returned, F.follows - F.following - F.followers)
    se = NAN
    if size > 2:
        se = float(np.sqrt((size - 2) / (2 * size) * ((without - without.mean()) ** 2).sum()))
    low, high = np.clip([rate - Z95 * se, rate + Z95 * se], 0, 1)
    return pd.Series({"r": rate, "se": se, "low": low, "high": high}, name="jackknife")
