"""Numbers as people's programs write them: ``1.250``, ``1,250``, ``1 250``, ``1.2K``, ``12 %``.

A point may divide thousands or begin a fraction, and so may a comma. One cell seldom tells;
all cells together do, since counts are whole: both readings are tried on every cell of every
column of counts, and only a reading under which all of them are whole counts can be meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

from follownet.errors import SchemaError

#: What may be said with ``numbers=``, and the decimal sign that it shows.
NUMBERS: Final = {"1,250.5": ".", "1.250,5": ","}
_SIGNS: Final = tuple(NUMBERS.values())
#: How a file is cut into cells tells what it cannot have for a decimal sign.
_BY_DELIMITER: Final = {",": ".", ";": ","}
_MISSING: Final = frozenset(
    ("", "-", "--", "–", "—", "n/a", "#n/a", "na", "nan", "null", "none", "k. a.", "k.a.", "s/d")
)
_SCALES: Final = {
    **dict.fromkeys(("k", "tsd", "mil", "thousand"), 10**3),
    **dict.fromkeys(("m", "mio", "mill", "mln", "mm", "million"), 10**6),
    **dict.fromkeys(("b", "bn", "mrd"), 10**9),
}
#: Thousands may also stand apart by spaces, of which there are kinds, or by apostrophes.
_APART: Final = " \u00a0\u2009\u202f'’"
_LONGEST: Final = 40
#: Whatever has more digits counts nothing, and would not fit a column.
_LARGEST: Final = 10**15

Cell = Any


def _form(decimal: str) -> re.Pattern[str]:
    groups = f"[{_APART}{'.' if decimal == ',' else ','}]"
    whole = (
        rf"[0-9]+|[1-9][0-9]{{0,2}}(?P<group>{groups})[0-9]{{3}}(?:(?P=group)[0-9]{{3}})*"
        # In India the last three digits are one group, and all others are pairs.
        + (r"|[1-9][0-9]?(?:,[0-9]{2})+,[0-9]{3}" if decimal == "." else "")
    )
    return re.compile(
        rf"(?P<sign>[-+−]?)(?P<whole>{whole})(?:{re.escape(decimal)}(?P<part>[0-9]+))?"
        r"\s*(?P<scale>[a-z]*)\.?\s*(?P<percent>%?)"
    )


_FORMS: Final = {decimal: _form(decimal) for decimal in _SIGNS}


def is_missing(cell: Cell) -> bool:
    """Return whether a cell holds nothing, in one of the ways to write that."""
    return cell is None or (isinstance(cell, str) and cell.strip().casefold() in _MISSING)


def number(cell: Cell, decimal: str) -> Decimal | None:
    """Return the number in a cell, None where it holds none; 12 % is 0.12."""
    if isinstance(cell, bool):
        return None
    if isinstance(cell, int | float):
        return Decimal(str(cell)) if abs(cell) < _LARGEST else None
    return _read(cell, decimal) if isinstance(cell, str) and len(cell) <= _LONGEST else None


@lru_cache(2**16)
def _read(text: str, decimal: str) -> Decimal | None:
    found = _FORMS[decimal].fullmatch(text.strip().casefold())
    scale = _SCALES.get(found["scale"]) if found and found["scale"] else 1
    if found is None or scale is None:
        return None
    digits = re.sub("[^0-9]", "", found["whole"])
    value = Decimal(f"{digits}.{found['part'] or 0}") * scale
    if value >= _LARGEST:
        return None
    value = value / 100 if found["percent"] else value
    return -value if found["sign"] in ("-", "−") else value


def count(cell: Cell, decimal: str) -> int | None:
    """Return the whole number in a cell, None where it holds none."""
    value = number(cell, decimal)
    whole = value is not None and value % 1 == 0 and not _is_percentage(cell)
    return int(value) if whole and value is not None else None


def is_rounded(cell: Cell) -> bool:
    """Return whether a cell holds a number in words, such as 1.2K, which is rounded."""
    return isinstance(cell, str) and cell.strip()[-1:].isalpha() and cell.strip()[:1].isdigit()


def are_rates(cells: Iterable[Cell]) -> bool:
    """Return whether most cells are percentages, so that they count nothing."""
    known = [cell for cell in cells if not is_missing(cell)]
    return sum(map(_is_percentage, known)) * 2 > len(known)


def _is_percentage(cell: Cell) -> bool:
    return isinstance(cell, str) and cell.rstrip().endswith("%")


def checked(numbers: Any) -> str | None:
    """Return the decimal sign that a caller says, None where they say nothing."""
    if numbers is not None and numbers not in NUMBERS:
        raise SchemaError(f"numbers: accepts {' or '.join(map(repr, NUMBERS))}, as the file writes")
    return None if numbers is None else NUMBERS[numbers]


def decided(columns: Mapping[str, Sequence[Cell]], delimiter: str | None, shown: str) -> str | None:
    """Return the decimal sign of columns of counts, None where both readings agree.

    Raises
    ------
    SchemaError
        Both readings are possible and differ, or columns contradict themselves or one another;
        the message has the question to answer.
    """
    texts = {
        role: [text for text in _texts(cells) if not _is_percentage(text)]
        for role, cells in columns.items()
    }
    fitting = {role: _fitting(cells) for role, cells in texts.items()}
    left = [sign for sign in _SIGNS if all(sign in signs for signs in fitting.values())]
    if not left:
        odd = [role for role, signs in fitting.items() if not signs] or list(fitting)
        raise SchemaError(
            f"{shown}: {_listed(odd)} hold numbers that are not all whole, whether a point begins "
            f"fractions or a comma; {_question()}. What does not fit is left out then, and counted"
        )
    open_to_both = [role for role, cells in texts.items() if not _agree(cells)]
    if len(left) == 1:
        return left[0]
    if not open_to_both:
        return None
    if delimiter in _BY_DELIMITER and _fits_delimiter(texts, delimiter):
        return _BY_DELIMITER[delimiter]
    raise SchemaError(
        f"{shown}: {_listed(open_to_both)} hold numbers that may be thousands or fractions, and no "
        f"cell tells which; {_question()}"
    )


def told(cells: Sequence[Cell]) -> str | None:
    """Return the decimal sign under which all cells are numbers, None where it is not told."""
    texts = _texts(cells)
    signs = [one for one in _SIGNS if all(number(cell, one) is not None for cell in texts)]
    return signs[0] if len(signs) == 1 or (signs and _agree(texts)) else None


def _texts(cells: Iterable[Cell]) -> list[str]:
    """Return the different texts that are numbers in some reading, in their order."""
    texts = dict.fromkeys(cell.strip() for cell in cells if isinstance(cell, str))
    return [text for text in texts if any(number(text, sign) is not None for sign in _SIGNS)]


def _fitting(texts: Iterable[str]) -> list[str]:
    return [sign for sign in _SIGNS if all(count(text, sign) is not None for text in texts)]


def _agree(texts: Iterable[str]) -> bool:
    return all(number(text, ".") == number(text, ",") for text in texts)


def _fits_delimiter(texts: Mapping[str, list[str]], delimiter: str) -> bool:
    """Return whether the other sign stands where both readings differ: thousands, as is usual.

    Where commas divide cells, "2,000" in quotes is two thousand; where semicolons do, because
    commas begin fractions, so is "2.000". The other way round it is open.
    """
    decimal = _BY_DELIMITER[delimiter]
    differing = [t for cells in texts.values() for t in cells if number(t, ".") != number(t, ",")]
    return not any(decimal in text for text in differing)


def _listed(roles: Sequence[str]) -> str:
    return " and ".join((", ".join(roles[:-1]), roles[-1]) if len(roles) > 1 else roles)


def _question() -> str:
    return (
        'does the file write 1,250.5 or 1.250,5? Say follownet.read_posts(path, numbers="1,250.5") '
        'or numbers="1.250,5"'
    )
