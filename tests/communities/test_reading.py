"""What communities are like: by hand, beside networkx, and where chance alone decides."""

from __future__ import annotations

import math

import networkx as nx
import numpy as np
import pandas as pd
import pytest

import follownet as fn
from follownet import FollowGraph, simulation
from follownet.communities import detect, growth, profile, roles
from follownet.errors import NotObservedError, SchemaError

TIES = [
    ("a", "b"), ("b", "a"), ("b", "c"), ("c", "a"),  # within x
    ("d", "e"), ("e", "d"),  # within y
    ("a", "d"), ("d", "a"), ("c", "e"),  # across
    ("f", "a"),  # of no community
]  # fmt: skip
GROUPS = {"a": "x", "b": "x", "c": "x", "d": "y", "e": "y"}


@pytest.fixture
def small():
    return nx.DiGraph(TIES)


class TestProfile:
    def test_by_hand(self, small):
        """Pairs are counted once, ties of accounts without a community not at all."""
        table = profile(small, GROUPS)
        assert table.index.tolist() == ["x", "y"]
        assert table["accounts"].tolist() == [3, 2]
        assert table[["follows", "out", "into"]].values.tolist() == [[4, 2, 1], [2, 1, 2]]
        assert table[["pairs", "mutual"]].values.tolist() == [[3, 1], [1, 1]]
        assert table["q"].tolist() == [pytest.approx(1 / 3), 1]
        assert table["q_across"].tolist() == [0.5, 0.5]
        # 3 of 6 connected pairs are mutual: of three drawn 1.5, of one 0.5.
        assert table["expected"].tolist() == [1.5, 0.5]
        assert table["z"]["y"] == pytest.approx(1)
        assert table["p"].tolist() == [1, 1]
        assert table.attrs == {"left_out": 1}

    def test_a_layer_is_summed_inside_and_across(self, small):
        """Per follow, so that large communities are comparable to small ones."""
        layer = nx.DiGraph()
        layer.add_weighted_edges_from([("a", "b", 6), ("c", "a", 2), ("a", "d", 3), ("x", "a", 9)])
        table = profile(small, GROUPS, layer=layer)
        assert table["weight"].tolist() == [8, 0]
        assert table["weight_per_follow"].tolist() == [2, 0]
        assert table["weight_per_follow_across"].tolist() == [1, 1]
        with pytest.raises(SchemaError, match="layer: its ties have no weight"):
            profile(small, GROUPS, layer=small)

    def test_reciprocity_that_knows_no_communities_is_within_chance(self):
        """Which connected pairs are mutual is drawn at random: p is uniform, or larger."""
        small = []
        for seed in range(40):
            F, truth = simulation.planted(
                accounts=300, ties=2_000, mixing=0.3, smallest=30, largest=100, seed=seed
            )
            # Returned by chance are more inside, where pairs are tied more often.
            F = F.keep(~F.returned | (F.sources < F.targets))
            back = np.random.default_rng(seed).random(F.follows) < 0.3
            ends = np.append(F.sources, F.targets[back]), np.append(F.targets, F.sources[back])
            H = FollowGraph.from_edges(*ends, accounts=range(300))
            small += profile(H, truth)["p"].tolist()
        share = np.mean(np.array(small) < 0.05)
        assert 0.01 < share < 0.07

    def test_reciprocity_inside_is_found(self):
        """Q09: where inner ties alone are returned, q is above and p small."""
        F, truth = simulation.planted(
            accounts=300, ties=2_000, mixing=0.3, smallest=30, largest=100, seed=1
        )
        groups = truth.to_numpy()
        inner = groups[F.sources] == groups[F.targets]
        ends = np.append(F.sources, F.targets[inner]), np.append(F.targets, F.sources[inner])
        table = profile(FollowGraph.from_edges(*ends, accounts=range(300)), truth)
        large = table[table["pairs"] >= 50]
        assert len(large) >= 4
        assert (large["q"] > large["q_across"]).all()
        assert (large["p"] < 1e-6).all()
        assert (large["z"] > 5).all()

    def test_a_community_without_ties_has_no_share(self):
        """Undefined, and not 0."""
        G = nx.DiGraph([("a", "b")])
        table = profile(G, {"a": 1, "b": 2})
        assert table[["q", "expected", "z", "p"]].isna().all(axis=None)
        assert table["q_across"].tolist() == [0, 0]


