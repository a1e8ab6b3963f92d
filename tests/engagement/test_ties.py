"""What was given and got, how lately, and what comes back."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import follownet as fn
from follownet import Export, FollowGraph
from follownet.engagement import reciprocity, ties
from follownet.errors import NotObservedError, SchemaError
from follownet.tables import LISTS

DATA = Path(__file__).parents[2] / "data"
SAMPLE = "instagram-livelyshore-2026-08-11-0abd65c8.zip"
SHARED = Path(__file__).parents[3] / "shared"
DAY = pd.Timestamp("2026-04-01", tz="UTC")


def export(*rows: tuple[str | None, ...], follows: str = "", **more: object) -> Export:
    """Return my export of `DAY`: rows are source, target, kind, days ago; follows "me>ann"."""
    table = pd.DataFrame(
        [(*row, None)[:4] for row in rows], columns=["source", "target", "kind", "ago"]
    )
    ages = pd.to_timedelta(pd.to_numeric(table.pop("ago")), unit="D")
    ends = [pair.split(">") for pair in follows.split()]
    owners = more.pop("owners", ("me",))
    lists = [(owner, name, "presumed") for owner in owners for name in LISTS]
    tables = {
        "interactions": table.assign(at=DAY - ages),
        "follows": pd.DataFrame(ends, columns=["source", "target"]),
        "coverage": pd.DataFrame(lists, columns=["owner", "list", "status"]),
    }
    return Export(**tables | {"owners": owners, "exported_at": DAY} | more)


def row(table: pd.DataFrame, label: object, *columns: str) -> tuple[object, ...]:
    """Return some cells of a row, None where missing."""
    return tuple(None if pd.isna(cell) else cell for cell in table.loc[label, list(columns)])


def test_counts_times_and_strengths_of_a_tie():
    """A comment weighs 4 and halves in 90 days; the reply 4, and is 180 days old."""
    one = export(
        ("me", "ann", "comment", 90),
        ("me", "ann", "like", 0),
        ("ann", "me", "comment", 180),
        follows="me>ann ann>me",
    )
    table = ties(one)
    assert row(table, "ann", "state", "kinds", "given", "got", "answerable") == (
        "mutual",
        2,
        2,
        1,
        1,
    )
    assert row(table, "ann", "strength_given", "strength_got", "balance") == (3.0, 1.0, 0.5)
    assert row(table, "ann", "first", "last", "recency") == (
        DAY - pd.Timedelta("180D"),
        DAY,
        0.0,
    )
    assert table.attrs["both_ways"] == ("comment",)
    assert table.attrs["at"] == DAY
    assert table.attrs["left_out"] == {}


def test_what_the_export_cannot_hold_is_missing():
    """Nobody's likes but mine are there: what I got is not known, and what came back is not 0."""
    table = ties(export(("me", "ann", "like", 1), follows="bob>me"))
    for account in ("ann", "bob"):
        assert row(table, account, "got", "strength_got", "balance") == (None, None, None)
    assert row(table, "bob", "given", "strength_given", "last", "recency") == (0, 0.0, None, None)
    assert table.attrs["notes"] == (
        "of like the export holds what its owner did, not what others did",
    )


def test_a_kind_that_others_did_too_is_known_of_everyone():
    """One comment by someone says that comments of others are held: those of bob are 0."""
    table = ties(export(("ann", "me", "comment", 1), ("me", "bob", "comment", 2)))
    assert row(table, "bob", "got", "strength_got", "balance") == (0, 0.0, 1.0)
    assert row(table, "ann", "given", "got", "balance") == (0, 1, 0.0)


def test_people_met_in_conversations_are_not_matched_to_handles():
    """What ann wrote may stand under the name of a conversation: missing, and so is its follow."""
    table = ties(
        export(
            ("me", "ann", "like", 1),
            ("dm:1", "me", "message", 1),
            ("me", "dm:1", "message", 2),
            follows="me>ann ann>me",
        )
    )
    assert row(table, "ann", "state", "given", "got") == ("mutual", 1, None)
    assert row(table, "dm:1", "state", "given", "got", "balance") == (None, 1, 1, 0.5)
    assert any("1 accounts are known from conversations alone" in n for n in table.attrs["notes"])


def test_messages_to_handles_are_held_both_ways():
    """Whoever wrote nothing is known to have written nothing, although only I write here."""
    table = ties(export(("me", "ann", "message", 1), ("me", "bob", "like", 1)))
    assert row(table, "ann", "got", "answerable", "balance") == (0, 1, 1.0)
    assert row(table, "bob", "got", "answerable", "balance") == (0, 0, None)


