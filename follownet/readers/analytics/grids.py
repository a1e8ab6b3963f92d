"""The rows of a file: text in whatever encoding and with whatever delimiter, or a workbook."""

from __future__ import annotations

import csv
import io
import re
import warnings
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from follownet.errors import (
    DamagedExportError,
    FollownetError,
    MissingExtraError,
    UnknownFormatError,
)
from follownet.readers.analytics.columns import best, header
from follownet.readers.archive import Archive, Member
from follownet.readers.text_tables import decoded

DELIMITERS: Final = (",", ";", "\t", "|")
#: Names of files in archives that may be shown: a source's own, which hold no handle.
_PLAIN: Final = re.compile(r"[A-Za-z ]{1,40}\.(csv|tsv|txt)")
_TEXTS: Final = re.compile(r"\.(csv|tsv|txt)$", re.I)
_WORKBOOK: Final = "xl/workbook.xml"
#: What a workbook is read from; pictures, macros and links to elsewhere are not among it.
_PARTS: Final = re.compile(
    r"(\[Content_Types\]\.xml|_rels/\.rels|xl/(workbook\.xml|_rels/workbook\.xml\.rels"
    r"|styles\.xml|sharedStrings\.xml|worksheets/[^/]+\.xml))",
    re.I,
)
_DEFINES: Final = re.compile(rb"<!\s*(doctype|entity)", re.I)
_OLD_EXCEL: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HEAD: Final = 2**16
_SEP: Final = re.compile(r"sep=(.)\r?\n", re.I)
#: No analytics file has more columns; a cell far to the right would make every row as long.
_WIDEST: Final = 500
#: What is larger is no analytics of posts, unless the caller says so.
_LARGEST: Final = 2**27

Cell = Any
Row = tuple[int, Sequence[Cell]]


@dataclass(frozen=True)
class Grid:
    """Rows with the numbers of their lines, and how they were found."""

    shown: str
    rows: list[Row]
    #: The place of the header among the rows.
    header: int
    delimiter: str | None = None
    encoding: str = ""
    #: Whether the text ends in the middle of a line.
    open_end: bool = False


def has_posts(archive: Archive) -> bool:
    """Return whether some table has a time and a count, or it is a workbook."""
    return _is_workbook(archive) or any(
        _is_of_posts(archive, member)
        for member in archive.in_order(_texts(archive))
        if member.size <= _LARGEST
    )


def _is_of_posts(archive: Archive, member: Member) -> bool:
    try:
        return bool(text_grid(archive.read(member), {}, ""))
    except FollownetError:
        return False


def _is_workbook(archive: Archive) -> bool:
    return any(member.path == _WORKBOOK for member in archive.members)


def _texts(archive: Archive) -> list[Member]:
    """Return the members that may be tables in text."""
    if len(archive.members) == 1:
        return list(archive.members)
    return [member for member in archive.members if _TEXTS.search(member.name)]


def grids(archive: Archive, chosen: Mapping[str, str]) -> list[Grid]:
    """Return every table with a time and a count.

    Raises
    ------
    UnknownFormatError
        There is none; the message says what is missing.
    DamagedExportError
        It is empty or cut off, or no text.
    MissingExtraError
        It is a workbook, and openpyxl is not installed.
    """
    if _is_workbook(archive):
        return _sheets(archive, chosen)
    found, refused = [], []
    members = _texts(archive)
    for member in archive.in_order(members):
        shown = called(archive, member)
        try:
            found.append(text_grid(_bytes(archive, member, shown), chosen, shown))
        except UnknownFormatError as error:
            refused.append(error)
    if not members:
        raise UnknownFormatError(
            f"{archive.typed}: holds no table, neither CSV nor .xlsx; exports of an account are "
            "read by follownet.read"
        )
    if not found and len(members) == 1:
        raise refused[0]
    if not found:
        raise UnknownFormatError(
            f"{archive.typed}: none of its {len(members)} tables has a time and a count of posts; "
            "give the file that has a row for each post"
        )
    return found


def called(archive: Archive, member: Member) -> str:
    """Return how a table is called in messages."""
    if len(archive.members) == 1:
        return archive.typed
    known = _PLAIN.fullmatch(member.name) is not None
    return f"{archive.typed} ({member.name if known else f'file {member.place[1] + 1} in it'})"


def _bytes(archive: Archive, member: Member, shown: str) -> bytes:
    try:
        return archive.read(member)
    except DamagedExportError as error:
        reason = str(error)
    raise DamagedExportError(f"{shown}: {reason}")


# ------------------------------------------------------------------ text


