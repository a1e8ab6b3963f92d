"""Kinds of accounts and of ties, and the return rate by each factor."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from follownet.errors import SchemaError
from follownet.plot._style import (
    GREY,
    STATES,
    accounts,
    axes,
    below,
    caption,
    counted,
    cut,
    grey,
    heading,
    percent,
    require,
    short,
    title,
    write,
)
from follownet.segments import Segments, TieKinds

#: Of the same lightness, for white pages and dark ones, as all colours here.
SEGMENTS: Final[Mapping[str, str]] = {
    "friend": "#0f887e",
    "trader": "#c043c0",
    "friend or courtesy": "#348950",
    "courtesy": "#5c8532",
    "idol": "#4e6ef1",
    "fan": "#ce520a",
    "ghost": "#937447",
    "fan or ghost": "#b56252",
    "new": GREY,
}
_TIES: Final = dict(
    zip(
        ("friendship", "courtesy", "community norm", "trade"),
        (SEGMENTS[name] for name in ("friend", "courtesy", "idol", "trader")),
        strict=True,
    )
)
_SIZE: Final = (8.0, 3.6)  # inches
_ROW: Final = 0.24


def segments(found: Segments, *, ax: Axes | None = None) -> Axes:
    """Draw how many accounts each segment has, and what they and the owner gave each other.

    Parameters
    ----------
    found
        What `segments.accounts` returns.
    ax
        Where to draw, at least 7 by 3 inches; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
        On the left a bar for each segment, faint where accounts are deleted. On the right, in
        events of the window, the median account's (mark) and the middle half's (line): given by
        the owner (filled) and got (hollow), where that is held.

    Raises
    ------
    SchemaError
        For anything else.

    Examples
    --------
    >>> from follownet.segments import accounts
    >>> from follownet.simulation import kinds
    >>> ax = segments(accounts(kinds(accounts=60, seed=1).export))
    >>> [label.get_text() for label in ax.child_axes[0].get_yticklabels()][:3]
    ['friend', 'trader', 'courtesy']
    """
    if not isinstance(found, Segments):
        raise SchemaError("found: is none; give what segments.accounts returns")
    ax = axes(ax, _SIZE, bare=True)
    table, listed = found.summary, found.accounts
    names = [name for name in SEGMENTS if name in table.index]
    table = table.loc[names]
    title(ax, listed, f"{accounts(len(listed))} by segment", pad=10)
    bars = ax.inset_axes((0.2, 0.18, 0.36, 0.82), facecolor="none")
    events = ax.inset_axes((0.64, 0.18, 0.36, 0.82), facecolor="none")
    rows = np.arange(len(names))
    for part in (bars, events):
        grey(part)
        part.set(ylim=(len(names) - 0.4, -0.6))
        part.set_yticks(rows, names if part is bars else [""] * len(names))
        part.tick_params(axis="y", length=0)
        part.spines["left"].set_visible(False)
    for row, name in enumerate(names):
        every, gone = int(table["accounts"][name]), int(table["deleted"][name])
        bars.barh(row, every - gone, height=0.62, color=SEGMENTS[name], label=name)
        bars.barh(row, gone, left=every - gone, height=0.62, color=SEGMENTS[name], alpha=0.3)
        share = table["share"][name]
        text = f" {every:,}" + ("" if np.isnan(share) else f" ({percent(share)})")
        write(bars, every, row, text, color=SEGMENTS[name], clip_on=False)
        _events(events, row, listed[listed["segment"] == name], SEGMENTS[name])
    bars.set_xlim(0, max(1.0, 1.45 * float(table["accounts"].max())))
    bars.set_xlabel("accounts (share of those that live)")
    bars.xaxis.set_major_locator(MaxNLocator(4, integer=True))
    events.set_xscale("symlog", linthresh=1, linscale=0.5)
    events.set_xlim(-0.12, max(10.0, events.get_xlim()[1]))
    ticks = [tick for tick in (0, 1, 3, 10, 30, 100, 300, 1000) if tick <= events.get_xlim()[1]]
    events.set_xticks(ticks, [short(tick) for tick in ticks])
    events.xaxis.set_minor_locator(events.xaxis.get_major_locator())
    events.set_xlabel("events of an account with the owner")
    events.grid(axis="x", color=GREY, alpha=0.25, lw=0.6)
    chosen = ", ".join(f"{name} {value}" for name, value in found.thresholds.items())
    notes = [
        "right: median and middle half, given (filled) and got (hollow)",
        *counted(int(listed[["given", "got"]].isna().any(axis=1).sum()),
                 "accounts of which not both directions are held"),
        *counted(int(table["deleted"].sum()), "deleted (faint, and in no share)"),
        f"thresholds: {chosen}",
    ]  # fmt: skip
    caption(ax, listed, notes)
    return ax


def _events(ax: Axes, row: int, listed: pd.DataFrame, colour: str) -> None:
    for name, place, face in (("given", row - 0.14, colour), ("got", row + 0.14, "none")):
        known = listed[name].dropna().astype("float64")
        if len(known):
            low, middle, high = known.quantile([0.25, 0.5, 0.75])
            ax.plot([low, high], [place, place], color=colour, lw=2, alpha=0.5, clip_on=False)
            ax.scatter(middle, place, s=26, facecolor=face, edgecolor=colour, zorder=3,
                       linewidth=1.2, clip_on=False)  # fmt: skip


def ties_by_kind(found: TieKinds, *, ax: Axes | None = None) -> Axes:
    """Draw what kinds of ties mutual ones are, and how sure that is.

    Parameters
    ----------
    found
        What `segments.ties` returns.
    ax
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
        A column for each tie, in order of its kind and weight, filled by the weights of all kinds:
        plain colour is sure, mixed colour is not.

    Raises
    ------
    SchemaError
        For anything else.

    Examples
    --------
    >>> from follownet.segments import ties
    >>> from follownet.simulation import kinds
    >>> ties_by_kind(ties(kinds(accounts=60, seed=1).export)).get_ylabel()
    'weight under the model'
    """
    if not isinstance(found, TieKinds):
        raise SchemaError("found: is none; give what segments.ties returns")
    ax = axes(ax, (7.0, 3.2))
    used = [kind for kind in _TIES if found.weights[kind].notna().any()]
    weights = found.weights[used].to_numpy()
    place = np.array([used.index(kind) for kind in found.kind], dtype=int)
    order = np.lexsort((-weights.max(axis=1, initial=0), place))
    edges = np.arange(len(weights) + 1)
    base = np.zeros(len(weights))
    for column, kind in enumerate(used):
        top = base + weights[order, column]
        ax.stairs(top, edges, baseline=base, fill=True, color=_TIES[kind], lw=0, label=kind)
        base = top
    ax.set(xlim=(0, max(len(weights), 1)), ylim=(0, 1), ylabel="weight under the model")
    ax.set_xlabel("mutual ties, each a column")
    heading(ax, f"{len(weights):,} mutual ties by kind", pad=22)
    _legend(ax, [(kind, float(found.shares["share"][kind])) for kind in used])
    unknown = [name for name in _TIES if name not in used]
    notes = [f"{', '.join(unknown)}: cannot be told here"] if unknown else []
    below(ax, ["no true label exists to compare with", *notes])
    return ax


def _legend(ax: Axes, shares: list[tuple[str, float]]) -> None:
    """Write the kinds and their shares above the axes, in their colours."""
    texts = {kind: f"{kind} {percent(share)}" for kind, share in shares}
    room = max(sum(map(len, texts.values())) + 4 * len(texts), 60)
    left = 0
    for kind, text in texts.items():
        style: dict[str, Any] = {"color": _TIES[kind], "weight": "bold"}
        write(ax, left / room, 1.06, text, transform=ax.transAxes, **style)
        left += len(text) + 4


def factors(rates: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw how many follows are returned, by each factor on one scale.

    Parameters
    ----------
    rates
        What `segments.by_factor` returns.
    ax
        Where to draw, about a quarter of an inch for each row; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
        A mark for each band of each factor, its 95 % interval, and how many follows are in it; a
        band without interval has a hollow mark. The dashed line is the rate of all. Factors whose
        bands with an interval differ most come first.

    Raises
    ------
    SchemaError
        For another table.

    Examples
    --------
    >>> import follownet as fn
    >>> export = fn.read(fn.datasets.sample("instagram"))
    >>> factors(fn.segments.by_factor(export)).get_xlabel()
    'follows that are returned'
    """
    require(rates, ("follows", "returned", "rate", "low", "high"), "segments.by_factor")
    if rates.index.names != ["factor", "band"]:
        raise SchemaError("the table has no factors: give what segments.by_factor returns")
    sure = rates["rate"].where(rates["low"].notna()).groupby(level="factor")
    order = (sure.max() - sure.min()).sort_values(ascending=False, kind="stable").index
    height = 1.1 + _ROW * (len(rates) + 1.5 * len(order))
    ax = axes(ax, (7.0, max(height, 2.2)))
    labels, row = {}, 0.0
    for factor in order:
        part = rates.loc[factor]
        write(ax, -0.27, row, cut(factor, 40), weight="bold", transform=ax.get_yaxis_transform())
        row += 1
        for band, line in part.iterrows():
            _mark(ax, row, line)
            labels[row] = cut(band, 26)
            row += 1
        row += 0.5
    shares = rates[["rate", "high"]].to_numpy("float64")
    highest = 100 * float(np.nanmax(shares)) if (~np.isnan(shares)).any() else 100.0
    upto = next((top for top in (5, 10, 25, 50) if highest <= top), 100)
    ax.set(xlim=(0, upto), ylim=(max(row - 0.6, 0.5), -0.9), xlabel="follows that are returned")
    ticks = np.linspace(0, upto, 5 if upto == 100 else 6)
    ax.set_xticks(ticks, [f"{tick:g} %" for tick in ticks])
    ax.set_yticks(list(labels), list(labels.values()), parse_math=False)
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)
    ax.grid(axis="x", color=GREY, alpha=0.25, lw=0.6)
    rate = rates.attrs.get("rate", float("nan"))
    if not np.isnan(rate):
        ax.axvline(100 * rate, color=GREY, lw=1, ls="--")
    follows = rates.attrs.get("follows", 0)
    heading(ax, f"{follows:,} follows, {percent(rate)} returned: by each factor alone")
    unmeasured = rates.attrs.get("unmeasured", {})
    notes = ["95 % intervals; hollow: too few groups for one; no rate here is an effect"]
    notes += [f"not measured: {', '.join(unmeasured)}"] if unmeasured else []
    below(ax, notes)
    return ax


def _mark(ax: Axes, row: float, line: pd.Series[Any]) -> None:
    rate, low, high = (100 * float(line[name]) for name in ("rate", "low", "high"))
    known = not np.isnan(low)
    colour = STATES["mutual"].colour
    if known:
        ax.plot([low, high], [row, row], color=colour, lw=3, alpha=0.4, solid_capstyle="butt")
    ax.scatter(rate, row, s=30, facecolor=colour if known else "none", edgecolor=colour,
               linewidth=1.2, zorder=3, clip_on=False)  # fmt: skip
    write(ax, 1.01, row, f"{int(line['follows']):,}", transform=ax.get_yaxis_transform())
