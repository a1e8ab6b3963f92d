"""Communities of a network: directed modularity, several runs, and what is stable among them."""

from __future__ import annotations

import html
import importlib.util
import math
from dataclasses import dataclass, field
from typing import Any, Final, Literal, cast

import networkx as nx
import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from follownet import nulls
from follownet.communities._stability import Judged, agreement, judged
from follownet.errors import SchemaError
from follownet.graph import FollowGraph, Graph, whole
from follownet.seeds import whole_number
from follownet.tables import TEXT

Labels = npt.NDArray[np.int64]

#: Random graphs of the same degrees, and the runs on each.
NULLS: Final = 5
NULL_RUNS: Final = 2
#: A consensus of fewer is like each of them even in a random graph, for being made of it.
_SHARED: Final = 5
#: Modularities that differ by less do not tell which partition is better.
_CLOSE: Final = 1e-4


@dataclass(frozen=True, eq=False)
class Communities:
    """The communities that `detect` found.

    Attributes
    ----------
    membership
        The number of each account's community, by account; 0 is the largest.
    modularity
        Of this partition: directed, of the resolution that was asked for.
    stability
        A row for each community: ``accounts``; ``stability``, the mean of its accounts';
        ``stable``, whether that is more than chance gives. nan and missing where it was not asked.
    accounts
        A row for each account: ``community``; ``stability``, how much of the community is the
        same in another run, as the mean Jaccard similarity, from 0 to 1.
    runs
        A row for each run, the one that is kept first: ``start`` (``louvain``, ``singletons``, and
        ``consensus`` of the others), ``modularity``, ``communities``, ``agreement`` (adjusted Rand
        index with the one that is kept).
    chance
        A row for each random graph of the same degrees: ``modularity``, and ``stability`` of its
        most stable community of three accounts and more. Empty where none was made.
    p
        How likely so high a modularity is in graphs of the same degrees without communities, when
        as few runs are made of the network as of them.
    method, resolution, refine, weight, seed
        As they were asked for.
    notes
        What was left out, and what cannot be known.
    """

    membership: pd.Series[int]
    modularity: float
    stability: pd.DataFrame
    accounts: pd.DataFrame
    runs: pd.DataFrame
    chance: pd.DataFrame
    p: float
    method: str
    resolution: float
    refine: bool
    weight: str | None
    seed: int
    notes: tuple[str, ...] = field(default=())

    @property
    def directed(self) -> bool:
        """Whether directions counted: they always do."""
        return True

    @property
    def partition(self) -> list[set[Any]]:
        """The communities as sets of accounts, the largest first."""
        groups = self.membership.groupby(self.membership, sort=True)
        return [set(group.index.tolist()) for _, group in groups]

    def _rows(self) -> dict[str, str]:
        sizes = self.stability["accounts"]
        stable = self.stability["stable"]
        known = stable.notna().any()
        shared = int((self.runs["start"] == "consensus").sum())
        return {
            "accounts": f"{len(self.membership):,}",
            "communities": f"{len(sizes):,}",
            "of one account": f"{int((sizes == 1).sum()):,}",
            "largest": f"{int(sizes.max()) if len(sizes) else 0:,}",
            "modularity": f"{self.modularity:.4f}",
            "p": f"{self.p:.3g}",
            "stable": f"{int(stable.fillna(False).sum()):,}" if known else "not asked",
            "accounts in stable ones": (
                f"{int(sizes[stable.fillna(False).astype(bool)].sum()):,}" if known else "not asked"
            ),
            "method": f"{self.method}{', refined' if self.refine else ''}, directed",
            "resolution": f"{self.resolution:g}",
            "runs": f"{len(self.runs) - shared}{' and their consensus' if shared else ''}, "
            f"modularity {self.runs['modularity'].min():.4f} to "
            f"{self.runs['modularity'].max():.4f}",
            "seed": f"{self.seed}",
        }

    def __str__(self) -> str:
        """Return one line a number."""
        lines = [f"{name:<24} {value}" for name, value in self._rows().items()]
        return "\n".join([*lines, *(f"note: {note}" for note in self.notes)])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        table = pd.Series(self._rows()).to_frame("value").to_html(border=0)
        return table + "".join(f"<p>note: {html.escape(one)}</p>" for one in self.notes)


