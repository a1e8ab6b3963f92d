"""Pictures of networks and of chance are asserted on their artists."""

from __future__ import annotations

import functools
import itertools

import matplotlib as mpl
import matplotlib.pyplot as plt
import networkx as nx
import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex, to_rgb
from matplotlib.offsetbox import AnnotationBbox
from matplotlib.patches import FancyArrowPatch

from follownet import plot
from follownet.errors import SchemaError
from follownet.plot._mixing import _on
from follownet.plot._nulls import TRIADS
from follownet.reciprocity import Summary

NAN = float("nan")
MUTUAL, ONE_WAY = plot.STATES["mutual"].colour, plot.STATES["following"].colour


@pytest.fixture(autouse=True)
def closed_figures():
    mpl.use("agg")
    plt.close("all")
    before = dict(mpl.rcParams)
    yield
    assert dict(mpl.rcParams) == before
    plt.close("all")


def summary(mutual=20, one_way=60, **values):
    """Return a summary of 100 accounts and so many pairs."""
    follows, connected = 2 * mutual + one_way, mutual + one_way
    null = 4950 - connected
    return Summary(**{
        "accounts": 100, "follows": follows, "mutual": mutual, "asymmetric": one_way,
        "null": null, "r": 2 * mutual / follows if follows else NAN,
        "q": mutual / connected if connected else NAN, "rho": 0.393, "bound": 0.9, "given": 0.4,
        "received": 0.4, "self_loops": 0, "unobserved": 0, "deleted": 0, **values,
    })  # fmt: skip


def bins_table(rows, name="followers"):
    """Return a table of `by_degree`: start of the bin, follows, returned, interval or not."""
    index = pd.Index([row[0] for row in rows], name=name, dtype="float64")
    table = pd.DataFrame(
        [
            (n, m, m / n if n else NAN, *((m / n - 0.1, m / n + 0.1) if known else (NAN, NAN)))
            for _, n, m, known in rows
        ],
        columns=["follows", "returned", "rate", "low", "high"],
        index=index,
    )
    return table.astype({"rate": float, "low": float, "high": float})


BINS = [(1, 10, 8, True), (10**0.5, 20_000, 10_000, True), (10, 4, 1, False)]


def mixing_table(rows):
    """Return a table of `mixing`: source, target, follows, returned."""
    table = pd.DataFrame(rows, columns=["source_group", "target_group", "follows", "returned"])
    table["rate"] = table["returned"] / table["follows"].where(table["follows"] > 0)
    table["rate"] = table["rate"].astype(float)
    return table


def squares(count, follows=50):
    """Return all pairs of so many groups."""
    names = [f"gr$up {i} $" for i in range(count)]
    return mixing_table([(*pair, follows, 20) for pair in itertools.product(names, repeat=2)])


TWO_GROUPS = mixing_table(
    [("x", "x", 100, 90), ("x", "y", 10, 1), ("y", "x", 4, 3), ("y", "y", 0, 0)]
)


def accounts_table(pairs):
    return pd.DataFrame(pairs, columns=["given", "received"], dtype="float64")


def ladder_table(models, r=0.5, follows=1_000):
    """Return a table of `ladder`: expected pairs and sd of each model."""
    table = pd.DataFrame.from_dict(models, orient="index", columns=["expected", "sd"], dtype=float)
    table["expected_r"] = 2 * table["expected"] / follows
    table["excess"] = r * follows / 2 / table["expected"] - 1
    table["rho"] = (r - table["expected_r"]) / (1 - table["expected_r"])
    table.attrs = {"r": r, "follows": follows, "observed": r * follows / 2}
    return table


MODELS = {"density": (10, 2), "degree": (50, 5), "m$ne$": (50, 0)}


def profile_table(**z):
    """Return a table of `triads`: 1 for each class and what is given."""
    values = {**dict.fromkeys(TRIADS, 3.0), **{name.strip("t"): value for name, value in z.items()}}
    table = pd.DataFrame({"z": pd.Series(values)})
    table["profile"] = table["z"] / np.sqrt((table["z"] ** 2).sum())
    return table


