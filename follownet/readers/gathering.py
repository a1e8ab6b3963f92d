"""From what a reader finds in the files of one person's export to its tables.

Whose export it is, is often known only when all files are read. Until then the owner is left out:
of a follow list and of relations the other account alone is given, and an event without `source`
is the owner's.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

import pandas as pd

from follownet.errors import SchemaError
from follownet.readers.coverage import FollowList, coverage
from follownet.readers.ledger import Ledger
from follownet.tables import ACCOUNT_COLUMNS, EXPORT_DATE, LISTS, SCHEMA, TEXT, Export, empty

#: What the owner is called where nothing names it.
UNNAMED: Final = "(owner)"
#: Why a row of a table has no time.
UNDATED: Final = "time missing or impossible; the row is kept"

_ENDS = ("source", "target")
_TIMES = {"follows": "since", "relations": "at", "interactions": "at", "posts": "at"}


class Gathering:
    """The rows gathered so far.

    Parameters
    ----------
    platform
        Its name in lower case.
    ledger
        Where is entered what was read and left out.
    columns
        Further columns of accounts that are always there, known of anyone or not.

    Attributes
    ----------
    lists
        The two follow lists; what is set there decides their coverage.
    declared
        How long a list is by the platform's own count, where it tells.
    signs
        What speaks for a list being cut where the platform cuts lists, in words.
    attributes
        What is known of accounts: columns of the table of accounts (`handle`, `name`, `type` and
        others) by account.
    """

    def __init__(self, platform: str, ledger: Ledger, columns: Iterable[str] = ()) -> None:
        self._columns = tuple(columns)
        self.platform = platform
        self.ledger = ledger
        self.lists = {name: FollowList() for name in LISTS}
        self.declared: dict[str, int] = {}
        self.signs: dict[str, tuple[str, ...]] = {}
        self.attributes: dict[str, dict[str, str]] = defaultdict(dict)
        self._relations: list[pd.DataFrame] = []
        self._events: list[pd.DataFrame] = []
        self._posts: list[pd.DataFrame] = []

    def whose(
        self,
        given: str | None,
        named: str | None,
        account: Callable[[str], str | None],
        refusal: str,
    ) -> str | None:
        """Return the owner: the one given, if any, as an account, else the one whom a file names.

        Raises
        ------
        SchemaError
            With the refusal, where what was given is no account.
        """
        if given is None:
            return named
        found = account(given)
        if found is None:
            raise SchemaError(f"owner: a text of {len(given)} characters is {refusal}")
        if named not in (None, found):
            self.ledger.note("the owner given, not the one whom the export names, is used")
        return found

    def relate(self, relation: str, rows: pd.DataFrame, *, towards_owner: bool = False) -> None:
        """Add relations: `alter` and, where there are times, `at`."""
        ends = ("alter", "owner") if towards_owner else ("owner", "alter")
        named = rows.rename(columns=dict(zip(ends, _ENDS, strict=True)))
        self._relations.append(named.assign(relation=relation))

    def happened(self, rows: pd.DataFrame) -> None:
        """Add interactions: columns of that table; who did what has no `source` is the owner."""
        self._events.append(rows)

    def posted(self, rows: pd.DataFrame) -> None:
        """Add posts: columns of that table; the owner's, where there is no `account`."""
        self._posts.append(rows)

    def count_undated(self, file: str, stamps: pd.Series[Any]) -> None:
        """Enter how many rows of a file have no time."""
        self.ledger.skip(file, UNDATED, int(stamps.isna().sum()))

    def export(
        self,
        owner: str | None,
        *,
        given: pd.Timestamp | None = None,
        named: pd.Timestamp | None = None,
        known: pd.Timestamp | None = None,
        describe: Callable[[pd.Index[str]], Mapping[str, Any]] | None = None,
    ) -> Export:
        """Return the export, now that all files are read.

        Parameters
        ----------
        owner
            None where nothing names it.
        given, known, named
            When the export was made: as the caller says, as the export says, by its name (the
            day alone).
        describe
            Returns further columns for an index of accounts.
        """
        if owner is None:
            self.ledger.note(
                f'the export names no owner: it is called "{UNNAMED}"; owner= names it'
            )
        owner = owner or UNNAMED
        tables = {
            "follows": self._follows(owner),
            "relations": self._all_relations(owner),
            "interactions": self._interactions(owner),
            "posts": self._all_posts(owner),
        }
        exported_at = self._exported_at(tables, given, known, named)
        found = {
            name: kept.found(declared=self.declared.get(name), signs=self.signs.get(name, ()))
            for name, kept in self.lists.items()
        }
        return Export(
            **tables,
            accounts=self._accounts(tables, owner, describe),
            platform=self.platform,
            owners=(owner,),
            exported_at=exported_at,
            coverage=coverage(owner, found, exported_at, self.ledger),
            report=self.ledger.report(),
        )

    def _follows(self, owner: str) -> pd.DataFrame:
        parts = []
        for name, follow_list in self.lists.items():
            ends = ("alter", "owner") if name == "followers" else ("owner", "alter")
            names = dict(zip(ends, _ENDS, strict=True))
            parts += [rows.assign(owner=owner).rename(columns=names) for rows in follow_list.rows]
        return self._collapsed(_stacked("follows", parts), list(_ENDS), "since")

    def _all_relations(self, owner: str) -> pd.DataFrame:
        parts = [rows.rename(columns={"owner": "source"}) for rows in self._relations]
        table = _stacked("relations", parts)
        for end in _ENDS:
            table[end] = table[end].fillna(owner)
        return self._collapsed(table, [*_ENDS, "relation"], "at")

    def _interactions(self, owner: str) -> pd.DataFrame:
        table = _stacked("interactions", self._events)
        table["source"] = table["source"].fillna(owner)
        return table

    def _collapsed(self, table: pd.DataFrame, keys: list[str], time: str) -> pd.DataFrame:
        """Return the table with repeated ties as one, the earliest."""
        if not table.duplicated(keys).any():
            return table
        first = table.sort_values(time, kind="stable").drop_duplicates(keys).sort_index()
        repeated = len(table) - len(first)
        self.ledger.skip("repeated ties", "kept once, with the earliest time", repeated)
        return first.reset_index(drop=True)

    def _all_posts(self, owner: str) -> pd.DataFrame:
        """Return the posts, one row each; of a post told of twice what each tells."""
        table = _stacked("posts", self._posts)
        table["account"] = table["account"].fillna(owner)
        if not table["post"].duplicated().any():
            return table
        first = table.groupby("post", sort=False, as_index=False).first()[list(table)]
        self.ledger.skip("repeated posts", "kept once", len(table) - len(first))
        return first.astype(SCHEMA["posts"])

    def _accounts(
        self,
        tables: dict[str, pd.DataFrame],
        owner: str,
        describe: Callable[[pd.Index[str]], Mapping[str, Any]] | None,
    ) -> pd.DataFrame:
        named = {owner, *self.attributes}
        for table, ends in ACCOUNT_COLUMNS.items():
            for end in ends:
                named.update(tables[table][end].dropna().unique().tolist())
        ids = pd.Index(sorted(named), name="account", dtype=TEXT)
        names = dict.fromkeys(name for more in self.attributes.values() for name in more)
        columns: dict[str, Any] = {
            name: pd.Series(
                {one: more[name] for one, more in self.attributes.items() if name in more},
                dtype=TEXT,
            ).reindex(ids)
            for name in (*SCHEMA["accounts"], *self._columns, *names)
        }
        columns["platform"] = self.platform
        columns |= {} if describe is None else describe(ids)
        return pd.DataFrame(columns, index=ids).astype(dict.fromkeys(columns, TEXT))

    def _exported_at(
        self,
        tables: dict[str, pd.DataFrame],
        given: pd.Timestamp | None,
        known: pd.Timestamp | None,
        named: pd.Timestamp | None,
    ) -> pd.Timestamp | None:
        """Return when the export was made: as given, as it or its name says, its newest record."""
        newest = pd.Series(
            [tables[name][column].max() for name, column in _TIMES.items()], dtype="object"
        ).dropna()
        last = newest.max() if len(newest) else None
        if given is not None and last is not None and given < last - pd.Timedelta(days=1):
            raise SchemaError(
                f"exported_at: {given:%Y-%m-%d} lies before the newest record, of {last:%Y-%m-%d}"
            )
        if given is not None:
            return given
        if known is not None:
            return known
        if named is not None:
            # A name gives the day alone, in some zone; what happened on it came before the export.
            on_that_day = last is not None and named <= last < named + pd.Timedelta(days=2)
            return last if on_that_day else named
        if last is not None:
            self.ledger.note(
                f"nothing dates this export: its newest record ({last:%Y-%m-%d}) is taken, so it "
                "may be younger; exported_at= gives the date"
            )
            self.ledger.time(EXPORT_DATE, zone="UTC", known=False, precision="day")
        return last


def _stacked(table: str, parts: list[pd.DataFrame]) -> pd.DataFrame:
    """Return parts under one another with the columns and dtypes of the schema."""
    schema = SCHEMA[table]
    filled = [part for part in parts if len(part)]
    if not filled:
        return empty(table)
    # Once for all parts: a large file comes in many.
    whole = pd.concat(filled, ignore_index=True)
    columns = {
        name: whole[name].astype(dtype)
        if name in whole
        else pd.Series(pd.NA, index=whole.index, dtype=dtype)
        for name, dtype in schema.items()
    }
    return pd.DataFrame(columns)
