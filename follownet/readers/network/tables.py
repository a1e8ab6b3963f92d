"""Tables in text as networks: SNAP, KONECT, Netzschleuder, CSV and its kin."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from typing import Any

import pandas as pd

from follownet.errors import DamagedExportError, SchemaError, UnknownFormatError
from follownet.readers.network import columns, values
from follownet.readers.network.dialect import Dialect, sniffed
from follownet.readers.network.findings import Findings
from follownet.readers.network.text import rows
from follownet.readers.network.ties import Habits, Network, assembled, is_mark

_KONECT = re.compile(r"%\s*(sym|asym|bip)\b\s*(\w*)", re.I)
_COUNTS = re.compile(r"%\s*(\d+)\s+(\d+)(?:\s+(\d+))?\s*\Z")
_SNAP = re.compile(r"Nodes:\s*\d+\s+Edges:\s*(\d+)")
_UNDIRECTED = re.compile(r"[#%]\s*undirected\b", re.I)
_GEPHI = {"directed", "undirected", "mutual", "mixed"}


def written(body: bytes, chosen: columns.Chosen, keep: bool, findings: Findings) -> Network:
    """Return the network of a table in text."""
    dialect = sniffed(body, chosen, findings.shown)
    konect = _KONECT.match(dialect.comments[0]) if dialect.comments else None
    _require_directed(dialect, konect, findings.shown)
    columns.require_places(chosen, dialect.width)
    places = _places(dialect, chosen, konect)
    columns.require_ends(places, dialect.width, findings.shown)
    if dialect.doubtful and not chosen:
        _doubt(dialect, findings)
    if "weight" in places:
        first = pd.Series(dialect.column(places["weight"]), dtype="str")
        dialect = replace(dialect, decimal=dialect.sign(first))
    rest = _rest(dialect, places, keep, findings)
    kinds = {place: _kind(dialect, role, places) for role, place in places.items()}
    found = rows(body, dialect, kinds | dict.fromkeys(rest.values(), "text"), findings)
    _require_gephi(dialect, body, findings)
    cells = {role: found.cells[place] for role, place in places.items()}
    if dialect.names is None and konect is None:
        cells = _told_apart(cells, chosen, findings)
    _check_counts(dialect, konect, cells, findings)
    decimal = _decimal(dialect, cells, findings)
    habits = Habits(
        expected=f"{dialect.width} columns, two of them accounts, and a number as weight",
        alone=dialect.names is not None and not dialect.comments,
        guarded=dialect.names is not None and dialect.delimiter == ",",
        decimal=decimal,
    )
    attributes = {name: found.cells[place] for name, place in rest.items()}
    return assembled(cells, attributes, habits, findings, found.lines)


def _require_directed(dialect: Dialect, konect: Any, shown: str) -> None:
    """Raise for files that say of themselves that they are no network of follows."""
    kind = konect[1].lower() if konect else ""
    if kind == "sym" or any(_UNDIRECTED.match(comment) for comment in dialect.comments):
        raise SchemaError(
            f"{shown}: says that its ties have no direction, so there is no follow to return; "
            "follownet needs directed ties"
        )
    if kind == "bip":
        raise SchemaError(
            f"{shown}: says that it is bipartite: it has two kinds of accounts, and none of the "
            "second can follow back"
        )
    if konect and konect[2].lower() == "dynamic":
        raise UnknownFormatError(
            f"{shown}: says that it is dynamic: its lines add ties and take them away, which is "
            "not read; give the ties of one day"
        )


def _places(dialect: Dialect, chosen: columns.Chosen, konect: Any) -> dict[str, int]:
    """Return the place of the column of each role."""
    if dialect.names is not None:
        return columns.roles(dialect.names, chosen)
    found = {role: place for role, place in chosen.items() if isinstance(place, int)}
    free = [place for place in range(dialect.width) if place not in found.values()]
    for end in ("source", "target"):
        if end not in chosen and free:
            found[end] = free.pop(0)
    if konect is not None:
        return found | _of_konect(konect[2].lower(), free, found)
    if {"weight", "since"} & set(chosen):
        return found
    for place in (one for one in free[:2] if dialect.column(one)):
        # What is a number may be a time: that all numbers decide, not the first few.
        if "weight" not in found and place == free[0] and dialect.mostly(place, "numbers"):
            found["weight"] = place
        elif "since" not in found and dialect.mostly(place, "times"):
            found["since"] = place
    return found


def _of_konect(weights: str, free: list[int], found: dict[str, int]) -> dict[str, int]:
    """Return the roles of KONECT's third and fourth column; without weights the third is 1."""
    roles = dict(zip(("weight", "since"), free, strict=False))
    if weights == "unweighted":
        roles.pop("weight", None)
    return {role: place for role, place in roles.items() if role not in found}


