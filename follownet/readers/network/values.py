"""What stands in cells: accounts, weights, times, and attributes as plain values."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

#: What begins a formula in a spreadsheet, full-width signs too, as OWASP lists it ("CSV
#: Injection"); and the apostrophe that guards, so that it can be taken off again.
FORMULA = tuple("=+-@\t\r\n＝＋－＠'")

#: Whole numbers that come back as they were written: "007" and "-0" do not.
_WHOLE = r"(?:0|-?[1-9][0-9]{0,18})"
_GUARDED = f"'[{re.escape(''.join(FORMULA))}]"
_COMMA = r"[+-]?[0-9]*,[0-9]+(?:[eE][+-]?[0-9]+)?"
_POINT = _COMMA.replace(",", "[.]")
_MISSING = ("", "nan", "na", "n/a", "null", "none", r"\n")
_TRUTH = {"True": True, "False": False}

#: Unix seconds of 1990 and of 2100: what is outside is no time of a follow.
_FIRST, _LAST = 631_152_000, 4_102_444_800
#: From which size on numbers are milliseconds, microseconds and nanoseconds; as seconds these
#: would be after the year 5138, as the next smaller unit likewise.
_UNITS = ((1e17, 1e-3), (1e14, 1.0), (1e11, 1e3), (0.0, 1e6))
#: Microseconds of the years 1 and 9999, between which every library can tell the date.
_EARLIEST, _LATEST = -62_135_596_800_000_000, 253_402_300_800_000_000

Flags = npt.NDArray[np.bool_]


def labels(source: Any, target: Any) -> tuple[Any, Any]:
    """Return both ends as whole numbers if all are, otherwise as texts exactly as written."""
    numbers = whole(source), whole(target)
    if numbers[0] is not None and numbers[1] is not None:
        return numbers
    return source.astype("str"), target.astype("str")


def whole(cells: Any) -> Any:
    """Return a column as Int64 if it holds whole numbers that come back as written, or None."""
    if pd.api.types.is_integer_dtype(cells.dtype):
        return cells
    known = cells.dropna()
    if not known.astype("str").str.fullmatch(_WHOLE).all():
        return None
    numbers = [int(text) for text in known]
    if any(not -(2**63) <= number < 2**63 for number in numbers):
        return None
    found = pd.Series(0, index=cells.index, dtype="int64").astype("Int64").mask(cells.isna())
    found[cells.notna()] = np.array(numbers, dtype="int64")
    return found


def unguarded(cells: Any) -> Any:
    """Return texts without the apostrophe that keeps a spreadsheet from computing them."""
    guarded = cells.str.match(_GUARDED).fillna(False).astype(bool)
    return cells.where(~guarded, cells.str[1:]) if guarded.any() else cells


def weights(cells: Any, decimal: str = ".") -> tuple[npt.NDArray[np.float64], Flags]:
    """Return weights, nan where missing, and which cells are no number."""
    if pd.api.types.is_numeric_dtype(cells.dtype):
        return cells.to_numpy("float64", na_value=np.nan), np.zeros(len(cells), dtype=bool)
    texts = cells.astype("str").str.strip()
    missing = _missing(texts)
    if decimal == ",":
        # "1.5" and "1.234,5" are no numbers then: nobody can say which sign they mean.
        texts = texts.where(~texts.str.contains(".", regex=False).fillna(False).astype(bool), "?")
        texts = texts.str.replace(",", ".", regex=False)
    numbers = pd.to_numeric(texts.where(~missing), errors="coerce").to_numpy("float64")
    return numbers, np.isnan(numbers) & ~missing


def decimals(texts: Any) -> tuple[int, int]:
    """Return how many texts are numbers with a decimal comma, and with a point."""
    texts = texts.dropna().astype("str").str.strip()
    return int(texts.str.fullmatch(_COMMA).sum()), int(texts.str.fullmatch(_POINT).sum())


def times(cells: Any) -> tuple[Any, Flags]:
    """Return times in UTC as datetime64[us], and which cells are none.

    Numbers are Unix seconds, milliseconds, microseconds or nanoseconds, told apart by the
    largest of them; 0 is how KONECT writes that a time is not known. Texts are ISO 8601.
    """
    if pd.api.types.is_datetime64_any_dtype(cells.dtype):
        utc = pd.to_datetime(cells, utc=True)
        return utc.dt.tz_localize(None).to_numpy("datetime64[us]"), np.zeros(len(cells), dtype=bool)
    if (plainly := _iso(cells)) is not None:
        return plainly, np.zeros(len(cells), dtype=bool)
    numbers, strange = weights(cells)
    if not strange.any():
        return _from_numbers(numbers)
    texts = cells.astype("str").str.strip().str.replace(r"\s*UTC$", "Z", regex=True)
    missing = _missing(texts)
    utc = pd.to_datetime(texts.where(~missing), utc=True, format="ISO8601", errors="coerce")
    found = utc.dt.tz_localize(None).to_numpy("datetime64[us]")
    return found, np.isnat(found) & ~missing


def _iso(cells: Any) -> Any:
    """Return times of a column that has nothing but ISO 8601 in it, None for any other."""
    known = cells.dropna()
    # "2004" is a number, and as such no year.
    if not len(known) or not isinstance(known.iloc[0], str) or _number(known.iloc[0]) is not None:
        return None
    utc = pd.to_datetime(cells, utc=True, format="ISO8601", errors="coerce")
    if utc.isna().sum() > len(cells) - len(known):
        return None
    return utc.dt.tz_localize(None).to_numpy("datetime64[us]")


def are_times(numbers: Any) -> bool:
    """Return whether all of some numbers are Unix times between 1990 and 2100, or missing."""
    known = numbers[~np.isnan(numbers) & (numbers != 0)]
    if not len(known) or not np.isfinite(known).all():
        return False
    seconds = known * (_scale(known) / 1e6)
    return bool((seconds >= _FIRST).all() and (seconds < _LAST).all())


def _missing(texts: Any) -> Flags:
    found: Flags = (texts.isna() | texts.str.casefold().isin(_MISSING)).to_numpy(bool)
    return found


def _scale(numbers: Any) -> float:
    """Return how many microseconds the unit of some finite numbers has."""
    largest = float(np.abs(numbers).max()) if len(numbers) else 0.0
    return next(scale for size, scale in _UNITS if largest >= size)


def _from_numbers(numbers: Any) -> tuple[Any, Flags]:
    known = np.isfinite(numbers) & (numbers != 0)
    ticks = np.rint(np.where(known, numbers, 0) * _scale(numbers[known]))
    within = (ticks >= _EARLIEST) & (ticks < _LATEST)
    found = np.where(within, ticks, 0).astype("int64").astype("datetime64[us]")
    found[~known | ~within] = np.datetime64("NaT")
    return found, (known & ~within) | np.isinf(numbers)


def plain(cells: Any) -> list[Any]:
    """Return a column of texts as plain values, None where missing.

    A column of whole numbers, of numbers or of truth values becomes that, if every cell is
    written as Python writes it; any other stays text.
    """
    texts = [None if pd.isna(cell) else cell for cell in cells]
    known = [text for text in texts if text is not None]
    if not all(isinstance(text, str) for text in known):
        return [cell.item() if isinstance(cell, np.generic) else cell for cell in texts]
    for convert in (_TRUTH.get, _integer, _written_as):
        if all(convert(text) is not None for text in known):
            return [None if text is None else convert(text) for text in texts]
    return texts


def _integer(text: str) -> int | None:
    return int(text) if re.fullmatch(_WHOLE, text) else None


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _written_as(text: str) -> float | None:
    number = _number(text)
    return number if number is not None and text in (repr(number), f"{number:.0f}") else None
