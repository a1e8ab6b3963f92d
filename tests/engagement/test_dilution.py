"""Whether engagement grows with followers in proportion."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from follownet import Export, simulation
from follownet.engagement import dilution
from follownet.errors import NotObservedError, SchemaError

MONDAY = pd.Timestamp("2026-01-05T12:00Z")


def weekly(likes, followers, *, days=None, account="me"):
    """Return an export with posts of so many likes, on a Monday each unless told otherwise."""
    days = range(0, 7 * len(likes), 7) if days is None else days
    table = pd.DataFrame({"post": [f"{place}" for place in range(len(likes))], "account": account})
    table["at"] = (MONDAY + pd.to_timedelta(list(days), unit="D")).as_unit("us")
    numbers = {"likes": likes, "followers": followers}
    columns = {name: pd.array(values, dtype="Int64") for name, values in numbers.items()}
    return Export(posts=table.assign(**columns))


def test_the_slope_is_that_of_logarithms():
    """Four times the followers, twice the engagements: a slope of 1/2, halves aside."""
    found = dilution(weekly([10**8, 2 * 10**8], [100, 400]))
    assert found.slope == pytest.approx(0.5)
    assert (found.followers_low, found.followers_high) == (100, 400)
    assert (found.posts, found.weeks, found.zeros) == (2, 2, 0)


@pytest.mark.parametrize(
    ("power", "p", "below"), [(0.5, 0, 0), (1, 1, 0.5), (2, 0, 1)], ids=["thin", "same", "thick"]
)
def test_the_slope_is_held_against_1(power, p, below):
    """Below 1 growth goes with dilution; p_below is large where it is above."""
    followers = [100, 200, 400, 800, 1600, 3200]
    found = dilution(weekly([round(10**9 * (x / 100) ** power) for x in followers], followers))
    assert found.slope == pytest.approx(power)
    assert found.p == pytest.approx(p, abs=0.01)
    assert found.p_below == pytest.approx(below, abs=0.01)


def test_errors_are_those_of_a_jackknife_by_week_and_limits_of_student():
    """Against leaving out each week by hand, with numpy's own line."""
    rng = np.random.default_rng(2)
    days = np.sort(rng.integers(70, size=60))
    followers = np.round(1_000 * np.exp(0.03 * days + rng.normal(0, 0.1, 60)))
    likes = rng.poisson(0.05 * followers)
    found = dilution(weekly(likes, followers.astype(int), days=days))
    x, y, week = np.log(followers), np.log(likes + 0.5), days // 7
    slope, level = np.polyfit(x, y, 1)
    without = [np.polyfit(x[week != one], y[week != one], 1)[0] for one in range(10)]
    error = math.sqrt(9 / 10 * ((np.array(without) - slope) ** 2).sum())
    sums = np.bincount(week, weights=y - slope * x - level)
    rho = (sums[1:] * sums[:-1]).sum() / (sums**2).sum() + 1 / 10
    assert 0 < rho < 0.6
    error *= math.sqrt((1 + rho) / (1 - rho))
    assert found.slope == pytest.approx(slope)
    assert found.high - found.slope == pytest.approx(stats.t.ppf(0.975, 8) * error)
    assert found.slope - found.low == pytest.approx(stats.t.ppf(0.975, 8) * error)
    assert found.p == pytest.approx(2 * stats.t.sf(abs(slope - 1) / error, 8))
    assert found.p_below == pytest.approx(stats.t.cdf((slope - 1) / error, 8))
    assert found.design_effect == pytest.approx((1 + rho) / (1 - rho))


def test_a_planted_dilution_is_recovered():
    """.5 is in the interval of a year, 1 is not."""
    found = dilution(simulation.posts(slope=0.5, weeks=52, seed=1))
    assert found.low < 0.5 < found.high < 1
    assert found.p_below < 0.05


def test_a_world_without_dilution_shows_none():
    """Its followers double, and its engagements with them."""
    found = dilution(simulation.posts(seed=3))
    assert found.low < 1 < found.high
    assert found.p > 0.05


