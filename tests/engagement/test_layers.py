"""Layers of interaction on a follow network: which follows they go along, and whether mutual."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from pathlib import Path

import networkx as nx
import numpy as np
import pandas as pd
import pytest

from follownet import Export
from follownet.engagement import LayerTies, by_dyad
from follownet.engagement._layers import Outcomes, _dyadic, adjusted, comparable, effect, numbered
from follownet.errors import SchemaError
from follownet.graph import FollowGraph

STUDIES = Path(__file__).parents[3] / "shared" / "studies"
PAIRS = ["mutual", "following only", "follower only", "none"]


@pytest.fixture
def follow() -> nx.DiGraph:
    """Return a<->b, a->c, d->a, and e alone."""
    graph = nx.DiGraph([("a", "b"), ("b", "a"), ("a", "c"), ("d", "a")])
    graph.add_node("e")
    return graph


def layer(*ties: tuple[str, str, int], loops: str = "") -> nx.DiGraph:
    """Return interactions with their number."""
    graph = nx.DiGraph()
    graph.add_weighted_edges_from([*ties, *((one, one, 1) for one in loops)])
    return graph


def network(seed: int = 0, factor: float = 1.0, size: int = 60) -> tuple[FollowGraph, FollowGraph]:
    """Return follows, a third of them returned, and interactions along some of them.

    Popular accounts are followed and talked to more and follow back less; `factor` is what being
    mutual multiplies the chance of an interaction by.
    """
    rng = np.random.default_rng(seed)
    popular = rng.lognormal(0, 1, size)
    follows = rng.random((size, size)) < np.minimum(0.25 * popular, 0.9)
    back = rng.random((size, size)) < 0.4 / (1 + popular)
    follows |= (follows & back).T
    np.fill_diagonal(follows, False)
    chance = np.minimum(0.08 * popular**0.7, 0.3) * np.where(follows & follows.T, factor, 1)
    acts = follows & (rng.random((size, size)) < chance)
    graphs = (
        FollowGraph.from_edges(*np.nonzero(one), accounts=range(size)) for one in (follows, acts)
    )
    return tuple(graphs)


def test_interacting_pairs_by_hand(follow: nx.DiGraph):
    """One of each, by number and by weight; loops are left out and counted."""
    acts = layer(
        ("a", "b", 4), ("d", "a", 3), ("c", "a", 2), ("d", "c", 1), ("e", "c", 10), loops="ab"
    )
    found = by_dyad(follow, acts)
    assert found.pairs["pairs"].to_dict() == dict(zip(PAIRS, [1, 1, 1, 2], strict=True))
    assert found.pairs["share"].tolist() == [0.2, 0.2, 0.2, 0.4]
    assert found.pairs["weight"].tolist() == [4, 3, 2, 11]
    assert found.pairs["weight_share"].tolist() == [0.2, 0.15, 0.1, 0.55]
    assert (found.observed, found.along, found.share_along) == (5, 2, 0.4)
    assert found.left_out["self-loops of the layer"] == 2


def test_reciprocity_is_that_of_the_layer(follow: nx.DiGraph):
    """2 of 3 ties are returned, and 4 of the weight of 6; whether they follow plays no part."""
    found = by_dyad(follow, layer(("a", "b", 3), ("b", "a", 2), ("d", "c", 1)))
    assert found.r == pytest.approx(2 / 3)
    assert found.weighted_r == pytest.approx(4 / 6)


def test_a_layer_without_weights_has_none(follow: nx.DiGraph):
    found = by_dyad(follow, nx.DiGraph([("a", "b")]))
    assert found.pairs["pairs"].tolist() == [1, 0, 0, 0]
    assert found.pairs[["weight", "weight_share"]].isna().all(axis=None)
    assert np.isnan(found.weighted_r)


def test_risks_by_hand(follow: nx.DiGraph):
    """Of two mutual follows one goes with an interaction, of two others one does."""
    found = by_dyad(follow, layer(("a", "b", 1), ("d", "a", 1), ("d", "c", 1)))
    assert found.risks.to_dict("index") == {
        "mutual": {"follows": 2, "interacting": 1, "risk": 0.5, "compared": 1},
        "following only": {"follows": 2, "interacting": 1, "risk": 0.5, "compared": 1},
    }
    assert found.ratio is not None


def test_ratio_is_that_of_mantel_and_haenszel_within_source_and_popularity():
    """The same as plain loops over sources and steps of a sixth of a decade of followers."""
    F, L = network()
    acts = set(zip(L.sources.tolist(), L.targets.tolist(), strict=True))
    cells: dict[tuple[int, int], list[tuple[bool, bool]]] = {}
    for source, target, returned in zip(F.sources, F.targets, F.returned, strict=True):
        step = int(np.floor(6 * np.log10(F.followers[target])))
        risk = (int(source), int(target)) in acts
        cells.setdefault((int(source), step), []).append((bool(returned), risk))
    above = below = 0.0
    for cell in cells.values():
        mutual = sum(returned for returned, _ in cell)
        hits = [sum(risk for returned, risk in cell if returned == one) for one in (True, False)]
        above += hits[0] * (len(cell) - mutual) / len(cell)
        below += hits[1] * mutual / len(cell)
    found = by_dyad(F, L)
    assert found.ratio == pytest.approx(above / below)
    assert found.low < found.ratio < found.high


def test_mantel_and_haenszel_by_hand():
    """6 in 2 against 1 in 1, and 4 in 1 against 2 in 1: (2 + 2) / (2/3 + 1)."""
    mutual, cell = np.array([True, False, True, False]), np.array([0, 0, 1, 1])
    days, count = np.array([2.0, 1, 1, 1]), np.array([6.0, 1, 4, 2])
    ties = Outcomes(count, days, mutual, cell, np.array([0, 2]), lambda one: (one**2).sum(-1))
    assert adjusted(ties) == pytest.approx(2.4)


def test_only_cells_with_both_kinds_and_an_outcome_compare():
    cell = np.array([2, 0, 1, 2, 0, 1, 3])
    mutual = np.array([True, True, True, False, False, True, False])
    outcome = np.array([0, 0, 1, 1, 0, 1, 1])
    rows = comparable(outcome, mutual, cell)
    assert rows.tolist() == [0, 3]
    number, begins = numbered(cell[rows])
    assert (number.tolist(), begins.tolist()) == ([0, 0], [0])


def test_the_variance_adds_all_pairs_that_share_an_account():
    """Against four loops: two ordered pairs agree if they have an account in common."""
    rng = np.random.default_rng(5)
    pairs = np.array([tie for tie in product(range(6), repeat=2) if tie[0] != tie[1]])
    scores = rng.normal(size=(3, len(pairs))) + rng.normal(size=6)[pairs[:, 0]]
    shared = np.array([[bool({*one} & {*two}) for two in pairs] for one in pairs])
    wanted = np.einsum("di,ij,dj->d", scores, shared, scores)
    wanted = np.maximum(wanted, (scores**2).sum(-1))
    np.testing.assert_allclose(_dyadic(*pairs.T)(scores), wanted)
    assert wanted[0] > (scores[0] ** 2).sum()


def test_popularity_is_no_effect_of_being_mutual():
    """The popular are talked to and follow back less: the plain ratio of risks is below 1."""
    found = by_dyad(*network(5, size=150))
    risk = found.risks["risk"]
    assert risk["mutual"] / risk["following only"] < 0.8
    assert found.ratio == pytest.approx(1, abs=0.05)
    assert found.low < 1 < found.high


def test_a_planted_ratio_is_found():
    found = by_dyad(*network(1, factor=2.5, size=120))
    assert found.p == 0.001
    assert 1 < found.low < 2.5 < found.high


@pytest.mark.parametrize("seed", range(6))
def test_p_and_interval_agree(seed: int):
    found = by_dyad(*network(seed, factor=1.7), draws=199)
    assert (found.p <= 0.05) == (not found.low <= 1 <= found.high)


def test_either_kind_of_graph_gives_the_same():
    F, L = network()
    assert str(by_dyad(F, L)) == str(by_dyad(F.to_networkx(), L.to_networkx()))


def test_order_of_ties_changes_nothing_and_names_no_more_than_the_draws():
    F, L = network()
    one, two = F.to_networkx(), L.to_networkx()
    turned = [nx.DiGraph(sorted(graph.edges, reverse=True)) for graph in (one, two)]
    turned[0].add_nodes_from(one)
    found = by_dyad(F, L)
    assert str(by_dyad(*turned)) == str(found)
    names = {number: f"z{999 - number}" for number in one}
    other = by_dyad(*(nx.relabel_nodes(graph, names) for graph in (one, two)))
    assert other.ratio == pytest.approx(found.ratio)
    assert other.p == pytest.approx(found.p, abs=0.06)
    pd.testing.assert_frame_equal(other.pairs, found.pairs)
    pd.testing.assert_frame_equal(other.risks, found.risks)


def test_pairs_outside_the_follow_graph_are_left_out(follow: nx.DiGraph):
    """Of a whole network nothing is known of those who are not in it."""
    found = by_dyad(follow, layer(("a", "b", 1), ("a", "x", 1), ("y", "a", 1), ("x", "y", 1)))
    assert found.pairs["pairs"].sum() == 1
    assert found.left_out["interacting pairs: whether the source follows is not known"] == 3


def test_of_some_lists_in_hand_unknown_is_not_none():
    """a's list shows whom a follows, even outside the graph; who follows a it does not show."""
    marks = pd.DataFrame({"following_observed": [True, True]}, index=["a", "b"])
    lists = FollowGraph.from_edges(["a", "a", "b"], ["b", "c", "a"], marks=marks)
    lists = replace(lists, observed="owners")
    acts = layer(("a", "b", 1), ("a", "c", 1), ("a", "x", 1), ("c", "b", 1), ("b", "a", 1))
    acts.add_edge("b", "x", weight=1)
    found = by_dyad(lists, acts)
    assert (found.observed, found.along) == (5, 3)
    assert found.pairs["pairs"].tolist() == [2, 0, 0, 0]
    assert found.left_out == {
        "interacting pairs: whether the source follows is not known": 1,
        "interacting pairs: whether the target follows is not known": 3,
        "follows whose return is not known": 1,
    }
    assert found.risks["follows"].tolist() == [2, 0]
    assert any("in hand" in note for note in found.notes)


