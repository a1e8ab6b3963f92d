"""Shares and their 95 % intervals: Wilson's, and the same where follows come in bursts."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

Z95 = 1.959963984540054
NAN = float("nan")
DRAWS = 2_000
#: Fewer groups (weeks, accounts) than this say too little of how they differ.
GROUPS = 5


def wilson(successes: Any, trials: Any) -> tuple[Any, Any]:
    """Return the 95 % Wilson score interval of ``successes / trials``, nan for no trials.

    Wilson 1927, doi:10.1080/01621459.1927.10502953. Both arguments are arrays of one length.

    Examples
    --------
    >>> low, high = wilson(np.array([52.0]), np.array([63.0]))
    >>> float(low[0].round(4)), float(high[0].round(4))
    (0.7138, 0.8996)
    """
    share = divided(successes, trials)
    squared = divided(np.full(len(trials), Z95**2), trials)
    middle = (share + squared / 2) / (1 + squared)
    spread = np.sqrt(share * (1 - share) * squared + squared**2 / 4) / (1 + squared)
    return np.clip(middle - spread, 0, 1), np.clip(middle + spread, 0, 1)


def clustered(
    returned: Any, since: pd.Series[Any], rng: np.random.Generator
) -> tuple[float, float]:
    """Return the interval of a rate when follows of one week share their fate."""
    days = since.dt.tz_localize(None).to_numpy("datetime64[D]").astype("int64")
    # 1970-01-01 was a Thursday: weeks begin on Monday. Undated follows get a week each.
    weeks = np.where(since.isna(), -np.arange(len(days)) - 10**6, (days + 3) // 7)
    _, week = np.unique(weeks, return_inverse=True)
    count = int(week.max()) + 1 if len(week) else 0
    if count < GROUPS or since.isna().all():
        return NAN, NAN
    rate, total = returned.mean(), len(returned)
    spread = 0.0
    if 0 < rate < 1:
        follows = np.bincount(week, minlength=count)
        back = np.bincount(week, weights=returned, minlength=count)
        drawn = rng.multinomial(count, np.full(count, 1 / count), size=DRAWS)
        spread = ((drawn @ back) / (drawn @ follows)).var()
    low, high = widened(np.array([rate]), np.array([total]), np.array([spread]), np.array([count]))
    return float(low[0]), float(high[0])


def widened(rate: Any, total: Any, variance: Any, groups: Any) -> tuple[Any, Any]:
    """Return Wilson's intervals of rates whose outcomes come in groups that share their fate.

    The number of outcomes is divided by the design effect: the variance over the binomial one,
    at least 1, times ``(t / z)**2`` for the number of groups (Korn & Graubard 1998). Where all
    outcomes are equal the groups themselves are counted; fewer than five give nan. All
    arguments are arrays of one length.
    """
    binomial = divided(rate * (1 - rate), total)
    effect = np.maximum(divided(variance, binomial), 1)
    effect = effect * (_t95(np.maximum(groups - 1, GROUPS - 1)) / Z95) ** 2
    effective = np.where((rate == 0) | (rate == 1), groups, total / effect)
    effective = np.where(groups < GROUPS, 0, effective)
    return wilson(np.nan_to_num(rate) * effective, effective)


def _t95(freedom: Any) -> Any:
    """Return Student's t for 95 %, to .01 from four degrees of freedom on.

    Abramowitz & Stegun 1964, 26.7.5.
    """
    z = Z95
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
    )
    return z + sum(term / freedom**power for power, term in enumerate(terms, start=1))


def ratio(part: float, whole: float) -> float:
    """Return a share, nan of nothing."""
    return float(part) / float(whole) if whole else NAN


def divided(parts: Any, wholes: Any) -> Any:
    """Return shares element by element, nan of nothing."""
    return np.divide(parts, wholes, out=np.full(len(wholes), NAN), where=wholes != 0)
