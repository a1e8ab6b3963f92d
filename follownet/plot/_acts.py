"""What the owner and others did to each other, account by account; and who is silent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter

from follownet.plot._style import (
    GREY,
    SMALL,
    STATES,
    TEXT,
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
    from follownet.engagement import Ghosts

_ROW: Final = 0.27  # inches
_QUESTIONS: Final = {
    "received": "followers who did nothing towards the owner",
    "given": "followed, and nothing done towards them",
}
_STATUSES: Final = {
    "ghost": STATES["follower"].colour,
    "active": STATES["mutual"].colour,
    "spared": STATES["following"].colour,
    "unknown": GREY,
}


def ties(table: pd.DataFrame, *, accounts: int = 15, ax: Axes | None = None) -> Axes:
    """Draw what was given and got, of the strongest ties.

    Parameters
    ----------
    table
        What `engagement.ties` returns, per account.
    accounts
        How many of the first rows are drawn.
    ax
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
        A bar to the left for what was got, to the right for what was given, in events; its colour
        is the state of the follow tie, grey where that is none or not known. Where the export
        cannot hold what was got there is a question mark, and no bar of 0. Beside it, how
        many days ago the last event was.

    Raises
    ------
    SchemaError
        For another table.

    Examples
    --------
    >>> from follownet import Export, engagement
    >>> rows = [("me", "ann", "like"), ("me", "bob", "message"), ("bob", "me", "message")]
    >>> events = pd.DataFrame(rows, columns=["source", "target", "kind"])
    >>> ax = ties(engagement.ties(Export(interactions=events, owners=("me",))))
    >>> [text.get_text() for text in ax.get_yticklabels()]
    ['ann', 'bob']
    """
    require(table, ("state", "given", "got", "recency"), "engagement.ties per account")
    done = table[(table["given"] > 0) | (table["got"].fillna(0) > 0)]
    rows = done.head(max(accounts, 1))
    ax = axes(ax, (7.2, 1.5 + _ROW * max(len(rows), 3)))
    most = 1.0
    for place, (state, given, got, days) in enumerate(
        zip(rows["state"], rows["given"], rows["got"], rows["recency"], strict=True)
    ):
        known = not pd.isna(got)
        colour = STATES[state].colour if state in STATES else GREY
        ax.barh(place, float(given), height=0.7, color=colour)
        ax.barh(place, -float(got if known else 0), height=0.7, color=colour)
        if not known:
            write(ax, 0, place, "? ", ha="right")
        ago = "" if np.isnan(days) else f" {days:,.0f} d ago"
        write(ax, float(given), place, ago, fontsize=SMALL)
        most = max(most, float(given), float(got if known else 0))
    if rows.empty:
        nothing(ax, "nothing was done")
        ax.set_yticks([])
    else:
        _sides(ax, rows, most)
    heading(ax, "the strongest ties: what was got, and given", pad=22)
    below(ax, _tie_notes(table, len(done) - len(rows)))
    return ax


def _sides(ax: Axes, rows: pd.DataFrame, most: float) -> None:
    """Name rows and sides."""
    ax.axvline(0, color=GREY, lw=0.8)
    # Others have a side of their own only where something of theirs is held.
    back = 1.1 * most if rows["got"].fillna(0).gt(0).any() else 0.12 * most
    ax.set(xlim=(-back, 1.25 * most), ylim=(len(rows) - 0.4, -0.6))
    names = rows.index.get_level_values("account")
    ax.set_yticks(range(len(rows)), [cut(name, 22) for name in names], parse_math=False)
    ax.tick_params(axis="y", length=0)
    ticks = [tick for tick in ax.get_xticks() if -back <= tick <= 1.25 * most]
    ax.set_xticks(ticks, [f"{abs(tick):g}" for tick in ticks])
    ax.set_xlabel("events: got to the left, given to the right")
    place = 0.0
    shown = [state for state in STATES if rows["state"].eq(state).fillna(False).any()]
    for state in shown:
        colour, label = STATES[state].colour, STATES[state].label
        write(ax, place, 1.0 + 0.3 / len(rows), label, color=colour, fontsize=TEXT,
              transform=ax.transAxes, va="bottom")  # fmt: skip
        place += 0.012 * len(label) + 0.05


def _tie_notes(table: pd.DataFrame, more: int) -> list[str]:
    notes = ["?: the export cannot hold what was got", "grey: no follow, or not known"]
    notes += counted(more, "further accounts")
    silent = int((table["given"].eq(0) & table["got"].fillna(0).eq(0)).sum())
    notes += counted(silent, "in the follow lists with nothing done")
    return notes + [f"{n:,} left out: {why}" for why, n in table.attrs.get("left_out", {}).items()]


def ghosts(found: Ghosts, *, ax: Axes | None = None) -> Axes:
    """Draw who is silent, by the age of the tie and the last thing done.

    Parameters
    ----------
    found
        What `engagement.ghosts` returns.
    ax
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
        A mark for each account: when the tie began, and when the last event of all times was,
        below the line where there never was one. The window is shaded. The title is the
        question as it was answered.

    Examples
    --------
    >>> from follownet import datasets, engagement, read
    >>> ax = ghosts(engagement.ghosts(read(datasets.sample("instagram"))))
    >>> ax.get_title(loc="left")
    'followed, and nothing done towards them: 7 of 63 (11 %)'
    """
    table = found.accounts
    ax = axes(ax, (7.2, 4.2))
    dated = table[table["since"].notna()]
    if dated.empty:
        nothing(ax, "no tie has a date")
        ax.set_yticks([])
    else:
        _marks(ax, found, dated)
    share = "" if np.isnan(found.share) else f" ({100 * found.share:.0f} %)"
    asked = found.ghosts + found.active
    heading(ax, f"{_QUESTIONS[found.question]}: {found.ghosts} of {asked}{share}", pad=22)
    notes = [f"shaded: from {found.since:%Y-%m-%d} to {found.until:%Y-%m-%d}"]
    notes += counted(len(table) - len(dated), "ties without a date, not drawn")
    notes += [f"{count:,} left out: {reason}" for reason, count in found.left_out.items()]
    below(ax, [*notes, *found.notes[:2]])
    return ax


def _marks(ax: Axes, found: Ghosts, table: pd.DataFrame) -> None:
    """Draw accounts by the beginning of the tie and the last event."""
    begins, until = table["since"].min(), found.until
    first = min(begins, table["last"].min()) if table["last"].notna().any() else begins
    never = first - 0.09 * (until - first)
    last = table["last"].fillna(never)
    ax.axhspan(_time(found.since), _time(until), color=GREY, alpha=0.13, lw=0)
    place = 0.0
    for status, colour in _STATUSES.items():
        chosen = (table["status"] == status).to_numpy()
        x, y = ([_time(one) for one in column[chosen]] for column in (table["since"], last))
        ax.plot(x, y, "o", color=colour, ms=6, alpha=0.75, mew=0, label=status)
        if count := int((found.accounts["status"] == status).sum()):
            style: dict[str, Any] = {"transform": ax.transAxes, "color": colour}
            write(ax, place, 1.03, f"{status}: {count:,}", **style)
            place += 0.2
    for axis in (ax.xaxis, ax.yaxis):
        locator = AutoDateLocator(minticks=3, maxticks=7)  # type: ignore[no-untyped-call]
        axis.set_major_locator(locator)
        axis.set_major_formatter(ConciseDateFormatter(locator))  # type: ignore[no-untyped-call]
    if table["last"].isna().any():
        write(ax, -0.01, _time(never), "never", ha="right", transform=ax.get_yaxis_transform())
        ax.axhline(_time(first - 0.045 * (until - first)), color=GREY, lw=0.8)
    ax.set_xlabel("when the tie began")
    ax.set_ylabel("last event of all times")


def _time(moment: Any) -> Any:
    return moment.tz_localize(None).to_datetime64()
