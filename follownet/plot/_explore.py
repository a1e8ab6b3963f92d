"""A network to explore: one page that asks nothing of the network, in a notebook or a file."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from string import Template
from typing import Any, Final

import networkx as nx
import numpy as np
import pandas as pd

from follownet.communities import layout
from follownet.communities._compare import Partition
from follownet.communities._layout import numbered, places_of
from follownet.errors import SchemaError
from follownet.graph import FollowGraph, Graph, compact, flags, observed_ties
from follownet.plot._map import COLOURS
from follownet.plot._segments import SEGMENTS
from follownet.plot._style import GREY, STATES
from follownet.readers.archive import Source
from follownet.seeds import whole_number

#: A legend of more groups is longer than the page; the smaller ones share its last line.
MOST_GROUPS: Final = 40
#: So many ties take seconds to draw on a machine without a graphics card.
MOST_FOLLOWS: Final = 500_000
HEIGHT: Final = 660  # pixels
#: Of accounts without a group.
PLAIN: Final = "#5f6fa0"

_TEMPLATES = Path(__file__).parents[1] / "templates" / "explore"
_SCRIPTS = [f"{name}.js" for name in ("network", "map", "names", "moves", "panel")]
_UNKNOWN = "not known whether it comes back"
_UNTRUSTED = (
    "This notebook is not trusted, so that JupyterLab shows no map here. Run the cell, or choose "
    "“Trust Notebook” among the commands (Ctrl+Shift+C)."
)


@dataclass(frozen=True)
class Explorer:
    """A network to explore, as `explore` returns it: a notebook shows it as a map.

    Attributes
    ----------
    accounts, follows
        How many the page holds.
    page
        The page, as HTML that can stand alone.
    """

    accounts: int
    follows: int
    page: str = field(repr=False)

    def write(self, path: Source) -> Path:
        """Write the page as a file that any browser opens, also offline; return it.

        Raises
        ------
        SchemaError
            When nothing can be written there.
        """
        try:
            Path(path).write_text(self.page, encoding="utf-8", newline="\n")
        except OSError:
            raise SchemaError(f"{os.fspath(path)}: cannot be written") from None
        return Path(path)

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        # In a frame of no origin: neither the page nor what a name might smuggle into it can
        # reach the notebook. What is inside the element shows where the frame was taken away.
        frame = (
            f'<iframe title="{self!r}" sandbox="allow-scripts" '
            f'style="width: 100%; height: {HEIGHT}px; border: 1px solid #8884" '
            f'srcdoc="{html.escape(self.page)}"><p>{_UNTRUSTED}</p></iframe>'
        )
        return {"text/html": frame, "text/plain": repr(self)}


def explore(
    G: Graph | FollowGraph,
    *,
    positions: pd.DataFrame | None = None,
    groups: Partition | None = None,
    segments: pd.Series[Any] | Mapping[Any, Any] | None = None,
    largest: int = 20_000,
) -> Explorer:
    """Return a network as a map to explore: search, filter, zoom, and see who follows whom.

    A notebook shows it; ``.write("map.html")`` makes a file of it. Either works offline, and after
    the kernel has ended. **The page holds the name of every account in G**, and all ties between
    them: share it with care.

    Parameters
    ----------
    G
        ``source -> target`` means *source follows target*. Of one person's export accounts can be
        coloured and filtered by whether their tie with the owner is mutual. Names of accounts are
        shown where they have the attribute ``name``. Self-loops are left out.
    positions
        Where accounts are drawn: columns ``x`` and ``y``, indexed by account. Those of
        `communities.layout` by default.
    groups
        Communities: what `communities.detect` returns, or a label for each account. The largest
        eight have colours, the next eight the same as rings, all others are grey.
    segments
        Another label for each account, such as ``segments.accounts(export).accounts["segment"]``.
    largest
        A network of more accounts is refused.

    Returns
    -------
    Explorer
        See there. Accounts that have no group or no segment are shown, and counted as such.

    Raises
    ------
    SchemaError
        For more than `largest` accounts or 500,000 follows, which a page is slow with; positions
        that do not have all accounts; groups and segments that have none of them.

    Examples
    --------
    >>> G = nx.DiGraph([("ann", "bob"), ("bob", "ann"), ("ann", "cy")])
    >>> places = pd.DataFrame({"x": [0, 1, 2], "y": [0, 1, 0]}, index=["ann", "bob", "cy"])
    >>> explore(G, positions=places, groups=[{"ann", "bob"}, {"cy"}])
    Explorer(accounts=3, follows=3)
    """
    F = compact(G)
    _require_small(F, whole_number(largest, "largest", least=1))
    places = places_of(layout(F, groups) if positions is None else positions, F.accounts)
    owner = _owner(F)
    pairs, kinds = _pairs(F, owner)
    held = {
        "accounts": [str(account) for account in F.accounts],
        "names": _names(G, F),
        "places": _packed(places, "f4"),
        "pairs": _packed(pairs, "u2" if len(F) <= 2**16 else "u4"),
        "ties": kinds,
        "groupings": _groupings(F, owner, groups, segments),
        "loops": int(F.loops.sum()),
        "star": owner is not None,
        "plain": PLAIN,
    }
    return Explorer(len(F), F.follows, _page(held))


def _require_small(F: FollowGraph, largest: int) -> None:
    advice = (
        "draw a part of it, such as one community, F.induced(accounts), or an account and those "
        "tied to it, F.ego(account)"
    )
    if len(F) > largest:
        raise SchemaError(
            f"G: has {len(F):,} accounts; a page is drawn of up to {largest:,}: {advice}; or "
            "raise largest="
        )
    if F.follows > MOST_FOLLOWS:
        raise SchemaError(
            f"G: has {F.follows:,} follows; a page is drawn of up to {MOST_FOLLOWS:,}: {advice}"
        )


def _owner(F: FollowGraph) -> int | None:
    """Return the one account whose export this is, if it is one's."""
    owners = np.flatnonzero(flags(F, "owner"))
    return int(owners[0]) if F.observed != "whole" and len(owners) == 1 else None


