"""Posts of one account and what became of them: a world in which every effect is known."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from functools import cache
from itertools import accumulate
from typing import Any, Final

import numpy as np
import pandas as pd

from follownet.errors import SchemaError
from follownet.seeds import generator, whole_number
from follownet.tables import COUNT, TEXT, Export

OWNER: Final = "(owner)"
#: Followers on the first day, and engagements for each of them and post.
FOLLOWERS, RATE = 2_000, 0.04
#: format -> share of the posts, factor of the rate.
FORMATS: Final = {"image": (0.5, 1.0), "carousel": (0.3, 1.25), "reel": (0.2, 1.6)}
#: What an engagement is.
KINDS: Final = {"likes": 0.85, "comments": 0.07, "shares": 0.03, "saves": 0.05}
#: Standard deviations of logarithms: of weekdays' rates and of their numbers of posts, of days,
#: of posts.
WEEKDAYS, POSTING, DAYS, POSTS = 0.2, 0.3, 0.25, 0.5
#: A viral post's rate is multiplied by a Pareto variable of this exponent: its mean is finite,
#: its variance is not.
TAIL: Final = 1.2
#: People reached for each one who engages, in a world without effects.
REACHED: Final = 10
#: When posts are made, by the hour of the day.
CLOCK: Final = np.array([1, 1, 1, 1, 1, 2, 4, 6, 6, 5, 5, 6, 8, 6, 5, 5, 6, 8, 10, 10, 8, 6, 4, 2])


def posts(
    *,
    weeks: int = 26,
    posts_per_week: float = 5.0,
    effect: float = 1.0,
    slope: float = 1.0,
    growth: float = 0.004,
    autocorrelation: float = 0.5,
    viral: float = 0.05,
    hours: Mapping[int, float] | None = None,
    seed: int = 0,
    start: str = "2026-01-05",
) -> Export:
    """Return an export of one account's posts with counts whose effects are known.

    The engagements of a post are a Poisson variable. The logarithm of its mean adds up: the
    followers of that day, a constant of its weekday (a weekly season), of its format, of its
    hour if planted, the fate of its day (an autoregression) and of itself, and, of viral posts, an
    exponential variable, so that their factor is a Pareto variable.

    Parameters
    ----------
    weeks
        How long it lasts; whole weeks.
    posts_per_week
        How many posts are expected a week; weekdays differ.
    effect
        What the rate is multiplied by from the middle on (after ``weeks // 2`` weeks); 1: nothing
        changes.
    slope
        Engagements grow with ``followers**slope``; 1: the rate does not depend on them.
    growth
        Of the logarithm of followers a day: .004 doubles them in 26 weeks.
    autocorrelation
        Of a day's fate with the next day's, in [0, 1).
    viral
        Share of posts that go viral, in [0, 1].
    hours
        Factors of the rate by hour (0 to 23, UTC) at which it is posted; 1 where none is given.
    seed
        The same seed gives the same world in every process.
    start
        The first day; a Monday makes the weeks those of the calendar.

    Returns
    -------
    Export
        Its `posts`, by time, have also ``followers``. Likes, comments, shares and saves are
        parts of the engagements; reach is no less than they are, impressions no less than
        reach, views no less than impressions. Reach follows the audience, the season, days and
        viral posts, but not `effect`, formats and hours: these change what the reached do.
        ``posts.attrs["truth"]``: ``effect``, ``at`` (from when on), ``slope``, and the factors
        of ``formats``, ``weekdays`` (Monday first) and ``hours``.

    Raises
    ------
    SchemaError
        For weeks, posts, effects or factors that are not above 0, shares outside [0, 1], or a
        start that is no day.

    Examples
    --------
    >>> table = posts(effect=1.4, seed=1).posts
    >>> table.attrs["truth"]["effect"], str(table.attrs["truth"]["at"].date())
    (1.4, '2026-04-06')
    >>> bool((table["reach"] <= table["impressions"]).all())
    True
    """
    hours = dict(hours or {})
    weeks, rng = whole_number(weeks, "weeks", least=1), generator(seed)
    _check(min(posts_per_week, effect, *hours.values()), autocorrelation, viral, hours)
    first = _day(start)
    season = np.exp(rng.normal(0, WEEKDAYS, 7))
    minute = _minutes(rng, weeks, posts_per_week)
    day = minute // 1440
    followers = np.round(FOLLOWERS * np.exp(growth * minute / 1440))
    form = rng.choice(len(FORMATS), size=len(day), p=[share for share, _ in FORMATS.values()])
    fate = np.exp(_fates(rng, weeks * 7, autocorrelation)[day] + _own(rng, len(day), viral))
    usual = RATE * FOLLOWERS * (followers / FOLLOWERS) ** slope * season[day % 7] * fate
    factor = np.array([factor for _, factor in FORMATS.values()])[form]
    factor = factor * np.array([hours.get(hour, 1.0) for hour in range(24)])[minute // 60 % 24]
    factor[day >= weeks // 2 * 7] *= effect
    counts = {**_counts(rng, usual, factor), "followers": followers}
    table = pd.DataFrame(
        {
            "post": pd.array([f"p{place:06d}" for place in range(len(day))], dtype=TEXT),
            "account": pd.array([OWNER] * len(day), dtype=TEXT),
            "at": (first + pd.to_timedelta(minute, unit="min")).as_unit("us"),
            "format": pd.array(np.array(list(FORMATS), dtype=object)[form], dtype=TEXT),
            **{name: pd.array(numbers, dtype=COUNT) for name, numbers in counts.items()},
        }
    )
    table.attrs["truth"] = {
        "effect": effect,
        "at": first + pd.Timedelta(weeks=weeks // 2),
        "slope": slope,
        "formats": {name: factor for name, (_, factor) in FORMATS.items()},
        "weekdays": np.roll(season, first.weekday()).tolist(),
        "hours": hours,
    }
    export = copy(_nothing())
    # The table is made as the schema wants it: to have that checked takes as long as three worlds.
    object.__setattr__(export, "posts", table)
    return export


def _check(least: float, autocorrelation: float, viral: float, hours: dict[int, float]) -> None:
    fits = least > 0 and 0 <= autocorrelation < 1 and 0 <= viral <= 1
    if not (fits and set(hours) <= set(range(24))):
        raise SchemaError(
            "posts: posts_per_week, effect and the factors of hours (0 to 23) are above 0, "
            "autocorrelation is in [0, 1), viral in [0, 1]"
        )


def _day(start: str) -> pd.Timestamp:
    day = pd.to_datetime(start, errors="coerce", format="ISO8601", utc=True)
    if pd.isna(day):
        raise SchemaError('start: is no day; accepts such as "2026-01-05"')
    return day.normalize()


def _minutes(rng: np.random.Generator, weeks: int, posts_per_week: float) -> Any:
    """Return when posts are made, in minutes from the start, in order."""
    habit = np.exp(rng.normal(-(POSTING**2) / 2, POSTING, 7))
    number = rng.poisson(posts_per_week / 7 * np.tile(habit, weeks))
    day = np.repeat(np.arange(weeks * 7), number)
    hour = rng.choice(24, size=len(day), p=CLOCK / CLOCK.sum())
    return np.sort(day * 1440 + hour * 60 + rng.integers(60, size=len(day)))


def _fates(rng: np.random.Generator, days: int, autocorrelation: float) -> Any:
    """Return a stationary autoregression of the first order."""
    shocks = rng.normal(0, DAYS, days)
    shocks[1:] *= np.sqrt(1 - autocorrelation**2)
    return np.array(list(accumulate(shocks, lambda last, new: autocorrelation * last + new)))


def _own(rng: np.random.Generator, size: int, viral: float) -> Any:
    """Return what is each post's own, and what goes viral."""
    return rng.normal(0, POSTS, size) + rng.exponential(1 / TAIL, size) * (rng.random(size) < viral)


def _counts(rng: np.random.Generator, usual: Any, factor: Any) -> dict[str, Any]:
    """Return counts that agree with each other, given the engagements expected of each post."""
    engaged = rng.poisson(usual * factor)
    parts = rng.multinomial(engaged, list(KINDS.values()))
    reach = engaged + rng.poisson(usual * np.maximum(REACHED - factor, 0))
    impressions = reach + rng.poisson(0.3 * reach)
    return {
        "text_length": rng.integers(1, 400, size=len(engaged)),
        **dict(zip(KINDS, parts.T, strict=True)),
        "reach": reach,
        "impressions": impressions,
        "views": impressions + rng.poisson(0.1 * impressions),
        "new_follows": rng.poisson(0.002 * reach),
    }


@cache
def _nothing() -> Export:
    """Return an export without posts."""
    return Export(owners=(OWNER,))
