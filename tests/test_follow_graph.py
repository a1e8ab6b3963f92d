"""The compact form: the same graph in sorted arrays."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from conftest import OWNER, star
from hypothesis import given
from hypothesis import strategies as st

import follownet as fn
from follownet import FollowGraph, graph
from follownet.errors import NotObservedError, SchemaError

LABELS = st.one_of(
    st.lists(st.tuples(st.integers(-5, 9), st.integers(-5, 9)), max_size=25),
    st.lists(st.tuples(st.text(max_size=2), st.text(max_size=2)), max_size=25),
)


def edges(F: FollowGraph) -> set[tuple[object, object]]:
    return set(zip(F.accounts[F.sources], F.accounts[F.targets], strict=True))


def test_arrays_checked_by_hand():
    """Sorted by source, then target; loops are flags, repeats collapse, isolates stay."""
    F = FollowGraph.from_edges(list("baabc"), list("acbbc"), accounts=["d"])
    assert F.accounts.tolist() == ["a", "b", "c", "d"]
    assert F.sources.tolist() == [0, 0, 1, 1][:3]
    assert F.targets.tolist() == [1, 2, 0]
    assert F.loops.tolist() == [False, True, True, False]
    assert F.reverse.tolist() == [2, -1, 0]
    assert F.returned.tolist() == [True, False, True]
    assert F.following.tolist() == [2, 1, 0, 0]
    assert F.followers.tolist() == [1, 1, 1, 0]
    assert (len(F), F.follows, F.repeated) == (4, 3, 0)
    assert "d" in F
    assert "e" not in F
    assert repr(F) == "FollowGraph(4 accounts, 3 follows, 2 self-loops, whole)"


@given(LABELS)
def test_it_holds_what_networkx_holds(ties):
    """Any labels, loops and repeats: both ways round."""
    G = nx.DiGraph(ties)
    F = FollowGraph.from_edges([u for u, _ in ties], [v for _, v in ties])
    assert edges(F) == {(u, v) for u, v in G.edges if u != v}
    assert set(F.accounts[F.loops]) == {u for u, v in G.edges if u == v}
    assert F.repeated == len(ties) - G.number_of_edges()
    assert nx.utils.graphs_equal(nx.DiGraph(F.to_networkx().edges), nx.DiGraph(list(G.edges)))
    again = FollowGraph.from_networkx(G)
    for name in ("sources", "targets", "loops", "reverse"):
        assert getattr(again, name).tolist() == getattr(F, name).tolist()
    returned = [
        G.has_edge(v, u)
        for u, v in zip(*(F.accounts[e] for e in (F.sources, F.targets)), strict=True)
    ]
    assert F.returned.tolist() == returned


@given(LABELS, st.randoms(use_true_random=False))
def test_order_of_rows_changes_nothing(ties, random):
    """Shuffled rows give the same arrays."""
    shuffled = random.sample(ties, len(ties))
    one, other = (
        FollowGraph.from_edges([u for u, _ in rows], [v for _, v in rows])
        for rows in (ties, shuffled)
    )
    assert one.accounts.tolist() == other.accounts.tolist()
    assert one.targets.tolist() == other.targets.tolist()


def test_large_and_unicode_labels_are_exact():
    """Ids above 2**31 and 2**53, and names in any script, stay what they are."""
    big = 2**62 + 1
    F = FollowGraph.from_edges([big, 2**31], [2**31, big])
    assert F.accounts.tolist() == [2**31, big]
    assert FollowGraph.from_edges(["ž", "𝒜"], ["中", "ž"]).accounts.tolist() == ["ž", "中", "𝒜"]
    assert FollowGraph.from_networkx(nx.DiGraph([(2**70, 1)])).accounts.tolist() == [1, 2**70]
    assert FollowGraph.from_networkx(nx.DiGraph([((1, 2), "a")])).accounts.tolist() == ["a", (1, 2)]


def test_repeated_ties_keep_the_earliest_or_add_up():
    """A dated row beats an undated one; weights are of the row that stays, or the sum."""
    table = pd.DataFrame(
        {
            "source": ["a", "a", "a", "b"],
            "target": ["b", "b", "b", "a"],
            "since": [None, "2024-03-01T00:00:00Z", "2024-01-01T01:00:00+01:00", None],
            "weight": [1.0, 2.0, 4.0, np.nan],
        }
    )
    F = FollowGraph.from_edges(table)
    assert F.since.tolist()[0] == pd.Timestamp("2024-01-01")
    assert np.isnat(F.since[1])
    assert F.weight.tolist()[0] == 4.0
    assert np.isnan(F.weight[1])
    assert F.repeated == 2
    added = FollowGraph.from_edges(table, repeated="sum")
    assert added.weight.tolist()[0] == 7.0
    assert added.since[0] == F.since[0]
    counted = FollowGraph.from_edges(table[["source", "target"]], repeated="sum")
    assert counted.weight.tolist() == [3.0, 1.0]


def test_attributes_survive_the_way_through_networkx_and_back():
    """Times, weights, marks of accounts and what was observed."""
    G = star(accounts=pd.DataFrame({"account": ["bob"], "type": ["deleted"]})).graph()
    again = FollowGraph.from_networkx(G).to_networkx()
    assert nx.utils.graphs_equal(again, G) or again.nodes.data() == G.nodes.data()
    assert dict(again.nodes.data()) == dict(G.nodes.data())
    assert {(u, v): d for u, v, d in again.edges.data()} == {
        (u, v): d for u, v, d in G.edges.data()
    }
    assert again.graph["observed"] == "owners"
    weighted = FollowGraph.from_edges(["a", "b"], ["b", "a"], weight=[0.5, np.nan]).to_networkx()
    assert dict(weighted.edges) == {("a", "b"): {"weight": 0.5}, ("b", "a"): {}}


def test_attributes_of_any_kind_survive_and_whole_numbers_stay_exact():
    """A list is no missing value; a number beside gaps is none that floats would round."""
    G = nx.DiGraph([("a", "b")])
    G.add_node("a", tags=["x", "y"], code=2**60 + 1)
    assert dict(FollowGraph.from_networkx(G).to_networkx().nodes.data()) == dict(G.nodes.data())
    marks = pd.DataFrame({"code": [2**60 + 1]}, index=["a"])
    F = FollowGraph.from_edges(["a"], ["b"], marks=marks)
    assert F.to_networkx().nodes["a"] == {"code": 2**60 + 1}
    assert F.to_networkx().nodes["b"] == {}


def test_a_missing_weight_makes_the_sum_missing():
    """It is neither 0 nor 1."""
    F = FollowGraph.from_edges(list("aab"), list("bba"), weight=[1, np.nan, 2], repeated="sum")
    assert np.isnan(F.weight[0])
    assert F.weight[1] == 2.0


def test_structure_is_remembered_and_attributes_are_read_afresh(mixed):
    """Setting attributes does not clear NetworkX's cache; adding a tie does."""
    first = graph.compact(mixed)
    assert graph.compact(mixed).sources is first.sources
    mixed.nodes["a"]["type"] = "deleted"
    mixed["a"]["b"]["weight"] = 5
    assert graph.flags(graph.compact(mixed), "deleted").tolist() == [True, False, False, False]
    assert graph.tie_values(mixed, "weight").tolist() == [5, None, None]
    mixed.add_edge("d", "a")
    assert graph.compact(mixed).follows == 4
    mixed.remove_node("a")
    assert graph.compact(mixed).follows == 0


