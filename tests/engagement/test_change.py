"""Whether the rate of engagement changed, when, and what weeks have to do with it."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from follownet import Export, simulation
from follownet.engagement import audience, change, change_point, dilution, period
from follownet.engagement._blocks import (
    blocks,
    by_week,
    design_effect,
    furthest,
    share_beyond,
    shuffled,
    steps,
)
from follownet.errors import NotObservedError, SchemaError

NAN = float("nan")
MONDAY = pd.Timestamp("2026-01-05T12:00Z")
#: The middle of the 26 weeks of a world.
MIDDLE = "2026-04-06"


def daily(likes, *, days=None, followers=1_000, account="me"):
    """Return an export with posts of so many likes, one on each of these days (0 is a Monday)."""
    days = range(len(likes)) if days is None else days
    table = pd.DataFrame({"post": [f"{place}" for place in range(len(likes))], "account": account})
    table["at"] = (MONDAY + pd.to_timedelta(list(days), unit="D")).as_unit("us")
    table = table.assign(likes=pd.array(likes, dtype="Int64"), followers=followers)
    return Export(posts=table)


def halves(world, middle=MIDDLE):
    """Return both halves of an export."""
    return period(world, end=middle), period(world, middle)


def test_steps_are_those_of_least_squares_with_weekdays_and_clustered_errors():
    """Against dummies, a pseudoinverse and the sandwich, on unequal weeks."""
    rng = np.random.default_rng(0)
    week, weekday = rng.integers(12, size=60), rng.integers(7, size=60)
    values, after = rng.normal(size=60), (week >= 5) * 1.0
    design = np.column_stack([after, np.eye(7)[weekday]])
    inverse = np.linalg.pinv(design.T @ design)
    beta = inverse @ design.T @ values
    scores = np.zeros((12, 8))
    np.add.at(scores, week, design * (values - design @ beta)[:, None])
    error = math.sqrt((inverse @ scores.T @ scores @ inverse)[0, 0])
    weeks = by_week(week, weekday, values)
    step, errors, residuals = steps((weeks.number >= 5)[None] * 1.0, weeks.counts, weeks.sums)
    assert step[0] == pytest.approx(beta[0])
    assert errors[0] == pytest.approx(error)
    by_hand = np.bincount(week, weights=values - design @ beta)[weeks.number]
    np.testing.assert_allclose(residuals[0], by_hand, atol=1e-12)


def test_steps_without_a_weekday_in_common_are_undefined():
    """Mondays before and Tuesdays after say nothing of a change."""
    counts = np.array([[1.0, 0], [1, 0], [0, 1], [0, 1]])
    step, error, _ = steps(np.array([[0.0, 0, 1, 1]]), counts, counts)
    assert np.isnan([step[0], error[0]]).all()


def test_weeks_without_posts_are_no_weeks():
    """Numbers stay, so that it is known which weeks follow each other."""
    weeks = by_week(np.array([3, 1, 3]), np.array([0, 6, 0]), np.array([1.0, 2, 4]))
    assert (len(weeks), weeks.number.tolist()) == (2, [1, 3])
    assert weeks.counts[1].tolist() == [2, 0, 0, 0, 0, 0, 0]
    assert weeks.sums[:, [0, 6]].tolist() == [[0, 2], [5, 0]]


@pytest.mark.parametrize(
    ("residuals", "numbers", "effect"),
    [
        ([1, -1, 1, -1], [0, 1, 2, 3], 1),  # weeks that alternate widen nothing
        ([1, 1, -1, -1], [0, 1, 2, 3], 3),  # rho = 1/4 + 1/4
        ([1, 1, -1, -1], [0, 2, 4, 6], 5 / 3),  # no two weeks follow each other: 1/4
        ([3, 3, 3, 3, 3, 3], range(6), 4),  # 5/6 + 1/6 is more than .6, which is the most
        ([0, 0, 0, 0, 0], range(5), 1.5),
    ],
)
def test_the_design_effect_adds_up_what_weeks_tell_of_the_next(residuals, numbers, effect):
    """By hand: ``(1 + rho) / (1 - rho)``, rho the products of neighbours over squares, + 1/n."""
    found = design_effect(np.array(residuals, dtype=float), np.array(numbers))
    assert found == pytest.approx(effect)


def test_orders_keep_the_labels():
    """Each draw has as many weeks after as there were, in every order."""
    drawn = shuffled(np.array([0.0, 0, 1, 1, 1]), 200, np.random.default_rng(0))
    assert (drawn.sum(axis=1) == 3).all()
    assert len(np.unique(drawn, axis=0)) == 10


@pytest.mark.parametrize(("value", "share"), [(2, 4 / 5), (-2, 4 / 5), (0, 1), (9, 2 / 5)])
def test_a_share_counts_ties_the_undefined_and_the_data(value, share):
    """Of -3, 1, 2 less rounding and an undefined draw; the data are one draw more."""
    assert share_beyond(value, np.array([-3, 1, 2 - 1e-12, NAN])) == share


def test_a_block_is_seven_days_that_follow_each_other():
    """Twenty days with one post a day, whose value is its number: each weekday comes once."""
    day = np.arange(100, 120)
    counts, sums = blocks(day, day * 1.0, 200, np.random.default_rng(0))
    assert counts.shape == (200, 3, 7)
    assert (counts == 1).all()
    inside = np.sort(sums.reshape(-1, 7), axis=1)
    assert (np.diff(inside, axis=1) == 1).all()
    assert (np.unique(inside[:, 0]) == np.arange(100, 114)).all()
    np.testing.assert_array_equal(sums % 7, np.broadcast_to(np.arange(7), sums.shape))


def test_the_furthest_of_draws_leaves_out_5_of_100():
    """Around their own mean, undefined draws being further than all."""
    drawn = np.r_[np.arange(-50, 0), np.arange(1, 51)] + 1_000.0
    assert furthest(drawn, np.ones(100)) == 48
    assert furthest(drawn, np.full(100, 2.0)) == 24
    assert furthest(np.r_[drawn, [NAN] * 6], np.ones(106)) == math.inf


def test_the_ratio_is_one_of_geometric_means():
    """Rates of 1,000 and 4,000, then 3,000 and 12,000: three times, from 2,000 to 6,000."""
    before = daily([1_000_000] * 7 + [4_000_000] * 7)
    after = daily([3_000_000] * 7 + [12_000_000] * 7, days=range(14, 28))
    found = change(before, after)
    assert found.ratio == pytest.approx(3, rel=1e-5)
    assert found.typical_before == pytest.approx(2_000, rel=1e-5)
    assert found.typical_after == pytest.approx(6_000, rel=1e-5)
    assert (found.posts_before, found.posts_after) == (14, 14)
    assert (found.weeks_before, found.weeks_after) == (2, 2)


def test_half_an_engagement_is_added():
    """From 0 to 1 like the ratio is (1 + 1/2) / (0 + 1/2)."""
    assert change(daily([0], days=[0]), daily([1], days=[7])).ratio == pytest.approx(3)


def test_weekdays_are_matched():
    """Mondays have 10, Sundays 1000; many Sundays before and many Mondays after: no change."""
    before = daily([10, 1000, 1000, 1000], days=[0, 6, 13, 20])
    after = daily([10, 10, 10, 1000], days=[28, 35, 42, 48])
    found = change(before, after)
    assert found.ratio == pytest.approx(1)
    assert found.mean_ratio == pytest.approx(1030 / 3010)


def test_mean_ratio_of_sums_and_median_are_three_numbers():
    """Rates .1, .1, .4 become .1, .2, .3: means equal, medians double, sums by the followers."""
    before = daily([100, 100, 400])
    after = daily([100, 200, 900], days=[7, 8, 9], followers=[1000, 1000, 3000])
    found = change(before, after)
    assert found.mean_ratio == pytest.approx(1)
    assert found.median_ratio == pytest.approx(2)
    assert found.pooled_ratio == pytest.approx((1200 / 5000) / (600 / 3000))


def test_posts_on_weekdays_of_one_period_are_left_out_and_counted():
    """Tuesday is in the earlier period only."""
    found = change(daily([10, 99], days=[0, 1]), daily([20], days=[7]))
    assert found.left_out == {"weekday in one period only": 1}
    assert found.ratio == pytest.approx(20.5 / 10.5)
    apart = change(daily([10], days=[0]), daily([20], days=[8]))
    assert math.isnan(apart.ratio)
    assert apart.mean_ratio == 2


def test_short_periods_have_a_ratio_and_no_interval():
    """Four weeks before, five after."""
    found = change(daily([10] * 28), daily([20] * 35, days=range(28, 63)))
    assert found.ratio == pytest.approx(20.5 / 10.5)
    assert np.isnan([found.low, found.high, found.p]).all()
    assert found.notes == (
        "no interval and no p: 4 weeks before have posts; at least 5 are needed",
    )
    with pytest.raises(NotObservedError, match="without an interval: no interval and no p: 4"):
        found.covers(2)


def test_equal_posts_have_an_interval_of_one_point():
    """Nothing differs but the level: no rounding decides on p."""
    found = change(daily([10] * 35), daily([20] * 35, days=range(35, 70)))
    assert found.low == pytest.approx(found.high, rel=1e-4)
    assert found.p < 0.05
    still = change(daily([10] * 35), daily([10] * 35, days=range(35, 70)))
    assert (still.ratio, still.p) == (pytest.approx(1), 1)


@pytest.mark.parametrize("likes", [[0] * 70, []])
def test_nothing_engaged_or_no_posts_have_no_ratio(likes):
    """Half an engagement over half an engagement would be 1."""
    found = change(*halves(daily(likes), "2026-02-09"))
    numbers = [found.ratio, found.low, found.p, found.typical_before, found.mean_ratio]
    assert np.isnan(numbers).all()
    assert found.posts_before == len(likes) / 2


def test_many_posts_without_engagement_have_no_interval():
    """Where one in seven has none, the half that is added decides."""
    found = change(*halves(daily([0, 9, 9, 9, 9, 9, 9] * 10), "2026-02-09"))
    assert found.ratio == pytest.approx(1)
    assert math.isnan(found.p)
    assert "10 of 70 posts have no engagement" in found.notes[0]


def test_undated_posts_are_counted():
    """They are in neither period."""
    before, after = daily([10] * 7), daily([10] * 7, days=range(7, 14))
    before.posts.loc[0, "at"] = pd.NaT
    assert change(before, after).left_out["undated"] == 1


def test_without_a_base_growth_is_a_part_of_the_change():
    """Four times the followers, twice the likes: the rate is half, the counts are double."""
    before = daily([100_000] * 7, followers=1_000)
    after = daily([200_000] * 7, days=range(7, 14), followers=4_000)
    assert change(before, after).ratio == pytest.approx(0.5, rel=1e-4)
    found = change(before, after, base=None)
    assert found.ratio == pytest.approx(2, rel=1e-4)
    assert found.notes[-1].startswith("counts per post, not rates")


def test_followers_may_come_from_two_exports():
    """400 on the last day, 100 on the first: the posts' own column is not used."""
    points = []
    for day, count in ((0, 100), (13, 400)):
        row = {"owner": "me", "list": "followers", "status": "presumed", "records": count}
        at = MONDAY + pd.Timedelta(days=day)
        points.append(Export(owners=("me",), coverage=pd.DataFrame([row]), exported_at=at))
    parts = halves(daily([100_000] * 14), "2026-01-12")
    found = change(*parts, audience=audience(points))
    assert found.ratio == pytest.approx(4 ** (-7 / 13))
    assert found.left_out == {}


