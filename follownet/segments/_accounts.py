"""Segments of accounts by a table of rules whose thresholds are arguments."""

from __future__ import annotations

import html
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from follownet.engagement._acts import as_span
from follownet.errors import SchemaError
from follownet.history._exports import the_owner
from follownet.reciprocity._intervals import divided
from follownet.seeds import whole_number
from follownet.segments._features import Tied, reached
from follownet.tables import TEXT, Export

#: The segments in their order, and the rule of each: the first that fits is an account's.
RULES: Final = {
    "new": "tied for less than {young}, and no more than {silent} events known either way",
    "friend": "mutual, at least {close} events each way that is held",
    "trader": "mutual, followed in one go of {burst} and more, returned within {quick}, and no "
    "more than {silent} events known either way",
    "friend or courtesy": "mutual, and no way is held",
    "courtesy": "any other that is mutual",
    "idol": "followed, does not follow back",
    "fan": "follows, is not followed back, more than {silent} events got",
    "ghost": "follows, is not followed back, no more than {silent} events got",
    "fan or ghost": "follows, is not followed back; what it did is not held",
}
_DAY: Final = pd.Timedelta("1D")
_LONGEST: Final = 100_000.0  # days; pandas' spans end soon after


@dataclass(frozen=True, eq=False, repr=False)
class Segments:
    """The segment of each account; see `accounts`.

    Attributes
    ----------
    accounts
        Indexed by account: ``segment``, and what `features` returns; by segment, the most engaged
        first.
    summary
        A row for each segment: ``accounts``, how many of them are ``deleted``, ``share`` of the
        segment among accounts that live (nan of none), and the ``rule``.
    sensitivity
        A row for each threshold halved and doubled (``threshold``, ``value``): ``moved``, how many
        accounts are then in another segment, their ``share``, and the accounts by segment.
    thresholds
        As they were asked for.
    notes
        What the export cannot tell.
    """

    accounts: pd.DataFrame
    summary: pd.DataFrame
    sensitivity: pd.DataFrame
    thresholds: dict[str, Any]
    notes: tuple[str, ...]

    def _lines(self) -> Iterator[str]:
        total, gone = int(self.summary["accounts"].sum()), int(self.summary["deleted"].sum())
        yield f"{total:,} accounts, {gone:,} of them deleted: in the counts, not in the shares"
        if total:
            moved: dict[Any, int] = self.sensitivity["moved"].to_dict()
            name, value = most = max(moved, key=lambda place: moved[place])
            yield f"most sensitive to {name}: {value} moves {moved[most]:,} of {total:,} accounts"
        yield from (f"note: {note}" for note in self.notes)

    def __str__(self) -> str:
        """Return the numbers by segment, the most sensitive threshold, and the notes."""
        table = self.summary.drop(columns="rule").to_string(formatters={"share": "{:.1%}".format})
        return "\n".join([table, *self._lines()])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        table = self.summary.to_html(border=0, formatters={"share": "{:.1%}".format})
        return table + "".join(f"<p>{html.escape(line)}</p>" for line in self._lines())


def accounts(
    export: Export,
    *,
    owner: str | None = None,
    close: int = 3,
    silent: int = 0,
    quick: str = "2D",
    burst: int = 10,
    young: str = "30D",
    window: str = "365D",
) -> Segments:
    """Return which of the accounts tied to the owner are friends, courtesies, traders, idols, ...

    Parameters
    ----------
    owner
        Whose ties; may be left out when there is one owner.
    close
        Events within the window, each way that is held, from which a mutual tie is a friend's.
    silent
        Events up to which a tie is silent; fewer than `close`.
    quick
        Within which a follow is returned at once.
    burst
        Follows made in one go (see `features`) from which they are a campaign.
    young
        A tie younger than this, and silent, is ``new``: too early to say.
    window
        How far back events count.

    Returns
    -------
    Segments
        ``accounts``, ``summary`` with the rule of each segment, ``sensitivity``, ``notes``. The
        first rule that fits is an account's. **Where the export does not hold what would tell two
        apart, the segment is the pair**: ``friend or courtesy``, ``fan or ghost``. ``new`` and
        ``trader`` ask only that no more is known. Most exports hold
        what their owner did, not what was done to it, so that friends are those whom the owner
        engages with, and no fan is told from a ghost.

    Raises
    ------
    NotObservedError
        When one of the two lists is not in hand.
    SchemaError
        When an argument does not fit.

    Notes
    -----
    The words are a convention and the thresholds a choice; no study gives them. What stands on
    them is in ``sensitivity``. A segment is a way an account was tied to the owner on the day of
    the export, no trait of the person: a ``trader`` returned at once what came in a campaign, and
    may have liked the profile.

    Examples
    --------
    >>> from follownet.simulation import kinds
    >>> world = kinds(accounts=200, seed=1)
    >>> found = accounts(world.export)
    >>> pd.crosstab(world.kinds, found.accounts["segment"]).loc["friend"].to_dict()
    {'courtesy': 2, 'fan': 0, 'friend': 25, 'ghost': 0, 'idol': 0, 'trader': 0}
    """
    thresholds = {"close": close, "silent": silent, "quick": quick}
    thresholds |= {"burst": burst, "young": young, "window": window}
    _require(thresholds)
    tied = Tied(export, the_owner([export], owner))
    table = tied.features(window)
    segment = _segments(table, **thresholds)
    rank = segment.map({name: place for place, name in enumerate(RULES)})
    events = table["given"].fillna(0) + table["got"].fillna(0)
    order = np.lexsort((table.index.to_numpy(), -events.to_numpy(), rank))
    listed = pd.concat([segment, table], axis=1).iloc[order]
    listed.attrs = table.attrs
    return Segments(
        accounts=listed,
        summary=_summary(segment, table["deleted"], thresholds),
        sensitivity=_sensitivity(tied, table, segment, thresholds),
        thresholds=thresholds,
        notes=table.attrs["notes"],
    )


