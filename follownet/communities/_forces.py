"""Forces that lay out a network: accounts repel each other, ties and an anchor hold them.

A unit of length is the radius of the room that an account of mass 1 has. Two accounts repel each
other with the product of their masses over their distance, as charges do in a plane; a hold draws
an account to its anchor, and a tie to the other account, with a force that grows with the distance.
Where holds and ties come to 1 per mass, the density is the same everywhere, and the whole is a disc
whose area is the mass.

Repulsion is summed over a tree of accounts that are near each other (Barnes & Hut 1986,
doi:10.1038/324446a0), always in the same order, so that equal input gives equal places.
"""

from __future__ import annotations

from typing import Any, Final

import numba
import numpy as np
import numpy.typing as npt
from scipy import sparse

Floats = npt.NDArray[np.float64]
Labels = npt.NDArray[np.int64]

STEPS: Final = 200
#: So many steps go by before accounts are sorted anew by where they are.
_SORTED: Final = 5
#: Accounts in a leaf of the tree.
_LEAF: Final = 16
#: A branch counts as one account when the square of its width is less than so much of that of its
#: distance.
_WIDE: Final = 1.5
#: The square of a distance below which repulsion grows no more.
NEAREST: Final = 1e-3
#: Of discs: how many sweeps draw them together, and how many at most push them apart.
_TOGETHER, _APART = 400, 2_000


def settled(
    places: Floats,
    masses: Floats,
    ties: sparse.csr_matrix,
    anchors: Floats,
    holds: Floats,
) -> Floats:
    """Return where accounts come to rest.

    They move to where ties and hold would be at rest if the others stayed, in steps that become
    shorter.

    Parameters
    ----------
    places
        Where they start, rows of x and y.
    masses
        How strongly they repel.
    ties, holds
        How strongly each draws to the other, and to its anchor.
    anchors
        Where those are, rows of x and y.
    """
    places = places.copy()
    start, ends = ties.indptr.astype(np.int64), ties.indices.astype(np.int64)
    longest = 0.3 * np.sqrt(masses.sum()) * (1 - np.arange(STEPS) / STEPS) ** 2
    # The order of a single leaf does not matter.
    some = _SORTED if len(places) > _LEAF else STEPS
    for step in range(0, STEPS, some):
        order, now = _order(places), longest[step : step + some]
        _move(places, masses, start, ends, ties.data, anchors, holds, order, now)
    return places


def _order(places: Floats) -> Labels:
    """Return the accounts so that those near in it are near: by the bits of x and y in turn."""
    low = places.min(axis=0)
    cells = ((places - low) / ((places - low).max() + 1e-9) * 65535).astype(np.int64)
    bits = np.arange(16)
    codes = ((cells[..., None] >> bits & 1) << 2 * bits).sum(axis=2) @ [1, 2]
    return np.argsort(codes, kind="stable")


def _compiled(function: Any) -> Any:
    return numba.njit(cache=True, nogil=True)(function)


@_compiled
def _move(places: Any, masses: Any, start: Any, ends: Any, weights: Any, anchors: Any, holds: Any,
          order: Any, longest: Any) -> Any:  # fmt: skip
    """Move accounts by as many steps as there are longest ones."""
    count = len(masses)
    forces = np.empty((count, 2))
    for step in range(len(longest)):
        _repel(places, masses, order, forces)
        for one in range(count):
            stiff = holds[one]
            x = forces[one, 0] + holds[one] * (anchors[one, 0] - places[one, 0])
            y = forces[one, 1] + holds[one] * (anchors[one, 1] - places[one, 1])
            for tie in range(start[one], start[one + 1]):
                x += weights[tie] * (places[ends[tie], 0] - places[one, 0])
                y += weights[tie] * (places[ends[tie], 1] - places[one, 1])
                stiff += weights[tie]
            length = np.sqrt(x * x + y * y) / stiff
            scale = min(1.0, longest[step] / (length + 1e-9)) / stiff
            forces[one, 0], forces[one, 1] = scale * x, scale * y
        for one in range(count):
            places[one, 0] += forces[one, 0]
            places[one, 1] += forces[one, 1]


