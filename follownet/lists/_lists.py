"""The lists of one account: who is in which, and why a list cannot be known."""

from __future__ import annotations

import html
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from follownet.errors import NotObservedError, SchemaError
from follownet.graph import Graph, owners, the_owner
from follownet.lists._page import enlivened, links_to, plain_html
from follownet.reciprocity import alters
from follownet.reciprocity._person import spelled
from follownet.tables import OBSERVED, TEXT, Export

#: The lists in their order, with their columns.
COLUMNS: Final = {
    "not_following_back": ("name", "state", "following_since", "link"),
    "fans": ("name", "state", "follower_since", "link"),
    "mutual": (
        "name", "state", "following_since", "follower_since", "first", "latency_days", "link",
    ),
    "pending": ("name", "state", "at", "link"),
    "recently_unfollowed": ("name", "state", "at", "link"),
    "too_early": ("name", "state", "following_since", "link"),
    "deleted": ("name", "state", "following_since", "follower_since", "link"),
}  # fmt: skip
MEANING: Final = {
    "not_following_back": "do not follow back",
    "fans": "follow, and are not followed",
    "mutual": "follow each other",
    "pending": "asked, and not answered yet",
    "recently_unfollowed": "the owner unfollowed lately",
    "too_early": "followed too lately to tell",
    "deleted": "deleted accounts",
}
RELATIONS: Final = {"pending": "requested", "recently_unfollowed": "unfollowed"}
_OF_TIES: Final = tuple(name for name in COLUMNS if name not in RELATIONS)


@dataclass(frozen=True, repr=False, eq=False)
class Lists(Mapping[str, pd.DataFrame]):
    """The lists of one account, by name; those that cannot be known are not among them.

    Attributes
    ----------
    tables
        The lists, indexed by account.
    unknown
        For each list that is not here, why it cannot be known and what would make it known.
    notes
        What speaks against taking the lists at face value.
    owner, exported_at, window
        Whose lists, of which day (NaT where nothing tells), and below which age an unreturned
        follow is too early to tell.
    ignored
        How many accounts were left out because the caller asked for it.
    """

    tables: dict[str, pd.DataFrame]
    unknown: dict[str, str]
    notes: tuple[str, ...]
    owner: str
    exported_at: Any
    window: str
    ignored: int

    def __getitem__(self, name: str) -> pd.DataFrame:
        if name in self.unknown:
            raise NotObservedError(f"{name}: {self.unknown[name]}")
        return self.tables[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.tables)

    def __len__(self) -> int:
        return len(self.tables)

    def __contains__(self, name: object) -> bool:
        return name in self.tables

    def get(self, name: str, default: Any = None) -> Any:
        """Return a list, or `default` where it cannot be known."""
        return self.tables.get(name, default)

    def __str__(self) -> str:
        """Return the counts as text; names no one."""
        rows = [(f"{len(table)}", name, MEANING[name]) for name, table in self.tables.items()]
        rows += [("?", name, why) for name, why in self.unknown.items()]
        lines = [f"{count:>6}  {name:<20} {meaning}" for count, name, meaning in rows]
        if self.ignored:
            lines.append(f"{self.ignored:>6}  {'(left out)':<20} as asked for")
        return "\n".join([*lines, *self.notes])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        parts = [
            f"<details><summary>{len(table)} {MEANING[name]} ({name})</summary>"
            f"{plain_html(table, '')}</details>"
            for name, table in self.tables.items()
        ]
        told = [f"{name}: {why}" for name, why in self.unknown.items()]
        if self.ignored:
            told.append(f"left out as asked for: {self.ignored}")
        parts += [f"<p>{html.escape(text)}</p>" for text in (*told, *self.notes)]
        return enlivened("".join(parts))


