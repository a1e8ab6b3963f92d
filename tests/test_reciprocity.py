"""Rates, intervals and lists of one account, and the first measures of a network."""

from __future__ import annotations

import json
import math
from pathlib import Path

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from conftest import star
from hypothesis import given
from hypothesis import strategies as st

import follownet as fn
from follownet import reciprocity
from follownet.errors import NotObservedError, SchemaError
from follownet.reciprocity import _intervals

STUDIES = Path(__file__).parents[2] / "shared" / "studies"

#: Our names for the figures of expected.json.
FIGURES = {
    "accounts": "nodes",
    "follows": "L",
    "mutual": "M",
    "asymmetric": "A",
    "null": "Null",
    "r": "r",
    "q": "pair",
    "rho": "rho",
    "bound": "bound",
    "self_loops": "loops",
}

digraphs = st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=40).map(nx.DiGraph)


def same(one, other):
    """Return whether two numbers agree, nan with nan."""
    return one == pytest.approx(other, nan_ok=True)


# ------------------------------------------------------------------ summary


def test_summary_of_a_graph_checked_by_hand(mixed):
    """N = 4, L = 3, M = 1, A = 1: r = 2/3, q = 1/2, a = 1/4, rho = 5/9, bound = 2/3."""
    found = reciprocity.summary(mixed)
    assert (found.accounts, found.follows, found.mutual, found.asymmetric) == (4, 3, 1, 1)
    assert (found.null, found.self_loops, found.unobserved) == (4, 1, 0)
    assert found.r == found.given == found.received == pytest.approx(2 / 3)
    assert found.q == 0.5
    assert found.rho == pytest.approx((2 / 3 - 1 / 4) / (1 - 1 / 4))
    assert found.bound == pytest.approx(2 / 3)


@pytest.mark.parametrize(
    ("loops", "r"), [("drop", 2 / 3), ("count", 3 / 4), ("denominator", 2 / 4)]
)
def test_p20_every_rule_for_self_loops(mixed, loops, r):
    """P20: edges 01 10 02 22 give .6667 without loops, .75 in KONECT, .5 in networkx."""
    found = reciprocity.summary(mixed, loops=loops)
    assert found.r == pytest.approx(r)
    assert found.rho == reciprocity.summary(mixed).rho
    assert found.follows == 3
    if loops == "denominator":
        assert found.r == nx.overall_reciprocity(mixed)


def test_unknown_rule_for_loops_is_refused(mixed):
    """A misspelt rule must not be a silent default."""
    with pytest.raises(SchemaError, match="loops: accepts"):
        reciprocity.summary(mixed, loops="keep")


@pytest.mark.parametrize("graph", [nx.DiGraph(), nx.DiGraph([("a", "a")])])
def test_p21_undefined_is_nan_never_zero(graph):
    """P21: an empty graph and one with loops alone have no reciprocity."""
    found = reciprocity.summary(graph)
    assert all(math.isnan(value) for value in (found.r, found.q, found.rho, found.given))
    assert found.null == 0


def test_a_complete_graph_has_no_rho(mutual_triangle):
    """Where every pair is mutual, density is 1 and rho is 0/0."""
    found = reciprocity.summary(mutual_triangle)
    assert (found.r, found.q, found.bound) == (1, 1, 1)
    assert math.isnan(found.rho)


@given(digraphs)
def test_summary_agrees_with_networkx_and_with_plain_counting(G):
    """networkx is the oracle of r, ten plain lines of the census."""
    found = reciprocity.summary(G)
    bare = G.copy()
    bare.remove_edges_from(list(nx.selfloop_edges(G)))
    assert same(found.r, nx.overall_reciprocity(bare) if bare.size() else math.nan)
    mutual = sum(bare.has_edge(v, u) for u, v in bare.edges) / 2
    assert found.mutual == mutual
    assert found.mutual + found.asymmetric + found.null == math.comb(len(G), 2)
    assert same(found.q, found.r / (2 - found.r))
    assert same(found.given, found.r)
    if found.follows:
        assert found.r <= found.bound <= 1
    if bare.size() and len(G) > 1 and not math.isnan(found.rho):
        A = nx.to_numpy_array(bare)
        off = ~np.eye(len(A), dtype=bool)
        assert found.rho == pytest.approx(np.corrcoef(A[off], A.T[off])[0, 1])