@pytest.mark.parametrize(
    ("follows", "state"),
    [
        ("me>ann ann>me", "mutual"),
        ("me>ann", "following"),
        ("ann>me", "follower"),
        ("me>bob", "none"),
    ],
)
def test_the_state_is_that_of_the_follow_tie(follows, state):
    """Whatever was done."""
    table = ties(export(("me", "ann", "like", 1), follows=follows))
    assert table.loc["ann", "state"] == state


def test_a_list_that_is_not_in_hand_leaves_the_state_open():
    """That ann follows me is seen; that I do not follow it is not."""
    partial = pd.DataFrame(
        [("me", "followers", "presumed"), ("me", "following", "partial")],
        columns=["owner", "list", "status"],
    )
    one = export(("me", "cy", "like", 1), follows="ann>me bob>me me>bob me>dan", coverage=partial)
    assert ties(one)["state"].dropna().to_dict() == {"bob": "mutual", "dan": "following"}


def test_an_unreturned_follow_is_no_state_without_the_followers_list():
    """The mirror image of the above."""
    lists = pd.DataFrame({"owner": ["me"], "list": ["following"], "status": ["presumed"]})
    table = ties(export(("me", "cy", "like", 1), follows="ann>me me>dan", coverage=lists))
    assert table["state"].dropna().to_dict() == {"ann": "follower"}


def test_between_owners_everything_is_held():
    """Two people's exports merged: what bob likes is in its own, what ann likes is not."""
    one = export(
        ("me", "bob", "like", 1),
        ("me", "bob", "like", 2),
        ("bob", "me", "like", 3),
        ("me", "ann", "like", 1),
        owners=("me", "bob"),
    )
    table = ties(one)
    assert table.index.names == ["owner", "account"]
    assert row(table, ("me", "bob"), "given", "got", "balance") == (2, 1, 2 / 3)
    assert row(table, ("bob", "me"), "given", "got", "balance") == (1, 2, 1 / 3)
    assert row(table, ("me", "ann"), "given", "got", "balance") == (1, None, None)
    assert table.attrs["both_ways"] == ()


def test_per_kind_a_row_for_each_that_occurs():
    """In the order of accounts and of the table of kinds, unknown kinds last."""
    one = export(
        ("me", "bob", "wave", 1),
        ("me", "bob", "comment", 1),
        ("me", "bob", "like", 90),
        ("me", "ann", "like", 1),
        ("ann", "me", "comment", 1),
    )
    table = ties(one, per="kind")
    assert list(table.index) == [
        ("ann", "like"),
        ("ann", "comment"),
        ("bob", "like"),
        ("bob", "comment"),
        ("bob", "wave"),
    ]
    assert row(table, ("bob", "like"), "given", "got", "balance", "recency") == (1, None, None, 90)
    assert row(table, ("ann", "comment"), "given", "got", "balance") == (0, 1, 0.0)
    assert row(table, ("bob", "like"), "strength_given") == (0.5,)
    assert row(table, ("bob", "wave"), "given", "strength_given") == (1, None)


def test_an_unknown_kind_counts_without_a_weight_until_it_has_one():
    """Its strength is unknown, which is not 0."""
    one = export(("me", "ann", "wave", 0))
    assert row(ties(one), "ann", "given", "strength_given") == (1, None)
    assert "wave" in ties(one).attrs["notes"][-1]
    assert row(ties(one, weights={"wave": 3}), "ann", "strength_given") == (3.0,)


def test_a_kind_of_weight_0_is_left_out_and_counted():
    """Lines that the platform writes are nobody's doing; a user may say so of views."""
    one = export(("me", "ann", "view", 1), ("ann", "me", "message_system", 1), follows="me>ann")
    assert row(ties(one), "ann", "given", "kinds") == (1, 1)
    assert ties(one).attrs["left_out"] == {"kind of weight 0": 1}
    table = ties(one, weights={"view": 0})
    assert row(table, "ann", "given", "kinds", "recency") == (0, 0, None)
    assert table.attrs["left_out"] == {"kind of weight 0": 2}


def test_events_without_a_tie_are_left_out_and_counted():
    """Those that name no one, those towards oneself, those among others."""
    one = export(
        ("me", None, "like", 1), ("me", "me", "like", 1), ("ann", "bob", "message_reaction", 1)
    )
    table = ties(one)
    assert table.empty
    assert table.attrs["left_out"] == {
        "names no one": 1,
        "towards oneself": 1,
        "between others": 1,
    }