def of(
    export: Export, *, owner: str | None = None, ignore: Collection[str] = (), window: str = "60D"
) -> Lists:
    """Return the lists of one account, each a table indexed by account.

    Parameters
    ----------
    owner
        Whose lists; may be left out when there is one owner.
    ignore
        Accounts (brands, celebrities, friends) to leave out of every list.
    window
        A follow younger than this at the export's date that is not returned is too early to
        tell.

    Returns
    -------
    Lists
        In this order, oldest first unless said otherwise, undated ones last:
        ``not_following_back``; ``fans`` (follow the owner, are not followed); ``mutual``;
        ``pending`` (the owner asked to follow); ``recently_unfollowed`` (by the owner, latest
        first); ``too_early`` (followed less than `window` ago, not returned); ``deleted``
        (shown as deleted, whoever follows). A follow without date is never too early.

        Columns, where they say something: ``name``; ``state`` (``mutual``, ``follower``: follows
        the owner only, ``following``: the reverse, ``none``); ``following_since``: when the owner
        followed it; ``follower_since``: the reverse; ``first``, ``latency_days`` as in
        `reciprocity.alters`; ``at``: when it was asked or left; ``link`` to its profile
        (Instagram and Threads). ``table.attrs["ignored"]`` is the number left out of that list.

        A list that the export cannot tell is absent, and ``lists.unknown`` says why.

    Raises
    ------
    NotObservedError
        When none of the lists can be known, or which owner is meant.

    Examples
    --------
    >>> import follownet as fn
    >>> found = fn.lists.of(fn.read(fn.datasets.sample("instagram")))
    >>> len(found["mutual"]), len(found["pending"])
    (52, 1)
    """
    if not isinstance(export, Export):
        raise SchemaError(f"export: is a {type(export).__name__}; follownet.read makes an Export")
    G = export.graph()
    account, left_out = _account(G, owner), spelled(ignore)
    date: Any = G.nodes[account].get("exported_at")
    unknown: dict[str, str] = {}
    ties = _ties(export, G, account, window, unknown)
    found = {} if ties is None else {name: ties[ties["list"] == name] for name in _OF_TIES}
    for name in RELATIONS:
        table = _related(export, account, name)
        if table is None:
            unknown[name] = (
                "this export has no file of them that could be read: platforms leave it out when "
                "there are none, or it was not asked for"
            )
        else:
            table["state"] = _states(ties, table.index)
            found[name] = table
    found = {name: found[name] for name in COLUMNS if name in found and name not in unknown}
    if not found:
        raise NotObservedError(
            "none of the lists can be known: " + "; ".join(dict.fromkeys(unknown.values()))
        )
    named = {other for table in found.values() for other in table.index}
    return Lists(
        {name: _finished(found[name], export, name, left_out) for name in found},
        {name: unknown[name] for name in COLUMNS if name in unknown},
        _doubts(export, account),
        account,
        pd.Timestamp(date),
        window,
        len(named & left_out),
    )


def _account(G: Graph, owner: str | None) -> str:
    """Return whose lists are meant, whether they are in hand or not."""
    known = owners(G)
    if owner is None and len(known) == 1:
        return str(known[0])
    if owner is None or owner not in known:
        the_owner(G, owner)  # raises, and says what is wrong
    return str(owner)


def _ties(
    export: Export, G: Graph, owner: str, window: str, unknown: dict[str, str]
) -> pd.DataFrame | None:
    """Return everyone tied to the owner with the list each is in; what cannot be to `unknown`."""
    try:
        ties = alters(G, owner=owner, window=window)
    except NotObservedError as error:
        unknown |= dict.fromkeys(_OF_TIES, "; ".join([str(error), *_gaps(export, owner)]))
        return None
    if pd.isna(ties.attrs["exported_at"]):
        unknown["too_early"] = (
            "nothing dates this export, so those who were followed lately are in "
            "not_following_back; exported_at= gives the date"
        )
    kinds = export.accounts["type"].reindex(ties.index)
    unreturned = ties["state"] == "following"
    lists = np.select(
        [kinds == "deleted", unreturned & ties["too_early"].fillna(False), unreturned,
         ties["state"] == "follower"],
        ["deleted", "too_early", "not_following_back", "fans"],
        "mutual",
    )  # fmt: skip
    return ties.assign(
        list=lists,
        latency_days=ties["latency"].dt.total_seconds() / 86_400,
    )


def _gaps(export: Export, owner: str) -> list[str]:
    """Return what the reader says of the lists that are not in hand."""
    table = export.coverage
    rows = table[(table["owner"] == owner) & ~table["status"].isin(OBSERVED)]
    return [f"the {name} list: {note}" for name, note in _noted(rows)]


def _doubts(export: Export, owner: str) -> tuple[str, ...]:
    table = export.coverage
    rows = table[(table["owner"] == owner) & (table["status"] == "suspect")]
    doubts = [f"the {name} list is suspect: {note}" for name, note in _noted(rows)]
    return (*doubts, *(export.report.notes if export.report is not None else ()))


def _noted(rows: pd.DataFrame) -> list[tuple[str, str]]:
    return list(rows.dropna(subset="note")[["list", "note"]].itertuples(index=False, name=None))


def _related(export: Export, owner: str, name: str) -> pd.DataFrame | None:
    """Return a list of relations, None where the export does not tell of such."""
    kind = RELATIONS[name]
    table = export.relations
    rows = table[(table["source"] == owner) & (table["relation"] == kind)]
    if not export.tells(kind):
        return None
    latest = rows.sort_values("at", ascending=False, kind="stable").drop_duplicates("target")
    if name == "pending":
        latest = latest.sort_values("at", kind="stable")
    return latest.set_index("target").rename_axis("account")[["at"]]


def _states(ties: pd.DataFrame | None, accounts: pd.Index[Any]) -> pd.Series[Any]:
    """Return how accounts are tied to the owner, missing where the lists do not tell."""
    if ties is None:
        return pd.Series(pd.NA, index=accounts, dtype=TEXT)
    return ties["state"].reindex(accounts).fillna("none").astype(TEXT)


def _finished(table: pd.DataFrame, export: Export, name: str, left_out: set[Any]) -> pd.DataFrame:
    """Return a list with its columns, without the accounts to leave out."""
    ignored = table.index.isin(left_out)
    table = table[~ignored]
    known = export.accounts.reindex(table.index)
    table = table.assign(name=known["name"], link=links_to(known, export.platform))
    table = table[list(COLUMNS[name])].rename_axis("account")
    table.attrs = {"ignored": int(ignored.sum())}
    return table