@given(digraphs, st.randoms(use_true_random=False))
def test_reversal_relabelling_and_order_change_nothing(G, random):
    """Reciprocity has no direction; given and received change places."""
    found = reciprocity.summary(G)
    turned = reciprocity.summary(G.reverse())
    assert (found.mutual, found.asymmetric) == (turned.mutual, turned.asymmetric)
    names = list(G)
    random.shuffle(names)
    other = nx.DiGraph()
    other.add_edges_from((f"x{u}", f"x{v}") for u, v in sorted(G.edges, key=str, reverse=True))
    assert reciprocity.summary(other).mutual == found.mutual


def test_p23_a_star_explains_what_its_r_mixes(one_star):
    """P23: r of one person's ties is no rate of theirs, and null is unknown."""
    found = reciprocity.summary(one_star)
    assert (found.accounts, found.follows, found.mutual, found.asymmetric) == (6, 7, 2, 3)
    assert (found.r, found.q) == (pytest.approx(4 / 7), pytest.approx(2 / 5))
    assert (found.given, found.received) == (pytest.approx(2 / 4), pytest.approx(2 / 3))
    assert all(math.isnan(value) for value in (found.null, found.rho, found.bound))
    assert found.unobserved == math.comb(5, 2)
    assert any("mix two rates" in note for note in found.notes)
    assert any("ties among the others are unknown" in note for note in found.notes)


def test_p23_numbers_of_the_published_run():
    """P23: 300 following, 251 followers, 151 mutual: r .548, received .503, given .602."""
    follows = [("me", f"a{n}") for n in range(300)] + [(f"a{n}", "me") for n in range(149, 400)]
    G = star(follows=pd.DataFrame(follows, columns=["source", "target"])).graph()
    found = reciprocity.summary(G)
    assert round(found.r, 3) == 0.548
    assert round(found.received, 3) == 0.503
    assert round(found.given, 3) == 0.602


def test_ties_whose_answer_is_not_in_hand_are_not_counted():
    """With one list missing no pair is observed: nothing is known, and it is said."""
    found = reciprocity.summary(star(statuses={"followers": "missing"}).graph())
    assert (found.follows, found.mutual, found.asymmetric) == (0, 0, 0)
    assert all(math.isnan(value) for value in (found.r, found.given, found.received))
    assert found.unobserved == math.comb(6, 2)
    assert any("7 ties are left out" in note for note in found.notes)


def test_summary_shows_itself(mixed):
    """One line a number; the notes are escaped text."""
    found = reciprocity.summary(mixed)
    assert "r                 0.6667" in str(found)
    assert "0.6667" in found._repr_html_()


@pytest.mark.skipif(not STUDIES.is_dir(), reason="the study graphs lie beside the repository")
@pytest.mark.parametrize(
    "name", ["celegans_neural", "collegemsg", "bitcoin_otc", "advogato", "wiki_vote"]
)
def test_summary_of_study_graphs(name):
    """Census, r, q, rho and bound equal the published figures."""
    expected = json.loads((STUDIES / "expected.json").read_text(encoding="utf-8"))[name]
    table = pd.read_csv(STUDIES / f"{name}.tsv.gz", sep="\t")
    G = nx.DiGraph(table[["src", "dst"]].itertuples(index=False))
    found = reciprocity.summary(G)
    for loops, figure in (("count", "y_loops_rec"), ("denominator", "y_loops_norec")):
        r = reciprocity.summary(G, loops=loops).r
        assert r == pytest.approx(expected.get(figure, expected["r"]), abs=1e-12)
    for ours, theirs in FIGURES.items():
        assert getattr(found, ours) == pytest.approx(expected[theirs], abs=1e-12), ours


# ------------------------------------------------------------------ wilson


def test_wilson_interval_of_known_values():
    """81 of 263 (Newcombe 1998, doi:10.1002/(SICI)1097-0258(19980430)17:8<857): .2553, .3662."""
    low, high = reciprocity.wilson(
        np.array([81.0, 0.0, 20.0, 0.0]), np.array([263.0, 20.0, 20.0, 0.0])
    )
    assert low[:3].round(4).tolist() == [0.2553, 0.0, 0.8389]
    assert high[:3].round(4).tolist() == [0.3662, 0.1611, 1.0]
    assert math.isnan(low[3])
    assert math.isnan(high[3])


# ------------------------------------------------------------------ accounts


