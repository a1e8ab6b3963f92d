"""Solving for the parameters of a maximum-entropy model: Newton steps by conjugate gradients."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from follownet.errors import FollownetError
from follownet.nulls._classes import Floats

#: Aimed at, and the worst that is accepted: the largest error of a degree, relative to it.
_AIM, _ACCEPTED = 1e-11, 1e-4
_STEPS = 100


class Problem(Protocol):
    """Constraints on classes of accounts, and what parameters make of them.

    Parameters are logarithms; an entry whose constraint is 0 stays at -inf.
    """

    @property
    def wanted(self) -> Floats:
        """The constraints of one account a class."""

    @property
    def weight(self) -> Floats:
        """How many accounts there are in each class."""

    def expected(self, logs: Floats) -> tuple[Floats, Floats]:
        """Return the expected constraints of one account a class, and their own derivatives."""

    def product(self, logs: Floats, change: Floats) -> Floats:
        """Return how the expected constraints change with the parameters."""


@dataclass(frozen=True)
class Solution:
    """Logarithms of parameters, the largest relative error left, and the slopes there."""

    logs: Floats
    error: float
    slopes: Floats


def solve(problem: Problem, start: Floats) -> Solution:
    """Return the parameters at which every expected constraint is as wanted.

    The likelihood is concave in the logarithms; a Newton step is cut back until the error
    falls. Constraints at the edge of what is possible have their parameters at infinity; each
    step then divides the error by e, which a fixed-point iteration does not, until rounding
    stops it: on random graphs up to 1e-5 was left in dense ones, 1e-11 in all others.

    Raises
    ------
    FollownetError
        If a degree is still off by more than 1e-4 of it.
    """
    logs = start
    sums, slopes = problem.expected(logs)
    error = _error(problem, sums)
    for _ in range(_STEPS):
        if error <= _AIM:
            break
        change = _direction(problem, logs, problem.wanted - sums, slopes)
        found = _shortened(problem, logs, change, sums)
        if found is None:
            break
        logs, sums, slopes = found
        error = _error(problem, sums)
    if not error <= _ACCEPTED:
        raise FollownetError(
            f"the null model was not solved: a degree is off by {error:.1e} of it; "
            "model='switching' keeps degrees without solving for them"
        )
    return Solution(logs, error, slopes)


def _error(problem: Problem, sums: Floats) -> float:
    """Return the largest error of a constraint, relative to it."""
    gaps = np.abs(sums - problem.wanted) / np.maximum(problem.wanted, 1)
    return float(gaps.max(initial=0.0))


def _size(problem: Problem, sums: Floats) -> float:
    """Return the length of all errors together, in units of their chance variation."""
    gaps = (sums - problem.wanted) ** 2 / np.maximum(problem.wanted, 1)
    return float(np.sqrt((problem.weight * gaps).sum()))


def _shortened(
    problem: Problem, logs: Floats, change: Floats, before: Floats
) -> tuple[Floats, Floats, Floats] | None:
    """Return where a step leads, halved until the error falls; None if it never does."""
    size = _size(problem, before)
    scale = min(1.0, 3.0 / max(float(np.abs(change).max(initial=0.0)), 1e-300))
    for _ in range(12):
        there = logs + scale * change
        sums, slopes = problem.expected(there)
        if np.isfinite(sums).all() and _size(problem, sums) < size:
            return there, sums, slopes
        scale /= 2
    return None


def _direction(problem: Problem, logs: Floats, gaps: Floats, slopes: Floats) -> Floats:
    """Return the Newton step by conjugate gradients, preconditioned by the diagonal."""
    free = slopes > 0
    scale = np.where(free, problem.weight * slopes, 1.0)
    residual = np.where(free, problem.weight * gaps, 0.0)
    step = np.zeros_like(gaps)
    ready = residual / scale
    along, length = ready, float(residual @ ready)
    # Loose far from the solution, tight near it: Newton's quadratic convergence is kept. Not
    # beyond 1e-8: one direction is free (all x by c, all y by 1/c), and rounding points along it.
    enough = length * min(1e-4, max(1e-8, _error(problem, problem.wanted - gaps)))
    for _ in range(_STEPS):
        if length <= enough or length == 0:
            break
        bent = np.where(free, problem.weight * problem.product(logs, along), 0.0)
        rate = length / float(along @ bent)
        step = step + rate * along
        residual = residual - rate * bent
        ready = residual / scale
        length, before = float(residual @ ready), length
        along = ready + length / before * along
    return step
