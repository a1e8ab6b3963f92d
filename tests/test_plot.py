"""Pictures are asserted on their artists, never on pixels."""

import itertools

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from conftest import first
from matplotlib.collections import PathCollection
from matplotlib.colors import to_rgb

from follownet import plot
from follownet.errors import SchemaError
from follownet.plot import _ego

NAN = float("nan")
EXPORTED = pd.Timestamp("2024-03-10 12:00", tz="UTC")
ATTRS = {"owner": "o$w$n", "exported_at": EXPORTED, "window": "60D", "ignored": 0, "deleted": 0}
CAPTION = "among ties that still exist on 2024-03-10"
COLOURS = [style.colour for style in plot.STATES.values()]

# Machado, Oliveira & Fernandes 2009, doi:10.1109/TVCG.2009.113: severity 1, linear RGB.
SEEN = {
    "normal": np.eye(3),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.01182, 0.04294, 0.968881],
        ]
    ),
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
}


@pytest.fixture(autouse=True)
def closed_figures():
    mpl.use("agg")
    plt.close("all")
    before = dict(mpl.rcParams)
    yield
    assert dict(mpl.rcParams) == before
    plt.close("all")


def alters_table(rows, **attrs):
    columns = ["account", "state", "following_since", "follower_since", "first"]
    table = pd.DataFrame(rows, columns=columns).set_index("account")
    for column in ("following_since", "follower_since"):
        table[column] = pd.to_datetime(table[column], utc=True, format="ISO8601").astype(
            "datetime64[us, UTC]"
        )
    table["latency"] = (table["following_since"] - table["follower_since"]).abs()
    table.attrs = {**ATTRS, **attrs}
    return table


@pytest.fixture
def five():
    """Two mutual ties (one at once), one follow not returned, two followers, one undated."""
    return alters_table(
        [
            ("a$b$c", "following", "2024-01-01", None, "owner"),
            ("bob", "follower", None, "2024-01-02", "alter"),
            ("cat", "follower", None, None, None),
            ("dan", "mutual", "2024-01-03", "2024-01-10", "owner"),
            ("eve", "mutual", "2024-02-01", "2024-02-01", "same time"),
        ]
    )


@pytest.fixture
def none():
    return alters_table([])


def many(count, names="account_{}"):
    """Return a table of so many accounts: 3 of 10 following, 1 of 10 followers."""
    days = pd.date_range("2020-01-01", periods=count, freq="h", tz="UTC").astype(str)
    kinds = [["following", "follower", "mutual"][min(max(i % 10 - 2, 0), 2)] for i in range(count)]
    return alters_table(
        [
            (names.format(i), kind, day if kind != "follower" else None,
             day if kind != "following" else None, "owner")
            for i, (kind, day) in enumerate(zip(kinds, days, strict=True))
        ]
    )  # fmt: skip


def rates_table(received, given, mature=True, **attrs):
    """Return rates as `follow_back` does, from (follows, returned)."""
    columns = ["follows", "returned", "rate", "low", "high", "clustered_low", "clustered_high"]
    rows = {}
    for direction, (follows, returned) in {"given": given, "received": received}.items():
        rate = returned / follows if follows else NAN
        row = [follows, returned, rate, rate - 0.1, rate + 0.1, rate - 0.2, rate + 0.2]
        rows[direction, "all"] = row
        rows[direction, "mature"] = row if mature else [0, 0, *[NAN] * 5]
    table = pd.DataFrame.from_dict(rows, orient="index", columns=columns)
    table.index = pd.MultiIndex.from_tuples(rows, names=["direction", "cohort"])
    table.attrs = {**ATTRS, **attrs}
    return table


@pytest.fixture
def rates():
    return rates_table((63, 52), (66, 52))


def texts(ax):
    """Return all texts of a drawn figure, with the check that none can become a formula."""
    ax.figure.draw_without_rendering()
    found = [t for t in ax.figure.findobj(plt.Text) if t.get_text()]
    assert not [t.get_text() for t in found if "$" in t.get_text() and t.get_parse_math()]
    return [t.get_text().replace("\n", " ") for t in found]


