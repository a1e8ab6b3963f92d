"""Segments by rules: each rule by hand, what depends on thresholds, and what a world knows."""

from __future__ import annotations

import pandas as pd
import pytest
from conftest import star

import follownet as fn
from follownet import Export
from follownet.errors import NotObservedError, SchemaError
from follownet.segments import RULES, Segments, accounts, features
from follownet.simulation import kinds
from follownet.tables import LISTS

Ties = dict[str, float]

DAY = pd.Timestamp("2026-04-01", tz="UTC")
HOUR = 1 / 24
MUTUAL = {"me>ann": 100.0, "ann>me": 90.0}
#: Likes of others are held: one of somebody without a tie, long ago.
BOTH = ("me", "zoe", "like", 900), ("zoe", "me", "like", 900)
OWN = (("me", "zoe", "like", 900),)


def ago(days: float) -> pd.Timestamp:
    return DAY - pd.Timedelta(days=days)


def export(follows: dict[str, float], *rows: tuple[object, ...], **more: object) -> Export:
    """Return my export of `DAY`: follows "me>ann" days ago; rows are source, target, kind, ago."""
    ends = [(*pair.split(">"), ago(days)) for pair, days in follows.items()]
    events = [(*row[:3], ago(row[3])) for row in rows]
    lists = pd.DataFrame({"owner": "me", "list": LISTS, "status": "presumed"})
    return Export(
        follows=pd.DataFrame(ends, columns=["source", "target", "since"]),
        interactions=pd.DataFrame(events, columns=["source", "target", "kind", "at"]),
        coverage=lists,
        owners=("me",),
        exported_at=DAY,
        **more,
    )


def done(name: str, given: int, got: int, kind: str = "like") -> list[tuple[object, ...]]:
    """Return as many events of mine towards an account, and of its towards me."""
    return [("me", name, kind, 1)] * given + [(name, "me", kind, 1)] * got


def campaign(name: str, day: float, back: float, size: int = 10, gap: float = 0.0) -> Ties:
    """Return as many follows in one go, one of which is returned; gap days after the others."""
    others = {f"me>{name}{place}": day for place in range(size - 1)}
    return others | {f"me>{name}": day - gap, f"{name}>me": back}


@pytest.fixture(scope="module")
def world() -> tuple[Export, Segments]:
    """Return an export of all kinds, and its segments by thresholds of all sorts."""
    export = kinds(accounts=150, seed=2).export
    thresholds = {"close": 4, "silent": 1, "quick": "36h", "burst": 8, "young": "2W"}
    return export, accounts(export, **thresholds, window="200D")


#: By what is held: the ties, or the days since I followed and since it did; events; the segment.
CASES = {
    BOTH: {
        # Younger than 30 days and silent, whatever the state.
        "a0": (29.9, 20, 0, 0, "new"),
        "a1": (30, 20, 0, 0, "courtesy"),
        "a2": (5, None, 0, 0, "new"),
        "a3": (None, 5, 0, 0, "new"),
        "a4": (5, 4, 1, 0, "courtesy"),
        "a5": (5, 4, 3, 3, "friend"),
        "a6": (None, 5, 0, 1, "fan"),
        # Friends: each way that is held.
        "b0": (100, 90, 3, 3, "friend"),
        "b1": (100, 90, 3, 2, "courtesy"),
        "b2": (100, 90, 2, 3, "courtesy"),
        # Traders: followed in one go of ten, returned within two days, silent.
        "c0": (campaign("c0", 100, 98), 0, 0, "trader"),
        "c1": (campaign("c1", 110, 108 - 0.01), 0, 0, "courtesy"),
        "c2": (campaign("c2", 120, 118, gap=HOUR), 0, 0, "trader"),
        "c3": (campaign("c3", 130, 128, gap=1.01 * HOUR), 0, 0, "courtesy"),
        "c4": (campaign("c4", 140, 138, size=9), 0, 0, "courtesy"),
        "c5": (campaign("c5", 150, 148), 1, 0, "courtesy"),
        "c6": (campaign("c6", 160, 158), 3, 3, "friend"),
        # It was there first: the owner returned at once, in a campaign.
        "c7": (campaign("c7", 170, 171), 0, 0, "courtesy"),
        "c8": (campaign("c8", 29, 28), 0, 0, "new"),
        # Only followed, or only following.
        "d0": (100, None, 0, 0, "idol"),
        "d1": (100, None, 9, 9, "idol"),
        "e0": (None, 100, 0, 1, "fan"),
        "e1": (None, 100, 0, 0, "ghost"),
        "e2": (None, 100, 9, 0, "ghost"),
    },
    # What others did is not held.
    OWN: {
        "a0": (5, 4, 0, 0, "new"),
        "b0": (100, 90, 3, 0, "friend"),
        "b1": (100, 90, 2, 0, "courtesy"),
        "b2": (100, 90, 0, 0, "courtesy"),
        "c0": (campaign("c0", 100, 98), 0, 0, "trader"),
        "d0": (100, None, 0, 0, "idol"),
        "e0": (None, 100, 0, 0, "fan or ghost"),
    },
    # Nor is what the owner did.
    (): {
        "a0": (5, 4, 0, 0, "new"),
        "b0": (100, 90, 0, 0, "friend or courtesy"),
        "c0": (campaign("c0", 100, 98), 0, 0, "trader"),
        "d0": (100, None, 0, 0, "idol"),
        "e0": (None, 100, 0, 0, "fan or ghost"),
    },
}


