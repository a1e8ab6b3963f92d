"""The members of an export in a folder or a zip; Meta's JSON, byte for byte in its style."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path
from typing import Any

import pandas as pd

#: An empty list or object at the end of a line, as `json.dumps` prints it.
EMPTY = re.compile(r"^( *)(.*)(\[|\{)([\]}],?)$", re.MULTILINE)
FIRST_ZIP_YEAR = 1980


def save(members: dict[str, Any], path: Path, made: pd.Timestamp | None) -> Path:
    """Write the members, bytes and text as they are, all else as Meta's JSON.

    Into a zip if `path` ends so, else into a new folder.

    Raises
    ------
    FileExistsError
        If `path` is a folder that holds something: two exports in one folder are neither.
    """
    files = {name: _bytes(content) for name, content in sorted(members.items())}
    if path.suffix.lower() == ".zip":
        _zip(files, path, made)
        return path
    if path.is_dir() and any(path.iterdir()):
        raise FileExistsError("the folder to write to is not empty; choose a new one")
    for name, content in files.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_bytes(content)
    return path


def dumps(content: Any) -> str:
    """Return JSON in Meta's style: UTF-8 bytes escaped one by one, empty lists over three lines."""
    text = json.dumps(_misread(content), indent=2)
    return EMPTY.sub(r"\1\2\3\n\1  \n\1\4", text)


def line(content: Any) -> str:
    """Return JSON on one line, as it was until 2020."""
    return json.dumps(_misread(content))


def _misread(content: Any) -> Any:
    """Return the content with its text in UTF-8 read as Latin-1, which is how Meta writes it."""
    if isinstance(content, str):
        return content.encode().decode("latin-1")
    if isinstance(content, list):
        return [_misread(item) for item in content]
    if isinstance(content, dict):
        return {_misread(key): _misread(value) for key, value in content.items()}
    return content


def _bytes(content: Any) -> bytes:
    if isinstance(content, bytes):
        return content
    return (content if isinstance(content, str) else dumps(content)).encode()


def _zip(files: dict[str, bytes], path: Path, made: pd.Timestamp | None) -> None:
    # The date comes from the export and the system from here, or equal zips would differ.
    date = (FIRST_ZIP_YEAR, 1, 1, 0, 0, 0)
    if made is not None and made.year >= FIRST_ZIP_YEAR:
        date = (made.year, made.month, made.day, made.hour, made.minute, made.second)
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            member = zipfile.ZipInfo(name, date)
            member.create_system = 3
            member.external_attr = 0o644 << 16
            archive.writestr(member, content, zipfile.ZIP_DEFLATED, 9)
