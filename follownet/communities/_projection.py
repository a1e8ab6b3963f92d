"""Ties between the others of one person's export, from what it really shows of two of them."""

from __future__ import annotations

import html
import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import networkx as nx
import numpy as np
import numpy.typing as npt
import pandas as pd

from follownet.communities._cooccurrence import cooccurrence, significant
from follownet.engagement._acts import MET, as_span
from follownet.errors import NotObservedError, SchemaError
from follownet.graph import CONNECTIONS, PRECISIONS, iso, precision
from follownet.history._exports import Star, star, the_owner
from follownet.reciprocity._bursts import bursts
from follownet.reciprocity._intervals import ratio
from follownet.tables import LISTS, TEXT, Export

Flags = npt.NDArray[np.bool_]

#: What is taken of each platform; tables of none of them may hold all of it.
_HELD: Final = {
    "instagram": ("bursts", "comments", "threads"),
    "threads": ("bursts",),
    "facebook": ("bursts", "threads"),
    "x": ("posts", "threads"),
    "mastodon": ("posts",),
    "bluesky": ("posts",),
}
_NOTHING: Final = {
    "tiktok": "likes and comments name no one, which chats are groups is not told, and when "
    "follows began is not taken for a tie",
    "linkedin": "reactions and comments name no one, and to be connected, or in a conversation, "
    "with the same person is not taken for a tie",
    "youtube": "it holds whom the owner subscribes to, and comments name no one",
    "medium": "it holds whom the owner follows, and claps name no one",
}
_NAMING: Final = ("mention", "reply", "quote")
_ITEM: Final = ["item", "kind"]
#: Pairs that share an item, all items together: what a table of them may hold.
_MOST: Final = 1_000_000
_NO_PAIRS: Final = pd.DataFrame(
    {"one": [], "other": [], "shared": [], "expected": [], "p": []}, dtype="float64"
).astype({"one": TEXT, "other": TEXT, "shared": "int64"})
#: The error of an expected size, relative to it, that needs no mention.
_EXACT: Final = 1e-6


@dataclass(frozen=True, repr=False, eq=False)
class Projection:
    """Ties between others, and what they were made of; see `projection`."""

    graph: nx.DiGraph[str]
    pairs: pd.DataFrame
    items: pd.DataFrame
    placed: int
    accounts: int
    share: float
    tested: int
    alpha: float
    left_out: dict[str, int]
    notes: tuple[str, ...]

    def __str__(self) -> str:
        """Return how much of the network has a tie, of which items, and the doubts."""
        share = "" if math.isnan(self.share) else f" ({self.share:.1%})"
        kinds = self.items["kind"].value_counts(sort=False).sort_index()
        items = ", ".join(f"{kind} {count:,}" for kind, count in kinds.items())
        left_out = ", ".join(f"{reason} {count:,}" for reason, count in self.left_out.items())
        lines = [
            f"accounts with a tie to another: {self.placed:,} of {self.accounts:,}{share}",
            f"pairs tied: {int(self.pairs['significant'].sum()):,} of {len(self.pairs):,} that "
            f"share an item, of {self.tested:,} tested; false discovery rate {self.alpha:g}",
            f"items: {items or 'none'}",
            *([f"left out: {left_out}"] if left_out else []),
            *(f"note: {note}" for note in self.notes),
        ]
        return "\n".join(lines)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        lines = "".join(f"<p>{html.escape(line)}</p>" for line in str(self).splitlines())
        return lines + self.pairs.to_html(max_rows=10)