PICTURES = {
    "census": summary(),
    "by_degree": bins_table(BINS),
    "by_status": bins_table([(0.1, 9, 3, True), *BINS], "ratio"),
    "by_ratio": bins_table([(0.1, 9, 3, True), *BINS], "ratio"),
    "ladder": ladder_table(MODELS),
    "triads": profile_table(),
    "mixing": squares(5),
    "given_received": accounts_table([(0.5, 0.2), (1, 1), (NAN, 0.1)]),
}
HUGE = {
    "by_degree": bins_table([(1.0 + i, 10, 3, i % 2) for i in range(2_000)]),
    "ladder": ladder_table({i: (i + 1.0, 1.0) for i in range(2_000)}, follows=10_000),
    "mixing": squares(316),
    "given_received": accounts_table(np.random.default_rng(0).random((100_000, 2))),
}


@functools.cache
def drawn(name):
    """Return a picture, laid out once for those who only look at it."""
    ax = getattr(plot, name)(PICTURES[name])
    ax.figure.draw_without_rendering()
    return ax


def words(ax):
    return [text.get_text() for text in ax.texts if text.get_text()]


def notes(ax):
    """Return the caption on one line."""
    captions = [text for text in ax.texts if text.get_fontsize() == 8 and ";" in text.get_text()]
    return " ".join(captions[-1].get_text().split())


def labelled(artists, name):
    return [artist for artist in artists if artist.get_label() == name]


@pytest.mark.parametrize("name", PICTURES)
class TestEveryPicture:
    """What is true of all."""

    def test_draws_on_the_axes_it_is_given(self, name):
        """And on no other."""
        _, (left, right) = plt.subplots(1, 2)
        assert getattr(plot, name)(PICTURES[name], ax=right) is right
        assert len(plt.get_fignums()) == 1
        assert not left.has_data()

    def test_makes_one_transparent_figure(self, name):
        """Keys of colours too."""
        ax = getattr(plot, name)(PICTURES[name])
        assert len(plt.get_fignums()) == 1
        assert ax.figure.get_facecolor()[3] == 0
        assert {a.get_facecolor()[3] for a in [ax, *ax.child_axes]} == {0}

    def test_writes_in_colours_that_are_read_on_both_pages(self, name):
        """All texts, but those inside a coloured cell, have the grey or a colour of the house."""
        ax = drawn(name)
        house = {plot.GREY, *(state.colour for state in plot.STATES.values())}
        cells = {"white", "#111111"} if name == "mixing" else set()
        texts = [text for text in ax.figure.findobj(plt.Text) if text.get_text()]
        used = {text.get_color() for text in texts if text.get_visible()}
        assert used <= house | cells | {to_rgb(colour) for colour in house}
        assert not [t.get_text() for t in texts if "$" in t.get_text() and t.get_parse_math()]

    def test_stays_inside_its_figure(self, name):
        """Nothing is cut at the default size."""
        ax = drawn(name)
        box, page = ax.get_tightbbox(), ax.figure.bbox
        assert page.x0 <= box.x0 + 1
        assert page.y0 <= box.y0 + 1
        assert box.x1 <= page.x1 + 1
        assert box.y1 <= page.y1 + 1

    def test_changes_no_argument(self, name):
        """Rows, columns and attrs are as before."""
        table = PICTURES[name]
        before = table if name == "census" else table.copy()
        getattr(plot, name)(table)
        if name == "census":
            assert table == summary()
        else:
            pd.testing.assert_frame_equal(table, before)
            assert table.attrs == before.attrs

    def test_refuses_another_table(self, name):
        """The message says where the right one comes from."""
        source = f"{'nulls' if name in ('ladder', 'triads') else 'reciprocity'}.{name}"
        source = {"census": "reciprocity.summary"}.get(name, source)
        source = {"given_received": "reciprocity.accounts"}.get(name, source)
        with pytest.raises(SchemaError, match=f"give what {source} returns"):
            getattr(plot, name)(pd.DataFrame({"state": []}))

    def test_draws_one_row_and_none(self, name):
        """Nothing is said to be nothing."""
        if name == "census":
            ax = plot.census(summary(0, 0))
            assert "no follows" in words(ax)
            return
        for rows in (0, 1):
            ax = getattr(plot, name)(PICTURES[name].iloc[:rows])
            ax.figure.canvas.draw()
            nothing = any(text.startswith("no ") for text in words(ax))
            assert nothing == (rows == 0)

    def test_draws_rates_that_are_all_undefined(self, name):
        """As if there were none; what is left out is counted."""
        if name == "census":
            table = summary(0, 0, rho=NAN)
        else:
            table = PICTURES[name].copy()
            for column in table.columns.intersection(["follows", "returned"]):
                table[column] = 0
            floats = table.select_dtypes("float").columns
            table[floats] = NAN
        ax = getattr(plot, name)(table)
        ax.figure.canvas.draw()
        if name != "mixing":
            assert any(text.startswith("no ") for text in words(ax))


