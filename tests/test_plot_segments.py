"""Pictures of kinds of accounts and ties, and of return rates by factor, by their artists."""

from __future__ import annotations

from dataclasses import replace

import matplotlib.pyplot as plt
import networkx as nx
import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import PathCollection
from matplotlib.colors import to_rgba

from follownet import Export, plot, reciprocity
from follownet import segments as kinds_of
from follownet.errors import SchemaError
from follownet.simulation import bonds, kinds

pytestmark = pytest.mark.usefixtures("closed_figures")

LISTS = {"owner": "o$w$n", "list": ["followers", "following"], "status": "presumed"}
END = pd.Timestamp("2026-01-01", tz="UTC")


@pytest.fixture(scope="module")
def world():
    """Return the segments of a person with all six kinds, two of whom are deleted."""
    export = kinds(accounts=60, seed=1).export
    gone = pd.DataFrame({"type": "deleted"}, index=export.accounts.index[[5, 9]])
    return kinds_of.accounts(replace(export, accounts=gone.rename_axis("account")))


@pytest.fixture(scope="module")
def single():
    """Return the segments of a person who follows one account, of whom nothing else is held."""
    return kinds_of.accounts(export(("o$w$n", "$ann$", "2025-01-01T00:00:00Z")))


@pytest.fixture(scope="module")
def nobody():
    """Return the segments of a person without ties."""
    return kinds_of.accounts(export())


@pytest.fixture(scope="module")
def ties():
    """Return the kinds of the ties of a small network."""
    network = bonds(accounts=72, seed=1)
    return kinds_of.ties(network.graph, layer=network.layer)


@pytest.fixture(scope="module")
def rates():
    """Return rates by factor: of b, five of six follows are returned, of c none of three."""
    G = nx.DiGraph((f"a{one}", "b") for one in range(6))
    G.add_edges_from(("b", f"a{one}") for one in range(5))
    G.add_edges_from((f"a{one}", "$c$") for one in range(3))
    return kinds_of.by_factor(G, known=pd.DataFrame({"$f$": {"b": "$x$", "$c$": "y"}}))


def export(*rows, end=END):
    """Return an export of these follows; rows are source, target, time."""
    follows = pd.DataFrame(rows, columns=["source", "target", "since"])
    return Export(
        follows=follows.astype({"source": "object", "target": "object"}),
        coverage=pd.DataFrame(LISTS),
        owners=("o$w$n",),
        exported_at=end,
    )


def texts(ax):
    """Return what is written, each on one line."""
    return [" ".join(text.get_text().split()) for text in ax.texts]


def lightness(colour):
    """Return the relative luminance of a colour, as WCAG 2 has it."""
    rgb = np.array(to_rgba(colour)[:3])
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


@pytest.mark.parametrize(
    ("draw", "name"),
    [
        (plot.segments, "world"),
        (plot.segment_map, "world"),
        (plot.ties_by_kind, "ties"),
        (plot.factors, "rates"),
    ],
    ids=["segments", "segment_map", "ties_by_kind", "factors"],
)
class TestEveryPicture:
    def test_draws_on_the_axes_it_is_given(self, draw, name, request):
        _, (left, right) = plt.subplots(1, 2, figsize=(16, 8))
        assert draw(request.getfixturevalue(name), ax=right) is right
        assert len(plt.get_fignums()) == 1
        assert not left.has_data()

    def test_makes_one_transparent_figure_and_stays_inside(self, draw, name, request):
        ax = draw(request.getfixturevalue(name))
        assert len(plt.get_fignums()) == 1
        assert ax.figure.get_facecolor()[3] == 0
        assert {part.get_facecolor()[3] for part in [ax, *ax.child_axes]} == {0}
        ax.figure.draw_without_rendering()
        box, page = ax.get_tightbbox(), ax.figure.bbox
        assert (page.x0 <= box.x0, page.y0 <= box.y0) == (True, True)
        assert (box.x1 <= page.x1, box.y1 <= page.y1) == (True, True)

    def test_refuses_what_is_something_else(self, draw, name):
        """Also a table with the same columns that knows no factors."""
        mixing = reciprocity.mixing(nx.DiGraph([("a", "b")]), {"a": 1, "b": 2})
        source = {"ties": "segments.ties", "rates": "segments.by_factor"}
        for other in (mixing, mixing[["rate"]]):
            with pytest.raises(SchemaError, match=source.get(name, "segments.accounts")):
                draw(other)

    def test_of_nothing_something_is_drawn(self, draw, name, request):
        nothing = {
            "world": lambda: request.getfixturevalue("nobody"),
            "ties": lambda: kinds_of.ties(nx.DiGraph()),
            "rates": lambda: kinds_of.by_factor(nx.DiGraph()),
        }
        ax = draw(nothing[name]())
        ax.figure.draw_without_rendering()
        assert "0 " in ax.get_title(loc="left")


