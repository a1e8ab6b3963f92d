"""Activity by weekday and hour, as local clocks show them, per hour that there was."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import numpy as np
import pandas as pd

from follownet.engagement._acts import UNDATED, micros, moment
from follownet.engagement._posts import DAYS, require_zone
from follownet.engagement._taxonomy import described
from follownet.errors import NotObservedError, SchemaError
from follownet.graph._export import require_kinds
from follownet.reciprocity._intervals import divided
from follownet.tables import Export

OF: Final = ("owner", "others", "posts")
#: Clocks differ from UTC by multiples of a quarter of an hour, everywhere since 1972.
_QUARTER: Final = 15 * 60 * 1_000_000
_CELLS: Final = pd.MultiIndex.from_product([DAYS, range(24)], names=["weekday", "hour"])
_SUBJECTS: Final = {
    "owner": "its owner was active",
    "others": "others were active",
    "posts": "posts were made",
}
_REMEDIES: Final = {
    "owner": "An export of all time with likes, comments or messages would make it known",
    "others": "Most exports hold what their owner did; conversations hold both sides",
    "posts": "An export with posts, or an analytics file (follownet.read_posts), would",
}


def rhythm(
    export: Export,
    *,
    of: str = "owner",
    kinds: Iterable[str] | None = None,
    zone: str = "UTC",
    at: pd.Timestamp | None = None,
) -> pd.DataFrame:
    """Return how often something was done, by weekday and hour.

    Parameters
    ----------
    of
        ``"owner"``: what the export's owners did, whomever it names. ``"others"``: what anybody
        else did, which is when an audience is active, as far as the export holds that.
        ``"posts"``: when posts were made.
    kinds
        Kinds of interaction, such as ``["like", "comment"]``; by default all but passive ones
        (views, lines that the platform wrote).
    zone
        Whose clocks tell weekdays and hours; summer time is followed.
    at
        Up to when events count; by default when the export was made, or its newest event where
        that is later or nothing dates the export.

    Returns
    -------
    pandas.DataFrame
        168 rows, indexed by ``weekday`` (``Monday`` ...) and ``hour`` (0 to 23). ``events``;
        ``hours``: how long the clock showed that hour between the quarter of an hour of the first
        event and that of `at`; ``rate``: events per such hour, nan where there was none.
        ``attrs``: ``of``, ``zone``, ``since``, ``until``, ``left_out`` (events by reason:
        ``undated``, ``later than at``, ``of other kinds``).

    Raises
    ------
    NotObservedError
        When the export holds no dated event of that kind, as of what others did it often does.
    SchemaError
        When an argument does not fit.

    Notes
    -----
    A description of what is there, and no advice: of 168 cells some are always full. Which hours
    go with more engagement, told from noise, is a question for `best_times`. Where clocks go
    back, the hour that comes twice is two hours long; where they go forward, the one that is
    left out has none. Kinds that an export holds since different dates are not weighted.

    Examples
    --------
    >>> times = pd.to_datetime(["2026-03-28T01:30Z", "2026-03-29T01:30Z"])
    >>> likes = pd.DataFrame({"source": "me", "kind": "like", "at": times})
    >>> table = rhythm(Export(interactions=likes, owners=("me",)), zone="Europe/Berlin")
    >>> table.loc[table["events"] > 0, "events"].to_dict()
    {('Saturday', 2): 1, ('Sunday', 3): 1}
    >>> table.loc["Sunday", "hours"].head(4).tolist()
    [1.0, 1.0, 0.0, 0.75]
    """
    require_zone(zone)
    stamps, left_out = _stamps(export, of, kinds)
    dated = stamps != UNDATED
    until = _until(export, at, stamps[dated])
    inside = dated & (stamps <= (UNDATED if pd.isna(until) else micros(until)))
    left_out |= {
        "undated": int((~dated).sum()),
        "later than at": int((dated & ~inside).sum()),
    }
    if not inside.all():
        stamps = stamps[inside]
    if not len(stamps):
        raise NotObservedError(
            f"when {_SUBJECTS[of]} cannot be known: the export holds no dated event of it. "
            + _REMEDIES[of]
        )
    quarters = stamps // _QUARTER
    first = int(quarters.min())
    last = micros(until) // _QUARTER
    cell = _local_cells(first, last, zone)
    counts = np.bincount(quarters - first, minlength=last - first + 1)
    events = np.bincount(cell, counts, len(_CELLS)).astype("int64")
    hours = np.bincount(cell, minlength=len(_CELLS)) / 4
    columns = {"events": events, "hours": hours, "rate": divided(events, hours)}
    table = pd.DataFrame(columns, index=_CELLS)
    table.attrs = {
        "of": of,
        "zone": zone,
        "since": pd.Timestamp(int(stamps.min()), unit="us", tz="UTC"),
        "until": until,
        "left_out": {reason: count for reason, count in left_out.items() if count},
    }
    return table


def _stamps(export: Export, of: str, kinds: Iterable[str] | None) -> tuple[Any, dict[str, int]]:
    """Return microseconds since 1970 of what is asked for, and how much is of other kinds."""
    if of not in OF:
        raise SchemaError(f"of: accepts {', '.join(map(repr, OF))}")
    if of == "posts":
        if kinds is not None:
            raise SchemaError("kinds: are of interactions, not of posts")
        return _micros(export.posts["at"]), {}
    events = export.interactions
    codes, names = pd.factorize(events["source"])
    by_owner = np.isin(names, export.owners)[codes]
    mine = by_owner if of == "owner" else ~by_owner
    kind, found = pd.factorize(events["kind"])
    wanted = found.isin(_wanted(found, kinds))[kind]
    return _micros(events["at"])[mine & wanted], {"of other kinds": int((mine & ~wanted).sum())}


def _until(export: Export, at: pd.Timestamp | None, stamps: Any) -> Any:
    """Return up to when events count: as given, or the latest date that there is."""
    until = moment(export, at)
    if at is not None or not len(stamps):
        return until
    newest = pd.Timestamp(int(stamps.max()), unit="us", tz="UTC")
    return newest if pd.isna(until) else max(until, newest)


def _wanted(found: pd.Index[Any], kinds: Iterable[str] | None) -> list[str]:
    if kinds is not None:
        return require_kinds(kinds, found)
    mode = described(found, None)["mode"]
    return list(mode.index[mode != "passive"])


def _micros(times: pd.Series[Any]) -> Any:
    return times.to_numpy("datetime64[us]").view("int64")


def _local_cells(first: int, last: int, zone: str) -> Any:
    """Return the place of each quarter of an hour in the week, as clocks in a zone show it."""
    # Clocks are asked once a quarter of an hour, however many events there are.
    grid = np.arange(first, last + 1) * _QUARTER
    local = pd.DatetimeIndex(grid.view("datetime64[us]"), tz="UTC").tz_convert(zone)
    return np.asarray(local.day_of_week) * 24 + np.asarray(local.hour)
