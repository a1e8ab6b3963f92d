"""Calibrate the null models of follownet, and measure them beside networkx.

``python benchmarks/nulls.py`` prints the figures of ``benchmarks/README.md``, in a few minutes:

* z of M on graphs drawn from each model, under the parameters that drew them (mean 0, sd 1)
  and under those fitted to each drawn graph again (how conservative refitting is);
* where draws of fresh walks fall among many others (uniform, by Kolmogorov and Smirnov);
* what a round of the walk and a fit cost.
"""

from __future__ import annotations

import argparse
import math
import time
from collections.abc import Callable, Iterator

import networkx as nx
import numpy as np
from scipy.stats import kstest

from follownet import nulls
from follownet.graph import FollowGraph
from follownet.nulls._chain import SPACING, Chain, mutual


def heterogeneous(accounts: int, follows: int, *, returned: float = 0.4) -> FollowGraph:
    """Return a graph of unequal degrees in which many follows are returned."""
    rng = np.random.default_rng(0)
    active, known = rng.lognormal(0, 1, accounts), rng.lognormal(0, 1.2, accounts)
    sources = rng.choice(accounts, follows, p=active / active.sum())
    targets = rng.choice(accounts, follows, p=known / known.sum())
    back = rng.random(follows) < returned / 2
    ends = np.append(sources, targets[back]), np.append(targets, sources[back])
    return FollowGraph.from_edges(*ends, accounts=range(accounts))


def z_scores(
    model: nulls.Model, draws: int, *, refit: bool
) -> tuple[np.ndarray[tuple[int], np.dtype[np.float64]], list[float]]:
    """Return z of drawn graphs under the model that drew them, and fitted to each again."""
    own, again = [], []
    for graph in model.draws(draws, np.random.default_rng(1)):
        count = mutual(graph)
        own.append((count - model.expected) / model.sd)
        if refit:
            other = nulls.fit(graph, model=model.model)
            again.append((count - other.expected) / other.sd)
    return np.array(own), again


def calibration(F: FollowGraph, draws: int) -> Iterator[str]:
    """Yield a line for each model whose mean and sd of M are known."""
    bounds = 3 / math.sqrt(draws), 3 / math.sqrt(2 * draws)
    yield f"| model | mean z (0 ± {bounds[0]:.3f}) | sd z (1 ± {bounds[1]:.3f}) | refitted |"
    yield "|---|---|---|---|"
    for name in ("density", "density_fixed", "out_degree", "degree", "reciprocal"):
        refit = name in ("density", "degree")
        own, again = z_scores(nulls.fit(F, model=name), draws, refit=refit)
        words = "keeps M" if name == "reciprocal" else "the same"
        if refit:
            words = f"{np.mean(again):+.3f}, {np.std(again, ddof=1):.3f}"
        yield f"| {name} | {own.mean():+.3f} | {own.std(ddof=1):.3f} | {words} |"


def uniformity(F: FollowGraph, draws: int, others: int) -> Iterator[str]:
    """Yield where draws of fresh walks fall among those of one long walk."""
    walk = Chain(F, np.random.default_rng(2))
    known = np.sort([mutual(graph) for graph in walk.draws(others)])
    fresh = [
        mutual(graph)
        for seed in range(draws)
        for graph in Chain(F, np.random.default_rng([5, seed])).draws(1)
    ]
    below, upto = np.searchsorted(known, fresh), np.searchsorted(known, fresh, side="right")
    # M is whole: mid-p takes steps, so that ties broken at random are what is tested.
    middle = (below + (upto - below + 1) / 2) / (others + 1)
    broken = below + (upto - below + 1) * np.random.default_rng(4).random(draws)
    found = kstest(broken / (others + 1), "uniform")
    yield f"{F!r}: {draws:,} fresh walks among {others:,} draws: mean mid-p {middle.mean():.4f};"
    yield "with ties broken at random Kolmogorov-Smirnov "
    yield f"D = {found.statistic:.4f}, p = {found.pvalue:.3f}"
    yield f"the long walk: {walk.mixing(known_order(walk, 200))}"


def known_order(walk: Chain, draws: int) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Return M of further draws of a walk, in their order."""
    counts = []
    for _ in range(draws):
        walk.advance(SPACING)
        counts.append(float(mutual(walk.graph())))
    return np.array(counts)


def dense(accounts: int, density: float) -> FollowGraph:
    """Return a group of which most follow each other, by chance."""
    there = np.random.default_rng(0).random((accounts, accounts)) < density
    np.fill_diagonal(there, 0)
    return FollowGraph.from_edges(*np.nonzero(there), accounts=range(accounts))


def seconds(work: Callable[[], object]) -> float:
    """Return the least seconds of three rounds."""
    spent = []
    for _ in range(3):
        start = time.perf_counter()
        work()
        spent.append(time.perf_counter() - start)
    return min(spent)


def costs() -> Iterator[str]:
    """Yield what an attempted switch costs beside networkx, and what a fit costs."""
    F = heterogeneous(5_000, 50_000)
    G, walk = F.to_networkx(), Chain(F, np.random.default_rng(0))
    theirs = seconds(lambda: nx.directed_edge_swap(G.copy(), nswap=1_000, max_tries=10**6, seed=0))
    copied = seconds(G.copy)
    ours = seconds(lambda: walk.advance(4)) / 4
    yield f"a round, {F.follows:,} follows: {ours / F.follows * 1e9:,.0f} ns a follow"
    yield f"networkx.directed_edge_swap, swap made: {(theirs - copied) / 1_000 * 1e9:,.0f} ns"
    large = heterogeneous(82_000, 700_000)
    for name in ("degree", "reciprocal"):
        spent = seconds(lambda name=name: nulls.fit(large, model=name))
        yield f"fit {name!r}, {len(large):,} accounts, {large.follows:,} follows: {spent:.1f} s"
    one = nulls.fit(large)
    yield f"draw of 'degree', the same graph: {seconds(lambda: one.draw(1)):.1f} s"


def main() -> None:
    """Print all figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--draws", type=int, default=2_000)
    parser.add_argument("--others", type=int, default=20_000)
    chosen = parser.parse_args()
    F = heterogeneous(200, 2_000)
    print(f"{F!r}, {mutual(F)} mutual pairs, {chosen.draws:,} draws of each model\n")
    for lines in (
        calibration(F, chosen.draws),
        uniformity(F, chosen.draws, chosen.others),
        uniformity(dense(60, 0.7), chosen.draws, chosen.others),
        costs(),
    ):
        for line in lines:
            print(line, flush=True)
        print()


if __name__ == "__main__":
    main()
