"""Streaks and silences, by local days."""

from __future__ import annotations

import warnings
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import follownet as fn
from follownet import Export
from follownet.engagement import spells
from follownet.errors import NotObservedError, SchemaError

EXPORTS = Path(__file__).parents[3] / "shared" / "exports"
MONDAY = pd.Timestamp("2026-01-05T12:00Z")


def day(number):
    """Return the date so many days after the Monday."""
    return MONDAY.tz_localize(None).normalize() + pd.Timedelta(days=number)


def done(*rows, until=None, owners=("me",)):
    """Return an export of likes: who to whom, on which day after a Monday, at noon."""
    events = pd.DataFrame(rows, columns=["source", "target", "day"])
    at = MONDAY + pd.to_timedelta(events.pop("day").astype("float64"), unit="D")
    date = None if until is None else MONDAY + pd.Timedelta(days=until)
    return Export(
        interactions=events.assign(kind="like", at=at.dt.as_unit("us")),
        owners=owners,
        exported_at=date,
    )


def test_runs_of_days_by_hand():
    """Days 0 1 2, 5, 6 and 9: a streak of three, silences of two; of equal ones the latest."""
    table = spells(done(*[("me", "ann", at) for at in (2, 0, 1, 1, 9, 5, 6)], until=12))
    assert table.loc["ann"].to_dict() == {
        "days": 6, "first": day(0), "last": day(9),
        "streak": 3, "streak_from": day(0), "streak_to": day(2),
        "silence": 2, "silence_from": day(7), "silence_to": day(8), "quiet": 3,
    }  # fmt: skip


def test_either_side_makes_a_day_active():
    """What ann did counts, too; bob has one day, no silence, and is quiet since."""
    table = spells(done(("me", "ann", 0), ("ann", "me", 1), ("me", "bob", 0), until=3))
    assert table["streak"].to_dict() == {"ann": 2, "bob": 1}
    assert table["silence"].tolist() == [0, 0]
    assert table["silence_from"].isna().all()
    assert table["quiet"].to_dict() == {"ann": 2, "bob": 3}


def longest(marks, wanted):
    """Return the longest run of a mark, the latest of equals: its length and first place."""
    runs = [
        (end - begin, begin)
        for begin in range(len(marks))
        for end in range(begin + 1, len(marks) + 1)
        if set(marks[begin:end]) == {wanted}
    ]
    return max(runs, default=(0, None))


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 25)), min_size=1, max_size=25))
def test_they_are_those_of_the_definition(rows):
    """Against a walk over all days, of each account and of the owner."""
    one = done(*[("me", who, at) for who, at in rows], until=30)
    table, own = spells(one), spells(one, per="owner")
    for who in [*{who for who, _ in rows}, "me"]:
        days = {at for other, at in rows if who in (other, "me")}
        marks = "".join("x" if at in days else "." for at in range(30))
        row = (own if who == "me" else table).loc[who]
        assert (row["days"], row["quiet"]) == (len(days), 30 - max(days))
        assert (row["first"], row["last"]) == (day(min(days)), day(max(days)))
        between = marks[min(days) : max(days) + 1]
        for name, mark in (("streak", "x"), ("silence", ".")):
            length, begin = longest(between, mark)
            assert row[name] == length
            if length:
                first = min(days) + begin
                assert row[f"{name}_from"] == day(first)
                assert row[f"{name}_to"] == day(first + length - 1)
            else:
                assert pd.isna(row[f"{name}_from"])
                assert pd.isna(row[f"{name}_to"])


def test_days_are_those_of_the_zone_in_summer_too():
    """22:30 UTC is that day in Berlin's winter and the next in its summer: a day between them."""
    at = pd.to_datetime(["2026-03-28T22:30Z", "2026-03-29T22:30Z"])
    events = pd.DataFrame({"source": "me", "target": "ann", "kind": "like", "at": at})
    export = Export(interactions=events, owners=("me",))
    assert spells(export).loc["ann", "streak"] == 2
    berlin = spells(export, zone="Europe/Berlin").loc["ann"]
    assert (berlin["streak"], berlin["silence"], berlin["silence_from"].day) == (1, 1, 29)


