"""Segments of accounts as a mixture of kinds, whose number the accounts themselves decide."""

from __future__ import annotations

import html
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from follownet.engagement._acts import as_span
from follownet.errors import NotObservedError
from follownet.seeds import generator, whole_number
from follownet.segments._features import features
from follownet.segments._latent import Fit, Sample, criterion, tried
from follownet.tables import Export

STATES: Final = ("mutual", "follower", "following")
#: No more segments are tried, and so many starts for each number of them.
MOST: Final = 8
STARTS: Final = 8
_COUNTS: Final = ("given", "got")
_ORDER: Final = ["state", *_COUNTS, "held", "latency", "burst"]
_YEAR: Final = 365.0


@dataclass(frozen=True, eq=False, repr=False)
class Mixture:
    """Segments that a mixture model finds; see `mixture`.

    Attributes
    ----------
    segment
        The most probable segment of each account, by account; 0 is the largest.
    weights
        How probable each segment (column) is for each account, under the model; rows sum to 1.
    profiles
        A row for each segment: ``accounts`` (the sum of weights), ``share``; how probable it makes
        each state; ``given`` and ``got``, events a year; ``quick`` and ``burst``, how probable, nan
        where less than one account of it could tell; ``stability``, the mean Jaccard similarity
        with the most similar segment of a resample.
    numbers
        A row for each number of segments that was tried: ``log_likelihood``, ``parameters``,
        ``bic``, ``entropy`` of the weights, ``icl``, and in how many ``resamples`` it was chosen
        (nan but for these where they alone came so far).
    left_out
        Accounts and features, by reason.
    """

    segment: pd.Series[int]
    weights: pd.DataFrame
    profiles: pd.DataFrame
    numbers: pd.DataFrame
    left_out: dict[str, int]

    @property
    def chosen(self) -> int:
        """How many segments there are."""
        return len(self.profiles)

    def _lines(self) -> Iterator[str]:
        again = self.numbers["resamples"]
        yield (
            f"segments with the least ICL: {self.chosen}, as in {again.get(self.chosen, 0)} of "
            f"{again.sum()} resamples"
        )
        yield "weights hold under the model: there is no true label to compare with"
        yield from (f"left out: {reason} {count:,}" for reason, count in self.left_out.items())

    def __str__(self) -> str:
        """Return the profiles, how sure their number is, and what was left out."""
        return "\n".join([self.profiles.round(2).to_string(), *self._lines()])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        table = self.profiles.round(2).to_html(border=0)
        return table + "".join(f"<p>{html.escape(line)}</p>" for line in self._lines())


def mixture(
    export: Export,
    *,
    owner: str | None = None,
    quick: str = "2D",
    burst: int = 10,
    window: str = "365D",
    resamples: int = 10,
    seed: int = 0,
) -> Mixture:
    """Return segments of the accounts tied to the owner as a mixture model finds them.

    Parameters
    ----------
    owner, quick, burst, window
        As for `accounts`; they make the features.
    resamples
        How many times accounts are drawn with replacement and all is done again; 0: the
        stability is nan.
    seed
        The same seed gives the same result in every process.

    Returns
    -------
    Mixture
        The segments, their profiles, their number and how stable both are. Deleted accounts are
        left out and counted.

    Raises
    ------
    NotObservedError
        When one of the two lists is not in hand, or holds no account that lives.
    SchemaError
        When an argument does not fit.

    Notes
    -----
    Within a segment the features are independent: the state of the tie is a category; events
    given and got are negative binomial, of a rate times the days they are held; a quick return,
    where there is one, and a follow in a campaign are marks. Events of a direction that is not
    held for every account are left out. The number of segments is that of the least integrated
    completed likelihood (Biernacki, Celeux & Govaert 2000, doi:10.1109/34.865189), which asks for
    segments that are apart, where BIC describes one skewed kind by several. So kinds that overlap
    come out as one, **and a world of a single kind has one segment**. What differs in the state
    alone is no segment of its own either: the state is in the lists already, and a mixture finds
    what goes together with something else. Stability: Hennig 2007,
    doi:10.1016/j.csda.2006.11.025; below .6 a segment should not be believed in.

    Examples
    --------
    >>> from follownet.simulation import kinds
    >>> mixture(kinds(accounts=80, shares={"friend": 1}).export, resamples=0).chosen
    1
    """
    whole_number(burst, "burst", least=2)
    whole_number(resamples, "resamples", least=0)
    table = features(export, owner=owner, window=window)
    # In the order of what is known of them, so that their names change nothing.
    living = table[~table["deleted"]].sort_values(_ORDER)
    if not len(living):
        raise NotObservedError("no account that lives is tied to the owner: there are no segments")
    sample, counts = _sample(living, as_span("quick", quick) / pd.Timedelta("1D"), burst)
    streams = generator(seed).spawn(1 + resamples)
    fits = tried(sample, MOST, STARTS, streams[0])
    best = _ordered(min(fits, key=lambda fit: criterion(fit, len(sample))))
    weights = best.weights(sample)
    again = [_again(sample, rng) for rng in streams[1:]]
    unheld = {f"{name}: not held for every account": 1 for name in _COUNTS if name not in counts}
    gone = {"deleted accounts": len(table) - len(living)} if len(living) < len(table) else {}
    return Mixture(
        segment=pd.Series(weights.argmax(axis=1), living.index, name="segment").sort_index(),
        weights=pd.DataFrame(weights, living.index).rename_axis(columns="segment").sort_index(),
        profiles=_profiles(best, sample, counts, [labels for labels, _ in again]),
        numbers=_numbers(fits, len(sample), [number for _, number in again]),
        left_out=gone | unheld,
    )


