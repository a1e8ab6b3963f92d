"""Counts of pairs and of accounts, and what they say of a graph."""

from __future__ import annotations

import html
from dataclasses import asdict, dataclass
from typing import Literal

import numpy as np
import pandas as pd

from follownet.errors import SchemaError
from follownet.graph import FollowGraph, Graph, compact, flags, observed_pairs, observed_ties
from follownet.reciprocity._accounts import living_counts
from follownet.reciprocity._intervals import NAN, ratio

Loops = Literal["drop", "count", "denominator"]


@dataclass(frozen=True)
class Summary:
    """The numbers of `summary`; see there."""

    accounts: int
    follows: int
    mutual: int
    asymmetric: int
    null: float
    r: float
    q: float
    rho: float
    bound: float
    given: float
    received: float
    self_loops: int
    unobserved: int
    deleted: int
    notes: tuple[str, ...] = ()

    def _rows(self) -> dict[str, str]:
        numbers = {name: value for name, value in asdict(self).items() if name != "notes"}
        return {
            name: f"{value:.4f}" if name in _SHARES else f"{value:,.0f}"
            for name, value in numbers.items()
        }

    def __str__(self) -> str:
        """Return one line a number."""
        lines = [f"{name:<11} {value:>12}" for name, value in self._rows().items()]
        return "\n".join([*lines, *(f"note: {note}" for note in self.notes)])

    def _repr_html_(self) -> str:
        table = pd.Series(self._rows()).to_frame("value").to_html(border=0)
        return table + "".join(f"<p>{html.escape(note)}</p>" for note in self.notes)


_SHARES = frozenset({"r", "q", "rho", "bound", "given", "received"})


def summary(G: Graph | FollowGraph, *, loops: Loops = "drop") -> Summary:
    """Return the dyad census and reciprocity of a graph.

    Parameters
    ----------
    G
        Directed; ``source -> target`` means *source follows target*.
    loops
        What self-loops do to r: ``"drop"`` leaves them out; ``"count"`` takes each as a
        returned follow (KONECT); ``"denominator"`` counts them as follows that are not
        returned (networkx's overall reciprocity). No other number ever counts them.

    Returns
    -------
    Summary
        ``accounts``; ``follows`` (arcs in observed pairs, L), ``mutual`` (M),
        ``asymmetric`` (A) and ``null`` pairs; ``r = 2M/L``; ``q = M/(M+A)``;
        ``rho = (r - a)/(1 - a)`` with density ``a = L/(N(N-1))``; ``bound``, the largest r
        that these degrees allow, ``sum min(k_in, k_out)/L`` (Jiang, Zhang & Towsley 2015,
        doi:10.1145/2783258.2783409); ``given`` and ``received``, pooled over the owners, in
        a whole network over all accounts (there both equal r, unless accounts are deleted:
        ties from and to them are in every other number and in neither of these two);
        only owners with both lists in hand count;
        ``self_loops``; ``unobserved`` pairs; ``deleted`` accounts; ``notes``.
        Graphs known through owners have nan for ``null``, ``rho`` and ``bound``: the ties
        among the others are unknown, and unknown is not null.

    Raises
    ------
    SchemaError
        For graphs that are undirected or have parallel ties, and unknown `loops`.

    Notes
    -----
    Raw r depends on density and on how the network was crawled: it ranks no networks. rho and
    `follownet.nulls` compare with what chance would give.

    Examples
    --------
    >>> import networkx as nx
    >>> found = summary(nx.DiGraph([("a", "b"), ("b", "a"), ("a", "c")]))
    >>> found.mutual, found.asymmetric, round(found.r, 4), found.q
    (1, 1, 0.6667, 0.5)
    """
    if loops not in ("drop", "count", "denominator"):
        raise SchemaError("loops: accepts 'drop', 'count' or 'denominator'")
    F = compact(G)
    whole = F.observed == "whole"
    seen = observed_ties(F)
    follows = int(seen.sum())
    mutual = int((F.returned & seen).sum()) // 2
    asymmetric = follows - 2 * mutual
    pairs, unobserved = observed_pairs(F)
    rings = int(F.loops.sum())
    counted = {"drop": (0, 0), "count": (rings, rings), "denominator": (0, rings)}[loops]
    plain = ratio(2 * mutual, follows)
    density = ratio(follows, 2 * pairs)
    most = int(np.minimum(F.following, F.followers).sum())
    pooled = living_counts(F).dropna().sum()
    return Summary(
        accounts=len(F),
        follows=follows,
        mutual=mutual,
        asymmetric=asymmetric,
        null=pairs - mutual - asymmetric if whole else NAN,
        r=ratio(2 * mutual + counted[0], follows + counted[1]),
        q=ratio(mutual, mutual + asymmetric),
        rho=ratio(plain - density, 1 - density) if whole else NAN,
        bound=ratio(most, follows) if whole else NAN,
        given=ratio(pooled["mutual"], pooled["followers"]),
        received=ratio(pooled["mutual"], pooled["following"]),
        self_loops=rings,
        unobserved=unobserved,
        deleted=int(flags(F, "deleted").sum()),
        notes=_notes(F, F.follows - follows),
    )


