"""From tables to graphs, and what such a graph observed.

The currency is `networkx.DiGraph`; ``source -> target`` means *source follows target*.
`FollowGraph` is the same in sorted arrays, for networks of millions of ties; every measure
takes either. A personal export shows its owner's ties only: a star. Between two others nothing
is known, and *unknown is not null*. What was observed is kept on the accounts:

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

from follownet.graph._compact import FollowGraph, compact, star, tie_values
from follownet.graph._export import (
    CONNECTIONS,
    PRECISIONS,
    from_export,
    from_interactions,
    iso,
    precision,
)
from follownet.graph._observed import (
    Graph,
    is_whole,
    owners,
    require_directed,
    the_owner,
)
from follownet.graph._seen import flags, observed_pairs, observed_ties, whole

__all__ = [
    "CONNECTIONS",
    "PRECISIONS",
    "FollowGraph",
    "Graph",
    "compact",
    "flags",
    "from_export",
    "from_interactions",
    "is_whole",
    "iso",
    "observed_pairs",
    "observed_ties",
    "owners",
    "precision",
    "require_directed",
    "star",
    "the_owner",
    "tie_values",
    "whole",
]
