"""The tidy tables of an export: their schema, its validation, and `Export` that holds them.

Every table always has its columns, in this order, with these dtypes; more may follow.
Text is pandas' ``str``, time is ``datetime64[us, UTC]``, counts are ``Int64``.

============  ======================================================================
accounts      index ``account``; ``handle``, ``name``, ``platform``, ``type``
follows       ``source``, ``target``, ``since`` (source follows target)
relations     ``source``, ``target``, ``relation``, ``at``
interactions  ``source``, ``target``, ``kind``, ``at``, ``item``, ``group``
posts         ``post``, ``account``, ``at``, ``format``, ``text_length`` and counts
============  ======================================================================
"""

from __future__ import annotations

import functools
import html
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from follownet.errors import SchemaError

if TYPE_CHECKING:
    import networkx as nx

TIME: Final = "datetime64[us, UTC]"
COUNT: Final = "Int64"
TEXT: Final = "str"

SCHEMA: dict[str, dict[str, Any]] = {
    "accounts": {"handle": TEXT, "name": TEXT, "platform": TEXT, "type": TEXT},
    "follows": {"source": TEXT, "target": TEXT, "since": TIME},
    "relations": {"source": TEXT, "target": TEXT, "relation": TEXT, "at": TIME},
    "interactions": {
        "source": TEXT,
        "target": TEXT,
        "kind": TEXT,
        "at": TIME,
        "item": TEXT,
        "group": TEXT,
    },
    "posts": {
        "post": TEXT,
        "account": TEXT,
        "at": TIME,
        "format": TEXT,
        "text_length": COUNT,
        "likes": COUNT,
        "comments": COUNT,
        "shares": COUNT,
        "saves": COUNT,
        "reach": COUNT,
        "impressions": COUNT,
        "views": COUNT,
        "new_follows": COUNT,
    },
    "coverage": {
        "owner": TEXT,
        "list": TEXT,
        "status": TEXT,
        "records": COUNT,
        "declared": COUNT,
        "starts": TIME,
        "exported_at": TIME,
        "note": TEXT,
    },
}

#: Cells that may not be missing: a tie has two ends, an event has someone who did it.
REQUIRED: dict[str, tuple[str, ...]] = {
    "follows": ("source", "target"),
    "relations": ("source", "target", "relation"),
    "interactions": ("source", "kind"),
    "posts": ("post", "account"),
    "coverage": ("owner", "list", "status"),
}

#: Where accounts are named, table by table.
ACCOUNT_COLUMNS: dict[str, tuple[str, ...]] = {
    "follows": ("source", "target"),
    "relations": ("source", "target"),
    "interactions": ("source", "target"),
    "posts": ("account",),
}

#: The source that a report names where it says how the date of the export is known.
EXPORT_DATE = "date of the export"
LISTS = ("followers", "following")
OBSERVED = ("verified", "presumed", "suspect")
STATUSES = (*OBSERVED, "partial", "hidden", "missing", "unreadable")


def empty(table: str) -> pd.DataFrame:
    """Return an empty table of the schema, its columns and dtypes in place."""
    return _empty(table).copy()


@functools.cache
def _empty(table: str) -> pd.DataFrame:
    index = pd.Index([], name="account", dtype=TEXT) if table == "accounts" else None
    columns = {name: pd.Series([], dtype=dtype) for name, dtype in SCHEMA[table].items()}
    return pd.DataFrame(columns, index=index)


