"""Measures of whole networks, and that either form of a graph gives the same answer."""

from __future__ import annotations

import json
from itertools import combinations
from pathlib import Path

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from conftest import star
from hypothesis import given
from hypothesis import strategies as st

from follownet import FollowGraph, reciprocity
from follownet.errors import NotObservedError, SchemaError

STUDIES = Path(__file__).parents[2] / "shared" / "studies"
NAMES = (
    "advogato", "bitcoin_otc", "celegans_neural", "cnr2000", "collegemsg", "higgs_follow_induced",
    "higgs_mention", "higgs_reply", "higgs_retweet", "slashdot0902",
    "twitter_follow_bofa_careers", "twitter_follow_hersheycareers", "twitter_lists_konect",
    "wiki_vote",
)  # fmt: skip

NETWORKS = st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=40).map(nx.DiGraph)
EDGE_CASES = {
    "empty": nx.DiGraph(),
    "one account": nx.empty_graph(1, create_using=nx.DiGraph),
    "only loops": nx.DiGraph([(0, 0), (1, 1)]),
    "all mutual": nx.complete_graph(4, create_using=nx.DiGraph),
    "none mutual": nx.DiGraph([(0, 1), (1, 2), (2, 0), (0, 3)]),
    "isolates": nx.DiGraph({0: [1], 1: [0], 2: [], 3: []}),
    "unicode": nx.DiGraph([("ž", "中"), ("中", "ž"), ("中", "𝒜")]),
    "large ids": nx.DiGraph([(2**40, 2**31), (2**31, 2**40), (2**31, 2**62)]),
}


def network(table: pd.DataFrame) -> FollowGraph:
    """The study graph of a table, with the sum of weights, or of rows where there are none."""
    kept = table.rename(columns={"src": "source", "dst": "target"})
    kept = kept[[name for name in ("source", "target", "weight") if name in kept]]
    return FollowGraph.from_edges(kept, repeated="sum")


# ------------------------------------------------------------------ study graphs


@pytest.mark.parametrize("name", NAMES)
def test_study_graphs_agree_with_every_figure(name):
    """Counts exactly, ratios to 1e-12: dyads, loop rules, bound, account means, triads, weights."""
    file = STUDIES / f"{name}.tsv.gz"
    if not file.is_file():
        pytest.skip("the study graphs are not here")
    wanted = json.loads((STUDIES / "expected.json").read_text())[name]
    F = network(pd.read_csv(file, sep="\t"))
    found = reciprocity.summary(F)
    counts = {
        "nodes": found.accounts, "L": found.follows, "M": found.mutual, "A": found.asymmetric,
        "Null": found.null, "loops": found.self_loops,
        "kin_max": F.followers.max(), "kout_max": F.following.max(),
        "isolates": ((F.followers == 0) & (F.following == 0)).sum(),
    }  # fmt: skip
    assert counts == {key: wanted[key] for key in counts}
    assert [found.mutual, found.asymmetric, found.null] == wanted["igraph_dyad"]
    table = reciprocity.accounts(F)
    named = reciprocity.grecip(F)
    ratios = {
        "r": found.r, "pair": found.q, "rho": found.rho, "bound": found.bound,
        "r_over_bound": found.r / found.bound, "igraph_r": named["edgewise"],
        "igraph_ratio": named["dyadic.nonnull"],
        "y_loops_rec": reciprocity.summary(F, loops="count").r,
        "y_loops_norec": reciprocity.summary(F, loops="denominator").r,
        "mean_given": table["given"].mean(), "mean_received": table["received"].mean(),
        "frac_zero_received": (table["received"].dropna() == 0).mean(),
        "corr": np.corrcoef(F.followers, F.following)[0, 1],
    }  # fmt: skip
    if "w_r" in wanted and name != "bitcoin_otc":
        ratios["w_r"] = reciprocity.weighted(F).r
    assert ratios == pytest.approx({key: wanted[key] for key in ratios}, rel=1e-12)
    if "triads" in wanted:
        assert reciprocity.triads(F).to_dict() == wanted["triads"]