def caption(ax):
    return next(text for text in texts(ax) if text.startswith("among ties"))


def marks(ax):
    return {c.get_label(): c.get_paths() for c in ax.collections if isinstance(c, PathCollection)}


def curves(ax):
    return {line.get_label(): line for line in ax.lines}


def drawings():
    pictures = {
        plot.groups: rates_table((63, 52), (66, 52)),
        plot.timeline: many(30),
        plot.return_times: many(30),
        plot.ego: many(30),
    }
    return [pytest.param(draw, table, id=draw.__name__) for draw, table in pictures.items()]


@pytest.mark.parametrize(("draw", "table"), drawings())
class TestEveryPicture:
    def test_draws_on_the_axes_it_is_given(self, draw, table):
        _, (left, right) = plt.subplots(1, 2)
        assert draw(table, ax=right) is right
        assert len(plt.get_fignums()) == 1
        assert not left.has_data()

    def test_makes_one_transparent_figure(self, draw, table):
        ax = draw(table)
        assert len(plt.get_fignums()) == 1
        assert ax.figure.get_facecolor()[3] == 0
        assert {a.get_facecolor()[3] for a in [ax, *ax.child_axes]} == {0}

    def test_says_of_which_day_and_whose_the_ties_are(self, draw, table):
        ax = draw(table)
        assert caption(ax).startswith(CAPTION)
        assert ax.get_title(loc="left").startswith("o$w$n: ")

    @pytest.mark.parametrize("missing", [None, pd.NaT])
    def test_says_so_without_an_export_date(self, draw, table, missing):
        table = table.copy()
        table.attrs["exported_at"] = missing
        assert "still exist on the day of the export" in caption(draw(table))

    def test_counts_the_deleted(self, draw, table):
        table = table.copy()
        table.attrs["deleted"] = 3
        assert "3 deleted" in caption(draw(table))

    def test_changes_no_argument(self, draw, table):
        before = table.copy()
        draw(table)
        pd.testing.assert_frame_equal(table, before)

    def test_stays_inside_its_figure(self, draw, table):
        ax = draw(table)
        ax.figure.draw_without_rendering()
        box, page = ax.get_tightbbox(), ax.figure.bbox
        assert page.x0 <= box.x0
        assert page.y0 <= box.y0
        assert box.x1 <= page.x1
        assert box.y1 <= page.y1

    def test_refuses_another_table(self, draw, table):
        with pytest.raises(SchemaError, match="give what reciprocity"):
            draw(table[[]])


class TestColours:
    @staticmethod
    def linear(colour):
        rgb = np.array(to_rgb(colour))
        return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)

    def contrast(self, *colours):
        low, high = sorted(self.linear(colour) @ [0.2126, 0.7152, 0.0722] for colour in colours)
        return (high + 0.05) / (low + 0.05)

    def lab(self, colour, eye):
        to_xyz = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
        xyz = np.array(to_xyz) @ np.clip(SEEN[eye] @ self.linear(colour), 0, 1) / [0.9505, 1, 1.089]
        f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
        return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])

    @pytest.mark.parametrize("page", ["white", "#111111"])
    @pytest.mark.parametrize("colour", [*COLOURS, plot.GREY])
    def test_are_readable_on_light_and_dark(self, colour, page):
        assert self.contrast(colour, page) >= 3.9

    @pytest.mark.parametrize("eye", SEEN)
    def test_are_told_apart_by_every_eye(self, eye):
        assert len(set(COLOURS)) == 3
        for one, other in itertools.combinations(COLOURS, 2):
            assert np.linalg.norm(self.lab(one, eye) - self.lab(other, eye)) > 45  # Delta E, 1976


