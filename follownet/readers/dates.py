"""Times in words, as HTML exports write them: local, to the minute, in the account's language.

``Mar 09, 2025 9:41 am`` in English; elsewhere the month and the part of the day are in the
language of the account (``jun 09, 2025 9:41 da tarde``). English, Italian and Portuguese have
been seen in real files. The names of the other `LANGUAGES` are those of Unicode CLDR and are
untried on real files.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
from babel import Locale

#: In the order in which they are asked; no month has one name for two of them.
LANGUAGES = ("en", "it", "pt", "es", "de", "fr", "nl", "id", "tr", "pl", "ru")
#: No time, as a number.
NONE = 0

_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?(?!\d)")
_YEAR = re.compile(r"(?<!\d)\d{4}(?!\d)")
_DAY = re.compile(r"(?<!\d)\d{1,2}(?!\d)")
_WORD = re.compile(r"[^\W\d_]+")
#: Days and times of day recur: so many are read once.
_RECURRING = 20_000
_EPOCH = date(1970, 1, 1).toordinal()
_END = int(datetime(2100, 1, 1, tzinfo=UTC).timestamp())
#: No such text is longer.
_LONGEST = 80
_HOUR = 3600
_NOON = 12
_UNKNOWN = -1


def seconds(texts: Iterable[str], zone: str) -> list[int]:
    """Return `ticks` as a list."""
    found: list[int] = ticks(texts, zone).tolist()
    return found


def ticks(texts: Iterable[str], zone: str) -> Any:
    """Return Unix seconds of local times in `zone` as an array; `NONE` of what cannot be read.

    Of the hour that a clock shows twice in autumn the first is taken; a time that a clock
    skips in spring counts as the next that there was.
    """
    local = _local(list(texts))
    unread = local == _UNKNOWN
    return np.where(unread, NONE, to_utc(np.where(unread, 0, local), zone))


def to_utc(local: Any, zone: str) -> Any:
    """Return Unix seconds of an array of what clocks in `zone` show, as `seconds` says."""
    if zone == "UTC":
        return local
    # Calendars of other centuries are not converted: no export has a time of them.
    within = (local >= 0) & (local < _END)
    clock = pd.DatetimeIndex(np.where(within, local, 0).astype("datetime64[s]"))
    first = np.ones(len(clock), dtype=bool)
    there = clock.tz_localize(zone, ambiguous=first, nonexistent="shift_forward")
    ticks = there.tz_convert(None).to_numpy().astype("datetime64[s]").astype("int64")
    return np.where(within, ticks, local)


def _local(texts: list[str]) -> Any:
    """Return the seconds from 1970 to what clock and calendar show, -1 for no time."""
    split = _split(texts[0]) if texts else 0
    # Most pages have them all in one form, which can be cut at one place.
    if {text[split : split + 1] for text in texts} == {" "}:
        days = _read(_date, [text[:split] for text in texts])
        clocks = _read(_clock, [text[split + 1 :] for text in texts])
    else:
        days = _read(_date, [text[: _split(text)] for text in texts])
        clocks = _read(_clock, [text[_split(text) + 1 :] for text in texts])
    return np.where((days < 0) | (clocks < 0), _UNKNOWN, days + clocks)


def _read(what: Callable[[str], int], texts: list[str]) -> Any:
    return np.fromiter(map(what, texts), dtype="int64", count=len(texts))


def _split(text: str) -> int:
    """Return where the date ends and the time of day begins, 0 where there is none."""
    colon = text.find(":", 0, _LONGEST)
    # An hour has one digit or two.
    split = colon - 2 if text[colon - 2 : colon - 1].isspace() else colon - 3
    return max(split, 0)


@lru_cache(_RECURRING)
def _date(text: str) -> int:
    year, day, month = _YEAR.search(text), _DAY.search(text), _month(text)
    if year is None or day is None or month is None:
        return _UNKNOWN
    try:
        found = date(int(year[0]), month, int(day[0]))
    except ValueError:
        return _UNKNOWN
    return max((found.toordinal() - _EPOCH) * 24 * _HOUR, _UNKNOWN)


@lru_cache(_RECURRING)
def _clock(text: str) -> int:
    found = _CLOCK.match(text)
    if found is None or len(text) > _LONGEST:
        return _UNKNOWN
    hour, minute, second = (int(part or 0) for part in found.groups())
    period = _plain(text[found.end() :])
    hour = hour if not period else _hour(hour, period)
    if not (0 <= hour < 24 and minute < 60 and second < 60):
        return _UNKNOWN
    return hour * _HOUR + minute * 60 + second


@lru_cache
def _hour(shown: int, period: str) -> int:
    """Return the hour of the day that `shown` means in a part of the day, -1 where unclear."""
    hours = _hours().get(period, frozenset())
    halves = {hour // 12 for hour in hours}
    candidates = {shown % 12, shown % 12 + 12} if shown <= _NOON else {shown}
    if halves == {0} or (halves == {1} and (shown != _NOON or _NOON in hours)):
        # Where there are few names, one stands for its half of the day: two in the morning.
        candidates &= {hour + 12 * min(halves) for hour in range(12)}
    else:
        candidates &= hours
    return candidates.pop() if len(candidates) == 1 else _UNKNOWN


def _month(text: str) -> int | None:
    """Return the number of the one word that is a month in the first language that has it."""
    words = [word.casefold() for word in _WORD.findall(text)]
    for language in LANGUAGES:
        known = _months(language)
        found = {known[word] for word in words if word in known}
        if found:
            return found.pop() if len(found) == 1 else None
    return None


@lru_cache
def _months(language: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for names in _names(Locale(language).months):
        found |= {_plain(name): int(number) for number, name in names.items()}
    return found


@lru_cache
def _hours() -> dict[str, frozenset[int]]:
    """Return the hours of every part of the day, as the first language that has it says it."""
    found: dict[str, frozenset[int]] = {}
    for language in LANGUAGES:
        locale, here = Locale(language), defaultdict[str, set[int]](set)
        for names in _names(locale.day_periods):
            for key, name in names.items():
                here[_plain(name)] |= _lasting(locale, key)
        found = {name: frozenset(hours) for name, hours in here.items()} | found
    return found


def _names(contexts: Any) -> Iterable[Any]:
    """Yield the names of CLDR in full and abbreviated, with and without a date around them."""
    for context in ("format", "stand-alone"):
        for width in ("abbreviated", "wide"):
            yield contexts.get(context, {}).get(width, {})


def _lasting(locale: Locale, period: str) -> set[int]:
    """Return the hours of one of CLDR's parts of the day."""
    halves = {"am": range(12), "pm": range(12, 24)}
    if period in halves:
        return set(halves[period])
    hours: set[int] = set()
    for rule in locale.day_period_rules.get(None, {}).get(period, ()):
        if "at" in rule:
            hours.add(rule["at"] // _HOUR)
            continue
        start, end = rule["from"] // _HOUR, rule["before"] // _HOUR
        hours |= set(range(start, end) if start < end else [*range(start, 24), *range(end)])
    return hours


def _plain(text: str) -> str:
    """Return a name as it is compared: without case, dots and spaces, of which there are kinds."""
    return "".join(text.casefold().replace(".", "").replace("'", "’").split())