def test_higgs_reciprocity_falls_with_the_size_of_the_followed():
    """Published half decades: celebrities do not follow back."""
    file = STUDIES / "higgs_follow_induced.tsv.gz"
    if not file.is_file():
        pytest.skip("the study graphs are not here")
    table = reciprocity.by_degree(network(pd.read_csv(file, sep="\t")))
    assert table["rate"].round(3).tolist() == [0.707, 0.692, 0.593, 0.403, 0.151, 0.080, 0.032]
    assert table["follows"].sum() == 70_440


# ------------------------------------------------------------------ either form, the same answer


def answers(G, groups):
    """Every measure of a whole network."""
    return {
        "summary": str(reciprocity.summary(G, loops="count")),
        "accounts": reciprocity.accounts(G),
        "by_degree": reciprocity.by_degree(G),
        "by_status": reciprocity.by_status(G),
        "by_ratio": reciprocity.by_ratio(G),
        "mixing": reciprocity.mixing(G, groups),
        "triads": reciprocity.triads(G).to_frame(),
        "grecip": reciprocity.grecip(G).to_frame(),
        "jackknife": reciprocity.jackknife(G).to_frame(),
        "weighted": reciprocity.weighted(G).accounts,
    }


@given(NETWORKS)
def test_either_form_gives_the_same_answer(G):
    """A DiGraph, and the arrays made of its ties in another order."""
    G.add_nodes_from([0, 1])
    groups = {account: account % 2 for account in G}
    for number, tie in enumerate(G.edges.values(), start=1):
        tie["weight"] = number * number
    sources, targets, weight = zip(*G.edges.data("weight"), strict=True) if G.size() else ((),) * 3
    F = FollowGraph.from_edges(sources[::-1], targets[::-1], weight=weight[::-1], accounts=list(G))
    one, other = answers(G, groups), answers(F, groups)
    assert one.pop("summary") == other.pop("summary")
    for name in one:
        pd.testing.assert_frame_equal(one[name], other[name], obj=name)


def test_measures_of_one_person_take_either_form(one_star):
    """A star in arrays knows its owner, dates and deleted accounts too."""
    F = FollowGraph.from_networkx(one_star)
    pd.testing.assert_frame_equal(reciprocity.alters(F), reciprocity.alters(one_star))
    pd.testing.assert_frame_equal(reciprocity.follow_back(F), reciprocity.follow_back(one_star))
    pd.testing.assert_frame_equal(reciprocity.by_first(F), reciprocity.by_first(one_star))
    assert reciprocity.summary(F) == reciprocity.summary(one_star) or str(
        reciprocity.summary(F)
    ) == str(reciprocity.summary(one_star))
    pd.testing.assert_frame_equal(reciprocity.accounts(F), reciprocity.accounts(one_star))


def test_one_account_of_a_whole_network_takes_either_form(mutual_triangle):
    """Its own list is part of the whole."""
    F = FollowGraph.from_networkx(mutual_triangle)
    one, other = (reciprocity.alters(G, owner="a") for G in (F, mutual_triangle))
    pd.testing.assert_frame_equal(one, other)


@pytest.mark.parametrize("name", EDGE_CASES)
def test_p21_every_measure_of_an_edge_case_is_defined_or_nan(name):
    """Nothing raises or divides by zero; counts are whole, shares within their range or nan."""
    G = EDGE_CASES[name]
    found = reciprocity.summary(G)
    for share in (found.r, found.q, found.bound, found.given, found.received):
        assert np.isnan(share) or 0 <= share <= 1
    assert np.isnan(found.r) == (found.follows == 0)
    assert reciprocity.triads(G).sum() == len(G) * (len(G) - 1) * (len(G) - 2) // 6
    table = reciprocity.by_degree(G)
    assert table["follows"].sum() == found.follows
    assert table["returned"].sum() == 2 * found.mutual
    assert reciprocity.by_status(G)["follows"].sum() == found.follows
    assert np.isnan(reciprocity.grecip(G)["edgewise"]) == (found.follows == 0)
    assert len(reciprocity.accounts(G)) == len(G)
    assert reciprocity.jackknife(G)["r"] == pytest.approx(found.r, nan_ok=True)


