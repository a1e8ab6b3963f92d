"""The Leiden algorithm for directed modularity, from any partition on.

Directed modularity (Leicht & Newman 2008, doi:10.1103/PhysRevLett.100.118703)

    Q = 1/m sum_ij (w_ij - resolution * out_i in_j / m) [i and j are in one community]

depends on the ties between two accounts only through their sum in both directions, while the
expected part keeps both directions apart. So the ties are held once, symmetric, and each account
with both of its strengths; direction is honoured, and nothing is computed twice.

One iteration moves accounts while that gains, splits every community into parts that are well
connected, and goes on with the parts as accounts (Traag, Waltman & van Eck 2019,
doi:10.1038/s41598-019-41695-z). The first iteration from a partition of Louvain repairs what that
leaves badly connected; further ones find moves of whole groups.

Random numbers are made here (xorshift64*), so that a seed means the same under every version of
numba.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import numba
import numpy as np
import numpy.typing as npt
from scipy import sparse

Labels = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

#: As little as this is no gain: sums of weights in another order differ by it.
_GAIN: Final = 1e-10
#: An iteration that gains less modularity is the last.
ENOUGH: Final = 1e-4
MOST: Final = 20
#: How much a merge of parts may be worse than the best: the theta of the paper.
_THETA: Final = 0.01


class Network(NamedTuple):
    """Ties of both directions as one, and the strengths of each account in either."""

    start: Labels
    ends: Labels
    weights: Floats
    out: Floats
    into: Floats


def network(ties: sparse.csr_matrix) -> Network:
    """Return the network of a matrix whose rows follow its columns; it has no self-loops."""
    both = (ties + ties.T).tocsr()
    both.sort_indices()
    return Network(
        both.indptr.astype(np.int64),
        both.indices.astype(np.int64),
        both.data.astype(np.float64),
        np.asarray(ties.sum(axis=1), dtype=np.float64).ravel(),
        np.asarray(ties.sum(axis=0), dtype=np.float64).ravel(),
    )


def refined(whole: Network, labels: Labels, *, resolution: float, seed: int) -> Labels:
    """Return a partition that is not worse than the one given, and well connected.

    Parameters
    ----------
    whole
        What `network` returns.
    labels
        A community for each account, numbers from 0 to less than the number of accounts.
    resolution
        The weight of the expected part.
    seed
        Of the order in which accounts are looked at, and of merges.
    """
    state = _seeded(seed)
    labels = _numbered(labels)[0]
    for _ in range(MOST):
        labels, gained = _iteration(whole, labels, resolution, state)
        if gained < ENOUGH:
            break
    return labels


def consensus(
    whole: Network, partitions: Sequence[Labels], *, resolution: float, seed: int
) -> Labels:
    """Return a partition in which accounts that are together in all those given stay so.

    What good partitions share is no chance of theirs, and better ones are found from there than
    from single accounts (Ovelgönne & Geyer-Schulz 2013, pp. 187-205 of doi:10.1090/conm/588).
    """
    shared, count = _numbered(partitions[0])
    for one in partitions[1:]:
        pairs = shared * (int(one.max(initial=0)) + 1) + one
        shared, count = _numbered(np.unique(pairs, return_inverse=True)[1])
    groups = _contracted(whole, shared, count)
    found: Labels = refined(groups, np.arange(count), resolution=resolution, seed=seed)[shared]
    return found


def _seeded(seed: int) -> npt.NDArray[np.uint64]:
    # Never 0, from which xorshift does not move.
    return np.random.SeedSequence(seed).generate_state(1, np.uint64) | np.uint64(1)


def _iteration(
    whole: Network, labels: Labels, resolution: float, state: npt.NDArray[np.uint64]
) -> tuple[Labels, float]:
    total = float(whole.out.sum())
    level, parts, gained = whole, [], 0.0
    while True:
        gained += _move(*level, labels, resolution / total, state) / total
        labels, count = _numbered(labels)
        if count == len(labels):
            break
        part, count = _numbered(_split(*level, labels, resolution / total, _THETA, state))
        if count == len(part):
            break
        level = _contracted(level, part, count)
        above = np.empty(count, dtype=np.int64)
        above[part] = labels
        parts.append(part)
        labels = above
    for part in reversed(parts):
        labels = labels[part]
    return labels, gained


def _contracted(level: Network, part: Labels, count: int) -> Network:
    start, ends, weights = _joined(level.start, level.ends, level.weights, part, count)
    out, into = (
        np.bincount(part, one, count).astype(np.float64) for one in (level.out, level.into)
    )
    return Network(start, ends, weights, out, into)


def _compiled(function: Any) -> Any:
    return numba.njit(cache=True, nogil=True)(function)


@_compiled
def _random(state: Any) -> Any:
    """Return the next number from 0 to 1."""
    x = state[0]
    x ^= x >> np.uint64(12)
    x ^= x << np.uint64(25)
    x ^= x >> np.uint64(27)
    state[0] = x
    return ((x * np.uint64(2685821657736338717)) >> np.uint64(11)) / 9007199254740992.0


@_compiled
def _shuffled(count: Any, state: Any) -> Any:
    order = np.arange(count)
    for last in range(count - 1, 0, -1):
        other = int(_random(state) * (last + 1))
        order[last], order[other] = order[other], order[last]
    return order


@_compiled
def _numbered(labels: Any) -> Any:
    """Return the labels as numbers from 0 in the order in which they come, and how many."""
    new = np.full(len(labels) + 1, -1)
    found = np.empty(len(labels), np.int64)
    count = 0
    for account in range(len(labels)):
        label = labels[account]
        if new[label] < 0:
            new[label] = count
            count += 1
        found[account] = new[label]
    return found, count


@_compiled
def _near(account: Any, start: Any, ends: Any, weights: Any, groups: Any, links: Any, near: Any,
          count: Any) -> Any:  # fmt: skip
    """Add the ties of an account to `links` of each group, and groups that are new to `near`.

    Return how many are in `near`, of which there were `count`.
    """
    for tie in range(start[account], start[account + 1]):
        group = groups[ends[tie]]
        if links[group] == 0.0:
            near[count] = group
            count += 1
        links[group] += weights[tie]
    return count


@_compiled
def _gain(account: Any, group: Any, links: Any, out: Any, into: Any, outs: Any, intos: Any,
          scale: Any) -> Any:  # fmt: skip
    """Return what an account that is alone gains in a group, times m."""
    return links[group] - scale * (out[account] * intos[group] + into[account] * outs[group])


@_compiled
def _move(start: Any, ends: Any, weights: Any, out: Any, into: Any, labels: Any, scale: Any,
          state: Any) -> Any:  # fmt: skip
    """Move accounts to where they gain most until none does; return the gain, times m.

    An account is looked at again when a neighbour has left for another community.
    """
    accounts = len(out)
    outs, intos = np.zeros(accounts), np.zeros(accounts)
    sizes = np.zeros(accounts, np.int64)
    for account in range(accounts):
        outs[labels[account]] += out[account]
        intos[labels[account]] += into[account]
        sizes[labels[account]] += 1
    # Empty communities, for accounts that belong to none; the last one is taken first.
    free = np.empty(accounts, np.int64)
    frees = 0
    for label in range(accounts - 1, -1, -1):
        if sizes[label] == 0:
            free[frees] = label
            frees += 1
    queue = _shuffled(accounts, state)
    queued = np.ones(accounts, np.bool_)
    first, waiting = 0, accounts
    links, near = np.zeros(accounts), np.empty(accounts, np.int64)
    total = 0.0
    while waiting > 0:
        account = queue[first]
        first = first + 1 if first + 1 < accounts else 0
        waiting -= 1
        queued[account] = False
        home = labels[account]
        outs[home] -= out[account]
        intos[home] -= into[account]
        sizes[home] -= 1
        count = _near(account, start, ends, weights, labels, links, near, 0)
        stay = _gain(account, home, links, out, into, outs, intos, scale)
        best, there = stay, home
        for place in range(count):
            label = near[place]
            gain = _gain(account, label, links, out, into, outs, intos, scale)
            if gain > best + _GAIN:
                best, there = gain, label
            links[label] = 0.0
        if best < -_GAIN and sizes[home] > 0:
            frees -= 1
            best, there = 0.0, free[frees]
        elif there != home and sizes[home] == 0:
            free[frees] = home
            frees += 1
        labels[account] = there
        outs[there] += out[account]
        intos[there] += into[account]
        sizes[there] += 1
        if there == home:
            continue
        total += best - stay
        for tie in range(start[account], start[account + 1]):
            other = ends[tie]
            if not queued[other] and labels[other] != there:
                last = first + waiting
                queue[last if last < accounts else last - accounts] = other
                queued[other] = True
                waiting += 1
    return total


@_compiled
def _split(start: Any, ends: Any, weights: Any, out: Any, into: Any, labels: Any, scale: Any,
           theta: Any, state: Any) -> Any:  # fmt: skip
    """Return parts of the communities, each of accounts that are well connected within it.

    Accounts begin alone and join one part of their community, chosen at random among those by
    which it gains, the likelier the more (with `theta` as temperature).
    """
    accounts = len(out)
    part = np.arange(accounts)
    outs, intos = out.copy(), into.copy()
    alone = np.ones(accounts, np.bool_)
    # Strengths of each community, and the ties of each part to the rest of its community.
    all_out, all_into, outward = np.zeros(accounts), np.zeros(accounts), np.zeros(accounts)
    for account in range(accounts):
        all_out[labels[account]] += out[account]
        all_into[labels[account]] += into[account]
        for tie in range(start[account], start[account + 1]):
            if labels[ends[tie]] == labels[account]:
                outward[account] += weights[tie]
    links, near = np.zeros(accounts), np.empty(accounts, np.int64)
    gains = np.empty(accounts)
    for account in _shuffled(accounts, state):
        own, label = part[account], labels[account]
        rest_out, rest_into = all_out[label], all_into[label]
        if not (alone[own] and _attached(own, outward, outs, intos, rest_out, rest_into, scale)):
            continue
        count = _near(account, start, ends, weights, part, links, near, 0)
        for place in range(count):
            # A part is called by one of its accounts.
            other = near[place]
            gains[place] = -1.0
            if labels[other] == label and _attached(
                other, outward, outs, intos, rest_out, rest_into, scale
            ):
                gains[place] = _gain(account, other, links, out, into, outs, intos, scale)
        place = _chosen(gains[:count], theta, state)
        if place >= 0:
            chosen = near[place]
            outward[chosen] += outward[own] - 2.0 * links[chosen]
            outs[chosen] += out[account]
            intos[chosen] += into[account]
            alone[chosen] = False
            part[account] = chosen
        for place in range(count):
            links[near[place]] = 0.0
    return part


@_compiled
def _attached(part: Any, outward: Any, outs: Any, intos: Any, all_out: Any, all_into: Any,
              scale: Any) -> Any:  # fmt: skip
    """Return whether a part has as many ties to the rest of its community as are expected."""
    return outward[part] >= scale * (
        outs[part] * (all_into - intos[part]) + intos[part] * (all_out - outs[part])
    )


@_compiled
def _chosen(gains: Any, theta: Any, state: Any) -> Any:
    """Return a place drawn by its gain, -1 where there is none to be had."""
    top, total = 0.0, 0.0
    for gain in gains:
        top = max(top, gain)
    if top <= _GAIN:
        return -1
    for gain in gains:
        if gain > _GAIN:
            total += np.exp((gain - top) / theta)
    left, place = _random(state) * total, -1
    for other in range(len(gains)):
        if gains[other] > _GAIN and left >= 0.0:
            left -= np.exp((gains[other] - top) / theta)
            place = other
    return place


@_compiled
def _joined(start: Any, ends: Any, weights: Any, part: Any, count: Any) -> Any:
    """Return the ties between parts, those within a part left out."""
    first = np.zeros(count + 1, np.int64)
    for account in range(len(part)):
        first[part[account] + 1] += 1
    for one in range(count):
        first[one + 1] += first[one]
    place, members = first[:-1].copy(), np.empty(len(part), np.int64)
    for account in range(len(part)):
        members[place[part[account]]] = account
        place[part[account]] += 1
    links, near = np.zeros(count), np.empty(count, np.int64)
    new_start = np.zeros(count + 1, np.int64)
    new_ends, new_weights = np.empty(len(ends), np.int64), np.empty(len(ends))
    ties = 0
    for one in range(count):
        known = 0
        for account in members[first[one] : first[one + 1]]:
            known = _near(account, start, ends, weights, part, links, near, known)
        for other in near[:known]:
            if other != one:
                new_ends[ties], new_weights[ties] = other, links[other]
                ties += 1
            links[other] = 0.0
        new_start[one + 1] = ties
    return new_start, new_ends[:ties].copy(), new_weights[:ties].copy()
