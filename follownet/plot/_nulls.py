"""What chance would give: the ladder of null models, and the profile of triads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import networkx as nx
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.offsetbox import AnnotationBbox, DrawingArea
from matplotlib.patches import Circle, FancyArrowPatch

from follownet.errors import SchemaError
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
    percent,
    points,
    require,
    write,
)

LADDER, PROFILE = (8.0, 4.0), (8.0, 4.6)  # inches
MOST_MODELS: Final = 12
TRIADS: Final = (
    "021D", "021U", "021C", "111D", "111U", "030T", "030C", "201", "120D", "120U", "120C", "210",
    "300",
)  # fmt: skip
_KEPT: Final[Mapping[str, str]] = {
    "density": "density, on average",
    "density_fixed": "number of follows",
    "out_degree": "out-degrees",
    "degree": "both degrees, on average",
    "switching": "both degrees, exactly",
}
_MUTUAL, _ONE_WAY = STATES["mutual"].colour, STATES["following"].colour
_PROFILES: Final = (("following", "o", "-"), ("follower", "s", (0, (4, 1))), ("mutual", "^", ":"))
_CORNERS: Final = {"a": (3.0, 3.0), "b": (16.0, 25.0), "c": (29.0, 3.0)}  # points
_ICON: Final = (32.0, 28.0)  # points


def ladder(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw the reciprocity that each null model gives, against the observed one.

    Parameters
    ----------
    table
        What `nulls.ladder` returns.
    ax
        Where to draw, best 8 inches wide; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
        A row for each model, with what it keeps of the network: a mark at the r that it expects
        and a bar of twice its standard deviation to both sides; the line is the observed r.
        Logarithmic where these are more than ten times apart. Beside stand the effect sizes,
        excess and rho; z grows with the size of the network and is not drawn.

    Raises
    ------
    SchemaError
        For another table, and one whose ``attrs`` have lost ``r`` and ``follows``.

    Examples
    --------
    >>> rows = {"expected": [2.5], "sd": [1.0], "expected_r": [0.05], "excess": [10.0]}
    >>> table = pd.DataFrame({**rows, "rho": [0.474]}, index=["density"])
    >>> table.attrs = {"r": 0.5, "follows": 100}
    >>> [text.get_text() for text in ladder(table).texts[:2]]
    ['observed r = 50 %', 'excess']
    """
    require(table, ("expected", "sd", "expected_r", "excess", "rho"), "nulls.ladder")
    if missing := ", ".join(name for name in ("r", "follows") if name not in table.attrs):
        raise SchemaError(f"the table's attrs have no {missing}: give what nulls.ladder returns")
    ax = axes(ax, LADDER)
    observed, follows = float(table.attrs["r"]), int(table.attrs["follows"])
    ax.set(ylim=(max(len(table), 1) - 0.4, -0.75), xlabel="r, share of follows returned")
    ax.spines["left"].set_visible(False)
    ax.tick_params(axis="y", length=0, pad=8)
    expected = table["expected_r"].to_numpy(float)
    if np.isnan(expected).all() or np.isnan(observed):
        nothing(ax, "no reciprocity to compare")
        ax.set_yticks([])
    else:
        # sd is one of pairs: each holds two follows.
        reach = 4 * table["sd"].to_numpy(float) / max(follows, 1)
        end = float(np.nanmax([expected + reach, expected]))
        _shares(ax, [observed, *expected[~np.isnan(expected)]], end)
        _observed(ax, observed)
        _rungs(ax, table, reach)
    heading(ax, "reciprocity that chance would give", pad=24)
    notes = [
        "marks: expected r0, bars: 2 standard deviations to both sides",
        "excess = observed / expected − 1",
        "rho = (r − r0) / (1 − r0)",
        "under the name of each model what it keeps",
    ]
    notes += counted(int(np.isnan(expected).sum()), "models without expectation")
    below(ax, notes, share=0.8)
    return ax


def _shares(ax: Axes, values: Sequence[float], end: float) -> None:
    """Set the axis of shares: logarithmic where they are orders apart."""
    low, high = min(values), max(values)
    if low > 0 and high > 10 * low:
        ax.set(xscale="log", xlim=(low / 2, min(2 * max(high, end), 1.3)))
    else:
        ax.set_xlim(0, min(1.1 * max(high, end), 1.0) or 1.0)
    ax.xaxis.set_major_formatter(lambda x, _: f"{100 * x:.10g} %")


