"""A whole network: its pairs, what its accounts give and receive, what groups return."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, LogNorm, to_rgba
from matplotlib.patches import Polygon
from matplotlib.ticker import MaxNLocator

from follownet.errors import SchemaError
from follownet.plot._style import (
    GREY,
    PERCENT,
    STATES,
    WIDE,
    accounts,
    axes,
    below,
    counted,
    grey,
    heading,
    nothing,
    percent,
    require,
    short,
    write,
)
from follownet.reciprocity import Summary

ACCOUNTS: Final = (6.4, 6.4)  # inches
MOST_POINTS: Final = 2_000
_MUTUAL, _ONE_WAY = STATES["mutual"].colour, STATES["following"].colour
# From faint to full instead of from light to dark: it is read alike on white and on black.
_FAINT: Final = LinearSegmentedColormap.from_list(
    "faint", [to_rgba(_ONE_WAY, 0.22), to_rgba(_ONE_WAY)]
)


def census(summary: Summary, *, ax: Axes | None = None) -> Axes:
    """Draw how q and r come from the same pairs.

    Parameters
    ----------
    summary
        What `reciprocity.summary` returns.
    ax
        Where to draw, at least 6 by 3 inches; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
        Above a bar of the connected pairs, mutual and asymmetric, whose mutual share is q;
        under it, on the same scale, a bar of the follows in them, whose returned share is r. A
        mutual pair holds two follows, an asymmetric one holds one. Null pairs are hundreds or
        millions of times as many: they have no bar, the caption counts them.

    Raises
    ------
    SchemaError
        For anything but a `Summary`.

    Examples
    --------
    >>> import networkx as nx
    >>> from follownet import reciprocity
    >>> found = reciprocity.summary(nx.DiGraph([("a", "b"), ("b", "a"), ("a", "c")]))
    >>> [text.get_text() for text in census(found).texts[:2]]
    ['2 connected pairs: q = 50 % are mutual', '3 follows: r = 66.7 % are returned']
    """
    if not isinstance(summary, Summary):
        raise SchemaError("this is no summary: give what reciprocity.summary returns")
    ax = axes(ax, WIDE)
    follows, mutual, one_way = summary.follows, summary.mutual, summary.asymmetric
    ax.set(xlim=(0, max(follows, 1)), ylim=(-0.62, 1.62))
    ax.set_yticks([])
    ax.spines["left"].set_visible(False)
    ax.set_xlabel("pairs above, follows below, on one scale")
    ax.xaxis.set_major_locator(MaxNLocator(6, integer=True))
    ax.xaxis.set_major_formatter("{x:,.0f}")
    if follows:
        q, r = percent(summary.q), percent(2 * mutual / follows)
        write(ax, 0, 1.5, f"{mutual + one_way:,} connected pairs: q = {q} are mutual")
        write(ax, 0, -0.5, f"{follows:,} follows: r = {r} are returned")
        _parts(ax, 1, mutual, one_way, (f"{mutual:,} mutual", f"{one_way:,} asymmetric"))
        words = (f"2 × {mutual:,} returned", f"{one_way:,} not returned")
        _parts(ax, 0, 2 * mutual, one_way, words)
        _fan(ax, mutual, one_way)
    else:
        nothing(ax, "no follows")
    heading(ax, f"{accounts(summary.accounts)}, {follows:,} follows")
    below(ax, _null_pairs(summary))
    return ax


def _parts(ax: Axes, y: float, returned: int, other: int, words: tuple[str, str]) -> None:
    """Draw a bar of two parts, with a text on its outer side for each."""
    side = y + 0.3 if y else y - 0.3
    bold: dict[str, Any] = {"weight": "bold"}
    ax.barh(y, returned, height=0.36, color=_MUTUAL, label=words[0])
    ax.barh(y, other, left=returned, height=0.36, color=_ONE_WAY, label=words[1])
    write(ax, 0, side, words[0], color=_MUTUAL, **bold)
    # At the edge and not at its part: a part may be too thin for two texts beside each other.
    write(ax, 1, side, words[1], ha="right", color=_ONE_WAY, transform=ax.get_yaxis_transform(),
          **bold)  # fmt: skip


def _fan(ax: Axes, mutual: int, one_way: int) -> None:
    """Draw how the pairs of each kind become follows."""
    edges = (0, mutual, mutual + one_way), (0, 2 * mutual, 2 * mutual + one_way)
    for part, colour in enumerate((_MUTUAL, _ONE_WAY)):
        (a, b), (c, d) = (row[part : part + 2] for row in edges)
        corners = [(a, 0.8), (b, 0.8), (d, 0.2), (c, 0.2)]
        ax.add_patch(Polygon(corners, facecolor=colour, alpha=0.2, lw=0))


def _null_pairs(summary: Summary) -> list[str]:
    """Return what the bars do not show: pairs without a tie, and what the loops do."""
    connected = summary.mutual + summary.asymmetric
    if np.isnan(summary.null):
        notes = ["how many pairs are null is unknown", *summary.notes]
    else:
        pairs = summary.null + connected
        notes = [f"not drawn: {summary.null:,.0f} null pairs, without a tie either way"]
        if connected:
            notes[0] += f", {short(summary.null / connected)} for each connected one"
        if pairs:
            density = percent(summary.follows / (2 * pairs))
            notes.append(f"the density is {density}, and r in excess of it rho = {summary.rho:.3g}")
    return [*notes, *_rings(summary)]


def _rings(summary: Summary) -> list[str]:
    """Say what self-loops did to r: the bars are without them."""
    plain = 2 * summary.mutual / max(summary.follows, 1)
    if np.isclose(summary.r, plain) or not summary.self_loops:
        return counted(summary.self_loops, "self-loops left out")
    text = f"self-loops are not drawn: with them r is {percent(summary.r)} in this summary"
    return counted(summary.self_loops, text)


def given_received(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw how much each account follows back against how much it is followed back.

    Parameters
    ----------
    table
        What `reciprocity.accounts` returns.
    ax
        Where to draw; a new figure by default. Its aspect becomes equal.

    Returns
    -------
    matplotlib.axes.Axes
        Up to 2,000 accounts are marks, whose areas say how many accounts are at a place; more
        are hexagons, coloured by their number. On the dashed line an account gives as much as it
        receives. Accounts without followers or following have no place: the caption counts
        them, and has the mean of either rate over the accounts that have it.

    Examples
    --------
    >>> import networkx as nx
    >>> from follownet import reciprocity
    >>> G = nx.DiGraph([("a", "b"), ("b", "a"), ("a", "c"), ("d", "a")])
    >>> given_received(reciprocity.accounts(G)).collections[0].get_offsets().data.tolist()
    [[50.0, 50.0], [100.0, 100.0]]
    """
    require(table, ("given", "received"), "reciprocity.accounts")
    ax = axes(ax, ACCOUNTS)
    shares = 100 * table[["given", "received"]].astype(float)
    known = shares.dropna()
    ax.plot([0, 100], [0, 100], color=GREY, lw=1, ls=(0, (4, 3)), label="equal", zorder=1)
    ax.set(xlim=(-4, 104), ylim=(-4, 104), aspect="equal")
    key = ["above the dashed line an account receives more than it gives"]
    if known.empty:
        nothing(ax, "no account has both rates")
    elif len(known) > MOST_POINTS:
        _hexagons(ax, known)
    else:
        key.append(_points(ax, known))
    ax.set_xticks(*PERCENT)
    ax.set_yticks(*PERCENT)
    ax.set_xlabel("given: of its followers, how many it follows back")
    ax.set_ylabel("received: of those it follows, how many follow back")
    heading(ax, f"given and received of {accounts(len(known))}")
    below(ax, [*key, *_means(shares)])
    return ax