def test_a_list_of_followers_shows_who_does_not_follow():
    """Whoever is not in a's list of followers does not follow a, even from outside the graph."""
    marks = pd.DataFrame({"followers_observed": [True]}, index=["a"])
    lists = replace(FollowGraph.from_edges(["b"], ["a"], marks=marks), observed="owners")
    found = by_dyad(lists, layer(("b", "a", 1), ("x", "a", 1), ("a", "b", 1)))
    assert (found.observed, found.along) == (2, 1)


def test_p_is_that_of_all_labels_within_cells():
    """Two cells of three with one mutual tie each have nine ways to be labelled."""
    cell, mutual = np.repeat([0, 1], 3), np.array([True, False, False] * 2)
    count = np.array([9.0, 1, 2, 70, 20, 61])
    ties = Outcomes(count, np.ones(6), mutual, cell, np.array([0, 3]), lambda one: (one**2).sum(-1))
    ways = [np.isin(np.arange(6), [one, 3 + other]) for one, other in product(range(3), repeat=2)]
    far = np.abs([float(ties.statistic(way)) for way in ways])
    wanted = (far > abs(float(ties.statistic(mutual))) - 1e-9).mean()
    assert effect(ties, 999, 0)["p"] == pytest.approx(wanted, abs=0.05)


