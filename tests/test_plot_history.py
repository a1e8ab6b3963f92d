"""Pictures of what changed are asserted on their artists."""

from __future__ import annotations

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex

from follownet import history, plot
from follownet.errors import SchemaError

FROM, UNTIL = (pd.Timestamp(day, tz="UTC") for day in ("2026-05-01", "2026-06-01"))
ATTRS = {"owner": "o$w$n", "from": FROM, "until": UNTIL}
MARKS = ["gained", "lost", "followed", "unfollowed", "newly_mutual", "no_longer_mutual"]
NAN = float("nan")


@pytest.fixture(autouse=True)
def closed_figures():
    mpl.use("agg")
    plt.close("all")
    before = dict(mpl.rcParams)
    yield
    assert dict(mpl.rcParams) == before
    plt.close("all")


def changes_table(*rows, pending=0):
    """Return a table of `history.changes`: one row of six marks for each account."""
    table = pd.DataFrame(list(rows), columns=MARKS, dtype="boolean")
    table["still_pending"] = pd.array([True] * pending + [False] * (len(rows) - pending), "boolean")
    table.attrs = dict(ATTRS)
    return table


def losses_table(*rows, missing=0):
    """Return a table of `history.losses`: four words for each lost follower."""
    columns = ["unfollowed", "deactivated", "blocked", "renamed"]
    table = pd.DataFrame(list(rows), columns=columns, dtype="object").astype(history.CONFIDENCE)
    table.attrs = {**ATTRS, "counts": {"lost": len(rows), "missing": missing}}
    return table


def rates_table(rows):
    """Return a table of `history.rates`: direction and day, then rate and change in percent."""
    index = pd.MultiIndex.from_tuples(
        [(way, pd.Timestamp(day, tz="UTC")) for way, day, *_ in rows],
        names=["direction", "exported_at"],
    )
    values = [
        (rate / 100, rate / 100 - 0.1, rate / 100 + 0.1, change / 100, change / 100 - 0.05)
        for *_, rate, change in rows
    ]
    columns = ["rate", "low", "high", "change", "change_low"]
    table = pd.DataFrame(values, index=index, columns=columns, dtype="float64")
    table["change_high"] = table["change"] + 0.06
    table.attrs = {"owner": "o$w$n", "notes": ()}
    return table


@pytest.fixture
def two_exports():
    """Both rates at two exports, with their changes."""
    return rates_table(
        [
            ("given", "2026-05-01", 60, NAN),
            ("given", "2026-06-01", 62, 2),
            ("received", "2026-05-01", 40, NAN),
            ("received", "2026-06-01", 37, -3),
        ]
    )


def words(ax):
    return [text.get_text() for text in ax.texts if text.get_text()]


def notes(ax):
    """Return the caption on one line."""
    return " ".join(ax.texts[-1].get_text().split())


def bars(ax):
    """Return the width of each named bar."""
    return {bar.get_label(): [part.get_width() for part in bar] for bar in ax.containers}


class TestChanges:
    TWO = changes_table(
        (True, False, False, False, True, False),
        (True, False, False, True, False, True),
        (False, True, False, False, False, False),
        pending=1,
    )

    def test_new_is_to_the_right_and_gone_to_the_left(self):
        """Each bar is as long as its mark has True."""
        ax = plot.changes(self.TWO)
        assert bars(ax) == {
            "gained": [2],
            "lost": [-1],
            "followed": [0],
            "unfollowed": [-1],
            "newly_mutual": [1],
            "no_longer_mutual": [-1],
        }
        assert words(ax)[:6] == ["+2", "−1", "+0", "−1", "+1", "−1"]
        colours = [to_hex(bar[0].get_edgecolor()) for bar in ax.containers[::2]]
        assert colours == [
            plot.STATES[state].colour for state in ("follower", "following", "mutual")
        ]

    def test_new_is_full_and_gone_is_empty(self):
        """The two are told apart without colour."""
        filled = [bar[0].get_facecolor()[3] for bar in plot.changes(self.TWO).containers]
        assert filled == [1, 0, 1, 0, 1, 0]

    def test_title_label_and_caption_say_what_it_is(self):
        """Owner as written, days, unit; a rename counts as one gone and one new (P15)."""
        ax = plot.changes(self.TWO)
        assert ax.get_title(loc="left") == "o$w$n: what changed from 2026-05-01 to 2026-06-01"
        assert ax.get_xlabel() == "accounts: gone to the left, new to the right"
        assert "renamed or deleted account counts as one gone and one new" in notes(ax)
        assert "1 pending in both" in notes(ax)

    def test_what_is_not_observed_has_no_bar(self):
        """Nothing is said of it; a single missing value is counted."""
        rows = [
            (pd.NA, pd.NA, True, False, pd.NA, pd.NA),
            (pd.NA, pd.NA, False, pd.NA, pd.NA, pd.NA),
        ]
        ax = plot.changes(changes_table(*rows))
        assert list(bars(ax)) == ["followed", "unfollowed"]
        assert words(ax).count("not observed in both exports") == 2
        assert "1 changes not known" in notes(ax)

    def test_no_account_is_drawn_as_nothing(self):
        """An empty table has six bars of no length, and unknown days are said to be so."""
        table = changes_table()
        table.attrs = {"from": pd.NaT}
        ax = plot.changes(table)
        assert {abs(width) for [width] in bars(ax).values()} == {0}
        assert ax.get_title(loc="left").endswith("from an unknown day to an unknown day")

    def test_axes_given_are_used(self):
        """And the table is left as it was."""
        _, ax = plt.subplots()
        before = self.TWO.copy()
        assert plot.changes(self.TWO, ax=ax) is ax
        pd.testing.assert_frame_equal(self.TWO, before)


