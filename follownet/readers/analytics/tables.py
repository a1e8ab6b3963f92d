"""From rows as they stand in a file to a table of posts: a row for each, columns with roles."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from follownet.errors import DamagedExportError, UnknownFormatError
from follownet.readers.analytics import counts, times
from follownet.readers.analytics.columns import (
    COUNTS,
    ROLES,
    candidates,
    is_total,
    require_posts,
    states_utc,
    word,
)
from follownet.readers.analytics.grids import Grid
from follownet.readers.ledger import Ledger

#: A table of which more than one row in so many has the wrong width is another kind of file.
_ONE_IN: Final = 10
#: A number that a spreadsheet has rounded: it keeps 15 digits.
_ROUNDED: Final = re.compile(r"[0-9](?:[.,][0-9]+)?e\+?[0-9]+", re.I)
_DIGITS: Final = 15
#: So many zeros behind the fifteenth digit are no chance.
_ZEROS: Final = 4
_LARGEST: Final = 2**53
#: How spreadsheets are kept from taking an id for a number.
_GUARD: Final = re.compile(r'="(?P<id>[^"]*)"|\'(?P<rest>.*)')

Cell = Any


@dataclass(frozen=True)
class Table:
    """The rows of a table, each as wide as its header, and the lines on which they stand."""

    shown: str
    names: list[str]
    rows: Sequence[Sequence[Cell]]
    lines: list[int]
    delimiter: str | None = None

    def column(self, place: int) -> list[Cell]:
        """Return the cells of a column."""
        return [row[place] for row in self.rows]


@dataclass(frozen=True)
class Roles:
    """Which place is which column of posts, and the cells that are not as in the file."""

    places: dict[str, int]
    #: Columns that went into others: a time of day into its date.
    used: frozenset[int] = frozenset()
    cells: dict[str, list[Cell]] = field(default_factory=dict)
    utc: bool = False
    damaged: bool = False


def chosen_grid(grids: Sequence[Grid], chosen: Mapping[str, str], shown: str) -> Grid:
    """Return the one grid that has a row for each post.

    Raises
    ------
    UnknownFormatError
        There are several.
    """
    if len(grids) == 1:
        return grids[0]
    of_posts = [grid for grid in grids if "post" in candidates(_names(grid), chosen)]
    single = [grid for grid in of_posts if _has_each_once(grid, chosen)]
    for found in (of_posts, single):
        if len(found) == 1:
            return found[0]
    raise UnknownFormatError(
        f"{shown}: {len(single or of_posts or grids)} of its tables have a time and a count, and "
        "which has the posts is not clear; give that one alone, as CSV"
    )


def tidied(grid: Grid, chosen: Mapping[str, str], ledger: Ledger) -> Table:
    """Return the rows that are posts; what is left out goes to the ledger.

    Raises
    ------
    DamagedExportError
        More than one row in ten is wider or narrower than the header.
    UnknownFormatError
        Its rows are days of an account.
    """
    names = _names(grid)
    require_posts(candidates(names, chosen), grid.shown)
    ledger.skip(grid.shown, "line before the header", grid.header)
    table = _whole_rows(grid, names, ledger)
    table = _side_by_side(table, chosen, ledger)
    return _without_totals(table, chosen, ledger)


def assigned(table: Table, chosen: Mapping[str, str], ledger: Ledger) -> Roles:
    """Return which column is which.

    Raises
    ------
    UnknownFormatError
        What has the name of a count are percentages.
    """
    found = candidates(table.names, chosen)
    known = [p for p in found.get("post", ()) if "post" in chosen or _are_ids(table.column(p))]
    whole = [place for place in known if not _are_rounded(table.column(place))]
    if known and not whole:
        ledger.warn(
            f"{table.shown}: the posts' ids have lost digits, as numbers do in spreadsheets; posts "
            "are named after their lines instead: give the file as it was downloaded"
        )
    places = {"post": whole[0]} if whole else {}
    for role in (role for role in ROLES if role in found and role != "post"):
        fitting = [p for p in found[role] if role in chosen or _fits(table, role, p)]
        free = [place for place in fitting if place not in places.values()]
        if free:
            places[role] = free[0]
    if not places.keys() & set(COUNTS):
        raise UnknownFormatError(
            f"{table.shown}: has percentages and no count of what people did with a post; export "
            "such as likes, comments or impressions too"
        )
    places.setdefault("at", found["at"][0])
    utc = states_utc(table.names[places["at"]])
    roles = Roles(places, utc=utc, damaged=bool(known and not whole))
    return _with_clock(table, found["at"], roles)


def ids(cells: Sequence[Cell]) -> list[str]:
    """Return ids as texts, empty where there is none."""
    return [_id(cell) for cell in cells]


# ------------------------------------------------------------------ rows


def _names(grid: Grid) -> list[str]:
    cells = ["" if cell is None else str(cell).strip() for cell in grid.rows[grid.header][1]]
    while cells and not cells[-1]:
        cells.pop()
    return [cell.removeprefix("\ufeff") for cell in cells]


def _whole_rows(grid: Grid, names: list[str], ledger: Ledger) -> Table:
    width = len(names)
    rows: list[Sequence[Cell]] = []
    lines: list[int] = []
    wrong: list[int] = []
    last = grid.rows[-1][0]
    for line, cells in grid.rows[grid.header + 1 :]:
        filled = [cell for cell in cells if cell not in (None, "")]
        if len(filled) == 1 and width > 2:
            ledger.skip(grid.shown, "line of text, no row of the table")
        elif _fitted(cells, width, grid.delimiter) is not None:
            rows.append(_fitted(cells, width, grid.delimiter) or ())
            lines.append(line)
        elif grid.open_end and line == last and len(cells) < width:
            ledger.skip(grid.shown, "last row is cut off")
            ledger.warn(f"{grid.shown}: its last line is cut off; download it again")
        else:
            ledger.skip(grid.shown, "row is wider or narrower than the header")
            wrong.append(line)
    if len(wrong) * _ONE_IN > len(rows) + len(wrong):
        raise DamagedExportError(
            f"{grid.shown}: {len(wrong)} of {len(rows) + len(wrong)} rows have more or fewer cells "
            f"than the {width} of the header; the first is line {wrong[0]}. It is cut off or was "
            "edited: download it again"
        )
    if wrong:
        ledger.warn(
            f"{grid.shown}: {len(wrong)} rows are wider or narrower than the header and left out; "
            f"the first is line {wrong[0]}"
        )
    return Table(grid.shown, names, rows, lines, grid.delimiter)


def _fitted(cells: Sequence[Cell], width: int, delimiter: str | None) -> Sequence[Cell] | None:
    """Return a row as wide as the header, None where that is not clear."""
    if delimiter is None:
        # A workbook has no cells where nothing stands.
        cells = [*cells, *[None] * (width - len(cells))]
    if len(cells) < width or any(cell not in (None, "") for cell in cells[width:]):
        return None
    return list(cells[:width])


def _side_by_side(table: Table, chosen: Mapping[str, str], ledger: Ledger) -> Table:
    """Return one table of two that stand beside one another, as LinkedIn's top posts do."""
    found = candidates(table.names, chosen).get("post", ())
    words = [word(name) for name in table.names]
    starts = sorted(place for place in found if words.count(words[place]) > 1)
    if len(starts) < 2 or starts[0] != 0:
        return table
    names: list[str] = []
    joined: dict[str, dict[str, Cell]] = {}
    lines: dict[str, int] = {}
    for start, end in zip(starts, [*starts[1:], len(words)], strict=True):
        here = [place for place in range(start, end) if words[place]]
        names += [table.names[p] for p in here if words[p] not in map(word, names)]
        for row, line in zip(table.rows, table.lines, strict=True):
            if key := _id(row[start]):
                lines.setdefault(key, line)
                joined.setdefault(key, {}).update((words[place], row[place]) for place in here)
    ledger.note(f"{len(starts)} tables that stand side by side are joined by {table.names[0]!r}")
    rows = [[cells.get(word(name)) for name in names] for cells in joined.values()]
    return replace(table, names=names, rows=rows, lines=list(lines.values()))


