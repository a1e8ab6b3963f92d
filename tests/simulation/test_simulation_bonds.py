"""Networks of which it is known why each mutual tie is there: each kind behaves as promised."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pandas as pd
import pytest

from follownet.errors import SchemaError
from follownet.simulation import bonds

HOUR, DAY = np.timedelta64(1, "h"), np.timedelta64(1, "D")


@pytest.fixture(scope="module")
def world():
    """Return ten communities: the first ordinary, the second with the norm, and so on."""
    return bonds(accounts=360, seed=1)


@pytest.fixture(scope="module")
def ties(world):
    """Return a row for each mutual tie: kind, when either followed, events either way."""
    G = world.graph.to_networkx()
    since = pd.to_datetime(pd.Series({(u, v): tie["since"] for u, v, tie in G.edges(data=True)}))
    events = pd.Series(nx.get_edge_attributes(world.layer.to_networkx(), "weight"))
    there, back = list(world.kinds.index), [(v, u) for u, v in world.kinds.index]
    columns = {
        "kind": world.kinds.to_numpy(),
        "out": since.reindex(there).to_numpy(),
        "back": since.reindex(back).to_numpy(),
        "given": events.reindex(there).fillna(0).to_numpy(),
        "got": events.reindex(back).fillna(0).to_numpy(),
    }
    table = pd.DataFrame(columns, index=world.kinds.index)
    return table.assign(latency=(table["out"] - table["back"]).abs())


def community(accounts):
    """Return the number of the community of each account."""
    return np.asarray(accounts) // 36


def test_each_mutual_tie_has_a_kind_and_no_other_has(world):
    G = world.graph.to_networkx()
    mutual = sorted((u, v) for u, v in G.edges if u < v and G.has_edge(v, u))
    assert list(world.kinds.index) == mutual
    assert set(world.kinds) == {"friendship", "courtesy", "community norm", "trade"}
    assert world.graph.follows > 2 * len(mutual)  # the rest is not returned
    assert (len(world.graph), len(world.layer)) == (360, 360)


def test_friends_are_the_circles_of_ordinary_communities(world, ties):
    """Five communities of six circles of fifteen pairs, who engage most."""
    friends = ties[ties["kind"] == "friendship"]
    one, other = (friends.index.get_level_values(name) for name in ("one", "other"))
    assert len(friends) == 5 * 6 * 15
    assert (one // 6 == other // 6).all()
    assert (community(one) % 2 == 0).all()
    assert friends[["given", "got"]].to_numpy().mean() == pytest.approx(14, rel=0.1)
    assert friends[["given", "got"]].ge(3).all(axis=1).mean() > 0.9


def test_members_of_a_community_with_the_norm_are_tied_at_random(world, ties):
    """Three in ten of 630 pairs in each of five such communities."""
    norm = ties[ties["kind"] == "community norm"]
    one, other = (norm.index.get_level_values(name) for name in ("one", "other"))
    assert (community(one) == community(other)).all()
    assert (community(one) % 2 == 1).all()
    assert len(norm) == pytest.approx(0.3 * 5 * 630, rel=0.08)
    assert norm[["given", "got"]].to_numpy().mean() == pytest.approx(1.5, rel=0.15)


def test_traders_follow_in_one_hour_and_are_answered_in_two_days(world, ties):
    trade = ties[ties["kind"] == "trade"]
    begun = trade[["out", "back"]].min(axis=1)
    first = np.where(
        trade["out"] < trade["back"], *(trade.index.get_level_values(n) for n in (0, 1))
    )
    campaigns = begun.groupby(first)
    assert campaigns.ngroups == 360 // 25
    assert (campaigns.max() - campaigns.min() <= HOUR).all()
    assert campaigns.size().mean() == pytest.approx(24, rel=0.15)
    assert (trade["latency"] <= 2 * DAY).all()
    assert trade[["given", "got"]].to_numpy().mean() == pytest.approx(0.1, abs=0.05)


def test_courtesies_are_slow_and_nearly_silent(world, ties):
    courtesy = ties[ties["kind"] == "courtesy"]
    ends = np.array(courtesy.index.tolist())
    assert (community(ends) % 2 == 0).any(axis=1).all()
    assert courtesy[["given", "got"]].to_numpy().mean() == pytest.approx(0.5, abs=0.15)
    assert (courtesy["latency"] > 2 * DAY).mean() > 0.75


def test_ordinary_accounts_follow_many_without_return(world):
    F = world.graph
    alone = np.bincount(F.sources[~F.returned], minlength=len(F))
    ordinary = community(np.arange(len(F))) % 2 == 0
    assert alone[ordinary].mean() == pytest.approx(12, abs=2)
    assert alone[~ordinary].mean() == pytest.approx(1, abs=0.3)


@pytest.mark.parametrize("accounts", [72, 100, 109])
def test_any_number_of_accounts_has_all_kinds(accounts):
    """Also where ordinary accounts do not make whole circles: the rest has none."""
    found = bonds(accounts=accounts, seed=1)
    assert found.kinds.nunique() == 4
    friends = found.kinds[found.kinds == "friendship"]
    ordinary = (community(np.arange(accounts)) % 2 == 0).sum()
    assert len(friends) == ordinary // 6 * 15


def test_the_seed_decides():
    one, same, other = (bonds(accounts=72, seed=seed) for seed in (1, 1, 2))
    assert one.kinds.equals(same.kinds)
    for name in ("graph", "layer"):
        for array in ("sources", "targets", "since", "weight"):
            there, again = (getattr(getattr(found, name), array) for found in (one, same))
            assert np.array_equal(there, again)
    assert not one.kinds.equals(other.kinds)


@pytest.mark.parametrize(
    "options", [{"accounts": 71}, {"accounts": 72.5}, {"accounts": "72"}, {"seed": -1}]
)
def test_bad_arguments_are_refused(options):
    with pytest.raises(SchemaError, match=next(iter(options))):
        bonds(**options)