def test_accounts_of_a_star_are_its_owners(one_star):
    """An alter's one known follower is not its follower count."""
    table = reciprocity.accounts(one_star)
    assert list(table.index) == ["me"]
    row = table.loc["me"]
    assert (row["followers"], row["following"], row["mutual"]) == (4, 3, 2)
    assert (row["given"], row["received"]) == (pytest.approx(0.5), pytest.approx(2 / 3))
    assert row["followers_per_following"] == pytest.approx(4 / 3)


def test_accounts_of_a_whole_network(mixed):
    """Isolated accounts and loops have counts of 0 and rates of nan."""
    table = reciprocity.accounts(mixed)
    assert table["followers"].tolist() == [1, 1, 1, 0]
    assert table["following"].tolist() == [2, 1, 0, 0]
    assert table["mutual"].tolist() == [1, 1, 0, 0]
    assert same(table["given"].tolist(), [1, 1, 0, math.nan])
    assert same(table["received"].tolist(), [0.5, 1, math.nan, math.nan])
    assert same(table["followers_per_following"].tolist(), [0.5, 1, math.nan, math.nan])


def test_an_owner_with_one_list_has_missing_counts_not_zeros():
    """P13: missing is not empty."""
    row = reciprocity.accounts(star(statuses={"followers": "missing"}).graph()).loc["me"]
    assert row["following"] == 3
    assert pd.isna(row["followers"])
    assert pd.isna(row["mutual"])
    assert pd.isna(row["received"])


@given(digraphs)
def test_weighted_mean_of_either_rate_is_r(G):
    """The plain mean of rates is not r; the mean weighted by degree is."""
    table = reciprocity.accounts(G)
    r = reciprocity.summary(G).r
    for rate, weight in (("given", "followers"), ("received", "following")):
        known = table[rate].notna()
        total = table.loc[known, weight].sum()
        mean = (
            (table.loc[known, rate] * table.loc[known, weight]).sum() / total if total else math.nan
        )
        assert same(float(mean), r)


# ------------------------------------------------------------------ alters


def test_alters_tell_state_dates_and_who_was_first(one_star):
    """The unreturned first, then followers, then mutual ties; oldest first in each."""
    table = reciprocity.alters(one_star)
    assert table.index.tolist() == ["bob", "eve", "dan", "ann", "cy"]
    assert table["state"].tolist() == ["following", "follower", "follower", "mutual", "mutual"]
    assert table["first"].tolist() == ["owner", "alter", "alter", "owner", "same time"]
    assert table.loc["ann", "latency"] == pd.Timedelta(days=2)
    assert table.loc["cy", "latency"] == pd.Timedelta(0)
    assert table["latency"].isna().tolist() == [True, True, True, False, False]


def test_who_answers_whom_checked_by_hand(one_star):
    """The owner began with ann (mutual) and bob; dan and eve began; cy came at the same time."""
    table = reciprocity.by_first(one_star)
    assert table.index.tolist() == ["owner", "alter"]
    assert table[["follows", "returned", "rate"]].to_numpy().tolist() == [[2, 1, 0.5], [2, 0, 0]]
    assert table.attrs == {"same_time": 1, "undated": 0, "deleted": 0}
    low, high = reciprocity.wilson(np.array([1.0]), np.array([2.0]))
    assert table.loc["owner", ["low", "high"]].tolist() == [low[0], high[0]]


def test_who_answers_whom_leaves_out_deleted_and_undated_and_is_nan_of_nothing():
    """Deleted bob cannot answer; of zoe's tie one date is missing, so nobody knows."""
    ties = pd.DataFrame(
        [("me", "bob", "2024-01-01T00:00:00Z"), ("me", "zoe", None), ("zoe", "me", None)],
        columns=["source", "target", "since"],
    )
    people = pd.DataFrame({"account": ["bob"], "type": ["deleted"]})
    table = reciprocity.by_first(star(follows=ties, accounts=people).graph())
    assert table["follows"].tolist() == [0, 0]
    assert table["rate"].isna().all()
    assert table.attrs == {"same_time": 0, "undated": 1, "deleted": 1}


def test_without_any_date_who_was_first_and_the_weeks_are_not_known():
    """As in an archive of X: 0 % of those known to have begun would be true of every one."""
    ties = pd.DataFrame([("me", "abcdefg"[n]) for n in range(7)], columns=["source", "target"])
    back = pd.DataFrame([("abcdefg"[n], "me") for n in range(5)], columns=["source", "target"])
    G = star(follows=pd.concat([ties, back])).graph()
    table = reciprocity.by_first(G)
    assert table["rate"].isna().all()
    assert table["low"].isna().all()
    assert table.attrs["undated"] == 5
    received = reciprocity.follow_back(G).loc[("received", "all")]
    assert received["rate"] == pytest.approx(5 / 7)
    assert received[["clustered_low", "clustered_high"]].isna().all()