def _without_totals(table: Table, chosen: Mapping[str, str], ledger: Ledger) -> Table:
    """Return a table without rows of sums, and without the second of two equal rows."""
    found = candidates(table.names, chosen)
    at, named = found["at"][0], "post" in found
    seen: set[tuple[Cell, ...]] = set()
    kept: list[int] = []
    equal = 0
    for place, row in enumerate(table.rows):
        again = tuple(row) in seen
        seen.add(tuple(row))
        dated = not counts.is_missing(row[at]) and not is_total(row[at])
        if not dated and any(is_total(cell) for cell in row):
            ledger.skip(table.shown, "row of totals")
        elif again and named:
            ledger.skip(table.shown, "row repeats another in every cell")
        else:
            equal += again
            kept.append(place)
    if equal:
        ledger.warn(
            f"{table.shown}: {equal} rows equal others in every cell; they are kept, for nothing "
            "in them names the post"
        )
    rows, lines = [table.rows[place] for place in kept], [table.lines[place] for place in kept]
    return replace(table, rows=rows, lines=lines)


def _has_each_once(grid: Grid, chosen: Mapping[str, str]) -> bool:
    place = candidates(_names(grid), chosen)["post"][0]
    cells = Counter(row[place] for _, row in grid.rows[grid.header + 1 :] if len(row) > place)
    return max(cells.values(), default=0) <= 1


# ------------------------------------------------------------------ columns


def _fits(table: Table, role: str, place: int) -> bool:
    """Return whether a column holds what its header promises."""
    cells = [cell for cell in table.column(place) if not counts.is_missing(cell)]
    if role in COUNTS:
        return not counts.are_rates(cells) or not cells
    return bool(cells) or not table.rows or role not in ("at", "account")


def _are_ids(cells: Sequence[Cell]) -> bool:
    """Return whether most cells are ids or links: a column called "Content" may hold texts."""
    known = [text for text in ids(cells) if text]
    return sum(" " not in text for text in known) * 2 > len(known) or not known


def _are_rounded(cells: Sequence[Cell]) -> bool:
    known = [text for text in ids(cells) if text]
    if any(_ROUNDED.fullmatch(text) for text in known):
        return True
    rests = [text[_DIGITS:] for text in known if text.isdecimal() and len(text) > _DIGITS]
    zeros = "".join(rests)
    return len(zeros) >= _ZEROS and not zeros.strip("0")


def _id(cell: Cell) -> str:
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < _LARGEST:
        return str(int(cell))
    if isinstance(cell, float):
        return f"{cell:e}"
    if counts.is_missing(cell):
        return ""
    text = str(cell).strip()
    guarded = _GUARD.fullmatch(text)
    return (guarded["id"] or guarded["rest"] or "") if guarded else text


def _with_clock(table: Table, at: Sequence[int], roles: Roles) -> Roles:
    """Return roles with the times of day of a column beside that of the dates."""
    day = roles.places["at"]
    for place in at:
        if place != day:
            joined = times.joined(table.column(day), table.column(place))
            if joined is not None:
                return replace(roles, used=frozenset({place}), cells={"at": joined})
    return roles