def _doubt(dialect: Dialect, findings: Findings) -> None:
    """Say that the first line may be a header with names that follownet does not know."""
    what = f"line {dialect.line} is read as a tie, for it names no columns that follownet knows"
    findings.note(what)
    findings.warn(
        f'{what}; if it does name columns, say columns={{"source": ..., "target": ...}} with its '
        "names; if it is a tie, say so with the places 0 and 1"
    )


def _rest(
    dialect: Dialect, places: dict[str, int], keep: bool, findings: Findings
) -> dict[str, int]:
    """Return the places of further columns by name, those that are kept; say of the others."""
    names = dialect.names or [f"at place {place}, from 0" for place in range(dialect.width)]
    kept: dict[str, int] = {}
    for place, name in enumerate(names):
        if place in places.values():
            continue
        marked = dialect.names is not None and name not in kept and (keep or is_mark(name))
        if marked:
            kept[name] = place
        else:
            findings.note(f"column left out: {name or f'at place {place}, from 0'}")
    return kept


def _kind(dialect: Dialect, role: str, places: dict[str, int]) -> str:
    """Return what the cells of a role are expected to be, from the first of them."""
    if role in ("source", "target"):
        ends = [dialect.mostly(places[end], "whole") for end in ("source", "target")]
        return "whole" if all(ends) else "text"
    return "numbers" if dialect.mostly(places[role], "numbers") else "text"


def _told_apart(
    cells: dict[str, Any], chosen: columns.Chosen, findings: Findings
) -> dict[str, Any]:
    """Return columns without names, those of times and of weights told apart by all values."""
    if {"weight", "since"} & set(chosen):
        return cells
    found = dict(cells)
    if "weight" in found and values.are_times(values.weights(found["weight"])[0]):
        if "since" in found:
            findings.note("column left out: the fourth, since the third has the times")
        findings.note("the third column is read as times: all are Unix times of 1990 to 2100")
        found["since"] = found.pop("weight")
    elif "since" in found:
        numbers, strange = values.weights(found["since"])
        if not strange.any() and not values.are_times(numbers):
            findings.note("column left out: its numbers are no times of 1990 to 2100")
            del found["since"]
    return found


def _decimal(dialect: Dialect, cells: dict[str, Any], findings: Findings) -> str:
    """Return the decimal sign of weights; note a comma, and where both signs are."""
    if "weight" not in cells:
        return "."
    sign = dialect.sign(cells["weight"])
    commas = points = 0
    if dialect.delimiter != "," and not pd.api.types.is_numeric_dtype(cells["weight"].dtype):
        commas, points = values.decimals(cells["weight"])
    if commas and points:
        findings.note(
            f"weights have a decimal comma in {commas} and a decimal point in {points} lines: the "
            f"{'comma' if sign == ',' else 'point'} is read, the others are no numbers"
        )
    elif sign == ",":
        findings.note("weights are read with a decimal comma: 1,500 is one and a half")
    return sign


