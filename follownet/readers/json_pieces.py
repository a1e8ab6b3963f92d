"""Long arrays of records in JSON, a MiB at a time.

A file of a GB becomes ten GB of Python's objects if it is parsed at once. Records are therefore
cut into pieces at places that look like the end of one and the begin of the next. Such a place
may lie inside a text or inside a record; but then what is before it is no whole JSON, and the
piece is made longer. If all pieces are whole, they are the records of the array.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Final

from follownet.errors import DamagedExportError

#: Between two flat objects, or two whose last value and first key are texts.
BETWEEN: Final = re.compile(rb"\}\s*(,)\s*\{")

#: Of a piece: small at first, because most arrays are.
_FIRST: Final = 2**14
_SIZE: Final = 2**20
_DECODER: Final = json.JSONDecoder()
_CUT: Final = "is not whole JSON; the file is cut off or was edited"


def records(
    content: bytes, begin: int, between: re.Pattern[bytes] = BETWEEN
) -> Iterator[tuple[list[Any], int]]:
    """Yield the records of an array, and the place after them.

    Parameters
    ----------
    content
        JSON in UTF-8, or a text that holds it.
    begin
        The place after the bracket that opens the array.
    between
        Matches from the end of one record to the begin of the next; its group is the comma.

    Yields
    ------
    tuple
        Of the last piece the place is that after the bracket that closes the array.

    Raises
    ------
    DamagedExportError
        With the reason alone, where the array is not whole.
    """
    whole = size = min(_FIRST, _SIZE)
    end = begin
    while True:
        comma = between.search(content, end + size) if end + size < len(content) else None
        stop = comma.start(1) if comma else len(content)
        try:
            text = content[begin:stop].decode()
            found, length = _DECODER.raw_decode(f"[{text}]" if comma else f"[{text}")
        except (ValueError, RecursionError):
            if comma is None:
                break
            # The piece is longer the next time, so that a bad file costs no square of its size.
            size, end = 2 * size, begin
            continue
        if comma is None or length < len(text) + 2:
            # What follows the closing bracket is no part of the array.
            yield found, begin + len(text[: length - 1].encode())
            return
        yield found, stop
        begin = end = comma.end(1)
        whole = size = min(4 * whole, _SIZE)
    raise DamagedExportError(_CUT)
