"""Activity by weekday and hour, per hour that there was."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import follownet as fn
from follownet import Export
from follownet.engagement import rhythm
from follownet.errors import NotObservedError, SchemaError

START = 1_700_000_000


def done(times, *, source="me", kind="like", until=None):
    """Return an export of events at these times."""
    at = pd.to_datetime(times, utc=True).as_unit("us")
    events = pd.DataFrame({"at": at, "source": source, "kind": kind})
    date = None if until is None else pd.Timestamp(until)
    return Export(interactions=events, owners=("me",), exported_at=date)


def test_events_are_counted_per_hour_that_there_was():
    """Two Mondays at 8 h, an hour each; one event in the first."""
    table = rhythm(done(["2026-01-05T08:00Z"], until="2026-01-12T09:00Z"))
    assert table.loc[("Monday", 8)].tolist() == [1, 2.0, 0.5]
    # The quarter in which the export was made has begun.
    assert table.loc[("Monday", 9), "hours"] == 1.25
    assert table["hours"].sum() == 7 * 24 + 1.25
    assert table.index[0] == ("Monday", 0)
    assert len(table) == 168


def test_an_hour_that_comes_twice_is_two_hours_long_and_one_left_out_has_none():
    """Berlin: on 2026-03-29 there is no 2 h, on 2026-10-25 there are two."""
    spring = rhythm(
        done(["2026-03-28T23:00Z"], until="2026-03-29T21:59Z"), zone="Europe/Berlin"
    ).loc["Sunday"]
    assert spring["hours"].tolist() == [1, 1, 0, *[1] * 21]
    assert math.isnan(spring.loc[2, "rate"])
    times = ["2026-10-24T22:00Z", "2026-10-25T00:30Z", "2026-10-25T01:30Z"]
    autumn = rhythm(done(times, until="2026-10-25T22:59Z"), zone="Europe/Berlin").loc["Sunday"]
    assert autumn["hours"].tolist() == [1, 1, 2, *[1] * 21]
    assert autumn.loc[2].tolist() == [2, 2, 1]


@given(
    st.lists(st.integers(0, 3 * 365 * 86_400), min_size=1, max_size=30),
    st.sampled_from(["UTC", "Europe/Berlin", "Asia/Kathmandu", "Australia/Lord_Howe"]),
)
def test_every_event_is_where_the_clock_shows_it(seconds, zone):
    """Against pandas, event by event."""
    times = pd.to_datetime([START + one for one in seconds], unit="s", utc=True)
    table = rhythm(done(times), zone=zone)
    local = times.tz_convert(zone)
    expected = pd.Series(1, index=[local.day_name(), local.hour]).groupby(level=[0, 1]).sum()
    assert table.loc[table["events"] > 0, "events"].to_dict() == expected.to_dict()
    assert (table.loc[table["events"] > 0, "hours"] >= 0.25).all()
    quarters = (times.max().floor("15min") - times.min().floor("15min")) / pd.Timedelta("15min")
    assert table["hours"].sum() == pytest.approx((quarters + 1) / 4)


def test_the_owner_others_and_posts_are_three_questions():
    """What others did is a part of conversations; posts have their own times."""
    at = pd.to_datetime(["2026-01-05T08:00Z", "2026-01-06T09:00Z", "2026-01-06T09:10Z"])
    events = pd.DataFrame(
        {"source": ["me", "ann", "ann"], "kind": ["message", "message", "view"], "at": at}
    )
    posts = pd.DataFrame(
        {"post": ["p"], "account": "me", "at": [pd.Timestamp("2026-01-07T10:00Z")]}
    )
    export = Export(interactions=events, posts=posts, owners=("me",))
    where = {
        of: [*table[table["events"] > 0].index]
        for of in ("owner", "others", "posts")
        for table in [rhythm(export, of=of)]
    }
    assert where == {
        "owner": [("Monday", 8)], "others": [("Tuesday", 9)], "posts": [("Wednesday", 10)],
    }  # fmt: skip
    others = rhythm(export, of="others")
    assert others.attrs["left_out"] == {"of other kinds": 1}
    assert rhythm(export, of="others", kinds=["view"])["events"].sum() == 1


def test_what_is_left_out_is_counted():
    """Events without a time, and those after `at`."""
    export = done(["2026-01-05T08:00Z", None, "2026-02-05T08:00Z"], until="2026-02-01T00:00Z")
    assert rhythm(export).attrs["left_out"] == {"undated": 1}
    table = rhythm(export, at=pd.Timestamp("2026-01-31", tz="UTC"))
    assert table.attrs["left_out"] == {"undated": 1, "later than at": 1}
    assert table["events"].sum() == 1
    assert table.attrs["since"] == pd.Timestamp("2026-01-05T08:00Z")


def test_the_sample_is_counted_whole():
    """Every event of the owner is in a cell or counted as left out."""
    export = fn.read(fn.datasets.sample("instagram"))
    table = rhythm(export, zone="Europe/Berlin")
    mine = export.interactions[export.interactions["source"].isin(export.owners)]
    assert table["events"].sum() + sum(table.attrs["left_out"].values()) == len(mine)
    assert np.isfinite(table["rate"]).all()


@pytest.mark.parametrize("of", ["owner", "others", "posts"])
def test_nothing_dated_is_not_observed(of):
    """Never a table of zeros."""
    with pytest.raises(NotObservedError, match="holds no dated event"):
        rhythm(Export(owners=("me",)), of=of)


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"of": "me"}, "of: accepts"),
        ({"of": "posts", "kinds": ["like"]}, "kinds: are of interactions"),
        ({"kinds": "like"}, "kinds: is one text"),
        ({"kinds": ["clap"]}, "kinds: 1 of 1"),
        ({"zone": "Nowhere"}, "zone: is no time zone"),
        ({"at": pd.Timestamp("2026-01-01")}, "at: is a Timestamp"),
    ],
)
def test_bad_arguments_are_refused(options, text):
    """Each by name."""
    with pytest.raises(SchemaError, match=text):
        rhythm(done(["2026-01-05T08:00Z"]), **options)