@pytest.mark.parametrize("held", CASES, ids=["both", "own", "none"])
def test_each_rule_by_hand(held):
    """The first that fits is an account's."""
    ties, rows = {}, list(held)
    for name, (*tie, given, got, _) in CASES[held].items():
        if len(tie) == 1:
            ties |= tie[0]
        else:
            days = dict(zip((f"me>{name}", f"{name}>me"), tie, strict=True))
            ties |= {pair: day for pair, day in days.items() if day is not None}
        rows += done(name, given, got)
    segment = accounts(export(ties, *rows)).accounts["segment"]
    assert segment[list(CASES[held])].to_dict() == {
        name: case[-1] for name, case in CASES[held].items()
    }


def test_a_few_messages_never_make_an_account_less_than_none_would():
    """What conversations alone show is a lower bound: likes may come on top of it."""
    follows = dict.fromkeys([f"{name}>me" for name in ("ann", "bob", "cy", "dan", "eve")], 100.0)
    follows |= dict.fromkeys(["me>ann", "me>bob", "me>cy"], 100.0)
    messages = {"ann": (5, 5), "bob": (1, 1), "cy": (4, 0), "dan": (0, 2), "eve": (0, 1)}
    rows = [event for name, counts in messages.items() for event in done(name, *counts, "message")]
    found = accounts(export(follows, *rows), silent=1).accounts["segment"]
    assert found.sort_index().tolist() == [
        "friend",
        "friend or courtesy",
        "friend",
        "fan",
        "fan or ghost",
    ]
    likes = [event for name in ("ann", "bob") for event in done(name, 3, 0)]
    found = accounts(export(follows, *rows, *likes)).accounts["segment"]
    assert found[["ann", "bob", "eve"]].tolist() == ["friend", "friend", "fan"]


