"""Whether an export that was written and read back has the tables that it had."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

import follownet as fn
from follownet.tables import SCHEMA, Export

TIES = ("follows", "relations", "interactions", "posts")


def rows(export: Export, table: str) -> pd.DataFrame:
    """Return the columns of the schema in an order of their own."""
    frame = getattr(export, table)[list(SCHEMA[table])]
    words = [column.astype("str").fillna("") for _, column in frame.items()]
    order = sorted(range(len(frame)), key=list(zip(*words, strict=True)).__getitem__)
    return frame.iloc[order].reset_index(drop=True)


def require_same(found: Export, expected: Export, *, tables: tuple[str, ...] = TIES) -> None:
    """Raise where tables, owners, accounts or the worth of the lists differ."""
    for table in tables:
        pd.testing.assert_frame_equal(rows(found, table), rows(expected, table), obj=table)
    assert found.owners == expected.owners
    assert sorted(found.accounts.index) == sorted(expected.accounts.index)
    for column in ("name", "type"):
        left, right = (one.accounts[column].dropna().sort_index() for one in (found, expected))
        assert left.to_dict() == right.to_dict(), column
    kept = ["list", "status", "records"]
    assert found.coverage[kept].to_dict("records") == expected.coverage[kept].to_dict("records")


def written(export: Export, path: Path, **options: Any) -> Export:
    """Return an export after it was written and read back."""
    return fn.read(fn.simulation.write(export, path, **options))
