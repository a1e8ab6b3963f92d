"""How fast messages are answered, both ways; what has no answer yet is censored, not dropped."""

from __future__ import annotations

import html
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from scipy import special, stats

from follownet.engagement._acts import UNDATED, Acts, acts, micros
from follownet.engagement._posts import remarks
from follownet.errors import NotObservedError
from follownet.reciprocity._intervals import NAN
from follownet.tables import Export

SIDES: Final = ("owner", "others")
WITHIN: Final = {"within_1h": 1.0, "within_1d": 24.0, "within_7d": 168.0}
#: Fewer accounts than this say too little of how accounts differ.
ACCOUNTS: Final = 5
_HOUR: Final = 3_600_000_000


@dataclass(frozen=True, repr=False)
class Answers:
    """How fast either side answers; see `answers`."""

    summary: pd.DataFrame
    curve: pd.DataFrame
    accounts: pd.DataFrame
    kinds: tuple[str, ...]
    until: pd.Timestamp
    left_out: dict[str, int]
    notes: tuple[str, ...]

    def _lines(self) -> list[str]:
        said = [
            f"{side} answered {row['answered']:,.0f} of {row['turns']:,.0f} turns, half of all "
            f"{_span(row['median_hours'])}"
            for side, row in self.summary.to_dict("index").items()
        ]
        return [*said, *remarks(self.left_out, self.notes, of="")]

    def __str__(self) -> str:
        """Return how fast either side answers, what was left out and the notes."""
        return "\n".join(self._lines())

    __repr__ = __str__

    def _repr_html_(self) -> str:
        lines = "".join(f"<p>{html.escape(line)}</p>" for line in self._lines())
        return lines + self.summary.to_html(border=0)


def answers(
    export: Export,
    *,
    kinds: Iterable[str] | None = None,
    at: pd.Timestamp | None = None,
) -> Answers:
    """Return how fast the owner answers, and how fast the owner is answered.

    In the conversation with one account, a *turn* is what one side writes until the other does.
    Its answer is what the other writes next; the response time counts from the first message
    of the turn, for that is how long somebody waited. A turn without answer waits until `at`.

    Parameters
    ----------
    kinds
        Kinds of interaction that are held both ways; by default those with words, such as
        ``message``.
    at
        Up to when events count; by default when the export was made, or its newest event where
        that is later or nothing dates the export.

    Returns
    -------
    Answers
        ``summary``: a row for ``owner`` (who answers) and ``others``: ``turns`` towards that side,
        how many are ``answered``, of how many ``accounts``; ``within_1h``, ``within_1d``,
        ``within_7d``: the share answered within that time (Kaplan & Meier), each with ``_low`` and
        ``_high``, its 95 % interval; ``median_hours``, nan where the curve stays below one half.
        ``curve``: the shares answered by ``by`` and ``hours``, at each time of an answer, with
        ``low`` and ``high``. ``accounts``: indexed by account, the same numbers of turns and
        answers and the medians, ``by_owner`` and ``by_other``. ``kinds``, ``until``,
        ``left_out`` (events by reason), ``notes``. Shares are nan of no turns, and beyond the
        longest wait where that has no answer; intervals also with fewer than five accounts.

    Raises
    ------
    NotObservedError
        When the export has no owner, or no dated event of such a kind between an owner and
        another, in a thread of two.
    SchemaError
        When an argument does not fit.

    Notes
    -----
    What has no answer yet is censored (Kaplan & Meier 1958, doi:10.1080/01621459.1958.10501452, as
    in `scipy.stats.ecdf`): to leave it out makes everybody look fast. Not every message asks for
    an answer; a conversation that ends in *thanks* waits for ever. An answer may be about
    something else, days later. What is said elsewhere is not seen. Of messages with equal times
    the owner's come first.

    Turns with one account depend on each other, so that the unit of chance is the account: the
    variance of the curve adds up its influence by account (Ying & Wei 1994,
    doi:10.1006/jmva.1994.1031), and limits are those of Student's t with accounts - 1 degrees of
    freedom on the scale of ``log(-log)``.

    Examples
    --------
    >>> rows = [("ann", "me", "08:00"), ("ann", "me", "08:10"), ("me", "ann", "09:00")]
    >>> events = pd.DataFrame(rows, columns=["source", "target", "at"])
    >>> events = events.assign(kind="message", at="2026-01-05T" + events["at"] + "Z")
    >>> found = answers(Export(interactions=events, owners=("me",)))
    >>> found.summary[["turns", "answered", "median_hours"]].to_dict("index")
    {'owner': {'turns': 1, 'answered': 1, 'median_hours': 1.0}, \
'others': {'turns': 1, 'answered': 0, 'median_hours': nan}}
    """
    found = acts(export, weights=None, kinds=kinds, at=at)
    chosen = _spoken(found, named=kinds is not None)
    turns, undated = _turns(found, chosen)
    if turns.empty:
        raise NotObservedError(
            "how fast messages are answered cannot be known: the export holds no dated message of "
            "a thread of two, both sides of it. An export with messages would make it known"
        )
    sides = {side: turns[turns["by"] == side] for side in SIDES}
    curves = {side: _curve(rows) for side, rows in sides.items()}
    left_out = dict(found.left_out)
    if undated:
        left_out["undated"] = undated
    return Answers(
        summary=pd.DataFrame({side: _summed(sides[side], curves[side]) for side in SIDES})
        .T.rename_axis("by")
        .astype(dict.fromkeys(("turns", "answered", "accounts"), "int64")),
        curve=pd.concat(curves, names=["by"]).reset_index("by").reset_index(drop=True),
        accounts=_by_account(found, turns),
        kinds=tuple(found.kinds.index[chosen]),
        until=found.until,
        left_out=left_out,
        notes=_notes(sides),
    )