def _rungs(ax: Axes, table: pd.DataFrame, reach: Any) -> None:
    """Draw the models, and write the effect sizes of as many as have room beside them."""
    y, r = np.arange(len(table)), table["expected_r"].to_numpy(float)
    least = np.maximum(r - reach, ax.get_xlim()[0] / 10)
    ax.hlines(y, least, r + reach, color=_ONE_WAY, lw=6, alpha=0.45, label="range")
    ax.plot(r, y, "o", color=_ONE_WAY, ms=7, label="expected")
    if len(table) > MOST_MODELS:
        ax.set_yticks([])
        return
    _beside(ax, -0.75, "excess", "rho")
    for place, (excess, rho) in enumerate(table[["excess", "rho"]].to_numpy(float)):
        _beside(ax, place, _number(excess), _number(rho))
    names = [cut(name, 24) for name in table.index]
    kept = [f"{name}\n{_KEPT[name]}" if name in _KEPT else name for name in names]
    ax.set_yticks(y, kept, parse_math=False)


def _beside(ax: Axes, y: float, *texts: str) -> None:
    """Write right of the axes, in columns of so many points that the layout cannot squeeze."""
    for column, text in enumerate(texts):
        ax.annotate(
            text, (1, y), xycoords=ax.get_yaxis_transform(), xytext=(46 + 42 * column, 0),
            textcoords="offset points", ha="right", va="center", color=GREY,
            fontsize=TEXT, annotation_clip=False, parse_math=False,
        )  # fmt: skip


def _observed(ax: Axes, observed: float) -> None:
    """Draw the line of the observed r, with its name above."""
    style: dict[str, Any] = {"color": _MUTUAL, "weight": "bold"}
    ax.axvline(observed, color=_MUTUAL, lw=2, label="observed", zorder=1)
    place = ax.transData.transform((observed, 0))
    side = "right" if ax.transAxes.inverted().transform(place)[0] > 0.5 else "left"
    text = f"observed r = {percent(observed)}"
    write(ax, observed, 1.05, text, ha=side, transform=ax.get_xaxis_transform(), **style)


def _number(value: float) -> str:
    """Return an effect size with its sign, in three digits, whole above 1,000."""
    if not np.isfinite(value):
        return "–" if np.isnan(value) else "∞"
    return (f"{value:+,.0f}" if abs(value) >= 1_000 else f"{value:+.3g}").replace("-", "−")


def triads(profile: pd.DataFrame | Mapping[str, pd.DataFrame], *, ax: Axes | None = None) -> Axes:
    """Draw the significance profile of the triads that are connected.

    Parameters
    ----------
    profile
        What `nulls.triads` returns; or up to three of these by name, to compare models.
    ax
        Where to draw, best 8 inches wide; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
        The 13 connected classes from left to right, the three with an account without tie left
        out. Above 0 there are more triads of a class than the null model gives, below 0 fewer;
        the profile is z scaled to length 1 (Milo et al. 2004, doi:10.1126/science.1089167).
        Classes with z between -2 and 2 have open marks. Of several profiles, grey are the classes
        where two have opposite signs, both beyond 2. Where there is room each class is drawn,
        mutual ties with heads at both ends; it is named by its code in any case.

    Raises
    ------
    SchemaError
        For another table, triads that have no such code, and none or more than three profiles.

    Examples
    --------
    >>> table = pd.DataFrame({"z": [3.0, -4.0], "profile": [0.6, -0.8]}, index=["030T", "030C"])
    >>> triads({"switching": table}).lines[-1].get_ydata().tolist()
    [0.6, -0.8]
    """
    profiles = _checked(profile)
    ax = axes(ax, PROFILE)
    room = points(ax, ax.get_window_extent().width) / len(TRIADS)
    known = {name: table.loc[table["profile"].notna()] for name, table in profiles.items()}
    ax.set(xlim=(-0.6, len(TRIADS) - 0.4), ylabel="profile: z, scaled to length 1")
    ax.spines[["left", "bottom"]].set_visible(False)
    ax.axhline(0, color=GREY, lw=1, label="as expected", zorder=1)
    ax.set_yticks([-1, -0.5, 0, 0.5, 1], ["−1", "−0.5", "0", "0.5", "1"])
    ax.set_xticks(range(len(TRIADS)), TRIADS, rotation=0 if room > 26 else 90)
    ax.tick_params(axis="x", length=0, labelsize=SMALL)
    drawn = room > 1.05 * _ICON[0]
    ax.set_ylim(-1.44 if drawn else -1.1, 1.1)
    if drawn:
        for place, code in enumerate(TRIADS):
            ax.add_artist(_icon(code, place))
    turned = _turned(list(known.values()))
    for place in turned:
        ax.axvspan(place - 0.5, place + 0.5, color=GREY, alpha=0.15, lw=0, label="turned", zorder=0)
    for number, (name, table) in enumerate(known.items()):
        _curve(ax, table, name, number, len(known))
    _key(ax, known)
    missing = sum(len(TRIADS) - len(table) for table in known.values())
    notes = ["above 0: more than the null model gives, below: fewer", "open marks: |z| < 2"]
    if turned:
        notes.append(f"the sign of {len(turned)} of 13 depends on the null model, in grey")
    below(ax, [*notes, *counted(missing, "values undefined, not drawn")])
    model = profiles[""].attrs.get("model") if "" in profiles else None
    text = f"triads against chance by the model {model}" if model else "triads against chance"
    heading(ax, text, pad=24 if len(known) > 1 else 6)
    return ax


