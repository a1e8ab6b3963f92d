"""Communities: the quality that is optimised, what is found, and what is refused."""

from __future__ import annotations

import math

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from conftest import here_and_elsewhere
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

import follownet as fn
from follownet import nulls, simulation
from follownet.communities import _detect, _refinement, compare, detect
from follownet.errors import NotObservedError, SchemaError


def planted(mixing, seed, accounts=400, ties=6_000):
    """Return a small graph with communities, and these."""
    sizes = {"smallest": accounts // 10, "largest": accounts // 4}
    return simulation.planted(accounts=accounts, ties=ties, mixing=mixing, seed=seed, **sizes)


@pytest.fixture(scope="module")
def easy():
    F, truth = planted(0.2, 1)
    return F, truth, detect(F, seed=3)


@pytest.fixture(scope="module")
def fifteen():
    """Return an export of one of fifteen people, and all of theirs as one."""
    world = fn.simulation.world(accounts=60, seed=5)
    owners = world.accounts.index[world.accounts["deleted"].isna()][:15]
    views = [world.view(one, "2026-05-11") for one in owners]
    return views[0], fn.merge(views)


def test_modularity_is_that_of_networkx(easy):
    """Directed, of the partition that is returned, at any resolution."""
    F, _, found = easy
    G = F.to_networkx()
    assert found.modularity == pytest.approx(nx.community.modularity(G, found.partition))
    other = detect(F, resolution=8, runs=2)
    known = nx.community.modularity(G, other.partition, resolution=8)
    assert other.modularity == pytest.approx(known)
    assert len(other.partition) > len(found.partition)


def test_planted_communities_are_found_and_stable(easy):
    """All of them, in every run."""
    _, truth, found = easy
    assert compare(found, truth).ami > 0.99
    assert found.stability["stable"].all()
    assert found.accounts["stability"].min() > 0.9
    assert found.p < 1e-4
    assert (found.chance["modularity"] < found.modularity - 0.2).all()


def test_the_result_tells_how_it_was_made(easy):
    """P25: quality depends on the seed, so that runs, spread and agreement are told."""
    F, _, found = easy
    assert (found.method, found.directed, found.resolution, found.seed) == (
        "louvain", True, 1.0, 3,
    )  # fmt: skip
    starts = {"louvain": 5, "singletons": 5, "consensus": 1}
    assert found.runs["start"].value_counts().to_dict() == starts
    assert found.runs["modularity"].iloc[1:].is_monotonic_decreasing
    assert found.modularity > found.runs["modularity"].max() - 1e-4
    assert found.runs["modularity"].iloc[0] == found.modularity
    assert found.runs["agreement"].iloc[0] == 1
    sizes = [len(one) for one in found.partition]
    assert sizes == sorted(sizes, reverse=True) == found.stability["accounts"].tolist()
    assert sorted(set().union(*found.partition)) == F.accounts.tolist()
    told = str(found)
    for word in ("modularity", "directed", "louvain, refined", "seed", "stable"):
        assert word in told


def test_the_consensus_finds_more_than_its_runs():
    """Of higher modularity and nearer to the truth; what all runs share, it keeps."""
    F, truth = planted(0.6, 2, accounts=1_500, ties=15_000)
    ties = _detect._ties(F, None)[0]
    *runs, consensus = _detect._runs(ties, resolution=1.0, runs=10, refine=True, seed=0)
    assert consensus.start == "consensus"
    assert consensus.modularity > max(one.modularity for one in runs)
    right = [compare(pd.Series(one.labels), truth).ami for one in (*runs, consensus)]
    assert right[-1] > max(right[:-1])
    shared = pd.DataFrame([one.labels for one in runs]).T
    assert pd.Series(consensus.labels).groupby(list(shared.to_numpy().T)).nunique().max() == 1


def test_a_consensus_says_no_more_than_its_runs_where_there_is_nothing():
    """Of two it would be like both of them, in random graphs as well: there is one from five on."""
    F = nulls.fit(planted(0.6, 1)[0], model="switching").draw(0)
    plain, few, many = (detect(F, runs=runs, seed=2) for runs in (4, 5, 10))
    assert "consensus" not in set(plain.runs["start"])
    assert "consensus" in set(few.runs["start"])
    assert few.stability["stability"].max() < 2 * plain.stability["stability"].max()
    assert many.stability["stability"].max() < 2 * plain.stability["stability"].max()


def test_of_nearly_equal_modularity_the_consensus_is_kept():
    """And not where another is better by more than that."""
    labels = np.zeros(1, dtype=np.int64)
    ends = [_detect._Run(labels, 0.4, "louvain"), _detect._Run(labels, 0.4001, "singletons")]
    for quality, first in ((0.40005, "consensus"), (0.39995, "singletons"), (0.5, "consensus")):
        ranked = _detect._ranked([*ends, _detect._Run(labels, quality, "consensus")])
        assert ranked[0].start == first


def test_p_compares_as_many_runs_of_either():
    """More runs find a higher modularity, which says nothing of the network."""
    F, _ = planted(0.6, 1)
    few, many = detect(F, runs=2, seed=3), detect(F, runs=10, seed=3)
    assert many.modularity >= few.modularity
    assert many.p == few.p


def test_direction_counts():
    """Of ties between two groups that point one way, fewer are expected than the sum has it."""
    rng = np.random.default_rng(0)
    A = np.zeros((60, 60), dtype=bool)
    A[:30, 30:] = rng.random((30, 30)) < 0.5
    A[30:, :30] = rng.random((30, 30)) < 0.05
    A[:30, :30] = A[30:, 30:] = rng.random((30, 30)) < 0.3
    np.fill_diagonal(A, False)
    G = nx.from_numpy_array(A, create_using=nx.DiGraph)
    found = detect(G, seed=1)
    split = [set(range(30)), set(range(30, 60))]
    assert found.modularity >= nx.community.modularity(G, split) - 1e-12
    undirected = nx.community.modularity(G.to_undirected(), found.partition)
    assert found.modularity != pytest.approx(undirected, abs=1e-3)


def test_one_run_has_no_stability_and_costs_no_draw(easy):
    """It is the engine alone, unless refined."""
    F, _, best = easy
    plain = detect(F, runs=1, refine=False)
    assert plain.accounts["stability"].isna().all()
    assert plain.stability[["stability"]].isna().all(axis=None)
    assert plain.stability["stable"].isna().all()
    assert plain.chance.empty
    assert math.isnan(plain.p)
    assert plain.runs["start"].tolist() == ["louvain"]
    assert plain.modularity <= best.modularity
    assert "not asked" in str(plain)


def test_a_star_is_refused():
    """P23: one person's export says nothing about the others."""
    export = fn.read(fn.datasets.sample("instagram"))
    with pytest.raises(
        NotObservedError,
        match="a community cannot be known from this graph: it shows the ties of 1 account,",
    ):
        detect(export.graph())


def test_of_merged_exports_the_owners_are_clustered(fifteen):
    """Never the union of their stars; the number is told."""
    _, merged = fifteen
    found = detect(merged.graph(), runs=2)
    assert sorted(found.membership.index) == sorted(merged.owners)
    assert found.notes == ("of the 15 accounts whose lists are in hand, and the ties among them",)


def test_the_engagement_of_several_people_is_a_layer(fifteen):
    """What each of them did is known, so that every tie among them is."""
    one, merged = fifteen
    found = detect(merged.engagement_graph(), weight="weight", runs=2)
    assert sorted(found.membership.index) == sorted(merged.owners)
    assert compare(found, detect(merged.graph(), runs=2)).accounts == 15
    with pytest.raises(NotObservedError, match="ties of 1 account,"):
        detect(one.engagement_graph())


def test_communities_that_are_not_connected_are_split():
    """Louvain may leave some; apart they are never worse."""
    ties = sparse.csr_matrix(nx.to_numpy_array(nx.DiGraph([(0, 1), (2, 3), (3, 4)])))
    assert _detect._connected(ties, np.zeros(5, dtype=np.int64)).tolist() == [0, 0, 1, 1, 1]


GRAPHS = st.lists(
    st.tuples(st.integers(0, 11), st.integers(0, 11)).filter(lambda tie: tie[0] != tie[1]),
    min_size=1,
    max_size=50,
    unique=True,
)


@given(GRAPHS, st.integers(0, 99), st.sampled_from([0.5, 1.0, 2.0]), st.randoms())
def test_refinement_never_lowers_modularity(edges, seed, resolution, random):
    """From any partition; and no account would gain by a move to a neighbour's community."""
    rows, columns = zip(*edges, strict=True)
    ties = sparse.csr_matrix((np.ones(len(edges)), (rows, columns)), shape=(12, 12))
    labels = np.array([random.randrange(12) for _ in range(12)])
    found = _refinement.refined(_refinement.network(ties), labels, resolution=resolution, seed=seed)
    before, after = (_detect.modularity_of(ties, one, resolution) for one in (labels, found))
    assert after >= before - 1e-9
    G = nx.DiGraph(edges)
    for account in G:
        for other in {*G.succ[account], *G.pred[account]}:
            moved = found.copy()
            moved[account] = found[other]
            assert _detect.modularity_of(ties, moved, resolution) <= after + 1e-9


def test_a_seed_is_a_partition_in_every_process():
    """Whatever PYTHONHASHSEED is, and in whatever order the rows come, as sets give them."""
    F, _ = planted(0.5, 2, accounts=200, ties=2_000)
    edges = set(zip(F.sources.astype(str).tolist(), F.targets.astype(str).tolist(), strict=True))
    here, there = here_and_elsewhere(f"""
from follownet import FollowGraph
from follownet.communities import detect
for kind in (str, int):
    edges = [(kind(a), kind(b)) for a, b in {edges}]
    found = detect(FollowGraph.from_edges(*zip(*edges)), runs=5, seed=7)
    print(found.modularity, found.membership.to_json(), found.stability.to_json())
""")
    assert here == there
    assert len(here.splitlines()) == 2


def test_graphs_without_communities_have_none_that_are_stable():
    """Of the same degrees as one that has: modularity alone would say otherwise."""
    F, _ = planted(0.2, 1, accounts=200, ties=2_000)
    some = nulls.fit(F, model="switching").draws(12, np.random.default_rng(1))
    found = [detect(G, runs=4, seed=n) for n, G in enumerate(some)]
    assert min(one.modularity for one in found) > 0.15
    assert sum(bool(one.stability["stable"].any()) for one in found) <= 1


def test_p25a_networkx_serves_where_scikit_network_is_not(monkeypatch, easy):
    """P25a: what may be absent is asked for, and the result says so."""
    F, truth, _ = easy
    monkeypatch.setattr(_detect.importlib.util, "find_spec", lambda _: None)
    found = detect(F, runs=2)
    assert compare(found, truth).ami > 0.98
    assert "networkx's Louvain was the engine" in found.notes[0]


def test_weights_count():
    """Two pairs of heavy ties within a ring of light ones."""
    heavy = [(0, 1), (1, 0), (2, 3), (3, 2)]
    light = [(1, 2), (2, 1), (3, 0), (0, 3)]
    G = nx.DiGraph()
    G.add_weighted_edges_from([(*tie, 10) for tie in heavy] + [(*tie, 1) for tie in light])
    assert detect(G, weight="weight", runs=2).partition == [{0, 1}, {2, 3}]
    G[0][1]["weight"] = 0
    assert detect(G, weight="weight", runs=2).notes == ("1 ties without a weight were left out",)
    G[0][1]["weight"] = -1
    with pytest.raises(SchemaError, match="weight: some are negative"):
        detect(G, weight="weight")
    with pytest.raises(SchemaError, match="no such attribute"):
        detect(nx.DiGraph([(0, 1)]), weight="weight")


@pytest.mark.parametrize("accounts", [0, 1, 3])
def test_without_ties_everyone_is_alone(accounts):
    """And modularity is undefined."""
    G = nx.DiGraph()
    G.add_nodes_from(range(accounts))
    found = detect(G)
    assert [len(one) for one in found.partition] == [1] * accounts
    assert math.isnan(found.modularity)
    assert not found.stability["stable"].fillna(False).any()
    assert str(accounts) in str(found)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"method": "leiden"}, "method: accepts 'louvain'"),
        ({"resolution": 0}, "resolution: accepts a number above 0"),
        ({"resolution": "1"}, "resolution: accepts a number above 0"),
        ({"runs": 0}, "runs: give at least 1"),
        ({"seed": -1}, "seed: give at least 0"),
    ],
)
def test_what_is_no_argument_is_refused(given, message):
    """With what is accepted."""
    with pytest.raises(SchemaError, match=message):
        detect(nx.DiGraph([(0, 1)]), **given)


