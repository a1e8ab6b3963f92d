"""What a follow list is worth: whole, doubtful, cut, missing or unreadable.

Platforms let people choose a date range, and the default is seldom "all time". A cut list
looks like a whole one, and every "does not follow back" drawn from it is then wrong. A
reader cannot know; it says what speaks against a list.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from follownet.readers.ledger import Ledger
from follownet.tables import LISTS, SCHEMA, TIME

#: A list that starts this much later than the other is suspect.
LATE = pd.Timedelta(days=365)
#: So is one whose oldest entry is no older than the usual date range of one year.
RECENT = pd.Timedelta(days=400)
#: A list this much shorter than the platform's own count of it is suspect. Counts are of
#: another day than lists, and count accounts that lists no longer show.
SHORT = 0.95
#: Of the numbers of missing parts this many are told.
_SHOWN = 5
#: What is said of a list that no file holds, where nothing better is known.
ABSENT = "there is no file of it in this export; one of all time that holds it would make it known"
#: Status of a list without doubts, by whether the platform's own count agrees.
_SOUND = {True: "verified", False: "presumed"}


@dataclass
class FollowList:
    """One follow list while its files are read."""

    #: Number of the part -> its records. Where parts below 0 are not there, none is missing.
    parts: dict[int, int] = field(default_factory=dict)
    rows: list[pd.DataFrame] = field(default_factory=list)
    unreadable: int = 0
    unusable: int = 0
    #: How many parts there should be, where the platform says.
    expected: int = 0
    #: Said where no file holds it: why, and which file would make it known.
    absent: str = ABSENT

    @property
    def records(self) -> int:
        """The records that name an account."""
        return sum(map(len, self.rows))

    @property
    def last(self) -> int:
        """The records of the last part."""
        return self.parts[max(self.parts)] if self.parts else 0

    def add(self, part: int, rows: pd.DataFrame, unusable: int) -> None:
        """Add the rows of a file, with the number of its records that name no account."""
        self.parts[part] = len(rows) + unusable
        self.rows.append(rows)
        self.unusable += unusable

    def add_unreadable(self, part: int) -> None:
        """Add a file that cannot be read."""
        self.parts[part] = 0
        self.unreadable += 1

    def found(self, *, declared: int | None = None, signs: tuple[str, ...] = ()) -> FoundList:
        """Return it as it was found, now that all files are read."""
        numbers = {part for part in self.parts if part > 0}
        last = max(self.expected, max(numbers, default=0))
        starts = pd.Series([rows["since"].min() for rows in self.rows], dtype=TIME)
        return FoundList(
            files=len(self.parts),
            unreadable=self.unreadable,
            records=self.records + self.unusable,
            unusable=self.unusable,
            gaps=tuple(n for n in range(1, last + 1) if n not in numbers),
            declared=declared,
            signs=signs,
            starts=starts.min(),
            absent=self.absent,
        )


@dataclass(frozen=True)
class FoundList:
    """One follow list as it was found.

    Attributes
    ----------
    files, unreadable
        Number of its files, and of those that could not be read.
    records, unusable
        Number of records, and of those without a usable account.
    gaps
        Numbers of parts that are not there between parts that are.
    declared
        How many it should have by the platform's own count, None where it tells none.
    signs
        What speaks for it being cut where the platform cuts lists, in words.
    starts
        Time of the oldest entry, NaT where there is none.
    absent
        Said where no file holds it.
    """

    files: int = 0
    unreadable: int = 0
    records: int = 0
    unusable: int = 0
    gaps: tuple[int, ...] = ()
    declared: int | None = None
    signs: tuple[str, ...] = ()
    starts: pd.Timestamp = pd.NaT  # type: ignore[assignment]
    absent: str = ABSENT

    def settled(self) -> tuple[str, str] | None:
        """Return status and reason where the files alone decide."""
        if not self.files:
            return "missing", self.absent
        if self.unreadable == self.files or (self.records and self.unusable == self.records):
            return "unreadable", "its files are there but cannot be read"
        if self.unreadable:
            return "partial", f"{self.unreadable} of its {self.files} files cannot be read"
        if self.gaps:
            shown = ", ".join(map(str, self.gaps[:_SHOWN]))
            more = f" and {len(self.gaps) - _SHOWN} more" if len(self.gaps) > _SHOWN else ""
            return "partial", f"part {shown}{more} of it is not there"
        return None

    def doubts(self, other: FoundList, exported_at: pd.Timestamp | None) -> list[str]:
        """Return what speaks against the list being whole."""
        doubts = list(self.signs)
        if self.declared is not None and self.records < SHORT * self.declared:
            doubts.append(
                f"has {self.records:,} records, where the platform's own count is {self.declared:,}"
            )
        if self.unusable:
            doubts.append(f"{self.unusable} of its records name no account")
        if self.starts - other.starts > LATE:
            doubts.append(
                f"starts on {self.starts:%Y-%m-%d}, years after the other list "
                f"({other.starts:%Y-%m-%d}): a date range may have been chosen"
            )
        elif exported_at is not None and exported_at - self.starts <= RECENT:
            doubts.append(
                f"starts on {self.starts:%Y-%m-%d}, within {RECENT.days} days of the export: "
                "a young account, or a date range was chosen"
            )
        return doubts


def coverage(
    owner: str,
    found: Mapping[str, FoundList],
    exported_at: pd.Timestamp | None,
    ledger: Ledger,
) -> pd.DataFrame:
    """Return the coverage table of one owner and warn of every list that is in doubt."""
    rows = []
    for name in LISTS:
        here, other = found[name], found[LISTS[1 - LISTS.index(name)]]
        doubts = here.doubts(other, exported_at)
        agrees = here.declared is not None and here.declared == here.records
        status, note = here.settled() or (
            ("suspect", "; ".join(doubts)) if doubts else (_SOUND[agrees], pd.NA)
        )
        if status not in (*_SOUND.values(), "missing"):
            ledger.warn(f"the {name} list is {status}: {note}")
        known = status not in ("missing", "unreadable")
        records = here.records - here.unusable if known else pd.NA
        declared = pd.NA if here.declared is None else here.declared
        rows.append((owner, name, status, records, declared, here.starts, exported_at, note))
    table = pd.DataFrame(rows, columns=list(SCHEMA["coverage"]))
    for column in ("starts", "exported_at"):
        table[column] = pd.to_datetime(table[column], utc=True)
    return table.astype(SCHEMA["coverage"])
