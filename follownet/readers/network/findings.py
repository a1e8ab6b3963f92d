"""What reading a network left out: counted, with the first lines, told once."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import pandas as pd

from follownet.errors import DamagedExportError, FollownetWarning, UnknownFormatError

#: So many line numbers are named.
NAMED = 10
#: A table of which more than one line in so many is bad is another kind of file.
_ONE_IN = 10
#: What may be wrong because other columns are meant.
_OF_COLUMNS = ("the account", "the weight")

#: What gives the line numbers of rows; they are looked up only where something was dropped.
Lines = Callable[[Any], list[int]]


class Findings:
    """Lines that were dropped, and notes on how the rest was understood."""

    def __init__(self, shown: str) -> None:
        self.shown = shown
        self._dropped: list[tuple[str, int, str]] = []
        #: What rows are counted as: in a file without lines they are rows.
        self.unit = "line"
        self._bad: list[tuple[str, int, list[int]]] = []
        self._notes: list[str] = []
        self._warnings: list[str] = []

    def note(self, text: str) -> None:
        """Keep a sentence on how the file was understood."""
        self._notes.append(text)

    def warn(self, text: str) -> None:
        """Keep a warning until the whole file is read."""
        self._warnings.append(text)

    def tell(self) -> None:
        """Warn in the name of who called the function that called this one's caller."""
        for text in self._warnings:
            warnings.warn(f"{self.shown}: {text}", FollownetWarning, stacklevel=4)

    def dropped(self, reason: str, rows: int, lines: Iterable[int] = ()) -> None:
        """Keep that rows were left out as the format asks for it."""
        if rows:
            self._dropped.append((reason, rows, ", ".join(map(str, lines))))

    def flagged(self, reason: str, mask: Any, lines: Lines) -> None:
        """Keep that the rows in `mask` were left out as the format asks for it."""
        rows = np.flatnonzero(mask)
        if len(rows):
            self.dropped(reason, len(rows), lines(rows[:NAMED]))

    def bad(self, reason: str, mask: Any, lines: Lines) -> None:
        """Keep that the rows in `mask` could not be read."""
        rows = np.flatnonzero(mask)
        if len(rows):
            self.bad_lines(reason, len(rows), lines(rows[:NAMED]))

    def bad_lines(self, reason: str, rows: int, lines: list[int]) -> None:
        """Keep that so many lines could not be read, of which the first are `lines`."""
        self.dropped(reason, rows, lines[:NAMED])
        self._bad.append((reason, rows, lines[:NAMED]))

    def judge(self, good: int, expected: str) -> None:
        """Warn of bad lines, or raise where there are too many for a network.

        Raises
        ------
        UnknownFormatError
            No line is good.
        DamagedExportError
            More than one in ten is bad.
        """
        if not self._bad:
            return
        count = sum(rows for _, rows, _ in self._bad)
        reason, _, lines = min(self._bad, key=lambda bad: bad[2])
        what = (
            f"{count} of {good + count} {self.unit}s cannot be read; the first is {self.unit} "
            f"{lines[0]}: {reason}"
        )
        if count * _ONE_IN > good + count:
            kind = DamagedExportError if good else UnknownFormatError
            raise kind(f"{self.shown}: {what}; expected {expected}; {self._advice(count)}")
        self.warn(f"{what}; they are left out")

    def _advice(self, count: int) -> str:
        """Return what to do about so many bad lines."""
        lines = sorted(line for _, _, lines in self._bad for line in lines)[:NAMED]
        named = ", ".join(map(str, lines)) + (", ..." if count > len(lines) else "")
        unit = self.unit if count == 1 else f"{self.unit}s"
        text = (
            f"correct or delete {unit} {named}: only where no more than one in {_ONE_IN} is bad, "
            "the rest is read"
        )
        columns = any(reason.startswith(_OF_COLUMNS) for reason, _, _ in self._bad)
        return text + ("; or say with columns= which columns are meant" if columns else "")

    def table(self) -> pd.DataFrame:
        """Return one row for each reason, then one for each note, whose `rows` is 0."""
        rows = [*self._dropped, *((note, 0, "") for note in self._notes)]
        table = pd.DataFrame(rows, columns=["reason", "rows", "lines"])
        return table.astype({"reason": "str", "rows": "int64", "lines": "str"})
