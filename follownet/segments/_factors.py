"""Why follows are not returned, descriptively: the rate by each factor that can be measured."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd

from follownet.communities._compare import Partition, labels_of
from follownet.errors import SchemaError
from follownet.graph import FollowGraph, Graph
from follownet.history._exports import the_owner
from follownet.reciprocity._groups import cell_rates
from follownet.reciprocity._intervals import ratio
from follownet.segments._measured import FIRST, Measured, living, of_export, of_network, weeks
from follownet.tables import Export

#: 0 is a band of its own where it has at least this share of the follows.
_FEW: Final = 0.01


def by_factor(
    source: Export | Graph | FollowGraph,
    *,
    owner: str | None = None,
    partition: Partition | None = None,
    layer: Graph | FollowGraph | None = None,
    known: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Return how many follows are returned, by each factor that the data can measure.

    Parameters
    ----------
    source
        An export: the follows of `owner` that came before the other's, or all of them where no
        mutual tie has the dates of both. Or a whole network: all follows.
    owner
        Whose follows, of an export of several.
    partition
        Communities, as `follownet.communities.detect` finds them: are both ends in one?
    layer
        Of a whole network: who engages with whom, weighted by events.
    known
        More about the followed, indexed by account: each column is a factor (``followers`` from
        elsewhere, a topic, ...).

    Returns
    -------
    pandas.DataFrame
        Indexed by ``factor`` and ``band``. ``follows``, those ``returned``, ``rate``; its 95 %
        interval ``low``, ``high``, if follows of a group share their fate, nan for fewer than
        five ``groups``: weeks in an export, followed accounts in a network. Numbers come in bands
        of about a quarter of the follows each, 0 apart where it has one in a hundred of them.
        ``attrs``: ``follows`` and their ``rate``; ``unknown``: follows of which it is not known, by
        factor; ``unmeasured``: factors, and why.

        Of an export: **first follow by** owner or other: how often was it answered, by either?;
        **days since the follow**; **follows in one go**; **engaged before**, events by the owner
        towards it in the 90 days before the follow, unknown of follows before the export's first
        event and these; **own posts before**, likewise; and what the export says of accounts
        (``private``, ``verified``, ``type``, numbers).

        Of a network: **followers** and **following** of the followed, **followers per following**;
        **status**, followers of the followed per follower of the follower; **habit**, how many of
        the other follows it returns; **common neighbours**, tied to both ends in either direction;
        **engaged**, events by the follower; **days since the follow**, before the last one; and the
        marks of accounts.

    Raises
    ------
    NotObservedError
        When one of an export's two lists is not in hand.
    SchemaError
        When an argument does not fit.

    Notes
    -----
    Each factor alone, as it is found: accounts that differ in one differ in others, and no rate
    here is an effect. The return itself is taken out of what it is asked by (of following, both
    ratios and the habit), or it would answer itself; compare Cheng, Romero, Meeder & Kleinberg
    2011, doi:10.1109/PASSAT/SocialCom.2011.110. Lists show ties that still exist: those who left
    again are in no row. Deleted accounts are left out.

    Examples
    --------
    >>> import follownet as fn
    >>> table = by_factor(fn.read(fn.datasets.sample("instagram")))
    >>> table.loc["first follow by", ["follows", "returned"]].to_dict("index")
    {'owner': {'follows': 31, 'returned': 20}, 'other': {'follows': 46, 'returned': 32}}
    """
    about = _about(known)
    parts = {}
    if isinstance(source, Export):
        if layer is not None:
            raise SchemaError("layer: is of a whole network; an export has its own interactions")
        owner = the_owner([source], owner)
        found = of_export(source, owner)
        if FIRST not in found.unmeasured:
            parts[FIRST] = _by_first(source, owner)
    else:
        found = of_network(source, layer)
    values = found.values.copy()
    for name, column in about.items():
        values[str(name)] = column.reindex(values.index).array
    if partition is None:
        found.unmeasured["same community"] = "no partition is given"
    else:
        values["same community"] = _same(found, partition)
    return _table(parts, values, found)


