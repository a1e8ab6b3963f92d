"""A network as tables: ties, accounts, and what was left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from follownet.errors import DamagedExportError
from follownet.readers.network import values
from follownet.readers.network.findings import NAMED, Findings, Lines

_ENDS = ("source", "target")


@dataclass(frozen=True)
class Network:
    """A network as tables; ``source -> target`` means *source follows target*."""

    #: One row a tie: source, target, and where the file has them weight and since (UTC).
    ties: pd.DataFrame
    #: Accounts that the file names apart from ties.
    accounts: pd.Index[Any]
    #: Attributes of accounts as plain values, None where missing; without columns if none.
    marks: pd.DataFrame
    #: Further attributes of ties, in the rows of `ties`.
    others: pd.DataFrame
    findings: Findings
    #: What gives the line numbers of rows of `ties`.
    lines: Lines

    def report(self, *, repeats: bool = True) -> pd.DataFrame:
        """Return what was left out: ``reason``, ``rows``, and the first ten ``lines``.

        Lines count from 1 and comments count; in documents they are where ties begin, in Parquet
        they are rows. Notes on how the file was understood follow, with 0 rows.

        Parameters
        ----------
        repeats
            Whether to look for repeated ties, where it is not known that there are none.
        """
        ends = [self.ties[end].to_numpy() for end in _ENDS]
        again = np.zeros(len(self.ties), dtype=bool)
        if repeats:
            again = _keys(*ends).duplicated().to_numpy()
        loops = (ends[0] == ends[1]) & ~again
        reasons = {"self-loop, kept as a flag": loops, "repeats an earlier tie": again}
        found = Findings(self.findings.shown)
        for reason, mask in reasons.items():
            found.flagged(reason, mask, self.lines)
        return pd.concat([found.table(), self.findings.table()], ignore_index=True)


def _keys(sources: Any, targets: Any) -> Any:
    """Return what is equal for rows with the same ends: one number, where that can be."""
    if sources.dtype.kind == "i" and len(sources):
        low = min(sources.min(), targets.min()).item()
        span = max(sources.max(), targets.max()).item() - low + 1
        if span < 2**31:
            return pd.Series((sources - low) * span + (targets - low))
    return pd.DataFrame({"source": sources, "target": targets})


@dataclass(frozen=True)
class Habits:
    """How a format writes what it writes."""

    #: What a line has to be, for errors.
    expected: str
    #: Whether a row without target is an account without ties, rather than damaged.
    alone: bool = True
    #: Whether texts may begin with an apostrophe that keeps spreadsheets from computing them.
    guarded: bool = False
    #: Whether the file has types, so that a text of digits is a text.
    typed: bool = False
    decimal: str = "."


def assembled(
    cells: Mapping[str, Any],
    attributes: Mapping[str, Any],
    habits: Habits,
    findings: Findings,
    lines: Lines,
) -> Network:
    """Return the network of columns of cells.

    Parameters
    ----------
    cells
        Columns by their role: source, target, and perhaps weight and since.
    attributes
        Further columns by their name; those of accounts begin with ``source_`` or ``target_``.
    """
    ends = _ends(cells, habits)
    if habits.guarded:
        attributes = {name: _unguarded(column) for name, column in attributes.items()}
    unnamed = ends["source"].isna().to_numpy(bool)
    single = ends["target"].isna().to_numpy(bool) & ~unnamed
    bad = unnamed if habits.alone else unnamed | single
    findings.bad("the account is missing", bad, lines)
    more, bad = _weights_and_times(cells, bad, habits.decimal, findings, lines)
    findings.judge(len(bad) - int(bad.sum()), habits.expected)
    findings.flagged("no target, kept as an account without ties", single & ~bad, lines)
    good = np.flatnonzero(~bad & ~single)
    whole = len(good) == len(bad)
    columns = {name: _taken(column, good, whole) for name, column in {**ends, **more}.items()}
    alone = ends["source"][single & ~bad]
    marks, others = _split(attributes)
    return Network(
        ties=pd.DataFrame(columns).astype({end: _plain_type(ends[end]) for end in _ENDS}),
        accounts=pd.Index(alone.astype(_plain_type(alone))),
        marks=_marks(
            pd.DataFrame(ends)[~bad],
            {name: column[~bad] for name, column in marks.items()},
            findings.shown,
        ),
        others=_further(others, len(bad)).iloc[good].reset_index(drop=True),
        findings=findings,
        lines=lambda rows: lines(good[rows]),
    )


def _ends(cells: Mapping[str, Any], habits: Habits) -> dict[str, Any]:
    source, target = cells["source"], cells["target"]
    if not habits.typed:
        source, target = values.labels(source, target)
    if habits.guarded:
        source, target = _unguarded(source), _unguarded(target)
    return {"source": source, "target": target}


def _weights_and_times(
    cells: Mapping[str, Any], bad: Any, decimal: str, findings: Findings, lines: Lines
) -> tuple[dict[str, Any], Any]:
    """Return weights and times where there are columns of them, and which rows are bad."""
    found: dict[str, Any] = {}
    if "weight" in cells:
        found["weight"], strange = values.weights(cells["weight"], decimal)
        reason = "the weight is no number" + (" with a decimal comma" if decimal == "," else "")
        findings.bad(reason, strange & ~bad, lines)
        bad = bad | strange
    if "since" in cells:
        found["since"], lost = values.times(cells["since"])
        _lose_times(lost & ~bad, findings, lines)
    return found, bad


def _further(columns: Mapping[str, Any], rows: int) -> pd.DataFrame:
    found = {name: _objects(values.plain(column)) for name, column in columns.items()}
    return pd.DataFrame(found, index=range(rows), dtype="object")


def _lose_times(lost: Any, findings: Findings, lines: Lines) -> None:
    """Say which ties are kept without their time."""
    rows = np.flatnonzero(lost)
    if not len(rows):
        return
    first = lines(rows[:NAMED])
    findings.dropped("the time cannot be read, kept without", len(rows), first)
    findings.warn(
        f"{len(rows)} times cannot be read, the first in {findings.unit} {first[0]}; these ties "
        "are kept without; accepted are ISO 8601 and Unix times"
    )


def _taken(column: Any, rows: Any, whole: bool) -> Any:
    if whole:
        return column
    return column.iloc[rows].reset_index(drop=True) if hasattr(column, "iloc") else column[rows]


def _plain_type(labels: Any) -> str:
    return "int64" if pd.api.types.is_integer_dtype(labels.dtype) else "str"


def _unguarded(cells: Any) -> Any:
    return values.unguarded(cells) if isinstance(cells.dtype, pd.StringDtype) else cells


def _objects(cells: list[Any]) -> Any:
    return pd.Series(cells, dtype="object")


def _split(attributes: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the attributes of accounts, and those of ties."""
    marks = {name: attributes[name] for name in attributes if is_mark(name)}
    return marks, {name: attributes[name] for name in attributes if name not in marks}