def test_undated_events_count_but_have_no_strength():
    """An account of which some are dated has the strength of those."""
    rows = ("me", "ann", "like"), ("me", "bob", "like"), ("me", "bob", "like", 0)
    table = ties(export(*rows))
    assert row(table, "ann", "given", "strength_given", "last", "recency") == (1, None, None, None)
    assert row(table, "bob", "given", "strength_given", "first") == (2, 1.0, DAY)


def test_at_goes_back_in_time():
    """What came later is left out, and ages are from then."""
    one = export(("me", "ann", "like", 10), ("me", "ann", "like", 100))
    table = ties(one, at=DAY - pd.Timedelta("50D"), half_life="50D")
    assert row(table, "ann", "given", "strength_given", "recency") == (1, 0.5, 50)
    assert table.attrs["left_out"] == {"later than at": 1}


def test_without_a_date_ages_are_up_to_the_newest_event():
    """And the table says so."""
    table = ties(export(("me", "ann", "like", 10), ("me", "bob", "like", 15), exported_at=None))
    assert table["recency"].to_dict() == {"ann": 0, "bob": 5}
    assert any("nothing dates the export" in note for note in table.attrs["notes"])


def test_an_event_of_the_export_day_is_not_in_the_future():
    """An export dated to the day holds events of that day."""
    table = ties(export(("me", "ann", "like", -0.5)))
    assert row(table, "ann", "given", "recency", "strength_given") == (1, 0, 1.0)


def test_kinds_choose():
    """Others are as if they were not there."""
    one = export(("me", "ann", "like", 1), ("me", "bob", "save", 1))
    assert list(ties(one, kinds=["save"]).index) == ["bob"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"half_life": 90}, "half_life: is no span"),
        ({"half_life": "90"}, "half_life: is no span"),
        ({"half_life": "-90D"}, "half_life: is no span"),
        ({"half_life": "long"}, "half_life: is no span"),
        ({"kinds": "like"}, "kinds: is one text"),
        ({"kinds": ["like", "wave"]}, "kinds: 1 of 2 are not in this export"),
        ({"weights": {"wave": 1}}, "weights: 1 of 1"),
        ({"at": pd.Timestamp("2026-01-01")}, "at: is a Timestamp; give"),
        ({"at": "2026-01-01"}, "at: is a str; give"),
        ({"per": "week"}, "per: accepts"),
    ],
)
def test_arguments_that_do_not_fit_are_refused(arguments, message):
    """With what is accepted."""
    with pytest.raises(SchemaError, match=message):
        ties(export(("me", "ann", "like", 1)), **arguments)


def test_without_owner_there_is_no_tie_of_one():
    """A whole network has reciprocity instead."""
    with pytest.raises(NotObservedError, match=r"no owner.*engagement\.reciprocity"):
        ties(Export())


def test_an_export_without_anything_is_an_empty_table():
    """With all columns."""
    assert ties(export()).empty
    assert ties(export(), per="kind").index.names == ["account", "kind"]
    assert list(ties(export())) == list(ties(export(("me", "ann", "like", 1))))


def test_the_strongest_come_first():
    """Of equals the first by name."""
    one = export(
        ("me", "cy", "like", 0),
        ("me", "bob", "like", 0),
        ("me", "ann", "like", 9),
        follows="dan>me",
    )
    assert list(ties(one).index) == ["bob", "cy", "ann", "dan"]


_ENDS = [("me", "a"), ("me", "b"), ("a", "me"), ("b", "me"), ("me", None), ("a", "b"), ("me", "me")]
_EVENT = st.tuples(
    st.sampled_from(_ENDS), st.sampled_from(["like", "view", "message"]), st.integers(0, 400)
)


@given(st.lists(_EVENT, max_size=30))
def test_the_fast_path_is_what_a_loop_counts(drawn):
    """Given, got and strengths against ten plain lines."""
    rows = [(*ends, kind, ago) for ends, kind, ago in drawn]
    table = ties(export(*rows))
    weight = {"like": 1, "view": 0.1, "message": 4}
    both = {kind for source, _, kind, _ in rows if source != "me"} | {"message"}
    for account in ("a", "b"):
        given_ = [r for r in rows if r[:2] == ("me", account)]
        got = [r for r in rows if r[:2] == (account, "me")]
        assert (account in table.index) == bool(given_ or got)
        if account in table.index:
            strength = sum(weight[kind] * 2 ** (-ago / 90) for _, _, kind, ago in given_)
            found = table.loc[account]
            assert found["given"] == len(given_)
            assert found["answerable"] == sum(r[2] in both for r in given_)
            assert math.isclose(found["strength_given"], strength, abs_tol=1e-12)
            if both & {r[2] for r in rows}:
                assert found["got"] == len(got)
            assert found["kinds"] == len({r[2] for r in given_ + got})


