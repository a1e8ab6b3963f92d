"""Mutual ties against those that are not returned, and layers of a network laid on its follows.

The first half is the comparison that `by_dyad` makes of either kind of data: outcomes of ties
within cells of what both the return of a follow and interaction may depend on.
"""

from __future__ import annotations

import html
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from scipy import optimize, sparse

from follownet.engagement._blocks import share_beyond
from follownet.engagement._posts import remarks
from follownet.errors import SchemaError
from follownet.graph import FollowGraph, Graph, compact, flags, observed_ties, tie_values
from follownet.reciprocity._intervals import NAN, divided, ratio
from follownet.reciprocity._weighted import weighted
from follownet.seeds import generator

CLASSES: Final = ("mutual", "following only")
ASSOCIATION: Final = "an association: whoever engages may be followed back for it"
NO_RATIO: Final = "no ratio: no cell has both kinds of tie and an event of one that is not returned"
_PAIRS: Final = (*CLASSES, "follower only", "none")
#: So many labels are permuted at a time; it bounds memory and changes no result.
_AT_ONCE: Final = 1_000_000
#: A standard error below this is rounding: all ties of a cell have one rate.
_LEAST: Final = 1e-12
#: A limit further from the ratio than ``2 ** 10`` is 0 or infinite.
_FURTHEST: Final = 10
#: Targets within a sixth of a decade of followers, a factor of 1.47, are equally popular.
_BINS: Final = 6


@dataclass(frozen=True, repr=False)
class Compared:
    """A ratio of mutual ties to those that are not returned, told as text or HTML."""

    ratio: float
    low: float
    high: float
    p: float
    draws: int
    seed: int
    left_out: dict[str, int]
    notes: tuple[str, ...]

    def _lines(self) -> list[str]:
        return [f"{self.ratio:.3g} (95 % {self.low:.3g} to {self.high:.3g}, p = {self.p:.2g})"]

    def _tables(self) -> dict[str, pd.DataFrame]:
        return {}

    def _remarks(self) -> list[str]:
        return remarks(self.left_out, self.notes, of="")

    def __str__(self) -> str:
        """Return the ratio, the tables, what was left out and the notes."""
        tables = [f"\n{name}:\n{table.to_string()}\n" for name, table in self._tables().items()]
        return "\n".join([*self._lines(), *tables, *self._remarks()])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        parts = [f"<p><b>{html.escape(line)}</b></p>" for line in self._lines()]
        for name, table in self._tables().items():
            parts.append(f"<h4>{html.escape(name)}</h4>{table.to_html(border=0)}")
        return "".join([*parts, *(f"<p>{html.escape(one)}</p>" for one in self._remarks())])


# ------------------------------------------------------------------ outcomes within cells


@dataclass(frozen=True)
class Outcomes:
    """Outcomes of ties in order of their cells, as arrays of one length.

    ``outcome`` is counted over ``exposure`` (days; 1 for a risk); ``begins`` are the places where
    a cell begins; ``variance`` of the sum of scores ``(..., ties)``, which says what chance is.
    """

    outcome: Any
    exposure: Any
    mutual: Any
    cell: Any
    begins: Any
    variance: Callable[[Any], Any]

    def by_cell(self, values: Any) -> Any:
        """Return sums over cells, ``(..., ties)`` to ``(..., cells)``."""
        return np.add.reduceat(values, self.begins, axis=-1)

    def statistic(self, labels: Any, factor: float = 1.0) -> Any:
        """Return how far ties so labelled are above the others of their cells, in standard errors.

        `factor`: what the outcomes of the mutual ties are divided by first.
        """
        outcome = np.where(self.mutual, self.outcome / factor, self.outcome)
        whole = self.by_cell(self.exposure)
        rest = outcome - self.exposure * (self.by_cell(outcome) / whole)[self.cell]
        share = self.by_cell(labels * self.exposure) / whole
        scores = (labels - share[..., self.cell]) * rest
        spread = np.sqrt(self.variance(scores))
        return scores.sum(-1) / np.where(spread > _LEAST, spread, np.nan)