class TestRoles:
    def test_by_hand(self, small):
        """Neighbours are counted once, whichever way and however often they are tied."""
        table = roles(small, GROUPS)
        assert sorted(table.index[:3]) == ["a", "b", "c"]
        assert table.loc["a", ["inside", "outside", "communities"]].tolist() == [2, 1, 2]
        assert table.loc["a", "participation"] == pytest.approx(1 - (2 / 3) ** 2 - (1 / 3) ** 2)
        assert table.loc["b", "participation"] == 0
        assert table["core"].to_dict() == {"a": 1, "b": 1, "c": 0, "d": 1, "e": 1}
        assert table.groupby("community")["pagerank"].sum().tolist() == pytest.approx([1, 1])
        assert table.attrs == {"left_out": 1}

    def test_pagerank_and_cores_are_those_of_networkx(self):
        """Of each community by itself."""
        F, truth = simulation.planted(
            accounts=200, ties=2_000, mixing=0.4, smallest=30, largest=100, seed=3
        )
        table = roles(F, truth)
        G = F.to_networkx()
        for number, members in truth.groupby(truth):
            part = G.subgraph(members.index)
            mine = table[table["community"] == number]
            assert mine["pagerank"].is_monotonic_decreasing
            known = nx.pagerank(part)
            assert mine["pagerank"].to_dict() == pytest.approx(known, abs=1e-5)
            cores = nx.core_number(part.to_undirected(reciprocal=True))
            assert mine["core"].to_dict() == cores

    def test_an_account_without_ties_has_no_participation(self):
        """Of its own community it is no part that could be measured."""
        G = nx.DiGraph([("a", "b")])
        G.add_node("c")
        table = roles(G, [{"a", "b"}, {"c"}])
        assert math.isnan(table.loc["c", "participation"])
        assert table.loc["c", ["inside", "outside", "communities", "core"]].tolist() == [0] * 4


class TestGrowth:
    def test_follows_inside_are_counted_by_their_dates(self):
        """Those across are not; those without a date are told."""
        G = nx.DiGraph()
        for source, target, since in (
            ("a", "b", "2024-01-15T00:00:00Z"),
            ("b", "a", "2024-05-02T00:00:00Z"),
            ("c", "d", "2024-08-01T00:00:00Z"),
            ("a", "c", "2023-01-01T00:00:00Z"),
        ):
            G.add_edge(source, target, since=since)
        G.add_edge("d", "c")
        table = growth(G, [{"a", "b"}, {"c", "d"}])
        assert [f"{at:%Y-%m-%d}" for at in table.index] == [
            "2024-04-01", "2024-07-01", "2024-08-01",
        ]  # fmt: skip
        assert table.values.tolist() == [[1, 0], [2, 0], [2, 1]]
        assert table.attrs == {"undated": 1, "left_out": 0}

    def test_without_dates_it_is_unknown(self, small):
        """And a period has to be one."""
        with pytest.raises(NotObservedError, match="no follow inside a community has a date"):
            growth(small, GROUPS)
        small["a"]["b"]["since"] = "2024-01-15T00:00:00Z"
        with pytest.raises(SchemaError, match="every: is no period"):
            growth(small, GROUPS, every="now and then")


@pytest.mark.parametrize("read", [profile, roles, growth])
def test_a_star_and_strangers_are_refused(read, small):
    """One person's export shows nothing between the others."""
    export = fn.read(fn.datasets.sample("instagram"))
    G = export.graph()
    with pytest.raises(NotObservedError, match="what a community is like"):
        read(G, dict.fromkeys(G, 1))
    with pytest.raises(SchemaError, match="none has a community"):
        read(small, {"nobody": 1})


def test_both_forms_of_a_graph_and_of_a_partition_agree():
    """A DiGraph and its compact form; what detect returns and its membership."""
    F = fn.read_network(fn.datasets.sample("network"))
    found = detect(F, runs=2)
    for read in (profile, roles, growth):
        one = read(F, found)
        assert len(one)
        pd.testing.assert_frame_equal(one, read(F.to_networkx(), found.membership), check_like=True)
