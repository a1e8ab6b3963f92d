"""What the measures of posts share: a post's engagements, what they are set against, its day."""

from __future__ import annotations

import html
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import pandas as pd

from follownet.errors import NotObservedError, SchemaError

#: What people do with a post; the columns of `posts` whose sum is its engagements.
COUNTS: Final = ("likes", "comments", "shares", "saves")
#: What engagements are set against.
BASES: Final = ("followers", "reach", "impressions")
DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
#: Where more than this share of posts have no engagement, tests of typical rates reject too often.
ZEROS: Final = 0.1
#: What would make a base known.
_SOURCES: Final = {
    "followers": "An analytics file with a column of followers, or exports of two dates "
    "(audience=engagement.audience(exports))",
    "reach": "An analytics file with a column of reach",
    "impressions": "An analytics file with a column of impressions",
}


def remarks(left_out: dict[str, int], notes: Iterable[str], of: str = "posts, ") -> list[str]:
    """Say what was left out of a result and what is to be kept in mind."""
    out = [f"left out: {count:,} {of}{reason}" for reason, count in left_out.items()]
    return [*out, *(f"note: {note}" for note in notes)]


class Told:
    """A result that prints one line a number, what was left out, and its notes."""

    left_out: dict[str, int]
    notes: tuple[str, ...]

    def _rows(self) -> dict[str, str]:
        numbers = {k: v for k, v in vars(self).items() if k not in ("left_out", "notes")}
        return {name: _shown(value) for name, value in numbers.items()}

    def _remarks(self) -> list[str]:
        return remarks(self.left_out, self.notes)

    def __str__(self) -> str:
        """Return one line a number."""
        lines = [f"{name:<15} {value:>12}" for name, value in self._rows().items()]
        return "\n".join([*lines, *self._remarks()])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        table = pd.Series(self._rows()).to_frame("value").to_html(border=0)
        return table + "".join(f"<p>{html.escape(one)}</p>" for one in self._remarks())


def _shown(value: Any) -> str:
    if isinstance(value, pd.Timestamp):
        return f"{value:%Y-%m-%d}"
    return f"{value:,.4g}" if isinstance(value, float) else f"{value}"


@dataclass(frozen=True)
class Posts:
    """Posts that have a day, engagements and a base, as arrays; see `usable`.

    `row`: their places in the table.
    """

    row: Any
    day: Any
    engagements: Any
    base: Any
    later: Any
    left_out: dict[str, int]

    def __len__(self) -> int:
        """Return how many."""
        return len(self.day)

    @property
    def log_rate(self) -> Any:
        """Return ``log((engagements + 1/2) / base)``.

        The half takes the first-order bias from the logarithm of a Poisson count, and lets
        a post without engagement count (Gart & Zweifel 1967, doi:10.1093/biomet/54.1-2.181).
        """
        return np.log((self.engagements + 0.5) / self.base)

    def __getitem__(self, chosen: Any) -> Posts:
        """Return some of them."""
        names = ("row", "day", "engagements", "base", "later")
        return replace(self, **{name: getattr(self, name)[chosen] for name in names})

    def without(self, reason: str, lacking: Any) -> Posts:
        """Return the others, and count those left out."""
        count = int(lacking.sum())
        found = self[~lacking]
        return replace(found, left_out={**self.left_out, reason: count}) if count else found

    def doubts(self) -> tuple[str, ...]:
        """Say why typical rates of them tell little, if they do."""
        zeros = int((self.engagements == 0).sum())
        if zeros <= ZEROS * len(self):
            return ()
        return (
            f"no interval and no p: {zeros} of {len(self)} posts have no engagement, and where "
            f"more than {ZEROS:.0%} have none, logarithms hang on the half that is added",
        )


def usable(
    posts: pd.DataFrame,
    *,
    base: str | None,
    counts: Iterable[str] | None,
    audience: pd.Series[Any] | None,
    zone: str,
    later: Any = False,
) -> Posts:
    """Return one account's posts that can be compared, and count those left out, by reason.

    `later` says of each post whether it is of the later of two periods. Without a `base` it is 1.
    """
    require_one(posts)
    done = engagements(posts, counts)
    against = np.ones(len(posts)) if base is None else bases(posts, base, audience)
    if base is not None and len(posts) and np.isnan(against).all():
        raise NotObservedError(
            f"engagement by {base} cannot be known: no post has its {base}. {_SOURCES[base]} "
            "would make it known"
        )
    day = local_days(posts["at"], zone)
    rows = np.arange(len(posts))
    found = Posts(rows, day, done, against, np.broadcast_to(later, len(posts)), {})
    found = found.without("undated", np.isnat(found.day))
    found = found.without("no engagements", np.isnan(found.engagements))
    return found.without(f"no {base}", np.isnan(found.base))


