"""Exports as points in time: their dates and order, and what each shows of its owner."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from follownet.errors import FollownetWarning, NotObservedError, SchemaError
from follownet.graph import precision
from follownet.tables import LISTS, OBSERVED, Export

#: What the owner is called where nothing names it.
UNNAMED = "(owner)"


def date(export: Export) -> Any:
    """Return when an export was made, NaT where nothing tells it; a guess does not."""
    guessed = export.report is not None and not export.report.dated
    return pd.NaT if guessed or export.exported_at is None else export.exported_at


def ordered(exports: Iterable[Export]) -> tuple[Export, ...]:
    """Return exports from the oldest to the youngest, by the date on which each was made.

    Raises
    ------
    SchemaError
        When nothing dates one of them, or two have one date: their order cannot be known.

    Examples
    --------
    >>> may, june = (
    ...     Export(exported_at=pd.Timestamp(day, tz="UTC")) for day in ("2026-05-01", "2026-06-01")
    ... )
    >>> ordered([june, may]) == (may, june)
    True
    """
    if isinstance(exports, Export):
        raise SchemaError("exports: is one Export; give a list of them")
    found = tuple(exports)
    if strange := sum(not isinstance(export, Export) for export in found):
        raise SchemaError(
            f"exports: {strange} of {len(found)} are no Export; follownet.read makes one"
        )
    if undated := sum(pd.isna(date(export)) for export in found):
        raise SchemaError(
            f"exports: nothing dates {undated} of {len(found)}, so they have no order; "
            "follownet.read(..., exported_at=...) gives the date"
        )
    dates = [date(export) for export in found]
    if repeated := len(dates) - len(set(dates)):
        raise SchemaError(
            f"exports: {repeated} of {len(found)} have the date of another, so they have no order; "
            "leave copies out, or give the time of day by follownet.read(..., exported_at=...)"
        )
    places = sorted(range(len(found)), key=dates.__getitem__)
    return tuple(found[place] for place in places)


def among(values: Any, members: Iterable[Any]) -> Any:
    """Return which of a column's or an index's values are among some, as an array of bool."""
    # pandas' own `isin`, and going through its text one by one, takes ten times as long.
    wanted = set(members.tolist() if isinstance(members, pd.Index) else members)
    return np.array([value in wanted for value in values.tolist()], dtype=bool)


@dataclass(frozen=True)
class Star:
    """What one export shows of one account: its two lists, and what they are worth.

    Attributes
    ----------
    ties
        For each list (``followers``, ``following``) when its ties began, indexed by account.
    status, starts, notes
        For each list its coverage; a whole network observes both.
    """

    export: Export
    owner: str
    ties: dict[str, pd.Series[Any]]
    status: dict[str, str | None]
    starts: dict[str, Any]
    notes: dict[str, str]

    def observed(self, name: str) -> bool:
        """Return whether this list counts as whole."""
        return self.status[name] in OBSERVED

    def related(self, *kinds: str) -> pd.DataFrame:
        """Return ``account``, ``relation`` and ``at`` of the owner's relations of these kinds."""
        table = self.export.relations
        own = (table["source"] == self.owner) | (table["target"] == self.owner)
        table = table[own & table["relation"].isin(kinds)]
        other = table["source"].mask(table["source"] == self.owner, table["target"])
        return table.assign(account=other)[["account", "relation", "at"]]


def star(export: Export, owner: str) -> Star:
    """Return what an export shows of its owner; of repeated ties the earliest counts."""
    follows = export.follows.sort_values("since", kind="stable", na_position="last")
    follows = follows.drop_duplicates(["source", "target"])
    follows = follows[follows["source"] != follows["target"]]
    ends = {"followers": ("source", "target"), "following": ("target", "source")}
    ties = {
        name: follows[follows[own] == owner].set_index(other)["since"]
        for name, (other, own) in ends.items()
    }
    rows = export.coverage[export.coverage["owner"] == owner].set_index("list")
    rows = rows.reindex(list(LISTS))
    # Tables without owners and coverage are a whole network, as for the graph.
    whole = not export.owners and export.coverage.empty
    return Star(
        export,
        owner,
        ties,
        {name: _told(rows["status"][name], "presumed" if whole else None) for name in LISTS},
        {name: _told(rows["starts"][name], ties[name].min()) for name in LISTS},
        {name: _told(rows["note"][name], "no reason is given") for name in LISTS},
    )