class TestCompare:
    def test_partitions_of_all_forms(self):
        """Labels mean nothing but together."""
        sets = [{"a", "b"}, {"c"}]
        same = pd.Series({"a": "x", "b": "x", "c": "y"})
        assert compare(sets, same) == compare(same, {"a": 5, "b": 5, "c": 1})
        assert compare(sets, same).ari == 1

    def test_accounts_in_one_alone_are_counted(self):
        """And left out."""
        found = compare([{"a", "b"}, {"c", "x"}], [{"a", "b"}, {"c"}, {"y"}])
        assert (found.accounts, found.left_out, found.ami) == (3, 2, 1)
        assert math.isnan(compare([{"a"}], [{"b"}]).ami)

    def test_independent_partitions_agree_no_more_than_by_chance(self):
        """Both indices are corrected for it."""
        rng = np.random.default_rng(0)
        one, other = (pd.Series(rng.integers(20, size=2_000)) for _ in range(2))
        found = compare(one, other)
        assert abs(found.ami) < 0.02
        assert abs(found.ari) < 0.02

    def test_what_is_no_partition_is_refused(self):
        """An account has one community."""
        with pytest.raises(SchemaError, match="one: has an account in two communities"):
            compare([{"a"}, {"a"}], {})
        with pytest.raises(SchemaError, match="other: 1 accounts have no community"):
            compare([{"a"}], {"a": None})
