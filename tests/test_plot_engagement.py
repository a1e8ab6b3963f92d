"""Pictures of engagement are asserted on their artists."""

from __future__ import annotations

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest

from follownet import Export, plot
from follownet.engagement import Change, Dilution, naming, rates, taxonomy
from follownet.errors import SchemaError

pytestmark = pytest.mark.usefixtures("closed_figures")

NAN = float("nan")


def notes(ax):
    """Return the caption on one line."""
    return " ".join(ax.texts[-1].get_text().split())


def line(ax, label):
    """Return what is drawn under a label."""
    return next(one for one in ax.lines if one.get_label() == label)


def posts(days, formats, likes, followers, reach=None):
    """Return an export of such posts."""
    table = pd.DataFrame({
        "post": [f"p{place}" for place in range(len(days))], "account": "me",
        "at": pd.to_datetime(days, utc=True), "format": formats, "likes": likes,
        "followers": pd.array(followers, dtype="Int64"),
    })  # fmt: skip
    return Export(posts=table if reach is None else table.assign(reach=reach))


class TestEngagementRates:
    export = posts(
        ["2026-01-05", "2026-01-06", "2026-01-26", "2026-01-27"],
        ["reel", "image", "image", None],
        [10, 30, 8, 4],
        [100, 1000, 100, None],
    )

    def test_formats_have_three_rates_side_by_side(self):
        ax = plot.engagement_rates(rates(self.export, per="format"))
        # image: 3 % and 8 %: mean 5.5, 38 of 1,100 is 3.45, median 5.5; reel: 10 % throughout.
        assert line(ax, "mean of rates").get_ydata().tolist() == pytest.approx([5.5, 10])
        assert line(ax, "ratio of sums").get_ydata().tolist() == pytest.approx([3800 / 1100, 10])
        assert line(ax, "median").get_ydata().tolist() == pytest.approx([5.5, 10])
        assert [text.get_text() for text in ax.get_xticklabels()] == ["image\n2", "reel\n1"]
        assert "3 posts; 1 without format" in notes(ax)

    def test_a_week_without_posts_is_a_gap(self):
        ax = plot.engagement_rates(rates(self.export, per="week"))
        drawn = line(ax, "median").get_ydata()
        assert np.isnan(drawn).tolist() == [False, True, True, False]
        assert drawn[-1] == pytest.approx(8)
        assert "1 without followers or counts" in notes(ax)
        assert ax.get_ylim()[0] == 0

    def test_the_base_with_most_posts_is_drawn_and_another_on_request(self):
        seen = posts(["2026-01-05"] * 2, "reel", [1, 2], [None, 50], reach=[10, 20])
        table = rates(seen, per="month")
        assert plot.engagement_rates(table).get_ylabel() == "engagements / reach"
        ax = plot.engagement_rates(table, base="followers")
        assert line(ax, "median").get_ydata().tolist() == pytest.approx([4])
        assert ax.get_ylabel() == "engagements / followers"

    def test_nothing_to_draw_is_said(self):
        ax = plot.engagement_rates(rates(posts([], [], [], []), per="week"))
        assert ax.texts[0].get_text() == "no post has a rate by followers"

    def test_other_tables_and_bases_are_refused(self):
        with pytest.raises(SchemaError, match="per= format"):
            plot.engagement_rates(rates(self.export))
        with pytest.raises(SchemaError, match="accepts 'followers', 'impressions', 'reach'"):
            plot.engagement_rates(rates(self.export, per="week"), base="likes")


def changed(**values):
    """Return a change of +40 %."""
    return Change(**{
        "ratio": 1.4, "low": 1.1, "high": 1.8, "p": 0.012, "typical_before": 0.02,
        "typical_after": 0.028, "posts_before": 60, "posts_after": 70, "weeks_before": 13,
        "weeks_after": 12, "design_effect": 1.2, "mean_ratio": 2.5, "pooled_ratio": 2.2,
        "median_ratio": 1.3, "base": "followers", "draws": 999, "seed": 0, "left_out": {},
        "notes": (), **values,
    })  # fmt: skip


class TestChange:
    def test_the_ratio_stands_on_its_interval_beside_three_others(self):
        ax = plot.change(changed())
        assert ax.get_title("left").endswith("+40 % (95 %: +10 % to +80 %), p = 0.012")
        drawn = {one.get_label(): one.get_xdata()[0] for one in ax.lines if one.get_marker() == "o"}
        expected = {"typical rate": 1.4, "median": 1.3, "ratio of sums": 2.2, "mean of rates": 2.5}
        assert drawn == expected
        (interval,) = (one.get_segments()[0] for one in ax.collections)
        assert interval[:, 0].tolist() == [1.1, 1.8]
        assert notes(ax).startswith("130 posts in 13 weeks before and 12 after")

    def test_a_claim_is_inside_the_picture(self):
        ax = plot.change(changed(), claim=4.0)
        assert ax.get_xlim()[1] > 4
        assert any("claimed +300 %" in text.get_text() for text in ax.texts)

    def test_what_is_undefined_is_said(self):
        found = changed(ratio=NAN, low=NAN, high=NAN, p=NAN, notes=("too few weeks",),
                        left_out={"undated": 3})  # fmt: skip
        ax = plot.change(found)
        assert ax.get_title("left") == "engagement by followers: undefined"
        assert "3 undated; too few weeks" in notes(ax)