def test_periods_overlap_or_come_the_wrong_way_round():
    """Each has its message; equal times overlap."""
    early, late = daily([1] * 7), daily([1] * 7, days=range(7, 14))
    with pytest.raises(SchemaError, match="after is earlier than before"):
        change(late, early)
    with pytest.raises(SchemaError, match="before and after overlap"):
        change(early, daily([1], days=[6]))
    with pytest.raises(SchemaError, match="after: is a DataFrame, no Export"):
        change(early, late.posts)
    with pytest.raises(SchemaError, match="are of 2 accounts"):
        change(early, daily([1], days=[8], account="other"))


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"draws": 98}, SchemaError, "draws: give at least 99, got 98"),
        ({"draws": "many"}, SchemaError, "draws: give a whole number"),
        ({"seed": -1}, SchemaError, "seed: give at least 0"),
        ({"base": "likes"}, SchemaError, "base: accepts 'followers'"),
        ({"zone": "Berlin"}, SchemaError, "zone: is no time zone"),
        ({"base": "reach"}, NotObservedError, "no post has its reach"),
        ({"counts": ("saves",)}, NotObservedError, "the posts have no saves"),
    ],
)
def test_arguments_that_do_not_fit(options, error, message):
    """In both measures."""
    early, late = daily([1] * 7), daily([1] * 7, days=range(7, 14))
    with pytest.raises(error, match=message):
        change(early, late, **options)
    with pytest.raises(error, match=message):
        change_point(early, **options)