def _points(ax: Axes, known: pd.DataFrame) -> str:
    """Draw a mark at each place, and return how to read its size."""
    places = known.value_counts(sort=False)
    # Few rates have few denominators: hundreds of accounts are at 0, 50 and 100 %.
    area = min(24.0, 900 / int(places.max()))
    x, y = places.index.to_frame().to_numpy().T
    ax.scatter(
        x, y, s=np.maximum(area * places, 8), color=_ONE_WAY,
        alpha=0.7, linewidths=0, label="accounts", clip_on=False,
    )  # fmt: skip
    most = int(places.max())
    return f"areas say how many accounts are at a place, at most {most:,}"


def _hexagons(ax: Axes, known: pd.DataFrame) -> None:
    """Draw the number of accounts in each hexagon, and its key."""
    x, y = known.to_numpy().T
    style: dict[str, Any] = {"extent": (0, 100, 0, 100), "linewidths": 0, "label": "accounts"}
    cells = ax.hexbin(x, y, gridsize=24, mincnt=1, cmap=_FAINT, norm=LogNorm(), **style)
    cells.set_clip_on(False)
    scale = ax.inset_axes((1.04, 0.1, 0.03, 0.8), facecolor="none")
    bar = ax.figure.colorbar(cells, cax=scale, format=lambda value, _: f"{value:,.0f}")
    bar.outline.set_edgecolor(GREY)
    bar.set_label("accounts in a hexagon")
    bar.ax.minorticks_off()
    grey(scale)


def _means(shares: pd.DataFrame) -> list[str]:
    """Return the mean of both rates, and how many accounts have none."""
    given, received = (percent(shares[name].mean() / 100) for name in ("given", "received"))
    missing = shares.isna()
    notes = [f"means over accounts: given {given}, received {received}; neither is r"]
    notes += counted(int(missing["given"].sum()), "without followers (no given)")
    notes += counted(int(missing["received"].sum()), "without following (no received)")
    return [*notes, *counted(int(missing.all(axis=1).sum()), "of them without both")]
