"""An export in which the kind of every account is known: its laws are reached."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from follownet.errors import SchemaError
from follownet.reciprocity import alters
from follownet.reciprocity._bursts import burst_sizes
from follownet.segments import features
from follownet.simulation import kinds
from follownet.simulation.kinds import CAMPAIGN, DATE, LAWS, OWNER
from follownet.tables import Export

NAMES = list(LAWS.index)
TABLES = ("accounts", "follows", "relations", "interactions", "coverage")


def same(one: Export, other: Export) -> bool:
    return all(getattr(one, name).equals(getattr(other, name)) for name in TABLES)


def test_the_seed_decides():
    """The same one, the same export and kinds."""
    one, again, other = (kinds(accounts=50, seed=seed) for seed in (1, 1, 2))
    assert same(one.export, again.export)
    assert one.kinds.equals(again.kinds)
    assert not same(one.export, other.export)


def test_the_lists_are_whole_and_everyone_is_tied_once():
    """No loop, no tie twice, every account of a kind in one of three states."""
    one = kinds(accounts=300, seed=3)
    assert one.export.owners == (OWNER,)
    assert one.export.exported_at == DATE
    assert one.export.coverage["status"].tolist() == ["presumed", "presumed"]
    assert not one.export.follows.duplicated(["source", "target"]).any()
    table = alters(one.export.graph())
    assert set(table.index) == set(one.kinds.index)
    assert len(one.kinds) == 300
    assert one.kinds.index.is_unique
    graph = one.export.graph()
    assert len(graph) == 301
    assert graph.number_of_edges() == 300 + (table["state"] == "mutual").sum()
    assert table[["following_since", "follower_since"]].max(axis=None) < DATE


def test_events_are_likes_with_the_owner_since_the_tie_began():
    """Within a year before the export."""
    one = kinds(accounts=200, seed=3)
    events = one.export.interactions
    given = events["source"] == OWNER
    assert (given ^ (events["target"] == OWNER)).all()
    other = events["target"].where(given, events["source"])
    assert other.isin(one.kinds.index).all()
    since = features(one.export)["since"]
    assert (events["at"] >= other.map(since)).all()
    assert events["at"].between(DATE - pd.Timedelta("365D"), DATE).all()
    assert (events["kind"] == "like").all()


def test_shares_are_relative_and_by_default_alike():
    """Of 4,000 accounts within four standard deviations; what is not asked for is not there."""
    counts = kinds(accounts=4_000, seed=4).kinds.value_counts()
    assert set(counts.index) == set(NAMES)
    assert (abs(counts - 4_000 / 6) < 4 * np.sqrt(4_000 * 5 / 36)).all()
    shares = {"ghost": 6, "trader": 2.0, "fan": 0}
    counts = kinds(accounts=4_000, shares=shares, seed=4).kinds.value_counts()
    assert set(counts.index) == {"ghost", "trader"}
    assert abs(counts["ghost"] - 3_000) < 4 * np.sqrt(4_000 * 3 / 16)
    one = kinds(accounts=20, shares={"idol": 0.1})
    assert one.kinds.tolist() == ["idol"] * 20
    # The order in which shares are given is none of a world.
    reverse = dict(reversed(shares.items()))
    assert kinds(accounts=40, shares=reverse).kinds.equals(kinds(accounts=40, shares=shares).kinds)


def followers(table: pd.DataFrame) -> np.ndarray:
    """Return when those who are not followed began to follow."""
    since = table.loc[table["state"] == "follower", "since"]
    return since.dt.tz_localize(None).to_numpy("datetime64[us]")


def near(found: pd.Series, wanted: float, size: int) -> bool:
    """Return whether a share is within four standard errors, and of a size that tells."""
    return abs(found.mean() - wanted) < 4 * np.sqrt(max(wanted * (1 - wanted), 0.002) / size)


@pytest.mark.parametrize("kind", NAMES)
def test_the_law_of_a_kind_is_reached(kind):
    """States, returns within a day and a half, campaigns, and events a year."""
    size, law = 1_500, LAWS.loc[kind]
    table = features(kinds(accounts=size, shares={kind: 1}, seed=5).export)
    for state in ("mutual", "follower", "following"):
        assert near(table["state"] == state, law[state], size)
    mutual = table[table["state"] == "mutual"]
    if len(mutual):
        assert near(mutual["latency"] <= 1.5, law["quick"], len(mutual))
        # A return is either within that or takes longer than two days.
        assert not mutual["latency"].between(1.5, 2).any()
    followed = table[table["state"] != "follower"]
    if len(followed):
        # Chance makes some bursts, too, of less than ten.
        assert near(followed["burst"].ge(10), law["burst"], len(followed))
    # Nobody else makes its follows in one go.
    assert burst_sizes(followers(table)).max(initial=0) < 10
    # Both factors of an event's rate have mean 1 and variance 1/4.
    held = table["held"] / 365
    for name in ("given", "got"):
        wanted = law[name] * held.sum()
        deviation = np.sqrt(wanted + (1.25**2 - 1) * law[name] ** 2 * (held**2).sum())
        assert abs(table[name].sum() - wanted) <= 4 * deviation
    if kind == "friend":
        # Counts go together, and vary more than Poisson's.
        assert table["given"].corr(table["got"]) > 0.3
        assert table["given"].var() > 3 * table["given"].mean()


def test_campaigns_are_over_within_an_hour():
    """And are about as many as follows of traders give."""
    one = kinds(accounts=500, shares={"trader": 1}, seed=6).export
    made = one.follows.loc[one.follows["source"] == OWNER, "since"].sort_values()
    number = (made.diff() > pd.Timedelta("1h")).cumsum()
    spells = made.groupby(number).agg(["size", "min", "max"])
    large = spells[spells["size"] >= 10]
    assert abs(len(large) - 475 / CAMPAIGN) <= 3
    assert (large["max"] - large["min"] < pd.Timedelta("1h")).all()


def test_two_in_three_traders_more_were_left_again():
    """They are known by this alone."""
    one = kinds(accounts=100, seed=7)
    gone = one.export.relations
    assert len(gone) == (one.kinds == "trader").sum() * 2 // 3
    assert set(gone["source"]) == {OWNER}
    assert set(gone["relation"]) == {"unfollowed"}
    assert not gone["target"].isin(one.kinds.index).any()
    assert kinds(accounts=20, shares={"friend": 1}).export.relations.empty


def test_at_an_overlap_of_1_all_kinds_are_the_mean_kind():
    """And at .5 half way to it."""
    states = {}
    for overlap in (0, 0.5, 1):
        one = kinds(accounts=1_500, shares={"idol": 1, "fan": 3}, overlap=overlap, seed=8)
        table = features(one.export).join(one.kinds)
        following = table["state"].eq("following").groupby(table["kind"]).mean()
        states[overlap] = [following["idol"], following["fan"]]
        got = (table["got"] / table["held"] * 365).groupby(table["kind"]).mean()
        wanted = {0: (0.02, 10), 0.5: (3.76, 8.75), 1: (7.5, 7.5)}[overlap]
        assert [got["idol"], got["fan"]] == pytest.approx(wanted, rel=0.15, abs=0.05)
    assert states[0] == [1, 0]
    assert states[0.5] == pytest.approx([0.625, 0.125], abs=0.08)
    assert states[1] == pytest.approx([0.25, 0.25], abs=0.08)


def test_one_account_is_a_world():
    """Of any kind."""
    for kind in NAMES:
        one = kinds(accounts=1, shares={kind: 1})
        assert len(one.export.follows) in (1, 2)
        assert one.kinds.to_dict() == {"a00000": kind}


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"accounts": 0}, "accounts: give at least 1"),
        ({"accounts": 10.5}, "accounts: give a whole number"),
        ({"seed": -1}, "seed: give at least 0"),
        ({"overlap": -0.1}, "overlap: accepts a share from 0 to 1"),
        ({"overlap": 1.1}, "overlap: accepts a share from 0 to 1"),
        ({"overlap": float("nan")}, "overlap: accepts a share from 0 to 1"),
        ({"shares": {}}, "shares: accepts numbers from 0, one above, by friend, courtesy"),
        ({"shares": {"bot": 1}}, "shares: accepts"),
        ({"shares": {"fan": 0}}, "shares: accepts"),
        ({"shares": {"fan": 1, "ghost": -1}}, "shares: accepts"),
        ({"shares": {"fan": 1, "ghost": float("nan")}}, "shares: accepts"),
        ({"shares": {"fan": float("inf")}}, "shares: accepts"),
        ({"shares": {"fan": "many"}}, "shares: accepts"),
    ],
)
def test_impossible_worlds_are_refused(given, message):
    """With those that are possible."""
    with pytest.raises(SchemaError, match=message):
        kinds(**given)
