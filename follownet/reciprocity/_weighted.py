"""Reciprocity of ties that have weights."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from follownet.errors import SchemaError
from follownet.graph import FollowGraph, Graph, compact, flags, observed_ties, tie_values
from follownet.reciprocity._intervals import divided, ratio


@dataclass(frozen=True)
class Weighted:
    """The weights that come back; see `weighted`."""

    r: float
    total: float
    reciprocated: float
    accounts: pd.DataFrame

    def __str__(self) -> str:
        """Return one line."""
        return f"{self.reciprocated:,.6g} of a weight of {self.total:,.6g} comes back: {self.r:.4f}"

    def _repr_html_(self) -> str:
        return f"<p>{self}</p>{self.accounts.to_html(max_rows=10)}"


def weighted(G: Graph | FollowGraph, weight: str = "weight") -> Weighted:
    """Return how much of the weight of ties comes back.

    Parameters
    ----------
    weight
        The attribute of the ties: how often one did something towards another, say. A
        `FollowGraph` has ``"weight"`` alone.

    Returns
    -------
    Weighted
        ``r``: ``sum min(w_ij, w_ji) / sum w_ij`` over ordered pairs, in [0, 1]; equal to the
        plain r where all weights are equal, nan without weight. ``total``, ``reciprocated``: its
        parts, in the unit of the weights. ``accounts``: indexed by account (the owners alone
        where the graph is known through them), ``given_out`` and ``got`` (the strengths, sum of
        ``w_ij`` and of ``w_ji``), ``reciprocated``, ``only_out`` and ``only_in`` (what of these
        does not come back), and ``r``, the share of ``given_out`` that comes back. Self-loops
        and pairs that were not observed are left out.

    Raises
    ------
    SchemaError
        Where no tie has such weights, or where some are missing, negative, infinite or too
        large to be added: the message counts them. A missing weight is not taken for 0 or 1.

    Notes
    -----
    Other measures of weighted reciprocity compare how alike the two weights are, which mixes
    reciprocity with the spread of activity; the minimum does not (Squartini, Picciolo,
    Ruzzenenti & Garlaschelli 2013, doi:10.1038/srep02729).

    Examples
    --------
    >>> import networkx as nx
    >>> G = nx.DiGraph()
    >>> G.add_weighted_edges_from([("a", "b", 5), ("b", "a", 2), ("a", "c", 1)])
    >>> weighted(G).r
    0.5
    """
    F = compact(G)
    seen = observed_ties(F)
    amount = np.where(seen, _checked(tie_values(G, weight), F.follows, weight), 0.0)
    back = np.where(F.returned, np.minimum(amount, amount[F.reverse]), 0.0) if F.follows else amount
    size = len(F)
    out, got = (
        np.bincount(ends, weights=amount, minlength=size) for ends in (F.sources, F.targets)
    )
    mine = np.bincount(F.sources, weights=back, minlength=size)
    columns = {
        "given_out": out,
        "got": got,
        "reciprocated": mine,
        "only_out": out - mine,
        "only_in": got - mine,
        "r": divided(mine, out),
    }
    table = pd.DataFrame(columns, index=F.accounts.rename("account"))
    total, reciprocated = float(amount.sum()), float(back.sum())
    owners = slice(None) if F.observed == "whole" else flags(F, "owner")
    return Weighted(ratio(reciprocated, total), total, reciprocated, table[owners])


def _checked(values: Any, count: int, name: str) -> Any:
    """Return weights as floats that can be added."""
    if values is None:
        if not count:
            return np.zeros(0)
        raise SchemaError(f"weight: none of {count} ties has a {name!r}")
    numbers = pd.to_numeric(pd.Series(values), errors="coerce").to_numpy("float64", na_value=np.nan)
    for kind, bad in (
        ("missing or no number", np.isnan(numbers)),
        ("negative", numbers < 0),
        ("infinite", np.isinf(numbers)),
        ("too large to be added", numbers > np.finfo("float64").max / max(count, 1)),
    ):
        if bad.any():
            raise SchemaError(
                f"weight: {bad.sum()} of {count} are {kind}; give ones from 0 with a finite sum"
            )
    return numbers
