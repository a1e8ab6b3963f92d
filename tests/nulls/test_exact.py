"""Models with formulas, against enumeration of every graph and against golden figures."""

from __future__ import annotations

import json
import math
from itertools import combinations, product
from pathlib import Path

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from follownet import nulls
from follownet.errors import FollownetError
from follownet.graph import FollowGraph
from follownet.nulls import _degree, _dyads, _newton, _reciprocal, _tails

STUDIES = Path(__file__).parents[3] / "shared" / "studies"
SETS = (
    "advogato", "bitcoin_otc", "celegans_neural", "cnr2000", "collegemsg",
    "higgs_follow_induced", "higgs_mention", "higgs_reply", "higgs_retweet", "slashdot0902",
    "twitter_follow_bofa_careers", "twitter_follow_hersheycareers", "twitter_lists_konect",
    "wiki_vote",
)  # fmt: skip

degrees = st.lists(st.integers(0, 5), min_size=2, max_size=6)
ties = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=42)


def study(name: str) -> tuple[FollowGraph, dict]:
    """Return a study graph and its golden figures."""
    path = STUDIES / f"{name}.tsv.gz"
    if not path.is_file():
        pytest.skip("the study graphs are not beside this repository")
    table = pd.read_csv(path, sep="\t", usecols=[0, 1])
    F = FollowGraph.from_edges(table.iloc[:, 0], table.iloc[:, 1])
    return F, json.loads((STUDIES / "expected.json").read_text())[name]


def places(accounts: int) -> list[tuple[int, int]]:
    """Return every possible tie."""
    return [(i, j) for i, j in product(range(accounts), repeat=2) if i != j]


def mutual(graph) -> int:
    """Return the number of mutual pairs, in plain words."""
    graph = set(graph)
    return sum((j, i) in graph for i, j in graph) // 2


def moments(counts, weights=None) -> tuple[float, float]:
    """Return mean and sd of numbers with weights."""
    mean = np.average(counts, weights=weights)
    return mean, math.sqrt(np.average((np.asarray(counts) - mean) ** 2, weights=weights))


def two_sided(counts, weights, observed) -> float:
    """Return twice the smaller tail, at most 1."""
    counts, weights = np.asarray(counts), np.asarray(weights) / np.sum(weights)
    tails = weights[counts <= observed].sum(), weights[counts >= observed].sum()
    return min(1.0, 2 * min(tails))


def convolution(chances) -> np.ndarray:
    """Return the distribution of a sum of independent indicators."""
    found = np.ones(1)
    for chance in chances:
        found = np.convolve(found, [1 - chance, chance])
    return found


# ------------------------------------------------------------------ density


def test_density_is_binomial():
    """N = 4, L = 5: all 2^12 graphs weighted by p^ties give mean, sd and p of M."""
    graphs = [
        [tie for tie, there in zip(places(4), row, strict=True) if there]
        for row in product((0, 1), repeat=12)
    ]
    p = 5 / 12
    weights = [p ** len(graph) * (1 - p) ** (12 - len(graph)) for graph in graphs]
    counts = [mutual(graph) for graph in graphs]
    found = nulls.test(nx.DiGraph([(0, 1), (1, 0), (2, 3), (3, 2), (0, 2)]), model="density")
    assert (found.expected, found.sd) == pytest.approx(moments(counts, weights))
    assert found.p == pytest.approx(two_sided(counts, weights, 2))


@pytest.mark.parametrize(("accounts", "follows"), [(3, 2), (3, 5), (4, 5), (4, 9)])
def test_density_fixed_is_every_graph_of_so_many_ties(accounts, follows):
    """Mean, sd and p agree with enumeration."""
    graphs = list(combinations(places(accounts), follows))
    counts = [mutual(graph) for graph in graphs]
    assert _dyads.density_fixed(accounts, follows)[0] == pytest.approx(np.mean(counts))
    assert _dyads.density_fixed(accounts, follows)[1] == pytest.approx(np.var(counts))
    for observed in set(counts):
        p = 10 ** _dyads.density_fixed_p(accounts, follows, observed)
        assert p == pytest.approx(two_sided(counts, np.ones(len(counts)), observed))


