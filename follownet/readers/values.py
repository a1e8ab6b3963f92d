"""Text, times and counts as the documents of open social networks hold them: right, or anything."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa

from follownet.readers import meta
from follownet.tables import TEXT, TIME

#: Said of a record that names nobody whom the platform could have.
NAMELESS: Final = "record names no account"

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)
#: No time is written longer.
_LONGEST = 64
_LARGEST = 2**53


def text(value: Any) -> str | None:
    """Return a text, None of anything else.

    Half characters, which JSON can write and no table can hold, become U+FFFD.
    """
    if not isinstance(value, str):
        return None
    if value.isascii():
        return value
    return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def texts(value: Any) -> list[str]:
    """Return the texts of a list, or one that stands where a list may stand."""
    found = value if isinstance(value, list) else [value]
    return [one for one in map(text, found) if one is not None]


def column(values: Sequence[Any]) -> pd.Series[str]:
    """Return a column of texts; what is none is missing."""
    try:
        # Refuses what is neither text nor None, and half characters.
        found = pa.array(values, type=pa.string())
    except (pa.ArrowException, TypeError, UnicodeError, OverflowError):
        found = pa.array(list(map(text, values)), type=pa.string())
    return pd.Series(pd.array(found, dtype=TEXT))


def objects(value: Any) -> list[dict[str, Any]]:
    """Return the objects of a list, or one that stands where a list may stand."""
    found = value if isinstance(value, list) else [value]
    return [one for one in found if isinstance(one, dict)]


def count(value: Any) -> int | None:
    """Return a count, None of anything else."""
    return value if type(value) is int and 0 <= value < _LARGEST else None


def times(values: Iterable[Any]) -> pd.Series[pd.Timestamp]:
    """Return times in ISO 8601 as UTC; what is none, or outside 2004 to 2100, is missing.

    One without zone is UTC.
    """
    ticks = np.array([_micros(value) for value in values], dtype="int64")
    return meta.times(ticks, 1_000_000)


def _micros(value: Any) -> int:
    """Return microseconds since 1970, 0 (which means no time) of what is no time."""
    if not isinstance(value, str) or len(value) > _LONGEST:
        return 0
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return 0
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return (moment - _EPOCH) // _TICK


def undated(rows: int) -> pd.Series[pd.Timestamp]:
    """Return a column of so many missing times."""
    return pd.Series([pd.NaT] * rows, dtype=TIME)
