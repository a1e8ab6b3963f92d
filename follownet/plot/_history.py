"""What changed between exports: ties gained and lost, why followers are gone, rates in time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter, date2num
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from follownet.plot._style import (
    GREY,
    PERCENT,
    SMALL,
    STATES,
    TEXT,
    WIDE,
    accounts,
    axes,
    below,
    counted,
    nothing,
    points,
    require,
    title,
    write,
)

_CHANGES: Final = (
    ("gained", "lost", "followers\nlost, gained", "follower"),
    ("followed", "unfollowed", "follows\nended, begun", "following"),
    ("newly_mutual", "no_longer_mutual", "mutual\nno longer, newly", "mutual"),
)
_FOR, _AGAINST = STATES["mutual"].colour, STATES["follower"].colour
# Full for what a record shows, hatched for what is inferred, empty for what is open.
_WORDS: Final[Mapping[str, dict[str, Any]]] = {
    "shown": {"facecolor": _FOR, "edgecolor": _FOR},
    "likely": {"facecolor": "none", "edgecolor": _FOR, "hatch": "/////"},
    "possible": {"facecolor": "none", "edgecolor": GREY},
    "unlikely": {"facecolor": "none", "edgecolor": _AGAINST, "hatch": "\\\\\\"},
    "ruled out": {"facecolor": _AGAINST, "edgecolor": _AGAINST},
}
_EXPLANATIONS: Final = {
    "unfollowed": "unfollowed\n(or removed)",
    "deactivated": "deactivated\nor deleted",
    "blocked": "blocked\n(either way)",
    "renamed": "renamed",
}
_DIRECTIONS: Final = {"received": "following", "given": "follower"}


def changes(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw how many ties came and went between two exports.

    Parameters
    ----------
    table
        What `history.changes` returns.
    ax
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
        For followers, follows and mutual ties a full bar to the right (new) and an empty one to
        the left (gone), with their numbers. What was not observed is said to be so. The caption
        counts those of whom it is not known.

    Examples
    --------
    >>> table = pd.DataFrame({"gained": [True, False], "lost": [False, False]}, dtype="boolean")
    >>> for name in ("followed", "unfollowed", "newly_mutual", "no_longer_mutual"):
    ...     table[name] = pd.array([pd.NA, pd.NA], dtype="boolean")
    >>> [text.get_text() for text in changes(table).texts if text.get_text()][:2]
    ['+1', '−0']
    """
    require(table, [name for row in _CHANGES for name in row[:2]], "history.changes")
    ax = axes(ax, WIDE)
    counts = {name: int(table[name].sum()) for row in _CHANGES for name in row[:2]}
    most = max(*counts.values(), 1)
    unknown = 0
    for y, (new, gone, _, state) in enumerate(_CHANGES):
        colour = STATES[state].colour
        if len(table) and table[[new, gone]].isna().all(axis=None):
            write(ax, 0, y, "not observed in both exports", ha="center")
            continue
        unknown += int(table[[new, gone]].isna().any(axis=1).sum())
        ax.barh(y, counts[new], height=0.6, color=colour, edgecolor=colour, label=new)
        ax.barh(y, -counts[gone], height=0.6, color="none", edgecolor=colour, lw=1.6, label=gone)
        room = 0.02 * most
        bold: dict[str, Any] = {"color": colour, "weight": "bold"}
        write(ax, counts[new] + room, y, f"+{counts[new]:,}", ha="left", **bold)
        write(ax, -counts[gone] - room, y, f"−{counts[gone]:,}", ha="right", **bold)
    ax.axvline(0, color=GREY, lw=1)
    ax.set(xlim=(-1.2 * most, 1.2 * most), ylim=(len(_CHANGES) - 0.5, -0.5))
    ax.set_yticks(range(len(_CHANGES)), [row[2] for row in _CHANGES])
    _plain(ax)
    ax.set_xlabel("accounts: gone to the left, new to the right")
    ax.xaxis.set_major_locator(MaxNLocator(6, integer=True))
    ax.xaxis.set_major_formatter(lambda value, _: f"{abs(value):,.0f}")
    title(ax, table, f"what changed {_span(table)}")
    pending = int(table["still_pending"].sum()) if "still_pending" in table else 0
    below(
        ax,
        [
            "a renamed or deleted account counts as one gone and one new",
            *counted(unknown, "changes not known (they may be outside a date range)"),
            *counted(pending, "pending in both"),
        ],
    )
    return ax


