"""Engagement rates, followers in time, and posts of a span."""

from __future__ import annotations

import datetime

import numpy as np
import pandas as pd
import pytest

from follownet import Export, simulation
from follownet.engagement import audience, period, rates
from follownet.errors import NotObservedError, SchemaError

NAN = float("nan")
#: post, at, format, likes, comments, followers, reach
TABLE = [
    ("a", "2026-05-04T10:00Z", "reel", 8, 2, 100, 50),  # a Monday
    ("b", "2026-05-05T10:00Z", "reel", 30, 10, 100, 1000),
    ("c", "2026-05-10T22:30Z", "image", 6, 0, 200, 0),  # Sunday in UTC, Monday in Berlin
    ("d", "2026-06-01T10:00Z", "image", 5, None, 200, 40),
    ("e", None, None, 1, 1, 200, 20),
    ("f", "2026-05-06T10:00Z", "reel", 0, 0, 100, 1000),
]
NAMES = ["post", "at", "format", "likes", "comments", "followers", "reach"]


def export(rows=TABLE, **columns):
    """Return an export of these posts."""
    table = pd.DataFrame(rows, columns=NAMES).assign(**{"account": "me"} | columns)
    table["at"] = pd.to_datetime(table["at"], format="ISO8601", utc=True)
    return Export(posts=table)


def test_a_rate_is_engagements_over_the_base():
    """10 of 100 followers are .1, not 10; missing comments and a reach of 0 leave nothing."""
    found = rates(export())
    assert found.index.tolist() == list("abcdef")
    np.testing.assert_equal(found["engagements"].to_numpy(), [10, 40, 6, NAN, 2, 0])
    np.testing.assert_equal(found["by_followers"].to_numpy(), [0.1, 0.4, 0.03, NAN, 0.01, 0])
    np.testing.assert_equal(found["by_reach"].to_numpy(), [0.2, 0.04, NAN, NAN, 0.1, 0])
    assert found["by_impressions"].isna().all()
    assert found["at"].isna().tolist() == [False] * 4 + [True, False]
    assert list(found) == (
        "at format engagements followers by_followers by_reach by_impressions".split()
    )


def test_mean_ratio_of_sums_and_median_are_three_numbers():
    """Of .2, .04 and 0 the mean is .08; 50 of 2,050 people is .024; half have less than .04."""
    found = rates(export(), per="format").loc[("reel", "reach")]
    assert found["mean"] == pytest.approx(0.08)
    assert found["pooled"] == pytest.approx(50 / 2050)
    assert found["median"] == pytest.approx(0.04)
    assert found[["posts", "engagements", "without"]].tolist() == [3, 50, 0]


def test_posts_without_a_base_are_counted_beside_the_others():
    """The images: one has no reach, one no engagements."""
    found = rates(export(), per="format").loc["image"]
    assert found["posts"].tolist() == [1, 0, 0]
    assert found["without"].tolist() == [1, 2, 2]
    assert found["engagements"].tolist() == [6, 0, 0]
    assert found.loc["followers", ["mean", "pooled", "median"]].tolist() == [0.03] * 3
    assert found.loc["reach", ["mean", "pooled", "median"]].isna().all()


@pytest.mark.parametrize(("per", "reason"), [("format", "without format"), ("week", "undated")])
def test_posts_without_a_group_are_counted(per, reason):
    """None is lost in silence, and none is put into a group."""
    found = rates(export(), per=per)
    assert found.attrs["left_out"] == {reason: 1}
    one_base = found.xs("followers", level="base")
    assert (one_base["posts"] + one_base["without"]).sum() == 5
    assert rates(export(TABLE[:4]), per=per).attrs["left_out"] == {}


def test_weeks_and_months_are_those_of_local_calendars():
    """22:30 on Sunday in London is Monday in Berlin, and so another week."""
    utc = rates(export(), per="week").xs("followers", level="base")["posts"]
    assert {f"{day:%m-%d}": count for day, count in utc.items()} == {"05-04": 4, "06-01": 0}
    berlin = rates(export(), per="week", zone="Europe/Berlin").xs("followers", level="base")
    assert {f"{day:%m-%d}": count for day, count in berlin["posts"].items()} == {
        "05-04": 3,
        "05-11": 1,
        "06-01": 0,
    }
    months = rates(export(), per="month").xs("reach", level="base")
    assert {f"{day:%m-%d}": count for day, count in months["posts"].items()} == {
        "05-01": 3,
        "06-01": 0,
    }


def test_the_order_of_rows_changes_no_group():
    """Sums of floats aside."""
    plain, turned = (rates(export(rows), per="month") for rows in (TABLE, TABLE[::-1]))
    pd.testing.assert_frame_equal(plain, turned)