def test_days_are_those_of_the_zone():
    """23:30 on Monday in UTC is Tuesday in Berlin: not the weekday of the later post."""
    early, late = daily([10], days=[11.5 / 24]), daily([20], days=[7])
    assert change(early, late).posts_before == 1
    assert change(early, late, zone="Europe/Berlin").posts_before == 0


def test_a_day_may_be_cut():
    """A post of 9:36 is of the earlier period, though its day is the first of the later one."""
    found = change(daily([10, 30], days=[0, 6.9]), daily([20, 20], days=[7, 14]))
    assert (found.posts_before, found.posts_after) == (2, 2)
    assert (found.weeks_before, found.weeks_after) == (1, 2)
    assert found.ratio == pytest.approx(20.5 / math.sqrt(10.5 * 30.5))


@pytest.mark.parametrize(("effect", "times"), [(1, 1), (4, 2)])
def test_the_interval_is_as_many_times_wider_as_the_root_of_the_design_effect(
    monkeypatch, effect, times
):
    """And p is larger."""
    parts = halves(simulation.posts(effect=1.4, seed=5))
    monkeypatch.setattr("follownet.engagement._change.design_effect", lambda *_: 1.0)
    plain = change(*parts)
    monkeypatch.setattr("follownet.engagement._change.design_effect", lambda *_: effect)
    found = change(*parts)
    reach = math.log(plain.high / plain.low)
    assert math.log(found.high / found.low) == pytest.approx(times * reach)
    assert (found.p > plain.p) == (times > 1)


