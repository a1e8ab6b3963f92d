"""How fast messages are answered, both ways; what has no answer yet is censored, not dropped."""

from __future__ import annotations

import html
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from scipy import special, stats

from follownet.engagement._acts import UNDATED, Acts, acts, both_ways, micros
from follownet.engagement._posts import remarks
from follownet.engagement._taxonomy import described
from follownet.errors import NotObservedError
from follownet.graph._export import require_kinds
from follownet.history._exports import the_owner
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
    owner: str | None = None,
) -> Answers:
    """Return how fast the owner answers, and how fast the owner is answered.

    In the conversation with one account, a *turn* is what one side writes until the other does.
    Its answer is what the other writes next; the response time counts from the first message
    of the turn, for that is how long somebody waited. A turn without answer waits until `at`.

    Parameters
    ----------
    kinds
        Kinds of interaction that are held both ways; by default those with words, such as
        ``message``. Those named that are held one way only are left out, and a note says so.
    at
        Up to when events count; by default when the export was made, or its newest event where
        that is later or nothing dates the export.
    owner
        Of an export of several owners: whose conversations; by default those of all.

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
        ``left_out`` (events of these kinds, by reason), ``notes``. Shares are nan of no turns, and
        beyond the longest wait where that has no answer; intervals also with fewer than five
        accounts.

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
    the owner's come first: many files begin with the newest, so that their order tells nothing.

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
    chosen, one_way = _spoken(export, kinds)
    found = acts(export, weights=None, kinds=chosen, at=at)
    place = None if owner is None else export.owners.index(the_owner([export], owner))
    turns, left_out = _turns(found, place)
    if turns.empty:
        raise NotObservedError(
            "how fast messages are answered cannot be known: the export holds no dated message of "
            "a thread of two, both sides of it. An export with messages would make it known"
        )
    sides = {side: turns[turns["by"] == side] for side in SIDES}
    curves = {side: _curve(rows) for side, rows in sides.items()}
    return Answers(
        summary=pd.DataFrame({side: _summed(sides[side], curves[side]) for side in SIDES})
        .T.rename_axis("by")
        .astype(dict.fromkeys(("turns", "answered", "accounts"), "int64")),
        curve=pd.concat(curves, names=["by"]).reset_index("by").reset_index(drop=True),
        accounts=_by_account(found, turns),
        kinds=found.two_way(True),
        until=found.until,
        left_out=found.left_out | left_out,
        notes=(*_few(sides), *_doubts(export, () if kinds is None else one_way, at)),
    )


def _spoken(export: Export, kinds: Iterable[str] | None) -> tuple[list[str], list[str]]:
    """Return the kinds that are turns, those wanted and held both ways, and the others wanted."""
    events = export.interactions
    code, names = pd.factorize(events["kind"])
    table = described(names, None).loc[names]
    by_others = ~events["source"].isin(export.owners).to_numpy()
    both = both_ways(table, names[np.bincount(code[by_others], minlength=len(names)) > 0])
    if kinds is None:
        wanted = table["verbal"].eq("verbal").to_numpy(bool)
    else:
        wanted = names.isin(require_kinds(kinds, names))
    return list(names[wanted & both]), list(names[wanted & ~both])


def _turns(found: Acts, place: int | None) -> tuple[pd.DataFrame, dict[str, int]]:
    """Return turns (`by` whom to be answered, `pair`, `hours` waited, `answered`).

    A pair of owners is there from both sides. Events that are in no turn are counted by reason.
    """
    dated = found.at != UNDATED
    asked = place is None or found.pair // len(found.export.accounts) == place
    rows = np.flatnonzero(dated & asked)
    reasons = {"of other owners": ~np.broadcast_to(asked, dated.shape), "undated": ~dated & asked}
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
    left_out = {reason: int(marks.sum()) for reason, marks in reasons.items() if marks.any()}
    return pd.DataFrame(columns), left_out


def _curve(turns: pd.DataFrame) -> pd.DataFrame:
    """Return the share answered at each time of an answer, and its interval."""
    if turns.empty:
        return pd.DataFrame({"hours": [], "share": [], "low": [], "high": []}, dtype="float64")
    times, share = _shares(turns)
    low, high = _limits(turns, times, share)
    return pd.DataFrame({"hours": times, "share": share, "low": low, "high": high})


def _shares(turns: pd.DataFrame) -> tuple[Any, Any]:
    """Return the times of answers, and the share answered by each."""
    hours, answered = turns["hours"].to_numpy(), turns["answered"].to_numpy()
    waiting = stats.ecdf(stats.CensoredData.right_censored(hours, ~answered)).sf
    times = np.unique(hours[answered])
    return times, 1 - waiting.evaluate(times)


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

    With ``Y(t)`` turns that wait, of which ``dN(t)`` are answered, and ``A`` the sum of
    ``dN / Y**2`` up to a time, a turn that waits at `t` has the influence ``A(t)``, one that ended
    at `s` keeps ``A(s)``, less ``1 / Y(s)`` if it was answered. An account of which `n` turns wait
    and the others keep `C` has ``C + n A(t)``.
    """
    hours, answered = turns["hours"].to_numpy(), turns["answered"].to_numpy()
    events = np.bincount(np.searchsorted(times, hours[answered]), minlength=len(times))
    waiting = len(hours) - np.searchsorted(np.sort(hours), times)
    risk = np.append(0, np.cumsum(events / waiting**2))
    end = np.searchsorted(times, hours)
    kept = risk[np.searchsorted(times, hours, side="right")]
    kept[answered] -= 1 / waiting[end[answered]]
    # The sums over accounts of C**2, C n and n**2 change where a turn ends, and only there.
    order = np.lexsort((end, codes))
    size = np.bincount(codes)
    begins = np.repeat(np.cumsum(size) - size, size)
    total = np.append(0, np.cumsum(kept[order]))
    before, after = (total[np.arange(len(order)) + step] - total[begins] for step in (0, 1))
    left = np.repeat(size, size) - np.arange(len(order)) + begins
    changes = (after**2 - before**2, after * (left - 1) - before * left, 1 - 2 * left)
    squares, mixed, counts = (
        np.cumsum(np.bincount(end[order], one, len(times) + 1)[:-1]) for one in changes
    )
    variance = squares + 2 * risk[1:] * mixed + risk[1:] ** 2 * (counts + (size**2).sum())
    # Where all accounts agree, rounding may leave less than nothing.
    return np.maximum(variance, 0) * len(size) / (len(size) - 1)


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
    return row | {"median_hours": _median(curve["hours"], curve["share"])}