def projection(
    export: Export, *, alpha: float = 0.05, gap: str = "1h", owner: str | None = None
) -> Projection:
    """Return ties between the others of one person's export: who is found together, and how often.

    An export shows nobody's ties but its owner's. It does show *items* with several others in them:

    =========================  ================================================================
    follow bursts              whose follows of the owner, or by the owner, came in one go:
                               Instagram, Threads, Facebook
    liked comments             whose comments below one post the owner liked: Instagram
    group threads              who wrote, or reacted, in one: Instagram, Facebook, X
    mentions, replies          whom one post of the owner's names, quotes or answers: X, Mastodon,
                               Bluesky
    =========================  ================================================================

    Two accounts are tied where they share more items than accounts and items of their sizes share
    by chance. Likes of one author each, or of one day, put no two together.

    Parameters
    ----------
    alpha
        The false discovery rate: what share of the ties may be chance. Between 0 and 1.
    gap
        Follows of one list of which each comes at most this after the one before are a burst;
        where times are days, those of one day are.
    owner
        Whose export it is; may be left out when there is one owner.

    Returns
    -------
    Projection
        ``graph``: everyone in an item, tied both ways with ``weight``, the number of items shared,
        and ``p``; a whole graph, that `detect` takes. ``pairs``: a row for each two that share an
        item, the least likely first: ``one``, ``other``, ``shared``, ``expected``, ``p`` (to share
        so many or more), ``significant``. ``items``: ``item``, ``kind``, ``accounts`` in it.
        ``placed``, the accounts with a tie, of ``accounts``: all whom the owner is tied to, or an
        item holds; their ``share``, nan of none. ``tested``: the pairs that could share an item.
        ``left_out``: follows, events and items by reason. ``notes``: what the export does not hold.

    Raises
    ------
    NotObservedError
        For a platform of which nothing is taken: TikTok, LinkedIn, YouTube, Medium.
    SchemaError
        For several owners without `owner`, and arguments that do not fit.

    Notes
    -----
    A tie is an association within what the owner did or saw. It is no follow: whether the two know
    each other is not known, nor is anything of two who never met there. Items count as independent:
    one long exchange makes many, and who is followed back at once shares two bursts with whoever
    came along. People of Meta's threads stand under no handle, in each thread anew, so that they
    hardly ever have a tie; who is silent there is not seen. X and Mastodon do not tell which post
    began a thread; what is known of it is whom each answer names.

    The null is the bipartite configuration model of Saracco, Straka, Di Clemente, Gabrielli,
    Caldarelli & Squartini (2017, doi:10.1088/1367-2630/aa6b38): the sizes of accounts and of items
    are expected as observed. The number a pair shares is Poisson-binomial, its tail exact; p of
    pairs that share nothing is 1. All of them are tested together (Benjamini & Hochberg 1995,
    doi:10.1111/j.2517-6161.1995.tb02031.x), people known from conversations alone and others
    apart: they cannot share an item. Of items so large that there would be more than a million
    pairs, the largest are left out.

    Examples
    --------
    >>> rows = [(one, f"post {n}") for n in range(8) for one in ("ann", "bob")]
    >>> rows += [(f"other {n}", f"post {8 + n // 2}") for n in range(180)]
    >>> named = pd.DataFrame(rows, columns=["target", "item"]).assign(source="me", kind="mention")
    >>> found = projection(Export(interactions=named, platform="mastodon", owners=("me",)))
    >>> list(found.graph.edges(data="weight"))
    [('ann', 'bob', 8), ('bob', 'ann', 8)]
    >>> found.placed, found.accounts, found.tested
    (2, 182, 16471)
    """
    _require(export, alpha, owner)
    span = as_span("gap", gap)
    seen = star(export, the_owner([export], owner))
    held = _HELD.get(export.platform, tuple(_SOURCES))
    members, left_out, gaps = _members(seen, held, span)
    pairs, tested, notes = _tested(members)
    if members.empty:
        notes = ("no item holds two others or more",)
    pairs["significant"] = significant(pairs["p"].to_numpy(), tested, alpha)
    graph = _graph(members["account"].unique().tolist(), pairs[pairs["significant"]])
    placed = sum(degree > 0 for _, degree in graph.out_degree())
    accounts = len({*graph, *_known(seen)})
    return Projection(
        graph=graph,
        pairs=pairs,
        items=members.groupby(_ITEM).size().rename("accounts").reset_index(),
        placed=placed,
        accounts=accounts,
        share=ratio(placed, accounts),
        tested=tested,
        alpha=alpha,
        left_out=left_out,
        notes=gaps + notes,
    )


