"""Exports of several people as one: a network known through its owners.

A follow that two exports show is one tie. Where one export shows a follow that the other's whole
list lacks, the younger of the two lists is right; that is a conflict, and `conflicts` lists them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import numpy as np
import pandas as pd

from follownet.errors import SchemaError
from follownet.graph._export import precision
from follownet.tables import (
    ACCOUNT_COLUMNS,
    EXPORT_DATE,
    OBSERVED,
    SCHEMA,
    TEXT,
    TIME,
    Export,
    Report,
    empty,
)

_UNNAMED: Final = "(owner)"
_DM: Final = "dm:"
#: Clocks differ by whole quarters of an hour, and by no more than this.
_QUARTER, _MOST = 900, 14 * 3600
_ENDS: Final = ["source", "target"]
_COLUMNS: Final = [
    "source", "target", "since", "seen_by", "absent_from", "seen_at", "absent_at", "outcome",
]  # fmt: skip


def merge(exports: Iterable[Export]) -> Export:
    """Return the exports of several people on one platform as one.

    Parameters
    ----------
    exports
        Of different owners, each of whom is named.

    Returns
    -------
    Export
        ``owners`` in the order given; nothing else depends on the order. A follow seen from both
        sides is one row, with the earlier time. A follow that one list shows and the other lacks
        is kept, unless the list that lacks it is the younger. Interactions of one moment that both
        exports hold are one row; what is known of an account is what the youngest export says.
        ``coverage`` has the lists of every owner, ``exported_at`` is the latest date. People whom
        an export knows from a conversation alone are ``dm:<owner>/<thread>``: two exports may
        use one number for each other's owner. ``report`` puts the reports together; its notes
        count what was collapsed and what disagrees.

    Raises
    ------
    SchemaError
        There is no export, one is no `Export`, they are of several platforms, an owner is not
        named, or two are of one owner.

    Examples
    --------
    >>> import pandas as pd
    >>> one = Export(follows=pd.DataFrame({"source": ["a"], "target": ["b"]}), owners=("a",))
    >>> other = Export(follows=pd.DataFrame({"source": ["a"], "target": ["b"]}), owners=("b",))
    >>> whole = merge([one, other])
    >>> whole.owners, len(whole.follows)
    (('a', 'b'), 1)
    """
    found = _checked(exports)
    if len(found) == 1:
        return found[0]
    # The youngest first: what it says of an account counts.
    ordered = sorted(found, key=lambda one: one.owners)
    ordered = sorted(ordered, key=lambda one: _date(one).value, reverse=True)
    named = [_with_own_people(one) for one in ordered]
    disputed = _conflicts(named)
    tables = {
        "follows": _follows(named, disputed),
        "relations": _sorted(_collapsed(_stacked(named, "relations"), "at", "relation")),
        "interactions": _interactions(named),
        "posts": _stacked(named, "posts").drop_duplicates(["post", "account"]),
        "coverage": _coverage(found),
    }
    dates = [one.exported_at for one in found if one.exported_at is not None]
    notes = _notes(named, tables, disputed)
    return Export(
        **{name: table.reset_index(drop=True) for name, table in tables.items()},
        accounts=_accounts(named),
        platform=found[0].platform,
        owners=tuple(owner for one in found for owner in one.owners),
        exported_at=max(dates, default=None),
        report=_report(ordered, notes),
    )


def conflicts(exports: Iterable[Export]) -> pd.DataFrame:
    """Return the follows between owners that one export shows and the other's whole list lacks.

    Parameters
    ----------
    exports
        As for `merge`.

    Returns
    -------
    pandas.DataFrame
        ``source``, ``target``, ``since`` (as shown); ``seen_by``, ``absent_from``: whose export
        shows it, and whose observed list lacks it; ``seen_at``, ``absent_at``: when these were
        made. ``outcome``: ``began later`` (the list that lacks it is older than the follow),
        ``ended`` (that list is the younger: the follow is left out of the merged export) or
        ``unexplained`` (the list that lacks it is older, but not than the follow; or of the same
        time, or of none that is known: the follow is kept).

    Raises
    ------
    SchemaError
        As `merge` does.
    """
    return _conflicts(_checked(exports))


def _checked(exports: object) -> list[Export]:
    if isinstance(exports, Export):
        raise SchemaError("exports: is one Export; give a list of them")
    given = list(exports) if isinstance(exports, Iterable) else [exports]
    if not given:
        raise SchemaError("exports: is empty; give the exports of two people or more")
    found = [one for one in given if isinstance(one, Export)]
    if strange := len(given) - len(found):
        raise SchemaError(
            f"exports: {strange} of {len(given)} are no Export; follownet.read makes one"
        )
    platforms = sorted({one.platform or "none" for one in found})
    if len(platforms) > 1:
        raise SchemaError(
            f"exports: are of {len(platforms)} platforms ({', '.join(platforms)}), on which one "
            "name may be two people; merge those of each platform"
        )
    owners = [owner for one in found for owner in one.owners]
    if unnamed := sum(not one.owners or _UNNAMED in one.owners for one in found):
        raise SchemaError(
            f"exports: of {unnamed} of {len(found)} the owner is not known; "
            "follownet.read(..., owner=...) names it"
        )
    if again := len(owners) - len(set(owners)):
        raise SchemaError(
            f"exports: {again} of {len(owners)} owners are there twice; give the youngest export "
            "of each (history.changes compares two of one owner)"
        )
    return found


def _date(export: Export) -> Any:
    return pd.Timestamp(0, tz="UTC") if export.exported_at is None else export.exported_at


def _with_own_people(export: Export) -> Export:
    """Return an export whose people of conversations are not those of another's."""
    accounts = export.accounts.index
    people = [one for one in accounts.tolist() if one.startswith(_DM)]
    if not people:
        return export
    owner = export.owners[0]
    names = {one: f"{_DM}{owner}/{one.removeprefix(_DM)}" for one in people}
    tables = {}
    for name, columns in ACCOUNT_COLUMNS.items():
        table = getattr(export, name)
        renamed = {one: table[one].map(names).fillna(table[one]) for one in columns}
        tables[name] = table.assign(**renamed)
    return Export(
        **tables,
        accounts=export.accounts.rename(index=names),
        coverage=export.coverage,
        platform=export.platform,
        owners=export.owners,
        exported_at=export.exported_at,
        report=export.report,
    )


