"""How improbable a number of mutual pairs is, as logarithms that do not run out of range."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from follownet.nulls._classes import Floats

#: Width of a bin of log-odds. The mean of a bin is kept, so that what is lost in a cumulant is
#: of the order of its square, 1e-7.
_WIDTH = 0.002
_LOWEST = -750.0
#: Below this tilt the formula is 0/0 and its limit is used.
_FLAT = 1e-5


@dataclass(frozen=True)
class Spectrum:
    """How many independent pairs have which chance to be mutual.

    Attributes
    ----------
    chance, pairs
        The chances strictly between 0 and 1, binned, and how many pairs have them.
    sure
        How many pairs are mutual for certain.
    mean, variance
        Of the number of mutual pairs, from chances before binning.
    """

    chance: Floats
    pairs: Floats
    sure: float
    mean: float
    variance: float


def spectrum(parts: Iterable[tuple[Floats, Floats]]) -> Spectrum:
    """Return the spectrum of chances and numbers of pairs that come in parts."""
    bins = int(-2 * _LOWEST / _WIDTH)
    pairs, masses = np.zeros(bins), np.zeros(bins)
    sure = mean = variance = 0.0
    for chance, count in parts:
        mass = chance * count
        mean += float(mass.sum())
        variance += float((mass * (1 - chance)).sum())
        sure += float(count[chance == 1].sum())
        open_ = (chance > 0) & (chance < 1) & (count > 0)
        chance, count = chance[open_], count[open_]
        odds = np.log(chance) - np.log1p(-chance)
        place = ((odds - _LOWEST) / _WIDTH).astype(np.intp)
        low, high = (int(place.min()), int(place.max()) + 1) if len(place) else (0, 0)
        pairs[low:high] += np.bincount(place - low, count, high - low)
        masses[low:high] += np.bincount(place - low, mass[open_], high - low)
    full = np.flatnonzero(pairs)
    return Spectrum(masses[full] / pairs[full], pairs[full], sure, mean, variance)


def two_sided(lower: float, upper: float) -> float:
    """Return log10 of twice the smaller tail, at most 0, of two tails as natural logarithms."""
    return min(0.0, (math.log(2) + min(lower, upper)) / math.log(10))


def saddlepoint(found: Spectrum, observed: int) -> float:
    """Return log10 of the two-sided p of a number of mutual pairs.

    Each tail by the saddlepoint formula of Lugannani & Rice (1980, doi:10.2307/1426607), with
    the second continuity correction of Daniels (1987, doi:10.2307/1403269) for numbers that
    are whole: its relative error hardly grows with the distance from the mean, where that
    of a normal tail has no bound.
    """
    count = round(observed - found.sure)
    return two_sided(_below(found, count), _above(found, count))


def _above(found: Spectrum, count: int) -> float:
    """Return log P(M >= count)."""
    if count <= 0:
        return 0.0
    if count == 1:
        # Of rare pairs the formula is 15 % off here, and this is exact.
        return math.log(-math.expm1(_none(found)))
    if count >= found.pairs.sum() - 0.25:
        return float((found.pairs * np.log(found.chance)).sum())
    return _tail(found, count - 0.5, 1)


def _below(found: Spectrum, count: int) -> float:
    """Return log P(M <= count)."""
    if count >= found.pairs.sum() - 0.25:
        return 0.0
    if count <= 0:
        return _none(found) if count == 0 else -math.inf
    return _tail(found, count + 0.5, -1)


def _none(found: Spectrum) -> float:
    """Return log P(M = 0)."""
    return float((found.pairs * np.log1p(-found.chance)).sum())


def _tail(found: Spectrum, count: float, side: int) -> float:
    """Return the log of the tail beyond `count`, above (side 1) or below (side -1)."""
    tilt = _tilt(found, count)
    second, third = _cumulants(found, tilt)
    generating = float((found.pairs * np.log1p(found.chance * math.expm1(tilt))).sum())
    w = math.copysign(math.sqrt(max(0.0, 2 * (tilt * count - generating))), tilt)
    u = 2 * math.sinh(tilt / 2) * math.sqrt(second)
    if abs(tilt) < _FLAT or w == 0:
        return _sum_of_tail(side * w, -side * third / (6 * second**1.5))
    return lugannani_rice(side * w, side * u)


def lugannani_rice(w: float, u: float) -> float:
    """Return the log of ``1 - Phi(w) + phi(w) (1/u - 1/w)``."""
    if w > 30:
        # The first two terms of Mills' ratio are 1/w - 1/w^3, and 1/w cancels.
        return -w * w / 2 - math.log(2 * math.pi) / 2 + math.log(1 / u - w**-3 + 3 * w**-5)
    return _sum_of_tail(w, 1 / u - 1 / w)


def _sum_of_tail(w: float, correction: float) -> float:
    """Return the log of ``1 - Phi(w) + phi(w) correction``."""
    from scipy.special import erfcx

    if w < -5:
        whole = 0.5 * math.erfc(w / math.sqrt(2))
        return math.log(
            min(1.0, whole + correction * math.exp(-w * w / 2) / math.sqrt(2 * math.pi))
        )
    mills = math.sqrt(math.pi / 2) * float(erfcx(w / math.sqrt(2)))
    inner = max(mills + correction, 1e-300)
    return min(0.0, -w * w / 2 - math.log(2 * math.pi) / 2 + math.log(inner))


def _tilt(found: Spectrum, count: float) -> float:
    """Return the s at which chances tilted by e^s expect `count` mutual pairs."""
    from scipy.optimize import brentq

    def gap(tilt: float) -> float:
        return float((found.pairs * _tilted(found, tilt)).sum()) - count

    low, high = -1.0, 1.0
    while gap(low) > 0 and low > -700:
        low *= 2
    while gap(high) < 0 and high < 700:
        high *= 2
    return float(brentq(gap, max(low, -700.0), min(high, 700.0), xtol=1e-12, rtol=1e-13))


def _tilted(found: Spectrum, tilt: float) -> Floats:
    odds = found.chance * math.exp(tilt)
    tilted: Floats = odds / (1 - found.chance + odds)
    return tilted


def _cumulants(found: Spectrum, tilt: float) -> tuple[float, float]:
    """Return the variance and the third cumulant under tilted chances."""
    chance = _tilted(found, tilt)
    spread = found.pairs * chance * (1 - chance)
    return float(spread.sum()), float((spread * (1 - 2 * chance)).sum())


# ------------------------------------------------------------------ exact tails


def exact(
    ratio: Callable[[Any], Any], support: tuple[int, int], moments: tuple[float, float], at: int
) -> float:
    """Return log10 of the two-sided p under a distribution given by ratios of neighbours.

    Parameters
    ----------
    ratio
        Of whole numbers k: ``P(k + 1) / P(k)``, falling in k.
    support
        The smallest and the largest possible number.
    moments
        Mean and standard deviation: what is further than 40 of these away (and 60 units)
        from both the mean and `at` counts for nothing.
    at
        The number observed.
    """
    mean, sd = moments
    reach = int(40 * sd + 60)
    low = max(support[0], min(int(mean), at) - reach)
    high = min(support[1], max(int(mean), at) + reach)
    numbers = np.arange(low, high, dtype=np.float64)
    logs = np.concatenate([[0.0], np.cumsum(np.log(ratio(numbers)))])
    total = np.logaddexp.reduce(logs)
    lower = np.logaddexp.reduce(logs[: at - low + 1]) - total
    upper = np.logaddexp.reduce(logs[at - low :]) - total
    return two_sided(float(lower), float(upper))
