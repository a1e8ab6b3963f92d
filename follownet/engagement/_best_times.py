"""Weekdays, hours and formats of posts: which go with more engagement, told from noise."""

from __future__ import annotations

import html
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from follownet.engagement._blocks import DRAWS, WEEKS
from follownet.engagement._posts import (
    DAYS,
    Posts,
    local_hours,
    mondays,
    remarks,
    usable,
    weekdays,
)
from follownet.reciprocity._intervals import NAN
from follownet.seeds import generator, whole_number
from follownet.tables import Export

BY: Final = ("weekday", "hour", "format")
OTHER: Final = "other"
#: Weeks that have one level of their own, so that a trend is not taken for an effect of habits.
_BLOCK: Final = 4
#: Fewer posts to spare than this say too little of how posts differ.
_SPARE: Final = 20
#: Resemblance of posts of a day or week is taken to be no more than this.
_HIGHEST: Final = 0.9
#: So many residuals are permuted at a time; it bounds memory and changes no result.
_AT_ONCE: Final = 1_000_000
#: What a singular value is of the largest one, where it is rounding.
_ROUNDING: Final = 1e-9


@dataclass(frozen=True, repr=False)
class BestTimes:
    """What goes with more engagement; see `best_times`."""

    factors: pd.DataFrame
    p: pd.Series[Any]
    posts: int
    weeks: int
    base: str | None
    zone: str
    draws: int
    seed: int
    left_out: dict[str, int]
    notes: tuple[str, ...]

    @property
    def best(self) -> pd.DataFrame:
        """Return the rows of `factors` that are better than the average post; often none."""
        return self.factors[self.factors["low"] > 1]

    def _lines(self) -> list[str]:
        found = [f"{by} p = {value:.2g}" for by, value in self.p.items()]
        ratios = self.best["ratio"].droplevel("by")
        names = [f"{level} ({ratio:.2f})" for level, ratio in ratios.items()]
        return [
            f"{self.posts:,} posts in {self.weeks} weeks; {', '.join(found)}",
            f"better than the average post: {', '.join(names) or 'nothing that can be told'}",
            *remarks(self.left_out, self.notes),
        ]

    def __str__(self) -> str:
        """Return what is better, how likely it is noise, what was left out and the notes."""
        return "\n".join(self._lines())

    __repr__ = __str__

    def _repr_html_(self) -> str:
        lines = "".join(f"<p>{html.escape(line)}</p>" for line in self._lines())
        return lines + self.factors.to_html(border=0)


