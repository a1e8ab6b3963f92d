"""Follow-back in several exports side by side, and why it cannot be known in some."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from follownet.errors import NotObservedError, SchemaError
from follownet.reciprocity._accounts import accounts
from follownet.reciprocity._person import follow_back
from follownet.tables import LISTS, OBSERVED, TEXT, Export

_COUNTS = (*LISTS, "mutual")
_RATES = ("received", "given")


def side_by_side(exports: Iterable[Export]) -> pd.DataFrame:
    """Return how many follow back in each export, or why that cannot be known.

    Parameters
    ----------
    exports
        Of any platforms; of several owners each has a row.

    Returns
    -------
    pandas.DataFrame
        Indexed by ``platform`` and ``owner``, in the order given. ``followers``, ``following``:
        the length of each list that is observed, missing otherwise; ``mutual``. ``received``: the
        share of those whom the owner follows that follow back; ``given``: of the followers that
        are followed back; each with its 95 % Wilson interval ``*_low``, ``*_high``; nan of no
        follows, and where a list is not observed. ``unknown``: then the reason, and which file
        would make it known; missing otherwise.

    Raises
    ------
    SchemaError
        When something other than exports is given.

    Notes
    -----
    Platforms differ in what a follow is, and their exports in whom they still list: rates of one
    person on several platforms compare habits there, not platforms.

    Examples
    --------
    >>> import follownet as fn
    >>> export = fn.read(fn.datasets.sample("tiktok"))
    >>> side_by_side([export])[["following", "mutual", "received"]].round(3).values.tolist()
    [[63, 52, 0.825]]
    """
    found = [exports] if isinstance(exports, Export) else list(exports)
    if strange := sum(not isinstance(one, Export) for one in found):
        raise SchemaError(
            f"exports: {strange} of {len(found)} are no Export; follownet.read makes one"
        )
    rows = [
        {"platform": one.platform, "owner": owner} | _known(one, owner)
        for one in found
        for owner in one.owners
    ]
    columns = ["platform", "owner", *_COUNTS]
    columns += [f"{rate}{end}" for rate in _RATES for end in ("", "_low", "_high")]
    table = pd.DataFrame(rows, columns=[*columns, "unknown"])
    kinds = dict.fromkeys(_COUNTS, "Int64") | dict.fromkeys(columns[5:], "float64")
    return table.astype(kinds | {"unknown": TEXT}).set_index(["platform", "owner"])


def _known(export: Export, owner: str) -> dict[str, Any]:
    """Return counts and rates of an owner, or what there is and why there is no more."""
    rows = export.coverage[export.coverage["owner"] == owner].set_index("list")
    lists = {
        name: rows["records"][name] for name in rows.index[rows["status"].isin(list(OBSERVED))]
    }
    try:
        G = export.graph()
        rates = follow_back(G, owner=owner).xs("all", level="cohort")
    except NotObservedError as error:
        return {**lists, "unknown": str(error)}
    counts = accounts(G).loc[owner]
    told = {
        f"{rate}{end}": rates.loc[rate, f"{end.removeprefix('_') or 'rate'}"]
        for rate in _RATES
        for end in ("", "_low", "_high")
    }
    return {name: counts[name] for name in _COUNTS} | told
