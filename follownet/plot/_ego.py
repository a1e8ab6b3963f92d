"""The ego network: everyone tied to one account, around it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.patches import Circle, Wedge
from matplotlib.path import Path

from follownet.plot._style import (
    GREY,
    LARGE,
    SQUARE,
    STATES,
    TEXT,
    State,
    accounts,
    axes,
    caption,
    counted,
    points,
    require,
    title,
    write,
)

MOST_NAMED = 60
LEAST_ANGLE = 40.0
OWNER, ARCS, NAMED = 0.12, (0.24, 0.97), (0.35, 0.46)  # of the radius


def ego(alters: pd.DataFrame, *, ax: Axes | None = None, labels: bool | None = None) -> Axes:
    """Draw everyone tied to an account around it, a sector for each state.

    Parameters
    ----------
    alters
        What `reciprocity.alters` returns.
    ax
        Where to draw, best 6 inches wide; a new figure by default. Its aspect becomes equal.
    labels
        Whether to write names: by default for up to 60 accounts. More make them smaller.

    Returns
    -------
    matplotlib.axes.Axes
        Sectors are as wide as their share of the accounts, and at least 40 degrees. The older
        a tie, the nearer to the owner (in order, not to scale; undated ones are outermost).
        Marks are areas in data units: they do not overlap, however large the figure.
    """
    require(alters, ("state", "following_since", "follower_since"), "reciprocity.alters")
    began = alters[["following_since", "follower_since"]].min(axis=1)
    order = began.rank(method="first", na_option="bottom")
    ranks = {state: order[alters["state"] == state].sort_values() for state in STATES}
    sectors = _sectors({state: len(ranks[state]) for state in STATES})
    named = len(alters) <= MOST_NAMED if labels is None else labels
    ax = around(ax, ranks, sectors, STATES, named)
    title(ax, alters, accounts(len(alters)))
    notes = ["the nearer to the owner, the older", "triangles point the way of the follow"]
    if min(map(len, ranks.values())) * 360 < LEAST_ANGLE * len(alters):
        notes.append(f"no sector is drawn narrower than {LEAST_ANGLE:.0f} degrees")
    undated = int(began.isna().sum())
    caption(ax, alters, [*notes, *counted(undated, "without a date outermost")])
    return ax


def around(
    ax: Axes | None,
    ranks: dict[str, pd.Series[float]],
    sectors: dict[str, tuple[float, float]],
    styles: Mapping[str, State],
    named: bool,
) -> Axes:
    """Draw the owner, and around it a sector for each key, the first in rank the nearest."""
    places, pitch = (_spiral if named else _arcs)(ranks, sectors)
    total = sum(map(len, ranks.values()))
    ax = axes(ax, SQUARE, bare=True)
    ax.set(xlim=(-1.19, 1.19), ylim=(-1.19, 1.19), aspect="equal")
    unit = points(ax, min(ax.get_window_extent().size)) / float(np.diff(ax.get_xlim())[0])
    for key, style in styles.items():
        heading = f"{len(ranks[key]):,} {style.label}".replace(", ", ",\n")
        _sector(ax, style, sectors[key], heading, fontsize=min(LARGE - 1, 0.046 * unit))
        _marks(ax, key, style, places[key], min(0.4 * pitch, 0.022), total)
        if named:
            _names(ax, ranks[key].index, places[key], min(TEXT, 0.8 * pitch * unit), unit)
    ax.add_patch(Circle((0, 0), OWNER, color=GREY, lw=0, zorder=4))
    size = min(TEXT, 0.042 * unit)
    write(ax, 0, 0, "owner", ha="center", color="white", fontsize=size, zorder=5)
    return ax


def widths(counts: Mapping[str, int], least: float) -> dict[str, float]:
    """Return how many degrees each sector has: its share of the accounts, and at least some."""
    angle, total = 360.0, sum(counts.values())
    found = {}
    # From the smallest: what the least angle takes is taken from the larger ones.
    for done, key in enumerate(sorted(counts, key=lambda key: counts[key])):
        share = counts[key] / total if total else 1 / (len(counts) - done)
        found[key] = max(angle * share, least)
        angle, total = angle - found[key], total - counts[key]
    return found


def _sectors(counts: dict[str, int]) -> dict[str, tuple[float, float]]:
    """Return start and width of each sector in radians, mutual ties at the top."""
    width = widths(counts, LEAST_ANGLE)
    right, left = 90 - width["mutual"] / 2, 90 + width["mutual"] / 2
    starts = {"mutual": right, "following": left, "follower": right - width["follower"]}
    return {state: tuple(np.radians([starts[state], width[state]])) for state in counts}


def _arcs(
    ranks: dict[str, pd.Series[float]], sectors: dict[str, tuple[float, float]]
) -> tuple[dict[str, Any], float]:
    """Return (angle, distance) of each account on arcs, and the pitch of these arcs."""
    pitch, gap = 0.3, 0.06
    while True:
        far = np.arange(ARCS[0] + pitch / 2, ARCS[1] - pitch / 2, pitch)
        room = {state: ((sectors[state][1] - gap) * far // pitch).astype(int) for state in ranks}
        if all(room[state].sum() >= len(ranks[state]) for state in ranks):
            break
        pitch *= 0.985
    places = {}
    for state, (start, width) in sectors.items():
        # All arcs are filled alike, so that a small group, too, fills its sector.
        upto = np.cumsum(room[state]) / room[state].sum() * len(ranks[state])
        filled = np.diff(np.r_[0, np.round(upto)]).astype(int)
        # Every second arc is shifted, so that lines to the next one pass between marks.
        shifts = np.where(np.arange(len(far)) % 2, 0.3, 0.7)
        slots = [(np.arange(n) + shift) / n for n, shift in zip(filled, shifts, strict=True) if n]
        turned = 1 - np.concatenate([*slots, np.array([])])
        angles = start + gap / 2 + turned * (width - gap)
        places[state] = np.column_stack([angles, np.repeat(far, filled)])
    return places, float(pitch)


def _spiral(
    ranks: dict[str, pd.Series[float]], sectors: dict[str, tuple[float, float]]
) -> tuple[dict[str, Any], float]:
    """Return (angle, distance) of each account, no two at one angle, and the least pitch."""
    gap, most = 0.1, max(sum(map(len, ranks.values())) - 1, 1)
    places, pitch = {}, 0.1
    for state, (start, width) in sectors.items():
        count = max(len(ranks[state]), 1)
        slots = 1 - (np.arange(len(ranks[state])) + 0.5) / count
        far = NAMED[0] + (ranks[state].to_numpy() - 1) / most * (NAMED[1] - NAMED[0])
        places[state] = np.column_stack([start + gap / 2 + slots * (width - gap), far])
        pitch = min(pitch, NAMED[0] * (width - gap) / count)
    return places, pitch


def _sector(
    ax: Axes, style: State, sector: tuple[float, float], heading: str, fontsize: float
) -> None:
    """Draw ground, rim and heading of a sector."""
    start, width = np.degrees(sector)
    ends = start + 1, start + width - 1
    ground, rim = {"width": 0.97 - OWNER, "alpha": 0.1}, {"width": 0.02}
    for radius, shape in ((1.0, ground), (1.02, rim)):
        ax.add_patch(Wedge((0, 0), radius, *ends, color=style.colour, lw=0, **shape))
    middle = start + width / 2
    # Along the rim and never upside down.
    turn = (middle % 360) - 90 if middle % 360 < 180 else (middle % 360) - 270
    x, y = 1.11 * np.cos(np.radians(middle)), 1.11 * np.sin(np.radians(middle))
    turned: dict[str, Any] = {"rotation": turn, "rotation_mode": "anchor", "ha": "center"}
    write(ax, x, y, heading, color=style.colour, weight="bold", fontsize=fontsize, **turned)


def _marks(ax: Axes, key: str, state: State, places: Any, radius: float, total: int) -> None:
    """Draw the accounts of a sector, and lines that fade the more there are."""
    angle, far = places.T[..., None]
    away = np.hstack([np.cos(angle), np.sin(angle)])
    across = np.hstack([-np.sin(angle), np.cos(angle)])
    lines = np.stack([away * (OWNER + 0.015), away * (far - radius)], axis=1)
    style: dict[str, Any] = {
        "color": state.colour,
        "alpha": min(0.55, 25 / max(total, 1) ** 0.75),
    }
    width = 0.9 if total <= 100 else 0.5
    ax.add_collection(LineCollection(list(lines), linewidths=width, **style), autolim=False)
    shape = radius * np.array([*state.outline, state.outline[0]])
    outlines = (far + shape[:, 0])[..., None] * away[:, None] + shape[:, 1:] * across[:, None]
    paths = [Path(outline, closed=True) for outline in outlines]
    marks = PathCollection(paths, facecolor=style["color"], linewidth=0, label=key, zorder=3)
    ax.add_collection(marks, autolim=False)


def _names(ax: Axes, names: pd.Index[Any], places: Any, size: float, unit: float) -> None:
    """Write names outwards from their marks, cut where they would cross the rim."""
    for name, (angle, far) in zip(names, places, strict=True):
        near = far + 0.035
        line = " ".join(str(name).split())
        text = write(ax, near * np.cos(angle), near * np.sin(angle), line, fontsize=size)
        room = (0.97 - near) * unit / points(ax, text.get_window_extent().width)
        if room < 1:
            text.set_text(text.get_text()[: max(int(len(line) * room) - 2, 1)] + "…")
        flip = np.cos(angle) < 0
        text.set(ha="right" if flip else "left", rotation_mode="anchor")
        text.set_rotation(float(np.degrees(angle)) + 180 * bool(flip))
