"""From tables to graphs, and what such a graph observed."""

from __future__ import annotations

import dataclasses
import math
from itertools import combinations

import networkx as nx
import pandas as pd
import pytest
from conftest import coverage, star
from hypothesis import given
from hypothesis import strategies as st

import follownet as fn
from follownet import Export, graph
from follownet.errors import NotObservedError, SchemaError


def test_a_star_says_what_it_observed(one_star):
    """The owner's lists are in hand, no one else's are."""
    assert one_star.graph["observed"] == "owners"
    assert one_star.nodes["me"]["owner"]
    assert one_star.nodes["me"]["following_observed"]
    assert one_star.nodes["me"]["followers_observed"]
    assert one_star.nodes["me"]["exported_at"] == "2026-03-01T00:00:00Z"
    assert one_star.nodes["ann"] == {"following_observed": False, "followers_observed": False}
    assert one_star["me"]["ann"] == {"since": "2025-01-01T10:00:00Z"}
    assert one_star["dan"]["me"] == {}


def test_accounts_seen_only_in_interactions_are_no_nodes():
    """A like does not make someone part of the follow graph."""
    events = pd.DataFrame({"source": ["me"], "target": ["stranger"], "kind": ["like"]})
    assert "stranger" not in star(interactions=events).graph()


def test_an_owner_without_ties_is_a_node():
    """Empty lists are lists."""
    export = Export(owners=("me",), coverage=coverage())
    assert list(export.graph()) == ["me"]


def test_tables_without_owners_are_a_whole_network():
    """A survey's ties are all ties."""
    export = Export(follows=pd.DataFrame({"source": ["a"], "target": ["b"]}))
    G = export.graph()
    assert graph.is_whole(G)
    assert graph.is_whole(nx.DiGraph())
    assert graph.owners(G) == ["a", "b"]


def test_repeated_ties_collapse_to_the_earliest_and_are_counted():
    """A dated tie beats an undated one, an older beats a younger."""
    times = ["2024-03-01T00:00:00Z", None, "2024-01-01T00:00:00Z", None]
    ties = pd.DataFrame({"source": list("aaab"), "target": list("bbbc"), "since": times})
    G = Export(follows=ties).graph()
    assert G["a"]["b"]["since"] == "2024-01-01T00:00:00Z"
    assert G["b"]["c"] == {}
    assert G.graph["repeated"] == 2


def test_deleted_accounts_are_marked():
    """Their type is what rates go by."""
    people = pd.DataFrame({"account": ["bob"], "type": ["deleted"]})
    assert star(accounts=people).graph().nodes["bob"]["type"] == "deleted"


@pytest.mark.parametrize(
    ("times", "seconds"),
    [
        (["2024-01-01T00:00:00Z", "2025-01-01T00:00:00Z"], 86_400),
        (["2024-01-01T09:41:00Z", "2025-01-01T00:00:00Z"], 60),
        (["2024-01-01T09:41:07Z", "2025-01-01T00:00:00Z"], 1),
    ],
)
def test_precision_of_own_tables_is_seen_from_the_times(times, seconds):
    """Times that are all midnight are days."""
    ties = pd.DataFrame({"source": ["me"] * 2, "target": ["a", "b"], "since": times})
    assert star(follows=ties).graph().nodes["me"]["precision"] == seconds


def test_iso_keeps_microseconds_only_where_there_are_some():
    """Plain seconds stay short; missing times are empty."""
    times = pd.Series(pd.to_datetime(["2024-01-01T00:00:00Z", None], utc=True))
    assert graph.iso(times) == ["2024-01-01T00:00:00Z", ""]
    fine = pd.Series(pd.to_datetime(["2024-01-01T00:00:00.25Z"], utc=True))
    assert graph.iso(fine) == ["2024-01-01T00:00:00.250000Z"]


@pytest.mark.parametrize("status", ["partial", "hidden", "missing", "unreadable"])
def test_without_a_whole_list_the_error_says_what_is_needed(status):
    """P13: none of these is an empty list."""
    G = star(statuses={"following": status}).graph()
    with pytest.raises(NotObservedError) as caught:
        graph.the_owner(G)
    assert f"the following list of this account is {status}" in str(caught.value)
    remedy = "download it again" if status == "unreadable" else "would make it known"
    assert remedy in str(caught.value)
    assert "me" not in str(caught.value).split()


@pytest.mark.parametrize("status", ["verified", "presumed", "suspect"])
def test_lists_that_count_as_observed(status):
    """A suspect list is warned of and used."""
    assert graph.the_owner(star(statuses={"followers": status}).graph()) == "me"


def test_the_owner_has_to_be_named_where_several_could_be_meant(mutual_triangle, one_star):
    """A whole network has no owner of its own; an alter is none."""
    assert graph.the_owner(mutual_triangle, "a") == "a"
    with pytest.raises(NotObservedError, match="known through 3 accounts"):
        graph.the_owner(mutual_triangle)
    with pytest.raises(NotObservedError, match="lists are not in hand"):
        graph.the_owner(one_star, "ann")


def is_observed(G, one, other):
    """Whether both follows between two accounts stand in a list that is in hand."""
    arcs = ((one, other), (other, one))
    return all(
        G.nodes[u]["following_observed"] or G.nodes[v]["followers_observed"] for u, v in arcs
    )


@given(st.lists(st.tuples(st.booleans(), st.booleans()), max_size=9))
def test_pairs_observed_equal_those_counted_one_by_one(lists):
    """Counting classes of accounts is the same as asking every pair."""
    G = nx.DiGraph(observed="owners")
    for number, (following, followers) in enumerate(lists):
        G.add_node(number, following_observed=following, followers_observed=followers)
    pairs = list(combinations(G, 2))
    seen = sum(is_observed(G, *pair) for pair in pairs)
    assert graph.observed_pairs(G) == (seen, len(pairs) - seen)


