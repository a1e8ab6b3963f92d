"""Pictures of activity in a week and of the times of posts are asserted on their artists."""

from __future__ import annotations

from dataclasses import replace

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from follownet import Export, plot, simulation
from follownet.engagement import best_times, rhythm
from follownet.errors import SchemaError

pytestmark = pytest.mark.usefixtures("closed_figures")


@pytest.fixture(scope="module")
def found():
    """Return what goes with more engagement in a world with a good hour."""
    world = simulation.posts(weeks=52, posts_per_week=14, hours={19: 2.0}, seed=1)
    return best_times(world, draws=99)


def notes(ax):
    """Return the caption on one line."""
    return " ".join(ax.texts[-1].get_text().split())


def likes(times):
    """Return an export of likes at these times."""
    at = pd.to_datetime(times, utc=True)
    return Export(
        interactions=pd.DataFrame({"source": "me", "kind": "like", "at": at}), owners=("me",)
    )


class TestRhythm:
    def test_a_cell_has_the_rate_of_its_hour(self):
        times = ["2026-01-05T08:00Z", "2026-01-05T08:10Z", "2026-01-12T08:59Z", None]
        ax = plot.rhythm(rhythm(likes(times)))
        rates = ax.collections[0].get_array().reshape(7, 24)
        assert rates[0, 8] == 1.5
        assert rates.sum() == 1.5
        assert notes(ax).startswith("3 events from 2026-01-05 to 2026-01-12; 1 left out: undated")

    def test_hours_that_never_were_are_crossed_out(self):
        table = rhythm(likes(["2026-03-29T00:00Z", "2026-03-29T03:00Z"]), zone="Europe/Berlin")
        ax = plot.rhythm(table)
        crosses = [text.get_position() for text in ax.texts if text.get_text() == "×"]
        assert (2.5, 6.5) in crosses  # Sunday, 2 h
        assert len(crosses) == int(table["rate"].isna().sum())
        assert "× never was" in notes(ax)
        assert ax.get_xlabel() == "hour, clocks of Europe/Berlin"

    def test_it_is_drawn_into_axes_that_are_given(self):
        ax = plt.figure().subplots()
        assert plot.rhythm(rhythm(likes(["2026-01-05T08:00Z"])), ax=ax) is ax

    def test_another_table_is_refused(self):
        table = rhythm(likes(["2026-01-05T08:00Z"]))
        with pytest.raises(SchemaError, match=r"engagement\.rhythm returns"):
            plot.rhythm(table.drop(columns="rate"))
        with pytest.raises(SchemaError, match="168 rows"):
            plot.rhythm(table.head(3))


class TestBestTimes:
    def test_marks_and_intervals_are_those_found(self, found):
        ax = plot.best_times(found)
        rows = found.factors.loc["hour"]
        drawn = {x: y for one in ax.lines[1:] for x, y in zip(*one.get_data(), strict=True)}
        assert [drawn[place] for place in range(len(rows))] == rows["ratio"].tolist()
        ends = np.array([part[:, 1] for part in ax.collections[0].get_segments()])
        assert ends == pytest.approx(rows[["low", "high"]].to_numpy())
        assert [text.get_text() for text in ax.get_xticklabels()] == rows.index.tolist()

    def test_filled_marks_are_away_from_the_average(self, found):
        ax = plot.best_times(found)
        filled = next(one for one in ax.lines[1:] if one.get_markerfacecolor() != "none")
        away = (found.factors.loc["hour", "low"] > 1) | (found.factors.loc["hour", "high"] < 1)
        assert filled.get_xdata().tolist() == np.flatnonzero(away).tolist()
        assert ax.get_title(loc="left") == "engagement by hour: 19 above average (p = 0.01)"

    @pytest.mark.parametrize("by", ["weekday", "format"])
    def test_weekdays_and_formats_have_names(self, found, by):
        ax = plot.best_times(found, by=by)
        names = [text.get_text() for text in ax.get_xticklabels()]
        assert names == found.factors.loc[by].index.tolist()

    def test_nothing_to_compare_is_said(self):
        world = simulation.posts(seed=1)
        few = best_times(replace(world, posts=world.posts.head(3)), draws=99)
        ax = plot.best_times(few)
        assert ax.texts[0].get_text() == "no two levels of hour can be compared"
        assert ax.get_title(loc="left") == "engagement by hour: cannot be told"
        assert "20 are needed" in notes(ax)

    def test_another_kind_is_refused(self, found):
        with pytest.raises(SchemaError, match="by: accepts 'weekday', 'hour', 'format'"):
            plot.best_times(found, by="month")
