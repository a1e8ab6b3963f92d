"""Which accounts share more items than accounts and items of their sizes share by chance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse, stats
from scipy.special import expit

from follownet.nulls._newton import solve

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]


def cooccurrence(account: Any, item: Any) -> tuple[pd.DataFrame, float]:
    """Return the pairs of accounts that share an item, and the largest error of the null model.

    Parameters
    ----------
    account, item
        Of each membership, which occurs once, the number of both; numbers without gaps.

    Returns
    -------
    pandas.DataFrame
        ``one``, ``other`` (numbers, the smaller first), ``shared``, ``expected`` and ``p``, the
        chance to share so many or more. All other pairs share nothing, so that their p is 1.
    float
        By how much of it an expected size is off.

    Notes
    -----
    The null is the bipartite configuration model: an account is in an item by the chance
    ``p = x y / (1 + x y)``, independent of all others, x of the account and y of the item being
    such that every size is expected as it was observed. What a pair shares is then a sum of
    independent events of unequal chances, whose tail is exact (`tails`).

    Examples
    --------
    >>> pairs, _ = cooccurrence([0, 1, 2, 3], [0, 0, 1, 1])
    >>> pairs[["one", "other", "shared"]].to_numpy().tolist()
    [[0, 1, 1], [2, 3, 1]]
    >>> pairs["p"].round(9).tolist()  # Each is in each item by 1/2: 1 - (1 - 1/4)^2.
    [0.4375, 0.4375]
    """
    ones = np.ones(len(account), dtype=np.int64)
    table = sparse.csr_matrix((ones, (account, item)))
    found = sparse.triu(table @ table.T, k=1).tocoo()
    model = fitted(np.bincount(account), np.bincount(item))
    low, high = np.sort([model.of_account[found.row], model.of_account[found.col]], axis=0)
    # One answer for all pairs of equal sizes that share equally much.
    alike, first, which = np.unique(
        (low * len(model.chance) + high) * (len(model.of_item) + 1) + found.data,
        return_index=True,
        return_inverse=True,
    )
    chance = model.chance[low[first]] * model.chance[high[first]]
    items, shared = np.bincount(model.of_item), found.data[first]
    p = np.empty(len(alike))
    # By powers of two: where one pair shares many, the work of all others would be as long.
    _, band = np.frexp(shared)
    for one in np.unique(band):
        same = band == one
        p[same] = tails(chance[same], items, shared[same])
    pairs = pd.DataFrame(
        {
            "one": found.row,
            "other": found.col,
            "shared": found.data,
            "expected": (chance @ items)[which],
            "p": p[which],
        }
    )
    return pairs, model.error


@dataclass(frozen=True)
class Model:
    """The solved null model.

    Attributes
    ----------
    chance
        That an account is in an item, by the class of the account and that of the item: accounts
        of equal sizes have equal chances, and so have items.
    of_account, of_item
        The class of each.
    error
        The largest error of an expected size, relative to it.
    """

    chance: Floats
    of_account: Places
    of_item: Places
    error: float


def fitted(accounts: Places, items: Places) -> Model:
    """Return the null model of these sizes of accounts and items, all of 1 and more."""
    classes = [np.unique(sizes, return_inverse=True) for sizes in (accounts, items)]
    (size, of_account), (length, of_item) = classes
    wanted = np.concatenate([size, length]).astype(np.float64)
    weight = np.concatenate([np.bincount(of_account), np.bincount(of_item)]).astype(np.float64)
    problem = _Problem(wanted, weight, len(size))
    solution = solve(problem, np.log(wanted / np.sqrt(accounts.sum())))
    return Model(problem.chance(solution.logs), of_account, of_item, solution.error)


@dataclass(frozen=True)
class _Problem:
    """Sizes of the classes of accounts, then of items; parameters are ``log x``, then ``log y``."""

    wanted: Floats
    weight: Floats
    split: int

    def chance(self, logs: Floats) -> Floats:
        x, y = np.split(logs, [self.split])
        found: Floats = expit(x[:, None] + y)
        return found

    def expected(self, logs: Floats) -> tuple[Floats, Floats]:
        chance, some = self.chance(logs), np.ones(len(logs))
        return self._sums(chance, some), self._sums(chance * (1 - chance), some)

    def product(self, logs: Floats, change: Floats) -> Floats:
        chance = self.chance(logs)
        slope = chance * (1 - chance)
        own = change * self._sums(slope, np.ones(len(logs)))
        return own + self._sums(slope, change)

    def _sums(self, cells: Floats, values: Floats) -> Floats:
        """Return the sums of cells times values, over items for accounts and the reverse."""
        of_accounts, of_items = np.split(self.weight * values, [self.split])
        return np.concatenate([cells @ of_items, of_accounts @ cells])


def tails(chance: Floats, items: Places, least: Places) -> Floats:
    """Return how likely it is to share so many items or more: Poisson-binomial, exact.

    Parameters
    ----------
    chance
        To share an item: a row for each pair of accounts, a column for each class of items.
    items
        How many there are of each class.
    least
        How many, for each row.
    """
    most = int(least.max(initial=0))
    number = np.arange(most + 1)
    tail = np.zeros((len(chance), most + 1))
    tail[:, 0] = 1
    # Class by class, and sums of what is positive alone: the smallest tails keep their digits.
    for count, column in zip(items, chance.T, strict=True):
        drawn = stats.binom(count, column[:, None])
        some, grown = drawn.pmf(number), drawn.sf(number - 1)
        for here in range(most):
            grown[:, here + 1 :] += some[:, here, None] * tail[:, 1 : most + 1 - here]
        tail = grown
    return np.minimum(tail[np.arange(len(chance)), least], 1)


def significant(p: Floats, tested: int, alpha: float) -> npt.NDArray[np.bool_]:
    """Return which are significant at a false discovery rate, by Benjamini and Hochberg.

    Parameters
    ----------
    p
        Of some pairs; p of all others is 1.
    tested
        How many pairs there are, these among them.
    alpha
        The false discovery rate, below 1.

    Examples
    --------
    >>> significant(np.array([0.04, 0.001, 0.02]), 4, 0.05).tolist()
    [False, True, True]
    """
    ranked = np.sort(p)
    within = ranked <= alpha * np.arange(1, len(p) + 1) / max(tested, 1)
    found: npt.NDArray[np.bool_] = p <= ranked[within].max(initial=-1.0)
    return found
