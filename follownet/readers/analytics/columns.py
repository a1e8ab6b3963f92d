"""Which column is which: the table of headers, and what a caller says beyond it.

``columns.csv`` has a row for each header that follownet knows: the column of posts it becomes,
which source writes it in which language, and whether that was ``reported`` from real files or is
``untried``. Of two headers for one column the upper is taken. ``sources.csv`` has the headers
that tell a source, ``formats.csv`` what stands in columns of formats.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from follownet.errors import SchemaError, UnknownFormatError
from follownet.tables import SCHEMA

#: Columns of numbers: what people did with a post, who saw it, who came by it.
COUNTS: Final[tuple[str, ...]] = (
    "likes",
    "comments",
    "shares",
    "saves",
    "reach",
    "impressions",
    "views",
    "new_follows",
    "followers",
    "engagements",
)
#: What may be said with ``columns=``.
ROLES: Final[tuple[str, ...]] = (*SCHEMA["posts"], "followers", "engagements")
#: No header, but what stands in a row of sums.
_TOTAL: Final = "(total)"
#: Headers of files with a row for each day of the account.
_OF_ACCOUNTS: Final = "(account)"
_FOLDER: Final = Path(__file__).parent
_QUOTES: Final = re.compile("[\"'„“”«»‘’\ufeff]")
#: A zone behind the header of a time, as "Date (GMT)".
_ZONE: Final = re.compile(r"\s*[(\[](gmt|utc)[)\]]$")
#: So far from the beginning a header may stand.
_PREAMBLE: Final = 30

Cell = Any


@dataclass(frozen=True)
class Source:
    """A source that is told by its headers."""

    name: str
    platform: str
    language: str


def word(header: Cell) -> str:
    """Return a header as it is compared: without case, quotes and doubled spaces."""
    return " ".join(_QUOTES.sub("", str("" if header is None else header)).casefold().split())


def checked(columns: Any) -> dict[str, str]:
    """Return which headers the caller gives for which columns.

    Raises
    ------
    SchemaError
        For other columns than posts have, and for what is no header.
    """
    chosen = dict(columns) if isinstance(columns, Mapping) else None
    if columns is not None and chosen is None:
        raise SchemaError('columns: give a dict, as {"likes": "Gefällt mir"}')
    chosen = chosen or {}
    if strange := [role for role in chosen if role not in ROLES]:
        raise SchemaError(
            f"columns: {len(strange)} of {len(chosen)} keys are no column of posts; accepts "
            + ", ".join(ROLES)
        )
    if not all(isinstance(header, str) and word(header) for header in chosen.values()):
        raise SchemaError('columns: accepts headers of the file, as {"likes": "Gefällt mir"}')
    if len({word(header) for header in chosen.values()}) < len(chosen):
        raise SchemaError("columns: one header is given for two columns; keep one of them")
    return chosen


def candidates(names: Sequence[Cell], chosen: Mapping[str, str]) -> dict[str, list[int]]:
    """Return for each column of posts the places that may be it, the best first."""
    words = [word(name) for name in names]
    found: dict[str, list[tuple[int, int]]] = {}
    for place, name in enumerate(words):
        for role, rank in _known().get(name, ()) or _known().get(_ZONE.sub("", name), ()):
            found.setdefault(role, []).append((rank, place))
    ordered = {role: [place for _, place in sorted(ranks)] for role, ranks in found.items()}
    given = {role: words.index(word(name)) for role, name in chosen.items() if word(name) in words}
    taken = set(given.values())
    ordered = {role: [p for p in places if p not in taken] for role, places in ordered.items()}
    ordered |= {role: [place] for role, place in given.items()}
    return {role: places for role, places in ordered.items() if places}


def header(rows: Sequence[tuple[int, Sequence[Cell]]], chosen: Mapping[str, str]) -> int | None:
    """Return the place of the row that names a time and a count, None where there is none."""
    wanted = {word(name) for name in chosen.values()}
    for place, (_, cells) in enumerate(rows[:_PREAMBLE]):
        found = candidates(cells, chosen)
        if "at" in found and found.keys() & set(COUNTS) - {"followers"}:
            if lacking := wanted - {word(cell) for cell in cells}:
                raise SchemaError(
                    f"columns: {len(lacking)} of {len(wanted)} headers that were given are not in "
                    "the file; give them as its header has them"
                )
            return place
    return None


def best(rows: Sequence[tuple[int, Sequence[Cell]]], chosen: Mapping[str, str]) -> list[str]:
    """Return the columns that the most promising row names."""
    known = [candidates(cells, chosen) for _, cells in rows[:_PREAMBLE]]
    named = max(known, key=len, default={})
    return [role for role in ROLES if role in named]


def source(names: Sequence[Cell]) -> Source | None:
    """Return the source that has such a header, None for one that its user chose."""
    words = {word(name) for name in names}
    return next((one for headers, one in _sources() if headers <= words), None)


def states_utc(name: Cell) -> bool:
    """Return whether a header says that its times are UTC."""
    return _ZONE.search(word(name)) is not None


def is_total(cell: Cell) -> bool:
    """Return whether a cell says that its row has sums."""
    return any(role == _TOTAL for role, _ in _known().get(word(cell), ()))


def require_posts(found: Mapping[str, Any], shown: str) -> None:
    """Raise `UnknownFormatError` for a table of an account's days, which are no posts."""
    if _OF_ACCOUNTS in found and "post" not in found:
        raise UnknownFormatError(
            f"{shown}: has a row for each day of the account, not for each post; export the "
            "content (posts) in the place of the overview"
        )


def form(value: str) -> str:
    """Return a format of posts by the name that it has in other tables."""
    return _forms().get(word(value), word(value))


def _rows(name: str) -> list[dict[str, str]]:
    with (_FOLDER / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@cache
def _known() -> dict[str, list[tuple[str, int]]]:
    found: dict[str, list[tuple[str, int]]] = {}
    for rank, row in enumerate(_rows("columns.csv")):
        found.setdefault(word(row["header"]), []).append((row["column"], rank))
    return found


@cache
def _sources() -> list[tuple[set[str], Source]]:
    return [
        (set(row["headers"].split("|")), Source(row["source"], row["platform"], row["language"]))
        for row in _rows("sources.csv")
    ]


@cache
def _forms() -> dict[str, str]:
    return {word(row["value"]): row["format"] for row in _rows("formats.csv")}