def test_one_sided_lists_observe_a_pair_only_together():
    """An arc is seen from either end: following here and followers there see one arc, not two."""
    G = nx.DiGraph(observed="owners")
    G.add_node("a", following_observed=True, followers_observed=False)
    G.add_node("b", following_observed=True, followers_observed=False)
    G.add_node("c", following_observed=False, followers_observed=True)
    G.add_edges_from([("a", "b"), ("a", "c")])
    assert graph.observed_ties(graph.compact(G)).tolist() == [True, False]


@pytest.mark.parametrize(
    ("bad", "advice"),
    [
        (nx.Graph(), "no direction"),
        (nx.MultiDiGraph(), "collapses repeated ties"),
        (Export(), r"give its \.graph\(\)"),
        ("graph", r"networkx\.DiGraph"),
    ],
)
def test_only_simple_directed_graphs_are_taken(bad, advice):
    """Anything else would give another number under the same name."""
    with pytest.raises(SchemaError, match=advice):
        graph.require_directed(bad)


def test_owners_without_coverage_are_told_what_is_missing():
    """Ties alone do not say that there are no others."""
    ties = pd.DataFrame({"source": ["me"], "target": ["ann"]})
    with pytest.raises(NotObservedError, match="give the Export a coverage table"):
        graph.the_owner(Export(follows=ties, owners=("me",)).graph())


def test_an_interaction_graph_is_not_taken_for_a_whole_network():
    """That two others did nothing to each other was not seen."""
    events = pd.DataFrame({"source": ["me"], "target": ["ann"], "kind": ["like"]})
    assert not graph.is_whole(star(interactions=events).engagement_graph())


def test_interactions_of_an_owner_observe_no_pair_both_ways():
    """That a like is not returned cannot be told from it."""
    events = pd.DataFrame({"source": ["me", "ann"], "target": ["ann", "me"], "kind": "like"})
    G = star(interactions=events).engagement_graph()
    assert graph.observed_pairs(G)[0] == 0
    assert not graph.observed_ties(graph.compact(G)).any()


def test_interactions_of_a_whole_network_are_whole():
    """Without owners and coverage, as for its follows; who only follows is a node, too."""
    events = pd.DataFrame({"source": ["a", "a"], "target": ["b", None], "kind": ["like", "save"]})
    follows = pd.DataFrame({"source": ["c"], "target": ["a"]})
    G = Export(interactions=events, follows=follows).engagement_graph()
    assert graph.is_whole(G)
    assert sorted(G) == ["a", "b", "c"]
    assert list(G.edges(data="weight")) == [("a", "b", 1)]
    assert G.graph["without_target"] == 1


@pytest.mark.parametrize(
    ("kinds", "message"),
    [("like", "kinds: is one text"), (["like", "wave"], "kinds: 1 of 2 are .* which has like")],
)
def test_kinds_of_interaction_are_a_list_of_those_there(kinds, message):
    """A text would be taken letter by letter."""
    events = pd.DataFrame({"source": ["me"], "target": ["ann"], "kind": ["like"]})
    with pytest.raises(SchemaError, match=message):
        star(interactions=events).engagement_graph(kinds)


def test_an_account_that_is_not_there_is_no_owner(mutual_triangle):
    """The message does not blame a list."""
    with pytest.raises(NotObservedError, match="no account of this graph"):
        graph.the_owner(mutual_triangle, "zoe")


def connected(platform: str, relation: str) -> Export:
    """Return an export whose ties are mutual by construction, and a follow."""
    ties = pd.DataFrame({"source": "me", "target": ["ann", "bob"], "relation": relation}).assign(
        at=pd.to_datetime(["2024-01-02", None], utc=True)
    )
    follow = pd.DataFrame({"source": ["me"], "target": ["cy"]})
    return Export(relations=ties, follows=follow, platform=platform, owners=("me",))


@pytest.mark.parametrize(
    ("platform", "relation"), [("linkedin", "connection"), ("facebook", "friend")]
)
def test_connections_are_a_graph_of_their_own(platform, relation):
    """Both arcs, with the time of the connection; follow-back is no question of it."""
    export = connected(platform, relation)
    with pytest.raises(NotObservedError, match=r'graph\(ties="connections"\)'):
        export.graph()
    G = export.graph(ties="connections")
    assert sorted(G.edges) == [("ann", "me"), ("bob", "me"), ("me", "ann"), ("me", "bob")]
    assert G["ann"]["me"]["since"] == G["me"]["ann"]["since"] == "2024-01-02T00:00:00Z"
    for graph_of_it in (G, fn.FollowGraph.from_networkx(G)):
        with pytest.raises(NotObservedError, match="mutual by construction"):
            fn.reciprocity.follow_back(graph_of_it)
    assert math.isnan(fn.reciprocity.summary(G).r)
    assert list(export.graph(ties="follows").edges) == [("me", "cy")]
    assert list(export.engagement_graph().nodes) == ["cy", "me"]


def test_ties_of_no_such_kind_are_refused():
    """Other platforms have no connections."""
    with pytest.raises(SchemaError, match="ties: accepts"):
        star().graph(ties="friends")
    with pytest.raises(NotObservedError, match="only linkedin and facebook"):
        star().graph(ties="connections")


def test_what_would_make_a_missing_list_known_is_the_platforms_word():
    """The note of its coverage, instead of an export of all time."""
    export = star(statuses={"followers": "missing"})
    export = dataclasses.replace(export, coverage=export.coverage.assign(note="ask elsewhere"))
    with pytest.raises(NotObservedError, match=r"is missing: ask elsewhere$"):
        graph.the_owner(export.graph())
