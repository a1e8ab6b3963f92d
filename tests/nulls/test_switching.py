"""The chain: every graph with these degrees is as likely, and the diagnostic sees where not."""

from __future__ import annotations

from collections import Counter
from functools import partial
from itertools import combinations, permutations, product

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chisquare

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
    "collide": [(0, 1), (2, 3), (0, 4), (5, 1)],
    "star and cycle": [(0, 1), (0, 2), (1, 0), (2, 3), (3, 0)],
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


SLOW = "collide", "permutations", "unequal", "dense", "hub", "star and cycle"


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[pytest.mark.slow] * (name in SLOW)) for name in GRAPHS]
)
def test_every_graph_is_as_likely(name, monkeypatch):
    """Each of the graphs comes up, as often as the others (chi-square)."""
    monkeypatch.setattr(_chain, "_LEAST", 40)
    graphs = alike(GRAPHS[name])
    assert len(graphs) > 1
    F = FollowGraph.from_edges(*zip(*GRAPHS[name], strict=True))
    counts = Counter(map(ends, _chain.Chain(F, np.random.default_rng(5)).draws(1_500)))
    assert set(counts) == graphs
    assert chisquare([counts[graph] for graph in graphs]).pvalue > 0.01


class Script:
    """Stands for a generator: hands out given permutations and numbers."""

    def __init__(self, permutation, *numbers):
        self._permutation, self._numbers = permutation, list(numbers)

    def permutation(self, count):
        """Return the given one."""
        assert len(self._permutation) == count
        return np.array(self._permutation)

    def random(self, count):
        """Return the next numbers, as many as are asked for."""
        return np.array(self._numbers.pop(0)[:count])


def switches(F, size):
    """Yield every way in which a switch of all ties in groups can go, and its chance."""
    groups = F.follows // size
    for order in permutations(range(F.follows)):
        for active in product((0.0, 0.95), repeat=groups):
            chance = np.prod([0.9 if number == 0 else 0.1 for number in active])
            turns = product((0.0, 0.9), repeat=active.count(0.0)) if size == 3 else [()]
            for turn in turns:
                chain = _chain.Chain(F, Script(order, active, turn))
                chain._switch(size)
                yield ends(chain.graph()), chance / 2 ** len(turn)


def trades(F, side):
    """Yield every way in which a trade can go; all are as likely."""
    for seats in permutations(range(len(F))):
        for order in permutations(np.arange(F.follows) / F.follows):
            chain = _chain.Chain(F, Script(seats, order))
            own = [chain._sources, chain._targets]
            chain._trade(own[side], own[1 - side])
            yield ends(chain.graph()), 1.0


@pytest.mark.parametrize(
    ("name", "step"),
    [
        pytest.param("hub", partial(switches, size=2), marks=pytest.mark.slow),
        pytest.param("hub", partial(switches, size=3), marks=pytest.mark.slow),
        ("collide", partial(switches, size=2)),
        ("one cycle", partial(switches, size=3)),
        ("star and cycle", partial(trades, side=0)),
        ("star and cycle", partial(trades, side=1)),
    ],
)
def test_a_step_leads_there_as_often_as_back(name, step):
    """Of each two graphs, over all that chance can do in one step: exactly as often."""
    graphs = sorted(alike(GRAPHS[name]))
    moves = np.zeros((len(graphs), len(graphs)))
    for row, graph in enumerate(graphs):
        for there, chance in step(FollowGraph.from_edges(*zip(*graph, strict=True))):
            moves[row, graphs.index(there)] += chance
    assert (moves - np.diag(np.diag(moves))).any()
    np.testing.assert_allclose(moves, moves.T, rtol=1e-9)


@given(ties)
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
    chain._switch(2)
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
        chain._switch(2)
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
    monkeypatch.setattr(_chain.Chain, "_trade", lambda *_: None)
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


@pytest.mark.parametrize("density", [0.3, 0.7, 0.95])
def test_dense_graphs_mix(density):
    """Nearly all switches are turned down, and draws are as good as independent all the same."""
    there = np.random.default_rng(0).random((60, 60)) < density
    np.fill_diagonal(there, 0)
    F = FollowGraph.from_edges(*np.nonzero(there))
    found = nulls.test(F, model="switching", draws=300)
    assert found.mixing is not None
    assert found.mixing.acceptance < 0.2
    assert abs(found.mixing.autocorrelation) < 0.2
    assert found.expected == pytest.approx(nulls.fit(F).expected, abs=4 * found.sd / 300**0.5 + 1)