def test_each_threshold_moves_what_it_bounds():
    """ann and bob came in a campaign of three, two events with ann; cy follows for 15 days."""
    follows = {"me>ann": 100.0, "me>bob": 100.0, "me>dan": 100.0, "ann>me": 98.5, "bob>me": 98.5}
    events = [(*event[:3], 8) for event in done("ann", 2, 2)]
    thresholds = {"close": 4, "silent": 1, "quick": "2D", "burst": 3, "young": "20D"}
    found = accounts(export(follows | {"cy>me": 15.0}, *BOTH, *events), **thresholds, window="10D")
    assert found.accounts["segment"].to_dict() == {
        "cy": "new",
        "bob": "trader",
        "ann": "courtesy",
        "dan": "idol",
    }
    columns = ["moved", "new", "friend", "trader", "courtesy", "idol", "ghost"]
    assert list(found.sensitivity) == ["moved", "share", *columns[1:]]
    assert found.sensitivity[columns].T.to_dict("list") == {
        ("close", 2): [1, 1, 1, 1, 0, 1, 0],
        ("close", 8): [0, 1, 0, 1, 1, 1, 0],
        ("silent", 0): [0, 1, 0, 1, 1, 1, 0],
        ("silent", 2): [1, 1, 0, 2, 0, 1, 0],
        ("burst", 2): [0, 1, 0, 1, 1, 1, 0],
        ("burst", 6): [1, 1, 0, 0, 2, 1, 0],
        ("quick", "1D"): [1, 1, 0, 0, 2, 1, 0],
        ("quick", "4D"): [0, 1, 0, 1, 1, 1, 0],
        ("young", "10D"): [1, 0, 0, 1, 1, 1, 1],
        ("young", "40D"): [0, 1, 0, 1, 1, 1, 0],
        ("window", "5D"): [1, 1, 0, 2, 0, 1, 0],
        ("window", "20D"): [0, 1, 0, 1, 1, 1, 0],
    }
    assert found.sensitivity["share"].tolist() == (found.sensitivity["moved"] / 4).tolist()


def test_the_accounts_go_by_segment_the_most_engaged_first():
    """And by name; beside the segment stand the features."""
    follows = {f"{name}>me": 100.0 for name in ("ann", "bob", "cy", "dan")} | {"me>eve": 100.0}
    rows = *BOTH, ("bob", "me", "like", 1), ("dan", "me", "like", 1), ("dan", "me", "like", 2)
    one = export(follows, *rows)
    found = accounts(one).accounts
    assert found["segment"].to_dict() == {
        "eve": "idol",
        "dan": "fan",
        "bob": "fan",
        "ann": "ghost",
        "cy": "ghost",
    }
    assert list(found.index) == ["eve", "dan", "bob", "ann", "cy"]
    table = features(one)
    pd.testing.assert_frame_equal(found.drop(columns="segment").sort_index(), table)
    assert found.attrs == table.attrs


def test_deleted_accounts_are_in_the_counts_and_not_in_the_shares():
    """They cannot answer; of nobody who lives there is no share."""
    people = pd.DataFrame({"account": ["a", "d"], "type": ["deleted", "deleted"]})
    follows = {"me>a": 100.0, "me>b": 100.0, "c>me": 100.0, "d>me": 100.0, "e>me": 100.0}
    found = accounts(export(follows, *BOTH, accounts=people))
    assert found.summary.loc["idol", ["accounts", "deleted", "share"]].tolist() == [2, 1, 1 / 3]
    assert found.summary.loc["ghost", ["accounts", "deleted", "share"]].tolist() == [3, 1, 2 / 3]
    assert found.summary["share"].sum() == 1
    assert "5 accounts, 2 of them deleted" in str(found)
    alone = accounts(export({"me>a": 100.0}, accounts=people)).summary
    assert alone["accounts"].sum() == 1
    assert alone["share"].isna().all()


def test_the_summary_has_the_rule_of_each_segment_with_its_thresholds(world):
    """In their order; a pair only where it occurs."""
    summary = world[1].summary
    assert list(summary.index) == [name for name in RULES if " or " not in name]
    assert summary.loc["friend", "rule"] == "mutual, at least 4 events each way that is held"
    assert summary.loc["new", "rule"].startswith("tied for less than 2W, and no more than 1 events")
    assert "{" not in "".join(summary["rule"])
    assert summary["accounts"].to_dict() == {
        name: (world[1].accounts["segment"] == name).sum() for name in summary.index
    }
    assert summary["share"].sum() == pytest.approx(1)
    pairs = accounts(export(MUTUAL | {"cy>me": 99.0})).summary
    assert pairs.index[pairs["accounts"] > 0].tolist() == ["friend or courtesy", "fan or ghost"]


