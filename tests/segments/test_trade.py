"""Follow-for-follow by its parts, and ratio rules at their edges."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from conftest import star

import follownet as fn
from follownet import Export, FollowGraph
from follownet.errors import NotObservedError, SchemaError
from follownet.segments import flags, follow_for_follow
from follownet.simulation import kinds
from follownet.tables import LISTS, Report

DAY = pd.Timestamp("2026-04-01", tz="UTC")
HOUR = 1 / 24
SECOND = 1 / 86_400
#: Nine follows of one go, and one each before, after and without a date.
FOLLOWS = {f"me>a{place}": 100 - place * HOUR / 2 for place in range(9)} | {
    "me>early": 100 + 1.01 * HOUR,
    "me>late": 90.0,
    "me>undated": None,
    # Of the nine: returned within two days to the second, later, at the same time, undated.
    "a0>me": 98.0,
    "a1>me": 100 - HOUR / 2 - 2 - SECOND,
    "a2>me": 100 - HOUR,
    "a3>me": None,
    # It was there first, by a second and by a year: no return of it.
    "a4>me": 100 - 2 * HOUR + SECOND,
    "a5>me": 500.0,
    # Returned at once, but of no campaign.
    "late>me": 89.9,
    "fan>me": 3.0,
}


def ago(days: float | None) -> pd.Timestamp:
    return pd.NaT if days is None else DAY - pd.Timedelta(days=days)


def export(follows: dict[str, float | None], *left: str, **more: object) -> Export:
    """Return my export of `DAY`: follows "me>ann" days ago, and whom I follow no more."""
    ends = [(*pair.split(">"), ago(days)) for pair, days in follows.items()]
    owners = more.pop("owners", ("me",))
    lists = [(owner, name, "presumed") for owner in owners for name in LISTS]
    gone = {"source": "me", "target": list(left), "relation": "unfollowed"}
    tables = {
        "follows": pd.DataFrame(ends, columns=["source", "target", "since"]),
        "relations": pd.DataFrame(gone),
        "coverage": pd.DataFrame(lists, columns=["owner", "list", "status"]),
    }
    return Export(**tables | {"owners": owners, "exported_at": DAY} | more)


def test_the_parts_and_the_index_by_hand():
    """11 follows have a date, 9 are of a campaign, 6 of these are returned, 2 at once; 3 left."""
    table = follow_for_follow(export(FOLLOWS, "x", "y", "z"), burst=9)
    row = table.loc["me"]
    counts = row[["follows", "campaign", "returned", "at_once", "left"]]
    assert counts.tolist() == [11, 9, 6, 2, 3]
    parts = row[["campaign_share", "return_rate", "quick_share", "left_share"]]
    assert parts.tolist() == pytest.approx([9 / 11, 6 / 9, 2 / 6, 3 / 14])
    assert row["index"] == pytest.approx(5 / 14)
    assert table.attrs == {"undated": 1, "quick": "2D", "burst": 9}
    assert table.index.name == "account"


def test_a_campaign_has_to_be_large_enough_and_a_return_quick_enough():
    """With one follow less there is no campaign, and no part of one; later ones count in 3 days."""
    row = follow_for_follow(export(FOLLOWS, "x"), burst=10).loc["me"]
    assert row[["follows", "campaign", "returned", "at_once", "left"]].tolist() == [11, 0, 0, 0, 1]
    assert row[["return_rate", "quick_share"]].isna().all()
    assert row["index"] == pytest.approx(1 / 12)
    assert follow_for_follow(export(FOLLOWS), burst=9, quick="3D").loc["me", "at_once"] == 3
    assert follow_for_follow(export(FOLLOWS), burst=9, quick="1D").loc["me", "at_once"] == 1


def test_the_interval_is_wilsons():
    """Its ends are where the share is 1.96 standard errors off, by their own standard error."""
    row = follow_for_follow(export(FOLLOWS, "x", "y", "z"), burst=9).loc["me"]
    for end in (row["low"], row["high"]):
        assert abs(row["index"] - end) == pytest.approx(1.959964 * np.sqrt(end * (1 - end) / 14))
    assert row["low"] < row["index"] < row["high"]


def test_left_are_those_whom_neither_list_has():
    """Who follows the owner, is followed anew, or was left twice is not one more; muting is not."""
    gone = export(FOLLOWS, "x", "x", "fan", "late", "y")
    relations = gone.relations.assign(
        relation=lambda t: t["relation"].mask(t["target"] == "y", "muted")
    )
    towards = pd.DataFrame({"source": ["z"], "target": ["me"], "relation": ["unfollowed"]})
    table = follow_for_follow(export(FOLLOWS, relations=pd.concat([relations, towards])))
    assert table.loc["me", "left"] == 1


def test_an_empty_file_of_unfollowed_accounts_is_none_and_no_file_is_unknown():
    """0 is an answer, and the index is the same lower bound."""
    files = pd.DataFrame({"file": ["f"], "content": ["unfollowed"], "records": [0], "kept": [0]})
    times = pd.DataFrame(columns=["source", "zone", "known", "precision"])
    report = Report(files, pd.DataFrame(columns=["file", "reason", "records"]), times)
    table = follow_for_follow(export(FOLLOWS, report=report), burst=9)
    assert table.loc["me", ["left", "left_share"]].tolist() == [0, 0]
    unknown = follow_for_follow(export(FOLLOWS), burst=9)
    assert unknown[["left", "left_share"]].isna().all(axis=None)
    same = ["campaign", "at_once", "index", "low", "high"]
    pd.testing.assert_frame_equal(table[same], unknown[same])


def test_who_follows_nobody_has_no_index():
    """Of nothing there is no share; of accounts left alone there is."""
    row = follow_for_follow(export({"fan>me": 1.0, "me>me": 2.0})).loc["me"]
    assert row[["follows", "campaign", "returned", "at_once"]].tolist() == [0, 0, 0, 0]
    assert row.drop(["follows", "campaign", "returned", "at_once"]).isna().all()
    row = follow_for_follow(export({"fan>me": 1.0}, "x", "y")).loc["me"]
    assert row[["left_share", "index"]].tolist() == [1, 1]


def test_without_dates_nothing_can_be_known():
    """Of an export, and of a network; an empty one has no follow without a date."""
    for source in (export({"me>ann": None}), FollowGraph.from_edges(["a"], ["b"])):
        with pytest.raises(NotObservedError, match="have no dates"):
            follow_for_follow(source)
    assert len(follow_for_follow(FollowGraph.from_edges([], []))) == 0
    table = follow_for_follow(FollowGraph.from_edges([], [], accounts=["a", "b"]))
    assert table["follows"].tolist() == [0, 0]
    assert table["index"].isna().all()


def test_what_is_no_star_and_no_network_is_refused():
    """With what would make it known."""
    with pytest.raises(NotObservedError, match=r"Export\(\.\.\., owners=\.\.\.\)"):
        follow_for_follow(Export())
    with pytest.raises(NotObservedError, match="follow-for-follow cannot be known from this graph"):
        follow_for_follow(star().graph())
    with pytest.raises(NotObservedError, match="following list of this account is missing"):
        follow_for_follow(star(statuses={"following": "missing"}))
    with pytest.raises(NotObservedError, match="mutual by construction"):
        follow_for_follow(export({}, platform="linkedin"))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"quick": 2}, "quick: is no span of time"),
        ({"quick": "2"}, "quick: is no span of time"),
        ({"burst": 1}, "burst: give at least 2"),
        ({"burst": 9.5}, "burst: give a whole number"),
    ],
)
def test_arguments_that_do_not_fit_are_refused(arguments, message):
    """With what is accepted."""
    with pytest.raises(SchemaError, match=message):
        follow_for_follow(star(), **arguments)


def test_each_owner_has_its_row():
    """What one did is none of the other's campaign."""
    follows = {f"me>a{place}": 10.0 for place in range(5)} | {
        f"you>b{place}": 10.0 for place in (1, 2)
    }
    one = export(follows | {"me>you": 10.0, "you>me": 9.0}, "x", owners=("you", "me"))
    table = follow_for_follow(one, burst=3)
    assert table.index.tolist() == ["you", "me"]
    assert table["follows"].tolist() == [3, 6]
    assert table["campaign"].tolist() == [0, 6]
    assert table["at_once"].tolist() == [0, 1]
    assert table["left"].tolist() == [0, 1]


