"""Streaks and silences, by local days."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import follownet as fn
from follownet import Export
from follownet.engagement import spells
from follownet.errors import NotObservedError, SchemaError

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


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 25)), min_size=1, max_size=25))
def test_they_are_those_of_the_definition(rows):
    """Against a walk over all days."""
    table = spells(done(*[("me", who, at) for who, at in rows], until=30))
    for who in {who for who, _ in rows}:
        days = {at for other, at in rows if other == who}
        marks = "".join("x" if at in days else "." for at in range(min(days), max(days) + 1))
        assert table.loc[who, "days"] == len(days)
        assert table.loc[who, "streak"] == max(map(len, marks.split(".")))
        assert table.loc[who, "silence"] == max(map(len, marks.split("x")))
        assert table.loc[who, "quiet"] == 30 - max(days)
        first = (table.loc[who, "streak_from"] - day(0)).days
        assert (table.loc[who, "streak_to"] - day(first)).days == table.loc[who, "streak"] - 1


def test_days_are_those_of_the_zone_in_summer_too():
    """22:30 UTC is that day in Berlin's winter and the next in its summer: a day between them."""
    at = pd.to_datetime(["2026-03-28T22:30Z", "2026-03-29T22:30Z"])
    events = pd.DataFrame({"source": "me", "target": "ann", "kind": "like", "at": at})
    export = Export(interactions=events, owners=("me",))
    assert spells(export).loc["ann", "streak"] == 2
    berlin = spells(export, zone="Europe/Berlin").loc["ann"]
    assert (berlin["streak"], berlin["silence"], berlin["silence_from"].day) == (1, 1, 29)


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


@pytest.mark.parametrize("one", [Export(owners=("me",)), done(("me", "ann", None))])
def test_nothing_dated_is_not_observed(one):
    """The message says what would make it known."""
    with pytest.raises(NotObservedError, match="An export of all time"):
        spells(one)


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"zone": "Nowhere"}, "zone: is no time zone"),
        ({"kinds": "like"}, "kinds: is one text"),
        ({"at": pd.Timestamp("2026-01-01")}, "at: is a Timestamp"),
    ],
)
def test_bad_arguments_are_refused(options, text):
    """Each by name."""
    with pytest.raises(SchemaError, match=text):
        spells(done(("me", "ann", 0)), **options)
