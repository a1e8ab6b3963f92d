"""The directed configuration model: expected degrees as observed, ties independent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from follownet.nulls._classes import Classes, Floats, Integers, blocks, classes
from follownet.nulls._newton import solve
from follownet.nulls._tails import Spectrum, spectrum

#: Of a parameter at infinity; e to it is beyond what a double can hold.
_BEYOND = 1_000.0
#: The variance of the number of ties below which the degrees allow one graph only.
_FORCED = 1e-6


@dataclass(frozen=True)
class _Problem:
    """Both degrees of each class; parameters are ``log x`` of all, then ``log y`` of all."""

    wanted: Floats
    weight: Floats

    def expected(self, logs: Floats) -> tuple[Floats, Floats]:
        x, y, size = self._parts(logs)
        rows, columns = np.empty_like(x), np.zeros_like(y)
        row_slopes, column_slopes = np.empty_like(x), np.zeros_like(y)
        for part in blocks(len(x)):
            never = 1 / (1 + np.outer(x[part], y))
            rows[part] = x[part] * (never @ (size * y))
            columns += (size * x)[part] @ never
            never *= never
            row_slopes[part] = x[part] * (never @ (size * y))
            column_slopes += (size * x)[part] @ never
        own = x * y / (1 + x * y)
        own_slope = x * y / (1 + x * y) ** 2
        sums = np.concatenate([rows - own, y * columns - own])
        return sums, np.concatenate([row_slopes - own_slope, y * column_slopes - own_slope])

    def product(self, logs: Floats, change: Floats) -> Floats:
        x, y, size = self._parts(logs)
        a, b = np.split(change, 2)
        rows, columns = np.empty_like(x), np.zeros_like(y)
        row_slopes, column_slopes = np.empty_like(x), np.zeros_like(y)
        right = np.stack([size * y, size * y * b], axis=1)
        left = np.stack([size * x, size * x * a])
        for part in blocks(len(x)):
            slope = (1 / (1 + np.outer(x[part], y))) ** 2
            row_slopes[part], rows[part] = x[part] * (slope @ right).T
            both = left[:, part] @ slope
            column_slopes += both[0]
            columns += both[1]
        own = x * y / (1 + x * y) ** 2
        of_rows = a * row_slopes + rows - own * (a + b)
        return np.concatenate([of_rows, y * (b * column_slopes + columns) - own * (a + b)])

    def _parts(self, logs: Floats) -> tuple[Floats, Floats, Floats]:
        x, y = np.split(np.exp(logs), 2)
        return x, y, self.weight[: len(x)]


@dataclass(frozen=True)
class Degree:
    """The solved model: of each class ``log x`` (following) and ``log y`` (followed)."""

    classes: Classes
    x: Floats
    y: Floats
    error: float

    def chances(self, part: slice) -> tuple[Floats, Floats]:
        """Return p of a tie from some classes to all, and of its return."""
        from scipy.special import expit

        there = expit(self.x[part, None] + self.y)
        back = expit(self.y[part, None] + self.x)
        return there, back

    def ties(self, part: slice) -> Floats:
        """Return p of a tie from some classes to all."""
        return self.chances(part)[0]


def degree(following: Any, followers: Any) -> Degree:
    """Return the model with ``p_ij = x_i y_j / (1 + x_i y_j)`` that expects these degrees."""
    found = classes(following, followers)
    out, back, x, y = _forced(found)
    wanted = np.concatenate([out, back]).astype(np.float64)
    problem = _Problem(wanted, np.tile(found.size, 2).astype(np.float64))
    with np.errstate(divide="ignore"):
        start = np.log(wanted / np.sqrt(max(1.0, float(found.size @ out))))
    solution = solve(problem, start)
    free_x, free_y = np.split(solution.logs, 2)
    x, y = np.where(x == 0, free_x, x), np.where(y == 0, free_y, y)
    if found.size @ solution.slopes[: len(found)] < _FORCED:
        x, y = x * _BEYOND, y * _BEYOND
    return Degree(found, x, y, solution.error)


def dyads(model: Degree) -> Spectrum:
    """Return the chances ``p_ij p_ji`` of all pairs of accounts to be mutual.

    The pairs are independent, so that these give the mean, variance and tails of M.
    """
    size = model.classes.size.astype(np.float64)

    def parts() -> Any:
        for part in blocks(len(size)):
            there, back = model.chances(part)
            # Every pair of classes comes up twice, and a class has m(m - 1)/2 pairs inside.
            pairs = np.outer(size[part], size) / 2
            own = np.arange(part.start, part.stop)
            pairs[own - part.start, own] -= size[part] / 2
            yield there * back, pairs

    return spectrum(parts())


def _forced(found: Classes) -> tuple[Integers, Integers, Floats, Floats]:
    """Return the degrees that are left open, and parameters of the accounts that are forced.

    Whoever follows everyone that can be followed, or nobody, leaves no choice; nor does, once
    they are set aside, whoever now follows everyone left. Of two forced accounts the one set
    aside first decides, so that its parameter is the larger.
    """
    left = [found.degrees[0].copy(), found.degrees[1].copy()]
    stage = [np.zeros(len(found)), np.zeros(len(found))]
    stages = 0
    while True:
        free = [stage[side] == 0 for side in (0, 1)]
        room = [int(found.size @ free[1 - side]) - free[1 - side] for side in (0, 1)]
        empty = [free[side] & (left[side] == 0) for side in (0, 1)]
        full = [free[side] & (left[side] == room[side]) & ~empty[side] for side in (0, 1)]
        if not any(kind.any() for kind in (*empty, *full)):
            break
        stages += 1
        taken = [int(found.size @ full[side]) - full[side] for side in (0, 1)]
        for side in (0, 1):
            stage[side][full[side]], stage[side][empty[side]] = stages, -stages
            left[side] = np.where(stage[side] == 0, left[side] - taken[1 - side], 0)
    return left[0], left[1], _ranked(stage[0], stages), _ranked(stage[1], stages)


def _ranked(stage: Floats, stages: int) -> Floats:
    """Return parameters of accounts forced at a stage (negative: nobody); 0 of all others."""
    ranked: Floats = np.sign(stage) * (stages + 1 - np.abs(stage)) * _BEYOND
    return ranked
