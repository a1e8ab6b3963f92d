"""Where accounts are drawn: forces whose rest is known by hand, discs, rings, and equal places."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from conftest import here_and_elsewhere
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from follownet import FollowGraph, simulation
from follownet.communities import _forces, layout
from follownet.errors import SchemaError


def cliques(*sizes):
    """Return cliques of accounts 0, 1, ..., the last of each following the first of the next."""
    G = nx.disjoint_union_all([nx.complete_graph(size, nx.DiGraph) for size in sizes])
    ends = np.cumsum(sizes)
    G.add_edges_from((int(end) - 1, int(end)) for end in ends[:-1])
    return G, [set(range(end - size, end)) for size, end in zip(sizes, ends, strict=True)]


def distances(places):
    """Return the distance of each account to each."""
    xy = places.to_numpy()
    return np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1))


@pytest.fixture(scope="module")
def planted():
    sizes = {"accounts": 300, "ties": 3_000, "smallest": 20, "largest": 90}
    return simulation.planted(**sizes, mixing=0.3, seed=4)


@pytest.fixture(scope="module")
def places(planted):
    return layout(planted.graph, planted.membership)


# ------------------------------------------------------------------ forces


def settled(places, ties):
    """Return places of accounts of mass 1 that are held at (0, 0), of ties as a full matrix."""
    hold, anchors = np.ones(len(places)), np.zeros_like(places)
    return _forces.settled(places, hold, sparse.csr_matrix(ties), anchors, hold)


@pytest.mark.parametrize("tie", [0.0, 1.0, 7.5])
def test_two_accounts_rest_where_forces_are_equal(tie):
    """1 / d of repulsion against d / 2 of the hold and d of each tie."""
    ties = np.array([[0, tie], [tie, 0]])
    found = settled(np.array([[1.0, 0.5], [-2.0, 0.3]]), ties)
    assert np.hypot(*(found[0] - found[1])) == pytest.approx(1 / np.sqrt(0.5 + tie), rel=1e-2)


def test_accounts_without_ties_fill_a_disc_evenly():
    """Its area is their mass, so that half of them are within sqrt(n / 2)."""
    start = np.random.default_rng(1).normal(size=(400, 2))
    found = settled(start, np.zeros((400, 400)))
    far = np.hypot(*found.T)
    assert far.max() == pytest.approx(20, rel=0.05)
    assert np.median(far) == pytest.approx(20 / np.sqrt(2), rel=0.05)


@pytest.mark.parametrize("count", [1, 16, 17, 500])
def test_the_tree_sums_what_all_pairs_do(count):
    """To about a hundredth of the mean force; where it is one leaf, exactly."""
    rng = np.random.default_rng(count)
    places, masses = rng.normal(size=(count, 2)), rng.random(count) + 0.1
    found = np.empty((count, 2))
    _forces._repel(places, masses, _forces._order(places), found)
    apart = places[:, None] - places[None]
    square = (apart**2).sum(axis=2) + _forces.NEAREST
    known = ((masses[:, None] * masses / square)[..., None] * apart).sum(axis=1)
    off = np.hypot(*(found - known).T) / max(np.hypot(*known.T).mean(), 1e-9)
    assert off.max() < (1e-9 if count <= 16 else 0.2)
    assert off.mean() < 0.03


def test_discs_are_pushed_apart_and_drawn_together():
    """Three equal ones end as a triangle in which each touches both others."""
    found = _forces.apart(np.array([[0.0, 0.0], [0.1, 0.0], [9.0, 9.0]]), np.full(3, 2.0))
    between = distances(pd.DataFrame(found))[np.triu_indices(3, 1)]
    assert between == pytest.approx([4.0] * 3, rel=2e-2)
    assert between.min() >= 4


def test_discs_of_many_sizes_do_not_overlap():
    rng = np.random.default_rng(0)
    radii = rng.pareto(1.5, 60) + 1
    found = pd.DataFrame(_forces.apart(rng.normal(size=(60, 2)), radii))
    assert (distances(found) + np.eye(60) * 1e9 >= radii[:, None] + radii[None] - 1e-9).all()


# ------------------------------------------------------------------ discs


def test_each_community_has_a_place_of_its_own(planted, places):
    """Accounts are within a disc of radius sqrt(n), and discs do not overlap."""
    groups = places.groupby(planted.membership)
    radius = np.sqrt(groups.size())
    one, other = np.triu_indices(len(radius), 1)
    room = radius.to_numpy()[one] + radius.to_numpy()[other]
    assert (distances(groups.mean())[one, other] > 0.9 * room).all()
    for number, mine in groups:
        assert distances(mine).max() < 2 * radius[number]
    every, own = distances(places), planted.membership.to_numpy()
    nearest = np.argsort(every + np.eye(len(every)) * 1e9, axis=1)[:, 0]
    assert (own[nearest] == own).all()


def test_the_middle_of_all_is_the_origin_and_the_whole_is_round(places):
    low, high = places.min(), places.max()
    assert ((low + high) / 2).tolist() == pytest.approx([0, 0])
    width, height = high - low
    assert 0.7 < width / height < 1.4


def test_ties_are_shorter_than_in_a_layout_that_knows_no_communities(planted, places):
    """networkx's, on the same network, relative to the mean distance of two accounts."""
    F = planted.graph
    spring = nx.spring_layout(F.to_networkx(), seed=1)
    other = pd.DataFrame([spring[one] for one in F.accounts.tolist()])
    ours, theirs = (
        every[F.sources, F.targets].mean() / every.mean()
        for every in (distances(places), distances(other))
    )
    assert ours < 0.9 * theirs


