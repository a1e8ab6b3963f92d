"""The account that a reader keeps of its own work, from which the report is made."""

from __future__ import annotations

import warnings
from collections import Counter

import pandas as pd

from follownet.errors import FollownetWarning
from follownet.tables import Report


class Ledger:
    """What was read, left out, chosen and doubted. Names of people are never entered.

    `typed` is how the caller called the source: paths name people and machines, so that errors and
    warnings repeat it and the report, which is kept and shown, does not.
    """

    def __init__(self, typed: str = "") -> None:
        self._typed = typed
        self._files: list[tuple[str, str, int, int]] = []
        self._skipped: Counter[tuple[str, str]] = Counter()
        self._times: list[tuple[str, str, bool, str]] = []
        self._notes: list[str] = []
        self._warnings: list[str] = []

    def read(self, file: str, content: str, records: int, kept: int) -> None:
        """Enter a file that was read, with the records in it and those kept."""
        self._files.append((file, content, records, kept))

    def skip(self, file: str, reason: str, records: int = 1) -> None:
        """Enter records (or whole files) that were left out."""
        if records:
            self._skipped[file, reason] += records

    def time(self, source: str, *, zone: str, known: bool, precision: str) -> None:
        """Enter the zone and precision of the times of a source."""
        self._times.append((source, zone, known, precision))

    def note(self, text: str) -> None:
        """Enter a choice that was made."""
        self._notes.append(text)

    def warn(self, text: str) -> None:
        """Enter a doubt; it is also raised as a warning when the report is made."""
        self._warnings.append(text)

    def report(self) -> Report:
        """Return the report and warn of what speaks against the numbers."""
        for text in self._warnings:
            warnings.warn(text, FollownetWarning, stacklevel=5)
        own = self._own
        files = [(own(file), *rest) for file, *rest in self._files]
        skipped = [(own(file), reason, n) for (file, reason), n in self._skipped.items()]
        times = [(own(source), *rest) for source, *rest in self._times]
        return Report(
            files=pd.DataFrame(files, columns=["file", "content", "records", "kept"]),
            skipped=pd.DataFrame(skipped, columns=["file", "reason", "records"]),
            times=pd.DataFrame(times, columns=["source", "zone", "known", "precision"]),
            notes=tuple(self._notes),
            warnings=tuple(map(own, self._warnings)),
        )

    def _own(self, text: str) -> str:
        return text.replace(self._typed, "the file") if self._typed else text
