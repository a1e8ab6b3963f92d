"""Whether mutual ties carry more engagement: of one person's ties, and of layers of a network."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, NullLocator

from follownet.engagement import DyadRates, LayerTies
from follownet.plot._style import (
    GREY,
    STATES,
    TEXT,
    WIDE,
    axes,
    below,
    heading,
    nothing,
    short,
    write,
)

_COLOURS: Final = {
    "mutual": STATES["mutual"].colour,
    "following only": STATES["following"].colour,
    "follower only": STATES["follower"].colour,
    "none": GREY,
}


def by_dyad(found: DyadRates | LayerTies, *, ax: Axes | None = None) -> Axes:
    """Draw how much more engagement mutual ties carry.

    Parameters
    ----------
    found
        What `engagement.by_dyad` returns, of an export or of a network.
    ax
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
        Of an export: events per 100 days of tie, by stratum of age, of mutual ties and of follows
        not returned; lines are the rates of all. Of a network: the share of interacting pairs
        of each kind, and of their weight where there is one. The title has the ratio with its
        interval and p.

    Examples
    --------
    >>> from follownet import engagement, simulation
    >>> ax = by_dyad(engagement.by_dyad(simulation.ties(effect=3, seed=1), draws=99))
    >>> ax.get_ylabel()
    'events per 100 days of tie'
    """
    ax = axes(ax, WIDE)
    if isinstance(found, DyadRates):
        _by_age(ax, found)
        subject = "mutual / not returned, at one age"
    else:
        _by_pair(ax, found)
        subject = "along mutual / unreturned follows"
    heading(ax, f"{subject}: {_told(found)}", pad=24)
    notes = [f"{count:,} {reason}" for reason, count in found.left_out.items()]
    below(ax, [*found.notes, *(["left out: " + ", ".join(notes)] if notes else [])])
    return ax


def _told(found: DyadRates | LayerTies) -> str:
    if np.isnan(found.ratio):
        return "no ratio"
    high = "no bound" if np.isinf(found.high) else f"{found.high:.2f}"
    within = "" if np.isnan(found.low) else f" ({found.low:.2f} to {high})"
    return f"{found.ratio:.2f}{within}, p = {found.p:.2g}"


def _by_age(ax: Axes, found: DyadRates) -> None:
    """Draw rates by stratum of age, and those of all ages as lines."""
    rows = found.strata.reset_index()
    rows = rows[rows["days"] > 0]
    if rows.empty:
        nothing(ax, "no tie has days on which an event would be seen")
        ax.set_yticks([])
    for tie, marker in (("mutual", "o"), ("following only", ">")):
        part, colour = rows[rows["tie"] == tie], _COLOURS[tie]
        middle = np.sqrt(part["youngest"].clip(lower=1) * part["oldest"].clip(lower=1))
        # The area of a mark is what the rate rests on.
        size = 14 + 160 * part["days"] / max(rows["days"].max(), 1)
        ax.scatter(
            middle, 100 * part["rate"], s=size, marker=marker, color=colour, alpha=0.75, label=tie
        )
        rate = float(found.classes["rate"][tie])
        if not np.isnan(rate):
            ax.axhline(100 * rate, color=colour, lw=1.2, ls=(0, (4, 2)))
    if len(rows):
        ax.set_xscale("log")
        ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
        ages = [age for age in (1, 3, 10, 30, 100, 300, 1000, 3000) if _inside(ax, age)]
        ax.set_xticks(ages)
        ax.xaxis.set_minor_locator(NullLocator())
    ax.set_ylim(0, 1.12 * ax.get_ylim()[1])
    ax.set_xlabel("age of the tie, days; larger marks: more days of tie")
    ax.set_ylabel("events per 100 days of tie")
    _key(ax, {tie: f"{tie}: {_events(found, tie)}" for tie in found.classes.index})


def _inside(ax: Axes, age: float) -> bool:
    low, high = ax.get_xlim()
    return low <= age <= high


def _events(found: DyadRates, tie: Any) -> str:
    row = found.classes.loc[tie]
    return f"{row['events']:,.0f} events, {row['accounts']:,.0f} accounts"


def _by_pair(ax: Axes, found: LayerTies) -> None:
    """Draw shares of pairs and of their weight."""
    shares = {"pairs": found.pairs["share"], "weight": found.pairs["weight_share"]}
    shares = {name: values for name, values in shares.items() if values.notna().any()}
    if not shares:
        nothing(ax, "no pair interacts of which both follows are known")
    for place, (name, values) in enumerate(shares.items()):
        left = 0.0
        for pair, share in values.items():
            ax.barh(
                place, 100 * share, left=left, height=0.6, color=_COLOURS[str(pair)], label=pair
            )
            if share > 0.07:
                text = f"{100 * share:.0f} %\n{short(float(found.pairs[name][str(pair)]))}"
                write(ax, left + 50 * share, place, text, ha="center", color="white")
            left += 100 * share
    ax.set(xlim=(0, 100), ylim=(len(shares) - 0.4, -0.6))
    ax.set_yticks(range(len(shares)), list(shares))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda share, _: f"{share:.0f} %"))
    ax.tick_params(axis="y", length=0)
    ax.set_xlabel(f"pairs that interact; {found.share_along:.1%} of them go along a follow")
    _key(ax, {str(pair): str(pair) for pair in found.pairs.index})


def _key(ax: Axes, labels: dict[Any, str]) -> None:
    """Name the colours above the axes."""
    place = 0.0
    for name, text in labels.items():
        style: dict[str, Any] = {"transform": ax.transAxes, "fontsize": TEXT}
        write(ax, place, 1.05, text, color=_COLOURS[str(name)], **style)
        place += 0.48 if len(labels) == 2 else (0.2, 0.27, 0.26, 0.2)[list(labels).index(name)]