@pytest.mark.parametrize("name", HUGE)
def test_thousands_of_rows_are_drawn_without_a_text_each(name):
    """Texts are for what there is room for."""
    ax = getattr(plot, name)(HUGE[name])
    ax.figure.draw_without_rendering()
    assert len(words(ax)) < 10


class TestCensus:
    def test_a_mutual_pair_holds_two_follows_and_an_asymmetric_one(self):
        """P19: r and q are of the same counts; bars of one scale show how."""
        ax = plot.census(summary(20, 60))
        parts = [(bar[0].get_x(), bar[0].get_width()) for bar in ax.containers]
        assert parts == [(0, 20), (20, 60), (0, 40), (40, 60)]
        assert [to_hex(bar[0].get_facecolor()) for bar in ax.containers] == [MUTUAL, ONE_WAY] * 2
        assert "80 connected pairs: q = 25 % are mutual" in words(ax)
        assert "100 follows: r = 40 % are returned" in words(ax)
        assert {"20 mutual", "60 asymmetric", "2 × 20 returned", "60 not returned"} <= set(
            words(ax)
        )

    def test_null_pairs_are_counted_and_have_no_bar(self):
        """With the density that they make."""
        text = notes(plot.census(summary(20, 60)))
        assert (
            "not drawn: 4,870 null pairs, without a tie either way, 61 for each connected" in text
        )
        assert "the density is 1.01 %, and r in excess of it rho = 0.393" in text

    def test_unknown_null_pairs_are_said_to_be_unknown(self):
        """As in graphs known through owners, with the reasons of the summary."""
        found = summary(null=NAN, rho=NAN, notes=("known through 1 account",))
        assert (
            notes(plot.census(found))
            == "how many pairs are null is unknown; known through 1 account"
        )

    @pytest.mark.parametrize(
        ("r", "text"),
        [(0.4, "7 self-loops left out"), (0.5, "with them r is 50 % in this summary")],
    )
    def test_self_loops_have_no_bar(self, r, text):
        """P20: the bars are without them whatever r does with them."""
        ax = plot.census(summary(20, 60, self_loops=7, r=r))
        assert text in notes(ax)
        assert "100 follows: r = 40 % are returned" in words(ax)


class TestHalfDecades:
    def test_marks_intervals_and_counts(self):
        """In the middle of each bin, in percent; without interval open."""
        ax = plot.by_degree(bins_table(BINS))
        [marks] = labelled(ax.collections, "marks")
        x, y = marks.get_offsets().data.T
        assert x == pytest.approx([10**0.25, 10**0.75, 10**1.25])
        assert y == pytest.approx([80, 50, 25])
        assert marks.get_facecolor()[:, 3].tolist() == [1, 1, 0]
        [spans] = labelled(ax.collections, "intervals")
        assert np.allclose([s[:, 1] for s in spans.get_segments()], [[70, 90], [40, 60]])
        [widths] = labelled(ax.collections, "bins")
        assert widths.get_segments()[2][:, 0] == pytest.approx([10, 10**1.5])
        assert {"10", "20 k", "4", "all 50 %"} <= set(words(ax))

    def test_dashed_line_is_the_rate_of_all_follows(self):
        """Not the mean of the bins."""
        [line] = labelled(plot.by_degree(bins_table(BINS)).lines, "all")
        assert line.get_ydata()[0] == pytest.approx(100 * 10_009 / 20_014)

    def test_bins_without_rate_are_counted(self):
        """They are not drawn at 0."""
        ax = plot.by_degree(bins_table([*BINS, (100, 0, 0, False)]))
        assert len(labelled(ax.collections, "marks")[0].get_offsets()) == 3
        assert "1 bins without a rate" in notes(ax)

    def test_status_has_a_line_between_down_and_up(self):
        """Ticks below 1 are fractions, none is a formula."""
        ax = plot.by_status(PICTURES["by_status"])
        assert labelled(ax.lines, "equal")[0].get_xdata()[0] == 1
        ax.figure.draw_without_rendering()
        ticks = [tick.get_text() for tick in ax.get_xticklabels()]
        assert {"1/10", "1", "10"} <= set(ticks)
        assert {"down", "up"} <= set(words(ax))

    @pytest.mark.parametrize(
        ("name", "index"), [("by_degree", "ratio"), ("by_status", "followers"), ("by_ratio", None)]
    )
    def test_index_tells_the_tables_apart(self, name, index):
        """The columns are the same."""
        with pytest.raises(SchemaError, match="the table's index is not"):
            getattr(plot, name)(bins_table(BINS, index))