def is_mark(name: str) -> bool:
    """Return whether a column is an attribute of accounts, as `follownet.write` names it."""
    return name.startswith(("source_", "target_")) and name not in ("source_", "target_")


def _marks(ends: pd.DataFrame, marks: Mapping[str, Any], shown: str) -> pd.DataFrame:
    """Return attributes of accounts, from the first row that has the account at an end."""
    parts = []
    for end in _ENDS:
        mine = {
            name.removeprefix(f"{end}_"): column
            for name, column in marks.items()
            if name.startswith(f"{end}_")
        }
        part = pd.DataFrame(mine, index=ends.index, dtype="object").set_axis(ends[end])
        parts.append(part[part.index.notna()])
    table = pd.concat(parts) if marks else parts[0][[]].iloc[:0]
    table = table[~table.index.duplicated()]
    table.index = table.index.astype(_plain_type(table.index)).rename(None)
    for name in table:
        cells = values.plain(table[name])
        cells = _exact(cells, shown) if name == "precision" else cells
        table[name] = pd.Series(cells, index=table.index, dtype="object")
    return table


def _exact(cells: list[Any], shown: str) -> list[Any]:
    """Return precisions as the whole numbers of seconds that they are; gaps made them floats."""
    known = [cell for cell in cells if not pd.isna(cell)]
    if bad := sum(not isinstance(cell, int | float) for cell in known):
        raise DamagedExportError(f"{shown}: precision holds {bad} values that are no numbers")
    return [None if pd.isna(cell) else int(cell) for cell in cells]
