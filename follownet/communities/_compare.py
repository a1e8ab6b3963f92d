"""Two partitions of the same accounts: how far they agree."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import pandas as pd

from follownet.communities._detect import Communities
from follownet.errors import SchemaError

#: Communities, a label for each account, or sets of accounts.
Partition: TypeAlias = "Communities | Mapping[Any, Any] | pd.Series[Any] | Iterable[Iterable[Any]]"


@dataclass(frozen=True)
class Agreement:
    """The numbers of `compare`; see there."""

    accounts: int
    left_out: int
    ami: float
    ari: float


def compare(one: Partition, other: Partition) -> Agreement:
    """Return how far two partitions agree, corrected for chance.

    Parameters
    ----------
    one, other
        What `detect` returns; or a label for each account, as a Series or a dict; or a list of
        sets of accounts.

    Returns
    -------
    Agreement
        ``accounts``, those in both; ``left_out``, those in one alone; ``ami``, the adjusted mutual
        information (Vinh, Epps & Bailey 2010, arithmetic mean of entropies); ``ari``, the adjusted
        Rand index (Hubert & Arabie 1985, doi:10.1007/BF01908075). Both are 1 for equal partitions
        and 0 on average for independent ones; nan without accounts in both. The Rand index counts
        pairs, so that large communities decide it.

    Raises
    ------
    SchemaError
        For what is no partition: an account in two communities, or without one.

    Examples
    --------
    >>> compare([{"a", "b"}, {"c", "d"}], {"a": 1, "b": 1, "c": 2, "d": 2}).ami
    1.0
    """
    from sklearn.metrics import adjusted_mutual_info_score, adjusted_rand_score

    left, right = (
        pd.Series(pd.factorize(labels)[0], labels.index)
        for labels in (labels_of(one, "one"), labels_of(other, "other"))
    )
    both = left.index.intersection(right.index)
    accounts = len(both)
    scores = (
        (
            float(score(left.loc[both].to_numpy(), right.loc[both].to_numpy()))
            if accounts
            else math.nan
        )
        for score in (adjusted_mutual_info_score, adjusted_rand_score)
    )
    return Agreement(accounts, len(left) + len(right) - 2 * accounts, *scores)


def labels_of(partition: Partition, name: str) -> pd.Series[Any]:
    """Return the community of each account."""
    if isinstance(partition, Communities):
        return partition.membership
    if isinstance(partition, pd.Series):
        labels = partition
    elif isinstance(partition, Mapping):
        labels = pd.Series(dict(partition), dtype="object")
    else:
        pairs = [(account, n) for n, group in enumerate(partition) for account in group]
        labels = pd.Series([n for _, n in pairs], index=[one for one, _ in pairs], dtype="object")
    if not labels.index.is_unique:
        raise SchemaError(f"{name}: has an account in two communities")
    if labels.isna().any():
        raise SchemaError(f"{name}: {int(labels.isna().sum())} accounts have no community")
    return labels
