"""Activity in the course of a week, and which times of posts go with more engagement."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, to_rgba
from matplotlib.ticker import FuncFormatter, MaxNLocator, NullLocator

from follownet.errors import SchemaError
from follownet.plot._style import (
    GREY,
    STATES,
    TEXT,
    axes,
    below,
    cut,
    grey,
    heading,
    nothing,
    require,
    write,
)

if TYPE_CHECKING:
    from follownet.engagement import BestTimes

_OF: Final = {"owner": "what its owner did", "others": "what others did", "posts": "posts"}
#: One colour, from hardly there to full: it is told from a white page and from a dark one.
_MAP: Final = LinearSegmentedColormap.from_list(
    "activity", [to_rgba(STATES["mutual"].colour, alpha) for alpha in (0.03, 1)]
)
_STEPS: Final = (0.1, 0.2, 0.25, 0.33, 0.5, 0.67, 0.8, 1, 1.25, 1.5, 2, 3, 4, 5, 10)


def rhythm(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw how often something was done, by weekday and hour.

    Parameters
    ----------
    table
        What `engagement.rhythm` returns.
    ax
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
        A row for each weekday, Monday on top, a column for each hour, coloured by events per such
        hour, from 0; hours that never were are crossed out. The caption counts the events and
        says of which clock the hours are.

    Raises
    ------
    SchemaError
        For another table.

    Examples
    --------
    >>> from follownet import Export, engagement
    >>> events = pd.DataFrame({"source": ["me"], "kind": "like", "at": ["2026-01-05T08:00Z"]})
    >>> table = engagement.rhythm(Export(interactions=events, owners=("me",)))
    >>> rhythm(table).get_xlabel()
    'hour, clocks of UTC'
    """
    require(table, ("events", "hours", "rate"), "engagement.rhythm")
    if list(table.index.names) != ["weekday", "hour"] or len(table) != 7 * 24:
        raise SchemaError("the table has not 168 rows: give what engagement.rhythm returns")
    rates = table["rate"].to_numpy("float64").reshape(7, 24)
    ax = axes(ax, (7.4, 3.1))
    cells = ax.pcolormesh(
        np.ma.masked_invalid(rates), cmap=_MAP, vmin=0, vmax=np.nanmax(rates),
        edgecolors=GREY, linewidth=0.3,
    )  # fmt: skip
    for day, hour in np.argwhere(np.isnan(rates)):
        write(ax, hour + 0.5, day + 0.5, "×", ha="center")
    ax.set(xlim=(0, 24), ylim=(7, 0), xlabel=f"hour, clocks of {table.attrs['zone']}")
    ax.set_xticks(np.arange(0, 25, 3))
    days = table.index.unique("weekday")
    ax.set_yticks(np.arange(7) + 0.5, list(days))
    ax.tick_params(length=0)
    _scale(ax, cells)
    heading(ax, f"{_OF[table.attrs['of']]}, in the course of a week")
    since, until = (f"{table.attrs[name]:%Y-%m-%d}" for name in ("since", "until"))
    notes = [f"{int(table['events'].sum()):,} events from {since} to {until}"]
    notes += [f"{count:,} left out: {reason}" for reason, count in table.attrs["left_out"].items()]
    notes += ["× never was"] if np.isnan(rates).any() else []
    below(ax, [*notes, "some cell is always the fullest: this ranks nothing"])
    return ax


def _scale(ax: Axes, cells: Any) -> None:
    """Draw the key of the colours."""
    scale = ax.inset_axes((1.02, 0.05, 0.02, 0.9), facecolor="none")
    bar = ax.figure.colorbar(cells, cax=scale, format=lambda value, _: f"{value:g}")
    bar.ax.yaxis.set_major_locator(MaxNLocator(4))
    bar.outline.set_edgecolor(GREY)
    bar.set_label("events per hour")
    grey(scale)


def best_times(found: BestTimes, *, by: str = "hour", ax: Axes | None = None) -> Axes:
    """Draw by how much posts of each hour, weekday or format are above the average post.

    Parameters
    ----------
    found
        What `engagement.best_times` returns.
    by
        ``"hour"``, ``"weekday"`` or ``"format"``.
    ax
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
        The ratio of each level to the average post, with its interval, on a logarithmic axis, and
        the line of no difference. Filled marks: the interval leaves it out. Levels put together
        are hollow and have no interval.

    Raises
    ------
    SchemaError
        When `by` is something else.

    Examples
    --------
    >>> from follownet import engagement, simulation
    >>> ax = best_times(engagement.best_times(simulation.posts(seed=1), draws=99), by="format")
    >>> ax.get_yscale()
    'log'
    """
    if by not in found.p.index:
        raise SchemaError(f"by: accepts {', '.join(map(repr, found.p.index))}")
    rows = found.factors[found.factors.index.get_level_values("by") == by].droplevel("by")
    known = rows[rows["ratio"].notna()]
    ax = axes(ax, (7.4, 3.4))
    if len(known) < 2:
        nothing(ax, f"no two levels of {by} can be compared")
        ax.set_yticks([])
    else:
        _levels(ax, known)
    ax.set_xlabel(f"{by}, clocks of {found.zone}" if by != "format" else by)
    ax.set_ylabel("rate / average post")
    heading(ax, f"engagement by {by}: {_verdict(found, rows, by)}")
    notes = [f"{found.posts:,} posts in {found.weeks} weeks"]
    notes += ["intervals hold together: 95 % that all are right; filled: away from the average"]
    notes += [f"{count:,} posts left out: {reason}" for reason, count in found.left_out.items()]
    below(ax, [*notes, *found.notes])
    return ax


def _levels(ax: Axes, rows: pd.DataFrame) -> None:
    """Draw marks and intervals."""
    colour = STATES["mutual"].colour
    away = (rows["low"] > 1) | (rows["high"] < 1)
    place = np.arange(len(rows))
    ax.axhline(1, color=GREY, lw=1)
    ax.vlines(place, rows["low"], rows["high"], color=colour, lw=2.4, alpha=0.6, label="interval")
    for chosen, fill in ((away, colour), (~away, "none")):
        style: dict[str, Any] = {"mfc": fill, "mec": colour, "ms": 6, "ls": "none"}
        ax.plot(place[chosen], rows["ratio"][chosen], "o", **style)
    ends = np.nan_to_num(rows[["low", "ratio", "high"]].to_numpy(), nan=1)
    ax.set(yscale="log", ylim=(min(ends.min(), 0.9) / 1.1, max(ends.max(), 1.1) * 1.1))
    low, high = ax.get_ylim()
    ax.set_yticks([step for step in _STEPS if low <= step <= high])
    ax.yaxis.set_minor_locator(NullLocator())
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"× {value:g}"))
    short = [cut(name, 10 if len(rows) < 9 else 5) for name in rows.index]
    ax.set_xticks(place, short, fontsize=TEXT if len(rows) < 20 else TEXT - 1)
    ax.set_xlim(-0.6, len(rows) - 0.4)


def _verdict(found: BestTimes, rows: pd.DataFrame, by: str) -> str:
    if np.isnan(found.p[by]):
        return "cannot be told"
    better = [cut(name, 16) for name in rows.index[rows["low"] > 1]]
    named = ", ".join(better) if len(better) < 3 else f"{len(better)} of {len(rows)}"
    return f"{named or 'none'} above average (p = {found.p[by]:.2g})"