@pytest.mark.parametrize("draw", [plot.segments, plot.segment_map, plot.factors])
def test_names_are_no_formulas(draw, request):
    ax = draw(request.getfixturevalue("rates" if draw is plot.factors else "single"))
    labels = [*ax.texts, ax._left_title]
    labels += ax.get_yticklabels() if draw is plot.factors else []
    named = [text for text in labels if "$" in text.get_text()]
    assert named
    assert not any(text.get_parse_math() for text in named)


@pytest.mark.parametrize("page", ["white", "#111111"])
@pytest.mark.parametrize("segment", plot.SEGMENTS)
def test_colours_are_readable_on_light_and_dark(segment, page):
    low, high = sorted([lightness(plot.SEGMENTS[segment]), lightness(page)])
    assert (high + 0.05) / (low + 0.05) >= 3.9


def test_each_segment_has_a_colour_of_its_own():
    assert set(plot.SEGMENTS) == set(kinds_of.RULES)
    assert len(set(plot.SEGMENTS.values())) == len(plot.SEGMENTS)


class TestSegments:
    def test_bars_are_accounts_and_faint_where_deleted(self, world):
        bars, _ = plot.segments(world).child_axes
        names = [label.get_text() for label in bars.get_yticklabels()]
        assert sorted(names) == sorted(world.summary.index)
        living = [bar.get_width() for bar in bars.patches[::2]]
        gone = [bar.get_width() for bar in bars.patches[1::2]]
        summary = world.summary.loc[names]
        assert living == (summary["accounts"] - summary["deleted"]).tolist()
        assert gone == summary["deleted"].tolist()
        assert sum(gone) == 2
        assert {bar.get_alpha() for bar in bars.patches[1::2]} == {0.3}
        for name, bar in zip(names, bars.patches[::2], strict=True):
            assert bar.get_facecolor() == to_rgba(plot.SEGMENTS[name])

    def test_marks_are_medians_and_lines_the_middle_half(self, world):
        """Given filled and above, got hollow and below."""
        bars, events = plot.segments(world).child_axes
        names = [label.get_text() for label in bars.get_yticklabels()]
        listed = world.accounts
        row = names.index("friend")
        drawn = {tuple(one.get_offsets()[0]): one for one in events.collections}
        lines = {line.get_ydata()[0]: line.get_xdata() for line in events.lines}
        for name, place in (("given", row - 0.14), ("got", row + 0.14)):
            known = listed.loc[listed["segment"] == "friend", name].astype(float)
            mark = drawn[known.median(), place]
            assert (len(mark.get_facecolor()) > 0) == (name == "given")
            assert list(lines[place]) == pytest.approx(known.quantile([0.25, 0.75]).tolist())

    def test_numbers_and_what_is_needed_to_read_them_are_written(self, world):
        ax = plot.segments(world)
        friends = world.summary.loc["friend"]
        numbers = f"{friends['accounts']} ({100 * friends['share']:.3g} %)"
        assert numbers in texts(ax.child_axes[0])
        [caption] = [text for text in texts(ax) if text.startswith("among")]
        assert "still exist on 2026-01-01" in caption
        assert "2 deleted (faint, and in no share)" in caption
        assert "close 3, silent 0, quick 2D, burst 10, young 30D, window 365D" in caption

    def test_what_is_not_held_is_counted(self, single):
        ax = plot.segments(single)
        assert "1 accounts of which not both directions are held" in " ".join(texts(ax))
        assert not ax.child_axes[1].collections


class TestSegmentMap:
    def marks(self, ax):
        return {
            one.get_label(): one
            for one in ax.collections
            if isinstance(one, PathCollection) and not one.get_label().startswith("_")
        }

    def test_each_account_is_a_mark_of_its_segment(self, world):
        drawn = self.marks(plot.segment_map(world))
        counts = world.accounts["segment"].value_counts()
        assert {name: len(mark.get_paths()) for name, mark in drawn.items()} == counts.to_dict()
        for name, mark in drawn.items():
            assert to_rgba(plot.SEGMENTS[name]) == tuple(mark.get_facecolor()[0])

    def test_sectors_follow_from_the_top_with_the_clock(self, world):
        """Each as wide as its share, at least 30 degrees."""
        drawn = self.marks(plot.segment_map(world))
        names = [name for name in plot.SEGMENTS if name in drawn]
        middle = {}
        for name in names:
            x, y = np.array([path.vertices[:-1].mean(axis=0) for path in drawn[name].get_paths()]).T
            middle[name] = np.degrees(np.arctan2(x.mean(), y.mean())) % 360
        assert sorted(names, key=middle.get) == names
        counts = world.accounts["segment"].value_counts()[names]
        assert (counts / 60 * 360 >= 30).all()
        ends = counts.cumsum() / 60 * 360
        assert list(middle.values()) == pytest.approx((ends - counts * 3).tolist(), abs=8)

    def test_whoever_has_more_events_is_nearer(self, world):
        """As the names beside the marks tell."""
        ax = plot.segment_map(world)
        far = {text.get_text(): np.hypot(*text.get_position()) for text in ax.texts}
        friends = world.accounts[world.accounts["segment"] == "friend"]
        events = (friends["given"] + friends["got"]).astype(float)
        assert events.nunique() > 5
        assert events.corr(pd.Series(far)[events.index], method="spearman") < -0.9

    def test_names_are_written_for_few_accounts_or_where_asked(self, world):
        account = world.accounts.index[0]
        assert account in texts(plot.segment_map(world))
        assert account not in texts(plot.segment_map(world, labels=False))

    def test_a_small_segment_keeps_its_width_and_that_is_said(self):
        rows = [("o$w$n", f"a{place}", "2025-01-01T00:00:00Z") for place in range(40)]
        rows.append(("fan", "o$w$n", "2025-01-01T00:00:00Z"))
        found = kinds_of.accounts(export(*rows))
        assert "no sector is drawn narrower than 30 degrees" in " ".join(
            texts(plot.segment_map(found))
        )


