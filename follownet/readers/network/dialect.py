"""How a text is laid out: its delimiter, header and comments, told from its beginning."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from follownet.errors import DamagedExportError, UnknownFormatError
from follownet.readers.network import columns, values

#: Blanks and tabs, one or several.
BLANKS = " "
_DELIMITERS = ("\t", ";", ",", "|", BLANKS)
_HEAD = 2**16
_SAMPLE = 200
_MARKS = ("#", "%")
_SEP = re.compile(r"sep=(.)\Z", re.I)
_BLANK_AFTER = re.compile(r"[,;|]\s")
#: A sample in which fewer rows have one number of cells is no table.
_REGULAR = 0.5
#: A column is of a kind if so many of its cells are: the others may be damaged.
_MOSTLY = 0.9


@dataclass(frozen=True)
class Dialect:
    """How the lines of a table are cut into cells, and which cells are what."""

    delimiter: str
    width: int
    #: The names of the columns; None where the file has no header.
    names: tuple[str, ...] | None
    #: Where the first line after header and leading comments begins, and its number.
    start: int
    line: int
    comments: tuple[str, ...]
    #: Whether a line that begins with # or % is a comment wherever it stands. Not in a table
    #: whose first line is its header: there it may be an account.
    commented: bool
    #: Whether blanks around cells are no part of them.
    trimmed: bool
    #: Rows from the beginning, to tell what a column holds.
    sample: tuple[tuple[str, ...], ...]
    #: The decimal sign of weights, as their column says.
    decimal: str = "."
    #: Whether the first line, which is read as a tie, may name columns instead.
    doubtful: bool = False

    def column(self, place: int) -> list[str]:
        """Return the cells of a column in the sample, without empty ones."""
        cells = (row[place].strip() for row in self.sample if len(row) == self.width)
        return [cell for cell in cells if cell]

    def mostly(self, place: int, kind: str) -> bool:
        """Return whether the sample of a column holds numbers, times or whole numbers."""
        cells = pd.Series(self.column(place), dtype="str")
        if kind == "whole":
            return values.whole(cells) is not None
        if kind == "times":
            lost = values.times(cells)[1]
        else:
            lost = values.weights(cells)[1]
            if self.delimiter != ",":
                lost &= values.weights(cells, ",")[1]
        return bool(1 - (lost.mean() if len(cells) else 0.0) >= _MOSTLY)

    def sign(self, cells: Any) -> str:
        """Return the decimal sign of most numbers of a column, a point where it is open.

        Where commas divide cells none is a decimal sign: "1,500" in quotes is a thousand there.
        """
        if self.delimiter == "," or pd.api.types.is_numeric_dtype(cells.dtype):
            return self.decimal
        commas, points = values.decimals(cells)
        return "," if commas > points else "."


def sniffed(body: bytes, chosen: columns.Chosen, shown: str) -> Dialect:
    """Return how a text is laid out.

    Raises
    ------
    UnknownFormatError
        Its lines have no common number of cells, or its header names no ends.
    """
    lines = _head(body)
    declared, start = _declared(lines)
    comments, start = _leading(lines, start)
    rest = [line for line in lines[start:] if line and not line.startswith(_MARKS)]
    if not rest:
        return _without_ties(body, start, comments, chosen, shown)
    tried = [(one, _cut(rest, one)) for one in ([declared] if declared else _DELIMITERS)]
    fitting = [(one, rows) for one, rows in tried if _regularity(rows) >= _REGULAR]
    if not fitting:
        raise UnknownFormatError(
            f"{shown}: line {start + 1} and those after it are no table; expected two or more "
            "columns, cut by commas, semicolons, tabs or blanks; a personal export is read by "
            "follownet.read"
        )
    delimiter, rows = max(fitting, key=lambda one: _fitness(one[1], chosen))
    return _laid_out(body, start, comments, delimiter, rows, chosen)


def _head(body: bytes) -> list[str]:
    head = body[:_HEAD]
    if len(body) > _HEAD:
        head = head[: head.rfind(b"\n") + 1] or head
    return [line.removesuffix("\r") for line in head.decode("utf-8", "ignore").split("\n")]


def _declared(lines: Sequence[str]) -> tuple[str | None, int]:
    """Return the delimiter that a first line for Excel declares, and where the table begins."""
    found = _SEP.match(lines[0]) if lines else None
    return (found[1], 1) if found else (None, 0)


def _leading(lines: Sequence[str], start: int) -> tuple[tuple[str, ...], int]:
    comments = []
    while start < len(lines) and (not lines[start].strip() or lines[start].startswith(_MARKS)):
        if lines[start].strip():
            comments.append(lines[start])
        start += 1
    return tuple(comments), start


def _cut(lines: Sequence[str], delimiter: str) -> list[list[str]]:
    lines = lines[:_SAMPLE]
    if delimiter == BLANKS and not any('"' in line for line in lines):
        return [line.split() for line in lines if line.strip()]
    try:
        rows = csv.reader(lines, delimiter=delimiter, skipinitialspace=delimiter == BLANKS)
        return [row for row in rows if row]
    except csv.Error:
        return []


def _width(rows: Sequence[Sequence[str]]) -> int:
    """Return the number of cells that most rows have, the largest of several."""
    counts = Counter(len(row) for row in rows)
    return max(counts, key=lambda width: (counts[width], width), default=0)


def _regularity(rows: Sequence[Sequence[str]]) -> float:
    width = _width(rows)
    return sum(len(row) == width for row in rows) / len(rows) if width > 1 else 0.0


def _fitness(rows: Sequence[Sequence[str]], chosen: columns.Chosen) -> tuple[bool, bool]:
    """Return how well a delimiter fits; of equal ones the first in `_DELIMITERS` is taken."""
    return columns.is_header(rows[0], chosen), _regularity(rows) >= _MOSTLY


def _laid_out(
    body: bytes,
    at: int,
    comments: tuple[str, ...],
    delimiter: str,
    rows: list[list[str]],
    chosen: columns.Chosen,
) -> Dialect:
    """Return the dialect of a table whose first line, a header or not, is number `at` from 0."""
    width = _width(rows)
    headed = _headed(rows, width, chosen)
    named = None if headed else _named(comments, delimiter, width, chosen)
    names = rows[0] if headed else named
    if names is not None:
        while len(names) > width and not names[-1].strip():
            names = names[:-1]
        # Lines that do not have what the header names are bad, however many they are.
        width = len(names)
    start = _offset(body, at)
    first = body[start : start + _HEAD].partition(b"\n")[0].decode("utf-8", "ignore")
    sample = tuple(tuple(row) for row in rows[headed:])
    return Dialect(
        delimiter=delimiter,
        width=width,
        names=None if names is None else tuple(name.strip() for name in names),
        start=_offset(body, at + headed),
        line=at + headed + 1,
        comments=comments,
        commented=not headed or bool(comments),
        # What stands in a comment is written for people, with blanks after commas.
        trimmed=delimiter == BLANKS or named is not None or bool(_BLANK_AFTER.search(first)),
        sample=sample,
        doubtful=names is None and _may_name(rows, width),
    )


def _without_ties(
    body: bytes, at: int, comments: tuple[str, ...], chosen: columns.Chosen, shown: str
) -> Dialect:
    """Return the dialect of a text that has comments alone: a network without ties."""
    if not comments:
        raise DamagedExportError(f"{shown}: there is nothing in it but empty lines")
    names = next(
        (
            cells
            for comment in reversed(comments)
            for cells in _splits(comment, ",")
            if columns.is_header(cells, chosen)
        ),
        None,
    )
    width = len(names) if names else 2
    return Dialect(
        BLANKS, width, tuple(names) if names else None, len(body), at, comments, True, True, ()
    )


def _headed(rows: Sequence[Sequence[str]], width: int, chosen: columns.Chosen) -> bool:
    """Return whether the first row is a header rather than a tie."""
    first, *rest = rows
    if columns.is_header(first, chosen):
        return True
    if len(first) != width or _is_number(first[0]) or _is_number(first[1]):
        return False
    rows = [row for row in rest if len(row) == width]
    over = [
        first[place][:1].isalpha() and all(_is_number(row[place]) for row in rows)
        for place in range(width)
    ]
    # Words over numbers are a header with names that nobody knows, as is one with a weight.
    return columns.has_role(first) or (bool(rows) and (all(over[:2]) or any(over[2:])))


def _may_name(rows: Sequence[Sequence[str]], width: int) -> bool:
    """Return whether the first row is of words that stand nowhere else: no known account."""
    first, *rest = ([cell.strip() for cell in row] for row in rows)
    others = {cell for row in rest for cell in row}
    words = len(first) == width and all(cell[:1].isalpha() for cell in first[:2])
    return words and not others.intersection(first[:2])


def _is_number(cell: str) -> bool:
    """Return whether a cell is a number, with a decimal comma too."""
    try:
        float(cell.replace(",", ".", 1))
    except ValueError:
        return False
    return True


def _named(
    comments: tuple[str, ...], delimiter: str, width: int, chosen: columns.Chosen
) -> list[str] | None:
    """Return the header that the last fitting comment holds, as SNAP and Netzschleuder do."""
    for comment in reversed(comments):
        for cells in _splits(comment, delimiter):
            if len(cells) == width and columns.is_header(cells, chosen):
                return cells
    return None


def _splits(comment: str, delimiter: str) -> Iterator[list[str]]:
    """Yield the cells of a comment, cut as the table is and cut at blanks."""
    text = comment.lstrip("".join(_MARKS)).strip()
    for one in dict.fromkeys((delimiter, BLANKS)):
        yield [cell.strip() for row in _cut([text], one) for cell in row]


def _offset(body: bytes, lines: int) -> int:
    """Return where the line after so many begins."""
    place = 0
    for _ in range(lines):
        place = body.find(b"\n", place) + 1
        if not place:
            return len(body)
    return place
