"""Lists as CSV files for a spreadsheet."""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pandas as pd

from follownet.errors import SchemaError
from follownet.files import guarded
from follownet.lists._columns import columns_of
from follownet.readers.archive import Source

#: Names of files that are legal everywhere: Windows reserves shorter ones.
_NAME: Final = re.compile(r"(?=.{4})[a-z]+(?:_[a-z]+)*")


def save(lists: Mapping[str, pd.DataFrame], folder: Source) -> dict[str, Path]:
    """Write lists, or other tables by name, as CSV files; return the files by name.

    They are made for a spreadsheet. The files are ``not-following-back.csv`` and so on: UTF-8
    with a byte order mark, lines ended by CRLF, every field quoted (RFC 4180), times in ISO 8601
    (UTC). A cell that a spreadsheet would take for a formula gets a leading apostrophe. An empty
    list is a file with its header. Files of an earlier run are replaced, if their list is known
    this time.

    Raises
    ------
    SchemaError
        When the folder cannot be made, or a file in it cannot be written.
    """
    if strange := sum(not _NAME.fullmatch(name) for name in lists):
        raise SchemaError(
            f"lists: {strange} of {len(lists)} have a name that makes no file; accepts small "
            "letters with underscores between them, such as not_following_back"
        )
    target, shown = Path(folder), os.fspath(folder)
    try:
        target.mkdir(parents=True, exist_ok=True)
        made = True
    except OSError:
        made = False
    if not made:
        raise SchemaError(f"{shown}: is no folder, and none can be made there; give another")
    return {name: _save(table, target, name) for name, table in lists.items()}


def _save(table: pd.DataFrame, folder: Path, name: str) -> Path:
    file = folder / f"{name.replace('_', '-')}.csv"
    partial = file.with_name(file.name + ".partial")
    columns = columns_of(table)
    cells = [
        map(guarded, column.values) if column.kind == "text" else column.values
        for column in columns
    ]
    try:
        # A lone surrogate, which UTF-8 cannot hold, becomes a question mark.
        with partial.open("w", encoding="utf-8-sig", errors="replace", newline="") as stream:
            writer = csv.writer(stream, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
            writer.writerow([column.name for column in columns])
            writer.writerows(zip(*cells, strict=True))
        partial.replace(file)
        written = True
    except OSError:
        written = False
    finally:
        if partial.is_file():
            partial.unlink()
    if not written:
        raise SchemaError(f"{file}: cannot be written; it may be open in another program")
    return file