def test_groups_are_what_pandas_finds():
    """Of a thousand posts in forty weeks, ties and missing values among them."""
    rng = np.random.default_rng(0)
    one = simulation.posts(weeks=40, posts_per_week=25).posts
    one.loc[rng.random(len(one)) < 0.1, "reach"] = pd.NA
    one.loc[rng.random(len(one)) < 0.1, "likes"] = pd.NA
    found = rates(Export(posts=one.sample(frac=1, random_state=1)), per="week")
    known = one.dropna(subset=["reach", "likes"]).astype({"reach": float})
    week = known["at"].dt.tz_localize(None).dt.to_period("W").dt.start_time
    done = known[["likes", "comments", "shares", "saves"]].sum(axis=1).astype(float)
    share = (done / known["reach"]).groupby(week)
    oracle = {
        "posts": share.size(),
        "engagements": done.groupby(week).sum(),
        "mean": share.mean(),
        "pooled": done.groupby(week).sum() / known["reach"].groupby(week).sum(),
        "median": share.median(),
    }
    ours = found.xs("reach", level="base")
    for name, values in oracle.items():
        np.testing.assert_allclose(ours[name], values)


def test_more_groups_than_small_integers_hold():
    """40,000 formats are sorted as well as four."""
    table = pd.DataFrame({"post": [f"{n}" for n in range(40_000)], "account": "me"})
    table = table.assign(format=[f"{n:05}" for n in range(40_000)][::-1], likes=range(40_000))
    found = rates(Export(posts=table.assign(reach=40_000)), per="format")
    mean = found["mean"].xs("reach", level="base")
    assert mean.index.is_monotonic_increasing
    assert mean["00000"] == 39_999 / 40_000


@pytest.mark.parametrize("per", ["post", "format", "week", "month"])
def test_no_posts_have_no_rates(per):
    """An empty table has the columns of a full one."""
    found = rates(Export(), per=per)
    assert found.empty
    assert list(found) == list(rates(export(), per=per))


def test_rates_by_a_given_audience():
    """The posts' own followers are not used: 10 of 1,000."""
    index = pd.to_datetime(["2026-05-04T10:00Z", "2026-05-05T10:00Z"])
    known = pd.Series([1000, 1000], index=index)
    found = rates(export(), audience=known)["by_followers"]
    np.testing.assert_allclose(found, [0.01, 0.04, NAN, NAN, NAN, NAN])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"per": "day"}, "per: accepts 'post', 'format', 'week', 'month'"),
        ({"zone": "Berlin"}, "zone: is no time zone"),
        ({"counts": "likes"}, "counts: is one text"),
        ({"audience": [1]}, "audience: accepts"),
    ],
)
def test_arguments_that_do_not_fit(options, message):
    """Each says what is accepted."""
    with pytest.raises(SchemaError, match=message):
        rates(export(), **options)


def test_posts_of_several_accounts_have_rates_by_their_own_followers_only():
    """One audience is of one account."""
    several = export(account=list("xxyyxy"))
    assert rates(several)["by_followers"].notna().sum() == 5
    with pytest.raises(SchemaError, match="are of 2 accounts"):
        rates(several, audience=pd.Series([1], index=pd.to_datetime(["2026-05-04T10:00Z"])))


def listed(day, count, *, status="presumed", declared=None, **more):
    """Return an export of the account "me" whose follower list has so many records."""
    row = {"owner": "me", "list": "followers", "status": status, "records": count}
    coverage = pd.DataFrame([row | {"declared": declared}]).astype({"declared": "Int64"})
    at = None if day is None else pd.Timestamp(day, tz="UTC")
    return Export(**{"owners": ("me",), "coverage": coverage, "exported_at": at} | more)


def test_two_exports_are_two_points():
    """In any order; what the platform declares is better than what it lists."""
    exports = [listed("2026-06-01", 400), listed("2026-03-01", 90, declared=100)]
    found = audience(exports)
    assert found.to_dict() == {
        pd.Timestamp("2026-03-01", tz="UTC"): 100,
        pd.Timestamp("2026-06-01", tz="UTC"): 400,
    }
    assert (found.name, found.index.name, found.dtype) == ("followers", "at", "Int64")
    assert found.attrs["left_out"] == {}


def test_two_exports_make_rates_by_followers():
    """A post on the middle day, of 10 engagements: 10 of 200."""
    known = audience([listed("2026-05-03T10:00", 100), listed("2026-05-07T10:00", 400)])
    middle = export([("a", "2026-05-05T10:00Z", "reel", 10, 0, None, None)])
    assert rates(middle, audience=known)["by_followers"].tolist() == pytest.approx([0.05])


def test_a_list_that_is_not_observed_tells_no_count():
    """A partial list has fewer records than there are followers."""
    partial = listed("2026-06-01", 400, status="partial")
    with pytest.raises(NotObservedError, match="followers are known at no time in 1 exports"):
        audience([partial])
    assert audience([partial, listed("2026-07-01", 500)]).tolist() == [500]


