"""Whole weeks as the unit of chance: effects of time on posts, and how sure one can be of them.

Posts of one week share their fate: a topic, a holiday, what the platform shows. So standard
errors add up whole weeks, a permutation moves whole weeks, and a bootstrap draws blocks of seven
days; each keeps what happens within a week together and has every weekday once. What one week
still tells of the next is met by a design effect.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from follownet.reciprocity._intervals import ratio

#: Fewer weeks than this in a period say too little of how weeks differ.
WEEKS: Final = 5
#: Fewer draws than this say too little of where 5 % end.
DRAWS: Final = 99
#: No more than this is taken for the correlation of a week with the next.
HIGHEST: Final = 0.6
#: A standard error of logarithms below this is rounding, and taken for this.
LEAST: Final = 1e-6


@dataclass(frozen=True)
class Weeks:
    """Values by week and weekday: numbers of the weeks in order, counts and sums ``(weeks, 7)``."""

    number: Any
    counts: Any
    sums: Any

    def __len__(self) -> int:
        """Return how many weeks have values."""
        return len(self.number)


def by_week(week: Any, weekday: Any, values: Any) -> Weeks:
    """Return values by those weeks that have some, and weekdays."""
    number, row = np.unique(week, return_inverse=True)
    return Weeks(number, *tables(values, row, weekday, (len(number), 7)))


def tables(values: Any, row: Any, column: Any, shape: tuple[int, int]) -> tuple[Any, Any]:
    """Return how many values fall into each cell of a table (weeks by weekdays), and their sum."""
    cell, size = row * shape[1] + column, shape[0] * shape[1]
    counts = np.bincount(cell, minlength=size).astype(float)
    return counts.reshape(shape), np.bincount(cell, weights=values, minlength=size).reshape(shape)


def steps(labels: Any, counts: Any, sums: Any) -> tuple[Any, Any, Any]:
    """Return how much higher posts of some weeks are than those of others, weekdays matched.

    Least squares of the values on the label of their week and a constant for each weekday.

    Parameters
    ----------
    labels
        1 for weeks after the step, 0 before: ``(..., steps, weeks)``.
    counts, sums
        Number and sum of values by week and weekday: ``(..., weeks, 7)``.

    Returns
    -------
    tuple of arrays
        The step and its standard error, clustered by week, both ``(..., steps)``, nan where no
        weekday has both labels; and the sums of residuals by week, ``(..., steps, weeks)``.

    Examples
    --------
    >>> counts, sums = np.ones((4, 1)), np.array([[1.0], [2.0], [4.0], [3.0]])
    >>> step, error, _ = steps(np.array([[0.0, 0, 1, 1]]), counts, sums)
    >>> step.tolist(), error.tolist()
    ([2.0], [0.5])
    """
    total, whole = counts.sum(-2), sums.sum(-2)
    there = np.maximum(total, 1)
    rest = sums - counts * (whole / there)[..., None, :]
    after = labels @ counts
    share = after / there[..., None, :]
    spread = (after * (1 - share)).sum(-1)
    spread = np.where(spread > LEAST, spread, np.nan)
    step = (labels @ rest.sum(-1)[..., None])[..., 0] / spread
    turned, size = np.swapaxes(counts, -1, -2), counts.sum(-1)[..., None, :]
    matched = share @ turned
    residual = rest.sum(-1)[..., None, :] - step[..., None] * (labels * size - matched)
    # (label - share) * residual, added up over the weekdays of each week.
    scores = (
        labels * residual
        - share @ np.swapaxes(rest, -1, -2)
        + step[..., None] * (labels * matched - share**2 @ turned)
    )
    error = np.sqrt((scores**2).sum(-1)) / spread
    return step, np.maximum(error, LEAST), residual


def design_effect(residuals: Any, weeks: Any) -> float:
    """Return how much larger a variance is since weeks resemble the next, from 1 to 4.

    ``(1 + rho) / (1 - rho)``, the sum of the autocorrelations of an autoregression of the first
    order, for the correlation `rho` of the residuals of weeks that follow each other. Residuals
    make `rho` too small: by ``1/n`` in `n` weeks where a mean was fitted and weeks are independent
    (Marriott & Pope 1954, Biometrika 41, 390-402), which is added. `rho` is kept in
    [0, .6].
    """
    follow = np.diff(weeks) == 1
    products = (residuals[1:] * residuals[:-1])[follow]
    rho = ratio(products.sum(), (residuals**2).sum())
    rho = float(np.clip(np.nan_to_num(rho) + 1 / len(residuals), 0, HIGHEST))
    return (1 + rho) / (1 - rho)


def shuffled(labels: Any, draws: int, rng: np.random.Generator) -> Any:
    """Return labels in random orders, ``(draws, weeks)``."""
    return rng.permuted(np.broadcast_to(labels, (draws, len(labels))), axis=1)


def share_beyond(value: float, drawn: Any) -> float:
    """Return ``(b + 1)/(draws + 1)``, b the draws at least as far from 0; undefined ones are."""
    beyond = ~(np.abs(drawn) < abs(value) - 1e-6)
    return float((beyond.sum() + 1) / (len(drawn) + 1))


def blocks(day: Any, values: Any, draws: int, rng: np.random.Generator) -> tuple[Any, Any]:
    """Return counts and sums of weeks drawn anew, ``(draws, weeks, 7)``: a moving-block bootstrap.

    A block is seven days that follow each other, from any day on (Kunsch 1989,
    doi:10.1214/aos/1176347265), so that it has each weekday once; as many are drawn as the span
    has weeks.
    """
    place = day - day.min()
    span = int(place.max()) + 1
    daily = tables(values, place, day % 7, (span, 7))
    runs = [np.cumsum(np.vstack([np.zeros(7), table]), axis=0) for table in daily]
    start = rng.integers(span - 6, size=(draws, round(span / 7)))
    counts, sums = ((run[7:] - run[:-7])[start] for run in runs)
    return counts, sums


def furthest(drawn: Any, errors: Any) -> float:
    """Return how far 95 % of drawn values are from their mean, at most, in their own errors.

    From their mean, not from the value observed: blocks rarely hold the first and last days, so
    that the two differ a little. Undefined draws count as infinitely far.
    """
    away = np.abs(drawn - np.nanmean(drawn)) / errors
    place = int(np.ceil(0.95 * len(away))) - 1
    return float(np.sort(np.nan_to_num(away, nan=np.inf))[place])
