"""The chain: every graph with these degrees is as likely, and the diagnostic sees where not."""

from __future__ import annotations

from collections import Counter
from itertools import combinations, product

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chisquare, kstest

from follownet import nulls
from follownet.errors import FollownetWarning
from follownet.graph import FollowGraph
from follownet.nulls import _chain

#: Graphs whose degrees allow a few others: a cycle that only a switch of three turns round;
#: cycles of two, three and four; hubs; a dense one; unequal numbers of neighbours.
GRAPHS = {
    "one cycle": [(0, 1), (1, 2), (2, 0)],
    "permutations": [(0, 1), (1, 2), (2, 3), (3, 0)],
    "hub": [(0, 1), (0, 2), (0, 3), (1, 0), (2, 3), (3, 1)],
    "dense": [(0, 1), (1, 0), (0, 2), (2, 1), (1, 3), (3, 0), (2, 3), (3, 2)],
    "unequal": [(0, 1), (0, 2), (1, 2), (2, 3), (3, 4), (4, 0)],
}

ties = st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), min_size=1, max_size=40)


def alike(edges) -> set[tuple[tuple[int, int], ...]]:
    """Return all digraphs with the degrees of one, by enumeration."""
    graph = nx.DiGraph(edges)
    accounts = sorted(graph)
    choices = [
        list(combinations([other for other in accounts if other != one], graph.out_degree(one)))
        for one in accounts
    ]
    wanted = Counter(target for _, target in edges)
    found = set()
    for row in product(*choices):
        some = [(one, other) for one, others in zip(accounts, row, strict=True) for other in others]
        if Counter(target for _, target in some) == wanted:
            found.add(tuple(some))
    return found


def ends(F: FollowGraph) -> tuple[tuple[int, int], ...]:
    """Return the ties of a graph."""
    return tuple(zip(F.sources.tolist(), F.targets.tolist(), strict=True))


@pytest.mark.parametrize("name", GRAPHS)
def test_every_graph_is_as_likely(name):
    """Each of the graphs comes up, as often as the others (chi-square)."""
    graphs = alike(GRAPHS[name])
    assert len(graphs) > 1
    F = FollowGraph.from_edges(*zip(*GRAPHS[name], strict=True))
    draws = 400
    counts = Counter(map(ends, _chain.Chain(F, np.random.default_rng(5)).draws(draws)))
    assert set(counts) == graphs
    assert chisquare([counts[graph] for graph in graphs]).pvalue > 0.01


def test_ties_labelled_apart_do_not_weigh():
    """One batch on "hub": from G to H as often as from H to G, for all pairs of graphs."""
    graphs = sorted(alike(GRAPHS["hub"]))
    moves = np.zeros((len(graphs), len(graphs)))
    for row, graph in enumerate(graphs):
        F = FollowGraph.from_edges(*zip(*graph, strict=True))
        for seed in range(300):
            chain = _chain.Chain(F, np.random.default_rng([row, seed]))
            chain._batch(2 + (seed % 4 == 3))
            moves[row, graphs.index(ends(chain.graph()))] += 1
    both = moves + moves.T
    gap = (moves - moves.T)[both > 0] ** 2 / both[both > 0]
    # Every pair is there twice; the diagonal adds nothing.
    assert gap.sum() / 2 < (both > 0).sum() / 2 + 3 * (both > 0).sum() ** 0.5
    assert (moves > 0).all()


@given(ties)
@settings(deadline=None, max_examples=50)
def test_degrees_are_kept(edges):
    """Both degrees of every account, no loop, no tie twice."""
    F = FollowGraph.from_edges(*zip(*edges, strict=True))
    graph = nulls.fit(F, model="switching").draw(seed=1)
    assert graph.following.tolist() == F.following.tolist()
    assert graph.followers.tolist() == F.followers.tolist()
    assert not graph.loops.any()
    assert len(set(ends(graph))) == F.follows


def test_every_attempt_counts():
    """Of the two cycles of three accounts a rejected attempt stays where it is (P24)."""
    F = FollowGraph.from_edges([0, 1, 2], [1, 2, 0])
    chain = _chain.Chain(F, np.random.default_rng(0))
    chain._batch(2)
    assert (chain.accepted, ends(chain.graph())) == (0, ((0, 1), (1, 2), (2, 0)))
    chain.advance(_chain.SPACING)
    assert 0 < chain.accepted < chain.attempted


