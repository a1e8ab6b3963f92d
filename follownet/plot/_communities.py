"""The communities of a network: how large they are, and how sure."""

from __future__ import annotations

from typing import Final

import numpy as np
from matplotlib.axes import Axes

from follownet.communities import Communities
from follownet.errors import SchemaError
from follownet.plot._style import (
    GREY,
    STATES,
    accounts,
    axes,
    below,
    counted,
    heading,
    nothing,
    short,
    write,
)

_STABLE, _OPEN = STATES["mutual"].colour, STATES["follower"].colour
_SIZE: Final = (7.0, 4.2)  # inches


def communities(found: Communities, *, ax: Axes | None = None) -> Axes:
    """Draw the size and the stability of each community, and what chance gives.

    Parameters
    ----------
    found
        What `communities.detect` returns.
    ax
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
        A circle for each community of three accounts and more: filled where it is stable, hollow
        where it is not. Across, its accounts, on a logarithmic scale; up, how much of it other runs
        find again. The dashed line is the most stable community in graphs of the same degrees:
        a larger one may be stable below it, being compared with those of its size.

    Raises
    ------
    SchemaError
        For anything else.

    Examples
    --------
    >>> import follownet as fn
    >>> F = fn.read_network(fn.datasets.sample("network"))
    >>> communities(fn.communities.detect(F, runs=3)).get_ylabel()
    'found again in other runs'
    """
    if not isinstance(found, Communities):
        raise SchemaError("found: is none; give what communities.detect returns")
    ax = axes(ax, _SIZE)
    table = found.stability
    shown = table[table["accounts"] >= 3]
    stable = shown["stable"].fillna(False).astype(bool)
    held = int(shown.loc[stable, "accounts"].sum())
    heading(ax, f"{len(shown):,} communities, {int(stable.sum()):,} of them stable")
    if not len(shown) or shown["stability"].isna().all():
        nothing(ax, "no community of three accounts, or of one run alone")
        return ax
    for chosen, colour, face in ((~stable, _OPEN, "none"), (stable, _STABLE, _STABLE)):
        some = shown[chosen]
        ax.scatter(
            some["accounts"], some["stability"], s=26, facecolor=face, edgecolor=colour,
            linewidth=1.2, alpha=0.85, clip_on=False, zorder=3,
        )  # fmt: skip
    ax.set(xscale="log", ylim=(0, 1), xlabel="accounts", ylabel="found again in other runs")
    left, right = float(shown["accounts"].min()), float(shown["accounts"].max())
    ax.set_xlim(left / 1.3, right * 1.3)
    ticks = [tick for power in range(7) for tick in (10**power, 3 * 10**power)]
    ticks = [tick for tick in ticks if left / 1.3 <= tick <= right * 1.3]
    ax.set_xticks(ticks, [short(tick) for tick in ticks])
    ax.xaxis.set_minor_locator(ax.xaxis.get_major_locator())
    _chance(ax, found)
    rest = len(found.membership) - int(shown["accounts"].sum())
    notes = [
        f"filled: more stable than by chance, with {accounts(held)} of {len(found.membership):,}",
        f"modularity {found.modularity:.3f}",
        *counted(rest, "accounts are in communities of one or two"),
        *found.notes,
    ]
    below(ax, notes)
    return ax


def _chance(ax: Axes, found: Communities) -> None:
    """Draw the most stable community of graphs of the same degrees."""
    if not len(found.chance):
        return
    most = float(np.max(found.chance["stability"]))
    ax.axhline(most, color=GREY, lw=1, ls="--")
    place = {"transform": ax.get_yaxis_transform(), "va": "bottom", "ha": "left"}
    write(ax, 0.01, most, "most stable by chance", **place)
