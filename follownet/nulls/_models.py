"""The models, fitted to a graph: what they keep of it, expect of it, and draw."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Final, Literal, TypeAlias, get_args

import numpy as np

from follownet.errors import SchemaError
from follownet.graph import FollowGraph, Graph, compact, whole
from follownet.nulls import _degree, _draws, _dyads, _reciprocal
from follownet.nulls._chain import BURN_IN, Chain
from follownet.nulls._tails import saddlepoint
from follownet.seeds import generator

Name: TypeAlias = Literal[
    "density", "density_fixed", "out_degree", "degree", "reciprocal", "switching"
]
NAMES: Final[tuple[str, ...]] = get_args(Name)

#: Errors of a degree, relative to it, that need no note.
_EXACT: Final = 1e-8

Draw = Callable[[np.random.Generator], FollowGraph]
LogP = Callable[[int], float]


@dataclass(frozen=True)
class Model:
    """A null model fitted to a graph, see `fit`.

    Attributes
    ----------
    model
        Its name.
    graph
        The graph it was fitted to; of several owners' graph, their block.
    expected, sd
        Mean and standard deviation of the number of mutual pairs; nan for ``"switching"``,
        of which only draws are known.
    error
        The largest error of an expected degree, relative to it, where degrees are solved for;
        0 elsewhere.
    notes
        What else has to be said.
    """

    model: str
    graph: FollowGraph
    expected: float
    sd: float
    error: float = 0.0
    notes: tuple[str, ...] = ()
    random: Draw | None = field(default=None, repr=False)
    log10_p: LogP | None = field(default=None, repr=False)

    def draw(self, seed: int = 0) -> FollowGraph:
        """Return a graph of this model: the same accounts, other ties, no self-loops.

        Independent for each seed; of ``"switching"``, where a walk of 10 rounds from the
        observed graph has led. How well such walks mix, `test` says.

        Raises
        ------
        SchemaError
            For a seed that is no whole number from 0.
        """
        return next(self.draws(1, generator(seed)))

    def draws(self, count: int, rng: np.random.Generator) -> Iterator[FollowGraph]:
        """Yield graphs of this model; of ``"switching"``, of one walk."""
        if self.random is None:
            yield from Chain(self.graph, rng).draws(count)
            return
        for _ in range(count):
            yield self.random(rng)


def fit(G: Graph | FollowGraph, *, model: Name = "degree") -> Model:
    """Return a null model with what it keeps of a graph as observed.

    Parameters
    ----------
    G
        Directed; ``source -> target`` means *source follows target*. Self-loops are left out.
        Of a graph known through several owners the block of the owners is used.
    model
        ==================  =============================================================
        ``density``         each tie with chance ``p = L/(N(N-1))``: keeps L on average
        ``density_fixed``   L ties anywhere
        ``out_degree``      each account follows as many as observed, whoever they are
        ``degree``          independent ties, both degrees of each account on average:
                            ``p_ij = x_i y_j/(1 + x_i y_j)``
        ``reciprocal``      independent pairs, of each account the one-way ties in and
                            out and the mutual ones on average
        ``switching``       both degrees of each account exactly, all such graphs alike: a
                            walk of rounds, in each of which all ties switch targets and
                            all accounts trade ties, twice
        ==================  =============================================================

    Returns
    -------
    Model
        ``.expected`` and ``.sd`` of the number of mutual pairs, ``.draw(seed)`` for a graph.

    Raises
    ------
    NotObservedError
        For one person's ties.
    SchemaError
        For unknown models.
    FollownetError
        If parameters of ``"degree"`` or ``"reciprocal"`` leave a degree off by 1e-4 of it;
        not met so far.

    Examples
    --------
    >>> import networkx as nx
    >>> one = fit(nx.DiGraph([("a", "b"), ("b", "a"), ("c", "a")]), model="density_fixed")
    >>> one.expected, round(one.sd, 3), one.draw(seed=1).follows
    (0.6, 0.49, 3)

    References
    ----------
    Katz & Powell 1955, Sociometry 18:403 (``out_degree``). Squartini & Garlaschelli 2011,
    doi:10.1088/1367-2630/13/8/083001 (``degree``, ``reciprocal``, their exact solution).
    Rao, Jana & Bandyopadhyay 1996, Sankhya A 58:225; Roberts & Coolen 2012,
    doi:10.1103/PhysRevE.85.046103; Strona et al. 2014, doi:10.1038/ncomms5114 (``switching``).
    """
    if model not in NAMES:
        raise SchemaError(f"model: accepts {', '.join(map(repr, NAMES))}")
    F = whole(G, "a null model")
    notes: tuple[str, ...] = ()
    if compact(G).observed != "whole":
        notes = (f"of the {len(F)} accounts whose lists are in hand, and the ties among them",)
    return _FITS[model](F, notes)


def _density(F: FollowGraph, notes: tuple[str, ...]) -> Model:
    def draw(rng: np.random.Generator) -> FollowGraph:
        places = len(F) * (len(F) - 1)
        return _draws.anywhere(rng, F, int(rng.binomial(places, F.follows / max(places, 1))))

    moments = _dyads.density(len(F), F.follows)
    log10_p = partial(_dyads.density_p, len(F), F.follows)
    return _analytic("density", F, moments, notes, draw, log10_p)


def _density_fixed(F: FollowGraph, notes: tuple[str, ...]) -> Model:
    moments = _dyads.density_fixed(len(F), F.follows)
    draw = partial(_draws.anywhere, F=F, count=F.follows)
    log10_p = partial(_dyads.density_fixed_p, len(F), F.follows)
    return _analytic("density_fixed", F, moments, notes, draw, log10_p)


def _out_degree(F: FollowGraph, notes: tuple[str, ...]) -> Model:
    moments = _dyads.out_degree(F.following)
    draw = partial(_draws.rows, F=F, counts=F.following)
    log10_p = partial(_dyads.out_degree_p, F.following)
    return _analytic("out_degree", F, moments, notes, draw, log10_p)


def _both_degrees(F: FollowGraph, notes: tuple[str, ...]) -> Model:
    solved = _degree.degree(F.following, F.followers)
    dyads = _degree.dyads(solved)
    draw = partial(_draws.independent_ties, F=F, found=solved.classes, ties=solved.ties)
    moments = dyads.mean, dyads.variance
    return _analytic(
        "degree", F, moments, notes, draw, partial(saddlepoint, dyads), error=solved.error
    )


def _reciprocated(F: FollowGraph, notes: tuple[str, ...]) -> Model:
    mutual = np.bincount(F.sources[F.returned], minlength=len(F))
    solved = _reciprocal.reciprocal(F.following - mutual, F.followers - mutual, mutual)
    draw = partial(_draws.independent_pairs, F=F, found=solved.classes, pairs=solved.pairs)
    return _analytic("reciprocal", F, solved.moments(), notes, draw, None, error=solved.error)


def _switching(F: FollowGraph, notes: tuple[str, ...]) -> Model:
    walk = f"a walk of {BURN_IN} rounds before the first draw"
    return Model("switching", F, math.nan, math.nan, notes=(*notes, walk))


def _analytic(
    name: str,
    F: FollowGraph,
    moments: tuple[float, float],
    notes: tuple[str, ...],
    random: Draw,
    log10_p: LogP | None,
    error: float = 0.0,
) -> Model:
    if error > _EXACT:
        notes = (*notes, f"solved nearly: a degree is expected off by {error:.1e} of it")
    sd = math.sqrt(max(0.0, moments[1]))
    return Model(name, F, moments[0], sd, error, notes, random, log10_p)


_FITS: Final[dict[str, Callable[[FollowGraph, tuple[str, ...]], Model]]] = {
    "density": _density,
    "density_fixed": _density_fixed,
    "out_degree": _out_degree,
    "degree": _both_degrees,
    "reciprocal": _reciprocated,
    "switching": _switching,
}
