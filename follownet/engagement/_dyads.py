"""Does following matter? Engagement along mutual ties, and along follows that are not returned."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final, overload

import numpy as np
import pandas as pd

from follownet.engagement._layers import (
    ASSOCIATION,
    CLASSES,
    NO_RATIO,
    Compared,
    LayerTies,
    Outcomes,
    comparable,
    effect,
    layer_ties,
    numbered,
)
from follownet.engagement._taxonomy import described
from follownet.errors import NotObservedError, SchemaError
from follownet.graph import FollowGraph, Graph, precision
from follownet.graph._export import require_kinds
from follownet.reciprocity import alters
from follownet.reciprocity._intervals import divided
from follownet.seeds import whole_number
from follownet.tables import Export

#: About so many ties are in a stratum of age, and there are at most so many strata.
PER_STRATUM: Final = 15
STRATA: Final = 20
#: Fewer draws than this say too little of where 5 % end.
DRAWS: Final = 99
_DAY: Final = pd.Timedelta(days=1)


@dataclass(frozen=True, repr=False)
class DyadRates(Compared):
    """Events per day of mutual ties and of those not returned; see `by_dyad`."""

    classes: pd.DataFrame
    strata: pd.DataFrame
    horizon: pd.Timestamp
    exported_at: pd.Timestamp

    def _lines(self) -> list[str]:
        words = "events per day of mutual ties by those of follows not returned, at one age: "
        return [words + super()._lines()[0]]

    def _tables(self) -> dict[str, pd.DataFrame]:
        return {f"from {self.horizon:%Y-%m-%d} to {self.exported_at:%Y-%m-%d}": self.classes}


@overload
def by_dyad(
    follow: Export,
    layer: None = None,
    *,
    owner: Any = None,
    kinds: Iterable[str] | None = None,
    draws: int = 999,
    seed: int = 0,
) -> DyadRates: ...


@overload
def by_dyad(
    follow: Graph | FollowGraph,
    layer: Graph | FollowGraph,
    *,
    draws: int = 999,
    seed: int = 0,
) -> LayerTies: ...


def by_dyad(
    follow: Export | Graph | FollowGraph,
    layer: Graph | FollowGraph | None = None,
    *,
    owner: Any = None,
    kinds: Iterable[str] | None = None,
    draws: int = 999,
    seed: int = 0,
) -> DyadRates | LayerTies:
    """Return whether mutual ties carry more engagement than follows that are not returned.

    Of an export: the events that its owner gave to each account that it follows, per day of tie.
    A tie counts from the later of its dates on (mutual: of both follows; else of the owner's), not
    before the first event that counts (the horizon of the export), up to the date of the
    export. Where dates are days, it counts from the day after.

    Of a network: whether interaction ``source -> target`` in the layer goes along a follow
    ``source -> target``, and how much likelier a follow goes with one if it is mutual.

    Both are ratios of Mantel and Haenszel, ``sum(a T0 / T) / sum(b T1 / T)`` over cells: `a` events
    of mutual ties in `T1` days, `b` of the others in `T0` days, ``T = T0 + T1`` (of a network,
    `a` and `b` are follows with an interaction among `T1` and `T0` follows). Cells are strata of
    tie age (export), or a source and its targets of like popularity (network).

    Parameters
    ----------
    follow
        An `Export`, or a graph of follows.
    layer
        Beside a graph: interactions among the same accounts, ``weight`` (how often) optional.
    owner
        Of an export of several owners: whose ties.
    kinds
        Of an export: kinds of interaction, such as ``["like", "comment"]``; by default all but
        passive ones (views, lines that the platform wrote).
    draws
        Of the permutation; at least 99.
    seed
        Equal seeds give equal results in every process.

    Returns
    -------
    DyadRates
        Of an export. ``ratio`` of rates, from 0, its 95 % interval ``low``, ``high``, and the
        two-sided ``p`` of a ratio of 1. ``classes``: a row for ``mutual`` and ``following only``:
        ``accounts``, ``events``, ``days`` of tie, ``rate`` (events per day, nan of no days),
        ``compared`` (accounts in strata that have both and an event). ``strata``: the same for
        each stratum of age, youngest first, with ``youngest`` and ``oldest`` (days); about 15
        ties each, at most 20 strata. ``horizon``, ``exported_at``; ``left_out``, ``notes``.
    LayerTies
        Of a network. ``pairs``: the ordered pairs that interact by what they are, ``mutual``,
        ``following only`` (the source follows the target), ``follower only``, ``none``:
        ``pairs``, ``share``, and ``weight``, ``weight_share`` where the layer has weights.
        ``observed``: pairs of which it is known whether the source follows; ``along``,
        ``share_along``: those where it does (more pairs than in the table where only some lists
        are in hand). ``r``, ``weighted_r``: reciprocity of the layer itself. ``risks``: of
        mutual and unreturned ``follows`` how many are ``interacting``, the ``risk``, and how many
        are ``compared``; ``ratio`` of these risks with ``low``, ``high``, ``p``; ``left_out``,
        ``notes``.

    The ratio is nan where nothing compares or unreturned ties have no event; the interval also
    where mutual ties have none. A limit is 0 or infinite where the data set no bound.

    Raises
    ------
    NotObservedError
        When an export lacks one of the follow lists, its date, dates of ties, or dated events that
        name whom they were for.
    SchemaError
        When an argument does not fit.

    Notes
    -----
    It is an association: whoever engages may be followed back for it, and friends both follow and
    engage. Counting from the later date keeps out what led to the return. Ties of one age are
    compared because interest fades, and because lists show only ties that still exist. Within
    a source, because the active both follow and interact more; among targets of like popularity
    (steps of a sixth of a decade of followers), because the popular are followed and talked to
    by all and follow back few.

    Mantel & Haenszel 1959 (doi:10.1093/jnci/22.4.719); of person-time Greenland & Robins 1985
    (doi:10.2307/2530643). The unit of chance is the account, since its events depend on each
    other. p: which ties are mutual is permuted within cells, and ``sum(a - E a)`` divided by its
    standard error is computed again, which holds where days of tie and spread differ (Chung &
    Romano 2013, doi:10.1214/13-AOS1090); ``(b + 1)/(draws + 1)`` for `b` draws at least as far
    out. In a network any two pairs that share an account may agree, so the standard error is
    dyadic (Aronow, Samii & Assenova 2015, doi:10.1093/pan/mpv018). In the interval are the ratios
    by which outcomes of mutual ties can be divided without being rejected, so that p and interval
    agree. ``benchmarks/engagement_dyads.py`` prints how often both are right. Time grows with
    draws times the ties that compare. What followers do not tell of popularity stays in the ratio
    of a network: in the benchmark's worlds a ratio of 2 comes out as 1.9.

    Examples
    --------
    >>> import networkx as nx
    >>> follow = nx.DiGraph([("a", "b"), ("b", "a"), ("a", "c"), ("d", "a")])
    >>> layer = nx.DiGraph([("a", "b"), ("a", "d"), ("a", "c"), ("d", "c")])
    >>> by_dyad(follow, layer).pairs["pairs"].to_dict()
    {'mutual': 1, 'following only': 1, 'follower only': 1, 'none': 1}
    """
    whole_number(draws, "draws", least=DRAWS)
    if isinstance(follow, Export):
        if layer is not None:
            raise SchemaError(
                "layer: an Export has its own interactions; a layer is for a graph of follows"
            )
        return _dyad_rates(follow, owner, kinds, draws, seed)
    if owner is not None or kinds is not None:
        raise SchemaError("owner, kinds: are for an Export; the layer says what interaction is")
    if layer is None or isinstance(layer, Export):
        raise SchemaError(
            f"layer: is a {type(layer).__name__}; give the graph of interactions, such as "
            "export.engagement_graph(), or by_dyad(export) alone"
        )
    return layer_ties(follow, layer, draws=draws, seed=seed)


def _dyad_rates(
    export: Export, owner: Any, kinds: Iterable[str] | None, draws: int, seed: int
) -> DyadRates:
    known = alters(export.graph(), owner=owner)
    until = known.attrs["exported_at"]
    if pd.isna(until):
        raise NotObservedError(
            "days of tie cannot be counted: nothing dates the export; Export(..., exported_at=...) "
            "says when it was made"
        )
    events, left_out = _given(export, known.attrs["owner"], kinds)
    horizon = events["at"].min()
    ties, unused = _exposed(export, known, horizon)
    ties["events"], uncounted = _counted(events, ties["begin"], until)
    ties["stratum"] = _strata(ties["age"])
    outcomes, rows = _outcomes(ties)
    ties["compared"] = np.isin(np.arange(len(ties)), rows)
    found = effect(outcomes, draws, seed)
    left_out |= uncounted | unused
    return DyadRates(
        **found,
        draws=draws,
        seed=seed,
        left_out={reason: count for reason, count in left_out.items() if count},
        notes=_doubts(export, found["ratio"]),
        classes=_rates(ties, pd.Index(CLASSES, name="tie")),
        strata=_by_age(ties),
        horizon=horizon,
        exported_at=until,
    )


def _given(
    export: Export, owner: Any, kinds: Iterable[str] | None
) -> tuple[pd.DataFrame, dict[str, int]]:
    """Return the dated events of an owner that name someone, and how many others there are."""
    done = export.interactions[export.interactions["source"] == owner]
    if kinds is None:
        mode = described(done["kind"], None)["mode"]
        wanted = mode.index[mode != "passive"].tolist()
    else:
        wanted = require_kinds(kinds, export.interactions["kind"].unique())
    counted = done[done["kind"].isin(wanted)]
    named = counted.dropna(subset="target")
    dated = named.dropna(subset="at")
    if dated.empty:
        raise NotObservedError(
            f"whom this account engages with, and when, cannot be known: of its {len(counted)} "
            f"events of these kinds {len(named)} name someone, and none of those has a date. An "
            "export of all time with likes, comments or messages would make it known; "
            "engagement.naming tells of which kinds a platform's exports name someone"
        )
    return dated, {
        "events of other kinds": len(done) - len(counted),
        "events that name no one": len(counted) - len(named),
        "events without a date": len(named) - len(dated),
    }


def _exposed(
    export: Export, known: pd.DataFrame, horizon: pd.Timestamp
) -> tuple[pd.DataFrame, dict[str, int]]:
    """Return the owner's follows with days on which an event would be seen, and the others' number.

    ``tie``, ``age``: days since its later date; ``begin``: from when on events count; ``days``.
    """
    follows = known[known["state"] != "follower"]
    kinds = export.accounts["type"].reindex(follows.index)
    living = follows[(kinds != "deleted").to_numpy()]
    mutual = living["state"] == "mutual"
    since, back = living["following_since"], living["follower_since"]
    later = since.mask(mutual & ~(back <= since), back).where(since.notna())
    if len(later) and later.isna().all():
        raise NotObservedError(
            f"days of tie cannot be counted: none of {len(later)} follows has a date (of both ways "
            "where it is mutual). An export whose follow lists have dates would make it known"
        )
    until = known.attrs["exported_at"]
    begin = later + pd.Timedelta(seconds=precision(export))
    begin = begin.mask(begin < horizon, horizon)
    ties = pd.DataFrame(
        {
            "tie": np.where(mutual, *CLASSES),
            "age": (until - later) / _DAY,
            "begin": begin,
            "days": (until - begin) / _DAY,
        }
    )
    return ties[ties["days"] > 0].copy(), {
        "follows of deleted accounts": len(follows) - len(living),
        "follows without a date": int(begin.isna().sum()),
        "follows without exposure": int((ties["days"] <= 0).sum()),
    }


def _counted(
    events: pd.DataFrame, begin: pd.Series[Any], until: pd.Timestamp
) -> tuple[pd.Series[Any], dict[str, int]]:
    """Return the events of each tie that fall into its days, and how many others there are."""
    begun = begin.reindex(events["target"]).set_axis(events.index)
    early, late = events["at"] < begun, events["at"] > until
    inside = begun.notna() & ~early & ~late
    counts = events.loc[inside, "target"].value_counts().reindex(begin.index, fill_value=0)
    return counts, {
        "events towards others": int(begun.isna().sum()),
        "events before the later date of a tie": int(early.sum()),
        "events after the export": int((late & begun.notna()).sum()),
    }


def _strata(age: pd.Series[Any]) -> Any:
    """Return the stratum of each age, 0 the youngest: quantiles, equal ages together."""
    count = int(np.clip(len(age) // PER_STRATUM, 1, STRATA))
    edges = np.quantile(age, np.arange(1, count) / count) if len(age) else []
    return np.unique(np.searchsorted(edges, age), return_inverse=True)[1]


def _outcomes(ties: pd.DataFrame) -> tuple[Outcomes, Any]:
    """Return the ties that compare, each account its own chance, and their places."""
    events, days = (ties[name].to_numpy("float64") for name in ("events", "days"))
    mutual, stratum = (ties["tie"] == CLASSES[0]).to_numpy(), ties["stratum"].to_numpy()
    rows = comparable(events, mutual, stratum)
    number, begins = numbered(stratum[rows])
    found = Outcomes(
        events[rows], days[rows], mutual[rows], number, begins, lambda one: (one**2).sum(-1)
    )
    return found, rows


def _rates(ties: pd.DataFrame, by: pd.Index[Any]) -> pd.DataFrame:
    """Return accounts, events, days and rate of the groups that an index names."""
    grouped = ties.assign(accounts=1).groupby(list(by.names))
    table = grouped[["accounts", "events", "days", "compared"]].sum().reindex(by, fill_value=0)
    rate = divided(table["events"].to_numpy(), table["days"].to_numpy())
    table.insert(3, "rate", rate)
    return table


def _by_age(ties: pd.DataFrame) -> pd.DataFrame:
    """Return the rates of both kinds of tie in each stratum, and which ages it holds."""
    ages = ties.groupby("stratum")["age"].agg(youngest="min", oldest="max")
    both = pd.MultiIndex.from_product([ages.index, CLASSES], names=["stratum", "tie"])
    table = _rates(ties, both)
    table[["youngest", "oldest"]] = ages.reindex(both, level="stratum")
    return table


def _doubts(export: Export, found: float) -> tuple[str, ...]:
    notes = [ASSOCIATION]
    if export.report is not None and not export.report.dated:
        notes.append("nothing dates the export: days are counted up to its newest record")
    if np.isnan(found):
        notes.append(NO_RATIO)
    return tuple(notes)
