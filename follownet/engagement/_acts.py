"""What owners and others did to each other, as numbers: who, which kind, when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from follownet.engagement._taxonomy import CONVERSATION, described, unweighted
from follownet.errors import NotObservedError, SchemaError
from follownet.graph._export import require_kinds
from follownet.history._exports import Star
from follownet.tables import COUNT, TEXT, Export

#: How accounts begin that are known from a conversation alone, under no handle.
MET: Final = "dm:"
UNDATED: Final = np.iinfo("int64").min
_LATEST: Final = np.iinfo("int64").max


@dataclass(frozen=True)
class Acts:
    """Events between an export's owners and others, those by owners first.

    Attributes
    ----------
    kinds
        The table of kinds that occur.
    pair
        For each event the owner's place, times the number of accounts, plus the other's.
    kind, at
        Its place in `kinds`, and microseconds since 1970.
    split
        So many events are by owners; the rest are towards them.
    until
        From when ages count, NaT where nothing is dated.
    left_out
        Events by reason.
    """

    export: Export
    kinds: pd.DataFrame
    pair: Any
    kind: Any
    at: Any
    split: int
    until: Any
    left_out: dict[str, int]

    def labels(self, pairs: Any) -> tuple[pd.Index[Any], pd.Index[Any]]:
        """Return the owner and the other of each pair."""
        accounts = self.export.accounts.index
        owner, other = np.divmod(pairs, len(accounts))
        return pd.Index(self.export.owners, dtype=TEXT)[owner], accounts[other]

    def two_way(self, held: bool) -> tuple[str, ...]:
        """Return the kinds used that are held both ways, or those that are not, in their order."""
        found = self.kinds.index[self.kinds["used"] & (self.kinds["two_way"] == held)]
        order = described(found, None).index
        return tuple(order[order.isin(found)])

    def places(self, owner: int, others: pd.Index[Any]) -> Any:
        """Return the pairs of an owner with some accounts."""
        accounts = self.export.accounts.index
        return owner * len(accounts) + accounts.get_indexer(others)


def acts(
    export: Export,
    *,
    weights: Mapping[str, float] | None,
    kinds: Iterable[str] | None = None,
    at: pd.Timestamp | None = None,
) -> Acts:
    """Return the events between owners and others of kinds whose weight is not 0, up to a time."""
    if not export.owners:
        raise NotObservedError(
            "the export has no owner whose ties these are: Export(..., owners=...) says who it "
            "is; of a whole network follownet.engagement.reciprocity tells what comes back"
        )
    events = export.interactions
    until = moment(export, at)
    kind, names = pd.factorize(events["kind"])
    table = described(names, weights).loc[names]
    wanted = names.isin(names if kinds is None else require_kinds(kinds, names))
    weightless = table["weight"].eq(0).to_numpy()
    ends = Ends(export)
    by_others = np.bincount(kind[ends.by < 0], minlength=len(names)) > 0
    table = table.assign(used=wanted & ~weightless, two_way=both_ways(table, names[by_others]))
    stamps = events["at"].to_numpy("datetime64[us]").view("int64")
    reasons = {
        "kind of weight 0": weightless[kind] if weightless.any() else None,
        "later than at": None if at is None else stamps > micros(until),
        "names no one": ends.target < 0,
        "towards oneself": ends.source == ends.target,
        "between others": (ends.by < 0) & (ends.to < 0),
    }
    used, left_out = wanted[kind], {}
    for reason, marks in reasons.items():
        if marks is not None and (count := int((used & marks).sum())):
            left_out[reason] = count
            used &= ~marks
    pair, rows, split = ends.pairs(used)
    return Acts(export, table, pair, kind[rows], stamps[rows], split, until, left_out)


class Ends:
    """The ends of all events, as places of accounts and of owners; -1 where there is none."""

    def __init__(self, export: Export) -> None:
        accounts, owners = export.accounts.index, pd.Index(export.owners)
        number = np.full(len(accounts) + 1, -1, dtype="int32")  # the last is that of no one
        number[accounts.get_indexer(owners)] = range(len(owners))
        self._size = len(accounts)
        self.source, self.by = _coded(export.interactions["source"], accounts, number)
        self.target, self.to = _coded(export.interactions["target"], accounts, number)

    def pairs(self, used: Any) -> tuple[Any, Any, int]:
        """Return the pair and the row of each event used, and how many are by owners.

        What one owner did to another is there twice: given by the one, got by the other.
        """
        given, got = np.flatnonzero(used & (self.by >= 0)), np.flatnonzero(used & (self.to >= 0))
        pairs = (
            self.by[given].astype(np.intp) * self._size + self.target[given],
            self.to[got].astype(np.intp) * self._size + self.source[got],
        )
        return np.concatenate(pairs), np.concatenate([given, got]), len(given)


def _coded(column: pd.Series[Any], accounts: pd.Index[Any], number: Any) -> tuple[Any, Any]:
    """Return the place of each account, and its number as an owner."""
    codes, found = pd.factorize(column)
    places = np.append(accounts.get_indexer(pd.Index(found)), -1)
    return places[codes], number[places][codes]


def both_ways(table: pd.DataFrame, by_others: Iterable[str]) -> Any:
    """Return which kinds an export holds both ways, where others did some of them."""
    return (table["scope"].eq(CONVERSATION) | table.index.isin(list(by_others))).to_numpy(bool)


def cells(found: Acts, half_life: pd.Timedelta) -> pd.DataFrame:
    """Return what was given and got by pair and kind, where anything was.

    ``pair``, ``kind``: places. ``given``, ``got``: events. ``first``, ``last``: times.
    ``strength_given``, ``strength_got``: nan where no event has both a date and a weight.
    ``held``: whether the export can hold what is got.
    """
    code, cell = pd.factorize(found.pair * max(len(found.kinds), 1) + found.kind)
    pair, kind = np.divmod(cell, max(len(found.kinds), 1))
    first, last = _ends(found.at, code, len(cell))
    columns: dict[str, Any] = {"pair": pair, "kind": kind, "first": first, "last": last}
    dated = found.at != UNDATED
    faded = _faded(found, dated, half_life)
    weight = found.kinds["weight"].to_numpy("float64")[kind]
    for name, side in (("given", slice(found.split)), ("got", slice(found.split, None))):
        columns[name] = np.bincount(code[side], minlength=len(cell))
        seen, amount = (np.bincount(code[side], one[side], len(cell)) for one in (dated, faded))
        columns[f"strength_{name}"] = np.where(seen > 0, weight * amount, np.nan)
    table = pd.DataFrame(columns)
    return table.assign(held=found.kinds["two_way"].to_numpy()[kind] | _is_owner(found, pair))


def _ends(at: Any, code: Any, count: int) -> tuple[Any, Any]:
    """Return the first and the last time of each cell."""
    first, last = np.full(count, _LATEST), np.full(count, UNDATED)
    np.minimum.at(first, code, np.where(at == UNDATED, _LATEST, at))
    np.maximum.at(last, code, at)
    first[last == UNDATED] = UNDATED
    return times(first), times(last)


def times(stamps: Any) -> pd.Series[Any]:
    """Return microseconds since 1970 as times."""
    return pd.Series(stamps.view("datetime64[us]")).dt.tz_localize("UTC")


def _faded(found: Acts, dated: Any, half_life: pd.Timedelta) -> Any:
    """Return what is left of each event, 0 of an undated one."""
    if not dated.any():
        return np.zeros(len(dated))
    now = micros(found.until)
    age = (now - np.where(dated, found.at, now)) / (half_life / np.timedelta64(1, "us"))
    return np.exp2(-age) * dated


def _is_owner(found: Acts, pairs: Any) -> Any:
    accounts = found.export.accounts.index
    return accounts.isin(found.export.owners)[pairs % len(accounts)]


def _is_met(found: Acts, pairs: Any) -> Any:
    accounts = found.export.accounts.index
    return accounts.str.startswith(MET)[pairs % len(accounts)]


def by_account(table: pd.DataFrame, found: Acts, more: Any) -> pd.DataFrame:
    """Return what was given and got by pair, of the pairs in `cells` and of some more.

    ``got`` is missing where no kind could hold it; ``answerable`` is what was given of kinds that
    could; ``kinds``: how many occur.
    """
    held = table["held"]
    rows = table.assign(
        answerable=table["given"].where(held, 0), got=table["got"].where(held, 0), kinds=1
    )
    rows["strength_got"] = rows["strength_got"].where(held)
    grouped = rows.groupby("pair")
    sums = grouped[["given", "got", "answerable", "kinds", "held"]].sum()
    strengths = grouped[["strength_given", "strength_got"]].sum(min_count=1)
    wide = sums.join(strengths).join(grouped.agg(first=("first", "min"), last=("last", "max")))
    wide = wide.reindex(np.union1d(wide.index, more))
    counts = ["given", "got", "answerable", "kinds", "held"]
    wide[counts] = wide[counts].fillna(0).astype("int64")
    for name in ("given", "got"):
        wide[f"strength_{name}"] = wide[f"strength_{name}"].mask(wide[name] == 0, 0.0)
    known = (wide.pop("held") > 0) | _zero_is_known(table, found, wide.index.to_numpy())
    wide["got"] = wide["got"].astype(COUNT).where(known)
    wide["strength_got"] = wide["strength_got"].where(known)
    return wide


def _zero_is_known(table: pd.DataFrame, found: Acts, pairs: Any) -> Any:
    """Return of which pairs without an event the export would hold what is got.

    People met in a conversation may be accounts that have a handle: of a kind that names such
    people, nothing is known of the others, and the reverse.
    """
    met = _is_met(found, table["pair"])
    named_so = found.kinds.index[table.loc[met, "kind"].unique()]
    kinds = found.kinds[found.kinds["used"] & found.kinds["two_way"]]
    possible = not kinds.index.isin(named_so).all()
    return (possible & ~_is_met(found, pairs)) | _is_owner(found, pairs)


def moment(export: Export, at: object = None) -> Any:
    """Return from when ages count: as given, or when the export or its newest event is of."""
    if at is None:
        dates = [export.exported_at, export.interactions["at"].max()]
        return max((date for date in dates if not pd.isna(date)), default=pd.NaT)
    if not isinstance(at, pd.Timestamp) or at.tzinfo is None:
        raise SchemaError(f"at: is a {type(at).__name__}; give a pandas.Timestamp with a time zone")
    return at


def micros(time: Any) -> int:
    """Return a time in microseconds since 1970."""
    stamp = time.tz_convert("UTC").tz_localize(None).to_datetime64()
    return int(stamp.astype("datetime64[us]").astype("int64"))


def as_span(name: str, text: object) -> pd.Timedelta:
    """Return an argument as a span of time; a bare number would be nanoseconds."""
    span = None
    if isinstance(text, str) and not text.strip().lstrip("+-").replace(".", "").isdigit():
        with suppress(ValueError):
            span = pd.Timedelta(text)
    if span is None or not span > pd.Timedelta(0):
        raise SchemaError(f'{name}: is no span of time; accepts such as "90D" or "2W"')
    return span


def states(seen: Star, others: pd.Index[Any]) -> pd.Series[Any]:
    """Return the follow tie of an owner with each of some accounts, missing where unknown."""
    out, back = (others.isin(seen.ties[name].index) for name in ("following", "followers"))
    names = np.select([out & back, out, back], ["mutual", "following", "follower"], "none")
    # Whoever is known from a conversation alone may be in the lists under a handle.
    met = others.str.startswith(MET)
    unknown = np.zeros(len(others), dtype=bool)
    for name, there in (("following", out), ("followers", back)):
        unknown |= ~there & (met if seen.observed(name) else True)
    return pd.Series(names, index=others, dtype=TEXT).mask(unknown)


def doubts(pairs: Any, found: Acts) -> tuple[str, ...]:
    """Say what the export cannot tell of events between these pairs."""
    texts = []
    if one_way := found.two_way(False):
        texts.append(
            f"of {', '.join(one_way)} the export holds what its owner did, not what others did"
        )
    if count := len(np.unique(pairs[_is_met(found, pairs)])):
        texts.append(
            f"{count} accounts are known from conversations alone, under no handle: whom of the "
            "others they are is not known, nor what was written to these"
        )
    if found.export.exported_at is None and not pd.isna(found.until):
        texts.append("nothing dates the export: ages are up to its newest event")
    return (*texts, *unweighted(found.kinds[found.kinds["used"]]))