def detect(
    G: Graph | FollowGraph,
    *,
    method: Literal["louvain"] = "louvain",
    resolution: float = 1.0,
    runs: int = 10,
    refine: bool = True,
    weight: str | None = None,
    seed: int = 0,
) -> Communities:
    """Return the communities of a network, the best of several runs, and how sure they are.

    Parameters
    ----------
    G
        A whole network, or the exports of several people merged: then the block of those whose
        lists are in hand. ``source -> target`` means *source follows target*. Self-loops are left
        out.
    method
        ``"louvain"``: Louvain for directed modularity (scikit-network's, networkx's where there is
        none), followed by the Leiden algorithm where `refine` is true.
    resolution
        Above 1 for more and smaller communities, below 1 for fewer and larger ones.
    runs
        How many; the best is kept. One run gives no stability.
    refine
        Whether partitions are improved and made well connected, by the Leiden algorithm for
        directed modularity. Half of the runs begin with it alone, so that they differ more; of five
        and more, one further run begins with the groups of accounts that are together in all.
    weight
        The attribute of ties that weighs them, such as the ``"weight"`` of an engagement graph; all
        ties weigh the same by default. Ties without it, or of 0, are left out.
    seed
        Of everything that is random; equal seeds give equal partitions in every process.

    Returns
    -------
    Communities
        See there.

    Raises
    ------
    NotObservedError
        For one person's export: its ties are a star, whose communities mean nothing, since the ties
        between the others are unknown.
    SchemaError
        For arguments that are none of these, and negative weights.

    Notes
    -----
    Directed modularity is that of Leicht & Newman (2008, doi:10.1103/PhysRevLett.100.118703), as
    Dugué & Perez (2015) made Louvain (Blondel, Guillaume, Lambiotte & Lefebvre 2008,
    doi:10.1088/1742-5468/2008/10/P10008) optimise it; the refinement is that of Traag, Waltman &
    van Eck (2019, doi:10.1038/s41598-019-41695-z). Communities that are not connected are split:
    that never lowers modularity.

    *The best* of five runs and more is their consensus (Ovelgönne & Geyer-Schulz 2013, pp. 187-205
    of doi:10.1090/conm/588), unless the modularity of another is higher by more than .0001:
    partitions that differ in much are that close to each other (Good, de Montjoye & Clauset 2010,
    doi:10.1103/PhysRevE.81.046106), and of those the consensus owes the least to chance.

    *Stability* is how much of an account's community is found again in the other runs, by
    Jaccard's index as in Hennig (2007, doi:10.1016/j.csda.2006.11.025). Whether it is more than
    chance gives is decided against graphs of exactly the same degrees
    (``nulls.fit(model="switching")``), which are clustered in the same way, with two runs each: a
    community is *stable* where the modularity that two runs reach is beyond theirs (``p`` < .01, by
    the t distribution of a further draw from so few) and its stability above that of every
    community of half its size and more in any of them (of more than half of all accounts, where it
    is not as large: those are found again by their size). Modularity alone is high in random
    graphs, too (Guimerà, Sales-Pardo & Amaral 2004, doi:10.1103/PhysRevE.70.025101). Communities of
    one or two accounts are never called stable.

    Modularity cannot see communities that are small in a large network, and many partitions have
    nearly the highest (Fortunato & Barthélemy 2007, doi:10.1073/pnas.0605965104): read the
    stability, and `resolution`.

    Examples
    --------
    >>> import networkx as nx
    >>> G = nx.disjoint_union_all([nx.complete_graph(8, nx.DiGraph)] * 4)
    >>> G.add_edges_from([(0, 8), (8, 16), (16, 24), (24, 0)])
    >>> found = detect(G)
    >>> found.stability["accounts"].tolist(), found.stability["stable"].tolist()
    ([8, 8, 8, 8], [True, True, True, True])
    """
    _require(method, resolution, runs, seed)
    F, note = _known(G)
    ties, left_out = _ties(F, weight)
    found = _runs(ties, resolution=resolution, runs=runs, refine=refine, seed=seed)
    ranked = _ranked(found)
    best = ranked[0]
    labels = _by_size(best.labels)
    table = pd.DataFrame(
        {
            "start": [one.start for one in ranked],
            "modularity": [one.modularity for one in ranked],
            "communities": [int(one.labels.max(initial=-1)) + 1 for one in ranked],
            "agreement": [1.0, *(agreement(labels, one.labels) for one in ranked[1:])],
        }
    ).rename_axis("run")
    verdict = _judged(F, ties, labels, found, resolution, refine, seed)
    index = pd.Index(F.accounts, name="account")
    return Communities(
        membership=pd.Series(labels, index=index, name="community"),
        modularity=best.modularity,
        stability=verdict.communities,
        accounts=pd.DataFrame({"community": labels, "stability": verdict.accounts}, index=index),
        runs=table.astype({"start": TEXT}),
        chance=verdict.chance,
        p=verdict.p,
        method=method,
        resolution=resolution,
        refine=refine,
        weight=weight,
        seed=seed,
        notes=tuple(one for one in (note, left_out, "" if best.engine else _NO_ENGINE) if one),
    )