def text_grid(content: bytes, chosen: Mapping[str, str], shown: str) -> Grid:
    """Return the rows of a text, cut by the delimiter under which its header names most."""
    text, encoding = _decoded(content, shown)
    declared = _SEP.match(text)
    delimiters = [declared[1]] if declared else list(DELIMITERS)
    head = text[:_HEAD]
    tried = []
    for delimiter in delimiters:
        rows = list(_rows(head, delimiter, strict=False))
        tried.append((header(rows, chosen), best(rows, chosen), delimiter))
    place, named, delimiter = max(tried, key=lambda one: (one[0] is not None, len(one[1])))
    if place is None:
        raise UnknownFormatError(_nothing(shown, named))
    rows = _whole(text, delimiter, shown)
    return Grid(shown, rows, place, delimiter, encoding, not text.endswith(("\n", "\r")))


def _decoded(content: bytes, shown: str) -> tuple[str, str]:
    """Return a text and its encoding; what is not UTF-8 or UTF-16 was written by old Windows."""
    if content.startswith(_OLD_EXCEL):
        raise UnknownFormatError(
            f"{shown}: is a workbook of old Excel (.xls); open it and save it as .xlsx or CSV"
        )
    found = decoded(content)
    if found is None:
        raise UnknownFormatError(
            f"{shown}: is no text in UTF-8, UTF-16 or Windows-1252; expected CSV or .xlsx"
        )
    if not found[0].strip():
        raise DamagedExportError(f"{shown}: there is nothing in it but empty lines")
    return found


def _rows(text: str, delimiter: str, *, strict: bool) -> Iterator[Row]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=strict)
    line = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield line, cells
            line = reader.line_num + 1
    except csv.Error:
        # The end of a beginning may cut a cell; of a whole text nothing may.
        if strict:
            yield line, ()


def _whole(text: str, delimiter: str, shown: str) -> list[Row]:
    rows = list(_rows(text, delimiter, strict=True))
    if rows and not rows[-1][1]:
        raise DamagedExportError(
            f"{shown}: line {rows[-1][0]}: a quote in it is never closed or stands inside a cell, "
            "or the cell is longer than any is; the file is cut off or was edited: download it "
            "again"
        )
    return rows


def _nothing(shown: str, named: Sequence[str]) -> str:
    """Say what a table lacks of one of posts."""
    known = ", ".join(named) or "none"
    return (
        f"{shown}: is no table of posts that follownet knows: expected in its first lines a header "
        f"that names a time and at least one count (likes, comments, ...); of those it knows it "
        f'found: {known}; if it is one, say columns={{"at": ..., "likes": ...}} with its headers'
    )


# ------------------------------------------------------------------ workbooks


def _sheets(archive: Archive, chosen: Mapping[str, str]) -> list[Grid]:
    """Return the sheets with a time and a count."""
    named: list[str] = []
    found = []
    for number, rows in enumerate(_workbook(archive), start=1):
        place = header(rows, chosen)
        if place is not None:
            found.append(Grid(f"{archive.typed} (sheet {number})", rows, place))
        else:
            named = max(named, best(rows, chosen), key=len)
    if not found:
        raise UnknownFormatError(_nothing(archive.typed, named))
    return found


def _workbook(archive: Archive) -> list[list[Row]]:
    """Return the rows of every sheet.

    The parts are read through the archive, which lets no bomb through, and given to openpyxl in
    an archive of their own: it opens nothing else.
    """
    try:
        import openpyxl
    except ImportError:
        openpyxl = None
    if openpyxl is None:
        raise MissingExtraError(
            f"{archive.typed}: is a workbook, which openpyxl reads and which is not installed; say "
            "pip install 'follownet[analytics]', or save the sheet as CSV"
        )
    parts = io.BytesIO()
    with zipfile.ZipFile(parts, "w") as rewritten:
        for member in archive.members:
            if _PARTS.fullmatch(member.path):
                rewritten.writestr(member.path, _part(archive, member))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(parts, read_only=True, data_only=True, keep_links=False)
            return [_sheet(sheet) for sheet in book.worksheets]
    except Exception:  # noqa: BLE001  it raises many kinds on damaged parts, which may quote them
        pass
    raise DamagedExportError(
        f"{archive.typed}: is a workbook that cannot be read; open it and save it anew, or as CSV"
    )


def _part(archive: Archive, member: Member) -> bytes:
    """Return the XML of a part, which no workbook begins with definitions of its own."""
    content = _bytes(archive, member, archive.typed)
    # In UTF-16 there are zeros between the letters.
    if _DEFINES.search(content.replace(b"\0", b"")):
        raise DamagedExportError(
            f"{archive.typed}: holds XML with definitions, as no workbook does"
        )
    return content


def _sheet(sheet: Any) -> list[Row]:
    # What a sheet says of its own size is often wrong.
    sheet.reset_dimensions()
    rows: list[Row] = []
    blank = None
    for line, row in enumerate(sheet.iter_rows(max_col=_WIDEST, values_only=True), start=1):
        # A gap of a million lines is one and the same empty row.
        if row is blank:
            continue
        if any(cell not in (None, "") for cell in row):
            rows.append((line, row))
        else:
            blank = row
    return rows
