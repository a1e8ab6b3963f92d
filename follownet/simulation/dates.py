"""Times in words, as Instagram's HTML shows them: local, to the minute, in a language.

English and Italian have ``am`` and ``pm``, Portuguese the part of the day, as seen in real
files. The other languages take the names of Unicode CLDR, in lower case as English does, and
are untried on real files.
"""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale

from follownet.errors import SchemaError

NOON, EVENING = 12, 19


def zone_of(name: str) -> ZoneInfo:
    """Return the time zone of a name such as ``Europe/Rome``.

    Raises
    ------
    SchemaError
        If there is none.
    """
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, LookupError):
        # A folder, a path out of the database and an unknown name raise different errors.
        pass
    raise SchemaError(
        f"zone: a text of {len(name)} characters is no time zone; accepts names such as "
        "Europe/Rome or UTC"
    )


def words(seconds: int, *, zone: ZoneInfo, language: str) -> str:
    """Return a Unix time as, for example, ``Mar 09, 2025 9:41 am``."""
    at = datetime.fromtimestamp(seconds, zone)
    hour = at.hour % 12 or 12
    month = _months(language)[at.month]
    return f"{month} {at:%d}, {at.year} {hour}:{at:%M} {_period(at.hour, language)}"


@lru_cache
def _months(language: str) -> dict[int, str]:
    names = Locale(language).months["format"]["abbreviated"]
    # CLDR ends them with a dot, real Portuguese files do not.
    dot = "." if language == "pt" else ""
    return {number: name.removesuffix(dot) for number, name in names.items()}


@lru_cache
def _period(hour: int, language: str) -> str:
    if language == "pt":
        return "da manhã" if hour < NOON else "da tarde" if hour < EVENING else "da noite"
    names = Locale(language).day_periods["format"]["abbreviated"]
    return str(names["am" if hour < NOON else "pm"]).lower()
