"""Worlds of posts: what is planted is there, and counts agree with each other."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from follownet import Export
from follownet.errors import SchemaError
from follownet.simulation import posts
from follownet.simulation.posts import DAYS, FORMATS, KINDS, OWNER, RATE

#: Many posts, in a world where only what is planted differs from post to post (but for chance).
LARGE = {"weeks": 104, "posts_per_week": 100, "growth": 0.0, "viral": 0.0}


def engaged(table):
    """Return the engagements of each post."""
    return table[list(KINDS)].sum(axis=1).astype(float)


def log_rate(table):
    """Return the logarithm of engagements per follower."""
    return np.log((engaged(table) + 0.5) / table["followers"].astype(float))


def slope(x, y):
    """Return the slope of least squares."""
    return np.polyfit(x, y, 1)[0]


def test_a_world_is_a_valid_export():
    """The short cut by which it is made agrees with the schema, column for column."""
    made = posts(seed=1)
    pd.testing.assert_frame_equal(made.posts, Export(posts=made.posts, owners=(OWNER,)).posts)
    assert made.owners == (OWNER,)
    assert made.posts["post"].is_unique
    assert made.posts["at"].is_monotonic_increasing
    assert set(made.posts["format"]) == set(FORMATS)


def test_the_seed_decides():
    """Equal seeds give equal worlds; worlds do not share a table."""
    one, same, other = posts(seed=1), posts(seed=1), posts(seed=2)
    pd.testing.assert_frame_equal(one.posts, same.posts)
    assert one.posts is not same.posts
    assert len(other.posts) != len(one.posts) or not other.posts.equals(one.posts)


def test_counts_agree_with_each_other():
    """Who engages is reached; who is reached has seen; impressions are views or fewer."""
    table = posts(effect=3, hours={20: 5.0}, seed=4).posts
    assert (engaged(table) <= table["reach"]).all()
    assert (table["reach"] <= table["impressions"]).all()
    assert (table["impressions"] <= table["views"]).all()
    assert (table["new_follows"] <= table["reach"]).all()
    assert not table.isna().any(axis=None)


def test_the_effect_begins_in_the_middle():
    """With the same seed the first half is equal; in the second, 1.4 times as many engage."""
    plain, changed = posts(**LARGE).posts, posts(**LARGE, effect=1.4).posts
    later = changed["at"] >= changed.attrs["truth"]["at"]
    assert later.mean() == pytest.approx(0.5, abs=0.02)
    step = log_rate(changed) - log_rate(plain)
    assert step[later].mean() == pytest.approx(np.log(1.4), abs=0.02)
    assert step[~later].mean() == pytest.approx(0, abs=0.02)
    assert changed.attrs["truth"]["at"] == pd.Timestamp("2026-01-05", tz="UTC") + pd.Timedelta(
        weeks=52
    )


def test_engagement_follows_followers_by_the_slope():
    """1: in proportion; .5: as their root; 0: not at all."""
    for power in (1.0, 0.5, 0.0):
        table = posts(**LARGE | {"growth": 0.004}, slope=power, autocorrelation=0, seed=1).posts
        x = np.log(table["followers"].astype(float))
        assert slope(x, np.log(engaged(table) + 0.5)) == pytest.approx(power, abs=0.05)
        assert x.iloc[-1] - x.iloc[0] == pytest.approx(0.004 * 728, abs=0.01)


def test_formats_hours_and_weekdays_have_their_factors():
    """Those of the truth, as far as chance lets them be seen."""
    made = posts(**LARGE, hours={9: 2.0}, start="2026-01-07", seed=2)
    table, truth = made.posts, made.posts.attrs["truth"]
    day = table["at"].dt.day_of_week.to_numpy()
    nine = (table["at"].dt.hour == 9).to_numpy()
    planted = (
        np.log(truth["weekdays"])[day]
        + np.log(table["format"].map(truth["formats"]).to_numpy(float))
        + np.where(nine, np.log(truth["hours"][9]), 0)
    )
    rest = log_rate(table).to_numpy() - np.log(RATE) - planted
    groups = [day == number for number in range(7)]
    groups += [table["format"] == name for name in FORMATS] + [nine]
    assert [abs(rest[group].mean()) < 0.1 for group in groups] == [True] * 11
    assert truth["formats"]["image"] == 1


def test_days_resemble_the_next():
    """Means of days correlate as planted, of a hundred posts each: chance takes a twentieth."""
    for planted in (0.0, 0.9):
        many = LARGE | {"posts_per_week": 700}
        table = posts(**many, autocorrelation=planted, seed=3).posts
        rate, weekday = log_rate(table), table["at"].dt.day_of_week
        rest = rate - rate.groupby(weekday).transform("mean")
        daily = rest.groupby(table["at"].dt.floor("D")).mean()
        assert len(daily) == 728
        assert daily.std() == pytest.approx(DAYS, rel=0.25)
        assert daily.autocorr() == pytest.approx(0.95 * planted, abs=0.1)


def test_viral_posts_are_rare_and_far():
    """Of none, all are within a hundred times the median; of some, not."""
    usual, viral = (posts(**LARGE | {"viral": share}, seed=5).posts for share in (0, 0.05))
    far = [engaged(table).max() / engaged(table).median() for table in (usual, viral)]
    assert far[0] < 30
    assert far[1] > 100


def test_the_number_of_posts_is_the_one_asked_for():
    """On average of worlds: the habits of weekdays have a mean of 1."""
    counts = [len(posts(weeks=10, posts_per_week=20, seed=seed).posts) for seed in range(60)]
    assert np.mean(counts) == pytest.approx(200, rel=0.06)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"weeks": 0}, "weeks: give at least 1, got 0"),
        ({"weeks": 2.5}, "weeks: give a whole number"),
        ({"seed": -1}, "seed: give at least 0"),
        ({"posts_per_week": 0}, "posts: posts_per_week, effect and the factors"),
        ({"effect": 0}, "are above 0"),
        ({"autocorrelation": 1}, r"autocorrelation is in \[0, 1\)"),
        ({"viral": 1.1}, r"viral in \[0, 1\]"),
        ({"hours": {24: 1.0}}, r"hours \(0 to 23\)"),
        ({"hours": {3: 0.0}}, "are above 0"),
        ({"start": "nonsense"}, "start: is no day"),
    ],
)
def test_worlds_that_cannot_be(options, message):
    """Each says what is accepted."""
    with pytest.raises(SchemaError, match=message):
        posts(**options)


def test_a_world_may_have_no_posts():
    """Its table has the columns of a full one."""
    empty = posts(weeks=1, posts_per_week=1e-9).posts
    assert empty.empty
    assert list(empty) == list(posts().posts)
