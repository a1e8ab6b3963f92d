"""A graph against chance: one number against all models, all triads against one."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from follownet.graph import FollowGraph, Graph
from follownet.nulls._comparison import compared, counted, require_draws, sampled, warned
from follownet.nulls._models import Name, fit
from follownet.reciprocity import TRIADS

LADDER: Final[tuple[Name, ...]] = (
    "density",
    "density_fixed",
    "out_degree",
    "degree",
    "switching",
)
#: Not connected, so that they say nothing of how three accounts are tied.
_LOOSE = ("003", "012", "102")


def ladder(G: Graph | FollowGraph, *, draws: int = 200, seed: int = 0) -> pd.DataFrame:
    """Return the number of mutual pairs against models that keep more and more of a graph.

    Parameters
    ----------
    G
        Directed; ``source -> target`` means *source follows target*. Self-loops are left out.
    draws
        Of ``"switching"``, at least 2; the other models go by formula.
    seed
        Of the draws.

    Returns
    -------
    pandas.DataFrame
        Indexed by ``model``: ``density``, ``density_fixed``, ``out_degree``, ``degree``,
        ``switching`` (see `fit`). ``expected`` and ``sd`` of M, ``z``, ``p``, ``log10_p``,
        ``excess``, ``expected_r = 2 expected/L`` (nan without ties), ``rho``, ``draws`` (0: by
        formula), as in `test`. ``attrs`` hold ``statistic``, ``observed``, ``r``,
        ``accounts``, ``follows``, ``notes`` and ``mixing`` (of the chain, as text).

    Raises
    ------
    NotObservedError
        For one person's ties.
    SchemaError
        For fewer than 2 draws, and seeds that are no whole number from 0.
    FollownetError
        If a model could not be solved, see `fit`.

    Warns
    -----
    FollownetWarning
        If draws of ``"switching"`` depend on each other or drift.

    Examples
    --------
    >>> import networkx as nx
    >>> table = ladder(nx.DiGraph([("a", "b"), ("b", "a"), ("c", "a")]), draws=20)
    >>> table["expected"].round(3).to_dict()
    {'density': 0.75, 'density_fixed': 0.6, 'out_degree': 0.75, 'degree': 1.0, 'switching': 1.0}
    """
    require_draws(draws, seed)
    models = [fit(G, model=name) for name in LADDER]
    tests = [compared(model, "mutual", None if model.log10_p else draws, seed) for model in models]
    F, observed = models[0].graph, tests[0].observed
    columns = ["expected", "sd", "z", "p", "log10_p", "excess", "rho", "draws"]
    rows = [[getattr(one, name) for name in columns] for one in tests]
    table = pd.DataFrame(rows, index=pd.Index(LADDER, name="model"), columns=columns)
    expected_r = 2 * table["expected"] / F.follows if F.follows else np.nan
    table.insert(columns.index("rho"), "expected_r", expected_r)
    table.attrs = {
        "statistic": "mutual",
        "observed": observed,
        "r": 2 * observed / F.follows if F.follows else np.nan,
        "accounts": len(F),
        "follows": F.follows,
        "notes": tests[-1].notes,
        "mixing": str(tests[-1].mixing),
    }
    return table


def triads(
    G: Graph | FollowGraph, *, model: Name = "reciprocal", draws: int = 100, seed: int = 0
) -> pd.DataFrame:
    """Return the triad census against draws of a null model.

    Parameters
    ----------
    G
        Directed; ``source -> target`` means *source follows target*. Self-loops are left out.
    model
        See `fit`. Under ``"switching"`` and ``"degree"`` most classes with mutual pairs come
        out frequent wherever follows are returned at all; ``"reciprocal"`` keeps each
        account's mutual ties, and signs can flip. It keeps them on average: degrees vary from
        draw to draw, and z is several times smaller than if they were kept exactly.
    draws
        How many random graphs, at least 2.
    seed
        Of the draws.

    Returns
    -------
    pandas.DataFrame
        Indexed by ``triad``, ``003`` to ``300`` (labels as in `reciprocity.triads`):
        ``observed``, ``expected``, ``sd``, ``z`` (nan if all draws are equal), ``p =
        (b + 1)/(draws + 1)`` two-sided, and ``profile``: z over the length of all z of the 13
        connected classes, which networks of different size can be compared by (Milo et al. 2004,
        doi:10.1126/science.1089167); nan for ``003``, ``012``, ``102`` and where z is. ``attrs``
        hold ``model``, ``accounts``, ``follows``, ``draws``, ``notes`` and, of
        ``"switching"``, ``mixing`` (of the class whose draws depend on each other most, as text).

    Raises
    ------
    NotObservedError
        For one person's ties.
    SchemaError
        For unknown models, fewer than 2 draws, and seeds that are no whole number from 0.
    FollownetError
        If the model could not be solved, see `fit`.

    Warns
    -----
    FollownetWarning
        If draws of ``"switching"`` depend on each other or drift.

    Examples
    --------
    >>> import networkx as nx
    >>> table = triads(nx.DiGraph([(0, 1), (1, 2), (2, 0)]), model="switching", draws=200)
    >>> table.loc[["030T", "030C"], ["observed", "expected"]].to_numpy().tolist()
    [[0.0, 0.0], [1.0, 1.0]]
    """
    require_draws(draws, seed)
    fitted = fit(G, model=model)
    observed = dict(zip(TRIADS, counted(fitted.graph, TRIADS), strict=True))
    rows, mixing = sampled(fitted, observed, draws, seed)
    table = pd.DataFrame.from_dict(rows, orient="index").rename_axis("triad")
    connected = table["z"].drop(list(_LOOSE))
    length = float(np.sqrt((connected**2).sum()))
    table["profile"] = connected / length if length > 0 else np.nan
    notes = warned(fitted.notes, mixing, "triads", draws, level=3)
    table.attrs = {
        "model": model,
        "accounts": len(fitted.graph),
        "follows": fitted.graph.follows,
        "draws": draws,
        "notes": notes,
    }
    if mixing:
        worst = max(mixing.values(), key=lambda one: np.nan_to_num(one.autocorrelation, nan=-1.0))
        table.attrs["mixing"] = str(worst)
    return table
