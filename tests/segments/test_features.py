"""What an export tells of each account: which events count, from when, and what is not held."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from conftest import star

import follownet as fn
from follownet import Export
from follownet.engagement import ties
from follownet.errors import NotObservedError, SchemaError
from follownet.segments import features
from follownet.tables import LISTS, Report

SHARED = Path(__file__).parents[3] / "shared" / "exports"
DAY = pd.Timestamp("2026-04-01", tz="UTC")
SECOND = 1 / 86_400
#: Likes of others are held: one of somebody without a tie, long ago.
BOTH = ("me", "zoe", "like", 5_000), ("zoe", "me", "like", 5_000)


def ago(days: float | None) -> pd.Timestamp:
    return pd.NaT if days is None else DAY - pd.Timedelta(days=days)


def export(follows: dict[str, float | None], *rows: tuple[object, ...], **more: object) -> Export:
    """Return my export of `DAY`: follows "me>ann" days ago; rows are source, target, kind, ago."""
    ends = [(*pair.split(">"), ago(days)) for pair, days in follows.items()]
    events = [(*row[:3], ago(row[3])) for row in rows]
    owners = more.pop("owners", ("me",))
    lists = [(owner, name, "presumed") for owner in owners for name in LISTS]
    tables = {
        "follows": pd.DataFrame(ends, columns=["source", "target", "since"]),
        "interactions": pd.DataFrame(events, columns=["source", "target", "kind", "at"]),
        "coverage": pd.DataFrame(lists, columns=["owner", "list", "status"]),
    }
    return Export(**tables | {"owners": owners, "exported_at": DAY} | more)


def row(table: pd.DataFrame, label: str, *columns: str) -> tuple[object, ...]:
    """Return some cells of a row, None where missing."""
    return tuple(None if pd.isna(cell) else cell for cell in table.loc[label, list(columns)])


def test_the_ties_of_a_star_by_hand():
    """Who is tied how, since when, by whose follow, and how long the return took."""
    table = features(star())
    assert table["state"].to_dict() == {
        "ann": "mutual",
        "bob": "following",
        "cy": "mutual",
        "dan": "follower",
        "eve": "follower",
    }
    assert row(table, "ann", "since", "first", "latency") == (
        pd.Timestamp("2025-01-01T10:00Z"),
        "owner",
        2.0,
    )
    assert row(table, "cy", "age", "first", "latency") == (272.0, "same time", 0.0)
    assert row(table, "bob", "age", "first", "latency", "burst") == (28.0, "owner", None, 1)
    assert row(table, "dan", "since", "age", "first", "burst") == (None, None, "alter", None)
    assert table["age"]["ann"] == pytest.approx(424 - 10 / 24)
    assert table.attrs["owner"] == "me"
    assert table.attrs["exported_at"] == pd.Timestamp("2026-03-01", tz="UTC")
    assert table.attrs["window"] == "365D"
    assert not table["deleted"].any()


def test_the_window_and_the_start_of_the_tie_bound_the_events():
    """What was done at the edge counts, a second before it does not."""
    rows = (
        *(("me", "ann", "like", days) for days in (1, 100, 100 + SECOND)),
        *(("me", "bob", "like", days) for days in (1, 50, 50 + SECOND)),
        *(("bob", "me", "like", days) for days in (50, 50 + SECOND)),
    )
    follows = {"me>ann": 900.0, "bob>me": 50.0, "me>bob": 40.0}
    table = features(export(follows, *rows), window="100D")
    assert row(table, "ann", "given", "got") == (2, 0)
    assert row(table, "bob", "given", "got") == (2, 1)
    table = features(export(follows, *rows), window="10D")
    assert table["given"].tolist() == [1, 1]


def test_undated_events_count_and_undated_ties_have_begun():
    """Of an undated tie all within the window counts, and of a tie half dated what came since."""
    rows = (
        *BOTH,
        ("me", "ann", "like", None),
        ("bob", "me", "like", 300),
        ("bob", "me", "like", 400),
    )
    follows = {"me>ann": 900.0, "bob>me": None, "me>cy": 10.0, "cy>me": None}
    table = features(export(follows, *rows, ("me", "cy", "like", 11)))
    assert row(table, "ann", "given", "recency") == (1, None)
    assert row(table, "bob", "got", "recency", "held") == (1, 300, 365)
    assert row(table, "cy", "given", "latency", "first", "age") == (0, None, None, 10)


def test_recency_is_that_of_the_last_event_that_counts():
    """Either way; what is out of the window is as if it was not there."""
    rows = ("me", "ann", "like", 30), ("ann", "me", "comment", 20), ("me", "bob", "like", 366)
    table = features(export({"me>ann": 900.0, "me>bob": 900.0}, *rows))
    assert row(table, "ann", "recency") == (20,)
    assert row(table, "bob", "recency", "given") == (None, 0)


def test_events_are_held_since_the_tie_and_no_longer_than_the_window():
    """A day at least, so that a rate of today's tie is finite; undated: the window."""
    table = features(export({"me>ann": 900.0, "me>bob": 50.0, "me>cy": 0.2, "me>dan": None}))
    assert table["held"].to_dict() == {"ann": 365, "bob": 50, "cy": 1, "dan": 365}
    assert features(export({"me>ann": 900.0}), window="12h")["held"].tolist() == [0.5]


