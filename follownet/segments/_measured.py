"""What could make a follow be returned, as far as an export or a network tells of each follow."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import pandas as pd

from follownet.engagement._acts import UNDATED, acts
from follownet.graph import FollowGraph, Graph, flags, whole
from follownet.history._exports import Star, star
from follownet.reciprocity import alters
from follownet.reciprocity._bursts import burst_sizes
from follownet.reciprocity._intervals import divided
from follownet.segments._features import stamps, unheld
from follownet.segments._signs import shared, weights_between, with_values
from follownet.tables import Export

#: So many days before a follow count for what was done before it.
BEFORE: Final = 90
#: Columns of the accounts that say nothing of what an account is like.
_NAMES: Final = ("handle", "name", "platform")
#: A text with more different values than this is no factor.
_MOST: Final = 8
_DAY: Final = 86_400 * 10**6  # microseconds
FIRST: Final = "first follow by"
_UNDATED: Final = "these follows have no dates"


@dataclass(frozen=True)
class Measured:
    """Follows, and what is known of each.

    Attributes
    ----------
    values
        A row for each follow, indexed by the followed; a column for each factor.
    sources
        Who made each of these follows.
    returned
        Which of them are returned.
    groups
        Follows of one number share their fate.
    unmeasured
        Factors that are not known of any follow, and why.
    """

    values: pd.DataFrame
    sources: pd.Index[Any]
    returned: Any
    groups: Any
    unmeasured: dict[str, str] = field(default_factory=dict)


def of_export(export: Export, owner: str) -> Measured:
    """Return the owner's follows that came first, or all where no return tells who was first."""
    ties = living(export, owner)
    seen = star(export, owner)
    why = {"common neighbours": "of one person's ties nothing is known between the others"}
    mutual, first = ties["state"].eq("mutual"), ties["first"]
    mine = ties["state"].ne("follower")
    # Where of the unreturned alone it is known who was first, those would be all that is left.
    if (first[mutual] if mutual.any() else first).isna().all():
        why[FIRST] = "of no tie that is mutual is it known who was first"
    else:
        mine &= first.eq("owner").fillna(False)
    ties = ties[mine.to_numpy(bool)]
    out = stamps(ties["following_since"])
    dated, now = out != UNDATED, ties.attrs["exported_at"]
    values = pd.DataFrame(index=ties.index)
    if not dated.any():
        names = ("days since the follow", "follows in one go", "engaged before", "own posts before")
        why |= dict.fromkeys(names, _UNDATED)
    else:
        if pd.isna(now):
            why["days since the follow"] = "nothing dates the export"
        else:
            age = (stamps(pd.Series([now])) - out) // _DAY
            values["days since the follow"] = np.where(dated, age, np.nan)
        made = seen.ties["following"]
        size = pd.Series(burst_sizes(stamps(made).view("datetime64[us]")), made.index)
        values["follows in one go"] = size.reindex(ties.index).where(dated)
        _engaged_before(values, seen, out, why)
        _posts_before(values, seen, out, why)
    about = export.accounts.reindex(ties.index).drop(columns=[*_NAMES], errors="ignore")
    for name, column in _telling(about):
        values[name] = column
    owners = pd.Index([owner] * len(ties))
    returned = ties["state"].eq("mutual").to_numpy()
    return Measured(values, owners, returned, weeks(ties), why)


def living(export: Export, owner: str) -> pd.DataFrame:
    """Return the owner's ties with accounts that are not deleted."""
    ties = alters(export.graph(), owner=owner)
    deleted = export.accounts["type"].reindex(ties.index).eq("deleted").fillna(False)
    return ties[~deleted.to_numpy(bool)]