def _notes(F: FollowGraph, outside: int) -> tuple[str, ...]:
    """Say in words what the numbers of a graph known through owners are worth."""
    if F.observed == "whole":
        return ()
    known = int(flags(F, "owner").sum())
    notes = [
        f"known through {known} account{'s' * (known != 1)}: ties among the others are "
        "unknown, so null, rho and bound are undefined"
    ]
    if known == 1:
        notes.append(
            "r and q of one person's ties mix two rates: given and received tell them apart"
        )
    if outside:
        notes.append(
            f"{outside} ties are left out: the answer to them stands in a list that is not here"
        )
    return tuple(notes)


def grecip(G: Graph | FollowGraph) -> pd.Series[float]:
    """Return reciprocity by the five measures of ``grecip`` in the R package ``sna``.

    With M mutual, A asymmetric and N null pairs, and ``a = L / (2 (M + A + N))`` the density:

    =================  ==============================================================
    ``dyadic``         (M + N) / (M + A + N): pairs that are symmetric, null ones too
    ``dyadic.nonnull`` M / (M + A), q: connected pairs that are mutual
    ``edgewise``       2M / (2M + A), r: follows that are returned
    ``edgewise.lrr``   log(r / a): how much likelier a follow is if it is a return
    ``correlation``    (r - a) / (1 - a), rho: of a tie with its reverse over all pairs
    =================  ==============================================================

    Returns
    -------
    pandas.Series
        Indexed by these names. nan where nothing is to be divided by; ``edgewise.lrr`` is
        -inf without a mutual pair. Of graphs known through owners, where null pairs are
        unknown, only the second and the third are defined.

    References
    ----------
    Butts 2008, Social network analysis with sna, doi:10.18637/jss.v024.i06. ``correlation`` is
    rho of Garlaschelli & Loffredo 2004, doi:10.1103/PhysRevLett.93.268701.

    Examples
    --------
    >>> import networkx as nx
    >>> grecip(nx.DiGraph([("a", "b"), ("b", "a"), ("a", "c")])).round(4).tolist()
    [0.6667, 0.5, 0.6667, 0.2877, 0.3333]
    """
    found = summary(G)
    pairs = found.mutual + found.asymmetric + found.null
    density = ratio(found.follows, 2 * pairs)
    with np.errstate(divide="ignore"):
        lrr = float(np.log(found.r / density)) if density else NAN
    values = {
        "dyadic": ratio(found.mutual + found.null, pairs),
        "dyadic.nonnull": found.q,
        "edgewise": found.r,
        "edgewise.lrr": lrr,
        "correlation": found.rho,
    }
    return pd.Series(values, name="reciprocity", dtype="float64")
