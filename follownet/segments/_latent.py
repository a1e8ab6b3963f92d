"""A mixture of kinds: categories, counts and marks that are independent within a kind."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.special import gammaln, logsumexp

Floats = npt.NDArray[np.float64]

#: Dispersions of counts that are tried: nearly Poisson at the end, one in a hundred at the start.
_SIZES: Final = np.geomspace(0.05, 200, 16)
#: Of each start, and of the best of them.
_FEW: Final = 8
_MANY: Final = 200
_ENOUGH: Final = 2e-5  # of log likelihood, an account
#: Starts are tried on so many accounts at most.
_SOME: Final = 2_000


@dataclass(frozen=True)
class Sample:
    """What was seen of n accounts.

    ``state``: a category, n x s, one 1 a row. ``counts`` n x c and for how long they were held,
    ``held`` n; ``marks`` n x m, 0, 1 or nan where unknown.
    """

    state: Floats
    counts: Floats
    held: Floats
    marks: Floats

    def __len__(self) -> int:
        """Return how many accounts there are."""
        return len(self.state)

    def take(self, rows: npt.NDArray[np.int64]) -> Sample:
        """Return some rows."""
        return Sample(self.state[rows], self.counts[rows], self.held[rows], self.marks[rows])


@dataclass(frozen=True)
class Fit:
    """A mixture of k kinds, and how likely it makes what was seen.

    ``shares`` k; ``state`` k x s, probabilities; ``rates`` k x c, counts per unit of time;
    ``sizes`` k x c, the dispersion: the variance of a count of mean m is m + m^2 / size; ``marks``
    k x m, probabilities.
    """

    shares: Floats
    state: Floats
    rates: Floats
    sizes: Floats
    marks: Floats
    log_likelihood: float = -np.inf
    entropy: float = 0.0

    @property
    def parameters(self) -> int:
        """How many numbers were chosen freely."""
        kinds, states = self.state.shape
        each = states - 1 + 2 * self.rates.shape[1] + self.marks.shape[1]
        return int(kinds - 1 + kinds * each)

    def joint(self, sample: Sample) -> Floats:
        """Return the log density of each account in each kind, n x k."""
        found = np.log(self.shares) + sample.state @ np.log(self.state).T
        for column in range(sample.counts.shape[1]):
            count = sample.counts[:, column, None]
            mean = sample.held[:, None] * self.rates[:, column]
            size = self.sizes[:, column]
            found += gammaln(count + size) - gammaln(size) - gammaln(count + 1)
            found += size * np.log(size / (size + mean)) + count * np.log(mean / (size + mean))
        seen = ~np.isnan(sample.marks)
        there = np.nan_to_num(sample.marks)
        found += there @ np.log(self.marks).T + (seen - there) @ np.log1p(-self.marks).T
        return found

    def weights(self, sample: Sample) -> Floats:
        """Return how probable each kind is for each account, n x k."""
        joint = self.joint(sample)
        weights: Floats = np.exp(joint - logsumexp(joint, axis=1, keepdims=True))
        return weights


def fitted(sample: Sample, kinds: int, starts: int, rng: np.random.Generator) -> Fit:
    """Return the likeliest mixture by expectation and maximisation from the best of some starts."""
    if kinds == 1:
        return _climbed(sample, np.ones((len(sample), 1)), _FEW)
    some = sample
    if len(sample) > _SOME:
        some = sample.take(rng.choice(len(sample), _SOME, replace=False))
    begun = [_climbed(some, _start(some, kinds, rng), _FEW) for _ in range(starts)]
    best = max(begun, key=lambda fit: fit.log_likelihood)
    return _climbed(sample, best.weights(sample), _MANY)


def _climbed(sample: Sample, weights: Floats, rounds: int) -> Fit:
    last = -np.inf
    for _ in range(rounds):
        fit = _chosen(sample, weights)
        joint = fit.joint(sample)
        each = logsumexp(joint, axis=1)
        weights = np.exp(joint - each[:, None])
        total = float(each.sum())
        # It may fall a little: what rises is the likelihood times the priors.
        if abs(total - last) < _ENOUGH * len(sample):
            break
        last = total
    known = weights[weights > 0]
    return replace(fit, log_likelihood=total, entropy=-float((known * np.log(known)).sum()))


def _chosen(sample: Sample, weights: Floats) -> Fit:
    """Return the parameters that are likeliest given each account's kinds.

    Half an account more of each category, and a tenth of an event more at the overall rate, keep
    them from 0: Jeffreys' and a weak prior.
    """
    mass = weights.sum(axis=0)
    states = sample.state.shape[1]
    seen = ~np.isnan(sample.marks)
    overall = (sample.counts.sum(axis=0) + 0.1) / sample.held.sum()
    held = (weights.T @ sample.held)[:, None]
    rates = (weights.T @ sample.counts + 0.1) / (held + 0.1 / overall)
    return Fit(
        shares=(mass + 0.5) / (mass.sum() + 0.5 * len(mass)),
        state=(weights.T @ sample.state + 0.5) / (mass[:, None] + 0.5 * states),
        rates=rates,
        sizes=_dispersions(sample, weights, rates),
        marks=(weights.T @ np.nan_to_num(sample.marks) + 0.5) / (weights.T @ seen + 1),
    )


def _dispersions(sample: Sample, weights: Floats, rates: Floats) -> Floats:
    """Return the likeliest of the dispersions tried, by kind and count."""
    found = np.empty(rates.shape)
    for column in range(rates.shape[1]):
        count = sample.counts[:, column]
        # Of equal counts the costly term is computed once.
        values, place = np.unique(count, return_inverse=True)
        rising = gammaln(values[:, None] + _SIZES) - gammaln(_SIZES)
        for kind, weight in enumerate(weights.T):
            mean = sample.held[:, None] * rates[kind, column]
            score = np.bincount(place, weight, len(values)) @ rising
            score += weight.sum() * _SIZES * np.log(_SIZES)
            score -= weight @ ((_SIZES + count[:, None]) * np.log(_SIZES + mean))
            found[kind, column] = _SIZES[score.argmax()]
    return found


def _start(sample: Sample, kinds: int, rng: np.random.Generator) -> Floats:
    """Return kinds around accounts that are far apart: k-means++ (Arthur & Vassilvitskii 2007)."""
    rates = np.log1p(sample.counts / sample.held[:, None] * np.median(sample.held))
    spread = rates.std(axis=0)
    columns = [sample.state, rates / np.where(spread > 0, spread, 1), np.nan_to_num(sample.marks)]
    space = np.hstack(columns)
    centre = [int(rng.integers(len(space)))]
    near = ((space - space[centre[0]]) ** 2).sum(axis=1)
    for _ in range(kinds - 1):
        total = near.sum()
        draw = rng.random() * total
        centre.append(min(int(np.searchsorted(near.cumsum(), draw)), len(space) - 1))
        near = np.minimum(near, ((space - space[centre[-1]]) ** 2).sum(axis=1))
    far = ((space[:, None] - space[centre]) ** 2).sum(axis=2)
    weights = np.full((len(space), kinds), 0.1 / kinds)
    weights[np.arange(len(space)), far.argmin(axis=1)] += 0.9
    return weights


def tried(sample: Sample, most: int, starts: int, rng: np.random.Generator) -> list[Fit]:
    """Return fits of one kind, of two, ... until the criterion has got worse twice in a row."""
    fits: list[Fit] = []
    for kinds in range(1, min(most, len(sample)) + 1):
        fits.append(fitted(sample, kinds, starts, rng))
        icl = [criterion(fit, len(sample)) for fit in fits[-3:]]
        if len(icl) == 3 and icl[0] < icl[1] < icl[2]:
            break
    return fits


def criterion(fit: Fit, size: int) -> float:
    """Return the integrated completed likelihood in the form of BIC: the least is the best.

    Biernacki, Celeux & Govaert 2000, doi:10.1109/34.865189.
    """
    return -2 * fit.log_likelihood + fit.parameters * float(np.log(size)) + 2 * fit.entropy
