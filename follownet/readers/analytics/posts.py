"""From a table of posts to an `Export`: ids, times, counts, and what could not be read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import pandas as pd

from follownet.errors import SchemaError, UnknownFormatError
from follownet.readers.analytics import columns as headers
from follownet.readers.analytics import counts, times
from follownet.readers.analytics.columns import COUNTS, ROLES, Source
from follownet.readers.analytics.grids import grids
from follownet.readers.analytics.tables import Roles, Table, assigned, chosen_grid, ids, tidied
from follownet.readers.archive import Archive
from follownet.readers.ledger import Ledger
from follownet.tables import COUNT, LISTS, SCHEMA, TEXT, Export

#: Whose posts they are where neither the file nor the caller says it.
UNNAMED: Final = "(owner)"
#: Of a column at most one cell in so many may be unreadable.
_ONE_IN: Final = 10
#: Counts that may fall: who left is taken from who came.
_NET: Final = "new_follows"
_CASELESS: Final = ("instagram", "tiktok")
#: Numbers with more digits are ids.
_DIGITS: Final = 15
_SHOWN: Final = {sign: shown for shown, sign in counts.NUMBERS.items()}

Cell = Any


@dataclass(frozen=True)
class Asked:
    """What the caller says of a file."""

    columns: Mapping[str, str] = field(default_factory=dict)
    zone: str = "UTC"
    order: str | None = None
    decimal: str | None = None
    owner: str | None = None
    exported_at: pd.Timestamp | None = None


def asked(*, columns: Any, zone: str, dates: Any, numbers: Any, owner: str | None) -> Asked:
    """Return what the caller says, or raise `SchemaError` for what is not accepted."""
    return Asked(
        headers.checked(columns), zone, times.checked(dates), counts.checked(numbers), owner
    )


def read(archive: Archive, asked: Asked) -> Export:
    """Return the posts of the one table in an archive that has them."""
    ledger = Ledger(archive.typed)
    found = grids(archive, asked.columns)
    grid = chosen_grid(found, asked.columns, archive.typed)
    if grid.encoding == "cp1252":
        ledger.note("its text is no UTF-8, and read as Windows-1252")
    ledger.skip(archive.typed, "other table with a time and a count", len(found) - 1)
    records = len(grid.rows) - grid.header - 1
    source = headers.source(grid.rows[grid.header][1])
    table = tidied(grid, asked.columns, ledger)
    roles = assigned(table, asked.columns, ledger)
    _tell(table, roles, source, ledger)
    posts = _posts(table, roles, asked, source, ledger)
    ledger.read(table.shown, "posts", records, len(posts))
    owners = tuple(sorted(posts["account"].unique())) or (asked.owner or UNNAMED,)
    return Export(
        posts=posts,
        platform=source.platform if source else "",
        owners=owners,
        exported_at=asked.exported_at,
        coverage=_coverage(owners, asked.exported_at),
        report=ledger.report(),
    )


def _posts(
    table: Table, roles: Roles, asked: Asked, source: Source | None, ledger: Ledger
) -> pd.DataFrame:
    at = _at(table, roles, asked, ledger)
    numbers, decimal = _counts(table, roles, asked, ledger)
    found = {
        "post": _named(table, roles, ledger),
        "account": _accounts(table, roles, asked, source),
        "at": at,
        "format": _forms(table, roles),
        "text_length": _lengths(table, roles),
        **numbers,
    }
    kept = {name: found[name] for name in ROLES if name in SCHEMA["posts"] or name in found}
    posts = pd.DataFrame(kept | _further(table, roles, decimal, ledger))
    posts = _latest(posts, table.shown, ledger) if "post" in roles.places else posts
    if "post" not in roles.places and not roles.damaged:
        _doubt(at, table.shown, ledger)
    return posts


def _at(table: Table, roles: Roles, asked: Asked, ledger: Ledger) -> pd.Series[Any]:
    cells = roles.cells.get("at") or table.column(roles.places["at"])
    zone = "UTC" if roles.utc else asked.zone
    found = times.read(cells, zone, asked.order, table.shown)
    _judge("at", found.unread, cells, table, ledger)
    undated = int((found.at.isna() & ~found.unread).sum())
    ledger.skip(table.shown, "post kept without its time, which is missing", undated)
    known = found.zoned or roles.utc
    ledger.time(
        table.shown,
        zone="UTC" if known else zone,
        known=known or zone != "UTC",
        precision=found.precision,
    )
    if found.order:
        ledger.note(f"its dates are read with the {found.order}")
    return found.at


def _counts(
    table: Table, roles: Roles, asked: Asked, ledger: Ledger
) -> tuple[dict[str, pd.Series[Any]], str | None]:
    """Return the columns of counts, and the decimal sign if they tell it."""
    cells = {name: table.column(roles.places[name]) for name in COUNTS if name in roles.places}
    decimal = asked.decimal or counts.decided(cells, table.delimiter, table.shown)
    if decimal:
        ledger.note(f"its numbers are read as {_SHOWN[decimal]} is written")
    blank = pd.Series(pd.NA, index=range(len(table.rows)), dtype=COUNT)
    found = {name: blank for name in COUNTS if name in SCHEMA["posts"]}
    for name, column in cells.items():
        found[name] = _column(name, column, decimal or ".", table, ledger)
    return found, decimal


def _column(
    name: str, cells: Sequence[Cell], decimal: str, table: Table, ledger: Ledger
) -> pd.Series[Any]:
    numbers = [counts.count(cell, decimal) for cell in cells]
    if name != _NET:
        numbers = [None if number is not None and number < 0 else number for number in numbers]
    unread = [
        number is None and not counts.is_missing(cell)
        for number, cell in zip(numbers, cells, strict=True)
    ]
    _judge(name, np.array(unread, dtype=bool), cells, table, ledger)
    if rounded := sum(map(counts.is_rounded, cells)):
        ledger.note(f"{name}: {rounded} values are rounded in the file, as 1.2K is")
    return pd.Series(pd.array(numbers, dtype=COUNT))


def _judge(name: str, unread: Any, cells: Sequence[Cell], table: Table, ledger: Ledger) -> None:
    """Enter cells that cannot be read, or raise where they are too many for what they should be."""
    lost = int(unread.sum())
    if not lost:
        return
    known = sum(not counts.is_missing(cell) for cell in cells)
    expected = "a time" if name == "at" else "a whole number"
    first = table.lines[int(np.flatnonzero(unread)[0])]
    what = f"{lost} of {known} values are not {expected}; the first is on line {first}"
    if lost > max(1, known // _ONE_IN):
        raise SchemaError(
            f"{table.shown}: {name}: {what}. Correct them, or say which column is meant: "
            f'columns={{"{name}": ...}}'
        )
    ledger.skip(table.shown, f"{name} is not {expected}: post kept without it", lost)
    ledger.warn(f"{table.shown}: {name}: {what}; they are taken as missing")


def _named(table: Table, roles: Roles, ledger: Ledger) -> pd.Series[str]:
    """Return ids of posts; those without are named after their lines."""
    place = roles.places.get("post")
    known = [""] * len(table.rows) if place is None else ids(table.column(place))
    found = [one or f"line {line}" for one, line in zip(known, table.lines, strict=True)]
    if unnamed := known.count(""):
        ledger.note(f"{unnamed} posts have no id and are named after their lines")
    return pd.Series(found, dtype=TEXT)


def _accounts(table: Table, roles: Roles, asked: Asked, source: Source | None) -> pd.Series[str]:
    place = roles.places.get("account")
    known = [""] * len(table.rows) if place is None else ids(table.column(place))
    found = pd.Series(known, dtype=TEXT).str.removeprefix("@")
    if source and source.platform in _CASELESS:
        found = found.str.casefold()
    return found.where(found != "", asked.owner or UNNAMED).astype(TEXT)


def _forms(table: Table, roles: Roles) -> pd.Series[str]:
    cells = _texts(table, roles.places.get("format"))
    return pd.Series([headers.form(cell) if cell else None for cell in cells], dtype=TEXT)


def _lengths(table: Table, roles: Roles) -> pd.Series[Any]:
    """Return the lengths of texts: 0 for an empty one, missing where the file has no texts."""
    place = roles.places.get("text_length")
    known = [len(text) for text in _texts(table, place)]
    return pd.Series(known if place is not None else pd.NA, index=range(len(known)), dtype=COUNT)


def _texts(table: Table, place: int | None) -> list[str]:
    cells = [None] * len(table.rows) if place is None else table.column(place)
    return ["" if cell is None else str(cell) for cell in cells]


def _further(
    table: Table, roles: Roles, decimal: str | None, ledger: Ledger
) -> dict[str, pd.Series[Any]]:
    """Return the other columns under their own headers, as numbers where that is certain."""
    taken = {*roles.places.values(), *roles.used}
    used = {*ROLES}
    found: dict[str, pd.Series[Any]] = {}
    for place, header in enumerate(table.names):
        cells = table.column(place)
        if place in taken or (not header and all(cell in (None, "") for cell in cells)):
            continue
        name = _unused(header or f"column {place + 1}", used)
        used.add(name)
        sign = decimal or ("." if table.delimiter == "," else counts.told(cells))
        found[name] = _numbers(cells, sign) if _are_numbers(cells, sign) else _plain(cells)
    if found:
        listed = ", ".join(map(repr, found))
        ledger.note(f"other columns, kept under their headers: {listed}")
    return found


def _unused(name: str, used: set[str]) -> str:
    number = 2
    found = name
    while found in used:
        found, number = f"{name} ({number})", number + 1
    return found


def _are_numbers(cells: Sequence[Cell], sign: str | None) -> bool:
    known = [cell for cell in cells if not counts.is_missing(cell)]
    if not known or sign is None or any(map(_is_code, known)):
        return False
    return all(counts.number(cell, sign) is not None for cell in known)


def _is_code(cell: Cell) -> bool:
    """Return whether a cell is an id or the like, which numbers would change."""
    text = cell.strip() if isinstance(cell, str) else ""
    return text.isdecimal() and (len(text) > _DIGITS or (len(text) > 1 and text[0] == "0"))


def _numbers(cells: Sequence[Cell], sign: str | None) -> pd.Series[Any]:
    found = [
        None if counts.is_missing(cell) else counts.number(cell, sign or ".") for cell in cells
    ]
    if all(number is None or number % 1 == 0 for number in found):
        return pd.Series(pd.array([None if n is None else int(n) for n in found], dtype=COUNT))
    return pd.Series([np.nan if n is None else float(n) for n in found], dtype="float64")


def _plain(cells: Sequence[Cell]) -> pd.Series[str]:
    none = all(map(counts.is_missing, cells))
    texts = [None if none or cell in (None, "") else str(cell) for cell in cells]
    return pd.Series(texts, dtype=TEXT)


def _latest(posts: pd.DataFrame, shown: str, ledger: Ledger) -> pd.DataFrame:
    """Return one row a post, that with the largest counts: they grow, so it is the latest.

    Raises
    ------
    UnknownFormatError
        Most posts have several rows: one for each day, whose counts are parts.
    """
    repeated = posts.duplicated(["post", "account"])
    if not repeated.any():
        return posts
    rows = int(repeated.sum())
    if rows * 2 >= len(posts):
        raise UnknownFormatError(
            f"{shown}: has several rows for most posts ({len(posts)} rows, {len(posts) - rows} "
            "posts), one for each day or part; export one row for each post, over its lifetime"
        )
    totals = posts[[name for name in COUNTS if name in posts]].fillna(0).sum(axis=1)
    order = totals.astype("int64").sort_values(kind="stable").index
    kept = posts.loc[order].drop_duplicates(["post", "account"], keep="last").sort_index()
    ledger.skip(shown, "older row of a post that has several", rows)
    ledger.warn(
        f"{shown}: {rows} rows are of posts that have another row, with other numbers; of each "
        "post the row with the largest counts is kept"
    )
    return kept.reset_index(drop=True)


def _doubt(at: pd.Series[Any], shown: str, ledger: Ledger) -> None:
    """Warn where rows without ids may be days and no posts: each day once, without gaps."""
    days = at.dropna().sort_values()
    gaps = days.diff().dropna()
    if len(days) > _ONE_IN and (gaps.dt.round("1D") == pd.Timedelta(days=1)).all():
        ledger.warn(
            f"{shown}: has a row for each day from first to last and nothing that names a post; "
            "its rows may be days of the account, which are no posts"
        )


def _tell(table: Table, roles: Roles, source: Source | None, ledger: Ledger) -> None:
    """Enter what the file was taken for, and which columns were."""
    known = f"{source.name}, language {source.language}" if source else "columns of a user's choice"
    ledger.note(f"read as: {known}")
    places = {role: roles.places[role] for role in ROLES if role in roles.places}
    named = [f"{role} from {table.names[place]!r}" for role, place in places.items()]
    ledger.note(f"columns: {', '.join(named)}")
    if "text_length" in roles.places:
        ledger.note("of texts their length alone is kept")


def _coverage(owners: Sequence[str], exported_at: pd.Timestamp | None) -> pd.DataFrame:
    rows = [
        {
            "owner": owner,
            "list": name,
            "status": "missing",
            "exported_at": exported_at,
            "note": "post analytics have no follow lists",
        }
        for owner in owners
        for name in LISTS
    ]
    schema = SCHEMA["coverage"]
    return pd.DataFrame(rows).reindex(columns=list(schema)).astype(schema)