@pytest.mark.parametrize(
    ("times", "days", "streak"),
    [
        (("2026-03-28T23:00Z", "2026-03-29T21:59Z"), 1, 1),
        (("2026-03-28T22:59Z", "2026-03-28T23:00Z", "2026-03-29T22:00Z"), 3, 3),
        (("2026-10-24T22:00Z", "2026-10-25T22:59Z"), 1, 1),
        (("2026-10-24T21:59Z", "2026-10-24T22:00Z", "2026-10-25T23:00Z"), 3, 3),
    ],
    ids=["a day of 23 hours", "beside it", "a day of 25 hours", "beside it in autumn"],
)
def test_days_begin_at_local_midnight(times, days, streak):
    """On the days on which Berlin's clocks change, too."""
    events = pd.DataFrame(
        {"source": "me", "target": "ann", "kind": "like", "at": pd.to_datetime(list(times))}
    )
    row = spells(Export(interactions=events, owners=("me",)), zone="Europe/Berlin").loc["ann"]
    assert (row["days"], row["streak"], row["silence"]) == (days, streak, 0)


def test_an_owner_is_active_whomever_it_is_towards():
    """What names no one counts, what ann did does not; others' accounts have no row."""
    rows = [("me", "ann", 0), ("me", None, 1), ("ann", "me", 2), ("me", "bob", 5), ("me", "me", 6)]
    table = spells(done(*rows, ("me", None, None), until=8), per="owner")
    assert table.index.tolist() == ["me"]
    assert table.index.name == "owner"
    assert table.loc["me", ["days", "streak", "silence", "quiet"]].tolist() == [4, 2, 3, 2]
    assert table.loc["me", "streak_from"] == day(5)
    assert table.attrs["left_out"] == {"undated": 1}
    early = spells(done(*rows, until=8), per="owner", at=MONDAY + pd.Timedelta(days=1))
    assert early.loc["me", "days"] == 2
    assert early.attrs["left_out"] == {"later than at": 2}


def test_each_owner_has_a_row():
    """Most active days first; who did nothing has none."""
    one = done(("you", "x", 0), ("me", "x", 0), ("me", "you", 1), owners=("you", "me", "it"))
    assert spells(one, per="owner")["days"].to_dict() == {"me": 2, "you": 1}


def test_lines_that_the_platform_wrote_do_not_count():
    """Nor when asked for: their weight is 0."""
    one = done(("me", "ann", 0), ("me", "ann", 1))
    events = one.interactions.assign(kind=["like", "message_system"])
    one = Export(interactions=events, owners=("me",))
    for per, name in (("account", "ann"), ("owner", "me")):
        assert spells(one, per=per).loc[name, "days"] == 1
        table = spells(one, per=per, kinds=["like", "message_system"])
        assert table.loc[name, "days"] == 1
        assert table.attrs["left_out"] == {"kind of weight 0": 1}


def test_kinds_may_be_of_any_iterable():
    """One that can be walked through once, too."""
    one = done(("me", "ann", 0))
    for per in ("account", "owner"):
        assert spells(one, kinds=iter(["like"]), per=per)["days"].tolist() == [1]


def test_unknown_kinds_count_and_looks_alone_do_not():
    """A kind that follownet does not know was done; a look was not."""
    waves = done(("me", "ann", 0)).interactions.assign(kind="wave")
    assert spells(Export(interactions=waves, owners=("me",))).loc["ann", "days"] == 1
    looks = Export(interactions=waves.assign(kind="view"), owners=("me",))
    with pytest.raises(NotObservedError, match="between an owner and an account"):
        spells(looks)
    assert spells(looks, kinds=["view"]).loc["ann", "days"] == 1