def test_a_planted_change_is_recovered():
    """1.4 is in the interval of a year, 1 and 2 are not; it is the same in every run."""
    parts = halves(simulation.posts(effect=1.4, weeks=52, seed=4), "2026-07-06")
    found = change(*parts)
    assert [found.covers(claim) for claim in (1, 1.4, 2)] == [False, True, False]
    assert found.p < 0.05
    assert found.low < found.ratio < found.high
    assert change(*parts) == found
    other = change(*parts, seed=1)
    assert other.ratio == found.ratio
    assert other.low != found.low


def test_a_world_without_an_effect_shows_none():
    """Although its followers doubled and posts went viral."""
    world = simulation.posts(seed=3)
    found = change(*halves(world))
    assert found.covers(1)
    assert found.p > 0.05
    assert change_point(world).p > 0.05


def test_one_viral_post_moves_means_and_not_the_typical_rate():
    """A hundredfold post in the end."""
    found = change(*halves(daily([100] * 69 + [10_000]), "2026-02-09"))
    assert found.mean_ratio > 3
    assert found.pooled_ratio > 3
    assert found.ratio < 1.2
    assert found.median_ratio == 1


def test_the_order_of_rows_changes_nothing():
    """Nor does it change what is drawn."""
    world = simulation.posts(effect=1.4, seed=5)
    turned = Export(posts=world.posts.iloc[::-1])
    plain, other = change(*halves(world), draws=99), change(*halves(turned), draws=99)
    assert other.p == plain.p
    assert (other.low, other.high) == pytest.approx((plain.low, plain.high))


