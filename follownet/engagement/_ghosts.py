"""Ghosts: followers who do nothing, or whom the owner follows and does nothing towards."""

from __future__ import annotations

import html
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from follownet.engagement._acts import MET, UNDATED, Acts, acts, as_span, doubts, micros, times
from follownet.engagement._taxonomy import CONVERSATION, kinds
from follownet.errors import NotObservedError, SchemaError
from follownet.history._exports import Star, star, the_owner
from follownet.reciprocity._intervals import ratio
from follownet.tables import TEXT, Export

_STATUSES: Final = ("ghost", "unknown", "spared", "active")
_LISTS: Final = {"received": "followers", "given": "following"}
_MEANINGS: Final = {
    "received": "followers who did nothing towards the owner",
    "given": "accounts that the owner follows and did nothing towards",
}
_MIRRORED: Final = "asked the other way round, whom the owner follows and does nothing towards"


@dataclass(frozen=True, repr=False)
class Ghosts:
    """Who is silent; see `ghosts`."""

    question: str
    accounts: pd.DataFrame
    ghosts: int
    active: int
    spared: int
    unknown: int
    share: float
    since: pd.Timestamp
    until: pd.Timestamp
    cut: bool
    horizon: pd.Series[Any]
    left_out: dict[str, int]
    notes: tuple[str, ...]

    def __str__(self) -> str:
        """Return the counts, the kinds and from when they are held, and the doubts."""
        share = "" if np.isnan(self.share) else f" ({self.share:.1%})"
        kinds = ", ".join(f"{kind} {day:%Y-%m-%d}" for kind, day in self.horizon.dropna().items())
        left_out = ", ".join(f"{reason} {count}" for reason, count in self.left_out.items())
        lines = [
            f"{_MEANINGS[self.question]}, {self.since:%Y-%m-%d} to {self.until:%Y-%m-%d}: "
            f"{self.ghosts} of {self.ghosts + self.active}{share}",
            f"spared, as the tie is young: {self.spared}; not known: {self.unknown}",
            f"the export's first of each kind: {kinds or 'undated'}",
            *([f"left out: {left_out}"] if left_out else []),
            *(f"note: {note}" for note in self.notes),
        ]
        return "\n".join(lines)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        lines = "".join(f"<p>{html.escape(line)}</p>" for line in str(self).splitlines())
        return lines + self.accounts.to_html(max_rows=10)


