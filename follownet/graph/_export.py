"""Tables to directed graphs, with what they observed marked on the accounts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import networkx as nx
import numpy as np
import pandas as pd

from follownet.errors import NotObservedError, SchemaError
from follownet.graph._observed import Graph, is_whole
from follownet.tables import EXPORT_DATE, LISTS, OBSERVED

if TYPE_CHECKING:
    from follownet.tables import Export

PRECISIONS = {"second": 1, "minute": 60, "day": 86_400}


#: Relations that are mutual by construction, of the platforms where they are the ties that count.
CONNECTIONS = {"linkedin": "connection", "facebook": "friend"}
_MUTUAL = (
    "these ties are connections, mutual by construction, so that follow-back is no question of them"
)


def from_export(export: Export, *, ties: str | None = None) -> Graph:
    """Return the follows of an export as a directed graph, or its connections.

    Nodes are the accounts in ``follows`` and the owners; people known only from
    interactions are no nodes. Repeated ties collapse to the earliest and are counted in
    ``G.graph["repeated"]``; self-loops stay, and measures leave them out. Tables without
    owners and coverage are taken for a whole network.

    Parameters
    ----------
    ties
        ``"follows"``, or ``"connections"``: LinkedIn's connections or Facebook's friends, each a
        pair of arcs, with the time of the connection in ``since``. By default follows; of a
        platform whose ties are connections it has to be said.

    Raises
    ------
    NotObservedError
        The platform's ties are connections, and `ties` does not say what is meant; or the
        platform has no connections.
    SchemaError
        `ties` is none of these.

    Examples
    --------
    >>> import pandas as pd
    >>> from follownet import Export
    >>> ties = pd.DataFrame({"source": ["ann", "bob"], "target": ["bob", "ann"]})
    >>> sorted(from_export(Export(follows=ties)).edges)
    [('ann', 'bob'), ('bob', 'ann')]
    """
    rows = _ties(export, ties).sort_values("since", kind="stable", na_position="last")
    first = rows.drop_duplicates(["source", "target"]).sort_index()
    graph: Graph = nx.DiGraph(
        observed="owners" if export.owners or len(export.coverage) else "whole",
        repeated=len(rows) - len(first),
    )
    if export.platform:
        graph.graph["platform"] = export.platform
    sources, targets = first["source"].tolist(), first["target"].tolist()
    graph.add_nodes_from(sorted({*export.owners, *sources, *targets}))
    dates = ({"since": since} if since else {} for since in iso(first["since"]))
    graph.add_edges_from(zip(sources, targets, dates, strict=True))
    types = export.accounts["type"].dropna()
    for account, kind in types[types.index.isin(list(graph))].items():
        graph.nodes[account]["type"] = kind
    if ties == "connections":
        graph.graph |= {"ties": ties, "observed": "owners"}
    if not is_whole(graph):
        _mark_observed(graph, export)
    if ties == "connections":
        _unmark_lists(graph, export.owners)
    return graph


def _ties(export: Export, ties: str | None) -> pd.DataFrame:
    """Return the rows of a graph: ``source``, ``target``, ``since``."""
    relation = CONNECTIONS.get(export.platform)
    if ties not in (None, "follows", "connections"):
        raise SchemaError("ties: accepts 'follows' or 'connections'")
    if ties == "connections" and relation is None:
        raise NotObservedError(
            f"ties: only {' and '.join(CONNECTIONS)} have connections; leave it out for follows"
        )
    if ties is None and relation is not None:
        raise NotObservedError(
            f"the ties of {export.platform} are {relation}s, mutual by construction, and no "
            'follows: export.graph(ties="connections") is the graph of them; '
            'export.graph(ties="follows") that of who is followed without'
        )
    if ties != "connections":
        return export.follows
    table = export.relations
    rows = table.loc[table["relation"] == relation, ["source", "target", "at"]]
    rows = rows.rename(columns={"at": "since"})
    back = rows.rename(columns={"source": "target", "target": "source"})
    return pd.concat([rows, back], ignore_index=True)


def _unmark_lists(graph: Graph, owners: Iterable[str]) -> None:
    """Mark follow lists as missing: connections say nothing of who follows whom."""
    for owner in owners:
        for name in LISTS:
            marks = {"observed": False, "status": "missing", "note": _MUTUAL}
            graph.nodes[owner].update({f"{name}_{mark}": value for mark, value in marks.items()})


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
    owners (nodes with ``owner`` and ``acts_observed``), and among several of them every tie is
    known; `follownet.engagement.reciprocity` judges what comes back kind by kind.

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
    follows = from_export(export, ties="follows")
    graph: Graph = nx.DiGraph(
        observed=follows.graph["observed"], without_target=len(events) - len(named)
    )
    graph.add_nodes_from(follows.nodes)
    graph.add_nodes_from(export.owners, owner=True, acts_observed=True)
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