def _require_gephi(dialect: Dialect, body: bytes, findings: Findings) -> None:
    """Raise where the column Type, as Gephi writes it, says that ties have no direction."""
    names = [name.casefold() for name in dialect.names or ()]
    if "type" not in names:
        return
    place = names.index("type")
    if {cell.casefold() for cell in dialect.column(place)} <= _GEPHI:
        types = rows(body, dialect, {place: "text"}, Findings(findings.shown)).cells[place]
        if (types.str.casefold() == "undirected").any():
            raise SchemaError(
                f"{findings.shown}: its column Type has undirected ties, which are no follows; "
                "follownet needs directed ties"
            )


def _check_counts(dialect: Dialect, konect: Any, cells: dict[str, Any], findings: Findings) -> None:
    """Warn where the file has other numbers of ties or accounts than it says."""
    found = len(cells["source"])
    said = [match for one in dialect.comments if (match := _SNAP.search(one))]
    counts = _COUNTS.match(dialect.comments[1]) if konect and len(dialect.comments) > 1 else None
    match = counts or (said[0] if said else None)
    if match is not None and int(match[1]) != found:
        _warn(findings, f"its comments say {int(match[1]):,} ties and it has {found:,} lines")
    if counts is not None:
        accounts = pd.concat([cells["source"], cells["target"]]).nunique()
        if int(counts[2]) != accounts:
            _warn(findings, f"its comments say {int(counts[2]):,} accounts, ties name {accounts:,}")


def _warn(findings: Findings, text: str) -> None:
    findings.note(text)
    findings.warn(f"{text}; compare with the page it is from")


# ------------------------------------------------------------------ tables of accounts


def with_accounts(network: Network, accounts: pd.DataFrame, findings: Findings) -> Network:
    """Return a network with a table of accounts: all are there, with their attributes.

    Raises
    ------
    DamagedExportError
        Accounts are named by numbers in ties and by texts in the table, or the other way round.
    """
    whole = len(network.ties) == 0 or network.ties["source"].dtype.kind == "i"
    index: Any = values.whole(pd.Series(accounts.index, dtype="str")) if whole else None
    if index is None and whole and len(network.ties):
        raise DamagedExportError(
            f"{findings.shown}: its ties name accounts by numbers, its table of accounts does not; "
            "correct nodes.csv, or unpack it and give edges.csv alone"
        )
    labels = pd.Index(accounts.index.astype("str") if index is None else index.astype("int64"))
    marks = accounts.set_axis(labels)
    marks = marks[~marks.index.duplicated()]
    kept = {name: values.plain(marks[name]) for name in marks if marks[name].notna().any()}
    table = pd.DataFrame(kept, index=marks.index, dtype="object")
    return replace(network, accounts=marks.index, marks=table)


def netzschleuder(body: bytes, findings: Findings) -> pd.DataFrame:
    """Return the table of accounts that Netzschleuder puts beside its ties.

    Its first line is ``# index, name, _pos``; where a vector is written without quotes, the
    account is kept and its attributes are not. Attributes with an underscore are for drawing.
    """
    stream = io.StringIO(body.decode("utf-8"), newline="")
    table: list[list[str]] | None = None
    try:
        table = [row for row in csv.reader(stream, skipinitialspace=True) if row]
    except csv.Error:
        table = None
    if not table:
        raise DamagedExportError(f"{findings.shown}: nodes.csv is empty or no table")
    names = [cell.lstrip("#").strip() for cell in table[0]]
    full = [row if len(row) == len(names) else row[:1] for row in table[1:]]
    if ragged := sum(len(row) == 1 < len(names) for row in full):
        findings.note(f"attributes of {ragged} accounts are left out: too few or many columns")
    found: dict[str, list[str | None]] = {}
    for place, name in enumerate(names[1:], start=1):
        if name.startswith("_"):
            findings.note(f"attribute of accounts left out: {name}")
        elif name not in found:
            found[name] = [row[place] or None if len(row) > place else None for row in full]
    return pd.DataFrame(found, index=[row[0].strip() for row in full], dtype="object")