def test_dates_of_follows_are_never_added_up():
    """Three dated followers on a list that is not observed are no history of three."""
    since = pd.to_datetime(["2026-01-01", "2026-02-01", "2026-03-01"], utc=True)
    ties = pd.DataFrame({"source": list("abc"), "target": "me", "since": since})
    with pytest.raises(NotObservedError, match="at no time"):
        audience([listed("2026-06-01", 3, status="partial", follows=ties)])
    assert audience([listed("2026-06-01", 3, follows=ties)]).tolist() == [3]


def test_an_export_without_a_date_is_counted():
    """Its count is known, but not of when."""
    found = audience([listed(None, 7), listed("2026-06-01", 8)])
    assert found.tolist() == [8]
    assert found.attrs["left_out"] == {"undated": 1}


def test_analytics_give_the_followers_of_their_posts():
    """Of posts without a count there is no point; of equal times the later row counts."""
    rows = [
        (n, f"2026-05-{day}T10:00Z", "reel", 1, 1, count, 1)
        for n, day, count in (
            ("a", "04", 100),
            ("b", "05", None),
            ("c", "06", 120),
            ("d", "06", 121),
        )
    ]
    found = audience([export(rows), listed("2026-05-07", 130)])
    assert found.tolist() == [100, 121, 130]
    assert found.index.is_monotonic_increasing


def test_an_audience_is_of_one_account_and_platform():
    """Names of accounts are not repeated; one export is no list of exports."""
    with pytest.raises(SchemaError, match="exports: are of 2 accounts") as caught:
        audience([listed("2026-06-01", 4), Export(owners=("secret",))])
    assert "secret" not in str(caught.value)
    with pytest.raises(SchemaError, match="exports: are of 2 platforms"):
        audience([listed("2026-06-01", 4, platform=p) for p in ("x", "threads")])
    with pytest.raises(SchemaError, match="exports: is one Export"):
        audience(listed("2026-06-01", 4))
    unnamed = Export(owners=("(owner)",))
    assert audience([listed("2026-06-01", 4), unnamed]).tolist() == [4]


def test_no_exports_tell_no_followers():
    """Nor do exports without followers."""
    for exports in ([], [Export()]):
        with pytest.raises(NotObservedError, match=f"at no time in {len(exports)} exports"):
            audience(exports)


def test_a_period_has_its_start_and_not_its_end():
    """Two periods cut at one time share no post and lose none."""
    cut = "2026-05-05T10:00Z"
    assert period(export(), cut).posts["post"].tolist() == list("bcdf")
    assert period(export(), end=cut).posts["post"].tolist() == ["a"]
    assert period(export(), "2026-05-05", "2026-05-06").posts["post"].tolist() == ["b"]


def test_what_has_no_time_is_in_no_period_and_counted():
    """An open period has everything."""
    assert period(export(), "2026-01-01").posts.attrs["left_out"] == {"undated": 1}
    whole = period(export()).posts
    assert len(whole) == len(TABLE)
    assert whole.attrs["left_out"] == {}


def test_a_period_cuts_interactions_too_and_changes_no_argument():
    """All else stays."""
    marks = {"source": "me", "target": "ann", "kind": "like", "actor": "self"}
    times = pd.to_datetime(["2026-05-04T10:00Z", "2026-05-06T10:00Z", None], utc=True)
    whole = Export(interactions=pd.DataFrame({"at": times, **marks}), owners=("me",))
    part = period(whole, "2026-05-05")
    assert len(part.interactions) == 1
    assert part.interactions.attrs["left_out"] == {"undated": 1}
    assert part.owners == ("me",)
    assert len(whole.interactions) == 3


@pytest.mark.parametrize(
    ("start", "first"),
    [
        ("2026-03-29T02:30", "2026-03-29T01:00Z"),  # skipped: clocks went from 2 to 3
        ("2026-10-25T02:30", "2026-10-25T00:30Z"),  # twice: the first is meant
        (datetime.date(2026, 7, 1), "2026-06-30T22:00Z"),
        (pd.Timestamp("2026-07-01", tz="UTC"), "2026-07-01T00:00Z"),
        (np.datetime64("2026-07-01"), "2026-06-30T22:00Z"),
    ],
)
def test_local_times_are_those_of_the_zone(start, first):
    """Also where the clock is changed."""
    second = pd.Timedelta(seconds=1)
    at = pd.Timestamp(first)
    rows = [("x", str(when), "reel", 1, 1, 1, 1) for when in (at - second, at)]
    found = period(export(rows), start, zone="Europe/Berlin").posts
    assert found["at"].tolist() == [at]


@pytest.mark.parametrize("strange", ["soon", 5, ["2026-05-01"], pd.NaT, ""])
def test_what_is_no_time_is_refused(strange):
    """By the name of the argument."""
    with pytest.raises(SchemaError, match="end: is no time"):
        period(export(), end=strange)


def test_a_period_is_not_empty():
    """Nor runs backwards."""
    with pytest.raises(SchemaError, match="start: is not before end"):
        period(export(), "2026-05-05", "2026-05-05")
