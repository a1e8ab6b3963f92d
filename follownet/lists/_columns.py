"""The columns of a table as text, for files and pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from follownet.graph import iso


@dataclass(frozen=True)
class Column:
    """A column as text: what is read, and what is sorted by and written to files."""

    name: str
    kind: str
    shown: list[str]
    values: list[str]


def columns_of(table: pd.DataFrame) -> list[Column]:
    """Return the columns of a table as text, its index first unless it only counts rows."""
    series = [(str(name), table.iloc[:, place]) for place, name in enumerate(table.columns)]
    if not isinstance(table.index, pd.RangeIndex):
        levels = [table.index.get_level_values(n) for n in range(table.index.nlevels)]
        series = [
            ("" if level.name is None else str(level.name), level.to_series()) for level in levels
        ] + series
    return [_column(name, cells) for name, cells in series]


def _column(name: str, cells: pd.Series[Any]) -> Column:
    known = cells.notna().to_numpy()
    if pd.api.types.is_datetime64_any_dtype(cells.dtype):
        times = cells if cells.dt.tz is not None else cells.dt.tz_localize("UTC")
        values = iso(times)
        return Column(name, "time", [value[:10] for value in values], values)
    if pd.api.types.is_timedelta64_dtype(cells.dtype):
        kind, numbers = "number", (cells.dt.total_seconds() / 86_400).tolist()
        shown = [f"{number:.2f} days" for number in numbers]
    elif pd.api.types.is_float_dtype(cells.dtype):
        kind, numbers = "number", cells.tolist()
        shown = [
            f"{number:.2f}" if seen else "" for number, seen in zip(numbers, known, strict=True)
        ]
    else:
        plain = pd.api.types.is_numeric_dtype(cells.dtype) and cells.dtype.kind != "b"
        kind, numbers = "number" if plain else "text", cells.tolist()
        shown = [str(cell) for cell in numbers]
    values = [str(cell) if seen else "" for cell, seen in zip(numbers, known, strict=True)]
    shown = [text if seen else "" for text, seen in zip(shown, known, strict=True)]
    return Column(name, kind, shown, values)
