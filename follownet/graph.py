"""From tables to graphs, and what such a graph observed.

The currency is `networkx.DiGraph`; ``source -> target`` means *source follows target*.
A personal export shows its owner's ties only: a star. Between two others nothing is known,
and *unknown is not null*. What was observed is kept on the accounts:

==========================  =========================================================
``G.graph["observed"]``     ``"owners"`` or ``"whole"``; a graph without it is whole
``following_observed``      on every account: whether the list of whom it follows is in hand
``followers_observed``      on every account: whether the list of its followers is in hand
``owner``                   True on accounts whose export it is; they also have ``platform``,
                            ``exported_at`` (ISO 8601), ``precision`` (seconds) and the status
                            of both lists
``type``                    where known, such as ``"deleted"``
==========================  =========================================================

An arc ``u -> v`` is observed when u's following list or v's followers list is in hand; a
dyad, when both its arcs are. Ties carry ``since`` (ISO 8601, UTC) where it is known.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, TypeAlias

import networkx as nx
import numpy as np
import pandas as pd

from follownet.errors import NotObservedError, SchemaError
from follownet.tables import EXPORT_DATE, OBSERVED

if TYPE_CHECKING:
    from follownet.tables import Export

Graph: TypeAlias = "nx.DiGraph[Any]"

PRECISIONS = {"second": 1, "minute": 60, "day": 86_400}


def from_export(export: Export) -> Graph:
    """Return the follows of an export as a directed graph.

    Nodes are the accounts in ``follows`` and the owners; people known only from
    interactions are no nodes. Repeated ties collapse to the earliest and are counted in
    ``G.graph["repeated"]``; self-loops stay, and measures leave them out. Tables without
    owners and coverage are taken for a whole network.

    Examples
    --------
    >>> import pandas as pd
    >>> from follownet import Export
    >>> ties = pd.DataFrame({"source": ["ann", "bob"], "target": ["bob", "ann"]})
    >>> sorted(from_export(Export(follows=ties)).edges)
    [('ann', 'bob'), ('bob', 'ann')]
    """
    follows = export.follows.sort_values("since", kind="stable", na_position="last")
    ties = follows.drop_duplicates(["source", "target"]).sort_index()
    graph: Graph = nx.DiGraph(
        observed="owners" if export.owners or len(export.coverage) else "whole",
        repeated=len(follows) - len(ties),
    )
    if export.platform:
        graph.graph["platform"] = export.platform
    sources, targets = ties["source"].tolist(), ties["target"].tolist()
    graph.add_nodes_from(sorted({*export.owners, *sources, *targets}))
    dates = ({"since": since} if since else {} for since in iso(ties["since"]))
    graph.add_edges_from(zip(sources, targets, dates, strict=True))
    types = export.accounts["type"].dropna()
    for account, kind in types[types.index.isin(list(graph))].items():
        graph.nodes[account]["type"] = kind
    if not is_whole(graph):
        _mark_observed(graph, export)
    return graph


def _mark_observed(graph: Graph, export: Export) -> None:
    for marks in graph.nodes.values():
        marks |= {"following_observed": False, "followers_observed": False}
    for owner in export.owners:
        marks = graph.nodes[owner]
        marks |= {"owner": True, "precision": precision(export)}
        if export.platform:
            marks["platform"] = export.platform
        if export.exported_at is not None:
            marks["exported_at"] = iso(pd.Series([export.exported_at]))[0]
    for row in export.coverage.to_dict("records"):
        if row["owner"] not in graph:
            continue
        marks = graph.nodes[row["owner"]]
        marks[f"{row['list']}_observed"] = row["status"] in OBSERVED
        marks[f"{row['list']}_status"] = row["status"]
        if not pd.isna(row["exported_at"]):
            marks["exported_at"] = iso(pd.Series([row["exported_at"]]))[0]


def precision(export: Export) -> int:
    """Return in seconds how exact the times of follows are, as the report or they say."""
    if export.report is not None and len(times := export.report.times):
        exact = times.loc[times["source"] != EXPORT_DATE, "precision"]
        return max((PRECISIONS[word] for word in exact), default=1)
    since = export.follows["since"].dropna()
    for word in ("day", "minute"):
        if len(since) and (since == since.dt.floor(f"{PRECISIONS[word]}s")).all():
            return PRECISIONS[word]
    return 1


def iso(times: pd.Series[Any]) -> list[str]:
    """Return times as ISO 8601 in UTC, to the second where they are whole; "" if missing."""
    stamps = times.dt.tz_convert("UTC").dt.tz_localize(None).to_numpy("datetime64[us]")
    whole = not (stamps[~np.isnat(stamps)].astype("int64") % 1_000_000).any()
    texts = np.datetime_as_string(stamps, unit="s" if whole else "us", timezone="UTC")
    texts[np.isnat(stamps)] = ""
    return list(texts.tolist())


def from_interactions(export: Export, kinds: Iterable[str] | None = None) -> Graph:
    """Return the interactions of an export as a directed graph.

    ``source -> target`` means *source did something towards target*; ``weight`` is the
    number of events. Events that name no one are left out, their number is in
    ``G.graph["without_target"]``.

    Parameters
    ----------
    export
        Its accounts in follows, its owners and everyone in these interactions are nodes.
    kinds
        Kinds of interaction, such as ``["like", "comment"]``; all by default.
    """
    events = export.interactions
    if kinds is not None:
        wanted = list(kinds)
        if unknown := set(wanted) - set(events["kind"]):
            raise SchemaError(
                f"kinds: {len(unknown)} of {len(wanted)} are not in this export, which has "
                + ", ".join(sorted(set(events["kind"])))
            )
        events = events[events["kind"].isin(wanted)]
    named = events.dropna(subset=["target"])
    # Known through owners alone: that two others do nothing is not seen either.
    graph: Graph = nx.DiGraph(observed="owners", without_target=len(events) - len(named))
    graph.add_nodes_from(from_export(export).nodes)
    counts = named.groupby(["source", "target"], sort=True).size().reset_index(name="weight")
    graph.add_weighted_edges_from(counts.itertuples(index=False, name=None))
    return graph


def is_whole(G: Graph) -> bool:
    """Return whether every tie between its accounts was observed."""
    return bool(G.graph.get("observed", "whole") == "whole")


def owners(G: Graph) -> list[Any]:
    """Return the accounts whose lists are in hand: all of a whole network."""
    if is_whole(G):
        return list(G)
    return [account for account, owner in G.nodes(data="owner") if owner]


def the_owner(G: Graph, owner: Any = None) -> Any:
    """Return the one account meant: as given, or the only owner.

    Raises
    ------
    NotObservedError
        Where it is not in the graph, no owner or several could be meant, or one of its
        lists is not in hand; the message says what would be needed.
    """
    known = owners(G)
    if owner is None:
        if len(known) != 1:
            raise NotObservedError(
                f"this graph is known through {len(known)} accounts; owner= says which is meant"
            )
        owner = known[0]
    if owner not in G:
        raise NotObservedError("owner: is no account of this graph")
    if owner not in known:
        raise NotObservedError(
            f"owner: this account's lists are not in hand; there are {len(known)} whose are"
        )
    if not is_whole(G):
        _require_lists(G, owner)
    return owner


def _require_lists(G: Graph, owner: Any) -> None:
    marks = G.nodes[owner]
    for name in ("followers", "following"):
        if not marks.get(f"{name}_observed"):
            status = marks.get(f"{name}_status")
            if status is None:
                raise NotObservedError(
                    f"nothing says whether the {name} list of this account is whole: give the "
                    "Export a coverage table"
                )
            raise NotObservedError(
                f"follow-back cannot be known: the {name} list of this account is {status}. An "
                f"export of all time that holds its {name} list would make it known"
            )


def observed_pairs(G: Graph) -> tuple[int, int]:
    """Return how many pairs of accounts were observed, and how many were not."""
    pairs = len(G) * (len(G) - 1) // 2
    if is_whole(G):
        return pairs, 0
    classes = Counter(_lists(G, account) for account in G)
    seen = 0
    kinds = sorted(classes)
    for place, one in enumerate(kinds):
        for other in kinds[place:]:
            if _both_seen(one, other):
                same = one == other
                seen += classes[one] * (classes[other] - same) // (1 + same)
    return seen, pairs - seen


def is_observed(G: Graph, one: Any, other: Any) -> bool:
    """Return whether both follows between two accounts were observed."""
    return is_whole(G) or _both_seen(_lists(G, one), _lists(G, other))


def _lists(G: Graph, account: Any) -> tuple[bool, bool]:
    marks = G.nodes[account]
    return bool(marks.get("following_observed")), bool(marks.get("followers_observed"))


def _both_seen(one: tuple[bool, bool], other: tuple[bool, bool]) -> bool:
    return (one[0] or other[1]) and (other[0] or one[1])


def require_directed(G: Any) -> None:
    """Raise `SchemaError` for anything but a simple directed graph."""
    if isinstance(G, nx.DiGraph) and not G.is_multigraph():
        return
    advice = "give a networkx.DiGraph"
    if hasattr(G, "graph") and callable(G.graph):
        advice = "give its .graph()"
    elif isinstance(G, nx.MultiDiGraph):
        advice = "networkx.DiGraph(G) collapses repeated ties"
    elif isinstance(G, nx.Graph):
        advice = "its ties have no direction, so there is no follow to return"
    raise SchemaError(f"G: is of type {type(G).__name__}; {advice}")
