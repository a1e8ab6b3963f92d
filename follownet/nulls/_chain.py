"""Switching: a chain through all graphs in which every account keeps both its degrees."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from follownet.graph import FollowGraph
from follownet.nulls._classes import Floats, Integers
from follownet.nulls._draws import Generator, graph_of

#: In attempted switches a tie, of which six in ten to nine in ten are accepted. The number
#: of mutual pairs is at its mean after 1 on every network measured, and the ties that are
#: still in place are as many as in independent graphs after 3; draws 2 apart correlate by
#: less than 0.05.
BURN_IN, SPACING = 15.0, 2.0
#: The share of groups that propose. Below 1, so that any one switch can happen alone.
_ACTIVE = 0.9
#: Two ties a switch, but three in every fourth batch: no switch of two turns a cycle round.
_SIZES = (2, 2, 2, 3)
#: Small graphs get as many batches as make up for their few ties.
_LEAST = 1_000
_BITS = 20

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Mixing:
    """What speaks for or against draws of a chain being as good as independent.

    Attributes
    ----------
    acceptance
        The share of attempted switches that were made.
    autocorrelation
        Of the statistic, from one draw to the next; nan if all draws are equal.
    effective
        How many independent draws these are worth, ``n (1 - a)/(1 + a)``, at most n.
    drift
        Mean of the second half less that of the first, in standard errors of that difference.
    kept
        The share of observed ties that are in place in the last graph.
    burn_in, spacing
        Attempted switches for each tie before the first draw, and between draws.
    """

    acceptance: float
    autocorrelation: float
    effective: float
    drift: float
    kept: float
    burn_in: float = BURN_IN
    spacing: float = SPACING

    def __str__(self) -> str:
        return ", ".join(f"{name} {value:.3g}" for name, value in asdict(self).items())

    def doubts(self, draws: int, compared: int = 1) -> str:
        """Return in words what speaks against the draws; nothing if nothing does.

        Bounds are those that well-mixed draws of so many statistics hardly ever pass.
        """
        far = 3.5 + math.log10(compared)
        if self.autocorrelation > max(0.3, far / math.sqrt(draws)):
            return f"draws depend on each other (autocorrelation {self.autocorrelation:.2f})"
        if abs(self.drift) > far:
            return f"draws drift (halves are {abs(self.drift):.1f} standard errors apart)"
        return ""


class Chain:
    """A random walk over the graphs with these degrees, each as likely in the long run.

    Notes
    -----
    A batch puts all ties into random groups of two (or three); each active group proposes to
    rotate its targets. It is turned down if a tie would be a loop, or if any of its old or
    new ties is there more than once among *all current ties and all proposed ones*. Why that
    leaves every graph as likely: from the graph after a batch, the same groups with the same
    coins (threes turned round) propose the accepted groups' old ties and the others' new
    ones, so that the ties compared are the same as before, the same groups are turned down,
    and the batch leads back: P(G to H) = P(H to G). Turning down only the later of two groups
    that collide, or comparing with accepted groups alone, breaks this. A group that is turned
    down is a step taken (a walk that repeats until a switch succeeds prefers graphs with many
    neighbours). Groups of three reverse directed cycles, which pairs cannot (Rao, Jana &
    Bandyopadhyay 1996, Sankhya A 58:225).
    """

    def __init__(self, F: FollowGraph, rng: Generator) -> None:
        self._start, self._rng = F, rng
        self._sources, self._targets = F.sources, F.targets.copy()
        self._keys = self._key(self._sources, self._targets)
        self._batches = self.attempted = self.accepted = 0

    def draws(self, count: int) -> Iterator[FollowGraph]:
        """Yield graphs, after the burn-in and then at the spacing."""
        self.advance(BURN_IN)
        for number in range(count):
            if number:
                self.advance(SPACING)
            yield self.graph()

    def advance(self, attempts: float) -> None:
        """Walk on by so many attempted switches a tie."""
        small = math.sqrt(max(1.0, _LEAST / max(1, len(self._keys))))
        for _ in range(math.ceil(attempts * small * 2 / _ACTIVE)):
            self._batch(_SIZES[self._batches % len(_SIZES)])
            self._batches += 1

    def graph(self) -> FollowGraph:
        """Return the graph that the walk is at."""
        return graph_of(self._start, self._sources, self._targets)

    def mixing(self, values: Floats) -> Mixing:
        """Return the diagnostic of a statistic of the draws."""
        draws = len(values)
        correlation, drift = math.nan, math.nan
        if draws > 3 and values.std() > 0:
            apart = values - values.mean()
            correlation = float(apart[1:] @ apart[:-1] / (apart @ apart))
        effective = math.nan
        if not math.isnan(correlation):
            effective = min(float(draws), draws * (1 - correlation) / (1 + correlation))
            halves = values[draws // 2 :].mean() - values[: draws // 2].mean()
            drift = float(halves / (values.std() * 2 / math.sqrt(max(effective, 1.0))))
        before = self._key(self._start.sources, self._start.targets)
        kept = np.isin(self._keys, before).mean() if len(before) else math.nan
        done = self.accepted / self.attempted if self.attempted else math.nan
        return Mixing(done, correlation, effective, drift, float(kept))

    def _key(self, sources: Integers, targets: Integers) -> Integers:
        keys: Integers = sources * len(self._start) + targets
        return keys

    def _batch(self, size: int) -> None:
        """Let random groups of some ties rotate their targets, all at once."""
        groups = len(self._keys) // size
        order = self._rng.permutation(len(self._keys))[: groups * size].reshape(size, groups)
        tie = order[:, self._rng.random(groups) < _ACTIVE]
        sources, targets = self._sources[tie], self._targets[tie]
        proposed = np.roll(targets, 1, axis=0)
        if size == 3:
            turned = self._rng.random(tie.shape[1]) < 0.5
            proposed = np.where(turned, proposed, np.roll(targets, -1, axis=0))
        keys = self._key(sources, proposed)
        twice = _repeated(np.append(self._keys, keys))
        bad = (sources == proposed) | _among(keys, twice) | _among(self._keys[tie], twice)
        good = ~bad.any(axis=0)
        self._targets[tie[:, good]] = proposed[:, good]
        self._keys[tie[:, good]] = keys[:, good]
        self.attempted += tie.shape[1]
        self.accepted += int(good.sum())


def _repeated(keys: Integers) -> Integers:
    """Return the keys that are there more than once, sorted."""
    keys.sort()
    twice: Integers = keys[1:][keys[1:] == keys[:-1]]
    return twice


def _among(keys: Integers, few: Integers) -> Flags:
    """Return whether keys are among few sorted ones.

    Nearly none are: their last bits, looked up in a small table, tell most of them apart.
    """
    if not len(few):
        return np.zeros(keys.shape, dtype=bool)
    bits = (1 << _BITS) - 1
    table = np.zeros(bits + 1, dtype=bool)
    table[few & bits] = True
    found: Flags = table[keys & bits]
    maybe = keys[found]
    found[found] = few[np.minimum(np.searchsorted(few, maybe), len(few) - 1)] == maybe
    return found


def mutual(F: FollowGraph) -> int:
    """Return the number of mutual pairs; nothing is remembered with the graph."""
    pairs: Any = np.minimum(F.sources, F.targets) * len(F) + np.maximum(F.sources, F.targets)
    return len(_repeated(pairs))
