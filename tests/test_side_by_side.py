"""Follow-back in several exports side by side: the table, and its picture."""

from __future__ import annotations

import pandas as pd
import pytest
from conftest import star

import follownet as fn
from follownet.errors import SchemaError
from follownet.reciprocity import side_by_side

pytestmark = pytest.mark.usefixtures("closed_figures")


def exports() -> list[fn.Export]:
    whole = star()
    cut = star(statuses={"followers": "missing"})
    return [whole, cut, fn.read(fn.datasets.sample("linkedin"))]


def test_rates_are_those_of_follow_back_and_what_is_unknown_says_why() -> None:
    """A list that is there is counted all the same."""
    whole, cut, connected = exports()
    table = side_by_side([whole, cut, connected])
    assert table.index.get_level_values("owner").tolist() == ["me", "me", "livelyshore"]
    rates = fn.reciprocity.follow_back(whole.graph()).xs("all", level="cohort")
    first = table.iloc[0]
    for name in ("received", "given"):
        assert first[name] == rates.loc[name, "rate"]
        assert first[f"{name}_low"] == rates.loc[name, "low"]
    assert pd.isna(first["unknown"])
    assert table["mutual"].isna().tolist() == [False, True, True]
    assert table["followers"].isna().tolist() == [False, True, True]
    assert table["following"].isna().tolist()[0] is False
    assert "followers list of this account is missing" in table["unknown"].iloc[1]
    assert 'graph(ties="connections")' in table["unknown"].iloc[2]


def test_merged_exports_have_a_row_for_each_owner() -> None:
    """Each with the rates of that export alone."""
    small = fn.simulation.world(accounts=20, seed=1)
    views = [small.view(who, "2026-05-11") for who in small.accounts.index[[0, 2]]]
    merged = side_by_side([fn.merge(views)])
    pd.testing.assert_frame_equal(merged, side_by_side(views))


def test_what_is_no_export_is_refused() -> None:
    """The message says what makes one."""
    with pytest.raises(SchemaError, match=r"1 of 2 are no Export; follownet\.read"):
        side_by_side([star(), 3])  # type: ignore[list-item]
    assert side_by_side([]).empty


def test_the_picture_has_a_row_for_each_export() -> None:
    """Two dots on their intervals, or a line that says that it cannot be known."""
    table = side_by_side(exports())
    ax = fn.plot.side_by_side(table)
    assert [label.get_text() for label in ax.get_yticklabels()] == [
        "instagram: me", "instagram: me", "linkedin",
    ]  # fmt: skip
    dots = [line for line in ax.lines if line.get_label() in ("received", "given")]
    assert [dot.get_xdata()[0] for dot in dots] == pytest.approx(
        [100 * table["received"].iloc[0], 100 * table["given"].iloc[0]]
    )
    said = [text.get_text() for text in ax.texts]
    assert said.count("cannot be known") == 2
    with pytest.raises(SchemaError, match=r"give what reciprocity\.side_by_side returns"):
        fn.plot.side_by_side(table[["given"]])
