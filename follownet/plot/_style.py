"""Colours, sizes and the parts that all pictures share."""

from __future__ import annotations

import functools
import textwrap
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.font_manager import FontProperties, findfont, get_font
from matplotlib.text import Text

from follownet.errors import SchemaError


class State(NamedTuple):
    """How the ties of a state are drawn."""

    label: str
    colour: str
    # Of the marker: +x points away from the owner, the unit is the marker's radius.
    outline: tuple[tuple[float, float], ...]


# The colours stay apart under simulated deuteranopia and protanopia: see the tests.
STATES: Final[Mapping[str, State]] = {
    "following": State(
        "followed, does not follow back", "#4668f0", ((1.1, 0), (-0.8, 0.85), (-0.8, -0.85))
    ),
    "mutual": State(
        "mutual", "#0f8a80", tuple((np.cos(a), np.sin(a)) for a in np.arange(0, 6.28, 0.26))
    ),
    "follower": State(
        "follows, not followed back", "#d4550a", ((-1, 0), (0.9, 0.9), (0.3, 0), (0.9, -0.9))
    ),
}
GREY: Final = "#777777"
SMALL, TEXT, LARGE = 8.0, 9.0, 11.0  # points
WIDE, SQUARE = (7.0, 4.0), (8.0, 8.0)  # inches
PERCENT: Final = ([0, 25, 50, 75, 100], ["0 %", "25 %", "50 %", "75 %", "100 %"])


def require(table: pd.DataFrame, columns: Sequence[str], source: str) -> None:
    """Raise `SchemaError` for a table that lacks columns, naming where it comes from."""
    if missing := ", ".join(name for name in columns if name not in table):
        raise SchemaError(f"the table has no {missing}: give what {source} returns")


def percent(share: float) -> str:
    """Return a share in percent, to three digits."""
    return "undefined" if np.isnan(share) else f"{100 * share:.3g} %"


def short(count: float) -> str:
    """Return a count in three digits above 10,000."""
    if count < 10_000:
        return f"{count:,.0f}"
    # From 999.5 on three digits would be those of the next unit.
    size, sign = next((s for s in ((1e3, "k"), (1e6, "M")) if count < 999.5 * s[0]), (1e9, "G"))
    return f"{count / size:.3g} {sign}"


def cut(text: object, length: int) -> str:
    """Return a text on one line that can be drawn, of at most so many signs."""
    line = " ".join(drawable(str(text)).split())
    return line if len(line) <= length else line[: length - 1] + "…"


def accounts(count: int) -> str:
    """Return a number of accounts in words."""
    return f"{count:,} account{'s' * (count != 1)}"


def counted(count: int, text: str) -> list[str]:
    """Return a note on a count, none for nothing."""
    return [f"{count:,} {text}"] if count else []


def nothing(ax: Axes, text: str) -> None:
    """Write that there is nothing to draw."""
    ax.set_xticks([])
    write(ax, 0.5, 0.5, text, ha="center", transform=ax.transAxes)


def points(ax: Axes, pixels: float) -> float:
    """Return a length in pixels as points."""
    return 72 * pixels / ax.figure.dpi


def axes(ax: Axes | None, size: tuple[float, float], *, bare: bool = False) -> Axes:
    """Return the axes in grey; by default those of a new, transparent figure."""
    if ax is None:
        # Constrained layout moves axes when drawing; texts of bare ones are fitted before that.
        figure = plt.figure(figsize=size, facecolor="none", layout=None if bare else "constrained")
        ax = figure.add_subplot(facecolor="none")
        if bare:
            ax.set_position((0.02, 0.55 / size[1], 0.96, 1 - 0.85 / size[1]))
    grey(ax)
    if bare:
        ax.set_axis_off()
    return ax


def grey(ax: Axes) -> None:
    """Turn the frame of axes grey."""
    ax.spines[:].set_color(GREY)
    ax.spines[["top", "right"]].set_visible(False)
    ax.tick_params(which="both", colors=GREY, labelsize=TEXT)
    for axis in (ax.xaxis, ax.yaxis):
        axis.label.set(color=GREY, fontsize=TEXT)


def title(ax: Axes, table: pd.DataFrame, text: str, pad: float = 6) -> None:
    """Write the owner and what is shown above the axes."""
    owner = " ".join(str(table.attrs.get("owner", "the owner")).split())
    heading(ax, f"{owner}: {text}", pad)


def heading(ax: Axes, text: str, pad: float = 6) -> None:
    """Write what is shown above the axes."""
    style: dict[str, Any] = {"color": GREY, "fontsize": LARGE, "parse_math": False}
    ax.set_title(drawable(text), loc="left", pad=pad, **style)


def write(ax: Axes, x: float, y: float, text: str, **style: Any) -> Text:
    """Write a text in the house style; names in it are never read as formulas."""
    style = {"color": GREY, "fontsize": TEXT, "va": "center", **style}
    return ax.text(x, y, drawable(text), parse_math=False, **style)


def drawable(text: str) -> str:
    """Return a text with ? for what the font cannot draw: each would give a warning."""
    known = _glyphs(tuple(FontProperties().get_family()))
    return "".join(sign if sign == "\n" or ord(sign) in known else "?" for sign in text)


@functools.cache
def _glyphs(families: tuple[str, ...]) -> frozenset[int]:
    fonts = [get_font(findfont(FontProperties(family=[family]))) for family in families]
    return frozenset().union(*(font.get_charmap() for font in fonts))


def caption(ax: Axes, table: pd.DataFrame, notes: Sequence[str]) -> None:
    """Write under the axes of which day the ties are, and what is needed to read them."""
    exported_at = table.attrs.get("exported_at")
    day = "the day of the export" if pd.isna(exported_at) else f"{exported_at:%Y-%m-%d}"
    parts = [f"among ties that still exist on {day}", *notes]
    if "state" in table:
        parts += counted(table.attrs.get("ignored", 0), "ignored")
        parts += counted(table.attrs.get("deleted", 0), "deleted among them")
    below(ax, parts)


def below(ax: Axes, notes: Sequence[str], *, share: float = 1.0) -> None:
    """Write under the axes what is needed to read them, on lines of a share of their width."""
    room = share * points(ax, ax.get_window_extent().width)
    text = textwrap.fill("; ".join(notes), max(int(room / (0.52 * SMALL)), 30))
    # Under the label, whose place is known when the figure is drawn.
    under = ax.xaxis.label if ax.axison else ax.transAxes
    ax.annotate(
        text, (0, 0), xytext=(0, -6), xycoords=("axes fraction", under),
        textcoords="offset points", va="top", color=GREY, fontsize=SMALL, parse_math=False,
        annotation_clip=False,
    )  # fmt: skip
