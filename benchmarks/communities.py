"""Measure `communities.detect` beside networkx, igraph, networkit and scikit-network.

``python benchmarks/communities.py [SEEDS] [FOLDER]`` prints the figures of
``benchmarks/README.md``; the peers are in ``benchmarks/requirements.txt``, and those that are not
installed are left out.

* planted directed communities, 200,000 ties, five mixings up to where hardly any are left to be
  found: adjusted mutual information with the truth, mean and standard error over SEEDS (20);
* the highest directed modularity on study graphs in FOLDER (``NAME.tsv.gz``), the best of three
  seeds of each peer;
* graphs of the same degrees without communities: how many are said to have some;
* what one run without refinement costs beside scikit-network's own call.
"""

from __future__ import annotations

import importlib.util
import random
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
from scipy import sparse
from sklearn.metrics import adjusted_mutual_info_score
from sknetwork.clustering import Louvain

import follownet as fn
from follownet import FollowGraph, nulls
from follownet.communities import detect

MIXINGS = (0.35, 0.5, 0.6, 0.66, 0.7)
STUDIES = ("wiki_vote", "slashdot0902", "cnr2000")

Labels = np.ndarray[tuple[int], np.dtype[np.int64]]


def matrix(F: FollowGraph) -> sparse.csr_matrix:
    """Return the ties, rows following columns."""
    return sparse.csr_matrix((np.ones(F.follows), (F.sources, F.targets)), (len(F), len(F)))


def ours(F: FollowGraph, seed: int) -> Labels:
    """Return what `detect` finds by default."""
    return detect(F, seed=seed).membership.to_numpy()


def scikit_network(F: FollowGraph, seed: int) -> Labels:
    """Return scikit-network's Louvain for directed modularity."""
    engine = Louvain(modularity="dugue", shuffle_nodes=True, random_state=seed)
    return np.asarray(engine.fit_predict(matrix(F)))


def networkx(F: FollowGraph, seed: int) -> Labels:
    """Return networkx's directed Louvain."""
    G = nx.DiGraph()
    G.add_nodes_from(range(len(F)))
    G.add_edges_from(zip(F.sources.tolist(), F.targets.tolist(), strict=True))
    labels = np.empty(len(F), dtype=np.int64)
    for number, group in enumerate(nx.community.louvain_communities(G, seed=seed)):
        labels[list(group)] = number
    return labels


def igraph(F: FollowGraph, seed: int) -> Labels:
    """Return igraph's Leiden, which knows no direction, until nothing changes."""
    import igraph

    random.seed(seed)
    G = igraph.Graph(len(F), np.column_stack([F.sources, F.targets]).tolist())
    return np.array(G.community_leiden("modularity", n_iterations=-1).membership)


def networkit(F: FollowGraph, seed: int) -> Labels:
    """Return networkit's PLM with refinement, which knows no direction."""
    import networkit

    networkit.setSeed(seed, False)
    ends = F.sources.astype(np.uint64), F.targets.astype(np.uint64)
    G = networkit.GraphFromCoo(ends, n=len(F), directed=False)
    found = networkit.community.PLM(G, refine=True).run().getPartition()
    return np.array(found.getVector())


PEERS: dict[str, Callable[[FollowGraph, int], Labels]] = {
    "follownet": ours,
    "scikit-network": scikit_network,
    "networkx": networkx,
    **{one.__name__: one for one in (igraph, networkit) if importlib.util.find_spec(one.__name__)},
}


def quality(F: FollowGraph, labels: Labels) -> float:
    """Return directed modularity."""
    labels = np.unique(labels, return_inverse=True)[1]
    inside = (labels[F.sources] == labels[F.targets]).mean()
    out, into = (np.bincount(labels, one) for one in (F.following, F.followers))
    return float(inside - out @ into / F.follows**2)


def timed(work: Callable[[], Any]) -> tuple[Any, float]:
    """Return what work gives and its CPU seconds."""
    start = time.process_time()
    found = work()
    return found, time.process_time() - start


def recovery(seeds: int) -> Iterator[str]:
    """Yield a line for each peer and mixing."""
    yield "| mixing | " + " | ".join(PEERS) + " |"
    yield "|---|" + "---|" * len(PEERS)
    for mixing in MIXINGS:
        scores: dict[str, list[float]] = {name: [] for name in PEERS}
        spent = dict.fromkeys(PEERS, 0.0)
        for seed in range(seeds):
            F, truth = fn.simulation.planted(mixing=mixing, seed=seed)
            for name, peer in PEERS.items():
                found, seconds = timed(lambda peer=peer, F=F, seed=seed: peer(F, seed))
                scores[name].append(adjusted_mutual_info_score(truth, found))
                spent[name] += seconds / seeds
        cells = [
            f"{np.mean(one):.4f} ± {np.std(one, ddof=1) / np.sqrt(seeds):.4f} ({spent[name]:.1f} s)"
            for name, one in scores.items()
        ]
        yield f"| {mixing} | " + " | ".join(cells) + " |"


def studies(folder: Path) -> Iterator[str]:
    """Yield a line for each study graph: modularity and CPU seconds of one call."""
    yield "| graph | " + " | ".join(PEERS) + " |"
    yield "|---|" + "---|" * len(PEERS)
    for name in STUDIES:
        F = fn.read_network(folder / f"{name}.tsv.gz")
        cells = []
        for called, peer in PEERS.items():
            if called == "networkx" and F.follows > 1_000_000:
                cells.append("not run")
                continue
            rounds = 1 if called == "follownet" else 3
            runs = [timed(lambda p=peer, n=n, F=F: p(F, n)) for n in range(rounds)]
            best = max(quality(F, found) for found, _ in runs)
            cells.append(f"{best:.5f} ({min(spent for _, spent in runs):.1f} s)")
        yield f"| {name} | " + " | ".join(cells) + " |"


def without(count: int) -> str:
    """Return how many graphs without communities are said to have a stable one."""
    F, _ = fn.simulation.planted(
        accounts=1_000, ties=8_000, mixing=0.3, smallest=20, largest=100, seed=1
    )
    drawn = nulls.fit(F, model="switching").draws(count, np.random.default_rng(0))
    found = [detect(G, seed=n) for n, G in enumerate(drawn)]
    said = sum(bool(one.stability["stable"].any()) for one in found)
    highest = max(one.modularity for one in found)
    return f"{said} of {count} have a stable community; modularity up to {highest:.3f}"


def overhead() -> str:
    """Return what one run costs beside the engine's own call, the least of ten rounds of both."""
    F, _ = fn.simulation.planted(mixing=0.5, seed=1)
    A = matrix(F)
    calls = (
        lambda: Louvain(modularity="dugue", random_state=0).fit_predict(A),
        lambda: detect(F, runs=1, refine=False),
    )
    rounds = [[timed(call)[1] for call in calls] for _ in range(10)]
    own, one = np.min(rounds, axis=0)
    return f"detect(runs=1, refine=False) {one:.3f} s, scikit-network {own:.3f} s: {one / own:.2f}"


def main(seeds: int, folder: Path | None) -> None:
    """Print all figures."""
    fn.communities.detect(nx.DiGraph([(0, 1)]), runs=2)  # compiled before it is timed
    print(overhead(), flush=True)
    print(without(100), flush=True)
    for line in recovery(seeds):
        print(line, flush=True)
    if folder is not None:
        for line in studies(folder):
            print(line, flush=True)


if __name__ == "__main__":
    main(
        int(sys.argv[1]) if len(sys.argv) > 1 else 20,
        Path(sys.argv[2]) if len(sys.argv) > 2 else None,
    )
