"""Everyone tied to one account around it, by segment."""

from __future__ import annotations

from typing import Final

import numpy as np
from matplotlib.axes import Axes

from follownet.errors import SchemaError
from follownet.plot._ego import MOST_NAMED, around, widths
from follownet.plot._segments import SEGMENTS
from follownet.plot._style import STATES, State, accounts, caption, title
from follownet.segments import Segments

_LEAST_ANGLE: Final = 30.0
_FOLLOWER: Final = "follower"
_MARKS: Final = {
    "idol": "following",
    "fan": _FOLLOWER,
    "ghost": _FOLLOWER,
    "fan or ghost": _FOLLOWER,
}


def segment_map(found: Segments, *, ax: Axes | None = None, labels: bool | None = None) -> Axes:
    """Draw everyone tied to an account around it, a sector for each segment.

    Parameters
    ----------
    found
        What `segments.accounts` returns.
    ax
        Where to draw, best 6 inches wide; a new figure by default. Its aspect becomes equal.
    labels
        Whether to write names: by default for up to 60 accounts.

    Returns
    -------
    matplotlib.axes.Axes
        Sectors of the segments that occur, as wide as their share of the accounts and at least 30
        degrees. The more events an account and the owner gave each other, as far as they are held,
        the nearer it is (in order, not to scale). Triangles point the way of a follow.

    Raises
    ------
    SchemaError
        For anything else.

    Examples
    --------
    >>> from follownet.segments import accounts
    >>> from follownet.simulation import kinds
    >>> ax = segment_map(accounts(kinds(accounts=60, seed=1).export))
    >>> sorted({mark.get_label() for mark in ax.collections if mark.get_label()[0] != "_"})
    ['courtesy', 'fan', 'friend', 'ghost', 'idol', 'trader']
    """
    if not isinstance(found, Segments):
        raise SchemaError("found: is none; give what segments.accounts returns")
    listed = found.accounts
    events = listed["given"].fillna(0) + listed["got"].fillna(0)
    rank = (-events.astype("float64")).rank(method="first")
    names = [name for name in SEGMENTS if listed["segment"].eq(name).any()]
    styles = {
        name: State(name, SEGMENTS[name], STATES[_MARKS.get(name, "mutual")].outline)
        for name in names
    }
    ranks = {name: rank[listed["segment"] == name].sort_values() for name in names}
    width = widths({name: len(ranks[name]) for name in names}, _LEAST_ANGLE)
    # From the top with the clock.
    ends = np.radians(90 - np.cumsum([width[name] for name in names]))
    sectors = {
        name: (float(end), float(np.radians(width[name])))
        for name, end in zip(names, ends, strict=True)
    }
    named = len(listed) <= MOST_NAMED if labels is None else labels
    ax = around(ax, ranks, sectors, styles, named)
    title(ax, listed, f"{accounts(len(listed))} by segment")
    notes = ["the more events with the owner, the nearer", "triangles point the way of the follow"]
    if names and min(map(len, ranks.values())) * 360 < _LEAST_ANGLE * len(listed):
        notes.append(f"no sector is drawn narrower than {_LEAST_ANGLE:.0f} degrees")
    caption(ax, listed, notes)
    return ax