def comparable(outcome: Any, mutual: Any, cell: Any) -> Any:
    """Return the places of ties whose cell has both classes and an outcome, in order of cells."""
    told = np.ones(int(cell.max(initial=-1)) + 1, dtype=bool)
    for one in (mutual, ~mutual, outcome):
        told &= np.bincount(cell, weights=one, minlength=len(told)) > 0
    order = np.argsort(cell, kind="stable")
    return order[told[cell[order]]]


def numbered(cell: Any) -> tuple[Any, Any]:
    """Return cells, in order, numbered without gaps, and where each begins."""
    _, begins, number = np.unique(cell, return_index=True, return_inverse=True)
    return number, begins


def adjusted(ties: Outcomes) -> float:
    """Return the Mantel-Haenszel ratio of the rates of mutual ties and of the others.

    ``sum(a T0 / T) / sum(b T1 / T)`` over cells: outcomes of mutual ties `a` over `T1`, of the
    others `b` over `T0`, ``T = T0 + T1``; nan where no such `b` is.
    """
    whole, sums = ties.by_cell(ties.exposure), []
    for one, other in ((ties.mutual, ~ties.mutual), (~ties.mutual, ties.mutual)):
        weight = ties.by_cell(ties.exposure * other) / whole
        sums.append(float((ties.by_cell(ties.outcome * one) * weight).sum()))
    return ratio(*sums)


def effect(ties: Outcomes, draws: int, seed: int) -> dict[str, float]:
    """Return the ratio, the p of no difference, and the 95 % interval.

    Labels are permuted within cells and the statistic is computed again. In the interval are the
    ratios by which the outcomes of mutual ties can be divided so that the statistic is not as far
    out as the outermost 5 % of those drawn.
    """
    found = dict.fromkeys(("ratio", "low", "high", "p"), NAN)
    if not len(ties.outcome):
        return found
    drawn = _drawn(ties, draws, generator(seed))
    found["p"] = share_beyond(float(ties.statistic(ties.mutual)), drawn)
    found["ratio"] = adjusted(ties)
    if found["ratio"] > 0:
        furthest = _furthest(drawn)
        found["low"] = 1 / _reach(ties, found["ratio"], furthest, -1)
        found["high"] = _reach(ties, found["ratio"], furthest, 1)
    return found


