"""Shares and their 95 % intervals: Wilson's, and the same where follows come in bursts."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

Z95 = 1.959963984540054
NAN = float("nan")
DRAWS = 2_000
#: Fewer weeks than this say too little of how weeks differ.
WEEKS = 5


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
    if count < WEEKS:
        return NAN, NAN
    rate, total = returned.mean(), len(returned)
    if rate in (0, 1):
        effective = float(count)
    else:
        follows = np.bincount(week, minlength=count)
        back = np.bincount(week, weights=returned, minlength=count)
        drawn = rng.multinomial(count, np.full(count, 1 / count), size=DRAWS)
        spread = ((drawn @ back) / (drawn @ follows)).var()
        effect = max(spread / (rate * (1 - rate) / total), 1) * (_t95(count - 1) / Z95) ** 2
        effective = total / effect
    low, high = wilson(np.array([rate * effective]), np.array([effective]))
    return float(low[0]), float(high[0])


def _t95(freedom: int) -> float:
    """Return Student's t for 95 %, to .01 from four degrees of freedom on.

    Abramowitz & Stegun 1964, 26.7.5.
    """
    z = Z95
    terms: tuple[float, ...] = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
    )
    further: float = sum(term / freedom**power for power, term in enumerate(terms, start=1))
    return z + further


def ratio(part: float, whole: float) -> float:
    """Return a share, nan of nothing."""
    return float(part) / float(whole) if whole else NAN


def divided(parts: Any, wholes: Any) -> Any:
    """Return shares element by element, nan of nothing."""
    return np.divide(parts, wholes, out=np.full(len(wholes), NAN), where=wholes != 0)
