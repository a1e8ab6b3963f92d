"""When the rate of engagement changed, if it did: one step, found by looking at every week."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from follownet.engagement._blocks import (
    DRAWS,
    WEEKS,
    Weeks,
    by_week,
    design_effect,
    share_beyond,
    shuffled,
    steps,
)
from follownet.engagement._posts import Told, mondays, usable, weekdays
from follownet.reciprocity._intervals import NAN
from follownet.seeds import generator, whole_number
from follownet.tables import Export

#: Weeks times steps times draws that are worked on at once.
_CELLS = 4_000_000


@dataclass(frozen=True, repr=False)
class ChangePoint(Told):
    """The numbers of `change_point`; see there."""

    at: Any
    p: float
    selected_ratio: float
    weeks: int
    posts: int
    candidates: int
    design_effect: float
    base: str | None
    draws: int
    seed: int
    left_out: dict[str, int]
    notes: tuple[str, ...] = ()


def change_point(
    export: Export,
    *,
    base: str | None = "followers",
    counts: Iterable[str] | None = None,
    audience: pd.Series[Any] | None = None,
    zone: str = "UTC",
    draws: int = 999,
    seed: int = 0,
) -> ChangePoint:
    """Return the week from which on the typical rate of engagement is another, if there is one.

    Every Monday with at least five weeks with posts on either side, and a weekday that both
    have, is a candidate. At each the
    step of the typical rate is measured as by `change` and divided by its standard error; the
    candidate where this is furthest from 0 is taken, and p says how often the *largest* of
    all is as far when weeks are put in random order: it pays for having looked everywhere.

    Parameters
    ----------
    export
        One account's posts.
    base, counts, audience, zone, seed
        As in `change`.
    draws
        Random orders of the weeks; at least 99.

    Returns
    -------
    ChangePoint
        ``at``: the local Monday from which on the rate is another (NaT without a candidate);
        ``p`` of one rate all along; ``selected_ratio``: after by before of typical rates at that
        week. It has no interval: of all candidates the one with a large step was
        taken, which exaggerates it, the more so the larger p. To measure a step, choose the date
        for a reason outside of these numbers and use `change`. ``weeks`` with ``posts``,
        ``candidates``, ``design_effect``, ``left_out``, ``notes``. With fewer than ten weeks, or
        more than a tenth of the posts without engagement, p is nan.

    Raises
    ------
    SchemaError
        When posts are of several accounts, or an argument does not fit.
    NotObservedError
        When no post has the base, or the counts.

    Notes
    -----
    The largest of studentised steps over admissible dates, as Andrews 1993
    (doi:10.2307/2951764) has it, with the distribution from permutations of whole weeks. That
    one rate all along is unlikely does not say that it changed in one step: a slow trend is found
    as a step somewhere near its middle.

    Examples
    --------
    >>> from follownet import simulation
    >>> found = change_point(simulation.posts(effect=2.5, seed=2))
    >>> found.at.date().isoformat(), found.p < 0.05
    ('2026-04-06', True)
    """
    draws, rng = whole_number(draws, "draws", least=DRAWS), generator(seed)
    found = usable(export.posts, base=base, counts=counts, audience=audience, zone=zone)
    monday = mondays(found.day)
    weeks = by_week(monday.astype("int64") // 7, weekdays(found.day), found.log_rate)
    labels = _candidates(weeks)
    notes = found.doubts()
    if not len(labels):
        notes += (
            f"no date and no p: {len(weeks)} weeks have posts; {2 * WEEKS} are needed, {WEEKS} on "
            "either side with a weekday in common",
        )
    at: Any = pd.NaT
    p = step = factor = NAN
    if not notes:
        place, step, p, factor = _largest(weeks, labels, draws, rng)
        at = pd.Timestamp(np.unique(monday)[place])
    return ChangePoint(
        at=at,
        p=p,
        selected_ratio=float(np.exp(step)),
        weeks=len(weeks),
        posts=len(found),
        candidates=len(labels),
        design_effect=factor,
        base=base,
        draws=draws,
        seed=seed,
        left_out=found.left_out,
        notes=notes,
    )


def _candidates(weeks: Weeks) -> Any:
    """Return for each candidate which weeks come after it, from five on either side."""
    first = np.arange(WEEKS, len(weeks) - WEEKS + 1)
    labels = (np.arange(len(weeks)) >= first[:, None]) * 1.0
    return labels[~np.isnan(steps(labels, weeks.counts, weeks.sums)[0])]


def _largest(
    weeks: Weeks, labels: Any, draws: int, rng: np.random.Generator
) -> tuple[int, float, float, float]:
    """Return the place of the first week after the largest step, the step, p, design effect."""
    step, error, residuals = steps(labels, weeks.counts, weeks.sums)
    far = np.abs(step / error)
    best = int(far.argmax())
    factor = design_effect(residuals[best], weeks.number)
    drawn = []
    for size in np.diff([*range(0, draws, max(_CELLS // labels.size, 1)), draws]):
        order = shuffled(np.arange(len(weeks)), size, rng)
        other, others, _ = steps(labels, weeks.counts[order], weeks.sums[order])
        drawn.append(np.nan_to_num(np.abs(other / others)).max(axis=1))
    p = share_beyond(far[best] / np.sqrt(factor), np.concatenate(drawn))
    return int(labels[best].argmax()), float(step[best]), p, factor
