"""Engagement rates of posts, formats, weeks and months; followers in time; posts of a span."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from copy import copy
from typing import Any, Final

import numpy as np
import pandas as pd

from follownet.engagement._posts import (
    BASES,
    bases,
    engagements,
    local_days,
    mondays,
    require_zone,
)
from follownet.errors import NotObservedError, SchemaError
from follownet.history._exports import UNNAMED, date
from follownet.reciprocity._intervals import divided
from follownet.tables import COUNT, OBSERVED, TIME, Export

PER: Final = ("post", "format", "week", "month")
_COLUMNS: Final = ["posts", "engagements", "mean", "pooled", "median", "without"]


def rates(
    export: Export,
    *,
    per: str = "post",
    counts: Iterable[str] | None = None,
    audience: pd.Series[Any] | None = None,
    zone: str = "UTC",
) -> pd.DataFrame:
    """Return engagement rates by followers, by reach and by impressions.

    A post's rate is its engagements divided by the base: followers when it was posted, accounts
    reached, or impressions. Of several posts there are three rates, which answer different
    questions and are often far apart: their mean, the ratio of sums, and their median.

    Parameters
    ----------
    export
        With `posts`.
    per
        ``"post"``, ``"format"``, ``"week"`` (from Monday on) or ``"month"``.
    counts
        The columns whose sum is the engagements; by default likes, comments, shares and saves,
        those that some post has. A post that lacks one of them has no engagements.
    audience
        Followers at known times, from `audience`, in the place of the posts' own column:
        log-linear between known times, unknown before the first and after the last.
    zone
        Whose clocks tell weeks and months.

    Returns
    -------
    pandas.DataFrame
        Per post: indexed by ``post`` in the order of the table; ``at``, ``format``,
        ``engagements``, ``followers``, and the rates ``by_followers``, ``by_reach`` and
        ``by_impressions``, shares from 0 (not per cent), nan where one of the two is missing or
        the base is 0.

        Otherwise indexed by that (``week`` and ``month`` by their first local day) and ``base``.
        ``posts`` that have a rate; their ``engagements``; ``mean``: the mean of rates, every post
        counts alike; ``pooled``: the sum of engagements over the sum of the base, every person
        reached counts alike; ``median`` of rates: half of the posts have less, whatever
        went viral; ``without``: posts left out, as they lack the base or engagements. Rates of no
        posts are nan. Sorted; a table without posts is empty. ``attrs["left_out"]``: posts
        without date or format, by reason.

    Raises
    ------
    NotObservedError
        When no post has the counts.
    SchemaError
        When an argument does not fit, or `audience` is given for posts of several accounts.

    Notes
    -----
    A mean of rates is not the ratio of sums: on a post that many see, engagements grow less than
    reach does, so that the ratio is lower in most accounts. Figures of 1 to 3.5 % that are
    passed around as "good" mix all of these, and are not used here.

    Examples
    --------
    >>> posts = pd.DataFrame({"post": ["a", "b"], "account": "me", "format": "reel"})
    >>> posts = posts.assign(likes=[10, 30], reach=[100, 1000])
    >>> rates(Export(posts=posts), per="format").loc[("reel", "reach"), ["mean", "pooled"]].round(3)
    mean      0.065
    pooled    0.036
    Name: (reel, reach), dtype: float64
    """
    if per not in PER:
        raise SchemaError(f"per: accepts {', '.join(map(repr, PER))}")
    require_zone(zone)
    posts = export.posts
    done = engagements(posts, counts)
    against = {base: bases(posts, base, audience) for base in BASES}
    if per == "post":
        return _per_post(posts, done, against)
    groups, label = _groups(posts, per, zone)
    table = _summed(groups, done, against)
    table.index = pd.MultiIndex.from_product([label, BASES], names=[per, "base"])
    missing = int((groups < 0).sum())
    reason = "without format" if per == "format" else "undated"
    table.attrs["left_out"] = {reason: missing} if missing else {}
    return table


def _per_post(posts: pd.DataFrame, done: Any, against: dict[str, Any]) -> pd.DataFrame:
    columns = {
        "at": posts["at"].array,
        "format": posts["format"].array,
        "engagements": done,
        "followers": against["followers"],
        **{f"by_{base}": done / values for base, values in against.items()},
    }
    return pd.DataFrame(columns, index=pd.Index(posts["post"]))


def _groups(posts: pd.DataFrame, per: str, zone: str) -> tuple[Any, Any]:
    """Return the place of each post's group, -1 without one, and the groups in order."""
    if per == "format":
        return pd.factorize(posts["format"], sort=True)
    days = local_days(posts["at"], zone)
    first = mondays(days) if per == "week" else days.astype("datetime64[M]")
    return pd.factorize(first.astype("datetime64[s]"), sort=True)