def test_an_exports_own_layer_shows_what_owners_did():
    """Two owners' exports merged: follows of others say nothing, since nobody saw what these do."""
    ties = [("me", "ann"), ("ann", "me"), ("me", "bob"), ("bob", "ann")]
    lists = [
        (one, name, "presumed") for one in ("me", "ann") for name in ("followers", "following")
    ]
    export = Export(
        follows=pd.DataFrame(ties, columns=["source", "target"]),
        interactions=pd.DataFrame({"source": ["me"], "target": ["bob"], "kind": ["like"]}),
        owners=("me", "ann"),
        coverage=pd.DataFrame(lists, columns=["owner", "list", "status"]),
    )
    found = by_dyad(export.graph(), export.engagement_graph())
    assert found.risks["follows"].tolist() == [2, 1]
    assert found.left_out["follows by accounts of which the layer does not show what they did"] == 1
    assert np.isnan(found.r)


def test_deleted_accounts_do_not_compare(follow: nx.DiGraph):
    follow.nodes["c"]["type"] = "deleted"
    found = by_dyad(follow, layer(("a", "b", 1)))
    assert found.risks["follows"].tolist() == [2, 1]
    assert found.left_out == {"follows from or to deleted accounts": 1}


@pytest.mark.parametrize(
    ("ties", "acts"),
    [([], []), ([("a", "b")], []), ([], [("a", "b")]), ([("a", "b"), ("b", "a")], [("a", "b")])],
)
def test_nothing_to_compare_is_nan(ties: list[tuple[str, str]], acts: list[tuple[str, str]]):
    graph, other = nx.DiGraph(ties), nx.DiGraph(acts)
    graph.add_nodes_from("ab")
    found = by_dyad(graph, other)
    assert np.isnan([found.ratio, found.low, found.high, found.p]).all()
    assert found.pairs["pairs"].sum() == len(acts)
    assert found.pairs["share"].isna().all() == (not acts)
    assert np.isnan(found.share_along) == (not acts)
    assert any("no ratio" in note for note in found.notes)