# ------------------------------------------------------------------ triads


@given(NETWORKS)
def test_p28_triads_agree_with_networkx(G):
    """Loops left out, isolates counted; networkx takes 20 s for 50,000 ties."""
    plain = nx.DiGraph(G)
    plain.remove_edges_from(list(nx.selfloop_edges(plain)))
    assert reciprocity.triads(G).to_dict() == nx.triadic_census(plain)


def test_triads_over_several_blocks_are_the_same(monkeypatch):
    """The block bounds the memory and nothing else."""
    G = nx.gnp_random_graph(40, 0.3, seed=3, directed=True)
    monkeypatch.setattr("follownet.reciprocity._triads._BLOCK", 7)
    assert reciprocity.triads(G).to_dict() == nx.triadic_census(G)


def test_numbers_of_triads_beyond_64_bits_are_exact():
    """Four million accounts have more triples than an integer of 64 bits holds."""
    size = 4_000_000
    F = FollowGraph.from_edges([0], [1], accounts=range(size))
    counts = reciprocity.triads(F)
    assert counts["012"] == size - 2
    assert counts["003"] == size * (size - 1) * (size - 2) // 6 - (size - 2)


# ------------------------------------------------------------------ sna's forms


def test_grecip_checked_by_hand():
    """One mutual, two asymmetric, three null pairs: as sna's formulas give them."""
    G = nx.DiGraph([("a", "b"), ("b", "a"), ("a", "c"), ("d", "a")])
    found = reciprocity.grecip(G)
    assert found["dyadic"] == 4 / 6
    assert found["dyadic.nonnull"] == 1 / 3
    assert found["edgewise"] == 2 / 4
    assert found["edgewise.lrr"] == pytest.approx(np.log(1 * 6 / (1 + 2 / 2) ** 2))
    assert found["correlation"] == pytest.approx((2 / 4 - 4 / 12) / (1 - 4 / 12))


@given(NETWORKS)
def test_correlation_is_pearsons_of_a_tie_with_its_reverse(G):
    """rho is a product-moment correlation over the cells off the diagonal."""
    G.add_nodes_from([0, 1])
    A = nx.to_numpy_array(G)
    off = ~np.eye(len(A), dtype=bool)
    there, back = A[off], A.T[off]
    rho = reciprocity.grecip(G)["correlation"]
    if there.std() == 0:
        assert np.isnan(rho) or rho == 0
    else:
        assert rho == pytest.approx(np.corrcoef(there, back)[0, 1], abs=1e-12)


def test_no_mutual_pair_gives_minus_infinity_and_a_star_only_what_it_saw(one_star):
    """log 0, and no null pairs."""
    assert reciprocity.grecip(EDGE_CASES["none mutual"])["edgewise.lrr"] == -np.inf
    found = reciprocity.grecip(one_star)
    assert found[["dyadic", "edgewise.lrr", "correlation"]].isna().all()
    assert found["dyadic.nonnull"] == 2 / 5


# ------------------------------------------------------------------ groups of follows


@given(NETWORKS)
def test_by_degree_agrees_with_plain_counting(G):
    """A loop over ties is the oracle."""
    plain = nx.DiGraph([(u, v) for u, v in G.edges if u != v])
    rows: dict[int, list[bool]] = {}
    for u, v in plain.edges:
        rows.setdefault(int(np.floor(2 * np.log10(plain.in_degree(v)))), []).append(
            plain.has_edge(v, u)
        )
    table = reciprocity.by_degree(G)
    assert table["follows"].tolist() == [len(rows[half]) for half in sorted(rows)]
    assert table["returned"].tolist() == [sum(rows[half]) for half in sorted(rows)]
    assert table.index.tolist() == [round(10 ** (half / 2), 3) for half in sorted(rows)]