def diluted(slope=0.5, low=0.4, high=0.6, **values):
    """Return a slope."""
    return Dilution(**{
        "slope": slope, "low": low, "high": high, "p": 0.01, "p_below": 0.005, "weeks": 20,
        "posts": 3, "zeros": 0, "followers_low": 100.0, "followers_high": 400.0,
        "design_effect": 1.0, "left_out": {}, "notes": (), **values,
    })  # fmt: skip


class TestDilution:
    table = pd.DataFrame({"engagements": [9.5, 19.5, 0, NAN], "followers": [100, 400, 200, 300]})

    def test_posts_and_both_slopes_are_drawn(self):
        ax = plot.dilution(self.table, diluted())
        assert line(ax, "posts").get_ydata().tolist() == [10, 20, 0.5]
        for label, slope in (("found", 0.5), ("in proportion", 1.0)):
            x, y = np.log(line(ax, label).get_data())
            assert np.diff(y)[0] / np.diff(x)[0] == pytest.approx(slope)
        assert ax.get_title("left").endswith("to the power of 0.50 (0.40 to 0.60)")
        assert "engagements of a post +41 %; 1 posts left out" in notes(ax)

    def test_without_slope_only_proportion_is_drawn(self):
        ax = plot.dilution(self.table, diluted(NAN, NAN, NAN))
        assert {one.get_label() for one in ax.lines} == {"posts", "in proportion"}
        assert ax.get_title("left").endswith("(undefined)")

    def test_nothing_to_draw_is_said(self):
        ax = plot.dilution(self.table[3:], diluted(NAN, NAN, NAN))
        assert ax.texts[0].get_text() == "no post has followers and engagements"


def interactions(*rows, platform="instagram"):
    """Return an export of such sources, targets, kinds and groups."""
    table = pd.DataFrame(rows, columns=["source", "target", "kind", "group"])
    return Export(interactions=table, owners=("me",), platform=platform)


class TestTaxonomy:
    def test_kinds_have_bars_by_frequency(self):
        export = interactions(
            ("me", "ann", "comment", None), ("me", "ann", "like", None), ("me", None, "like", None),
            ("me", "ann", "view", None), ("me", "ann", "wave", None), ("me", "ann", "like", None),
        )  # fmt: skip
        ax = plot.taxonomy(taxonomy(export))
        assert [text.get_text() for text in ax.get_yticklabels()] == [
            "like", "view", "comment", "wave",
        ]  # fmt: skip
        assert [bar.get_x() + bar.get_width() for bar in ax.patches] == [3, 1, 1, 1]
        colours = [mpl.colors.to_hex(bar.get_facecolor()) for bar in ax.patches]
        states = [plot.STATES[name].colour for name in ("following", "follower", "mutual")]
        assert colours == [*states, plot.GREY]
        assert ax.texts[0].get_text() == " 3, 66.7 % named"
        assert "which weights= may give: wave" in notes(ax)

    def test_scopes_of_a_kind_have_a_bar_each(self):
        export = interactions(("me", "ann", "message", None), ("me", None, "message", "trio"))
        labels = plot.taxonomy(taxonomy(export)).get_yticklabels()
        assert {text.get_text() for text in labels} == {"message, individual", "message, group"}

    def test_nothing_to_draw_is_said(self):
        ax = plot.taxonomy(taxonomy(Export()))
        assert ax.texts[0].get_text() == "no interactions"


class TestNaming:
    def test_missing_is_not_zero(self):
        """Likes name half, saves of the other platform nobody; what is not there is empty."""
        likes = interactions(("me", "ann", "like", None), ("me", None, "like", None))
        saves = interactions(
            ("me", None, "save", None), ("me", None, "message", "trio"), platform="tiktok"
        )
        ax = plot.naming(naming([likes, saves]))
        assert [text.get_text() for text in ax.get_yticklabels()] == ["like", "save", "message"]
        written = {text.get_position(): text.get_text() for text in ax.texts[:-1]}
        assert written == {(0.5, 0.5): "50 % of 2", (1.5, 1.5): "0 % of 1", (1.5, 2.5): "1"}
        (hatched,) = (patch for patch in ax.patches if patch.get_hatch())
        assert hatched.get_xy() == (1, 2)

    def test_nothing_to_draw_is_said(self):
        assert plot.naming(naming([])).texts[0].get_text() == "no interactions"
