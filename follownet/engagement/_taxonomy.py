"""Kinds of interaction: what each is, how often each occurs, and whom it names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from follownet.errors import SchemaError
from follownet.reciprocity._intervals import divided
from follownet.tables import COUNT, TEXT, Export

#: The scope of what is said in a thread: two people, or the more whom the thread has.
CONVERSATION: Final = "conversation"
_WORDS: Final = ("mode", "verbal", "scope", "meaning")
_FILE: Final = Path(__file__).with_name("kinds.csv")


def kinds(weights: Mapping[str, float] | None = None) -> pd.DataFrame:
    """Return the kinds of interaction that follownet knows.

    Parameters
    ----------
    weights
        Other weights of some of them: finite, from 0.

    Returns
    -------
    pandas.DataFrame
        Index ``kind``. ``mode``: ``active`` (did something) or ``passive`` (looked on; a line
        that the platform wrote). ``verbal``: ``verbal`` where words were written, else
        ``non-verbal``. ``scope``: ``individual`` (towards one account), ``group`` (shown to
        several) or ``conversation`` (one of the two, as the thread is). ``weight``: see below.
        ``meaning``: what the source did.

    Raises
    ------
    SchemaError
        For weights of kinds that are not in this table, or that are negative or not finite.

    Notes
    -----
    The weights say roughly how much effort an act takes: 0.1 for a look, 1 for a tap, 2 to
    keep, pass on or name, 4 for words, 0 for what the platform writes. That is a convention, no
    measurement: see whether a result changes with them.

    Examples
    --------
    >>> kinds(weights={"view": 0}).loc[["view", "comment"], ["mode", "verbal", "weight"]]
                mode      verbal  weight
    kind
    view     passive  non-verbal     0.0
    comment   active      verbal     4.0
    """
    return described((), weights)


def described(found: Iterable[str], weights: Mapping[str, float] | None) -> pd.DataFrame:
    """Return the table of kinds, with those found that it lacks as rows of missing values."""
    types = dict.fromkeys(("kind", *_WORDS), TEXT) | {"weight": "float64"}
    table = pd.read_csv(_FILE, encoding="utf-8", dtype=types, index_col="kind")
    table = table.reindex(table.index.append(pd.Index(sorted(set(found) - set(table.index)))))
    given = {} if weights is None else _checked(weights, table.index)
    table.loc[list(given), "weight"] = list(given.values())
    return table.rename_axis("kind")


def _checked(weights: Mapping[str, float], known: pd.Index[Any]) -> dict[str, float]:
    if not isinstance(weights, Mapping):
        raise SchemaError(f"weights: is a {type(weights).__name__}; give a dict of kind to number")
    if unknown := set(weights) - set(known):
        raise SchemaError(
            f"weights: {len(unknown)} of {len(weights)} are of no kind that is known or in the "
            f"export; accepts {', '.join(known)}"
        )
    numbers = pd.to_numeric(pd.Series(dict(weights), dtype="object"), errors="coerce")
    if bad := int((~(np.isfinite(numbers.astype("float64")) & (numbers >= 0))).sum()):
        raise SchemaError(f"weights: {bad} of {len(weights)} are no finite number from 0")
    return dict(numbers.astype("float64"))


def taxonomy(export: Export, *, weights: Mapping[str, float] | None = None) -> pd.DataFrame:
    """Return how often each kind of interaction occurs, and what kind of act it is.

    Parameters
    ----------
    weights
        Other weights of some kinds than those of `kinds`; a kind that follownet does not know
        and the export has may be given one, too.

    Returns
    -------
    pandas.DataFrame
        A row for each ``kind`` and ``scope`` in the export, in the order of `kinds`, unknown
        kinds last. ``scope`` is that of the kind, but ``group`` for what went to a thread of
        more than two; ``unknown`` for other events of unknown kinds. ``mode``, ``verbal``,
        ``weight``: as in `kinds`, missing for unknown ones. ``events``; ``named``: those with a
        target; ``given``: those by owners; ``got``: those by others towards owners, both missing
        where there are no owners; ``first``, ``last``: times, missing where no event is dated.
        No rows without interactions. ``attrs``: ``unknown`` (kinds), ``notes``.

    Raises
    ------
    SchemaError
        For weights of kinds neither known nor in the export, negative or not finite.

    Notes
    -----
    A 0 in ``got`` does not say that nobody did it: few exports hold what others did. `naming`
    shows which do, `ties` and `reciprocity` give nan there.

    Examples
    --------
    >>> rows = [("me", "ann", "like"), ("me", None, "like"), ("ann", "me", "wave")]
    >>> events = pd.DataFrame(rows, columns=["source", "target", "kind"])
    >>> table = taxonomy(Export(interactions=events, owners=("me",)))
    >>> table[["mode", "events", "named", "given", "got"]].values.tolist()
    [['active', 2, 1, 2, 0], [nan, 1, 1, 0, 1]]
    """
    marks = _marks(export)
    codes, found = pd.factorize(marks["kind"])
    table = described(found, weights)
    place = table.index.get_indexer(found)[codes]
    grouped = (table["scope"] == "group").to_numpy()[place] | marks["threaded"].to_numpy()
    counts = marks.groupby(2 * place + grouped).agg(
        events=("named", "size"),
        named=("named", "sum"),
        given=("by_owner", "sum"),
        got=("to_owner", "sum"),
        first=("at", "min"),
        last=("at", "max"),
    )
    row, in_group = np.divmod(counts.index.to_numpy("int64"), 2)
    alone = table["scope"].replace(CONVERSATION, "individual").fillna("unknown")
    scope = np.where(in_group, "group", alone.to_numpy()[row])
    known = table.iloc[row]
    counts.index = known.index = pd.MultiIndex.from_arrays(
        [known.index, pd.Index(scope, dtype=TEXT)], names=["kind", "scope"]
    )
    result = known[["mode", "verbal", "weight"]].join(_owned(counts, export, "given", "got"))
    unknown = tuple(table.index[table["mode"].isna()])
    result.attrs = {"unknown": unknown, "notes": unweighted(table)}
    return result


def unweighted(table: pd.DataFrame) -> tuple[str, ...]:
    """Say which kinds have no weight."""
    named = table.index[table["weight"].isna()]
    told = f"kinds without a weight, which weights= may give: {', '.join(named)}"
    return (told,) if len(named) else ()


def _marks(export: Export) -> pd.DataFrame:
    """Return for each event its kind and time, whether it names anyone, and whose it is."""
    events, owners = export.interactions, list(export.owners)
    by_owner = events["source"].isin(owners)
    return pd.DataFrame(
        {
            "kind": events["kind"],
            "at": events["at"],
            "named": events["target"].notna(),
            "threaded": events["group"].notna(),
            "by_owner": by_owner,
            "to_owner": ~by_owner & events["target"].isin(owners),
        }
    )


def _owned(counts: pd.DataFrame, export: Export, *of_owners: str) -> pd.DataFrame:
    """Return counts as such; those of owners are missing where there are none."""
    numbers = counts.select_dtypes("number").columns
    counts = counts.astype(dict.fromkeys(numbers, COUNT))
    if export.owners:
        return counts
    nothing = pd.Series(pd.NA, index=counts.index, dtype=COUNT)
    return counts.assign(**dict.fromkeys(of_owners, nothing))


def naming(exports: Export | Iterable[Export]) -> pd.DataFrame:
    """Return of which kinds of interaction each platform's exports say towards whom they were.

    Parameters
    ----------
    exports
        One or several, of any platforms. Those of one platform are added up: give one of each
        account, since two of one account hold most events twice.

    Returns
    -------
    pandas.DataFrame
        A row for each ``platform`` and each ``kind`` that one of the exports holds. ``events``;
        ``to_groups``: those to a thread of more than two, which name no one; ``named``: those
        with a target; ``share``: named / (events - to_groups), nan of none; ``by_owner``,
        ``by_others``: whose they are, missing where there are no owners. *Missing is not 0*: a
        kind that a platform's exports do not hold has a row of missing values, one of which a
        file was read that is empty has 0 events, and one that names nobody a share of 0.

    Raises
    ------
    SchemaError
        For anything but exports.

    Examples
    --------
    >>> likes = pd.DataFrame({"source": ["me", "me"], "target": ["ann", None], "kind": "like"})
    >>> saves = pd.DataFrame({"source": ["me"], "kind": "save"})
    >>> one = Export(interactions=likes, owners=("me",), platform="instagram")
    >>> other = Export(interactions=saves, owners=("me",), platform="tiktok")
    >>> naming([one, other])["share"].unstack()
    kind       like  save
    platform
    instagram   0.5   NaN
    tiktok      NaN   0.0
    """
    found = [exports] if isinstance(exports, Export) else list(exports)
    if strange := sum(not isinstance(export, Export) for export in found):
        raise SchemaError(
            f"exports: {strange} of {len(found)} are no Export; follownet.read makes one"
        )
    rows = pd.concat([_named(Export()), *map(_named, found)])
    table = rows.groupby(["platform", "kind"]).sum(skipna=False)
    held = table.index.unique("kind")
    order = [kind for kind in described(held, None).index if kind in held]
    platforms = sorted({export.platform for export in found})
    names = ["platform", "kind"]
    table = table.reindex(pd.MultiIndex.from_product([platforms, order], names=names))
    spoken = table["events"] - table["to_groups"]
    table.insert(3, "share", divided(*(_floats(one) for one in (table["named"], spoken))))
    return table


def _floats(counts: pd.Series[Any]) -> Any:
    return counts.to_numpy("float64", na_value=np.nan)


def _named(export: Export) -> pd.DataFrame:
    """Return one export's counts by kind, 0 where a file of the kind was read and is empty."""
    marks = _marks(export)
    marks = marks.assign(
        to_groups=marks["threaded"] & ~marks["named"], by_others=~marks["by_owner"], events=True
    )
    columns = ["events", "to_groups", "named", "by_owner", "by_others"]
    counts = marks.groupby("kind")[columns].sum()
    if export.report is not None:
        read = kinds().index.intersection(pd.Index(export.report.files["content"]))
        counts = counts.reindex(counts.index.union(read), fill_value=0)
    counts = _owned(counts, export, "by_owner", "by_others")
    return counts.rename_axis("kind").reset_index().assign(platform=export.platform)