def test_colliding_groups_are_all_turned_down():
    """Two groups that propose the same tie: neither gets it, whichever comes first."""
    # 0->1, 2->3 and 0->4, 5->3 both propose 0->3.
    F = FollowGraph.from_edges([0, 0, 2, 5], [1, 4, 3, 3])
    met = 0
    for seed in range(60):
        chain = _chain.Chain(F, np.random.default_rng(seed))
        chain._batch(2)
        if chain.attempted == 2:
            made = dict.fromkeys(ends(chain.graph()))
            assert chain.accepted != 1 or (0, 3) not in made
            met += chain.accepted == 0
    assert met > 10


def test_repeated_keys_are_found():
    """A table of last bits alone would take 1 and 1 + 2**20 for one."""
    few = _chain._repeated(np.array([5, 1, 7, 5, 1]))
    assert few.tolist() == [1, 5]
    keys = np.array([[1, 1 + (1 << 20)], [7, 5]])
    assert _chain._among(keys, few).tolist() == [[True, False], [False, True]]
    assert not _chain._among(keys, few[:0]).any()


def test_number_of_mutual_pairs():
    """Counted from keys as from the graph."""
    rng = np.random.default_rng(0)
    F = FollowGraph.from_edges(rng.integers(0, 40, 400), rng.integers(0, 40, 400))
    assert _chain.mutual(F) == F.returned.sum() // 2 > 0


def test_fresh_walks_fall_anywhere_among_many_draws():
    """Ties broken at random, their places are uniform (Kolmogorov-Smirnov)."""
    rng = np.random.default_rng(1)
    sources, targets = rng.integers(0, 40, 250), (40 * rng.random(250) ** 2).astype(int)
    F = FollowGraph.from_edges(sources, targets)
    known = np.sort([_chain.mutual(one) for one in _chain.Chain(F, rng).draws(400)])
    fresh = [
        _chain.mutual(next(_chain.Chain(F, np.random.default_rng([2, seed])).draws(1)))
        for seed in range(100)
    ]
    below, upto = (np.searchsorted(known, fresh, side=side) for side in ("left", "right"))
    places = (below + (upto - below + 1) * rng.random(100)) / 401
    assert kstest(places, "uniform").pvalue > 0.01


# ------------------------------------------------------------------ the diagnostic


def chain() -> _chain.Chain:
    """Return a chain on a small random graph."""
    rng = np.random.default_rng(1)
    F = FollowGraph.from_edges(rng.integers(0, 50, 300), rng.integers(0, 50, 300))
    return _chain.Chain(F, np.random.default_rng(0))


def test_mixing_of_independent_values():
    """No correlation, all draws count, no drift, nothing to doubt."""
    found = chain().mixing(np.random.default_rng(0).normal(size=1_000))
    assert abs(found.autocorrelation) < 0.1
    assert 800 < found.effective <= 1_000
    assert abs(found.drift) < 3
    assert found.doubts(1_000) == ""


def test_mixing_of_a_drift():
    """Values that rise: checked by hand for 0, 1, 2, 3."""
    found = chain().mixing(np.arange(4.0))
    # apart = -1.5, -.5, .5, 1.5: (0.75 - 0.25 + 0.75) / 5 = 0.25; 4 * 0.75 / 1.25 = 2.4
    assert found.autocorrelation == pytest.approx(0.25)
    assert found.effective == pytest.approx(2.4)
    assert found.drift == pytest.approx(2 / (1.25**0.5 * 2 / 2.4**0.5))
    rising = np.arange(200.0) + np.random.default_rng(0).normal(size=200) * 100
    assert "drift" in chain().mixing(rising).doubts(200)


def test_dependent_draws_are_warned_of(monkeypatch):
    """Hardly any switch between draws: a warning, a note, and figures that say it."""
    rng = np.random.default_rng(2)
    F = FollowGraph.from_edges(rng.integers(0, 300, 3_000), rng.integers(0, 300, 3_000))
    monkeypatch.setattr(_chain, "SPACING", 0.02)
    monkeypatch.setattr(_chain, "_ACTIVE", 0.02)
    with pytest.warns(FollownetWarning, match="depend on each other"):
        found = nulls.test(F, model="switching", draws=60)
    assert found.mixing is not None
    assert found.mixing.autocorrelation > 0.4
    assert found.mixing.effective < 30
    assert any("depend" in note for note in found.notes)


def test_mixing_of_a_test():
    """Well mixed: most ties have moved, draws are worth nearly their number."""
    rng = np.random.default_rng(2)
    F = FollowGraph.from_edges(rng.integers(0, 300, 3_000), rng.integers(0, 300, 3_000))
    found = nulls.test(F, model="switching", draws=60)
    assert found.mixing is not None
    assert 0.5 < found.mixing.acceptance < 1
    assert found.mixing.kept < 0.1
    assert found.mixing.effective > 30
    assert "acceptance" in str(found)
