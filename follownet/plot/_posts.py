"""Engagement of posts: rates in time and by format, a change, dilution."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter
from matplotlib.ticker import FuncFormatter, NullLocator

from follownet.errors import SchemaError
from follownet.plot._style import (
    GREY,
    STATES,
    TEXT,
    WIDE,
    axes,
    below,
    counted,
    cut,
    heading,
    nothing,
    require,
    write,
)

if TYPE_CHECKING:
    from follownet.engagement import Change, Dilution

#: Three rates that answer different questions: name, state that lends its colour, marker.
_RATES: Final = {
    "mean": ("mean of rates", "follower", "s"),
    "pooled": ("ratio of sums", "following", "o"),
    "median": ("median", "mutual", "D"),
}
#: Posts drawn one by one.
_MOST = 20_000


def engagement_rates(
    table: pd.DataFrame, *, base: str | None = None, ax: Axes | None = None
) -> Axes:
    """Draw the mean of rates, the ratio of sums and the median, by format, week or month.

    Parameters
    ----------
    table
        What `engagement.rates` returns with ``per="format"``, ``"week"`` or ``"month"``.
    base
        ``"followers"``, ``"reach"`` or ``"impressions"``; by default the one with most posts.
    ax
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
        Rates in per cent, from 0. Weeks without a rate are gaps. The caption counts the posts,
        and those without base or engagements.

    Raises
    ------
    SchemaError
        For another table, or a base that is not in it.

    Examples
    --------
    >>> from follownet import Export, engagement
    >>> posts = pd.DataFrame({"post": ["a"], "account": "me", "format": "reel"})
    >>> table = engagement.rates(Export(posts=posts.assign(likes=3, reach=100)), per="format")
    >>> engagement_rates(table).get_ylabel()
    'engagements / reach'
    """
    require(table, ("posts", *_RATES, "without"), "engagement.rates with per= format, week, month")
    per, bases = str(table.index.names[0]), table.index.get_level_values(-1)
    posts = table["posts"].groupby(bases).sum()
    chosen = base if base is not None else (posts.idxmax() if len(posts) else "followers")
    if len(table) and chosen not in posts.index:
        raise SchemaError(f"base: accepts {', '.join(map(repr, posts.index))}")
    rows = table[bases == chosen].droplevel(-1)
    ax = axes(ax, WIDE)
    if rows["posts"].sum() == 0:
        nothing(ax, f"no post has a rate by {chosen}")
    elif per == "format":
        _by_format(ax, rows)
    else:
        _in_time(ax, rows, per)
    ax.set_ylabel(f"engagements / {chosen}")
    heading(ax, f"engagement rates, by {per}", pad=24)
    notes = counted(int(rows["posts"].sum()), "posts")
    notes += counted(int(rows["without"].sum()), f"without {chosen} or counts")
    notes += [f"{number:,} {reason}" for reason, number in table.attrs.get("left_out", {}).items()]
    below(ax, [*notes, "the three rates answer different questions and do not replace each other"])
    return ax


def _by_format(ax: Axes, rows: pd.DataFrame) -> None:
    """Draw marks side by side for each format."""
    for shift, (name, (label, state, marker)) in zip((-0.15, 0, 0.15), _RATES.items(), strict=True):
        place = np.arange(len(rows)) + shift
        style: dict[str, Any] = {"color": STATES[state].colour, "ls": "none", "marker": marker}
        ax.plot(place, 100 * rows[name], ms=7, label=label, **style)
    names = [
        f"{cut(name, 16)}\n{count:,}" for name, count in zip(rows.index, rows["posts"], strict=True)
    ]
    ax.set_xticks(range(len(rows)), names)
    ax.set_xlim(-0.6, len(rows) - 0.4)
    ax.set_xlabel("format, and posts of it")
    _from_zero(ax)


def _in_time(ax: Axes, rows: pd.DataFrame, per: str) -> None:
    """Draw a line for each rate, broken where a week or month has none."""
    frequency = "7D" if per == "week" else "MS"
    known = rows[rows["posts"] > 0]
    known = known.set_axis(pd.DatetimeIndex(known.index).as_unit("s"))
    course = known.reindex(pd.date_range(known.index.min(), known.index.max(), freq=frequency))
    for name, (label, state, marker) in _RATES.items():
        style: dict[str, Any] = {"color": STATES[state].colour, "marker": marker, "ms": 3.5}
        ax.plot(course.index.to_numpy(), 100 * course[name], lw=1.6, label=label, **style)
    # matplotlib.dates has no types.
    locator = AutoDateLocator(minticks=3, maxticks=8)  # type: ignore[no-untyped-call]
    ax.xaxis.set_major_locator(locator)
    ax.xaxis.set_major_formatter(ConciseDateFormatter(locator))  # type: ignore[no-untyped-call]
    ax.set_xlabel(f"{per}, by its first day")
    _from_zero(ax)


def _from_zero(ax: Axes) -> None:
    """Let rates in per cent begin at 0."""
    ax.set_ylim(0, None)
    ax.yaxis.set_major_formatter(FuncFormatter(lambda share, _: f"{share:g} %"))
    ax.grid(axis="y", color=GREY, alpha=0.3, lw=0.6)
    _key(ax)


def _key(ax: Axes) -> None:
    """Name what is drawn, above the axes."""
    where: dict[str, Any] = {"loc": "lower left", "bbox_to_anchor": (0, 1), "borderaxespad": 0}
    ax.legend(ncols=3, frameon=False, fontsize=TEXT, labelcolor="linecolor", **where)


def change(found: Change, *, claim: float | None = None, ax: Axes | None = None) -> Axes:
    """Draw by how much the typical rate changed, with its interval.

    Parameters
    ----------
    found
        What `engagement.change` returns.
    claim
        A ratio to set beside it: 1.4 for +40 %.
    ax
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
        The ratio after/before with its 95 % interval on a logarithmic axis, the line of no change,
        and below it, as open marks, the ratios of three other rates, which have no interval.

    Examples
    --------
    >>> from follownet import engagement, simulation
    >>> year = simulation.posts(effect=1.4, seed=2)
    >>> halves = [engagement.period(year, end="2026-04-06"), engagement.period(year, "2026-04-06")]
    >>> change(engagement.change(*halves, draws=99)).get_xscale()
    'log'
    """
    ax = axes(ax, (7.0, 2.9))
    rows = {
        "typical rate": found.ratio, "median": found.median_ratio,
        "ratio of sums": found.pooled_ratio, "mean of rates": found.mean_ratio,
    }  # fmt: skip
    ends = [found.low, found.high, 1.0, *rows.values(), *([] if claim is None else [claim])]
    known = [end for end in ends if np.isfinite(end) and end > 0]
    ax.set(xscale="log", xlim=(min(known) / 1.15, max(known) * 1.15), ylim=(3.6, -0.9))
    ax.axvline(1, color=GREY, lw=1)
    write(ax, 1, -0.75, "no change ", ha="right")
    colour = STATES["mutual"].colour
    ax.hlines(0, found.low, found.high, color=colour, lw=5, alpha=0.6)
    for place, (name, value) in enumerate(rows.items()):
        first = place == 0
        style: dict[str, Any] = {"mfc": colour if first else "none", "mec": colour, "ms": 7}
        ax.plot(value, place, "o", label=name, **style)
    if claim is not None:
        ax.axvline(claim, color=STATES["follower"].colour, lw=1.4, ls=(0, (4, 2)))
        write(ax, claim, -0.75, f" claimed {_change(claim)}", color=STATES["follower"].colour)
    ax.set_yticks(range(4), [f"{name}: {_change(value)}" for name, value in rows.items()])
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)
    _ratio_ticks(ax)
    ax.set_xlabel("rate after / rate before")
    heading(ax, f"engagement by {found.base or 'post'}: {_change(found.ratio)}{_within(found)}")
    below(ax, _change_notes(found))
    return ax


def _change(ratio: float) -> str:
    return "undefined" if np.isnan(ratio) else f"{100 * (ratio - 1):+.0f} %"


def _within(found: Change) -> str:
    if np.isnan(found.low):
        return ""
    return f" (95 %: {_change(found.low)} to {_change(found.high)}), p = {found.p:.2g}"


def _change_notes(found: Change) -> list[str]:
    weeks = f"{found.weeks_before} weeks before and {found.weeks_after} after"
    posts = f"{found.posts_before + found.posts_after:,} posts in {weeks}"
    out = [f"{number:,} {reason}" for reason, number in found.left_out.items() if number]
    return [posts, "weekdays matched; open marks: without interval", *out, *found.notes]


def _ratio_ticks(ax: Axes) -> None:
    """Mark ratios by their change in per cent, as many as there is room for."""
    low, high = ax.get_xlim()
    steps = (0.1, 0.2, 0.3, 0.5, 0.7, 0.8, 0.9, 1, 1.1, 1.25, 1.5, 2, 3, 5, 10, 20, 50)
    shown = [step for step in steps if low <= step <= high]
    while len(shown) > 9:
        shown = [step for step in shown if step == 1 or shown.index(step) % 2]
    ax.set_xticks(shown, [f"{step:g}" for step in shown])
    ax.xaxis.set_minor_locator(NullLocator())


def dilution(table: pd.DataFrame, found: Dilution, *, ax: Axes | None = None) -> Axes:
    """Draw the engagements of posts over the followers they had, and the slope.

    Parameters
    ----------
    table
        What `engagement.rates` returns, per post.
    found
        What `engagement.dilution` returns of the same posts.
    ax
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
        Both axes are logarithmic; posts without engagement stand at 1/2, as in the fit. The line
        has the slope found, the dashed one slope 1: in proportion. Posts without followers or
        engagements are counted in the caption; of more than 20,000 every so manieth is drawn.

    Examples
    --------
    >>> from follownet import engagement, simulation
    >>> year = simulation.posts(slope=0.5, weeks=52, seed=1)
    >>> ax = dilution(engagement.rates(year), engagement.dilution(year))
    >>> ax.get_xscale(), ax.get_yscale()
    ('log', 'log')
    """
    require(table, ("engagements", "followers"), "engagement.rates per post")
    numbers = table[["followers", "engagements"]].astype("float64")
    known = numbers[numbers["followers"] > 0].dropna()
    ax = axes(ax, WIDE)
    if len(known):
        x, y = known["followers"].to_numpy(), known["engagements"].to_numpy() + 0.5
        step = -(-len(x) // _MOST)
        blue = STATES["following"].colour
        ax.plot(x[::step], y[::step], "o", color=blue, ms=3.5, alpha=0.6, mew=0, label="posts")
        ax.set(xscale="log", yscale="log")
        _slopes(ax, np.log(x), np.log(y), found.slope)
        _key(ax)
        for axis in (ax.xaxis, ax.yaxis):
            axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,g}"))
        if x.max() < 10 * x.min():
            ax.set_xticks(np.geomspace(x.min(), x.max(), 4).round(-1))
            ax.xaxis.set_minor_locator(NullLocator())
    else:
        nothing(ax, "no post has followers and engagements")
    ax.set(xlabel="followers when it was posted", ylabel="engagements + ½")
    heading(ax, f"engagement grows with followers to the power of {_slope(found)}", pad=24)
    notes = [f"doubling the followers: engagements of a post {_change(2**found.slope)}"]
    below(ax, [*notes, *counted(len(table) - len(known), "posts left out"), *found.notes])
    return ax


def _slope(found: Dilution) -> str:
    if np.isnan(found.slope):
        return "(undefined)"
    within = "" if np.isnan(found.low) else f" ({found.low:.2f} to {found.high:.2f})"
    return f"{found.slope:.2f}{within}"


def _slopes(ax: Axes, x: Any, y: Any, slope: float) -> None:
    """Draw the line found and the one of proportion, through the mean."""
    ends = np.array([x.min(), x.max()])
    for rise, label, state, dashes in (
        (1.0, "in proportion", "follower", (0, (4, 2))),
        (slope, "found", "mutual", "-"),
    ):
        if np.isnan(rise) or ends[0] == ends[1]:
            continue
        line = np.exp(y.mean() + rise * (ends - x.mean()))
        colour = STATES[state].colour
        ax.plot(np.exp(ends), line, color=colour, lw=2, ls=dashes, label=label)