_NO_ENGINE: Final = "scikit-network has no wheel for this Python: networkx's Louvain was the engine"


def _require(method: str, resolution: float, runs: int, seed: int) -> None:
    if method != "louvain":
        raise SchemaError("method: accepts 'louvain'")
    number: object = resolution  # Whatever the annotation says.
    if not (isinstance(number, int | float) and 0 < number < math.inf):
        raise SchemaError("resolution: accepts a number above 0")
    whole_number(runs, "runs", least=1)
    whole_number(seed, "seed", least=0)


def _known(G: Graph | FollowGraph) -> tuple[FollowGraph, str]:
    """Return the part of a graph that is whole, and what is to be said of it."""
    F = FollowGraph.from_networkx(G) if isinstance(G, nx.Graph) else G
    block = whole(F, "a community")
    note = (
        ""
        if len(block) == len(F)
        else (f"of the {len(block):,} accounts whose lists are in hand, and the ties among them")
    )
    return block, note


def _ties(F: FollowGraph, weight: str | None) -> tuple[sparse.csr_matrix, str]:
    """Return the ties as a matrix whose rows follow its columns, and what was left out."""
    values = np.ones(F.follows)
    if weight is not None:
        if weight != "weight" or F.weight is None:
            raise SchemaError("weight: the ties have no such attribute; accepts 'weight'")
        values = np.nan_to_num(F.weight)
        if (values < 0).any():
            raise SchemaError("weight: some are negative; ties that repel are no ties")
    kept = values > 0
    values = values[kept] / values[kept].mean() if kept.any() else values[kept]
    size = len(F)
    ties = sparse.csr_matrix((values, (F.sources[kept], F.targets[kept])), shape=(size, size))
    lost = int((~kept).sum())
    return ties, f"{lost:,} ties without a weight were left out" if lost else ""


# ------------------------------------------------------------------ runs


@dataclass(frozen=True)
class _Run:
    labels: Labels
    modularity: float
    start: str
    engine: bool = True


def _runs(
    ties: sparse.csr_matrix, *, resolution: float, runs: int, refine: bool, seed: int
) -> list[_Run]:
    """Return partitions from Louvain; refined ones half from singletons, their consensus last."""
    refine = refine and ties.nnz > 0
    if refine:
        # Here, since numba takes its time.
        from follownet.communities._refinement import consensus, network, refined

        whole_network = network(ties)
    found = []
    *seeds, last = np.random.SeedSequence(seed).generate_state(runs + 1).tolist()
    for number in range(runs):
        alone = refine and number % 2 == 1
        labels, engine = (
            (np.arange(ties.shape[0]), True)
            if alone
            else _louvain(ties, resolution, seeds[number], shuffle=number > 0)
        )
        if refine:
            labels = refined(whole_network, labels, resolution=resolution, seed=seeds[number])
        labels = _connected(ties, labels)
        quality = modularity_of(ties, labels, resolution)
        found.append(_Run(labels, quality, "singletons" if alone else "louvain", engine))
    if refine and runs >= _SHARED:
        labels = consensus(
            whole_network, [one.labels for one in found], resolution=resolution, seed=last
        )
        labels = _connected(ties, labels)
        quality = modularity_of(ties, labels, resolution)
        found.append(_Run(labels, quality, "consensus", found[0].engine))
    return found


