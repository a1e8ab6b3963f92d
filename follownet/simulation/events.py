"""Rows of an export's tables in the order of its files, with the text that they are given."""

from __future__ import annotations

from typing import Any

import pandas as pd

from follownet.simulation.names import filler
from follownet.tables import Export


def newest(table: pd.DataFrame, time: str = "at") -> list[Any]:
    """Return the rows newest first, which is how every file has them."""
    return list(table.sort_values(time, ascending=False, kind="stable").itertuples(index=False))


def done(export: Export, kind: str) -> list[Any]:
    """Return the interactions of one kind."""
    return newest(export.interactions[export.interactions["kind"] == kind])


def followers(export: Export) -> list[Any] | None:
    """Return who follows the owner; None where the export has no such list."""
    return _ties(export, "followers", "target")


def following(export: Export) -> list[Any] | None:
    """Return whom the owner follows; None where the export has no such list."""
    return _ties(export, "following", "source")


def comments(export: Export) -> list[tuple[Any, str]]:
    """Return the comments, in whose text those are named whom the export's mentions name."""
    mentioned: dict[Any, list[str]] = {}
    for row in done(export, "mention"):
        mentioned.setdefault(row.at, []).append(row.target)
    written = []
    for position, row in enumerate(rows := done(export, "comment")):
        at_once = mentioned.get(row.at, [])
        # Of two comments in one second each names someone once, and not whom it answers.
        named = [name for name in dict.fromkeys(at_once) if name != row.target]
        for name in named:
            at_once.remove(name)
        words = filler(len(rows) - position, 5 + position * 11 % 40)
        written.append((row, " ".join([*(f"@{name}" for name in named), words])))
    return written


def posts(export: Export) -> list[tuple[Any, str]]:
    """Return the posts, with a caption of the length that the table says."""
    rows = newest(export.posts)
    lengths = [0 if pd.isna(row.text_length) else int(row.text_length) for row in rows]
    # Counted from the oldest, so that a later export says the same.
    ages = range(len(rows), 0, -1)
    captions = [filler(age, length) for age, length in zip(ages, lengths, strict=True)]
    return list(zip(rows, captions, strict=True))


def _ties(export: Export, name: str, end: str) -> list[Any] | None:
    coverage = export.coverage
    if name in set(coverage.loc[coverage["status"] == "missing", "list"]):
        return None
    return newest(export.follows[export.follows[end] == export.owners[0]], "since")