def test_a_network_says_of_its_accounts_what_their_exports_say():
    """But for whom they left; row by row, however the follows are ordered."""
    one = kinds(accounts=120, seed=5).export
    ties = one.follows.sample(frac=1, random_state=1)
    F = FollowGraph.from_edges(ties["source"], ties["target"], since=ties["since"])
    network = follow_for_follow(F)
    assert network.index.tolist() == F.accounts.tolist()
    assert network["left"].isna().all()
    columns = ["follows", "campaign", "returned", "at_once", "campaign_share", "quick_share"]
    mine = follow_for_follow(one)
    pd.testing.assert_frame_equal(network.loc[list(mine.index), columns], mine[columns])
    assert mine["at_once"].item() > 10
    followers = network.drop(index=mine.index)
    assert followers["follows"].sum() == (ties["target"] == mine.index[0]).sum()
    assert not followers["campaign"].any()
    pd.testing.assert_frame_equal(follow_for_follow(F.to_networkx()), network)


def test_the_index_grows_with_the_share_of_traders():
    """From friends alone to traders alone."""
    index = []
    for traders in (0, 0.2, 0.5, 1):
        shares = {"trader": traders, "friend": 1 - traders}
        index.append(
            follow_for_follow(kinds(accounts=150, shares=shares, seed=6).export)["index"].item()
        )
    assert index == sorted(index)
    assert index[0] < 0.05
    assert index[-1] > 0.85