def test_doubts_are_noted():
    """One side only is held, and nothing dates the export."""
    one_way, undated = spells(done(("me", "ann", 0))).attrs["notes"]
    assert one_way == "of like the export holds what its owner did, not what others did"
    assert undated.startswith("nothing dates the export")
    table = spells(done(("me", "ann", 0), ("ann", "me", 0), until=2))
    assert table.attrs["notes"] == ()
    assert spells(done(("me", "ann", 0), until=2), per="owner").attrs["notes"] == ()


def test_what_is_left_out_is_counted():
    """Undated events, those later than `at`, those that name nobody; looks do not count."""
    one = done(("me", "ann", 0), ("me", "ann", None), ("me", None, 1), ("me", "ann", 8))
    table = spells(one, at=MONDAY + pd.Timedelta(days=2))
    assert table.attrs["left_out"] == {"later than at": 1, "names no one": 1, "undated": 1}
    assert table.loc["ann", ["days", "quiet"]].tolist() == [1, 2]
    seen = one.interactions.assign(kind=["view", "like", "like", "like"])
    assert spells(Export(interactions=seen, owners=("me",))).loc["ann", "first"] == day(8)


def test_two_owners_are_told_apart():
    """A pair of owners is there from both sides."""
    table = spells(done(("me", "you", 0), ("you", "me", 1), until=2, owners=("me", "you")))
    assert table.index.tolist() == [("me", "you"), ("you", "me")]
    assert table["streak"].tolist() == [2, 2]


def test_the_sample_has_spells():
    """The days of all accounts are those of the events."""
    table = spells(fn.read(fn.datasets.sample("instagram")), zone="Europe/Berlin")
    assert table["days"].is_monotonic_decreasing
    assert (table["streak"] <= table["days"]).all()
    assert ((table["last"] - table["first"]).dt.days + 1 >= table["days"] + table["silence"]).all()


@pytest.mark.parametrize("per", ["account", "owner"])
@pytest.mark.parametrize("one", [Export(owners=("me",)), done(("me", "ann", None))])
def test_nothing_dated_is_not_observed(one, per):
    """The message says what would make it known."""
    with pytest.raises(NotObservedError, match="An export of all time"):
        spells(one, per=per)


@pytest.mark.parametrize("per", ["account", "owner"])
def test_without_an_owner_nobody_is_asked_about(per):
    """The message says so."""
    with pytest.raises(NotObservedError, match="no owner"):
        spells(done(("me", "ann", 0), owners=()), per=per)


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"zone": "Nowhere"}, "zone: is no time zone"),
        ({"zone": None}, "zone: is no time zone"),
        ({"per": "day"}, "per: accepts"),
        ({"kinds": "like"}, "kinds: is one text"),
        ({"kinds": ["wave"]}, "kinds: 1 of 1"),
        ({"at": pd.Timestamp("2026-01-01")}, "at: is a Timestamp"),
    ],
)
def test_bad_arguments_are_refused(options, text):
    """Each by name."""
    with pytest.raises(SchemaError, match=text):
        spells(done(("me", "ann", 0)), **options)


@pytest.mark.parametrize(
    ("name", "accounts"), [("instagram-json-2024-07", 92), ("instagram-html-2025-10", 962)]
)
def test_real_exports_have_spells(name, accounts):
    """Active days and the longest silence fit between the first and the last day."""
    if not (EXPORTS / name).is_dir():
        pytest.skip("the real exports are not beside the checkout")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        one = fn.read(EXPORTS / name)
    table = spells(one, zone="Europe/Berlin")
    assert len(table) == accounts
    assert ((table["last"] - table["first"]).dt.days + 1 >= table["days"] + table["silence"]).all()
    assert (table["quiet"] >= 0).all()
    assert spells(one, zone="Europe/Berlin", per="owner")["days"].item() >= table["days"].max()
