"""Ties of an export's owner as what was done: given and got, how lately, and what comes back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import numpy as np
import pandas as pd

from follownet.engagement._acts import (
    Acts,
    Ends,
    acts,
    as_span,
    both_ways,
    by_account,
    cells,
    doubts,
    states,
)
from follownet.engagement._taxonomy import described
from follownet.errors import SchemaError
from follownet.graph import FollowGraph, Graph, compact, observed_ties, tie_values
from follownet.graph._export import require_kinds
from follownet.history._exports import star
from follownet.reciprocity._intervals import divided, ratio
from follownet.reciprocity._weighted import weighted
from follownet.tables import COUNT, TEXT, Export

_SINCE: Final = ["balance", "first", "last", "recency", "strength_given", "strength_got"]
_RETURNED: Final = ["ties", "returned", "r", "events", "reciprocated", "weighted", "left_out"]
_ONE_WAY: Final = "the export holds what its owner did, not what others did"
_OWNERS: Final = "between owners alone: what others did is not held"
_UNSEEN: Final = "no pair of accounts was observed both ways"
_NOTHING: Final = "no event is between two named accounts"


def ties(
    export: Export,
    *,
    half_life: str = "90D",
    weights: Mapping[str, float] | None = None,
    kinds: Iterable[str] | None = None,
    at: pd.Timestamp | None = None,
    per: str = "account",
) -> pd.DataFrame:
    """Return what the owner and each account gave each other, how lately and how strongly.

    Parameters
    ----------
    half_life
        The age at which an event counts half as much: ``strength`` is the sum of
        ``weight * 2 ** (-age / half_life)``.
    weights
        Other weights of some kinds than those of `kinds`. A kind of weight 0 is left out.
    kinds
        Kinds of interaction, such as ``["like", "comment"]``; all by default.
    at
        Up to when events count, and from when ages do; by default when the export was made, or
        its newest event where that is later or nothing dates the export.
    per
        ``"account"``, or ``"kind"`` for a row for each account and kind that occurs.

    Returns
    -------
    pandas.DataFrame
        Indexed by ``account``, the strongest first; of several owners by ``owner`` and
        ``account``. Per account, everyone whom the owner follows, who follows it, or who is named
        in an event with it:

        ``state`` of the follow tie: ``mutual``, ``following`` (the owner follows it),
        ``follower``, ``none``; missing where the lists do not tell. ``kinds``: how many occur.
        ``given``, ``got``: events by the owner towards it, and the reverse. **got is missing where
        the export cannot hold it** and counts only kinds held both ways; ``answerable``: those
        events of ``given`` that are of such kinds. ``balance``: answerable / (answerable + got),
        1 if nothing comes back, nan of nothing. ``first``, ``last``: times; ``recency``: days
        since the last, nan of none. ``strength_given``, ``strength_got``: in weights, nan where
        the events have no date or no weight, or where got is missing.

        Per kind the index goes on with ``kind``; the columns are those of events.
        ``attrs``: ``at``, ``half_life``, ``both_ways`` (kinds held both ways), ``left_out``
        (events by reason; undated ones are left out of times and strengths alone), ``notes``.

    Raises
    ------
    NotObservedError
        When the export has no owner.
    SchemaError
        When an argument does not fit.

    Notes
    -----
    A kind is held both ways in conversations, and where the export has an event of it by somebody
    else than its owners. Between two owners everything is held. People of whom a conversation
    tells nothing but a name (``dm:...``) cannot be matched to handles: what was written to a
    handle is then not 0 but missing, and what was liked of such a person, too.

    Examples
    --------
    >>> rows = [("me", "ann", "like"), ("me", "ann", "message"), ("ann", "me", "message")]
    >>> events = pd.DataFrame([*rows, ("me", "bob", "like")], columns=["source", "target", "kind"])
    >>> table = ties(Export(interactions=events.assign(at="2026-01-01T00:00Z"), owners=("me",)))
    >>> table[["given", "got", "answerable", "balance", "strength_given"]].to_dict("index")
    {'ann': {'given': 2, 'got': 1, 'answerable': 1, 'balance': 0.5, 'strength_given': 5.0},
     'bob': {'given': 1, 'got': 0, 'answerable': 0, 'balance': nan, 'strength_given': 1.0}}
    """
    if per not in ("account", "kind"):
        raise SchemaError("per: accepts 'account' or 'kind'")
    found = acts(export, weights=weights, kinds=kinds, at=at)
    table = cells(found, as_span("half_life", half_life))
    result = _per_account(table, found) if per == "account" else _per_kind(table, found)
    owned = result if len(export.owners) > 1 else result.droplevel("owner")
    owned.attrs = {
        "at": found.until,
        "half_life": half_life,
        "both_ways": found.two_way(True),
        "left_out": found.left_out,
        "notes": doubts(table["pair"].to_numpy(), found),
    }
    return owned


def _per_account(table: pd.DataFrame, found: Acts) -> pd.DataFrame:
    """Return a row for everyone in an event or a follow with an owner, the strongest first."""
    stars = [star(found.export, owner) for owner in found.export.owners]
    followed = [
        found.places(place, ends.index)
        for place, one in enumerate(stars)
        for ends in one.ties.values()
    ]
    wide = by_account(table, found, np.concatenate(followed))
    wide["balance"] = _balance(wide["answerable"], wide["got"])
    wide["recency"] = _recency(wide, found)
    owners, others = found.labels(wide.index.to_numpy())
    wide.index = pd.MultiIndex.from_arrays([owners, others], names=["owner", "account"])
    wide["state"] = pd.concat(
        [states(one, others[owners == one.owner]) for one in stars], keys=found.export.owners
    ).reindex(wide.index)
    strength = wide[["strength_given", "strength_got"]].sum(axis=1)
    order = np.lexsort((others, -strength, owners))
    return wide.iloc[order][["state", "kinds", "given", "got", "answerable", *_SINCE]]


def _per_kind(table: pd.DataFrame, found: Acts) -> pd.DataFrame:
    """Return a row for each account and kind, in the order of both."""
    owners, others = found.labels(table["pair"].to_numpy())
    kinds = found.kinds.index[table["kind"]]
    got = table["got"].astype(COUNT).where(table["held"])
    rows = table.assign(
        got=got,
        balance=_balance(table["given"], got),
        recency=_recency(table, found),
        strength_got=table["strength_got"].where(table["held"]),
    )
    rows.index = pd.MultiIndex.from_arrays(
        [owners, others, kinds], names=["owner", "account", "kind"]
    )
    rank = described(kinds.unique(), None).index.get_indexer(kinds)
    order = np.lexsort((rank, others, owners))
    return rows.iloc[order][["given", "got", *_SINCE]]


def _recency(table: pd.DataFrame, found: Acts) -> pd.Series[Any]:
    """Return how many days ago the last event was."""
    days: pd.Series[Any] = (found.until - table["last"]) / pd.Timedelta("1D")
    return days.astype("float64")


def _balance(given: pd.Series[Any], got: pd.Series[Any]) -> Any:
    """Return given / (given + got), nan where that is missing or of nothing."""
    back = got.to_numpy("float64", na_value=np.nan)
    return divided(given.to_numpy("float64"), given.to_numpy("float64") + back)


def reciprocity(
    layers: Export | Graph | FollowGraph | Mapping[str, Graph | FollowGraph],
    *,
    kinds: Iterable[str] | None = None,
) -> pd.DataFrame:
    """Return for each kind of interaction how much of it comes back.

    Parameters
    ----------
    layers
        An export's interactions, or a whole network's (an `Export` without owners); a graph
        whose ``weight`` is the number of events; or several graphs by kind.
    kinds
        Which kinds; by default all but those of weight 0, which the platform wrote.

    Returns
    -------
    pandas.DataFrame
        Indexed by ``kind`` (``all`` of a single graph). ``ties``: ordered pairs of which the
        first did something towards the second; ``returned``: those that are returned by something
        of the same kind; ``r = returned / ties``. ``events`` in these ties, w; ``reciprocated``:
        ``sum min(w_ij, w_ji)`` over ordered pairs; ``weighted``, their ratio. Both rates are in
        [0, 1], nan of nothing. ``left_out``: events that name no one, of an account towards
        itself, or between two of whom the other direction is not held. ``note``: why a rate is
        nan. **A kind held one way has nan, never 0.**

    Raises
    ------
    SchemaError
        For kinds that are not there, and graphs without fit weights.

    Notes
    -----
    An export holds a kind both ways in conversations and where it has an event of it by somebody
    else than its owners; between owners it holds every kind. See
    `follownet.reciprocity.weighted` for the measure (Squartini, Picciolo, Ruzzenenti &
    Garlaschelli 2013, doi:10.1038/srep02729).

    Examples
    --------
    >>> rows = [("me", "ann", "message")] * 3 + [("ann", "me", "message"), ("me", "ann", "like")]
    >>> events = pd.DataFrame(rows, columns=["source", "target", "kind"])
    >>> table = reciprocity(Export(interactions=events, owners=("me",)))
    >>> table[["ties", "returned", "r", "events", "reciprocated", "weighted"]]
             ties  returned    r  events  reciprocated  weighted
    kind
    like        0         0  NaN     0.0           0.0       NaN
    message     2         2  1.0     4.0           2.0       0.5
    """
    if isinstance(layers, Export):
        rows = dict(_exported(layers, kinds))
    else:
        graphs = layers if isinstance(layers, Mapping) else {"all": layers}
        wanted = graphs if kinds is None else require_kinds(kinds, graphs)
        rows = {kind: _of_graph(graphs[kind]) for kind in wanted}
    table = pd.DataFrame.from_dict(rows, orient="index", columns=[*_RETURNED, "note"])
    return table.set_index(pd.Index(table.index, name="kind", dtype=TEXT))


def _exported(export: Export, kinds: Iterable[str] | None) -> Iterator[tuple[str, list[Any]]]:
    """Yield the row of each kind of an export, in the order of the table of kinds."""
    kind, found = pd.factorize(export.interactions["kind"])
    known = described(found, None)
    wanted = known.index[known["weight"].ne(0)] if kinds is None else require_kinds(kinds, found)
    ends, size = Ends(export), len(export.accounts)
    by, to = ends.by >= 0, ends.to >= 0
    by_others = found[np.bincount(kind[~by], minlength=len(found)) > 0]
    two_way = both_ways(known.loc[found], by_others)
    held = (ends.target >= 0) & (ends.source != ends.target)
    if export.owners:
        held &= (by & to) | ((by ^ to) & two_way[kind])
    pair, weight = _pairs(kind[held] * size + ends.source[held], ends.target[held], size)
    number = np.bincount(kind, minlength=len(found))
    for name in known.index[known.index.isin(found) & known.index.isin(wanted)]:
        place = found.get_loc(name)
        of_kind = pair // size**2 == place
        source, target = np.divmod(pair[of_kind] % size**2, size)
        F = FollowGraph.from_edges(source, target, weight=weight[of_kind])
        one_way = bool(export.owners) and not two_way[place]
        note = (_OWNERS if F.follows else _ONE_WAY) if one_way else ""
        yield name, _row(F, int(number[place] - weight[of_kind].sum()), note)


def _pairs(source: Any, target: Any, size: int) -> tuple[Any, Any]:
    """Return each pair of places once, as one number, and how often it occurs."""
    code, pair = pd.factorize(source * size + target)
    return pair, np.bincount(code, minlength=len(pair)).astype("float64")


def _of_graph(G: Graph | FollowGraph) -> list[Any]:
    """Return the row of a graph whose weights are numbers of events."""
    values = tie_values(G, "weight")
    unseen = ~observed_ties(compact(G))
    left_out = float(values[unseen].sum()) if unseen.any() and values is not None else 0
    return _row(G, left_out, _UNSEEN if len(unseen) and unseen.all() else "")


def _row(G: Graph | FollowGraph, left_out: float, note: str) -> list[Any]:
    F = compact(G)
    seen = observed_ties(F)
    count, returned = int(seen.sum()), int((F.returned & seen).sum())
    found = weighted(G)
    rates = ratio(returned, count), found.r
    note = note or ("" if count else _NOTHING)
    return [count, returned, rates[0], found.total, found.reciprocated, rates[1], left_out, note]