@dataclass(frozen=True, repr=False)
class Report:
    """What was read, what was left out and why: the reader's account of its own work.

    Attributes
    ----------
    files
        One row a file: ``file`` (personal parts masked), ``content``, ``records`` (found in
        it), ``kept`` (that became rows).
    skipped
        ``file``, ``reason``, ``records``: everything found and not kept.
    times
        ``source``, ``zone``, ``known`` (or assumed), ``precision``. A row ``date of the
        export`` that is not known says that nothing dates it: its newest record was taken.
    notes
        Choices made, in words: which of two candidates was used, how the date was found.
    warnings
        What speaks against taking the numbers at face value.
    """

    files: pd.DataFrame
    skipped: pd.DataFrame
    times: pd.DataFrame
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def dated(self) -> bool:
        """Return whether something dates the export, other than its newest record."""
        of_date = self.times["source"] == EXPORT_DATE
        return not self.times.loc[of_date, "known"].eq(False).any()

    def _sections(self) -> dict[str, pd.DataFrame]:
        read = self.files.groupby("content", sort=False).agg(
            files=("file", "size"), records=("records", "sum"), kept=("kept", "sum")
        )
        skipped = self.skipped.groupby(["file", "reason"], sort=False)["records"].sum()
        return {
            "read": read.reset_index(),
            "left out or incomplete": skipped.reset_index(),
            "times": self.times,
        }

    def __str__(self) -> str:
        """Return the report as text for a terminal."""
        lines = [*(f"warning: {text}" for text in self.warnings), *self.notes]
        for title, table in self._sections().items():
            body = "nothing" if table.empty else table.to_string(index=False)
            lines += ["", f"{title}:", body]
        return "\n".join(lines).strip()

    __repr__ = __str__

    def _repr_html_(self) -> str:
        marked = [f"<li><b>warning:</b> {html.escape(text)}</li>" for text in self.warnings]
        marked += [f"<li>{html.escape(text)}</li>" for text in self.notes]
        parts = [f"<ul>{''.join(marked)}</ul>"] if marked else []
        for title, table in self._sections().items():
            body = "<p>nothing</p>" if table.empty else table.to_html(index=False, border=0)
            parts.append(f"<h4>{title}</h4>{body}")
        return "".join(parts)