def best_times(
    export: Export,
    *,
    base: str | None = "followers",
    counts: Iterable[str] | None = None,
    audience: pd.Series[Any] | None = None,
    zone: str = "UTC",
    draws: int = 999,
    seed: int = 0,
) -> BestTimes:
    """Return which weekdays, hours and formats go with a higher rate of engagement.

    Each is compared with the average post, the two others equal: least squares of ``log(rate)``,
    where a post's rate is ``(engagements + 1/2) / base``, on weekday, hour, format and a constant
    for each four weeks. All levels of a kind are judged at once, so that the best of 24 hours
    is called better only if the best of 24 equal ones would seldom be as far.

    Parameters
    ----------
    export
        One account's posts.
    base, counts, audience
        As in `change`.
    zone
        Whose clocks tell weekdays and hours: that of the audience.
    draws
        Of the permutation; at least 99.
    seed
        Equal seeds give equal results in every process.

    Returns
    -------
    BestTimes
        ``factors``: indexed by ``by`` (``weekday``, ``hour``, ``format``) and ``level`` (text:
        ``Monday``, ``18``, ``reel``). ``posts``, and ``weeks`` that have one; ``ratio`` of the
        typical rate to that of the average post: 1.2 is 20 % above it; ``low``, ``high``: 95 %
        intervals that hold together for all levels of that kind. Levels in fewer than five
        weeks are put together as ``other``, which has a ratio, if any, and no interval.
        ``p`` by kind: that all its levels are equal. ``best``: the rows whose interval
        is above 1, often none. ``left_out``, ``notes``.

        Ratios are nan where a level cannot be told from another kind's (every reel at 18 h);
        intervals and p also for fewer than two levels, with fewer than 20 posts more than
        constants, and where more than a tenth of the posts have no engagement.

    Raises
    ------
    SchemaError
        When posts are of several accounts, or an argument does not fit.
    NotObservedError
        When no post has the base, or the counts.

    Notes
    -----
    It is an association: what is posted on Sundays may differ from what is posted on Mondays. An
    hour at which nothing was posted has no row; to know of it, post then. Weekday and hour
    multiply: their combinations, 168, are more than most accounts have posts for.

    Errors are those of posts that resemble each other within a day, and less so within a week:
    both resemblances are estimated by equating products of residuals with what is expected of
    them (Henderson's method of moments, 1953, doi:10.2307/3001853). The largest of a kind's
    studentised contrasts is compared with the largest under permuted residuals of the model
    without that kind (Freedman & Lane 1983, doi:10.1080/07350015.1983.10509354; of maxima
    Westfall & Young 1993; of simultaneous intervals Hothorn, Bretz & Westfall 2008,
    doi:10.1002/bimj.200810425). ``benchmarks/engagement_rhythm.py`` prints how often
    this rejects and covers.

    Examples
    --------
    >>> from follownet import simulation
    >>> world = simulation.posts(weeks=52, posts_per_week=14, hours={19: 2.0}, seed=1)
    >>> found = best_times(world)
    >>> found.best.loc["hour", ["posts", "ratio"]].round(1).to_dict("index")
    {'19': {'posts': 58, 'ratio': 2.1}}
    """
    draws, rng = whole_number(draws, "draws", least=DRAWS), generator(seed)
    posts = export.posts
    found = usable(posts, base=base, counts=counts, audience=audience, zone=zone)
    model = _Model(found, _levels(posts.iloc[found.row], found, zone))
    notes = [*found.doubts(), *model.doubts()]
    tables, p = {}, {}
    gaps = {by: model.gap(by) for by in BY}
    limits = {} if notes else model.limits([by for by in BY if not gaps[by]], draws, rng)
    for by in BY:
        furthest, p[by] = limits.get(by, (NAN, NAN))
        tables[by] = model.table(by, furthest)
    notes += [f"no interval and no p by {by}: {why}" for by, why in gaps.items() if why]
    if base is None:
        notes.append("counts per post, not rates: growth of the audience within a month is in them")
    return BestTimes(
        factors=pd.concat(tables, names=["by", "level"]),
        p=pd.Series(p, name="p").rename_axis("by"),
        posts=len(found),
        weeks=len(np.unique(mondays(found.day))),
        base=base,
        zone=zone,
        draws=draws,
        seed=seed,
        left_out=found.left_out,
        notes=tuple(notes),
    )


@dataclass(frozen=True)
class _Levels:
    """Names of the levels of a kind in order, the place of each post's, posts and weeks of each."""

    names: list[str]
    place: Any
    posts: Any
    weeks: Any

    @property
    def told(self) -> Any:
        """Return which levels are compared."""
        return np.array([name != OTHER for name in self.names], dtype=bool)


def _levels(rows: pd.DataFrame, found: Posts, zone: str) -> dict[str, _Levels]:
    """Return the levels of each kind, those in few weeks put together."""
    hours, hour = np.unique(local_hours(rows["at"], zone), return_inverse=True)
    days, day = np.unique(weekdays(found.day), return_inverse=True)
    form, forms = pd.factorize(rows["format"], sort=True)
    weeks = mondays(found.day)
    return {
        "weekday": _pooled(day, [DAYS[day] for day in days], weeks),
        "hour": _pooled(hour, [str(hour) for hour in hours], weeks),
        "format": _pooled(form, [str(name) for name in forms], weeks),
    }


def _pooled(place: Any, names: list[str], weeks: Any) -> _Levels:
    """Put levels in fewer weeks than `WEEKS`, and posts without one, together as the last."""
    seen = np.unique(np.stack([place.astype("int64"), weeks.astype("int64")]), axis=1)[0]
    enough = np.bincount(seen[seen >= 0], minlength=len(names)) >= WEEKS
    # The last stands for posts without a level, whose place is -1.
    number = np.append(np.where(enough, np.cumsum(enough) - 1, enough.sum()), enough.sum())
    place = number[place]
    kept = [name for name, one in zip(names, enough, strict=True) if one]
    kept += [OTHER] * bool((place == len(kept)).any())
    seen = np.unique(np.stack([place, weeks.astype("int64")]), axis=1)[0]
    return _Levels(kept, place, *(np.bincount(one, minlength=len(kept)) for one in (place, seen)))


