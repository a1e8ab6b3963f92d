"""`FollowGraph`: a follow network in sorted integer arrays, for millions of ties."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain
from typing import Any, Literal

import networkx as nx
import numpy as np
import numpy.typing as npt
import pandas as pd

from follownet.errors import SchemaError
from follownet.graph._edges import collapsed, labelled, times, weights
from follownet.graph._export import iso
from follownet.graph._observed import Graph, require_directed, the_owner

Positions = npt.NDArray[np.intp]
Flags = npt.NDArray[np.bool_]
Repeated = Literal["earliest", "sum"]

#: What measures ask of accounts; read afresh on every call, since setting an attribute of a
#: node does not clear NetworkX's cache.
_MARKS = ("owner", "following_observed", "followers_observed", "acts_observed", "type")


@dataclass(frozen=True, eq=False, repr=False)
class FollowGraph:
    """A simple directed graph of follows in sorted integer arrays, frozen.

    ``source -> target`` means *source follows target*. Made by `from_edges`, `from_networkx`
    and `follownet.read_network`; every measure takes it or an `networkx.DiGraph`, with the
    same answer.

    Attributes
    ----------
    accounts
        The labels, sorted; the place of an account is its number in the arrays.
    sources, targets
        Places, one entry a tie, sorted by source, then target; no self-loop, no tie twice.
    loops
        For each account whether it follows itself; such ties are in no other array.
    since
        UTC times of the ties (``datetime64[us]``, NaT where missing), or None.
    weight
        Weights of the ties (nan where missing), or None.
    marks
        Attributes of the accounts, indexed by `accounts`, or None.
    observed
        ``"whole"``, or ``"owners"`` where `marks` say whose lists are in hand.
    repeated
        How many rows were collapsed into another.
    report
        What reading left out, or None.

    Examples
    --------
    >>> F = FollowGraph.from_edges(["ann", "bob", "ann"], ["bob", "ann", "cy"])
    >>> F.follows, F.returned.tolist(), F.followers.tolist()
    (3, [True, False, True], [1, 1, 1])
    """

    accounts: pd.Index[Any]
    sources: Positions
    targets: Positions
    loops: Flags
    since: npt.NDArray[np.datetime64] | None = None
    weight: npt.NDArray[np.float64] | None = None
    marks: pd.DataFrame | None = None
    observed: str = "whole"
    repeated: int = 0
    report: pd.DataFrame | None = None

    def __post_init__(self) -> None:
        """Freeze the arrays: what is remembered of them has to stay true."""
        for array in (self.sources, self.targets, self.loops, self.since, self.weight):
            if array is not None:
                array.flags.writeable = False

    # -------------------------------------------------------------- made from

    @classmethod
    def from_edges(
        cls,
        edges: Any,
        targets: Any = None,
        *,
        weight: Any = None,
        since: Any = None,
        accounts: Iterable[Any] | None = None,
        marks: pd.DataFrame | None = None,
        repeated: Repeated = "earliest",
    ) -> FollowGraph:
        """Return the graph of a table of ties, or of two arrays.

        Parameters
        ----------
        edges, targets
            A DataFrame with ``source``, ``target`` and optionally ``weight`` and ``since``;
            or the sources, and in `targets` the targets. Labels are whole numbers or text,
            one kind in a graph.
        weight, since
            Of the ties, beside two arrays. Times without a zone are UTC; numbers are none.
        accounts
            Accounts that exist besides those in ties.
        marks
            Attributes of accounts, indexed by their labels.
        repeated
            What ties given more than once become: ``"earliest"`` keeps the earliest row (the
            first where times are missing or equal), ``"sum"`` its time and the sum of the
            weights: each row counts 1 where there are no weights, and a row that lacks its weight
            makes the sum nan.

        Raises
        ------
        SchemaError
            For missing or unfit labels, times and weights that are none, lengths that differ,
            marks that hold an account twice.
        """
        if isinstance(edges, pd.DataFrame):
            if missing := {"source", "target"} - set(edges.columns):
                raise SchemaError(f"edges: has no column {' and no '.join(sorted(missing))}")
            weight = edges.get("weight") if weight is None else weight
            since = edges.get("since") if since is None else since
            edges, targets = edges["source"], edges["target"]
        if repeated not in ("earliest", "sum"):
            raise SchemaError("repeated: accepts 'earliest' or 'sum'")
        more = [*(() if accounts is None else accounts), *(() if marks is None else marks.index)]
        labels, source, target = labelled(edges, targets, more)
        since = None if since is None else times(since, len(source))
        weight = None if weight is None else weights(weight, len(source))
        rings = source == target
        loops = np.zeros(len(labels), dtype=bool)
        loops[source[rings]] = True
        straight = np.flatnonzero(~rings) if rings.any() else slice(None)
        source, target = source[straight], target[straight]
        since = None if since is None else since[straight]
        weight = None if weight is None else weight[straight]
        keys = source * len(labels) + target
        keys, since, weight = collapsed(keys, since, weight, repeated == "sum")
        sources, targets = np.divmod(keys, max(len(labels), 1))
        return cls(
            accounts=labels,
            sources=sources,
            targets=targets,
            loops=loops,
            since=since,
            weight=weight,
            marks=None if marks is None else _aligned(marks, labels),
            repeated=len(rings) - len(keys) - int(loops.sum()),
        )

    @classmethod
    def from_networkx(cls, G: Graph) -> FollowGraph:
        """Return a graph of networkx in the compact form.

        ``since`` and ``weight`` of its ties are taken over, and all attributes of accounts;
        of self-loops only that they are there.

        Raises
        ------
        SchemaError
            For graphs that are undirected or have parallel ties; times and weights that are none.
        """
        if isinstance(G, cls):
            return G
        found = compact(G)
        since, weight = tie_values(G, "since"), tie_values(G, "weight")
        names = {name for _, marks in G.nodes(data=True) for name in marks}
        return replace(
            found,
            since=None if since is None else times(since, found.follows),
            weight=None if weight is None else weights(weight, found.follows),
            marks=_marks(G, found.accounts, sorted(names)),
        )

    def to_networkx(self) -> Graph:
        """Return the graph with plain attributes, ``since`` as ISO 8601; self-loops too."""
        graph: Graph = nx.DiGraph(observed=self.observed, repeated=self.repeated)
        labels = self.accounts.tolist()
        graph.add_nodes_from(labels)
        if self.marks is not None:
            for name, column in self.marks.items():
                for label, value in zip(labels, column.tolist(), strict=True):
                    if not (pd.api.types.is_scalar(value) and pd.isna(value)):
                        graph.nodes[label][str(name)] = value
        ends = self.accounts[self.sources].tolist(), self.accounts[self.targets].tolist()
        graph.add_edges_from(zip(*ends, self._tie_attributes(), strict=True))
        rings = self.accounts[self.loops].tolist()
        graph.add_edges_from(zip(rings, rings, strict=True))
        return graph

    def _tie_attributes(self) -> Iterable[dict[str, Any]]:
        """Return the attributes of each tie, without those that are missing."""
        columns: list[tuple[str, list[Any]]] = []
        if self.since is not None:
            dates = iso(pd.Series(self.since).dt.tz_localize("UTC"))
            columns.append(("since", [date or None for date in dates]))
        if self.weight is not None:
            known = pd.Series(self.weight).astype("object").where(~np.isnan(self.weight), None)
            columns.append(("weight", known.tolist()))
        if not columns:
            return ({} for _ in range(self.follows))
        names = [name for name, _ in columns]
        return (
            {name: value for name, value in zip(names, row, strict=True) if value is not None}
            for row in zip(*(values for _, values in columns), strict=True)
        )

    def induced(self, accounts: Iterable[Any]) -> FollowGraph:
        """Return the graph among some accounts: these, and every tie between two of them.

        Raises
        ------
        SchemaError
            For labels that are no account of this graph, with their number.

        Examples
        --------
        >>> F = FollowGraph.from_edges(["ann", "bob", "ann"], ["bob", "ann", "cy"])
        >>> F.induced(["ann", "bob"]).follows
        2
        """
        wanted = pd.Index(_objects(list(accounts)), tupleize_cols=False).unique()
        places = self.accounts.get_indexer(wanted)
        if lost := int((places < 0).sum()):
            raise SchemaError(f"accounts: {lost} of {len(wanted)} are not in this graph")
        inside = np.zeros(len(self), dtype=bool)
        inside[places] = True
        return self._part(inside, inside[self.sources] & inside[self.targets])

    def keep(self, ties: Any) -> FollowGraph:
        """Return the graph of all accounts with some of the ties.

        Parameters
        ----------
        ties
            For each tie, in the order of `sources`, whether to keep it.

        Examples
        --------
        >>> F = FollowGraph.from_edges(["ann", "bob", "ann"], ["bob", "ann", "cy"])
        >>> F.keep(F.returned).follows
        2
        """
        kept = np.asarray(ties)
        if kept.dtype != bool or kept.shape != self.sources.shape:
            raise SchemaError(f"ties: has to be {self.follows} truth values, one a tie")
        return self._part(np.ones(len(self), dtype=bool), kept)

    def ego(self, account: Any) -> FollowGraph:
        """Return one account, everyone tied to it, and the ties between it and them.

        Raises
        ------
        SchemaError
            For a label that is no account of this graph.
        """
        if account not in self.accounts:
            raise SchemaError("account: is not in this graph")
        place = self.accounts.get_loc(account)
        mine = (self.sources == place) | (self.targets == place)
        inside = np.zeros(len(self), dtype=bool)
        inside[[place, *self.sources[mine], *self.targets[mine]]] = True
        return self._part(inside, mine)

    def _part(self, inside: Flags, kept: Flags) -> FollowGraph:
        """Return some accounts with some of the ties between them."""
        number = np.cumsum(inside) - 1
        return FollowGraph(
            accounts=self.accounts[inside],
            sources=number[self.sources[kept]],
            targets=number[self.targets[kept]],
            loops=self.loops[inside],
            since=None if self.since is None else self.since[kept],
            weight=None if self.weight is None else self.weight[kept],
            marks=None if self.marks is None else self.marks[inside],
            observed=self.observed,
        )

    # -------------------------------------------------------------- what follows from the arrays

    def __len__(self) -> int:
        """Return the number of accounts."""
        return len(self.accounts)

    def __contains__(self, account: Any) -> bool:
        return account in self.accounts

    def __repr__(self) -> str:
        parts = [f"{len(self):,} accounts", f"{self.follows:,} follows"]
        if self.loops.any():
            parts.append(f"{self.loops.sum():,} self-loops")
        parts += [name for name in ("since", "weight") if getattr(self, name) is not None]
        return f"FollowGraph({', '.join(parts)}, {self.observed})"

    @property
    def follows(self) -> int:
        """The number of ties, without self-loops."""
        return len(self.sources)

    @cached_property
    def following(self) -> npt.NDArray[np.int64]:
        """How many others each account follows (out-degree)."""
        return np.bincount(self.sources, minlength=len(self))

    @cached_property
    def followers(self) -> npt.NDArray[np.int64]:
        """How many others follow each account (in-degree)."""
        return np.bincount(self.targets, minlength=len(self))

    @cached_property
    def by_target(self) -> Positions:
        """The ties in order of target, then source: the lists of followers."""
        return np.argsort(self.targets * len(self) + self.sources)

    @cached_property
    def reverse(self) -> Positions:
        """For each tie the place of the tie that returns it, -1 where there is none."""
        keys = self.sources * len(self) + self.targets
        # Both are sorted, so that the search walks through memory instead of jumping.
        returns = (self.targets * len(self) + self.sources)[self.by_target]
        at = np.minimum(np.searchsorted(keys, returns), max(self.follows - 1, 0))
        found = np.full(self.follows, -1)
        found[self.by_target] = np.where(keys[at] == returns, at, -1) if self.follows else at
        return found

    @cached_property
    def returned(self) -> Flags:
        """For each tie whether it is returned."""
        return self.reverse >= 0


def compact(G: Graph | FollowGraph) -> FollowGraph:
    """Return the compact form of either graph, without times and weights of a DiGraph.

    Raises
    ------
    SchemaError
        For graphs that are undirected or have parallel ties.
    """
    if isinstance(G, FollowGraph):
        return G
    require_directed(G)
    found, _ = _structure(G)
    return replace(
        found,
        marks=_marks(G, found.accounts, _MARKS),
        observed=G.graph.get("observed", "whole"),
        repeated=int(G.graph.get("repeated", 0)),
    )


def tie_values(G: Graph | FollowGraph, name: str) -> Any:
    """Return an attribute of the ties in their order, None where missing; None if none has it."""
    if isinstance(G, FollowGraph):
        return getattr(G, name) if name in ("since", "weight") else None
    _, order = _structure(G)
    found = [tie.get(name) for _, _, tie in G.edges(data=True)]
    column = pd.Series(found, dtype="object").to_numpy()[order]
    return None if all(value is None for value in column) else column


def star(G: Graph | FollowGraph, owner: Any = None) -> tuple[Graph, Any]:
    """Return a DiGraph that holds all ties of one account, and which account that is.

    Raises
    ------
    NotObservedError
        As `the_owner` does.
    """
    if isinstance(G, FollowGraph):
        owner = the_owner(G, owner)
        return G.ego(owner).to_networkx(), owner
    require_directed(G)
    return G, the_owner(G, owner)


# ------------------------------------------------------------------ from networkx


def _structure(G: Graph) -> tuple[FollowGraph, Positions]:
    """Return accounts and ties of a graph, and the place of each tie among its edges.

    Remembered in NetworkX's own cache, which adding or removing a node or an edge clears. A view
    has a cache too, but changes of the graph behind it do not clear it.
    """
    cache = None if hasattr(G, "_graph") else getattr(G, "__networkx_cache__", None)
    if cache is not None and "follownet" in cache:
        remembered: tuple[FollowGraph, Positions] = cache["follownet"]
        return remembered
    adjacency: dict[Any, Any] = G._adj  # type: ignore[attr-defined]  # the views are ten times slower
    nodes = list(adjacency)
    labels = _in_order(nodes)
    place = dict(zip(labels, range(len(labels)), strict=True))
    rows = np.fromiter(map(place.__getitem__, nodes), dtype=np.intp, count=len(nodes))
    counts = np.fromiter(map(len, adjacency.values()), dtype=np.intp, count=len(nodes))
    sources = np.repeat(rows, counts)
    followed = map(place.__getitem__, chain.from_iterable(adjacency.values()))
    targets = np.fromiter(followed, dtype=np.intp, count=len(sources))
    loops = np.zeros(len(nodes), dtype=bool)
    loops[sources[sources == targets]] = True
    order = np.argsort(sources * len(nodes) + targets)
    order = order[(sources != targets)[order]]
    found = FollowGraph(_index(labels), sources[order], targets[order], loops)
    if cache is not None:
        cache["follownet"] = found, order
    return found, order


def _aligned(marks: pd.DataFrame, labels: pd.Index[Any]) -> pd.DataFrame:
    """Return marks for all labels; whole numbers stay exact where accounts are missing."""
    if twice := int(marks.index.duplicated().sum()):
        raise SchemaError(f"marks: {twice} accounts are in it twice; give a row each")
    if len(marks) < len(labels):
        whole = marks.columns[marks.dtypes == "int64"]
        marks = marks.astype(dict.fromkeys(whole, "Int64"))
    return marks.reindex(labels)


def _in_order(labels: list[Any]) -> list[Any]:
    """Return labels sorted; of several kinds, by the name of the kind first."""
    try:
        return sorted(labels)
    except TypeError:
        return sorted(labels, key=lambda label: (type(label).__name__, str(label)))


def _index(labels: list[Any]) -> pd.Index[Any]:
    """Return labels as an index of texts, of integers, or of whatever they are."""
    kinds = {type(label) for label in labels}
    found: pd.Index[Any] = pd.Index(_objects(labels), tupleize_cols=False)
    if kinds <= {str}:
        return found.astype("str")
    exact = kinds == {int} and labels[0] >= -(2**63) and labels[-1] < 2**63
    return found.astype("int64") if exact else found


def _objects(labels: list[Any]) -> Any:
    """Return labels in an array of one dimension, even if they are tuples."""
    return np.fromiter(labels, dtype=object, count=len(labels))


def _marks(G: Graph, accounts: pd.Index[Any], names: Iterable[str]) -> pd.DataFrame | None:
    """Return attributes of accounts as a table, None where no account has one."""
    nodes = [G.nodes[account] for account in accounts.tolist()]
    columns = {name: [marks.get(name) for marks in nodes] for name in names}
    known = {name: column for name, column in columns.items() if any(v is not None for v in column)}
    return pd.DataFrame(known, index=accounts, dtype="object") if known else None