def _checked(
    profile: pd.DataFrame | Mapping[str, pd.DataFrame],
) -> dict[str, pd.DataFrame]:
    """Return the connected triads of each profile by name, or raise `SchemaError`."""
    tables = {"": profile} if isinstance(profile, pd.DataFrame) else dict(profile)
    if not 1 <= len(tables) <= len(_PROFILES):
        raise SchemaError(f"{len(tables)} profiles: a picture takes 1 to {len(_PROFILES)}")
    for table in tables.values():
        require(table, ("z", "profile"), "nulls.triads")
        known = table.index.isin([*TRIADS, "003", "012", "102"])
        if not known.all() or table.index.has_duplicates:
            raise SchemaError("the table's index is not the codes: give what nulls.triads returns")
    return {
        str(name): table.loc[[code for code in TRIADS if code in table.index]].astype(
            {"z": float, "profile": float}
        )
        for name, table in tables.items()
    }


def _turned(tables: Sequence[pd.DataFrame]) -> list[int]:
    """Return the places of triads of which one model says too many, another too few."""
    signs = pd.DataFrame({
        number: np.sign(table["z"].where(table["z"].abs() >= 2))
        for number, table in enumerate(tables)
    }).reindex(TRIADS)  # fmt: skip
    return np.flatnonzero((signs.max(axis=1) > 0) & (signs.min(axis=1) < 0)).tolist()


def _curve(ax: Axes, table: pd.DataFrame, name: str, number: int, of: int) -> None:
    """Draw one profile; marks of several stand a little beside each other."""
    state, marker, dashes = _PROFILES[number]
    colour = STATES[state].colour
    x = np.array([TRIADS.index(code) for code in table.index]) + 0.12 * (number - (of - 1) / 2)
    y = table["profile"].to_numpy()
    face = np.where(table["z"].abs() < 2, "none", colour)
    if len(table):
        ax.scatter(x, y, s=42, marker=marker, c=list(face), edgecolors=colour, label=name, zorder=3)
    line: dict[str, Any] = {"color": colour, "lw": 1.2, "ls": dashes, "alpha": 0.8}
    ax.plot(x, y, label=cut(name, 40) or "profile", **line)


def _key(ax: Axes, known: Mapping[str, pd.DataFrame]) -> None:
    """Name several profiles above the axes, or say that there is none."""
    if all(table.empty for table in known.values()):
        write(ax, 0.5, 0.6, "no triad has a profile", ha="center", transform=ax.transAxes)
    if len(known) > 1:
        where: dict[str, Any] = {"loc": "lower left", "bbox_to_anchor": (0, 1), "borderaxespad": 0}
        handles = ax.lines[-len(known) :]
        key = ax.legend(
            handles=handles, ncols=len(known), frameon=False, fontsize=TEXT,
            labelcolor="linecolor", **where,
        )  # fmt: skip
        for text, handle, style in zip(key.get_texts(), key.get_lines(), _PROFILES, strict=False):
            text.set_parse_math(False)
            handle.set(marker=style[1], markersize=6)


def _icon(code: str, place: int) -> AnnotationBbox:
    """Return a small drawing of a triad under its place."""
    box = DrawingArea(*_ICON)
    graph = nx.triad_graph(code)
    for one, other in (("a", "b"), ("a", "c"), ("b", "c")):
        there, back = graph.has_edge(one, other), graph.has_edge(other, one)
        if there or back:
            ends = (one, other) if there else (other, one)
            heads, colour = ("<|-|>", _MUTUAL) if there and back else ("-|>", _ONE_WAY)
            box.add_artist(
                FancyArrowPatch(
                    *(_CORNERS[end] for end in ends), arrowstyle=heads, mutation_scale=6,
                    shrinkA=3, shrinkB=3, lw=1, color=colour,
                )
            )  # fmt: skip
    for corner in _CORNERS.values():
        box.add_artist(Circle(corner, 2, color=GREY, lw=0))
    return AnnotationBbox(box, (place, -1.26), frameon=False, pad=0, box_alignment=(0.5, 0.5))
