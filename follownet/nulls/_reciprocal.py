"""The reciprocal configuration model: one-way and mutual ties of each account as observed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from follownet.nulls._classes import Classes, Floats, blocks, classes
from follownet.nulls._newton import solve


@dataclass(frozen=True)
class _Problem:
    """Three degrees of each class: one-way following, one-way followed, mutual.

    Of a pair ``D = f_i f_j + x_i y_j + x_j y_i + z_i z_j``; each kind of tie has a factor of
    the account itself (x, y, z) and one of the other (y, x, z), so that all sums over the
    others are products of ``1/D`` and ``1/D^2`` with a few columns. f is 1, but 0 of an account
    that is tied to everyone: its other parameters would be infinite to say so.
    """

    wanted: Floats
    weight: Floats
    free: Floats

    def expected(self, logs: Floats) -> tuple[Floats, Floats]:
        own, other, size = self._parts(logs)
        never = self._never(own)
        columns = np.concatenate([size * other, size * other * other])
        first, second = self._products(own, columns[:3], columns[3:])
        alone = own * other * never
        sums = own * first - alone
        slopes = own * first - own**2 * second - alone * (1 - alone)
        return sums.ravel(), slopes.ravel()

    def product(self, logs: Floats, change: Floats) -> Floats:
        own, other, size = self._parts(logs)
        mine = change.reshape(3, -1)
        theirs = mine[[1, 0, 2]]
        never = self._never(own)
        single = [size * other[k] * of for k in range(3) for of in (1.0, theirs[k])]
        double = [
            size * other[k] * other[n] * of
            for k in range(3)
            for n in range(3)
            for of in (1.0, theirs[n])
        ]
        first, second = self._products(own, np.array(single), np.array(double))
        moved = np.empty_like(own)
        for k in range(3):
            moved[k] = mine[k] * first[2 * k] + first[2 * k + 1]
            moved[k] -= other[k] * never * (mine[k] + theirs[k])
            for n in range(3):
                at = 6 * k + 2 * n
                moved[k] -= own[n] * (mine[n] * second[at] + second[at + 1])
                alone = other[k] * other[n] * never**2
                moved[k] += own[n] * alone * (mine[n] + theirs[n])
        return (own * moved).ravel()

    def _parts(self, logs: Floats) -> tuple[Floats, Floats, Floats]:
        own = np.exp(logs).reshape(3, -1)
        return own, own[[1, 0, 2]], self.weight[: own.shape[1]]

    def _never(self, own: Floats) -> Floats:
        """Return ``1/D`` of each class with itself."""
        x, y, z = own
        whole = self.free + 2 * x * y + z * z
        never: Floats = 1 / np.where(whole == 0, 1.0, whole)
        return never

    def _products(self, own: Floats, first: Floats, second: Floats) -> tuple[Floats, Floats]:
        """Return the sums of some columns over all others, weighted by 1/D and by 1/D^2."""
        one, two = np.empty_like(first), np.empty_like(second)
        for part in blocks(own.shape[1]):
            never = 1 / _whole(self.free, own, part)
            one[:, part] = (never @ first.T).T
            never *= never
            two[:, part] = (never @ second.T).T
        return one, two


def _whole(free: Floats, parameters: Floats, part: slice) -> Floats:
    """Return D of some classes with all; 1 where no kind of tie is possible, nor none."""
    x, y, z = parameters
    left = np.stack([free[part], x[part], y[part], z[part]], axis=1)
    whole: Floats = left @ np.stack([free, y, x, z])
    whole[whole == 0] = 1.0
    return whole


@dataclass(frozen=True)
class Reciprocal:
    """The solved model: of each class x (following), y (followed) and z (mutual)."""

    classes: Classes
    x: Floats
    y: Floats
    z: Floats
    free: Floats
    error: float

    def pairs(self, part: slice) -> tuple[Floats, Floats, Floats]:
        """Return p of a tie there alone, of one back alone, and of both."""
        whole = _whole(self.free, np.stack([self.x, self.y, self.z]), part)
        there = np.outer(self.x[part], self.y) / whole
        back = np.outer(self.y[part], self.x) / whole
        return there, back, np.outer(self.z[part], self.z) / whole

    def moments(self) -> tuple[float, float]:
        """Return mean and variance of the number of mutual pairs."""
        size = self.classes.size.astype(np.float64)
        mean = variance = 0.0
        for part in blocks(len(size)):
            both = self.pairs(part)[2]
            number = np.outer(size[part], size) / 2
            own = np.arange(part.start, part.stop)
            number[own - part.start, own] -= size[part] / 2
            mean += float((number * both).sum())
            variance += float((number * both * (1 - both)).sum())
        return mean, variance


def reciprocal(following: Any, followers: Any, mutual: Any) -> Reciprocal:
    """Return the model that expects these one-way and mutual ties of each account."""
    found = classes(following, followers, mutual)
    wanted = np.concatenate(found.degrees).astype(np.float64)
    everyone = sum(found.degrees) == found.size.sum() - 1
    free = np.where(everyone, 0.0, 1.0)
    problem = _Problem(wanted, np.tile(found.size, 3).astype(np.float64), free)
    totals = [float(found.size @ found.degrees[kind]) for kind in (0, 2)]
    one_way, both = (np.sqrt(max(1.0, total)) for total in totals)
    scale = np.repeat([one_way, one_way, both], len(found))
    with np.errstate(divide="ignore"):
        solution = solve(problem, np.log(wanted / scale))
    x, y, z = np.exp(solution.logs).reshape(3, -1)
    return Reciprocal(found, x, y, z, free, solution.error)
