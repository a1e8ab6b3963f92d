"""What a graph observed: whose lists are in hand, and which pairs of accounts that shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import networkx as nx

from follownet.errors import NotObservedError, SchemaError

if TYPE_CHECKING:
    from follownet.graph._compact import FollowGraph

Graph: TypeAlias = "nx.DiGraph[Any]"


def is_whole(G: Graph | FollowGraph) -> bool:
    """Return whether every tie between its accounts was observed."""
    observed = G.graph.get("observed", "whole") if isinstance(G, nx.Graph) else G.observed
    return bool(observed == "whole")


def owners(G: Graph | FollowGraph) -> list[Any]:
    """Return the accounts whose lists are in hand: all of a whole network."""
    accounts = list(G) if isinstance(G, nx.Graph) else G.accounts.tolist()
    return accounts if is_whole(G) else [one for one in accounts if _marks(G, one).get("owner")]


def _marks(G: Graph | FollowGraph, account: Any) -> dict[Any, Any]:
    """Return the attributes of an account."""
    if isinstance(G, nx.Graph):
        marks: dict[Any, Any] = G.nodes[account]
        return marks
    return {} if G.marks is None else G.marks.loc[account].dropna().to_dict()


def the_owner(G: Graph | FollowGraph, owner: Any = None) -> Any:
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


def _require_lists(G: Graph | FollowGraph, owner: Any) -> None:
    marks = _marks(G, owner)
    for name in ("followers", "following"):
        if not marks.get(f"{name}_observed"):
            status = marks.get(f"{name}_status")
            if status is None:
                raise NotObservedError(
                    f"nothing says whether the {name} list of this account is whole: give the "
                    "Export a coverage table"
                )
            remedy = (
                "; download it again"
                if status == "unreadable"
                else f". An export of all time that holds its {name} list would make it known"
            )
            note = marks.get(f"{name}_note")
            raise NotObservedError(
                f"follow-back cannot be known: the {name} list of this account is {status}"
                + (f": {note}" if note else remedy)
            )


def require_directed(G: Any) -> None:
    """Raise `SchemaError` for anything but a simple directed graph."""
    if isinstance(G, nx.DiGraph) and not G.is_multigraph():
        return
    advice = "give a networkx.DiGraph or a FollowGraph"
    if hasattr(G, "graph") and callable(G.graph):
        advice = "give its .graph()"
    elif isinstance(G, nx.MultiDiGraph):
        advice = "networkx.DiGraph(G) collapses repeated ties"
    elif isinstance(G, nx.Graph):
        advice = "its ties have no direction, so there is no follow to return"
    raise SchemaError(f"G: is of type {type(G).__name__}; {advice}")