@given(st.permutations(range(8)))
def test_the_order_of_rows_changes_nothing(order):
    """Nor does what occurs first."""
    rows = [
        ("me", "ann", "like", 3),
        ("ann", "me", "comment", 4),
        ("me", "bob", "wave", 1),
        ("dm:1", "me", "message", 5),
        ("me", "dm:1", "message", 5),
        ("me", "ann", "comment", 9),
        ("me", None, "like", 2),
        ("me", "bob", "like", 2),
    ]
    one = ties(export(*rows))
    other = ties(export(*(rows[place] for place in order)))
    pd.testing.assert_frame_equal(one, other)
    assert one.attrs == other.attrs


def test_the_sample_agrees_with_its_world():
    """57 mutual, 69 followers, 68 followed; every event that names someone is in one row."""
    sample = fn.read(DATA / SAMPLE)
    table = ties(sample)
    counts = table["state"].value_counts()
    assert counts["mutual"] == 57
    assert counts["mutual"] + counts["follower"] == 69
    assert counts["mutual"] + counts["following"] == 68
    events = sample.interactions
    by = events["source"] == "livelyshore"
    named = events["target"].notna() & (events["target"] != "livelyshore")
    assert table["given"].sum() == (by & named).sum()
    met = table.index.str.startswith("dm:")
    assert table.loc[~met, "got"].isna().all()
    assert table.loc[met, "got"].notna().all()
    # 36 messages and 7 reactions to messages.
    assert table["got"].sum() == 43
    kept = table["given"].sum() + 43
    assert kept + sum(table.attrs["left_out"].values()) == len(events)


def test_a_real_export_has_the_true_numbers():
    """Likes are of 60 accounts, one names none; all 75 are mine."""
    path = SHARED / "exports" / "instagram-json-2024-07"
    if not path.is_dir():
        pytest.skip("the real exports are not beside the checkout")
    with pytest.warns(UserWarning, match="suspect"):
        real = fn.read(path)
    table = ties(real, kinds=["like"])
    liked = table[table["given"] > 0]
    assert (len(liked), liked["given"].sum()) == (60, 74)
    assert table.attrs["left_out"]["names no one"] == 1
    assert table["got"].isna().all()
    assert (table["state"] == "mutual").sum() == 52


# ------------------------------------------------------------------ reciprocity


def network(*rows: tuple[str | None, str | None, str]) -> Export:
    """Return a whole network's interactions."""
    return Export(interactions=pd.DataFrame(rows, columns=["source", "target", "kind"]))


def test_reciprocity_of_a_whole_network_by_kind():
    """a b 3 times, back once, c never back: r 2 of 3 ties, weighted 2 of 5 events."""
    rows = [("a", "b", "reply")] * 3 + [("b", "a", "reply"), ("a", "c", "reply")]
    more = ("b", "b", "reply"), ("b", None, "reply"), ("b", "c", "repost")
    table = reciprocity(network(*rows, *more))
    assert list(table.index) == ["repost", "reply"]
    assert table.loc["reply"].tolist() == [3, 2, 2 / 3, 5.0, 2.0, 0.4, 2, ""]
    assert table.loc["repost"].tolist() == [1, 0, 0.0, 1.0, 0.0, 0.0, 0, ""]


def test_a_kind_held_one_way_is_nan_with_a_note():
    """That no like comes back is not known from an export."""
    one = export(("me", "ann", "like"), ("me", "ann", "message"), ("me", "bob", "message"))
    table = reciprocity(one)
    assert row(table, "like", "ties", "r", "weighted", "left_out") == (0, None, None, 1)
    assert table.loc["like", "note"] == "the export holds what its owner did, not what others did"
    assert row(table, "message", "ties", "returned", "r", "weighted", "note") == (2, 0, 0, 0, "")


def test_between_owners_one_way_kinds_are_known():
    """And the note says that it is of owners alone."""
    rows = ("me", "bob", "like"), ("bob", "me", "like"), ("me", "ann", "like")
    table = reciprocity(export(*rows, owners=("me", "bob")))
    assert row(table, "like", "ties", "returned", "r", "left_out") == (2, 2, 1.0, 1)
    assert table.loc["like", "note"].startswith("between owners alone")


def test_what_others_do_among_themselves_is_not_observed():
    """A reaction in a group is no tie of mine, and its return would not be seen."""
    rows = ("ann", "bob", "message_reaction"), ("me", "ann", "message_reaction")
    table = reciprocity(export(*rows))
    assert row(table, "message_reaction", "ties", "events", "left_out") == (1, 1.0, 1)