class TestGivenReceived:
    def test_areas_are_numbers_of_accounts(self):
        """Equal rates are one mark, so that none hides another."""
        ax = plot.given_received(accounts_table([(0.5, 0)] * 3 + [(1, 1)]))
        [marks] = labelled(ax.collections, "accounts")
        assert marks.get_offsets().tolist() == [[50, 0], [100, 100]]
        assert marks.get_sizes().tolist() == [72, 24]

    def test_undefined_rates_are_counted_and_means_are_not_r(self):
        """P21: nobody's rate is 0 because it is undefined; P19: the mean of rates is not r."""
        ax = plot.given_received(accounts_table([(0.5, 0), (1, NAN), (NAN, 1), (NAN, NAN)]))
        assert ax.get_title(loc="left") == "given and received of 1 account"
        text = notes(ax)
        assert "means over accounts: given 75 %, received 50 %; neither is r" in text
        assert "2 without followers (no given); 2 without following (no received)" in text
        assert "1 of them without both" in text

    def test_more_than_two_thousand_are_hexagons(self):
        """Their numbers add up to the accounts."""
        points = np.random.default_rng(1).integers(0, 5, (2_001, 2)) / 4
        ax = plot.given_received(accounts_table(points))
        [cells] = labelled(ax.collections, "accounts")
        assert cells.get_array().sum() == 2_001
        assert len(ax.child_axes) == 1
        few = plot.given_received(accounts_table(points[1:]))
        assert not few.child_axes

    def test_diagonal_is_where_both_are_equal(self):
        """On axes of one unit."""
        ax = plot.given_received(PICTURES["given_received"])
        assert np.array_equal(*labelled(ax.lines, "equal")[0].get_data())
        assert ax.get_aspect() == 1


