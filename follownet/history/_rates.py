"""The two follow-back rates of one account through time, and how they changed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from follownet.errors import NotObservedError, SchemaError
from follownet.history._changes import outside
from follownet.history._exports import Star, among, date, ordered, star, the_owner
from follownet.reciprocity import wilson
from follownet.reciprocity._intervals import NAN, ratio
from follownet.tables import LISTS, Export

#: More than this share of ties outside of another list's range speaks for a cut.
CUT = 0.05
_COLUMNS = ["follows", "returned", "rate", "low", "high", "change", "change_low", "change_high"]


def rates(exports: Iterable[Export], *, owner: str | None = None) -> pd.DataFrame:
    """Return one account's follow-back rates at each of its exports, and how they changed.

    Parameters
    ----------
    exports
        Of one account, at different dates, in any order.
    owner
        Whose rates; may be left out when there is one owner.

    Returns
    -------
    pandas.DataFrame
        Indexed by ``direction`` (``given``: about the owner's followers, how many it follows;
        ``received``: about those it follows, how many follow it) and ``exported_at``, oldest
        first. ``follows``, ``returned``, ``rate`` and its 95 % Wilson interval ``low``,
        ``high``, over all follows, as `reciprocity.follow_back` has them: deleted accounts are
        left out, a rate of no follows is nan. ``change``: the rate less that of the export
        before it, with its 95 % interval ``change_low``, ``change_high``; nan for the first.
        An export of which a list is not in hand has a row of nan, and the next change is
        against the last known rate. Where more than one in twenty of a list's ties may have
        been left out of the other's by a date range (as in `changes`) the change is nan.
        ``attrs``: ``owner``, ``notes``.

    Raises
    ------
    NotObservedError
        When no export has both lists.
    SchemaError
        When the exports are none, not of one account, not dated, or two have one date.

    Notes
    -----
    Two exports of one person share most accounts, and these seldom change their mind, so the
    two rates are correlated and their change is known better than either. With `d` the change,
    `p` the rates, `l`, `u` their Wilson limits and `c` the correlation of the two rates, the
    limits of the change are (square-and-add, Zou & Donner 2008, doi:10.1002/sim.3095)::

        d - sqrt((p2 - l2)^2 + (u1 - p1)^2 - 2 c (p2 - l2) (u1 - p1))
        d + sqrt((u2 - p2)^2 + (p1 - l1)^2 - 2 c (u2 - p2) (p1 - l1))

    ``c = phi n12 / sqrt(n1 n2)``, where `phi` is the correlation of the outcomes of the `n12`
    accounts in both cohorts, with Newcombe's correction for continuity, 0 where it is undefined
    (Newcombe 1998, doi:10.1002/(SICI)1097-0258(19981130)17:22<2635::AID-SIM954>3.0.CO;2-C,
    method 10, is the case of equal cohorts; without shared accounts it is his method for
    independent ones). An account that was renamed in between counts as two, which widens it.

    Examples
    --------
    >>> def export(day, *ties):
    ...     lists = pd.DataFrame({"list": ["followers", "following"]})
    ...     return Export(
    ...         follows=pd.DataFrame(ties, columns=["source", "target"]), owners=("me",),
    ...         coverage=lists.assign(owner="me", status="presumed"),
    ...         exported_at=pd.Timestamp(day, tz="UTC"),
    ...     )
    >>> may = export("2026-05-01", ("me", "ann"), ("me", "bob"), ("ann", "me"))
    >>> june = export("2026-06-01", ("me", "ann"), ("me", "bob"), ("ann", "me"), ("bob", "me"))
    >>> table = rates([june, may]).loc["received"]
    >>> table["rate"].tolist(), table["change"].tolist()
    ([0.5, 1.0], [nan, 0.5])
    """
    found = ordered(exports)
    if not found:
        raise SchemaError("exports: there is none; give one account's exports of several dates")
    owner = the_owner(found, owner)
    stars = [star(export, owner) for export in found]
    known = [all(one.observed(name) for name in LISTS) for one in stars]
    if not any(known):
        raise NotObservedError(
            f"follow-back cannot be known: none of the {len(found)} exports has both lists, "
            "followers and following. An export of all time that holds them would make it known"
        )
    rows = {}
    apart: list[str] = []
    for direction in ("given", "received"):
        last: Star | None = None
        for one, seen in zip(stars, known, strict=True):
            row = [NAN] * len(_COLUMNS)
            if seen:
                cohort, before = _cohort(one, direction), None
                if last is not None and (name := _cut_between(last, one)):
                    apart.append(_told(name, last, one))
                elif last is not None:
                    before = _cohort(last, direction)
                row = [*_level(cohort), *_change(before, cohort)]
                last = one
            rows[direction, date(one.export)] = row
    table = pd.DataFrame.from_dict(rows, orient="index", columns=_COLUMNS)
    table.index = pd.MultiIndex.from_tuples(rows, names=["direction", "exported_at"])
    table.attrs = {"owner": owner, "notes": (*_notes(stars), *dict.fromkeys(apart))}
    return table


def _cut_between(one: Star, other: Star) -> str:
    """Return which list may be cut in one of two exports alone, so that rates do not compare.

    The oldest ties leave, too, and few of them are no sign.
    """
    for name in LISTS:
        for full, late in ((one, other), (other, one)):
            if len(outside(full, late, name)) > CUT * len(full.ties[name]):
                return name
    return ""


def _told(name: str, before: Star, after: Star) -> str:
    days = [f"{one.export.exported_at:%Y-%m-%d}" for one in (before, after)]
    return (
        f"no change from {days[0]} to {days[1]}: the {name} list of one starts later than ties "
        "of the other that it lacks, so a date range may have cut it"
    )


def _cohort(one: Star, direction: str) -> pd.Series[Any]:
    """Return for each follow that a rate is about whether it is returned, by account."""
    about, answer = LISTS if direction == "given" else LISTS[::-1]
    types = one.export.accounts["type"]
    accounts = one.ties[about].index
    living = accounts[~among(accounts, types.index[types == "deleted"])]
    return pd.Series(among(living, one.ties[answer].index), index=living)


def _level(cohort: pd.Series[Any]) -> list[float]:
    follows, returned = len(cohort), int(cohort.sum())
    low, high = wilson(np.array([returned], float), np.array([follows], float))
    return [follows, returned, ratio(returned, follows), low[0], high[0]]


def _change(before: pd.Series[Any] | None, after: pd.Series[Any]) -> list[float]:
    """Return the change of a rate and its interval, nan where either is none."""
    if before is None or before.empty or after.empty:
        return [NAN] * 3
    both = before.index.intersection(after.index)
    one, two = before[both].to_numpy(bool), after[both].to_numpy(bool)
    fates = np.array(
        [[(one & two).sum()], [(one > two).sum()], [(two > one).sum()], [(~one & ~two).sum()]]
    )
    counts = (before.sum(), len(before), after.sum(), len(after))
    low, high = change_interval(*(np.array([count], float) for count in counts), shared=fates)
    return [float(after.mean() - before.mean()), low[0], high[0]]


def change_interval(
    returned_before: Any, before: Any, returned_after: Any, after: Any, *, shared: Any
) -> tuple[Any, Any]:
    """Return the 95 % interval of the change of a rate whose two cohorts share accounts.

    Arguments are arrays of one length; `shared` has four rows: accounts in both cohorts that
    returned both times, only before, only after, and never.

    Examples
    --------
    Newcombe's example of two independent groups, 56 of 70 against 48 of 80
    (doi:10.1002/(SICI)1097-0258(19980430)17:8<873::AID-SIM779>3.0.CO;2-I, table II):

    >>> counts = (np.array([count]) for count in (48.0, 80.0, 56.0, 70.0))
    >>> low, high = change_interval(*counts, shared=np.zeros((4, 1)))
    >>> float(low[0].round(4)), float(high[0].round(4))
    (0.0524, 0.3339)
    """
    first, second = returned_before / before, returned_after / after
    low_1, high_1 = wilson(returned_before, before)
    low_2, high_2 = wilson(returned_after, after)
    tied = _phi(shared) * shared.sum(axis=0) / np.sqrt(before * after)
    change = second - first
    return (
        change - _added(second - low_2, high_1 - first, tied),
        change + _added(high_2 - second, first - low_1, tied),
    )


def _added(one: Any, other: Any, tied: Any) -> Any:
    """Return two spreads added as squares, less what they share; rounding may pass zero."""
    return np.sqrt(np.maximum(one**2 + other**2 - 2 * tied * one * other, 0))


def _phi(shared: Any) -> Any:
    """Return the correlation in fourfold tables, corrected for continuity, 0 if undefined."""
    both, first, second, never = np.asarray(shared, dtype=float)
    product = both * never - first * second
    half = (both + first + second + never) / 2
    product = np.where(product > 0, np.maximum(product - half, 0), product)
    scale = np.sqrt((both + first) * (second + never) * (both + second) * (first + never))
    return np.divide(product, scale, out=np.zeros_like(product), where=scale > 0)


def _notes(stars: list[Star]) -> tuple[str, ...]:
    """Say of which exports a list is doubtful or not in hand."""
    notes = []
    for one in stars:
        day = f"{one.export.exported_at:%Y-%m-%d}"
        for name in LISTS:
            if not one.observed(name):
                word = one.status[name] or "not in its coverage table"
                notes.append(f"no rate on {day}: the {name} list is {word}")
            elif one.status[name] == "suspect":
                notes.append(f"the {name} list of {day} is suspect: {one.notes[name]}")
    return tuple(notes)