def test_communities_with_more_ties_are_nearer():
    """Of nine in a chain, each has ten follows into the next, and none into the others."""
    G, groups = cliques(*[9] * 9)
    G.add_edges_from((9 * n + one, 9 * n + 9 + one) for n in range(8) for one in range(9))
    places = layout(G, groups)
    between = distances(pd.DataFrame([places.loc[sorted(group)].mean() for group in groups]))
    assert np.diag(between, 1).mean() < 0.6 * between[np.triu_indices(9, 2)].mean()


def test_an_account_is_on_the_side_to_which_it_is_tied():
    """The one of a clique that follows all of the other."""
    G, groups = cliques(20, 20)
    G.add_edges_from((19, one) for one in groups[1])
    places = layout(G, groups)
    one, other = (places.loc[sorted(group)].mean() for group in groups)
    way = (other - one) / np.hypot(*(other - one))
    along = (places.loc[sorted(groups[0])] - one) @ way
    assert (along.drop(19) < along[19]).mean() > 0.8


# ------------------------------------------------------------------ without a partition


def test_a_ring_of_follows_is_a_ring():
    """Each of twelve is as far from the next as any other is."""
    places = layout(nx.cycle_graph(12, nx.DiGraph))
    ties = distances(places)[np.arange(12), np.roll(np.arange(12), -1)]
    assert ties == pytest.approx([ties.mean()] * 12, rel=0.1)
    far = np.hypot(*places.to_numpy().T)
    assert far == pytest.approx([far.mean()] * 12, rel=0.1)


def test_the_owner_of_an_export_is_in_the_middle(one_star):
    """All five are about as far from it."""
    places = layout(one_star)
    away = np.hypot(*(places - places.loc["me"]).drop("me").to_numpy().T)
    assert len(away) == 5
    assert away == pytest.approx([away.mean()] * 5, rel=0.1)


def test_components_are_apart():
    """As are communities; a pair is on the ring."""
    G = nx.disjoint_union_all([nx.path_graph(9), nx.cycle_graph(5), nx.path_graph(2)])
    places = layout(nx.DiGraph(G))
    alike = layout(nx.DiGraph(G), [set(range(9)), set(range(9, 14)), {14, 15}])
    pd.testing.assert_frame_equal(places, alike)
    first, second = places.iloc[:9].mean(), places.iloc[9:14].mean()
    assert np.hypot(*(first - second)) > 0.9 * (3 + np.sqrt(5))


# ------------------------------------------------------------------ rings


def test_those_without_a_community_are_around():
    """Further out than all discs, apart from each other, at the side where they are tied."""
    G, groups = cliques(15, 15)
    G.add_edges_from([(30, 3), (17, 31)])
    G.add_nodes_from(range(32, 40))
    places = layout(G, groups)
    inner, outer = places.loc[:29], places.loc[30:]
    middle = (inner.min() + inner.max()) / 2
    far, near = (np.hypot(*(some - middle).to_numpy().T) for some in (outer, inner))
    assert far.min() > near.max()
    assert (distances(outer) + np.eye(10) * 9).min() > 1.5
    sides = [places.loc[sorted(group)].mean() for group in groups]
    near = [[np.hypot(*(places.loc[one] - side)) for side in sides] for one in (30, 31)]
    assert [int(np.argmin(one)) for one in near] == [0, 1]
    # Those tied to none begin at the bottom.
    assert (outer.loc[32:, "y"] < inner["y"].min() + 4).all()