def test_without_interactions_nothing_is_known_either_way():
    """Which is not 0, and is said."""
    table = features(export({"me>ann": 900.0}))
    assert row(table, "ann", "given", "got", "recency") == (None, None, None)
    assert [note.split(" the export")[0] for note in table.attrs["notes"]] == [
        "of what its owner did",
        "of what others did",
    ]
    assert table.attrs["at_least"] == ("given", "got")


def test_an_empty_file_of_likes_is_an_answer():
    """Its owner liked nothing: 0; what others liked is still not held."""
    files = pd.DataFrame({"file": ["f"], "content": ["like"], "records": [0], "kept": [0]})
    times = pd.DataFrame(columns=["source", "zone", "known", "precision"])
    report = Report(files, pd.DataFrame(columns=["file", "reason", "records"]), times)
    table = features(export({"me>ann": 900.0}, report=report))
    assert row(table, "ann", "given", "got") == (0, None)
    assert table.attrs["at_least"] == ("got",)


def test_likes_of_the_owner_tell_what_it_gave_and_not_what_it_got():
    """As in most exports; an event of another says that such events are held of everyone."""
    one = {"me>ann": 900.0, "me>bob": 900.0}
    table = features(export(one, ("me", "ann", "like", 1)))
    assert [row(table, name, "given", "got") for name in ("ann", "bob")] == [(1, None), (0, None)]
    table = features(export(one, ("me", "ann", "like", 1), ("zoe", "me", "like", 5_000)))
    assert [row(table, name, "given", "got") for name in ("ann", "bob")] == [(1, 0), (0, 0)]
    assert table.attrs["at_least"] == ()


def test_conversations_alone_show_what_there_is_and_not_what_there_is_not():
    """Who never writes may like every post; how many messages there were is known."""
    follows = {"me>ann": 900.0, "me>bob": 900.0}
    table = features(export(follows, ("ann", "me", "message", 1), ("me", "ann", "message", 2)))
    assert [row(table, name, "given", "got") for name in ("ann", "bob")] == [(1, 1), (None, None)]
    assert table.attrs["at_least"] == ("given", "got")


def test_likes_that_name_no_one_tell_nothing_of_what_was_given():
    """TikTok's do not: how many there are is no answer to whom."""
    table = features(export({"me>ann": 900.0}, ("me", None, "like", 1)))
    assert row(table, "ann", "given") == (None,)


