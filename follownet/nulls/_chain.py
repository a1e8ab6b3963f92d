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

#: In rounds.
BURN_IN, SPACING = 10, 2
#: The share of groups that propose. Below 1, so that any one switch can happen alone.
_ACTIVE = 0.9
#: Small graphs get as many rounds as make up for their few ties.
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
        Rounds before the first draw, and between draws; see `fit`.
    """

    acceptance: float
    autocorrelation: float
    effective: float
    drift: float
    kept: float
    burn_in: int = BURN_IN
    spacing: int = SPACING

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
    A round is four steps, each of which leads from G to H as often as from H to G, so that
    every graph stays as likely.

    Two steps are switches of all ties at once, in random groups of two, then of three; each
    active group proposes to rotate its targets. It is turned down if a tie would be a loop, or
    if any of its old or new ties is there more than once among *all current ties and all
    proposed ones*. From the graph after the step, the same groups with the same coins (threes
    turned round) propose the accepted groups' old ties and the others' new ones, so that the
    ties compared are the same as before, the same groups are turned down, and the step leads
    back. Turning down only the later of two groups that collide, or comparing with accepted
    groups alone, breaks this. A group that is turned down is a step taken (a walk that repeats
    until a switch succeeds prefers graphs with many neighbours). Groups of three reverse
    directed cycles, which pairs cannot (Rao, Jana & Bandyopadhyay 1996, Sankhya A 58:225).

    Two steps are trades: accounts meet in random pairs and deal out afresh whom only one of
    the two follows, each keeping its number; then in the same way who follows only one of the
    two (Strona et al. 2014, doi:10.1038/ncomms5114; of all at once, Carstens et al. 2018,
    doi:10.4230/LIPIcs.ESA.2018.11). Where a graph is dense nearly all switches are turned
    down, and trades do the work: at a density of 0.7 the numbers of mutual pairs of successive
    rounds are uncorrelated, and correlate by 0.9 if the trades are switches too. Where few
    accounts hold most ties, switches do it.
    """

    def __init__(self, F: FollowGraph, rng: Generator) -> None:
        self._start, self._rng = F, rng
        self._sources, self._targets = F.sources.copy(), F.targets.copy()
        self._keys = self._key(self._sources, self._targets)
        self.attempted = self.accepted = 0

    def draws(self, count: int) -> Iterator[FollowGraph]:
        """Yield graphs, after the burn-in and then at the spacing."""
        self.advance(BURN_IN)
        for number in range(count):
            if number:
                self.advance(SPACING)
            yield self.graph()

    def advance(self, rounds: int) -> None:
        """Walk on by so many rounds."""
        small = math.sqrt(max(1.0, _LEAST / max(1, len(self._keys))))
        for _ in range(math.ceil(rounds * small)):
            self._switch(2)
            self._trade(self._sources, self._targets)
            self._switch(3)
            self._trade(self._targets, self._sources)

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

    def _switch(self, size: int) -> None:
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

    def _trade(self, own: Integers, other: Integers) -> None:
        """Let random pairs of accounts deal out the other ends that one of the two has."""
        seat = self._rng.permutation(len(self._start))
        table = seat[own] // 2
        order = np.argsort(table * len(self._start) + other)
        tie = order[_single(table[order], other[order])]
        # An account that sits at the table itself would get a loop.
        tie = tie[seat[other[tie]] // 2 != table[tie]]
        own[tie] = own[tie[np.argsort(table[tie] + self._rng.random(len(tie)))]]
        self._keys = self._key(self._sources, self._targets)


def _single(*columns: Integers) -> Flags:
    """Return where sorted rows differ from both their neighbours."""
    differs = np.ones(len(columns[0]) + 1, dtype=bool)
    differs[1:-1] = np.any([column[1:] != column[:-1] for column in columns], axis=0)
    return differs[1:] & differs[:-1]


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