@pytest.mark.parametrize(
    ("accounts", "follows"), [(2, 1), (2, 2), (5, 0), (5, 20), (5, 19), (1, 0)]
)
def test_fixed_density_that_leaves_no_choice(accounts, follows):
    """All but one tie, all, none: sd is 0 exactly."""
    assert _dyads.density_fixed(accounts, follows)[1] == 0


@pytest.mark.parametrize("name", ["density", "density_fixed", "out_degree", "degree"])
def test_p_beyond_doubles(name):
    """A network that is all mutual among thousands: p is 0, its logarithm is not."""
    pairs = np.arange(2_000)
    F = FollowGraph.from_edges(np.append(pairs, 2_000 + pairs), np.append(2_000 + pairs, pairs))
    found = nulls.test(F, model=name)
    assert found.p == 0
    # (2000 pairs out of about 8 million, each with chance (1/3999)^2.)
    ratio = math.log10(2_000 / found.expected)
    assert -4_000 * ratio < found.log10_p < -1_000 * ratio


# ------------------------------------------------------------------ whom one follows


@pytest.mark.parametrize("following", [(1, 2, 1), (1, 0, 3, 2), (2, 2, 2, 2), (3, 0, 0, 1), (1, 1)])
def test_out_degree_is_every_choice_of_everyone(following):
    """Mean and sd agree with enumeration, rivalry between pairs included."""
    accounts = range(len(following))
    choices = [
        list(combinations([other for other in accounts if other != one], k))
        for one, k in enumerate(following)
    ]
    counts = [
        mutual((one, other) for one, others in enumerate(row) for other in others)
        for row in product(*choices)
    ]
    found = _dyads.out_degree(np.array(following))
    assert (found[0], math.sqrt(found[1])) == pytest.approx(moments(counts))


@given(degrees)
def test_pairs_of_choices_have_the_mean_of_the_formula(following):
    """The chances behind p sum to Katz & Powell's mean, and their variance is no smaller."""
    following = np.minimum(following, len(following) - 1)
    dyads = _dyads.out_degree_dyads(following)
    mean, variance = _dyads.out_degree(following)
    assert dyads.mean == pytest.approx(mean)
    assert dyads.variance >= variance - 1e-12


# ------------------------------------------------------------------ both degrees


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=[pytest.mark.slow] * (name == "cnr2000")) for name in SETS],
)
def test_fourteen_networks_agree_with_the_golden_figures(name):
    """Mean and sd of M of up to three million ties: 1e-9 by density, 1e-6 by degrees."""
    F, golden = study(name)
    found = nulls.test(F, model="density")
    assert found.expected == pytest.approx(golden["EM_density"], rel=1e-9)
    assert found.z == pytest.approx(golden["z_density"], rel=1e-9)
    found = nulls.test(F)
    assert found.observed == golden["M"]
    assert found.expected == pytest.approx(golden["dcm"]["EM"], rel=1e-6)
    assert found.sd == pytest.approx(golden["dcm"]["SD"], rel=1e-6)
    assert found.rho == pytest.approx(golden["dcm"]["rho_DCM"], rel=1e-6)


def chances(model: _degree.Degree, accounts: int) -> np.ndarray:
    """Return p of each tie, account by account."""
    table = model.ties(slice(None))
    kind = np.empty(accounts, dtype=int)
    kind[model.classes.members] = np.repeat(np.arange(len(model.classes)), model.classes.size)
    found = table[np.ix_(kind, kind)]
    np.fill_diagonal(found, 0)
    return found


