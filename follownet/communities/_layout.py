"""Where to draw the accounts of a network, so that its communities are places."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from follownet.communities._compare import Partition, labels_of
from follownet.communities._stability import LEAST
from follownet.errors import SchemaError
from follownet.graph import FollowGraph, Graph, compact
from follownet.seeds import generator

Floats = npt.NDArray[np.float64]
Labels = npt.NDArray[np.int64]

#: What draws accounts to the middle of their disc, of 1 per mass; ties draw the rest.
_HOLD: Final = 0.3
#: How much a tie to another disc draws to that side, of what one inside draws.
_ACROSS: Final = 0.2
#: Radii of discs with the room between them.
_GAP: Final = 1.12


def layout(
    G: Graph | FollowGraph, partition: Partition | None = None, *, seed: int = 0
) -> pd.DataFrame:
    """Return a place for each account, communities as discs that are near where ties join them.

    Parameters
    ----------
    G
        Any network, one person's star too. ``source -> target`` means *source follows target*; a
        pair that is mutual is tied twice. Self-loops are left out.
    partition
        What `detect` returns; or labels or sets of accounts, as for `compare`. Connected components
        by default.
    seed
        Of where accounts start. Equal graphs and seeds give equal places in every process,
        whatever the order of rows and the names of communities.

    Returns
    -------
    pandas.DataFrame
        A row for each account, sorted; columns ``x`` and ``y``. A community of n accounts is in a
        disc of radius sqrt(n); no two discs overlap. Accounts without a community, and those in
        communities of less than three, are on rings around, at the side of the discs to which they
        are tied; those tied to none begin at the bottom. (0, 0) is the middle of all.

    Raises
    ------
    SchemaError
        For what is no partition, or none of these accounts.

    Notes
    -----
    Discs, and the accounts in each, are laid out by forces (Fruchterman & Reingold 1991,
    doi:10.1002/spe.4380211102): the more ties an account has, the more room; ties to other
    communities draw it to their side. Distances in a disc say who is close to whom, but not how
    much: what lies far out is drawn in. networkx's ``spring_layout`` and ``forceatlas2_layout``
    know no communities and compute all pairs: 1,000 accounts take them 50 times as long.

    Examples
    --------
    >>> import networkx as nx
    >>> G = nx.DiGraph([("a", "b"), ("b", "c"), ("c", "a"), ("c", "d"), ("d", "e"), ("e", "f")])
    >>> places = layout(G, [{"a", "b", "c"}, {"d", "e", "f"}])
    >>> apart = places.loc[["a", "b", "c"]].mean() - places.loc[["d", "e", "f"]].mean()
    >>> bool(np.hypot(*apart) > 2 * np.sqrt(3))
    True
    """
    rng = generator(seed)
    F = compact(G)
    places = _placed(F, partition, rng) if len(F) else np.empty((0, 2))
    return pd.DataFrame(places, index=pd.Index(F.accounts, name="account"), columns=["x", "y"])


def _placed(F: FollowGraph, partition: Partition | None, rng: np.random.Generator) -> Floats:
    ties = sparse.csr_matrix((np.ones(F.follows), (F.sources, F.targets)), shape=(len(F), len(F)))
    ties = (ties + ties.T).tocsr()
    if partition is None:
        partition = pd.Series(connected_components(ties, directed=False)[1], F.accounts)
    member, names = numbered(F.accounts, partition, "partition")
    alone = member < 0
    member[alone] = len(names) + np.arange(alone.sum())
    sizes = np.bincount(member)
    discs = int((sizes >= LEAST).sum())
    belongs = sparse.csr_matrix((np.ones(len(F)), (np.arange(len(F)), member)))
    # Of each account the ties to each disc, and of each disc.
    links = (ties @ belongs)[:, :discs]
    between = belongs.T.tocsr()[:discs] @ links
    radii = np.sqrt(sizes[:discs])
    centres = _centres(radii, between, rng)
    places = np.zeros((len(F), 2))
    for disc in range(discs):
        mine = np.flatnonzero(member == disc)
        own = _disc(ties[mine][:, mine], links[mine], centres - centres[disc], rng)
        places[mine] = centres[disc] + own
    rim = np.flatnonzero(member >= discs)
    sides = belongs.T @ (ties @ places)
    reach = float(np.max(np.hypot(*centres.T) + radii, initial=0.0))
    places[rim] = _rings(sides[member[rim]], reach)
    return np.asarray(places - (places.min(axis=0) + places.max(axis=0)) / 2)


def numbered(
    accounts: pd.Index[Any], partition: Partition, name: str
) -> tuple[Labels, npt.NDArray[Any]]:
    """Return the number of each account's community, the largest first, -1 of none; and names."""
    known = labels_of(partition, name)
    labels = known.reindex(accounts)
    if len(known) and len(labels) and labels.isna().all():
        raise SchemaError(f"{name}: of {len(labels):,} accounts none has a community")
    # In the order of accounts, so that the names of communities change nothing.
    member, names = pd.factorize(labels)
    order = np.argsort(-np.bincount(member[member >= 0]), kind="stable")
    return np.append(np.argsort(order), -1)[member], np.asarray(names)[order]


