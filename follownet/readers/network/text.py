"""Tables in text: rows as columns of cells, and on which lines they stand.

Most tables are whole: pyarrow reads them as numbers. Where that fails, as texts; where a line
has too many cells or too few, line by line, so that this line alone is lost.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv

from follownet.errors import DamagedExportError
from follownet.readers.network.dialect import BLANKS, Dialect
from follownet.readers.network.findings import Findings

#: The cells of a column: whole numbers, numbers, or texts.
_KINDS = {"whole": pa.int64(), "numbers": pa.float64(), "text": pa.string()}
_COMMENT = re.compile(rb"(?m)^[#%][^\n]*")
_CHUNK = 2**24
_END, _RETURN = ord("\n"), ord("\r")


@dataclass(frozen=True)
class Rows:
    """Cells by the places of their columns; `lines` gives the line numbers of rows."""

    cells: pd.DataFrame
    lines: Callable[[Any], list[int]]

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.cells)


def rows(body: bytes, dialect: Dialect, kinds: Mapping[int, str], findings: Findings) -> Rows:
    """Return the rows of a table; lines with another number of cells are found bad.

    Parameters
    ----------
    body
        The text, in UTF-8.
    kinds
        What the columns that are wanted hold, by their places: ``"whole"``, ``"numbers"`` or
        ``"text"``. Columns that do not hold what is expected come back as texts.
    """
    text = _without_comments(body[dialect.start :], dialect)
    quoted = b'"' in text
    if dialect.delimiter == BLANKS and not quoted:
        text = _single_blanks(text)
    if not text or text.isspace():
        return Rows(pd.DataFrame({place: pd.Series([], dtype="str") for place in kinds}), list)
    lines = _quoted_lines(text, dialect) if quoted else _plain_lines(text, dialect)
    # A quote that is never closed would take all that follows for one cell; and pyarrow sees no
    # quote behind a blank.
    if not quoted or (text.count(b'"') % 2 == 0 and not dialect.trimmed):
        for wanted in (kinds, dict.fromkeys(kinds, "text")):
            cells = _at_once(text, dialect, wanted, quoted)
            if cells is not None and not (wanted is kinds and _rewritten(text, dialect, kinds)):
                return Rows(cells, lines)
    return _by_line(text, dialect, list(kinds), findings)


def _without_comments(text: bytes, dialect: Dialect) -> bytes:
    """Return the text with empty lines for comments, so that line numbers stay."""
    if not dialect.commented or (b"#" not in text and b"%" not in text):
        return text
    found = text.startswith((b"#", b"%")) or b"\n#" in text or b"\n%" in text
    return _COMMENT.sub(b"", text) if found else text


def _single_blanks(text: bytes) -> bytes:
    """Return a text whose cells are divided by one blank each."""
    text = text.replace(b"\t", b" ").replace(b"\r\n", b"\n")
    while b"  " in text:
        text = text.replace(b"  ", b" ")
    if b" \n" in text or b"\n " in text or text.startswith(b" "):
        text = text.replace(b" \n", b"\n").replace(b"\n ", b"\n").removeprefix(b" ")
    return text.removesuffix(b" ")


def _at_once(
    text: bytes, dialect: Dialect, kinds: Mapping[int, str], quoted: bool
) -> pd.DataFrame | None:
    """Return the cells that pyarrow reads, None where they do not fit."""
    names = [str(place) for place in range(dialect.width)]
    try:
        table = pyarrow.csv.read_csv(
            pa.BufferReader(text),
            read_options=pyarrow.csv.ReadOptions(column_names=names, block_size=_CHUNK),
            parse_options=pyarrow.csv.ParseOptions(
                delimiter=dialect.delimiter,
                quote_char='"' if quoted else False,
                newlines_in_values=quoted,
            ),
            convert_options=pyarrow.csv.ConvertOptions(
                column_types={str(place): _KINDS[kind] for place, kind in kinds.items()},
                include_columns=[str(place) for place in kinds],
                null_values=[""],
                strings_can_be_null=True,
                quoted_strings_can_be_null=True,
                decimal_point=dialect.decimal,
            ),
        )
    except (pa.ArrowException, ValueError):
        return None
    return pd.DataFrame(
        {place: _column(table.column(str(place)), dialect) for place in kinds}, copy=False
    )


def _column(cells: Any, dialect: Dialect) -> Any:
    if pa.types.is_string(cells.type):
        texts = cells.to_pandas().astype("str")
        return _trimmed(texts) if dialect.trimmed else texts
    if pa.types.is_integer(cells.type) and cells.null_count:
        return pd.Series(pd.array(cells.to_pylist(), dtype="Int64"))
    return pd.Series(cells.to_numpy())


def _trimmed(texts: Any) -> Any:
    stripped = texts.str.strip()
    return stripped.where(stripped != "")


def _rewritten(text: bytes, dialect: Dialect, kinds: Mapping[int, str]) -> bool:
    """Return whether some cell may be a number that is not written as Python writes it.

    pyarrow takes "007" for 7 and "0x1F" for 31; such accounts are texts.
    """
    if "whole" not in kinds.values():
        return False
    if re.match(rb"0[0-9xX]", text) or (b"-" in text and b"-0" in text) or b'"' in text:
        return True
    # One pattern for each sign: those that begin with a literal are ten times as fast.
    divides = {divide for divide in (b"\n", b" ", dialect.delimiter.encode()) if divide in text}
    return any(re.search(re.escape(divide) + rb"0[0-9xX]", text) for divide in divides)


# ------------------------------------------------------------------ line by line


def _by_line(text: bytes, dialect: Dialect, places: list[int], findings: Findings) -> Rows:
    """Return the rows that have as many cells as the table; the others are found bad."""
    kept: list[list[str]] = []
    numbers: list[int] = []
    wrong: dict[str, list[int]] = {"too few columns": [], "too many columns": []}
    for number, cells in _each(text, dialect, findings.shown):
        while len(cells) > dialect.width and not cells[-1].strip():
            cells.pop()
        if len(cells) == dialect.width:
            kept.append(cells)
            numbers.append(number)
        else:
            wrong[f"too {'few' if len(cells) < dialect.width else 'many'} columns"].append(number)
    for reason, bad in wrong.items():
        if bad:
            findings.bad_lines(reason, len(bad), bad)
    columns = {place: pd.Series([row[place] for row in kept], dtype="str") for place in places}
    found = pd.DataFrame(columns)
    found = found.apply(_trimmed) if dialect.trimmed else found.where(found != "")
    return Rows(found, lambda rows: [numbers[row] for row in rows])


def _each(text: bytes, dialect: Dialect, shown: str) -> Any:
    """Yield the number and the cells of each line that is not empty."""
    if dialect.delimiter == BLANKS and b'"' not in text:
        for number, line in enumerate(text.decode("utf-8").split("\n"), start=dialect.line):
            if line.strip():
                yield number, line.split()
        return
    reader = _reader(text, dialect)
    number = 0
    try:
        for cells in reader:
            first, number = number, reader.line_num
            if cells and (len(cells) > 1 or cells[0].strip()):
                yield dialect.line + first, cells
        return
    except csv.Error:
        damaged = dialect.line + number
    raise DamagedExportError(
        f"{shown}: line {damaged}: a quote that begins there is never closed, or the cell is "
        "longer than any is; correct it, or give the file without quotes"
    )


def _reader(text: bytes, dialect: Dialect) -> Any:
    blanks = dialect.delimiter == BLANKS
    stream = io.StringIO(text.decode("utf-8"), newline="")
    return csv.reader(
        stream, delimiter=dialect.delimiter, skipinitialspace=blanks or dialect.trimmed, strict=True
    )


def _plain_lines(text: bytes, dialect: Dialect) -> Callable[[Any], list[int]]:
    """Return what finds lines where each row is one, counting those that are not empty."""

    @cache
    def full() -> Any:
        signs = np.frombuffer(text + b"\n", dtype=np.uint8)
        ends = np.flatnonzero(signs == _END)
        starts = np.concatenate([[0], ends[:-1] + 1])
        lengths = ends - starts
        return np.flatnonzero((lengths > 1) | ((lengths == 1) & (signs[starts] != _RETURN)))

    return lambda rows: [int(number) + dialect.line for number in full()[rows]]


def _quoted_lines(text: bytes, dialect: Dialect) -> Callable[[Any], list[int]]:
    """Return what finds lines where a quoted cell may span several."""

    def lines(rows: Any) -> list[int]:
        numbers = [number for number, _ in _each(text, dialect, "")]
        return [numbers[row] for row in rows]

    return lines
