"""Kinds of interaction: how often each occurs, and whom the platforms' exports name."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Patch, Rectangle

from follownet.plot._mixing import _on
from follownet.plot._style import (
    GREY,
    SMALL,
    STATES,
    TEXT,
    axes,
    below,
    cut,
    heading,
    nothing,
    percent,
    require,
    short,
    write,
)

#: What is drawn in which colour: words, taps, looks; grey is of kinds that nobody knows.
_ACTS: Final = {
    "words": STATES["mutual"].colour,
    "no words": STATES["following"].colour,
    "passive": STATES["follower"].colour,
    "unknown kind": GREY,
}
_ROW: Final = 0.27  # inches


def taxonomy(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw how often each kind of interaction occurs, and how many of it name an account.

    Parameters
    ----------
    table
        What `engagement.taxonomy` returns.
    ax
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
        A bar for each kind and scope, on a logarithmic axis from 1/2, the most frequent on top;
        its colour says whether words were written. Beside it are the events, and how many of
        them name an account.

    Examples
    --------
    >>> from follownet import Export, engagement
    >>> likes = pd.DataFrame({"source": ["me", "me"], "target": ["ann", None], "kind": "like"})
    >>> ax = taxonomy(engagement.taxonomy(Export(interactions=likes, owners=("me",))))
    >>> ax.texts[0].get_text()
    ' 2, 50 % named'
    """
    require(table, ("mode", "verbal", "events", "named"), "engagement.taxonomy")
    rows = table.astype({"events": "float64", "named": "float64"})
    rows = rows.sort_values("events", ascending=False, kind="stable")
    ax = axes(ax, (7.0, 1.4 + _ROW * max(len(rows), 3)))
    acts = np.select(
        [rows["mode"].isna(), rows["mode"] == "passive", rows["verbal"] == "verbal"],
        ["unknown kind", "passive", "words"],
        "no words",
    )
    least = 0.5
    for place, (events, named, act) in enumerate(
        zip(rows["events"], rows["named"], acts, strict=True)
    ):
        ax.barh(place, max(events, least) - least, left=least, height=0.7, color=_ACTS[act])
        write(ax, max(events, least), place, f" {events:,.0f}, {percent(named / events)} named")
    if len(rows):
        _named_rows(ax, rows)
        ax.set(xscale="log", xlim=(least, rows["events"].max() * 12))
        _key(ax, [act for act in _ACTS if act in acts])
    else:
        nothing(ax, "no interactions")
    ax.set_xlabel("events (logarithmic)")
    heading(ax, f"{rows['events'].sum():,.0f} interactions, by kind", pad=24)
    below(ax, ["named: the export says towards whom", *table.attrs.get("notes", ())])
    return ax


def _named_rows(ax: Axes, rows: pd.DataFrame) -> None:
    """Write kinds beside the bars, with their scope where a kind has several."""
    kinds, scopes = (rows.index.get_level_values(level) for level in ("kind", "scope"))
    several = kinds.duplicated(keep=False)
    labels = [
        f"{cut(kind, 22)}, {scope}" if twice else cut(kind, 22)
        for kind, scope, twice in zip(kinds, scopes, several, strict=True)
    ]
    ax.set_yticks(range(len(rows)), labels)
    ax.tick_params(axis="y", length=0)
    ax.set_ylim(len(rows) - 0.4, -0.6)


def _key(ax: Axes, acts: list[str]) -> None:
    where: dict[str, Any] = {"loc": "lower left", "bbox_to_anchor": (0, 1), "borderaxespad": 0}
    patches = [Patch(color=_ACTS[act], label=act) for act in acts]
    ax.legend(
        handles=patches, ncols=4, frameon=False, fontsize=TEXT, labelcolor="linecolor", **where
    )


def naming(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw of which kinds of interaction each platform's exports say towards whom they were.

    Parameters
    ----------
    table
        What `engagement.naming` returns.
    ax
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
        A row for each kind, a column for each platform. Cells have the share of events that name
        an account, those to groups set aside, and of how many. Hatched: a file of this kind was
        read and is empty, or all events went to groups. Empty: the exports hold no such kind,
        which is not 0.

    Examples
    --------
    >>> from follownet import Export, engagement
    >>> likes = pd.DataFrame({"source": ["me"], "target": ["ann"], "kind": "like"})
    >>> one = Export(interactions=likes, owners=("me",), platform="instagram")
    >>> [text.get_text() for text in naming(engagement.naming(one)).texts[:1]]
    ['100 % of 1']
    """
    require(table, ("events", "to_groups", "share"), "engagement.naming")
    table = table.assign(spoken=table["events"] - table["to_groups"])
    kinds, platforms = (table.index.unique(level) for level in ("kind", "platform"))
    share, events, spoken = (
        table[name].astype("float64").unstack("platform").reindex(index=kinds, columns=platforms)
        for name in ("share", "events", "spoken")
    )
    ax = axes(ax, (2.6 + 1.5 * max(len(platforms), 2), 1.3 + 1.2 * _ROW * max(len(kinds), 3)))
    if not len(kinds):
        nothing(ax, "no interactions")
        return ax
    ax.set(xlim=(0, len(platforms)), ylim=(len(kinds), 0))
    drawn = np.ma.masked_invalid(100 * share.to_numpy())
    cells = ax.pcolormesh(drawn, cmap="cividis", vmin=0, vmax=100, edgecolors=GREY, linewidth=0.5)
    counts = spoken.where(share.notna(), events).to_numpy()
    for row, column in np.argwhere(~np.isnan(counts)):
        _cell(ax, cells, (row, column), drawn[row, column], counts[row, column])
    ax.set_yticks(np.arange(len(kinds)) + 0.5, [cut(kind, 22) for kind in kinds])
    ax.set_xticks(np.arange(len(platforms)) + 0.5, [cut(name, 14) for name in platforms])
    ax.tick_params(length=0)
    ax.spines[:].set_visible(True)
    heading(ax, "which interactions name an account")
    below(ax, ["share of events that name one; empty: not in the exports, which is not 0"])
    return ax


def _cell(ax: Axes, cells: Any, place: tuple[int, int], share: Any, events: float) -> None:
    """Write into a cell; hatch it where there is no share."""
    row, column = place
    if share is np.ma.masked:
        box = Rectangle((column, row), 1, 1, fill=False, hatch="///", ec=GREY, lw=0.5, alpha=0.35)
        ax.add_patch(box)
        text, colour = short(events), GREY
    else:
        text, colour = f"{share:.0f} % of {short(events)}", _on(float(share), cells)
    write(ax, column + 0.5, row + 0.5, text, ha="center", color=colour, fontsize=SMALL)
