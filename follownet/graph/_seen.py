"""Which ties and pairs of a graph in compact form were observed, and which part is whole."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from follownet.errors import NotObservedError
from follownet.graph._compact import Flags, FollowGraph, compact
from follownet.graph._observed import Graph

LISTS = ("following", "followers")


def observed_ties(F: FollowGraph) -> Flags:
    """Return for each tie whether its pair was observed, both ways."""
    if F.observed == "whole":
        return np.ones(F.follows, dtype=bool)
    following, followers = (flags(F, f"{name}_observed") for name in LISTS)
    there = following[F.sources] | followers[F.targets]
    back = following[F.targets] | followers[F.sources]
    seen: Flags = there & back
    return seen


def observed_pairs(G: Graph | FollowGraph) -> tuple[int, int]:
    """Return how many pairs of accounts were observed, both ways, and how many were not."""
    F = compact(G)
    pairs = len(F) * (len(F) - 1) // 2
    if F.observed == "whole":
        return pairs, 0
    following, followers = (flags(F, f"{name}_observed") for name in LISTS)
    both = int((following & followers).sum())
    # One account with both lists shows all its pairs; two with one list of the same kind, theirs.
    alike = int((following & ~followers).sum()), int((followers & ~following).sum())
    seen = both * (len(F) - both) + sum(n * (n - 1) // 2 for n in (both, *alike))
    return seen, pairs - seen


def whole(G: Graph | FollowGraph, what: str) -> FollowGraph:
    """Return the part of a graph in which every tie was observed, in compact form.

    Of a graph known through several owners this is the block of those whose lists are in hand.

    Raises
    ------
    NotObservedError
        Where that is less than two accounts: `what` (say, "a triad census") is undefined.
    """
    F = compact(G)
    if F.observed == "whole":
        return F
    # All following lists of a block show every tie in it, and so do all its followers lists; of
    # engagement, what each of its accounts did.
    blocks = [flags(F, "owner") & flags(F, f"{name}_observed") for name in (*LISTS, "acts")]
    block = max(blocks, key=lambda one: int(one.sum()))
    known = int(block.sum())
    if known < 2:
        raise NotObservedError(
            f"{what} cannot be known from this graph: it shows the ties of {known} "
            f"account{'s' * (known != 1)}, and none between the others. A whole network, or "
            "the exports of several people merged, would make it known"
        )
    return replace(F.induced(F.accounts[block]), observed="whole")


def flags(F: FollowGraph, name: str) -> Flags:
    """Return for each account whether a mark is set; ``deleted`` is a type of account."""
    column, value = ("type", "deleted") if name == "deleted" else (name, True)
    if F.marks is None or column not in F.marks:
        return np.zeros(len(F), dtype=bool)
    return np.array([mark is not pd.NA and mark == value for mark in F.marks[column].tolist()])
