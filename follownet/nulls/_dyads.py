"""Mean and variance of the mutual pairs where only ties, or whom one follows, are counted."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

from follownet.nulls._classes import Integers
from follownet.nulls._tails import Spectrum, exact, saddlepoint, spectrum

Moments = tuple[float, float]


def density(accounts: int, follows: int) -> Moments:
    """Return mean and variance of ``Binomial(N(N-1)/2, p^2)`` with ``p = L/(N(N-1))``."""
    pairs = accounts * (accounts - 1) // 2
    chance = Fraction(follows, 2 * pairs) ** 2 if pairs else Fraction(0)
    return float(pairs * chance), float(pairs * chance * (1 - chance))


def density_p(accounts: int, follows: int, mutual: int) -> float:
    """Return log10 of the exact two-sided p of the binomial distribution."""
    pairs = accounts * (accounts - 1) // 2
    mean, variance = density(accounts, follows)
    odds = mean / (pairs - mean)
    return exact(lambda k: (pairs - k) / (k + 1) * odds, (0, pairs), (mean, variance**0.5), mutual)


def density_fixed(accounts: int, follows: int) -> Moments:
    """Return mean and variance if L ties are anywhere among the N(N-1) places.

    By factorial moments: k given pairs are mutual with chance ``(L)_2k / (N(N-1))_2k``.
    """
    pairs = accounts * (accounts - 1) // 2
    mean = pairs * _falling(follows, 2 * pairs, 2)
    second = pairs * (pairs - 1) * _falling(follows, 2 * pairs, 4)
    return float(mean), float(second + mean - mean**2)


def _falling(some: int, all_: int, times: int) -> Fraction:
    """Return the chance that given places are all taken, ``(some)_times / (all)_times``."""
    chance = Fraction(1)
    for step in range(times):
        chance *= Fraction(max(some - step, 0), all_ - step) if all_ > step else 0
    return chance


def density_fixed_p(accounts: int, follows: int, mutual: int) -> float:
    """Return log10 of the exact two-sided p.

    ``P(M = m)`` goes with ``2^(L-2m) / (m! (L-2m)! (P-L+m)!)`` for P pairs.
    """
    pairs = accounts * (accounts - 1) // 2
    mean, variance = density_fixed(accounts, follows)

    def ratio(k: Any) -> Any:
        single = follows - 2 * k
        return single * (single - 1) / (4 * (k + 1) * (pairs - follows + k + 1))

    support = (max(0, follows - pairs), follows // 2)
    return exact(ratio, support, (mean, variance**0.5), mutual)


def out_degree(following: Integers) -> Moments:
    """Return mean and variance if everyone chooses whom to follow (Katz & Powell 1955).

    A pair is mutual with ``q_ij = k_i k_j / (N-1)^2``. Pairs that share an account compete
    for its choices: their covariance is ``- k_j k_l c_i / (N-1)^2`` with
    ``c_i = k_i (N-1-k_i) / ((N-1)^2 (N-2))``; all others are independent.
    """
    others = len(following) - 1
    if others < 1:
        return 0.0, 0.0
    degrees, counts = (column.tolist() for column in np.unique(following, return_counts=True))
    classes = list(zip(degrees, counts, strict=True))
    first, second, fourth = (sum(n * k**power for k, n in classes) for power in (1, 2, 4))
    mean = Fraction(first**2 - second, 2 * others**2)
    squares = Fraction(second**2 - fourth, 2 * others**4)
    # Twice the covariance of pairs (i, j) and (i, l): the sum over j < l is half of this one.
    shared = sum(n * k * (others - k) * ((first - k) ** 2 - (second - k * k)) for k, n in classes)
    rivalry = Fraction(shared, others**4 * (others - 1)) if others > 1 else 0
    return float(mean), float(mean - squares - rivalry)


def out_degree_p(following: Integers, mutual: int) -> float:
    """Return log10 of the two-sided p, or a little more.

    The pairs are negatively associated (each account's choices exclude each other; Joag-Dev
    & Proschan 1983, doi:10.1214/aos/1176346079), so that the tails, on the scale of the
    saddlepoint's exponent, are at most those of independent pairs, which are used.
    """
    return saddlepoint(out_degree_dyads(following), mutual)


def out_degree_dyads(following: Integers) -> Spectrum:
    """Return the chances ``k_i k_j / (N-1)^2`` of all pairs."""
    degrees, counts = np.unique(following, return_counts=True)
    pairs = np.outer(counts, counts) / 2
    pairs[np.diag_indices(len(counts))] -= counts / 2
    return spectrum([(np.outer(degrees, degrees) / (len(following) - 1) ** 2, pairs)])
