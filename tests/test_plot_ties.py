"""Pictures of what is done along ties are asserted on their artists."""

from __future__ import annotations

from dataclasses import replace

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest

import follownet as fn
from follownet import Export, plot, simulation
from follownet.engagement import answers, by_dyad, ghosts, ties
from follownet.errors import SchemaError

pytestmark = pytest.mark.usefixtures("closed_figures")

END = pd.Timestamp("2026-02-01", tz="UTC")


@pytest.fixture(scope="module")
def sample():
    """Return the bundled export."""
    return fn.read(fn.datasets.sample("instagram"))


def notes(ax):
    """Return the caption on one line."""
    return " ".join(ax.texts[-1].get_text().split())


def widths(ax):
    """Return the lengths of the bars."""
    return [bar.get_width() for bar in ax.patches]


def export(*rows, follows=(), day="2026-01-12"):
    """Return an export of one owner's events on a day."""
    events = pd.DataFrame(rows, columns=["source", "target", "kind"]).assign(at=f"{day}T00:00Z")
    ends = pd.DataFrame(follows, columns=["source", "target"]).assign(since="2025-01-01T00:00Z")
    lists = {"owner": "me", "list": ["followers", "following"], "status": "presumed"}
    return Export(
        interactions=events, follows=ends, coverage=pd.DataFrame(lists), owners=("me",),
        exported_at=END,
    )  # fmt: skip


class TestTies:
    def test_given_goes_right_and_got_left(self):
        one = export(
            ("me", "ann", "message"), ("me", "ann", "message"), ("ann", "me", "message"),
            follows=[("me", "ann"), ("ann", "me")],
        )  # fmt: skip
        ax = plot.ties(ties(one))
        assert widths(ax) == [2, -1]
        assert ax.patches[0].get_facecolor() == mpl.colors.to_rgba(plot.STATES["mutual"].colour)
        texts = [text.get_text() for text in ax.texts]
        assert " 20 d ago" in texts
        assert "? " not in texts

    def test_what_cannot_be_held_is_a_question_mark_and_no_zero(self):
        ax = plot.ties(ties(export(("me", "ann", "like"))))
        assert "? " in [text.get_text() for text in ax.texts]
        assert "?: the export cannot hold what was got" in notes(ax)

    def test_accounts_beyond_are_counted(self, sample):
        table = ties(sample)
        ax = plot.ties(table, accounts=5)
        assert len(ax.get_yticklabels()) == 5
        done = (table["given"] > 0) | (table["got"].fillna(0) > 0)
        assert f"{done.sum() - 5} further accounts" in notes(ax)
        assert f"{(~done).sum()} in the follow lists with nothing done" in notes(ax)

    def test_names_are_cut_and_no_formulas(self):
        ax = plot.ties(ties(export(("me", "$x$" + "y" * 50, "like"))))
        label = ax.get_yticklabels()[0]
        assert label.get_text().endswith("…")
        assert not label.get_parse_math()

    def test_nothing_done_is_said(self):
        ax = plot.ties(ties(export(follows=[("me", "ann")])))
        assert ax.texts[0].get_text() == "nothing was done"

    def test_another_table_is_refused(self, sample):
        with pytest.raises(SchemaError, match="per account"):
            plot.ties(ties(sample, per="kind"))


class TestGhosts:
    def test_the_title_is_the_question_as_answered(self, sample):
        found = ghosts(sample)
        ax = plot.ghosts(found)
        title = ax.get_title(loc="left")
        assert title == "followed, and nothing done towards them: 7 of 63 (11 %)"
        assert "asked the other way round" in notes(ax)

    def test_each_account_is_a_mark_of_its_status(self, sample):
        found = ghosts(sample)
        ax = plot.ghosts(found)
        drawn = {line.get_label(): len(line.get_xdata()) for line in ax.lines}
        assert (drawn["ghost"], drawn["active"]) == (found.ghosts, found.active)
        assert "ghost: 7" in [text.get_text() for text in ax.texts]

    def test_who_never_did_anything_stands_below_the_line(self):
        one = export(("me", "ann", "like"), follows=[("me", "ann"), ("me", "bob")])
        ax = plot.ghosts(ghosts(one))
        marks = {line.get_label(): line for line in ax.lines}
        never = next(text for text in ax.texts if text.get_text() == "never")
        assert mpl.dates.date2num(marks["ghost"].get_ydata()[0]) == pytest.approx(
            mpl.dates.date2num(never.get_position()[1])
        )

    def test_ties_without_a_date_are_counted(self):
        one = export(("me", "ann", "like"), follows=[("me", "ann"), ("me", "bob")])
        undated = one.follows.assign(since=pd.NaT)
        ax = plot.ghosts(ghosts(replace(one, follows=undated)))
        assert ax.texts[0].get_text() == "no tie has a date"
        assert "2 ties without a date" in notes(ax)


class TestByDyad:
    def test_marks_are_rates_by_age_and_lines_those_of_all(self):
        found = by_dyad(simulation.ties(effect=3, seed=1), draws=99)
        ax = plot.by_dyad(found)
        heights = np.concatenate([one.get_offsets()[:, 1] for one in ax.collections])
        rates = found.strata.query("days > 0")["rate"]
        assert sorted(heights) == pytest.approx(sorted(100 * rates))
        lines = [line.get_ydata()[0] for line in ax.lines]
        assert lines == pytest.approx((100 * found.classes["rate"]).tolist())
        assert f"{found.ratio:.2f} ({found.low:.2f} to {found.high:.2f})" in ax.get_title(
            loc="left"
        )
        assert "an association" in notes(ax)

    def test_bars_are_shares_of_interacting_pairs(self):
        found = by_dyad(*simulation.layers(seed=1), draws=99)
        ax = plot.by_dyad(found)
        assert widths(ax)[:4] == pytest.approx((100 * found.pairs["share"]).tolist())
        assert f"{found.share_along:.1%} of them" in ax.get_xlabel()

    def test_limits_without_a_bound_and_no_ratio_are_words(self):
        found = by_dyad(simulation.ties(effect=3, seed=1), draws=99)
        no_bound = plot.by_dyad(replace(found, high=np.inf)).get_title(loc="left")
        assert "to no bound)" in no_bound
        assert "no ratio" in plot.by_dyad(replace(found, ratio=np.nan)).get_title(loc="left")


class TestAnswers:
    def test_curves_are_the_shares(self, sample):
        found = answers(sample)
        ax = plot.answers(found)
        for side in ("owner", "others"):
            drawn = next(line for line in ax.lines if line.get_label() == side).get_ydata()
            share = found.curve.loc[found.curve["by"] == side, "share"]
            assert drawn[1:-1] == pytest.approx(100 * share)
        assert "the owner answers (19 of 24)" in [text.get_text() for text in ax.texts]
        assert "no answer yet" in notes(ax)

    def test_nothing_answered_is_said(self):
        ax = plot.answers(answers(export(("ann", "me", "message"))))
        assert "no turn has an answer" in [text.get_text() for text in ax.texts]