def _told(value: Any, otherwise: Any) -> Any:
    return otherwise if pd.isna(value) else value


@dataclass(frozen=True)
class Pair:
    """Two exports of one account, the older first, and the span between them."""

    old: Star
    new: Star

    @property
    def owner(self) -> str:
        """Return whose exports they are."""
        return self.old.owner

    @property
    def dates(self) -> tuple[Any, Any]:
        """Return both dates, NaT where an export is not dated."""
        return date(self.old.export), date(self.new.export)

    @property
    def precision(self) -> str:
        """Return how exact times are in the less exact export, as pandas writes spans."""
        return f"{max(precision(side.export) for side in (self.old, self.new))}s"

    def observed(self, name: str) -> bool:
        """Return whether this list is in hand in both."""
        return self.old.observed(name) and self.new.observed(name)

    def gaps(self, *names: str) -> list[str]:
        """Say of each of these lists that is not in hand in which export that is."""
        found = []
        for when, side in (("old", self.old), ("new", self.new)):
            for name in names:
                if not side.observed(name):
                    word = side.status[name] or "not in its coverage table"
                    found.append(f"the {name} list of the {when} export is {word}")
        return found

    def require(self, *names: str) -> None:
        """Raise `NotObservedError` unless one of these lists is in hand in both."""
        if not any(self.observed(name) for name in names):
            raise NotObservedError(
                "what changed cannot be known: " + "; ".join(self.gaps(*names)) + ". Ask the "
                "platform for an export of all time that holds followers and following (for a "
                "past date there is only what was saved then)"
            )

    def warn_of_guesses(self) -> None:
        """Warn of each export that nothing dates."""
        for when, day in zip(("old", "new"), self.dates, strict=True):
            if pd.isna(day):
                warnings.warn(
                    f"nothing dates the {when} export, so the order given is taken on trust; "
                    "follownet.read(..., exported_at=...) gives the date",
                    FollownetWarning,
                    stacklevel=3,
                )


def the_owner(exports: Iterable[Export], owner: str | None) -> str:
    """Return the one account whose exports all of these are.

    Raises
    ------
    SchemaError
        When they are no exports, of several platforms or owners, or several owners could be meant.
    """
    found = list(exports)
    for export in found:
        if not isinstance(export, Export):
            kind = type(export).__name__
            raise SchemaError(f"export: is a {kind}, no Export; follownet.read makes one")
    if len({export.platform for export in found}) > 1:
        raise SchemaError("the exports are of different platforms; give those of one account")
    if owner is None:
        if len({frozenset(export.owners) for export in found}) > 1:
            raise SchemaError(
                "the exports have different owners; give those of one account. If its handle "
                "changed in between, follownet.read(..., owner=...) gives all of them one name"
            )
        if len(found[0].owners) != 1:
            raise SchemaError(
                f"the exports have {len(found[0].owners)} owners; owner= says which is meant"
            )
        return found[0].owners[0]
    for export in found:
        known = export.owners or tuple(export.accounts.index)
        if owner not in known:
            raise SchemaError("owner: is no owner of one of the exports")
    return owner


def pair(old: Export, new: Export, owner: str | None) -> Pair:
    """Return two exports of one account as a pair in the order of their dates.

    Raises
    ------
    SchemaError
        When they are not of one account, in the wrong order, or of one date but not equal.
    """
    for name, export in (("old", old), ("new", new)):
        if not isinstance(export, Export):
            raise SchemaError(
                f"{name}: is a {type(export).__name__}, no Export; follownet.read makes one"
            )
    owner = the_owner((old, new), owner)
    found = Pair(star(old, owner), star(new, owner))
    before, after = found.dates
    if after < before:
        raise SchemaError("old is younger than new: give the two the other way round")
    if before == after and not _equal(found):
        raise SchemaError(
            "both exports have one date and are not equal, so their order cannot be known; "
            "follownet.read(..., exported_at=...) gives the time of day"
        )
    return found


def _equal(pair: Pair) -> bool:
    """Return whether both show the same accounts in the same lists."""
    same = [set(pair.old.ties[name].index) == set(pair.new.ties[name].index) for name in LISTS]
    pending = [set(side.related("requested")["account"]) for side in (pair.old, pair.new)]
    return all(same) and pending[0] == pending[1]