@given(ties)
def test_degrees_are_expected_as_observed(edges):
    """Of any digraph, saturated accounts and all: to 1e-8, and M from the chances one by one."""
    graph = nx.DiGraph(edges)
    graph.remove_edges_from(nx.selfloop_edges(graph))
    graph.add_nodes_from(range(7))
    F = FollowGraph.from_networkx(graph)
    model = _degree.degree(F.following, F.followers)
    p = chances(model, 7)
    assert p.sum(axis=1) == pytest.approx(F.following, abs=1e-7)
    assert p.sum(axis=0) == pytest.approx(F.followers, abs=1e-7)
    q = (p * p.T)[np.triu_indices(7, 1)]
    dyads = _degree.dyads(model)
    assert dyads.mean == pytest.approx(q.sum())
    assert dyads.variance == pytest.approx((q * (1 - q)).sum(), abs=1e-9)


@pytest.mark.parametrize(
    "graph",
    [
        nx.complete_graph(5, nx.DiGraph),
        nx.empty_graph(5, nx.DiGraph),
        nx.DiGraph([(0, i) for i in range(1, 6)]),
        nx.DiGraph([(i, 0) for i in range(1, 6)]),
        nx.DiGraph([tie for i in range(1, 6) for tie in ((0, i), (i, 0))]),
        nx.DiGraph([(i, j) for i in range(3) for j in range(3, 7)]),
        nx.DiGraph([(i, j) for i in range(6) for j in range(i)]),
        nx.DiGraph([(i, j) for i, j in places(5) if (i, j) != (0, 1)]),
        nx.DiGraph([(0, 1), (0, 2), (1, 2), (1, 3), (1, 0), (0, 3)]),
    ],
    ids="complete empty star followed mutual-star bipartite order one-missing two-hubs".split(),
)
def test_degrees_that_allow_one_graph_only(graph):
    """Chances are 0 and 1 exactly: sd 0, z nan, p 1, whatever was observed is expected."""
    found = nulls.test(graph)
    assert (found.sd, found.p, found.log10_p) == (0, 1, 0)
    assert math.isnan(found.z)
    assert found.expected == found.observed


def test_core_at_the_edge_of_what_is_possible():
    """A complete core, an empty rim: no account is forced, but all ties inside both are."""
    core = [(i, j) for i, j in product(range(3), repeat=2) if i != j]
    F = FollowGraph.from_edges(*zip(*core, (0, 3), (3, 1), (1, 4), (4, 2), (4, 0), strict=True))
    p = chances(_degree.degree(F.following, F.followers), 5)
    assert p[:3, :3].sum() == pytest.approx(6, abs=1e-8)
    assert p[3:, 3:].sum() == pytest.approx(0, abs=1e-8)


def test_classes_share_their_parameters():
    """A ring of any size has one class, and p = 1/(N-1) everywhere."""
    model = _degree.degree(np.ones(30), np.ones(30))
    assert len(model.classes) == 1
    assert model.ties(slice(None))[0, 0] == pytest.approx(1 / 29)


# ------------------------------------------------------------------ tails


@pytest.mark.parametrize("observed", [0, 1, 3, 6, 7, 8, 9, 12, 20, 28, 30])
def test_saddlepoint_agrees_with_convolution(observed):
    """Thirty unequal pairs: 2 % of p in the bulk as in tails of 1e-20."""
    q = np.random.default_rng(0).beta(1, 3, 30)
    exact = convolution(q)
    found = 10 ** _tails.saddlepoint(_tails.spectrum([(q, np.ones(30))]), observed)
    assert found == pytest.approx(two_sided(np.arange(31), exact, observed), rel=0.02)


@pytest.mark.parametrize("observed", [0, 1, 2, 5])
def test_saddlepoint_of_rare_pairs(observed):
    """One mutual pair in a hundred networks: still within 8 %."""
    q = np.full(1_000, 1e-5)
    exact = convolution(q)
    found = 10 ** _tails.saddlepoint(_tails.spectrum([(q, np.ones(1_000))]), observed)
    assert found == pytest.approx(two_sided(np.arange(1_001), exact, observed), rel=0.08)