def _summed(groups: Any, done: Any, against: dict[str, Any]) -> pd.DataFrame:
    """Return a row for each group and base."""
    # Sorted once, groups are slices: small integers are sorted by radix, and nothing is hashed.
    small = groups.max(initial=0) < np.iinfo(np.int16).max
    order = np.argsort(groups.astype(np.int16) if small else groups, kind="stable")
    starts = np.flatnonzero(np.diff(groups[order], prepend=-1))
    rows = np.empty((len(starts), len(against), len(_COLUMNS)))
    order = order[starts[0] :] if len(starts) else order[:0]
    starts = starts - starts[:1]
    done = done[order]
    for place, values in enumerate(against.values()):
        rows[:, place] = _row(starts, done, values[order])
    table = pd.DataFrame(rows.reshape(-1, len(_COLUMNS)), columns=_COLUMNS)
    return table.astype({"posts": "int64", "without": "int64"})


def _row(starts: Any, done: Any, base: Any) -> Any:
    """Return the columns of each group for one base."""
    rate = done / base
    known = ~np.isnan(rate)
    count, above, below, sums = (
        np.add.reduceat(values, starts) if len(starts) else np.zeros(0)
        for values in (known * 1.0, *(np.where(known, part, 0) for part in (done, base, rate)))
    )
    ends = np.append(starts, len(done))[1:]
    medians = [
        np.median(part) if len(part) else np.nan
        for part in (rate[a:b][known[a:b]] for a, b in zip(starts, ends, strict=True))
    ]
    without = ends - starts - count
    columns = (count, above, divided(sums, count), divided(above, below), medians, without)
    return np.column_stack(columns)


def audience(exports: Iterable[Export]) -> pd.Series[Any]:
    """Return one account's followers at the times at which they are known.

    Parameters
    ----------
    exports
        Of one account, in any order: personal exports (each knows its day), exports of analytics
        whose posts have ``followers``, or both.

    Returns
    -------
    pandas.Series
        ``followers`` (Int64), indexed by ``at`` (UTC), oldest first; what `rates`, `change` and
        `dilution` take as `audience`. A personal export gives one point: the count that the
        platform declares, or else the records of a follower list that counts as observed.
        ``attrs["left_out"]``: exports whose count is known, but not their date.

    Raises
    ------
    NotObservedError
        When followers are known at no time.
    SchemaError
        When the exports are of several accounts or platforms.

    Notes
    -----
    The dates at which the followers of *one* export began to follow, added up, look like a
    history and are none. Who left is not on the list: it holds the survivors, so that the past
    is too low, the more so the further back, and growth too steep. Two exports give two true
    points; log-linear growth between them is an assumption, and nothing is assumed outside.

    Examples
    --------
    >>> def export(day, count):
    ...     row = {"owner": ["me"], "list": "followers", "status": "presumed", "records": count}
    ...     at = pd.Timestamp(day, tz="UTC")
    ...     return Export(owners=("me",), coverage=pd.DataFrame(row), exported_at=at)
    >>> audience([export("2026-06-01", 400), export("2026-03-01", 100)]).tolist()
    [100, 400]
    """
    if isinstance(exports, Export):
        raise SchemaError("exports: is one Export; give a list of them")
    found = list(exports)
    _require_one_account(found)
    points = [point for export in found for point in (_of_posts(export), _of_list(export))]
    known = pd.concat([pd.Series([], dtype=COUNT, index=pd.DatetimeIndex([], tz="UTC")), *points])
    known = known.dropna()
    if known.empty:
        raise NotObservedError(
            f"followers are known at no time in {len(found)} exports. An analytics file with a "
            "column of followers, or exports that hold the follower list, would make them known"
        )
    dated: pd.Series[Any] = known[known.index.notna()].sort_index(kind="stable")
    dated = dated[~dated.index.duplicated(keep="last")].rename("followers").rename_axis("at")
    undated = len(known) - int(known.index.notna().sum())
    dated.index = pd.DatetimeIndex(dated.index).as_unit("us")
    dated.attrs["left_out"] = {"undated": undated} if undated else {}
    return dated