def test_people_met_in_conversations_are_nobody_of_the_lists():
    """What ann wrote may stand under the name of a conversation, in the window or before it."""
    for days in (3, 700):
        rows = (
            ("me", "ann", "like", 1),
            ("dm:1", "me", "message", days),
            ("me", "dm:1", "message", 2),
        )
        table = features(export({"me>ann": 900.0}, *rows))
        assert list(table.index) == ["ann"]
        assert row(table, "ann", "given", "got") == (1, None)
        assert any(
            "1 accounts are known from conversations alone" in n for n in table.attrs["notes"]
        )


def test_lines_that_the_platform_wrote_are_nobodys_doing():
    """They have weight 0; kinds that follownet does not know count."""
    rows = ("me", "ann", "message_system", 1), ("me", "ann", "wave", 1)
    assert row(features(export({"me>ann": 900.0}, *rows)), "ann", "given") == (1,)


def test_a_burst_goes_on_while_each_follow_is_within_an_hour_of_the_one_before():
    """Three in two hours are one; a second more than an hour is another; followers are in none."""
    hour = 1 / 24
    follows = {
        "me>a": 10.0,
        "me>b": 10 - hour,
        "me>c": 10 - 2 * hour,
        "me>d": 10 - 3 * hour - SECOND,
        "me>e": None,
        "f>me": 10.0,
    }
    table = features(export(follows))
    assert table["burst"].dropna().to_dict() == {"a": 3, "b": 3, "c": 3, "d": 1}
    # A repeated follow is one, and is of its earliest time.
    one = export(follows)
    later = one.follows.assign(since=one.follows["since"] + pd.Timedelta("1s"))
    twice = replace(one, follows=pd.concat([later, one.follows]))
    assert features(twice)["burst"].equals(table["burst"])


def test_where_times_are_days_the_follows_of_a_day_are_one_burst():
    """And what both did on one day has no order."""
    follows = {"me>a": 10.0, "me>b": 10.0, "me>c": 11.0, "a>me": 10.0}
    table = features(export(follows))
    assert table["burst"].to_dict() == {"a": 2, "b": 2, "c": 1}
    assert row(table, "a", "first", "latency") == ("same time", 0)


def test_deleted_accounts_are_marked():
    """And only these."""
    people = pd.DataFrame({"account": ["ann", "bob"], "type": ["deleted", "person"]})
    follows = {"me>ann": 9.0, "me>bob": 9.0, "me>cy": 9.0}
    table = features(export(follows, accounts=people))
    assert table["deleted"].to_dict() == {"ann": True, "bob": False, "cy": False}


def test_of_several_owners_one_is_asked_about():
    """What you did and got is none of mine; your follows are in none of my bursts."""
    mine = export({"me>ann": 900.0, "me>you": 900.0}, ("me", "ann", "like", 1), *BOTH)
    follows = {"you>ann": 900.0, "you>bob": 900.0, "me>you": 900.0}
    rows = ("you", "ann", "like", 2), ("you", "ann", "like", 3), ("ann", "you", "like", 4)
    whole = fn.merge([mine, export(follows, *rows, owners=("you",))])
    table = features(whole, owner="me")
    pd.testing.assert_frame_equal(table, features(mine))
    assert row(table, "ann", "given", "got", "burst") == (1, 0, 2)
    yours = features(whole, owner="you")
    assert row(yours, "ann", "given", "got", "recency") == (2, 1, 2)
    assert list(yours.index) == ["ann", "bob", "me"]
    with pytest.raises(SchemaError, match="2 owners; owner= says which"):
        features(whole)
    with pytest.raises(SchemaError, match="owner: is no owner"):
        features(whole, owner="ann")


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("status", ["partial", "hidden", "missing", "unreadable"])
def test_a_list_that_is_not_in_hand_is_named(name, status):
    """Of half a star no state is known."""
    with pytest.raises(NotObservedError, match=f"the {name} list of this account is {status}"):
        features(star(statuses={name: status}))