def test_unreturned_follows_are_oldest_first():
    """Who has been waited for longest is asked first."""
    times = ["2025-05-01T00:00:00Z", "2024-05-01T00:00:00Z", None]
    ties = pd.DataFrame({"source": ["me"] * 3, "target": list("abc"), "since": times})
    assert reciprocity.alters(star(follows=ties).graph()).index.tolist() == ["b", "a", "c"]


def test_p27_recent_follows_are_too_early_to_tell(one_star):
    """P27: bob was followed 28 days before the export; undated dan cannot be told."""
    early = reciprocity.alters(one_star)["too_early"]
    assert early["bob"]
    assert not early["eve"]
    assert early["dan"] is pd.NA
    assert not early["ann"]
    assert not reciprocity.alters(one_star, window="28D")["too_early"]["bob"]


def test_times_closer_than_the_precision_are_no_order():
    """Dates of days cannot say who was first on one day."""
    ties = pd.DataFrame(
        {
            "source": ["me", "a", "me", "b"],
            "target": ["a", "me", "b", "me"],
            "since": [*["2024-01-01T00:00:00Z"] * 3, "2024-01-02T00:00:00Z"],
        }
    )
    table = reciprocity.alters(star(follows=ties).graph())
    assert table["first"].to_dict() == {"a": "same time", "b": "owner"}


@pytest.mark.parametrize("ignore", [["bob"], ["@Bob"], ("bob", "nobody")])
def test_ignored_accounts_leave_lists_and_never_rates(one_star, ignore):
    """Their number is kept where it can be printed."""
    table = reciprocity.alters(one_star, ignore=ignore)
    assert "bob" not in table.index
    assert table.attrs["ignored"] == 1
    assert reciprocity.follow_back(one_star).loc[("received", "all"), "follows"] == 3


def test_ignore_has_to_be_a_list(one_star):
    """One text would be taken letter by letter."""
    with pytest.raises(SchemaError, match="ignore: is one text"):
        reciprocity.alters(one_star, ignore="bob")


def test_alters_of_an_owner_without_ties_is_an_empty_table():
    """Empty is an answer."""
    table = reciprocity.alters(star(follows=pd.DataFrame({"source": [], "target": []})).graph())
    assert table.empty
    assert list(table.columns) == [
        "state",
        "following_since",
        "follower_since",
        "first",
        "latency",
        "too_early",
    ]


def test_an_owner_without_any_tie_has_no_rate():
    """Two empty lists: nothing to divide by, and no error."""
    table = reciprocity.follow_back(
        star(follows=pd.DataFrame({"source": [], "target": []})).graph()
    )
    assert table["follows"].tolist() == [0, 0, 0, 0]
    assert table.drop(columns=["follows", "returned"]).isna().all(axis=None)


def test_times_that_are_none_are_an_error_that_quotes_nothing():
    """A graph from elsewhere may carry anything."""
    G = nx.DiGraph()
    G.add_edge("me", "ann", since="last Tuesday")
    with pytest.raises(SchemaError, match="1 ties have a value") as caught:
        reciprocity.alters(G, owner="me")
    assert "Tuesday" not in str(caught.value)


# ------------------------------------------------------------------ follow_back


def test_follow_back_rates_checked_by_hand(one_star):
    """Received 2 of 3, mature (without bob) 2 of 2; given 2 of 4, mature (without dan) 2 of 3."""
    table = reciprocity.follow_back(one_star)
    assert table.index.tolist() == [
        ("given", "all"),
        ("given", "mature"),
        ("received", "all"),
        ("received", "mature"),
    ]
    assert table["follows"].tolist() == [4, 3, 3, 2]
    assert table["returned"].tolist() == [2, 2, 2, 2]
    assert table["rate"].tolist() == pytest.approx([1 / 2, 2 / 3, 2 / 3, 1])
    assert table.loc[("given", "all"), ["low", "high"]].tolist() == pytest.approx(
        [0.15, 0.85], abs=0.005
    )


