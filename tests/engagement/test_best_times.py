"""Which weekdays, hours and formats go with more engagement, told from noise."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from follownet import Export, simulation
from follownet.engagement import _best_times, best_times
from follownet.errors import NotObservedError, SchemaError

MONDAY = pd.Timestamp("2026-01-05T00:00Z")
FEW = {"draws": 99}


def posted(days, hours, likes, *, form="reel"):
    """Return an export with posts of so many likes at these hours, 1,000 followers each."""
    table = pd.DataFrame({"post": [f"{place}" for place in range(len(days))], "account": "me"})
    at = MONDAY + pd.to_timedelta(24 * np.asarray(days) + np.asarray(hours), unit="h")
    numbers = {"likes": likes, "followers": np.full(len(days), 1_000)}
    columns = {name: pd.array(values, dtype="Int64") for name, values in numbers.items()}
    return Export(posts=table.assign(at=at.as_unit("us"), format=form, **columns))


def regular(weeks=8):
    """Return days and hours of two posts a day, at 9 and at 19 h."""
    days = np.repeat(np.arange(7 * weeks), 2)
    return days, np.tile([9, 19], 7 * weeks)


def changed(export, **columns):
    """Return the export with other columns of posts."""
    return replace(export, posts=export.posts.assign(**columns))


def test_a_level_is_compared_with_the_average_post():
    """Four times the likes in the evening: twice and half the geometric mean, halves aside."""
    days, hours = regular()
    rng = np.random.default_rng(0)
    likes = np.where(hours == 19, 4, 1) * 10**6 * np.exp(rng.normal(0, 0.01, len(days)))
    found = best_times(posted(days, hours, likes.round().astype(int)), **FEW)
    assert found.factors.loc[("hour", "19"), "ratio"] == pytest.approx(2, rel=0.01)
    assert found.factors.loc[("hour", "9"), "ratio"] == pytest.approx(0.5, rel=0.01)
    assert found.best.loc["hour"].index.tolist() == ["19"]
    assert found.factors.loc["hour", ["posts", "weeks"]].to_numpy().tolist() == [[56, 8]] * 2
    assert (found.posts, found.weeks) == (112, 8)
    assert found.p["hour"] == pytest.approx(0.01)


def test_ratios_are_those_of_least_squares():
    """Against dummies by hand: blocks of four weeks, weekdays, hours and formats."""
    world = simulation.posts(weeks=52, posts_per_week=20, seed=3)
    found = best_times(world, **FEW)
    posts = world.posts
    engaged = posts[["likes", "comments", "shares", "saves"]].sum(axis=1).astype("float64")
    y = np.log((engaged + 0.5) / posts["followers"].astype("float64")).to_numpy()
    monday = posts["at"].dt.tz_localize(None).dt.to_period("W").dt.start_time
    columns = [
        # Weeks are numbered from that of 1970-01-01, a Thursday.
        pd.get_dummies(((monday - pd.Timestamp("1969-12-29")).dt.days // 7 - 1) // 4, dtype=float),
        pd.get_dummies(posts["at"].dt.day_name(), dtype=float),
        pd.get_dummies(posts["at"].dt.hour.astype("str"), dtype=float),
        pd.get_dummies(posts["format"], dtype=float),
    ]
    X = np.hstack([one.to_numpy() for one in columns])
    fit = np.linalg.lstsq(X, y, rcond=None)[0]
    begin = columns[0].shape[1]
    for by, part in zip(("weekday", "hour", "format"), columns[1:], strict=True):
        effects = pd.Series(fit[begin : begin + part.shape[1]], part.columns)
        begin += part.shape[1]
        expected = np.exp(effects - (part.mean() * effects).sum())
        got = found.factors.loc[by, "ratio"]
        assert got.to_dict() == pytest.approx(expected[got.index].to_dict(), rel=1e-6)


def test_clocks_of_the_zone_tell_hours_and_weekdays_in_summer_too():
    """22:30 UTC is 23:30 of that day in Berlin's winter, and 0:30 of the next in its summer."""
    days = np.arange(0, 7 * 40, 7)  # Mondays, January to October
    found = best_times(posted(days, np.full(40, 22.5), np.full(40, 50)), zone="Europe/Berlin")
    assert found.factors.loc["weekday", "posts"].to_dict() == {"Monday": 12, "Tuesday": 28}
    assert found.factors.loc["hour", "posts"].to_dict() == {"0": 28, "23": 12}


def test_levels_of_few_weeks_are_put_together_and_get_no_interval():
    """Four weeks with a post at 3 h, four at 4 h; posts without format are of none."""
    days, hours = regular()
    hours = hours.copy()
    hours[:56:14], hours[2:58:14] = 3, 4
    rng = np.random.default_rng(1)
    form = np.where(np.arange(len(days)) % 3 == 0, None, "reel")
    found = best_times(posted(days, hours, rng.poisson(300, len(days)), form=form), **FEW)
    assert found.factors.loc["hour"].index.tolist() == ["9", "19", "other"]
    assert found.factors.loc[("hour", "other"), "posts"] == 8
    assert math.isnan(found.factors.loc[("hour", "other"), "low"])
    assert not math.isnan(found.factors.loc[("hour", "9"), "low"])
    assert found.factors.loc["format", "posts"].to_dict() == {"reel": 74, "other": 38}
    assert "no interval and no p by format: 1 levels" in found.notes[0]