def _sample(table: pd.DataFrame, quick: float, burst: int) -> tuple[Sample, list[str]]:
    """Return the features as arrays, and which counts are among them."""
    counts = [name for name in _COUNTS if table[name].notna().all()]
    marks = [
        table["latency"].le(quick).astype("float64").where(table["latency"].notna()),
        table["burst"].ge(burst).astype("Float64"),
    ]
    state = table["state"].to_numpy()[:, None] == np.array(STATES)
    found = Sample(
        state=state.astype("float64"),
        counts=table[counts].to_numpy("float64"),
        held=table["held"].to_numpy() / _YEAR,
        marks=np.column_stack([mark.to_numpy("float64", na_value=np.nan) for mark in marks]),
    )
    return found, counts


def _again(sample: Sample, rng: np.random.Generator) -> tuple[npt.NDArray[np.int64], int]:
    """Return the segment of every account, and their number, as a resample has them."""
    drawn = sample.take(rng.integers(len(sample), size=len(sample)))
    fits = tried(drawn, MOST, max(STARTS // 2, 1), rng)
    best = min(fits, key=lambda fit: criterion(fit, len(sample)))
    return best.weights(sample).argmax(axis=1), len(best.shares)


def _ordered(fit: Fit) -> Fit:
    """Return the same kinds, the largest first."""
    order = np.argsort(-fit.shares, kind="stable")
    names = ("shares", "state", "rates", "sizes", "marks")
    return replace(fit, **{name: getattr(fit, name)[order] for name in names})


def _profiles(
    fit: Fit, sample: Sample, counts: list[str], again: list[npt.NDArray[np.int64]]
) -> pd.DataFrame:
    weights = fit.weights(sample)
    rates = pd.DataFrame(fit.rates, columns=counts).reindex(columns=list(_COUNTS))
    table = pd.DataFrame({"accounts": weights.sum(axis=0), "share": weights.mean(axis=0)})
    table[list(STATES)] = fit.state
    table[list(_COUNTS)] = rates
    told = weights.T @ ~np.isnan(sample.marks) >= 1
    table[["quick", "burst"]] = np.where(told, fit.marks, np.nan)
    found = weights.argmax(axis=1)
    rows = [_similarities(found, labels, len(table)) for labels in again]
    table["stability"] = np.mean(rows, axis=0) if rows else np.nan
    return table.rename_axis("segment")


def _similarities(found: Any, other: Any, count: int) -> list[float]:
    """Return of each segment the highest Jaccard similarity with one of another partition."""
    table = np.zeros((count, int(other.max()) + 1))
    np.add.at(table, (found, other), 1)
    either = table.sum(axis=1, keepdims=True) + table.sum(axis=0) - table
    similar: list[float] = np.max(table / np.maximum(either, 1), axis=1).tolist()
    return similar


def _numbers(fits: list[Fit], size: int, again: list[int]) -> pd.DataFrame:
    rows = {
        len(fit.shares): {
            "log_likelihood": fit.log_likelihood,
            "parameters": fit.parameters,
            "bic": criterion(fit, size) - 2 * fit.entropy,
            "entropy": fit.entropy,
            "icl": criterion(fit, size),
        }
        for fit in fits
    }
    table = pd.DataFrame.from_dict(rows, orient="index").rename_axis("segments")
    chosen = pd.Series(again, dtype="int64").value_counts()
    table = table.reindex(table.index.union(chosen.index))
    return table.assign(resamples=chosen.reindex(table.index, fill_value=0))