def places_of(positions: Any, accounts: pd.Index[Any]) -> Floats:
    """Return where accounts are, as rows of x and y; raise `SchemaError` where that is missing."""
    if not isinstance(positions, pd.DataFrame) or not {"x", "y"} <= set(positions.columns):
        raise SchemaError(
            f"positions: is of type {type(positions).__name__}; give a DataFrame with columns x "
            "and y, indexed by account, as communities.layout returns"
        )
    if twice := int(positions.index.duplicated().sum()):
        raise SchemaError(f"positions: {twice} accounts are in it twice; give a row each")
    table = positions[["x", "y"]].reindex(accounts).apply(pd.to_numeric, errors="coerce")
    places: Floats = table.to_numpy(np.float64)
    if lost := int((~np.isfinite(places)).any(axis=1).sum()):
        raise SchemaError(
            f"positions: {lost} of {len(accounts)} accounts of G have none that are numbers; give "
            "a row for each, indexed by account"
        )
    return places


def _centres(radii: Floats, between: sparse.csr_matrix, rng: np.random.Generator) -> Floats:
    """Return where the discs are, about (0, 0)."""
    if len(radii) < 2:
        return np.zeros((len(radii), 2))
    # Here, since numba takes its time.
    from follownet.communities._forces import apart

    others = between - sparse.diags_array(between.diagonal())
    centres = apart(_settled(radii**2, others.tocsr(), rng), _GAP * radii)
    low, high = centres - radii[:, None], centres + radii[:, None]
    return np.asarray(centres - (low.min(axis=0) + high.max(axis=0)) / 2)


def _disc(
    ties: sparse.csr_matrix, links: sparse.csr_matrix, ways: Floats, rng: np.random.Generator
) -> Floats:
    """Return where the accounts of a disc are, about its centre.

    Parameters
    ----------
    ties
        Among its accounts.
    links
        Of its accounts to each disc.
    ways
        To the centre of each disc, (0, 0) for its own.
    """
    far = np.hypot(*ways.T)
    outwards = _ACROSS * (links @ (ways / np.maximum(far, 1)[:, None]))
    outside = _ACROSS * (links @ (far > 0))
    tied = np.asarray(ties.sum(axis=1)).ravel() + outside
    room = tied + max(tied.mean() / 3, 1e-9)
    room /= room.mean()
    places = _settled(room, ties, rng, outwards, outside)
    places -= np.average(places, axis=0, weights=room)
    # As far out as in a disc of even density; what is still outside is drawn in.
    places *= np.sqrt(len(room) / 2 / np.average((places**2).sum(axis=1), weights=room))
    squares = (places**2).sum(axis=1, keepdims=True) / len(room)
    return np.asarray(places / (1 + squares**2) ** 0.25)


def _settled(
    room: Floats,
    ties: sparse.csr_matrix,
    rng: np.random.Generator,
    outwards: Floats | float = 0.0,
    outside: Floats | float = 0.0,
) -> Floats:
    """Return where forces bring those who need so much room and are tied so much, about (0, 0)."""
    from follownet.communities._forces import settled

    radius = np.sqrt(room.sum())
    angle = 2 * np.pi * rng.random(len(room))
    far = radius * np.sqrt(rng.random(len(room)))
    start = np.column_stack([far * np.cos(angle), far * np.sin(angle)])
    draw = (1 - _HOLD) * room.sum() / max(ties.sum() + np.sum(outside), 1)
    holds = _HOLD * room + draw * outside
    anchors = np.zeros_like(start) + radius * draw * outwards / holds[:, None]
    return settled(start, room, draw * ties, anchors, holds)


def _rings(sides: Floats, reach: float) -> Floats:
    """Return places on rings around, each as near as may be to its side; (0, 0) is none."""
    far = np.hypot(*sides.T)
    rings = [np.empty((0, 2))]
    while sum(len(ring) for ring in rings) < len(sides):
        radius = reach + 2 * len(rings)
        slots = np.arange(int(np.pi * radius))
        # From the bottom to the top, on both sides in turn.
        turn = (slots + 1) // 2 * (1 - 2 * (slots % 2)) / len(slots)
        angle = 2 * np.pi * turn - np.pi / 2
        rings.append(radius * np.column_stack([np.cos(angle), np.sin(angle)]))
    free = np.concatenate(rings)
    taken = np.zeros(len(free), dtype=bool)
    places = np.empty((len(sides), 2))
    for one in np.flatnonzero(far):
        away = ((free - reach * sides[one] / far[one]) ** 2).sum(axis=1)
        slot = np.argmin(np.where(taken, np.inf, away))
        places[one], taken[slot] = free[slot], True
    places[far == 0] = free[~taken][: (far == 0).sum()]
    return places