def _stacked(exports: list[Export], name: str) -> pd.DataFrame:
    parts = [table for one in exports if len(table := getattr(one, name))]
    return pd.concat(parts, ignore_index=True) if parts else empty(name)


def _collapsed(table: pd.DataFrame, time: str, *keys: str) -> pd.DataFrame:
    """Return ties of the same ends as one, with the earliest time."""
    first = table.sort_values(time, kind="stable", na_position="last")
    return first.drop_duplicates([*_ENDS, *keys])


def _sorted(table: pd.DataFrame) -> pd.DataFrame:
    """Return the rows in an order that does not depend on that of the exports."""
    return table.sort_values(list(SCHEMA["relations"])[: len(_ENDS) + 1], kind="stable")


def _follows(exports: list[Export], disputed: pd.DataFrame) -> pd.DataFrame:
    table = _collapsed(_stacked(exports, "follows"), "since")
    ended = disputed.loc[disputed["outcome"] == "ended", _ENDS]
    gone = pd.MultiIndex.from_frame(table[_ENDS]).isin(pd.MultiIndex.from_frame(ended))
    return table[~gone].sort_values(_ENDS, kind="stable")


def _interactions(exports: list[Export]) -> pd.DataFrame:
    """Return all events, those that several exports hold once."""
    columns = list(SCHEMA["interactions"])
    owners = {owner for one in exports for owner in one.owners}
    parts = []
    for one in exports:
        table = one.interactions
        # Platforms call a conversation by the other side: it has two names.
        said = table["kind"].str.startswith("message") & table["target"].isin(list(owners))
        key = table[columns].assign(item=table["item"].mask(said & table["at"].notna()))
        key = key.astype({"at": "str"}).fillna("")
        # Of two equal events in one export both happened.
        parts.append(table.assign(**{"": key.groupby(columns).cumcount(), " ": key["item"]}))
    table = pd.concat(parts, ignore_index=True)
    keys = [name for name in columns if name != "item"]
    # Who is named by its own export's words comes first, whatever the order of exports.
    table = table.sort_values([*keys, "item"], kind="stable", na_position="last")
    first = table.drop_duplicates([*keys, "", " "])
    return first.drop(columns=["", " "]).sort_values(
        ["at", "source", "kind", "target", "item"], kind="stable", na_position="last"
    )


def _coverage(exports: list[Export]) -> pd.DataFrame:
    parts = [
        one.coverage.assign(exported_at=one.coverage["exported_at"].fillna(one.exported_at))
        if one.exported_at is not None
        else one.coverage
        for one in exports
        if len(one.coverage)
    ]
    return pd.concat(parts, ignore_index=True) if parts else empty("coverage")


def _accounts(exports: list[Export]) -> pd.DataFrame:
    """Return what the youngest export says that says anything, column by column."""
    whole = pd.concat([one.accounts for one in exports])
    return whole.groupby(level=0, sort=True).first().rename_axis("account")