def test_mature_cohort_drops_returned_follows_too():
    """P27: leaving out only the unreturned recent ones would flatter the rate."""
    ties = pd.DataFrame(
        [
            ("me", "old", "2025-01-01T00:00:00Z"),
            ("me", "new", "2026-02-20T00:00:00Z"),
            ("new", "me", "2026-02-21T00:00:00Z"),
        ],
        columns=["source", "target", "since"],
    )
    table = reciprocity.follow_back(star(follows=ties).graph())
    assert table.loc[("received", "all"), "rate"] == 0.5
    assert table.loc[("received", "mature"), "rate"] == 0


def test_deleted_accounts_are_in_counts_and_out_of_rates():
    """They cannot follow back."""
    people = pd.DataFrame({"account": ["bob"], "type": ["deleted"]})
    G = star(accounts=people).graph()
    table = reciprocity.follow_back(G)
    assert table.loc[("received", "all"), ["follows", "rate"]].tolist() == [2, 1]
    assert table.attrs["deleted"] == 1
    assert reciprocity.accounts(G).loc["me", ["following", "received"]].tolist() == [3, 1]
    assert reciprocity.summary(G).received == 1
    assert reciprocity.summary(G).deleted == 1


def test_deleted_accounts_of_a_whole_network_have_no_rates_and_change_none():
    """a and b follow each other, a follows d, which is gone: who can answer has answered."""
    G = nx.DiGraph([("a", "b"), ("b", "a"), ("a", "d")])
    G.nodes["d"]["type"] = "deleted"
    found = reciprocity.summary(G)
    assert (found.given, found.received) == (1, 1)
    assert (found.follows, found.r) == (3, pytest.approx(2 / 3))
    table = reciprocity.accounts(G)
    assert table.loc["d", ["followers", "following"]].tolist() == [1, 0]
    assert same(table["given"].tolist(), [1, 1, math.nan])
    assert same(table["received"].tolist(), [1, 1, math.nan])
    assert table.loc["d", ["given_low", "given_high"]].isna().all()
    assert reciprocity.follow_back(G, owner="d")["rate"].isna().all()
    assert reciprocity.by_first(G, owner="d")["rate"].isna().all()


@given(digraphs, st.sets(st.integers(0, 7)))
def test_rates_are_those_of_the_network_without_its_deleted_accounts(G, gone):
    """Taking them out is the oracle."""
    for account in gone & set(G):
        G.nodes[account]["type"] = "deleted"
    living = G.subgraph(set(G) - gone)
    found, wanted = reciprocity.summary(G), reciprocity.summary(living)
    assert same(found.given, wanted.r)
    assert same(found.received, wanted.r)
    rates = ["given", "received"]
    table = reciprocity.accounts(G)[rates]
    pd.testing.assert_frame_equal(
        table[~table.index.isin(gone)], reciprocity.accounts(living)[rates], check_index_type=False
    )
    assert table[table.index.isin(gone)].isna().all(axis=None)


def test_p13_an_empty_list_is_an_answer():
    """P13: nobody follows: given has nothing to divide by, received is 0."""
    ties = pd.DataFrame({"source": ["me"], "target": ["a"], "since": ["2024-01-01T00:00:00Z"]})
    table = reciprocity.follow_back(star(follows=ties).graph())
    assert math.isnan(table.loc[("given", "all"), "rate"])
    assert math.isnan(table.loc[("given", "all"), "low"])
    assert table.loc[("received", "all"), "rate"] == 0


def test_follow_back_needs_both_lists():
    """One list alone answers nothing."""
    with pytest.raises(NotObservedError, match="follow-back cannot be known"):
        reciprocity.follow_back(star(statuses={"following": "unreadable"}).graph())


def test_clustered_interval_widens_when_follows_come_in_bursts():
    """Ten weeks of ten follows that share their fate tell as much as ten follows."""
    ties = []
    for week in range(10):
        for n in range(10):
            account, day = (
                f"a{week}.{n}",
                pd.Timestamp("2024-01-01", tz="UTC") + pd.Timedelta(weeks=week),
            )
            ties.append(("me", account, day))
            if week % 2:
                ties.append((account, "me", day + pd.Timedelta(days=1)))
    G = star(follows=pd.DataFrame(ties, columns=["source", "target", "since"])).graph()
    row = reciprocity.follow_back(G).loc[("received", "all")]
    assert row["rate"] == 0.5
    assert row["clustered_high"] - row["clustered_low"] > 2 * (row["high"] - row["low"])
    assert row["clustered_low"] == pytest.approx(0.2, abs=0.1)