def losses(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw how sure one can be of each explanation of lost followers.

    Parameters
    ----------
    table
        What `history.losses` returns.
    ax
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
        A bar for each explanation, each as long as there are lost followers, divided by
        confidence: full is what a record shows or rules out, hatched what is inferred, empty
        what is open. Numbers stand above the parts.
    """
    require(table, list(_EXPLANATIONS), "history.losses")
    ax = axes(ax, WIDE)
    for y, name in enumerate(_EXPLANATIONS):
        left = 0
        for word, style in _WORDS.items():
            count = int((table[name] == word).sum())
            if count:
                part: dict[str, Any] = {"height": 0.5, "lw": 1, "label": word, "clip_on": False}
                ax.barh(y, count, left=left, **part, **style)
                write(ax, left + count / 2, y - 0.37, f"{count:,}", ha="center", fontsize=SMALL)
            left += count
    ax.set(xlim=(0, max(len(table), 1)), ylim=(len(_EXPLANATIONS) - 0.5, -0.65))
    ax.set_yticks(range(len(_EXPLANATIONS)), list(_EXPLANATIONS.values()))
    _plain(ax)
    ax.set_xlabel("lost followers, accounts")
    ax.xaxis.set_major_locator(MaxNLocator(6, integer=True))
    where: dict[str, Any] = {"loc": "lower left", "bbox_to_anchor": (0, 1), "borderaxespad": 0}
    key = [Patch(label=word, **style) for word, style in _WORDS.items()]
    ax.legend(
        handles=key, ncols=len(_WORDS), frameon=False, fontsize=TEXT, labelcolor=GREY, **where
    )
    if table.empty:
        nothing(ax, "no follower was lost")
    title(ax, table, f"{accounts(len(table))} lost as followers {_span(table)}", pad=24)
    missing = table.attrs.get("counts", {}).get("missing", 0)
    notes = ["explanations do not exclude each other; without evidence all are possible"]
    below(ax, [*notes, *counted(missing, "of whom it is not known whether they were lost")])
    return ax


def rates(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw both follow-back rates at each export, and how they changed.

    Parameters
    ----------
    table
        What `history.rates` returns.
    ax
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
        Dots with 95 % intervals, joined by direction. Above the axes stands each change against
        the known rate before it, with its interval, in percentage points. Where exports are too
        close to write all changes side by side, the caption says how many are left out.
    """
    columns = ("rate", "low", "high", "change", "change_low", "change_high")
    require(table, columns, "history.rates")
    ax = axes(ax, WIDE)
    known = table[table["rate"].notna()]
    dates = [date2num(date) for date in known.index.get_level_values("exported_at")]  # type: ignore[no-untyped-call]
    first, last = (min(dates), max(dates)) if dates else (0.0, 1.0)
    wide = max(last - first, 30.0)
    ax.set(xlim=(first - 0.06 * wide, last + 0.06 * wide), ylim=(0, 100))
    left_out = 0
    ends = []
    for row, (direction, state) in enumerate(_DIRECTIONS.items()):
        colour = STATES[state].colour
        chosen = known.index.get_level_values("direction") == direction
        share = 100 * known[chosen]
        # The two directions stand beside each other: their intervals overlap.
        x = np.array(dates)[chosen] + (0.005 if row else -0.005) * wide
        ax.vlines(x, share["low"], share["high"], color=colour, lw=5, alpha=0.45)
        ax.plot(x, share["rate"], "o-", color=colour, ms=6, lw=1.6, label=direction)
        if len(x):
            end = float(share["rate"].iloc[-1])
            ends.append((end, f"{end:.1f} %\n{direction}", colour))
        left_out += _changes(ax, x, share, 1.07 + 0.14 * (1 - row), colour)
    _ends(ax, ends)
    ax.set_yticks(*PERCENT)
    ax.set(xlabel="date of the export (UTC)", ylabel="follow-back rate")
    ax.grid(axis="y", color=GREY, alpha=0.3, lw=0.6)
    if dates:
        # matplotlib.dates has no types.
        locator = AutoDateLocator(minticks=3, maxticks=8)  # type: ignore[no-untyped-call]
        ax.xaxis.set_major_locator(locator)
        ax.xaxis.set_major_formatter(ConciseDateFormatter(locator))  # type: ignore[no-untyped-call]
    else:
        nothing(ax, "no rate is known")
    pad = 54 if known["change"].notna().any() else 6
    title(ax, table, "follow-back rates and their changes", pad=pad)
    unknown = int(table["rate"].isna().sum())
    notes = [
        "received: of those followed, how many follow back",
        "given: of the followers, how many are followed back",
        "above: changes in percentage points",
        "of ties that existed on each day, with 95 % intervals",
    ]
    notes += counted(unknown, "rates not known") + counted(left_out, "changes not written")
    below(ax, notes)
    return ax


def _changes(ax: Axes, x: Any, share: pd.DataFrame, y: float, colour: str) -> int:
    """Write changes above the axes where there is room; return how many have none."""
    left, right = ax.get_xlim()
    # Twelve signs; the layout leaves axes of their own about as wide as they are now.
    width = points(ax, ax.get_window_extent().width)
    room = 12 * 0.6 * SMALL * (right - left) / width
    after, left_out = np.inf, 0
    values = share[["change", "change_low", "change_high"]].to_numpy()
    # From the last on: where there is no room for all, the news are written.
    for place, (change, low, high) in zip(x[::-1], values[::-1], strict=True):
        if np.isnan(change):
            continue
        if after - place < room:
            left_out += 1
            continue
        text = f"{change:+.1f}\n({low:+.1f}, {high:+.1f})".replace("-", "−")
        style: dict[str, Any] = {"color": colour, "fontsize": SMALL, "ha": "center"}
        write(ax, place, y, text, transform=ax.get_xaxis_transform(), **style)
        after = place
    return left_out


def _ends(ax: Axes, ends: Sequence[tuple[float, str, str]]) -> None:
    """Name the lines at their ends, one below the other."""
    above = 2.0
    for end, text, colour in sorted(ends, reverse=True):
        above = min(max(end / 100, 0.05), above - 0.14)
        write(ax, 1.015, above, text, transform=ax.transAxes, color=colour, weight="bold")


def _span(table: pd.DataFrame) -> str:
    """Return between which days, in words."""
    days = [table.attrs.get(name) for name in ("from", "until")]
    first, last = ("an unknown day" if pd.isna(day) else f"{day:%Y-%m-%d}" for day in days)
    return f"from {first} to {last}"


def _plain(ax: Axes) -> None:
    """Leave names without marks beside bars."""
    ax.tick_params(axis="y", length=0, pad=8)
    ax.spines["left"].set_visible(False)