@pytest.mark.parametrize("turned", [False, True])
def test_small_communities_are_around_in_one_place(turned):
    """Both of a pair, whether their names come first or last."""
    G, groups = cliques(15, 15)
    G.add_edges_from([(30, 31), (30, 2), (32, 33), (33, 18)])
    names = {one: 33 - one if turned else one for one in G}
    groups = [{names[one] for one in group} for group in [*groups, {30, 31}, {32, 33}]]
    places = layout(nx.relabel_nodes(G, names), groups)
    every = distances(places.loc[[names[one] for one in range(30, 34)]])
    assert every[0, 1] < every[0, 2:].min()
    assert every[2, 3] < every[2:, :2].min()
    far = np.hypot(*places.to_numpy().T)
    assert set(places.index[np.argsort(far)[-4:]]) == {names[one] for one in range(30, 34)}


@pytest.mark.parametrize("count", [0, 1, 2, 40])
def test_accounts_without_any_tie_have_places(count):
    """None, one, two, and several rings."""
    G = nx.empty_graph(count, nx.DiGraph)
    G.add_edges_from((one, one) for one in range(count))
    places = layout(G)
    assert (places.shape, places.index.name) == ((count, 2), "account")
    assert places.columns.tolist() == ["x", "y"]
    assert (places.dtypes == "float64").all()
    if count:
        assert ((places.min() + places.max()) / 2).tolist() == pytest.approx([0, 0])
        assert (distances(places) + np.eye(count) * 9).min() > 1.5


# ------------------------------------------------------------------ equal places


def test_equal_graphs_have_equal_places(planted, places):
    """Whatever the order of rows, the names of communities, and the form of the graph."""
    F, truth = planted
    G = F.to_networkx()
    turned = nx.DiGraph()
    turned.add_nodes_from(reversed(list(G)))
    turned.add_edges_from(reversed(list(G.edges)))
    sets = [set(group.index) for _, group in truth.groupby(truth)]
    for graph, partition in (
        (F, truth),
        (G, truth.sample(frac=1, random_state=1)),
        (turned, truth.map("c{}".format)),
        (G, sets[::-1]),
        (G, truth.to_dict()),
    ):
        pd.testing.assert_frame_equal(layout(graph, partition), places, check_exact=True)


def test_names_that_sort_alike_have_equal_places(planted, places):
    names = [f"a{one:03}" for one in range(len(planted.graph))]
    F = FollowGraph.from_edges(
        np.array(names)[planted.graph.sources],
        np.array(names)[planted.graph.targets],
        accounts=names,
    )
    named = layout(F, pd.Series(planted.membership.to_numpy(), names))
    assert named.index.tolist() == names
    assert (named.to_numpy() == places.to_numpy()).all()


def test_seeds_differ(planted, places):
    assert not np.allclose(layout(planted.graph, planted.membership, seed=1), places)


@pytest.mark.slow
def test_other_processes_have_equal_places():
    """Names are texts, and communities sets of them."""
    here, there = here_and_elsewhere("""
import networkx as nx
from follownet import communities
G = nx.relabel_nodes(nx.gnp_random_graph(60, 0.1, 3, directed=True), str)
groups = [{str(n) for n in range(60) if n % 4 == rest} for rest in range(4)]
print(communities.layout(G, groups).to_numpy().tolist())
""")
    assert here == there != ""


@given(st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8))), st.integers(1, 5))
def test_every_account_has_a_place_of_its_own(ties, count):
    G = nx.DiGraph(ties)
    G.add_nodes_from(range(9))
    places = layout(G, {one: one % count for one in range(7)})
    assert places.index.tolist() == list(range(9))
    assert (distances(places) + np.eye(9) > 1e-3).all()


# ------------------------------------------------------------------ refused


def test_what_is_no_partition_is_refused(mutual_triangle):
    """And one of other accounts, an undirected graph, a seed below 0."""
    with pytest.raises(SchemaError, match="partition: has an account in two communities"):
        layout(mutual_triangle, [{"a", "b"}, {"b"}])
    with pytest.raises(SchemaError, match="partition: of 3 accounts none has a community"):
        layout(mutual_triangle, {"z": 1})
    with pytest.raises(SchemaError, match="no direction"):
        layout(nx.path_graph(3))
    with pytest.raises(SchemaError, match="seed: give at least 0"):
        layout(mutual_triangle, seed=-1)