def test_the_sample_is_of_no_trader():
    """Ten follows of the sample's owner are of one hour, one of them was answered at once."""
    sample = fn.read(fn.datasets.sample("instagram"))
    row = follow_for_follow(sample).iloc[0]
    assert row[["follows", "campaign", "returned", "at_once"]].tolist() == [63, 10, 7, 1]
    gone = sample.relations[sample.relations["relation"] == "unfollowed"]
    here = {*sample.follows["source"], *sample.follows["target"]}
    assert row["left"] == len(set(gone["target"]) - here) == 1
    assert row["index"] == 2 / 64


EDGES = {
    # followers, following: 50 per follower, 100 per follower, more than 2, fewer than 30, cap
    (2, 99): [False, False, True, True, False],
    (2, 100): [True, False, True, True, False],
    (2, 199): [True, False, True, True, False],
    (2, 200): [True, True, True, True, False],
    (30, 60): [False, False, False, False, False],
    (30, 61): [False, False, True, False, False],
    (29, 58): [False, False, False, True, False],
    (0, 2): [False, False, False, True, False],
    (0, 3): [False, False, True, True, False],
    (0, 50): [True, False, True, True, False],
    (0, 0): [False, False, False, True, False],
    (950, 1_899): [False, False, False, False, False],
    (950, 1_900): [False, False, False, False, True],
    (1_001, 2_001): [False, False, False, False, True],
    (1_001, 2_002): [False, False, False, False, False],
    (1_949, 1_950): [False, False, False, False, True],
    (1_950, 1_950): [False, False, False, False, False],
}


def test_flags_at_the_edges_of_each_rule():
    """Who has no follower is counted as having one."""
    counts = pd.DataFrame(list(EDGES), columns=["followers", "following"])
    table = flags(counts)
    assert table.to_numpy().tolist() == list(EDGES.values())
    assert (table.dtypes == "boolean").all()
    assert table.index.equals(counts.index)


def test_a_count_that_is_missing_leaves_its_rules_open():
    """What the other count decides alone is decided."""
    counts = pd.DataFrame(
        {"followers": [2, None, None], "following": [None, 1_950, 9]}, index=[*"abc"]
    )
    table = flags(counts).astype("object")
    table = table.where(table.notna(), None)
    assert table.loc["a"].tolist() == [None, None, None, True, None]
    assert table.loc["b"].tolist() == [None, None, None, None, None]
    # Nine are far from any cap.
    assert table.loc["c"].tolist() == [None, None, None, None, False]


def test_flags_take_the_accounts_of_a_network():
    """And name the rule in the column."""
    F = FollowGraph.from_edges(["a", "a", "a", "b"], ["b", "c", "d", "c"])
    table = flags(fn.reciprocity.accounts(F))
    assert table.loc["a"].tolist() == [False, False, True, True, False]
    assert list(table) == [
        "following 50 per follower",
        "following 100 per follower",
        "more than 2 following per follower",
        "fewer than 30 followers",
        "at the cap of 2,000",
    ]
    assert flags(pd.DataFrame(columns=["followers", "following"])).shape == (0, 5)


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"followers": [1]}, "has no following; accepts"),
        ({"given": [1]}, "has no followers and no following; accepts"),
        ({"followers": [1.5], "following": [1]}, "no whole numbers"),
        ({"followers": ["many"], "following": [1]}, "no whole numbers"),
        ({"followers": [np.inf], "following": [1]}, "no whole numbers"),
        ({"followers": [-1], "following": [1]}, "counts below 0"),
        ({"followers": [1], "following": [-1]}, "counts below 0"),
    ],
)
def test_flags_refuse_wrong_tables(columns, message):
    """With what is accepted."""
    with pytest.raises(SchemaError, match=message):
        flags(pd.DataFrame(columns))
