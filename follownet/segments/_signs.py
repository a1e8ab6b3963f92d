"""What can be seen of a mutual tie, as signs that are there, are not, or cannot be known."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd
from scipy import sparse

from follownet.engagement._acts import as_span
from follownet.errors import SchemaError
from follownet.graph import FollowGraph, Graph, whole
from follownet.reciprocity._bursts import burst_sizes
from follownet.reciprocity._intervals import divided
from follownet.segments._features import features, reached
from follownet.tables import Export

SIGNS: Final = ("engaged", "embedded", "returning", "quick", "campaign")
#: From so many followers, other than the one asked about, a habit of returning can be seen.
_LEAST: Final = 5
#: Whoever returns so many follows returns them as a habit: Weng, Lim, Jiang & He 2010.
_HABIT: Final = 0.8
_DAY: Final = pd.Timedelta("1D")


def of_export(
    export: Export, owner: str | None, *, close: int, quick: str, burst: int, window: str
) -> pd.DataFrame:
    """Return the signs of the owner's mutual ties, by account; two signs need a whole network."""
    table = features(export, owner=owner, window=window)
    mutual = table["state"].eq("mutual")
    gone = int((mutual & table["deleted"]).sum())
    table = table[mutual & ~table["deleted"]]
    enough, few = reached(table, close)
    engaged = pd.Series(~few.any(axis=1), table.index).astype("boolean")
    signs = pd.DataFrame(
        {
            "engaged": engaged.mask(~(enough | few).any(axis=1)),
            "quick": _known(table["latency"] <= as_span("quick", quick) / _DAY, table["latency"]),
            # Whoever follows ten back in one go has begun nothing.
            "campaign": table["burst"].ge(burst) & table["first"].ne("alter"),
        }
    )
    found = signs.reindex(columns=list(SIGNS)).astype("boolean")
    left_out = (f"{gone:,} ties with deleted accounts are left out",) if gone else ()
    found.attrs = {"notes": left_out + table.attrs["notes"]}
    return found


def of_network(
    G: Graph | FollowGraph,
    layer: Graph | FollowGraph | None,
    *,
    close: int,
    quick: str,
    burst: int,
) -> pd.DataFrame:
    """Return the signs of the mutual ties of a whole network, by their two accounts in order."""
    span = as_span("quick", quick)
    F = whole(with_values(G), "what kinds of ties there are")
    tie = np.flatnonzero(F.returned & (F.sources < F.targets))
    one, other = F.sources[tie], F.targets[tie]
    names = ["one", "other"]
    index = pd.MultiIndex.from_arrays([F.accounts[one], F.accounts[other]], names=names)
    signs = pd.DataFrame(index=index, columns=list(SIGNS)).astype("boolean")
    signs["embedded"] = _embedded(F, one, other)
    signs["returning"] = _returning(F, one) & _returning(F, other)
    if layer is not None:
        ways = [weights_between(layer, F, *ends) for ends in ((one, other), (other, one))]
        signs["engaged"] = np.minimum(*ways) >= close
    if F.since is not None:
        for name, sign in _timed(F, tie, span, burst).items():
            signs[name] = sign.array
    return signs


def with_values(G: Graph | FollowGraph) -> FollowGraph:
    """Return the compact form with times and weights."""
    return G if isinstance(G, FollowGraph) else FollowGraph.from_networkx(G)


def _embedded(F: FollowGraph, one: Any, other: Any) -> Any:
    """Return whether a tie's ends share more mutual ties than their numbers of them give.

    That is by two standard deviations, taken for Poisson's. Where k are the numbers of mutual ties
    and all else is chance, u and v share (k_u - 1) (k_v - 1) sum(k (k - 1)) / sum(k)^2.
    """
    ends = F.sources[F.returned], F.targets[F.returned]
    ties = np.bincount(ends[0], minlength=len(F)).astype("float64")
    total = max(ties.sum(), 1)
    expected = (ties[one] - 1) * (ties[other] - 1) * (ties @ (ties - 1)) / total**2
    return shared(ends, len(F), one, other) > expected + 2 * np.sqrt(expected)


def shared(ends: tuple[Any, Any], size: int, one: Any, other: Any) -> Any:
    """Return to how many accounts both of two are tied, by ties from `ends[0]` to `ends[1]`."""
    A = sparse.csr_array((np.ones(len(ends[0]), "float32"), ends), (size, size))
    A.data[:] = 1  # ties given twice were added
    # In pieces: the rows of both ends of all ties at once may be far larger than the graph.
    parts = [
        A[one[part]].multiply(A[other[part]]).sum(axis=1)
        for part in np.array_split(np.arange(len(one)), len(one) // 50_000 + 1)
    ]
    return np.concatenate(parts).ravel()


def _returning(F: FollowGraph, ends: Any) -> Any:
    """Return whether accounts return nearly all follows, this tie's apart; missing of few."""
    mutual = np.bincount(F.sources[F.returned], minlength=len(F))[ends] - 1
    followers = F.followers[ends] - 1
    rate = pd.Series(divided(mutual, followers))
    return rate.ge(_HABIT).astype("boolean").mask(followers < _LEAST).array


def weights_between(layer: Graph | FollowGraph, F: FollowGraph, one: Any, other: Any) -> Any:
    """Return the weight of a layer's tie from one account of F to the other, 0 where none is."""
    W = with_values(layer)
    if W.weight is None and W.follows:
        raise SchemaError("layer: its ties have no weight")
    weight = np.zeros(0) if W.weight is None else np.nan_to_num(W.weight)
    place = W.accounts.get_indexer(F.accounts)
    if W.follows and len(F) and (place < 0).all():
        raise SchemaError("layer: holds no account of the network; both need the same labels")
    keys = W.sources.astype("int64") * len(W) + W.targets
    wanted = place[one].astype("int64") * len(W) + place[other]
    at = np.searchsorted(keys, wanted)
    there = (place[one] >= 0) & (place[other] >= 0)
    # One more at the end, for what would come after the last.
    there &= np.append(keys, -1)[at] == wanted
    return np.where(there, np.append(weight, 0)[at], 0)


def _timed(F: FollowGraph, tie: Any, quick: pd.Timedelta, burst: int) -> pd.DataFrame:
    """Return whether ties were returned at once, and were begun in a campaign."""
    since = np.asarray(F.since, dtype="datetime64[us]")
    back = F.reverse[tie]
    known = ~(np.isnat(since[tie]) | np.isnat(since[back]))
    at_once = np.abs(since[tie] - since[back]) <= quick.to_timedelta64()
    # Of two follows of one time either may be the first.
    many = burst_sizes(since, by=F.sources) >= burst
    begun = (many[tie] & (since[tie] <= since[back])) | (many[back] & (since[back] <= since[tie]))
    columns = {"quick": at_once, "campaign": begun}
    table = pd.DataFrame(columns).astype("boolean")
    table[~known] = pd.NA
    return table


def _known(sign: pd.Series[bool], values: pd.Series[Any]) -> pd.Series[Any]:
    return sign.astype("boolean").mask(values.isna())