def _conflicts(exports: list[Export]) -> pd.DataFrame:
    by_owner = {owner: one for one in exports for owner in one.owners}
    observed = {
        (row["owner"], row["list"])
        for one in exports
        for row in one.coverage.to_dict("records")
        if row["status"] in OBSERVED
    }
    seen = {
        owner: {
            (source, target): since
            for source, target, since in one.follows[[*_ENDS, "since"]].itertuples(index=False)
            if owner in (source, target)
        }
        for owner, one in by_owner.items()
    }
    rows = []
    for owner, ties in seen.items():
        for (source, target), since in ties.items():
            other = target if owner == source else source
            name = "followers" if other == target else "following"
            if other == owner or (other, name) not in observed or (source, target) in seen[other]:
                continue
            seen_at, absent_at = by_owner[owner].exported_at, by_owner[other].exported_at
            outcome = _outcome(since, seen_at, absent_at)
            rows.append((source, target, since, owner, other, seen_at, absent_at, outcome))
    table = pd.DataFrame(rows, columns=_COLUMNS).sort_values(_ENDS, ignore_index=True)
    for column in ("since", "seen_at", "absent_at"):
        table[column] = pd.to_datetime(table[column], utc=True).astype(TIME)
    return table.astype(dict.fromkeys([*_ENDS, "seen_by", "absent_from", "outcome"], TEXT))


def _outcome(since: Any, seen_at: Any, absent_at: Any) -> str:
    if seen_at is None or absent_at is None or seen_at == absent_at:
        return "unexplained"
    if absent_at > seen_at:
        return "ended"
    return "began later" if not pd.isna(since) and since >= absent_at else "unexplained"


def _disagreements(exports: list[Export]) -> tuple[int, int]:
    """Return how many follows two exports show, and of how many the times disagree."""
    parts = [
        one.follows.assign(precision=precision(one), doubt=_zone_in_doubt(one)) for one in exports
    ]
    table = pd.concat(parts, ignore_index=True)
    both = table[table.duplicated(_ENDS, keep=False)]
    dated = both.dropna(subset=["since"]).groupby(_ENDS)
    gap = (dated["since"].max() - dated["since"].min()).dt.total_seconds()
    fine, doubt = dated["precision"].max(), dated["doubt"].any()
    away = np.abs(gap - (gap / _QUARTER).round() * _QUARTER)
    of_zone = doubt & (away < fine) & (gap <= _MOST)
    return len(both) - both[_ENDS].drop_duplicates().shape[0], int(((gap >= fine) & ~of_zone).sum())


def _zone_in_doubt(export: Export) -> bool:
    """Return whether a zone of its times was assumed."""
    if export.report is None:
        return False
    times = export.report.times
    return bool(times.loc[times["source"] != EXPORT_DATE, "known"].eq(False).any())


def _notes(
    exports: list[Export], tables: dict[str, pd.DataFrame], disputed: pd.DataFrame
) -> list[str]:
    """Say what was put together, and what disagrees."""
    shared, apart = _disagreements(exports)
    events = sum(len(one.interactions) for one in exports) - len(tables["interactions"])
    notes = [f"{len(exports)} exports: {shared} follows and {events} events are in two of them"]
    if apart:
        notes.append(f"of {apart} follows two exports tell different times: the earlier is kept")
    outcomes = disputed["outcome"].value_counts()
    for outcome, meaning in {
        "ended": "are not in the younger list of the other side: left out",
        "began later": "began after the other side's export: kept",
        "unexplained": "are not in the list of the other side, which nothing explains: kept",
    }.items():
        if outcome in outcomes:
            notes.append(f"{outcomes[outcome]} follows between owners {meaning}")
    if any(one.startswith(_DM) for export in exports for one in export.accounts.index.tolist()):
        notes.append("people known from conversations alone are not matched between exports")
    return notes


def _report(exports: list[Export], notes: list[str]) -> Report:
    """Return the reports as one; the same line of several once."""
    reports = [one.report for one in exports if one.report is not None]
    tables = {
        name: pd.concat([getattr(one, name) for one in reports], ignore_index=True)
        if reports
        else pd.DataFrame(columns=columns)
        for name, columns in {
            "files": ["file", "content", "records", "kept"],
            "skipped": ["file", "reason", "records"],
            "times": ["source", "zone", "known", "precision"],
        }.items()
    }
    tables["times"] = tables["times"].drop_duplicates(ignore_index=True)
    told = dict.fromkeys(text for one in reports for text in one.notes)
    doubts = dict.fromkeys(text for one in reports for text in one.warnings)
    return Report(**tables, notes=(*notes, *sorted(told)), warnings=tuple(sorted(doubts)))