class TestTiesByKind:
    def test_columns_are_weights_one_above_the_other(self, ties):
        ax = plot.ties_by_kind(ties)
        steps = {patch.get_label(): patch.get_data() for patch in ax.patches}
        assert set(steps) == set(ties.weights)
        base = np.zeros(len(ties.weights))
        for name, (values, edges, baseline) in steps.items():
            assert baseline == pytest.approx(base)
            assert sorted(values - baseline) == pytest.approx(sorted(ties.weights[name]))
            assert list(edges) == list(range(len(ties.weights) + 1))
            base = values
        assert base == pytest.approx(np.ones(len(base)))

    def test_ties_are_in_order_of_kind_and_weight(self, ties):
        values, _, _ = plot.ties_by_kind(ties).patches[0].get_data()
        friends = int((ties.kind == "friendship").sum())
        assert friends > 10
        assert list(values[:friends]) == sorted(values[:friends], reverse=True)
        assert values[:friends].min() > values[friends:].max()

    def test_shares_are_written_in_the_colours_of_the_kinds(self, ties):
        ax = plot.ties_by_kind(ties)
        share = ties.shares["share"]["friendship"]
        [label] = [text for text in ax.texts if text.get_text().startswith("friendship")]
        assert label.get_text() == f"friendship {100 * share:.3g} %"
        assert to_rgba(label.get_color()) == ax.patches[0].get_facecolor()
        assert "no true label exists to compare with" in texts(ax)

    def test_what_cannot_be_told_is_said_and_not_drawn(self):
        ax = plot.ties_by_kind(kinds_of.ties(kinds(accounts=60, seed=1).export))
        assert [patch.get_label() for patch in ax.patches] == ["friendship", "courtesy", "trade"]
        assert "community norm: cannot be told here" in texts(ax)[-1]


class TestFactors:
    def test_marks_are_rates_and_lines_intervals(self, rates):
        ax = plot.factors(rates)
        drawn = np.concatenate([mark.get_offsets() for mark in ax.collections])
        assert sorted(drawn[:, 0]) == pytest.approx(sorted(100 * rates["rate"]))
        spans = [tuple(line.get_xdata()) for line in ax.lines if line.get_ls() == "-"]
        known = rates.dropna(subset=["low"])
        assert len(known) > 0
        assert np.array(sorted(spans)) == pytest.approx(
            100 * known[["low", "high"]].sort_values("low").to_numpy()
        )
        hollow = sum(len(mark.get_facecolor()) == 0 for mark in ax.collections)
        assert hollow == rates["low"].isna().sum() > 0

    def test_rows_say_band_and_follows(self, rates):
        """In the order of the table, below the name of the factor."""
        ax = plot.factors(rates)
        rows = dict(
            zip(ax.get_yticks(), (one.get_text() for one in ax.get_yticklabels()), strict=True)
        )
        name = next(text for text in ax.texts if text.get_text() == "$f$")
        first = name.get_position()[1] + 1
        assert [rows[first], rows[first + 1]] == ["$x$", "y"]
        [count] = [
            text.get_text()
            for text in ax.texts
            if text.get_position() == (1.01, pytest.approx(first))
        ]
        assert count == "6"

    def test_the_line_is_the_rate_of_all(self, rates):
        ax = plot.factors(rates)
        [line] = [line for line in ax.lines if line.get_ls() == "--"]
        assert list(line.get_xdata()) == pytest.approx([100 * rates.attrs["rate"]] * 2)
        assert ax.get_title(loc="left").startswith("14 follows, 71.4 % returned")

    def test_what_is_not_measured_is_said(self, rates):
        [note] = [text for text in texts(plot.factors(rates)) if "95 % intervals" in text]
        assert "not measured: engaged, days since the follow, same community" in note
        assert "no rate here is an effect" in note

    def test_the_scale_fits_small_rates(self, rates):
        """Two of a hundred follows returned: nobody would see it on a scale to 100 %."""
        small = rates.assign(rate=0.02, low=0.01, high=0.04)
        assert plot.factors(small).get_xlim() == (0, 5)
        assert plot.factors(rates).get_xlim() == (0, 100)