@pytest.mark.parametrize("place", [("silent", 0), ("quick", "0.75D"), ("window", "100D")])
def test_a_row_of_the_sensitivity_is_the_same_with_that_threshold(place, world):
    """The others as they were; all accounts are in each row."""
    one, found = world
    segment, expected = found.accounts["segment"], found.sensitivity.loc[place]
    other = accounts(one, **found.thresholds | {place[0]: place[1]}).accounts["segment"]
    moved = (other.reindex(segment.index) != segment).sum()
    assert expected["moved"] == moved > 0
    assert expected["share"] == moved / len(segment)
    counts = expected.drop(["moved", "share"])
    assert counts[counts > 0].to_dict() == other.value_counts().to_dict()


def test_thresholds_at_their_bounds_have_a_sensitivity():
    """What cannot be halved or doubled goes as near as it can, and no row is the result itself."""
    bounds = {"close": 1, "silent": 0, "quick": "10s", "burst": 2, "window": "60000D"}
    assert list(accounts(export(MUTUAL), **bounds).sensitivity.index) == [
        ("close", 2),
        ("burst", 4),
        ("quick", "0.0000578704D"),
        ("quick", "0.000231481D"),
        ("young", "15D"),
        ("young", "60D"),
        ("window", "30000D"),
        ("window", "100000D"),
    ]
    found = accounts(export(MUTUAL), close=3, silent=2).sensitivity
    assert list(found.loc[["close", "silent"]].index) == [("close", 6), ("silent", 1)]


def test_without_ties_there_is_no_share():
    """Of nothing nothing moves."""
    found = accounts(export({}))
    assert found.accounts.empty
    assert found.summary["accounts"].sum() == 0
    assert found.summary["share"].isna().all()
    assert (found.sensitivity["moved"] == 0).all()
    assert found.sensitivity["share"].isna().all()
    assert "0 accounts, 0 of them deleted" in str(found)
    assert "most sensitive" not in str(found)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"close": 0}, "close: give at least 1"),
        ({"close": 2.5}, "close: give a whole number"),
        ({"silent": -1}, "silent: give at least 0"),
        ({"silent": 3}, "silent: has to be below close"),
        ({"burst": 1}, "burst: give at least 2"),
        ({"quick": 2}, "quick: is no span of time"),
        ({"young": "60"}, "young: is no span of time"),
        ({"window": 365}, "window: is no span of time"),
        ({"window": "0D"}, "window: is no span of time"),
        ({"owner": "ann"}, "owner: is no owner"),
    ],
)
def test_thresholds_that_do_not_fit_are_refused(arguments, message):
    """With what is accepted."""
    with pytest.raises(SchemaError, match=message):
        accounts(star(), **arguments)


def test_a_list_that_is_not_in_hand_leaves_no_segment():
    """Who only follows could be mutual."""
    with pytest.raises(NotObservedError, match="followers list of this account is partial"):
        accounts(star(statuses={"followers": "partial"}))


def test_it_shows_itself_and_names_no_account():
    """In a terminal and in a notebook."""
    names = ("<b ann", "bob#1", "cy#1", "dan#1")
    found = accounts(export({f"me>{name}": 10.0 + 8 * i for i, name in enumerate(names)}))
    for text in (str(found), repr(found), found._repr_html_()):
        assert not [name for name in ("ann", "bob", "cy#", "dan") if name in text]
        assert "4 accounts, 0 of them deleted: in the counts, not in the shares" in text
        assert "most sensitive to young: 15D moves 2 of 4 accounts" in text
        assert "note: of what others did the export names" in text
    assert "idol             1        0 25.0%" in str(found)
    assert "<td>followed, does not follow back</td>" in found._repr_html_()


def test_the_rules_know_kinds_that_are_apart_and_no_others():
    """At an overlap of 1 there are segments all the same: words for ways of being tied."""
    agreement = {}
    for overlap in (0, 1):
        one = kinds(accounts=400, overlap=overlap, seed=3)
        found = accounts(one.export).accounts["segment"].reindex(one.kinds.index)
        agreement[overlap] = fn.communities.compare(found, one.kinds).ami
        right = (found == one.kinds).groupby(one.kinds).mean()
        # The rest are silent friends, and traders of one event, as they were drawn.
        assert (right > 0.6).all() if overlap == 0 else found.nunique() > 3
    assert agreement[0] > 0.75
    assert abs(agreement[1]) < 0.02