def test_the_rate_against_growth_would_show_one_by_construction():
    """Engagements that know nothing of followers, who go up and down: rates fall, not these."""
    rng = np.random.default_rng(0)
    followers = rng.integers(500, 2_000, size=60)
    likes = rng.poisson(50, size=60)
    found = dilution(weekly(likes, followers))
    rate = np.polyfit(np.log(followers), np.log(likes / followers), 1)[0]
    assert rate < -0.8
    assert found.low < 0 < found.high


@pytest.mark.parametrize(
    ("likes", "followers", "note"),
    [
        ([5] * 6, [100] * 6, "no slope: followers do not vary"),
        ([0] * 6, [1, 2, 3, 4, 5, 6], "no slope"),
        ([], [], "no slope"),
        ([5], [100], "no slope"),
    ],
    ids=["equal followers", "no engagement", "no posts", "one post"],
)
def test_where_nothing_varies_there_is_no_slope(likes, followers, note):
    """Nor an interval, nor p."""
    found = dilution(weekly(likes, followers))
    numbers = [found.slope, found.low, found.high, found.p, found.p_below, found.design_effect]
    assert np.isnan(numbers).all()
    assert any(text.startswith(note) for text in found.notes)


@pytest.mark.parametrize(
    ("likes", "followers", "note"),
    [
        ([5, 6, 7, 9], [1, 2, 3, 4], "no interval and no p: 4 weeks have posts; 5 are needed"),
        ([5, 6, 7, 9, 9, 8], [1, 1, 1, 1, 1, 4], "no interval and no p: without one of the weeks"),
        ([0, 6, 7, 9, 9, 8], [1, 2, 3, 4, 5, 6], "no interval and no p: 1 of 6 posts have no"),
    ],
    ids=["few weeks", "one week differs", "zeros"],
)
def test_a_slope_that_hangs_on_little_has_no_interval(likes, followers, note):
    """It is a number all the same, and the note says why it is alone."""
    found = dilution(weekly(likes, followers))
    assert math.isfinite(found.slope)
    assert np.isnan([found.low, found.high, found.p, found.p_below]).all()
    assert len(found.notes) == 1
    assert found.notes[0].startswith(note)


def test_an_exact_line_has_an_interval_of_one_point():
    """An error of 0 divides nothing."""
    found = dilution(weekly([10] * 6, [100, 200, 300, 400, 500, 600]))
    assert found.slope == pytest.approx(0, abs=1e-9)
    assert found.p == pytest.approx(0, abs=1e-6)


def test_followers_at_known_times_take_the_place_of_the_posts_own():
    """They double from the first to the last post; posts outside are counted."""
    index = pd.DatetimeIndex([MONDAY, MONDAY + pd.Timedelta(weeks=5)])
    known = pd.Series([100, 200], index=index)
    found = dilution(weekly([10**8] * 7, [None] * 7), audience=known)
    assert (found.followers_low, found.followers_high) == pytest.approx((100, 200))
    assert found.left_out == {"no followers": 1}


def test_what_cannot_be_used_is_counted():
    """A post without a date, one without likes, one without followers."""
    export = weekly([10, 20, None, 40], [100, None, 300, 400])
    export.posts.loc[0, "at"] = pd.NaT
    found = dilution(export)
    assert found.left_out == {"undated": 1, "no engagements": 1, "no followers": 1}
    assert found.posts == 1


def test_what_is_not_known_or_does_not_fit():
    """Each has its own kind of error."""
    with pytest.raises(NotObservedError, match="no post has its followers"):
        dilution(weekly([1, 2], [None, None]))
    with pytest.raises(NotObservedError, match="the posts have no likes"):
        dilution(weekly([None, None], [1, 2]))
    with pytest.raises(SchemaError, match="zone: is no time zone"):
        dilution(weekly([1], [1]), zone="Berlin")
    with pytest.raises(SchemaError, match="are of 2 accounts"):
        dilution(weekly([1, 2], [1, 2], account=["a", "b"]))


def test_weeks_are_those_of_the_zone():
    """23:30 on Sunday in UTC is Monday in Berlin: both posts are of one week."""
    export = weekly([5, 6], [100, 200], days=[-0.5 - 1 / 48, 0])
    assert dilution(export).weeks == 2
    assert dilution(export, zone="Europe/Berlin").weeks == 1


def test_the_result_prints():
    """One line a number."""
    assert "slope                    0.5" in str(dilution(weekly([10**8, 2 * 10**8], [100, 400])))