def test_a_kind_that_names_nobody_has_no_rate():
    """Nothing is divided by nothing."""
    table = reciprocity(network(("a", None, "save")))
    assert row(table, "save", "ties", "r", "weighted", "left_out") == (0, None, None, 1)
    assert table.loc["save", "note"] == "no event is between two named accounts"


def test_platform_lines_are_not_returned_unless_asked_for():
    """Their weight is 0."""
    one = export(("ann", "me", "message_system"), ("me", "ann", "like"))
    assert list(reciprocity(one).index) == ["like"]
    assert list(reciprocity(one, kinds=["message_system"]).index) == ["message_system"]
    with pytest.raises(SchemaError, match="kinds: 1 of 1 are not in"):
        reciprocity(one, kinds=["save"])


def test_graphs_by_kind_and_a_single_graph():
    """A DiGraph and a FollowGraph give the same."""
    F = FollowGraph.from_edges(["a", "b", "a"], ["b", "a", "c"], weight=[3, 1, 1])
    table = reciprocity({"reply": F, "talk": F.to_networkx()})
    assert list(table.index) == ["reply", "talk"]
    assert table.loc["reply"].tolist() == table.loc["talk"].tolist()
    assert table.loc["reply"].tolist() == [3, 2, 2 / 3, 5.0, 2.0, 0.4, 0, ""]
    assert reciprocity(F).loc["all"].tolist() == table.loc["reply"].tolist()
    assert list(reciprocity({"reply": F, "talk": F}, kinds=["talk"]).index) == ["talk"]


def test_the_engagement_graph_of_an_owner_has_no_rate():
    """It does not tell which kinds are held both ways."""
    one = export(("me", "ann", "like"), ("me", "ann", "like"))
    table = reciprocity(one.engagement_graph())
    assert row(table, "all", "ties", "r", "weighted", "left_out") == (0, None, None, 2.0)
    assert table.loc["all", "note"] == "no pair of accounts was observed both ways"


def test_reversing_everything_keeps_reciprocity():
    """Who began does not matter."""
    rng = np.random.default_rng(1)
    ends = rng.integers(0, 9, (80, 2)).astype(str)
    rows = [(a, b, "reply") for a, b in ends]
    turned = [(b, a, "reply") for a, b in ends]
    pd.testing.assert_frame_equal(reciprocity(network(*rows)), reciprocity(network(*turned)))


def test_nothing_at_all_is_an_empty_table():
    """With all columns."""
    table = reciprocity(Export())
    assert table.empty
    assert list(table)[:3] == ["ties", "returned", "r"]


GOLDEN = {
    # layer: kind, ties with those to oneself, events, r, weighted r
    "retweet": ("RT", 328_132, 354_930, 0.00462, 0.00478),
    "mention": ("MT", 150_818, 171_237, 0.0694, 0.0699),
    "reply": ("RE", 32_523, 36_902, 0.1633, 0.1589),
}


def test_higgs_layers_have_the_published_reciprocity():
    """Retweeting is nearly one-way, replying is conversation."""
    files = {name: SHARED / "studies" / f"higgs_{name}.tsv.gz" for name in GOLDEN}
    if not all(file.exists() for file in files.values()):
        pytest.skip("the study graphs are not beside the checkout")
    table = reciprocity({name: fn.read_network(file) for name, file in files.items()})
    for name, (_, _, _, r, weighted) in GOLDEN.items():
        assert table.loc[name, "r"] == pytest.approx(r, abs=5e-5)
        assert table.loc[name, "weighted"] == pytest.approx(weighted, abs=5e-5)


@pytest.mark.slow
def test_higgs_activity_is_its_three_layers():
    """563,069 events by kind give the ties and rates of the published layers."""
    file = SHARED / "studies" / "higgs_activity.tsv.gz"
    if not file.exists():
        pytest.skip("the study graphs are not beside the checkout")
    events = pd.read_csv(file, sep="\t", dtype={"src": "str", "dst": "str"})
    events = events.rename(columns={"src": "source", "dst": "target"})[["source", "target", "kind"]]
    table = reciprocity(Export(interactions=events))
    rings = events[events["source"] == events["target"]]
    loops = rings.drop_duplicates().groupby("kind").size()
    for kind, count, total, r, weighted in GOLDEN.values():
        found = table.loc[kind]
        assert found["ties"] + loops.get(kind, 0) == count
        assert found["events"] + found["left_out"] == total
        assert found["r"] == pytest.approx(r, abs=5e-5)
        assert found["weighted"] == pytest.approx(weighted, abs=5e-5)
    assert table["left_out"].sum() == 7_588