def _require_one_account(exports: list[Export]) -> None:
    owners = {owner for export in exports for owner in (*export.owners, *export.posts["account"])}
    platforms = {export.platform for export in exports if export.platform}
    for name, several in (("accounts", owners - {UNNAMED}), ("platforms", platforms)):
        if len(several) > 1:
            raise SchemaError(f"exports: are of {len(several)} {name}; give those of one account")


def _of_posts(export: Export) -> pd.Series[Any]:
    """Return followers at the times of posts."""
    posts = export.posts
    if "followers" not in posts:
        return pd.Series([], dtype=COUNT, index=pd.DatetimeIndex([], tz="UTC"))
    return pd.Series(posts["followers"].array, index=pd.DatetimeIndex(posts["at"]), dtype=COUNT)


def _of_list(export: Export) -> pd.Series[Any]:
    """Return the number of followers on the day of an export."""
    lists = export.coverage[export.coverage["list"] == "followers"]
    records = lists["records"].where(lists["status"].isin(OBSERVED))
    count = lists["declared"].fillna(records)
    at = lists["exported_at"].fillna(date(export)).astype(TIME)
    return pd.Series(count.array, index=pd.DatetimeIndex(at), dtype=COUNT)


def period(export: Export, start: Any = None, end: Any = None, *, zone: str = "UTC") -> Export:
    """Return an export's posts and interactions of a span of time, `end` not included.

    Parameters
    ----------
    export
        All else of it is kept as it is.
    start, end
        Times, or ISO 8601 texts such as ``"2026-04-01"``; without a zone they are local in
        `zone`. None: open. Where a clock is set back, the first of two equal times is meant.
    zone
        The time zone of `start` and `end`.

    Returns
    -------
    Export
        With these rows only. What has no time is in no span: it is left out if `start` or `end`
        is given, and ``attrs["left_out"]`` of each table counts such rows.

    Raises
    ------
    SchemaError
        When `start` or `end` is no time, or the span is empty.

    Examples
    --------
    >>> times = pd.to_datetime(["2026-03-31T23:00Z", "2026-04-01T00:00Z"])
    >>> export = Export(posts=pd.DataFrame({"post": ["a", "b"], "account": "me", "at": times}))
    >>> period(export, "2026-04-01").posts["post"].tolist()
    ['b']
    >>> period(export, "2026-04-01", zone="Europe/Berlin").posts["post"].tolist()
    ['a', 'b']
    """
    require_zone(zone)
    first, last = _moment("start", start, zone), _moment("end", end, zone)
    if first is not None and last is not None and first >= last:
        raise SchemaError("start: is not before end")
    part = copy(export)
    # Rows of a valid table are valid: to have all tables checked again takes ten times as long.
    for name in ("posts", "interactions"):
        object.__setattr__(part, name, _between(getattr(export, name), first, last))
    return part


def _between(table: pd.DataFrame, first: Any, last: Any) -> pd.DataFrame:
    inside = pd.Series(True, index=table.index)
    if first is not None:
        inside &= table["at"] >= first
    if last is not None:
        inside &= table["at"] < last
    part = table[inside].reset_index(drop=True)
    undated = 0 if first is None and last is None else int(table["at"].isna().sum())
    part.attrs["left_out"] = {"undated": undated} if undated else {}
    return part


def _moment(name: str, time: Any, zone: str) -> Any:
    """Return a time in UTC, None for none."""
    if time is None:
        return None
    accepted = isinstance(time, str | datetime.date | np.datetime64)
    found = pd.to_datetime(time, errors="coerce", format="ISO8601") if accepted else pd.NaT
    if pd.isna(found):
        raise SchemaError(f'{name}: is no time; accepts such as "2026-04-01"')
    if found.tzinfo is None:
        found = found.tz_localize(zone, ambiguous=True, nonexistent="shift_forward")
    return found.tz_convert("UTC")