def _spoken(found: Acts, *, named: bool) -> Any:
    """Return which kinds are turns: held both ways and, unless named, of words."""
    table = found.kinds
    both = table["used"] & table["two_way"]
    return (both if named else both & table["verbal"].eq("verbal")).to_numpy(bool)


def _turns(found: Acts, chosen: Any) -> tuple[pd.DataFrame, int]:
    """Return turns (`by` whom to be answered, `pair`, `hours` waited, `answered`), undated events.

    A pair of owners is there from both sides.
    """
    used, dated = chosen[found.kind], found.at != UNDATED
    rows = np.flatnonzero(used & dated)
    pair, at = found.pair[rows], found.at[rows]
    given = rows < found.split
    # Of messages with equal times the owner's come first.
    order = np.lexsort((~given, at, pair))
    pair, at, given = pair[order], at[order], given[order]
    begins = np.ones(len(pair), dtype=bool)
    begins[1:] = (pair[1:] != pair[:-1]) | (given[1:] != given[:-1])
    pair, at, given = pair[begins], at[begins], given[begins]
    answered = np.zeros(len(pair), dtype=bool)
    answered[:-1] = pair[1:] == pair[:-1]
    until = micros(found.until) if len(pair) else 0
    end = np.where(answered, np.append(at, until)[1:], until)
    columns = {
        "by": np.where(given, "others", "owner"),
        "pair": pair,
        "hours": (end - at) / _HOUR,
        "answered": answered,
    }
    return pd.DataFrame(columns), int((used & ~dated).sum())


def _curve(turns: pd.DataFrame) -> pd.DataFrame:
    """Return the share answered at each time of an answer, and its interval."""
    if turns.empty:
        return pd.DataFrame({"hours": [], "share": [], "low": [], "high": []}, dtype="float64")
    hours, answered = turns["hours"].to_numpy(), turns["answered"].to_numpy()
    waiting = stats.ecdf(stats.CensoredData.right_censored(hours, ~answered)).sf
    times = np.unique(hours[answered])
    share = 1 - waiting.evaluate(times)
    low, high = _limits(turns, times, share)
    return pd.DataFrame({"hours": times, "share": share, "low": low, "high": high})


def _limits(turns: pd.DataFrame, times: Any, share: Any) -> tuple[Any, Any]:
    """Return 95 % limits of a curve, by accounts."""
    codes, accounts = pd.factorize(turns["pair"])
    if len(accounts) < ACCOUNTS:
        return np.full(len(times), NAN), np.full(len(times), NAN)
    variance = _variance(turns, codes, times)
    left = np.clip(1 - share, 1e-12, 1 - 1e-12)
    size = special.stdtrit(len(accounts) - 1, 0.975) * np.sqrt(variance) / np.abs(np.log(left))
    low, high = left ** np.exp(-size), left ** np.exp(size)
    # Where all are answered, nothing is left that varies.
    known = (share > 0) & (share < 1)
    return np.where(known, 1 - low, NAN), np.where(known, 1 - high, NAN)


