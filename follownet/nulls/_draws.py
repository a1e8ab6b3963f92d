"""Random graphs of a model: how many ties each block of cells gets, then which."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from follownet.graph import FollowGraph
from follownet.nulls._classes import Classes, Floats, Integers, blocks

Generator = np.random.Generator


def chosen(rng: Generator, cells: Integers, counts: Integers) -> tuple[Integers, Integers]:
    """Return `counts` different cells of each group of `cells`, every choice as likely.

    Returns
    -------
    tuple
        The group of each cell taken, and its number within the group, in no random order.
    """
    full = counts * 4 > cells
    kinds = [_by_order(rng, cells, np.where(full, counts, 0))]
    kinds.append(_by_rejection(rng, cells, np.where(full, 0, counts)))
    return np.concatenate([one[0] for one in kinds]), np.concatenate([one[1] for one in kinds])


def _by_order(rng: Generator, cells: Integers, counts: Integers) -> tuple[Integers, Integers]:
    """Choose by shuffling: at most four cells are written down for each one taken."""
    groups = np.flatnonzero(counts)
    group = np.repeat(groups, cells[groups])
    number = within(cells[groups])
    order = np.lexsort([rng.random(len(group)), group])
    taken = order[number < counts[group]]
    return group[taken], number[taken]


def _by_rejection(rng: Generator, cells: Integers, counts: Integers) -> tuple[Integers, Integers]:
    """Choose one after another, again where a cell is taken already.

    The cells seen first in a row of independent choices are a uniform choice of different
    ones. As many are drawn at a time as are still lacking, so that none is drawn in excess.
    """
    start = np.cumsum(cells) - cells
    taken = np.empty(0, dtype=np.intp)
    lacking = counts
    while lacking.any():
        group = np.repeat(np.arange(len(cells)), lacking)
        taken = np.unique(np.append(taken, start[group] + rng.integers(0, cells[group])))
        group = np.searchsorted(start, taken, side="right") - 1
        lacking = counts - np.bincount(group, minlength=len(cells))
    group = np.searchsorted(start, taken, side="right") - 1
    return group, taken - start[group]


def within(counts: Integers) -> Integers:
    """Return 0, 1, ... for each of some groups, one after the other."""
    ends = np.cumsum(counts)
    whole = int(ends[-1]) if len(ends) else 0
    return np.arange(whole) - np.repeat(ends - counts, counts)


def graph_of(F: FollowGraph, sources: Any, targets: Any) -> FollowGraph:
    """Return a graph of the same accounts with other ties."""
    keys = np.sort(np.asarray(sources, dtype=np.intp) * len(F) + targets)
    return FollowGraph(
        accounts=F.accounts,
        sources=keys // max(len(F), 1),
        targets=keys % max(len(F), 1),
        loops=np.zeros(len(F), dtype=bool),
    )


# ------------------------------------------------------------------ ties, one by one


def rows(rng: Generator, F: FollowGraph, counts: Integers) -> FollowGraph:
    """Return a graph in which each account follows so many others, whoever they are."""
    others = np.full(len(F), max(len(F) - 1, 0))
    source, cell = chosen(rng, others, counts)
    return graph_of(F, source, cell + (cell >= source))


def anywhere(rng: Generator, F: FollowGraph, count: int) -> FollowGraph:
    """Return a graph of so many ties, wherever they are."""
    others = max(len(F) - 1, 1)
    _, cell = chosen(rng, np.array([len(F) * others]), np.array([count]))
    source, number = cell // others, cell % others
    return graph_of(F, source, number + (number >= source))


def independent_ties(rng: Generator, F: FollowGraph, found: Classes, ties: Any) -> FollowGraph:
    """Return a graph of independent ties; `ties` gives their chances, a slice of classes.

    The number of ties between two classes is binomial, and given it all choices are equal.
    """
    ends = []
    for part in blocks(len(found)):
        cells = np.outer(found.size[part], found.size)
        own = np.arange(part.start, part.stop)
        cells[own - part.start, own] -= found.size[part]
        counts = rng.binomial(cells, np.minimum(ties(part), 1.0))
        one, other = np.nonzero(counts)
        group, cell = chosen(rng, cells[one, other], counts[one, other])
        ends.append(_ordered(found, own[one][group], other[group], cell))
    return graph_of(F, *_joined(ends, 2))


def _ordered(
    found: Classes, one: Integers, other: Integers, cell: Integers
) -> tuple[Integers, Integers]:
    """Return the two accounts of cells numbered over ordered pairs without equal ends."""
    width = found.size[other] - (one == other)
    row, column = cell // width, cell % width
    column = column + ((one == other) & (column >= row))
    return found.members[found.first[one] + row], found.members[found.first[other] + column]


def _joined(parts: list[Any], width: int) -> list[Any]:
    """Return arrays of several parts end to end."""
    if not parts:
        return [np.empty(0, dtype=np.intp)] * width
    return [np.concatenate(columns) for columns in zip(*parts, strict=True)]


# ------------------------------------------------------------------ pairs


def independent_pairs(rng: Generator, F: FollowGraph, found: Classes, pairs: Any) -> FollowGraph:
    """Return a graph of independent pairs; `pairs` gives the chances of their three kinds.

    Those are for a slice of classes against all: a tie there, a tie back, both.
    """
    ends = []
    for part in blocks(len(found)):
        cells = _pair_cells(found, part)
        there, back, both = pairs(part)
        some = rng.binomial(cells, np.minimum(there + back + both, 1.0))
        one, other = np.nonzero(some)
        counts = _kinds(rng, some[one, other], *(kind[one, other] for kind in (there, back, both)))
        group, cell = chosen(rng, cells[one, other], some[one, other])
        kind = _shuffled_kinds(rng, group, counts)
        first, second = _unordered(found, part.start + one[group], other[group], cell)
        ends += [(first[kind != 1], second[kind != 1]), (second[kind != 0], first[kind != 0])]
    return graph_of(F, *_joined(ends, 2))


def _pair_cells(found: Classes, part: slice) -> Integers:
    """Return how many pairs of accounts some classes have with each class, every pair once."""
    cells: Integers = np.outer(found.size[part], found.size)
    own = np.arange(part.start, part.stop)
    cells[np.arange(len(found)) < own[:, None]] = 0
    cells[own - part.start, own] = found.size[part] * (found.size[part] - 1) // 2
    return cells


def _kinds(
    rng: Generator, some: Integers, there: Floats, back: Floats, both: Floats
) -> list[Integers]:
    """Split numbers of connected pairs into ties there, ties back and both: multinomial."""
    ties = there + back
    single = rng.binomial(some, np.minimum(ties / (ties + both), 1.0))
    share = np.divide(there, ties, out=np.zeros_like(ties), where=ties > 0)
    forward = rng.binomial(single, np.minimum(share, 1.0))
    return [forward, single - forward, some - single]


def _shuffled_kinds(
    rng: Generator, group: Integers, counts: list[Integers]
) -> npt.NDArray[np.int64]:
    """Return a kind (0 there, 1 back, 2 both) for each cell, at random within its group."""
    order = np.lexsort([rng.random(len(group)), group])
    place = np.empty(len(group), dtype=np.intp)
    place[order] = within(np.bincount(group, minlength=len(counts[0])))
    forward, single = counts[0][group], (counts[0] + counts[1])[group]
    return np.where(place < forward, 0, np.where(place < single, 1, 2))


def _unordered(
    found: Classes, one: Integers, other: Integers, cell: Integers
) -> tuple[Integers, Integers]:
    """Return the two accounts of cells numbered over pairs, within a class j < i."""
    size = found.size[other]
    row, column = cell // size, cell % size
    inside = one == other
    root = ((1 + np.sqrt(1 + 8 * cell.astype(np.float64))) / 2).astype(np.intp)
    # The root is rounded: it may be one off either way.
    root -= root * (root - 1) // 2 > cell
    root += root * (root + 1) // 2 <= cell
    row = np.where(inside, root, row)
    column = np.where(inside, cell - root * (root - 1) // 2, column)
    return found.members[found.first[one] + row], found.members[found.first[other] + column]
