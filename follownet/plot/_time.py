"""Ties through time: when they began, and how long returns took."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter
from matplotlib.ticker import MaxNLocator

from follownet.plot._style import (
    GREY,
    PERCENT,
    STATES,
    TEXT,
    WIDE,
    axes,
    caption,
    counted,
    nothing,
    require,
    title,
    write,
)

SPANS: Final = {  # seconds
    "second": 1, "minute": 60, "hour": 3_600, "day": 86_400, "week": 604_800,
    "month": 2_629_746, "year": 31_556_952, "10 years": 315_569_520,
}  # fmt: skip


def timeline(alters: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw when the ties of today began: followed, followers and mutual, cumulative.

    Parameters
    ----------
    alters
        What `reciprocity.alters` returns.
    ax
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
        Steps up to the export's date; a tie is mutual from the later of its two dates. Follows
        without a date are counted in the caption. Those who left are not in the lists, so this
        is no history of the follower count.
    """
    require(alters, ("state", "following_since", "follower_since"), "reciprocity.alters")
    state, dates = alters["state"], alters[["following_since", "follower_since"]]
    curves = {
        "mutual": ("mutual", dates[state == "mutual"].max(axis=1, skipna=False)),
        "following": ("followed", dates["following_since"][state != "follower"]),
        "follower": ("followers", dates["follower_since"][state != "following"]),
    }
    last = alters.attrs.get("exported_at")
    last = dates.max().max() if pd.isna(last) else last
    ax = axes(ax, WIDE)
    ends = []
    for name, (label, since) in curves.items():
        # The day of the export ends each curve, and adds nothing to it.
        days = pd.Series([*since.dropna().sort_values(), last]).dt.tz_localize(None)
        if count := len(days) - 1:
            tally, colour = [0, *range(1, count + 1), count], STATES[name].colour
            width = 3 if name == "mutual" else 1.6
            x = days.iloc[[0, *range(count + 1)]].to_numpy()
            ax.step(x, tally, where="post", color=colour, lw=width, label=name)
            ends.append((count, f"{count:,} {label}", colour))
    ax.margins(x=0)
    ax.set_ylim(0, max(ends, default=(1,))[0] * 1.04)
    ax.set(xlabel="date (UTC)", ylabel="accounts, cumulative")
    ax.yaxis.set_major_locator(MaxNLocator(6, integer=True, steps=[1, 2, 5, 10]))
    ax.yaxis.set_major_formatter("{x:,.0f}")
    above = 2.0
    for count, text, colour in sorted(ends, reverse=True):
        # Ends may be close: a label starts where the one above it ends, or lower.
        above = min(count / ax.get_ylim()[1], above - 0.06)
        write(ax, 1.015, above, text, transform=ax.transAxes, color=colour, weight="bold")
    if ends:
        # matplotlib.dates has no types.
        locator = AutoDateLocator(minticks=3, maxticks=8)  # type: ignore[no-untyped-call]
        ax.xaxis.set_major_locator(locator)
        ax.xaxis.set_major_formatter(ConciseDateFormatter(locator))  # type: ignore[no-untyped-call]
    else:
        nothing(ax, "no follow has a date")
    title(ax, alters, "when today's ties began")
    undated = sum(int(curves[name][1].isna().sum()) for name in ("following", "follower"))
    notes = ["those who left are not in it, so it is no history of the follower count"]
    caption(ax, alters, [*notes, *counted(undated, "follow dates unknown, not drawn")])
    return ax


def return_times(alters: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw how long returns took, by who followed first.

    Parameters
    ----------
    alters
        What `reciprocity.alters` returns.
    ax
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
        Cumulative shares of the returned ties over ``latency``, on a logarithmic axis. Ties
        that were never returned are not in it, so no share is a probability of return.
    """
    require(alters, ("state", "first", "latency"), "reciprocity.alters")
    mutual = alters[alters["state"] == "mutual"]
    ax = axes(ax, WIDE)
    spans = [SPANS["minute"], SPANS["year"]]
    for first, state, label, dashes in (
        ("owner", "following", "the owner followed first", "-"),
        ("alter", "follower", "the other followed first", (0, (4, 1))),
    ):
        latency = mutual["latency"][mutual["first"] == first].dt.total_seconds()
        if count := len(latency):
            seconds = np.sort(latency.clip(lower=1))
            spans += [seconds[0], seconds[-1]]
            x, y = np.r_[seconds[0], seconds, 1e11], np.r_[np.arange(count + 1), count]
            style: dict[str, Any] = {"color": STATES[state].colour, "ls": dashes, "lw": 2}
            ax.step(x, 100 * y / count, where="post", label=f"{label} ({count:,})", **style)
    ax.set(xscale="log", xlim=(min(spans) / 1.4, max(spans) * 1.6), ylim=(0, 102))
    ax.set(xlabel="time from the first follow to its return", ylabel="share of returned ties")
    low, high = ax.get_xlim()
    shown = {name: span for name, span in SPANS.items() if low <= span <= high}
    ax.set_xticks(list(shown.values()), list(shown))
    ax.set_xticks([], minor=True)
    ax.set_yticks(*PERCENT)
    ax.grid(color=GREY, alpha=0.3, lw=0.6)
    if ax.lines:
        where: dict[str, Any] = {"loc": "lower left", "bbox_to_anchor": (0, 1), "borderaxespad": 0}
        ax.legend(ncols=2, frameon=False, fontsize=TEXT, labelcolor="linecolor", **where)
    else:
        nothing(ax, "no returned tie has both dates")
    title(ax, alters, "how long the return took", pad=24)
    notes = ["only ties that were returned: it says nothing of those who never did"]
    notes += counted(int((mutual["first"] == "same time").sum()), "at the same time (left out)")
    notes += counted(int(mutual["first"].isna().sum()), "without both dates (left out)")
    caption(ax, alters, notes)
    return ax