def _variance(turns: pd.DataFrame, codes: Any, times: Any) -> Any:
    """Return the variance of the logarithm of the share that waits, at each time.

    With ``Y`` turns waiting and ``N`` answered of all, ``Y_a`` and ``N_a`` of one account, the
    influence of that account is the sum over times of ``Y_a dN / Y**2 - dN_a / Y``.
    """
    hours, answered = turns["hours"].to_numpy(), turns["answered"].to_numpy()
    waiting, events = _waiting(hours, times), _events(hours[answered], times)
    total, count = np.zeros(len(times)), int(codes.max()) + 1
    order = np.argsort(codes, kind="stable")
    for mine in np.split(order, np.flatnonzero(np.diff(codes[order])) + 1):
        own, own_events = _waiting(hours[mine], times), _events(hours[mine][answered[mine]], times)
        total += np.cumsum(own * events / waiting**2 - own_events / waiting) ** 2
    return total * count / (count - 1)


def _waiting(hours: Any, times: Any) -> Any:
    """Return how many wait at least until each time."""
    return len(hours) - np.searchsorted(np.sort(hours), times)


def _events(hours: Any, times: Any) -> Any:
    """Return how many are answered at each time."""
    return np.bincount(np.searchsorted(times, hours), minlength=len(times))


def _summed(turns: pd.DataFrame, curve: pd.DataFrame) -> dict[str, float]:
    """Return the row of one side."""
    hours, answered = turns["hours"], turns["answered"]
    row = {"turns": len(turns), "answered": answered.sum(), "accounts": turns["pair"].nunique()}
    longest = hours.max()
    ends_known = bool(answered[hours == longest].all())
    for name, within in WITHIN.items():
        at = curve[curve["hours"] <= within].tail(1)
        ends = [0.0, NAN, NAN] if at.empty else at[["share", "low", "high"]].iloc[0].tolist()
        # Beyond the longest wait, if that has no answer, the curve is not known.
        if turns.empty or (within > longest and not ends_known):
            ends = [NAN] * 3
        row |= dict(zip((name, f"{name}_low", f"{name}_high"), ends, strict=True))
    return row | {"median_hours": _median(curve)}


def _span(hours: float) -> str:
    """Return a time in words."""
    if np.isnan(hours):
        return "at no time that can be told"
    if hours >= 48:
        return f"within {hours / 24:.3g} days"
    return f"within {hours:.3g} hours" if hours >= 1 else f"within {60 * hours:.3g} minutes"


def _median(curve: pd.DataFrame) -> float:
    """Return the first time by which one half is answered, nan if that never is."""
    half = curve.loc[curve["share"] >= 0.5 - 1e-12, "hours"]
    return float(half.iloc[0]) if len(half) else NAN


def _by_account(found: Acts, turns: pd.DataFrame) -> pd.DataFrame:
    """Return turns, answers and medians of each account, most turns first."""
    columns: dict[str, pd.Series[Any]] = {}
    for side, name in zip(SIDES, ("owner", "other"), strict=True):
        grouped = turns[turns["by"] == side].groupby("pair")
        columns[f"turns_to_{name}"] = grouped.size()
        columns[f"answered_by_{name}"] = grouped["answered"].sum()
        medians = {pair: _median(_curve(rows)) for pair, rows in grouped}
        columns[f"median_by_{name}"] = pd.Series(medians, dtype="float64")
    table = pd.DataFrame(columns)
    counts = [name for name in columns if not name.startswith("median")]
    table[counts] = table[counts].fillna(0).astype("int64")
    owners, others = found.labels(table.index.to_numpy())
    table.index = pd.MultiIndex.from_arrays([owners, others], names=["owner", "account"])
    size = -(table["turns_to_owner"] + table["turns_to_other"])
    table = table.iloc[np.lexsort((others, size, owners))]
    return table if len(found.export.owners) > 1 else table.droplevel("owner")


def _notes(sides: dict[str, pd.DataFrame]) -> tuple[str, ...]:
    few = {side: rows["pair"].nunique() for side, rows in sides.items()}
    return tuple(
        f"no interval of how fast {side} answer{'s' * (side == 'owner')}: conversations with "
        f"{count} accounts; {ACCOUNTS} are needed"
        for side, count in few.items()
        if count < ACCOUNTS
    )