def test_labels_that_do_not_meet_are_refused():
    """Numbers in one graph and texts in the other would be pairs of which nothing is known."""
    with pytest.raises(SchemaError, match="none of its 2 accounts is in the follow graph"):
        by_dyad(nx.DiGraph([(1, 2)]), nx.DiGraph([("1", "2")]))


def test_missing_weights_are_refused(follow: nx.DiGraph):
    acts = layer(("a", "b", 1), ("b", "a", 1))
    del acts["a"]["b"]["weight"]
    with pytest.raises(SchemaError, match="weight: 1 of 2 are missing"):
        by_dyad(follow, acts)


def test_told_as_text_and_as_html(follow: nx.DiGraph):
    """Shares, ratio, both tables, notes."""
    found = by_dyad(follow, layer(("a", "b", 1), ("d", "a", 1), ("d", "c", 1), loops="a"))
    for text in (str(found), found._repr_html_()):
        for part in ("2 of 3 interacting pairs go along a follow (66.7%)", "follower only", "risk"):
            assert part in text
        assert "left out: 1 self-loops of the layer" in text
        assert "an association" in text


# ------------------------------------------------------------------ the study graph


def study(name: str, **more: object) -> FollowGraph:
    """Return a study graph; the test is skipped where it is absent."""
    path = STUDIES / f"{name}.tsv.gz"
    if not path.exists():
        pytest.skip("the study graphs are not beside this checkout")
    table = pd.read_csv(path, sep="\t").rename(columns={"src": "source", "dst": "target"})
    return FollowGraph.from_edges(table, **more)


@pytest.fixture(scope="module")
def higgs() -> dict[str, LayerTies]:
    """Return each layer on the induced follow graph."""
    follows = study("higgs_follow_induced")
    return {
        name: by_dyad(follows, study(f"higgs_{name}"), draws=199)
        for name in ("retweet", "mention", "reply")
    }


@pytest.mark.parametrize(
    ("name", "pairs", "follows", "followed", "mutual", "none", "r"),
    [
        ("retweet", 654, 448, 150, 146, 202, 0.004620),
        ("mention", 301, 183, 98, 95, 115, 0.069350),
        ("reply", 70, 63, 46, 45, 6, 0.163331),
    ],
)
def test_higgs_layers_lie_on_the_follows_as_published(
    higgs: dict[str, LayerTies],
    name: str,
    pairs: int,
    follows: int,
    followed: int,
    mutual: int,
    none: int,
    r: float,
):
    """Inside the induced graph: pairs, along a follow, against one, along and against, neither."""
    found, counts = higgs[name], higgs[name].pairs["pairs"]
    assert (found.observed, counts.sum(), found.along) == (pairs, pairs, follows)
    assert counts["mutual"] + counts["follower only"] == followed
    assert (counts["mutual"], counts["none"]) == (mutual, none)
    assert found.r == pytest.approx(r, abs=1e-6)


def test_higgs_replies_and_mentions_are_for_mutual_ties_retweets_are_not(
    higgs: dict[str, LayerTies],
):
    """Replying is conversation, retweeting is nearly one-way."""
    assert higgs["retweet"].low < 1 < higgs["retweet"].high
    assert higgs["mention"].low > 1
    assert higgs["reply"].low > 1


@pytest.mark.parametrize(
    ("name", "pairs", "follows"),
    [("retweet", 4_445, 2_337), ("mention", 2_276, 1_288), ("reply", 556, 470)],
)
def test_higgs_lists_show_follows_of_accounts_without_a_list(name: str, pairs: int, follows: int):
    """5,394 lists of whom one follows tell of every target whether it is followed."""
    layer = study(f"higgs_{name}")
    lists = study("higgs_follow_outlists5394")
    owners = lists.accounts[lists.following > 0]
    marks = pd.DataFrame({"following_observed": lists.following > 0}, index=lists.accounts)
    found = by_dyad(replace(lists, marks=marks, observed="owners"), layer, draws=99)
    assert len(owners) == 5_394
    assert (found.observed, found.along) == (pairs, follows)