def ghosts(
    export: Export,
    *,
    window: str = "180D",
    recent: str = "30D",
    weights: Mapping[str, float] | None = None,
    at_most: float = 0.0,
    question: str | None = None,
    owner: str | None = None,
) -> Ghosts:
    """Return who is silent: followers, or, where only that is held, whom the owner follows.

    Parameters
    ----------
    window
        How far back from the export's date events count.
    recent
        Who has been tied for less than this and has done nothing yet is spared.
    weights
        Other weights of some kinds than those of `kinds`; a kind of weight 0 does not count.
    at_most
        The sum of weights in the window up to which an account is a ghost: 0 by default, so
        that one look counts; with 1, ten looks or one like do not.
    question
        ``"received"``: which followers did nothing towards the owner? ``"given"``, its mirror
        image: towards whom that it follows did the owner do nothing? By default the first where
        the export holds more of what others did than conversations, else the second.
    owner
        Whose ties; may be left out when there is one owner.

    Returns
    -------
    Ghosts
        ``question`` as answered. ``accounts``: indexed by account, everyone asked about, ghosts
        first, then oldest ties first: ``status``: ``ghost``, ``active``, ``spared`` or ``unknown``
        (all that is held of it has no date or no weight), ``since`` of the tie, ``events`` and
        their ``score`` (sum of weights) in the window, ``last`` of all times. The numbers of each
        status; ``share = ghosts / (ghosts + active)``, nan of none. ``since``, ``until``: the
        window as used, and ``cut``, whether it reached before the export's first such event.
        ``horizon``: the first event of each kind asked about, by kind. ``left_out``: accounts
        that are deleted and events, by reason. ``notes``.

    Raises
    ------
    NotObservedError
        When the export has not the list, or no kind that answers the question.
    SchemaError
        When an argument does not fit.

    Notes
    -----
    Most exports hold what their owner did, so that *ghost follower* cannot be answered from them:
    nobody who only reads is told from somebody who likes every post. Conversations do not count
    for ``"received"`` where they name people under no handle. A follower who looks without a
    trace is a ghost here.

    Examples
    --------
    >>> follows = pd.DataFrame({"source": ["ann", "bob", "cy"], "target": "me"})
    >>> follows["since"] = ["2024-01-01T00:00Z", "2024-01-01T00:00Z", "2025-12-24T00:00Z"]
    >>> like = {"source": ["ann"], "target": ["me"], "kind": ["like"], "at": ["2025-12-01T00:00Z"]}
    >>> seen = {"owner": ["me"], "list": ["followers"], "status": ["presumed"]}
    >>> found = ghosts(Export(
    ...     follows=follows, interactions=pd.DataFrame(like), coverage=pd.DataFrame(seen),
    ...     owners=("me",), exported_at=pd.Timestamp("2026-01-01", tz="UTC"),
    ... ))
    >>> found.question, found.accounts["status"].to_dict()
    ('received', {'bob': 'ghost', 'cy': 'spared', 'ann': 'active'})
    """
    span, young = as_span("window", window), as_span("recent", recent)
    if question is not None and question not in _LISTS:
        raise SchemaError("question: accepts 'received' or 'given'")
    limit = _limit(at_most)
    found = acts(export, weights=weights)
    if pd.isna(found.until):
        raise NotObservedError(
            "neither the export nor its interactions have a date, so that no window can be laid; "
            "Export(exported_at=...) or follownet.read(..., exported_at=...) gives one"
        )
    seen = star(export, the_owner([export], owner))
    question, held, notes = _answerable(found, seen, question)
    horizon = _horizon(seen, question, held)
    asked = found.until - span
    since = max(asked, horizon.min()) if horizon.notna().any() else asked
    table = _judged(seen, found, question, since)
    deleted = len(seen.ties[_LISTS[question]]) - len(table)
    table["status"] = _statuses(table, limit, found.until - young)
    if asked < since:
        notes += (f"a window of {window} reaches before the first such event that is held: cut",)
    return _counted(
        table,
        question=question,
        since=since,
        until=found.until,
        cut=asked < since,
        horizon=horizon,
        left_out=({"deleted accounts": deleted} if deleted else {}) | found.left_out,
        notes=notes + doubts(np.unique(found.pair), found),
    )


def _answerable(
    found: Acts, seen: Star, question: str | None
) -> tuple[str, pd.Index[Any], tuple[str, ...]]:
    """Return the question to answer, the kinds that answer it, and what is to be said of it."""
    held = {name: held_kinds(found, seen, name) for name in _LISTS}
    gaps = {name: _gap(held[name], seen, name) for name in _LISTS}
    talk = found.kinds.index[found.kinds["scope"] == CONVERSATION]
    order = sorted(_LISTS, key=lambda name: name != "given" and held[name].isin(talk).all())
    asked = order if question is None else [question]
    for name in asked:
        if not gaps[name]:
            mirrored = question is None and name == "given"
            why = gaps["received"] or "of what others did the export holds conversations alone"
            return name, held[name], (f"{_MIRRORED}: {why}",) if mirrored else ()
    raise NotObservedError(
        "ghosts cannot be known: "
        + "; ".join(f"of {_MEANINGS[name]}: {gaps[name]}" for name in asked)
        + ". An export of all time with follow lists, likes and comments would tell whom the "
        "owner follows and does nothing towards"
    )


def held_kinds(found: Acts, seen: Star, question: str) -> pd.Index[Any]:
    """Return the kinds of which all that was given, or got, stands under handles."""
    export, occur = found.export, found.kinds
    met = export.accounts.index.str.startswith(MET)
    nameless = occur.index[np.unique(found.kind[met[found.pair % len(met)]])]
    there = occur["used"] & ~occur.index.isin(nameless)
    if question == "received":
        return occur.index[there & occur["two_way"]]
    events = export.interactions
    done = events.loc[(events["source"] == seen.owner) & events["target"].notna(), "kind"]
    return occur.index[there & occur.index.isin(done.unique())].append(_read(export, occur.index))