def test_intervals_widen_when_accounts_differ_in_their_habit():
    """Half the accounts return all, half nothing: 40 follows say as much as 8 accounts."""
    ties = [(f"fan{n}", f"star{s}") for s in range(8) for n in range(5 * s, 5 * s + 5)]
    ties += [(v, u) for u, v in ties if int(v.removeprefix("star")) < 4]
    table = reciprocity.by_degree(nx.DiGraph(ties)).loc[3.162]
    assert table["follows"] == 40
    assert table["rate"] == 0.5
    low, _ = reciprocity.wilson(np.array([20.0]), np.array([40.0]))
    assert table["low"] < 0.2 < low[0]
    few = reciprocity.by_degree(nx.DiGraph(ties[:20])).loc[3.162]
    assert np.isnan(few["low"])
    assert few["accounts"] == 4


def test_deleted_accounts_leave_the_rates():
    """They cannot answer."""
    G = nx.DiGraph([("a", "b"), ("b", "a"), ("a", "gone"), ("gone", "b")])
    G.nodes["gone"]["type"] = "deleted"
    assert reciprocity.by_degree(G)["follows"].sum() == 2
    assert reciprocity.mixing(G, dict.fromkeys(G, "all"))["rate"].tolist() == [1.0]


def test_mixing_checked_by_hand_and_what_it_leaves_out_is_counted():
    """Both directions between two groups; an account without a group is counted."""
    G = nx.DiGraph([("a", "b"), ("b", "a"), ("a", "x"), ("x", "a"), ("b", "x"), ("x", "z")])
    table = reciprocity.mixing(G, pd.Series({"a": "one", "b": "one", "x": "two", "z": None}))
    wanted = [
        ("one", "one", 2, 2),
        ("one", "two", 2, 1),
        ("two", "one", 1, 1),
        ("two", "two", 0, 0),
    ]
    columns = ["source_group", "target_group", "follows", "returned"]
    assert list(table[columns].itertuples(index=False, name=None)) == wanted
    assert table["rate"].tolist()[:3] == [1.0, 0.5, 1.0]
    assert np.isnan(table["rate"].iloc[3])
    assert table.attrs == {"ungrouped": 1, "left_out": 1}


@pytest.mark.parametrize(
    ("groups", "says"),
    [
        ({}, "none has a group"),
        ({"secret": 1}, "none has a group"),
        (pd.Series([1, 2], index=["a", "a"]), "1 accounts are in it twice"),
        (["secret"], "is of type list; give a mapping, or a Series"),
    ],
)
def test_groups_that_do_not_fit_are_refused(mixed, groups, says):
    """And no name is told."""
    with pytest.raises(SchemaError, match=says) as caught:
        reciprocity.mixing(mixed, groups)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("groups", [{}, {"a": 1}, pd.Series(dtype="object")])
def test_mixing_of_an_empty_graph_is_an_empty_table(mixed, groups):
    """With the columns of any other."""
    table = reciprocity.mixing(nx.DiGraph(), groups)
    assert table.empty
    assert list(table) == list(reciprocity.mixing(mixed, dict.fromkeys(mixed, "all")))
    assert table.attrs == {"ungrouped": 0, "left_out": 0}


# ------------------------------------------------------------------ weights


def test_weighted_reciprocity_checked_by_hand():
    """min(5, 2) comes back both ways, of 8 in all."""
    G = nx.DiGraph()
    G.add_weighted_edges_from([("a", "b", 5), ("b", "a", 2), ("a", "c", 1), ("c", "c", 9)])
    found = reciprocity.weighted(G)
    assert (found.r, found.total, found.reciprocated) == (0.5, 8.0, 4.0)
    assert found.accounts.loc["a"].tolist() == [6.0, 2.0, 2.0, 4.0, 0.0, 2 / 6]
    assert np.isnan(found.accounts.loc["c", "r"])
    assert str(found) == "4 of a weight of 8 comes back: 0.5000"


@given(NETWORKS)
def test_equal_weights_give_the_plain_r(G):
    """Squartini's measure extends r."""
    nx.set_edge_attributes(G, 3, "weight")
    assert reciprocity.weighted(G).r == pytest.approx(reciprocity.summary(G).r, nan_ok=True)