@dataclass(frozen=True, repr=False, kw_only=True)
class Export:
    """One person's export (or several people's, merged) as tidy tables.

    It may be built from one's own tables: absent columns are added, dtypes are brought into
    line where nothing is lost, and accounts that only the other tables name get their row.

    Attributes
    ----------
    accounts, follows, relations, interactions, posts
        The tables; see the module for their columns.
    platform
        Name in lower case, such as ``"instagram"``.
    owners
        Accounts whose export it is.
    exported_at
        When the export was made, or None where nothing tells it.
    coverage
        One row for each owner and list (``followers``, ``following``) with its ``status``:
        ``verified`` (a count declared by the platform agrees), ``presumed`` (nothing speaks
        against it), ``suspect`` (something does; the list is still used), ``partial`` (known
        to be cut), ``hidden``, ``missing`` or ``unreadable``. The first three count as
        observed. An empty list is ``presumed`` with 0 records.
    report
        What the reader read and left out; None for an export that was not read from a file.

    Raises
    ------
    SchemaError
        All problems of all tables at once.

    Examples
    --------
    >>> import pandas as pd
    >>> ties = pd.DataFrame({"source": ["me", "ann"], "target": ["ann", "me"]})
    >>> export = Export(follows=ties, platform="instagram", owners=("me",))
    >>> list(export.accounts.index)
    ['ann', 'me']
    """

    accounts: pd.DataFrame = field(default_factory=lambda: empty("accounts"))
    follows: pd.DataFrame = field(default_factory=lambda: empty("follows"))
    relations: pd.DataFrame = field(default_factory=lambda: empty("relations"))
    interactions: pd.DataFrame = field(default_factory=lambda: empty("interactions"))
    posts: pd.DataFrame = field(default_factory=lambda: empty("posts"))
    platform: str = ""
    owners: tuple[str, ...] = ()
    exported_at: pd.Timestamp | None = None
    coverage: pd.DataFrame = field(default_factory=lambda: empty("coverage"))
    report: Report | None = None

    def __post_init__(self) -> None:
        """Bring every table into line, or say all that does not fit."""
        problems: list[str] = []
        tables = {name: conform(name, getattr(self, name), problems) for name in SCHEMA}
        if isinstance(self.owners, str):
            problems.append("owners: is one text; give a tuple of accounts")
        problems += _bad_coverage(tables["coverage"], self.owners)
        if self.exported_at is not None and getattr(self.exported_at, "tzinfo", None) is None:
            problems.append("exported_at: is no pandas.Timestamp with a time zone")
        if problems:
            raise SchemaError("these tables do not fit:\n- " + "\n- ".join(problems))
        tables["accounts"] = _complete(tables, self.owners, self.platform)
        for name, table in tables.items():
            object.__setattr__(self, name, table)
        object.__setattr__(self, "owners", tuple(self.owners))

    def tells(self, relation: str) -> bool:
        """Return whether there is a file of a relation, which may be empty, or a row."""
        in_file = self.report is not None and self.report.files["content"].eq(relation).any()
        return bool(in_file or self.relations["relation"].eq(relation).any())

    def graph(self, *, ties: str | None = None) -> nx.DiGraph[str]:
        """Return the follows, or connections, as a directed graph that knows what was observed.

        See `follownet.graph.from_export`.
        """
        from follownet.graph import from_export

        return from_export(self, ties=ties)

    def engagement_graph(self, kinds: Iterable[str] | None = None) -> nx.DiGraph[str]:
        """Return the interactions as a directed graph weighted by their number.

        See `follownet.graph.from_interactions`.
        """
        from follownet.graph import from_interactions

        return from_interactions(self, kinds)

    def __str__(self) -> str:
        """Return what the export holds as text for a terminal."""
        parts = [self._title(), self._sizes().to_string(index=False)]
        if not self.coverage.empty:
            parts.append(self._worth().to_string(index=False))
        return "\n\n".join([*parts, *self._doubts()])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        parts = [f"<p><b>{html.escape(self._title())}</b></p>"]
        tables = {"": self._sizes(), "what the follow lists are worth": self._worth()}
        for title, table in tables.items():
            parts += [f"<h4>{title}</h4>" if title else "", table.to_html(index=False, border=0)]
        parts += [f"<p>{html.escape(text)}</p>" for text in self._doubts()]
        if self.report is not None:
            parts.append(f"<details><summary>report</summary>{self.report._repr_html_()}</details>")
        return "".join(parts)

    def _doubts(self) -> tuple[str, ...]:
        """Return what the reader chose and doubted; it belongs beside every number."""
        if self.report is None:
            return ()
        return tuple(f"warning: {text}" for text in self.report.warnings) + self.report.notes

    def _worth(self) -> pd.DataFrame:
        """Return the coverage as it is shown: days, and no column that says nothing."""
        shown = self.coverage.drop(columns="exported_at").dropna(axis=1, how="all")
        if "starts" in shown:
            shown["starts"] = shown["starts"].dt.strftime("%Y-%m-%d")
        return shown.astype("object").where(shown.notna(), "")

    def _title(self) -> str:
        date = "unknown date" if self.exported_at is None else f"{self.exported_at:%Y-%m-%d}"
        return f"{self.platform or 'an'} export of {', '.join(self.owners) or 'no one'}, {date}"

    def _sizes(self) -> pd.DataFrame:
        names = [name for name in SCHEMA if name != "coverage"]
        return pd.DataFrame({"table": names, "rows": [len(getattr(self, name)) for name in names]})


def conform(table: str, frame: Any, problems: list[str]) -> pd.DataFrame:
    """Return `frame` with the columns and dtypes of `table`; what cannot be goes to `problems`."""
    if not isinstance(frame, pd.DataFrame):
        problems.append(f"{table}: is a {type(frame).__name__}, not a pandas DataFrame")
        return empty(table)
    columns = SCHEMA[table]
    if table == "accounts":
        if "account" in frame.columns:
            frame = frame.set_index("account")
        index = _text(frame.index.to_series(), f"{table}.account", problems)
        if index.isna().any() or index.duplicated().any():
            problems.append(f"{table}.account: has missing or repeated ids")
        frame = frame.set_axis(pd.Index(index, name="account", dtype=TEXT), axis=0)
    else:
        # Rows of tables that were put together may have the same label.
        frame = frame.reset_index(drop=True)
    ready = list(frame.columns[: len(columns)]) == list(columns)
    if ready and all(str(frame[name].dtype) == dtype for name, dtype in columns.items()):
        result: pd.DataFrame = frame
    else:
        new = {name: _column(table, frame, name, problems) for name in columns}
        further = [name for name in frame.columns if name not in columns]
        result = pd.DataFrame(new, index=frame.index).join(frame[further])
    gaps = {name: int(result[name].isna().sum()) for name in REQUIRED.get(table, ())}
    problems += [
        f"{table}.{name}: is missing in {count} of {len(frame)} rows"
        for name, count in gaps.items()
        if count
    ]
    return result.copy(deep=False)