def test_a_view_is_never_remembered(mixed):
    """A change behind a view does not clear its cache."""
    views = mixed.subgraph(["a", "b", "c"]), mixed.reverse(copy=False)
    assert [graph.compact(view).follows for view in views] == [3, 3]
    mixed.add_edge("b", "c")
    assert [graph.compact(view).follows for view in views] == [4, 4]


def test_a_part_of_a_graph(mixed):
    """Induced: ties among some. Ego: those of one."""
    F = FollowGraph.from_networkx(mixed)
    part = F.induced(["c", "a"])
    assert edges(part) == {("a", "c")}
    assert part.loops.tolist() == [False, True]
    assert edges(F.ego("b")) == {("a", "b"), ("b", "a")}
    assert F.ego("d").accounts.tolist() == ["d"]
    with pytest.raises(SchemaError, match="1 of 2 are not in this graph"):
        F.induced(["a", "zoe"])
    with pytest.raises(SchemaError, match="not in this graph"):
        F.ego("zoe")


def test_it_is_frozen(mixed):
    """What is remembered of the arrays has to stay true."""
    F = FollowGraph.from_networkx(mixed)
    with pytest.raises(ValueError, match="read-only"):
        F.sources[0] = 3
    with pytest.raises(AttributeError):
        F.observed = "owners"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"edges": pd.DataFrame({"source": ["a"]})}, "no column target"),
        ({"edges": ["a", "b"], "targets": ["a"]}, "2 and 1 values"),
        ({"edges": ["a", None], "targets": ["b", "a"]}, "source: is missing in 1 of 2"),
        ({"edges": [1.0, 2.0], "targets": [2.0, 1.0]}, "whole numbers or texts, not float"),
        ({"edges": [1], "targets": ["secret"]}, "one kind"),
        ({"edges": [1, "2"], "targets": ["2", 1]}, "source: are whole numbers and texts"),
        ({"edges": ["secret", 2], "targets": [2, "secret"]}, "source: are whole numbers and texts"),
        ({"edges": [1], "targets": [2], "accounts": [3, "secret"]}, "accounts: are whole numbers"),
        ({"edges": [2**70], "targets": [1]}, r"source: numbers beyond 2\*\*63; give them as text"),
        ({"edges": [1], "targets": [-(2**70)]}, "target: numbers beyond"),
        ({"edges": [1], "targets": [2], "accounts": [2**70]}, "accounts: numbers beyond"),
        ({"edges": np.array([2**63], "uint64"), "targets": [1]}, "source: numbers beyond"),
        ({"edges": [1], "targets": pd.array([2**63], "UInt64")}, "target: numbers beyond"),
        ({"edges": "secret", "targets": ["b"]}, "is one text"),
        ({"edges": ["a"], "targets": ["b"], "since": ["secret"]}, "1 ties have a value"),
        ({"edges": ["a"], "targets": ["b"], "since": [1.7e9]}, "pandas.to_datetime"),
        ({"edges": ["a"], "targets": ["b"], "weight": ["secret"]}, "1 ties have a value"),
        ({"edges": ["a"], "targets": ["b"], "weight": [1, 2]}, "2 values for 1 ties"),
        (
            {
                "edges": ["a"],
                "targets": ["b"],
                "marks": pd.DataFrame({"x": [1, 2]}, index=["secret"] * 2),
            },
            "marks: 1 accounts are in it twice",
        ),
        ({"edges": ["a"], "targets": ["b"], "repeated": "last"}, "accepts 'earliest' or 'sum'"),
    ],
)
def test_unfit_ties_are_refused_without_a_quote(arguments, says):
    """Floats cannot tell two ids beyond 2**53 apart; a name is never told."""
    with pytest.raises(SchemaError, match=says) as caught:
        FollowGraph.from_edges(**arguments)
    assert "secret" not in str(caught.value)


