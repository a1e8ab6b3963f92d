"""Whether a larger audience engages in proportion, or growth dilutes engagement."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import special

from follownet.engagement._blocks import LEAST, WEEKS, design_effect
from follownet.engagement._posts import Posts, Told, mondays, usable
from follownet.reciprocity._intervals import NAN
from follownet.tables import Export


@dataclass(frozen=True, repr=False)
class Dilution(Told):
    """The numbers of `dilution`; see there."""

    slope: float
    low: float
    high: float
    p: float
    p_below: float
    weeks: int
    posts: int
    zeros: int
    followers_low: float
    followers_high: float
    design_effect: float
    left_out: dict[str, int]
    notes: tuple[str, ...] = ()


def dilution(
    export: Export,
    *,
    counts: Iterable[str] | None = None,
    audience: pd.Series[Any] | None = None,
    zone: str = "UTC",
) -> Dilution:
    """Return how engagement per post grows with followers: in proportion, or less.

    The slope `b` of least squares of ``log(engagements + 1/2)`` on ``log(followers)`` over posts:
    where followers double, the typical engagements of a post are multiplied by ``2**b``. 1: in
    proportion, the typical rate stays; below 1: growth goes with dilution; 0: those who came
    do not engage, or as many of those who were there have ceased to.

    Parameters
    ----------
    export
        One account's posts.
    counts
        The columns whose sum is the engagements; by default likes, comments, shares and saves,
        those that some post has.
    audience
        Followers at known times, from `audience`, in the place of the posts' own column.
    zone
        Whose clocks tell weeks, which begin on Monday.

    Returns
    -------
    Dilution
        ``slope`` and its 95 % interval ``low``, ``high``; ``p`` of a slope of 1, two-sided;
        ``p_below``, one-sided: small where the slope is below 1. ``weeks`` with ``posts``;
        ``zeros``, posts without engagement; ``followers_low``, ``followers_high``: their range,
        which says how far growth can be seen at all. ``design_effect``, ``left_out``, ``notes``.
        The slope is nan where followers do not vary or no post has an engagement; interval and
        p also with fewer than five weeks, or more than a tenth of the posts without engagement.

    Raises
    ------
    NotObservedError
        When followers at posting time, or the counts, are known of no post.
    SchemaError
        When posts are of several accounts, or an argument does not fit.

    Notes
    -----
    Why not the rate against growth: with ``e`` engagements and ``f`` followers the rate ``e/f``
    has `f` in its denominator, so that it falls as `f` grows even where `e` has nothing to do with
    followers, and errors in `f` alone make a falling line (Kronmal 1993, doi:10.2307/2983064).
    Here the two stand on different sides and the question is a number, 1.

    It is an association. Followers of one account grow with time, and so may skill, topics,
    the rank that the platform gives, or tiredness: whatever changed in step with them is in the
    slope. Nor does it say that the *new* followers are the ones who do not engage.

    Posts of a week share their fate: the standard error is that of a jackknife by week (each week
    left out in turn), times ``sqrt(design_effect)`` since weeks resemble the next, as in
    `change`; limits by Student's t with ``weeks - 2`` degrees of freedom. Jackknife errors hold
    in few clusters (MacKinnon, Nielsen & Webb 2023, doi:10.1002/jae.2969).
    ``benchmarks/engagement_time.py`` prints how often this rejects and covers.

    Examples
    --------
    >>> from follownet import simulation
    >>> found = dilution(simulation.posts(slope=0.5, weeks=52, seed=1))
    >>> found.low < 0.5 < found.high, found.p < 0.05
    (True, True)
    """
    found = usable(export.posts, base="followers", counts=counts, audience=audience, zone=zone)
    weeks = len(np.unique(mondays(found.day)))
    slope, error, factor = _slope(found)
    notes = found.doubts()
    if np.isnan(slope):
        notes += ("no slope: followers do not vary, or no post has an engagement",)
    elif weeks < WEEKS:
        notes += (f"no interval and no p: {weeks} weeks have posts; {WEEKS} are needed",)
    elif np.isnan(error):
        notes += ("no interval and no p: without one of the weeks followers do not vary",)
    known = not notes
    distance, freedom = (slope - 1) / error, weeks - 2
    reach = float(special.stdtrit(freedom, 0.975)) * error if known else NAN
    return Dilution(
        slope=slope,
        low=slope - reach,
        high=slope + reach,
        p=2 * float(special.stdtr(freedom, -abs(distance))) if known else NAN,
        p_below=float(special.stdtr(freedom, distance)) if known else NAN,
        weeks=weeks,
        posts=len(found),
        zeros=int((found.engagements == 0).sum()),
        followers_low=float(found.base.min(initial=np.inf)) if len(found) else NAN,
        followers_high=float(found.base.max(initial=0)) if len(found) else NAN,
        design_effect=factor,
        left_out=found.left_out,
        notes=notes,
    )


def _slope(found: Posts) -> tuple[float, float, float]:
    """Return the slope, its standard error, and the design effect that this contains."""
    if not found.engagements.any():
        return NAN, NAN, NAN
    x, y = np.log(found.base), np.log(found.engagements + 0.5)
    x, y = x - x.mean(), y - y.mean()
    weeks, week = np.unique(mondays(found.day).astype("int64") // 7, return_inverse=True)
    parts = np.array([np.bincount(week, weights=values) for values in (x**0, x, y, x * x, x * y)])
    whole = parts.sum(axis=1)
    slope = float(_line(whole))
    if np.isnan(slope):
        return NAN, NAN, NAN
    residuals = parts[2] - slope * parts[1]
    factor = design_effect(residuals, weeks)
    without = _line(whole[:, None] - parts)
    spread = ((without - slope) ** 2).sum() * (len(weeks) - 1) / len(weeks)
    return slope, max(float(np.sqrt(spread * factor)), LEAST), factor


def _line(sums: Any) -> Any:
    """Return the slope of least squares from n and sums of x, y, xx and xy; nan if undefined."""
    n, x, y, xx, xy = sums
    spread = n * xx - x * x
    return np.divide(n * xy - x * y, spread, out=np.full_like(spread, NAN), where=spread > 1e-12)