def _column(table: str, frame: pd.DataFrame, name: str, problems: list[str]) -> pd.Series[Any]:
    dtype = SCHEMA[table][name]
    if name not in frame.columns:
        blank: pd.Series[Any] = pd.Series(pd.NA, index=frame.index, dtype=dtype)
        return blank
    values: pd.Series[Any] = frame[name]
    if str(values.dtype) == dtype:
        return values
    cast = {TEXT: _text, TIME: _time, COUNT: _count}[dtype]
    return cast(values, f"{table}.{name}", problems)


def _text(values: pd.Series[Any], where: str, problems: list[str]) -> pd.Series[Any]:
    plain = values.dropna()
    if pd.api.types.is_float_dtype(values.dtype) and len(plain):
        # Ids beyond 2**53 have already lost digits by the time they are floats.
        problems.append(f"{where}: holds floats; ids and names are text")
    return values.astype(TEXT)


def _time(values: pd.Series[Any], where: str, problems: list[str]) -> pd.Series[Any]:
    if pd.api.types.is_numeric_dtype(values.dtype) and values.notna().any():
        problems.append(f"{where}: holds numbers; give times, as pandas.to_datetime makes them")
        return pd.Series(pd.NaT, index=values.index, dtype=TIME)
    times = pd.to_datetime(values, errors="coerce", utc=False, format="ISO8601")
    if lost := int((times.isna() & values.notna()).sum()):
        problems.append(f"{where}: {lost} values are no ISO 8601 times")
    if getattr(times.dtype, "tz", None) is None:
        if times.notna().any():
            problems.append(f"{where}: has no time zone; localise it first (tz_localize)")
        return pd.Series(pd.NaT, index=values.index, dtype=TIME)
    return times.astype(TIME)


def _count(values: pd.Series[Any], where: str, problems: list[str]) -> pd.Series[Any]:
    numbers = pd.to_numeric(values, errors="coerce").astype("Float64")
    whole = numbers.isna() | (numbers.fillna(0) % 1 == 0)
    if lost := int((numbers.isna() & values.notna()).sum() + (~whole).sum()):
        problems.append(f"{where}: {lost} values are no whole numbers")
        return pd.Series(pd.NA, index=values.index, dtype=COUNT)
    return numbers.astype(COUNT)


def _bad_coverage(coverage: pd.DataFrame, owners: Iterable[str]) -> list[str]:
    problems = []
    for name, accepted in (("list", LISTS), ("status", STATUSES)):
        if not coverage[name].dropna().isin(accepted).all():
            problems.append(f"coverage.{name}: accepts only {', '.join(accepted)}")
    if strangers := int((~coverage["owner"].isin(list(owners))).sum()):
        problems.append(f"coverage.owner: {strangers} rows are about someone who is no owner")
    if coverage.duplicated(["owner", "list"]).any():
        problems.append("coverage: has two rows for one owner and list")
    return problems


def _complete(
    tables: dict[str, pd.DataFrame], owners: Iterable[str], platform: str
) -> pd.DataFrame:
    """Return `accounts` with a row for everyone whom the other tables name."""
    accounts = tables["accounts"]
    named = [pd.Series(list(owners), dtype=TEXT)]
    for table, columns in ACCOUNT_COLUMNS.items():
        named += [pd.Series(tables[table][column].dropna().unique()) for column in columns]
    known = set(accounts.index.tolist())
    missing = sorted({account for ids in named for account in ids.tolist()} - known)
    if not missing:
        return accounts
    rows = empty("accounts").reindex(pd.Index(missing, name="account", dtype=TEXT))
    rows["platform"] = pd.Series(platform or pd.NA, index=rows.index, dtype=TEXT)
    return pd.concat([accounts, rows.astype(SCHEMA["accounts"])])