def engagements(posts: pd.DataFrame, counts: Iterable[str] | None = None) -> Any:
    """Return the engagements of each post, nan where one of the counts is missing.

    By default the sum of likes, comments, shares and saves, those that some post has.
    """
    total = np.zeros(len(posts))
    for name in _chosen(posts, counts):
        values = floats(posts[name])
        if (values < 0).any():
            raise SchemaError(f"posts.{name}: {(values < 0).sum()} counts are below 0")
        total += values
    return total


def _chosen(posts: pd.DataFrame, counts: Iterable[str] | None) -> tuple[str, ...]:
    """Return the columns to add; those of which no post has any are refused."""
    if isinstance(counts, str):
        raise SchemaError('counts: is one text; give a tuple of columns, as ("likes", "comments")')
    chosen = COUNTS if counts is None else tuple(counts)
    strange = [name for name in chosen if name not in posts or not _numeric(posts[name])]
    if strange or not chosen:
        accepted = ", ".join(str(name) for name in posts if _numeric(posts[name]))
        raise SchemaError(
            f"counts: {len(strange)} of {len(chosen)} are no numeric column of posts; "
            f"accepts some of {accepted}"
        )
    known = tuple(name for name in chosen if posts[name].notna().any())
    lacking = [name for name in chosen if name not in known]
    if len(posts) and (lacking if counts else not known):
        raise NotObservedError(
            f"engagement cannot be known: the posts have no {' and no '.join(lacking)}. "
            "An analytics file (follownet.read_posts) that counts them would make it known"
        )
    return known if counts is None else chosen


def _numeric(values: pd.Series[Any]) -> bool:
    return pd.api.types.is_numeric_dtype(values.dtype)


def bases(posts: pd.DataFrame, base: str, audience: pd.Series[Any] | None = None) -> Any:
    """Return what the engagements of each post are set against, nan where missing or 0."""
    if base not in BASES:
        raise SchemaError(f"base: accepts {', '.join(map(repr, BASES))}")
    if base == "followers" and audience is not None:
        values = _interpolated(posts, audience)
    else:
        values = floats(posts[base]) if base in posts else np.full(len(posts), np.nan)
    return np.where(values > 0, values, np.nan)


def _interpolated(posts: pd.DataFrame, audience: pd.Series[Any]) -> Any:
    """Return followers at the time of each post, log-linear between known times."""
    require_one(posts)
    index = getattr(audience, "index", None)
    if not isinstance(index, pd.DatetimeIndex) or index.tz is None or not _numeric(audience):
        raise SchemaError(
            "audience: accepts followers (numbers) indexed by time with a time zone, as "
            "engagement.audience makes them"
        )
    known = audience[audience.gt(0).fillna(False).to_numpy(bool)].sort_index(kind="stable")
    if known.empty:
        return np.full(len(posts), np.nan)
    times = pd.DatetimeIndex(known.index).as_unit("us").asi8
    at = pd.DatetimeIndex(posts["at"]).as_unit("us").asi8
    # A missing time is the smallest integer, and so outside of what is known.
    return np.exp(np.interp(at, times, np.log(floats(known)), left=np.nan, right=np.nan))


def floats(values: pd.Series[Any]) -> Any:
    """Return numbers as floats, nan where missing."""
    return values.to_numpy("float64", na_value=np.nan)


def local_days(at: pd.Series[Any], zone: str) -> Any:
    """Return the date that calendars in `zone` show, NaT where the time is missing."""
    return _local(at, zone).astype("datetime64[D]")


def local_hours(at: pd.Series[Any], zone: str) -> Any:
    """Return the hour that clocks in `zone` show, of times of which none is missing."""
    return _local(at, zone).astype("datetime64[h]").astype("int64") % 24


def _local(at: pd.Series[Any], zone: str) -> Any:
    require_zone(zone)
    return at.dt.tz_convert(zone).dt.tz_localize(None).to_numpy()


def mondays(days: Any) -> Any:
    """Return the Monday on which the week of each day begins."""
    # 1970-01-01 was a Thursday.
    return days - (days.astype("int64") + 3) % 7


def weekdays(days: Any) -> Any:
    """Return 0 for Monday to 6 for Sunday."""
    return (days.astype("int64") + 3) % 7


def require_one(posts: pd.DataFrame) -> None:
    """Raise `SchemaError` if posts are of several accounts, whose followers differ."""
    if (accounts := posts["account"].nunique()) > 1:
        raise SchemaError(
            f"posts: are of {accounts} accounts; keep one account's posts "
            '(dataclasses.replace(export, posts=posts[posts["account"] == ...]))'
        )


def require_zone(zone: Any) -> None:
    """Raise `SchemaError` for what is no time zone."""
    try:
        known = isinstance(zone, str) and pd.Timestamp(0, tz=zone) is not None
    except (LookupError, ValueError, TypeError, OSError):
        known = False
    if not known:
        raise SchemaError('zone: is no time zone; accepts such as "Europe/Berlin" or "UTC"')
