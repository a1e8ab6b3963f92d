"""Which column is which: names that files use, and what a column without a name must be."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from follownet.errors import SchemaError, UnknownFormatError

ROLES = ("source", "target", "weight", "since")

#: In the order in which they are preferred, in lower case and without what divides words.
#: "following" is missing on purpose: it names the follower in one file, the followed in another.
SYNONYMS = {
    "source": "source src from fromnodeid fromnode fromid sourceid sourcenode srcid follower "
    "followerid".split(),
    "target": "target dst to tonodeid tonode toid targetid targetnode dstid destination dest "
    "followed followee followedid followeeid".split(),
    "weight": "weight rating count".split(),
    "since": "since time timestamp ts date".split(),
}

Chosen = Mapping[str, str | int]


def checked(columns: Chosen | None) -> dict[str, str | int]:
    """Return which columns the caller names for which role.

    Raises
    ------
    SchemaError
        For other roles, and values that are neither a name nor a place.
    """
    chosen: dict[str, Any] = dict(columns or {})
    if set(chosen) - set(ROLES):
        raise SchemaError(f"columns: accepts the keys {', '.join(ROLES)}")
    for value in chosen.values():
        if not isinstance(value, str | int) or isinstance(value, bool):
            raise SchemaError("columns: accepts names of columns, or places that count from 0")
    return chosen


def roles(names: Sequence[str], chosen: Chosen) -> dict[str, int]:
    """Return the places of the columns with a role, as chosen or by their names."""
    found: dict[str, int] = {}
    for role, column in chosen.items():
        if (place := _place(column, names)) is not None:
            found[role] = place
    words = [re.sub(r"[\s_.-]+", "", name.casefold()) for name in names]
    for role in ROLES:
        if role in chosen:
            continue
        # follownet's own name wins: beside it "source_id" is an attribute of accounts.
        named = [names.index(role)] if role in names else []
        named += [words.index(word) for word in SYNONYMS[role] if word in words]
        free = [place for place in named if place not in found.values()]
        if free:
            found[role] = free[0]
    return found


def is_header(names: Sequence[str], chosen: Chosen) -> bool:
    """Return whether a row names the columns of both ends."""
    wanted = {column for column in chosen.values() if isinstance(column, str)}
    if wanted:
        return all(_place(column, names) is not None for column in wanted)
    return {"source", "target"} <= set(roles(names, {}))


def has_role(names: Sequence[str]) -> bool:
    """Return whether a row names any column that follownet knows."""
    return bool(roles(names, {}))


def require_ends(found: Mapping[str, int], width: int, shown: str) -> None:
    """Raise where there is no column for an end, or none at its place."""
    if missing := [end for end in ("source", "target") if end not in found]:
        raise UnknownFormatError(
            f"{shown}: is a table of {width} columns without {' and '.join(missing)}; accepted "
            "are the names source and target, src and dst, from and to, follower and followed; "
            'columns={"source": ..., "target": ...} says which they are'
        )
    if found["source"] == found["target"]:
        raise SchemaError("columns: source and target are one column")


def require_places(chosen: Chosen, width: int) -> None:
    """Raise for chosen places outside the table."""
    places = [place for place in chosen.values() if isinstance(place, int)]
    if any(not 0 <= place < width for place in places):
        raise SchemaError(f"columns: the table has {width} columns; places count from 0")


def _place(column: Any, names: Sequence[str]) -> int | None:
    if isinstance(column, int):
        return column
    if column in names:
        return names.index(column)
    folded = [name.strip().casefold() for name in names]
    return folded.index(column.casefold()) if column.casefold() in folded else None