def _require(export: Export, alpha: object, owner: str | None) -> None:
    """Raise where nothing is to be had of an export, and for arguments that do not fit."""
    if not isinstance(export, Export):
        raise SchemaError(f"export: is a {type(export).__name__}, no Export")
    if not (isinstance(alpha, int | float) and 0 < alpha < 1):
        raise SchemaError("alpha: give a number between 0 and 1")
    if why := _NOTHING.get(export.platform):
        raise NotObservedError(
            f"ties between others cannot be known from an export of {export.platform}: {why}. The "
            "exports of several people merged would make it known: communities.detect clusters "
            "the block of owners in their graph"
        )
    if owner is None and len(export.owners) > 1:
        raise SchemaError(
            f"the export has {len(export.owners)} owners, between whom ties are known: "
            "communities.detect(export.graph()) clusters them; owner= takes what one of them "
            "shows of others"
        )


def _known(seen: Star) -> Iterator[str]:
    """Yield everyone to whom the owner is tied."""
    for ties in seen.ties.values():
        yield from ties.index.tolist()
    yield from seen.related(CONNECTIONS.get(seen.export.platform, ""))["account"].tolist()


# ------------------------------------------------------------------ items


def _bursts(seen: Star, gap: pd.Timedelta) -> pd.DataFrame:
    if precision(seen.export) >= PRECISIONS["day"]:
        gap = pd.Timedelta(0)
    parts = []
    for name in LISTS:
        since = seen.ties[name]
        number = bursts(since.dt.tz_localize(None).to_numpy("datetime64[us]"), gap=gap)
        began = since.groupby(number).transform("min")
        item = pd.Series(iso(began), index=since.index, dtype=TEXT).mask(since.isna())
        parts.append(pd.DataFrame({"kind": f"{name} burst", "item": item, "account": since.index}))
    return pd.concat(parts)


def _posts(seen: Star, gap: pd.Timedelta) -> pd.DataFrame:
    events, posts = seen.export.interactions, seen.export.posts
    rows = events[(events["source"] == seen.owner) & events["kind"].isin(_NAMING)]
    item: pd.Series[Any] = rows["item"]
    if seen.export.platform == "x":
        # Answers and quotes have the number of the other's post; the owner's has the same time.
        own = posts[(posts["account"] == seen.owner) & posts["at"].notna()]
        number: pd.Series[Any] = own.drop_duplicates("at", keep=False).set_index("at")["post"]
        item = item.mask(rows["kind"] != "mention", rows["at"].map(number).astype(TEXT))
    answers = item.isin(item[rows["kind"] == "reply"].dropna())
    kind = np.where(answers, "reply", "mentions")
    return pd.DataFrame({"kind": kind, "item": item, "account": rows["target"]})


def _comments(seen: Star, gap: pd.Timedelta) -> pd.DataFrame:
    events = seen.export.interactions
    rows = events[(events["source"] == seen.owner) & (events["kind"] == "comment_like")]
    return pd.DataFrame({"kind": "liked comments", "item": rows["item"], "account": rows["target"]})


def _threads(seen: Star, gap: pd.Timedelta) -> pd.DataFrame:
    rows = seen.export.interactions.dropna(subset="group")
    if len(seen.export.owners) > 1:
        rows = rows[rows["group"].isin(rows.loc[rows["source"] == seen.owner, "group"])]
    people = pd.concat([rows["source"], rows["target"].dropna()])
    item = rows["group"].reindex(people.index)
    return pd.DataFrame({"kind": "group thread", "item": item, "account": people})


class _Source(NamedTuple):
    """Where items come from: their name, how they are found, contents of files, what has none."""

    name: str
    rows: Callable[[Star, pd.Timedelta], pd.DataFrame]
    files: tuple[str, ...]
    without: str = ""


_SOURCES: Final = {
    "bursts": _Source("follow bursts", _bursts, LISTS, "undated follows"),
    "posts": _Source("mentions and replies", _posts, ("posts",), "mentions of no known post"),
    "comments": _Source(
        "liked comments", _comments, ("comment_like", "likes"), "liked comments of no known post"
    ),
    "threads": _Source("group threads", _threads, ("message", "messages")),
}


