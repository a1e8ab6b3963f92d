"""The three groups around an account, and the two rates between them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from follownet.plot._style import (
    GREY,
    PERCENT,
    STATES,
    WIDE,
    accounts,
    axes,
    caption,
    counted,
    grey,
    require,
    title,
    write,
)


def groups(rates: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw the three groups around an account, and its two follow-back rates.

    Parameters
    ----------
    rates
        What `reciprocity.follow_back` returns.
    ax
        Where to draw, at least 6 by 3 inches; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
        A bar of everyone tied to the account (a group too small to be seen is drawn 0.6 %
        wide), with a bracket over those it follows and one under its followers. An inset has
        the rates with their intervals; a rate of no follows is said to be none.

    Examples
    --------
    >>> import networkx as nx
    >>> from follownet import reciprocity
    >>> G = nx.DiGraph([("me", "ann"), ("ann", "me"), ("me", "bob")])
    >>> groups(reciprocity.follow_back(G, owner="me")).texts[0].get_text()
    'follows 2: 1 follows back, 50.0 % (9.5–90.5)'
    """
    require(
        rates, ("follows", "returned", "rate", "low", "clustered_low"), "reciprocity.follow_back"
    )
    rows: dict[Any, pd.Series[Any]] = dict(rates.iterrows())
    made, got = rows["received", "all"], rows["given", "all"]
    mutual = int(made["returned"])
    following, follower = int(made["follows"]) - mutual, int(got["follows"]) - mutual
    counts = {"following": following, "mutual": mutual, "follower": follower}
    ax = axes(ax, WIDE, bare=True)
    ax.set(xlim=(0, 1), ylim=(0, 1))
    title(ax, rates, accounts(sum(counts.values())))
    many = mutual != 1
    write(ax, 0, 0.96, f"follows {_rate(made, 'follow back' if many else 'follows back')}")
    verb = f"{'are' if many else 'is'} followed back"
    write(ax, 1, 0.66, f"followers {_rate(got, verb)}", ha="right")
    _bar(ax, counts)
    _intervals(ax.inset_axes((0.33, 0.09, 0.57, 0.35), facecolor="none"), rows, rates.attrs)
    notes = ["95 % intervals: thick (and in brackets) Wilson, thin clustered by week"]
    notes += counted(rates.attrs.get("deleted", 0), "deleted left out")
    caption(ax, rates, notes)
    return ax


def _rate(row: pd.Series[Any], verb: str) -> str:
    if not row["follows"]:
        return "0: no rate"
    rate, low, high = (100 * float(row[name]) for name in ("rate", "low", "high"))
    counts = f"{row['follows']:,.0f}: {row['returned']:,.0f} {verb}"
    return f"{counts}, {rate:.1f} % ({low:.1f}–{high:.1f})"


def _bar(ax: Axes, counts: dict[str, int]) -> None:
    """Draw the groups with their key, and the brackets over follows and followers."""
    least = 0.006 * sum(counts.values())
    shown = [max(count, least) if count else 0 for count in counts.values()]
    edges = np.cumsum([0, *shown]) / max(sum(shown), 1)
    for index, (x, side) in enumerate([(0, "left"), (0.5, "center"), (1, "right")]):
        state, style = list(STATES.items())[index]
        left, right = edges[index : index + 2]
        ax.barh(0.8, right - left, left=left, height=0.12, color=style.colour, label=state)
        text = f"{counts[state]:,} {style.label}"
        write(ax, x, 0.555, text, ha=side, color=style.colour, weight="bold")
    for y, tip, left, right in ((0.9, 0.875, edges[0], edges[2]), (0.7, 0.725, edges[1], edges[3])):
        if right > left:
            ax.plot([left, left, right, right], [tip, y, y, tip], color=GREY, lw=1, clip_on=False)


def _intervals(ax: Axes, rows: dict[Any, pd.Series[Any]], attrs: Mapping[Any, Any]) -> None:
    """Draw each rate as a dot with its two intervals."""
    grey(ax)
    mature = f"of {{:,.0f}} older than {pd.Timedelta(attrs.get('window', '60D')).days} days"
    labels = {}
    for y, direction, cohort, label in (
        (0.0, "received", "all", "of {:,.0f} followed, follow back"),
        (1.0, "received", "mature", mature),
        (2.4, "given", "all", "of {:,.0f} followers, followed back"),
        (3.4, "given", "mature", mature),
    ):
        row = rows[direction, cohort]
        labels[y] = label.format(row["follows"])
        share = 100 * row.astype(float)
        colour = STATES["following" if direction == "received" else "follower"].colour
        thin = [share["clustered_low"], share["clustered_high"]]
        ax.hlines(y, share["low"], share["high"], color=colour, lw=6, alpha=0.45)
        ax.plot(thin, [y, y], color=colour, lw=1.2, marker="|", clip_on=False)
        ax.plot(
            share["rate"], y, "o", color=colour, ms=7, clip_on=False, label=f"{direction} {cohort}"
        )
        text = "no rate" if np.isnan(share["rate"]) else f"{share['rate']:.1f} %"
        write(ax, 1.04, y, text, transform=ax.get_yaxis_transform())
    ax.set(xlim=(0, 100), ylim=(4.1, -0.7))
    ax.set_xticks(*PERCENT)
    ax.set_yticks(list(labels), list(labels.values()))
    ax.tick_params(axis="y", length=0, pad=8)
    ax.spines["left"].set_visible(False)
    ax.grid(axis="x", color=GREY, alpha=0.3, lw=0.6)
