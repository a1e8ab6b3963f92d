"""A graph against chance: one number against one model."""
# ruff: noqa: PT028  # `test` is what the library offers, not a test of it

from __future__ import annotations

import html
import math
import warnings
from dataclasses import asdict, dataclass
from typing import Final

import numpy as np
import pandas as pd

from follownet.errors import FollownetWarning, SchemaError
from follownet.graph import FollowGraph, Graph
from follownet.nulls._chain import Chain, Mixing, mutual
from follownet.nulls._classes import Floats
from follownet.nulls._models import Model, Name, fit
from follownet.reciprocity import TRIADS, triads
from follownet.seeds import generator, whole_number

#: Where a statistic has to be sampled.
DRAWS: Final = 200


@dataclass(frozen=True)
class Test:
    """The numbers of `test`; see there."""

    __test__ = False  # pytest takes every class of this name for one of its own

    statistic: str
    observed: int
    expected: float
    sd: float
    z: float
    p: float
    log10_p: float
    excess: float
    rho: float
    model: str
    draws: int
    seed: int
    notes: tuple[str, ...] = ()
    mixing: Mixing | None = None

    def _rows(self) -> dict[str, str]:
        numbers = {k: v for k, v in asdict(self).items() if k not in ("notes", "mixing")}
        return {
            name: f"{value:,.4g}" if isinstance(value, float) else f"{value}"
            for name, value in numbers.items()
        }

    def _remarks(self) -> list[str]:
        mixing = [] if self.mixing is None else [f"mixing: {self.mixing}"]
        return [*mixing, *(f"note: {note}" for note in self.notes)]

    def __str__(self) -> str:
        """Return one line a number."""
        lines = [f"{name:<9} {value:>13}" for name, value in self._rows().items()]
        return "\n".join([*lines, *self._remarks()])

    def _repr_html_(self) -> str:
        table = pd.Series(self._rows()).to_frame("value").to_html(border=0)
        return table + "".join(f"<p>{html.escape(one)}</p>" for one in self._remarks())


def test(
    G: Graph | FollowGraph,
    *,
    statistic: str = "mutual",
    model: Name = "degree",
    draws: int | None = None,
    seed: int = 0,
) -> Test:
    """Return how far a count is from what a null model gives.

    Parameters
    ----------
    G
        Directed; ``source -> target`` means *source follows target*. Self-loops are left out.
    statistic
        ``"mutual"``, the number M of mutual pairs, or a triad: ``"003"`` to ``"300"``.
    model
        What chance keeps of the graph, see `fit`. ``"reciprocal"`` is for triads only.
    draws
        How many random graphs, at least 2; by default none where mean, sd and p of M follow
        from formulas (all models but ``"switching"``), 200 elsewhere.
    seed
        Of the random graphs; equal seeds give equal results in every process.

    Returns
    -------
    Test
        ``statistic``, ``observed``; ``expected`` and ``sd`` under the model;
        ``z = (observed - expected)/sd``, nan where the model allows one value only (sd 0);
        two-sided ``p`` and ``log10_p``, finite where p itself is 0; ``excess =
        observed/expected - 1``, 0 as chance has it, inf if chance expects none, nan for 0/0;
        ``rho = (r - r0)/(1 - r0)`` with ``r = 2M/L`` and ``r0`` the model's (Garlaschelli &
        Loffredo 2004, doi:10.1103/PhysRevLett.93.268701): 1 if all ties are returned, 0 as
        chance has it; nan without ties, if ``r0 = 1``, and for triads; ``model``; ``draws``
        (0: by formula); ``seed``; ``notes``; ``mixing``, of ``"switching"``.

    Raises
    ------
    NotObservedError
        For one person's ties.
    SchemaError
        For unknown statistics and models, fewer than 2 draws, seeds that are no whole number
        from 0, and M under ``"reciprocal"``.
    FollownetError
        If the model could not be solved, see `fit`.

    Warns
    -----
    FollownetWarning
        If draws of ``"switching"`` depend on each other or drift.

    Notes
    -----
    p by formula is twice the smaller tail, at most 1: exact for ``"density"`` and
    ``"density_fixed"``, by a saddlepoint for ``"degree"`` and (an upper bound on its scale)
    ``"out_degree"``; the tail of a normal distribution would be off by thousands of orders
    of magnitude at z = 400. p from draws is ``(b + 1)/(draws + 1)`` with b the draws at least
    as far from the mean of draws and observed together as the observed value, and cannot be
    less than ``1/(draws + 1)``.

    z and p of ``"density"``, ``"degree"`` and ``"reciprocal"`` are conservative: parameters
    are fitted to the graph that is tested, and part of its chance goes into them. Over graphs
    drawn from the model z has mean 0 and an sd below 1 (0.96 and 0.77 for the first two on a
    graph of 200 accounts), so that p below 0.05 comes up in fewer than 5 % of them.

    z grows with the size of a network and ranks nothing; `excess` too, where ties are few: of
    k copies side by side chance expects as many mutual pairs as of one. Compare networks by
    `rho`. The package says more on the choice of a model.

    Examples
    --------
    >>> import networkx as nx
    >>> found = test(nx.DiGraph([("a", "b"), ("b", "a"), ("c", "a")]), model="density_fixed")
    >>> found.observed, found.expected, round(found.p, 3), round(found.excess, 3)
    (1, 0.6, 1.0, 0.667)
    """
    require_draws(draws, seed)
    if statistic != "mutual" and statistic not in TRIADS:
        raise SchemaError(f"statistic: accepts 'mutual' or a triad: {', '.join(TRIADS)}")
    if model == "reciprocal" and statistic == "mutual":
        raise SchemaError(
            "model: 'reciprocal' keeps the mutual ties of every account, so that it expects the "
            "observed number and z is 0; use it for triads, and 'degree' for mutual pairs"
        )
    return compared(fit(G, model=model), statistic, draws, seed)