class TestMixing:
    def test_cells_are_rates_and_say_their_follows(self):
        """Rows follow columns; few follows are hatched and not coloured, none is empty."""
        ax = plot.mixing(TWO_GROUPS)
        values = ax.collections[0].get_array()
        assert values.filled(-1).tolist() == [[90, 10], [-1, -1]]
        assert {text.get_position(): text.get_text() for text in ax.texts[:3]} == {
            (0.5, 0.5): "90 %\n100", (1.5, 0.5): "10 %\n10", (0.5, 1.5): "3 of 4",
        }  # fmt: skip
        assert [(patch.get_xy(), patch.get_hatch()) for patch in ax.patches] == [((0, 1), "///")]
        assert [label.get_text() for label in ax.get_yticklabels()] == ["x", "y"]
        assert ax.get_ylabel() == "group that follows"
        assert "1 cells of fewer than 5 follows" in notes(ax)

    def test_texts_stand_out_from_their_cells(self):
        """Contrast of at least 3.9 at every colour of the map."""
        table = mixing_table([("x", str(i), 1_000, 10 * i) for i in range(101)])
        cells = plot.mixing(TWO_GROUPS).collections[0]
        cells.set_clim(0, 100)

        def light(colour):
            rgb = np.array(to_rgb(colour))
            linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
            return linear @ [0.2126, 0.7152, 0.0722] + 0.05

        for share in 100 * table["rate"]:
            pair = sorted([light(_on(share, cells)), light(cells.to_rgba(share)[:3])])
            assert pair[1] / pair[0] >= 3.9

    def test_colours_grow_lighter_for_every_eye(self):
        """Lightness alone tells them: a map that does not need hues."""
        cells = plot.mixing(TWO_GROUPS).collections[0]
        grey = cells.get_cmap()(np.linspace(0, 1, 50))[:, :3] @ [0.2126, 0.7152, 0.0722]
        assert (np.diff(grey) > 0).all()

    @pytest.mark.parametrize(("count", "lines"), [(8, 2), (20, 1), (40, 0)])
    def test_cells_say_as_much_as_they_have_room_for(self, count, lines):
        """No text reaches into the next cell."""
        ax = plot.mixing(squares(count))
        ax.figure.draw_without_rendering()
        texts = [text for text in ax.texts if text.get_color() in ("white", "#111111")]
        assert len(texts) == (count**2 if lines else 0)
        if lines:
            assert texts[0].get_text().count("\n") == lines - 1
            cell = ax.get_window_extent().width / count, ax.get_window_extent().height / count
            box = texts[0].get_window_extent()
            assert box.width < cell[0]
            assert box.height < cell[1]

    def test_names_are_cut_turned_and_never_formulas(self):
        """Names that the font has not are drawn as ?."""
        names = ["a very long name of a group", "$x$", "王", "d", "e"]
        ax = plot.mixing(mixing_table([(*p, 9, 3) for p in itertools.product(names, repeat=2)]))
        shown = [label.get_text() for label in ax.get_xticklabels()]
        assert shown == ["a very long name …", "$x$", "?", "d", "e"]
        assert {label.get_rotation() for label in ax.get_xticklabels()} == {90}

    def test_pairs_that_the_table_has_not_are_empty(self):
        """As a table that was filtered."""
        ax = plot.mixing(TWO_GROUPS.iloc[:2])
        assert ax.collections[0].get_array().filled(-1).tolist() == [[90, 10], [-1, -1]]

    def test_accounts_without_group_are_counted(self):
        """With their follows."""
        table = TWO_GROUPS.copy()
        table.attrs = {"ungrouped": 3, "left_out": 12}
        assert "3 accounts without a group; 12 follows of theirs left out" in notes(
            plot.mixing(table)
        )

    def test_pairs_twice_and_thousands_of_groups_are_refused(self):
        """Before a matrix is made of them."""
        with pytest.raises(SchemaError, match="in the table twice"):
            plot.mixing(pd.concat([TWO_GROUPS, TWO_GROUPS]))
        with pytest.raises(SchemaError, match="2,000 groups"):
            plot.mixing(mixing_table([(f"a{i}", f"b{i}", 9, 1) for i in range(1_000)]))


class TestLadder:
    def test_marks_ranges_and_the_observed_line(self):
        """Two sd of pairs are four of follows: 10 pairs with sd 2 are 2 ± 0.8 % of 1,000."""
        ax = plot.ladder(ladder_table(MODELS))
        assert labelled(ax.lines, "observed")[0].get_xdata()[0] == 0.5
        assert labelled(ax.lines, "expected")[0].get_xdata().tolist() == [0.02, 0.1, 0.1]
        [spans] = labelled(ax.collections, "range")
        ends = [segment[:, 0] for segment in spans.get_segments()]
        assert np.allclose(ends, [[0.012, 0.028], [0.08, 0.12], [0.1, 0.1]])
        assert "observed r = 50 %" in words(ax)

    def test_effect_sizes_stand_beside_and_z_does_not(self):
        """P22: z grows with the size of a network, excess and rho compare."""
        ax = plot.ladder(ladder_table(MODELS))
        assert words(ax)[1:7] == ["excess", "rho", "+24", "+0.49", "+4", "+0.444"]
        assert not any("z" in text.split() for text in words(ax))
        assert [label.get_text() for label in ax.get_yticklabels()] == [
            "density\ndensity, on average", "degree\nboth degrees, on average", "m$ne$",
        ]  # fmt: skip

    @pytest.mark.parametrize(("expected", "scale"), [(20, "log"), (30, "linear"), (0, "linear")])
    def test_axis_is_logarithmic_where_orders_are_between(self, expected, scale):
        """Observed r is 50 %; 0 has no place on a logarithmic axis."""
        ax = plot.ladder(ladder_table({"degree": (expected, 1)}))
        ax.figure.draw_without_rendering()
        assert ax.get_xscale() == scale
        assert "∞" in words(ax) or expected

    def test_chance_above_the_observed_has_a_minus(self):
        """Fewer mutual pairs than by chance."""
        ax = plot.ladder(ladder_table({"degree": (400, 1)}))
        assert words(ax)[3:5] == ["−0.375", "−1.5"]

    def test_lost_attrs_are_named(self):
        """r is in no column."""
        table = ladder_table(MODELS)
        table.attrs = {"r": 0.5}
        with pytest.raises(SchemaError, match="attrs have no follows"):
            plot.ladder(table)


