"""How fast messages are answered, both ways."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import NullLocator

from follownet.plot._style import (
    GREY,
    PERCENT,
    STATES,
    TEXT,
    WIDE,
    axes,
    below,
    heading,
    nothing,
    write,
)

if TYPE_CHECKING:
    from follownet.engagement import Answers

#: Whose answers are in the colour of which state: what the owner does, what others do.
_COLOURS: Final = {"owner": STATES["following"].colour, "others": STATES["follower"].colour}
_LABELS: Final = {"owner": "the owner answers", "others": "others answer"}
#: Hours, and how they are called.
_TIMES: Final = {
    1 / 60: "1 min", 1 / 6: "10 min", 1: "1 h", 6: "6 h", 24: "1 day", 168: "7 days",
    720: "30 days", 8_760: "1 year",
}  # fmt: skip


def answers(found: Answers, *, ax: Axes | None = None) -> Axes:
    """Draw the share of turns answered within a time, by the owner and by others.

    Parameters
    ----------
    found
        What `engagement.answers` returns.
    ax
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
        A step for each answer, from 0 % on, over hours on a logarithmic axis, with the 95 % band
        where there is one. Answers within a minute stand at the minute.

    Examples
    --------
    >>> import pandas as pd
    >>> from follownet import Export, engagement
    >>> rows = [("ann", "me", "2026-01-05T08:00Z"), ("me", "ann", "2026-01-05T09:00Z")]
    >>> events = pd.DataFrame(rows, columns=["source", "target", "at"]).assign(kind="message")
    >>> ax = answers(engagement.answers(Export(interactions=events, owners=("me",))))
    >>> float(ax.lines[0].get_ydata()[-1])
    100.0
    """
    ax = axes(ax, WIDE)
    least, most = min(_TIMES), 1.3 * max([24.0, *found.curve["hours"]])
    if found.curve.empty:
        nothing(ax, "no turn has an answer")
    for side, colour in _COLOURS.items():
        rows = found.curve[found.curve["by"] == side]
        if rows.empty:
            continue
        hours = np.concatenate([[least], rows["hours"].clip(lower=least), [most]])
        course, low, high = (
            100 * np.concatenate([[first], rows[name], rows[name].tail(1)])
            for name, first in (("share", 0.0), ("low", np.nan), ("high", np.nan))
        )
        style: dict[str, Any] = {"color": colour, "step": "post", "alpha": 0.18, "lw": 0}
        ax.fill_between(hours, low, high, **style)
        ax.plot(hours, course, color=colour, lw=1.8, drawstyle="steps-post", label=side)
        _named(ax, found, side, colour)
    ax.set(xscale="log", xlim=(least, most), ylim=(0, 100))
    marks = [time for time in _TIMES if least <= time <= most]
    ax.set_xticks(marks, [_TIMES[time] for time in marks])
    ax.xaxis.set_minor_locator(NullLocator())
    ax.set_yticks(*PERCENT)
    ax.grid(axis="y", color=GREY, alpha=0.3, lw=0.6)
    ax.set_xlabel("since the first message of a turn")
    ax.set_ylabel("turns answered")
    heading(ax, "how fast messages are answered", pad=22)
    below(ax, _notes(found))
    return ax


def _named(ax: Axes, found: Answers, side: str, colour: str) -> None:
    """Say above the axes whose curve it is, and of how many turns."""
    row = found.summary.loc[side]
    text = f"{_LABELS[side]} ({row['answered']:,.0f} of {row['turns']:,.0f})"
    place = 0.0 if side == "owner" else 0.5
    write(ax, place, 1.04, text, color=colour, fontsize=TEXT, transform=ax.transAxes)


def _notes(found: Answers) -> list[str]:
    notes = [f"{', '.join(found.kinds)} up to {found.until:%Y-%m-%d}"]
    notes += ["what has no answer yet counts as waiting, not as never answered"]
    notes += [f"{count:,} left out: {reason}" for reason, count in found.left_out.items()]
    return [*notes, *found.notes]