def test_posts_of_a_day_that_share_its_fate_count_once():
    """Every post made twice tells no more of weekdays than made once."""
    world = simulation.posts(weeks=52, posts_per_week=7, seed=5)
    posts = world.posts
    later = posts.assign(at=posts["at"] + pd.Timedelta("1min"), post=posts["post"] + "b")
    twice = replace(world, posts=pd.concat([posts, later], ignore_index=True))
    once, again = (best_times(one).factors.loc["weekday"] for one in (world, twice))
    widths = [np.log(table["high"] / table["low"]).mean() for table in (once, again)]
    # Twice as many that are independent would have intervals of .71 of the width.
    assert widths[1] == pytest.approx(widths[0], rel=0.1)


def test_planted_hours_are_found_and_a_world_without_shows_none():
    """The evening is 1.8 times as good; where no hour is, none is named."""
    options = {"weeks": 52, "posts_per_week": 10, "seed": 4}
    found = best_times(simulation.posts(hours={18: 1.8, 19: 1.8}, **options))
    assert found.best.loc["hour"].index.tolist() == ["18", "19"]
    assert "18 (" in str(found)
    none = best_times(simulation.posts(**options))
    assert "hour" not in none.best.index
    assert none.p["hour"] > 0.05


def test_the_seed_decides_and_the_size_of_chunks_does_not(monkeypatch):
    """The same seed gives the same limits, drawn at once or a few at a time."""
    world = simulation.posts(seed=6)
    first = best_times(world, seed=1, **FEW)
    assert first.factors.equals(best_times(world, seed=1, **FEW).factors)
    assert not first.factors.equals(best_times(world, seed=2, **FEW).factors)
    monkeypatch.setattr(_best_times, "_AT_ONCE", 1_000)
    assert first.factors.equals(best_times(world, seed=1, **FEW).factors)


@pytest.mark.slow
def test_equal_hours_are_rejected_as_often_as_stated():
    """A small version of ``benchmarks/engagement_rhythm.py``."""
    worlds = [simulation.posts(seed=seed) for seed in range(200)]
    rejected = np.mean([best_times(world, **FEW).p["hour"] <= 0.05 for world in worlds])
    assert 0.01 <= rejected <= 0.1


def test_what_always_goes_together_is_not_told_apart():
    """Reels at 19 h alone: hour and format have no ratio, weekdays do."""
    world = simulation.posts(weeks=52, posts_per_week=14, seed=1)
    form = np.where(world.posts["at"].dt.hour == 19, "reel", "image")
    found = best_times(changed(world, format=form), **FEW)
    assert found.factors.loc[("format", "reel"), ["ratio", "low"]].isna().all()
    assert found.p[["hour", "format"]].isna().all()
    assert not math.isnan(found.p["weekday"])
    assert sum("always go together" in note for note in found.notes) == 2


@pytest.mark.parametrize("count", [0, 1, 10, 25])
def test_few_posts_give_no_interval_and_the_reason(count):
    """Whatever cannot be judged is nan, and said."""
    world = simulation.posts(weeks=52, seed=1)
    found = best_times(replace(world, posts=world.posts.head(count)), **FEW)
    assert found.p.isna().all()
    assert found.factors[["low", "high"]].isna().all(axis=None)
    assert found.best.empty
    assert "nothing that can be told" in str(found)
    assert found.notes


def test_posts_without_engagement_or_time_are_told():
    """Undated posts are counted; where most have none, logarithms mean nothing."""
    world = simulation.posts(seed=1)
    undated = world.posts["at"].mask(np.arange(len(world.posts)) < 7)
    assert best_times(changed(world, at=undated), **FEW).left_out == {"undated": 7}
    none = changed(world, **dict.fromkeys(("likes", "comments", "shares", "saves"), 0))
    found = best_times(none, **FEW)
    assert found.p.isna().all()
    assert "have no engagement" in found.notes[0]


def test_engagements_themselves_have_a_note():
    """Without a base the audience is a part of them."""
    assert "growth of the audience" in best_times(simulation.posts(), base=None, **FEW).notes[-1]


def test_it_is_shown_as_text_and_table():
    """Notes and counts stand beside the numbers."""
    found = best_times(simulation.posts(seed=1), **FEW)
    assert f"{found.posts} posts in 26 weeks" in str(found)
    assert "<table" in found._repr_html_()


@pytest.mark.parametrize(
    ("options", "error", "text"),
    [
        ({"zone": "Mars/Base"}, SchemaError, "zone"),
        ({"draws": 9}, SchemaError, "draws"),
        ({"base": "likes"}, SchemaError, "base"),
        ({"counts": "likes"}, SchemaError, "counts"),
        ({"counts": ["claps"]}, SchemaError, "counts"),
        ({"seed": -1}, SchemaError, "seed"),
    ],
)
def test_bad_arguments_are_refused(options, error, text):
    """Each by name."""
    with pytest.raises(error, match=text):
        best_times(simulation.posts(), **options)


def test_a_base_that_no_post_has_is_not_observed():
    """The message says what would make it known."""
    world = simulation.posts()
    with pytest.raises(NotObservedError, match="no post has its followers"):
        best_times(changed(world, followers=pd.array([None] * len(world.posts), dtype="Int64")))