def test_clustered_interval_is_near_wilson_when_follows_are_independent():
    """One follow a week: both intervals estimate the same."""
    rng = np.random.default_rng(0)
    days = pd.Timestamp("2015-01-05", tz="UTC") + pd.to_timedelta(np.arange(400) * 7, unit="D")
    back = rng.random(400) < 0.6
    ties = [("me", f"a{n}", day) for n, day in enumerate(days)]
    ties += [(f"a{n}", "me", day) for n, day in enumerate(days) if back[n]]
    G = star(follows=pd.DataFrame(ties, columns=["source", "target", "since"])).graph()
    row = reciprocity.follow_back(G).loc[("received", "all")]
    assert row["clustered_low"] == pytest.approx(row["low"], abs=0.01)
    assert row["clustered_high"] == pytest.approx(row["high"], abs=0.01)


def test_seed_decides_the_bootstrap():
    """The same seed gives the same table, another one nearly the same."""
    G = fn.load(fn.datasets.sample("instagram"))
    first = reciprocity.follow_back(G, seed=1)
    pd.testing.assert_frame_equal(first, reciprocity.follow_back(G, seed=1))
    other = reciprocity.follow_back(G, seed=2)
    assert not first["clustered_low"].equals(other["clustered_low"])
    assert np.allclose(first["clustered_low"], other["clustered_low"], atol=0.03)


def test_only_owners_with_both_lists_count_in_pooled_rates():
    """What is unknown of one owner must not dilute what is known of another."""
    ties = pd.DataFrame({"source": ["a", "x", "y"], "target": ["x", "a", "b"]})
    rows = [("a", "followers", "presumed"), ("a", "following", "presumed")]
    rows += [("b", "followers", "presumed"), ("b", "following", "missing")]
    table = pd.DataFrame(rows, columns=["owner", "list", "status"])
    found = reciprocity.summary(fn.Export(follows=ties, owners=("a", "b"), coverage=table).graph())
    assert (found.given, found.received) == (1, 1)


@pytest.mark.parametrize("window", [60, "two moons", "-5D", "0D", None])
def test_a_window_that_is_no_span_is_refused(one_star, window):
    """60 would be 60 nanoseconds."""
    for measure in (reciprocity.follow_back, reciprocity.alters):
        with pytest.raises(SchemaError, match="window: is no span of time"):
            measure(one_star, window=window)


def test_equal_outcomes_still_have_an_interval():
    """Twelve of twelve in twelve weeks is no certainty: the weeks themselves are counted."""
    day = pd.Timestamp("2024-01-01", tz="UTC")
    ties = [("me", f"a{n}", day + pd.Timedelta(weeks=n)) for n in range(12)]
    G = star(follows=pd.DataFrame(ties, columns=["source", "target", "since"])).graph()
    row = reciprocity.follow_back(G).loc[("received", "all")]
    assert (row["rate"], row["clustered_low"]) == (0, 0)
    assert row["clustered_high"] == pytest.approx(row["high"])


def test_student_t_of_known_values():
    """Two-sided 95 %: 2.776 with 4 degrees of freedom, 2.228 with 10, 1.984 with 100."""
    found = [_intervals._t95(freedom) for freedom in (4, 10, 100)]
    assert found == pytest.approx([2.776, 2.228, 1.984], abs=0.01)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("follows", "weeks", "likeness"), [(20, 15, 0), (60, 5, 0.3), (300, 100, 0.3)]
)
def test_the_clustered_interval_covers(follows, weeks, likeness):
    """In 95 % of bursts that share their fate, give or take."""
    rng = np.random.default_rng(0)
    hits = 0
    for draw in range(400):
        spread = 0.8 * (1 - likeness) / likeness if likeness else 1e9
        fate = rng.beta(spread, spread / 4, weeks)
        week = np.r_[np.arange(weeks), rng.integers(0, weeks, follows - weeks)]
        since = pd.Timestamp("2020-01-06", tz="UTC") + pd.to_timedelta(week * 7, unit="D")
        returned = rng.random(follows) < fate[week]
        low, high = _intervals.clustered(returned, pd.Series(since), np.random.default_rng(draw))
        hits += low <= 0.8 <= high
    assert 0.92 <= hits / 400 <= 0.985


def test_few_weeks_of_follows_have_no_clustered_interval():
    """There is no variation between weeks to be seen."""
    ties = pd.DataFrame(
        {"source": ["me"] * 2, "target": ["a", "b"], "since": ["2024-01-01T00:00:00Z"] * 2}
    )
    row = reciprocity.follow_back(star(follows=ties).graph()).loc[("received", "all")]
    assert math.isnan(row["clustered_low"])