@_compiled
def _repel(places: Any, masses: Any, order: Any, forces: Any) -> Any:
    """Set the forces with which all others repel each account.

    The tree is a binary one over accounts in their order, each node half of the one above, so that
    numbers say what is where: node n has the children 2n and 2n + 1.
    """
    count = len(masses)
    depth = 0
    while count > _LEAF << depth:
        depth += 1
    leaves = 1 << depth
    near = np.empty((count, 3))
    for at in range(count):
        near[at, 0], near[at, 1] = places[order[at], 0], places[order[at], 1]
        near[at, 2] = masses[order[at]]
    # Of each node the centre of mass, the mass, and the square of its width.
    tree = np.zeros((2 * leaves, 4))
    low, high = np.empty((2 * leaves, 2)), np.empty((2 * leaves, 2))
    for node in range(2 * leaves - 1, 0, -1):
        # The accounts of a leaf, the children of any other.
        first, after = 2 * node, 2 * node + 2
        if node >= leaves:
            first, after = (node - leaves) * count >> depth, (node - leaves + 1) * count >> depth
        parts = near if node >= leaves else tree
        for axis in range(2):
            low[node, axis], high[node, axis] = np.inf, -np.inf
        for part in range(first, after):
            tree[node, 2] += parts[part, 2]
            for axis in range(2):
                tree[node, axis] += parts[part, 2] * parts[part, axis]
                one = parts[part, axis] if node >= leaves else low[part, axis]
                other = parts[part, axis] if node >= leaves else high[part, axis]
                low[node, axis] = min(low[node, axis], one)
                high[node, axis] = max(high[node, axis], other)
        for axis in range(2):
            tree[node, axis] /= tree[node, 2]
            tree[node, 3] += (high[node, axis] - low[node, axis]) ** 2
    stack = np.empty(depth + 2, np.int64)
    for one in range(count):
        x, y = near[one, 0], near[one, 1]
        fx, fy = 0.0, 0.0
        stack[0] = 1
        waiting = 1
        while waiting > 0:
            waiting -= 1
            node = stack[waiting]
            dx, dy = x - tree[node, 0], y - tree[node, 1]
            square = dx * dx + dy * dy
            if tree[node, 3] < _WIDE * square:
                pull = tree[node, 2] / square
                fx += pull * dx
                fy += pull * dy
            elif node < leaves:
                stack[waiting], stack[waiting + 1] = 2 * node, 2 * node + 1
                waiting += 2
            else:
                leaf = node - leaves
                for other in range(leaf * count >> depth, (leaf + 1) * count >> depth):
                    dx, dy = x - near[other, 0], y - near[other, 1]
                    pull = near[other, 2] / (dx * dx + dy * dy + NEAREST)
                    fx += pull * dx
                    fy += pull * dy
        forces[order[one], 0] = near[one, 2] * fx
        forces[order[one], 1] = near[one, 2] * fy


@_compiled
def apart(places: Any, radii: Any) -> Any:
    """Return centres of discs near the places given, close to each other and without overlap."""
    count = len(radii)
    places = places.copy()
    largest = radii.max()
    order = np.arange(count)
    for sweep in range(_TOGETHER + _APART):
        # Drawn together at first; then apart, until nothing overlaps.
        places *= 0.99 if sweep < _TOGETHER else 1.001
        for at in range(1, count):
            one, back = order[at], at - 1
            while back >= 0 and places[order[back], 0] > places[one, 0]:
                order[back + 1] = order[back]
                back -= 1
            order[back + 1] = one
        moved = False
        for at in range(count):
            one = order[at]
            for back in range(at - 1, -1, -1):
                other = order[back]
                dx, dy = places[one, 0] - places[other, 0], places[one, 1] - places[other, 1]
                least = radii[one] + radii[other]
                if dx >= radii[one] + largest:
                    break
                square = dx * dx + dy * dy
                if square >= least * least:
                    continue
                moved = True
                distance = np.sqrt(square) + 1e-9
                push = (1.01 * least - distance) / distance
                share = radii[other] ** 2 / (radii[one] ** 2 + radii[other] ** 2)
                places[one, 0] += share * push * dx
                places[one, 1] += share * push * dy
                places[other, 0] -= (1 - share) * push * dx
                places[other, 1] -= (1 - share) * push * dy
        if sweep >= _TOGETHER and not moved:
            break
    return places