@pytest.mark.parametrize(
    ("weight", "says"),
    [(None, "none of 2 ties has"), (np.nan, "1 of 2 are missing"), (-1.0, "negative"),
     (np.inf, "infinite"), (1e308, "1 of 2 are too large to be added"),
     ("many", "missing or no number")],
)  # fmt: skip
def test_weights_that_cannot_be_added_are_refused(weight, says):
    """A missing weight is neither 0 nor 1."""
    G = nx.DiGraph([("a", "b"), ("b", "a")])
    if weight is not None:
        G["a"]["b"]["weight"], G["b"]["a"]["weight"] = weight, 1.0
    with pytest.raises(SchemaError, match=says):
        reciprocity.weighted(G)


def test_weighted_ties_of_one_person_are_about_that_person():
    """Only the owner's row, and only observed pairs."""
    G = star().graph()
    nx.set_edge_attributes(G, 1.0, "weight")
    found = reciprocity.weighted(G)
    assert found.accounts.index.tolist() == ["me"]
    assert found.r == reciprocity.summary(G).r


# ------------------------------------------------------------------ what a star cannot tell


@pytest.mark.parametrize(
    "measure",
    [reciprocity.triads, reciprocity.by_degree, reciprocity.by_status, reciprocity.by_ratio,
     reciprocity.jackknife],
)  # fmt: skip
def test_p23_one_persons_ties_do_not_tell(one_star, measure):
    """Between two others nothing is known."""
    with pytest.raises(NotObservedError, match="A whole network, or the exports of several"):
        measure(one_star)


def test_p19_both_definitions_stand_side_by_side():
    """Kwak's 22.1 % of pairs is the 36.2 % of follows of the same crawl."""
    ties = [(n, n + 1000) for n in range(1000)] + [(n + 1000, n) for n in range(221)]
    found = reciprocity.summary(nx.DiGraph(ties))
    assert found.q == 0.221
    assert found.r == pytest.approx(0.3620, abs=5e-5)


def test_p22_raw_r_says_nothing_without_chance():
    """Two networks of the same r: half of the follows are returned where half of all possible
    ones are there, as chance has it, and where one in 223 is, which chance never gives.
    """
    pairs = list(combinations(range(9), 2))
    ties = [*pairs[:27], *((v, u) for u, v in pairs[:9])]
    dense, sparse = nx.DiGraph(ties), nx.DiGraph(ties)
    sparse.add_nodes_from(range(90))
    one, other = reciprocity.summary(dense), reciprocity.summary(sparse)
    assert (len(dense), one.follows) == (9, 36)
    assert one.r == other.r == 0.5
    assert one.rho == 0
    assert other.rho == pytest.approx((1 / 2 - 36 / 8010) / (1 - 36 / 8010))


def test_the_jackknife_is_as_wide_as_reciprocity_varies():
    """Over 200 networks of one kind its mean error is their spread, within a fifth."""
    rng = np.random.default_rng(5)
    one, other = np.triu_indices(60, 1)
    errors, rates = [], []
    for _ in range(200):
        state = rng.choice(3, size=len(one), p=[0.85, 0.1, 0.05])
        there, back = state >= 1, state == 2
        ties = np.r_[one[there], other[back]], np.r_[other[there], one[back]]
        found = reciprocity.jackknife(FollowGraph.from_edges(*ties, accounts=range(60)))
        errors.append(found["se"])
        rates.append(found["r"])
    assert np.mean(errors) == pytest.approx(np.std(rates), rel=0.2)


@pytest.mark.parametrize("name", ["by_degree", "by_status", "by_ratio"])
def test_p26_the_return_is_no_part_of_what_predicts_it(name):
    """Where pairs are independent the base rate is all there is: every row is near r. With few
    ties an account, a return that counted among them would move the rows apart by itself.
    """
    rng = np.random.default_rng(8)
    one, other = rng.integers(0, 4_000, (2, 8_000))
    back = rng.random(8_000) < 0.4
    F = FollowGraph.from_edges(np.r_[one, other[back]], np.r_[other, one[back]])
    table = getattr(reciprocity, name)(F)
    large = table[table["follows"] > 500]
    assert len(large) >= 2
    assert large["rate"].sub(reciprocity.summary(F).r).abs().max() < 0.03