class TestGroups:
    def test_bar_is_split_by_the_counts(self, rates):
        bars = {bar.get_label(): bar.patches[0] for bar in plot.groups(rates).containers}
        widths = {state: bar.get_width() for state, bar in bars.items()}
        assert widths == pytest.approx(
            {"following": 11 / 77, "mutual": 52 / 77, "follower": 14 / 77}
        )

    def test_brackets_span_follows_and_followers(self, rates):
        spans = [(line.get_xdata()[0], line.get_xdata()[-1]) for line in plot.groups(rates).lines]
        assert spans == [pytest.approx((0, 63 / 77)), pytest.approx((11 / 77, 1))]

    def test_says_the_numbers(self, rates):
        found = texts(plot.groups(rates))
        assert "o$w$n: 77 accounts" in found
        assert "follows 63: 52 follow back, 82.5 % (72.5–92.5)" in found
        assert "followers 66: 52 are followed back, 78.8 % (68.8–88.8)" in found
        assert {"11 followed, does not follow back", "52 mutual"} <= set(found)
        assert "14 follows, not followed back" in found

    def test_shows_rates_with_both_intervals(self, rates):
        inset = plot.groups(rates).child_axes[0]
        dots = {
            line.get_label(): line.get_xdata()[0]
            for line in inset.lines
            if len(line.get_xdata()) == 1
        }
        assert dots["received all"] == pytest.approx(100 * 52 / 63)
        assert dots["given mature"] == pytest.approx(100 * 52 / 66)
        thick = inset.collections[0].get_segments()[0][:, 0]
        assert thick == pytest.approx([100 * 52 / 63 - 10, 100 * 52 / 63 + 10])
        thin = next(line for line in inset.lines if len(line.get_xdata()) == 2)
        assert thin.get_xdata() == pytest.approx([100 * 52 / 63 - 20, 100 * 52 / 63 + 20])

    @pytest.mark.parametrize(
        ("received", "given"),
        [((0, 0), (0, 0)), ((0, 0), (5, 0)), ((5, 0), (0, 0)), ((2, 2), (2, 2))],
    )
    def test_draws_empty_groups(self, received, given):
        ax = plot.groups(rates_table(received, given))
        assert ("follows 0: no rate" in texts(ax)) == (received[0] == 0)
        assert all(np.isfinite(bar.patches[0].get_width()) for bar in ax.containers)

    def test_draws_without_a_mature_cohort(self):
        assert texts(plot.groups(rates_table((6, 5), (6, 5), mature=False))).count("no rate") == 2

    def test_tiny_group_stays_visible(self):
        bars = plot.groups(rates_table((3, 2), (3_000, 2))).containers
        assert all(bar.patches[0].get_width() > 0.005 for bar in bars)

    def test_one_account_is_singular(self):
        found = texts(plot.groups(rates_table((1, 1), (1, 1))))
        assert "o$w$n: 1 account" in found
        assert any(text.startswith("follows 1: 1 follows back") for text in found)


class TestTimeline:
    def test_curves_end_at_the_dated_ties_on_the_day_of_the_export(self, five):
        ax = plot.timeline(five)
        ends = {
            state: (line.get_ydata()[-1], line.get_xdata()[-1])
            for state, line in curves(ax).items()
        }
        day = np.datetime64("2024-03-10T12:00")
        assert ends == {"following": (3, day), "follower": (3, day), "mutual": (2, day)}
        assert {"3 followed", "3 followers", "2 mutual"} <= set(texts(ax))

    def test_tie_is_mutual_from_the_later_date(self, five):
        dates = curves(plot.timeline(five))["mutual"].get_xdata()
        assert dates[1] == np.datetime64("2024-01-10")

    def test_caption_tells_what_is_missing(self, five):
        text = caption(plot.timeline(five))
        assert "those who left are not in it" in text
        assert "1 follow dates unknown" in text

    def test_labels_do_not_touch(self):
        ax = plot.timeline(alters_table([("a", "mutual", "2024-01-01", "2024-01-02", "owner")]))
        ax.figure.draw_without_rendering()
        boxes = [t.get_window_extent() for t in ax.texts if t.get_text().startswith("1 ")]
        assert len(boxes) == 3
        assert not any(a.overlaps(b) for a, b in itertools.combinations(boxes, 2))

    def test_empty_says_so(self, none):
        assert "no follow has a date" in texts(plot.timeline(none))

    def test_ends_at_the_last_date_without_an_export_date(self, five):
        five.attrs["exported_at"] = None
        assert curves(plot.timeline(five))["mutual"].get_xdata()[-1] == np.datetime64("2024-02-01")

    def test_undated_only(self):
        table = alters_table([("a", "mutual", None, None, None)])
        assert "2 follow dates unknown" in caption(plot.timeline(table))