class _Model:
    """Least squares of the logarithm of rates on the levels of all kinds and on blocks of weeks."""

    def __init__(self, found: Posts, levels: dict[str, _Levels]) -> None:
        self.levels = levels
        week = mondays(found.day).astype("int64") // 7
        self._parts = {
            "block": _dummies(np.unique(week // _BLOCK, return_inverse=True)[1]),
            **{by: _dummies(one.place) for by, one in levels.items()},
        }
        X = np.hstack(list(self._parts.values()))
        self._basis, self._loadings = _orthonormal(X)
        self._values = found.log_rate
        self.spare = len(X) - self._basis.shape[1]
        self._groups = [np.unique(one, return_inverse=True)[1] for one in (found.day, week)]

    def doubts(self) -> tuple[str, ...]:
        """Say why nothing can be judged, if so."""
        if self.spare >= _SPARE:
            return ()
        return (
            f"no interval and no p: {len(self._values)} posts are {self.spare} more than the "
            f"constants of blocks, weekdays, hours and formats; {_SPARE} are needed",
        )

    def table(self, by: str, furthest: float) -> pd.DataFrame:
        """Return a kind's levels with their ratios, limits so many standard errors away."""
        one = self.levels[by]
        rows = self._contrasts(by)
        values = rows @ (self._basis.T @ self._values)
        reach = np.where(one.told, furthest * self._errors(rows), NAN)
        columns = {
            "posts": one.posts,
            "weeks": one.weeks,
            "ratio": np.exp(values),
            "low": np.exp(values - reach),
            "high": np.exp(values + reach),
        }
        return pd.DataFrame(columns, index=pd.Index(one.names, dtype="str", name="level"))

    def _contrasts(self, by: str) -> Any:
        """Return each level minus the average post, on the basis; nan where it cannot be told."""
        begin = sum(part.shape[1] for part in self._before(by))
        size = self._parts[by].shape[1]
        rows = np.zeros((size, len(self._loadings)))
        rows[:, begin : begin + size] = np.eye(size) - self._shares(by)
        found = rows @ self._loadings
        back = found @ np.linalg.pinv(self._loadings)
        told = np.abs(back - rows).max(axis=1, initial=0) < 1e-6
        return np.where(told[:, None], found, NAN)

    def _shares(self, by: str) -> Any:
        return self._parts[by].sum(axis=0) / max(len(self._values), 1)

    def _before(self, by: str) -> list[Any]:
        names = list(self._parts)
        return [self._parts[name] for name in names[: names.index(by)]]

    def gap(self, by: str) -> str:
        """Say why the levels of a kind cannot be compared, nothing where they can."""
        told = self.levels[by].told
        if told.sum() < 2:
            return f"{told.sum()} levels are in {WEEKS} weeks or more; 2 are needed"
        if np.isnan(self._contrasts(by)[told]).any():
            return "some levels always go together with one of another kind"
        return ""

    def limits(
        self, kinds: list[str], draws: int, rng: np.random.Generator
    ) -> dict[str, tuple[float, float]]:
        """Return by kind how far 95 % of largest contrasts go, at most, and p."""
        told = {
            by: (self._contrasts(by)[self.levels[by].told], self._residuals_without(by))
            for by in kinds
        }
        order = np.arange(len(self._values))
        drawn: dict[str, list[Any]] = {by: [] for by in told}
        for size in _chunks(draws, len(order)):
            orders = rng.permuted(np.broadcast_to(order, (size, len(order))), axis=1)
            for by, (rows, residuals) in told.items():
                drawn[by].append(self._largest(rows, residuals[orders]))
        return {by: self._judged(rows, drawn[by]) for by, (rows, _) in told.items()}

    def _judged(self, rows: Any, drawn: list[Any]) -> tuple[float, float]:
        values = rows @ (self._basis.T @ self._values)
        observed = np.abs(values / self._errors(rows)).max()
        largest = np.sort(np.concatenate(drawn))
        place = int(np.ceil(0.95 * (len(largest) + 1))) - 1
        beyond = (largest >= observed - 1e-9).sum()
        return float(largest[place]), float((beyond + 1) / (len(largest) + 1))

    def _residuals_without(self, by: str) -> Any:
        """Return the residuals of the model without a kind, of equal variance, around 0."""
        others = [part for name, part in self._parts.items() if name != by]
        basis, _ = _orthonormal(np.hstack(others))
        rest = self._values - basis @ (basis.T @ self._values)
        left = np.maximum(1 - (basis**2).sum(axis=1), 0.05)
        rest = rest / np.sqrt(left)
        return rest - rest.mean()

    def _largest(self, rows: Any, values: Any) -> Any:
        """Return the largest studentised contrast of values that do not resemble each other."""
        fitted = values @ self._basis
        variance = ((values**2).sum(axis=1) - (fitted**2).sum(axis=1)) / self.spare
        far = np.abs(fitted @ rows.T) / np.sqrt((rows**2).sum(axis=1))
        return far.max(axis=1) / np.sqrt(variance)

    def _errors(self, rows: Any) -> Any:
        """Return standard errors of contrasts of posts that resemble each other."""
        if self.spare < 1:
            return np.full(len(rows), NAN)
        return np.sqrt(np.einsum("ij,jk,ik->i", rows, self._covariance(), rows))

    def _covariance(self) -> Any:
        """Return that of the values on the basis.

        Of two posts it is `s0` if they are one, `s1` if of one day, `s2` if of one week. With the
        matrices ``D_k`` that mark such pairs and the projection `M` to residuals `e`, the
        expectation of ``e' D_k e`` is ``sum_l s_l trace(M D_k M D_l)``.
        """
        basis, (day, week) = self._basis, self._groups
        rest = self._values - basis @ (basis.T @ self._values)
        marked = [
            [one, _within(day, one) - one, _within(week, one) - _within(day, one)]
            for one in (basis, rest[:, None])
        ]
        inner = [basis.T @ one for one in marked[0]]
        pairs = np.array([(np.bincount(one) ** 2).sum() for one in (day, week)])
        traces = np.diag([len(rest), pairs[0] - len(rest), pairs[1] - pairs[0]]).astype(float)
        for one, other in np.ndindex(3, 3):
            traces[one, other] += (inner[one] * inner[other].T).sum()
            traces[one, other] -= 2 * (marked[0][one] * marked[0][other]).sum()
        products = np.array([rest @ one[:, 0] for one in marked[1]])
        found = np.linalg.lstsq(traces, products, rcond=_ROUNDING)[0]
        own = max(found[0], _ROUNDING)
        of_week = np.clip(found[2] / own, 0, _HIGHEST)
        of_day = np.clip(found[1] / own, of_week, _HIGHEST)
        variance = products[0] / (traces[0] @ [1, of_day, of_week])
        return variance * (np.eye(len(inner[0])) + of_day * inner[1] + of_week * inner[2])


def _chunks(draws: int, size: int) -> Any:
    """Return numbers of draws to make at once."""
    step = max(_AT_ONCE // max(size, 1), 1)
    return np.diff([*range(0, draws, step), draws])


def _dummies(place: Any) -> Any:
    """Return a column for each level."""
    return np.eye(int(place.max(initial=-1)) + 1)[place]


def _orthonormal(X: Any) -> tuple[Any, Any]:
    """Return an orthonormal basis of columns, and what takes coefficients from it to theirs."""
    basis, sizes, rows = np.linalg.svd(X, full_matrices=False)
    kept = sizes > _ROUNDING * sizes.max(initial=0)
    return basis[:, kept], rows[kept].T / sizes[kept]


def _within(group: Any, values: Any) -> Any:
    """Return for each row the sum over its group."""
    total = np.zeros((int(group.max(initial=-1)) + 1, values.shape[1]))
    np.add.at(total, group, values)
    return total[group]
