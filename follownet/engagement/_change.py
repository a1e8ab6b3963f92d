"""Whether the rate of engagement changed from one period to the next, and by how much."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from follownet.engagement._blocks import (
    DRAWS,
    WEEKS,
    Weeks,
    blocks,
    by_week,
    design_effect,
    furthest,
    share_beyond,
    shuffled,
    steps,
)
from follownet.engagement._posts import Posts, Told, usable, weekdays
from follownet.errors import NotObservedError, SchemaError
from follownet.reciprocity._intervals import NAN, ratio
from follownet.seeds import generator, whole_number
from follownet.tables import Export

UNMATCHED = "weekday in one period only"


@dataclass(frozen=True, repr=False)
class Change(Told):
    """The numbers of `change`; see there."""

    ratio: float
    low: float
    high: float
    p: float
    typical_before: float
    typical_after: float
    posts_before: int
    posts_after: int
    weeks_before: int
    weeks_after: int
    design_effect: float
    mean_ratio: float
    pooled_ratio: float
    median_ratio: float
    base: str | None
    draws: int
    seed: int
    left_out: dict[str, int]
    notes: tuple[str, ...] = ()

    def covers(self, claim: float) -> bool:
        """Return whether a claimed ratio, 1.4 for +40 %, lies in the 95 % interval.

        Raises
        ------
        NotObservedError
            When there is no interval; `notes` say why.
        """
        if np.isnan(self.low):
            raise NotObservedError(
                f"a claim cannot be checked without an interval: {'; '.join(self.notes)}"
            )
        return self.low <= claim <= self.high


def change(
    before: Export,
    after: Export,
    *,
    base: str | None = "followers",
    counts: Iterable[str] | None = None,
    audience: pd.Series[Any] | None = None,
    zone: str = "UTC",
    draws: int = 1_999,
    seed: int = 0,
) -> Change:
    """Return by how much the typical rate of engagement changed between two periods.

    A post's rate is ``(engagements + 1/2) / base``. The typical rate is the geometric mean, so
    that a few viral posts do not decide; weekdays are matched: the ratio is ``exp(b)`` of least
    squares of ``log(rate)`` on the period, `b`, and a constant for each weekday.

    Parameters
    ----------
    before, after
        One account's posts in two spans that do not overlap, as `period` cuts them.
    base
        ``"followers"`` (when it was posted), ``"reach"``, ``"impressions"``, or None: the
        engagements of a post themselves, of which a growing audience is a part.
    counts
        The columns whose sum is the engagements; by default likes, comments, shares and saves,
        those that some post has.
    audience
        Followers at known times, from `audience`, in the place of the posts' own column.
    zone
        Whose clocks tell days and weekdays.
    draws
        Of the permutation, and of the bootstrap; at least 99.
    seed
        Of both; equal seeds give equal results in every process.

    Returns
    -------
    Change
        ``ratio`` of the typical rates, after by before: 1.4 is +40 %; ``low``, ``high``, its
        95 % interval; ``p`` of no change, two-sided; ``typical_before``, ``typical_after``, per
        unit of the base and for the same mix of weekdays; ``posts_``, ``weeks_before`` and
        ``_after`` (seven days each, counted from the first day of `after`; those with posts);
        ``design_effect``. Beside them, of the same posts but without matched weekdays and without
        an interval, ``mean_ratio`` (of the means of engagements/base), ``pooled_ratio`` (of the
        sums of engagements over the sums of the base) and ``median_ratio``, which answer other
        questions and are often far from each other: a single viral post moves the first two.
        ``left_out``: posts without date, engagements or base, and those on weekdays that one
        period lacks. ``notes`` say why an interval and p are nan: fewer than five weeks
        in a period, or more than a tenth of the posts without engagement. The ratio is nan
        when a period has no posts, no weekday is in both or no post has an engagement.
        ``covers(1.4)`` checks a claim.

    Raises
    ------
    SchemaError
        When the periods overlap or are the wrong way round, posts are of several accounts, or
        an argument does not fit.
    NotObservedError
        When no post has the base, or the counts.

    Notes
    -----
    Posts of a week share their fate, so the unit of chance is the week. p: the labels before
    and after are permuted over whole weeks, and the step divided by its standard error (clustered
    by week) is computed again each time; dividing makes the test hold where periods differ in
    length and spread (Chung & Romano 2013, doi:10.1214/13-AOS1090). The interval: blocks of
    seven days are drawn within each period (moving-block bootstrap), and the limits are
    ``b -+ q s``, where `s` is the standard error and `q` the 95 % point of the distance of drawn
    steps from their mean, in their own standard errors (symmetric, Hall
    1988, J. R. Stat. Soc. B 50, 35-45). p and interval nearly always agree on whether 1 can
    be, not always.

    A good week is followed by a good week more often than not, which neither knows: `s` is
    multiplied by ``sqrt(design_effect)``, at least 1, from the correlation of a week with the
    next. ``benchmarks/engagement_time.py`` prints how often this rejects without an effect and
    covers one. A trend from other causes (season of the year, topics) is a change, too: it is
    one between two spans of time, whatever caused it.

    Examples
    --------
    >>> from follownet import engagement, simulation
    >>> year = simulation.posts(effect=1.4, seed=2)
    >>> spring = "2026-04-06"
    >>> found = change(engagement.period(year, end=spring), engagement.period(year, spring))
    >>> found.covers(1.4), found.covers(3.0)
    (True, False)
    """
    draws, rng = whole_number(draws, "draws", least=DRAWS), generator(seed)
    posts, later = _joined(before, after)
    found = usable(posts, base=base, counts=counts, audience=audience, zone=zone, later=later)
    plain = _plain_ratios(found)
    found = found.without(UNMATCHED, ~_matched(found))
    weeks = _weeks(found)
    step, _, factor = _step(weeks) if found.engagements.any() else (NAN, NAN, NAN)
    notes = [*found.doubts(), *_short(weeks)]
    p, reach = (NAN, NAN) if notes else _chance(found, weeks, draws, rng)
    with np.errstate(over="ignore"):
        low, high = np.exp([step - reach, step + reach]).tolist()
    if base is None:
        notes.append("counts per post, not rates: growth of the audience is a part of the ratio")
    level = found.log_rate.mean() - step * found.later.mean() if len(found) else NAN
    return Change(
        ratio=float(np.exp(step)),
        low=low,
        high=high,
        p=p,
        typical_before=float(np.exp(level)),
        typical_after=float(np.exp(level + step)),
        posts_before=int((~found.later).sum()),
        posts_after=int(found.later.sum()),
        weeks_before=int((weeks.number < 0).sum()),
        weeks_after=int((weeks.number >= 0).sum()),
        design_effect=factor,
        **plain,
        base=base,
        draws=draws,
        seed=seed,
        left_out=found.left_out,
        notes=tuple(notes),
    )


def _joined(before: Export, after: Export) -> tuple[pd.DataFrame, Any]:
    """Return the posts of both, and which are of the later one."""
    for name, export in (("before", before), ("after", after)):
        if not isinstance(export, Export):
            raise SchemaError(
                f"{name}: is a {type(export).__name__}, no Export; engagement.period makes one"
            )
    times = before.posts["at"], after.posts["at"]
    if times[1].max() < times[0].min():
        raise SchemaError("after is earlier than before: give the two the other way round")
    if times[0].max() >= times[1].min():
        raise SchemaError(
            "before and after overlap: cut them apart, engagement.period(export, end=...) and "
            "engagement.period(export, ...) at one date"
        )
    posts = pd.concat([before.posts, after.posts], ignore_index=True)
    return posts, np.arange(len(posts)) >= len(before.posts)


def _plain_ratios(found: Posts) -> dict[str, float]:
    """Return after by before of the mean and the median of rates, and of the ratio of sums."""
    parts = found[~found.later], found[found.later]
    if not all(len(part) for part in parts):
        return dict.fromkeys(("mean_ratio", "pooled_ratio", "median_ratio"), NAN)
    rates = [part.engagements / part.base for part in parts]
    sums = [part.engagements.sum() / part.base.sum() for part in parts]
    return {
        "mean_ratio": ratio(rates[1].mean(), rates[0].mean()),
        "pooled_ratio": ratio(sums[1], sums[0]),
        "median_ratio": ratio(np.median(rates[1]), np.median(rates[0])),
    }


def _matched(found: Posts) -> Any:
    """Return which posts are on weekdays that both periods have."""
    day = weekdays(found.day)
    both = [np.bincount(day[part], minlength=7) > 0 for part in (found.later, ~found.later)]
    return (both[0] & both[1])[day]


def _weeks(found: Posts) -> Weeks:
    """Return log rates by weeks from the first day of the later period on; those before are < 0."""
    first = found.day[found.later].min() if found.later.any() else np.datetime64(0, "D")
    week = (found.day - first).astype("int64") // 7
    # The clock may change, and the day be one of both periods.
    week = np.where(found.later, week, np.minimum(week, -1))
    return by_week(week, weekdays(found.day), found.log_rate)


def _step(weeks: Weeks) -> tuple[float, float, float]:
    """Return the step in logarithms, its standard error as of independent weeks, design effect."""
    step, error, residuals = steps((weeks.number >= 0)[None] * 1.0, weeks.counts, weeks.sums)
    return float(step[0]), float(error[0]), design_effect(residuals[0], weeks.number)


def _short(weeks: Weeks) -> tuple[str, ...]:
    """Say which period has too few weeks."""
    sizes = {"before": (weeks.number < 0).sum(), "after": (weeks.number >= 0).sum()}
    return tuple(
        f"no interval and no p: {size} weeks {name} have posts; at least {WEEKS} are needed"
        for name, size in sizes.items()
        if size < WEEKS
    )


def _chance(
    found: Posts, weeks: Weeks, draws: int, rng: np.random.Generator
) -> tuple[float, float]:
    """Return p, and how far the interval reaches to each side, in logarithms."""
    step, error, factor = _step(weeks)
    error *= np.sqrt(factor)
    moved = shuffled((weeks.number >= 0) * 1.0, draws, rng)
    other, others, _ = steps(moved, weeks.counts, weeks.sums)
    p = share_beyond(step / error, other / others)
    parts = [
        blocks(part.day.astype("int64"), part.log_rate, draws, rng)
        for part in (found[~found.later], found[found.later])
    ]
    labels = np.repeat([0.0, 1.0], [counts.shape[1] for counts, _ in parts])
    drawn, errors, _ = steps(labels[None], *map(np.hstack, zip(*parts, strict=True)))
    return p, furthest(drawn[:, 0], errors[:, 0]) * error
