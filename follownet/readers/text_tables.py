"""Tables in text: in whatever encoding, with whatever delimiter, with lines before the header."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from follownet.errors import DamagedExportError
from follownet.readers.archive import Archive, Member

DELIMITERS: Final = (",", ";", "\t")
#: What begins as no text does, and what to do with it.
_FOREIGN: Final = {
    b"PK\x03\x04": "is an Excel workbook or a zip under another name; save the sheet as CSV",
    b"\xd0\xcf\x11\xe0": "is a workbook of old Excel (.xls); save the sheet as CSV",
}
_BOMS: Final = {
    b"\xef\xbb\xbf": "utf-8-sig",
    b"\xff\xfe": "utf-16",
    b"\xfe\xff": "utf-16",
}
_CONTROL: Final = re.compile("[\x00-\x08\x0e-\x1f]")
#: A header is among the first lines.
_BEFORE: Final = 12


class Table(NamedTuple):
    """Header, rows, how many lines were in another encoding, and whether the last row is cut."""

    header: list[str]
    rows: list[list[str]]
    odd_lines: int = 0
    cut: bool = False

    def named(self) -> list[list[str]]:
        """Return the rows, the last without its cells where it is cut: half a name is another."""
        return [*self.rows[:-1], []] if self.cut else self.rows


def decoded(content: bytes) -> tuple[str, str] | None:
    """Return a text and its encoding; None of what is no text.

    What is neither UTF-8 nor UTF-16 was written by old Windows.
    """
    marked = [encoding for bom, encoding in _BOMS.items() if content.startswith(bom)]
    for encoding in marked or [*_without_bom(content), "utf-8", "cp1252"]:
        try:
            text = content.decode(encoding)
        except UnicodeError:
            continue
        if _CONTROL.search(text) is None:
            return text, encoding
    return None


def _without_bom(content: bytes) -> list[str]:
    """Return UTF-16 where half of the first bytes are zero, as they are in Latin script."""
    head = content[:200]
    for encoding, odd in (("utf-16-le", 1), ("utf-16-be", 0)):
        if len(head) > 2 and head[odd::2].count(0) * 2 > len(head[odd::2]):
            return [encoding]
    return []


def text_of(content: bytes) -> tuple[str, int]:
    """Return a text, and how many of its lines were in another encoding than the rest.

    Raises
    ------
    DamagedExportError
        With the reason alone, where it is empty or no text.
    """
    if not content.strip():
        raise DamagedExportError("is an empty file (0 bytes), without even a header")
    for magic, reason in _FOREIGN.items():
        if content.startswith(magic):
            raise DamagedExportError(reason)
    found = decoded(content)
    if found is None:
        raise DamagedExportError("is no text in UTF-8, UTF-16 or Windows-1252")
    text, encoding = found
    return _mixed(content) if encoding == "cp1252" else (text, 0)


def _mixed(content: bytes) -> tuple[str, int]:
    """Return a text of which some lines may be UTF-8: tools append to files of one another."""
    lines, odd = [], 0
    for line in content.splitlines(keepends=True):
        try:
            lines.append(line.decode("utf-8"))
        except UnicodeError:
            lines.append(line.decode("cp1252", "replace"))
            odd += 1
    return "".join(lines), odd


def table(content: bytes, is_header: Callable[[Sequence[str]], bool]) -> Table:
    """Return the table whose header is the first line that `is_header` accepts.

    Parameters
    ----------
    content
        The bytes of the file.
    is_header
        Decides by the cells of a line, without case and the blanks around them.

    Raises
    ------
    DamagedExportError
        With the reason alone: it is empty, no text, has no such header among its first lines, or
        a quote in it is never closed.
    """
    text, odd = text_of(content)
    for delimiter in DELIMITERS:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        try:
            for _, cells in zip(range(_BEFORE), reader, strict=False):
                if is_header([plain(cell) for cell in cells]):
                    header, rows = [plain(cell) for cell in cells], list(filter(None, reader))
                    return Table(header, rows, odd, is_cut(text, header, rows))
        except csv.Error:
            continue
    raise DamagedExportError("has no header that is known among its first lines")


def is_cut(text: str, header: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    """Return whether a table ends within a line, as where a download stopped."""
    return bool(rows) and not text.endswith(("\n", "\r")) and len(rows[-1]) < len(header)


def plain(cell: str) -> str:
    """Return a cell of a header as it is compared."""
    return cell.strip().removeprefix("\ufeff").strip().casefold()


def has_table(archive: Archive, member: Member, is_header: Callable[[Sequence[str]], bool]) -> bool:
    """Return whether a member is a table with such a header."""
    try:
        return bool(table(archive.read(member), is_header))
    except DamagedExportError:
        return False