class TestReturnTimes:
    def test_curve_is_the_share_returned_by_then(self):
        ax = plot.return_times(
            alters_table(
                [
                    ("a", "mutual", "2024-01-01 00:00:00", "2024-01-01 00:01:00", "owner"),
                    ("b", "mutual", "2024-01-01", "2024-01-02", "owner"),
                    ("c", "mutual", "2024-01-08", "2024-01-01", "alter"),
                ]
            )
        )
        mine, theirs = ax.lines
        assert mine.get_label() == "the owner followed first (2)"
        assert theirs.get_label() == "the other followed first (1)"
        assert mine.get_xdata()[:3].tolist() == [60, 60, 86_400]
        assert mine.get_ydata().tolist() == [0, 50, 100, 100]
        assert theirs.get_xdata()[0] == 604_800

    def test_ticks_are_spans_that_people_say(self, five):
        ax = plot.return_times(five)
        assert ax.get_xscale() == "log"
        assert {"minute", "hour", "day", "week", "month", "year"} <= {
            label.get_text() for label in ax.get_xticklabels()
        }

    def test_caption_tells_what_is_left_out(self, five):
        five.loc["dan", "first"] = None
        text = caption(plot.return_times(five))
        assert "only ties that were returned" in text
        assert "1 at the same time" in text
        assert "1 without both dates" in text

    def test_empty_says_so(self, none):
        assert "no returned tie has both dates" in texts(plot.return_times(none))


