"""Columns of ties as arrays: labels to places, times, weights, and ties given twice."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from follownet.errors import SchemaError

_MIXED = "are whole numbers and texts in one graph; give one kind"


def labelled(sources: Any, targets: Any, accounts: Iterable[Any]) -> tuple[pd.Index[Any], Any, Any]:
    """Return the sorted labels, and the places in them of the sources and of the targets."""
    parts = [_labels(sources, "source"), _labels(targets, "target")]
    if len(parts[0]) != len(parts[1]):
        raise SchemaError(
            f"source and target: {len(parts[0])} and {len(parts[1])} values; a tie has one of each"
        )
    parts.append(_labels(list(accounts), "accounts"))
    kinds = {part.dtype.kind for part in parts if len(part)}
    if len(kinds) > 1:
        raise SchemaError(f"accounts: {_MIXED}")
    places, labels = _factorized(np.concatenate([part for part in parts if len(part)] or parts))
    cut = len(parts[0])
    return labels, places[:cut], places[cut : 2 * cut]


def _labels(values: Any, name: str) -> Any:
    """Return labels as integers, or as objects that are texts."""
    if isinstance(values, str | bytes):
        raise SchemaError(f"{name}: is one text; give a list of accounts")
    series = values if isinstance(values, pd.Series) else pd.Series(values)
    if gaps := int(series.isna().sum()):
        raise SchemaError(f"{name}: is missing in {gaps} of {len(series)} rows")
    if pd.api.types.is_integer_dtype(series.dtype):
        if series.dtype.kind == "u" and len(series):
            _require_64_bits([int(series.max())], name)
        return series.to_numpy("int64")
    if isinstance(series.dtype, pd.CategoricalDtype):
        return _labels(series.astype(series.cat.categories.dtype), name)
    found = series.to_numpy("object")
    kinds = {type(label) for label in found}
    if kinds <= {str}:
        return found
    if kinds == {int}:
        _require_64_bits(found, name)
        return found.astype("int64")
    if kinds == {int, str}:
        raise SchemaError(f"{name}: {_MIXED}")
    others = ", ".join(sorted({kind.__name__ for kind in kinds} - {"str"}))
    raise SchemaError(
        f"{name}: accounts are whole numbers or texts, not {others}; "
        "a column of numbers with gaps becomes float, which is exact to 2**53 only"
    )


def _require_64_bits(numbers: Iterable[int], name: str) -> None:
    if not all(-(2**63) <= number < 2**63 for number in numbers):
        raise SchemaError(f"{name}: numbers beyond 2**63; give them as text")


def _factorized(labels: Any) -> tuple[Any, pd.Index[Any]]:
    """Return the place of each label among the sorted distinct ones, and these."""
    if labels.dtype.kind == "i" and len(labels):
        low, high = int(labels.min()), int(labels.max())
        # Dense ids need no sorting: one pass marks them, another numbers them.
        if high - low < 4 * len(labels):
            there = np.zeros(high - low + 1, dtype=bool)
            there[labels - low] = True
            return (np.cumsum(there) - 1)[labels - low], pd.Index(np.flatnonzero(there) + low)
    places, found = pd.factorize(labels, sort=True)
    return places, pd.Index(found) if len(found) else pd.Index([], dtype="str")


def _column(values: Any, count: int, name: str) -> pd.Series[Any]:
    series = pd.Series(values)
    if len(series) != count:
        raise SchemaError(f"{name}: {len(series)} values for {count} ties")
    return series


def times(values: Any, count: int) -> Any:
    """Return the times of as many ties as datetime64[us] in UTC."""
    series = _column(values, count, "since")
    if pd.api.types.is_numeric_dtype(series.dtype) and not series.isna().all():
        raise SchemaError('since: are numbers; pandas.to_datetime(..., unit="s") makes times')
    found = pd.to_datetime(series, utc=True, format="ISO8601", errors="coerce")
    if lost := int(found.isna().sum() - series.isna().sum()):
        raise SchemaError(f"since: {lost} ties have a value that is no ISO 8601 time")
    return found.dt.tz_localize(None).to_numpy("datetime64[us]")


def weights(values: Any, count: int) -> Any:
    """Return the weights of as many ties as floats, nan where missing."""
    series = _column(values, count, "weight")
    found = pd.to_numeric(series, errors="coerce")
    if lost := int(found.isna().sum() - series.isna().sum()):
        raise SchemaError(f"weight: {lost} ties have a value that is no number")
    return found.to_numpy("float64", na_value=np.nan)


def collapsed(keys: Any, since: Any, weight: Any, add: bool) -> tuple[Any, Any, Any]:
    """Return the distinct keys in order, and the time and weight of the row that stands for each.

    The earliest row stands; of equal or missing times the first. With `add` its weight is the
    sum of those of all rows, each 1 where there are none.
    """
    if since is None and weight is None and not add:
        # No row differs from its repeats: a plain sort is several times as fast as a stable one.
        ranked = np.sort(keys)
        return ranked[_begins(ranked)], None, None
    order = _ordered(keys, since)
    first = _begins(keys[order])
    kept = order[first]
    if add:
        rows = np.ones(len(keys)) if weight is None else weight
        weight = np.add.reduceat(rows[order], np.flatnonzero(first)) if len(kept) else rows
    elif weight is not None:
        weight = weight[kept]
    return keys[kept], None if since is None else since[kept], weight


def _begins(ranked: Any) -> Any:
    """Return where a run of equal values begins."""
    first = np.empty(len(ranked), dtype=bool)
    first[:1], first[1:] = True, ranked[1:] != ranked[:-1]
    return first


def _ordered(keys: Any, since: Any) -> Any:
    """Return the order by key, then time, undated last, then place."""
    if since is None:
        return np.argsort(keys, kind="stable")
    moments = since.astype("int64")
    moments[np.isnat(since)] = np.iinfo("int64").max
    return np.lexsort((moments, keys))
