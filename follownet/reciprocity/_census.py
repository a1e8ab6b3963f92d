"""Counts of pairs and of accounts, and what they say of a graph."""

from __future__ import annotations

import html
from dataclasses import asdict, dataclass
from typing import Any, Literal

import pandas as pd

from follownet.errors import SchemaError
from follownet.graph import (
    Graph,
    is_observed,
    is_whole,
    observed_pairs,
    owners,
    require_directed,
)
from follownet.reciprocity._intervals import NAN, divided, ratio, wilson

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


def summary(G: Graph, *, loops: Loops = "drop") -> Summary:
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
        a whole network over all accounts (there both equal r, unless accounts are deleted);
        only owners with both lists in hand count;
        ``self_loops``; ``unobserved`` pairs; ``deleted`` accounts; ``notes``.
        Graphs known through owners have nan for ``null``, ``rho`` and ``bound``: the ties
        among the others are unknown, and unknown is not null.

    Raises
    ------
    SchemaError
        For graphs that are undirected or have parallel ties, and unknown `loops`.

    Examples
    --------
    >>> import networkx as nx
    >>> found = summary(nx.DiGraph([("a", "b"), ("b", "a"), ("a", "c")]))
    >>> found.mutual, found.asymmetric, round(found.r, 4), found.q
    (1, 1, 0.6667, 0.5)
    """
    require_directed(G)
    if loops not in ("drop", "count", "denominator"):
        raise SchemaError("loops: accepts 'drop', 'count' or 'denominator'")
    whole = is_whole(G)
    arcs = [(u, v) for u, v in G.edges if u != v]
    seen = arcs if whole else [(u, v) for u, v in arcs if is_observed(G, u, v)]
    follows = len(seen)
    mutual = sum(G.has_edge(v, u) for u, v in seen) // 2
    asymmetric = follows - 2 * mutual
    pairs, unobserved = observed_pairs(G)
    rings = G.number_of_edges() - len(arcs)
    counted = {"drop": (0, 0), "count": (rings, rings), "denominator": (0, rings)}[loops]
    plain = ratio(2 * mutual, follows)
    density = ratio(follows, 2 * pairs)
    pooled = _counts(G).dropna().sum()
    return Summary(
        accounts=len(G),
        follows=follows,
        mutual=mutual,
        asymmetric=asymmetric,
        null=pairs - mutual - asymmetric if whole else NAN,
        r=ratio(2 * mutual + counted[0], follows + counted[1]),
        q=ratio(mutual, mutual + asymmetric),
        rho=ratio(plain - density, 1 - density) if whole else NAN,
        bound=ratio(_most_returned(G), follows) if whole else NAN,
        given=ratio(pooled["returned"], pooled["followed_by"]),
        received=ratio(pooled["returned"], pooled["follows"]),
        self_loops=rings,
        unobserved=unobserved,
        deleted=len(deleted_accounts(G)),
        notes=_notes(G, len(arcs) - follows),
    )


def _notes(G: Graph, outside: int) -> tuple[str, ...]:
    """Say in words what the numbers of a graph known through owners are worth."""
    if is_whole(G):
        return ()
    known = owners(G)
    notes = [
        f"known through {len(known)} account{'s' * (len(known) != 1)}: ties among the others are "
        "unknown, so null, rho and bound are undefined"
    ]
    if len(known) == 1:
        notes.append(
            "r and q of one person's ties mix two rates: given and received tell them apart"
        )
    if outside:
        notes.append(
            f"{outside} ties are left out: the answer to them stands in a list that is not here"
        )
    return tuple(notes)


def _most_returned(G: Graph) -> int:
    """Return the most follows that could be returned at these degrees."""
    return sum(
        min(len(G.pred[account]) - ring, len(G.succ[account]) - ring)
        for account in G
        for ring in (G.has_edge(account, account),)
    )


def deleted_accounts(G: Graph) -> set[Any]:
    """Return the accounts that are known to be deleted."""
    return {account for account, marks in G.nodes.items() if marks.get("type") == "deleted"}


def _counts(G: Graph) -> pd.DataFrame:
    """Return for each owner its counts, and those without deleted accounts for the rates.

    ``followers``, ``following``, ``mutual``; ``followed_by``, ``follows``, ``returned``.
    """
    deleted = deleted_accounts(G)
    rows = {}
    for account in owners(G):
        followers = G.pred[account].keys() - {account}
        following = G.succ[account].keys() - {account}
        mutual = followers & following
        row = [len(followers), len(following), len(mutual)]
        if deleted:
            row += [len(followers - deleted), len(following - deleted), len(mutual - deleted)]
        else:
            row += row
        rows[account] = _blanked(row, G, account)
    columns = ["followers", "following", "mutual", "followed_by", "follows", "returned"]
    table = pd.DataFrame.from_dict(rows, orient="index", columns=columns, dtype="Float64")
    return table.rename_axis("account")


def _blanked(row: list[int], G: Graph, account: Any) -> list[Any]:
    """Return counts with those missing whose list is not in hand."""
    if is_whole(G):
        return row
    followers = G.nodes[account].get("followers_observed", False)
    following = G.nodes[account].get("following_observed", False)
    known = [followers, following, followers and following] * 2
    return [count if seen else pd.NA for count, seen in zip(row, known, strict=True)]


def accounts(G: Graph) -> pd.DataFrame:
    """Return how each account follows and is followed back.

    Returns
    -------
    pandas.DataFrame
        Indexed by account: every account of a whole network, the owners alone otherwise (an
        alter's one known follower is not its follower count). ``followers``, ``following``,
        ``mutual`` (missing where the list is); ``given`` = share of its followers that it
        follows back, ``received`` = share of those it follows that follow it back, each with
        its 95 % Wilson interval (``_low``, ``_high``; Wilson 1927,
        doi:10.1080/01621459.1927.10502953); ``followers_per_following``. Without followers
        ``given`` is nan, without following ``received`` and the ratio are.

    Examples
    --------
    >>> import networkx as nx
    >>> table = accounts(nx.DiGraph([("a", "b"), ("b", "a"), ("a", "c")]))
    >>> table.loc["a", ["followers", "following", "mutual", "given", "received"]].tolist()
    [1.0, 2.0, 1.0, 1.0, 0.5]
    """
    require_directed(G)
    counts = _counts(G)
    table = counts[["followers", "following", "mutual"]].astype("Int64")
    returned = _floats(counts["returned"])
    for name, of in (("given", "followed_by"), ("received", "follows")):
        trials = _floats(counts[of])
        table[name] = divided(returned, trials)
        table[f"{name}_low"], table[f"{name}_high"] = wilson(returned, trials)
    table["followers_per_following"] = divided(
        _floats(counts["followers"]), _floats(counts["following"])
    )
    return table


def _floats(column: pd.Series[Any]) -> Any:
    return column.to_numpy(dtype="float64", na_value=NAN)