def _drawn(ties: Outcomes, draws: int, rng: np.random.Generator) -> Any:
    """Return the statistic of labels permuted within cells, so many times."""
    size = len(ties.outcome)
    rows = max(_AT_ONCE // size, 1)
    parts = []
    for begin in range(0, draws, rows):
        keys = ties.cell + rng.random((min(rows, draws - begin), size))
        parts.append(ties.statistic(ties.mutual[np.argsort(keys, axis=1)]))
    return np.concatenate(parts)


def _furthest(drawn: Any) -> float:
    """Return what is further out than 95 % of draws, infinite where as many are furthest."""
    away = np.sort(np.nan_to_num(np.abs(drawn), nan=np.inf))
    last = float(away[-((len(away) + 1) // 20)])
    return last if last < away[-1] - 1e-9 else np.inf


def _reach(ties: Outcomes, ratio: float, furthest: float, way: int) -> float:
    """Return the ratio (below it, `way` -1: its inverse) whose statistic is just so far out."""

    def beyond(steps: float) -> float:
        factor = ratio * 2.0 ** (way * steps)
        return float(-way * ties.statistic(ties.mutual, factor)) - furthest

    for step in range(1, _FURTHEST + 1):
        if beyond(step) > 0:
            steps = optimize.brentq(beyond, step - 1, step)
            return float((ratio * 2.0 ** (way * steps)) ** way)
    return np.inf


# ------------------------------------------------------------------ layers


@dataclass(frozen=True, repr=False)
class LayerTies(Compared):
    """How a layer of interactions lies on the follows; see `by_dyad`."""

    pairs: pd.DataFrame
    observed: int
    along: int
    share_along: float
    r: float
    weighted_r: float
    risks: pd.DataFrame

    def _lines(self) -> list[str]:
        return [
            f"{self.along:,} of {self.observed:,} interacting pairs go along a follow "
            f"({self.share_along:.1%}); r of the layer {self.r:.4f}",
            "interaction along mutual follows by that along unreturned ones: "
            + super()._lines()[0],
        ]

    def _tables(self) -> dict[str, pd.DataFrame]:
        return {"pairs that interact": self.pairs, "follows": self.risks}


def layer_ties(
    follow: Graph | FollowGraph, layer: Graph | FollowGraph, *, draws: int, seed: int
) -> LayerTies:
    """Return how a layer of interactions lies on the follows; see `by_dyad`."""
    F, L = compact(follow), compact(layer)
    source, target = _placed(F, L)
    amount = tie_values(layer, "weight")
    weighted_r = NAN if amount is None else weighted(layer).r
    there, back = _observed(F, source, target), _observed(F, target, source)
    tie, seen = _tie(F, source, target), observed_ties(L)
    along = there & (tie >= 0)
    against = back & (_tie(F, target, source) >= 0)
    interacts = np.zeros(F.follows, dtype=bool)
    interacts[tie[tie >= 0]] = True
    used, left_out = _used(F, L)
    ties, risks = _risks(F, interacts, used)
    found = effect(ties, draws, seed)
    left_out = {
        "interacting pairs: whether the source follows is not known": int((~there).sum()),
        "interacting pairs: whether the target follows is not known": int((there & ~back).sum()),
        "self-loops of the layer": int(L.loops.sum()),
    } | left_out
    return LayerTies(
        **found,
        draws=draws,
        seed=seed,
        left_out={reason: count for reason, count in left_out.items() if count},
        notes=_doubts(F, found["ratio"]),
        pairs=_shares(along, against, amount, there & back),
        observed=int(there.sum()),
        along=int(along.sum()),
        share_along=ratio(along.sum(), there.sum()),
        r=ratio((L.returned & seen).sum(), seen.sum()),
        weighted_r=weighted_r,
        risks=risks,
    )


def _placed(F: FollowGraph, L: FollowGraph) -> tuple[Any, Any]:
    """Return the ends of the layer's pairs as places in the follow graph, -1 outside."""
    place = F.accounts.get_indexer(L.accounts)
    if len(L) and (place < 0).all():
        raise SchemaError(
            f"layer: none of its {len(L)} accounts is in the follow graph; label the accounts of "
            "both alike, by whole numbers or by texts"
        )
    return place[L.sources], place[L.targets]


def _observed(F: FollowGraph, source: Any, target: Any) -> Any:
    """Return of ordered pairs whether it is known if the source follows the target."""
    if F.observed == "whole":
        return (source >= 0) & (target >= 0)
    # The last flag is that of accounts outside, whose place is -1.
    following, followers = (
        np.append(flags(F, f"{name}_observed"), False) for name in ("following", "followers")
    )
    return following[source] | followers[target]


def _tie(F: FollowGraph, source: Any, target: Any) -> Any:
    """Return of ordered pairs the place of their follow, -1 where there is none."""
    keys, wanted = F.sources * len(F) + F.targets, source * len(F) + target
    at = np.minimum(np.searchsorted(keys, wanted), max(F.follows - 1, 0))
    inside = (source >= 0) & (target >= 0) & (F.follows > 0)
    return np.where(inside & (np.append(keys, -1)[at] == wanted), at, -1)


def _shares(along: Any, against: Any, amount: Any, known: Any) -> pd.DataFrame:
    """Return number and weight of the interacting pairs of each kind, and their shares."""
    kind = np.select([along & against, along, against], [0, 1, 2], 3)[known]
    pairs, weight = np.bincount(kind, minlength=4), np.full(4, NAN)
    if amount is not None:
        weight = np.bincount(kind, np.asarray(amount, dtype=float)[known], minlength=4)
    columns = {
        "pairs": pairs,
        "share": divided(pairs, np.full(4, pairs.sum())),
        "weight": weight,
        "weight_share": divided(weight, np.full(4, weight.sum())),
    }
    return pd.DataFrame(columns, index=pd.Index(_PAIRS, name="pair", dtype="str"))


def _used(F: FollowGraph, L: FollowGraph) -> tuple[Any, dict[str, int]]:
    """Return which follows tell of mutual ties, and why how many others do not."""
    living = ~flags(F, "deleted")
    # A layer known through owners shows what these did, not what others did.
    shown = np.ones(len(F), dtype=bool) if L.observed == "whole" else flags(F, "owner")
    used, left_out = np.ones(F.follows, dtype=bool), {}
    for reason, kept in (
        ("from or to deleted accounts", living[F.sources] & living[F.targets]),
        ("whose return is not known", observed_ties(F)),
        ("by accounts of which the layer does not show what they did", shown[F.sources]),
    ):
        left_out[f"follows {reason}"] = int((used & ~kept).sum())
        used &= kept
    return used, left_out


def _risks(F: FollowGraph, interacts: Any, used: Any) -> tuple[Outcomes, pd.DataFrame]:
    """Return the follows that compare, and how many of either kind go with an interaction."""
    bins = np.floor(_BINS * np.log10(F.followers[F.targets])).astype("int64")
    _, cell = np.unique(F.sources * (bins.max(initial=0) + 1) + bins, return_inverse=True)
    places = np.flatnonzero(used)
    places = places[comparable(interacts[used], F.returned[used], cell[used])]
    number, begins = numbered(cell[places])
    variance = _dyadic(F.sources[places], F.targets[places])
    outcome, exposure = interacts[places] * 1.0, np.ones(len(places))
    ties = Outcomes(outcome, exposure, F.returned[places], number, begins, variance)
    kinds = [used & F.returned, used & ~F.returned]
    follows = np.array([one.sum() for one in kinds])
    with_one = np.array([(one & interacts).sum() for one in kinds])
    columns = {
        "follows": follows,
        "interacting": with_one,
        "risk": divided(with_one, follows),
        "compared": [one[places].sum() for one in kinds],
    }
    return ties, pd.DataFrame(columns, index=pd.Index(CLASSES, name="tie", dtype="str"))


def _dyadic(source: Any, target: Any) -> Callable[[Any], Any]:
    """Return the variance of sums over ordered pairs, where those that share an account may agree.

    ``sum_i (scores of all pairs with i)^2 - sum_ij (score_ij + score_ji)^2``, at least the sum
    of squares.
    """
    pair, ends = np.arange(len(source)), np.sort([source, target], axis=0)
    account = np.unique(np.concatenate(ends), return_inverse=True)[1]
    dyad = np.unique(ends, axis=1, return_inverse=True)[1].ravel()
    of_account, of_dyad = (
        sparse.csr_array((np.ones(len(row)), (row, group)), shape=(len(pair), 2 * len(pair)))
        for row, group in ((np.tile(pair, 2), account), (pair, dyad))
    )

    def variance(scores: Any) -> Any:
        alike = ((scores @ of_account) ** 2).sum(-1) - ((scores @ of_dyad) ** 2).sum(-1)
        return np.maximum(alike, (scores**2).sum(-1))

    return variance


def _doubts(F: FollowGraph, found: float) -> tuple[str, ...]:
    notes = [ASSOCIATION]
    if F.observed != "whole":
        notes.append("popularity is the number of followers among those whose lists are in hand")
    if np.isnan(found):
        notes.append(NO_RATIO)
    return tuple(notes)