class TestTriads:
    def test_profile_is_drawn_in_the_order_of_the_classes(self):
        """Rows in any order; the three classes that are not connected are left out."""
        table = pd.concat([profile_table(t201=-4.0), pd.DataFrame({"z": [9.0]}, index=["003"])])
        ax = plot.triads(table.iloc[::-1])
        [line] = labelled(ax.lines, "profile")
        assert line.get_xdata().tolist() == list(range(13))
        assert line.get_ydata()[TRIADS.index("201")] == table["profile"].min()
        assert [label.get_text() for label in ax.get_xticklabels()] == list(TRIADS)

    def test_classes_whose_sign_the_model_decides_are_grey(self):
        """Only where both are beyond 2: z of 1.6 and -3 is no difference of signs."""
        one, other = profile_table(t201=10.0, t030T=1.6), profile_table(t201=-16.0, t030T=-3.0)
        ax = plot.triads({"switching": one, "reciprocal": other})
        spans = labelled(ax.patches, "turned")
        assert [span.get_x() + 0.5 for span in spans] == [TRIADS.index("201")]
        assert "the sign of 1 of 13 depends on the null model" in notes(ax)
        key = ax.get_legend()
        assert [text.get_text() for text in key.get_texts()] == ["switching", "reciprocal"]

    def test_profiles_differ_in_colour_mark_and_dashes(self):
        """They are told apart without colour."""
        ax = plot.triads({name: profile_table() for name in ("a$", "b$", "c")})
        handles = ax.get_legend().get_lines()
        looks = {(h.get_marker(), h.get_linestyle(), h.get_color()) for h in handles}
        assert (
            len(looks) == len({look[0] for look in looks}) == len({look[1] for look in looks}) == 3
        )
        assert not any(text.get_parse_math() for text in ax.get_legend().get_texts())

    def test_marks_of_small_z_are_open(self):
        """Below 2 on either side."""
        ax = plot.triads(profile_table(t021D=-1.9, t300=1.9))
        faces = ax.collections[0].get_facecolor()[:, 3]
        assert np.flatnonzero(faces == 0).tolist() == [0, 12]

    def test_each_class_is_drawn_as_its_ties(self):
        """One line a pair: heads at both ends and in the mutual colour if it is mutual."""
        icons = [
            a for a in plot.triads(profile_table()).get_children() if isinstance(a, AnnotationBbox)
        ]
        assert len(icons) == 13
        for code, icon in zip(TRIADS, icons, strict=True):
            arrows = icon.findobj(FancyArrowPatch)
            colours = [to_hex(arrow.get_edgecolor()) for arrow in arrows]
            graph = nx.triad_graph(code)
            mutual = sum(graph.has_edge(b, a) for a, b in graph.edges) // 2
            assert colours.count(MUTUAL) == mutual == int(code[0])
            assert colours.count(ONE_WAY) == len(graph.edges) - 2 * mutual == int(code[1])

    def test_narrow_axes_have_codes_only(self):
        """Drawings would touch."""
        _, ax = plt.subplots(figsize=(4, 3))
        plot.triads(profile_table(), ax=ax)
        assert not [child for child in ax.get_children() if isinstance(child, AnnotationBbox)]
        assert {label.get_rotation() for label in ax.get_xticklabels()} == {90}

    def test_undefined_values_are_counted(self):
        """A class that the model gives in one number only has no z."""
        ax = plot.triads(profile_table(t300=NAN))
        assert "1 values undefined, not drawn" in notes(ax)
        assert len(ax.collections[0].get_offsets()) == 12

    @pytest.mark.parametrize("count", [0, 4])
    def test_takes_one_to_three(self, count):
        """More could not be told apart."""
        with pytest.raises(SchemaError, match=f"{count} profiles"):
            plot.triads({str(i): profile_table() for i in range(count)})

    def test_unknown_codes_are_refused(self):
        """The index has the codes of the classes."""
        with pytest.raises(SchemaError, match="index is not the codes"):
            plot.triads(profile_table().rename(index={"300": "3-0-0"}))