def test_a_planted_change_point_is_found():
    """The fourteenth of 26 weeks; the ratio is not far from 2.5."""
    found = change_point(simulation.posts(effect=2.5, seed=2))
    assert found.at == pd.Timestamp(MIDDLE)
    assert found.p < 0.01
    assert found.selected_ratio == pytest.approx(2.5, rel=0.3)
    assert (found.weeks, found.candidates) == (25, 16)  # one week has no posts


def test_the_change_point_is_the_first_week_of_the_other_rate():
    """Seven weeks of 10 to 14 likes, then eight of 20 to 24."""
    likes = np.repeat([10, 20], [7 * 7, 8 * 7]) + np.tile([0, 1, 2, 3, 4], 21)
    found = change_point(daily(likes.tolist()))
    assert found.at == pd.Timestamp("2026-02-23")
    assert (found.candidates, found.posts) == (6, 105)


def test_weeks_without_posts_are_no_dates():
    """Weeks 5 and 6 have no posts: the step is found at week 7."""
    days = [*range(35), *range(49, 84)]
    likes = np.repeat([10, 30], 35) + np.tile([0, 1, 2, 3, 4], 14)
    found = change_point(daily(likes.tolist(), days=days))
    assert found.at == pd.Timestamp("2026-02-23")
    assert (found.weeks, found.candidates) == (10, 1)


def test_a_scan_pays_for_having_looked_everywhere():
    """Of forty worlds without effect a fifth has p up to .2, not most of them."""
    found = [change_point(simulation.posts(seed=seed), draws=99).p for seed in range(40)]
    assert 3 <= np.sum(np.array(found) <= 0.2) <= 14


@pytest.mark.parametrize(
    "export",
    [
        Export(),
        daily([5] * 63),
        daily([5] * 10, days=[0, 7, 14, 21, 28, 36, 43, 50, 57, 64]),  # Mondays, then Tuesdays
    ],
)
def test_too_few_weeks_have_no_date(export):
    """Nor have weeks without a weekday in common."""
    found = change_point(export)
    assert found.at is pd.NaT
    assert np.isnan([found.p, found.selected_ratio, found.design_effect]).all()
    assert found.candidates == 0
    assert "10 are needed" in found.notes[0]


def test_equal_weeks_have_p_1():
    """No rounding decides."""
    assert change_point(daily([5] * 84)).p == 1


def test_draws_are_made_in_parts(monkeypatch):
    """Working on few at once changes how much memory is used, not how many there are."""
    monkeypatch.setattr("follownet.engagement._change_point._CELLS", 26 * 17 * 10)
    assert change_point(simulation.posts(effect=2.5, seed=2)).p == 1 / 1_000


def test_results_print():
    """One line a number, and what was left out."""
    text = str(change(daily([10, 99], days=[0, 1]), daily([20], days=[7])))
    assert "ratio                  1.952" in text
    assert "left out: 1 posts, weekday in one period only" in text
    assert "candidates" in change_point(Export())._repr_html_()


@pytest.mark.slow
def test_tests_reject_in_5_of_100_worlds_without_effect_and_intervals_hold_95():
    """A small version of ``benchmarks/engagement_time.py``: three standard errors of 400 worlds."""
    found = []
    for seed in range(10_000, 10_400):
        plain, often = simulation.posts(seed=seed), {"draws": 199, "seed": seed}
        planted = simulation.posts(effect=1.4, seed=seed)
        thin = dilution(simulation.posts(slope=0.5, seed=seed))
        found.append(
            (
                change(*halves(plain), **often).p <= 0.05,
                change_point(plain, **often).p <= 0.05,
                dilution(plain).p <= 0.05,
                not change(*halves(planted), **often).covers(1.4),
                not thin.low <= 0.5 <= thin.high,
            )
        )
    shares = np.mean(found, axis=0)
    assert (np.abs(shares - 0.05) <= 3 * math.sqrt(0.05 * 0.95 / len(found))).all(), shares