class TestLosses:
    def test_parts_are_counts_in_the_order_of_the_words(self):
        """Each bar is as long as there are lost followers, the surest first."""
        table = losses_table(
            ("likely", "unlikely", "unlikely", "ruled out"),
            ("possible", "possible", "possible", "possible"),
            ("likely", "unlikely", "shown", "unlikely"),
        )
        ax = plot.losses(table)
        parts = [
            (bar.get_label(), round(bar[0].get_y() + 0.25), bar[0].get_x(), bar[0].get_width())
            for bar in ax.containers
        ]
        assert parts == [
            ("likely", 0, 0, 2),
            ("possible", 0, 2, 1),
            ("possible", 1, 0, 1),
            ("unlikely", 1, 1, 2),
            ("shown", 2, 0, 1),
            ("possible", 2, 1, 1),
            ("unlikely", 2, 2, 1),
            ("possible", 3, 0, 1),
            ("unlikely", 3, 1, 1),
            ("ruled out", 3, 2, 1),
        ]
        assert words(ax)[:2] == ["2", "1"]
        key = [text.get_text() for text in ax.get_legend().get_texts()]
        assert key == list(history.CONFIDENCE.categories[::-1])

    def test_words_are_told_apart_without_colour(self):
        """Filling and hatch differ between what is shown, inferred and open."""
        handles = plot.losses(losses_table()).get_legend().legend_handles
        looks = {(patch.get_hatch(), patch.get_facecolor()) for patch in handles}
        assert len(looks) == 5

    def test_title_label_and_caption(self):
        """The number lost, in words of one and of many; those not known are counted."""
        one = plot.losses(losses_table(["possible"] * 4, missing=3))
        assert one.get_title(loc="left").startswith("o$w$n: 1 account lost as followers from 2026")
        assert one.get_xlabel() == "lost followers, accounts"
        assert "3 of whom it is not known" in notes(one)
        assert "do not exclude each other" in notes(one)

    def test_nobody_lost(self):
        """It is said, and nothing is drawn."""
        ax = plot.losses(losses_table())
        assert not ax.containers
        assert "no follower was lost" in words(ax)


class TestRates:
    def test_dots_intervals_and_changes(self, two_exports):
        """In percent; changes in points, with their interval and a true minus."""
        ax = plot.rates(two_exports)
        lines = {line.get_label(): line for line in ax.lines}
        assert list(lines) == ["received", "given"]
        assert lines["received"].get_ydata().tolist() == [40, 37]
        assert lines["given"].get_ydata().tolist() == [60, 62]
        spans = [path.get_segments()[0][:, 1].tolist() for path in ax.collections]
        assert np.allclose(spans, [[30, 50], [50, 70]])
        assert "−3.0\n(−8.0, +3.0)" in words(ax)
        assert "+2.0\n(−3.0, +8.0)" in words(ax)
        assert sum("(" in text for text in words(ax)) == 2

    def test_lines_are_named_at_their_ends(self, two_exports):
        """Each says whose share it is."""
        ax = plot.rates(two_exports)
        assert [text for text in words(ax) if "%\n" in text] == [
            "62.0 %\ngiven",
            "37.0 %\nreceived",
        ]
        assert "received: of those followed, how many follow back" in notes(ax)

    def test_labels_have_units(self, two_exports):
        """Percent on the one axis, days of the exports on the other."""
        ax = plot.rates(two_exports)
        assert ax.get_xlabel() == "date of the export (UTC)"
        assert ax.get_ylabel() == "follow-back rate"
        assert [label.get_text() for label in ax.get_yticklabels()][-1] == "100 %"
        assert ax.get_title(loc="left").startswith("o$w$n: ")

    def test_exports_without_rate_are_left_out_and_counted(self):
        """The line goes on to the next known rate."""
        table = rates_table(
            [
                ("received", "2026-05-01", 40, NAN),
                ("received", "2026-06-01", NAN, NAN),
                ("received", "2026-07-01", 50, 10),
            ]
        )
        ax = plot.rates(table)
        assert ax.lines[0].get_ydata().tolist() == [40, 50]
        assert "1 rates not known" in notes(ax)

    def test_changes_that_would_overlap_are_counted(self):
        """Of exports of two following days only the last change is written."""
        days = ["2025-01-01", "2026-05-01", "2026-05-02"]
        table = rates_table([("given", day, 50, n or NAN) for n, day in enumerate(days)])
        ax = plot.rates(table)
        assert [text[:4] for text in words(ax) if "(" in text] == ["+2.0"]
        assert "1 changes not written" in notes(ax)

    @pytest.mark.parametrize("rows", [0, 1])
    def test_one_export_and_none(self, rows):
        """A single dot needs no change; nothing is said to be nothing."""
        ax = plot.rates(rates_table([("given", "2026-05-01", 50, NAN)]).iloc[:rows])
        ax.figure.canvas.draw()
        assert ("no rate is known" in words(ax)) == (rows == 0)
        assert not any("(" in text for text in words(ax))


@pytest.mark.parametrize("name", ["changes", "losses", "rates"])
def test_tables_of_other_functions_are_refused(name):
    """The message says where the right one comes from."""
    with pytest.raises(SchemaError, match=f"give what history.{name} returns"):
        getattr(plot, name)(pd.DataFrame({"state": []}))