def _pairs(F: FollowGraph, owner: int | None) -> tuple[Any, list[dict[str, Any]]]:
    """Return each pair of accounts with a tie once, by kind, and what the page says of each kind.

    Its words and colours are those for the first of the two accounts, who follows the second, and
    for the second.
    """
    known = observed_ties(F)
    mutual, following, follower = (STATES[name] for name in ("mutual", "following", "follower"))
    said = {"words": ("follows", "followed by"), "colours": (following.colour, follower.colour)}
    back = {"words": ("mutual",) * 2, "colours": (mutual.colour,) * 2}
    vague = {
        "words": tuple(f"{word}, {_UNKNOWN}" for word in said["words"]),
        "colours": (GREY,) * 2,
    }
    one_way, mine = ~F.returned & known, F.sources == owner
    kinds: list[tuple[Any, dict[str, Any]]] = [
        (F.returned & (F.sources < F.targets), {"name": "mutual", **back}),
        (one_way & mine, {"name": following.label, **said}),
        (one_way & ~mine, {"name": follower.label, **said, "colour": follower.colour}),
        (~F.returned & ~known, {"name": _UNKNOWN, **vague}),
    ]
    if owner is None:
        kinds[1:3] = [(one_way, {"name": "one way", **said})]
    pairs = [np.column_stack([F.sources[kept], F.targets[kept]]) for kept, _ in kinds]
    told = [
        {"colour": kind["colours"][0], "count": int(kept.sum()), **kind} for kept, kind in kinds
    ]
    return np.concatenate(pairs), told


def _names(G: Graph | FollowGraph, F: FollowGraph) -> list[str] | None:
    """Return what accounts are called, where the graph says so of any."""
    if isinstance(G, nx.Graph):
        known = pd.Series(nx.get_node_attributes(G, "name"), dtype="object")
    elif G.marks is not None and "name" in G.marks:
        known = G.marks["name"]
    else:
        return None
    if not len(known):
        return None
    return ["" if pd.isna(name) else str(name) for name in known.reindex(F.accounts)]


def _groupings(
    F: FollowGraph, owner: int | None, groups: Any, segments: Any
) -> list[dict[str, Any]]:
    """Return the ways to colour and to filter accounts."""
    found = []
    if groups is not None:
        found.append(_grouping("community", *numbered(F.accounts, groups, "groups")))
    if segments is not None:
        known = pd.Series(segments, dtype="object").dropna()
        found.append(_grouping("segment", *numbered(F.accounts, known, "segments")))
    if owner is not None:
        found.append(_relation(F, owner))
    return found


def _grouping(name: str, member: Any, names: Any) -> dict[str, Any]:
    """Return groups as the legend shows them, the largest first, and which of them each is in."""
    values = [_value(str(label), place) for place, label in enumerate(names[:MOST_GROUPS])]
    codes = np.minimum(member, MOST_GROUPS)
    if len(names) > MOST_GROUPS:
        values.append({"name": f"{len(names) - MOST_GROUPS:,} smaller ones", "colour": GREY})
    if (member < 0).any():
        codes[member < 0] = len(values)
        values.append({"name": f"no {name}", "colour": GREY})
    return {"name": name, "values": values, "codes": _packed(codes, "u1")}


def _value(label: str, place: int) -> dict[str, Any]:
    turn, colour = divmod(place, len(COLOURS))
    drawn = COLOURS[colour] if turn < 2 else GREY
    ring = turn == 1 and label not in SEGMENTS
    return {"name": label, "colour": SEGMENTS.get(label, drawn), "ring": ring, "alone": True}


def _relation(F: FollowGraph, owner: int) -> dict[str, Any]:
    """Return the states of everyone's tie with the owner."""
    known = observed_ties(F)
    states = {
        "mutual": F.targets[(F.sources == owner) & F.returned],
        "following": F.targets[(F.sources == owner) & ~F.returned & known],
        "follower": F.sources[(F.targets == owner) & ~F.returned & known],
    }
    codes = np.full(len(F), len(states))
    for code, accounts in enumerate(states.values()):
        codes[accounts] = code
    codes[owner] = len(states) + 1
    values = [{"name": STATES[name].label, "colour": STATES[name].colour} for name in states]
    values += [{"name": _UNKNOWN, "colour": GREY}, {"name": "owner", "colour": PLAIN}]
    return {"name": "tie with the owner", "values": values, "codes": _packed(codes, "u1")}


def _packed(numbers: Any, kind: str) -> str:
    """Return numbers as a browser takes them fastest."""
    return base64.b64encode(np.asarray(numbers).astype(f"<{kind}").tobytes()).decode()


def _page(held: dict[str, Any]) -> str:
    """Return the page: what it holds is data, and only this very script may run."""
    page, style, *scripts = (
        (_TEMPLATES / name).read_text(encoding="utf-8")
        for name in ("page.html", "style.css", *_SCRIPTS)
    )
    script = "\n".join(scripts)
    return Template(page).substitute(
        style=style,
        script=script,
        style_hash=_hash(style),
        script_hash=_hash(script),
        # JSON has < in texts alone, where an escape means the same.
        held=json.dumps(held).replace("<", "\\u003c"),
    )


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