test.__test__ = False  # type: ignore[attr-defined]  # pytest takes it for a test where imported


def require_draws(draws: int | None, seed: int) -> None:
    """Raise `SchemaError` for a number of draws that gives no sd, or an unfit seed."""
    whole_number(seed, "seed", least=0)
    if draws is not None:
        whole_number(draws, "draws", least=2)


def compared(model: Model, statistic: str, draws: int | None, seed: int) -> Test:
    """Return the comparison of a graph with a model fitted to it."""
    if statistic == "mutual" and draws is None and model.log10_p is not None:
        return _by_formula(model, seed)
    draws = DRAWS if draws is None else draws
    observed = counted(model.graph, (statistic,))[0]
    rows, mixing = sampled(model, {statistic: observed}, draws, seed)
    row = rows[statistic]
    excess, rho = _effects(model.graph, statistic, observed, row["expected"])
    return Test(
        statistic=statistic,
        observed=observed,
        **{name: row[name] for name in ("expected", "sd", "z", "p")},
        log10_p=math.log10(row["p"]),
        excess=excess,
        rho=rho,
        model=model.model,
        draws=draws,
        seed=seed,
        notes=warned(model.notes, mixing, statistic, draws),
        mixing=mixing.get(statistic),
    )


def _by_formula(model: Model, seed: int) -> Test:
    """Return the comparison of M with a model whose distribution is known."""
    assert model.log10_p is not None
    observed = mutual(model.graph)
    log10_p = model.log10_p(observed) if model.sd > 0 else 0.0
    excess, rho = _effects(model.graph, "mutual", observed, model.expected)
    return Test(
        statistic="mutual",
        observed=observed,
        expected=model.expected,
        sd=model.sd,
        z=(observed - model.expected) / model.sd if model.sd > 0 else math.nan,
        p=10**log10_p,
        log10_p=log10_p,
        excess=excess,
        rho=rho,
        model=model.model,
        draws=0,
        seed=seed,
        notes=model.notes,
    )


def _effects(F: FollowGraph, statistic: str, observed: int, expected: float) -> tuple[float, float]:
    """Return `excess` and `rho`."""
    without = math.inf if observed > 0 else math.nan
    excess = observed / expected - 1 if expected > 0 else without
    if statistic != "mutual" or F.follows == 0:
        return excess, math.nan
    r, chance = 2 * observed / F.follows, 2 * expected / F.follows
    return excess, (r - chance) / (1 - chance) if chance < 1 else math.nan


# ------------------------------------------------------------------ by draws


def counted(F: FollowGraph, statistics: tuple[str, ...]) -> list[int]:
    """Return some statistics of a graph."""
    if statistics == ("mutual",):
        return [mutual(F)]
    return [int(count) for count in triads(F)[list(statistics)]]


def sampled(
    model: Model, observed: dict[str, int], draws: int, seed: int
) -> tuple[dict[str, dict[str, float]], dict[str, Mixing]]:
    """Return what draws of a model say of some counts, and how well a chain mixed in each."""
    rng = generator(seed)
    chain = Chain(model.graph, rng) if model.random is None else None
    graphs = model.draws(draws, rng) if chain is None else chain.draws(draws)
    names = tuple(observed)
    # Differences of integers are exact also where counts of triads are beyond 2**53.
    apart = [
        [one - observed[name] for name, one in zip(names, counted(graph, names), strict=True)]
        for graph in graphs
    ]
    columns = dict(zip(names, np.array(apart, dtype=np.float64).T, strict=True))
    rows = {name: _row(observed[name], column) for name, column in columns.items()}
    mixing = {} if chain is None else {name: chain.mixing(one) for name, one in columns.items()}
    return rows, mixing


def _row(observed: int, apart: Floats) -> dict[str, float]:
    """Return the row of a count, from how far the draws are from it."""
    sd = float(apart.std(ddof=1))
    centre = apart.sum() / (len(apart) + 1)
    as_far = int((np.abs(apart - centre) >= abs(centre) * (1 - 1e-9)).sum())
    return {
        "observed": observed,
        "expected": observed + float(apart.mean()),
        "sd": sd,
        "z": -float(apart.mean()) / sd if sd > 0 else math.nan,
        "p": (as_far + 1) / (len(apart) + 1),
    }


def warned(
    notes: tuple[str, ...], mixing: dict[str, Mixing], what: str, draws: int, level: int = 4
) -> tuple[str, ...]:
    """Return notes with doubts about a chain, warned of as well."""
    found = [doubt for one in mixing.values() if (doubt := one.doubts(draws, len(mixing)))]
    if not found:
        return notes
    warnings.warn(f"nulls, {what}: {found[0]}", FollownetWarning, stacklevel=level)
    return (*notes, found[0])
