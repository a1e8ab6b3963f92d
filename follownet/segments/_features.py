"""What an export tells of each account tied to its owner, as the features of segments."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import numpy as np
import pandas as pd

from follownet.engagement._acts import UNDATED, Acts, acts, as_span, by_account, cells, doubts
from follownet.engagement._ghosts import held_kinds
from follownet.engagement._taxonomy import CONVERSATION
from follownet.history._exports import Star, star, the_owner
from follownet.reciprocity import alters
from follownet.reciprocity._bursts import burst_sizes
from follownet.tables import COUNT, Export

_DAY: Final = pd.Timedelta("1D")
_NOTES: Final = {
    name: f"of what {who} did the export names accounts in conversations at most, so that none "
    "is known to be silent"
    for name, who in (("given", "its owner"), ("got", "others"))
}


def features(export: Export, *, owner: str | None = None, window: str = "365D") -> pd.DataFrame:
    """Return of each account tied to the owner what segments are made of.

    Parameters
    ----------
    owner
        Whose ties; may be left out when there is one owner.
    window
        How far back from the export's date events count.

    Returns
    -------
    pandas.DataFrame
        Indexed by account, in order. ``state``: ``mutual``, ``following`` (the owner follows it),
        ``follower``. ``since``: when the first of both follows was made; ``age`` in days.
        ``first``: whose follow that was; ``latency``, days until it was returned; see
        `follownet.reciprocity.alters`. ``given``, ``got``: events by the owner towards it, and
        the reverse, within the window and since the tie began; **missing where the export cannot
        hold them**, and where there is none and conversations alone could tell. ``held``: for how
        many days events could count, if the export holds all that there were. ``recency``: days
        since the last of them. ``burst``: how many follows the owner made in one go with this one,
        each at most an hour after the one before; missing where the owner does not follow it, or
        undated. ``deleted``. ``attrs``:
        ``owner``, ``exported_at``, ``window``, ``notes``; ``at_least``: which of given and got
        conversations alone show, so that there may be more.

    Raises
    ------
    NotObservedError
        When one of the two lists is not in hand.
    SchemaError
        When an argument does not fit.

    Notes
    -----
    Undated events count as within the window, and of an undated tie all within it. Where times
    are days, all follows of a day are one burst.

    Examples
    --------
    >>> from follownet.simulation import kinds
    >>> table = features(kinds(accounts=60, seed=1).export)
    >>> table["state"].value_counts().to_dict()
    {'mutual': 25, 'follower': 22, 'following': 13}
    """
    return Tied(export, the_owner([export], owner)).features(window)


class Tied:
    """An owner's ties and what was done along them, from which features of any window are made."""

    def __init__(self, export: Export, owner: str) -> None:
        self._ties = alters(export.graph(), owner=owner).sort_index()
        self._found, self._seen = acts(export, weights=None), star(export, owner)

    def features(self, window: str) -> pd.DataFrame:
        """Return the features, of events within a window; see `features`."""
        span = as_span("window", window)
        ties, found, seen = self._ties, self._found, self._seen
        since = ties[["following_since", "follower_since"]].min(axis=1)
        age = (found.until - since) / _DAY
        done = _done(found, seen.owner, since, found.until - span)
        nameless = unheld(found, seen)
        size = burst_sizes(utc(seen.ties["following"].reindex(ties.index)))
        kinds = seen.export.accounts["type"].reindex(ties.index)
        table = pd.DataFrame(
            {
                "state": ties["state"],
                "since": since,
                "age": age.astype("float64"),
                "first": ties["first"],
                "latency": ties["latency"].dt.total_seconds() / 86_400,
                **{name: done[name].mask(done[name].eq(0) & nameless[name]) for name in nameless},
                "held": age.clip(lower=1).fillna(np.inf).clip(upper=span / _DAY),
                "recency": done["recency"],
                "burst": pd.Series(size, ties.index, dtype=COUNT).replace(0, pd.NA),
                "deleted": kinds.eq("deleted").fillna(False),
            }
        ).astype({"deleted": "bool"})
        notes = tuple(_NOTES[name] for name, no in nameless.items() if no)
        table.attrs = {
            "owner": seen.owner,
            "exported_at": ties.attrs["exported_at"],
            "window": window,
            "at_least": tuple(name for name, no in nameless.items() if no),
            "notes": notes + doubts(np.unique(found.pair), found),
        }
        return table


def unheld(found: Acts, seen: Star) -> dict[str, bool]:
    """Return of what is given and got whether at most conversations show it under handles."""
    talk = found.kinds.index[found.kinds["scope"] == CONVERSATION]
    return {
        name: bool(held_kinds(found, seen, question).isin(talk).all())
        for name, question in (("given", "given"), ("got", "received"))
    }


def reached(table: pd.DataFrame, least: int) -> tuple[Any, Any]:
    """Return of given and got, a column each, whether it is so much, and known not to be."""
    values = table[["given", "got"]].to_numpy("float64", na_value=np.nan)
    whole = [name not in table.attrs["at_least"] for name in ("given", "got")]
    return values >= least, (values < least) & whole


def _done(found: Acts, owner: str, began: pd.Series[Any], since: Any) -> pd.DataFrame:
    """Return what was given and got by account, of the events that count, and how old the last is.

    These are the undated ones, and those after `since` and after the tie began.
    """
    place, size = found.export.owners.index(owner), len(found.export.accounts)
    pairs = found.places(place, began.index)
    # A missing time is the least there is: everything comes after it.
    start = np.full(size, UNDATED)
    start[pairs - place * size] = stamps(began)
    after = found.at >= np.maximum(start[found.pair % size], stamps(pd.Series([since]))[0])
    kept = after | (found.at == UNDATED)
    counted = replace(
        found,
        pair=found.pair[kept],
        kind=found.kind[kept],
        at=found.at[kept],
        split=int(kept[: found.split].sum()),
    )
    wide = by_account(cells(counted, _DAY), counted, pairs).loc[pairs].set_index(began.index)
    wide["recency"] = (found.until - wide["last"]) / _DAY
    done: pd.DataFrame = wide[["given", "got", "recency"]].astype({"given": COUNT})
    return done.astype({"recency": "float64"})


def stamps(times: pd.Series[Any]) -> Any:
    """Return times as microseconds since 1970, the least number of a missing one."""
    return utc(pd.to_datetime(times, utc=True)).view("int64")


def utc(times: pd.Series[Any]) -> Any:
    """Return times as ``datetime64`` in UTC."""
    return times.dt.tz_localize(None).to_numpy("datetime64[us]")