def test_saddlepoint_leaves_sure_pairs_aside():
    """Two pairs that are always mutual shift the count by two."""
    q = np.array([0.2, 0.3, 0.4, 0.1, 0.25])
    alone = _tails.spectrum([(q, np.ones(5))])
    beside = _tails.spectrum([(np.append(q, 1), np.append(np.ones(5), 2))])
    assert beside.sure == 2
    assert _tails.saddlepoint(beside, 5) == _tails.saddlepoint(alone, 3)


def test_saddlepoint_is_smooth_at_the_mean():
    """Where the formula is 0/0: the tail at mean + 1/2 lies between those beside it."""
    found = _tails.spectrum([(np.full(100, 0.5), np.ones(100))])
    at, before, after = (_tails._above(found, count) for count in (50, 49, 51))
    assert before > at > after
    exact = convolution(np.full(100, 0.5))
    assert math.exp(at) == pytest.approx(exact[50:].sum(), rel=1e-4)
    half = _tails._tail(found, 50.0, 1)
    assert math.exp(half) == pytest.approx(0.5, abs=1e-6)


# ------------------------------------------------------------------ mutual ties of each account


@given(ties)
def test_one_way_and_mutual_ties_are_expected_as_observed(edges):
    """Of any digraph: all three degrees of each account, and M."""
    graph = nx.DiGraph(edges)
    graph.remove_edges_from(nx.selfloop_edges(graph))
    graph.add_nodes_from(range(7))
    F = FollowGraph.from_networkx(graph)
    both = np.bincount(F.sources[F.returned], minlength=7)
    model = _reciprocal.reciprocal(F.following - both, F.followers - both, both)
    kind = np.empty(7, dtype=int)
    kind[model.classes.members] = np.repeat(np.arange(len(model.classes)), model.classes.size)
    there, back, mutuals = (table[np.ix_(kind, kind)] for table in model.pairs(slice(None)))
    off = 1 - np.eye(7)
    assert (there * off).sum(axis=1) == pytest.approx(F.following - both, abs=1e-7)
    assert (back * off).sum(axis=1) == pytest.approx(F.followers - both, abs=1e-7)
    assert (mutuals * off).sum(axis=1) == pytest.approx(both, abs=1e-7)
    assert model.moments()[0] == pytest.approx(both.sum() / 2, abs=1e-7)


def drawn(accounts: int, density: float, seed: int) -> FollowGraph:
    """Return a graph of independent ties, mutual ones among them only by chance."""
    there = np.random.default_rng(seed).random((accounts, accounts)) < density
    np.fill_diagonal(there, 0)
    return FollowGraph.from_edges(*np.nonzero(there), accounts=range(accounts))


@pytest.mark.parametrize("density", [0.5, 0.8, 0.95])
def test_dense_groups_are_solved(density):
    """Forty accounts, of whom some are tied to everyone: their parameters are finite."""
    tied = 0
    for seed in range(10):
        F = drawn(40, density, seed)
        model = nulls.fit(F, model="reciprocal")
        assert model.error < 1e-8
        assert model.expected == pytest.approx(F.returned.sum() / 2, rel=1e-7)
        both = np.bincount(F.sources[F.returned], minlength=40)
        tied += (F.following + F.followers - both == 39).sum()
    assert tied > 0 or density == 0.5


def test_what_is_solved_nearly_is_said(monkeypatch):
    """An error above 1e-8 is a note, one above 1e-4 an error."""
    F = drawn(15, 0.4, 0)
    monkeypatch.setattr(_newton, "_AIM", 1e-3)
    monkeypatch.setattr(_newton, "_ACCEPTED", 1.0)
    model = nulls.fit(F, model="reciprocal")
    assert 1e-8 < model.error < 1e-3
    assert "solved nearly" in model.notes[0]
    monkeypatch.setattr(_newton, "_ACCEPTED", 1e-12)
    with pytest.raises(FollownetError, match="switching"):
        nulls.fit(F, model="reciprocal")