def _ranked(found: list[_Run]) -> list[_Run]:
    """Return the runs by modularity, and the consensus before those that are hardly better."""
    return sorted(found, key=lambda one: -one.modularity - _CLOSE * (one.start == "consensus"))


def _louvain(
    ties: sparse.csr_matrix, resolution: float, seed: int, *, shuffle: bool
) -> tuple[Labels, bool]:
    """Return the partition of Louvain, and whether scikit-network made it."""
    if ties.nnz == 0:
        return np.arange(ties.shape[0]), True
    if importlib.util.find_spec("sknetwork") is None:
        G = nx.from_scipy_sparse_array(ties, create_using=nx.DiGraph)
        groups = nx.community.louvain_communities(G, resolution=resolution, seed=seed)
        labels = np.empty(ties.shape[0], dtype=np.int64)
        for number, group in enumerate(sorted(groups, key=min)):
            labels[list(group)] = number
        return labels, False
    from sknetwork.clustering import Louvain

    engine = Louvain(
        resolution=resolution, modularity="dugue", shuffle_nodes=shuffle, random_state=seed
    )
    return np.asarray(engine.fit_predict(ties), dtype=np.int64), True


def _connected(ties: sparse.csr_matrix, labels: Labels) -> Labels:
    """Return the partition with communities that are not connected split."""
    rows = np.repeat(np.arange(ties.shape[0]), np.diff(ties.indptr))
    inside = labels[rows] == labels[ties.indices]
    inner = sparse.csr_matrix(
        (np.ones(int(inside.sum()), dtype=np.int8), (rows[inside], ties.indices[inside])),
        shape=ties.shape,
    )
    return cast("Labels", connected_components(inner, directed=True, connection="weak")[1]).astype(
        np.int64
    )


def modularity_of(ties: sparse.csr_matrix, labels: Labels, resolution: float) -> float:
    """Return the directed modularity of a partition; nan without ties."""
    total = float(ties.data.sum())
    if total == 0:
        return math.nan
    rows = np.repeat(np.arange(ties.shape[0]), np.diff(ties.indptr))
    inside = float(ties.data[labels[rows] == labels[ties.indices]].sum())
    out, into = (np.asarray(ties.sum(axis=axis)).ravel() for axis in (1, 0))
    count = int(labels.max()) + 1
    expected = float(np.bincount(labels, out, count) @ np.bincount(labels, into, count))
    return inside / total - resolution * expected / total**2


def _by_size(labels: Labels) -> Labels:
    """Return the labels numbered by size, of equals the one with the first account first."""
    _, first, inverse, counts = np.unique(
        labels, return_index=True, return_inverse=True, return_counts=True
    )
    places = np.empty(len(counts), dtype=np.int64)
    places[np.lexsort((first, -counts))] = np.arange(len(counts))
    return places[inverse]


# ------------------------------------------------------------------ stability


def _judged(
    F: FollowGraph,
    ties: sparse.csr_matrix,
    labels: Labels,
    found: list[_Run],
    resolution: float,
    refine: bool,
    seed: int,
) -> Judged:
    """Return how stable communities are, beside those of graphs of the same degrees.

    Modularity is compared after as many runs of either: it grows with their number.
    """
    partitions = [one.labels for one in found]
    quality = max(one.modularity for one in found[:NULL_RUNS])
    if len(found) < 2 or ties.nnz == 0:
        return judged(labels, partitions, quality, [])
    bare = FollowGraph(F.accounts, F.sources, F.targets, F.loops)
    rng = np.random.default_rng([seed, 1])
    model = nulls.fit(bare, model="switching")
    chance = []
    for drawn in model.draws(NULLS, rng):
        # Weights are those of the network, on other ties.
        values = rng.permutation(ties.data) if ties.nnz == drawn.follows else np.ones(drawn.follows)
        random = sparse.csr_matrix((values, (drawn.sources, drawn.targets)), shape=ties.shape)
        some = _runs(
            random,
            resolution=resolution,
            runs=NULL_RUNS,
            refine=refine,
            seed=int(rng.integers(2**31)),
        )
        first = max(some, key=lambda one: one.modularity)
        chance.append((first.modularity, first.labels, [one.labels for one in some]))
    return judged(labels, partitions, quality, chance)
