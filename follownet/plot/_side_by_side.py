"""The two follow-back rates in several exports, side by side."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from follownet.plot._style import (
    GREY,
    PERCENT,
    STATES,
    WIDE,
    axes,
    below,
    counted,
    cut,
    heading,
    require,
    write,
)

_DIRECTIONS = {
    "received": ("following", "of those followed, follow back"),
    "given": ("follower", "of followers, are followed back"),
}


def side_by_side(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw both follow-back rates of several exports with their intervals.

    Parameters
    ----------
    table
        What `reciprocity.side_by_side` returns.
    ax
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
        A row for each export, from the top in the order of the table: a dot for each of the two
        rates on its 95 % interval. Where a rate is not known, the row says so.

    Examples
    --------
    >>> import follownet as fn
    >>> export = fn.read(fn.datasets.sample("tiktok"))
    >>> ax = side_by_side(fn.reciprocity.side_by_side([export]))
    >>> [label.get_text() for label in ax.get_yticklabels()]
    ['tiktok']
    """
    require(table, ("received", "received_low", "given", "unknown"), "reciprocity.side_by_side")
    size = WIDE[0], 1.2 + 0.42 * max(len(table), 1)
    ax = axes(ax, size)
    known = int(table["unknown"].isna().sum())
    heading(ax, f"follow-back in {len(table)} exports, known in {known}", pad=20)
    for y, row in enumerate(table.to_dict("records")):
        if not pd.isna(row["unknown"]):
            # Between two lines of the grid, which would cross it.
            write(ax, 37.5, y, "cannot be known", ha="center")
            continue
        for shift, (name, (state, _)) in zip((-0.16, 0.16), _DIRECTIONS.items(), strict=True):
            _rate(ax, y + shift, row, name, STATES[state].colour)
    _key(ax)
    ax.set(xlim=(0, 100), ylim=(len(table) - 0.4, -0.6))
    ax.set_xticks(*PERCENT)
    ax.set_yticks(range(len(table)), _labels(table))
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)
    ax.grid(axis="x", color=GREY, alpha=0.3, lw=0.6)
    notes = ["lines: 95 % Wilson intervals", "among ties that each export still shows"]
    below(ax, [*notes, *counted(len(table) - known, "lack a list, or have connections")])
    return ax


def _rate(ax: Axes, y: float, row: dict[Any, Any], name: str, colour: str) -> None:
    rate, low, high = (100 * float(row[f"{name}{end}"]) for end in ("", "_low", "_high"))
    if np.isnan(rate):
        write(ax, 1, y, "no rate", color=colour)
        return
    ax.hlines(y, low, high, color=colour, lw=4, alpha=0.45)
    ax.plot(rate, y, "o", color=colour, ms=6, clip_on=False, label=name)


def _key(ax: Axes) -> None:
    """Write above the axes what the colours mean."""
    place = ax.get_xaxis_transform()
    for x, ha, (state, label) in zip(
        (0, 100), ("left", "right"), _DIRECTIONS.values(), strict=True
    ):
        style = {"ha": ha, "va": "bottom", "color": STATES[state].colour, "weight": "bold"}
        write(ax, x, 1.01, label, transform=place, **style)


def _labels(table: pd.DataFrame) -> list[str]:
    """Return the platforms, with the owner where a platform occurs more than once."""
    platforms = table.index.get_level_values("platform")
    owners = table.index.get_level_values("owner")
    repeated = platforms.duplicated(keep=False)
    return [
        cut(f"{platform}: {owner}" if again else platform, 30)
        for platform, owner, again in zip(platforms, owners, repeated, strict=True)
    ]
