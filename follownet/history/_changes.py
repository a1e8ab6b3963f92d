"""The difference of two exports of one account."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd

from follownet.history._exports import UNNAMED, Pair, Star, among, pair
from follownet.tables import LISTS, TEXT, TIME, Export

MARKS: Final = (
    "gained",
    "lost",
    "followed",
    "unfollowed",
    "newly_mutual",
    "no_longer_mutual",
    "still_pending",
)


def changes(old: Export, new: Export, *, owner: str | None = None) -> pd.DataFrame:
    """Return what changed between two exports of one account, account by account.

    Parameters
    ----------
    old, new
        The older export and the younger one. They may have one date if they show the same
        ties: then nothing changed. With one date and different ties their order cannot be known.
    owner
        Whose ties; may be left out when there is one owner.

    Returns
    -------
    pandas.DataFrame
        Indexed by account, in order: everyone tied to the owner in one of the two, or whose
        request is pending in both. ``before``, ``after``: ``mutual``, ``follower`` (follows the
        owner, is not followed), ``following`` (the reverse) or ``none``. ``gained``: follows
        the owner now and did not before; ``lost``: the reverse; ``followed``: the owner follows
        it now and did not before; ``unfollowed``: the reverse, whoever ended it;
        ``newly_mutual``, ``no_longer_mutual``; ``still_pending``: the owner's request is
        unanswered in both. ``since``: when a gained or followed tie began, as the new export
        dates it; of both, the earlier.

        *Missing is not False.* ``gained`` and ``lost`` need the followers list in both exports,
        ``followed`` and ``unfollowed`` the following list, the states and ``mutual`` columns all
        four. Where one list of the two starts later than the other, ties from before its start
        may be outside a date range: whether they were lost (or gained) is missing, unless the
        platform's own count verifies the list. ``still_pending`` is missing where one export
        tells nothing of requests.

        ``attrs``: ``owner``; ``from``, ``until`` (dates of the exports, NaT where nothing tells);
        ``counts`` (number of True in each column); ``notes`` (what speaks against the numbers).

    Raises
    ------
    NotObservedError
        When neither list is in hand in both.
    SchemaError
        When the exports are not of one account, or in the wrong order.

    Warns
    -----
    FollownetWarning
        Of an export that nothing dates.

    Notes
    -----
    A handle is all there is: a renamed account is one lost and one gained, and so is a deleted
    one, which platforms rename. `losses` says what speaks for which. Who came and went between
    the two exports is in neither.

    Examples
    --------
    >>> def export(day, *followers):
    ...     ties = pd.DataFrame({"source": followers, "target": "me"})
    ...     lists = pd.DataFrame({"list": ["followers", "following"]})
    ...     return Export(
    ...         follows=ties, owners=("me",), exported_at=pd.Timestamp(day, tz="UTC"),
    ...         coverage=lists.assign(owner="me", status="presumed"),
    ...     )
    >>> table = changes(export("2026-05-01", "ann", "bob"), export("2026-06-01", "bob", "cy"))
    >>> table["gained"].to_dict()
    {'ann': False, 'bob': False, 'cy': True}
    >>> table.loc["ann", ["before", "after"]].tolist()
    ['follower', 'none']
    """
    found = pair(old, new, owner)
    found.require(*LISTS)
    found.warn_of_guesses()
    return changed(found)


def changed(pair: Pair) -> pd.DataFrame:
    """Return the table of `changes`."""
    index = _everyone(pair)
    seen = {name: _presence(pair, name, index) for name in LISTS}
    (in_before, in_after), (out_before, out_after) = (seen[name] for name in LISTS)
    both_before, both_after = in_before & out_before, in_after & out_after
    # A false half makes a pair not mutual whatever the other is; but states need both lists.
    known = np.full(len(index), all(pair.observed(name) for name in LISTS))
    table = pd.DataFrame(
        {
            "before": _state(in_before, out_before),
            "after": _state(in_after, out_after),
            "gained": in_after & ~in_before,
            "lost": in_before & ~in_after,
            "followed": out_after & ~out_before,
            "unfollowed": out_before & ~out_after,
            "newly_mutual": (both_after & ~both_before).where(known),
            "no_longer_mutual": (both_before & ~both_after).where(known),
            "still_pending": _pending(pair.old, index) & _pending(pair.new, index),
        },
        index=index,
    )
    table["since"] = _begun(pair, table)
    before, after = pair.dates
    table.attrs = {
        "owner": pair.owner,
        "from": before,
        "until": after,
        "counts": {name: int(table[name].sum()) for name in MARKS},
        "notes": _notes(pair, table),
    }
    return table


def _everyone(pair: Pair) -> pd.Index[Any]:
    """Return everyone tied to the owner in one export, or asked in both."""
    tied = {one for side in (pair.old, pair.new) for name in LISTS for one in side.ties[name].index}
    asked = [set(side.related("requested")["account"]) for side in (pair.old, pair.new)]
    everyone: pd.Index[Any] = pd.Index(
        sorted(tied | (asked[0] & asked[1])), name="account", dtype=TEXT
    )
    return everyone


def _presence(pair: Pair, name: str, index: pd.Index[Any]) -> tuple[pd.Series[Any], pd.Series[Any]]:
    """Return whether each account is in a list before and after, missing where not known."""
    if not pair.observed(name):
        nothing: pd.Series[Any] = pd.Series(pd.NA, index=index, dtype="boolean")
        return nothing, nothing
    old, new = pair.old, pair.new
    return (
        _flags(index, old.ties[name].index).mask(among(index, outside(new, old, name))),
        _flags(index, new.ties[name].index).mask(among(index, outside(old, new, name))),
    )


def _flags(index: pd.Index[Any], members: Any) -> pd.Series[Any]:
    return pd.Series(among(index, members), index=index, dtype="boolean")


def outside(full: Star, late: Star, name: str) -> pd.Index[Any]:
    """Return who is in one list and not in another that may start after its tie began."""
    here = full.ties[name]
    gone = here[~among(here.index, late.ties[name].index)]
    vanished: pd.Index[Any] = gone.index
    if late.status[name] == "verified" or not late.starts[name] > full.starts[name]:
        return vanished[:0]
    earlier: pd.Index[Any] = vanished[(gone.isna() | (gone < late.starts[name])).to_numpy()]
    return earlier


def _state(follows: pd.Series[Any], followed: pd.Series[Any]) -> pd.Series[str]:
    """Return the state of each tie in a word, missing where one half is."""
    code = follows.astype("Int64") + 2 * followed.astype("Int64")
    return code.map({0: "none", 1: "follower", 2: "following", 3: "mutual"}).astype(TEXT)


def _pending(side: Star, index: pd.Index[Any]) -> pd.Series[Any]:
    """Return whom the owner has asked; missing where an export tells nothing of requests."""
    asked = _flags(index, side.related("requested")["account"])
    return asked if side.export.tells("requested") else asked.mask(~asked)


def _begun(pair: Pair, table: pd.DataFrame) -> pd.Series[Any]:
    """Return when gained and followed ties began."""
    dates = pd.DataFrame(
        {
            name: pair.new.ties[name].reindex(table.index).where(table[mark].fillna(False))
            for name, mark in zip(LISTS, ("gained", "followed"), strict=True)
        }
    )
    return dates.min(axis=1).astype(TIME)


def _notes(pair: Pair, table: pd.DataFrame) -> tuple[str, ...]:
    """Say in words what speaks against the numbers."""
    notes = []
    marks = dict(zip(LISTS, (("gained", "lost"), ("followed", "unfollowed")), strict=True))
    for name in LISTS:
        if gaps := pair.gaps(name):
            notes.append(f"{' and '.join(marks[name])} are missing: {'; '.join(gaps)}")
            continue
        for when, side in (("old", pair.old), ("new", pair.new)):
            if side.status[name] == "suspect":
                notes.append(f"the {name} list of the {when} export is suspect: {side.notes[name]}")
        notes += _ranges(pair, name, marks[name])
    early = int((table["since"] < pair.dates[0]).sum())
    if early:
        notes.append(
            f"accounts new in a list whose ties are from before the old export: {early}; they are "
            "renamed, deleted (which renames) or back from a deactivation"
        )
    if pair.owner == UNNAMED:
        notes.append("neither export names its owner: that it is one person is taken on trust")
    return tuple(notes)


def _ranges(pair: Pair, name: str, marks: tuple[str, str]) -> list[str]:
    """Say of how many ties a date range may be the reason."""
    notes = []
    for mark, when, full, late in (
        (marks[1], "new", pair.old, pair.new),
        (marks[0], "old", pair.new, pair.old),
    ):
        if count := len(outside(full, late, name)):
            notes.append(
                f"{mark} is missing for {count}: the {name} list of the {when} export starts "
                f"later ({late.starts[name]:%Y-%m-%d}) than their ties, so a date range may "
                "have left them out"
            )
        if len(full.ties[name]) and late.ties[name].empty:
            notes.append(
                f"the {name} list of the {when} export is empty: so is one of a date range in "
                "which no tie began"
            )
    return notes