def _span(hours: float) -> str:
    """Return a time in words."""
    if np.isnan(hours):
        return "at no time that can be told"
    if hours >= 48:
        return f"within {hours / 24:.3g} days"
    return f"within {hours:.3g} hours" if hours >= 1 else f"within {60 * hours:.3g} minutes"


def _median(times: Any, share: Any) -> float:
    """Return the first time by which one half is answered, nan if that never is."""
    half = np.flatnonzero(np.asarray(share) >= 0.5 - 1e-12)
    return float(np.asarray(times)[half[0]]) if len(half) else NAN


def _by_account(found: Acts, turns: pd.DataFrame) -> pd.DataFrame:
    """Return turns, answers and medians of each account, most turns first."""
    columns: dict[str, pd.Series[Any]] = {}
    for side, name in zip(SIDES, ("owner", "other"), strict=True):
        grouped = turns[turns["by"] == side].groupby("pair")
        columns[f"turns_to_{name}"] = grouped.size()
        columns[f"answered_by_{name}"] = grouped["answered"].sum()
        medians = {pair: _median(*_shares(rows)) for pair, rows in grouped}
        columns[f"median_by_{name}"] = pd.Series(medians, dtype="float64")
    table = pd.DataFrame(columns)
    counts = [name for name in columns if not name.startswith("median")]
    table[counts] = table[counts].fillna(0).astype("int64")
    owners, others = found.labels(table.index.to_numpy())
    table.index = pd.MultiIndex.from_arrays([owners, others], names=["owner", "account"])
    size = -(table["turns_to_owner"] + table["turns_to_other"])
    table = table.iloc[np.lexsort((others, size, owners))]
    return table if len(found.export.owners) > 1 else table.droplevel("owner")


def _few(sides: dict[str, pd.DataFrame]) -> list[str]:
    """Say of which side there is no interval."""
    few = {side: rows["pair"].nunique() for side, rows in sides.items()}
    return [
        f"no interval of how fast {side} answer{'s' * (side == 'owner')}: conversations with "
        f"{count} accounts; {ACCOUNTS} are needed"
        for side, count in few.items()
        if count < ACCOUNTS
    ]


def _doubts(export: Export, one_way: Iterable[str], at: object) -> list[str]:
    """Say what of the question the export cannot tell."""
    texts = []
    if names := ", ".join(one_way):
        texts.append(f"of {names} the export holds one side only: left out")
    if at is None and export.exported_at is None:
        texts.append("nothing dates the export: waits without answer are up to its newest event")
    return texts