def test_connections_are_no_follows():
    """They are mutual by construction."""
    with pytest.raises(NotObservedError, match="mutual by construction"):
        features(export({}, platform="linkedin"))


def test_an_export_without_owner_or_ties():
    """The first has no star, the second an empty one."""
    with pytest.raises(SchemaError, match="0 owners"):
        features(Export())
    table, other = features(export({})), features(star())
    assert table.empty
    assert table.dtypes.drop("state").equals(other.dtypes.drop("state"))


def test_what_nothing_dates_has_no_age():
    """Nor does a window begin: all events count."""
    rows = ("me", "ann", "like", None), ("me", "ann", "like", None)
    table = features(export({"me>ann": 5.0}, *rows, exported_at=None))
    assert row(table, "ann", "given", "age", "recency", "held") == (2, None, None, 365)
    table = features(export({"me>ann": 5.0}, *rows, ("me", "ann", "like", 1), exported_at=None))
    assert row(table, "ann", "given", "age", "recency") == (3, 4, 0)
    assert any("nothing dates the export" in note for note in table.attrs["notes"])


@pytest.mark.parametrize("window", [60, "60", "-60D", "long", None])
def test_a_window_without_unit_is_refused(window):
    """A bare number would be nanoseconds."""
    with pytest.raises(SchemaError, match="window: is no span of time"):
        features(star(), window=window)


def drawn(seed: int) -> Export:
    """Return ties and events of many kinds of pairs and times, some undated."""
    rng = np.random.default_rng(seed)
    names = [f"a{place}" for place in range(25)]
    days = [None, *range(0, 400, 5)]
    follows = {
        pair: days[rng.integers(len(days))]
        for name in names
        for pair in (f"me>{name}", f"{name}>me")
        if rng.random() < 0.6
    }
    rows = []
    for _ in range(500):
        name = names[rng.integers(len(names))]
        ends = [("me", name), (name, "me"), ("me", None), (name, "a0"), ("me", "me")]
        kind = ("like", "comment", "message", "message_system")[rng.integers(4)]
        place = rng.choice(5, p=(0.4, 0.4, 0.1, 0.05, 0.05))
        rows.append((*ends[place], kind, days[rng.integers(len(days))]))
    return export(follows, *rows)


@pytest.mark.parametrize("window", [30, 9_999])
def test_the_counts_are_what_a_loop_counts(window):
    """Within the window, since the first follow of both, each way."""
    one = drawn(window)
    table = features(one, window=f"{window}D")
    since: dict[str, pd.Timestamp] = {}
    for source, target, at in one.follows.itertuples(index=False):
        name = source if target == "me" else target
        known = [time for time in (since.get(name), at) if not pd.isna(time)]
        since[name] = min(known, default=pd.NaT)
    assert table["since"].equals(pd.Series(since).sort_index().astype(table["since"].dtype))
    counts = {name: {"given": 0, "got": 0} for name in since}
    last: dict[str, pd.Timestamp] = {}
    for source, target, kind, at in one.interactions.iloc[:, :4].itertuples(index=False):
        name, column = (target, "given") if source == "me" else (source, "got")
        pair = "me" in (source, target) and source != target and name in since
        if pair and kind != "message_system" and not at < max(ago(window), since[name]):
            counts[name][column] += 1
            last[name] = at if pd.isna(last.get(name)) else max(last[name], at)
    assert table[["given", "got"]].astype("int64").T.to_dict() == counts
    ages = ((DAY - pd.Series(last)) / pd.Timedelta("1D")).reindex(table.index)
    assert table["recency"].tolist() == pytest.approx(ages.tolist(), nan_ok=True)