def _require(thresholds: dict[str, Any]) -> None:
    for name, least in (("silent", 0), ("close", 1), ("burst", 2)):
        whole_number(thresholds[name], name, least=least)
    for name in ("quick", "young", "window"):
        as_span(name, thresholds[name])
    if thresholds["silent"] >= thresholds["close"]:
        raise SchemaError("silent: has to be below close, or friends would be silent")


def _segments(table: pd.DataFrame, **thresholds: Any) -> pd.Series[str]:
    """Return the segment of each account."""
    close, silent, burst = (thresholds[name] for name in ("close", "silent", "burst"))
    young, quick = (as_span(name, thresholds[name]) / _DAY for name in ("young", "quick"))
    (enough, few), (some, none) = (reached(table, least) for least in (close, silent + 1))
    quiet, held = ~some.any(axis=1), (enough | few).any(axis=1)
    state, first = table["state"].to_numpy(), table["first"].to_numpy()
    mutual, follower = state == "mutual", state == "follower"
    campaign = (table["burst"].to_numpy("float64", na_value=0) >= burst) & (first != "alter")
    fits = {
        "new": (table["age"].to_numpy() < young) & quiet,
        "friend": mutual & held & ~few.any(axis=1),
        "trader": mutual & campaign & (table["latency"].to_numpy() <= quick) & quiet,
        "friend or courtesy": mutual & ~held,
        "courtesy": mutual,
        "idol": state == "following",
        "fan": follower & some[:, 1],
        "ghost": follower & none[:, 1],
        "fan or ghost": follower,
    }
    chosen = np.select(list(fits.values()), list(fits), "")
    return pd.Series(chosen, index=table.index, name="segment", dtype=TEXT)


def _summary(
    segment: pd.Series[str], deleted: pd.Series[bool], thresholds: dict[str, Any]
) -> pd.DataFrame:
    """Return the numbers by segment, of those that occur and of those that are no pair."""
    counts, gone = segment.value_counts(), segment[deleted].value_counts()
    names = [name for name in RULES if name in counts or " or " not in name]
    table = pd.DataFrame(
        {
            "accounts": counts.reindex(names, fill_value=0),
            "deleted": gone.reindex(names, fill_value=0),
        }
    )
    living = (table["accounts"] - table["deleted"]).to_numpy()
    table["share"] = divided(living, np.full(len(living), living.sum()))
    table["rule"] = [RULES[name].format(**thresholds) for name in names]
    return table.rename_axis("segment")


def _sensitivity(
    tied: Tied, table: pd.DataFrame, segment: pd.Series[str], thresholds: dict[str, Any]
) -> pd.DataFrame:
    """Return what becomes of the segments when one threshold is halved or doubled."""
    rows = {}
    for name, value in _others(thresholds):
        changed = thresholds | {name: value}
        seen = tied.features(value) if name == "window" else table
        other = _segments(seen, **changed)
        moved = int((other.to_numpy() != segment.to_numpy()).sum())
        share = moved / len(segment) if len(segment) else math.nan
        rows[name, value] = {"moved": moved, "share": share} | dict(other.value_counts())
    columns = ["moved", "share", *RULES]
    result = pd.DataFrame.from_dict(rows, orient="index").reindex(columns=columns)
    result.index = result.index.set_names(["threshold", "value"])
    counts = ["moved", *RULES]
    result[counts] = result[counts].fillna(0).astype("int64")
    return result.loc[:, result.any() | result.columns.isin(["moved", "share"])]


def _others(thresholds: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield each threshold halved and doubled, whole numbers at least one apart."""
    close, silent, burst = (thresholds[name] for name in ("close", "silent", "burst"))
    whole = {
        "close": {max(close // 2, silent + 1), close * 2},
        "silent": {silent // 2, min(max(silent * 2, 1), close - 1)},
        "burst": {max(burst // 2, 2), burst * 2},
    }
    for name, values in whole.items():
        yield from ((name, value) for value in sorted(values - {thresholds[name]}))
    for name in ("quick", "young", "window"):
        days = pd.Timedelta(thresholds[name]) / _DAY
        for other in (days / 2, min(days * 2, _LONGEST)):
            text = np.format_float_positional(other, precision=6, fractional=False, trim="-")
            yield name, f"{text}D"
