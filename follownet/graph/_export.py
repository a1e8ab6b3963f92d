"""Tables to directed graphs, with what they observed marked on the accounts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import networkx as nx
import numpy as np
import pandas as pd

from follownet.errors import SchemaError
from follownet.graph._observed import Graph, is_whole
from follownet.tables import EXPORT_DATE, OBSERVED

if TYPE_CHECKING:
    from follownet.tables import Export

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
        if row["status"] == "missing" and not pd.isna(row["note"]):
            # Platforms differ in what would make it known.
            marks[f"{row['list']}_note"] = row["note"]
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
    ``G.graph["without_target"]``. Tables without owners and coverage are taken for a whole
    network, as in `from_export`. Of an export's owners it is known what they did, seldom what
    others did to them, and not whether two others do anything: such a graph is known through
    owners, with no pair observed both ways; `follownet.engagement.reciprocity` judges what
    comes back kind by kind.

    Parameters
    ----------
    export
        Its accounts in follows, its owners and everyone in these interactions are nodes.
    kinds
        Kinds of interaction, such as ``["like", "comment"]``; all by default.

    Examples
    --------
    >>> import pandas as pd
    >>> from follownet import Export
    >>> rows = [("ann", "bob", "reply"), ("ann", "bob", "reply"), ("bob", "ann", "like")]
    >>> events = pd.DataFrame(rows, columns=["source", "target", "kind"])
    >>> list(from_interactions(Export(interactions=events), ["reply"]).edges(data="weight"))
    [('ann', 'bob', 2)]
    """
    events = export.interactions
    if kinds is not None:
        events = events[events["kind"].isin(require_kinds(kinds, events["kind"].unique()))]
    named = events.dropna(subset=["target"])
    follows = from_export(export)
    graph: Graph = nx.DiGraph(
        observed=follows.graph["observed"], without_target=len(events) - len(named)
    )
    graph.add_nodes_from(follows.nodes)
    counts = named.groupby(["source", "target"], sort=True).size().reset_index(name="weight")
    graph.add_weighted_edges_from(counts.itertuples(index=False, name=None))
    return graph


def require_kinds(kinds: Iterable[str], known: Iterable[str]) -> list[str]:
    """Return kinds of interaction as a list; raise `SchemaError` for any that is not known."""
    if isinstance(kinds, str):
        raise SchemaError('kinds: is one text; give a list, such as ["like", "comment"]')
    wanted = list(kinds)
    if unknown := set(wanted) - set(known):
        raise SchemaError(
            f"kinds: {len(unknown)} of {len(wanted)} are not in this export, which has "
            + ", ".join(sorted(known))
        )
    return wanted
