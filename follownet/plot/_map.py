"""The map of a network: who is where, who follows whom, and what communities that makes."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.colors import to_rgba_array
from matplotlib.lines import Line2D
from matplotlib.patheffects import withStroke

from follownet.communities import layout
from follownet.communities._compare import Partition
from follownet.communities._layout import numbered, places_of
from follownet.graph import FollowGraph, Graph, compact, observed_ties
from follownet.plot._style import (
    GREY,
    LARGE,
    SMALL,
    SQUARE,
    STATES,
    TEXT,
    accounts,
    axes,
    below,
    counted,
    cut,
    heading,
    nothing,
    points,
    write,
)
from follownet.seeds import generator, whole_number

Floats = npt.NDArray[np.float64]
Labels = npt.NDArray[np.int64]

#: Of the largest communities. They stay apart under simulated deuteranopia and protanopia, with a
#: contrast of 3 to a white page and to a dark one (#111): see the tests.
COLOURS: Final = (
    "#0090e4", "#c01824", "#b49000", "#8400fc", "#18a860", "#cc78b4", "#6c6cfc", "#c000b4",
)  # fmt: skip
#: More would hide each other.
MOST_TIES: Final = 20_000
#: The place after these is grey: smaller communities, and none.
_SHADES: Final = to_rgba_array([*COLOURS, GREY])
_MUTUAL, _ONE_WAY = to_rgba_array([STATES["mutual"].colour, STATES["following"].colour])
#: Of the circle in the axes what all dots cover, and the area of the largest and the smallest.
_COVERED, _LARGEST, _SMALLEST = 0.1, 500.0, 2.0


def network(
    G: Graph | FollowGraph,
    *,
    positions: pd.DataFrame | None = None,
    groups: Partition | None = None,
    labels: int = 0,
    ax: Axes | None = None,
) -> Axes:
    """Draw a network: accounts are dots, ties are lines, and communities are colours.

    Parameters
    ----------
    G
        ``source -> target`` means *source follows target*. Self-loops are left out.
    positions
        Where accounts are: columns ``x`` and ``y``, indexed by account. Those of
        `communities.layout` by default, which take seconds for thousands of accounts.
    groups
        Communities: what `communities.detect` returns; or labels or sets of accounts. The largest
        eight have colours, the rest is grey.
    labels
        How many of the most followed accounts are named. Names are personal data: none by default.
    ax
        Where to draw, best 6 inches wide; a new figure by default. Its aspect becomes equal.

    Returns
    -------
    matplotlib.axes.Axes
        The area of a dot grows with the account's followers in G. Ties inside a community have its
        colour, and those across are grey and run together; without `groups` mutual ties have
        another colour than ties of one way. Of more than 20,000 ties so many are drawn: mutual ones
        first, the others by lot, the same each time. Communities with a colour, and others of at
        least a hundredth of all accounts, are named, with the number of their accounts.

    Raises
    ------
    SchemaError
        For positions that do not have all accounts, and groups that have none.

    Examples
    --------
    >>> import networkx as nx
    >>> G = nx.DiGraph([("a", "b"), ("b", "a"), ("b", "c"), ("c", "d"), ("d", "a")])
    >>> places = pd.DataFrame({"x": [0, 0, 1, 1], "y": [0, 1, 1, 0]}, index=list("abcd"))
    >>> network(G, positions=places).get_title(loc="left")
    '4 accounts, 5 follows'
    """
    F = compact(G)
    member, names = np.full(len(F), -1), np.empty(0)
    if groups is not None:
        member, names = numbered(F.accounts, groups, "groups")
    places = places_of(layout(F, groups) if positions is None else positions, F.accounts)
    most = np.argsort(-F.followers, kind="stable")[: whole_number(labels, "labels", least=0)]
    ax = axes(ax, SQUARE)
    ax.set_axis_off()
    many = f", {len(names):,} communit{'y' if len(names) == 1 else 'ies'}" if len(names) else ""
    heading(ax, f"{accounts(len(F))}, {F.follows:,} follows{many}", pad=22)
    if not len(F):
        nothing(ax, "no accounts")
        return ax
    low, high = places.min(axis=0), places.max(axis=0)
    reach = 0.53 * max(*(high - low), 1e-9)
    x, y = (low + high) / 2
    ax.set(xlim=(x - reach, x + reach), ylim=(y - reach, y + reach), aspect="equal")
    # Of the community of each account; without one, where it is itself.
    middles = pd.DataFrame(places).groupby(member).transform("mean").to_numpy()
    middles = np.where(member[:, None] < 0, places, middles)
    shades = _SHADES[np.where(member < 0, -1, np.minimum(member, len(COLOURS)))]
    drawn = _ties(ax, F, places, middles, member, shades)
    _dots(ax, F, places, shades)
    notes = _communities(ax, middles, member, names) if len(names) else []
    for one in most.tolist():
        # Away from the name of the community.
        right, above = places[one] >= middles[one]
        where = "left" if right else "right", "bottom" if above else "top"
        _haloed(ax, places[one], cut(F.accounts[one], 24), shades[one], SMALL, *where)
    notes += ["areas of dots grow with followers", *drawn]
    below(ax, [*notes, *counted(int(F.loops.sum()), "self-loops left out")])
    return ax


def _ties(
    ax: Axes, F: FollowGraph, places: Floats, middles: Floats, member: Labels, shades: Floats
) -> list[str]:
    """Draw each pair with a tie, and the key; return what has to be said of them."""
    pairs = np.flatnonzero(~F.returned | (F.sources < F.targets))
    lot = generator(0).random(len(pairs)) - F.returned[pairs]
    drawn = pairs[np.argsort(lot)[:MOST_TIES]]
    inside = member[F.sources] == member[F.targets]
    # Those inside a community lie above, and mutual ones above others.
    drawn = drawn[np.lexsort((F.returned[drawn], inside[drawn]))]
    one, two, mutual, inside = F.sources[drawn], F.targets[drawn], F.returned[drawn], inside[drawn]
    key = (_SHADES[-1], _SHADES[-1]) if (member >= 0).any() else (_MUTUAL, _ONE_WAY)
    colours = np.where(mutual[:, None], *key)
    coloured = inside & (member[one] >= 0)
    colours[coloured] = shades[one[coloured]]
    faint = min(0.5, 9 / np.sqrt(max(inside.sum(), 1)))
    fainter = min(0.25, 8 / np.sqrt(max((~inside).sum(), 1)))
    colours[:, 3] = np.where(inside, faint, fainter) * np.where(mutual, 1, 0.6)
    widths = np.clip(40 / np.sqrt(max(len(drawn), 1)), 0.4, 1) * np.where(mutual, 1.6, 1)
    by, via = (np.where(inside[:, None], places[ends], middles[ends]) for ends in (one, two))
    lines = list(_curves(places[one], by, via, places[two]))
    style: dict[str, Any] = {"colors": colours, "linewidths": widths, "rasterized": True}
    ax.add_collection(LineCollection(lines, label="ties", zorder=1, **style), autolim=False)
    found = int(F.returned.sum()) // 2
    _key(ax, key, (f"{found:,} mutual", f"{len(pairs) - found:,} one way"))
    unknown = int((~F.returned & ~observed_ties(F)).sum())
    part = f"of {len(pairs):,} ties are drawn: mutual ones first, the others by lot"
    return [
        *counted(MOST_TIES if len(pairs) > MOST_TIES else 0, part),
        *counted(unknown, "ties of one way may be mutual: that was not observed"),
    ]


def _curves(start: Floats, by: Floats, via: Floats, end: Floats) -> Floats:
    """Return Bézier curves of 13 points; straight ones where `by` and `via` are the ends."""
    t = np.linspace(0, 1, 13)[:, None, None]
    curves = (1 - t) ** 3 * start + 3 * (1 - t) ** 2 * t * by + 3 * (1 - t) * t**2 * via
    return np.swapaxes(curves + t**3 * end, 0, 1)


def _key(ax: Axes, colours: tuple[Floats, Floats], words: tuple[str, str]) -> None:
    """Write what the lines mean, under the heading."""
    where: dict[str, Any] = {"loc": "lower left", "bbox_to_anchor": (0, 1), "borderaxespad": 0}
    thick, thin = (tuple(colour.tolist()) for colour in colours)
    lines = [Line2D([], [], color=thick, lw=2.4), Line2D([], [], color=thin, lw=0.8)]
    ax.legend(lines, words, ncols=2, frameon=False, fontsize=TEXT, labelcolor=GREY, **where)


def _dots(ax: Axes, F: FollowGraph, places: Floats, shades: Floats) -> None:
    """Draw the accounts, the most followed below, so that none is hidden."""
    room = _COVERED * points(ax, min(ax.get_window_extent().size)) ** 2
    # Who has no followers is seen, too.
    weights = F.followers + max(F.followers.mean() / 3, 1)
    areas = min(room, 200 * len(F)) * weights / weights.sum()
    areas = np.clip(areas, _SMALLEST, _LARGEST)
    order = np.argsort(-F.followers, kind="stable")
    x, y = places[order].T
    style: dict[str, Any] = {"edgecolors": (1, 1, 1, 0.6), "label": "accounts", "zorder": 3}
    style["linewidths"] = np.where(areas[order] > 15, 0.4, 0)
    ax.scatter(x, y, s=areas[order], c=shades[order], **style)


def _communities(ax: Axes, middles: Floats, member: Labels, names: npt.NDArray[Any]) -> list[str]:
    """Name the communities in their middles, and return what their colours mean."""
    sizes = np.bincount(member[member >= 0])
    shown = np.flatnonzero((np.arange(len(sizes)) < len(COLOURS)) | (100 * sizes >= len(member)))
    for number in shown.tolist():
        middle = middles[np.argmax(member == number)]
        shade = _SHADES[min(number, len(COLOURS))]
        _haloed(ax, middle, cut(names[number], 20), shade, LARGE + 1, "center", "bottom")
        _haloed(ax, middle, f"{sizes[number]:,}", shade, SMALL, "center", "top")
    held = accounts(int(sizes[: len(COLOURS)].sum()))
    which = f"the largest {len(COLOURS)} of {len(names):,}, with {held}; the others grey"
    return [
        f"colours: communities, {which}" if len(names) > len(COLOURS) else "colours: communities",
        "under the name of each its accounts",
        *counted(len(names) - len(shown), "of less than 1 % of all accounts not named"),
        *counted(int((member < 0).sum()), "accounts without a community grey"),
        "ties inside have its colour, ties across are grey",
    ]


def _haloed(
    ax: Axes, place: Floats, text: str, shade: Floats, size: float, ha: str, va: str
) -> None:
    """Write a text in white on a halo of a colour: it is read on every page."""
    # In small axes smaller, so that names do not hide each other.
    size *= float(np.clip(points(ax, min(ax.get_window_extent().size)) / 400, 0.6, 1))
    style: dict[str, Any] = {"color": "white", "weight": "bold", "zorder": 5, "fontsize": size}
    halo = [withStroke(linewidth=0.65 * size, foreground=shade)]
    write(ax, place[0], place[1], text, ha=ha, va=va, path_effects=halo, **style)