def weeks(ties: pd.DataFrame) -> Any:
    """Return a number for the week in which each tie began, one of its own for an undated one."""
    began = stamps(ties[["following_since", "follower_since"]].min(axis=1))
    # 1970-01-01 was a Thursday: weeks begin on Monday.
    week = np.where(began == UNDATED, -np.arange(len(ties)) - 10**6, (began // _DAY + 3) // 7)
    return np.unique(week, return_inverse=True)[1]


def _engaged_before(values: pd.DataFrame, seen: Star, out: Any, why: dict[str, str]) -> None:
    """Add how many events by the owner towards each account were in the days before its follow."""
    found = acts(seen.export, weights=None)
    if unheld(found, seen)["given"]:
        why["engaged before"] = "what the owner did names no account, or conversations alone do"
        return
    place, size = found.export.owners.index(seen.owner), len(found.export.accounts)
    pairs = found.places(place, values.index)
    start = np.full(size, UNDATED)
    start[pairs - place * size] = out
    pair, at = found.pair[: found.split], found.at[: found.split]
    then = start[pair % size]
    # An undated follow is the least number: nothing is before it.
    before = (pair // size == place) & (at < then) & (at >= then - BEFORE * _DAY)
    before &= then != UNDATED
    count = np.bincount(pair[before] % size, minlength=size)[pairs - place * size]
    values["engaged before"] = np.where(_held(out, at), count, np.nan)


def _posts_before(values: pd.DataFrame, seen: Star, out: Any, why: dict[str, str]) -> None:
    """Add how much the owner posted in the days before each follow."""
    posts = seen.export.posts
    at = np.sort(stamps(posts.loc[posts["account"] == seen.owner, "at"].dropna()))
    if not len(at):
        why["own posts before"] = "the export holds no dated posts of its owner"
        return
    count = np.searchsorted(at, out) - np.searchsorted(at, out - BEFORE * _DAY)
    values["own posts before"] = np.where(_held(out, at), count, np.nan)


def _held(out: Any, at: Any) -> Any:
    """Return before which follows an export could hold events: those well after its first one."""
    first = at[at != UNDATED].min(initial=np.iinfo("int64").max)
    return (out != UNDATED) & (out - BEFORE * _DAY >= first)


def _telling(about: pd.DataFrame) -> Iterator[tuple[str, pd.Series[Any]]]:
    """Yield the columns that tell accounts apart, and not each from each."""
    # Attributes of nodes are objects, numbers too.
    for name, column in about.convert_dtypes().items():
        known = column.dropna()
        kinds = known.nunique()
        number = pd.api.types.is_numeric_dtype(column)
        if kinds > 1 and (number or kinds <= min(_MOST, len(known) // 2)):
            yield str(name), column


def of_network(G: Graph | FollowGraph, layer: Graph | FollowGraph | None) -> Measured:
    """Return all follows of a whole network; the return itself is in none of their values."""
    F = whole(with_values(G), "return rates by factor")
    alive = ~flags(F, "deleted")
    kept = np.flatnonzero(alive[F.sources] & alive[F.targets])
    one, other, back = F.sources[kept], F.targets[kept], F.returned[kept]
    returns = np.bincount(F.sources[F.returned], minlength=len(F))
    ends = np.concatenate([F.sources, F.targets]), np.concatenate([F.targets, F.sources])
    values = {
        "followers": F.followers[other],
        "following": F.following[other] - back,
        "followers per following": (F.followers[other] + 1) / (F.following[other] - back + 1),
        "status": (F.followers[other] + 1) / (F.followers[one] - back + 1),
        "habit": divided(returns[other] - back, F.followers[other] - 1.0),
        "common neighbours": shared(ends, len(F), one, other),
    }
    why = {}
    if layer is None:
        why["engaged"] = "no layer of engagement is given"
    else:
        values["engaged"] = weights_between(layer, F, one, other)
    if F.since is None or np.isnat(F.since).all():
        why["days since the follow"] = _UNDATED
    else:
        since = np.asarray(F.since, dtype="datetime64[us]")[kept]
        last = np.nanmax(np.asarray(F.since, dtype="datetime64[us]"))
        values["days since the follow"] = np.floor((last - since) / np.timedelta64(1, "D"))
    table = pd.DataFrame(values, index=F.accounts[other])
    about = pd.DataFrame(index=F.accounts) if F.marks is None else F.marks
    for name, column in _telling(about):
        if name not in table:
            table[name] = column.array[other]
    return Measured(table, F.accounts[one], back, other, why)