@pytest.mark.parametrize(
    "rows",
    [
        [("me", "ann", "like", 3), ("me", "bob", "message", 4), ("bob", "me", "message", 4)],
        [("me", "ann", "like", 3), ("dm:1", "me", "message", 4), ("bob", "me", "message", 4)],
        [("me", "ann", "comment", None), ("bob", "me", "like", 4), ("bob", "cy", "like", 4)],
        [("ann", "me", "message", 9), ("me", "ann", "message", 8)],
    ],
)
def test_a_window_over_all_has_the_counts_of_the_engagement_ties(rows):
    """Missing where these are, and where conversations alone could tell."""
    one = export(dict.fromkeys(["me>ann", "ann>me", "bob>me", "me>cy"]), *rows)
    table = features(one, window="9999D")
    other = ties(one).loc[table.index]
    for name in ("given", "got"):
        unsaid = other[name].eq(0) & (name in table.attrs["at_least"])
        assert table[name].tolist() == other[name].astype("Int64").mask(unsaid).tolist()
    pd.testing.assert_series_equal(table["recency"], other["recency"])


def test_the_order_of_rows_changes_nothing():
    """Of follows, events and accounts."""
    one, rng = drawn(7), np.random.default_rng(7)
    names = ("follows", "interactions", "accounts")
    tables = {name: getattr(one, name) for name in names}
    mixed = {name: table.iloc[rng.permutation(len(table))] for name, table in tables.items()}
    other = replace(one, **mixed)
    assert list(other.follows["source"]) != list(one.follows["source"])
    pd.testing.assert_frame_equal(features(one), features(other))


def check(found: Export) -> pd.DataFrame:
    """Return features, compared with plain counting in the tables."""
    table = features(found)
    owner, until = table.attrs["owner"], max(found.exported_at, found.interactions["at"].max())
    follows = found.follows[found.follows["source"] != found.follows["target"]]
    out = set(follows.loc[follows["source"] == owner, "target"])
    back = set(follows.loc[follows["target"] == owner, "source"])
    names = {"mutual": out & back, "following": out - back, "follower": back - out}
    assert {state: set(table.index[table["state"] == state]) for state in names} == names
    events = found.interactions[found.interactions["kind"] != "message_system"]
    inside = ~(events["at"] < until - pd.Timedelta("365D"))
    for column, by, to in (("given", "source", "target"), ("got", "target", "source")):
        mine = events[inside & (events[by] == owner) & events[to].isin(table.index)]
        began = mine[to].map(table["since"])
        mine = mine[~(mine["at"] < began)]
        counts = mine[to].value_counts().reindex(table.index, fill_value=0)
        assert table[column].sum() == len(mine)
        assert table[column].fillna(0).tolist() == counts.tolist()
    return table


def test_the_sample_agrees_with_counting():
    """Every tie has a state, every event between two tied ones is counted."""
    assert check(fn.read(fn.datasets.sample("instagram")))["given"].notna().all()


@pytest.mark.filterwarnings("ignore::follownet.errors.FollownetWarning")
@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("instagram-json-2024-07", lambda t: t["given"].notna().all() and t["got"].isna().all()),
        ("x-2026-03", lambda t: t["burst"].isna().all() and t["got"].sum() == 4),
        ("tiktok-2025-06", lambda t: t.attrs["at_least"] == ("given", "got")),
    ],
)
def test_real_exports_agree_with_counting(name: str, shown: Callable[[pd.DataFrame], bool]):
    """And show what their platform holds: dates, likes, messages."""
    if not (SHARED / name).is_dir():
        pytest.skip("the real exports are not beside the checkout")
    found = fn.read(SHARED / name)
    assert shown(check(found))


@pytest.mark.parametrize("what", ["an export.zip", nx.DiGraph(), None], ids=type)
@pytest.mark.parametrize("ask", ["features", "accounts", "mixture"])
def test_what_is_no_export_is_refused_in_words(ask, what):
    """A path or a graph is the likeliest mistake."""
    with pytest.raises(SchemaError, match="no Export"):
        getattr(fn.segments, ask)(what)