def test_empty_and_tiny_graphs():
    """Nothing, one account, and loops alone."""
    for F, size in (
        (FollowGraph.from_edges([], []), 0),
        (FollowGraph.from_edges([], [], accounts=["a"]), 1),
        (FollowGraph.from_edges(["a"], ["a"]), 1),
        (FollowGraph.from_networkx(nx.DiGraph()), 0),
    ):
        assert len(F) == size
        assert F.follows == 0
        assert F.reverse.tolist() == []
        assert len(F.to_networkx()) == size


def test_whole_takes_the_block_of_owners_and_refuses_one_star(one_star):
    """Two owners see what is between them; the third account's ties to others are unknown."""
    with pytest.raises(NotObservedError, match="the ties of 1 account,"):
        graph.whole(one_star, "a triad census")
    G = nx.DiGraph([("a", "b"), ("b", "a"), ("a", "x"), ("x", "b")], observed="owners")
    for account in "ab":
        G.add_node(account, owner=True, following_observed=True, followers_observed=True)
    block = graph.whole(G, "anything")
    assert block.accounts.tolist() == ["a", "b"]
    assert fn.reciprocity.summary(block).r == 1.0
    del G.nodes["a"]["followers_observed"]
    assert graph.whole(G, "anything").follows == 2
    G.nodes["b"]["following_observed"] = False
    with pytest.raises(NotObservedError):
        graph.whole(G, "anything")


def test_owners_of_either_graph(one_star, mutual_triangle):
    """The same questions have the same answers."""
    F = FollowGraph.from_networkx(one_star)
    assert not graph.is_whole(F)
    assert graph.owners(F) == [OWNER]
    assert graph.the_owner(F) == OWNER
    assert graph.observed_pairs(F) == graph.observed_pairs(one_star)
    assert graph.owners(FollowGraph.from_networkx(mutual_triangle)) == ["a", "b", "c"]