class TestEgo:
    def test_one_mark_an_account_in_its_colour(self, five):
        ax = plot.ego(five)
        assert {s: len(paths) for s, paths in marks(ax).items()} == {
            "following": 1, "mutual": 2, "follower": 2,
        }  # fmt: skip
        for collection in (c for c in ax.collections if isinstance(c, PathCollection)):
            colour = plot.STATES[collection.get_label()].colour
            assert collection.get_facecolor()[0][:3] == pytest.approx(to_rgb(colour))

    def test_states_differ_in_shape(self, five):
        corners = {state: len(paths[0].vertices) for state, paths in marks(plot.ego(five)).items()}
        assert len(set(corners.values())) == 3

    def test_sectors_say_their_counts(self, five):
        found = texts(plot.ego(five))
        assert {
            "1 followed, does not follow back",
            "2 mutual",
            "2 follows, not followed back",
        } <= set(found)
        assert {"a$b$c", "bob", "cat", "dan", "eve"} <= set(found)

    @pytest.mark.parametrize("count", first(6, [0, 1, 3, 50, 61, 100, 3_000]))
    def test_marks_never_overlap(self, count):
        ax = plot.ego(many(count), labels=False)
        shapes = [path.vertices for paths in marks(ax).values() for path in paths]
        assert len(shapes) == count
        middles = np.array([(s.min(axis=0) + s.max(axis=0)) / 2 for s in shapes]).reshape(-1, 2)
        # The outlines reach about one radius (0.4 of the pitch) from the middle.
        gaps = np.linalg.norm(middles[:, None] - middles[None], axis=-1) + 9 * np.eye(count)
        reach = [np.linalg.norm(s - m, axis=1).max() for s, m in zip(shapes, middles, strict=True)]
        assert count < 2 or gaps.min() > 1.5 * max(reach)

    def test_states_keep_to_their_sectors(self):
        turns = {
            state: np.unwrap(
                [np.arctan2(*path.vertices.mean(axis=0)[::-1]) % (2 * np.pi) for path in paths]
            )
            for state, paths in marks(plot.ego(many(200))).items()
        }
        sectors = _ego._sectors({state: len(turn) for state, turn in turns.items()})
        assert sum(width for _, width in sectors.values()) == pytest.approx(2 * np.pi)
        for state, (start, width) in sectors.items():
            assert (((turns[state] - start) % (2 * np.pi)) < width).all()

    @pytest.mark.parametrize(
        "counts", [(0, 0, 0), (0, 0, 9), (3, 3_000, 0), (1, 1, 1), (5, 50, 100)]
    )
    def test_sectors_fill_the_circle_with_none_too_thin(self, counts):
        sectors = _ego._sectors(dict(zip(plot.STATES, counts, strict=True)))
        widths = np.degrees([width for _, width in sectors.values()])
        assert widths.sum() == pytest.approx(360)
        assert widths.min() >= _ego.LEAST_ANGLE - 1e-9

    @pytest.mark.parametrize("labels", [True, False])
    def test_older_ties_are_nearer(self, labels):
        paths = marks(plot.ego(many(100), labels=labels))["mutual"]
        far = [np.hypot(*((p.vertices.min(axis=0) + p.vertices.max(axis=0)) / 2)) for p in paths]
        assert (np.diff(far) > -1e-3).all()
        assert far[0] < far[-1]

    def test_names_are_written_up_to_sixty(self):
        assert "account_59" in texts(plot.ego(many(60)))
        assert "account_59" not in texts(plot.ego(many(61)))
        assert "account_59" not in texts(plot.ego(many(60), labels=False))
        assert "account_60" in texts(plot.ego(many(61), labels=True))

    @pytest.mark.parametrize(
        "names", ["{}", "account_{}", "a name that has no end at all, and more {}"]
    )
    def test_fifty_names_overlap_neither_each_other_nor_the_rim(self, names):
        ax = plot.ego(many(50, names))
        ax.figure.draw_without_rendering()
        written = [
            t for t in ax.texts if t.get_rotation_mode() == "anchor" and t.get_weight() != "bold"
        ]
        assert len(written) == 50
        spans = []
        for text in written:
            near, angle = np.hypot(*text.get_position()), np.arctan2(*text.get_position()[::-1])
            middle = ax.transData.transform((0, 0))
            unit = ax.transData.transform((1, 0))[0] - middle[0]
            text.set_rotation(0)
            size = text.get_window_extent()
            assert near + size.width / unit < 1
            spans.append((angle, text.get_fontsize() / 72 * ax.figure.dpi / unit / near))
        assert min(text.get_fontsize() for text in written) >= 6
        angles, heights = np.array(sorted(spans)).T
        # Capitals are 0.73 of the font's size.
        assert (np.diff(angles) > 0.73 * heights[:-1]).all()

    def test_lines_fade_the_more_there_are(self):
        few, most = (plot.ego(many(count)).collections[0].get_alpha() for count in (10, 3_000))
        assert few > 0.4
        assert most < 0.1

    def test_is_the_same_each_time(self):
        first, again = (marks(plot.ego(many(300)))["mutual"] for _ in range(2))
        assert all((a.vertices == b.vertices).all() for a, b in zip(first, again, strict=True))

    def test_caption_counts_undated_and_ignored(self, five):
        five.attrs["ignored"] = 4
        text = caption(plot.ego(five))
        assert "1 without a date" in text
        assert "4 ignored" in text

    def test_order_of_rows_changes_nothing(self):
        table = many(80)
        turned = table.iloc[::-1]
        turned.attrs = table.attrs
        one, other = (marks(plot.ego(t))["follower"] for t in (table, turned))
        assert all((a.vertices == b.vertices).all() for a, b in zip(one, other, strict=True))

    def test_draws_names_that_the_font_has_not(self):
        table = alters_table([("王\t🎉", "mutual", "2024-01-01", "2024-01-02", "owner")])
        assert "? ?" in texts(plot.ego(table))