def _read(export: Export, found: pd.Index[Any]) -> pd.Index[Any]:
    """Return the kinds of which a file was read that is empty: nobody did any, which is known."""
    known = kinds()
    known = known[known["scope"].ne(CONVERSATION) & ~known.index.isin(found)]
    files = () if export.report is None else export.report.files["content"]
    return known.index[known.index.isin(files)]


def _gap(held: pd.Index[Any], seen: Star, question: str) -> str:
    """Say why a question cannot be answered, nothing where it can."""
    name = _LISTS[question]
    if not seen.observed(name):
        return f"the {name} list is {seen.status[name] or 'not in the coverage table'}"
    if len(held):
        return ""
    if question == "given":
        return "nothing that the owner did names anyone by handle"
    return "what others did is not held, or in conversations that name nobody by handle"


def _horizon(seen: Star, question: str, held: pd.Index[Any]) -> pd.Series[Any]:
    """Return the time of the first event of each kind, by the owner or by others."""
    events = seen.export.interactions
    by_owner = events["source"] == seen.owner
    events = events[by_owner if question == "given" else ~by_owner]
    first = events.groupby("kind")["at"].min().reindex(held)
    return first.sort_values().rename_axis("kind").rename("first")


def _judged(seen: Star, found: Acts, question: str, since: Any) -> pd.DataFrame:
    """Return the living accounts of a list, with what each did, or was given, in the window."""
    accounts = found.export.accounts
    began = seen.ties[_LISTS[question]].rename("since")
    began = began[(accounts["type"].reindex(began.index) != "deleted").to_numpy()]
    side = slice(found.split) if question == "given" else slice(found.split, None)
    place, other = np.divmod(found.pair[side], len(accounts))
    mine = place == found.export.owners.index(seen.owner)
    other, kind, at = other[mine], found.kind[side][mine], found.at[side][mine]
    weight = found.kinds["weight"].to_numpy("float64")[kind]
    inside = at >= micros(since)
    last = np.full(len(accounts), UNDATED)
    np.maximum.at(last, other, at)
    unsure = (at == UNDATED) | (inside & np.isnan(weight))
    known = inside & ~unsure
    size = len(accounts)
    table = pd.DataFrame(
        {
            "events": np.bincount(other[inside], minlength=size),
            "score": np.bincount(other[known], weight[known], size),
            "last": times(last),
            "unsure": np.bincount(other[unsure], minlength=size) > 0,
        }
    )
    return table.set_index(accounts.index).reindex(began.index).assign(since=began)


def _limit(at_most: object) -> float:
    if isinstance(at_most, int | float) and 0 <= at_most < np.inf:
        return float(at_most)
    raise SchemaError("at_most: give a finite number from 0")


def _statuses(table: pd.DataFrame, limit: float, young: Any) -> Any:
    """Return what each account is; a doubt or a young tie excuses whoever is not active."""
    active = table["score"] > limit
    recent = table["since"] > young
    return np.select([active, table["unsure"], recent], ["active", "unknown", "spared"], "ghost")


def _counted(table: pd.DataFrame, **more: Any) -> Ghosts:
    """Return the result, ghosts first, then the oldest ties."""
    rank = table["status"].map({status: place for place, status in enumerate(_STATUSES)})
    table = table.assign(rank=rank).rename_axis("account").reset_index()
    table = table.sort_values(["rank", "since", "account"]).set_index("account")
    counts = {status: int((table["status"] == status).sum()) for status in _STATUSES}
    return Ghosts(
        accounts=table[["status", "since", "events", "score", "last"]].astype({"status": TEXT}),
        ghosts=counts["ghost"],
        active=counts["active"],
        spared=counts["spared"],
        unknown=counts["unknown"],
        share=ratio(counts["ghost"], counts["ghost"] + counts["active"]),
        **more,
    )