def _members(
    seen: Star, held: tuple[str, ...], gap: pd.Timedelta
) -> tuple[pd.DataFrame, dict[str, int], tuple[str, ...]]:
    """Return who is in which item, each once; what was left out; what the export does not hold."""
    parts, notes = [], list[str]()
    left_out = Counter[str]()
    for source in (_SOURCES[name] for name in held):
        rows = source.rows(seen, gap)
        notes += _gaps(seen, source, rows)
        nowhere = rows["item"].isna()
        left_out[source.without] += int(nowhere.sum())
        left_out["events that name no one"] += int((rows["account"].isna() & ~nowhere).sum())
        parts.append(rows.dropna())
    members = pd.concat(parts, ignore_index=True).astype(TEXT).drop_duplicates()
    members = members[members["account"] != seen.owner]
    members = members.sort_values([*_ITEM, "account"], ignore_index=True)
    size = members.groupby(_ITEM)["account"].transform("size").to_numpy()
    large = _too_large(size)
    left_out["items of one account"] = int((size == 1).sum())
    left_out["items that are too large"] = len(members.loc[large, _ITEM].drop_duplicates())
    counts = {reason: count for reason, count in left_out.items() if count}
    return members[(size > 1) & ~large], counts, tuple(notes)


def _too_large(size: npt.NDArray[np.int64]) -> Flags:
    """Return which memberships are in items without which there are few enough pairs."""
    ordered = np.sort(size)
    # Of every two in an item either counts the pair half.
    beyond = ordered[np.cumsum(ordered - 1) / 2 > _MOST]
    return size >= beyond[0] if len(beyond) else np.zeros(len(size), dtype=bool)


def _gaps(seen: Star, source: _Source, rows: pd.DataFrame) -> Iterator[str]:
    """Say what of a source is not in hand: empty, missing and unreadable are three things."""
    report = seen.export.report
    if source.files == LISTS:
        for name in LISTS:
            if not seen.observed(name):
                yield f"the {name} list is {seen.status[name] or 'not in the coverage table'}"
    elif not rows.empty:
        return
    elif report is None:
        yield f"{source.name}: none in the tables"
    elif report.files["content"].isin(source.files).any():
        yield f"{source.name}: none in the files that were read"
    else:
        lost = int(report.skipped["reason"].str.startswith("unreadable").sum())
        unreadable = f"; {lost} files are unreadable" if lost else ""
        yield f"{source.name}: not known, since no file of them was read{unreadable}"


# ------------------------------------------------------------------ ties


def _tested(members: pd.DataFrame) -> tuple[pd.DataFrame, int, tuple[str, ...]]:
    """Return the pairs that share an item, how many could, and what is to be said of them."""
    parts, tested, notes = [_NO_PAIRS], 0, list[str]()
    # People known from conversations alone are in no item with others.
    for met, part in members.groupby(members["account"].str.startswith(MET)):
        account, names = pd.factorize(part["account"], sort=True)
        pairs, error = cooccurrence(account, part.groupby(_ITEM).ngroup())
        ends = {end: names.take(pairs[end].to_numpy()) for end in ("one", "other")}
        parts.append(pairs.assign(**ends))
        tested += len(names) * (len(names) - 1) // 2
        if met:
            notes.append(
                f"{len(names):,} people of group threads stand under no handle, in each thread anew"
            )
        if error > _EXACT:
            notes.append(f"the null model is not exact: sizes are off by up to {error:.1e} of them")
    order = ["p", "shared", "one", "other"]
    pairs = pd.concat(parts).sort_values(order, ascending=[True, False, True, True])
    return pairs.reset_index(drop=True), tested, tuple(notes)


def _graph(accounts: Iterable[str], ties: pd.DataFrame) -> nx.DiGraph[str]:
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(sorted(accounts))
    for one, other, shared, p in ties[["one", "other", "shared", "p"]].itertuples(index=False):
        for source, target in ((one, other), (other, one)):
            graph.add_edge(source, target, weight=int(shared), p=float(p))
    return graph
