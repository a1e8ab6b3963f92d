"""Streaks and silences: days in a row with something done, and without."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import numpy as np
import pandas as pd

from follownet.engagement._acts import UNDATED, Acts, Ends, acts, micros, times
from follownet.engagement._posts import local_days
from follownet.engagement._taxonomy import described
from follownet.errors import NotObservedError, SchemaError
from follownet.graph._export import require_kinds
from follownet.tables import TEXT, Export

_DATES: Final = ("first", "last", "streak_from", "streak_to", "silence_from", "silence_to")
_COLUMNS: Final = [
    "days", "first", "last", "streak", "streak_from", "streak_to",
    "silence", "silence_from", "silence_to", "quiet",
]  # fmt: skip


def spells(
    export: Export,
    *,
    kinds: Iterable[str] | None = None,
    zone: str = "UTC",
    at: pd.Timestamp | None = None,
    per: str = "account",
) -> pd.DataFrame:
    """Return the longest streak and the longest silence with each account, or of each owner.

    With an account a day is active if anything was done between the owner and it on that day, by
    either; of an owner, if the owner did anything, whomever it was towards.

    Parameters
    ----------
    kinds
        Kinds of interaction; by default all but passive ones (views, lines that the platform
        wrote).
    zone
        Whose calendar tells days; summer time is followed.
    at
        Up to when events count; by default when the export was made, or its newest event where
        that is later or nothing dates the export.
    per
        ``"account"`` or ``"owner"``.

    Returns
    -------
    pandas.DataFrame
        Indexed by ``account``, of several owners by ``owner`` and ``account``, most active days
        first; with ``per="owner"`` by ``owner``. ``days`` that are active; ``first``, ``last`` of
        them (local dates). ``streak``: the most active days in a row, at least 1, from
        ``streak_from`` to ``streak_to``. ``silence``: the most silent days in a row *between* two
        active ones, 0 if there is none, from ``silence_from`` to ``silence_to`` (NaT of none).
        ``quiet``: days after the last active one, up to the day of `at`; that silence may go on, so
        that it is no ``silence``. Of equally long ones the latest. ``attrs``: ``until``, ``zone``,
        ``left_out`` (events by reason), ``notes``.

    Raises
    ------
    NotObservedError
        When the export has no owner, or no dated event between an owner and an account, or by one.
    SchemaError
        When an argument does not fit.

    Notes
    -----
    Exports hold a kind since a day of their own and mostly what the owner did: a silence is one in
    what is held.

    Examples
    --------
    >>> days = ["2026-01-05T08:00Z", "2026-01-06T23:00Z", "2026-01-10T08:00Z"]
    >>> likes = pd.DataFrame({"source": "me", "target": "ann", "kind": "like", "at": days})
    >>> end = pd.Timestamp("2026-01-12", tz="UTC")
    >>> table = spells(Export(interactions=likes, owners=("me",), exported_at=end))
    >>> table[["days", "streak", "silence", "quiet"]].to_dict("index")
    {'ann': {'days': 3, 'streak': 2, 'silence': 3, 'quiet': 2}}
    """
    if per not in ("account", "owner"):
        raise SchemaError("per: accepts 'account' or 'owner'")
    occur = export.interactions["kind"].unique()
    wanted = _active(occur) if kinds is None else require_kinds(kinds, occur)
    found = acts(export, weights=None, kinds=wanted, at=at)
    left_out = found.left_out
    groups, stamps = found.pair, found.at
    if per == "owner":
        groups, stamps, left_out = _own(found, wanted, at)
    dated = stamps != UNDATED
    days = _days(groups[dated], stamps[dated], zone)
    if not len(days[0]):
        raise NotObservedError(
            "streaks and silences cannot be known: no dated event is "
            + ("by an owner" if per == "owner" else "between an owner and an account")
            + ". An export of all time with likes, comments or messages would make them known"
        )
    table = _spells(*days)
    end = local_days(pd.Series([found.until]), zone)[0].astype("int64")
    table["quiet"] = end - table["last"]
    table[list(_DATES)] = table[list(_DATES)].apply(_dates)
    table = _by_owner(table, found) if per == "owner" else _by_account(table, found)
    table.attrs = {
        "until": found.until,
        "zone": zone,
        "left_out": left_out | ({} if dated.all() else {"undated": int((~dated).sum())}),
        "notes": _notes(found, at, per),
    }
    return table


def _active(kinds: Any) -> list[str]:
    mode = described(kinds, None).loc[kinds, "mode"]
    return list(mode.index[mode != "passive"])


def _own(found: Acts, wanted: list[str], at: object) -> tuple[Any, Any, dict[str, int]]:
    """Return the owner and the time of all that owners did, and what is left out of it."""
    events = found.export.interactions
    place = Ends(found.export).by
    kind = found.kinds.index.get_indexer(pd.Index(events["kind"]))
    stamps = events["at"].to_numpy("datetime64[us]").view("int64")
    used = (place >= 0) & found.kinds.index.isin(wanted)[kind]
    reasons = {"kind of weight 0": found.kinds["weight"].eq(0).to_numpy()[kind]}
    if at is not None:
        reasons["later than at"] = stamps > micros(found.until)
    left_out = {}
    for reason, marks in reasons.items():
        if count := int((used & marks).sum()):
            left_out[reason] = count
            used &= ~marks
    return place[used].astype("int64"), stamps[used], left_out


def _days(groups: Any, stamps: Any, zone: str) -> tuple[Any, Any]:
    """Return each active day (days since 1970) of each group once, by group and day."""
    # Events share quarters of an hour: the calendar is asked once for each of these.
    place, quarter = pd.factorize(stamps // 900_000_000)
    day = local_days(times(quarter * 900_000_000), zone).astype("int64")[place]
    first, span = (day.min(), day.max() - day.min() + 1) if len(day) else (0, 1)
    key = np.sort(pd.unique(groups * span + day - first))
    return key // span, key % span + first


def _spells(pairs: Any, days: Any) -> pd.DataFrame:
    """Return the row of each pair, dates as days since 1970, `UNDATED` for none."""
    new = np.ones(len(days), dtype=bool)
    new[1:] = pairs[1:] != pairs[:-1]
    gap = np.where(new, 0, np.diff(days, prepend=days[:1]) - 1)
    begins = np.flatnonzero(new | (gap > 0))
    ends = np.append(begins[1:], len(days)) - 1
    runs = pd.DataFrame(
        {
            "pair": pairs[begins],
            "streak": ends - begins + 1,
            "streak_from": days[begins],
            "streak_to": days[ends],
            "silence": gap[begins],
            "silence_from": np.where(gap[begins] > 0, days[begins] - gap[begins], UNDATED),
            "silence_to": np.where(gap[begins] > 0, days[begins] - 1, UNDATED),
        }
    )
    grouped = runs.groupby("pair")
    parts = [
        runs.loc[
            _latest_longest(runs, name), ["pair", name, f"{name}_from", f"{name}_to"]
        ].set_index("pair")
        for name in ("streak", "silence")
    ]
    whole = grouped.agg(
        days=("streak", "sum"), first=("streak_from", "min"), last=("streak_to", "max")
    )
    return whole.join(parts)


def _latest_longest(runs: pd.DataFrame, name: str) -> Any:
    """Return the rows of the longest of each pair, the latest of equals."""
    order = runs.sort_values(["pair", name, "streak_from"], kind="stable")
    return order.index[~order["pair"].duplicated(keep="last")]


def _dates(days: pd.Series[Any]) -> pd.Series[Any]:
    """Return days since 1970 as dates; `UNDATED` is the integer of NaT."""
    dates = days.to_numpy("int64").astype("datetime64[D]")
    return pd.Series(dates.astype("datetime64[s]"), index=days.index)


def _by_account(table: pd.DataFrame, found: Acts) -> pd.DataFrame:
    """Return the table by owner and account, most days first."""
    owners, others = found.labels(table.index.to_numpy())
    table = table.set_axis(pd.MultiIndex.from_arrays([owners, others], names=["owner", "account"]))
    table = table[_COLUMNS].iloc[np.lexsort((others, -table["days"], owners))]
    return table.droplevel("owner") if len(found.export.owners) == 1 else table


def _by_owner(table: pd.DataFrame, found: Acts) -> pd.DataFrame:
    """Return the table by owner, most days first."""
    owners = pd.Index(found.export.owners, dtype=TEXT, name="owner")[table.index]
    return table.set_axis(owners)[_COLUMNS].iloc[np.lexsort((owners, -table["days"]))]


def _notes(found: Acts, at: object, per: str) -> tuple[str, ...]:
    texts = []
    if per == "account" and (one_way := found.two_way(False)):
        texts.append(
            f"of {', '.join(one_way)} the export holds what its owner did, not what others did"
        )
    if at is None and found.export.exported_at is None:
        texts.append("nothing dates the export: quiet is up to its newest event")
    return tuple(texts)