def _about(known: Any) -> pd.DataFrame:
    """Return what more is known of accounts, or say that it is no table of them."""
    if known is None:
        return pd.DataFrame()
    if not (isinstance(known, pd.DataFrame) and known.index.is_unique):
        raise SchemaError("known: give a table with one row an account")
    return known


def _by_first(export: Export, owner: str) -> pd.DataFrame:
    """Return how often the first follow of a tie was answered, by whose it was."""
    ties = living(export, owner)
    code = ties["first"].map({"owner": 0, "alter": 1})
    held = code.notna().to_numpy()
    mutual = ties["state"].eq("mutual").to_numpy()
    table = cell_rates(code[held].to_numpy("int64"), 2, weeks(ties)[held], mutual[held])
    return table.set_axis(["owner", "other"])


def _same(found: Measured, partition: Partition) -> Any:
    """Return whether both ends of each follow are in one community, missing of those in none."""
    labels = labels_of(partition, "partition")
    one, other = (labels.reindex(ends) for ends in (found.sources, found.values.index))
    same = pd.Series(one.to_numpy() == other.to_numpy(), dtype="boolean")
    return same.mask(one.isna().to_numpy() | other.isna().to_numpy()).array


def _table(parts: dict[str, pd.DataFrame], values: pd.DataFrame, found: Measured) -> pd.DataFrame:
    """Return the rates by band of each factor."""
    unknown = {}
    for name in map(str, values):
        code, bands = _bands(values[name].reset_index(drop=True))
        held = code >= 0
        if not held.any():
            found.unmeasured[name] = "not known of any follow"
            continue
        table = cell_rates(code[held], len(bands), found.groups[held], found.returned[held])
        parts[name] = table.set_axis(bands)
        if not held.all():
            unknown[name] = int((~held).sum())
    if parts:
        table = pd.concat(parts)
    else:
        columns = ["follows", "returned", "rate", "low", "high", "groups"]
        table = pd.DataFrame(columns=columns, index=pd.MultiIndex.from_arrays([[], []]))
    table.index = table.index.set_names(["factor", "band"])
    table.attrs = {
        "follows": len(values),
        "rate": ratio(int(found.returned.sum()), len(values)),
        "unknown": unknown,
        "unmeasured": found.unmeasured,
    }
    return table


def _bands(values: pd.Series[Any]) -> tuple[Any, list[str]]:
    """Return the band of each value, -1 of a missing one, and the bands' names in order."""
    numeric = pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values)
    if not numeric:
        code, names = pd.factorize(values, sort=True)
        words = {"True": "yes", "False": "no"}
        return code, [words.get(str(name), str(name)) for name in names.tolist()]
    numbers = values.to_numpy("float64", na_value=np.nan)
    held = ~np.isnan(numbers)
    edges = _edges(np.sort(numbers[held]))
    code = np.where(held, np.searchsorted(edges, numbers, side="right") - 1, -1)
    return code, [_called(numbers[code == place]) for place in range(len(edges))]


def _edges(values: Any) -> list[float]:
    """Return where bands begin: 0 is one, and of the rest each has about a quarter."""
    edges, left = [], 4
    while len(values):
        edges.append(float(values[0]))
        alone = edges == [0.0] and np.searchsorted(values, 0, side="right") >= _FEW * len(values)
        size = 1 if alone else -(-len(values) // left)
        # Equal values are of one band, however many.
        values = values[np.searchsorted(values, values[size - 1], side="right") :]
        left = max(left - (not alone), 1)
    return edges


def _called(numbers: Any) -> str:
    ends = (numbers.min(), numbers.max())
    low, high = (f"{end:,.0f}" if abs(end) >= 100 else f"{end:.3g}" for end in ends)
    return low if low == high else f"{low} to {high}"
