"""How follows are returned between groups of accounts."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator

from follownet.errors import SchemaError
from follownet.plot._style import (
    GREY,
    SMALL,
    TEXT,
    axes,
    below,
    counted,
    cut,
    grey,
    heading,
    nothing,
    points,
    require,
    short,
    write,
)

MAP: Final = (7.2, 6.4)  # inches
MOST_NAMES, MOST_GROUPS = 40, 1_000
FEW: Final = 5  # follows of which a share says little


def mixing(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw how many of the follows from each group to each other are returned.

    Parameters
    ----------
    table
        What `reciprocity.mixing` returns, of up to 1,000 groups.
    ax
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
        A row for each group that follows, a column for each that is followed, coloured by the
        share returned, from 0 to the greatest drawn. Where there is room (up to about 20
        groups) the number of follows stands in it, with the share for up to about 10. Cells of
        fewer than 5 follows are hatched and say how many of how many; cells without are empty.
        Groups have names up to 40, longer names are cut.

    Raises
    ------
    SchemaError
        For another table, a pair of groups that is in it twice, and more than 1,000 groups.

    Examples
    --------
    >>> import networkx as nx
    >>> from follownet import reciprocity
    >>> G = nx.DiGraph([("a", "b"), ("b", "a"), ("a", "c")])
    >>> table = reciprocity.mixing(G, {"a": "old", "b": "old", "c": "new"})
    >>> [text.get_text() for text in mixing(table).texts[:2]]
    ['0 of 1', '2 of 2']
    """
    require(
        table, ("source_group", "target_group", "follows", "returned", "rate"), "reciprocity.mixing"
    )
    pairs = table[["source_group", "target_group"]].astype(object)
    names = pd.unique(pd.concat([pairs["source_group"], pairs["target_group"]]))
    if pairs.duplicated().any():
        raise SchemaError("a pair of groups is in the table twice: give what mixing returns")
    if len(names) > MOST_GROUPS:
        raise SchemaError(f"{len(names):,} groups: a picture has room for {MOST_GROUPS:,}")
    ax = axes(ax, MAP)
    follows, returned, rate = (
        _square(table, name, names) for name in ("follows", "returned", "rate")
    )
    drawn = np.where(follows >= FEW, 100 * rate, np.nan)
    ax.set(xlim=(0, max(len(names), 1)), ylim=(max(len(names), 1), 0))
    if len(names):
        _cells(ax, drawn, follows)
        written = _numbers(ax, drawn, follows, returned)
    else:
        nothing(ax, "no groups")
        written = True
    _named(ax, names)
    ax.set(xlabel="group that is followed", ylabel="group that follows")
    heading(ax, f"returned follows between {len(names):,} groups")
    below(ax, _explained(table, written=written, few=int(((follows > 0) & (follows < FEW)).sum())))
    return ax


def _square(table: pd.DataFrame, column: str, names: Any) -> Any:
    """Return a column as a matrix, followers in rows; counts of pairs that are not in it are 0."""
    values = table.astype({"source_group": object, "target_group": object}).pivot(
        index="source_group", columns="target_group", values=column
    )
    matrix = values.reindex(index=names, columns=names).to_numpy(float)
    return matrix if column == "rate" else np.nan_to_num(matrix)


def _cells(ax: Axes, drawn: Any, follows: Any) -> None:
    """Draw coloured and hatched cells, and the key of the colours."""
    most = max(10.0, np.ceil(np.nanmax(drawn, initial=0.0) / 10) * 10)
    # The ends of the map are as dark or light as a page: lines tell cells from it.
    line: dict[str, Any] = {"edgecolors": GREY, "linewidth": 0.5 * (len(drawn) <= MOST_NAMES)}
    cells = ax.pcolormesh(
        np.ma.masked_invalid(drawn), cmap="cividis", vmin=0, vmax=most, label="rates", **line
    )
    if len(drawn) <= MOST_NAMES:
        for row, column in np.argwhere((follows > 0) & (follows < FEW)):
            ax.add_patch(
                Rectangle((column, row), 1, 1, fill=False, hatch="///", ec=GREY, lw=0.5, alpha=0.35)
            )
    if np.isnan(drawn).all():
        return
    scale = ax.inset_axes((1.025, 0.1, 0.025, 0.8), facecolor="none")
    bar = ax.figure.colorbar(cells, cax=scale, format=lambda value, _: f"{value:.0f} %")
    bar.ax.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10], integer=True))
    bar.outline.set_edgecolor(GREY)
    bar.set_label("share of follows returned")
    grey(scale)


def _numbers(ax: Axes, drawn: Any, follows: Any, returned: Any) -> bool:
    """Write into each cell as much as there is room for; return whether anything is written."""
    if len(drawn) > MOST_NAMES:
        return False
    places = [tuple(place) for place in np.argwhere(follows > 0)]
    box = ax.get_window_extent()
    # Names and the key take a part of what a new figure has now.
    room = 0.75 * points(ax, min(box.width, 1.3 * box.height)) / len(drawn)
    for lines in (2, 1):
        texts = {place: _number(drawn[place], follows[place], returned[place], lines)
                 for place in places}  # fmt: skip
        longest = max(map(len, "\n".join(texts.values()).split("\n")))
        size = min(SMALL, 0.9 * room / (0.6 * max(longest, 1)), 0.7 * room / (1.25 * lines))
        if size >= 6 or (lines == 1 and size >= 5.5):
            break
    else:
        return False
    for (row, column), text in texts.items():
        colour = _on(drawn[row, column], ax.collections[0])
        write(ax, column + 0.5, row + 0.5, text, ha="center", color=colour, fontsize=size)
    return True


def _number(share: float, follows: float, returned: float, lines: int) -> str:
    if np.isnan(share):
        return f"{returned:.0f} of {follows:.0f}" if lines == 2 else short(follows)
    rate = "< 1 %" if 0 < share < 0.5 else f"{share:.0f} %"
    return f"{rate}\n{short(follows)}" if lines == 2 else short(follows)


def _on(share: float, cells: Any) -> str:
    """Return the colour of a text on a cell."""
    if np.isnan(share):
        return GREY
    rgb = np.array(cells.to_rgba(share)[:3])
    light = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    # Where white and #111 have the same contrast (WCAG 2.1).
    return "white" if light @ [0.2126, 0.7152, 0.0722] < 0.19 else "#111111"


def _named(ax: Axes, names: Any) -> None:
    """Write the names of groups beside the axes."""
    shown = [cut(name, 18) for name in names] if len(names) <= MOST_NAMES else []
    places = np.arange(len(shown)) + 0.5
    height = points(ax, ax.get_window_extent().height)
    size = min(TEXT, 0.7 * height / max(len(shown), 1))
    style: dict[str, Any] = {"fontsize": size, "parse_math": False, "color": GREY}
    turned = len(shown) * max(map(len, shown), default=0) > 60
    ax.set_yticks(places, shown, **style)
    if turned:
        style |= {"rotation": 90}
    ax.set_xticks(places, shown, **style)
    ax.tick_params(length=0)
    ax.spines[:].set_visible(True)


def _explained(table: pd.DataFrame, *, written: bool, few: int) -> list[str]:
    """Return how to read the cells, and what is not in them."""
    notes = ["colour: of the follows from row to column, the share returned"]
    notes += ["numbers: follows"] if written else ["too many groups to write the follows"]
    notes += counted(few, f"cells of fewer than {FEW} follows, not coloured")
    notes += counted(table.attrs.get("ungrouped", 0), "accounts without a group")
    return notes + counted(table.attrs.get("left_out", 0), "follows of theirs left out")
