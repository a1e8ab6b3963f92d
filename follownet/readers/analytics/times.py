"""Times as analytics files write them, in an order of day and month that the column tells.

``03/04/2026`` is a day of March or of April. That some number is above 12 tells it for the whole
column, and so do points between the numbers, before which no country puts the month. Where
nothing tells, the caller is asked. Times in words are those of `follownet.readers.dates`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

import numpy as np
import pandas as pd

from follownet.errors import SchemaError
from follownet.readers import dates as words
from follownet.readers.analytics.counts import is_missing
from follownet.tables import TIME

#: What may be said with ``dates=``.
ORDERS: Final = ("day first", "month first")
_YEARS: Final = range(1990, 2100)
_CENTURY: Final = 2000
_EPOCH: Final = date(1970, 1, 1).toordinal()
_DAY: Final = 24 * 3600
_NOON: Final = 12
_MONTHS: Final = 12
_LONGEST: Final = 60
_ISO: Final = re.compile(r"(?P<year>[0-9]{4})([-/.])(?P<b>[0-9]{1,2})\2(?P<c>[0-9]{1,2})(?![0-9])")
_ORDERED: Final = re.compile(
    r"(?P<a>[0-9]{1,2})(?P<sign>[-/.])(?P<b>[0-9]{1,2})(?P=sign)(?P<year>[0-9]{4}|[0-9]{2})(?![0-9])"
)
_CLOCK: Final = re.compile(
    r"[T,\s]*(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:[.,][0-9]+)?)?"
    r"(?:\s*(?P<half>[ap])\.?\s?m\.?)?"
    r"(?:\s*(?P<utc>z|utc|gmt)?\s*(?P<offset>[-+][0-9]{2}:?[0-9]{2})?)?",
    re.I,
)
#: A weekday before a date in words; in Spanish and French "mar" is also a month.
_WEEKDAY: Final = re.compile(r"^[^\W\d_]+\.?,\s*(?=.*[^\W\d_])")
_HAS_CLOCK: Final = re.compile(r"[0-9]:[0-9]{2}")
_SECONDS: Final = re.compile(r"[0-9]:[0-9]{2}:[0-9]{2}")
#: What is a time of day and no more.
_ALONE: Final = re.compile(r"[0-9]{1,2}:[0-9]{2}(:[0-9]{2})?(\s*[ap]\.?\s?m\.?)?", re.I)

Cell = Any


@dataclass(frozen=True)
class Times:
    """The times of a column, in UTC."""

    at: pd.Series[Any]
    #: Which cells hold something that is no time.
    unread: Any
    precision: str
    #: Whether each time says its own zone.
    zoned: bool
    #: The order of day and month, None where no time is of numbers alone.
    order: str | None


def checked(order: Any) -> str | None:
    """Return the order that a caller says, None where they say nothing."""
    if order is not None and order not in ORDERS:
        raise SchemaError(f"dates: accepts {' or '.join(map(repr, ORDERS))}")
    return None if order is None else str(order)


def read(cells: Sequence[Cell], zone: str, order: str | None, shown: str) -> Times:
    """Return the times of a column of local times in `zone`.

    Raises
    ------
    SchemaError
        The order of day and month is open, or the column contradicts itself; the message has
        the question to answer.
    """
    texts = [_text(cell) for cell in cells]
    different = list(dict.fromkeys(text for text in texts if text))
    order = order or _order(different, shown)
    ticks, zoned = _ticks(different, order, zone)
    seconds = dict(zip(different, ticks, strict=True))
    found = np.array([seconds.get(text, words.NONE) for text in texts], dtype="int64")
    unread = np.array([bool(text) for text in texts], dtype=bool) & (found == words.NONE)
    at = found.astype("datetime64[s]").astype("datetime64[us]")
    at[found == words.NONE] = np.datetime64("NaT")
    return Times(
        pd.Series(at, dtype="datetime64[us]").dt.tz_localize("UTC").astype(TIME),
        unread,
        _precision(different),
        bool(different) and all(zoned),
        order if any(_ORDERED.match(text) for text in different) else None,
    )


def joined(days: Sequence[Cell], clocks: Sequence[Cell]) -> list[Cell] | None:
    """Return days with the times of day of another column, None where they are no such two."""
    if any(_HAS_CLOCK.search(_text(day)) for day in days if not isinstance(day, datetime)):
        return None
    known = [_text(clock) for clock in clocks if not is_missing(clock)]
    if not known or not all(_ALONE.fullmatch(text) for text in known):
        return None
    plain = [day.date() if isinstance(day, datetime) else day for day in days]
    return [
        f"{_text(day)} {_text(clock)}".strip() if _text(day) else None
        for day, clock in zip(plain, clocks, strict=True)
    ]


def _text(cell: Cell) -> str:
    """Return a cell as text, empty where it holds nothing."""
    return "" if is_missing(cell) else " ".join(str(cell).split())


def _order(texts: Iterable[str], shown: str) -> str:
    """Return the order of day and month in texts of which some are numbers alone."""
    found = [match for text in texts if (match := _ORDERED.match(text))]
    pairs = [(int(match["a"]), int(match["b"])) for match in found]
    day_first = any(b <= _MONTHS < a for a, b in pairs) or any(m["sign"] == "." for m in found)
    month_first = any(a <= _MONTHS < b for a, b in pairs)
    if day_first and month_first:
        raise SchemaError(
            f"{shown}: has dates that begin with the day and dates that begin with the month; "
            f"{_question()}. What does not fit has no time then, and is counted"
        )
    if not (day_first or month_first) and any(a != b for a, b in pairs):
        raise SchemaError(
            f"{shown}: all its dates may begin with the day or with the month, for no number in "
            f"them is above 12; {_question()}"
        )
    return ORDERS[0] if day_first else ORDERS[1]


def _question() -> str:
    return (
        "is 03/04/2026 in it a day of April or of March? Say follownet.read_posts(path, "
        'dates="day first") or dates="month first"'
    )


def _ticks(texts: Sequence[str], order: str, zone: str) -> tuple[list[int], list[bool]]:
    """Return Unix seconds of texts, `NONE` for no time, and which say their own zone."""
    local: list[int | None] = []
    offsets: list[int | None] = []
    for text in texts:
        seconds, offset = _numeric(text, order)
        local.append(seconds)
        offsets.append(offset)
    found = words.to_utc(
        np.array([seconds or 0 for seconds in local], dtype="int64"), zone
    ).tolist()
    in_words = words.seconds(
        [
            _as_words(text) if seconds is None else ""
            for text, seconds in zip(texts, local, strict=True)
        ],
        zone,
    )
    ticks = []
    for place, (seconds, offset) in enumerate(zip(local, offsets, strict=True)):
        if seconds is None:
            ticks.append(in_words[place])
        else:
            ticks.append(found[place] if offset is None else seconds - offset)
    return ticks, [offset is not None for offset in offsets]


def _numeric(text: str, order: str) -> tuple[int | None, int | None]:
    """Return the seconds to what clock and calendar show, and the offset from UTC if it is told."""
    match = _ISO.match(text) or _ORDERED.match(text)
    if match is None or len(text) > _LONGEST:
        return None, None
    day = _day(match, order)
    rest = text[match.end() :].strip()
    clock = _CLOCK.fullmatch(rest) if rest else None
    if day is None or (rest and clock is None):
        return None, None
    seconds = 0 if clock is None else _seconds(clock)
    offset = None if clock is None else _offset(clock)
    return (None if seconds is None else day + seconds), offset


def _day(match: re.Match[str], order: str) -> int | None:
    parts = match.groupdict()
    year = int(parts["year"]) + (_CENTURY if len(parts["year"]) == 2 else 0)
    if "c" in parts:
        month, day = int(parts["b"]), int(parts["c"])
    else:
        first, second = int(parts["a"]), int(parts["b"])
        day, month = (first, second) if order == ORDERS[0] else (second, first)
    if year not in _YEARS:
        return None
    try:
        return (date(year, month, day).toordinal() - _EPOCH) * _DAY
    except ValueError:
        return None


def _seconds(clock: re.Match[str]) -> int | None:
    hour, minute, second = int(clock["hour"]), int(clock["minute"]), int(clock["second"] or 0)
    if clock["half"]:
        if not 1 <= hour <= _NOON:
            return None
        hour = hour % _NOON + (_NOON if clock["half"] in "pP" else 0)
    whole = hour < 24 and minute < 60 and second < 60
    return hour * 3600 + minute * 60 + second if whole else None


def _offset(clock: re.Match[str]) -> int | None:
    if clock["offset"] is None:
        return 0 if clock["utc"] else None
    digits = clock["offset"][1:].replace(":", "")
    seconds = int(digits[:2]) * 3600 + int(digits[2:]) * 60
    return -seconds if clock["offset"][0] == "-" else seconds


def _as_words(text: str) -> str:
    """Return a date in words with a time of day, without its weekday."""
    text = _WEEKDAY.sub("", text)
    return text if _HAS_CLOCK.search(text) else f"{text} 00:00"


def _precision(texts: Sequence[str]) -> str:
    if any(_SECONDS.search(text) for text in texts):
        return "second"
    return "minute" if any(_HAS_CLOCK.search(text) for text in texts) else "day"
