"""How follows are returned by size and by status."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from follownet.errors import SchemaError
from follownet.plot._style import (
    GREY,
    PERCENT,
    SMALL,
    STATES,
    WIDE,
    axes,
    below,
    counted,
    heading,
    nothing,
    percent,
    require,
    short,
    write,
)

MOST_COUNTS: Final = 16
_CURVE = STATES["following"].colour


def by_degree(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw how many follows are returned, by how many followers the followed account has.

    Parameters
    ----------
    table
        What `reciprocity.by_degree` returns.
    ax
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
        A mark in the middle of each half decade, with a line from its least to its greatest
        number and a bar over the 95 % interval. Bins without interval, of too few accounts, are
        open. Above stands the number of follows in each of up to 16 bins; the dashed line is
        the rate of all follows together.

    Raises
    ------
    SchemaError
        For another table, that of `by_status` too.

    Examples
    --------
    >>> import networkx as nx
    >>> from follownet import reciprocity
    >>> G = nx.DiGraph([("a", "b"), ("b", "a"), ("a", "c")])
    >>> [text.get_text() for text in by_degree(reciprocity.by_degree(G)).texts[:2]]
    ['all 66.7 %', '3']
    """
    _indexed(table, "followers", "reciprocity.by_degree")
    ax = _half_decades(table, ax)
    ax.set_xlabel("followers of the followed account, by half decades")
    heading(ax, "follows returned, by followers of the followed", pad=20)
    return ax


def by_status(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw how many follows are returned, by how much larger the followed account is.

    Parameters
    ----------
    table
        What `reciprocity.by_status` returns.
    ax
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
        As `by_degree`, over the followers of the followed for each one of the follower (one
        added to both). Right of the vertical line the follow looks up, left of it down.

    Raises
    ------
    SchemaError
        For another table, that of `by_degree` too.

    Examples
    --------
    >>> import networkx as nx
    >>> from follownet import reciprocity
    >>> G = nx.DiGraph([("a", "star"), ("b", "star"), ("c", "star"), ("star", "a")])
    >>> by_status(reciprocity.by_status(G)).collections[0].get_segments()[0][:, 1].tolist()
    [100.0, 100.0]
    """
    _indexed(table, "ratio", "reciprocity.by_status")
    ax = _half_decades(table, ax)
    ax.axvline(1, color=GREY, lw=1, label="equal", zorder=1)
    style: dict[str, Any] = {"transform": ax.get_xaxis_transform(), "fontsize": SMALL}
    if len(table):
        write(ax, 0.93, 0.96, "down", ha="right", **style)
        write(ax, 1.08, 0.96, "up", ha="left", **style)
    ax.set_xlabel("(followers + 1) of the followed / (followers + 1) of the follower")
    heading(ax, "follows returned, by status of the followed", pad=20)
    return ax


def by_ratio(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw how many follows are returned, by followers per following of the followed account.

    Parameters
    ----------
    table
        What `reciprocity.by_ratio` returns. It looks like that of `by_status`: the one who
        calls has to know which it is.
    ax
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
        As `by_degree`, over the followers of the followed for each account it follows (one added
        to both). Right of the vertical line are accounts with more followers than following.

    Raises
    ------
    SchemaError
        For another table, that of `by_degree` too.

    Examples
    --------
    >>> import networkx as nx
    >>> from follownet import reciprocity
    >>> G = nx.DiGraph([("a", "star"), ("b", "star"), ("c", "star"), ("star", "a")])
    >>> by_ratio(reciprocity.by_ratio(G)).get_xlabel()
    '(followers + 1) / (following + 1) of the followed account'
    """
    _indexed(table, "ratio", "reciprocity.by_ratio")
    ax = _half_decades(table, ax)
    ax.axvline(1, color=GREY, lw=1, label="equal", zorder=1)
    ax.set_xlabel("(followers + 1) / (following + 1) of the followed account")
    heading(ax, "follows returned, by followers per following of the followed", pad=20)
    return ax


def _indexed(table: pd.DataFrame, name: str, source: str) -> None:
    """Raise `SchemaError` for a table of another function."""
    require(table, ("follows", "returned", "rate", "low", "high"), source)
    if table.index.name != name:
        raise SchemaError(f"the table's index is not {name}: give what {source} returns")


def _half_decades(table: pd.DataFrame, ax: Axes | None) -> Axes:
    """Draw rates over half decades on a logarithmic axis."""
    ax = axes(ax, WIDE)
    known = table[table["rate"].notna() & (table.index > 0)]
    ax.set(xscale="log", ylim=(0, 100), ylabel="share of follows returned")
    ax.set_yticks(*PERCENT)
    ax.grid(axis="y", color=GREY, alpha=0.3, lw=0.6)
    notes = ["bars: 95 % intervals, open marks: too few accounts for one"]
    if len(known):
        _rates(ax, known)
    else:
        nothing(ax, "no rate is known")
        ax.set_xticks([], minor=True)
    if len(known) > MOST_COUNTS:
        notes.append("too many bins to write their follows")
    notes += counted(len(table) - len(known), "bins without a rate or a place, not drawn")
    below(ax, notes)
    return ax


def _rates(ax: Axes, known: pd.DataFrame) -> None:
    """Draw one or more bins: the width of each, its interval, its mark and its count."""
    start = known.index.to_numpy(float)
    middle, end = start * 10**0.25, start * 10**0.5
    share = 100 * known[["rate", "low", "high"]].astype(float)
    rate, open_ = share["rate"].to_numpy(), share[["low", "high"]].isna().any(axis=1).to_numpy()
    ax.set_xlim(start.min() / 1.15, end.max() * 1.15)
    overall = known["returned"].sum() / known["follows"].sum()
    ax.axhline(100 * overall, color=GREY, lw=1, ls=(0, (4, 3)), label="all", zorder=1)
    place: dict[str, Any] = {"transform": ax.get_yaxis_transform(), "fontsize": SMALL}
    write(ax, 1.01, 100 * overall, f"all {percent(overall)}", **place)
    ax.hlines(rate, start, end, color=_CURVE, lw=1.2, label="bins", clip_on=False)
    low, high = (share[name].to_numpy()[~open_] for name in ("low", "high"))
    ax.vlines(middle[~open_], low, high, color=_CURVE, lw=5, alpha=0.45, label="intervals")
    face = np.where(open_, "none", _CURVE)
    ax.scatter(
        middle, rate, s=40, c=list(face), edgecolors=_CURVE, label="marks", zorder=3, clip_on=False
    )
    ax.xaxis.set_major_formatter(lambda x, _: f"{x:,.0f}" if x >= 1 else f"1/{1 / x:,.0f}")
    if len(known) <= MOST_COUNTS:
        above: dict[str, Any] = {"transform": ax.get_xaxis_transform(), "fontsize": SMALL}
        for x, follows in zip(middle, known["follows"], strict=True):
            write(ax, x, 1.055, short(follows), ha="center", **above)
        write(ax, 1.01, 1.055, "follows", transform=ax.transAxes, fontsize=SMALL)
